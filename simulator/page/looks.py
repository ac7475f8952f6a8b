"""What must hold for a satellite to see a place, as the page's script asks for it.

The script finds the windows of a cell by these conditions, which are those of `access.View`; the
grids of a run hold none.
"""

from __future__ import annotations

from typing import Any

from simulator.access import Watch

# How near to the engine's own the edges of the script's windows are; tests hold it. Those of
# grazing windows, and under a sun that just reaches its bound, may be farther off.
NEAR_S = 1


def conditions(watch: Watch) -> dict[str, Any]:
    """Return the conditions of a look, degrees and seconds; None for what is not asked.

    `lit` holds the windows in which the satellite has the light it needs. `roll` and `half` are
    those of the strip that it images with its roll held.
    """
    view, strip = watch.view, watch.strip
    return {
        "elevation": view.min_elevation_deg,
        "far": view.max_off_nadir_deg,
        "near": view.min_off_nadir_deg,
        "sunFrom": view.min_sun_elevation_deg,
        "sunTo": view.max_sun_elevation_deg,
        "sample": view.ground_sample_per_m,
        "tilted": view.tilted_sample_per_m,
        "side": {"right": 1, "left": -1, None: 0}[view.side],
        "least": view.min_duration_s,
        "lit": None if watch.allowed is None else watch.allowed.round(1).tolist(),
        "roll": None if strip is None else strip.roll_deg,
        "half": None if strip is None else strip.half_angle_deg,
    }
