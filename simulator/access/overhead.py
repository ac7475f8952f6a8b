"""The parts of a path from which some places may be seen: what is left of a search over them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulator.access import footprint
from simulator.access.search import View, cone_leads, leads
from simulator.arrays import FloatArray
from simulator.earth import Sites
from simulator.orbits import Caps, Ephemeris, Track

# Far above rounding, far below a footprint.
_MARGIN_RAD = 1e-7


@dataclass(frozen=True, eq=False)
class Overflights:
    """The pieces of a path, each with the cap that holds all it may show.

    `caps` (5, M) are a direction from the Earth's centre, and cosine and sine of the angle about
    it.
    """

    path: Ephemeris
    caps: FloatArray

    def over(self, places: Sites) -> Track:
        """Return the parts of the path from which any of the places may be seen."""
        unit = places.position_m / np.linalg.norm(places.position_m, axis=1)[:, None]
        middle = unit.sum(axis=0)
        # Of places all around the Earth any direction will do: the angle about it is measured.
        middle = middle if np.abs(middle).max() > 1e-6 else unit[0]
        middle = middle / np.linalg.norm(middle)
        cosine = float((unit @ middle).min())
        angle = min(math.acos(max(-1.0, min(1.0, cosine))) + _MARGIN_RAD, math.pi)
        chosen = np.empty(len(self.path), np.int64)
        x, y, z = middle.tolist()
        count = footprint.tiles_in((x, y, z), angle, self.caps, chosen)
        return self.path.track_of(chosen[:count])


def overflights(path: Ephemeris, caps: Caps, view: View, *, least_radius_m: float) -> Overflights:
    """Return the pieces of a path, which lie within caps, with all that a view may reach from them.

    No place lies closer to the Earth's centre than `least_radius_m`.
    """
    elevation, cone = leads(view)
    led_by = [elevation]
    if cone is not None and view.max_off_nadir_deg is not None:
        ratio = float(caps.radius_m.max(initial=0.0)) / least_radius_m
        # Parts of a path may be lower than the whole, so that the cone leads there alone.
        alone = cone_leads(view.max_off_nadir_deg, ratio)
        led_by = [cone] if alone else [elevation, cone]
    reach = np.max(
        [footprint.reaches(*lead, caps.radius_m, least_radius_m) for lead in led_by], axis=0
    )
    angle = np.minimum(caps.angle_rad + reach, math.pi)
    return Overflights(path, np.concatenate([caps.direction, [np.cos(angle), np.sin(angle)]]))
