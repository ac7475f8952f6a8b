"""Shapes on the globe, made so that a map can draw them whole.

Shapes have longitude before latitude, as in GeoJSON and Cartopy.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry

from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.earth import EARTH_MEAN_RADIUS_KM, circle, ellipsoid_normal

# A piece of a track's band is this many steps long where it can be.
_STEPS_A_PIECE = 8

WORLD = shapely.box(-180.0, -90.0, 180.0, 90.0)


def turned_longitude(longitude_deg: ArrayLike, centre_deg: float) -> FloatArray:
    """Return longitudes counted from a centre, -180 to 180."""
    return (np.asarray(longitude_deg, dtype=np.float64) - centre_deg + 180.0) % 360.0 - 180.0


def turn(shape: BaseGeometry, centre_deg: float, window: BaseGeometry = WORLD) -> BaseGeometry:
    """Return a shape in longitudes counted from a centre, cut at the far meridian and to a window.

    A part that lies more than half a turn from the centre comes back in from the other side.
    """
    west, _, east, _ = shape.bounds
    if math.isnan(west):
        return shape
    # Longitudes may run on for several turns, as along a track: each turn is moved onto the map.
    first, last = ((edge - centre_deg + 180.0) // 360.0 for edge in (west, east))
    parts: list[BaseGeometry] = []
    for turns in range(int(first), int(last) + 1):
        shift = np.array([centre_deg + 360.0 * turns, 0.0])
        moved = shapely.transform(shapely.get_parts(shape), lambda p, shift=shift: p - shift)
        touching = moved[shapely.intersects(shapely.envelope(moved), window)]
        cut = shapely.intersection(touching, window)
        # GEOS 3.14 crashes when it cuts the segments of a collection with an empty member.
        parts += list(cut[~shapely.is_empty(cut)])
    if shapely.get_dimensions(shape) < 2:
        # A union would break lines where they cross.
        return shapely.GeometryCollection(parts)
    # Where a surface only touches the window's edge it leaves a line, which is no part of it.
    pieces = shapely.get_parts(parts)
    surfaces = pieces[shapely.get_dimensions(pieces) == 2]
    # The grid joins the two sides of a cut, which rounding would leave a hair apart.
    return shapely.union_all(surfaces, grid_size=1e-9)


def ring(longitude_deg: FloatArray, latitude_deg: FloatArray) -> BaseGeometry:
    """Return the surface inside a line on the globe, given without its last, closing point.

    It may hold a pole. Its longitudes run on past 180 degrees instead of jumping.
    """
    x = np.unwrap(np.append(longitude_deg, longitude_deg[0]), period=360.0)
    y = np.append(latitude_deg, latitude_deg[0])
    # A ring that does not come back to its own longitude has gone once round a pole: its surface is
    # closed along the pole, which on the map is a line.
    if abs(x[-1] - x[0]) > 180.0:
        pole = math.copysign(90.0, float(np.mean(latitude_deg)))
        x, y = np.append(x, [x[-1], x[0]]), np.append(y, [pole, pole])
    surface = shapely.Polygon(np.column_stack([x, y]))
    return shapely.make_valid(surface, method="structure", keep_collapsed=False)


def line(longitude_deg: ArrayLike, latitude_deg: ArrayLike) -> BaseGeometry:
    """Return a line on the globe whose longitudes run on past 180 degrees instead of jumping."""
    x = np.unwrap(np.asarray(longitude_deg, dtype=np.float64), period=360.0)
    return shapely.LineString(np.column_stack([x, np.asarray(latitude_deg, dtype=np.float64)]))


def track_vectors(
    longitude_deg: ArrayLike, latitude_deg: ArrayLike, *, pieces: int = 3
) -> FloatArray:
    """Return a track as unit vectors (N, 3), each step cut into pieces along the great circle."""
    normals = ellipsoid_normal(latitude_deg, longitude_deg)
    steps = np.arange((len(normals) - 1) * pieces + 1) / pieces
    between = np.column_stack(
        [np.interp(steps, np.arange(len(normals)), axis) for axis in normals.T]
    )
    return np.asarray(between / np.linalg.norm(between, axis=1, keepdims=True))


def lonlat(vectors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return longitude and latitude in degrees of unit vectors (N, 3)."""
    longitude = np.degrees(np.arctan2(vectors[:, 1], vectors[:, 0]))
    return longitude, np.degrees(np.arcsin(np.clip(vectors[:, 2], -1.0, 1.0)))


