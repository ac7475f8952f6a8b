"""The tool that holds the newest Python to the oldest: what it looks for, what it does there."""

import runpy
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parent.parent / "tools" / "newest_python.py"


@pytest.fixture
def tool() -> dict:
    return runpy.run_path(str(TOOL))


def test_every_version_from_the_least_required_on_is_stated(tool):
    minors = tool["supported"]()
    assert minors == sorted(minors, reverse=True)
    assert minors[-1] == 11
    assert minors == list(range(minors[0], 10, -1))
    assert sys.version_info.minor in minors


def test_a_python_of_another_version_or_none_is_passed_over(tool, tmp_path):
    assert tool["runs"](Path(sys.executable), sys.version_info.minor)
    assert not tool["runs"](Path(sys.executable), 99)
    (tmp_path / "python").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "python").chmod(0o755)
    assert not tool["runs"](tmp_path / "python", 13)


def test_without_a_newer_python_there_is_nothing_to_compare(tool, monkeypatch, capsys):
    monkeypatch.setitem(tool["newest"].__globals__, "candidates", lambda minor: iter(()))
    tool["main"]()
    assert capsys.readouterr().out.startswith(f"no Python after {sys.version.split()[0]} here")


def test_the_newest_makes_the_ledger_and_proves_a_run_of_this_one(tool, monkeypatch):
    steps = []
    names = tool["main"].__globals__
    monkeypatch.setitem(names, "newest", lambda: Path("/there/python3.99"))
    monkeypatch.setitem(names, "step", lambda words: steps.append([str(word) for word in words]))
    tool["main"]()
    assert steps[0][:3] == ["/there/python3.99", "-m", "venv"]
    assert steps[1][1:] == ["install", "-q", "-c", "constraints.txt", "."]
    assert steps[2][1:] == ["verify"]
    assert steps[3][:4] == [sys.executable, "-m", "simulator", "run"]
    assert steps[4][1:] == ["verify", steps[3][-1]]


def test_a_step_that_fails_ends_the_tool_with_1(tool):
    with pytest.raises(SystemExit) as ended:
        tool["step"]([sys.executable, "-c", "raise SystemExit(5)"])
    assert ended.value.code == 1
