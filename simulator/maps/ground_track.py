"""The world with the tracks of satellites, what they can see, and who can talk to them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from shapely.geometry.base import BaseGeometry

from simulator import earth, text
from simulator.earth import EARTH_MEAN_RADIUS_KM, contact_radius_km, reach_deg
from simulator.maps import globe, page
from simulator.maps.page import FOOT_IN, TITLE_IN, Choice
from simulator.maps.projections import ROBINSON
from simulator.maps.sheet import Sheet
from simulator.results import Results
from simulator.units import HOUR_S

# Not the colours of the stations' circles.
TRACK_COLOURS = (page.GREEN, page.PURPLE, page.ORANGE, page.BLACK, page.SKY)

_WORLD_IN = (7.4, 3.75)
_ARROW_EVERY_H = 1.0
_START: dict[str, Any] = {"marker": "o", "ms": 5.0, "mfc": "white", "mew": 1.4}
# West, south, east, north.
_KOREA_DEG = (124.0, 33.0, 131.0, 43.0)
_LONGEST_IN_TWO_COLUMNS = 72

# Least and greatest height flown, km; None where nothing flies.
Heights = tuple[float, float] | None


def ground_track(results: Results, choice: Choice) -> Figure:
    """Draw the world with tracks, fields of regard, contact circles, relays and targets."""
    hours = _hours_shown(results)
    shown = results.tracks[results.tracks["time_s"] <= hours * HOUR_S]
    heights_km = _heights_flown_km(shown)
    labels = _track_labels(results, shown)
    columns = 1 if max(map(len, labels), default=0) > _LONGEST_IN_TWO_COLUMNS else 2
    legend_in = FOOT_IN + 0.19 * math.ceil((5 + len(labels)) / columns)
    height_in = TITLE_IN + _WORLD_IN[1] + legend_in + 0.45
    circled = heights_km is not None and bool((results.stations["kind"] == "station").any())
    contents = "fields of regard and contact circles" if circled else "fields of regard"
    drawing = page.page(
        results,
        f"Ground tracks, {contents}, first {hours:g} hours",
        height_in=height_in,
        note=_circles_note(results, heights_km),
    )
    axes = page.place(drawing, 0.45, legend_in + 0.45, *_WORLD_IN)
    sheet = Sheet.of_the_globe(axes, ROBINSON, results.map_centre_deg)
    sheet.base("110m", demarcation=_of_korea(results))
    sheet.gridlines(60.0, 30.0)
    handles = _draw_tracks(sheet, results, shown, labels)
    handles += _draw_stations(sheet, results, heights_km) + _draw_relays(sheet, results)
    handles += _draw_targets(sheet, results)
    drawing.legend(
        [handle for handle, _ in handles],
        [label for _, label in handles],
        loc="upper center",
        ncols=columns,
        bbox_to_anchor=(0.5, (legend_in + 0.16) / height_in),
        borderaxespad=0.0,
    )
    if not len(results.tracks):
        page.say_nothing(axes, "no satellite was in orbit")
    return drawing


def _of_korea(results: Results) -> bool:
    """Return whether a run looks at the Korean peninsula, or has a station there."""
    west, south, east, north = _KOREA_DEG
    return any(
        bool(
            (
                table["longitude_deg"].between(west, east)
                & table["latitude_deg"].between(south, north)
            ).any()
        )
        for table in (results.targets, results.stations)
        if len(table)
    )


def _circles_note(results: Results, heights_km: Heights) -> str:
    if heights_km is None or not (results.stations["kind"] == "station").any():
        return ""
    low_km, high_km = heights_km
    if _alike(heights_km):
        return f"contact circles for {_middle_km(heights_km):,.0f} km, the middle of heights flown"
    return f"contact circles for heights flown, {low_km:,.0f} (dashed) and {high_km:,.0f} km"


def _hours_shown(results: Results) -> float:
    """Return how many hours of track leave the map readable: a day of one satellite, or less."""
    count = results.tracks["satellite"].nunique()
    most = next((h for h in (24.0, 12.0, 6.0, 3.0) if h * count <= 30.0), 1.5)
    return min(most, 24.0 * results.days)


def _heights_flown_km(tracks: pd.DataFrame) -> Heights:
    """Return the least and the greatest height of any satellite, None where none flies."""
    if not len(tracks):
        return None
    heights = tracks["altitude_km"]
    return float(heights.min()), float(heights.max())


def _alike(heights_km: tuple[float, float]) -> bool:
    """Return whether one circle stands for all heights: it errs by a few per cent at most."""
    low_km, high_km = heights_km
    return high_km <= 1.12 * low_km


def _middle_km(heights_km: tuple[float, float]) -> float:
    return 0.5 * sum(heights_km)


def _track_labels(results: Results, shown: pd.DataFrame) -> list[str]:
    """Return a line for each satellite of the legend, one for all where they are many."""
    tracks = {name: track for name, track in shown.groupby("satellite", sort=False)}
    if len(tracks) > len(TRACK_COLOURS):
        return [f"{len(tracks)} satellites: tracks and fields of regard"]
    return [
        f"{text.shortened(str(name), 28)}: can be pointed "
        f"{_reach_words(*_reach_km(results, name, track), track['altitude_km'].to_numpy())} "
        "its track"
        for name, track in tracks.items()
    ]


def _draw_tracks(
    sheet: Sheet, results: Results, shown: pd.DataFrame, labels: Sequence[str]
) -> list[tuple[Any, str]]:
    groups = list(shown.groupby("satellite", sort=False))
    # More satellites than colours share one: twins in colour would be taken for one satellite.
    alike = len(groups) > len(TRACK_COLOURS)
    strips = []
    for number, (name, track) in enumerate(groups):
        colour = TRACK_COLOURS[0 if alike else number]
        points = globe.track_vectors(track["longitude_deg"], track["latitude_deg"])
        edge = {"facecolor": "none", "ec": colour, "lw": 0.8, "zorder": 7}
        sheet.shape(globe.line(*globe.lonlat(points)), **edge)
        if not alike:
            _draw_direction(sheet, track, colour)
        strips.append((_field_of_regard(points, *_reach_km(results, name, track)), colour))
    if alike:
        strips = [(shapely.union_all([strip for strip, _ in strips]), TRACK_COLOURS[0])]
    for strip, colour in strips:
        sheet.shape(strip, facecolor=colour, alpha=0.2, ec="none", zorder=2)
    handles: list[tuple[Any, str]] = [
        ((Patch(facecolor=colour, alpha=0.2), Line2D([], [], color=colour, lw=1.4)), label)
        for label, (_, colour) in zip(labels, strips, strict=True)
    ]
    if len(groups) and not alike:
        ring = Line2D([], [], ls="", mec=page.GREY, **_START)
        handles.append((ring, "start of a track; arrows show its direction"))
    return handles


def _draw_direction(sheet: Sheet, track: pd.DataFrame, colour: str) -> None:
    """Mark where a track starts, and with arrows which way it goes."""
    longitude = globe.turned_longitude(track["longitude_deg"], sheet.centre_deg)
    x, y = sheet.xy(longitude, track["latitude_deg"].to_numpy(dtype=float))
    sheet.axes.plot(x[:1], y[:1], ls="", zorder=9, mec=colour, **_START)
    every_s = _ARROW_EVERY_H * HOUR_S
    turns = np.floor(track["time_s"].to_numpy(dtype=float) / every_s - 0.5)
    for at in np.flatnonzero(np.diff(turns) > 0.0):
        # A step over the far meridian runs across the whole map.
        if abs(longitude[at + 1] - longitude[at]) < 90.0:
            sheet.axes.annotate(
                "",
                (x[at + 1], y[at + 1]),
                (x[at], y[at]),
                arrowprops={
                    "arrowstyle": "-|>",
                    "color": colour,
                    "lw": 0.0,
                    "mutation_scale": 12.0,
                },
                zorder=7.2,
            )


def _reach_km(results: Results, name: Any, track: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return how near to and how far from each point of a track its satellite can be pointed."""
    sensor = results.satellites[results.satellites["satellite"] == name].iloc[0]
    # Central angles at the Earth's centre; on the ground they are arcs of a great circle.
    angles = reach_deg(
        altitude_km=track["altitude_km"].to_numpy(),
        min_off_nadir_deg=sensor["min_off_nadir_deg"],
        max_off_nadir_deg=sensor["max_off_nadir_deg"],
        min_elevation_deg=sensor["min_elevation_deg"],
    )
    inner, outer = (np.radians(angle) * EARTH_MEAN_RADIUS_KM for angle in angles)
    return inner, outer


