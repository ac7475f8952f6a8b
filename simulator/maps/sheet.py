"""The sheet a map is drawn on.

A map is drawn in the plane of longitudes counted from its own centre and clipped at the far
meridian before it is projected, so no line or surface can be torn at the antimeridian.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cartopy.crs as ccrs
import numpy as np
import shapely
from cartopy.mpl.gridliner import Gridliner
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from simulator import basemap
from simulator.arrays import FloatArray
from simulator.maps import globe

LAND_COLOUR, SEA_COLOUR = "#EFEDE6", "#FAFCFD"
DMZ_COLOUR = "#A0003C"
DMZ_DASH = (0.0, (2.4, 1.8))

# The far meridian itself belongs to both sides of a map; this little short of it, to one.
_FAR_DEG = 179.9999
# One degree keeps the bow of a long straight edge under the width of a line.
_LONGEST_EDGE_DEG = 1.0


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
        turned = globe.turned_longitude(longitude_deg, self.centre_deg)
        self.axes.plot(*self.xy(turned, latitude_deg), ls="", **style)

    def shape(
        self, shape: BaseGeometry, *, window: BaseGeometry = globe.WORLD, **style: Any
    ) -> None:
        """Draw a line or fill a surface; its longitudes may run past 180 degrees either way.

        `window` is the part worth drawing, its longitudes counted from the centre of the sheet.
        """
        self.turned_shape(globe.turn(shape, self.centre_deg, window), **style)

    def turned_shape(self, turned: BaseGeometry, **style: Any) -> None:
        """Draw a shape whose longitudes are counted from the centre, none past 180 degrees."""
        self._draw(_outline(turned, self.axes.projection, self.centre_deg), **style)

    def base(
        self, scale: str, *, window: BaseGeometry = globe.WORLD, demarcation: bool = True
    ) -> None:
        """Draw land, borders and coast, the land below everything.

        With `demarcation` the inter-Korean line is drawn apart, else as any other border.
        """
        self.axes.set_facecolor(SEA_COLOUR)

        def draw(layer: str, **style: Any) -> None:
            outline = _layer_outline(layer, scale, window, self.axes.projection, self.centre_deg)
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

    def gridlines(self, step_x_deg: float, step_y_deg: float) -> Gridliner:
        """Draw meridians and parallels, with labels at the left and at the foot."""
        return self.axes.gridlines(
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

    def _draw(self, outline: Outline | None, **style: Any) -> None:
        if outline is not None:
            # As an artist: a patch would first be walked through for limits, which are set.
            self.axes.add_artist(PathPatch(outline, **style))


def map_xy(
    projection: ccrs.Projection, centre_deg: float, turned_deg: ArrayLike, latitude_deg: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return map coordinates of longitudes counted from a centre, and latitudes."""
    flat = ccrs.PlateCarree(central_longitude=centre_deg)
    # PROJ makes -180 of +180: the far edge of the east would land in the west.
    turned = np.clip(np.asarray(turned_deg, dtype=np.float64), -_FAR_DEG, _FAR_DEG)
    points = projection.transform_points(flat, turned, np.asarray(latitude_deg, dtype=np.float64))
    return points[..., 0], points[..., 1]


# The maps of a region share projection and window: each layer is cut and projected once for all.
@lru_cache(maxsize=32)
def _layer_outline(
    layer: str,
    scale: str,
    window: BaseGeometry,
    projection: ccrs.Projection,
    centre_deg: float,
) -> Outline | None:
    """Return the outline of a layer of the base map in map coordinates, None where it has none."""
    shapes: Iterable[BaseGeometry]
    if layer == "demarcation":
        shapes = basemap.dmz(scale)
    elif layer == "borders":
        shapes = basemap.borders(scale)
    elif layer == "borders with demarcation":
        shapes = (*basemap.borders(scale), *basemap.dmz(scale))
    else:
        shapes = basemap.shapes(layer, scale)
    turned = globe.turn(shapely.GeometryCollection(list(shapes)), centre_deg, window)
    return _outline(turned, projection, centre_deg)


def _outline(
    turned: BaseGeometry, projection: ccrs.Projection, centre_deg: float
) -> Outline | None:
    """Return a shape's lines and edges in map coordinates as one path, None where it has none."""

    def project(points: FloatArray) -> FloatArray:
        return np.column_stack(map_xy(projection, centre_deg, points[:, 0], points[:, 1]))

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
