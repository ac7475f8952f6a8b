"""When a single picture reaches headquarters, if it has the whole network to itself.

`deliver` books many pictures one after another and answers for each. The age of a picture, or the
response to a request, of thousands of cells asks the same of every instant at which a picture
might be taken, nothing else being on board. Here that is one function of the instant for each
satellite and size, made once from the contact plan and evaluated by binary searches:

- `stored_arrivals`: the picture waits in the recorder and is split over contacts,
- `real_time_arrivals`: it is sent as it is taken, without a pause and over one link,
- `crosslinked_arrivals`: it may be passed on whole to other satellites first.

**Stored.** A contact of delay d delivers at s + d the bit that is sent at s. Let d_1 < ... < d_m
be the different delays of a satellite's contacts, C_k(t) the bits it can send by t when it uses
at each instant the fastest open contact of delay at most d_k, and G_k = C_k - C_{k-1} (C_0 = 0)
what the delay d_k adds to that. A bit counted by G_k is delivered by A if it is sent by A - d_k.
Of a picture taken at t as many bits can be delivered by A as

    sum over k of  G_k(max(t, A - d_k)) - G_k(t).

With the delays up to d_j alone, and A >= t + d_j, every maximum is A - d_k, the terms in t add up
to C_j(t), and the sum is H_j(A) - C_j(t) with H_j(A) = sum over k <= j of G_k(A - d_k). Neither
H_j nor C_j depends on the picture: its bits are delivered where H_j reaches C_j(t) + size, which
one search in the table of H_j finds. Of all j the least A is the earliest arrival: fewer delays
deliver nothing sooner, and at the earliest A those with d_j <= A - t are all that count.

**Crosslinked.** Let A_i(t) be the arrival of a picture that satellite i holds whole at t, and
X_ij(t) the instant at which it has crossed to j. Then A_i(t) is the least of the arrival straight
from i and of A_j(X_ij(t)) over all j. As X_ij(t) > t, one pass over a grid of instants, from the
last back to the first, finds A on the grid (dynamic programming).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simulator.arrays import FloatArray, IntArray
from simulator.compiled import compiled
from simulator.delivery.beam import RESOLUTION_S
from simulator.delivery.tables import Crosslinks, Plan


@dataclass(frozen=True, eq=False)
class _DelayLevel:
    """Bits sent and delivered over contacts of delay up to `delay_s`: C_j and H_j as tables.

    C_j is `sent_bits` at `edges_s` (K,), straight in between. H_j rises on pieces (N,) that end
    at `delivered_s`, having delivered `delivered_bits` by then, at `rate_bps`; `reach_bits` is what
    RESOLUTION_S longer would make of them.
    """

    delay_s: float
    edges_s: FloatArray
    sent_bits: FloatArray
    delivered_s: FloatArray
    delivered_bits: FloatArray
    rate_bps: FloatArray
    reach_bits: FloatArray

    def arrival_s(self, taken_s: FloatArray, size_bits: float) -> FloatArray:
        """Return when pictures taken at `taken_s` are delivered by these contacts, inf if never."""
        # H_j(A) = C_j(t) + size: find the piece on which H_j gets so far, and go back from its
        # end at its rate by what H_j has too much there.
        target_bits = np.interp(taken_s, self.edges_s, self.sent_bits) + size_bits
        piece = np.searchsorted(self.reach_bits, target_bits)
        reached = piece < len(self.reach_bits)
        piece = np.where(reached, piece, 0)
        early_s = np.maximum(self.delivered_bits[piece] - target_bits, 0.0) / self.rate_bps[piece]
        # H_j stands for the bits delivered only from t + d_j on.
        arrival_s = np.maximum(self.delivered_s[piece] - early_s, taken_s + self.delay_s)
        return np.where(reached, arrival_s, np.inf)


@dataclass(frozen=True, eq=False)
class StoredArrivals:
    """The arrival of a picture of one satellite and size as a function of when it is taken.

    Made by `stored_arrivals`; many threads may call it at once.
    """

    size_bits: float
    span_s: float
    levels: tuple[_DelayLevel, ...]

    def __call__(self, taken_s: FloatArray) -> FloatArray:
        """Return when pictures taken at `taken_s` (N,) arrive, inf if not within the span."""
        arrival_s = np.full(np.shape(taken_s), np.inf)
        for level in self.levels:
            np.minimum(arrival_s, level.arrival_s(taken_s, self.size_bits), out=arrival_s)
        delivered = arrival_s <= self.span_s + RESOLUTION_S
        return np.where(delivered, np.minimum(arrival_s, self.span_s), np.inf)


def stored_arrivals(
    plan: Plan, satellite: int, size_bits: float, *, span_s: float
) -> StoredArrivals:
    """Return the arrival of a single picture of `satellite` as a function of when it is taken.

    The same as `deliver` with that one picture: one beam, split over contacts of unequal delay.
    Raises ValueError for a negative delay and a picture under RESOLUTION_S of beam time.
    """
    own = plan.satellite == satellite
    rate_bps, delay_s = plan.rate_bps[own], plan.delay_s[own]
    _check(size_bits, rate_bps, delay_s)
    end_s = np.minimum(plan.end_s[own], span_s)
    edges_s, best_by_delay = _best_rates(plan.start_s[own], end_s, rate_bps, delay_s)
    # The slope of H_j, knot by knot: what the delays so far deliver, and what d_j adds.
    knots_s, delivered_bps = np.empty(0), np.empty(0)
    less_delay_bps = np.zeros(max(len(edges_s) - 1, 0))
    levels = []
    for delay, best_bps in best_by_delay:
        shifted_s, gain_bps = edges_s + delay, best_bps - less_delay_bps
        all_knots_s = np.union1d(knots_s, shifted_s)
        middle_s = 0.5 * (all_knots_s[1:] + all_knots_s[:-1])
        delivered_bps = _rate_at(middle_s, knots_s, delivered_bps) + _rate_at(
            middle_s, shifted_s, gain_bps
        )
        knots_s, less_delay_bps = all_knots_s, best_bps
        sent_bits = _running_sums(best_bps * np.diff(edges_s))
        levels.append(_DelayLevel(delay, edges_s, sent_bits, *_rises(knots_s, delivered_bps)))
    return StoredArrivals(size_bits, span_s, tuple(levels))


def _check(size_bits: float, rate_bps: FloatArray, delay_s: FloatArray) -> None:
    if not np.all((delay_s >= 0) & np.isfinite(delay_s)):
        raise ValueError("a delay_s is negative or not finite")
    least_bits = RESOLUTION_S * float(np.max(rate_bps, initial=0.0))
    if not size_bits > 0 or size_bits < least_bits:
        raise ValueError(f"size_bits is {size_bits}; it must be positive and at least {least_bits}")


def _best_rates(
    start_s: FloatArray, end_s: FloatArray, rate_bps: FloatArray, delay_s: FloatArray
) -> tuple[FloatArray, list[tuple[float, FloatArray]]]:
    """Return the edges (K,) of contacts and, by delay, the best rate (K - 1,) between them.

    The best of the contacts open that are of this delay or less; a delay that betters no rate is
    left out.
    """
    rows = np.flatnonzero((end_s > start_s) & (rate_bps > 0))
    edges_s = np.unique(np.concatenate([start_s[rows], end_s[rows]]))
    best_bps = np.zeros(max(len(edges_s) - 1, 0))
    first, last = np.searchsorted(edges_s, [start_s[rows], end_s[rows]])
    best_by_delay: list[tuple[float, FloatArray]] = []
    for delay in np.unique(delay_s[rows]).tolist():
        before_bps = best_bps.copy()
        own = np.flatnonzero(delay_s[rows] == delay)
        for begin, end, rate in zip(
            first[own].tolist(), last[own].tolist(), rate_bps[rows[own]].tolist(), strict=True
        ):
            open_bps = best_bps[begin:end]
            np.maximum(open_bps, rate, out=open_bps)
        if np.any(best_bps > before_bps):
            best_by_delay.append((delay, best_bps.copy()))
    return edges_s, best_by_delay


def _rate_at(at_s: FloatArray, edges_s: FloatArray, rate_bps: FloatArray) -> FloatArray:
    """Return the rate at instants (N,) that are no edge, zero beyond the edges."""
    if not len(rate_bps):
        return np.zeros(len(at_s))
    piece = np.searchsorted(edges_s, at_s) - 1
    inside = (piece >= 0) & (piece < len(rate_bps))
    return np.where(inside, rate_bps[np.where(inside, piece, 0)], 0.0)


def _running_sums(bits: FloatArray) -> FloatArray:
    """Return sums (N + 1,) of the first 0..N values."""
    # A year at 1 Gbit/s is 3e16 bits: what rounding adds in a float64 sum would cost microseconds.
    sums = np.cumsum(bits, dtype=np.longdouble)
    return np.concatenate([[0.0], sums.astype(np.float64)])


def _rises(
    edges_s: FloatArray, rate_bps: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return end, bits by the end, rate and reach of the pieces of some rate, each (N,).

    The reach is the bits by the end with those that RESOLUTION_S longer would add.
    """
    rising = rate_bps > 0
    end_s, bits = edges_s[1:][rising], _running_sums(rate_bps * np.diff(edges_s))[1:][rising]
    reach_bits = np.maximum.accumulate(bits + RESOLUTION_S * rate_bps[rising])
    return end_s, bits, rate_bps[rising], np.asarray(reach_bits)


