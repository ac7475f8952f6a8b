"""What every map lies on: land, borders and a grid of the world, and finer coasts where it matters.

Natural Earth at 1:110 million for the world; at 1:50 million within the part of it that the run
looks at.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry

from simulator import basemap
from simulator.maps import globe
from simulator.page.projection import World

_COARSE, _FINE = "110m", "50m"
# Units of the drawing, 345 m each.
_COARSE_TOLERANCE, _FINE_TOLERANCE = 12.0, 4.0
_MARGIN_DEG = 4.0
_LEAST_DEG = 16.0
# A wider part shows the world's own coasts: finer ones would be more than a page should carry.
_WIDEST_DEG = 110.0
_FRAME_STEPS = 90


@dataclass(frozen=True)
class Layers:
    """Land, borders and the demarcation line of Korea as the data of paths; empty for none."""

    land: str
    coast: str
    borders: str
    demarcation: str
    frame: str = ""


@dataclass(frozen=True)
class Basis:
    """The whole world, its grid of meridians and parallels, and the finer part, if any."""

    frame: str
    grid: str
    world: Layers
    part: Layers | None


def basis(world: World, window: BaseGeometry | None) -> Basis:
    """Return what the map lies on; `window` as from `window_of`."""
    return Basis(
        frame=world.turned_path(_outlined(globe.WORLD)),
        grid=world.turned_path(_grid()),
        world=_layers(world, _COARSE, globe.WORLD, _COARSE_TOLERANCE),
        part=None if window is None else _layers(world, _FINE, window, _FINE_TOLERANCE),
    )


def window_of(
    world: World, longitude_deg: ArrayLike, latitude_deg: ArrayLike
) -> BaseGeometry | None:
    """Return a box about some places with a margin, longitudes from the middle of the map.

    None where there are no places, or where the box would be too wide for fine coasts.
    """
    x = globe.turned_longitude(longitude_deg, world.centre_deg)
    y = np.asarray(latitude_deg, dtype=np.float64)
    if not len(x):
        return None
    west, east = _widened(float(x.min()), float(x.max()), 180.0)
    south, north = _widened(float(y.min()), float(y.max()), 90.0)
    return shapely.box(west, south, east, north) if east - west <= _WIDEST_DEG else None


def _widened(low: float, high: float, most: float) -> tuple[float, float]:
    half = max((high - low) / 2.0 + _MARGIN_DEG, _LEAST_DEG / 2.0)
    middle = (low + high) / 2.0
    return max(middle - half, -most), min(middle + half, most)


# Runs of one page and pages of one process mostly lie on the same coasts.
@lru_cache(maxsize=16)
def _layers(world: World, scale: str, window: BaseGeometry, tolerance: float) -> Layers:
    def path(found: tuple[BaseGeometry, ...]) -> str:
        gathered = shapely.GeometryCollection(list(found))
        return world.path(gathered, window=window, tolerance=tolerance)

    whole = window is globe.WORLD
    west, south, east, north = window.bounds
    within = (west + world.centre_deg, south, east + world.centre_deg, north)
    # Of the whole world all shapes, whose reading is the same for every centre.
    shapes = basemap.shapes if whole else partial(basemap.shapes, within=within)
    return Layers(
        land=path(shapes("land", scale)),
        # The edge of all land is the coast but where a window cuts it.
        coast="" if whole else path(shapes("coastline", scale)),
        borders=path(basemap.borders(scale)),
        demarcation=path(basemap.dmz(scale)),
        frame="" if whole else world.turned_path(_outlined(window)),
    )


def _outlined(box: BaseGeometry) -> BaseGeometry:
    """Return a box with points along its sides, which bend on the map."""
    return shapely.segmentize(box, 360.0 / _FRAME_STEPS)


def _grid() -> BaseGeometry:
    meridians = [[(x, -90.0), (x, 90.0)] for x in range(-150, 180, 30)]
    parallels = [[(-180.0, y), (180.0, y)] for y in range(-60, 90, 30)]
    return shapely.MultiLineString([*meridians, *parallels])
