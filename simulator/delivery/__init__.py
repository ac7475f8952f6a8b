"""Pictures through a contact plan to headquarters, planned one after another.

The order is priority, then first in, first out by the end of collection, ties by index. Each
picture books the transmission that brings its last bit to headquarters earliest in the time
that those before it left; bookings never move. A satellite sends to the ground over one contact
at a time (one beam, `beam`). A picture may be split over contacts, is not sent before it is
taken, and may fill time that one before it passed over for a contact that forwards faster. A
station serves as many satellites at once as it has antennas (`sharing`). With crosslinks a
picture may be passed on whole from satellite to satellite (`routing`). The plan is known ahead:
a picture of high priority finds the beam free of those of low priority taken before it.

More contacts, one satellite, unlimited recorder: let a new contact nowhere lower the least delay
of those open beside it. A picture takes every free instant t with t + least delay <= A*, its
earliest arrival. So, by induction over the queue, every instant free without the new contact is
free with it, more bits can arrive by each A, A* is no later, and fewer of the old instants are
taken. Hence with equal delays, as with any delays for one picture alone, a contact more
never delays a picture. A contact of less delay and less rate can delay the next picture: it
draws one onto the slow link, and the beam with it. Where satellites share an antenna, or pass
pictures on, a contact more can draw one satellite's picture into the way of another's.

Limited recorder: a picture is lost if, from its collection to its last bit sent, it does not fit
beside those planned before it. Then even with equal delays a contact more can lose another
picture: it makes room for one that used to be lost, and the bits of that one are in the way of
the next. The best schedule of a small plan, which more of anything never worsens, is in
`optimum`; the arrival of a single picture that has the network to itself, in `single_picture`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.delivery import routing, single_picture
from simulator.delivery.beam import RESOLUTION_S, Booking
from simulator.delivery.free_capacity import (
    FreeCapacity,
    Holdings,
    Route,
    downlink_contacts,
    is_shared,
)
from simulator.delivery.queues import PICTURE, fits, most_bits, send_in_turn
from simulator.delivery.tables import (
    DELIVERED,
    LOST,
    WAITING,
    Antennas,
    Bookings,
    Crosslinks,
    Deliveries,
    Pictures,
    Plan,
    Transmitters,
    check,
)

__all__ = [
    "DELIVERED",
    "LOST",
    "RESOLUTION_S",
    "WAITING",
    "Antennas",
    "Bookings",
    "Crosslinks",
    "Deliveries",
    "Pictures",
    "Plan",
    "Transmitters",
    "deliver",
    "most_bits",
    "single_picture",
]

# Picture, contact, start and end of a transmission.
_Sent = tuple[int, int, float, float]


def deliver(
    plan: Plan,
    pictures: Pictures,
    *,
    recorder_bits: npt.ArrayLike,
    span_s: float,
    antennas: Antennas | None = None,
    transmitters: Transmitters | None = None,
    crosslinks: Crosslinks | None = None,
) -> Deliveries:
    """Return when each picture is at headquarters, over `[0, span_s]`.

    `recorder_bits` has one capacity a satellite, inf for unlimited; satellites are numbered
    from 0. Nothing is sent after the span. A picture that cannot be sent whole within it
    waits, and holds all the beam time left of its satellite. Raises ValueError for columns of
    unlike length, a satellite without a recorder, a link without its antennas, a negative delay,
    a picture under RESOLUTION_S of beam time.
    """
    capacities_bits = np.asarray(recorder_bits, dtype=np.float64)
    check(plan, pictures, len(capacities_bits), antennas, transmitters, crosslinks)
    order = _order(pictures)
    planned = None
    if not is_shared(plan, antennas, transmitters, crosslinks):
        planned = _in_turn(plan, pictures, order, capacities_bits, span_s)
    if planned is None:
        free = FreeCapacity(plan, capacities_bits, span_s, antennas, transmitters, crosslinks)
        planned = _one_by_one(free, pictures, order)
    arrival_s, down = planned.arrival_s, planned.down
    # An arrival in the last instant of the span is not missed for its rounding.
    delivered = arrival_s <= span_s + RESOLUTION_S
    status = np.where(delivered, DELIVERED, WAITING)
    status[planned.lost] = LOST
    sent_s, link = _ends(plan, planned)
    used_bits = np.zeros(len(plan.link))
    np.add.at(used_bits, down.contact, _sent_bits(plan, down))
    return Deliveries(
        status,
        sent_s,
        np.where(delivered, np.minimum(arrival_s, span_s), np.inf),
        link,
        planned.hops,
        used_bits,
        down,
        planned.across,
    )


@dataclass(frozen=True, eq=False)
class _Planned:
    """What is booked for pictures (P,): arrivals, inf of what is not sent whole, and transmissions.

    Transmissions are in the order in which the pictures were planned, of each in order of time.
    """

    arrival_s: FloatArray
    lost: BoolArray
    hops: IntArray
    down: Bookings
    across: Bookings


def _in_turn(
    plan: Plan, pictures: Pictures, order: IntArray, capacities_bits: FloatArray, span_s: float
) -> _Planned | None:
    """Return what is booked where each satellite serves its own pictures alone.

    None where a picture overtakes one taken before it, or a recorder is full at some time: such
    pictures are planned one by one.
    """
    arrival_s, tables = np.full(len(order), np.inf), [np.empty((0, 4))]
    for satellite, capacity_bits in enumerate(capacities_bits.tolist()):
        queue = order[pictures.satellite[order] == satellite]
        taken_s, size_bits = pictures.taken_s[queue], pictures.size_bits[queue]
        if np.any(taken_s[1:] < taken_s[:-1]):
            return None
        contacts = downlink_contacts(plan, satellite, span_s)
        arrival_s[queue], pieces = send_in_turn(contacts, taken_s, size_bits)
        sent_bits = _sent_bits(plan, _bookings(pieces))
        if not fits(capacity_bits, taken_s, size_bits, pieces, sent_bits):
            return None
        pieces[:, PICTURE] = queue[pieces[:, PICTURE].astype(np.int64)]
        tables.append(pieces)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    rows = np.concatenate(tables)
    rows = rows[np.argsort(rank[rows[:, PICTURE].astype(np.int64)], kind="stable")]
    return _Planned(
        arrival_s,
        np.zeros(len(order), dtype=np.bool_),
        np.zeros(len(order), dtype=np.int64),
        _bookings(rows),
        _bookings(np.empty((0, 4))),
    )


def _one_by_one(free: FreeCapacity, pictures: Pictures, order: IntArray) -> _Planned:
    """Return what is booked where a picture may find taken what others could have used."""
    count = len(order)
    lost, hops = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.int64)
    arrival_s = np.full(count, np.inf)
    down: list[_Sent] = []
    across: list[_Sent] = []
    for picture in order.tolist():
        route = _booked(free, pictures, picture)
        if route is None:
            lost[picture] = True
            continue
        down += _sent(picture, route.downlink)
        across += [row for leg in route.transfers for row in _sent(picture, leg)]
        arrival_s[picture] = route.arrival_s
        if route.arrival_s < math.inf:
            hops[picture] = len(route.satellites)
    return _Planned(arrival_s, lost, hops, _bookings(down), _bookings(across))


def _order(pictures: Pictures) -> IntArray:
    """Return the pictures in the order in which they are planned."""
    priority = np.zeros(len(pictures.taken_s)) if pictures.priority is None else pictures.priority
    # lexsort is stable and sorts by its last key first: priority, then instant, then index.
    return np.lexsort((pictures.taken_s, -priority))


def _booked(free: FreeCapacity, pictures: Pictures, picture: int) -> Route | None:
    """Book the way of a picture and its place on board; None if it is lost."""
    satellite = int(pictures.satellite[picture])
    taken_s, size_bits = float(pictures.taken_s[picture]), float(pictures.size_bits[picture])
    route: Route | None
    holdings: Holdings = {}
    if free.real_time[satellite]:
        route = routing.unbroken(free, satellite, taken_s, size_bits)
    else:
        route, holdings = routing.stored(free, satellite, taken_s, size_bits) or (None, {})
    if route is not None:
        free.book(route, satellite, holdings)
    return route


def _sent(picture: int, booking: Booking) -> list[_Sent]:
    return [(picture, piece.contact, piece.start_s, piece.end_s) for piece in booking.pieces]


def _bookings(rows: npt.ArrayLike) -> Bookings:
    """Return transmissions (N, 4) of picture, contact, start and end as a table."""
    picture, contact, start_s, end_s = np.asarray(rows, dtype=np.float64).reshape(-1, 4).T
    return Bookings(picture.astype(np.int64), contact.astype(np.int64), start_s, end_s)


def _sent_bits(plan: Plan, down: Bookings) -> FloatArray:
    return (down.end_s - down.start_s) * plan.rate_bps[down.contact]


def _ends(plan: Plan, planned: _Planned) -> tuple[FloatArray, IntArray]:
    """Return when the last bit of each picture is sent, and over which link the last to arrive.

    Of a picture that is not sent whole inf and -1.
    """
    down, count = planned.down, len(planned.arrival_s)
    # Of a picture's transmissions, which are in order of time, the last one counts.
    last, latest = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    last[down.picture] = latest[down.picture] = np.arange(len(down.picture))
    # Transmissions over contacts of unequal delay may arrive together, but for rounding.
    arrives_s = down.end_s + plan.delay_s[down.contact]
    late = np.flatnonzero(arrives_s >= planned.arrival_s[down.picture] - RESOLUTION_S)
    latest[down.picture[late]] = late
    whole = planned.arrival_s < math.inf
    sent_s, link = np.full(count, np.inf), np.full(count, -1)
    sent_s[whole] = down.end_s[last[whole]]
    link[whole] = plan.link[down.contact[latest[whole]]]
    return sent_s, link
