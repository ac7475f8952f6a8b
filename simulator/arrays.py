"""The array types of the package: what a NumPy array holds, by its name; and products of vectors.

Compiled code has its own, of any contiguity, in `simulator.orbits.polynomials`.
"""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
AnyIntArray = NDArray[np.integer]
BoolArray = NDArray[np.bool_]


def cross(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the vector products (N, 3) of vectors (N, 3), as NumPy's own, of few much sooner."""
    out = np.empty_like(a)
    for k in range(3):
        i, j = (k + 1) % 3, (k + 2) % 3
        out[:, k] = a[:, i] * b[:, j] - a[:, j] * b[:, i]
    return out
