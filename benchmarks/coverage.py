"""What the figures of merit cost beside the windows they are made of, and a year of the globe.

`python -m benchmarks.coverage` prints the first table: 200,000 cells of a region, 5 satellites,
30 days, off-nadir up to 45 degrees. `--globe` prints the second: HEALPix cells of 50 km, 24
satellites, 365 days, off-nadir up to 30 degrees.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.cases import walker_tles
from benchmarks.works import START_UTC
from simulator import coverage, merit, moving, orbits, resampling
from simulator.access import View
from simulator.cells import Cells, cells_of
from simulator.coverage import Watch
from simulator.scenario import Region
from simulator.timescale import DAY_S, Span


def seconds(label: str, work: Callable[[], Any]) -> Any:
    """Run once, print wall time and the peak memory of the process so far, return the result."""
    start = time.perf_counter()
    found = work()
    taken_s = time.perf_counter() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    print(f"{label:<44} {taken_s:8.1f} s   peak so far {peak_mb:6.0f} MB", flush=True)
    return found


def watches(total: int, planes: int, inclination_deg: float, cone_deg: float) -> list[Watch]:
    """Return satellites of a Walker pattern at 500 km that look to a cone."""
    tles = walker_tles(
        total=total,
        planes=planes,
        phasing=0,
        altitude_km=500.0,
        inclination_deg=inclination_deg,
    )
    view = View(min_elevation_deg=5.0, max_off_nadir_deg=cone_deg)
    return [Watch(orbits.from_tle(f"s{n}", tle), view) for n, tle in enumerate(tles)]


def cells(**region: Any) -> Cells:
    """Return the cells of a region given as in a scenario."""
    table = Region.model_validate({"name": "r", **region})
    return cells_of(table.surface, kind=table.cells, resolution_km=table.resolution_km)


def region_table() -> None:
    """Print what windows alone, and windows with figures, of a large region take."""
    bounds = {"west": 100.0, "south": 20.0, "east": 150.0, "north": 60.0}
    some = cells(bounds_deg=bounds, resolution_km=9.73)
    fleet, span = watches(5, 5, 97.4, 45.0), Span(START_UTC, 30.0 * DAY_S)
    places = some.sites()
    print(f"{len(some):,} cells, 5 satellites, 30 days")
    merit.survey(fleet, places, Span(START_UTC, 0.1 * DAY_S))
    counts = seconds(
        "windows alone",
        lambda: sum(merit.stream(fleet, places, span, lambda b: len(b.ordered[1]))),
    )
    print(f"{counts:,} windows")
    seconds("windows and basic figures", lambda: coverage.survey(fleet, places, span))
    seconds(
        "windows and all figures",
        lambda: merit.survey(fleet, places, span, weights_km2=some.weights_km2),
    )
    stay_s = [3_600.0 * hours for hours in (1, 3, 6, 12, 24, 72)]
    seconds("windows and stays of six lengths", lambda: moving.stays(fleet, places, span, stay_s))
    reduce = resampling.Resampling(
        resampling.draws(resampling.day_edges_s(span.duration_s), seed=0, number=500, length=5),
        merit.Options(folds=4),
        np.array(stay_s),
        np.where(np.arange(len(some)) % 10 == 0, some.weights_km2, 0.0),
        np.zeros(len(some), np.int64),
        1,
    )
    seconds(
        "windows and 500 resampled spans of every tenth cell",
        lambda: sum(1 for _ in merit.stream(fleet, places, span, reduce)),
    )


def globe_table() -> None:
    """Print what a year of the globe takes."""
    some = cells(globe=True, resolution_km=50.0, cells="healpix")
    fleet, span = watches(24, 6, 97.4, 30.0), Span(START_UTC, 365.0 * DAY_S)
    print(f"{len(some):,} cells, 24 satellites, 365 days")
    found = seconds(
        "windows and all figures",
        lambda: merit.survey(fleet, some.sites(), span, weights_km2=some.weights_km2),
    )
    print(f"{found.sites.accesses.sum():,.0f} accesses")


if __name__ == "__main__":
    globe_table() if "--globe" in sys.argv[1:] else region_table()
