"""The compiled search: every sign change of the leading condition, over all sites and steps.

Units: metres, seconds, radians, Earth-fixed axes. `conditions` says what a condition is, `roots`
how a sign change is proved, `footprint` which sites a step looks at.

Sites are gathered for a block of steps at once, as long as they are few, and each step takes those
in the cap about its middle, but for the ones that it sees throughout. They share its polynomial and
differ in six numbers each, so they go through in batches of lanes, an array for each quantity: one
loop evaluates both ends of the step and its envelope, a second takes each bracket of a sign change
through a fixed recipe (cubic guess, two true evaluations, bound on the error, proof of no second
root). Neither loop branches, so both compile to vector instructions; lanes that the recipe leaves
unproved go one by one through the general search. Three things keep them vector loops: what they
call takes numbers and tuples, never arrays, whose reference counts may stay in the loop; every
quantity lies at a constant offset in one array; and both kinds of condition are one formula.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.access.conditions import (
    ELEVATION,
    HIGHEST_SITE_M,
    Seven,
    Vectors,
    dot,
    falling,
    less,
    nearest,
    step_bounds,
    vectors,
)
from simulator.access.footprint import caps, middles, tiles_in
from simulator.access.roots import ROOT_BOUND_S, STACK, cubic_guess, envelope, search, stays
from simulator.compiled import compiled
from simulator.orbits import (
    Floats,
    Integers,
    Rows,
    Triple,
    by_component,
    coefficients,
    slopes_at,
    values_at,
)

# Rows of the batches, each _ROOM lanes long: a site, a bracket, and what comes of them. A lane that
# is open may give two brackets.
_VECTOR = 8
_BATCH = 64
_ROOM = 2 * _BATCH
_PX, _PY, _PZ, _QX, _QY, _QZ = (row * _ROOM for row in range(6))
_UP, _DOWN = 6 * _ROOM, 7 * _ROOM
_A, _FA, _DA, _B, _FB, _DB = (row * _ROOM for row in range(8, 14))
_KEY, _TAU = 14 * _ROOM, 15 * _ROOM
_ROWS = 16
# What a lane needs: its bracket settled, a look inside, or (0) nothing.
_CROSSED = 1.0
_OPEN = 2.0
# Most steps of a block.
_BLOCK = 16
# A block whose radius changes by more than this would widen the caps of all its steps.
_UNLIKE = 1.02


@compiled(inline=True)
def _lead(own: float, limit: float, body: Vectors, p: Triple, q: Triple) -> Triple:
    """Return (f, f', distance) of ELEVATION (own = 1) or OFF_NADIR (own = 0).

    Both are e . w - limit * rho: w is the site's normal q, or the one below the body, which is zero
    in `body` for an elevation.
    """
    x, v, _a, n, m, _b = body
    e = less(x, p)
    w = (own * q[0] + n[0], own * q[1] + n[1], own * q[2] + n[2])
    rho = math.sqrt(dot(e, e))
    return dot(e, w) - limit * rho, dot(v, w) + dot(e, m) - limit * dot(e, v) / rho, rho


@compiled(inline=True)
def _classify(
    own: float,
    limit: float,
    body0: Vectors,
    body1: Vectors,
    h: float,
    bounds: Seven,
    lanes: int,
    w: Floats,
) -> None:
    """Evaluate both ends of a step for each lane and set what it needs as its key.

    The key is _CROSSED for unlike signs, _OPEN where the envelope leaves a window possible, or 0.
    """
    chord = less(body1[0], body0[0])
    inverse = 1.0 / dot(chord, chord)
    v, a = bounds[0], bounds[1]
    sag = a * h * h / 8.0
    # No point of the path is farther from the nearer end than half the way.
    stray = 0.5 * v * h
    least = max(bounds[4] - HIGHEST_SITE_M, 1e3)
    for j in range(lanes):
        p = (w[_PX + j], w[_PY + j], w[_PZ + j])
        q = (w[_QX + j], w[_QY + j], w[_QZ + j])
        f0, d0, rho0 = _lead(own, limit, body0, p, q)
        f1, d1, rho1 = _lead(own, limit, body1, p, q)
        near = max(nearest(less(body0[0], p), chord, inverse, sag), least)
        flat = own * a + (1.0 - own) * (bounds[6] + (max(rho0, rho1) + stray) * bounds[3])
        up, down = falling(flat, limit, v * v / near, a)
        g = -1.0 if f0 >= 0.0 else 1.0
        m = down if f0 >= 0.0 else up
        t, height = envelope(g * f0, g * d0, g * f1, g * d1, h, m)
        w[_FA + j] = f0
        w[_DA + j] = d0
        w[_FB + j] = f1
        w[_DB + j] = d1
        w[_UP + j] = up
        w[_DOWN + j] = down
        w[_TAU + j] = t
        w[_KEY + j] = _CROSSED if (f0 >= 0.0) != (f1 >= 0.0) else (_OPEN if height >= 0.0 else 0.0)


@compiled(inline=True)
def _body_at(rows: Rows, h: float, tau: float) -> Vectors:
    """Return the vectors of a body, no second derivatives, at tau seconds into a step."""
    u = tau / h
    w = 1.0 / h
    x, y, z, i, j, k = rows
    still = (0.0, 0.0, 0.0)
    return (
        values_at(x, y, z, u), slopes_at(x, y, z, u, w), still,
        values_at(i, j, k, u), slopes_at(i, j, k, u, w), still,
    )  # fmt: skip


@compiled(inline=True)
def _settle(own: float, limit: float, rows: Rows, h: float, lanes: int, w: Floats) -> None:
    """Find the root in each lane's bracket and prove that it is the only one.

    A guess, then two of the steps of `roots`. The key is the direction of the sign change, or 0
    where nothing is proved.
    """
    for j in range(lanes):
        p = (w[_PX + j], w[_PY + j], w[_PZ + j])
        q = (w[_QX + j], w[_QY + j], w[_QZ + j])
        left, right = (w[_A + j], w[_FA + j], w[_DA + j]), (w[_B + j], w[_FB + j], w[_DB + j])
        a, b = left[0], right[0]
        x, c2, c3 = cubic_guess(left, right)
        tau, r, step, df, turn = a, a + x, 0.0, 0.0, 0.0
        for _ in range(2):
            tau = r
            f, df, _rho = _lead(own, limit, _body_at(rows, h, tau), p, q)
            inv = 1.0 / df
            step = -f * inv
            # The bend of the cubic corrects the step (Halley).
            turn = 2.0 * c2 + 6.0 * c3 * (tau - a)
            r = min(b, max(a, tau + step - 0.5 * turn * inv * step * step))
        g = 1.0 if w[_FB + j] >= 0.0 else -1.0
        sure = (g * df > 0.0) & (tau + step >= a) & (tau + step <= b)
        # Newton's error after this step is at most m step^2 / (2 |f'|).
        both = (w[_UP + j], w[_DOWN + j])
        sure &= max(both[0], both[1]) * step * step < 2.0 * ROOT_BOUND_S * abs(df)
        root = (r, 0.0, df + turn * step)
        sure &= stays(g, left, root, both) & stays(-g, root, right, both)
        w[_TAU + j] = r
        w[_KEY + j] = g if sure else 0.0


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
def _filled(w: Floats, n: int) -> int:
    """Repeat the last of n lanes up to a whole number of vectors; return the lanes then in use."""
    lanes = (n + _VECTOR - 1) // _VECTOR * _VECTOR
    for j in range(n, lanes):
        for row in range(0, _KEY, _ROOM):
            w[row + j] = w[row + n - 1]
    return lanes


@compiled(inline=True)
def _body(node: Floats, own: float) -> Vectors:
    """Return the six vectors of a node, normal and its rate zeros for an elevation."""
    x, v, a, n, m, b = vectors(node)
    k = 1.0 - own
    return x, v, a, (k * n[0], k * n[1], k * n[2]), (k * m[0], k * m[1], k * m[2]), b


@compiled(inline=True)
def _bracket(w: Floats, row: int, ends: Floats, j: int) -> None:
    """Give lane `row` of w the site and both ends of lane j of ends."""
    for offset in range(0, _KEY, _ROOM):
        w[offset + row] = ends[offset + j]


@compiled
def _looked_inside(
    own: float, limit: float, rows: Rows, h: float, ends: Floats, j: int, edges: Floats, used: int
) -> int:
    """Look once into the open lane j of ends; return the next row of edges.

    Where f has the other sign there, both parts become brackets in edges. Where neither part is
    proved to keep its sign, the lane's key stays _OPEN for the general search; else it becomes 0.
    """
    a, fa, da = ends[_A + j], ends[_FA + j], ends[_DA + j]
    b, fb, db = ends[_B + j], ends[_FB + j], ends[_DB + j]
    g = -1.0 if fa >= 0.0 else 1.0
    t = ends[_TAU + j]
    if g * da > 0.0 and g * db < 0.0:
        t = h * da / (da - db)
    p = (ends[_PX + j], ends[_PY + j], ends[_PZ + j])
    q = (ends[_QX + j], ends[_QY + j], ends[_QZ + j])
    f, df, _rho = _lead(own, limit, _body_at(rows, h, t), p, q)
    if (f >= 0.0) != (fa >= 0.0):
        ends[_KEY + j] = 0.0
        for part in range(2):
            _bracket(edges, used, ends, j)
            at = (_A if part else _B) + used
            edges[at], edges[at + _ROOM] = t, f
            edges[at + 2 * _ROOM] = df
            used += 1
        return used
    both = (ends[_UP + j], ends[_DOWN + j])
    middle = (t, f, df)
    if stays(g, (a, fa, da), middle, both) and stays(g, middle, (b, fb, db), both):
        ends[_KEY + j] = 0.0
    return used


@compiled
def _searched(
    kind: int, limit: float, c: Floats, h: float, w: Floats, j: int, stack: Floats, roots: Floats
) -> int:
    """Fill roots with the sign changes in lane j by the general search; return how many."""
    s = np.empty(6)
    for row in range(6):
        s[row] = w[row * _ROOM + j]
    left = (w[_A + j], w[_FA + j], w[_DA + j])
    right = (w[_B + j], w[_FB + j], w[_DB + j])
    return search(kind, limit, c, h, s, (w[_UP + j], w[_DOWN + j]), left, right, stack, roots)


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
    units: Floats,
    tile_first: Integers,
    tile_caps: Floats,
    radii: Floats,
    runs: Integers,
    site_out: Integers,
    time_out: Floats,
    used: int,
) -> tuple[int, int]:
    """Write the sign changes in steps first..last-1 from row `used`; return (next step, used).

    kind is ELEVATION or OFF_NADIR. A change is its site and its instant, the latter negative where
    the condition ceases. sites, units, tile_first and tile_caps are those of `SiteTiles`, radii
    (2,) the least and the greatest of its sites. runs (R, 2) are the first and the last node of
    each part of the track: there is nothing between them. The next step is below `last` where the
    output arrays are full: grow them and go on from there.
    """
    own = 1.0 if kind == ELEVATION else 0.0
    stack, roots = np.empty((STACK, 6)), np.empty((64, 2))
    c, form = np.empty(36), np.empty(36)
    middle = np.empty((3, _BLOCK))
    near, tiles = np.empty(sites.shape[0], np.int64), np.empty(tile_caps.shape[1], np.int64)
    few, chosen = np.empty((4, tile_caps.shape[1])), np.empty(tile_caps.shape[1], np.int64)
    ends, edges = np.zeros(_ROWS * _ROOM), np.zeros(_ROWS * _ROOM)
    owner = np.empty(_ROOM, dtype=np.int64)
    k, size, run = first, _BLOCK, 0
    while k < last:
        while runs[run, 1] <= k:
            run += 1
        if runs[run, 0] > k:
            k = runs[run, 0]
            continue
        size = min(size, last - k, runs[run, 1] - k)
        least, most, swing = middles(time_s, state, k, size, middle)
        if size > 1 and most > _UNLIKE * least:
            size //= 2
            continue
        reach, cos_reach, cos_sure = caps(kind, limit, least, most, swing, radii[0], radii[1])
        sin_reach = math.sin(reach)
        half = size // 2
        centre = (middle[0, half], middle[1, half], middle[2, half])
        spread = 1.0
        for j in range(size):
            spread = min(spread, dot(centre, (middle[0, j], middle[1, j], middle[2, j])))
        whole = min(math.pi, reach + math.acos(max(-1.0, spread)) + 1e-6)
        count = tiles_in(centre, whole, tile_caps, tiles)
        for i in range(count):
            # What a step asks of a tile: towards it at least the cosine of both angles together.
            t = tiles[i]
            few[0, i], few[1, i], few[2, i] = tile_caps[0, t], tile_caps[1, t], tile_caps[2, t]
            wide = sin_reach * tile_caps[3, t] + cos_reach * tile_caps[4, t] <= 0.0
            few[3, i] = -2.0 if wide else cos_reach * tile_caps[3, t] - sin_reach * tile_caps[4, t]
        for j in range(size if count > 0 else 0):
            # What a full output cuts short is searched again whole: rows from here on don't count.
            mark = used
            mx, my, mz = middle[0, j], middle[1, j], middle[2, j]
            touched = 0
            for i in range(count):
                chosen[touched] = tiles[i]
                cosine = mx * few[0, i] + my * few[1, i] + mz * few[2, i]
                touched += 1 if cosine >= few[3, i] else 0
            n = 0
            for t in chosen[:touched]:
                for i in range(tile_first[t], tile_first[t + 1]):
                    # Written before it is known to count: no branch to mispredict.
                    near[n] = i
                    cosine = mx * units[0, i] + my * units[1, i] + mz * units[2, i]
                    n += 1 if (cosine >= cos_reach) & (cosine <= cos_sure) else 0
            if n == 0:
                continue
            step = k + j
            s0, s1, h = state[step], state[step + 1], time_s[step + 1] - time_s[step]
            bounds = step_bounds(s0, s1, h)
            coefficients(s0, s1, h, c)
            for i in range(36):
                form[i] = c[i] if i < 18 else (1.0 - own) * c[i]
            body0, body1 = _body(s0, own), _body(s1, own)
            for base in range(0, n, _BATCH):
                lanes = min(_BATCH, n - base)
                if used + 2 * _BATCH > time_out.shape[0]:
                    return step, mark
                for i in range(lanes):
                    _place(ends, i, sites, near[base + i])
                    ends[_A + i], ends[_B + i] = 0.0, h
                _classify(own, limit, body0, body1, h, bounds, _filled(ends, lanes), ends)
                brackets = 0
                for i in range(lanes):
                    if ends[_KEY + i] == _CROSSED:
                        owner[brackets] = near[base + i]
                        _bracket(edges, brackets, ends, i)
                        brackets += 1
                for i in range(lanes):
                    if ends[_KEY + i] != _OPEN:
                        continue
                    before = brackets
                    brackets = _looked_inside(
                        own, limit, by_component(form), h, ends, i, edges, brackets
                    )
                    for row in range(before, brackets):
                        owner[row] = near[base + i]
                    if ends[_KEY + i] == _OPEN:
                        changes = _searched(kind, limit, c, h, ends, i, stack, roots)
                        if used + changes + 2 * _BATCH > time_out.shape[0]:
                            return step, mark
                        used = _write(
                            site_out, time_out, used, near[base + i], time_s[step], changes, roots
                        )
                if brackets == 0:
                    continue
                _settle(own, limit, by_component(form), h, _filled(edges, brackets), edges)
                for i in range(brackets):
                    if edges[_KEY + i] != 0.0:
                        site_out[used] = owner[i]
                        time_out[used] = math.copysign(
                            time_s[step] + edges[_TAU + i], edges[_KEY + i]
                        )
                        used += 1
                        continue
                    changes = _searched(kind, limit, c, h, edges, i, stack, roots)
                    if used + changes + 2 * _BATCH > time_out.shape[0]:
                        return step, mark
                    used = _write(site_out, time_out, used, owner[i], time_s[step], changes, roots)
        k += size
        size = min(_BLOCK, 2 * size)
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
