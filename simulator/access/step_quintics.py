"""A leading condition within a step, from what is known at its ends alone: without the path.

Units: metres, seconds, Earth-fixed axes. ELEVATION and OFF_NADIR are g - limit * rho: rho is the
distance, and g = e . w of the way e from the site and the normal w of the site, or of the point
below the body. g and rho^2 are known at either end with two derivatives, and so is the quintic
through these. What it leaves does not depend on the site, for all that is of more than fifth degree
is a product of two vectors of the path. It is u^3 (1 - u)^3 c(u), u the share of the step gone,
with a polynomial c that hardly changes within a step: with its value in the middle an edge lies
nanoseconds from that of the path, and less than 0.2 microseconds where it grazes the limit.
"""

from __future__ import annotations

import math

from simulator.access.conditions import Vectors, dot, less
from simulator.access.footprint import Quadruple
from simulator.compiled import compiled
from simulator.orbits import Pair, Six, Triple


@compiled(inline=True)
def at_end(own: float, body: Vectors, p: Triple, q: Triple) -> tuple[Triple, Triple]:
    """Return g and rho^2 at an end of a step, each with two derivatives, for site p with normal q.

    own is 1 for ELEVATION and 0 for OFF_NADIR; the normal in `body` is zero for an elevation.
    """
    x, v, a, n, m, b = body
    e = less(x, p)
    w = (own * q[0] + n[0], own * q[1] + n[1], own * q[2] + n[2])
    g = (dot(e, w), dot(v, w) + dot(e, m), dot(a, w) + (2.0 * dot(v, m) + dot(e, b)))
    return g, (dot(e, e), 2.0 * dot(e, v), 2.0 * (dot(v, v) + dot(e, a)))


@compiled(inline=True)
def condition_of(limit: float, g: float, dg: float, square: float, dsquare: float) -> Triple:
    """Return (f, f', distance) from g and the distance squared, each with its derivative."""
    rho = math.sqrt(square)
    return g - limit * rho, dg - 0.5 * limit * dsquare / rho, rho


@compiled(inline=True)
def newton(limit: float, g: float, dg: float, square: float, dsquare: float) -> Triple:
    """Return (f, f', 1 / f') by one division."""
    rho = math.sqrt(square)
    turned = dg * rho - 0.5 * limit * dsquare
    inverse = 1.0 / (rho * turned)
    return g - limit * rho, turned * turned * inverse, square * inverse


@compiled(inline=True)
def within(g: Six, square: Six, rest: Pair, u: float, w: float) -> Quadruple:
    """Return g and rho^2, each with its derivative, at the share u of a step from its quintics.

    rest is that of `rests`, w one over the step's length.
    """
    z = u * (1.0 - u)
    cube = z * z * z
    at, rate = _value_and_slope(g, u)
    at2, rate2 = _value_and_slope(square, u)
    # The rests are so small that no slope shows them.
    return at + cube * rest[0], rate * w, at2 + cube * rest[1], rate2 * w


@compiled(inline=True)
def _value_and_slope(p: Six, u: float) -> Pair:
    """Return a polynomial and its first derivative by u, both by Horner's rule."""
    value = p[4] + u * p[5]
    slope = value + u * p[5]
    value = p[3] + u * value
    slope = value + u * slope
    value = p[2] + u * value
    slope = value + u * slope
    value = p[1] + u * value
    slope = value + u * slope
    return p[0] + u * value, slope


@compiled(inline=True)
def rests(own: float, body0: Vectors, body1: Vectors, h: float) -> Pair:
    """Return c of g and of rho^2 in the middle of a step of h seconds, between two ends.

    own is that of `at_end`.
    """
    x0, v0, a0, n0, m0, b0 = body0
    x1, v1, a1, n1, m1, b1 = body1
    x = _middle_of(x0, v0, a0, x1, v1, a1, h)
    square = _middle(
        dot(x0, x0), 2.0 * dot(x0, v0), 2.0 * (dot(v0, v0) + dot(x0, a0)),
        dot(x1, x1), 2.0 * dot(x1, v1), 2.0 * (dot(v1, v1) + dot(x1, a1)), h,
    )  # fmt: skip
    if own == 1.0:
        # The normal of a site stays: g is a quintic.
        return 0.0, 64.0 * (dot(x, x) - square)
    n = _middle_of(n0, m0, b0, n1, m1, b1, h)
    g = _middle(
        dot(x0, n0), dot(v0, n0) + dot(x0, m0), dot(a0, n0) + 2.0 * dot(v0, m0) + dot(x0, b0),
        dot(x1, n1), dot(v1, n1) + dot(x1, m1), dot(a1, n1) + 2.0 * dot(v1, m1) + dot(x1, b1), h,
    )  # fmt: skip
    return 64.0 * (dot(x, n) - g), 64.0 * (dot(x, x) - square)


@compiled(inline=True)
def _middle(f0: float, d0: float, b0: float, f1: float, d1: float, b1: float, h: float) -> float:
    """Return the value in the middle of the quintic through value, rate and bend at both ends."""
    return 0.5 * (f0 + f1) + h * (5.0 / 32.0 * (d0 - d1) + h / 64.0 * (b0 + b1))


@compiled(inline=True)
def _middle_of(
    x0: Triple, v0: Triple, a0: Triple, x1: Triple, v1: Triple, a1: Triple, h: float
) -> Triple:
    return (
        _middle(x0[0], v0[0], a0[0], x1[0], v1[0], a1[0], h),
        _middle(x0[1], v0[1], a0[1], x1[1], v1[1], a1[1], h),
        _middle(x0[2], v0[2], a0[2], x1[2], v1[2], a1[2], h),
    )
