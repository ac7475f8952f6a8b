"""A look of a sensor: its ground sample distance, its interpretability, and what it suffices for.

An optical look is told by GIQE-5 with the terms of its sensor, a radar's by its resolution on the
ground. A radar images square to its track, so that its look is the closest of a pass, too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from simulator.arrays import BoolArray, FloatArray
from simulator.imaging.quality import (
    ASSUMED_RELATIVE_EDGE_RESPONSE,
    ASSUMED_SIGNAL_TO_NOISE,
    gsd_along_m,
    gsd_m,
    niirs_giqe5,
    radar_resolution_m,
)
from simulator.scenario import Need, Sensor


def giqe5_terms(sensor: Sensor) -> dict[str, float]:
    """Return the relative edge response and the signal to noise of a sensor; assumed if absent."""
    edge, noise = sensor.relative_edge_response, sensor.signal_to_noise
    return {
        "relative_edge_response": ASSUMED_RELATIVE_EDGE_RESPONSE if edge is None else edge,
        "signal_to_noise": ASSUMED_SIGNAL_TO_NOISE if noise is None else noise,
    }


def look_gsd_m(
    sensor: Sensor, *, slant_range_km: ArrayLike, elevation_deg: ArrayLike
) -> FloatArray:
    """Return the ground sample distance of looks; of a radar with a slant resolution that.

    NaN for a look along the ground or from under it. Arguments broadcast.
    """
    incidence_deg = 90.0 - np.asarray(elevation_deg, dtype=np.float64)
    if sensor.slant_resolution_m is not None:
        of_radar = radar_resolution_m(
            along_m=sensor.gsd_m, slant_m=sensor.slant_resolution_m, incidence_deg=incidence_deg
        )
        return of_radar + np.zeros(np.shape(slant_range_km))
    return gsd_m(
        gsd_nadir_m=sensor.gsd_m,
        reference_altitude_km=sensor.reference_altitude_km,
        slant_range_km=slant_range_km,
        incidence_deg=incidence_deg,
    )


def look_niirs(
    sensor: Sensor, *, slant_range_km: ArrayLike, elevation_deg: ArrayLike
) -> FloatArray:
    """Return the NIIRS of looks; NaN for a radar's, of which GIQE-5 says nothing."""
    image_m = gsd_along_m(
        gsd_nadir_m=sensor.gsd_m,
        reference_altitude_km=sensor.reference_altitude_km,
        slant_range_km=slant_range_km,
    )
    if not sensor.has_niirs:
        shape = np.broadcast_shapes(image_m.shape, np.shape(elevation_deg))
        return np.full(shape, np.nan)
    return niirs_giqe5(image_m, elevation_deg=elevation_deg, **giqe5_terms(sensor))


def good_enough(
    sensor: Sensor, need: Need | None, *, slant_range_km: ArrayLike, elevation_deg: ArrayLike
) -> BoolArray:
    """Return which looks of a sensor are good enough for a need; all are for none.

    An optical look by its NIIRS, a radar's by its resolution on the ground. A need that says
    nothing of a sensor's kind is met by none of its looks; so is one from under the horizon.
    """
    shape = np.broadcast_shapes(np.shape(slant_range_km), np.shape(elevation_deg))
    if need is None:
        return np.ones(shape, dtype=np.bool_)
    looks = {"slant_range_km": slant_range_km, "elevation_deg": elevation_deg}
    if sensor.has_niirs:
        least = np.inf if need.niirs is None else need.niirs
        return np.asarray(look_niirs(sensor, **looks) >= least)
    coarsest_m = 0.0 if need.radar_resolution_m is None else need.radar_resolution_m
    return np.asarray(look_gsd_m(sensor, **looks) <= coarsest_m)
