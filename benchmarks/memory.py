"""What a cell of a region takes of memory in a run, with and without networks.

`python -m benchmarks.memory` prints the peak memory of runs, each in a process of its own, and what
it grows by from one to the next; `simulator.scenario.memory_budget` reckons with these numbers.
"""

from __future__ import annotations

import resource
import subprocess
import sys

from benchmarks.scenarios import Regional
from simulator.study import run

# Size of cells, km, satellites, days, networks.
_CASES = (
    (15.0, 1, 2.0, 0),
    (7.5, 1, 2.0, 0),
    (7.5, 4, 10.0, 0),
    (7.5, 1, 2.0, 1),
    (7.5, 1, 2.0, 3),
)
_BOX = "bounds_deg = {west = 100, south = 20, east = 130, north = 50}"


def measured(size_km: float, satellites: int, days: float, networks: int) -> tuple[int, float]:
    """Return how many cells a run has, and its peak memory, bytes."""
    regional = Regional(
        region=_BOX, resolution_km=size_km, days=days, satellites=satellites, networks=networks
    )
    results = run(regional.scenario())
    cells = int(results.grids["r"]["in_region"].sum())
    return cells, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def main() -> None:
    """Print a line a case."""
    for case in _CASES:
        words = [sys.executable, "-m", "benchmarks.memory", *map(str, case)]
        answer = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        cells, peak_bytes = answer.split()
        print(
            "{:g} km, {} satellites, {:g} days, {} networks:".format(*case),
            f"{int(cells):,} cells, peak {float(peak_bytes) / 1e6:,.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        size_km, satellites, days, networks = sys.argv[1:]
        print(*measured(float(size_km), int(satellites), float(days), int(networks)))
    else:
        main()
