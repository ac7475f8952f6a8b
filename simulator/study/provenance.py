"""Where a result comes from: catalogue entries with their sources, versions, definitions."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib import metadata
from typing import Any

from simulator import catalog
from simulator.coverage import RevisitRule
from simulator.scenario import OmmOrbit, Scenario, TleOrbit, catalog_used, locality
from simulator.study.case import Study
from simulator.version import __version__

_PACKAGES = ("numpy", "sgp4", "skyfield", "pyerfa", "numba", "pandas", "xarray", "cartopy")

_REVISIT = {
    "stk": "all gaps between merged accesses, both end gaps included; never seen: the span's "
    "length",
    "tatc": "gaps between merged accesses, both end gaps left out; seen but once: none",
    "interior": "gaps between merged accesses, both end gaps left out; seen but once: none",
}


# What each printed figure means, one sentence a figure; names in braces depend on the scenario.
_DEFINITIONS = {
    "access": "interval in which a place could be looked at: all conditions of the sensor "
    "hold, of off-nadir, elevation, sample distance and light as far as it has them",
    "revisit": "rule '{rule}': {counted}; always in view: 0",
    "picture": "one an access, taken at its best look or, where the satellite cannot turn in "
    "time, as near to it as it can; left out where no instant fits",
    "lost": "found no room in the recorder; in real time, no contact to be sent in",
    "latency stages": "no contact open; in contact but not being sent; being sent; from the "
    "last bit sent to headquarters: they add up to the latency",
    "response stages": "to the command on board; to the end of collection; to headquarters: "
    "they add up to the response",
    "spread": "median and range over draws in which all satellites are moved along their "
    "orbits by one angle and the seed is the next; evenly spread angles",
    "sampling error": "where uncertainty.share of spans lie that are put together anew from "
    "days of this one (block bootstrap, moving blocks, Kuensch 1989), the same days for all "
    "places and networks, moved so that their median lies at the figure; luck of the days "
    "flown alone, not of orbit phase or season. What is longest, least or worst, and the share "
    "seen at least once, have none: no such span holds more than this one. In regions of more "
    "than 5,000 cells the reach is that of about as many, evenly spread",
    "seen in": "time from the start of the span until so much of the area has been in access",
    "strips": "each at a held roll, chosen greedily by the area they add that day",
    "stays": "something that appears at a uniformly random instant and stays within the span "
    "could be looked at if an access is open while it stays",
    "safe": "longest stretch without access that begins in an hour of the local mean day",
    "ages of cells": "every access of a cell gives a picture that has the network to itself",
    "response of cells": "under the same assumption, by the rule of the response; what lies "
    "beyond the span is left out by cell and its share given",
    "contacts": "times of a satellite in contact with one station or more, overlaps merged; "
    "minutes are added over satellites",
    "longest silence": "longest time without contact of any satellite, ends of the span included",
    "wait for contact": "from a uniformly random instant to contact of any satellite",
    "could send": "all satellites to the ground, one beam a satellite at its best rate, "
    "whether or not there are pictures",
    "shares of pictures": "passed on by satellites, of those delivered; home within a time, "
    "of those taken",
    "latency": "end of collection to the last bit at headquarters, delivered pictures only; "
    "percentiles by nearest rank",
    "response": "{request}, commanded through the network, to the first picture then taken and "
    "delivered; targets weigh alike; requests whose answer lies beyond the span are left out "
    "and their share given",
    "age": "instant less the collection time of the newest picture at headquarters; time "
    "statistics, targets weigh alike; the time before the first delivery is left out and its "
    "share given",
    "wait for access": "from a uniformly random instant to the next access, the span's end "
    "taken for one; the sum of the squared gaps over twice the span",
    "best look": "instant of an access with the finest ground sample distance (GSD), "
    "geometric mean of both directions, which a look at elevation 0 or below has not; the "
    "finest GSD of all and the highest NIIRS, by GIQE-5 with edge response and noise assumed"
    "{radar}",
    "orbit heights": "two-body heights of the SGP4 mean motion over 6378.135 km",
    "local time": "mean solar",
    "off-nadir": "from the geodetic nadir",
}


def definitions(
    rule: RevisitRule, *, radar: bool = False, always_asked: bool = True
) -> dict[str, str]:
    """Return what each printed figure means, one sentence a figure.

    `radar`: if any looks; `always_asked`: if a request may come at any instant at every target.
    """
    request = "request at a uniformly random instant"
    if not always_asked:
        request = "request when the scenario has one for the target"
    no_niirs = "; it is of optical pictures, so a radar's looks have no NIIRS"
    words = {
        "rule": rule,
        "counted": _REVISIT[rule],
        "request": request,
        "radar": no_niirs if radar else "",
    }
    return {name: text.format(**words) for name, text in _DEFINITIONS.items()}


def provenance(scenario: Scenario, study: Study) -> dict[str, Any]:
    """Return the catalogue entries a scenario uses, the packages, UT1 and the definitions.

    `scenario` is the one as written, which the study has resolved.
    """
    resolved, span = study.scenario, study.span
    return {
        "catalogue": [_entry(kind, entry_id) for kind, entry_id in catalog_used(scenario)],
        "definitions": definitions(
            resolved.counting.revisit_rule,
            radar=any(table.sensor.kind == "radar" for table in resolved.satellites),
            always_asked=all(
                target.requests is None or target.requests.kind == "always"
                for target in resolved.targets
            ),
        ),
        "packages": _versions(),
        "ut1_minus_utc_s": round(span.ut1_minus_utc_start_s, 6),
        "ut1_minus_utc_from": "tables of the IERS"
        if span.ut1_minus_utc_from == "table"
        else span.ut1_minus_utc_from,
        **asdict(locality(scenario)),
        "models": {
            "propagation": "SGP4, WGS72, improved mode",
            "earth rotation": "GMST 1982 on UT1; polar motion left out (about 10 m)",
            "ground": "WGS84",
            "sun": "ERFA epv00 with aberration, seen from the site; no refraction",
            "blocking": "the WGS84 ellipsoid, axes longer by the grazing height",
            "shadow": "of the WGS84 ellipsoid in the light of the sun's disc; no atmosphere",
        },
        "caution": "Orbits, sensors and ground networks marked hypothetical, estimated or assumed "
        "are what-if inputs: results are not evidence of any capability.",
    }


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
    return f"SGP4 (WGS72), WGS84; {orbit}; map: Natural Earth"


def _versions() -> dict[str, str]:
    versions = {"simulator": __version__, "python": platform.python_version()}
    return versions | {name: metadata.version(name) for name in _PACKAGES}


def _entry(kind: str, entry_id: str) -> dict[str, Any]:
    entry = catalog.get(kind, entry_id)
    return {
        "kind": kind,
        "id": entry_id,
        "name": entry.name,
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
