"""Which unknown decides: the shares of a figure's variance that unknowns explain.

A first-order index is the share of the variance that would be gone, on average, were the unknown
known; a total index the share that would stay were all others known. Times, and ratios of them,
are compared as logarithms, so that twice as long and half as long are as far apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.arrays import FloatArray

# Classes into which draws are put by an unknown where nothing but the draws is there: more of them
# follow a figure that goes up and down, and leave more to chance.
_LEAST_CLASSES, _MOST_CLASSES, _DRAWS_A_CLASS = 8, 32, 25


def explained(shares: FloatArray, values: FloatArray) -> FloatArray:
    """Return the first-order indices (U,) of values (D,) drawn at shares (D, U); NaN without any.

    The correlation ratio over classes of equal odds (Plischke, Borgonovo & Smith 2013, European
    Journal of Operational Research 226, section 3), less what chance alone would explain
    (Kelley 1935, PNAS 21: epsilon squared); an index is 0 at the least.
    """
    known = np.isfinite(values)
    values, shares = values[known], shares[known]
    count, unknowns = shares.shape
    classes = min(max(_LEAST_CLASSES, count // _DRAWS_A_CLASS), _MOST_CLASSES, count // 4)
    if classes < 2 or not np.ptp(values) > 0.0:
        return np.full(unknowns, np.nan)
    whole = float(((values - values.mean()) ** 2).sum())
    found = [1.0 - _within(column, values, classes) / whole for column in shares.T]
    adjusted = 1.0 - (1.0 - np.array(found)) * (count - 1) / (count - classes)
    return np.asarray(np.maximum(adjusted, 0.0))


def _within(column: FloatArray, values: FloatArray, classes: int) -> float:
    """Return the sum of squares about the means of the classes of an unknown."""
    number = np.minimum((column * classes).astype(int), classes - 1)
    sizes = np.bincount(number, minlength=classes)
    means = np.bincount(number, values, classes) / np.maximum(sizes, 1)
    return float(((values - means[number]) ** 2).sum())


def means_between(
    shares: FloatArray, values: FloatArray, between: Sequence[tuple[float, float]]
) -> FloatArray:
    """Return the means (G,) of values (D,) whose shares (D,) lie from one to below another share.

    NaN where no draw with a value does.
    """
    known = np.isfinite(values)
    means = np.full(len(between), np.nan)
    for number, (low, high) in enumerate(between):
        chosen = known & (shares >= low) & (shares < high)
        if chosen.any():
            means[number] = values[chosen].mean()
    return means


@dataclass(frozen=True, eq=False)
class Indices:
    """First-order and total indices (U,) with the ends of their ranges (U, 2)."""

    first: FloatArray
    total: FloatArray
    first_range: FloatArray
    total_range: FloatArray


def sobol_indices(
    a: FloatArray,
    b: FloatArray,
    mixed: FloatArray,
    *,
    share: float = 0.9,
    resamples: int = 400,
    seed: int = 0,
) -> Indices:
    """Return the indices of unknowns from values at the points A and B (N,) of a Saltelli design.

    `mixed` (U, N) are the values at A with one unknown from B. First order: Saltelli et al. 2010,
    Computer Physics Communications 181, table 2 (b); total: Jansen 1999, the same table (f). A
    row in which a value is absent is left out whole. Ranges hold `share` of bootstrap resamples
    of the rows (Archer, Saltelli & Sobol 1997, J. Statistical Computation and Simulation 58).
    """
    rows = np.isfinite(a) & np.isfinite(b) & np.isfinite(mixed).all(axis=0)
    a, b, mixed = a[rows], b[rows], mixed[:, rows]
    unknowns, count = mixed.shape
    if count < 2 or not np.ptp(np.concatenate([a, b])) > 0.0:
        none = np.full(unknowns, np.nan)
        return Indices(none, none, np.full((unknowns, 2), np.nan), np.full((unknowns, 2), np.nan))
    first, total = _indices(a, b, mixed)
    random = np.random.default_rng(seed)
    drawn = np.empty((resamples, 2, unknowns))
    for number in range(resamples):
        chosen = random.integers(count, size=count)
        drawn[number] = _indices(a[chosen], b[chosen], mixed[:, chosen])
    tail = (1.0 - share) / 2.0
    low, high = np.quantile(drawn, [tail, 1.0 - tail], axis=0)
    ranges = np.stack([low, high], axis=-1)
    return Indices(first, total, ranges[0], ranges[1])


def _indices(a: FloatArray, b: FloatArray, mixed: FloatArray) -> tuple[FloatArray, FloatArray]:
    both = np.concatenate([a, b])
    middle, variance = both.mean(), max(float(both.var()), np.finfo(float).tiny)
    # About the mean: the estimate of the first order is else the worse for a mean far from 0.
    a, b, mixed = a - middle, b - middle, mixed - middle
    first = (b * (mixed - a)).mean(axis=1) / variance
    total = 0.5 * ((a - mixed) ** 2).mean(axis=1) / variance
    return first, total


def is_logarithmic(unit: str, *, is_ratio: bool) -> bool:
    """Whether values of a unit, or their ratios, are compared as logarithms."""
    return is_ratio or unit in ("h", "min", "s", "d")


def comparable(values: FloatArray, unit: str, *, is_ratio: bool) -> FloatArray:
    """Return values as their variance is compared: logarithms of times and of ratios.

    What has no logarithm, a time of 0, is left out as NaN.
    """
    if not is_logarithmic(unit, is_ratio=is_ratio):
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0.0, np.log(values), np.nan)
