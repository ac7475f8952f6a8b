"""A ladder against runs of scenario files written by hand, and its Shapley values by definition."""

from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
import pytest

from simulator.errors import InputError
from simulator.study import drawn_studies
from simulator.workers import Threads
from simulator.worth import RUNG_FIGURES, ladder
from simulator.worth.rung_figures import figures_of
from tests import made
from tests.made_ladders import HOME, ORBIT, SHARED, STEPS, TARGETS, TEXT, by_hand, values_by_hand
from tests.made_worth import by_definition

ORDER = [tuple(n < rung for n in range(4)) for rung in range(5)]


@pytest.fixture(scope="module")
def found():
    return ladder(made.scenario(TEXT))


def of(found, column, figure):
    return found.values.loc[found.values["figure"] == figure, column].to_numpy()


def test_each_rung_is_a_run_of_a_file_written_by_hand(found):
    expected = np.array([values_by_hand(*taken) for taken in ORDER])
    for number, figure in enumerate(RUNG_FIGURES):
        np.testing.assert_allclose(of(found, "value", figure), expected[:, number], rtol=1e-12)
    assert len(found.values) == 5 * len(RUNG_FIGURES)


def test_changes_are_from_the_rung_before_and_add_up(found):
    for row in found.figures.to_dict(orient="records"):
        changes = of(found, "change", row["figure"])
        values = of(found, "value", row["figure"])
        np.testing.assert_allclose(changes[1:], np.diff(values))
        assert np.isnan(changes[0])
        assert row["change"] == pytest.approx(values[-1] - values[0])
        assert (row["first"], row["last"]) == (values[0], values[-1])


def test_ranges_are_of_the_same_draws_on_both_rungs(found):
    drawn = np.array(
        [
            [
                figures_of(drawn_studies(by_hand(*taken).resolve())(n), RUNG_FIGURES)
                for n in range(3)
            ]
            for taken in ORDER
        ]
    )
    for number, figure in enumerate(RUNG_FIGURES):
        for column, values in (("value", drawn), ("change", np.diff(drawn, axis=0))):
            for rung, of_rung in enumerate(values[:, :, number], start=5 - len(values)):
                low, high = np.quantile(of_rung, [0.05, 0.95])
                row = [of(found, f"{column}_{end}", figure)[rung] for end in ("low", "high")]
                np.testing.assert_allclose(row, [low, high], rtol=1e-12, atol=1e-12)
    assert (found.draws, found.interval) == (3, 0.9)


def test_shapley_values_are_those_of_their_definition(found):
    nothing = values_by_hand(False, False, False, False)

    def game(sets):
        # Commands through a dish that is not there are nothing.
        return np.array([values_by_hand(a, b, c and b, d) - nothing for a, b, c, d in sets])

    expected = by_definition(game, 4)
    for number, figure in enumerate(RUNG_FIGURES):
        shapley = of(found, "shapley", figure)[1:]
        np.testing.assert_allclose(shapley, expected[:, number], rtol=1e-9, atol=1e-12)
        assert shapley.sum() == pytest.approx(of(found, "change", figure)[1:].sum())
    assert found.values["is_exact"].all()


def test_a_step_says_what_it_needs_and_where_it_is_from(found):
    rows = found.rungs.set_index("step")
    assert rows["needs"].to_dict() == {
        "before any step": "",
        "coarser": "",
        "dish": "",
        "commands": "dish",
        "two": "",
    }
    assert rows.loc["dish", ["date", "confidence", "source"]].tolist() == [
        "2024",
        "estimated",
        "a guess",
    ]
    assert set(rows["network"]) == {"home"}


def test_the_first_step_that_matters_changes_a_figure_beyond_its_range(found):
    firsts = found.figures.set_index("figure")["first_step"]
    assert firsts["best_gsd_m"] == "coarser"
    assert firsts["offered_gbit_per_day"] == "dish"
    # Of two satellites in three days chance has the last word.
    assert firsts["accesses_per_day"] == ""
    for row in found.values.to_dict(orient="records"):
        if row["matters"]:
            assert row["change_low"] > 0.0 or row["change_high"] < 0.0
    # A change of nothing never does.
    same = found.values[found.values["change"] == 0.0]
    assert len(same) and not same["matters"].any()


