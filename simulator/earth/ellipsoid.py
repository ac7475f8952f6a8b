"""The ellipsoid, look angles, and closed forms on the sphere.

Positions are Earth-fixed, metres, x y z along the last axis; all else carries its unit in its
name. Angles cross the boundary in degrees and are radians only inside a formula. Every argument
broadcasts by numpy's rules, so `satellites[:, None, :]` against N points gives all pairs.
No light time, no refraction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from simulator.arrays import FloatArray
from simulator.units import MINUTES_PER_DAY

# NIMA TR8350.2, 3rd ed. 2000, table 3.1.
WGS84_SEMI_MAJOR_AXIS_M = 6_378_137.0
WGS84_FLATTENING = 1.0 / 298.257223563
WGS84_SEMI_MINOR_AXIS_M = WGS84_SEMI_MAJOR_AXIS_M * (1.0 - WGS84_FLATTENING)
WGS84_ECCENTRICITY_SQUARED = WGS84_FLATTENING * (2.0 - WGS84_FLATTENING)

# Mean radius R1 of the ellipsoid, (2a + b) / 3 (Moritz 2000, Geodetic Reference System 1980).
EARTH_MEAN_RADIUS_KM = 6_371.0088


@dataclass(frozen=True, eq=False)
class LookAngles:
    """Directions and distances of satellites seen from points on the ground."""

    elevation_deg: FloatArray
    azimuth_deg: FloatArray
    slant_range_km: FloatArray


def _radians(angle_deg: ArrayLike) -> FloatArray:
    return np.radians(np.asarray(angle_deg, dtype=np.float64))


def ellipsoid_normal(latitude_deg: ArrayLike, longitude_deg: ArrayLike) -> FloatArray:
    """Return the outward unit normal of the ellipsoid at geodetic coordinates, shape (..., 3)."""
    latitude, longitude = np.broadcast_arrays(_radians(latitude_deg), _radians(longitude_deg))
    across = np.cos(latitude)
    x_y_z = (across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude))
    return np.stack(x_y_z, axis=-1)


def geodetic_to_ecef(
    latitude_deg: ArrayLike, longitude_deg: ArrayLike, height_m: ArrayLike = 0.0
) -> FloatArray:
    """Return the Earth-fixed positions of WGS84 geodetic coordinates, metres, shape (..., 3).

    Vallado 2013, Fundamentals of Astrodynamics, 4th ed., section 3.2.
    """
    normal = ellipsoid_normal(latitude_deg, longitude_deg)
    height = np.asarray(height_m, dtype=np.float64)[..., np.newaxis]
    sine_squared = normal[..., 2:] ** 2
    curvature_m = WGS84_SEMI_MAJOR_AXIS_M / np.sqrt(1.0 - WGS84_ECCENTRICITY_SQUARED * sine_squared)
    # The normal meets the axis below the centre: z counts from there, hence the factor b^2 / a^2.
    squash = np.array([1.0, 1.0, 1.0 - WGS84_ECCENTRICITY_SQUARED])
    return np.asarray((curvature_m * squash + height) * normal)


def ecef_to_geodetic(position_m: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return latitude (degrees), longitude (degrees, -180..180), height (metres) of (..., 3).

    Exact to 1e-9 degrees from the surface to beyond geosynchronous height, poles included;
    meaningless within 50 km of the Earth's centre.
    Bowring 1976, Survey Review 23, iterated on the reduced latitude.
    """
    x, y, z = np.moveaxis(np.asarray(position_m, dtype=np.float64), -1, 0)
    a, b, e2 = WGS84_SEMI_MAJOR_AXIS_M, WGS84_SEMI_MINOR_AXIS_M, WGS84_ECCENTRICITY_SQUARED
    axis_distance = np.hypot(x, y)
    reduced = np.arctan2(a * z, b * axis_distance)
    latitude = reduced
    # Each round gains at least four digits outside the surface; four reach the last bit.
    for _ in range(4):
        latitude = np.arctan2(
            z + e2 * a**2 / b * np.sin(reduced) ** 3,
            axis_distance - e2 * a * np.cos(reduced) ** 3,
        )
        reduced = np.arctan2(b * np.sin(latitude), a * np.cos(latitude))
    sine = np.sin(latitude)
    # This form of the height keeps its digits at the poles, where p / cos(latitude) loses them.
    height_m = axis_distance * np.cos(latitude) + z * sine - a * np.sqrt(1.0 - e2 * sine**2)
    return np.degrees(latitude), np.degrees(np.arctan2(y, x)), height_m


