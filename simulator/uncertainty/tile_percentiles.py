"""Percentiles of the gaps of one site in a tile of resamples, in one walk by length; compiled.

A gap counts in a resample as often as its day is taken. With gaps in order of length, percentiles
are the points at which running sums first meet what they need, as `simulator.coverage.gap_kernel`
has them for the span. Loops run over a tile of resamples, a fixed number, so that they are compiled
for the processor's wide registers.
"""

from __future__ import annotations

import math
from enum import IntEnum

import numpy as np

from simulator.compiled import compiled
from simulator.orbits import Booleans, Floats
from simulator.uncertainty.day_sums import DaySum, SiteGaps

# Resamples worked on at once.
TILE = 128
# Gaps passed at once where no resample meets a need.
_STRIDE = 8


class Walk(IntEnum):
    """Rows of the running sums over the gaps passed; the first three are what needs are met by."""

    # Number of counted gaps, and cover with their time.
    COUNTED = 0
    COUNTED_S = 1
    # Cover with gaps, and as much of each longer gap as the last one passed is long.
    WAITED_S = 2
    # Cover with gaps; number of gaps not yet passed.
    GAPS_S = 3
    LEFT = 4


class Need(IntEnum):
    """Kinds of percentiles, by what they need: in the order of the first rows of `Walk`."""

    RANK = 0
    WHOLE_GAPS_S = 1
    LAST_PARTS_S = 2


class Met(IntEnum):
    """Rows of what is known where needs are met.

    The gap at the rank; the least R such that cover and gaps up to R fill the need; and, where
    cover and the last R of each gap fill it, the time filled by shorter gaps and the number of
    others: R is what is short over that number.
    """

    RANK = 0
    WHOLE_GAPS_S = 1
    SHORTER_S = 2
    OTHERS = 3


