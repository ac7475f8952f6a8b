"""Every way to name an orbit, each ending in an SGP4 element set.

The elements are *defined to be* SGP4 mean elements with WGS72 constants. Heights of perigee and
apogee are two-body heights of the mean motion over 6,378.135 km, as satellite catalogues print
them (Space-Track, "basic description of the two-line element", a = (mu / n^2)^(1/3)): a published
"493 x 512 km" goes in as it stands. Angles in degrees and lengths in km at the boundary.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

import numpy as np
from sgp4.api import SGP4_ERRORS, WGS72, WGS72OLD, WGS84, Satrec

from simulator.earth import Span, elapsed_s, gmst_rad, utc_jd
from simulator.errors import InputError
from simulator.scenario import MU_WGS72_KM3_S2
from simulator.scenario import RADIUS_WGS72_KM as RADIUS_WGS72_KM
from simulator.units import DAY_S, MINUTE_S, MINUTES_PER_DAY

REENTRY_HEIGHT_KM = 100.0
_GREATEST_NUMBER = 339_999  # Z9999, alpha-5
# A turn of less moves no satellite by as much as its position is rounded.
_LEAST_INCLINATION_RAD = 1e-20
_SGP4_EPOCH_JD = 2_433_281.5  # 1949-12-31, day zero of sgp4init
# Of the models of gravity that SGP4 can be initialised with, each has a number of its own for mu.
_GRAVITIES = {398_600.79964: WGS72OLD, MU_WGS72_KM3_S2: WGS72, 398_600.5: WGS84}


class _Record(NamedTuple):
    """What SGP4 is initialised with, in its own units."""

    number: int
    epoch_jd: tuple[float, float]
    bstar: float
    ndot: float
    nddot: float
    eccentricity: float
    argument_of_perigee_rad: float
    inclination_rad: float
    mean_anomaly_rad: float
    mean_motion_rad_min: float
    raan_rad: float
    gravity: int = WGS72
    mode: str = "i"


def _initialised(record: _Record) -> Satrec:
    satellite = Satrec()
    number, (day, fraction), *values, gravity, mode = record
    # SGP4 divides by the sine of the inclination, and a number near the least there is overflows.
    if values[5] < _LEAST_INCLINATION_RAD:
        values[5] = 0.0
    # A label to SGP4, which keeps none beyond five characters.
    number = number if number <= _GREATEST_NUMBER else 0
    satellite.sgp4init(gravity, mode, number, day - _SGP4_EPOCH_JD + fraction, *values)
    # sgp4init's single day number keeps only about a microsecond; the pair keeps all.
    satellite.jdsatepoch, satellite.jdsatepochF = day, fraction
    return satellite


def _record(satellite: Satrec) -> _Record:
    return _Record(
        satellite.satnum,
        (satellite.jdsatepoch, satellite.jdsatepochF),
        satellite.bstar,
        satellite.ndot,
        satellite.nddot,
        satellite.ecco,
        satellite.argpo,
        satellite.inclo,
        satellite.mo,
        satellite.no_kozai,
        satellite.nodeo,
        _GRAVITIES[satellite.mu],
        satellite.operationmode,
    )


def _restored(kind: type[Elements], record: _Record, facts: dict[str, Any]) -> Elements:
    return kind(satellite=_initialised(record), **facts)


@dataclass(frozen=True)
class KeplerElements:
    """Size, shape and place of an orbit, as SGP4 mean elements at an epoch.

    Heights are those of the mean motion over 6,378.135 km; `bstar` is SGP4's drag term, 1/Earth
    radii.
    """

    perigee_km: float
    apogee_km: float
    inclination_deg: float
    raan_deg: float = 0.0
    argument_of_perigee_deg: float = 0.0
    mean_anomaly_deg: float = 0.0
    bstar: float = 0.0


@dataclass(frozen=True)
class Elements:
    """One satellite as SGP4 flies it: the initialised record, its epoch and where it came from.

    It ends at `reentry_height_km` over the ellipsoid. `changes` are the instants, in order, from
    which other elements of the same satellite are flown; `sets` is out of how many sets given.
    `decays` says that they are those of one set that decays, made by a model.
    """

    name: str
    satellite: Any
    epoch: datetime
    origin: str
    hypothetical: bool = True
    reentry_height_km: float = REENTRY_HEIGHT_KM
    changes: tuple[tuple[datetime, Elements], ...] = ()
    sets: int = 1
    decays: bool = False

    # Whether it flies by a table of states, and its elements only say what orbit that is.
    is_tabulated: ClassVar[bool] = False

    def pieces(self, span: Span) -> tuple[tuple[Elements, float, float], ...]:
        """Return (elements, from_s, to_s) in order: minus infinity to infinity, end to end."""
        flown = [replace(self, changes=()), *(elements for _, elements in self.changes)]
        at_s = [-math.inf, *(span.seconds(instant) for instant, _ in self.changes), math.inf]
        return tuple(zip(flown, at_s[:-1], at_s[1:], strict=True))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what SGP4 is initialised with: its record itself can't be."""
        facts = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "satellite"}
        return _restored, (type(self), _record(self.satellite), facts)

    def breaks_s(self, span: Span) -> list[float]:
        """Return the instants, seconds of a span, from which it flies by other elements or states.

        At each of them its path may jump.
        """
        return [span.seconds(instant) for instant, _ in self.changes]

    def advanced(self, phase_deg: float, node_deg: float) -> Elements:
        """Return the satellite further along, and its plane turned, as the function has it."""
        old = _record(self.satellite)
        moved = (old.mean_anomaly_rad + np.radians(phase_deg)) % (2.0 * np.pi)
        turned = (old.raan_rad + np.radians(node_deg)) % (2.0 * np.pi) if node_deg else old.raan_rad
        return replace(
            self,
            satellite=_initialised(old._replace(mean_anomaly_rad=moved, raan_rad=turned)),
            changes=tuple((at, later.advanced(phase_deg, node_deg)) for at, later in self.changes),
        )

    @property
    def inclination_deg(self) -> float:
        return float(np.degrees(self.satellite.inclo))

    @property
    def raan_deg(self) -> float:
        return float(np.degrees(self.satellite.nodeo))

    @property
    def eccentricity(self) -> float:
        return float(self.satellite.ecco)

    @property
    def argument_of_perigee_deg(self) -> float:
        return float(np.degrees(self.satellite.argpo))

    @property
    def mean_anomaly_deg(self) -> float:
        return float(np.degrees(self.satellite.mo))

    @property
    def period_min(self) -> float:
        return float(2.0 * np.pi / self.satellite.no_kozai)

    @property
    def semi_major_axis_km(self) -> float:
        return semi_major_axis_km(2.0 * np.pi / self.period_min / MINUTE_S)

    @property
    def perigee_km(self) -> float:
        return self.semi_major_axis_km * (1.0 - self.eccentricity) - RADIUS_WGS72_KM

    @property
    def apogee_km(self) -> float:
        return self.semi_major_axis_km * (1.0 + self.eccentricity) - RADIUS_WGS72_KM

    @property
    def ltan_h(self) -> float:
        """Local mean solar time of the ascending node at the epoch, hours."""
        return self.ltan_h_at(self.epoch)

    def ltan_h_at(self, instant: datetime) -> float:
        """Return the local mean solar time of the ascending node at an instant, hours.

        The node moves at SGP4's secular rate; drag and what it does to that rate are left out.
        """
        days = (instant - self.epoch).total_seconds() / DAY_S
        node_deg = self.raan_deg + np.degrees(self.satellite.nodedot) * MINUTES_PER_DAY * days
        return local_time_h(node_deg, instant)

    def facts(self) -> dict[str, Any]:
        """Return the mean elements as plain values, their two lines among them."""
        return {
            "name": self.name,
            "origin": self.origin,
            "hypothetical": self.hypothetical,
            "epoch": self.epoch,
            "perigee_km": round(self.perigee_km, 3),
            "apogee_km": round(self.apogee_km, 3),
            "period_min": round(self.period_min, 4),
            "eccentricity": round(self.eccentricity, 7),
            "inclination_deg": round(self.inclination_deg, 4),
            "raan_deg": round(self.raan_deg, 4),
            "argument_of_perigee_deg": round(self.argument_of_perigee_deg, 4),
            "mean_anomaly_deg": round(self.mean_anomaly_deg, 4),
            "ltan_h": round(self.ltan_h, 4),
            "tle": [] if self.is_tabulated else list(self.tle()),
            "reentry_height_km": self.reentry_height_km,
            "changes": [
                {"from": instant, "epoch": later.epoch, "tle": list(later.tle())}
                for instant, later in self.changes
            ],
        }

    def tle(self) -> tuple[str, str]:
        """Return the element set as two lines; rounding moves it by up to about a kilometre."""
        from sgp4.exporter import export_tle

        first, second = export_tle(self.satellite)
        return str(first), str(second)


