"""How orbits decay over years: mean elements stepped through drag, flattening and the Sun's pull.

Many cases are stepped together, such as the same orbit with several coefficients of drag and
several histories of solar activity. Time is days since 2000-01-01.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.orbits.activity import Activity
from simulator.orbits.averaged import (
    MeanState,
    drag_rates,
    solar_inclination_rate,
    turning_rates,
)
from simulator.scenario import RADIUS_WGS72_KM

# A step takes an orbit down by so much of the height over which density falls by a factor of e.
_SHARE_OF_SCALE = 0.2
_LEAST_STEP_DAYS = 1e-4
_NEAR_KM = 0.005
_CLOSE_KM = 0.2


@dataclass(frozen=True)
class Keeping:
    """What a satellite does about its decay: it raises itself, or keeps its inclination.

    From `below_km` of mean height, semi-major axis less 6378.135 km, it goes up to `to_km`, as long
    as it is before `until_days`.
    """

    below_km: float | None = None
    to_km: float = np.inf
    until_days: float = np.inf
    inclination: bool = False


@dataclass(frozen=True, eq=False)
class Course:
    """Mean elements (K, 5, C) of cases at instants (K,), and the instants (C,) of their ends.

    An end is where the mean perigee reaches the height of re-entry; NaN for a case that is still up
    at the last instant, after its own end a case has NaN. A raise is two instants that are the
    same, before and after it; `raises` holds the number of the second and the case.
    """

    days: FloatArray
    elements: FloatArray
    axis_rates: FloatArray
    ended_days: FloatArray
    raises: tuple[tuple[int, int], ...]

    def state(self, number: int) -> MeanState:
        """Return the cases' elements (C,) at one of the instants."""
        return MeanState.of(self.elements[number])


@dataclass(frozen=True, eq=False)
class _Forces:
    """What acts on the cases: coefficients (C,) of drag, and which of the activities each has."""

    ballistic_m2_kg: FloatArray
    activities: tuple[Activity, ...]
    of_case: IntArray
    keeps_inclination: bool
    has_seasons: bool

    @classmethod
    def of(
        cls,
        ballistic_m2_kg: FloatArray,
        activities: Sequence[Activity],
        *,
        keeps_inclination: bool,
        has_seasons: bool,
    ) -> _Forces:
        """Return what acts on cases, of which each has an activity; many may have the same."""
        apart = {id(activity): activity for activity in activities}
        places = {key: place for place, key in enumerate(apart)}
        of_case = np.array([places[id(activity)] for activity in activities], dtype=int)
        return cls(ballistic_m2_kg, tuple(apart.values()), of_case, keeps_inclination, has_seasons)

    def weather(self, days: float) -> FloatArray:
        """Return F10.7 and Ap (2, A) of the activities at an instant."""
        return np.array([activity.at(days) for activity in self.activities]).T

    def rates(self, days: float, table: FloatArray, weather: FloatArray) -> FloatArray:
        """Return the rates a day (5, C) of elements at an instant, whose weather is given."""
        f107, ap = weather.take(self.of_case, axis=1)
        state = MeanState.of(table)
        rates = np.empty_like(table)
        rates[:3] = drag_rates(
            state, self.ballistic_m2_kg, f107, ap, days if self.has_seasons else None
        )
        rates[3:] = turning_rates(state)
        if self.keeps_inclination:
            rates[2] = 0.0
        else:
            rates[2] += solar_inclination_rate(state, days)
        return rates

    def only(self, chosen: BoolArray) -> _Forces:
        """Return what acts on some of the cases."""
        if chosen.all():
            return self
        return replace(
            self, ballistic_m2_kg=self.ballistic_m2_kg[chosen], of_case=self.of_case[chosen]
        )


