"""The frozen, strict table every part of a scenario is made of, and the wording of its faults.

A table refuses unknown keys, wrong types, NaN and infinity, and words each fault for the person
who wrote the file: value, what is allowed, the nearest valid name.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails

from simulator import catalog
from simulator.errors import InputError, nearest_hint
from simulator.scenario.units import Note
from simulator.scenario.words import Where, fault, shown, worded

# How many tables are remembered with what was made of them: those of some large scenarios.
REMEMBERED = 20_000
NOTE = "Free text for the reader."


def faults_at(problems: Iterable[tuple[Where, str]], value: object) -> ValidationError:
    """Return one error of several sentences, each at a place inside the value validated."""
    lines = [
        InitErrorDetails(type=fault(message), loc=where, input=value) for where, message in problems
    ]
    return ValidationError.from_exception_data("scenario", lines)


class ScenarioTable(BaseModel):
    """A part of a scenario: frozen, nothing unknown in it, strictly typed, numbers finite."""

    # Built when first validated: most commands need few of the tables.
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True
    )

    catalog_key: ClassVar[str] = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names by which it is told from others in a list: its own; empty where it has none."""
        return (vars(self).get("name", ""),)

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        """Yield faults that need more than one key, seen in the table as it was given."""
        yield from ()

    def resolved(self, start: datetime) -> Self:
        """Return the same table, every member resolved: nothing left to the catalogue.

        It is the table itself where nothing was left.
        """
        update = {}
        for key, value in vars(self).items():
            if isinstance(value, tuple | ScenarioTable):
                resolved = _resolved(value, start)
                if resolved is not value:
                    update[key] = resolved
        return self.model_copy(update=update) if update else self

    def catalog_entries(self) -> Iterator[tuple[str, str]]:
        """Yield (kind, id) of every catalogue entry this table and its members start from."""
        for _, value in self:
            for member in value if isinstance(value, tuple) else (value,):
                if isinstance(member, ScenarioTable):
                    yield from member.catalog_entries()

    @classmethod
    def filled(cls, raw: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Return the table as given, with defaults that depend on its other keys."""
        return dict(raw)

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, raw: Any, info: ValidationInfo) -> Any:
        if isinstance(raw, ScenarioTable):
            return raw
        return cls.filled(raw, info) if isinstance(raw, Mapping) else raw

    @model_validator(mode="wrap")
    @classmethod
    def _word_faults(cls, raw: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        table, problems = None, list[tuple[Where, str]]()
        try:
            table = handler(raw)
        except ValidationError as error:
            errors = error.errors(include_url=False)
            problems += worded(cls, raw, errors, catalog_key=cls.catalog_key)
        # A table that was made already has none of these.
        if not isinstance(raw, ScenarioTable) and isinstance(raw, Mapping):
            problems += cls.raw_faults(raw)
        # Pydantic stops at its own faults; those of several keys are added, so that all come at
        # once.
        if problems or table is None:
            raise faults_at(problems, raw)
        return table


def _require_less(schema: dict[str, Any], table: type[FromCatalog]) -> None:
    # What the entry gives need not be written; the schema cannot know which entry has what.
    never_given = {*table.not_from_catalog, table.catalog_key}
    schema["required"] = [key for key in schema.get("required", ()) if key in never_given]


class FromCatalog(ScenarioTable):
    """A table that starts from a catalogue entry and overrides some of its values."""

    model_config = ConfigDict(json_schema_extra=_require_less)

    catalog_kind: ClassVar[str]
    not_from_catalog: ClassVar[frozenset[str]] = frozenset({"note"})

    @classmethod
    def filled(cls, raw: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Return the table with what its catalogue entry gives for keys absent."""
        entry_id = raw.get(cls.catalog_key)
        if not isinstance(entry_id, str):
            return dict(raw)
        try:
            return {**cls.catalog_values(entry_id), **raw}
        except InputError:
            return dict(raw)  # the key's own check says what is wrong with it

    @classmethod
    def catalog_values(cls, entry_id: str) -> dict[str, Any]:
        """Return what a catalogue entry gives for this table's keys; its id is the name."""
        entry = catalog.get(cls.catalog_kind, entry_id)
        keys = cls.model_fields.keys() - cls.not_from_catalog - {cls.catalog_key}
        values = {key: value for key, value in entry.values.items() if key in keys}
        return {**values, "name": entry.id} if "name" in keys else values

    def catalog_entries(self) -> Iterator[tuple[str, str]]:
        if entry_id := getattr(self, self.catalog_key):
            yield self.catalog_kind, entry_id
        yield from super().catalog_entries()


class CatalogTable(FromCatalog):
    """A table that may start from the catalogue entry its key `catalog` names."""

    catalog_key: ClassVar[str] = "catalog"

    catalog: str | None = Field(
        default=None,
        description="Catalogue entry (id) from which every key not given here is taken.",
    )
    note: Note = Field(default="", description=NOTE)

    @field_validator("catalog")
    @classmethod
    def _is_in_catalogue(cls, entry_id: str | None) -> str | None:
        return entry_id if entry_id is None else known_entry(cls.catalog_kind, entry_id)

    def resolved(self, start: datetime) -> Self:
        """Return the table cut loose from its entry, which the note now names."""
        table = super().resolved(start)
        if self.catalog is None:
            return table
        note = self.note or f"from catalogue entry {self.catalog_kind}/{self.catalog}"
        return table.model_copy(update={"catalog": None, "note": note})


class Same:
    """A table by its identity, for what is remembered of tables; it is kept as long as that."""

    def __init__(self, table: ScenarioTable) -> None:
        self.table = table

    def __hash__(self) -> int:
        return id(self.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.table is other.table


def _resolved(value: Any, start: datetime) -> Any:
    if isinstance(value, ScenarioTable):
        return _resolved_member(Same(value), start)
    if not isinstance(value, tuple) or not isinstance(next(iter(value), None), _HOLDING):
        return value
    members = tuple([_resolved(member, start) for member in value])
    same = all(map(operator.is_, members, value))
    return value if same else members


# A list is of one kind: what begins with a number or a text holds no table.
_HOLDING = (tuple, ScenarioTable)


# Many scenarios may have members in common, which do not change.
@lru_cache(maxsize=REMEMBERED)
def _resolved_member(same: Same, start: datetime) -> ScenarioTable:
    return same.table.resolved(start)


def known_kind(by_kind: Mapping[str, type[ScenarioTable]], noun: str) -> Callable[[Any], Any]:
    """Return a check that a value is a table whose `kind` is among these; `noun` names it."""

    def check(value: Any) -> Any:
        if isinstance(value, ScenarioTable):
            return value
        if not isinstance(value, Mapping):
            raise fault(f"{shown(value)} is not a table with a kind")
        kind, where = value.get("kind"), ("kind",)
        if kind is None:
            words = ", ".join(f"'{name}'" for name in by_kind)
            raise faults_at([(where, f"is missing; allowed {words}")], value)
        if not isinstance(kind, str) or kind not in by_kind:
            hint = nearest_hint(str(kind), by_kind)
            raise faults_at([(where, f"{shown(kind)} is no kind of {noun}{hint}")], kind)
        return value

    return check


def tag_of_kind(by_kind: Mapping[str, type[ScenarioTable]]) -> Callable[[Any], str]:
    """Return a function that names the table of a checked value's kind, after a NUL."""

    # Pydantic puts the tag into the place of a fault. No key of a file begins with NUL, so that it
    # can be taken out again.
    def tag(value: Any) -> str:
        table = type(value) if isinstance(value, ScenarioTable) else by_kind[value["kind"]]
        return "\0" + table.__name__

    return tag


def known_entry(kind: str, entry_id: str) -> str:
    """Return the id if the catalogue has it, else raise a fault with the nearest one."""
    try:
        catalog.get(kind, entry_id)
    except InputError as error:
        raise fault(error.problems[0]) from None
    return entry_id


def from_id(table: type[CatalogTable]) -> Any:
    """Return a function that turns a bare catalogue id into the table that starts from it."""

    def expand(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return {"catalog": known_entry(table.catalog_kind, value)}

    return expand


def item_names(item: Any) -> tuple[str, ...]:
    """Return the names an item of a list will carry, as yet unvalidated; of a link its band."""
    if isinstance(item, ScenarioTable):
        return item.names
    if isinstance(item, str):
        return (item,)
    keys = ("name", "catalog", "band") if isinstance(item, Mapping) else ()
    name = next((item[key] for key in keys if key in item), None)
    return (name,) if isinstance(name, str) else ()


def name_faults(
    raw: Mapping[str, Any],
    *keys: str,
    names_of: Callable[[Any], Iterable[str]] = item_names,
) -> Iterator[tuple[Where, str]]:
    """Yield a fault for each item, in the lists of these keys, named as an earlier one."""
    # Over all keys at once: a station and a relay of one network may not share a name.
    places: dict[str, str] = {}
    for key in keys:
        items = raw.get(key)
        for index, item in enumerate(items if isinstance(items, tuple) else ()):
            twice = next((name for name in names_of(item) if name in places), None)
            if twice is not None:
                yield (key, index), f"{shown(twice)} is already the name of {places[twice]}"
            places.update((name, f"{key}.{index}") for name in names_of(item) if name not in places)
