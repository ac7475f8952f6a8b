"""The results of a study, and the folder that keeps them: written whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import html
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from simulator import glossary
from simulator.earth import Span
from simulator.errors import InputError
from simulator.results import folders, jsontext, netcdf, readme, tables
from simulator.results.columns import TABLES, Column
from simulator.results.folders import check_file, check_inside
from simulator.results.jsontext import decode, encode
from simulator.text import minute_utc
from simulator.units import DAY_S
from simulator.version import __version__

__all__ = [
    "FORMAT",
    "SCHEMA_VERSION",
    "TABLES",
    "Column",
    "Results",
    "check_file",
    "check_folder",
    "check_inside",
    "decode",
    "encode",
    "read",
    "sealed",
    "write",
]

FORMAT = "simulator-results"
SCHEMA_VERSION = 4

# What files that another program made may end in, each already as its digest says.
_NOT_OURS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    csv.Error,
)
_REMEDY = "run the scenario again"
_MAX_SUMMARY_BYTES = 256 << 20
_MAX_DAYS = 36_600.0
_SUMMARY = "summary.json"
_SCENARIO = "scenario.toml"
_PROVENANCE = "provenance.json"
_COLUMNS = "tables/columns.json"
_BRIEF = (
    "network",
    "contacts_per_day",
    "longest_silence_h",
    "latency_median_h",
    "response_mean_h",
    "age_mean_h",
)


@dataclass(frozen=True, repr=False, eq=False)
class Results:
    """What a study found: tables, grids by region, and where every number comes from.

    `scenario_toml` is the scenario as resolved, `source_line` the line printed below figures.
    Tables are those of `columns.TABLES`, brought to their fixed types on the way in:
    absent numbers are NaN, absent text "". `provenance` holds what JSON can, with `definitions`
    among it. Raises ValueError for a table without its columns or with an infinite number, and
    for a naive start.
    """

    scenario_toml: str
    title: str
    question: str
    start: datetime
    days: float
    baseline: str
    source_line: str
    satellites: pd.DataFrame
    stations: pd.DataFrame
    tracks: pd.DataFrame
    accesses: pd.DataFrame
    contacts: pd.DataFrame
    pictures: pd.DataFrame
    deliveries: pd.DataFrame
    networks: pd.DataFrame
    targets: pd.DataFrame
    grids: dict[str, xr.Dataset]
    provenance: dict[str, Any]
    warnings: list[str]
    crosslinks: pd.DataFrame = field(default_factory=pd.DataFrame)
    regions: pd.DataFrame = field(default_factory=pd.DataFrame)
    coverage: pd.DataFrame = field(default_factory=pd.DataFrame)
    coverage_intervals: pd.DataFrame = field(default_factory=pd.DataFrame)
    strips: pd.DataFrame = field(default_factory=pd.DataFrame)
    strip_edges: pd.DataFrame = field(default_factory=pd.DataFrame)
    thresholds: pd.DataFrame = field(default_factory=pd.DataFrame)
    levels: pd.DataFrame = field(default_factory=pd.DataFrame)
    region_networks: pd.DataFrame = field(default_factory=pd.DataFrame)
    stays: pd.DataFrame = field(default_factory=pd.DataFrame)
    hours: pd.DataFrame = field(default_factory=pd.DataFrame)
    ages: pd.DataFrame = field(default_factory=pd.DataFrame)
    spread: pd.DataFrame = field(default_factory=pd.DataFrame)
    sampling: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __post_init__(self) -> None:
        if self.start.tzinfo is None:
            raise ValueError("start needs an offset")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        for name in TABLES:
            object.__setattr__(self, name, tables.canonical(name, getattr(self, name)))

    @property
    def time_zone(self) -> str:
        """The zone of the clock shown beside UTC."""
        return str(self.provenance.get("time_zone", "UTC"))

    @property
    def time_zone_from(self) -> str:
        """What that zone is taken from, as "headquarters" or "longitude of targets"."""
        return str(self.provenance.get("time_zone_from", ""))

    @property
    def map_centre_deg(self) -> float:
        """The longitude in the middle of the map of ground tracks, degrees east."""
        return float(self.provenance.get("map_centre_deg", 0.0))

    def __repr__(self) -> str:
        brief = self.networks[list(_BRIEF)]
        text = brief.to_string(index=False, na_rep="-", float_format="{:.2f}".format)
        return f"{self._heading()}\n{text if len(brief) else 'no network'}"

    def _repr_html_(self) -> str:
        brief = self.networks[list(_BRIEF)]
        body = brief.to_html(index=False, na_rep="-", float_format="{:.2f}".format, border=0)
        return f"<p>{html.escape(self._heading())}</p>\n{body}"

    def _heading(self) -> str:
        counts = f"satellites: {len(self.satellites)}, targets: {len(self.targets)}"
        return f"{self.title}: {minute_utc(self.start)} UTC + {self.days:g} days, {counts}"


def write(
    results: Results,
    folder: Path | str,
    *,
    force: bool = False,
    drawings: Callable[[Path], None] | None = None,
) -> None:
    """Write results into a new folder, whole or not at all; the same results give the same bytes.

    `drawings` is called with the folder to draw into. `force` replaces a results folder that is
    there already; until the new one is whole the old one stays. Raises InputError for a folder
    that may not be written, and when the disk is full or closed to us.
    """
    folder = Path(folder)
    with folders.replacing(folder, marker=_is_results, force=force) as partial:
        hashes = {}
        for name, data in _contents(results):
            _save(partial / name, data)
            hashes[name] = hashlib.sha256(data).hexdigest()
        _save(partial / _SUMMARY, jsontext.encode(sealed(_summary(results, hashes))))
        if drawings is not None:
            (partial / "figures").mkdir()
            drawings(partial / "figures")


def check_folder(folder: Path | str, *, force: bool = False) -> None:
    """Raise InputError now for a folder that `write` would refuse once the work is done."""
    folders.check(Path(folder), marker=_is_results, force=force)


def _save(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)


def _contents(results: Results) -> Iterator[tuple[str, bytes]]:
    """Yield every file but the summary and the drawings."""
    yield _SCENARIO, results.scenario_toml.encode("utf-8")
    yield _PROVENANCE, jsontext.encode(results.provenance)
    span = Span(results.start, results.days * DAY_S)
    described = {name: tables.columns_of(getattr(results, name)) for name in TABLES}
    for name in TABLES:
        yield f"tables/{name}.csv", tables.to_csv(getattr(results, name), span.iso)
    yield (
        _COLUMNS,
        jsontext.encode({name: _described(columns) for name, columns in described.items()}),
    )
    files = netcdf.file_names(results.grids)
    for region, grid in results.grids.items():
        attributes = _grid_attributes(results, region)
        yield files[region], netcdf.encode(grid, start=results.start, attributes=attributes)
    figures = list(dict.fromkeys(results.coverage["figure"]))
    yield "README.txt", readme.text(results.title, files, described, figures).encode("utf-8")


def _described(columns: Iterable[Column]) -> list[dict[str, str]]:
    return [
        {"name": column.name, "kind": column.kind, "unit": column.unit, "meaning": column.meaning}
        for column in columns
    ]


def _grid_attributes(results: Results, region: str) -> dict[str, Any]:
    attributes = {
        "title": results.title,
        "source": results.source_line,
        "history": f"{FORMAT}, schema version {SCHEMA_VERSION}",
        "region": region,
        "span_start": _iso(results.start),
        "span_days": results.days,
        "scenario_sha256": hashlib.sha256(results.scenario_toml.encode("utf-8")).hexdigest(),
    }
    ut1_minus_utc_s = results.provenance.get("ut1_minus_utc_s")
    if ut1_minus_utc_s is not None:
        attributes["ut1_minus_utc_s"] = float(ut1_minus_utc_s)
    return attributes


def _summary(results: Results, hashes: dict[str, str]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "title": results.title,
        "question": results.question,
        "start": _iso(results.start),
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
    rows = tables.rounded(frame).to_dict(orient="records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _networks(results: Results) -> list[dict[str, Any]]:
    """Return a record a network, each with the ratio of its figures to those of the baseline."""
    columns = tables.columns_of(results.networks)
    figures = [column.name for column in columns if column.kind in ("number", "count")]
    rows = results.networks.to_dict(orient="records")
    base = next((row for row in rows if row["network"] == results.baseline), {})
    return [
        shown | {"ratio_to_baseline": {name: _ratio(row[name], base.get(name)) for name in figures}}
        for shown, row in zip(_records(results.networks), rows, strict=True)
    ]


def _ratio(value: float, base: float | None) -> float | None:
    return round(value / base, 6) if base and np.isfinite(base) and np.isfinite(value) else None


def _iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def _is_results(folder: Path) -> bool:
    try:
        return _read_summary(folder).get("format") == FORMAT
    except InputError:
        return False


def sealed(summary: dict[str, Any]) -> dict[str, Any]:
    """Return a summary with a digest of all else in it."""
    rest = {name: value for name, value in summary.items() if name != "digest"}
    return rest | {"digest": hashlib.sha256(jsontext.encode(rest)).hexdigest()}


def _read_summary(folder: Path) -> dict[str, Any]:
    path = folder / _SUMMARY
    try:
        if path.stat().st_size > _MAX_SUMMARY_BYTES:
            raise ValueError("it is larger than any summary")
        summary = jsontext.decode(path.read_bytes())
    except FileNotFoundError:
        raise InputError(f"{folder}: is not a results folder: {_SUMMARY} is missing") from None
    except (OSError, ValueError) as fault:
        raise InputError(f"{path}: cannot be read: {fault}; {_REMEDY}") from None
    if not isinstance(summary, dict):
        raise InputError(f"{path}: is not the summary of a results folder")
    return summary


def read(folder: Path | str) -> Results:
    """Read a results folder back; numbers come as rounded in its files.

    Raises InputError for a folder that is none, that another version wrote, or of which a file
    is missing or is not as it was written.
    """
    folder = Path(folder)
    summary = _read_summary(folder)
    if summary.get("format") != FORMAT:
        raise InputError(
            f"{folder / _SUMMARY}: format {summary.get('format')!r}; it must be {FORMAT!r}"
        )
    if summary.get("schema_version") != SCHEMA_VERSION:
        raise InputError(_other_form(folder, summary.get("schema_version")))
    if sealed(summary) != summary:
        raise InputError(
            f"{folder / _SUMMARY}: was changed or cut short after it was written; {_REMEDY}"
        )
    try:
        return _assembled(folder, summary)
    except InputError:
        raise
    except _NOT_OURS as fault:
        raise InputError(
            f"{folder / _SUMMARY}: does not fit the files beside it: {_short(fault)}; {_REMEDY}"
        ) from fault


def _short(fault: BaseException) -> str:
    text = " ".join(str(fault).split()) or type(fault).__name__
    return text if len(text) <= 200 else f"{text[:200]} ..."


def _other_form(folder: Path, version: Any) -> str:
    """Return why results of an older or newer form are not read, and what to do."""
    if not isinstance(version, int):
        return f"{folder / _SUMMARY}: schema_version {version!r}; it must be {SCHEMA_VERSION}"
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
        packages = jsontext.decode((folder / _PROVENANCE).read_bytes())["packages"]
        return f"simulator {str(packages['simulator'])[:20]}"
    except (OSError, ValueError, LookupError, TypeError):
        return "an unknown version of simulator"


def _assembled(folder: Path, summary: dict[str, Any]) -> Results:
    # Names come from us, not from the file: a summary cannot lead out of its folder.
    grids = netcdf.file_names(row["region"] for row in summary["grids"])
    csv = {name: f"tables/{name}.csv" for name in TABLES}
    names = (_SCENARIO, _PROVENANCE, _COLUMNS, *csv.values(), *grids.values())
    files = {name: _unchanged(folder, name, summary["files"][name]) for name in names}
    described = jsontext.decode(files[_COLUMNS])
    _refuse_old_names(folder, described)
    frames: dict[str, Any] = {
        name: tables.from_csv(
            files[csv[name]],
            [Column(row["name"], row["kind"], row["meaning"]) for row in described[name]],
        )
        for name in TABLES
    }
    return Results(
        scenario_toml=files[_SCENARIO].decode("utf-8"),
        title=_text(summary, "title"),
        question=_text(summary, "question"),
        start=datetime.fromisoformat(_text(summary, "start")),
        days=_days(summary["days"]),
        baseline=_text(summary, "baseline"),
        source_line=_text(summary, "source_line"),
        **frames,
        grids={region: netcdf.decode(files[name]) for region, name in grids.items()},
        provenance=_table(jsontext.decode(files[_PROVENANCE])),
        warnings=_texts(summary["warnings"]),
    )


def _refuse_old_names(folder: Path, described: Mapping[str, Any]) -> None:
    """Raise InputError for tables whose columns have names of an earlier version."""
    for table, layout in TABLES.items():
        for name in (row["name"] for row in described[table]):
            new = glossary.renamed(name)
            if new in layout.columns and name not in layout.columns:
                raise InputError(
                    f"{folder}: its columns have names of an earlier version ({name} of "
                    f"tables/{table}.csv is called {new} now); {_REMEDY}"
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
        raise TypeError(f"{_PROVENANCE} is no table of keys")
    return value


def _days(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _MAX_DAYS:
        raise ValueError("days is no length of a span")
    return float(value)


def _unchanged(folder: Path, name: str, digest: str) -> bytes:
    """Return the bytes of a file as it was written."""
    try:
        data = (folder / name).read_bytes()
    except FileNotFoundError:
        raise InputError(
            f"{folder}: is not a whole results folder: {name} is missing; {_REMEDY}"
        ) from None
    except OSError as fault:
        raise InputError(f"{folder / name}: cannot be read: {fault.strerror}") from None
    if hashlib.sha256(data).hexdigest() != digest:
        raise InputError(
            f"{folder / name}: was changed or cut short after it was written; {_REMEDY}"
        )
    return data
