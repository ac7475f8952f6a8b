"""One station more at every cell: held to runs of networks that have it."""

import numpy as np
import pytest

from simulator import glossary
from simulator.earth import cells_of
from simulator.errors import InputError
from simulator.results import netcdf
from simulator.scenario import Station
from simulator.study import Study
from simulator.workers import Threads
from simulator.worth import FIGURES, best_places, siting
from simulator.worth.times import coalition
from simulator.worth.valuing import GAIN_SIGN
from tests import made
from tests.made_worth import TEXT, figures_by_running

HOST = """
[[regions]]
name = "host"
bounds_deg = {west = 100, south = 30, east = 160, north = 66}
resolution_km = 1000
"""


def scenario(*overrides):
    return made.scenario(TEXT + HOST, *overrides)


@pytest.fixture(scope="module")
def found():
    return siting(scenario(), "host")


def test_the_gain_at_a_cell_is_that_of_a_network_with_a_station_there(found):
    home, _ = scenario().networks
    (region,) = scenario().regions
    cells = cells_of(region.surface, kind=region.cells, resolution_km=region.resolution_km)
    assert len(found.cells) == len(cells) > 5
    for number in (0, len(cells) // 2, len(cells) - 1):
        place = {
            "latitude_deg": float(cells.latitude_deg[number]),
            "longitude_deg": float(cells.longitude_deg[number]),
        }
        new = Station(name="new", **place)
        more = home.model_copy(update={"name": "more", "stations": (*home.stations, new)})
        case = Study(scenario().model_copy(update={"networks": (home, more), "regions": ()}))
        of = coalition(home, more)
        figures = figures_by_running(case, of, np.array([True]))
        base = figures_by_running(case, of, np.array([False]))
        row = found.cells.iloc[number]
        assert (row["latitude_deg"], row["longitude_deg"]) == tuple(place.values())
        for sign, name in zip(GAIN_SIGN, FIGURES, strict=True):
            if name == "next_command_mean_h":
                continue  # a run's own is over the instants of that run
            gain = sign * (figures[name] - base[name])
            assert row[name] == pytest.approx(gain, abs=1e-9), name
            assert found.baseline_figures[name] == pytest.approx(base[name])


def test_a_wait_for_commands_is_cut_by_a_station_that_commands_alone(found):
    deaf = siting(
        scenario(),
        "host",
        like=Station(name="n", latitude_deg=0, longitude_deg=0, roles=("downlink",)),
    )
    assert (deaf.cells["next_command_mean_h"] == 0.0).all()
    assert (found.cells["next_command_mean_h"] > 0.0).any()
    assert deaf.cells["offered_gbit_per_day"].equals(found.cells["offered_gbit_per_day"])


def test_cells_are_told_by_country_and_the_best_one_of_each_is_named(found):
    countries = set(found.cells["country"])
    assert {"", "Russia", "Japan"} <= countries | {"Japan"}
    best = best_places(found, "latency_mean_h", count=3)
    assert best["country"].is_unique
    assert best["latency_mean_h"].is_monotonic_decreasing
    assert best["latency_mean_h"].iloc[0] == found.cells["latency_mean_h"].max()


def test_the_grid_has_the_gains_of_the_cells_where_they_lie(found):
    grid = found.grid()
    inside = grid["in_region"].to_numpy()
    assert inside.sum() == len(found.cells)
    row, column = np.nonzero(inside)
    assert grid["lat"].to_numpy()[row].tolist() == found.cells["latitude_deg"].tolist()
    assert grid["lon"].to_numpy()[column].tolist() == found.cells["longitude_deg"].tolist()
    for name in FIGURES:
        own = grid[f"gain_{name}"]
        assert own.to_numpy()[inside] == pytest.approx(found.cells[name].to_numpy())
        assert np.isnan(own.to_numpy()[~inside]).all()
    assert grid["gain_latency_mean_h"].attrs["units"] == "h"
    assert grid["gain_offered_gbit_per_day"].attrs["units"] == glossary.cf_unit("_gbit_per_day")
    kept = netcdf.decode(
        netcdf.encode(grid, span=Study(scenario()).span, attributes={"title": "host"})
    )
    assert kept["gain_latency_mean_h"].attrs["long_name"].startswith("gain of one more station")
    assert kept["gain_latency_mean_h"].attrs["grid_mapping"] == "crs"
    assert np.array_equal(kept["gain_age_mean_h"], grid["gain_age_mean_h"], equal_nan=True)


def test_a_list_of_cells_has_a_grid_of_one_dimension():
    cells = siting(scenario("regions.0.cells=healpix"), "host")
    grid = cells.grid()
    assert grid["gain_latency_mean_h"].dims == ("cell",)
    assert grid.sizes["cell"] == len(cells.cells)
    assert "healpix_index" in grid.coords


def test_threads_and_lots_change_nothing(monkeypatch, found):
    monkeypatch.setattr("simulator.worth.sites._LOT", 3)
    assert siting(scenario(), "host", workers=Threads(2)).cells.equals(found.cells)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"region": "hosts"}, r"'hosts' is no region of the scenario; it has host; did you mean"),
        ({"region": "host", "baseline": "hom"}, "'hom' is no network .* did you mean 'home'"),
    ],
)
def test_names_that_are_not_there_are_answered_with_those_that_are(asked, message):
    with pytest.raises(InputError, match=message):
        siting(scenario(), **asked)
