"""Contact plans as a JSON file of ours, which loses nothing of a plan.

Its keys are those of `ContactPlan`, `Node` and `PlanContacts`; null stands for what is no limit,
as the rate of what takes no time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from simulator.errors import InputError
from simulator.plans.hdtn import start_of
from simulator.plans.jsonfields import (
    at_least,
    contact_ends,
    is_number,
    listed,
    node_number,
    number,
)
from simulator.plans.legend import told_node
from simulator.plans.model import ContactPlan, Node, PlanContacts
from simulator.results import encode

FORMAT, VERSION = "simulator-contact-plan", 1
_KEYS = ("source", "destination", "start_s", "end_s")
_TEXTS = ("title", "network")


def plan_bytes(plan: ContactPlan) -> bytes:
    """Return a plan as JSON, numbers in full."""
    rows = plan.contacts
    names = [column.name for column in fields(rows)]
    columns = (getattr(rows, name).tolist() for name in names)
    document = {
        "format": FORMAT,
        "version": VERSION,
        "title": plan.title,
        "network": plan.network,
        "start_utc": None if plan.start is None else plan.start.isoformat().replace("+00:00", "Z"),
        "span_s": plan.span_s,
        "terminals": plan.terminals,
        "notes": list(plan.notes),
        "nodes": [
            asdict(node) for node in sorted(plan.nodes.values(), key=lambda node: node.number)
        ],
        "contacts": [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)],
    }
    return encode(document)


def read_ours(document: Mapping[str, Any], *, origin: str) -> ContactPlan:
    """Return the plan of a document of ours; raises InputError with the field of a fault."""
    if document.get("version") != VERSION:
        raise InputError(f"{origin}: version: {document.get('version')!r}; {VERSION} is read")
    nodes = [
        _node(row, f"{origin}: nodes[{place}]")
        for place, row in enumerate(listed(document, "nodes", origin))
    ]
    rows = [
        _row(row, f"{origin}: contacts[{place}]")
        for place, row in enumerate(listed(document, "contacts", origin))
    ]
    notes = document.get("notes") or []
    return ContactPlan(
        nodes={node.number: node for node in nodes},
        contacts=PlanContacts.of(rows),
        start=start_of(document, origin),
        span_s=at_least(0.0, number(document, "span_s", origin), f"{origin}: span_s"),
        **{key: str(document.get(key) or "") for key in _TEXTS},
        terminals=at_least(
            1.0, number(document, "terminals", origin, absent=math.inf), f"{origin}: terminals"
        ),
        notes=tuple(map(str, notes if isinstance(notes, list) else [notes])),
    )


def _node(row: Mapping[str, Any], where: str) -> Node:
    limits = {
        key: at_least(0.0, number(row, key, where, absent=absent), f"{where}.{key}")
        for key, absent in (
            ("antennas", math.inf),
            ("acquisition_s", 0.0),
            ("recorder_bits", math.inf),
            ("seconds_a_revolution", math.inf),
        )
    }
    starts = row.get("revolutions_s") or []
    if not isinstance(starts, list) or not all(map(is_number, starts)):
        raise InputError(f"{where}.revolutions_s: is no list of numbers")
    found = node_number(row, "number", where)
    return told_node(
        where,
        found,
        str(row.get("kind") or ""),
        str(row.get("name") or found),
        real_time=row.get("real_time") is True,
        revolutions_s=tuple(map(float, starts)),
        **limits,
    )


def _row(row: Mapping[str, Any], where: str) -> tuple[float, float, float, float, float, float]:
    source, destination, start, end = contact_ends(row, where, _KEYS)
    rate = number(row, "rate_bps", where, absent=math.inf)
    if rate <= 0.0:
        raise InputError(f"{where}.rate_bps: {rate:g} must be above 0")
    delay = at_least(0.0, number(row, "delay_s", where, absent=0.0), f"{where}.delay_s")
    return source, destination, start, end, rate, delay
