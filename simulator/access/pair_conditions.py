"""The conditions of a link: functions of two satellites, their slopes, bounds on their curvature.

Units: metres, seconds. Of both tracks only position, velocity and acceleration are used; the axes
may turn, for nothing but lengths and inner products counts. What blocks a line is a sphere: for an
ellipsoid both tracks come in Earth-fixed axes scaled so that it is one
(`earth.sphere_of_ellipsoid`). Scaled polynomials are polynomials, so the proof is exact.

With x1, x2 the places and d = x2 - x1, each condition is a polynomial in the three scalars
A = x1 . x1, B = x2 . x2 and D = d . d, true where it is >= 0:

    range          L^2 - D
    line of sight  p q - min(g, 0)^2 - min(p, 0)^2 - min(q, 0)^2,
                   p = A - S, q = B - S, g = x1 . x2 - S = (A + B - D) / 2 - S
    level at 1     s^2 A D - e^2,  e = d . x1 = (B - A - D) / 2
    level at 2     s^2 B D - e^2,  e = d . x2 = (B - A + D) / 2

S is the square of the blocking radius, s the sine of the largest angle between link and horizontal.
The line of sight follows from the tangents of lengths sqrt(p) and sqrt(q) to the blocking sphere:
the straight line passes clear where g >= -sqrt(p) sqrt(q). Squared, it neither bends infinitely
where a satellite meets the sphere nor needs an angle; its last two terms are those of a satellite
inside the sphere, from where no line passes clear.

Between two nodes of either satellite a scalar x has a bounded third derivative T, from the corners
of the quintics' Bernstein form (`orbits.bounds`). The values at both ends then bound |x''|, |x'|
and |x| (`bounds_within`), and the product rule makes of them m with |f''| <= m, on which the search
of `roots` rests.
"""

from __future__ import annotations

from simulator.compiled import compiled
from simulator.orbits import (
    Floats,
    Nine,
    Pair,
    Six,
    Triple,
    bends_at,
    bounds_within,
    by_component,
    slopes_at,
    squared_length,
    values_at,
)

Scalars = tuple[Triple, Triple, Triple]  # A, B, D, each with first and second derivative

# Numbered on from the kinds of `conditions`, so that one search serves both.
RANGE = 9  # limit = square of the greatest distance
SIGHT = 10  # limit = square of the blocking radius
LEVEL_FIRST = 11  # limit = square of the sine of the largest angle to the horizontal
LEVEL_SECOND = 12
FIRST_OF_PAIRS = RANGE


@compiled(inline=True)
def motion_at(x: Six, y: Six, z: Six, h: float, tau: float) -> Nine:
    """Return place, velocity and acceleration at tau seconds into a step h long, of quintics."""
    u, w = tau / h, 1.0 / h
    p, v, a = values_at(x, y, z, u), slopes_at(x, y, z, u, w), bends_at(x, y, z, u, w)
    return p[0], p[1], p[2], v[0], v[1], v[2], a[0], a[1], a[2]


@compiled(inline=True)
def apart(p: Nine, q: Nine) -> Nine:
    """Return d and its derivatives, from the first satellite's motion to the second's."""
    return (
        q[0] - p[0], q[1] - p[1], q[2] - p[2],
        q[3] - p[3], q[4] - p[4], q[5] - p[5],
        q[6] - p[6], q[7] - p[7], q[8] - p[8],
    )  # fmt: skip


@compiled(inline=True)
def scalars_of(p: Nine, q: Nine) -> Scalars:
    return squared_length(p), squared_length(q), squared_length(apart(p, q))


@compiled(inline=True)
def _inner(kind: int, limit: float, scalars: Scalars) -> Triple:
    """Return the inner product that a condition squares, with its first and second derivative."""
    a, b, d = scalars
    if kind == SIGHT:
        return (
            0.5 * (a[0] + b[0] - d[0]) - limit,
            0.5 * (a[1] + b[1] - d[1]),
            0.5 * (a[2] + b[2] - d[2]),
        )
    sign = -1.0 if kind == LEVEL_FIRST else 1.0
    return (
        0.5 * (b[0] - a[0] + sign * d[0]),
        0.5 * (b[1] - a[1] + sign * d[1]),
        0.5 * (b[2] - a[2] + sign * d[2]),
    )


