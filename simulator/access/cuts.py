"""Windows cut down by one more condition, and the best instant in each, compiled.

Units: metres, seconds. The tightest condition leads the search (`scan`); all others go over the
windows it has left, step by step, with the same proof of every root.
"""

from __future__ import annotations

import numpy as np

from simulator.access.conditions import (
    GROUND_SAMPLE,
    SKYLINE,
    condition_at,
    curvature,
    skyline_curvature,
    step_bounds,
)
from simulator.access.roots import STACK, evaluate, search
from simulator.access.window_rows import WindowArrays, closed, grown
from simulator.compiled import compiled
from simulator.orbits import (
    Booleans,
    Floats,
    Integers,
    Pair,
    Triple,
    by_component,
    coefficients,
    step_at,
)

_ROOTS = 64


@compiled(inline=True)
def _curvature(
    kind: int,
    limit: float,
    s0: Floats,
    s1: Floats,
    h: float,
    s: Floats,
    width: float,
    rho_a: float,
    rho_b: float,
) -> Pair:
    """Return the bend of f over a piece of a step `width` long, from distances at its ends."""
    bounds = step_bounds(s0, s1, h)
    # No point of the piece is farther from the nearer end than half the way.
    stray = 0.5 * bounds[0] * width
    near = min(rho_a, rho_b) - stray
    if kind == SKYLINE:
        most = skyline_curvature(s, bounds, near)
        return most, most
    return curvature(kind, limit, bounds, near, max(rho_a, rho_b) + stray)


# Over 60 lines: one walk along the steps of a window, whose state (open since when, cut or not)
# would be handed back and forth whole.
@compiled
def refine(
    kind: int,
    limit: float,
    time_s: Floats,
    state: Floats,
    places: Floats,
    site: Integers,
    begin: Floats,
    finish: Floats,
    cut: Booleans,
) -> WindowArrays:
    """Cut windows (W,) down to where one more condition holds; each may split or vanish.

    places (P, >= 6) holds position and vector of each site, or what SKYLINE has for them. Returns
    arrays as `from_changes` does.
    """
    stack, roots, c = np.empty((STACK, 6)), np.empty((_ROOTS, 2)), np.empty(36)
    room = site.shape[0] + 2 * _ROOTS
    site_out, begin_out, finish_out = np.empty(room, dtype=np.int32), np.empty(room), np.empty(room)
    cut_out = np.empty((room, 2), dtype=np.bool_)
    w = 0
    last_step = time_s.shape[0] - 2
    for i in range(site.shape[0]):
        s = places[site[i]]
        k = step_at(time_s, begin[i])
        t = begin[i]
        h = time_s[k + 1] - time_s[k]
        coefficients(state[k], state[k + 1], h, c)
        fa, da, rho_a = evaluate(kind, limit, c, h, s, t - time_s[k])
        is_open = fa >= 0.0
        opened = t
        from_start = cut[i, 0]
        while t < finish[i]:
            # A step ends fewer windows than roots has rows; one more may end after the last.
            if w + _ROOTS + 1 >= room:
                room *= 2
                site_out, cut_out = grown(site_out, room), grown(cut_out, room)
                begin_out, finish_out = grown(begin_out, room), grown(finish_out, room)
            # The last step reaches as far as a window does: a track ends where its search does.
            until = finish[i] if k == last_step else min(time_s[k + 1], finish[i])
            fb, db, rho_b = evaluate(kind, limit, c, h, s, until - time_s[k])
            bend = _curvature(kind, limit, state[k], state[k + 1], h, s, until - t, rho_a, rho_b)
            start, end = (t - time_s[k], fa, da), (until - time_s[k], fb, db)
            for r in range(search(kind, limit, c, h, s, bend, start, end, stack, roots)):
                change = time_s[k] + roots[r, 0]
                if roots[r, 1] > 0.0:
                    if not is_open:
                        is_open = True
                        opened = change
                        from_start = False
                elif is_open:
                    is_open = False
                    w = closed(
                        site_out, begin_out, finish_out, cut_out,
                        w, int(site[i]), opened, change, from_start,
                    )  # fmt: skip
            t = until
            fa, da, rho_a = fb, db, rho_b
            if k == last_step:
                break
            k += 1
            if t < finish[i]:
                h = time_s[k + 1] - time_s[k]
                coefficients(state[k], state[k + 1], h, c)
        if is_open and finish[i] > opened:
            w = closed(
                site_out, begin_out, finish_out, cut_out,
                w, int(site[i]), opened, finish[i], from_start,
            )  # fmt: skip
            cut_out[w - 1, 1] = cut[i, 1]
    return site_out[:w], begin_out[:w], finish_out[:w], cut_out[:w]


