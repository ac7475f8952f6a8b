"""Parameter sweeps: many points of one scenario, on one machine or a Dask cluster, resumable.

from simulator.sweep import plan, run_sweep
sweep = run_sweep(plan("scenarios/malligyong-1.toml", ["satellites.0.downlink_rate_mbps=2,60"]))
sweep.table    # one row a point
sweep.array    # xarray dataset on the varied keys
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.sweep.assemble import Sweep
    from simulator.sweep.axes import Axis, axis
    from simulator.sweep.designs import Design
    from simulator.sweep.points import SweepPlan, plan
    from simulator.sweep.running import (
        Estimate,
        Progress,
        Watcher,
        check_folder,
        cluster,
        read_sweep,
        run_sweep,
        summary_json,
    )
    from simulator.sweep.server import begin_processes
else:
    __getattr__ = door(
        __name__,
        {
            "assemble": "Sweep",
            "axes": "Axis axis",
            "designs": "Design",
            "points": "SweepPlan plan",
            "running": "Estimate Progress Watcher check_folder cluster read_sweep run_sweep "
            "summary_json",
            "server": "begin_processes",
        },
    )

__all__ = [
    "Axis",
    "Design",
    "Estimate",
    "Progress",
    "Sweep",
    "SweepPlan",
    "Watcher",
    "axis",
    "begin_processes",
    "check_folder",
    "cluster",
    "plan",
    "read_sweep",
    "run_sweep",
    "summary_json",
]
