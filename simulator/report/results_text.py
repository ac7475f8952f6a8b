"""The results of a run as a page of text, or of Markdown: networks side by side, then targets."""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from simulator.report import findings_text, texttable
from simulator.report.findings_text import Listing, often_words
from simulator.report.scenario_text import outline_words
from simulator.report.texttable import padded, width
from simulator.scenario import edges_words
from simulator.text import (
    ABSENT,
    NONE,
    clock,
    days_words,
    duration,
    minute_utc,
    number,
    ratio,
    share,
)
from simulator.units import HOUR_S, MINUTES_PER_DAY

if TYPE_CHECKING:
    from simulator.results import Results

_NAME_WIDTH = 24
_VALUE_WIDTH = 8
_RATIO_WIDTH = 6
_GAP = 2
_LINES_OF_SATELLITES = 5


@dataclass(frozen=True)
class _Row:
    """A line of the table of networks: a heading, or a figure that may be held to the baseline."""

    label: str
    column: str = ""
    shown: Callable[[float], str] = number
    compared: bool = False


def _count(value: float) -> str:
    return f"{value:,.0f}"


_ROWS: tuple[_Row, ...] = (
    _Row("Ground stations", "stations", _count),
    _Row("Relay satellites", "relays", _count),
    _Row("Contact with the ground"),
    _Row("  contacts per day", "contacts_per_day", number, compared=True),
    _Row("  minutes per day", "contact_minutes_per_day", number, compared=True),
    _Row("  longest silence", "longest_silence_h", duration, compared=True),
    _Row("  mean wait for contact", "next_contact_mean_h", duration, compared=True),
    _Row("  could send, Gbit per day", "offered_gbit_per_day", number, compared=True),
    _Row("  sent, Gbit per day", "used_gbit_per_day", number, compared=True),
    _Row("Pictures"),
    _Row("  taken", "pictures_taken", _count),
    _Row("  delivered", "pictures_delivered", _count, compared=True),
    _Row("  lost", "pictures_lost", _count, compared=True),
    _Row("  still on board at the end", "pictures_waiting", _count, compared=True),
    _Row("  passed on by satellites", "passed_on_share", share),
    _Row("  home within 1 h", "home_within_1h_share", share),
    _Row("  home within 6 h", "home_within_6h_share", share),
    _Row("Latency, picture to headquarters"),
    _Row("  median", "latency_median_h", duration, compared=True),
    _Row("  mean", "latency_mean_h", duration, compared=True),
    _Row("  90 % within", "latency_p90_h", duration, compared=True),
    _Row("  99 % within", "latency_p99_h", duration, compared=True),
    _Row("  longest", "latency_max_h", duration, compared=True),
    _Row("Where the mean latency goes"),
    _Row("  no contact open", "latency_contact_h", duration),
    _Row("  in contact, not its turn", "latency_queue_h", duration),
    _Row("  being sent", "latency_sending_h", duration),
    _Row("  being forwarded", "latency_forwarding_h", duration),
    _Row("Response, request to headquarters"),
    _Row("  median", "response_median_h", duration, compared=True),
    _Row("  mean", "response_mean_h", duration, compared=True),
    _Row("  90 % within", "response_p90_h", duration, compared=True),
    _Row("  99 % within", "response_p99_h", duration, compared=True),
    _Row("  longest", "response_max_h", duration, compared=True),
    _Row("  left out (no answer in span)", "response_unknown_share", share),
    _Row("Where the mean response goes"),
    _Row("  to the command on board", "response_command_h", duration),
    _Row("  from there to the picture", "response_collection_h", duration),
    _Row("  from there to headquarters", "response_delivery_h", duration),
    _Row("Age of the newest picture"),
    _Row("  mean", "age_mean_h", duration, compared=True),
    _Row("  90 % of the time below", "age_p90_h", duration, compared=True),
    _Row("  greatest", "age_max_h", duration, compared=True),
    _Row("  left out (no picture yet)", "age_unknown_share", share),
)
_LABEL_WIDTH = max(len(row.label) for row in _ROWS)

