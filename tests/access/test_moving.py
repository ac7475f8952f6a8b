"""Windows to sites that move, beside plain programs that step through time and know no bounds."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skyfield.api import load, wgs84

from simulator.access import (
    View,
    closest_looks,
    closest_moving_looks,
    find_accesses,
    find_moving_accesses,
    finer_moving,
)
from simulator.earth import Span, movement, sites
from simulator.orbits import builders, elements, sun_track, track
from simulator.orbits.sun import sun_positions
from simulator.units import DAY_S, HOUR_S
from tests.made_orbits import EPOCH, kepler
from tests.reference import brute

SPAN = Span(EPOCH, 2 * DAY_S)
SUN = sun_track(SPAN)
ORBITS = {
    "low": builders.sun_synchronous("leo", EPOCH, altitude_km=500.0, ltan_h=10.5),
    "eccentric": kepler(300.0, 3_000.0, 63.4),
    "molniya": kepler(600.0, 39_700.0, 63.4),
    "geostationary": kepler(35_780.0, 35_790.0, 5.0, raan_deg=30.0),
    "polar": kepler(250.0, 260.0, 90.0),
}
PATHS = {name: track(orbit, SPAN) for name, orbit in ORBITS.items()}
# Hours, latitude, longitude, height: 10 m/s, then fast, over a pole, over the antimeridian.
WAYS = {
    "ship": [(0, 35.2, 139.6, 0), (20, 34.0, 133.0, 0), (30, 34.0, 133.0, 0), (48, 34.9, 129.0, 0)],
    "train": [(3, 39.0, 125.7, 40), (9, 40.1, 124.4, 60), (15, 40.9, 129.6, 900), (40, 42, 130, 5)],
    "aircraft": [(1, 36.0, 128.0, 9e3), (12, 10.0, -140.0, 12e3), (30, 60.0, 20.0, 3e3)],
    "over the pole": [(0, 70.0, 30.0, 9e3), (9, 75.0, -150.0, 9e3), (14, 89.99, 10.0, 9e3)],
    "antimeridian": [(0, -10.0, 170.0, 0), (24, 12.0, -175.0, 0), (47, 5.0, 179.0, 0)],
    "nearly a kilometre a second": [(4, 0.0, 0.0, 2e4), (8, 50.0, 120.0, 2e4), (12, -45, 200, 2e4)],
}
VIEWS = {
    "station": View(min_elevation_deg=5.0),
    "below the horizon": View(min_elevation_deg=-3.0),
    "cone": View(max_off_nadir_deg=45.0),
    "ring": View(max_off_nadir_deg=60.0, min_off_nadir_deg=20.0, min_elevation_deg=25.0),
    "left": View(max_off_nadir_deg=50.0, min_off_nadir_deg=15.0, side="left"),
    "right by day": View(min_elevation_deg=5.0, side="right", min_sun_elevation_deg=8.0),
    "night": View(min_elevation_deg=3.0, max_sun_elevation_deg=-6.0),
    "sample": View(min_elevation_deg=5.0, ground_sample_per_m=3.0 / (500e3 * 5.0)),
    "tilted": View(min_elevation_deg=5.0, tilted_sample_per_m=1.0 / 1_200e3),
}


def moved(way):
    hours, latitude, longitude, height = np.array(way, dtype=float).T
    return movement(hours * HOUR_S, latitude, longitude, height)


def place_at(way, t_s):
    """Position and normal (N, 3): the mean of two directions, weighted as a great circle has it."""
    hours, latitude, longitude, height = np.array(way, dtype=float).T
    leg = np.clip(np.searchsorted(hours * HOUR_S, t_s, side="right") - 1, 0, len(hours) - 2)
    share = (t_s / HOUR_S - hours[leg]) / (hours[leg + 1] - hours[leg])
    lat, lon = np.radians(latitude), np.radians(longitude)
    unit = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
    angle = np.arccos(np.clip(np.einsum("ij,ij->i", unit[leg], unit[leg + 1]), -1.0, 1.0))
    sine = np.where(angle < 1e-7, 1.0, np.sin(angle))
    one = np.where(angle < 1e-7, 1.0 - share, np.sin((1.0 - share) * angle) / sine)
    other = np.where(angle < 1e-7, share, np.sin(share * angle) / sine)
    up = one[:, None] * unit[leg] + other[:, None] * unit[leg + 1]
    up /= np.linalg.norm(up, axis=1)[:, None]
    n = brute.A_M / np.sqrt(1.0 - brute.E2 * up[:, 2] ** 2)
    over = height[leg] + share * (height[leg + 1] - height[leg])
    place = (n + over)[:, None] * up
    place[:, 2] -= n * brute.E2 * up[:, 2]
    return place, up


def elevation(body, place):
    line = body - place[0]
    sine = np.einsum("ij,ij->i", line, place[1]) / np.linalg.norm(line, axis=1)
    return np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))


def right_of_motion(orbit, where, t_s, place):
    ahead = brute.earth_fixed(orbit, SPAN, t_s + 0.05) - brute.earth_fixed(orbit, SPAN, t_s - 0.05)
    return np.einsum("ij,ij->i", place, np.cross(ahead, where))


def dense(orbit, way, view, step_s=10.0):
    first_s, last_s = way[0][0] * HOUR_S, min(way[-1][0] * HOUR_S, SPAN.duration_s)

    def holds(t_s):
        where, place = brute.earth_fixed(orbit, SPAN, t_s), place_at(way, t_s)
        high = elevation(where, place)
        good = (high >= view.min_elevation_deg) & (t_s >= first_s) & (t_s < last_s)
        line = where - place[0]
        distance = np.linalg.norm(line, axis=1)
        cosine = np.einsum("ij,ij->i", -line, brute.nadir(where)) / distance
        nadir = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
        if view.max_off_nadir_deg is not None:
            good &= nadir <= view.max_off_nadir_deg
        good &= nadir >= view.min_off_nadir_deg
        sine = np.maximum(np.sin(np.radians(high)), 1e-9)
        if view.ground_sample_per_m is not None:
            good &= distance * view.ground_sample_per_m <= np.sqrt(sine)
        if view.tilted_sample_per_m is not None:
            good &= distance * view.tilted_sample_per_m <= sine**0.25
        if view.side is not None:
            to_right = right_of_motion(orbit, where, t_s, place[0]) >= 0.0
            good &= to_right if view.side == "right" else ~to_right
        sun = elevation(sun_positions(SUN, t_s), place)
        if view.min_sun_elevation_deg is not None:
            good &= sun >= view.min_sun_elevation_deg
        if view.max_sun_elevation_deg is not None:
            good &= sun <= view.max_sun_elevation_deg
        return good

    return brute.windows(holds, SPAN.duration_s, step_s)


def found(orbit, way, view):
    return find_moving_accesses(
        PATHS[orbit], moved(way), view, start_s=0.0, end_s=SPAN.duration_s, sun=SUN
    )


def agree(windows, expected, tolerance_s=1e-4):
    computed = windows.of(0)
    # Stepping misses what is shorter than its steps.
    long = computed[computed[:, 1] - computed[:, 0] > 10.0]
    expected = expected[expected[:, 1] - expected[:, 0] > 10.0]
    assert len(long) == len(expected)
    assert np.abs(long - expected).max(initial=0.0) < tolerance_s


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("way", WAYS)
def test_windows_to_what_moves_are_those_of_a_dense_scan_of_sgp4(way, view):
    agree(found("low", WAYS[way], VIEWS[view]), dense(ORBITS["low"], WAYS[way], VIEWS[view]))


@pytest.mark.parametrize("orbit", sorted(set(ORBITS) - {"low"}))
@pytest.mark.parametrize(("way", "view"), [("aircraft", "cone"), ("antimeridian", "left")])
def test_so_are_those_from_other_orbits(orbit, way, view):
    # How fast a side changes is bounded over the whole of an orbit: far out it changes slowly.
    agree(found(orbit, WAYS[way], VIEWS[view]), dense(ORBITS[orbit], WAYS[way], VIEWS[view]))


WAYPOINT = st.tuples(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0), st.floats(0.0, 9e3))


@settings(max_examples=25, deadline=None)
@given(st.lists(WAYPOINT, min_size=2, max_size=6), st.sampled_from(["low", "polar", "eccentric"]))
def test_windows_along_any_way_are_those_of_a_dense_scan(points, orbit):
    # As fast as anything may go, or slower: eight hours for half the globe are 700 m/s.
    way = [(8.0 * n + 0.5, *point) for n, point in enumerate(points)]
    unit = place_at(way, np.array([p[0] * HOUR_S for p in way]) - 1e-3)[1]
    if any(a @ b < -0.999 for a, b in itertools.pairwise(unit)):
        return
    view = View(min_elevation_deg=10.0, max_off_nadir_deg=55.0, min_sun_elevation_deg=-20.0)
    agree(found(orbit, way, view), dense(ORBITS[orbit], way, view))


@pytest.mark.parametrize("orbit", ORBITS)
@pytest.mark.parametrize("view", VIEWS)
def test_what_does_not_move_is_seen_as_a_place_is(orbit, view):
    still = movement([-5.0, 70e3, 2.1 * DAY_S], [39.0] * 3, [125.7] * 3, 40.0)
    place = sites(39.0, 125.7, 40.0)
    when = {"start_s": 0.0, "end_s": SPAN.duration_s, "sun": SUN}
    moving = find_moving_accesses(PATHS[orbit], still, VIEWS[view], **when)
    fixed = find_accesses(PATHS[orbit], place, VIEWS[view], **when)
    assert len(moving) == len(fixed)
    assert np.abs(moving.of(0) - fixed.of(0)).max(initial=0.0) < 1e-6
    assert (moving.cut == fixed.cut).all()
    for by_elevation in (True, False):
        looks = closest_moving_looks(PATHS[orbit], still, moving, by_elevation=by_elevation)
        same = closest_looks(PATHS[orbit], place, fixed, by_elevation=by_elevation)
        assert np.abs(looks - same).max(initial=0.0) < 1e-3


def test_what_stays_at_its_ends_is_there_before_and_after():
    view, way = VIEWS["station"], moved(WAYS["train"])
    gone = find_moving_accesses(PATHS["low"], way, view, start_s=0.0, end_s=SPAN.duration_s)
    assert gone.start_s.min() >= 3 * HOUR_S and gone.end_s.max() <= 40 * HOUR_S
    assert not gone.cut.any()
    staying = way.staying(-1.0, SPAN.duration_s + 1.0)
    stays = find_moving_accesses(PATHS["low"], staying, view, start_s=0.0, end_s=SPAN.duration_s)
    place = sites(*np.array(WAYS["train"])[[0, -1], 1:].T.astype(float))
    ends = find_accesses(PATHS["low"], place, view, start_s=0.0, end_s=SPAN.duration_s)
    before, after = ends.of(0), ends.of(1)
    expected = [*before[before[:, 1] < 3 * HOUR_S], *after[after[:, 0] > 40 * HOUR_S]]
    mine = stays.of(0)
    mine = mine[(mine[:, 1] < 3 * HOUR_S) | (mine[:, 0] > 40 * HOUR_S)]
    assert len(mine) == 2
    assert np.abs(mine - np.array(expected)).max() < 1e-6


def test_a_look_is_best_where_no_instant_of_the_window_is_finer():
    way = WAYS["aircraft"]
    windows = found("low", way, VIEWS["cone"])
    for by_elevation, merit in ((True, 1), (False, 3)):
        best = closest_moving_looks(PATHS["low"], moved(way), windows, by_elevation=by_elevation)
        for at_s, (begin, end) in zip(best, windows.of(0), strict=True):
            t_s = np.append(np.linspace(begin, end, 4001), at_s)
            place = place_at(way, t_s)
            line = brute.earth_fixed(ORBITS["low"], SPAN, t_s) - place[0]
            value = np.einsum("ij,ij->i", line, place[1]) / np.linalg.norm(line, axis=1) ** merit
            assert value[-1] >= value.max() * (1.0 - 1e-9)


def test_finer_looks_are_those_of_a_search_for_them():
    way, wide = WAYS["aircraft"], found("low", WAYS["aircraft"], View(min_elevation_deg=5.0))
    tilted = VIEWS["tilted"].tilted_sample_per_m
    finer = finer_moving(PATHS["low"], moved(way), wide, tilted)
    own = found("low", way, VIEWS["tilted"])
    assert len(own) and np.abs(own.of(0) - finer.of(0)).max() < 1e-6
    assert (own.cut == finer.cut).all()


def test_a_ship_under_an_equatorial_orbit_is_met_later_by_its_own_speed():
    """Speeds along one circle subtract: the time from meeting to meeting is 2 pi over the rest."""
    orbit = kepler(700.0, 700.0, 0.0)
    path = track(orbit, SPAN)
    when = {"start_s": 0.0, "end_s": SPAN.duration_s}

    def period(speed_m_s):
        turn_deg = np.degrees(speed_m_s * SPAN.duration_s / brute.A_M)
        east = movement([0.0, SPAN.duration_s], [0.0, 0.0], [20.0, 20.0 + turn_deg])
        middle = find_moving_accesses(path, east, View(min_elevation_deg=20.0), **when)
        middle = middle.kept(~middle.cut.any(axis=1))
        return np.diff(0.5 * (middle.start_s + middle.end_s)).mean()

    still, eastward, westward = period(0.0), period(15.0), period(-15.0)
    turn = 2.0 * np.pi / still
    for measured, speed in ((eastward, 15.0), (westward, -15.0)):
        expected = 2.0 * np.pi / (turn - speed / brute.A_M)
        assert measured - still == pytest.approx(expected - still, rel=1e-3)
    # In first order: the square of the time from meeting to meeting, by the ship's turns a second.
    assert eastward - still == pytest.approx(15.0 * still**2 / (2.0 * np.pi * brute.A_M), rel=0.01)


def test_windows_are_those_of_skyfield_at_positions_of_the_ship():
    lines = (
        "1 25544U 98067A   23325.00000000  .00016717  00000-0  10270-3 0  9005",
        "2 25544  51.6400 208.9163 0006317  69.9862 290.2553 15.49815308 25260",
    )
    table = elements.from_tle("station", lines)
    way = WAYS["ship"]
    windows = find_moving_accesses(
        track(table, SPAN), moved(way), View(min_elevation_deg=10.0), start_s=0.0,
        end_s=SPAN.duration_s,
    )  # fmt: skip
    from skyfield.api import EarthSatellite

    scale = load.timescale(builtin=True)
    satellite = EarthSatellite(*lines, ts=scale)
    assert len(windows) == 8
    for edge_s in windows.of(0)[~windows.cut.any(axis=1)].ravel():
        up = place_at(way, np.array([edge_s]))[1][0]
        here = wgs84.latlon(np.degrees(np.arcsin(up[2])), np.degrees(np.arctan2(up[1], up[0])))
        at = scale.utc(2023, 11, 21, 0, 0, np.array([edge_s - 0.05, edge_s, edge_s + 0.05]))
        heights = (satellite - here).at(at).altaz()[0].degrees
        slope = (heights[2] - heights[0]) / 0.1
        assert abs((heights[1] - 10.0) / slope) < 1e-3
