"""The tables of a run as frames and as CSV: fixed columns, nothing a spreadsheet would run.

An instant `x_s`, in seconds after the start of the span, is followed by its twin `x_utc`: in a
frame a datetime that knows it is UTC, in a file the same as text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray, ExtensionDtype
from pandas.arrays import NumpyExtensionArray

from simulator.arrays import FloatArray
from simulator.earth import Span
from simulator.glossary import Kind
from simulator.results.columns import TABLES, Column, described

# A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection"). An apostrophe
# before it makes it text; one that was there already is doubled, so that reading can undo it.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_ESCAPED_FORMULA = re.compile(r"'+[=+\-@\t\r\n]")
_NEEDS_QUOTES = re.compile(r'[",\r\n]')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NUMBERS = re.compile(rf"(?:{_NUMBER.pattern})?(?:\n(?:{_NUMBER.pattern})?)*")
_UTC = "_utc"
# Whole milliseconds, as in the files: what is read back is equal to what was written.
_DATETIME = "datetime64[ms, UTC]"
# What columns of a kind are of already, where nothing of them has to be looked at.
_TYPES = {"count": np.dtype(np.int64), "flag": np.dtype(np.bool_)}
# For tables without rows, which have no instant to be told.
_ANY_SPAN = Span(datetime(2000, 1, 1, tzinfo=UTC), 1.0)


def columns_of(frame: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of a table but the twins of instants.

    Those unknown to us are described by the kind of their values.
    """
    columns = [
        described(str(name)) or Column(str(name), kind_of(frame[name])) for name in frame.columns
    ]
    twins = {_twin(column.name) for column in columns if column.kind == "instant"}
    return tuple(column for column in columns if column.name not in twins)


def kind_of(series: pd.Series) -> Kind:
    """Return the kind of a column that the glossary does not know, by the kind of its values."""
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        return "datetime"
    if pd.api.types.is_bool_dtype(series):
        return "flag"
    if pd.api.types.is_integer_dtype(series):
        return "count"
    return "number" if pd.api.types.is_float_dtype(series) else "text"


def framed(table: str, frame: pd.DataFrame, span: Span) -> pd.DataFrame:
    """Return a table as results hold it: columns in order and of fixed types, rows from 0.

    Text has "" where a value is absent, numbers have NaN, datetimes NaT; a count with absent values
    is float64. Each instant `x_s` is followed by its twin `x_utc`. Raises ValueError for a missing
    column, an infinite number, text for a number, a count that is not whole, an absent flag, or a
    datetime without an offset.
    """
    if not len(frame):
        # Most tables of a run are empty, and made anew as often as its results are.
        empty = _empty(table)
        if not len(frame.columns) or frame.columns.equals(empty.columns):
            return empty.copy()
    return frame.copy() if _is_framed(table, frame, span) else _framed(table, frame, span)


@cache
def _empty(table: str) -> pd.DataFrame:
    """Return a table without rows as results hold it."""
    return _framed(table, pd.DataFrame(), _ANY_SPAN)


def _is_framed(table: str, frame: pd.DataFrame, span: Span) -> bool:
    """Return whether a table is as results hold it, as one from other results mostly is."""
    rows, names = frame.index, frame.columns
    is_plain = type(frame) is pd.DataFrame and not frame.attrs
    if not is_plain or not rows.identical(pd.RangeIndex(len(frame))) or names.dtype != "str":
        return False
    columns = _in_form(table, tuple(names), tuple(frame.dtypes)) if names.name is None else None
    return columns is not None and all(_is_in_form(frame, column, span) for column in columns)


@lru_cache(maxsize=1_024)
def _in_form(
    table: str, names: tuple[str, ...], dtypes: tuple[np.dtype[Any] | ExtensionDtype, ...]
) -> tuple[Column, ...] | None:
    """Return the columns of a table but twins; None where results order or type them otherwise."""
    typed = {name: pd.Series(dtype=dtype) for name, dtype in zip(names, dtypes, strict=True)}
    made = _framed(table, pd.DataFrame(typed), _ANY_SPAN)
    is_same = tuple(made.columns) == names and tuple(made.dtypes) == dtypes
    return columns_of(made) if is_same else None


def _is_in_form(frame: pd.DataFrame, column: Column, span: Span) -> bool:
    """Return whether results hold the values of a column, of the right type already, as they are.

    Of an instant, whether its twin is that of the span, too.
    """
    if column.kind == "text":
        return not frame[column.name].array.isna().any()
    if column.kind not in ("number", "instant"):
        return True
    numbers = frame[column.name].to_numpy()
    if column.kind == "instant":
        instants = span.datetimes(_round(numbers, column.decimals))
        beside = np.asarray(frame[_twin(column.name)].array, dtype=instants.dtype)
        if not np.array_equal(instants, beside, equal_nan=True):
            return False
    return not np.isinf(numbers).any()


