"""How long a user waits for each command, before and after a change.

`python -m benchmarks.waits` times the commands of the README on this tree, each as a user types it,
in a process of its own; `--against REV` times those of a Git revision too, checked out into a
temporary worktree. Each tree has a cache of machine code of its own, empty at first. Each wait is
measured several times and the median counts; the first run, which compiles, is measured once. A
second table has the processor time of the same: of the command and every process that it begins.
"""

from __future__ import annotations

import argparse
import compileall
import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.environment import ROOT

RUNS = 3
_SCENARIO = "scenarios/malligyong-1.toml"
_RUN = f"simulator run {_SCENARIO} --force --out {{out}}/run"
_FIRST, _LATER, _PLAIN = "run, the first time", "run", "run --no-figures"

# Prints the seconds of each stage of a run, without its figures, as JSON.
_STAGES = """
import json, sys, time
marks = [("imports", time.perf_counter())]
mark = lambda stage: marks.append((stage, time.perf_counter()))
from pathlib import Path
from simulator import report, results, study
from simulator.scenario import load
mark("scenario")
scenario = load(Path(sys.argv[1]))
outcome = study.run(scenario, progress=mark)
mark("writing")
results.write(outcome, Path(sys.argv[2]), force=True)
mark("report")
report.report_text(outcome)
mark("")
print(json.dumps([[a, e - s] for (a, s), (_, e) in zip(marks, marks[1:])]))
"""


@dataclass(frozen=True)
class Wait:
    """A command that a user waits for: a module and its arguments, `{out}` a folder to write in."""

    name: str
    command: str
    runs: int = RUNS


WAITS = (
    Wait(_FIRST, _RUN, runs=1),
    Wait(_LATER, _RUN),
    Wait(_PLAIN, f"{_RUN} --no-figures"),
    Wait("run without draws", f"{_RUN} --set uncertainty.draws=0"),
    Wait("passes", "simulator passes malligyong1_nov23 pgscc --start 2023-11-22T00:00:00Z"),
    Wait("validate", f"simulator validate {_SCENARIO}"),
    Wait(
        "sweep of 1,000 network variants",
        f"simulator sweep {_SCENARIO} --quiet --force --out {{out}}/sweep --set regions=[] "
        "--set uncertainty.draws=0 --vary satellites.0.downlink_rate_mbps=1:100:1000",
        runs=1,
    ),
)
TESTS = Wait("tests", "pytest -q -n auto", runs=1)


@dataclass(frozen=True)
class Measured:
    """What one tree takes, seconds: each wait, by the clock and of processors, and each stage."""

    tree: str
    waits_s: dict[str, float]
    cpu_s: dict[str, float]
    stages_s: dict[str, float]


class Failed(RuntimeError):
    """A command did not end well; the text is its last line."""


def measure(tree: Path, label: str, waits: Sequence[Wait]) -> Measured:
    """Time the waits of a tree, and the stages of a run if there are later runs among them."""
    # As an installation does, whatever the environment says of byte code.
    compileall.compile_dir(tree / "simulator", quiet=2)
    with tempfile.TemporaryDirectory(prefix="waits-") as folder:
        environment = os.environ | {
            "PYTHONPATH": str(tree),
            "NUMBA_CACHE_DIR": f"{folder}/machine-code",
        }
        waits_s, cpu_s = {}, {}
        for wait in waits:
            arguments = ["-m", *wait.command.format(out=folder).split()]
            spent = [_timed(tree, arguments, environment) for _ in range(wait.runs)]
            waits_s[wait.name] = median(run.wall_s for run in spent)
            cpu_s[wait.name] = median(run.cpu_s for run in spent)
            shown = f"{waits_s[wait.name]:.2f} s, {cpu_s[wait.name]:.2f} s of processor time"
            print(f"{label}: {wait.name} {shown}", file=sys.stderr, flush=True)
        stages_s: dict[str, float] = {}
        if _LATER in waits_s:
            script = ["-c", _STAGES, _SCENARIO, f"{folder}/stages"]
            stages_s = dict(json.loads(_timed(tree, script, environment).said))
        if _PLAIN in waits_s and stages_s:
            stages_s["figures"] = max(0.0, waits_s[_LATER] - waits_s[_PLAIN])
    return Measured(label, waits_s, cpu_s, stages_s)


