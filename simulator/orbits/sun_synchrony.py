"""Sun-synchronous orbits: the inclination at which SGP4 itself turns the node with the mean Sun."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from simulator.errors import InputError
from simulator.orbits.elements import (
    Elements,
    KeplerElements,
    keplerian,
    mean_sun_right_ascension_h,
)
from simulator.scenario import RADIUS_WGS72_KM
from simulator.units import MINUTES_PER_DAY

TROPICAL_YEAR_DAYS = 365.242189  # Meeus 1998, Astronomical Algorithms, 2nd ed., chapter 27


def node_rate_deg_day(*, perigee_km: float, apogee_km: float, inclination_deg: float) -> float:
    """Return the secular rate of the ascending node that SGP4 itself flies, degrees a day."""
    epoch = datetime(2000, 1, 1, tzinfo=UTC)
    orbit = keplerian("node rate", epoch, KeplerElements(perigee_km, apogee_km, inclination_deg))
    return float(np.degrees(orbit.satellite.nodedot) * MINUTES_PER_DAY)


def sun_synchronous_inclination_deg(*, perigee_km: float, apogee_km: float) -> float:
    """Return the inclination at which SGP4's node turns once a tropical year, by bisection.

    Raises InputError above about 5,970 km, where no inclination does it.
    """
    sun_deg_day = 360.0 / TROPICAL_YEAR_DAYS
    low, high = 90.0, 180.0

    def rate(inclination_deg: float) -> float:
        return node_rate_deg_day(
            perigee_km=perigee_km, apogee_km=apogee_km, inclination_deg=inclination_deg
        )

    if rate(high) < sun_deg_day:
        raise InputError(
            f"altitude {0.5 * (perigee_km + apogee_km):.0f} km: no inclination makes the orbit "
            "sun-synchronous; allowed up to about 5,970 km"
        )
    while high - low > 1e-9:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if rate(middle) < sun_deg_day else (low, middle)
    return 0.5 * (low + high)


def sun_synchronous(
    name: str,
    epoch: datetime,
    *,
    altitude_km: float,
    ltan_h: float,
    eccentricity: float = 0.0,
    argument_of_perigee_deg: float = 0.0,
    mean_anomaly_deg: float = 0.0,
    bstar: float = 0.0,
) -> Elements:
    """Return a sun-synchronous orbit by mean altitude and local mean time of ascending node."""
    perigee_km, apogee_km = apsides_km(altitude_km, eccentricity)
    orbit = KeplerElements(
        perigee_km=perigee_km,
        apogee_km=apogee_km,
        inclination_deg=sun_synchronous_inclination_deg(perigee_km=perigee_km, apogee_km=apogee_km),
        raan_deg=node_at_local_time_deg(epoch, ltan_h),
        argument_of_perigee_deg=argument_of_perigee_deg,
        mean_anomaly_deg=mean_anomaly_deg,
        bstar=bstar,
    )
    origin = f"sun-synchronous, ascending node at {ltan_h:.2f} h local mean time"
    return keplerian(name, epoch, orbit, origin=origin)


def node_at_local_time_deg(epoch: datetime, ltan_h: float) -> float:
    """Return the right ascension of an ascending node at a local mean time, degrees."""
    # The node follows the mean sun by as many hours as its local time is past noon.
    return 15.0 * (mean_sun_right_ascension_h(epoch) + ltan_h - 12.0)


def apsides_km(altitude_km: float, eccentricity: float) -> tuple[float, float]:
    """Return the heights of perigee and apogee from mean altitude and eccentricity."""
    axis = altitude_km + RADIUS_WGS72_KM
    return (
        axis * (1.0 - eccentricity) - RADIUS_WGS72_KM,
        axis * (1.0 + eccentricity) - RADIUS_WGS72_KM,
    )
