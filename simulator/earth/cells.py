"""Cells of a region: a grid equal in angle, or HEALPix cells equal in area.

A cell counts by its centre and weighs by its exact area on the WGS84 ellipsoid. A grid's cells are
about as wide as asked at the middle latitude and shrink towards the poles. HEALPix cells
(Gorski et al. 2005, Astrophysical Journal 622, 759) are laid on authalic latitudes, so that all of
the Earth's cells have one area; any number of divisions is allowed, numbered in rings. Cells of
H3 differ in area up to twofold, and their sizes come in steps of 2.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import chealpix
import healpix as hp
import numpy as np

from simulator import ragged
from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.earth import surfaces
from simulator.earth.site_index import Sites, sites
from simulator.earth.surfaces import AUTHALIC_RADIUS_KM, EARTH_AREA_KM2, Surface

Kind = Literal["lat-lon", "healpix"]


@dataclass(frozen=True, eq=False)
class Grid:
    """Cells of a region: centres `latitude_deg` (Y,), `longitude_deg` (X,) ascending.

    Longitudes run on beyond 180 where a region crosses the antimeridian. `inside` (Y, X) tells
    which centres lie in the region; `cell_area_km2` (Y, X).
    """

    latitude_deg: FloatArray
    longitude_deg: FloatArray
    inside: BoolArray
    cell_area_km2: FloatArray

    def sites(self) -> Sites:
        """Return the centres inside, row by row from the south, on the ellipsoid."""
        return sites(*self.centres_deg())

    def centres_deg(self) -> tuple[FloatArray, FloatArray]:
        """Return latitudes and longitudes (P,) of the centres inside, in the order of `sites`."""
        row, column = np.nonzero(self.inside)
        return self.latitude_deg[row], self.longitude_deg[column]

    @property
    def weights_km2(self) -> FloatArray:
        """Areas (P,) of the cells inside, in the order of `sites`."""
        return self.cell_area_km2[self.inside]

    def spread(self, values: FloatArray) -> FloatArray:
        """Return values (P,) of the cells inside on the whole grid (Y, X), NaN outside."""
        spread = np.full(self.inside.shape, np.nan)
        spread[self.inside] = values
        return spread


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells inside a region: centres and areas, all (P,).

    `size_km` is the width of the widest cell, that of a square of its area for HEALPix. Either
    `grid` holds the plane the cells lie on, or `pixel` (P,) their numbers among `nside`.
    """

    kind: Kind
    latitude_deg: FloatArray
    longitude_deg: FloatArray
    area_km2: FloatArray
    size_km: float
    grid: Grid | None = None
    nside: int | None = None
    pixel: IntArray | None = None

    def __len__(self) -> int:
        return len(self.latitude_deg)

    def sites(self) -> Sites:
        """Return the centres on the ellipsoid, indexed once for all searches."""
        return self._sites

    @cached_property
    def _sites(self) -> Sites:
        return sites(self.latitude_deg, self.longitude_deg)

    @property
    def weights_km2(self) -> FloatArray:
        """Areas (P,), by which figures are averaged."""
        return self.area_km2

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the dimensions figures have in a dataset."""
        return ("cell",) if self.grid is None else ("lat", "lon")

    def spread(self, values: FloatArray) -> FloatArray:
        """Return values (P,) in the shape of the dimensions, NaN in cells outside the region."""
        return values if self.grid is None else self.grid.spread(values)

    def variables(self) -> dict[str, tuple[Any, ...]]:
        """Return what a dataset says of the cells themselves: area, and which are inside."""
        area, inside = self.area_km2, np.ones(len(self), dtype=bool)
        if self.grid is not None:
            area, inside = self.grid.cell_area_km2, self.grid.inside
        return {"cell_area_km2": (self.dims, area), "in_region": (self.dims, inside)}

    def coordinates(self) -> dict[str, tuple[Any, ...]]:
        """Return the coordinates of a dataset: of the plane, or of each HEALPix cell."""
        if self.grid is not None:
            axes = {"lat": self.grid.latitude_deg, "lon": self.grid.longitude_deg}
            return {name: ((name,), axis) for name, axis in axes.items()}
        described = {
            "standard_name": "healpix_index",  # of the CF conventions, version 1.13
            "long_name": "number of the HEALPix cell, in rings from the north pole",
            "units": "1",
            "nside": self.nside,
            "indexing_scheme": "ring",
        }
        return {
            "lat": (self.dims, self.latitude_deg),
            "lon": (self.dims, self.longitude_deg),
            "healpix_index": (self.dims, self.pixel, described),
        }


def cells_of(surface: Surface, *, kind: Kind, resolution_km: float) -> Cells:
    """Return the cells of a kind whose centres lie on a surface."""
    return (healpix_cells if kind == "healpix" else grid_cells)(
        surface, resolution_km=resolution_km
    )


def grid_cells(surface: Surface, *, resolution_km: float) -> Cells:
    """Return the cells of a surface on a grid of latitude and longitude around it."""
    plane = grid(surface, resolution_km=resolution_km)
    latitude, longitude = plane.centres_deg()
    return Cells(
        kind="lat-lon",
        latitude_deg=latitude,
        longitude_deg=longitude,
        area_km2=plane.weights_km2,
        size_km=_widest_km(plane),
        grid=plane,
    )


def grid(surface: Surface, *, resolution_km: float) -> Grid:
    """Return the grid around a surface, its cells about `resolution_km` wide at the middle."""
    west, south, east, north = surface.bounds_deg
    per_degree_km = AUTHALIC_RADIUS_KM * np.pi / 180.0
    rows = _edges(south, north, resolution_km / per_degree_km)
    middle = float(np.cos(np.radians(0.5 * (south + north))))
    columns = _edges(west, east, resolution_km / (per_degree_km * max(middle, 0.01)))
    latitude, longitude = 0.5 * (rows[1:] + rows[:-1]), 0.5 * (columns[1:] + columns[:-1])
    y, x = np.meshgrid(latitude, longitude, indexing="ij")
    inside = surface.contains(y.ravel(), x.ravel()).reshape(y.shape)
    # On the authalic sphere a band's area is its extent in the sine, exactly that of the ellipsoid.
    bands = np.diff(surfaces.authalic_sine(np.sin(np.radians(rows))))
    width = np.diff(np.radians(columns))
    return Grid(latitude, longitude, inside, AUTHALIC_RADIUS_KM**2 * bands[:, None] * width)


def _edges(low: float, high: float, step: float) -> FloatArray:
    return np.linspace(low, high, max(1, round((high - low) / step)) + 1)


def _widest_km(plane: Grid) -> float:
    """Return the greater of height and width of the largest cell inside."""
    rows = np.flatnonzero(plane.inside.any(axis=1))
    if not len(rows):
        return 0.0
    height = np.radians(np.ptp(plane.latitude_deg)) / max(len(plane.latitude_deg) - 1, 1)
    area = float(plane.cell_area_km2[rows].max())
    # A single row has no distance between rows: its cell is taken as square.
    height_km = float(height) * AUTHALIC_RADIUS_KM or float(np.sqrt(area))
    return max(height_km, area / height_km)


def healpix_cells(surface: Surface, *, resolution_km: float) -> Cells:
    """Return the HEALPix cells of a surface, the largest with a side up to `resolution_km`.

    The side is that of a square of a cell's area. Pixel numbers ascend, from north to south.
    """
    nside = divisions(resolution_km)
    pixel = _around(surface, nside)
    longitude, latitude = hp.pix2ang(nside, pixel, lonlat=True)
    # Equal areas on the authalic sphere are equal areas on the ellipsoid.
    latitude = surfaces.geodetic_latitude_deg(np.sin(np.radians(latitude)))
    inside = surface.contains(latitude, longitude)
    longitude = (longitude + 180.0) % 360.0 - 180.0
    area_km2 = EARTH_AREA_KM2 / (12.0 * nside**2)
    return Cells(
        kind="healpix",
        latitude_deg=latitude[inside],
        longitude_deg=longitude[inside],
        area_km2=np.full(int(inside.sum()), area_km2),
        size_km=float(np.sqrt(area_km2)),
        nside=nside,
        pixel=pixel[inside],
    )


def divisions(resolution_km: float) -> int:
    """Return the least number of divisions `nside` whose cells are no larger than asked."""
    return max(1, int(np.ceil(np.sqrt(EARTH_AREA_KM2 / 12.0) / resolution_km)))


def _around(surface: Surface, nside: int) -> IntArray:
    """Return the numbers (N,) of all pixels with a centre in the box around a surface."""
    west, south, east, north = surface.bounds_deg
    ring = np.arange(1, 4 * nside)
    sine = _ring_sine(ring, nside)
    low, high = surfaces.authalic_sine(np.sin(np.radians([south, north])))
    # A hair wider than the box: rounding must not lose a cell that `contains` would take.
    ring = ring[(sine >= low - 1e-12) & (sine <= high + 1e-12)]
    # Rings of a polar cap grow by four pixels each, those of the belt have 4 nside; `before` is how
    # many pixels lie north of a ring (Gorski et al. 2005).
    polar = np.minimum(np.minimum(ring, 4 * nside - ring), nside)
    count = 4 * polar
    before = np.where(
        ring <= nside,
        2 * ring * (ring - 1),
        np.where(
            ring < 3 * nside,
            2 * nside * (nside - 1) + 4 * nside * (ring - nside),
            12 * nside**2 - 2 * polar * (polar + 1),
        ),
    )
    # In the belt every other ring starts on the prime meridian, elsewhere half a step after it.
    half = np.where((polar == nside) & ((ring - nside) % 2 == 1), 0.0, 0.5)
    first = np.ceil(west / 360.0 * count - half - 1e-9).astype(np.int64)
    last = np.floor(east / 360.0 * count - half + 1e-9).astype(np.int64)
    columns = np.clip(last - first + 1, 0, count)
    row, column = ragged.ranges(first, columns)
    number = before[row] + column % count[row]
    return np.sort(number)


def _ring_sine(ring: IntArray, nside: int) -> FloatArray:
    """Return the height of pixel centres in a ring, 1 to 4 nside - 1 from the north.

    Gorski et al. 2005, equations 4 and 8.
    """
    polar = np.minimum(ring, 4 * nside - ring)
    cap = np.sign(2 * nside - ring) * (1.0 - polar**2 / (3.0 * nside**2))
    return np.where(polar < nside, cap, (4.0 - 2.0 * ring / nside) / 3.0)


def pixels_at(nside: int, latitude_deg: FloatArray, longitude_deg: FloatArray) -> IntArray:
    """Return the HEALPix cells (N,) that places (N,) lie in, by geodetic latitude, in rings."""
    sine = np.clip(surfaces.authalic_sine(np.sin(np.radians(latitude_deg))), -1.0, 1.0)
    return np.asarray(hp.ang2pix(nside, np.arccos(sine), np.radians(longitude_deg)), dtype=np.int64)


def corners_deg(nside: int, pixel: IntArray) -> FloatArray:
    """Return the outlines (P, 6, 2) of HEALPix cells: longitude and geodetic latitude.

    From the southern corner counterclockwise; the southern and the northern corner stand twice,
    which tells them apart at a pole, where the cell's meridians meet. Longitudes do not jump
    within a cell.
    """
    turns = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))  # south, east, north, west
    corners = []
    for along, across in turns:
        u, v = np.full(len(pixel), along), np.full(len(pixel), across)
        colatitude, longitude = chealpix.ring2ang_uv(nside, pixel, u, v)
        latitude = surfaces.geodetic_latitude_deg(np.cos(colatitude))
        corners.append(np.stack([np.degrees(longitude), latitude], axis=1))
    centre, _ = hp.pix2ang(nside, pixel, lonlat=True)
    south, east, north, west = corners
    # Every corner by the turn that is nearest to the cell's centre.
    for corner in corners:
        corner[:, 0] += 360.0 * np.round((centre - corner[:, 0]) / 360.0)
    outline = np.stack([south, south, east, north, north, west], axis=1)
    for place, side in ((0, west), (1, east), (3, east), (4, west)):
        at_pole = np.abs(outline[:, place, 1]) > 90.0 - 1e-9
        outline[at_pole, place, 0] = side[at_pole, 0]
    # Neighbours compute the corners they share on different ways.
    return np.asarray(np.round(outline, 10))


def area_error(cells: Cells, surface: Surface) -> float:
    """Return how far the cells' area is from the surface's own, as a share of it.

    NaN where the surface's outlines overlap: its own area is not known then.
    """
    if np.any(surface.counts(cells.latitude_deg, cells.longitude_deg) > 1):
        return float("nan")
    return float(cells.area_km2.sum()) / surface.area_km2 - 1.0


def outline_error(cells: Cells, surface: Surface) -> float:
    """Return about the most that a share of the area can err because cells are whole.

    Along an outline up to half a cell's width is counted wrongly; where the errors are of both
    signs, as they mostly are, they cancel and far less is left.
    """
    return surface.perimeter_km * cells.size_km / 2.0 / surface.area_km2
