"""Where a condition begins to hold: the least or the greatest value, found by halving."""

from __future__ import annotations

import math
from collections.abc import Callable


def least(
    holds: Callable[[float], bool],
    low: float,
    high: float,
    *,
    within: float = 1e-3,
    logarithmic: bool = False,
) -> float:
    """Return the least value in [low, high] from which on a condition holds, NaN if nowhere.

    The condition, once it holds, holds for all greater values. It is found to `within`, of the
    value itself where it is sought by its logarithm; the condition holds at what is returned.
    """
    if not holds(high):
        return math.nan
    if holds(low):
        return low
    while high - low > within * (low if logarithmic else 1.0):
        middle = math.sqrt(low * high) if logarithmic else 0.5 * (low + high)
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def greatest(
    holds: Callable[[float], bool], low: float, high: float, *, within: float = 1e-3
) -> float:
    """Return the greatest value in [low, high] up to which a condition holds, NaN if nowhere."""
    return -least(lambda value: holds(-value), -high, -low, within=within)
