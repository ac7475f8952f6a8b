import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skyfield.api import EarthSatellite, load, wgs84

from simulator.access import search, skylines
from simulator.access.search import View, find_accesses
from simulator.earth.ellipsoid import ellipsoid_normal, look_angles
from simulator.earth.site_index import sites
from simulator.earth.time import Span
from simulator.orbits import builders, elements
from simulator.orbits.sun import shadow_windows, sun_positions, sun_track
from simulator.orbits.tracks import track
from simulator.units import DAY_S
from tests.made_orbits import EPOCH, kepler
from tests.reference import brute

SPAN = Span(EPOCH, 2 * DAY_S)

LATITUDE = np.array([39.04, 90.0, -90.0, 0.0, 65.0, -45.0, 12.0, 89.9, 38.1, -71.0])
LONGITUDE = np.array([125.71, 0.0, 0.0, 179.99, -180.0, 10.0, -60.0, 45.0, -120.0, 11.8])
HEIGHT = np.array([0.0, 0.0, 2800.0, 0.0, 0.0, 100.0, 0.0, 0.0, 4000.0, 0.0])
PLACES = sites(LATITUDE, LONGITUDE, HEIGHT)


ORBITS = {
    "low": builders.sun_synchronous("leo", EPOCH, altitude_km=500.0, ltan_h=10.5),
    "eccentric": kepler(300.0, 3_000.0, 63.4),
    "molniya": kepler(600.0, 39_700.0, 63.4),
    "geostationary": kepler(35_780.0, 35_790.0, 5.0, raan_deg=30.0),
    "equatorial": kepler(700.0, 700.0, 0.0),
    "polar": kepler(250.0, 260.0, 90.0),
}
TRACKS = {name: track(orbit, SPAN) for name, orbit in ORBITS.items()}
VIEWS = {
    "station": View(min_elevation_deg=5.0),
    "below the horizon": View(min_elevation_deg=-3.0),
    "high mask": View(min_elevation_deg=80.0),
    "cone": View(max_off_nadir_deg=45.0),
    "cone wider than the Earth": View(max_off_nadir_deg=89.0),
    "ring": View(max_off_nadir_deg=60.0, min_off_nadir_deg=20.0, min_elevation_deg=25.0),
}


@functools.lru_cache(maxsize=len(ORBITS))
def scanned(orbit, times):
    """Return where an orbit is over the Earth at times, and the way down from there."""
    where = brute.earth_fixed(orbit, SPAN, np.frombuffer(times))
    return where, brute.nadir(where)


def located(orbit, t_s):
    """Return places over the Earth and ways down, of the long scan once for all places seen."""
    take = scanned if len(t_s) > 10_000 else scanned.__wrapped__
    return take(orbit, t_s.tobytes())


def reference(orbit, view, site, sun=None):
    place = brute.site(LATITUDE[site], LONGITUDE[site], HEIGHT[site])

    def holds(t_s):
        where, down = located(orbit, t_s)
        good = brute.elevation_deg(where, place) >= view.min_elevation_deg
        if view.max_off_nadir_deg is not None:
            angle = brute.off_nadir_deg(where, place, down)
            good &= (angle <= view.max_off_nadir_deg) & (angle >= view.min_off_nadir_deg)
        if view.ground_sample_per_m is not None:
            d = where - place[0]
            rho = np.linalg.norm(d, axis=1)
            sine = d @ place[1] / rho
            good &= sine > 0.0
            good &= rho * view.ground_sample_per_m <= np.sqrt(np.maximum(sine, 0.0))
        if sun is not None:
            height = brute.elevation_deg(sun_positions(sun, t_s), place)
            good &= height >= view.min_sun_elevation_deg
        return good

    return brute.windows(holds, SPAN.duration_s, 5.0)


def agree(windows, orbit, view, sun=None, tolerance_s=1e-4):
    for site in range(len(PLACES)):
        expected = reference(orbit, view, site, sun)
        computed = windows.of(site)
        assert len(expected) == len(computed), (site, expected, computed)
        assert np.abs(expected - computed).max(initial=0.0) < tolerance_s


