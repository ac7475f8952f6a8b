"""The compiled part of `region_times`: when any and all sites of a region are in access."""

from __future__ import annotations

import math

import numpy as np

from simulator.compiled import compiled
from simulator.orbits import Floats, Integers
from simulator.revisit.window_order import MergedWindows


@compiled
def add_presence(merged: MergedWindows, weight: Integers, step_s: float, change: Integers) -> None:
    """Add to change (N + 1,) how the weight in access changes at each instant of a regular grid.

    Instant i is i step_s; summed up, `change` is the weight of the sites in access at each.
    """
    last = change.shape[0] - 1
    for s in range(merged.first.shape[0] - 1):
        for k in range(merged.first[s], merged.first[s + 1]):
            # A window holds its start and not its end.
            i = min(last, math.ceil(merged.start_s[k] / step_s))
            j = min(last, math.ceil(merged.end_s[k] / step_s))
            change[i] += weight[s]
            change[j] -= weight[s]


@compiled
def seen_by_any(merged: MergedWindows) -> Floats:
    """Return the intervals (N, 2) in which at least one site is in access, in order.

    Sites come one after another. Neighbours are seen at nearly the same times, so most windows only
    extend an interval, which needs no copy of the others.
    """
    first, start_s, end_s = merged.first, merged.start_s, merged.end_s
    room = 64
    pieces = np.empty((room, 2))
    spare = np.empty((room, 2))
    count = 0
    for s in range(first.shape[0] - 1):
        low, high = first[s], first[s + 1]
        if count + high - low > room:
            room = 2 * (count + high - low)
            wider = np.empty((room, 2))
            for i in range(count):
                wider[i, 0] = pieces[i, 0]
                wider[i, 1] = pieces[i, 1]
            pieces = wider
            spare = np.empty((room, 2))
        if not _extended(pieces, count, start_s, end_s, low, high):
            count = _union(pieces, count, start_s, end_s, low, high, spare)
            pieces, spare = spare, pieces
    return pieces[:count]


@compiled
def _extended(
    pieces: Floats, count: int, start_s: Floats, end_s: Floats, low: int, high: int
) -> bool:
    """Extend pieces by windows low to high while none lies outside them or joins two.

    False at one that does; what was extended until then is no less right.
    """
    j = 0
    for k in range(low, high):
        start, end = start_s[k], end_s[k]
        # A strip may sweep a site in no time; such a window is in no interval.
        if end <= start:
            continue
        while j < count and pieces[j, 1] < start:
            j += 1
        if j == count or pieces[j, 0] > end:
            return False
        if j + 1 < count and pieces[j + 1, 0] <= end:
            return False
        pieces[j, 0] = min(pieces[j, 0], start)
        pieces[j, 1] = max(pieces[j, 1], end)
    return True


@compiled
def _union(
    pieces: Floats, count: int, start_s: Floats, end_s: Floats, low: int, high: int, union: Floats
) -> int:
    """Fill the union of pieces and windows low to high, each in order; return their number."""
    i = 0
    k = low
    w = 0
    while i < count or k < high:
        if k == high or (i < count and pieces[i, 0] <= start_s[k]):
            start, end = pieces[i, 0], pieces[i, 1]
            i += 1
        else:
            start, end = start_s[k], end_s[k]
            k += 1
            if end <= start:
                continue
        if w > 0 and start <= union[w - 1, 1]:
            union[w - 1, 1] = max(union[w - 1, 1], end)
        else:
            union[w, 0] = start
            union[w, 1] = end
            w += 1
    return w


@compiled
def seen_by_all(merged: MergedWindows, span_s: float) -> Floats:
    """Return the intervals (N, 2) in which every site is in access, in order."""
    first, start_s, end_s = merged.first, merged.start_s, merged.end_s
    pieces = np.empty((1, 2))
    pieces[0, 0] = 0.0
    pieces[0, 1] = span_s
    count = 1
    for s in range(first.shape[0] - 1):
        # Few regions are ever seen whole: most end after a few sites.
        if count == 0:
            break
        k, high = first[s], first[s + 1]
        common = np.empty((count + high - k, 2))
        i = 0
        w = 0
        while i < count and k < high:
            start = max(pieces[i, 0], start_s[k])
            end = min(pieces[i, 1], end_s[k])
            if end > start:
                common[w, 0] = start
                common[w, 1] = end
                w += 1
            # The one that ends first can meet nothing more.
            if pieces[i, 1] < end_s[k]:
                i += 1
            else:
                k += 1
        pieces = common
        count = w
    return pieces[:count]
