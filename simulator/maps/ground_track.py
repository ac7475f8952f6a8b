"""The world, or a part, with tracks of satellites, what they see, and who can talk to them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import shapely
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from simulator import text
from simulator.earth import EARTH_MEAN_RADIUS_KM, reach_deg
from simulator.maps import frames, globe, page, regionmaps
from simulator.maps.charts import contact_heading
from simulator.maps.ground_places import (
    Heights,
    Named,
    circles_note,
    draw_relays,
    draw_stations,
    draw_targets,
    heights_flown_km,
    kinds_of_places,
)
from simulator.maps.naming import HALO, name_points
from simulator.maps.page import FOOT_IN, Choice
from simulator.maps.sheet import Sheet
from simulator.results import Results
from simulator.units import HOUR_S, MINUTE_S

# Not the colours of the stations' circles.
TRACK_COLOURS = (page.GREEN, page.PURPLE, page.ORANGE, page.BLACK, page.SKY)

_WORLD_IN = (7.4, 3.75)
_PART_IN = (7.1, 6.0)
_LEFT_IN, _LONGITUDES_IN, _LINE_IN = 0.45, 0.36, 0.19
# Times are written along tracks so many minutes apart, that there are no more than so many.
_TIMES_APART_MIN = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180)
_MOST_TIMES = 26
# Width and height that one takes.
_TIME_IN = (0.34, 0.12)
_START: dict[str, Any] = {"marker": "o", "ms": 5.0, "mfc": "white", "mew": 1.4}
# West, south, east, north.
_KOREA_DEG = (124.0, 33.0, 131.0, 43.0)
_LONGEST_IN_TWO_COLUMNS = 72


def ground_track(results: Results, choice: Choice) -> Figure:
    """Draw the world with tracks, fields of regard, contact circles, relays and targets."""
    hours = _hours_shown(results)
    shown = results.tracks[results.tracks["time_s"] <= hours * HOUR_S]
    heights_km = heights_flown_km(shown)
    labels = _track_labels(results, shown)
    columns = 1 if max(map(len, labels), default=0) > _LONGEST_IN_TWO_COLUMNS else 2
    one_each = len(labels) == shown["satellite"].nunique()
    count = len(labels) + int(bool(labels) and one_each) + kinds_of_places(results)
    legend_in = FOOT_IN + 0.04 + _LINE_IN * math.ceil(count / columns)
    frame = _frame(results, choice)
    high_in = _WORLD_IN[1] if frame is None else frame.height_in
    drawing = page.page(
        results,
        choice,
        _heading(results, hours),
        body_in=high_in + legend_in + _LONGITUDES_IN,
        note=_note(results, hours, heights_km),
        remark="" if frame is None else frame.coast_remark,
    )
    sheet = _sheet(drawing, results, choice, frame, legend_in + _LONGITUDES_IN)
    handles = _draw_tracks(sheet, results, shown, labels)
    named: list[Named] = []
    for draw in (draw_stations, draw_relays, draw_targets):
        drawn, points = draw(sheet, results, heights_km)
        handles += drawn
        named += points
    name_points(sheet, named)
    drawing.legend(
        [handle for handle, _ in handles],
        [label for _, label in handles],
        loc="upper center",
        ncols=columns,
        bbox_to_anchor=(0.5, page.height_of(drawing, legend_in + 0.08)),
        borderaxespad=0.0,
    )
    if not len(results.tracks):
        page.say_nothing(sheet.axes, "no satellite was in orbit")
    return drawing


def _heading(results: Results, hours: float) -> str:
    if not len(results.networks) or not len(results.tracks):
        return f"Ground tracks of the first {hours:g} hours"
    return contact_heading(results)


def _note(results: Results, hours: float, heights_km: Heights) -> str:
    circles = circles_note(results, heights_km)
    parts = [f"ground tracks, first {hours:g} hours", "fields of regard", circles]
    return ", ".join(part for part in parts if part)


def _frame(results: Results, choice: Choice) -> frames.Frame | None:
    """Return the frame of the part of the Earth that is chosen; None for the whole of it."""
    extent = frames.turned_extent(choice)
    if extent is None:
        return None
    centre_deg, bounds_deg = extent
    projection = frames.projection_of(choice, bounds_deg)
    wide_in, high_in = _PART_IN
    return frames.frame_of(
        bounds_deg, centre_deg, projection, most_wide_in=wide_in, most_high_in=high_in
    )


def _sheet(
    drawing: Figure,
    results: Results,
    choice: Choice,
    frame: frames.Frame | None,
    bottom_in: float,
) -> Sheet:
    """Return the base map of the whole Earth, or of a part."""
    if frame is not None:
        left_in = 0.5 * (page.WIDTH_IN - frame.width_in) + 0.2
        return regionmaps.part_sheet(drawing, frame, left_in, bottom_in)
    axes = page.place(drawing, _LEFT_IN, bottom_in, *_WORLD_IN)
    projection = frames.projection_of_the_globe(choice)
    sheet = Sheet.of_the_globe(axes, projection, results.map_centre_deg)
    sheet.base("110m", demarcation=_of_korea(results))
    sheet.gridlines(60.0, 30.0)
    return sheet


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


def _hours_shown(results: Results) -> float:
    """Return how many hours of track leave the map readable: a day of one satellite, or less."""
    count = results.tracks["satellite"].nunique()
    most = next((h for h in (24.0, 12.0, 6.0, 3.0) if h * count <= 30.0), 1.5)
    return min(most, 24.0 * results.days)


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
    as_one = len(groups) > len(TRACK_COLOURS)
    every_min = _times_apart_min(sheet, shown)
    strips = []
    written: list[tuple[float, float]] = []
    for number, (name, track) in enumerate(groups):
        colour = TRACK_COLOURS[0 if as_one else number]
        edge = {"facecolor": "none", "ec": colour, "lw": 0.8, "zorder": 7}
        regards = []
        for part in _runs(track):
            points = globe.track_vectors(part["longitude_deg"], part["latitude_deg"])
            sheet.shape(globe.line(*globe.lonlat(points)), **edge)
            regards.append(globe.field_of_regard(points, *_reach_km(results, name, part)))
        if not as_one:
            _draw_direction(sheet, results, track, colour, every_min, written)
        strips.append((shapely.union_all(regards) if len(regards) != 1 else regards[0], colour))
    if as_one:
        strips = [(shapely.union_all([strip for strip, _ in strips]), TRACK_COLOURS[0])]
    for strip, colour in strips:
        sheet.shape(strip, facecolor=colour, alpha=0.2, ec="none", zorder=2)
    handles: list[tuple[Any, str]] = [
        ((Patch(facecolor=colour, alpha=0.2), Line2D([], [], color=colour, lw=1.4)), label)
        for label, (_, colour) in zip(labels, strips, strict=True)
    ]
    if len(groups) and not as_one:
        ring = Line2D([], [], ls="", mec=page.GREY, **_START)
        handles.append((ring, "start of a track; arrows show its direction, times are UTC"))
    return handles


def _runs(track: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the parts of a track of two and more places that have no gap, as an ephemeris may."""
    breaks = np.flatnonzero(~_follows(track)) + 1
    edges = [0, *breaks.tolist(), len(track)]
    return [track.iloc[a:b] for a, b in pairwise(edges) if b - a > 1]


