"""Answers to questions beyond a run's, such as what members are worth, and the folder of one.

A folder is written whole or not at all, and holds what a reader needs to trust its numbers: the
scenario as resolved, where every input comes from, and a digest of each file.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator.earth import Span
from simulator.errors import InputError
from simulator.results import folders, jsontext, netcdf, tables
from simulator.results.discovery import grid_attributes
from simulator.results.summary import (
    ANSWER,
    FOREIGN,
    PROVENANCE,
    SCENARIO,
    brief,
    sealed,
    unchanged_bytes,
)
from simulator.units import DAY_S

if TYPE_CHECKING:
    import xarray as xr

ANSWER_FORMAT = "simulator-answer"
ANSWER_VERSION = 1

_TEXT = "answer.txt"
_REMEDY = "ask again with --out and --force"
_MAX_SUMMARY_BYTES = 64 << 20


@dataclass(frozen=True, repr=False, eq=False)
class Answered:
    """An answer as a folder keeps it.

    `command` is the command that asks, `asked` what it was asked with besides the scenario, `text`
    what it says. `tables` may hold texts, flags, whole numbers and numbers, absent ones as NaN;
    `grids` are on (lat, lon) or a list of cells, as those of a run. The rest is as in `Results`.
    Raises ValueError for a naive start and an infinite number.
    """

    command: str
    asked: dict[str, Any]
    text: str
    scenario_toml: str
    title: str
    question: str
    start: datetime
    days: float
    source_line: str
    provenance: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    grids: dict[str, xr.Dataset] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.start.tzinfo is None:
            raise ValueError("start needs an offset")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        for name, table in self.tables.items():
            numbers = table.select_dtypes("number").to_numpy(np.float64)
            if np.isinf(numbers).any():
                raise ValueError(f"{name}: holds an infinite value")

    def __repr__(self) -> str:
        return f"{self.command}: {self.title or 'untitled'}\n\n{self.text}"


def write_answer(
    answered: Answered,
    folder: Path | str,
    *,
    force: bool = False,
    drawings: Callable[[Path], None] | None = None,
) -> None:
    """Write an answer into a new folder, whole or not at all; the same answer gives the same bytes.

    `drawings` is called with the folder to draw into. `force` replaces an answer that is there
    already; until the new one is whole the old one stays. Raises InputError for a folder that may
    not be written, and when the disk is full or closed to us.
    """
    with folders.replacing(Path(folder), marker=is_answer, force=force) as partial:
        hashes = {}
        for name, data in _contents(answered):
            (partial / name).write_bytes(data)
            hashes[name] = hashlib.sha256(data).hexdigest()
        summary = sealed(_summary(answered, hashes))
        (partial / ANSWER).write_bytes(jsontext.encode(summary))
        if drawings is not None:
            (partial / "figures").mkdir()
            drawings(partial / "figures")


def check_answer_folder(folder: Path | str, *, force: bool = False) -> None:
    """Raise InputError now for a folder that `write_answer` would refuse after the work."""
    folders.check(Path(folder), marker=is_answer, force=force)


def read_answer(folder: Path | str) -> Answered:
    """Read an answer back.

    Raises InputError for a folder that holds none, that another version wrote, or of which a file
    is missing or is not as it was written.
    """
    folder = Path(folder)
    summary = read_answer_summary(folder)
    try:
        return _assembled(folder, summary)
    except InputError:
        raise
    except FOREIGN as fault:
        raise InputError(
            f"{folder / ANSWER}: does not fit the files beside it: {brief(fault)}; {_REMEDY}"
        ) from fault


def read_answer_summary(folder: Path) -> dict[str, Any]:
    """Return what a folder says of its answer; raises InputError as `read_answer` does."""
    summary = _read_summary(folder)
    if summary.get("version") != ANSWER_VERSION:
        raise InputError(
            f"{folder}: an answer of form {summary.get('version')!r}; this version reads "
            f"{ANSWER_VERSION}; {_REMEDY}"
        )
    if sealed(summary) != summary:
        raise InputError(f"{folder / ANSWER}: was changed after it was written; {_REMEDY}")
    return summary


def is_answer(folder: Path | str) -> bool:
    """Whether a folder holds an answer rather than the results of a run."""
    try:
        _read_summary(Path(folder))
    except InputError:
        return False
    return True


def csv_text(frame: pd.DataFrame) -> str:
    """Return a table as CSV: numbers to ten digits, absent ones empty, no cell a formula."""
    head = ",".join(tables.quoted(str(name)) for name in frame.columns)
    cells = [_cells(frame[name]) for name in frame.columns]
    return "\n".join([head, *map(",".join, zip(*cells, strict=True))]) + "\n"


def _cells(series: pd.Series) -> list[str]:
    kind, values = tables.kind_of(series), series.tolist()
    if kind == "flag":
        return ["true" if value else "false" for value in values]
    if kind == "count":
        return [str(int(value)) for value in values]
    if kind == "number":
        # Adding zero turns -0.0 into 0.0.
        return ["" if value != value else f"{value + 0.0:.10g}" for value in values]
    return [tables.text_cell("" if pd.isna(value) else str(value)) for value in values]


def _contents(answered: Answered) -> Iterator[tuple[str, bytes]]:
    yield SCENARIO, answered.scenario_toml.encode("utf-8")
    yield PROVENANCE, jsontext.encode(answered.provenance)
    yield _TEXT, f"{answered.text}\n".encode()
    for name, table in answered.tables.items():
        yield f"{name}.csv", csv_text(table).encode("utf-8")
    span = Span(answered.start, answered.days * DAY_S)
    files = netcdf.file_names(answered.grids)
    for name, grid in answered.grids.items():
        attributes = grid_attributes(answered, name)
        yield files[name], netcdf.encode(grid, span=span, attributes=attributes)


def _summary(answered: Answered, hashes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "format": ANSWER_FORMAT,
        "version": ANSWER_VERSION,
        "command": answered.command,
        "asked": answered.asked,
        "title": answered.title,
        "question": answered.question,
        "start": tables.iso(answered.start),
        "days": answered.days,
        "source_line": answered.source_line,
        "tables": {
            name: [
                {"name": str(column), "kind": tables.kind_of(table[column])}
                for column in table.columns
            ]
            for name, table in answered.tables.items()
        },
        "grids": list(answered.grids),
        "files": dict(hashes),
    }


def _read_summary(folder: Path) -> dict[str, Any]:
    path = folder / ANSWER
    try:
        if path.stat().st_size > _MAX_SUMMARY_BYTES:
            raise ValueError("it is larger than any")
        summary = jsontext.decode(path.read_bytes())
    except FileNotFoundError:
        raise InputError(f"{folder}: holds no answer: {ANSWER} is missing") from None
    except (OSError, ValueError) as fault:
        raise InputError(f"{path}: cannot be read: {fault}; {_REMEDY}") from None
    if not isinstance(summary, dict) or summary.get("format") != ANSWER_FORMAT:
        raise InputError(f"{path}: is not of the form {ANSWER_FORMAT}")
    return summary


def _assembled(folder: Path, summary: dict[str, Any]) -> Answered:
    hashes = summary["files"]

    def unchanged(name: str) -> bytes:
        return unchanged_bytes(folder, name, hashes[name], whole="answer", remedy=_REMEDY)

    if any("/" in name or "\\" in name for name in summary["tables"]):
        raise ValueError("a table has the name of a path")
    files = netcdf.file_names(summary["grids"])
    return Answered(
        command=summary["command"],
        asked=summary["asked"],
        text=unchanged(_TEXT).decode("utf-8").removesuffix("\n"),
        scenario_toml=unchanged(SCENARIO).decode("utf-8"),
        title=summary["title"],
        question=summary["question"],
        start=datetime.fromisoformat(summary["start"]),
        days=float(summary["days"]),
        source_line=summary["source_line"],
        provenance=jsontext.decode(unchanged(PROVENANCE)),
        tables={
            name: _frame(unchanged(f"{name}.csv"), columns)
            for name, columns in summary["tables"].items()
        },
        grids={name: netcdf.decode(unchanged(file)) for name, file in files.items()},
    )


def _frame(data: bytes, columns: list[dict[str, str]]) -> pd.DataFrame:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    head = [column["name"] for column in columns]
    if rows[0] != head or any(len(row) != len(head) for row in rows):
        raise ValueError("a table is not the one written")
    cells = zip(*rows[1:], strict=True) if len(rows) > 1 else iter([()] * len(head))
    return pd.DataFrame(
        {
            column["name"]: _parsed(list(own), column["kind"])
            for column, own in zip(columns, cells, strict=True)
        }
    )


def _parsed(cells: list[str], kind: str) -> pd.Series:
    if kind == "flag":
        return pd.Series([cell == "true" for cell in cells], dtype=np.bool_)
    if kind == "count":
        return pd.Series([int(cell) for cell in cells], dtype=np.int64)
    if kind == "number":
        return pd.Series([float(cell) if cell else np.nan for cell in cells], dtype=np.float64)
    return pd.Series([tables.text_of(cell) for cell in cells], dtype="str")