def _framed(table: str, frame: pd.DataFrame, span: Span) -> pd.DataFrame:
    ordered = _ordered(table, frame)
    # Arrays, for series would be aligned one by one.
    found: dict[str, ExtensionArray] = {}
    for column in columns_of(ordered):
        values = _typed(table, column.name, column.kind, ordered[column.name])
        found[column.name] = values
        if column.kind == "instant":
            found[_twin(column.name)] = _utc_of(values.to_numpy(np.float64), column, span)
    return pd.DataFrame(found)


def _utc_of(times_s: FloatArray, column: Column, span: Span) -> ExtensionArray:
    """Return the twin of a column of instants."""
    instants = span.datetimes(_round(times_s, column.decimals))
    return pd.DatetimeIndex(instants, tz="UTC").array


def _ordered(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the columns of its layout first; raises ValueError if one is missing."""
    required = TABLES[table].columns
    names = frame.columns.tolist()
    missing = [name for name in required if name not in names]
    if missing and len(frame):
        raise ValueError(f"{table}: column '{missing[0]}' is missing")
    extra = [str(name) for name in names if name not in required]
    # An empty table may come without columns; it gets those that its layout has.
    wanted = [*required, *extra]
    is_ordered = names == wanted and frame.columns.is_unique
    return frame if is_ordered else frame.reindex(columns=wanted)


def _typed(table: str, name: str, kind: Kind, series: pd.Series) -> ExtensionArray:
    """Return the values of a column, of its kind's type; never those given themselves."""
    typed: ExtensionArray
    if series.dtype == np.float64 and kind in ("number", "instant"):
        typed = NumpyExtensionArray(_finite(table, name, series.to_numpy(copy=True)))
    elif kind in _TYPES and series.dtype == _TYPES[kind]:
        typed = NumpyExtensionArray(series.to_numpy(copy=True))
    elif kind == "text" and series.dtype == "str" and not series.hasnans:
        typed = series.array.copy()
    else:
        typed = _converted(table, name, kind, series.tolist()).array
    return typed


def _converted(table: str, name: str, kind: Kind, values: list[Any]) -> pd.Series:
    if kind == "text":
        return pd.Series([_text(value) for value in values], dtype="str")
    if kind == "datetime":
        return _datetimes(table, name, values)
    if kind == "flag":
        if not all(isinstance(value, bool | np.bool_) for value in values):
            raise ValueError(f"{table}.{name}: every value must be true or false")
        return pd.Series(values, dtype=np.bool_)
    if any(isinstance(value, str) for value in values):
        raise ValueError(f"{table}.{name}: holds text where a number belongs")
    numbers = pd.to_numeric(pd.Series(values, dtype="object")).to_numpy(np.float64, na_value=np.nan)
    _finite(table, name, numbers)
    if kind == "count" and (numbers % 1.0 > 0.0).any():
        raise ValueError(f"{table}.{name}: holds a number that is not whole")
    if kind == "count" and not np.isnan(numbers).any():
        return pd.Series(numbers.astype(np.int64))
    return pd.Series(numbers)


def _finite(table: str, name: str, numbers: FloatArray) -> FloatArray:
    if np.isinf(numbers).any():
        raise ValueError(f"{table}.{name}: holds an infinite value")
    return numbers


def _datetimes(table: str, name: str, values: Sequence[Any]) -> pd.Series:
    """Return aware datetimes, or texts of them, as datetimes in UTC."""
    found = [None if value == "" or pd.isna(value) else pd.Timestamp(value) for value in values]
    if any(instant is not None and instant.tzinfo is None for instant in found):
        raise ValueError(f"{table}.{name}: holds a time without an offset, such as Z")
    return pd.Series([at and at.round("ms").tz_convert("UTC") for at in found], dtype=_DATETIME)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if pd.isna(value) else str(value)


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its numbers as a file keeps them."""
    decimals = {
        column.name: column.decimals
        for column in columns_of(frame)
        if column.kind in ("number", "instant")
    }
    if not decimals:
        return frame.copy()
    # Made at once: of columns set one by one each takes as long as all.
    return pd.DataFrame(
        {
            name: _round(values.to_numpy(np.float64), decimals[name])
            if name in decimals
            else values.array
            for name, values in frame.items()
        },
        index=frame.index,
    )


def _round(values: FloatArray, decimals: int) -> FloatArray:
    # Adding zero turns -0.0 into 0.0.
    return np.asarray(np.round(values, decimals) + 0.0)


def to_csv(frame: pd.DataFrame, utc: Callable[[FloatArray], list[str]]) -> bytes:
    """Return a canonical table as CSV in UTF-8; each instant `x_s` is followed by its `x_utc`.

    An absent value is an empty cell. `utc` writes instants (N,), seconds, as UTC times. Raises
    ValueError if the table has a column named as such a twin would be.
    """
    head: list[str] = []
    body: list[list[str]] = []
    for column in columns_of(frame):
        head.append(column.name)
        body.append(_cells(frame[column.name], column))
        if column.kind == "instant":
            head.append(_twin(column.name))
            times_s = _round(frame[column.name].to_numpy(np.float64), column.decimals)
            body.append(_utc_cells(times_s, utc))
    # A column named as the UTC twin of another could not be told from it on reading.
    if len(set(head)) < len(head):
        raise ValueError(f"a column is named twice among {', '.join(head)}")
    lines = [",".join(map(quoted, head)), *map(",".join, zip(*body, strict=True))]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _utc_cells(times_s: FloatArray, utc: Callable[[FloatArray], list[str]]) -> list[str]:
    known = ~np.isnan(times_s)
    if known.all():
        return utc(times_s)
    texts = iter(utc(times_s[known]))
    return [next(texts) if is_known else "" for is_known in known.tolist()]


def _twin(name: str) -> str:
    return name.removesuffix("_s") + _UTC


def _cells(series: pd.Series, column: Column) -> list[str]:
    values = series.tolist()
    if column.kind == "text":
        # Few texts stand in many rows: each is looked at once.
        cells = {text: text_cell(text) for text in {*values}}
        return [cells[text] for text in values]
    if column.kind == "flag":
        return ["true" if value else "false" for value in values]
    if column.kind == "datetime":
        return ["" if pd.isna(value) else iso(value) for value in values]
    if column.kind == "count":
        return ["" if value != value else f"{value:.0f}" for value in values]
    # Many numbers stand in several rows, too; NaN is the only one unlike itself.
    numbers = _round(series.to_numpy(np.float64), column.decimals).tolist()
    written = f"%.{column.decimals}f"
    told = {value: "" if value != value else written % value for value in {*numbers}}
    return [told[value] for value in numbers]


def iso(instant: datetime) -> str:
    """Return an instant in UTC as `YYYY-MM-DDThh:mm:ssZ`, with what it has of a second."""
    return instant.isoformat().replace("+00:00", "Z")


def text_cell(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula."""
    return quoted(f"'{text}" if _FORMULA.match(text) else text)


def text_of(cell: str) -> str:
    """Return the text of a cell that `text_cell` wrote, its quotes taken off."""
    return cell[1:] if _ESCAPED_FORMULA.match(cell) else cell


def quoted(cell: str) -> str:
    """Return a cell, in quotes where CSV asks for them."""
    return '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell


def from_csv(data: bytes, columns: Sequence[Column], span: Span | None = None) -> pd.DataFrame:
    """Return the canonical table that `to_csv` wrote, given its columns.

    With the twins of its instants where their span is given. Raises ValueError for a header, row
    or cell that does not fit them.
    """
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    head = [name for column in columns for name in _names(column)]
    if not rows or rows[0] != head:
        raise ValueError("its header is not the one written")
    uneven = next((n for n, row in enumerate(rows[1:], 2) if len(row) != len(head)), None)
    if uneven:
        raise ValueError(f"row {uneven} has not {len(head)} cells")
    cells = {name: [row[index] for row in rows[1:]] for index, name in enumerate(head)}
    parsed: dict[str, ExtensionArray | np.ndarray[Any, Any]] = {}
    for column in columns:
        values = parsed[column.name] = _parsed(cells[column.name], column)
        if column.kind == "instant" and span is not None:
            parsed[_twin(column.name)] = _utc_of(np.asarray(values), column, span)
    return pd.DataFrame(parsed)


def _names(column: Column) -> tuple[str, ...]:
    return (column.name, _twin(column.name)) if column.kind == "instant" else (column.name,)


def _parsed(cells: list[str], column: Column) -> ExtensionArray | np.ndarray[Any, Any]:
    if column.kind == "text":
        texts = {text: text_of(text) for text in {*cells}}
        return pd.array([texts[text] for text in cells], dtype="str")
    if column.kind == "flag":
        if not {*cells} <= {"true", "false"}:
            raise ValueError("a flag is neither true nor false")
        return np.array([cell == "true" for cell in cells], dtype=np.bool_)
    if column.kind == "datetime":
        datetimes: ExtensionArray = _datetimes("its times", column.name, cells).array
        return datetimes
    if column.kind == "count" and "" not in cells:
        return np.array([int(cell) for cell in cells], dtype=np.int64)
    return np.array(_numbers(cells), dtype=np.float64)


def _numbers(cells: list[str]) -> list[float]:
    """Return the numbers of cells, NaN of an empty one; raises ValueError for what is none."""
    # All in one: looking at each cell by itself takes as long as everything else about it.
    lines = "\n".join(cells)
    if lines.count("\n") >= max(1, len(cells)) or not _NUMBERS.fullmatch(lines):
        odd = next(cell for cell in cells if cell and not _NUMBER.fullmatch(cell))
        raise ValueError(f"{odd[:40]!r} is no number")
    return [float(cell) if cell else np.nan for cell in cells]
