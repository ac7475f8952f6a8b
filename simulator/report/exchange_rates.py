"""What equals a network, as text: the answer, the smallest numbers, what they rest on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from simulator import glossary
from simulator.report.listing import shown
from simulator.report.sentences import listed
from simulator.report.texttable import blocks, paragraph
from simulator.text import ABSENT, number

if TYPE_CHECKING:
    from simulator.worth import Exchange

Row = Mapping[Any, Any]
Write = Callable[[float], str]

_WIDTH = 80
_NEVER = "never"
# A gain below so much of the figure is none.
_NOTHING = 1e-6
_RATE = "Mbit/s"


def exchange_text(found: Exchange, *, full: bool = False) -> str:
    """Return how much of what equals a network; `full` has every number tried besides."""
    gaining = [row for row in _records(found, "figures") if _gains(row)]
    parts = [*_answer(found, gaining), _overview(found)]
    parts += [_of_figure(found, row) for row in gaining]
    if full:
        parts += [_tried(found, row) for row in gaining]
    return "\n\n".join([*parts, _assumed(found)])


def _records(found: Exchange, table: str) -> list[dict[Any, Any]]:
    rows: list[dict[Any, Any]] = getattr(found, table).to_dict(orient="records")
    return rows


def _gains(row: Row) -> bool:
    """Whether the network is any better than the baseline; where that has no figure it is not."""
    size = max(abs(row["baseline"]), abs(row["network"]))
    return bool(row["gain"] > _NOTHING * size)


def _rates_of(found: Exchange, figure: str) -> list[dict[Any, Any]]:
    return [row for row in _records(found, "rates") if row["figure"] == figure]


def _counted(row: Row, value: float) -> str:
    """Return a number of some means, as it is counted."""
    if math.isnan(value):
        return _NEVER
    return number(value) if row["means"] == _RATE else f"{value:,.0f}"


def _with_range(value: str, low: str, high: str) -> str:
    """Return a value with its range over draws, where that says more."""
    if ABSENT in (low, high) or (low == value and high == value):
        return value
    if low == high:
        return f"{value} ({low} in draws)"
    # A unit that both have stands once.
    unit = high.partition(" ")[2]
    return f"{value} ({low.removesuffix(f' {unit}') if unit else low} to {high})"


def _number(row: Row) -> str:
    own, low, high = (_counted(row, row[name]) for name in ("number", "number_low", "number_high"))
    # Without draws there is no range; a range without a number is of draws that never reach it.
    return own if math.isnan(row["reached_draws_share"]) else _with_range(own, low, high)


def _drawn(row: Row, name: str, write: Write) -> str:
    return _with_range(*(write(row[f"{name}{end}"]) for end in ("", "_low", "_high")))


def _amount(row: Row, count: str) -> str:
    """Return so much of some means in words: "2 satellites in 1 plane", "3.1 Mbit/s"."""
    means = str(row["means"])
    if count == "1":
        means = means.replace("satellites", "satellite").replace("relays", "relay")
    return f"{count} {means}"


def _answer(found: Exchange, gaining: list[dict[Any, Any]]) -> Iterator[str]:
    """Yield the answer: the first figure that gains, then who reaches how many of all."""
    if not gaining:
        yield paragraph(
            f"{found.network} gives nothing that {found.baseline} has not: there is nothing to "
            "equal.",
            columns=_WIDTH,
        )
        return
    first = gaining[0]
    text, rows = shown(first["figure"]), _rates_of(found, first["figure"])
    name = _capital(glossary.full_label(first["figure"]))
    sentences = [
        f"{name}: {text(first['baseline'])} with {found.baseline}, "
        f"{text(first['network'])} with {found.network}."
    ]
    enough = [_amount(row, _number(row)) for row in rows if row["reached"]]
    if enough:
        sentences.append(f"As good with {found.baseline} alone: {'; or '.join(enough)}.")
    never = [row for row in rows if not row["reached"]]
    if never:
        ends = (f"{_at_most(row)} {text(row['value_at_most'])}" for row in never)
        sentences.append(f"Never as good: {'; '.join(ends)}.")
    yield paragraph(" ".join(sentences), columns=_WIDTH)
    if len(gaining) > 1:
        yield paragraph(" ".join(_sums(found, gaining)), columns=_WIDTH)


def _at_most(row: Row) -> str:
    if row["means"] == _RATE:
        return "a rate without limit makes it"
    return f"{_amount(row, _most(row))} make it"


def _most(row: Row) -> str:
    """Return the most tried of some means, "any" for rates, which have no limit."""
    return "any" if row["means"] == _RATE else _counted(row, row["most"])


def _sums(found: Exchange, gaining: list[dict[Any, Any]]) -> Iterator[str]:
    """Yield, of satellites however spread, of relays and of rates, what they never reach."""
    figures = [row["figure"] for row in gaining]
    rows = [row for row in _records(found, "rates") if row["figure"] in figures]
    for kind in dict.fromkeys(_kind(row) for row in rows):
        own = [row for row in rows if _kind(row) == kind]
        most = max(row["most"] for row in own)
        subject = "rate" if kind == _RATE else f"number of {kind} up to {most:,.0f}"
        reached = {row["figure"] for row in own if row["reached"]}
        never = [glossary.full_label(figure) for figure in figures if figure not in reached]
        if never:
            names = "" if len(never) == len(figures) else f": {'; '.join(never)}"
            yield (
                f"No {subject} gives as much as {found.network} in {len(never)} of the "
                f"{len(figures)} figures that it betters{names}."
            )
        else:
            yield f"Some {subject} gives as much in all {len(figures)}."


def _kind(row: Row) -> str:
    return "satellites" if str(row["means"]).startswith("satellites") else str(row["means"])


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _overview(found: Exchange) -> str:
    """Return a line a figure: both networks, and the smallest number of each means."""
    means = list(dict.fromkeys(row["means"] for row in _records(found, "rates")))
    heads = ["Figure", f"with\n{found.baseline}", f"with\n{found.network}"]
    heads += [name.replace(" in ", "\nin ") for name in means]
    body = []
    for row in _records(found, "figures"):
        text = shown(row["figure"])
        cells = [glossary.full_label(row["figure"]), text(row["baseline"]), text(row["network"])]
        numbers = {r["means"]: _number(r) for r in _rates_of(found, row["figure"])}
        none = "no gain" if math.isfinite(row["gain"]) else ABSENT
        cells += [numbers[name] if _gains(row) else none for name in means]
        body.append(cells)
    return "\n\n".join(blocks(heads, body, texts=1, columns=_WIDTH))


def _of_figure(found: Exchange, row: Row) -> str:
    """Return the numbers of one figure, and what it comes to."""
    text = shown(row["figure"])
    name = _capital(glossary.full_label(row["figure"]))
    title = (
        f"{name}: {_drawn(row, 'baseline', text)} with {found.baseline}, "
        f"{_drawn(row, 'network', text)} with {found.network}."
    )
    rows = _rates_of(found, row["figure"])
    heads = ["What equals it", "smallest\nnumber", "with\nthat", "with the\nmost tried"]
    body = [
        [
            _capital(each["means"]),
            f"{_number(each)}{'' if _holds(each) else ' *'}",
            text(each["value"]),
            _drawn(each, "value_at_most", text),
        ]
        for each in rows
    ]
    table = "\n\n".join(blocks(heads, body, texts=1, columns=_WIDTH))
    if not all(map(_holds, rows)):
        table += "\n* not with every larger number tried"
    return f"{paragraph(title, columns=_WIDTH)}\n\n{table}"


def _holds(row: Row) -> bool:
    """Whether all numbers tried that are larger than the smallest enough are enough too."""
    return bool(row["larger_too"] or not row["reached"])


def _tried(found: Exchange, row: Row) -> str:
    """Return the figure at every number tried, means by means."""
    text, figure = shown(row["figure"]), row["figure"]
    points = [each for each in _records(found, "points") if each["figure"] == figure]
    parts = []
    for means in dict.fromkeys(each["means"] for each in points):
        own = [each for each in points if each["means"] == means]
        body = [
            [
                _counted(each, each["number"]),
                _with_range(*(text(each[name]) for name in ("value", "low", "high"))),
            ]
            for each in own
        ]
        parts += blocks(
            [_capital(means), glossary.full_label(figure)], body, texts=0, columns=_WIDTH
        )
    return "\n\n".join(parts)


def _assumed(found: Exchange) -> str:
    lines = [
        "Figures are those of a run: pictures share links, antennas and recorders, and each figure "
        "is over what is served then.",
        f"never: no number up to the most tried gives as much as {found.network}."
        + _tried_most(found),
    ]
    if found.patterns:
        lines.append(_of_patterns(found))
    if found.relay is not None:
        lines.append(
            f"Relays are geostationary and like {found.relay.name}, spread evenly in longitude "
            f"from {found.relay.longitude_deg:g} degrees east on, beside {found.baseline}."
        )
    if (found.rates["means"] == _RATE).any():
        lines.append(
            "Mbit/s: all satellites send, and all stations receive, at that one rate, found to "
            f"{100.0 * found.rate_step:g} %; the most is a rate without limit."
        )
    if found.draws:
        lines.append(
            f"Ranges hold {100.0 * found.interval:.0f} % of {found.draws} draws of {found.drawn}; "
            "all numbers are tried in each."
        )
    return paragraph(" ".join(lines), columns=_WIDTH)


def _tried_most(found: Exchange) -> str:
    most = {row["means"]: row["most"] for row in _records(found, "rates")}
    counted = [f"{_counted({'means': m}, n)} {m}" for m, n in most.items() if m != _RATE]
    return f" The most tried: {listed(counted, most=len(counted))}." if counted else ""


def _of_patterns(found: Exchange) -> str:
    several = [pattern for pattern in found.patterns if pattern.planes > 1]
    text = (
        f"Satellites are like {found.satellite} and take the place of those of the scenario, which "
        "count with them; in a plane they are spread evenly in phase"
    )
    if several:
        ranges = listed([f"{r:g}" for r in dict.fromkeys(p.node_range_deg for p in several)])
        text += (
            f", planes evenly over {ranges} degrees of node, of as many satellites each "
            "(Walker 1984)"
        )
    return f"{text}."
