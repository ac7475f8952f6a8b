"""The worth of members over a scenario and its draws, as tables."""

from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
import pytest

from simulator import report
from simulator.errors import InputError
from simulator.study import drawn_studies
from simulator.workers import Threads
from simulator.worth import FIGURES, LOADED, valuing, worth
from tests import made
from tests.made_worth import TEXT, offers_of

PART = ("latency_mean_h", "response_mean_h", "longest_silence_h")


def scenario(*overrides):
    return made.scenario(TEXT, "span.days=2.0", "uncertainty.draws=3", *overrides)


@pytest.fixture(scope="module")
def found():
    return worth(scenario(), orders=20, loaded_orders=8)


def test_the_values_of_the_members_add_up_to_the_gain(found):
    for row in found.figures.to_dict(orient="records"):
        own = found.members[
            (found.members["figure"] == row["figure"]) & (found.members["load"] == row["load"])
        ]
        assert len(own) == 5
        assert own["shapley"].sum() == pytest.approx(row["gain"], abs=1e-9)
    assert set(found.figures["figure"]) == set(FIGURES)


def test_a_range_is_over_the_draws_of_the_phase(found):
    gains = []
    for number in range(3):
        case = drawn_studies(scenario())(number)
        offered = offers_of(case)
        figures = valuing.loaded_figures(valuing.idle_game(offered), offered)
        gains.append(-np.diff(figures(np.array([[0] * 5, [1] * 5], bool))[:, 0])[0])
    low, high = np.quantile(gains, [0.05, 0.95])
    row = found.figures[
        (found.figures["figure"] == "latency_mean_h") & (found.figures["load"] == LOADED)
    ].iloc[0]
    assert (row["gain_low"], row["gain_high"]) == pytest.approx((low, high))
    assert found.draws == 3


def test_first_places_of_all_members_add_up_to_the_draws_with_a_gain(found):
    firsts = found.members.groupby(["figure", "load"])["first_share"].sum()
    assert ((firsts < 1.0 + 1e-9) & (firsts >= 0.0)).all()
    assert firsts["next_command_mean_h", "idle"] == pytest.approx(1.0)


def test_sets_reach_what_they_are_to_reach(found):
    assert (found.sets["share"] >= found.reach - 1e-9).all()
    assert found.sets["reaching_draws_share"].between(0.0, 1.0).all()
    assert (found.sets["members"].str.count(",") + 1 == found.sets["size"]).all()


def test_the_loss_of_all_members_costs_the_whole_gain(found):
    losses = found.losses[found.losses["lost"] == 5].set_index(["figure", "load"])
    gains = found.figures.set_index(["figure", "load"])["gain"]
    assert len(losses)
    for key, cost in losses["cost"].items():
        assert cost == pytest.approx(gains[key])
    assert losses["is_proven"].all()


def test_the_worst_loss_of_one_is_that_of_the_members(found):
    losses = found.losses[found.losses["lost"] == 1]
    for row in losses.to_dict(orient="records"):
        own = found.members[
            (found.members["figure"] == row["figure"]) & (found.members["load"] == row["load"])
        ]
        assert own["loss"].max() == pytest.approx(row["cost"], abs=1e-9)


def test_processes_find_what_threads_find():
    one = worth(scenario(), figures=PART, orders=8, loaded_orders=4, workers=Threads(1))
    with ProcessPoolExecutor(2) as pool:
        many = worth(scenario(), figures=PART, orders=8, loaded_orders=4, workers=pool)
    for name in ("figures", "members", "sets", "losses"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(many, name))
    assert list(dict.fromkeys(one.figures["figure"])) == list(PART)


def test_without_draws_there_are_no_ranges():
    lone = worth(scenario("uncertainty.draws=0"), figures=PART[:1], orders=4, loaded_orders=4)
    assert lone.draws == 0
    assert lone.members[["alone_low", "first_share"]].isna().all(axis=None)
    assert lone.members["alone"].notna().all()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"network": "helpd"}, r"'helpd' is no network .*; did you mean 'helped'\?"),
        ({"baseline": "hom"}, "'hom' is no network of the scenario; it has home, helped"),
        ({"figures": ["latency_mean"]}, "'latency_mean' is no figure that worth knows"),
    ],
)
def test_names_that_are_not_there_are_answered_with_those_that_are(asked, message):
    with pytest.raises(InputError, match=message):
        worth(scenario(), **asked)


def test_a_scenario_of_one_network_has_nothing_to_compare():
    lone = scenario().model_copy(update={"networks": scenario().networks[:1]})
    with pytest.raises(InputError, match="has 1 networks; worth compares one with a baseline"):
        worth(lone)


def test_a_baseline_that_serves_nothing_leaves_figures_without_a_number():
    # A mute baseline: nothing is delivered, so that there is no latency to better.
    mute = [f"networks.{n}.stations.0.min_elevation_deg=89.9" for n in (0, 1)]
    found = worth(
        scenario("uncertainty.draws=0", *mute), network="helped", orders=4, loaded_orders=4
    )
    figures = found.figures.set_index(["figure", "load"])
    members = found.members.set_index(["figure", "load"])
    for name in ("latency_mean_h", "response_mean_h", "age_mean_h", "next_command_mean_h"):
        assert np.isnan(figures.loc[(name, "idle"), "gain"])
        assert members.loc[(name, "idle"), ["alone", "loss", "shapley"]].isna().all(axis=None)
    assert figures.loc[("delivered_within_1h_share", "idle"), "baseline"] == 0.0
    assert figures.loc[("longest_silence_h", "idle"), "baseline"] == 48.0
    assert figures.loc[("offered_gbit_per_day", "idle"), "gain"] > 0.0
    assert set(found.sets["figure"]) == {
        "delivered_within_1h_share",
        "longest_silence_h",
        "offered_gbit_per_day",
    }
    text = report.worth_text(found)
    assert "nan" not in text
    assert "latency, mean" in text
