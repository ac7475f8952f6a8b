"""Ages and responses of cells under clouds: as without at a chance of 1, else as a target's."""

import numpy as np
import pytest

from tests import made

CLOUDS = {"clear": 0.4, "persistence_h": 30.0}
ONE_CELL = """
[[regions]]
name = "box"
bounds_deg = {west = 126.0, south = 36.5, east = 128.0, north = 38.5}
resolution_km = 300
"""
# The cell's own middle; so fast a downlink that pictures hardly wait for one another.
TOML = {"days": 12.0, "targets": ["osan"], "satellite": {"downlink_rate_mbps": 2_000.0}}


def run_with(clear, region=made.BOX, targets=("osan",), **more):
    asked = TOML | {"targets": list(targets), "clouds": CLOUDS | {"clear": clear}} | more
    return made.finished(made.text(region, **asked))


def test_with_a_chance_of_one_they_are_those_without_clouds():
    results = run_with(1.0)
    table, grid = results.region_networks, results.grids["box"]
    for part in ("age_mean_{}h", "age_unknown_{}share", "response_mean_{}h"):
        plain, clear = (f"cell_{part.format(word)}" for word in ("", "clear_"))
        np.testing.assert_allclose(table[clear], table[plain], rtol=1e-6, atol=1e-6)
        if part.endswith("h"):
            np.testing.assert_allclose(grid[clear], grid[plain], rtol=1e-5, atol=1e-6)


def test_a_cell_is_as_old_and_late_as_a_target_at_its_middle():
    cell = run_with(0.4, ONE_CELL)
    grid = cell.grids["box"]
    assert grid.sizes["lat"] == grid.sizes["lon"] == 1
    middle = {
        "name": "middle",
        "latitude_deg": float(grid["lat"][0]),
        "longitude_deg": float(grid["lon"][0]),
    }
    target = run_with(0.4, ONE_CELL, [middle]).networks.set_index("network")
    table = cell.region_networks.set_index("network")
    for figure in ("age_mean_clear_h", "response_mean_clear_h", "age_unknown_clear_share"):
        of_cell = table[f"cell_{figure}"].to_dict()
        assert of_cell == pytest.approx(target[figure].to_dict(), rel=5e-3), figure


def test_the_less_often_the_sky_is_clear_the_older_and_the_fewer_answers():
    often, rarely = (run_with(clear).region_networks for clear in (0.8, 0.2))
    assert (often["cell_age_mean_clear_h"] < rarely["cell_age_mean_clear_h"]).all()
    unknown = "cell_response_unknown_clear_share"
    assert (often[unknown] < rarely[unknown]).all()


def test_where_no_chance_is_known_there_is_none_to_tell():
    plain = made.finished(made.text(made.BOX, **TOML)).region_networks
    assert not [name for name in plain if "clear" in name]
    sunshine = made.text(made.BOX, **TOML, clouds={"clear": "sunshine"})
    assert not [name for name in made.finished(sunshine).region_networks if "clear" in name]
