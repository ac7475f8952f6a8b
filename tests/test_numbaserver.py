"""Processes copied from one that has entered what Numba knows need not enter it anew."""

import subprocess
import sys

# The modules that the first compiled function of a process brings in.
FIRST = """
import sys
from numba import njit
{prepared}
before = set(sys.modules)
assert njit(lambda x: x + 1.0)(1.0) == 2.0
print(*sorted(name for name in set(sys.modules) - before if name.startswith("numba.cpython")))
print("scipy.linalg" in sys.modules, file=sys.stderr)
"""


def brought_in(prepared=""):
    """Return what of Numba's on Python comes in, and whether linear algebra is there."""
    code = FIRST.format(prepared=prepared)
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    return outcome.stdout.split(), outcome.stderr.strip()


def test_the_first_compiled_function_finds_all_there():
    assert "numba.cpython.cmathimpl" in brought_in()[0]
    assert brought_in("import simulator.numbaserver") == ([], "False")
