"""Columns of tables as they are found, before they are made a frame, which takes far longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# The values of each column by its name, all equally many.
Columns = Mapping[str, Sequence[Any]]


def columns_of_rows(rows: Sequence[Mapping[str, Any]]) -> Columns:
    """Return the columns of rows that have the same keys; none of no rows."""
    return {name: [row[name] for row in rows] for name in (*rows, {})[0]}