@compiled(inline=True)
def _merit(kind: int, c: Floats, h: float, tau: float, s: Floats) -> Pair:
    """Return the limit that a condition would just meet, and its rate times a positive number.

    f is linear in its limit: f = g - limit * rho^n. At the limit met, g / rho^n, the rate of f is
    rho^n times that of the limit: f' at 0 and at 1 give it.
    """
    f, df, rho = condition_at(kind, 0.0, by_component(c), h, tau, s)
    _f, df1, _rho = condition_at(kind, 1.0, by_component(c), h, tau, s)
    ratio = f / (rho * rho * rho) if kind == GROUND_SAMPLE else f / rho
    return ratio, df + ratio * (df1 - df)


@compiled(inline=True)
def _top(kind: int, c: Floats, h: float, s: Floats, left: Triple, right: Triple) -> Pair:
    """Return where merit has its top between ends of rising and falling merit, and how high.

    An end is its instant, merit and rate. The rate's zero by regula falsi, kept off both ends.
    """
    x0, best, d0 = left
    x1, d1 = right[0], right[2]
    x = x0
    for _ in range(50):
        x = x0 + (x1 - x0) * min(0.9, max(0.1, d0 / (d0 - d1)))
        best, d = _merit(kind, c, h, x, s)
        if d > 0.0:
            x0, d0 = x, d
        else:
            x1, d1 = x, d
        if x1 - x0 < 1e-6 or d == 0.0:
            break
    return x, best


@compiled
def peak(
    kind: int,
    time_s: Floats,
    state: Floats,
    places: Floats,
    site: Integers,
    begin: Floats,
    finish: Floats,
) -> Floats:
    """Return the instant (W,) in each window of the greatest elevation or finest ground sample.

    kind is ELEVATION or GROUND_SAMPLE. Several maxima in a window: the greatest. The ground sample
    goes as (distance^2 / sine of the elevation)^(1/2), so that of looks at elevation 0 or below,
    which have none, any above comes first.
    """
    c = np.empty(36)
    out = np.empty(site.shape[0])
    last_step = time_s.shape[0] - 2
    for i in range(site.shape[0]):
        s = places[site[i]]
        k = step_at(time_s, begin[i])
        t = begin[i]
        best = -np.inf
        while True:
            h = time_s[k + 1] - time_s[k]
            until = finish[i] if k == last_step else min(time_s[k + 1], finish[i])
            coefficients(state[k], state[k + 1], h, c)
            lo = t - time_s[k]
            hi = until - time_s[k]
            # A quarter of a step holds at most one top: steps are short beside an orbit's turns.
            for part in range(4):
                x0 = lo + 0.25 * part * (hi - lo)
                x1 = lo + 0.25 * (part + 1) * (hi - lo)
                r0, d0 = _merit(kind, c, h, x0, s)
                r1, d1 = _merit(kind, c, h, x1, s)
                if r0 > best:
                    best, out[i] = r0, time_s[k] + x0
                if r1 > best:
                    best, out[i] = r1, time_s[k] + x1
                if d0 > 0.0 and d1 < 0.0:
                    x, r = _top(kind, c, h, s, (x0, r0, d0), (x1, r1, d1))
                    if r > best:
                        best, out[i] = r, time_s[k] + x
            t = until
            if t >= finish[i] or k == last_step:
                break
            k += 1
    return out
