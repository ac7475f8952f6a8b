"""Beam time of one satellite: book the transmission that arrives earliest.

The time between contact edges is cut into stretches. Of the contacts open in a stretch only
those matter that no other beats in both rate and delay. A bit sent at t over a contact of
delay d arrives at t + d, so by instant A the bits of a stretch `[u, v)` that can have arrived
are a sum of ramps: each contact adds its rate over the contact of less delay, from u + d to
v + d. The earliest arrival A* is where the ramps of all stretches reach the picture's size.
Reaching it takes all the beam time counted, so the booking is forced, and what a stretch
has left is its end.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.intervals import Floats

Ints = npt.NDArray[np.int64]

# Rounding of instants near 1e7 s is 2e-9 s; beam time shorter than this neither holds back
# a picture nor is kept for the next.
RESOLUTION_S = 1e-6


@dataclass(frozen=True, slots=True)
class Option:
    """A contact to send on in a stretch; `gain_bps` is its rate over that of less delay."""

    contact: int
    delay_s: float
    rate_bps: float
    gain_bps: float


@dataclass(slots=True)
class Stretch:
    """Beam time between two contact edges, free from `start_s` on.

    `contacts` are those open in it: delay, minus rate, number. Most stretches are never looked
    at, so what is worth sending on is worked out when asked for.
    """

    start_s: float
    end_s: float
    contacts: list[tuple[float, float, int]]
    _options: list[Option] | None = None

    @property
    def options(self) -> list[Option]:
        """Return the contacts that no other beats in both rate and delay, least delay first.

        Of equals the one of least number.
        """
        if self._options is None:
            self._options = _options(self.contacts)
        return self._options


@dataclass(frozen=True, slots=True)
class Piece:
    """One transmission of one picture over one contact; its last bit is home at `arrival_s`."""

    picture: int
    contact: int
    start_s: float
    end_s: float
    rate_bps: float
    arrival_s: float

    @property
    def bits(self) -> float:
        """Return the bits sent."""
        return (self.end_s - self.start_s) * self.rate_bps


@dataclass(frozen=True, slots=True)
class Booking:
    """The transmissions of one picture in time order, and the arrival of its last bit."""

    arrival_s: float
    pieces: list[Piece]

    def last_contact(self) -> int:
        """Return the contact whose bit arrives last; of several, the one that leaves last."""
        due_s = self.arrival_s - RESOLUTION_S
        late = (piece for piece in reversed(self.pieces) if piece.arrival_s >= due_s)
        return next(late, self.pieces[-1]).contact


class Beam:
    """The beam time of one satellite that no picture has taken yet."""

    def __init__(
        self, *, contact: Ints, start_s: Floats, end_s: Floats, rate_bps: Floats, delay_s: Floats
    ) -> None:
        """Take contacts of shape (C,), in any order; `contact` is the number a piece gets."""
        edges_s = np.unique(np.concatenate([start_s, end_s])).tolist()
        first = np.searchsorted(edges_s, start_s).tolist()
        last = np.searchsorted(edges_s, end_s).tolist()
        open_in: list[list[tuple[float, float, int]]] = [[] for _ in edges_s]
        ranked = zip(delay_s.tolist(), (-rate_bps).tolist(), contact.tolist(), strict=True)
        for begin, end, row in zip(first, last, ranked, strict=True):
            for index in range(begin, end):
                open_in[index].append(row)
        self._stretches = [
            Stretch(edges_s[index], edges_s[index + 1], rows)
            for index, rows in enumerate(open_in)
            if rows
        ]
        self._least_delay_s = float(np.min(delay_s, initial=math.inf))

    def book(self, picture: int, taken_s: float, size_bits: float) -> Booking:
        """Take the beam time that brings a picture home earliest."""
        arrival_s = self._earliest_arrival_s(taken_s, size_bits)
        pieces: list[Piece] = []
        kept: list[Stretch] = []
        reached = 0
        for stretch in self._stretches:
            at_s = max(stretch.start_s, taken_s)
            if at_s + self._least_delay_s >= arrival_s:
                break
            reached += 1
            if stretch.end_s - at_s <= RESOLUTION_S:
                continue
            # bits that may arrive late enough go by the fastest contact, the rest by the next
            for option in reversed(stretch.options):
                until_s = min(stretch.end_s, arrival_s - option.delay_s)
                if until_s > at_s:
                    home_s, rate_bps = until_s + option.delay_s, option.rate_bps
                    pieces.append(Piece(picture, option.contact, at_s, until_s, rate_bps, home_s))
                    at_s = until_s
            stretch.start_s = at_s
            if stretch.end_s - at_s > RESOLUTION_S:
                kept.append(stretch)
        self._stretches[:reached] = kept
        return Booking(arrival_s, pieces)

    def _earliest_arrival_s(self, taken_s: float, size_bits: float) -> float:
        """Return A*: when the bits that can have arrived reach the size, inf if they do not."""
        left_bits, slope_bps, now_s = size_bits, 0.0, -math.inf
        for instant_s, change_bps in self._slope_changes(taken_s):
            if slope_bps > 0 and instant_s > now_s:
                more_s = left_bits / slope_bps
                if more_s <= instant_s - now_s + RESOLUTION_S:
                    return now_s + min(more_s, instant_s - now_s)
                left_bits -= slope_bps * (instant_s - now_s)
            now_s = instant_s
            slope_bps += change_bps
        return math.inf

    def _slope_changes(self, taken_s: float) -> Iterator[tuple[float, float]]:
        """Yield arrival instants in order, with the change there in the rate of arrival.

        An option of a stretch `[u, v)` adds its gain from u + delay to v + delay.
        """
        ahead: list[tuple[float, float]] = []
        for stretch in self._stretches:
            start_s = max(stretch.start_s, taken_s)
            if stretch.end_s - start_s <= RESOLUTION_S:
                continue
            while ahead and ahead[0][0] <= start_s + self._least_delay_s:
                yield heapq.heappop(ahead)
            for option in stretch.options:
                heapq.heappush(ahead, (start_s + option.delay_s, option.gain_bps))
                heapq.heappush(ahead, (stretch.end_s + option.delay_s, -option.gain_bps))
        yield from sorted(ahead)


def _options(contacts: list[tuple[float, float, int]]) -> list[Option]:
    """Return what is worth sending on, of rows delay, minus rate, contact."""
    options: list[Option] = []
    fastest_bps = 0.0
    for delay_s, minus_rate_bps, row in sorted(contacts):
        if -minus_rate_bps > fastest_bps:
            options.append(Option(row, delay_s, -minus_rate_bps, -minus_rate_bps - fastest_bps))
            fastest_bps = -minus_rate_bps
    return options
