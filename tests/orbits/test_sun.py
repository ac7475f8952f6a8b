import math
import warnings
from datetime import UTC, datetime

import numpy as np
import pytest
from skyfield.api import EarthSatellite, load, wgs84
from skyfield.jpllib import SpiceKernel

from simulator.access.search import View, find_accesses
from simulator.earth.ellipsoid import ellipsoid_normal, geodetic_to_ecef
from simulator.earth.site_index import sites
from simulator.earth.time import Span
from simulator.orbits import builders
from simulator.orbits import elements as orbits
from simulator.orbits.sun import shadow_windows, sun_elevation_deg, sun_positions, sun_track
from simulator.orbits.tracks import track
from simulator.units import DAY_S
from tests.reference import brute


@pytest.fixture(scope="module")
def ephemeris():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from skyfield_data import get_skyfield_data_path

        kernel = SpiceKernel(f"{get_skyfield_data_path()}/de421.bsp")
    yield kernel
    kernel.close()


@pytest.mark.parametrize("year", [1998, 2012, 2023, 2026])
def test_sun_elevation_agrees_with_a_jpl_ephemeris(ephemeris, year):
    # DE421 through Skyfield: apparent place over the ellipsoid, no refraction.
    span = Span(datetime(year, 1, 1, tzinfo=UTC), 365 * DAY_S)
    t_s = np.random.default_rng(year).uniform(0.0, span.duration_s, 400)
    sun = sun_track(span)
    ts = load.timescale(builtin=True)
    t = ts.tt_jd(span.tt_jd(t_s)[0], span.tt_jd(t_s)[1])
    place = ephemeris["earth"] + wgs84.latlon(39.0425, 125.71)
    theirs = place.at(t).observe(ephemeris["sun"]).apparent().altaz()[0].degrees
    site = geodetic_to_ecef(39.0425, 125.71), ellipsoid_normal(39.0425, 125.71)
    # The site's own speed round the axis turns the light by 0.0001 degrees at most.
    assert np.abs(sun_elevation_deg(sun, *site, t_s) - theirs).max() < 1e-4


def test_the_sun_cuts_a_permanent_access_where_a_jpl_ephemeris_has_it(ephemeris):
    # The track of a geostationary satellite, the sun at 10 degrees twice a day: DE421 by Skyfield,
    # scanned densely. Without the parallax edges are 0.7 s off.
    span = Span(datetime(2026, 3, 1, tzinfo=UTC), 5 * DAY_S)
    orbit = orbits.keplerian(
        "g",
        span.start,
        orbits.KeplerElements(
            perigee_km=35_786, apogee_km=35_786, inclination_deg=0.05, raan_deg=280.0
        ),
    )
    place = wgs84.latlon(37.5, 127.0, 100.0)
    site = ephemeris["earth"] + place
    ts = load.timescale(builtin=True)

    def lit(t_s):
        apparent = site.at(ts.tt_jd(*span.tt_jd(t_s))).observe(ephemeris["sun"]).apparent()
        return apparent.altaz()[0].degrees >= 10.0

    expected = brute.windows(lit, span.duration_s, 300.0, 1e-4)
    path = track(orbit, span)
    spot = sites(37.5, 127.0, 100.0)
    accesses = find_accesses(
        path,
        spot,
        View(min_elevation_deg=5.0, min_sun_elevation_deg=10.0),
        start_s=0.0,
        end_s=span.duration_s,
        sun=sun_track(span),
    )
    assert len(expected) == len(accesses) == 6
    # 0.0001 degrees of diurnal aberration at 0.003 degrees a second and more.
    assert np.abs(accesses.of(0) - expected).max() < 0.03


def test_the_sun_is_seen_from_the_site_not_from_the_earths_centre():
    # Horizontal parallax 8.794 arc seconds at one astronomical unit (IAU 1976).
    span = Span(datetime(2023, 4, 4, tzinfo=UTC), DAY_S)
    sun = sun_track(span)
    t_s = np.linspace(0.0, DAY_S, 500)
    normal = ellipsoid_normal(0.0, 100.0)
    topocentric = sun_elevation_deg(sun, geodetic_to_ecef(0.0, 100.0), normal, t_s)
    central = sun_elevation_deg(sun, np.zeros(3), normal, t_s)
    parallax = 8.794 / 3600.0 * np.cos(np.radians(topocentric))
    assert np.abs(central - topocentric - parallax).max() < 1e-5