class _LinkTable(NamedTuple):
    """What one link of one delay carries, at the edges (K,) of its contacts.

    `before_bps` is the rate up to each edge; `unbroken_until_s` the end of the sending without a
    gap that each edge begins or lies in.
    """

    delay_s: float
    edges_s: FloatArray
    sent_bits: FloatArray
    before_bps: FloatArray
    unbroken_until_s: FloatArray


@dataclass(frozen=True, eq=False)
class RealTimeArrivals:
    """The arrival of a picture that is sent as it is taken, without a pause and over one link."""

    size_bits: float
    span_s: float
    links: tuple[_LinkTable, ...]

    def __call__(self, taken_s: FloatArray) -> FloatArray:
        """Return when pictures taken at `taken_s` (N,) arrive, inf if no contact carries them."""
        arrival_s = np.full(np.shape(taken_s), np.inf)
        for link in self.links:
            target_bits = np.interp(taken_s, link.edges_s, link.sent_bits) + self.size_bits
            # Where nothing is sent for a while, it is the beginning of it that counts.
            reach_bits = np.maximum.accumulate(link.sent_bits + RESOLUTION_S * link.before_bps)
            edge = np.searchsorted(reach_bits, target_bits)
            reached = edge < len(link.edges_s)
            edge = np.where(reached, edge, 0)
            early_s = np.maximum(link.sent_bits[edge] - target_bits, 0.0) / link.before_bps[edge]
            sent_s = np.where(reached, link.edges_s[edge] - early_s, np.inf)
            # Sent in time is what ends before the sending under way at t has its first gap.
            latest = np.searchsorted(link.edges_s, taken_s, side="right") - 1
            until_s = np.where(latest >= 0, link.unbroken_until_s[np.maximum(latest, 0)], -np.inf)
            in_time = sent_s <= until_s + RESOLUTION_S
            np.minimum(arrival_s, np.where(in_time, sent_s + link.delay_s, np.inf), out=arrival_s)
        return np.where(arrival_s <= self.span_s + RESOLUTION_S, arrival_s, np.inf)


