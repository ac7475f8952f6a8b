"""The spread of figures over draws and resampled spans, against quantiles done on paper."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import intervals
from simulator.errors import InputError
from simulator.revisit import gap_statistics
from simulator.uncertainty import block_bootstrap, blocks, site_blocks, spread


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
    found = spread(table(), ["age_mean_h"], networks=["a", "b"], baseline="a")
    # Both figures vary threefold, and their ratio not at all.
    assert found.loc[("age_mean_h", "b"), ["ratio_low", "ratio_median", "ratio_high"]].eq(0.5).all()


def test_failed_draws_and_ratios_over_zero_count_in_nothing():
    failed = table()
    failed.loc[0, "status"] = "failed"
    row = spread(failed, ["latency_mean_h"], networks=["b"], baseline="a").iloc[0]
    assert row["draws"] == 20
    assert np.isnan(row["ratio_median"])


def test_an_unknown_figure_is_answered_with_the_nearest():
    with pytest.raises(InputError, match=r"did you mean 'age_mean_h\[a\]'"):
        spread(table(), ["age_men_h"], networks=["a"], baseline="a")


DAYS = np.arange(31.0) * 86_400.0
T = DAYS[-1]


def accesses(random, rate_per_day=6.0):
    """Windows of 200 s that begin as a Poisson process does."""
    starts = np.sort(random.uniform(0.0, T - 200.0, random.poisson(rate_per_day * 30)))
    return np.column_stack([starts, starts + 200.0])


@given(
    st.lists(st.tuples(st.floats(0.0, T), st.floats(1.0, 2e5)), max_size=20),
    st.sampled_from(["stk", "interior"]),
)
def test_the_sums_of_all_blocks_are_those_of_the_span(rows, rule):
    windows_s = [(a, min(T, a + d)) for a, d in rows]
    sums = site_blocks(windows_s, DAYS, rule=rule)
    wanted = gap_statistics(windows_s, T, rule=rule)
    assert sums.covered_s.sum() == pytest.approx(wanted.covered_s, abs=1e-6)
    assert sums.time_s.sum() == pytest.approx(T)
    assert (sums.covered_s <= 86_400.0 + 1e-6).all()
    for statistic, value in (
        ("revisit_mean", wanted.mean_s),
        ("response_mean", wanted.mean_response_s),
        ("covered_share", wanted.covered_s / T),
    ):
        got = block_bootstrap(sums, statistic, seed=1, draws=5).value
        assert got is None if value is None else got == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("resampling", ["moving", "stationary"])
@pytest.mark.parametrize("statistic", ["revisit_mean", "response_mean", "covered_share"])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(statistic, resampling):
    random = np.random.default_rng(3)
    spans = [accesses(random) for _ in range(150)]
    figures = [gap_statistics(rows, T) for rows in spans]
    truth = {
        "revisit_mean": np.mean([f.mean_s for f in figures]),
        "response_mean": np.mean([f.mean_response_s for f in figures]),
        "covered_share": np.mean([f.covered_s for f in figures]) / T,
    }[statistic]
    held = []
    for rows in spans:
        got = block_bootstrap(
            site_blocks(rows, DAYS), statistic, seed=7, draws=200, length=3, resampling=resampling
        )
        held.append(got.low <= truth <= got.high)
    assert 0.75 < np.mean(held) < 0.97


def test_days_that_are_all_alike_leave_no_chance():
    rows = [(day + 1_000.0 + 28_800.0 * n, day + 1_300.0 + 28_800.0 * n)
            for day in DAYS[:-1] for n in range(3)]  # fmt: skip
    sums = site_blocks(rows, DAYS, rule="interior")
    got = block_bootstrap(sums, "covered_share", seed=1)
    assert got.low == got.high == got.value == pytest.approx(900.0 / 86_400.0)
    revisit = block_bootstrap(sums, "revisit_mean", seed=1)
    assert revisit.low == pytest.approx(revisit.high) == pytest.approx(28_500.0)


def test_a_seed_gives_the_same_draws_and_another_others():
    sums = site_blocks(accesses(np.random.default_rng(1)), DAYS)
    first, again, other = (block_bootstrap(sums, "revisit_mean", seed=s) for s in (4, 4, 5))
    assert first == again != other


def test_an_area_mean_takes_the_same_blocks_everywhere():
    random = np.random.default_rng(2)
    one, two = accesses(random, 4.0), accesses(random, 8.0)

    def of(sites):
        covers = [intervals.union(rows) for rows in sites]
        first = np.cumsum([0, *(len(rows) for rows in covers)])
        table = np.concatenate(covers)
        return blocks((first, table[:, 0].copy(), table[:, 1].copy()), DAYS)

    alike = block_bootstrap(of([one, one]), "revisit_mean", seed=1, weights=np.array([1.0, 3.0]))
    alone = block_bootstrap(of([one]), "revisit_mean", seed=1)
    assert (alike.low, alike.value, alike.high) == pytest.approx(
        (alone.low, alone.value, alone.high)
    )
    weights = np.array([1.0, 3.0])
    both = block_bootstrap(of([one, two]), "revisit_mean", seed=1, weights=weights)
    means = [gap_statistics(rows, T).mean_s for rows in (one, two)]
    assert both.value == pytest.approx(np.average(means, weights=weights))
    assert both.high - both.low < alone.high - alone.low


def test_a_site_never_seen_has_no_interior_revisit():
    got = block_bootstrap(site_blocks([], DAYS, rule="interior"), "revisit_mean", seed=1)
    assert (got.value, got.low, got.high) == (None, None, None)


def test_impossible_resampling_is_refused():
    sums = site_blocks([(10.0, 20.0)], DAYS)
    for more, message in (
        ({"statistic": "revisit_max"}, "statistic is 'revisit_max'"),
        ({"resampling": "ring"}, "resampling is 'ring'"),
        ({"share": 1.0}, "share is 1.0"),
        ({"length": 31}, "length is 31"),
    ):
        with pytest.raises(ValueError, match=message):
            block_bootstrap(sums, **{"statistic": "revisit_mean", "seed": 1, **more})
    with pytest.raises(ValueError, match="edges_s"):
        site_blocks([], [0.0, 0.0])
    with pytest.raises(ValueError, match="rule is 'mean'"):
        site_blocks([], DAYS, rule="mean")
