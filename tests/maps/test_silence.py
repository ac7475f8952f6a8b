"""A drawing that would say nothing is left out, with a sentence that says why."""

from dataclasses import replace

from simulator.maps import all_drawings, sentence, silent
from tests.made_run import RUN, emptied


def alike(run, variable):
    """The run with the same time of every cell with every network."""
    grids = {}
    for name, grid in run.grids.items():
        times = grid[variable].copy()
        times[:] = times[0]
        grids[name] = grid.assign({variable: times})
    return replace(run, grids=grids)


def test_networks_that_differ_in_no_cell_are_not_compared_on_a_map():
    assert silent(RUN) == []
    run = alike(RUN, "cell_age_mean_h")
    [drawing] = silent(run)
    assert sentence(drawing) == (
        "not drawn: age-difference of korean_peninsula, since the newest picture of every "
        "cell is as old with every network"
    )
    [planned] = all_drawings.shared_out(run, 1)
    names = [drawing.name for drawing in planned]
    assert "age-difference" not in names
    assert "response-difference" in names


def test_a_cell_that_one_network_alone_serves_is_a_difference():
    run = alike(RUN, "cell_age_mean_h")
    [(name, grid)] = run.grids.items()
    times = grid["cell_age_mean_h"].copy()
    known = [int(place[0]) for place in times[0].notnull().to_numpy().nonzero()]
    times[(0, *known)] = float("nan")
    assert silent(replace(run, grids={name: grid.assign(cell_age_mean_h=times)})) == []


def test_a_run_without_any_event_has_no_timeline():
    assert "timeline" in [drawing.name for drawing in silent(emptied(RUN))]


def test_a_region_is_named_as_the_catalogue_names_it():
    entry = {"kind": "regions", "id": "korean_peninsula", "name": "Korean Peninsula"}
    run = replace(alike(RUN, "cell_age_mean_h"), provenance={"catalogue": [entry]})
    assert "age-difference of Korean Peninsula, since" in sentence(silent(run)[0])
