"""The compiled reductions of `day_bootstrap`: windows to the figures of each resample of days.

counts (D + 1, N): how often each resample takes each of D days, column 0 once each, which is the
span itself. The last row, once in every resample, is for what no resampling can change: a site that
is never seen. Resamples are worked on in tiles (`tile_percentiles`). Seconds since the span's
start.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from simulator.compiled import compiled
from simulator.orbits import Floats, Integers
from simulator.revisit import MergedWindows, OrderedWindows
from simulator.uncertainty.day_sums import (
    STAY_SUMS,
    DaySum,
    SiteGaps,
    add_cover,
    add_folds,
    add_gaps,
    day_of,
    find_gaps,
    sort_gaps,
)
from simulator.uncertainty.tile_percentiles import TILE, meet_needs, set_needs


class Linear(IntEnum):
    """Columns of the sums that are linear in days, before those of time seen by 1..F satellites."""

    ACCESSES = 0
    ACCESS_SUM_S = 1
    COVERED_S = 2
    GAPS = 3
    PAIRS = 4


class Ratio(IntEnum):
    """Rows of the figures of each resample, before those of percentiles and stays."""

    ACCESS_MEAN_S = 0
    REVISIT_MEAN_S = 1
    REVISIT_STD_S = 2
    TIME_AVERAGE_GAP_S = 3


# Percentiles, each a row for each percent, after the ratios.
PERCENTILES = (
    "revisit_percentile_s",
    "revisit_time_percentile_s",
    "revisit_gap_percentile_s",
    "wait_percentile_s",
    "wait_gap_percentile_s",
)
_LINEAR = len(Linear)
_RATIOS = len(Ratio)
_PERCENTILES = len(PERCENTILES)


class ResampleRules(NamedTuple):
    """What is resampled, and by which rules: edges_s (D + 1,) of the days, counts in tiles.

    `interior`: only gaps between accesses make the revisit.
    """

    span_s: float
    edges_s: Floats
    counts: Floats
    interior: bool
    separation_s: tuple[float, float]
    percents: Floats
    stay_s: Floats


class Sums(NamedTuple):
    """Sums over the sites of each of G groups; sums of disjoint sites add.

    linear (G, columns, D + 1): weighted sums by day; values and weights (G, tiles, rows, TILE):
    weighted figures of each resample, and the weight of the sites that have them.
    """

    linear: Floats
    values: Floats
    weights: Floats

    def joined(self, more: Sums) -> Sums:
        """Return the sums of the sites of both."""
        return Sums(
            self.linear + more.linear, self.values + more.values, self.weights + more.weights
        )


class _Scratch(NamedTuple):
    """Room for the work on one site and tile.

    by_day (rows, D + 1) and drawn (rows, TILE): sums of `DaySum` rows and stays, by day and by
    resample; now, before, need and met as `meet_needs` has them; work (2, TILE) of `_Work` rows.
    """

    by_day: Floats
    drawn: Floats
    now: Floats
    before: Floats
    need: Floats
    met: Floats
    work: Floats


class _Work(IntEnum):
    """Rows of a resample's figure, and of what is below the line in it: 0 where unknown."""

    FIGURE = 0
    BELOW = 1


@compiled
def _draw(by_day: Floats, counts: Floats, drawn: Floats) -> None:
    """Fill drawn (rows, tile) with the sums over the days of each resample of a tile."""
    for r in range(by_day.shape[0]):
        for d in range(TILE):
            drawn[r, d] = 0.0
        for day in range(by_day.shape[1]):
            x = by_day[r, day]
            # Most days of most sites have none of something.
            if x != 0.0:
                for d in range(TILE):
                    drawn[r, d] += counts[day, d] * x


@compiled
def _add(figure: Floats, below: Floats, weight: float, values: Floats, weights: Floats) -> None:
    """Add a figure of one site to its group's, in resamples where what is below it is not 0."""
    # No branch, so that the loop runs in wide registers.
    for d in range(TILE):
        w = weight if below[d] > 0.0 else 0.0
        values[d] += w * figure[d]
        weights[d] += w


