"""spacelab (package `spacedatalab`): `access_windows`, point by point.

It knows circular orbits in a plane that stays and an Earth that turns evenly, no element sets: it
is given the circular orbit of the elements' size, plane and phase at the start.
"""

from __future__ import annotations

from typing import Any

import spacedatalab  # type: ignore[import-not-found, unused-ignore]

from benchmarks.peers.protocol import Adapter, main
from benchmarks.works import Model, Window, Work, circular_orbit, ground_point


def prepare(work: Work, variant: str) -> dict[str, Any]:
    """Build orbits, the sensor and the points, which may lie on the ellipsoid."""
    limits = work.constraint
    sensor = (
        spacedatalab.Sensor.elevation(limits.min_elevation_deg)
        if limits.max_off_nadir_deg is None
        else spacedatalab.Sensor.agile(limits.max_off_nadir_deg)
    )
    return {
        "orbits": [circular_orbit(tle, work.start) for tle in work.tles],
        "sensor": sensor,
        "points": [ground_point(*point) for point in work.points],
        "duration_s": work.duration_s,
    }


def search(prepared: dict[str, Any]) -> list[tuple[int, int, Any]]:
    """Find the windows of every pair with the default tolerance of 1 ms."""
    sensor, duration_s = prepared["sensor"], prepared["duration_s"]
    return [
        (
            s,
            p,
            spacedatalab.access_windows(
                orbit.radius_m,
                orbit.inclination_rad,
                orbit.node_rad,
                orbit.phase_rad,
                sensor,
                point,
                duration_s,
            ),
        )
        for s, orbit in enumerate(prepared["orbits"])
        for p, point in enumerate(prepared["points"])
    ]


def windows(prepared: dict[str, Any], raw: list[tuple[int, int, Any]]) -> list[Window]:
    """Return the intervals, which are in seconds already."""
    return [(s, p, float(a), float(b)) for s, p, intervals in raw for a, b in intervals]


def model(work: Work, variant: str) -> Model:
    """Return the circular orbit, off-nadir angles from the geocentric nadir."""
    return Model(orbit="circular", nadir="geocentric")


if __name__ == "__main__":
    main(
        Adapter(
            distribution="spacedatalab",
            prepare=prepare,
            search=search,
            windows=windows,
            model=model,
        )
    )
