"""The compiled sort and search, against NumPy's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.revisit.sorting import first_at_least, sort_numbers, sort_with_order

# Bytes are drawn at once, where the numbers of a list are drawn one by one.
numbers = st.binary(max_size=200).map(lambda each: [float(byte % 31) for byte in each])


def check(values):
    ascending, order = values.copy(), np.empty(len(values), dtype=np.int64)
    sort_with_order(ascending, order, len(values))
    assert np.array_equal(ascending, np.sort(values))
    assert np.array_equal(values[order], ascending)
    assert np.array_equal(np.sort(order), np.arange(len(values)))
    distances = np.abs(values)
    ascending = distances.copy()
    sort_numbers(ascending, np.empty_like(values), len(values))
    assert np.array_equal(ascending, np.sort(distances))


@settings(max_examples=200, deadline=None)
@given(numbers)
def test_values_are_in_order_and_the_places_are_theirs(values):
    check(np.array(values, dtype=np.float64))


@pytest.mark.parametrize("count", [0, 1, 17, 18, 5_000])
def test_no_shape_of_the_input_is_a_trap(count):
    rise = np.arange(float(count))
    saw = np.where(rise % 2.0 == 0.0, rise, -rise)
    for values in (rise, rise[::-1].copy(), np.ones(count), saw, np.minimum(rise, rise[::-1])):
        check(values)


@pytest.mark.parametrize("count", [31, 32, 1_023, 1_024, 4_000])
def test_numbers_far_apart_and_nearly_alike_are_in_order(count):
    rng = np.random.default_rng(count)
    near = 5_400.0 + rng.uniform(0.0, 1e-6, count)
    for values in (
        rng.exponential(5_400.0, count),
        np.append(near[1:], 3e7),
        np.append(near[2:], [0.0, 5e-324]),
        np.concatenate([near[: count // 2], rng.uniform(0.0, 1e300, count - count // 2)]),
    ):
        check(values)


def test_what_lies_behind_the_first_values_stays():
    values, order = np.array([3.0, 1.0, 2.0, 0.0]), np.zeros(4, dtype=np.int64)
    sort_with_order(values, order, 3)
    assert values.tolist() == [1.0, 2.0, 3.0, 0.0]
    assert order[:3].tolist() == [1, 2, 0]


@given(numbers.map(sorted), st.integers(-1, 31))
def test_the_first_value_that_is_large_enough_is_found(values, least):
    place = first_at_least(np.array(values, dtype=np.float64), 0, len(values), float(least))
    assert place == np.searchsorted(values, least)
