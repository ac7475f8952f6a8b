"""Uncertainty: the luck of the days flown, and of what nobody knows."""

from simulator.uncertainty.day_bootstrap import (
    Draws,
    IntervalGatherer,
    Intervals,
    Resampling,
    day_edges_s,
    draws,
    interval,
    intervals_of,
    ranks,
    site_batch,
)
from simulator.uncertainty.phase_draws import spread

__all__ = [
    "Draws",
    "IntervalGatherer",
    "Intervals",
    "Resampling",
    "day_edges_s",
    "draws",
    "interval",
    "intervals_of",
    "ranks",
    "site_batch",
    "spread",
]
