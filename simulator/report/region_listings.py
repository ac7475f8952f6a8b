"""Tables of regions: how much is seen and how soon, age and response by network, strips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator import glossary
from simulator.report.listing import (
    STANDS_ONCE,
    Listing,
    ListingColumn,
    Row,
    column,
    columns_for,
    count,
    definition_lines,
    name_cell,
    often_words,
    once,
    records,
    scenario_tables,
)
from simulator.report.place_listings import TARGET_TERMS
from simulator.report.scenario_listings import outline_words
from simulator.results import labels_of
from simulator.scenario import edges_words
from simulator.text import ABSENT, duration, minute_utc, number, ratio, share
from simulator.units import HOUR_S, MINUTES_PER_DAY

if TYPE_CHECKING:
    from simulator.results import Results

_REGION_WIDTH, _NETWORK_WIDTH = 16, 17
# Those of the first table of regions, whose numbers are of the grid.
_OF_GRID = ("accesses_per_day", "revisit_mean_h", "revisit_max_h")
_WORST = "worst place"
_OF_REGION = (
    "seen_half_h",
    "seen_90_percent_h",
    "seen_99_percent_h",
    "wait_mean_h",
    "in_access_max_share",
    _WORST,
    "revisit_area_share",
)
_AGES = ("cell_age_mean_h", "cell_age_ratio", "cell_age_max_h", "delivered_area_share")
_RESPONSES = (
    "cell_response_mean_h",
    "cell_response_ratio",
    "cell_response_max_h",
    "cell_response_command_h",
    "cell_response_collection_h",
    "cell_response_delivery_h",
    "answered_area_share",
)
_STRIPS = ("strips_per_day", "imaged_day_share", "reachable_day_share")


def grid_listing(results: Results) -> Iterator[Listing]:
    """Yield the table of regions with what their grids come to, if there are any."""
    if not results.grids:
        return
    headings = (
        "Region",
        "area,\n1000 km2",
        "cells",
        "seen\nby the end",
        *(column(name).heading for name in _OF_GRID),
    )
    body = [_of_grid(name, grid) for name, grid in results.grids.items()]
    rules = definition_lines(results, TARGET_TERMS[:3])
    yield Listing("", headings, 1, body, (*_outlines(results), *rules))


def _outlines(results: Results) -> Iterator[str]:
    """Yield a line a region: what the edges of its outline are, and its note."""
    call = labels_of(results).region
    for table in scenario_tables(results).get("regions", ()):
        yield outline_words(call(table["name"]), edges_words(table), table.get("note", ""))


def _of_grid(name: str, grid: Any) -> tuple[str, ...]:
    """Return a region's line; means weigh cells by area, revisit only those that have one."""
    inside = grid["in_region"].astype(bool)
    area = grid["cell_area_km2"].where(inside, 0.0)

    def mean(variable: str) -> float:
        return float(grid[variable].where(inside).weighted(area).mean())

    longest_h = float(grid["revisit_max_h"].where(inside).max())
    # Cells without any gap are in access from the first instant to the last.
    minutes = MINUTES_PER_DAY if longest_h == 0.0 else 0.0
    accessed_share = grid["accumulated_fraction"].to_numpy()
    return (
        name_cell(name),
        number(float(area.sum()) / 1e3),
        count(float(inside.sum())),
        share(float(accessed_share[-1]) if len(accessed_share) else float("nan")),
        often_words(mean("accesses_per_day"), minutes),
        duration(mean("revisit_mean_h")),
        duration(longest_h),
    )


def region_listing(results: Results) -> Iterator[Listing]:
    """Yield how soon and how much of each region is seen, and where it is seen least."""
    if not len(results.regions) or "seen_half_h" not in results.regions:
        return
    # Those of the grid stand in the first table of regions already.
    shown = [term for term in glossary.terms_over("region") if term.name not in _OF_GRID]
    names = columns_for(_OF_REGION, shown, results.regions)
    columns = [
        ListingColumn("longest gap\nat", _worst_place) if name == _WORST else column(name)
        for name in names
    ]
    body = [
        (name_cell(row["region"]), *(column.cell(row) for column in columns))
        for row in records(results.regions)
    ]
    yield Listing(
        "Regions: how soon, how much",
        ("Region", *(column.heading for column in columns)),
        1,
        body,
        (*_unseen(results), *definition_lines(results, ["seen in"])),
    )


