"""What one network makes of the pictures: its contact plan, the deliveries, the figures.

Every network is given the same pictures; what differs is what its links offer. Seconds since the
span's start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator import intervals, ragged, timeliness
from simulator.arrays import BoolArray, FloatArray
from simulator.delivery import (
    DELIVERED,
    LOST,
    Antennas,
    Crosslinks,
    Deliveries,
    Pictures,
    Plan,
    Transmitters,
    deliver,
    single_picture,
)
from simulator.earth import Cells
from simulator.network import (
    Contacts,
    Link,
    Rows,
    carrying_from_s,
    granted,
    rated_rows,
    within_hours,
)
from simulator.orbits import revolutions_s
from simulator.scenario import Look, Network, Station
from simulator.study import keys
from simulator.study.case import Study, hours, members
from simulator.study.event_stages import AllContacts, PictureList, crosslinks
from simulator.study.region_stages import watches
from simulator.study.store import kept
from simulator.timeliness import (
    CellTimes,
    Commands,
    CommandWait,
    Delays,
    ResponseDelays,
    Sawtooth,
    Service,
    age_of_information,
    latency_delays,
    latency_statistics,
    latest_command_s,
    pooled,
    response_delays,
    response_to_requests,
    system_response,
    wait_for_window,
)
from simulator.units import HOUR_S, MINUTE_S

# Crosslinks are followed on a grid of instants for the times of cells: so fine, but no larger.
_GRID_S = 5.0
_GRID_POINTS = 1_000_000


@dataclass(frozen=True, eq=False)
class Offer:
    """What a network offers: its links, their contacts as granted, and what those carry.

    `contacts.link` and `rows.link` count in `links`; `rows` has every rate of every contact,
    `plan` those for pictures, `across` the links between satellites.
    """

    links: tuple[Link, ...]
    contacts: Contacts
    rows: Rows
    plan: Plan
    across: Crosslinks | None

    def of_links(self, values: Sequence[Any]) -> NDArray[Any]:
        """Return for each contact the value of its link."""
        return np.array(values)[self.contacts.link] if len(self.links) else np.empty(0)

    def has_role(self, role: str) -> BoolArray:
        """Return for each contact whether its link has a role."""
        return np.asarray(self.of_links([role in link.roles for link in self.links]), dtype=bool)

    @property
    def rate_bps(self) -> FloatArray:
        """The best rate in each contact (C,), 0 where it carries nothing."""
        best = np.zeros(len(self.contacts))
        np.maximum.at(best, self.rows.contact, self.rows.rate_bps)
        return best

    def commands_s(self, satellite: int) -> FloatArray:
        """Return the merged times in which a satellite can be commanded."""
        mine = self.has_role("command") & (self.contacts.satellite == satellite)
        begin_s = carrying_from_s(self.contacts, _acquisitions(self.links))[mine]
        return intervals.union(np.stack([begin_s, self.contacts.end_s[mine]], axis=1))


def _acquisitions(chosen: Sequence[Link]) -> FloatArray:
    return np.array([link.acquisition_s for link in chosen], dtype=np.float64)


def offer(study: Study, network: Network, everything: AllContacts, taken: PictureList) -> Offer:
    """Return what a network offers to the satellites that take these pictures."""
    chosen = members(network)
    contacts = _contacts(study, chosen, everything)
    rows = rated_rows(
        contacts,
        chosen,
        [flight.table for flight in study.flights],
        study.tracks,
        acquisition_s=_acquisitions(chosen),
    )
    plan = _plan(chosen, rows)
    for number, flight in enumerate(study.flights):
        if not flight.table.image_while_downlinking:
            plan = _kept_free(plan, number, taken)
    return Offer(chosen, contacts, rows, plan, _across(study, network))


def _contacts(study: Study, chosen: Sequence[Link], everything: AllContacts) -> Contacts:
    """Return the contacts that hosts grant, within opening hours, in order of start."""
    parts = []
    for number, link in enumerate(chosen):
        mine = everything.of_link(link)
        parts.append(Contacts(**{**vars(mine), "link": np.full(len(mine), number, np.int32)}))
    names = Contacts.__dataclass_fields__
    joined = Contacts(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})
    satellites = [flight.name for flight in study.flights]
    allowed = granted(joined, chosen, satellites, seed=study.scenario.seed)
    cut = within_hours(joined.chosen(allowed), chosen, study.span, study.tracks)
    order = np.lexsort((cut.link, cut.satellite, cut.start_s))
    return Contacts(**{name: getattr(cut, name)[order] for name in names})


def _plan(chosen: Sequence[Link], rows: Rows) -> Plan:
    down = np.array(["downlink" in link.roles for link in chosen], dtype=bool)[rows.link]
    delay_s = np.array([link.forwarding_delay_s for link in chosen], dtype=np.float64)
    return Plan(
        satellite=rows.satellite[down],
        link=rows.link[down],
        start_s=rows.start_s[down],
        end_s=rows.end_s[down],
        rate_bps=rows.rate_bps[down],
        delay_s=delay_s[rows.link[down]],
    )


def _kept_free(plan: Plan, satellite: int, taken: PictureList) -> Plan:
    """Return the plan without the time in which a satellite collects pictures."""
    mine = taken.satellite == satellite
    busy = intervals.union(np.stack([taken.begin_s[mine], taken.taken_s[mine]], axis=1))
    free = intervals.complement(busy, -np.inf, np.inf)
    own = np.flatnonzero(plan.satellite == satellite)
    first = np.searchsorted(free[:, 1], plan.start_s[own], side="right")
    last = np.searchsorted(free[:, 0], plan.end_s[own], side="left")
    piece, place = ragged.ranges(first, last - first)
    row = own[piece]
    keep = np.concatenate([np.flatnonzero(plan.satellite != satellite), row])
    start_s, end_s = plan.start_s[keep], plan.end_s[keep]
    others = len(keep) - len(row)
    start_s[others:] = np.maximum(start_s[others:], free[place, 0])
    end_s[others:] = np.minimum(end_s[others:], free[place, 1])
    order = np.argsort(start_s, kind="stable")
    keep = keep[order]
    return Plan(
        plan.satellite[keep],
        plan.link[keep],
        start_s[order],
        end_s[order],
        plan.rate_bps[keep],
        plan.delay_s[keep],
    )


def _across(study: Study, network: Network) -> Crosslinks | None:
    """Return the links between satellites, both ways, acquisition taken off."""
    table = network.crosslinks
    if table is None:
        return None
    found = crosslinks(study, table)
    begin_s = found.start_s + np.where(found.cut[:, 0], 0.0, table.acquisition_s)
    some = begin_s < found.end_s
    first, second = found.first[some].astype(np.int64), found.second[some].astype(np.int64)
    return Crosslinks(
        source=np.concatenate([first, second]),
        destination=np.concatenate([second, first]),
        start_s=np.tile(begin_s[some], 2),
        end_s=np.tile(found.end_s[some], 2),
        rate_bps=np.full(2 * int(some.sum()), table.rate_mbps * 1e6),
        terminals=float("inf") if table.terminals is None else float(table.terminals),
    )


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one network makes of the pictures; ages and responses target by target."""

    network: Network
    offer: Offer
    delivered: Deliveries
    delays: Delays
    ages: tuple[Sawtooth, ...]
    responses: tuple[Sawtooth, ...]
    figures: dict[str, float]


