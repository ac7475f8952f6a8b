"""Several runs side by side: their figures, and what differs between their scenarios."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from simulator import glossary, report
from simulator.page.labels import labels_of
from simulator.page.tables import (
    FIRST,
    Line,
    Networks,
    Table,
    first_label,
    networks_of,
    worth_a_line,
)
from simulator.results import Results

_MOST_DIFFERENCES = 60
_LONGEST = 60


def compared(runs: Sequence[Results]) -> Table:
    """Return the main figures, a column a network of each run, the first the one compared with."""
    side_by_side = [networks_of(run) for run in runs]
    columns = [(run, name) for run in side_by_side for name in run.names]
    names = [labels_of(run.results).network(name) for run, name in columns]
    lines = [_line(figure, columns) for figure in FIRST if worth_a_line(figure, side_by_side)]
    return Table(names, [name for _, name in columns], lines)


def _line(figure: str, columns: Sequence[tuple[Networks, str]]) -> Line:
    term, label = glossary.term(figure), first_label(figure)
    base = columns[0][0].value(figure, columns[0][1]) if columns else math.nan
    cells = (
        run.cell(figure, name, base if number else math.nan)
        for number, (run, name) in enumerate(columns)
    )
    return Line(label[:1].upper() + label[1:], term.meaning if term else "", tuple(cells))


def differences(runs: Sequence[Results]) -> list[tuple[str, list[str]]]:
    """Return the keys in which the scenarios differ, with the value of each; "-" for none."""
    flattened = [dict(_keys(report.scenario_tables(run))) for run in runs]
    keys = list(dict.fromkeys(key for flat in flattened for key in flat))
    found = []
    for key in keys:
        values = [flat.get(key, "-") for flat in flattened]
        if len(set(values)) > 1:
            found.append((key, values))
    return found[:_MOST_DIFFERENCES]


def _keys(table: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Yield every key of nested tables with its value as text; named tables go by their names."""
    if isinstance(table, dict):
        for key, value in table.items():
            yield from _keys(value, f"{where}.{key}" if where else str(key))
    elif isinstance(table, list) and table and isinstance(table[0], dict):
        for number, entry in enumerate(table):
            yield from _keys(entry, f"{where}.{entry.get('name', number)}")
    else:
        words = str(table)
        yield where, words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