def strip(track: FloatArray, *, inner_deg: ArrayLike, outer_deg: ArrayLike) -> BaseGeometry:
    """Return the surface between two central angles from a track (N, 3), on both its sides.

    Each angle is one for the whole track or one for each of its points (N,).
    """
    inner, outer = (np.radians(np.broadcast_to(a, len(track))) for a in (inner_deg, outer_deg))
    if len(track) < 2 or not (outer > inner).any():
        return shapely.Polygon()
    # Abeam: at right angles to the way and to the vertical. A point at a central angle to the side
    # is the track's vector times its cosine and the abeam vector times its sine.
    side = np.cross(track, np.gradient(track, axis=0))
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    bands = [(-outer, -inner), (inner, outer)] if (inner > 0.0).any() else [(-outer, outer)]
    # Wide bands bend on the map: points across them, 5 degrees apart at most.
    across = np.linspace(0.0, 1.0, 2 + int(np.degrees(outer.max()) * 2.0 / 5.0))
    pieces = []
    for from_rad, to_rad in bands:
        angles = from_rad[:, None] + (to_rad - from_rad)[:, None] * across
        rows = (
            track[:, None] * np.cos(angles)[..., None] + side[:, None] * np.sin(angles)[..., None]
        )
        pieces += _band(*(part.reshape(rows.shape[:2]) for part in lonlat(rows.reshape(-1, 3))))
    return shapely.union_all(pieces)


