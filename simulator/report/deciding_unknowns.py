"""Which unknown decides, as text: what each one's publication would settle, figure by figure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from simulator import glossary
from simulator.report.deciding_text import quantity_writer
from simulator.report.listing import Row, records
from simulator.report.sentences import listed, percent
from simulator.report.texttable import blocks, paragraph
from simulator.text import ABSENT, folded, ratio

if TYPE_CHECKING:
    import pandas as pd

    from simulator.worth import Sensitivity

_WIDTH = 80
_NAME = 24
_RATIO, _TARGETS = "ratio", "targets"
# What is told first, in this order; `full` has every figure of every network.
_FIRST = ("latency_mean_h", "response_mean_h", "age_mean_h")
_OF_TARGETS = ("revisit_mean_h", "wait_mean_h", "accesses_per_day")
# A row of a table whose total index is below this is counted and left out.
_WORTH_A_ROW = 0.01
_WORTH_SAYING = 0.05
# Of rows that lack the figure, which are left out, from this part on it is said.
_MANY_LEFT_OUT = 0.02


def sensitivity_text(found: Sensitivity, *, full: bool = False) -> str:
    """Return which unknowns decide; `full` has every figure, network and unknown."""
    parts = [paragraph(f"{_sentence(found)} {_rest(found)}".strip(), columns=_WIDTH)]
    for number, row in enumerate(records(found.figures)):
        if full or _is_told(found, row):
            parts.append(_block(found, row, first=number == 0, full=full))
    return "\n\n".join([*parts, _rule(found)])


def sensitivity_headline(indices: pd.DataFrame, figure: str, network: str, quantity: str) -> str:
    """Return in a heading which unknown moves a figure most."""
    rows = ranked(indices, figure, network, quantity)
    named = [row for row in rows[:2] if row["total"] >= _WORTH_SAYING]
    what = _what(figure, network, quantity)
    if not named:
        return f"No unknown moves {what}"
    parts = [f"{row['unknown']} ({_of_hundred(row['first']):.0f} %)" for row in named]
    return f"{what[0].upper()}{what[1:]} depends most on {', then '.join(parts)}"


def ranked(indices: pd.DataFrame, figure: str, network: str, quantity: str) -> list[Row]:
    """Return the rows of a quantity's unknowns, those that move it most first."""
    own = indices[
        (indices["figure"] == figure)
        & (indices["network"] == network)
        & (indices["quantity"] == quantity)
        & indices["total"].notna()
    ]
    return sorted(records(own), key=lambda row: -row["total"])


def told_quantities(figures: pd.DataFrame, baseline: str) -> list[tuple[str, str, str]]:
    """Return (figure, network, quantity) of what is told first, of those that there are."""
    others = [n for n in dict.fromkeys(figures["network"]) if n not in (baseline, _TARGETS)]
    asked = [(figure, network, _RATIO) for figure in _FIRST for network in others[:1]]
    asked += [(figure, baseline, "value") for figure in _FIRST]
    asked += [(figure, _TARGETS, "value") for figure in _OF_TARGETS[:1]]
    known = set(zip(figures["figure"], figures["network"], figures["quantity"], strict=True))
    found = [each for each in asked if each in known]
    # Of a figure that was asked for by name, whatever there is of it.
    return found or list(dict.fromkeys(known_in_order(figures)))[:3]


