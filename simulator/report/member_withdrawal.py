"""What becomes of a network when members leave or join it, as text: the change, then by period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator import glossary
from simulator.report.listing import ranged, shown
from simulator.report.texttable import blocks, paragraph
from simulator.text import ABSENT, minute_utc

if TYPE_CHECKING:
    from simulator.worth import Withdrawal

Row = Mapping[Any, Any]

_WIDTH = 80
_MOST_NAMES = 4
# What a reader asks first, and how it is said; {} is the value.
_FIRST = {
    "latency_mean_h": "A picture is home after {} on average",
    "response_mean_h": "A request is answered after {}",
    "age_mean_h": "The newest picture is {} old",
}


def withdrawal_text(found: Withdrawal) -> str:
    """Return what becomes of a network when members leave or join it."""
    parts = [_head(found)]
    periods = found.figures.groupby("period", sort=True)
    parts += [_of_period(found, rows.to_dict(orient="records")) for _, rows in periods]
    return "\n\n".join([*parts, _rule(found)])


def _head(found: Withdrawal) -> str:
    sentences = [_event(found, row) for row in found.events.to_dict(orient="records")]
    last = found.figures[found.figures["period"] == found.figures["period"].max()]
    rows = {row["figure"]: row for row in last.to_dict(orient="records")}
    said = [_change(found, rows[name], words) for name, words in _FIRST.items() if name in rows]
    told = [words for words in said if words]
    if told:
        since = "From then on" if len(found.events) == 1 else "From the last of it on"
        told[0] = f"{since} {told[0][0].lower()}{told[0][1:]}"
        sentences += told
    return paragraph(" ".join(sentences), columns=_WIDTH)


def _event(found: Withdrawal, row: Row) -> str:
    words = []
    if row["leaving"]:
        words.append(f"{_names(row['leaving'])} leave{_s(row['leaving'])} {found.network}")
    if row["joining"]:
        words.append(f"{_names(row['joining'])} join{_s(row['joining'])} {found.network}")
    at = minute_utc(datetime.fromisoformat(row["at_utc"]))
    text = " and ".join(words)
    return f"{text[0].upper()}{text[1:]} on {at} UTC."


def _names(joined: str) -> str:
    names = joined.split(", ")
    if len(names) <= _MOST_NAMES:
        return joined
    return f"{', '.join(names[: _MOST_NAMES - 1])} and {len(names) - _MOST_NAMES + 1} more members"


def _s(joined: str) -> str:
    return "" if ", " in joined else "s"


def _change(found: Withdrawal, row: Row, words: str) -> str:
    text = shown(row["figure"])
    leaves, stays, base = (text(row[case]) for case in ("leaves", "stays", "baseline"))
    if ABSENT in (leaves, stays):
        return ""
    said = words.format(leaves)
    if leaves == stays:
        return f"{said}, as it would be had all members stayed."
    alone = "" if base == ABSENT else f", with {found.baseline} alone {base}"
    return f"{said} (had all members stayed {stays}{alone})."


def _of_period(found: Withdrawal, rows: Sequence[Row]) -> str:
    begin, end = (
        minute_utc(datetime.fromisoformat(rows[0][key])) for key in ("begin_utc", "end_utc")
    )
    heads = ["Figure", "as members\ncome and go", "had all\nstayed", f"with\n{found.baseline}"]
    body = []
    for row in rows:
        text = shown(row["figure"])
        alone = [text(row[case]) for case in ("stays", "baseline")]
        body.append([glossary.full_label(row["figure"]), ranged(row, "leaves", text), *alone])
    table = "\n".join(blocks(heads, body, texts=1, columns=_WIDTH))
    return f"{begin} to {end} UTC:\n\n{table}"


def _rule(found: Withdrawal) -> str:
    return paragraph(" ".join(_rules(found)), columns=_WIDTH)


def _rules(found: Withdrawal) -> Iterator[str]:
    yield (
        "Latencies are of pictures taken in the period and delivered by the span's end; responses "
        "are to the requests of the period, ages and waits of its instants."
    )
    if found.draws:
        yield (
            f"Ranges hold {100.0 * found.interval:.0f} % of {found.draws} draws of {found.drawn}."
        )
