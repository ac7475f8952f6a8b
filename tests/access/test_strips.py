"""Strips and crossings against SGP4 sampled plainly, closed forms, and each other."""

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely

from simulator.access import strips as swaths
from simulator.access.search import View, find_accesses, satellite_positions
from simulator.earth import surfaces
from simulator.earth.ellipsoid import ecef_to_geodetic
from simulator.earth.site_index import sites
from simulator.earth.time import Span
from simulator.imaging import strip_plans
from simulator.orbits import builders, polynomials
from simulator.orbits import elements as orbits
from simulator.orbits.tracks import Track, track
from simulator.units import DAY_S
from tests.made_crossings import (
    AGILE,
    ELEMENTS,
    EPOCH,
    GRID,
    LATITUDE,
    LONGITUDE,
    PATH,
    PATHS,
    PLACES,
    SPAN,
    T,
    found_crossings,
)
from tests.made_surveys import survey_of
from tests.reference import brute
from tests.reference.sphere import swath_on_ground_km


def closest_approaches(orbit, site):
    """Instants at which a place above the horizon is nearest, and the roll to it, by sampling."""
    place, up = brute.site(LATITUDE[site], LONGITUDE[site])
    t = np.arange(0.0, T, 2.0)
    where = brute.earth_fixed(ELEMENTS[orbit], SPAN, t)
    line = where - place
    square = np.einsum("ij,ij->i", line, line)
    least = np.flatnonzero((square[1:-1] < square[:-2]) & (square[1:-1] <= square[2:])) + 1
    least = least[line[least] @ up > 0.0]
    before, nearest, after = square[least - 1], square[least], square[least + 1]
    at_s = t[least] + (before - after) / (before - 2.0 * nearest + after)
    speed = where[least + 1] - where[least - 1]
    forward = speed / np.linalg.norm(speed, axis=1)[:, None]
    down = brute.nadir(where[least])
    right = np.cross(down, forward)
    right /= np.linalg.norm(right, axis=1)[:, None]
    down = np.cross(forward, right)
    across, depth = (-np.einsum("ij,ij->i", line[least], axis) for axis in (right, down))
    return at_s, np.degrees(np.arctan2(across, depth))


@pytest.mark.parametrize("orbit", PATHS)
def test_crossings_are_the_closest_approaches_over_ground(orbit):
    crossings = found_crossings(path=PATHS[orbit])
    for site in range(len(PLACES)):
        at_s, roll_deg = closest_approaches(orbit, site)
        near = np.abs(roll_deg) <= 45.0
        at_site = crossings.site == site
        assert near.sum() == at_site.sum() > 0
        assert np.abs(np.sort(at_s[near]) - crossings.at_s[at_site]).max() < 0.05
        assert np.abs(roll_deg[near] - crossings.roll_deg[at_site]).max() < 0.3


TWO_DAYS = Span(EPOCH, 2.0 * DAY_S)
GEOSYNCHRONOUS_KM = 42_164.17 - 6_378.135


def orbit_of(perigee_km, apogee_km, inclination_deg, perigee_deg=0.0):
    return orbits.keplerian(
        "o",
        EPOCH,
        orbits.KeplerElements(
            perigee_km=perigee_km,
            apogee_km=apogee_km,
            inclination_deg=inclination_deg,
            argument_of_perigee_deg=perigee_deg,
        ),
    )


# Elements, and the step at which sampling them parts one crossing from the next.
SWEEPS = {
    "low": (orbit_of(480.0, 520.0, 51.6), 3.0),
    "sun-synchronous": (builders.sun_synchronous("s", EPOCH, altitude_km=600.0, ltan_h=10.5), 3.0),
    "molniya": (orbit_of(500.0, 39_850.0, 63.4, 270.0), 10.0),
    "transfer": (orbit_of(250.0, 35_786.0, 7.0), 5.0),
    "geosynchronous": (orbit_of(GEOSYNCHRONOUS_KM, GEOSYNCHRONOUS_KM, 55.0), 20.0),
    "tundra": (
        orbit_of(GEOSYNCHRONOUS_KM - 8_400.0, GEOSYNCHRONOUS_KM + 8_400.0, 63.4, 270.0),
        20.0,
    ),
    "geostationary": (orbit_of(GEOSYNCHRONOUS_KM - 20.0, GEOSYNCHRONOUS_KM + 20.0, 0.05), 20.0),
    "beyond": (orbit_of(45_000.0, 55_000.0, 20.0), 20.0),
}


