"""The world on the page: Equal Earth, in whole units of a drawing 100,000 units wide.

Everything that lies still is projected here; the page's script has the same formula for what
moves. Longitudes are counted from the meridian in the middle of the map.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry

from simulator.arrays import FloatArray, IntArray
from simulator.maps import EQUAL_EARTH, globe

(_, _EAST_DEG), (_, _NORTH_DEG) = EQUAL_EARTH.limits

WIDTH = 100_000
_UNITS_A_DEGREE = WIDTH / 2.0 / _EAST_DEG
SCALE = math.degrees(_UNITS_A_DEGREE)  # units a radian, as the script counts
HEIGHT = round(2.0 * _UNITS_A_DEGREE * _NORTH_DEG)
# So long an edge, drawn straight, stays within a unit or two of its true course.
_LONGEST_EDGE_DEG = 2.0


def xy(turned_deg: ArrayLike, latitude_deg: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return units from the left and from the top, for longitudes from the middle, latitudes."""
    east, north = EQUAL_EARTH.project(turned_deg, latitude_deg)
    return WIDTH / 2.0 + _UNITS_A_DEGREE * east, HEIGHT / 2.0 - _UNITS_A_DEGREE * north


@dataclass(frozen=True)
class World:
    """The map with the meridian in its middle, degrees east."""

    centre_deg: float

    def places(self, longitude_deg: ArrayLike, latitude_deg: ArrayLike) -> IntArray:
        """Return places (N, 2) in whole units."""
        turned = globe.turned_longitude(longitude_deg, self.centre_deg)
        return np.rint(np.column_stack(xy(turned, latitude_deg))).astype(np.int64)

    def path(
        self, shape: BaseGeometry, *, window: BaseGeometry = globe.WORLD, tolerance: float = 0.0
    ) -> str:
        """Return a shape on the globe as the data of an SVG path, cut where the map is cut.

        `window` is in longitudes from the middle. What is finer than `tolerance`, units, is left
        out.
        """
        return self.turned_path(globe.turn(shape, self.centre_deg, window), tolerance=tolerance)

    def turned_path(self, turned: BaseGeometry, *, tolerance: float = 0.0) -> str:
        """Return the same for a shape whose longitudes are counted from the middle already."""
        fine = shapely.segmentize(turned, _LONGEST_EDGE_DEG)
        flat = shapely.transform(fine, lambda p: np.column_stack(xy(p[:, 0], p[:, 1])))
        if tolerance:
            flat = shapely.simplify(flat, tolerance, preserve_topology=False)
        return path_data(flat)


def path_data(flat: BaseGeometry) -> str:
    """Return the data of an SVG path: absolute starts, then steps in whole units."""
    return "".join(_strokes(points, closed) for points, closed in _lines(flat))


def _lines(shape: BaseGeometry) -> Iterator[tuple[FloatArray, bool]]:
    """Yield the lines of a shape and the edges of its surfaces, and whether they close."""
    for part in shapely.get_parts(shape):
        if part.is_empty:
            continue
        if isinstance(part, shapely.Polygon):
            for edge in (part.exterior, *part.interiors):
                yield shapely.get_coordinates(edge)[:-1], True
        elif isinstance(part, shapely.LineString):
            yield shapely.get_coordinates(part), False
        elif hasattr(part, "geoms"):
            yield from _lines(part)


def _strokes(points: FloatArray, closed: bool) -> str:
    # Steps between rounded places, so that rounding does not add up along the line.
    places = np.rint(points).astype(np.int64)
    steps = np.diff(places, axis=0)
    steps = steps[steps.any(axis=1)]
    if not len(steps):
        return ""
    x, y = places[0].tolist()
    return f"M{x} {y}l{_joined(steps.ravel().tolist())}{'z' if closed else ''}"


def _joined(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers)).replace(" -", "-")
