"""Projections of maps: longitudes counted from a map's centre, and latitudes, into its plane.

All are of a sphere, on which one unit of the plane is one degree of arc where the scale is true.
Their formulas are Snyder's (1987, Map Projections: A Working Manual), but where another source is
named. Longitudes lie between -180 and 180 degrees.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from simulator.arrays import FloatArray

_DEG = np.degrees(1.0)
_ENDLESS = ((-np.inf, np.inf), (-np.inf, np.inf))


class Projection(Protocol):
    """A way to lay the globe out flat."""

    @property
    def limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the least and the greatest x and y of the globe, infinite where it has no end."""
        ...

    def project(
        self, longitude_deg: ArrayLike, latitude_deg: ArrayLike
    ) -> tuple[FloatArray, FloatArray]:
        """Return x and y in the plane."""
        ...

    def unproject(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return longitude and latitude of points of the plane; NaN beside the globe."""
        ...

    def __hash__(self) -> int: ...


@dataclass(frozen=True)
class StraightParallels:
    """A projection whose parallels are straight, level, and evenly divided by the meridians.

    `width` and `height` give x of a degree of longitude, and y, for latitudes in degrees.
    """

    width: Callable[[FloatArray], FloatArray]
    height: Callable[[FloatArray], FloatArray]
    northernmost_deg: float = 90.0

    @property
    def limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the least and the greatest x and y of the globe."""
        east, _ = self.project(180.0, 0.0)
        _, north = self.project(0.0, self.northernmost_deg)
        return (-float(east), float(east)), (-float(north), float(north))

    def project(
        self, longitude_deg: ArrayLike, latitude_deg: ArrayLike
    ) -> tuple[FloatArray, FloatArray]:
        """Return x and y in the plane."""
        most = self.northernmost_deg
        latitude = np.clip(np.asarray(latitude_deg, dtype=np.float64), -most, most)
        longitude = np.asarray(longitude_deg, dtype=np.float64)
        return longitude * self.width(latitude), self.height(latitude) + 0.0 * longitude

    def unproject(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return longitude and latitude of points of the plane; NaN beside the globe."""
        heights, latitudes = self._heights
        latitude = np.interp(y, heights, latitudes, left=np.nan, right=np.nan)
        longitude = x / self.width(latitude)
        beside = ~(np.abs(longitude) <= 180.0 + 1e-9)
        return np.where(beside, np.nan, longitude), np.where(beside, np.nan, latitude)

    @cached_property
    def _heights(self) -> tuple[FloatArray, FloatArray]:
        latitudes = np.linspace(-self.northernmost_deg, self.northernmost_deg, 3_601)
        return self.height(latitudes), latitudes


@dataclass(frozen=True)
class Conic:
    """Lambert's conformal conic projection, with two parallels of true scale (Snyder, chapter 15).

    `middle_deg` is the latitude at y = 0. The far pole lies at no end: beyond a latitude of 60
    degrees on the other side of the equator there is no map.
    """

    middle_deg: float
    true_deg: tuple[float, float]

    limits = _ENDLESS

    def project(
        self, longitude_deg: ArrayLike, latitude_deg: ArrayLike
    ) -> tuple[FloatArray, FloatArray]:
        """Return x and y in the plane."""
        around = self._cone * np.radians(np.asarray(longitude_deg, dtype=np.float64))
        radius = self._radius(np.asarray(latitude_deg, dtype=np.float64))
        return radius * np.sin(around), self._radius(self.middle_deg) - radius * np.cos(around)

    def unproject(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return longitude and latitude of points of the plane; NaN beside the globe."""
        side = np.sign(self._cone)
        down = self._radius(self.middle_deg) - y
        radius = side * np.hypot(x, down)
        longitude = np.degrees(np.arctan2(side * x, side * down)) / self._cone
        tangent = (self._scale / (radius / _DEG)) ** (1.0 / self._cone)
        latitude = np.degrees(2.0 * np.arctan(tangent)) - 90.0
        beside = np.abs(longitude) > 180.0
        return np.where(beside, np.nan, longitude), np.where(beside, np.nan, latitude)

    @cached_property
    def _cone(self) -> float:
        low, high = np.radians(self.true_deg)
        if abs(high - low) < 1e-6:
            return float(np.sin(low))
        return float(
            np.log(np.cos(low) / np.cos(high))
            / np.log(np.tan(np.pi / 4 + high / 2) / np.tan(np.pi / 4 + low / 2))
        )

    @cached_property
    def _scale(self) -> float:
        low = np.radians(self.true_deg[0])
        return float(np.cos(low) * np.tan(np.pi / 4 + low / 2) ** self._cone / self._cone)

    def _radius(self, latitude_deg: ArrayLike) -> FloatArray:
        most = (-60.0, 90.0) if self._cone > 0.0 else (-90.0, 60.0)
        half = np.radians(np.clip(latitude_deg, *most)) / 2.0
        tangent = np.clip(np.tan(np.pi / 4 + half), 1e-12, 1e12)
        return np.asarray(_DEG * self._scale / tangent**self._cone)


@dataclass(frozen=True)
class Polar:
    """The stereographic projection from above a pole (Snyder, chapter 21); +1 is the north pole.

    The other hemisphere is not shown beyond a latitude of 60 degrees.
    """

    pole: float

    limits = _ENDLESS

    def project(
        self, longitude_deg: ArrayLike, latitude_deg: ArrayLike
    ) -> tuple[FloatArray, FloatArray]:
        """Return x and y in the plane."""
        around = np.radians(np.asarray(longitude_deg, dtype=np.float64))
        latitude = np.maximum(self.pole * np.asarray(latitude_deg, dtype=np.float64), -60.0)
        radius = 2.0 * _DEG * np.tan(np.pi / 4 - np.radians(latitude) / 2.0)
        return radius * np.sin(around), -self.pole * radius * np.cos(around)

    def unproject(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return longitude and latitude of points of the plane."""
        latitude = 90.0 - np.degrees(2.0 * np.arctan(np.hypot(x, y) / (2.0 * _DEG)))
        return np.degrees(np.arctan2(x, -self.pole * y)), self.pole * latitude


# Robinson (1974): the length of each fifth parallel, and its distance from the equator.
_LENGTHS = (
    *(1.0, 0.9986, 0.9954, 0.99, 0.9822, 0.973, 0.96, 0.9427, 0.9216, 0.8962),
    *(0.8679, 0.835, 0.7986, 0.7597, 0.7186, 0.6732, 0.6213, 0.5722, 0.5322),
)
_DISTANCES = (
    *(0.0, 0.062, 0.124, 0.186, 0.248, 0.31, 0.372, 0.434, 0.4958, 0.5571),
    *(0.6176, 0.6769, 0.7346, 0.7903, 0.8435, 0.8936, 0.9394, 0.9761, 1.0),
)
# Šavrič, Patterson and Jenny (2018), The Equal Earth map projection.
_EQUAL_EARTH = (1.340264, -0.081106, 0.000893, 0.003796)


def _smooth(latitude_deg: FloatArray, values: FloatArray) -> FloatArray:
    """Return values between those of each fifth parallel, without a bend at any (Hermite)."""
    slopes = np.gradient(values)
    at = (np.asarray(latitude_deg) + 90.0) / 5.0
    first = np.clip(np.nan_to_num(at).astype(int), 0, len(values) - 2)
    t = at - first
    before, after = values[first], values[first + 1]
    return np.asarray(
        before
        + t * slopes[first]
        + t**2 * (3.0 * (after - before) - 2.0 * slopes[first] - slopes[first + 1])
        + t**3 * (2.0 * (before - after) + slopes[first] + slopes[first + 1])
    )


def _robinson_width(latitude_deg: FloatArray) -> FloatArray:
    lengths = np.array(_LENGTHS)
    return 0.8487 * _smooth(latitude_deg, np.concatenate([lengths[:0:-1], lengths]))


def _robinson_height(latitude_deg: FloatArray) -> FloatArray:
    distances = np.array(_DISTANCES)
    in_all = np.concatenate([-distances[:0:-1], distances])
    return np.asarray(1.3523 * _DEG * _smooth(latitude_deg, in_all))


def _equal_earth_angle(latitude_deg: FloatArray) -> FloatArray:
    return np.asarray(np.arcsin(np.sqrt(3.0) / 2.0 * np.sin(np.radians(latitude_deg))))


def _equal_earth_width(latitude_deg: FloatArray) -> FloatArray:
    a1, a2, a3, a4 = _EQUAL_EARTH
    t = _equal_earth_angle(latitude_deg)
    slope = 9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1
    return np.asarray(2.0 * np.sqrt(3.0) * np.cos(t) / (3.0 * slope))


def _equal_earth_height(latitude_deg: FloatArray) -> FloatArray:
    a1, a2, a3, a4 = _EQUAL_EARTH
    t = _equal_earth_angle(latitude_deg)
    return np.asarray(_DEG * (a4 * t**9 + a3 * t**7 + a2 * t**3 + a1 * t))


def _even(latitude_deg: FloatArray) -> FloatArray:
    return np.ones_like(latitude_deg)


def _as_it_is(latitude_deg: FloatArray) -> FloatArray:
    return latitude_deg


def _mercator_height(latitude_deg: FloatArray) -> FloatArray:
    return np.asarray(_DEG * np.arctanh(np.sin(np.radians(latitude_deg))))


PLATE_CARREE = StraightParallels(_even, _as_it_is)
ROBINSON = StraightParallels(_robinson_width, _robinson_height)
EQUAL_EARTH = StraightParallels(_equal_earth_width, _equal_earth_height)
MERCATOR = StraightParallels(_even, _mercator_height, northernmost_deg=85.0)
