"""Any contact plan by what it holds, and which of its nodes are satellites and headquarters."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from simulator.errors import InputError
from simulator.plans.hdtn import read_hdtn
from simulator.plans.ion import read_ion
from simulator.plans.model import MOST_SECONDS, ContactPlan, Kind, Node
from simulator.plans.ours import FORMAT, read_ours
from simulator.results import decode
from simulator.scenario import MIB, read_text

_MOST_BYTES = 256 * MIB


@dataclass(frozen=True)
class PlanRoles:
    """Which nodes of a plan take pictures, and where these are to go, by their numbers.

    All others are stations. Without headquarters a picture is there once any station has it.
    """

    satellites: tuple[int, ...] = ()
    headquarters: tuple[int, ...] = ()


def read_plan(
    path: Path | str, roles: PlanRoles | None = None, *, start: datetime | None = None
) -> ContactPlan:
    """Return the contact plan of a file: of ION (text), of HDTN (JSON), or of ours (JSON).

    `roles` says which nodes are what, where the file does not say or says otherwise. `start`,
    aware, is when a plan is loaded whose seconds count from then. Raises InputError naming file,
    line or field for what cannot be read, and for a plan without satellites or without contacts.
    """
    path = Path(path)
    if start is not None and start.tzinfo is None:
        raise InputError("start: needs an offset from UTC, as 2023-11-22T00:00:00Z")
    text = read_text(path, limit_bytes=_MOST_BYTES)
    plan = _read(text, str(path), start)
    if not len(plan.contacts):
        raise InputError(f"{path}: holds no contact")
    if plan.span_s > MOST_SECONDS or plan.contacts.start_s.min() < -MOST_SECONDS:
        raise InputError(f"{path}: lasts {plan.span_s:g} s; allowed {MOST_SECONDS:g}, a century")
    return _with_roles(plan, roles or PlanRoles(), str(path))


def _read(text: str, origin: str, start: datetime | None) -> ContactPlan:
    if not text.lstrip().startswith(("{", "[")):
        return read_ion(text, origin=origin, start=start)
    try:
        document = decode(text.encode("utf-8"))
    except ValueError as fault:
        raise InputError(f"{origin}: is not JSON: {fault}") from None
    if not isinstance(document, Mapping):
        raise InputError(f"{origin}: is no object with contacts")
    if document.get("format") == FORMAT:
        plan = read_ours(document, origin=origin)
        return plan if start is None else replace(plan, start=start)
    return read_hdtn(document, origin=origin, start=start)


def _with_roles(plan: ContactPlan, roles: PlanRoles, origin: str) -> ContactPlan:
    """Return a plan with a node for every number in it, of the kind that roles or file give it."""
    contacts = plan.contacts
    numbers = np.unique(np.concatenate([contacts.source, contacts.destination])).tolist()
    known = {*numbers, *plan.nodes}
    for option, wished in (("satellite", roles.satellites), ("headquarters", roles.headquarters)):
        for number in wished:
            if number not in known:
                raise InputError(f"{option}: {number} is no node of {origin}; it has {_few(known)}")
    for number in set(roles.satellites) & set(roles.headquarters):
        raise InputError(f"headquarters: {number} takes pictures too; a node is one or the other")
    nodes = {}
    for number in sorted(known):
        node = plan.nodes.get(number) or Node(number, "station", str(number))
        nodes[number] = replace(node, kind=_kind(node, roles))
    found = replace(plan, nodes=nodes)
    if not found.of_kind("satellite"):
        raise InputError(f"{origin}: does not say which nodes are satellites; it has {_few(known)}")
    return found


def _kind(node: Node, roles: PlanRoles) -> Kind:
    if node.number in roles.satellites:
        return "satellite"
    if node.number in roles.headquarters:
        return "headquarters"
    told_otherwise = {"satellite": roles.satellites, "headquarters": roles.headquarters}
    return "station" if told_otherwise.get(node.kind) else node.kind


def _few(numbers: Collection[int]) -> str:
    shown = [str(number) for number in sorted(numbers)[:12]]
    return ", ".join([*shown, *(["..."] if len(numbers) > 12 else [])])