def test_sun_is_between_nodes_where_it_is_with_nodes_elsewhere():
    start = datetime(2023, 8, 24, tzinfo=UTC)
    whole = sun_track(Span(start, 30 * DAY_S))
    later = sun_track(Span(start.replace(minute=7), 29 * DAY_S))
    t_s = np.random.default_rng(3).uniform(0.0, 29 * DAY_S, 2_000)
    apart = np.linalg.norm(sun_positions(whole, t_s + 420.0) - sun_positions(later, t_s), axis=1)
    assert apart.max() < 2_000.0  # 8e-7 degrees


def test_noon_at_an_equinox_is_overhead_at_the_equator():
    # 2023-09-23 06:50 UTC is the equinox (IMCCE); the sun stands over the equator near 77.6 E less
    # the equation of time, +7.5 minutes.
    span = Span(datetime(2023, 9, 23, 6, 50, tzinfo=UTC), DAY_S)
    place = sun_positions(sun_track(span), np.zeros(1))[0]
    x, y, z = place / np.linalg.norm(place)
    assert abs(math.degrees(math.asin(z))) < 0.01
    assert math.isclose(math.degrees(math.atan2(y, x)), (12 - 6 - 50 / 60) * 15 - 1.87, abs_tol=0.1)


def low_orbit():
    epoch = datetime(2023, 8, 24, tzinfo=UTC)
    return builders.sun_synchronous("s", epoch, altitude_km=500.0, ltan_h=10.5), Span(epoch, DAY_S)


ECLIPSED = {
    "low": dict(perigee_km=400, apogee_km=420, inclination_deg=97.0, raan_deg=170.0),
    "grazing": dict(perigee_km=560, apogee_km=570, inclination_deg=97.6, raan_deg=66.2),
    "equatorial": dict(perigee_km=500, apogee_km=500, inclination_deg=0.0),
    "eccentric": dict(
        perigee_km=600, apogee_km=39_000, inclination_deg=63.4, argument_of_perigee_deg=270.0
    ),
    "geostationary": dict(perigee_km=35_786, apogee_km=35_786, inclination_deg=0.05),
}


def rim_blocked(place, sun, *, points):
    """Whether the Earth hides points of the sun's rim (N, points): each ray against WGS84."""
    line = sun - place
    distance = np.linalg.norm(line, axis=1)[:, None]
    towards = line / distance
    aside = np.cross(towards, [0.6, 0.0, 0.8])
    aside /= np.linalg.norm(aside, axis=1)[:, None]
    third = np.cross(towards, aside)
    width = np.tan(np.arcsin(6.957e8 / distance))
    weight = np.array([brute.A_M, brute.A_M, brute.A_M * (1.0 - brute.F)]) ** -2
    outside = (weight * place**2).sum(axis=1) - 1.0
    angle = np.linspace(0.0, 2.0 * np.pi, points, endpoint=False)
    cos, sin = width * np.cos(angle), width * np.sin(angle)

    def inner(first, second):
        return (weight * first * second).sum(axis=1)[:, None]

    # Of the rays towards + cos aside + sin third, one for each point of the rim.
    square = inner(towards, towards) + cos**2 * inner(aside, aside) + sin**2 * inner(third, third)
    square += 2.0 * (cos * inner(towards, aside) + sin * inner(towards, third))
    square += 2.0 * cos * sin * inner(aside, third)
    product = inner(place, towards) + cos * inner(place, aside) + sin * inner(place, third)
    return (product < 0.0) & (product**2 > square * outside[:, None])


@pytest.mark.parametrize("umbra", [True, False], ids=["umbra", "any shadow"])
@pytest.mark.parametrize("orbit", ECLIPSED)
def test_shadow_is_where_the_ellipsoid_hides_the_rim_of_the_suns_disc(orbit, umbra):
    # The finer rim's points miss the last of the light by 5 cm at most, in geostationary orbit.
    epoch = datetime(2023, 3, 20, tzinfo=UTC)
    elements = orbits.keplerian("e", epoch, orbits.KeplerElements(**ECLIPSED[orbit]))
    span = Span(epoch, DAY_S)
    sun = sun_track(span)

    def dark(t_s):
        place = brute.earth_fixed(elements, span, t_s)
        points = 240 if len(t_s) > 500 else 4_000
        blocked = rim_blocked(place, sun_positions(sun, t_s), points=points)
        return blocked.all(axis=1) if umbra else blocked.any(axis=1)

    expected = brute.windows(dark, span.duration_s, 20.0, 1e-5)
    shadows = shadow_windows(track(elements, span), sun, span.duration_s, umbra=umbra)
    assert len(expected) == len(shadows) >= 1
    assert np.abs(expected - shadows).max() < 5e-4


