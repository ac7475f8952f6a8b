"""Strips and crossings against SGP4 sampled plainly, closed forms, and each other."""

import math
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import brute
import numpy as np
import pytest
import shapely

from simulator import coverage, merit, orbits, swaths
from simulator.access import View, find_accesses, satellite_positions, sites
from simulator.ephemeris import track
from simulator.geometry import ecef_to_geodetic
from simulator.sensors import swath_on_ground_km
from simulator.timescale import Span

EPOCH = datetime(2023, 11, 21, tzinfo=UTC)
DAY_S = 86_400.0
SPAN = Span(EPOCH, 3.0 * DAY_S)
T = SPAN.duration_s
ORBIT = orbits.sun_synchronous("a", EPOCH, altitude_km=500.0, ltan_h=10.5)
ECCENTRIC = orbits.keplerian("e", EPOCH, perigee_km=300.0, apogee_km=3_000.0, inclination_deg=63.4)
PATHS = {"low": track(ORBIT, SPAN), "eccentric": track(ECCENTRIC, SPAN)}
ELEMENTS = {"low": ORBIT, "eccentric": ECCENTRIC}
PATH = PATHS["low"]
LATITUDE, LONGITUDE = np.array([39.04, 0.0, 65.0, -45.0]), np.array([125.71, 179.99, -180.0, 10.0])
PLACES = sites(LATITUDE, LONGITUDE)
GRID = coverage.grid([[(122.0, 34.0), (132.0, 34.0), (132.0, 43.0), (122.0, 43.0)]],
                     resolution_km=25.0)  # fmt: skip


def found_crossings(places=PLACES, path=PATH, max_roll_deg=45.0):
    return swaths.crossings(path, places, max_roll_deg=max_roll_deg, start_s=0.0, end_s=T)


def closest_approaches(orbit, site):
    """Instants at which a place above the horizon is nearest, and the roll to it, by sampling."""
    place, up = brute.site(LATITUDE[site], LONGITUDE[site])
    t = np.arange(0.0, T, 2.0)
    where = brute.earth_fixed(ELEMENTS[orbit], SPAN, t)
    line = where - place
    square = np.einsum("ij,ij->i", line, line)
    least = np.flatnonzero((square[1:-1] < square[:-2]) & (square[1:-1] <= square[2:])) + 1
    least = least[line[least] @ up > 0.0]
    before, here, after = square[least - 1], square[least], square[least + 1]
    at_s = t[least] + (before - after) / (before - 2.0 * here + after)
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
    got = found_crossings(path=PATHS[orbit])
    for site in range(len(PLACES)):
        at_s, roll_deg = closest_approaches(orbit, site)
        near = np.abs(roll_deg) <= 45.0
        mine = got.site == site
        assert near.sum() == mine.sum() > 0
        assert np.abs(np.sort(at_s[near]) - got.at_s[mine]).max() < 0.05
        assert np.abs(roll_deg[near] - got.roll_deg[mine]).max() < 0.3


def test_the_line_of_look_at_a_crossing_meets_the_site():
    got = found_crossings(max_roll_deg=60.0)
    hit = swaths.look_points_m(PATH, got.at_s, got.roll_deg)
    assert np.linalg.norm(hit - PLACES.position_m[got.site], axis=1).max() < 1e-2


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
    got = found_crossings()
    velocity = satellite_positions(PATH, got.at_s + 1.0) - satellite_positions(PATH, got.at_s)
    below = np.array(ecef_to_geodetic(satellite_positions(PATH, got.at_s))[:2])
    east = (LONGITUDE[got.site] - below[1] + 180.0) % 360.0 - 180.0
    assert np.array_equal(np.sign(got.roll_deg), np.sign(east) * np.sign(velocity[:, 2]))


@pytest.mark.parametrize("roll_deg", [0.0, 25.0, -25.0])
def test_a_strip_is_as_wide_as_on_the_sphere(roll_deg):
    # Ground width of a swath, Wertz and Larson 1999, section 5.2.
    t_s = np.linspace(0.0, 5_600.0, 40)
    left, right = (swaths.look_points_m(PATH, t_s, roll_deg + side * 3.0) for side in (-1.0, 1.0))
    width_km = np.linalg.norm(right - left, axis=1) / 1e3
    height_km = ecef_to_geodetic(satellite_positions(PATH, t_s))[2] / 1e3
    wanted = swath_on_ground_km(altitude_km=height_km, off_nadir_deg=roll_deg, half_angle_deg=3.0)
    assert np.abs(width_km / wanted - 1.0).max() < 0.006


def test_cells_of_one_overpass_add_up_to_the_area_between_its_edges():
    everything = found_crossings(GRID.sites())
    t0 = everything.at_s[np.argmin(np.abs(everything.roll_deg))]
    one = everything.taken(np.abs(everything.at_s - t0) < 600.0)
    assert len(np.unique(one.site)) == len(one)
    imaged = one.within(roll_deg=4.0, half_angle_deg=10.0)
    cells_km2 = GRID.weights_km2[imaged.site].sum()
    left, right = swaths.strip_edges(
        PATH, np.linspace(t0 - 600.0, t0 + 600.0, 2_000), roll_deg=4.0, half_angle_deg=10.0
    )
    ring = np.concatenate([left, right[::-1]])[:, ::-1]
    shape = shapely.Polygon(ring).intersection(shapely.box(122.0, 34.0, 132.0, 43.0))
    # Equal area: longitude against the sine of latitude, on the grid's own sphere.
    flat = shapely.transform(shape, lambda p: np.column_stack(
        [np.radians(p[:, 0]), np.sin(np.radians(p[:, 1]))]))  # fmt: skip
    assert cells_km2 == pytest.approx(flat.area * coverage.AUTHALIC_RADIUS_KM**2, rel=0.02)


