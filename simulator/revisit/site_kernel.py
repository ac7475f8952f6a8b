"""The compiled reduction of `site_figures`: windows of many sites to figures of each.

Definitions in `simulator.revisit.surveys`. Seconds since the span's start.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import compiled
from simulator.orbits import Floats, Integers
from simulator.revisit.figure_rules import FigureRow, FigureRules
from simulator.revisit.gap_kernel import gap_figures, summary
from simulator.revisit.sorting import sort_with_order
from simulator.revisit.window_order import MergedWindows, OrderedWindows
from simulator.units import HOUR_S


class FigureTables(NamedTuple):
    """What the reduction fills for P sites.

    rows (P,) of `FIGURE_ROW`, percentiles (P, 7, Q) of gaps, access_percentiles (P, A); folds_s
    (P, F), the time seen by at least 1..F satellites, and hours (P, 24) come zeroed.
    """

    rows: NDArray[np.void]
    percentiles: Floats
    access_percentiles: Floats
    folds_s: Floats
    hours: Integers


class _OpenAccesses(NamedTuple):
    """Scratch of a sweep through the accesses of a site, room for N at once.

    end_s and length_s (N + 1,) of those open, the latest end first; longest_s and duration_s
    (2 N + 2,) of the pieces of time between two events, and their order; last_site (S,) the last
    site that each satellite was counted at.
    """

    end_s: Floats
    length_s: Floats
    longest_s: Floats
    duration_s: Floats
    order: Integers
    last_site: Integers


@compiled
def _access_figures(
    start_s: Floats,
    end_s: Floats,
    between_s: tuple[float, float],
    lengths_s: Floats,
    row: FigureRow,
) -> None:
    """Set the figures of accesses before merging."""
    n = start_s.shape[0]
    row["accesses"] = n
    within = 0
    for k in range(n):
        lengths_s[k] = end_s[k] - start_s[k]
        within += 1 if between_s[0] <= lengths_s[k] <= between_s[1] else 0
    row["accesses_between"] = within
    row["access_sum_s"] = 0.0
    if n > 0:
        total, least, most, deviation = summary(lengths_s, n)
        row["access_sum_s"] = total
        row["access_mean_s"] = total / n
        row["access_min_s"] = least
        row["access_max_s"] = most
        row["access_std_s"] = deviation


@compiled
def _day_figures(
    start_s: Floats,
    end_s: Floats,
    merged_start_s: Floats,
    merged_end_s: Floats,
    edges_s: Floats,
    covered_s: Floats,
    number: Floats,
    row: FigureRow,
) -> None:
    """Set the figures of whole days: cover, and accesses that reach into each day."""
    days = edges_s.shape[0] - 1
    if days < 1:
        return
    for day in range(days):
        covered_s[day] = 0.0
        number[day] = 0.0
    # Windows come in order, so the first day that one can reach never goes back.
    first = 0
    for k in range(merged_start_s.shape[0]):
        while first < days and edges_s[first + 1] <= merged_start_s[k]:
            first += 1
        day = first
        while day < days and edges_s[day] < merged_end_s[k]:
            start = max(merged_start_s[k], edges_s[day])
            covered_s[day] += max(0.0, min(merged_end_s[k], edges_s[day + 1]) - start)
            day += 1
    first = 0
    for k in range(start_s.shape[0]):
        while first < days and edges_s[first + 1] <= start_s[k]:
            first += 1
        day = first
        while day < days and edges_s[day] < end_s[k]:
            number[day] += 1.0
            day += 1
    _total, least, most, deviation = summary(covered_s, days)
    row["covered_day_min_s"] = least
    row["covered_day_max_s"] = most
    row["covered_day_std_s"] = deviation
    _total, least, most, _deviation = summary(number, days)
    row["accesses_day_min"] = least
    row["accesses_day_max"] = most


@compiled
def _asset_figures(
    start_s: Floats,
    end_s: Floats,
    satellite: Integers,
    site: int,
    rules: FigureRules,
    scratch: _OpenAccesses,
    folds_s: Floats,
    percentiles: Floats,
    row: FigureRow,
) -> None:
    """Set the figures of satellites at once, and the percentiles (A,) of the access now.

    A sweep through starts and ends in order of time. The access now is the longest of those open.
    """
    # An array taken out of a named tuple costs a count of its references: once, not in loops.
    open_end_s, open_length_s = scratch.end_s, scratch.length_s
    longest_s, duration_s = scratch.longest_s, scratch.duration_s
    last_site = scratch.last_site
    n = start_s.shape[0]
    wanted = percentiles.shape[0] > 0
    depth = 0
    now = 0.0
    least = n + 1
    most = 0
    seen_by = 0
    pieces = 0
    k = 0
    while k <= n:
        start = start_s[k] if k < n else rules.span_s
        # Of an end and a start at one instant the end comes first: they are not at once.
        closes = depth > 0 and open_end_s[depth - 1] <= start
        event = open_end_s[depth - 1] if closes else start
        if event > now:
            for level in range(min(depth, folds_s.shape[0])):
                folds_s[level] += event - now
            if wanted and depth > 0:
                longest_s[pieces] = _longest_open(open_length_s, depth)
                duration_s[pieces] = event - now
                pieces += 1
            # Only what lasts counts towards the least at once; the most is also met for an instant.
            least = min(least, depth)
            now = event
        if closes:
            depth -= 1
            continue
        if k < n:
            _open(open_end_s, open_length_s, depth, end_s[k], end_s[k] - start_s[k])
            depth += 1
            most = max(most, depth)
            if last_site[satellite[k]] != site:
                last_site[satellite[k]] = site
                seen_by += 1
        k += 1
    row["satellites_seen"] = seen_by
    row["satellites_at_once_max"] = most
    row["satellites_at_once_min"] = least
    if wanted:
        _access_percentiles(scratch, pieces, rules.span_s, rules.access_percents, percentiles)


@compiled(inline=True)
def _open(
    open_end_s: Floats, open_length_s: Floats, depth: int, end_s: float, length_s: float
) -> None:
    """Put an access among the open ones, before those that end earlier."""
    place = depth
    while place > 0 and open_end_s[place - 1] < end_s:
        open_end_s[place] = open_end_s[place - 1]
        open_length_s[place] = open_length_s[place - 1]
        place -= 1
    open_end_s[place] = end_s
    open_length_s[place] = length_s


@compiled(inline=True)
def _longest_open(open_length_s: Floats, depth: int) -> float:
    """Return the length of the longest access that is open."""
    longest = 0.0
    for i in range(depth):
        longest = max(longest, open_length_s[i])
    return longest


@compiled
def _access_percentiles(
    scratch: _OpenAccesses, pieces: int, span_s: float, percents: Floats, percentiles: Floats
) -> None:
    """Fill the greatest length that the access now has for each percentage of the span."""
    longest_s, duration_s, order = scratch.longest_s, scratch.duration_s, scratch.order
    sort_with_order(longest_s, order, pieces)
    for q in range(percents.shape[0]):
        need = percents[q] / 100.0 * span_s
        have = 0.0
        percentiles[q] = 0.0
        # A sum of pieces that fill the span may fall short of it by rounding.
        for i in range(pieces - 1, -1, -1):
            have += duration_s[order[i]]
            if have >= need * (1.0 - 1e-13):
                percentiles[q] = longest_s[i]
                break


@compiled
def _count_hours(start_s: Floats, end_s: Floats, clock: float, hours: Integers) -> None:
    """Count accesses by the local hour (24,) of their middle."""
    for k in range(start_s.shape[0]):
        hour = (0.5 * (start_s[k] + end_s[k]) + clock) / HOUR_S
        hours[math.floor(hour) % 24] += 1


@compiled
def fill_figures(
    ordered: OrderedWindows,
    merged: MergedWindows,
    satellites: int,
    rules: FigureRules,
    clock_s: Floats,
    day_edges_s: Floats,
    tables: FigureTables,
) -> None:
    """Fill the figures of each site.

    clock_s (P,): seconds of the local day at the span's start; day_edges_s: those of whole days.
    """
    first, merged_first = ordered.first, merged.first
    count = first.shape[0] - 1
    # Room for the site with the most windows, so that no site allocates anything.
    room = 2
    for s in range(count):
        room = max(room, first[s + 1] - first[s])
    lengths_s = np.empty(room + 2)
    order = np.empty(2 * room + 2, dtype=np.int64)
    scratch = _OpenAccesses(
        np.empty(room + 1),
        np.empty(room + 1),
        np.empty(2 * room + 2),
        np.empty(2 * room + 2),
        order,
        np.empty(max(satellites, 1), dtype=np.int64),
    )
    for i in range(satellites):
        scratch.last_site[i] = -1
    day_covered_s = np.empty(max(day_edges_s.shape[0], 1))
    day_number = np.empty(max(day_edges_s.shape[0], 1))
    for s in range(count):
        row = tables.rows[s]
        low, high = first[s], first[s + 1]
        start_s, end_s = ordered.start_s[low:high], ordered.end_s[low:high]
        satellite = ordered.satellite[low:high]
        low, high = merged_first[s], merged_first[s + 1]
        merged_start_s, merged_end_s = merged.start_s[low:high], merged.end_s[low:high]
        _access_figures(start_s, end_s, rules.access_between_s, lengths_s, row)
        _day_figures(
            start_s, end_s, merged_start_s, merged_end_s, day_edges_s,
            day_covered_s, day_number, row,
        )  # fmt: skip
        _asset_figures(
            start_s, end_s, satellite, s, rules, scratch,
            tables.folds_s[s], tables.access_percentiles[s], row,
        )  # fmt: skip
        gap_figures(merged_start_s, merged_end_s, rules, lengths_s, tables.percentiles[s], row)
        _count_hours(start_s, end_s, clock_s[s], tables.hours[s])
