"""Figures at every number of something that was tried, and the smallest number that is enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.arrays import BoolArray, FloatArray
from simulator.worth.valuing import FIGURES, GAIN_SIGN

# Of a figure: what rounding may part two ways to the same number by.
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Tried:
    """Figures (N, F) at numbers (N,), which rise."""

    numbers: FloatArray
    values: FloatArray

    @classmethod
    def of(cls, figures: Mapping[float, FloatArray]) -> Tried:
        """Return what was tried from figures (F,) by number; there must be one or more."""
        numbers = sorted(figures)
        return cls(np.array(numbers, np.float64), np.array([figures[n] for n in numbers]))


def reaches(values: FloatArray, target: float, figure: str) -> BoolArray:
    """Return which values of a figure (N,) are as good as a target; one that is absent is not."""
    sign = GAIN_SIGN[FIGURES.index(figure)]
    with np.errstate(invalid="ignore"):
        return np.asarray(sign * (values - target) >= -_ROUNDING * abs(target))


def chosen(figures: Mapping[str, float], names: Sequence[str]) -> FloatArray:
    """Return figures (F,) by their names, NaN for what has no number."""
    return np.array([figures[name] for name in names], dtype=np.float64)
