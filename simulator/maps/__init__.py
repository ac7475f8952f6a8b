"""Figures of a finished run: the register of all, and those drawn on a map."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import cartopy.crs as ccrs
import numpy as np
import pandas as pd
import shapely
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from shapely.geometry.base import BaseGeometry

from simulator import geometry
from simulator.basemap import sheet as globe
from simulator.basemap.sheet import Sheet
from simulator.errors import InputError, nearest_hint
from simulator.maps import agemaps, cellmaps, charts, page, stripmaps
from simulator.maps.page import FOOT_IN, TITLE_IN, Choice, Mappable

__all__ = ["FIGURES", "Choice", "Mappable", "available", "draw", "figure", "regions"]

KOREA_LONGITUDE_DEG = 127.0
# Not the colours of the stations' circles.
TRACK_COLOURS = (page.GREEN, page.PURPLE, page.ORANGE, page.BLACK, page.SKY)

_WORLD_IN = (7.4, 3.75)


def draw(
    results: Mappable,
    name: str,
    out: Path | str,
    *,
    region: str | None = None,
    day: date | None = None,
    dpi: int = 150,
) -> Path:
    """Draw one figure of a run into a file, and return its path; the same run gives the same bytes.

    The suffix of `out` chooses the format: .png, .svg or .pdf. `region` chooses the grid of a cell
    map, `day` (a date, UTC) the day of the timeline; without them the first is drawn. Raises
    InputError for an unknown figure, region or format, and for a day outside the run.
    """
    out = Path(out)
    _checked(name)
    page.checked_kind(out)
    return page.save(figure(results, name, region=region, day=day), out, dpi=dpi)


def figure(
    results: Mappable, name: str, *, region: str | None = None, day: date | None = None
) -> Figure:
    """Return one figure of a run, which a notebook shows by itself.

    `region` and `day` as in `draw`. Raises InputError for an unknown figure or region, for a region
    of a figure that shows none, and for a day outside the run.
    """
    build, _ = FIGURES[_checked(name)]
    if region is not None and name in _OF_THE_WHOLE_RUN:
        raise InputError(f"region: figure '{name}' is of the whole run; leave the region out")
    with page.styled():
        return build(results, Choice(region=region, day=day))


def _checked(name: str) -> str:
    if name not in FIGURES:
        raise InputError(f"figure: '{name}' is not a figure{nearest_hint(name, FIGURES)}")
    return name


def available(results: Mappable) -> list[str]:
    """Return the names of the figures that a run has data for."""
    has = {
        "ground-track": len(results.tracks) > 0 or len(results.stations) > 0,
        "timeline": len(results.satellites) > 0 or len(results.networks) > 0,
        "latency": len(results.networks) > 0 and len(results.pictures) > 0,
        "networks": len(results.networks) > 0,
        "strips": stripmaps.has_strips(results),
        "age": agemaps.has_maps(results, agemaps.AGE),
        "age-difference": agemaps.has_differences(results, agemaps.AGE),
        "response": agemaps.has_maps(results, agemaps.RESPONSE),
        "response-difference": agemaps.has_differences(results, agemaps.RESPONSE),
    }
    return [name for name in FIGURES if has.get(name, bool(results.grids))]


def regions(results: Mappable, name: str) -> list[str]:
    """Return the regions that a figure can be drawn of; none where it is not of a region."""
    if name in _OF_THE_WHOLE_RUN:
        return []
    if name == "strips":
        return list(dict.fromkeys(results.strip_edges["region"]))
    return list(results.grids)


def ground_track(results: Mappable, choice: Choice) -> Figure:
    """Draw the world with tracks, fields of regard, contact circles, relays and targets."""
    hours = _hours_shown(results)
    satellites = results.tracks["satellite"].nunique()
    entries = 4 + (satellites if satellites <= len(TRACK_COLOURS) else 1)
    legend_in = FOOT_IN + 0.19 * math.ceil(entries / 2)
    height_in = TITLE_IN + _WORLD_IN[1] + legend_in + 0.45
    figure = page.page(
        results,
        f"Ground tracks, fields of regard and contact circles, first {hours:g} hours",
        height_in=height_in,
        note=_circles_note(results),
    )
    projection = ccrs.Robinson(central_longitude=KOREA_LONGITUDE_DEG)
    axes = page.place(figure, 0.45, legend_in + 0.45, *_WORLD_IN, projection=projection)
    axes.set_global()
    sheet = Sheet(axes, KOREA_LONGITUDE_DEG)
    sheet.base("110m")
    sheet.gridlines(60.0, 30.0)
    handles = _draw_tracks(sheet, results, hours)
    handles += _draw_stations(sheet, results) + _draw_relays(sheet, results)
    handles += _draw_targets(sheet, results)
    figure.legend(
        [handle for handle, _ in handles],
        [label for _, label in handles],
        loc="upper center",
        ncols=2,
        bbox_to_anchor=(0.5, (legend_in + 0.16) / height_in),
        borderaxespad=0.0,
    )
    if not len(results.tracks):
        page.say_nothing(axes, "no satellite was in orbit")
    return figure


def _circles_note(results: Mappable) -> str:
    if not len(results.satellites) or not (results.stations["kind"] == "station").any():
        return ""
    first = results.satellites.iloc[0]
    return f"contact circles for {first['altitude_km']:.0f} km, as flown by {first['satellite']}"


def _hours_shown(results: Mappable) -> float:
    """Return how many hours of track leave the map readable: a day of one satellite, or less."""
    count = results.tracks["satellite"].nunique()
    return next((h for h in (24.0, 12.0, 6.0, 3.0) if h * count <= 30.0), 1.5)


def _draw_tracks(sheet: Sheet, results: Mappable, hours: float) -> list[tuple[Any, str]]:
    shown = results.tracks[results.tracks["time_s"] <= hours * page.HOUR_S]
    groups = list(shown.groupby("satellite", sort=False))
    # More satellites than colours share one: twins in colour would be taken for one satellite.
    alike = len(groups) > len(TRACK_COLOURS)
    handles: list[tuple[Any, str]] = []
    strips = []
    for number, (name, track) in enumerate(groups):
        colour = TRACK_COLOURS[0 if alike else number]
        points = globe.track_vectors(track["longitude_deg"], track["latitude_deg"])
        edge = {"facecolor": "none", "ec": colour, "lw": 0.8, "zorder": 7}
        sheet.shape(globe.line(*globe.lonlat(points)), **edge)
        sensor = results.satellites[results.satellites["satellite"] == name].iloc[0]
        strip, words = _field_of_regard(points, sensor)
        strips.append((strip, colour))
        both = (Patch(facecolor=colour, alpha=0.2), Line2D([], [], color=colour, lw=1.4))
        handles.append((both, f"{name}: can be pointed {words} its track"))
    if alike:
        strips = [(shapely.union_all([strip for strip, _ in strips]), TRACK_COLOURS[0])]
        handles = [(handles[0][0], f"{len(groups)} satellites: tracks and fields of regard")]
    for strip, colour in strips:
        sheet.shape(strip, facecolor=colour, alpha=0.2, ec="none", zorder=2)
    return handles


def _field_of_regard(points: np.ndarray, sensor: pd.Series) -> tuple[BaseGeometry, str]:
    """Return the strip along a track that a sensor can be pointed at, and its width in words."""
    inner_deg = float(
        geometry.central_angle_at_off_nadir_deg(
            sensor["min_off_nadir_deg"], altitude_km=sensor["altitude_km"]
        )
    )
    outer_km = float(sensor["field_of_regard_km"])
    outer_deg = float(np.degrees(outer_km / geometry.EARTH_MEAN_RADIUS_KM))
    strip = globe.strip(points, inner_deg=inner_deg, outer_deg=outer_deg)
    if inner_deg <= 0.0:
        return strip, f"up to {outer_km:.0f} km from"
    inner_km = np.radians(inner_deg) * geometry.EARTH_MEAN_RADIUS_KM
    return strip, f"{inner_km:.0f} to {outer_km:.0f} km from"


def _draw_stations(sheet: Sheet, results: Mappable) -> list[tuple[Any, str]]:
    ground = results.stations[results.stations["kind"] == "station"]
    mine = ground[ground["network"] == results.baseline].drop_duplicates("station")
    others = ground[~ground["station"].isin(mine["station"])].drop_duplicates("station")
    groups = (
        (others, page.BLUE, 1.3, "station that only other networks have"),
        (mine, page.BASELINE_COLOUR, 2.4, f"station of {results.baseline}, with contact circle"),
    )
    handles: list[tuple[Any, str]] = []
    for rows, colour, width, label in groups:
        if not len(rows):
            continue
        _draw_reach(sheet, rows, colour, width)
        marker: dict[str, Any] = {"marker": "^", "mfc": colour, "mec": "white", "mew": 0.5}
        sheet.mark(rows["longitude_deg"], rows["latitude_deg"], ms=6.0, zorder=9, **marker)
        handles.insert(0, (Line2D([], [], color=colour, lw=width, ms=7.0, **marker), label))
    return handles


def _draw_reach(sheet: Sheet, stations: pd.DataFrame, colour: str, width: float) -> None:
    """Draw contact circles: each one thin, and the edge of all of them together strong."""
    caps = []
    numbers = stations[["latitude_deg", "longitude_deg", "contact_radius_km"]].dropna()
    for latitude_deg, longitude_deg, radius_km in numbers.to_numpy(dtype=float):
        latitude, longitude = geometry.circle(latitude_deg, longitude_deg, radius_km=radius_km)
        caps.append(globe.turn(globe.ring(longitude[:-1], latitude[:-1]), sheet.centre_deg))
        thin = {"facecolor": "none", "ec": colour, "lw": 0.4, "alpha": 0.4, "zorder": 7.5}
        sheet.shape(globe.line(longitude, latitude), **thin)
    reach = shapely.union_all(caps)
    sheet.turned_shape(reach, facecolor=colour, alpha=0.08, ec="none", zorder=3)
    # A cap over a pole or the far meridian ends there on the map, but not on the globe.
    edge = shapely.difference(shapely.boundary(reach), globe.WORLD.boundary.buffer(0.01))
    sheet.turned_shape(edge, facecolor="none", ec=colour, lw=width, zorder=8)


def _draw_relays(sheet: Sheet, results: Mappable) -> list[tuple[Any, str]]:
    relays = results.stations[results.stations["kind"] == "relay"].drop_duplicates("station")
    if not len(relays):
        return []
    marker: dict[str, Any] = {
        "marker": "D",
        "ms": 6.5,
        "mfc": "white",
        "mec": page.BLACK,
        "mew": 0.9,
    }
    sheet.mark(relays["longitude_deg"], np.zeros(len(relays)), zorder=10, **marker)
    x, y = sheet.xy(
        globe.turned_longitude(relays["longitude_deg"], sheet.centre_deg), np.zeros(len(relays))
    )
    for name, at_x, at_y in zip(relays["station"], x, y, strict=True):
        sheet.axes.annotate(
            name,
            (at_x, at_y),
            (0, -8),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=8.0,
            bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 0.8},
            zorder=10,
        )
    return [(Line2D([], [], ls="", **marker), "relay satellite, fixed over the equator")]


def _draw_targets(sheet: Sheet, results: Mappable) -> list[tuple[Any, str]]:
    targets = results.targets
    if not len(targets):
        return []
    marker: dict[str, Any] = {
        "marker": "o",
        "ms": 2.8,
        "mfc": "#F0E442",
        "mec": page.BLACK,
        "mew": 0.7,
    }
    sheet.mark(targets["longitude_deg"], targets["latitude_deg"], zorder=11, **marker)
    return [(Line2D([], [], ls="", **marker), f"target ({len(targets)} in all)")]


_OF_THE_WHOLE_RUN = frozenset({"ground-track", "timeline", "latency", "networks"})

FIGURES: dict[str, tuple[Callable[[Mappable, Choice], Figure], str]] = {
    "ground-track": (ground_track, "first day's tracks, fields of regard and contact circles"),
    "coverage": (cellmaps.coverage, "accesses per day by cell, and area seen against time"),
    "revisit-mean": (cellmaps.revisit_mean, "mean gap between accesses, by cell"),
    "revisit-max": (cellmaps.revisit_max, "longest gap between accesses, by cell"),
    "strips": (stripmaps.strips, "strips that satellites image, by day"),
    "age": (agemaps.age, "mean age of the newest picture at headquarters, by cell and network"),
    "age-difference": (agemaps.age_difference, "how much younger than with the baseline, by cell"),
    "response": (agemaps.response, "mean time from request to picture home, by cell and network"),
    "response-difference": (
        agemaps.response_difference,
        "how much sooner than with the baseline a picture is home, by cell",
    ),
    "timeline": (charts.timeline, "one day of accesses, contacts and deliveries"),
    "latency": (charts.latency, "share of pictures delivered within a time, by network"),
    "networks": (charts.networks, "contact time, latency and age of pictures, by network"),
}
