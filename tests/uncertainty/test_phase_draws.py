"""Spread: the same draws for every network, whatever the threads; luck told from difference."""

from pathlib import Path

import numpy as np
import pytest

from simulator.orbits import builders, elements
from simulator.orbits.tracks import track
from simulator.scenario import loads
from simulator.study.case import span_of
from simulator.study.runs import run
from simulator.study.spread import spread

TEXT = """
schema_version = 1
title = "drawn"
targets = ["osan", "andersen"]
networks = ["dprk", "dprk+russia"]
uncertainty = {draws = 4}
[span]
start = 2023-11-22T00:00:00Z
days = 4.0
[[satellites]]
name = "M"
sensor = "malligyong_press"
downlink_rate_mbps = 2.0
[satellites.orbit]
kind = "launch"
launch = "malligyong1_nov23"
"""


def scenario(*overrides):
    return loads(TEXT, origin="test", folder=Path("."), overrides=overrides).resolve()


@pytest.fixture(scope="module")
def drawn():
    return spread(scenario(), workers=1)


def test_draws_are_the_same_whatever_the_number_of_threads(drawn):
    assert drawn.equals(spread(scenario(), workers=3))


def test_draws_are_runs_at_evenly_spread_phases_and_the_seeds_that_follow():
    # The host of every network grants half of the contacts, so that the seed matters.
    text = TEXT.replace("draws = 4", "draws = 3, share = 0.8").replace("days = 4.0", "days = 2.0")
    text = text.split("[satellites.orbit]")[0] + (
        '[satellites.orbit]\nkind = "keplerian"\nperigee_km = 500.0\napogee_km = 500.0\n'
        "inclination_deg = 97.4\nraan_deg = 225.0\nmean_anomaly_deg = 10.0\n"
    )
    text = text.replace(
        'networks = ["dprk", "dprk+russia"]',
        'networks = [{catalog = "dprk+russia", name = "a"}, {name = "b", stations = '
        '[{catalog = "pgscc", availability = 0.5}, {catalog = "otradnoye", availability = 0.5}]}]'
        '\nbaseline = "b"\nseed = 5',
    )
    found = spread(loads(text, origin="test", folder=Path(".")).resolve())
    offset = np.random.default_rng(5).random()
    runs = [
        run(
            loads(
                text.replace("seed = 5", f"seed = {5 + number}").replace(
                    "mean_anomaly_deg = 10.0",
                    f"mean_anomaly_deg = {10.0 + 120.0 * (number + offset)}",
                ),
                origin="test",
                folder=Path("."),
                overrides=["uncertainty.draws=0"],
            )
        ).networks.set_index("network")
        for number in range(3)
    ]
    for figure in ("contact_minutes_per_day", "contacts_per_day", "longest_silence_h"):
        a, b = (np.array([r.loc[name, figure] for r in runs], dtype=float) for name in "ab")
        assert len(set(b)) > 1
        for name, values in (("a", a), ("b", b)):
            row = found.set_index(["network", "figure"]).loc[(name, figure)]
            told = [row["low"], row["median"], row["high"]]
            assert told == pytest.approx(np.quantile(values, [0.1, 0.5, 0.9]), rel=1e-6)
            told = [row["ratio_low"], row["ratio_median"], row["ratio_high"]]
            assert told == pytest.approx(np.quantile(values / b, [0.1, 0.5, 0.9]), rel=1e-6)


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
    found = run(scenario())
    assert set(found.spread["network"]) == {"dprk", "dprk+russia"}


def test_a_satellite_moved_by_a_whole_turn_is_where_it_was_and_by_half_a_turn_across():
    only = builders.from_scenario(scenario())[0][0]
    span = span_of(scenario())
    here, same, across = (
        track(elements.advanced(only, angle), span, end_s=600.0).state[0, :3]
        for angle in (0.0, 360.0, 180.0)
    )
    assert np.allclose(here, same, atol=1e-3)
    assert np.linalg.norm(here + across) < 0.01 * np.linalg.norm(here)
