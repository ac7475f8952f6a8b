"""Pictures through what a network offers: all of them together, or each alone.

The models are those of `simulator.delivery`; this module puts the tables of satellites and links
into their terms. Seconds since the span's start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from simulator.arrays import FloatArray
from simulator.delivery import (
    Antennas,
    Crosslinks,
    Deliveries,
    Pictures,
    Transmitters,
    deliver,
    single_picture,
)
from simulator.network.contact_plans import Fleet, Offer, acquisitions_s
from simulator.network.contacts import Link
from simulator.orbits import revolutions_s
from simulator.scenario import Station
from simulator.units import MINUTE_S

# Instants at which pictures are collected (N,) to those at which they are delivered (N,).
Arrival = Callable[[FloatArray], FloatArray]

# Crosslinks are followed on a grid of instants for single pictures: so fine, but no larger.
_GRID_S = 5.0
_GRID_POINTS = 1_000_000


def deliver_pictures(fleet: Fleet, offer: Offer, pictures: Pictures) -> Deliveries:
    """Return how a network delivers pictures that share its links."""
    return deliver(
        offer.plan,
        pictures,
        recorder_bits=recorders_bits(fleet),
        span_s=fleet.span.duration_s,
        antennas=antennas_of(offer.links),
        transmitters=transmitters_of(fleet),
        crosslinks=offer.crosslinks,
    )


def recorders_bits(fleet: Fleet) -> FloatArray:
    """Return how much the recorder of each satellite (S,) holds, inf for no limit."""
    recorder_gbit = [table.recorder_gbit for table in fleet.tables]
    return np.array([np.inf if size is None else size * 1e9 for size in recorder_gbit])


def antennas_of(links: Sequence[Link]) -> Antennas:
    """Return how many satellites each link (L,) serves at once, and its acquisition."""
    count = np.array([_antennas(link) for link in links], dtype=np.float64)
    return Antennas(count, acquisitions_s(links))


def _antennas(link: Link) -> float:
    count = link.antennas if isinstance(link, Station) else link.max_users
    return np.inf if count is None else float(count)


def transmitters_of(fleet: Fleet) -> Transmitters:
    """Return what bounds the sending of each satellite."""
    minutes = np.array([table.max_downlink_min_per_orbit or np.inf for table in fleet.tables])
    none = np.empty(0)
    return Transmitters(
        np.array([table.real_time for table in fleet.tables]),
        minutes * MINUTE_S,
        # Revolutions matter only to satellites whose sending is limited by revolution.
        tuple(
            revolutions_s(fleet.tracks[number], fleet.span.duration_s)
            if np.isfinite(limit)
            else none
            for number, limit in enumerate(minutes)
        ),
    )


def single_arrivals(fleet: Fleet, offer: Offer) -> list[Arrival]:
    """Return for each satellite when a picture that has the network to itself is delivered."""
    links = offer.crosslinks
    linked = {} if links is None else _arrivals_over_crosslinks(fleet, offer, links)
    return [_single_arrival(fleet, offer, number, linked) for number in range(len(fleet))]


def _arrivals_over_crosslinks(
    fleet: Fleet, offer: Offer, crosslinks: Crosslinks
) -> dict[float, single_picture.CrosslinkedArrivals]:
    """Return the arrivals over crosslinks by the size of a picture."""
    span_s = fleet.span.duration_s
    step_s = max(_GRID_S, span_s / _GRID_POINTS)
    return {
        size_bits: single_picture.crosslinked_arrivals(
            offer.plan, crosslinks, len(fleet), step_s=step_s, size_bits=size_bits, span_s=span_s
        )
        for size_bits in {table.sensor.picture_bits for table in fleet.tables}
    }


def _single_arrival(
    fleet: Fleet,
    offer: Offer,
    satellite: int,
    linked: Mapping[float, single_picture.CrosslinkedArrivals],
) -> Arrival:
    table, span_s = fleet.tables[satellite], fleet.span.duration_s
    size_bits = table.sensor.picture_bits
    if table.real_time:
        return single_picture.real_time_arrivals(offer.plan, satellite, size_bits, span_s=span_s)
    if linked:
        return partial(linked[size_bits], satellite)
    return single_picture.stored_arrivals(offer.plan, satellite, size_bits, span_s=span_s)
