"""Gap statistics: worked examples on paper, rules side by side, invariants."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.revisit import gaps

# Gaps 5, 10 and 15 s in 100 s: the example of STK's figure of merit "Time Average Gap",
# https://help.agi.com/stk/Content/cov/fom-10.htm: (25 + 100 + 225) / 100 = 3.5.
EXAMPLE = [(5, 45), (55, 85)]

window = st.tuples(st.floats(-50, 350), st.floats(0.01, 60)).map(lambda w: (w[0], w[0] + w[1]))
windows = st.lists(window, max_size=8)
rules = st.sampled_from(gaps.RULES)


def test_time_average_gap_of_the_stk_example():
    result = gaps.gap_statistics(EXAMPLE, 100)
    assert result.gaps_s.tolist() == [5, 10, 15]
    assert result.time_average_gap_s == pytest.approx(3.5)
    assert result.mean_wait_s == pytest.approx(1.75)
    assert result.covered_s == 70


def test_stk_rule_counts_both_end_gaps():
    result = gaps.gap_statistics(EXAMPLE, 100, rule="stk")
    assert (result.samples, result.mean_s, result.min_s, result.max_s) == (3, 10, 5, 15)
    assert result.std_s == pytest.approx(np.sqrt(50 / 3))  # deviations -5, 0, 5


def test_interior_rule_drops_both_end_gaps():
    result = gaps.gap_statistics(EXAMPLE, 100, rule="interior")
    assert (result.samples, result.mean_s, result.max_s, result.std_s) == (1, 10, 10, 0)


def test_a_gap_within_a_second_of_either_end_is_an_interior_one():
    result = gaps.gap_statistics([(0, 0.5), (60, 99.5), (99.75, 100)], 100, rule="interior")
    assert result.gaps_s.tolist() == [0.25, 59.5]


def test_tatc_rule_has_interior_gaps_but_counts_accesses():
    # TAT-C: the mean of (start - previous end) is 10 s, over samples = 2 accesses.
    result = gaps.gap_statistics(EXAMPLE, 100, rule="tatc")
    assert (result.samples, result.mean_s) == (2, 10)


def test_response_takes_every_gap_whatever_the_rule():
    results = [gaps.gap_statistics(EXAMPLE, 100, rule=rule) for rule in gaps.RULES]
    assert [result.mean_wait_s for result in results] == [1.75] * 3


def test_windows_that_touch_the_span_ends_leave_no_end_gaps():
    result = gaps.gap_statistics([(0, 10), (30, 40)], 40)
    assert result.gaps_s.tolist() == [20]


def test_place_never_seen_has_the_span_for_revisit_and_is_flagged():
    result = gaps.gap_statistics([], 100)
    assert result.never_seen and result.accesses == 0
    assert (result.samples, result.mean_s, result.max_s) == (1, 100, 100)
    assert result.mean_wait_s == 50


@pytest.mark.parametrize("rule", ["tatc", "interior"])
def test_place_never_seen_has_no_revisit_between_accesses(rule):
    result = gaps.gap_statistics([(-9, -1), (100, 120)], 100, rule=rule)
    assert result.never_seen and result.samples == 0
    assert (result.mean_s, result.max_s, result.min_s, result.std_s) == (None,) * 4
    assert result.percentile_s(50) is None


def test_one_access_has_no_revisit_though_tatc_counts_it():
    result = gaps.gap_statistics([(10, 20)], 100, rule="tatc")
    assert (result.samples, result.mean_s, result.never_seen) == (1, None, False)


@pytest.mark.parametrize(("rule", "samples"), [("stk", 0), ("tatc", 1), ("interior", 0)])
def test_place_always_seen_has_a_revisit_of_zero_over_no_gaps(rule, samples):
    result = gaps.gap_statistics([(-1, 60), (50, 101)], 100, rule=rule)
    assert (result.samples, result.covered_s, len(result.gaps_s)) == (samples, 100, 0)
    assert (result.mean_s, result.max_s, result.min_s, result.std_s) == (0.0,) * 4
    assert [result.percentile_s(p) for p in (0, 50, 100)] == [0.0] * 3
    assert result.mean_wait_s == 0 and not result.never_seen


@given(windows, rules)
def test_a_revisit_is_zero_where_the_span_is_filled_and_nowhere_else(windows_s, rule):
    result = gaps.gap_statistics(windows_s, 300, rule=rule)
    assert (result.max_s == 0.0) == (result.covered_s == 300.0)
    assert gaps.gap_statistics([*windows_s, (0, 300)], 300, rule=rule).max_s == 0.0


def test_overlapping_windows_are_merged_for_gaps_and_counted_apart():
    result = gaps.gap_statistics([(10, 30), (20, 40), (22, 25)], 100)
    assert (result.accesses, result.covered_s) == (3, 30)
    assert result.gaps_s.tolist() == [10, 60]


def test_ninety_percent_of_a_hundred_gaps_is_the_ninetieth():
    # gaps 1..100 s, windows 1 s long between them
    starts = np.cumsum(np.arange(1, 101)) + np.arange(100)
    windows_s = np.column_stack([starts, starts + 1])
    result = gaps.gap_statistics(windows_s, float(starts[-1] + 1))
    assert result.samples == 100
    for percent in (1, 7, 14, 28, 55, 90, 100):
        assert result.percentile_s(percent) == percent
    assert result.percentile_s(0) == 1
    assert result.percentile_s(89.5) == 90


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.floats(0, 100))
def test_nearest_rank_is_the_smallest_value_enough_values_do_not_exceed(values, percent):
    ordered = np.sort(values)
    rank = gaps.nearest_rank(ordered, percent)
    enough = [v for v in ordered if np.sum(ordered <= v) * 100 >= percent * len(ordered)]
    assert rank == enough[0]


@given(windows, rules)
def test_gaps_and_cover_make_up_the_span(windows_s, rule):
    result = gaps.gap_statistics(windows_s, 300, rule=rule)
    every = gaps.gap_statistics(windows_s, 300)
    assert result.covered_s + every.gaps_s.sum() == pytest.approx(300)
    assert result.mean_wait_s <= 150 + 1e-9
    if result.mean_s is not None:
        assert result.min_s <= result.mean_s * (1 + 1e-12) <= result.max_s * (1 + 1e-9)


@given(windows, window)
def test_one_window_more_never_raises_the_longest_gap_or_the_response(windows_s, extra):
    fewer = gaps.gap_statistics(windows_s, 300)
    more = gaps.gap_statistics([*windows_s, extra], 300)
    assert (more.max_s or 0) <= (fewer.max_s or 0) + 1e-9
    assert more.mean_wait_s <= fewer.mean_wait_s + 1e-9


@given(windows)
def test_mean_response_is_the_wait_averaged_over_instants(windows_s):
    # 0.1 s sampling of the wait to the next access, the span's end taken for one
    instants = np.arange(0.05, 300, 0.1)
    ends_first = sorted([*windows_s, (300.0, 301.0)])
    waits = np.array(
        [min(max(start - t, 0.0) for start, end in ends_first if end > t) for t in instants]
    )
    assert gaps.gap_statistics(windows_s, 300).mean_wait_s == pytest.approx(waits.mean(), abs=0.06)


def test_unknown_rule_and_empty_span_are_refused():
    with pytest.raises(ValueError, match="rule is 'mean'"):
        gaps.gap_statistics([], 100, rule="mean")
    with pytest.raises(ValueError, match="span_s is 0"):
        gaps.gap_statistics([], 0)
    with pytest.raises(ValueError, match="percent is 101"):
        gaps.nearest_rank(np.array([1.0]), 101)