def real_time_arrivals(
    plan: Plan, satellite: int, size_bits: float, *, span_s: float
) -> RealTimeArrivals:
    """Return the arrival of a single picture in real time, as `deliver` with that one picture."""
    end_s = np.minimum(plan.end_s, span_s)
    usable = (plan.satellite == satellite) & (end_s > plan.start_s) & (plan.rate_bps > 0)
    links = []
    for link in np.unique(plan.link[usable]):
        rows = np.flatnonzero(usable & (plan.link == link))
        for delay_s in np.unique(plan.delay_s[rows]).tolist():
            alike = rows[plan.delay_s[rows] == delay_s]
            edges_s, best_by_delay = _best_rates(
                plan.start_s[alike], end_s[alike], plan.rate_bps[alike], np.zeros(len(alike))
            )
            best_bps = best_by_delay[-1][1]
            sent_bits = _running_sums(best_bps * np.diff(edges_s))
            # A gap never ends a transmission: its rate stands for no rounding at all.
            before_bps = np.concatenate([[np.finfo(float).tiny], np.maximum(best_bps, 1e-300)])
            unbroken_s = _run_ends(edges_s, best_bps)
            links.append(_LinkTable(delay_s, edges_s, sent_bits, before_bps, unbroken_s))
    return RealTimeArrivals(size_bits, span_s, tuple(links))


