"""Exact time statistics: closed forms, sampling by the definition, what a delivery less does."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.revisit import gaps
from simulator.timeliness import sawtooth

INF = math.inf
SPAN_S = 100.0
INSTANTS_S = np.arange(0.5, SPAN_S)  # midpoints: exact means for corners at whole seconds

second = st.integers(0, int(SPAN_S))
pictures = st.lists(st.tuples(second, st.integers(1, 60)), max_size=8)
windows = st.lists(st.tuples(second, st.integers(1, 15)).map(lambda w: (w[0], w[0] + w[1])))


def taken_and_delivered(rows):
    table = np.array(rows, dtype=float).reshape(-1, 2)
    delivered_s = table[:, 0] + table[:, 1]
    return table[:, 0], np.where(delivered_s <= SPAN_S, delivered_s, INF)


def age_at(t, taken_s, delivered_s):
    collected_s = [
        collection_s for collection_s, at in zip(taken_s, delivered_s, strict=True) if at <= t
    ]
    return t - max(collected_s) if collected_s else None


def response_at(t, latest_s, delivered_s):
    homes = [at for last, at in zip(latest_s, delivered_s, strict=True) if last >= t]
    return min(homes, default=INF) - t


def assert_agrees_with_samples(exact, samples):
    """Compare a sawtooth with its values at midpoints of whole seconds, None if undefined."""
    values = np.array([value for value in samples if value is not None and value < INF])
    assert exact.undefined_s == len(samples) - len(values)
    if len(values) == 0:
        assert exact.mean_s is None and exact.max_s is None
        assert exact.percentile_s(50) is None and exact.share_within(1) is None
        return
    assert exact.mean_s == pytest.approx(values.mean())
    assert exact.max_s - 0.5 == pytest.approx(values.max()) or exact.max_s == values.max()
    for percent in (0, 10, 50, 90, 99, 100):
        nearest = gaps.nearest_rank(np.sort(values), percent)
        assert abs(exact.percentile_s(percent) - nearest) <= 0.5 + 1e-9
    for limit in (0, 7, 30):
        assert exact.share_within(limit) == pytest.approx(np.mean(values <= limit))


def test_age_of_periodic_pictures_that_arrive_at_once_is_a_sawtooth_of_the_period():
    # Kaul, Yates and Gruteser (2012): a sawtooth from d to P + d has the mean P/2 + d.
    period_s, delay_s = 10.0, 3.0
    taken_s = np.arange(0, 1000, period_s)
    age = sawtooth.age_of_information(taken_s, taken_s + delay_s, 993.0)
    assert age.undefined_s == delay_s
    assert age.mean_s == pytest.approx(period_s / 2 + delay_s)
    assert age.max_s == period_s + delay_s
    assert age.percentile_s(90) == pytest.approx(delay_s + 0.9 * period_s)
    assert age.share_within(delay_s + 2.5) == pytest.approx(0.25)


def test_age_begins_with_the_delivery_however_soon_that_is():
    # Undefined for half a second, then from 0.25 s to 1.75 s.
    age = sawtooth.age_of_information(np.array([0.25]), np.array([0.5]), 2.0)
    assert age.undefined_s == 0.5
    assert age.mean_s == pytest.approx(1.0) and age.max_s == pytest.approx(1.75)


def test_older_picture_delivered_later_leaves_the_age_alone():
    newest = sawtooth.age_of_information(np.array([20.0]), np.array([30.0]), SPAN_S)
    both = sawtooth.age_of_information(np.array([5.0, 20.0]), np.array([60.0, 30.0]), SPAN_S)
    assert (both.mean_s, both.max_s, both.undefined_s) == (newest.mean_s, newest.max_s, 30)
    assert (newest.mean_s, newest.max_s) == (45, 80)  # from 30 - 20 to 100 - 20


@pytest.mark.parametrize("delivered_s", [[], [INF, INF]])
def test_nothing_delivered_has_no_age(delivered_s):
    age = sawtooth.age_of_information(np.zeros(len(delivered_s)), np.array(delivered_s), SPAN_S)
    assert (age.mean_s, age.max_s, age.percentile_s(50), age.share_within(9)) == (None,) * 4
    assert (age.undefined_s, age.undefined_share) == (SPAN_S, 1)


@given(pictures)
def test_age_agrees_with_its_definition_at_each_second(rows):
    taken_s, delivered_s = taken_and_delivered(rows)
    samples = [age_at(t, taken_s, delivered_s) for t in INSTANTS_S]
    exact = sawtooth.age_of_information(taken_s, delivered_s, SPAN_S)
    assert_agrees_with_samples(exact, samples)


@given(pictures.filter(len), st.data())
def test_delivery_less_never_lowers_the_age_over_the_same_instants(rows, data):
    taken_s, delivered_s = taken_and_delivered(rows)
    fewer_s = delivered_s.copy()
    fewer_s[data.draw(st.integers(0, len(rows) - 1))] = INF
    every = sawtooth.age_of_information(taken_s, delivered_s, SPAN_S)
    fewer = sawtooth.age_of_information(taken_s, fewer_s, SPAN_S)
    assert fewer.undefined_s >= every.undefined_s
    if fewer.undefined_s == every.undefined_s and every.mean_s is not None:
        assert fewer.mean_s >= every.mean_s - 1e-9
        for percent in (0, 25, 50, 75, 90, 100):
            assert fewer.percentile_s(percent) >= every.percentile_s(percent) - 1e-9


def test_delivery_less_can_lower_the_mean_age_by_leaving_bad_instants_undefined():
    taken_s = np.array([0.0, 90.0])
    every = sawtooth.age_of_information(taken_s, np.array([50.0, 91.0]), SPAN_S)
    fewer = sawtooth.age_of_information(taken_s, np.array([INF, 91.0]), SPAN_S)
    assert fewer.mean_s < every.mean_s
    assert (every.undefined_s, fewer.undefined_s) == (50, 91)


def test_response_of_one_picture_falls_from_its_delivery_to_its_last_command():
    response = sawtooth.system_response(np.array([40.0]), np.array([70.0]), SPAN_S)
    assert (response.max_s, response.mean_s, response.percentile_s(0)) == (70, 50, 30)
    assert response.undefined_share == pytest.approx(0.6)


def test_response_of_periodic_pictures_commanded_at_once_is_half_a_period_and_the_delays():
    # Commands up to 2 s before each collection, one each 10 s, delivered 3 s after it: a request
    # waits on average 5 s for the last instant, then 2 + 3 s.
    collected_s = np.arange(12.0, 1000, 10.0)
    latest_s = sawtooth.latest_command_s(collected_s, [(0, 1e6)], 2.0)
    response = sawtooth.system_response(latest_s, collected_s + 3.0, 990.0)
    assert response.undefined_s == 0
    assert response.mean_s == pytest.approx(5 + 5)
    assert response.max_s == 15
    assert response.percentile_s(50) == pytest.approx(10)


def test_request_gets_the_picture_delivered_first_not_the_one_taken_first():
    response = sawtooth.system_response(np.array([20.0, 30.0]), np.array([90.0, 50.0]), SPAN_S)
    assert (response.max_s, response.percentile_s(0), response.undefined_s) == (50, 20, 70)


@given(st.lists(st.tuples(second, st.integers(0, 60), st.booleans()), max_size=8))
def test_response_agrees_with_its_definition_at_each_second(rows):
    latest_s = np.array([last if commanded else -INF for last, _, commanded in rows], dtype=float)
    delivered_s = np.array([last + later for last, later, _ in rows], dtype=float)
    delivered_s = np.where(delivered_s <= SPAN_S, delivered_s, INF)
    samples = [response_at(t, latest_s, delivered_s) for t in INSTANTS_S]
    assert_agrees_with_samples(sawtooth.system_response(latest_s, delivered_s, SPAN_S), samples)


def test_command_goes_at_the_end_of_the_last_window_before_the_collection():
    windows_s = [(50, 60), (10, 20)]
    collected_s = np.array([5.0, 12.0, 13.0, 16.0, 40.0, 52.0, 56.0, 90.0])
    latest_s = sawtooth.latest_command_s(collected_s, windows_s, 3.0)
    # 13: the command holds [10, 13); 16: [13, 16); 40: [17, 20); 52 cannot be served by the
    # second window, 56 by [53, 56), 90 by [57, 60)
    assert latest_s.tolist() == [-INF, -INF, 10, 13, 17, 17, 53, 57]


def test_command_longer_than_every_window_is_never_sent():
    latest_s = sawtooth.latest_command_s(np.array([50.0]), [(0, 5), (4, 9)], 6.0)
    assert latest_s.tolist() == [-INF]
    assert sawtooth.latest_command_s(np.array([50.0]), [], 0.0).tolist() == [-INF]


@given(windows, st.lists(second, min_size=1, max_size=6), st.integers(0, 8))
def test_latest_command_agrees_with_a_search_over_seconds(windows_s, collected, commanding):
    computed_s = sawtooth.latest_command_s(np.array(collected, dtype=float), windows_s, commanding)
    for at, latest in zip(collected, computed_s, strict=True):
        starts = [
            start
            for start in range(at - commanding + 1)
            if any(s <= start and start + commanding <= e for s, e in windows_s)
        ]
        assert latest == max(starts, default=-INF)


def test_wait_for_instantaneous_periodic_windows_is_uniform_over_the_period():
    starts_s = np.arange(10.0, 1001.0, 10.0)
    wait = sawtooth.wait_for_window(np.column_stack([starts_s - 1e-9, starts_s]), 1000.0)
    assert wait.mean_s == pytest.approx(5)
    assert wait.percentile_s(90) == pytest.approx(9)


def test_wait_is_zero_inside_a_window_and_unknown_after_the_last():
    wait = sawtooth.wait_for_window([(20, 40), (30, 50)], SPAN_S)
    assert (wait.mean_s, wait.max_s, wait.undefined_s) == (4, 20, 50)
    assert wait.share_within(0) == pytest.approx(0.6)
    assert (wait.percentile_s(60), wait.percentile_s(80)) == (0, 10)


@given(windows)
def test_wait_agrees_with_its_definition_at_each_second(windows_s):
    samples = [
        min((max(start - t, 0.0) for start, end in windows_s if end > t), default=INF)
        if any(start < SPAN_S and end > t for start, end in windows_s)
        else None
        for t in INSTANTS_S
    ]
    assert_agrees_with_samples(sawtooth.wait_for_window(windows_s, SPAN_S), samples)


@given(windows)
def test_mean_wait_is_the_mean_response_when_the_span_ends_in_a_window(windows_s):
    windows_s = [*windows_s, (99.0, 100.0)]
    response_s = gaps.gap_statistics(windows_s, SPAN_S).mean_wait_s
    assert sawtooth.wait_for_window(windows_s, SPAN_S).mean_s == pytest.approx(response_s)


def test_pooled_quantities_count_each_instant_alike():
    short = sawtooth.wait_for_window([(10, 20)], 20.0)
    long = sawtooth.wait_for_window([(60, 80)], SPAN_S)
    both = sawtooth.pooled([short, long])
    assert both.mean_s == pytest.approx((short.mean_s * 20 + long.mean_s * 80) / 100)
    assert (both.max_s, both.undefined_s) == (60, 20)
    assert sawtooth.pooled([]).mean_s is None and sawtooth.pooled([]).undefined_share is None


def test_latency_statistics_count_the_undelivered_as_late():
    hours = np.array([0.5, 1.0, 2.0, 5.0, 30.0, INF])
    result = sawtooth.latency_statistics(np.full(6, 50.0), 50.0 + hours * 3600)
    assert (result.pictures, result.samples) == (6, 5)
    assert (result.median_s, result.max_s) == (2 * 3600, 30 * 3600)
    assert (result.p90_s, result.p99_s) == (30 * 3600, 30 * 3600)
    assert result.mean_s == pytest.approx(38.5 / 5 * 3600)
    assert result.share_within == (
        (1, pytest.approx(2 / 6)),
        (3, pytest.approx(3 / 6)),
        (6, pytest.approx(4 / 6)),
        (12, pytest.approx(4 / 6)),
        (24, pytest.approx(4 / 6)),
    )


def test_latency_of_nothing_is_absent():
    nothing = sawtooth.latency_statistics(np.empty(0), np.empty(0))
    assert (nothing.samples, nothing.median_s, nothing.mean_s, nothing.max_s) == (0, *(None,) * 3)
    assert {share for _, share in nothing.share_within} == {None}
    none_home = sawtooth.latency_statistics(np.zeros(2), np.full(2, INF))
    assert none_home.p90_s is None and {share for _, share in none_home.share_within} == {0}


@pytest.mark.parametrize("percent", [-1, -0.5, 100.5, 101])
def test_percent_outside_its_range_is_refused(percent):
    with pytest.raises(ValueError, match=f"percent is {percent}"):
        sawtooth.wait_for_window([(1, 2)], 10.0).percentile_s(percent)


def test_latency_of_two_hundred_pictures_has_its_ranks_to_one():
    # Latencies of 0.1 to 20 h in steps: rank n is 0.1 n hours.
    rank = np.random.default_rng(4).permutation(200) + 1
    result = sawtooth.latency_statistics(np.zeros(200), rank * 360.0)
    assert (result.median_s, result.p90_s, result.p99_s) == (36_000.0, 64_800.0, 71_280.0)
    assert (result.mean_s, result.max_s) == (pytest.approx(100.5 * 360.0), 72_000.0)
    assert result.share_within == ((1, 0.05), (3, 0.15), (6, 0.3), (12, 0.6), (24, 1.0))
    # A second beyond the hour is beyond it.
    late = sawtooth.latency_statistics(np.zeros(2), np.array([3_600.0, 3_600.5]))
    assert late.share_within[0] == (1, 0.5)


def test_requests_at_single_instants_are_answered_by_the_picture_delivered_first():
    # Commanded up to 20 s and delivered at 90; up to 30 s, at 50; up to 0.5 s, at 3.
    latest_s, delivered_s = np.array([20.0, 30.0, 0.5, -INF]), np.array([90.0, 50.0, 3.0, 1.0])
    asked_s = np.array([0.25, 0.5, 10.0, 30.0, 31.0])
    tooth = sawtooth.response_to_requests(asked_s, latest_s, delivered_s, SPAN_S)
    assert tooth.low_s.tolist() == tooth.high_s.tolist() == [2.75, 2.5, 40.0, 20.0]
    assert tooth.length_s.tolist() == [20.0] * 4
    assert (tooth.undefined_s, tooth.undefined_share) == (20.0, pytest.approx(0.2))
    # Four answers of five: 2.5, 2.75, 20 and 40 s, each for a quarter of the time with one.
    assert [tooth.percentile_s(p) for p in (25, 26, 50, 75, 76)] == [2.5, 2.75, 2.75, 20.0, 40.0]
    assert tooth.share_within(2.75) == 0.5 and tooth.mean_s == pytest.approx(65.25 / 4)


def test_a_request_at_the_last_instant_of_all_is_answered():
    # Commanded at the span's first instant or never.
    tooth = sawtooth.response_to_requests(
        np.array([0.0, 1.0]), np.array([0.0]), np.array([7.0]), SPAN_S
    )
    assert tooth.low_s.tolist() == [7.0] and tooth.undefined_share == 0.5


def test_requests_that_are_not_made_or_not_answered_leave_the_response_unknown():
    none = np.empty(0)
    for asked_s, latest_s, delivered_s in (
        (none, np.array([9.0]), np.array([10.0])),
        (np.array([1.0, 2.0]), none, none),
        (np.array([1.0, 2.0]), np.array([9.0]), np.array([INF])),
        (np.array([1.0, 2.0]), np.array([-INF]), np.array([10.0])),
    ):
        tooth = sawtooth.response_to_requests(asked_s, latest_s, delivered_s, SPAN_S)
        assert (tooth.undefined_s, tooth.undefined_share, tooth.mean_s) == (SPAN_S, 1.0, None)


@given(st.lists(st.tuples(second, st.integers(0, 60)), max_size=8))
def test_requests_at_every_second_have_the_responses_of_those_seconds(rows):
    latest_s = np.array([last for last, _ in rows], dtype=float)
    delivered_s = np.array([last + later for last, later in rows], dtype=float)
    asked_s = np.arange(0.5, SPAN_S)
    tooth = sawtooth.response_to_requests(asked_s, latest_s, delivered_s, SPAN_S)
    values = [response_at(t, latest_s, delivered_s) for t in asked_s]
    assert tooth.low_s.tolist() == [value for value in values if value < INF]
    assert tooth.undefined_s == sum(value == INF for value in values)


@given(pictures)
def test_age_and_response_are_cut_at_the_edges_of_blocks(rows):
    taken_s, delivered_s = taken_and_delivered(rows)
    edges_s = np.array([0.0, 30.0, 65.0, SPAN_S])
    age = sawtooth.age_of_information(taken_s, delivered_s, SPAN_S)
    response = sawtooth.system_response(taken_s, delivered_s, SPAN_S)
    for tooth, since_s, rises, at in (
        (age, age.undefined_s, True, age_at),
        (response, 0.0, False, response_at),
    ):
        sums = sawtooth.block_sums(tooth, since_s, edges_s, rises=rises)
        values = [at(t, taken_s, delivered_s) for t in INSTANTS_S]
        known = np.array([v if v is not None and v < INF else math.nan for v in values])
        block = np.searchsorted(edges_s, INSTANTS_S) - 1
        for number in range(3):
            in_block = known[(block == number) & ~np.isnan(known)]
            assert sums[:, number] == pytest.approx([in_block.sum(), len(in_block)])


def assert_same(one, other):
    for name in ("length_s", "low_s", "high_s", "undefined_s"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@given(st.lists(st.tuples(st.integers(0, 3), second, st.integers(0, 60), second), max_size=12))
def test_ages_and_responses_of_several_targets_are_those_of_each_alone(rows):
    target, taken, waited, latest = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    taken_s, delivered_s, latest_s = (
        taken.astype(float),
        (taken + waited).astype(float),
        latest - 9.0,
    )
    delivered_s[delivered_s > SPAN_S] = INF
    latest_s[latest > 90] = -INF
    ages = sawtooth.ages_of_information(target, taken_s, delivered_s, SPAN_S, targets=4)
    responses = sawtooth.system_responses(target, latest_s, delivered_s, SPAN_S, targets=4)
    for number in range(4):
        own = target == number
        age = sawtooth.age_of_information(taken_s[own], delivered_s[own], SPAN_S)
        response = sawtooth.system_response(latest_s[own], delivered_s[own], SPAN_S)
        assert_same(ages[number], age)
        assert_same(responses[number], response)