def sampled_sweeps(elements, step_s, latitude_deg, longitude_deg):
    """Roots of (site - satellite) . velocity over two days by sampling SGP4 and bisection.

    Returns instant, roll and elevation in degrees, and the slope of the root's function.
    """
    place, up = brute.site(latitude_deg, longitude_deg)

    def where(t_s):
        return brute.earth_fixed(elements, TWO_DAYS, t_s)

    def velocity(t_s, h=step_s):
        near, far = where(t_s + h) - where(t_s - h), where(t_s + 2 * h) - where(t_s - 2 * h)
        return (8.0 * near - far) / (12.0 * h)

    def ahead(t_s):
        return np.einsum("ij,ij->i", place - where(t_s), velocity(t_s))

    t_s = np.append(np.arange(0.0, TWO_DAYS.duration_s, step_s), TWO_DAYS.duration_s)
    before = ahead(t_s) >= 0.0
    change = np.flatnonzero(before[1:] != before[:-1])
    low, high, sign = t_s[change], t_s[change + 1], before[change]
    if not len(low):
        return np.empty((4, 0))
    for _ in range(40):
        middle = 0.5 * (low + high)
        same = (ahead(middle) >= 0.0) == sign
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    at_s = 0.5 * (low + high)
    line, forward = place - where(at_s), velocity(at_s)
    forward /= np.linalg.norm(forward, axis=1)[:, None]
    right = np.cross(brute.nadir(where(at_s)), forward)
    right /= np.linalg.norm(right, axis=1)[:, None]
    depth, across = (
        np.einsum("ij,ij->i", line, axis) for axis in (np.cross(forward, right), right)
    )
    elevation = brute.elevation_deg(where(at_s), (place, up))
    slope = 0.5 * (ahead(at_s + 1.0) - ahead(at_s - 1.0))
    return np.array([at_s, np.degrees(np.arctan2(across, depth)), elevation, slope])


def check_against_sampling(name, seed, count):
    """Compare crossings of places at random; return how many were backwards."""
    elements, step_s = SWEEPS[name]
    random = np.random.default_rng(seed)
    latitude = np.degrees(np.arcsin(random.uniform(-1.0, 1.0, count)))
    longitude = random.uniform(-180.0, 180.0, count)
    path, places = track(elements, TWO_DAYS), sites(latitude, longitude)
    truth = [
        sampled_sweeps(elements, step_s, *place) for place in zip(latitude, longitude, strict=True)
    ]
    backwards = 0
    for max_roll_deg in (8.0, 45.0, 85.0):
        crossings = swaths.crossings(
            path, places, max_roll_deg=max_roll_deg, start_s=0.0, end_s=TWO_DAYS.duration_s
        )
        for site, (at_s, roll_deg, elevation_deg, slope) in enumerate(truth):
            in_reach = (np.abs(roll_deg) <= max_roll_deg) & (elevation_deg >= 0.0)
            at_site = crossings.site == site
            assert at_site.sum() == in_reach.sum()
            # Both velocities are sure to some micrometres a second, so the sweep's function to that
            # times the distance.
            slack_s = 1e-5 + 500.0 / np.abs(slope[in_reach])
            assert (np.abs(crossings.at_s[at_site] - at_s[in_reach]) < slack_s).all()
            assert np.abs(crossings.roll_deg[at_site] - roll_deg[in_reach]).max(initial=0.0) < 1e-4
            backwards += (slope[in_reach] > 0.0).sum()
    return backwards


