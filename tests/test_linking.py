"""What compiled code calls: made machine code of within its callers alone, and kept for others."""

import pytest

from tests import made_copies

MODULE = """
import numpy as np
from simulator.compiled import compiled

@compiled
def step(x, count):
    for _ in range(count):
        x = x * 1.1 + 0.3
    return x

@compiled
def twice(x, count):
    return step(step(x, count), count)

@compiled
def called(x):
    return twice(x, 3) / step(x, 2)

@compiled
def called_later(x):
    return twice(x, 3) - step(x, 2)

@compiled
def parts(count):
    whole = np.arange(count)
    return whole[1:], whole.copy(), whole[::-1].copy()
"""
# What a process computes, for which functions machine code was made, whether Python looked
# for garbage meanwhile, and whether it does again.
ASK = """
import gc
from numba.core.codegen import JITCodeLibrary
import functions

made, collecting = [], []
make = JITCodeLibrary._finalize_specific
def counted(library):
    made.append(library.name)
    collecting.append(gc.isenabled())
    return make(library)
JITCodeLibrary._finalize_specific = counted
print(functions.{name}(0.7))
print(*[name for name in made if name in vars(functions)])
print(any(collecting), gc.isenabled())
"""

# What a process that finds all kept reads of it as code to be taken over by callers.
READ = """
from llvmlite import binding
import functions

read, parse = [], binding.parse_bitcode
binding.parse_bitcode = lambda code: read.append(parse(code)) or read[-1]
functions.called(0.7)
found = [function for module in read for function in module.functions]
told = {str(code).strip() for f in found for block in f.blocks for code in block.instructions}
print(len(read), told)
"""

# Arrays that kept code makes, some of them parts of others, and whether Numba has compiled what
# counts who holds them; then another function is called.
HELD = """
from numba.core.runtime import rtsys
import functions

made = [functions.parts(1000) for _ in range(50)]
parts = [part for part, *_ in made]
del made
print(sum(int(part.sum()) for part in parts), rtsys._init)
del parts
print(*functions.parts(3)[2], functions.called(0.7), rtsys._init)
"""


def with_functions(folder):
    (folder / "functions.py").write_text(MODULE)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return with_functions(tmp_path_factory.mktemp("linking"))


@pytest.fixture(scope="module")
def first(folder):
    """Return what a first process is answered, and what it keeps."""
    return *ask(folder, "called"), kept(folder)


def ask(folder, name):
    """Call a function in a process of its own; return what it comes to and what else is asked."""
    value, made, collecting = output(folder, ASK.format(name=name))
    return float(value), made.split(), collecting


def output(folder, code, *, knows_all=True):
    """Return the lines that code prints in a process of its own, which keeps what it compiles."""
    kept = str(folder / "kept")
    done = made_copies.run(code, folder=folder, knows_all=knows_all, NUMBA_CACHE_DIR=kept)
    assert not done.returncode, done.stderr
    return done.stdout.splitlines()


def kept(folder):
    return {path.name.split("-")[0] for path in (folder / "kept").rglob("*.nbc")}


def plain(name):
    """Return what a function comes to as plain Python."""
    scope = {}
    exec(MODULE.replace("from simulator.compiled import compiled", "compiled = lambda f: f"), scope)
    return scope[name](0.7)


def test_machine_code_is_made_of_what_python_calls_alone(first):
    assert first[:2] == (plain("called"), ["called"])
    assert first[3] == {"functions.called", "functions.twice", "functions.step"}


@pytest.mark.usefixtures("first")
def test_a_caller_in_another_process_finds_what_it_calls_kept(folder):
    before = {path: path.stat().st_mtime_ns for path in (folder / "kept").rglob("*.nbc")}
    assert ask(folder, "called_later")[:2] == (plain("called_later"), ["called_later"])
    after = {path: path.stat().st_mtime_ns for path in (folder / "kept").rglob("*.nbc")}
    new = {path.name.split("-")[0] for path, _ in after.items() - before.items()}
    assert new == {"functions.called_later"}


def test_python_looks_for_garbage_again_once_all_is_compiled(first):
    assert first[2] == "False True"


@pytest.mark.usefixtures("first")
def test_of_what_python_calls_machine_code_alone_is_kept(folder):
    assert output(folder, READ, knows_all=False) == ["1 {'unreachable'}"]


@pytest.mark.usefixtures("first")
def test_kept_code_holds_the_memory_of_arrays(folder):
    expected = [str(50 * sum(range(1000))), f"2 1 0 {plain('called')}"]
    # Arrays are made by new code, and another function's is kept; then both are.
    assert output(folder, HELD) == [f"{line} True" for line in expected]
    assert output(folder, HELD, knows_all=False) == [f"{line} False" for line in expected]