def test_crossings_become_accesses_with_or_without_a_dwell():
    got = found_crossings()
    events, dwells = got.windows(T), got.windows(T, dwell_s=20.0)
    assert np.array_equal(events.start_s, got.at_s) and np.array_equal(events.end_s, got.at_s)
    assert dwells.duration_s == pytest.approx(np.full(len(got), 20.0))
    seen = merit.site_figures([events], PLACES, SPAN)
    assert seen.accesses.tolist() == np.bincount(got.site, minlength=4).tolist()
    assert (seen.covered_s == 0.0).all()
    gaps = np.diff(np.concatenate([[0.0], got.at_s[got.site == 0], [T]]))
    assert seen.revisit_mean_s[0] == pytest.approx(gaps.mean())
    assert len(got.windows(T, dwell_s=T)) == 4
    nothing = got.taken(np.zeros(len(got), dtype=bool))
    assert len(nothing.windows(T)) == 0


@pytest.mark.parametrize("orbit", PATHS)
@pytest.mark.parametrize("side", ["left", "right"])
def test_windows_to_one_side_are_those_of_a_dense_scan(orbit, side):
    view = View(max_off_nadir_deg=50.0, min_off_nadir_deg=20.0, min_elevation_deg=5.0, side=side)
    found = find_accesses(PATHS[orbit], PLACES, view, start_s=0.0, end_s=T)
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

        wanted = brute.windows(holds, T, 3.0)
        got = found.of(site)
        assert len(wanted) == len(got) > 0
        assert np.abs(wanted - got).max() < 2e-4


def test_left_and_right_make_up_both():
    def total(**more):
        view = View(max_off_nadir_deg=50.0, min_off_nadir_deg=20.0, **more)
        return find_accesses(PATH, PLACES, view, start_s=0.0, end_s=T).duration_s.sum()

    assert total(side="left") + total(side="right") == pytest.approx(total(), abs=1e-3)


AGILE = swaths.Agility(half_angle_deg=1.4, max_roll_deg=30.0, period_s=5_670.0)


def shares(agility=AGILE, found=None):
    events = found_crossings(GRID.sites(), max_roll_deg=30.0) if found is None else found
    return swaths.daily_share(events, GRID.weights_km2, T, agility, cell_s=3.6)


def test_strips_never_image_more_than_can_be_reached_and_limits_only_take_away():
    events = found_crossings(GRID.sites(), max_roll_deg=30.0)
    free = shares(found=events)
    slow = shares(replace(AGILE, slew_rate_deg_s=1.0, settling_s=10.0), events)
    short = shares(replace(AGILE, duty_s=60.0), events)
    both = shares(replace(AGILE, duty_s=60.0, slew_rate_deg_s=1.0, settling_s=10.0), events)
    for got in (free, slow, short, both):
        assert len(got.imaged) == 3 and (got.imaged <= got.reachable + 1e-12).all()
    assert free.mean >= slow.mean and free.mean >= short.mean >= both.mean > 0.0
    for strip in both.strips:
        assert strip.end_s - strip.start_s <= 60.0 + 1e-6


def test_the_plan_keeps_turns_and_duty_and_images_what_it_says():
    agility = replace(AGILE, duty_s=90.0, slew_rate_deg_s=2.0, settling_s=5.0)
    events = found_crossings(GRID.sites(), max_roll_deg=30.0)
    got = shares(agility, events)
    plan = sorted(got.strips, key=lambda s: s.start_s)
    for one, two in pairwise(plan):
        assert two.start_s - one.end_s >= agility.turn_s(one.roll_deg, two.roll_deg) - 1e-6
    spent = {}
    for strip in plan:
        turn = int(strip.start_s // agility.period_s)
        spent[turn] = spent.get(turn, 0.0) + strip.end_s - strip.start_s
    assert max(spent.values()) <= 90.0 + 1e-6
    for day in range(3):
        seen = np.zeros(len(GRID.weights_km2), dtype=bool)
        for strip in (s for s in plan if day * DAY_S <= s.start_s + 1.8 < (day + 1) * DAY_S):
            here = events.within(roll_deg=strip.roll_deg, half_angle_deg=1.4)
            seen[here.site[(here.at_s >= strip.start_s) & (here.at_s <= strip.end_s)]] = True
        share = GRID.weights_km2[seen].sum() / GRID.weights_km2.sum()
        assert share == pytest.approx(got.imaged[day])


def test_a_field_of_view_as_wide_as_the_reach_images_all_of_it():
    wide = swaths.Agility(half_angle_deg=31.0, max_roll_deg=30.0, period_s=5_670.0)
    got = shares(wide)
    assert got.imaged == pytest.approx(got.reachable)
    assert math.isclose(got.mean, got.reachable.mean())
    assert swaths.daily_share(
        found_crossings(GRID.sites()), GRID.weights_km2, 1_000.0, wide, cell_s=1.0
    ).mean is None  # fmt: skip
