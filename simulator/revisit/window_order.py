"""Windows of many sites put in order by site and start, and merged; compiled.

The windows of one site stand together, sorted by start: those of site s are rows first[s] to
first[s + 1]. Seconds since the span's start.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.compiled import compiled
from simulator.orbits import Booleans, Floats, Integers

# Windows of one site that fit the first scratch of the merge sort.
_FEW = 256


class OrderedWindows(NamedTuple):
    """The windows of P sites in order: first (P + 1,), then (W,) starts, ends and satellites."""

    first: Integers
    start_s: Floats
    end_s: Floats
    satellite: Integers


class MergedWindows(NamedTuple):
    """The windows of P sites, overlapping and touching ones made one: first (P + 1,), (W,) ends."""

    first: Integers
    start_s: Floats
    end_s: Floats


@compiled
def _merge_runs(
    bounds: Integers,
    runs: int,
    start_s: Floats,
    end_s: Floats,
    satellite: Integers,
    spare_s: Floats,
    spare_satellite: Integers,
) -> None:
    """Sort rows bounds[0] to bounds[runs] by start, each run of them being sorted: merge sort.

    Of equal starts the earlier run comes first. `bounds` is overwritten.
    """
    base = bounds[0]
    while runs > 1:
        pairs = 0
        for j in range(0, runs, 2):
            low = bounds[j]
            middle = bounds[j + 1]
            high = bounds[min(j + 2, runs)]
            left = low
            right = middle
            for w in range(low, high):
                if right >= high or (left < middle and start_s[left] <= start_s[right]):
                    k = left
                    left += 1
                else:
                    k = right
                    right += 1
                spare_s[w - base, 0] = start_s[k]
                spare_s[w - base, 1] = end_s[k]
                spare_satellite[w - base] = satellite[k]
            bounds[pairs] = low
            pairs += 1
        end = bounds[runs]
        bounds[pairs] = end
        runs = pairs
        for w in range(base, end):
            start_s[w] = spare_s[w - base, 0]
            end_s[w] = spare_s[w - base, 1]
            satellite[w] = spare_satellite[w - base]


@compiled
def order_windows(
    count: int,
    offsets: Integers,
    site: Integers,
    start_s: Floats,
    end_s: Floats,
    continues: Booleans,
) -> OrderedWindows:
    """Return the windows of all satellites in order of `count` sites.

    Satellite i has rows offsets[i] to offsets[i + 1], sorted by site, those of a site by time.
    continues (W,) marks a window that continues the same satellite's one before, cut between
    stretches of time.
    """
    satellites = offsets.shape[0] - 1
    first = np.zeros(count + 1, dtype=np.int64)
    ordered_start_s = np.empty(site.shape[0])
    ordered_end_s = np.empty(site.shape[0])
    satellite = np.empty(site.shape[0], dtype=np.int32)
    cursor = np.empty(satellites, dtype=np.int64)
    for i in range(satellites):
        cursor[i] = offsets[i]
    bounds = np.zeros(satellites + 1, dtype=np.int64)
    spare_s = np.empty((_FEW, 2))
    spare_satellite = np.empty(_FEW, dtype=np.int32)
    w = 0
    for s in range(count):
        # The windows of one satellite come in order: sorted runs, which a merge sort takes as such.
        runs = 0
        bounds[0] = w
        for i in range(satellites):
            k = cursor[i]
            mark = w
            while k < offsets[i + 1] and site[k] == s:
                # A window cut between stretches of time is one window.
                if continues[k] and w > mark:
                    ordered_end_s[w - 1] = end_s[k]
                else:
                    ordered_start_s[w] = start_s[k]
                    ordered_end_s[w] = end_s[k]
                    satellite[w] = i
                    w += 1
                k += 1
            cursor[i] = k
            if w > mark:
                runs += 1
                bounds[runs] = w
        if runs > 1:
            # Twice what is needed, so that scratch seldom grows.
            if w - first[s] > spare_s.shape[0]:
                spare_s = np.empty((2 * (w - first[s]), 2))
                spare_satellite = np.empty(2 * (w - first[s]), dtype=np.int32)
            _merge_runs(
                bounds, runs, ordered_start_s, ordered_end_s, satellite, spare_s, spare_satellite
            )
        first[s + 1] = w
    return OrderedWindows(first, ordered_start_s[:w], ordered_end_s[:w], satellite[:w])


@compiled
def merge_windows(first: Integers, start_s: Floats, end_s: Floats) -> MergedWindows:
    """Return the merged windows of each site from those in order of start."""
    count = first.shape[0] - 1
    merged_first = np.zeros(count + 1, dtype=np.int64)
    merged_start_s = np.empty(start_s.shape[0])
    merged_end_s = np.empty(start_s.shape[0])
    w = 0
    for s in range(count):
        mark = w
        for k in range(first[s], first[s + 1]):
            if w > mark and start_s[k] <= merged_end_s[w - 1]:
                merged_end_s[w - 1] = max(merged_end_s[w - 1], end_s[k])
            else:
                merged_start_s[w] = start_s[k]
                merged_end_s[w] = end_s[k]
                w += 1
        merged_first[s + 1] = w
    return MergedWindows(merged_first, merged_start_s[:w], merged_end_s[:w])
