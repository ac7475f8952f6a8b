"""A run of eight satellites, with links between them in one network, for its contact plans."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import Results, read, run, write
from tests import made

LINKED = {
    "name": "linked",
    "headquarters": "pgscc",
    "stations": [
        {"catalog": "pgscc", "antennas": 1},
        {"catalog": "sohae_gs", "roles": ["downlink"]},
    ],
    "crosslinks": {"rate_mbps": 4.0, "grazing_height_km": 0.0, "terminals": 2},
}
SCENARIO = made.text(
    title="Eight in a plane",
    start="2023-11-24",
    days=2.0,
    targets=["osan", "kadena", "andersen"],
    networks=["dprk", "dprk+russia", LINKED],
    satellite={
        "name": "Eight",
        "recorder_gbit": 4.0,
        "max_downlink_min_per_orbit": 6.0,
        "orbit": {
            "kind": "walker-star",
            "total": 8,
            "planes": 1,
            "phasing": 0,
            "altitude_km": 900.0,
            "inclination_deg": 98.0,
            "raan_deg": 210.0,
        },
    },
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans") / "eight"
    write(run(made.scenario(SCENARIO)), folder)
    return folder


@pytest.fixture(scope="session")
def results(folder: Path) -> Results:
    return read(folder)
