"""What several satellites see together and each alone, in one clause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulator.report.listing import Row, records
from simulator.report.satellite_listings import differ
from simulator.report.sentences import listed
from simulator.text import duration, number

if TYPE_CHECKING:
    from simulator.results import Results


def satellites_clause(results: Results) -> str:
    """Return how often several satellites see targets, together and alone; else empty.

    These are counts of the span's accesses: of satellites that fly unlike the one that sees most
    and the one that sees least are named.
    """
    table = results.satellites
    if len(table) < 2 or not len(results.targets) or "targets_seen" not in table:
        return ""
    rows = sorted(records(table), key=lambda row: -row["target_accesses_per_day"])
    seeing = [row for row in rows if row["targets_seen"] > 0]
    if not seeing:
        return ""
    together = _often(
        [float(results.targets["accesses_per_day"].mean())],
        [float(results.targets["revisit_max_h"].max())],
    )
    begin = f"{len(table)} satellites together see a target {together}"
    if not differ(results):
        return f"{begin}, one alone {_of(seeing)}"
    most = f"alone, {seeing[0]['satellite']} sees it most often, {_of(seeing[:1])}"
    least = f", {seeing[-1]['satellite']} least often, {_of(seeing[-1:])}"
    blind = [str(row["satellite"]) for row in rows if row["targets_seen"] == 0]
    none = f"; {listed(blind)} {'sees' if len(blind) == 1 else 'see'} none" if blind else ""
    return f"{begin}; {most}{least if len(seeing) > 1 else ''}{none}"


def _of(rows: Sequence[Row]) -> str:
    return _often(
        [float(row["target_accesses_per_day"]) for row in rows],
        [float(row["target_revisit_max_h"]) for row in rows],
    )


def _often(per_day: Sequence[float], longest_h: Sequence[float]) -> str:
    often = _between(number(min(per_day)), number(max(per_day)))
    longest = _between(duration(min(longest_h)), duration(max(longest_h)))
    return f"{often} times a day (longest gap {longest})"


def _between(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"
