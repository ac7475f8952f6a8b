"""Plans of sweeps: which points they have, in which order, and what is refused before any runs."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.scenario import load, loads, to_toml, toml_text
from simulator.study.runs import figures
from simulator.sweep import Axis, axis, plan
from tests.made_sweeps import ALTITUDE, RATE, REGARD, SCENARIO


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a=1,2.5", (1, 2.5)),
        ("a=400:800:5", (400, 500, 600, 700, 800)),
        ("a=0:1:3", (0.0, 0.5, 1.0)),
        ('a="x","y,z"', ("x", "y,z")),
        ("a=dprk,dprk+russia", ("dprk", "dprk+russia")),
        ('a=["dprk"],["dprk","dprk+russia"]', (["dprk"], ["dprk", "dprk+russia"])),
        ("a=true,false", (True, False)),
    ],
)
def test_an_axis_is_a_list_or_evenly_spaced(text, values):
    parsed = axis(text)
    assert parsed == Axis("a", values)
    assert [type(v) for v in parsed.values] == [type(v) for v in values]


@pytest.mark.parametrize("text", ["a", "a=", "=1", "a=5:1", "a=1:2:1", "a=1:2:0", "a=1:2:99999999"])
def test_what_is_no_axis_is_refused(text):
    with pytest.raises(InputError, match=r"a|path"):
        axis(text)


@given(
    st.one_of(
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(-(2**60), 2**60),
        st.booleans(),
        st.text(st.characters(exclude_categories=["Cs"])),
        st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
        st.dictionaries(st.text("abc. ", min_size=1), st.integers(0, 9)),
    )
)
def test_a_value_written_as_toml_reads_back(value):
    import tomllib

    assert tomllib.loads(f"v = {toml_text(value)}")["v"] == value


def test_a_grid_is_every_combination_with_the_last_key_fastest(file):
    planned = plan(file, [f"{ALTITUDE}=400,500", f"{RATE}=1,2,3"])
    assert planned.values == ((400, 1), (400, 2), (400, 3), (500, 1), (500, 2), (500, 3))
    assert len(set(planned.keys)) == 6


def test_points_that_share_an_orbit_run_together(file):
    planned = plan(file, [f"{RATE}=1,2,3", f"{ALTITUDE}=400,500"])
    groups = [planned.values[point][1] for point in planned.order()]
    assert groups == [400, 400, 400, 500, 500, 500]


def test_zipped_values_stand_side_by_side(file):
    planned = plan(file, [f"{ALTITUDE}=400,500", f"{RATE}=1,2"], mode="zip")
    assert planned.values == ((400, 1), (500, 2))
    with pytest.raises(InputError, match="as many"):
        plan(file, [f"{ALTITUDE}=400,500", f"{RATE}=1,2,3"], mode="zip")


@pytest.mark.parametrize("method", ["sobol", "latin", "random"])
def test_a_sample_fills_ranges_and_lists_and_is_the_same_for_a_seed(file, method):
    axes = [f"{ALTITUDE}=400:800", f"{RATE}=1,2"]
    first, second = (plan(file, axes, sample=20, method=method, seed=s) for s in (1, 2))
    assert (
        first.values == plan(file, axes, sample=20, method=method, seed=1).values != second.values
    )
    altitudes = np.array([a for a, _ in first.values])
    assert len(first) == 20
    assert altitudes.min() < 500 < 700 < altitudes.max()
    assert {rate for _, rate in first.values} == {1, 2}


def test_a_latin_sample_has_one_point_in_each_slice(file):
    # McKay, Beckman and Conover 1979: each of N equal slices of each key holds one point.
    planned = plan(file, [f"{ALTITUDE}=400:800"], sample=16, method="latin")
    slices = sorted(int((altitude - 400) / 25) for (altitude,) in planned.values)
    assert slices == list(range(16))


def test_all_faults_of_all_points_are_reported_before_any_runs(file):
    with pytest.raises(InputError) as caught:
        plan(file, [f"{REGARD}=30,95,99", f"{RATE}=1,-1"])
    assert len(caught.value.problems) == 3
    assert "95 is above 90" in caught.value.problems[1] + caught.value.problems[2]
    assert "point 1" in caught.value.problems[0]
    assert "1 more" in caught.value.problems[-1]


def test_at_most_twenty_faults_are_shown(file):
    with pytest.raises(InputError) as caught:
        plan(file, [f"{REGARD}=91:130:40"])
    assert len(caught.value.problems) == 21
    assert caught.value.problems[-1] == "20 more faults"


@pytest.mark.parametrize(
    ("axes", "more", "words"),
    [
        ([], {}, "no key varies"),
        ([f"{RATE}=1,2", f"{RATE}=3"], {}, "twice"),
        (["sweep.seed=1,2"], {}, "sweep itself"),
        ([f"{RATE}=1:2"], {}, "--sample"),
        (["satelites.0.name=a,b"], {}, "satelites"),
        ([f"{RATE}=1:2:2000", f"{ALTITUDE}=400:500:2000"], {}, "4,000,000 points"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(file, axes, more, words):
    with pytest.raises(InputError, match=words):
        plan(file, axes, **more)


def test_the_scenario_may_hold_its_own_sweep_which_a_run_ignores(tmp_path):
    path = tmp_path / "own.toml"
    table = (
        f'\n[sweep]\nmode = "zip"\nvary = {{"{RATE}" = [1.0, 2.0], "{ALTITUDE}" = "400:500:2"}}\n'
    )
    path.write_text(SCENARIO + table)
    assert plan(path).values == ((1.0, 400), (2.0, 500))
    assert plan(path, [f"{RATE}=5,6"]).values == ((5,), (6,))
    scenario = load(path)
    assert loads(to_toml(scenario), origin="again", folder=tmp_path) == scenario
    plain = figures(loads(SCENARIO, origin="plain", folder=tmp_path))
    pd.testing.assert_frame_equal(figures(scenario).networks, plain.networks)


def test_a_faulty_sweep_table_is_reported(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(SCENARIO + '\n[sweep]\nmode = "sample"\nmethod = "sobel"\n')
    with pytest.raises(InputError, match="sobol"):
        plan(path)


def test_values_side_by_side_may_repeat(file) -> None:
    rate, angle = axis(f"{RATE}=1,1,2"), axis("satellites.0.sensor.max_off_nadir_deg=20,30,30")
    assert len(plan(file, [rate, angle], mode="zip")) == 3
    with pytest.raises(InputError, match="twice"):
        plan(file, [rate], mode="grid")
