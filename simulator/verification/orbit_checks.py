"""Where satellites are, and in which frame: SGP4's own vectors, sidereal time, the ellipsoid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources

import erfa
import numpy as np
from sgp4.api import WGS72, Satrec

from simulator.arrays import FloatArray
from simulator.earth import (
    Span,
    ecef_to_geodetic,
    geodetic_to_ecef,
    gmst_rad,
    look_angles,
    tai_minus_utc_s,
)
from simulator.errors import InputError
from simulator.orbits import Elements, from_satrec, teme_positions
from simulator.units import DAY_S, MINUTE_S
from simulator.verification.checks import Check, number_check, worst_check

_VALLADO = "Vallado, Crawford, Hujsak and Kelso 2006, AIAA 2006-6753"
_VECTORS = f"{_VALLADO}: vectors of verification, as in the package sgp4 (tcppver.out)"
_ERFA = "ERFA, by the package pyerfa"
# Positions are printed to 0.01 mm; SGP4's own rounding over years adds the rest.
_VECTOR_M = 1e-3
_EPOCH = datetime(2023, 11, 21, tzinfo=UTC)
_PLACE = (39.0425, 125.71, 30.0)
# A set of a catalogue long since changed: what is compared are frames, not the satellite.
_ISS = (
    "1 25544U 98067A   08264.51782528 -.00002182  00000-0 -11606-4 0  2927",
    "2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391563537",
)


def vector_checks() -> Iterator[Check]:
    """Yield SGP4's published vectors against positions by our way of counting time."""
    near: list[FloatArray] = []
    deep: list[FloatArray] = []
    for lines, rows in _published_vectors():
        satellite = Satrec.twoline2rv(*lines, WGS72)
        try:
            elements = from_satrec("v", satellite, origin="verification")
        except InputError:
            # Two sets are there to show that SGP4 refuses them.
            continue
        apart_m = _apart_m(elements, rows)
        (deep if satellite.method == "d" else near).append(apart_m)
    for name, found in (("near the Earth", near), ("deep space", deep)):
        apart_m = np.concatenate(found)
        yield worst_check(
            f"positions of {len(found)} published sets, {name}",
            apart_m,
            of="positions",
            allowed=_VECTOR_M,
            unit="m",
            source=_VECTORS,
        )


def _published_vectors() -> Iterator[tuple[tuple[str, str], FloatArray]]:
    """Yield the two lines of each published set and its rows (N, 4): minutes, position in km."""
    package = resources.files("sgp4")
    text = package.joinpath("SGP4-VER.TLE").read_text("ascii")
    lines = [line[:69] for line in text.splitlines() if line[:2] in ("1 ", "2 ")]
    sets = list(zip(lines[::2], lines[1::2], strict=True))
    blocks: list[list[list[str]]] = []
    for line in package.joinpath("tcppver.out").read_text("ascii").splitlines():
        words = line.split()
        if words[1:] == ["xx"]:
            blocks.append([])
        elif len(words) >= 7:
            blocks[-1].append(words[:4])
    for pair, rows in zip(sets, blocks, strict=True):
        yield pair, np.array(rows, np.float64)


def _apart_m(elements: Elements, rows: FloatArray) -> FloatArray:
    """Return how far our positions (N,) are from published ones, metres."""
    first_s = float(rows[:, 0].min()) * MINUTE_S
    start = elements.epoch + timedelta(seconds=first_s)
    span = Span(start, float(np.ptp(rows[:, 0])) * MINUTE_S + 1.0)
    t_s = span.seconds(elements.epoch) + rows[:, 0] * MINUTE_S
    codes, position_m = teme_positions(elements, span, t_s)
    apart_m = np.linalg.norm(position_m - 1e3 * rows[:, 1:], axis=1)
    return np.where(codes == 0, apart_m, np.nan)


def frame_checks() -> Iterator[Check]:
    """Yield axes that turn with the Earth, UT1, leap seconds and the ellipsoid."""
    yield from _published_frame()
    yield from _sidereal()
    yield from _ellipsoid()
    yield from _skyfield()


