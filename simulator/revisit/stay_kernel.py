"""The compiled reduction of `stays`: merged windows of many sites to how stays fare at each.

Seconds since the span's start; hours are those of a local day whose midnight is 0 on the clock.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simulator.compiled import compiled
from simulator.orbits import Floats
from simulator.revisit.window_order import MergedWindows
from simulator.units import HOUR_S


class StayTables(NamedTuple):
    """What the reduction fills for P sites and D stays.

    imaged_share and open_mean_s (P, D); longest_unseen_s (P,), safe_s (P, 24), and by hour of
    appearing the weighted shares hours (D, 24) and their weights come zeroed.
    """

    imaged_share: Floats
    open_mean_s: Floats
    longest_unseen_s: Floats
    safe_s: Floats
    hours: Floats
    hour_weights: Floats


@compiled(inline=True)
def _wait_integral(length: float, stay: float) -> float:
    """Return the integral of min(w, stay) over w from 0 to length."""
    if length <= stay:
        return 0.5 * length * length
    return 0.5 * stay * stay + stay * (length - stay)


@compiled
def _add_hours(begin: float, end: float, hours_s: Floats, whole: Floats) -> None:
    """Add the time of [begin, end) to hours_s (24,), but its whole hours to `whole` (25,).

    A gap of days has many whole hours; as changes of how often each hour is whole they take
    constant time, and `_add_whole_hours` sums them up once for all gaps.
    """
    if end <= begin:
        return
    first = math.floor(begin / HOUR_S)
    last = math.floor(end / HOUR_S)
    if first == last:
        hours_s[first % 24] += end - begin
        return
    hours_s[first % 24] += HOUR_S * (first + 1) - begin
    hours_s[last % 24] += end - HOUR_S * last
    count = last - first - 1
    start = (first + 1) % 24
    stop = start + count % 24
    whole[0] += count // 24
    whole[start] += 1.0
    whole[min(stop, 24)] -= 1.0
    # Past midnight the run of hours goes on from 0.
    if stop > 24:
        whole[0] += 1.0
        whole[stop - 24] -= 1.0


@compiled
def _add_whole_hours(hours_s: Floats, whole: Floats) -> None:
    """Add the whole hours noted to hours_s, and clear them."""
    count = 0.0
    for h in range(24):
        count += whole[h]
        hours_s[h] += HOUR_S * count
    for h in range(25):
        whole[h] = 0.0


@compiled
def _raise_safe(begin: float, end: float, safe_s: Floats) -> None:
    """Raise safe_s (24,) to the rest of a gap from its first instant in each hour of the day."""
    at = begin
    hour = math.floor(begin / HOUR_S)
    # The hour in which the gap begins comes again a day later, with a shorter rest.
    for _ in range(25):
        if at >= end:
            break
        safe_s[hour % 24] = max(safe_s[hour % 24], end - at)
        hour += 1
        at = HOUR_S * hour


@compiled
def reduce_stays(
    merged: MergedWindows,
    span_s: float,
    stay_s: Floats,
    clock_s: Floats,
    weights: Floats,
    tables: StayTables,
) -> None:
    """Fill the tables; clock_s (P,) is the time of day at the span's start."""
    # An array taken out of a named tuple costs a count of its references: once, not in loops.
    first, start_s, end_s = merged.first, merged.start_s, merged.end_s
    longest_unseen_s = tables.longest_unseen_s
    lengths = stay_s.shape[0]
    # Of each stay: the time of appearing from which it is missed, and that by hour; the integral of
    # the time in the open until imaged or gone.
    missed_s = np.empty(lengths)
    open_s = np.empty(lengths)
    hours_s = np.empty((lengths, 24))
    whole = np.zeros((lengths, 25))
    all_hours_s = np.empty(24)
    for s in range(first.shape[0] - 1):
        clock = clock_s[s]
        safe_s = tables.safe_s[s]
        for d in range(lengths):
            missed_s[d] = 0.0
            open_s[d] = 0.0
            for h in range(24):
                hours_s[d, h] = 0.0
        least_safe = 0.0
        low, high = first[s], first[s + 1]
        for k in range(low, high + 1):
            begin = end_s[k - 1] if k > low else 0.0
            end = start_s[k] if k < high else span_s
            if end <= begin:
                continue
            longest_unseen_s[s] = max(longest_unseen_s[s], end - begin)
            # A gap no longer than the least of all hours raises none.
            if end - begin > least_safe:
                _raise_safe(begin + clock, end + clock, safe_s)
                least_safe = safe_s[0]
                for h in range(1, 24):
                    least_safe = min(least_safe, safe_s[h])
            for d in range(lengths):
                stay = stay_s[d]
                # Only stays that lie within the span count.
                last = min(end, span_s - stay)
                if last > begin:
                    # One that begins w before the gap's end is in the open for min(w, stay).
                    beyond = _wait_integral(end - last, stay)
                    open_s[d] += _wait_integral(end - begin, stay) - beyond
                if end - begin > stay:
                    missed_s[d] += end - begin - stay
                    _add_hours(begin + clock, end - stay + clock, hours_s[d], whole[d])
        _set_means(span_s, stay_s, missed_s, open_s, tables.imaged_share[s], tables.open_mean_s[s])
        _add_hour_shares(
            span_s, clock, weights[s], stay_s, hours_s, whole, all_hours_s,
            tables.hours, tables.hour_weights,
        )  # fmt: skip


@compiled
def _set_means(
    span_s: float,
    stay_s: Floats,
    missed_s: Floats,
    open_s: Floats,
    imaged_share: Floats,
    open_mean_s: Floats,
) -> None:
    """Set the means of one site (D,) over the instants from which a stay lies within the span."""
    for d in range(stay_s.shape[0]):
        free = span_s - stay_s[d]
        if free > 0.0:
            imaged_share[d] = min(1.0, max(0.0, 1.0 - missed_s[d] / free))
            open_mean_s[d] = open_s[d] / free
        else:
            imaged_share[d] = np.nan
            open_mean_s[d] = np.nan


@compiled
def _add_hour_shares(
    span_s: float,
    clock: float,
    weight: float,
    stay_s: Floats,
    missed_hours_s: Floats,
    whole: Floats,
    hours_s: Floats,
    shares: Floats,
    weights: Floats,
) -> None:
    """Add the shares of one site by hour of appearing to those of the region.

    hours_s (24,), scratch, is the time of each hour in which a stay that fits can begin.
    """
    for d in range(stay_s.shape[0]):
        free = span_s - stay_s[d]
        if free <= 0.0:
            continue
        for h in range(24):
            hours_s[h] = 0.0
        _add_whole_hours(missed_hours_s[d], whole[d])
        _add_hours(clock, clock + free, hours_s, whole[d])
        _add_whole_hours(hours_s, whole[d])
        for h in range(24):
            if hours_s[h] > 0.0:
                share = 1.0 - missed_hours_s[d, h] / hours_s[h]
                shares[d, h] += weight * share
                weights[d, h] += weight
