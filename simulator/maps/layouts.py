"""Where a region's cells lie on a map: boxes of a grid, or HEALPix cells with their outlines.

Longitudes are counted from the centre of the region's map.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import shapely
import xarray as xr
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PolyCollection
from shapely.geometry.base import BaseGeometry

from simulator import earth
from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.maps import globe
from simulator.maps.sheet import Sheet

PIXEL = "healpix_index"


class Layout(Protocol):
    """The places of a region's cells; masks and values have the shape of its figures."""

    def bounds_deg(self, inside: BoolArray) -> tuple[float, float, float, float]:
        """Return west, south, east and north edge of some of the cells."""
        ...

    def surface(self, chosen: BoolArray) -> BaseGeometry:
        """Return the surface of some of the cells, none of it past the far meridian."""
        ...

    def paint(self, sheet: Sheet, values: FloatArray, **style: Any) -> ScalarMappable:
        """Fill each cell with the colour of its value; one without a value stays empty."""
        ...


def layout(
    grid: xr.Dataset, inside: BoolArray, centre_deg: float | None = None
) -> tuple[float, Layout]:
    """Return the longitude at the centre of a region's map, -180 to 180, and its cells there.

    The centre is the region's own where none is given.
    """
    if PIXEL in grid.coords:
        nside = int(grid[PIXEL].attrs["nside"])
        centre = centre_deg
        if centre is None:
            centre = _middle_deg(grid["lon"].to_numpy().astype(float), widest_deg=180.0 / nside)
        return centre, Tiles.of(grid[PIXEL].to_numpy(), nside, centre)
    # A region over the antimeridian jumps by 360 degrees from a column to the next.
    longitude = np.unwrap(grid["lon"].to_numpy().astype(float), period=360.0)
    columns = np.flatnonzero(inside.any(axis=0))
    middle = float(longitude[columns[0]] + longitude[columns[-1]]) / 2.0
    if centre_deg is not None:
        middle = centre_deg + 360.0 * round((middle - centre_deg) / 360.0)
    latitude = grid["lat"].to_numpy().astype(float)
    boxes = Boxes(
        west_to_east_deg=globe.cell_edges(longitude - middle, across=latitude),
        # Half a cell beyond the last centre may lie past the pole.
        latitude_edges_deg=globe.cell_edges(latitude, across=longitude).clip(-90.0, 90.0),
    )
    return (middle + 180.0) % 360.0 - 180.0, boxes


def _middle_deg(longitude_deg: FloatArray, *, widest_deg: float) -> float:
    """Return the middle of the least arc that holds all longitudes.

    Zero where they go all round, no gap being wider than `widest_deg`.
    """
    ordered = np.sort(longitude_deg)
    gaps = np.diff(np.append(ordered, ordered[0] + 360.0))
    widest = int(np.argmax(gaps))
    # All round, one centre is as good as another.
    if gaps[widest] <= widest_deg:
        return 0.0
    west = ordered[(widest + 1) % len(ordered)]
    middle = west + (360.0 - gaps[widest]) / 2.0
    return float((middle + 180.0) % 360.0 - 180.0)


@dataclass(frozen=True, eq=False)
class Boxes:
    """Cells between the lines of a grid: `west_to_east_deg` (X + 1,), `latitude_edges_deg`."""

    west_to_east_deg: FloatArray
    latitude_edges_deg: FloatArray

    def bounds_deg(self, inside: BoolArray) -> tuple[float, float, float, float]:
        """Return west, south, east and north edge of some of the cells."""
        rows = np.flatnonzero(inside.any(axis=1))
        columns = np.flatnonzero(inside.any(axis=0))
        x, y = self.west_to_east_deg, self.latitude_edges_deg
        south, north = sorted((float(y[rows[0]]), float(y[rows[-1] + 1])))
        return float(x[columns[0]]), south, float(x[columns[-1] + 1]), north

    def surface(self, chosen: BoolArray) -> BaseGeometry:
        """Return the surface of some of the cells."""
        edges = self.west_to_east_deg.tobytes(), self.latitude_edges_deg.tobytes()
        return _boxes_joined(*edges, np.packbits(chosen).tobytes())

    def paint(self, sheet: Sheet, values: FloatArray, **style: Any) -> ScalarMappable:
        """Fill each cell with the colour of its value."""
        x, y = sheet.xy(*np.meshgrid(self.west_to_east_deg, self.latitude_edges_deg))
        return sheet.axes.pcolormesh(x, y, np.ma.masked_invalid(values), **style)


