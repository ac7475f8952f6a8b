"""What runs where the work is done: a few points of a sweep, from texts alone.

Everything here is importable and takes and gives plain values, so that it runs in this process,
in another, or on another machine alike.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import numpy as np

from simulator import study
from simulator.errors import InputError
from simulator.glossary import SWEPT
from simulator.scenario import Scenario, Variants
from simulator.sweep.points import FigureColumn, ScenarioSource, content_key, scenario_of

if TYPE_CHECKING:
    # Who hands out points computes none, and need not import what computes them.
    from simulator.study import (
        BegunFigures,
        Columns,
        FolderStore,
        MemoryStore,
        RunFigures,
        Store,
        Value,
    )

Runner = Callable[[Scenario, "Store | None"], "RunFigures"]
Reused = Counter[tuple[str, str]]
_Result = TypeVar("_Result")

# What a computation may end in; it becomes the point's own failure.
_FAULTS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
_KEPT_IN_MEMORY = 2_000
# Points whose networks are reckoned in one go, but for batches of as few as these.
_TOGETHER = 32
_FEW = 3
_SHARED_STAGES = frozenset({"tracks", "accesses", "contacts", "regions"})


def figures(scenario: Scenario, store: Store | None) -> RunFigures:
    """Return the figures of a point."""
    return study.figures(scenario, store=store)


class PointTask(NamedTuple):
    """A point to run: its number, its content key, the overrides that make it."""

    point: int
    key: str
    overrides: tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """What all points of a sweep share. `store` is a folder for stage results, empty for none."""

    source: ScenarioSource
    columns: tuple[FigureColumn, ...]
    store: str = ""
    runner: Runner = figures


class PointOutcome(NamedTuple):
    """A point done: its figures in the order of the job's columns, or why it failed."""

    point: int
    figures: tuple[float, ...]
    error: str
    elapsed_s: float


class PointBatch(NamedTuple):
    """Several points done, and what was found in the store for them."""

    outcomes: tuple[PointOutcome, ...]
    reused: Reused


@dataclass
class SharedStore:
    """Dear stages in a folder that processes share, all in memory before it."""

    folder: FolderStore
    memory: MemoryStore
    counts: Reused = field(default_factory=Counter)

    def get(self, key: str) -> Value | None:
        value = self.memory.get(key)
        if value is None and _is_shared(key):
            value = self.folder.get(key)
            if value is not None:
                # Read once by this process, not by each of its points.
                self.memory.put(key, value)
        return value

    def put(self, key: str, value: Value) -> None:
        self.memory.put(key, value)
        if _is_shared(key):
            self.folder.put(key, value)


def _is_shared(key: str) -> bool:
    return key.partition("-")[0] in _SHARED_STAGES


@lru_cache(maxsize=16)
def _store(folder: str, thread: int) -> Store:
    """Return the store of this process and thread; stage results outlive a batch in it."""
    memory = study.MemoryStore(max_items=_KEPT_IN_MEMORY)
    if folder and Path(folder).is_dir():
        kept = study.FolderStore(Path(folder), study.MemoryStore(max_items=1))
        return SharedStore(kept, memory)
    return memory


def make_ready(source: ScenarioSource) -> None:
    """Do what takes a process a while before its first point: read the scenario and the program."""
    _ = study.figures
    with suppress(InputError):
        _variants(source)


def run_batch(job: Job, tasks: Sequence[PointTask]) -> PointBatch:
    """Run points; one that fails does not stop the next."""
    store = _store(job.store, threading.get_ident())
    before = store.counts.copy()
    # Few points, as the first of a sweep are, have each its own time; a runner knows but one.
    together = _TOGETHER if job.runner is figures and len(tasks) > _FEW else 1
    parts = (tasks[first : first + together] for first in range(0, len(tasks), together))
    outcomes = tuple(outcome for part in parts for outcome in _outcomes(job, part, store))
    return PointBatch(outcomes, store.counts - before)


