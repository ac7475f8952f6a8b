"""What one network makes of the pictures: deliveries, ages, responses, and its figures.

Every network is given the same pictures; what differs is what its links offer. Seconds since the
span's start.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator import intervals
from simulator.arrays import FloatArray
from simulator.delivery import DELIVERED, LOST, Deliveries, Pictures
from simulator.network import (
    Contacts,
    Link,
    Offer,
    commands_s,
    crosslink_plan,
    deliver_hosted,
    deliver_pictures,
    dropped_targets,
    granted_contacts,
    hosts_revolutions,
    in_contact_s,
    offer_of_granted,
    single_arrivals,
)
from simulator.scenario import Host, Network, Same
from simulator.study import keys
from simulator.study.actionable import actionable_figures
from simulator.study.case import Study, hours, members, share_or_nan
from simulator.study.clear_pictures import clear_network_figures
from simulator.study.events import AllContacts, Events, PictureList, crosslinks
from simulator.study.pictures_home import (
    PicturesHome,
    saving_figures,
    timeliness,
    timeliness_figures,
)
from simulator.study.store import Value, kept, put
from simulator.timeliness import (
    Commands,
    Delays,
    Sawtooth,
    Service,
    latency_delays,
    latency_statistics,
    latest_command_s,
    wait_for_window,
)
from simulator.units import HOUR_S, MINUTE_S

# Pictures of several networks that are reckoned in one go: more take memory and save no time.
_TOGETHER = 300_000
# Networks of which the contacts granted are remembered: those of a study or two.
_NETWORKS = 8
# What the windows of a satellite's commands are kept as, with its number.
_COMMANDS = "commands of satellite"


@dataclass(frozen=True, eq=False)
class NetworkOutcome:
    """What one network makes of the pictures; ages and responses target by target."""

    network: Network
    offer: Offer
    deliveries: Deliveries
    delays: Delays
    ages: tuple[Sawtooth, ...]
    responses: tuple[Sawtooth, ...]
    figures: dict[str, float]


def outcomes(study: Study, events: Events) -> list[NetworkOutcome]:
    """Return what every network makes of the pictures."""
    contacts, pictures = events.contacts, events.pictures
    offers = [
        _offered(study, network, offer_of(study, network, contacts, pictures))
        for network in study.scenario.networks
    ]
    return _outcomes(offers, pictures)


def outcome(
    study: Study, network: Network, contacts: AllContacts, pictures: PictureList
) -> NetworkOutcome:
    """Return the deliveries and figures of one network."""
    return outcome_of_offer(study, network, offer_of(study, network, contacts, pictures), pictures)


def outcome_of_offer(
    study: Study, network: Network, offered: Offer, pictures: PictureList
) -> NetworkOutcome:
    """Return the deliveries and figures of a network by what it offers."""
    return _outcomes([_offered(study, network, offered)], pictures)[0]


class _OfContacts(NamedTuple):
    """What follows from the contacts that are granted, whatever they carry.

    `commands_s` are the merged times (N, 2) in which each satellite can be commanded.
    """

    commands_s: Sequence[FloatArray]
    figures: Mapping[str, float]


class _Offered(NamedTuple):
    """A network of a study, what it offers, and what follows from its contacts."""

    study: Study
    network: Network
    offer: Offer
    of_contacts: _OfContacts


def _offered(study: Study, network: Network, offer: Offer) -> _Offered:
    """Return a network by what it offers."""
    commands = [offer.commands_s(number) for number in range(len(study.flights))]
    figures = _contact_figures(study, offer.contacts, commands)
    return _Offered(study, network, offer, _OfContacts(commands, figures))


def _outcomes(offers: Sequence[_Offered], pictures: PictureList) -> list[NetworkOutcome]:
    """Return the deliveries and figures of networks by what they offer.

    Those of one study follow one another; studies differ in nothing but what becomes of pictures.
    """
    most = max(1, _TOGETHER // max(len(pictures), 1))
    groups: list[Sequence[_Offered]] = []
    for _, of_study in groupby(offers, key=lambda each: id(each.study)):
        every = list(of_study)
        groups += [every[first : first + most] for first in range(0, len(every), most)]
    # In one go as many whole groups as there is room for.
    parts: list[list[Sequence[_Offered]]] = [[]]
    for group in groups:
        if sum(map(len, parts[-1])) + len(group) > most:
            parts.append([])
        parts[-1].append(group)
    return [found for part in parts if part for found in _outcomes_together(part, pictures)]


def _outcomes_together(
    groups: Sequence[Sequence[_Offered]], pictures: PictureList
) -> list[NetworkOutcome]:
    """Return the deliveries and figures of networks, what is asked of all targets in one go.

    Those of a group are the same, to the last bit, whatever other groups there are.
    """
    offers = [each for group in groups for each in group]
    study = offers[0].study
    queued = queued_pictures(study, pictures)
    deliveries = [deliveries_of(each.study, each.network, each.offer, pictures) for each in offers]
    home = PicturesHome(
        pictures,
        len(study.scenario.targets),
        np.repeat(np.arange(len(groups)), [len(group) for group in groups]),
        np.stack([_latest_commands_s(each.of_contacts.commands_s, pictures) for each in offers]),
        np.stack([found.delivered_s for found in deliveries]),
        [
            latency_delays(
                each.offer.plan,
                queued,
                found,
                each.offer.crosslinks,
                to_ground_s=each.offer.sending_s,
            )
            for each, found in zip(offers, deliveries, strict=True)
        ],
        [each.of_contacts.commands_s for each in offers],
    )
    acted_on, saved = actionable_figures(study, home), saving_figures(study, home)
    clear, timely = clear_network_figures(study, home), timeliness(study, home)
    return [
        NetworkOutcome(
            each.network,
            each.offer,
            deliveries[n],
            home.delays[n],
            timely[n].ages,
            timely[n].responses,
            {
                **each.of_contacts.figures,
                **_capacity_figures(each.study, each.offer, deliveries[n]),
                **_delivery_figures(deliveries[n], pictures),
                **acted_on[n],
                **_delay_figures(deliveries[n], home.delays[n]),
                **timeliness_figures(timely[n]),
                **saved[n],
                **clear[n],
            },
        )
        for n, each in enumerate(offers)
    ]


def all_figures(study: Study, events: Events) -> list[dict[str, float]]:
    """Return the figures of every network, from the store where nothing they depend on changed."""
    return figures_of_studies([(study, events)])[0]


class _Asked(NamedTuple):
    """A network whose figures are asked for, and the key under which a store has them."""

    study: Study
    events: Events
    network: Network
    key: str | None


def figures_of_studies(studies: Sequence[tuple[Study, Events]]) -> list[list[dict[str, float]]]:
    """Return `all_figures` of each of some studies, those that take the same pictures in one go.

    The figures of each are those that it has alone, to the last bit.
    """
    asked = [
        _Asked(study, events, network, _key(study, network))
        for study, events in studies
        for network in study.scenario.networks
    ]
    values = iter(_kept_figures(asked))
    return [
        [
            {name: number.item() for name, number in next(values).items()}
            for _ in study.scenario.networks
        ]
        for study, _ in studies
    ]


def _key(study: Study, network: Network) -> str | None:
    return None if study.store is None else study.key("delivery", network)


def _kept_figures(asked: Sequence[_Asked]) -> list[Value]:
    """Return figures from the store, and those that it has not made in one go and kept."""
    found: dict[int, Value] = {}
    missing: dict[Hashable, int] = {}
    again: list[int] = []
    for number, each in enumerate(asked):
        held = each.key or number
        # What another is about to leave in the store is found there later.
        if held in missing:
            again.append(number)
            continue
        value = None if each.key is None else kept(each.study.store, each.key)
        if value is None:
            missing[held] = number
        else:
            found[number] = value
    groups: dict[Hashable, list[int]] = {}
    for number in missing.values():
        groups.setdefault(_of_pictures(asked[number]), []).append(number)
    for numbers in groups.values():
        alike = [asked[number] for number in numbers]
        for number, each, value in zip(numbers, alike, _figures(alike), strict=True):
            found[number] = value
            if each.key is not None:
                put(each.study.store, each.key, value)
    for number in again:
        key = asked[number].key or ""
        found[number] = kept(asked[number].study.store, key) or found[missing[key]]
    return [found[number] for number in range(len(asked))]


def _of_pictures(asked: _Asked) -> Hashable:
    """Return what is equal for studies that differ in nothing but what becomes of pictures.

    Tables that studies have in common are the same ones, and so is what a store gives them.
    """
    study, scenario, events = asked.study, asked.study.scenario, asked.events
    tables = (scenario.span, scenario.counting, scenario.requests, *scenario.targets)
    sensors = (flight.table.sensor for flight in study.flights)
    return (
        id(events.accesses.columns),
        id(events.pictures.access),
        scenario.seed,
        None if scenario.clouds is None else Same(scenario.clouds),
        *map(Same, (*tables, *sensors)),
    )


def _figures(asked: Sequence[_Asked]) -> list[Value]:
    """Return the figures of networks of studies that take the same pictures."""
    # Computed from the part of the scenario that the key holds, and from nothing else.
    offers = [
        _kept_offer(each.study, each.study.part("delivery"), each.network, each.events)
        for each in asked
    ]
    return [
        {name: np.array(number) for name, number in found.figures.items()}
        for found in _outcomes(offers, asked[0].events.pictures)
    ]


def _kept_offer(study: Study, part: Study, network: Network, events: Events) -> _Offered:
    """Return what a network offers, by the contacts kept where there is a store."""
    narrowed = keys.narrowed("delivery", network)
    if study.store is None:
        offer = offer_of(part, narrowed, events.contacts, events.pictures)
        return _offered(part, narrowed, offer)
    held, of_contacts = _kept_grants(study, network, events.contacts)
    offer = _offer_of_granted(part, narrowed, held, events.pictures)
    return _Offered(part, narrowed, offer, of_contacts)


def _kept_grants(
    study: Study, network: Network, contacts: AllContacts
) -> tuple[Contacts, _OfContacts]:
    """Return the contacts that a network's hosts grant, and what follows from these alone."""

    def grants() -> Value:
        narrowed, part = keys.narrowed("grants", network), study.part("grants")
        links: tuple[Link, ...] = (*narrowed.stations, *narrowed.relays)
        found = contacts.of_links(links)
        held = granted_contacts(part.fleet, links, found, seed=part.scenario.seed)
        commands = [commands_s(links, held, number) for number in range(len(part.flights))]
        figures = _contact_figures(part, held, commands)
        return {
            **vars(held),
            **{f"{_COMMANDS} {number}": windows_s for number, windows_s in enumerate(commands)},
            **{name: np.array(number) for name, number in figures.items()},
        }

    value = study.kept("grants", grants, network)
    return _granted(_SameValue(value), len(study.flights))