@compiled(inline=True)
def pair_condition(kind: int, limit: float, scalars: Scalars) -> Pair:
    """Return (f, f') of one condition."""
    a, b, d = scalars
    if kind == RANGE:
        return limit - d[0], -d[1]
    e = _inner(kind, limit, scalars)
    if kind == SIGHT:
        p, q = a[0] - limit, b[0] - limit
        g, under, below = min(0.0, e[0]), min(0.0, p), min(0.0, q)
        f = p * q - g * g - (under * under + below * below)
        inside = under * a[1] + below * b[1]
        return f, (a[1] * q + p * b[1]) - 2.0 * (g * e[1] + inside)
    r = a if kind == LEVEL_FIRST else b
    f = limit * r[0] * d[0] - e[0] * e[0]
    return f, limit * (r[1] * d[0] + r[0] * d[1]) - 2.0 * e[0] * e[1]


# Not inline: in the search that serves sites as well its code would stand in the way of theirs.
@compiled
def pair_condition_at(kind: int, limit: float, c: Floats, steps: Floats, tau: float) -> Pair:
    """Return (f, f') at tau seconds from where a search began.

    c (36,) holds the quintics of the first satellite's step, then of the second's; steps (4,): how
    far into it the search began and how long it is, of the first, then of the second.
    """
    rows = by_component(c)
    p = motion_at(rows[0], rows[1], rows[2], steps[1], tau + steps[0])
    q = motion_at(rows[3], rows[4], rows[5], steps[3], tau + steps[2])
    return pair_condition(kind, limit, scalars_of(p, q))


@compiled(inline=True)
def _product(x: Triple, y: Triple) -> float:
    """Return a bound on (x y)'' from bounds on the factors and their derivatives."""
    return x[2] * y[0] + 2.0 * x[1] * y[1] + x[0] * y[2]


@compiled(inline=True)
def _third(size: Triple, jerk: float) -> float:
    """Return a bound on (x . x)''' from bounds on the lengths of x, x', x'' and x'''."""
    return 2.0 * (3.0 * size[1] * size[2] + size[0] * jerk)


@compiled(inline=True)
def _mixed_third(x: Triple, x3: float, y: Triple, y3: float) -> float:
    """Return a bound on (x . y)''' from bounds on the lengths of both and their derivatives."""
    return x3 * y[0] + 3.0 * (x[2] * y[1] + x[1] * y[2]) + x[0] * y3


@compiled(inline=True)
def _less(x: Triple, shift: float) -> Triple:
    return x[0] - shift, x[1], x[2]


@compiled(inline=True)
def pair_curvature(
    kind: int,
    limit: float,
    before: Scalars,
    after: Scalars,
    size: Triple,
    jerk: float,
    bounds1: Floats,
    bounds2: Floats,
    h: float,
) -> float:
    """Return m with |f''| <= m over h seconds within a step of both satellites.

    before, after hold the scalars at its ends; size and jerk bound the lengths of d, d', d'' and
    d'''; bounds1, bounds2 are both satellites' rows of `step_bounds`.
    """
    if kind == RANGE:
        return bounds_within(before[2], after[2], _third(size, jerk), h)[2]
    x1, jerk1 = (bounds1[0], bounds1[1], bounds1[2]), bounds1[3]
    x2, jerk2 = (bounds2[0], bounds2[1], bounds2[2]), bounds2[3]
    shift = limit if kind == SIGHT else 0.0
    a = bounds_within(_less(before[0], shift), _less(after[0], shift), _third(x1, jerk1), h)
    b = bounds_within(_less(before[1], shift), _less(after[1], shift), _third(x2, jerk2), h)
    e0, e1 = _inner(kind, limit, before), _inner(kind, limit, after)
    if kind == SIGHT:
        e = bounds_within(e0, e1, _mixed_third(x1, jerk1, x2, jerk2), h)
        m = _product(a, b)
        # min(x, 0)^2 bends only where x is negative: a square counts only where its factor may
        # fall below zero, which the chord between both ends and its error tell.
        if min(e0[0], e1[0]) < 0.125 * e[2] * h * h:
            m += _product(e, e)
        if min(before[0][0], after[0][0]) - limit < 0.125 * a[2] * h * h:
            m += _product(a, a)
        if min(before[1][0], after[1][0]) - limit < 0.125 * b[2] * h * h:
            m += _product(b, b)
        return m
    d = bounds_within(before[2], after[2], _third(size, jerk), h)
    if kind == LEVEL_FIRST:
        e = bounds_within(e0, e1, _mixed_third(size, jerk, x1, jerk1), h)
        return limit * _product(a, d) + _product(e, e)
    e = bounds_within(e0, e1, _mixed_third(size, jerk, x2, jerk2), h)
    return limit * _product(b, d) + _product(e, e)
