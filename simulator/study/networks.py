"""What one network makes of the pictures: deliveries, ages, responses, and its figures.

Every network is given the same pictures; what differs is what its links offer. Seconds since the
span's start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator import intervals
from simulator.arrays import BoolArray, FloatArray
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
from simulator.scenario import Host, Network
from simulator.study import keys
from simulator.study.actionable import actionable_figure
from simulator.study.case import Study, hours, members, share_or_nan
from simulator.study.clear_pictures import clear_network_figures
from simulator.study.events import AllContacts, Events, PictureList, crosslinks
from simulator.study.store import Value
from simulator.timeliness import (
    NOTHING_SAVED,
    Answers,
    Commands,
    CommandWait,
    Delays,
    ResponseDelays,
    Sawtooth,
    Service,
    ages_of_information,
    latency_delays,
    latency_statistics,
    latest_command_s,
    pooled,
    response_delays,
    response_savings,
    response_to_requests,
    system_responses,
    wait_for_window,
)
from simulator.units import HOUR_S, MINUTE_S


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
    return [
        outcome(study, network, events.contacts, events.pictures)
        for network in study.scenario.networks
    ]


def outcome(
    study: Study, network: Network, contacts: AllContacts, pictures: PictureList
) -> NetworkOutcome:
    """Return the deliveries and figures of one network."""
    return outcome_of_offer(study, network, offer_of(study, network, contacts, pictures), pictures)


def outcome_of_offer(
    study: Study,
    network: Network,
    offered: Offer,
    pictures: PictureList,
    *,
    contact_figures: Mapping[str, float] | None = None,
) -> NetworkOutcome:
    """Return the deliveries and figures of a network by what it offers.

    `contact_figures` are those of its contacts, where they are known.
    """
    queued = queued_pictures(study, pictures)
    deliveries = deliveries_of(study, network, offered, pictures)
    delays = latency_delays(offered.plan, queued, deliveries, offered.crosslinks)
    latest_s = latest_commands_s(study, offered, pictures)
    commands = [offered.commands_s(number) for number in range(len(study.flights))]
    ages, responses, stages = _timeliness(study, offered, deliveries, pictures, latest_s)
    figures = {
        **(contact_figures or _contact_figures(study, offered.contacts, commands)),
        **_capacity_figures(study, offered, deliveries),
        **_delivery_figures(deliveries, pictures),
        **actionable_figure(study, pictures, deliveries.delivered_s),
        **_delay_figures(deliveries, delays),
        **_timeliness_figures(ages, responses, stages),
        **_saving_figures(study, deliveries, delays, pictures, latest_s),
        **clear_network_figures(study, pictures, deliveries.delivered_s, latest_s),
    }
    return NetworkOutcome(network, offered, deliveries, delays, ages, responses, figures)


def all_figures(study: Study, events: Events) -> list[dict[str, float]]:
    """Return the figures of every network, from the store where nothing they depend on changed."""
    return [
        _kept_figures(study, network, events.contacts, events.pictures)
        for network in study.scenario.networks
    ]


def _kept_figures(
    study: Study, network: Network, contacts: AllContacts, pictures: PictureList
) -> dict[str, float]:
    def figures() -> dict[str, FloatArray]:
        # Computed from the part of the scenario that the key holds, and from nothing else.
        narrowed, part = keys.narrowed("delivery", network), study.part("delivery")
        if study.store is None:
            found = outcome(part, narrowed, contacts, pictures)
        else:
            held, of_contacts = _kept_grants(study, network, contacts)
            offered = _offer_of_granted(part, narrowed, held, pictures)
            found = outcome_of_offer(part, narrowed, offered, pictures, contact_figures=of_contacts)
        return {name: np.array(number) for name, number in found.figures.items()}

    value = study.kept("delivery", figures, network)
    return {name: number.item() for name, number in value.items()}


def _kept_grants(
    study: Study, network: Network, contacts: AllContacts
) -> tuple[Contacts, dict[str, float]]:
    """Return the contacts that a network's hosts grant, and the figures of these alone."""

    def grants() -> Value:
        narrowed, part = keys.narrowed("grants", network), study.part("grants")
        links: tuple[Link, ...] = (*narrowed.stations, *narrowed.relays)
        found = contacts.of_links(links)
        held = granted_contacts(part.fleet, links, found, seed=part.scenario.seed)
        commands = [commands_s(links, held, number) for number in range(len(part.flights))]
        figures = _contact_figures(part, held, commands)
        return vars(held) | {name: np.array(number) for name, number in figures.items()}

    value = study.kept("grants", grants, network)
    columns = Contacts.__dataclass_fields__
    held = Contacts(**{name: value[name] for name in columns})
    return held, {name: value[name].item() for name in value if name not in columns}


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
    for number in range(len(study.flights)):
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
    latest_s = np.full(len(pictures), -np.inf)
    for number in range(len(study.flights)):
        rows = pictures.satellite == number
        latest_s[rows] = latest_command_s(pictures.begin_s[rows], offered.commands_s(number), 0.0)
    return latest_s


