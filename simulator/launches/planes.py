"""A launch of the catalogue over the hours of its lift-off: planes, light, accesses, revisits.

A later lift-off turns the plane with the Earth, an hour of local time an hour, and moves nothing
else: site, flight and insertion point stay as the catalogue has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulator import catalog, zones
from simulator.arrays import FloatArray
from simulator.catalog import Entry
from simulator.errors import InputError
from simulator.launches.clocks import ClockRange, clock_range
from simulator.launches.hour_figures import HOUR_FIGURES, hour_figures
from simulator.orbits import Track, sun_track
from simulator.scenario import LaunchOrbit, Satellite, Scenario, loads
from simulator.study import Study, orbit_of, span_of
from simulator.text import clock
from simulator.units import MINUTES_PER_DAY
from simulator.workers import Threads, Workers

# Those of the main scenario (scenarios/malligyong-1.toml).
TARGETS = (
    *("humphreys", "osan", "kunsan", "seoul", "busan", "jeju_naval"),
    *("yokosuka", "sasebo", "iwakuni", "yokota", "misawa", "kadena"),
    *("andersen", "apra"),
)
SENSOR = "malligyong_press"
STEP_MIN = 60.0
# Lift-offs that stand for a window, from its first to its last minute.
_IN_WINDOW = 25
_WHOLE_DAY = ClockRange(0.0, MINUTES_PER_DAY - 1.0)
_MOST_HOURS = 1_441


@dataclass(frozen=True, eq=False)
class LaunchHours:
    """A launch over the hours of its lift-off; clocks are those of `time_zone`.

    - `hours`: a row a lift-off: `liftoff_local` and `ltan` as clock times, `liftoff_utc`, and
      HOUR_FIGURES.
    - `flown`: the same of the launch's own lift-off.
    - `window`: a row a figure over a window, every minute of it alike: its `median`, and `low` and
      `high`, the least and greatest; of `ltan_h` along the clock, so that 23.5 and 0.5 are an hour
      apart and `high` may exceed 24. Empty without a window.

    `scenario` is what was flown, at the launch's own lift-off; `window_words` says which window,
    `latitude_sd_deg` and `longitude_sd_deg` how sure the insertion point is, NaN where the
    catalogue does not say.
    """

    launch: str
    name: str
    time_zone: str
    sensor: str
    targets: tuple[str, ...]
    least_sun_deg: float
    days: float
    window_words: str
    window_from_h: float
    window_to_h: float
    latitude_sd_deg: float
    longitude_sd_deg: float
    hours: pd.DataFrame
    flown: pd.DataFrame
    window: pd.DataFrame
    scenario: Scenario

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked, as JSON can hold it."""
        numbers = {
            name: None if np.isnan(value) else value
            for name in (
                "least_sun_deg",
                "window_from_h",
                "window_to_h",
                "latitude_sd_deg",
                "longitude_sd_deg",
            )
            for value in (getattr(self, name),)
        }
        return {
            "launch": self.launch,
            "name": self.name,
            "time_zone": self.time_zone,
            "sensor": self.sensor,
            "targets": list(self.targets),
            "window_words": self.window_words,
            **numbers,
        }

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {"hours": self.hours, "flown": self.flown, "window": self.window}


def scenario_of_launch(launch: str, *, days: float = 30.0) -> Scenario:
    """Return a scenario of a launch: the targets of the main one and its sensor, from the day on.

    The span begins at the first midnight UTC after every lift-off of the launch's local day.
    Raises InputError for a launch that the catalogue has not, or of which no orbit is known.
    """
    entry = _flyable(launch)
    last = _midnight(entry) + timedelta(days=1)
    start = datetime.combine(last.date(), time(), UTC)
    start += timedelta(days=1) if start < last else timedelta()
    names = ", ".join(f'"{name}"' for name in TARGETS)
    text = (
        f'schema_version = 1\ntitle = "{entry.name}, by the hour of its lift-off"\n'
        f'question = "At which hour should it lift off?"\ntargets = [{names}]\n'
        f"[span]\nstart = {start:%Y-%m-%dT%H:%M:%SZ}\ndays = {days!r}\n"
        f'[[satellites]]\nname = "{entry.name}"\nsensor = "{SENSOR}"\ndownlink_rate_mbps = 2.0\n'
        f'[satellites.orbit]\nkind = "launch"\nlaunch = "{launch}"\n'
    )
    return loads(text, origin=f"launch {launch}", folder=Path())


