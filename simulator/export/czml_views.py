"""What a sensor can be pointed at, as a cone that moves below its satellite.

Cones as sensors, `agi_conicSensor`, are an extension of CZML that a viewer needs more than Cesium
for; a cylinder without a top is in CZML itself, and stands upright where nothing turns it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from simulator.arrays import FloatArray
from simulator.earth import EARTH_MEAN_RADIUS_KM, ellipsoid_normal, geodetic_to_ecef, reach_deg
from simulator.export.czml_properties import availability, colour, sampled, sampled_number
from simulator.export.states import ChosenSpan
from simulator.export.track_layers import ground
from simulator.orbits import Track


def cone(
    stretch: ChosenSpan,
    satellite: str,
    sensor: Mapping[str, Any],
    path: Track,
    runs: Sequence[FloatArray],
    paint: Sequence[int],
) -> dict[str, Any]:
    """Return a packet with a cone from the satellite to the edge of its reach on the ground.

    Its foot is the circle at that edge, below the ground in its middle. It is whole: of a least
    off-nadir angle, a side and light it tells nothing.
    """
    positions, lengths, radii = zip(*(_cylinder(sensor, path, at_s) for at_s in runs), strict=True)
    return {
        "id": f"satellite/{satellite}/field of regard",
        "name": f"{satellite}: what its sensor can be pointed at",
        "availability": availability(stretch, runs),
        "position": sampled(stretch, runs, positions),
        "cylinder": {
            "length": sampled_number(stretch, runs, lengths),
            "topRadius": 0,
            "bottomRadius": sampled_number(stretch, runs, radii),
            "material": {"solidColor": {"color": colour(paint, 60)}},
            "outline": True,
            "outlineColor": colour(paint, 160),
            "numberOfVerticalLines": 4,
        },
    }


def _cylinder(
    sensor: Mapping[str, Any], path: Track, at_s: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return middle (N, 3), length (N,) and radius of the foot (N,), metres, at instants (N,)."""
    latitude, longitude, altitude_km = ground(path, at_s)
    _, reach = reach_deg(
        altitude_km=altitude_km,
        min_off_nadir_deg=float(sensor["min_off_nadir_deg"] or 0.0),
        max_off_nadir_deg=float(sensor["max_off_nadir_deg"]),
        min_elevation_deg=float(sensor["min_elevation_deg"]),
    )
    radius_m = 1e3 * EARTH_MEAN_RADIUS_KM
    below_m = radius_m * (1.0 - np.cos(np.radians(reach)))
    length_m = 1e3 * altitude_km + below_m
    # A cylinder's place is its middle.
    middle_m = 1e3 * altitude_km - 0.5 * length_m
    foot = geodetic_to_ecef(latitude, longitude)
    position = foot + middle_m[:, None] * ellipsoid_normal(latitude, longitude)
    return position, length_m, radius_m * np.sin(np.radians(reach))
