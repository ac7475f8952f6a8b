"""orbit-predictor: `passes_over` with the default predictor and tolerance, point by point."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from orbit_predictor.locations import Location  # type: ignore[import-not-found, unused-ignore]
from orbit_predictor.sources import get_predictor_from_tle_lines  # type: ignore[import-not-found, unused-ignore]

from benchmarks.peers.protocol import Adapter, main
from benchmarks.works import Model, Window, Work


def prepare(work: Work, variant: str) -> dict[str, Any]:
    """Build predictors and places; the package wants naive instants in UTC."""
    return {
        "satellites": [get_predictor_from_tle_lines(list(tle)) for tle in work.tles],
        "places": [
            Location(str(i), lat, lon, height_m)
            for i, (lat, lon, height_m) in enumerate(work.points)
        ],
        "start": work.start.replace(tzinfo=None),
        "end": work.end.replace(tzinfo=None),
        "work": work,
    }


def search(prepared: dict[str, Any]) -> list[tuple[int, int, list[Any]]]:
    """Predict the passes of every pair."""
    minimum = prepared["work"].constraint.min_elevation_deg
    start, end = prepared["start"], prepared["end"]
    return [
        (
            s,
            p,
            list(
                satellite.passes_over(
                    place, start, limit_date=end, max_elevation_gt=minimum, aos_at_dg=minimum
                )
            ),
        )
        for s, satellite in enumerate(prepared["satellites"])
        for p, place in enumerate(prepared["places"])
    ]


def windows(prepared: dict[str, Any], raw: list[tuple[int, int, list[Any]]]) -> list[Window]:
    """Clip passes to the span, which the package overruns."""
    start, duration_s = prepared["start"], prepared["work"].duration_s
    clipped = (
        (s, p, max(_seconds(pass_.aos, start), 0.0), min(_seconds(pass_.los, start), duration_s))
        for s, p, passes in raw
        for pass_ in passes
    )
    return [window for window in clipped if window[3] > window[2]]


def _seconds(instant: datetime, start: datetime) -> float:
    return (instant - start).total_seconds()


def model(work: Work, variant: str) -> Model:
    """Return SGP4 with WGS84's constants, UT1 = UTC."""
    return Model(gravity="wgs84")


if __name__ == "__main__":
    main(
        Adapter(
            distribution="orbit-predictor",
            prepare=prepare,
            search=search,
            windows=windows,
            model=model,
        )
    )
