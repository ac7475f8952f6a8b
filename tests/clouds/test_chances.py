"""The chance that one of some looks shows its place: closed forms and skies drawn one by one."""

import math

import numpy as np
import pytest

from simulator import ragged
from simulator.clouds import chance_shown, looks_under
from tests.made_skies import mean_and_error, skies


def looks_at(at_s, clear, persistence_s, **kinds):
    at_s = np.asarray(at_s, float)
    clear = np.broadcast_to(np.asarray(clear, float), at_s.shape)
    place = np.zeros(len(at_s), np.int64)
    return looks_under(place, at_s, clear, persistence_s=persistence_s, places=1, **kinds)


def test_independent_looks_multiply():
    looks = looks_at([0.0, 10.0, 20.0], [0.2, 0.5, 0.3], 0.0)
    shown = chance_shown(looks, np.array([0, 1, 0]), np.array([3, 2, 0]))
    assert shown.tolist() == pytest.approx([1.0 - 0.8 * 0.5 * 0.7, 1.0 - 0.5 * 0.7, 0.0])


def test_two_looks_of_a_lasting_sky_are_between_one_look_and_two():
    for gap_s in (0.0, 5.0, 50.0, 5_000.0):
        looks = looks_at([0.0, gap_s], 0.4, 50.0)
        # Both are cloudy if the first is, and the sky stays or is drawn cloudy again.
        kept = math.exp(-gap_s / 50.0)
        expected = 1.0 - 0.6 * (kept + (1.0 - kept) * 0.6)
        assert chance_shown(looks, np.array([0]), np.array([2]))[0] == pytest.approx(expected)


def test_a_radar_shows_and_a_useless_look_does_not():
    looks = looks_at(
        [0.0, 1.0],
        0.0,
        50.0,
        weatherproof=np.array([True, True]),
        useful=np.array([False, True]),
    )
    shown = chance_shown(looks, np.array([0, 1]), np.array([1, 1]))
    assert shown.tolist() == [0.0, 1.0]


@pytest.mark.parametrize("persistence_s", [0.0, 30.0])
def test_chances_are_those_of_many_skies_drawn_one_by_one(persistence_s):
    rng = np.random.default_rng(5)
    at_s = np.sort(rng.uniform(0.0, 200.0, 10))
    clear = rng.choice([0.1, 0.3], 10)
    among = rng.random(10) < 0.6
    looks = looks_at(at_s, clear, persistence_s)
    shown = chance_shown(looks, np.array([0]), np.array([10]), among)
    drawn = [
        any(among[n] and levels[n] < clear[n] for n in range(10))
        for levels in skies(6, at_s.tolist(), persistence_s, 20_000)
    ]
    mean, error = mean_and_error(drawn)
    assert shown[0] == pytest.approx(mean, abs=4.5 * error)


def test_sets_of_several_places_are_masked_one_behind_another():
    place = np.array([0, 0, 1, 1, 1])
    at_s = np.array([0.0, 5.0, 1.0, 2.0, 3.0])
    looks = looks_under(place, at_s, np.full(5, 0.5), persistence_s=0.0, places=2)
    first, count = np.array([0, 2, 3]), np.array([2, 3, 2])
    _, number = ragged.ranges(first, count)
    shown = chance_shown(looks, first, count, np.isin(number, [1, 2, 4]))
    assert shown.tolist() == pytest.approx([0.5, 0.75, 0.5])


@pytest.mark.parametrize(
    ("place", "at_s", "clear", "persistence_s"),
    [
        ([0, 0], [5.0, 1.0], [0.5, 0.5], 1.0),
        ([1, 0], [0.0, 1.0], [0.5, 0.5], 1.0),
        ([0, 0], [0.0, 1.0], [0.5, 1.5], 1.0),
        ([0, 0], [0.0, 1.0], [0.5, float("nan")], 1.0),
        ([0, 0], [0.0, 1.0], [0.5, 0.5], -1.0),
    ],
)
def test_looks_out_of_order_and_chances_that_are_none_are_refused(
    place, at_s, clear, persistence_s
):
    with pytest.raises(ValueError, match="must be"):
        looks_under(
            np.array(place),
            np.array(at_s),
            np.array(clear),
            persistence_s=persistence_s,
            places=2,
        )
