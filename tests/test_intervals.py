"""Interval algebra against sets of whole seconds, which are its definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import intervals

SPAN_S = 40
row = st.tuples(st.integers(-5, SPAN_S + 5), st.integers(-5, SPAN_S + 5))
rows = st.lists(row, max_size=12)


def seconds_of(rows_s):
    """Return the whole seconds that half-open integer rows hold."""
    return {second for start, end in rows_s for second in range(int(start), int(end))}


def assert_canonical(set_s):
    assert set_s.shape == (len(set_s), 2) and set_s.dtype == np.float64
    assert (set_s[:, 0] < set_s[:, 1]).all()
    assert (set_s[1:, 0] > set_s[:-1, 1]).all()


def test_a_union_alone_is_returned_itself_and_touching_rows_are_none():
    apart = np.array([[0.0, 1.0], [2.0, 3.0]])
    assert intervals.union(apart) is apart
    assert intervals.union([[0.0, 1.0], [1.0, 3.0]]).tolist() == [[0.0, 3.0]]
    assert intervals.union([[2.0, 3.0], [0.0, 1.0]]).tolist() == apart.tolist()


@given(rows, rows, rows)
def test_union_holds_the_seconds_of_any_list(a, b, c):
    result = intervals.union(a, b, c)
    assert_canonical(result)
    assert seconds_of(result) == seconds_of(a) | seconds_of(b) | seconds_of(c)


@given(rows, rows)
def test_intersect_holds_the_seconds_of_both(a, b):
    result = intervals.intersect(intervals.union(a), intervals.union(b))
    assert_canonical(result)
    assert seconds_of(result) == seconds_of(a) & seconds_of(b)


@given(rows, st.integers(-5, SPAN_S), st.integers(0, SPAN_S))
def test_clip_and_complement_share_out_the_span(a, start, length):
    span = set(range(start, start + length))
    inside = intervals.clip(intervals.union(a), start, start + length)
    outside = intervals.complement(intervals.union(a), start, start + length)
    assert_canonical(inside)
    assert_canonical(outside)
    assert seconds_of(inside) == seconds_of(a) & span
    assert seconds_of(outside) == span - seconds_of(a)
    assert intervals.total_s(inside) + intervals.total_s(outside) == length


@given(rows)
def test_total_counts_each_second_once(a):
    assert intervals.total_s(intervals.union(a)) == len(seconds_of(a))


def test_union_of_nothing_is_an_empty_set():
    for nothing in (intervals.union(), intervals.union([]), intervals.union([], [(3, 3)])):
        assert nothing.shape == (0, 2)


def test_touching_intervals_become_one():
    assert intervals.union([(5, 9), (1, 3), (3, 5)]).tolist() == [[1, 9]]


def test_interval_inside_a_longer_one_does_not_cut_it():
    assert intervals.union([(0, 100), (10, 20)], [(30, 40)]).tolist() == [[0, 100]]


def test_complement_of_nothing_is_the_span():
    assert intervals.complement(intervals.union(), 2, 7).tolist() == [[2, 7]]


def test_clip_keeps_overlapping_rows_apart():
    assert intervals.clip(np.array([[4.0, 9.0], [-1.0, 6.0]]), 0, 8).tolist() == [[4, 8], [0, 6]]


@pytest.mark.parametrize("bad", [[1.0, 2.0], [(1.0, 2.0, 3.0)], [(0.0, float("nan"))]])
def test_rows_of_another_shape_or_not_numbers_are_refused(bad):
    with pytest.raises(ValueError, match=r"shape|not a number"):
        intervals.union(bad)
