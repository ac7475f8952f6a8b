import math
import pickle
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.earth.ellipsoid import ecef_to_geodetic
from simulator.earth.time import Span
from simulator.errors import InputError
from simulator.orbits import builders, elements, launch, sun_synchrony
from simulator.orbits.polynomials import positions
from simulator.orbits.tracks import track

EPOCH = datetime(2023, 11, 21, tzinfo=UTC)
LIFTOFF = datetime(2023, 11, 21, 13, 42, 28, tzinfo=UTC)


def november(latitude_deg=18.0, longitude_deg=124.5):
    return launch.from_launch(
        "Malligyong-1",
        launch.Insertion(
            LIFTOFF,
            time_of_flight_s=705.0,
            latitude_deg=latitude_deg,
            longitude_deg=longitude_deg,
            descending=True,
        ),
        inclination_deg=97.4,
        perigee_km=493.0,
        apogee_km=512.0,
    )


@pytest.mark.parametrize(
    ("altitude_km", "inclination_deg"),
    # Vallado 2013, figure 11-18 and Wertz 2011 table 9-13 agree with these to 0.05 deg;
    # 97.42 at 500 km also: T. Molczan, SeeSat-L, April 2012.
    [(500.0, 97.42), (700.0, 98.19), (800.0, 98.60), (1000.0, 99.48)],
)
def test_sun_synchronous_inclination_by_altitude(altitude_km, inclination_deg):
    computed_deg = sun_synchrony.sun_synchronous_inclination_deg(
        perigee_km=altitude_km, apogee_km=altitude_km
    )
    assert math.isclose(computed_deg, inclination_deg, abs_tol=0.03)


def test_sun_synchronous_inclination_against_first_order_theory():
    # Secular node rate to first order in J2 (Vallado 2013, eq. 9-37); higher terms are 1e-3 of it.
    j2, altitude_km = 1.082616e-3, 600.0
    axis = elements.RADIUS_WGS72_KM + altitude_km
    n = math.sqrt(elements.MU_WGS72_KM3_S2 / axis**3)
    rate = 2 * math.pi / (sun_synchrony.TROPICAL_YEAR_DAYS * 86_400)
    first_order = math.degrees(math.acos(-rate * axis**2 / (1.5 * j2 * n * 6378.135**2)))
    computed_deg = sun_synchrony.sun_synchronous_inclination_deg(perigee_km=600.0, apogee_km=600.0)
    assert math.isclose(computed_deg, first_order, abs_tol=0.02)


def test_local_time_of_the_node_stays_for_a_year():
    orbit = builders.sun_synchronous("s", EPOCH, altitude_km=500.0, ltan_h=10.5)
    assert math.isclose(orbit.ltan_h, 10.5, abs_tol=1e-6)
    later = EPOCH + timedelta(days=365.25)
    node_deg = orbit.raan_deg + math.degrees(orbit.satellite.nodedot) * 1_440 * 365.25
    ltan = (node_deg / 15 - elements.mean_sun_right_ascension_h(later) + 12) % 24
    assert math.isclose(ltan, 10.5, abs_tol=1 / 60)


def test_too_high_to_be_sun_synchronous_is_refused():
    with pytest.raises(InputError, match="5,970 km"):
        sun_synchrony.sun_synchronous_inclination_deg(perigee_km=7000.0, apogee_km=7000.0)


def test_published_heights_come_back_from_a_published_element_set():
    # Malligyong-1, 2024-07-05 (Space-Track through a public repository): 499.4 x 504.4 km over
    # 6378.137 km, 94.655 min.
    tle = (
        "1 58400U 23179A   24187.60036080  .00000000  00000-0  00000-0 0  0000",
        "2 58400  97.4021 260.0000 0003594 100.0000 260.0000 15.21300000    00",
    )
    from sgp4.io import fix_checksum

    orbit = elements.from_tle("m", (fix_checksum(tle[0]), fix_checksum(tle[1])))
    assert math.isclose(orbit.perigee_km, 499.4, abs_tol=1.0)
    assert math.isclose(orbit.apogee_km, 504.4, abs_tol=1.0)


