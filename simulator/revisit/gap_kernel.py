"""The gaps between the merged windows of one site: revisit, wait, age of data, percentiles.

Compiled; definitions in `simulator.revisit.surveys`. Seconds since the span's start. Percentiles
of time need no sampling: the share of time in which a wait is at most R is piecewise linear in R,
with corners at the gaps, so sorted gaps and their sums hold all of them.
"""

from __future__ import annotations

import math
from enum import IntEnum

import numpy as np

from simulator.compiled import compiled
from simulator.orbits import Floats
from simulator.revisit.figure_rules import FigureRow, FigureRules
from simulator.revisit.sorting import first_at_least, sort_numbers


class GapPercentile(IntEnum):
    """The planes of the percentiles of a site, as `site_figures.SiteFigures` names them."""

    REVISIT_PERCENTILE_S = 0
    REVISIT_TIME_PERCENTILE_S = 1
    REVISIT_GAP_PERCENTILE_S = 2
    WAIT_PERCENTILE_S = 3
    WAIT_GAP_PERCENTILE_S = 4
    AGE_OF_DATA_PERCENTILE_S = 5
    AGE_OF_DATA_GAP_PERCENTILE_S = 6


_PLANES = len(GapPercentile)
# The planes from here on are of waits.
_WAITS = int(GapPercentile.WAIT_PERCENTILE_S)


@compiled(inline=True)
def summary(values: Floats, n: int) -> tuple[float, float, float, float]:
    """Return (sum, least, greatest, population standard deviation) of the first n values."""
    total = 0.0
    least = np.inf
    most = -np.inf
    for i in range(n):
        total += values[i]
        least = min(least, values[i])
        most = max(most, values[i])
    mean = total / n
    # A second pass, about the mean: sums of squares alone would lose the digits of small spreads.
    square = 0.0
    for i in range(n):
        off = values[i] - mean
        square += off * off
    return total, least, most, math.sqrt(square / n)


@compiled
def gap_figures(
    start_s: Floats,
    end_s: Floats,
    rules: FigureRules,
    gaps_s: Floats,
    percentiles: Floats,
    row: FigureRow,
) -> None:
    """Set the figures of cover and gaps, and the percentiles (7, Q), from merged windows (N,).

    gaps_s (N + 2,) is scratch: gaps between accesses come first, end gaps behind them.
    """
    n = start_s.shape[0]
    span_s = rules.span_s
    covered, squares, pairs = _inner_gaps(start_s, end_s, rules.separation_s, gaps_s)
    inner = max(0, n - 1)
    leading = start_s[0] if n > 0 else span_s
    trailing = span_s - end_s[n - 1] if n > 0 else 0.0
    gaps = inner
    for gap in (leading, trailing):
        if gap > 0.0:
            gaps_s[gaps] = gap
            gaps += 1
    counted = inner if rules.interior else gaps
    within = 0
    longest = 0.0
    for i in range(gaps):
        within += 1 if rules.gap_between_s[0] <= gaps_s[i] <= rules.gap_between_s[1] else 0
        longest = max(longest, gaps_s[i])
    row["covered_s"] = covered
    row["merged_accesses"] = n
    row["gaps"] = gaps
    row["gaps_between"] = within
    row["leading_gap_s"] = leading
    row["trailing_gap_s"] = trailing
    row["pairs"] = pairs
    if n > 0:
        row["first_access_s"] = start_s[0]
    row["revisit_samples"] = n if rules.counts_accesses else counted
    _revisit_figures(gaps_s, counted, gaps == 0 and n > 0, row)
    # STK's time-average gap, of all gaps under every rule; the mean wait is half of it.
    mean_square = (squares + leading * leading + trailing * trailing) / span_s
    row["time_average_gap_s"] = mean_square
    wait = mean_square / 2.0, longest
    age_of_data = wait
    if rules.left_out:
        wait = _known_wait(gaps_s, inner, squares, leading, span_s - trailing, n)
        age_of_data = _known_wait(gaps_s, inner, squares, trailing, span_s - leading, n)
    row["wait_mean_s"], row["wait_max_s"] = wait
    row["age_of_data_mean_s"], row["age_of_data_max_s"] = age_of_data
    if rules.percents.shape[0] > 0:
        _gap_percentiles(gaps_s, n, leading, trailing, covered, rules, percentiles)


