"""What a sensor shows: ground sample distance, interpretability, footprint.

Pure functions of numbers that broadcast by numpy's rules. A sensor is described by its ground
sample distance at nadir from a reference altitude, so its angle per pixel is fixed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from simulator.arrays import FloatArray
from simulator.earth import EARTH_MEAN_RADIUS_KM

# Assumptions, for want of a published figure for any sensor of the catalogue: the values of the
# reference case in the GIQE-5 paper (NGA, 16 September 2015), an image without enhancement.
ASSUMED_RELATIVE_EDGE_RESPONSE = 0.35
ASSUMED_SIGNAL_TO_NOISE = 50.0

METRES_PER_INCH = 0.0254


def _floats(values: ArrayLike) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


def _tilt(incidence_deg: FloatArray) -> FloatArray:
    """Return the cosine of an incidence, NaN where no ground faces the look."""
    return np.where(incidence_deg < 90.0, np.cos(np.radians(incidence_deg)), np.nan)


def gsd_along_m(
    *, gsd_nadir_m: ArrayLike, reference_altitude_km: ArrayLike, slant_range_km: ArrayLike
) -> FloatArray:
    """Return the ground sample distance square to the plane of look: one pixel at that range.

    It is also the sample distance in the plane of the image, before the ground tilts it.
    """
    return _floats(gsd_nadir_m) * _floats(slant_range_km) / _floats(reference_altitude_km)


def gsd_m(
    *,
    gsd_nadir_m: ArrayLike,
    reference_altitude_km: ArrayLike,
    slant_range_km: ArrayLike,
    incidence_deg: ArrayLike,
) -> FloatArray:
    """Return the ground sample distance of a look: geometric mean of along and across.

    NaN for a look along the ground or from under it, at an incidence of 90 degrees or more. It is
    finest where range / cos(incidence)^(1/2) is least. Leachtenauer et al. 1997, Applied Optics
    36(32), the GIQE's ground-projected mean.
    """
    # Across the line of sight one pixel; along the tilt one over the cosine: their geometric mean.
    image_m = gsd_along_m(
        gsd_nadir_m=gsd_nadir_m,
        reference_altitude_km=reference_altitude_km,
        slant_range_km=slant_range_km,
    )
    return np.asarray(image_m / np.sqrt(_tilt(_floats(incidence_deg))))


def radar_resolution_m(
    *, along_m: ArrayLike, slant_m: ArrayLike, incidence_deg: ArrayLike
) -> FloatArray:
    """Return the resolution of a radar on the ground: geometric mean of along and across its track.

    Across it is that along the line of sight by the sine of the incidence, so that it is finest
    far from nadir, where an optical look is coarsest; along it does not change with range. NaN at
    an incidence of 90 degrees or more, and of 0 or less, where range tells nothing apart.
    Cumming and Wong 2005, Digital Processing of Synthetic Aperture Radar Data, section 4.
    """
    incidence = _floats(incidence_deg)
    is_sideways = (incidence > 0.0) & (incidence < 90.0)
    sine = np.where(is_sideways, np.sin(np.radians(incidence)), np.nan)
    return np.asarray(np.sqrt(_floats(along_m) * _floats(slant_m) / sine))


def niirs_giqe5(
    image_gsd_m: ArrayLike,
    *,
    elevation_deg: ArrayLike = 90.0,
    relative_edge_response: ArrayLike = ASSUMED_RELATIVE_EDGE_RESPONSE,
    signal_to_noise: ArrayLike = ASSUMED_SIGNAL_TO_NOISE,
) -> FloatArray:
    """Return the predicted NIIRS level, kept within the scale's 0 to 9.

    `image_gsd_m` is in the plane of the image, as `gsd_along_m` gives it; the equation has its
    own term for the tilt of the ground. The defaults are assumptions: a level means "with optics
    and light like the reference case". NaN at an elevation of 0 or below. The equation is of
    optical images; it says nothing of a radar's. General Image Quality Equation 5, NGA 2015.
    """
    edge, noise = np.log10(_floats(relative_edge_response)), _floats(signal_to_noise)
    elevation = _floats(elevation_deg)
    sine = np.where(elevation > 0.0, np.sin(np.radians(elevation)), np.nan)
    tilted_m = _floats(image_gsd_m) / sine**0.25
    level = (
        9.57
        - 3.32 * np.log10(tilted_m / METRES_PER_INCH)
        + 3.32 * (1.0 - np.exp(-1.9 / noise)) * edge
        - 2.0 * edge**4
        - 1.8 / noise
    )
    return np.clip(level, 0.0, 9.0)


def swath_half_angle_deg(*, swath_km: ArrayLike, reference_altitude_km: ArrayLike) -> FloatArray:
    """Return half the cross-track field of view that covers a swath at nadir, on the sphere.

    Wertz & Larson, SMAD 3rd ed. 1999, section 5.2.
    """
    radius_km = EARTH_MEAN_RADIUS_KM
    angle = _floats(swath_km) / 2.0 / radius_km
    # How far the edge of the swath lies under the reference altitude: altitude and sagitta.
    depth_km = _floats(reference_altitude_km) + 2.0 * radius_km * np.sin(angle / 2.0) ** 2
    return np.asarray(np.degrees(np.arctan2(radius_km * np.sin(angle), depth_km)))
