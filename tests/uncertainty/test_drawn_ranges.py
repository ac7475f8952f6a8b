"""The spread of figures over draws, against quantiles done on paper."""

import numpy as np
import pandas as pd
import pytest
import scipy

from simulator.errors import InputError
from simulator.uncertainty import draws_to_settle, is_settled, place_spread, spread


def table():
    draws = np.arange(21.0)
    return pd.DataFrame(
        {
            "status": ["done"] * 21,
            "age_mean_h[a]": 10.0 + draws,
            "age_mean_h[b]": 5.0 + draws / 2.0,
            "latency_mean_h[a]": 0.0,
            "latency_mean_h[b]": 1.0,
        }
    )


def test_low_and_high_enclose_the_share_asked_for():
    row = spread(table(), ["age_mean_h"], networks=["a"], baseline="a").loc[("age_mean_h", "a")]
    assert (row["low"], row["median"], row["high"], row["draws"]) == (11.0, 20.0, 29.0, 21)


def test_a_ratio_is_formed_draw_by_draw():
    ratios = spread(table(), ["age_mean_h"], networks=["a", "b"], baseline="a")
    # Both figures vary threefold, and their ratio not at all.
    assert (
        ratios.loc[("age_mean_h", "b"), ["ratio_low", "ratio_median", "ratio_high"]].eq(0.5).all()
    )


def test_failed_draws_and_ratios_over_zero_count_in_nothing():
    failed = table()
    failed.loc[0, "status"] = "failed"
    row = spread(failed, ["latency_mean_h"], networks=["b"], baseline="a").iloc[0]
    assert row["draws"] == 20
    assert np.isnan(row["ratio_median"])


def test_an_unknown_figure_is_answered_with_the_nearest():
    with pytest.raises(InputError, match=r"did you mean 'age_mean_h\[a\]'"):
        spread(table(), ["age_men_h"], networks=["a"], baseline="a")


def test_contrary_draws_are_those_on_the_other_side_of_one_from_the_median():
    ratios = np.array([0.5, 0.6, 0.7, 1.0, 1.2])
    values = pd.DataFrame({"age_mean_h[a]": np.ones(5), "age_mean_h[b]": ratios})
    row = spread(values, ["age_mean_h"], networks=["b"], baseline="a").iloc[0]
    assert row["contrary_draws"] == 2
    values["age_mean_h[b]"] = 1.0 / ratios
    assert spread(values, ["age_mean_h"], networks=["b"], baseline="a").iloc[0][
        "contrary_draws"
    ] == pytest.approx(2)


def test_the_last_digits_of_equal_figures_are_on_no_side_of_one():
    noise = np.array([1e-14, -1e-14, 2e-15, 0.0, -3e-16])
    for ratios, contrary in ((1.0 + noise, 5), (np.append(1.0 + noise[:2], [0.5, 0.6, 0.7]), 2)):
        values = pd.DataFrame({"age_mean_h[a]": np.ones(5), "age_mean_h[b]": ratios})
        row = spread(values, ["age_mean_h"], networks=["b"], baseline="a").iloc[0]
        assert row["contrary_draws"] == contrary


@pytest.mark.parametrize(("share", "draws"), [(0.9, 59), (0.8, 29), (0.98, 299)])
def test_so_many_draws_without_a_contrary_one_settle_a_difference(share, draws):
    # The rule of three: none in n says with 95 % confidence that it is less than about 3/n.
    assert draws_to_settle(share) == draws
    assert is_settled(0, draws, share)
    assert not is_settled(0, draws - 1, share)


@pytest.mark.parametrize(("contrary", "draws"), [(1, 100), (4, 200), (6, 200), (2, 130)])
def test_a_difference_is_settled_by_the_upper_bound_of_clopper_and_pearson(contrary, draws):
    upper = scipy.stats.beta(contrary + 1, draws - contrary).ppf(0.95)
    assert is_settled(contrary, draws, 0.9) == (upper <= 0.05)


def test_places_have_a_row_a_figure_with_what_draws_have_it():
    values = {"A": {"wait_mean_h": np.array([1.0, 2.0, 3.0, np.nan])}}
    row = place_spread(values, 0.5).iloc[0]
    assert (row["place"], row["figure"], row["draws"]) == ("A", "wait_mean_h", 3)
    assert (row["low"], row["median"], row["high"]) == (1.5, 2.0, 2.5)
