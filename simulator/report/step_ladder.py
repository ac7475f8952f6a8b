"""What the steps of a ladder add, as text: what first matters, all rungs, what the order hides."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from simulator import glossary
from simulator.report.listing import records, shown
from simulator.report.sentences import listed, percent
from simulator.report.texttable import blocks, paragraph
from simulator.text import ABSENT, NONE, folded, shortened

if TYPE_CHECKING:
    import pandas as pd

    from simulator.worth import Ladder

Row = Mapping[Any, Any]

_WIDTH = 80
_NAME, _HEAD = 32, 11
# Parts of the whole change that are worth a sentence.
_HIDDEN = 0.1
# What a sentence is about first, of those that a ladder has.
_FIRST = ("latency_mean_h", "response_mean_h", "age_mean_h", "accesses_per_day")
_MOST_SENTENCES = 2
# Of figures whose label is a phrase of its own.
_CALLED = {
    "offered_gbit_per_day": "what could be sent",
    "delivered_within_1h_share": "the share home within an hour",
}


def ladder_text(found: Ladder, *, full: bool = False) -> str:
    """Return what each step adds; `full` has every figure with its ranges, and the sources."""
    parts = [paragraph(" ".join(_sentences(found)), columns=_WIDTH), _rungs(found), _first(found)]
    parts.append(_orders(found))
    if full:
        parts += [_of_figure(found, str(name)) for name in found.figures["figure"]]
        parts.append(_sources(found))
    return "\n\n".join([*parts, _rule(found, full=full)])


def ladder_headline(figures: pd.DataFrame) -> str:
    """Return in a heading where a ladder leads, from its table of figures: the one that leads."""
    rows = {row["figure"]: row for row in records(figures) if row["greatest_change"]}
    lead = [name for name in _FIRST if name in rows] or list(rows)
    if not lead:
        return "No step changes any figure"
    row, text = rows[lead[0]], shown(lead[0])
    return (
        f"{_words(lead[0])}: {text(row['first'])} before any step, {text(row['last'])} after all, "
        f"most changed by {row['greatest_change']}"
    )


def _label(figure: str) -> str:
    term = glossary.term(figure)
    if term is None:
        return glossary.stem(figure)
    return term.full_label if term.label else term.heading.replace("\n", " ") or term.words


def _called(figure: str) -> str:
    """Return what a sentence calls a figure among others: "mean latency"."""
    term = glossary.term(figure)
    if figure in _CALLED:
        return _CALLED[figure]
    if term is None or not term.subject:
        return _label(figure).partition(",")[0]
    if term.label in ("mean", "median", "longest"):
        return f"{term.label} {term.subject}"
    return f"{term.subject} ({term.label})"


def _words(figure: str) -> str:
    term = glossary.term(figure)
    return (term.words if term else "") or _label(figure)


def _signed(figure: str) -> Callable[[float], str]:
    """Return how changes of a figure are written, with their sign."""
    text = shown(figure)

    def written(value: float) -> str:
        if math.isnan(value):
            return ABSENT
        size = text(abs(value))
        return "0" if size == text(0.0) else f"{'-' if value < 0.0 else '+'}{size}"

    return written


def _range(row: Row, name: str, text: Callable[[float], str]) -> str:
    """Return the range of a value over draws; empty where there is none."""
    low, high = text(row[f"{name}_low"]), text(row[f"{name}_high"])
    return "" if ABSENT in (low, high) else f"{low} to {high}"


def _sentences(found: Ladder) -> Iterator[str]:
    """Yield what the ladder comes to, what first matters, and what its order hides."""
    rows = {row["figure"]: row for row in records(found.figures)}
    moved = {name: row for name, row in rows.items() if row["greatest_change"]}
    steps = len(found.rungs) - 1
    who, s = ("The one step", "s") if steps == 1 else (f"The {steps} steps together", "")
    if not moved:
        yield f"{who} change{s} none of the figures."
        return
    lead = [name for name in _FIRST if name in moved] or list(moved)
    wholes = [_whole(found, moved[name]) for name in lead[:_MOST_SENTENCES]]
    yield f"{who} take{s} the {' and the '.join(wholes)}."
    yield _first_sentence(found, rows)
    yield from _hidden(found, moved)


def _whole(found: Ladder, row: Row) -> str:
    """Return from where to where a figure goes, and the step that changes it the most."""
    name, text, change = row["figure"], shown(row["figure"]), _signed(row["figure"])
    most = _of(found, name, row["greatest_change"])
    over = _range(most, "change", change)
    by = f"{change(most['change'])}{f', {over} over draws' if over else ''}"
    return (
        f"{_words(name)} from {text(row['first'])} to {text(row['last'])} (most by "
        f"{most['step']}: {by})"
    )


def _of(found: Ladder, figure: str, step: str) -> Row:
    table = found.values
    is_of = (table["figure"] == figure) & (table["step"] == step) & (table["rung"] > 0)
    return records(table.loc[is_of])[0]


def _first_sentence(found: Ladder, rows: Mapping[str, Row]) -> str:
    """Return which step is the first that matters, for which figures, in the order of steps."""
    parts = []
    for step in found.rungs["step"]:
        names = [_called(name) for name, row in rows.items() if row["first_step"] == step]
        if names:
            parts.append(f"{step} for {listed(names, len(names))}")
    if not parts:
        return "No step changes any figure beyond chance."
    return f"The first step that matters is {'; '.join(parts)}."


def _hidden(found: Ladder, rows: Mapping[str, Row]) -> Iterator[str]:
    """Yield the step of which its place in the order says the least, in the figures that lead."""
    lead = [name for name in _FIRST if name in rows] or list(rows)
    most, said = _HIDDEN, ""
    for name in lead:
        table = records(found.values.loc[found.values["figure"] == name])[1:]
        greatest = max((abs(row["change"]) for row in table), default=0.0)
        for row in table:
            gap = abs(row["shapley"] - row["change"])
            if greatest > 0.0 and gap / greatest > most:
                most, text = gap / greatest, _signed(name)
                said = (
                    f"The order hides that {row['step']} changes {_called(name)} by "
                    f"{text(row['shapley'])} on average over all orders of the steps, where it "
                    f"changes it by {text(row['change'])} in its place."
                )
    if said:
        yield said


def _heading(figure: str) -> str:
    term = glossary.term(figure)
    if term is not None and term.heading:
        return term.heading
    return folded(_label(figure), _HEAD)


def _step_name(row: Row) -> str:
    return shortened(f"{row['rung']} {row['step']}", _NAME)


def _table(
    found: Ladder, first: int, cell: Callable[[Row, Callable[[float], str]], str], heading: str
) -> str:
    """Return a table of a row a rung from the first on, a column a figure."""
    names = list(map(str, found.figures["figure"]))
    body = [[_step_name(row)] for row in records(found.rungs) if row["rung"] >= first]
    for name in names:
        rows = records(found.values.loc[found.values["figure"] == name])
        for line, row in zip(body, rows[first:], strict=True):
            line.append(cell(row, shown(name)))
    heads = [heading, *map(_heading, names)]
    return "\n\n".join(blocks(heads, body, texts=1, columns=_WIDTH))


def _rungs(found: Ladder) -> str:
    def cell(row: Row, text: Callable[[float], str]) -> str:
        return f"{text(row['value'])}{' *' if row['matters'] else '  '}"

    note = "* differs from the rung before by more than 1 %"
    if found.draws:
        note += f", and with the same sign in {percent(found.interval)} of {found.draws} draws of "
        note += found.drawn
    return f"{_table(found, 0, cell, 'After step')}\n{paragraph(f'{note}.', columns=_WIDTH)}"


def _first(found: Ladder) -> str:
    """Return a line a figure: the first step that matters, and what it adds."""
    heads = ["Figure", "first step that matters", "adds"]
    if found.draws:
        heads.append("over draws")
    body = []
    for row in records(found.figures):
        name, change = str(row["figure"]), _signed(str(row["figure"]))
        line = [_label(name), shortened(row["first_step"], _NAME - 10) or NONE, ""]
        if row["first_step"]:
            own = _of(found, name, row["first_step"])
            line[2] = change(own["change"])
        if found.draws:
            line.append(_range(own, "change", change) if row["first_step"] else "")
        body.append(line)
    return "\n\n".join(blocks(heads, body, texts=2, columns=_WIDTH))


def _orders(found: Ladder) -> str:
    """Return what each step adds on average over all orders of the steps."""

    def cell(row: Row, _: object) -> str:
        return _signed(row["figure"])(row["shapley"])

    text = _table(found, 1, cell, "Step, over all orders")
    needs = [
        f"{row['step']} is without effect before {row['needs']}"
        for row in records(found.rungs)
        if row["needs"]
    ]
    joined = "; ".join(needs)
    return f"{text}\n{paragraph(f'{joined}.', columns=_WIDTH)}" if needs else text


def _of_figure(found: Ladder, figure: str) -> str:
    """Return a figure at every rung, with what each step adds and its range."""
    text, change = shown(figure), _signed(figure)
    rows = records(found.values.loc[found.values["figure"] == figure])
    heads = ["Step", "value", "adds", "over all\norders"]
    if not all(row["is_exact"] for row in rows):
        heads.append("error")
    if found.draws:
        heads[3:3] = ["adds,\nover draws"]
    body = []
    for row in rows:
        cells = [shortened(_step_name(row), _NAME - 5), text(row["value"])]
        if row["rung"]:
            mark = " *" if row["matters"] else "  "
            cells += [f"{change(row['change'])}{mark}", change(row["shapley"]), text(row["error"])]
            if found.draws:
                cells[3:3] = [_range(row, "change", change)]
        body.append([*cells, *[""] * len(heads)][: len(heads)])
    title = f"{_label(figure)[0].upper()}{_label(figure)[1:]}."
    return "\n\n".join([title, *blocks(heads, body, texts=1, columns=_WIDTH)])


def _sources(found: Ladder) -> str:
    """Return a paragraph a step: when it was, who published it, how sure it is, what it is."""
    lines = []
    one = found.rungs["network"].nunique() == 1
    for row in records(found.rungs)[1:]:
        told = ", ".join(filter(None, [row["date"], row["confidence"]]))
        tail = ". ".join(filter(None, [row["source"].rstrip("."), row["note"].rstrip(".")]))
        looked = "" if one else f"; network {row['network']}"
        line = f"{row['rung']} {row['step']} ({told}{looked})"
        lines.append(
            paragraph(f"{line}: {tail}." if tail else f"{line}.", rest="  ", columns=_WIDTH)
        )
    return "\n".join(lines)


def _rule(found: Ladder, *, full: bool) -> str:
    exact = bool(found.values["is_exact"].all())
    text = (
        "Each step stands on those before it; figures of targets are means over all of them. Over "
        "all orders: the mean of what a step adds to any others (Shapley value), so that the "
        "steps add up to the whole; "
    )
    text += "every set of steps was tried" if exact else "orders are sampled"
    if not exact and not full:
        text += ", the standard errors are in --full"
    text += ". A step that finds nothing to change in a set is without effect in it."
    if not full:
        text += " --full has ranges and sources."
    return paragraph(text, columns=_WIDTH)
