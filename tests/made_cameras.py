"""A ladder of cameras over a small scenario, and an answer of one made up for drawings."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd

from simulator.results import Answered
from tests import made

SILO = {
    "name": "silo",
    "latitude_deg": 37.0,
    "longitude_deg": 127.0,
    "needs": "detect-launcher",
}
# Nine days of three cameras over four places, one of which needs much.
TEXT = made.text(
    days=9.0,
    networks=None,
    cameras=["malligyong_salvaged_5m", "ref_1m", "ref_kondor_fka"],
    targets=["osan", "yokosuka", "andersen", SILO],
)
# By month, January first; the span is in November.
CLOUDS = """
[clouds]
clear = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.4, 0.9]
"""
OBJECTS = {"carrier": (1, 2, 3), "launcher": (0, 1, 2), "tank": (0, 0, 1)}


def answered(*, clouds: bool = False, more: int = 0) -> Answered:
    """Return an answer of three cameras; each tells as many tasks as OBJECTS says, and more."""
    rungs, tasks = [], []
    for number, kind in enumerate(("optical", "optical", "radar")):
        rung = {"sensor": f"s{number}", "called": f"camera {number}", "sensor_kind": kind}
        rung |= {"gsd_m": 4.0 - number, "confidence": "assumed", "best_gsd_m": 3.0 - number}
        rung |= {"accesses_per_day": 0.5 + number, "accesses_clear_per_day": 0.25 + number}
        rungs.append(rung | {"median_gsd_m": 4.5 - number, "best_niirs": 2.0 + number})
        for name, told in OBJECTS.items():
            for level, task in enumerate(("detect", "classify", "identify")):
                is_told = level < told[number] + more
                row = {"sensor": f"s{number}", "object": name, "task": task}
                row |= {"needs": f"{task}-{name}", "good_share": float(is_told)}
                row |= {"accesses_per_day": (0.5 + number) * is_told, "pixels_share": 1.0}
                tasks.append(row | {"accesses_clear_per_day": (0.25 + number) * is_told})
    return Answered(
        command="cameras",
        asked={"clouds": clouds, "targets": 4, "objects": list(OBJECTS), "sensors": ["s0"]},
        text="Coarse cameras show what is large.",
        scenario_toml="",
        title="Small",
        question="",
        start=datetime(2023, 12, 1, tzinfo=UTC),
        days=9.0,
        source_line="SGP4 (WGS72)",
        provenance={},
        tables={"rungs": pd.DataFrame(rungs), "tasks": pd.DataFrame(tasks)},
    )