def launch_hours(
    scenario: Scenario,
    launch: str,
    *,
    hours: str | None = None,
    step_min: float = STEP_MIN,
    window: str | None = None,
    workers: Workers | None = None,
) -> LaunchHours:
    """Return what a launch of the catalogue gives at each hour of its lift-off.

    `scenario` gives targets, span and the first satellite's sensor; if that satellite flies the
    same launch, its changes of it hold too. `hours` is a range of clocks at the site, such as
    00:00-23:59 (the default), gone through by `step_min` minutes; `window` one for which a
    distribution is told, by default the one that the catalogue has as notified. `workers` do the
    hours (default: threads). Raises InputError.
    """
    entry = _flyable(launch)
    if not 1.0 <= step_min <= MINUTES_PER_DAY:
        raise InputError(f"step: {step_min:g} minutes; allowed 1 to {MINUTES_PER_DAY:g}")
    if not scenario.targets:
        raise InputError("the scenario has no target to be seen")
    if not scenario.satellites:
        raise InputError("the scenario has no satellite whose sensor looks")
    sensor = _sensor_words(scenario.satellites[0])
    table, own = _table(scenario, launch)
    narrowed = scenario.model_copy(
        update={"satellites": (table,), "networks": (), "regions": (), "steps": ()}
    )
    scenario = narrowed.resolve()
    table = scenario.satellites[0]
    case = _Case(entry)
    asked = clock_range(hours, what="hours") if hours is not None else _WHOLE_DAY
    minutes = asked.every(step_min)
    if len(minutes) > _MOST_HOURS:
        raise InputError(f"hours: {len(minutes)} lift-offs; allowed {_MOST_HOURS}")
    notified, words = _window(case, window)
    inside = notified.spread(_IN_WINDOW) if notified is not None else ()
    liftoffs = [case.at(minute) for minute in (*minutes, *inside)]
    values = np.array(
        list((workers or Threads()).map(partial(_figures, scenario), [*liftoffs, own.liftoff]))
    )
    count = len(minutes)
    begin_h, end_h = (
        (np.nan, np.nan) if notified is None else (notified.from_min / 60.0, notified.to_min / 60.0)
    )
    least = table.sensor.min_sun_elevation_deg
    return LaunchHours(
        launch,
        entry.name,
        case.time_zone,
        sensor,
        tuple(target.name for target in scenario.targets),
        np.nan if least is None else least,
        span_of(scenario).days,
        words,
        begin_h,
        end_h,
        _known(entry, "latitude_sd_deg"),
        _known(entry, "longitude_sd_deg"),
        case.table_of(liftoffs[:count], values[:count]),
        case.table_of([own.liftoff], values[-1:]),
        _distribution(values[count:-1]),
        narrowed,
    )


@dataclass(frozen=True, eq=False)
class _Case:
    """The clocks of a launch: its day at the site."""

    entry: Entry

    @cached_property
    def time_zone(self) -> str:
        """The zone of the clocks at the site."""
        return _zone_of(self.entry)

    @cached_property
    def midnight(self) -> datetime:
        """The midnight at the site with which the day of the launch begins, UTC."""
        return _midnight(self.entry)

    def at(self, minutes: float) -> datetime:
        """Return the instant of a lift-off so many minutes after that midnight."""
        return self.midnight + timedelta(minutes=minutes)

    def clock(self, instant: datetime) -> str:
        """Return an instant as the clocks at the site show it."""
        local = instant.astimezone(zones.zone(self.time_zone))
        return f"{local:%H:%M}"

    def table_of(self, liftoffs: Sequence[datetime], values: FloatArray) -> pd.DataFrame:
        """Return a row a lift-off."""
        columns: dict[str, Any] = {
            "liftoff_local": [self.clock(at) for at in liftoffs],
            "liftoff_utc": [f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for at in liftoffs],
            "ltan": [clock(row[0]) for row in values],
        }
        columns |= {name: values[:, place] for place, name in enumerate(HOUR_FIGURES)}
        return pd.DataFrame(columns)