def _band(longitude_deg: FloatArray, latitude_deg: FloatArray) -> list[BaseGeometry]:
    """Return surfaces that make up a band, from rows of points across it (N, P), none past 180."""
    starts = np.arange(0, len(longitude_deg) - 1)
    # From few long pieces a surface is joined sooner than from many short ones.
    long = starts[: len(starts) // _STEPS_A_PIECE * _STEPS_A_PIECE : _STEPS_A_PIECE]
    surfaces, plain = _outlined(longitude_deg, latitude_deg, long, _STEPS_A_PIECE)
    done = (long[plain, None] + np.arange(_STEPS_A_PIECE)).ravel()
    # What crosses itself or does not lie whole on the map is made step by step.
    short = np.setdiff1d(starts, done)
    steps, simple = _outlined(longitude_deg, latitude_deg, short, 1)
    odd = short[~simple]
    outlines = zip(*(_outline(part, odd, 1) for part in (longitude_deg, latitude_deg)), strict=True)
    return [
        *surfaces[plain],
        *steps[simple],
        *(turn(ring(longitude, latitude), 0.0) for longitude, latitude in outlines),
    ]


def _outlined(
    longitude_deg: FloatArray, latitude_deg: FloatArray, first: IntArray, steps: int
) -> tuple[np.ndarray, BoolArray]:
    """Return the pieces of a band from each of some rows on, and which lie whole on the map."""
    x, y = (_outline(part, first, steps) for part in (longitude_deg, latitude_deg))
    x = np.unwrap(x, period=360.0, axis=1)
    x -= 360.0 * np.round(x.mean(axis=1, keepdims=True) / 360.0)
    surfaces = shapely.polygons(np.stack([x, y], axis=-1))
    # A pole inside shows by an outline that goes far round.
    whole = (np.abs(x).max(axis=1, initial=0.0) <= 180.0) & (np.ptp(x, axis=1) < 90.0)
    return surfaces, whole & shapely.is_valid(surfaces)


def _outline(values: FloatArray, first: IntArray, steps: int) -> FloatArray:
    """Return the values around each piece of a band (N, P): along it, across, back, and across."""
    rows = first[:, None] + np.arange(steps + 1)
    around = (
        values[rows[:, :-1], 0],
        values[rows[:, -1]],
        values[rows[:, -2:0:-1], -1],
        values[rows[:, 0], ::-1],
    )
    return np.concatenate(around, axis=1)


def caps(centres: FloatArray, radius_deg: FloatArray) -> list[BaseGeometry]:
    """Return the surface within a central angle (N,) of each of some points (N, 3)."""
    surfaces = []
    for longitude, latitude, angle in zip(*lonlat(centres), radius_deg, strict=True):
        radius_km = math.radians(angle) * EARTH_MEAN_RADIUS_KM
        y, x = circle(latitude, longitude, radius_km=radius_km, points=91)
        surfaces.append(turn(ring(x[:-1], y[:-1]), 0.0))
    return surfaces


def field_of_regard(points: FloatArray, inner_km: FloatArray, outer_km: FloatArray) -> BaseGeometry:
    """Return the strip along a track that a sensor can be pointed at.

    The distances are of the instants between which the `points` of the track lie evenly.
    """
    return _field_of_regard(*(np.asarray(a, float).tobytes() for a in (points, inner_km, outer_km)))


# A run drawn in several extents, or written for several programs, has the same strips in each.
@lru_cache(maxsize=32)
def _field_of_regard(track: bytes, inner: bytes, outer: bytes) -> BaseGeometry:
    points, inner_km, outer_km = (np.frombuffer(part) for part in (track, inner, outer))
    points = points.reshape(-1, 3)
    instants = np.linspace(0.0, len(inner_km) - 1.0, len(points))
    inner_deg, outer_deg = (
        np.degrees(np.interp(instants, np.arange(len(reach_km)), reach_km) / EARTH_MEAN_RADIUS_KM)
        for reach_km in (inner_km, outer_km)
    )
    from_first_deg = np.degrees(np.arccos(np.clip(points @ points[0], -1.0, 1.0)))
    if len(points) and from_first_deg.max() < 0.5 * outer_deg.min():
        # A satellite that hardly leaves its place, as over the equator, sees all round it.
        sample = slice(None, None, 1 + len(points) // 24)
        in_view = shapely.union_all(caps(points[sample], outer_deg[sample]))
        blind = caps(points[sample], inner_deg[sample]) if inner_deg.all() else []
        return shapely.difference(in_view, shapely.intersection_all(blind)) if blind else in_view
    band = strip(points, inner_deg=inner_deg, outer_deg=outer_deg)
    if inner_deg.any() or alike((float(outer_deg.min()), float(outer_deg.max()))):
        return band
    # Where the reach grows along the track, it reaches farthest aslant and not abeam.
    return shapely.union_all([band, *caps(points[::3], outer_deg[::3])])


def alike(heights_km: tuple[float, float]) -> bool:
    """Return whether one circle stands for all heights: it errs by a few per cent at most."""
    low_km, high_km = heights_km
    return high_km <= 1.12 * low_km


def between(edges_deg: FloatArray) -> list[BaseGeometry]:
    """Return the surface between two edges, cut where one of them looks past the Earth (NaN).

    `edges_deg` (N, 4): longitude and latitude of the left edge, then of the right one. Longitudes
    run on past 180 degrees instead of jumping.
    """
    on_earth = np.asarray(np.isfinite(edges_deg).all(axis=1))
    runs = np.split(np.arange(len(edges_deg)), np.flatnonzero(np.diff(on_earth.astype(int))) + 1)
    shapes = []
    for run in runs:
        if len(run) < 2 or not on_earth[run[0]]:
            continue
        left, right = edges_deg[run, :2], edges_deg[run, 2:]
        outline = np.concatenate([left, right[::-1]])
        shapes.append(ring(outline[:, 0], outline[:, 1]))
    return shapes


def cell_edges(centres: FloatArray, *, across: FloatArray) -> FloatArray:
    """Return the edges between cell centres; a lone cell is as wide as on the other axis."""
    if len(centres) == 1:
        half = abs(float(across[1] - across[0])) / 2.0 if len(across) > 1 else 0.5
        return np.array([centres[0] - half, centres[0] + half])
    middles = (centres[1:] + centres[:-1]) / 2.0
    return np.concatenate([[2 * centres[0] - middles[0]], middles, [2 * centres[-1] - middles[-1]]])
