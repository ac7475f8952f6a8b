"""The bits on board of one satellite over time, of pictures taken in any order.

The level is straight between its edges and may jump at one. A picture is a shape: edges of
instant, level before and level after, zero outside; what is on board is the sum of the shapes.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from simulator.delivery.beam import Piece

Edge = tuple[float, float, float]


def stay(
    taken_s: float, size_bits: float, leaving: Sequence[Piece], *, whole: bool, end_s: float
) -> list[Edge]:
    """Return the shape of a picture taken at an instant; what is not sent stays to `end_s`."""
    return _shape([(taken_s, taken_s, size_bits), *_ramps(size_bits, leaving, -1.0, whole)], end_s)


def visit(
    size_bits: float, coming: Sequence[Piece], leaving: Sequence[Piece], *, end_s: float
) -> list[Edge]:
    """Return the shape of a picture that is passed on: it comes whole and leaves whole."""
    ramps = [*_ramps(size_bits, coming, 1.0, True), *_ramps(size_bits, leaving, -1.0, True)]
    return _shape(ramps, end_s)


def _ramps(
    size_bits: float, pieces: Sequence[Piece], sign: float, whole: bool
) -> Iterable[tuple[float, float, float]]:
    # A picture sent whole leaves whole, or what rounding leaves of each would fill the recorder.
    scale = size_bits / sum(piece.bits for piece in pieces) if whole else 1.0
    for piece in pieces:
        yield piece.start_s, piece.end_s, sign * piece.bits * scale


def _shape(ramps: Sequence[tuple[float, float, float]], end_s: float) -> list[Edge]:
    """Return the edges of ramps (start, end, change) in order of time."""
    edges: list[Edge] = []
    level = 0.0
    for start_s, until_s, change in ramps:
        edges.append((start_s, level, level + change if until_s == start_s else level))
        level += change
        if until_s > start_s:
            edges.append((until_s, level, level))
    last_s = edges[-1][0]
    # What rounding leaves of a picture sent whole is nothing; else the rest stays to the end.
    if level > 1e-9 * max(edge[2] for edge in edges):
        edges.append((max(end_s, last_s), level, 0.0))
    else:
        edges[-1] = (last_s, edges[-1][1], 0.0)
    return edges


class Levels(NamedTuple):
    """Levels at instants, before and after each, and which edges of a recorder they replace."""

    low: int
    high: int
    times: list[float]
    before: list[float]
    after: list[float]


class Recorder:
    """What a satellite holds at each instant, of the pictures admitted so far."""

    def __init__(self, capacity_bits: float) -> None:
        # A picture that fits to the bit must not be lost to rounding.
        self._capacity_bits = capacity_bits * (1 + 1e-9)
        self._times: list[float] = []
        self._before: list[float] = []
        self._after: list[float] = []

    @property
    def unlimited(self) -> bool:
        return self._capacity_bits == math.inf

    def with_shape(self, shape: Sequence[Edge]) -> Levels | None:
        """Return the levels with a shape, None if it does not fit beside what is held."""
        levels = self._sum(shape)
        fits = max(*levels.before, *levels.after) <= self._capacity_bits
        return levels if fits else None

    def hold(self, levels: Levels) -> None:
        """Take up a shape, given the levels with it."""
        part = slice(levels.low, levels.high)
        self._times[part] = levels.times
        self._before[part] = levels.before
        self._after[part] = levels.after

    def _sum(self, shape: Sequence[Edge]) -> Levels:
        # Levels are straight between edges, so the sum is known by its values at the edges of both;
        # only those within the shape change.
        low = bisect_left(self._times, shape[0][0])
        high = bisect_right(self._times, shape[-1][0])
        times = sorted({*self._times[low:high], *(edge[0] for edge in shape)})
        added = _merged(shape)
        before, after = [], []
        for instant_s in times:
            held, more = self._level(instant_s), _level(*added, instant_s)
            before.append(held[0] + more[0])
            after.append(held[1] + more[1])
        return Levels(low, high, times, before, after)

    def _level(self, instant_s: float) -> tuple[float, float]:
        return _level(self._times, self._before, self._after, instant_s)


def _merged(shape: Sequence[Edge]) -> tuple[list[float], list[float], list[float]]:
    """Return a shape as columns, edges of one instant made one."""
    times: list[float] = []
    before: list[float] = []
    after: list[float] = []
    for instant_s, low, high in shape:
        if times and times[-1] == instant_s:
            after[-1] = high
            continue
        times.append(instant_s)
        before.append(low)
        after.append(high)
    return times, before, after


def _level(
    times: list[float], before: list[float], after: list[float], instant_s: float
) -> tuple[float, float]:
    """Return the level just before and just after an instant, zero beyond the edges."""
    index = bisect_left(times, instant_s)
    if index == len(times) or (index == 0 and times[0] != instant_s):
        return 0.0, 0.0
    if times[index] == instant_s:
        return before[index], after[index]
    share = (instant_s - times[index - 1]) / (times[index] - times[index - 1])
    level = after[index - 1] + share * (before[index] - after[index - 1])
    return level, level
