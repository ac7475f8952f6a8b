"""Skylines with straight lines, and what else says that a pass or an access counts."""

import functools
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.access import conditions, search, skylines
from simulator.access.search import View, find_accesses
from simulator.access.watch import Watch
from simulator.earth.ellipsoid import look_angles
from simulator.earth.site_index import sites
from simulator.earth.time import Span
from simulator.network.contacts import find_contacts
from simulator.orbits import builders, elements
from simulator.orbits.sun import sun_track
from simulator.orbits.tracks import track
from simulator.revisit.batches import stream
from simulator.scenario import Relay, Station, loads
from simulator.study.case import Study
from simulator.study.events import accesses
from tests.reference import brute

EPOCH = datetime(2026, 11, 12, tzinfo=UTC)
SPAN = Span(EPOCH, 2 * 86_400.0)
LATITUDE, LONGITUDE, HEIGHT = 39.0, 125.0, 250.0
PLACES = sites([LATITUDE, -70.0], [LONGITUDE, 10.0], [HEIGHT, 0.0])
ORBITS = {
    "low": builders.sun_synchronous("low", EPOCH, altitude_km=500.0, ltan_h=10.5),
    "lowest": elements.keplerian(
        "lowest",
        EPOCH,
        elements.KeplerElements(perigee_km=180.0, apogee_km=200.0, inclination_deg=51.6),
    ),
    "eccentric": elements.keplerian(
        "eccentric",
        EPOCH,
        elements.KeplerElements(
            perigee_km=400.0, apogee_km=9_000.0, inclination_deg=63.4, argument_of_perigee_deg=270.0
        ),
    ),
}
TRACKS = {name: track(orbit, SPAN) for name, orbit in ORBITS.items()}


@functools.cache
def base(name):
    """Return the windows above the horizon, found when a test first asks for them."""
    level = View(min_elevation_deg=0.0)
    return find_accesses(TRACKS[name], PLACES, level, start_s=0.0, end_s=86_400.0)


# Element set, station and windows of an independent program: SGP4 in WGS72, sidereal time by ERFA,
# dense scan and bisection; seconds after the epoch.
TLE = (
    "1 90101U 26001A   26315.50000000  .00000500  00000-0  24000-4 0  9997\n"
    "2 90101  97.4100 121.3000 0012000  75.0000 285.2000 15.24000000   106\n"
)
SCENARIO = """
schema_version = 1
title = "passes that count"
targets = [{{name = "x", latitude_deg = 38.0, longitude_deg = 126.0}}]
span = {{start = 2026-11-12T00:00:00Z, days = {days}}}
[[networks]]
name = "n"
[[networks.stations]]
name = "g"
latitude_deg = 39.0
longitude_deg = 125.0
{station}
[[satellites]]
name = "A"
downlink_rate_mbps = 10.0
orbit = {{kind = "tle", file = "sso.tle"}}
[satellites.sensor]
kind = "radar"
gsd_m = 3.0
reference_altitude_km = 500
swath_km = 24
max_off_nadir_deg = 45.0
{sensor}
"""
CULMINATING = [
    (32480.156, 33010.966),
    (70623.906, 71154.093),
    (117582.78, 118126.951),
    (155757.142, 156246.118),
    (202696.787, 203224.068),
    (246467.205, 246972.092),
]
OVER_SKYLINE = [
    (32535.745, 32954.234),
    (70693.999, 71097.741),
    (117656.973, 118105.533),
    (155936.563, 155960.486),
    (155963.212, 156153.128),
    (202801.552, 203205.281),
    (246501.897, 246868.164),
]
AT_NIGHT = [
    (70812.907, 70927.664),
    (331748.641, 331861.35),
    (416843.605, 416980.589),
    (677822.074, 677873.232),
    (762881.637, 763024.872),
    (848029.971, 848094.928),
]


def study_of(folder, *, station="min_elevation_deg = 5.0", sensor="", days=3.0):
    (folder / "sso.tle").write_text(TLE)
    text = SCENARIO.format(station=station, sensor=sensor, days=days)
    return Study(loads(text, origin="test", folder=folder).resolve())


def contacts_of(study):
    stations = study.scenario.networks[0].stations
    contacts = find_contacts(study.tracks, stations, end_s=study.span.duration_s)
    return contacts, np.stack([contacts.start_s, contacts.end_s], axis=1)