def _field_of_regard(
    points: np.ndarray, inner_km: np.ndarray, outer_km: np.ndarray
) -> BaseGeometry:
    """Return the strip along a track that a sensor can be pointed at.

    The distances are of the instants between which the `points` of the track lie evenly.
    """
    instants = np.linspace(0.0, len(inner_km) - 1.0, len(points))
    inner_deg, outer_deg = (
        np.degrees(np.interp(instants, np.arange(len(reach_km)), reach_km) / EARTH_MEAN_RADIUS_KM)
        for reach_km in (inner_km, outer_km)
    )
    from_first_deg = np.degrees(np.arccos(np.clip(points @ points[0], -1.0, 1.0)))
    if len(points) and from_first_deg.max() < 0.5 * outer_deg.min():
        # A satellite that hardly leaves its place, as over the equator, sees all round it.
        sample = slice(None, None, 1 + len(points) // 24)
        in_view = shapely.union_all(globe.caps(points[sample], outer_deg[sample]))
        blind = globe.caps(points[sample], inner_deg[sample]) if inner_deg.all() else []
        return shapely.difference(in_view, shapely.intersection_all(blind)) if blind else in_view
    strip = globe.strip(points, inner_deg=inner_deg, outer_deg=outer_deg)
    if inner_deg.any() or _alike((float(outer_deg.min()), float(outer_deg.max()))):
        return strip
    # Where the reach grows along the track, it reaches farthest aslant and not abeam.
    return shapely.union_all([strip, *globe.caps(points[::3], outer_deg[::3])])


def _reach_words(inner_km: np.ndarray, outer_km: np.ndarray, heights_km: np.ndarray) -> str:
    """Return how far to either side a satellite reaches, from the lowest and the highest point."""

    def words(nearest: float, farthest: float) -> str:
        return f"{nearest:,.0f} to {farthest:,.0f} km" if nearest > 0.0 else f"{farthest:,.0f} km"

    inner, outer = (np.min(inner_km), np.max(inner_km)), (np.min(outer_km), np.max(outer_km))
    low_km, high_km = float(heights_km.min()), float(heights_km.max())
    if _alike((low_km, high_km)):
        return f"{'' if inner[0] > 0.0 else 'up to '}{words(inner[0], outer[1])} from"
    return (
        f"up to {words(inner[0], outer[0])} (at {low_km:,.0f} km height) or "
        f"{words(inner[1], outer[1])} (at {high_km:,.0f} km) from"
    )


def _draw_stations(sheet: Sheet, results: Results, heights_km: Heights) -> list[tuple[Any, str]]:
    ground = results.stations[results.stations["kind"] == "station"]
    baseline_stations = ground[ground["network"] == results.baseline].drop_duplicates("station")
    further_stations = ground[
        ~ground["station"].isin(baseline_stations["station"])
    ].drop_duplicates("station")
    groups = (
        (further_stations, page.BLUE, 1.3, "station that only other networks have"),
        (baseline_stations, page.BASELINE_COLOUR, 2.4, _of_baseline(results, heights_km)),
    )
    handles: list[tuple[Any, str]] = []
    for rows, colour, width, label in groups:
        if not len(rows):
            continue
        for height_km, dash in _circles_km(heights_km):
            _draw_reach(sheet, rows, height_km, color=colour, lw=width, ls=dash)
        marker: dict[str, Any] = {"marker": "^", "mfc": colour, "mec": "white", "mew": 0.5}
        sheet.mark(rows["longitude_deg"], rows["latitude_deg"], ms=6.0, zorder=9, **marker)
        handles.insert(0, (Line2D([], [], color=colour, lw=width, ms=7.0, **marker), label))
    return handles


def _of_baseline(results: Results, heights_km: Heights) -> str:
    circle = ", with contact circle" if heights_km is not None else ""
    return f"station of {text.shortened(results.baseline, 28)}{circle}"


def _circles_km(heights_km: Heights) -> list[tuple[float, str]]:
    """Return the heights for which contact circles are drawn, each with its line."""
    if heights_km is None:
        return []
    if _alike(heights_km):
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


def _draw_relays(sheet: Sheet, results: Results) -> list[tuple[Any, str]]:
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
    called = _catalogue_names(results, "relays")
    x, y = sheet.xy(
        globe.turned_longitude(relays["longitude_deg"], sheet.centre_deg), np.zeros(len(relays))
    )
    for name, at_x, at_y in zip(relays["station"], x, y, strict=True):
        sheet.axes.annotate(
            text.shortened(called.get(str(name), str(name)), 20),
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


def _catalogue_names(results: Results, kind: str) -> dict[str, str]:
    """Return the names of the catalogue's entries of a kind that a run used, by their ids."""
    entries = results.provenance.get("catalogue", [])
    return {entry["id"]: entry["name"] for entry in entries if entry["kind"] == kind}


def _draw_targets(sheet: Sheet, results: Results) -> list[tuple[Any, str]]:
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