def decayed(
    start: MeanState,
    begin_days: float,
    until_days: float,
    *,
    ballistic_m2_kg: FloatArray,
    activities: Sequence[Activity],
    keeping: Keeping = Keeping(),
    end_km: float = 100.0,
    step_days: float = 10.0,
    seasons: bool = True,
) -> Course:
    """Return how orbits (C,) decay from an instant on, until they end or another instant.

    Fourth-order Runge-Kutta, in steps of at most `step_days` and short enough for the density to
    be smooth over each. `end_km` is the height of perigee, over 6378.135 km, at which one ends.
    Without `seasons` the air has the density of the mean of a year.
    """
    count = len(ballistic_m2_kg)
    forces = _Forces.of(
        np.asarray(ballistic_m2_kg),
        activities,
        keeps_inclination=keeping.inclination,
        has_seasons=seasons,
    )
    table = np.broadcast_to(start.table, (5, count)).copy()
    days, ended = begin_days, np.full(count, np.nan)
    alive: BoolArray = _perigee_km(table) > end_km
    ended[~alive] = begin_days
    instants, elements, rates_kept = list[float](), list[FloatArray](), list[FloatArray]()
    raises = list[tuple[int, int]]()

    def keep(rates: FloatArray) -> None:
        whole, axis_rates = np.full((5, count), np.nan), np.full(count, np.nan)
        whole[:, alive], axis_rates[alive] = table[:, alive], rates[0]
        instants.append(days)
        elements.append(whole)
        rates_kept.append(axis_rates)

    weather = forces.weather(days)
    while alive.any():
        acting, now = forces.only(alive), table.compress(alive, axis=1)
        rates = acting.rates(days, now, weather)
        keep(rates)
        low = _to_raise(table, alive, days, keeping)
        if low.any():
            table[0, low] = keeping.to_km + RADIUS_WGS72_KM
            now = table.compress(alive, axis=1)
            rates = acting.rates(days, now, weather)
            raises += [(len(instants), int(case)) for case in np.flatnonzero(low)]
            keep(rates)
        if days >= until_days:
            break
        step = min(step_days, until_days - days, _step_days(now, rates, end_km))
        step = min(step, _step_to_raise(now, rates, days, keeping))
        weather = forces.weather(days + step)
        after = _stepped(acting, days, now, rates, step, weather)
        before_km, after_km = _perigee_km(now), _perigee_km(after)
        down = ~(after_km > end_km)
        share = np.clip((before_km - end_km) / np.maximum(before_km - after_km, 1e-9), 0.0, 1.0)
        numbers = np.flatnonzero(alive)
        ended[numbers[down]] = days + step * np.nan_to_num(share[down])
        table[:, alive] = after
        alive[numbers[down]] = False
        days += step
    return Course(
        np.array(instants),
        np.array(elements).reshape(-1, 5, count),
        np.array(rates_kept).reshape(-1, count),
        ended,
        tuple(raises),
    )


def _stepped(
    forces: _Forces,
    days: float,
    table: FloatArray,
    rates: FloatArray,
    step: float,
    weather_after: FloatArray,
) -> FloatArray:
    """Return elements (5, C) a step later, by the classical method of Runge and Kutta."""
    weather = forces.weather(days + 0.5 * step)
    middle = forces.rates(days + 0.5 * step, _sound(table + 0.5 * step * rates), weather)
    again = forces.rates(days + 0.5 * step, _sound(table + 0.5 * step * middle), weather)
    last = forces.rates(days + step, _sound(table + step * again), weather_after)
    return _sound(table + step / 6.0 * (rates + 2.0 * middle + 2.0 * again + last))


def _sound(table: FloatArray) -> FloatArray:
    """Return elements whose eccentricity is not below nothing, nor their axis below the ground."""
    table[0] = np.maximum(table[0], RADIUS_WGS72_KM)
    table[1] = np.maximum(table[1], 0.0)
    return table


def _perigee_km(table: FloatArray) -> FloatArray:
    return np.asarray(table[0] * (1.0 - table[1]) - RADIUS_WGS72_KM)


def _step_days(table: FloatArray, rates: FloatArray, end_km: float) -> float:
    """Return a step over which no case comes down by much of its scale height."""
    height = np.maximum(_perigee_km(table), end_km)
    # About that of the mean atmosphere: 8 km at 110 km, 35 at 200, 60 from 300 km on.
    scale_km = np.clip(8.0 + 0.3 * (height - 110.0), 6.0, 60.0)
    fall = np.maximum(-rates[0], 1e-12)
    return max(_LEAST_STEP_DAYS, float((_SHARE_OF_SCALE * scale_km / fall).min()))


def _to_raise(table: FloatArray, alive: BoolArray, days: float, keeping: Keeping) -> BoolArray:
    if keeping.below_km is None or days >= keeping.until_days:
        return np.zeros_like(alive)
    return np.asarray(alive & (table[0] - RADIUS_WGS72_KM <= keeping.below_km + _NEAR_KM))


def _step_to_raise(table: FloatArray, rates: FloatArray, days: float, keeping: Keeping) -> float:
    """Return a step that ends where the first case is to raise itself, or raises end."""
    if keeping.below_km is None or days >= keeping.until_days:
        return np.inf
    over_km = table[0] - RADIUS_WGS72_KM - keeping.below_km
    # The fall gets faster on the way: what is left after most of it is gone through again.
    part = np.where(over_km > _CLOSE_KM, 0.9, 1.0)
    step = float((part * over_km / np.maximum(-rates[0], 1e-12)).min())
    return max(min(step, keeping.until_days - days), _LEAST_STEP_DAYS)