_TARGET_HEADINGS = (
    "Target",
    "in",
    "accesses",
    "per\nday",
    "minutes\nper day",
    "revisit\nmean",
    "revisit\nlongest",
    "mean wait\nfor access",
    "best\nGSD, m",
    "best\nNIIRS",
)
_REGION_HEADINGS = (
    "Region",
    "area,\n1000 km2",
    "cells",
    "seen\nby the end",
    "accesses\nper day",
    "revisit\nmean",
    "revisit\nlongest",
)
_LIMITS = "What limits them: shares of the mean response, its delivery split as the mean latency is"
# Their first heading names them.
_UNTITLED = ("Targets", "Regions")
_UNLIKE = "; networks that differ in these compare unlike things"
_NETWORK_TERMS = (
    "contacts",
    "longest silence",
    "wait for contact",
    "could send",
    "shares of pictures",
    "latency",
    "response",
    "age",
)
_TARGET_TERMS = ("access", "revisit", "wait for access", "best look")


def report_text(results: Results) -> str:
    """Return the whole report as plain text, lines of up to 100 columns."""
    parts = [_heading(results)]
    if len(results.networks):
        parts += [networks_text(results), _limits_text(results), _terms(results, _NETWORK_TERMS)]
    parts += [_listing_text(listing) for listing in _listings(results)]
    if len(results.targets) or results.grids:
        parts += [_terms(results, _TARGET_TERMS)]
    parts.append(_caution(results))
    return "\n\n".join(part for part in parts if part) + "\n"


def networks_text(results: Results) -> str:
    """Return the table of networks: a column each, the baseline first and in every block."""
    columns = _columns(results)
    base, others = columns[:1], columns[1:]
    blocks = [[*base, *some] for some in _blocks(base, others)]
    lead = _ratio_words(results)
    return "\n\n".join([lead, *("\n".join(_block_lines(block)) for block in blocks)])


@dataclass(frozen=True)
class _Column:
    """A network's column: its name and (value, ratio) line by line."""

    name: str
    cells: tuple[tuple[str, str], ...]

    @property
    def name_lines(self) -> list[str]:
        return textwrap.wrap(self.name, _NAME_WIDTH) or [""]

    @property
    def ratio_width(self) -> int:
        return max(width(found) for _, found in self.cells)

    @property
    def width(self) -> int:
        value = max(_VALUE_WIDTH, *(width(shown) for shown, _ in self.cells))
        rest = 1 + max(_RATIO_WIDTH, self.ratio_width) if self.ratio_width else 0
        return max(value + rest, *map(width, self.name_lines))


def _columns(results: Results) -> list[_Column]:
    """Return a column for each network, the baseline first."""
    rows = results.networks.to_dict(orient="records")
    base = next((row for row in rows if row["network"] == results.baseline), rows[0])
    ordered = [base, *(row for row in rows if row is not base)]
    endless = findings_text.unbroken(results)
    return [
        _Column(str(row["network"]), tuple(_cell(line, row, base, endless) for line in _ROWS))
        for row in ordered
    ]


def _cell(
    line: _Row, row: dict[Any, Any], base: dict[Any, Any], endless: Collection[str]
) -> tuple[str, str]:
    if not line.column:
        return "", ""
    value = float(row.get(line.column, float("nan")))
    # One contact without end would pass for hardly any contact.
    if line.column == "contacts_per_day" and row["network"] in endless:
        return "unbroken", ""
    if value != value:
        return ABSENT, ""
    comparable = line.compared and row is not base
    return line.shown(value), ratio(value, float(base[line.column])) if comparable else ""


