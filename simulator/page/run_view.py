"""One run as the templates show it: what stands in the page, and what its script reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from simulator import glossary, report
from simulator.page import (
    basis,
    cells,
    colours,
    curves,
    events,
    flights,
    inputs,
    looks,
    places,
    shares,
    still,
    tables,
    timeline,
)
from simulator.page.basis import Basis
from simulator.page.curves import Chart
from simulator.page.inputs import UsedEntry
from simulator.page.labels import (
    Labels,
    heading,
    interval_text,
    labels_of,
    network_names,
    unit_words,
)
from simulator.page.projection import HEIGHT, SCALE, WIDTH, World
from simulator.page.shares import Shares
from simulator.page.still import Still
from simulator.page.tables import Table
from simulator.results import Results
from simulator.text import ABSENT, clock, days_words, minute_utc, shortened, wrapped

_PARTS = (
    ("map", "Map"),
    ("day", "A day"),
    ("shares", "How long, how old, how much"),
    ("networks", "Networks"),
    ("targets", "Targets"),
    ("regions", "Regions"),
    ("satellites", "Satellites"),
    ("in-time", "Acted on in time"),
    ("methods", "Methods and sources"),
)
_OF_REGIONS = (
    "area_km2",
    "cells",
    "seen_fraction",
    "seen_half_h",
    "seen_90_percent_h",
    "in_access_max_share",
)
_BY_NETWORK = ("cell_age_mean_h", "cell_response_mean_h")
_OF_CELLS = (
    "accesses_per_day",
    "revisit_mean_h",
    "revisit_max_h",
    "wait_mean_h",
    "accesses_clear_per_day",
    "revisit_mean_clear_h",
    "wait_mean_clear_h",
    "access_minutes_per_day",
)
_OF_SATELLITES = {
    "satellite": "Satellite",
    "orbit": "Orbit",
    "perigee_km": "Perigee, km",
    "apogee_km": "Apogee, km",
    "inclination_deg": "Inclination, degrees",
    "ltan_h": "Node, local mean time",
    "nadir_gsd_min_m": "Ground sample below, m",
    "max_off_nadir_deg": "Looks aside to, degrees",
    "downlink_rate_mbps": "Downlink, Mbit/s",
}
# What a satellite alone sees of a target is called as what all see of it together.
_SEEN_BY_SATELLITES = {
    "targets_seen": "Targets seen",
    "target_accesses_per_day": heading("accesses_per_day") + ", per day",
    "target_revisit_mean_h": heading("revisit_mean_h"),
    "target_revisit_max_h": heading("revisit_max_h"),
    "target_wait_mean_h": heading("wait_mean_h"),
    "best_gsd_m": heading("best_gsd_m") + ", m",
    "best_niirs": heading("best_niirs"),
    "pictures_taken": "Pictures taken",
}
_ROW_NAME_COLUMNS = 36
# A row so high, in units of the timeline, holds a name on two lines.
_TWO_LINES = 30
# Around what the close-up shows, as a share of it.
_NEAR_MARGIN = 0.12
_LEAST_NEAR = 4_000
# The map is so many units high where it is 100,000 wide, and so many pixels wide on a desk.
_SHOWN_HEIGHT, _DESK_PX = 60_000, 650


@dataclass(frozen=True)
class RegionRow:
    """A figure of the regions: its label, its meaning, and (mean, interval, extremes) of each."""

    label: str
    meaning: str
    cells: list[tuple[str, str, str]]


@dataclass(frozen=True)
class RunView:
    """One run as the templates show it."""

    id: str
    results: Results
    span: str
    answer: list[str]
    caution: str
    interval_words: str
    draws: int
    drawn: str
    parts: list[tuple[str, str]]
    basis: Basis
    still: Still
    unit: int
    reaches: list[dict[str, str]]
    ways: list[str]
    timeline: Any
    shares: list[Shares]
    charts: list[Chart]
    first_table: Table
    full_table: Table
    target_heads: list[str]
    region_names: list[str]
    region_rows: list[RegionRow]
    seen_heads: list[str]
    seen_rows: list[tuple[str, list[tuple[str, float | None]]]]
    chain_heads: list[str]
    chain_rows: list[tuple[str, ...]]
    satellite_heads: list[str]
    satellite_rows: list[list[str]]
    models: list[tuple[str, str]]
    definitions: list[tuple[str, str]]
    entries: list[tuple[str, list[UsedEntry]]]
    grades: list[tuple[str, int]]
    grade_total: int
    packages: list[tuple[str, str]]
    data: dict[str, Any]


def run_view(results: Results, number: int) -> RunView:
    """Return a run as the templates show it; `number` tells runs of one page apart."""
    labels, world = labels_of(results), World(results.map_centre_deg)
    whole = timeline.timeline(results, labels)
    data = _data(results, labels, world, whole)
    by_network = shares.shares_of(results, labels)
    charts = curves.charts(by_network, results, labels)
    region_rows = list(_region_rows(results, labels))
    seen_heads, seen_rows = _seen_by_satellites(results)
    shown = {"map", "day", "methods"}
    shown |= {"shares"} if charts else set()
    shown |= {"networks"} if len(results.networks) else set()
    shown |= {"targets"} if len(results.targets) else set()
    shown |= {"regions"} if region_rows else set()
    shown |= {"satellites"} if seen_rows else set()
    chain_heads, chain_rows = _chain(results)
    shown |= {"in-time"} if chain_rows else set()
    grades = inputs.grade_counts(results)
    return RunView(
        id=f"run-{number}",
        results=results,
        span=_span(results),
        answer=report.answer(results),
        caution=str(results.provenance.get("caution", "")),
        interval_words=_interval_words(results),
        draws=int(results.spread["draws"].max()) if len(results.spread) else 0,
        drawn=report.drawn(results),
        parts=[(anchor, words) for anchor, words in _PARTS if anchor in shown],
        basis=basis.basis(world, _window(results, world)),
        still=still.still(data),
        unit=_unit(data["near"]),
        reaches=places.reaches(results, world),
        ways=places.ways(results, world),
        timeline=_shown_timeline(results, whole),
        shares=by_network,
        charts=charts,
        first_table=tables.first_table(results, labels),
        full_table=tables.full_table(results, labels),
        target_heads=_target_heads(data["targets"]),
        region_names=[labels.region(name) for name in results.grids],
        region_rows=region_rows,
        seen_heads=seen_heads,
        seen_rows=seen_rows,
        chain_heads=chain_heads,
        chain_rows=chain_rows,
        satellite_heads=[h for name, h in _OF_SATELLITES.items() if name in results.satellites],
        satellite_rows=list(_satellite_rows(results)),
        models=_words(results, "models"),
        definitions=_words(results, "definitions"),
        entries=inputs.entries(results),
        grades=grades,
        grade_total=sum(count for _, count in grades),
        packages=_words(results, "packages"),
        data=data,
    )


def _data(
    results: Results, labels: Labels, world: World, whole: timeline.Timeline
) -> dict[str, Any]:
    """Return what the script of the page reads."""
    stations = places.stations(results, world, labels)
    targets = places.targets(results, world, labels)
    sensors = {row["satellite"]: row for row in results.satellites.to_dict(orient="records")}
    flown = flights.flights(results)
    return {
        "start": round(results.start.timestamp() * 1e3),
        "length": round(results.days * 86_400.0),
        "offsets": timeline.offsets(results),
        "days": whole.days,
        "firstDay": whole.first_day,
        "map": {"centre": world.centre_deg, "width": WIDTH, "height": HEIGHT, "scale": SCALE},
        "near": _near(results, world),
        "step": flights.STEP_S,
        "near_s": looks.NEAR_S,
        "flights": [flights.packed_flight(f, sensors.get(f.name, {})) for f in flown],
        "sun": flights.packed_sun(results),
        "sunStep": flights.SUN_STEP_S,
        "satellites": events.satellite_names(results),
        "networks": [labels.network(name) for name in network_names(results)],
        "stations": stations,
        "contacts": events.contacts(results, stations),
        "targets": targets,
        "accesses": events.accesses(results),
        "pictures": events.pictures(results),
        "regions": cells.regions(results, world, labels),
        "figures": colours.colourings(results),
        "strips": flights.packed_strips(results),
    }


def _chain(results: Results) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the stays, and a row a link of the chain to what is acted on in time."""
    for listing in report.actionable_listing(results):
        return list(listing.headings[1:]), [tuple(row) for row in listing.body]
    return [], []


