"""The orbits that a scenario names, each kind by its builder, and Walker patterns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from simulator.errors import InputError
from simulator.orbits.decay_sets import decaying
from simulator.orbits.designs import (
    altitude_of_height_km,
    frozen,
    in_plane,
    in_streets,
    repeating,
)
from simulator.orbits.elements import (
    Elements,
    KeplerElements,
    advanced,
    between,
    from_tle,
    in_turn,
    keplerian,
    semi_major_axis_km,
)
from simulator.orbits.launch import launched
from simulator.orbits.osculating import tabulated
from simulator.orbits.spreads import spread_satellites
from simulator.orbits.sun_synchrony import apsides_km, sun_synchronous
from simulator.orbits.tabulated import check_overlap
from simulator.scenario import (
    RADIUS_WGS72_KM,
    DecayTable,
    EphemerisOrbit,
    FrozenOrbit,
    InPlaneOrbit,
    MeanElements,
    OmmOrbit,
    RepeatOrbit,
    Satellite,
    Scenario,
    StreetsOrbit,
    TleOrbit,
)
from simulator.scenario import orbits as kinds
from simulator.units import DAY_S


@dataclass(frozen=True)
class WalkerPattern:
    """Satellites t in planes p with phasing f, nodes spread over 360 (delta) or 180 deg (star)."""

    total: int
    planes: int
    phasing: int
    node_range_deg: float = 360.0


def walker(
    name: str,
    epoch: datetime,
    pattern: WalkerPattern,
    *,
    altitude_km: float,
    inclination_deg: float,
    raan_deg: float = 0.0,
    mean_anomaly_deg: float = 0.0,
    bstar: float = 0.0,
) -> tuple[Elements, ...]:
    """Return a Walker constellation i: t/p/f of circular orbits.

    Plane j has node raan + j range/p; its satellite k has anomaly k 360 p/t + j f 360/t
    (Walker 1984, Journal of the British Interplanetary Society 37).
    """
    total, planes, phasing = pattern.total, pattern.planes, pattern.phasing
    satellites_a_plane = total // planes
    constellation = []
    for index in range(total):
        plane, place = divmod(index, satellites_a_plane)
        anomaly = place * 360.0 / satellites_a_plane + plane * phasing * 360.0 / total
        orbit = KeplerElements(
            perigee_km=altitude_km,
            apogee_km=altitude_km,
            inclination_deg=inclination_deg,
            raan_deg=raan_deg + plane * pattern.node_range_deg / planes,
            mean_anomaly_deg=mean_anomaly_deg + anomaly,
            bstar=bstar,
        )
        origin = f"Walker {inclination_deg:g} deg: {total}/{planes}/{phasing}"
        constellation.append(
            keplerian(f"{name}-{index + 1}", epoch, orbit, number=index + 1, origin=origin)
        )
    return tuple(constellation)


def from_scenario(scenario: Scenario) -> tuple[tuple[Elements, Satellite], ...]:
    """Return every satellite of a resolved scenario with the table that describes it.

    A constellation's satellites share one table. Raises InputError, one line for each orbit that
    can't be flown.
    """
    satellites: list[tuple[Elements, Satellite]] = []
    problems: list[str] = []
    for satellite in scenario.satellites:
        orbit = satellite.orbit
        try:
            built = _BUILDERS[type(orbit)](satellite.name, orbit, scenario)
            height_km = orbit.reentry_height_km
            if orbit.decay is not None:
                built = tuple(_decaying(e, orbit.decay, height_km, scenario) for e in built)
            for elements in built:
                ahead = advanced(elements, scenario.phase_deg) if scenario.phase_deg else elements
                satellites.append((_ending_at(ahead, height_km), satellite))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple(satellites)


def _decaying(elements: Elements, decay: DecayTable, end_km: float, scenario: Scenario) -> Elements:
    """Return the orbit as it decays, by the element sets flown in the scenario's span."""
    start = scenario.span.start or elements.epoch
    end = _end_of(scenario) or start
    flown, _ = decaying(elements, decay, end, end_km)
    return between(flown, start, end)


def _ending_at(elements: Elements, height_km: float) -> Elements:
    """Return the same satellite with another re-entry height, in all its element sets."""
    changes = tuple((at, _ending_at(later, height_km)) for at, later in elements.changes)
    return replace(elements, reentry_height_km=height_km, changes=changes)


def _launch(name: str, orbit: kinds.LaunchOrbit, scenario: Scenario) -> tuple[Elements, ...]:
    return (launched(name, orbit),)


def _spread(name: str, orbit: kinds.PlaneSpreadOrbit, scenario: Scenario) -> tuple[Elements, ...]:
    return spread_satellites(name, orbit, scenario.span.start, _end_of(scenario))


def _kepler(name: str, orbit: kinds.KeplerianOrbit, scenario: Scenario) -> tuple[Elements, ...]:
    if orbit.altitude_km is not None:
        perigee_km, apogee_km = apsides_km(orbit.altitude_km, orbit.eccentricity or 0.0)
    else:
        perigee_km, apogee_km = orbit.perigee_km or 0.0, orbit.apogee_km or 0.0
    elements = KeplerElements(
        perigee_km=perigee_km,
        apogee_km=apogee_km,
        inclination_deg=orbit.inclination_deg,
        raan_deg=orbit.raan_deg,
        argument_of_perigee_deg=orbit.argument_of_perigee_deg,
        mean_anomaly_deg=orbit.mean_anomaly_deg,
        bstar=orbit.bstar,
    )
    return (keplerian(name, orbit.epoch or scenario.span.start, elements),)