def test_passes_that_culminate_high_enough_are_used_from_the_least_elevation_up(tmp_path):
    study = study_of(tmp_path, station="min_elevation_deg = 5.0\nmin_culmination_deg = 20.0")
    contacts, windows = contacts_of(study)
    assert windows == pytest.approx(np.array(CULMINATING), abs=0.02)
    assert (contacts.max_elevation_deg >= 20.0).all()


@pytest.mark.parametrize("more", ["", "horizon_mask_kind = 'straight'"])
def test_a_skyline_closed_at_360_runs_straight_between_its_points(tmp_path, more):
    mask = "[[0, 10], [90, 25], [180, 5], [270, 20], [360, 10]]"
    study = study_of(
        tmp_path, station=f"min_elevation_deg = 0.0\nhorizon_mask_deg = {mask}\n{more}"
    )
    assert study.scenario.networks[0].stations[0].horizon_mask_kind == "straight"
    # The two about the instant at which a pass grazes a slope are as good as metres of orbit.
    windows = contacts_of(study)[1]
    assert windows == pytest.approx(np.array(OVER_SKYLINE), abs=0.12)
    steps = study_of(
        tmp_path,
        station=f"min_elevation_deg = 0.0\nhorizon_mask_deg = {mask}\nhorizon_mask_kind = 'steps'",
    )
    assert contacts_of(steps)[1].shape != windows.shape or not np.allclose(
        contacts_of(steps)[1], windows, atol=1.0
    )


def test_accesses_by_night_end_where_the_sun_is_too_high(tmp_path):
    study = study_of(tmp_path, sensor="max_sun_elevation_deg = -12.0", days=10.0)
    columns = accesses(study).columns
    windows = np.stack([columns["start_s"], columns["end_s"]], axis=1)
    assert windows == pytest.approx(np.array(AT_NIGHT), abs=0.03)
    assert (columns["sun_elevation_deg"] <= -12.0 + 1e-3).all()


def test_an_optical_sensor_asked_to_look_by_night_is_not_asked_for_daylight_as_well(tmp_path):
    night = study_of(tmp_path, sensor="max_sun_elevation_deg = -12.0").scenario
    table = night.satellites[0].sensor.model_dump(exclude_none=True) | {"kind": "optical"}
    sensor = type(night.satellites[0].sensor).model_validate(table)
    assert sensor.min_sun_elevation_deg is None and sensor.max_sun_elevation_deg == -12.0


def straight_mask_deg(mask, azimuth_deg):
    """Height of the skyline by linear interpolation around the horizon."""
    points = dict(sorted((azimuth % 360.0, height) for azimuth, height in mask))
    return np.interp(azimuth_deg, list(points), list(points.values()), period=360.0)


def scanned(name, mask, *, step_s=2.0, end_s=86_400.0):
    place = brute.site(LATITUDE, LONGITUDE, HEIGHT)

    def holds(t_s):
        where = brute.earth_fixed(ORBITS[name], SPAN, t_s)
        look = look_angles(where, latitude_deg=LATITUDE, longitude_deg=LONGITUDE, height_m=HEIGHT)
        elevation = brute.elevation_deg(where, place)
        return (elevation >= 0.0) & (elevation >= straight_mask_deg(mask, look.azimuth_deg))

    return brute.windows(holds, end_s, step_s)


def agrees(computed, expected, *, step_s, tolerance_s=1e-3):
    """Assert that windows are those of a scan, but for those and for gaps that its steps miss."""

    def long(rows):
        return rows[rows[:, 1] - rows[:, 0] > step_s]

    def closed(rows):
        out = [list(rows[0])] if len(rows) else []
        for start, end in rows[1:]:
            if start - out[-1][1] < step_s:
                out[-1][1] = end
            else:
                out.append([start, end])
        return np.array(out).reshape(-1, 2)

    def clear(rows):
        return long(closed(rows))

    assert len(clear(computed)) == len(clear(expected))
    assert np.abs(clear(computed) - clear(expected)).max(initial=0.0) < tolerance_s
    # A short window that the scan happened on is found as well, whole or around a gap it missed.
    found = np.concatenate([computed, closed(computed)])
    for start, end in expected:
        assert (np.abs(found - (start, end)).max(axis=1) < tolerance_s).any() or (
            (computed[:, 0] <= start + tolerance_s) & (computed[:, 1] >= end - tolerance_s)
        ).any()


