"""What a cell of a region takes of memory in a run, with and without networks.

`python -m benchmarks.memory` prints the peak memory of runs, each in a process of its own, and what
it grows by from one to the next; `simulator.scenario.memory_budget` reckons with these numbers.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

from simulator.scenario import loads
from simulator.study import run

# Size of cells, km, satellites, days, networks.
_CASES = (
    (15.0, 1, 2.0, 0),
    (7.5, 1, 2.0, 0),
    (7.5, 4, 10.0, 0),
    (7.5, 1, 2.0, 1),
    (7.5, 1, 2.0, 3),
)
_SCENARIO = """
schema_version = 1
title = "Memory of cells"
[span]
start = 2024-06-01T00:00:00Z
days = {days}
[[satellites]]
name = "s"
downlink_rate_mbps = 1.0
sensor = {{kind = "radar", gsd_m = 1.0, reference_altitude_km = 500.0, swath_km = 10.0, \
max_off_nadir_deg = 45.0}}
[satellites.orbit]
kind = "walker-delta"
altitude_km = 500.0
inclination_deg = 97.4
total = {satellites}
planes = 1
phasing = 0
[[regions]]
name = "r"
bounds_deg = {{west = 100, south = 20, east = 130, north = 50}}
resolution_km = {size_km}
"""
_NETWORK = """
[[networks]]
name = "n{number}"
stations = ["pgscc"]
"""


def measured(size_km: float, satellites: int, days: float, networks: int) -> tuple[int, float]:
    """Return how many cells a run has, and its peak memory, bytes."""
    text = _SCENARIO.format(size_km=size_km, satellites=satellites, days=days)
    text += "".join(_NETWORK.format(number=number) for number in range(networks))
    found = run(loads(text, origin="benchmark", folder=Path()))
    cells = int(found.grids["r"]["in_region"].sum())
    return cells, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def main() -> None:
    """Print a line a case."""
    for case in _CASES:
        words = [sys.executable, "-m", "benchmarks.memory", *map(str, case)]
        told = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
        print(
            "{:g} km, {} satellites, {:g} days, {} networks:".format(*case),
            f"{int(told[0]):,} cells, peak {float(told[1]) / 1e6:,.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        size_km, satellites, days, networks = sys.argv[1:]
        print(*measured(float(size_km), int(satellites), float(days), int(networks)))
    else:
        main()
