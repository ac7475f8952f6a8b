"""A finished sweep as one table and one labelled array, and as files."""

from __future__ import annotations

import csv
import html
import io
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from simulator import glossary
from simulator.results import netcdf_bytes
from simulator.sweep.axes import Axis, label, labels
from simulator.sweep.journal import DONE, FAILED, PointTable
from simulator.sweep.points import FigureColumn, Names, column_labels
from simulator.version import __version__

_STATUS = np.array(["", "done", "failed"], dtype=object)
_SHOWN = ("latency_mean_h", "response_mean_h", "age_mean_h")


@dataclass(frozen=True, repr=False, eq=False)
class Sweep:
    """The figures of a sweep, as one row a point and as one array.

    `reused` counts the stages that were done already, `errors` has the points that failed. Points
    that have not run yet are not in the table, and are NaN in the array.
    """

    points: PointTable = field(repr=False)
    reused: dict[str, dict[str, int]]

    @property
    def title(self) -> str:
        return self.points.title

    @property
    def axes(self) -> tuple[Axis, ...]:
        return self.points.design.axes

    @property
    def names(self) -> Names:
        """What people call the networks, targets and regions of the catalogue, by kind and id."""
        return self.points.names

    @property
    def errors(self) -> dict[int, str]:
        return dict(sorted(self.points.errors.items()))

    @property
    def done(self) -> int:
        """How many points have figures."""
        return int((self.points.status == DONE).sum())

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a point that has run: number, varied keys, status, error, figures."""
        return _table(self.points)

    @cached_property
    def long_table(self) -> pd.DataFrame:
        """One row a point that is done, a network, target or region, and a figure of it.

        After the number of the point and the varied keys: what it is of (`of`: network, target or
        region) and its `name`, the `figure`, its `unit`, and its `value`, NaN where it is absent.
        """
        return _long_table(self.points)

    @cached_property
    def array(self) -> xr.Dataset:
        """The figures on the varied keys, or on `point` with the keys along it, and on names."""
        return _array(self.points)

    def __repr__(self) -> str:
        rows = self._spread()
        text = rows.to_string(index=False, na_rep="-", float_format="{:.4g}".format)
        lines = [self._heading(), *(f"  {line}" for line in self._axis_lines())]
        return "\n".join([*lines, text] if len(rows) else lines)

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{html.escape(line)}</li>" for line in self._axis_lines())
        rows = self._spread().to_html(
            index=False, na_rep="-", float_format="{:.4g}".format, border=0
        )
        return f"<p>{html.escape(self._heading())}</p>\n<ul>{items}</ul>\n{rows}"

    def _heading(self) -> str:
        failed = int((self.points.status == FAILED).sum())
        not_run = len(self.points.status) - self.done - failed
        parts = [f"{self.done:,} of {len(self.points.status):,} points done"]
        parts += [f"{failed:,} failed"] if failed else []
        parts += [f"{not_run:,} not run"] if not_run else []
        return f"{self.title}: {', '.join(parts)} ({self.points.design.mode})"

    def _axis_lines(self) -> Iterator[str]:
        for axis in self.axes:
            if axis.is_range:
                yield f"{axis.path}: from {axis.low:g} to {axis.high:g}"
                continue
            shown = [label(value) for value in axis.values]
            few = shown if len(shown) <= 6 else [*shown[:3], "...", *shown[-2:]]
            yield f"{axis.path}: {', '.join(few)}"

    def _spread(self) -> pd.DataFrame:
        """Return least, median and most of the main figures over all points, by network."""
        rows = []
        for n, column in enumerate(self.points.columns):
            if column.kind != "network" or column.figure not in _SHOWN:
                continue
            values = self.points.figures[:, n]
            defined = values[~np.isnan(values)]
            low, mid, high = (
                np.quantile(defined, [0.0, 0.5, 1.0]) if len(defined) else (np.nan,) * 3
            )
            rows.append((column.figure, column.name, low, mid, high))
        names = ["figure", "network", "least", "median", "most"]
        return pd.DataFrame(rows, columns=names).sort_values(
            "figure", key=lambda c: c.map(_SHOWN.index), kind="stable"
        )


def counted(reused: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Return how often each stage was done already, and how often it ran."""
    stages = sorted({stage for stage, _ in reused})
    return {s: {"reused": reused[s, "hit"], "run": reused[s, "miss"]} for s in stages}


def _table(points: PointTable) -> pd.DataFrame:
    run = np.flatnonzero(points.status)
    inputs = pd.DataFrame(
        {
            **_keys(points, run),
            "status": _STATUS[points.status[run]],
            "error": [points.errors.get(int(n), "") for n in run],
        }
    )
    figures = pd.DataFrame(points.figures[run], columns=column_labels(points.columns))
    return pd.concat([inputs, figures], axis=1)


def _keys(points: PointTable, chosen: NDArray[np.intp]) -> dict[str, Any]:
    """Return the numbers of points and the values of their varied keys, a column a key."""
    columns: dict[str, Any] = {"point": chosen.astype(np.int64)}
    for n, path in enumerate(points.design.paths):
        values = [points.values[point][n] for point in chosen]
        are_instants = values and all(isinstance(v, datetime) and v.tzinfo for v in values)
        columns[path] = pd.to_datetime(values, utc=True) if are_instants else labels(values)
    return columns


