"""The sheet a map is drawn on, and the shapes on the globe that are drawn there.

A map is drawn in the plane of longitudes counted from its own centre and clipped at the far
meridian before it is projected, so no line or surface can be torn at the antimeridian.
Shapes have longitude before latitude, as in GeoJSON and Cartopy.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import cartopy.crs as ccrs
import numpy as np
import shapely
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from simulator import basemap
from simulator.arrays import FloatArray
from simulator.earth import EARTH_MEAN_RADIUS_KM, circle, ellipsoid_normal

LAND_COLOUR, SEA_COLOUR = "#EFEDE6", "#FAFCFD"
DMZ_COLOUR = "#A0003C"
DMZ_DASH = (0.0, (2.4, 1.8))

# The far meridian itself belongs to both sides of a map; this little short of it, to one.
_FAR_DEG = 179.9999
WORLD = shapely.box(-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True)
class Sheet:
    """Map axes with the longitude at their centre; draws shapes given in degrees."""

    axes: Any
    centre_deg: float

    def xy(self, turned_deg: ArrayLike, latitude_deg: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return map coordinates of longitudes counted from the centre, and latitudes."""
        return map_xy(self.axes.projection, self.centre_deg, turned_deg, latitude_deg)

    def mark(self, longitude_deg: ArrayLike, latitude_deg: ArrayLike, **style: Any) -> None:
        """Draw one mark for each place."""
        turned = turned_longitude(longitude_deg, self.centre_deg)
        self.axes.plot(*self.xy(turned, latitude_deg), ls="", **style)

    def shape(self, shape: BaseGeometry, *, window: BaseGeometry = WORLD, **style: Any) -> None:
        """Draw a line or fill a surface; its longitudes may run past 180 degrees either way.

        `window` is the part worth drawing, its longitudes counted from the centre of the sheet.
        """
        self.turned_shape(turn(shape, self.centre_deg, window), **style)

    def turned_shape(self, turned: BaseGeometry, **style: Any) -> None:
        """Draw a shape whose longitudes are counted from the centre, none past 180 degrees."""

        def project(points: FloatArray) -> FloatArray:
            return np.column_stack(self.xy(points[:, 0], points[:, 1]))

        # One degree keeps the bow of a long straight edge under the width of a line.
        paths = list(_paths(shapely.transform(shapely.segmentize(turned, 1.0), project)))
        if paths:
            # As an artist: a patch would first be walked through for limits, which are set.
            self.axes.add_artist(PathPatch(Outline.make_compound_path(*paths), **style))

    def base(self, scale: str, *, window: BaseGeometry = WORLD, demarcation: bool = True) -> None:
        """Draw land, borders and coast, the land below everything.

        With `demarcation` the inter-Korean line is drawn apart, else as any other border.
        """
        self.axes.set_facecolor(SEA_COLOUR)
        line = {"window": window, "facecolor": "none", "capstyle": "round"}
        dashed = {"ls": DMZ_DASH, "capstyle": "butt"}
        land, coast = (_joined(basemap.shapes(layer, scale)) for layer in ("land", "coastline"))
        dmz = _joined(basemap.dmz(scale))
        borders = [*basemap.borders(scale), *(() if demarcation else basemap.dmz(scale))]
        self.shape(land, window=window, facecolor=LAND_COLOUR, edgecolor="none", zorder=0)
        self.shape(_joined(borders), ec="#777777", lw=0.5, zorder=4, **line)
        # The pale edge keeps the coast in sight on dark cells.
        self.shape(coast, ec="white", lw=2.0, alpha=0.6, zorder=4.5, **line)
        self.shape(coast, ec="#333333", lw=0.8, zorder=5, **line)
        if not demarcation:
            return
        self.shape(dmz, ec="white", lw=2.8, zorder=5.5, **line)
        self.shape(dmz, ec=DMZ_COLOUR, lw=1.8, zorder=6, **(line | dashed))

    def gridlines(self, step_x_deg: float, step_y_deg: float) -> None:
        """Draw meridians and parallels, with labels at the left and at the foot."""
        self.axes.gridlines(
            draw_labels={"left": "y", "bottom": "x", "geo": "y"},
            # Conic maps would put labels inside the map, and turn them.
            x_inline=False,
            y_inline=False,
            rotate_labels=False,
            xlocs=np.arange(-180.0, 180.0, step_x_deg),
            ylocs=np.arange(-90.0, 90.1, step_y_deg),
            color="#9A9A9A",
            lw=0.4,
            ls=(0.0, (4.0, 3.0)),
            zorder=3.5,
            xlabel_style={"size": 8.0},
            ylabel_style={"size": 8.0},
        )


def map_xy(
    projection: ccrs.Projection, centre_deg: float, turned_deg: ArrayLike, latitude_deg: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return map coordinates of longitudes counted from a centre, and latitudes."""
    flat = ccrs.PlateCarree(central_longitude=centre_deg)
    # PROJ makes -180 of +180: the far edge of the east would land in the west.
    turned = np.clip(np.asarray(turned_deg, dtype=np.float64), -_FAR_DEG, _FAR_DEG)
    points = projection.transform_points(flat, turned, np.asarray(latitude_deg, dtype=np.float64))
    return points[..., 0], points[..., 1]


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
    first, last = ((edge - centre_deg + 180.0) // 360.0 for edge in (west, east))
    parts: list[BaseGeometry] = []
    for turns in range(int(first), int(last) + 1):
        shift = np.array([centre_deg + 360.0 * turns, 0.0])
        moved = shapely.transform(shapely.get_parts(shape), lambda p, shift=shift: p - shift)
        near = moved[shapely.intersects(shapely.envelope(moved), window)]
        cut = shapely.intersection(near, window)
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
    given = ellipsoid_normal(latitude_deg, longitude_deg)
    at = np.arange((len(given) - 1) * pieces + 1) / pieces
    between = np.column_stack([np.interp(at, np.arange(len(given)), axis) for axis in given.T])
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
        outlines = np.concatenate([rows[:-1], rows[1:, ::-1]], axis=1)
        pieces += [turn(ring(*lonlat(outline)), 0.0) for outline in outlines]
    return shapely.union_all(pieces)


def caps(centres: FloatArray, radius_deg: FloatArray) -> list[BaseGeometry]:
    """Return the surface within a central angle (N,) of each of some points (N, 3)."""
    found = []
    for longitude, latitude, angle in zip(*lonlat(centres), radius_deg, strict=True):
        radius_km = math.radians(angle) * EARTH_MEAN_RADIUS_KM
        y, x = circle(latitude, longitude, radius_km=radius_km, points=91)
        found.append(turn(ring(x[:-1], y[:-1]), 0.0))
    return found


def _joined(shapes: Iterable[BaseGeometry]) -> BaseGeometry:
    return shapely.GeometryCollection(list(shapes))


def _paths(shape: BaseGeometry) -> Iterable[Outline]:
    """Yield the outlines of a shape's lines and surfaces; its stray points are left out."""
    for part in shapely.get_parts(shape):
        if isinstance(part, shapely.Polygon) and not part.is_empty:
            # Holes must run against their surface: paths are filled by winding number.
            turned = orient(part)
            for edge in (turned.exterior, *turned.interiors):
                yield Outline(np.asarray(edge.coords), closed=True)
        elif isinstance(part, shapely.LineString) and not part.is_empty:
            yield Outline(np.asarray(part.coords))
        elif hasattr(part, "geoms"):
            yield from _paths(part)
