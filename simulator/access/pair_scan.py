"""The compiled crosslink kernel: every instant at which a condition on two satellites changes sign.

Units: metres, seconds. Tracks are those of `simulator.access`, of which only position,
velocity and acceleration are used; the axes may turn, for nothing but lengths and inner products
counts. What blocks a line is a sphere: for an ellipsoid both tracks come in Earth-fixed axes scaled
so that it is one (`geometry.sphere_of_ellipsoid`). Scaled polynomials are polynomials, so the proof
is exact.

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
of the quintics' Bernstein form (Farouki 2012, Computer Aided Geometric Design 29). The values at
both ends then bound |x''| by the greater of them plus T h / 2, and |x'| and |x| by the greater plus
T h^2 / 8 and max|x''| h^2 / 8 (the error of the chord). The product rule makes of them m with
|f''| <= m, and the search is the branch and bound of `roots`: a piece is
dismissed only where the parabolas of curvature m from both its ends leave no room for a root, a
root is taken only where m leaves the slope no room for a second. All conditions of a step are
searched together, and a step on which one of them fails throughout costs no search.
"""

from __future__ import annotations

import numpy as np

from simulator.access.roots import push
from simulator.compiled import compiled
from simulator.orbits import (
    SHORTEST_S,
    Booleans,
    Floats,
    Integers,
    Nine,
    Pair,
    Triple,
    bounds_within,
    jerk_bound,
    length_bounds,
    node,
    squared_length,
)

Scalars = tuple[Triple, Triple, Triple]  # A, B, D, each with first and second derivative

RANGE = 0  # limit = square of the greatest distance
SIGHT = 1  # limit = square of the blocking radius
LEVEL_FIRST = 2  # limit = square of the sine of the largest angle to the horizontal
LEVEL_SECOND = 3

_ROOT_STEP_S = 1e-7
_STACK = 512  # pieces shrink to nine tenths or less: fewer than 250 wait at once
_ROOTS = 256  # the conditions of one step, polynomials all, have at most 100
_AS_BEFORE, _SEARCH, _NEVER = range(3)


@compiled(inline=True)
def _fill(state: Floats, k: int, h: float, out: Floats) -> None:
    """Fill out (18,): six power coefficients in u = tau / h of each component of one step."""
    for i in range(3):
        j = 6 * i
        v0, v1 = state[k, i + 3] * h, state[k + 1, i + 3] * h
        a0, a1 = state[k, i + 6] * h * h, state[k + 1, i + 6] * h * h
        d = state[k + 1, i] - state[k, i]
        out[j] = state[k, i]
        out[j + 1] = v0
        out[j + 2] = 0.5 * a0
        out[j + 3] = 10.0 * d - 6.0 * v0 - 4.0 * v1 - 1.5 * a0 + 0.5 * a1
        out[j + 4] = -15.0 * d + 8.0 * v0 + 7.0 * v1 + 1.5 * a0 - a1
        out[j + 5] = 6.0 * d - 3.0 * (v0 + v1) - 0.5 * a0 + 0.5 * a1


@compiled(inline=True)
def _component(c: Floats, j: int, u: float, w: float) -> Triple:
    c2, c3, c4, c5 = c[j + 2], c[j + 3], c[j + 4], c[j + 5]
    return (
        c[j] + u * (c[j + 1] + u * (c2 + u * (c3 + u * (c4 + u * c5)))),
        (c[j + 1] + u * (2.0 * c2 + u * (3.0 * c3 + u * (4.0 * c4 + u * 5.0 * c5)))) * w,
        (2.0 * c2 + u * (6.0 * c3 + u * (12.0 * c4 + u * 20.0 * c5))) * w * w,
    )


@compiled(inline=True)
def _body(c: Floats, h: float, tau: float) -> Nine:
    """Return place, velocity and acceleration at tau seconds into a step."""
    u, w = tau / h, 1.0 / h
    x, y, z = _component(c, 0, u, w), _component(c, 6, u, w), _component(c, 12, u, w)
    return x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]


@compiled(inline=True)
def _between(p: Nine, q: Nine) -> Nine:
    return (
        q[0] - p[0], q[1] - p[1], q[2] - p[2],
        q[3] - p[3], q[4] - p[4], q[5] - p[5],
        q[6] - p[6], q[7] - p[7], q[8] - p[8],
    )  # fmt: skip


