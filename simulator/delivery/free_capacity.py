"""The free time and the room that pictures compete for: beams, antennas, crosslinks, recorders."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from simulator.arrays import FloatArray, IntArray
from simulator.delivery.beam import Beam, BeamContacts, Booking
from simulator.delivery.recorder import Edge, Levels, Recorder, stay, visit
from simulator.delivery.sharing import Share
from simulator.delivery.tables import Antennas, Crosslinks, Plan, Transmitters

Pair = tuple[int, int]
Holdings = dict[int, Levels]
Window = tuple[float, float, int]
_ONLY_LINK = 0


@dataclass(frozen=True)
class Route:
    """A way of a picture: the satellites after its own, a transfer to each, the last one's beam."""

    arrival_s: float
    satellites: tuple[int, ...]
    transfers: tuple[Booking, ...]
    downlink: Booking


class FreeCapacity:
    """What the satellites of a plan have left, given what pictures have booked."""

    def __init__(
        self,
        plan: Plan,
        recorder_bits: FloatArray,
        span_s: float,
        antennas: Antennas | None,
        transmitters: Transmitters | None,
        crosslinks: Crosslinks | None,
    ) -> None:
        count = len(recorder_bits)
        self.span_s = span_s
        self.real_time = [False] * count
        if transmitters is not None:
            self.real_time = np.asarray(transmitters.real_time, dtype=bool).tolist()
        self.recorders = [Recorder(bits) for bits in recorder_bits.tolist()]
        self.beams = [_downlink(plan, n, span_s, transmitters) for n in range(count)]
        self.crossings = {} if crosslinks is None else _crossings(crosslinks, span_s)
        self.neighbours: dict[int, list[int]] = defaultdict(list)
        for source, destination in sorted(self.crossings):
            # Without a recorder a satellite can neither pass a picture on whole nor keep another's.
            if not (self.real_time[source] or self.real_time[destination]):
                self.neighbours[source].append(destination)
        self._antennas = {} if antennas is None else self._antennas_in_use(plan, antennas)
        self._terminals = {} if crosslinks is None else self._shared_terminals(crosslinks)

    def _antennas_in_use(self, plan: Plan, antennas: Antennas) -> dict[int, Share]:
        """Return the links with fewer antennas than satellites that could use them."""
        return {
            link: Share(
                float(antennas.count[link]),
                float(antennas.acquisition_s[link]),
                _windows(plan, np.flatnonzero(plan.link == link)),
                partial(self._lose_link, link),
            )
            for link in shared_links(plan, antennas)
        }

    def _lose_link(self, link: int, satellite: int, start_s: float, end_s: float) -> None:
        self.beams[satellite].withdraw(link, start_s, end_s)

    def _shared_terminals(self, crosslinks: Crosslinks) -> dict[int, Share]:
        """Return the satellites with fewer terminals than others they could talk to."""
        partners: dict[int, list[Window]] = defaultdict(list)
        rows = zip(
            crosslinks.source.tolist(),
            crosslinks.destination.tolist(),
            crosslinks.start_s.tolist(),
            crosslinks.end_s.tolist(),
            strict=True,
        )
        for source, destination, start_s, end_s in rows:
            # A link takes a terminal at both ends, whichever way the bits go.
            partners[source].append((start_s, end_s, destination))
            partners[destination].append((start_s, end_s, source))
        return {
            satellite: Share(
                crosslinks.terminals, 0.0, windows, partial(self._lose_partner, satellite)
            )
            for satellite, windows in partners.items()
            if len({partner for _, _, partner in windows}) > crosslinks.terminals
        }

    def _lose_partner(self, satellite: int, partner: int, start_s: float, end_s: float) -> None:
        for pair in ((satellite, partner), (partner, satellite)):
            if pair in self.crossings:
                self.crossings[pair].withdraw(_ONLY_LINK, start_s, end_s)

    def shapes(
        self, route: Route, own: int, taken_s: float, size_bits: float
    ) -> dict[int, list[Edge]]:
        """Return what a picture on its way holds of the recorder of each satellite it is on.

        An unlimited recorder needs no account. What is not sent is still on board when the span
        is over, with what is taken at its last instant.
        """
        # A second after the span, so that nothing leaves before what is taken at its last instant.
        end_s = self.span_s + 1.0
        legs = [*route.transfers, route.downlink]
        whole = route.arrival_s < math.inf
        shapes: dict[int, list[Edge]] = {}
        if not self.recorders[own].unlimited:
            shapes[own] = stay(taken_s, size_bits, legs[0].pieces, whole=whole, end_s=end_s)
        for satellite, (coming, leaving) in zip(route.satellites, pairwise(legs), strict=True):
            if not self.recorders[satellite].unlimited:
                shapes[satellite] = visit(size_bits, coming.pieces, leaving.pieces, end_s=end_s)
        return shapes

    def book(self, route: Route, own: int, holdings: Holdings) -> None:
        """Take the time of a route from all who could have used it, and the room on board."""
        for satellite, levels in holdings.items():
            self.recorders[satellite].hold(levels)
        # Along the way: each hop takes the pair's time, and a terminal of both.
        holder = own
        for receiver, booking in zip(route.satellites, route.transfers, strict=True):
            self.crossings[holder, receiver].book(booking)
            for piece in booking.pieces:
                for satellite, partner in ((holder, receiver), (receiver, holder)):
                    if satellite in self._terminals:
                        self._terminals[satellite].occupy(partner, piece.start_s, piece.end_s)
            holder = receiver
        self.beams[holder].book(route.downlink)
        for piece in route.downlink.pieces:
            if piece.link in self._antennas:
                self._antennas[piece.link].occupy(holder, piece.start_s, piece.end_s)


