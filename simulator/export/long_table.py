"""Every value of a run in one long table, a value a row, as statistics programs like it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from simulator.export.choices import Choices, chosen
from simulator.glossary import unit
from simulator.results import TABLES, Results, csv_text


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write the chosen tables as CSV with the columns table, row, column, unit, value."""
    place.write_text(csv_text(long_table(results, choices.tables)), encoding="utf-8", newline="\n")


def long_table(results: Results, tables: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return every value of the chosen tables, all if none is, a value a row; absent ones are out.

    Raises InputError for a table that there is not.
    """
    parts = [
        _melted(name, getattr(results, name)) for name in chosen("table", tables, tuple(TABLES))
    ]
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def _melted(name: str, table: pd.DataFrame) -> pd.DataFrame:
    columns = [
        pd.DataFrame(
            {
                "table": name,
                "row": range(len(table)),
                "column": column,
                "unit": unit(str(column)),
                "value": table[column].map(str, na_action="ignore").astype(object),
            }
        )
        for column in table.columns
    ]
    if not columns:
        return pd.DataFrame()
    melted = pd.concat(columns, ignore_index=True).sort_values("row", kind="stable")
    return melted[melted["value"].notna() & (melted["value"] != "")]
