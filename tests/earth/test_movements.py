"""Moving sites: great circles of geodetic coordinates, beside finite differences and geodesics."""

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.earth import ecef_to_geodetic, geodetic_to_ecef, leg_lengths_m, movement

GEOD = pyproj.Geod(ellps="WGS84")
TIME_S = [0.0, 40_000.0, 90_000.0, 100_000.0, 200_000.0]
LATITUDE = [35.0, 80.0, -10.0, -10.0, 60.0]
LONGITUDE = [179.0, -10.0, 170.0, 170.0, -160.0]
HEIGHT = [0.0, 9_000.0, 50.0, 50.0, 100.0]
MOVED = movement(TIME_S, LATITUDE, LONGITUDE, HEIGHT)


def test_waypoints_are_met_at_their_times():
    latitude, longitude, height = MOVED.geodetic(TIME_S)
    assert latitude == pytest.approx(LATITUDE, abs=1e-9)
    assert longitude == pytest.approx(LONGITUDE, abs=1e-9)
    assert height == pytest.approx(HEIGHT, abs=1e-6)


def test_velocity_and_acceleration_are_those_of_differences():
    t_s = np.linspace(10.0, 199_990.0, 501)
    leg, step_s = MOVED.leg_at(t_s), 1.0
    before, here, after = (MOVED.state(t_s + d, leg) for d in (-step_s, 0.0, step_s))
    for base in (0, 9):
        x = [each[:, base : base + 3] for each in (before, here, after)]
        rate, bend = here[:, base + 3 : base + 6], here[:, base + 6 : base + 9]
        scale = 1.0 if base == 0 else 1.0 / 6.4e6
        assert np.abs((x[2] - x[0]) / (2.0 * step_s) - rate).max() < 1e-5 * scale
        assert np.abs((x[2] - 2.0 * x[1] + x[0]) / step_s**2 - bend).max() < 1e-7 * scale


def test_it_stands_on_the_ellipsoid_with_its_normal_upwards():
    t_s = np.linspace(0.0, 200_000.0, 301)
    state = MOVED.state(t_s)
    latitude, longitude, height = ecef_to_geodetic(state[:, :3])
    assert geodetic_to_ecef(latitude, longitude, height) == pytest.approx(state[:, :3], abs=1e-6)
    up = [np.cos(np.radians(latitude)) * np.cos(np.radians(longitude))]
    up += [np.cos(np.radians(latitude)) * np.sin(np.radians(longitude))]
    up += [np.sin(np.radians(latitude))]
    assert np.stack(up, axis=1) == pytest.approx(state[:, 9:12], abs=1e-12)


def test_it_goes_the_short_way_over_the_antimeridian_and_the_pole():
    over = movement([0.0, 1.0], [10.0, 10.0], [179.0, -179.0]).geodetic([0.5])
    assert abs(over[1][0]) == pytest.approx(180.0)
    pole = movement([0.0, 2.0], [89.0, 89.0], [20.0, -160.0]).geodetic([1.0])
    assert pole[0][0] == pytest.approx(90.0, abs=1e-9)


LATITUDES, LONGITUDES = st.floats(-89.0, 89.0), st.floats(-180.0, 180.0)


@settings(max_examples=200, deadline=None)
@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_a_leg_is_as_long_as_a_geodesic_or_a_little_longer(lat1, lon1, lat2, lon2):
    _, _, shortest = GEOD.inv(lon1, lat1, lon2, lat2)
    if shortest > 19_900e3:
        return
    length = leg_lengths_m([lat1, lat2], [lon1, lon2])[0]
    assert length >= shortest - 1e-3
    # No shorter than the geodesic, and within a thousandth of it but near antipodes.
    assert length <= shortest * (1.001 if shortest < 15_000e3 else 1.01) + 1e-3


def test_a_quarter_of_a_meridian_has_its_known_length():
    assert leg_lengths_m([0.0, 90.0], [0.0, 0.0])[0] == pytest.approx(10_001_965.7293, abs=1e-3)


def test_the_speed_within_a_leg_is_even_to_the_share_stated():
    moved = movement([0.0, 1e6], [0.0, 90.0], [0.0, 0.0])
    speed = np.linalg.norm(moved.state(np.linspace(0.0, 1e6, 1001))[:, 3:6], axis=1)
    assert np.abs(speed / (10_001_965.7293 / 1e6) - 1.0).max() < 0.006


def test_it_may_stay_at_its_ends():
    staying = MOVED.staying(-5e4, 3e5)
    assert staying.geodetic([-5e4, -1.0, 2.5e5])[0] == pytest.approx([35.0, 35.0, 60.0])
    assert np.abs(staying.state([-1.0, 2.5e5])[:, 3:9]).max() == 0.0
    assert MOVED.staying(10.0, 20.0).time_s.tolist() == TIME_S


def test_its_own_track_is_a_hundredth_of_a_millimetre_true():
    from simulator.orbits import positions

    time_s, state = MOVED.nodes()
    t_s = np.linspace(0.0, 200_000.0, 2_003)
    assert np.abs(positions(time_s, state, t_s)[:, :3] - MOVED.state(t_s)[:, :3]).max() < 1e-5


def test_what_is_drawn_has_no_gaps():
    t_s, latitude, longitude = MOVED.drawn_deg(2.0)
    assert t_s[[0, -1]].tolist() == [0.0, 200_000.0] and set(TIME_S) <= set(t_s)
    _, _, apart = GEOD.inv(longitude[:-1], latitude[:-1], longitude[1:], latitude[1:])
    assert apart.max() < 2.02 * 111.7e3


@pytest.mark.parametrize("times", [[0.0, 0.0], [1.0, 0.0], [0.0]])
def test_times_that_do_not_rise_are_refused(times):
    with pytest.raises(ValueError, match="rise"):
        movement(times, [0.0, 1.0][: len(times)], [0.0, 1.0][: len(times)])


def test_antipodes_have_no_great_circle():
    with pytest.raises(ValueError, match="antipode"):
        movement([0.0, 1.0], [10.0, -10.0], [20.0, -160.0])
