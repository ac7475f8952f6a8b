"""Processes copied from one that has entered what Numba knows need not enter it anew."""

import subprocess
import sys

# What of Numba's on Python comes in with Numba itself, with the server's module, and with the first
# compiled function of the process.
FIRST = """
import sys
from numba import njit
def known():
    return {name for name in sys.modules if name.startswith("numba.cpython.")}
at_first = known()
import simulator.numbaserver
prepared = known()
assert njit(lambda x: x + 1.0)(1.0) == 2.0
print("numba.cpython.cmathimpl" in prepared - at_first, known() == prepared)
print("scipy.linalg" in sys.modules)
"""


def test_the_first_compiled_function_finds_all_there():
    outcome = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True)
    assert outcome.stdout.split() == ["True", "True", "False"], outcome.stderr
