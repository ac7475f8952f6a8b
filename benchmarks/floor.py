"""How far above its floor the search of accesses is, in processor time of one thread.

`python -m benchmarks.floor` prints a row for each work. The floor is what no search of this kind
can go below: SGP4, by its package, at the nodes of the track, and one evaluation of the orbit for
each edge of a window. Each time is the least of several runs.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from benchmarks.scaling import seconds
from benchmarks.works import START_UTC, SUN_SYNCHRONOUS_TLE, spread_points
from simulator.access import View, find_accesses
from simulator.earth import Span, sites
from simulator.orbits import from_tle, positions, track
from simulator.units import DAY_S

NODES_A_REVOLUTION = 24
_CONE = View(max_off_nadir_deg=45.0)
_MASK = View(min_elevation_deg=10.0)
# Name of the work, days, points, condition.
WORKS = (
    ("off-nadir-100", 30.0, 100, _CONE),
    ("elevation-100", 30.0, 100, _MASK),
    ("off-nadir-10000", 7.0, 10_000, _CONE),
    ("elevation-10000", 7.0, 10_000, _MASK),
    ("A", 365.0, 10_000, _CONE),
)


@dataclass(frozen=True)
class Spent:
    """Processor time of one work by stage, seconds."""

    windows: int
    sgp4_s: float
    evaluations_s: float
    sites_s: float
    track_s: float
    search_s: float

    @property
    def floor_s(self) -> float:
        return self.sgp4_s + self.evaluations_s

    @property
    def ratio(self) -> float:
        """Track and search over the floor."""
        return (self.track_s + self.search_s) / self.floor_s


def spent(days: float, count: int, view: View, runs: int) -> Spent:
    """Measure one work."""
    span, points = Span(START_UTC, days * DAY_S, 0.0), np.array(spread_points(count)).T
    elements, ground = from_tle("A", SUN_SYNCHRONOUS_TLE), sites(*points)
    path = track(elements, span)

    processor_s = partial(seconds, runs=runs, clock=time.process_time)

    def search() -> Any:
        return find_accesses(path, ground, view, start_s=0.0, end_s=span.duration_s, threads=1)

    found = search()
    revolutions = span.duration_s / (60.0 * elements.period_min)
    since_days = np.linspace(0.0, days, int(revolutions * NODES_A_REVOLUTION))
    satellite = elements.satellite
    nodes_jd = np.full_like(since_days, satellite.jdsatepoch), satellite.jdsatepochF + since_days
    edges_s = np.sort(np.concatenate([found.start_s, found.end_s]))
    return Spent(
        windows=len(found),
        sgp4_s=processor_s(lambda: satellite.sgp4_array(*nodes_jd)),
        evaluations_s=processor_s(lambda: positions(path.time_s, path.state, edges_s)),
        sites_s=processor_s(lambda: sites(*points).tiles),
        track_s=processor_s(lambda: track(elements, span)),
        search_s=processor_s(search),
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.floor", description=__doc__)
    parser.add_argument("--case", action="append", default=[], help="only this work, by name")
    parser.add_argument("--runs", type=int, default=10, help="runs of each stage; default 10")
    options = parser.parse_args()
    columns = "work|windows|SGP4|evaluations|sites|track|search|(track + search) ÷ floor"
    print(f"| {' | '.join(columns.split('|'))} |\n| --- |{' ---: |' * 7}")
    for name, days, count, view in WORKS:
        if options.case and name not in options.case:
            continue
        at = spent(days, count, view, options.runs)
        stages = (at.sgp4_s, at.evaluations_s, at.sites_s, at.track_s, at.search_s)
        cells = [f"{1e3 * stage_s:.1f} ms" for stage_s in stages]
        print(f"| {name} | {at.windows:,} | {' | '.join(cells)} | {at.ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