@compiled
def _inner_gaps(
    start_s: Floats, end_s: Floats, separation_s: tuple[float, float], gaps_s: Floats
) -> tuple[float, float, int]:
    """Fill the gaps between accesses; return cover, sum of squared gaps, number of pairs."""
    covered = 0.0
    squares = 0.0
    pairs = 0
    for k in range(start_s.shape[0]):
        covered += end_s[k] - start_s[k]
        if k > 0:
            gap = start_s[k] - end_s[k - 1]
            gaps_s[k - 1] = gap
            squares += gap * gap
            pairs += 1 if separation_s[0] <= gap <= separation_s[1] else 0
    return covered, squares, pairs


@compiled
def _revisit_figures(gaps_s: Floats, counted: int, always: bool, row: FigureRow) -> None:
    """Set the statistics of the revisit from the gaps that the rule counts."""
    if always:
        # Always in access: what is never a gap is 0 under every rule, and not unknown.
        row["revisit_mean_s"] = 0.0
        row["revisit_min_s"] = 0.0
        row["revisit_max_s"] = 0.0
        row["revisit_std_s"] = 0.0
    if counted > 0:
        total, least, most, deviation = summary(gaps_s, counted)
        row["revisit_mean_s"] = total / counted
        row["revisit_min_s"] = least
        row["revisit_max_s"] = most
        row["revisit_std_s"] = deviation


@compiled
def _known_wait(
    gaps_s: Floats, inner: int, squares: float, end_gap: float, known_s: float, n: int
) -> tuple[float, float]:
    """Return mean and maximum of a wait over the time on which it is known, NaN without access."""
    if n == 0:
        return np.nan, np.nan
    longest = end_gap
    for i in range(inner):
        longest = max(longest, gaps_s[i])
    return (squares + end_gap * end_gap) / (2.0 * known_s), longest


@compiled
def _gap_percentiles(
    gaps_s: Floats,
    n: int,
    leading: float,
    trailing: float,
    covered: float,
    rules: FigureRules,
    percentiles: Floats,
) -> None:
    """Fill the percentiles (7, Q). Gaps between accesses are sorted, then end gaps put in place."""
    percents = rules.percents
    inner = max(0, n - 1)
    if n > 0 and inner == 0 and leading <= 0.0 and trailing <= 0.0:
        _fill(percentiles, 0, 0.0)
        return
    upto = np.empty(inner + 3)
    sort_numbers(gaps_s, upto, inner)
    gaps = inner
    if rules.interior:
        _revisit_percentiles(gaps_s, upto, gaps, covered, percents, percentiles)
    if rules.left_out and n == 0:
        # Without any access, wait and age are unknown throughout.
        _fill(percentiles, _WAITS, np.nan)
        gaps = _inserted(gaps_s, gaps, leading)
    elif rules.left_out:
        # The wait is unknown after the last access, the age before the first.
        age_gaps_s = np.empty(inner + 1)
        for i in range(inner):
            age_gaps_s[i] = gaps_s[i]
        age_gaps = _inserted(age_gaps_s, inner, trailing)
        _wait_percentiles(
            age_gaps_s, upto, age_gaps, covered, percents,
            percentiles[GapPercentile.AGE_OF_DATA_PERCENTILE_S],
            percentiles[GapPercentile.AGE_OF_DATA_GAP_PERCENTILE_S],
        )  # fmt: skip
        gaps = _inserted(gaps_s, gaps, leading)
        _wait_percentiles(
            gaps_s, upto, gaps, covered, percents,
            percentiles[GapPercentile.WAIT_PERCENTILE_S],
            percentiles[GapPercentile.WAIT_GAP_PERCENTILE_S],
        )  # fmt: skip
        gaps = _inserted(gaps_s, gaps, trailing)
    else:
        gaps = _inserted(gaps_s, gaps, leading)
        gaps = _inserted(gaps_s, gaps, trailing)
        _wait_percentiles(
            gaps_s, upto, gaps, covered, percents,
            percentiles[GapPercentile.WAIT_PERCENTILE_S],
            percentiles[GapPercentile.WAIT_GAP_PERCENTILE_S],
        )  # fmt: skip
        for q in range(percents.shape[0]):
            percentiles[GapPercentile.AGE_OF_DATA_PERCENTILE_S, q] = percentiles[
                GapPercentile.WAIT_PERCENTILE_S, q
            ]
            percentiles[GapPercentile.AGE_OF_DATA_GAP_PERCENTILE_S, q] = percentiles[
                GapPercentile.WAIT_GAP_PERCENTILE_S, q
            ]
    if not rules.interior:
        _revisit_percentiles(gaps_s, upto, gaps, covered, percents, percentiles)


