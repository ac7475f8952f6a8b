"""How a site moves: from waypoint to waypoint, along great circles of geodetic coordinates.

Between two waypoints the normal of the ellipsoid turns evenly about one axis, so that geodetic
latitude and longitude follow a great circle as they would on a sphere; the site stands on the
ellipsoid where that normal does, at a height that changes evenly. That line strays from the
geodesic of the ellipsoid by 60 m over 1,000 km and by 6 km over an ocean, and its speed over ground
by 0.6 percent at most from its mean. Poles and the antimeridian are places like any other. Metres,
seconds, radians inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from simulator import ragged
from simulator.arrays import FloatArray, IntArray, cross
from simulator.earth.ellipsoid import (
    WGS84_ECCENTRICITY_SQUARED,
    WGS84_SEMI_MAJOR_AXIS_M,
    ecef_to_geodetic,
    ellipsoid_normal,
)
from simulator.earth.site_index import Sites

# Waypoints nearer to each other's antipodes than this have no great circle of their own.
ANTIPODES_DEG = 0.001
_SQUASH = np.array([1.0, 1.0, 1.0 - WGS84_ECCENTRICITY_SQUARED])
# Quadrature of a leg's length: exact to a millimetre over a quarter of the Earth.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)


@dataclass(frozen=True, eq=False)
class Movement:
    """Where a moving site is: waypoints at increasing times, and the legs between them.

    `time_s` (L + 1,), seconds since the span's start; `normal` (L + 1, 3) is the ellipsoid's normal
    at each waypoint, `height_m` (L + 1,) the height over it. `axis` (L, 3) is the unit vector about
    which the normal of a leg turns, by `angle_rad` (L,) in all. Before the first waypoint and after
    the last the site is nowhere.
    """

    time_s: FloatArray
    normal: FloatArray
    height_m: FloatArray
    axis: FloatArray
    angle_rad: FloatArray

    def __len__(self) -> int:
        return len(self.angle_rad)

    @property
    def begin_s(self) -> float:
        return float(self.time_s[0])

    @property
    def end_s(self) -> float:
        return float(self.time_s[-1])

    @cached_property
    def rate_rad_s(self) -> FloatArray:
        """How fast the normal of each leg (L,) turns."""
        return np.asarray(self.angle_rad / np.diff(self.time_s))

    def leg_at(self, t_s: FloatArray) -> IntArray:
        """Return the leg (N,) that holds each instant: the later one where two meet."""
        leg = np.searchsorted(self.time_s, t_s, side="right") - 1
        return np.asarray(np.clip(leg, 0, len(self) - 1))

    def state(self, t_s: ArrayLike, leg: IntArray | None = None) -> FloatArray:
        """Return position, velocity, acceleration, normal, its rate and bend (N, 18) at t_s (N,).

        Earth-fixed, in the order of a track's state. Beyond its ends a leg goes on as it went.
        """
        at_s = np.asarray(t_s, dtype=np.float64)
        leg = self.leg_at(at_s) if leg is None else leg
        after_s = at_s - self.time_s[leg]
        rate = self.rate_rad_s[leg][:, None]
        n = turned(self.normal[leg], self.axis[leg], rate[:, 0] * after_s)
        m = rate * cross(self.axis[leg], n)
        b = -(rate**2) * n
        climb = (np.diff(self.height_m) / np.diff(self.time_s))[leg][:, None]
        height = self.height_m[leg][:, None] + climb * after_s[:, None]
        # p = (N S + h) n, N = a / sqrt(1 - e^2 n_z^2) the radius of curvature; N' and N'' by n_z.
        e2, z, dz, ddz = WGS84_ECCENTRICITY_SQUARED, n[:, 2:], m[:, 2:], b[:, 2:]
        root = 1.0 / np.sqrt(1.0 - e2 * z * z)
        radius = WGS84_SEMI_MAJOR_AXIS_M * root
        slope = WGS84_SEMI_MAJOR_AXIS_M * e2 * z * root**3
        bend = WGS84_SEMI_MAJOR_AXIS_M * e2 * (root**3 + 3.0 * e2 * z * z * root**5)
        radius1 = slope * dz
        radius2 = bend * dz * dz + slope * ddz
        p = (radius * _SQUASH + height) * n
        v = (radius * _SQUASH + height) * m + (radius1 * _SQUASH + climb) * n
        a = (
            (radius * _SQUASH + height) * b
            + 2.0 * (radius1 * _SQUASH + climb) * m
            + radius2 * _SQUASH * n
        )
        return np.concatenate([p, v, a, n, m, b], axis=1)

    def nodes(self) -> tuple[FloatArray, FloatArray]:
        """Return times (K,) and states (K, 18) of a track of the site itself, two where legs meet.

        The quintics between them err by a hundredth of a millimetre: no step turns farther than a
        twentieth of a radian.
        """
        pieces = np.maximum(1, np.ceil(self.angle_rad / 0.05)).astype(np.int64)
        leg, place = ragged.ranges(0, pieces + 1)
        share = place / pieces[leg]
        # Shares of nothing and of all give the very ends, whatever rounding makes of a sum.
        t_s = (1.0 - share) * self.time_s[leg] + share * self.time_s[leg + 1]
        return t_s, self.state(t_s, leg)

    def sites(self, t_s: ArrayLike) -> Sites:
        """Return where the site is at each instant (N,), as that many sites."""
        state = self.state(t_s)
        return Sites(np.ascontiguousarray(state[:, :3]), np.ascontiguousarray(state[:, 9:12]))

    def geodetic(self, t_s: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return latitude, longitude (-180..180), degrees, and height, metres, each (N,)."""
        return ecef_to_geodetic(self.state(t_s)[:, :3])

    def staying(self, start_s: float, end_s: float) -> Movement:
        """Return the same movement, which stays at its first and last place until start and end."""
        before, after = start_s < self.begin_s, end_s > self.end_s
        ends = (int(before), int(after))
        wide = ((ends[0], ends[1]), (0, 0))
        times = [np.full(ends[0], start_s), self.time_s, np.full(ends[1], end_s)]
        return Movement(
            np.concatenate(times),
            np.pad(self.normal, wide, mode="edge"),
            np.pad(self.height_m, wide[0], mode="edge"),
            np.pad(self.axis, wide, mode="edge"),
            np.pad(self.angle_rad, wide[0]),
        )

    def drawn_deg(self, step_deg: float = 1.0) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return times, latitudes and longitudes of a line through all waypoints, to draw.

        No two points of it are farther apart than `step_deg` along a leg.
        """
        pieces = np.maximum(1, np.ceil(np.degrees(self.angle_rad) / step_deg)).astype(int)
        parts = [
            np.linspace(self.time_s[i], self.time_s[i + 1], n, endpoint=False)
            for i, n in enumerate(pieces.tolist())
        ]
        t_s = np.append(np.concatenate(parts), self.end_s)
        latitude, longitude, _ = self.geodetic(t_s)
        return t_s, latitude, longitude


def movement(
    time_s: ArrayLike,
    latitude_deg: ArrayLike,
    longitude_deg: ArrayLike,
    height_m: ArrayLike = 0.0,
) -> Movement:
    """Return the movement through waypoints (W,), two or more; the height may be one for all.

    Raises ValueError for times that do not rise, and for a leg between antipodes, of which no
    great circle is the shortest.
    """
    times = np.asarray(time_s, dtype=np.float64)
    if times.ndim != 1 or len(times) < 2 or not (np.diff(times) > 0.0).all():
        raise ValueError("the times of waypoints must rise, and be two or more")
    normal = ellipsoid_normal(latitude_deg, longitude_deg)
    height = np.broadcast_to(np.asarray(height_m, dtype=np.float64), times.shape).copy()
    axis, angle = _turns(normal)
    if (angle > np.pi - np.radians(ANTIPODES_DEG)).any():
        raise ValueError("a leg leads to the antipode of its beginning")
    return Movement(times, normal, height, axis, angle)


def _turns(normal: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return axis (L, 3) and angle (L,) of the turn from each normal to the next."""
    across = cross(normal[:-1], normal[1:])
    sine = np.linalg.norm(across, axis=1)
    angle = np.arctan2(sine, np.einsum("ij,ij->i", normal[:-1], normal[1:]))
    # Where nothing turns any axis square to the normal will do.
    least = np.eye(3)[np.argmin(np.abs(normal[:-1]), axis=1)]
    other = cross(normal[:-1], least)
    still = sine[:, None] < 1e-300
    axis = np.where(still, other, across)
    return axis / np.linalg.norm(axis, axis=1)[:, None], angle


