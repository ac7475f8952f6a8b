"""Orbits as people have them in Python, as the elements that SGP4 flies.

A name, a file, lines and keys of a scenario are read by what reads them for a scenario. A record
of SGP4 is flown as it is: with the model of gravity and the mode that it was initialised with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import pydantic

from simulator import scenario, study
from simulator.errors import InputError
from simulator.library.kinds import OrbitsLike
from simulator.library.plain import plain
from simulator.orbits import Elements, from_satrec

# Types of element sets that are SGP4's own (CCSDS 502.0-B-3, section 4.2.4).
_SGP4_TYPES = (0, 2)
_ALLOWED = (
    "a name of the catalogue, a file, TLE or OMM text, two lines, a table with a kind, a Satrec, "
    "an EarthSatellite or Elements"
)


@dataclass(frozen=True)
class FlownOrbit:
    """A satellite to fly, and the orbit by which a scenario would have it."""

    elements: Elements
    orbit: Any


def flown_of(
    orbits: OrbitsLike, start: datetime | None, days: float | None, argument: str = "orbits"
) -> tuple[FlownOrbit, ...]:
    """Return the satellites of orbits, in their order; no two of one name.

    `start` is the epoch of an orbit that has none of its own; of several element sets of a
    satellite those are flown that suit the `days` from it. Raises InputError by argument.
    """
    found: list[FlownOrbit] = []
    problems: list[str] = []
    several = list(_several(orbits, argument))
    for where, name, orbit in several:
        try:
            satellites = _satellites(orbit, start, days)
        except InputError as error:
            problems += [f"{where}: {problem}" for problem in error.problems]
            continue
        found += _renamed(satellites, name) if name else satellites
    if problems:
        raise InputError(problems)
    _check_names([each.elements.name for each in found], argument)
    return tuple(found)


def _several(orbits: Any, argument: str) -> Iterator[tuple[str, str, Any]]:
    """Yield each orbit with where it stands, and the name it was given, empty for none."""
    if isinstance(orbits, Mapping) and "kind" not in orbits:
        for name, orbit in orbits.items():
            yield f"{argument}: '{name}'", str(name), orbit
    elif isinstance(orbits, Sequence) and not isinstance(orbits, str) and not _is_lines(orbits):
        for number, orbit in enumerate(orbits):
            yield f"{argument}: row {number}", "", orbit
    else:
        yield argument, "", orbits


def _is_lines(value: Any) -> bool:
    """Return whether a list is one element set, of two lines or of a name and two."""
    lines = list(value)
    return (
        len(lines) in (2, 3)
        and all(isinstance(line, str) for line in lines)
        and lines[-2].startswith("1 ")
        and lines[-1].startswith("2 ")
    )


def _satellites(orbit: Any, start: datetime | None, days: float | None) -> list[FlownOrbit]:
    if isinstance(orbit, Elements):
        return [FlownOrbit(orbit, None)]
    if isinstance(orbit, str | PathLike):
        return _of_word(fspath(orbit), start, days)
    if isinstance(orbit, Sequence) and _is_lines(orbit):
        return _of_text("\n".join(orbit), start, days)
    if isinstance(orbit, Mapping):
        return _of_table(orbit, start, days)
    record = getattr(orbit, "model", orbit)
    if hasattr(record, "jdsatepoch") and hasattr(record, "sgp4_array"):
        name = getattr(orbit, "name", None) if record is not orbit else None
        return [_of_record(record, name)]
    raise InputError(f"a {type(orbit).__name__} is no orbit; allowed: {_ALLOWED}")


def _of_word(text: str, start: datetime | None, days: float | None) -> list[FlownOrbit]:
    if "\n" in text.strip() or text.lstrip()[:1] in ("{", "[", "<"):
        return _of_text(text, start, days)
    name, table = study.orbit_table(text, start, None)
    if table["kind"] == "ephemeris":
        return _flown(scenario.ephemerides_in(Path(text)), start, days)
    if table.get("file") is not None:
        messages = table["kind"] == "omm"
        return _flown(scenario.orbits_in(Path(text), messages=messages), start, days)
    return _of_table(table, start, days, name)


def _of_text(text: str, start: datetime | None, days: float | None) -> list[FlownOrbit]:
    orbits = scenario.orbits_in_text(text, "text", messages=scenario.is_message(text))
    return _flown(orbits, start, days)


def _of_table(
    table: Mapping[str, Any], start: datetime | None, days: float | None, name: str = ""
) -> list[FlownOrbit]:
    kind = table.get("kind")
    try:
        orbit = pydantic.TypeAdapter[Any](scenario.Orbit).validate_python(
            plain(table), context={"folder": Path()}
        )
    except pydantic.ValidationError as error:
        raise InputError([_fault(e) for e in error.errors(include_url=False)]) from None
    if (
        start is None
        and getattr(orbit, "epoch", start) is None
        and "epoch" in type(orbit).model_fields
    ):
        raise InputError(
            f"an orbit of kind {kind!r} without an epoch has none of its own; give epoch, or a "
            "start, such as 2023-11-22T00:00:00Z"
        )
    return _flown([(name or str(kind), orbit)], start, days)


def _fault(error: Any) -> str:
    # The first part is the kind, by which the table was chosen.
    path = ".".join(map(str, error["loc"][1:]))
    return f"{path}: {error['msg']}" if path else str(error["msg"])


def _flown(
    orbits: Sequence[tuple[str, Any]], start: datetime | None, days: float | None
) -> list[FlownOrbit]:
    found = []
    for name, orbit in orbits:
        built = study.flown_orbits([(name, orbit)], start, days)
        found += [FlownOrbit(elements, orbit) for elements, _ in built]
    return found


def _of_record(record: Any, name: Any) -> FlownOrbit:
    """Return a record of SGP4 as it is, once it is known that it can be flown so."""
    label = str(name or getattr(record, "satnum_str", record.satnum))
    if record.method not in ("n", "d") or not record.no_kozai > 0.0:
        raise InputError(
            f"satellite '{label}': the Satrec is not initialised; read two lines into it, or call "
            "sgp4init"
        )
    if record.error:
        raise InputError(f"satellite '{label}': its Satrec is in SGP4 error {record.error}")
    if record.ephtype not in _SGP4_TYPES:
        raise InputError(
            f"satellite '{label}': ephemeris type {record.ephtype}, whose elements are not SGP4's; "
            "allowed 0 or 2"
        )
    elements = from_satrec(label, record, origin="SGP4 record")
    # What of a scenario tells that these are elements somebody has measured.
    return FlownOrbit(elements, scenario.OmmOrbit.model_construct(kind="omm"))


def _renamed(satellites: Sequence[FlownOrbit], name: str) -> Iterator[FlownOrbit]:
    for number, each in enumerate(satellites, 1):
        own = name if len(satellites) == 1 else f"{name}-{number}"
        yield replace(each, elements=replace(each.elements, name=own))


def _check_names(names: Sequence[str], argument: str) -> None:
    if not names:
        raise InputError(f"{argument}: is empty; at least one orbit is needed")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            f"{argument}: {names.count(twice[0])} satellites are called '{twice[0]}'; give orbits "
            "by name, as {'A': ..., 'B': ...}"
        )
