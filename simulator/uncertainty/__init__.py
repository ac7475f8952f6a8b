"""Uncertainty of figures: the chance in the days flown, and what nobody knows of the scenario.

`day_bootstrap` resamples the days of one span in blocks and gives bootstrap intervals; `hypercube`
says at which shares of their odds unknowns are drawn, `drawn_ranges` gives medians and intervals
over the draws, and `sensitivity` says which unknown they depend on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
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
    from simulator.uncertainty.drawn_ranges import (
        draws_to_settle,
        is_settled,
        place_spread,
        spread,
    )
    from simulator.uncertainty.hypercube import latin_hypercube, phase_shares
    from simulator.uncertainty.sensitivity import (
        Indices,
        comparable,
        explained,
        is_logarithmic,
        means_between,
        sobol_indices,
    )
else:
    __getattr__ = door(
        __name__,
        {
            "day_bootstrap": "BlockResamples BootstrapGatherer BootstrapIntervals Resampling "
            "block_resamples bootstrap_interval bootstrap_intervals bootstrap_is_kept day_edges_s "
            "resampled_percentiles",
            "drawn_ranges": "draws_to_settle is_settled place_spread spread",
            "hypercube": "latin_hypercube phase_shares",
            "sensitivity": "Indices comparable explained is_logarithmic means_between "
            "sobol_indices",
        },
    )

__all__ = [
    "BlockResamples",
    "BootstrapGatherer",
    "BootstrapIntervals",
    "Indices",
    "Resampling",
    "block_resamples",
    "bootstrap_interval",
    "bootstrap_intervals",
    "bootstrap_is_kept",
    "comparable",
    "day_edges_s",
    "draws_to_settle",
    "explained",
    "is_logarithmic",
    "is_settled",
    "latin_hypercube",
    "means_between",
    "phase_shares",
    "place_spread",
    "resampled_percentiles",
    "sobol_indices",
    "spread",
]
