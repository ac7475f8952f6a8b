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
from pathlib import Path
from typing import Any

from simulator.coverage import stream
from simulator.earth import cells_of
from simulator.scenario import loads
from simulator.study import Study, region_figures, region_findings, watches

_SCENARIO = """
schema_version = 1
title = "Figures of a region"
[span]
start = 2024-06-01T00:00:00Z
days = {days}
[[satellites]]
name = "s"
downlink_rate_mbps = 1.0
sensor = {{kind = "radar", gsd_m = 1.0, reference_altitude_km = 500.0, swath_km = 10.0, \
max_off_nadir_deg = {cone_deg}}}
[satellites.orbit]
kind = "walker-delta"
altitude_km = 500.0
inclination_deg = 97.4
total = {total}
planes = {planes}
phasing = 0
[[regions]]
name = "r"
{region}
"""


def study(**values: Any) -> Study:
    """Return a study of one region by satellites of a Walker pattern."""
    text = _SCENARIO.format(**values)
    return Study(loads(text, origin="benchmark", folder=Path()).resolve())


def seconds(label: str, work: Callable[[], Any]) -> Any:
    """Run once, print wall time and the peak memory of the process so far, return the result."""
    start = time.perf_counter()
    found = work()
    taken_s = time.perf_counter() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    print(f"{label:<44} {taken_s:8.1f} s   peak so far {peak_mb:6.0f} MB", flush=True)
    return found


def region_table() -> None:
    """Print what windows alone, and windows with figures, of a large region take."""
    box = "{west = 100.0, south = 20.0, east = 150.0, north = 60.0}"
    five: dict[str, Any] = {"total": 5, "planes": 5, "cone_deg": 45.0}
    region = f"bounds_deg = {box}\nresolution_km = "
    made = study(days=30.0, region=f"{region}9.73", **five)
    (table,) = made.scenario.regions
    fleet = watches(made)
    places = cells_of(table.surface, kind=table.cells, resolution_km=table.resolution_km).sites()
    print(f"{len(places):,} cells, 5 satellites, 30 days")
    # Compiles what is compiled.
    small = study(days=12.0, region=f"{region}500.0", **five)
    region_findings(small, small.scenario.regions[0])
    counts = seconds(
        "windows alone",
        lambda: sum(stream(fleet, places, made.span, lambda b: len(b.ordered[1]))),
    )
    print(f"{counts:,} windows")
    seconds("windows and figures of merit", lambda: region_figures(made, table))
    seconds("these, stays and sampling errors", lambda: region_findings(made, table))


def globe_table() -> None:
    """Print what a year of the globe takes."""
    region = 'globe = true\ncells = "healpix"\nresolution_km = 50.0'
    made = study(days=365.0, region=region, total=24, planes=6, cone_deg=30.0)
    found = seconds(
        "24 satellites, 365 days: figures of merit",
        lambda: region_figures(made, made.scenario.regions[0]),
    )
    print(f"{len(found.cells):,} cells, {found.figures.accesses.sum():,.0f} accesses")


if __name__ == "__main__":
    globe_table() if "--globe" in sys.argv[1:] else region_table()
