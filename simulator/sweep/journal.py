"""The file a sweep can go on from: one line a finished point, on the disk as soon as it is done.

The first line says what the sweep is; each other line holds a point's content key, so that only
points whose inputs and program are the same are taken over. Each ends in its own digest.
"""

from __future__ import annotations

import itertools
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from simulator.arrays import FloatArray
from simulator.errors import InputError
from simulator.sweep.axes import Axis
from simulator.sweep.designs import Design
from simulator.sweep.lines import (
    MAX_HEAD_BYTES,
    MAX_LINE_BYTES,
    Record,
    columns_of,
    opened,
    plain_json,
    record_of,
    sealed,
)
from simulator.sweep.points import FORMAT, FORMAT_VERSION, FigureColumn, Names, SweepPlan, program
from simulator.version import __version__

POINTS = "points.jsonl"
_BEGINNING = f'{{"format":"{FORMAT}","'.encode()
_LOCK = ".lock"
_LOCK_TRIES = 100

NOT_RUN, DONE, FAILED = 0, 1, 2


@dataclass(frozen=True, eq=False)
class PointTable:
    """All points of a sweep: `figures` is (points, columns), NaN where there is none.

    `names` are what people call the networks, targets and regions that have another name as well.
    """

    design: Design
    title: str
    columns: tuple[FigureColumn, ...]
    values: tuple[tuple[Any, ...], ...]
    keys: tuple[str, ...]
    status: npt.NDArray[np.int8]
    figures: FloatArray
    errors: dict[int, str]
    names: Names = field(default_factory=dict)

    @classmethod
    def empty(cls, plan: SweepPlan) -> PointTable:
        """Return the table of a plan of which nothing has run."""
        return cls(
            plan.design,
            plan.title,
            plan.columns,
            plan.values,
            plan.keys,
            np.zeros(len(plan), dtype=np.int8),
            np.full((len(plan), len(plan.columns)), np.nan),
            {},
            plan.names,
        )

    def note(self, point: int, figures: Sequence[float | None], error: str) -> None:
        """Note a finished point."""
        self.status[point] = FAILED if error else DONE
        if error:
            self.errors[point] = error
        else:
            self.figures[point] = [np.nan if value is None else value for value in figures]

    def line(self, point: int) -> str:
        """Return the line of a finished point."""
        record: dict[str, Any] = {"point": point, "key": self.keys[point]}
        if self.status[point] == DONE:
            record |= {"status": "done", "figures": [_plain(v) for v in self.figures[point]]}
        else:
            record |= {"status": "failed", "error": self.errors[point]}
        return sealed(record)


def _plain(value: float) -> float | int | None:
    if not math.isfinite(value):
        return None
    # As an integer where it is one: counts read as counts, and lines are shorter.
    return int(value) if value.is_integer() and abs(value) < 1e15 else float(value)


def header(table: PointTable) -> str:
    """Return the line that says what the sweep is."""
    design = table.design
    return sealed(
        {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "simulator": __version__,
            "program": program(),
            "title": table.title,
            "mode": design.mode,
            "sample": design.sample,
            "method": design.method if design.mode == "sample" else None,
            "seed": design.seed if design.mode == "sample" else None,
            "axes": [_axis(axis) for axis in design.axes],
            "points": len(table.values),
            # Drawn by a library that need not draw the same for ever, or be there to read.
            "values": table.values if design.mode == "sample" else None,
            "columns": [list(column) for column in table.columns],
            "names": table.names,
        }
    )


def _axis(axis: Axis) -> dict[str, Any]:
    if axis.is_range:
        return {"path": axis.path, "low": axis.low, "high": axis.high}
    return {"path": axis.path, "values": list(axis.values)}


