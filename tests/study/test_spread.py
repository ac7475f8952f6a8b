"""Spread: the same draws for every network, whatever the threads; chance apart from difference."""

import numpy as np
import pytest

from simulator.orbits import builders, elements
from simulator.orbits.tracks import track
from simulator.study.case import span_of
from simulator.study.runs import run
from simulator.study.spread import spread
from tests import made

TEXT = made.text(days=4.0, uncertainty={"draws": 4})


def scenario(*overrides):
    return made.scenario(TEXT, *overrides).resolve()


@pytest.fixture(scope="module")
def drawn():
    return spread(scenario(), workers=1)


def test_draws_are_the_same_whatever_the_number_of_threads(drawn):
    assert drawn.equals(spread(scenario(), workers=3))


def test_draws_are_runs_at_evenly_spread_phases_and_the_seeds_that_follow():
    # The host of every network grants half of the contacts, so that the seed matters.
    orbit = {"kind": "keplerian", "perigee_km": 500.0, "apogee_km": 500.0}
    orbit |= {"inclination_deg": 97.4, "raan_deg": 225.0, "mean_anomaly_deg": 10.0}
    half = [{"catalog": name, "availability": 0.5} for name in ("pgscc", "otradnoye")]
    text = made.text(
        networks=[{"catalog": "dprk+russia", "name": "a"}, {"name": "b", "stations": half}],
        baseline="b",
        seed=5,
        uncertainty={"draws": 3, "share": 0.8},
        satellite={"orbit": orbit},
    )
    table = spread(made.scenario(text).resolve())
    offset = np.random.default_rng(5).random()
    phases_deg = [10.0 + 120.0 * (number + offset) for number in range(3)]
    runs = [
        run(
            made.scenario(
                text,
                f"seed={5 + number}",
                f"satellites.0.orbit.mean_anomaly_deg={phase_deg}",
                "uncertainty.draws=0",
            )
        ).networks.set_index("network")
        for number, phase_deg in enumerate(phases_deg)
    ]
    for figure in ("contact_minutes_per_day", "contacts_per_day", "longest_silence_h"):
        a, b = (np.array([r.loc[name, figure] for r in runs], dtype=float) for name in "ab")
        assert len(set(b)) > 1
        for name, values in (("a", a), ("b", b)):
            row = table.set_index(["network", "figure"]).loc[(name, figure)]
            computed = [row["low"], row["median"], row["high"]]
            assert computed == pytest.approx(np.quantile(values, [0.1, 0.5, 0.9]), rel=1e-6)
            computed = [row["ratio_low"], row["ratio_median"], row["ratio_high"]]
            assert computed == pytest.approx(np.quantile(values / b, [0.1, 0.5, 0.9]), rel=1e-6)


def test_the_baseline_is_to_itself_as_one_to_one(drawn):
    own = drawn[(drawn["network"] == "dprk") & (drawn["figure"] == "contact_minutes_per_day")]
    assert own[["ratio_low", "ratio_median", "ratio_high"]].to_numpy().tolist() == [[1.0, 1.0, 1.0]]
    assert (own["draws"] == 4).all()


def test_a_difference_between_networks_stands_out_of_the_spread(drawn):
    minutes = drawn.set_index(["network", "figure"]).loc[("dprk+russia", "contact_minutes_per_day")]
    assert 5.0 < minutes["ratio_low"] <= minutes["ratio_median"] <= minutes["ratio_high"] < 12.0
    silence = drawn.set_index(["network", "figure"]).loc[("dprk+russia", "longest_silence_h")]
    assert silence["ratio_high"] < 0.5


def test_without_draws_there_is_no_spread():
    assert spread(scenario("uncertainty.draws=0")).empty


def test_results_keep_the_spread():
    results = run(scenario())
    assert set(results.spread["network"]) == {"dprk", "dprk+russia"}


def test_a_satellite_moved_by_a_whole_turn_is_where_it_was_and_by_half_a_turn_across():
    only = builders.from_scenario(scenario())[0][0]
    span = span_of(scenario())
    state, turned, across = (
        track(elements.advanced(only, angle), span, end_s=600.0).state[0, :3]
        for angle in (0.0, 360.0, 180.0)
    )
    assert np.allclose(state, turned, atol=1e-3)
    assert np.linalg.norm(state + across) < 0.01 * np.linalg.norm(state)
