"""The sheet a map is drawn on.

A map is drawn in the plane of longitudes counted from its own centre and clipped at the far
meridian before it is projected, so no line or surface can be torn at the antimeridian.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from simulator import basemap
from simulator.arrays import BoolArray, FloatArray
from simulator.maps import globe, page
from simulator.maps.projections import Projection

LAND_COLOUR, SEA_COLOUR, FRAME_COLOUR = "#EFEDE6", "#FAFCFD", "#444444"
# What the axes of a map are called, to tell them from those of other drawings.
MAP = "map"
DMZ_COLOUR = "#A0003C"
DMZ_DASH = (0.0, (2.4, 1.8))

# One degree keeps the bow of a long straight edge under the width of a line.
_LONGEST_EDGE_DEG = 1.0
_GRID: dict[str, Any] = {"colors": "#9A9A9A", "lw": 0.4, "ls": (0.0, (4.0, 3.0)), "zorder": 3.5}
# From a map's edge to a label; and labels of meridians that are nearer would run into each other.
_GAP_IN, _LABELS_APART_IN = 0.06, 0.36


@dataclass(frozen=True)
class Sheet:
    """Map axes with the longitude at their centre; draws shapes given in degrees.

    `window` is the part worth drawing, its longitudes counted from the centre.
    """

    axes: Axes
    projection: Projection
    centre_deg: float
    window: BaseGeometry = globe.WORLD

    @classmethod
    def of_the_globe(cls, axes: Axes, projection: Projection, centre_deg: float) -> Sheet:
        """Return a sheet that shows the whole globe inside its outline."""
        latitude = np.linspace(-90.0, 90.0, 181)
        right = np.column_stack(projection.project(np.full(181, 180.0), latitude))
        corners = np.concatenate([right, right[::-1] * (-1.0, 1.0)])
        outline = Outline(corners, closed=True)
        axes.set_label(MAP)
        axes.set_axis_off()
        for add, style in (
            (-1.0, {"facecolor": SEA_COLOUR, "ec": "none"}),
            (6.5, {"facecolor": "none", "ec": FRAME_COLOUR, "lw": 0.8, "clip_on": False}),
        ):
            axes.add_artist(PathPatch(outline, zorder=add, **style))
        axes.set_xlim(corners[:, 0].min(), corners[:, 0].max())
        axes.set_ylim(corners[:, 1].min(), corners[:, 1].max())
        axes.set_aspect("equal")
        return cls(axes, projection, centre_deg)

    @classmethod
    def of_a_part(
        cls,
        axes: Axes,
        projection: Projection,
        centre_deg: float,
        x_limits: tuple[float, float],
        y_limits: tuple[float, float],
        window: BaseGeometry = globe.WORLD,
    ) -> Sheet:
        """Return a sheet that shows a rectangle of the projection's plane."""
        axes.set_label(MAP)
        axes.set_xlim(x_limits)
        axes.set_ylim(y_limits)
        axes.set_aspect("equal")
        axes.set_facecolor(SEA_COLOUR)
        axes.xaxis.set_visible(False)
        axes.yaxis.set_visible(False)
        for spine in axes.spines.values():
            spine.set(visible=True, edgecolor=FRAME_COLOUR)
        return cls(axes, projection, centre_deg, window)

    def xy(self, turned_deg: ArrayLike, latitude_deg: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return map coordinates of longitudes counted from the centre, and latitudes."""
        return self.projection.project(turned_deg, latitude_deg)

    def mark(self, longitude_deg: ArrayLike, latitude_deg: ArrayLike, **style: Any) -> None:
        """Draw one mark for each place."""
        self.axes.plot(*self.place(longitude_deg, latitude_deg), ls="", **style)

    def place(
        self, longitude_deg: ArrayLike, latitude_deg: ArrayLike
    ) -> tuple[FloatArray, FloatArray]:
        """Return map coordinates of places."""
        return self.xy(globe.turned_longitude(longitude_deg, self.centre_deg), latitude_deg)

    def shows(self, longitude_deg: ArrayLike, latitude_deg: ArrayLike) -> BoolArray:
        """Return which places lie on the map."""
        x, y = self.place(longitude_deg, latitude_deg)
        (west, east), (south, north) = self.axes.get_xlim(), self.axes.get_ylim()
        return np.asarray((x >= west) & (x <= east) & (y >= south) & (y <= north))

    def shape(self, shape: BaseGeometry, **style: Any) -> None:
        """Draw a line or fill a surface; its longitudes may run past 180 degrees either way."""
        self.turned_shape(globe.turn(shape, self.centre_deg, self.window), **style)

    def turned_shape(self, turned: BaseGeometry, **style: Any) -> None:
        """Draw a shape whose longitudes are counted from the centre, none past 180 degrees."""
        self._draw(_outline(turned, self.projection), **style)

    def base(self, scale: str, *, demarcation: bool = True) -> None:
        """Draw land, borders and coast, the land below everything.

        With `demarcation` the inter-Korean line is drawn apart, else as any other border.
        """

        def draw(layer: str, **style: Any) -> None:
            outline = _layer_outline(layer, scale, self.window, self.projection, self.centre_deg)
            self._draw(outline, **style)

        line = {"facecolor": "none", "capstyle": "round"}
        dashed = {"ls": DMZ_DASH, "capstyle": "butt"}
        borders = "borders" if demarcation else "borders with demarcation"
        draw("land", facecolor=LAND_COLOUR, edgecolor="none", zorder=0)
        draw(borders, ec="#777777", lw=0.5, zorder=4, **line)
        # The pale edge keeps the coast in sight on dark cells.
        draw("coastline", ec="white", lw=2.0, alpha=0.6, zorder=4.5, **line)
        draw("coastline", ec="#333333", lw=0.8, zorder=5, **line)
        if not demarcation:
            return
        draw("demarcation", ec="white", lw=2.8, zorder=5.5, **line)
        draw("demarcation", ec=DMZ_COLOUR, lw=1.8, zorder=6, **(line | dashed))

    def gridlines(
        self, step_x_deg: float, step_y_deg: float, *, labels: tuple[bool, bool] = (True, True)
    ) -> None:
        """Draw meridians and parallels at whole steps.

        `labels` are whether parallels are named at the left, and whether meridians at the foot.
        """
        longitude = np.arange(-180.0, 180.0, step_x_deg)
        # The poles are an edge of the map or a point on it.
        latitude = np.arange(-90.0, 90.1, step_y_deg)[1:-1]
        turned = globe.turned_longitude(longitude, self.centre_deg)
        along = np.linspace(-90.0, 90.0, 361), np.linspace(-180.0, 180.0, 721)
        # All at once: a map of a small part has lines by the thousand.
        meridians = _lines(*self.xy(turned[:, None], along[0]))
        parallels = _lines(*self.xy(along[1], latitude[:, None]))
        self.axes.add_collection(LineCollection([*meridians, *parallels], **_GRID), autolim=False)
        if not self.axes.axison:
            self._label_outline(turned, longitude, latitude, labels)
        else:
            self._label_frame(meridians, parallels, longitude, latitude, labels)

    def _label_outline(
        self,
        turned: FloatArray,
        longitude: FloatArray,
        latitude: FloatArray,
        labels: tuple[bool, bool],
    ) -> None:
        """Name parallels and meridians where they end at the outline of the globe."""
        for_parallels, for_meridians = labels
        if for_parallels:
            for x, y, value in zip(
                *self.xy(-180.0 + 0.0 * latitude, latitude), latitude, strict=True
            ):
                self._label_at_left(x, y, latitude_words(value))
        if for_meridians:
            for x, y, value in zip(*self.xy(turned, -90.0 + 0.0 * turned), longitude, strict=True):
                self._label_below(x, y, longitude_words(value))

    def _label_frame(
        self,
        meridians: FloatArray,
        parallels: FloatArray,
        longitude: FloatArray,
        latitude: FloatArray,
        labels: tuple[bool, bool],
    ) -> None:
        """Name parallels that cross the left edge, and meridians that cross the foot."""
        (west, east), (south, north) = self.axes.get_xlim(), self.axes.get_ylim()
        for_parallels, for_meridians = labels
        if for_parallels:
            for y, line in _crossings(parallels[..., ::-1], west, (south, north)):
                self._label_at_left(west, y, latitude_words(latitude[line]))
        if for_meridians:
            crossings = [
                (x, longitude_words(longitude[line]))
                for x, line in _crossings(meridians, south, (west, east))
            ]
            inch = self.inch
            # One that stood out to the side would run into the labels of a map beside this one.
            last = west - 0.5 * _LABELS_APART_IN * inch
            for x, words in sorted(crossings):
                inside = x <= east - 0.3 * _LABELS_APART_IN * inch
                if inside and x - last >= _LABELS_APART_IN * inch:
                    self._label_below(x, south, words)
                    last = x

    def _label_at_left(self, x: float, y: float, words: str) -> None:
        self.axes.text(x - _GAP_IN * self.inch, y, words, ha="right", va="center", fontsize=8.0)

    def _label_below(self, x: float, y: float, words: str) -> None:
        self.axes.text(x, y - _GAP_IN * self.inch, words, ha="center", va="top", fontsize=8.0)

    @property
    def inch(self) -> float:
        """Return how many units of the map an inch of the page has."""
        west, east = self.axes.get_xlim()
        return (east - west) / (self.axes.get_position().width * page.WIDTH_IN)

    def _draw(self, outline: Outline | None, **style: Any) -> None:
        if outline is not None:
            # As an artist: a patch would first be walked through for limits, which are set.
            self.axes.add_artist(PathPatch(outline, **style))


def longitude_words(longitude_deg: float) -> str:
    """Return a longitude as maps write it."""
    turned = float(globe.turned_longitude(longitude_deg, 0.0))
    if abs(turned) in (0.0, 180.0):
        return f"{abs(turned):g}°"
    return f"{abs(turned):g}°{'E' if turned > 0.0 else 'W'}"


def latitude_words(latitude_deg: float) -> str:
    """Return a latitude as maps write it."""
    side = "N" if latitude_deg > 0.0 else "S" if latitude_deg < 0.0 else ""
    return f"{abs(latitude_deg):g}°{side}"


def _lines(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return lines (lines, points, 2) of coordinates that broadcast to (lines, points)."""
    return np.stack(np.broadcast_arrays(x, y), axis=-1)


def _crossings(
    lines: FloatArray, level: float, limits: tuple[float, float]
) -> list[tuple[float, int]]:
    """Return where lines (lines, points, 2) cross a level of their second coordinate.

    The first coordinate there and the number of the line, line by line, within limits.
    """
    x, above = lines[..., 0], lines[..., 1] - level
    crossed, steps = np.nonzero((above[:, :-1] < 0.0) != (above[:, 1:] < 0.0))
    before, after = (crossed, steps), (crossed, steps + 1)
    at = x[before] - above[before] * (x[after] - x[before]) / (above[after] - above[before])
    within = (at >= limits[0]) & (at <= limits[1])
    return list(zip(at[within].tolist(), crossed[within].tolist(), strict=True))


# The maps of a region share projection and window: each layer is cut and projected once for all.
@lru_cache(maxsize=32)
def _layer_outline(
    layer: str,
    scale: str,
    window: BaseGeometry,
    projection: Projection,
    centre_deg: float,
) -> Outline | None:
    """Return the outline of a layer of the base map in map coordinates, None where it has none."""
    west, south, east, north = window.bounds
    within = (west + centre_deg, south, east + centre_deg, north)
    shapes: Sequence[BaseGeometry]
    if layer == "demarcation":
        shapes = basemap.dmz(scale)
    elif layer == "borders":
        shapes = basemap.borders(scale)
    elif layer == "borders with demarcation":
        shapes = (*basemap.borders(scale), *basemap.dmz(scale))
    else:
        shapes = basemap.shapes(layer, scale, within=within)
    turned = globe.turn(shapely.GeometryCollection(list(shapes)), centre_deg, window)
    return _outline(turned, projection)


def _outline(turned: BaseGeometry, projection: Projection) -> Outline | None:
    """Return a shape's lines and edges in map coordinates as one path, None where it has none."""

    def project(points: FloatArray) -> FloatArray:
        return np.column_stack(projection.project(points[:, 0], points[:, 1]))

    fine = shapely.segmentize(turned, _LONGEST_EDGE_DEG)
    paths = list(_paths(shapely.transform(fine, project)))
    return Outline.make_compound_path(*paths) if paths else None


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
