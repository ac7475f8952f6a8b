"""Tables as people have them in Python: columns of numbers, names and instants, checked by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from simulator.arrays import BoolArray, FloatArray
from simulator.earth import elapsed_s
from simulator.errors import InputError, nearest_hint
from simulator.library.instants import instants_of
from simulator.library.kinds import ColumnsLike


@dataclass(frozen=True, eq=False)
class Columns:
    """A table with the argument that it was given as; `start` is that of its seconds, if known."""

    argument: str
    frame: pd.DataFrame
    start: datetime | None
    days: float | None

    def __len__(self) -> int:
        return len(self.frame)

    def has(self, name: str) -> bool:
        return name in self.frame.columns

    def has_instant(self, name: str) -> bool:
        """Whether instants of a name are there in any form."""
        return any(self.has(column) for column in (f"{name}_s", f"{name}_utc", name))

    def numbers(
        self, name: str, *, least: float = -np.inf, default: float | None = None
    ) -> FloatArray:
        """Return a column of finite numbers (N,), all `least` or more.

        Raises InputError naming row and column.
        """
        if not self.has(name):
            if default is not None:
                return np.full(len(self), default)
            raise self._missing(name)
        values = pd.to_numeric(self.frame[name], errors="coerce").to_numpy(np.float64)
        wrong = np.flatnonzero(~(np.isfinite(values) & (values >= least)))
        if len(wrong):
            allowed = "a finite number" if least == -np.inf else f"a number from {least:g} up"
            raise self._fault(int(wrong[0]), name, allowed)
        return values

    def names(self, name: str, *, default: str | None = None) -> list[str]:
        """Return a column of names, or numbers that stand for them, as texts."""
        if not self.has(name):
            if default is not None:
                return [default] * len(self)
            raise self._missing(name)
        values = self.frame[name]
        if values.isna().any():
            raise self._fault(int(np.flatnonzero(values.isna())[0]), name, "a name")
        return [str(value) for value in values]

    def flags(self, name: str, *, default: bool) -> BoolArray:
        """Return a column of truth values (N,)."""
        if not self.has(name):
            return np.full(len(self), default)
        return self.frame[name].to_numpy(np.bool_)

    def seconds(self, name: str, origin: datetime | None) -> FloatArray:
        """Return instants (N,), seconds after an origin.

        `name_s` is in seconds after the table's own start, or the origin where it has none;
        `name_utc` or `name` is a time. Without an origin only seconds will do.
        """
        if self.has(f"{name}_s"):
            shift_s = 0.0
            if self.start is not None and origin is not None and self.start != origin:
                shift_s = elapsed_s(origin, self.start)
            values = self.numbers(f"{name}_s")
            return values + shift_s if shift_s else values
        found = next((column for column in (f"{name}_utc", name) if self.has(column)), None)
        if found is None or origin is None:
            raise self._missing(f"{name}_s")
        instants = instants_of(self.frame[found], f"{self.argument}: {found}")
        return np.array([elapsed_s(origin, instant) for instant in instants], dtype=np.float64)

    def earliest(self, name: str) -> datetime | None:
        """Return the first of the instants that a table has as times, None if it has none."""
        found = next((column for column in (f"{name}_utc", name) if self.has(column)), None)
        if found is None or not len(self):
            return None
        return min(instants_of(self.frame[found], f"{self.argument}: {found}"))

    def _missing(self, name: str) -> InputError:
        hint = nearest_hint(name, [str(column) for column in self.frame.columns])
        return InputError(f"{self.argument}: column {name} is missing{hint}")

    def _fault(self, row: int, name: str, allowed: str) -> InputError:
        value = self.frame[name].iloc[row]
        return InputError(f"{self.argument}: row {row}: {name} {value!s:.60} is not {allowed}")


def columns_of(value: ColumnsLike, argument: str, hint: str = "") -> Columns:
    """Return a table; raises InputError for what is none, ending with a hint."""
    if isinstance(value, pd.DataFrame):
        known = value.attrs
        start = known.get("start")
        return Columns(
            argument,
            value.reset_index(drop=True),
            None if start is None else datetime.fromisoformat(start),
            known.get("days"),
        )
    is_table = isinstance(value, Mapping) or getattr(value, "dtype", np.dtype(float)).names
    if not is_table:
        raise InputError(
            f"{argument}: a {type(value).__name__} is no table; allowed: a data frame, arrays by "
            f"the name of the column, or a structured array{hint}"
        )
    given: Any = value
    try:
        return Columns(argument, pd.DataFrame(given), None, None)
    except ValueError as error:
        raise InputError(f"{argument}: {error}") from None