@compiled
def _fill(percentiles: Floats, first: int, value: float) -> None:
    """Set the planes of percentiles from the first one on."""
    for plane in range(first, _PLANES):
        for q in range(percentiles.shape[1]):
            percentiles[plane, q] = value


@compiled(inline=True)
def _inserted(ascending: Floats, n: int, value: float) -> int:
    """Put one value into n sorted ones; return how many there are then. None for a value of 0."""
    if value <= 0.0:
        return n
    # An end gap is one of many: moving those above it is cheaper than sorting anew.
    i = n
    while i > 0 and ascending[i - 1] > value:
        ascending[i] = ascending[i - 1]
        i -= 1
    ascending[i] = value
    return n + 1


@compiled
def _sum_up(ascending: Floats, n: int, upto: Floats) -> None:
    """Fill upto (n + 1,) with the sums of the first 0..n values."""
    upto[0] = 0.0
    for i in range(n):
        upto[i + 1] = upto[i] + ascending[i]


@compiled
def _revisit_percentiles(
    gaps_s: Floats,
    upto: Floats,
    n: int,
    covered: float,
    percents: Floats,
    percentiles: Floats,
) -> None:
    """Fill the three percentiles of the revisit from n sorted gaps."""
    _sum_up(gaps_s, n, upto)
    for q in range(percents.shape[0]):
        # Nearest rank: Hyndman and Fan 1996, definition 1, as `gaps.nearest_rank`.
        rank = max(1, math.ceil(percents[q] * n / 100.0))
        percentiles[GapPercentile.REVISIT_PERCENTILE_S, q] = gaps_s[rank - 1] if n > 0 else np.nan
        share = percents[q] / 100.0
        percentiles[GapPercentile.REVISIT_TIME_PERCENTILE_S, q] = _whole_gaps_bound(
            gaps_s, upto, n, covered, share
        )
        percentiles[GapPercentile.REVISIT_GAP_PERCENTILE_S, q] = _whole_gaps_bound(
            gaps_s, upto, n, 0.0, share
        )


@compiled
def _whole_gaps_bound(gaps_s: Floats, upto: Floats, n: int, covered: float, share: float) -> float:
    """Return the least R such that cover and whole gaps up to R fill a share of the time."""
    total = covered + upto[n]
    need = share * total - covered
    if total <= 0.0:
        return np.nan
    if need <= 0.0 or n == 0:
        return 0.0
    # Rounding may leave the sum of all gaps short of the need.
    bound: float = gaps_s[min(first_at_least(upto, 1, n + 1, need) - 1, n - 1)]
    return bound


@compiled
def _wait_percentiles(
    gaps_s: Floats,
    upto: Floats,
    n: int,
    covered: float,
    percents: Floats,
    of_time: Floats,
    of_gaps: Floats,
) -> None:
    """Fill the percentiles (Q,) of a wait, of all time and of the time in n sorted gaps."""
    _sum_up(gaps_s, n, upto)
    for q in range(percents.shape[0]):
        share = percents[q] / 100.0
        of_time[q] = _last_parts_bound(gaps_s, upto, n, covered, share)
        of_gaps[q] = _last_parts_bound(gaps_s, upto, n, 0.0, share)


@compiled
def _last_parts_bound(gaps_s: Floats, upto: Floats, n: int, covered: float, share: float) -> float:
    """Return the least R such that cover and the last R of each gap fill a share of the time."""
    total = covered + upto[n]
    need = share * total - covered
    if total <= 0.0:
        return np.nan
    if need <= 0.0 or n == 0:
        return 0.0
    # The first gap up to which whole gaps, and as much of each longer one, fill the need; beyond
    # the gap before it the time filled rises by one second a longer gap for each second of R.
    low = 0
    high = n - 1
    while low < high:
        i = (low + high) // 2
        if upto[i] + gaps_s[i] * (n - i) >= need:
            high = i
        else:
            low = i + 1
    bound: float = min((need - upto[low]) / (n - low), gaps_s[n - 1])
    return bound
