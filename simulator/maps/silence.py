"""Drawings that would say nothing, each with the sentence that stands in for it.

It needs none of the libraries that draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.results import Results

# Less apart than this, seconds, two times of a cell differ by rounding.
_ALIKE_S = 0.5
_DIFFERENCES = {
    "age-difference": ("cell_age_mean_s", "the newest picture of every cell is as old"),
    "response-difference": (
        "cell_response_mean_s",
        "a request for any cell is answered as soon",
    ),
}


@dataclass(frozen=True)
class Silent:
    """A drawing that would say nothing, of which region if it is of one, and why."""

    name: str
    region: str | None
    reason: str


def silent(results: Results) -> list[Silent]:
    """Return the drawings that would say nothing of a run: no event at all, no difference."""
    found = []
    if not len(results.accesses) and not len(results.contacts):
        found.append(Silent("timeline", None, "there is no access and no contact"))
    for name, (variable, alike) in _DIFFERENCES.items():
        for region, grid in results.grids.items():
            if variable not in grid:
                continue
            times_s = grid[variable].to_numpy().astype(float)
            networks = grid["network"].to_numpy().astype(str).tolist()
            if results.baseline not in networks or len(networks) == 1:
                continue
            gains_s = times_s - times_s[networks.index(results.baseline)]
            unlike = np.isnan(times_s).any(axis=0) & ~np.isnan(times_s).all(axis=0)
            if not unlike.any() and np.nanmax(np.abs(gains_s), initial=0.0) < _ALIKE_S:
                found.append(Silent(name, region, f"{alike} with every network"))
    return found


def sentence(drawing: Silent) -> str:
    """Return in a sentence that a drawing was not made, and why."""
    of_region = f" of region {drawing.region}" if drawing.region is not None else ""
    return f"not drawn: {drawing.name}{of_region}, since {drawing.reason}"
