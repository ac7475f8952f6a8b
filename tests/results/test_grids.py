"""Grids of results: datasets when they are asked for, and nothing of xarray's before."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import xarray as xr

from simulator.results import Grids, GridValues
from simulator.results.grids import values_of

WRITTEN = """
import sys
from tests import made
from simulator import report, results

found = results.as_kept(made.finished())
results.write(found, sys.argv[1], answer=report.answer(found))
print(*found.grids, "xarray" in sys.modules)
print(type(found["box"]).__name__, "xarray" in sys.modules)
"""


def grid() -> GridValues:
    coordinates = {"lat": (("lat",), np.array([1.0, 2.0])), "lon": (("lon",), np.array([3.0]))}
    area = ("lat", "lon"), np.full((2, 1), 9.0), {"units": "km2"}
    return GridValues({"cell_area_km2": area, **coordinates}, frozenset(coordinates))


def dataset() -> xr.Dataset:
    return xr.Dataset(
        {"cell_area_km2": (("lat", "lon"), np.full((2, 1), 9.0), {"units": "km2"})},
        coords={"lat": [1.0, 2.0], "lon": [3.0]},
    )


def test_a_grid_is_the_dataset_of_its_values_and_has_them() -> None:
    xr.testing.assert_identical(grid().dataset(), dataset())
    xr.testing.assert_identical(GridValues.of(dataset()).dataset(), dataset())
    more = grid().with_more({"accesses": (("lat", "lon"), np.zeros((2, 1)))}).dataset()
    assert list(more) == ["cell_area_km2", "accesses"]


def test_a_dataset_asked_for_is_the_one_that_is_kept_and_what_is_made_of_it_too() -> None:
    grids = Grids({"box": grid()})
    assert values_of(grids, "box").values("lat").tolist() == [1.0, 2.0]
    held = grids["box"]
    assert grids["box"] is held
    held["cell_area_km2"][:] = 4.0
    assert values_of(grids, "box").values("cell_area_km2").tolist() == [[4.0], [4.0]]
    grids["plane"] = dataset()
    assert list(pickle.loads(pickle.dumps(grids))) == ["box", "plane"]
    assert "plane" in grids and "sea" not in grids and len(grids) == 2
    del grids["box"]
    assert values_of(dict(grids), "plane").values("lon").tolist() == [3.0]


def test_a_run_is_written_without_xarray_which_comes_with_the_first_grid_asked_for(
    tmp_path,
) -> None:
    outcome = subprocess.run(
        [sys.executable, "-c", WRITTEN, str(tmp_path / "run")],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert outcome.stdout.split() == ["box", "False", "Dataset", "True"], outcome.stderr
    assert [file.name for file in (tmp_path / "run").glob("*.nc")] == ["grid-box.nc"]