class Journal:
    """The journal of a sweep that runs, and the lock of its folder.

    With `resume`, points found there with the same content are noted in the table; `taken_over`
    of them. `clear` is called once the folder is ours alone, before anything is read. Raises
    InputError for a folder that is none of ours, that another version wrote, or that another sweep
    is writing, and when the disk is full or closed to us.
    """

    def __init__(
        self,
        folder: Path,
        table: PointTable,
        *,
        resume: bool,
        clear: Callable[[Path], None] | None = None,
    ) -> None:
        self._folder = folder
        self._path = folder / POINTS
        self._table = table
        self._strays: list[str] = []
        # Where the line of each point added is in the file: its begin and its length.
        self._places = np.full((len(table.values), 2), -1)
        self.taken_over = 0
        self._lock = _locked(folder)
        try:
            if clear is not None:
                with _disk(folder):
                    clear(folder)
            if resume and self._path.exists():
                self._take_over()
            self.finish()
            with _disk(folder):
                self._file = self._path.open("ab")
        except BaseException:
            _unlocked(folder, self._lock)
            raise

    @property
    def strays(self) -> int:
        """How many finished points of the folder are none of this sweep; they are kept."""
        return len(self._strays)

    def _take_over(self) -> None:
        numbers = {key: point for point, key in enumerate(self._table.keys)}
        place = {column: n for n, column in enumerate(self._table.columns)}
        for record in records(self._path):
            if record.status != "done":
                continue
            point = numbers.get(record.key)
            if point is None:
                self._strays.append(sealed(_stray(record)))
            elif self._table.status[point] != DONE:
                self._adopt(point, record, place)
                self.taken_over += 1

    def _adopt(self, point: int, record: Record, place: Mapping[FigureColumn, int]) -> None:
        self._table.status[point] = DONE
        for column, value in zip(record.columns, record.figures, strict=True):
            if value is not None and column in place:
                self._table.figures[point, place[column]] = value

    def append(self, points: Iterable[int]) -> None:
        """Add finished points, at once on the disk."""
        lines = {point: self._table.line(point).encode() for point in points}
        with _disk(self._folder):
            for point, line in lines.items():
                self._places[point] = self._file.tell(), len(line)
                self._file.write(line)
            self._file.flush()

    def finish(self) -> None:
        """Write the lines anew in the order of points: the same sweep is the same bytes."""
        # Beside and then moved: an interrupt leaves the old lines or the new ones, all of them.
        partial = self._path.with_name(f".{POINTS}.partial")
        with _disk(self._folder):
            with partial.open("wb") as file:
                file.write(header(self._table).encode())
                file.writelines(self._lines())
                file.writelines(line.encode() for line in self._strays)
            partial.replace(self._path)

    def _lines(self) -> Iterator[bytes]:
        """Yield the lines of all points, those that are in the file as they stand there."""
        # A journal that begins has no file yet: it is made here, and replaced at once.
        with self._path.open("ab+") as file:
            for point in np.flatnonzero(self._table.status).tolist():
                begin, length = self._places[point].tolist()
                if length < 0:
                    yield self._table.line(point).encode()
                else:
                    file.seek(begin)
                    yield file.read(length)

    def close(self) -> None:
        """Let the folder go."""
        self._file.close()
        _unlocked(self._folder, self._lock)


def _stray(record: Record) -> dict[str, Any]:
    # Columns travel with the line, because the header is another sweep's.
    return {
        "point": None,
        "key": record.key,
        "status": "done",
        "columns": [list(column) for column in record.columns],
        "figures": list(record.figures),
    }


