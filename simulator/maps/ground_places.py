"""The places on a map of tracks: stations with what they reach, relays and targets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import shapely
from matplotlib.lines import Line2D

from simulator import earth, text
from simulator.earth import contact_radius_km
from simulator.maps import globe, page
from simulator.maps.naming import Named
from simulator.maps.sheet import Sheet
from simulator.results import Results, labels_of

__all__ = ["Named"]

# Least and greatest height flown, km; None where nothing flies.
Heights = tuple[float, float] | None
# What the legend says, by what is drawn; and the points that are named, or kept clear of names.
PlacesDrawn = tuple[list[tuple[Any, str]], list[Named]]

# Of each kind of place so many at most are named.
_FEW = 6


def kinds_of_places(results: Results) -> int:
    """Return how many lines the legend has for places."""
    baseline, further = _stations(results)
    relays = results.stations["kind"] == "relay"
    counts = (len(baseline), len(further), relays.any(), len(results.targets), len(results.ways))
    return sum(map(bool, counts))


def circles_note(results: Results, heights_km: Heights) -> str:
    """Return for which heights contact circles are drawn, empty where there are none."""
    if heights_km is None or not (results.stations["kind"] == "station").any():
        return ""
    low_km, high_km = heights_km
    if globe.alike(heights_km):
        return f"contact circles for {_middle_km(heights_km):,.0f} km, the middle of heights flown"
    return f"contact circles for heights flown, {low_km:,.0f} (dashed) and {high_km:,.0f} km"


def heights_flown_km(tracks: pd.DataFrame) -> Heights:
    """Return the least and the greatest height of any satellite, None where none flies."""
    if not len(tracks):
        return None
    heights = tracks["altitude_km"]
    return float(heights.min()), float(heights.max())


def _middle_km(heights_km: tuple[float, float]) -> float:
    return 0.5 * sum(heights_km)


def _stations(results: Results) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the stations of the baseline, and those that only other networks have."""
    ground = results.stations[results.stations["kind"] == "station"]
    baseline = ground[ground["network"] == results.baseline].drop_duplicates("station")
    further = ground[~ground["station"].isin(baseline["station"])]
    return baseline, further.drop_duplicates("station")


def draw_stations(sheet: Sheet, results: Results, heights_km: Heights) -> PlacesDrawn:
    """Draw stations with the edge of what those of the baseline, and all others, reach."""
    baseline, further = _stations(results)
    groups = (
        (further, page.BLUE, 1.3, _of_others(results)),
        (baseline, page.BASELINE_COLOUR, 2.4, _of_baseline(results, heights_km)),
    )
    handles: list[tuple[Any, str]] = []
    named: list[Named] = []
    call = labels_of(results).station
    for rows, colour, width, label in groups:
        if not len(rows):
            continue
        for height_km, dash in _circles_km(heights_km):
            _draw_reach(sheet, rows, height_km, color=colour, lw=width, ls=dash)
        marker: dict[str, Any] = {"marker": "^", "mfc": colour, "mec": "white", "mew": 0.5}
        sheet.mark(rows["longitude_deg"], rows["latitude_deg"], ms=6.0, zorder=9, **marker)
        handles.insert(0, (Line2D([], [], color=colour, lw=width, ms=7.0, **marker), label))
        named = _points(sheet, rows, "station", call, colour) + named
    if len(named) > _FEW:
        named = [replace(point, name="") for point in named]
    return handles, named


def _points(
    sheet: Sheet, rows: pd.DataFrame, kind: str, call: Any, colour: str = page.BLACK
) -> list[Named]:
    """Return places in sight as points to be named, without a name where they are many."""
    rows = rows[sheet.shows(rows["longitude_deg"], rows["latitude_deg"])]
    named = len(rows) <= _FEW
    return [
        Named(longitude, latitude, call(str(name)) if named else "", colour)
        for longitude, latitude, name in zip(
            rows["longitude_deg"], rows["latitude_deg"], rows[kind], strict=True
        )
    ]


