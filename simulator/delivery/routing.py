"""The way of a picture to headquarters: over its own satellite's beam, or over others first.

A picture is passed on whole, hop by hop, stored and forwarded; the next hop begins when its last
bit is in. Who starts a hop later never ends it earlier, so the earliest way to each satellite
leads to the least arrival (Cooke and Halsey 1966, Journal of Mathematical Analysis and
Applications 14; as contact-graph routing: Araniti et al. 2015, IEEE Communications Magazine
53(3); Fraire, De Jonckere and Burleigh 2021, Journal of Network and Computer Applications 174).
Each hop is what is left of its windows after earlier bookings, not the windows as planned. Only a
limit of sending a revolution can let a picture that comes later arrive earlier, the limit then
being spent on faster contacts: such ways are not looked for.
"""

from __future__ import annotations

import math

from simulator.delivery.beam import Booking
from simulator.delivery.free_capacity import FreeCapacity, Holdings, Route

Path = tuple[int, ...]


def unbroken(free: FreeCapacity, satellite: int, taken_s: float, size_bits: float) -> Route | None:
    """Return the way of a picture sent as it is taken, None if no contact carries it."""
    booking = free.beams[satellite].unbroken(taken_s, size_bits)
    return None if booking is None else Route(booking.arrival_s, (), (), booking)


def stored(
    free: FreeCapacity, satellite: int, taken_s: float, size_bits: float
) -> tuple[Route, Holdings] | None:
    """Return the way of least arrival for which there is room on board, None if there is none.

    With it the levels of each limited recorder. A picture that no way delivers takes all the
    beam time left to its own satellite.
    """
    full: set[int] = set()
    while True:
        path = _earliest_path(free, satellite, taken_s, size_bits, full) if free.crossings else ()
        route = _along(free, satellite, path, taken_s, size_bits)
        holdings: Holdings = {}
        crowded: set[int] = set()
        for holder, shape in free.shapes(route, satellite, taken_s, size_bits).items():
            levels = free.recorders[holder].with_shape(shape)
            if levels is None:
                crowded.add(holder)
            else:
                holdings[holder] = levels
        if not crowded:
            return route, holdings
        # No room on its own satellite, where every way begins: the picture is lost.
        if crowded == {satellite}:
            return None
        # Look again without the satellites that have no room for it.
        full |= crowded - {satellite}


def _earliest_path(
    free: FreeCapacity, own: int, taken_s: float, size_bits: float, full: set[int]
) -> Path:
    """Return the satellites a picture is passed on to; none if its own serves best, or none does.

    Of ways that arrive together the one of fewest hops: satellites are reached hop by hop, each
    only if earlier than by fewer hops.
    """
    best_s = math.inf
    best_path: Path = ()
    earliest_s = {own: taken_s}
    reached: dict[int, Path] = {own: ()}
    while reached:
        for holder, path in reached.items():
            delivered_s = free.beams[holder].arrival_s(earliest_s[holder], size_bits)
            if delivered_s < best_s:
                best_s, best_path = delivered_s, path
        further: dict[int, Path] = {}
        # Instants as of this number of hops: the loop below lowers some of `earliest_s`.
        held_s = {holder: earliest_s[holder] for holder in reached}
        for holder, path in reached.items():
            for receiver in free.neighbours[holder]:
                crossed_s = free.crossings[holder, receiver].arrival_s(held_s[holder], size_bits)
                bound_s = min(earliest_s.get(receiver, best_s), best_s)
                if crossed_s < bound_s and receiver not in full:
                    earliest_s[receiver] = crossed_s
                    further[receiver] = (*path, receiver)
        reached = further
    return best_path


def _along(free: FreeCapacity, own: int, path: Path, taken_s: float, size_bits: float) -> Route:
    """Return the transmissions of a picture that is passed on along a path."""
    holder, held_s = own, taken_s
    transfers: list[Booking] = []
    for receiver in path:
        transfers.append(free.crossings[holder, receiver].earliest(held_s, size_bits))
        holder, held_s = receiver, transfers[-1].arrival_s
    downlink = free.beams[holder].earliest(held_s, size_bits)
    return Route(downlink.arrival_s, path, tuple(transfers), downlink)
