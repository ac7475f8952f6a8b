"""A decaying orbit for the tests of every key, and other values of its keys."""

from datetime import UTC, datetime

from simulator.scenario import DecayTable, KeplerianOrbit
from simulator.scenario.elements import OrbitTable

DECAYING = """kind = "keplerian"
altitude_km = 500.0
inclination_deg = 97.4
raan_deg = 20.0
epoch = 2023-10-01T00:00:00Z
[satellites.orbit.decay]
mass_kg = 100.0
area_m2 = 5.0
raise_below_km = 499.0
raise_to_km = 501.0
raise_until = 2023-12-01T00:00:00Z
"""
ACTIVITY = "month,f107,ap\n" + "".join(f"2023-{month},150,{month}\n" for month in (10, 11, 12))


def _kinds(table):
    """Yield a kind of table and all that are made of it."""
    yield table
    for kind in table.__subclasses__():
        yield from _kinds(kind)


OF_DECAY = {
    **{(kind, "decay"): {"decay": {"ballistic_m2_kg": 0.03}} for kind in _kinds(OrbitTable)},
    (KeplerianOrbit, "decay"): {"decay": None},
    (DecayTable, "activity"): {"activity": "high"},
    (DecayTable, "activity_file"): {"activity_file": "activity.csv"},
    (DecayTable, "first_month"): {"first_month": "2023-10", "f107": [90, 99], "ap": [5, 6]},
    (DecayTable, "f107"): {"f107": 200.0, "ap": 15.0},
    (DecayTable, "ap"): {"f107": 200.0, "ap": 30.0},
    (DecayTable, "ballistic_m2_kg"): {"mass_kg": None, "area_m2": None, "ballistic_m2_kg": 0.12},
    (DecayTable, "mass_kg"): {"mass_kg": 80.0},
    (DecayTable, "area_m2"): {"area_m2": 6.0},
    (DecayTable, "raise_below_km"): {"raise_below_km": 499.9},
    (DecayTable, "raise_to_km"): {"raise_to_km": 505.0},
    (DecayTable, "raise_until"): {"raise_until": datetime(2023, 10, 2, tzinfo=UTC)},
}
