"""What one satellite sees of the targets month by month, as its orbit is by then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np
import pandas as pd

from simulator.orbits import Elements, between
from simulator.scenario import Satellite, Scenario, SpanTable
from simulator.study import Flight, Study, find_events
from simulator.workers import Threads, Workers

_LEAST_DAYS = 1.0
_DAYLIGHT_DEG = 10.0
# Meteorological seasons: the solstice of each half year is near the middle of one.
_SEASONS = ("Dec to Feb", "Mar to May", "Jun to Aug", "Sep to Nov")


def months_between(begin: datetime, end: datetime) -> list[tuple[datetime, float]]:
    """Return the calendar months from begin to end: first instant and days, cut at both ends."""
    months, at = list[tuple[datetime, float]](), begin.astimezone(UTC)
    while at < end:
        year, month = divmod(12 * at.year + at.month, 12)
        after = min(datetime(year, month + 1, 1, tzinfo=UTC), end)
        days = (after - at) / timedelta(days=1)
        if days >= _LEAST_DAYS:
            months.append((at, days))
        at = after
    return months


def season_of(begin: datetime) -> str:
    """Return the season of a month as a table names it, the year that of its last month."""
    number = begin.month % 12 // 3
    year = begin.year + (begin.month == 12)
    return f"{year} {_SEASONS[number]}"


def month_table(
    scenario: Scenario,
    flown: Elements,
    table: Satellite,
    months: Sequence[tuple[datetime, float]],
    workers: Workers | None = None,
) -> pd.DataFrame:
    """Return a row a month: accesses of a target a day, those by daylight, and days counted.

    Means over the targets; by daylight the Sun is as high at the target, at the best look, as the
    sensor needs it (10 degrees where it needs none). NaN without a target.
    """
    whole = _without_sun(table)
    ask = partial(_counted, scenario, flown, whole, _least_sun_deg(table))
    counts = list((workers or Threads()).map(ask, list(months)))
    return pd.DataFrame(
        {
            "begin_utc": [f"{begin:%Y-%m-%d}" for begin, _ in months],
            "season": [season_of(begin) for begin, _ in months],
            "days": [days for _, days in months],
            "target_accesses_per_day": [count[0] for count in counts],
            "target_daylight_accesses_per_day": [count[1] for count in counts],
        }
    )


def _counted(
    scenario: Scenario,
    flown: Elements,
    table: Satellite,
    least_sun_deg: float,
    month: tuple[datetime, float],
) -> tuple[float, float]:
    """Return accesses of a target a day in a month, and those by daylight."""
    if not scenario.targets:
        return np.nan, np.nan
    begin, days = month
    narrowed = scenario.model_copy(
        update={
            "span": SpanTable(start=begin, days=days),
            "satellites": (table,),
            "networks": (),
            "regions": (),
        }
    )
    elements = between(flown, begin, begin + timedelta(days=days))
    study = Study(narrowed, flights=[Flight(elements, table)])
    columns = find_events(study, for_tables=False).accesses.columns
    by_day = columns["sun_elevation_deg"] >= least_sun_deg
    places = len(scenario.targets) * days
    return len(by_day) / places, float(by_day.sum()) / places


def _least_sun_deg(table: Satellite) -> float:
    least = table.sensor.min_sun_elevation_deg
    return _DAYLIGHT_DEG if least is None else least


def _without_sun(table: Satellite) -> Satellite:
    """Return a satellite whose sensor looks by day and by night."""
    anyhow = {"min_sun_elevation_deg": None, "max_sun_elevation_deg": None}
    sensor = table.sensor.model_copy(update=anyhow)
    return table.model_copy(update={"sensor": sensor})
