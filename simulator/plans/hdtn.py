"""Contact plans in the form of HDTN, a JSON object with a list `contacts`.

Each has contact (its number), source, dest, startTime and endTime in whole seconds, rateBitsPerSec
and owlt in whole seconds. Seconds count from when the plan is loaded, or are Unix time where HDTN
is told so. An earlier `rate`, in Mbit/s, is read too. HDTN passes over our other keys: `nodes`,
which node is what, and `start_utc`, from which the seconds count.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from simulator.errors import InputError
from simulator.plans.jsonfields import at_least, contact_ends, listed, node_number, number
from simulator.plans.legend import told_node
from simulator.plans.model import ContactPlan, Node, PlanContacts
from simulator.plans.rounding import in_whole_seconds, lines_about
from simulator.results import encode

# Seconds from this on are Unix time, of 2001 and later, and no time since the plan was loaded.
_UNIX_FROM_S = 1e9
_KEYS = ("source", "dest", "startTime", "endTime")


def hdtn_bytes(plan: ContactPlan) -> bytes:
    """Return a plan as JSON for HDTN, seconds counting from its start; rates in whole bit/s."""
    rounded = in_whole_seconds(plan)
    rows = rounded.contacts
    columns = (getattr(rows, name).tolist() for name in rows.__dataclass_fields__)
    document = {
        "about": lines_about(rounded),
        "network": plan.network,
        "start_utc": None if rounded.start is None else f"{rounded.start:%Y-%m-%dT%H:%M:%SZ}",
        "span_s": int(rounded.span_s),
        "nodes": [
            {"node": node.number, "kind": node.kind, "name": node.name}
            for node in sorted(rounded.nodes.values(), key=lambda node: node.number)
        ],
        "contacts": [
            {
                "contact": place,
                "source": source,
                "dest": destination,
                "startTime": int(start),
                "endTime": int(end),
                "rateBitsPerSec": max(1, round(rate)),
                "owlt": int(delay),
            }
            for place, (source, destination, start, end, rate, delay) in enumerate(
                zip(*columns, strict=True)
            )
        ],
    }
    return encode(document)


def read_hdtn(document: Any, *, origin: str, start: datetime | None) -> ContactPlan:
    """Return the plan of a document of HDTN; `start` is when it is loaded, None: it says it.

    Raises InputError with the field for a value that cannot be read.
    """
    rows = [
        _row(row, f"{origin}: contacts[{place}]")
        for place, row in enumerate(listed(document, "contacts", origin))
    ]
    contacts = PlanContacts.of(rows)
    start = start or start_of(document, origin)
    if len(contacts) and contacts.start_s.min() >= _UNIX_FROM_S:
        start = start or _unix(float(contacts.start_s.min()), origin)
        since_s = start.timestamp()
        contacts = PlanContacts.of(
            [(*row[:2], row[2] - since_s, row[3] - since_s, *row[4:]) for row in rows]
        )
    nodes = told_nodes(document, origin) if "nodes" in document else {}
    span_s = number(document, "span_s", origin, absent=0.0)
    return ContactPlan(
        nodes=nodes,
        contacts=contacts,
        start=start,
        span_s=max(span_s, float(contacts.end_s.max(initial=0.0))),
        network=str(document.get("network") or ""),
    )


def _unix(seconds: float, origin: str) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise InputError(
            f"{origin}: contacts: startTime: {seconds:g} is beyond all dates"
        ) from None


def _row(row: Mapping[str, Any], where: str) -> tuple[float, float, float, float, float, float]:
    source, destination, start, end = contact_ends(row, where, _KEYS)
    if row.get("rateBitsPerSec") is None and row.get("rate") is not None:
        key, rate = "rate", number(row, "rate", where) * 1e6
    else:
        key, rate = "rateBitsPerSec", number(row, "rateBitsPerSec", where)
    if rate <= 0.0:
        raise InputError(f"{where}.{key}: {row[key]} leaves the rate open; give one above 0")
    delay = at_least(0.0, number(row, "owlt", where, absent=0.0), f"{where}.owlt")
    return source, destination, start, end, rate, delay


def start_of(document: Mapping[str, Any], origin: str) -> datetime | None:
    """Return the start that a document tells, None if it tells none."""
    text = document.get("start_utc")
    if text is None:
        return None
    try:
        start = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        start = None
    if start is None or start.tzinfo is None:
        raise InputError(
            f"{origin}: start_utc: {str(text)[:40]!r} is no time, as 2023-11-22T00:00:00Z"
        )
    return start.astimezone(UTC)


def told_nodes(document: Mapping[str, Any], origin: str) -> dict[int, Node]:
    """Return the nodes of a document by their number."""
    nodes = {}
    for place, row in enumerate(listed(document, "nodes", origin)):
        where = f"{origin}: nodes[{place}]"
        found = node_number(row, "node", where)
        kind, name = (str(row.get(key) or "") for key in ("kind", "name"))
        nodes[found] = told_node(where, found, kind, name or str(found))
    return nodes
