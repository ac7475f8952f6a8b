"""A scenario's file to sweep over, and one small sweep that tests only read."""

import shutil

import pytest

from simulator.sweep import plan, run_sweep
from tests import made_runners as runners
from tests.made_sweeps import ALTITUDE, RATE, SCENARIO, stub


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


@pytest.fixture(scope="session")
def finished_stub(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stub")
    file = folder / "two.toml"
    file.write_text(SCENARIO)
    run_sweep(stub(file), runner=runners.trivial, out=folder / "s")
    return folder / "s"


@pytest.fixture
def begun(finished_stub, tmp_path):
    """Give a folder of its own with a finished sweep of eight trivial points."""
    return shutil.copytree(finished_stub, tmp_path / "s")


@pytest.fixture
def without_arrays(monkeypatch):
    """Write no arrays, which other tests hold to, where a test is of the journal and the table."""
    monkeypatch.setattr("simulator.sweep.running._write_zarr", lambda sweep, folder: None)
    monkeypatch.setattr("simulator.sweep.assemble.to_netcdf", lambda sweep: b"")
