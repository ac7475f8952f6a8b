"""A question put in plain values, as the study of a scenario that nobody has to write."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import pandas as pd

from simulator.earth import Span
from simulator.errors import InputError, nearest_hint
from simulator.library.flown import FlownOrbit, flown_of
from simulator.library.instants import span_given
from simulator.library.kinds import OrbitsLike, SensorLike, TimeLike
from simulator.library.plain import plain
from simulator.scenario import (
    Counting,
    Network,
    Region,
    Satellite,
    Scenario,
    Sensor,
    SpanTable,
    Target,
)
from simulator.study import (
    DAYLIGHT_SUN_ELEVATION_DEG,
    Flight,
    Study,
    flight_notes,
    lost_flights,
    span_of_table,
    validated,
)

# What is looked with where no sensor is asked for: it bounds nothing, and its samples are not told.
_ANY_SENSOR: Mapping[str, Any] = {
    "kind": "radar",
    "gsd_m": 1.0,
    "reference_altitude_km": 500.0,
    "swath_km": 1.0,
    "max_off_nadir_deg": 90.0,
}
# What the key of an orbit is checked with where the orbit itself is none of a scenario's.
_ANY_ORBIT: Mapping[str, Any] = {"kind": "sun-synchronous", "altitude_km": 500.0, "ltan_h": 12.0}
# Where no rate is given none is told: it then only has to be one.
_ANY_RATE_MBPS = 1.0


class InputWarning(UserWarning):
    """What to be wary of in an answer, such as elements that are old for the span."""


@dataclass(frozen=True)
class SatelliteSpan:
    """Satellites over a span: what every question is about."""

    flown: tuple[FlownOrbit, ...]
    span: SpanTable

    def study(
        self,
        sensor: Sensor | None = None,
        *,
        targets: Sequence[Target] = (),
        regions: Sequence[Region] = (),
        networks: Sequence[Network] = (),
        counting: Counting | None = None,
        seed: int = 0,
        **keys: Any,
    ) -> Study:
        """Return the study; `keys` are those of a satellite, the same for all.

        Raises InputError naming the key.
        """
        if not isinstance(seed, int) or not 0 <= seed < 2**32:
            raise InputError(f"seed: {seed!r} is not a whole number from 0 to {2**32 - 1}")
        one = {"name": "satellite", "orbit": _ANY_ORBIT, "sensor": sensor or sensor_of(None, {})}
        valid = validated(Satellite, {**one, "downlink_rate_mbps": _ANY_RATE_MBPS, **keys}, "")
        satellites = tuple(
            valid.model_copy(update={"name": each.elements.name, "orbit": each.orbit})
            for each in self.flown
        )
        # Of tables that are valid already, with nothing between them left to validate.
        scenario = Scenario.model_construct(
            schema_version=1,
            title="",
            span=self.span,
            satellites=satellites,
            targets=tuple(targets),
            regions=tuple(regions),
            networks=tuple(networks),
            counting=counting or Counting(),
            seed=seed,
        ).resolve()
        flights = zip(self.flown, scenario.satellites, strict=True)
        return Study(scenario, flights=[Flight(each.elements, table) for each, table in flights])


def question(
    orbits: OrbitsLike,
    start: TimeLike | None,
    days: float | None,
    end: TimeLike | None,
    argument: str = "orbits",
) -> SatelliteSpan:
    """Return satellites over a span, which begins at the epoch of a single orbit by default.

    Raises InputError by argument.
    """
    if start is not None:
        span = span_given(start, days, end)
        length = span_of_table(span)
        return SatelliteSpan(flown_of(orbits, length.start, length.days, argument), span)
    flown = flown_of(orbits, None, days, argument)
    if len(flown) > 1:
        raise InputError(
            f"start: {len(flown)} satellites have no epoch in common; give a start, such as "
            "2023-11-22T00:00:00Z"
        )
    return SatelliteSpan(flown, span_given(flown[0].elements.epoch, days, end))


def sensor_of(sensor: SensorLike | None, conditions: Mapping[str, Any]) -> Sensor:
    """Return a sensor of a scenario with the conditions in place of its own.

    Raises InputError naming the condition, or the key of the sensor.
    """
    asked = with_daylight(conditions)
    if asked.get("max_off_nadir_deg", 0.0) is None:
        asked["max_off_nadir_deg"] = 90.0
    if sensor is None:
        return validated(Sensor, {**_ANY_SENSOR, **asked}, "")
    if isinstance(sensor, str):
        return validated(Sensor, {"catalog": sensor, **asked}, "sensor: ")
    if isinstance(sensor, Sensor):
        return validated(Sensor, sensor.model_dump() | asked, "sensor: ") if asked else sensor
    if not isinstance(sensor, Mapping):
        raise InputError(
            f"sensor: a {type(sensor).__name__} is no sensor; allowed: a name of the catalogue, or "
            "the keys of one"
        )
    return validated(Sensor, {**plain(sensor), **asked}, "sensor: ")


def with_daylight(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Return conditions with daylight as the elevation of the Sun that it stands for."""
    asked = dict(conditions)
    if not asked.pop("daylight", False):
        return asked
    if asked.get("min_sun_elevation_deg") is not None:
        raise InputError("daylight: stands beside min_sun_elevation_deg, which it sets; keep one")
    return asked | {"min_sun_elevation_deg": DAYLIGHT_SUN_ELEVATION_DEG}


def check_conditions(conditions: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raise InputError for a condition that is not known, or is no number."""
    for name, value in conditions.items():
        if name not in known:
            raise InputError(f"{name}: is no condition here{nearest_hint(name, known)}")
        if not (value is None or isinstance(value, Real)):
            raise InputError(f"{name}: {value!r:.60} is not a number")


def notes_of(study: Study) -> list[str]:
    """Return what to be wary of in a study of plain values, a sentence each."""
    span_s = study.span.duration_s
    outages = [path.outage for path in study.tracks]
    within = [o if o is not None and o.time_s < span_s else None for o in outages]
    return [*lost_flights(study, within), *flight_notes(study)]


def told(frame: pd.DataFrame, span: Span, notes: Sequence[str]) -> pd.DataFrame:
    """Return a table that knows its span and what to be wary of, which is said as a warning too."""
    frame.attrs |= span_attrs(span) | {"warnings": list(notes)}
    warn(notes, level=5)
    return frame


def span_attrs(span: Span) -> dict[str, Any]:
    """Return what a table keeps of its span: the start, of which its seconds are, and days."""
    return {"start": span.start.isoformat(), "days": span.days}


def warn(notes: Sequence[str], *, level: int = 4) -> None:
    """Say what to be wary of as warnings of Python, at the line that called the library."""
    for note in notes:
        warnings.warn(note, InputWarning, stacklevel=level - 1)
