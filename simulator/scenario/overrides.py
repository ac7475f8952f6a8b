"""Overrides of a scenario: values set, and items added, before the document is validated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.errors import InputError, nearest_hint
from simulator.scenario.assignments import assignment, path_parts, toml_value
from simulator.scenario.networks import Network
from simulator.scenario.places import OUTLINE_KEYS
from simulator.scenario.table import item_names
from simulator.scenario.words import Where, cut, shown

_PICTURE_KEYS = ("picture_length_km", "bits_per_pixel", "compression", "bands")

_OUTLINES = tuple(key for key in OUTLINE_KEYS if key != "catalog")

# Of two ways to say one thing, the one set replaces the other.
_REPLACES: Mapping[str, Sequence[str]] = {
    "days": ("end",),
    "end": ("days",),
    "ltan_h": ("ltdn_h",),
    "ltdn_h": ("ltan_h",),
    "altitude_km": ("perigee_km", "apogee_km", "height_km"),
    "height_km": ("altitude_km",),
    "total": ("angles_deg",),
    "angles_deg": ("total",),
    "track_longitude_deg": ("mean_anomaly_deg",),
    "mean_anomaly_deg": ("track_longitude_deg",),
    "perigee_km": ("altitude_km", "eccentricity"),
    "apogee_km": ("altitude_km", "eccentricity"),
    "downlink_rate_mbps": ("transmitters",),
    "transmitters": ("downlink_rate_mbps",),
    "file": ("lines", "elements", "catalog"),
    "lines": ("file", "satellite", "catalog"),
    "elements": ("file", "satellite"),
    "picture_mbit": _PICTURE_KEYS,
    **{key: ("picture_mbit",) for key in _PICTURE_KEYS},
    "catalog": ("file", "satellite", "lines", *_OUTLINES, "feature"),
    **{key: ("catalog", "feature", *(k for k in _OUTLINES if k != key)) for key in _OUTLINES},
}

_REPLACES_IF: Mapping[tuple[str, str], Sequence[str]] = {
    ("collection", "real-time"): ("recorder_gbit",)
}


def apply_overrides(document: dict[str, Any], overrides: Sequence[str]) -> list[Where]:
    """Change the document in place and return the places set, list items by their index.

    A path is keys and list items, the latter by index or name, joined by dots; a part with a dot
    in it is quoted. A value is TOML, or else text. An absent last key is made. Raises InputError
    naming every override that leads nowhere.
    """
    places: list[Where] = []
    problems: list[str] = []
    for override in overrides:
        try:
            places.append(_apply(document, override))
        except InputError as error:
            problems += [f"--set {cut(override)}: {problem}" for problem in error.problems]
    if problems:
        raise InputError(problems)
    return places


def _apply(document: dict[str, Any], override: str) -> Where:
    path_and_value = assignment(override)
    if path_and_value is None:
        raise InputError("is not path=value, such as span.days=3")
    path, text = path_and_value
    return set_value(document, path, toml_value(text))


def set_value(document: dict[str, Any], path: str, value: Any) -> Where:
    """Set a key of the document in place, and return its place.

    Raises InputError for a path that leads nowhere.
    """
    node, last, where = _reached(document, path)
    _put(node, last, value)
    return where


def set_at(document: dict[str, Any], place: Where, value: Any) -> None:
    """Set the key of a place of a document in which nothing is a reference; tables are made."""
    node: Any = document
    for part in place[:-1]:
        if isinstance(node, dict):
            node.setdefault(part, {})
        node = node[part]
    _put(node, place[-1], value)


def _put(node: Any, last: str | int, value: Any) -> None:
    if isinstance(node, dict):
        # What says the same in another way must go, or the two would contradict each other.
        rivals = _REPLACES_IF.get((str(last), value if isinstance(value, str) else ""), ())
        for rival in (*_REPLACES.get(str(last), ()), *rivals):
            node.pop(rival, None)
    node[last] = value


def add_items(document: dict[str, Any], path: str, items: Sequence[Any]) -> Where:
    """Add items to a list of the document in place, and return the list's place.

    Of those named as one that is there already, none is added. Raises InputError for a path that
    leads nowhere, or to no list.
    """
    node, last, where = _reached(document, path)
    if isinstance(node, dict) and last not in node:
        # What a table has from the catalogue is kept; where it has none, the list is begun.
        node[last] = _members(node, str(last)) or []
    held = node[last]
    if not isinstance(held, list):
        raise InputError(f"is {shown(held)}, not a list to which anything could be added")
    names = {name for item in held for name in item_names(item)[:1]}
    for item in items:
        own = item_names(item)[:1]
        if not own or own[0] not in names:
            held.append(item)
            names.update(own)
    return where


def _reached(document: dict[str, Any], path: str) -> tuple[Any, str | int, Where]:
    """Return the table or list that holds what a path leads to, its key there, and its place."""
    parts = path_parts(path)
    node: Any = document
    where: Where = ()
    for part in parts[:-1]:
        key = _key(node, part, where)
        where = (*where, key)
        node = _opened(node, key)
    last = _key(node, parts[-1], where)
    return node, last, (*where, last)


def place_of(document: Mapping[str, Any], path: Sequence[str]) -> Where:
    """Return the place that a path of keys and items leads to, as far as the document has it."""
    node: Any = document
    place: Where = ()
    for part in path:
        if not isinstance(node, dict | list):
            break
        try:
            key: Any = _key(node, part, place)
            place, node = (*place, key), node[key]
        except (InputError, KeyError):
            # Whoever goes there says what is wrong.
            break
    return place


def _key(node: Any, part: str, where: Where) -> str | int:
    """Return the key or index of a part of a path inside a table or list."""
    if isinstance(node, dict):
        return part
    path = cut(".".join(map(str, where)))
    if not isinstance(node, list):
        raise InputError(f"{path} is {shown(node)}, not a table or list")
    names = [name for item in node for name in item_names(item)[:1]]
    # A name goes before a number: an item may be called "0".
    for index, item in enumerate(node):
        if part in item_names(item):
            return index
    if part.isdecimal():
        # No list has an item of ten digits; one of thousands is more than int takes.
        if len(part) < 10 and int(part) < len(node):
            return int(part)
        raise InputError(f"{path} has {len(node)} items, numbered from 0")
    raise InputError(f"{path} has no item {shown(part)}{nearest_hint(part, names)}")


def _opened(node: Any, key: str | int) -> Any:
    """Return what is under a key, ready to be changed: references become tables, gaps too."""
    if isinstance(node, dict) and key not in node:
        node[key] = _members(node, str(key))
    elif isinstance(node[key], str) and (isinstance(key, int) or key == "sensor"):
        node[key] = {"catalog": node[key]}
    return node[key]


def _members(node: dict[str, Any], key: str) -> Any:
    """Return what a network's catalogue entry has under a key the network does not give."""
    if key in ("stations", "relays", "crosslinks") and isinstance(node.get("catalog"), str):
        members = Network.catalog_values(node["catalog"]).get(key, {})
        if isinstance(members, Mapping):
            return dict(members)
        return [dict(member) for member in members]
    return {}
