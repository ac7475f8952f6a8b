"""Ages and responses under clouds: against skies drawn one by one, and against a clear sky."""

import functools

import numpy as np
import pytest

from simulator.clouds import clear_ages, clear_answers, clear_responses, looks_under
from simulator.timeliness import age_of_information, response_to_requests, system_response
from tests.made_skies import mean_and_error, skies

SPAN_S = 1_000.0


def pictures(seed, number, *, queue_s):
    """Return instants taken, delivered (some never, some before earlier ones) and last command."""
    rng = np.random.default_rng(seed)
    taken_s = np.sort(rng.uniform(20.0, 950.0, number))
    delivered_s = taken_s + rng.exponential(queue_s, number)
    delivered_s[rng.random(number) < 0.15] = np.inf
    latest_s = taken_s - rng.exponential(60.0, number)
    latest_s[rng.random(number) < 0.15] = -np.inf
    return taken_s, delivered_s, latest_s


def looks_of(taken_s, clear, persistence_s):
    clear = np.broadcast_to(np.asarray(clear, float), taken_s.shape)
    place = np.zeros(len(taken_s), np.int64)
    return looks_under(place, taken_s, clear, persistence_s=persistence_s, places=1)


def mean_s(pieces):
    weight = pieces.chance * pieces.length_s
    return float((0.5 * (pieces.low_s + pieces.high_s) * weight).sum())


def integral_s(tooth):
    return 0.0 if tooth.mean_s is None else tooth.mean_s * tooth.defined_s


def share_within(pieces, limit_s):
    rise_s = pieces.high_s - pieces.low_s
    part = np.where(
        rise_s > 0.0,
        np.clip((limit_s - pieces.low_s) / np.where(rise_s > 0.0, rise_s, 1.0), 0.0, 1.0),
        limit_s >= pieces.low_s,
    )
    return float((pieces.chance * pieces.length_s * part).sum())


def drawn_values(tooth):
    """Return of one sky what `assert_as_drawn` checks: integral, undefined time, time within."""
    within = tooth.share_within(150.0) or 0.0
    return integral_s(tooth), tooth.undefined_s, within * tooth.defined_s


def assert_as_drawn(pieces, drawn):
    """Check means and a share against the same (S, 3) of each of many skies, drawn one by one."""
    values = mean_s(pieces), pieces.undefined_s[0], share_within(pieces, 150.0)
    for value, each in zip(values, drawn.T, strict=True):
        mean, error = mean_and_error(each)
        assert value == pytest.approx(mean, abs=max(4.5 * error, 1e-6))


@pytest.mark.parametrize("persistence_s", [0.0, 50.0, 500.0])
@pytest.mark.parametrize("queue_s", [5.0, 120.0])
def test_ages_and_responses_are_those_of_many_skies_drawn_one_by_one(persistence_s, queue_s):
    taken_s, delivered_s, latest_s = pictures(4, 16, queue_s=queue_s)
    clear = np.where(taken_s < 400.0, 0.35, 0.7)
    looks = looks_of(taken_s, clear, persistence_s)
    asked_s = np.array([10.0, 200.0, 210.0, 640.0, 990.0])

    @functools.cache
    def under(own):
        seen = np.array(own)
        taken, delivered, latest = taken_s[seen], delivered_s[seen], latest_s[seen]
        return (
            drawn_values(age_of_information(taken, delivered, SPAN_S)),
            drawn_values(system_response(latest, delivered, SPAN_S)),
            drawn_values(response_to_requests(asked_s, latest, delivered, SPAN_S)),
        )

    # Of skies that leave the same looks clear the first stands for all.
    all_skies = skies(2, taken_s.tolist(), persistence_s, 4_000)
    drawn = np.array([under(tuple((np.array(levels) < clear).tolist())) for levels in all_skies])
    requests = (np.zeros(5, np.int64), asked_s)
    for number, pieces in enumerate(
        [
            clear_ages(looks, delivered_s, SPAN_S),
            clear_responses(looks, latest_s, delivered_s, SPAN_S),
            clear_answers(looks, requests, latest_s, delivered_s, SPAN_S),
        ]
    ):
        assert_as_drawn(pieces, drawn[:, number])


@pytest.mark.parametrize("seed", range(4))
def test_under_a_clear_sky_they_are_those_without_clouds(seed):
    taken_s, delivered_s, latest_s = pictures(seed, 12, queue_s=100.0)
    looks = looks_of(taken_s, 1.0, 50.0)
    asked_s = np.linspace(0.0, 999.0, 7)
    requests = (np.zeros(7, np.int64), asked_s)
    for pieces, tooth in [
        (clear_ages(looks, delivered_s, SPAN_S), age_of_information(taken_s, delivered_s, SPAN_S)),
        (
            clear_responses(looks, latest_s, delivered_s, SPAN_S),
            system_response(latest_s, delivered_s, SPAN_S),
        ),
        (
            clear_answers(looks, requests, latest_s, delivered_s, SPAN_S),
            response_to_requests(asked_s, latest_s, delivered_s, SPAN_S),
        ),
    ]:
        assert mean_s(pieces) == pytest.approx(integral_s(tooth), rel=1e-9)
        assert pieces.undefined_s[0] == pytest.approx(tooth.undefined_s, abs=1e-6)
        for limit_s in (30.0, 150.0, 400.0):
            expected = (tooth.share_within(limit_s) or 0.0) * tooth.defined_s
            assert share_within(pieces, limit_s) == pytest.approx(expected, abs=1e-6)


