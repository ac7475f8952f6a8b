"""The command that sweeps: what it prints, its exit codes, and how it is interrupted."""

import json
import os
import signal
import subprocess
import sys

import pytest

from simulator.sweep import read_sweep
from tests import made_runners as runners
from tests.made_calls import call
from tests.made_sweeps import ALTITUDE, RATE, wait_for


def sweep(*words):
    return call("sweep", *words)


def test_the_command_runs_and_tells(file, tmp_path):
    outcome = sweep(file, "--vary", f"{RATE}=1,2", "--jobs", 1, "--out", tmp_path / "s")
    assert outcome.exit_code == 0, outcome.stderr
    assert "2 of 2 points done" in outcome.stdout
    assert "2 runs; about" in outcome.stderr
    assert "accesses: 1 reused, 1 run" in outcome.stderr
    status = sweep(
        file, "--vary", f"{RATE}=1,2", "--jobs", 1, "--out", tmp_path / "s", "--resume", "--json"
    )
    assert json.loads(status.stdout)["done"] == 2


def test_the_help_says_whom_a_scheduler_is_trusted_with():
    words = " ".join(sweep("--help").stdout.split())
    assert "pickles, in clear text over tcp://" in words
    assert "can run code here and there" in words and "or tls:// with the certificates" in words


def test_the_command_refuses_what_does_not_go_together(file, tmp_path):
    out = ("--out", tmp_path / "s")
    assert sweep(file, "--vary", f"{RATE}=1:2", "--zip", "--sample", 3, *out).exit_code == 2
    assert sweep(file, "--vary", f"{RATE}=1,2", "--method", "sobel", *out).exit_code == 2
    bad = sweep(file, "--vary", f"{RATE}=1,-2", *out)
    assert bad.exit_code == 1
    assert "point 1" in bad.stderr
    assert not (tmp_path / "s").exists()


def test_a_folder_that_cannot_be_written_is_known_before_any_point(file, tmp_path, monkeypatch):
    (tmp_path / "a").write_text("a file")
    monkeypatch.setattr("simulator.sweep.plan", None)
    outcome = sweep(file, "--vary", f"{RATE}=1,2", "--out", tmp_path / "a" / "s")
    assert outcome.exit_code == 1
    assert outcome.stderr.endswith("a is a file\n")
    assert outcome.stderr.count("\n") == 1


def test_a_point_that_fails_makes_the_exit_code_one(file, tmp_path, monkeypatch):
    def stands_in(scenario, *, store):
        return runners.fails_at_three(scenario, store)

    monkeypatch.setattr("simulator.study.figures", stands_in)
    outcome = sweep(file, "--vary", f"{RATE}=1,3", "--jobs", 1, "--out", tmp_path / "s")
    assert outcome.exit_code == 1
    assert "1 of 2 points failed; point 1: ZeroDivisionError: three" in outcome.stderr
    assert read_sweep(tmp_path / "s").done == 1


@pytest.mark.slow
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_stops_the_sweep_and_keeps_what_is_done(file, tmp_path, sent, code):
    words = [sys.executable, "-m", "simulator", "sweep", str(file)]
    words += ["--vary", f"{ALTITUDE}=400:900:2000", "--set", "span.days=10"]
    words += ["--jobs", "2", "--out", str(tmp_path / "s")]
    process = subprocess.Popen(
        words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True
    )
    journal = tmp_path / "s" / "points.jsonl"
    wait_for(lambda: journal.exists() and journal.read_bytes().count(b"\n") > 10, process)
    (os.killpg if sent == signal.SIGINT else os.kill)(process.pid, sent)
    _, said = process.communicate()
    assert process.returncode == code
    assert "--resume" in said
    assert "Traceback" not in said
    assert 10 <= read_sweep(tmp_path / "s").done < 2000
    wait_for(lambda: gone(process.pid))


@pytest.mark.slow
def test_a_killed_sweep_leaves_no_worker_behind(file, tmp_path):
    words = [sys.executable, "-m", "simulator", "sweep", str(file)]
    words += ["--vary", f"{ALTITUDE}=400:900:2000", "--jobs", "2", "--out", str(tmp_path / "s")]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(words, stderr=quiet, stdout=quiet, start_new_session=True)
    journal = tmp_path / "s" / "points.jsonl"
    wait_for(lambda: journal.exists() and journal.read_bytes().count(b"\n") > 10, process)
    process.kill()
    process.wait()
    assert read_sweep(tmp_path / "s").done >= 9
    wait_for(lambda: gone(process.pid))


def gone(group):
    """Whether no process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False
