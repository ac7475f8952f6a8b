"""What the page shows of answers beyond a run's: what each says, its figures, its tables."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from simulator import glossary
from simulator.report import shown
from simulator.results import Answered
from simulator.text import ABSENT

# More rows than these are read in the folder's CSV.
_MOST_ROWS = 400
_HEADINGS: Mapping[str, str] = {
    "design": "Which orbits would do",
    "decay": "Over the years",
    "exchange": "How much else would do the same",
    "cameras": "What each camera tells",
    "ladder": "Step by step",
    "launch": "What the hour of the launch decides",
    "options": "What rockets bring to the orbit",
    "siting": "Where one more station would help the most",
    "spread": "While satellites of one launch spread",
    "unknowns": "Which unknown decides",
    "withdrawal": "When members leave or join",
    "worth": "What each member is worth",
}


@dataclass(frozen=True)
class AnswerTable:
    """A table as the page shows it: its name, its heads, its rows of text, and what is left out."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int


@dataclass(frozen=True)
class AnswerView:
    """An answer as the page shows it; figures are texts beside `data:` addresses of pictures."""

    id: str
    heading: str
    title: str
    text: str
    figures: tuple[tuple[str, str], ...]
    tables: tuple[AnswerTable, ...]


def answer_views(answers: Sequence[Answered]) -> list[AnswerView]:
    """Return what the page shows of answers, in their order."""
    return [_view(answered, f"answer-{n}") for n, answered in enumerate(answers, start=1)]


def _view(answered: Answered, name: str) -> AnswerView:
    # Imported with the first answer: the page of a run alone draws nothing here.
    from simulator.maps import answer_drawing, answer_drawings, png

    figures = []
    for figure in answer_drawings(answered):
        data = base64.b64encode(png(answer_drawing(answered, figure))).decode("ascii")
        figures.append((glossary.full_label(figure), f"data:image/png;base64,{data}"))
    return AnswerView(
        name,
        _HEADINGS.get(answered.command, answered.command),
        answered.title,
        answered.text,
        tuple(figures),
        tuple(_table(key, table) for key, table in answered.tables.items()),
    )


def _table(name: str, table: pd.DataFrame) -> AnswerTable:
    kept = table.head(_MOST_ROWS)
    rows = tuple(
        tuple(_cell(str(column), value, row) for column, value in row.items())
        for row in kept.to_dict(orient="records")
    )
    return AnswerTable(name, tuple(map(str, table.columns)), rows, len(table) - len(kept))


def _cell(column: str, value: object, row: Mapping[object, object]) -> str:
    """Return a cell as people read it, in the unit of its column or of its row's figure."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if value != value:
            return ABSENT
        named = column if glossary.term(column) or column.endswith(("_share", "_h")) else ""
        figure = named or str(row.get("figure", column))
        return shown(figure)(value)
    return str(value)
