"""What nobody knows of a scenario: numbers of it that are distributions, and which vary together.

A distribution may stand in a scenario wherever a value does; `settle` takes it out of the document,
puts its middle there, and adds it to the scenario's `unknowns`. Each unknown is drawn once: the
share of the odds below its draw is that of all its values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field, ValidationError

from simulator.scenario.assignments import assignment, toml_text
from simulator.scenario.distributions import Distribution, is_distribution
from simulator.scenario.table import NOTE, ScenarioTable, item_names
from simulator.scenario.textfiles import MAX_DEPTH
from simulator.scenario.units import Name, Note
from simulator.scenario.words import Where, cut, shown

MAX_UNKNOWNS = 100
MAX_VALUES = 1_000
# What is of the whole scenario, and never drawn.
SETTLED = ("schema_version", "seed", "uncertainty", "unknowns", "draw", "sweep", "steps")
# How many draws there are of a scenario that holds distributions and does not say.
DRAWS = 200
# An inline distribution may say which unknown it is of.
_OF = "unknown"


class Unknown(ScenarioTable):
    """Something that nobody knows: one draw for all the values that it sets."""

    name: Name = Field(description="What it is called, unlike any other unknown.")
    values: dict[str, Distribution] = Field(
        min_length=1,
        max_length=MAX_VALUES,
        description='What it sets: "path" = a distribution, the path as of --set, "*" for all '
        "items of a list, such as networks.*.stations.*.min_elevation_deg.",
    )
    source: Note = Field(default="", description="Where its range is from; empty: assumed.")
    note: Note = Field(default="", description=NOTE)

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        values = raw.get("values")
        for path in values if isinstance(values, Mapping) else ():
            if assignment(f"{path}=0") is None:
                yield ("values", path), "is no path of a key, such as satellites.0.orbit.bstar"
            elif path.split(".")[0] in SETTLED:
                yield ("values", path), "is of the whole scenario and not drawn"


def settle(document: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[Where, str]]]:
    """Return a document without its distributions, and what is wrong with them.

    The middle of each stands in its place, and `unknowns` has it under its path; draws are `DRAWS`
    where the document does not say how many. What holds no distribution is shared.
    """
    problems: list[tuple[Where, str]] = []
    found: dict[str, dict[str, Any]] = {}
    settled = {
        key: value if key in SETTLED else _settled(value, (key,), (key,), found, problems)
        for key, value in document.items()
    }
    written = settled.get("unknowns", [])
    if isinstance(written, list) and found:
        settled["unknowns"] = _with(written, found, problems)
    uncertainty = settled.get("uncertainty", {})
    if settled.get("unknowns") and isinstance(uncertainty, dict):
        settled["uncertainty"] = {"draws": DRAWS, **uncertainty}
    return settled, problems


def read_unknowns(document: Mapping[str, Any]) -> tuple[Unknown, ...] | None:
    """Return the unknowns of a valid document; None where a distribution stands in its place."""
    settled, _ = settle(document)
    if settled.get("unknowns") is not document.get("unknowns"):
        return None
    return tuple(Unknown.model_validate(_tuples(each)) for each in document.get("unknowns", ()))


def _settled(
    value: Any,
    where: Where,
    path: tuple[str, ...],
    found: dict[str, dict[str, Any]],
    problems: list[tuple[Where, str]],
) -> Any:
    """Return a value of a document with the middles of distributions in their places."""
    if is_distribution(value):
        return _middle(value, where, path, found, problems)
    if len(where) > MAX_DEPTH:
        return value
    if isinstance(value, dict):
        inner = {
            key: _settled(item, (*where, key), (*path, key), found, problems)
            for key, item in value.items()
        }
        return inner if any(inner[key] is not value[key] for key in value) else value
    if isinstance(value, list):
        items = [
            _settled(item, (*where, n), (*path, _name(item, n)), found, problems)
            for n, item in enumerate(value)
        ]
        same = all(one is other for one, other in zip(items, value, strict=True))
        return value if same else items
    return value


def _name(item: Any, number: int) -> str:
    """Return by what a path leads to an item of a list: its name, else its number."""
    names = item_names(item) if isinstance(item, dict) else ()
    return names[0] if names and names[0] else str(number)


def _middle(
    value: dict[str, Any],
    where: Where,
    path: tuple[str, ...],
    found: dict[str, dict[str, Any]],
    problems: list[tuple[Where, str]],
) -> Any:
    own = {key: inner for key, inner in value.items() if key != _OF}
    written = written_path(path)
    name = value.get(_OF, cut(written, 80))
    if not isinstance(name, str) or not name:
        problems.append(((*where, _OF), f"{shown(name)} is no name"))
        return None
    try:
        distribution = Distribution.model_validate(_tuples(own))
    except ValidationError as error:
        faults = error.errors(include_url=False)
        problems += [((*where, *each["loc"]), each["msg"]) for each in faults]
        return None
    found.setdefault(name, {})[written] = own
    return middle_of(distribution)


def middle_of(distribution: Distribution) -> Any:
    """Return the value that stands for a distribution where nothing is drawn: its median.

    Of a choice it is the likeliest value, the first of those that are.
    """
    if distribution.choice is None:
        value = distribution.at(0.5)
        points = distribution.normal or distribution.uniform or distribution.triangular or (0.5,)
        # Whole ends mean that whole numbers may be drawn; a key of any number takes one too.
        return round(value) if _is_whole(points) and value == round(value) else value
    weights = distribution.choice_weights
    return _lists(distribution.choice[weights.index(max(weights))])


def _is_whole(points: tuple[Any, ...]) -> bool:
    return all(isinstance(point, int) for point in points)


def written_path(parts: tuple[str, ...]) -> str:
    """Return the path of keys and items as `--set` takes it, a part with a dot in quotes."""
    return ".".join(_part(part) for part in parts)


def _part(part: str) -> str:
    if not set(part) & set(".\"'=") and part == part.strip():
        return part
    return f"'{part}'" if '"' in part else f'"{part}"'


def _with(
    written: list[Any],
    found: Mapping[str, Mapping[str, Any]],
    problems: list[tuple[Where, str]],
) -> list[Any]:
    """Return unknowns as written, with what was found added by name; note what is there twice."""
    unknowns = [dict(item) if isinstance(item, dict) else item for item in written]
    by_name = {item.get("name"): item for item in unknowns if isinstance(item, dict)}
    for name, values in found.items():
        if name not in by_name:
            by_name[name] = {"name": name, "values": {}}
            unknowns.append(by_name[name])
        own = by_name[name].get("values", {})
        if not isinstance(own, dict):
            continue
        problems += [
            (("unknowns",), f"{toml_text(path)} is a distribution in its place, too")
            for path in values
            if path in own
        ]
        by_name[name]["values"] = {**own, **values}
    return unknowns


def _tuples(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return value


def _lists(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_lists(item) for item in value]
    if isinstance(value, dict):
        return {key: _lists(item) for key, item in value.items()}
    return value