@given(
    perigee_km=st.floats(200, 1500),
    extra_km=st.floats(0, 20000),
    inclination_deg=st.floats(0, 180),
    raan_deg=st.floats(-360, 720),
)
@settings(max_examples=50, deadline=None)
def test_keplerian_elements_come_back(perigee_km, extra_km, inclination_deg, raan_deg):
    orbit = elements.keplerian(
        "k",
        EPOCH,
        elements.KeplerElements(
            perigee_km=perigee_km,
            apogee_km=perigee_km + extra_km,
            inclination_deg=inclination_deg,
            raan_deg=raan_deg,
        ),
    )
    assert math.isclose(orbit.perigee_km, perigee_km, abs_tol=1e-6)
    assert math.isclose(orbit.apogee_km, perigee_km + extra_km, abs_tol=1e-6)
    assert math.isclose(orbit.inclination_deg, inclination_deg, abs_tol=1e-9)
    assert math.isclose((orbit.raan_deg - raan_deg + 180) % 360, 180, abs_tol=1e-9)


@pytest.mark.parametrize("inclination_deg", [5e-324, 1.1e-308, 1e-307, 1e-200, 1e-20])
def test_an_inclination_next_to_nothing_is_none(inclination_deg):
    tall = {"perigee_km": 500.0, "apogee_km": 39_500.0, "raan_deg": 30.0}
    flat = elements.keplerian(
        "flat", EPOCH, elements.KeplerElements(inclination_deg=0.0, **tall)
    ).satellite
    near = elements.keplerian(
        "near",
        EPOCH,
        elements.KeplerElements(inclination_deg=inclination_deg, **tall),
    ).satellite
    assert near.sgp4(near.jdsatepoch, 0.25) == flat.sgp4(flat.jdsatepoch, 0.25)


def test_walker_delta_geometry():
    # Galileo's design, 56: 27/3/1 (Walker 1984's notation): planes 120 deg apart, nine a plane,
    # 13.33 deg from one plane to the next.
    satellites = builders.walker(
        "G",
        EPOCH,
        builders.WalkerPattern(total=27, planes=3, phasing=1),
        altitude_km=23222.0,
        inclination_deg=56.0,
    )
    assert len(satellites) == len({o.name for o in satellites}) == 27
    assert sorted({round(o.raan_deg, 6) for o in satellites}) == [0.0, 120.0, 240.0]
    first = [o.mean_anomaly_deg for o in satellites[:9]]
    assert np.allclose(np.diff(first), 40.0)
    assert math.isclose(satellites[9].mean_anomaly_deg, 360.0 / 27.0)


def test_walker_star_spreads_nodes_over_a_half_turn():
    satellites = builders.walker(
        "I",
        EPOCH,
        builders.WalkerPattern(total=6, planes=6, phasing=0, node_range_deg=180.0),
        altitude_km=780.0,
        inclination_deg=86.4,
    )
    assert [round(o.raan_deg) for o in satellites] == [0, 30, 60, 90, 120, 150]


def test_a_launched_orbit_stands_over_its_insertion_point():
    orbit = november()
    assert orbit.epoch == LIFTOFF + timedelta(seconds=705)
    path = track(orbit, Span(orbit.epoch, 6_000.0))
    place = positions(path.time_s, path.state, np.array([0.0, 10.0]))[:, :3]
    latitude, longitude, _ = ecef_to_geodetic(place)
    assert math.isclose(latitude[0], 18.0, abs_tol=2e-3)
    assert math.isclose(longitude[0], 124.5, abs_tol=2e-3)
    assert latitude[1] < latitude[0]


