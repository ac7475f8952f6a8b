"""The map as it lies still: its first figure in colours, for print and where no script runs.

The script of the page draws the same when it begins, and any other figure when asked.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.arrays import FloatArray, IntArray
from simulator.page import cells
from simulator.page.packed import ABSENT
from simulator.page.projection import xy

NO_VALUE = "absent"
_ALL_BUT_HALF_A_TURN = 179.9999


@dataclass(frozen=True)
class Still:
    """Classes of colour: paths of cells by class, a class a target, and the legend (class, words).

    `left_out` tells that there are too many cells to stand in the page twice.
    """

    heading: str
    cells: list[tuple[str, str]]
    targets: list[str]
    legend: list[tuple[str, str]]
    left_out: bool


def still(data: dict[str, Any]) -> Still:
    """Return what the map shows at first, of what the page's script reads."""
    plain = ["plain"] * len(data["targets"])
    if not data["figures"]:
        return Still("", [], plain, [], left_out=False)
    figure = data["figures"][0]
    numbers = figure["targets"][0]
    shades = plain
    if numbers is not None:
        shades = _classes(figure, np.array([np.nan if n is None else n for n in numbers], float))
    painted, left_out = [], False
    region = data["regions"][0] if data["regions"] else None
    if region and region["id"] in figure["cells"][0]:
        values = _values(figure, figure["cells"][0][region["id"]])
        # A grid of rows takes little room: neighbours of one colour are one shape.
        left_out = "corners" in region and len(values) > cells.MANY_CELLS
        if not left_out:
            painted = _painted(region, _classes(figure, values))
    unit = f", {figure['unit']}" if figure["unit"] else ""
    none = [(NO_VALUE, "none")] if NO_VALUE in {*shades, *(name for name, _ in painted)} else []
    legend = [(shade, words) for shade, words in figure["classes"]]
    return Still(f"{figure['name']}{unit}:", painted, shades, legend + none, left_out)


def _values(figure: dict[str, Any], text: str) -> FloatArray:
    counts = _counts(text)
    return np.where(counts == ABSENT, np.nan, figure["low"] + counts * figure["step"])


def _counts(text: str) -> FloatArray:
    return np.frombuffer(base64.b64decode(text), dtype="<u2").astype(np.float64)


def _classes(figure: dict[str, Any], values: FloatArray) -> list[str]:
    names = [shade for shade, _ in figure["classes"]]
    places = np.searchsorted(figure["edges"], values, side="right")
    return [
        NO_VALUE if missing else names[place]
        for missing, place in zip(np.isnan(values).tolist(), places.tolist(), strict=True)
    ]


def _painted(region: dict[str, Any], shades: list[str]) -> list[tuple[str, str]]:
    if "corners" in region:
        corners, chosen = _tiles(region), shades
    else:
        corners, chosen = _stretches(region, shades)
    steps = np.diff(corners, axis=1, prepend=np.zeros_like(corners[:, :1]))
    paths: dict[str, list[str]] = defaultdict(list)
    for (x, y, *rest), shade in zip(steps.reshape(len(steps), -1).tolist(), chosen, strict=True):
        paths[shade].append(f"M{x} {y}l{' '.join(map(str, rest)).replace(' -', '-')}z")
    return [(shade, "".join(parts)) for shade, parts in sorted(paths.items())]


def _stretches(region: dict[str, Any], shades: list[str]) -> tuple[IntArray, list[str]]:
    """Return corners (N, 4, 2) of the stretches of one colour in each row, and their colours.

    On this map parallels are straight and meridians divide them evenly: nothing is lost.
    """
    west, east = np.array(region["west"]), np.array(region["east"])
    lengths = np.array(region["inside"])
    place = np.repeat(np.arange(len(lengths)) % 2 == 1, lengths)
    row, column = np.divmod(np.flatnonzero(place), len(west))
    colour = np.unique(shades, return_inverse=True)[1]
    same = (np.diff(row) == 0) & (np.diff(column) == 1) & (np.diff(colour) == 0)
    # Across the far meridian a row goes on at the other edge of the map.
    same &= np.isclose(west[column[1:]], east[column[:-1]])
    first = np.flatnonzero(np.concatenate([[True], ~same]))
    last = np.concatenate([first[1:] - 1, [len(row) - 1]])
    left, right = west[column[first]], east[column[last]]
    one, other = (np.array(region[side])[row[first]] for side in ("one", "other"))
    longitude = np.column_stack([left, right, right, left])
    latitude = np.column_stack([one, one, other, other])
    return _placed(longitude, latitude), [shades[n] for n in first.tolist()]


def _tiles(region: dict[str, Any]) -> IntArray:
    """Return the corners (N, corners, 2) of HEALPix cells."""
    longitude = cells.CORNER_LOW + cells.CORNER_STEP * _counts(region["cornerLon"])
    latitude = -90.0 + cells.CORNER_LATITUDE_STEP * _counts(region["cornerLat"])
    shape = (-1, region["corners"])
    return _placed(longitude.reshape(shape), latitude.reshape(shape))


def _placed(longitude_deg: FloatArray, latitude_deg: FloatArray) -> IntArray:
    # Of the far meridian each edge of the map stays on its own side.
    inside = np.clip(longitude_deg, -_ALL_BUT_HALF_A_TURN, _ALL_BUT_HALF_A_TURN)
    return np.stack([np.rint(n).astype(np.int64) for n in xy(inside, latitude_deg)], axis=-1)
