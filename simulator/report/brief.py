"""What a run prints: the question, the answer, one table, and what to be wary of.

Lines of up to 80 columns; the table has at most 40 lines whatever the scenario is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from simulator import glossary
from simulator.report import texttable
from simulator.report.answers import answer
from simulator.report.listing import (
    NAME_WIDTH,
    STANDS_ONCE,
    ListingColumn,
    Row,
    always_in_contact,
    column,
    name_cell,
    often_words,
    once,
    records,
    shown,
)
from simulator.report.satellite_listings import OF_SATELLITES, differ, seen_by_satellite
from simulator.text import ABSENT, folded, share

if TYPE_CHECKING:
    from simulator.results import Results

WIDTH = 80
_LABEL_WIDTH, _PLACE_WIDTH = 26, 26
_MOST_LINES = 5
_FIGURES = (
    "contact_minutes_per_day",
    "longest_silence_h",
    "pictures_taken",
    "pictures_delivered",
    "latency_median_h",
    "latency_mean_h",
    "latency_max_h",
    "response_mean_h",
    "response_p90_h",
    "age_mean_h",
    "pictures_clear_per_day",
    "response_mean_clear_h",
    "age_mean_clear_h",
)
_WITHOUT_TARGETS, _WITH_CLOUDS = _FIGURES[:2], _FIGURES[-3:]
_OF_PLACES = ("accesses_per_day", "revisit_mean_h", "revisit_max_h", "wait_mean_h", "best_gsd_m")
# With clouds counted: there is no room for more columns.
_OF_CLOUDED = (*_OF_PLACES[:3], "revisit_mean_clear_h", "best_gsd_m")


def brief_text(results: Results, answered: Sequence[str] | None = None) -> str:
    """Return the question, the answer, one table and the caution of a run as plain text.

    `answered` is the answer, where it is there already.
    """
    sentences = answer(results) if answered is None else answered
    parts = [
        "\n".join(_wrapped(line) for line in (results.title, results.question) if line),
        "\n".join(_wrapped(each, rest="  ") for each in sentences),
        "\n".join(table_lines(results)),
        caution_text(results, WIDTH),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def caution_text(results: Results, columns: int = texttable.LINE_WIDTH) -> str:
    """Return what to be wary of in all results, empty where nothing is said."""
    caution = str(results.provenance.get("caution", ""))
    return texttable.paragraph(f"Caution: {caution}", columns=columns) if caution else ""


def table_lines(results: Results) -> list[str]:
    """Return the one table of a run: networks, satellites that fly unlike, places."""
    parts = [_networks(results), _satellites(results), _places(results)]
    return [line for n, part in enumerate(filter(None, parts)) for line in ([""] * (n > 0) + part)]


def _wrapped(text: str, rest: str = "") -> str:
    return texttable.paragraph(text, rest=rest, columns=WIDTH)


def _networks(results: Results) -> list[str]:
    """Return a line a figure and a column a network, the baseline first, as many as fit."""
    rows = records(results.networks)
    if not rows:
        return []
    base = next((row for row in rows if row["network"] == results.baseline), rows[0])
    rows = [base, *(row for row in rows if row is not base)]
    endless = always_in_contact(results)
    of_all = _FIGURES if len(results.targets) else _WITHOUT_TARGETS
    names = tuple(name for name in of_all if name in results.networks or name not in _WITH_CLOUDS)
    heads = [folded(str(row["network"]), NAME_WIDTH - 6, lines=2) for row in rows]
    fitting = _fitting(heads)
    body = []
    for name in names:
        term = glossary.term(name)
        cells = [_network_cell(name, row, endless) for row in rows]
        label = term.full_label if term else name
        body.append((label, *once(cells)[:fitting]))
    lines = _block(("Network", *heads[:fitting]), body, 1)
    if len(rows) > 1:
        lines.append(STANDS_ONCE)
    if more := len(rows) - fitting:
        lines.append(f"{more} network{'' if more == 1 else 's'} more: --full")
    return lines


def _fitting(heads: Sequence[str]) -> int:
    """Return how many columns fit beside the labels; one at least."""
    used, count = _LABEL_WIDTH, 0
    for head in heads:
        used += 2 + max(9, *map(texttable.width, head.split("\n")))
        count += used <= WIDTH
    return max(1, count)


def _network_cell(name: str, row: Row, endless: set[str]) -> str:
    if name == "contact_minutes_per_day" and row["network"] in endless:
        return "all"
    return shown(name)(float(row.get(name, float("nan"))))


def _satellites(results: Results) -> list[str]:
    """Return a line a satellite and what it alone sees; none where all fly and see alike."""
    if not differ(results):
        return []
    headings, body = seen_by_satellite(results, OF_SATELLITES[1:])
    return [*_block(headings, body[:_MOST_LINES], 1), *_more(len(body), "satellite")]


def _places(results: Results) -> list[str]:
    """Return a line a region, and a line a target: all of a few, else the extremes."""
    counted = any("revisit_mean_clear_h" in t for t in (results.targets, results.regions))
    columns = {name: column(name) for name in (_OF_CLOUDED if counted else _OF_PLACES)}
    body = [_region_line(row, columns) for row in records(results.regions)[:_MOST_LINES]]
    chosen, note = _chosen_targets(results)
    body += [_target_line(row, columns) for row in chosen]
    if not body:
        return []
    # No region has a sample distance: where there are regions alone the column is empty.
    kept = [n for n in range(len(columns)) if any(line[2 + n] != ABSENT for line in body)]
    headings = [each.heading for each in columns.values()]
    heads = ("Place", "seen", *(headings[n] for n in kept))
    lines = _block(heads, [(*line[:2], *(line[2 + n] for n in kept)) for line in body], 1)
    return [*lines, *note]


def _region_line(row: Row, columns: Mapping[str, ListingColumn]) -> tuple[str, ...]:
    cells = [ABSENT if name not in row else each.cell(row) for name, each in columns.items()]
    return (name_cell(row["region"], _PLACE_WIDTH), share(float(row["seen_fraction"])), *cells)


def _target_line(row: Row, columns: Mapping[str, ListingColumn]) -> tuple[str, ...]:
    often = often_words(row["accesses_per_day"], row["access_minutes_per_day"])
    cells = [
        often if name == "accesses_per_day" else each.cell(row) if name in row else ABSENT
        for name, each in columns.items()
    ]
    seen = "always" if often == "unbroken" else f"{row['accesses']:,} x"
    return (name_cell(row["target"], _PLACE_WIDTH), seen, *cells)


def _chosen_targets(results: Results) -> tuple[list[Row], list[str]]:
    """Return the targets to list: all of a few, else the most and the least often seen."""
    rows: list[Row] = sorted(records(results.targets), key=lambda row: -row["accesses"])
    if len(rows) <= _MOST_LINES:
        return rows, []
    note = f"Of {len(rows):,} targets the two seen most and the two seen least: --full has all."
    return [*rows[:2], *rows[-2:]], [note]


def _more(count: int, noun: str) -> list[str]:
    more = count - _MOST_LINES
    return [f"{more} {noun}{'' if more == 1 else 's'} more: --full"] if more > 0 else []


def _block(heads: Sequence[str], body: Sequence[tuple[str, ...]], texts: int) -> list[str]:
    # What does not fit in 80 columns is in the report in full.
    return texttable.blocks(heads, body, texts=texts, columns=WIDTH)[0].split("\n")
