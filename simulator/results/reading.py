"""A results folder read back: refused in one line if it is not as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator import glossary
from simulator.earth import Span
from simulator.errors import InputError
from simulator.results import jsontext, netcdf, tables
from simulator.results.columns import TABLES, Column
from simulator.results.model import Results
from simulator.results.summary import (
    COLUMNS,
    FOREIGN,
    FORMAT,
    PROVENANCE,
    REMEDY,
    SCENARIO,
    SCHEMA_VERSION,
    SUMMARY,
    brief,
    read_summary,
    sealed,
    unchanged_bytes,
)
from simulator.units import DAY_S
from simulator.version import __version__

if TYPE_CHECKING:
    import xarray as xr

_MAX_DAYS = 36_600.0


def read(folder: Path | str) -> Results:
    """Read a results folder back; numbers come as rounded in its files.

    Raises InputError for a folder that is none, that another version wrote, or of which a file
    is missing or is not as it was written.
    """
    folder = Path(folder)
    summary = read_known_summary(folder)
    try:
        return _assembled(folder, summary)
    except InputError:
        raise
    # Digests fit whatever a foreign program wrote: its faults are the user's to hear of.
    except FOREIGN as fault:
        raise InputError(
            f"{folder / SUMMARY}: does not fit the files beside it: {brief(fault)}; {REMEDY}"
        ) from fault


def read_known_summary(folder: Path) -> dict[str, Any]:
    """Return the summary of a folder of this version's form, as it was written.

    Raises InputError for a folder that is none of results, that another version wrote, or whose
    summary was changed.
    """
    summary = read_summary(folder)
    if summary.get("format") != FORMAT:
        raise InputError(
            f"{folder}: holds no finished run: its summary is of the format "
            f"{summary.get('format')!r}, not {FORMAT!r}"
        )
    if summary.get("schema_version") != SCHEMA_VERSION:
        raise InputError(_other_form(folder, summary.get("schema_version")))
    # Only now: a summary of another form may be sealed in another way.
    if sealed(summary) != summary:
        raise InputError(
            f"{folder / SUMMARY}: was changed or cut short after it was written; {REMEDY}"
        )
    return summary


def grid_of(data: bytes) -> xr.Dataset:
    """Return the grid of a NetCDF file's bytes; raises ValueError for bytes that are none."""
    return netcdf.decode(data)


def _other_form(folder: Path, version: Any) -> str:
    """Return why results of an older or newer form are not read, and what to do."""
    if not isinstance(version, int):
        return f"{folder / SUMMARY}: schema_version {version!r}; it must be {SCHEMA_VERSION}"
    form = f"schema version {version}; this is simulator {__version__}, which reads"
    advice = "run the scenario again"
    if version > SCHEMA_VERSION:
        advice = f"read it with that version, or {advice}"
    return (
        f"{folder}: results of {'an older' if version < SCHEMA_VERSION else 'a newer'} form, "
        f"written by {_writer(folder)} ({form} {SCHEMA_VERSION}); {advice}"
    )


def _writer(folder: Path) -> str:
    """Return which version of the program wrote a folder, as far as that is known."""
    try:
        packages = jsontext.decode((folder / PROVENANCE).read_bytes())["packages"]
        return f"simulator {str(packages['simulator'])[:20]}"
    except (OSError, ValueError, LookupError, TypeError):
        return "an unknown version of simulator"


def _assembled(folder: Path, summary: dict[str, Any]) -> Results:
    # Names come from us, not from the file: a summary cannot lead out of its folder.
    grids = netcdf.file_names(row["region"] for row in summary["grids"])
    csv = {name: f"tables/{name}.csv" for name in TABLES}
    names = (SCENARIO, PROVENANCE, COLUMNS, *csv.values(), *grids.values())
    files = {
        name: unchanged_bytes(
            folder, name, summary["files"][name], whole="results folder", remedy=REMEDY
        )
        for name in names
    }
    described = jsontext.decode(files[COLUMNS])
    _refuse_old_names(folder, described)
    start = datetime.fromisoformat(_text(summary, "start"))
    days = _days(summary["days"])
    # As results hold instants beside their twins: a start without an offset they refuse themselves.
    span = Span(start.astimezone(UTC), days * DAY_S)
    frames: dict[str, Any] = {
        name: tables.from_csv(
            files[csv[name]],
            [Column(row["name"], row["kind"], row["meaning"]) for row in described[name]],
            span,
        )
        for name in TABLES
    }
    return Results(
        scenario_toml=files[SCENARIO].decode("utf-8"),
        title=_text(summary, "title"),
        question=_text(summary, "question"),
        start=start,
        days=days,
        baseline=_text(summary, "baseline"),
        source_line=_text(summary, "source_line"),
        **frames,
        grids={region: netcdf.decode(files[name]) for region, name in grids.items()},
        provenance=_table(jsontext.decode(files[PROVENANCE])),
        warnings=_texts(summary["warnings"]),
    )


def _refuse_old_names(folder: Path, described: Mapping[str, Any]) -> None:
    """Raise InputError for tables whose columns have names of an earlier version."""
    for table, layout in TABLES.items():
        for name in (row["name"] for row in described[table]):
            new = glossary.renamed(name)
            # A name that the glossary still has may be right in a table of other columns.
            gone = new in layout.columns or glossary.term(name) is None
            if new and gone and name not in layout.columns:
                raise InputError(
                    f"{folder}: its columns have names of an earlier version ({name} of "
                    f"tables/{table}.csv is called {new} now); {REMEDY}"
                )


def _text(summary: dict[str, Any], name: str) -> str:
    value = summary[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def _texts(values: Any) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("warnings are no texts")
    return values


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"{PROVENANCE} is no table of keys")
    return value


def _days(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _MAX_DAYS:
        raise ValueError("days is no length of a span")
    return float(value)
