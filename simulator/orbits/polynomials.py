"""Between the nodes of a track, compiled: the quintic polynomials that are its model.

Units: metres, seconds, Earth-fixed axes. A *track* is `time_s` (K,) and `state` (K, 18): position,
velocity and acceleration of a body, then its sub-point's outward ellipsoid normal with first and
second derivative. Between two nodes a track is the quintic Hermite polynomial through both ends'
value, velocity and acceleration. Every other room evaluates tracks by these functions alone.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import compiled
from simulator.orbits.circle import circle

Floats = NDArray[np.float64]
Integers = NDArray[Any]
Booleans = NDArray[np.bool_]
Pair = tuple[float, float]
Triple = tuple[float, float, float]
Six = tuple[float, float, float, float, float, float]
Nine = tuple[float, float, float, float, float, float, float, float, float]
Rows = tuple[Six, Six, Six, Six, Six, Six]


@compiled(inline=True)
def quintic(x0: float, v0: float, a0: float, x1: float, v1: float, a1: float, h: float) -> Six:
    """Return the power coefficients in u = tau / h of the quintic Hermite polynomial.

    It has value x, first derivative v and second derivative a at both ends of a step of h seconds:
    three conditions at u = 0 give the first three coefficients, those at u = 1 the others
    (Farin 2002, Curves and Surfaces for CAGD, section 7.6).
    """
    v0 *= h
    v1 *= h
    a0 = a0 * h * h
    a1 = a1 * h * h
    d = x1 - x0
    return (
        x0,
        v0,
        0.5 * a0,
        10.0 * d - 6.0 * v0 - 4.0 * v1 - 1.5 * a0 + 0.5 * a1,
        -15.0 * d + 8.0 * v0 + 7.0 * v1 + 1.5 * a0 - a1,
        6.0 * d - 3.0 * (v0 + v1) - 0.5 * a0 + 0.5 * a1,
    )


@compiled(inline=True)
def coefficients(state0: Floats, state1: Floats, h: float, out: Floats) -> None:
    """Fill out with the quintics of a step between two nodes, six coefficients a component.

    out (36,) takes the components of position, then of the normal; (18,) those of position alone.
    """
    for i in range(out.shape[0] // 6):
        # A node holds value, velocity and acceleration of the position, then of the normal.
        base = i if i < 3 else i + 6
        j = 6 * i
        out[j], out[j + 1], out[j + 2], out[j + 3], out[j + 4], out[j + 5] = quintic(
            state0[base], state0[base + 3], state0[base + 6],
            state1[base], state1[base + 3], state1[base + 6], h,
        )  # fmt: skip


@compiled(inline=True)
def by_component(c: Floats) -> Rows:
    """Return coefficients (36,) as a row for each component: loops keep tuples in registers."""
    # An array in a loop is counted in and out, and any write may change it: a tuple is neither.
    return (
        (c[0], c[1], c[2], c[3], c[4], c[5]),
        (c[6], c[7], c[8], c[9], c[10], c[11]),
        (c[12], c[13], c[14], c[15], c[16], c[17]),
        (c[18], c[19], c[20], c[21], c[22], c[23]),
        (c[24], c[25], c[26], c[27], c[28], c[29]),
        (c[30], c[31], c[32], c[33], c[34], c[35]),
    )


@compiled(inline=True)
def value_at(p: Six, u: float) -> float:
    """Return a polynomial's value by Horner's rule; u in 0 to 1 is the share of the step gone."""
    return p[0] + u * (p[1] + u * (p[2] + u * (p[3] + u * (p[4] + u * p[5]))))


@compiled(inline=True)
def slope_at(p: Six, u: float) -> float:
    """Return its first derivative by u."""
    return p[1] + u * (2.0 * p[2] + u * (3.0 * p[3] + u * (4.0 * p[4] + u * 5.0 * p[5])))


@compiled(inline=True)
def bend_at(p: Six, u: float) -> float:
    """Return its second derivative by u."""
    return 2.0 * p[2] + u * (6.0 * p[3] + u * (12.0 * p[4] + u * 20.0 * p[5]))


@compiled(inline=True)
def values_at(x: Six, y: Six, z: Six, u: float) -> Triple:
    return value_at(x, u), value_at(y, u), value_at(z, u)


@compiled(inline=True)
def slopes_at(x: Six, y: Six, z: Six, u: float, w: float) -> Triple:
    """Return the first derivatives by time of three components; w = 1 / h."""
    return slope_at(x, u) * w, slope_at(y, u) * w, slope_at(z, u) * w


@compiled(inline=True)
def bends_at(x: Six, y: Six, z: Six, u: float, w: float) -> Triple:
    """Return the second derivatives by time of three components; w = 1 / h."""
    return bend_at(x, u) * w * w, bend_at(y, u) * w * w, bend_at(z, u) * w * w


@compiled(inline=True)
def step_at(time_s: Floats, t: float) -> int:
    """Return the step an instant lies in: the last that starts by then, the first before all."""
    low, high = 0, time_s.shape[0]
    while low < high:
        middle = (low + high) // 2
        if time_s[middle] <= t:
            low = middle + 1
        else:
            high = middle
    last: int = time_s.shape[0] - 2
    return min(max(low - 1, 0), last)


@compiled(inline=True)
def _step_of(time_s: Floats, state: Floats, t: float, c: Floats) -> Pair:
    """Fill c with the coefficients of the step an instant lies in; return its share and length."""
    k = step_at(time_s, t)
    h = time_s[k + 1] - time_s[k]
    coefficients(state[k], state[k + 1], h, c)
    return (t - time_s[k]) / h, h


@compiled
def positions(time_s: Floats, state: Floats, at: Floats) -> Floats:
    """Return position and sub-point normal (N, 6) of the track at instants at (N,)."""
    c = np.empty(36)
    out = np.empty((at.shape[0], 6))
    for i in range(at.shape[0]):
        u, _h = _step_of(time_s, state, at[i], c)
        rows = by_component(c)
        for j in range(6):
            out[i, j] = value_at(rows[j], u)
    return out


@compiled
def velocities(time_s: Floats, state: Floats, at: Floats) -> Floats:
    """Return the velocity (N, 3) of the track at instants at (N,)."""
    c = np.empty(36)
    out = np.empty((at.shape[0], 3))
    for i in range(at.shape[0]):
        u, h = _step_of(time_s, state, at[i], c)
        rows = by_component(c)
        for j in range(3):
            out[i, j] = slope_at(rows[j], u) / h
    return out


@compiled(inline=True)
def _turned(p: Nine, cos: float, sin: float, spin: float, out: Floats, k: int) -> None:
    """Write an inertial place, rate and bend, turned about the pole, to out from k on."""
    # Rates in turning axes: those of the turned vector less spin x vector, applied twice for the
    # second derivative (Coriolis and centrifugal terms).
    x, y = cos * p[0] + sin * p[1], cos * p[1] - sin * p[0]
    vx, vy = cos * p[3] + sin * p[4], cos * p[4] - sin * p[3]
    ax, ay = cos * p[6] + sin * p[7], cos * p[7] - sin * p[6]
    out[k], out[k + 1], out[k + 2] = x, y, p[2]
    out[k + 3], out[k + 4], out[k + 5] = vx + spin * y, vy - spin * x, p[5]
    out[k + 6] = ax + 2.0 * spin * vy - spin * spin * x
    out[k + 7] = ay - 2.0 * spin * vx - spin * spin * y
    out[k + 8] = p[8]


@compiled
def earth_fixed(value: Floats, rate: Floats, bend: Floats, angle: Floats, spin: float) -> Floats:
    """Turn (N, 6) inertial values and derivatives about the pole by angle (N,), as (N, 18).

    The two vectors of a row turn alike; spin is the rate of the angle (Vallado 2013, section 3.7).
    """
    n = value.shape[0]
    out = np.empty((n, 18))
    for i in range(n):
        cos = math.cos(angle[i])
        sin = math.sin(angle[i])
        for j in (0, 3):
            place = (value[i, j], value[i, j + 1], value[i, j + 2])
            moving = (rate[i, j], rate[i, j + 1], rate[i, j + 2])
            turning = (bend[i, j], bend[i, j + 1], bend[i, j + 2])
            _turned((*place, *moving, *turning), cos, sin, spin, out[i], 3 * j)
    return out


@compiled(inline=True)
def _factors(samples: Floats, series: Floats, s: int, factors: Floats) -> None:
    """Fill factors (6, 12, 8) with what the halves of the matrices of a segment are times.

    Of each half a row of six components, and two that stay zero, for each of its columns. Samples
    at nodes on either side of the middle go as their sum and difference, coefficients as those of
    even and odd degree, which a derivative makes those of odd and even degree.
    """
    for k in range(12):
        for j in range(6):
            before, after = samples[s, k, j], samples[s, 24 - k, j]
            one, two = series[s, 2 * k + 1, j], series[s, 2 * k + 2, j]
            factors[0, k, j], factors[1, k, j] = before + after, before - after
            factors[2, k, j], factors[3, k, j] = one, two
            factors[4, k, j], factors[5, k, j] = two, one


# Over 60 lines: a helper for the innermost loop would count references to its arrays in it, and
# it would be no vector loop.
@compiled
def segment_states(
    samples: Floats,
    series: Floats,
    halves: Floats,
    middle: Floats,
    steps: int,
    pieces: Integers,
    angle: Floats,
    spin: float,
    out: Floats,
) -> None:
    """Fill out (N, 18) with the states of pieces of segments, turned about the pole by angle.

    samples and series (S, 25, 6) are inertial vectors, two of each segment, at its nodes and as
    coefficients; halves (H, 6, 12) and middle (H,) are what `segments.halves_of` gives for segments
    of so many steps. A piece (4,) is its segment, its first node, the one behind its last, and the
    row of out it goes into; angle (N,) is that of each row, spin its rate (Vallado 2013, section
    3.7).

    Nodes as far before the middle of a segment as behind it share the part that is even about the
    middle, and but for its sign the odd part. Of a node both come out the same to the bit, whatever
    piece it is in.
    """
    factors, own, parts = np.zeros((6, 12, 8)), np.zeros((6, 8)), np.empty((6, 8))
    w, turned = np.empty(18), np.empty((2, steps + 1))
    # Eight, which must not be known here: a loop of a known length is taken apart, a vector is not.
    lanes, half, loaded = np.uint64((samples.shape[2] + 7) & -8), steps // 2, -1
    for p in range(pieces.shape[0]):
        s, low, high, first = pieces[p, 0], pieces[p, 1], pieces[p, 2], pieces[p, 3]
        if s != loaded:
            _factors(samples, series, s, factors)
            for j in range(6):
                own[0, j] = samples[s, 12, j]
            loaded = s
        for i in range(np.uint64(high - low)):
            turned[0, i], turned[1, i] = circle(angle[np.uint64(first) + i])
        # Nodes by how far they lie from the nearer end of the segment.
        nearest, farthest = min(low, steps - high + 1), half
        if high <= half:
            nearest, farthest = low, high - 1
        elif low >= steps - half:
            nearest, farthest = steps - high + 1, steps - low
        for i in range(np.uint64(nearest), np.uint64(farthest + 1)):
            whole = middle[i]
            for b in range(6):
                m0, m1, m2 = halves[i, b, 0], halves[i, b, 1], halves[i, b, 2]
                m3, m4, m5 = halves[i, b, 3], halves[i, b, 4], halves[i, b, 5]
                m6, m7, m8 = halves[i, b, 6], halves[i, b, 7], halves[i, b, 8]
                m9, m10, m11 = halves[i, b, 9], halves[i, b, 10], halves[i, b, 11]
                for j in range(lanes):
                    parts[b, j] = (
                        own[b, j] * whole
                        + m0 * factors[b, 0, j] + m1 * factors[b, 1, j] + m2 * factors[b, 2, j]
                        + m3 * factors[b, 3, j] + m4 * factors[b, 4, j] + m5 * factors[b, 5, j]
                        + m6 * factors[b, 6, j] + m7 * factors[b, 7, j] + m8 * factors[b, 8, j]
                        + m9 * factors[b, 9, j] + m10 * factors[b, 10, j] + m11 * factors[b, 11, j]
                    )  # fmt: skip
            near = np.int64(i)
            for behind in range(1 if 2 * near == steps else 2):
                node, sign = (steps - near, -1.0) if behind else (near, 1.0)
                if node < low or node >= high:
                    continue
                for j in range(6):
                    w[j] = parts[0, j] + sign * parts[1, j]
                    w[6 + j] = parts[2, j] + sign * parts[3, j]
                    w[12 + j] = parts[4, j] + sign * parts[5, j]
                if near == 0:
                    # The ends are samples: stretches that meet there agree to the last bit.
                    for j in range(6):
                        w[j] = samples[s, 24 if behind else 0, j]
                row, cos, sin = first + node - low, turned[0, node - low], turned[1, node - low]
                for j in (0, 3):
                    place = (w[j], w[j + 1], w[j + 2])
                    moving = (w[j + 6], w[j + 7], w[j + 8])
                    turning = (w[j + 12], w[j + 13], w[j + 14])
                    _turned((*place, *moving, *turning), cos, sin, spin, out[row], 3 * j)
