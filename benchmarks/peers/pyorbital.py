"""pyorbital: `Orbital.get_next_passes`, point by point."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from pyorbital.orbital import Orbital  # type: ignore[import-not-found, unused-ignore]

from benchmarks.peers.protocol import Adapter, main
from benchmarks.works import Model, Window, Work

METRES_PER_KM = 1000.0


def prepare(work: Work, variant: str) -> dict[str, Any]:
    """Build the orbits; the package wants naive instants in UTC and whole hours."""
    return {
        "satellites": [Orbital(str(i), line1=a, line2=b) for i, (a, b) in enumerate(work.tles)],
        "start": work.start.replace(tzinfo=None),
        "hours": math.ceil(work.days * 24.0),
        "work": work,
    }


def search(prepared: dict[str, Any]) -> list[tuple[int, int, list[Any]]]:
    """List the passes of every pair."""
    work: Work = prepared["work"]
    start, hours = prepared["start"], prepared["hours"]
    minimum = work.constraint.min_elevation_deg
    return [
        (
            s,
            p,
            satellite.get_next_passes(
                start, hours, lon, lat, height_m / METRES_PER_KM, horizon=minimum
            ),
        )
        for s, satellite in enumerate(prepared["satellites"])
        for p, (lat, lon, height_m) in enumerate(work.points)
    ]


def windows(prepared: dict[str, Any], raw: list[tuple[int, int, list[Any]]]) -> list[Window]:
    """Turn (rise, fall, highest) into windows."""
    start = prepared["start"]
    return [
        (s, p, _seconds(rise, start), _seconds(fall, start))
        for s, p, passes in raw
        for rise, fall, _ in passes
    ]


def _seconds(instant: datetime, start: datetime) -> float:
    return (instant - start).total_seconds()


def model(work: Work, variant: str) -> Model:
    """Return its own SGP4 with the constants of 1980, UT1 = UTC."""
    return Model(gravity="wgs72old")


if __name__ == "__main__":
    main(
        Adapter(
            distribution="pyorbital", prepare=prepare, search=search, windows=windows, model=model
        )
    )
