"""Targets and stations as the page shows them, and how far each network hears."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely

from simulator import glossary, report
from simulator.arrays import FloatArray
from simulator.earth import EARTH_MEAN_RADIUS_KM, circle, contact_radius_km
from simulator.maps import globe
from simulator.page.labels import (
    Labels,
    heading,
    interval_text,
    network_names,
    unit_words,
    value_text,
)
from simulator.page.projection import World
from simulator.results import Results

_HIDDEN = ("target", "country", "latitude_deg", "longitude_deg", "height_m")


def targets(results: Results, world: World, labels: Labels) -> list[dict[str, Any]]:
    """Return every target: name, place, and its numbers as people read them."""
    if not len(results.targets):
        return []
    table = results.targets
    places = world.places(table["longitude_deg"], table["latitude_deg"]).tolist()
    return [
        {
            "id": str(row["target"]),
            "name": labels.target(str(row["target"])),
            "country": str(row.get("country", "")),
            "lat": round(float(row["latitude_deg"]), 4),
            "lon": round(float(row["longitude_deg"]), 4),
            "x": x,
            "y": y,
            "numbers": [words for words, _ in _numbers(row)],
            "sort": [number for _, number in _numbers(row)],
            "ages": list(_ages(results, str(row["target"]), labels)),
            **_way(results, world, row),
        }
        for row, (x, y) in zip(table.to_dict(orient="records"), places, strict=True)
    ]


def _way(results: Results, world: World, target: dict[Any, Any]) -> dict[str, Any]:
    """Return where a target is by time, seconds and place on the map and on Earth, if it moves."""
    if not target.get("moves", False):
        return {}
    way = results.ways[results.ways["target"] == target["target"]]
    place = world.places(way["longitude_deg"], way["latitude_deg"])
    columns = (
        way["time_s"].round().to_numpy(dtype=np.int64),
        *place.T,
        way["latitude_deg"].round(4).to_numpy(),
        way["longitude_deg"].round(4).to_numpy(),
    )
    return {"way": [list(point) for point in zip(*(c.tolist() for c in columns), strict=True)]}


def ways(results: Results, world: World) -> list[str]:
    """Return the way of each target that moves as a path on the map."""
    return [
        world.path(globe.line(way["longitude_deg"], way["latitude_deg"]))
        for _, way in results.ways.groupby("target", sort=False)
    ]


def _numbers(row: dict[Any, Any]) -> Iterator[tuple[tuple[str, str, str, str], float | None]]:
    """Yield words for each figure of a target, name, value, interval, unit, and its number."""
    for name in map(str, row):
        low, high = _ends(name)
        if name in _HIDDEN or "_low_" in name or "_high_" in name or not _is_number(row[name]):
            continue
        number = float(row[name])
        words = (
            heading(name),
            report.shown(name)(number),
            interval_text(name, row.get(low), row.get(high)),
            unit_words(name),
        )
        yield words, round(number, 6) if number == number else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _ends(name: str) -> tuple[str, str]:
    """Return the columns of the ends of a figure's interval: revisit_mean_low_h for the first."""
    for unit in ("_minutes_per_day", "_per_day", "_h", "_m"):
        if name.endswith(unit):
            stem = name.removesuffix(unit)
            return f"{stem}_low{unit}", f"{stem}_high{unit}"
    return f"{name}_low", f"{name}_high"


def _ages(results: Results, target: str, labels: Labels) -> Iterator[tuple[str, list[str]]]:
    """Yield each figure of a target by network, with a value a network."""
    if not len(results.ages):
        return
    rows = results.ages[results.ages["target"] == target].drop_duplicates("network")
    table = rows.set_index("network").reindex(network_names(results))
    for name in table.columns:
        if name != "target" and name in _BY_NETWORK:
            yield _BY_NETWORK[name], [value_text(name, value) for value in table[name]]


_BY_NETWORK = {
    "pictures_delivered": "Pictures delivered",
    "latency_mean_h": "Picture to headquarters, mean",
    "age_mean_h": "Age of the newest picture, mean",
    "age_max_h": "Age of the newest picture, greatest",
}


