"""Plain text: aligned columns, tables in blocks of a page's width, wrapped paragraphs, JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from simulator.errors import printable, printable_line
from simulator.text import shortened as shortened
from simulator.text import width as width
from simulator.text import wrapped

LINE_WIDTH = 100


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Return a text with blanks after it, or before it, to a width in columns."""
    blanks = " " * max(0, columns - width(text))
    return blanks + text if right else text + blanks


def aligned(
    rows: Sequence[Sequence[str]], *, right: Collection[int] = (), indent: str = "", gap: int = 2
) -> str:
    """Return rows of cells as lines with aligned columns; columns `right` end flush right.

    What a terminal would obey in a cell is escaped, so that its width is the one seen.
    """
    rows = [[printable_line(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = (
            padded(c, w, right=n in right) for n, (c, w) in enumerate(zip(row, widths, strict=True))
        )
        lines.append(indent + (" " * gap).join(cells).rstrip())
    return "\n".join(lines)


def blocks(
    headings: Sequence[str],
    body: Sequence[Sequence[str]],
    *,
    texts: int,
    gap: int = 2,
    columns: int = LINE_WIDTH,
) -> list[str]:
    """Return a table as blocks of columns that fit on a page, each with the first `texts` columns.

    Lines of a heading are parted by newlines and stand on the rule; the first columns are flush
    left, the others flush right.
    """
    split = [heading.split("\n") for heading in headings]
    height = max(map(len, split))
    # Headings of fewer lines are filled from above, so that all stand on the rule.
    tops = [[""] * (height - len(lines)) + lines for lines in split]
    cells = [[*top, *rows] for top, rows in zip(tops, zip(*body, strict=True), strict=True)]
    widths = [max(map(width, column)) for column in cells]
    lead = list(range(texts))
    groups: list[list[int]] = [[]]
    used = start = sum(widths[n] for n in lead) + gap * (texts - 1)
    for n in range(texts, len(cells)):
        if groups[-1] and used + gap + widths[n] > columns:
            groups.append([])
            used = start
        groups[-1].append(n)
        used += gap + widths[n]
    return [_block([cells[n] for n in (*lead, *group)], texts, height) for group in groups]


def _block(columns: Sequence[Sequence[str]], texts: int, height: int) -> str:
    rows = list(zip(*columns, strict=True))
    lines = aligned(rows, right=range(texts, len(columns))).split("\n")
    rule = "-" * max(map(width, lines))
    return "\n".join([*filter(None, lines[:height]), rule, *lines[height:]])


def paragraph(text: str, *, first: str = "", rest: str = "", columns: int = LINE_WIDTH) -> str:
    """Return a text wrapped to the width of a page, its first and other lines begun as asked."""
    lines = wrapped(
        printable(text),
        columns,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


def json_text(value: Any) -> str:
    """Return plain values as indented JSON; NaN and infinity become null, instants ISO text."""
    return json.dumps(plain(value), allow_nan=False, ensure_ascii=False, indent=2)


def plain(value: Any) -> Any:
    """Return a value made of what JSON knows."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    # JSON has no NaN and no infinity.
    return None if isinstance(value, float) and not math.isfinite(value) else value
