"""Layers of satellites: ground tracks, what a sensor can be pointed at, positions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from simulator import orbits
from simulator.arrays import FloatArray
from simulator.earth import EARTH_MEAN_RADIUS_KM, ecef_to_geodetic, reach_deg
from simulator.export.outlines import DECIMALS, cut_line, cut_surface
from simulator.export.states import earth_fixed
from simulator.maps import globe

if TYPE_CHECKING:
    from simulator.export.layers import LayerSource

Rows = tuple[pd.DataFrame, list[BaseGeometry]]


@dataclass(frozen=True, eq=False)
class Revolution:
    """A part of a track from one ascending node to the next, or to the stretch's ends."""

    satellite: str
    number: int
    time_s: FloatArray
    latitude_deg: FloatArray
    longitude_deg: FloatArray
    altitude_km: FloatArray


def ground(path: orbits.Track, at_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return latitude and longitude, degrees, and height, km, of a track at instants (N,)."""
    latitude, longitude, height_m = ecef_to_geodetic(earth_fixed(path, at_s)[0] * 1e3)
    return latitude, longitude, height_m / 1e3


def revolutions(source: LayerSource) -> Iterator[Revolution]:
    """Yield the revolutions of the satellites chosen within the stretch, in order.

    A revolution ends too where the path jumps, or nothing is known of it.
    """
    for name, path, parts in source.runs():
        number = 0
        nodes = orbits.revolutions_s(path, float(parts[-1][-1]))
        for instants in parts:
            inner = nodes[(nodes > instants[0] + 1.0) & (nodes < instants[-1] - 1.0)]
            edges = [float(instants[0]), *inner.tolist(), float(instants[-1])]
            for first, last in pairwise(edges):
                number += 1
                between = instants[(instants > first + 1e-3) & (instants < last - 1e-3)]
                at_s = np.concatenate([[first], between, [last]])
                yield Revolution(name, number, at_s, *ground(path, at_s))


def tracks(source: LayerSource) -> Rows:
    """Return a ground track for each revolution."""
    rows, shapes = [], []
    for part in revolutions(source):
        points = globe.track_vectors(part.longitude_deg, part.latitude_deg)
        longitude, latitude = globe.lonlat(points)
        rows.append(_row(source, part))
        shapes.append(cut_line(np.column_stack([longitude, latitude])))
    return _timed(source, rows), shapes


def fields_of_regard(source: LayerSource) -> Rows:
    """Return the ground within reach of the sensor for each revolution."""
    rows, shapes = [], []
    sensors = source.results.satellites.set_index("satellite")
    for part in revolutions(source):
        sensor = sensors.loc[part.satellite]
        angles = reach_deg(
            altitude_km=part.altitude_km,
            min_off_nadir_deg=sensor["min_off_nadir_deg"],
            max_off_nadir_deg=sensor["max_off_nadir_deg"],
            min_elevation_deg=sensor["min_elevation_deg"],
        )
        inner, outer = (np.radians(angle) * EARTH_MEAN_RADIUS_KM for angle in angles)
        points = globe.track_vectors(part.longitude_deg, part.latitude_deg)
        reach = {"reach_min_km": float(outer.min()), "reach_max_km": float(outer.max())}
        rows.append(_row(source, part) | reach)
        shapes.append(cut_surface([globe.field_of_regard(points, inner, outer)]))
    return _timed(source, rows), shapes


def positions(source: LayerSource) -> Rows:
    """Return where the satellites are at each step; the height is among the columns."""
    parts = []
    for name, path, runs in source.runs():
        at_s = np.concatenate(runs)
        latitude, longitude, altitude = ground(path, at_s)
        parts.append(
            pd.DataFrame(
                {
                    "satellite": name,
                    "time_s": np.round(at_s, 3),
                    "latitude_deg": np.round(latitude, DECIMALS),
                    "longitude_deg": np.round(longitude, DECIMALS),
                    "altitude_km": np.round(altitude, 3),
                }
            )
        )
    if not parts:
        return pd.DataFrame(), []
    table = pd.concat(parts, ignore_index=True)
    table.insert(2, "time_utc", _utc(source, table["time_s"]))
    return table, list(shapely.points(table["longitude_deg"], table["latitude_deg"]))


def _row(source: LayerSource, part: Revolution) -> dict[str, Any]:
    return {
        "satellite": part.satellite,
        "revolution": part.number,
        "start_s": round(float(part.time_s[0]), 3),
        "end_s": round(float(part.time_s[-1]), 3),
        "altitude_min_km": round(float(part.altitude_km.min()), 3),
        "altitude_max_km": round(float(part.altitude_km.max()), 3),
    }


def _timed(source: LayerSource, rows: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    for number, name in ((4, "end"), (3, "start")) if rows else ():
        table.insert(number, f"{name}_utc", _utc(source, table[f"{name}_s"]))
    return table


def _utc(source: LayerSource, time_s: pd.Series) -> pd.Series:
    instants = source.flown.stretch.span.datetimes(time_s.to_numpy(float))
    instants_utc: pd.Series = pd.Series(instants, index=time_s.index).dt.tz_localize("UTC")
    return instants_utc
