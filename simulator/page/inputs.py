"""Where every input comes from and how sure it is, as the provenance of a run says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.results import Results

_KINDS = {
    "launches": "Orbits",
    "sensors": "Sensors",
    "networks": "Networks",
    "stations": "Stations",
    "relays": "Relays",
    "targets": "Targets",
    "regions": "Regions",
    "activity": "Solar activity",
}
_GRADES = ("published", "estimated", "assumed")


@dataclass(frozen=True)
class Value:
    """An input: its key and number, its grade, a note, and its sources as (title, address)."""

    key: str
    number: str
    grade: str
    note: str
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class UsedEntry:
    """An entry of the catalogue that the run used, and its values."""

    name: str
    note: str
    values: tuple[Value, ...]
    grades: str


def entries(results: Results) -> list[tuple[str, list[UsedEntry]]]:
    """Return the entries that a run used, by kind."""
    groups: dict[str, list[UsedEntry]] = {}
    for entry in results.provenance.get("catalogue", []):
        kind = str(entry.get("kind", ""))
        groups.setdefault(_KINDS.get(kind, kind.capitalize()), []).append(_entry(entry))
    return list(groups.items())


def grade_counts(results: Results) -> list[tuple[str, int]]:
    """Return how many values of inputs have each grade, the surest first."""
    counts = Counter(
        str(told.get("confidence", ""))
        for entry in results.provenance.get("catalogue", [])
        for told in entry.get("provenance", {}).values()
    )
    order = {grade: number for number, grade in enumerate(_GRADES)}
    return sorted(counts.items(), key=lambda item: order.get(item[0], len(order)))


def _entry(entry: Mapping[str, Any]) -> UsedEntry:
    values = tuple(_values(entry))
    counts = Counter(value.grade for value in values)
    grades = ", ".join(f"{counts[grade]} {grade}" for grade in _GRADES if counts[grade])
    return UsedEntry(str(entry.get("name", "")), str(entry.get("note", "")), values, grades)


def _values(entry: Mapping[str, Any]) -> Iterator[Value]:
    numbers = entry.get("values", {})
    for key, told in entry.get("provenance", {}).items():
        sources = tuple(
            (str(source.get("title", "")), _address(source)) for source in told.get("sources", [])
        )
        yield Value(
            str(key),
            _short(numbers.get(key, "")),
            str(told.get("confidence", "")),
            str(told.get("note", "")),
            sources,
        )


def _short(number: Any) -> str:
    words = ", ".join(map(str, number)) if isinstance(number, list | tuple) else str(number)
    return words if len(words) <= 60 else f"{words[:57]}..."


def _address(source: Mapping[str, Any]) -> str:
    """Return the address of a source if it is one of the web: nothing else becomes a link."""
    address = str(source.get("address", ""))
    return address if address.startswith(("https://", "http://")) else ""
