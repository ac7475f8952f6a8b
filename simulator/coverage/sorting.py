"""A sort and a binary search for compiled code.

Numba brings its own, whose many small functions take longer to compile than all else here.
"""

from __future__ import annotations

from simulator.compiled import compiled
from simulator.orbits import Floats, Integers


@compiled
def sort_with_order(values: Floats, order: Integers, n: int) -> None:
    """Sort the first n values; `order` becomes the place that each of them had.

    Shell 1959, with the steps 1, 4, 13, 40 ... of Knuth 1973, section 5.2.1; not stable.
    """
    for i in range(n):
        order[i] = i
    step = 1
    while step < n // 3:
        step = 3 * step + 1
    while step > 0:
        for k in range(step, n):
            value, place = values[k], order[k]
            i = k
            while i >= step and values[i - step] > value:
                values[i] = values[i - step]
                order[i] = order[i - step]
                i -= step
            values[i] = value
            order[i] = place
        step //= 3


@compiled
def first_at_least(ascending: Floats, low: int, high: int, value: float) -> int:
    """Return the first place from low to high with at least a value; high if there is none."""
    while low < high:
        middle = (low + high) // 2
        if ascending[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low