@pytest.mark.parametrize("name", SWEEPS)
def test_every_sweep_is_found_forwards_and_backwards(name):
    backwards = check_against_sampling(name, 1, 4)
    assert backwards > 0 or name in ("low", "sun-synchronous", "geosynchronous", "beyond")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 6))
@pytest.mark.parametrize("name", SWEEPS)
def test_every_sweep_over_many_places_is_found(name, seed):
    check_against_sampling(name, seed, 12)


def test_one_window_of_the_cone_may_hold_many_crossings():
    path = track(SWEEPS["geostationary"][0], TWO_DAYS)
    below = ecef_to_geodetic(satellite_positions(path, np.array([0.0])))
    place = sites(below[0] + 20.0, below[1] + 3.0)
    accesses = find_accesses(path, place, View(), start_s=0.0, end_s=TWO_DAYS.duration_s)
    crossings = swaths.crossings(
        path, place, max_roll_deg=45.0, start_s=0.0, end_s=TWO_DAYS.duration_s
    )
    assert len(accesses) == 1 and len(crossings) >= 4


@pytest.mark.parametrize("name", ["low", "molniya", "geosynchronous"])
def test_crossings_of_parts_of_a_span_are_those_of_the_whole(name):
    path, random = track(SWEEPS[name][0], TWO_DAYS), np.random.default_rng(5)
    places = sites(random.uniform(-80.0, 80.0, 40), random.uniform(-180.0, 180.0, 40))

    def search(start_s, end_s, **more):
        return swaths.crossings(
            path, places, max_roll_deg=60.0, start_s=start_s, end_s=end_s, **more
        )

    whole = search(0.0, TWO_DAYS.duration_s)
    edges = np.concatenate([[0.0], np.sort(random.uniform(0.0, TWO_DAYS.duration_s, 5)),
                            [TWO_DAYS.duration_s]])  # fmt: skip
    parts = [search(*edge) for edge in pairwise(edges)]
    for part, (start_s, end_s) in zip(parts, pairwise(edges), strict=True):
        assert (part.at_s >= start_s).all() and (part.at_s < end_s).all()
    site, at_s = (np.concatenate([getattr(p, n) for p in parts]) for n in ("site", "at_s"))
    order = np.lexsort((at_s, site))
    assert np.array_equal(site[order], whole.site)
    assert np.abs(at_s[order] - whole.at_s).max() < 1e-4
    single_thread = search(0.0, TWO_DAYS.duration_s, threads=1)
    assert np.array_equal(single_thread.at_s, whole.at_s) and np.array_equal(
        single_thread.site, whole.site
    )


def test_nothing_to_cross_gives_no_crossings():
    def search(path=PATH, places=PLACES, start_s=0.0, end_s=T):
        return swaths.crossings(path, places, max_roll_deg=45.0, start_s=start_s, end_s=end_s)

    empty = search(places=sites(np.empty(0), np.empty(0)))
    assert len(empty) == len(search(start_s=T)) == len(search(start_s=100.0, end_s=50.0)) == 0
    nothing = Track(np.array([0.0]), np.zeros((1, 18)))
    assert len(search(path=nothing)) == 0
    assert len(empty.windows(T, dwell_s=10.0)) == 0
    share = strip_plans.daily_share(empty, np.empty(0), T, AGILE, cell_s=1.0)
    assert share.imaged.tolist() == share.reachable.tolist() == [0.0, 0.0, 0.0]
    assert share.strips == ()


def test_crossings_end_with_the_orbit():
    decaying = orbits.keplerian(
        "d",
        EPOCH,
        orbits.KeplerElements(perigee_km=120.0, apogee_km=150.0, inclination_deg=60.0, bstar=0.01),
    )
    path = track(decaying, SPAN)
    assert path.outage is not None and 0.0 < path.end_s < T
    random = np.random.default_rng(3)
    places = sites(random.uniform(-60.0, 60.0, 500), random.uniform(-180.0, 180.0, 500))
    crossings = swaths.crossings(path, places, max_roll_deg=60.0, start_s=0.0, end_s=T)
    assert len(crossings) > 0 and crossings.at_s.max() < path.end_s
    late = path.end_s + 1.0
    assert len(swaths.crossings(path, places, max_roll_deg=60.0, start_s=late, end_s=T)) == 0


