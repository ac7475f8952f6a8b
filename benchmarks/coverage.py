"""What the figures of a region cost beside the windows they are made of, and a year of the globe.

`python -m benchmarks.coverage` prints the first table: 200,000 cells of a region, 5 satellites,
30 days, off-nadir up to 45 degrees. `--globe` prints the second: HEALPix cells of 50 km, 24
satellites, 365 days, off-nadir up to 30 degrees.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from benchmarks.scenarios import Regional
from simulator.earth import cells_of
from simulator.revisit import stream
from simulator.study import Study, region_figures, region_findings, watches

_BOX = "bounds_deg = {west = 100.0, south = 20.0, east = 150.0, north = 60.0}"
_LARGE = Regional(region=_BOX, resolution_km=9.73, days=30.0, satellites=5, planes=5)
# Compiles what is compiled.
_SMALL = replace(_LARGE, resolution_km=500.0, days=12.0)
_GLOBE = Regional(
    region='globe = true\ncells = "healpix"',
    resolution_km=50.0,
    days=365.0,
    satellites=24,
    planes=6,
    max_off_nadir_deg=30.0,
)


def study(regional: Regional) -> Study:
    """Return a study of one region."""
    return Study(regional.scenario().resolve())


def seconds(label: str, work: Callable[[], Any]) -> Any:
    """Run once, print wall time and the peak memory of the process so far, return the result."""
    start = time.perf_counter()
    outcome = work()
    spent_s = time.perf_counter() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    print(f"{label:<44} {spent_s:8.1f} s   peak so far {peak_mb:6.0f} MB", flush=True)
    return outcome


def region_table() -> None:
    """Print what windows alone, and windows with figures, of a large region take."""
    large = study(_LARGE)
    (table,) = large.scenario.regions
    fleet = watches(large)
    places = cells_of(table.surface, kind=table.cells, resolution_km=table.resolution_km).sites()
    print(f"{len(places):,} cells, 5 satellites, 30 days")
    small = study(_SMALL)
    region_findings(small, small.scenario.regions[0])
    counts = seconds(
        "windows alone",
        lambda: sum(stream(fleet, places, large.span, lambda b: len(b.ordered[1]))),
    )
    print(f"{counts:,} windows")
    seconds("windows and figures of merit", lambda: region_figures(large, table))
    seconds("these, stays and sampling errors", lambda: region_findings(large, table))


def globe_table() -> None:
    """Print what a year of the globe takes."""
    globe = study(_GLOBE)
    outcome = seconds(
        "24 satellites, 365 days: figures of merit",
        lambda: region_figures(globe, globe.scenario.regions[0]),
    )
    print(f"{len(outcome.cells):,} cells, {outcome.figures.accesses.sum():,.0f} accesses")


if __name__ == "__main__":
    globe_table() if "--globe" in sys.argv[1:] else region_table()
