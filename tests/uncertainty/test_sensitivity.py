"""Which unknown decides: indices against closed forms and scipy's own."""

import numpy as np
import pytest
import scipy

from simulator.uncertainty import comparable, explained, means_between, sobol_indices

# Ishigami & Homma 1990 with a = 7, b = 0.1: indices in closed form.
FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)


def ishigami(shares):
    x, y, z = np.moveaxis(np.pi * (2.0 * shares - 1.0), -1, 0)
    return np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


def design(rows, unknowns, seed=0):
    points = scipy.stats.qmc.Sobol(2 * unknowns, rng=np.random.default_rng(seed)).random(rows)
    a, b = points[:, :unknowns], points[:, unknowns:]
    mixed = np.stack([np.where(np.arange(unknowns) == n, b, a) for n in range(unknowns)])
    return a, b, mixed


def test_indices_are_those_of_the_closed_form_and_within_their_ranges():
    a, b, mixed = design(4096, 3)
    found = sobol_indices(ishigami(a), ishigami(b), ishigami(mixed))
    assert found.first == pytest.approx(FIRST, abs=0.02)
    assert found.total == pytest.approx(TOTAL, abs=0.02)
    for ranges, truth in ((found.first_range, FIRST), (found.total_range, TOTAL)):
        assert (ranges[:, 0] - 0.01 <= truth).all()
        assert (truth <= ranges[:, 1] + 0.01).all()


def test_indices_are_as_scipy_has_them_to_what_a_sample_leaves_open():
    a, b, mixed = design(2048, 3, seed=1)
    ours = sobol_indices(ishigami(a), ishigami(b), ishigami(mixed))
    theirs = scipy.stats.sobol_indices(
        func=lambda x: ishigami(x.T),
        n=2048,
        dists=[scipy.stats.uniform()] * 3,
        rng=np.random.default_rng(1),
    )
    assert ours.first == pytest.approx(theirs.first_order, abs=0.03)
    assert ours.total == pytest.approx(theirs.total_order, abs=0.03)


def test_an_additive_figure_has_first_order_and_total_indices_alike():
    a, b, mixed = design(1024, 2)

    def line(x):
        return 3.0 * x[..., 0] + x[..., 1]

    found = sobol_indices(line(a), line(b), line(mixed))
    assert found.first == pytest.approx([0.9, 0.1], abs=0.01)
    assert found.total == pytest.approx([0.9, 0.1], abs=0.01)


def test_rows_without_a_figure_are_left_out_whole():
    a, b, mixed = (ishigami(part) for part in design(2048, 3))
    holed = b.copy()
    holed[::7] = np.nan
    kept = np.isfinite(holed)
    expected = sobol_indices(a[kept], b[kept], mixed[:, kept], seed=4)
    assert sobol_indices(a, holed, mixed, seed=4).first == pytest.approx(expected.first)


def test_a_figure_that_nothing_moves_has_no_indices():
    ones = np.ones(64)
    found = sobol_indices(ones, ones, np.ones((2, 64)))
    assert np.isnan(found.first).all()
    assert np.isnan(found.total_range).all()
    assert np.isnan(explained(np.random.default_rng(0).random((64, 2)), ones)).all()


def test_what_draws_alone_explain_is_near_the_closed_form():
    shares = scipy.stats.qmc.LatinHypercube(3, rng=np.random.default_rng(2)).random(2000)
    assert explained(shares, ishigami(shares)) == pytest.approx(FIRST, abs=0.06)


def test_chance_alone_explains_next_to_nothing():
    random = np.random.default_rng(3)
    found = [explained(random.random((200, 1)), random.normal(size=200))[0] for _ in range(200)]
    # Without the correction seven of 199 degrees of freedom would pass for a share of 0.035.
    assert np.mean(found) < 0.015


def test_means_are_of_draws_between_two_shares():
    shares, values = np.array([0.1, 0.3, 0.9, 0.95]), np.array([1.0, 2.0, 5.0, np.nan])
    between = ((0.0, 0.2), (0.5, 1.0), (0.4, 0.5))
    assert means_between(shares, values, between)[:2].tolist() == [1.0, 5.0]
    assert np.isnan(means_between(shares, values, between)[2])


def test_times_and_ratios_are_compared_as_logarithms_and_counts_as_they_are():
    values = np.array([1.0, np.e, 0.0])
    assert comparable(values, "h", is_ratio=False)[:2] == pytest.approx([0.0, 1.0])
    assert np.isnan(comparable(values, "h", is_ratio=False)[2])
    assert comparable(values, "", is_ratio=False) is values
    assert comparable(values, "", is_ratio=True)[1] == pytest.approx(1.0)
