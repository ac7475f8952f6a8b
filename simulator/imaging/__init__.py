"""Imaging: how good a look is, which accesses become pictures, what strips cover in a day.

Behind the door: `quality`, ground sample distance and interpretability of a look; `tasking`, the
choice of pictures within what a camera can do, and `tasking_optimum`, how far it is from the best;
`strip_plans`, the strips of each day over a region.
"""

from simulator.imaging.quality import (
    ASSUMED_RELATIVE_EDGE_RESPONSE,
    ASSUMED_SIGNAL_TO_NOISE,
    gsd_along_m,
    gsd_m,
    niirs_giqe5,
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
    "gsd_along_m",
    "gsd_m",
    "niirs_giqe5",
    "swath_half_angle_deg",
    "task",
]
