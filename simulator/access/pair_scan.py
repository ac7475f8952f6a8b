"""The search of a pair of satellites: every window in which all conditions on both hold, compiled.

Units: metres, seconds. The pair's time is cut at the nodes of both tracks. All conditions of a
piece are searched together (`roots`, on the conditions of `pair_conditions`), and a piece on which
one of them fails throughout costs no search.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.access.pair_conditions import (
    SIGHT,
    Scalars,
    apart,
    motion_at,
    pair_condition,
    pair_curvature,
    scalars_of,
)
from simulator.access.roots import STACK, in_order, keeps_sign, search
from simulator.access.window_rows import grown
from simulator.compiled import compiled
from simulator.orbits import (
    Booleans,
    Floats,
    Integers,
    Nine,
    by_component,
    coefficients,
    jerk_bound,
    length_bounds,
    node,
    step_at,
)

_ROOTS = 256  # the conditions of one step, polynomials all, have at most 100
_LEAP = 4  # steps of the first satellite that are looked at together, where that may be
_AS_BEFORE, _SEARCH, _NEVER = range(3)


class Path(NamedTuple):
    """A satellite's track, and over each of its steps what `step_bounds` says (K - 1, 4)."""

    time_s: Floats
    state: Floats
    bounds: Floats


@compiled(inline=True)
def _motion(path: Path, k: int, t: float, c: Floats) -> Nine:
    """Return place, velocity and acceleration at an instant of step k, its end mostly."""
    if t == path.time_s[k + 1]:
        return node(path.state, k + 1)
    h = path.time_s[k + 1] - path.time_s[k]
    coefficients(path.state[k], path.state[k + 1], h, c[:18])
    rows = by_component(c)
    return motion_at(rows[0], rows[1], rows[2], h, t - path.time_s[k])


@compiled(inline=True)
def _verdict(
    kinds: Integers,
    limits: Floats,
    d0: Nine,
    d1: Nine,
    bounds1: Floats,
    bounds2: Floats,
    h: float,
    before: Scalars,
    after: Scalars,
    f0: Floats,
    f1: Floats,
    m: Floats,
) -> int:
    """Fill f1 with values and rates at a piece's end, m with bounds on |f''|; return a verdict.

    d0, d1 are `apart` at both ends, before and after the scalars. m is negative for a condition
    that keeps its sign. The verdict: _NEVER where a condition fails throughout, _SEARCH where one
    may change, or _AS_BEFORE.
    """
    jerk = jerk_bound(d0, d1, h)
    size = length_bounds(d0, d1, jerk, h)
    verdict = _AS_BEFORE
    for i in range(kinds.shape[0]):
        f1[i, 0], f1[i, 1] = pair_condition(kinds[i], limits[i], after)
        m[i] = -1.0
        if verdict == _NEVER:
            continue
        bound = pair_curvature(kinds[i], limits[i], before, after, size, jerk, bounds1, bounds2, h)
        start, end = (0.0, f0[i, 0], f0[i, 1]), (h, f1[i, 0], f1[i, 1])
        crossed = (start[1] >= 0.0) != (end[1] >= 0.0)
        if crossed or not keeps_sign(start, end, bound):
            m[i] = bound
            verdict = _SEARCH
        elif start[1] < 0.0:
            verdict = _NEVER
    return verdict


@compiled(inline=True)
def _changes(
    kinds: Integers,
    limits: Floats,
    first: Path,
    k1: int,
    second: Path,
    k2: int,
    t: float,
    h: float,
    m: Floats,
    f0: Floats,
    f1: Floats,
    c: Floats,
    stack: Floats,
    roots: Floats,
) -> int:
    """Fill roots with all sign changes in the h seconds from t, in order; return how many."""
    steps = np.empty(4)
    steps[0], steps[1] = t - first.time_s[k1], first.time_s[k1 + 1] - first.time_s[k1]
    steps[2], steps[3] = t - second.time_s[k2], second.time_s[k2 + 1] - second.time_s[k2]
    coefficients(first.state[k1], first.state[k1 + 1], steps[1], c[:18])
    coefficients(second.state[k2], second.state[k2 + 1], steps[3], c[18:])
    count = 0
    for i in range(kinds.shape[0]):
        if m[i] >= 0.0:
            start, end = (0.0, f0[i, 0], f0[i, 1]), (h, f1[i, 0], f1[i, 1])
            count += search(
                kinds[i], limits[i], c, h, steps, (m[i], m[i]), start, end, stack, roots[count:]
            )
    in_order(roots, count)
    return count


