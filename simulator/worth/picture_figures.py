"""Figures of pictures and requests, for many sets of members at once.

Figures are over what the baseline serves too, so that what a set gains is never hidden by what it
adds: latencies of pictures that the baseline delivers, ages at instants at which it has a newest
picture, responses to requests that it answers. Seconds since the span's start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.units import HOUR_S

PICTURE_FIGURES = (
    "latency_mean_h",
    "latency_p90_h",
    "latency_max_h",
    "delivered_within_1h_share",
    "response_mean_h",
    "age_mean_h",
)
# Of every 100 latencies so many are no longer than the percentile.
_P90 = 90


@dataclass(frozen=True, eq=False)
class Served:
    """Pictures (P,) of targets, and what the baseline makes of them.

    `arrival_s` is inf where a picture does not arrive in the span, `latest_s`, the last instant at
    which it can be commanded, -inf where no command comes in time. `requests_s` are the instants of
    requests by target, None: every instant.
    """

    span_s: float
    target: IntArray
    taken_s: FloatArray
    arrival_s: FloatArray
    latest_s: FloatArray
    requests_s: Sequence[FloatArray | None]

    @cached_property
    def delivered(self) -> BoolArray:
        """Whether the baseline delivers each picture (P,)."""
        return np.isfinite(self.arrival_s)

    @cached_property
    def of_targets(self) -> list[IntArray]:
        """The pictures of each target."""
        return [np.flatnonzero(self.target == number) for number in range(len(self.requests_s))]

    def values(self, arrival_s: FloatArray, latest_s: FloatArray) -> FloatArray:
        """Return the figures (N, 6) of sets with arrivals and last commands (N, P).

        In the order of PICTURE_FIGURES; NaN where the baseline serves nothing. What the baseline
        delivers and a set does not counts as delivered at the end of the span.
        """
        arrival_s = np.where(self.delivered & np.isinf(arrival_s), self.span_s, arrival_s)
        columns = (
            *self._latencies_h(arrival_s),
            self._within(arrival_s),
            self._responses_h(arrival_s, latest_s),
            self._ages_h(arrival_s),
        )
        return np.stack(columns, axis=1)

    def _latencies_h(self, arrival_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the mean latency, its 90th percentile by nearest rank, and the longest (N,)."""
        count = int(self.delivered.sum())
        if not count:
            none = np.full(len(arrival_s), np.nan)
            return none, none, none
        latency_h = (arrival_s - self.taken_s)[:, self.delivered] / HOUR_S
        latency_h.sort(axis=1)
        rank = -(-_P90 * count // 100)
        return latency_h.mean(axis=1), latency_h[:, rank - 1], latency_h[:, -1]

    def _within(self, arrival_s: FloatArray) -> FloatArray:
        if not len(self.taken_s):
            return np.full(len(arrival_s), np.nan)
        return np.asarray((arrival_s - self.taken_s <= HOUR_S).mean(axis=1))

    def _responses_h(self, arrival_s: FloatArray, latest_s: FloatArray) -> FloatArray:
        """Return the mean response (N,), all targets pooled."""
        total_s2, weight_s = np.zeros(len(arrival_s)), 0.0
        for rows, asked_s in zip(self.of_targets, self.requests_s, strict=True):
            usable = (self.latest_s[rows] > 0.0) & self.delivered[rows]
            if not usable.any():
                continue
            last_s = min(float(self.latest_s[rows][usable].max()), self.span_s)
            steps = _Steps.of(arrival_s[:, rows], latest_s[:, rows])
            if asked_s is None:
                total_s2 += steps.integral_until(last_s)
                weight_s += last_s
            elif len(asked_s):
                answered_s = asked_s[asked_s <= last_s]
                each_s = self.span_s / len(asked_s)
                total_s2 += each_s * steps.sum_at(answered_s)
                weight_s += each_s * len(answered_s)
        if weight_s == 0.0:
            return np.full(len(arrival_s), np.nan)
        return total_s2 / (weight_s * HOUR_S)

    def _ages_h(self, arrival_s: FloatArray) -> FloatArray:
        """Return the mean age of the newest picture (N,), all targets pooled."""
        total_s2, weight_s = np.zeros(len(arrival_s)), 0.0
        for rows in self.of_targets:
            first_s = float(self.arrival_s[rows].min(initial=np.inf))
            if first_s >= self.span_s:
                continue
            # A set that has no picture by then, as can be under load, has one of the span's start.
            start_s = np.full((len(arrival_s), 1), first_s)
            arrived_s = np.append(start_s, arrival_s[:, rows], axis=1)
            order = np.argsort(arrived_s, axis=1, kind="stable")
            since_s = np.take_along_axis(arrived_s, order, axis=1)
            # A picture that arrives after a newer one changes nothing.
            newest_s = np.maximum.accumulate(np.append(0.0, self.taken_s[rows])[order], axis=1)
            since_s = np.clip(since_s, first_s, self.span_s)
            until_s = np.append(since_s[:, 1:], np.full((len(since_s), 1), self.span_s), axis=1)
            age_s = 0.5 * (since_s + until_s) - newest_s
            total_s2 += ((until_s - since_s) * age_s).sum(axis=1)
            weight_s += self.span_s - first_s
        if weight_s == 0.0:
            return np.full(len(arrival_s), np.nan)
        return total_s2 / (weight_s * HOUR_S)


@dataclass(frozen=True, eq=False)
class _Steps:
    """The first arrival of what can still be commanded: `answer_s` up to `until_s`, both (N, P)."""

    until_s: FloatArray
    answer_s: FloatArray

    @classmethod
    def of(cls, arrival_s: FloatArray, latest_s: FloatArray) -> _Steps:
        order = np.argsort(latest_s, axis=1, kind="stable")
        until_s = np.take_along_axis(latest_s, order, axis=1)
        arrival_s = np.take_along_axis(arrival_s, order, axis=1)
        answer_s = np.minimum.accumulate(arrival_s[:, ::-1], axis=1)[:, ::-1]
        return cls(until_s, answer_s)

    def integral_until(self, last_s: float) -> FloatArray:
        """Return the integral of the response over requests from 0 to an instant, s2 (N,)."""
        until_s = np.clip(self.until_s, 0.0, last_s)
        since_s = np.append(np.zeros((len(until_s), 1)), until_s[:, :-1], axis=1)
        length_s = until_s - since_s
        # Beyond the last picture that arrives there is nothing to integrate.
        answer_s = np.where(length_s > 0.0, self.answer_s, 0.0)
        return np.asarray((length_s * (answer_s - 0.5 * (since_s + until_s))).sum(axis=1))

    def sum_at(self, asked_s: FloatArray) -> FloatArray:
        """Return the sum of the response to requests at instants (R,), shape (N,)."""
        rows = zip(self.until_s, self.answer_s, strict=True)
        sums = [(answer[np.searchsorted(until, asked_s)] - asked_s).sum() for until, answer in rows]
        return np.array(sums)
