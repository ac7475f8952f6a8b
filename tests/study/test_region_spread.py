"""Maps over draws: each cell's median and range are those of runs at the draws."""

import numpy as np
import pytest

from simulator import maps
from simulator.errors import InputError
from simulator.study import region_spread
from simulator.study.region_spread import region_spreads
from simulator.study.runs import run
from tests import made

UNKNOWNS = """
[[unknowns]]
name = "field of regard"
values = { "satellites.0.sensor.max_off_nadir_deg" = { uniform = [20.0, 50.0] } }
"""
DRAWS = {"draws": 4, "region_draws": 4, "resamples": 0, "share": 0.5}


def text(**uncertainty):
    return made.text(made.BOX + UNKNOWNS, days=5.0, uncertainty={**DRAWS, **uncertainty})


@pytest.fixture(scope="module")
def results():
    return run(made.scenario(text()))


def test_the_median_and_range_of_a_cell_are_those_of_runs_at_the_draws(results):
    grid = results.grids["box"]
    runs = [run(made.scenario(text(), f"draw={n}")).grids["box"] for n in range(4)]
    waits = np.stack([each["wait_mean_h"].to_numpy() for each in runs])
    for name, share in (("low", 0.25), ("median", 0.5), ("high", 0.75)):
        expected = np.quantile(waits, share, axis=0)
        assert grid[f"drawn_wait_{name}_h"].to_numpy() == pytest.approx(expected, rel=1e-5)
    assert (grid["drawn_accesses_low_per_day"] <= grid["drawn_accesses_high_per_day"]).all()


def test_maps_of_median_and_range_are_drawn_where_there_are_draws(results):
    assert {"wait-median", "wait-range"} <= set(maps.available(results))
    heading = maps.drawing(results, "wait-median").texts[0].get_text()
    assert "in the median draw" in heading.replace("\n", " ")
    assert "moves the wait" in maps.drawing(results, "wait-range").texts[0].get_text()


def test_without_such_draws_there_are_no_maps_of_them():
    plain = run(made.scenario(text(region_draws=0)))
    assert "wait-median" not in maps.available(plain)
    assert "drawn_wait_median_h" not in plain.grids["box"]
    with pytest.raises(InputError, match=r"set uncertainty\.region_draws"):
        maps.drawing(plain, "wait-median")


def test_more_cells_of_draws_than_memory_holds_are_refused(monkeypatch):
    monkeypatch.setattr(region_spread, "_MOST_VALUES", 10)
    with pytest.raises(InputError, match=r"region box: .* cells of all draws are too many"):
        region_spreads(made.scenario(text()).resolve())