@compiled
def _ratio(above: Floats, below: Floats, figure: Floats) -> None:
    """Fill a figure that is a ratio; any number where what is below the line is 0."""
    for d in range(TILE):
        figure[d] = above[d] / (below[d] if below[d] > 0.0 else 1.0)


@compiled
def _add_ratios(
    mean: float, weight: float, scratch: _Scratch, values: Floats, weights: Floats
) -> None:
    """Add the ratios of one site. mean: that of the counted gaps over the span."""
    drawn, work = scratch.drawn, scratch.work
    figure, off = work[_Work.FIGURE], work[_Work.BELOW]
    accesses, counted, time_s = drawn[DaySum.ACCESSES], drawn[DaySum.COUNTED], drawn[DaySum.TIME_S]
    _ratio(drawn[DaySum.ACCESS_S], accesses, figure)
    row = Ratio.ACCESS_MEAN_S
    _add(figure, accesses, weight, values[row], weights[row])
    _ratio(drawn[DaySum.OFF_MEAN], counted, off)
    for d in range(TILE):
        figure[d] = mean + off[d]
    row = Ratio.REVISIT_MEAN_S
    _add(figure, counted, weight, values[row], weights[row])
    # Variance about any point is that about the mean and the square of what it is off.
    _ratio(drawn[DaySum.OFF_MEAN_SQUARES], counted, figure)
    for d in range(TILE):
        figure[d] = math.sqrt(max(figure[d] - off[d] * off[d], 0.0))
    row = Ratio.REVISIT_STD_S
    _add(figure, counted, weight, values[row], weights[row])
    _ratio(drawn[DaySum.GAP_SQUARES], time_s, figure)
    row = Ratio.TIME_AVERAGE_GAP_S
    _add(figure, time_s, weight, values[row], weights[row])


