"""Kept machine code: an edit anywhere in compiled code is never answered by old code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import simulator
from simulator.compiled import source_digest
from tests import made_copies

PACKAGE = Path(simulator.__file__).parent
CALLER = """
from simulator.compiled import compiled
from inner import base{extra}

@compiled
def twice(x):
    return 2.0 * base(x){plus}
"""
# With an array, for which code of Numba's own becomes part of what is compiled.
INNER = """
import numpy as np
from simulator.compiled import compiled

@compiled
def base(x):
    held = np.zeros(1)
    held[0] = x + {number}
    return held[0]
"""


def run(folder, code, *, knows_all=True, **environment):
    """Run a program with a copy of the compiler's module and two modules of its own beside it."""
    # Python itself takes a file edited within the second, to the same length, for the one it knows:
    # copies keep nothing of it.
    done = made_copies.run(code, folder=folder, knows_all=knows_all, **environment)
    assert not done.returncode, done.stderr
    return done


def tiny_package(folder):
    """Make a tiny package named simulator whose compiled function calls one of another file."""
    inside = folder / "simulator"
    inside.mkdir()
    (inside / "__init__.py").touch()
    for module in ("compiled.py", "linking.py", "packagefiles.py"):
        shutil.copy(PACKAGE / module, inside)
    write(folder)
    return folder


@pytest.fixture
def package(tmp_path):
    """Give the tiny package, of which nothing has been compiled."""
    return tiny_package(tmp_path)


def write(folder, number="1.0", extra="", plus=""):
    inside = folder / "simulator"
    (inside / "caller.py").write_text(
        CALLER.format(extra=extra, plus=plus).replace("from inner", "from simulator.inner")
    )
    (inside / "inner.py").write_text(INNER.format(number=number))


ASK = "from simulator.caller import twice; print(twice(1.0), sum(twice.stats.cache_hits.values()))"


CALL_FROM_PYTHON = "from simulator.inner import base; print(base(1.0))"
LOOK = "import sys; print(bool({'numba.np.arraymath', 'numba.np.arrayobj'} & {*sys.modules}))"
COMPILE_MORE = "from simulator.compiled import compiled; print(compiled(lambda x: x + 0.5)(1.0))"


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """Give a tiny package of which a first process has compiled all, and what that has printed."""
    folder = tiny_package(tmp_path_factory.mktemp("begun"))
    done = run(folder, f"{ASK}; {CALL_FROM_PYTHON}; {LOOK}", knows_all=False)
    return folder, done.stdout.split()


