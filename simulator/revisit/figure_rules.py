"""What the compiled reductions of `site_figures` take and fill: rules, and a row of figures."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.orbits import Floats

# The figures of one site, as `site_figures.SiteFigures` defines them: a row of the structured
# array that the compiled reduction fills. Percentiles, folds and hours stand apart.
FIGURE_ROW = np.dtype(
    [
        (name, np.float64)
        for name in (
            "covered_s",
            "covered_day_min_s",
            "covered_day_max_s",
            "covered_day_std_s",
            "accesses",
            "accesses_day_min",
            "accesses_day_max",
            "accesses_between",
            "access_sum_s",
            "access_mean_s",
            "access_min_s",
            "access_max_s",
            "access_std_s",
            "merged_accesses",
            "gaps",
            "gaps_between",
            "leading_gap_s",
            "trailing_gap_s",
            "revisit_samples",
            "revisit_mean_s",
            "revisit_min_s",
            "revisit_max_s",
            "revisit_std_s",
            "time_average_gap_s",
            "wait_mean_s",
            "wait_max_s",
            "age_of_data_mean_s",
            "age_of_data_max_s",
            "pairs",
            "satellites_seen",
            "satellites_at_once_max",
            "satellites_at_once_min",
            "first_access_s",
        )
    ]
)
FigureRow = np.void


class FigureRules(NamedTuple):
    """By which rules the figures of a site are formed; `site_figures.FigureOptions` for kernels.

    `interior`: only gaps between accesses make the revisit; `counts_accesses`: its samples are
    merged accesses (TAT-C); `left_out`: the time in which a wait is unknown counts in none.
    """

    span_s: float
    interior: bool
    counts_accesses: bool
    left_out: bool
    percents: Floats
    access_percents: Floats
    separation_s: tuple[float, float]
    access_between_s: tuple[float, float]
    gap_between_s: tuple[float, float]
