"""Numba's typing remembered: nothing is asked twice, and nothing comes out otherwise."""

import subprocess
import sys

import pytest
from numba.core import types

from simulator.numbastart import remember_types
from tests import made_copies

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
    outcome = made_copies.run(REMEMBERED)
    assert outcome.stdout.strip() == "True", outcome.stderr


def test_a_numba_built_otherwise_is_left_as_it_is(monkeypatch) -> None:
    monkeypatch.delattr(types.BaseFunction, "get_call_type")
    remember_types()
    assert "get_call_type" not in vars(types.BaseFunction)


# What calls compile, before and after, and what they come to; each in a process of its own.
PUT_IN = """
import sys
import numpy as np
from numba import njit
from numba.core.compiler import CompilerBase
from simulator.numbastart import remember_types

if sys.argv[1] == "put in":
    remember_types()
compiled = []
compile_core = CompilerBase._compile_core
def counted(self):
    compiled.append(self.state.func_id.func_qualname)
    return compile_core(self)
CompilerBase._compile_core = counted

def made(n, x, y):
    a, b, c = np.empty(n), np.empty((n, 2), dtype=np.bool_), np.empty(n, np.int32)
    d, e, f = np.zeros(n), np.zeros((2, n)), np.zeros((n, 2), dtype=np.int64)
    for i in range(n):
        a[i], b[i, 0], b[i, 1], c[i] = d[i] + i, i > 1, i > 2, f[i, 1] - i
    g = np.zeros(n, dtype=np.bool_), np.empty((n,), dtype=a.dtype), np.zeros(3, dtype=c.dtype)
    g[1][:] = 7.0
    most = max(x, y), max(n, 1), max(x, n), max(1.0, y, x), max(3, n, 2), max(y, x)
    least = min(x, y), min(n, 1), min(x, n), min(1.0, y, x), min(3, n, 2), min(y, x)
    return a, b, c, d, e, f, g, most, least

body = njit(error_model="numpy")(made)
for given in (3, 2.5, -1.0), (2, float("nan"), 0.5), (1, 0.0, -0.0), (0, 9.0, float("inf")):
    print(body(*given))
def of_one(function):
    return njit(lambda n: function(n))

for function in of_one(np.empty), of_one(np.zeros):
    for wrong in -1, 2**62:
        try:
            function(wrong)
        except Exception as fault:
            print(type(fault).__name__, fault)
print(len(compiled), file=sys.stderr)
"""


def test_calls_put_into_their_callers_come_to_the_same_and_compile_less() -> None:
    by_itself, put_in = (made_copies.run(PUT_IN, how) for how in ("by itself", "put in"))
    assert put_in.stdout == by_itself.stdout
    assert "ValueError" in put_in.stdout
    assert int(put_in.stderr) < int(by_itself.stderr) - 20


# How often a listener hears of calls of LLVM while a function is compiled.
UNTIMED = """
from numba import njit
from numba.core import event
from simulator.numbastart import time_no_calls

class Heard(event.Listener):
    calls = 0
    def on_start(self, _):
        Heard.calls += 1
    def on_end(self, _):
        pass

with event.install_listener("numba:llvm_lock", Heard()):
    assert njit(lambda x: x + 1.0)(1.0) == 2.0
    timed = Heard.calls
    time_no_calls()
    time_no_calls()
    assert njit(lambda x: x + 2.0)(1.0) == 3.0
print(timed > 0, Heard.calls == timed)
"""


def test_calls_of_llvm_are_not_timed() -> None:
    outcome = made_copies.run(UNTIMED)
    assert outcome.stdout.split() == ["True", "True"], outcome.stderr


OPTIONS = """
import os, sys
from pathlib import Path
os.chdir(sys.argv[1])
if sys.argv[2]:
    Path(".numba_config.yaml").write_text(sys.argv[2])
from simulator.numbastart import begin_without_linear_algebra
begin_without_linear_algebra()
import numba, yaml
print("yaml" in vars(numba.core.config), numba.config.LOOP_VECTORIZE)
"""


@pytest.mark.parametrize("options", ["", "loop_vectorize: 0"])
def test_a_file_of_options_is_read_where_there_is_one(tmp_path, options) -> None:
    given = [sys.executable, "-c", OPTIONS, str(tmp_path), options]
    outcome = subprocess.run(given, capture_output=True, text=True)
    assert outcome.stdout.split() == (["True", "0"] if options else ["False", "1"]), outcome.stderr


# Whether Numba's own functions of arrays, and the linear algebra of others, are there at first, and
# once a function is compiled.
LATE = """
import sys
{before}
from simulator.numbastart import begin_compiling
finders = list(sys.meta_path)
begin_compiling()
begin_compiling()
print("numba.np.arraymath" in sys.modules, "scipy.linalg" in sys.modules)
import numba
import numpy as np
assert numba.njit(lambda x: np.zeros(2) + x)(1.0).sum() == 2.0
print("numba.np.arraymath" in sys.modules, "scipy.linalg" in sys.modules)
assert sys.meta_path == finders
import scipy.linalg
"""


@pytest.mark.parametrize("before", ["", "import scipy.linalg"])
def test_functions_of_arrays_come_with_the_first_that_is_compiled(before) -> None:
    pytest.importorskip("scipy")
    code = LATE.format(before=before)
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.split() == ["False", str(bool(before)), "True", str(bool(before))]


def test_no_extension_of_numba_is_looked_for() -> None:
    code = """
import importlib.metadata as metadata
from simulator.numbastart import begin_compiling
begin_compiling()
metadata.entry_points = None
import numba
print(numba.njit(lambda x: x + 1)(1))
"""
    outcome = made_copies.run(code, knows_all=False)
    assert outcome.stdout.strip() == "2", outcome.stderr
