"""Files and texts of element sets or states of many satellites: an orbit for each of them."""

from __future__ import annotations

from pathlib import Path

from simulator.errors import InputError
from simulator.scenario.elements import MAX_ELEMENTS_FILE_BYTES, OmmOrbit, TleOrbit
from simulator.scenario.elementsets import by_satellite
from simulator.scenario.ephemeris_messages import read_ephemeris
from simulator.scenario.ephemeris_orbits import EphemerisOrbit, digest_of_file
from simulator.scenario.textfiles import read_text

MAX_SATELLITES = 2_000
_MOST_PROBLEMS = 20


def ephemerides_in(path: Path) -> tuple[tuple[str, EphemerisOrbit], ...]:
    """Return name and orbit of each satellite of a file of states, in the order of the file.

    Raises InputError naming file, line and field.
    """
    found = []
    for name, segments in read_ephemeris(path, digest_of_file(path)).items():
        table = {"kind": "ephemeris", "file": str(path), "satellite": segments[-1].object_id}
        found.append((name, EphemerisOrbit.model_validate(table)))
    return tuple(found)


def orbits_in(path: Path, *, messages: bool) -> tuple[tuple[str, TleOrbit | OmmOrbit], ...]:
    """Return name and orbit of each satellite of a file, in the order of the file.

    `messages` tells a file of orbit mean-elements messages from one of two-line sets. Sets of
    several epochs of a satellite are one orbit. Raises InputError naming file, satellite and fault.
    """
    text = read_text(path, limit_bytes=MAX_ELEMENTS_FILE_BYTES)
    return orbits_in_text(text, str(path), f"read from {path.name}", messages=messages)


def orbits_in_text(
    text: str, origin: str, note: str = "", *, messages: bool
) -> tuple[tuple[str, TleOrbit | OmmOrbit], ...]:
    """Return name and orbit of each satellite of a text, as `orbits_in` does of a file.

    `origin` is what a fault begins with, `note` that of the orbits. Raises InputError.
    """
    kind, model = ("omm", OmmOrbit) if messages else ("tle", TleOrbit)
    try:
        groups = by_satellite(model.read_sets(text))
    except InputError as error:
        raise InputError([f"{origin}: {problem}" for problem in error.problems]) from None
    if not 0 < len(groups) <= MAX_SATELLITES:
        held = f"{len(groups):,} satellites; allowed 1 to {MAX_SATELLITES:,}"
        raise InputError(f"{origin}: holds {held if groups else 'no element set'}")
    names = [sets[-1].name or sets[-1].number for sets in groups.values()]
    found, problems = [], list[str]()
    for (number, sets), name in zip(groups.items(), names, strict=True):
        own = f"{name} ({number})" if names.count(name) > 1 else name
        try:
            content = model.content(sets)
            table = {"kind": kind, model.content_key: content, "note": note}
            found.append((own, model.model_validate(table)))
        except InputError as error:
            problems += [f"{origin}: {own}: {problem}" for problem in error.problems]
    if problems:
        raise InputError(problems[:_MOST_PROBLEMS])
    return tuple(found)
