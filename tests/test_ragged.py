"""Ragged ranges against loops, which are their definition."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator import ragged

rows = st.lists(st.tuples(st.integers(-20, 20), st.integers(-3, 6)), max_size=12)


@given(rows)
def test_ranges_are_those_of_a_loop_row_after_row(rows):
    first = [number for number, _ in rows]
    count = [length for _, length in rows]
    row, number = ragged.ranges(first, count)
    entries = [(i, a + k) for i, (a, length) in enumerate(rows) for k in range(length)]
    assert list(zip(row.tolist(), number.tolist(), strict=True)) == entries


def test_one_first_number_holds_for_all_rows():
    row, number = ragged.ranges(5, np.array([2, 0, 1]))
    assert row.tolist() == [0, 0, 2]
    assert number.tolist() == [5, 6, 5]


def test_a_row_starts_behind_the_entries_of_all_before_it():
    assert ragged.starts([3, 0, 2]).tolist() == [0, 3, 3]
    assert ragged.starts([]).tolist() == []


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), max_size=20))
def test_the_least_from_each_entry_on_is_that_of_a_loop_within_its_row(entries):
    entries.sort(key=lambda entry: entry[0])
    row = np.array([r for r, _ in entries], dtype=np.int64)
    values = np.array([v / 4.0 if v < 6 else np.inf for _, v in entries])
    expected = [
        min((j for j in range(i, len(row)) if row[j] == row[i]), key=lambda j: (values[j], j))
        for i in range(len(row))
    ]
    assert ragged.least_from(values, row).tolist() == expected


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6)), max_size=20),
    st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 7)), max_size=8),
    st.booleans(),
)
def test_a_wanted_value_is_searched_for_among_those_of_its_row(entries, wanted, right):
    entries.sort()
    row = np.array([r for r, _ in entries], dtype=np.int64)
    values = np.array([v / 4.0 if v < 6 else np.inf for _, v in entries])
    in_row = np.array([r for r, _ in wanted], dtype=np.int64)
    asked = np.array([v / 4.0 for _, v in wanted])
    found = ragged.search(row, values, in_row, asked, right=right)
    before = [
        sum(
            r < own or (r == own and (v <= at if right else v < at))
            for r, v in zip(row, values, strict=True)
        )
        for own, at in zip(in_row, asked, strict=True)
    ]
    assert found.tolist() == before
