import math
import warnings
from datetime import UTC, datetime

import numpy as np
import pytest
from skyfield.api import EarthSatellite, load, wgs84
from skyfield.jpllib import SpiceKernel

from simulator import orbits
from simulator.ephemeris import track
from simulator.geometry import ellipsoid_normal
from simulator.sun import shadow_windows, sun_directions, sun_elevation_deg, sun_track
from simulator.timescale import Span

DAY_S = 86_400.0


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
    normals = np.tile(ellipsoid_normal(39.0425, 125.71), (len(t_s), 1))
    ours = sun_elevation_deg(sun, normals, t_s)
    # Skyfield sees the sun from the surface: its parallax, up to 8.794 arc seconds, is taken off.
    parallax = 8.794 / 3600.0 * np.cos(np.radians(ours))
    assert np.abs(ours - parallax - theirs).max() < 0.001


def test_sun_vector_is_of_unit_length_between_nodes():
    span = Span(datetime(2023, 8, 24, tzinfo=UTC), 30 * DAY_S)
    t_s = np.random.default_rng(3).uniform(0.0, span.duration_s, 2_000)
    length = np.linalg.norm(sun_directions(sun_track(span), t_s), axis=1)
    assert np.abs(length - 1.0).max() < 1e-9


def test_noon_at_an_equinox_is_overhead_at_the_equator():
    # 2023-09-23 06:50 UTC is the equinox (IMCCE); the sun stands over the equator near 77.6 E less
    # the equation of time, +7.5 minutes.
    span = Span(datetime(2023, 9, 23, 6, 50, tzinfo=UTC), DAY_S)
    x, y, z = sun_directions(sun_track(span), np.zeros(1))[0]
    assert abs(math.degrees(math.asin(z))) < 0.01
    assert math.isclose(math.degrees(math.atan2(y, x)), (12 - 6 - 50 / 60) * 15 - 1.87, abs_tol=0.1)


def low_orbit():
    epoch = datetime(2023, 8, 24, tzinfo=UTC)
    return orbits.sun_synchronous("s", epoch, altitude_km=500.0, ltan_h=10.5), Span(epoch, DAY_S)


def test_shadow_agrees_with_skyfield(ephemeris):
    orbit, span = low_orbit()
    path, sun = track(orbit, span), sun_track(span)
    found = shadow_windows(path, sun, span.duration_s, umbra=True)
    t_s = np.arange(0.0, span.duration_s, 10.0)
    ours = np.zeros(len(t_s), dtype=bool)
    for start, end in found:
        ours |= (t_s >= start) & (t_s < end)
    ts = load.timescale(builtin=True)
    t = ts.utc(2023, 8, 24, 0, 0, t_s)
    theirs = ~EarthSatellite.from_satrec(orbit.satellite, ts).at(t).is_sunlit(ephemeris)
    # Skyfield takes the sun for a point: umbra is shorter by about half the penumbra, 4 s a side.
    assert (ours & ~theirs).sum() == 0
    assert (theirs & ~ours).sum() <= len(found) * 2


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
    orbit = orbits.keplerian("e", epoch, perigee_km=500, apogee_km=500, inclination_deg=0.0)
    span = Span(epoch, DAY_S)
    found = shadow_windows(track(orbit, span), sun_track(span), span.duration_s, umbra=True)
    share = (found[3, 1] - found[3, 0]) / (found[4, 0] - found[3, 0])
    closed = math.asin(6378.137 / 6878.135) / math.pi
    assert math.isclose(share, closed, abs_tol=0.003)


def test_a_dawn_dusk_orbit_at_midwinter_can_stay_in_the_light():
    epoch = datetime(2023, 3, 21, tzinfo=UTC)
    orbit = orbits.sun_synchronous("d", epoch, altitude_km=1_400.0, ltan_h=18.0)
    span = Span(epoch, DAY_S)
    found = shadow_windows(track(orbit, span), sun_track(span), span.duration_s, umbra=False)
    assert len(found) == 0