@compiled(inline=True)
def _cross(kind: int, limit: float, scalars: Scalars) -> Triple:
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
def _condition(kind: int, limit: float, scalars: Scalars) -> Pair:
    """Return (f, f') of one condition."""
    a, b, d = scalars
    if kind == RANGE:
        return limit - d[0], -d[1]
    e = _cross(kind, limit, scalars)
    if kind == SIGHT:
        p, q = a[0] - limit, b[0] - limit
        g, under, below = min(0.0, e[0]), min(0.0, p), min(0.0, q)
        f = p * q - g * g - (under * under + below * below)
        inside = under * a[1] + below * b[1]
        return f, (a[1] * q + p * b[1]) - 2.0 * (g * e[1] + inside)
    r = a if kind == LEVEL_FIRST else b
    return limit * r[0] * d[0] - e[0] * e[0], limit * (r[1] * d[0] + r[0] * d[1]) - 2.0 * e[0] * e[
        1
    ]


@compiled(inline=True)
def _product(x: Triple, y: Triple) -> float:
    """Return a bound on (x y)'' from bounds on the factors and their derivatives."""
    return x[2] * y[0] + 2.0 * x[1] * y[1] + x[0] * y[2]


@compiled(inline=True)
def _curvature(
    kind: int,
    limit: float,
    here: Scalars,
    there: Scalars,
    size: Triple,
    jerk: float,
    one: Floats,
    two: Floats,
    h: float,
) -> float:
    """Return m with |f''| <= m over a step.

    here, there hold the scalars at its ends; size and jerk bound lengths of d, d', d'' and d''';
    one, two are both satellites' rows of `step_bounds`.
    """
    if kind == RANGE:
        third = 2.0 * (3.0 * size[1] * size[2] + size[0] * jerk)
        return bounds_within(here[2], there[2], third, h)[2]
    shift = limit if kind == SIGHT else 0.0
    third = 2.0 * (3.0 * one[1] * one[2] + one[0] * one[3])
    a = bounds_within(_less(here[0], shift), _less(there[0], shift), third, h)
    third = 2.0 * (3.0 * two[1] * two[2] + two[0] * two[3])
    b = bounds_within(_less(here[1], shift), _less(there[1], shift), third, h)
    e0, e1 = _cross(kind, limit, here), _cross(kind, limit, there)
    if kind == SIGHT:
        third = one[3] * two[0] + 3.0 * (one[2] * two[1] + one[1] * two[2]) + one[0] * two[3]
        e = bounds_within(e0, e1, third, h)
        m = _product(a, b)
        # A square counts only where its factor may fall below zero.
        if min(e0[0], e1[0]) < 0.125 * e[2] * h * h:
            m += _product(e, e)
        if min(here[0][0], there[0][0]) - limit < 0.125 * a[2] * h * h:
            m += _product(a, a)
        if min(here[1][0], there[1][0]) - limit < 0.125 * b[2] * h * h:
            m += _product(b, b)
        return m
    third = 2.0 * (3.0 * size[1] * size[2] + size[0] * jerk)
    d = bounds_within(here[2], there[2], third, h)
    own = one if kind == LEVEL_FIRST else two
    third = jerk * own[0] + 3.0 * (size[2] * own[1] + size[1] * own[2]) + size[0] * own[3]
    e = bounds_within(e0, e1, third, h)
    return limit * _product(a if kind == LEVEL_FIRST else b, d) + _product(e, e)


@compiled(inline=True)
def _less(x: Triple, shift: float) -> Triple:
    return x[0] - shift, x[1], x[2]


@compiled(inline=True)
def _height(fa: float, da: float, fb: float, db: float, w: float, m: float) -> Pair:
    """Return (place, height) where the two parabolas above f < 0 meet.

    f <= fa + da t + m t^2 / 2 and f <= fb - db (w - t) + m (w - t)^2 / 2.
    """
    slope = da - db + m * w
    if slope <= 0.0:
        return 0.5 * w, max(fa, fb)
    t = min(w, max(0.0, (fb - db * w + 0.5 * m * w * w - fa) / slope))
    return t, fa + da * t + 0.5 * m * t * t


@compiled(inline=True)
def _settled(fa: float, da: float, fb: float, db: float, w: float, m: float) -> bool:
    """Return whether f, of one sign at both ends, is proved to keep it."""
    if fa >= 0.0:
        return _height(-fa, -da, -fb, -db, w, m)[1] <= 0.0
    return _height(fa, da, fb, db, w, m)[1] < 0.0


@compiled(inline=True)
def _at(kind: int, limit: float, c: Floats, place: Floats, tau: float) -> Pair:
    """Return (f, f') at tau: c (2, 18) both quintics, place how far into which step they begin."""
    p = _body(c[0], place[1], tau + place[0])
    q = _body(c[1], place[3], tau + place[2])
    return _condition(
        kind, limit, (squared_length(p), squared_length(q), squared_length(_between(p, q)))
    )


