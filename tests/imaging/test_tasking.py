"""Tasking: what a camera can't do is left out, what matters most is not, and how far from best."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.access.search import View, closest_looks, find_accesses, satellite_positions
from simulator.earth.ellipsoid import geodetic_to_ecef
from simulator.earth.site_index import sites
from simulator.earth.time import Span, gmst_rad
from simulator.imaging.tasking import Limits, Opportunities, lines_of_sight, middles_s, task
from simulator.orbits.builders import sun_synchronous
from simulator.orbits.elements import KeplerElements, keplerian
from simulator.orbits.tracks import revolutions_s, teme_positions, track
from tests.made_opportunities import (
    EVEN,
    LATITUDE,
    LONGITUDE,
    PLACES,
    SPAN,
    TRACKS,
    checked,
    opportunities_of,
    orbit,
    samples,
    tasks_of,
    whole,
)


def test_without_limits_every_access_is_one_picture_at_its_best_look():
    tasks = tasks_of(Limits())
    assert len(tasks) == len(whole()) > 30 and not tasks.left_out.any()
    assert np.array_equal(tasks.at_s, np.sort(whole().best_s))
    assert np.array_equal(whole().best_s[tasks.opportunity], tasks.at_s)


limits = st.builds(
    Limits,
    slew_rate_deg_s=st.one_of(st.none(), st.floats(0.05, 5.0)),
    settling_s=st.floats(0.0, 30.0),
    collection_s=st.floats(0.0, 40.0),
    pictures_per_orbit=st.one_of(st.none(), st.integers(1, 6)),
    imaging_s_per_orbit=st.one_of(st.none(), st.floats(10.0, 200.0)),
    bits_per_orbit=st.one_of(st.just(np.inf), st.floats(0.5, 9.0)),
    picture_bits=st.floats(0.0, 2.0),
)
CALM = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@CALM
@given(limits, st.lists(st.integers(1, 5), min_size=12, max_size=12))
def test_any_camera_takes_only_what_it_can(limit, priority):
    checked(tasks_of(limit, np.array(priority)), limit)


def test_a_slower_camera_takes_fewer_pictures_and_moves_some_off_their_best_look():
    counts = [len(tasks_of(Limits(slew_rate_deg_s=rate))) for rate in (10.0, 1.0, 0.3, 0.1)]
    assert counts == sorted(counts, reverse=True) and counts[-1] < counts[0]
    tasks = tasks_of(Limits(slew_rate_deg_s=0.5, settling_s=5.0))
    assert (tasks.at_s != whole().best_s[tasks.opportunity]).any()


def scanned(limit, priority, opportunities, path):
    """Choose as the rule says, by trying every fifth of a second against all pictures taken."""
    nodes = revolutions_s(path, SPAN.duration_s)
    rate = np.inf if limit.slew_rate_deg_s is None else np.radians(limit.slew_rate_deg_s)
    idle_s = limit.collection_s + limit.settling_s
    out, pictures = np.full(len(opportunities), np.nan), []

    def fits(t, place):
        lines = lines_of_sight(path, np.broadcast_to(place, (len(t), 3)), t)
        fit = np.ones(len(t), dtype=bool)
        for at_s, line in pictures:
            turn = 2.0 * np.arcsin(np.minimum(0.5 * np.linalg.norm(lines - line, axis=1), 1.0))
            fit &= np.abs(t - at_s) >= idle_s + turn / rate
        turns = np.searchsorted(nodes, [at_s for at_s, _ in pictures], side="right")
        if limit.pictures_per_orbit is not None:
            revolution = np.searchsorted(nodes, t, side="right")
            fit &= (turns[None] == revolution[:, None]).sum(axis=1) < limit.pictures_per_orbit
        return fit

    def nearest(place, best_s, edge_s):
        sense = np.sign(edge_s - best_s)
        t = np.append(best_s + sense * np.arange(0.0, abs(edge_s - best_s), 0.2), edge_s)
        fit = np.flatnonzero(fits(t, place))
        if not len(fit):
            return None
        good, bad = t[fit[0]], t[max(fit[0] - 1, 0)]
        while abs(good - bad) > 1e-6:
            middle = 0.5 * (good + bad)
            good, bad = (middle, bad) if fits(np.array([middle]), place)[0] else (good, middle)
        return good

    ranks = [-priority[target] for target in opportunities.target]
    for row in np.lexsort((opportunities.target, opportunities.start_s, ranks)):
        place = PLACES.position_m[opportunities.target[row]]
        start_s, end_s = opportunities.start_s[row], opportunities.end_s[row]
        margin_s = 0.5 * limit.collection_s if end_s - start_s >= limit.collection_s else 0.0
        low_s, high_s = start_s + margin_s, end_s - margin_s
        best_s = min(max(opportunities.best_s[row], low_s), high_s)
        nearest_s = [nearest(place, best_s, edge_s) for edge_s in (low_s, high_s)]
        nearest_s = np.array([at_s for at_s in nearest_s if at_s is not None])
        if len(nearest_s):
            at_s = nearest_s[np.argmin(samples(path, opportunities.target[row], nearest_s))]
            out[row] = at_s
            pictures.append((at_s, lines_of_sight(path, place[None], np.array([at_s]))[0]))
    return out


@pytest.mark.parametrize(
    "limit",
    [
        Limits(slew_rate_deg_s=2.5, settling_s=2.0, collection_s=2.0),
        Limits(slew_rate_deg_s=1.5, settling_s=8.0, collection_s=2.0, pictures_per_orbit=4),
        Limits(slew_rate_deg_s=1.5, settling_s=2.0),
        Limits(settling_s=12.0, pictures_per_orbit=5),
    ],
    ids=["slow", "few", "slower", "settling"],
)
def test_the_choice_is_that_of_a_scan_by_priority_and_start(limit):
    opportunities = Opportunities(
        *(column[whole().satellite == 0] for column in vars(whole()).values())
    )
    priority = np.array([1, 3, 2, 2, 1, 3, 1, 2, 3, 1, 2, 1])
    tasks = task(opportunities, [limit], priority, TRACKS[:1], PLACES)
    at_s = np.full(len(opportunities), np.nan)
    at_s[tasks.opportunity] = tasks.at_s
    expected = scanned(limit, priority, opportunities, TRACKS[0])
    # Most are taken, some of them aside of their best look.
    assert np.isnan(expected).sum() < len(opportunities) - 5
    assert np.sum(np.abs(expected - opportunities.best_s) > 1.0) > 3
    assert at_s == pytest.approx(expected, abs=1e-5, nan_ok=True)


def test_the_side_of_the_finer_ground_sample_is_taken_not_that_of_less_off_nadir():
    # On the way from a perigee of 300 km up to 6,000 the two part.
    path = track(
        keplerian(
            "e",
            SPAN.start,
            KeplerElements(
                perigee_km=300.0,
                apogee_km=6_000.0,
                inclination_deg=63.4,
                raan_deg=40.0,
                argument_of_perigee_deg=250.0,
            ),
        ),
        SPAN,
    )
    opportunities = opportunities_of([path])
    opportunities = Opportunities(*(column[:40] for column in vars(opportunities).values()))
    limit, priority = Limits(slew_rate_deg_s=1.0, settling_s=20.0), np.arange(12) % 3
    tasks = task(opportunities, [limit], priority, [path], PLACES)
    at_s = np.full(len(opportunities), np.nan)
    at_s[tasks.opportunity] = tasks.at_s
    expected = scanned(limit, priority, opportunities, path)
    assert np.sum(np.abs(expected - opportunities.best_s) > 1.0) > 3
    assert at_s == pytest.approx(expected, abs=1e-5, nan_ok=True)


def test_a_picture_turned_out_of_a_full_revolution_leaves_room_in_the_next():
    # Two before the node fill their revolution. The one of low priority, best 10 s before it, may
    # come after it, but there only 12 s beside the picture at 5 s.
    path = TRACKS[0]
    node = revolutions_s(path, SPAN.duration_s)[5]
    window = (np.full(4, node - 50.0), np.full(4, node + 60.0))
    best_s = node + np.array([-40.0, -25.0, -10.0, 5.0])
    four = Opportunities(np.zeros(4, int), np.arange(4), *window, best_s)
    priority = np.array([3, 3, 1, 3, *[1] * 8])
    limit = Limits(settling_s=12.0, pictures_per_orbit=2)
    tasks = task(four, [limit], priority, [path], PLACES)
    assert tasks.opportunity.tolist() == [0, 1, 3, 2]
    assert tasks.at_s - node == pytest.approx([-40.0, -25.0, 5.0, 17.0], abs=1e-5)


def test_one_picture_an_orbit_goes_to_the_highest_priority():
    priority = EVEN.copy()
    priority[3] = 9
    limit = Limits(pictures_per_orbit=1)
    tasks = tasks_of(limit, priority)
    checked(tasks, limit)
    first = whole().target == 3
    nodes = [revolutions_s(path, SPAN.duration_s) for path in TRACKS]
    turn = np.array(
        [
            np.searchsorted(nodes[s], t)
            for s, t in zip(whole().satellite, whole().best_s, strict=True)
        ]
    )
    # No revolution sees the place twice here, so each sight of it is taken.
    keys = list(zip(whole().satellite[first].tolist(), turn[first].tolist(), strict=True))
    assert len(keys) == len(set(keys))
    assert not tasks.left_out[first].any()


def test_imaging_time_an_orbit_is_a_number_of_pictures():
    two = tasks_of(Limits(collection_s=20.0, imaging_s_per_orbit=59.0))
    same = tasks_of(Limits(collection_s=20.0, pictures_per_orbit=2))
    assert np.array_equal(two.at_s, same.at_s)


def test_pictures_at_one_instant_come_by_satellite_and_target():
    same = Opportunities(
        np.array([1, 0, 0]), np.array([0, 2, 1]), np.zeros(3), np.full(3, 9.0), np.full(3, 5.0)
    )
    assert tasks_of(Limits(), opportunities=same).opportunity.tolist() == [2, 1, 0]


def test_lines_of_sight_turn_as_seen_from_axes_that_stand_still():
    # SGP4 itself, and places turned back by the sidereal angle: no interpolation, no short cut.
    rows = np.flatnonzero(whole().satellite == 0)[:12]
    at_s, target = whole().best_s[rows], whole().target[rows]
    angle = gmst_rad(SPAN, at_s)
    x, y, z = geodetic_to_ecef(LATITUDE, LONGITUDE, 0.0)[target].T
    cos, sin = np.cos(angle), np.sin(angle)
    place = np.stack([cos * x - sin * y, sin * x + cos * y, z], axis=1)
    plain = place - teme_positions(orbit(225.0), SPAN, at_s)[1]
    plain /= np.linalg.norm(plain, axis=1)[:, None]
    lines = lines_of_sight(TRACKS[0], PLACES.position_m[target], at_s)
    assert np.abs(plain @ plain.T - lines @ lines.T).max() < 1e-8


def test_the_second_picture_waits_for_exactly_the_turn_and_the_settling():
    pair = Opportunities(*(getattr(whole(), name)[[0, 1]] for name in vars(whole())))
    limit = Limits(slew_rate_deg_s=0.8, settling_s=18.0, collection_s=1.5)
    tasks = tasks_of(limit, opportunities=pair)
    lines = lines_of_sight(TRACKS[0], PLACES.position_m[pair.target[tasks.opportunity]], tasks.at_s)
    turn_deg = np.degrees(np.arccos(lines[0] @ lines[1]))
    assert len(tasks) == 2 and turn_deg > 1.0
    assert (tasks.at_s != pair.best_s[tasks.opportunity]).sum() == 1
    assert np.diff(tasks.at_s)[0] == pytest.approx(1.5 + 18.0 + turn_deg / 0.8, abs=1e-5)


def spare_s(limit, path, target, at_s, pictures):
    """Return the time to spare (N,) at each instant beside all pictures taken, near or far."""
    lines = lines_of_sight(path, np.broadcast_to(PLACES.position_m[target], (len(at_s), 3)), at_s)
    spare = np.full(len(at_s), np.inf)
    for picture_target, picture_s in pictures:
        line = lines_of_sight(path, PLACES.position_m[[picture_target]], np.array([picture_s]))[0]
        turn_s = np.degrees(np.arccos(np.clip(lines @ line, -1.0, 1.0))) / limit.slew_rate_deg_s
        need = turn_s + limit.collection_s + limit.settling_s
        spare = np.minimum(spare, np.abs(at_s - picture_s) - need)
    return spare


@pytest.mark.parametrize(
    "limit",
    [
        Limits(slew_rate_deg_s=3.0, settling_s=1.0),
        Limits(slew_rate_deg_s=0.8, settling_s=4.0, collection_s=3.0),
        # Slower than the line of sight to a target turns: room can come and go within an access.
        Limits(slew_rate_deg_s=0.2, settling_s=2.0, collection_s=5.0),
        Limits(slew_rate_deg_s=0.05),
    ],
)
def test_each_opportunity_in_turn_gets_the_finest_sample_that_all_others_leave(limit):
    priority = np.arange(len(LATITUDE)) % 3 + 1
    tasks = tasks_of(limit, priority)
    at_s = np.full(len(whole()), np.nan)
    at_s[tasks.opportunity] = tasks.at_s
    for number, path in enumerate(TRACKS):
        rows = np.flatnonzero(whole().satellite == number)
        order = np.lexsort(
            (whole().target[rows], whole().start_s[rows], -priority[whole().target[rows]])
        )
        low, high, best = middles_s(whole(), rows, limit)
        pictures = []
        for i in order:
            target = whole().target[rows[i]]
            grid = np.append(np.arange(low[i], high[i], 0.2), best[i])
            # Half a second to spare: more than the search may pass over.
            room = spare_s(limit, path, target, grid, pictures) >= 0.5
            task_s = at_s[rows[i]]
            if np.isnan(task_s):
                assert not room.any()
                continue
            assert spare_s(limit, path, target, np.array([task_s]), pictures)[0] > -1e-4
            coarse = samples(path, target, np.append(grid, task_s))
            assert (coarse[:-1][room] >= coarse[-1] * (1.0 - 1e-9)).all()
            pictures.append((target, task_s))


def test_a_collection_longer_than_the_access_has_its_middle_in_it():
    long = Limits(collection_s=1_000.0)
    tasks = tasks_of(long)
    checked(tasks, long)
    assert tasks.at_s[0] == whole().best_s[tasks.opportunity[0]]


def test_a_revolution_has_as_many_pictures_as_the_recorder_holds():
    exact = Limits(bits_per_orbit=0.3, picture_bits=0.1)
    assert exact.most_a_revolution == 3
    assert Limits(picture_bits=1e9).none
    assert Limits(imaging_s_per_orbit=60.0).none
    three = tasks_of(Limits(pictures_per_orbit=3))
    assert np.array_equal(tasks_of(exact).at_s, three.at_s)
    assert tasks_of(Limits(bits_per_orbit=9.0, picture_bits=10.0)).left_out.all()
    # More than any integer of the machine.
    assert len(tasks_of(Limits(bits_per_orbit=1.0, picture_bits=1e-200))) == len(whole())


def test_a_full_revolution_sends_a_picture_over_the_node_if_the_access_goes_there():
    path = TRACKS[0]
    node = revolutions_s(path, SPAN.duration_s)[5]
    window = (np.full(2, node - 50.0), np.full(2, node + 30.0), np.array([node - 20, node - 10]))
    both = Opportunities(np.zeros(2, int), np.arange(2), *window)
    tasks = tasks_of(Limits(pictures_per_orbit=1), opportunities=both)
    assert tasks.at_s == pytest.approx([node - 20.0, node], abs=1e-5)
    assert tasks.at_s[1] >= node


@pytest.mark.parametrize("revolution", [0, 1, 5])
def test_it_sends_one_back_over_the_node_too_also_over_the_first(revolution):
    node = revolutions_s(TRACKS[0], SPAN.duration_s)[revolution]
    window = (np.full(2, node - 30.0), np.full(2, node + 50.0), np.array([node + 10, node + 20]))
    both = Opportunities(np.zeros(2, int), np.arange(2), *window)
    tasks = tasks_of(Limits(pictures_per_orbit=1), opportunities=both)
    assert tasks.at_s == pytest.approx([node, node + 10.0], abs=1e-5)
    assert tasks.at_s[0] < node


def test_nodes_are_those_of_sgp4_itself():
    nodes = revolutions_s(TRACKS[1], SPAN.duration_s)
    codes, place = teme_positions(orbit(300.0), SPAN, nodes)
    # The track errs by under a millimetre; so does the place of the root.
    assert not codes.any() and np.abs(place[:, 2]).max() < 5e-3
    assert np.array_equal(revolutions_s(TRACKS[1], float(nodes[4])), nodes[:5])
    assert len(revolutions_s(TRACKS[1], float(nodes[0]) - 1.0)) == 0


def test_an_orbit_over_the_equator_counts_its_revolutions_by_its_direction():
    turns = revolutions_s(track(orbit(0.0, inclination_deg=0.0), SPAN), SPAN.duration_s)
    assert len(turns) == 30
    assert np.diff(turns) == pytest.approx(5_665.0, abs=20.0)


def test_node_crossings_are_where_the_satellite_goes_north_over_the_equator():
    path = TRACKS[0]
    nodes = revolutions_s(path, SPAN.duration_s)
    # 500 km: 94.6 minutes a revolution, 15.2 a day.
    assert len(nodes) in (30, 31)
    assert np.diff(nodes) == pytest.approx(5_677.0, abs=15.0)
    assert np.abs(satellite_positions(path, nodes)[:, 2]).max() < 0.01
    assert (satellite_positions(path, nodes + 1.0)[:, 2] > 0.0).all()


@pytest.mark.slow
def test_fifty_thousand_opportunities_are_chosen_from():
    span = Span(SPAN.start, 30 * 86_400.0)
    paths = [
        track(sun_synchronous("s", SPAN.start, altitude_km=500.0, ltan_h=hour + 0.1), span)
        for hour in range(24)
    ]
    random = np.random.default_rng(1)
    places = sites(random.uniform(34.0, 40.0, 50), random.uniform(125.0, 130.0, 50))
    parts = []
    for number, path in enumerate(paths):
        view = View(min_elevation_deg=5.0, max_off_nadir_deg=52.0)
        windows = find_accesses(path, places, view, start_s=0.0, end_s=span.duration_s)
        best = closest_looks(path, places, windows, by_elevation=False)
        parts.append(
            (np.full(len(windows), number), windows.site, windows.start_s, windows.end_s, best)
        )
    many = Opportunities(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    limit = Limits(slew_rate_deg_s=1.0, settling_s=5.0, collection_s=4.0)
    tasks = task(many, [limit] * 24, np.ones(50, dtype=int), paths, places)
    assert len(many) > 45_000 and len(tasks) > 5_000


def test_bad_columns_and_rates_are_refused():
    with pytest.raises(ValueError, match="slew_rate_deg_s"):
        tasks_of(Limits(slew_rate_deg_s=0.0))
    with pytest.raises(ValueError, match="as many"):
        task(whole(), [Limits()], EVEN, TRACKS, PLACES)
