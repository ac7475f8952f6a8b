"""A table of a run as Parquet: typed columns with their units, instants that know they are UTC."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulator.export.choices import Choices, tables_of
from simulator.export.typed_columns import typed_columns
from simulator.results import TABLES, Column, Results

_TYPES = {
    "text": pa.string(),
    "flag": pa.bool_(),
    "count": pa.int64(),
    "number": pa.float64(),
    "instant": pa.float64(),
    "datetime": pa.timestamp("ms", tz="UTC"),
}


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write the one table that was chosen, or the only one there is."""
    (name,) = tables_of(results, choices)
    pq.write_table(arrow_table(results, name), place, compression="zstd")


def arrow_table(results: Results, name: str) -> pa.Table:
    """Return a table of a run: absent values are null, columns say their unit and meaning.

    The metadata of the table has what a row is, the title and question of the run, and the line of
    its sources.
    """
    frame: pd.DataFrame = getattr(results, name)
    columns = typed_columns(frame)
    about = {
        "table": name,
        "row": TABLES[name].row,
        "title": results.title,
        "question": results.question,
        "sources": results.source_line,
        "caution": str(results.provenance.get("caution", "")),
    }
    fields = [_field(column) for column in columns]
    return pa.Table.from_arrays(
        [
            _values(frame[column.name], field.type)
            for column, field in zip(columns, fields, strict=True)
        ],
        schema=pa.schema(fields, metadata=about),
    )


def _field(column: Column) -> pa.Field:
    about = {"unit": column.unit, "meaning": column.meaning}
    return pa.field(
        column.name,
        _TYPES[column.kind],
        metadata={key: text for key, text in about.items() if text},
    )


def _values(series: pd.Series, kind: pa.DataType) -> pa.Array:
    if pa.types.is_string(kind):
        return pa.array([value or None for value in series.tolist()], kind)
    if pa.types.is_integer(kind):
        return pa.array(series.astype("Int64"), kind, from_pandas=True)
    return pa.array(series, kind, from_pandas=True)
