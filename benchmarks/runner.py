"""Runs engines on works, each in a process of its own, and scores what they return."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.cases import OURS, PEERS, Case, Peer
from benchmarks.environment import ROOT
from benchmarks.matching import Score, compare
from benchmarks.reference import exact_windows
from benchmarks.works import (
    Model,
    Window,
    Work,
    model_from_json,
    thinned,
    thinning_step,
    write_work,
)

REASON_LENGTH = 160


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one engine made of one case; `reason` is set when it did not run.

    Times are of the quickest run, in seconds, for `point_days` points times days.
    """

    peer: Peer
    points: int
    point_days: float
    version: str = ""
    cpu_s: float = 0.0
    wall_s: float = 0.0
    peak_memory_mb: float = 0.0
    windows: int = 0
    score: Score | None = None
    figures: dict[str, Any] | None = None
    reason: str = ""

    @property
    def cpu_ms_per_point_day(self) -> float:
        """CPU milliseconds, all threads, per satellite, point and day."""
        return 1e3 * self.cpu_s / self.point_days

    @property
    def wall_ms_per_point_day(self) -> float:
        """Wall milliseconds per satellite, point and day."""
        return 1e3 * self.wall_s / self.point_days


class NotRun(RuntimeError):
    """An engine gave no answer; the text is the reason for the table."""


class Reference:
    """Exact windows, found once for each work and model."""

    def __init__(self) -> None:
        self._known: dict[tuple[Work, Model], list[Window]] = {}

    def windows(self, work: Work, model: Model) -> list[Window]:
        """Return the exact windows of the work under the model."""
        if (work, model) not in self._known:
            self._known[work, model] = exact_windows(work, model)
        return self._known[work, model]


def outcomes(
    case: Case, *, pythons: dict[str, Path], only: set[str], timeout_s: float
) -> Iterator[Outcome]:
    """Yield one outcome per engine of the case, in the order of the peers' list.

    `pythons` holds the interpreter for `OURS` and for "peers".
    """
    reference = Reference()
    for peer in PEERS:
        if peer.name not in case.engines or (only and peer.name not in only):
            continue
        work = thinned(case.work, points=case.engines[peer.name])
        python = pythons[OURS if peer.name == OURS else "peers"]
        runner = Runner(peer=peer, python=python, timeout_s=timeout_s)
        try:
            yield _outcome(runner, work, case.check_points, reference)
        except NotRun as fault:
            yield Outcome(
                peer=peer,
                points=len(work.points),
                point_days=work.point_days,
                reason=str(fault),
            )


def _outcome(runner: Runner, work: Work, check_points: int | None, reference: Reference) -> Outcome:
    answer = runner.answer(work)
    windows = [(int(s), int(p), float(a), float(b)) for s, p, a, b in answer["windows"]]
    return Outcome(
        peer=runner.peer,
        points=len(work.points),
        point_days=work.point_days,
        version=answer["version"],
        cpu_s=min(answer["cpu_s"]),
        wall_s=min(answer["wall_s"]),
        peak_memory_mb=answer["peak_memory_mb"],
        windows=answer.get("window_count", len(windows)),
        score=_score(runner, work, windows, check_points, reference, answer),
        figures=answer.get("figures"),
    )


def _score(
    runner: Runner,
    work: Work,
    windows: list[Window],
    check_points: int | None,
    reference: Reference,
    answer: dict[str, Any],
) -> Score | None:
    if check_points == 0:
        return None
    points = check_points or len(work.points)
    checked = replace(thinned(work, points=points), wanted="windows")
    if work.wanted == "statistics":
        answer = runner.answer(checked)
        windows = [(int(s), int(p), float(a), float(b)) for s, p, a, b in answer["windows"]]
    else:
        step = thinning_step(work, points=points)
        windows = [(s, p // step, a, b) for s, p, a, b in windows if p % step == 0]
    exact = reference.windows(checked, model_from_json(answer["model"]))
    return compare(exact, windows, duration_s=work.duration_s)


@dataclass(frozen=True, kw_only=True)
class Runner:
    """Starts one engine's adapter; `timeout_s` bounds each run."""

    peer: Peer
    python: Path
    timeout_s: float

    def answer(self, work: Work) -> dict[str, Any]:
        """Return the adapter's answer; raises NotRun with the reason when there is none."""
        with tempfile.TemporaryDirectory() as folder:
            work_path, answer_path = Path(folder, "work.json"), Path(folder, "answer.json")
            write_work(work, work_path)
            self._run(work_path, answer_path)
            try:
                answer: dict[str, Any] = json.loads(answer_path.read_text(encoding="utf-8"))
            except (OSError, ValueError) as fault:
                raise NotRun(f"no answer: {fault}") from fault
        return answer

    def _run(self, work_path: Path, answer_path: Path) -> None:
        module = f"benchmarks.peers.{self.peer.module}"
        command = [str(self.python), "-m", module, str(work_path), str(answer_path)]
        command += [self.peer.variant] if self.peer.variant else []
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=self.timeout_s,
            )
        except subprocess.TimeoutExpired as fault:
            raise NotRun(f"took more than {self.timeout_s:.0f} s") from fault
        except OSError as fault:
            raise NotRun(f"could not start: {fault.strerror}") from fault
        if done.returncode != 0:
            raise NotRun(_reason(done.stderr, done.returncode))


def _reason(stderr: str, code: int) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return lines[-1][:REASON_LENGTH] if lines else f"ended with code {code}"


def own_python() -> Path:
    """Return the interpreter that runs this benchmark, which has our engine."""
    return Path(sys.executable)