def is_shared(
    plan: Plan,
    antennas: Antennas | None,
    transmitters: Transmitters | None,
    crosslinks: Crosslinks | None,
) -> bool:
    """Tell whether a picture needs more than free time of its own satellite's beam.

    Or is given less of it than there is: by a limit of sending, or for having no recorder.
    """
    if crosslinks is not None or (antennas is not None and shared_links(plan, antennas)):
        return True
    if transmitters is None:
        return False
    limited = np.any(np.isfinite(transmitters.seconds_a_revolution))
    return bool(limited or np.any(transmitters.real_time))


def shared_links(plan: Plan, antennas: Antennas) -> list[int]:
    """Return the links with fewer antennas than satellites that could use them."""
    # Where every user has an antenna, none gives way to another.
    satellites = int(plan.satellite.max(initial=0)) + 1
    if satellites <= np.min(antennas.count, initial=np.inf):
        return []
    pairs = np.unique(plan.link * satellites + plan.satellite)
    users = np.bincount(pairs // satellites, minlength=len(antennas.count))
    shared: list[int] = np.flatnonzero(users > antennas.count).tolist()
    return shared


def _windows(plan: Plan, rows: IntArray) -> list[Window]:
    columns = plan.start_s[rows].tolist(), plan.end_s[rows].tolist(), plan.satellite[rows].tolist()
    return list(zip(*columns, strict=True))


def downlink_contacts(plan: Plan, satellite: int, span_s: float) -> BeamContacts:
    """Return the contacts in which a satellite can send to the ground and to relays in the span."""
    # Nothing is sent after the span, and a row without a rate carries nothing.
    end_s = np.minimum(plan.end_s, span_s)
    rows = np.flatnonzero(
        (plan.satellite == satellite) & (end_s > plan.start_s) & (plan.rate_bps > 0)
    )
    return BeamContacts(
        contact=rows,
        link=plan.link[rows],
        start_s=plan.start_s[rows],
        end_s=end_s[rows],
        rate_bps=plan.rate_bps[rows],
        delay_s=plan.delay_s[rows],
    )


def _downlink(plan: Plan, satellite: int, span_s: float, transmitters: Transmitters | None) -> Beam:
    """Return the beam time of one satellite to the ground and to relays within the span."""
    limit_s, revolutions_s = math.inf, None
    if transmitters is not None:
        limit_s = float(transmitters.seconds_a_revolution[satellite])
        revolutions_s = transmitters.revolutions_s[satellite]
    contacts = downlink_contacts(plan, satellite, span_s)
    return Beam(contacts, limit_s=limit_s, revolutions_s=revolutions_s)


def _crossings(crosslinks: Crosslinks, span_s: float) -> dict[Pair, Beam]:
    """Return the time of each directed pair of satellites within the span."""
    end_s = np.minimum(crosslinks.end_s, span_s)
    good = (end_s > crosslinks.start_s) & (crosslinks.rate_bps > 0)
    rows_of: dict[Pair, list[int]] = defaultdict(list)
    pairs = zip(crosslinks.source.tolist(), crosslinks.destination.tolist(), strict=True)
    for row, pair in enumerate(pairs):
        if good[row]:
            rows_of[pair].append(row)
    return {pair: _crossing(crosslinks, np.array(rows), end_s) for pair, rows in rows_of.items()}


def _crossing(crosslinks: Crosslinks, rows: IntArray, end_s: FloatArray) -> Beam:
    return Beam(
        BeamContacts(
            contact=rows,
            link=np.full(len(rows), _ONLY_LINK),
            start_s=crosslinks.start_s[rows],
            end_s=end_s[rows],
            rate_bps=crosslinks.rate_bps[rows],
            delay_s=np.zeros(len(rows)),
        )
    )