def normals_below(position_m: FloatArray) -> FloatArray:
    """Return the ellipsoid's outward normals (..., 3) below positions (..., 3).

    Exact as `ecef_to_geodetic`, whose rounds it makes with tangents in place of angles.
    """
    x, y, z = np.ascontiguousarray(np.moveaxis(position_m, -1, 0))
    a, b, e2 = WGS84_SEMI_MAJOR_AXIS_M, WGS84_SEMI_MINOR_AXIS_M, WGS84_ECCENTRICITY_SQUARED
    axis_distance = np.sqrt(x * x + y * y)
    # A vector's direction in the meridian is the angle; it is the reduced latitude's first.
    cosine, sine = b * axis_distance, a * z
    for _ in range(3):
        inverse = 1.0 / np.sqrt(cosine * cosine + sine * sine)
        # Products: NumPy raises to a power by logarithms, which takes longer than all the rest.
        up, out = sine * inverse, cosine * inverse
        up = z + (e2 * a * a / b) * (up * up * up)
        out = axis_distance - (e2 * a) * (out * out * out)
        cosine, sine = a * out, b * up
    inverse = 1.0 / np.sqrt(out * out + up * up)
    flat = out * inverse / np.maximum(axis_distance, 1e-9)
    return np.stack([x * flat, y * flat, up * inverse], axis=-1)


def sphere_of_ellipsoid(height_m: float = 0.0) -> tuple[float, FloatArray]:
    """Return a radius, metres, and the scale (3,) that makes a sphere of the raised ellipsoid.

    Positions times the scale: straight lines stay straight, and clear the ellipsoid of axes
    a + height and b + height where they clear the sphere. That ellipsoid lies below the surface of
    one height over WGS84 by (a - b)^2 height / (8 b (b + height)) at most, at 45 degrees (the
    supporting planes of both compared): 0.14 m at 100 km, 9 m at any height.
    """
    radius_m = WGS84_SEMI_MAJOR_AXIS_M + height_m
    return radius_m, np.array([1.0, 1.0, radius_m / (WGS84_SEMI_MINOR_AXIS_M + height_m)])


def look_angles(
    satellite_m: ArrayLike,
    *,
    latitude_deg: ArrayLike,
    longitude_deg: ArrayLike,
    height_m: ArrayLike = 0.0,
) -> LookAngles:
    """Return elevation, azimuth and slant range of satellites (..., 3) seen from points.

    Elevation is above the plane normal to the ellipsoid; azimuth runs from north through east,
    0 to 360, and is 0 at the zenith. Vallado 2013, algorithm 27.
    """
    line = np.asarray(satellite_m, dtype=np.float64) - geodetic_to_ecef(
        latitude_deg, longitude_deg, height_m
    )
    latitude, longitude = _radians(latitude_deg), _radians(longitude_deg)
    x, y, z = np.moveaxis(line, -1, 0)
    # Turned by the longitude, then by the latitude, the axes point outward, east, north and up.
    outward = np.cos(longitude) * x + np.sin(longitude) * y
    east = np.cos(longitude) * y - np.sin(longitude) * x
    north = np.cos(latitude) * z - np.sin(latitude) * outward
    up = np.cos(latitude) * outward + np.sin(latitude) * z
    return LookAngles(
        elevation_deg=np.degrees(np.arctan2(up, np.hypot(east, north))),
        azimuth_deg=np.degrees(np.arctan2(east, north)) % 360.0,
        slant_range_km=np.linalg.norm(line, axis=-1) / 1000.0,
    )


