import functools
import math

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.earth import surfaces
from simulator.errors import InputError
from simulator.scenario import geofiles

GEOD = pyproj.Geod(ellps="WGS84")
SQUARE = [(126.0, 34.0), (130.0, 34.5), (130.5, 38.0), (125.5, 38.5)]
# Across the antimeridian, over the north pole, and round the south pole.
FAR = [
    [(170.0, 10.0), (-170.0, 12.0), (-160.0, 40.0), (175.0, 35.0)],
    [(0.0, 80.0), (90.0, 70.0), (180.0, 85.0), (270.0, 75.0)],
    [(10.0, -60.0), (-100.0, -75.0), (140.0, -65.0)],
    [(0.0, 89.0), (180.0, 88.0), (90.0, 70.0)],
]


def places(count):
    """Places spread evenly over the sphere: latitude, longitude."""
    random = np.random.default_rng(count)
    return (
        np.degrees(np.arcsin(random.uniform(-1.0, 1.0, count))),
        random.uniform(-180.0, 180.0, count),
    )


def karney_km2(ring):
    """Area of a ring by Karney 2013, Journal of Geodesy 87, 43, its edges followed closely."""
    longitude, latitude = np.array(surfaces.traced(ring, step_deg=0.05)).T
    return abs(GEOD.polygon_area_perimeter(longitude, latitude)[0]) / 1e6


def zone_km2(south, north):
    """Area of the ellipsoid between two parallels: Snyder 1987, equation 14-9 differenced."""
    proj = pyproj.Proj(proj="cea", ellps="WGS84")
    return 2.0 * math.pi * 6378.137 * (proj(0, north)[1] - proj(0, south)[1]) / 1e3


@pytest.mark.parametrize("ring", [SQUARE, *FAR, [(10, 60), (80, 62), (150, 50), (70, -20)]])
def test_areas_are_those_of_the_ellipsoid(ring):
    assert surfaces.surface([ring]).area_km2 == pytest.approx(karney_km2(ring), rel=2e-9)


def test_an_octant_is_an_eighth_of_the_earth():
    octant = surfaces.surface([[(0, 0), (90, 0), (0, 90)]])
    assert octant.area_km2 == pytest.approx(surfaces.EARTH_AREA_KM2 / 8.0, rel=1e-12)
    # Moritz 2000, Geodetic Reference System 1980: the radius of the sphere of equal area; WGS84
    # differs from it by a tenth of a millimetre in the semi-minor axis.
    assert pytest.approx(6371.0072, abs=1e-4) == surfaces.AUTHALIC_RADIUS_KM


def test_authalic_latitudes_are_those_of_the_equal_area_cylinder():
    latitude = np.linspace(-90.0, 90.0, 181)
    proj = pyproj.Proj(proj="cea", ellps="WGS84")
    height = proj(np.zeros(181), latitude)[1]
    sine = surfaces.authalic_sine(np.sin(np.radians(latitude)))
    np.testing.assert_allclose(sine, height / height[-1], atol=1e-13)
    np.testing.assert_allclose(
        surfaces.geodetic_latitude_deg(sine)[1:-1], latitude[1:-1], rtol=1e-9
    )
    assert surfaces.geodetic_latitude_deg([-1.0, 0.0, 1.0]).tolist() == [-90.0, 0.0, 90.0]


coordinates = st.tuples(st.floats(-180, 180), st.floats(-85, 85))


@settings(deadline=None)
@given(st.tuples(coordinates, coordinates, coordinates))
def test_a_triangle_holds_what_lies_on_the_inner_side_of_its_great_circles(corners):
    a, b, c = (surfaces.ellipsoid_normal(y, x) for x, y in corners)
    volume = float(np.dot(np.cross(a, b), c))
    assume(abs(volume) > 1e-3 and not surfaces.along_axes(corners))
    latitude, longitude = places(300)
    place = surfaces.ellipsoid_normal(latitude, longitude)
    sides = np.stack([place @ np.cross(p, q) for p, q in ((a, b), (b, c), (c, a))]) * volume
    clear = np.abs(sides).min(axis=0) > 1e-9
    inside = surfaces.surface([corners]).contains(latitude, longitude)
    assert np.array_equal(inside[clear], (sides > 0.0).all(axis=0)[clear])


