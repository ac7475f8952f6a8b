"""Small sweeps: their scenario, the keys they vary, and what makes two of them the same."""

import json
import time
from pathlib import Path

from simulator.sweep import plan
from tests import made

SCENARIO = made.text(
    start="2023-11-24",
    targets=["osan", "kadena"],
    satellite={
        "sensor": {
            "catalog": "malligyong_press",
            "max_off_nadir_deg": 45.0,
            "min_sun_elevation_deg": -90.0,
        },
        "orbit": {"kind": "keplerian", "altitude_km": 500.0, "inclination_deg": 97.4},
    },
)
RATE = "satellites.0.downlink_rate_mbps"
ALTITUDE = "satellites.0.orbit.altitude_km"
REGARD = "satellites.0.sensor.max_off_nadir_deg"
STORED = ("points.jsonl", "table.csv", "sweep.nc", "scenario.toml")
ROOT = Path(__file__).parent.parent


def stub(file, count=8, **more):
    return plan(file, [f"{RATE}=1:{count}:{count}"], **more)


def same(first, second):
    for name in STORED:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    inside = [
        sorted(p.relative_to(d) for p in (d / "sweep.zarr").rglob("*")) for d in (first, second)
    ]
    assert inside[0] == inside[1]
    for name in inside[0]:
        if (first / "sweep.zarr" / name).is_file():
            assert (first / "sweep.zarr" / name).read_bytes() == (
                second / "sweep.zarr" / name
            ).read_bytes()
    summaries = [json.loads((d / "summary.json").read_bytes()) for d in (first, second)]
    for summary in summaries:
        summary.pop("reused")
    assert summaries[0] == summaries[1]


def wait_for(condition, process=None):
    """Wait until it is so, or until the process that is to bring it about has ended."""
    while not condition():
        assert process is None or process.poll() is None, "it ended before"
        time.sleep(0.02)
