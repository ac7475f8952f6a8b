"""How old, how late: exact statistics of quantities that vary with time.

The age of the newest picture rises by a second each second and drops at a delivery; the
wait for something falls by a second each second and jumps when it is over. Both are
straight lines on each piece of the span, so mean, percentiles and shares over all instants follow
from the pieces, without sampling.

A quantity can be undefined for a part of the span: an age before the first delivery, a wait
after the last window. That time is left out of every statistic and reported beside them. A
worse network leaves more of it out, and mostly its worst instants: compare two figures only
together with their undefined shares.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from simulator import intervals, ragged
from simulator.arrays import FloatArray, IntArray
from simulator.revisit import nearest_rank
from simulator.units import HOUR_S

WITHIN_H = (1.0, 3.0, 6.0, 12.0, 24.0)


@dataclass(frozen=True)
class Sawtooth:
    """A quantity in seconds over a span: pieces on which it is constant or has slope 1 or -1.

    Arrays of shape (N,): on piece n, `length_s` long, it takes the values from `low_s` to
    `high_s`, each for equally long. Statistics are over the defined time; None if there is
    none. A value that is only approached, as the age just before a delivery, counts as taken.
    """

    length_s: FloatArray
    low_s: FloatArray
    high_s: FloatArray
    undefined_s: float

    @property
    def defined_s(self) -> float:
        """Return the time on which the quantity is defined."""
        return float(np.sum(self.length_s))

    @property
    def undefined_share(self) -> float | None:
        """Return the share of the span, 0 to 1, on which the quantity is undefined."""
        span_s = self.defined_s + self.undefined_s
        return self.undefined_s / span_s if span_s > 0 else None

    @property
    def mean_s(self) -> float | None:
        """Return the time mean."""
        if len(self.length_s) == 0:
            return None
        return float(np.average((self.low_s + self.high_s) / 2, weights=self.length_s))

    @property
    def max_s(self) -> float | None:
        """Return the largest value."""
        return float(np.max(self.high_s)) if len(self.high_s) else None

    def share_within(self, limit_s: float) -> float | None:
        """Return the share of the defined time, 0 to 1, on which the value is at most a limit."""
        if len(self.length_s) == 0:
            return None
        rise_s = self.high_s - self.low_s
        flat = rise_s == 0
        part = np.clip((limit_s - self.low_s) / np.where(flat, 1.0, rise_s), 0.0, 1.0)
        part = np.where(flat, limit_s >= self.low_s, part)
        return float(np.average(part, weights=self.length_s))

    def percentile_s(self, percent: float) -> float | None:
        """Return the least value not exceeded during `percent` % of the defined time.

        Raises ValueError for a `percent` outside 0..100.
        """
        if not 0 <= percent <= 100:
            raise ValueError(f"percent is {percent}; it must be between 0 and 100")
        if len(self.length_s) == 0:
            return None
        values_s, below_s, upto_s = self._distribution
        target_s = percent / 100 * upto_s[-1]
        index = int(np.searchsorted(upto_s, target_s))
        if index == 0 or below_s[index] < target_s:
            return float(values_s[index])
        # Between two corner values the time spent grows evenly.
        start_s, rise_s = upto_s[index - 1], below_s[index] - upto_s[index - 1]
        step_s = values_s[index] - values_s[index - 1]
        return float(values_s[index - 1] + step_s * (target_s - start_s) / rise_s)

    @cached_property
    def _distribution(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the corner values in order, with the time spent below each and up to each."""
        values_s = np.unique(np.concatenate([self.low_s, self.high_s]))
        low = np.searchsorted(values_s, self.low_s)
        high = np.searchsorted(values_s, self.high_s)
        flat = low == high
        stay_s = np.zeros(len(values_s))
        np.add.at(stay_s, low[flat], self.length_s[flat])
        # Sloping pieces over each value: their number is the time spent per second of value.
        over = np.zeros(len(values_s))
        np.add.at(over, low[~flat], 1.0)
        np.add.at(over, high[~flat], -1.0)
        passing_s = np.cumsum(over)[:-1] * np.diff(values_s)
        below_s = np.concatenate([[0.0], np.cumsum(passing_s + stay_s[:-1])])
        return values_s, below_s, below_s + stay_s


