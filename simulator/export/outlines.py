"""Shapes as RFC 7946 wants them: cut at the antimeridian, closed at the poles, right-handed.

Longitude before latitude, degrees on WGS84, none beyond 180; outer rings run counter-clockwise and
holes clockwise (RFC 7946, 3.1.6 and 3.1.9). Coordinates have seven decimals, a centimetre.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from simulator.arrays import FloatArray
from simulator.maps import globe

DECIMALS = 7
_GRID_DEG = 10.0**-DECIMALS


def cut_line(points: FloatArray) -> BaseGeometry:
    """Return a line through points (N, 2 or 3), in several where it crosses the antimeridian.

    Between two points it runs the shorter way. A third coordinate is carried along.
    """
    return shapely.MultiLineString(line_parts(points))


def line_parts(points: FloatArray) -> list[FloatArray]:
    """Return a line's points (N, 2 or 3) in parts, each on one side of the antimeridian."""
    longitude = np.unwrap(points[:, 0], period=360.0)
    turns = np.floor((longitude + 180.0) / 360.0)
    crossings = np.flatnonzero(np.diff(turns))
    # Steps are far below a turn, so that one antimeridian at most lies between two points.
    edges = 360.0 * np.maximum(turns[crossings], turns[crossings + 1]) - 180.0
    share = (edges - longitude[crossings]) / np.diff(longitude)[crossings]
    between = points[crossings] + share[:, None] * np.diff(points, axis=0)[crossings]
    unwrapped = np.insert(np.column_stack([longitude, points[:, 1:]]), crossings + 1, 0.0, axis=0)
    at = crossings + 1 + np.arange(len(crossings))
    unwrapped[at] = np.column_stack([edges, between[:, 1:]])
    parts = []
    for first, last in pairwise([0, *at.tolist(), len(unwrapped) - 1]):
        part = unwrapped[first : last + 1].copy()
        # By its middle: its ends may lie on an antimeridian.
        middle = 0.5 * (part[:, 0].min() + part[:, 0].max())
        part[:, 0] -= 360.0 * np.floor((middle + 180.0) / 360.0)
        parts.append(np.round(part, DECIMALS))
    # A line that only touches the antimeridian leaves a point there, which is no line.
    return [part for part in parts if len(part) > 1 and np.ptp(part[:, :2], axis=0).any()]


def cut_surface(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """Return the surface of shapes whose longitudes may run on past 180 degrees, in one."""
    whole = shapely.union_all([globe.turn(shape, 0.0) for shape in shapes])
    # The grid keeps what rounding would make cross itself valid, and drops slivers.
    rounded = shapely.set_precision(whole, _GRID_DEG)
    surfaces = [part for part in shapely.get_parts(rounded) if shapely.get_dimensions(part) == 2]
    if not surfaces:
        return shapely.Polygon()
    oriented = [shapely.geometry.polygon.orient(part, 1.0) for part in surfaces]
    return oriented[0] if len(oriented) == 1 else shapely.MultiPolygon(oriented)
