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

import numpy as np
import numpy.typing as npt

from simulator.arrays import FloatArray, IntArray
from simulator.delivery import routing, single_picture
from simulator.delivery.beam import RESOLUTION_S, Piece
from simulator.delivery.free_capacity import FreeCapacity, Holdings, Route
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
    "WAITING",
    "Antennas",
    "Bookings",
    "Crosslinks",
    "Deliveries",
    "Pictures",
    "Plan",
    "Transmitters",
    "deliver",
    "single_picture",
]

Sent = tuple[int, Piece]


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
    free = FreeCapacity(plan, capacities_bits, span_s, antennas, transmitters, crosslinks)
    count = len(pictures.taken_s)
    status, link, hops = np.full(count, WAITING), np.full(count, -1), np.zeros(count, np.int64)
    sent_s, arrival_s = np.full(count, np.inf), np.full(count, np.inf)
    down: list[Sent] = []
    across: list[Sent] = []
    for picture in _order(pictures):
        route = _booked(free, pictures, picture)
        if route is None:
            status[picture] = LOST
            continue
        down += [(picture, piece) for piece in route.downlink.pieces]
        across += [(picture, piece) for leg in route.transfers for piece in leg.pieces]
        arrival_s[picture] = route.arrival_s
        if route.arrival_s < math.inf:
            sent_s[picture] = route.downlink.pieces[-1].end_s
            link[picture] = route.downlink.last_piece().link
            hops[picture] = len(route.satellites)
    # An arrival in the last instant of the span is not missed for its rounding.
    delivered = arrival_s <= span_s + RESOLUTION_S
    status[delivered] = DELIVERED
    delivered_s = np.where(delivered, np.minimum(arrival_s, span_s), np.inf)
    bookings, used_bits = _tables(down, len(plan.link))
    transfers, _ = _tables(across, 0 if crosslinks is None else len(crosslinks.source))
    return Deliveries(status, sent_s, delivered_s, link, hops, used_bits, bookings, transfers)


def _order(pictures: Pictures) -> list[int]:
    """Return the pictures in the order in which they are planned."""
    priority = np.zeros(len(pictures.taken_s)) if pictures.priority is None else pictures.priority
    # lexsort is stable and sorts by its last key first: priority, then instant, then index.
    order: list[int] = np.lexsort((pictures.taken_s, -priority)).tolist()
    return order


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


def _tables(sent: list[Sent], contacts: int) -> tuple[Bookings, FloatArray]:
    """Return the pieces as arrays, and the bits sent over each contact."""
    contact: IntArray = np.array([piece.contact for _, piece in sent], dtype=np.int64)
    bookings = Bookings(
        picture=np.array([picture for picture, _ in sent], dtype=np.int64),
        contact=contact,
        start_s=np.array([piece.start_s for _, piece in sent], dtype=np.float64),
        end_s=np.array([piece.end_s for _, piece in sent], dtype=np.float64),
    )
    used_bits = np.zeros(contacts)
    np.add.at(used_bits, contact, [piece.bits for _, piece in sent])
    return bookings, used_bits