@compiled
def _root(
    kind: int,
    limit: float,
    c: Floats,
    place: Floats,
    a: float,
    fa: float,
    b: float,
    fb: float,
) -> float:
    """Return the only root of f in [a, b], fa and fb of unlike sign: Newton kept in a bracket."""
    rising = fb >= 0.0
    tau = a + (b - a) * fa / (fa - fb)
    for _ in range(80):
        f, df = _at(kind, limit, c, place, tau)
        if (f >= 0.0) == rising:
            b = tau
        else:
            a = tau
        new = tau - f / df if df != 0.0 else a
        if not a <= new <= b:
            new = 0.5 * (a + b)
        step = abs(new - tau)
        tau = new
        if step < _ROOT_STEP_S:
            break
    return tau


@compiled
def _search(
    kind: int,
    limit: float,
    c: Floats,
    place: Floats,
    m: float,
    w: float,
    f0: Pair,
    f1: Pair,
    stack: Floats,
    roots: Floats,
    count: int,
) -> int:
    """Add to roots (rows of time, sign) all sign changes of f in [0, w]; return how many rows.

    sign is +1 where f becomes true, -1 where it ceases.
    """
    top = push(stack, 0, 0.0, f0[0], f0[1], w, f1[0], f1[1])
    while top > 0 and count < roots.shape[0]:
        top -= 1
        a, fa, da = stack[top, 0], stack[top, 1], stack[top, 2]
        b, fb, db = stack[top, 3], stack[top, 4], stack[top, 5]
        w = b - a
        t = 0.5 * w
        if (fa >= 0.0) != (fb >= 0.0):
            g = 1.0 if fb >= 0.0 else -1.0
            only = g * (da + db) > m * w
            if only or w < SHORTEST_S:
                roots[count, 0] = _root(kind, limit, c, place, a, fa, b, fb) if only else a + t
                roots[count, 1] = g
                count += 1
                continue
        else:
            if w < SHORTEST_S or _settled(fa, da, fb, db, w, m):
                continue
            g = -1.0 if fa >= 0.0 else 1.0
            # A hump between the ends has its top near here: one look shows whether it is a window.
            if g * da > 0.0 and g * db < 0.0:
                t = min(0.9 * w, max(0.1 * w, w * da / (da - db)))
        f, df = _at(kind, limit, c, place, a + t)
        top = push(stack, top, a + t, f, df, b, fb, db)
        top = push(stack, top, a, fa, da, a + t, f, df)
    return count


@compiled(inline=True)
def _reached(time_s: Floats, state: Floats, k: int, t: float, c: Floats) -> Nine:
    """Return place, velocity and acceleration at an instant of step k, its end mostly."""
    if t == time_s[k + 1]:
        return node(state, k + 1)
    h = time_s[k + 1] - time_s[k]
    _fill(state, k, h, c)
    return _body(c, h, t - time_s[k])


@compiled(inline=True)
def _judged(
    kinds: Integers,
    limits: Floats,
    p: Nine,
    q: Nine,
    one: Floats,
    two: Floats,
    h: float,
    here: Scalars,
    there: Scalars,
    f0: Floats,
    f1: Floats,
    m: Floats,
) -> int:
    """Fill f1 with values and rates at a step's end, m with bounds on |f''|; return a verdict.

    p, q are d and its derivatives at both ends. m is negative for a condition that keeps its sign.
    The verdict: _NEVER where a condition fails throughout, _SEARCH where one may change, or
    _AS_BEFORE.
    """
    jerk = jerk_bound(p, q, h)
    size = length_bounds(p, q, jerk, h)
    verdict = _AS_BEFORE
    for i in range(kinds.shape[0]):
        f1[i, 0], f1[i, 1] = _condition(kinds[i], limits[i], there)
        m[i] = -1.0
        if verdict == _NEVER:
            continue
        bound = _curvature(kinds[i], limits[i], here, there, size, jerk, one, two, h)
        crossed = (f0[i, 0] >= 0.0) != (f1[i, 0] >= 0.0)
        if crossed or not _settled(f0[i, 0], f0[i, 1], f1[i, 0], f1[i, 1], h, bound):
            m[i] = bound
            verdict = _SEARCH
        elif f0[i, 0] < 0.0:
            verdict = _NEVER
    return verdict


