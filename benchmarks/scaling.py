"""Where case A's time goes, and how cost grows.

`python -m benchmarks.scaling` prints two tables. How far above its floor the search is:
`benchmarks.floor`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.cases import walker_tles
from benchmarks.works import START_UTC, SUN_SYNCHRONOUS_TLE, spread_points
from simulator.access import View, Watch, find_accesses
from simulator.earth import Sites, Span, sites
from simulator.orbits import from_tle, track
from simulator.revisit import SiteBatch, stream, survey
from simulator.units import DAY_S

CONE = View(max_off_nadir_deg=45.0)
RUNS = 3


def seconds(
    work: Callable[[], Any], *, runs: int = RUNS, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Return the least time of some runs, by the wall clock if no other is given."""
    best = np.inf
    for _ in range(runs):
        start = clock()
        work()
        best = min(best, clock() - start)
    return float(best)


def places(count: int) -> Sites:
    """Return sites spread evenly over the globe."""
    return sites(*np.array(spread_points(count)).T)


def _count(batch: SiteBatch) -> int:
    return len(batch.ordered[1])


def profile() -> None:
    """Print the stages of case A."""
    days, count = 365.0, 10_000
    span, ground = Span(START_UTC, days * DAY_S, 0.0), places(count)
    elements = from_tle("A", SUN_SYNCHRONOUS_TLE)
    path = track(elements, span)
    accesses = find_accesses(path, ground, CONE, start_s=0.0, end_s=span.duration_s)

    def search(threads: int) -> Any:
        return find_accesses(
            path, ground, CONE, start_s=0.0, end_s=span.duration_s, threads=threads
        )

    rows = {
        "track, SGP4 included": seconds(lambda: track(elements, span)),
        "search and pairing, one thread": seconds(lambda: search(1)),
        "search and pairing, two threads": seconds(lambda: search(2)),
        "all windows, streamed": seconds(
            lambda: sum(stream([Watch(elements, CONE)], ground, span, _count))
        ),
        "all figures, streamed": seconds(lambda: survey([Watch(elements, CONE)], ground, span)),
    }
    print(f"Case A: {len(accesses):,} windows\n\n| stage | wall s |\n| --- | ---: |")
    for name, value in rows.items():
        print(f"| {name} | {value:.3f} |")


def growth() -> None:
    """Print the time of the streamed figures against points, satellites and days."""
    print("\n| points | satellites | days | windows | wall s | µs a window |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    sizes = [
        (1_000, 1, 60), (10_000, 1, 60), (100_000, 1, 60),
        (10_000, 1, 30), (10_000, 6, 30), (10_000, 24, 30),
        (10_000, 1, 10), (10_000, 1, 100), (10_000, 1, 365),
    ]  # fmt: skip
    for count, satellites, days in sizes:
        span, ground = Span(START_UTC, days * DAY_S, 0.0), places(count)
        lines = walker_tles(
            total=satellites, planes=satellites, phasing=0, altitude_km=500.0, inclination_deg=97.4
        )
        watches = [Watch(from_tle(str(n), pair), CONE) for n, pair in enumerate(lines)]
        windows = int(survey(watches, ground, span).sites.accesses.sum())
        took = seconds(lambda w=watches, g=ground, s=span: survey(w, g, s))
        each = took / windows * 1e6
        print(f"| {count:,} | {satellites} | {days} | {windows:,} | {took:.3f} | {each:.2f} |")


def main() -> None:
    """Print all tables."""
    profile()
    growth()


if __name__ == "__main__":
    main()
