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
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator import study
from simulator.errors import InputError
from simulator.glossary import SWEPT
from simulator.scenario import Scenario, Variants
from simulator.sweep.points import FigureColumn, ScenarioSource, content_key, scenario_of

if TYPE_CHECKING:
    # Who hands out points computes none, and need not import what computes them.
    from simulator.study import Columns, FolderStore, MemoryStore, RunFigures, Store, Value

Runner = Callable[[Scenario, "Store | None"], "RunFigures"]
Reused = Counter[tuple[str, str]]

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
    """Run points one after the other; one that fails does not stop the next."""
    store = _store(job.store, threading.get_ident())
    before = store.counts.copy()
    outcomes = tuple(_outcome(job, task, store) for task in tasks)
    return PointBatch(outcomes, store.counts - before)


def _outcome(job: Job, task: PointTask, store: Store) -> PointOutcome:
    begun_s = time.perf_counter()
    try:
        values, error = _run(job, task, store), ""
    except InputError as fault:
        values, error = (), "; ".join(fault.problems)
    except _FAULTS as fault:
        values, error = (), f"{type(fault).__name__}: {fault}"
    return PointOutcome(task.point, values, error[:1_000], time.perf_counter() - begun_s)


def _run(job: Job, task: PointTask, store: Store) -> tuple[float, ...]:
    return row(job.runner(_scenario(job.source, task), store), job.columns)


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