def _published_frame() -> Iterator[Check]:
    """Yield the one example that Vallado et al. print of TEME, of axes without polar motion."""
    source = f"{_VALLADO}, appendix C (6 April 2004, 07:51:28.386009 UTC)"
    start = datetime(2004, 4, 6, 7, 51, 28, 386_009, tzinfo=UTC)
    span = Span(start, 1.0, -0.439_961_9)
    teme_m = 1e3 * np.array([5_094.180_162_10, 6_127.644_659_50, 6_380.344_532_70])
    expected_m = 1e3 * np.array([-1_033.475_031_30, 7_901.305_585_60, 6_380.344_532_70])
    angle = gmst_rad(span, np.zeros(1))[0]
    cos, sin = np.cos(angle), np.sin(angle)
    ours_m = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]]) @ teme_m
    yield worst_check(
        "a position turned from TEME to the Earth",
        np.linalg.norm(ours_m - expected_m),
        of="position",
        allowed=0.02,
        unit="m",
        source=source,
    )
    yield number_check(
        "UT1 less UTC of our table at the beginning of that day",
        Span(start.replace(hour=0, minute=0, second=0, microsecond=0), 1.0).ut1_minus_utc_start_s,
        -0.439_961_9,
        allowed=2e-5,
        unit="s",
        source=source,
    )


def _sidereal() -> Iterator[Check]:
    apart_m = []
    for year in range(1975, 2026, 5):
        span = Span(datetime(year, 1, 1, tzinfo=UTC), 30 * DAY_S)
        t_s = np.linspace(0.0, span.duration_s, 100)
        turn = gmst_rad(span, t_s) - erfa.gmst82(*span.ut1_jd(t_s))
        apart_m.append(6_378_137.0 * np.abs(np.remainder(turn + np.pi, 2.0 * np.pi) - np.pi))
    yield worst_check(
        "mean sidereal time of 1982 by the same UT1, at the equator",
        np.concatenate(apart_m),
        of="instants from 1975 to 2025",
        allowed=1e-5,
        unit="m",
        source=f"{_ERFA} (gmst82)",
    )
    years = range(1973, 2026)
    yield worst_check(
        "TAI less UTC on the first of each year",
        [
            tai_minus_utc_s(2_440_587.5 + (datetime(year, 1, 1) - datetime(1970, 1, 1)).days)
            - erfa.dat(year, 1, 1, 0.0)
            for year in years
        ],
        of="years",
        allowed=0.0,
        unit="s",
        source=f"{_ERFA} (dat)",
    )


def _ellipsoid() -> Iterator[Check]:
    rng = np.random.default_rng(1984)
    latitude, longitude = rng.uniform(-90.0, 90.0, 500), rng.uniform(-180.0, 180.0, 500)
    height_m = rng.uniform(-400.0, 2e6, 500)
    theirs_m = erfa.gd2gc(1, np.radians(longitude), np.radians(latitude), height_m)
    ours_m = geodetic_to_ecef(latitude, longitude, height_m)
    yield worst_check(
        "places on and over WGS84",
        np.linalg.norm(ours_m - theirs_m, axis=1),
        of="places",
        allowed=1e-6,
        unit="m",
        source=f"{_ERFA} (gd2gc)",
    )
    back = np.stack(ecef_to_geodetic(theirs_m))
    apart = np.abs(back - [latitude, longitude, height_m])
    apart[:2] *= 111_320.0
    yield worst_check(
        "latitude, longitude and height back from them",
        apart.max(axis=0),
        of="places",
        allowed=1e-5,
        unit="m",
        source=f"{_ERFA} (gd2gc)",
    )


def _skyfield() -> Iterator[Check]:
    from skyfield.api import EarthSatellite, load, wgs84

    ts = load.timescale(builtin=True)
    elements = from_satrec("i", Satrec.twoline2rv(*_ISS, WGS72), origin="verification")
    span, t_s = Span(elements.epoch, DAY_S), np.arange(0.0, DAY_S, 60.0)
    satellite = EarthSatellite.from_satrec(elements.satellite, ts)
    place = wgs84.latlon(_PLACE[0], _PLACE[1], _PLACE[2])
    day, fraction = span.tt_jd(t_s)
    altitude, azimuth, distance = (satellite - place).at(ts.tt_jd(day, fraction)).altaz()
    angle = gmst_rad(span, t_s)
    x, y, z = teme_positions(elements, span, t_s)[1].T
    cos, sin = np.cos(angle), np.sin(angle)
    looks = look_angles(
        np.stack([cos * x + sin * y, cos * y - sin * x, z], axis=1),
        latitude_deg=_PLACE[0],
        longitude_deg=_PLACE[1],
        height_m=_PLACE[2],
    )
    turned = np.remainder(looks.azimuth_deg - azimuth.degrees + 180.0, 360.0) - 180.0
    off = np.hypot(
        looks.elevation_deg - altitude.degrees, turned * np.cos(np.radians(altitude.degrees))
    )
    yield worst_check(
        "the ISS of 2008 seen from Pyongyang: direction, times its range",
        np.radians(off) * distance.m,
        of="instants",
        allowed=1e-3,
        unit="m",
        source="Skyfield, its own frames and ellipsoid",
    )