def _timeliness(
    study: Study,
    offered: Offer,
    deliveries: Deliveries,
    pictures: PictureList,
    latest_s: FloatArray,
) -> tuple[tuple[Sawtooth, ...], tuple[Sawtooth, ...], ResponseDelays]:
    """Return ages and responses target by target, and the stages of the responses of all."""
    span_s = study.span.duration_s
    waits = [CommandWait(offered.commands_s(number)) for number in range(len(study.flights))]
    target, delivered_s = pictures.target, deliveries.delivered_s
    targets = len(study.requests)
    ages = ages_of_information(target, pictures.taken_s, delivered_s, span_s, targets=targets)
    responses = list(system_responses(target, latest_s, delivered_s, span_s, targets=targets))
    for number, asked_s in enumerate(study.requests):
        if asked_s is not None:
            rows = target == number
            responses[number] = response_to_requests(
                asked_s, latest_s[rows], delivered_s[rows], span_s
            )
    stages = ResponseDelays(0.0, 0.0, 0.0, 0.0)
    for rows, asked_s in _asked_alike(study, pictures):
        # Without priorities: what is delivered is settled, only the delays are asked for.
        answers = Pictures(
            pictures.satellite[rows], pictures.taken_s[rows], pictures.size_bits[rows]
        )
        stages += response_delays(
            latest_s[rows],
            answers,
            delivered_s[rows],
            waits,
            span_s,
            asked_s,
            target=target[rows],
        )
    return ages, tuple(responses), stages


def _asked_alike(
    study: Study, pictures: PictureList
) -> Iterator[tuple[BoolArray, FloatArray | None]]:
    """Yield the pictures (P,) of all targets asked for at every instant, then of each other one."""
    always = np.array([asked_s is None for asked_s in study.requests], dtype=bool)
    if always.any():
        yield always[pictures.target], None
    for number in np.flatnonzero(~always).tolist():
        yield pictures.target == number, study.requests[number]


def _timeliness_figures(
    ages: Sequence[Sawtooth], responses: Sequence[Sawtooth], stages: ResponseDelays
) -> dict[str, float]:
    """Return response time and age of information, all targets pooled with equal weight."""
    age, response = pooled(ages), pooled(responses)
    # Stages are integrals over request instants: their weight is the time with an answer.
    weight_h = stages.weight_s * HOUR_S if stages.weight_s > 0.0 else np.nan
    return {
        "response_mean_h": hours(response.mean_s),
        "response_median_h": hours(response.percentile_s(50)),
        "response_p90_h": hours(response.percentile_s(90)),
        "response_p99_h": hours(response.percentile_s(99)),
        "response_max_h": hours(response.max_s),
        "response_unknown_share": share_or_nan(response.undefined_share),
        "response_command_h": stages.command_s / weight_h,
        "response_collection_h": stages.collection_s / weight_h,
        "response_delivery_h": stages.delivery_s / weight_h,
        "age_mean_h": hours(age.mean_s),
        "age_p90_h": hours(age.percentile_s(90)),
        "age_max_h": hours(age.max_s),
        "age_unknown_share": share_or_nan(age.undefined_share),
    }


def _saving_figures(
    study: Study,
    deliveries: Deliveries,
    delays: Delays,
    pictures: PictureList,
    latest_s: FloatArray,
) -> dict[str, float]:
    """Return what stages that took no time would save of the mean response."""
    saved = NOTHING_SAVED
    for rows, asked_s in _asked_alike(study, pictures):
        answers = Answers(
            latest_s[rows],
            pictures.begin_s[rows],
            pictures.taken_s[rows],
            deliveries.delivered_s[rows],
            delays.of(rows),
        )
        saved += response_savings(
            answers, study.span.duration_s, asked_s, target=pictures.target[rows]
        )
    weight_h = saved.weight_s * HOUR_S if saved.weight_s > 0.0 else np.nan
    return {
        "response_saved_command_h": saved.command_s / weight_h,
        "response_saved_contact_h": saved.contact_s / weight_h,
        "response_saved_queue_h": saved.queue_s / weight_h,
        "response_saved_sending_h": saved.sending_s / weight_h,
        "response_saved_forwarding_h": saved.forwarding_s / weight_h,
        "response_saved_delivery_h": saved.delivery_s / weight_h,
        "response_saved_both_h": saved.both_s / weight_h,
    }


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
