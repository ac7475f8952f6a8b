"""Closed forms on the sphere, of Wertz and Larson (1999), which tests compare the package with."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.earth.ellipsoid import EARTH_MEAN_RADIUS_KM, central_angle_at_off_nadir_deg

Floats = NDArray[np.float64]


def great_circle_km(
    latitude_1_deg: ArrayLike,
    longitude_1_deg: ArrayLike,
    latitude_2_deg: ArrayLike,
    longitude_2_deg: ArrayLike,
) -> Floats:
    """Return the distance between places by the haversines, right also for near ones."""
    first, second = np.radians(latitude_1_deg), np.radians(latitude_2_deg)
    turn = np.radians(np.asarray(longitude_2_deg) - np.asarray(longitude_1_deg))
    half = (
        np.sin(0.5 * (second - first)) ** 2
        + np.cos(first) * np.cos(second) * np.sin(0.5 * turn) ** 2
    )
    return np.asarray(2.0 * EARTH_MEAN_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def cap_area_share(central_angle_deg: ArrayLike) -> Floats:
    """Return the share of the sphere within a central angle."""
    return np.asarray(np.sin(np.radians(central_angle_deg) / 2.0) ** 2)


def swath_on_ground_km(*, altitude_km: float, off_nadir_deg: float, half_angle_deg: float) -> float:
    """Return the width on the ground of a swath pointed off nadir, which may reach over nadir.

    Each edge of the swath lies at the central angle that the sines of the triangle of satellite,
    edge and centre of the Earth give.
    """
    ratio = 1.0 + np.asarray(altitude_km) / EARTH_MEAN_RADIUS_KM

    def from_nadir_rad(angle_deg: float) -> Floats:
        slope = np.radians(angle_deg)
        return np.asarray(np.arcsin(ratio * np.sin(slope)) - slope)

    outer = from_nadir_rad(off_nadir_deg + half_angle_deg)
    inner = from_nadir_rad(off_nadir_deg - half_angle_deg)
    return np.asarray(EARTH_MEAN_RADIUS_KM * (outer - inner))


def field_of_regard_km(max_off_nadir_deg: float, *, altitude_km: float) -> float:
    """Return the width on the ground of all that can be looked at, both sides together."""
    angle_deg = central_angle_at_off_nadir_deg(max_off_nadir_deg, altitude_km=altitude_km)
    return float(2.0 * EARTH_MEAN_RADIUS_KM * np.radians(angle_deg))