@pytest.mark.parametrize("name", SWEEPS)
def test_nadir_leans_no_farther_out_of_the_plane_than_the_bound(name):
    path = track(SWEEPS[name][0], TWO_DAYS)
    for start_s, end_s in ((0.0, TWO_DAYS.duration_s), (20_000.0, 21_000.0)):
        t_s = np.linspace(start_s, end_s, 50_000)
        up = polynomials.positions(path.time_s, path.state, t_s)[:, 3:]
        velocity = polynomials.velocities(path.time_s, path.state, t_s)
        climb = np.einsum("ij,ij->i", up, velocity) / np.linalg.norm(velocity, axis=1)
        lean = np.arcsin(np.abs(climb).max())
        assert lean <= swaths._lean_rad(path, start_s, end_s) <= 0.5 * np.pi
    assert name != "low" or swaths._lean_rad(path, 0.0, 86_400.0) < math.radians(6.0)


def test_the_line_of_look_at_a_crossing_meets_the_site():
    crossings = found_crossings(max_roll_deg=60.0)
    hit = swaths.look_points_m(PATH, crossings.at_s, crossings.roll_deg)
    assert np.linalg.norm(hit - PLACES.position_m[crossings.site], axis=1).max() < 1e-2


def test_edges_lie_on_the_ellipsoid_and_part_at_the_limb():
    t_s = np.linspace(0.0, 6_000.0, 50)
    point = swaths.look_points_m(PATH, t_s, 40.0)
    assert np.abs(ecef_to_geodetic(point)[2]).max() < 1e-6
    # The limb of a sphere seen from 500 km is 68 deg off nadir.
    assert np.isnan(swaths.look_points_m(PATH, t_s, 75.0)).all()
    # Straight down is the sub-satellite point but for the lean of nadir along the track.
    below = ecef_to_geodetic(satellite_positions(PATH, t_s))
    under = ecef_to_geodetic(swaths.look_points_m(PATH, t_s, 0.0))
    assert np.abs(below[0] - under[0]).max() < 0.02


def test_a_strip_to_the_right_of_a_northbound_track_lies_east():
    crossings = found_crossings()
    velocity = satellite_positions(PATH, crossings.at_s + 1.0) - satellite_positions(
        PATH, crossings.at_s
    )
    below = np.array(ecef_to_geodetic(satellite_positions(PATH, crossings.at_s))[:2])
    east = (LONGITUDE[crossings.site] - below[1] + 180.0) % 360.0 - 180.0
    assert np.array_equal(np.sign(crossings.roll_deg), np.sign(east) * np.sign(velocity[:, 2]))


@pytest.mark.parametrize("roll_deg", [0.0, 25.0, -25.0])
def test_a_strip_is_as_wide_as_on_the_sphere(roll_deg):
    # Ground width of a swath, Wertz and Larson 1999, section 5.2.
    t_s = np.linspace(0.0, 5_600.0, 40)
    left, right = (swaths.look_points_m(PATH, t_s, roll_deg + side * 3.0) for side in (-1.0, 1.0))
    width_km = np.linalg.norm(right - left, axis=1) / 1e3
    height_km = ecef_to_geodetic(satellite_positions(PATH, t_s))[2] / 1e3
    expected_km = swath_on_ground_km(
        altitude_km=height_km, off_nadir_deg=roll_deg, half_angle_deg=3.0
    )
    assert np.abs(width_km / expected_km - 1.0).max() < 0.006