@pytest.mark.parametrize("orbit", ORBITS)
@pytest.mark.parametrize("view", VIEWS)
def test_windows_are_those_of_a_dense_scan_of_sgp4(orbit, view):
    windows = find_accesses(TRACKS[orbit], PLACES, VIEWS[view], start_s=0.0, end_s=SPAN.duration_s)
    agree(windows, ORBITS[orbit], VIEWS[view])


def test_sample_and_sun_conditions_keep_exact_edges():
    sun = sun_track(SPAN)
    # 3 m at nadir from 500 km, at most 5 m.
    view = View(
        min_elevation_deg=5.0,
        max_off_nadir_deg=50.0,
        ground_sample_per_m=3.0 / (500e3 * 5.0),
        min_sun_elevation_deg=10.0,
    )
    windows = find_accesses(
        TRACKS["low"], PLACES, view, start_s=0.0, end_s=SPAN.duration_s, sun=sun
    )
    assert len(windows) > 5
    agree(windows, ORBITS["low"], view, sun)


def test_the_sun_can_split_a_permanent_access():
    sun = sun_track(SPAN)
    view = View(min_elevation_deg=5.0, min_sun_elevation_deg=0.0)
    windows = find_accesses(
        TRACKS["geostationary"], PLACES, view, start_s=0.0, end_s=SPAN.duration_s, sun=sun
    )
    assert len(windows) >= 4
    agree(windows, ORBITS["geostationary"], view, sun)


def test_stations_agree_with_skyfields_own_search():
    ts = load.timescale(builtin=True)
    satellite = EarthSatellite.from_satrec(ORBITS["low"].satellite, ts)
    windows = find_accesses(
        TRACKS["low"], PLACES, View(min_elevation_deg=5.0), start_s=0.0, end_s=SPAN.duration_s
    )
    for site in (0, 4, 8):
        place = wgs84.latlon(LATITUDE[site], LONGITUDE[site], HEIGHT[site])
        t, kind = satellite.find_events(
            place, ts.utc(2023, 11, 21), ts.utc(2023, 11, 23), altitude_degrees=5.0
        )
        seconds = ((t.whole - t.whole[0]) + t.tai_fraction) * DAY_S
        zero = ts.utc(2023, 11, 21)
        seconds -= ((zero.whole - t.whole[0]) + zero.tai_fraction) * DAY_S
        passes = windows.of(site)
        assert np.abs(np.sort(seconds[kind == 0]) - passes[:, 0][passes[:, 0] > 0]).max() < 0.5
        peaks = search.closest_looks(
            TRACKS["low"], PLACES, windows.kept(windows.site == site), by_elevation=True
        )
        assert np.abs(np.sort(seconds[kind == 1]) - peaks).max() < 0.5


def test_grazing_passes_of_a_fraction_of_a_second_are_found():
    # Take a pass's greatest elevation and set the mask a hair below it.
    all_found = find_accesses(
        TRACKS["low"], PLACES, View(min_elevation_deg=5.0), start_s=0.0, end_s=SPAN.duration_s
    )
    peak_s = search.closest_looks(TRACKS["low"], PLACES, all_found, by_elevation=True)
    for index in range(0, len(all_found), 7):
        site, at_s = all_found.site[index], peak_s[index]
        where = search.satellite_positions(TRACKS["low"], np.array([at_s]))
        top = look_angles(
            where,
            latitude_deg=LATITUDE[site],
            longitude_deg=LONGITUDE[site],
            height_m=HEIGHT[site],
        ).elevation_deg[0]
        for below_deg in (1e-5, 1e-7):
            view = View(min_elevation_deg=float(top) - below_deg)
            windows = find_accesses(
                TRACKS["low"], PLACES, view, start_s=0.0, end_s=SPAN.duration_s
            ).of(site)
            hit = (windows[:, 0] <= at_s) & (at_s <= windows[:, 1])
            assert hit.sum() == 1
            assert (windows[hit][:, 1] - windows[hit][:, 0])[0] < 3.0


