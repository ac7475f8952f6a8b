"""What a satellite can image of a region in a day: strips planned over its overpasses.

Metres, seconds and radians inside. Plans keep to the turns between strips and to the time a
satellite may image in a revolution (`Agility`).
"""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass

import numpy as np

from simulator.access import Crossings
from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.compiled import compiled
from simulator.units import DAY_S


@dataclass(frozen=True)
class Strip:
    """Imaging in [start_s, end_s] with the roll held."""

    start_s: float
    end_s: float
    roll_deg: float


@dataclass(frozen=True, eq=False)
class DailyShare:
    """Shares of a region's area by day of the span (D,), 24 h each from its start, whole days only.

    `imaged` by the `strips`, in order of time; `reachable` with no limit but roll: the most that
    any plan could.
    """

    imaged: FloatArray
    reachable: FloatArray
    strips: tuple[Strip, ...]

    @property
    def mean(self) -> float | None:
        return float(self.imaged.mean()) if len(self.imaged) else None


@dataclass(frozen=True)
class Agility:
    """What a satellite can do in an overpass.

    A strip sees `half_angle_deg` to each side of its roll. At most `duty_s` of imaging begin in a
    revolution; revolutions are of `period_s`, the first from the span's start. Between two strips
    it turns at `slew_rate_deg_s` and settles.
    """

    half_angle_deg: float
    max_roll_deg: float
    period_s: float
    duty_s: float = math.inf
    slew_rate_deg_s: float = math.inf
    settling_s: float = 0.0

    def turn_s(self, from_deg: float, to_deg: float) -> float:
        """Return the time between the end of one strip and the start of the next."""
        return abs(from_deg - to_deg) / self.slew_rate_deg_s + self.settling_s

    def rolls_deg(self) -> FloatArray:
        """Return the rolls (N,) a plan tries, a quarter of a strip apart or less."""
        steps = max(1, math.ceil(2.0 * self.max_roll_deg / (0.5 * self.half_angle_deg)))
        return np.linspace(-self.max_roll_deg, self.max_roll_deg, steps + 1)


