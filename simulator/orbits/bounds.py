"""Bounds on radius, speed, acceleration and jerk over each step of a track, compiled.

Units: metres, seconds. Each is a proof, not a sample: the third derivative of a quintic lies within
the corners of its Bernstein form (Farouki 2012, Computer Aided Geometric Design 29), and bounds
what the second, the first and the value may do between the ends of a step.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.compiled import compiled
from simulator.orbits.polynomials import Floats, Nine, Six, Triple, quintic

SHORTEST_S = 1e-5  # a window shorter than this may be missed where it grazes its limit


@compiled(inline=True)
def _norm(x: float, y: float, z: float) -> float:
    return math.sqrt(x * x + y * y + z * z)


@compiled(inline=True)
def _jerk(c: Six, w: float) -> Triple:
    """Return the Bernstein corners of a quintic's third derivative, a parabola; w = 1 / h^3.

    A polynomial lies between the least and greatest of its corners, and a vector of polynomials
    within the greatest length of its corners (convex hull property).
    """
    # 6 c3 + 24 c4 u + 60 c5 u^2: its value at both ends, and where the tangents there meet.
    return (
        6.0 * c[3] * w,
        (6.0 * c[3] + 12.0 * c[4]) * w,
        (6.0 * c[3] + 24.0 * c[4] + 60.0 * c[5]) * w,
    )


@compiled(inline=True)
def jerk_bound(p: Nine, q: Nine, h: float) -> float:
    """Return the greatest third derivative of the quintic from p to q: place, velocity, bend."""
    w = 1.0 / (h * h * h)
    x = _jerk(quintic(p[0], p[3], p[6], q[0], q[3], q[6], h), w)
    y = _jerk(quintic(p[1], p[4], p[7], q[1], q[4], q[7], h), w)
    z = _jerk(quintic(p[2], p[5], p[8], q[2], q[5], q[8], h), w)
    inner = max(_norm(x[1], y[1], z[1]), _norm(x[2], y[2], z[2]))
    return max(_norm(x[0], y[0], z[0]), inner)


@compiled(inline=True)
def bounds_within(x0: Triple, x1: Triple, third: float, h: float) -> Triple:
    """Return bounds on |x|, |x'|, |x''| over a step from their values at its ends.

    third bounds the third derivative. The nearer end is at most h / 2 away, so |x''| grows by
    third h / 2; the chord between both ends errs by at most |second derivative| h^2 / 8, for x' as
    for x.
    """
    bend = max(abs(x0[2]), abs(x1[2])) + 0.5 * third * h
    rate = max(abs(x0[1]), abs(x1[1])) + 0.125 * third * h * h
    return max(abs(x0[0]), abs(x1[0])) + 0.125 * bend * h * h, rate, bend


@compiled(inline=True)
def length_bounds(p: Nine, q: Nine, third: float, h: float) -> Triple:
    """Return bounds on the lengths of place, velocity and acceleration over a step."""
    return bounds_within(
        (_norm(p[0], p[1], p[2]), _norm(p[3], p[4], p[5]), _norm(p[6], p[7], p[8])),
        (_norm(q[0], q[1], q[2]), _norm(q[3], q[4], q[5]), _norm(q[6], q[7], q[8])),
        third,
        h,
    )


@compiled(inline=True)
def squared_length(p: Nine) -> Triple:
    """Return the square of a length with its first and second derivative."""
    return (
        p[0] * p[0] + p[1] * p[1] + p[2] * p[2],
        2.0 * (p[0] * p[3] + p[1] * p[4] + p[2] * p[5]),
        2.0 * (p[3] * p[3] + p[4] * p[4] + p[5] * p[5] + p[0] * p[6] + p[1] * p[7] + p[2] * p[8]),
    )


@compiled(inline=True)
def node(state: Floats, k: int) -> Nine:
    """Return place, velocity and acceleration at node k of a track."""
    s = state[k]
    return s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8]


@compiled
def step_bounds(time_s: Floats, state: Floats) -> tuple[Floats, float, float]:
    """Return what holds over the steps of a track, and least and greatest square of its radius.

    Rows (K - 1, 4): greatest radius, speed, acceleration and jerk in each step, metres, seconds.
    """
    steps = time_s.shape[0] - 1
    out = np.empty((steps, 4))
    least, greatest = math.inf, 0.0
    for k in range(steps):
        h = time_s[k + 1] - time_s[k]
        p, q = node(state, k), node(state, k + 1)
        jerk = jerk_bound(p, q, h)
        size = length_bounds(p, q, jerk, h)
        out[k, 0], out[k, 1], out[k, 2], out[k, 3] = size[0], size[1], size[2], jerk
        a, b = squared_length(p), squared_length(q)
        # The third derivative of x . x is 2 (3 x' . x'' + x . jerk); its chord errs by its bend.
        third = 2.0 * (3.0 * size[1] * size[2] + size[0] * jerk)
        bend = bounds_within(a, b, third, h)[2]
        least = min(least, min(a[0], b[0]) - 0.125 * bend * h * h)
        greatest = max(greatest, max(a[0], b[0]) + 0.125 * bend * h * h)
    return out, least, greatest
