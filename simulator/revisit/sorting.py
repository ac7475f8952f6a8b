"""A sort and a binary search for compiled code.

Numba brings its own, whose many small functions take longer to compile than all else here.
"""

from __future__ import annotations

import numpy as np

from simulator.compiled import compiled
from simulator.orbits import Floats, Integers

# Parts of no more values are left to the insertion sort at the end.
_SHORT = 16
# Places of the stack, two for each part put off: the shorter part is sorted first, so that each
# part is at most half of the one before it, and 64 are enough for any array.
_STACK = 128
# Fewer numbers are faster compared with each other than told apart by their digits.
_FEW = 32
# Of so many numbers the digits have 11 bits and not 8.
_MANY = 1_024
# By so many places a number, what two digits leave out of order is moved by comparing. Few numbers
# that come in any order need no more.
_MOVES = 16


@compiled
def sort_with_order(values: Floats, order: Integers, n: int) -> None:
    """Sort the first n values; `order` becomes the place that each of them had. Not stable.

    Quicksort (Hoare 1962) by the median of three, with a stack of its own and one insertion sort
    over short parts at the end (Sedgewick 1978).
    """
    for i in range(n):
        order[i] = i
    stack = np.empty(_STACK, dtype=np.int64)
    top = 0
    low = 0
    high = n - 1
    while True:
        while high - low > _SHORT:
            first, middle, last = values[low], values[(low + high) // 2], values[high]
            pivot = max(min(first, middle), min(max(first, middle), last))
            i = low
            j = high
            while i <= j:
                while values[i] < pivot:
                    i += 1
                while values[j] > pivot:
                    j -= 1
                if i <= j:
                    values[i], values[j] = values[j], values[i]
                    order[i], order[j] = order[j], order[i]
                    i += 1
                    j -= 1
            if j - low > high - i:
                stack[top], stack[top + 1] = low, j
                low = i
            else:
                stack[top], stack[top + 1] = i, high
                high = j
            top += 2
        if top == 0:
            break
        top -= 2
        low, high = stack[top], stack[top + 1]
    for k in range(1, n):
        value, place = values[k], order[k]
        i = k
        while i > 0 and values[i - 1] > value:
            values[i] = values[i - 1]
            order[i] = order[i - 1]
            i -= 1
        values[i] = value
        order[i] = place


@compiled
def sort_numbers(values: Floats, spare: Floats, n: int) -> None:
    """Sort the first n values, none of which is negative; spare (>= n,) is scratch.

    Radix sort (Knuth 1998, section 5.2.5) by two digits, the first bits in which values differ, for
    numbers that are not negative are in the order of their bits; then one insertion sort. Where
    that would have far to move, as of very many numbers that are nearly alike and others far away,
    by all digits.
    """
    bits, other = values.view(np.uint64), spare.view(np.uint64)
    least, most = np.uint64(0), np.uint64(0)
    for i in range(n if n >= _FEW else 0):
        least, most = bits[i] if i == 0 else min(least, bits[i]), max(most, bits[i])
    digit, shift = np.uint64(8 if n < _MANY else 11), np.uint64(0)
    mask = (np.uint64(1) << digit) - np.uint64(1)
    while (most - least) >> shift >> digit > mask:
        shift += np.uint64(1)
    places = np.empty(np.int64(mask) + 1, dtype=np.int64)
    while True:
        while shift < np.uint64(64) and (most - least) >> shift > np.uint64(0):
            for d in range(places.shape[0]):
                places[d] = 0
            for i in range(n):
                places[(bits[i] - least) >> shift & mask] += 1
            before = 0
            for d in range(places.shape[0]):
                before, places[d] = before + places[d], before
            for i in range(n):
                d = (bits[i] - least) >> shift & mask
                other[places[d]] = bits[i]
                places[d] += 1
            for i in range(n):
                bits[i] = other[i]
            shift += digit
        moves = _MOVES * max(n, _FEW)
        for k in range(1, n):
            value = bits[k]
            i = k
            while i > 0 and bits[i - 1] > value:
                bits[i] = bits[i - 1]
                i -= 1
            bits[i] = value
            moves -= k - i
            if moves < 0:
                break
        if moves >= 0:
            return
        shift = np.uint64(0)


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