def pooled(parts: Iterable[Sawtooth]) -> Sawtooth:
    """Return several quantities as one, each instant of each counting alike."""
    every = list(parts)
    empty = np.empty(0)
    return Sawtooth(
        length_s=np.concatenate([empty, *(part.length_s for part in every)]),
        low_s=np.concatenate([empty, *(part.low_s for part in every)]),
        high_s=np.concatenate([empty, *(part.high_s for part in every)]),
        undefined_s=sum(part.undefined_s for part in every),
    )


def block_sums(tooth: Sawtooth, since_s: float, edges_s: FloatArray, *, rises: bool) -> FloatArray:
    """Return the integral of a quantity over each block (B,), and its defined time there: (2, B).

    Its pieces follow one another from `since_s` on and rise, or fall, as those of an age or of a
    response do; each is cut at the edges (B + 1,) of the blocks.
    """
    ends_s = since_s + np.cumsum(tooth.length_s)
    # Between two cuts lies one piece in one block, so the value at the middle is the mean there.
    cuts_s = np.unique(np.concatenate([[since_s], ends_s, edges_s]))
    low_s, high_s = cuts_s[:-1], cuts_s[1:]
    middle_s = 0.5 * (low_s + high_s)
    piece = np.searchsorted(ends_s, middle_s)
    inside = (middle_s > since_s) & (piece < len(ends_s))
    inside &= (middle_s > edges_s[0]) & (middle_s < edges_s[-1])
    piece, middle_s, length_s = piece[inside], middle_s[inside], (high_s - low_s)[inside]
    first_s = ends_s[piece] - tooth.length_s[piece]
    value_s = (
        tooth.low_s[piece] + (middle_s - first_s)
        if rises
        else tooth.high_s[piece] - (middle_s - first_s)
    )
    block = np.searchsorted(edges_s, middle_s) - 1
    count = len(edges_s) - 1
    return np.stack(
        [np.bincount(block, value_s * length_s, count), np.bincount(block, length_s, count)]
    )


def age_of_information(taken_s: FloatArray, delivered_s: FloatArray, span_s: float) -> Sawtooth:
    """Return the age of the newest picture at headquarters over `[0, span_s)`.

    At t it is t less the latest `taken_s` among pictures delivered by t (Kaul, Yates and
    Gruteser, 2012); undefined before the first delivery. Arrays of shape (P,), one target's
    pictures; `delivered_s` is inf for one that never arrives.
    """
    delivered = delivered_s < span_s
    order = np.argsort(delivered_s[delivered], kind="stable")
    since_s = np.maximum(delivered_s[delivered][order], 0.0)
    # A picture that arrives after a newer one changes nothing.
    newest_s = np.maximum.accumulate(taken_s[delivered][order])
    until_s = np.append(since_s, span_s)[1:]
    undefined_s = float(since_s[0]) if len(since_s) else span_s
    return _pieces(since_s - newest_s, until_s - newest_s, undefined_s)


def ages_of_information(
    target: IntArray, taken_s: FloatArray, delivered_s: FloatArray, span_s: float, *, targets: int
) -> tuple[Sawtooth, ...]:
    """Return the `age_of_information` of each of some targets; `target` (P,) is each picture's."""
    home = np.flatnonzero(delivered_s < span_s)
    order = home[np.lexsort((delivered_s[home], target[home]))]
    of, since_s = target[order], np.maximum(delivered_s[order], 0.0)
    ends = np.append(of[1:] != of[:-1], True)[: len(of)]
    until_s = np.where(ends, span_s, np.append(since_s, span_s)[1:])
    # The newest up to each delivery is the least of the negative, from it back to the first.
    back_s = -taken_s[order][::-1]
    newest_s = -back_s[ragged.least_from(back_s, targets - of[::-1])][::-1]
    undefined_s = np.full(targets, span_s)
    undefined_s[of[::-1]] = since_s[::-1]
    return _pieces_of(of, since_s - newest_s, until_s - newest_s, undefined_s)


