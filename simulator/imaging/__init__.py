"""Imaging: how good a look is, which accesses become pictures, what strips cover in a day.

Behind the door: `quality`, ground sample distance and interpretability of a look; `looks`, those of
a look of a sensor, and whether it is good enough for what a target needs; `tasking`, the
choice of pictures within what a camera can do, and `tasking_optimum`, how far it is from the best;
`strip_plans`, the strips of each day over a region.
"""

from simulator.imaging.looks import giqe5_terms, good_enough, look_gsd_m, look_niirs
from simulator.imaging.quality import (
    ASSUMED_RELATIVE_EDGE_RESPONSE,
    ASSUMED_SIGNAL_TO_NOISE,
    gsd_along_m,
    gsd_m,
    niirs_giqe5,
    radar_resolution_m,
    swath_half_angle_deg,
)
from simulator.imaging.strip_plans import Agility, DailyShare, daily_share
from simulator.imaging.tasking import Limits, Opportunities, task

__all__ = [
    "ASSUMED_RELATIVE_EDGE_RESPONSE",
    "ASSUMED_SIGNAL_TO_NOISE",
    "Agility",
    "DailyShare",
    "Limits",
    "Opportunities",
    "daily_share",
    "giqe5_terms",
    "good_enough",
    "gsd_along_m",
    "gsd_m",
    "look_gsd_m",
    "look_niirs",
    "niirs_giqe5",
    "radar_resolution_m",
    "swath_half_angle_deg",
    "task",
]
