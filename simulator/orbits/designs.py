"""Orbits by what they are to do, solved on SGP4 itself: height as flown, repeating track, frozen.

SGP4's mean elements have the long-period terms taken out (Brouwer 1959, Astronomical Journal 64):
an orbit of mean eccentricity 0 is flown with the eccentricity -J3 / (2 J2) (R / a) sin i and its
perigee in the north, and keeps both. It is the frozen orbit of that theory (Cutting, Born and
Frautnick 1978, Journal of the Astronautical Sciences 26), and closes its track.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from simulator.arrays import FloatArray
from simulator.earth import EARTH_RATE_RAD_S, Span, ecef_to_geodetic, gmst_rad
from simulator.errors import InputError
from simulator.orbits.elements import Elements, KeplerElements, keplerian
from simulator.orbits.propagation import teme_states
from simulator.orbits.sun_synchrony import (
    apsides_km,
    node_at_local_time_deg,
    sun_synchronous_inclination_deg,
)
from simulator.scenario import (
    MU_WGS72_KM3_S2,
    RADIUS_WGS72_KM,
    FrozenOrbit,
    InPlaneOrbit,
    RepeatOrbit,
    StreetsOrbit,
)
from simulator.units import DAY_S, MINUTE_S

_SIDEREAL_DAY_S = 86_164.0905
_HEIGHT_TOLERANCE_KM = 1e-4
_MOST_STEPS = 30
_CYCLE_BRACKET_KM = 150.0
_CRITICAL_BRACKET_DEG = (60.0, 67.0)
_NODE_STEP_S = 30.0


@dataclass(frozen=True)
class _Design:
    """A plane, and where on it a satellite is; the rest of an orbit is its mean altitude."""

    name: str
    epoch: datetime
    origin: str
    inclination_deg: float | None
    ascending_h: float | None
    raan_deg: float
    mean_anomaly_deg: float
    bstar: float
    eccentricity: float = 0.0
    argument_of_perigee_deg: float = 0.0
    number: int = 0

    def at(self, altitude_km: float, *, ahead_deg: float = 0.0) -> Elements:
        """Return the satellite at a mean altitude, so far ahead on its orbit."""
        perigee_km, apogee_km = apsides_km(altitude_km, self.eccentricity)
        inclination_deg, raan_deg = self.inclination_deg, self.raan_deg
        if self.ascending_h is not None:
            raan_deg = node_at_local_time_deg(self.epoch, self.ascending_h)
        if inclination_deg is None:
            inclination_deg = sun_synchronous_inclination_deg(
                perigee_km=perigee_km, apogee_km=apogee_km
            )
        orbit = KeplerElements(
            perigee_km,
            apogee_km,
            inclination_deg,
            raan_deg,
            self.argument_of_perigee_deg,
            self.mean_anomaly_deg + ahead_deg,
            self.bstar,
        )
        return keplerian(self.name, self.epoch, orbit, number=self.number, origin=self.origin)


def _design(
    name: str, epoch: datetime, orbit: RepeatOrbit | FrozenOrbit | InPlaneOrbit, origin: str
) -> _Design:
    return _Design(
        name,
        epoch,
        origin,
        orbit.inclination_deg,
        orbit.ascending_h,
        orbit.raan_deg or 0.0,
        orbit.mean_anomaly_deg,
        orbit.bstar,
    )


def mean_height_km(elements: Elements) -> float:
    """Return the height over the ellipsoid that is flown, averaged over the first day.

    Raises InputError for a satellite that comes down within it.
    """
    at_s = np.arange(0.5 * MINUTE_S, DAY_S, MINUTE_S)
    codes, position_m, _ = teme_states(elements, Span(elements.epoch, DAY_S), at_s)
    if codes.any():
        raise InputError(f"satellite '{elements.name}': does not stay up for its first day")
    # The ellipsoid turns about its axis: heights are the same in either frame.
    return float(np.mean(ecef_to_geodetic(position_m)[2])) * 1e-3


def altitude_of_height_km(flown: Callable[[float], Elements], height_km: float) -> float:
    """Return the mean altitude at which the mean height of the first day, as flown, is as wished.

    `flown` gives the satellite by mean altitude. Raises InputError where none is found.
    """
    altitude_km = height_km
    for _ in range(_MOST_STEPS):
        elements = flown(altitude_km)
        miss_km = mean_height_km(elements) - height_km
        altitude_km -= miss_km
        if abs(miss_km) < _HEIGHT_TOLERANCE_KM:
            return altitude_km
    raise InputError(
        f"satellite '{elements.name}': no orbit is flown at height_km = {height_km:g}; with so "
        "much drag it falls too far in a day"
    )


def altitude_of_cycle_km(
    flown: Callable[[float], Elements], revolutions: int, cycle_days: int
) -> float:
    """Return the mean altitude at which a track closes after so many revolutions and nodal days.

    By SGP4's own secular rates: revolutions from node to node against turns of the Earth under the
    turning plane (Vallado 2013, section 11.4.2). Raises InputError where that is too low to fly.
    """
    wanted = revolutions / cycle_days
    mean_motion = 2.0 * np.pi * wanted / _SIDEREAL_DAY_S
    middle_km = float((MU_WGS72_KM3_S2 / mean_motion**2) ** (1.0 / 3.0)) - RADIUS_WGS72_KM
    low, high = max(1.0, middle_km - _CYCLE_BRACKET_KM), middle_km + _CYCLE_BRACKET_KM

    def excess(altitude_km: float) -> float:
        satellite = flown(altitude_km).satellite
        per_minute = satellite.mdot + satellite.argpdot
        return float(per_minute / (EARTH_RATE_RAD_S * MINUTE_S - satellite.nodedot)) - wanted

    return _root(excess, low, high)


def _root(falling: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function falls through zero, by bisection to the last digits."""
    while high - low > 1e-9:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if falling(middle) > 0.0 else (low, middle)
    return 0.5 * (low + high)


