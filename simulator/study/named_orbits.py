"""Orbits and places named in one word, as for a quick table of overpasses without a scenario."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from simulator import catalog, scenario, zones
from simulator.errors import InputError, nearest_hint
from simulator.orbits import Elements, from_scenario
from simulator.scenario import Target, is_ephemeris, is_message

_COORDINATE_KEYS = ("latitude_deg", "longitude_deg", "height_m")
_PLACE_KINDS = ("targets", "stations", "sites")
_OMM_SUFFIXES = frozenset({".json", ".xml", ".csv", ".kvn"})
_NUMBER = r"[+-]?\d+(?:\.\d*)?"
_BEGIN_BYTES = 4_096
_SUN_SYNCHRONOUS = re.compile(rf"sso:({_NUMBER}):({_NUMBER})")
_KEPLERIAN = re.compile(rf"kepler:({_NUMBER})x({_NUMBER}):({_NUMBER})(?::({_NUMBER}))?")
_COORDINATES = re.compile(rf"\s*({_NUMBER})\s*,\s*({_NUMBER})\s*(?:,\s*({_NUMBER})\s*)?")
_MODELS: Mapping[str, type[BaseModel]] = {
    "launch": scenario.LaunchOrbit,
    "tle": scenario.TleOrbit,
    "omm": scenario.OmmOrbit,
    "ephemeris": scenario.EphemerisOrbit,
    "sun-synchronous": scenario.SunSynchronousOrbit,
    "keplerian": scenario.KeplerianOrbit,
}

_Model = TypeVar("_Model", bound=BaseModel)


def orbit_of(
    text: str,
    *,
    start: datetime | None = None,
    days: float | None = None,
    satellite: str | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Elements:
    """Return the elements of an orbit named in one word.

    That is a launch or an element set of the catalogue, by id; a TLE, OMM or OEM file; a
    sun-synchronous orbit `sso:ALTITUDE_KM:LTAN_H`; or mean elements
    `kepler:PERIGEE_KMxAPOGEE_KM:INCLINATION_DEG[:RAAN_DEG]`. The last two are of the epoch
    `start`. `satellite` chooses from a file of several; of several epochs those are flown that suit
    the `days` from the start, without a start the newest. `changes` replaces keys of the orbit as a
    scenario would write it, such as `insertion_latitude_deg` of a launch. Raises InputError.
    """
    name, table = orbit_table(text, start, satellite)
    table |= changes or {}
    model = _MODELS[table["kind"]]
    orbit = validated(model, table, f"orbit '{text}': ")
    ((elements, _),) = flown_orbits([(name, orbit)], start, days)
    return elements


def orbits_of(
    text: str, *, start: datetime | None = None, days: float | None = None
) -> tuple[tuple[Elements, str], ...]:
    """Return the elements of every satellite that a word names, each with its kind of orbit.

    As `orbit_of`, but that a file of several satellites gives all of them. Raises InputError.
    """
    name, table = orbit_table(text, start, None)
    kind = table["kind"]
    if kind == "ephemeris":
        return flown_orbits(scenario.ephemerides_in(Path(text)), start, days)
    if table.get("file") is not None:
        return flown_orbits(scenario.orbits_in(Path(text), messages=kind == "omm"), start, days)
    return flown_orbits([(name, validated(_MODELS[kind], table, f"orbit '{text}': "))], start, days)


def flown_orbits(
    orbits: Sequence[tuple[str, Any]], start: datetime | None, days: float | None
) -> tuple[tuple[Elements, str], ...]:
    """Return the elements of named orbits as a scenario would fly them, each with its kind.

    `start` is the epoch of an orbit that has none; of several element sets of a satellite those
    are flown that suit the `days` from it. Raises InputError.
    """
    # Of a scenario, no more than this is asked; nothing in it is left to validate.
    carrier = scenario.Scenario.model_construct(
        span=scenario.SpanTable.model_construct(start=start, days=days),
        satellites=tuple(
            scenario.Satellite.model_construct(name=name, orbit=orbit) for name, orbit in orbits
        ),
    )
    return tuple((elements, table.orbit.kind) for elements, table in from_scenario(carrier))


def orbit_table(
    text: str, start: datetime | None, satellite: str | None
) -> tuple[str, dict[str, Any]]:
    """Return the name of an orbit and the table a scenario would hold of it."""
    if text.partition(":")[0] in ("sso", "kepler"):
        if start is None:
            raise InputError(
                f"orbit '{text}' has no epoch of its own; give a start, such as "
                "2023-11-22T00:00:00Z"
            )
        return text, {**_formula(text), "epoch": start}
    if text in catalog.entries("launches"):
        return _launch_name(text), {"kind": "launch", "launch": text}
    if text in catalog.entries("elements"):
        return catalog.get("elements", text).name, {"kind": "tle", "catalog": text}
    path = Path(text)
    if not (path.is_file() or path.suffix or len(path.parts) > 1):
        known = (*catalog.entries("launches"), *catalog.entries("elements"))
        raise InputError(
            f"orbit '{text}' is no launch or element set of the catalogue, and no file"
            f"{nearest_hint(text, known)}"
        )
    begin = _begin_of(path)
    if is_ephemeris(begin):
        return satellite or path.name, {"kind": "ephemeris", "file": text, "satellite": satellite}
    kind = "omm" if _is_omm(path, begin) else "tle"
    return satellite or path.name, {"kind": kind, "file": text, "satellite": satellite}


def _begin_of(path: Path) -> str:
    """Return the first characters of a file, none where it cannot be read."""
    try:
        with path.open("rb") as stream:
            begin = stream.read(_BEGIN_BYTES)
    except OSError:
        return ""  # said by what reads it in full
    return begin.decode("utf-8-sig", errors="replace")


def _is_omm(path: Path, begin: str) -> bool:
    """Return whether a file holds messages rather than two-line sets, by its name or beginning."""
    return path.suffix.lower() in _OMM_SUFFIXES or is_message(begin)


def _launch_name(launch: str) -> str:
    """Return the name of a launch of which enough is known to fly its orbit."""
    entry = catalog.get("launches", launch)
    fields = scenario.LaunchOrbit.model_fields.items()
    needed = [name for name, field in fields if field.is_required() and name != "launch"]
    missing = [name for name in needed if name not in entry.values]
    if missing:
        raise InputError(
            f"orbit '{launch}': the catalogue has no orbit of this launch; missing are "
            f"{', '.join(missing)}"
        )
    return entry.name


def _formula(text: str) -> dict[str, Any]:
    if match := _SUN_SYNCHRONOUS.fullmatch(text):
        altitude_km, ltan_h = map(float, match.groups())
        return {"kind": "sun-synchronous", "altitude_km": altitude_km, "ltan_h": ltan_h}
    if match := _KEPLERIAN.fullmatch(text):
        keys = ("perigee_km", "apogee_km", "inclination_deg", "raan_deg")
        return {"kind": "keplerian"} | {
            key: float(value) for key, value in zip(keys, match.groups(), strict=True) if value
        }
    form = (
        "sso:ALTITUDE_KM:LTAN_H, such as sso:500:10.5"
        if text.startswith("sso")
        else "kepler:PERIGEE_KMxAPOGEE_KM:INCLINATION_DEG[:RAAN_DEG], such as kepler:493x512:97.4"
    )
    raise InputError(f"orbit '{text}' is not of the form {form}")


def place_of(text: str) -> Target:
    """Return a place: a target, station or site of the catalogue, or `LAT,LON[,HEIGHT_M]`.

    Raises InputError.
    """
    subject = f"place '{text}': "
    if match := _COORDINATES.fullmatch(text):
        coordinates = zip(_COORDINATE_KEYS, match.groups(), strict=True)
        numbers = {key: float(value) for key, value in coordinates if value is not None}
        return validated(Target, {"name": text.strip(), **numbers}, subject)
    for kind in _PLACE_KINDS:
        entry = catalog.entries(kind).get(text)
        if entry is not None:
            known = {key: entry.values[key] for key in _COORDINATE_KEYS if key in entry.values}
            return validated(Target, {"name": entry.name, **known}, subject)
    names = [identifier for kind in _PLACE_KINDS for identifier in catalog.entries(kind)]
    raise InputError(
        f"place '{text}' is no target, station or site of the catalogue, and not LAT,LON such as "
        f"39.04,125.71{nearest_hint(text, names)}"
    )


def clock_of(text: str, place: Target) -> str:
    """Return the zone of the clocks at a place that was named as in `place_of`.

    The catalogue's where its entry has one, else that of the entry's country, else the whole hour
    nearest to the longitude.
    """
    at_deg = place.place_deg
    for kind in _PLACE_KINDS:
        if (entry := catalog.entries(kind).get(text)) is not None:
            own, country = (entry.values.get(key) for key in ("time_zone", "country"))
            zone = own or zones.of_country(str(country), *at_deg)
            if zone is not None:
                return str(zone)
    return zones.by_longitude(at_deg[1])


def validated(model: type[_Model], values: Mapping[str, Any], subject: str) -> _Model:
    """Return the table of a model; raises InputError, each line of it beginning with `subject`."""
    try:
        return model.model_validate(values, context={"folder": Path()})
    except ValidationError as error:
        faults = error.errors(include_url=False)
        paths = (".".join(map(str, fault["loc"])) for fault in faults)
        lines = zip(paths, faults, strict=True)
        # A fault of the whole table has no path.
        places = ((f"{subject}{path}: " if path else subject, fault) for path, fault in lines)
        raise InputError([f"{place}{fault['msg']}" for place, fault in places]) from None