def test_cells_of_one_overpass_add_up_to_the_area_between_its_edges():
    everything = found_crossings(GRID.sites())
    t0 = everything.at_s[np.argmin(np.abs(everything.roll_deg))]
    overpass = everything.kept(np.abs(everything.at_s - t0) < 600.0)
    assert len(np.unique(overpass.site)) == len(overpass)
    imaged = overpass.within(roll_deg=4.0, half_angle_deg=10.0)
    cells_km2 = GRID.weights_km2[imaged.site].sum()
    left, right = swaths.strip_edges(
        PATH, np.linspace(t0 - 600.0, t0 + 600.0, 2_000), roll_deg=4.0, half_angle_deg=10.0
    )
    ring = np.concatenate([left, right[::-1]])[:, ::-1]
    shape = shapely.Polygon(ring).intersection(shapely.box(122.0, 34.0, 132.0, 43.0))
    # Equal area: longitude against the sine of latitude, on the grid's own sphere.
    flat = shapely.transform(shape, lambda p: np.column_stack(
        [np.radians(p[:, 0]), np.sin(np.radians(p[:, 1]))]))  # fmt: skip
    assert cells_km2 == pytest.approx(flat.area * surfaces.AUTHALIC_RADIUS_KM**2, rel=0.02)


def test_crossings_become_accesses_with_or_without_a_dwell():
    crossings = found_crossings()
    events, dwells = crossings.windows(T), crossings.windows(T, dwell_s=20.0)
    assert np.array_equal(events.start_s, crossings.at_s) and np.array_equal(
        events.end_s, crossings.at_s
    )
    assert dwells.duration_s == pytest.approx(np.full(len(crossings), 20.0))
    figures = survey_of([events], PLACES, SPAN).sites
    assert figures.accesses.tolist() == np.bincount(crossings.site, minlength=4).tolist()
    assert (figures.covered_s == 0.0).all()
    gaps = np.diff(np.concatenate([[0.0], crossings.at_s[crossings.site == 0], [T]]))
    assert figures.revisit_mean_s[0] == pytest.approx(gaps.mean())
    assert len(crossings.windows(T, dwell_s=T)) == 4
    nothing = crossings.kept(np.zeros(len(crossings), dtype=bool))
    assert len(nothing.windows(T)) == 0


@pytest.mark.parametrize("orbit", PATHS)
@pytest.mark.parametrize("side", ["left", "right"])
def test_windows_to_one_side_are_those_of_a_dense_scan(orbit, side):
    view = View(max_off_nadir_deg=50.0, min_off_nadir_deg=20.0, min_elevation_deg=5.0, side=side)
    accesses = find_accesses(PATHS[orbit], PLACES, view, start_s=0.0, end_s=T)
    sign = 1.0 if side == "right" else -1.0
    for site in (0, 2):
        place = brute.site(LATITUDE[site], LONGITUDE[site])

        def holds(t_s, place=place):
            where = brute.earth_fixed(ELEMENTS[orbit], SPAN, t_s)
            speed = brute.earth_fixed(ELEMENTS[orbit], SPAN, t_s + 0.1)
            speed -= brute.earth_fixed(ELEMENTS[orbit], SPAN, t_s - 0.1)
            angle = brute.off_nadir_deg(where, place)
            right = np.cross(speed, where) @ place[0]
            return (
                (brute.elevation_deg(where, place) >= 5.0)
                & (angle <= 50.0) & (angle >= 20.0) & (sign * right >= 0.0)
            )  # fmt: skip

        expected = brute.windows(holds, T, 3.0)
        computed = accesses.of(site)
        assert len(expected) == len(computed) > 0
        assert np.abs(expected - computed).max() < 2e-4


def test_left_and_right_make_up_both():
    def total(**more):
        view = View(max_off_nadir_deg=50.0, min_off_nadir_deg=20.0, **more)
        return find_accesses(PATH, PLACES, view, start_s=0.0, end_s=T).duration_s.sum()

    assert total(side="left") + total(side="right") == pytest.approx(total(), abs=1e-3)
