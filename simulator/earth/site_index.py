"""Sites: places on the ground, in the order in which the search of accesses finds them fastest.

Units: metres, radians, Earth-fixed axes. Sites lie in bands of latitude and go by longitude inside
each, so that those in the footprint of a step are a few runs of rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from simulator.arrays import FloatArray, IntArray
from simulator.earth.ellipsoid import ellipsoid_normal, geodetic_to_ecef


@dataclass(frozen=True)
class Sites:
    """Places on the ground, indexed for the kernel.

    `position_m`, `normal` (P, 3) in the order given; `rows` (P, 9), `longitudes` (P,) and `bands`
    (B + 1,) in the order `order` (P,): by latitude band, then longitude.
    """

    position_m: FloatArray
    normal: FloatArray
    order: IntArray
    rows: FloatArray
    longitudes: FloatArray
    bands: IntArray

    def __len__(self) -> int:
        return len(self.position_m)

    @property
    def band_rad(self) -> float:
        return math.pi / (len(self.bands) - 1)

    @property
    def least_radius_m(self) -> float:
        return float(np.linalg.norm(self.position_m, axis=1).min())


def sites(latitude_deg: ArrayLike, longitude_deg: ArrayLike, height_m: ArrayLike = 0.0) -> Sites:
    """Return sites from WGS84 geodetic coordinates, each (P,) or one for all."""
    position = np.atleast_2d(geodetic_to_ecef(latitude_deg, longitude_deg, height_m))
    normal = np.broadcast_to(
        np.atleast_2d(ellipsoid_normal(latitude_deg, longitude_deg)), position.shape
    )
    return sites_at(position, normal)


def sites_at(position_m: FloatArray, normal: FloatArray) -> Sites:
    """Return sites from Earth-fixed positions and upward normals, (P, 3) each."""
    unit = position_m / np.linalg.norm(position_m, axis=1)[:, None]
    latitude = np.arcsin(np.clip(unit[:, 2], -1.0, 1.0))
    longitude = np.arctan2(unit[:, 1], unit[:, 0])
    # About as many sites in a band as bands, so that neither is searched for long.
    count = int(np.clip(math.sqrt(len(unit)) * 0.7, 12, 180))
    band = np.clip(((latitude + 0.5 * math.pi) / (math.pi / count)).astype(np.int64), 0, count - 1)
    order = np.lexsort((longitude, band))
    bands = np.searchsorted(band[order], np.arange(count + 1)).astype(np.int64)
    rows = np.concatenate([position_m, normal, unit], axis=1)[order]
    return Sites(
        np.ascontiguousarray(position_m),
        np.ascontiguousarray(normal),
        order,
        np.ascontiguousarray(rows),
        np.ascontiguousarray(longitude[order]),
        bands,
    )
