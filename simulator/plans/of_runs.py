"""The contact plan of a network of a run, as its pictures were sent over it.

The contacts are found again from the scenario of the run, for tables keep the best rate of each
alone. Numbers of nodes: headquarters 1, satellites from 101, stations and relays from the next
thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import IntArray
from simulator.errors import InputError, nearest_hint
from simulator.network import (
    Fleet,
    Link,
    Offer,
    antennas_of,
    recorders_bits,
    transmitters_of,
)
from simulator.plans.model import ContactPlan, Node, PlanContacts
from simulator.results import Results
from simulator.scenario import Network, Station, loads
from simulator.study import Study, find_events, members, offer_of

HEADQUARTERS, _FIRST_SATELLITE, _THOUSAND = 1, 101, 1_000
_Row = tuple[float, float, float, float, float, float]


def contact_plan(results: Results, network: str | None = None) -> ContactPlan:
    """Return the contact plan of a network of a run, by its name; None: the only one there is.

    Satellites send down over contacts as granted, within opening hours, after acquisition, in
    pieces of one rate, and not while they collect if they cannot do both. Commands go up from
    headquarters over members with that role; the run lets them take no time, so their rate binds
    nothing, nor does that of lines on the ground. Raises InputError for a network that the run has
    not.
    """
    study = Study(loads(results.scenario_toml, origin="scenario.toml", folder=Path()))
    table = _network(study.scenario.networks, network)
    events = find_events(study, for_tables=False)
    offer = offer_of(study, table, events.contacts, events.pictures)
    links, fleet, span_s = members(table), study.fleet, study.span.duration_s
    first = _THOUSAND * -(-(_FIRST_SATELLITE + len(fleet)) // _THOUSAND) + 1
    stations = np.arange(len(links)) + first
    crosslinks = offer.crosslinks
    return ContactPlan(
        nodes={node.number: node for node in _nodes(table, links, fleet, stations)},
        contacts=PlanContacts.of(
            [
                *_down(offer, stations),
                *_up(offer, stations),
                *_across(offer),
                *_ground(links, stations, span_s),
            ]
        ),
        start=study.span.start,
        span_s=span_s,
        title=results.title,
        network=table.name,
        terminals=np.inf if crosslinks is None else crosslinks.terminals,
        notes=tuple(_notes(table)),
    )


def _network(networks: Sequence[Network], name: str | None) -> Network:
    names = [network.name for network in networks]
    if not names:
        raise InputError("network: this run has none; add networks to the scenario")
    if name is None and len(names) == 1:
        return networks[0]
    if name is None:
        raise InputError(f"network: a contact plan is of one; choose among {', '.join(names)}")
    if name not in names:
        raise InputError(f"network: '{name}' is not in these results{nearest_hint(name, names)}")
    return networks[names.index(name)]


def _nodes(
    network: Network, links: Sequence[Link], fleet: Fleet, stations: IntArray
) -> Iterator[Node]:
    place = network.headquarters
    yield Node(HEADQUARTERS, "headquarters", place.name if place else "headquarters")
    sending = transmitters_of(fleet)
    for number, (name, bits) in enumerate(zip(fleet.names, recorders_bits(fleet), strict=True)):
        yield Node(
            _FIRST_SATELLITE + number,
            "satellite",
            name,
            recorder_bits=float(bits),
            real_time=bool(sending.real_time[number]),
            seconds_a_revolution=float(sending.seconds_a_revolution[number]),
            revolutions_s=tuple(sending.revolutions_s[number].tolist()),
        )
    serving = antennas_of(links)
    for number, link in enumerate(links):
        yield Node(
            int(stations[number]),
            "station" if isinstance(link, Station) else "relay",
            link.name,
            antennas=float(serving.count[number]),
            acquisition_s=float(serving.acquisition_s[number]),
        )


def _down(offer: Offer, stations: IntArray) -> Iterator[_Row]:
    plan = offer.plan
    yield from _rows(
        plan.satellite + _FIRST_SATELLITE,
        stations[plan.link],
        plan.start_s,
        plan.end_s,
        plan.rate_bps,
    )


def _up(offer: Offer, stations: IntArray) -> Iterator[_Row]:
    contacts, begin_s = offer.contacts, offer.carrying_from_s
    rows = offer.has_role("command") & (begin_s < contacts.end_s)
    yield from _rows(
        stations[contacts.link[rows]],
        contacts.satellite[rows] + _FIRST_SATELLITE,
        begin_s[rows],
        contacts.end_s[rows],
        np.full(int(rows.sum()), np.inf),
    )


def _across(offer: Offer) -> Iterator[_Row]:
    links = offer.crosslinks
    if links is not None:
        yield from _rows(
            links.source + _FIRST_SATELLITE,
            links.destination + _FIRST_SATELLITE,
            links.start_s,
            links.end_s,
            links.rate_bps,
        )


def _ground(links: Sequence[Link], stations: IntArray, span_s: float) -> Iterator[_Row]:
    for link, number in zip(links, stations.tolist(), strict=True):
        if "downlink" in link.roles:
            yield (number, HEADQUARTERS, 0.0, span_s, np.inf, float(link.forwarding_delay_s))
        if "command" in link.roles:
            yield (HEADQUARTERS, number, 0.0, span_s, np.inf, 0.0)


def _rows(*columns: NDArray[Any]) -> Iterator[_Row]:
    order = np.lexsort((columns[1], columns[0], columns[2]))
    for row in zip(*(column[order].tolist() for column in columns), strict=True):
        yield (*row, 0.0)


def _notes(network: Network) -> Iterator[str]:
    host = network.host
    if host is not None and (host.first_use_share or host.dropped_share or host.dropped_targets):
        yield (
            "What the host uses first and what it does not pass on is no matter of contacts, and "
            "not in this plan."
        )
