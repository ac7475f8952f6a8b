"""How far the figures of a region's cells depend on what nobody knows: medians and ranges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator import glossary
from simulator.arrays import FloatArray
from simulator.errors import InputError
from simulator.scenario import Region, Scenario
from simulator.study.cell_figures import cell_figures
from simulator.study.draws import drawn_studies
from simulator.study.regions import region_figures

# Numbers kept of all draws at once, of each of a few figures: 2 GB of them.
_MOST_VALUES = 160_000_000


def region_spreads(scenario: Scenario) -> dict[str, dict[str, tuple[Any, ...]]]:
    """Return, by region, the median and range of figures of cells over `region_draws` draws.

    Variables as the glossary has them, on the dimensions of the region's grid; empty without such
    draws. `scenario` is resolved. Raises InputError where the cells of all draws do not fit in
    memory.
    """
    count = min(scenario.uncertainty.region_draws, scenario.uncertainty.draws)
    if not count:
        return {}
    study_of = drawn_studies(scenario.with_draws(count))
    drawn: dict[str, list[Mapping[str, FloatArray]]] = {r.name: [] for r in scenario.regions}
    spaces = {}
    for number in range(count):
        study = study_of(number)
        # Drawn or not, regions are in their order; their outlines may be drawn, their names not.
        for table, own in zip(scenario.regions, study.scenario.regions, strict=True):
            found = region_figures(study, own)
            _refuse_too_many(table, count * len(found.cells))
            spaces[table.name] = found.cells
            figures = cell_figures(found.figures)
            drawn[table.name].append(
                {
                    figure: np.asarray(figures[figure], np.float32)
                    for figure, *_ in glossary.DRAWN_FIGURES
                }
            )
    return {
        name: {
            variable: (spaces[name].dims, spaces[name].spread(values))
            for variable, values in _ranges(each, scenario.uncertainty.share).items()
        }
        for name, each in drawn.items()
    }


def _ranges(drawn: list[Mapping[str, FloatArray]], share: float) -> dict[str, FloatArray]:
    """Return the median and the ends of the range of each figure (P,) over draws."""
    tail = (1.0 - share) / 2.0
    ranges: dict[str, FloatArray] = {}
    for figure, stem, unit, _ in glossary.DRAWN_FIGURES:
        values = np.stack([each[figure] for each in drawn])
        known = np.isfinite(values).any(axis=0)
        ends = np.full((3, values.shape[1]), np.nan)
        ends[:, known] = np.nanquantile(values[:, known], [0.5, tail, 1.0 - tail], axis=0)
        ranges |= dict(zip(glossary.drawn_names(stem, unit), ends, strict=True))
    return ranges


def _refuse_too_many(table: Region, values: int) -> None:
    if values > _MOST_VALUES:
        raise InputError(
            f"region {table.name}: {values:,} cells of all draws are too many to be kept; make its "
            "resolution_km larger or uncertainty.region_draws smaller"
        )
