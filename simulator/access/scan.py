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
    condition,
    condition_at,
    curvature,
    nearest,
    norm,
    step_bounds,
)
from simulator.access.footprint import belt, candidates
from simulator.access.roots import ROOT_BOUND_S, STACK, envelope, search
from simulator.compiled import compiled
from simulator.orbits import Booleans, Floats, Integers, Rows, Six, by_component, coefficients

WindowArrays = tuple[Integers, Floats, Floats, Booleans]

# Rows of the batches, each _ROOM lanes long: a site, a bracket, and what comes of them.
_VECTOR = 8
_BATCH = 64
_ROOM = 2 * _BATCH
_PX, _PY, _PZ, _QX, _QY, _QZ = (row * _ROOM for row in range(6))
_M, _A, _FA, _DA, _B, _FB, _DB = (row * _ROOM for row in range(6, 13))
_KEY, _TAU = 13 * _ROOM, 14 * _ROOM
_ROWS = 15
_CROSSED = 1.0
_OPEN = 2.0


@compiled(inline=True)
def _classify(
    kind: int,
    limit: float,
    s0: Floats,
    s1: Floats,
    h: float,
    bounds: Floats,
    chord: Floats,
    lanes: int,
    w: Floats,
) -> None:
    """Evaluate both ends of a step for each lane and set what it needs as its key.

    The key is _CROSSED for unlike signs, _OPEN where the envelope leaves a window possible, or 0.
    """
    chord2 = chord[0] ** 2 + chord[1] ** 2 + chord[2] ** 2
    sag = bounds[1] * h * h / 8.0
    stray = 0.5 * bounds[0] * h
    from0 = (s0[0], s0[1], s0[2])
    along = (chord[0], chord[1], chord[2])
    rates = (bounds[0], bounds[1], bounds[2], bounds[3], bounds[4], bounds[5], bounds[6])
    for j in range(lanes):
        p = (w[_PX + j], w[_PY + j], w[_PZ + j])
        q = (w[_QX + j], w[_QY + j], w[_QZ + j])
        f0, d0, rho0 = condition(
            kind, limit, s0[0], s0[1], s0[2], s0[3], s0[4], s0[5],
            s0[9], s0[10], s0[11], s0[12], s0[13], s0[14],
            p[0], p[1], p[2], q[0], q[1], q[2],
        )  # fmt: skip
        f1, d1, rho1 = condition(
            kind, limit, s1[0], s1[1], s1[2], s1[3], s1[4], s1[5],
            s1[9], s1[10], s1[11], s1[12], s1[13], s1[14],
            p[0], p[1], p[2], q[0], q[1], q[2],
        )  # fmt: skip
        near = nearest(from0, along, chord2, sag, p)
        m = curvature(kind, limit, rates, near, max(rho0, rho1) + stray)
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

    Same steps as `_root`, rounds of them at most 2. The key is the direction of the sign change,
    or 0 where nothing is proved.
    """
    rows = by_component(c)
    for j in range(lanes):
        s = (w[_PX + j], w[_PY + j], w[_PZ + j], w[_QX + j], w[_QY + j], w[_QZ + j])
        a = w[_A + j]
        b = w[_B + j]
        fa = w[_FA + j]
        da = w[_DA + j]
        fb = w[_FB + j]
        db = w[_DB + j]
        m = w[_M + j]
        width = b - a
        inv = 1.0 / width
        c2 = (3.0 * (fb - fa) * inv - 2.0 * da - db) * inv
        c3 = (2.0 * (fa - fb) * inv + da + db) * inv * inv
        x = width * fa / (fa - fb)
        for _ in range(2):
            cubic = fa + x * (da + x * (c2 + x * c3))
            slope = da + x * (2.0 * c2 + 3.0 * x * c3)
            x = min(width, max(0.0, x - cubic / slope))
        tau = a + x
        r, step, df, bend = _newton(kind, limit, rows, h, s, a, b, c2, c3, tau)
        if rounds == 2:
            tau = r
            r, step, df, bend = _newton(kind, limit, rows, h, s, a, b, c2, c3, tau)
        g = 1.0 if fb >= 0.0 else -1.0
        sure = (g * df > 0.0) & (tau + step >= a) & (tau + step <= b)
        # Newton's error after this step is at most m step^2 / (2 |f'|).
        sure &= m * step * step < 2.0 * ROOT_BOUND_S * abs(df)
        dr = df + bend * step
        _t, left = envelope(g * fa, g * da, 0.0, g * dr, r - a, m)
        _t, right = envelope(0.0, -g * dr, -g * fb, -g * db, b - r, m)
        w[_TAU + j] = r
        w[_KEY + j] = g if sure & (left < 0.0) & (right < 0.0) else 0.0


@compiled
def _classified(
    kind: int,
    limit: float,
    s0: Floats,
    s1: Floats,
    h: float,
    bounds: Floats,
    chord: Floats,
    lanes: int,
    w: Floats,
) -> None:
    """`_classify` compiled for each kind that leads a search, as a vector loop must be."""
    if kind == ELEVATION:
        _classify(ELEVATION, limit, s0, s1, h, bounds, chord, lanes, w)
    elif kind == OFF_NADIR:
        _classify(OFF_NADIR, limit, s0, s1, h, bounds, chord, lanes, w)
    else:
        _classify(kind, limit, s0, s1, h, bounds, chord, lanes, w)


@compiled
def _settled(kind: int, limit: float, c: Floats, h: float, lanes: int, w: Floats) -> None:
    """`_settle` compiled for each kind that leads a search, as a vector loop must be."""
    if kind == ELEVATION:
        _settle(ELEVATION, 1, limit, c, h, lanes, w)
    elif kind == OFF_NADIR:
        _settle(OFF_NADIR, 2, limit, c, h, lanes, w)
    else:
        _settle(kind, 2, limit, c, h, lanes, w)


@compiled(inline=True)
def _place(w: Floats, j: int, s: Floats) -> None:
    """Give lane j the site s."""
    w[_PX + j] = s[0]
    w[_PY + j] = s[1]
    w[_PZ + j] = s[2]
    w[_QX + j] = s[3]
    w[_QY + j] = s[4]
    w[_QZ + j] = s[5]


@compiled(inline=True)
def _bracket(
    w: Floats, j: int, m: float, a: float, fa: float, da: float, b: float, fb: float, db: float
) -> None:
    """Give lane j a bracket [a, b] of one sign change."""
    w[_M + j] = m
    w[_A + j] = a
    w[_FA + j] = fa
    w[_DA + j] = da
    w[_B + j] = b
    w[_FB + j] = fb
    w[_DB + j] = db


@compiled(inline=True)
def _filled(w: Floats, n: int) -> int:
    """Repeat the last of n lanes up to a whole number of vectors; return the lanes then in use."""
    lanes = (n + _VECTOR - 1) // _VECTOR * _VECTOR
    for j in range(n, lanes):
        for row in range(0, _KEY, _ROOM):
            w[row + j] = w[row + n - 1]
    return lanes


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

    A change is its site and its instant, the latter negative where the condition ceases.
    sites (P, 9): position, normal, unit direction, sorted by band then longitude; bands (B + 1,):
    where each latitude band of height band_rad starts. The next step is below `last` where the
    output arrays are full: grow them and go on from there.
    """
    stack = np.empty((STACK, 6))
    roots = np.empty((64, 2))
    c = np.empty(36)
    b = np.empty(7)
    chord = np.empty(3)
    near = np.empty(sites.shape[0], dtype=np.int64)
    ends = np.zeros(_ROWS * _ROOM)
    edges = np.zeros(_ROWS * _ROOM)
    owner = np.empty(_ROOM, dtype=np.int64)
    south, north = belt(kind, limit, time_s, state, first, last, bands, band_rad, least_radius)
    sine1 = state[first, 2] / norm(state[first], 0)
    for k in range(first, last):
        mark = used
        s0 = state[k]
        s1 = state[k + 1]
        sine0 = sine1
        sine1 = s1[2] / norm(s1, 0)
        if (sine0 < south and sine1 < south) or (sine0 > north and sine1 > north):
            continue
        h = time_s[k + 1] - time_s[k]
        step_bounds(s0, s1, h, b)
        for i in range(3):
            chord[i] = s1[i] - s0[i]
        count = candidates(
            kind, limit, s0, s1, b[5], sites, longitudes, bands, band_rad, least_radius, near
        )
        if count == 0:
            continue
        coefficients(s0, s1, h, c)
        for base in range(0, count, _BATCH):
            n = min(_BATCH, count - base)
            for j in range(n):
                _place(ends, j, sites[near[base + j]])
            _classified(kind, limit, s0, s1, h, b, chord, _filled(ends, n), ends)
            n_edges = 0
            for j in range(n):
                key = ends[_KEY + j]
                if key == 0.0:
                    continue
                i = near[base + j]
                s = sites[i]
                m = ends[_M + j]
                f0, d0 = ends[_FA + j], ends[_DA + j]
                f1, d1 = ends[_FB + j], ends[_DB + j]
                if key == _CROSSED:
                    owner[n_edges] = i
                    _place(edges, n_edges, s)
                    _bracket(edges, n_edges, m, 0.0, f0, d0, h, f1, d1)
                    n_edges += 1
                    continue
                # One look inside settles most steps that the envelope leaves open.
                g = -1.0 if f0 >= 0.0 else 1.0
                t = ends[_TAU + j]
                if g * d0 > 0.0 and g * d1 < 0.0:
                    t = h * d0 / (d0 - d1)
                f, df, _rho = condition_at(kind, limit, by_component(c), h, t, s)
                if (f >= 0.0) != (f0 >= 0.0):
                    for half in range(2):
                        owner[n_edges] = i
                        _place(edges, n_edges, s)
                        if half == 0:
                            _bracket(edges, n_edges, m, 0.0, f0, d0, t, f, df)
                        else:
                            _bracket(edges, n_edges, m, t, f, df, h, f1, d1)
                        n_edges += 1
                    continue
                _t, left = envelope(g * f0, g * d0, g * f, g * df, t, m)
                _t, right = envelope(g * f, g * df, g * f1, g * d1, h - t, m)
                if left < 0.0 and right < 0.0:
                    continue
                found = search(kind, limit, c, h, s, m, 0.0, f0, d0, h, f1, d1, stack, roots)
                if used + found > time_out.shape[0]:
                    return k, mark
                used = _write(site_out, time_out, used, i, time_s[k], found, roots)
            if n_edges == 0:
                continue
            _settled(kind, limit, c, h, _filled(edges, n_edges), edges)
            for j in range(n_edges):
                key = edges[_KEY + j]
                found = 1
                if key == 0.0:
                    found = search(
                        kind, limit, c, h, sites[owner[j]], edges[_M + j],
                        edges[_A + j], edges[_FA + j], edges[_DA + j],
                        edges[_B + j], edges[_FB + j], edges[_DB + j], stack, roots,
                    )  # fmt: skip
                else:
                    roots[0, 0] = edges[_TAU + j]
                    roots[0, 1] = key
                if used + found > time_out.shape[0]:
                    return k, mark
                used = _write(site_out, time_out, used, owner[j], time_s[k], found, roots)
    return last, used


