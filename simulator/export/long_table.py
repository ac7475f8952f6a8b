"""Every value of a run in one long table, a value a row, as statistics programs like it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from simulator.export.choices import Choices, tables_of
from simulator.glossary import unit
from simulator.results import TABLES, Results, csv_text

# What a row of a table is of; which of them a table has, and in which order, is its layout's.
_IDENTIFYING = frozenset(
    ("network", "satellite", "other", "station", "target", "place", "region", "picture", "strip")
) | {
    *("figure", "latitude_band", "relation", "value", "rule", "cover", "quantity", "unknown"),
    *("stay_h", "niirs_level", "local_hour"),
}


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write the chosen tables as CSV: table, row, subject, column, unit, value."""
    place.write_text(csv_text(long_table(results, choices)), encoding="utf-8", newline="\n")


def long_table(results: Results, choices: Choices | None = None) -> pd.DataFrame:
    """Return every value of the chosen tables, all if none is, a value a row; absent ones are out.

    `subject` says what the row is of, as `network=dprk; target=osan`: one text for all rows of it,
    so that values of a figure can be told apart without the other rows. Raises InputError for a
    table that there is not.
    """
    names = tables_of(results, choices or Choices())
    parts = [_melted(name, getattr(results, name)) for name in names]
    columns = ("table", "row", "subject", "column", "unit", "value")
    return pd.concat([pd.DataFrame(columns=columns, dtype=object), *parts], ignore_index=True)


def _melted(name: str, table: pd.DataFrame) -> pd.DataFrame:
    subjects = _subjects(name, table)
    columns = [
        pd.DataFrame(
            {
                "table": name,
                "row": range(len(table)),
                "subject": subjects,
                "column": column,
                "unit": unit(str(column)),
                "value": _values(table[column]),
            },
            dtype=object,
        )
        for column in table.columns
    ]
    melted = pd.concat(columns, ignore_index=True).sort_values("row", kind="stable")
    return melted[melted["value"].notna() & (melted["value"] != "")]


def _values(series: pd.Series) -> pd.Series:
    """Return values as text: instants in one form, flags as in the tables of a folder."""
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        plain = series.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[ms]")
        told = pd.Series(np.datetime_as_string(plain, unit="ms", timezone="UTC"))
        return told.where(~np.isnat(plain), None).astype(object)
    if pd.api.types.is_bool_dtype(series):
        return series.map({True: "true", False: "false"}).astype(object)
    return series.map(str, na_action="ignore").astype(object)


def _subjects(name: str, table: pd.DataFrame) -> list[str]:
    """Return what each row of a table is of, by the columns that name it."""
    named = [column for column in TABLES[name].columns if column in _IDENTIFYING]
    rows = zip(*(table[column].tolist() for column in named), strict=True)
    return [
        "; ".join(
            f"{column}={_word(value)}"
            for column, value in zip(named, row, strict=True)
            if value != ""
        )
        for row in (rows if named else [()] * len(table))
    ]


def _word(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
