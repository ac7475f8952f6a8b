"""The Sun, and the shadow of the Earth."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources

import erfa
import numpy as np

from simulator.arrays import BoolArray, FloatArray
from simulator.earth import Span, ellipsoid_normal, geodetic_to_ecef, utc_jd
from simulator.orbits import (
    KeplerElements,
    keplerian,
    shadow_windows,
    sun_elevation_deg,
    sun_positions,
    sun_track,
    track,
)
from simulator.units import DAY_S
from simulator.verification.checks import Check, number_check, windows_check, worst_check
from simulator.verification.naive import Scene, windows_where

_AU_M = 149_597_870_700.0
_SUN_RADIUS_M = 6.957e8
_AXES_M = np.array([6_378_137.0, 6_378_137.0, 6_356_752.314_245])
_EQUINOX = datetime(2023, 3, 20, tzinfo=UTC)
_ECLIPSED = {
    "a low orbit": KeplerElements(400.0, 420.0, 97.0, raan_deg=170.0),
    "an orbit that grazes the shadow": KeplerElements(560.0, 570.0, 97.6, raan_deg=66.2),
    "an eccentric orbit": KeplerElements(600.0, 39_000.0, 63.4, argument_of_perigee_deg=270.0),
    "a geostationary orbit at the equinox": KeplerElements(35_786.0, 35_786.0, 0.05),
}
# Rays from so many points of the rim: what they miss of the light moves an edge by less.
_RIM_POINTS, _RIM_S = 1_000, 1e-3


def sun_checks() -> Iterator[Check]:
    """Yield the Sun of a published example, of an almanac's equinox, and of a JPL ephemeris."""
    yield from _meeus()
    yield _equinox()
    yield _de421()


def _meeus() -> Iterator[Check]:
    """Yield the apparent Sun of 13 October 1992, 0 h TD."""
    source = "Meeus 1998, Astronomical Algorithms, example 25.b (by VSOP87)"
    # TT is 59.184 s ahead of UTC then.
    span = Span(datetime(1992, 10, 13, tzinfo=UTC) - timedelta(seconds=59.184), DAY_S)
    place_m = sun_positions(sun_track(span), np.zeros(1))[0]
    distance_m = float(np.linalg.norm(place_m))
    sidereal = erfa.gst06a(*span.ut1_jd(np.zeros(1)), *span.tt_jd(np.zeros(1)))[0]
    ascension = math.atan2(place_m[1], place_m[0]) + sidereal
    second_of_arc, hour = 1.0 / 3_600.0, 15.0
    yield number_check(
        "right ascension",
        math.degrees(ascension) % 360.0 / second_of_arc,
        (13 + 13 / 60 + 30.749 / 3_600) * hour / second_of_arc,
        allowed=0.5,
        unit="arcsec",
        source=source,
    )
    yield number_check(
        "declination",
        math.degrees(math.asin(place_m[2] / distance_m)) / second_of_arc,
        -(7 + 47 / 60 + 1.74 / 3_600) / second_of_arc,
        allowed=0.5,
        unit="arcsec",
        source=source,
    )
    yield number_check(
        "distance", distance_m / _AU_M, 0.997_607_75, allowed=2e-6, unit="au", source=source
    )


def _equinox() -> Check:
    """Return the check of the instant at which the Sun crosses the equator southwards."""
    start = datetime(2023, 9, 23, tzinfo=UTC)
    span = Span(start, DAY_S)
    minutes = np.arange(0.0, DAY_S, 60.0)
    north = sun_positions(sun_track(span), minutes)[:, 2]
    crossing = int(np.flatnonzero((north[:-1] >= 0.0) & (north[1:] < 0.0))[0])
    share = north[crossing] / (north[crossing] - north[crossing + 1])
    return number_check(
        "minutes of 23 September 2023 to the equinox",
        crossing + float(share),
        6 * 60 + 50.0,
        allowed=1.0,
        unit="min",
        source="IMCCE: 06:50 UTC, to the minute",
    )


