"""Lines of a journal: JSON that ends in a digest of its own, and what such a line may hold.

A digest shows damage, not malice: whoever may write the folder can write digests too. So what a
line says is checked as well before memory is taken for it or a figure is believed.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.errors import InputError
from simulator.glossary import SWEPT, figures_of, renamed
from simulator.results import decode
from simulator.sweep.axes import Axis
from simulator.sweep.designs import Design
from simulator.sweep.points import FigureColumn, Names

# A line without an end, as of a foreign file, must not be read into memory whole.
MAX_LINE_BYTES = 32 << 20
MAX_HEAD_BYTES = 256 << 20  # holds the values of all points where these were drawn
_HEX = 16
_BEFORE, _AFTER = b',"digest":"', b'"}'
_TAIL = len(_BEFORE) + _HEX + len(_AFTER)
_MODES = ("grid", "zip", "sample")


@dataclass(frozen=True)
class Record:
    """A line of the journal: a point with its figures by column, or with its error."""

    point: int | None
    key: str
    status: str
    error: str
    figures: Sequence[float | None]
    columns: tuple[FigureColumn, ...]


def sealed(record: Mapping[str, Any]) -> str:
    """Return the line of a record, its digest at the end."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), default=_text)
    # A lone surrogate, as from a file's name, has no UTF-8; escaped it has.
    body = text.encode(errors="backslashreplace").decode()
    return f'{body[:-1]},"digest":"{_digest(body.encode())}"}}\n'


def _text(value: Any) -> str:
    return str(value.isoformat())


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:_HEX]


def opened(line: bytes) -> dict[str, Any]:
    """Return the record of a line; raises ValueError where it is not as it was written."""
    line = line.rstrip(b"\n")
    body, tail = line[:-_TAIL] + b"}", line[-_TAIL:]
    if not (tail.startswith(_BEFORE) and tail.endswith(_AFTER)):
        raise ValueError("it has no digest")
    if _digest(body).encode() != tail[len(_BEFORE) : -len(_AFTER)]:
        raise ValueError("its digest does not fit")
    return plain_json(body)


def plain_json(data: bytes) -> dict[str, Any]:
    """Return a JSON object without infinities; raises ValueError where it is none."""
    value = decode(data)
    if not isinstance(value, dict):
        raise ValueError("it is no table of keys")
    return value


def columns_of(rows: Any) -> tuple[FigureColumn, ...]:
    """Return the columns of a header, old names of figures as they are now.

    Raises ValueError for what is no list of them.
    """
    if not isinstance(rows, list):
        raise ValueError("its columns are no list")
    for row in rows:
        if not (isinstance(row, list) and len(row) == 3 and all(isinstance(p, str) for p in row)):
            raise ValueError("a column is not three texts")
        if row[0] not in SWEPT:
            raise ValueError("a column is of no kind known")
    return tuple(FigureColumn(kind, _figure_now(kind, figure), name) for kind, figure, name in rows)


def names_of(tables: Any) -> Names:
    """Return the names of a header, by kind and id; raises ValueError for what is none."""
    if not isinstance(tables, dict) or not all(isinstance(t, dict) for t in tables.values()):
        raise ValueError("its names are no tables")
    if not all(isinstance(name, str) for table in tables.values() for name in table.values()):
        raise ValueError("a name is no text")
    return tables


def _figure_now(kind: str, figure: str) -> str:
    """Return the name of a figure, in place of one that an earlier version gave it."""
    figures = figures_of(kind)
    new = renamed(figure)
    return new if figure not in figures and new in figures else figure


def record_of(row: Mapping[str, Any], columns: tuple[FigureColumn, ...]) -> Record:
    """Return the record of a line; raises ValueError for anything a sweep does not write."""
    # A line taken over from a sweep of other columns names its own.
    own_columns = columns_of(row["columns"]) if "columns" in row else columns
    point, key, status = row.get("point"), row.get("key"), row.get("status")
    if point is not None and (not _is_count(point)):
        raise ValueError("its point is no number")
    if not isinstance(key, str) or not key:
        raise ValueError("its key is no text")
    figures, error = row.get("figures", []), row.get("error", "")
    if status == "done":
        if not isinstance(figures, list) or len(figures) != len(own_columns):
            raise ValueError(f"its figures are not {len(own_columns)}")
        if not all(_is_figure(value) for value in figures):
            raise ValueError("a figure is no finite number")
    elif status == "failed":
        if not isinstance(error, str) or not error or figures:
            raise ValueError("its error is no text")
    else:
        raise ValueError("its status is neither done nor failed")
    return Record(point, key, status, error, figures, own_columns)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 62


def _is_figure(value: Any) -> bool:
    if value is None:
        return True
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # JSON has whole numbers of any length; one beyond a float would fail where it is converted.
    return abs(value) < 1 << 1000 and math.isfinite(value)


def design_of(head: Mapping[str, Any]) -> Design:
    """Return the design a header describes; raises ValueError where it describes none."""
    rows, mode = head.get("axes"), head.get("mode")
    if mode not in _MODES or not isinstance(rows, list) or not rows:
        raise ValueError("its mode or axes are none of ours")
    axes = tuple(_axis(row) for row in rows)
    if mode != "sample":
        design = Design(axes, mode)
        if any(axis.is_range for axis in axes):
            raise ValueError("an axis has no values")
        if mode == "zip" and len({len(axis.values) for axis in axes}) > 1:
            raise ValueError("its axes are not of one length")
    else:
        sample, method, seed = head.get("sample"), head.get("method"), head.get("seed")
        if not _is_count(sample) or not _is_count(seed) or not isinstance(method, str):
            raise ValueError("its sample is none of ours")
        design = Design(axes, mode, sample, method, seed)  # type: ignore[arg-type]
    if design.count != head.get("points") or not design.count:
        raise ValueError("its points are not as many as its axes make")
    return design


def _axis(row: Any) -> Axis:
    if not isinstance(row, dict) or not isinstance(row.get("path"), str):
        raise ValueError("an axis has no path")
    values, ends = row.get("values", []), (row.get("low"), row.get("high"))
    if not isinstance(values, list):
        raise ValueError("an axis has no values")
    if not all(_is_figure(end) for end in ends) or (ends[0] is None) != (ends[1] is None):
        raise ValueError("an axis has no ends")
    try:
        return Axis(row["path"], tuple(values), *ends)
    except InputError as fault:
        raise ValueError("an axis has neither values nor ends") from fault


def drawn_values(head: Mapping[str, Any], design: Design) -> tuple[tuple[Any, ...], ...]:
    """Return the values of every point of a sample; raises ValueError where one has not its own."""
    rows = head.get("values")
    if not isinstance(rows, list) or len(rows) != design.count:
        raise ValueError("its values are not as many as its points")
    if not all(isinstance(row, list) and len(row) == len(design.axes) for row in rows):
        raise ValueError("a point has not a value for each axis")
    return tuple(map(tuple, rows))
