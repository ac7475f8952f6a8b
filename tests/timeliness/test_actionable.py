"""Pictures in time: against stays and skies drawn one by one, and against stays without clouds."""

import numpy as np
import pytest

from simulator.clouds import looks_under
from simulator.revisit.stays import imaged_share
from simulator.timeliness import caught_chance, caught_share
from tests.made_skies import skies

SPAN_S = 1_000.0


def made(seed, number, clear=0.5, persistence_s=60.0):
    rng = np.random.default_rng(seed)
    at_s = np.sort(rng.uniform(0.0, SPAN_S, number))
    at_hand_s = at_s + rng.exponential(60.0, number)
    at_hand_s[rng.random(number) < 0.2] = np.inf
    place = np.zeros(number, np.int64)
    chance = np.full(number, clear)
    return looks_under(place, at_s, chance, persistence_s=persistence_s, places=1), at_hand_s


@pytest.mark.parametrize("stay_s", [5.0, 80.0, 400.0])
@pytest.mark.parametrize("persistence_s", [0.0, 90.0])
def test_the_share_is_that_of_stays_and_skies_drawn_one_by_one(stay_s, persistence_s):
    looks, at_hand_s = made(2, 15, 0.45, persistence_s)
    share = caught_share(looks, at_hand_s, np.array([stay_s]), SPAN_S)[0]
    rng = np.random.default_rng(4)
    number, caught = 20_000, 0
    for levels in skies(7, looks.at_s.tolist(), persistence_s, number):
        begin_s = rng.uniform(0.0, SPAN_S - stay_s)
        for at_s, home_s, level in zip(looks.at_s, at_hand_s, levels, strict=True):
            if level < 0.45 and at_s >= begin_s and home_s <= begin_s + stay_s:
                caught += 1
                break
    error = (share * (1.0 - share) / number) ** 0.5
    assert share == pytest.approx(caught / number, abs=4.5 * error + 1e-9)


def test_under_a_clear_sky_and_at_once_it_is_the_share_of_stays_imaged():
    looks, _ = made(3, 12, 1.0)
    stays_s = [1.0, 40.0, 300.0, 999.0]
    windows_s = np.stack([looks.at_s, looks.at_s], axis=1)
    # Windows of no length are none: the looks last a millionth of a second.
    windows_s[:, 1] += 1e-6
    expected = imaged_share(windows_s, SPAN_S, stays_s)
    for stay_s, share in zip(stays_s, expected, strict=True):
        found = caught_share(looks, looks.at_s, np.array([stay_s]), SPAN_S)[0]
        assert found == pytest.approx(share, abs=1e-6)


def test_a_later_picture_and_a_shorter_stay_never_catch_more():
    looks, at_hand_s = made(5, 20)
    share = [
        caught_share(looks, at_hand_s + late_s, np.array([stay_s]), SPAN_S)[0]
        for late_s, stay_s in ((0.0, 300.0), (30.0, 300.0), (30.0, 200.0), (200.0, 199.0))
    ]
    assert share == sorted(share, reverse=True)
    assert share[0] > share[-1] == 0.0


def test_a_stay_as_long_as_the_span_has_no_share():
    looks, at_hand_s = made(5, 4)
    assert np.isnan(caught_share(looks, at_hand_s, np.array([SPAN_S]), SPAN_S)[0])
    with pytest.raises(ValueError, match="at least 0"):
        caught_share(looks, at_hand_s, np.array([-1.0]), SPAN_S)


def test_places_have_stays_of_their_own_and_one_never_seen_has_none_caught():
    looks, at_hand_s = made(6, 9)
    both = looks_under(
        np.repeat([0, 2], 9),
        np.tile(looks.at_s, 2),
        np.full(18, 0.5),
        persistence_s=60.0,
        places=3,
    )
    stays_s = np.array([50.0, 50.0, 350.0])
    share = caught_share(both, np.tile(at_hand_s, 2), stays_s, SPAN_S)
    alone = [caught_share(looks, at_hand_s, np.array([s]), SPAN_S)[0] for s in (50.0, 350.0)]
    assert share.tolist() == pytest.approx([alone[0], 0.0, alone[1]])


def test_a_stay_at_a_given_time_is_caught_by_the_pictures_at_hand_before_it_ends():
    looks = looks_under(
        np.zeros(3, np.int64),
        np.array([10.0, 20.0, 30.0]),
        np.array([0.5, 0.5, 0.5]),
        persistence_s=0.0,
        places=1,
    )
    at_hand_s = np.array([12.0, 90.0, 31.0])
    begin_s, end_s = np.array([0.0, 11.0, 10.0, 32.0]), np.array([40.0, 40.0, 100.0, 50.0])
    chance = caught_chance(looks, at_hand_s, np.zeros(4, np.int64), begin_s, end_s)
    assert chance.tolist() == pytest.approx([0.75, 0.5, 0.875, 0.0])