def outcome(study: Study, network: Network, everything: AllContacts, taken: PictureList) -> Outcome:
    """Return the deliveries and figures of one network."""
    given = offer(study, network, everything, taken)
    delivered = _deliver(study, given, taken)
    stages = latency_delays(given.plan, _pictures(study, taken), delivered, given.across)
    ages, responses, parts = _timeliness(study, given, delivered, taken)
    numbers = {
        **_contact_figures(study, given.contacts),
        **_capacity_figures(study, given.plan, delivered),
        **_delivery_figures(delivered, taken),
        **_delay_figures(delivered, stages),
        **_timeliness_figures(ages, responses, parts),
    }
    return Outcome(network, given, delivered, stages, ages, responses, numbers)


def network_figures(
    study: Study, network: Network, everything: AllContacts, taken: PictureList
) -> dict[str, float]:
    """Return the figures of one network, from the store where nothing they depend on changed."""
    key = study.key("delivery", network)
    value = kept(study.store, key)
    if value is None:
        given = keys.given("delivery", network)
        numbers = outcome(study.part("delivery"), given, everything, taken).figures
        value = {name: np.array(number) for name, number in numbers.items()}
        if study.store is not None:
            study.store.put(key, value)
    return {name: number.item() for name, number in value.items()}


def _pictures(study: Study, taken: PictureList) -> Pictures:
    priority = np.array([target.priority for target in study.scenario.targets], dtype=np.int64)
    return Pictures(taken.satellite, taken.taken_s, taken.size_bits, priority[taken.target])


