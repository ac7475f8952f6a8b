"""Access: when a satellite sees a place, a strip sweeps it, two satellites see each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.access.crosslinks import CrosslinkWindows, LinkLimits, find_crosslinks
    from simulator.access.moving import (
        closest_moving_looks,
        find_moving_accesses,
        finer_moving,
    )
    from simulator.access.overhead import Overflights, overflights
    from simulator.access.search import (
        View,
        closest_looks,
        elevated,
        find_accesses,
        line_of_sight,
        satellite_positions,
    )
    from simulator.access.skylines import masked
    from simulator.access.strips import Crossings, HeldStrip, Light, crossings, strip_edges
    from simulator.access.watch import Watch, accumulated_fraction
    from simulator.access.windows import Windows, joined, longer, no_windows, within
else:
    __getattr__ = door(
        __name__,
        {
            "crosslinks": "CrosslinkWindows LinkLimits find_crosslinks",
            "moving": "closest_moving_looks find_moving_accesses finer_moving",
            "overhead": "Overflights overflights",
            "search": "View closest_looks elevated find_accesses line_of_sight satellite_positions",
            "skylines": "masked",
            "strips": "Crossings HeldStrip Light crossings strip_edges",
            "watch": "Watch accumulated_fraction",
            "windows": "Windows joined longer no_windows within",
        },
    )

__all__ = [
    "Crossings",
    "CrosslinkWindows",
    "HeldStrip",
    "Light",
    "LinkLimits",
    "Overflights",
    "View",
    "Watch",
    "Windows",
    "accumulated_fraction",
    "closest_looks",
    "closest_moving_looks",
    "crossings",
    "elevated",
    "find_accesses",
    "find_crosslinks",
    "find_moving_accesses",
    "finer_moving",
    "joined",
    "line_of_sight",
    "longer",
    "masked",
    "no_windows",
    "overflights",
    "satellite_positions",
    "strip_edges",
    "within",
]
