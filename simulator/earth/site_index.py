"""Sites: places on the ground, in the order in which the search of accesses finds them fastest.

Units: metres, radians, Earth-fixed axes. Sites lie in tiles, each known by a cap that holds it, so
that those in the footprint of a step are those of a few tiles, which follow each other in memory.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike

from simulator.arrays import FloatArray, IntArray
from simulator.earth.ellipsoid import ellipsoid_normal, geodetic_to_ecef

# Few sites in a tile make the tiles many, many make them wide: both are looked at in vain. Where
# sites are n times as dense, tiles do best that hold about the root of n times as many: bands from
# pole to pole are this many times the fourth root of the sites in a steradian.
_BANDS = 3.5
_MOST_TILES = 1_024
_MOST_BANDS = 1_024
# Caps are widened by this, far above rounding and far below a footprint.
_CAP_MARGIN_RAD = 1e-7
# Of how many places at the most sites are remembered.
_MOST_KNOWN = 10_000


@dataclass(frozen=True)
class SiteTiles:
    """Sites by tiles, for the kernel.

    In the order `order` (P,), a tile after the other: `rows` (P, 6), position and normal, and
    `units` (3, P), directions from the Earth's centre. `first` (T + 1,) is where each tile begins;
    `caps` (5, T) are a direction, and cosine and sine of the angle from it that holds the tile.
    """

    order: IntArray
    rows: FloatArray
    units: FloatArray
    first: IntArray
    caps: FloatArray


@dataclass(frozen=True)
class Sites:
    """Places on the ground: `position_m`, `normal` (P, 3)."""

    position_m: FloatArray
    normal: FloatArray

    def __len__(self) -> int:
        return len(self.position_m)

    @cached_property
    def radii_m(self) -> FloatArray:
        """The least and the greatest distance (2,) of a site from the Earth's centre."""
        squares = np.einsum("ij,ij->i", self.position_m, self.position_m)
        return np.asarray(np.sqrt(np.array([squares.min(), squares.max()])))

    @property
    def least_radius_m(self) -> float:
        return float(self.radii_m[0])

    @cached_property
    def order(self) -> IntArray:
        """The sites (P,) by bands of latitude, then longitude."""
        unit = _directions(self.position_m)
        # About as many sites in a band as bands.
        count = int(np.clip(math.sqrt(len(unit)) * 0.7, 12, 180))
        return np.lexsort((np.arctan2(unit[:, 1], unit[:, 0]), _bands(unit, count)))

    @cached_property
    def tiles(self) -> SiteTiles:
        """The sites by tiles: pieces of bands of latitude, about as wide as high."""
        unit = _directions(self.position_m)
        count = _band_count(unit)
        band = _bands(unit, count)
        middle = (band + 0.5) * (math.pi / count) - 0.5 * math.pi
        pieces = np.maximum(1, np.rint(2.0 * count * np.cos(middle)))
        share = np.arctan2(unit[:, 1], unit[:, 0]) / (2.0 * math.pi) + 0.5
        number = band * (2 * count + 1) + np.minimum(share * pieces, pieces - 1.0).astype(np.int64)
        order = np.argsort(number, kind="stable")
        number, unit = number[order], unit[order]
        first = np.flatnonzero(np.diff(number, prepend=-1, append=-1))
        rows = np.concatenate([self.position_m, self.normal], axis=1)[order]
        units = np.ascontiguousarray(unit.T)
        return SiteTiles(order, rows, units, first, _caps(unit, first))


def _directions(position_m: FloatArray) -> FloatArray:
    return np.asarray(position_m / np.linalg.norm(position_m, axis=1)[:, None])


def _bands(unit: FloatArray, count: int) -> IntArray:
    """Return the band of latitude (P,), of `count` from pole to pole, of each direction (P, 3)."""
    latitude = np.arcsin(np.clip(unit[:, 2], -1.0, 1.0))
    band = ((latitude + 0.5 * math.pi) / (math.pi / count)).astype(np.int64)
    return np.asarray(np.clip(band, 0, count - 1))


def _band_count(unit: FloatArray) -> int:
    """Return how many bands make the tiles of sites that are as dense, where they lie alike."""
    if not len(unit):
        return 1
    # The share of the globe that the sites fill: of its height, and of its girth.
    longitude = np.sort(np.arctan2(unit[:, 1], unit[:, 0])) / (2.0 * math.pi)
    girth = 1.0 - max(np.diff(longitude).max(initial=0.0), longitude[0] + 1.0 - longitude[-1])
    share = max(0.5 * np.ptp(unit[:, 2]) * girth, 1e-9)
    bands = _BANDS * (len(unit) / (4.0 * math.pi * share)) ** 0.25
    # A globe of n bands has about 4 n^2 / pi tiles.
    most = math.sqrt(0.25 * math.pi * min(_MOST_TILES, len(unit)) / share)
    return math.ceil(min(float(bands), float(most), _MOST_BANDS))


def _caps(unit: FloatArray, first: IntArray) -> FloatArray:
    """Return the cap (5, T) of each tile, of directions (P, 3) that begin at first (T + 1,)."""
    if len(first) < 2:
        return np.empty((5, 0))
    centre = _directions(np.add.reduceat(unit, first[:-1]))
    cosines = np.einsum("ij,ij->i", unit, np.repeat(centre, np.diff(first), axis=0))
    radius = np.arccos(np.clip(np.minimum.reduceat(cosines, first[:-1]), -1.0, 1.0))
    radius = np.minimum(radius + _CAP_MARGIN_RAD, math.pi)
    return np.concatenate([centre.T, [np.cos(radius), np.sin(radius)]])


def sites(latitude_deg: ArrayLike, longitude_deg: ArrayLike, height_m: ArrayLike = 0.0) -> Sites:
    """Return sites from WGS84 geodetic coordinates, each (P,) or one for all."""
    position = np.atleast_2d(geodetic_to_ecef(latitude_deg, longitude_deg, height_m))
    normal = np.broadcast_to(
        np.atleast_2d(ellipsoid_normal(latitude_deg, longitude_deg)), position.shape
    )
    return sites_at(position, normal)


def known_sites(coordinates: FloatArray) -> Sites:
    """Return `sites` of latitude, longitude and height (P, 3), those of a few places remembered.

    Their tiles are then made once, however often the places are searched.
    """
    if len(coordinates) > _MOST_KNOWN:
        return sites(*coordinates.T)
    return _known(coordinates.tobytes())


@lru_cache(maxsize=16)
def _known(coordinates: bytes) -> Sites:
    return sites(*np.frombuffer(coordinates).reshape(-1, 3).T)


def sites_at(position_m: FloatArray, normal: FloatArray) -> Sites:
    """Return sites from Earth-fixed positions and upward normals, (P, 3) each."""
    return Sites(np.ascontiguousarray(position_m), np.ascontiguousarray(normal))
