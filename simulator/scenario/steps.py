"""A step of a scenario's ladder: what changes when something happens, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field

from simulator.errors import InputError
from simulator.scenario.assignments import assignment, path_parts
from simulator.scenario.overrides import add_items, set_value
from simulator.scenario.table import NOTE, ScenarioTable
from simulator.scenario.units import Name, Note
from simulator.scenario.words import Where, cut, fault, shown

MAX_CHANGES = 100
# What all rungs of a ladder must share, or their figures could not be compared.
SHARED = (
    "schema_version",
    "span",
    "counting",
    "seed",
    "uncertainty",
    "unknowns",
    "draw",
    "steps",
    "sweep",
)
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


def _day(value: Any) -> str:
    if isinstance(value, datetime):
        value = value.date()
    text = value.isoformat() if isinstance(value, date) else value
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise fault(f'{shown(value)} is not a date, such as 2023-11-21, "2023-11" or "2023"')
    return text


class Step(ScenarioTable):
    """One step of a ladder: keys it sets and items it adds, on top of the steps before it."""

    name: Name = Field(description="Name, unlike any other step's.")
    date: Annotated[str, BeforeValidator(_day)] | None = Field(
        default=None,
        description='When it was or might be: a date, or "2023-11", or "2023"; absent: not said.',
    )
    source: Note = Field(
        default="", description="Where it was published; a published step must have it."
    )
    confidence: Literal["published", "estimated", "assumed"] = Field(
        default="assumed", description="How sure the step is: published, estimated or assumed."
    )
    note: Note = Field(default="", description=NOTE)
    network: Name | None = Field(
        default=None,
        description="Name of the network that is looked at from this step on; default: the last "
        "of networks where the step sets them, else that of the step before. Before the first "
        "step it is the baseline.",
    )
    set: dict[str, Any] = Field(
        default_factory=dict,
        max_length=MAX_CHANGES,
        description='Keys that the step sets: "path" = value, as --set has them.',
    )
    add: dict[str, tuple[Any, ...]] = Field(
        default_factory=dict,
        max_length=MAX_CHANGES,
        description='Items that the step adds to lists: "path" = list; those there already stay '
        "as they are.",
    )

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        if not raw.get("set") and not raw.get("add") and raw.get("network") is None:
            yield (), "changes nothing; give set, add or network"
        if raw.get("confidence") == "published" and not raw.get("source"):
            yield ("source",), "is missing: say where it is published, or give another confidence"
        for table in ("set", "add"):
            for path in _paths(raw.get(table)):
                yield from (((table, path), message) for message in _path_faults(path))


def _paths(table: object) -> tuple[str, ...]:
    return tuple(table) if isinstance(table, Mapping) else ()


def _path_faults(path: str) -> Iterator[str]:
    if assignment(f"{path}=0") is None:
        yield "is no path of a key, such as satellites.0.sensor"
    elif path_parts(path)[0] in SHARED:
        yield "may not change from step to step: figures would not compare"


class Change(NamedTuple):
    """One change of a step: its key in the step, and the place in the document that it changed."""

    key: Where
    place: Where


class NotApplied(Exception):
    """A change of a step that leads nowhere in the document as it stands."""

    def __init__(self, key: Where, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


def apply_step(document: dict[str, Any], step: Step) -> list[Change]:
    """Change the document in place, and return the changes; raises NotApplied."""
    changes = []
    for table, changed in (("set", step.set), ("add", step.add)):
        for path, value in changed.items():
            key = (table, path)
            try:
                changes.append(Change(key, _applied(document, table, path, _plain(value))))
            except InputError as error:
                raise NotApplied(key, error.problems[0]) from None
    return changes


def _applied(document: dict[str, Any], table: str, path: str, value: Any) -> Where:
    if table == "add":
        return add_items(document, path, value)
    parts = path_parts(path)
    # A path without quotes is read by TOML as tables inside tables.
    if len(parts) == 1 and isinstance(value, dict) and isinstance(document.get(parts[0]), list):
        inner = f"{path}.{next(iter(value), '0')}"
        raise InputError(
            f"is a table where the scenario has a list; put a longer path in quotes, such as "
            f'"{cut(inner, 60)}.name" = ...'
        )
    return set_value(document, path, value)


def _plain(value: Any) -> Any:
    """Return a value as a document has it, lists for tuples, that nothing else holds."""
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return deepcopy(value)