@compiled(inline=True)
def _write(
    site_out: Integers,
    time_out: Floats,
    used: int,
    site: int,
    start_s: float,
    found: int,
    roots: Floats,
) -> int:
    """Write the roots of one site from row `used` on; return the next row."""
    for n in range(found):
        site_out[used] = site
        time_out[used] = math.copysign(start_s + roots[n, 0], roots[n, 1])
        used += 1
    return used


@compiled
def by_site(places: Integers, sites: Integers, times: Floats) -> tuple[Floats, Integers]:
    """Return the instants of sign changes grouped by site, and where each site's begin.

    places (P,) holds the row that each of the kernel's sites shall have. Changes of one site keep
    their order; a counting sort.
    """
    n_sites = places.shape[0]
    first = np.zeros(n_sites + 1, dtype=np.int64)
    for i in range(sites.shape[0]):
        first[places[sites[i]] + 1] += 1
    for i in range(n_sites):
        first[i + 1] += first[i]
    cursor = first[:-1].copy()
    out = np.empty(sites.shape[0])
    for i in range(sites.shape[0]):
        row = places[sites[i]]
        out[cursor[row]] = times[i]
        cursor[row] += 1
    return out, first


@compiled
def pair(
    times: Floats, first: Integers, inside: Booleans, start_s: float, end_s: float
) -> WindowArrays:
    """Turn sign changes grouped by site into windows sorted by site then time.

    inside (P,): whether the condition holds at start_s. Returns site (W,), start_s (W,),
    end_s (W,), cut (W, 2): cut by the start, by the end.
    """
    n_sites = first.shape[0] - 1
    total = times.shape[0] // 2 + 2 * n_sites + 1
    site = np.empty(total, dtype=np.int32)
    begin = np.empty(total)
    finish = np.empty(total)
    cut = np.zeros((total, 2), dtype=np.bool_)
    w = 0
    for s in range(n_sites):
        is_open = inside[s]
        opened = start_s
        from_start = is_open
        for j in range(first[s], first[s + 1]):
            t = abs(times[j])
            if t >= end_s:
                break
            if math.copysign(1.0, times[j]) > 0.0:
                if not is_open:
                    is_open = True
                    opened = t
                    from_start = False
            elif is_open:
                is_open = False
                if t > opened:
                    site[w] = s
                    begin[w] = opened
                    finish[w] = t
                    cut[w, 0] = from_start
                    w += 1
        if is_open and end_s > opened:
            site[w] = s
            begin[w] = opened
            finish[w] = end_s
            cut[w, 0] = from_start
            cut[w, 1] = True
            w += 1
    return site[:w], begin[:w], finish[:w], cut[:w]
