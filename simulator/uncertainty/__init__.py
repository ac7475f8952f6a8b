"""Uncertainty of figures: the chance in the days flown, and what nobody knows of the orbit.

`day_bootstrap` resamples the days of one span in blocks and gives bootstrap intervals;
`phase_draws` gives medians and intervals over draws of unknown inputs, rows of a sweep's table.
"""

from simulator.uncertainty.day_bootstrap import (
    BlockResamples,
    BootstrapGatherer,
    BootstrapIntervals,
    Resampling,
    block_resamples,
    bootstrap_interval,
    bootstrap_intervals,
    bootstrap_is_kept,
    day_edges_s,
    resampled_percentiles,
)
from simulator.uncertainty.phase_draws import spread

__all__ = [
    "BlockResamples",
    "BootstrapGatherer",
    "BootstrapIntervals",
    "Resampling",
    "block_resamples",
    "bootstrap_interval",
    "bootstrap_intervals",
    "bootstrap_is_kept",
    "day_edges_s",
    "resampled_percentiles",
    "spread",
]
