"""The sky over the places of a study: the chance that it is clear, by month and hour of the day.

A place takes its own chance where it gives one, else what the scenario's clouds say of it: the
grid, a number, or its share of the sunshine. One that none of these tells of counts as always
clear, and a warning says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.clouds import Looks, looks_under
from simulator.earth import Cells, Span
from simulator.errors import InputError
from simulator.scenario import MONTHS, CloudGrid, Clouds, Region, Target
from simulator.units import DAY_S, HOUR_S

# Warnings ask here too, and need nothing of a whole study.
if TYPE_CHECKING:
    from simulator.study.case import Study

_DEG_PER_H = 15.0


@dataclass(frozen=True, eq=False)
class MonthlySky:
    """The chance (P, 12, H) of a clear sky over places, by month and hour; NaN: not known.

    Month `month` (M,) is from `since_s` (M,) on; hours (H,) of the day are UTC, or local mean solar
    time at `longitude_deg` (P,) where that is given.
    """

    clear: FloatArray
    since_s: FloatArray
    month: IntArray
    hour: FloatArray
    start_h: float
    persistence_s: float
    longitude_deg: FloatArray | None = None

    def chance(self, place: IntArray, at_s: FloatArray) -> FloatArray:
        """Return the chance (N,) at instants over places."""
        month = self.month[np.searchsorted(self.since_s, at_s, side="right") - 1]
        if len(self.hour) == 1:
            return np.asarray(self.clear[place, month, 0])
        hour = self.start_h + at_s / HOUR_S
        if self.longitude_deg is not None:
            hour = hour + self.longitude_deg[place] / _DEG_PER_H
        away = np.abs((hour[:, None] - self.hour + 12.0) % 24.0 - 12.0)
        return np.asarray(self.clear[place, month, away.argmin(axis=1)])

    def looks(self, place: IntArray, at_s: FloatArray, weatherproof: BoolArray) -> Looks:
        """Return looks (N,), sorted by place and instant; all clear where no chance is known."""
        chance = self.chance(place, at_s)
        return looks_under(
            place,
            at_s,
            np.where(np.isnan(chance), 1.0, chance),
            persistence_s=self.persistence_s,
            places=len(self.clear),
            weatherproof=weatherproof,
        )

    def of(self, places: IntArray) -> MonthlySky:
        """Return the sky over some of the places."""
        longitude = None if self.longitude_deg is None else self.longitude_deg[places]
        return MonthlySky(
            self.clear[places],
            self.since_s,
            self.month,
            self.hour,
            self.start_h,
            self.persistence_s,
            longitude,
        )


def sky_of_targets(study: Study) -> MonthlySky | None:
    """Return the sky over the targets, in their order; None where clouds are not counted."""
    clouds, targets = study.scenario.clouds, study.scenario.targets
    if clouds is None:
        return None
    grid = clouds.cloud_grid
    chances = [_chance_of_target(clouds, grid, target) for target in targets]
    hours = max((chance.shape[1] for chance in chances), default=1)
    clear = np.empty((len(targets), MONTHS, hours))
    for row, chance in zip(clear, chances, strict=True):
        row[:] = chance
    longitude = np.array([target.longitude_deg for target in targets], dtype=np.float64)
    return _sky(clouds, clear, study.span, grid, longitude)


def sky_of_region(study: Study, table: Region, cells: Cells) -> MonthlySky | None:
    """Return the sky over the cells of a region; None where no chance is known of any."""
    clouds = study.scenario.clouds
    if clouds is None or not _has_chance(clouds, table):
        return None
    grid = clouds.cloud_grid
    if table.clear is not None or grid is None:
        own = _by_month(table.clear if table.clear is not None else clouds.clear)
        clear = np.broadcast_to(own, (len(cells), MONTHS, 1))
        return _sky(clouds, clear, study.span, None, cells.longitude_deg)
    clear = grid.at(cells.latitude_deg, cells.longitude_deg)
    if np.isnan(clear).any(axis=(1, 2)).all():
        raise InputError(f"clouds.grid: {clouds.grid} has no value in region '{table.name}'")
    return _sky(clouds, clear, study.span, grid, cells.longitude_deg)


def without_chance(study: Study) -> tuple[list[str], list[str]]:
    """Return the targets, and the regions, that clouds say nothing of: they count as clear.

    None where all satellites see through clouds.
    """
    clouds = study.scenario.clouds
    if clouds is None or weatherproof(study).all():
        return [], []
    targets = [
        target.name
        for target in study.scenario.targets
        if clouds.from_sunshine and target.clear is None and target.sunshine is None
    ]
    regions = [r.name for r in study.scenario.regions if not _has_chance(clouds, r)]
    return targets, regions


def weatherproof(study: Study) -> BoolArray:
    """Return which satellites (F,) see through clouds: those with a radar."""
    return np.array([flight.table.sensor.kind == "radar" for flight in study.flights], dtype=bool)


def _has_chance(clouds: Clouds, table: Region) -> bool:
    return table.clear is not None or not clouds.from_sunshine


def _chance_of_target(clouds: Clouds, grid: CloudGrid | None, target: Target) -> FloatArray:
    """Return the chance (12, H) over a target."""
    if target.clear is not None:
        return _by_month(target.clear)
    if grid is not None and target.track is not None:
        raise InputError(
            f"clouds.grid: target '{target.name}' moves, and a grid is looked up at one place; "
            "give its own chance by the target's key clear"
        )
    if grid is not None:
        latitude, longitude = np.array([target.latitude_deg]), np.array([target.longitude_deg])
        chance: FloatArray = grid.at(latitude, longitude)[0]
        if np.isnan(chance).any():
            raise InputError(
                f"clouds.grid: {clouds.grid} has no value at target '{target.name}' in every "
                "month; give its own chance by the target's key clear"
            )
        return chance
    if not clouds.from_sunshine:
        return _by_month(clouds.clear)
    if target.sunshine is None:
        return np.ones((MONTHS, 1))
    return clouds.sunshine_share * _by_month(target.sunshine)


def _by_month(chance: object) -> FloatArray:
    """Return a number, or twelve by month, as (12, 1)."""
    return np.broadcast_to(np.array(chance, dtype=np.float64), (MONTHS,))[:, None]


def _sky(
    clouds: Clouds,
    clear: FloatArray,
    span: Span,
    grid: CloudGrid | None,
    longitude_deg: FloatArray,
) -> MonthlySky:
    since_s, month = _months(span)
    midnight_s = span.seconds(span.start.replace(hour=0, minute=0, second=0, microsecond=0))
    return MonthlySky(
        clear,
        since_s,
        month,
        np.zeros(1) if grid is None or clear.shape[2] == 1 else grid.hour,
        (-midnight_s % DAY_S) / HOUR_S,
        clouds.persistence_h * HOUR_S,
        longitude_deg if grid is not None and grid.is_local else None,
    )


def _months(span: Span) -> tuple[FloatArray, IntArray]:
    """Return when the months of a span begin, the first before it, and their numbers from 0."""
    year, month = span.start.year, span.start.month
    since_s, numbers = [-np.inf], [month - 1]
    while True:
        year, month = (year, month + 1) if month < MONTHS else (year + 1, 1)
        begin_s = span.seconds(datetime(year, month, 1, tzinfo=UTC))
        if begin_s >= span.duration_s:
            return np.array(since_s), np.array(numbers)
        since_s.append(begin_s)
        numbers.append(month - 1)