def semi_major_axis_km(mean_motion_rad_s: float) -> float:
    """Return the two-body semi-major axis of a mean motion (Kepler's third law)."""
    return float((MU_WGS72_KM3_S2 / mean_motion_rad_s**2) ** (1.0 / 3.0))


def mean_motion_rad_s(perigee_km: float, apogee_km: float) -> float:
    """Return the two-body mean motion from the heights of perigee and apogee."""
    axis = RADIUS_WGS72_KM + 0.5 * (perigee_km + apogee_km)
    return float(np.sqrt(MU_WGS72_KM3_S2 / axis**3))


def eccentricity_of(perigee_km: float, apogee_km: float) -> float:
    """Return the eccentricity from the heights of perigee and apogee."""
    return (apogee_km - perigee_km) / (apogee_km + perigee_km + 2.0 * RADIUS_WGS72_KM)


def local_time_h(node_deg: float, instant: datetime) -> float:
    """Return the local mean solar time of a node by its right ascension, hours."""
    # Fifteen degrees of right ascension from the mean sun are an hour, noon being on it.
    return float((node_deg / 15.0 - mean_sun_right_ascension_h(instant) + 12.0) % 24.0)


def mean_sun_right_ascension_h(instant: datetime) -> float:
    """Return the right ascension of the mean sun, hours: sidereal time less universal time.

    It is what turns a node's right ascension into local mean solar time. UT1 is taken as UTC:
    the error, below a second of time, is below 0.005 deg of node.
    """
    span = Span(instant, 1.0, 0.0)
    hour = utc_jd(instant)[1] * 24.0
    return (float(np.degrees(gmst_rad(span, np.zeros(1))[0])) / 15.0 - hour + 12.0) % 24.0