def _de421() -> Check:
    """Return the check of elevations that were recorded from DE421."""
    data = tomllib.loads(resources.files(__package__).joinpath("sun.toml").read_text("utf-8"))
    apart = []
    for row in data["elevations"]:
        span = Span(row["instant"], 60.0)
        place = row["latitude_deg"], row["longitude_deg"]
        ours = sun_elevation_deg(
            sun_track(span), geodetic_to_ecef(*place), ellipsoid_normal(*place), np.zeros(1)
        )
        apart.append(float(ours[0]) - row["elevation_deg"])
    return worst_check(
        "elevation of its centre at places, 1995 to 2022",
        apart,
        of="places and instants",
        allowed=1e-4,
        unit="deg",
        source=data["source"],
    )


def shadow_checks() -> Iterator[Check]:
    """Yield umbra and penumbra against rays from the Sun's rim, and two closed forms."""
    for umbra, kind in ((True, "umbra"), (False, "any shadow")):
        for name, orbit in _ECLIPSED.items():
            yield _by_rays(f"{kind} of {name}", orbit, umbra=umbra)
    yield _noon_share()


def _by_rays(name: str, orbit: KeplerElements, *, umbra: bool) -> Check:
    elements, span = keplerian("e", _EQUINOX, orbit), Span(_EQUINOX, DAY_S, 0.0)
    sun = sun_track(span)
    scene = Scene(elements.satellite, utc_jd(_EQUINOX))

    def dark(t_s: FloatArray) -> BoolArray:
        # Few rays find where a passage is, many where it begins.
        points = 120 if len(t_s) > 500 else _RIM_POINTS
        blocked = _rim_blocked(scene.positions_m(t_s), sun_positions(sun, t_s), points=points)
        return np.asarray(blocked.all(axis=1) if umbra else blocked.any(axis=1))

    return windows_check(
        name,
        [shadow_windows(track(elements, span), sun, span.duration_s, umbra=umbra)],
        [windows_where(dark, 0.0, span.duration_s, step_s=20.0)],
        allowed_s=_RIM_S,
        source=f"{_RIM_POINTS:,} rays from the rim of the Sun's disc against WGS84, bisected",
    )


def _rim_blocked(place_m: FloatArray, sun_m: FloatArray, *, points: int) -> BoolArray:
    """Return whether the Earth is in the way of points of the Sun's rim, (N, points)."""
    line = sun_m - place_m
    distance = np.linalg.norm(line, axis=1)[:, None]
    towards = line / distance
    aside = np.cross(towards, [0.6, 0.0, 0.8])
    aside /= np.linalg.norm(aside, axis=1)[:, None]
    third = np.cross(towards, aside)
    width = np.tan(np.arcsin(_SUN_RADIUS_M / distance))
    # In units of the ellipsoid's axes it is a sphere of radius 1.
    place = place_m / _AXES_M
    outside = ((place**2).sum(axis=1) - 1.0)[:, None]
    # A ray to a point of the rim is the line to the middle and two sides of it, turned round.
    middle, first, second = (way / _AXES_M for way in (towards, width * aside, width * third))
    angle = np.linspace(0.0, 2.0 * np.pi, points, endpoint=False)
    turns = np.stack([np.ones(points), np.cos(angle), np.sin(angle)])
    ways = np.stack([middle, first, second])
    along = np.einsum("ni,kni->nk", place, ways) @ turns
    products = np.einsum("kni,jni->nkj", ways, ways)
    length = np.einsum("kp,nkj,jp->np", turns, products, turns, optimize=True)
    return np.asarray((along < 0.0) & (along**2 > length * outside))


def _noon_share() -> Check:
    """Return the check of a shadow's share of a revolution, the Sun in the plane of the orbit."""
    epoch = _EQUINOX + timedelta(hours=21)
    elements, span = keplerian("n", epoch, KeplerElements(500.0, 500.0, 0.0)), Span(epoch, DAY_S)
    shadows_s = shadow_windows(track(elements, span), sun_track(span), DAY_S, umbra=True)
    share = np.diff(shadows_s[3])[0] / (shadows_s[4, 0] - shadows_s[3, 0])
    return number_check(
        "umbra's share of a revolution over the equator",
        100.0 * float(share),
        100.0 * math.asin(6_378.137 / 6_878.135) / math.pi,
        allowed=0.3,
        unit="%",
        source="cylinder of the Earth's radius, asin(R/r)/pi (Vallado 2013, 5.3); the cone is less",
    )
