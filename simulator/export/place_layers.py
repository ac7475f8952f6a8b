"""Layers of places: targets, stations with what they reach, and what happens at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from simulator.earth import circle
from simulator.export.outlines import DECIMALS, cut_surface
from simulator.maps import globe

if TYPE_CHECKING:
    from simulator.export.layers import LayerSource

Rows = tuple[pd.DataFrame, list[BaseGeometry]]


def targets(source: LayerSource) -> Rows:
    """Return every target, one that moves where its way begins."""
    table = source.results.targets
    return _named(table, "target", source.labels.target), _points(table)


def stations(source: LayerSource) -> Rows:
    """Return every station and relay of the networks once, with the networks that have it."""
    table = _members(source)
    return _named(table, "station", source.labels.station), _points(table)


def contact_circles(source: LayerSource) -> Rows:
    """Return the circle of each station for the heights flown: one where one stands for all."""
    table = _members(source)
    if not len(table) or "contact_radius_min_km" not in table:
        return table, []
    table = table[table["contact_radius_min_km"].notna()]
    parts = []
    for of, radius_km in _radii_km(table).items():
        part = table.assign(heights=of, contact_radius_km=radius_km.round(3))
        parts.append(part[radius_km.notna() & (radius_km > 0.0)])
    # A station's circles stand together.
    rows = pd.concat(parts).sort_index(kind="stable")
    kept = ["station", "networks", "heights", "contact_radius_km", "min_elevation_deg"]
    shapes = [
        _cap(*row)
        for row in zip(
            rows["latitude_deg"], rows["longitude_deg"], rows["contact_radius_km"], strict=True
        )
    ]
    return _named(rows[kept], "station", source.labels.station), shapes


def accesses(source: LayerSource) -> Rows:
    """Return the accesses of the stretch, each where its target is at the best look."""
    table = source.within(source.results.accesses, "start_s", "end_s")
    places = source.results.targets.set_index("target")
    where = places.reindex(table["target"])[["longitude_deg", "latitude_deg"]]
    points = where.to_numpy(float, copy=True)
    for target, way in source.results.ways.groupby("target", sort=False):
        own = (table["target"] == target).to_numpy()
        at_s = table["best_s"].to_numpy(float)[own]
        longitude = np.unwrap(way["longitude_deg"].to_numpy(float), period=360.0)
        points[own, 0] = globe.turned_longitude(np.interp(at_s, way["time_s"], longitude), 0.0)
        points[own, 1] = np.interp(at_s, way["time_s"], way["latitude_deg"])
    return _named(table, "target", source.labels.target), list(shapely.points(points))


def contacts(source: LayerSource) -> Rows:
    """Return the contacts of the stretch with stations and relays of the networks."""
    table = source.within(source.results.contacts, "start_s", "end_s")
    table = table[table["network"].isin(source.networks)]
    places = source.results.stations.drop_duplicates("station").set_index("station")
    where = places.reindex(table["station"])
    return _named(table, "station", source.labels.station), _points(where)


def _members(source: LayerSource) -> pd.DataFrame:
    """Return stations and relays of the networks, what is alike in several of them once."""
    table = source.results.stations
    table = table[table["network"].isin(source.networks)]
    columns = [name for name in table.columns if name != "network"]
    if not len(table):
        return table.drop(columns="network").assign(networks="")
    grouped = table.groupby(columns, sort=False, dropna=False)["network"]
    joined = grouped.agg("; ".join).reset_index(name="networks")
    return joined[["station", "networks", *(name for name in columns if name != "station")]]


def _radii_km(table: pd.DataFrame) -> dict[str, pd.Series]:
    low, high = table["contact_radius_min_km"], table["contact_radius_max_km"]
    if (high <= 1.12 * low).all():
        return {"middle of heights flown": 0.5 * (low + high)}
    return {"greatest height flown": high, "least height flown": low}


def _cap(latitude_deg: float, longitude_deg: float, radius_km: float) -> BaseGeometry:
    latitude, longitude = circle(latitude_deg, longitude_deg, radius_km=radius_km)
    return cut_surface([globe.ring(longitude[:-1], latitude[:-1])])


def _points(table: pd.DataFrame) -> list[BaseGeometry]:
    if not len(table):
        return []
    longitude = globe.turned_longitude(table["longitude_deg"].to_numpy(float), 0.0)
    latitude = table["latitude_deg"].to_numpy(float)
    return list(shapely.points(np.round(longitude, DECIMALS), np.round(latitude, DECIMALS)))


def _named(table: pd.DataFrame, of: str, call: Callable[[str], str]) -> pd.DataFrame:
    """Return a table that begins with an id and what people call it."""
    named = table.assign(name=table[of].map(lambda word: call(str(word))).astype(object))
    return named[[of, "name", *(column for column in table.columns if column != of)]]
