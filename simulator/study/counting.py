"""The rules by which accesses, gaps and stays are counted, as `revisit` asks for them."""

from __future__ import annotations

import numpy as np

from simulator.arrays import FloatArray
from simulator.revisit import FigureOptions
from simulator.study.case import Study
from simulator.units import HOUR_S, MINUTE_S

# No more than so many satellites at once are counted apart.
_MOST_FOLDS = 4


def counting_options(study: Study) -> FigureOptions:
    """Return the rules of counting for the figures of sites."""
    rules = study.scenario.counting
    return FigureOptions(
        rule=rules.revisit_rule,
        percents=rules.percents,
        access_percents=rules.access_percents,
        folds=min(len(study.flights), _MOST_FOLDS),
        separation_s=_bounds_s(rules.pair_gap_min, MINUTE_S),
        access_between_s=_bounds_s(rules.access_between_min, MINUTE_S),
        gap_between_s=_bounds_s(rules.gap_between_h, HOUR_S),
    )


def stay_lengths_s(study: Study) -> FloatArray:
    """Return the lengths (S,) of the stays that are asked of."""
    return np.array(study.scenario.counting.stays_h) * HOUR_S


def _bounds_s(bounds: tuple[float, float] | None, unit_s: float) -> tuple[float, float]:
    """Return bounds in seconds; any length where there are none."""
    return (0.0, np.inf) if bounds is None else (unit_s * bounds[0], unit_s * bounds[1])
