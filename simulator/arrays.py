"""The array types of the package: what a NumPy array holds, by its name.

Compiled code has its own, of any contiguity, in `simulator.orbits.polynomials`.
"""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
AnyIntArray = NDArray[np.integer]
BoolArray = NDArray[np.bool_]
