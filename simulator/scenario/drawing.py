"""Scenarios as they are once what nobody knows of them is drawn.

A draw sets keys of the resolved scenario, as if they had been written into its file, so that it can
be repeated from the scenario that a results folder keeps.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel

from simulator import glossary
from simulator.errors import InputError, nearest_hint
from simulator.scenario.alike import AlikeTables
from simulator.scenario.assignments import path_parts
from simulator.scenario.distributions import Distribution
from simulator.scenario.forms import form
from simulator.scenario.models import Scenario
from simulator.scenario.overrides import set_at
from simulator.scenario.reopened import Reopened
from simulator.scenario.table import Same, ScenarioTable, item_names
from simulator.scenario.unknowns import Unknown, written_path
from simulator.scenario.validation import Faults, Problem, validated
from simulator.scenario.words import Where, cut, shown
from simulator.scenario.writing import as_document

_EVERY = "*"
# How many paths are remembered with the places that they lead to.
_REMEMBERED = 1_000
# How many forms of a scenario are remembered with the unknowns that lead somewhere in it.
_REMEMBERED_CHECKS = 16


class _Key(NamedTuple):
    """What a key takes: numbers in a range, whole ones or not. None: no bound."""

    least: float | None
    most: float | None
    is_whole: bool


@dataclass(frozen=True, eq=False)
class _DrawnValue:
    """One value that an unknown sets: where, and from what."""

    unknown: int
    path: str
    place: Where
    distribution: Distribution
    is_whole: bool

    def at(self, share: float) -> Any:
        return self.distribution.whole_at(share) if self.is_whole else self.distribution.at(share)


class Drawing:
    """Makes scenarios of shares, one share for each unknown of a resolved scenario.

    `names` are the unknowns. A path that leads nowhere is passed over: a scenario may be a part of
    the one that was read and checked.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.names = tuple(unknown.name for unknown in scenario.unknowns)
        self._scenario = scenario
        self._values, _ = _values(scenario)
        self._document = as_document(scenario) if self._values else {}
        # A part of a scenario need not have the network that the whole compares with.
        if scenario.baseline not in [network.name for network in scenario.networks]:
            self._document.pop("baseline", None)
        self._opened = self._opened_at(self._values)

    def scenario(self, shares: Sequence[float]) -> Scenario:
        """Return the resolved scenario of a draw; shares (U,) are from 0 to 1.

        Raises InputError, with what was drawn, for values that do not go together.
        """
        if not self._values:
            return self._scenario
        drawn = [value.at(shares[value.unknown]) for value in self._values]
        try:
            return self._with(zip(self._values, drawn, strict=True))
        except Faults as faults:
            values = ", ".join(f"{path} = {shown(v)}" for path, v in self.values(shares).items())
            raise InputError(
                [
                    f"{'.'.join(map(str, where))}: {text} [drawn: {cut(values, 400)}; one unknown "
                    "for values that depend on each other, or least and most, keep them apart]"
                    for where, text in faults.problems[:3]
                ]
            ) from None

    def values(self, shares: Sequence[float]) -> dict[str, Any]:
        """Return what a draw sets, by path."""
        return {value.path: value.at(shares[value.unknown]) for value in self._values}

    def groups(self, number: int) -> tuple[tuple[str, float, float], ...]:
        """Return the parts of an unknown's odds at which a figure is told: label, from, to.

        Each value of a choice, else the lowest and the highest fifth, by what lies in the middle.
        """
        own = [value for value in self._values if value.unknown == number]
        if not own:
            return ()
        first = own[0]
        edges = first.distribution.edges()
        return tuple(
            (_label(first.path, first.at(0.5 * (low + high))), low, high)
            for low, high in edges or ((0.0, 0.2), (0.8, 1.0))
        )

    def faults(self) -> Iterator[Problem]:
        """Yield what the outermost values of each unknown would make of the scenario."""
        for number in range(len(self.names)):
            own = [value for value in self._values if value.unknown == number]
            # All others stay as they are, and need no new tables.
            opened = self._opened_at(own)
            for at_ends in _ends(own):
                try:
                    self._with(zip(own, at_ends, strict=True), opened)
                except Faults as faults:
                    yield from (_blamed(own, at_ends, problem) for problem in faults.problems)
                    break

    def _opened_at(self, values: Sequence[_DrawnValue]) -> _Opened:
        drawn = {value.place: (value.unknown, value.path) for value in values}
        alike = AlikeTables(self._document, self._scenario, drawn)
        return _Opened(Reopened(self._document, self._scenario, alike.opened(drawn)), alike)

    def _with(
        self, values: Iterable[tuple[_DrawnValue, Any]], opened: _Opened | None = None
    ) -> Scenario:
        """Return the scenario with values in their places, which are open; raises Faults."""
        values, (reopened, alike) = list(values), opened or self._opened
        try:
            document = reopened.document()
            _set(document, (pair for pair in values if alike.leads(pair[0].place)))
            alike.spread(document)
            return _resolved(document, reopened.known())
        except Faults:
            # A fault shows the table it is in as the file has it, not as it was made.
            document = deepcopy(self._document)
            _set(document, values)
            return _resolved(document, self._opened.reopened.known())


