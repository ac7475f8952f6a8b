"""From sign changes to rows of windows, compiled. Units: seconds.

A window row is its site, its start and end, and whether the search's start and end cut it off.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulator.compiled import compiled
from simulator.orbits import Booleans, Floats, Integers

WindowArrays = tuple[Integers, Floats, Floats, Booleans]


@compiled
def grown(values: Any, room: int) -> Any:
    """Return an array with room for so many rows, the old ones first."""
    out = np.empty((room, *values.shape[1:]), dtype=values.dtype)
    # Loops, which compile in a tenth of the time of `out[:n] = values`.
    if values.ndim == 1:
        for i in range(values.shape[0]):
            out[i] = values[i]
    else:
        for i in range(values.shape[0]):
            for j in range(values.shape[1]):
                out[i, j] = values[i, j]
    return out


@compiled(inline=True)
def closed(
    site_out: Integers,
    start_out: Floats,
    end_out: Floats,
    cut_out: Booleans,
    row: int,
    site: int,
    start_s: float,
    end_s: float,
    cut_start: bool,
) -> int:
    """Write a window as a row, its end not cut, if it has a length; return the next row."""
    if end_s <= start_s:
        return row
    site_out[row] = site
    start_out[row] = start_s
    end_out[row] = end_s
    cut_out[row, 0] = cut_start
    cut_out[row, 1] = False
    return row + 1


@compiled
def by_site(places: Integers, sites: Integers, times: Floats) -> tuple[Floats, Integers]:
    """Return the instants of sign changes grouped by site, and where each site's begin.

    places (P,) holds the row that each of the scan's sites shall have. Changes of one site keep
    their order; a counting sort.
    """
    n_sites = places.shape[0]
    counts = np.zeros(n_sites, dtype=np.int64)
    for i in range(sites.shape[0]):
        counts[np.uint64(sites[i])] += 1
    first = np.zeros(n_sites + 1, dtype=np.int64)
    for s in range(n_sites):
        first[places[s] + 1] = counts[s]
    for row in range(n_sites):
        first[row + 1] += first[row]
    # From now on where the next change of each site goes.
    for s in range(n_sites):
        counts[s] = first[places[s]]
    out = np.empty(sites.shape[0])
    for i in range(sites.shape[0]):
        site = np.uint64(sites[i])
        out[np.uint64(counts[site])] = times[i]
        counts[site] += 1
    return out, first


@compiled(inline=True)
def _paired(
    times: Floats,
    low: int,
    high: int,
    end_s: float,
    site: int,
    site_out: Integers,
    start_out: Floats,
    end_out: Floats,
    cut_out: Booleans,
    row: int,
) -> bool:
    """Write windows of the changes from low to high - 1 from a row on, if they are nothing else.

    Each opens and then ceases, later, before the end: so it is with nearly every site.
    """
    pairs, sound = (high - low) // 2, (high - low) % 2 == 0
    for i in range(np.uint64(pairs)):
        start_s, finish_s = times[np.uint64(low) + i + i], -times[np.uint64(low + 1) + i + i]
        site_out[np.uint64(row) + i] = site
        start_out[np.uint64(row) + i] = start_s
        end_out[np.uint64(row) + i] = finish_s
        cut_out[np.uint64(row) + i, 0] = False
        cut_out[np.uint64(row) + i, 1] = False
        sound &= (start_s > 0.0) & (finish_s > start_s) & (finish_s < end_s)
    return sound


@compiled
def from_changes(
    times: Floats, first: Integers, inside: Booleans, start_s: float, end_s: float
) -> WindowArrays:
    """Turn sign changes grouped by site into windows sorted by site then time.

    A change is its instant, negative where the condition ceases. inside (P,): whether the condition
    holds at start_s. Returns site (W,), start_s (W,), end_s (W,), cut (W, 2): cut by the start, by
    the end.
    """
    n_sites = first.shape[0] - 1
    # Two changes a window, and at each site one more for what is open at the start or the end.
    total = times.shape[0] // 2 + 2 * n_sites + 1
    site = np.empty(total, dtype=np.int32)
    begin = np.empty(total)
    finish = np.empty(total)
    cut = np.empty((total, 2), dtype=np.bool_)
    w = 0
    for s in range(n_sites):
        is_open = inside[s]
        low, high = first[s], first[s + 1]
        if not is_open and _paired(
            times, low, high, end_s, s, site, begin, finish, cut, w
        ):  # fmt: skip
            w += (high - low) // 2
            continue
        opened = start_s
        from_start = is_open
        for j in range(low, high):
            t = abs(times[j])
            if t >= end_s:
                break
            # An instant of zero has a sign as well.
            if math.copysign(1.0, times[j]) > 0.0:
                # The root of a step's end may be found by both steps: the second opens nothing.
                if not is_open:
                    is_open = True
                    opened = t
                    from_start = False
            elif is_open:
                is_open = False
                w = closed(site, begin, finish, cut, w, s, opened, t, from_start)
        if is_open and end_s > opened:
            w = closed(site, begin, finish, cut, w, s, opened, end_s, from_start)
            cut[w - 1, 1] = True
    return site[:w], begin[:w], finish[:w], cut[:w]
