"""What the library promises besides its figures: types, examples, names, and what it costs."""

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import simulator
from simulator import library

ROOT = Path(__file__).parent.parent.parent
FUNCTIONS = ("passes", "accesses", "pictures", "coverage", "contacts", "deliver", "ephemeris")

# What a user with a strict checker of types writes: every way that is documented, and no cast.
GOOD = """
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import xarray as xr
from sgp4.api import Satrec
from skyfield.api import EarthSatellite, wgs84

import simulator
from simulator.library import OrbitLike, PlacesLike, RegionLike, TimeLike

orbit: OrbitLike = ("1 ", "2 ")
record: OrbitLike = Satrec()
sky: OrbitLike = EarthSatellite("", "")
places: PlacesLike = {"Osan": (37.09, 127.03)}
grid: PlacesLike = np.zeros((3, 2))
frame: PlacesLike = pd.DataFrame()
region: RegionLike = (126.0, 34.0, 130.0, 38.0)
start: TimeLike = datetime(2023, 4, 1, tzinfo=UTC)

passes: pd.DataFrame = simulator.passes(orbit, wgs84.latlon(37.0, 127.0), start=start, days=2)
looks: pd.DataFrame = simulator.accesses(
    [orbit, record, sky], places, start="2023-04-01", max_off_nadir_deg=30.0, daylight=True
)
taken: pd.DataFrame = simulator.pictures({"A": record}, grid, sensor="malligyong_press")
seen: xr.Dataset = simulator.coverage(orbit, region, resolution_km=100.0, revisit_rule="tatc")
also: xr.Dataset = simulator.coverage("kms4", points=frame, end=np.datetime64("2023-04-03"))
plan: pd.DataFrame = simulator.contacts(orbit, "dprk+russia", downlink_rate_mbps=2.0)
home: pd.DataFrame = simulator.deliver(taken, plan)
other: pd.DataFrame = simulator.deliver(taken, ["pgscc"], orbits=orbit, downlink_rate_mbps=2.0)
where: pd.DataFrame = simulator.ephemeris(orbit, pd.date_range("2023-04-01", periods=3, tz="UTC"))
columns: pd.DataFrame = simulator.deliver({"taken_s": [1.0]}, {"start_s": np.zeros(1)})
"""
BAD = """
import simulator
simulator.passes("kms4", "osan", max_offnadir_deg=3.0)
simulator.accesses("kms4", 5)
simulator.coverage("kms4", (1.0, 2.0, 3.0, 4.0), revisit_rule="mine")
simulator.ephemeris(5.0, "2023-04-01")
"""


def test_a_strict_checker_of_types_takes_what_is_documented_and_nothing_else(tmp_path):
    assert (ROOT / "simulator" / "py.typed").read_bytes() == b""
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "bad.py").write_text(BAD)
    # With the settings and in the folder of the package's own check, which has read it already.
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "pyproject.toml"]
    files = [str(tmp_path / name) for name in ("good.py", "bad.py")]
    said = subprocess.run([*command, *files], cwd=ROOT, capture_output=True, text=True).stdout
    faults = [line for line in said.splitlines() if ": error: " in line]
    assert [fault.split(":")[0].endswith("bad.py") for fault in faults] == [True] * 4, said


@pytest.mark.parametrize(
    "name", sorted(module.name for module in pkgutil.iter_modules(library.__path__))
)
def test_the_examples_of_the_library_are_what_it_answers(name):
    module = importlib.import_module(f"simulator.library.{name}")
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_typed_and_has_an_example(name):
    function = getattr(simulator, name)
    assert function is getattr(library, name)
    assert ">>> " in function.__doc__ and "Raises InputError" in function.__doc__
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in signature.parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty


def test_a_name_of_the_library_is_no_room():
    # What is imported from within would take the place of the function.
    rooms = {path.parent.name for path in (ROOT / "simulator").glob("*/__init__.py")}
    assert not rooms & {*FUNCTIONS}
    importlib.import_module("simulator.revisit")
    assert all(callable(getattr(simulator, name)) for name in FUNCTIONS)


def test_the_library_needs_neither_figures_nor_the_command_line():
    code = (
        "import sys, simulator; simulator.passes('kms4_2023_04_01', 'osan'); "
        "print(sorted({'matplotlib', 'cartopy', 'typer', 'geopandas'} & set(sys.modules)))"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert process.stdout.strip() == "[]"