class _Opened(NamedTuple):
    """A document that is open where values are set, and which of its tables are set alike."""

    reopened: Reopened
    alike: AlikeTables


def _set(document: dict[str, Any], values: Iterable[tuple[_DrawnValue, Any]]) -> None:
    for value, drawn in values:
        set_at(document, value.place, drawn)


def _resolved(document: dict[str, Any], known: Mapping[str, Any]) -> Scenario:
    return validated(document, Path(), known=known).resolve()


def _label(path: str, value: Any) -> str:
    """Return a drawn value in few letters: numbers to three digits, instants to a minute."""
    match value:
        case bool():
            return shown(value)
        case float() | int():
            unit = glossary.unit(path_parts(path)[-1]).replace("degrees", "deg")
            return f"{value:.3g} {unit}".rstrip()
        case datetime():
            return f"{value:%Y-%m-%dT%H:%MZ}"
        case tuple() | list():
            return " and ".join(map(str, value))
        case str():
            return value
    return shown(value)


def checked_unknowns(
    scenario: Scenario, *, replaced: Collection[str] = (), try_ends: bool = True
) -> Scenario:
    """Return a scenario, just read, whose unknowns all lead somewhere.

    Those that lead to what is no longer there, in keys `replaced` by overrides, are left out.
    Raises Faults for others that lead nowhere and, with `try_ends`, for what leads beyond a key's
    range.
    """
    resolved = scenario.resolve()
    if try_ends:
        kept = _checked(resolved, frozenset(replaced), try_ends=True)
    else:
        kept = _checked_alike(_Alike(resolved, frozenset(replaced)))
    return scenario.model_copy(update={"unknowns": kept})


class _Alike:
    """A resolved scenario as one of those in which the paths of its unknowns lead alike.

    These have the same unknowns, and the same forms of what the paths begin with: they differ in
    numbers and texts alone.
    """

    def __init__(self, scenario: Scenario, replaced: frozenset[str]) -> None:
        self.scenario, self.replaced = scenario, replaced
        unknowns = tuple(map(Same, scenario.unknowns))
        first = {path_parts(path)[0] for each in scenario.unknowns for path in each.values}
        forms = tuple((key, form(getattr(scenario, key, None))) for key in sorted(first))
        self._key = (unknowns, forms, replaced)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Alike) and self._key == other._key


@lru_cache(maxsize=_REMEMBERED_CHECKS)
def _checked_alike(alike: _Alike) -> tuple[Unknown, ...]:
    return _checked(alike.scenario, alike.replaced, try_ends=False)


def _checked(
    resolved: Scenario, replaced: Collection[str], *, try_ends: bool
) -> tuple[Unknown, ...]:
    """Return the unknowns of a resolved scenario that lead somewhere; raises Faults."""
    values, problems = _values(resolved)
    problems = [problem for problem in problems if not _is_of(problem, replaced)]
    places: dict[Where, str] = {}
    for value in values:
        name = resolved.unknowns[value.unknown].name
        if value.place in places:
            at = ("unknowns", value.unknown, "values", value.path)
            problems.append((at, f"is drawn by {shown(places[value.place])}, too"))
        places[value.place] = name
    if try_ends and not problems:
        problems = list(Drawing(resolved).faults())
    if problems:
        raise Faults(problems)
    led = {(value.unknown, value.path) for value in values}
    kept = (_kept(resolved, unknown, n, led) for n, unknown in enumerate(resolved.unknowns))
    return tuple(filter(None, kept))


