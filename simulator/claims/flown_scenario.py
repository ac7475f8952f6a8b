"""The scenario of what statements were checked with: its orbits, places, cameras and networks.

An answer that a folder keeps holds a scenario, and where each of its inputs is from; this is that
of statements. Each check flies what it names, not all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from simulator.claims.statements import Claim
from simulator.scenario import Scenario, loads, toml_text
from simulator.study import orbit_of, orbit_table, place_of

_TITLE = "Published statements, and what they were checked with"
_QUESTION = "Which of these statements can be true?"
_SENSOR, _NETWORK, _PLACE = "malligyong_press", "dprk", "pgscc"
_ORBIT = "malligyong1_nov23"
_ORBIT_KEYS, _PLACE_KEYS = ("orbit", "orbits", "sets"), ("target", "targets", "station")
_RATE_MBPS = 2.0


def scenario_of_claims(claims: Sequence[Claim]) -> Scenario:
    """Return a scenario of all that some statements are checked with.

    Where they name no orbit, place or network, it has those of Malligyong-1.
    """
    checks = [check for claim in claims for check in claim.checks]
    fleet = [row for check in checks for row in getattr(check, "fleet", ())]
    orbits = list(_named([*checks, *fleet], _ORBIT_KEYS)) or [_ORBIT]
    places = list(_named(checks, _PLACE_KEYS)) or [_PLACE]
    networks = list(_named(checks, ("network", "others"))) or [_NETWORK]
    start = _start(checks, orbits)
    document: dict[str, Any] = {
        "schema_version": 1,
        "title": _TITLE,
        "question": _QUESTION,
        "networks": networks,
        "targets": [_target(place) for place in places],
        "span": {"start": start, "days": 10.0},
        "satellites": [_satellite(orbit, start) for orbit in orbits],
    }
    text = "\n".join(f"{key} = {toml_text(value)}" for key, value in document.items())
    return loads(text, origin="claims", folder=Path())


def _named(tables: Sequence[Any], keys: Sequence[str]) -> Iterator[str]:
    """Yield each name that some tables have under some keys, once, in their order."""
    seen: dict[str, None] = {}
    for table in tables:
        for key in keys:
            value = getattr(table, key, None) or ()
            seen |= dict.fromkeys((value,) if isinstance(value, str) else value)
    yield from seen


def _start(checks: Sequence[Any], orbits: Sequence[str]) -> datetime:
    """Return the earliest instant that a check speaks of, else the epoch of the first orbit."""
    found = []
    for check in checks:
        for key in ("begin", "instant", "end", "start"):
            value = getattr(check, key, None) or ()
            found += [value] if isinstance(value, datetime) else list(value)
    return min(found) if found else orbit_of(orbits[0]).epoch.replace(microsecond=0)


def _target(word: str) -> dict[str, Any]:
    place = place_of(word)
    latitude_deg, longitude_deg = place.place_deg
    return {
        "name": word,
        "latitude_deg": latitude_deg,
        "longitude_deg": longitude_deg,
        "height_m": place.height_m,
    }


def _satellite(word: str, start: datetime) -> dict[str, Any]:
    _, orbit = orbit_table(word, start, None)
    return {
        "name": word,
        "sensor": _SENSOR,
        "downlink_rate_mbps": _RATE_MBPS,
        "orbit": {key: value for key, value in orbit.items() if value is not None},
    }
