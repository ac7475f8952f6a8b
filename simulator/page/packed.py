"""Numbers as text for the page: 16 whole bits each, in base 64."""

from __future__ import annotations

import base64

import numpy as np
from numpy.typing import ArrayLike

ABSENT = 65_535


def packed(values: ArrayLike, low: float, step: float) -> str:
    """Return values as counts of a step from the lowest; NaN as 65535.

    Read back as `low + count * step`. Raises ValueError for a value that does not fit.
    """
    numbers = np.asarray(values, dtype=np.float64).ravel()
    counts = np.where(np.isnan(numbers), float(ABSENT), np.rint((numbers - low) / step))
    if len(counts) and not (counts.min() >= 0.0 and counts.max() <= ABSENT):
        raise ValueError(f"a value is not within 65534 steps of {step} from {low}")
    return base64.b64encode(counts.astype("<u2").tobytes()).decode("ascii")