@pytest.fixture
def kept(begun, tmp_path):
    """Give a copy of its own of the tiny package with its machine code."""
    return shutil.copytree(begun[0], tmp_path, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def later(begun, tmp_path_factory):
    """Return what a second process prints over a copy; at its end it compiles a function more."""
    copy = shutil.copytree(begun[0], tmp_path_factory.mktemp("later"), dirs_exist_ok=True)
    code = f"{ASK}; {CALL_FROM_PYTHON}; {LOOK}; {COMPILE_MORE}; {LOOK}"
    return run(copy, code, knows_all=False).stdout.split()


def test_a_second_process_finds_the_machine_code_of_the_first(begun, later):
    assert begun[1][:2] == ["4.0", "0"]
    assert later[:2] == ["4.0", "1"]


def test_what_compiled_code_calls_can_be_called_from_python_too(begun, later):
    assert begun[1][2] == later[2] == "2.0"


def test_what_is_kept_brings_up_nothing_that_only_compiling_needs(begun, later):
    assert begun[1][3] == "True"
    assert later[3:] == ["False", "1.5", "True"]


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows nobody waits")
def test_of_two_processes_one_compiles_and_the_other_waits_for_it(package):
    (package / "first.py").write_text(
        "import time\n"
        "from pathlib import Path\n"
        "from simulator.caller import twice\n"
        "compile_now = twice._compiler.compile\n"
        "def slowly(args, kind):\n"
        "    Path('begun').touch()\n"
        "    while not Path('asked').exists():\n"
        "        time.sleep(0.01)\n"
        "    time.sleep(0.5)\n"
        "    return compile_now(args, kind)\n"
        "twice._compiler.compile = slowly\n"
        "twice(1.0)\n"
    )
    first = subprocess.Popen(
        [sys.executable, "first.py"],
        cwd=package,
        env={**os.environ, "PYTHONPATH": str(package)},
    )
    wait = "import time\nwhile not Path('begun').exists(): time.sleep(0.01)\n"
    asked = f"from pathlib import Path\n{wait}Path('asked').touch()\n{ASK}"
    assert run(package, asked).stdout.split() == ["4.0", "1"]
    assert first.wait() == 0
    assert not list(package.rglob("*.lock"))


def test_an_edit_of_a_function_in_another_file_is_compiled_anew(kept):
    write(kept, number="10.0")
    assert run(kept, ASK).stdout.split() == ["22.0", "0"]


def test_an_edit_of_a_number_in_a_file_without_compiled_code_is_compiled_anew(package):
    numbers = package / "simulator" / "numbers.py"
    numbers.write_text("SHIFT = 5.0\n")
    write(package, plus=" + SHIFT", extra="\nfrom simulator.numbers import SHIFT")
    assert run(package, ASK).stdout.split() == ["9.0", "0"]
    numbers.write_text("SHIFT = 7.0\n")
    assert run(package, ASK).stdout.split() == ["11.0", "0"]


def test_damaged_machine_code_is_compiled_anew(kept):
    files = sorted((kept / "simulator" / "__pycache__").glob("*.nb?"))
    assert files
    for path in files:
        path.write_bytes(path.read_bytes()[:20])
    assert run(kept, ASK).stdout.split() == ["4.0", "0"]
    assert run(kept, ASK, knows_all=False).stdout.split() == ["4.0", "1"]


def test_without_a_folder_to_write_the_code_still_runs_and_says_so_once(package):
    (package / "simulator" / "__pycache__").write_text("a file where the folder would be")
    process = run(package, ASK, HOME=os.devnull, XDG_CACHE_HOME=os.devnull + "/no")
    assert process.stdout.split() == ["4.0", "0"]
    assert process.stderr.count("compiled code can't be kept") == 1


def test_a_full_disk_while_keeping_code_does_not_end_the_run(package):
    code = (
        "import simulator.compiled as c\n"
        "def full(self, name, data):\n    raise OSError(28, 'No space left on device')\n"
        "from numba.core.caching import IndexDataCacheFile as F\n"
        "F._save_data = full\n" + ASK
    )
    process = run(package, code)
    assert process.stdout.split() == ["4.0", "0"]
    assert process.stderr.count("No space left on device") == 1


def test_every_file_with_compiled_code_counts_in_the_digest(tmp_path):
    copy = tmp_path / "simulator"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "shapefiles"))
    before = source_digest(copy)
    users = [p for p in copy.rglob("*.py") if "import compiled" in p.read_text()]
    assert len(users) >= 9
    for path in users:
        source = path.read_text()
        path.write_text(source + "\n# edited\n")
        source_digest.cache_clear()
        assert source_digest(copy) != before, path
        path.write_text(source)
    source_digest.cache_clear()
    assert source_digest(copy) == before


def test_no_module_compiles_but_by_the_one_decorator():
    for path in PACKAGE.rglob("*.py"):
        if path.name != "compiled.py":
            assert "import njit" not in path.read_text(), path
            assert "numba import" not in path.read_text(), path


def test_numbers_written_in_calls_make_no_versions_of_their_own():
    code = """
from numba.core import event
from simulator.compiled import compiled

@compiled
def one_more(count):
    return count + 1

@compiled
def some(rounds):
    count = 0
    for _ in range(rounds):
        count = one_more(count)
    return one_more(5) + count

with event.install_recorder("numba:compile") as compiling:
    assert some(3) == 9
begun = [told.data["dispatcher"] for _, told in compiling.buffer if told.is_start]
print(sum(dispatcher.py_func is one_more.py_func for dispatcher in begun))
"""
    done = made_copies.run(code)
    assert done.stdout.strip() == "1", done.stderr