class _disk:
    """Faults of the disk as faults for the user, who can go on later."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if isinstance(fault, OSError):
            raise InputError(
                f"{self._folder}: cannot be written: {fault.strerror or fault}; finished points "
                "are kept, go on with --resume"
            ) from fault


def _locked(folder: Path) -> IO[bytes]:
    for _ in range(_LOCK_TRIES):
        with _disk(folder):
            folder.mkdir(parents=True, exist_ok=True)
            file = (folder / _LOCK).open("ab")
        if sys.platform == "win32":
            return file
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise InputError(f"{folder}: another sweep is writing it; wait for its end") from None
        # Whoever held it before may have removed the file between our opening and our locking.
        if _is_same_file(folder / _LOCK, file):
            return file
        file.close()
    raise InputError(f"{folder}: other sweeps begin and end in it all the time; choose another")


def _is_same_file(path: Path, file: IO[bytes]) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except OSError:
        return False


def _unlocked(folder: Path, lock: IO[bytes]) -> None:
    if sys.platform == "win32":
        lock.close()
    # Removed while it is still held: nobody else can have locked it.
    (folder / _LOCK).unlink(missing_ok=True)
    lock.close()


def _whole_length(path: Path) -> int:
    """Return the length of a journal without a last line that was cut short."""
    size = path.stat().st_size
    with path.open("rb") as file:
        for end in range(size, 0, -(1 << 16)):
            start = max(0, end - (1 << 16))
            file.seek(start)
            at = file.read(end - start).rfind(b"\n")
            if at >= 0:
                return start + at + 1
    return 0


def is_sweep(folder: Path) -> bool:
    """Return whether a folder holds the journal of a sweep, of whatever form, whole or not."""
    try:
        with (folder / POINTS).open("rb") as file:
            return _BEGINNING.startswith(file.read(len(_BEGINNING)))  # or cut off before
    except OSError:
        return False


def head_of(folder: Path) -> dict[str, Any]:
    """Return the header of a sweep's folder; raises InputError if it is none, or not of ours."""
    path = folder / POINTS
    try:
        with path.open("rb") as file:
            line = file.readline(MAX_HEAD_BYTES)
    except FileNotFoundError:
        raise InputError(f"{folder}: is not the folder of a sweep: {POINTS} is missing") from None
    except OSError as fault:
        raise InputError(f"{path}: cannot be read: {fault.strerror or fault}") from None
    if not line.startswith(_BEGINNING):
        raise InputError(f"{path}: is not the journal of a sweep; name another folder")
    try:
        head = opened(line)
    except ValueError as fault:
        raise InputError(_damaged_head(path, line, str(fault))) from None
    if head.get("version") != FORMAT_VERSION:
        raise InputError(_other_form(path, head))
    return head


def _damaged_head(path: Path, line: bytes, why: str) -> str:
    """Return what is wrong with a header, which an older version may have written."""
    try:
        head = plain_json(line)
    except ValueError:
        head = {}
    if "version" in head and head["version"] != FORMAT_VERSION:
        return _other_form(path, head)
    return f"{path}:1: was changed or cut short ({why}); begin the sweep anew with --force"


def _other_form(path: Path, head: Mapping[str, Any]) -> str:
    return (
        f"{path}: is a journal of form {str(head.get('version'))[:20]}, written by simulator "
        f"{str(head.get('simulator'))[:20]}; this one reads form {FORMAT_VERSION}: go on with the "
        "version that began it, or begin anew with --force"
    )


def check_same_program(folder: Path) -> None:
    """Raise InputError for a sweep that another version of the program has begun."""
    path = folder / POINTS
    if path.exists() and not path.stat().st_size:
        return  # cut off before its first line
    head = head_of(folder)
    if (head.get("simulator"), head.get("program")) != (__version__, program()):
        raise InputError(
            f"{folder}: was begun by simulator {str(head.get('simulator'))[:20]}, program "
            f"{str(head.get('program'))[:20]}; this is {__version__}, {program()}: its points "
            "would not compare; choose another folder by --out, or begin anew with --force"
        )


def records(path: Path) -> Iterator[Record]:
    """Yield the points of a journal; a last line that was cut short is left out.

    Raises InputError naming a line that is not as we write it.
    """
    columns: tuple[FigureColumn, ...] = ()
    # What follows the last newline was cut short, and is not read.
    remaining_bytes = _whole_length(path)
    most = MAX_HEAD_BYTES
    with path.open("rb") as file:
        for number in itertools.count(1):
            line = file.readline(most)
            remaining_bytes -= len(line)
            if remaining_bytes < 0 or not line:
                return
            try:
                row = opened(line)
                if number > 1:
                    yield record_of(row, columns)
                    continue
                columns, most = columns_of(row.get("columns")), MAX_LINE_BYTES
            except (ValueError, KeyError, TypeError) as fault:
                raise InputError(
                    f"{path}:{number}: is not a point of a sweep as it was written: {fault}; "
                    "remove the line and go on with --resume, or begin anew with --force"
                ) from None
