"""Numba begun without linear algebra, for a process that ends with its command."""

from __future__ import annotations

import importlib
import sys


def begin_without_linear_algebra() -> None:
    """Import Numba's functions of arrays, and let them find no SciPy to multiply matrices with.

    They look for it when they are imported, which takes a sixth of a short command's time, and no
    compiled function of this program multiplies matrices. Functions of others, compiled in this
    process from now on, lack `np.cov` and `np.corrcoef`; so a notebook's process is left as it is.
    """
    if "numba.np.arraymath" in sys.modules or "scipy.linalg" in sys.modules:
        return
    # None in this place is how Python is told that a module cannot be imported.
    sys.modules["scipy.linalg"] = None  # type: ignore[assignment]
    try:
        importlib.import_module("numba.np.arraymath")
    finally:
        del sys.modules["scipy.linalg"]
