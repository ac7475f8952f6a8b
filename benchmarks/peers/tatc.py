"""TAT-C: `compute_access_periods` for elevations, `collect_observations` for off-nadir angles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import geopandas as gpd  # type: ignore[import-not-found, unused-ignore]
import pandas as pd
from shapely.geometry import Point, box
from tatc.analysis import (  # type: ignore[import-not-found, unused-ignore]
    aggregate_observations,
    collect_observations,
    compute_access_periods,
    grid_observations,
    reduce_observations,
)
from tatc.schemas import Instrument, Satellite, TwoLineElements  # type: ignore[import-not-found, unused-ignore]

from benchmarks.peers import skyfield as skyfield_peer
from benchmarks.peers.protocol import Adapter, main
from benchmarks.works import Model, Window, Work


def prepare(work: Work, variant: str) -> dict[str, Any]:
    """Build satellites with an instrument, and points; a variant names boxes to take means over."""
    limit = work.constraint.max_off_nadir_deg
    regard_deg = 180.0 if limit is None else 2.0 * limit
    instrument = Instrument(name="camera", field_of_regard=regard_deg)
    return {
        "satellites": [
            Satellite(name=str(i), orbit=TwoLineElements(tle=list(tle)), instruments=[instrument])
            for i, tle in enumerate(work.tles)
        ],
        "points": [Point(lon, lat, height_m) for lat, lon, height_m in work.points],
        "boxes": json.loads(variant) if variant else [],
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


def extras(prepared: dict[str, Any], raw: Any) -> Mapping[str, Any]:
    """Return the package's own means where statistics of off-nadir windows are wanted.

    Under `points` a row (point, samples, mean access, mean revisit) for each point seen, in seconds
    and None where undefined; under `cells` the same for each box (west, south, east, north) of the
    variant, gridded. Times come in nanoseconds.
    """
    work: Work = prepared["work"]
    if work.wanted != "statistics" or work.constraint.max_off_nadir_deg is None:
        return {}
    reduced = reduce_observations(aggregate_observations(raw))
    index = {(point.x, point.y): i for i, point in enumerate(prepared["points"])}
    points = [
        (index[p.x, p.y], *row) for p, row in zip(reduced.geometry, _means(reduced), strict=True)
    ]
    boxes = prepared["boxes"]
    cells = gpd.GeoDataFrame(
        {"cell_id": range(len(boxes))}, geometry=[box(*bounds) for bounds in boxes], crs="EPSG:4326"
    )
    gridded = grid_observations(reduced, cells).sort_values("cell_id")
    return {"points": sorted(points), "cells": _means(gridded)}


def _means(frame: Any) -> list[tuple[int, float | None, float | None]]:
    def seconds(value: Any) -> float | None:
        return None if pd.isna(value) else round(float(value.total_seconds()), 9)

    rows = zip(frame["samples"], frame["access"], frame["revisit"], strict=True)
    return [(int(samples), seconds(access), seconds(revisit)) for samples, access, revisit in rows]


def model(work: Work, variant: str) -> Model:
    """Return its own UT1, which is Skyfield's; nadir is geodetic by default."""
    return skyfield_peer.model(work, variant)


if __name__ == "__main__":
    main(
        Adapter(
            distribution="tatc",
            prepare=prepare,
            search=search,
            windows=windows,
            model=model,
            extras=extras,
        )
    )
