"""Fields of a JSON contact plan, each fault named by its place, as `contacts[3].startTime`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.errors import InputError
from simulator.plans.model import MOST_NODE

_MOST = 1e100


def listed(document: Any, key: str, origin: str) -> list[Mapping[str, Any]]:
    """Return the objects of a list of a document."""
    rows = document.get(key) if isinstance(document, Mapping) else None
    if not isinstance(rows, list):
        raise InputError(f"{origin}: {key}: is missing, or no list")
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise InputError(f"{origin}: {key}[{number}]: is no object")
    return rows


def number(row: Mapping[str, Any], key: str, where: str, *, absent: float | None = None) -> float:
    """Return a finite number; `absent` stands for one that is missing or null, if it is given."""
    value = row.get(key)
    if value is None and absent is not None:
        return absent
    if value is None:
        raise InputError(f"{where}.{key}: is missing")
    if not is_number(value):
        raise InputError(f"{where}.{key}: {str(value)[:40]!r} is no number")
    return float(value)


def is_number(value: Any) -> bool:
    """Return whether a value is a finite number, and no truth value."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < _MOST


def at_least(least: float, value: float, where: str) -> float:
    """Return a number that is not below the least."""
    if value < least:
        raise InputError(f"{where}: {value:g} must be {least:g} or more")
    return value


def node_number(row: Mapping[str, Any], key: str, where: str) -> int:
    """Return the number of a node, whole and above 0."""
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < MOST_NODE:
        shown = "is missing" if value is None else f"{str(value)[:40]!r} is no number of a node"
        raise InputError(f"{where}.{key}: {shown}; it is whole and above 0")
    return value


def contact_ends(
    row: Mapping[str, Any], where: str, keys: tuple[str, str, str, str]
) -> tuple[int, int, float, float]:
    """Return source, destination, start and end of a contact by their keys."""
    source, destination = (node_number(row, key, where) for key in keys[:2])
    if source == destination:
        raise InputError(f"{where}.{keys[1]}: {destination} is the source itself")
    start, end = (number(row, key, where) for key in keys[2:])
    if end <= start:
        raise InputError(f"{where}.{keys[3]}: {end:g} is not after {keys[2]}, {start:g}")
    return source, destination, start, end
