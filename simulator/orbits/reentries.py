"""How long an orbit lasts, by solar activity and by less and more drag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from simulator.arrays import FloatArray
from simulator.orbits.activity import OBSERVED, Activity, activity_of, days_of, past_cycles
from simulator.orbits.decay import Course, Keeping, decayed
from simulator.orbits.decay_sets import instant_of
from simulator.orbits.drag import activity_in, ballistic_m2_kg, keeping_of, mean_state
from simulator.orbits.elements import RADIUS_WGS72_KM, Elements
from simulator.scenario import DecayTable

MOST_YEARS = 100.0
DRAGS = ("less", "as given", "more")
_CONSTANT = ("low", "mean", "high")
_YEAR_DAYS = 365.25
_STEP_DAYS = 30.0


@dataclass(frozen=True)
class Lifetime:
    """When an orbit ends under an activity and a drag; None: not within a hundred years.

    `in_range` says that it is one of those between which the orbit's own lifetime is taken to lie:
    the scenario's activity, past cycles in its place where it is not observed, drag as spread.
    """

    activity: str
    drag: str
    ballistic_m2_kg: float
    ended: datetime | None
    years: float
    in_range: bool


@dataclass(frozen=True, eq=False)
class Lifetimes:
    """The lifetimes of an orbit, the scenario's own first, and how their heights go.

    `days` (K,) since 2000-01-01; `low_km` and `high_km` (K,) the least and the greatest mean height
    over those of the range, NaN once all have come down.
    """

    found: tuple[Lifetime, ...]
    days: FloatArray
    low_km: FloatArray
    high_km: FloatArray

    @property
    def own(self) -> Lifetime:
        """The lifetime with activity and drag as given."""
        return next(each for each in self.found if each.in_range and each.drag == "as given")

    @property
    def range_years(self) -> tuple[float, float]:
        """The least and greatest lifetime of the range, years; infinite where one has no end."""
        ends = [
            np.inf if np.isnan(each.years) else each.years for each in self.found if each.in_range
        ]
        return min(ends), max(ends)


def lifetimes(elements: Elements, table: DecayTable, end_km: float) -> Lifetimes:
    """Return how long an orbit lasts from its epoch, by activity and drag.

    Raises count where they end some day (`raise_until`); an orbit that is raised for ever is told
    as if it were not. Raises InputError as `decaying` does.
    """
    own = ballistic_m2_kg(table, elements)
    cases = list(_cases(activity_in(table), table.ballistic_spread))
    ballistic = np.array([own * factor for _, _, factor, _ in cases])
    keeping = keeping_of(table, elements) if table.raise_until is not None else Keeping()
    begin = days_of(elements.epoch)
    course = decayed(
        mean_state(elements),
        begin,
        begin + MOST_YEARS * _YEAR_DAYS,
        ballistic_m2_kg=ballistic,
        activities=[activity for activity, *_ in cases],
        keeping=replace(keeping, inclination=table.keeps_inclination),
        end_km=end_km,
        step_days=_STEP_DAYS,
    )
    found = tuple(
        Lifetime(
            activity.name,
            drag,
            float(b),
            None if np.isnan(ended) else instant_of(float(ended)),
            float((ended - begin) / _YEAR_DAYS),
            in_range,
        )
        for (activity, drag, _, in_range), b, ended in zip(
            cases, ballistic, course.ended_days, strict=True
        )
    )
    low_km, high_km = _band(course, np.array([in_range for *_, in_range in cases]))
    return Lifetimes(found, course.days, low_km, high_km)


def _cases(own: Activity, spread: float) -> Iterator[tuple[Activity, str, float, bool]]:
    """Yield activity, drag, its factor and whether it belongs to the range, the own first."""
    factors = (1.0 - spread, 1.0, 1.0 + spread) if spread else (1.0,)
    drags = DRAGS if spread else DRAGS[1:2]
    # The own drag before less and more of it.
    by_drag = sorted(zip(drags, factors, strict=True), key=lambda pair: pair[0] != DRAGS[1])
    ranged = [own, *(activity_of(name) for name in past_cycles() if own.name == OBSERVED)]
    for activity in ranged:
        yield from ((activity, drag, factor, True) for drag, factor in by_drag)
    others = (OBSERVED, *_CONSTANT) if own.name != OBSERVED else _CONSTANT
    for name in others:
        if name != own.name:
            yield activity_of(name), DRAGS[1], 1.0, False


def _band(course: Course, in_range: np.ndarray) -> tuple[FloatArray, FloatArray]:
    """Return the least and greatest mean height (K,) of some cases; the least counts those down."""
    heights_km = course.elements[:, 0, in_range] - RADIUS_WGS72_KM
    gone = np.isnan(heights_km).all(axis=1)
    low = np.where(np.isnan(heights_km), 0.0, heights_km).min(axis=1)
    high = np.where(np.isnan(heights_km), 0.0, heights_km).max(axis=1)
    return np.where(gone, np.nan, low), np.where(gone, np.nan, high)