def closest_to(orbit, latitude_deg, longitude_deg):
    from simulator.earth.ellipsoid import geodetic_to_ecef

    span = Span(datetime(2023, 11, 22, tzinfo=UTC), 5_400.0)
    path = track(orbit, span)
    t_s = np.arange(0.0, 5_400.0, 0.5)
    place = positions(path.time_s, path.state, t_s)[:, :3]
    distance = np.linalg.norm(place - geodetic_to_ecef(latitude_deg, longitude_deg), axis=1)
    return float(t_s[np.argmin(distance)])


def test_november_2023_passes_pyongyang_and_guam_when_it_was_seen_to():
    # SatTrackCam Leiden, November 2023: closest to Pyongyang 00:25:27 UTC on 22 November, over
    # Guam 00:18 UTC.
    orbit = november()
    assert abs(closest_to(orbit, 39.0425, 125.71) - (25 * 60 + 27)) < 60.0
    assert abs(closest_to(orbit, 13.45, 144.78) - 18 * 60) < 60.0


def test_insertion_point_moves_the_pass_by_a_quarter_minute_a_degree():
    seconds = [closest_to(november(latitude_deg=lat), 39.0425, 125.71) for lat in (15, 18, 21)]
    assert np.allclose(np.diff(seconds) / 3.0, 15.2, atol=0.5)


def test_november_2023_crosses_korea_near_ten_and_twenty_two_local():
    # SpaceVoyaging, 24 November 2023; the first public element sets have the node at 10:00.
    assert math.isclose(november().ltan_h, 10.0, abs_tol=0.15)


def test_insertion_out_of_reach_of_the_inclination_is_refused():
    with pytest.raises(InputError, match="inclination_deg"):
        launch.from_launch(
            "x",
            launch.Insertion(
                LIFTOFF,
                time_of_flight_s=500.0,
                latitude_deg=50.0,
                longitude_deg=130.0,
                descending=False,
            ),
            inclination_deg=40.0,
            perigee_km=500.0,
            apogee_km=500.0,
        )


def test_an_ascending_insertion_climbs():
    orbit = launch.from_launch(
        "x",
        launch.Insertion(
            LIFTOFF,
            time_of_flight_s=500.0,
            latitude_deg=60.0,
            longitude_deg=125.0,
            descending=False,
        ),
        inclination_deg=98.0,
        perigee_km=500.0,
        apogee_km=900.0,
        argument_of_perigee_deg=30.0,
    )
    path = track(orbit, Span(orbit.epoch, 6_000.0))
    latitude, _, _ = ecef_to_geodetic(
        positions(path.time_s, path.state, np.array([0.0, 10.0]))[:, :3]
    )
    assert math.isclose(latitude[0], 60.0, abs_tol=2e-3)
    assert latitude[1] > latitude[0]


def test_a_perigee_below_the_surface_is_refused():
    with pytest.raises(InputError, match="above the surface"):
        elements.keplerian(
            "low",
            EPOCH,
            elements.KeplerElements(perigee_km=-50.0, apogee_km=500.0, inclination_deg=50.0),
        )


@pytest.mark.parametrize("mean_motion", [15.2, 2.0058])
def test_elements_survive_pickling_to_the_last_bit(mean_motion):
    perigee_km, apogee_km = (500.0, 520.0) if mean_motion > 10.0 else (600.0, 39_700.0)
    original = elements.keplerian(
        "a",
        datetime(2023, 11, 22, 3, 4, 5, 678_901, tzinfo=UTC),
        elements.KeplerElements(
            perigee_km=perigee_km,
            apogee_km=apogee_km,
            inclination_deg=63.4,
            raan_deg=12.3,
            argument_of_perigee_deg=270.0,
            mean_anomaly_deg=45.6,
            bstar=1e-4,
        ),
    )
    unpickled = pickle.loads(pickle.dumps(original))
    assert unpickled.facts() == original.facts()
    jd, fraction = original.satellite.jdsatepoch, np.linspace(0.0, 40.0, 50)
    days = np.full(50, jd)
    for expected, computed in zip(
        original.satellite.sgp4_array(days, fraction),
        unpickled.satellite.sgp4_array(days, fraction),
        strict=True,
    ):
        assert np.array_equal(expected, computed)
