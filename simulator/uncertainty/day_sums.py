"""Sums over the windows and gaps of one site, day by day, that resamples add up; compiled.

An access or a gap belongs to the day that holds its middle, cover to the days it lies in. The gap
of a site that is never seen belongs to no day: it has the place behind the last day, which every
resample takes once. Seconds since the span's start.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from simulator.compiled import compiled
from simulator.orbits import Booleans, Floats, Integers
from simulator.revisit import sort_with_order


class DaySum(IntEnum):
    """Rows of the sums over the days of one site, before those of stays.

    Counted gaps are those of the revisit's rule. OFF_MEAN and OFF_MEAN_SQUARES are of counted gaps
    less their mean over the span: squares about the mean lose no digits to its own square.
    """

    ACCESSES = 0
    ACCESS_S = 1
    COVER_S = 2
    COUNTED = 3
    OFF_MEAN = 4
    OFF_MEAN_SQUARES = 5
    COUNTED_S = 6
    GAP_SQUARES = 7
    GAPS_S = 8
    GAPS = 9
    # Not summed but found resample by resample: gaps and cover together.
    TIME_S = 10


# The first row of the sums of stays: the time of appearing from which each is missed.
STAY_SUMS = len(DaySum)


class SiteGaps(NamedTuple):
    """The gaps of one site, room for N + 2: lengths, days and which the rule counts, by length.

    `time_day` and `time_inner` are scratch: days, and which lie between two accesses, by time;
    `order` the places in time of the gaps by length.
    """

    length_s: Floats
    day: Integers
    counted: Booleans
    time_day: Integers
    time_inner: Booleans
    order: Integers


@compiled
def day_of(edges_s: Floats, instant_s: float) -> int:
    """Return the day that holds an instant; one beyond the span lies in the nearest."""
    low = 0
    high = edges_s.shape[0] - 2
    # The last edge of those up to the second but last that is not later.
    while low < high:
        middle = (low + high + 1) // 2
        if edges_s[middle] <= instant_s:
            low = middle
        else:
            high = middle - 1
    return low


@compiled
def add_cover(start_s: float, end_s: float, edges_s: Floats, weight: float, sums: Floats) -> None:
    """Add a time, cut at the edges of the days, to sums (D + 1,)."""
    day = day_of(edges_s, start_s)
    while start_s < end_s:
        until_s = end_s if day == edges_s.shape[0] - 2 else min(end_s, edges_s[day + 1])
        sums[day] += weight * (until_s - start_s)
        start_s = until_s
        day += 1


@compiled
def add_folds(
    start_s: Floats, end_s: Floats, edges_s: Floats, weight: float, ends_s: Floats, sums: Floats
) -> None:
    """Add to sums (F, D + 1) the time seen by at least 1..F satellites; ends_s (N,) is scratch."""
    n = start_s.shape[0]
    # Ends are nearly in order, as the starts are: sorted by insertion.
    for k in range(n):
        i = k
        while i > 0 and ends_s[i - 1] > end_s[k]:
            ends_s[i] = ends_s[i - 1]
            i -= 1
        ends_s[i] = end_s[k]
    i = 0
    j = 0
    now_s = 0.0
    depth = 0
    # A start at the instant of an end comes first: the piece between them has no length.
    while j < n:
        opens = i < n and start_s[i] <= ends_s[j]
        event_s = start_s[i] if opens else ends_s[j]
        for level in range(min(depth, sums.shape[0])):
            add_cover(now_s, event_s, edges_s, weight, sums[level])
        now_s = event_s
        if opens:
            i += 1
            depth += 1
        else:
            j += 1
            depth -= 1


@compiled
def find_gaps(
    start_s: Floats, end_s: Floats, span_s: float, edges_s: Floats, gaps: SiteGaps
) -> int:
    """Fill the gaps of one site by time from its merged windows (N,); return their number."""
    n = start_s.shape[0]
    count = 0
    for k in range(n + 1):
        begin_s = end_s[k - 1] if k > 0 else 0.0
        finish_s = start_s[k] if k < n else span_s
        # At the span's ends there may be no gap; between merged windows there always is one.
        if finish_s <= begin_s and (k == 0 or k == n):
            continue
        gaps.length_s[count] = finish_s - begin_s
        middle_s = 0.5 * (begin_s + finish_s)
        gaps.time_day[count] = day_of(edges_s, middle_s) if n > 0 else edges_s.shape[0] - 1
        gaps.time_inner[count] = 0 < k < n
        count += 1
    return count


@compiled
def sort_gaps(gaps: SiteGaps, count: int, interior: bool) -> None:
    """Put gaps in order of length, and mark those that the rule counts."""
    sort_with_order(gaps.length_s, gaps.order, count)
    for i in range(count):
        gaps.day[i] = gaps.time_day[gaps.order[i]]
        gaps.counted[i] = gaps.time_inner[gaps.order[i]] or not interior


@compiled
def add_gaps(gaps: SiteGaps, count: int, stay_s: Floats, sums: Floats) -> float:
    """Add gaps to sums (rows, D + 1) by day; return the mean of those that are counted."""
    total = 0.0
    number = 0
    for i in range(count):
        if gaps.counted[i]:
            total += gaps.length_s[i]
            number += 1
    mean = total / number if number > 0 else 0.0
    for i in range(count):
        gap = gaps.length_s[i]
        day = gaps.day[i]
        if gaps.counted[i]:
            sums[DaySum.COUNTED, day] += 1.0
            sums[DaySum.OFF_MEAN, day] += gap - mean
            sums[DaySum.OFF_MEAN_SQUARES, day] += (gap - mean) * (gap - mean)
            sums[DaySum.COUNTED_S, day] += gap
        sums[DaySum.GAP_SQUARES, day] += gap * gap
        sums[DaySum.GAPS_S, day] += gap
        sums[DaySum.GAPS, day] += 1.0
        for d in range(stay_s.shape[0]):
            if gap > stay_s[d]:
                sums[STAY_SUMS + d, day] += gap - stay_s[d]
    return mean
