"""The spread of figures over draws, against quantiles done on paper."""

import numpy as np
import pandas as pd
import pytest

from simulator.errors import InputError
from simulator.uncertainty.phase_draws import spread


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
