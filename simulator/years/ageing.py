"""How an orbit ages: heights, lifetime with its spread, its node, and what is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from simulator.errors import InputError
from simulator.orbits import (
    RADIUS_WGS72_KM,
    Course,
    Elements,
    Lifetimes,
    ballistic_m2_kg,
    decaying,
    from_scenario,
    instant_of,
    lifetimes,
    local_time_h,
)
from simulator.scenario import MAX_SPAN_DAYS, DecayTable, Scenario, SpanTable
from simulator.units import DAY_S
from simulator.workers import Workers
from simulator.years.months import month_table, months_between
from simulator.years.of_orbit import number_of

LEAST_YEARS, MOST_YEARS = 0.1, 30.0
_YEAR_DAYS = 365.25
_COUNTS = ("target_accesses_per_day", "target_daylight_accesses_per_day")


@dataclass(frozen=True, eq=False)
class OrbitYears:
    """How an orbit ages over some years from its epoch, and what is seen of it.

    - `heights`: a row an element set of the model: instant, mean height, perigee and apogee,
      inclination, local time of the node, and the range of mean heights.
    - `lifetimes`: a row an activity and drag: `ends_utc`, empty for an orbit that is still up after
      a hundred years, and `lifetime_years`.
    - `years`, `seasons`: heights, node and accesses by calendar year and by season.
    """

    scenario: Scenario
    satellite: str
    begin: datetime
    asked_years: float
    ballistic_m2_kg: float
    is_kept: bool
    has_ended: bool
    activity: str
    spread: float
    life: Lifetimes
    heights: pd.DataFrame
    lifetimes: pd.DataFrame
    years: pd.DataFrame
    seasons: pd.DataFrame
    raises: pd.DataFrame

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked and what all of it rests on, as JSON can hold it."""
        least, most = self.life.range_years
        own = self.life.own
        return {
            "satellite": self.satellite,
            "begin_utc": f"{self.begin:%Y-%m-%dT%H:%M:%SZ}",
            "years": self.asked_years,
            "ballistic_m2_kg": self.ballistic_m2_kg,
            "ballistic_spread": self.spread,
            "activity": self.activity,
            "is_kept": self.is_kept,
            "lifetime_years": None if np.isnan(own.years) else own.years,
            "lifetime_low_years": None if np.isinf(least) else least,
            "lifetime_high_years": None if np.isinf(most) else most,
        }

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {
            "years": self.years,
            "seasons": self.seasons,
            "lifetimes": self.lifetimes,
            "raises": self.raises,
            "heights": self.heights,
        }


def orbit_years(
    scenario: Scenario,
    *,
    satellite: str | None = None,
    years: float = 5.0,
    workers: Workers | None = None,
) -> OrbitYears:
    """Return how the orbit of a satellite ages over so many years from its epoch.

    `satellite` is which, by default the first whose orbit decays. `workers` count the months'
    accesses. Raises InputError for an orbit that does not decay, whose drag is not known, or of
    several element sets.
    """
    if not LEAST_YEARS <= years <= MOST_YEARS:
        raise InputError(f"years: {years:g}; allowed {LEAST_YEARS:g} to {MOST_YEARS:g}")
    asked, scenario = scenario, scenario.resolve()
    table = scenario.satellites[number_of(scenario, satellite)]
    decay, end_km = table.orbit.decay, table.orbit.reentry_height_km
    if decay is None:
        raise InputError(
            f"satellite '{table.name}': its orbit has no table decay; give one, or its drag by "
            "--ballistic, or --mass and --area"
        )
    elements = _without_decay(scenario, table.name)
    end = elements.epoch + timedelta(days=years * _YEAR_DAYS)
    flown, course = decaying(elements, decay, end, end_km)
    life = lifetimes(elements, decay, end_km)
    ended = course.ended_days[0]
    last = end if np.isnan(ended) else instant_of(float(ended))
    months = months_between(elements.epoch, last)
    heights = _height_table(course, life, decay)
    seen = _with_orbit(month_table(scenario, flown, table, months, workers), months, course)
    raises = _raise_table(course)
    return OrbitYears(
        scenario=asked.model_copy(update={"span": _span(elements.epoch, years)}),
        satellite=elements.name,
        begin=elements.epoch,
        asked_years=years,
        ballistic_m2_kg=ballistic_m2_kg(decay, elements),
        is_kept=decay.raise_below_km is not None,
        has_ended=bool(np.isfinite(ended)),
        activity=life.own.activity,
        spread=decay.ballistic_spread,
        life=life,
        heights=heights,
        lifetimes=_lifetime_table(life),
        years=_grouped(seen, [text[:4] for text in seen["begin_utc"]], "year", raises),
        seasons=_grouped(seen, list(seen["season"]), "season", raises),
        raises=raises,
    )


