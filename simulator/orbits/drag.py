"""What drags a satellite: its ballistic coefficient, given, of its mass, or as SGP4's B* has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from simulator.errors import InputError
from simulator.orbits.activity import OBSERVED, Activity, activity_of, days_of, month_number
from simulator.orbits.averaged import MeanState, drag_rates
from simulator.orbits.decay import Keeping
from simulator.orbits.elements import Elements, KeplerElements, keplerian
from simulator.scenario import DecayTable
from simulator.units import MINUTES_PER_DAY

_REFERENCE_BSTAR = 1e-6
_HALF_MIN = 100.0


def mean_state(elements: Elements) -> MeanState:
    """Return the mean elements of one satellite, as those of a single case (1,)."""
    satellite = elements.satellite
    values = (
        elements.semi_major_axis_km,
        satellite.ecco,
        satellite.inclo,
        satellite.nodeo,
        satellite.argpo,
    )
    return MeanState(*(np.array([float(value)]) for value in values))


def activity_in(table: DecayTable) -> Activity:
    """Return the activity that a scenario names or gives."""
    if table.f107 is None or table.ap is None:
        return activity_of(table.activity or OBSERVED)
    first = month_number(table.first_month) if table.first_month else 0
    return Activity("own", first, np.array(table.f107), np.array(table.ap))


def keeping_of(table: DecayTable, elements: Elements) -> Keeping:
    """Return what a satellite does about its decay; unless told it goes up to its own height."""
    own_km = 0.5 * (elements.perigee_km + elements.apogee_km)
    to_km = own_km if table.raise_to_km is None else table.raise_to_km
    if table.raise_below_km is not None and to_km <= table.raise_below_km:
        raise InputError(
            f"satellite '{elements.name}': its mean height, {own_km:.1f} km, is not above "
            f"raise_below_km = {table.raise_below_km:g}; give raise_to_km"
        )
    until = np.inf if table.raise_until is None else days_of(table.raise_until)
    return Keeping(table.raise_below_km, to_km, until, table.keeps_inclination)


def ballistic_m2_kg(table: DecayTable, elements: Elements) -> float:
    """Return drag coefficient times area over mass, m2/kg.

    Without a mass or coefficient of its own it is that with which the orbit loses height, at its
    epoch, as fast as by SGP4's B*: B* itself belongs to SGP4's own atmosphere, which knows no solar
    activity. Raises InputError where the orbit has no B* either.
    """
    if table.ballistic_m2_kg is not None:
        return table.ballistic_m2_kg
    if table.mass_kg is not None and table.area_m2 is not None:
        return table.drag_coefficient * table.area_m2 / table.mass_kg
    bstar = float(elements.satellite.bstar)
    if bstar <= 0.0:
        raise InputError(
            f"satellite '{elements.name}': decay needs to know its drag: give mass_kg and area_m2, "
            "or ballistic_m2_kg, or an orbit whose bstar is above zero"
        )
    days = days_of(elements.epoch)
    f107, ap = (np.array([v]) for v in activity_in(table).at(days))
    unit_rate, _, _ = drag_rates(mean_state(elements), np.ones(1), f107, ap, days)
    return float(sgp4_axis_rate(elements) / unit_rate[0])


def sgp4_axis_rate(elements: Elements) -> float:
    """Return how fast SGP4 lets the semi-major axis shrink at the epoch, km a day, negative.

    That of its own secular terms, from the mean axis 100 min before and after.
    """
    satellite = elements.satellite
    axes = []
    for minutes in (-_HALF_MIN, 0.0, _HALF_MIN):
        satellite.sgp4_tsince(minutes)
        axes.append(satellite.am)
    relative = (axes[2] - axes[0]) / (2.0 * _HALF_MIN * axes[1])
    return float(elements.semi_major_axis_km * relative * MINUTES_PER_DAY)


def bstar_for(elements: Elements, axis_rate_km_day: float) -> float:
    """Return the B* with which SGP4 lets the semi-major axis shrink so fast."""
    # In proportion to B*, where that is small enough.
    unit = with_drag(elements, _REFERENCE_BSTAR)
    return _REFERENCE_BSTAR * axis_rate_km_day / sgp4_axis_rate(unit)


def with_drag(elements: Elements, bstar: float) -> Elements:
    """Return the same orbit with another B*."""
    return rebuilt(elements, {"bstar": bstar})


def rebuilt(elements: Elements, changes: Mapping[str, float]) -> Elements:
    """Return an orbit of the same epoch with some of its Keplerian elements changed."""
    orbit = KeplerElements(
        perigee_km=elements.perigee_km,
        apogee_km=elements.apogee_km,
        inclination_deg=elements.inclination_deg,
        raan_deg=elements.raan_deg,
        argument_of_perigee_deg=elements.argument_of_perigee_deg,
        mean_anomaly_deg=elements.mean_anomaly_deg,
        bstar=float(elements.satellite.bstar),
    )
    return keplerian(
        elements.name,
        elements.epoch,
        replace(orbit, **changes),
        number=elements.satellite.satnum,
        origin=elements.origin,
        hypothetical=elements.hypothetical,
    )