def _of_baseline(results: Results, heights_km: Heights) -> str:
    circle = ", with contact circle" if heights_km is not None else ""
    name = labels_of(results).short_network(results.baseline)
    return f"station of {text.shortened(name, 28)}{circle}"


def _of_others(results: Results) -> str:
    others = [name for name in page.network_names(results) if name != results.baseline]
    if len(others) != 1:
        return "station that only other networks have"
    return (
        f"station that only {text.shortened(labels_of(results).short_network(others[0]), 30)} has"
    )


def _circles_km(heights_km: Heights) -> list[tuple[float, str]]:
    """Return the heights for which contact circles are drawn, each with its line."""
    if heights_km is None:
        return []
    if globe.alike(heights_km):
        return [(_middle_km(heights_km), "-")]
    low_km, high_km = heights_km
    return [(high_km, "-"), (low_km, "--")]


def _draw_reach(
    sheet: Sheet, stations: pd.DataFrame, height_km: float, *, color: str, lw: float, ls: str
) -> None:
    """Draw the edge of what all of some stations reach together."""
    caps = []
    radii_km = contact_radius_km(
        altitude_km=height_km, min_elevation_deg=stations["min_elevation_deg"].to_numpy(dtype=float)
    )
    places = stations[["latitude_deg", "longitude_deg"]].to_numpy(dtype=float)
    for (latitude_deg, longitude_deg), radius_km in zip(places, radii_km, strict=True):
        latitude, longitude = earth.circle(latitude_deg, longitude_deg, radius_km=radius_km)
        caps.append(globe.turn(globe.ring(longitude[:-1], latitude[:-1]), sheet.centre_deg))
    reach = shapely.union_all(caps)
    sheet.turned_shape(reach, facecolor=color, alpha=0.08, ec="none", zorder=3)
    # A cap over a pole or the far meridian ends there on the map, but not on the globe.
    edge = shapely.difference(shapely.boundary(reach), globe.WORLD.boundary.buffer(0.01))
    sheet.turned_shape(edge, facecolor="none", ec=color, lw=lw, ls=ls, zorder=8)


def draw_relays(sheet: Sheet, results: Results, heights_km: Heights) -> PlacesDrawn:
    """Draw relay satellites, each with its name."""
    relays = results.stations[results.stations["kind"] == "relay"].drop_duplicates("station")
    relays = relays.assign(latitude_deg=0.0)
    if not len(relays):
        return [], []
    marker: dict[str, Any] = {
        "marker": "D",
        "ms": 6.5,
        "mfc": "white",
        "mec": page.BLACK,
        "mew": 0.9,
    }
    sheet.mark(relays["longitude_deg"], relays["latitude_deg"], zorder=10, **marker)
    handle = Line2D([], [], ls="", **marker)
    named = _points(sheet, relays, "station", labels_of(results).station)
    return [(handle, "relay satellite, fixed over the equator")], named


def draw_targets(sheet: Sheet, results: Results, heights_km: Heights) -> PlacesDrawn:
    """Draw the targets."""
    targets = results.targets
    if not len(targets):
        return [], []
    marker: dict[str, Any] = {
        "marker": "o",
        "ms": 2.8,
        "mfc": "#F0E442",
        "mec": page.BLACK,
        "mew": 0.7,
    }
    for _, way in results.ways.groupby("target", sort=False):
        line = globe.line(way["longitude_deg"], way["latitude_deg"])
        sheet.shape(line, facecolor="none", ec=page.BLACK, lw=0.9, ls=(0, (3, 1)), zorder=10)
    sheet.mark(targets["longitude_deg"], targets["latitude_deg"], zorder=11, **marker)
    named = _points(sheet, targets, "target", labels_of(results).target)
    handles = [(Line2D([], [], ls="", **marker), f"target ({len(targets)} in all)")]
    if len(results.ways):
        dashed = Line2D([], [], color=page.BLACK, lw=0.9, ls=(0, (3, 1)))
        handles.append((dashed, "way of a target that moves, its mark where it begins"))
    return handles, named