def _blocks(base: Sequence[_Column], others: Sequence[_Column]) -> Iterator[list[_Column]]:
    """Yield the networks that fit on a page beside the baseline; one at least."""
    start = _LABEL_WIDTH + sum(_GAP + column.width for column in base)
    block: list[_Column] = []
    used = start
    for column in others:
        if block and used + _GAP + column.width > texttable.LINE_WIDTH:
            yield block
            block, used = [], start
        block.append(column)
        used += _GAP + column.width
    yield block


def _block_lines(block: Sequence[_Column]) -> Iterator[str]:
    gap = " " * _GAP
    height = max(len(column.name_lines) for column in block)
    names = [[""] * (height - len(c.name_lines)) + c.name_lines for c in block]
    for line in zip(*names, strict=True):
        cells = [padded(name, c.width, right=True) for name, c in zip(line, block, strict=True)]
        yield gap.join([" " * _LABEL_WIDTH, *cells]).rstrip()
    yield gap.join(["-" * _LABEL_WIDTH, *("-" * column.width for column in block)])
    for index, row in enumerate(_ROWS):
        cells = [_joined(column, *column.cells[index]) for column in block]
        yield gap.join([padded(row.label, _LABEL_WIDTH), *cells]).rstrip()


def _joined(column: _Column, value: str, times: str) -> str:
    if not column.ratio_width:
        return padded(value, column.width, right=True)
    beside = 1 + max(_RATIO_WIDTH, column.ratio_width)
    return padded(value, column.width - beside, right=True) + padded(f" {times}", beside)


def _ratio_words(results: Results) -> str:
    if len(results.networks) < 2:
        return "Network"
    columns = _columns(results)
    beside = "; none: 0 where the other is not" if any(_has_none(c) for c in columns) else ""
    return texttable.paragraph(
        f"Networks. Beside each figure: its ratio to that of {columns[0].name}, x2.0 being twice "
        f"as much and ÷2.0 half{beside}."
    )


def _has_none(column: _Column) -> bool:
    return any(times == NONE for _, times in column.cells)


def _heading(results: Results) -> str:
    lines = [results.title, results.question, _when(results), *_satellite_lines(results)]
    return "\n".join(texttable.paragraph(line, rest="  ") for line in lines if line)


def _when(results: Results) -> str:
    end = results.start + timedelta(days=results.days)
    return f"{minute_utc(results.start)} to {minute_utc(end)} UTC, {days_words(results.days)}"


def _satellite_lines(results: Results) -> Iterator[str]:
    """Yield a line a satellite, those in a row that fly alike on one."""
    rows = results.satellites.to_dict(orient="records")
    told = [(words, list(group)) for words, group in groupby(rows, key=_orbit_words)]
    for words, group in told[:_LINES_OF_SATELLITES]:
        names = str(group[0]["satellite"])
        if len(group) > 1:
            names += f" to {group[-1]['satellite']}, {len(group)} satellites"
        yield f"{names}: {words}" if words else names
    more = sum(len(group) for _, group in told[_LINES_OF_SATELLITES:])
    if more:
        yield f"and {more} satellite{'' if more == 1 else 's'} more"


def _orbit_words(row: dict[Any, Any]) -> str:
    if "perigee_km" not in row:
        return ""
    return (
        f"{row['perigee_km']:.0f} x {row['apogee_km']:.0f} km, "
        f"inclination {row['inclination_deg']:.1f} deg, ascending node at {clock(row['ltan_h'])} "
        f"local mean time; {row['orbit']}{', hypothetical' if row['hypothetical'] else ''}"
    )


def _listings(results: Results) -> Iterator[Listing]:
    """Yield the tables of targets and of regions, as far as there are any."""
    if len(results.targets):
        rows = results.targets.to_dict(orient="records")
        yield Listing("Targets", _TARGET_HEADINGS, 2, [_target(row) for row in rows])
    if results.grids:
        body = [_region(name, grid) for name, grid in results.grids.items()]
        yield Listing("Regions", _REGION_HEADINGS, 1, body, tuple(_outlines(results)))
    yield from (told for told in findings_text.listings(results) if told.body)