def _sun_synchronous(
    name: str, orbit: kinds.SunSynchronousOrbit, scenario: Scenario
) -> tuple[Elements, ...]:
    # The descending node is half a turn, twelve hours, from the ascending one.
    ltan_h = orbit.ltan_h if orbit.ltan_h is not None else (orbit.ltdn_h or 0.0) + 12.0

    def flown(altitude_km: float) -> Elements:
        return sun_synchronous(
            name,
            orbit.epoch or scenario.span.start,
            altitude_km=altitude_km,
            ltan_h=ltan_h % 24.0,
            eccentricity=orbit.eccentricity,
            argument_of_perigee_deg=orbit.argument_of_perigee_deg,
            mean_anomaly_deg=orbit.mean_anomaly_deg,
            bstar=orbit.bstar,
        )

    if orbit.height_km is not None:
        return (flown(altitude_of_height_km(flown, orbit.height_km)),)
    return (flown(orbit.altitude_km or 0.0),)


def _walker(name: str, orbit: kinds.WalkerOrbit, scenario: Scenario) -> tuple[Elements, ...]:
    node_range_deg = 180.0 if orbit.kind == "walker-star" else 360.0
    return walker(
        name,
        orbit.epoch or scenario.span.start,
        WalkerPattern(orbit.total, orbit.planes, orbit.phasing, node_range_deg),
        altitude_km=orbit.altitude_km,
        inclination_deg=orbit.inclination_deg,
        raan_deg=orbit.raan_deg,
        mean_anomaly_deg=orbit.mean_anomaly_deg,
        bstar=orbit.bstar,
    )


def _repeating(name: str, orbit: RepeatOrbit, scenario: Scenario) -> tuple[Elements, ...]:
    return (repeating(name, orbit.epoch or scenario.span.start, orbit),)


def _frozen(name: str, orbit: FrozenOrbit, scenario: Scenario) -> tuple[Elements, ...]:
    return (frozen(name, orbit.epoch or scenario.span.start, orbit),)


def _in_plane(name: str, orbit: InPlaneOrbit, scenario: Scenario) -> tuple[Elements, ...]:
    return in_plane(name, orbit.epoch or scenario.span.start, orbit)


def _in_streets(name: str, orbit: StreetsOrbit, scenario: Scenario) -> tuple[Elements, ...]:
    return in_streets(name, orbit.epoch or scenario.span.start, orbit)


def _two_line(name: str, orbit: TleOrbit, scenario: Scenario) -> tuple[Elements, ...]:
    lines = orbit.lines or ()
    sets = [from_tle(name, pair) for pair in zip(lines[::2], lines[1::2], strict=True)]
    return (in_turn(sets, scenario.span.start, _end_of(scenario)),)


def _messages(name: str, orbit: OmmOrbit, scenario: Scenario) -> tuple[Elements, ...]:
    sets = [_from_message(name, message) for message in orbit.elements or ()]
    return (in_turn(sets, scenario.span.start, _end_of(scenario)),)


def _tabulated(name: str, orbit: EphemerisOrbit, scenario: Scenario) -> tuple[Elements, ...]:
    segments = orbit.segments()
    check_overlap(name, segments, scenario.span.start, _end_of(scenario))
    return (tabulated(name, segments),)


def _end_of(scenario: Scenario) -> datetime | None:
    span = scenario.span
    if span.start is None or span.days is None:
        return span.end
    return span.start + timedelta(days=span.days)


def _from_message(name: str, message: MeanElements) -> Elements:
    axis = semi_major_axis_km(message.mean_motion_rev_per_day * 2.0 * np.pi / DAY_S)
    orbit = KeplerElements(
        perigee_km=axis * (1.0 - message.eccentricity) - RADIUS_WGS72_KM,
        apogee_km=axis * (1.0 + message.eccentricity) - RADIUS_WGS72_KM,
        inclination_deg=message.inclination_deg,
        raan_deg=message.raan_deg,
        argument_of_perigee_deg=message.argument_of_perigee_deg,
        mean_anomaly_deg=message.mean_anomaly_deg,
        bstar=message.bstar,
    )
    return keplerian(
        name,
        message.epoch,
        orbit,
        number=message.catalogue_number or 0,
        origin="orbit mean-elements message",
        hypothetical=False,
    )


# A new kind of orbit is its table in the scenario, its builder above and its line here.
_BUILDERS: Mapping[type[kinds.Orbit], Callable[[str, Any, Scenario], tuple[Elements, ...]]] = {
    kinds.LaunchOrbit: _launch,
    kinds.PlaneSpreadOrbit: _spread,
    kinds.KeplerianOrbit: _kepler,
    kinds.SunSynchronousOrbit: _sun_synchronous,
    kinds.WalkerOrbit: _walker,
    RepeatOrbit: _repeating,
    FrozenOrbit: _frozen,
    InPlaneOrbit: _in_plane,
    StreetsOrbit: _in_streets,
    TleOrbit: _two_line,
    OmmOrbit: _messages,
    EphemerisOrbit: _tabulated,
}
