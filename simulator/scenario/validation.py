"""A document, as TOML gives it, made a scenario: its faults by their place in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from simulator.scenario import placefiles
from simulator.scenario.models import Scenario
from simulator.scenario.renamed import move_renamed
from simulator.scenario.textfiles import MAX_DEPTH
from simulator.scenario.words import Where, shown

Problem = tuple[Where, str]


class Faults(Exception):
    """What is wrong with a document, each fault with its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)


def validated(
    document: dict[str, Any],
    folder: Path,
    *,
    problems: Sequence[Problem] = (),
    known: Mapping[str, Any] = MappingProxyType({}),
) -> Scenario:
    """Return the scenario of a document, in which files of places and old names are replaced.

    `problems` are those found before; of `known` keys the values are valid as they stand. Raises
    Faults.
    """
    found = list(problems) or placefiles.expand(document, folder)
    renamed = move_renamed(document)
    # Tuples, because the tables are frozen and strict: a list is no tuple to them.
    raw = {key: value for key, value in document.items() if key not in known}
    given = {**_frozen(raw, (), found), **known}
    if not found:
        try:
            scenario = Scenario.model_validate(given, context={"folder": folder})
            if not renamed:
                return scenario
        except ValidationError as error:
            found = [(item["loc"], item["msg"]) for item in error.errors(include_url=False)]
    raise Faults([*renamed, *found])


def frozen(value: Any, problems: list[Problem]) -> Any:
    """Return a part of a document with lists as tuples; note what no table could word well."""
    return _frozen(value, (), problems)


def _frozen(value: Any, where: Where, problems: list[Problem]) -> Any:
    """Return the value with lists as tuples; note what no table could word well."""
    if len(where) > MAX_DEPTH:
        problems.append((where[:3], f"is nested deeper than {MAX_DEPTH} levels"))
        return None
    if isinstance(value, list):
        return tuple(_frozen(item, (*where, n), problems) for n, item in enumerate(value))
    if isinstance(value, dict):
        for key in value:
            if not key.isprintable() or not key.strip():
                problems.append((where, f"key {shown(key)} is blank or holds control characters"))
        return {key: _frozen(item, (*where, key), problems) for key, item in value.items()}
    if isinstance(value, int) and abs(value) >= 1 << 63:
        problems.append((where, "is a number beyond 64 bits"))
    return value