def _outcomes(job: Job, tasks: Sequence[PointTask], store: Store) -> list[PointOutcome]:
    """Run points, the networks of all of them in one go; one that fails does not stop another."""
    if len(tasks) == 1:
        return [_outcome(job, task, store) for task in tasks]
    begun = [_tried(partial(_begun, job, task, store)) for task in tasks]
    ready = [tried.result for tried in begun if tried.result is not None]
    tried_rows = _tried(partial(_rows, job, ready))
    if tried_rows.result is None:
        # Of whom the fault is shows where each is run by itself.
        return [_outcome(job, task, store) for task in tasks]
    found, share_s = iter(tried_rows.result), tried_rows.spent_s / max(1, len(ready))
    return [
        PointOutcome(task.point, (), tried.error, tried.spent_s)
        if tried.result is None
        else PointOutcome(task.point, next(found), "", tried.spent_s + share_s)
        for task, tried in zip(tasks, begun, strict=True)
    ]


def _outcome(job: Job, task: PointTask, store: Store) -> PointOutcome:
    """Run a point by itself."""
    tried = _tried(partial(_row, job, task, store))
    return PointOutcome(task.point, tried.result or (), tried.error, tried.spent_s)


def _row(job: Job, task: PointTask, store: Store) -> tuple[float, ...]:
    return row(job.runner(_scenario(job.source, task), store), job.columns)


def _begun(job: Job, task: PointTask, store: Store) -> BegunFigures:
    return study.begun_figures(_scenario(job.source, task), store=store)


def _rows(job: Job, begun: Sequence[BegunFigures]) -> list[tuple[float, ...]]:
    return [row(found, job.columns) for found in study.finished_figures(begun)]


@dataclass(frozen=True)
class _Tried(Generic[_Result]):
    """What something came to, or why it failed, and how long it took."""

    result: _Result | None
    error: str
    spent_s: float


def _tried(work: Callable[[], _Result]) -> _Tried[_Result]:
    begun_s = time.perf_counter()
    result: _Result | None = None
    error = ""
    try:
        result = work()
    except InputError as fault:
        error = "; ".join(fault.problems)
    except _FAULTS as fault:
        error = f"{type(fault).__name__}: {fault}"
    return _Tried(result, error[:1_000], time.perf_counter() - begun_s)


def _scenario(source: ScenarioSource, task: PointTask) -> Scenario:
    """Return the scenario of a point; raises InputError where it is not the one planned."""
    for _ in range(2):
        scenario = scenario_of(_variants(source), task.overrides)
        # The key holds the hash of the program: a worker with another would mix its figures in.
        if content_key(scenario) == task.key:
            return scenario
        # A file that the scenario names may have changed since it was read for another sweep.
        _variants.cache_clear()
    raise InputError("the worker has another version of simulator, or of a file the scenario names")


@lru_cache(maxsize=1)
def _variants(source: ScenarioSource) -> Variants:
    """Return the scenario of a sweep, read once for all its points in this process."""
    return source.variants()


def row(figures: RunFigures, columns: Sequence[FigureColumn]) -> tuple[float, ...]:
    """Return figures in the order of the columns, to 9 digits; NaN for what a point has not."""
    tables = {kind: figures.columns.get(f"{kind}s", {}) for kind in SWEPT}
    numbers = {kind: _numbers(table) for kind, table in tables.items()}
    places = {
        kind: {str(name): place for place, name in enumerate(table.get(kind, ()))}
        for kind, table in tables.items()
    }
    values = [
        numbers[kind][figure][places[kind][name]]
        if figure in numbers[kind] and name in places[kind]
        else math.nan
        for kind, figure, name in columns
    ]
    return tuple(float(f"{value:.9g}") for value in values)


def _numbers(columns: Columns) -> dict[str, list[float]]:
    """Return the columns of a table that hold numbers, NaN where one is None."""
    arrays = {
        figure: np.asarray([math.nan if value is None else value for value in values])
        for figure, values in columns.items()
    }
    return {name: array.tolist() for name, array in arrays.items() if array.dtype.kind in "biuf"}
