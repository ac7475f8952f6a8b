"""Games: Shapley values by their definition, and the smallest sets by trying all."""

from itertools import combinations, permutations

import numpy as np
import pytest

from simulator.worth import games
from tests.made_worth import all_sets, by_definition


def greatest_game(seed, members=7, cases=30):
    draw = np.random.default_rng(seed)
    gain = np.maximum(draw.normal(size=(members, cases)), 0.0)
    return games.GreatestGame(gain, draw.uniform(size=cases))


def pair_game(seed, members):
    """Return a game of pairs: what is gained is the greatest over pairs of members in a set."""
    draw = np.random.default_rng(seed)
    gain = draw.uniform(size=(members, members, 3))

    def value(sets):
        out = np.zeros((len(sets), 3))
        for row, chosen in enumerate(sets):
            inside = gain[np.ix_(chosen, chosen)].reshape(-1, 3)
            out[row] = inside.max(axis=0, initial=0.0)
        return out

    return value


def test_three_airlines_share_a_runway_as_littlechild_and_owen_have_it():
    # Aircraft that need 1, 2 and 4 units of runway pay 1/3, 1/3 + 1/2 and 1/3 + 1/2 + 2.
    game = games.GreatestGame(np.array([[1.0], [2.0], [4.0]]), np.ones(1))
    assert game.shapley() == pytest.approx([1 / 3, 1 / 3 + 1 / 2, 1 / 3 + 1 / 2 + 2])


@pytest.mark.parametrize("seed", range(5))
def test_the_exact_value_of_a_greatest_game_is_that_by_definition(seed):
    game = greatest_game(seed)
    assert game.shapley() == pytest.approx(by_definition(game, 7)[:, 0], rel=1e-12)
    assert game.shapley().sum() == pytest.approx(game(np.ones((1, 7), dtype=bool))[0])


def test_cases_in_which_nobody_gains_change_nothing():
    game = greatest_game(1)
    padded = games.GreatestGame(
        np.hstack([game.gain, np.zeros((7, 4))]), np.append(game.weight, np.ones(4))
    )
    assert padded.condensed().gain.shape[1] <= game.gain.shape[1]
    assert padded.condensed().shapley() == pytest.approx(game.shapley())


@pytest.mark.parametrize("members", [1, 2, 3])
def test_of_up_to_three_members_nothing_is_sampled(members):
    game = pair_game(3, members)
    found = games.sampled_shapley(game, games.orders_of_joining(members, 4, seed=0))
    assert found.value == pytest.approx(by_definition(game, members))
    assert not found.error.any()


@pytest.mark.parametrize("members", [1, 5, 8])
def test_of_few_members_every_set_is_asked_for(members):
    game = pair_game(3, members)
    found = games.shapley(game, games.orders_of_joining(members, 4, seed=0))
    assert found.value == pytest.approx(by_definition(game, members), rel=1e-12)
    assert not found.error.any()
    many = games.shapley(pair_game(3, 9), games.orders_of_joining(9, 40, seed=0))
    assert many.error.all()


@pytest.mark.parametrize("most_pairs", [1_000, 0])
def test_sampled_values_lie_within_their_errors_and_add_up(monkeypatch, most_pairs):
    monkeypatch.setattr(games, "_MOST_PAIRS", most_pairs)
    game, members = pair_game(5, 7), 7
    found = games.sampled_shapley(game, games.orders_of_joining(members, 400, seed=2))
    exact = by_definition(game, members)
    assert (np.abs(found.value - exact) < 4.5 * found.error + 1e-12).all()
    assert found.error.max() < 0.02
    whole = game(np.ones((1, members), dtype=bool))[0]
    assert found.value.sum(axis=0) == pytest.approx(whole)


def test_all_orders_together_give_the_value_by_definition():
    game = pair_game(8, 5)
    orders = np.array(list(permutations(range(5))))
    assert games.sampled_shapley(game, orders).value == pytest.approx(by_definition(game, 5))


def test_orders_are_the_seeds_and_come_with_their_reverses():
    orders = games.orders_of_joining(6, 8, seed=4)
    assert orders.shape == (8, 6)
    assert (np.sort(orders, axis=1) == np.arange(6)).all()
    assert (orders[1::2] == orders[::2, ::-1]).all()
    assert (orders == games.orders_of_joining(6, 8, seed=4)).all()
    assert (orders != games.orders_of_joining(6, 8, seed=5)).any()


@pytest.mark.parametrize("seed", range(4))
def test_the_smallest_sets_are_those_found_by_trying_all(seed):
    game = greatest_game(seed, members=8)
    whole = game(np.ones((1, 8), dtype=bool))[0]
    found = games.smallest_sets(game, 8, 0.9, shown=100)
    sets = all_sets(8)
    values = game(sets)
    least = min(row.sum() for row, value in zip(sets, values, strict=True) if value >= 0.9 * whole)
    assert found.size == least
    assert found.is_proven
    of_size = {
        members: game(np.array([[m in members for m in range(8)]]))[0] / whole
        for members in combinations(range(8), int(least))
    }
    best = max(of_size.values())
    good = {s for s, share in of_size.items() if share >= 0.9 and share >= best - 0.01}
    assert set(found.sets) == good
    assert found.alike == len(good)
    assert found.shares[0] == pytest.approx(best)
    assert list(found.shares) == sorted(found.shares, reverse=True)


def test_beyond_the_sets_that_may_be_tried_a_bound_is_stated():
    # Ten members that each gain a case of their own: nine of ten are needed for 85 %.
    game = games.GreatestGame(np.eye(10), np.ones(10))
    found = games.smallest_sets(game, 10, 0.85, most_sets=60)
    assert found.size == 9
    assert not found.is_proven
    assert found.least_size == 3


def test_where_nothing_is_gained_no_set_is_named():
    game = games.GreatestGame(np.zeros((4, 3)), np.ones(3))
    assert games.smallest_sets(game, 4, 0.95) is None


def test_a_set_asked_for_again_is_remembered():
    asked = []

    def game(sets):
        asked.extend(map(tuple, sets))
        return sets.sum(axis=1, keepdims=True).astype(float)

    remembered = games.Remembered(game)
    sets = all_sets(3)
    first, again = remembered(sets), remembered(sets[::-1])
    assert (first == again[::-1]).all()
    assert len(asked) == len(set(asked)) == 8


def test_the_mean_over_orders_adds_up_and_leaves_nothing_to_who_adds_nothing():
    value = pair_game(3, 8)

    def game(sets):
        # The last two members add nothing anywhere.
        return value(np.hstack([sets[:, :6], np.zeros((len(sets), 2), dtype=bool)]))

    found = games.shapley_over_orders(game, games.orders_of_joining(8, 200, 1))
    assert found.value.sum(axis=0) == pytest.approx(game(np.ones((1, 8), dtype=bool))[0])
    assert not found.value[6:].any() and not found.error[6:].any()
    gap = np.abs(found.value - by_definition(game, 8))[:6]
    assert (gap < 5.0 * found.error[:6]).all()
    assert (found.error[:6] > 0.0).all()
    lone = games.shapley_over_orders(game, games.orders_of_joining(8, 2, 1))
    assert np.isnan(lone.error).all()