class _SameValue:
    """A value of a store by its identity, for what is remembered of it."""

    def __init__(self, value: Value) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SameValue) and self.value is other.value


# Studies one after the other have contacts in common, and what follows from them.
@lru_cache(maxsize=_NETWORKS)
def _granted(same: _SameValue, satellites: int) -> tuple[Contacts, _OfContacts]:
    value = same.value
    held = Contacts(**{name: value[name] for name in Contacts.__dataclass_fields__})
    commands = [value[f"{_COMMANDS} {number}"] for number in range(satellites)]
    # Figures are single numbers, all else are columns.
    figures = {name: number.item() for name, number in value.items() if not number.ndim}
    return held, _OfContacts(commands, figures)


def offer_of(study: Study, network: Network, contacts: AllContacts, pictures: PictureList) -> Offer:
    """Return what a network offers to the satellites that take these pictures."""
    links = members(network)
    held = granted_contacts(study.fleet, links, contacts.of_links(links), seed=study.scenario.seed)
    return _offer_of_granted(study, network, held, pictures)


def _offer_of_granted(
    study: Study, network: Network, held: Contacts, pictures: PictureList
) -> Offer:
    table = network.crosslinks
    return offer_of_granted(
        study.fleet,
        members(network),
        held,
        collecting_s={
            number: pictures.collecting_s(number)
            for number, flight in enumerate(study.flights)
            if not flight.table.image_while_downlinking
        },
        crosslinks=None if table is None else crosslink_plan(crosslinks(study, table), table),
    )