def test_a_shadow_of_a_fraction_of_a_second_is_found():
    # Nodes turned degree by degree from full eclipses to none: the last passages are short.
    epoch = datetime(2023, 3, 20, tzinfo=UTC)
    span = Span(epoch, 7_000.0)
    sun = sun_track(span)

    def passages(raan_deg):
        orbit = orbits.keplerian(
            "g",
            epoch,
            orbits.KeplerElements(
                perigee_km=560, apogee_km=560, inclination_deg=90.0, raan_deg=raan_deg
            ),
        )
        return shadow_windows(track(orbit, span), sun, span.duration_s, umbra=True)

    low, high = 30.0, 90.0
    assert len(passages(low)) > 0 == len(passages(high))
    while high - low > 1e-7:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if len(passages(middle)) else (low, middle)
    last = passages(low)
    assert 1e-5 < np.diff(last).min() < 1.0


def test_shadow_agrees_with_skyfield(ephemeris):
    # Over the equator, for its Earth is a sphere of the equator's radius.
    epoch = datetime(2023, 8, 24, tzinfo=UTC)
    orbit = orbits.keplerian(
        "e",
        epoch,
        orbits.KeplerElements(perigee_km=500, apogee_km=500, inclination_deg=0.0),
    )
    span = Span(epoch, DAY_S)
    path, sun = track(orbit, span), sun_track(span)
    shadows = shadow_windows(path, sun, span.duration_s, umbra=True)
    t_s = np.arange(0.0, span.duration_s, 10.0)
    ours = np.zeros(len(t_s), dtype=bool)
    for start, end in shadows:
        ours |= (t_s >= start) & (t_s < end)
    ts = load.timescale(builtin=True)
    t = ts.utc(2023, 8, 24, 0, 0, t_s)
    theirs = ~EarthSatellite.from_satrec(orbit.satellite, ts).at(t).is_sunlit(ephemeris)
    # Skyfield takes the sun for a point: umbra is shorter by about half the penumbra, 4 s a side.
    assert (ours & ~theirs).sum() == 0
    assert (theirs & ~ours).sum() <= len(shadows) * 2


def test_umbra_lies_within_penumbra_by_the_suns_angular_size():
    orbit, span = low_orbit()
    path, sun = track(orbit, span), sun_track(span)
    umbra = shadow_windows(path, sun, span.duration_s, umbra=True)
    any_shadow = shadow_windows(path, sun, span.duration_s, umbra=False)
    assert len(umbra) == len(any_shadow)
    lead = (umbra[:, 0] - any_shadow[:, 0])[1:]
    # The sun is 0.53 deg wide; a low orbit turns 0.0634 deg a second and meets the terminator
    # aslant: 8.4 s and up.
    assert (lead > 8.3).all()
    assert (lead < 20.0).all()


def test_shadow_of_a_noon_orbit_lasts_as_the_closed_form_says():
    # Cylinder of the Earth's radius: asin(R / r) / pi of a revolution where the sun lies in the
    # plane (Vallado 2013, section 5.3.1); cone and sun's height make it a little less.
    epoch = datetime(2023, 3, 20, 21, tzinfo=UTC)
    orbit = orbits.keplerian(
        "e",
        epoch,
        orbits.KeplerElements(perigee_km=500, apogee_km=500, inclination_deg=0.0),
    )
    span = Span(epoch, DAY_S)
    shadows = shadow_windows(track(orbit, span), sun_track(span), span.duration_s, umbra=True)
    share = (shadows[3, 1] - shadows[3, 0]) / (shadows[4, 0] - shadows[3, 0])
    closed = math.asin(6378.137 / 6878.135) / math.pi
    assert math.isclose(share, closed, abs_tol=0.003)


def test_a_dawn_dusk_orbit_at_midwinter_can_stay_in_the_light():
    epoch = datetime(2023, 3, 21, tzinfo=UTC)
    orbit = builders.sun_synchronous("d", epoch, altitude_km=1_400.0, ltan_h=18.0)
    span = Span(epoch, DAY_S)
    shadows = shadow_windows(track(orbit, span), sun_track(span), span.duration_s, umbra=False)
    assert len(shadows) == 0
