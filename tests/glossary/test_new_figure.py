"""A new figure is its computation, its row and its test: three places, and it is everywhere.

The figure of this test is made up: how long a place is in access of two satellites or more.
"""

import io
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from simulator import glossary, report, results
from simulator.glossary import GLOSSARY, Glossary, Gridded, Term
from simulator.revisit import SiteFigures
from simulator.study import run
from simulator.sweep import assemble, plan, run_sweep
from tests import made

ROW = Term(
    "made_up_h",
    "a made-up figure of a place",
    ("cell", "cell in grid", "region"),
    better="less",
    words="made-up time",
    heading="made\nup",
    reduced="mean",
    grid=Gridded("area: point time: sum"),
)
NETWORK_ROW = Term(
    "invented_gbit_per_day",
    "an invented figure of a network",
    ("network",),
    better="more",
    label="invented, Gbit per day",
    section="Pictures",
)
TEXT = made.text(made.BOX, days=1.0, targets=[], networks=[])


@pytest.fixture
def new_figure(monkeypatch):
    """A figure of cells and regions in two of its three places: computation and row."""
    # What other tests share is run before, or it would hold the made-up figure.
    made.finished()
    computed = property(lambda figures: 7_200.0 + 0.0 * figures.covered_s)
    monkeypatch.setattr(SiteFigures, "made_up_s", computed, raising=False)
    terms = (*GLOSSARY.terms, ROW, NETWORK_ROW)
    monkeypatch.setattr("simulator.glossary.lookup.GLOSSARY", Glossary(terms))


def test_a_new_figure_of_a_region_is_in_tables_grid_and_text(new_figure, tmp_path):
    finished = run(made.scenario(TEXT))
    results.write(finished, tmp_path / "r")
    regions = (tmp_path / "r" / "tables" / "regions.csv").read_text().splitlines()
    assert regions[0].split(",")[-1] == "made_up_h" or "made_up_h" in regions[0].split(",")
    assert "2.0000" in regions[1].split(",")
    coverage = (tmp_path / "r" / "tables" / "coverage.csv").read_text()
    assert ",made_up_h,,2.0" in coverage
    assert "made_up_h [h]: a made-up figure" in (tmp_path / "r" / "README.txt").read_text()
    with xr.open_dataset(tmp_path / "r" / "grid-box.nc", decode_timedelta=False) as grid:
        variable = grid["made_up_h"]
        assert np.nanmax(variable) == np.nanmin(variable) == 2.0
        assert variable.attrs["long_name"] == "a made-up figure of a place"
        assert (variable.attrs["units"], variable.attrs["cell_methods"]) == (
            "h",
            "area: point time: sum",
        )
    text = report.report_text(finished)
    assert "made" in text and "2.00 h" in text
    assert "a made-up figure of a place" in report.explain_text("made_up_h")


def test_a_new_figure_of_a_region_may_be_a_condition(new_figure):
    condition = 'thresholds = [{figure = "made_up_h", relation = "at least", value = 2.0}]'
    table = run(made.scenario(TEXT + condition)).thresholds
    assert table["satisfied_share"].tolist() == [1.0] * len(table)


def test_a_new_figure_of_a_region_is_in_a_sweep(new_figure, tmp_path):
    (tmp_path / "s.toml").write_text(TEXT)
    varied = plan(tmp_path / "s.toml", ["satellites.0.sensor.max_off_nadir_deg=20,30"])
    sweep = run_sweep(varied, jobs=1)
    assert sweep.table["made_up_h[box]"].tolist() == [2.0, 2.0]
    with xr.open_dataset(io.BytesIO(assemble.to_netcdf(sweep)), decode_timedelta=False) as array:
        attributes = array["region_made_up_h"].attrs
    assert attributes["long_name"].startswith("a made-up figure of a place")
    assert attributes["units"] == "h"
    assert glossary.swept_words("region_made_up_h") == "made-up time of a cell"


def test_a_new_figure_of_a_network_is_in_the_comparison(new_figure):
    finished = made.finished()
    networks = finished.networks.assign(invented_gbit_per_day=[1.0, 3.0])
    text = report.networks_text(replace(finished, networks=networks))
    line = next(line for line in text.splitlines() if "invented, Gbit per day" in line)
    assert line.split()[-3:] == ["1.00", "3.00", "x3.0"]
