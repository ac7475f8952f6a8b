"""TAT-C: `compute_access_periods` for elevations, `collect_observations` for off-nadir angles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
from shapely.geometry import Point
from tatc.analysis import collect_observations, compute_access_periods  # type: ignore[import-not-found, unused-ignore]
from tatc.schemas import Instrument, Satellite, TwoLineElements  # type: ignore[import-not-found, unused-ignore]

from benchmarks.peers import skyfield as skyfield_peer
from benchmarks.peers.protocol import Adapter, main
from benchmarks.works import Model, Window, Work


def prepare(work: Work, variant: str) -> dict[str, Any]:
    """Build satellites with an instrument, and points."""
    limit = work.constraint.max_off_nadir_deg
    regard_deg = 180.0 if limit is None else 2.0 * limit
    instrument = Instrument(name="camera", field_of_regard=regard_deg)
    return {
        "satellites": [
            Satellite(name=str(i), orbit=TwoLineElements(tle=list(tle)), instruments=[instrument])
            for i, tle in enumerate(work.tles)
        ],
        "points": [Point(lon, lat, height_m) for lat, lon, height_m in work.points],
        "work": work,
    }


def search(prepared: dict[str, Any]) -> Any:
    """Find the periods of every pair; all points at once where the package can."""
    work: Work = prepared["work"]
    satellites, points = prepared["satellites"], prepared["points"]
    if work.constraint.max_off_nadir_deg is not None:
        return collect_observations(points, satellites, work.start, work.end)
    minimum = work.constraint.min_elevation_deg
    return [
        (s, p, compute_access_periods(point, satellite, work.start, work.end, minimum))
        for s, satellite in enumerate(satellites)
        for p, point in enumerate(points)
    ]


def windows(prepared: dict[str, Any], raw: Any) -> list[Window]:
    """Turn intervals, or the rows of observations, into windows."""
    work: Work = prepared["work"]
    if work.constraint.max_off_nadir_deg is None:
        return [
            (s, p, _seconds(period.left, work.start), _seconds(period.right, work.start))
            for s, p, periods in raw
            for period in periods
        ]
    index = {(point.x, point.y): i for i, point in enumerate(prepared["points"])}
    rows = zip(raw["satellite"], raw["geometry"], raw["start"], raw["end"], strict=True)
    return [
        (
            int(satellite),
            index[point.x, point.y],
            _seconds(start, work.start),
            _seconds(end, work.start),
        )
        for satellite, point, start, end in rows
    ]


def _seconds(instant: pd.Timestamp, start: datetime) -> float:
    return float((instant - pd.Timestamp(start)).total_seconds())


def model(work: Work, variant: str) -> Model:
    """Return its own UT1, which is Skyfield's; nadir is geodetic by default."""
    return skyfield_peer.model(work, variant)


if __name__ == "__main__":
    main(Adapter(distribution="tatc", prepare=prepare, search=search, windows=windows, model=model))
