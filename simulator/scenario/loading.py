"""A scenario from its file or text: read, overridden, validated."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from types import MappingProxyType
from typing import Any

from simulator.errors import InputError
from simulator.scenario import placefiles
from simulator.scenario.assignments import assignment, path_parts, toml_value
from simulator.scenario.drawing import checked_unknowns
from simulator.scenario.models import Scenario
from simulator.scenario.overrides import apply_overrides, place_of
from simulator.scenario.reopened import Reopened
from simulator.scenario.rungs import check_steps
from simulator.scenario.table import ScenarioTable
from simulator.scenario.textfiles import MIB, parse_toml, read_text
from simulator.scenario.unknowns import Unknown, read_unknowns, settle
from simulator.scenario.validation import Faults, validated
from simulator.scenario.words import Where

MAX_FILE_BYTES = 8 * MIB  # outlines of several countries, written out
MAX_PROBLEMS = 100
MAX_SHOWN = 600  # characters of a message or key
# Keys by which tables of other keys are resolved.
_RESOLVED_BY = ("span", "requests", "baseline", "clouds", "unknowns")
# Keys whose default is another where there are unknowns.
_SET_BY_UNKNOWNS = ("uncertainty",)


def load(path: Path | str, *, overrides: Sequence[str] = ()) -> Scenario:
    """Return the scenario of a file, `overrides` (`path=value`) applied before validation.

    Raises InputError with every fault found.
    """
    path = Path(path)
    text = read_text(path, limit_bytes=MAX_FILE_BYTES)
    return loads(text, origin=str(path), folder=path.parent, overrides=overrides)


def loads(text: str, *, origin: str, folder: Path, overrides: Sequence[str] = ()) -> Scenario:
    """Return the scenario of a TOML text; files it names are looked up in `folder`.

    `origin` names the text in messages. Raises InputError with every fault found.
    """
    return _scenario(_parsed(text, origin), origin=origin, folder=folder, overrides=overrides)


class Variants:
    """A scenario text that is read once, for many sets of overrides.

    What no override touches is checked and resolved once, and is the same in all variants, down to
    its identity. Files that it names are read when it is made. `catalog_used` are the entries of
    the catalogue that it starts from, where it is valid by itself. Raises InputError for a text
    that is no TOML.
    """

    def __init__(
        self, text: str, *, origin: str, folder: Path, overrides: Sequence[str] = ()
    ) -> None:
        self._origin, self._folder, self._overrides = origin, folder, tuple(overrides)
        self._document = _parsed(text, origin)
        document = deepcopy(self._document)
        self._replaced = _replaced(overrides)
        self._base: Scenario | None = None
        self._unknowns: tuple[Unknown, ...] | None = None
        self.catalog_used: tuple[tuple[str, str], ...] = ()
        try:
            self._base = _scenario(document, origin=origin, folder=folder, overrides=overrides)
        except InputError:
            # It may be valid only with further overrides: each variant is then read whole.
            return
        self._document, self._overrides = document, ()
        self._resolved = self._base.resolve()
        self._unknowns = read_unknowns(document)
        # Tables that stand for keys not given are the same in all variants, too.
        self._defaults = {
            key: value
            for key, value in vars(self._base).items()
            if isinstance(value, ScenarioTable) and key not in (*document, *_SET_BY_UNKNOWNS)
        }
        self.catalog_used = catalog_used(self._base)

    def scenario(self, overrides: Sequence[str] = ()) -> Scenario:
        """Return the scenario with further overrides; raises InputError with every fault found."""
        parts = [assignment(override) for override in overrides]
        if self._base is None or not all(parts):
            return self._read(deepcopy(self._document), overrides)
        paths = [path_parts(part[0]) for part in parts if part]
        touched = {path[0] for path in paths}
        settled = self._resolved if touched.isdisjoint(_RESOLVED_BY) else self._base
        known: dict[str, Any] = {
            key: value for key, value in self._defaults.items() if key not in touched
        } | {
            key: getattr(settled, key)
            for key in self._document
            # An override of a distribution is one unknown less.
            if key not in touched and key != "unknowns"
        }
        if self._unknowns is not None and "unknowns" not in touched:
            known["unknowns"] = self._unknowns
        # Who asks for what is known: steps, distributions in their places, which are named by them.
        if "unknowns" not in known or "steps" in self._document:
            return self._read(self._copied(touched, {*known, "unknowns"}), overrides, known)
        document = self._copied((), {"unknowns"})
        held = {key: value for key, value in self._document.items() if key in touched}
        opened = Reopened(held, self._base, (place_of(held, path) for path in paths))
        try:
            return self._read(document | opened.document(), overrides, known)
        except InputError:
            # A fault shows the table it is in as the file has it, not as it was made.
            return self._read(document | deepcopy(held), overrides, known)

    def _copied(self, changed: Collection[str], asked_for: Collection[str]) -> dict[str, Any]:
        """Return keys of the document, those that are to be changed as copies."""
        return {
            key: deepcopy(value) if key in changed else value
            for key, value in self._document.items()
            if key in changed or key in asked_for
        }

    def _read(
        self,
        document: dict[str, Any],
        overrides: Sequence[str],
        known: Mapping[str, Any] = MappingProxyType({}),
    ) -> Scenario:
        return _scenario(
            document,
            origin=self._origin,
            folder=self._folder,
            overrides=(*self._overrides, *overrides),
            known=known,
            replaced=self._replaced,
        )


def _parsed(text: str, origin: str) -> dict[str, Any]:
    if len(text.encode(errors="surrogatepass")) > MAX_FILE_BYTES:
        raise InputError(f"{origin}: is larger than the {MAX_FILE_BYTES // MIB} MiB allowed")
    return parse_toml(text, origin=origin)


def _scenario(
    document: dict[str, Any],
    *,
    origin: str,
    folder: Path,
    overrides: Sequence[str],
    known: Mapping[str, Any] = MappingProxyType({}),
    replaced: Collection[str] = (),
) -> Scenario:
    """Return the scenario of a document, changed in place by overrides; `known` keys are valid."""
    # Before the overrides, which may name a place of a file, and after, as they may name a file.
    problems = placefiles.expand(document, folder)
    places = apply_overrides(document, overrides) if not problems else []
    settled, faulty = settle(document)
    if settled.get("unknowns") is not document.get("unknowns"):
        # A distribution in its place is one unknown more.
        known = {key: value for key, value in known.items() if key != "unknowns"}
    try:
        scenario = validated(settled, folder, problems=problems or faulty, known=known)
        if scenario.unknowns:
            replaced = {*replaced, *_replaced(overrides)}
            # What the ends of their odds make of a scenario is checked once, not in each variant.
            scenario = checked_unknowns(scenario, replaced=replaced, try_ends=not known)
        if scenario.steps:
            scenario = scenario.remembering(settled, folder)
            # What its steps make of a scenario is checked once, not in each of its variants.
            if not known:
                check_steps(scenario)
        return scenario
    except Faults as faults:
        raise InputError(list(_lines(faults.problems, origin, places))) from None


def _replaced(overrides: Sequence[str]) -> set[str]:
    """Return the keys of a scenario inside which overrides put other tables, lists or kinds.

    Paths of unknowns may then lead to what is no longer there.
    """
    replaced = set()
    for path, text in filter(None, map(assignment, overrides)):
        parts = path_parts(path)
        if parts[-1] == "kind" or isinstance(toml_value(text), dict | list):
            replaced.add(parts[0])
    return replaced


def _lines(
    problems: Sequence[tuple[Where, str]], origin: str, places: Sequence[Where]
) -> Iterator[str]:
    for where, message in problems[:MAX_PROBLEMS]:
        # A fault above or below the place of an override may be of the override's making.
        overridden = where and any(where[: len(p)] == p[: len(where)] for p in places)
        source = f"{origin} with --set" if overridden else origin
        path = ".".join(str(part)[:MAX_SHOWN] for part in where)
        yield ": ".join(filter(None, (source, path, message[:MAX_SHOWN])))
    if len(problems) > MAX_PROBLEMS:
        yield f"{origin}: {len(problems) - MAX_PROBLEMS} more faults"


def catalog_used(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """Return (kind, id) of every catalogue entry the scenario starts from, sorted."""
    return tuple(sorted(set(scenario.catalog_entries())))
