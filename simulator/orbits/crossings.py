"""When a function of time changes sign, by branch and bound on how fast it can change.

For functions that no polynomial is, or that are asked too seldom to be worth compiled code. Units:
seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from simulator.arrays import FloatArray
from simulator.orbits.bounds import SHORTEST_S


class Pieces(NamedTuple):
    """Pieces of time, all (K,): their ends, a function's values there, a bound on its rate."""

    left_s: FloatArray
    right_s: FloatArray
    at_left: FloatArray
    at_right: FloatArray
    most_rate: FloatArray


def sign_changes(function: Callable[[FloatArray], FloatArray], pieces: Pieces) -> FloatArray:
    """Return the instants, sorted, at which a function changes sign within pieces of time.

    A stretch is passed over only where the function at both its ends is together more than it can
    change in between. Two changes closer than `SHORTEST_S` are none.
    """
    left, right, low, high, rate = pieces
    changes = []
    while len(left):
        width = right - left
        crossed = (low < 0.0) != (high < 0.0)
        thin = width < SHORTEST_S
        ends = crossed & thin
        # Straight between the ends, which lie microseconds apart.
        share = low[ends] / (low[ends] - high[ends])
        changes.append(left[ends] + share * width[ends])
        # Split where the sign changes, and where the rate would let it change twice unseen.
        split = ~thin & (crossed | (np.abs(low) + np.abs(high) < rate * width))
        left, right, rate, low, high = (x[split] for x in (left, right, rate, low, high))
        middle = 0.5 * (left + right)
        at_middle = function(middle)
        left, right = np.append(left, middle), np.append(middle, right)
        low, high = np.append(low, at_middle), np.append(at_middle, high)
        rate = np.append(rate, rate)
    return np.sort(np.concatenate([np.empty(0), *changes]))