@pytest.mark.parametrize("ring", [SQUARE, *FAR])
@pytest.mark.parametrize("turn_deg", [0.5, 57.0, 180.0, 301.25])
def test_a_turn_of_the_earth_changes_nothing(ring, turn_deg):
    turned = [((x + turn_deg + 180.0) % 360.0 - 180.0, y) for x, y in ring]
    original, shifted = surfaces.surface([ring]), surfaces.surface([turned])
    assert shifted.area_km2 == pytest.approx(original.area_km2, rel=1e-12)
    assert shifted.perimeter_km == pytest.approx(original.perimeter_km, rel=1e-12)
    assert shifted.bounds_deg[1::2] == pytest.approx(original.bounds_deg[1::2])
    latitude, longitude = places(5_000)
    assert np.array_equal(
        original.contains(latitude, longitude), shifted.contains(latitude, longitude + turn_deg)
    )


@pytest.mark.parametrize("ring", [SQUARE, *FAR])
def test_neither_direction_nor_start_of_a_ring_matters(ring):
    latitude, longitude = places(2_000)
    plain = surfaces.surface([ring])
    for variant in (ring[::-1], ring[2:] + ring[:2], [*ring, ring[0]]):
        same = surfaces.surface([variant])
        assert same.area_km2 == pytest.approx(plain.area_km2, rel=1e-12)
        assert np.array_equal(
            same.contains(latitude, longitude), plain.contains(latitude, longitude)
        )


@pytest.mark.parametrize("ring", [SQUARE, *FAR[:2]])
def test_two_parts_of_a_region_make_the_whole(ring):
    whole = surfaces.surface([ring])
    parts = [surfaces.surface([ring[:3]]), surfaces.surface([[ring[2], ring[3], ring[0]]])]
    assert sum(part.area_km2 for part in parts) == pytest.approx(whole.area_km2, rel=1e-12)
    # Places on the dividing line and on its ends too.
    latitude, longitude = places(20_000)
    line = np.array(surfaces.traced(ring[:3], step_deg=0.1))
    latitude = np.concatenate([latitude, line[:, 1], [y for _, y in ring]])
    longitude = np.concatenate([longitude, line[:, 0], [x for x, _ in ring]])
    inside = [part.contains(latitude, longitude).astype(int) for part in (whole, *parts)]
    assert np.array_equal(inside[0], inside[1] + inside[2])


def test_neighbours_share_no_place_and_lose_none():
    # Squares of one degree, and every one of their corners, edges and middles.
    cells = [
        surfaces.surface([[(x, y), (x + 1, y), (x + 1.5, y + 1), (x + 0.5, y + 1)]])
        for x in (178.0, 179.0, 180.0)
        for y in (50.0,)
    ]
    x, y = np.meshgrid(np.arange(178.0, 182.01, 0.125), np.arange(50.0, 51.01, 0.125))
    holders = sum(cell.contains(y.ravel(), x.ravel()).astype(int) for cell in cells)
    assert set(holders.tolist()) == {0, 1}


def test_holes_are_left_out_and_islands_in_them_are_not():
    lake = [(127.0, 35.5), (129.0, 35.5), (129.0, 37.0), (127.0, 37.2)]
    island = [(127.8, 36.0), (128.2, 36.0), (128.0, 36.5)]
    land = surfaces.surface([SQUARE, island], [lake])
    parts = [surfaces.surface([ring]).area_km2 for ring in (SQUARE, lake, island)]
    assert land.area_km2 == pytest.approx(parts[0] - parts[1] + parts[2])
    assert land.contains([34.8, 36.0, 36.2], [128.0, 127.3, 128.0]).tolist() == [True, False, True]


def test_outlines_that_overlap_are_joined():
    shifted = [(x + 2.0, y + 1.0) for x, y in SQUARE]
    both = surfaces.surface([SQUARE, shifted])
    latitude, longitude = places(20_000)
    latitude, longitude = 34.0 + latitude / 20.0, 128.0 + longitude / 40.0
    apart = [surfaces.surface([ring]).contains(latitude, longitude) for ring in (SQUARE, shifted)]
    assert np.array_equal(both.contains(latitude, longitude), apart[0] | apart[1])