def test_a_permanent_access_is_one_window_cut_at_both_ends():
    windows = find_accesses(
        TRACKS["geostationary"],
        sites(0.0, 120.0),
        View(min_elevation_deg=-90.0),
        start_s=0.0,
        end_s=SPAN.duration_s,
    )
    assert windows.of(0).tolist() == [[0.0, SPAN.duration_s]]
    assert windows.cut.tolist() == [[True, True]]


def test_the_far_side_of_the_earth_is_never_seen():
    sub = -search.satellite_positions(TRACKS["low"], np.array([3_000.0]))[0]
    latitude = np.degrees(np.arcsin(sub[2] / np.linalg.norm(sub)))
    longitude = np.degrees(np.arctan2(sub[1], sub[0]))
    for angle in (5.0, 45.0, 66.0, 89.0):
        accesses = find_accesses(
            TRACKS["low"],
            sites(latitude, longitude),
            View(max_off_nadir_deg=angle),
            start_s=0.0,
            end_s=SPAN.duration_s,
        )
        windows = accesses.of(0)
        assert not ((windows[:, 0] <= 3_000.0) & (windows[:, 1] > 3_000.0)).any()


def test_the_result_does_not_depend_on_threads():
    rng = np.random.default_rng(5)
    places = sites(np.degrees(np.arcsin(rng.uniform(-1, 1, 500))), rng.uniform(-180, 180, 500))
    runs = [
        find_accesses(
            TRACKS["low"],
            places,
            VIEWS["cone"],
            start_s=0.0,
            end_s=SPAN.duration_s,
            threads=threads,
        )
        for threads in (1, 2, 5)
    ]
    for repeat in runs[1:]:
        assert np.array_equal(runs[0].site, repeat.site)
        assert np.array_equal(runs[0].start_s, repeat.start_s)
        assert np.array_equal(runs[0].end_s, repeat.end_s)


def test_a_search_may_start_late_and_end_early():
    whole = find_accesses(
        TRACKS["low"], PLACES, VIEWS["station"], start_s=0.0, end_s=SPAN.duration_s
    )
    part = find_accesses(TRACKS["low"], PLACES, VIEWS["station"], start_s=20_000.5, end_s=90_000.0)
    for site in range(len(PLACES)):
        expected = np.clip(whole.of(site), 20_000.5, 90_000.0)
        expected = expected[expected[:, 1] > expected[:, 0]]
        assert np.allclose(part.of(site), expected, atol=1e-6)


@given(narrow=st.floats(5.0, 60.0), wider=st.floats(0.0, 25.0))
@settings(max_examples=15, deadline=None)
def test_a_wider_field_of_regard_never_loses_an_access(narrow, wider):
    def covered(angle):
        accesses = find_accesses(
            TRACKS["low"],
            PLACES,
            View(max_off_nadir_deg=angle),
            start_s=0.0,
            end_s=SPAN.duration_s,
        )
        return accesses

    small, large = covered(narrow), covered(narrow + wider)
    for site in range(len(PLACES)):
        big = large.of(site)
        for start, end in small.of(site):
            assert ((big[:, 0] <= start + 1e-6) & (big[:, 1] >= end - 1e-6)).any()


@given(shift_deg=st.floats(-180.0, 180.0))
@settings(max_examples=8, deadline=None)
def test_turning_the_world_with_the_node_changes_nothing(shift_deg):
    span = Span(EPOCH, DAY_S, 0.0)
    runs = []
    for turn in (0.0, shift_deg):
        orbit = elements.keplerian(
            "k",
            EPOCH,
            elements.KeplerElements(
                perigee_km=500, apogee_km=520, inclination_deg=97.4, raan_deg=40.0 + turn
            ),
        )
        places = sites(LATITUDE[3:7], LONGITUDE[3:7] + turn)
        runs.append(
            find_accesses(
                track(orbit, span),
                places,
                VIEWS["station"],
                start_s=0.0,
                end_s=DAY_S,
            )
        )
    assert np.array_equal(runs[0].site, runs[1].site)
    assert np.allclose(runs[0].start_s, runs[1].start_s, atol=1e-5)


