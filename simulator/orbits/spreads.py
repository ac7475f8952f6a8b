"""Several satellites of one launch that spread over its plane by drift.

All enter the orbit at one point. A satellite let off lower goes round faster and drifts ahead, one
higher falls behind, at 3/2 n da/a (Vallado 2013, section 6.6, phasing); when it is at its place it
is brought to the height of the orbit and stays. Nodes turn at another rate meanwhile, and stay
apart by what has come of it. Rates are SGP4's own secular ones, changes of height are instants.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from simulator.errors import InputError
from simulator.orbits.elements import Elements, KeplerElements, keplerian
from simulator.orbits.launch import launched
from simulator.scenario import PlaneSpreadOrbit
from simulator.units import MINUTES_PER_DAY

_LEAST_PERIGEE_KM = 100.0
_MOST_STEPS = 30
_CLOSE_ENOUGH_DEG = 1e-9


@dataclass(frozen=True)
class SpreadPlace:
    """One satellite of a spread: its place and how it gets there.

    `place_deg` is ahead of the first satellite (behind: below 0) along the orbit, `height_km` by
    how much higher it drifts, `node_deg` how far east of the first one's its node is in the end.
    """

    name: str
    place_deg: float
    height_km: float
    node_deg: float


@dataclass(frozen=True)
class SpreadPlan:
    """A spread as it is flown: the days from the insertion until all are at their places."""

    days: float
    places: tuple[SpreadPlace, ...]


def spread_plan(name: str, orbit: PlaneSpreadOrbit) -> SpreadPlan:
    """Return how the satellites of a launch spread; raises InputError where one would come down."""
    return _plan(name, orbit, launched(name, orbit))


def spread_satellites(
    name: str, orbit: PlaneSpreadOrbit, start: datetime | None, end: datetime | None
) -> tuple[Elements, ...]:
    """Return the satellites of a spread as flown from a start to an end, None for any.

    Each has the elements that it flies from its place on, if it gets there in between.
    """
    first = launched(name, orbit)
    plan = _plan(name, orbit, first)
    origin = f"{first.origin}, spread in {plan.days:.1f} days"
    stop = first.epoch + timedelta(days=plan.days)
    flown = []
    for place in plan.places:
        own = replace(first, name=place.name, origin=origin)
        if not place.height_km:
            flown.append(own)
            continue
        drifting = _flown(own, height_km=place.height_km)
        settled = _flown(
            replace(own, epoch=stop),
            raan_deg=own.raan_deg + _node_deg_day(drifting) * plan.days,
            argument_deg=own.argument_of_perigee_deg + _perigee_deg_day(own) * plan.days,
            anomaly_deg=own.mean_anomaly_deg
            + (_phase_deg_day(own) - _perigee_deg_day(own)) * plan.days
            + place.place_deg,
        )
        if start is not None and stop <= start:
            flown.append(settled)
        elif end is not None and stop >= end:
            flown.append(drifting)
        else:
            flown.append(replace(drifting, changes=((stop, settled),)))
    return tuple(flown)


def _plan(name: str, orbit: PlaneSpreadOrbit, first: Elements) -> SpreadPlan:
    apart_deg = orbit.separation_deg or 360.0 / orbit.total
    # The first stays, the others go ahead and behind by turns: none goes more than half round.
    steps = [(number + 1) // 2 * (1 if number % 2 else -1) for number in range(orbit.total)]
    places_deg = [apart_deg * step for step in steps]
    farthest_deg = max(places_deg, key=abs)
    if orbit.drift_days is not None:
        days = orbit.drift_days
    else:
        # Ahead is lower.
        height_km = -float(np.copysign(orbit.drift_km or 0.0, farthest_deg))
        days = farthest_deg / _drift_deg_day(first, height_km)
    places = []
    for number, place_deg in enumerate(places_deg, start=1):
        height_km = _height_km(first, place_deg / days)
        turned_deg_day = _node_deg_day(_flown(first, height_km=height_km)) - _node_deg_day(first)
        node_deg = turned_deg_day * days if height_km else 0.0
        places.append(SpreadPlace(f"{name}-{number}", place_deg, height_km, node_deg))
    return SpreadPlan(float(days), tuple(places))


def _height_km(first: Elements, drift_deg_day: float) -> float:
    """Return how much higher a satellite drifts so fast ahead of the first, by secants."""
    if not drift_deg_day:
        return 0.0
    motion_deg_day = 360.0 * MINUTES_PER_DAY / first.period_min
    low_km, high_km = 0.0, -drift_deg_day / (1.5 * motion_deg_day) * first.semi_major_axis_km
    low, high = -drift_deg_day, _drift_deg_day(first, high_km) - drift_deg_day
    for _ in range(_MOST_STEPS):
        if abs(high) < _CLOSE_ENOUGH_DEG or high == low:
            break
        low_km, high_km = high_km, high_km - high * (high_km - low_km) / (high - low)
        low, high = high, _drift_deg_day(first, high_km) - drift_deg_day
    return high_km


def _drift_deg_day(first: Elements, height_km: float) -> float:
    """Return how fast a satellite so much higher drifts ahead of the first, degrees a day."""
    return _phase_deg_day(_flown(first, height_km=height_km)) - _phase_deg_day(first)


def _flown(
    elements: Elements,
    *,
    height_km: float = 0.0,
    raan_deg: float | None = None,
    argument_deg: float | None = None,
    anomaly_deg: float | None = None,
) -> Elements:
    """Return an orbit like another, so much higher, with some of its angles changed."""
    perigee_km = elements.perigee_km + height_km
    if perigee_km < _LEAST_PERIGEE_KM:
        raise InputError(
            f"satellite '{elements.name}': the drift would take its perigee to "
            f"{perigee_km:.0f} km; it must stay above {_LEAST_PERIGEE_KM:g} km: give a smaller "
            "drift_km, or more drift_days"
        )
    orbit = KeplerElements(
        perigee_km=perigee_km,
        apogee_km=elements.apogee_km + height_km,
        inclination_deg=elements.inclination_deg,
        raan_deg=elements.raan_deg if raan_deg is None else raan_deg,
        argument_of_perigee_deg=(
            elements.argument_of_perigee_deg if argument_deg is None else argument_deg
        ),
        mean_anomaly_deg=elements.mean_anomaly_deg if anomaly_deg is None else anomaly_deg,
        bstar=float(elements.satellite.bstar),
    )
    made = keplerian(elements.name, elements.epoch, orbit, origin=elements.origin)
    facts: dict[str, Any] = {
        "hypothetical": elements.hypothetical,
        "reentry_height_km": elements.reentry_height_km,
    }
    return replace(made, **facts)


def _phase_deg_day(elements: Elements) -> float:
    """Return the secular rate of the argument of latitude, by SGP4."""
    rate = elements.satellite.mdot + elements.satellite.argpdot
    return float(np.degrees(rate) * MINUTES_PER_DAY)


def _perigee_deg_day(elements: Elements) -> float:
    return float(np.degrees(elements.satellite.argpdot) * MINUTES_PER_DAY)


def _node_deg_day(elements: Elements) -> float:
    return float(np.degrees(elements.satellite.nodedot) * MINUTES_PER_DAY)