def _is_of(problem: Problem, keys: Collection[str]) -> bool:
    """Whether a fault is of a path that begins with one of some keys."""
    return path_parts(str(problem[0][3]))[0] in keys


def _kept(
    scenario: Scenario, unknown: Unknown, number: int, led: Collection[tuple[int, str]]
) -> Unknown | None:
    """Return an unknown with the values that lead somewhere, items of lists by their names.

    By names, because the items of a part of the scenario are counted anew.
    """
    values = {
        _named_path(scenario, path): value
        for path, value in unknown.values.items()
        if (number, path) in led
    }
    return unknown.model_copy(update={"values": values}) if values else None


def _named_path(scenario: Scenario, path: str) -> str:
    node: Any = scenario
    named = []
    for part in path_parts(path):
        name = part
        if isinstance(node, tuple):
            index = 0 if part == _EVERY else _indices(node, part, path)[0]
            node = node[index] if node else None
            name = part if part == _EVERY else next(iter(_names(node)), "") or part
        else:
            node = getattr(node, part, None)
        named.append(name)
    return written_path(tuple(named))


def _values(scenario: Scenario) -> tuple[list[_DrawnValue], list[Problem]]:
    """Return every value that the unknowns of a scenario set, and the paths that lead nowhere."""
    values: list[_DrawnValue] = []
    problems: list[Problem] = []
    for number, unknown in enumerate(scenario.unknowns):
        for path, distribution in unknown.values.items():
            at = ("unknowns", number, "values", path)
            bounded: dict[_Key, Distribution] = {}
            try:
                for place, key in _places(scenario, path_parts(path)):
                    if key not in bounded:
                        bounded[key] = distribution.within(key.least, key.most)
                        _refuse_empty(bounded[key], key)
                    whole = _whole(bounded[key], key)
                    values.append(_DrawnValue(number, path, place, bounded[key], whole))
            except InputError as error:
                problems += [(at, problem) for problem in error.problems]
    return values, problems


def _whole(distribution: Distribution, key: _Key) -> bool:
    return key.is_whole and distribution.choice is None


def _refuse_empty(distribution: Distribution, key: _Key) -> None:
    try:
        distribution.at(0.5)
    except ValueError:
        raise InputError(
            f"{distribution.family} leaves nothing to be drawn between "
            f"{shown(distribution.least)} and {shown(distribution.most)}"
        ) from None


def _ends(values: Sequence[_DrawnValue]) -> Iterator[list[Any]]:
    """Yield the values of one unknown at its ends; of choices one after the other."""
    count = max((len(value.distribution.ends()) for value in values), default=0)
    for number in range(count):
        # A value of two ends goes to its low one with the first choice, to its high with the last.
        at = number / max(count - 1, 1)
        yield [_end(value, at) for value in values]


def _end(value: _DrawnValue, at: float) -> Any:
    ends = value.distribution.ends()
    end = ends[round(at * (len(ends) - 1))]
    if value.distribution.opposite and value.distribution.choice is None:
        end = ends[round((1.0 - at) * (len(ends) - 1))]
    return round(end) if value.is_whole else end


def _blamed(values: Sequence[_DrawnValue], ends: Sequence[Any], problem: Problem) -> Problem:
    """Return a fault of a scenario at its end, at the value of the unknown that made it."""
    where, text = problem
    for value, end in zip(values, ends, strict=True):
        if value.place[: len(where)] == where[: len(value.place)]:
            at: Where = ("unknowns", value.unknown, "values", value.path)
            return at, f"{value.distribution.family} reaches {shown(end)}: {text}"
    drawn = ", ".join(f"{v.path} = {shown(end)}" for v, end in zip(values, ends, strict=True))
    return ("unknowns", values[0].unknown), f"with {cut(drawn)} {'.'.join(map(str, where))}: {text}"


def _places(scenario: Scenario, parts: Sequence[str]) -> Sequence[tuple[Where, _Key]]:
    """Return each place that a path leads to, with what its key takes; raises InputError."""
    own = getattr(scenario, parts[0], None)
    tables = own if isinstance(own, tuple) else (own,)
    if len(parts) > 1 and tables and all(isinstance(table, ScenarioTable) for table in tables):
        return _places_below(tuple(parts), isinstance(own, tuple), tuple(map(Same, tables)))
    return _found(scenario, Scenario, tuple(parts), ())


