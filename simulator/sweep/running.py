"""A plan run from first point to last: on an executor, kept in a folder, watched on the way."""

from __future__ import annotations

import importlib.util
import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simulator.errors import InputError
from simulator.memory import available_bytes, size_text
from simulator.results import check_inside, encode
from simulator.sweep import assemble, executors
from simulator.sweep.assemble import Sweep
from simulator.sweep.executors import Executor, PointQueue
from simulator.sweep.journal import (
    DONE,
    FAILED,
    POINTS,
    Journal,
    PointTable,
    check_same_program,
    head_of,
    is_sweep,
    records,
)
from simulator.sweep.lines import (
    MAX_LINE_BYTES,
    columns_of,
    design_of,
    drawn_values,
    names_of,
    plain_json,
)
from simulator.sweep.points import FORMAT, FORMAT_VERSION, SweepPlan, column_labels, program
from simulator.sweep.worker import Job, PointBatch, PointTask, Reused, Runner, figures
from simulator.version import __version__

SUMMARY = "summary.json"
TABLE = "table.csv"
LONG_TABLE = "table-long.csv"
NETCDF = "sweep.nc"
ZARR = "sweep.zarr"
SCENARIO = "scenario.toml"
STORE = "store"
# With more different orbits than this a store on disk would grow larger than it is worth.
_MAX_GROUPS_STORED = 2_000
# What the array of a sweep is written with.
_FORMATS = ("h5netcdf", "zarr")
_BYTES_A_FIGURE = 30.0
_BYTES_A_POINT_READ = 250.0


@dataclass(frozen=True)
class Estimate:
    """What is ahead, from the first points: how many, how long, how large the folder."""

    points: int
    taken_over: int
    seconds: float
    size_bytes: float
    workers: int


@dataclass(frozen=True)
class Progress:
    """How far it is."""

    done: int
    points: int
    failed: int
    rate_per_s: float
    left_s: float


class Watcher:
    """Is called as a sweep goes on; override what you care for."""

    def estimated(self, estimate: Estimate) -> None:
        """Called once, after the first points."""

    def progressed(self, progress: Progress) -> None:
        """Called after each batch of points."""


def run_sweep(
    plan: SweepPlan,
    *,
    jobs: int | None = 1,
    scheduler: str | None = None,
    out: Path | str | None = None,
    resume: bool = False,
    force: bool = False,
    long_table: bool = False,
    watcher: Watcher | None = None,
    runner: Runner = figures,
) -> Sweep:
    """Run every point of a plan and return what they came to; a failed point stops no other.

    In this process, with `jobs` in that many (None: one a core), or on the Dask cluster at
    `scheduler`; results are the same to the byte. With `out`, a new folder keeps each point as it
    is done; `resume` goes on in it and runs what is missing or failed, `force` begins it anew;
    `long_table` writes a file with a row a figure too.
    `runner` is what computes a point, importable by workers. Raises InputError for a folder that
    may not be written and for a cluster that cannot be used.
    """
    table = PointTable.empty(plan)
    if out is not None:
        check_folder(Path(out), resume=resume, force=force)
    with (
        _executor(jobs, scheduler, len(plan)) as executor,
        _folder(out, table, plan, resume=resume, force=force) as journal,
    ):
        missing = [point for point in plan.order() if table.status[point] != DONE]
        job = Job(plan.source, plan.columns, _store(plan, out), runner)
        reused = Reused()
        if missing:
            run = _Run(plan, table, journal, executor, watcher or Watcher(), reused)
            run.all(job, missing)
        sweep = Sweep(table, assemble.counted(reused))
        if journal is not None and out is not None:
            journal.finish()
            _write(sweep, plan, Path(out), long_table=long_table)
    return sweep


@contextmanager
def _executor(jobs: int | None, scheduler: str | None, points: int) -> Iterator[Executor]:
    count = (os.cpu_count() or 1) if jobs is None else jobs
    if count < 1:
        raise InputError(f"jobs: {count}; give one or more")
    if scheduler is not None:
        with cluster(scheduler) as dask_cluster:
            yield dask_cluster
    else:
        local = executors.Processes(count, points) if count > 1 else executors.Serial()
        with executors.released(local):
            yield local


@contextmanager
def cluster(address: str) -> Iterator[executors.Cluster]:
    """Give the workers of the Dask cluster at an address; raises InputError if they can't serve."""
    with executors.released(executors.Cluster(address)) as dask_cluster:
        yield dask_cluster