def system_responses(
    target: IntArray, latest_s: FloatArray, delivered_s: FloatArray, span_s: float, *, targets: int
) -> tuple[Sawtooth, ...]:
    """Return the `system_response` of each of some targets; `target` (P,) is each picture's."""
    usable = np.flatnonzero((latest_s > 0) & np.isfinite(delivered_s))
    order = usable[np.lexsort((latest_s[usable], target[usable]))]
    of, until_s = target[order], np.minimum(latest_s[order], span_s)
    answered_s = delivered_s[order][ragged.least_from(delivered_s[order], of)]
    follows = np.append(False, of[1:] == of[:-1])[: len(of)]
    since_s = np.where(follows, np.append(0.0, until_s)[:-1], 0.0)
    undefined_s = np.full(targets, span_s)
    undefined_s[of] = span_s - until_s
    return _pieces_of(of, answered_s - until_s, answered_s - since_s, undefined_s)


def system_response(latest_s: FloatArray, delivered_s: FloatArray, span_s: float) -> Sawtooth:
    """Return the time from a request at each instant of `[0, span_s)` to its picture's delivery.

    Picture j of a target can still be commanded by requests up to `latest_s[j]` (-inf: by
    none) and is delivered at `delivered_s[j]` (inf: never). A request at t is answered by the
    first delivered of those it can command; where there is none the response is undefined.
    Shapes (P,).
    """
    usable = (latest_s > 0) & np.isfinite(delivered_s)
    order = np.argsort(latest_s[usable], kind="stable")
    until_s = np.minimum(latest_s[usable][order], span_s)
    # The first delivered of all those whose last command is no earlier.
    answered_s = np.minimum.accumulate(delivered_s[usable][order][::-1])[::-1]
    since_s = np.concatenate([[0.0], until_s])[:-1]
    undefined_s = span_s - float(until_s[-1]) if len(until_s) else span_s
    return _pieces(answered_s - until_s, answered_s - since_s, undefined_s)


def response_to_requests(
    requests_s: FloatArray, latest_s: FloatArray, delivered_s: FloatArray, span_s: float
) -> Sawtooth:
    """Return the response to requests at single instants (R,), as `system_response` has it.

    Each request is a piece on which the response is constant, all of equal length, together as
    long as the span, so that targets asked for in different ways weigh alike when pooled. A
    picture answers every request commanded in time for it, the newest included.
    """
    usable = (latest_s >= 0) & np.isfinite(delivered_s)
    order = np.argsort(latest_s[usable], kind="stable")
    until_s = latest_s[usable][order]
    answered_s = np.minimum.accumulate(delivered_s[usable][order][::-1])[::-1]
    place = np.searchsorted(until_s, requests_s)
    answered = place < len(until_s)
    response_s = answered_s[place[answered]] - requests_s[answered]
    length_s = span_s / len(requests_s) if len(requests_s) else 0.0
    unanswered = int(np.sum(~answered)) if len(requests_s) else 1
    return Sawtooth(
        length_s=np.full(len(response_s), length_s),
        low_s=response_s,
        high_s=response_s,
        undefined_s=unanswered * (length_s or span_s),
    )


def wait_for_window(windows_s: npt.ArrayLike, span_s: float) -> Sawtooth:
    """Return the time from each instant of `[0, span_s)` to the next window, zero inside one.

    Windows of shape (N, 2) in any order, overlapping or not. Undefined after the last one,
    where `coverage.gap_statistics` takes the span's end for a window.
    """
    # Only gaps that a window ends are waits; the one after the last window is undefined.
    merged_s = intervals.clip(intervals.union(windows_s), 0.0, span_s)
    gaps_s = intervals.complement(merged_s, 0.0, span_s)
    last_s = float(merged_s[-1, 1]) if len(merged_s) else 0.0
    waits_s = gaps_s[gaps_s[:, 1] <= last_s]
    wait_s, inside_s = waits_s[:, 1] - waits_s[:, 0], merged_s[:, 1] - merged_s[:, 0]
    none_s = np.zeros(len(wait_s) + len(inside_s))
    return Sawtooth(
        length_s=np.concatenate([wait_s, inside_s]),
        low_s=none_s,
        high_s=np.concatenate([wait_s, np.zeros(len(inside_s))]),
        undefined_s=span_s - last_s,
    )


