"""What the regions of a study take of memory, reckoned and refused before any work.

A run keeps the figures of every cell of every region to its end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.errors import InputError
from simulator.memory import available_bytes, size_text
from simulator.scenario.models import Scenario
from simulator.scenario.outlines import grid_cells
from simulator.scenario.places import Region

# Peak memory, which `python -m benchmarks.memory` prints anew: from 40,404 to 161,980 cells it grew
# by 2,030 bytes a cell with one satellite over 2 days, with four over 10 days it was 890
# bytes a cell more, and each network added 140 to 190.
_BYTES_A_CELL = 2_920.0
_BYTES_A_CELL_AND_NETWORK = 190.0
# So little is there wherever a scenario could be read: it is not looked up.
_LITTLE_BYTES = 50e6


@dataclass(frozen=True)
class Budget:
    """How many cells all regions have, about, and what a run with them takes of memory."""

    cells: float
    size_bytes: float

    def __str__(self) -> str:
        return f"about {self.cells:,.0f} cells, {size_text(self.size_bytes)} of memory"


def cells_of_region(region: Region) -> float:
    """Return about how many cells of a region are worked on, from the box around its outlines."""
    rings = region.outlines_deg
    return grid_cells([vertex for ring in rings for vertex in ring], region.resolution_km)


def budget(scenario: Scenario) -> Budget:
    """Return the budget of a scenario's regions."""
    cells = sum(cells_of_region(region) for region in scenario.regions)
    each = _BYTES_A_CELL + _BYTES_A_CELL_AND_NETWORK * len(scenario.networks)
    return Budget(cells, cells * each)


def refuse_beyond_memory(scenario: Scenario, *, have_bytes: float | None = None) -> None:
    """Raise InputError for regions whose cells take more memory than there is (default: now)."""
    needed = budget(scenario)
    if needed.size_bytes <= _LITTLE_BYTES:
        return
    have = available_bytes() if have_bytes is None else have_bytes
    if needed.size_bytes <= have:
        return
    # Cells go with the inverse square of their size.
    coarser = math.sqrt(needed.size_bytes / max(have, 1.0))
    raise InputError(
        f"regions: {needed} in all, and {size_text(have)} are free; make resolution_km "
        f"{math.ceil(10.0 * coarser) / 10.0:g} times as large, or study fewer regions at once"
    )
