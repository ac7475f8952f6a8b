"""Numbers as text for the page: 16 or 24 whole bits each, in base 64."""

from __future__ import annotations

import base64

import numpy as np
from numpy.typing import ArrayLike

from simulator.arrays import FloatArray

ABSENT = 65_535
FINE_STEPS = 2**24 - 1


def packed(values: ArrayLike, low: float, step: float) -> str:
    """Return values as counts of a step from the lowest, 16 bits each; NaN as 65535.

    Read back as `low + count * step`. Raises ValueError for a value that does not fit.
    """
    numbers = np.asarray(values, dtype=np.float64).ravel()
    counts = np.where(np.isnan(numbers), float(ABSENT), np.rint((numbers - low) / step))
    return _text(_within(counts, ABSENT, f"65534 steps of {step} from {low}").astype("<u2"))


def finely_packed(values: ArrayLike, low: float, high: float) -> str:
    """Return values as counts of `FINE_STEPS` from low to high, 24 bits each.

    Raises ValueError for a value outside.
    """
    numbers = np.asarray(values, dtype=np.float64).ravel()
    counts = np.rint((numbers - low) * (FINE_STEPS / (high - low)))
    whole = _within(counts, FINE_STEPS, f"{low} to {high}").astype("<u4")
    return _text(np.ascontiguousarray(whole.view(np.uint8).reshape(-1, 4)[:, :3]))


def _within(counts: FloatArray, most: int, words: str) -> FloatArray:
    # Written so that what is not a number is refused, too.
    if len(counts) and not (counts.min() >= 0.0 and counts.max() <= most):
        raise ValueError(f"a value is not within {words}")
    return counts


def _text(whole: np.ndarray) -> str:
    return base64.b64encode(whole.tobytes()).decode("ascii")