def test_boxes_keep_their_parallels_and_other_outlines_bow():
    box = [(110.0, 20.0), (150.0, 20.0), (150.0, 50.0), (110.0, 50.0)]
    drawn = surfaces.surface([box])
    assert drawn.area_km2 == pytest.approx(zone_km2(20.0, 50.0) * 40.0 / 360.0, rel=1e-12)
    assert drawn.bounds_deg == (110.0, 20.0, 150.0, 50.0)
    bowed = surfaces.surface([[*box[:3], (130.0, 50.0001), box[3]]])
    assert not drawn.contains(50.3, 120.0)
    assert bowed.contains(50.3, 120.0)
    # The summit of the great circle from (110, 50) to (130, 50.0001).
    assert bowed.bounds_deg[3] == pytest.approx(50.43, abs=0.01)
    assert not bowed.contains(20.3, 130.0)  # and its southern edge bows inwards


def test_a_box_may_be_larger_than_half_the_earth():
    band = [(-180.0, -60.0), (180.0, -60.0), (180.0, 80.0), (-180.0, 80.0)]
    assert surfaces.surface([band]).area_km2 == pytest.approx(zone_km2(-60.0, 80.0), rel=1e-12)
    wide = surfaces.plane_surface(
        [[(-100.0, -80.0), (200.0, -80.0), (200.0, 80.0), (-100.0, 80.0)]]
    )
    assert wide.area_km2 == pytest.approx(zone_km2(-80.0, 80.0) * 300.0 / 360.0, rel=1e-12)
    assert wide.contains([0.0, 0.0, 85.0], [150.0, -130.0, 0.0]).tolist() == [True, False, False]
    globe = surfaces.plane_surface([[(-180, -90), (180, -90), (180, 90), (-180, 90)]])
    assert globe.contains([-90.0, 0.0, 90.0, 0.0], [0.0, 180.0, 77.0, -180.0]).all()


def test_the_larger_side_of_a_ring_is_the_globe_with_a_hole():
    globe = [(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0)]
    for ring in (SQUARE, *FAR):
        remainder = surfaces.plane_surface([globe], [ring])
        part = surfaces.surface([ring])
        assert remainder.area_km2 + part.area_km2 == pytest.approx(
            surfaces.EARTH_AREA_KM2, rel=1e-12
        )
        latitude, longitude = places(2_000)
        assert np.array_equal(
            remainder.contains(latitude, longitude), ~part.contains(latitude, longitude)
        )


def test_a_ring_round_a_pole_holds_it():
    north, south = surfaces.surface([FAR[1]]), surfaces.surface([FAR[2]])
    assert north.contains(90.0, 12.0)
    assert north.bounds_deg[3] == 90.0
    assert north.bounds_deg[2] - north.bounds_deg[0] == 360.0
    assert south.contains(-90.0, 0.0)
    cap = surfaces.surface([[(0.0, 70.0), (120.0, 70.0), (-120.0, 70.0)]])
    assert cap.area_km2 == pytest.approx(zone_km2(70.0, 90.0), rel=1e-12)


def test_an_edge_over_a_pole_parts_the_two_sides():
    # From the middle of the Arctic to either side: the edge from 0 to 180 degrees E is a meridian.
    half = surfaces.surface([[(0.0, 80.0), (180.0, 80.0), (90.0, 60.0)]])
    assert half.contains([85.0, 85.0], [90.0, -90.0]).tolist() == [True, False]
    assert half.area_km2 == pytest.approx(
        karney_km2([(0.0, 80.0), (0.0, 90.0), (180.0, 80.0), (90.0, 60.0)]), rel=1e-8
    )
    with pytest.raises(InputError, match="opposite places"):
        surfaces.surface([[(0.0, 10.0), (180.0, -10.0), (90.0, 60.0)]])


def test_a_ring_that_winds_round_twice_is_refused():
    twice = [(x, 50.0 + x / 72.0) for x in range(0, 720, 90)]
    with pytest.raises(InputError, match="2 times round the Earth"):
        surfaces.surface([[((x + 180.0) % 360.0 - 180.0, y) for x, y in twice]])


