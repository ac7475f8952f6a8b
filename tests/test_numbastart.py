"""Numba's typing remembered: nothing is asked twice, and nothing comes out otherwise."""

import subprocess
import sys

# One function before types are remembered and the like after, in a process of its own; how often
# Numba looks for an implementation of an operator is counted.
REMEMBERED = """
import numpy as np
from numba import njit
from numba.core.types import BaseFunction
from simulator.numbastart import remember_types

asked = []
ask = BaseFunction.get_call_type
BaseFunction.get_call_type = lambda self, *given: asked.append(self) or ask(self, *given)

def body(x, k, a):
    y = x + x + x + x + k
    z = k + k + k + k - (x < k) + a[k] + a[k] * 2.0 + a[k] / 3.0
    return y * y * y - z * z * z, -k // 3, -x % 3.0, (a + a)[0], x / (k - k)

given = 2.5, 1, np.array([1.0, 7.0])
expected = njit(error_model="numpy")(body)(*given)
before = len(asked)
remember_types()
remember_types()
assert njit(error_model="numpy")(body)(*given) == expected
after = len(asked) - before
assert njit(error_model="numpy")(lambda x: x / (x - x))(0.5) == float("inf")
try:
    njit(lambda x: x / (x - x))(0.5)
except ZeroDivisionError:
    print(before > 1.5 * after > 0)
"""


def test_types_are_asked_for_once_and_come_to_the_same() -> None:
    outcome = subprocess.run([sys.executable, "-c", REMEMBERED], capture_output=True, text=True)
    assert outcome.stdout.strip() == "True", outcome.stderr


UNKNOWN = """
from numba.core import types
del types.BaseFunction.get_call_type
from simulator.numbastart import remember_types
remember_types()
print("get_call_type" in vars(types.BaseFunction))
"""


def test_a_numba_built_otherwise_is_left_as_it_is() -> None:
    outcome = subprocess.run([sys.executable, "-c", UNKNOWN], capture_output=True, text=True)
    assert outcome.stdout.strip() == "False", outcome.stderr