@compiled(inline=True)
def _widest(path: Path, k: int, steps: int, row: Floats) -> Floats:
    """Return the row, filled with bounds that hold over all of some steps from k on."""
    for column in range(row.shape[0]):
        row[column] = path.bounds[k, column]
        for later in range(k + 1, k + steps):
            row[column] = max(row[column], path.bounds[later, column])
    return row


@compiled(inline=True)
def _failing(f: Floats) -> int:
    count = 0
    for i in range(f.shape[0]):
        count += 1 if f[i, 0] < 0.0 else 0
    return count


# Over 60 lines: one walk along both tracks, whose state (open since when, failing how many) would
# be handed back and forth whole.
@compiled
def windows(
    first: Path, second: Path, kinds: Integers, limits: Floats, start_s: float, end_s: float
) -> tuple[Floats, Booleans]:
    """Return where all conditions (N,) on two satellites hold in [start_s, end_s).

    Both tracks cover the search. Returns start and end (W, 2), and cut (W, 2): cut by the start, by
    the end.
    """
    # What bounds a line of sight alone are bounds on both paths, which hold over several steps as
    # over one, for acceleration goes on where steps meet. Those on the distance are of one step.
    n = kinds.shape[0]
    leap = _LEAP if n == 1 and kinds[0] == SIGHT else 1
    row, alone = np.empty(4), 0
    stack, roots, c = np.empty((STACK, 6)), np.empty((_ROOTS, 2)), np.empty(36)
    f0, f1, m = np.empty((n, 2)), np.empty((n, 2)), np.empty(n)
    out = np.empty((2 * _ROOTS, 2))
    w = 0
    k1, k2 = step_at(first.time_s, start_s), step_at(second.time_s, start_s)
    t = opened = start_s
    p, q = _motion(first, k1, t, c), _motion(second, k2, t, c)
    d0 = apart(p, q)
    before = scalars_of(p, q)
    for i in range(n):
        f0[i, 0], f0[i, 1] = pair_condition(kinds[i], limits[i], before)
    failing = _failing(f0)
    from_start = failing == 0
    while t < end_s:
        most_s, ahead = min(end_s, second.time_s[k2 + 1]), 1
        if alone == 0 and t == first.time_s[k1] and k1 + leap < first.time_s.shape[0]:
            ahead = leap if first.time_s[k1 + leap] <= most_s else 1
        until = min(most_s, first.time_s[k1 + ahead])
        p, q = _motion(first, k1 + ahead - 1, until, c), _motion(second, k2, until, c)
        d1 = apart(p, q)
        after = scalars_of(p, q)
        verdict = _verdict(
            kinds, limits, d0, d1, _widest(first, k1, ahead, row), second.bounds[k2], until - t,
            before, after, f0, f1, m,
        )  # fmt: skip
        if verdict == _SEARCH and ahead > 1:
            alone = leap
            continue
        if verdict == _SEARCH:
            count = _changes(
                kinds, limits, first, k1, second, k2, t, until - t, m, f0, f1, c, stack, roots
            )
            if w + count >= out.shape[0]:
                out = grown(out, 2 * out.shape[0])
            for r in range(count):
                change = t + roots[r, 0]
                if roots[r, 1] > 0.0:
                    failing -= 1
                    if failing == 0:
                        opened = change
                    continue
                failing += 1
                if failing == 1 and change > opened:
                    out[w, 0], out[w, 1] = opened, change
                    w += 1
        # Counted anew at each node: a root within rounding of one can't put the count out.
        failing = _failing(f1)
        f0, f1 = f1, f0
        t, d0, before = until, d1, after
        k1 += ahead if until == first.time_s[k1 + ahead] else 0
        alone = max(0, alone - 1)
        k2 += 1 if until == second.time_s[k2 + 1] else 0
    to_end = failing == 0 and end_s > opened
    if to_end:
        out[w, 0], out[w, 1] = opened, end_s
        w += 1
    cut = np.zeros((w, 2), dtype=np.bool_)
    if w > 0:
        cut[0, 0] = from_start and out[0, 0] == start_s
        cut[w - 1, 1] = to_end
    return out[:w].copy(), cut
