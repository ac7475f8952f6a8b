"""Values of members: held to a run of every set of them as a network of its own."""

from itertools import product

import numpy as np
import pytest

from simulator.network import single_arrivals
from simulator.worth import FIGURES, valuing
from simulator.worth.picture_figures import PICTURE_FIGURES
from tests.made_worth import all_sets, by_definition, figures_by_running, offers_of, study

BY_CONTACTS = FIGURES[len(PICTURE_FIGURES) :]


@pytest.fixture(scope="module")
def case():
    return study()


@pytest.fixture(scope="module")
def offered(case):
    return offers_of(case)


@pytest.fixture(scope="module")
def idle(offered):
    return valuing.idle_game(offered)


@pytest.fixture(scope="module")
def by_running(case, offered):
    sets = all_sets(len(offered.coalition.names))
    return sets, [figures_by_running(case, offered.coalition, row) for row in sets]


def test_the_members_are_what_the_network_has_beyond_its_baseline(offered):
    names = ("ussuriysk", "yakutsk", "kaliningrad", "yelizovo", "luch5v")
    assert offered.coalition.names == names


def test_figures_of_every_set_under_load_are_those_of_a_run_of_it(offered, idle, by_running):
    sets, expected = by_running
    values = valuing.loaded_figures(idle, offered)(sets)
    for column, name in enumerate(PICTURE_FIGURES):
        assert values[:, column] == pytest.approx([each[name] for each in expected]), name
    # The case is one in which members differ and pictures queue.
    assert np.ptp(values[:, 0]) > 0.1


def test_waits_silence_and_capacity_of_every_set_are_those_of_a_run_of_it(idle, by_running):
    sets, expected = by_running
    values = idle.figures(sets)
    for name in BY_CONTACTS:
        own = [each[name] for each in expected]
        if name == "next_command_mean_h":
            # A run's own mean is over its own instants: those before its last command window.
            assert values[0, FIGURES.index(name)] == pytest.approx(own[0])
            assert (values[:, FIGURES.index(name)] <= values[0, FIGURES.index(name)]).all()
        else:
            assert values[:, FIGURES.index(name)] == pytest.approx(own), name


def test_a_wait_for_a_command_is_over_the_instants_before_the_baselines_last(offered, idle):
    # By a fine grid of instants, each waiting for the next window of the set's own contacts.
    of, span_s = offered.coalition, offered.study.span.duration_s
    for chosen in (np.zeros(5, bool), np.array([0, 1, 0, 0, 0], bool), np.ones(5, bool)):
        last_s = offered.of(np.zeros(5, bool)).commands_s(0)[-1, 1]
        windows = offered.of(chosen).commands_s(0)
        instants = np.arange(0.5, min(last_s, span_s), 1.0)
        place = np.searchsorted(windows[:, 1], instants, side="right")
        wait = np.maximum(windows[place, 0] - instants, 0.0).mean() / 3_600.0
        column = FIGURES.index("next_command_mean_h")
        assert idle.figures(chosen[None])[0, column] == pytest.approx(wait, abs=1e-4)
    assert of.names[2] == "kaliningrad"  # has no command role, so it saves no wait
    alone = idle.figures(np.array([[0, 0, 1, 0, 0]], bool))
    assert alone[0, column] == idle.figures(np.zeros((1, 5), bool))[0, column]


def test_arrivals_of_an_idle_set_are_the_earliest_of_its_members(offered, idle):
    pictures = offered.pictures
    for chosen in product([False, True], repeat=5):
        row = np.array(chosen)
        whole = single_arrivals(offered.study.fleet, offered.of(row))[0](pictures.taken_s)
        table = np.vstack([idle.arrival_s[:1], idle.arrival_s[1:][row]])
        # Split over two members a picture may arrive earlier than whole through either.
        assert (whole <= table.min(axis=0) + 1e-6).all()
        split = whole < table.min(axis=0) - 1e-6
        assert split.mean() < 0.1


def test_values_are_those_by_definition_over_every_set(idle):
    expected = by_definition(lambda sets: valuing.GAIN_SIGN * idle.figures(sets), 5)
    values = valuing.idle_values(idle, orders=4, seed=3)
    assert values.shapley == pytest.approx(expected, abs=1e-9)
    assert values.shapley.sum(axis=0) == pytest.approx(values.gain, abs=1e-9)
    assert values.is_exact.all()


def test_values_of_many_members_are_sampled_but_for_means_of_the_least(monkeypatch, idle):
    monkeypatch.setattr("simulator.worth.games.MOST_EXACT", 0)
    monkeypatch.setattr(valuing, "MOST_EXACT", 0)
    values = valuing.idle_values(idle, orders=400, seed=3)
    expected = by_definition(lambda sets: valuing.GAIN_SIGN * idle.figures(sets), 5)
    assert (np.abs(values.shapley - expected) <= 4.5 * values.error + 1e-9).all()
    assert values.shapley.sum(axis=0) == pytest.approx(values.gain, abs=1e-9)
    exact = [name for name, is_exact in zip(FIGURES, values.is_exact, strict=True) if is_exact]
    assert exact == [
        "latency_mean_h",
        "delivered_within_1h_share",
        "age_mean_h",
        "next_command_mean_h",
        "offered_gbit_per_day",
    ]


@pytest.mark.parametrize("most_exact", [8, 0])
def test_loaded_values_are_those_by_definition_over_every_set(
    monkeypatch, idle, offered, most_exact
):
    monkeypatch.setattr("simulator.worth.games.MOST_EXACT", most_exact)
    figures = valuing.loaded_figures(idle, offered)
    values = valuing.loaded_values(figures, 5, orders=60, seed=3)
    sign = valuing.GAIN_SIGN[: len(PICTURE_FIGURES)]
    expected = by_definition(lambda sets: sign * figures(sets), 5)
    assert (np.abs(values.shapley - expected) <= 4.5 * values.error + 1e-9).all()
    assert values.shapley.sum(axis=0) == pytest.approx(values.gain, abs=1e-9)
    sets = np.vstack([np.zeros(5, bool), np.eye(5, dtype=bool), ~np.eye(5, dtype=bool)])
    found = sign * figures(sets)
    assert values.alone == pytest.approx(found[1:6] - found[0], abs=1e-9)
    assert values.loss == pytest.approx(values.gain + found[0] - found[6:], abs=1e-9)
