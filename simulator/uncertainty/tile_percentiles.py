"""Percentiles of the gaps of one site in a tile of resamples, in one walk by length; compiled.

A gap counts in a resample as often as its day is taken. With gaps in order of length, percentiles
are the points at which running sums first meet what they need, as `simulator.revisit.gap_kernel`
has them for the span. Loops run over a tile of resamples, a fixed number, and put into one row
each, so that they are compiled for the processor's wide registers.
"""

from __future__ import annotations

import math
from enum import IntEnum

import numpy as np

from simulator.compiled import compiled
from simulator.orbits import Floats
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
    # Cover with gaps; number of gaps not yet passed, and one over it.
    GAPS_S = 3
    LEFT = 4
    SHARE = 5


def tiled(counts: Floats) -> Floats:
    """Return counts (D + 1, N) in tiles (tiles, D + 1, TILE); the last is filled up with zeros."""
    days, resamples = counts.shape
    tiles = np.zeros((-(-resamples // TILE), days, TILE))
    for number in range(resamples):
        tiles[number // TILE, :, number % TILE] = counts[:, number]
    return tiles


@compiled
def set_needs(drawn: Floats, percents: Floats, need: Floats) -> None:
    """Fill what percentiles need: a rank, then time with whole gaps, then with the last parts.

    drawn (rows, tile): the sums of each resample. need (5 Q, tile): ranks; of all time, then of the
    time in gaps, where cover counts from the start and is needed on top; twice.
    """
    quantiles = percents.shape[0]
    cover = drawn[DaySum.COVER_S]
    for q in range(quantiles):
        # A sum of all may fall short of all by rounding.
        share = percents[q] / 100.0 * (1.0 - 1e-12)
        for d in range(TILE):
            counted = drawn[DaySum.COUNTED, d]
            rank = math.ceil(percents[q] * counted / 100.0)
            need[q, d] = min(max(1.0, rank), counted)
        for kind in range(2):
            row = (1 + 2 * kind) * quantiles + q
            gaps_s = drawn[DaySum.GAPS_S if kind else DaySum.COUNTED_S]
            for d in range(TILE):
                need[row, d] = share * (cover[d] + gaps_s[d])
            for d in range(TILE):
                need[row + quantiles, d] = cover[d] + share * gaps_s[d]


@compiled
def _pass(gap: float, counted: bool, counts: Floats, day: int, walk: Floats) -> None:
    """Add a gap, as often as its day is taken, to the gaps passed."""
    if counted:
        for d in range(TILE):
            walk[Walk.COUNTED, d] += counts[day, d]
            walk[Walk.COUNTED_S, d] += counts[day, d] * gap
    for d in range(TILE):
        walk[Walk.GAPS_S, d] += counts[day, d] * gap
        walk[Walk.LEFT, d] -= counts[day, d]


@compiled
def _reached(walk: Floats, kind: int, need: Floats, row: int) -> int:
    """Return how many resamples of a tile have what they need."""
    # A sum, not an early exit: the loop then runs in wide registers.
    number = 0
    for d in range(TILE):
        number += walk[kind, d] >= need[row, d]
    return number


@compiled
def _step(step: float, walk: Floats, kind: int, need: Floats, row: int, met: Floats) -> None:
    """Go a step on, from gap to gap, where resamples have not yet what they need."""
    # A sum, not a choice: a row that is written in part only costs more than all else.
    for d in range(TILE):
        met[row, d] += step if walk[kind, d] < need[row, d] else 0.0


@compiled
def _step_in_part(step: float, walk: Floats, need: Floats, row: int, met: Floats) -> None:
    """Go on as much of a step as resamples need, which have `1 / share` more for each of it."""
    for d in range(TILE):
        short = need[row, d] - walk[Walk.WAITED_S, d]
        met[row, d] += min(max(short * walk[Walk.SHARE, d], 0.0), step)


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
    """Fill met (5 Q, tile) by a walk through the gaps by length, each as often as taken.

    The length at which a need is met is the sum of the steps from gap to gap before it. A gap that
    a resample does not take is no end of a step there: the need is met at a longer one. counts
    (D + 1, tile). Only strides of gaps in which some resample meets a need are looked at one by
    one. now and before (6, tile), scratch, are the running sums after and before a stride.
    """
    rows = need.shape[0]
    quantiles = rows // 5
    for d in range(TILE):
        now[Walk.COUNTED, d] = 0.0
        now[Walk.COUNTED_S, d] = drawn[DaySum.COVER_S, d]
    for d in range(TILE):
        now[Walk.WAITED_S, d] = drawn[DaySum.COVER_S, d]
        now[Walk.GAPS_S, d] = drawn[DaySum.COVER_S, d]
    for d in range(TILE):
        now[Walk.LEFT, d] = drawn[DaySum.GAPS, d]
    reached = np.empty(rows, dtype=np.int64)
    meets = np.empty(rows, dtype=np.bool_)
    at_s = np.zeros(rows)
    for row in range(rows):
        # Ranks are met by Walk.COUNTED, the next two kinds by COUNTED_S, the last by WAITED_S.
        kind = (row + quantiles) // (2 * quantiles)
        reached[row] = _reached(now, kind, need, row)
        for d in range(TILE):
            met[row, d] = 0.0
    for first in range(0, count, _STRIDE):
        end = min(first + _STRIDE, count)
        for row in range(5):
            for d in range(TILE):
                before[row, d] = now[row, d]
        for i in range(first, end):
            if i == end - 1:
                for d in range(TILE):
                    now[Walk.WAITED_S, d] = (
                        now[Walk.GAPS_S, d] + gaps.length_s[i] * now[Walk.LEFT, d]
                    )
            _pass(gaps.length_s[i], gaps.counted[i], counts, gaps.day[i], now)
        some = False
        for row in range(rows):
            was = reached[row]
            kind = (row + quantiles) // (2 * quantiles)
            if was < TILE:
                reached[row] = _reached(now, kind, need, row)
            meets[row] = reached[row] > was
            some = some or meets[row]
        if not some:
            continue
        # What is passed of the strides before that no resample met this need in.
        since_s = gaps.length_s[first - 1] if first > 0 else 0.0
        for row in range(rows):
            if meets[row] and at_s[row] < since_s:
                kind = (row + quantiles) // (2 * quantiles)
                _step(since_s - at_s[row], before, kind, need, row, met)
                at_s[row] = since_s
        for i in range(first, end):
            gap = gaps.length_s[i]
            for d in range(TILE):
                before[Walk.SHARE, d] = 1.0 / max(before[Walk.LEFT, d], 1.0)
            for row in range(rows):
                if not meets[row]:
                    continue
                kind = (row + quantiles) // (2 * quantiles)
                if kind == Walk.WAITED_S:
                    _step_in_part(gap - at_s[row], before, need, row, met)
                    at_s[row] = gap
                elif gaps.counted[i]:
                    _step(gap - at_s[row], before, kind, need, row, met)
                    at_s[row] = gap
            for d in range(TILE):
                before[Walk.WAITED_S, d] = before[Walk.GAPS_S, d] + gap * before[Walk.LEFT, d]
            _pass(gap, gaps.counted[i], counts, gaps.day[i], before)