# Several drawings of a region fill the same cells, such as those never seen.
@lru_cache(maxsize=16)
def _boxes_joined(west_to_east: bytes, latitude_edges: bytes, chosen: bytes) -> BaseGeometry:
    """Return the surface of the boxes between two lists of edges that are chosen, bit by bit."""
    x, y = np.frombuffer(west_to_east), np.frombuffer(latitude_edges)
    shape = len(y) - 1, len(x) - 1
    rows, columns = np.nonzero(_mask(chosen, shape[0] * shape[1]).reshape(shape))
    boxes = shapely.box(x[columns], y[rows], x[columns + 1], y[rows + 1])
    # Boxes that lie side by side, none over another, need no search for where they cross.
    return shapely.intersection(shapely.coverage_union_all(boxes), globe.WORLD)


def _mask(packed: bytes, count: int) -> BoolArray:
    """Return which of so many cells are chosen by bits."""
    return np.unpackbits(np.frombuffer(packed, np.uint8), count=count).astype(np.bool_)


@dataclass(frozen=True, eq=False)
class Tiles:
    """Cells with outlines `corners_deg` (P, 6, 2), which may run past the far meridian."""

    corners_deg: FloatArray

    @classmethod
    def of(cls, pixel: IntArray, nside: int, centre_deg: float) -> Tiles:
        """Return the outlines of HEALPix cells, turned to lie round a centre."""
        return _tiles(pixel.astype(np.int64).tobytes(), nside, centre_deg)

    def bounds_deg(self, inside: BoolArray) -> tuple[float, float, float, float]:
        """Return west, south, east and north edge of some of the cells."""
        corners = self.corners_deg[inside].reshape(-1, 2)
        (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
        return max(float(west), -180.0), float(south), min(float(east), 180.0), float(north)

    def surface(self, chosen: BoolArray) -> BaseGeometry:
        """Return the surface of some of the cells."""
        return _tiles_joined(self, np.packbits(chosen).tobytes())

    def paint(self, sheet: Sheet, values: FloatArray, **style: Any) -> ScalarMappable:
        """Fill each cell with the colour of its value."""
        known = np.isfinite(values)
        corners, shown = self.corners_deg[known], values[known]
        # Most cells lie whole on the map; the few across its edge are cut there.
        torn = (np.abs(corners[..., 0]) > 180.0).any(axis=1)
        pieces, owner = _cut(corners[torn])
        whole = corners[~torn]
        outlines = [np.column_stack(sheet.xy(*piece.T)) for piece in pieces]
        x, y = sheet.xy(whole[..., 0], whole[..., 1])
        polygons = [*np.stack([x, y], axis=-1), *outlines]
        collection = PolyCollection(polygons, linewidths=0.0, **style)
        collection.set_array(np.concatenate([shown[~torn], shown[torn][owner]]))
        sheet.axes.add_collection(collection, autolim=False)
        return collection


# Drawings of one region have the same cells, several of which fill the same ones.
@lru_cache(maxsize=4)
def _tiles(pixel: bytes, nside: int, centre_deg: float) -> Tiles:
    outlines = earth.corners_deg(nside, np.frombuffer(pixel, np.int64))
    middle = outlines[..., 0].mean(axis=1)
    turned = globe.turned_longitude(middle, centre_deg)
    outlines[..., 0] += (turned - middle)[:, None]
    return Tiles(outlines)


@lru_cache(maxsize=16)
def _tiles_joined(tiles: Tiles, chosen: bytes) -> BaseGeometry:
    """Return the surface of the cells that are chosen, bit by bit."""
    outlines = shapely.polygons(tiles.corners_deg[_mask(chosen, len(tiles.corners_deg))])
    # On a raster, so that corners which rounding parted meet again.
    return globe.turn(shapely.union_all(outlines, grid_size=1e-9), 0.0)


def _cut(corners_deg: FloatArray) -> tuple[list[FloatArray], IntArray]:
    """Return the parts of cells on either side of the far meridian, and whose part each is."""
    pieces: list[FloatArray] = []
    owner: list[int] = []
    for number, corners in enumerate(corners_deg):
        turned = globe.turn(shapely.GeometryCollection([shapely.Polygon(corners)]), 0.0)
        for part in shapely.get_parts(turned):
            pieces.append(shapely.get_coordinates(part))
            owner.append(number)
    return pieces, np.array(owner, dtype=np.int64)
