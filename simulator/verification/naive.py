"""Windows by brute force, independent of the search: SGP4 and ERFA at dense instants, bisection.

Nothing here is the package's own: positions are those of the sgp4 package, frames and the ellipsoid
those of ERFA. UTC is taken as UT1; metres, seconds, radians inside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import erfa
import numpy as np

from simulator.arrays import BoolArray, FloatArray

_WGS84 = 1  # ERFA's number of the ellipsoid
_DAY_S = 86_400.0
_STEP_S = 5.0
_BISECTED_S = 1e-8
# Whoever asks for so many instants asks for them again, for another place.
_MANY = 1_000

Condition = Callable[[FloatArray], BoolArray]


@dataclass(frozen=True, eq=False)
class Scene:
    """A satellite (`sgp4.Satrec`) over the Earth, from a UTC Julian date on: day, fraction."""

    satellite: Any
    start_jd: tuple[float, float]
    _kept: dict[bytes, FloatArray] = field(init=False, default_factory=dict, repr=False)

    def positions_m(self, t_s: FloatArray) -> FloatArray:
        """Return positions (N, 3) in axes that turn with the Earth, at t_s (N,).

        Those at the last of many instants are kept.
        """
        if len(t_s) < _MANY:
            return self._found_m(t_s)
        key = t_s.tobytes()
        if key not in self._kept:
            self._kept.clear()
            self._kept[key] = self._found_m(t_s)
        return self._kept[key]

    def _found_m(self, t_s: FloatArray) -> FloatArray:
        day, fraction = self.start_jd[0], self.start_jd[1] + t_s / _DAY_S
        codes, teme_km, _ = self.satellite.sgp4_array(np.full_like(t_s, day), fraction)
        if codes.any():
            raise ValueError(f"SGP4 ends with error {codes.max()}")
        angle = erfa.gmst82(day, fraction)
        x, y, z = 1e3 * teme_km.T
        cos, sin = np.cos(angle), np.sin(angle)
        return np.stack([cos * x + sin * y, cos * y - sin * x, z], axis=1)

    def elevation_deg(self, t_s: FloatArray, place: tuple[float, float, float]) -> FloatArray:
        """Return the satellite's elevation at a place: latitude, longitude, degrees, height, m."""
        return _elevation_deg(self.positions_m(t_s), place)


def _elevation_deg(where_m: FloatArray, place: tuple[float, float, float]) -> FloatArray:
    latitude, longitude = np.radians(place[:2])
    line = where_m - _ground_m(place)
    up = np.array(
        [
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ]
    )
    return np.asarray(np.degrees(np.arcsin(line @ up / np.linalg.norm(line, axis=1))))


def _off_nadir_deg(where_m: FloatArray, place: tuple[float, float, float]) -> FloatArray:
    """Return the angle between the line to a place and the vertical below the satellite."""
    longitude, latitude, _ = erfa.gc2gd(_WGS84, where_m)
    line = _ground_m(place) - where_m
    foot = erfa.gd2gc(_WGS84, longitude, latitude, np.zeros_like(latitude))
    down = foot - where_m
    cosine = (line * down).sum(axis=1)
    cosine /= np.linalg.norm(line, axis=1) * np.linalg.norm(down, axis=1)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def _ground_m(place: tuple[float, float, float]) -> FloatArray:
    latitude, longitude = np.radians(place[:2])
    return np.asarray(erfa.gd2gc(_WGS84, longitude, latitude, place[2]))


def windows_where(
    holds: Condition, start_s: float, end_s: float, *, step_s: float = _STEP_S
) -> FloatArray:
    """Return windows (N, 2) in which a condition holds, sampled every step, edges bisected."""
    t_s = np.append(np.arange(start_s, end_s, step_s), end_s)
    inside = holds(t_s)
    change = np.flatnonzero(inside[1:] != inside[:-1])
    low, high, after = t_s[change].copy(), t_s[change + 1].copy(), inside[change + 1]
    while len(low) and (high - low).max() > _BISECTED_S:
        middle = 0.5 * (low + high)
        beyond = holds(middle) == after
        high, low = np.where(beyond, middle, high), np.where(beyond, low, middle)
    edges_s = 0.5 * (low + high)
    edges_s = np.concatenate([[start_s] * bool(inside[0]), edges_s, [end_s] * bool(inside[-1])])
    return edges_s.reshape(-1, 2)


def in_view(
    scene: Scene,
    place: tuple[float, float, float],
    *,
    min_elevation_deg: float,
    max_off_nadir_deg: float | None = None,
) -> Condition:
    """Return whether a place sees the satellite, and the satellite is tilted no more than allowed.

    Without a limit of tilt the elevation alone counts.
    """

    def holds(t_s: FloatArray) -> BoolArray:
        where_m = scene.positions_m(t_s)
        seen: BoolArray = _elevation_deg(where_m, place) >= min_elevation_deg
        if max_off_nadir_deg is not None:
            seen[seen] = _off_nadir_deg(where_m[seen], place) <= max_off_nadir_deg
        return seen

    return holds
