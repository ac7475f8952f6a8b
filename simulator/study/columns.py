"""Columns of tables as they are found, before they are made a frame, which takes far longer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

# The values of each column by its name, all equally many.
Columns = Mapping[str, Sequence[Any]]


def columns_of_rows(rows: Sequence[Mapping[str, Any]]) -> Columns:
    """Return the columns of rows, in the order in which they come up; NaN where a row has none."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name, math.nan) for row in rows] for name in names}
