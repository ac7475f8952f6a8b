"""Orbits reached by launches: the plane holds the insertion point at the insertion instant.

Angles in degrees at the boundary and radians inside, heights over the equator's radius of WGS72 in
kilometres, all times UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np

from simulator import catalog
from simulator.earth import Span, geodetic_to_ecef, gmst_rad, tai_minus_utc_s, utc_jd
from simulator.errors import InputError
from simulator.orbits.elements import Elements, KeplerElements, eccentricity_of, keplerian
from simulator.scenario import LaunchOrbit

_MOST_CORRECTIONS = 25
_REMEMBERED = 64
_CLOSE_ENOUGH_RAD = 1e-8  # 7 cm on the ground


@dataclass(frozen=True)
class Insertion:
    """When and where a launch leaves its satellite: the point below it, and which way it heads."""

    liftoff: datetime
    time_of_flight_s: float
    latitude_deg: float
    longitude_deg: float
    descending: bool

    @property
    def instant(self) -> datetime:
        """Lift-off and so many SI seconds: a leap second in between is flown through."""
        plain = self.liftoff.astimezone(UTC) + timedelta(seconds=self.time_of_flight_s)
        leap = tai_minus_utc_s(sum(utc_jd(plain))) - tai_minus_utc_s(sum(utc_jd(self.liftoff)))
        return plain - timedelta(seconds=leap)


def from_launch(
    name: str,
    insertion: Insertion,
    *,
    inclination_deg: float,
    perigee_km: float,
    apogee_km: float,
    argument_of_perigee_deg: float | None = None,
    bstar: float = 0.0,
) -> Elements:
    """Return the orbit whose SGP4 position at insertion stands over the insertion point.

    Node and argument of latitude start from the spherical triangle of insertion latitude and
    inclination and are corrected until SGP4's own position, periodic terms included, stands over
    the point to a metre. Insertion is at perigee unless `argument_of_perigee_deg` is given.
    Raises InputError where the inclination does not reach the insertion latitude.
    """
    orbit = _found(
        name, insertion, inclination_deg, perigee_km, apogee_km, argument_of_perigee_deg, bstar
    )
    return keplerian(name, insertion.instant, orbit, origin="launch")


# Variants of a scenario mostly fly the same orbit, and what is asked for is found by trying.
@lru_cache(maxsize=_REMEMBERED, typed=True)
def _found(
    name: str,
    insertion: Insertion,
    inclination_deg: float,
    perigee_km: float,
    apogee_km: float,
    argument_of_perigee_deg: float | None,
    bstar: float,
) -> KeplerElements:
    """Return the elements of `from_launch` at the insertion."""
    inclination = np.radians(inclination_deg)
    # The orbit's plane goes through the Earth's centre: work in geocentric latitude.
    goal_lat, goal_lon = _geocentric(insertion, perigee_km)
    if abs(np.sin(goal_lat) / np.sin(inclination)) > 0.999:
        raise InputError(
            f"satellite '{name}': insertion_latitude_deg {insertion.latitude_deg:g} is out of "
            f"reach of inclination_deg {inclination_deg:g}; a plane must go through the point"
        )
    # Right ascension is longitude turned by the Earth's angle at the instant.
    goal_ra = goal_lon + float(gmst_rad(Span(insertion.instant, 1.0), np.zeros(1))[0])
    aim_lat, aim_ra = goal_lat, goal_ra
    for _ in range(_MOST_CORRECTIONS):
        node, latitude_argument = _plane_through(aim_lat, aim_ra, inclination, insertion.descending)
        perigee = (
            latitude_argument
            if argument_of_perigee_deg is None
            else np.radians(argument_of_perigee_deg)
        )
        anomaly = _mean_anomaly(latitude_argument - perigee, eccentricity_of(perigee_km, apogee_km))
        orbit = KeplerElements(
            perigee_km=perigee_km,
            apogee_km=apogee_km,
            inclination_deg=inclination_deg,
            raan_deg=float(np.degrees(node)),
            argument_of_perigee_deg=float(np.degrees(perigee)),
            mean_anomaly_deg=float(np.degrees(anomaly)),
            bstar=bstar,
        )
        elements = keplerian(name, insertion.instant, orbit, origin="launch")
        # SGP4's periodic terms move the satellite off the mean ellipse by up to some ten
        # kilometres: aim beside the point by as much as it was missed.
        off_lat, off_ra = _missed_by(elements, goal_lat, goal_ra)
        if max(abs(off_lat), abs(off_ra)) < _CLOSE_ENOUGH_RAD:
            break
        aim_lat, aim_ra = aim_lat + off_lat, aim_ra + off_ra
    return orbit


def _geocentric(insertion: Insertion, height_km: float) -> tuple[float, float]:
    """Return the geocentric latitude and the longitude of the insertion point, radians."""
    x, y, z = geodetic_to_ecef(insertion.latitude_deg, insertion.longitude_deg, height_km * 1e3)
    return float(np.arctan2(z, np.hypot(x, y))), float(np.arctan2(y, x))


def _plane_through(
    latitude: float, right_ascension: float, inclination: float, descending: bool
) -> tuple[float, float]:
    """Return the node and the argument of latitude of an orbit through a point, radians.

    From the right spherical triangle of node, point and equator (Vallado 2013, section 6.4):
    sin(latitude) = sin(inclination) sin(argument), and the node lies behind the point by the
    argument's projection on the equator.
    """
    argument = float(np.arcsin(np.sin(latitude) / np.sin(inclination)))
    # A latitude is passed twice a revolution: northward, and southward on the node's far side.
    if descending:
        argument = np.pi - argument
    along_equator = np.arctan2(np.cos(inclination) * np.sin(argument), np.cos(argument))
    return float(right_ascension - along_equator), argument


def _mean_anomaly(true_anomaly: float, eccentricity: float) -> float:
    """Return the mean anomaly of a true anomaly (Vallado 2013, section 2.2)."""
    e = eccentricity
    eccentric = 2.0 * np.arctan(np.sqrt((1.0 - e) / (1.0 + e)) * np.tan(0.5 * true_anomaly))
    return float(eccentric - e * np.sin(eccentric))


def _missed_by(elements: Elements, latitude: float, right_ascension: float) -> tuple[float, float]:
    """Return how far SGP4's position at the epoch is south and west of a direction, radians."""
    satellite = elements.satellite
    _, (x, y, z), _ = satellite.sgp4(satellite.jdsatepoch, satellite.jdsatepochF)
    south = latitude - np.arctan2(z, np.hypot(x, y))
    west = (right_ascension - np.arctan2(y, x) + np.pi) % (2.0 * np.pi) - np.pi
    return float(south), float(west)


def launched(name: str, orbit: LaunchOrbit) -> Elements:
    """Return the orbit of a launch of the catalogue, hypothetical unless it was achieved."""
    kind = catalog.get("launches", orbit.launch).values.get("kind")
    insertion = Insertion(
        orbit.liftoff,
        orbit.time_of_flight_s,
        orbit.insertion_latitude_deg,
        orbit.insertion_longitude_deg,
        descending=orbit.direction == "descending",
    )
    elements = from_launch(
        name,
        insertion,
        inclination_deg=orbit.inclination_deg,
        perigee_km=orbit.perigee_km,
        apogee_km=orbit.apogee_km,
        argument_of_perigee_deg=orbit.argument_of_perigee_deg,
        bstar=orbit.bstar,
    )
    origin = f"launch {orbit.launch}, {kind} orbit"
    return replace(elements, origin=origin, hypothetical=kind != "achieved")