def _long_table(points: PointTable) -> pd.DataFrame:
    done = np.flatnonzero(points.status == DONE)
    columns = points.columns
    keys = pd.DataFrame(_keys(points, done))
    repeated = keys.loc[np.repeat(np.arange(len(done)), len(columns))].reset_index(drop=True)
    told = {
        "of": [column.kind for column in columns],
        "name": [column.name for column in columns],
        "figure": [column.figure for column in columns],
        "unit": [glossary.unit(column.figure) for column in columns],
    }
    of_figures = pd.DataFrame(
        {name: np.tile(np.array(texts, dtype=object), len(done)) for name, texts in told.items()},
        dtype="str",
    )
    of_figures["value"] = points.figures[done].ravel()
    return pd.concat([repeated, of_figures], axis=1)


def _array(points: PointTable) -> xr.Dataset:
    dims, shape, coords = _grid(points) if points.design.mode == "grid" else _list(points)
    data: dict[str, Any] = {
        "status": (
            dims,
            points.status.reshape(shape),
            {
                "long_name": "whether the point has run",
                "units": "1",
                "flag_values": np.array([0, 1, 2], dtype=np.int8),
                "flag_meanings": "not_run done failed",
            },
        )
    }
    for kind in glossary.SWEPT:
        of_kind = [(n, column) for n, column in enumerate(points.columns) if column.kind == kind]
        names = list(dict.fromkeys(column.name for _, column in of_kind))
        if not names:
            continue
        coords[kind] = (kind, names, {"long_name": f"name of the {kind}"})
        for variable, numbers in _by_variable(of_kind, names).items():
            block = points.figures[:, numbers].reshape((*shape, len(names)))
            data[variable] = ((*dims, kind), block, _attributes(variable))
    attributes = {
        "Conventions": "CF-1.11",
        "title": points.title,
        "source": f"simulator {__version__}",
        "sweep": points.design.mode,
    }
    return xr.Dataset(data, coords=coords, attrs=attributes)


def _by_variable(
    columns: Sequence[tuple[int, FigureColumn]], names: Sequence[str]
) -> dict[str, list[int]]:
    place = {(column.variable, column.name): n for n, column in columns}
    variables = dict.fromkeys(column.variable for _, column in columns)
    return {v: [place[v, name] for name in names] for v in variables}


def _grid(points: PointTable) -> tuple[tuple[str, ...], tuple[int, ...], dict[str, Any]]:
    axes = points.design.axes
    dims = tuple(dimension(axis.path) for axis in axes)
    coords = {
        name: (name, axis.coordinate(), _key_attributes(axis.path))
        for name, axis in zip(dims, axes, strict=True)
    }
    return dims, tuple(len(axis.values) for axis in axes), coords


def _list(points: PointTable) -> tuple[tuple[str, ...], tuple[int, ...], dict[str, Any]]:
    count = len(points.values)
    coords: dict[str, Any] = {
        "point": ("point", np.arange(count), {"long_name": "number of the point", "units": "1"})
    }
    for n, axis in enumerate(points.design.axes):
        along = labels([values[n] for values in points.values])
        coords[dimension(axis.path)] = ("point", along, _key_attributes(axis.path))
    return ("point",), (count,), coords


def dimension(path: str) -> str:
    """Return the name of a varied key's dimension: a file may not have a slash in one."""
    return path.replace("/", "_")


def _key_attributes(path: str) -> dict[str, str]:
    unit = {"units": glossary.cf_unit(path)} if glossary.unit(path) else {}
    return {"long_name": f"scenario key {path}", **unit}


def _attributes(variable: str) -> dict[str, str]:
    meaning = glossary.swept_meaning(variable) or variable
    return {"long_name": meaning, "units": glossary.cf_unit(variable)}


def to_csv(table: pd.DataFrame) -> bytes:
    """Return a table of a sweep as CSV; figures to 9 digits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    # Text by text: pandas goes through each figure of a column several times.
    writer.writerows(zip(*(_texts(table[name]) for name in table.columns), strict=True))
    return out.getvalue().encode()


def _texts(column: pd.Series[Any]) -> list[str]:
    """Return the values of a column as they stand in a table; one that is absent is empty."""
    values = column.tolist()
    if not pd.api.types.is_numeric_dtype(column):
        return [_safe(label(value)) for value in values]
    if column.dtype.kind == "f":
        return ["" if math.isnan(value) else f"{value:.9g}" for value in values]
    return [str(value) for value in values]


def _safe(text: str) -> str:
    """Return a text that a spreadsheet does not take for a formula (OWASP, CSV Injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "'")) else text


def to_netcdf(sweep: Sweep) -> bytes:
    """Return the array as NetCDF-4; no time stamp in it."""
    array = sweep.array.copy()
    # Figures compress well and may be absent; coordinates are whole, and need neither.
    for name, variable in array.variables.items():
        if name in array.coords:
            variable.encoding = {"_FillValue": None} if variable.dtype.kind == "f" else {}
        else:
            variable.encoding = {"zlib": True, "complevel": 1, "shuffle": True}
    return netcdf_bytes(array)