def _deliver(study: Study, given: Offer, taken: PictureList) -> Deliveries:
    tables = [flight.table for flight in study.flights]
    minutes = np.array([table.max_downlink_min_per_orbit or np.inf for table in tables])
    none = np.empty(0)
    recorder = [np.inf if t.recorder_gbit is None else t.recorder_gbit * 1e9 for t in tables]
    return deliver(
        given.plan,
        _pictures(study, taken),
        recorder_bits=np.array(recorder),
        span_s=study.span.duration_s,
        antennas=Antennas(
            np.array([_antennas(link) for link in given.links], dtype=np.float64),
            _acquisitions(given.links),
        ),
        transmitters=Transmitters(
            np.array([table.real_time for table in tables]),
            minutes * MINUTE_S,
            tuple(
                revolutions_s(study.tracks[n], study.span.duration_s) if np.isfinite(m) else none
                for n, m in enumerate(minutes)
            ),
        ),
        crosslinks=given.across,
    )


def _antennas(link: Link) -> float:
    count = link.antennas if isinstance(link, Station) else link.max_users
    return np.inf if count is None else float(count)


def contacts_by_satellite(study: Study, rows: Contacts) -> list[FloatArray]:
    """Return the merged times in contact of each satellite."""
    return [
        intervals.union(np.stack([rows.start_s[mine], rows.end_s[mine]], axis=1))
        for mine in (rows.satellite == number for number in range(len(study.flights)))
    ]


def _contact_figures(study: Study, rows: Contacts) -> dict[str, float]:
    span = study.span
    by_satellite = contacts_by_satellite(study, rows)
    any_contact = intervals.union(*by_satellite)
    silence = intervals.complement(any_contact, 0.0, span.duration_s)
    longest = float((silence[:, 1] - silence[:, 0]).max()) if len(silence) else 0.0
    minutes = sum(intervals.total_s(w) for w in by_satellite) / MINUTE_S
    return {
        "contacts_per_day": sum(len(w) for w in by_satellite) / span.days,
        "station_contacts_per_day": len(rows) / span.days,
        "contact_minutes_per_day": minutes / span.days,
        "longest_silence_h": longest / HOUR_S,
        "next_contact_mean_h": hours(wait_for_window(any_contact, span.duration_s).mean_s),
    }


def _capacity_figures(study: Study, plan: Plan, delivered: Deliveries) -> dict[str, float]:
    """Return what the downlinks could carry, one beam a satellite at its best rate, and did."""
    offered_bits = sum(
        _best_rate_bits(plan, plan.satellite == number) for number in range(len(study.flights))
    )
    return {
        "offered_gbit_per_day": offered_bits / 1e9 / study.span.days,
        "used_gbit_per_day": float(delivered.used_bits.sum()) / 1e9 / study.span.days,
    }


