"""Where a result comes from: catalogue entries with their sources, versions, models, meanings."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import simulator
from simulator import catalog
from simulator.glossary import definitions
from simulator.orbits import density_source
from simulator.packagefiles import contents
from simulator.scenario import (
    EphemerisOrbit,
    OmmOrbit,
    Scenario,
    TleOrbit,
    catalog_used,
    locality,
)
from simulator.study.case import Study
from simulator.version import __version__

_PACKAGES = (
    *("numpy", "sgp4", "skyfield", "pyerfa", "numba", "pandas", "xarray", "cartopy"),
    *("h5netcdf", "h5py", "shapely", "healpix", "tzdata"),
)
# The files that results depend on; what is compiled from them, and for which processor, is not
# among these.
_PROGRAM, _PROCESSOR = (".py", ".toml", ".csv", ".txt", ".json"), "processor.txt"


def provenance_of(
    scenario: Scenario, study: Study, others: Sequence[Scenario] = ()
) -> dict[str, Any]:
    """Return the catalogue entries a scenario uses, the packages, UT1 and the definitions.

    `scenario` is the one as written, which the study has resolved; entries are also those of
    `others`, scenarios that an answer rests on too.
    """
    resolved, span = study.scenario, study.span
    used = sorted({entry for each in (scenario, *others) for entry in catalog_used(each)})
    return {
        "catalogue": [_entry(kind, entry_id) for kind, entry_id in used],
        "definitions": definitions(
            resolved.counting.revisit_rule,
            radar=any(table.sensor.kind == "radar" for table in resolved.satellites),
            always_asked=all(
                target.requests is None or target.requests.kind == "always"
                for target in resolved.targets
            ),
        ),
        "packages": versions(),
        "platform": platform_text(),
        "program_sha256": program_sha256(),
        "ut1_minus_utc_s": round(span.ut1_minus_utc_start_s, 6),
        "ut1_minus_utc_from": "tables of the IERS"
        if span.ut1_minus_utc_from == "table"
        else span.ut1_minus_utc_from,
        **asdict(locality(scenario)),
        **_ephemerides(resolved),
        "models": {
            "propagation": _propagation(resolved),
            "earth rotation": "GMST 1982 on UT1; polar motion left out (about 10 m)",
            "ground": "WGS84",
            "sun": "ERFA epv00 with aberration, seen from the site; no refraction",
            "blocking": "the WGS84 ellipsoid, axes longer by the grazing height",
            "shadow": "of the WGS84 ellipsoid in the light of the sun's disc; no atmosphere",
            **_decay_models(resolved),
            **_way_models(resolved),
        },
        "caution": _caution(resolved),
    }


def _ephemerides(resolved: Scenario) -> dict[str, Any]:
    """Return name and digest of each file of states that a satellite flies by, if any does."""
    files = [
        {"satellite": table.name, "file": Path(orbit.file).name, "sha256": orbit.file_sha256}
        for table in resolved.satellites
        for orbit in (table.orbit,)
        if isinstance(orbit, EphemerisOrbit)
    ]
    return {"ephemerides": files} if files else {}


def _propagation(resolved: Scenario) -> str:
    """Return what brings satellites from one instant to another."""
    by_states = [isinstance(table.orbit, EphemerisOrbit) for table in resolved.satellites]
    states = "interpolated states of an orbit ephemeris message"
    if all(by_states) and by_states:
        return states
    return "SGP4, WGS72, improved mode" + (f"; {states}" if any(by_states) else "")


def _way_models(resolved: Scenario) -> dict[str, str]:
    """Return how targets move, if any does."""
    if all(target.track is None for target in resolved.targets):
        return {}
    return {"moving targets": "great circles of geodetic coordinates, on the ellipsoid at height"}


def _decay_models(resolved: Scenario) -> dict[str, str]:
    """Return the models by which orbits decay, if any does."""
    if all(table.orbit.decay is None for table in resolved.satellites):
        return {}
    return {
        "decay": "mean elements by King-Hele's equations, the Sun's gravity and the solid Earth's "
        "tide, flown by SGP4 in a history of element sets",
        "atmosphere": density_source(),
    }


def _caution(resolved: Scenario) -> str:
    """Return what to be wary of in any result, clouds first where a sensor sees by light."""
    clouds = (
        "Clouds are left out: every look of an optical sensor counts as under a clear sky, so "
        "that usable pictures are fewer, and the waits for them longer, than any figure here. "
    )
    if resolved.clouds is not None:
        clouds = (
            "Figures with clear in their names, and what is acted on in time, count clouds, by an "
            "estimated chance of a clear sky; all others count every look of an optical sensor as "
            "under one. "
        )
    optical = any(table.sensor.kind == "optical" for table in resolved.satellites)
    return (
        f"{clouds if optical else ''}Orbits, sensors and ground networks marked hypothetical, "
        "estimated or assumed are what-if inputs: results are not evidence of any capability."
    )


def source_line(study: Study) -> str:
    """Return the line that is printed below figures: models, and what orbits are made of."""
    flights = study.flights
    assumed = sum(flight.elements.hypothetical for flight in flights)
    sets = sum(isinstance(flight.table.orbit, TleOrbit | OmmOrbit) for flight in flights)
    noun = "orbit" if len(flights) == 1 else "orbits"
    origin = "element sets" if sets == len(flights) else "public figures"
    orbit = f"{noun} from {origin}"
    if assumed == len(flights):
        orbit = f"hypothetical {orbit}"
    elif assumed:
        orbit = f"{assumed} of {len(flights)} orbits hypothetical"
    states = sum(flight.elements.is_tabulated for flight in flights)
    if states == len(flights):
        return f"WGS84; {noun} from an ephemeris; map: Natural Earth"
    by_states = f"; {states} of {len(flights)} from an ephemeris" if states else ""
    return f"SGP4 (WGS72), WGS84; {orbit}{by_states}; map: Natural Earth"


def versions() -> dict[str, str]:
    """Return the versions of this program, of Python, and of the packages that numbers rest on."""
    own = {"simulator": __version__, "python": platform.python_version()}
    return own | {name: metadata.version(name) for name in _PACKAGES}


@cache
def program_sha256() -> str:
    """Return a digest of the program's own files, code and data: between versions they change."""
    package, whole = Path(simulator.__file__).parent, hashlib.sha256()
    for name, data in contents(package, _PROGRAM):
        if name != _PROCESSOR:
            whole.update(f"{name}\0{len(data)}\0".encode() + data)
    return whole.hexdigest()


def platform_text() -> str:
    """Return what machine code is made for: system, architecture and kind of processor."""
    from llvmlite.binding import get_host_cpu_name

    return f"{platform.system()} {platform.machine()}, {get_host_cpu_name()}"


def _entry(kind: str, entry_id: str) -> dict[str, Any]:
    entry = catalog.get(kind, entry_id)
    return {
        "kind": kind,
        "id": entry_id,
        "name": entry.name,
        **({"short": entry.short} if entry.short else {}),
        "note": entry.note,
        "values": {key: _plain(value) for key, value in entry.values.items()},
        "provenance": {
            key: {
                "confidence": origin.confidence,
                "note": origin.note,
                "sources": [
                    {"id": s.id, "title": s.title, "address": s.address} for s in origin.sources
                ],
            }
            for key, origin in entry.provenance.items()
        },
    }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else value