def off_nadir_deg(satellite_m: ArrayLike, point_m: ArrayLike) -> FloatArray:
    """Return the angle at each satellite between geodetic nadir and the line to a point.

    Both are Earth-fixed (..., 3). Nadir is the inward normal of the ellipsoid at the
    sub-satellite point, not the direction of the Earth's centre.
    """
    satellite = np.asarray(satellite_m, dtype=np.float64)
    line = np.asarray(point_m, dtype=np.float64) - satellite
    latitude_deg, longitude_deg, _ = ecef_to_geodetic(satellite)
    nadir = -ellipsoid_normal(latitude_deg, longitude_deg)
    # arctan2 keeps its digits near nadir, where an arc cosine loses half of them.
    across = np.linalg.norm(np.cross(nadir, line), axis=-1)
    angle = np.arctan2(across, np.sum(nadir * line, axis=-1))
    return np.asarray(np.degrees(angle))


# Closed forms on the sphere of EARTH_MEAN_RADIUS_KM: Wertz & Larson, Space Mission Analysis and
# Design, 3rd ed. 1999, section 5.2. `altitude_km` is above that sphere. The Earth central angle
# is between the sub-satellite point and the place looked at.


def earth_angular_radius_deg(altitude_km: ArrayLike) -> FloatArray:
    """Return the off-nadir angle of the Earth's limb."""
    altitude = np.asarray(altitude_km, dtype=np.float64)
    return np.degrees(np.arcsin(EARTH_MEAN_RADIUS_KM / (EARTH_MEAN_RADIUS_KM + altitude)))


def off_nadir_at_elevation_deg(elevation_deg: ArrayLike, *, altitude_km: ArrayLike) -> FloatArray:
    """Return the off-nadir angle of a place that sees the satellite at an elevation."""
    limb_sine = np.sin(_radians(earth_angular_radius_deg(altitude_km)))
    return np.asarray(np.degrees(np.arcsin(np.cos(_radians(elevation_deg)) * limb_sine)))


def elevation_at_off_nadir_deg(off_nadir_deg: ArrayLike, *, altitude_km: ArrayLike) -> FloatArray:
    """Return the elevation where a line of sight first meets the Earth; 0 beyond the limb."""
    limb_sine = np.sin(_radians(earth_angular_radius_deg(altitude_km)))
    cosine = np.sin(np.minimum(_radians(off_nadir_deg), np.pi / 2.0)) / limb_sine
    return np.degrees(np.arccos(np.minimum(cosine, 1.0)))


def central_angle_at_elevation_deg(
    elevation_deg: ArrayLike, *, altitude_km: ArrayLike
) -> FloatArray:
    """Return the Earth central angle to a place that sees the satellite at an elevation."""
    elevation = np.asarray(elevation_deg, dtype=np.float64)
    return 90.0 - elevation - off_nadir_at_elevation_deg(elevation, altitude_km=altitude_km)


def central_angle_at_off_nadir_deg(
    off_nadir_deg: ArrayLike, *, altitude_km: ArrayLike
) -> FloatArray:
    """Return the Earth central angle where a line of sight first meets the Earth.

    Beyond the limb it is the horizon's, because the horizon bounds every field of regard.
    """
    elevation_deg = elevation_at_off_nadir_deg(off_nadir_deg, altitude_km=altitude_km)
    return central_angle_at_elevation_deg(elevation_deg, altitude_km=altitude_km)


def slant_range_km(elevation_deg: ArrayLike, *, altitude_km: ArrayLike) -> FloatArray:
    """Return the distance to a satellite seen at an elevation; at 0 it is the horizon's."""
    radius_km = EARTH_MEAN_RADIUS_KM + np.asarray(altitude_km, dtype=np.float64)
    elevation = _radians(elevation_deg)
    level_km = EARTH_MEAN_RADIUS_KM * np.cos(elevation)
    return np.asarray(
        np.sqrt(radius_km**2 - level_km**2) - EARTH_MEAN_RADIUS_KM * np.sin(elevation)
    )


def contact_radius_km(*, altitude_km: ArrayLike, min_elevation_deg: ArrayLike = 0.0) -> FloatArray:
    """Return the ground radius of the circle within which a station is in contact."""
    angle_deg = central_angle_at_elevation_deg(min_elevation_deg, altitude_km=altitude_km)
    return EARTH_MEAN_RADIUS_KM * _radians(angle_deg)