def daily_share(
    events: Crossings, weights: FloatArray, span_s: float, agility: Agility, *, cell_s: float
) -> DailyShare:
    """Return how much of a region one satellite images in a day, its strips chosen greedily.

    A cell counts once a day, by its centre: in the day, 24 h from the span's start, in which the
    plane of look crosses it, whichever day its strip began in. Overpasses are planned whole, one
    after another: the strip that adds most area to the days it lies in is taken, the next best that
    the turns and the duty still allow, and so on until none adds any. Strips begin and end half of
    `cell_s`, the sweep over a cell, outside their cells' centres, but not outside the span.
    Crossings after the last whole day count for nothing. What the strips image is exact; a plan
    that looks ahead may do better, but never better than `reachable`.
    """
    days, cells = int(span_s // DAY_S), len(weights)
    ranked = events.kept(np.argsort(events.at_s, kind="stable"))
    ranked = ranked.kept(ranked.at_s < days * DAY_S)
    if not len(ranked):
        return DailyShare(np.zeros(days), np.zeros(days), ())
    # An item is a cell on a day.
    items, item = np.unique(
        (ranked.at_s // DAY_S).astype(np.int64) * cells + ranked.site, return_inverse=True
    )
    area = weights[items % cells]
    plan = _StripPlan(area, agility, cell_s, span_s)
    for first, last in _overpasses(ranked.at_s, agility.period_s):
        plan.extend(ranked.at_s[first:last], ranked.roll_deg[first:last], item[first:last])

    def share(chosen: BoolArray) -> FloatArray:
        day = items[chosen] // cells
        return np.asarray(np.bincount(day, area[chosen], minlength=days) / weights.sum())

    return DailyShare(share(plan.done), share(np.ones_like(plan.done)), tuple(plan.strips))


def _starts(label: BoolArray | IntArray) -> IntArray:
    """Return the first row of each stretch of equal labels (N,)."""
    return np.append(0, np.flatnonzero(label[1:] != label[:-1]) + 1)


def _overpasses(at_s: FloatArray, period_s: float) -> IntArray:
    """Return rows (N, 2) that part instants where a quarter of a revolution goes by without any."""
    begins = _starts(np.append(0, np.cumsum(np.diff(at_s) > 0.25 * period_s)))
    return np.column_stack([begins, np.append(begins[1:], len(at_s))])


class _StripPlan:
    """Strips so far, in order of time; the items (I,) they image; imaging time by revolution."""

    def __init__(self, area: FloatArray, agility: Agility, cell_s: float, span_s: float) -> None:
        self.strips: list[Strip] = []
        self.done = np.zeros(len(area), dtype=np.bool_)
        self._area, self._agility, self._half_s, self._span_s = area, agility, 0.5 * cell_s, span_s
        self._rolls_deg = agility.rolls_deg()
        self._spent_s = np.zeros(1 + int(span_s // agility.period_s))
        self._held = np.zeros(len(area), dtype=np.int64)

    def extend(self, at_s: FloatArray, roll_deg: FloatArray, item: IntArray) -> None:
        """Add the strips of one overpass, from its crossings (E,) in order of time."""
        agility, reach_deg = self._agility, self._agility.max_roll_deg
        begin_s = np.maximum(at_s - self._half_s, 0.0)
        # A strip of an overpass before binds those of this one only while the longest turn from it
        # lasts; all such come back into the plan in hand.
        overpass: list[Strip] = []
        longest_s = agility.turn_s(-reach_deg, reach_deg)
        while self.strips and self.strips[-1].end_s > begin_s[0] - longest_s:
            overpass.insert(0, self.strips.pop())
        turn = (begin_s // agility.period_s).astype(np.int64)
        if math.isinf(agility.duty_s):
            # No allowance to keep apart: one block, so that a strip may begin anywhere.
            turn[:] = turn[0]
        blocks = np.append(_starts(turn), len(turn))
        shape = len(self._rolls_deg), len(blocks) - 1
        # Infinite bounds: the first round searches every row.
        best = np.full((*shape, 3), np.inf)
        while True:
            rows = np.array([(s.start_s, s.end_s, s.roll_deg) for s in overpass]).reshape(-1, 3)
            # A strip lasts from its first crossing to its last, and half a cell at each end.
            left_s = agility.duty_s - 2.0 * self._half_s - self._spent_s[turn[blocks[:-1]]]
            number = _next_strip(
                at_s, roll_deg, item, self._area, self.done, self._held, self._rolls_deg, blocks,
                left_s, rows, best, agility.half_angle_deg, agility.slew_rate_deg_s,
                agility.settling_s, self._half_s,
            )  # fmt: skip
            gain, start_s, end_s = best.reshape(-1, 3)[number]
            if gain <= 0.0:
                self.strips += overpass
                return
            roll = float(self._rolls_deg[number // shape[1]])
            strip = Strip(max(float(start_s), 0.0), min(float(end_s), self._span_s), roll)
            seen = (at_s >= strip.start_s) & (at_s <= strip.end_s)
            seen &= np.abs(roll_deg - roll) <= agility.half_angle_deg
            self.done[item[seen]] = True
            spent_s = strip.end_s - strip.start_s
            self._spent_s[int(strip.start_s // agility.period_s)] += spent_s
            bisect.insort(overpass, strip, key=lambda planned: planned.start_s)


@compiled
def _next_strip(
    at_s: FloatArray,
    roll_deg: FloatArray,
    item: IntArray,
    area: FloatArray,
    done: BoolArray,
    held: IntArray,
    rolls_deg: FloatArray,
    blocks: IntArray,
    left_s: FloatArray,
    strips: FloatArray,
    best: FloatArray,
    half_angle_deg: float,
    slew_rate_deg_s: float,
    settling_s: float,
    half_s: float,
) -> int:
    """Return the number of the row of `best` that adds most, the first of equals.

    best (R, B, 3): area added, start, end of the best strip of each roll and block, blocks[b] to
    blocks[b + 1] the crossings that it may begin at. Rows from before the last strip was planned
    are bounds, for a strip only takes from what the others add, so few need be found again
    (Minoux 1978).
    """
    fresh = np.zeros(best.shape[:2], dtype=np.bool_)
    while True:
        number = int(np.argmax(best[:, :, 0]))
        r, b = divmod(number, best.shape[1])
        if fresh[r, b]:
            return number
        fresh[r, b] = True
        best[r, b, 0], best[r, b, 1], best[r, b, 2] = _best_strip(
            at_s, roll_deg, item, area, done, held, rolls_deg[r], blocks[b], blocks[b + 1],
            left_s[b], strips, half_angle_deg, slew_rate_deg_s, settling_s, half_s,
        )  # fmt: skip


@compiled
def _in_sight(
    at_s: FloatArray,
    roll_deg: FloatArray,
    item: IntArray,
    done: BoolArray,
    roll: float,
    begin: int,
    stop: int,
    left_s: float,
    half_angle_deg: float,
) -> tuple[IntArray, int]:
    """Return the crossings that a strip at a roll may add, and how many of them it may begin at."""
    until = np.searchsorted(at_s, at_s[stop - 1] + left_s, side="right")
    near = np.empty(until - begin, dtype=np.int64)
    count = starts = 0
    for i in range(begin, until):
        # Written always, counted if it is in sight: the next one takes its place if not.
        near[count] = i
        count += abs(roll_deg[i] - roll) <= half_angle_deg and not done[item[i]]
        if i < stop:
            starts = count
    return near[:count], starts


@compiled
def _best_strip(
    at_s: FloatArray,
    roll_deg: FloatArray,
    item: IntArray,
    area: FloatArray,
    done: BoolArray,
    held: IntArray,
    roll: float,
    begin: int,
    stop: int,
    left_s: float,
    strips: FloatArray,
    half_angle_deg: float,
    slew_rate_deg_s: float,
    settling_s: float,
    half_s: float,
) -> tuple[float, float, float]:
    """Return (area added, start, end) of the strip at a roll that adds most; the first of equals.

    It begins at a crossing from `begin` to `stop` and ends at one at most left_s later. Crossings
    (E,) are in order of time, strips (S, 3) so far too: start, end, roll. held (I,) is working
    memory, all 0: how often the strip in hand holds each item, which counts once.
    """
    best = (0.0, 0.0, 0.0)
    if left_s < 0.0:
        return best
    near, starts = _in_sight(at_s, roll_deg, item, done, roll, begin, stop, left_s, half_angle_deg)
    count = len(near)
    # The gaps between the strips planned, one after another: [low, high] is left of each by turns.
    low, last = -np.inf, 0
    for gap in range(len(strips) + 1):
        high, turn_s = np.inf, 0.0
        if gap < len(strips):
            turn_s = abs(strips[gap, 2] - roll) / slew_rate_deg_s + settling_s
            high = strips[gap, 0] - turn_s
        first = last
        while first < count and at_s[near[first]] < low + half_s:
            first += 1
        last = first
        while last < count and at_s[near[last]] < high - half_s:
            last += 1
        # Two pointers: the strip in hand holds those from i up to `end`, which only moves on, so a
        # gap is gone through once however many crossings a strip may begin at.
        end, gain = first, 0.0
        for i in range(first, min(last, starts)):
            while end < last and at_s[near[end]] <= at_s[near[i]] + left_s:
                held[item[near[end]]] += 1
                gain += area[item[near[end]]] if held[item[near[end]]] == 1 else 0.0
                end += 1
            if gain > best[0]:
                best = (gain, at_s[near[i]] - half_s, at_s[near[end - 1]] + half_s)
            held[item[near[i]]] -= 1
            gain -= area[item[near[i]]] if held[item[near[i]]] == 0 else 0.0
        for i in range(first, end):
            held[item[near[i]]] = 0
        if gap < len(strips):
            low = max(low, strips[gap, 1] + turn_s)
    return best
