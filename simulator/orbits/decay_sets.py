"""A decaying orbit as SGP4 flies it: a history of element sets, each carried on from the last.

Mean elements come from `decay`; each set's B* makes SGP4 lose height as fast as they do, and its
mean anomaly puts the satellite where the set before has it at the instant of the change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np

from simulator.arrays import FloatArray
from simulator.earth import Span
from simulator.errors import InputError
from simulator.orbits.activity import days_of
from simulator.orbits.decay import Course, decayed
from simulator.orbits.drag import (
    activity_in,
    ballistic_m2_kg,
    bstar_for,
    keeping_of,
    mean_state,
    with_drag,
)
from simulator.orbits.elements import (
    RADIUS_WGS72_KM,
    Elements,
    KeplerElements,
    advanced,
    keplerian,
)
from simulator.orbits.propagation import teme_states, usable
from simulator.scenario import DecayTable

# A new set is due at the latest when the orbit has come down so far since the last.
_MOST_FALL_KM = 2.0
# Below this SGP4's own drag is as good as any average: the last set is flown to its end.
_LAST_SET_KM = 130.0
_MOST_TRIES = 30
_ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class _Due:
    """One instant at which a set is made: its number in the course, and whether after a raise."""

    number: int
    days: float
    is_raised: bool


def instant_of(days: float) -> datetime:
    """Return an instant from days since 2000-01-01, to a microsecond."""
    return _ORIGIN + timedelta(days=days)


def decaying(
    elements: Elements, table: DecayTable, end: datetime, end_km: float
) -> tuple[Elements, Course]:
    """Return the orbit as it decays until an instant, by element sets, and its mean elements.

    `end_km` is the height of re-entry. Raises InputError for an orbit of several element sets, and
    where its drag is not known.
    """
    if elements.is_tabulated:
        raise InputError(
            f"satellite '{elements.name}' flies by an ephemeris, which says nothing of its drag; "
            "decay goes on from an element set or a designed orbit"
        )
    if elements.sets > 1:
        raise InputError(
            f"satellite '{elements.name}': decay goes on from one element set, and there are "
            f"{elements.sets}; give one of them, or leave out decay"
        )
    begin = days_of(elements.epoch)
    course = decayed(
        mean_state(elements),
        begin,
        max(begin, days_of(end)),
        ballistic_m2_kg=np.array([ballistic_m2_kg(table, elements)]),
        activities=[activity_in(table)],
        keeping=keeping_of(table, elements),
        end_km=end_km,
        step_days=table.set_every_days,
    )
    due = list(_due(course, table.set_every_days))
    return _chained(elements, course, due), course


def _due(course: Course, every_days: float) -> Iterator[_Due]:
    """Yield the instants of a course at which a new set is made, the first among them."""
    raised = {number for number, _ in course.raises}
    last_days, last_km = -np.inf, np.inf
    for number, days in enumerate(course.days):
        axis_km, eccentricity = course.elements[number, :2, 0]
        if number + 1 in raised:
            continue
        fallen = last_km - axis_km >= _MOST_FALL_KM
        waited = days - last_days >= every_days * (1.0 - 1e-9)
        if number and axis_km * (1.0 - eccentricity) - RADIUS_WGS72_KM < _LAST_SET_KM:
            return
        if fallen or waited or number in raised:
            yield _Due(number, float(days), number in raised)
            last_days, last_km = days, axis_km


def _chained(first: Elements, course: Course, due: Sequence[_Due]) -> Elements:
    if due[0].is_raised:
        # It is to be raised at its own epoch: the set made after that is the first one flown.
        begun = _continued(first, _set_of(first, course, due[0]), first.epoch)
    else:
        begun = with_drag(first, bstar_for(first, float(course.axis_rates[due[0].number, 0])))
    flown = [begun]
    changes: list[tuple[datetime, Elements]] = []
    for before, after in pairwise(due):
        at_days = after.days if after.is_raised else 0.5 * (before.days + after.days)
        at = instant_of(at_days)
        made = _continued(flown[-1], _set_of(first, course, after), at)
        flown.append(made)
        changes.append((at, made))
    return replace(flown[0], changes=tuple(changes), decays=True)


def _set_of(first: Elements, course: Course, due: _Due) -> Elements:
    """Return the set of an instant, its mean anomaly still that of the first."""
    axis_km, eccentricity, inclination, node, perigee = course.elements[due.number, :, 0]
    orbit = KeplerElements(
        perigee_km=float(axis_km * (1.0 - eccentricity)) - RADIUS_WGS72_KM,
        apogee_km=float(axis_km * (1.0 + eccentricity)) - RADIUS_WGS72_KM,
        inclination_deg=float(np.degrees(inclination)),
        raan_deg=float(np.degrees(node)) % 360.0,
        argument_of_perigee_deg=float(np.degrees(perigee)) % 360.0,
    )
    made = keplerian(
        first.name,
        instant_of(due.days),
        orbit,
        number=first.satellite.satnum,
        origin=first.origin,
        hypothetical=first.hypothetical,
    )
    return with_drag(made, bstar_for(made, float(course.axis_rates[due.number, 0])))


def _continued(before: Elements, after: Elements, at: datetime) -> Elements:
    """Return a set whose satellite is, at an instant, where the set before has it on its way."""
    span = Span(at, 1.0, 0.0)
    place, _ = _at(before, span)
    for _ in range(_MOST_TRIES):
        own, velocity = _at(after, span)
        if place is None or own is None or velocity is None:
            return after  # no position any more: the satellite has come down before
        radius = np.linalg.norm(own)
        forward = velocity - own * (velocity @ own) / radius**2
        ahead = np.arctan2(place @ forward / np.linalg.norm(forward), place @ own / radius)
        if abs(ahead) < 1e-10:
            break
        after = advanced(after, float(np.degrees(ahead)))
    return after


def _at(elements: Elements, span: Span) -> tuple[FloatArray | None, FloatArray | None]:
    codes, position, velocity = teme_states(elements, span, np.zeros(1))
    if not usable(codes, position)[0]:
        return None, None
    return position[0], velocity[0]
