from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skyfield.api import load, wgs84
from skyfield.toposlib import ITRSPosition
from skyfield.units import Distance

from simulator.earth import ellipsoid as g
from tests.reference.sphere import great_circle_km

latitudes = st.floats(-90.0, 90.0)
longitudes = st.floats(-179.999, 179.999)
altitudes = st.floats(150.0, 40_000.0)


def test_positions_on_the_axes_are_the_axes_of_the_ellipsoid() -> None:
    corners = g.geodetic_to_ecef([0.0, 0.0, 90.0, -90.0], [0.0, 90.0, 0.0, 123.0])
    a, b = 6_378_137.0, 6_356_752.314245  # NIMA TR8350.2, tables 3.1 and 3.3
    expected = [[a, 0, 0], [0, a, 0], [0, 0, b], [0, 0, -b]]
    np.testing.assert_allclose(corners, expected, atol=1e-6)


def test_a_published_station_position_is_reproduced() -> None:
    # Vallado 2013, example 3-1: Mount Evans, 39.586667 N, 105.640 W, 4,347.667 m.
    # The book's radius of the Earth, 6,378.1363 km, is 0.7 m below that of WGS84.
    position = g.geodetic_to_ecef(39.586667, -105.640, 4_347.667)
    equatorial_km = float(np.hypot(position[0], position[1])) / 1000.0
    assert equatorial_km == pytest.approx(4_925.4298, abs=8e-4)
    assert position[2] / 1000.0 == pytest.approx(4_045.4937, abs=8e-4)


@pytest.mark.parametrize("height_m", [-5_000.0, 0.0, 500e3, 35_786e3, 400_000e3])
def test_geodetic_coordinates_survive_the_round_trip(height_m: float) -> None:
    latitude, longitude = np.meshgrid(np.linspace(-90, 90, 181), np.linspace(-179, 179, 37))
    back = g.ecef_to_geodetic(g.geodetic_to_ecef(latitude, longitude, height_m))
    np.testing.assert_allclose(back[0], latitude, atol=1e-9, rtol=0)
    off_pole = np.abs(latitude) < 90
    np.testing.assert_allclose(back[1][off_pole], longitude[off_pole], atol=1e-9, rtol=0)
    np.testing.assert_allclose(back[2], height_m, atol=1e-6, rtol=0)


def test_the_pole_itself_has_a_finite_answer() -> None:
    latitude, longitude, height = g.ecef_to_geodetic([[0.0, 0.0, 7e6], [0.0, 0.0, -7e6]])
    np.testing.assert_array_equal(latitude, [90.0, -90.0])
    np.testing.assert_array_equal(longitude, [0.0, 0.0])
    np.testing.assert_allclose(height, 7e6 - g.WGS84_SEMI_MINOR_AXIS_M, atol=1e-6)


@given(latitude=latitudes, longitude=longitudes, height=st.floats(-1e4, 1e8))
def test_any_place_survives_the_round_trip(
    latitude: float, longitude: float, height: float
) -> None:
    back = g.ecef_to_geodetic(g.geodetic_to_ecef(latitude, longitude, height))
    assert back[0] == pytest.approx(latitude, abs=1e-9)
    assert back[2] == pytest.approx(height, abs=1e-6)


