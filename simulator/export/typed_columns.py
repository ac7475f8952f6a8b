"""What the columns of a table in a frame are, the datetimes beside instants among them."""

from __future__ import annotations

import pandas as pd

from simulator.results import Column, columns_of


def typed_columns(frame: pd.DataFrame) -> list[Column]:
    """Return every column of a frame in its order, with its kind, unit and meaning."""
    known = {column.name: column for column in columns_of(frame)}
    return [
        known.get(str(name)) or _twin(str(name), known[str(name).removesuffix("_utc") + "_s"])
        for name in frame.columns
    ]


def _twin(name: str, instant: Column) -> Column:
    """Return the datetime of an instant, which is in seconds after the span's start."""
    return Column(name, "datetime", instant.meaning)
