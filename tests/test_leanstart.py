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
# Whoever has xarray already keeps Dask.
begin_lean()
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
HANDED = """
import sys
from simulator.leanstart import leave_arrow_out
from simulator.processes import ProcessPool

def seen(frame):
    import pandas as pd
    more = pd.Series(["c", ""], dtype="str")
    return frame.assign(more=more), sys.modules.get("pyarrow") is None

if __name__ == "__main__":
    {before}
    import pandas as pd
    frame = pd.DataFrame({{"text": ["a", "b"]}}, dtype="str")
    with ProcessPool(2, modules=[]) as processes:
        for table, is_left_out in processes.map(seen, [frame, frame]):
            print(*table["text"], *table["more"], is_left_out, sys.modules["pyarrow"] is None)
"""
METHODS = """
import dataclasses, sys
from simulator.leanstart import make_methods_late
from dataclasses import dataclass

def made():
    @dataclass(frozen=True)
    class Spot:
        'A place.'
        east: float
        north: float = 0.0
    return Spot

early = made()
make_methods_late()
make_methods_late()
late = made()
assert repr(late(1.0)) == repr(early(1.0)) == "made.<locals>.Spot(east=1.0, north=0.0)"
assert hash(late(1.0)) == hash(early(1.0)) and late(1.0) == late(1.0) != late(2.0) != early(2.0)
assert early.__setattr__.__qualname__ == late.__setattr__.__qualname__
for kind in (early, late):
    for change in (lambda spot: setattr(spot, "east", 2.0), lambda spot: delattr(spot, "north")):
        try:
            change(kind(1.0))
        except dataclasses.FrozenInstanceError as fault:
            print(fault)
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


def test_grids_are_made_without_dask_which_is_found_and_kept_when_asked_for() -> None:
    outcome = run(GRID)
    assert (outcome.stdout.strip(), outcome.returncode) == ("[]", 0), outcome.stderr


def test_processes_for_work_find_no_dask_either(tmp_path) -> None:
    program = tmp_path / "program.py"
    program.write_text(SHARED)
    outcome = subprocess.run([sys.executable, str(program)], capture_output=True, text=True)
    assert outcome.stdout.strip() == "[] []", outcome.stderr


@pytest.mark.parametrize("before", ["", "leave_arrow_out()"])
def test_tables_are_handed_on_with_arrow_and_without(tmp_path, before) -> None:
    pytest.importorskip("pyarrow")
    program = tmp_path / "program.py"
    program.write_text(HANDED.format(before=before))
    outcome = subprocess.run([sys.executable, str(program)], capture_output=True, text=True)
    is_left_out = bool(before)
    expected = f"a b c  {is_left_out} {is_left_out}"
    assert outcome.stdout.splitlines() == [expected] * 2, outcome.stderr


@pytest.mark.parametrize("before", ["", "begin_lean()"])
def test_what_is_there_is_kept_in_a_lean_process_alone(before) -> None:
    code = f"""
import gc
from simulator.leanstart import begin_lean, keep_what_is_there
{before}
keep_what_is_there()
print(gc.get_freeze_count() > 0)
"""
    assert run(code).stdout.strip() == str(bool(before))


def test_methods_of_data_classes_made_late_do_what_those_made_at_once_do() -> None:
    outcome = run(METHODS)
    each = ["cannot assign to field 'east'", "cannot delete field 'north'"]
    assert outcome.stdout.splitlines() == each * 2, outcome.stderr


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
