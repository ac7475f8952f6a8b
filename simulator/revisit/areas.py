"""Figures of a region from figures of its cells: by area, and never without what has no value.

A cell may have no value of a figure: no revisit where nothing was seen twice. It can't count in a
mean, which makes the mean of a badly covered region look better than it is; so everything here
tells over which share of the area it is taken. Cells are (P,), their weights any areas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from simulator.arrays import BoolArray, FloatArray

Relation = Literal["at least", "at most", "greater", "less", "equal"]

_RELATIONS: Mapping[Relation, Callable[[FloatArray, float], BoolArray]] = {
    "at least": np.greater_equal,
    "at most": np.less_equal,
    "greater": np.greater,
    "less": np.less,
    "equal": np.equal,
}


@dataclass(frozen=True)
class AreaMean:
    """An area-weighted mean, None over nothing; the share of area and number of cells behind it."""

    mean: float | None
    area_share: float
    cells: int
    cells_without: int


def area_mean(values: FloatArray, weights: FloatArray) -> AreaMean:
    """Return the mean of a figure over the cells that have it."""
    known = ~np.isnan(values)
    cells = int(np.count_nonzero(known))
    # Most figures have a value everywhere: nothing is then to be picked out. And no product of
    # matrices: its threads wake for longer than so short a sum takes.
    of, by = (values, weights) if cells == len(values) else (values[known], weights[known])
    area = float(by.sum())
    return AreaMean(
        mean=float((of * by).sum()) / area if area > 0.0 else None,
        area_share=area / float(weights.sum()),
        cells=cells,
        cells_without=len(values) - cells,
    )


@dataclass(frozen=True)
class Satisfied:
    """Shares of area where a condition holds, and where there is no value to hold it."""

    share: float
    share_without: float


def satisfied(
    values: FloatArray, weights: FloatArray, *, relation: Relation, threshold: float
) -> Satisfied:
    """Return the share of area whose figure is `relation` to the threshold; no value is no.

    Raises ValueError for an unknown relation.
    """
    if relation not in _RELATIONS:
        raise ValueError(f"relation is {relation!r}; it must be one of {', '.join(_RELATIONS)}")
    total = float(weights.sum())
    holds = _RELATIONS[relation](values, threshold)
    return Satisfied(
        share=float(weights[holds].sum()) / total,
        share_without=float(weights[np.isnan(values)].sum()) / total,
    )


@dataclass(frozen=True)
class Extreme:
    """The cell with the greatest or least figure; None where no cell has one."""

    value: float
    cell: int
    latitude_deg: float
    longitude_deg: float
    share_without: float


def extreme(
    values: FloatArray,
    weights: FloatArray,
    *,
    latitude_deg: FloatArray,
    longitude_deg: FloatArray,
    greatest: bool = True,
) -> Extreme | None:
    """Return the worst cell, or with `greatest` false the least; the first of several alike."""
    without = np.isnan(values)
    if without.all():
        return None
    cell = int(np.nanargmax(values) if greatest else np.nanargmin(values))
    return Extreme(
        value=float(values[cell]),
        cell=cell,
        latitude_deg=float(latitude_deg[cell]),
        longitude_deg=float(longitude_deg[cell]),
        share_without=float(weights[without].sum() / weights.sum()),
    )


def latitude_bands(latitude_deg: FloatArray, edges_deg: ArrayLike) -> dict[str, BoolArray]:
    """Return which cells (P,) lie in each band, named by its edges; a band holds its lower edge.

    The last one holds its upper edge too.
    """
    edges = np.asarray(edges_deg, dtype=np.float64)
    bands = {}
    for low, high in pairwise(edges):
        below = latitude_deg <= high if high == edges[-1] else latitude_deg < high
        bands[f"{low:g} to {high:g}"] = np.asarray((latitude_deg >= low) & below)
    return bands


def area_table(
    figures: Mapping[str, FloatArray], weights: FloatArray, groups: Mapping[str, BoolArray]
) -> pd.DataFrame:
    """Return a row for each group and figure: mean, least, greatest, and what they are taken over.

    Groups are regions or latitude bands and may overlap; an empty one has a row without numbers.
    """
    rows = {
        (group, name): _row(values[chosen], weights[chosen])
        for group, chosen in groups.items()
        for name, values in figures.items()
    }
    index = pd.MultiIndex.from_tuples(list(rows), names=["group", "figure"])
    return pd.DataFrame(list(rows.values()), index=index)


def _row(values: FloatArray, weights: FloatArray) -> dict[str, float]:
    area = float(weights.sum())
    known = values[~np.isnan(values)]
    mean = area_mean(values, weights) if area > 0.0 else AreaMean(None, np.nan, 0, 0)
    return {
        "mean": np.nan if mean.mean is None else mean.mean,
        "min": float(known.min()) if len(known) else np.nan,
        "max": float(known.max()) if len(known) else np.nan,
        "area_km2": area,
        "area_share": mean.area_share,
        "cells": len(values),
        "cells_without": mean.cells_without,
    }


def time_to_share_s(
    first_access_s: FloatArray, weights: FloatArray, shares: ArrayLike
) -> FloatArray:
    """Return when each share of area (S,) has been seen at least once; NaN if it never is."""
    accessed = ~np.isnan(first_access_s)
    order = np.argsort(first_access_s[accessed], kind="stable")
    reached = np.cumsum(weights[accessed][order])
    known_s = np.append(first_access_s[accessed][order], np.nan)
    need = np.asarray(shares, dtype=np.float64) * weights.sum()
    # A sum of all weights in another order differs in its last digits.
    return np.asarray(known_s[np.searchsorted(reached, need * (1.0 - 1e-12))])