def _best_rate_bits(plan: Plan, mine: BoolArray) -> float:
    """Return the bits sent over chosen rows if at each instant the fastest is used."""
    start_s, end_s = plan.start_s[mine], plan.end_s[mine]
    edges_s = np.unique(np.concatenate([start_s, end_s]))
    first, last = np.searchsorted(edges_s, start_s), np.searchsorted(edges_s, end_s)
    row, piece = ragged.ranges(first, last - first)
    best = np.zeros(max(len(edges_s) - 1, 0))
    np.maximum.at(best, piece, plan.rate_bps[mine][row])
    return float(best @ np.diff(edges_s)) if len(best) else 0.0


def _share(value: float | None) -> float:
    return np.nan if value is None else value


def _delivery_figures(delivered: Deliveries, taken: PictureList) -> dict[str, float]:
    home = delivered.status == DELIVERED
    lost = int((delivered.status == LOST).sum())
    latency = latency_statistics(taken.taken_s, delivered.delivered_s)
    return {
        "pictures_taken": len(taken),
        "pictures_delivered": int(home.sum()),
        "pictures_lost": lost,
        "pictures_waiting": len(taken) - int(home.sum()) - lost,
        "latency_median_h": hours(latency.median_s),
        "latency_mean_h": hours(latency.mean_s),
        "latency_p90_h": hours(latency.p90_s),
        "latency_p99_h": hours(latency.p99_s),
        "latency_max_h": hours(latency.max_s),
        **{f"home_within_{limit_h:g}h_share": _share(s) for limit_h, s in latency.share_within},
    }


def _delay_figures(delivered: Deliveries, parts: Delays) -> dict[str, float]:
    """Return the stages that add up to the mean latency, and how many pictures were passed on."""
    home = delivered.status == DELIVERED

    def mean_h(values_s: FloatArray) -> float:
        return float(values_s[home].mean()) / HOUR_S if home.any() else np.nan

    return {
        "latency_contact_h": mean_h(parts.contact_s),
        "latency_queue_h": mean_h(parts.queue_s),
        "latency_sending_h": mean_h(parts.sending_s),
        "latency_forwarding_h": mean_h(parts.forwarding_s),
        "passed_on_share": float((delivered.hops[home] > 0).mean()) if home.any() else np.nan,
    }


def _timeliness(
    study: Study, given: Offer, delivered: Deliveries, taken: PictureList
) -> tuple[tuple[Sawtooth, ...], tuple[Sawtooth, ...], ResponseDelays]:
    """Return ages and responses target by target, and the stages of the responses of all."""
    span_s = study.span.duration_s
    commands = [given.commands_s(number) for number in range(len(study.flights))]
    waits = [CommandWait(windows) for windows in commands]
    latest_s = np.full(len(taken), -np.inf)
    for number, windows in enumerate(commands):
        own = taken.satellite == number
        latest_s[own] = latest_command_s(taken.begin_s[own], windows, 0.0)
    pictures = _pictures(study, taken)
    ages, responses = [], []
    parts = ResponseDelays(0.0, 0.0, 0.0, 0.0)
    for number, asked_s in enumerate(study.requests):
        mine = taken.target == number
        home_s, own = delivered.delivered_s[mine], _chosen(pictures, mine)
        ages.append(age_of_information(own.taken_s, home_s, span_s))
        responses.append(
            system_response(latest_s[mine], home_s, span_s)
            if asked_s is None
            else response_to_requests(asked_s, latest_s[mine], home_s, span_s)
        )
        parts += response_delays(latest_s[mine], own, home_s, waits, span_s, asked_s)
    return tuple(ages), tuple(responses), parts


def _timeliness_figures(
    ages: Sequence[Sawtooth], responses: Sequence[Sawtooth], parts: ResponseDelays
) -> dict[str, float]:
    """Return response time and age of information, all targets pooled with equal weight."""
    age, response = pooled(ages), pooled(responses)
    weight_h = parts.weight_s * HOUR_S if parts.weight_s > 0.0 else np.nan
    return {
        "response_mean_h": hours(response.mean_s),
        "response_median_h": hours(response.percentile_s(50)),
        "response_p90_h": hours(response.percentile_s(90)),
        "response_p99_h": hours(response.percentile_s(99)),
        "response_max_h": hours(response.max_s),
        "response_unknown_share": _share(response.undefined_share),
        "response_command_h": parts.command_s / weight_h,
        "response_collection_h": parts.collection_s / weight_h,
        "response_delivery_h": parts.delivery_s / weight_h,
        "age_mean_h": hours(age.mean_s),
        "age_p90_h": hours(age.percentile_s(90)),
        "age_max_h": hours(age.max_s),
        "age_unknown_share": _share(age.undefined_share),
    }


