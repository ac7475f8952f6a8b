"""Rates of mean elements over years: air drag, Earth's flattening, the Sun's gravity.

Averaged over a revolution, for many cases at once: arrays (C,). Lengths km, angles radians, rates a
day; elements are SGP4's mean elements, the semi-major axis that of the mean motion.

The Moon is left out: a node that follows the Sun goes once a year round against the Moon's orbit,
and what it does is periodic, a few thousandths of a degree of inclination.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.arrays import FloatArray
from simulator.orbits.density import density_kg_m3, season_factor
from simulator.scenario import MU_WGS72_KM3_S2, RADIUS_WGS72_KM
from simulator.units import DAY_S

# WGS72, as SGP4 (Hoots and Roehrich 1980, Spacetrack Report 3).
J2, _J3, _J4 = 0.001082616, -0.253881e-5, -0.165597e-5
WGS84_KM, WGS84_E2 = 6378.137, 0.00669437999014
_POINTS = 24
_MU_SUN_KM3_S2 = 1.32712440018e11
_AU_KM = 149_597_870.7
# Degree-two Love number of the solid Earth (Petit and Luzum 2010, IERS Conventions, table 6.3).
_LOVE_K2 = 0.30
_ANOMALY = (np.arange(_POINTS) + 0.5) * 2.0 * np.pi / _POINTS
_COS, _SIN = np.cos(_ANOMALY), np.sin(_ANOMALY)


@dataclass(frozen=True, eq=False)
class MeanState:
    """Mean elements (C,): semi-major axis km, eccentricity, and angles in radians."""

    axis_km: FloatArray
    eccentricity: FloatArray
    inclination: FloatArray
    node: FloatArray
    perigee: FloatArray

    @property
    def table(self) -> FloatArray:
        """The elements as rows (5, C)."""
        return np.stack(
            [self.axis_km, self.eccentricity, self.inclination, self.node, self.perigee]
        )

    @classmethod
    def of(cls, table: FloatArray) -> MeanState:
        """Return the state of rows (5, C)."""
        return cls(*table)

    @property
    def motion_rad_s(self) -> FloatArray:
        return np.asarray(np.sqrt(MU_WGS72_KM3_S2 / self.axis_km**3))

    @cached_property
    def cosine(self) -> FloatArray:
        """The cosine of inclination."""
        return np.asarray(np.cos(self.inclination))

    @cached_property
    def sine(self) -> FloatArray:
        """The sine of inclination."""
        return np.asarray(np.sin(self.inclination))

    @cached_property
    def flatness(self) -> FloatArray:
        """One less the square of eccentricity."""
        return np.asarray(1.0 - self.eccentricity**2)

    @cached_property
    def brouwer_axis(self) -> FloatArray:
        """Brouwer's semi-major axis from that of Kozai's mean motion, Earth radii, as SGP4."""
        axis = self.axis_km / RADIUS_WGS72_KM
        factor = 0.75 * J2 * (3.0 * self.cosine**2 - 1.0) / self.flatness**1.5
        d = factor / axis**2
        first = axis * (1.0 - d**2 - d * (1.0 / 3.0 + 134.0 / 81.0 * d**2))
        return np.asarray(axis * (1.0 + factor / first**2) ** (2.0 / 3.0))


def heights_km(state: MeanState) -> tuple[FloatArray, FloatArray]:
    """Return heights over the ellipsoid (C, 24) through a revolution, and cosines squared of u.

    The points are even in eccentric anomaly. With SGP4's periodic terms of radius by J2 and J3
    (Hoots and Roehrich 1980; Vallado et al. 2006, AIAA 2006-6753); u is the argument of latitude.
    """
    # Imported here, for it brings Numba, and many who ask for elements need no heights.
    from simulator.orbits.along_orbit import heights

    squared = state.cosine**2
    thrice, sine2 = 3.0 * squared - 1.0, 1.0 - squared
    axis = state.brouwer_axis
    # The long-period term of J3 shifts the eccentricity vector towards a pole.
    e_x = state.eccentricity * np.cos(state.perigee)
    lifted = -0.5 * _J3 / J2 * state.sine
    e_y = state.eccentricity * np.sin(state.perigee) + lifted / (axis * state.flatness)
    e = np.hypot(e_x, e_y)
    flatness = 1.0 - e**2
    true = np.arctan2(np.sqrt(flatness)[:, None] * _SIN, _COS - e[:, None])
    argument = np.arctan2(e_y, e_x)[:, None] + true
    around = np.empty((3, *argument.shape))
    np.sin(argument, out=around[0])
    np.cos(argument, out=around[1])
    np.cos(2.0 * argument, out=around[2])
    found = np.empty((2, *argument.shape))
    heights(np.array([axis, e, flatness, thrice, sine2]), _COS, around, found)
    return found[0], found[1]


def drag_rates(
    state: MeanState,
    ballistic_m2_kg: FloatArray,
    f107: FloatArray,
    ap: FloatArray,
    days: float | None = None,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return rates a day (C,) of axis, eccentricity and inclination by drag.

    Of King-Hele (1987, Satellite Orbits in an Atmosphere, equations 4.9 to 4.11 and 5.20 in
    substance): Gauss' equations with the drag of air that turns with the Earth, averaged over mean
    anomaly. `ballistic_m2_kg` is drag coefficient times area over mass. With an instant, days since
    2000-01-01, density is that of the season, without one the mean of a year.
    """
    # Imported here, for it brings Numba, and many who ask for elements need no drag.
    from simulator.orbits.along_orbit import drag_terms, speeds

    height_km, cosine2 = heights_km(state)
    density = density_kg_m3(height_km, f107, ap)
    if days is not None:
        density *= season_factor(height_km, days)
    e, axis = state.eccentricity, state.axis_km
    cases = np.array([axis, e, state.cosine, ballistic_m2_kg])
    speed, terms = np.empty_like(density), np.empty((3, *density.shape))
    speeds(axis, e, _COS, speed)
    drag_terms(density, cases, _COS, speed, speed**3, cosine2, terms)
    axis_rate, e_rate, i_rate = -terms.sum(axis=2)
    return axis_rate * DAY_S, e_rate * DAY_S, i_rate * state.sine * DAY_S