points = st.lists(
    st.tuples(st.integers(0, 359).map(float), st.floats(-2.0, 85.0)),
    min_size=1,
    max_size=7,
    unique_by=lambda point: point[0],
).map(sorted)


@settings(max_examples=25, deadline=None)
@given(points, st.sampled_from(list(ORBITS)))
def test_a_straight_skyline_has_the_windows_of_a_dense_scan(mask, name):
    windows = skylines.masked(
        TRACKS[name], PLACES, base(name), site=0, mask_deg=mask, straight=True
    )
    agrees(windows.of(0), scanned(name, mask), step_s=2.0)
    assert np.array_equal(windows.of(1), base(name).of(1))


def test_a_skyline_up_to_the_zenith_hides_what_is_under_it():
    # Passes close to the zenith, where azimuths turn by half a circle in seconds.
    path, passes = TRACKS["lowest"], base("lowest")
    over = passes.kept(passes.site == 0)
    at_s = search.closest_looks(path, PLACES, over, by_elevation=True)
    where = search.satellite_positions(path, at_s)
    look = look_angles(where, latitude_deg=LATITUDE, longitude_deg=LONGITUDE, height_m=HEIGHT)
    top = int(np.argmax(look.elevation_deg))
    azimuth = float(look.azimuth_deg[top])
    mask = [((azimuth - 60.0) % 360.0, 0.0), (azimuth % 360.0, 90.0), ((azimuth + 60.0) % 360, 0.0)]
    windows = skylines.masked(path, PLACES, passes, site=0, mask_deg=mask, straight=True)
    agrees(windows.of(0), scanned("lowest", mask, step_s=0.5), step_s=0.5)
    open_ = ~((windows.of(0)[:, 0] <= at_s[top]) & (windows.of(0)[:, 1] >= at_s[top]))
    assert open_.all()


def test_a_level_straight_skyline_is_a_least_elevation():
    windows = skylines.masked(
        TRACKS["low"], PLACES, base("low"), site=0, mask_deg=[(40.0, 12.0)], straight=True
    )
    expected = find_accesses(
        TRACKS["low"], PLACES, View(min_elevation_deg=12.0), start_s=0.0, end_s=86_400.0
    )
    assert np.allclose(windows.of(0), expected.of(0), atol=1e-6)


def test_many_points_on_a_line_change_nothing():
    two = [(30.0, 3.0), (130.0, 33.0), (131.0, 3.0)]
    many = [(30.0 + n, 3.0 + 0.3 * n) for n in range(101)] + [(131.0, 3.0)]
    runs = [
        skylines.masked(TRACKS["low"], PLACES, base("low"), site=0, mask_deg=mask, straight=True)
        for mask in (two, many)
    ]
    assert np.allclose(runs[0].of(0), runs[1].of(0), atol=1e-5)


STATION = Station(name="s", latitude_deg=LATITUDE, longitude_deg=LONGITUDE, min_elevation_deg=5.0)


def contact_windows(**keys):
    station = Station.model_validate(STATION.model_dump() | keys)
    return find_contacts([TRACKS["low"]], [station], end_s=SPAN.duration_s)


def test_short_contacts_are_none():
    every = contact_windows()
    windows = contact_windows(min_contact_s=500.0)
    long = every.end_s - every.start_s >= 500.0
    assert 0 < long.sum() < len(every)
    assert np.array_equal(windows.start_s, every.start_s[long])
    relays = [Relay(name="r", longitude_deg=95.0, min_contact_s=least) for least in (0.0, 9_550.0)]
    both = find_contacts([TRACKS["eccentric"]], relays, end_s=SPAN.duration_s)
    length = both.end_s - both.start_s
    assert (length[both.link == 1] >= 9_550.0).all()
    assert (both.link == 1).sum() == (length[both.link == 0] >= 9_550.0).sum() < len(both) / 2


@settings(max_examples=15, deadline=None)
@given(st.floats(6.0, 80.0))
def test_passes_are_chosen_by_their_culmination(least_deg):
    every = contact_windows()
    windows = contact_windows(min_culmination_deg=least_deg)
    high = every.max_elevation_deg >= least_deg
    assert np.array_equal(windows.start_s, every.start_s[high])
    assert np.array_equal(windows.end_s, every.end_s[high])


