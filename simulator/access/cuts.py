"""Windows cut down by one more condition, and the best instant in each, compiled.

Units: metres, seconds. The tightest condition leads the search (`scan`); all others go over the
windows it has left, step by step, with the same proof of every root.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.access.conditions import (
    GROUND_SAMPLE,
    SKYLINE,
    condition_at,
    curvature,
    skyline_curvature,
    step_bounds,
)
from simulator.access.roots import STACK, search
from simulator.access.scan import WindowArrays
from simulator.compiled import compiled
from simulator.orbits import Booleans, Floats, Integers, Pair, by_component, coefficients


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
    arrays as `pair` does.
    """
    stack = np.empty((STACK, 6))
    roots = np.empty((64, 2))
    c = np.empty(36)
    b = np.empty(7)
    n = site.shape[0]
    room = n + 2 * roots.shape[0]
    site_out = np.empty(room, dtype=np.int32)
    begin_out = np.empty(room)
    finish_out = np.empty(room)
    cut_out = np.zeros((room, 2), dtype=np.bool_)
    w = 0
    last_step = time_s.shape[0] - 2
    for i in range(n):
        s = places[site[i]]
        k = np.searchsorted(time_s, begin[i], side="right") - 1
        k = min(max(k, 0), last_step)
        t = begin[i]
        h = time_s[k + 1] - time_s[k]
        coefficients(state[k], state[k + 1], h, c)
        fa, da, rho_a = condition_at(kind, limit, by_component(c), h, t - time_s[k], s)
        is_open = fa >= 0.0
        opened = t
        from_start = cut[i, 0]
        while t < finish[i]:
            # A step ends fewer windows than roots has rows; one more may end after the last.
            if w + roots.shape[0] + 1 >= room:
                room *= 2
                site_out = _grown(site_out, room)
                begin_out = _grown(begin_out, room)
                finish_out = _grown(finish_out, room)
                wider = np.zeros((room, 2), dtype=np.bool_)
                wider[:w] = cut_out[:w]
                cut_out = wider
            until = min(time_s[k + 1], finish[i])
            if k == last_step:
                until = finish[i]
            fb, db, rho_b = condition_at(kind, limit, by_component(c), h, until - time_s[k], s)
            step_bounds(state[k], state[k + 1], h, b)
            stray = 0.5 * b[0] * (until - t)
            rates = (b[0], b[1], b[2], b[3], b[4], b[5], b[6])
            near = min(rho_a, rho_b) - stray
            if kind == SKYLINE:
                m = skyline_curvature(s, rates, near)
            else:
                m = curvature(kind, limit, rates, near, max(rho_a, rho_b) + stray)
            found = search(
                kind, limit, c, h, s, m,
                t - time_s[k], fa, da, until - time_s[k], fb, db, stack, roots,
            )  # fmt: skip
            for r in range(found):
                at = time_s[k] + roots[r, 0]
                if roots[r, 1] > 0.0:
                    if not is_open:
                        is_open = True
                        opened = at
                        from_start = False
                elif is_open:
                    is_open = False
                    if at > opened:
                        site_out[w] = site[i]
                        begin_out[w] = opened
                        finish_out[w] = at
                        cut_out[w, 0] = from_start
                        w += 1
            t = until
            fa, da, rho_a = fb, db, rho_b
            if k == last_step:
                break
            k += 1
            if t < finish[i]:
                h = time_s[k + 1] - time_s[k]
                coefficients(state[k], state[k + 1], h, c)
        if is_open and finish[i] > opened:
            site_out[w] = site[i]
            begin_out[w] = opened
            finish_out[w] = finish[i]
            cut_out[w, 0] = from_start
            cut_out[w, 1] = cut[i, 1]
            w += 1
    return site_out[:w], begin_out[:w], finish_out[:w], cut_out[:w]


@compiled
def _grown(values: Any, room: int) -> Any:
    out = np.empty(room, dtype=values.dtype)
    out[: values.shape[0]] = values
    return out


@compiled(inline=True)
def _ratio(kind: int, c: Floats, h: float, tau: float, s: Floats) -> Pair:
    """Return the limit that a condition would just meet, and its rate times a positive number."""
    f, df, rho = condition_at(kind, 0.0, by_component(c), h, tau, s)
    _f, df1, _rho = condition_at(kind, 1.0, by_component(c), h, tau, s)
    ratio = f / (rho * rho * rho) if kind == GROUND_SAMPLE else f / rho
    return ratio, df + ratio * (df1 - df)


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
    n = site.shape[0]
    out = np.empty(n)
    last_step = time_s.shape[0] - 2
    for i in range(n):
        s = places[site[i]]
        k = np.searchsorted(time_s, begin[i], side="right") - 1
        k = min(max(k, 0), last_step)
        t = begin[i]
        best = -np.inf
        while True:
            h = time_s[k + 1] - time_s[k]
            until = min(time_s[k + 1], finish[i])
            if k == last_step:
                until = finish[i]
            coefficients(state[k], state[k + 1], h, c)
            lo = t - time_s[k]
            hi = until - time_s[k]
            for part in range(4):
                x0 = lo + 0.25 * part * (hi - lo)
                x1 = lo + 0.25 * (part + 1) * (hi - lo)
                r0, d0 = _ratio(kind, c, h, x0, s)
                r1, d1 = _ratio(kind, c, h, x1, s)
                if r0 > best:
                    best = r0
                    out[i] = time_s[k] + x0
                if r1 > best:
                    best = r1
                    out[i] = time_s[k] + x1
                if d0 > 0.0 and d1 < 0.0:
                    for _ in range(50):
                        x = x0 + (x1 - x0) * min(0.9, max(0.1, d0 / (d0 - d1)))
                        r, d = _ratio(kind, c, h, x, s)
                        if d > 0.0:
                            x0, d0 = x, d
                        else:
                            x1, d1 = x, d
                        if x1 - x0 < 1e-6 or d == 0.0:
                            break
                    if r > best:
                        best = r
                        out[i] = time_s[k] + x
            t = until
            if t >= finish[i] or k == last_step:
                break
            k += 1
    return out
