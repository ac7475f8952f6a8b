"""The note that goes with a results folder: what each file is, what each column means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from simulator.results.columns import TABLES, Column, described
from simulator.text import width, wrapped

_HEAD = """\
Results of a simulation of satellite accesses, ground contacts and delivery of pictures.
Nothing here is an observation: every number follows from the scenario.

summary.json     the main figures, definitions, warnings; SHA-256 of every file but the figures
scenario.toml    the scenario as resolved, every default written out
provenance.json  catalogue entries used with their sources, package versions, definitions
tables/*.csv     the tables described below, UTF-8, comma separated; columns.json types them
figures/         drawings, if any were asked for
report.html      with them: all of this as one page for a browser, which loads nothing else
"""

_RULES = """\
Times in columns that end in _utc are UTC. Their twins that end in _s are SI seconds after the
start of the span. Windows are half-open: the end is the first instant outside.
An empty cell is an absent value: a statistic of nothing, or a thing that did not happen.
Text that a spreadsheet would run as a formula has an apostrophe before it.
In summary.json absent values are null, and ratio_to_baseline is a figure over the baseline's.
"""


@dataclass(frozen=True)
class Opening:
    """What the note begins with: title, question, the sentences of the answer, and the caution."""

    title: str
    question: str
    answer: Sequence[str]
    caution: str


def text(
    opening: Opening,
    grids: Mapping[str, str],
    columns: Mapping[str, Sequence[Column]],
    figures: Sequence[str],
) -> str:
    """Return the note: `grids` are file names by region, `columns` those of each table.

    `figures` are those in the table of coverage.
    """
    parts = [*_opening(opening), _HEAD]
    if grids:
        parts.append(_grids(grids))
    parts.append(_RULES)
    for name in TABLES:
        parts.append(_table(name, columns[name]))
        if name == "coverage" and figures:
            lines = [_figure(figure) for figure in figures]
            parts.append("figures of cells in tables/coverage.csv\n" + _lines(lines))
    return "\n".join(parts)


def _opening(opening: Opening) -> Iterator[str]:
    yield f"{opening.title}\n{'=' * min(width(opening.title), 100)}\n"
    if opening.question:
        yield _filled(opening.question) + "\n"
    if opening.answer:
        yield _lines(opening.answer)
    if opening.caution:
        yield _filled(f"Caution: {opening.caution}") + "\n"


def _grids(grids: Mapping[str, str]) -> str:
    lines = [f"{file}: grid of the region {region}" for region, file in grids.items()]
    return "NetCDF-4 files by the CF conventions 1.11, variables described inside:\n" + _lines(
        lines
    )


def _table(name: str, columns: Iterable[Column]) -> str:
    lines = [_column(column) for column in columns]
    head = _filled(f"tables/{name}.csv: a row is {TABLES[name].row}")
    return f"{head}\n" + _lines(lines)


def _column(column: Column) -> str:
    unit = f" [{column.unit}]" if column.unit else ""
    meaning = f": {column.meaning}" if column.meaning else ""
    return f"{column.name}{unit}{meaning}"


def _figure(name: str) -> str:
    figure = described(name)
    return f"{name}: {figure.meaning}" if figure else name


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(_filled(line, first="  ", rest="      ") for line in lines) + "\n"


# What tables and columns are is the same in every folder.
@lru_cache(maxsize=4_096)
def _filled(text: str, *, first: str = "", rest: str = "") -> str:
    return "\n".join(wrapped(text, 98, initial_indent=first, subsequent_indent=rest))
