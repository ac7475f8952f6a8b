"""The compiled search: every sign change of the leading condition, over all sites and steps.

Units: metres, seconds, radians, Earth-fixed axes. `conditions` says what a condition is, `roots`
how a sign change is proved, `footprint` which sites a step looks at.

The sites in a step's footprint share its polynomial and differ in six numbers each, so they go
through in batches of lanes, an array for each quantity: one loop evaluates both ends of the step
and its envelope, a second takes each bracket of a sign change through a fixed recipe (cubic guess,
one or two true evaluations, bound on the error, proof of no second root). Neither loop branches,
so both compile to vector instructions; lanes that the recipe leaves unproved go one by one through
the general search. Three things keep them vector loops: what they call takes numbers and tuples,
never arrays, whose reference counts may stay in the loop; every quantity lies at a constant offset
in one array; and the kind of condition is a constant.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.access.conditions import (
    ELEVATION,
    OFF_NADIR,
    Seven,
    condition,
    condition_at,
    curvature,
    length,
    less,
    nearest,
    step_bounds,
    vectors,
)
from simulator.access.footprint import belt, candidates
from simulator.access.roots import (
    ROOT_BOUND_S,
    STACK,
    cubic_guess,
    envelope,
    search,
    stays,
)
from simulator.compiled import compiled
from simulator.orbits import Floats, Integers, Rows, Six, Triple, by_component, coefficients

# Rows of the batches, each _ROOM lanes long: a site, a bracket, and what comes of them. A lane that
# is open may give two brackets.
_VECTOR = 8
_BATCH = 64
_ROOM = 2 * _BATCH
_PX, _PY, _PZ, _QX, _QY, _QZ = (row * _ROOM for row in range(6))
_M, _A, _FA, _DA, _B, _FB, _DB = (row * _ROOM for row in range(6, 13))
_KEY, _TAU = 13 * _ROOM, 14 * _ROOM
_ROWS = 15
# What a lane needs: its bracket settled, a look inside, or (0) nothing.
_CROSSED = 1.0
_OPEN = 2.0


@compiled(inline=True)
def _classify(
    kind: int,
    limit: float,
    s0: Floats,
    s1: Floats,
    h: float,
    bounds: Seven,
    lanes: int,
    w: Floats,
) -> None:
    """Evaluate both ends of a step for each lane and set what it needs as its key.

    The key is _CROSSED for unlike signs, _OPEN where the envelope leaves a window possible, or 0.
    """
    x0, v0, _a0, n0, m0, _b0 = vectors(s0)
    x1, v1, _a1, n1, m1, _b1 = vectors(s1)
    chord = less(x1, x0)
    chord2 = chord[0] ** 2 + chord[1] ** 2 + chord[2] ** 2
    sag = bounds[1] * h * h / 8.0
    # No point of the path is farther from the nearer end than half the way.
    stray = 0.5 * bounds[0] * h
    for j in range(lanes):
        p = (w[_PX + j], w[_PY + j], w[_PZ + j])
        q = (w[_QX + j], w[_QY + j], w[_QZ + j])
        f0, d0, rho0 = condition(kind, limit, x0, v0, n0, m0, p, q)
        f1, d1, rho1 = condition(kind, limit, x1, v1, n1, m1, p, q)
        near = nearest(x0, chord, chord2, sag, p)
        m = curvature(kind, limit, bounds, near, max(rho0, rho1) + stray)
        g = -1.0 if f0 >= 0.0 else 1.0
        t, height = envelope(g * f0, g * d0, g * f1, g * d1, h, m)
        w[_FA + j] = f0
        w[_DA + j] = d0
        w[_FB + j] = f1
        w[_DB + j] = d1
        w[_M + j] = m
        w[_TAU + j] = t
        w[_KEY + j] = _CROSSED if (f0 >= 0.0) != (f1 >= 0.0) else (_OPEN if height >= 0.0 else 0.0)


@compiled(inline=True)
def _newton(
    kind: int,
    limit: float,
    rows: Rows,
    h: float,
    s: Six,
    a: float,
    b: float,
    c2: float,
    c3: float,
    tau: float,
) -> tuple[float, float, float, float]:
    """Return (better root, Newton's step, f', bend at tau) from tau in [a, b].

    The bend of the cubic with coefficients c2 and c3 corrects the step (Halley).
    """
    f, df, _rho = condition_at(kind, limit, rows, h, tau, s)
    inv = 1.0 / df
    step = -f * inv
    bend = 2.0 * c2 + 6.0 * c3 * (tau - a)
    r = tau + step - 0.5 * bend * inv * step * step
    r = min(b if step > 0.0 else tau, max(tau if step > 0.0 else a, r))
    return r, step, df, bend


@compiled(inline=True)
def _settle(
    kind: int, rounds: int, limit: float, c: Floats, h: float, lanes: int, w: Floats
) -> None:
    """Find the root in each lane's bracket and prove that it is the only one.

    Same steps as those of `roots`, rounds of them at most 2. The key is the direction of the sign
    change, or 0 where nothing is proved.
    """
    rows = by_component(c)
    for j in range(lanes):
        s = (w[_PX + j], w[_PY + j], w[_PZ + j], w[_QX + j], w[_QY + j], w[_QZ + j])
        left = (w[_A + j], w[_FA + j], w[_DA + j])
        right = (w[_B + j], w[_FB + j], w[_DB + j])
        a, b = left[0], right[0]
        m = w[_M + j]
        x, c2, c3 = cubic_guess(left, right)
        tau = a + x
        r, step, df, bend = _newton(kind, limit, rows, h, s, a, b, c2, c3, tau)
        if rounds == 2:
            tau = r
            r, step, df, bend = _newton(kind, limit, rows, h, s, a, b, c2, c3, tau)
        g = 1.0 if right[1] >= 0.0 else -1.0
        sure = (g * df > 0.0) & (tau + step >= a) & (tau + step <= b)
        # Newton's error after this step is at most m step^2 / (2 |f'|).
        sure &= m * step * step < 2.0 * ROOT_BOUND_S * abs(df)
        root = (r, 0.0, df + bend * step)
        sure &= stays(g, left, root, m) & stays(-g, root, right, m)
        w[_TAU + j] = r
        w[_KEY + j] = g if sure else 0.0


@compiled
def _classified(
    kind: int, limit: float, s0: Floats, s1: Floats, h: float, bounds: Seven, lanes: int, w: Floats
) -> None:
    """`_classify` compiled for each kind that leads a search, as a vector loop must be."""
    if kind == ELEVATION:
        _classify(ELEVATION, limit, s0, s1, h, bounds, lanes, w)
    else:
        _classify(OFF_NADIR, limit, s0, s1, h, bounds, lanes, w)


@compiled
def _settled(kind: int, limit: float, c: Floats, h: float, lanes: int, w: Floats) -> None:
    """`_settle` compiled for each kind that leads a search, as a vector loop must be.

    At the horizon f is nearly straight and one round proves the root; a cone's rim takes two.
    """
    if kind == ELEVATION:
        _settle(ELEVATION, 1, limit, c, h, lanes, w)
    else:
        _settle(OFF_NADIR, 2, limit, c, h, lanes, w)


@compiled(inline=True)
def _place(w: Floats, j: int, sites: Floats, i: int) -> None:
    """Give lane j site i."""
    w[_PX + j] = sites[i, 0]
    w[_PY + j] = sites[i, 1]
    w[_PZ + j] = sites[i, 2]
    w[_QX + j] = sites[i, 3]
    w[_QY + j] = sites[i, 4]
    w[_QZ + j] = sites[i, 5]


@compiled(inline=True)
def _bracket(w: Floats, j: int, m: float, left: Triple, right: Triple) -> None:
    """Give lane j two ends of unlike sign."""
    w[_M + j] = m
    w[_A + j], w[_FA + j], w[_DA + j] = left
    w[_B + j], w[_FB + j], w[_DB + j] = right


@compiled(inline=True)
def _filled(w: Floats, n: int) -> int:
    """Repeat the last of n lanes up to a whole number of vectors; return the lanes then in use."""
    lanes = (n + _VECTOR - 1) // _VECTOR * _VECTOR
    for j in range(n, lanes):
        for row in range(0, _KEY, _ROOM):
            w[row + j] = w[row + n - 1]
    return lanes


# Over 60 lines: a helper of a dozen arrays counts references to each at every batch of lanes, which
# costs the search a twentieth of its time, even where it is compiled into its caller.
@compiled
def scan(
    kind: int,
    limit: float,
    time_s: Floats,
    state: Floats,
    first: int,
    last: int,
    sites: Floats,
    longitudes: Floats,
    bands: Integers,
    band_rad: float,
    least_radius: float,
    site_out: Integers,
    time_out: Floats,
    used: int,
) -> tuple[int, int]:
    """Write the sign changes in steps first..last-1 from row `used`; return (next step, used).

    kind is ELEVATION or OFF_NADIR. A change is its site and its instant, the latter negative where
    the condition ceases. sites (P, 9): position, normal, unit direction, sorted by band then
    longitude; bands (B + 1,): where each latitude band of height band_rad starts. The next step is
    below `last` where the output arrays are full: grow them and go on from there.
    """
    stack = np.empty((STACK, 6))
    roots = np.empty((64, 2))
    c = np.empty(36)
    near = np.empty(sites.shape[0], dtype=np.int64)
    ends = np.zeros(_ROWS * _ROOM)
    edges = np.zeros(_ROWS * _ROOM)
    owner = np.empty(_ROOM, dtype=np.int64)
    south, north = belt(kind, limit, time_s, state, first, last, bands, band_rad, least_radius)
    sine1 = state[first, 2] / length(vectors(state[first])[0])
    for k in range(first, last):
        # What a full output cuts short is searched again whole: rows from here on don't count.
        mark = used
        s0 = state[k]
        s1 = state[k + 1]
        sine0 = sine1
        sine1 = s1[2] / length(vectors(s1)[0])
        if (sine0 < south and sine1 < south) or (sine0 > north and sine1 > north):
            continue
        h = time_s[k + 1] - time_s[k]
        bounds = step_bounds(s0, s1, h)
        count = candidates(
            kind, limit, s0, s1, bounds[5], sites, longitudes, bands, band_rad, least_radius, near
        )
        if count == 0:
            continue
        coefficients(s0, s1, h, c)
        for base in range(0, count, _BATCH):
            n = min(_BATCH, count - base)
            for j in range(n):
                _place(ends, j, sites, near[base + j])
            _classified(kind, limit, s0, s1, h, bounds, _filled(ends, n), ends)
            brackets = 0
            for j in range(n):
                key = ends[_KEY + j]
                if key == 0.0:
                    continue
                i = near[base + j]
                m = ends[_M + j]
                left = (0.0, ends[_FA + j], ends[_DA + j])
                right = (h, ends[_FB + j], ends[_DB + j])
                if key == _CROSSED:
                    owner[brackets] = i
                    _place(edges, brackets, sites, i)
                    _bracket(edges, brackets, m, left, right)
                    brackets += 1
                    continue
                # One look inside settles most steps that the envelope leaves open.
                g = -1.0 if left[1] >= 0.0 else 1.0
                t = ends[_TAU + j]
                if g * left[2] > 0.0 and g * right[2] < 0.0:
                    t = h * left[2] / (left[2] - right[2])
                s = sites[i]
                f, df, _rho = condition_at(kind, limit, by_component(c), h, t, s)
                middle = (t, f, df)
                if (f >= 0.0) != (left[1] >= 0.0):
                    for half in range(2):
                        owner[brackets] = i
                        _place(edges, brackets, sites, i)
                        if half == 0:
                            _bracket(edges, brackets, m, left, middle)
                        else:
                            _bracket(edges, brackets, m, middle, right)
                        brackets += 1
                    continue
                if stays(g, left, middle, m) and stays(g, middle, right, m):
                    continue
                changes = search(kind, limit, c, h, s, m, left, right, stack, roots)
                if used + changes > time_out.shape[0]:
                    return k, mark
                used = _write(site_out, time_out, used, i, time_s[k], changes, roots)
            if brackets == 0:
                continue
            _settled(kind, limit, c, h, _filled(edges, brackets), edges)
            for j in range(brackets):
                key = edges[_KEY + j]
                changes = 1
                if key == 0.0:
                    left = (edges[_A + j], edges[_FA + j], edges[_DA + j])
                    right = (edges[_B + j], edges[_FB + j], edges[_DB + j])
                    s, m = sites[owner[j]], edges[_M + j]
                    changes = search(kind, limit, c, h, s, m, left, right, stack, roots)
                else:
                    roots[0, 0] = edges[_TAU + j]
                    roots[0, 1] = key
                if used + changes > time_out.shape[0]:
                    return k, mark
                used = _write(site_out, time_out, used, owner[j], time_s[k], changes, roots)
    return last, used


@compiled(inline=True)
def _write(
    site_out: Integers,
    time_out: Floats,
    used: int,
    site: int,
    start_s: float,
    count: int,
    roots: Floats,
) -> int:
    """Write the roots of one site from row `used` on; return the next row."""
    for n in range(count):
        site_out[used] = site
        time_out[used] = math.copysign(start_s + roots[n, 0], roots[n, 1])
        used += 1
    return used