def deliveries_of(
    study: Study, network: Network, offered: Offer, pictures: PictureList
) -> Deliveries:
    """Return what becomes of the pictures in a network, by what it offers and its host leaves."""
    queued, host = queued_pictures(study, pictures), network.host
    if host is None:
        return deliver_pictures(study.fleet, offered, queued)
    used = np.zeros(len(pictures), dtype=np.bool_)
    for number in range(len(study.flights) if host.first_use_share > 0.0 else 0):
        rows = pictures.satellite == number
        hosts = hosts_revolutions(host, study.fleet, study.scenario.seed, number)
        used[rows] = hosts.at(pictures.taken_s[rows])
    names = [target.name for target in study.scenario.targets]
    left = dropped_targets(host, study.scenario.seed, names)[pictures.target]
    return deliver_hosted(study.fleet, offered, queued, host, used=used, left=left)


def queued_pictures(study: Study, pictures: PictureList) -> Pictures:
    """Return pictures as they wait on board, each with the priority of its target."""
    priority = np.array([target.priority for target in study.scenario.targets], dtype=np.int64)
    return Pictures(
        pictures.satellite, pictures.taken_s, pictures.size_bits, priority[pictures.target]
    )


def _contact_figures(
    study: Study, held: Contacts, commands: Sequence[FloatArray]
) -> dict[str, float]:
    """Return the figures of the contacts that links are granted, whatever they carry.

    `commands` are the merged times (N, 2) in which each satellite can be commanded.
    """
    span = study.span
    by_satellite = in_contact_s(held, len(study.flights))
    # Silence is when no satellite can be heard; minutes are those of each, added up.
    any_contact = intervals.union(*by_satellite)
    any_command = intervals.union(*commands)
    silence = intervals.complement(any_contact, 0.0, span.duration_s)
    longest_s = float((silence[:, 1] - silence[:, 0]).max()) if len(silence) else 0.0
    minutes = sum(intervals.total_s(windows) for windows in by_satellite) / MINUTE_S
    return {
        "contacts_per_day": sum(len(windows) for windows in by_satellite) / span.days,
        "station_contacts_per_day": len(held) / span.days,
        "contact_minutes_per_day": minutes / span.days,
        "longest_silence_h": longest_s / HOUR_S,
        "next_contact_mean_h": hours(wait_for_window(any_contact, span.duration_s).mean_s),
        "next_command_mean_h": hours(wait_for_window(any_command, span.duration_s).mean_s),
    }