# The Sun of a span, found once by each worker.
_SUNS: dict[tuple[datetime, float], Track] = {}


def _figures(scenario: Scenario, liftoff: datetime) -> FloatArray:
    """Return HOUR_FIGURES of a lift-off; a function, so that processes can be given it."""
    (table,) = scenario.satellites
    orbit = table.orbit.model_copy(update={"liftoff": liftoff})
    moved = table.model_copy(update={"orbit": orbit})
    scenario = scenario.model_copy(update={"satellites": (moved,)})
    span = span_of(scenario)
    key = (span.start, span.duration_s)
    if key not in _SUNS:
        _SUNS.clear()
        _SUNS[key] = sun_track(span)
    return hour_figures(Study(scenario, sun=_SUNS[key]))


def _table(scenario: Scenario, launch: str) -> tuple[Satellite, LaunchOrbit]:
    """Return the first satellite in the orbit of a launch, as the catalogue or itself has it."""
    first = scenario.satellites[0]
    own = first.orbit
    if isinstance(own, LaunchOrbit) and own.launch == launch:
        return first, own
    made = scenario_of_launch(launch).satellites[0].orbit
    if not isinstance(made, LaunchOrbit):
        raise TypeError("the orbit of a launch is none")
    return first.model_copy(update={"orbit": made}), made


def _sensor_words(table: Satellite) -> str:
    known = table.sensor.catalog
    return f"the {table.sensor.kind} sensor of {table.name}" if known is None else known


def _flyable(launch: str) -> Entry:
    """Return the entry of a launch of which an orbit is known; raises InputError."""
    entry = catalog.get("launches", launch)
    orbit_of(launch)
    return entry


def _zone_of(entry: Entry) -> str:
    site = catalog.get("sites", str(entry.values["site"]))
    own = site.values.get("time_zone")
    return str(own) if own else zones.by_longitude(float(str(site.values["longitude_deg"])))


def _midnight(entry: Entry) -> datetime:
    liftoff = entry.values["liftoff"]
    if not isinstance(liftoff, datetime):
        raise TypeError(f"{entry!r}: the lift-off is no instant")
    zone = zones.zone(_zone_of(entry))
    return datetime.combine(liftoff.astimezone(zone).date(), time(), zone).astimezone(UTC)


def _window(case: _Case, asked: str | None) -> tuple[ClockRange | None, str]:
    """Return a window in clocks at the site, and what it is."""
    if asked is not None:
        chosen = clock_range(asked, what="window")
        return chosen, f"the window from {chosen.words}"
    values: Mapping[str, object] = case.entry.values
    if "window_opens" not in values:
        return None, str(values.get("window", ""))
    offset = zones.offset_at(case.time_zone, case.midnight)
    utc = clock_range(f"{values['window_opens']}-{values['window_closes']}", what="window")
    local = utc.moved(offset / timedelta(minutes=1))
    return local, f"the window notified, {local.words}"


def _known(entry: Entry, field: str) -> float:
    value = entry.values.get(field)
    return float(str(value)) if value is not None else float("nan")


def _distribution(values: FloatArray) -> pd.DataFrame:
    """Return median and range of each figure over lift-offs (N, F) in order of time."""
    names = ("figure", "median", "low", "high")
    if not len(values):
        return pd.DataFrame(
            {
                name: pd.Series(dtype=kind)
                for name, kind in zip(names, ("str", "float64", "float64", "float64"), strict=True)
            }
        )
    rows = []
    for place, name in enumerate(HOUR_FIGURES):
        column = values[:, place]
        if name == "ltan_h":
            # Along the clock: a window over midnight has no jump.
            column = np.unwrap(column, period=24.0)
        known = column[np.isfinite(column)]
        ends = (np.median, np.min, np.max)
        numbers = [float(each(known)) if len(known) else np.nan for each in ends]
        rows.append(dict(zip(names, (name, *numbers), strict=True)))
    return pd.DataFrame(rows)