def stations(results: Results, world: World, labels: Labels) -> list[dict[str, Any]]:
    """Return every station and relay once, with the networks that have it as bits."""
    if "latitude_deg" not in results.stations:
        return []
    names = network_names(results)
    bits = {name: 1 << number for number, name in enumerate(names)}
    table = results.stations.drop_duplicates("station")
    masks = results.stations["network"].map(bits).groupby(results.stations["station"]).sum()
    found = []
    height_km = _heights_km(results)
    for row in table.to_dict(orient="records"):
        relay = row["kind"] == "relay"
        # A relay stands over the equator.
        latitude = 0.0 if relay else float(row["latitude_deg"])
        ((x, y),) = world.places([row["longitude_deg"]], [latitude]).tolist()
        found.append(
            {
                "id": str(row["station"]),
                "name": labels.station(str(row["station"])),
                "relay": relay,
                "mask": int(masks[row["station"]]),
                # The first network that has it lends its colour.
                "first": (int(masks[row["station"]]) & -int(masks[row["station"]])).bit_length()
                - 1,
                "x": x,
                "y": y,
                "lon": round(float(row["longitude_deg"]), 4),
                "lat": round(latitude, 4),
                "hears": 0.0 if relay or height_km is None else _hears_deg(row, height_km),
            }
        )
    return found


def _hears_deg(station: dict[Any, Any], height_km: float) -> float:
    """Return how far around a station a satellite is heard, as an angle at the Earth's centre."""
    radius_km = contact_radius_km(
        altitude_km=height_km, min_elevation_deg=float(station["min_elevation_deg"])
    )
    return round(math.degrees(float(radius_km) / EARTH_MEAN_RADIUS_KM), 3)


def reaches(results: Results, world: World) -> list[dict[str, str]]:
    """Return for each network the edge of the places over which it hears a satellite."""
    heights = _heights_km(results)
    if heights is None or "latitude_deg" not in results.stations:
        return []
    return [
        {"network": name, "path": _reach(rows, heights, world)}
        for name in network_names(results)
        for rows in [_ground(results, name)]
    ]


def _ground(results: Results, network: str) -> pd.DataFrame:
    table = results.stations
    return table[(table["network"] == network) & (table["kind"] == "station")]


def _heights_km(results: Results) -> float | None:
    """Return the middle of the heights flown."""
    if not len(results.tracks):
        return None
    heights = results.tracks["altitude_km"]
    return 0.5 * float(heights.min() + heights.max())


def _reach(stations: pd.DataFrame, height_km: float, world: World) -> str:
    if not len(stations):
        return ""
    radii_km = contact_radius_km(
        altitude_km=height_km,
        min_elevation_deg=stations["min_elevation_deg"].to_numpy(dtype=float),
    )
    places = stations[["latitude_deg", "longitude_deg"]].to_numpy(dtype=float)
    caps = [_cap(place, float(r), world) for place, r in zip(places, radii_km, strict=True)]
    return world.turned_path(shapely.union_all(caps), tolerance=20.0)


def _cap(place: FloatArray, radius_km: float, world: World) -> shapely.Geometry:
    latitude, longitude = circle(*place, radius_km=radius_km, points=73)
    return globe.turn(globe.ring(longitude[:-1], latitude[:-1]), world.centre_deg)


_OF_LOOKS = (
    "accesses_per_day",
    "revisit_mean_h",
    "revisit_max_h",
    "wait_mean_h",
    "accesses_clear_per_day",
    "revisit_mean_clear_h",
    "wait_mean_clear_h",
)


def colourable(results: Results) -> Iterator[tuple[str, str | None, list[float]]]:
    """Yield figure, network (None for all alike) and a value a target, of what maps can colour."""
    for name in _OF_LOOKS:
        if name in results.targets and len(results.targets):
            yield name, None, results.targets[name].astype(float).tolist()
    if not len(results.ages):
        return
    order = results.targets["target"].tolist()
    for name in ("age_mean_h", "latency_mean_h"):
        if name not in results.ages or glossary.term(name) is None:
            continue
        for network in network_names(results):
            rows = results.ages[results.ages["network"] == network].drop_duplicates("target")
            column = rows.set_index("target")[name].reindex(order)
            yield name, network, column.astype(float).tolist()