def _span(results: Results) -> str:
    end = results.start + timedelta(days=results.days)
    days = days_words(results.days)
    return f"{minute_utc(results.start)} to {minute_utc(end)} UTC, {days}"


def _interval_words(results: Results) -> str:
    share = results_share(results)
    return f"the interval that holds {share} of resamples of the span's days"


def results_share(results: Results) -> str:
    """Return the share of resamples that lies in an interval, in words."""
    part = report.scenario_tables(results).get("uncertainty", {}).get("share")
    return "most" if part is None else f"{100.0 * part:g} %"


def _looked_at(results: Results) -> tuple[np.ndarray, np.ndarray]:
    """Return longitudes and latitudes of targets, cells and the baseline's stations."""
    parts = [cells.places_deg(grid) for grid in results.grids.values()]
    for table in (results.targets, _home_stations(results)):
        if len(table):
            place = (table["longitude_deg"], table["latitude_deg"])
            parts.append((place[0].to_numpy(dtype=float), place[1].to_numpy(dtype=float)))
    empty = np.empty(0)
    longitude = np.concatenate([empty, *(part[0] for part in parts)])
    return longitude, np.concatenate([empty, *(part[1] for part in parts)])


def _home_stations(results: Results) -> Any:
    table = results.stations
    if "latitude_deg" not in table:
        return table.iloc[:0]
    return table[(table["network"] == results.baseline) & (table["kind"] == "station")]


def _window(results: Results, world: World) -> Any:
    return basis.window_of(world, *_looked_at(results))


