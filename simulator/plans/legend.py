"""Which node of a plan is what, as a file tells it."""

from __future__ import annotations

from typing import Any

from simulator.errors import InputError, nearest_hint
from simulator.plans.model import KINDS, Node

Legend = dict[int, Node]


def told_node(origin: str, number: int, kind: str, name: str, **values: Any) -> Node:
    """Return a node that a file tells of; raises InputError for a kind that there is not."""
    if kind not in KINDS:
        raise InputError(f"{origin}: kind: '{kind}' is none of a node{nearest_hint(kind, KINDS)}")
    return Node(number, next(known for known in KINDS if known == kind), name.strip(), **values)