def _run_ends(edges_s: FloatArray, rate_bps: FloatArray) -> FloatArray:
    """Return for each edge the end of the run of sending it begins or lies in, -inf in a gap."""
    ends_s = np.full(len(edges_s), -np.inf)
    for index in range(len(rate_bps) - 1, -1, -1):
        if rate_bps[index] > 0:
            later_s = ends_s[index + 1]
            ends_s[index] = later_s if later_s > -np.inf else edges_s[index + 1]
    return ends_s


@dataclass(frozen=True, eq=False)
class CrosslinkedArrivals:
    """Arrivals over crosslinks and downlinks: `arrival_s` (S, G) of pictures at `grid_s` (G,)."""

    grid_s: FloatArray
    arrival_s: FloatArray
    direct: tuple[StoredArrivals, ...]

    def __call__(self, satellite: int, taken_s: FloatArray) -> FloatArray:
        """Return when pictures taken at `taken_s` (N,) by a satellite arrive, inf if never.

        The way straight down is exact; one over crosslinks begins at the next grid instant.
        """
        instant = np.searchsorted(self.grid_s, taken_s)
        in_span = instant < len(self.grid_s)
        crosslinked_s = self.arrival_s[satellite, np.where(in_span, instant, 0)]
        crosslinked_s = np.where(in_span, crosslinked_s, np.inf)
        return np.minimum(self.direct[satellite](taken_s), crosslinked_s)


def crosslinked_arrivals(
    plan: Plan,
    crosslinks: Crosslinks,
    satellites: int,
    *,
    step_s: float = 5.0,
    size_bits: float,
    span_s: float,
) -> CrosslinkedArrivals:
    """Return the arrivals of a single picture of any satellite, passed on whole hop by hop.

    A hop may be split over windows of its pair; the next begins when the last bit is across.
    Exact but for the grid: before the first hop, and after each, the picture waits for the next
    grid instant. So no arrival is early, and each is at most that of a picture held `step_s`
    longer by every satellite on its way; it is late by more than that only where those seconds
    cost it a window. Raises ValueError as `stored_arrivals` does, and for a `step_s` that is not
    positive.
    """
    if not step_s > 0:
        raise ValueError(f"step_s is {step_s}; it must be positive")
    _check(size_bits, crosslinks.rate_bps, np.zeros(0))
    direct = tuple(
        stored_arrivals(plan, number, size_bits, span_s=span_s) for number in range(satellites)
    )
    grid_s = np.arange(math.ceil(span_s / step_s) + 1, dtype=np.float64) * step_s
    arrival_s = np.empty((satellites, len(grid_s)))
    for number, arrivals in enumerate(direct):
        arrival_s[number] = arrivals(grid_s)
    # Of whole numbers it would be compiled once more.
    crossings = _crossings(crosslinks, span_s)
    _relax(arrival_s, grid_s, float(step_s), float(size_bits), *crossings)
    return CrosslinkedArrivals(grid_s, arrival_s, direct)