def latest_command_s(
    collected_s: FloatArray, command_windows_s: npt.ArrayLike, commanding_s: float
) -> FloatArray:
    """Return the latest request that can still be commanded before each collection.

    A request is sent at once inside a window, else when the next one opens; sending takes
    `commanding_s` within one window and is over by `collected_s`, shape (P,). Windows of
    shape (N, 2) need no order and may overlap: they are not merged, as each has its own
    station. Returns shape (P,), -inf where no window serves. Collections are one satellite's,
    windows likewise.
    """
    rows_s = intervals.as_rows(command_windows_s)
    rows_s = rows_s[rows_s[:, 1] - rows_s[:, 0] >= commanding_s]
    rows_s = rows_s[np.argsort(rows_s[:, 0])]
    # Of the windows in which there was time to command by then, the end of the last to close.
    earlier = np.searchsorted(rows_s[:, 0] + commanding_s, collected_s, side="right")
    reach_s = np.concatenate([[-np.inf], np.maximum.accumulate(rows_s[:, 1])])
    latest_s: FloatArray = np.minimum(reach_s[earlier], collected_s) - commanding_s
    return latest_s


@dataclass(frozen=True)
class LatencyStatistics:
    """Delivery latency of pictures, from the end of collection to headquarters, seconds.

    Over the `samples` delivered of `pictures`; None where there are none. Median and
    percentiles are nearest rank: the median of two is the smaller. `share_within` pairs each
    limit in hours with the share, 0 to 1, of all pictures at headquarters within it, one not
    delivered counting as late; None without pictures.
    """

    pictures: int
    samples: int
    median_s: float | None
    mean_s: float | None
    p90_s: float | None
    p99_s: float | None
    max_s: float | None
    share_within: tuple[tuple[float, float | None], ...]


def latency_statistics(taken_s: FloatArray, delivered_s: FloatArray) -> LatencyStatistics:
    """Return the latency statistics of pictures, shape (P,); `delivered_s` inf if not delivered."""
    count = len(taken_s)
    latency_s = np.sort((delivered_s - taken_s)[np.isfinite(delivered_s)])
    return LatencyStatistics(
        pictures=count,
        samples=len(latency_s),
        median_s=nearest_rank(latency_s, 50),
        mean_s=float(np.mean(latency_s)) if len(latency_s) else None,
        p90_s=nearest_rank(latency_s, 90),
        p99_s=nearest_rank(latency_s, 99),
        max_s=nearest_rank(latency_s, 100),
        share_within=tuple(
            (hours, int(np.sum(latency_s <= hours * HOUR_S)) / count if count else None)
            for hours in WITHIN_H
        ),
    )


def _pieces(low_s: FloatArray, high_s: FloatArray, undefined_s: float) -> Sawtooth:
    """Return sloping pieces, those of no length left out."""
    kept = high_s > low_s
    low_s, high_s = low_s[kept], high_s[kept]
    return Sawtooth(high_s - low_s, low_s, high_s, undefined_s)


def _pieces_of(
    target: IntArray, low_s: FloatArray, high_s: FloatArray, undefined_s: FloatArray
) -> tuple[Sawtooth, ...]:
    """Return the sloping pieces of each target (T,), by whom pieces (N,) are in order."""
    kept = high_s > low_s
    low_s, high_s = low_s[kept], high_s[kept]
    length_s = high_s - low_s
    edges = np.searchsorted(target[kept], np.arange(len(undefined_s) + 1)).tolist()
    return tuple(
        Sawtooth(length_s[begin:end], low_s[begin:end], high_s[begin:end], without_s)
        for (begin, end), without_s in zip(pairwise(edges), undefined_s.tolist(), strict=True)
    )
