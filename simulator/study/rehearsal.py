"""Compiling ahead: what a run comes to late, in a process of its own.

The first run after an installation compiles for most of its time. The search for windows, the one
for what relays and satellites see of each other and the reductions of windows have no compiled
functions in common but small ones, so that a second process can compile the latter two while the
first is at the search and at deliveries, and the first finds them kept.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from simulator.access import line_of_sight
from simulator.numbastart import begin_compiling
from simulator.revisit import site_batch
from simulator.scenario import loads
from simulator.study.case import Study
from simulator.study.regions import stages_of_region
from simulator.study.sampling import block_resamples
from simulator.uncertainty import bootstrap_is_kept, resampled_percentiles
from simulator.units import DAY_S, HOUR_S

# One camera in a low orbit over some cells: what is compiled depends on the kinds of arrays alone,
# which are those of any region.
_SMALL = """
schema_version = 1
title = "rehearsal"
[span]
start = 2024-01-01T00:00:00Z
days = 8.0
[uncertainty]
resamples = 2
block_days = 2
[[satellites]]
name = "camera"
downlink_rate_mbps = 1.0
[satellites.orbit]
kind = "keplerian"
epoch = 2024-01-01T00:00:00Z
altitude_km = 500.0
inclination_deg = 97.4
raan_deg = 0.0
[satellites.sensor]
kind = "optical"
gsd_m = 1.0
reference_altitude_km = 500.0
swath_km = 10.0
max_off_nadir_deg = 45.0
[[regions]]
name = "box"
bounds_deg = { west = 125.0, south = 35.0, east = 129.0, north = 39.0 }
resolution_km = 200.0
"""
_RELAY_M = np.array([[42_164_000.0, 0.0, 0.0]])


def late_code_is_kept() -> bool:
    """Tell whether the machine code that `compile_late_code` leaves is kept already."""
    return bootstrap_is_kept()


def compile_late_code(_: None = None) -> None:
    """Compile the search between relays and satellites and the reductions of windows.

    They come in the order in which a run comes to them, but for two small ones, by whose end the
    run has compiled what flies a track. What they take is what a run compiles by itself meanwhile:
    with more here, it would wait for the last of them.
    """
    begin_compiling()
    study = Study(loads(_SMALL, origin="rehearsal", folder=Path()).resolve())
    cells, stages = stages_of_region(study, study.scenario.regions[0])
    start_s = np.arange(0.5, study.span.days, 0.5) * DAY_S
    site = np.arange(len(start_s)) % len(cells)
    batch = site_batch(
        site,
        np.zeros_like(site),
        start_s,
        start_s + 0.1 * HOUR_S,
        sites=len(cells),
        span_s=study.span.duration_s,
    )
    # Merged when first asked for.
    len(batch.merged)
    resamples = block_resamples(study)
    if resamples is not None:
        resampled_percentiles(resamples, start_s, start_s, [50.0])
    line_of_sight(
        study.tracks[0],
        _RELAY_M,
        grazing_height_m=0.0,
        max_gimbal_deg=None,
        start_s=0.0,
        end_s=DAY_S,
    )
    # Stays last: the run itself has come to them by then, and compiles them meanwhile.
    figures, stays, *sampling = stages
    for stage in (figures, *sampling, stays):
        gatherer = stage.gatherer()
        gatherer.take(gatherer.reduce(batch))
        stage.packed(gatherer.result())