def _crossings(crosslinks: Crosslinks, span_s: float) -> tuple[IntArray, FloatArray]:
    """Return pairs (Q, 3): source, destination, first piece; and the pieces (K, 4) of all pairs.

    A piece of a pair's sending has the columns that `_relax` reads: its end, the bits sent by
    then, its rate, and its reach (`_rises`).
    """
    both = np.stack([crosslinks.source, crosslinks.destination], axis=1)
    pairs, pieces, used = [], [np.empty((0, 4))], 0
    for source, destination in np.unique(both, axis=0).tolist():
        rows = (crosslinks.source == source) & (crosslinks.destination == destination)
        start_s, end_s = crosslinks.start_s[rows], np.minimum(crosslinks.end_s[rows], span_s)
        no_delay_s = np.zeros(len(start_s))
        edges_s, best_by_delay = _best_rates(start_s, end_s, crosslinks.rate_bps[rows], no_delay_s)
        for _, best_bps in best_by_delay:
            pairs.append((source, destination, used))
            pieces.append(np.stack(_rises(edges_s, best_bps), axis=1))
            used += len(pieces[-1])
    return np.array(pairs, dtype=np.int64).reshape(-1, 3), np.concatenate(pieces)


_END_S, _SENT_BITS, _RATE_BPS, _REACH_BITS = 0, 1, 2, 3  # columns of pieces


@compiled
def _relax(
    arrival_s: FloatArray,
    grid_s: FloatArray,
    step_s: float,
    size_bits: float,
    pairs: IntArray,
    pieces: FloatArray,
) -> None:
    """Lower arrivals (S, G) to those by way of other satellites, from the last instant back.

    As the instants go back, so do the pieces on which a crossing begins and ends: each pair keeps
    both, `begins` and `ends`, so that each piece is passed over once.
    """
    count, last = pairs.shape[0], grid_s.shape[0] - 1
    stop = np.empty(count, dtype=np.int64)
    stop[: count - 1] = pairs[1:, 2]
    stop[count - 1 :] = pieces.shape[0]
    begins, ends = stop.copy(), stop.copy()
    for g in range(last, -1, -1):
        t = grid_s[g]
        for q in range(count):
            first = pairs[q, 2]
            # The piece that is under way at t, or the next.
            k = begins[q]
            while k > first and pieces[k - 1, _END_S] > t:
                k -= 1
            begins[q] = k
            if k == stop[q]:
                continue
            # Bits sent by t: back from the piece's end at its rate, no less than before the piece.
            sent = pieces[k, _SENT_BITS] - (pieces[k, _END_S] - t) * pieces[k, _RATE_BPS]
            if k > first:
                sent = max(sent, pieces[k - 1, _SENT_BITS])
            target = max(sent, 0.0) + size_bits
            # The piece on which the whole picture is across.
            k = ends[q]
            while k > first and pieces[k - 1, _REACH_BITS] >= target:
                k -= 1
            ends[q] = k
            if k == stop[q]:
                continue
            early = max(pieces[k, _SENT_BITS] - target, 0.0) / pieces[k, _RATE_BPS]
            crossed = pieces[k, _END_S] - early
            # The picture waits at its new satellite for the next grid instant.
            later = max(int(crossed / step_s), g)
            while later <= last and grid_s[later] < crossed:
                later += 1
            if later <= last:
                through = arrival_s[pairs[q, 1], later]
                if through < arrival_s[pairs[q, 0], g]:
                    arrival_s[pairs[q, 0], g] = through