@dataclass
class _Run:
    plan: SweepPlan
    table: PointTable
    journal: Journal | None
    executor: Executor
    watcher: Watcher
    reused: Reused

    def all(self, job: Job, points: list[int]) -> None:
        """Run points: a few first, to estimate the rest, then the rest."""
        pilots = self._pilots(points)
        later = [point for point in points if point not in pilots]
        self._taken_over = len(self.plan) - len(points)
        self._begun_s = time.monotonic()
        self._ran = 0
        elapsed_s: dict[int, float] = {}
        if self.journal is not None and self.executor.workers > 1:
            # The first points leave a processor to this process.
            threading.Thread(target=_import_formats, daemon=True).start()
        for batch in self.executor.run(job, _Pilots(self._tasks(pilots))):
            elapsed_s |= {outcome.point: outcome.elapsed_s for outcome in batch.outcomes}
            self._keep(batch)
        self.watcher.estimated(self._estimate(job, points, pilots, elapsed_s))
        for batch in self.executor.run(job, PointQueue(self._tasks(later))):
            self._keep(batch)

    def _tasks(self, points: Iterable[int]) -> list[PointTask]:
        return [PointTask(p, self.plan.keys[p], self.plan.overrides(p)) for p in points]

    def _pilots(self, points: list[int]) -> list[int]:
        """Return a point to warm up, one that shares its dear stages, and one that does not."""
        first = self.plan.group(points[0])
        later = [*points[len(points) // 2 :: max(1, len(points) // 50)], *points[-1:]]
        fresh = next((p for p in later if self.plan.group(p) != first), points[0])
        return list(dict.fromkeys([*points[:2], fresh]))

    def _estimate(
        self, job: Job, points: list[int], pilots: list[int], elapsed_s: Mapping[int, float]
    ) -> Estimate:
        times_s = [elapsed_s.get(point, 0.0) for point in pilots]
        # The first pilot compiles, so it says nothing; the second shares the stages of the first,
        # the last has new ones.
        again_s, fresh_s = times_s[min(1, len(times_s) - 1)], times_s[-1]
        groups = len({self.plan.group(point) for point in points})
        work_s = groups * fresh_s + max(0, len(points) - groups - len(pilots)) * again_s
        return Estimate(
            points=len(points),
            taken_over=self._taken_over,
            seconds=work_s / self.executor.workers,
            size_bytes=len(self.plan) * len(self.plan.columns) * _BYTES_A_FIGURE
            + _size_bytes(job.store) * groups / len({self.plan.group(p) for p in pilots}),
            workers=self.executor.workers,
        )

    def _keep(self, batch: PointBatch) -> None:
        for outcome in batch.outcomes:
            self.table.note(outcome.point, outcome.figures, outcome.error)
        if self.journal is not None:
            self.journal.append(outcome.point for outcome in batch.outcomes)
        self.reused.update(batch.reused)
        self._ran += len(batch.outcomes)
        rate = self._ran / max(1e-6, time.monotonic() - self._begun_s)
        done = self._taken_over + self._ran
        self.watcher.progressed(
            Progress(
                done, len(self.plan), len(self.table.errors), rate, (len(self.plan) - done) / rate
            )
        )


def _import_formats() -> None:
    """Import what the files of a sweep are written with, which takes a while."""
    for name in _FORMATS:
        # Who comes to write says what is missing.
        with suppress(Exception):
            importlib.import_module(name)


def _size_bytes(folder: str) -> int:
    """Return the size of the files of a folder, 0 for none."""
    return sum(path.stat().st_size for path in Path(folder).iterdir()) if folder else 0


class _Pilots(PointQueue):
    """The first points, all in one batch, so that they share a worker and its store."""

    def take(self, workers: int) -> list[PointTask]:
        batch = []
        while self:
            batch += super().take(workers)
        return batch


def _store(plan: SweepPlan, out: Path | str | None) -> str:
    if out is None:
        return ""
    # A store on disk pays where points on several processes share an orbit.
    if len({plan.group(point) for point in range(len(plan))}) > _MAX_GROUPS_STORED:
        return ""
    folder = Path(out).absolute() / STORE
    folder.mkdir(exist_ok=True)
    return str(folder)


@contextmanager
def _folder(
    out: Path | str | None, table: PointTable, plan: SweepPlan, *, resume: bool, force: bool
) -> Iterator[Journal | None]:
    """Give the journal of the folder, new or gone on with; None without a folder."""
    if out is None:
        yield None
        return
    folder = Path(out)
    clear = _clear if force and not resume else None
    journal = Journal(folder, table, resume=resume, clear=clear)
    try:
        _sweep_up(folder)
        _save(folder / SCENARIO, plan.source.text.encode())
        yield journal
    finally:
        journal.close()


def check_folder(folder: Path, *, resume: bool, force: bool) -> None:
    """Raise InputError for a folder that a sweep may not, or cannot, be written into."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; name a folder")
    _check_ours(folder, resume=resume, force=force)
    check_inside(folder)


def _check_ours(folder: Path, *, resume: bool, force: bool) -> None:
    if not folder.exists():
        return
    if not any(path.name != ".lock" for path in folder.iterdir()):
        return
    if resume:
        check_same_program(folder)
    elif not force:
        raise InputError(
            f"{folder}: exists already; go on with --resume, choose another by --out, or add "
            "--force"
        )
    elif not is_sweep(folder):
        raise InputError(f"{folder}: exists and does not hold a sweep; choose another by --out")


def _clear(folder: Path) -> None:
    """Remove what a sweep writes, and nothing else."""
    for name in (SUMMARY, TABLE, LONG_TABLE, NETCDF, SCENARIO, POINTS):
        (folder / name).unlink(missing_ok=True)
    for name in (ZARR, STORE):
        shutil.rmtree(folder / name, ignore_errors=True)


def _sweep_up(folder: Path) -> None:
    """Remove what a sweep that was cut off had half-written; the lock says that it is gone."""
    for name in (SUMMARY, TABLE, LONG_TABLE, NETCDF, SCENARIO):
        (folder / f".{name}.partial").unlink(missing_ok=True)
    shutil.rmtree(folder / f".{ZARR}.partial", ignore_errors=True)
    for path in (folder / STORE).glob(".*"):
        path.unlink(missing_ok=True)


def _write(sweep: Sweep, plan: SweepPlan, folder: Path, *, long_table: bool) -> None:
    _save(folder / TABLE, assemble.to_csv(sweep.table))
    # One that is there from before the sweep went on would lack the points since.
    if long_table or (folder / LONG_TABLE).exists():
        _save(folder / LONG_TABLE, assemble.to_csv(sweep.long_table))
    _save(folder / NETCDF, assemble.to_netcdf(sweep))
    _write_zarr(sweep, folder / ZARR)
    _save(folder / SUMMARY, encode(summary(sweep, plan)))


def _write_zarr(sweep: Sweep, folder: Path) -> None:
    # An extra: xarray needs it, and without it the sweep is as good in NetCDF.
    if importlib.util.find_spec("zarr") is None:
        return
    # Written beside and renamed, so that the folder holds a whole array or none.
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    sweep.array.to_zarr(partial, mode="w", zarr_format=2, consolidated=True)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def _save(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as fault:
        partial.unlink(missing_ok=True)
        raise InputError(
            f"{path}: cannot be written: {fault.strerror or fault}; finished points are kept, go "
            "on with --resume"
        ) from fault


def summary(sweep: Sweep, plan: SweepPlan | None = None) -> dict[str, Any]:
    """Return what a sweep was and came to, for machines."""
    design = sweep.points.design
    errors = sweep.errors
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "simulator": __version__,
        "program": program(),
        "title": sweep.title,
        "mode": design.mode,
        "sample": design.sample,
        "axes": [
            {"path": a.path, "low": a.low, "high": a.high}
            if a.is_range
            else {"path": a.path, "values": a.coordinate()}
            for a in sweep.axes
        ],
        "overrides": list(plan.source.overrides) if plan is not None else [],
        "points": len(sweep.points.status),
        "done": sweep.done,
        "failed": int((sweep.points.status == FAILED).sum()),
        "errors": [{"point": n, "error": error} for n, error in list(errors.items())[:20]],
        "columns": column_labels(sweep.points.columns),
        "reused": sweep.reused,
    }


def summary_json(sweep: Sweep, plan: SweepPlan | None = None) -> str:
    """Return the summary as JSON."""
    return encode(summary(sweep, plan)).decode()


def read_sweep(folder: Path | str) -> Sweep:
    """Return the sweep of a folder, finished or not.

    Raises InputError for a folder that holds none, or one that was changed.
    """
    folder = Path(folder)
    table = _empty_table(folder)
    for record in records(folder / POINTS):
        if record.point is None or record.columns != table.columns:
            continue
        if record.point >= len(table.values):
            raise InputError(
                f"{folder / POINTS}: has point {record.point} of {len(table.values)}; begin the "
                "sweep anew with --force"
            )
        table.note(record.point, record.figures, record.error)
    return Sweep(table, _reused(folder))


def _empty_table(folder: Path) -> PointTable:
    """Return the table that a journal's header describes; raises InputError if it is none."""
    head = head_of(folder)
    try:
        design, columns = design_of(head), columns_of(head.get("columns"))
        names = names_of(head.get("names", {}))
        size_bytes = design.count * (_BYTES_A_POINT_READ + 8.0 * len(columns))
        if size_bytes > available_bytes():
            raise ValueError(
                f"{design.count:,} points of {len(columns):,} figures take "
                f"{size_text(size_bytes)}, more than there is memory"
            )
        values = drawn_values(head, design) if design.mode == "sample" else tuple(design.values())
    except ValueError as fault:
        raise InputError(
            f"{folder / POINTS}:1: is not the header of a sweep as it was written: {fault}; begin "
            "the sweep anew with --force"
        ) from fault
    return PointTable(
        design,
        str(head.get("title")),
        columns,
        values,
        ("",) * len(values),
        np.zeros(len(values), dtype=np.int8),
        np.full((len(values), len(columns)), np.nan),
        {},
        names,
    )


def _reused(folder: Path) -> dict[str, dict[str, int]]:
    """Return what a finished sweep says it reused; nothing where that cannot be read."""
    try:
        path = folder / SUMMARY
        if path.stat().st_size > MAX_LINE_BYTES:
            return {}
        stages = plain_json(path.read_bytes())["reused"]
        return {
            str(stage): {"reused": int(count["reused"]), "run": int(count["run"])}
            for stage, count in stages.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return {}
