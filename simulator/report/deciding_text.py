"""Which of what nobody knows decides a run's figures, as a clause and as a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from simulator import glossary
from simulator.report.listing import (
    NAME_WIDTH,
    Listing,
    Row,
    definition_lines,
    drawn,
    name_cell,
    records,
    shown,
)
from simulator.report.sentences import percent
from simulator.text import ABSENT, folded, ratio

if TYPE_CHECKING:
    from simulator.results import Results

_VALUE, _RATIO = "value", "ratio"
# What the clause is about: the first of these that draws move, a ratio before a value.
_TOLD = (
    ("latency_mean_h", _RATIO, "how much sooner a picture is at headquarters with {}"),
    ("response_mean_h", _RATIO, "how much sooner a request is answered with {}"),
    ("response_mean_h", _VALUE, "how long a request waits for its picture"),
    ("contact_minutes_per_day", _VALUE, "how long there is contact"),
)
_LISTED = ("latency_mean_h", "response_mean_h", "age_mean_h", "contact_minutes_per_day")
_NAMED = 2
_WAITS = ("latency", "response", "wait")
# Below this an unknown explains no more than chance might.
_WORTH_SAYING = 0.05


def deciding_clause(results: Results) -> str:
    """Return which unknowns move the networks' difference most; empty where nothing is drawn."""
    for figure, quantity, words in _TOLD:
        network, rows = _rows(results, figure, quantity)
        ranked = sorted(rows, key=lambda row: -row["explained_share"])
        named = [row for row in ranked[:_NAMED] if row["explained_share"] >= _WORTH_SAYING]
        if named:
            parts = [_part(row, quantity) for row in named]
            of = f"{words.format(network)} depends most on {parts[0]}"
            return f"{of}, then on {parts[1]}" if parts[1:] else of
    return ""


def _rows(results: Results, figure: str, quantity: str) -> tuple[str, list[Row]]:
    """Return the rows of a figure of the first network that has it, with that network's name."""
    table = results.unknowns
    own = table[(table["figure"] == figure) & (table["quantity"] == quantity)]
    own = own[own["explained_share"].notna()]
    if not len(own):
        return "", []
    name = str(own["network"].iloc[0])
    return name, list(records(own[own["network"] == name]))


def _part(row: Row, quantity: str) -> str:
    """Return an unknown with what it explains, and the figure at the ends of its odds."""
    write = quantity_writer(str(row["figure"]), quantity)
    ends = [
        f"{write(float(row[end]))} at {row[f'{end}_at']}"
        for end in ("lowest", "highest")
        if not math.isnan(row[end])
    ]
    share = f"{percent(row['explained_share'])} of the variance over draws"
    return f"the {row['unknown']} ({'; '.join([share, ', '.join(ends)]).rstrip('; ')})"


def quantity_writer(figure: str, quantity: str) -> Callable[[float], str]:
    """Return how a figure reads, or the ratio of one."""
    return _times(figure) if quantity == _RATIO else shown(figure)


def _times(figure: str) -> Callable[[float], str]:
    """Return how a ratio of a figure reads: so many times sooner, or less, or as much."""
    less, more = ("sooner", "later") if figure.startswith(_WAITS) else ("less", "more")

    def written(value: float) -> str:
        factor = ratio(value, 1.0)
        if factor == "x1.00":
            return "no difference"
        return f"{factor.lstrip('x÷')} times {less if value < 1.0 else more}"

    return written


def deciding_listing(results: Results) -> Iterator[Listing]:
    """Yield what of each figure's variance over draws each unknown explains, network by network."""
    if not len(results.unknowns):
        return
    table = results.unknowns.set_index(["network", "figure", "quantity", "unknown"])
    known = set(table.index)
    names = list(dict.fromkeys(results.unknowns["unknown"]))
    columns = [
        (network, figure, quantity)
        for figure in _LISTED
        for network, quantity in dict.fromkeys(
            zip(results.unknowns["network"], results.unknowns["quantity"], strict=True)
        )
        if (quantity == _RATIO or network == results.baseline)
        and (network, figure, quantity, names[0]) in known
    ]
    body = [
        (
            name_cell(name),
            *(_cell(float(table.loc[(*column, name), "explained_share"])) for column in columns),
        )
        for name in names
    ]
    yield Listing(
        f"What each unknown explains of the variance over draws of {drawn(results)}: of figures "
        f"with {results.baseline}, and of the ratios to them with the others",
        ("Unknown", *(_heading(*column) for column in columns)),
        1,
        body,
        tuple(definition_lines(results, ["explained"])),
    )


def _heading(network: str, figure: str, quantity: str) -> str:
    term = glossary.term(figure)
    label = folded(term.full_label if term else figure, NAME_WIDTH)
    whose = f"ratio with {network}" if quantity == _RATIO else f"with {network}"
    return f"{label}\n{folded(whose, NAME_WIDTH)}"


def _cell(share: float) -> str:
    return ABSENT if math.isnan(share) else f"{100.0 * share:.0f} %"