def keplerian(
    name: str,
    epoch: datetime,
    orbit: KeplerElements,
    *,
    number: int = 0,
    origin: str = "Keplerian elements",
    hypothetical: bool = True,
) -> Elements:
    """Return the satellite that SGP4 flies from mean elements; `number` is its catalogue number.

    Raises InputError where SGP4 refuses the orbit at its own epoch.
    """
    day, fraction = utc_jd(epoch)
    satellite = _initialised(
        _Record(
            number=number,
            epoch_jd=(day, fraction),
            bstar=orbit.bstar,
            ndot=0.0,
            nddot=0.0,
            eccentricity=eccentricity_of(orbit.perigee_km, orbit.apogee_km),
            argument_of_perigee_rad=np.radians(orbit.argument_of_perigee_deg % 360.0),
            inclination_rad=np.radians(orbit.inclination_deg),
            mean_anomaly_rad=np.radians(orbit.mean_anomaly_deg % 360.0),
            mean_motion_rad_min=mean_motion_rad_s(orbit.perigee_km, orbit.apogee_km) * MINUTE_S,
            raan_rad=np.radians(orbit.raan_deg % 360.0),
        )
    )
    return checked(Elements(name, satellite, epoch.astimezone(UTC), origin, hypothetical))


def checked(elements: Elements) -> Elements:
    """Return the elements if SGP4 can fly them at their epoch, else raise InputError."""
    satellite = elements.satellite
    code, position, _ = satellite.sgp4(satellite.jdsatepoch, satellite.jdsatepochF)
    radius = float(np.linalg.norm(position)) if code == 0 else 0.0
    if code != 0 or not np.isfinite(radius) or elements.perigee_km < 0.0:
        cause = f" (SGP4 error {code}, {SGP4_ERRORS.get(code, 'unknown')})" if code else ""
        raise InputError(
            f"satellite '{elements.name}': an orbit of {elements.perigee_km:.0f} x "
            f"{elements.apogee_km:.0f} km can't be flown{cause}; perigee must stay above the "
            "surface"
        )
    return elements


