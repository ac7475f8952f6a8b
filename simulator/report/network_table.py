"""The comparison of ground networks: a column each, a line a figure, ratios to the baseline."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator import glossary
from simulator.glossary import Term
from simulator.report import texttable
from simulator.report.listing import NAME_WIDTH, STANDS_ONCE, Row, always_in_contact, records, shown
from simulator.report.texttable import padded, width
from simulator.text import ABSENT, NONE, ratio, wrapped

if TYPE_CHECKING:
    from simulator.results import Results

_VALUE_WIDTH = 8
_RATIO_WIDTH = 6
_GAP = 2


@dataclass(frozen=True)
class _Line:
    """A line of the table: the heading of a section, or a figure of each network."""

    label: str
    term: Term | None = None


@dataclass(frozen=True)
class _NetworkColumn:
    """A network's column: its name and (value, ratio) line by line."""

    name: str
    cells: tuple[tuple[str, str], ...]

    @property
    def name_lines(self) -> list[str]:
        return wrapped(self.name, NAME_WIDTH) or [""]

    @property
    def ratio_width(self) -> int:
        return max(width(times) for _, times in self.cells)

    @property
    def width(self) -> int:
        value = max(_VALUE_WIDTH, *(width(text) for text, _ in self.cells))
        beside = 1 + max(_RATIO_WIDTH, self.ratio_width) if self.ratio_width else 0
        return max(value + beside, *map(width, self.name_lines))


def networks_text(results: Results) -> str:
    """Return the table of networks: a column each, the baseline first and in every block."""
    lines = _lines(results)
    label_width = max(len(line.label) for line in lines)
    columns = _columns(results, lines)
    base, compared = columns[:1], columns[1:]
    # Lines whose figure reads the same in all networks: it stands once.
    alike = {n for n in range(len(lines)) if len({each.cells[n][0] for each in columns}) == 1}
    blocks = [[*base, *block] for block in _blocks(base, compared, label_width)]
    texts = ("\n".join(_block_lines(block, lines, label_width, alike)) for block in blocks)
    return "\n\n".join([_lead(columns), *texts])


def _lines(results: Results) -> list[_Line]:
    """Return a line for each figure of the networks that the glossary has a label for."""
    lines: list[_Line] = []
    section = ""
    for term in glossary.terms_over("network"):
        if not term.label or (term.definition == "clear" and term.name not in results.networks):
            continue
        # Terms of a section follow each other in the glossary, so a heading comes once.
        if term.section != section:
            lines.append(_Line(term.section))
            section = term.section
        lines.append(_Line(f"  {term.label}" if section else term.label, term))
    return lines


def _columns(results: Results, lines: Sequence[_Line]) -> list[_NetworkColumn]:
    """Return a column for each network, the baseline first."""
    rows = records(results.networks)
    base = next((row for row in rows if row["network"] == results.baseline), rows[0])
    # The baseline leads, for every ratio is to it.
    ordered = [base, *(row for row in rows if row is not base)]
    endless = always_in_contact(results)
    return [
        _NetworkColumn(
            str(row["network"]), tuple(_cell(line.term, row, base, endless) for line in lines)
        )
        for row in ordered
    ]


def _cell(term: Term | None, row: Row, base: Row, endless: Collection[str]) -> tuple[str, str]:
    if term is None:
        return "", ""
    value = float(row.get(term.name, float("nan")))
    # One contact without end would pass for hardly any contact.
    if term.name == "contacts_per_day" and row["network"] in endless:
        return "unbroken", ""
    if value != value:
        return ABSENT, ""
    comparable = term.compared and row is not base
    return shown(term.name)(value), ratio(value, float(base[term.name])) if comparable else ""


def _blocks(
    base: Sequence[_NetworkColumn], compared: Sequence[_NetworkColumn], label_width: int
) -> Iterator[list[_NetworkColumn]]:
    """Yield the networks that fit on a page beside the baseline; one at least."""
    # The baseline stands in every block, so its width counts in each.
    start = label_width + sum(_GAP + column.width for column in base)
    block: list[_NetworkColumn] = []
    used = start
    for column in compared:
        if block and used + _GAP + column.width > texttable.LINE_WIDTH:
            yield block
            block, used = [], start
        block.append(column)
        used += _GAP + column.width
    yield block


def _block_lines(
    block: Sequence[_NetworkColumn],
    lines: Sequence[_Line],
    label_width: int,
    alike: Collection[int],
) -> Iterator[str]:
    gap = " " * _GAP
    height = max(len(column.name_lines) for column in block)
    # Names of fewer lines stand at the bottom, on the rule.
    names = [[""] * (height - len(c.name_lines)) + c.name_lines for c in block]
    for line in zip(*names, strict=True):
        cells = [padded(name, c.width, right=True) for name, c in zip(line, block, strict=True)]
        yield gap.join([" " * label_width, *cells]).rstrip()
    yield gap.join(["-" * label_width, *("-" * column.width for column in block)])
    for index, row in enumerate(lines):
        cells = [
            "" if number and index in alike else _joined(column, *column.cells[index])
            for number, column in enumerate(block)
        ]
        yield gap.join([padded(row.label, label_width), *cells]).rstrip()


def _joined(column: _NetworkColumn, value: str, times: str) -> str:
    if not column.ratio_width:
        return padded(value, column.width, right=True)
    beside = 1 + max(_RATIO_WIDTH, column.ratio_width)
    return padded(value, column.width - beside, right=True) + padded(f" {times}", beside)


def _lead(columns: Sequence[_NetworkColumn]) -> str:
    if len(columns) < 2:
        return "Network"
    some_none = any(times == NONE for column in columns for _, times in column.cells)
    beside = "; none: 0 where the other is not" if some_none else ""
    return texttable.paragraph(
        f"Networks. Beside each figure: its ratio to that of {columns[0].name}, x2.0 being twice "
        f"as much and ÷2.0 half{beside}. {STANDS_ONCE}"
    )