def test_processes_find_what_threads_find(found):
    asked = {"figures": ["latency_mean_h", "best_gsd_m"]}
    with ProcessPoolExecutor(2) as pool:
        many = ladder(made.scenario(TEXT), workers=pool, **asked)
    one = ladder(made.scenario(TEXT), workers=Threads(1), **asked)
    for name in ("rungs", "values", "figures"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(many, name))
    assert list(one.figures["figure"]) == ["best_gsd_m", "latency_mean_h"]


def test_without_draws_there_are_no_ranges_and_any_change_matters():
    lone = ladder(made.scenario(TEXT, "uncertainty.draws=0"), figures=["best_gsd_m"])
    assert lone.values[["value_low", "change_high"]].isna().all(axis=None)
    assert lone.figures["first_step"].tolist() == ["coarser"]


def test_beyond_eight_steps_values_are_sampled_with_an_error_and_still_add_up():
    names = ("yakutsk", "komsomolsk", "kaliningrad", "yelizovo", "murmansk", "samara", "barnaul")
    names = (*names, "anadyr", "sohae_gs")
    steps = "".join(
        f'[[steps]]\nname = "{n}"\nadd = {{ "networks.home.stations" = ["{n}"] }}\n' for n in names
    )
    scenario = made.scenario(made.text(HOME.format("") + steps, **SHARED | {"days": 0.5}))
    found = ladder(scenario, figures=["offered_gbit_per_day"], orders=6)
    value = of(found, "shapley", "offered_gbit_per_day")[1:]
    assert value.sum() == pytest.approx(of(found, "change", "offered_gbit_per_day")[1:].sum())
    assert of(found, "error", "offered_gbit_per_day")[1:].max() > 0.0
    assert not found.values["is_exact"][1:].any()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"network": "hom"}, "'hom' is no network before any step; there is home"),
        (
            {"figures": ["latency_mean"]},
            "'latency_mean' is no figure that a ladder knows; they are",
        ),
    ],
)
def test_names_that_are_not_there_are_answered_with_those_that_are(asked, message):
    with pytest.raises(InputError, match=message):
        ladder(made.scenario(TEXT), **asked)


def test_a_network_named_is_looked_at_on_every_rung():
    text = made.text(STEPS.replace("home", "dprk").replace("ORBIT", ORBIT), targets=TARGETS)
    found = ladder(made.scenario(text), network="dprk+russia", figures=["latency_mean_h"])
    assert set(found.rungs["network"]) == {"dprk+russia"}
    # Yakutsk is there from the start: the dish adds nothing.
    assert of(found, "change", "latency_mean_h")[2] == 0.0


def test_a_ladder_needs_targets():
    text = made.text(made.BOX + STEPS.replace("home", "dprk").replace("ORBIT", ORBIT), targets=[])
    with pytest.raises(InputError, match="has no target"):
        ladder(made.scenario(text))


def test_without_networks_a_ladder_is_of_targets():
    step = '[[steps]]\nname = "finer"\nset = { "satellites.0.sensor.gsd_m" = 1.0 }\n'
    found = ladder(made.scenario(made.text(step, networks=None)))
    assert found.figures["figure"].tolist() == list(RUNG_FIGURES[:3])
    assert found.figures["first_step"].tolist() == ["", "finer", "finer"]


def test_a_figure_that_comes_with_a_step_matters():
    # A network that receives nothing before the second step.
    text = made.text(
        '\n[[networks]]\nname = "home"\nstations = ['
        '{ catalog = "pgscc", min_elevation_deg = 89.9 }]\n' + STEPS.replace("ORBIT", ORBIT),
        **SHARED,
    )
    found = ladder(made.scenario(text), figures=["latency_mean_h"])
    assert np.isnan(of(found, "value", "latency_mean_h")[1])
    assert found.figures["first_step"].tolist() == ["dish"]
