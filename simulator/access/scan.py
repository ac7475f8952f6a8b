"""The compiled search: every sign change of the leading condition, over all sites and steps.

Units: metres, seconds, radians, Earth-fixed axes. `conditions` says what a condition is, `roots`
how a sign change is proved, `footprint` which sites a step looks at, `step_quintics` how a step is
evaluated between its ends.

Sites are gathered for a block of steps at once, as long as they are few, and each step takes those
near its path, but for the ones that it sees throughout. They go through in lanes, an array for each
quantity: one loop evaluates both ends of a step and its envelope; lanes wait until there are many,
of several steps, and then go through a fixed recipe (cubic guess, two true evaluations, bound on
the error, proof of no second root). None of these loops branches, so all compile to vector
instructions; lanes that the recipe leaves unproved go one by one through the general search. Three
things keep them vector loops: what they call takes numbers and tuples, never arrays, whose
reference counts may stay in the loop; every quantity lies at a constant offset in one array; and
both kinds of condition are one formula.
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
from simulator.access.footprint import Quadruple, caps, directions, tiles_in
from simulator.access.roots import STACK, cubic_guess, envelope, search, stays
from simulator.access.step_quintics import at_end, condition_of, newton, rests, within
from simulator.compiled import compiled
from simulator.orbits import Floats, Integers, coefficients, quintic

# Rows of the lanes, each _ROOM long: a site, bounds on the bend, a whole step or a bracket of a
# sign change, what it needs, and where; the way to the root; one over the step's length, and what
# tells the condition within it. Lanes of several steps wait together until they are _BATCH or
# more. A lane that is open may give two more. No row is a power of two long, for such rows would
# all want the same places of the processor's cache.
_VECTOR = 8
_BATCH = 64
_ROOM = 4 * _BATCH + _VECTOR
_PX, _PY, _PZ, _QX, _QY, _QZ = (row * _ROOM for row in range(6))
_UP, _DOWN = 6 * _ROOM, 7 * _ROOM
_A, _FA, _DA, _B, _FB, _DB = (row * _ROOM for row in range(8, 14))
_KEY, _TAU = 14 * _ROOM, 15 * _ROOM
_C2, _C3, _DF, _STEP, _TURN = (row * _ROOM for row in range(16, 21))
_W, _REST, _REST2 = (row * _ROOM for row in range(21, 24))
_G, _SQUARE = 24 * _ROOM, 30 * _ROOM
_ROWS = 36
# What a lane needs: its bracket settled, a look inside, or (0) nothing. Settled, it holds the
# direction of the sign change, 1 or -1; what is left then goes to the general search.
_CROSSED = 3.0
_OPEN = 2.0
# Proved of a root by the bound on f'', before Halley's correction.
_PROVED_S = 1e-6
# Where the tiles of a block have at most so many sites, each step looks at all of these.
_FEW = 48
# Most steps of a block.
_BLOCK = 16
# A block whose radius changes by more than this would widen the caps of all its steps.
_UNLIKE = 1.02


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
    rest, rest2 = rests(own, body0, body1, h)
    share = 1.0 / h
    for j in range(lanes):
        p = (w[_PX + j], w[_PY + j], w[_PZ + j])
        q = (w[_QX + j], w[_QY + j], w[_QZ + j])
        g0, square0 = at_end(own, body0, p, q)
        g1, square1 = at_end(own, body1, p, q)
        f0, d0, rho0 = condition_of(limit, g0[0], g0[1], square0[0], square0[1])
        f1, d1, rho1 = condition_of(limit, g1[0], g1[1], square1[0], square1[1])
        near = max(nearest(less(body0[0], p), chord, inverse, sag), least)
        flat = own * a + (1.0 - own) * (bounds[6] + (max(rho0, rho1) + stray) * bounds[3])
        up, down = falling(flat, limit, v * v / near, a)
        g = -1.0 if f0 >= 0.0 else 1.0
        m = down if f0 >= 0.0 else up
        t, height = envelope(g * f0, g * d0, g * f1, g * d1, h, m)
        w[_A + j] = 0.0
        w[_FA + j] = f0
        w[_DA + j] = d0
        w[_B + j] = h
        w[_FB + j] = f1
        w[_DB + j] = d1
        w[_UP + j] = up
        w[_DOWN + j] = down
        w[_TAU + j] = t
        w[_KEY + j] = _CROSSED if (f0 >= 0.0) != (f1 >= 0.0) else (_OPEN if height >= 0.0 else 0.0)
        w[_W + j] = share
        w[_REST + j] = rest
        w[_REST2 + j] = rest2
        r = _ROOM
        k, n = _G + j, _SQUARE + j
        w[k], w[k + r], w[k + 2 * r], w[k + 3 * r], w[k + 4 * r], w[k + 5 * r] = quintic(
            g0[0], g0[1], g0[2], g1[0], g1[1], g1[2], h
        )
        w[n], w[n + r], w[n + 2 * r], w[n + 3 * r], w[n + 4 * r], w[n + 5 * r] = quintic(
            square0[0], square0[1], square0[2], square1[0], square1[1], square1[2], h
        )


@compiled(inline=True)
def _lane_at(w: Floats, j: int, tau: float) -> Quadruple:
    """Return g and rho^2, each with its derivative, of lane j at tau seconds into its step."""
    r = _ROOM
    k, n = _G + j, _SQUARE + j
    g = (w[k], w[k + r], w[k + 2 * r], w[k + 3 * r], w[k + 4 * r], w[k + 5 * r])
    square = (w[n], w[n + r], w[n + 2 * r], w[n + 3 * r], w[n + 4 * r], w[n + 5 * r])
    rest = (w[_REST + j], w[_REST2 + j])
    return within(g, square, rest, tau * w[_W + j], w[_W + j])


@compiled
def _approach(limit: float, lanes: int, w: Floats) -> None:
    """Take one of the steps of `roots` in each lane, and prove where it leads.

    The key becomes the direction of the sign change where it is proved to be the only one.
    """
    for j in range(lanes):
        a, b, tau = w[_A + j], w[_B + j], w[_TAU + j]
        g, dg, square, dsquare = _lane_at(w, j, tau)
        f, df, inv = newton(limit, g, dg, square, dsquare)
        step = -f * inv
        # The bend of the cubic corrects the step (Halley).
        turn = 2.0 * w[_C2 + j] + 6.0 * w[_C3 + j] * (tau - a)
        corrected = min(b, max(a, tau + step - 0.5 * turn * inv * step * step))
        # A lane that is settled stays as it is, whatever others of its vector need.
        w[_TAU + j] = corrected if w[_KEY + j] == _CROSSED else tau
        # What is proved is Newton's step from the place before: none if it leaves the bracket.
        w[_DF + j] = df if (tau + step >= a) & (tau + step <= b) else 0.0
        w[_STEP + j] = step
        w[_TURN + j] = df + turn * step
    for j in range(lanes):
        left, right = (w[_A + j], w[_FA + j], w[_DA + j]), (w[_B + j], w[_FB + j], w[_DB + j])
        df, step = w[_DF + j], w[_STEP + j]
        g = 1.0 if right[1] >= 0.0 else -1.0
        # Newton's error after this step is at most m step^2 / (2 |f'|).
        both = (w[_UP + j], w[_DOWN + j])
        sure = (g * df > 0.0) & (max(both[0], both[1]) * step * step < 2.0 * _PROVED_S * abs(df))
        root = (w[_TAU + j], 0.0, w[_TURN + j])
        sure &= stays(g, left, root, both) & stays(-g, root, right, both)
        key = w[_KEY + j]
        w[_KEY + j] = g if sure & (key == _CROSSED) else key


@compiled
def _settle(own: float, limit: float, lanes: int, w: Floats) -> None:
    """Find the root in each lane's bracket and prove that it is the only one.

    Each part is a loop of its own, so that several lanes are under way at once: the guess, a step
    for all, and one more for the vectors that need it.
    """
    for j in range(lanes):
        left, right = (w[_A + j], w[_FA + j], w[_DA + j]), (w[_B + j], w[_FB + j], w[_DB + j])
        x, c2, c3 = cubic_guess(left, right)
        w[_TAU + j] = w[_A + j] + x
        w[_C2 + j] = c2
        w[_C3 + j] = c3
    # The cubic of an off-nadir angle is a tenth of a second wide of the root, of which a step to
    # that of g^2 - (limit * rho)^2 leaves a millisecond: a polynomial, without a square root.
    for j in range(lanes if own == 0.0 else 0):
        tau = w[_TAU + j]
        g, dg, square, dsquare = _lane_at(w, j, tau)
        step = (g * g - limit * limit * square) / (2.0 * g * dg - limit * limit * dsquare)
        w[_TAU + j] = min(w[_B + j], max(w[_A + j], tau - step))
    _approach(limit, lanes, w)
    for first in range(0, lanes, _VECTOR):
        left_over = False
        for j in range(first, first + _VECTOR):
            left_over |= w[_KEY + j] == _CROSSED
        if left_over:
            _approach(limit, _VECTOR, w[first:])


@compiled(inline=True)
def _whole(n: int) -> int:
    """Return the lanes of the vectors that n lanes take: what the last ones hold does not count."""
    return (n + _VECTOR - 1) // _VECTOR * _VECTOR


@compiled(inline=True)
def _body(node: Floats, own: float) -> Vectors:
    """Return the six vectors of a node, the normal and its derivatives zeros for an elevation."""
    x, v, a, n, m, b = vectors(node)
    k = 1.0 - own
    return (
        x, v, a,
        (k * n[0], k * n[1], k * n[2]), (k * m[0], k * m[1], k * m[2]),
        (k * b[0], k * b[1], k * b[2]),
    )  # fmt: skip


@compiled
def _looked_inside(limit: float, w: Floats, j: int, lanes: int) -> int:
    """Look once into the open lane j; return how many lanes there are then.

    Where f has the other sign there, both parts become lanes. Where neither part is proved to keep
    its sign, the lane's key stays _OPEN for the general search; else it becomes 0.
    """
    a, fa, da = w[_A + j], w[_FA + j], w[_DA + j]
    b, fb, db = w[_B + j], w[_FB + j], w[_DB + j]
    g = -1.0 if fa >= 0.0 else 1.0
    t = w[_TAU + j]
    if g * da > 0.0 and g * db < 0.0:
        t = b * da / (da - db)
    g_t, dg_t, square, dsquare = _lane_at(w, j, t)
    f, df, _rho = condition_of(limit, g_t, dg_t, square, dsquare)
    if (f >= 0.0) != (fa >= 0.0):
        for part in range(2):
            for offset in range(0, _ROWS * _ROOM, _ROOM):
                w[offset + lanes] = w[offset + j]
            at = (_A if part else _B) + lanes
            w[at], w[at + _ROOM], w[at + 2 * _ROOM] = t, f, df
            w[_KEY + lanes] = _CROSSED
            lanes += 1
        w[_KEY + j] = 0.0
        return lanes
    both = (w[_UP + j], w[_DOWN + j])
    middle = (t, f, df)
    if stays(g, (a, fa, da), middle, both) and stays(g, middle, (b, fb, db), both):
        w[_KEY + j] = 0.0
    return lanes


@compiled
def _searched(
    kind: int,
    limit: float,
    time_s: Floats,
    state: Floats,
    step: int,
    w: Floats,
    j: int,
    stack: Floats,
    roots: Floats,
) -> int:
    """Fill roots with the sign changes in lane j by the general search; return how many."""
    c, s = np.empty(36), np.empty(6)
    h = time_s[step + 1] - time_s[step]
    coefficients(state[step], state[step + 1], h, c)
    for row in range(6):
        s[row] = w[row * _ROOM + j]
    left = (w[_A + j], w[_FA + j], w[_DA + j])
    right = (w[_B + j], w[_FB + j], w[_DB + j])
    return search(kind, limit, c, h, s, (w[_UP + j], w[_DOWN + j]), left, right, stack, roots)


@compiled
def _written(
    kind: int,
    limit: float,
    time_s: Floats,
    state: Floats,
    w: Floats,
    owner: Integers,
    steps: Integers,
    lanes: int,
    stack: Floats,
    roots: Floats,
    site_out: Integers,
    time_out: Floats,
    used: int,
) -> int:
    """Write the sign changes in lanes from row `used` on; return the next row, -1: no room."""
    _settle(1.0 if kind == ELEVATION else 0.0, limit, _whole(lanes), w)
    for i in range(lanes):
        if used + roots.shape[0] >= time_out.shape[0]:
            return -1
        key, begin_s = w[_KEY + i], time_s[steps[i]]
        if abs(key) <= 1.0:
            # Written before it is known to count: no branch to mispredict.
            site_out[used] = owner[i]
            time_out[used] = math.copysign(begin_s + w[_TAU + i], key)
            used += 1 if key != 0.0 else 0
            continue
        for r in range(_searched(kind, limit, time_s, state, steps[i], w, i, stack, roots)):
            site_out[used] = owner[i]
            time_out[used] = math.copysign(begin_s + roots[r, 0], roots[r, 1])
            used += 1
    return used


@compiled
def _gathered(
    tiles: Integers,
    count: int,
    tile_first: Integers,
    units: Floats,
    own_sites: Integers,
    own_units: Floats,
) -> int:
    """Gather the sites of tiles, and their directions; return how many, -1 if more than _FEW."""
    total = 0
    for i in range(count):
        low, high = tile_first[tiles[i]], tile_first[tiles[i] + 1]
        if total + high - low > _FEW:
            return -1
        for site in range(low, high):
            own_sites[total] = site
            for axis in range(3):
                own_units[axis, total] = units[axis, site]
            total += 1
    return total


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
    the condition ceases. sites are the rows of `SiteTiles`; units, tile_first and tile_caps are
    those of it, radii (2,) the least and the greatest of its sites. runs (R, 2) are the first and
    the last node of each part of the track: there is nothing between them. The next step is below
    `last` where the output arrays are full: grow them and go on from there.
    """
    own = 1.0 if kind == ELEVATION else 0.0
    stack, roots = np.empty((STACK, 6)), np.empty((64, 2))
    towards = np.empty((6, _BLOCK + 1))
    room = units.shape[1] + _VECTOR
    near, counts = np.empty(room, np.uint64), np.empty(room, np.int64)
    own_units, own_sites = np.zeros((3, _FEW + _VECTOR)), np.empty(_FEW, np.uint64)
    tiles = np.empty(tile_caps.shape[1], np.int64)
    few, chosen = np.empty((4, tile_caps.shape[1])), np.empty(tile_caps.shape[1], np.int64)
    w = np.zeros(_ROWS * _ROOM)
    owner, steps = np.empty(_ROOM, np.int64), np.empty(_ROOM, np.int64)
    k, size, run = first, _BLOCK, 0
    # Lanes that wait, and from which step and row on all is to be done again if no room is left.
    waiting, again, mark = 0, first, used
    while k < last:
        while runs[run, 1] <= k:
            run += 1
        if runs[run, 0] > k:
            k = runs[run, 0]
            continue
        size = min(size, last - k, runs[run, 1] - k)
        least, most, swing = directions(time_s, state, k, size, towards)
        if size > 1 and most > _UNLIKE * least:
            size //= 2
            continue
        reach, cos_reach, cos_seen, cos_sure = caps(
            kind, limit, least, most, swing, radii[0], radii[1]
        )
        sin_reach = math.sin(reach)
        half = size // 2
        centre = (towards[0, half], towards[1, half], towards[2, half])
        spread = 1.0
        for j in range(size):
            spread = min(spread, dot(centre, (towards[0, j], towards[1, j], towards[2, j])))
        whole = min(math.pi, reach + math.acos(max(-1.0, spread)) + 1e-6)
        count = tiles_in(centre, whole, tile_caps, tiles)
        total = _gathered(tiles, count, tile_first, units, own_sites, own_units)
        is_small = total >= 0
        looked = own_units if is_small else units
        for i in range(0 if is_small else count):
            # What a step asks of a tile: towards it at least the cosine of both angles together.
            t = tiles[i]
            few[0, i], few[1, i], few[2, i] = tile_caps[0, t], tile_caps[1, t], tile_caps[2, t]
            wide = sin_reach * tile_caps[3, t] + cos_reach * tile_caps[4, t] <= 0.0
            few[3, i] = -2.0 if wide else cos_reach * tile_caps[3, t] - sin_reach * tile_caps[4, t]
        for j in range(size if count > 0 else 0):
            if waiting == 0:
                again, mark = k + j, used
            mx, my, mz = towards[0, j], towards[1, j], towards[2, j]
            bx, by, bz = towards[3, j], towards[4, j], towards[5, j]
            ex, ey, ez = towards[3, j + 1], towards[4, j + 1], towards[5, j + 1]
            touched = 1 if is_small else 0
            for i in range(np.uint64(0 if is_small else count)):
                # Written before it is known to count: no branch to mispredict.
                chosen[np.uint64(touched)] = tiles[i]
                cosine = mx * few[0, i] + my * few[1, i] + mz * few[2, i]
                touched += 1 if cosine >= few[3, i] else 0
            n, i = 0, 0
            while i < touched:
                # Sites of tiles that follow each other do so too: few and long loops, all but the
                # last of vectors, for which they count without a sign. Of gathered sites there is
                # one, and what its last vector holds beyond them does not count.
                low, high = 0, total
                if not is_small:
                    low, high = tile_first[chosen[i]], tile_first[chosen[i] + 1]
                i += 1
                while i < touched and tile_first[chosen[i]] == high:
                    high = tile_first[chosen[i] + 1]
                    i += 1
                for p in range(np.uint64(low), np.uint64(_whole(high) if is_small else high)):
                    x, y, z = looked[0, p], looked[1, p], looked[2, p]
                    begin, end = bx * x + by * y + bz * z, ex * x + ey * y + ez * z
                    seen = (begin >= cos_seen) | (end >= cos_seen)
                    seen |= mx * x + my * y + mz * z >= cos_seen
                    counts[p] = 1 if seen & ((begin <= cos_sure) | (end <= cos_sure)) else 0
                for p in range(np.uint64(low), np.uint64(high)):
                    near[np.uint64(n)] = p
                    n += counts[p]
            if n == 0:
                continue
            for i in range(np.uint64(n if is_small else 0)):
                near[i] = own_sites[near[i]]
            step = k + j
            s0, s1, h = state[step], state[step + 1], time_s[step + 1] - time_s[step]
            bounds = step_bounds(s0, s1, h)
            body0, body1 = _body(s0, own), _body(s1, own)
            for base in range(0, n, _BATCH):
                lanes = min(_BATCH, n - base)
                for i in range(np.uint64(lanes)):
                    site, lane = near[np.uint64(base) + i], np.uint64(waiting) + i
                    owner[lane], steps[lane] = site, step
                    w[np.uint64(_PX) + lane] = sites[site, 0]
                    w[np.uint64(_PY) + lane] = sites[site, 1]
                    w[np.uint64(_PZ) + lane] = sites[site, 2]
                    if own != 0.0:
                        w[np.uint64(_QX) + lane] = sites[site, 3]
                        w[np.uint64(_QY) + lane] = sites[site, 4]
                        w[np.uint64(_QZ) + lane] = sites[site, 5]
                # One or two are done sooner without vectors.
                full = _whole(lanes) if lanes > 2 else lanes
                _classify(own, limit, body0, body1, h, bounds, full, w[waiting:])
                before = waiting
                waiting += lanes
                for i in range(before, before + lanes):
                    if w[_KEY + i] == _OPEN:
                        owner[waiting], owner[waiting + 1] = owner[i], owner[i]
                        steps[waiting], steps[waiting + 1] = step, step
                        waiting = _looked_inside(limit, w, i, waiting)
                if waiting >= _BATCH:
                    used = _written(
                        kind, limit, time_s, state, w, owner, steps, waiting, stack, roots,
                        site_out, time_out, used,
                    )  # fmt: skip
                    waiting = 0
                    if used < 0:
                        return again, mark
        k += size
        size = min(_BLOCK, 2 * size)
    if waiting > 0:
        used = _written(
            kind, limit, time_s, state, w, owner, steps, waiting, stack, roots,
            site_out, time_out, used,
        )  # fmt: skip
        if used < 0:
            return again, mark
    return last, used