def from_satrec(name: str, satellite: Any, *, origin: str) -> Elements:
    """Return elements from a record that came from a TLE or OMM."""
    days = satellite.jdsatepoch - 2_440_587.5
    epoch = (
        datetime(1970, 1, 1, tzinfo=UTC)
        + timedelta(days=days)
        + timedelta(days=satellite.jdsatepochF)
    )
    return checked(Elements(name, satellite, epoch, origin, hypothetical=False))


def from_tle(name: str, lines: tuple[str, str], *, origin: str = "two-line elements") -> Elements:
    """Return elements from two checked lines."""
    return from_satrec(name, Satrec.twoline2rv(lines[0], lines[1], WGS72), origin=origin)


def advanced(elements: Elements, phase_deg: float, *, node_deg: float = 0.0) -> Elements:
    """Return the same orbit with the satellite further along it, by mean anomaly.

    `node_deg` turns the plane too, by the right ascension of its ascending node. Raises InputError
    where the plane of a table of states is to be turned.
    """
    return elements.advanced(phase_deg, node_deg)


def element_age_days(elements: Elements, span: Span) -> float:
    """Return the greatest distance in time between an epoch and an instant flown from it, days.

    A table of states has no age.
    """
    if elements.is_tabulated:
        return 0.0
    ages_s = [0.0]
    for piece, low_s, high_s in elements.pieces(span):
        ends_s = max(0.0, low_s), min(span.duration_s, high_s)
        if ends_s[0] <= ends_s[1]:
            ages_s += [abs(elapsed_s(span.start, piece.epoch) - at_s) for at_s in ends_s]
    return max(ages_s) / DAY_S


def in_turn(sets: Sequence[Elements], start: datetime | None, end: datetime | None) -> Elements:
    """Return the element sets of one satellite, of different epochs, as flown from start to end.

    If no epoch lies in between, the set nearest to the middle is flown throughout; else each from
    the middle between its epoch and the one before to the middle between it and the next. Without
    a start the newest is flown.
    """
    by_epoch = {elements.epoch: elements for elements in sets}
    ordered = [by_epoch[epoch] for epoch in sorted(by_epoch)]
    if start is None:
        return replace(ordered[-1], sets=len(sets))
    end = start if end is None else end
    if not any(start <= elements.epoch <= end for elements in ordered):
        middle = start + (end - start) / 2
        nearest = min(ordered, key=lambda elements: abs(elements.epoch - middle))
        return replace(nearest, sets=len(sets))
    middles = [a.epoch + (b.epoch - a.epoch) / 2 for a, b in pairwise(ordered)]
    first = sum(at <= start for at in middles)
    changes = zip(middles, ordered[1:], strict=True)
    later = tuple((at, elements) for at, elements in changes if start < at < end)
    return replace(ordered[first], changes=later, sets=len(sets))


def between(elements: Elements, start: datetime, end: datetime) -> Elements:
    """Return a history of element sets without those that are not flown from start to end."""
    first, later = replace(elements, changes=()), list[tuple[datetime, Elements]]()
    for at, flown in elements.changes:
        if at <= start:
            first = replace(flown, sets=elements.sets, decays=elements.decays)
        elif at < end:
            later.append((at, flown))
    return replace(first, changes=tuple(later))
