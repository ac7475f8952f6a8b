"""A scenario with every key of links, crosslinks, requests and limits, and a plain one."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import scenario
from simulator.errors import InputError

ORIGIN = "study.toml"
PLAIN = """
schema_version = 1
title = "Links"
targets = ["osan", {catalog = "kadena", priority = 5}]
networks = ["dprk", "mine"]

[span]
start = 2023-10-01T00:00:00Z
days = 2.0

[[satellites]]
name = "A"
sensor = "malligyong_press"
downlink_rate_mbps = 2.0
orbit = {kind = "sun-synchronous", altitude_km = 500.0, ltdn_h = 10.5}
""".replace(
    '"mine"]',
    '{name = "mine", stations = [{name = "S", latitude_deg = 39.0, longitude_deg = 125.7}],'
    ' relays = [{name = "R", longitude_deg = 95.0}]}]',
)

S_BAND = '{band = "S", rate_mbps = 2.0}'
X_BAND = (
    '{band = "X", rate_mbps = 120.0, power_w = 5.0, antenna_gain_dbi = 6.0, frequency_ghz = 8.2,'
    " required_eb_n0_db = 9.6, losses_db = 2.0}"
)
DISH = '{band = "X", antenna_gain_dbi = 45.0, noise_temperature_k = 150.0}'
EVERYTHING = f"""
schema_version = 1
title = "Links"
seed = 7
targets = ["osan", {{catalog = "kadena", priority = 5}}]

[span]
start = 2023-10-01T00:00:00Z
days = 2.0

[requests]
kind = "poisson"
per_day = 4.0

[uncertainty]
draws = 40
share = 0.8

[[satellites]]
name = "A"
sensor = "malligyong_press"
transmitters = [{S_BAND}, {X_BAND}]
recorder_gbit = 16.0
image_while_downlinking = false
max_pictures_per_orbit = 20
max_imaging_min_per_orbit = 5
max_downlink_min_per_orbit = 8.5
slew_rate_deg_s = 1.5
settling_s = 10
orbit = {{kind = "sun-synchronous", altitude_km = 500.0, ltdn_h = 10.5}}

[[networks]]
name = "mine"
[[networks.stations]]
name = "S"
latitude_deg = 39.0
longitude_deg = 125.7
antennas = 2
hours_utc = [[6, 12.5], [22, 3]]
availability = 0.5
receivers = [{{band = "S"}}, {DISH}]
[[networks.relays]]
name = "R"
longitude_deg = 95.0
max_users = 3
availability = 1
receivers = [{{band = "Ka"}}]
[networks.crosslinks]
rate_mbps = 10
max_range_km = 5000.0
grazing_height_km = 80
max_pointing_deg = 20
acquisition_s = 15
terminals = 2
"""


def loads(text: str = PLAIN, *overrides: str) -> scenario.Scenario:
    return scenario.loads(text, origin=ORIGIN, folder=Path("."), overrides=overrides)


def problems(*overrides: str, text: str = PLAIN) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        loads(text, *overrides)
    return caught.value.problems


def through_a_file(study: scenario.Scenario) -> scenario.Scenario:
    return loads(scenario.to_toml(study))