@dataclass(frozen=True)
class _Spent:
    """What a command takes, in seconds, and what it prints."""

    wall_s: float
    cpu_s: float
    said: str


def _timed(tree: Path, arguments: Sequence[str], environment: dict[str, str]) -> _Spent:
    """Run a command and return what it takes, with all processes that it begins."""
    _adopt_orphans()
    start, before_s = time.perf_counter(), _of_children_s()
    done = subprocess.run(
        [sys.executable, *arguments], cwd=tree, env=environment, capture_output=True, text=True
    )
    spent_s = time.perf_counter() - start
    # Processes of a command may end after it, and count once somebody has waited for them.
    with suppress(ChildProcessError):
        while True:
            os.wait()
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise Failed(f"{' '.join(arguments[:3])}: {last[0] if last else done.returncode}")
    return _Spent(spent_s, _of_children_s() - before_s, done.stdout)


def _of_children_s() -> float:
    """Return the processor time of all processes that this one has waited for, seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _adopt_orphans() -> None:
    """Let this process be the parent of those whose own has ended; Linux alone can."""
    if sys.platform == "linux":
        set_child_subreaper = 36
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


@contextmanager
def worktree(revision: str) -> Iterator[Path]:
    """Give a temporary worktree of a Git revision of this repository."""
    with tempfile.TemporaryDirectory(prefix="waits-") as folder:
        tree = Path(folder) / "tree"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), revision], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def tables(trees: Sequence[Measured]) -> str:
    """Return waits and stages as tables; of two trees, the share that the second takes."""
    heads = [tree.tree for tree in trees] + (["after ÷ before"] if len(trees) == 2 else [])
    lines = []
    for title, rows in (
        ("wait, seconds", [tree.waits_s for tree in trees]),
        ("processor time of a wait, seconds", [tree.cpu_s for tree in trees]),
        ("stage of a later run, seconds and share", [tree.stages_s for tree in trees]),
    ):
        if not rows[-1]:
            continue
        lines += [f"| {' | '.join([title, *heads])} |", "| --- |" + " ---: |" * len(heads)]
        for name in dict.fromkeys(name for row in rows for name in row):
            cells = [_cell(row, name, shares=title.startswith("stage")) for row in rows]
            if len(rows) == 2:
                both = name in rows[0] and name in rows[1] and rows[0][name] > 0.0
                cells.append(f"{rows[1][name] / rows[0][name]:.2f}" if both else "")
            lines.append(f"| {' | '.join([name, *cells])} |")
        lines.append("")
    return "\n".join(lines)


def _cell(row: dict[str, float], name: str, *, shares: bool) -> str:
    if name not in row:
        return ""
    share = f" ({row[name] / sum(row.values()):.0%})" if shares else ""
    return f"{row[name]:.2f}{share}"


def main() -> int:
    """Measure and print; return 0, or 1 when a command failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.waits", description=__doc__)
    parser.add_argument("--against", metavar="REV", help="also this Git revision, first")
    parser.add_argument("--only", action="append", default=[], help="only this wait, by name")
    parser.add_argument("--tests", action="store_true", help="the test command too; minutes")
    parser.add_argument("--json", type=Path, help="also write everything measured to this file")
    options = parser.parse_args()
    waits = [wait for wait in WAITS if not options.only or wait.name in options.only]
    waits += [TESTS] if options.tests else []
    if not waits:
        parser.error(f"no such wait; there are {', '.join(wait.name for wait in WAITS)}")
    measured = []
    try:
        if options.against:
            with worktree(options.against) as tree:
                measured.append(measure(tree, options.against, waits))
        measured.append(measure(ROOT, "this tree", waits))
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(tables(measured))
    if options.json:
        options.json.write_text(json.dumps([asdict(tree) for tree in measured], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
