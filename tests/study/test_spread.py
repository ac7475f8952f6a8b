"""Spread: the same draws for every network, whatever the threads; chance apart from difference."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator.errors import InputError
from simulator.orbits import builders, elements
from simulator.orbits.tracks import track
from simulator.processes import ProcessPool
from simulator.scenario import loads
from simulator.study import draws, networks
from simulator.study import spread as spreads
from simulator.study.case import span_of
from simulator.study.events import find_events
from simulator.study.runs import run
from simulator.workers import Later, Threads
from tests import made

TEXT = made.text(days=4.0, uncertainty={"draws": 4})


def spread_of(scenario, workers=None):
    return spreads.spread(scenario, spreads.drawn_figures(scenario, workers))


def spread(scenario, workers=None):
    return spread_of(scenario, workers).of_networks


def scenario(*overrides):
    return made.scenario(TEXT, *overrides).resolve()


@pytest.fixture(scope="module")
def drawn():
    return spread(scenario(), Threads(1))


def test_draws_are_the_same_whatever_the_number_of_threads(drawn):
    assert drawn.equals(spread(scenario(), Threads(3)))


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


UNKNOWNS = """
[[unknowns]]
name = "rate"
values = { "satellites.0.downlink_rate_mbps" = { uniform = [0.2, 4.0] } }
[[unknowns]]
name = "masks"
values = { "networks.*.stations.*.min_elevation_deg" = { uniform = [0.0, 20.0] } }
"""


def with_unknowns(*overrides):
    return made.scenario(made.text(UNKNOWNS, days=3.0, uncertainty={"draws": 12}), *overrides)


@pytest.fixture(scope="module")
def over_unknowns():
    return spread_of(with_unknowns().resolve(), Threads(2))


def test_a_draw_of_unknowns_is_the_run_of_a_scenario_with_its_values():
    resolved = with_unknowns("uncertainty.phase=false").resolve()
    shares = draws.shares_of(resolved)
    assert shares.shape == (12, 2)
    drawn = draws.drawn_studies(resolved)(5)
    rate, mask_deg = float(0.2 + 3.8 * shares[5, 0]), float(20.0 * shares[5, 1])
    assert drawn.scenario.satellites[0].downlink_rate_mbps == pytest.approx(rate)
    assert {s.min_elevation_deg for n in drawn.scenario.networks for s in n.stations} == {mask_deg}
    assert (drawn.scenario.seed, drawn.span) == (5, span_of(resolved))
    written = with_unknowns(
        "unknowns=[]",
        "seed=5",
        f"satellites.0.downlink_rate_mbps={rate!r}",
        *(
            f"networks.{n}.stations.{station.name}.min_elevation_deg={mask_deg!r}"
            for n, network in enumerate(resolved.networks)
            for station in network.stations
        ),
    )
    by_draw = networks.all_figures(drawn, find_events(drawn, for_tables=False))
    table = run(written).networks
    for figure in ("contact_minutes_per_day", "latency_mean_h", "age_mean_h"):
        assert [f[figure] for f in by_draw] == pytest.approx(table[figure].tolist(), rel=1e-9)


def test_a_run_at_a_draw_is_the_study_of_that_draw_and_can_be_repeated_from_what_it_keeps():
    drawn = draws.drawn_studies(with_unknowns().resolve())(7)
    expected = networks.all_figures(drawn, find_events(drawn, for_tables=False))
    results = run(with_unknowns("draw=7"))
    again = run(loads(results.scenario_toml, origin="kept", folder=Path()))
    for table in (results.networks, again.networks):
        for figure in ("contact_minutes_per_day", "latency_mean_h", "age_mean_h"):
            assert table[figure].tolist() == pytest.approx([f[figure] for f in expected], rel=1e-9)
    assert results.spread.empty
    kept = loads(results.scenario_toml, origin="kept", folder=Path())
    assert (kept.unknowns, kept.draw, kept.seed) == ((), None, 7)
    assert kept.phase_deg == pytest.approx(360.0 * draws.shares_of(with_unknowns().resolve())[7, 0])


def test_a_phase_that_is_written_and_drawn_is_that_of_its_draw_and_of_the_run_at_it():
    text = made.text(
        """
        [[unknowns]]
        name = "ahead"
        values = { phase_deg = { uniform = [20.0, 40.0] } }
        """,
        days=3.0,
        uncertainty={"draws": 12},
    )
    resolved = made.scenario(text).resolve()
    turned, own = draws.shares_of(resolved)[7]
    expected_deg = (360.0 * turned + 20.0 + 20.0 * own) % 360.0
    assert draws.drawn_studies(resolved)(7).scenario.phase_deg == pytest.approx(expected_deg)
    at_draw = draws.at_its_draw(made.scenario(text, "draw=7").resolve())
    assert at_draw.phase_deg == pytest.approx(expected_deg)


def test_a_draw_that_there_is_not_is_refused():
    with pytest.raises(InputError, match="12 is none of the 12 draws of uncertainty; allowed 0 to"):
        with_unknowns("draw=12")


def test_what_moves_a_figure_is_named_and_what_does_not_explains_nothing(over_unknowns):
    columns = ["network", "figure", "quantity", "unknown"]
    table = over_unknowns.by_unknown.set_index(columns).sort_index()
    minutes = table.loc[("dprk", "contact_minutes_per_day", "value")]
    assert minutes.loc["masks", "explained_share"] > 0.8
    assert minutes.loc["masks", ["lowest_at", "highest_at"]].tolist() == ["18 deg", "2 deg"]
    assert minutes.loc["masks", "lowest"] < minutes.loc["masks", "highest"]
    assert minutes.loc["rate", "explained_share"] < 0.4
    assert set(over_unknowns.by_unknown["unknown"]) == {"orbit phase", "rate", "masks"}
    # Ratios are those of the other networks alone.
    assert ("dprk", "latency_mean_h", "ratio", "rate") not in table.index
    assert ("dprk+russia", "latency_mean_h", "ratio", "rate") in table.index


def test_targets_have_a_spread_of_their_own(over_unknowns):
    table = over_unknowns.of_targets
    assert set(table["target"]) == {"osan", "andersen"}
    assert (table["low"] <= table["median"]).all()
    assert (table["draws"] == 12).any()


def test_unknowns_are_drawn_the_same_whatever_the_number_of_threads(over_unknowns):
    again = spread_of(with_unknowns().resolve(), Threads(1))
    for one, other in zip(over_unknowns, again, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_processes_find_the_same_bits(over_unknowns):
    with ProcessPool(2, modules=["simulator.study.spread"]) as processes:
        again = spread_of(with_unknowns().resolve(), processes)
    for one, other in zip(over_unknowns, again, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_a_draw_begins_no_threads_of_its_own(monkeypatch):
    def refuse(*_):
        raise AssertionError("a thread")

    # Long enough for a search to be shared out.
    text = made.text(days=9.0, uncertainty={"draws": 1})
    found = spreads.drawn_figures(made.scenario(text).resolve(), Threads(1))
    monkeypatch.setattr("simulator.workers.ThreadPoolExecutor", refuse)
    assert len(list(found)) == 1


class Begun:
    """Workers that note when they begin, which is at once."""

    def __init__(self):
        self.parts = []

    def map(self, work, items):
        self.parts += items
        return map(work, items)


def test_workers_begin_with_the_run_unless_they_are_to_begin_later():
    for first, workers in ((True, Begun()), (False, Begun())):
        found = spreads.drawn_figures(scenario(), workers if first else Later(workers))
        assert bool(workers.parts) is first
        assert len(list(found)) == 4
        assert [number for part in workers.parts for number in part] == [0, 1, 2, 3]


def test_a_fault_of_a_draw_is_told_by_processes_as_by_this_one():
    unknowns = """
    [[unknowns]]
    name = "least"
    values = { "satellites.0.sensor.min_off_nadir_deg" = { uniform = [0.0, 20.0] } }
    [[unknowns]]
    name = "most"
    values = { "satellites.0.sensor.max_off_nadir_deg" = { uniform = [5.0, 45.0] } }
    """
    sensor = {"catalog": "malligyong_press", "min_off_nadir_deg": 3.0}
    text = made.text(unknowns, days=0.2, satellite={"sensor": sensor}, uncertainty={"draws": 40})
    resolved = made.scenario(text).resolve()
    told = []
    with ProcessPool(1, modules=["simulator.study.spread"]) as processes:
        for workers in (Threads(1), processes):
            with pytest.raises(InputError, match="is not above min_off_nadir_deg") as caught:
                list(spreads.drawn_figures(resolved, workers))
            told.append(caught.value.problems)
    assert told[0] == told[1]


def test_the_phase_alone_decides_nothing_that_could_be_compared():
    assert spread_of(scenario()).by_unknown.empty
