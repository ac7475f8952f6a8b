"""brahe: `location_accesses` over all places at once."""

from __future__ import annotations

from typing import Any

import brahe as bh  # type: ignore[import-not-found, unused-ignore]

from benchmarks.peers.protocol import Adapter, main
from benchmarks.works import Model, Window, Work

STEP_SIZE_S = 60.0


def prepare(work: Work, variant: str) -> dict[str, Any]:
    """Build propagators, places and the constraint, with UT1-UTC and polar motion at zero.

    A variant is the search's step in seconds in place of the default 60.
    """
    bh.set_global_eop_provider(bh.StaticEOPProvider.from_zero())
    start = work.start
    epoch = bh.Epoch.from_datetime(
        start.year, start.month, start.day, start.hour, start.minute, 0.0, 0.0, bh.TimeSystem.UTC
    )
    return {
        "satellites": [
            bh.SGPPropagator.from_tle(first, second, STEP_SIZE_S).with_id(i)
            for i, (first, second) in enumerate(work.tles)
        ],
        "places": [
            bh.PointLocation(lon, lat, height_m).with_id(i)
            for i, (lat, lon, height_m) in enumerate(work.points)
        ],
        "constraint": _constraint(work),
        "start": epoch,
        "end": epoch + work.duration_s,
        "config": bh.AccessSearchConfig(initial_time_step=float(variant or STEP_SIZE_S)),
    }


def _constraint(work: Work) -> Any:
    elevation = bh.ElevationConstraint(work.constraint.min_elevation_deg, None)
    if work.constraint.max_off_nadir_deg is None:
        return elevation
    # Without the horizon the off-nadir limit also admits places behind the Earth.
    off_nadir = bh.OffNadirConstraint(None, work.constraint.max_off_nadir_deg)
    return bh.ConstraintAll([off_nadir, elevation])


def search(prepared: dict[str, Any]) -> list[Any]:
    """Find the accesses of all pairs with the default tolerance of 1 ms."""
    return list(
        bh.location_accesses(
            prepared["places"],
            prepared["satellites"],
            prepared["start"],
            prepared["end"],
            prepared["constraint"],
            config=prepared["config"],
        )
    )


def windows(prepared: dict[str, Any], raw: list[Any]) -> list[Window]:
    """Turn access windows into seconds."""
    start = prepared["start"]
    return [
        (
            int(access.satellite_id or 0),
            int(access.location_id),
            float(access.window_open - start),
            float(access.window_close - start),
        )
        for access in raw
    ]


def model(work: Work, variant: str) -> Model:
    """Return SGP4 with WGS84's constants, UT1 = UTC."""
    return Model(gravity="wgs84", nadir="geocentric")


if __name__ == "__main__":
    main(
        Adapter(distribution="brahe", prepare=prepare, search=search, windows=windows, model=model)
    )
