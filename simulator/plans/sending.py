"""Pictures over a contact plan to headquarters, by the planner of `simulator.delivery`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.arrays import FloatArray, IntArray
from simulator.delivery import (
    DELIVERED,
    LOST,
    RESOLUTION_S,
    Antennas,
    Crosslinks,
    Deliveries,
    Pictures,
    Plan,
    Transmitters,
    deliver,
)
from simulator.earth import Span
from simulator.errors import InputError
from simulator.plans.ground import delays_home_s
from simulator.plans.model import ContactPlan, Node
from simulator.plans.picture_lists import PlanPictures


@dataclass(frozen=True, eq=False)
class Sent:
    """What became of pictures over a plan.

    `table` has a row a picture: picture, satellite, taken_s, sent_s, delivered_s, latency_s, via,
    status, hops, and the instants as datetimes (_utc) where the plan says when it starts. `notes`
    are sentences on what the plan does not say or what was left out of it.
    """

    plan: ContactPlan
    table: pd.DataFrame
    notes: tuple[str, ...]


def send(plan: ContactPlan, pictures: PlanPictures) -> Sent:
    """Return when pictures are at headquarters over a plan.

    Raises InputError for a plan in which no satellite reaches headquarters, for lines on the ground
    that the planner does not know, and for a picture that is taken outside the plan or too small.
    """
    satellites = plan.of_kind("satellite")
    number = {node: place for place, node in enumerate(satellites)}
    home_s = delays_home_s(plan)
    stations = [node for node in plan.of_kind("station", "relay", "headquarters") if node in home_s]
    link = {node: place for place, node in enumerate(stations)}
    downlinks = _downlinks(plan, number, link, home_s)
    if not len(downlinks.link):
        raise InputError("plan: no satellite has a contact with a node that leads to headquarters")
    across = _crosslinks(plan, number)
    fastest_bps = max(
        float(downlinks.rate_bps.max()), 0.0 if across is None else float(across.rate_bps.max())
    )
    _check_pictures(plan, pictures, fastest_bps)
    nodes = [plan.nodes[node] for node in satellites]
    found = deliver(
        downlinks,
        Pictures(
            _numbered(pictures.node, number),
            pictures.taken_s,
            pictures.size_bits,
            pictures.priority,
        ),
        recorder_bits=np.array([node.recorder_bits for node in nodes]),
        span_s=plan.span_s,
        antennas=_antennas([plan.nodes[node] for node in stations]),
        transmitters=_transmitters(nodes),
        crosslinks=across,
    )
    names = [plan.nodes[node].name for node in stations]
    return Sent(plan, _table(plan, pictures, found, names), (*plan.notes, *_notes(plan)))


def _numbered(nodes: IntArray, number: Mapping[int, int]) -> IntArray:
    return np.array([number[node] for node in nodes.tolist()], dtype=np.int64)


def _downlinks(
    plan: ContactPlan,
    number: Mapping[int, int],
    link: Mapping[int, int],
    home_s: Mapping[int, float],
) -> Plan:
    contacts = plan.contacts
    leads = np.isin(contacts.destination, list(link))
    rows = contacts.chosen(plan.is_kind(contacts.source, "satellite") & leads)
    if not np.isfinite(rows.rate_bps).all():
        raise InputError("plan: a contact from a satellite to a station has no rate")
    # In the order in which a run has them: of two that are alike, the first is used.
    place = _numbered(rows.destination, link)
    satellite = _numbered(rows.source, number)
    order = np.lexsort((place, satellite, rows.start_s))
    forwarding_s = np.array([home_s[node] for node in rows.destination.tolist()], dtype=np.float64)
    return Plan(
        satellite, place, rows.start_s, rows.end_s, rows.rate_bps, rows.delay_s + forwarding_s
    ).chosen(order)


def _crosslinks(plan: ContactPlan, number: Mapping[int, int]) -> Crosslinks | None:
    contacts = plan.contacts
    across = plan.is_kind(contacts.source, "satellite") & plan.is_kind(
        contacts.destination, "satellite"
    )
    if not across.any():
        return None
    rows = contacts.chosen(across)
    if not np.isfinite(rows.rate_bps).all():
        raise InputError("plan: a contact between satellites has no rate")
    return Crosslinks(
        _numbered(rows.source, number),
        _numbered(rows.destination, number),
        rows.start_s,
        rows.end_s,
        rows.rate_bps,
        plan.terminals,
    )


def _antennas(nodes: list[Node]) -> Antennas:
    return Antennas(
        np.array([node.antennas for node in nodes]),
        np.array([node.acquisition_s for node in nodes]),
    )


def _transmitters(nodes: list[Node]) -> Transmitters:
    return Transmitters(
        np.array([node.real_time for node in nodes]),
        np.array([node.seconds_a_revolution for node in nodes]),
        tuple(np.array(node.revolutions_s) for node in nodes),
    )


def _check_pictures(plan: ContactPlan, pictures: PlanPictures, fastest_bps: float) -> None:
    strange = ~plan.is_kind(pictures.node, "satellite")
    if strange.any():
        row = int(np.flatnonzero(strange)[0])
        raise InputError(
            f"picture {pictures.names[row]}: node {pictures.node[row]} is no satellite of the plan"
        )
    outside = (pictures.taken_s < 0.0) | (pictures.taken_s > plan.span_s)
    if outside.any():
        row = int(np.flatnonzero(outside)[0])
        raise InputError(
            f"picture {pictures.names[row]}: is taken {pictures.taken_s[row]:g} s after the start "
            f"of the plan, which lasts {plan.span_s:g} s"
        )

    small = pictures.size_bits < RESOLUTION_S * fastest_bps
    if small.any():
        row = int(np.flatnonzero(small)[0])
        raise InputError(
            f"picture {pictures.names[row]}: {pictures.size_bits[row]:g} bits are sent in "
            f"less than {RESOLUTION_S:g} s at {fastest_bps:g} bit/s; so few cannot be planned"
        )


def _table(
    plan: ContactPlan, pictures: PlanPictures, found: Deliveries, stations: list[str]
) -> pd.DataFrame:
    delivered = found.status == DELIVERED
    instants = {
        "taken": pictures.taken_s,
        "sent": np.where(np.isfinite(found.sent_s), found.sent_s, np.nan),
        "delivered": np.where(delivered, found.delivered_s, np.nan),
    }
    columns: dict[str, object] = {
        "picture": list(pictures.names),
        "satellite": [plan.nodes[node].name for node in pictures.node.tolist()],
    }
    for name, at_s in instants.items():
        columns[f"{name}_s"] = at_s
        if plan.start is not None:
            columns[f"{name}_utc"] = _datetimes(plan, at_s)
    via = [stations[place] if place >= 0 else "" for place in found.link.tolist()]
    return pd.DataFrame(
        columns
        | {
            "latency_s": instants["delivered"] - pictures.taken_s,
            "via": np.where(delivered, np.array(via, dtype=object), ""),
            "status": np.select(
                [delivered, found.status == LOST], ["delivered", "lost"], "waiting"
            ),
            "hops": found.hops,
        }
    )


def _datetimes(plan: ContactPlan, at_s: FloatArray) -> pd.Series:
    assert plan.start is not None
    plain = Span(plan.start, max(plan.span_s, 1.0)).datetimes(at_s)
    return pd.Series(pd.DatetimeIndex(plain).tz_localize("UTC"))


def _notes(plan: ContactPlan) -> list[str]:
    contacts = plan.contacts
    across = plan.is_kind(contacts.source, "satellite") & plan.is_kind(
        contacts.destination, "satellite"
    )
    late = float(contacts.delay_s[across].max(initial=0.0))
    return (
        [f"The delay of links between satellites, up to {late:g} s each, is left out."]
        if late
        else []
    )