@compiled
def _changes(
    kinds: Integers,
    limits: Floats,
    c: Floats,
    place: Floats,
    m: Floats,
    w: float,
    f0: Floats,
    f1: Floats,
    stack: Floats,
    roots: Floats,
) -> int:
    """Fill roots with the sign changes of all conditions in a step, in order; return how many."""
    count = 0
    for i in range(kinds.shape[0]):
        if m[i] >= 0.0:
            count = _search(
                kinds[i], limits[i], c, place, m[i], w,
                (f0[i, 0], f0[i, 1]), (f1[i, 0], f1[i, 1]), stack, roots, count,
            )  # fmt: skip
    for i in range(1, count):
        j = i
        while j > 0 and roots[j - 1, 0] > roots[j, 0]:
            roots[j - 1, 0], roots[j, 0] = roots[j, 0], roots[j - 1, 0]
            roots[j - 1, 1], roots[j, 1] = roots[j, 1], roots[j - 1, 1]
            j -= 1
    return count


@compiled(inline=True)
def _step_at(time_s: Floats, t: float) -> int:
    k = int(np.searchsorted(time_s, t, side="right")) - 1
    last: int = time_s.shape[0] - 2
    return min(max(k, 0), last)


@compiled(inline=True)
def _failing(f: Floats) -> int:
    count = 0
    for i in range(f.shape[0]):
        count += 1 if f[i, 0] < 0.0 else 0
    return count


@compiled
def windows(
    time1: Floats,
    state1: Floats,
    steps1: Floats,
    time2: Floats,
    state2: Floats,
    steps2: Floats,
    kinds: Integers,
    limits: Floats,
    start_s: float,
    end_s: float,
) -> tuple[Floats, Booleans]:
    """Return where all conditions (N,) on two satellites hold in [start_s, end_s).

    steps1, steps2 are their `step_bounds`; both tracks cover the search. Returns start and end
    (W, 2), and cut (W, 2): cut by the start, by the end.
    """
    n = kinds.shape[0]
    stack, roots = np.empty((_STACK, 6)), np.empty((_ROOTS, 2))
    c, place = np.empty((2, 18)), np.empty(4)
    f0, f1, m = np.empty((n, 2)), np.empty((n, 2)), np.empty(n)
    out = np.empty((2 * _ROOTS, 2))
    w = 0
    k1, k2 = _step_at(time1, start_s), _step_at(time2, start_s)
    t = opened = start_s
    p = _reached(time1, state1, k1, t, c[0])
    q = _reached(time2, state2, k2, t, c[1])
    d0 = _between(p, q)
    here = (squared_length(p), squared_length(q), squared_length(d0))
    for i in range(n):
        f0[i, 0], f0[i, 1] = _condition(kinds[i], limits[i], here)
    failing = _failing(f0)
    from_start = failing == 0
    while t < end_s:
        until = min(end_s, min(time1[k1 + 1], time2[k2 + 1]))
        p = _reached(time1, state1, k1, until, c[0])
        q = _reached(time2, state2, k2, until, c[1])
        d1 = _between(p, q)
        there = (squared_length(p), squared_length(q), squared_length(d1))
        verdict = _judged(
            kinds, limits, d0, d1, steps1[k1], steps2[k2], until - t, here, there, f0, f1, m
        )
        if verdict == _SEARCH:
            place[0], place[1] = t - time1[k1], time1[k1 + 1] - time1[k1]
            place[2], place[3] = t - time2[k2], time2[k2 + 1] - time2[k2]
            _fill(state1, k1, place[1], c[0])
            _fill(state2, k2, place[3], c[1])
            found = _changes(kinds, limits, c, place, m, until - t, f0, f1, stack, roots)
            if w + found >= out.shape[0]:
                out = _wider(out)
            for r in range(found):
                at = t + roots[r, 0]
                if roots[r, 1] > 0.0:
                    failing -= 1
                    if failing == 0:
                        opened = at
                    continue
                failing += 1
                if failing == 1 and at > opened:
                    out[w, 0], out[w, 1] = opened, at
                    w += 1
        failing = _failing(f1)
        f0, f1 = f1, f0
        t, d0, here = until, d1, there
        k1 += 1 if until == time1[k1 + 1] else 0
        k2 += 1 if until == time2[k2 + 1] else 0
    to_end = failing == 0 and end_s > opened
    if to_end:
        out[w, 0], out[w, 1] = opened, end_s
        w += 1
    cut = np.zeros((w, 2), dtype=np.bool_)
    if w > 0:
        cut[0, 0] = from_start and out[0, 0] == start_s
        cut[w - 1, 1] = to_end
    return out[:w].copy(), cut


@compiled
def _wider(rows: Floats) -> Floats:
    out = np.empty((2 * rows.shape[0], rows.shape[1]))
    out[: rows.shape[0]] = rows
    return out
