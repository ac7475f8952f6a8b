"""When one picture alone is at headquarters: nothing else on board, nothing in the way.

Of the delays d_1 < ... < d_m of a satellite's contacts let C_k(t) be the bits it can send by t,
at each instant over the fastest open contact of delay at most d_k, and G_k = C_k - C_{k-1}. A bit
sent at s can be home by A where some G_k rises at s <= A - d_k, so of a picture taken at t as
many bits can be home by A as the sum over k of G_k(max(t, A - d_k)) - G_k(t). With delays up to
d_j alone, and A >= t + d_j, that is H_j(A) - C_j(t), H_j(A) the sum over k <= j of G_k(A - d_k).
Neither depends on the picture, H_j is inverted by a search, and the least A of all j is the
earliest: fewer delays bring nothing home sooner, and at the earliest A those with d_j <= A - t
are all that count.

With crosslinks the whole picture goes from satellite to satellite before it is sent down: A_i(t),
the arrival of a picture that satellite i has at t, is the earlier of its own and of A_j(X_ij(t))
over all j, X_ij(t) being when it has crossed to j. A crossing ends after it begins, so one run
over a grid of instants from the last to the first finds A on it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulator.arrays import FloatArray, IntArray
from simulator.compiled import compiled
from simulator.delivery.beam import RESOLUTION_S
from simulator.delivery.tables import Crosslinks, Plan


@dataclass(frozen=True, eq=False)
class _Sending:
    """Bits sent over contacts of delay up to `delay_s`: C_j and the inverse of H_j.

    C_j is `sent_bits` at `edges_s` (K,). H_j rises on pieces (N,) that end at `home_s`, with
    `home_bits` there, at `rate_bps`; `reach_bits` is what RESOLUTION_S longer would make of them.
    """

    delay_s: float
    edges_s: FloatArray
    sent_bits: FloatArray
    home_s: FloatArray
    home_bits: FloatArray
    rate_bps: FloatArray
    reach_bits: FloatArray

    def arrival_s(self, taken_s: FloatArray, size_bits: float) -> FloatArray:
        """Return when a picture is home by these contacts, inf if not at all."""
        target_bits = np.interp(taken_s, self.edges_s, self.sent_bits) + size_bits
        piece = np.searchsorted(self.reach_bits, target_bits)
        there = piece < len(self.reach_bits)
        piece = np.where(there, piece, 0)
        early_s = np.maximum(self.home_bits[piece] - target_bits, 0.0) / self.rate_bps[piece]
        home_s = np.maximum(self.home_s[piece] - early_s, taken_s + self.delay_s)
        return np.where(there, home_s, np.inf)


@dataclass(frozen=True, eq=False)
class Alone:
    """The arrival of a picture of one satellite and size as a function of when it is taken.

    Made once by `alone` from a plan, and as good from many threads as from one.
    """

    size_bits: float
    span_s: float
    sendings: tuple[_Sending, ...]

    def __call__(self, taken_s: FloatArray) -> FloatArray:
        """Return when pictures taken at `taken_s` (N,) are home, inf if not within the span."""
        arrival_s = np.full(np.shape(taken_s), np.inf)
        for sending in self.sendings:
            np.minimum(arrival_s, sending.arrival_s(taken_s, self.size_bits), out=arrival_s)
        home = arrival_s <= self.span_s + RESOLUTION_S
        return np.where(home, np.minimum(arrival_s, self.span_s), np.inf)


def alone(plan: Plan, satellite: int, size_bits: float, *, span_s: float) -> Alone:
    """Return the arrival of one picture of `satellite`, whenever taken, nothing else on board.

    As `deliver` with that one picture: one beam, split over contacts, links of unequal delay.
    Raises ValueError for a negative delay and a picture under RESOLUTION_S of beam time.
    """
    mine = plan.satellite == satellite
    rate_bps, delay_s = plan.rate_bps[mine], plan.delay_s[mine]
    _check(size_bits, rate_bps, delay_s)
    end_s = np.minimum(plan.end_s[mine], span_s)
    edges_s, levels = _levels(plan.start_s[mine], end_s, rate_bps, delay_s)
    home_s, home_bps = np.empty(0), np.empty(0)
    slower_bps = np.zeros(max(len(edges_s) - 1, 0))
    sendings = []
    for delay, best_bps in levels:
        due_s, gain_bps = edges_s + delay, best_bps - slower_bps
        knots_s = np.union1d(home_s, due_s)
        middle_s = 0.5 * (knots_s[1:] + knots_s[:-1])
        home_bps = _during(middle_s, home_s, home_bps) + _during(middle_s, due_s, gain_bps)
        home_s, slower_bps = knots_s, best_bps
        sent_bits = _running(best_bps * np.diff(edges_s))
        sendings.append(_Sending(delay, edges_s, sent_bits, *_rises(home_s, home_bps)))
    return Alone(size_bits, span_s, tuple(sendings))


def _check(size_bits: float, rate_bps: FloatArray, delay_s: FloatArray) -> None:
    if not np.all((delay_s >= 0) & np.isfinite(delay_s)):
        raise ValueError("a delay_s is negative or not finite")
    least_bits = RESOLUTION_S * float(np.max(rate_bps, initial=0.0))
    if not size_bits > 0 or size_bits < least_bits:
        raise ValueError(f"size_bits is {size_bits}; it must be positive and at least {least_bits}")


def _levels(
    start_s: FloatArray, end_s: FloatArray, rate_bps: FloatArray, delay_s: FloatArray
) -> tuple[FloatArray, list[tuple[float, FloatArray]]]:
    """Return edges (K,) and, for each delay worth it, the best rate (K - 1,) up to that delay."""
    rows = np.flatnonzero((end_s > start_s) & (rate_bps > 0))
    edges_s = np.unique(np.concatenate([start_s[rows], end_s[rows]]))
    best_bps = np.zeros(max(len(edges_s) - 1, 0))
    levels: list[tuple[float, FloatArray]] = []
    for delay in np.unique(delay_s[rows]).tolist():
        before_bps = best_bps.copy()
        for row in rows[delay_s[rows] == delay].tolist():
            first, last = np.searchsorted(edges_s, [start_s[row], end_s[row]])
            np.maximum(best_bps[first:last], rate_bps[row], out=best_bps[first:last])
        if np.any(best_bps > before_bps):
            levels.append((delay, best_bps.copy()))
    return edges_s, levels


def _during(at_s: FloatArray, edges_s: FloatArray, rate_bps: FloatArray) -> FloatArray:
    """Return the rate at instants (N,) that are no edge, zero beyond the edges."""
    if not len(rate_bps):
        return np.zeros(len(at_s))
    piece = np.searchsorted(edges_s, at_s) - 1
    inside = (piece >= 0) & (piece < len(rate_bps))
    return np.where(inside, rate_bps[np.where(inside, piece, 0)], 0.0)


def _running(bits: FloatArray) -> FloatArray:
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
    end_s, bits = edges_s[1:][rising], _running(rate_bps * np.diff(edges_s))[1:][rising]
    reach_bits = np.maximum.accumulate(bits + RESOLUTION_S * rate_bps[rising])
    return end_s, bits, rate_bps[rising], np.asarray(reach_bits)


@dataclass(frozen=True, eq=False)
class Live:
    """The arrival of a picture that is sent as it is taken, without a pause and over one link.

    By link: its delay, edges (K,) of its rows, bits sent by each, the rate (K,) before each, and
    the end of the run of rows without a gap that each edge begins or lies in.
    """

    size_bits: float
    span_s: float
    links: tuple[tuple[float, FloatArray, FloatArray, FloatArray, FloatArray], ...]

    def __call__(self, taken_s: FloatArray) -> FloatArray:
        """Return when pictures taken at `taken_s` (N,) are home, inf if no contact carries them."""
        arrival_s = np.full(np.shape(taken_s), np.inf)
        for delay_s, edges_s, sent_bits, before_bps, run_end_s in self.links:
            target_bits = np.interp(taken_s, edges_s, sent_bits) + self.size_bits
            # Where nothing is sent for a while, it is the beginning of it that counts.
            reach_bits = np.maximum.accumulate(sent_bits + RESOLUTION_S * before_bps)
            piece = np.searchsorted(reach_bits, target_bits)
            there = piece < len(edges_s)
            piece = np.where(there, piece, 0)
            early_s = np.maximum(sent_bits[piece] - target_bits, 0.0) / before_bps[piece]
            due_s = np.where(there, edges_s[piece] - early_s, np.inf)
            place = np.searchsorted(edges_s, taken_s, side="right") - 1
            until_s = np.where(place >= 0, run_end_s[np.maximum(place, 0)], -np.inf)
            home_s = np.where(due_s <= until_s + RESOLUTION_S, due_s + delay_s, np.inf)
            np.minimum(arrival_s, home_s, out=arrival_s)
        return np.where(arrival_s <= self.span_s + RESOLUTION_S, arrival_s, np.inf)


def live(plan: Plan, satellite: int, size_bits: float, *, span_s: float) -> Live:
    """Return the arrival of one picture in real time, as `deliver` with that one picture."""
    end_s = np.minimum(plan.end_s, span_s)
    mine = (plan.satellite == satellite) & (end_s > plan.start_s) & (plan.rate_bps > 0)
    links = []
    for link in np.unique(plan.link[mine]):
        rows = np.flatnonzero(mine & (plan.link == link))
        for delay_s in np.unique(plan.delay_s[rows]).tolist():
            own = rows[plan.delay_s[rows] == delay_s]
            edges_s, levels = _levels(
                plan.start_s[own], end_s[own], plan.rate_bps[own], np.zeros(len(own))
            )
            best_bps = levels[-1][1]
            sent_bits = _running(best_bps * np.diff(edges_s))
            # A gap never ends a transmission: its rate stands for no rounding at all.
            before_bps = np.concatenate([[np.finfo(float).tiny], np.maximum(best_bps, 1e-300)])
            links.append((delay_s, edges_s, sent_bits, before_bps, _run_ends(edges_s, best_bps)))
    return Live(size_bits, span_s, tuple(links))


def _run_ends(edges_s: FloatArray, rate_bps: FloatArray) -> FloatArray:
    """Return for each edge the end of the run of sending it begins or lies in, -inf in a gap."""
    ends_s = np.full(len(edges_s), -np.inf)
    for index in range(len(rate_bps) - 1, -1, -1):
        if rate_bps[index] > 0:
            later_s = ends_s[index + 1]
            ends_s[index] = later_s if later_s > -np.inf else edges_s[index + 1]
    return ends_s


@dataclass(frozen=True, eq=False)
class Linked:
    """Arrivals over crosslinks and downlinks: `arrival_s` (S, G) of pictures at `grid_s` (G,)."""

    grid_s: FloatArray
    arrival_s: FloatArray
    direct: tuple[Alone, ...]

    def __call__(self, satellite: int, taken_s: FloatArray) -> FloatArray:
        """Return when pictures taken at `taken_s` (N,) by a satellite are home, inf if not.

        The way straight down is exact; one over crosslinks begins at the next grid instant.
        """
        later = np.searchsorted(self.grid_s, taken_s)
        there = later < len(self.grid_s)
        linked_s = self.arrival_s[satellite, np.where(there, later, 0)]
        return np.minimum(self.direct[satellite](taken_s), np.where(there, linked_s, np.inf))


def arrivals_linked(
    plan: Plan,
    crosslinks: Crosslinks,
    satellites: int,
    *,
    step_s: float = 5.0,
    size_bits: float,
    span_s: float,
) -> Linked:
    """Return the arrivals of one picture of any satellite, handed on whole from hop to hop.

    A hop may be split over windows of its pair; each waits for the picture to be there whole.
    Exact but for the grid: after each hop, and before the first, the picture stands still until
    the next grid instant. So no arrival is early, and each is at most that of a picture that is
    held `step_s` longer at every satellite it comes by; it is late by more than that only where
    those seconds cost it a window. Raises ValueError as `alone` does, and for a `step_s` that is
    not positive.
    """
    if not step_s > 0:
        raise ValueError(f"step_s is {step_s}; it must be positive")
    _check(size_bits, crosslinks.rate_bps, np.zeros(0))
    direct = tuple(alone(plan, number, size_bits, span_s=span_s) for number in range(satellites))
    grid_s = np.arange(math.ceil(span_s / step_s) + 1, dtype=np.float64) * step_s
    arrival_s = np.stack([one(grid_s) for one in direct]) if direct else np.empty((0, len(grid_s)))
    _relax(arrival_s, grid_s, step_s, size_bits, *_crossings(crosslinks, span_s))
    return Linked(grid_s, arrival_s, direct)


def _crossings(crosslinks: Crosslinks, span_s: float) -> tuple[IntArray, FloatArray]:
    """Return pairs (Q, 3): source, destination, first piece; and the pieces (K, 4) of all.

    A piece has end_s, the bits its pair has sent by then, rate_bps and its reach.
    """
    both = np.stack([crosslinks.source, crosslinks.destination], axis=1)
    pairs, pieces, used = [], [np.empty((0, 4))], 0
    for source, destination in np.unique(both, axis=0).tolist():
        rows = (crosslinks.source == source) & (crosslinks.destination == destination)
        start_s, end_s = crosslinks.start_s[rows], np.minimum(crosslinks.end_s[rows], span_s)
        none_s = np.zeros(len(start_s))
        edges_s, levels = _levels(start_s, end_s, crosslinks.rate_bps[rows], none_s)
        for _, best_bps in levels:
            pairs.append((source, destination, used))
            pieces.append(np.stack(_rises(edges_s, best_bps), axis=1))
            used += len(pieces[-1])
    return np.array(pairs, dtype=np.int64).reshape(-1, 3), np.concatenate(pieces)


@compiled
def _relax(
    arrival_s: FloatArray,
    grid_s: FloatArray,
    step_s: float,
    size_bits: float,
    pairs: IntArray,
    pieces: FloatArray,
) -> None:
    """Lower arrivals (S, G) to those by way of other satellites, from the last instant back."""
    count, last = pairs.shape[0], grid_s.shape[0] - 1
    ends = np.empty(count, dtype=np.int64)
    ends[: count - 1] = pairs[1:, 2]
    ends[count - 1 :] = pieces.shape[0]
    on, off = ends.copy(), ends.copy()
    for g in range(last, -1, -1):
        t = grid_s[g]
        for q in range(count):
            first = pairs[q, 2]
            k = on[q]
            while k > first and pieces[k - 1, 0] > t:
                k -= 1
            on[q] = k
            if k == ends[q]:
                continue
            sent = pieces[k, 1] - (pieces[k, 0] - t) * pieces[k, 2]
            if k > first:
                sent = max(sent, pieces[k - 1, 1])
            target = max(sent, 0.0) + size_bits
            k = off[q]
            while k > first and pieces[k - 1, 3] >= target:
                k -= 1
            off[q] = k
            if k == ends[q]:
                continue
            crossed = pieces[k, 0] - max(pieces[k, 1] - target, 0.0) / pieces[k, 2]
            later = max(int(crossed / step_s), g)
            while later <= last and grid_s[later] < crossed:
                later += 1
            if later <= last:
                through = arrival_s[pairs[q, 1], later]
                if through < arrival_s[pairs[q, 0], g]:
                    arrival_s[pairs[q, 0], g] = through