def _span(begin: datetime, years: float) -> SpanTable:
    """Return the span of the answer, as long as one may be."""
    return SpanTable(start=begin, days=min(years * _YEAR_DAYS, MAX_SPAN_DAYS))


def _without_decay(scenario: Scenario, name: str) -> Elements:
    """Return the orbit of a satellite as its elements give it; of a constellation the first."""
    tables = [table for table in scenario.satellites if table.name == name]
    plain = tables[0].orbit.model_copy(update={"decay": None})
    only = tables[0].model_copy(update={"orbit": plain})
    return from_scenario(scenario.model_copy(update={"satellites": (only,)}))[0][0]


def _height_table(course: Course, life: Lifetimes, decay: DecayTable) -> pd.DataFrame:
    axis, eccentricity, inclination, node, _ = course.elements[:, :, 0].T
    known = np.isfinite(axis)
    table = pd.DataFrame(
        {
            "at_utc": [f"{instant_of(float(day)):%Y-%m-%dT%H:%M:%SZ}" for day in course.days],
            "altitude_km": axis - RADIUS_WGS72_KM,
            "perigee_km": axis * (1.0 - eccentricity) - RADIUS_WGS72_KM,
            "apogee_km": axis * (1.0 + eccentricity) - RADIUS_WGS72_KM,
            "inclination_deg": np.degrees(inclination),
            "ltan_h": [
                local_time_h(float(np.degrees(angle)), instant_of(float(day))) if good else np.nan
                for angle, day, good in zip(node, course.days, known, strict=True)
            ],
        }
    )
    # A satellite that is kept up has the heights between which it is kept, whatever the drag.
    is_free = decay.raise_below_km is None
    for name, heights_km in (("altitude_low_km", life.low_km), ("altitude_high_km", life.high_km)):
        table[name] = np.interp(course.days, life.days, heights_km) if is_free else np.nan
    kept: pd.DataFrame = table[known].reset_index(drop=True)
    return kept


def _lifetime_table(life: Lifetimes) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "activity": each.activity,
                "drag": each.drag,
                "ballistic_m2_kg": each.ballistic_m2_kg,
                "ends_utc": "" if each.ended is None else f"{each.ended:%Y-%m-%d}",
                "lifetime_years": each.years,
                "in_range": each.in_range,
            }
            for each in life.found
        ]
    )


def _raise_table(course: Course) -> pd.DataFrame:
    rows = [
        {
            "at_utc": f"{instant_of(float(course.days[number])):%Y-%m-%dT%H:%M:%SZ}",
            "from_km": float(course.elements[number - 1, 0, 0]) - RADIUS_WGS72_KM,
            "to_km": float(course.elements[number, 0, 0]) - RADIUS_WGS72_KM,
        }
        for number, _ in course.raises
    ]
    return pd.DataFrame(rows, columns=["at_utc", "from_km", "to_km"])


def _with_orbit(
    seen: pd.DataFrame, months: Sequence[tuple[datetime, float]], course: Course
) -> pd.DataFrame:
    """Return the table of months with height, inclination and node at the middle of each."""
    middles = [begin + timedelta(days=0.5 * days) for begin, days in months]
    origin = instant_of(0.0)
    days = np.array([(middle - origin).total_seconds() / DAY_S for middle in middles])
    known = np.isfinite(course.elements[:, 0, 0])
    axis, inclination, node = (
        np.interp(days, course.days[known], course.elements[known, row, 0]) for row in (0, 2, 3)
    )
    ltan_h = [
        local_time_h(float(np.degrees(angle)), middle)
        for angle, middle in zip(node, middles, strict=True)
    ]
    return seen.assign(
        altitude_km=axis - RADIUS_WGS72_KM,
        inclination_deg=np.degrees(inclination),
        ltan_h=np.unwrap(np.array(ltan_h), period=24.0) if ltan_h else ltan_h,
    )


def _grouped(
    seen: pd.DataFrame, labels: Sequence[str], name: str, raises: pd.DataFrame
) -> pd.DataFrame:
    """Return means over the months of each label, weighed by their days, and raises counted."""
    rows = []
    for label, months in seen.groupby(np.array(labels), sort=False):
        weight = months["days"] / months["days"].sum()
        begin = months["begin_utc"].iloc[0]
        of_months = {text[:7] for text in months["begin_utc"]}
        means = {
            key: float((months[key] * weight).sum())
            for key in ("altitude_km", "inclination_deg", "ltan_h")
        }
        counts = {key: float((months[key] * weight).sum(skipna=False)) for key in _COUNTS}
        rows.append(
            {
                name: str(label),
                "begin_utc": begin,
                "days": float(months["days"].sum()),
                **means,
                "ltan_h": means["ltan_h"] % 24.0,
                "raises": int(sum(text[:7] in of_months for text in raises["at_utc"])),
                **counts,
            }
        )
    return pd.DataFrame(rows)
