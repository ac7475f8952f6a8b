"""The algebra of time intervals: the one place where endpoints are compared.

A set of intervals is an `(N, 2)` float64 array of rows `start_s, end_s`, half-open
`[start_s, end_s)`, sorted, disjoint and not touching. `union` makes one from anything;
the other functions expect one and return one. Rows with `end_s <= start_s` hold no time
and are dropped.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simulator import ragged
from simulator.arrays import FloatArray


def as_rows(intervals_s: npt.ArrayLike) -> FloatArray:
    """Return rows `start_s, end_s` of shape (N, 2), in the order given, without the empty ones.

    They are the very rows given where none is empty. Raises ValueError for any other shape and for
    an endpoint that is not a number.
    """
    rows = np.asarray(intervals_s, dtype=np.float64)
    if rows.size == 0:
        return np.empty((0, 2))
    if rows.ndim != 2 or rows.shape[1] != 2:
        raise ValueError(f"intervals have shape {rows.shape}; it must be (N, 2)")
    if np.isnan(rows).any():
        raise ValueError("an interval has an endpoint that is not a number")
    holds = rows[:, 0] < rows[:, 1]
    return rows if holds.all() else rows[holds]


def union(*lists_s: npt.ArrayLike) -> FloatArray:
    """Return the instants that lie in any interval of any list.

    Lists may be unsorted and may overlap; touching intervals become one. O(n log n). A list alone
    that is a union already is returned itself.
    """
    parts = [as_rows(rows) for rows in lists_s]
    rows = parts[0] if len(parts) == 1 else np.concatenate([np.empty((0, 2)), *parts])
    if len(rows) == 0:
        return np.empty((0, 2))
    start_s, end_s = rows.T
    # Most are a union already.
    if np.all(start_s[1:] > end_s[:-1]):
        return rows
    if np.any(start_s[1:] < start_s[:-1]):
        start_s, end_s = rows[np.argsort(start_s, kind="stable")].T
    # A row opens a new interval where it begins beyond the reach of all before it.
    reach = np.maximum.accumulate(end_s)
    opens = np.flatnonzero(np.concatenate([[True], start_s[1:] > reach[:-1]]))
    closes = np.append(opens[1:], len(reach)) - 1
    return np.column_stack([start_s[opens], reach[closes]])


def intersect(a_s: FloatArray, b_s: FloatArray) -> FloatArray:
    """Return the instants that lie in both sets. O(n log n)."""
    if len(a_s) == 0 or len(b_s) == 0:
        return np.empty((0, 2))
    first = np.searchsorted(b_s[:, 1], a_s[:, 0], side="right")
    last = np.searchsorted(b_s[:, 0], a_s[:, 1], side="left")
    in_a, in_b = ragged.ranges(first, last - first)
    return np.column_stack(
        [np.maximum(a_s[in_a, 0], b_s[in_b, 0]), np.minimum(a_s[in_a, 1], b_s[in_b, 1])]
    )


def clip(intervals_s: FloatArray, start_s: float, end_s: float) -> FloatArray:
    """Return the part of a set inside `[start_s, end_s)`. O(n).

    Each row is cut by itself, so rows that are unsorted or overlap are clipped as well.
    """
    return as_rows(np.clip(intervals_s, start_s, end_s))


def complement(intervals_s: FloatArray, start_s: float, end_s: float) -> FloatArray:
    """Return the instants of `[start_s, end_s)` that the set leaves out. O(n)."""
    inside = clip(intervals_s, start_s, end_s)
    starts = np.concatenate([[start_s], inside[:, 1]])
    ends = np.concatenate([inside[:, 0], [end_s]])
    return as_rows(np.column_stack([starts, ends]))


def total_s(intervals_s: FloatArray) -> float:
    """Return the time a set holds, seconds."""
    return float(np.sum(intervals_s[:, 1] - intervals_s[:, 0]))
