"""Processes that points run in: what they are copies of, and what the planning one does without."""

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest

from simulator import study
from simulator.sweep import begin_processes, rehearsal
from simulator.sweep.server import context


def run(code):
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert not process.stderr
    return process.stdout.split()


def modules_here(_):
    return set(sys.modules)


def test_a_process_that_hands_out_points_imports_nothing_that_computes_them():
    code = "import sys, simulator.sweep.running, simulator.sweep.points; print(*sys.modules)"
    imported = run(code)
    assert "simulator.sweep.worker" in imported
    assert not {"numba", "simulator.study.networks", "simulator.orbits.elements"} & {*imported}


def test_to_begin_processes_imports_little():
    assert not {"numpy", "pydantic", "simulator.scenario"} & {
        *run("import sys; from simulator.sweep import begin_processes; print(*sys.modules)")
    }


@pytest.mark.skipif(sys.platform != "linux", reason="processes are copies on Linux alone")
def test_processes_are_copies_of_one_that_has_imported_the_program():
    begin_processes()
    with ProcessPoolExecutor(1, mp_context=context()) as pool:
        (imported,) = pool.map(modules_here, [None])
    assert {"simulator.sweep.rehearsal", "simulator.study.networks"} <= imported


def test_a_rehearsal_leaves_machine_code_and_no_threads():
    study.figures(rehearsal.small())  # so that its machine code is kept
    code = (
        "import threading, simulator.sweep.rehearsal; "
        "from simulator.uncertainty.kernel import resample; "
        "print(threading.active_count(), len(resample.signatures) > 0)"
    )
    assert run(code) == ["1", "True"]


def test_what_is_yet_to_be_compiled_is_not_rehearsed(monkeypatch):
    studied = []
    monkeypatch.setattr(rehearsal, "figures", lambda *given: studied.append(given))
    monkeypatch.setattr(study, "late_code_is_kept", lambda: False)
    rehearsal.rehearse()
    assert not studied
    monkeypatch.setattr(study, "late_code_is_kept", lambda: True)
    rehearsal.rehearse()
    assert len(studied) == 1


def test_a_rehearsal_that_fails_is_passed_over(monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(rehearsal, "figures", fail)
    monkeypatch.setattr(study, "late_code_is_kept", lambda: True)
    rehearsal.rehearse()
