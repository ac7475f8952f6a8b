"""The figures of cells by their names in tables and grids, out of what coverage computes.

A figure is the field of `SiteFigures` that has its name in seconds: `revisit_mean_h` is
`revisit_mean_s`. Which figures there are is the glossary's to say.
"""

from __future__ import annotations

import math

import numpy as np

from simulator import glossary
from simulator.arrays import FloatArray
from simulator.revisit import SiteFigures, area_mean

# Figures in minutes of a day, which coverage has in seconds of one.
_MINUTES_OF_A_DAY = {
    "access_minutes_per_day": "covered_s_per_day",
    "access_minutes_day_min": "covered_day_min_s",
    "access_minutes_day_max": "covered_day_max_s",
    "access_minutes_day_std": "covered_day_std_s",
}


def site_field(figure: str) -> tuple[str, float]:
    """Return the field of `SiteFigures` that holds a figure, and the divisor into its unit."""
    name, unit_s = glossary.in_seconds(figure)
    return _MINUTES_OF_A_DAY.get(figure, name), unit_s


def cell_figures(figures: SiteFigures) -> dict[str, FloatArray]:
    """Return every figure (P,) of cells that stands by itself, by its name."""
    return {name: _values(figures, name) for name in glossary.figures_of("cell")}


def grid_figures(figures: SiteFigures) -> dict[str, FloatArray]:
    """Return the figures (P,) of cells that a grid keeps, by the names of their variables."""
    names = [term.name for term in glossary.terms_over("cell in grid")]
    return {glossary.variable_name(name): _values(figures, name) for name in names}


def area_figures(figures: SiteFigures, weights: FloatArray) -> dict[str, float]:
    """Return what the figures of cells come to over an area, weights (P,), each by its reduction.

    A mean is over the cells that have the figure; NaN where none has.
    """
    area = {}
    for term in glossary.terms_over("region"):
        if "cell under clouds" in term.over:
            continue
        if term.reduced == "mean":
            mean = area_mean(_values(figures, term.name), weights).mean
            area[term.name] = math.nan if mean is None else mean
        elif term.reduced == "greatest":
            values = _values(figures, term.name)
            area[term.name] = float(np.fmax.reduce(values, initial=math.nan))
    return area


def _values(figures: SiteFigures, name: str) -> FloatArray:
    field, divisor = site_field(name)
    return np.asarray(getattr(figures, field), np.float64) / divisor