def _worst_place(row: Row) -> str:
    latitude_deg, longitude_deg = row["worst_latitude_deg"], row["worst_longitude_deg"]
    if latitude_deg != latitude_deg:
        return ABSENT
    north, east = "N" if latitude_deg >= 0 else "S", "E" if longitude_deg >= 0 else "W"
    return f"{abs(latitude_deg):.1f} {north} {abs(longitude_deg):.1f} {east}"


def _unseen(results: Results) -> Iterator[str]:
    """Yield a sentence a region: how long, at the longest, nothing of it is in access."""
    table, call = results.coverage_intervals, labels_of(results).region
    for row in records(results.regions):
        name = call(row["region"])
        # An instant has no length, so "for how long nothing is in access" has no answer.
        if row.get("look") == "swath":
            yield (
                f"{name}: an access is an instant, at which the strip that a satellite "
                "images with its roll held sweeps over a cell"
            )
            continue
        unseen = table[(table["region"] == row["region"]) & (table["cover"] == "none")]
        if not len(unseen):
            continue
        longest = unseen.loc[unseen["duration_s"].idxmax()]
        start = results.start + timedelta(seconds=float(longest["start_s"]))
        yield (
            f"{name}: nothing of it is in access {share(row['none_covered_share'])} of "
            f"the time, at the longest for {duration(float(longest['duration_s']) / HOUR_S)} "
            f"from {minute_utc(start)} UTC; all of it at once "
            f"{share(row['all_covered_share'])} of the time"
        )


def region_network_listings(results: Results) -> Iterator[Listing]:
    """Yield age and response over each region by network, the baseline's own ratio left empty."""
    if not len(results.region_networks):
        return
    area = (
        "each cell's mean and greatest, averaged over the share of the area in the last column; "
        f"ratio to {results.baseline}. {STANDS_ONCE}"
    )
    yield _by_network(
        results,
        "Age of the newest picture over regions, every access of every cell giving one that has "
        f"the network to itself; {area}",
        _AGES,
        "ages of cells",
    )
    yield _by_network(
        results,
        "System response over regions, of the same pictures: from a request at a random instant, "
        f"commanded through the network, to the delivery of the picture then taken; {area}",
        _RESPONSES,
        "response of cells",
    )


def _by_network(results: Results, title: str, leading: Sequence[str], definition: str) -> Listing:
    terms = glossary.terms_over("region by network")
    shown = [term for term in terms if term.definition == definition]
    columns = [
        _ratio_column(name, results.baseline) if name.endswith("_ratio") else column(name)
        for name in columns_for(leading, shown, results.region_networks)
    ]
    rows = records(results.region_networks)
    body = []
    for region in dict.fromkeys(row["region"] for row in rows):
        own = [row for row in rows if row["region"] == region]
        # Column by column: a figure that all networks have alike stands with the first.
        cells = zip(*(once([column.cell(row) for row in own]) for column in columns), strict=True)
        body += [
            (
                name_cell(region if number == 0 else "", _REGION_WIDTH),
                name_cell(row["network"], _NETWORK_WIDTH),
                *of_row,
            )
            for number, (row, of_row) in enumerate(zip(own, cells, strict=True))
        ]
    headings = ("Region", "Network", *(each.heading for each in columns))
    return Listing(title, headings, 2, body, tuple(definition_lines(results, [definition])))


def _ratio_column(name: str, baseline: str) -> ListingColumn:
    return ListingColumn(
        column(name).heading,
        lambda row: "" if row["network"] == baseline else ratio(float(row[name]), 1.0),
    )


def strip_listing(results: Results) -> Iterator[Listing]:
    """Yield the share of a region that each satellite images in a day, and could at most."""
    if not len(results.strips):
        return
    columns = [column(name) for name in _STRIPS]
    body = [
        (
            name_cell(row["region"]),
            name_cell(row["satellite"]),
            *(column.cell(row) for column in columns),
        )
        for row in records(results.strips)
    ]
    yield Listing(
        "Share of a region that a satellite images strip by strip",
        ("Region", "Satellite", *(column.heading for column in columns)),
        2,
        body,
        tuple(definition_lines(results, ["strips"])),
    )
