"""Pictures through a contact plan to headquarters, store and forward, exactly.

A satellite sends one picture at a time over one contact at a time (one beam). Pictures are
served first in, first out, by the end of their collection, ties by index. Each books the
transmission that brings its last bit to headquarters earliest (`beam`), in the beam time
that earlier pictures left; bookings never move. A picture may be split over contacts, is
not sent before it is taken, and may fill beam time that an earlier one passed over for a
contact that forwards faster.

More contacts, unlimited recorder: let a new contact nowhere lower the least delay of those
open beside it. A picture takes every free instant t with t + least delay <= A*, its earliest
arrival. So, by induction over the queue, every instant free without the new contact is free
with it, more bits can arrive by each A, A* is no later, and fewer of the old instants are
taken. Hence with equal delays, as with any delays for one picture alone, a contact more
never delays a picture. A contact of less delay and less rate can delay the next picture: it
draws one onto the slow link, and the beam with it.

Limited recorder: a picture is lost if, when taken, it does not fit beside the bits not yet
sent. Then even with equal delays a contact more can lose another picture: it makes room
for one that used to be lost, and the bits of that one are in the way of the next.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from simulator.delivery.beam import RESOLUTION_S, Beam, Booking, Ints, Piece
from simulator.intervals import Floats

DELIVERED, WAITING, LOST = 0, 1, 2


@dataclass(frozen=True)
class Plan:
    """Downlink contacts, one row each, arrays of shape (C,).

    `link` identifies the station or relay. `start_s` is the first instant at which bits
    flow (acquisition taken off); `delay_s` is from sending a bit to its being at
    headquarters. Rows of no duration or no rate carry nothing.
    """

    satellite: Ints
    link: Ints
    start_s: Floats
    end_s: Floats
    rate_bps: Floats
    delay_s: Floats


@dataclass(frozen=True)
class Pictures:
    """Pictures, one row each, arrays of shape (P,); `taken_s` is the end of collection."""

    satellite: Ints
    taken_s: Floats
    size_bits: Floats


@dataclass(frozen=True)
class Bookings:
    """Transmissions, one row each, shape (B,): `picture` over plan row `contact`."""

    picture: Ints
    contact: Ints
    start_s: Floats
    end_s: Floats


@dataclass(frozen=True)
class Deliveries:
    """What became of each picture, arrays of shape (P,), and of each contact, shape (C,).

    `status`: DELIVERED; WAITING, some bit not at headquarters by the span's end; LOST, found
    the recorder full. `sent_s`: the last bit leaves the satellite, inf if it does not within
    the span. `delivered_s`: the last bit is at headquarters, inf unless DELIVERED. `link`:
    where the bit that arrives last was sent, -1 if the picture was not sent whole.
    """

    status: Ints
    sent_s: Floats
    delivered_s: Floats
    link: Ints
    used_bits: Floats
    bookings: Bookings


def deliver(
    plan: Plan, pictures: Pictures, *, recorder_bits: npt.ArrayLike, span_s: float
) -> Deliveries:
    """Return when each picture is at headquarters, over `[0, span_s]`.

    `recorder_bits` has one capacity a satellite, inf for unlimited; satellites are numbered
    from 0. Nothing is sent after the span. A picture that cannot be sent whole within it
    waits, and holds all the beam time left. Raises ValueError for columns of unlike length, a
    satellite without a recorder, a negative delay, a picture under RESOLUTION_S of beam time.
    """
    capacities_bits = np.asarray(recorder_bits, dtype=np.float64)
    _check(plan, pictures, len(capacities_bits))
    count = len(pictures.taken_s)
    status, link = np.full(count, WAITING), np.full(count, -1)
    sent_s, arrival_s = np.full(count, np.inf), np.full(count, np.inf)
    pieces: list[Piece] = []
    for satellite, capacity_bits in enumerate(capacities_bits.tolist()):
        beam = _beam(plan, satellite, span_s)
        queue = np.flatnonzero(pictures.satellite == satellite)
        for picture, booking in _serve(pictures, queue, beam, _Recorder(capacity_bits)):
            if booking is None:
                status[picture] = LOST
                continue
            pieces += booking.pieces
            arrival_s[picture] = booking.arrival_s
            if booking.arrival_s < math.inf:
                sent_s[picture] = booking.pieces[-1].end_s
                link[picture] = plan.link[booking.last_contact()]
    home = arrival_s <= span_s + RESOLUTION_S
    status[home] = DELIVERED
    delivered_s = np.where(home, np.minimum(arrival_s, span_s), np.inf)
    bookings, used_bits = _tables(pieces, len(plan.link))
    return Deliveries(status, sent_s, delivered_s, link, used_bits, bookings)


class _Recorder:
    """The bits on board of one satellite, asked and filled in order of time."""

    def __init__(self, capacity_bits: float) -> None:
        # a picture that fits to the bit must not be lost to rounding
        self._capacity_bits = capacity_bits * (1 + 1e-9)
        self._held_bits = 0.0
        self._leaving: list[tuple[float, float, float]] = []

    def accepts(self, size_bits: float, at_s: float) -> bool:
        """Return whether a picture fits beside the bits not yet sent."""
        while self._leaving and self._leaving[0][1] <= at_s:
            self._held_bits -= heapq.heappop(self._leaving)[2]
        sent_bits = 0.0
        if self._leaving and self._leaving[0][0] < at_s:
            start_s, end_s, bits = self._leaving[0]
            sent_bits = bits * (at_s - start_s) / (end_s - start_s)
        return self._held_bits - sent_bits + size_bits <= self._capacity_bits

    def store(self, size_bits: float, booking: Booking) -> None:
        """Take up a picture and note when its bits leave."""
        self._held_bits += size_bits
        # a picture sent whole leaves whole, or rounding would fill the recorder
        whole = booking.arrival_s < math.inf
        scale = size_bits / sum(piece.bits for piece in booking.pieces) if whole else 1.0
        for piece in booking.pieces:
            heapq.heappush(self._leaving, (piece.start_s, piece.end_s, piece.bits * scale))


def _beam(plan: Plan, satellite: int, span_s: float) -> Beam:
    """Return the beam time of one satellite within the span."""
    end_s = np.minimum(plan.end_s, span_s)
    rows = np.flatnonzero(
        (plan.satellite == satellite) & (end_s > plan.start_s) & (plan.rate_bps > 0)
    )
    return Beam(
        contact=rows,
        start_s=plan.start_s[rows],
        end_s=end_s[rows],
        rate_bps=plan.rate_bps[rows],
        delay_s=plan.delay_s[rows],
    )


def _serve(
    pictures: Pictures, queue: Ints, beam: Beam, recorder: _Recorder
) -> Iterator[tuple[int, Booking | None]]:
    """Yield each picture of one satellite's queue with its booking, None if it is lost."""
    for picture in queue[np.argsort(pictures.taken_s[queue], kind="stable")].tolist():
        taken_s = float(pictures.taken_s[picture])
        size_bits = float(pictures.size_bits[picture])
        if not recorder.accepts(size_bits, taken_s):
            yield picture, None
            continue
        booking = beam.book(picture, taken_s, size_bits)
        recorder.store(size_bits, booking)
        yield picture, booking