def test_the_box_around_a_region_runs_on_from_its_first_vertex():
    west, south, east, north = surfaces.surface([FAR[0]]).bounds_deg
    assert (west, east, south) == (170.0, 200.0, 10.0)
    assert north == pytest.approx(40.0, abs=0.5)
    as_360 = surfaces.surface([[(190.0, 0.0), (200.0, 0.0), (195.0, 5.0)]])
    assert as_360.bounds_deg[::2] == (190.0, 200.0)
    two = surfaces.surface([SQUARE, [(-150.0, 20.0), (-140.0, 20.0), (-145.0, 30.0)]])
    assert two.bounds_deg[::2] == (125.5, 220.0)


def test_edges_stay_near_the_geodesics():
    for start, end, most_m in (((0, 40), (5.5, 42), 60.0), ((0, 40), (30, 55), 1_000.0)):
        middle = surfaces.traced([start, end, (0, 0)], step_deg=0.01)
        length = GEOD.inv(*start, *end)[2]
        followed = GEOD.npts(*start, *end, 4_001)
        near = middle[round(length / 111_195.0 * 100.0 / 2.0)]
        away = GEOD.inv(*np.repeat([near], 4_001, axis=0).T, *np.array(followed).T)[2]
        assert np.min(away) < most_m


@functools.cache
def country(name):
    rings = geofiles.country(name)
    return surfaces.surface(rings.outlines, rings.holes)


# Areas, km2, of the CIA World Factbook; France with its overseas regions, as on the map.
@pytest.mark.parametrize(
    ("name", "published_km2", "within"),
    [
        ("North Korea", 120_538, 0.02),
        ("South Korea", 99_720, 0.026),
        ("Japan", 377_915, 0.021),
        ("Mongolia", 1_564_116, 0.001),
        ("Poland", 312_685, 0.004),
        ("Switzerland", 41_277, 0.002),
        ("South Africa", 1_219_090, 0.001),
        ("Lesotho", 30_355, 0.013),
        ("Russia", 17_098_242, 0.008),
        ("Taiwan", 35_980, 0.003),
        ("Fiji", 18_274, 0.005),
    ],
)
def test_countries_have_about_their_published_areas(name, published_km2, within):
    assert country(name).area_km2 == pytest.approx(published_km2, rel=within)


@pytest.mark.parametrize("name", ["Japan", "South Africa", "Chile"])
def test_countries_away_from_the_seams_have_the_area_of_their_geodesics(name):
    rings = geofiles.country(name)
    polygons = [shapely.Polygon(ring) for ring in rings.outlines]
    area = sum(abs(GEOD.geometry_area_perimeter(polygon)[0]) for polygon in polygons)
    holes = [shapely.Polygon(ring) for ring in rings.holes]
    area -= sum(abs(GEOD.geometry_area_perimeter(polygon)[0]) for polygon in holes)
    assert country(name).area_km2 == pytest.approx(area / 1e6, rel=1e-6)


def test_cities_lie_in_their_countries():
    cities = {
        "North Korea": (39.02, 125.75),
        "South Korea": (37.56, 127.0),
        "Russia": (66.5, -176.0),  # Chukotka, east of the antimeridian
        "South Africa": (-26.2, 28.04),
        "Lesotho": (-29.31, 27.48),
        "Italy": (41.8, 12.6),
    }
    for name, place in cities.items():
        assert {candidate: bool(country(candidate).contains(*place)) for candidate in cities} == {
            candidate: candidate == name for candidate in cities
        }


def straight_geodesics_km2(ring):
    """Return the geodesic area of a ring whose edges are cut into straight pieces, PROJ's way."""
    longitudes, latitudes = [], []
    for (west, start), (east, end) in zip(ring, [*ring[1:], ring[0]], strict=True):
        part = np.arange(2_000) / 2_000
        longitudes += (west + (east - west) * part).tolist()
        latitudes += (start + (end - start) * part).tolist()
    area, _ = pyproj.Geod(ellps="WGS84").polygon_area_perimeter(longitudes, latitudes)
    return abs(area) / 1e6