def test_a_culmination_is_that_of_the_pass_and_not_of_what_a_skyline_leaves_of_it():
    hidden = {"horizon_mask_deg": ((0.0, 30.0), (180.0, 5.0))}
    masked = contact_windows(**hidden)
    windows = contact_windows(min_culmination_deg=30.0, **hidden)
    every = contact_windows()
    passes = every.chosen(every.max_elevation_deg >= 30.0)
    inside = [
        ((passes.start_s <= start) & (passes.end_s >= end)).any()
        for start, end in zip(masked.start_s, masked.end_s, strict=True)
    ]
    assert np.array_equal(windows.start_s, masked.start_s[np.array(inside)])


def test_short_accesses_are_none_and_regions_leave_them_out_alike():
    sun = sun_track(SPAN)
    latitude, longitude = np.meshgrid(np.linspace(30.0, 60.0, 6), np.linspace(-180.0, 144.0, 10))
    places = sites(latitude.ravel(), longitude.ravel())
    view = View(min_elevation_deg=5.0, max_off_nadir_deg=45.0, max_sun_elevation_deg=-6.0)
    least = replace(view, min_duration_s=100.0)
    path = TRACKS["low"]
    every, windows = (
        find_accesses(path, places, v, start_s=0.0, end_s=SPAN.duration_s, sun=sun)
        for v in (view, least)
    )
    long = every.duration_s >= 100.0
    assert 10 < long.sum() < len(every) - 10
    assert np.array_equal(windows.start_s, every.start_s[long])
    # A search in stretches of time cuts no access into parts that are too short.
    watch = Watch(ORBITS["low"], least)
    for stretch_days in (400.0, 0.01):
        counts = np.zeros(len(places))
        for batch in stream(
            [watch], places, SPAN, lambda batch: batch, sun=sun, stretch_days=stretch_days
        ):
            counts[batch.sites] = np.diff(batch.ordered[0])
        assert np.array_equal(counts, np.bincount(windows.site, minlength=len(places)))


def test_the_bound_on_how_a_slope_bends_holds_right_up_to_the_zenith():
    # The proof that no window is missed rests on it; free motion in any direction, by differences.
    rng = np.random.default_rng(1)
    nearest = 0.0
    for _ in range(3_000):
        height, azimuth = np.radians(rng.uniform(-5.0, 89.9)), rng.uniform(-np.pi, np.pi)
        range_m, slope = 10.0 ** rng.uniform(5.3, 7.5), rng.uniform(-30.0, 30.0)
        flat = np.cos(height) * np.array([np.cos(azimuth), np.sin(azimuth)])
        place = range_m * np.append(flat, np.sin(height))
        velocity, pull = rng.normal(size=3), rng.normal(size=3)
        velocity *= rng.uniform(0.0, 8e3) / np.linalg.norm(velocity)
        pull *= rng.uniform(0.0, 12.0) / np.linalg.norm(pull)
        row = np.array([range_m, 0.0, 0.0, 0.3, slope, np.cos(height) * (1.0 - 1e-12)])
        bounds = (float(np.linalg.norm(velocity)), float(np.linalg.norm(pull)), *[0.0] * 5)

        def look(t, place=place, velocity=velocity, pull=pull, azimuth=azimuth, row=row):
            where, moving = place + velocity * t + 0.5 * pull * t * t, velocity + pull * t
            still = (0.0, 0.0, 0.0)
            parts = (tuple(where), tuple(moving), still, still, tuple(row[:3]), tuple(row[3:]))
            return conditions.condition(conditions.SKYLINE, azimuth, *parts)

        step_s = 1e-3 * min(1.0, range_m * row[5] / 8e3)
        (before, slow, _), (after, fast, _) = look(-step_s), look(step_s)
        bend = (fast - slow) / (2.0 * step_s)
        most = conditions.skyline_curvature(row, bounds, range_m)
        nearest = max(nearest, abs(bend) / most)
        assert look(0.0)[1] == pytest.approx((after - before) / (2.0 * step_s), rel=1e-3, abs=1e-6)
    assert 0.5 < nearest <= 1.0