def ascending_nodes(elements: Elements, days: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return when a satellite crosses the equator northwards, and where; all (N,).

    Seconds since its epoch, right ascension (TEME) and longitude, degrees, as SGP4 flies it.
    """
    span = Span(elements.epoch, days * DAY_S)
    at_s = np.arange(0.0, span.duration_s + _NODE_STEP_S, _NODE_STEP_S)
    _, position_m, _ = teme_states(elements, span, at_s)
    north = position_m[:, 2] >= 0.0
    found_s = at_s[:-1][~north[:-1] & north[1:]] + 0.5 * _NODE_STEP_S
    for _ in range(5):
        _, position_m, velocity_m_s = teme_states(elements, span, found_s)
        found_s = found_s - position_m[:, 2] / velocity_m_s[:, 2]
    _, position_m, _ = teme_states(elements, span, found_s)
    ascension_deg = np.degrees(np.arctan2(position_m[:, 1], position_m[:, 0]))
    longitude_deg = ascension_deg - np.degrees(gmst_rad(span, found_s))
    return found_s, ascension_deg % 360.0, (longitude_deg + 180.0) % 360.0 - 180.0


def repeating(name: str, epoch: datetime, orbit: RepeatOrbit) -> Elements:
    """Return a satellite whose ground track closes after its cycle, without drag."""
    days = f"{orbit.cycle_days} day{'s' if orbit.cycle_days > 1 else ''}"
    origin = f"repeat ground track, {orbit.revolutions} revolutions in {days}"
    design = _design(name, epoch, orbit, origin)
    altitude_km = altitude_of_cycle_km(design.at, orbit.revolutions, orbit.cycle_days)
    if orbit.track_longitude_deg is None:
        return design.at(altitude_km)
    return _over(design, altitude_km, orbit, orbit.track_longitude_deg)


def _over(
    design: _Design, altitude_km: float, orbit: RepeatOrbit, longitude_deg: float
) -> Elements:
    """Return a repeating satellite one of whose ascending nodes is at a longitude."""
    between_deg, ahead_deg = 360.0 / orbit.revolutions, 0.0
    for _ in range(3):
        elements = design.at(altitude_km, ahead_deg=ahead_deg)
        _, _, flown_deg = ascending_nodes(elements, 0.2)
        # Of the nodes, which are all of the same track, the first one's distance from the nearest.
        miss_deg = longitude_deg - flown_deg[0]
        miss_deg = (miss_deg + 0.5 * between_deg) % between_deg - 0.5 * between_deg
        # A satellite further ahead is at its node sooner, when the Earth has turned less.
        ahead_deg += float(miss_deg) * orbit.revolutions / orbit.cycle_days
    return design.at(altitude_km, ahead_deg=ahead_deg)


def frozen(name: str, epoch: datetime, orbit: FrozenOrbit) -> Elements:
    """Return a satellite whose eccentricity and argument of perigee stay, as SGP4 flies it."""
    if orbit.eccentricity is not None:
        return _critically_inclined(name, epoch, orbit, orbit.eccentricity)
    design = _design(name, epoch, orbit, "frozen orbit, perigee in the north as flown")
    design = replace(design, argument_of_perigee_deg=90.0)
    if orbit.height_km is not None:
        return design.at(altitude_of_height_km(design.at, orbit.height_km))
    return design.at(orbit.altitude_km or 0.0)


def _critically_inclined(
    name: str, epoch: datetime, orbit: FrozenOrbit, eccentricity: float
) -> Elements:
    design = replace(
        _design(name, epoch, orbit, "frozen orbit at the critical inclination"),
        eccentricity=eccentricity,
        argument_of_perigee_deg=90.0 if orbit.perigee_over == "north" else 270.0,
    )
    altitude_km = orbit.altitude_km or 0.0

    def turn(inclination_deg: float) -> float:
        flown = replace(design, inclination_deg=inclination_deg).at(altitude_km)
        return float(flown.satellite.argpdot)

    return replace(design, inclination_deg=_root(turn, *_CRITICAL_BRACKET_DEG)).at(altitude_km)


def in_plane(name: str, epoch: datetime, orbit: InPlaneOrbit) -> tuple[Elements, ...]:
    """Return several satellites of one circular orbit, so far ahead of each other as it says."""
    offsets_deg = orbit.offsets_deg
    design = _design(name, epoch, orbit, f"{len(offsets_deg)} in one plane")
    if orbit.height_km is not None:
        altitude_km = altitude_of_height_km(design.at, orbit.height_km)
    elif orbit.revolutions is not None and orbit.cycle_days is not None:
        altitude_km = altitude_of_cycle_km(design.at, orbit.revolutions, orbit.cycle_days)
    else:
        altitude_km = orbit.altitude_km or 0.0
    return tuple(
        replace(design, name=f"{name}-{number}", number=number).at(altitude_km, ahead_deg=ahead_deg)
        for number, ahead_deg in enumerate(offsets_deg, start=1)
    )


def in_streets(name: str, epoch: datetime, orbit: StreetsOrbit) -> tuple[Elements, ...]:
    """Return the satellites of polar planes whose streets of coverage leave no gap."""
    pattern, satellites = orbit.pattern, []
    origin = f"streets of coverage, {pattern.planes} x {pattern.satellites_per_plane}"
    for index in range(pattern.total):
        plane, place = divmod(index, pattern.satellites_per_plane)
        design = _Design(
            f"{name}-{index + 1}",
            epoch,
            origin,
            90.0,
            None,
            orbit.raan_deg + plane * pattern.node_step_deg,
            orbit.mean_anomaly_deg + plane * pattern.phase_step_deg,
            orbit.bstar,
            number=index + 1,
        )
        ahead_deg = 360.0 * place / pattern.satellites_per_plane
        satellites.append(design.at(orbit.altitude_km, ahead_deg=ahead_deg))
    return tuple(satellites)