@pytest.mark.parametrize("place", [(39.03, 125.75, 30.0), (-70.0, -179.9, 0.0), (89.9, 10.0, 2e3)])
def test_look_angles_agree_with_skyfield(place: tuple[float, float, float]) -> None:
    random = np.random.default_rng(7)
    directions = random.normal(size=(50, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    satellites = directions * np.linspace(6.8e6, 4.3e7, 50)[:, None]
    moment = load.timescale(builtin=True).utc(2023, 8, 24)
    site = wgs84.latlon(place[0], place[1], elevation_m=place[2])
    ours = g.look_angles(
        satellites, latitude_deg=place[0], longitude_deg=place[1], height_m=place[2]
    )
    for index, satellite in enumerate(satellites):
        angles = (ITRSPosition(Distance(m=satellite)) - site).at(moment).altaz()
        elevation, azimuth, distance = angles
        assert ours.elevation_deg[index] == pytest.approx(elevation.degrees, abs=1e-7)
        turn = (ours.azimuth_deg[index] - azimuth.degrees + 180.0) % 360.0 - 180.0
        assert turn == pytest.approx(0.0, abs=1e-6)
        assert ours.slant_range_km[index] == pytest.approx(distance.km, rel=1e-10)


def test_a_satellite_overhead_is_at_the_zenith_and_at_nadir() -> None:
    above = g.geodetic_to_ecef(39.0, 125.7, 500e3)
    below = g.geodetic_to_ecef(39.0, 125.7, 0.0)
    look = g.look_angles(above, latitude_deg=39.0, longitude_deg=125.7)
    assert look.elevation_deg == pytest.approx(90.0, abs=1e-6)
    assert look.slant_range_km == pytest.approx(500.0, abs=1e-6)
    assert g.off_nadir_deg(above, below) == pytest.approx(0.0, abs=1e-6)


def test_nadir_is_the_normal_of_the_ellipsoid_not_the_centre_of_the_earth() -> None:
    satellite = g.geodetic_to_ecef(45.0, 0.0, 500e3)
    # Geocentric and geodetic vertical differ most near 45 degrees: 0.1924 on the ground, about
    # f sin(2 latitude), and less by the factor a / r above it.
    assert g.off_nadir_deg(satellite, np.zeros(3)) == pytest.approx(0.178, abs=0.002)


def test_points_and_satellites_pair_by_broadcasting() -> None:
    satellites = g.geodetic_to_ecef([0.0, 10.0, 20.0], [0.0, 0.0, 0.0], 500e3)
    look = g.look_angles(satellites[:, None, :], latitude_deg=[0.0, 10.0], longitude_deg=[0.0, 0.0])
    assert look.elevation_deg.shape == (3, 2)
    np.testing.assert_allclose(
        [look.elevation_deg[0, 0], look.elevation_deg[1, 1]], 90.0, atol=1e-5
    )
    assert look.azimuth_deg[2, 0] == pytest.approx(0.0, abs=1e-9)
    assert look.azimuth_deg[0, 1] == pytest.approx(180.0, abs=1e-9)


@given(latitude=latitudes, altitude=altitudes, bearing=st.floats(0, 360), part=st.floats(0, 0.999))
@settings(max_examples=50)
def test_incidence_is_off_nadir_plus_the_angle_between_the_verticals(
    latitude: float, altitude: float, bearing: float, part: float
) -> None:
    # On the sphere incidence = off-nadir + central angle; the ellipsoid bends it by < 0.4 degrees.
    reach_km = part * float(g.contact_radius_km(altitude_km=altitude))
    point = g.destination(latitude, 30.0, bearing_deg=bearing, distance_km=reach_km)
    satellite = g.geodetic_to_ecef(latitude, 30.0, altitude * 1000.0)
    look = g.look_angles(satellite, latitude_deg=point[0], longitude_deg=point[1])
    off_nadir = g.off_nadir_deg(satellite, g.geodetic_to_ecef(*point))
    normals = g.ellipsoid_normal(np.stack([latitude, point[0]]), np.stack([30.0, point[1]]))
    central = np.degrees(np.arccos(np.clip(normals[0] @ normals[1], -1, 1)))
    expected = off_nadir + central
    assert 90.0 - look.elevation_deg == pytest.approx(expected, abs=0.4)


# Facts table of public values: contact circle radius at 500 km for three masks.
@pytest.mark.parametrize(("mask", "radius"), [(0.0, 2_444.0), (5.0, 1_948.0), (10.0, 1_562.0)])
def test_contact_radius_at_500_km(mask: float, radius: float) -> None:
    computed = g.contact_radius_km(altitude_km=500.0, min_elevation_deg=mask)
    assert computed == pytest.approx(radius, rel=1e-3)


def test_textbook_geometry_at_1000_km() -> None:
    # Wertz & Larson, SMAD 3rd ed., section 5.2, worked example with 6,378.14 km: Earth angular
    # radius 59.8, central angle to the horizon 30.2 degrees, horizon distance 3,709 km.
    assert g.earth_angular_radius_deg(1_000.0) == pytest.approx(59.8, abs=0.1)
    assert g.central_angle_at_elevation_deg(0.0, altitude_km=1_000.0) == pytest.approx(
        30.2, abs=0.1
    )
    assert g.slant_range_km(0.0, altitude_km=1_000.0) == pytest.approx(3_709.0, rel=1e-3)


@given(altitude=altitudes, elevation=st.floats(0.0, 90.0))
def test_elevation_and_off_nadir_are_inverse(altitude: float, elevation: float) -> None:
    off_nadir = g.off_nadir_at_elevation_deg(elevation, altitude_km=altitude)
    back = g.elevation_at_off_nadir_deg(off_nadir, altitude_km=altitude)
    assert back == pytest.approx(elevation, abs=1e-5)


@given(altitude=altitudes, elevation=st.floats(0.0, 89.0))
def test_slant_range_and_central_angle_close_the_triangle(
    altitude: float, elevation: float
) -> None:
    angle = np.radians(g.central_angle_at_elevation_deg(elevation, altitude_km=altitude))
    radius = g.EARTH_MEAN_RADIUS_KM
    far = radius + altitude
    chord = np.sqrt(radius**2 + far**2 - 2 * radius * far * np.cos(angle))
    assert g.slant_range_km(elevation, altitude_km=altitude) == pytest.approx(chord, rel=1e-6)


def test_a_line_of_sight_beyond_the_limb_ends_at_the_horizon() -> None:
    limb = g.earth_angular_radius_deg(500.0)
    horizon = g.central_angle_at_elevation_deg(0.0, altitude_km=500.0)
    beyond = g.central_angle_at_off_nadir_deg(limb + np.array([0.0, 5.0, 60.0]), altitude_km=500.0)
    np.testing.assert_allclose(beyond, horizon, atol=1e-5)


def test_the_central_angle_agrees_with_the_intersection_of_the_line_of_sight() -> None:
    radius, altitude = g.EARTH_MEAN_RADIUS_KM, 500.0
    for off_nadir in (1.0, 30.0, 45.0, 65.0):
        slope = np.radians(off_nadir)
        middle = (radius + altitude) * np.cos(slope)
        distance = middle - np.sqrt(middle**2 - (radius + altitude) ** 2 + radius**2)
        angle = np.degrees(np.arcsin(distance * np.sin(slope) / radius))
        computed = g.central_angle_at_off_nadir_deg(off_nadir, altitude_km=altitude)
        assert computed == pytest.approx(angle)


def overpasses_counted(latitude: float, inclination: float, radius: float) -> float:
    """Return closest approaches a day within the radius, by following a circular orbit."""
    period_s, days = 5_676.0, 200
    t = np.arange(0.0, days * 86_400.0, 20.0)
    phase, tilt = 2 * np.pi * t / period_s, np.radians(inclination)
    lat = np.degrees(np.arcsin(np.sin(phase) * np.sin(tilt)))
    turned = np.arctan2(np.sin(phase) * np.cos(tilt), np.cos(phase)) - 7.2921159e-5 * t
    distance = great_circle_km(latitude, 0.0, lat, np.degrees(turned))
    inside = distance < radius
    return float(np.count_nonzero(inside[1:] & ~inside[:-1])) / days


@pytest.mark.parametrize(
    ("latitude", "inclination"), [(39.0, 97.4), (0.0, 97.4), (80.0, 97.4), (39.0, 40.6)]
)
def test_mean_overpasses_agree_with_counting(latitude: float, inclination: float) -> None:
    central = float(g.central_angle_at_elevation_deg(5.0, altitude_km=500.0))
    mean = g.mean_overpasses_per_day(
        latitude_deg=latitude,
        inclination_deg=inclination,
        central_angle_deg=central,
        period_min=94.6,
    )
    radius = float(g.contact_radius_km(altitude_km=500.0, min_elevation_deg=5.0))
    assert mean == pytest.approx(overpasses_counted(latitude, inclination, radius), rel=0.05)


@pytest.mark.parametrize(("inclination", "share"), [(97.4, 1.0), (0.0, 0.0)])
def test_a_polar_station_sees_every_revolution_or_none(inclination: float, share: float) -> None:
    mean = g.mean_overpasses_per_day(
        latitude_deg=90.0, inclination_deg=inclination, central_angle_deg=17.5, period_min=96.0
    )
    assert mean == pytest.approx(15.0 * share)


@given(
    latitude=latitudes, longitude=longitudes, bearing=st.floats(0, 360), part=st.floats(0, 0.999)
)
def test_a_destination_lies_at_its_distance(
    latitude: float, longitude: float, bearing: float, part: float
) -> None:
    distance = part * np.pi * g.EARTH_MEAN_RADIUS_KM
    place = g.destination(latitude, longitude, bearing_deg=bearing, distance_km=distance)
    assert -90 <= place[0] <= 90
    assert -180 <= place[1] < 180
    computed = great_circle_km(latitude, longitude, *place)
    assert computed == pytest.approx(distance, abs=1e-6)


@pytest.mark.parametrize(("latitude", "longitude"), [(39.0, 125.7), (0.0, 179.0), (85.0, 0.0)])
def test_a_circle_is_closed_and_everywhere_at_its_radius(latitude: float, longitude: float) -> None:
    lat, lon = g.circle(latitude, longitude, radius_km=1_562.0, points=91)
    assert lat.shape == lon.shape == (91,)
    assert (lat[0], lon[0]) == (lat[-1], lon[-1])
    np.testing.assert_allclose(great_circle_km(latitude, longitude, lat, lon), 1_562.0, rtol=1e-9)