def _outlines(results: Results) -> Iterator[str]:
    """Yield a line a region: what the edges of its outline are, and its note."""
    for table in tomllib.loads(results.scenario_toml).get("regions", ()):
        yield outline_words(table["name"], edges_words(table), table.get("note", ""))


def _target(row: dict[Any, Any]) -> tuple[str, ...]:
    return (
        texttable.shortened(str(row["target"]), _NAME_WIDTH),
        texttable.shortened(str(row["country"] or ABSENT), 12),
        _count(row["accesses"]),
        often_words(row["accesses_per_day"], row["access_minutes_per_day"]),
        number(row["access_minutes_per_day"]),
        duration(row["revisit_mean_h"]),
        duration(row["revisit_max_h"]),
        duration(row["wait_mean_h"]),
        number(row["best_gsd_m"]),
        ABSENT if row["best_niirs"] != row["best_niirs"] else f"{row['best_niirs']:.1f}",
    )


def _region(name: str, grid: Any) -> tuple[str, ...]:
    """Return a region's line; means weigh cells by area, revisit only those that have one."""
    inside = grid["in_region"].astype(bool)
    area = grid["cell_area_km2"].where(inside, 0.0)

    def mean(variable: str) -> float:
        return float(grid[variable].where(inside).weighted(area).mean())

    longest_s = float(grid["revisit_max_s"].where(inside).max())
    # Cells without any gap are in access from the first instant to the last.
    minutes = MINUTES_PER_DAY if longest_s == 0.0 else 0.0
    seen = grid["accumulated_fraction"].to_numpy()
    return (
        texttable.shortened(name, _NAME_WIDTH),
        number(float(area.sum()) / 1e3),
        _count(float(inside.sum())),
        share(float(seen[-1]) if len(seen) else float("nan")),
        often_words(mean("accesses_per_day"), minutes),
        duration(mean("revisit_mean_s") / HOUR_S),
        duration(longest_s / HOUR_S),
    )


def _limits_text(results: Results) -> str:
    lines = findings_text.limits(results)
    told = [texttable.paragraph(line, first="  ", rest="    ") for line in lines]
    return "\n".join([_LIMITS, *told]) if told else ""


def _listing_text(listing: Listing) -> str:
    blocks = texttable.blocks(listing.headings, listing.body, texts=listing.texts)
    title = [] if listing.title in _UNTITLED else [texttable.paragraph(listing.title)]
    notes = [texttable.paragraph(note, rest="  ") for note in listing.notes]
    return "\n\n".join([*title, *blocks, *(["\n".join(notes)] if notes else [])])


def _terms(results: Results, terms: Sequence[str]) -> str:
    said = results.provenance.get("definitions", {})
    lines = [
        texttable.paragraph(f"{term}: {said[term]}", rest="  ") for term in terms if term in said
    ]
    if "latency" in terms and len(results.networks):
        lines.append(_samples(results))
    return "\n".join(lines)


def _samples(results: Results) -> str:
    taken, targets = int(results.networks["pictures_taken"].max()), len(results.targets)
    if not targets:
        return texttable.paragraph(
            "samples: no target, and so no picture, latency, response or age of one", rest="  "
        )
    return texttable.paragraph(
        f"samples: {taken:,} picture{'' if taken == 1 else 's'} of {targets:,} "
        f"target{'' if targets == 1 else 's'}; latency is of those delivered, response of every "
        f"request, age of every instant of {days_words(results.days)} at every target less the "
        f"share left out{'' if len(results.networks) < 2 else _UNLIKE}",
        rest="  ",
    )


def _caution(results: Results) -> str:
    said = str(results.provenance.get("caution", ""))
    return texttable.paragraph(f"Caution: {said}") if said else ""