def turning_rates(state: MeanState) -> tuple[FloatArray, FloatArray]:
    """Return SGP4's secular rates a day (C,) of node and argument of perigee, without drag's.

    J2, its square and J4 (Hoots and Roehrich 1980, section 6).
    """
    cosine = state.cosine
    cosine2 = cosine**2
    cosine4 = cosine2**2
    axis = state.brouwer_axis
    motion = np.sqrt(MU_WGS72_KM3_S2 / (axis * RADIUS_WGS72_KM) ** 3) * DAY_S
    latus2 = (axis * state.flatness) ** -2.0
    first = 1.5 * J2 * latus2 * motion
    second = 0.5 * first * J2 * latus2
    third = -0.46875 * _J4 * latus2**2 * motion
    node = -first * cosine + cosine * (
        0.5 * second * (4.0 - 19.0 * cosine2) + 2.0 * third * (3.0 - 7.0 * cosine2)
    )
    perigee = (
        -0.5 * first * (1.0 - 5.0 * cosine2)
        + 0.0625 * second * (7.0 - 114.0 * cosine2 + 395.0 * cosine4)
        + third * (3.0 - 36.0 * cosine2 + 49.0 * cosine4)
    )
    return np.asarray(node), np.asarray(perigee)


def solar_inclination_rate(state: MeanState, days: float) -> FloatArray:
    """Return the rate a day (C,) of inclination by the Sun's gravity and the tide that it raises.

    The Sun's disturbing function to the second degree, averaged over a revolution of a
    near-circular orbit (Cook 1962, Geophysical Journal 6, section 3): di/dt = 3/2 n'^2 / n
    (s.w) (s.N), s the direction of the Sun, w that of the orbit's normal, N that of its node. Over
    a year, of a node that follows the mean Sun, 3/4 n'^2 / n sin i cos^4(obliquity / 2) sin 2(node
    less mean Sun). The solid Earth's tide has the same form, k2 (R / a)^5 as strong (Kaula 1969,
    Astronomical Journal 74).
    """
    sun, distance_km = sun_direction(days)
    across, along = np.sin(state.node), np.cos(state.node)
    to_node = sun[0] * along + sun[1] * across
    to_pole = state.sine * (sun[0] * across - sun[1] * along) + state.cosine * sun[2]
    tide = 1.0 + _LOVE_K2 * (RADIUS_WGS72_KM / state.axis_km) ** 5
    strength = 1.5 * _MU_SUN_KM3_S2 / distance_km**3 / state.motion_rad_s
    return np.asarray(strength * to_pole * to_node * tide * DAY_S)


def sun_direction(days: float) -> tuple[tuple[float, float, float], float]:
    """Return the direction of the Sun, equator of date, and its distance, km; good to 0.01 deg.

    The low-precision formula of the Astronomical Almanac. Days since 2000-01-01.
    """
    since = days - 0.5
    anomaly = np.radians(357.528 + 0.9856003 * since)
    longitude = np.radians(
        280.460 + 0.9856474 * since + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2.0 * anomaly)
    )
    obliquity = np.radians(23.439 - 4e-7 * since)
    distance = 1.00014 - 0.01671 * np.cos(anomaly) - 0.00014 * np.cos(2.0 * anomaly)
    y = np.sin(longitude)
    direction = np.cos(longitude), y * np.cos(obliquity), y * np.sin(obliquity)
    return tuple(float(v) for v in direction), float(distance * _AU_KM)  # type: ignore[return-value]