def reach_deg(
    *,
    altitude_km: ArrayLike,
    min_off_nadir_deg: ArrayLike,
    max_off_nadir_deg: ArrayLike,
    min_elevation_deg: ArrayLike,
) -> tuple[FloatArray, FloatArray]:
    """Return the least and the greatest Earth central angle that a sensor can be pointed at.

    The greatest is bounded by the least elevation, and is never below the least.
    """
    least = np.asarray(min_off_nadir_deg, dtype=np.float64)
    # Straight down the closed form leaves a rounding error, which would pass for a hole.
    inner = np.where(
        least > 0.0, central_angle_at_off_nadir_deg(least, altitude_km=altitude_km), 0.0
    )
    outer = np.minimum(
        central_angle_at_off_nadir_deg(max_off_nadir_deg, altitude_km=altitude_km),
        central_angle_at_elevation_deg(min_elevation_deg, altitude_km=altitude_km),
    )
    return inner, np.maximum(outer, inner)


def mean_overpasses_per_day(
    *,
    latitude_deg: ArrayLike,
    inclination_deg: ArrayLike,
    central_angle_deg: ArrayLike,
    period_min: ArrayLike,
) -> FloatArray:
    """Return how often a day, on average, a circular orbit comes within a central angle of a place.

    The mean over all node longitudes; the Earth's turning during one overpass is left out.
    From the off-track angle of SMAD section 5.3.1: an overpass is a revolution on which the pole
    of the orbit lies within the central angle of 90 degrees from the place.
    """
    latitude, inclination = _radians(latitude_deg), _radians(inclination_deg)
    reach = np.sin(_radians(central_angle_deg))
    middle = np.sin(latitude) * np.cos(inclination)
    swing = np.maximum(np.abs(np.cos(latitude) * np.sin(inclination)), 1e-15)
    # The place sees the orbit's pole at sine middle + swing cos(node): within the reach on the arc
    # of nodes between these two.
    nearest = np.arccos(np.clip((reach - middle) / swing, -1.0, 1.0))
    farthest = np.arccos(np.clip((-reach - middle) / swing, -1.0, 1.0))
    revolutions = MINUTES_PER_DAY / np.asarray(period_min, dtype=np.float64)
    return np.asarray(revolutions * (farthest - nearest) / np.pi)


def destination(
    latitude_deg: ArrayLike,
    longitude_deg: ArrayLike,
    *,
    bearing_deg: ArrayLike,
    distance_km: ArrayLike,
) -> tuple[FloatArray, FloatArray]:
    """Return latitude and longitude (-180 to 180) reached along a great circle, degrees."""
    latitude, longitude = _radians(latitude_deg), _radians(longitude_deg)
    bearing = _radians(bearing_deg)
    arc = np.asarray(distance_km, dtype=np.float64) / EARTH_MEAN_RADIUS_KM
    north = np.cos(latitude) * np.cos(arc) - np.sin(latitude) * np.sin(arc) * np.cos(bearing)
    east = np.sin(arc) * np.sin(bearing)
    up = np.sin(latitude) * np.cos(arc) + np.cos(latitude) * np.sin(arc) * np.cos(bearing)
    turned = np.degrees(longitude + np.arctan2(east, north))
    return np.degrees(np.arctan2(up, np.hypot(east, north))), (turned + 180.0) % 360.0 - 180.0


def circle(
    latitude_deg: float, longitude_deg: float, *, radius_km: float, points: int = 181
) -> tuple[FloatArray, FloatArray]:
    """Return the closed ring at a ground distance from a place, `points` vertices, the first twice.

    Vertices run clockwise from north. Longitudes lie in -180 to 180, so a ring over the
    antimeridian jumps, and one around a pole does not close on a plain map.
    """
    bearing_deg = np.linspace(0.0, 360.0, points)
    bearing_deg[-1] = 0.0
    return destination(latitude_deg, longitude_deg, bearing_deg=bearing_deg, distance_km=radius_km)
