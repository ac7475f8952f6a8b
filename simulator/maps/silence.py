"""Drawings that would say nothing, each with the sentence that stands in for it.

It needs none of the libraries that draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.results import Results, labels_of
from simulator.units import HOUR_S

# Less apart than this, half a second, two times of a cell differ by rounding.
_ALIKE_H = 0.5 / HOUR_S
_DIFFERENCES = {
    "age-difference": ("cell_age_mean_h", "the newest picture of every cell is as old"),
    "response-difference": (
        "cell_response_mean_h",
        "a request for any cell is answered as soon",
    ),
}


@dataclass(frozen=True)
class Silent:
    """A drawing that would say nothing, of which region if it is of one, and why.

    `title` is what people call the region.
    """

    name: str
    region: str | None
    reason: str
    title: str = ""


def silent(results: Results) -> list[Silent]:
    """Return the drawings that would say nothing of a run: no event at all, no difference."""
    found, call = [], labels_of(results).region
    if not len(results.accesses) and not len(results.contacts):
        found.append(Silent("timeline", None, "there is no access and no contact"))
    for name, (variable, alike) in _DIFFERENCES.items():
        for region, grid in results.grids.items():
            if variable not in grid:
                continue
            times_h = grid[variable].to_numpy().astype(float)
            networks = grid["network"].to_numpy().astype(str).tolist()
            if results.baseline not in networks or len(networks) == 1:
                continue
            gains_h = times_h - times_h[networks.index(results.baseline)]
            unlike = np.isnan(times_h).any(axis=0) & ~np.isnan(times_h).all(axis=0)
            if not unlike.any() and np.nanmax(np.abs(gains_h), initial=0.0) < _ALIKE_H:
                found.append(Silent(name, region, f"{alike} with every network", call(region)))
    return found


def sentence(drawing: Silent) -> str:
    """Return in a sentence that a drawing was not made, and why."""
    of_region = f" of {drawing.title or drawing.region}" if drawing.region is not None else ""
    return f"not drawn: {drawing.name}{of_region}, since {drawing.reason}"