def turned(vector: FloatArray, axis: FloatArray, angle_rad: FloatArray) -> FloatArray:
    """Return vectors (N, 3) turned about unit axes (N, 3) by angles (N,).

    Rodrigues 1840, Journal de Mathematiques 5.
    """
    cos, sin = np.cos(angle_rad)[:, None], np.sin(angle_rad)[:, None]
    along = np.einsum("ij,ij->i", axis, vector)[:, None] * axis
    return np.asarray(cos * vector + sin * cross(axis, vector) + (1.0 - cos) * along)


def leg_lengths_m(
    latitude_deg: ArrayLike, longitude_deg: ArrayLike, height_m: ArrayLike = 0.0
) -> FloatArray:
    """Return the way (L,) over ground from each of the waypoints (L + 1,) to the next, metres.

    Along the line that `Movement` follows, by quadrature; a climb counts with the way.
    """
    normal = ellipsoid_normal(latitude_deg, longitude_deg)
    legs = len(normal) - 1
    moved = movement(np.arange(legs + 1.0), latitude_deg, longitude_deg, height_m)
    leg = np.repeat(np.arange(legs), len(_NODES))
    t = leg + np.tile(0.5 * (_NODES + 1.0), legs)
    speed = np.linalg.norm(moved.state(t, leg)[:, 3:6], axis=1).reshape(legs, -1)
    return np.asarray(speed @ _WEIGHTS * 0.5)