def _chosen(pictures: Pictures, mine: BoolArray) -> Pictures:
    return Pictures(pictures.satellite[mine], pictures.taken_s[mine], pictures.size_bits[mine])


def cell_times(
    study: Study, cells: Cells, services: Mapping[str, Service], look: Look
) -> dict[str, CellTimes]:
    """Return age of the newest picture and system response of each cell of a region, by network.

    Every access of every cell is a picture of its own, with the network to itself; `services` has
    what `service` says of each network.
    """
    return timeliness.cell_times(
        watches(study, look),
        cells.sites(),
        study.span,
        services=services,
        collection_s=[flight.table.sensor.collection_s for flight in study.flights],
        sun=study.sun,
        workers=study.workers,
    )


def service(study: Study, given: Offer) -> Service:
    """Return when pictures are home, each alone, and when satellites can be commanded."""
    numbers = range(len(study.flights))
    linked = {} if given.across is None else _linked(study, given, given.across)
    ways = [_way(study, given, number, linked) for number in numbers]

    def home_s(satellite: int, taken_s: FloatArray) -> FloatArray:
        return ways[satellite](taken_s)

    return Service(home_s, Commands([given.commands_s(number) for number in numbers]))


def _linked(
    study: Study, given: Offer, across: Crosslinks
) -> dict[float, single_picture.CrosslinkedArrivals]:
    """Return the arrivals over crosslinks by the size of a picture."""
    span_s, satellites = study.span.duration_s, len(study.flights)
    sizes = {flight.table.sensor.picture_bits for flight in study.flights}
    step_s = max(_GRID_S, span_s / _GRID_POINTS)
    return {
        size_bits: single_picture.crosslinked_arrivals(
            given.plan, across, satellites, step_s=step_s, size_bits=size_bits, span_s=span_s
        )
        for size_bits in sizes
    }


def _way(
    study: Study,
    given: Offer,
    satellite: int,
    linked: Mapping[float, single_picture.CrosslinkedArrivals],
) -> Callable[[FloatArray], FloatArray]:
    """Return when pictures of one satellite are home, by the instants they are taken at."""
    table, span_s = study.flights[satellite].table, study.span.duration_s
    size_bits = table.sensor.picture_bits
    if table.real_time:
        return single_picture.real_time_arrivals(given.plan, satellite, size_bits, span_s=span_s)
    if linked:
        return partial(linked[size_bits], satellite)
    return single_picture.stored_arrivals(given.plan, satellite, size_bits, span_s=span_s)


def target_ages(study: Study, delivered: Deliveries, taken: PictureList) -> list[dict[str, Any]]:
    """Return the age of information of each target in one network, a row a target."""
    rows = []
    for number, target in enumerate(study.scenario.targets):
        mine = taken.target == number
        home_s = delivered.delivered_s[mine]
        age = age_of_information(taken.taken_s[mine], home_s, study.span.duration_s)
        latency = latency_statistics(taken.taken_s[mine], home_s)
        rows.append(
            {
                "target": target.name,
                "pictures_taken": int(mine.sum()),
                "pictures_delivered": latency.samples,
                "latency_mean_h": hours(latency.mean_s),
                "latency_max_h": hours(latency.max_s),
                "age_mean_h": hours(age.mean_s),
                "age_p90_h": hours(age.percentile_s(90)),
                "age_max_h": hours(age.max_s),
                "age_unknown_share": _share(age.undefined_share),
            }
        )
    return rows
