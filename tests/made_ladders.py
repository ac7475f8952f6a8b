"""A small scenario with steps, and what it is with some of them taken, its keys written by hand."""

from functools import cache

import numpy as np

from simulator.study import figures
from simulator.worth import RUNG_FIGURES
from tests import made

STEPS = """
[[steps]]
name = "coarser"
set = { "satellites.0.sensor.gsd_m" = 5.0 }

[[steps]]
name = "dish"
date = "2024"
confidence = "estimated"
source = "a guess"
add = { "networks.home.stations" = [{ catalog = "yakutsk", roles = ["downlink"] }] }

[[steps]]
name = "commands"
set = { "networks.home.stations.yakutsk.roles" = ["command", "downlink"] }

[[steps]]
name = "two"
set = { "satellites.0.orbit" = ORBIT }
"""
ORBIT = (
    '{ kind = "walker-star", total = 2, planes = 1, phasing = 0, altitude_km = 500.0, '
    "inclination_deg = 97.41, raan_deg = 211.4 }"
)
TARGETS = ["osan", "yokosuka", "andersen", "pearl"]
SHARED = {"days": 3.0, "targets": TARGETS, "networks": None}
HOME = '\n[[networks]]\nname = "home"\nstations = ["pgscc"{}]\n'
TEXT = made.text(
    HOME.format("") + STEPS.replace("ORBIT", ORBIT), uncertainty={"draws": 3}, **SHARED
)
DISH = ', { catalog = "yakutsk", roles = ["downlink"] }'
BOTH = ', { catalog = "yakutsk", roles = ["command", "downlink"] }'


def by_hand(coarser, dish, commands, two):
    """Return the scenario with some of the steps taken, its keys written out."""
    station = (BOTH if commands else DISH) if dish else ""
    sensor = "malligyong_press"
    if coarser:
        sensor = {"catalog": "malligyong_press", "gsd_m": 5.0}
    satellite = {"sensor": sensor}
    if two:
        satellite["orbit"] = {
            "kind": "walker-star",
            "total": 2,
            "planes": 1,
            "phasing": 0,
            "altitude_km": 500.0,
            "inclination_deg": 97.41,
            "raan_deg": 211.4,
        }
    text = made.text(HOME.format(station), satellite=satellite, uncertainty={"draws": 3}, **SHARED)
    return made.scenario(text)


@cache
def values_by_hand(*taken):
    found = figures(by_hand(*taken))
    targets = found.targets
    return np.array(
        [
            targets["accesses_per_day"].mean(),
            targets["best_gsd_m"].mean(),
            targets["best_niirs"].mean(),
            *(found.networks[name].iloc[0] for name in RUNG_FIGURES[3:]),
        ]
    )
