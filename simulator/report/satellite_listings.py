"""The table of satellites: what each alone sees of the targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from simulator.report.listing import Listing, column, definition_lines, name_cell, records

if TYPE_CHECKING:
    from simulator.results import Results

OF_SATELLITES = (
    "targets_seen",
    "target_accesses_per_day",
    "target_revisit_mean_h",
    "target_revisit_max_h",
    "target_wait_mean_h",
    "best_gsd_m",
    "best_niirs",
)
# What a satellite sees follows from these, but for its place on the orbit.
_KIND = ("perigee_km", "apogee_km", "inclination_deg", "max_off_nadir_deg", "nadir_gsd_min_m")


def differ(results: Results) -> bool:
    """Return whether satellites differ in the size or tilt of their orbits, or in their sensors."""
    table = results.satellites
    if len(table) < 2 or not {*_KIND, "targets_seen"} <= set(table.columns):
        return False
    # Heights of one design differ by what rounding leaves: two digits tell a kilometre apart.
    return len({tuple(f"{row[name]:.2f}" for name in _KIND) for row in records(table)}) > 1


def seen_by_satellite(
    results: Results, figures: Sequence[str] = OF_SATELLITES
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the headings and rows of what each satellite alone sees."""
    columns = [column(name) for name in figures]
    body = [
        (name_cell(row["satellite"]), *(each.cell(row) for each in columns))
        for row in records(results.satellites)
    ]
    return ("Satellite\nalone", *(each.heading for each in columns)), body


def satellite_listing(results: Results) -> Iterator[Listing]:
    """Yield what each of several satellites sees of the targets, were it alone."""
    if len(results.satellites) > 1 and "targets_seen" in results.satellites:
        headings, body = seen_by_satellite(results)
        terms = ("access", "revisit", "wait for access", "best look")
        yield Listing("", headings, 1, body, tuple(definition_lines(results, terms)))
