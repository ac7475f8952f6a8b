"""Sourced facts: launches, sites, stations, targets and the rest, each value with where it is from.

The facts live in the TOML files beside this module, one array of tables per kind. A file's own
[provenance] table holds for every entry that says nothing else; a quoted key may name several
fields, separated by spaces. `short` is a name for where room is narrow. `formerly` lists ids an
entry had before: asked for by one of them, the catalogue answers with the id of now.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from simulator.errors import InputError, nearest_hint

KINDS: tuple[str, ...] = (
    "launches",
    "sites",
    "corridors",
    "vehicles",
    "payloads",
    "stations",
    "networks",
    "relays",
    "targets",
    "regions",
    "sensors",
    "elements",
    "activity",
    "interpretability",
    "criteria",
    "needs",
    "sunshine",
    "claims",
)
CONFIDENCES: tuple[str, ...] = ("published", "estimated", "assumed")
# The line of a table's id, the first of it in each of our files.
_ID = re.compile(r'id = "([^"\\]+)"')
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Source:
    """One publication; date as exactly as known; an undated one has the month it was read."""

    id: str
    title: str
    address: str
    publisher: str = ""
    date: str = ""
    read: str = ""
    licence: str = ""


@dataclass(frozen=True)
class Provenance:
    """Where one value is from, and whether it was published, estimated from such, or assumed.

    `cited` are ids of sources.
    """

    cited: tuple[str, ...]
    confidence: str
    note: str = ""

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The publications cited, read when first asked for: most who take a value do not."""
        return tuple(sources()[identifier] for identifier in self.cited)


@dataclass(frozen=True, repr=False)
class Entry:
    """One thing of the catalogue: its values by field, units in the names, and their provenance.

    A value that is not known is absent. Lists are tuples, instants are aware datetimes. `short` is
    the name where room is narrow, empty where the name itself is short.
    """

    kind: str
    id: str
    name: str
    values: Mapping[str, object]
    provenance: Mapping[str, Provenance]
    note: str = ""
    formerly: tuple[str, ...] = ()
    short: str = ""

    def __repr__(self) -> str:
        return f"<{self.kind}/{self.id}: {self.name}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{field}</td><td>{html.escape(str(value))}</td><td>{origin.confidence}</td>"
            f"<td>{html.escape('; '.join(source.title for source in origin.sources))}</td></tr>"
            for field, value in self.values.items()
            for origin in (self.provenance[field],)
        )
        return f"<b>{html.escape(self.name)}</b> {html.escape(self.note)}<table>{rows}</table>"


def get(kind: str, identifier: str) -> Entry:
    """Return one entry; an unknown kind or id is an InputError naming the nearest.

    A former id is an InputError naming the id of now.
    """
    known = entries(kind)
    if identifier not in known:
        for entry in known.values():
            if identifier in entry.formerly:
                raise InputError(
                    f"'{identifier}' is not among the {kind} any more: it is '{entry.id}' now, "
                    f"{entry.name}"
                )
        raise InputError(f"'{identifier}' is not among the {kind}{nearest_hint(identifier, known)}")
    return known[identifier]


@cache
def entries(kind: str) -> Mapping[str, Entry]:
    """Return all entries of a kind by id, in the order of the file."""
    if kind not in KINDS:
        raise InputError(f"'{kind}' is not a kind of catalogue entry{nearest_hint(kind, KINDS)}")
    head, tables = _tables(kind)
    shared = _provenance(tomllib.loads(head).get("provenance", {}))
    return _Tables(kind, tables, lambda row: _entry(kind, row, shared))


@cache
def sources() -> Mapping[str, Source]:
    """Return every source by id, in the order of the file."""
    _head, tables = _tables("sources")
    return _Tables("sources", tables, lambda row: Source(**row))


class _Tables(Mapping[str, _Made], Generic[_Made]):
    """What the tables of a file say, by id, each read when it is first asked for.

    To read whole files, of which a scenario names a few tables, takes a twentieth of a run.
    """

    def __init__(
        self, kind: str, tables: Mapping[str, str], make: Callable[[dict[str, Any]], _Made]
    ) -> None:
        self._kind, self._tables, self._make = kind, tables, make
        self._made: dict[str, _Made] = {}

    def __getitem__(self, identifier: str) -> _Made:
        if identifier not in self._made:
            (row,) = tomllib.loads(self._tables[identifier])[self._kind]
            self._made[identifier] = self._make(row)
        return self._made[identifier]

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


def _tables(name: str) -> tuple[str, dict[str, str]]:
    """Return the text of a file before its tables, and that of each table by its id."""
    text = resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    begins = [match.start() for match in re.finditer(rf"^\[\[{name}\]\]\n", text, re.MULTILINE)]
    ends = [*begins[1:], len(text)]
    tables = [text[begin:end] for begin, end in zip(begins, ends, strict=True)]
    return text[: begins[0]], {_id(table): table for table in tables}


def _id(table: str) -> str:
    match = _ID.match(table, table.index("\n") + 1)
    if match is None:
        raise ValueError(f"a table of the catalogue does not begin with its id: {table[:60]!r}")
    return match[1]


def _entry(kind: str, row: dict[str, Any], shared: Mapping[str, Provenance]) -> Entry:
    own = {"id", "name", "short", "note", "provenance", "formerly"}
    values = {field: _frozen(value) for field, value in row.items() if field not in own}
    # A shared statement covers only fields the entry has: a field is never credited unseen.
    known = {**shared, **_provenance(row.get("provenance", {}))}
    return Entry(
        kind=kind,
        id=row["id"],
        name=row["name"],
        values=MappingProxyType(values),
        provenance=MappingProxyType({field: known[field] for field in values if field in known}),
        note=row.get("note", ""),
        formerly=tuple(row.get("formerly", ())),
        short=row.get("short", ""),
    )


def _provenance(table: Mapping[str, Any]) -> dict[str, Provenance]:
    by_field = {}
    for fields, row in table.items():
        origin = Provenance(tuple(row.get("sources", ())), row["confidence"], row.get("note", ""))
        by_field.update(dict.fromkeys(fields.split(), origin))
    return by_field


def _frozen(value: Any) -> object:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(item) for key, item in value.items()})
    return value
