"""Beam time from one satellite to headquarters, or to another satellite: book what arrives first.

The time between contact edges is cut into stretches. Of the contacts open in a stretch only
those matter that no other beats in both rate and delay. A bit sent at t over a contact of
delay d arrives at t + d, so by instant A the bits of a stretch `[u, v)` that can have arrived
are a sum of ramps: each contact adds its rate over the contact of less delay, from u + d to
v + d. The earliest arrival A* is where the ramps of all stretches reach the picture's size.
Reaching it takes all the beam time counted, so the booking is forced, and what a stretch
has left stays free for the next.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from simulator import ragged
from simulator.arrays import FloatArray, IntArray

# Rounding of instants near 1e7 s is 2e-9 s; beam time shorter than this neither holds back
# a picture nor is kept for the next.
RESOLUTION_S = 1e-6

# Stretches made at a time: a plan of weeks is mostly never looked at.
_CHUNK = 64

# A contact open in a stretch: delay, minus rate, number, link.
Open = tuple[float, float, int, int]


@dataclass(frozen=True, slots=True)
class Option:
    """A contact to send on in a stretch; `gain_bps` is its rate over that of less delay."""

    contact: int
    link: int
    delay_s: float
    rate_bps: float
    gain_bps: float


@dataclass(slots=True)
class Stretch:
    """Free beam time between two edges in one revolution, with the contacts open in it.

    Most stretches are never looked at, so what is worth sending on is worked out when asked for.
    """

    start_s: float
    end_s: float
    revolution: int
    contacts: Sequence[Open]
    _options: list[Option] | None = None

    @property
    def options(self) -> list[Option]:
        """Return the contacts that no other beats in both rate and delay, least delay first.

        Of equals the one of least number.
        """
        if self._options is None:
            self._options = _options(self.contacts)
        return self._options

    def part(self, start_s: float, end_s: float) -> Stretch:
        """Return a part of the stretch."""
        return Stretch(start_s, end_s, self.revolution, self.contacts, self._options)


@dataclass(frozen=True, slots=True)
class Piece:
    """One transmission over one contact; its last bit is at headquarters at `arrival_s`."""

    contact: int
    link: int
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


def _end_s(stretch: Stretch) -> float:
    return stretch.end_s


@dataclass(frozen=True, eq=False)
class BeamContacts:
    """The contacts of one beam, in any order, (C,); `contact` is the number that a piece gets."""

    contact: IntArray
    link: IntArray
    start_s: FloatArray
    end_s: FloatArray
    rate_bps: FloatArray
    delay_s: FloatArray


class Beam:
    """The beam time that no picture has booked yet.

    `limit_s` bounds the time sent between two instants of `revolutions_s` (K,), ascending. It
    goes to the earliest free time: of what a picture could use in a revolution only as much
    counts as the limit still allows.
    """

    def __init__(
        self,
        contacts: BeamContacts,
        *,
        limit_s: float = math.inf,
        revolutions_s: FloatArray | None = None,
    ) -> None:
        """Begin with all the time of the contacts free."""
        start_s, end_s, delay_s = contacts.start_s, contacts.end_s, contacts.delay_s
        limited = revolutions_s is not None and math.isfinite(limit_s)
        turns_s = np.asarray(revolutions_s) if limited else np.empty(0)
        # Revolutions cut stretches as contacts do, so that each lies in one of them.
        edges_s = np.unique(np.concatenate([start_s, end_s, turns_s]))
        self._edges_s = edges_s.tolist()
        self._turn = np.searchsorted(turns_s, edges_s, side="right").tolist()
        self._rows = list(
            zip(
                delay_s.tolist(),
                (-contacts.rate_bps).tolist(),
                contacts.contact.tolist(),
                contacts.link.tolist(),
                strict=True,
            )
        )
        self._begin, self._until = (
            np.searchsorted(edges_s, start_s),
            np.searchsorted(edges_s, end_s),
        )
        self._rows_of, self._first_row = _by_chunk(self._begin, self._until, len(edges_s))
        count = len(self._first_row) - 1
        self._chunks: list[list[Stretch] | None] = [None] * count
        self._chunk_ends_s = [
            self._edges_s[min((chunk + 1) * _CHUNK, len(edges_s) - 1)] for chunk in range(count)
        ]
        self._least_delay_s = float(np.min(delay_s, initial=math.inf))
        self._limit_s = limit_s if limited else math.inf
        self._left_s: dict[int, float] = {}

    def _chunk(self, chunk: int) -> list[Stretch]:
        """Return the stretches of a chunk, made when first asked for."""
        stretches = self._chunks[chunk]
        if stretches is None:
            first = chunk * _CHUNK
            open_in: list[list[Open]] = [[] for _ in range(_CHUNK)]
            for row in self._rows_of[self._first_row[chunk] : self._first_row[chunk + 1]].tolist():
                begin, until = int(self._begin[row]) - first, int(self._until[row]) - first
                for index in range(max(begin, 0), min(until, _CHUNK)):
                    open_in[index].append(self._rows[row])
            stretches = self._chunks[chunk] = [
                Stretch(
                    self._edges_s[first + index],
                    self._edges_s[first + index + 1],
                    self._turn[first + index],
                    rows,
                )
                for index, rows in enumerate(open_in)
                if rows
            ]
        return stretches

    def arrival_s(self, taken_s: float, size_bits: float) -> float:
        """Return A*: when the bits that can have arrived reach the size, inf if they do not."""
        # Walk along the instants at which the rate of arrival changes, adding up bits between.
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

    def earliest(self, taken_s: float, size_bits: float) -> Booking:
        """Return the transmission that arrives earliest; of what never arrives whole, a part."""
        arrival_s = self.arrival_s(taken_s, size_bits)
        pieces: list[Piece] = []
        for stretch, at_s, end_s in self._free(taken_s):
            if at_s + self._least_delay_s >= arrival_s:
                break
            # What is sent early enough goes over the fastest contact, though it forwards slowly;
            # as A* comes near, only contacts of less delay still arrive by it.
            for option in reversed(stretch.options):
                until_s = min(end_s, arrival_s - option.delay_s)
                if until_s > at_s:
                    pieces.append(_piece(option, at_s, until_s))
                    at_s = until_s
        return Booking(arrival_s, pieces)

    def unbroken(self, taken_s: float, size_bits: float) -> Booking | None:
        """Return the transmission over one link from `taken_s` on without a pause, arriving first.

        None if no link carries it so.
        """
        sent: dict[int, list[Piece]] = {}
        left_bits: dict[int, float] = {}
        complete: list[Booking] = []
        reach_s = taken_s
        for stretch, at_s, end_s in self._free(taken_s):
            # A gap in the free time ends every link, and links that paused are out for good.
            if at_s - reach_s > RESOLUTION_S or (reach_s > taken_s and not left_bits):
                break
            best = _fastest_by_link(stretch.contacts)
            if reach_s == taken_s:
                left_bits = dict.fromkeys(best, size_bits)
            left_bits = {link: bits for link, bits in left_bits.items() if link in best}
            for link in list(left_bits):
                until_s = min(end_s, at_s + left_bits[link] / best[link].rate_bps)
                pieces = sent.setdefault(link, [])
                pieces.append(_piece(best[link], at_s, until_s))
                left_bits[link] -= pieces[-1].bits
                if left_bits[link] <= RESOLUTION_S * best[link].rate_bps:
                    complete.append(Booking(max(p.arrival_s for p in pieces), pieces))
                    del left_bits[link]
            reach_s = end_s
        return min(complete, key=lambda booking: booking.arrival_s, default=None)

    def book(self, booking: Booking) -> None:
        """Take the beam time of a booking, which `earliest` or `unbroken` has just returned."""
        # Pieces and stretches are both in order of time: one walk along them does.
        pieces = deque(booking.pieces)
        chunk = bisect_right(self._chunk_ends_s, pieces[0].start_s) if pieces else 0
        while pieces:
            stretches = self._chunk(chunk)
            first = index = bisect_right(stretches, pieces[0].start_s, key=_end_s)
            kept: list[Stretch] = []
            while pieces and index < len(stretches):
                kept += self._without_pieces(stretches[index], pieces)
                index += 1
            stretches[first:index] = kept
            chunk += 1

    def _without_pieces(self, stretch: Stretch, pieces: deque[Piece]) -> Iterator[Stretch]:
        """Yield what a stretch keeps when the pieces in it are taken from it, and from `pieces`."""
        at_s = stretch.start_s
        while pieces and pieces[0].start_s < stretch.end_s:
            piece = pieces.popleft()
            if piece.start_s - at_s > RESOLUTION_S:
                yield stretch.part(at_s, piece.start_s)
            at_s = piece.end_s
            self._spend(stretch.revolution, piece.end_s - piece.start_s)
        if stretch.end_s - at_s > RESOLUTION_S:
            yield stretch if at_s == stretch.start_s else stretch.part(at_s, stretch.end_s)

    def withdraw(self, link: int, start_s: float, end_s: float) -> None:
        """Take the contacts with a link out of the free time in `[start_s, end_s)`."""
        for chunk in range(bisect_right(self._chunk_ends_s, start_s), len(self._chunks)):
            stretches = self._chunk(chunk)
            first = index = bisect_right(stretches, start_s, key=_end_s)
            kept: list[Stretch] = []
            while index < len(stretches) and stretches[index].start_s < end_s:
                kept += _without(stretches[index], link, start_s, end_s)
                index += 1
            stretches[first:index] = kept
            if self._chunk_ends_s[chunk] >= end_s:
                break

    def _spend(self, revolution: int, time_s: float) -> None:
        if self._limit_s < math.inf:
            self._left_s[revolution] = self._left_s.get(revolution, self._limit_s) - time_s

    def _free(self, taken_s: float) -> Iterator[tuple[Stretch, float, float]]:
        """Yield the stretches a picture may use, each with the part of it that counts.

        Under a limit of sending only as much of a revolution counts as the limit still allows.
        """
        limited = self._limit_s < math.inf
        revolution, left_s = -1, math.inf
        for stretch in self._after(taken_s):
            at_s, end_s = max(stretch.start_s, taken_s), stretch.end_s
            if limited:
                if stretch.revolution != revolution:
                    revolution = stretch.revolution
                    left_s = self._left_s.get(revolution, self._limit_s)
                end_s = min(end_s, at_s + left_s)
                left_s -= max(end_s - at_s, 0.0)
            if end_s - at_s > RESOLUTION_S:
                yield stretch, at_s, end_s

    def _after(self, instant_s: float) -> Iterator[Stretch]:
        """Yield the stretches that end after an instant."""
        first = bisect_right(self._chunk_ends_s, instant_s)
        for chunk in range(first, len(self._chunks)):
            stretches = self._chunk(chunk)
            begin = bisect_right(stretches, instant_s, key=_end_s) if chunk == first else 0
            for index in range(begin, len(stretches)):
                yield stretches[index]

    def _slope_changes(self, taken_s: float) -> Iterator[tuple[float, float]]:
        """Yield arrival instants in order, with the change there in the rate of arrival.

        An option of a stretch `[u, v)` adds its gain from u + delay to v + delay.
        """
        ahead: list[tuple[float, float]] = []
        for stretch, start_s, end_s in self._free(taken_s):
            # No later stretch changes anything before its start plus the least delay.
            while ahead and ahead[0][0] <= start_s + self._least_delay_s:
                yield heapq.heappop(ahead)
            for option in stretch.options:
                heapq.heappush(ahead, (start_s + option.delay_s, option.gain_bps))
                heapq.heappush(ahead, (end_s + option.delay_s, -option.gain_bps))
        yield from sorted(ahead)


def _by_chunk(begin: IntArray, until: IntArray, edges: int) -> tuple[IntArray, list[int]]:
    """Return the rows open in each chunk of stretches, and where each chunk's begin."""
    chunks = -(-max(edges - 1, 0) // _CHUNK)
    first, last = begin // _CHUNK, (until - 1) // _CHUNK
    row, chunk = ragged.ranges(first, last - first + 1)
    order = np.argsort(chunk, kind="stable")
    return row[order], np.searchsorted(chunk[order], np.arange(chunks + 1)).tolist()


def _without(stretch: Stretch, link: int, start_s: float, end_s: float) -> Iterator[Stretch]:
    """Yield what a stretch is when contacts with a link are out of it in `[start_s, end_s)`."""
    # Before, within and after the interval: the stretch falls into up to three.
    further = [row for row in stretch.contacts if row[3] != link]
    if len(further) == len(stretch.contacts):
        yield stretch
        return
    if start_s > stretch.start_s:
        yield stretch.part(stretch.start_s, start_s)
    if further:
        begin_s, until_s = max(start_s, stretch.start_s), min(end_s, stretch.end_s)
        yield Stretch(begin_s, until_s, stretch.revolution, further)
    if end_s < stretch.end_s:
        yield stretch.part(end_s, stretch.end_s)


def _piece(option: Option, start_s: float, end_s: float) -> Piece:
    return Piece(
        option.contact, option.link, start_s, end_s, option.rate_bps, end_s + option.delay_s
    )


def _options(contacts: Sequence[Open]) -> list[Option]:
    """Return what is worth sending on, least delay first, with its gain in rate."""
    options: list[Option] = []
    fastest_bps = 0.0
    # Sorted by delay, then rate: whoever is no faster than one before it is beaten in both.
    for delay_s, minus_rate_bps, row, link in sorted(contacts):
        rate_bps = -minus_rate_bps
        if rate_bps > fastest_bps:
            options.append(Option(row, link, delay_s, rate_bps, rate_bps - fastest_bps))
            fastest_bps = rate_bps
    return options


def _fastest_by_link(contacts: Sequence[Open]) -> dict[int, Option]:
    """Return the fastest contact with each link, least delay first."""
    fastest: dict[int, Option] = {}
    for delay_s, minus_rate_bps, row, link in sorted(contacts):
        rate_bps = -minus_rate_bps
        if link not in fastest or rate_bps > fastest[link].rate_bps:
            fastest[link] = Option(row, link, delay_s, rate_bps, rate_bps)
    return fastest
