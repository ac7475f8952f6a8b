"""What a network makes of the same satellites with relays more, or with links of a higher rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, log

import numpy as np

from simulator.arrays import FloatArray
from simulator.scenario import Network, Relay, Satellite
from simulator.study import Events, Flight, Study, members, offer_of, outcome_of_offer
from simulator.worth.tried import Tried, chosen, reaches

# Rates are tried in steps of one per cent: a rate found is at most so much above the least enough.
RATE_STEP = 1.01
# The greatest rate of a scenario, bit/s, and the least time a picture may take: delivery knows none
# shorter than a microsecond.
_GREATEST_BPS, _LEAST_SENDING_S = 1e11, 1e-6
_STEPS_A_DOUBLING = round(log(2.0) / log(RATE_STEP))
# So many doublings of the least rate are tried whether or not they are asked for.
_DOUBLINGS = 6


def spread_relays(like: Relay, count: int) -> tuple[Relay, ...]:
    """Return relays like one, spread evenly in longitude from its own place on.

    The same place has the same name whatever their number.
    """
    own = Fraction(like.longitude_deg)
    places = [float((own + Fraction(360 * n, count) + 180) % 360 - 180) for n in range(count)]
    return tuple(
        like.model_copy(update={"name": f"{like.name} at {place:g} E", "longitude_deg": place})
        for place in places
    )


def with_relays(network: Network, relays: Sequence[Relay]) -> Network:
    """Return a network with relays more."""
    return network.model_copy(update={"relays": (*network.relays, *relays)})


def all_relays(network: Network, like: Relay, most: int) -> Network:
    """Return a network with every relay that any number of them up to `most` has."""
    every = {
        relay.name: relay for count in range(1, most + 1) for relay in spread_relays(like, count)
    }
    return with_relays(network, tuple(every.values()))


def relays_tried(
    study: Study, events: Events, network: Network, like: Relay, most: int, figures: Sequence[str]
) -> Tried:
    """Return the figures of a network with none to `most` relays more.

    The events are of a study that has `all_relays` of it among its networks.
    """
    every = all_relays(network, like, most)
    offered = offer_of(study, every, events.contacts, events.pictures)
    own = {link.name for link in members(network)}
    tried = {}
    for count in range(most + 1):
        names = own | {relay.name for relay in spread_relays(like, count)}
        held = np.array([link.name in names for link in offered.links], dtype=np.bool_)
        part = offered.of_some_links(held)
        found = outcome_of_offer(study, every, part, events.pictures).figures
        tried[float(count)] = chosen(found, figures)
    return Tried.of(tried)


def at_rate(study: Study, network: Network, rate_mbps: float) -> tuple[Study, Network]:
    """Return a study whose satellites send at one rate, and a network whose stations receive it.

    Relays keep what they can receive.
    """

    def sending(table: Satellite) -> Satellite:
        return table.model_copy(update={"downlink_rate_mbps": rate_mbps, "transmitters": ()})

    tables = {id(table): sending(table) for table in study.scenario.satellites}
    scenario = study.scenario.model_copy(update={"satellites": tuple(tables.values())})
    flights = [Flight(flight.elements, tables[id(flight.table)]) for flight in study.flights]
    stations = tuple(
        station.model_copy(update={"max_rate_mbps": None, "receivers": ()})
        for station in network.stations
    )
    faster = network.model_copy(update={"stations": stations})
    return Study(scenario, sun=study.sun, flights=flights), faster


def rates_tried(
    study: Study, events: Events, network: Network, figures: Sequence[str], targets: FloatArray
) -> Tried:
    """Return the figures of a network at rates, Mbit/s, until each has reached its target (F,).

    From the least rate at which it sends now to the greatest that a scenario can have; a figure
    that does not reach its target at that reaches it at none.
    """
    offered = offer_of(study, network, events.contacts, events.pictures)
    bits = [flight.table.sensor.picture_bits for flight in study.flights]
    unlimited_bps = min(_GREATEST_BPS, *(each / _LEAST_SENDING_S for each in bits))
    least_bps = float(offered.plan.rate_bps.min(initial=unlimited_bps))
    last = ceil(log(unlimited_bps / least_bps) / log(RATE_STEP))
    known: dict[int, FloatArray] = {}

    def rate_mbps(step: int) -> float:
        return (unlimited_bps if step == last else least_bps * RATE_STEP**step) / 1e6

    def values(step: int) -> FloatArray:
        if step not in known:
            faster, wide = at_rate(study, network, rate_mbps(step))
            own = offer_of(faster, wide, events.contacts, events.pictures)
            known[step] = chosen(
                outcome_of_offer(faster, wide, own, events.pictures).figures, figures
            )
        return known[step]

    # The same rates in every draw, so that what a rate comes to has a range.
    for doublings in range(_DOUBLINGS + 1):
        values(min(doublings * _STEPS_A_DOUBLING, last))
    for column, (name, target) in enumerate(zip(figures, targets.tolist(), strict=True)):

        def enough(step: int, column: int = column, name: str = name, at: float = target) -> bool:
            return bool(reaches(values(step)[column], at, name))

        _search(enough, last)
    return Tried.of({rate_mbps(step): found for step, found in known.items()})


def _search(enough: Callable[[int], bool], last: int) -> None:
    """Try steps up to the last until the least that is enough is between two that were tried.

    One after another doubling, so that searches for several figures share what they try, then by
    halves.
    """
    if not enough(last) or enough(0):
        return
    low, high = 0, min(_STEPS_A_DOUBLING, last)
    while not enough(high):
        low, high = high, min(high + _STEPS_A_DOUBLING, last)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
