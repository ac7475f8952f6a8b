"""An edge of an access is the instant at which its condition turns, to a microsecond."""

import numpy as np
import pytest

from simulator.access import View, find_accesses, satellite_positions
from simulator.access.roots import cubic_guess
from simulator.earth import Span, look_angles, off_nadir_deg, sites
from simulator.orbits import track
from tests.made_orbits import EPOCH, kepler

STEP_S = 1e-2
RNG = np.random.default_rng(220)
PLACES = (RNG.uniform(-60.0, 60.0, 1_500), RNG.uniform(-180.0, 180.0, 1_500), np.zeros(1_500))


def angle_deg(path, instants_s, place, limit):
    satellite_m = satellite_positions(path, instants_s)
    if limit == "off-nadir":
        return off_nadir_deg(satellite_m, sites(*place).position_m)
    latitude_deg, longitude_deg, height_m = place
    looks = look_angles(
        satellite_m, latitude_deg=latitude_deg, longitude_deg=longitude_deg, height_m=height_m
    )
    return looks.elevation_deg


# The lowest orbit has the fastest angles, and so the edges that are hardest to find.
@pytest.mark.parametrize("altitude_km", [220.0, 500.0])
@pytest.mark.parametrize(("limit", "limit_deg"), [("off-nadir", 45.0), ("elevation", 10.0)])
def test_edges_lie_where_the_angle_is_the_limit(altitude_km, limit, limit_deg):
    view = (
        View(max_off_nadir_deg=limit_deg)
        if limit == "off-nadir"
        else View(min_elevation_deg=limit_deg)
    )
    span = Span(EPOCH, 86_400.0)
    path = track(kepler(altitude_km, altitude_km, 51.6), span)
    windows = find_accesses(path, sites(*PLACES), view, start_s=0.0, end_s=span.duration_s)
    assert len(windows.site) > 1_000
    place = tuple(column[windows.site] for column in PLACES)
    for edges_s, cut in ((windows.start_s, windows.cut[:, 0]), (windows.end_s, windows.cut[:, 1])):
        at, before, after = (
            angle_deg(path, np.clip(edges_s + shift_s, 0.0, span.duration_s), place, limit)
            for shift_s in (0.0, -STEP_S, STEP_S)
        )
        rate_deg_s = (after - before) / (2.0 * STEP_S)
        # Where a window of seconds grazes its limit the angle hardly turns: no sharp instant.
        sharp = (np.abs(rate_deg_s) > 0.05) & ~cut
        assert sharp.sum() > 900
        assert np.abs((at - limit_deg) / rate_deg_s)[sharp].max() < 1e-6


@pytest.mark.parametrize("view", [View(max_off_nadir_deg=45.0), View(min_elevation_deg=10.0)])
def test_thousands_of_places_under_one_pass_have_the_windows_that_a_few_have(view):
    # Far more edges than steps, and no two of a place out of order.
    span = Span(EPOCH, 0.6 * 86_400.0)
    path = track(kepler(500.0, 500.0, 51.6), span)
    middle = int(np.argmin(np.abs(path.state[:, 2])[200:300])) + 200
    x, y, z = path.state[middle, :3]
    around = np.degrees([np.arctan2(z, np.hypot(x, y)), np.arctan2(y, x)])
    latitude, longitude = around[:, None] + RNG.uniform(-4.0, 4.0, (2, 6_000))
    ends = {"start_s": path.time_s[middle] - 600.0, "end_s": path.time_s[middle] + 600.0}
    every = find_accesses(path, sites(latitude, longitude, 0.0 * latitude), view, **ends)
    assert len(every) > 5_000
    for low in range(0, 6_000, 750):
        few = slice(low, low + 250)
        places = sites(latitude[few], longitude[few], 0.0 * latitude[few])
        own = find_accesses(path, places, view, **ends)
        chosen = every.kept((every.site >= low) & (every.site < low + 250))
        np.testing.assert_array_equal(own.site + low, chosen.site)
        np.testing.assert_array_equal(own.start_s, chosen.start_s)
        np.testing.assert_array_equal(own.end_s, chosen.end_s)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(
    "ends", [(0.0, 4.9), (0.0, 2.0), (1.0 + 1e-9, 8.0), (4.0, 8.0), (3.0, 8.0)]
)
def test_the_first_guess_of_an_edge_is_right_even_where_an_end_lies_beyond_a_turning_point(
    sign, ends
):
    # 4 - (t - 3)^2 is zero at 1 and 5, one of them in each bracket, and turns at 3.
    left, right = ((t, sign * (4.0 - (t - 3.0) ** 2), sign * 2.0 * (3.0 - t)) for t in ends)
    found, _c2, _c3 = cubic_guess(left, right)
    assert ends[0] + found == pytest.approx(1.0 if ends[0] < 1.0 else 5.0, abs=1e-9)
