"""What sets of members make of contact itself: silence, and the bits that could be sent.

Contacts are cut at every instant at which any begins or ends; between two such instants, in a
piece, nothing changes. Seconds since the span's start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator import intervals, ragged
from simulator.arrays import BoolArray, FloatArray
from simulator.network import Offer
from simulator.units import DAY_S, HOUR_S
from simulator.worth.games import GreatestGame


@dataclass(frozen=True, eq=False)
class Silence:
    """When pieces of the span end (T,), and who of the members hears a satellite in each (M, T).

    Of the span only the baseline's silences are here that are longer than the whole's longest, end
    to end: `opens` (T,) marks the first piece of each.
    """

    end_s: FloatArray
    heard: BoolArray
    opens: BoolArray
    least_s: float

    def longest_h(self, sets: BoolArray) -> FloatArray:
        """Return the longest time without contact (N,) of sets (N, M), hours."""
        if not len(self.end_s):
            return np.full(len(sets), self.least_s / HOUR_S)
        hears = np.zeros((len(sets), len(self.end_s)), dtype=np.bool_)
        for member, own in enumerate(self.heard):
            hears[sets[:, member]] |= own
        # Silence lasts since the end of the last piece heard, or since its own gap opened.
        before_s = np.append(0.0, self.end_s)[:-1]
        since_s = np.where(hears, self.end_s, np.where(self.opens, before_s, 0.0))
        np.maximum.accumulate(since_s, axis=1, out=since_s)
        longest_s = (self.end_s - since_s).max(axis=1)
        return np.asarray(np.maximum(longest_s, self.least_s) / HOUR_S)


def silence(windows_s: Sequence[FloatArray], span_s: float) -> Silence:
    """Return the silence of sets from merged contacts (N, 2) of the baseline and each member."""
    rows_s = [intervals.clip(rows, 0.0, span_s) for rows in windows_s]
    whole_s = intervals.complement(intervals.union(*rows_s), 0.0, span_s)
    least_s = float(np.max(whole_s[:, 1] - whole_s[:, 0], initial=0.0))
    gaps_s = intervals.complement(rows_s[0], 0.0, span_s)
    # No set is silent for less than the whole: a gap no longer than that decides nothing.
    gaps_s = gaps_s[gaps_s[:, 1] - gaps_s[:, 0] > least_s]
    edges_s = np.unique(np.concatenate([gaps_s.ravel(), *(r.ravel() for r in rows_s[1:])]))
    middle_s = 0.5 * (edges_s[:-1] + edges_s[1:])
    kept = _inside(gaps_s, middle_s)
    first, last = edges_s[:-1][kept], edges_s[1:][kept]
    opens = np.isin(first, gaps_s[:, 0])
    heard = np.array([_inside(rows, middle_s[kept]) for rows in rows_s[1:]])
    return Silence(
        np.cumsum(last - first), heard.reshape(len(rows_s) - 1, len(first)), opens, least_s
    )


def _inside(rows_s: FloatArray, instant_s: FloatArray) -> BoolArray:
    index = np.searchsorted(rows_s[:, 1], instant_s, side="right")
    return np.asarray(np.append(rows_s[:, 0], np.inf)[index] <= instant_s)


def contact_windows_s(offer: Offer, link_of: Sequence[int], count: int) -> list[FloatArray]:
    """Return the merged times (N, 2) in contact with any satellite, of each of `count` owners.

    `link_of` (L,) names the owner of each link.
    """
    owner = np.asarray(link_of, dtype=np.int64)[offer.contacts.link]
    rows_s = np.stack([offer.contacts.start_s, offer.contacts.end_s], axis=1)
    return [intervals.union(rows_s[owner == number]) for number in range(count)]


def capacity(offer: Offer, link_of: Sequence[int], count: int, span_s: float) -> Capacity:
    """Return what the baseline and each member can receive of the satellites, piece by piece."""
    plan, owners = offer.plan, np.asarray(link_of, dtype=np.int64)
    rates, lengths = [np.zeros((count, 0))], [np.empty(0)]
    for satellite in np.unique(plan.satellite):
        rows = np.flatnonzero(plan.satellite == satellite)
        edges_s = np.unique(np.concatenate([plan.start_s[rows], plan.end_s[rows]]))
        first, until = (np.searchsorted(edges_s, t[rows]) for t in (plan.start_s, plan.end_s))
        row, piece = ragged.ranges(first, until - first)
        rate = np.zeros((count, len(edges_s) - 1))
        np.maximum.at(rate, (owners[plan.link[rows[row]]], piece), plan.rate_bps[rows[row]])
        rates.append(rate)
        lengths.append(np.diff(edges_s))
    gbit_per_day = DAY_S / span_s / 1e9
    return Capacity(np.concatenate(rates, axis=1), np.concatenate(lengths) * gbit_per_day)


@dataclass(frozen=True, eq=False)
class Capacity:
    """Rates (M + 1, T), bit/s, of the baseline and each member in pieces, and their weights (T,).

    A satellite sends over one link at a time, so the greatest rate in a piece counts; a rate times
    its weight is what it adds to the Gbit a day.
    """

    rate_bps: FloatArray
    weight: FloatArray

    @property
    def baseline_gbit_per_day(self) -> float:
        """What the baseline alone could receive."""
        return float(self.rate_bps[0] @ self.weight)

    def game(self) -> GreatestGame:
        """Return what members gain of the Gbit a day that could be sent."""
        return GreatestGame(
            np.maximum(self.rate_bps[1:] - self.rate_bps[0], 0.0), self.weight
        ).condensed()
