"""A results folder written whole or not at all: the same results give the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulator.earth import Span
from simulator.results import folders, jsontext, netcdf, readme, tables
from simulator.results.columns import TABLES, Column
from simulator.results.discovery import grid_attributes
from simulator.results.grids import values_of
from simulator.results.model import Results
from simulator.results.summary import (
    COLUMNS,
    FORMAT,
    PROVENANCE,
    SCENARIO,
    SCHEMA_VERSION,
    SUMMARY,
    is_results,
    sealed,
)
from simulator.units import DAY_S


def write(
    results: Results,
    folder: Path | str,
    *,
    answer: Sequence[str] = (),
    force: bool = False,
    drawings: Callable[[Path], None] | None = None,
) -> None:
    """Write results into a new folder, whole or not at all; the same results give the same bytes.

    `answer`, sentences that answer the scenario's question, stands first in README.txt, and in
    summary.json. `drawings` is called with the folder to draw into. `force` replaces a results
    folder that is there already; until the new one is whole the old one stays. Raises InputError
    for a folder that may not be written, and when the disk is full or closed to us.
    """
    folder = Path(folder)
    with folders.replacing(folder, marker=is_results, force=force) as partial:
        # Of the bytes that were meant to be written: a fault of the disk shows when read.
        hashes = {}
        for name, data in _contents(results, answer):
            _save(partial / name, data)
            hashes[name] = hashlib.sha256(data).hexdigest()
        _save(partial / SUMMARY, jsontext.encode(sealed(_summary(results, answer, hashes))))
        # Last and without digests: drawings are to be looked at, none is read back.
        if drawings is not None:
            (partial / "figures").mkdir()
            drawings(partial / "figures")


def as_kept(results: Results) -> Results:
    """Return results with the numbers and texts of their tables as a folder keeps them.

    What is made of them is then the same as if they had been written and read.
    """
    kept = copy(results)
    for name in TABLES:
        # Rounding leaves a table in its form: results brought in form once need it not again.
        object.__setattr__(kept, name, tables.rounded(getattr(results, name)))
    provenance = jsontext.decode(jsontext.encode(results.provenance))
    object.__setattr__(kept, "provenance", provenance)
    return kept


def check_folder(folder: Path | str, *, force: bool = False) -> None:
    """Raise InputError now for a folder that `write` would refuse once the work is done."""
    folders.check(Path(folder), marker=is_results, force=force)


def _save(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)


def _contents(results: Results, answer: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield every file but the summary and the drawings."""
    yield SCENARIO, results.scenario_toml.encode("utf-8")
    yield PROVENANCE, jsontext.encode(results.provenance)
    span = Span(results.start, results.days * DAY_S)
    described = {name: tables.columns_of(getattr(results, name)) for name in TABLES}
    for name in TABLES:
        yield f"tables/{name}.csv", tables.to_csv(getattr(results, name), span.isos)
    yield COLUMNS, _columns_file(tuple(described.items()))
    files = netcdf.file_names(results.grids)
    for region, file in files.items():
        grid, attributes = values_of(results.grids, region), grid_attributes(results, region)
        yield file, netcdf.encode(grid, span=span, attributes=attributes)
    # In the order of the table, each once; a set would change from run to run.
    figures = list(dict.fromkeys(results.coverage["figure"]))
    opening = readme.Opening(
        results.title, results.question, answer, str(results.provenance.get("caution", ""))
    )
    yield "README.txt", readme.text(opening, files, described, figures).encode("utf-8")


# Runs of one form have the same columns.
@lru_cache(maxsize=16)
def _columns_file(described: tuple[tuple[str, tuple[Column, ...]], ...]) -> bytes:
    """Return the file that says what each column of each table is."""
    return jsontext.encode({name: _described(columns) for name, columns in described})


def _described(columns: Iterable[Column]) -> list[dict[str, str]]:
    return [
        {"name": column.name, "kind": column.kind, "unit": column.unit, "meaning": column.meaning}
        for column in columns
    ]


def _summary(results: Results, answer: Sequence[str], hashes: dict[str, str]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "title": results.title,
        "question": results.question,
        "answer": list(answer),
        "start": tables.iso(results.start),
        "days": results.days,
        "baseline": results.baseline,
        "source_line": results.source_line,
        "satellites": _records(results.satellites),
        "targets": _records(results.targets),
        "networks": _networks(results),
        "rows": {name: len(getattr(results, name)) for name in TABLES},
        "grids": [
            {"region": region, "file": file}
            for region, file in netcdf.file_names(results.grids).items()
        ],
        "definitions": results.provenance.get("definitions", {}),
        "warnings": results.warnings,
        "files": hashes,
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    names = [column.name for column in tables.columns_of(frame)]
    rows = tables.rounded(frame)[names].to_dict(orient="records")
    return [{str(name): _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return tables.iso(value) if isinstance(value, datetime) else value


def _networks(results: Results) -> list[dict[str, Any]]:
    """Return a record a network, each with the ratio of its figures to those of the baseline."""
    columns = tables.columns_of(results.networks)
    figures = [column.name for column in columns if column.kind in ("number", "count")]
    rows = results.networks.to_dict(orient="records")
    # Ratios are of the numbers as computed, not as rounded for the file.
    base = next((row for row in rows if row["network"] == results.baseline), {})
    return [
        shown | {"ratio_to_baseline": {name: _ratio(row[name], base.get(name)) for name in figures}}
        for shown, row in zip(_records(results.networks), rows, strict=True)
    ]


def _ratio(value: float, base: float | None) -> float | None:
    return round(value / base, 6) if base and np.isfinite(base) and np.isfinite(value) else None