def tiled(counts: Floats) -> Floats:
    """Return counts (D + 1, N) in tiles (tiles, D + 1, TILE); the last is filled up with zeros."""
    days, resamples = counts.shape
    tiles = np.zeros((-(-resamples // TILE), days, TILE))
    for number in range(resamples):
        tiles[number // TILE, :, number % TILE] = counts[:, number]
    return tiles


@compiled
def set_needs(drawn: Floats, percents: Floats, need: Floats, met: Floats) -> None:
    """Fill what percentiles need, and what is met from the start.

    drawn (rows, tile): the sums of each resample. need (3, 2 Q, tile): of all time, then of the
    time in gaps, where cover counts from the start and is needed on top.
    """
    quantiles = percents.shape[0]
    for q in range(quantiles):
        # A sum of all may fall short of all by rounding.
        share = percents[q] / 100.0 * (1.0 - 1e-12)
        gap = quantiles + q
        for d in range(TILE):
            cover = drawn[DaySum.COVER_S, d]
            rank = math.ceil(percents[q] * drawn[DaySum.COUNTED, d] / 100.0)
            need[Need.RANK, q, d] = max(1.0, rank)
            need[Need.WHOLE_GAPS_S, q, d] = share * (cover + drawn[DaySum.COUNTED_S, d])
            need[Need.LAST_PARTS_S, q, d] = share * (cover + drawn[DaySum.GAPS_S, d])
            # A rank is the same of all time and of gaps: found once.
            need[Need.RANK, gap, d] = np.inf
            need[Need.WHOLE_GAPS_S, gap, d] = cover + share * drawn[DaySum.COUNTED_S, d]
            need[Need.LAST_PARTS_S, gap, d] = cover + share * drawn[DaySum.GAPS_S, d]
    # Where cover alone fills the need, what is short of it is 0, over any number.
    for q in range(2 * quantiles):
        for d in range(TILE):
            met[Met.RANK, q, d] = 0.0
            met[Met.WHOLE_GAPS_S, q, d] = 0.0
            met[Met.SHORTER_S, q, d] = need[Need.LAST_PARTS_S, q, d]
            met[Met.OTHERS, q, d] = 1.0


@compiled
def _pass_counted(gap: float, frequency: Floats, number: Floats, time_s: Floats) -> None:
    """Add a gap, as often as its day is taken, to the counted gaps passed."""
    for d in range(TILE):
        number[d] += frequency[d]
        time_s[d] += frequency[d] * gap


@compiled
def _pass_gap(
    gap: float, frequency: Floats, waited_s: Floats, time_s: Floats, left: Floats
) -> None:
    """Add a gap, as often as its day is taken, to all gaps passed; the others wait as long."""
    # A gap that a resample does not take changes nothing there: the last one taken stands.
    for d in range(TILE):
        filled = time_s[d] + gap * left[d]
        waited_s[d] = filled if frequency[d] > 0.0 else waited_s[d]
    for d in range(TILE):
        time_s[d] += frequency[d] * gap
        left[d] -= frequency[d]


@compiled
def _meets(before: Floats, after: Floats, need: Floats) -> bool:
    """Return whether any resample of a tile has what it needs after, and not before."""
    # A sum, not an early exit: the loop then runs in wide registers.
    number = 0
    for d in range(TILE):
        number += (before[d] < need[d]) & (after[d] >= need[d])
    return number > 0


@compiled
def _put(value: float, have: Floats, need: Floats, frequency: Floats, met: Floats) -> None:
    """Put a value where resamples that take it have not yet what they need."""
    for d in range(TILE):
        met[d] = value if (have[d] < need[d]) & (frequency[d] > 0.0) else met[d]


@compiled
def _put_row(values: Floats, have: Floats, need: Floats, frequency: Floats, met: Floats) -> None:
    """Put the values of a row likewise."""
    for d in range(TILE):
        met[d] = values[d] if (have[d] < need[d]) & (frequency[d] > 0.0) else met[d]


@compiled
def _pass_and_put(
    gap: float,
    counted: bool,
    frequency: Floats,
    meets: Booleans,
    need: Floats,
    walk: Floats,
    met: Floats,
) -> None:
    """Pass one gap of a stride in which some needs are met, putting what is known where they are.

    Each gap before a need is met overwrites the last: the one at which it is met stays.
    """
    for q in range(need.shape[1]):
        if counted and meets[Need.RANK, q]:
            _put(gap, walk[Walk.COUNTED], need[Need.RANK, q], frequency, met[Met.RANK, q])
        if counted and meets[Need.WHOLE_GAPS_S, q]:
            _put(
                gap, walk[Walk.COUNTED_S], need[Need.WHOLE_GAPS_S, q], frequency,
                met[Met.WHOLE_GAPS_S, q],
            )  # fmt: skip
        if meets[Need.LAST_PARTS_S, q]:
            waited_s, needed = walk[Walk.WAITED_S], need[Need.LAST_PARTS_S, q]
            _put_row(walk[Walk.GAPS_S], waited_s, needed, frequency, met[Met.SHORTER_S, q])
            _put_row(walk[Walk.LEFT], waited_s, needed, frequency, met[Met.OTHERS, q])
    if counted:
        _pass_counted(gap, frequency, walk[Walk.COUNTED], walk[Walk.COUNTED_S])
    _pass_gap(gap, frequency, walk[Walk.WAITED_S], walk[Walk.GAPS_S], walk[Walk.LEFT])


@compiled
def meet_needs(
    gaps: SiteGaps,
    count: int,
    counts: Floats,
    drawn: Floats,
    need: Floats,
    now: Floats,
    before: Floats,
    met: Floats,
) -> None:
    """Fill met (4, 2 Q, tile) by a walk through the gaps by length, each as often as taken.

    counts (D + 1, tile). Only strides of gaps in which some resample meets a need are looked at one
    by one. now and before (5, tile), scratch, are the running sums after and before a stride.
    """
    quantiles = need.shape[1]
    for d in range(TILE):
        now[Walk.COUNTED, d] = 0.0
        now[Walk.COUNTED_S, d] = drawn[DaySum.COVER_S, d]
        now[Walk.WAITED_S, d] = drawn[DaySum.COVER_S, d]
        now[Walk.GAPS_S, d] = drawn[DaySum.COVER_S, d]
        now[Walk.LEFT, d] = drawn[DaySum.GAPS, d]
    meets = np.empty((3, quantiles), dtype=np.bool_)
    for first in range(0, count, _STRIDE):
        end = min(first + _STRIDE, count)
        for row in range(5):
            for d in range(TILE):
                before[row, d] = now[row, d]
        for i in range(first, end):
            frequency = counts[gaps.day[i]]
            if gaps.counted[i]:
                _pass_counted(gaps.length_s[i], frequency, now[Walk.COUNTED], now[Walk.COUNTED_S])
            _pass_gap(
                gaps.length_s[i], frequency, now[Walk.WAITED_S], now[Walk.GAPS_S], now[Walk.LEFT]
            )
        some = False
        for kind in range(3):
            for q in range(quantiles):
                meets[kind, q] = _meets(before[kind], now[kind], need[kind, q])
                some = some or meets[kind, q]
        if some:
            for i in range(first, end):
                frequency = counts[gaps.day[i]]
                _pass_and_put(
                    gaps.length_s[i], gaps.counted[i], frequency, meets, need, before, met
                )
