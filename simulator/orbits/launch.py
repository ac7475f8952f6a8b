"""Orbits reached by launches: the plane holds the insertion point at the insertion instant.

Angles in degrees, heights over the equator's radius of WGS72 in kilometres, all times UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from simulator import catalog
from simulator.earth import Span, geodetic_to_ecef, gmst_rad, tai_minus_utc_s, utc_jd
from simulator.errors import InputError
from simulator.orbits.elements import Elements, keplerian
from simulator.scenario import MU_WGS72_KM3_S2 as MU_WGS72_KM3_S2
from simulator.scenario import RADIUS_WGS72_KM as RADIUS_WGS72_KM
from simulator.scenario import (
    LaunchOrbit,
)


def from_launch(
    name: str,
    liftoff: datetime,
    *,
    time_of_flight_s: float,
    insertion_latitude_deg: float,
    insertion_longitude_deg: float,
    descending: bool,
    inclination_deg: float,
    perigee_km: float,
    apogee_km: float,
    argument_of_perigee_deg: float | None = None,
    bstar: float = 0.0,
    origin: str = "launch",
    hypothetical: bool = True,
) -> Elements:
    """Return the orbit whose SGP4 position at insertion stands over the insertion point.

    Node and argument of latitude start from the spherical triangle of insertion latitude and
    inclination and are corrected until SGP4's own position, periodic terms included, stands over
    the point to a metre. Insertion is at perigee unless `argument_of_perigee_deg` is given.
    Raises InputError where the inclination does not reach the insertion latitude.
    """
    epoch = _later(liftoff, time_of_flight_s)
    inclination = np.radians(inclination_deg)
    # The orbit's plane goes through the Earth's centre: work in geocentric latitude.
    goal_lat, goal_lon = _geocentric(insertion_latitude_deg, insertion_longitude_deg, perigee_km)
    reach = abs(np.sin(goal_lat) / np.sin(inclination))
    if reach > 0.999:
        raise InputError(
            f"satellite '{name}': insertion_latitude_deg {insertion_latitude_deg:g} is out of "
            f"reach of inclination_deg {inclination_deg:g}; a plane must go through the point"
        )
    sidereal = float(gmst_rad(Span(epoch, 1.0), np.zeros(1))[0])
    aim_lat, aim_lon = goal_lat, goal_lon + sidereal
    for _ in range(25):
        latitude_argument = float(np.arcsin(np.sin(aim_lat) / np.sin(inclination)))
        if descending:
            latitude_argument = np.pi - latitude_argument
        node = aim_lon - np.arctan2(
            np.cos(inclination) * np.sin(latitude_argument), np.cos(latitude_argument)
        )
        perigee = (
            latitude_argument
            if argument_of_perigee_deg is None
            else np.radians(argument_of_perigee_deg)
        )
        elements = keplerian(
            name,
            epoch,
            perigee_km=perigee_km,
            apogee_km=apogee_km,
            inclination_deg=inclination_deg,
            raan_deg=float(np.degrees(node)),
            argument_of_perigee_deg=float(np.degrees(perigee)),
            mean_anomaly_deg=float(
                np.degrees(_mean_anomaly(latitude_argument - perigee, perigee_km, apogee_km))
            ),
            bstar=bstar,
            origin=origin,
            hypothetical=hypothetical,
        )
        satellite = elements.satellite
        _, (x, y, z), _ = satellite.sgp4(satellite.jdsatepoch, satellite.jdsatepochF)
        off_lat = goal_lat - np.arctan2(z, np.hypot(x, y))
        off_lon = (goal_lon + sidereal - np.arctan2(y, x) + np.pi) % (2.0 * np.pi) - np.pi
        if max(abs(off_lat), abs(off_lon)) < 1e-8:
            break
        aim_lat, aim_lon = aim_lat + off_lat, aim_lon + off_lon
    return elements


def _later(instant: datetime, seconds: float) -> datetime:
    """Return the UTC instant so many SI seconds later."""
    plain = instant.astimezone(UTC) + timedelta(seconds=seconds)
    leap = tai_minus_utc_s(sum(utc_jd(plain))) - tai_minus_utc_s(sum(utc_jd(instant)))
    return plain - timedelta(seconds=leap)


def _geocentric(latitude_deg: float, longitude_deg: float, height_km: float) -> tuple[float, float]:
    x, y, z = geodetic_to_ecef(latitude_deg, longitude_deg, height_km * 1e3)
    return float(np.arctan2(z, np.hypot(x, y))), float(np.arctan2(y, x))


def _mean_anomaly(true_anomaly: float, perigee_km: float, apogee_km: float) -> float:
    """Return the mean anomaly of a true anomaly (Vallado 2013, section 2.2)."""
    e = (apogee_km - perigee_km) / (apogee_km + perigee_km + 2.0 * RADIUS_WGS72_KM)
    eccentric = 2.0 * np.arctan(np.sqrt((1.0 - e) / (1.0 + e)) * np.tan(0.5 * true_anomaly))
    return float(eccentric - e * np.sin(eccentric))


def launched(name: str, orbit: LaunchOrbit) -> Elements:
    kind = catalog.get("launches", orbit.launch).values.get("kind")
    return from_launch(
        name,
        orbit.liftoff,
        time_of_flight_s=orbit.time_of_flight_s,
        insertion_latitude_deg=orbit.insertion_latitude_deg,
        insertion_longitude_deg=orbit.insertion_longitude_deg,
        descending=orbit.direction == "descending",
        inclination_deg=orbit.inclination_deg,
        perigee_km=orbit.perigee_km,
        apogee_km=orbit.apogee_km,
        argument_of_perigee_deg=orbit.argument_of_perigee_deg,
        bstar=orbit.bstar,
        origin=f"launch {orbit.launch}, {kind} orbit",
        hypothetical=kind != "achieved",
    )
