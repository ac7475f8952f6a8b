"""A run as a workbook for spreadsheets: the answer and its sources first, then a sheet a table.

The same results give the same bytes: the workbook says that it was made when the span begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from simulator.export.choices import Choices, tables_of
from simulator.export.typed_columns import typed_columns
from simulator.report import answer
from simulator.results import TABLES, Column, Results

# A sheet has so many rows, of which two are the heading.
MOST_ROWS = 1_048_576 - 2
_MOST_CHARACTERS = 32_767
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_TIME = "yyyy-mm-dd hh:mm:ss.000"
_SOURCE_COLUMNS = {
    "kind": 12,
    "entry": 32,
    "value": 24,
    "confidence": 12,
    "note": 40,
    "source": 60,
    "address": 60,
}
_RULES = (
    "Times are UTC; a spreadsheet keeps no zone with them. Columns that end in _s are seconds "
    "after the start of the span.",
    "An empty cell is an absent value: a statistic of nothing, or a thing that did not happen.",
    "Below the name of each column stands its unit.",
)


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write the chosen tables, all that have rows if none is; long ones over several sheets."""
    book = xlsxwriter.Workbook(str(place), _OPTIONS)
    book.set_properties(
        {
            "title": results.title,
            "subject": results.question,
            "comments": results.source_line,
            "created": results.start.astimezone(UTC).replace(tzinfo=None),
        }
    )
    formats = _Formats(book)
    names = tables_of(results, choices)
    _write_opening(book.add_worksheet("about"), formats, results, names)
    _write_sources(book.add_worksheet("sources"), formats, results)
    for name in names:
        table = getattr(results, name)
        for number, first in enumerate(range(0, max(len(table), 1), MOST_ROWS), start=1):
            sheet = book.add_worksheet(name if number == 1 else f"{name} ({number})")
            _write_table(sheet, formats, table.iloc[first : first + MOST_ROWS])
    book.close()


class _Formats:
    """The formats of cells of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._numbers: dict[str, Format] = {}
        self.heading = book.add_format({"bold": True, "bottom": 1})
        self.unit = book.add_format({"italic": True, "font_color": "#595959"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.label = book.add_format({"bold": True, "valign": "top"})

    def of(self, column: Column) -> Format | None:
        """Return the format of the cells of a column, None for the usual one."""
        if column.kind == "datetime":
            return self._number(_TIME)
        if column.kind not in ("number", "instant"):
            return None
        return self._number("0" + ("." + "0" * column.decimals if column.decimals else ""))

    def _number(self, shape: str) -> Format:
        if shape not in self._numbers:
            self._numbers[shape] = self._book.add_format({"num_format": shape})
        return self._numbers[shape]


def _write_opening(
    sheet: Worksheet, formats: _Formats, results: Results, names: tuple[str, ...]
) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 100)
    for row, (label, text) in enumerate(_opening(results, names)):
        sheet.write_string(row, 0, label, formats.label)
        sheet.write_string(row, 1, text[:_MOST_CHARACTERS], formats.wrapped)


def _opening(results: Results, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield "title", results.title
    yield "question", results.question
    yield from (("answer", sentence) for sentence in answer(results))
    yield "caution", str(results.provenance.get("caution", ""))
    yield from (("warning", warning) for warning in results.warnings)
    yield "start", f"{results.start:%Y-%m-%d %H:%M:%S} UTC"
    yield "days", f"{results.days:g}"
    yield "inputs", results.source_line
    yield from (("how to read", rule) for rule in _RULES)
    yield from ((f"sheet {name}", f"a row is {TABLES[name].row}") for name in names)


def _write_sources(sheet: Worksheet, formats: _Formats, results: Results) -> None:
    """Write a row for each source of each value that was taken from the catalogue."""
    for index, (name, width) in enumerate(_SOURCE_COLUMNS.items()):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, name, formats.heading)
    sheet.freeze_panes(1, 0)
    for row, texts in enumerate(_sources(results), start=1):
        for index, text in enumerate(texts):
            sheet.write_string(row, index, text[:_MOST_CHARACTERS])


def _sources(results: Results) -> Iterator[tuple[str, ...]]:
    for entry in results.provenance.get("catalogue", []):
        for key, told in entry.get("provenance", {}).items():
            for source in told.get("sources") or [{}]:
                yield tuple(
                    str(text)
                    for text in (
                        *(entry.get("kind", ""), entry.get("name", ""), key),
                        *(told.get("confidence", ""), told.get("note", "")),
                        *(source.get("title", ""), source.get("address", "")),
                    )
                )


def _write_table(sheet: Worksheet, formats: _Formats, table: pd.DataFrame) -> None:
    columns = typed_columns(table)
    sheet.freeze_panes(2, 0)
    writers = []
    for index, column in enumerate(columns):
        width = 23 if column.kind == "datetime" else max(10, min(40, len(column.name) + 2))
        sheet.set_column(index, index, width)
        writers.append(_writer(sheet, formats.of(column), column))
    for index, column in enumerate(columns):
        sheet.write_string(0, index, column.name, formats.heading)
    for index, column in enumerate(columns):
        unit = "UTC" if column.kind == "datetime" else column.unit
        sheet.write_string(1, index, unit, formats.unit)
    # Row by row: what is written is let go of at once.
    for row, values in enumerate(zip(*(_plain(table, c) for c in columns), strict=True), start=2):
        for index, value in enumerate(values):
            if value is not None:
                writers[index](row, index, value)


def _plain(table: pd.DataFrame, column: Column) -> list[Any]:
    """Return the values of a column, None for one that is absent; datetimes without a zone."""
    series = table[column.name]
    if column.kind == "datetime":
        return [None if pd.isna(at) else at.to_pydatetime().replace(tzinfo=None) for at in series]
    return [None if value == "" or value != value else value for value in series.tolist()]


def _writer(sheet: Worksheet, shape: Format | None, column: Column) -> Callable[..., Any]:
    if column.kind == "datetime":
        return lambda row, index, value: sheet.write_datetime(row, index, value, shape)
    if column.kind == "text":
        return lambda row, index, value: sheet.write_string(row, index, value[:_MOST_CHARACTERS])
    if column.kind == "flag":
        return lambda row, index, value: sheet.write_boolean(row, index, value)
    return lambda row, index, value: sheet.write_number(row, index, value, shape)
