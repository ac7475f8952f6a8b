"""What a survey of places needs of each satellite, and how the seen share of an area grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.access.conditions import TILTED_SAMPLE
from simulator.access.search import View, find_accesses, refined, satellite_positions
from simulator.access.strips import HeldStrip, Light, strip_accesses
from simulator.access.windows import Windows
from simulator.arrays import FloatArray
from simulator.earth import Sites
from simulator.orbits import Elements, Track


@dataclass(frozen=True, eq=False)
class Watch:
    """One satellite as a survey needs it: elements, view, and times it may look at all.

    With a `strip` what counts is that the strip sweeps over a site, at an instant; of the view all
    holds but the cone and the side.
    """

    elements: Elements
    view: View
    allowed: FloatArray | None = None
    strip: HeldStrip | None = None

    def accesses(
        self, path: Track, places: Sites, *, start_s: float, end_s: float, sun: Track | None
    ) -> Windows:
        """Return the accesses to sites in [start_s, end_s), searched in this thread alone."""
        when: dict[str, Any] = {"start_s": start_s, "end_s": end_s, "threads": 1}
        if self.strip is None:
            return find_accesses(path, places, self.view, sun=sun, allowed=self.allowed, **when)
        light = Light(sun, self.allowed)
        return strip_accesses(path, places, self.strip, self.view, light=light, **when)

    def finer(
        self, path: Track, places: Sites, windows: Windows, tilted_sample_per_m: float
    ) -> Windows:
        """Return what of accesses found already keeps a bound as `View.tilted_sample_per_m` has it.

        Nothing is searched again; how long what is left of an access lasts is not looked at.
        """
        own = self.view.tilted_sample_per_m
        if own is not None and own >= tilted_sample_per_m:
            return windows
        limit = tilted_sample_per_m**4
        if self.strip is None:
            return refined(TILTED_SAMPLE, limit, path, places, windows)
        # An instant has no length to cut: the condition itself, sine >= limit * distance^4.
        line = satellite_positions(path, windows.start_s) - places.position_m[windows.site]
        distance = np.linalg.norm(line, axis=1)
        sine = np.einsum("ij,ij->i", line, places.normal[windows.site]) / distance
        return windows.kept(sine >= limit * distance**4)


def accumulated_fraction(
    first_access_s: FloatArray, weights: FloatArray, time_s: FloatArray
) -> FloatArray:
    """Return the share of area seen at least once by each time (N,)."""
    order = np.argsort(first_access_s)
    accessed = ~np.isnan(first_access_s)
    reached = np.concatenate([[0.0], np.cumsum(np.where(accessed, weights, 0.0)[order])])
    # NaN sorts last: the first so many are the sites that are accessed at all.
    known = first_access_s[order][: int(accessed.sum())]
    return np.asarray(reached[np.searchsorted(known, time_s, side="right")] / weights.sum())
