"""Turns of a camera to what moves: its place at the instant of the picture is what counts."""

import numpy as np
import pytest

from simulator.access import View, closest_moving_looks, find_moving_accesses
from simulator.earth import Span, movement
from simulator.imaging.tasking import Limits, Opportunities, lines_of_sight, task
from simulator.orbits import builders, track
from simulator.units import DAY_S
from tests.made_orbits import EPOCH

SPAN = Span(EPOCH, 4 * DAY_S)
PATH = track(builders.sun_synchronous("leo", EPOCH, altitude_km=500.0, ltan_h=10.5), SPAN)
RATE_DEG_S = 0.8
# Two aircraft side by side, far from where they began; the second turns about half way.
WAYS = {
    0: movement([0.0, SPAN.duration_s], [10.0, 40.0], [100.0, 140.0]),
    1: movement(
        [0.0, 0.5 * SPAN.duration_s, SPAN.duration_s], [10.0, 28.0, 40.0], [103.0, 121.0, 143.0]
    ),
}


def opportunities():
    parts = []
    for number, moved in WAYS.items():
        view = View(max_off_nadir_deg=50.0)
        windows = find_moving_accesses(PATH, moved, view, start_s=0.0, end_s=SPAN.duration_s)
        best_s = closest_moving_looks(PATH, moved, windows, by_elevation=False)
        parts.append((np.full(len(windows), number), windows.start_s, windows.end_s, best_s))
    target, start_s, end_s, best_s = map(np.concatenate, zip(*parts, strict=True))
    return Opportunities(np.zeros(len(target), np.int64), target, start_s, end_s, best_s)


def line_at(number, at_s):
    return lines_of_sight(PATH, WAYS[number].state([at_s])[:, :3], np.array([at_s]))[0]


def test_a_camera_turns_to_where_what_moves_is_at_the_instant():
    asked = opportunities()
    begin = [moved.sites([0.0]) for moved in WAYS.values()]
    places = type(begin[0])(
        np.concatenate([b.position_m for b in begin]), np.concatenate([b.normal for b in begin])
    )
    limit = Limits(slew_rate_deg_s=RATE_DEG_S, settling_s=2.0)
    tasks = task(asked, [limit], np.array([5, 1]), [PATH], places, WAYS)
    number, at_s = asked.target[tasks.opportunity], tasks.at_s
    waited = 0
    for k in range(1, len(tasks)):
        pair = zip((number[k - 1], number[k]), (at_s[k - 1], at_s[k]), strict=True)
        one, other = (line_at(*each) for each in pair)
        turn_deg = np.degrees(2.0 * np.arcsin(0.5 * np.linalg.norm(one - other)))
        spare_s = at_s[k] - at_s[k - 1] - 2.0 - turn_deg / RATE_DEG_S
        assert spare_s > -1e-5
        waited += spare_s < 1e-4
    # Some picture is taken as soon as, or as late as, the turn leaves room for it.
    assert waited >= 2


def test_what_stands_still_on_a_way_is_turned_to_as_a_place_is():
    asked = opportunities()
    still = {n: movement([0.0, SPAN.duration_s], [30.0] * 2, [120.0 + 3.0 * n] * 2) for n in (0, 1)}
    sites = [moved.sites([0.0]) for moved in still.values()]
    places = type(sites[0])(
        np.concatenate([b.position_m for b in sites]), np.concatenate([b.normal for b in sites])
    )
    limit = Limits(slew_rate_deg_s=RATE_DEG_S, settling_s=2.0)
    inputs = ([limit], np.array([5, 1]), [PATH], places)
    fixed, moving = task(asked, *inputs), task(asked, *inputs, still)
    assert fixed.opportunity.tolist() == moving.opportunity.tolist()
    assert moving.at_s == pytest.approx(fixed.at_s, abs=1e-5)
