"""The worst losses: by trying every set, and by exchanges where there are too many."""

from itertools import combinations

import numpy as np
import pytest

from simulator.worth import losses
from simulator.worth.games import GreatestGame


def game(seed, members=8):
    draw = np.random.default_rng(seed)
    return GreatestGame(np.maximum(draw.normal(size=(members, 25)), 0.0), draw.uniform(size=25))


def cost(own, members, lost):
    left = np.array([[m not in lost for m in range(members)]])
    return (own(np.ones_like(left)) - own(left))[0]


@pytest.mark.parametrize("seed", range(4))
def test_the_worst_losses_are_those_found_by_trying_all(seed):
    own = game(seed)
    for size, loss in enumerate(losses.worst_losses(own, 8), start=1):
        every = {lost: cost(own, 8, lost) for lost in combinations(range(8), size)}
        assert loss.is_proven
        assert len(loss.members) == size
        assert loss.cost == pytest.approx(max(every.values()))
        assert cost(own, 8, loss.members) == pytest.approx(loss.cost)


@pytest.mark.parametrize("seed", range(4))
def test_where_there_are_too_many_no_exchange_costs_more(seed):
    own = game(seed)
    found = losses.worst_losses(own, 8, most_sets=10)
    assert [loss.is_proven for loss in found] == [True, False, False, False, False]
    assert [len(loss.members) for loss in found] == [1, 2, 3, 4, 5]
    for loss in found[1:]:
        for out in loss.members:
            for other in set(range(8)) - set(loss.members):
                exchanged = {*loss.members, other} - {out}
                assert cost(own, 8, exchanged) <= loss.cost + 1e-12


def test_more_losses_never_cost_less():
    costs = [loss.cost for loss in losses.worst_losses(game(7), 8)]
    assert costs == sorted(costs)


def test_what_others_stand_in_for_costs_nothing():
    own = GreatestGame(np.ones((3, 4)), np.ones(4))
    found = losses.worst_losses(own, 3)
    assert [loss.cost for loss in found] == [0.0, 0.0, 4.0]