def _tables(pieces: list[Piece], contacts: int) -> tuple[Bookings, Floats]:
    """Return the pieces as arrays, and the bits sent over each contact."""
    contact = np.array([piece.contact for piece in pieces], dtype=np.int64)
    bookings = Bookings(
        picture=np.array([piece.picture for piece in pieces], dtype=np.int64),
        contact=contact,
        start_s=np.array([piece.start_s for piece in pieces], dtype=np.float64),
        end_s=np.array([piece.end_s for piece in pieces], dtype=np.float64),
    )
    used_bits = np.zeros(contacts)
    np.add.at(used_bits, contact, [piece.bits for piece in pieces])
    return bookings, used_bits


def _check(plan: Plan, pictures: Pictures, satellites: int) -> None:
    """Raise ValueError for what the kernel does not define."""
    for table in (plan, pictures):
        columns = {field.name: len(getattr(table, field.name)) for field in fields(table)}
        if len(set(columns.values())) > 1:
            raise ValueError(f"the columns have lengths {columns}; they must be equal")
        numbers = table.satellite
        if len(numbers) and not 0 <= numbers.min() <= numbers.max() < satellites:
            raise ValueError(f"a satellite is not in 0..{satellites - 1}: no recorder is given")
    if np.any(plan.delay_s < 0) or not np.all(np.isfinite(plan.delay_s)):
        raise ValueError("a delay_s is negative or not finite")
    if np.isnan(pictures.taken_s).any():
        raise ValueError("a taken_s is not a number")
    least_bits = RESOLUTION_S * float(np.max(plan.rate_bps, initial=0.0))
    if not np.all((pictures.size_bits > 0) & (pictures.size_bits >= least_bits)):
        raise ValueError(f"a size_bits is not positive or below {least_bits}, {RESOLUTION_S} s")