def _capacity_figures(study: Study, offered: Offer, deliveries: Deliveries) -> dict[str, float]:
    """Return what the downlinks could carry, one beam a satellite at its best rate, and did."""
    sendable_bits = sum(offered.sendable_bits(number) for number in range(len(study.flights)))
    return {
        "offered_gbit_per_day": sendable_bits / 1e9 / study.span.days,
        "used_gbit_per_day": float(deliveries.used_bits.sum()) / 1e9 / study.span.days,
    }


def _delivery_figures(deliveries: Deliveries, pictures: PictureList) -> dict[str, float]:
    delivered = int((deliveries.status == DELIVERED).sum())
    lost = int((deliveries.status == LOST).sum())
    latency = latency_statistics(pictures.taken_s, deliveries.delivered_s)
    return {
        "pictures_taken": len(pictures),
        "pictures_delivered": delivered,
        "pictures_lost": lost,
        "pictures_waiting": len(pictures) - delivered - lost,
        "latency_median_h": hours(latency.median_s),
        "latency_mean_h": hours(latency.mean_s),
        "latency_p90_h": hours(latency.p90_s),
        "latency_p99_h": hours(latency.p99_s),
        "latency_max_h": hours(latency.max_s),
        **{
            f"delivered_within_{limit_h:g}h_share": share_or_nan(share)
            for limit_h, share in latency.share_within
        },
    }


def _delay_figures(deliveries: Deliveries, delays: Delays) -> dict[str, float]:
    """Return the stages that add up to the mean latency, and how many pictures were passed on."""
    delivered = deliveries.status == DELIVERED

    def mean(values: NDArray[Any]) -> float:
        return float(values[delivered].mean()) if delivered.any() else np.nan

    return {
        "latency_contact_h": mean(delays.contact_s) / HOUR_S,
        "latency_queue_h": mean(delays.queue_s) / HOUR_S,
        "latency_sending_h": mean(delays.sending_s) / HOUR_S,
        "latency_forwarding_h": mean(delays.forwarding_s) / HOUR_S,
        "passed_on_share": mean(deliveries.hops > 0),
    }


def latest_commands_s(study: Study, offered: Offer, pictures: PictureList) -> FloatArray:
    """Return the last instants (P,) at which pictures can still be commanded; -inf: never."""
    commands = [offered.commands_s(number) for number in range(len(study.flights))]
    return _latest_commands_s(commands, pictures)


def _latest_commands_s(commands: Sequence[FloatArray], pictures: PictureList) -> FloatArray:
    latest_s = np.full(len(pictures), -np.inf)
    for number, windows_s in enumerate(commands):
        rows = pictures.satellite == number
        latest_s[rows] = latest_command_s(pictures.begin_s[rows], windows_s, 0.0)
    return latest_s


def services(study: Study, outcomes: Sequence[NetworkOutcome]) -> dict[str, Service]:
    """Return what each network, by its name, does for pictures and requests of cells."""
    return {
        outcome.network.name: service(study, outcome.offer, outcome.network.host)
        for outcome in outcomes
    }


def service(study: Study, offered: Offer, host: Host | None = None) -> Service:
    """Return when pictures are delivered, each alone, and when satellites can be commanded.

    Of a host's habits its delay is in the offer, and its first use is kept; whom it drops is said
    of targets alone.
    """
    arrivals = single_arrivals(study.fleet, offered)

    # Workers elsewhere are sent these: they hold nothing of the study but what they need.
    def delivered_s(satellite: int, taken_s: FloatArray) -> FloatArray:
        return arrivals[satellite](taken_s)

    commands = Commands([offered.commands_s(number) for number in range(len(study.flights))])
    if host is None or not host.first_use_share:
        return Service(delivered_s, commands)
    hosts = [
        hosts_revolutions(host, study.fleet, study.scenario.seed, number)
        for number in range(len(study.flights))
    ]

    def left_s(satellite: int, taken_s: FloatArray) -> FloatArray:
        return np.where(hosts[satellite].at(taken_s), np.inf, delivered_s(satellite, taken_s))

    return Service(left_s, commands)