STRAIGHT = [
    [(-123.0, 49.0), (-95.0, 49.0), (-97.0, 60.0), (-120.0, 60.0)],
    [(170.0, -40.0), (195.0, -38.0), (188.0, 35.0)],
    [(-10.0, -80.0), (100.0, -75.0), (60.0, 85.0), (20.0, 10.0)],
]


@pytest.mark.parametrize("ring", STRAIGHT)
def test_straight_edges_bound_the_area_of_their_pieces(ring):
    surface = surfaces.surface([ring], straight=True)
    assert surface.area_km2 == pytest.approx(straight_geodesics_km2(ring), rel=2e-7)
    wrapped = [((x + 180.0) % 360.0 - 180.0, y) for x, y in ring]
    assert surfaces.surface([wrapped[::-1]], straight=True).area_km2 == pytest.approx(
        surface.area_km2
    )


@pytest.mark.parametrize("ring", STRAIGHT)
def test_what_straight_edges_hold_is_what_the_plane_says(ring):
    rng = np.random.default_rng(5)
    longitude, latitude = rng.uniform(-20.0, 200.0, 4_000), rng.uniform(-89.0, 89.0, 4_000)
    computed = surfaces.surface([ring], straight=True).contains(latitude, longitude)
    plane = shapely.Polygon(ring)
    expected = shapely.contains_xy(plane, longitude, latitude)
    expected |= shapely.contains_xy(plane, longitude - 360.0, latitude)
    assert np.array_equal(computed, expected)
    # Close to the first edge, on either side of it, by a ten-millionth of a degree.
    (west, start), (east, end) = ring[:2]
    part = np.linspace(0.1, 0.9, 9)
    x, y = west + (east - west) * part, start + (end - start) * part
    for off in (-1e-7, 1e-7):
        inside = surfaces.surface([ring], straight=True).contains(y + off, x)
        assert np.array_equal(inside, shapely.contains_xy(plane, x, y + off))


def test_straight_outlines_reach_poles_and_hold_holes():
    cap = [(-180.0, 70.0), (180.0, 70.0), (180.0, 90.0), (-180.0, 90.0)]
    assert surfaces.surface([cap], straight=True).area_km2 == pytest.approx(zone_km2(70.0, 90.0))
    slope = [(0.0, 60.0), (90.0, 70.0), (90.0, 90.0), (0.0, 90.0)]
    surface = surfaces.surface([slope], straight=True)
    assert surface.area_km2 == pytest.approx(straight_geodesics_km2(slope), rel=2e-7)
    assert surface.contains([64.9, 65.1, 89.99], [45.0, 45.0, 45.0]).tolist() == [False, True, True]
    ring, hole = STRAIGHT[0], [(-110.0, 52.0), (-100.0, 53.0), (-104.0, 56.0)]
    holed = surfaces.surface([ring], [hole], straight=True)
    assert holed.area_km2 == pytest.approx(
        straight_geodesics_km2(ring) - straight_geodesics_km2(hole), rel=2e-7
    )
    assert not holed.contains(52.51, -105.0)
    assert surfaces.surface([ring], [hole]).contains(52.51, -105.0)  # the great circle bows above


def test_a_straight_ring_round_a_pole_holds_that_pole():
    ring = [(0.0, 60.0), (120.0, 70.0), (240.0, 65.0)]
    surface = surfaces.surface([ring], straight=True)
    below = [(x, y) for x, y in ring] + [(360.0, 60.0), (360.0, 90.0), (0.0, 90.0)]
    assert surface.area_km2 == pytest.approx(straight_geodesics_km2(below), rel=2e-7)
    assert surface.contains([89.9, 64.9, 65.1], [10.0, 60.0, 60.0]).tolist() == [True, False, True]


def test_the_length_of_straight_edges_is_their_own():
    # A quarter of the way round on the parallel of 60 degrees, and one that climbs to the pole.
    ring = [(0.0, 60.0), (90.0, 60.0), (90.0, 90.0), (0.0, 90.0)]
    quarter = surfaces.EARTH_MEAN_RADIUS_KM * math.pi / 2.0
    assert surfaces.surface([ring]).perimeter_km == pytest.approx(quarter * (0.5 + 2.0 / 3.0))
