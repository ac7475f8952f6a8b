"""What clouds leave of the ages and the responses of cells, by network.

As `timeliness.cells` has them without clouds: every access of a cell gives a picture of its own,
with the network to itself; here it shows the cell only under a clear sky. Expected values over all
skies (`simulator.clouds`); NaN where no chance of a clear sky is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.clouds import clear_ages, clear_responses, means_s
from simulator.revisit import SiteBatch
from simulator.study.skies import MonthlySky
from simulator.timeliness import Service, cell_pictures
from simulator.units import HOUR_S


@dataclass(frozen=True, eq=False)
class ClearTimes:
    """Expected ages and responses of cells (P,) with one network, under their skies.

    Means over the instants and skies in which they are defined, and the expected time in which they
    are not: before the first cloud-free picture is at headquarters, and of requests that no such
    picture answers within the span.
    """

    age_mean_s: FloatArray
    age_unknown_s: FloatArray
    response_mean_s: FloatArray
    response_unknown_s: FloatArray

    def columns(self) -> dict[str, FloatArray]:
        """Return the times, in hours, by their names in grids."""
        return {
            f"cell_{name.removesuffix('_s')}_clear_h": values / HOUR_S
            for name, values in vars(self).items()
        }


@dataclass(frozen=True, eq=False)
class _Reduction:
    """What is made of the windows of a batch of cells: a class, so that it travels."""

    services: tuple[Service, ...]
    half_s: FloatArray
    sky: MonthlySky
    weatherproof: BoolArray

    def __call__(self, batch: SiteBatch) -> tuple[IntArray, FloatArray]:
        """Return the cells of a batch and the fields of ClearTimes (N, 4, P) by network."""
        pictures, sky = cell_pictures(batch, self.half_s), self.sky.of(batch.sites)
        rows = np.lexsort((pictures.taken_s, pictures.site))
        through = self.weatherproof[pictures.satellite[rows]]
        looks = sky.looks(pictures.site[rows].astype(np.int64), pictures.taken_s[rows], through)
        table = np.empty((len(self.services), len(ClearTimes.__dataclass_fields__), len(sky.clear)))
        for row, service in zip(table, self.services, strict=True):
            delivered_s = pictures.by_satellite(service.arrivals, pictures.taken_s)[rows]
            latest_s = pictures.by_satellite(service.commands.latest_s, pictures.begin_s)[rows]
            age = clear_ages(looks, delivered_s, batch.span_s)
            response = clear_responses(looks, latest_s, delivered_s, batch.span_s)
            row[:] = means_s(age), age.undefined_s, means_s(response), response.undefined_s
        table[:, :, np.isnan(sky.clear).any(axis=(1, 2))] = np.nan
        return batch.sites, table


class ClearTimesGatherer:
    """`ClearTimes` gathered batch by batch: `take` what `reduce` makes of each, in any order."""

    def __init__(
        self,
        cells: int,
        services: Mapping[str, Service],
        collection_s: Sequence[float],
        sky: MonthlySky,
        through: BoolArray,
    ) -> None:
        half_s = 0.5 * np.array(collection_s, dtype=np.float64)
        self.reduce = _Reduction(tuple(services.values()), half_s, sky, through)
        self._names = tuple(services)
        self._table = np.empty((len(services), len(ClearTimes.__dataclass_fields__), cells))

    def take(self, part: tuple[IntArray, FloatArray]) -> None:
        """Add the times of one batch."""
        cells, rows = part
        self._table[:, :, cells] = rows

    def result(self) -> dict[str, ClearTimes]:
        """Return the times of all cells by the names of the services."""
        named = zip(self._names, self._table, strict=True)
        return {name: ClearTimes(*rows) for name, rows in named}