def _near(results: Results, world: World) -> list[int]:
    """Return the box of the close-up, x, y, width and height in units of the drawing."""
    placed = world.places(*_looked_at(results))
    if not len(placed):
        return [0, 0, WIDTH, HEIGHT]
    low, high = placed.min(axis=0), placed.max(axis=0)
    size = np.maximum((high - low) * (1.0 + 2.0 * _NEAR_MARGIN), _LEAST_NEAR)
    corner = (low + high) / 2.0 - size / 2.0
    return [round(float(n)) for n in (*corner, *size)]


def _unit(near: Sequence[int]) -> int:
    """Return how many units of the drawing a pixel of a map on a desk is, in the close-up."""
    return max(round(max(near[2], near[3] * WIDTH / _SHOWN_HEIGHT) / _DESK_PX), 1)


def _shown_timeline(results: Results, whole: timeline.Timeline) -> dict[str, Any]:
    return {
        "rows": [_shown_row(row) for row in whole.rows],
        "height": whole.height,
        "hours": whole.hours,
        "days": whole.days,
        "first_day": whole.first_day,
        "zone_words": shortened(whole.zone, _ROW_NAME_COLUMNS),
        "width": round(results.days * timeline.DAY_WIDTH),
    }


def _shown_row(row: timeline.Row) -> dict[str, Any]:
    """Return a row with its name on one line, or on two where the row is high enough."""
    words = wrapped(row.name, _ROW_NAME_COLUMNS) or [""]
    if len(words) > 1 and row.height < _TWO_LINES:
        words = [row.name]
    words = [*words[:1], *([" ".join(words[1:])] if len(words) > 1 else [])]
    return {**vars(row), "words": [shortened(line, _ROW_NAME_COLUMNS) for line in words]}


def _target_heads(targets: Sequence[dict[str, Any]]) -> list[str]:
    numbers = targets[0]["numbers"] if targets else []
    return [f"{label}, {unit}" if unit else label for label, _, _, unit in numbers]


def _region_rows(results: Results, labels: Labels) -> Iterator[RegionRow]:
    """Yield the figures of regions: of all, of their cells over all latitudes, by network."""
    yield from _of_wholes(results.regions, results, _OF_REGIONS)
    table = results.coverage
    table = table[table["latitude_band"] == "all"] if len(table) else table
    for name in _OF_CELLS:
        rows = table[table["figure"] == name].drop_duplicates("region").set_index("region")
        if len(rows):
            row = [_of_cells(name, rows.loc[r] if r in rows.index else None) for r in results.grids]
            yield RegionRow(_label(name), _meaning(name), row)
    for network in network_names(results):
        rows = results.region_networks
        rows = rows[rows["network"] == network] if len(rows) else rows
        yield from _of_wholes(rows, results, _BY_NETWORK, f", {labels.network(network)}")


def _of_wholes(
    table: Any, results: Results, names: Sequence[str], more: str = ""
) -> Iterator[RegionRow]:
    rows = table.drop_duplicates("region").set_index("region") if len(table) else table
    for name in (each for each in names if len(rows) and each in rows):
        column = rows[name].reindex(list(results.grids)).astype(float)
        cells_ = [(report.shown(name)(value), "", "") for value in column]
        yield RegionRow(f"{_label(name)}{more}", _meaning(name), cells_)


def _label(name: str) -> str:
    unit = unit_words(name)
    return f"{heading(name)}, {unit}" if unit else heading(name)


def _meaning(name: str) -> str:
    term = glossary.term(name)
    return term.meaning if term else ""


def _of_cells(name: str, row: Any) -> tuple[str, str, str]:
    if row is None:
        return ABSENT, "", ""
    return (
        report.shown(name)(float(row["mean"])),
        interval_text(name, row["low"], row["high"]),
        interval_text(name, row["min"], row["max"]),
    )


def _seen_by_satellites(
    results: Results,
) -> tuple[list[str], list[tuple[str, list[tuple[str, float | None]]]]]:
    """Return heads and rows of what each of several satellites sees alone; none for one.

    A row is the satellite's name, and words and number of each figure.
    """
    table = results.satellites
    names = [name for name in _SEEN_BY_SATELLITES if name in table and table[name].notna().any()]
    if len(table) < 2 or not names:
        return [], []
    rows = [
        (str(row["satellite"]), [_cell(name, float(row[name])) for name in names])
        for row in table.to_dict(orient="records")
    ]
    return [_SEEN_BY_SATELLITES[name] for name in names], rows


def _cell(name: str, value: float) -> tuple[str, float | None]:
    return report.shown(name)(value), value if value == value else None


def _satellite_rows(results: Results) -> Iterator[list[str]]:
    for row in results.satellites.to_dict(orient="records"):
        yield [_of_satellite(name, row[name]) for name in _OF_SATELLITES if name in row]


def _of_satellite(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    return clock(float(value)) if name == "ltan_h" else report.shown(name)(float(value))


def _words(results: Results, table: str) -> list[tuple[str, str]]:
    words = results.provenance.get(table, {})
    return [(str(name), str(text)) for name, text in words.items()]
