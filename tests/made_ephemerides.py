"""Orbit ephemeris messages of states that another program makes: Skyfield, from element sets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from skyfield.api import EarthSatellite, load
from skyfield.framelib import ICRS_to_J2000, itrs, true_equator_and_equinox_of_date
from skyfield.sgp4lib import TEME

from simulator.arrays import FloatArray
from simulator.orbits.elements import Elements
from tests.made_orbits import kepler

START = datetime(2023, 11, 21, tzinfo=UTC)
STEP_S = 60.0
LOW = kepler(480.0, 520.0, 97.4, raan_deg=40.0)
_OFFSETS_S = {"UTC": 0.0, "TAI": 37.0, "GPS": 18.0, "TT": 69.184}


def states(elements: Elements, frame: str, count: int, step_s: float = STEP_S) -> FloatArray:
    """Return states (count, 6), km and km/s, from the start on, in a frame by Skyfield."""
    ts = load.timescale(builtin=True)
    body = EarthSatellite.from_satrec(elements.satellite, ts)
    at = body.at(ts.utc(2023, 11, 21, 0, 0, step_s * np.arange(count)))
    if frame in ("GCRF", "ICRF"):
        return np.concatenate([at.position.km, at.velocity.km_per_s]).T
    if frame in ("EME2000", "J2000"):
        parts = (at.position.km, at.velocity.km_per_s)
        return np.concatenate([ICRS_to_J2000 @ part for part in parts]).T
    axes: Any = {"TEME": TEME, "TOD": true_equator_and_equinox_of_date}.get(frame, itrs)
    place, velocity = at.frame_xyz_and_velocity(axes)
    return np.concatenate([place.km, velocity.km_per_s]).T


def instant(at_s: float, scale: str = "UTC") -> str:
    at = START + timedelta(seconds=at_s + _OFFSETS_S[scale])
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}"


def segment(
    table: FloatArray,
    *,
    frame: str = "ITRF2000",
    scale: str = "UTC",
    first: int = 0,
    last: int | None = None,
    extra: Sequence[str] = (),
    name: str = "SAT",
    step_s: float = STEP_S,
) -> str:
    """Return a segment of a KVN message of states `first` to `last` of a table."""
    last = len(table) - 1 if last is None else last
    lines = [
        "META_START",
        f"OBJECT_NAME = {name}",
        f"OBJECT_ID = 2023-{name}",
        "CENTER_NAME = EARTH",
        f"REF_FRAME = {frame}",
        f"TIME_SYSTEM = {scale}",
        f"START_TIME = {instant(step_s * first, scale)}",
        f"STOP_TIME = {instant(step_s * last, scale)}",
        *extra,
        "META_STOP",
    ]
    for number in range(first, last + 1):
        words = " ".join(f"{value:.9f}" for value in table[number])
        lines.append(f"{instant(step_s * number, scale)} {words}")
    return "\n".join(lines) + "\n"


def message(*segments: str) -> str:
    """Return a KVN message of segments."""
    head = "CCSDS_OEM_VERS = 2.0\nCREATION_DATE = 2024-01-01T00:00:00\nORIGINATOR = TEST\n\n"
    return head + "\n".join(segments)
