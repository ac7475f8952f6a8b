"""Where two tables or two grids differ: the first places, beyond what rounding may do."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import xarray as xr

# Of a number's own size: what other versions of packages, and other processors, may change.
RELATIVE = 1e-6
_MILLISECOND_S = 1e-3
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Discrepancy:
    """One value that was kept and the one found again.

    `file` is its path in the folder, `row` the line of a table (the heading is 1), None where the
    difference is of the whole; `place` names the row or the cell.
    """

    file: str
    row: int | None
    place: str
    column: str
    kept: str
    again: str


def table_differences(file: str, kept: bytes, again: bytes) -> Iterator[Discrepancy]:
    """Yield where a CSV table differs from the one found again, row by row.

    Texts, flags and whole numbers must be equal; other numbers may differ by one in their last
    digit kept and by a millionth of themselves, times by a millisecond. A UTC time beside its
    seconds is not told twice.
    """
    try:
        before, after = _rows(kept), _rows(again)
    except (UnicodeDecodeError, csv.Error):
        yield Discrepancy(file, None, "", "", "no table of text", f"{len(again)} bytes")
        return
    head = after[0]
    if not before or before[0] != head:
        yield Discrepancy(file, 1, "", "", ",".join(before[0]) if before else "", ",".join(head))
        return
    twins = {f"{name.removesuffix('_s')}_utc" for name in head if name.endswith("_s")}
    told = [n for n, name in enumerate(head) if name not in twins]
    for line, (old, new) in enumerate(zip(before[1:], after[1:], strict=False), 2):
        if len(old) != len(head):
            yield Discrepancy(file, line, "", "", f"{len(old)} cells", f"{len(head)} cells")
            continue
        for n in told:
            if not _alike(old[n], new[n]):
                yield Discrepancy(file, line, _place(head, new), head[n], old[n], new[n])
    if len(before) != len(after):
        rows = (f"{len(each) - 1} rows" for each in (before, after))
        yield Discrepancy(file, None, "", "", *rows)


def _rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))


def _place(head: Sequence[str], row: Sequence[str]) -> str:
    """Return a row's name: its first cells, as far as they are texts."""
    names = []
    for cell in row[: min(3, len(head))]:
        if _number(cell) is not None or not cell:
            break
        names.append(cell)
    return ", ".join(names)


def _alike(kept: str, again: str) -> bool:
    if kept == again:
        return True
    old, new = _number(kept), _number(again)
    if old is None or new is None:
        return _within_a_millisecond(kept, again)
    whole = "." not in kept and "." not in again
    digit = 0.0 if whole else 10.0 ** -max(_decimals(kept), _decimals(again))
    return abs(old - new) <= digit * (1.0 + _ROUNDING) + RELATIVE * max(abs(old), abs(new))


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _decimals(cell: str) -> int:
    return len(cell.partition(".")[2])


def _within_a_millisecond(kept: str, again: str) -> bool:
    try:
        apart = datetime.fromisoformat(kept) - datetime.fromisoformat(again)
    except (ValueError, TypeError):
        return False
    return abs(apart.total_seconds()) <= _MILLISECOND_S * (1.0 + _ROUNDING)


def grid_differences(file: str, kept: xr.Dataset, again: xr.Dataset) -> Iterator[Discrepancy]:
    """Yield where grids differ: variables, their shapes, and of each variable its first value.

    Numbers may differ by a millionth of themselves; what is absent must be so in both.
    """
    names = sorted({*map(str, kept.variables), *map(str, again.variables)})
    for name in names:
        if name not in kept.variables or name not in again.variables:
            there = ("there" if name in grid.variables else "absent" for grid in (kept, again))
            yield Discrepancy(file, None, "", name, *there)
            continue
        old, new = kept[name], again[name]
        if old.dims != new.dims or old.shape != new.shape:
            shapes = (f"{each.dims} {each.shape}" for each in (old, new))
            yield Discrepancy(file, None, "", name, *shapes)
            continue
        wrong = _unlike(old, new)
        if len(wrong):
            at = tuple(wrong[0])
            more = f" and {len(wrong) - 1} more cells" if len(wrong) > 1 else ""
            values = (str(each.to_numpy()[at]) for each in (old, new))
            yield Discrepancy(file, None, f"{_where(again, new, at)}{more}", name, *values)


def _unlike(old: xr.DataArray, new: xr.DataArray) -> np.ndarray:
    """Return the indices (N, dimensions) of values that differ."""
    one, other = old.to_numpy(), new.to_numpy()
    if {one.dtype.kind, other.dtype.kind} <= {"f"}:
        same = np.isclose(one, other, rtol=RELATIVE, atol=_ROUNDING, equal_nan=True)
    else:
        same = np.asarray(one == other)
    return np.argwhere(~np.atleast_1d(same)) if one.ndim else np.empty((int(not same), 0), int)


def _where(grid: xr.Dataset, variable: xr.DataArray, at: tuple[int, ...]) -> str:
    """Return the coordinates of a value, or its indices where a dimension has none."""
    index = dict(zip(map(str, variable.dims), map(int, at), strict=True))
    if "cell" in index and {"lat", "lon"} <= set(grid.variables):
        index |= {"lat": index["cell"], "lon": index["cell"]}
    words = []
    for name, n in index.items():
        known = name in grid.variables and grid[name].ndim == 1
        words.append(f"{name} {grid[name].to_numpy()[n] if known else n}")
    return ", ".join(words)
