"""A scenario of many kinds of keys, loaded with overrides, and the faults that it has with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator import scenario
from simulator.errors import InputError

ORIGIN = "scenarios/korea.toml"

GOOD = """
# How soon does a picture get home?
schema_version = 1
title = "Malligyong-1 over Korea"
question = "How soon?"
targets = ["osan", "kadena", {name = "만리경", latitude_deg = 1, longitude_deg = 200.0}]
networks = ["dprk", "dprk+russia+relay", "mine"]
baseline = "dprk"

[span]
start = 2023-08-24T09:00:00+09:00
days = 30

[[satellites]]
name = "Malligyong-1"
sensor = "malligyong_press"
downlink_rate_mbps = 2.0
orbit = {kind = "launch", launch = "malligyong1_nov23"}

[[satellites]]
name = "W"
downlink_rate_mbps = 60
recorder_gbit = 16.0
[satellites.orbit]
kind = "walker-delta"
total = 6
planes = 3
phasing = 1
altitude_km = 500.0
inclination_deg = 97.4
[satellites.sensor]
kind = "radar"
gsd_m = 3.0
reference_altitude_km = 500.0
swath_km = 24.0
max_off_nadir_deg = 45.0
min_off_nadir_deg = 15

[[regions]]
name = "peninsula"
catalog = "korean_peninsula"
resolution_km = 50

[[regions]]
name = "box"
bounds_deg = {west = 170.0, south = -10.0, east = -170.0, north = 10}
resolution_km = 50
""".replace(
    '"mine"]',
    '{name = "mine", stations = ["pgscc", {name = "A", latitude_deg = 60, longitude_deg = 30,'
    " horizon_mask_deg = [[0, 5], [90, 10.5]]}]}]",
)

TLE = (
    "1 58400U 23179A   24187.60036081  .00006278  00000-0  28357-3 0  9996",
    "2 58400  97.4021  74.1373 0003594 112.3801 247.7815 15.21311148 34529",
)
OMM = {
    "OBJECT_NAME": "MALLIGYONG-1",
    "NORAD_CAT_ID": 58400,
    "EPOCH": "2024-07-05T14:24:31.173984",
    "MEAN_MOTION": 15.21311148,
    "ECCENTRICITY": 0.0003594,
    "INCLINATION": 97.4021,
    "RA_OF_ASC_NODE": 74.1373,
    "ARG_OF_PERICENTER": 112.3801,
    "MEAN_ANOMALY": 247.7815,
    "BSTAR": 0.00028357,
}


def loads(text: str = GOOD, *overrides: str, folder: Path = Path("scenarios")) -> Any:
    return scenario.loads(text, origin=ORIGIN, folder=folder, overrides=overrides)


def problems(
    *overrides: str, text: str = GOOD, folder: Path = Path("scenarios")
) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        loads(text, *overrides, folder=folder)
    return caught.value.problems


def orbit(table: str, *, folder: Path = Path("scenarios")) -> Any:
    """Return the orbit a TOML inline table makes in an otherwise good scenario."""
    return loads(GOOD, f"satellites.0.orbit={table}", folder=folder).satellites[0].orbit
