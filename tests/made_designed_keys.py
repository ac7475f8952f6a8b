"""Orbits by what they are to do, and another value for each of their keys."""

from simulator.scenario import (
    FrozenOrbit,
    InPlaneOrbit,
    RepeatOrbit,
    StreetsOrbit,
    SunSynchronousOrbit,
)

DESIGNED_ORBITS = {
    "repeat": 'kind = "repeat-ground-track"\nrevolutions = 15\ncycle_days = 1\nltdn_h = 10.5',
    "frozen": 'kind = "frozen"\naltitude_km = 500.0\nltdn_h = 10.5',
    "in-plane": 'kind = "in-plane"\ntotal = 2\naltitude_km = 500.0\nltdn_h = 10.5',
    "streets": 'kind = "streets-of-coverage"\naltitude_km = 3000.0\nmin_elevation_deg = 5.0',
}
# What must change besides a key, where its other value must fit others.
DESIGNED = {
    (SunSynchronousOrbit, "height_km"): {"altitude_km": None, "height_km": 520.0},
    (SunSynchronousOrbit, "altitude_km"): {"altitude_km": 520.0},
    **{
        (kind, key): {"ltdn_h": None, "inclination_deg": 60.0, key: value}
        for kind in (RepeatOrbit, FrozenOrbit, InPlaneOrbit)
        for key, value in (("inclination_deg", 60.0), ("raan_deg", 20.0))
    },
    **{
        (kind, "ltan_h"): {"ltdn_h": None, "ltan_h": 9.0}
        for kind in (RepeatOrbit, FrozenOrbit, InPlaneOrbit)
    },
    **{
        (kind, "height_km"): {"altitude_km": None, "height_km": 520.0}
        for kind in (FrozenOrbit, InPlaneOrbit)
    },
    (RepeatOrbit, "revolutions"): {"revolutions": 14},
    (RepeatOrbit, "cycle_days"): {"revolutions": 31, "cycle_days": 2},
    (FrozenOrbit, "altitude_km"): {"altitude_km": 520.0},
    (FrozenOrbit, "eccentricity"): {"ltdn_h": None, "altitude_km": 900.0, "eccentricity": 0.05},
    (FrozenOrbit, "perigee_over"): {
        "ltdn_h": None,
        "altitude_km": 900.0,
        "eccentricity": 0.05,
        "perigee_over": "north",
    },
    # As high as it flies it needs few satellites; far lower it would need hundreds.
    (StreetsOrbit, "altitude_km"): {"altitude_km": 3_200.0},
    (StreetsOrbit, "satellites_per_plane"): {"satellites_per_plane": 9},
    (InPlaneOrbit, "altitude_km"): {"altitude_km": 520.0},
    (InPlaneOrbit, "angles_deg"): {"total": None, "angles_deg": [0.0, 20.0]},
    **{
        (InPlaneOrbit, key): {"altitude_km": None, "revolutions": 15, "cycle_days": 1}
        for key in ("revolutions", "cycle_days")
    },
}
