"""A table of the report: its headings and rows, the notes below it, and how its cells are written.

What a column is called and how its numbers read follows from the glossary.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from simulator import glossary
from simulator.glossary import Term
from simulator.report import texttable
from simulator.text import ABSENT, drawn_words, duration, number, share
from simulator.units import MINUTES_PER_DAY

if TYPE_CHECKING:
    import pandas as pd

    from simulator.results import Results

NAME_WIDTH = 24
STANDS_ONCE = "A figure that stands once is the same with all networks."
MOST_NETWORKS, MOST_TARGETS = 4, 40
# A figure in access or contact for so few minutes short of all day is so all day long.
_ROUNDING_MIN = 1e-3

Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Listing:
    """A table of rows: headings of lines, how many of its columns are text, and its notes.

    A listing whose first heading names it has no title.
    """

    title: str
    headings: tuple[str, ...]
    texts: int
    body: list[tuple[str, ...]]
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """Return it as plain text, in blocks of columns that fit on a page."""
        blocks = texttable.blocks(self.headings, self.body, texts=self.texts)
        title = [texttable.paragraph(self.title)] if self.title else []
        notes = [texttable.paragraph(note, rest="  ") for note in self.notes]
        return "\n\n".join([*title, *blocks, *(["\n".join(notes)] if notes else [])])


@dataclass(frozen=True)
class ListingColumn:
    """A column of a listing: its heading, and what it writes of a row."""

    heading: str
    cell: Callable[[Row], str]


def columns_for(leading: Iterable[str], terms: Iterable[Term], frame: pd.DataFrame) -> list[str]:
    """Return the columns of a table to list: those named, then all others that have a heading."""
    named = list(leading)
    further = (term.name for term in terms if term.heading and term.name not in named)
    return [*named, *(name for name in further if name in frame)]


def column(name: str, heading: str = "") -> ListingColumn:
    """Return the column of a figure, under the glossary's heading if none is given."""
    term = glossary.term(name)
    write = shown(name)
    return ListingColumn(
        heading or (term.heading if term else name),
        lambda row: write(float(row.get(name, float("nan")))),
    )


def shown(name: str) -> Callable[[float], str]:
    """Return how a figure's numbers are written, from what it is and from its unit."""
    term = glossary.term(name)
    if term is not None and term.kind == "count":
        return count
    if name.endswith(("_share", "_fraction")):
        return share
    if name.endswith("niirs"):
        return tenths
    return duration if glossary.unit(name) == "h" else number


def ranged(row: Row, name: str, text: Callable[[float], str]) -> str:
    """Return a row's value with its range, `_low` to `_high`, where that says more than it."""
    value, low, high = (text(row[column]) for column in (name, f"{name}_low", f"{name}_high"))
    if ABSENT in (low, high) or (low == value and high == value):
        return value
    return f"{value} ({low} to {high})"


def once(cells: Sequence[str]) -> list[str]:
    """Return a line's cells of several networks, the first alone where all read the same."""
    return [*cells[:1], *([""] * (len(cells) - 1) if len(set(cells)) == 1 else cells[1:])]


def count(value: float) -> str:
    """Return a whole number, "-" for NaN."""
    # NaN is unlike itself.
    return ABSENT if value != value else f"{value:,.0f}"


def tenths(value: float) -> str:
    """Return a number with one decimal, "-" for NaN."""
    return ABSENT if value != value else f"{value:.1f}"


def name_cell(name: object, columns: int = NAME_WIDTH) -> str:
    """Return a name cut to the width of its column."""
    return texttable.shortened(str(name), columns)


def often_words(per_day: float, minutes_per_day: float) -> str:
    """Return how often a day something happens; one without end would pass for hardly any."""
    return "unbroken" if minutes_per_day >= MINUTES_PER_DAY - _ROUNDING_MIN else number(per_day)


def always_in_contact(results: Results) -> set[str]:
    """Return the networks with which every satellite is in contact all the time."""
    always = MINUTES_PER_DAY * len(results.satellites) - _ROUNDING_MIN
    table = results.networks
    # Without satellites all of a day is 0 minutes, which every network would reach.
    in_contact = table["contact_minutes_per_day"] >= max(always, _ROUNDING_MIN)
    return set(table["network"][in_contact])


def records(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the rows of a table, their values as Python's own."""
    # As `to_dict` does, which looks at each column by itself.
    names = frame.columns.tolist()
    return [dict(zip(names, row, strict=True)) for row in frame.to_numpy(dtype=object).tolist()]


def scenario_tables(results: Results) -> dict[str, Any]:
    """Return the scenario's tables, as resolved; not to be changed."""
    return _tables_of(results.scenario_toml)


# A report asks for them time and again, and of a long scenario they take long to read.
@lru_cache(maxsize=4)
def _tables_of(scenario_toml: str) -> dict[str, Any]:
    return tomllib.loads(scenario_toml)


def share_of_draws(results: Results) -> str:
    """Return in words the share of draws or resamples that lies within a range."""
    part = share_drawn(results)
    return "most" if math.isnan(part) else f"{100.0 * part:g} %"


def share_drawn(results: Results) -> float:
    """Return the share of draws or resamples that lies within a range, NaN if it is not told."""
    return float(scenario_tables(results).get("uncertainty", {}).get("share", math.nan))


def drawn(results: Results) -> str:
    """Return in words what the draws of a run are of."""
    facts = scenario_tables(results)
    phase = facts.get("uncertainty", {}).get("phase", True)
    return drawn_words(phase=bool(phase), unknowns=len(facts.get("unknowns", ())))


def definition_lines(results: Results, terms: Sequence[str]) -> Iterator[str]:
    """Yield the definitions of terms, as far as the results have them."""
    definitions = results.provenance.get("definitions", {})
    yield from (f"{term}: {definitions[term]}" for term in terms if term in definitions)