def test_windows_are_cut_to_a_sunlit_satellite():
    sun = sun_track(SPAN)
    shadow = shadow_windows(TRACKS["low"], sun, SPAN.duration_s, umbra=False)
    lit = np.stack([np.append(0.0, shadow[:, 1]), np.append(shadow[:, 0], SPAN.duration_s)], axis=1)
    plain = find_accesses(
        TRACKS["low"], PLACES, VIEWS["station"], start_s=0.0, end_s=SPAN.duration_s
    )
    sunlit = find_accesses(
        TRACKS["low"], PLACES, VIEWS["station"], start_s=0.0, end_s=SPAN.duration_s, allowed=lit
    )
    assert 0 < sunlit.duration_s.sum() < plain.duration_s.sum()
    middle = 0.5 * (sunlit.start_s + sunlit.end_s)
    for start, end in shadow:
        assert not ((middle > start) & (middle < end)).any()


def test_a_horizon_mask_cuts_by_azimuth():
    mask = [(0.0, 5.0), (90.0, 30.0), (200.0, 10.0)]
    base = find_accesses(
        TRACKS["low"], PLACES, View(min_elevation_deg=5.0), start_s=0.0, end_s=SPAN.duration_s
    )
    masked = skylines.masked(TRACKS["low"], PLACES, base, site=0, mask_deg=mask)
    place = brute.site(LATITUDE[0], LONGITUDE[0], HEIGHT[0])

    def holds(t_s):
        where = brute.earth_fixed(ORBITS["low"], SPAN, t_s)
        look = look_angles(
            where, latitude_deg=LATITUDE[0], longitude_deg=LONGITUDE[0], height_m=HEIGHT[0]
        )
        azimuth = look.azimuth_deg
        least = np.where(azimuth < 90.0, 5.0, np.where(azimuth < 200.0, 30.0, 10.0))
        return brute.elevation_deg(where, place) >= least

    expected = brute.windows(holds, SPAN.duration_s, 2.0)
    computed = masked.of(0)
    assert len(expected) == len(computed)
    assert np.abs(expected - computed).max() < 1e-4
    assert np.array_equal(masked.of(1), base.of(1))


def test_relay_sight_ends_where_the_line_grazes_the_earth():
    relay = np.array([[42_164_170.0 * np.cos(2.9), 42_164_170.0 * np.sin(2.9), 0.0]])

    def holds(t_s):
        return brute.clears(brute.earth_fixed(ORBITS["low"], SPAN, t_s), relay, 100e3)

    expected = brute.windows(holds, SPAN.duration_s, 5.0)
    windows = search.line_of_sight(
        TRACKS["low"],
        relay,
        grazing_height_m=100e3,
        max_gimbal_deg=None,
        start_s=0.0,
        end_s=SPAN.duration_s,
    )
    assert np.abs(windows.of(0) - expected).max() < 1e-4
    tight = search.line_of_sight(
        TRACKS["low"],
        relay,
        grazing_height_m=100e3,
        max_gimbal_deg=5.0,
        start_s=0.0,
        end_s=SPAN.duration_s,
    )

    def pointed(t_s):
        s = brute.earth_fixed(ORBITS["low"], SPAN, t_s)
        line = s - relay[0]
        cosine = -(line @ relay[0]) / np.linalg.norm(line, axis=1) / np.linalg.norm(relay[0])
        return holds(t_s) & (cosine >= np.cos(np.radians(5.0)))

    assert np.abs(tight.of(0) - brute.windows(pointed, SPAN.duration_s, 5.0)).max() < 1e-4


def test_nothing_to_see_gives_no_windows():
    windows = find_accesses(
        TRACKS["equatorial"], sites(80.0, 0.0), VIEWS["cone"], start_s=0.0, end_s=SPAN.duration_s
    )
    assert len(windows) == 0
    assert ellipsoid_normal(0.0, 0.0).shape == (3,)
