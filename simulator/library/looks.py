"""When satellites pass over places, see them, and take pictures of them."""

from __future__ import annotations

from typing import Unpack

import pandas as pd

from simulator import study
from simulator.errors import InputError
from simulator.library.asked import (
    check_conditions,
    question,
    sensor_of,
    told,
    with_daylight,
)
from simulator.library.kinds import (
    Conditions,
    OrbitLike,
    OrbitsLike,
    PassConditions,
    PlaceLike,
    PlacesLike,
    SensorLike,
    TimeLike,
)
from simulator.library.located import targets_of
from simulator.results import framed
from simulator.study import OverpassConditions, span_of_table


def passes(
    orbit: OrbitLike,
    place: PlaceLike,
    *,
    start: TimeLike | None = None,
    days: float | None = None,
    end: TimeLike | None = None,
    **conditions: Unpack[PassConditions],
) -> pd.DataFrame:
    """Return when a satellite passes over a place: it rises, culminates and sets.

    A pass is as long as every condition holds; without any it is the time above 5 degrees. The
    span is a day from the epoch of the orbit, unless said otherwise.

    Columns: rise_s, culmination_s and set_s, seconds after the start, each with its datetime in
    UTC (rise_utc and so on); duration_s; cut_start and cut_end, whether the span cuts it;
    max_elevation_deg; azimuths, degrees from north through east; and at the culmination
    off_nadir_deg, slant_range_km, sun_elevation_deg at the place, and sunlit of the satellite.

    >>> import simulator
    >>> found = simulator.passes("kms4_2023_04_01", "osan", days=1, min_culmination_deg=20)
    >>> for rise, height in zip(found["rise_utc"], found["max_elevation_deg"]):
    ...     print(f"{rise:%d %H:%M:%S} {height:.0f}")
    01 14:28:43 27
    02 03:10:50 29

    Raises InputError, a ValueError, which names the argument.
    """
    check_conditions(conditions, PassConditions.__annotations__)
    asked = question(orbit, start, days, end, "orbit")
    places = targets_of(place, "place")
    for argument, found in (("orbit", asked.flown), ("place", places)):
        if len(found) != 1:
            raise InputError(f"{argument}: holds {len(found)}; a table of passes is of one")
    limits: OverpassConditions = with_daylight(conditions)  # type: ignore[assignment]
    span = span_of_table(asked.span)
    overpasses = study.find_overpasses(asked.flown[0].elements, places[0], span, **limits)
    return told(overpasses.table, span, overpasses.warnings)


def accesses(
    orbits: OrbitsLike,
    places: PlacesLike,
    *,
    start: TimeLike | None = None,
    days: float | None = None,
    end: TimeLike | None = None,
    sensor: SensorLike | None = None,
    **conditions: Unpack[Conditions],
) -> pd.DataFrame:
    """Return every access of every satellite to every place, with its best look.

    An access is the time in which all conditions hold; without any it is the time above 5 degrees.
    Conditions replace those of the sensor, if one is given. The span is a day from the epoch of a
    single orbit, unless said otherwise; several orbits need a start.

    Columns are those of `tables/accesses.csv` of a run, as `simulator explain` says of each:
    satellite, target, start_s, start_utc, end_s, end_utc, duration_s, cut_start, cut_end, best_s,
    best_utc, and of the best look off_nadir_deg, incidence_deg, elevation_deg, slant_range_km and
    sun_elevation_deg; of a sensor's gsd_m and niirs besides. The best look is the finest sample.

    >>> import simulator
    >>> found = simulator.accesses("kms4_2023_04_01", ["osan", "kadena"], days=2, daylight=True)
    >>> found.groupby("target")["duration_s"].sum().round(1).to_dict()
    {'kadena': 1080.1, 'osan': 1358.4}

    Raises InputError, a ValueError, which names the argument, and the row of a place.
    """
    asked = question(orbits, start, days, end)
    seen = asked.study(sensor_of(sensor, conditions), targets=targets_of(places))
    found = study.accesses(seen)
    frame = framed("accesses", study.access_table(seen, found), seen.span)
    if sensor is None:
        frame = frame.drop(columns=["gsd_m", "niirs"])
    return told(
        frame, seen.span, [*study.lost_flights(seen, found.outages), *study.flight_notes(seen)]
    )


def pictures(
    orbits: OrbitsLike,
    places: PlacesLike,
    *,
    sensor: SensorLike,
    start: TimeLike | None = None,
    days: float | None = None,
    end: TimeLike | None = None,
    **conditions: Unpack[Conditions],
) -> pd.DataFrame:
    """Return the pictures that satellites take of places: one in each access, at its best look.

    Columns are those of `tables/pictures.csv` of a run: picture, satellite, target, taken_s,
    taken_utc and size_bits, which is the sensor's. All else is as in `accesses`.

    >>> import simulator
    >>> taken = simulator.pictures("malligyong1_nov23", "osan", sensor="malligyong_press", days=9)
    >>> [f"{at:%d %H:%M}" for at in taken["taken_utc"]]
    ['24 01:20', '25 01:01', '29 01:20', '30 01:01']

    Raises InputError, a ValueError, which names the argument.
    """
    asked = question(orbits, start, days, end)
    seen = asked.study(sensor_of(sensor, conditions), targets=targets_of(places))
    found = study.accesses(seen)
    frame = framed("pictures", study.picture_table(seen, study.pictures(seen, found)), seen.span)
    return told(
        frame, seen.span, [*study.lost_flights(seen, found.outages), *study.flight_notes(seen)]
    )