def test_under_a_closed_sky_nothing_is_ever_known():
    taken_s, delivered_s, latest_s = pictures(1, 6, queue_s=20.0)
    looks = looks_of(taken_s, 0.0, 50.0)
    for pieces in (
        clear_ages(looks, delivered_s, SPAN_S),
        clear_responses(looks, latest_s, delivered_s, SPAN_S),
    ):
        assert pieces.undefined_s[0] == pytest.approx(SPAN_S)
        assert mean_s(pieces) == pytest.approx(0.0, abs=1e-6)


def test_a_place_without_pictures_is_undefined_throughout():
    none = looks_under(np.empty(0, np.int64), np.empty(0), np.empty(0), persistence_s=5.0, places=2)
    for pieces in (
        clear_ages(none, np.empty(0), SPAN_S),
        clear_responses(none, np.empty(0), np.empty(0), SPAN_S),
    ):
        assert pieces.undefined_s.tolist() == [SPAN_S, SPAN_S]
        assert not len(pieces.place)


def test_places_are_found_alike_alone_and_together():
    made = [pictures(seed, number, queue_s=90.0) for seed, number in ((1, 7), (2, 1), (3, 9))]
    taken_s, delivered_s, latest_s = (np.concatenate(each) for each in zip(*made, strict=True))
    place = np.repeat(np.arange(3), [7, 1, 9])
    clear = np.full(17, 0.4)
    looks = looks_under(place, taken_s, clear, persistence_s=80.0, places=3)
    together = [
        clear_ages(looks, delivered_s, SPAN_S),
        clear_responses(looks, latest_s, delivered_s, SPAN_S),
    ]
    for number, (taken, delivered, latest) in enumerate(made):
        alone = looks_of(taken, 0.4, 80.0)
        for pieces, single in zip(
            together,
            [
                clear_ages(alone, delivered, SPAN_S),
                clear_responses(alone, latest, delivered, SPAN_S),
            ],
            strict=True,
        ):
            own = pieces.place == number
            weight = pieces.chance[own] * pieces.length_s[own]
            total = float((0.5 * (pieces.low_s[own] + pieces.high_s[own]) * weight).sum())
            assert total == pytest.approx(mean_s(single), rel=1e-9, abs=1e-9)
            assert pieces.undefined_s[number] == pytest.approx(single.undefined_s[0])


def test_looks_repeated_at_places_of_their_own_have_the_ages_they_have_once():
    taken_s, delivered_s, latest_s = pictures(7, 12, queue_s=120.0)
    place, clear = np.repeat([0, 1], 6), np.where(taken_s < 400.0, 0.35, 0.7)
    looks = looks_under(place, taken_s, clear, persistence_s=50.0, places=2)
    later_s = delivered_s + 30.0
    twice, home_s = looks.repeated(2), np.concatenate([delivered_s, later_s])
    assert twice.place.tolist() == [*place, *(place + 2)]
    for found, once in (
        (clear_ages(twice, home_s, SPAN_S), lambda s: clear_ages(looks, s, SPAN_S)),
        (
            clear_responses(twice, np.tile(latest_s, 2), home_s, SPAN_S),
            lambda s: clear_responses(looks, latest_s, s, SPAN_S),
        ),
    ):
        for part, each_s in zip(found.parted(2), (delivered_s, later_s), strict=True):
            alone = once(each_s)
            for name in vars(alone):
                assert np.allclose(getattr(part, name), getattr(alone, name), rtol=1e-12, atol=0)


def test_places_of_another_group_change_no_bit_of_a_response():
    taken_s, delivered_s, latest_s = pictures(11, 80, queue_s=120.0)
    looks = looks_of(taken_s, 0.2, 50.0)
    # At another place, where no look shows anything, many more have to be followed.
    blind = looks_of(taken_s, 0.001, 50.0)
    both = looks_under(
        np.repeat([0, 1], 80),
        np.tile(taken_s, 2),
        np.repeat([0.2, 0.001], 80),
        persistence_s=50.0,
        places=2,
    )
    assert both.shares.shape == looks.shares.repeat(2, 0).shape == blind.shares.repeat(2, 0).shape
    alone = clear_responses(looks, latest_s, delivered_s, SPAN_S)
    beside = clear_responses(
        both, np.tile(latest_s, 2), np.tile(delivered_s, 2), SPAN_S, group=np.array([0, 1])
    )
    found = next(beside.parted(1))
    assert len(found.place) > 0
    for name in vars(alone):
        np.testing.assert_array_equal(getattr(found, name), getattr(alone, name), strict=True)
