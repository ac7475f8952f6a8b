"""A scenario's file to sweep over, and one small sweep that tests only read."""

import pytest

from simulator.sweep import plan, run_sweep
from tests.made_sweeps import ALTITUDE, RATE, SCENARIO


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "two.toml"
    path.write_text(SCENARIO)
    return path


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    file = folder / "two.toml"
    file.write_text(SCENARIO)
    planned = plan(file, [f"{ALTITUDE}=450,550", f"{RATE}=1,2,4"])
    return planned, run_sweep(planned, out=folder / "serial"), folder / "serial"
