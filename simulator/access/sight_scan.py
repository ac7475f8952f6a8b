"""The search for what a satellite sees of relays that stand still, compiled.

Units: metres, seconds, in axes scaled so that what blocks a line is a sphere
(`earth.sphere_of_ellipsoid`). The condition is the line of sight of `pair_conditions`, of which
most is known beforehand where one end stands still at r: with x the place of the satellite and S
the square of the blocking radius, it holds where

    f = p q - min(g, 0)^2 - min(p, 0)^2 >= 0,   p = x . x - S,  g = r . x - S,  q = r . r - S > 0.

Steps are taken several at a time, a lane each, in loops without a branch: what bounds a path over a
step does so over several, for its acceleration goes on where steps meet. Only where such a block
may hold a change of sign its steps are looked at one by one, and searched by `roots`.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.access.pair_conditions import SIGHT
from simulator.access.roots import STACK, keeps_sign, search
from simulator.access.window_rows import grown
from simulator.compiled import compiled
from simulator.orbits import (
    Booleans,
    Floats,
    Integers,
    Nine,
    Pair,
    Triple,
    bounds_within,
    jerk_bound,
    length_bounds,
    quintic,
    squared_length,
)

_LEAP = 4  # steps of a block
_BLOCKS = 64  # blocks of a chunk
_ROOTS = 64  # far more than the roots of one step, a polynomial of degree 20
# Rows of the nodes and steps of a chunk: a motion, time and bound on the jerk. No row is a power of
# two long, for such rows would all want the same places of the processor's cache.
_ROOM = _LEAP * _BLOCKS + 8
_TIME, _JERK, _ROWS = 9 * _ROOM, 10 * _ROOM, 11
# Rows of its blocks and their ends: a motion, p with its derivatives, bounds; further, for a relay,
# g with its derivatives, f with its rate, and whether the block keeps its sign.
_WIDE = _BLOCKS + 8
_P, _H, _J, _BEND = 9 * _WIDE, 12 * _WIDE, 13 * _WIDE, 14 * _WIDE
_G, _F, _KEEPS, _WIDE_ROWS = 16 * _WIDE, 19 * _WIDE, 21 * _WIDE, 22


@compiled(inline=True)
def _motion(w: Floats, room: int, i: int) -> Nine:
    """Return place, velocity and acceleration in lane i of rows so long."""
    return (
        w[i], w[room + i], w[2 * room + i],
        w[3 * room + i], w[4 * room + i], w[5 * room + i],
        w[6 * room + i], w[7 * room + i], w[8 * room + i],
    )  # fmt: skip


@compiled(inline=True)
def _above(p: Nine, limit: float) -> Triple:
    """Return p with its first and second derivative."""
    square = squared_length(p)
    return square[0] - limit, square[1], square[2]


@compiled(inline=True)
def _along(p: Nine, relay: Triple, limit: float) -> Triple:
    """Return g with its first and second derivative."""
    x, y, z = relay
    return (
        x * p[0] + y * p[1] + z * p[2] - limit,
        x * p[3] + y * p[4] + z * p[5],
        x * p[6] + y * p[7] + z * p[8],
    )


@compiled(inline=True)
def _sight(p: Triple, g: Triple, q: float) -> Pair:
    """Return (f, f')."""
    behind, under = min(0.0, g[0]), min(0.0, p[0])
    f = p[0] * q - behind * behind - under * under
    return f, p[1] * q - 2.0 * (behind * g[1] + under * p[1])


@compiled(inline=True)
def _square_bend(x0: float, x1: float, bounds: Triple, h: float) -> float:
    """Return a bound on the second derivative of min(x, 0)^2 from ends and bounds of x."""
    # None where x stays above zero, which the chord between both ends and its error tell.
    below = min(x0, x1) < 0.125 * bounds[2] * h * h
    return 2.0 * (bounds[2] * bounds[0] + bounds[1] * bounds[1]) if below else 0.0


@compiled(inline=True)
def _path_bends(p0: Nine, p1: Nine, a0: Triple, a1: Triple, jerk: float, h: float) -> Pair:
    """Return bounds on the second derivatives of p and of min(p, 0)^2 over h seconds."""
    size = length_bounds(p0, p1, jerk, h)
    third = 2.0 * (3.0 * size[1] * size[2] + size[0] * jerk)
    bounds = bounds_within(a0, a1, third, h)
    return bounds[2], _square_bend(a0[0], a1[0], bounds, h)


@compiled(inline=True)
def _bend(bends: Pair, g0: Triple, g1: Triple, q: float, third: float, h: float) -> float:
    """Return a bound on |f''| over h seconds; third bounds that of g."""
    bounds = bounds_within(g0, g1, third, h)
    return bends[0] * q + bends[1] + _square_bend(g0[0], g1[0], bounds, h)


@compiled(inline=True)
def _loaded(time_s: Floats, state: Floats, scale: Floats, k: int, n: int, w: Floats) -> None:
    """Fill w with the n steps from k on: scaled motion and time of the nodes, jerk of the steps."""
    for i in range(n + 1):
        w[_TIME + i] = time_s[k + i]
        for j in range(9):
            w[j * _ROOM + i] = state[k + i, j] * scale[j % 3]
    for i in range(n):
        h = w[_TIME + i + 1] - w[_TIME + i]
        w[_JERK + i] = jerk_bound(_motion(w, _ROOM, i), _motion(w, _ROOM, i + 1), h)


@compiled(inline=True)
def _blocked(w: Floats, n: int, limit: float, b: Floats) -> int:
    """Fill b with the blocks of n loaded steps, their ends and bounds; return how many."""
    blocks = (n + _LEAP - 1) // _LEAP
    for i in range(blocks + 1):
        at = min(_LEAP * i, n)
        for j in range(9):
            b[j * _WIDE + i] = w[j * _ROOM + at]
    for i in range(blocks):
        low, high = _LEAP * i, min(_LEAP * (i + 1), n)
        b[_H + i], b[_J + i] = w[_TIME + high] - w[_TIME + low], w[_JERK + low]
        for k in range(low + 1, high):
            b[_J + i] = max(b[_J + i], w[_JERK + k])
    for i in range(blocks + 1):
        a = _above(_motion(b, _WIDE, i), limit)
        b[_P + i], b[_P + _WIDE + i], b[_P + 2 * _WIDE + i] = a
    for i in range(blocks):
        bends = _path_bends(
            _motion(b, _WIDE, i), _motion(b, _WIDE, i + 1),
            _triple(b, _P + i), _triple(b, _P + i + 1), b[_J + i], b[_H + i],
        )  # fmt: skip
        b[_BEND + i], b[_BEND + _WIDE + i] = bends
    return blocks


@compiled(inline=True)
def _triple(b: Floats, at: int) -> Triple:
    return b[at], b[at + _WIDE], b[at + 2 * _WIDE]


@compiled(inline=True)
def _looked_at(relay: Triple, limit: float, q: float, blocks: int, b: Floats) -> None:
    """Fill b with f of a relay at the ends of blocks, and whether each surely keeps its sign."""
    far = math.sqrt(relay[0] * relay[0] + relay[1] * relay[1] + relay[2] * relay[2])
    for i in range(blocks + 1):
        g = _along(_motion(b, _WIDE, i), relay, limit)
        b[_G + i], b[_G + _WIDE + i], b[_G + 2 * _WIDE + i] = g
        b[_F + i], b[_F + _WIDE + i] = _sight(_triple(b, _P + i), g, q)
    for i in range(blocks):
        h = b[_H + i]
        bends = b[_BEND + i], b[_BEND + _WIDE + i]
        g0, g1 = _triple(b, _G + i), _triple(b, _G + i + 1)
        m = _bend(bends, g0, g1, q, far * b[_J + i], h)
        start, end = (0.0, b[_F + i], b[_F + _WIDE + i]), (h, b[_F + i + 1], b[_F + _WIDE + i + 1])
        same = (start[1] >= 0.0) == (end[1] >= 0.0)
        b[_KEEPS + i] = 1.0 if same & keeps_sign(start, end, m) else 0.0


@compiled
def _searched(
    w: Floats,
    i: int,
    relay: Triple,
    limit: float,
    q: float,
    c: Floats,
    steps: Floats,
    stack: Floats,
    roots: Floats,
) -> int:
    """Fill roots with the changes of sign of a relay's sight in loaded step i; return how many."""
    h, jerk = w[_TIME + i + 1] - w[_TIME + i], w[_JERK + i]
    p0, p1 = _motion(w, _ROOM, i), _motion(w, _ROOM, i + 1)
    a0, a1 = _above(p0, limit), _above(p1, limit)
    g0, g1 = _along(p0, relay, limit), _along(p1, relay, limit)
    (f0, d0), (f1, d1) = _sight(a0, g0, q), _sight(a1, g1, q)
    far = math.sqrt(relay[0] * relay[0] + relay[1] * relay[1] + relay[2] * relay[2])
    m = _bend(_path_bends(p0, p1, a0, a1, jerk, h), g0, g1, q, far * jerk, h)
    start, end = (0.0, f0, d0), (h, f1, d1)
    if (f0 >= 0.0) == (f1 >= 0.0) and keeps_sign(start, end, m):
        return 0
    for j in range(3):
        form = quintic(p0[j], p0[3 + j], p0[6 + j], p1[j], p1[3 + j], p1[6 + j], h)
        for power in range(6):
            c[6 * j + power] = form[power]
        c[18 + 6 * j] = relay[j]
    steps[1] = h
    return search(SIGHT, limit, c, h, steps, (m, m), start, end, stack, roots)


@compiled
def sights(
    time_s: Floats,
    state: Floats,
    scale: Floats,
    relays: Floats,
    limit: float,
    first: int,
    last: int,
) -> tuple[Integers, Floats, Booleans]:
    """Return the changes of sight of relays in steps first..last-1, and which are seen at first.

    state (K, >= 9) is to be scaled by scale (3,), relays (P, 3) are scaled already; limit is the
    square of the blocking radius. A change is its relay (C,) and its instant (C,), the latter
    negative where the sight ceases; those of a relay come in order of time. Which are seen (P,) is
    of the node `first`.
    """
    w, b = np.empty(_ROWS * _ROOM), np.zeros(_WIDE_ROWS * _WIDE)
    stack, roots, c = np.empty((STACK, 6)), np.empty((_ROOTS, 2)), np.zeros(36)
    steps = np.array([0.0, 1.0, 0.0, 1.0])
    site, time = np.empty(_ROOM, np.int32), np.empty(_ROOM)
    inside = np.zeros(relays.shape[0], np.bool_)
    used = 0
    for k in range(first, last, _LEAP * _BLOCKS):
        n = min(_LEAP * _BLOCKS, last - k)
        _loaded(time_s, state, scale, k, n, w)
        blocks = _blocked(w, n, limit, b)
        for r in range(relays.shape[0]):
            relay = (relays[r, 0], relays[r, 1], relays[r, 2])
            q = relay[0] * relay[0] + relay[1] * relay[1] + relay[2] * relay[2] - limit
            # From within what blocks nothing is seen.
            if q <= 0.0:
                continue
            _looked_at(relay, limit, q, blocks, b)
            if k == first:
                inside[r] = b[_F] >= 0.0
            for i in range(blocks):
                if b[_KEEPS + i] == 1.0:
                    continue
                for step in range(_LEAP * i, min(_LEAP * (i + 1), n)):
                    count = _searched(w, step, relay, limit, q, c, steps, stack, roots)
                    if used + count > time.shape[0]:
                        site, time = grown(site, 2 * site.shape[0]), grown(time, 2 * time.shape[0])
                    for row in range(count):
                        site[used] = r
                        time[used] = math.copysign(w[_TIME + step] + roots[row, 0], roots[row, 1])
                        used += 1
    return site[:used], time[:used], inside
