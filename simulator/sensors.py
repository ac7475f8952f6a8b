"""What a sensor shows: ground sample distance, interpretability, footprint, picture size.

Pure functions of numbers that broadcast by numpy's rules. A sensor is described by its ground
sample distance at nadir from a reference altitude, so its angle per pixel is fixed.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator import geometry

FloatArray = NDArray[np.float64]

# Assumptions, for want of a published figure for any sensor of the catalogue: the values of the
# reference case in the GIQE-5 paper (NGA, 16 September 2015), an image without enhancement.
ASSUMED_RELATIVE_EDGE_RESPONSE = 0.35
ASSUMED_SIGNAL_TO_NOISE = 50.0

GREEN_WAVELENGTH_M = 0.55e-6
METRES_PER_INCH = 0.0254

# Ground resolved distances, metres, that part NIIRS 9 | 8 | ... | 1 (FAS Intelligence Resource
# Program, visible NIIRS). Each bounds the level below it in number, save 0.10, which is level 8.
NIIRS_BOUNDS_M = (0.10, 0.20, 0.40, 0.75, 1.2, 2.5, 4.5, 9.0)

JohnsonTask = Literal["detection", "recognition", "identification"]

# Pixels across the critical dimension for a 50 % chance of the task (Johnson 1958, after Sjaardema
# et al. 2015, SAND2015-6368).
JOHNSON_PIXELS: MappingProxyType[JohnsonTask, float] = MappingProxyType(
    {"detection": 2.0, "recognition": 8.0, "identification": 12.8}
)


def _floats(values: ArrayLike) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


def gsd_along_m(
    *, gsd_nadir_m: ArrayLike, reference_altitude_km: ArrayLike, slant_range_km: ArrayLike
) -> FloatArray:
    """Return the ground sample distance square to the plane of look: one pixel at that range.

    It is also the sample distance in the plane of the image, before the ground tilts it.
    """
    return _floats(gsd_nadir_m) * _floats(slant_range_km) / _floats(reference_altitude_km)


def gsd_across_m(
    *,
    gsd_nadir_m: ArrayLike,
    reference_altitude_km: ArrayLike,
    slant_range_km: ArrayLike,
    incidence_deg: ArrayLike,
) -> FloatArray:
    """Return the ground sample distance in the plane of look, stretched by 1 / cos(incidence)."""
    image_m = gsd_along_m(
        gsd_nadir_m=gsd_nadir_m,
        reference_altitude_km=reference_altitude_km,
        slant_range_km=slant_range_km,
    )
    return np.asarray(image_m / np.cos(np.radians(_floats(incidence_deg))))


def gsd_m(
    *,
    gsd_nadir_m: ArrayLike,
    reference_altitude_km: ArrayLike,
    slant_range_km: ArrayLike,
    incidence_deg: ArrayLike,
) -> FloatArray:
    """Return the ground sample distance of a look: geometric mean of along and across.

    Leachtenauer et al. 1997, Applied Optics 36(32), the GIQE's ground-projected mean.
    """
    image_m = gsd_along_m(
        gsd_nadir_m=gsd_nadir_m,
        reference_altitude_km=reference_altitude_km,
        slant_range_km=slant_range_km,
    )
    return np.asarray(image_m / np.sqrt(np.cos(np.radians(_floats(incidence_deg)))))


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
    and light like the reference case". General Image Quality Equation 5, NGA 2015.
    """
    edge, noise = np.log10(_floats(relative_edge_response)), _floats(signal_to_noise)
    tilted_m = _floats(image_gsd_m) / np.sin(np.radians(_floats(elevation_deg))) ** 0.25
    level = (
        9.57
        - 3.32 * np.log10(tilted_m / METRES_PER_INCH)
        + 3.32 * (1.0 - np.exp(-1.9 / noise)) * edge
        - 2.0 * edge**4
        - 1.8 / noise
    )
    return np.clip(level, 0.0, 9.0)


def niirs_from_table(ground_resolved_distance_m: ArrayLike) -> NDArray[np.int64]:
    """Return the whole NIIRS level, 1 to 9, whose band holds a ground resolved distance.

    Take the ground sample distance for it when nothing better is known: one sample is what a
    sharp image resolves at best, and an image as soft as its optics resolves about two.
    """
    bounds = np.array(NIIRS_BOUNDS_M)
    # "< 0.10" is level 9, so 0.10 itself is not: every other band holds its coarser bound.
    bounds[0] = np.nextafter(bounds[0], 0.0)
    return np.asarray(9 - np.searchsorted(bounds, _floats(ground_resolved_distance_m)), np.int64)


def smallest_object_m(gsd_m: ArrayLike, task: JohnsonTask) -> FloatArray:
    """Return the critical dimension at which a task succeeds half the time, by Johnson's pixels."""
    return _floats(gsd_m) * JOHNSON_PIXELS[task]


def diffraction_gsd_m(
    *,
    altitude_km: ArrayLike,
    aperture_m: ArrayLike,
    wavelength_m: ArrayLike = GREEN_WAVELENGTH_M,
) -> FloatArray:
    """Return the finest distance an aperture resolves at nadir: 1.22 wavelength range / aperture.

    Rayleigh's criterion (Wertz & Larson, SMAD 3rd ed. 1999, section 9.3).
    """
    return 1.22 * _floats(wavelength_m) * _floats(altitude_km) * 1000.0 / _floats(aperture_m)


def swath_half_angle_deg(*, swath_km: ArrayLike, reference_altitude_km: ArrayLike) -> FloatArray:
    """Return half the cross-track field of view that covers a swath at nadir, on the sphere.

    Wertz & Larson, SMAD 3rd ed. 1999, section 5.2.
    """
    radius_km = geometry.EARTH_MEAN_RADIUS_KM
    angle = _floats(swath_km) / 2.0 / radius_km
    depth_km = _floats(reference_altitude_km) + 2.0 * radius_km * np.sin(angle / 2.0) ** 2
    return np.asarray(np.degrees(np.arctan2(radius_km * np.sin(angle), depth_km)))


def swath_on_ground_km(
    *, altitude_km: ArrayLike, off_nadir_deg: ArrayLike, half_angle_deg: ArrayLike
) -> FloatArray:
    """Return the ground width of a swath pointed off nadir, on the sphere, ending at the horizon.

    At nadir the two halves lie on either side of the track and are added.
    """
    off_nadir, half = np.abs(_floats(off_nadir_deg)), _floats(half_angle_deg)
    inner, outer = off_nadir - half, off_nadir + half
    far = geometry.central_angle_at_off_nadir_deg(outer, altitude_km=altitude_km)
    near = geometry.central_angle_at_off_nadir_deg(np.abs(inner), altitude_km=altitude_km)
    width_deg = far - np.sign(inner) * near
    return np.asarray(geometry.EARTH_MEAN_RADIUS_KM * np.radians(width_deg))


def picture_bits(
    *,
    swath_km: ArrayLike,
    length_km: ArrayLike,
    gsd_m: ArrayLike,
    bits_per_pixel: ArrayLike = 10.0,
    bands: ArrayLike = 1.0,
    compression: ArrayLike = 1.0,
) -> FloatArray:
    """Return the size of a picture as sent: its pixels, times bits and bands, over compression.

    `gsd_m` is at nadir, because a look to the side keeps the sensor's count of pixels.
    """
    pixels = _floats(swath_km) * _floats(length_km) * 1e6 / _floats(gsd_m) ** 2
    return pixels * _floats(bits_per_pixel) * _floats(bands) / _floats(compression)
