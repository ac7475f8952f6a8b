"""Shares of draws: one in every stratum of each unknown, the same for a seed."""

import numpy as np
import pytest

from simulator.uncertainty import latin_hypercube, phase_shares


@pytest.mark.parametrize("draws", [1, 7, 200])
def test_every_unknown_has_one_draw_in_each_stratum(draws):
    shares = latin_hypercube(draws, 5, seed=3)
    assert shares.shape == (draws, 5)
    strata = np.sort(np.floor(shares * draws), axis=0)
    assert (strata == np.arange(draws)[:, None]).all()


def test_unknowns_are_in_orders_of_their_own():
    shares = latin_hypercube(400, 4, seed=1)
    correlations = np.corrcoef(shares.T) - np.eye(4)
    # A correlation by chance has a standard deviation of 1/20 here.
    assert np.abs(correlations).max() < 0.2


def test_a_seed_gives_the_same_shares_and_another_seed_others():
    assert np.array_equal(latin_hypercube(9, 2, seed=5), latin_hypercube(9, 2, seed=5))
    assert not np.array_equal(latin_hypercube(9, 2, seed=5), latin_hypercube(9, 2, seed=6))


def test_another_unknown_leaves_the_others_as_they_are():
    assert np.array_equal(latin_hypercube(9, 3, seed=5)[:, :2], latin_hypercube(9, 2, seed=5))


def test_a_mean_over_strata_is_surer_than_over_independent_draws():
    def mean(seed):
        return np.exp(latin_hypercube(50, 1, seed)[:, 0]).mean()

    means = [mean(seed) for seed in range(200)]
    free = np.exp(np.random.default_rng(0).random((200, 50))).mean(axis=1)
    assert np.std(means) < 0.05 * np.std(free)


def test_phases_are_evenly_spaced_from_one_random_place():
    shares = phase_shares(4, seed=2)
    assert np.diff(shares) == pytest.approx([0.25] * 3)
    assert 0.0 <= shares[0] < 0.25
    assert len(phase_shares(0, seed=2)) == 0
    assert latin_hypercube(0, 3, seed=2).shape == (0, 3)
