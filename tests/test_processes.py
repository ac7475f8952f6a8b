"""Processes do work in order, hand on its faults, and are done without where they die."""

import multiprocessing
import os
import signal
import subprocess
import sys
from functools import partial

import pytest

from simulator.processes import ProcessPool


def square(item):
    return item * item


def own_pid(_):
    return os.getpid()


def die_elsewhere(parent, item):
    if os.getpid() != parent:
        os._exit(1)
    return item


def fail(item):
    raise ValueError(f"no {item}")


def ignores_interrupts(_):
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_results_come_in_the_order_of_the_items_and_from_other_processes():
    with ProcessPool(2, modules=["json"]) as pool:
        assert list(pool.map(square, range(20))) == [n * n for n in range(20)]
        assert os.getpid() not in set(pool.map(own_pid, range(4)))
        assert all(pool.map(ignores_interrupts, range(2)))
        with pytest.raises(ValueError, match="no 3"):
            list(pool.map(fail, [3, 4]))
    assert not multiprocessing.active_children()


def is_imported(module):
    return module in sys.modules


def test_processes_import_what_they_are_told_to():
    with ProcessPool(2, modules=["wave", "colorsys", "netrc"]) as pool:
        assert all(pool.map(is_imported, ["wave", "colorsys", "netrc"]))


def test_a_killed_process_leaves_its_work_to_this_one():
    with ProcessPool(1, modules=["json"]) as pool:
        assert list(pool.map(partial(die_elsewhere, os.getpid()), range(5))) == list(range(5))
        assert list(pool.map(square, [3])) == [9]


def test_a_module_that_cannot_be_imported_leaves_the_work_to_this_process():
    with ProcessPool(1, modules=["no_such_module"]) as pool:
        assert list(pool.map(own_pid, range(2))) == [os.getpid()] * 2


def test_where_no_process_can_be_started_this_one_does_the_work(monkeypatch):
    def refuse(*_, **__):
        raise OSError("no semaphores")

    monkeypatch.setattr("simulator.processes.ProcessPoolExecutor", refuse)
    with ProcessPool(2, modules=["json"]) as pool:
        assert list(pool.map(own_pid, range(2))) == [os.getpid()] * 2


def test_a_fault_ends_the_processes_at_once():
    with pytest.raises(KeyboardInterrupt), ProcessPool(2, modules=["json"]):
        raise KeyboardInterrupt
    assert not multiprocessing.active_children()


def leave_a_mark(path):
    path.write_text("done")


def test_work_that_nobody_waits_for_is_done_before_the_processes_end(tmp_path):
    with ProcessPool(1, modules=["json"]) as pool:
        pool.begin(leave_a_mark, tmp_path / "mark")
    assert (tmp_path / "mark").read_text() == "done"


def test_work_that_nobody_waits_for_may_fail(tmp_path):
    with ProcessPool(1, modules=["json"]) as pool:
        pool.begin(fail, 3)
        assert list(pool.map(square, [3])) == [9]


SLOW = """
import pathlib, time
end = time.monotonic() + 20.0
while not pathlib.Path("handed").exists():
    if time.monotonic() > end:
        pathlib.Path("late").touch()
        break
    time.sleep(0.01)
"""
HANDED = """
import pathlib
from simulator.processes import ProcessPool
with ProcessPool(2, modules=["slow"]) as pool:
    made = pool.map(abs, [-1, -2])
    pathlib.Path("handed").touch()
    print(list(made))
"""


def test_work_is_handed_on_without_waiting_for_processes_to_begin(tmp_path):
    (tmp_path / "slow.py").write_text(SLOW)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    told = subprocess.run(
        [sys.executable, "-c", HANDED],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert told.stdout == "[1, 2]\n", told.stderr
    assert not (tmp_path / "late").exists()
