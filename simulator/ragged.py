"""Rows of unequal length laid out one behind another, as flat arrays.

A ragged range is the run of whole numbers `first, first + 1, ...` that belongs to one row; there
are `count` of them. Loops over such rows become a few operations on arrays: say how many entries
each row has, lay all entries out flat, compute, and reduce each row by where it starts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from simulator.arrays import FloatArray, IntArray


def starts(count: ArrayLike) -> IntArray:
    """Return where each row (N,) starts when rows of `count` entries lie one behind another."""
    counts = np.asarray(count, dtype=np.int64)
    return np.asarray(np.cumsum(counts) - counts)


def ranges(first: ArrayLike, count: ArrayLike) -> tuple[IntArray, IntArray]:
    """Return the row (M,) and the number (M,) of every entry of ragged ranges, row after row.

    Row i holds the numbers first[i], first[i] + 1, ..., `count[i]` of them; a count below 0 is
    none. `first` may be one number for all rows.
    """
    counts = np.maximum(np.asarray(count, dtype=np.int64), 0)
    row = np.repeat(np.arange(len(counts)), counts)
    # Entries number themselves from 0 over all rows: each row is shifted to its own first number.
    shift = np.asarray(first, dtype=np.int64) - starts(counts)
    return row, np.arange(len(row)) + shift[row]


def least_from(values: FloatArray, row: IntArray) -> IntArray:
    """Return for each entry the place of the least value from it to the end of its row.

    All (M,); `row` is the number of each entry's row, rising. Of equal values the first counts.
    """
    count = len(values)
    place = np.argsort(values, kind="stable")
    rank = np.empty(count, dtype=np.int64)
    rank[place] = np.arange(count)
    # From the last row back every rank of a row is below all of the rows behind it.
    shift = np.asarray(row, dtype=np.int64) * count
    least = np.minimum.accumulate((rank + shift)[::-1])[::-1] - shift
    return np.asarray(place[least])


def search(
    row: IntArray, values: FloatArray, in_row: IntArray, wanted: FloatArray, *, right: bool = False
) -> IntArray:
    """Return the place (N,) at which each wanted value belongs among the values (M,) of its row.

    `row` (M,) is the number of each value's row, rising, and `values` rise within each. Among equal
    values a wanted one comes first, with `right` last.
    """
    # Complex numbers are in order of their real parts, then of their imaginary parts.
    held, asked = np.empty(len(values), np.complex128), np.empty(len(wanted), np.complex128)
    held.real, held.imag = row, values
    asked.real, asked.imag = in_row, wanted
    return np.searchsorted(held, asked, side="right" if right else "left")