# Variants and draws of a scenario have most tables in common, which do not change.
@lru_cache(maxsize=_REMEMBERED)
def _places_below(
    parts: tuple[str, ...], is_list: bool, tables: tuple[Same, ...]
) -> Sequence[tuple[Where, _Key]]:
    """Return the places of a path below the tables that its first key has."""
    own = tuple(same.table for same in tables)
    annotation = _annotation(Scenario, parts[0])
    return _found(own if is_list else own[0], annotation, parts[1:], parts[:1])


def _found(
    node: Any, annotation: Any, parts: tuple[str, ...], where: Where
) -> Sequence[tuple[Where, _Key]]:
    astray: list[InputError] = []
    found = list(_reached(node, annotation, parts, where, astray))
    if not found:
        raise astray[0] if astray else InputError("leads to nothing of this scenario")
    return found


def _reached(
    node: Any,
    annotation: Any,
    parts: tuple[str, ...],
    where: Where,
    astray: list[InputError],
) -> Iterator[tuple[Where, _Key]]:
    """Yield the places below a node. Of every item of a list, those that lead nowhere are noted."""
    if not parts:
        yield where, _key(annotation)
        return
    path, part = cut(".".join(map(str, where))) or "the scenario", parts[0]
    if isinstance(node, tuple):
        inner = _item_annotation(annotation)
        for index in _indices(node, part, path):
            try:
                yield from _reached(node[index], inner, parts[1:], (*where, index), astray)
            except InputError as error:
                if part != _EVERY:
                    raise
                astray.append(error)
        return
    table = type(node) if isinstance(node, BaseModel) else _table(annotation)
    if table is None:
        if where and len(parts) == 1 and isinstance(node, Mapping):
            yield (*where, part), _Key(None, None, False)
            return
        raise InputError(f"{path} is {shown(node)}, not a table or list")
    if part not in table.model_fields:
        raise InputError(f"{path} has no key {shown(part)}{nearest_hint(part, table.model_fields)}")
    inner = _annotation(table, part)
    yield from _reached(getattr(node, part, None), inner, parts[1:], (*where, part), astray)


def _annotation(table: type[BaseModel], key: str) -> Any:
    field = table.model_fields[key]
    # A range may stand beside the type or inside it.
    return (
        typing.Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    )


def _names(item: Any) -> tuple[str, ...]:
    """Return what an item of a list is called; a constellation by its own name, too."""
    own = getattr(item, "name", "")
    return tuple(dict.fromkeys(filter(None, (own, *item_names(item)))))


def _indices(items: tuple[Any, ...], part: str, path: str) -> list[int]:
    if part == _EVERY:
        return list(range(len(items)))
    named = [index for index, item in enumerate(items) if part in _names(item)]
    if named:
        return named[:1]
    if part.isdecimal() and len(part) < 10:
        if int(part) < len(items):
            return [int(part)]
        raise InputError(f"{path} has {len(items)} items, numbered from 0")
    names = [name for item in items for name in _names(item)[:1]]
    raise InputError(f"{path} has no item {shown(part)}{nearest_hint(part, names)}")


def _parts(annotation: Any) -> Iterator[Any]:
    """Yield a type and all that it may be or is annotated with."""
    yield annotation
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        inner, *metadata = typing.get_args(annotation)
        yield from metadata
        for each in metadata:
            # A `Field` inside a type has its range as metadata of its own.
            yield from getattr(each, "metadata", ())
        yield from _parts(inner)
    elif origin in (typing.Union, types.UnionType):
        for each in typing.get_args(annotation):
            yield from _parts(each)


def _table(annotation: Any) -> type[BaseModel] | None:
    return next(
        (t for t in _parts(annotation) if isinstance(t, type) and issubclass(t, BaseModel)), None
    )


def _item_annotation(annotation: Any) -> Any:
    lists = (part for part in _parts(annotation) if typing.get_origin(part) is tuple)
    return next((typing.get_args(part)[0] for part in lists), Any)


def _key(annotation: Any) -> _Key:
    parts = list(_parts(annotation))
    bounds: dict[type, float] = {type(p): _bound(p) for p in parts if isinstance(p, _BOUNDS)}
    least, most = bounds.get(Ge, bounds.get(Gt)), bounds.get(Le, bounds.get(Lt))
    return _Key(least, most, int in parts and float not in parts)


_BOUNDS = (Ge, Gt, Le, Lt)


def _bound(limit: Any) -> float:
    name = type(limit).__name__.lower()
    return float(getattr(limit, name))