@compiled
def _add_always(
    length_s: Floats, weight: float, scratch: _Scratch, values: Floats, weights: Floats
) -> None:
    """Add the revisits of one site in resamples, each length_s (tile,) long, without a gap.

    Where access fills them the revisit is 0, and known: only its weight counts.
    """
    drawn, always = scratch.drawn, scratch.work[_Work.FIGURE]
    some = 0
    for d in range(TILE):
        full = drawn[DaySum.COVER_S, d] >= length_s[d] * (1.0 - 1e-9)
        some += full & (drawn[DaySum.GAPS, d] == 0.0) & (length_s[d] > 0.0)
    if some == 0:
        return
    for d in range(TILE):
        full = drawn[DaySum.COVER_S, d] >= length_s[d] * (1.0 - 1e-9)
        always[d] = weight if full & (drawn[DaySum.GAPS, d] == 0.0) & (length_s[d] > 0.0) else 0.0
    # Percentiles by rank, and those of the time in gaps, which is known to be none.
    quantiles = scratch.met.shape[0] // _PERCENTILES
    for row in range(_RATIOS + _PERCENTILES * quantiles):
        known = row == Ratio.REVISIT_MEAN_S or row == Ratio.REVISIT_STD_S
        if known or (row >= _RATIOS and (row - _RATIOS) // quantiles % 2 == 0):
            for d in range(TILE):
                weights[row, d] += always[d]


@compiled
def _add_percentiles(weight: float, scratch: _Scratch, values: Floats, weights: Floats) -> None:
    """Add the percentiles of one site, each a row for each percent."""
    drawn, met, counted_time_s = scratch.drawn, scratch.met, scratch.work[_Work.BELOW]
    quantiles = met.shape[0] // _PERCENTILES
    for d in range(TILE):
        counted_time_s[d] = drawn[DaySum.COVER_S, d] + drawn[DaySum.COUNTED_S, d]
    for q in range(quantiles):
        row = _RATIOS + q
        _add(met[q], drawn[DaySum.COUNTED], weight, values[row], weights[row])
        q += quantiles
        row += quantiles
        _add(met[q], counted_time_s, weight, values[row], weights[row])
        q += quantiles
        row += quantiles
        _add(met[q], drawn[DaySum.COUNTED_S], weight, values[row], weights[row])
        q += quantiles
        row += quantiles
        _add(met[q], drawn[DaySum.TIME_S], weight, values[row], weights[row])
        q += quantiles
        row += quantiles
        _add(met[q], drawn[DaySum.GAPS_S], weight, values[row], weights[row])


@compiled
def _add_stays(
    rules: ResampleRules, weight: float, scratch: _Scratch, values: Floats, weights: Floats
) -> None:
    """Add the share of stays imaged at one site, as `coverage.stays` has it, a row for each."""
    drawn, figure, free_s = scratch.drawn, scratch.work[_Work.FIGURE], scratch.work[_Work.BELOW]
    for n in range(rules.stay_s.shape[0]):
        stay = rules.stay_s[n]
        if rules.span_s <= stay:
            continue
        for d in range(TILE):
            free_s[d] = drawn[DaySum.TIME_S, d] - stay
        _ratio(drawn[STAY_SUMS + n], free_s, figure)
        for d in range(TILE):
            figure[d] = min(1.0, max(0.0, 1.0 - figure[d]))
        row = _RATIOS + _PERCENTILES * rules.percents.shape[0] + n
        _add(figure, free_s, weight, values[row], weights[row])


@compiled
def _lengths(rules: ResampleRules) -> Floats:
    """Return how long the days of each resample (tiles, TILE) are together."""
    length_s = np.zeros((rules.counts.shape[0], TILE))
    # Summed in order of days, as the cover that is compared with it is.
    for t in range(length_s.shape[0]):
        for day in range(rules.edges_s.shape[0] - 1):
            for d in range(TILE):
                edge_s = rules.edges_s[day + 1] - rules.edges_s[day]
                length_s[t, d] += rules.counts[t, day, d] * edge_s
    return length_s


@compiled
def _add_by_day(
    start_s: Floats,
    end_s: Floats,
    merged_start_s: Floats,
    merged_end_s: Floats,
    rules: ResampleRules,
    weight: float,
    gaps: SiteGaps,
    ends_s: Floats,
    by_day: Floats,
    linear: Floats,
) -> int:
    """Fill the sums of one site by day but those of gaps, and its gaps by time.

    What is linear in days is added to its group's at once. Return the number of gaps.
    """
    edges_s = rules.edges_s
    for row in range(by_day.shape[0]):
        for day in range(by_day.shape[1]):
            by_day[row, day] = 0.0
    for k in range(start_s.shape[0]):
        day = day_of(edges_s, 0.5 * (start_s[k] + end_s[k]))
        by_day[DaySum.ACCESSES, day] += 1.0
        by_day[DaySum.ACCESS_S, day] += end_s[k] - start_s[k]
    for k in range(merged_start_s.shape[0]):
        add_cover(merged_start_s[k], merged_end_s[k], edges_s, 1.0, by_day[DaySum.COVER_S])
    count = find_gaps(merged_start_s, merged_end_s, rules.span_s, edges_s, gaps)
    least_s, most_s = rules.separation_s
    for i in range(count):
        linear[Linear.GAPS, gaps.time_day[i]] += weight
        if gaps.time_inner[i] and least_s <= gaps.length_s[i] <= most_s:
            linear[Linear.PAIRS, gaps.time_day[i]] += weight
    for day in range(edges_s.shape[0] - 1):
        linear[Linear.ACCESSES, day] += weight * by_day[DaySum.ACCESSES, day]
        linear[Linear.ACCESS_SUM_S, day] += weight * by_day[DaySum.ACCESS_S, day]
        linear[Linear.COVERED_S, day] += weight * by_day[DaySum.COVER_S, day]
    add_folds(start_s, end_s, edges_s, weight, ends_s, linear[_LINEAR:])
    return count


@compiled
def resample(
    ordered: OrderedWindows,
    merged: MergedWindows,
    rules: ResampleRules,
    weight: Floats,
    group: Integers,
    sums: Sums,
) -> None:
    """Add sites of weight (P,) in group (P,) to the sums; those of no weight cost nothing."""
    room = 4
    for s in range(weight.shape[0]):
        room = max(room, ordered.first[s + 1] - ordered.first[s] + 2)
    gaps = SiteGaps(
        np.empty(room),
        np.empty(room, dtype=np.int64),
        np.empty(room, dtype=np.bool_),
        np.empty(room, dtype=np.int64),
        np.empty(room, dtype=np.bool_),
        np.empty(room, dtype=np.int64),
    )
    ends_s = np.empty(room)
    rows = _PERCENTILES * rules.percents.shape[0]
    scratch = _Scratch(
        np.empty((STAY_SUMS + rules.stay_s.shape[0], rules.edges_s.shape[0])),
        np.empty((STAY_SUMS + rules.stay_s.shape[0], TILE)),
        np.empty((6, TILE)),
        np.empty((6, TILE)),
        np.empty((rows, TILE)),
        np.empty((rows, TILE)),
        np.empty((2, TILE)),
    )
    length_s = _lengths(rules)
    for s in range(weight.shape[0]):
        w = weight[s]
        # Sites left out of a large region's sample have no weight.
        if w == 0.0:
            continue
        low, high = ordered.first[s], ordered.first[s + 1]
        start_s, end_s = ordered.start_s[low:high], ordered.end_s[low:high]
        low, high = merged.first[s], merged.first[s + 1]
        count = _add_by_day(
            start_s, end_s, merged.start_s[low:high], merged.end_s[low:high],
            rules, w, gaps, ends_s, scratch.by_day, sums.linear[group[s]],
        )  # fmt: skip
        sort_gaps(gaps, count, rules.interior)
        mean = add_gaps(gaps, count, rules.stay_s, scratch.by_day)
        for t in range(rules.counts.shape[0]):
            drawn = scratch.drawn
            _draw(scratch.by_day, rules.counts[t], drawn)
            for d in range(TILE):
                drawn[DaySum.TIME_S, d] = drawn[DaySum.GAPS_S, d] + drawn[DaySum.COVER_S, d]
            set_needs(drawn, rules.percents, scratch.need)
            meet_needs(
                gaps, count, rules.counts[t], drawn,
                scratch.need, scratch.now, scratch.before, scratch.met,
            )  # fmt: skip
            values, weights = sums.values[group[s], t], sums.weights[group[s], t]
            _add_ratios(mean, w, scratch, values, weights)
            _add_percentiles(w, scratch, values, weights)
            _add_stays(rules, w, scratch, values, weights)
            _add_always(length_s[t], w, scratch, values, weights)


@compiled
def rank_percentiles(
    values: Floats, day: Integers, counts: Floats, percents: Floats, percentiles: Floats
) -> None:
    """Fill percentiles (Q, N), by nearest rank, of values (P,) in order that happen on days (P,).

    NaN for a resample that holds none.
    """
    resamples = counts.shape[1]
    total = np.zeros(resamples)
    passed = np.zeros(resamples)
    for i in range(values.shape[0]):
        for d in range(resamples):
            total[d] += counts[day[i], d]
    need = np.empty(percentiles.shape)
    for q in range(percents.shape[0]):
        for d in range(resamples):
            need[q, d] = max(1.0, math.ceil(percents[q] * total[d] / 100.0))
            percentiles[q, d] = np.nan
    # Each value before the rank overwrites the last: the one at the rank stays.
    for i in range(values.shape[0]):
        for q in range(percents.shape[0]):
            for d in range(resamples):
                short = (passed[d] < need[q, d]) & (total[d] > 0.0)
                percentiles[q, d] = values[i] if short else percentiles[q, d]
        for d in range(resamples):
            passed[d] += counts[day[i], d]