def known_in_order(figures: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Yield (figure, network, quantity) row by row."""
    yield from zip(figures["figure"], figures["network"], figures["quantity"], strict=True)


def _is_told(found: Sensitivity, row: Row) -> bool:
    key = (row["figure"], row["network"], row["quantity"])
    return key in told_quantities(found.figures, found.baseline)


def _sentence(found: Sensitivity) -> str:
    """Return what decides the first quantity told, in a sentence."""
    figure, network, quantity = told_quantities(found.figures, found.baseline)[0]
    rows = ranked(found.indices, figure, network, quantity)
    named = [row for row in rows[:2] if row["total"] >= _WORTH_SAYING]
    if not named:
        return f"No unknown moves {_what(figure, network, quantity)}."
    write = quantity_writer(figure, quantity)
    parts = [
        f"{row['unknown']}, which known would settle {_of_hundred(row['first']):.0f} % of its "
        f"variance ({_from_to(row, write)})"
        for row in named
    ]
    what = _what(figure, network, quantity)
    return f"{what[0].upper()}{what[1:]} depends most on {', then on '.join(parts)}."


def _rest(found: Sensitivity) -> str:
    """Return which unknowns move nothing that is told."""
    told = told_quantities(found.figures, found.baseline)
    moving = {
        row["unknown"]
        for key in told
        for row in ranked(found.indices, *key)
        if row["total"] >= _WORTH_SAYING
    }
    idle = [name for name in found.unknowns if name not in moving]
    if not idle or not moving:
        return ""
    one = len(idle) == 1
    return (
        f"{listed(idle, len(idle))} {'moves' if one else 'move'} none of the figures told here by "
        f"{percent(_WORTH_SAYING)} of their variance."
    )


def _what(figure: str, network: str, quantity: str) -> str:
    term = glossary.term(figure)
    label = term.full_label if term else figure
    if network == _TARGETS:
        return f"{label}, mean over targets"
    return f"the ratio of {label} with {network}" if quantity == _RATIO else f"{label}, {network}"


def _from_to(row: Row, write: Callable[[float], str]) -> str:
    ends = (
        f"{write(float(row[end]))} at {row[f'{end}_at']}"
        for end in ("lowest", "highest")
        if not math.isnan(row[end])
    )
    return ", ".join(ends)


def _block(found: Sensitivity, row: Row, *, first: bool, full: bool) -> str:
    """Return a quantity's range over draws, and a table of its unknowns."""
    key = (str(row["figure"]), str(row["network"]), str(row["quantity"]))
    write = quantity_writer(key[0], key[2])
    what = _what(*key)
    title = f"{what[0].upper()}{what[1:]}: {_range(row, write)}"
    left_out = 1.0 - row["whole_rows"] / found.rows
    if left_out > _MANY_LEFT_OUT:
        title += f"; {percent(left_out)} of the rows lack it, and are left out"
    rows = ranked(found.indices, *key)
    if not rows:
        return paragraph(f"{title}; nothing moves it", columns=_WIDTH)
    kept = [each for each in rows if full or each["total"] >= _WORTH_A_ROW]
    short = (lambda value: ratio(value, 1.0) or "x1.00") if key[2] == _RATIO else write
    body = [line for each in kept for line in _lines(each, short)]
    heads = ("Unknown", "settles, %", "total, %", "least", "greatest")
    table = "\n\n".join(blocks(heads, body, texts=1, columns=_WIDTH)) if body else ""
    less = len(rows) - len(kept)
    note = f"{less} more with a total below {percent(_WORTH_A_ROW)}" if less else ""
    return "\n".join(filter(None, [paragraph(title, columns=_WIDTH), table, note]))


def _range(row: Row, write: Callable[[float], str]) -> str:
    median, low, high = (write(float(row[name])) for name in ("median", "low", "high"))
    return median if ABSENT in (low, high) or low == high else f"{median} ({low} to {high})"


def _lines(row: Row, write: Callable[[float], str]) -> Iterator[Sequence[str]]:
    """Yield the lines of an unknown: indices and the figure at its ends, and where those are."""
    known = [not math.isnan(row[end]) for end in ("lowest", "highest")]
    values = [write(float(row["lowest"])), write(float(row["highest"]))] if all(known) else ["", ""]
    name = folded(str(row["unknown"]), _NAME)
    yield name, _index(row, "first"), _index(row, "total"), *values
    if all(known):
        yield "", "", "", f"at {row['lowest_at']}", f"at {row['highest_at']}"


def _index(row: Row, name: str) -> str:
    value, low, high = (_of_hundred(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    return f"{value:.0f} ({low:.0f} to {high:.0f})"


def _of_hundred(part: float) -> float:
    """Return an index in percent; what chance makes of it beyond 0 and 1 is not said."""
    return 100.0 * min(max(part, 0.0), 1.0)


def _rule(found: Sensitivity) -> str:
    text = (
        f"{found.draws:,} draws, {found.rows:,} rows of a Sobol design. settles: the first-order "
        "index, the share of the variance that would be gone, on average, were the unknown known; "
        "total: the share that would stay were all others known; what the second has more is made "
        f"together with others. Ranges hold {percent(found.interval)} of bootstrap resamples of "
        "the rows. least, greatest: mean of the figure at one value or fifth of the unknown's "
        "odds. Times and ratios are compared as logarithms."
    )
    return paragraph(text, columns=_WIDTH)
