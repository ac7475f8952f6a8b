"""A command's process: without Dask until someone asks, and ended at once, all said and done."""

import subprocess
import sys

import pytest

GRID = """
import sys
from simulator.leanstart import begin_lean, let_dask_be_found
begin_lean()
import xarray
grid = xarray.Dataset({"a": ("x", [1.0, 2.0])})
kept = xarray.open_dataset(grid.to_netcdf(engine="h5netcdf"), engine="h5netcdf").load()
assert kept.equals(grid) and kept["a"].to_numpy().sum() == 3.0
print(sorted(name for name in sys.modules if name.startswith("dask") and sys.modules[name]))
let_dask_be_found()
import dask
"""
SHARED = """
import sys
from simulator.processes import ProcessPool

def of_dask(_):
    import xarray
    xarray.Dataset({"a": ("x", [1.0, 2.0])})["a"].to_numpy()
    return sorted(name for name in sys.modules if name.startswith("dask") and sys.modules[name])

if __name__ == "__main__":
    with ProcessPool(2, modules=["simulator.results"]) as processes:
        print(*processes.map(of_dask, [1, 2]))
"""
ENDED = """
import atexit, sys, threading
from simulator.leanstart import end_at_once
class Late:
    def __del__(self):
        print("taken apart")
late = Late()
late.itself = late
atexit.register(print, "done at the end", file=sys.stderr)
print("said")
{before}
end_at_once(3)
print("not ended")
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def test_grids_are_written_and_read_without_dask_which_is_found_when_asked_for() -> None:
    outcome = run(GRID)
    assert (outcome.stdout.strip(), outcome.returncode) == ("[]", 0), outcome.stderr


def test_processes_for_work_find_no_dask_either(tmp_path) -> None:
    program = tmp_path / "program.py"
    program.write_text(SHARED)
    outcome = subprocess.run([sys.executable, str(program)], capture_output=True, text=True)
    assert outcome.stdout.strip() == "[] []", outcome.stderr


def test_whoever_has_xarray_already_keeps_dask() -> None:
    code = "import sys, xarray; from simulator.leanstart import begin_lean; begin_lean()"
    assert run(f"{code}; assert sys.modules.get('dask', 1) is not None").returncode == 0


def test_a_process_ends_with_its_code_and_leaves_nothing_undone() -> None:
    outcome = run(ENDED.format(before=""))
    assert outcome.returncode == 3
    assert outcome.stdout == "said\n"
    assert outcome.stderr == "done at the end\n"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a device that is always full")
def test_what_cannot_be_said_is_left_to_python_to_tell() -> None:
    outcome = run(ENDED.format(before="sys.stdout = open('/dev/full', 'w'); print('lost')"))
    assert outcome.returncode != 3
    assert "No space left on device" in outcome.stderr
