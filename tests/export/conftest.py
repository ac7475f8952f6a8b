"""A run of two satellites, three networks, a relay and a region, which the exports read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator import Results, read, run, write
from simulator.export import Choices, export, format_of
from tests import made

SCENARIO = made.text(
    """
[[satellites]]
name = "Second & last"
sensor = "malligyong_press"
downlink_rate_mbps = 2.0
orbit = { kind = "sun-synchronous", altitude_km = 500.0, ltan_h = 10.05 }

[[regions]]
name = "korea"
catalog = "korean_peninsula"
resolution_km = 100.0

[[regions]]
name = "date line"
polygon_deg = [[175, 50], [-175, 50], [-175, 56], [175, 56]]
resolution_km = 100.0
""",
    title="A day over Korea",
    start="2023-11-24",
    days=1.0,
    targets=["osan", "kadena", "andersen"],
    satellite={"name": "Malligyong-1"},
    networks=["dprk", "dprk+russia", "dprk+russia+relay"],
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "day"
    write(run(made.scenario(SCENARIO)), folder)
    return folder


@pytest.fixture(scope="session")
def results(folder: Path) -> Results:
    return read(folder)


AT_SEA = """
[[targets]]
name = "ship <east>"
[targets.track]
start = 2023-11-24T02:00:00Z
speed_m_s = 9.0
beyond = "stays"
waypoints = [
    { latitude_deg = 35.0, longitude_deg = 129.1 },
    { latitude_deg = 34.0, longitude_deg = 131.0 },
    { latitude_deg = 33.0, longitude_deg = 130.0 },
]

[[regions]]
name = "strips"
bounds_deg = {west = 124.0, south = 36.0, east = 131.0, north = 41.0}
resolution_km = 100.0
strips = true
"""


@pytest.fixture(scope="session")
def at_sea() -> Results:
    """A run of a target that moves, and of strips that are imaged."""
    return run(made.scenario(made.text(AT_SEA, start="2023-11-24", days=2.0, targets=None)))


@pytest.fixture(scope="session")
def bare() -> Results:
    """A run without networks and without regions."""
    return run(made.scenario(made.text(start="2023-11-24", days=0.3, networks=[])))


@pytest.fixture(scope="session")
def gapped(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """A run whose satellite is known from 01:00 to 03:19 and from 04:00 to 05:19."""
    folder = tmp_path_factory.mktemp("gap")
    chosen = Choices(satellites=("Malligyong-1",), hours=6.0)
    whole = export(results, format_of("oem", None), folder / "whole.oem", chosen).read_text()
    head, meta, states = re.split(r"(?<=\n)(?=META_START)|(?<=META_STOP\n)", whole)
    lines = states.splitlines(keepends=True)
    parts = []
    for rows in (lines[60:200], lines[240:320]):
        first, last = rows[0].split()[0], rows[-1].split()[0]
        times = re.sub(r"(?<=START_TIME = ).*", first, meta)
        parts.append(re.sub(r"(?<=STOP_TIME = ).*", last, times) + "".join(rows))
    (folder / "gap.oem").write_text(head + "".join(parts))
    orbit = {"kind": "ephemeris", "file": str(folder / "gap.oem")}
    return run(made.scenario(made.text(start="2023-11-24", days=0.3, satellite={"orbit": orbit})))
