"""The properties of CZML packets: colours, intervals, samples, lines and polygons."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from simulator.arrays import FloatArray
from simulator.export.states import ChosenSpan

# Through six places a minute apart, a low orbit is met to a centimetre.
INTERPOLATION = {"interpolationAlgorithm": "LAGRANGE", "interpolationDegree": 5}


def colour(red_green_blue: Sequence[int], opacity: int = 255) -> dict[str, Any]:
    """Return a colour of parts from 0 to 255."""
    return {"rgba": [*red_green_blue, opacity]}


def interval(stretch: ChosenSpan, begin_s: float, end_s: float) -> str:
    """Return an interval within the stretch, as ISO 8601 writes it."""
    begin_s, end_s = max(begin_s, stretch.start_s), min(end_s, stretch.end_s)
    return f"{stretch.span.iso(begin_s)}/{stretch.span.iso(end_s)}"


def reference(packet: str) -> str:
    """Return a reference to the position of a packet; a hash in its id is escaped."""
    escaped = packet.replace("\\", "\\\\").replace("#", "\\#")
    return f"{escaped}#position"


def availability(stretch: ChosenSpan, runs: Sequence[FloatArray]) -> Any:
    """Return when a satellite is: in one interval, or in one for each of its runs."""
    parts = [interval(stretch, float(at_s[0]), float(at_s[-1])) for at_s in runs]
    return parts[0] if len(parts) == 1 else parts


def sampled(
    stretch: ChosenSpan, runs: Sequence[FloatArray], positions_m: Sequence[FloatArray]
) -> Any:
    """Return positions (N, 3), Earth-fixed, at the instants (N,) of each run, to the centimetre."""
    common = {"referenceFrame": "FIXED", **INTERPOLATION}
    return _by_run(stretch, runs, "cartesian", positions_m, 2, common)


def sampled_number(
    stretch: ChosenSpan, runs: Sequence[FloatArray], values: Sequence[FloatArray]
) -> Any:
    """Return a length (N,) in metres at the instants (N,) of each run."""
    return _by_run(stretch, runs, "number", values, 1, {})


def _by_run(
    stretch: ChosenSpan,
    runs: Sequence[FloatArray],
    kind: str,
    values: Sequence[FloatArray],
    decimals: int,
    common: dict[str, Any],
) -> Any:
    """Return samples; of several runs each for its own interval, as none reaches into another."""
    epoch = stretch.span.iso(stretch.start_s)
    parts = []
    for at_s, told in zip(runs, values, strict=True):
        rows = np.round(np.column_stack([at_s - stretch.start_s, told]), decimals)
        # Instants keep what tells the two sides of a jump apart.
        rows[:, 0] = np.round(at_s - stretch.start_s, 6)
        parts.append({"epoch": epoch, kind: rows.ravel().tolist(), **common})
    if len(parts) == 1:
        return parts[0]
    return [
        {"interval": interval(stretch, float(at_s[0]), float(at_s[-1])), **part}
        for at_s, part in zip(runs, parts, strict=True)
    ]


def shown(stretch: ChosenSpan, windows_s: FloatArray) -> list[dict[str, Any]]:
    """Return that something is shown in windows (N, 2) alone.

    The times between are told too: where nothing is said, a viewer takes it as shown.
    """
    cut = np.clip(windows_s, stretch.start_s, stretch.end_s)
    cut = cut[cut[:, 1] > cut[:, 0]]
    edges = [stretch.start_s, *cut.ravel().tolist(), stretch.end_s]
    return [
        {"interval": interval(stretch, begin, end), "boolean": number % 2 == 1}
        for number, (begin, end) in enumerate(pairwise(edges))
        if end > begin
    ]


def sight_line(
    ends: list[str], shown_at: list[dict[str, Any]], paint: Sequence[int], width: float
) -> dict[str, Any]:
    """Return a straight line between the positions of two packets."""
    return {
        "show": shown_at,
        "positions": {"references": ends},
        "arcType": "NONE",
        "width": width,
        "material": {"solidColor": {"color": colour(paint)}},
    }


def polygon(shape: shapely.Polygon, paint: Sequence[int]) -> dict[str, Any]:
    """Return a surface on the ground, without the closing point and without holes."""
    corners = np.array(shape.exterior.coords)[:-1]
    flat = np.column_stack([corners, np.zeros(len(corners))])
    return {
        "positions": {"cartographicDegrees": flat.ravel().tolist()},
        "material": {"solidColor": {"color": colour(paint, 130)}},
    }


def label(text: str) -> dict[str, Any]:
    """Return a name beside a point."""
    return {
        "text": text,
        "font": "12px sans-serif",
        "horizontalOrigin": "LEFT",
        "pixelOffset": {"cartesian2": [9, 0]},
        "outlineWidth": 2,
        "style": "FILL_AND_OUTLINE",
        "distanceDisplayCondition": {"distanceDisplayCondition": [0, 20_000_000]},
    }