def _follows(track: pd.DataFrame) -> np.ndarray:
    """Return whether each step (N - 1,) of a track is no longer than it should be."""
    steps_s = np.diff(track["time_s"].to_numpy(dtype=float))
    return np.asarray(steps_s < 1.5 * np.median(steps_s)) if len(steps_s) else steps_s > 0.0


def _times_apart_min(sheet: Sheet, shown: pd.DataFrame) -> int:
    """Return how many minutes apart times along all tracks are few enough to be read."""
    inside = sheet.shows(shown["longitude_deg"], shown["latitude_deg"])
    step_s = float(np.diff(shown["time_s"].iloc[:2]).sum()) or MINUTE_S
    minutes = float(inside.sum()) * step_s / MINUTE_S
    fits = (apart for apart in _TIMES_APART_MIN if minutes / apart <= _MOST_TIMES)
    return next(fits, _TIMES_APART_MIN[-1])


def _draw_direction(
    sheet: Sheet,
    results: Results,
    track: pd.DataFrame,
    colour: str,
    every_min: int,
    written: list[tuple[float, float]],
) -> None:
    """Mark where a track starts, when it is where, and with arrows which way it goes."""
    longitude = globe.turned_longitude(track["longitude_deg"], sheet.centre_deg)
    x, y = sheet.xy(longitude, track["latitude_deg"].to_numpy(dtype=float))
    sheet.axes.plot(x[:1], y[:1], ls="", zorder=9, mec=colour, **_START)
    midnight = results.start.replace(hour=0, minute=0, second=0, microsecond=0)
    of_day_s = track["time_s"].to_numpy(dtype=float) + (results.start - midnight).total_seconds()
    shown = sheet.shows(track["longitude_deg"], track["latitude_deg"])
    every_s = every_min * MINUTE_S
    # A step over the far meridian runs across the whole map.
    whole = (np.abs(np.diff(longitude)) < 90.0) & shown[:-1] & _follows(track)
    arrow = {"arrowstyle": "-|>", "color": colour, "lw": 0.0, "mutation_scale": 12.0}
    for at in np.flatnonzero((np.diff((of_day_s / every_s - 0.5) // 1.0) > 0.0) & whole):
        ends = (x[at + 1], y[at + 1]), (x[at], y[at])
        sheet.axes.annotate("", *ends, arrowprops=arrow, zorder=7.2)
    for at in np.flatnonzero((np.diff(of_day_s // every_s) > 0.0) & whole):
        mark_s = of_day_s[at + 1] // every_s * every_s
        part = (mark_s - of_day_s[at]) / (of_day_s[at + 1] - of_day_s[at])
        here = x[at] + part * (x[at + 1] - x[at]), y[at] + part * (y[at + 1] - y[at])
        sheet.axes.plot(*here, ls="", marker="o", ms=2.2, color=colour, zorder=7.2)
        instant = midnight + timedelta(seconds=float(mark_s))
        _write_time(sheet, here, f"{instant:%H:%M}", written, colour)


def _write_time(
    sheet: Sheet,
    here: tuple[float, float],
    words: str,
    written: list[tuple[float, float]],
    colour: str,
) -> None:
    """Write a time beside its mark, on the side that no time before it has taken, if any."""
    inch = sheet.inch
    west, east = (limit / inch for limit in sheet.axes.get_xlim())
    for side, align in ((1.0, "left"), (-1.0, "right")):
        x, y = here[0] / inch + side * (0.05 + 0.5 * _TIME_IN[0]), here[1] / inch + 0.06
        if x - 0.5 * _TIME_IN[0] < west or x + 0.5 * _TIME_IN[0] > east:
            continue
        if any(abs(x - u) < _TIME_IN[0] and abs(y - v) < _TIME_IN[1] for u, v in written):
            continue
        written.append((x, y))
        sheet.axes.annotate(
            words,
            here,
            (3.0 * side, 1.5),
            textcoords="offset points",
            ha=align,
            fontsize=6.5,
            color=colour,
            path_effects=HALO,
            zorder=7.4,
        )
        return


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


def _reach_words(inner_km: np.ndarray, outer_km: np.ndarray, heights_km: np.ndarray) -> str:
    """Return how far to either side a satellite reaches, from the lowest and the highest point."""

    def words(nearest: float, farthest: float) -> str:
        return f"{nearest:,.0f} to {farthest:,.0f} km" if nearest > 0.0 else f"{farthest:,.0f} km"

    inner, outer = (np.min(inner_km), np.max(inner_km)), (np.min(outer_km), np.max(outer_km))
    low_km, high_km = float(heights_km.min()), float(heights_km.max())
    if globe.alike((low_km, high_km)):
        return f"{'' if inner[0] > 0.0 else 'up to '}{words(inner[0], outer[1])} from"
    return (
        f"up to {words(inner[0], outer[0])} (at {low_km:,.0f} km height) or "
        f"{words(inner[1], outer[1])} (at {high_km:,.0f} km) from"
    )
