"""The report of a run as plain text: which parts it has, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from simulator.report import texttable
from simulator.report.actionable_chain import actionable_listing
from simulator.report.answers import answer
from simulator.report.brief import caution_text
from simulator.report.chance_text import sampling_listings, spread_listing
from simulator.report.deciding_text import deciding_listing
from simulator.report.listing import Listing, Row, definition_lines, records
from simulator.report.network_findings import age_listing, limits_text
from simulator.report.network_table import networks_text
from simulator.report.place_listings import level_listing, stay_listing, target_listing
from simulator.report.region_listings import (
    grid_listing,
    region_listing,
    region_network_listings,
    strip_listing,
)
from simulator.report.satellite_listings import satellite_listing
from simulator.text import clock, days_words, minute_utc

if TYPE_CHECKING:
    from simulator.results import Results

_LINES_OF_SATELLITES = 5
_UNLIKE = "; networks that differ in these compare unlike things"
_NETWORK_TERMS = (
    "contacts",
    "longest silence",
    "wait for contact",
    "could send",
    "shares of pictures",
    "latency",
    "response",
    "saved",
    "age",
)


# The tables of a report, below the comparison of networks: another order is another order here.
_LISTINGS: tuple[Callable[[Results], Iterator[Listing]], ...] = (
    satellite_listing,
    target_listing,
    grid_listing,
    spread_listing,
    deciding_listing,
    age_listing,
    region_listing,
    level_listing,
    region_network_listings,
    stay_listing,
    actionable_listing,
    strip_listing,
    sampling_listings,
)


def report_text(results: Results, answered: Sequence[str] | None = None) -> str:
    """Return the whole report as plain text, lines of up to 100 columns.

    `answered` is the answer, where it is there already.
    """
    sentences = answer(results) if answered is None else answered
    parts = [
        _heading(results),
        "\n".join(texttable.paragraph(each, rest="  ") for each in sentences),
        *_networks(results),
        *(listing.text() for listing in listings(results)),
        caution_text(results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def listings(results: Results) -> Iterator[Listing]:
    """Yield the tables that have any row; a rule of several stands below the first of them."""
    said = set(definition_lines(results, _NETWORK_TERMS)) if len(results.networks) else set()
    for listing in (each for part in _LISTINGS for each in part(results)):
        if listing.body:
            yield replace(listing, notes=tuple(n for n in listing.notes if n not in said))
            said.update(listing.notes)


def _heading(results: Results) -> str:
    lines = [results.title, results.question, _when(results), *_satellite_lines(results)]
    return "\n".join(texttable.paragraph(line, rest="  ") for line in lines if line)


def _when(results: Results) -> str:
    end = results.start + timedelta(days=results.days)
    return f"{minute_utc(results.start)} to {minute_utc(end)} UTC, {days_words(results.days)}"


def _satellite_lines(results: Results) -> Iterator[str]:
    """Yield a line a satellite, those in a row that fly alike on one."""
    rows = records(results.satellites)
    # Only neighbours are put together, so "a to c" names all that are in between.
    alike = [(words, list(group)) for words, group in groupby(rows, key=_orbit_words)]
    for words, group in alike[:_LINES_OF_SATELLITES]:
        names = str(group[0]["satellite"])
        if len(group) > 1:
            names += f" to {group[-1]['satellite']}, {len(group)} satellites"
        yield f"{names}: {words}" if words else names
    # Satellites are counted, not their lines.
    more = sum(len(group) for _, group in alike[_LINES_OF_SATELLITES:])
    if more:
        yield f"and {more} satellite{'' if more == 1 else 's'} more"


def _orbit_words(row: Row) -> str:
    # Tables made by hand may name satellites alone.
    if "perigee_km" not in row:
        return ""
    return (
        f"{row['perigee_km']:.0f} x {row['apogee_km']:.0f} km, "
        f"inclination {row['inclination_deg']:.1f} deg, ascending node at {clock(row['ltan_h'])} "
        f"local mean time; {row['orbit']}{', hypothetical' if row['hypothetical'] else ''}"
    )


def _networks(results: Results) -> Iterator[str]:
    """Yield the comparison of networks, what limits them, and what its figures mean."""
    if len(results.networks):
        yield networks_text(results)
        yield limits_text(results)
        yield "\n".join([_definitions(results, _NETWORK_TERMS), _samples(results)])


def _definitions(results: Results, terms: Sequence[str]) -> str:
    lines = definition_lines(results, terms)
    return "\n".join(texttable.paragraph(line, rest="  ") for line in lines)


def _samples(results: Results) -> str:
    pictures, targets = int(results.networks["pictures_taken"].max()), len(results.targets)
    if not targets:
        return texttable.paragraph(
            "samples: no target, and so no picture, latency, response or age of one", rest="  "
        )
    return texttable.paragraph(
        f"samples: {pictures:,} picture{'' if pictures == 1 else 's'} of {targets:,} "
        f"target{'' if targets == 1 else 's'}; latency is of those delivered, response of every "
        f"request, age of every instant of {days_words(results.days)} at every target less the "
        f"share left out{'' if len(results.networks) < 2 else _UNLIKE}",
        rest="  ",
    )
