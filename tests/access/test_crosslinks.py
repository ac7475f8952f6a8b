import itertools
import math
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.access.crosslinks import LinkLimits, find_crosslinks
from simulator.access.search import satellite_positions
from simulator.earth.time import Span
from simulator.errors import InputError
from simulator.orbits import builders
from simulator.orbits import elements as orbits
from simulator.orbits.tracks import Track, teme_positions, track
from simulator.units import DAY_S
from tests.reference import brute

EPOCH = datetime(2023, 11, 21, tzinfo=UTC)
EQUATOR_KM = 6_378.137
EDGE_S = 1e-3


def range_km(first, second, t_s):
    apart = satellite_positions(first, t_s) - satellite_positions(second, t_s)
    return np.linalg.norm(apart, axis=1) / 1e3


def kepler(perigee_km, apogee_km=None, *, inclination_deg=97.4, **more):
    return orbits.keplerian(
        "t",
        EPOCH,
        orbits.KeplerElements(
            perigee_km=perigee_km,
            apogee_km=perigee_km if apogee_km is None else apogee_km,
            inclination_deg=inclination_deg,
            **more,
        ),
    )


def can_talk(elements, span, limits, t_s):
    """Every condition from SGP4's own positions, each as geometry books put it."""
    first_km, second_km = (teme_positions(e, span, t_s)[1] / 1e3 for e in elements)
    apart = second_km - first_km
    distance = np.linalg.norm(apart, axis=1)
    holds = brute.clears(first_km * 1e3, second_km * 1e3, limits.grazing_height_km * 1e3)
    if limits.max_range_km is not None:
        holds &= distance <= limits.max_range_km
    if limits.max_pointing_deg is not None:
        for end_km in (first_km, second_km):
            sine = (
                np.einsum("ij,ij->i", end_km, apart)
                / np.linalg.norm(end_km, axis=1)
                / (distance + 1e-15)
            )
            holds &= np.abs(np.degrees(np.arcsin(sine))) <= limits.max_pointing_deg
    return holds


def among(windows, reference):
    """Return which edges are edges of the reference windows, to a millisecond."""
    apart = np.abs(windows.ravel()[:, None] - np.append(reference.ravel(), np.inf))
    return apart.min(axis=1) < EDGE_S


def agrees(elements, limits, *, days, step_s=1.0):
    """Compare the search with dense samples; return how many windows there are."""
    span = Span(EPOCH, days * DAY_S)
    tracks = [track(e, span) for e in elements]
    windows = find_crosslinks(tracks, limits, end_s=span.duration_s).of(0, 1)
    dense = brute.windows(
        lambda t: can_talk(elements, span, limits, t), span.duration_s, step_s=step_s
    )
    # Samples step over a window, or over a gap, shorter than a step.
    gaps = np.stack([windows[:-1, 1], windows[1:, 0]], axis=1)
    short = [pieces[pieces[:, 1] - pieces[:, 0] <= step_s] for pieces in (windows, gaps)]
    assert can_talk(elements, span, limits, short[0].mean(axis=1)).all()
    assert not can_talk(elements, span, limits, short[1].mean(axis=1)).any()
    assert among(dense, windows).all()
    assert (among(windows, dense) | np.isin(windows.ravel(), np.concatenate(short))).all()
    return len(windows)


CROSSING = [kepler(500.0), kepler(560.0, inclination_deg=60.0, raan_deg=70.0)]


@pytest.mark.parametrize(
    ("limits", "least"),
    [
        (LinkLimits(2_500.0), 15),
        (LinkLimits(None), 15),
        (LinkLimits(None, 400.0), 15),
        (LinkLimits(None, max_pointing_deg=10.0), 15),
        (LinkLimits(3_000.0, 150.0, max_pointing_deg=12.0), 15),
    ],
    ids=["range", "grazing", "low line", "pointing", "all"],
)
def test_windows_are_those_of_dense_samples(limits, least):
    assert agrees(CROSSING, limits, days=1.0) >= least


def test_orbits_of_unlike_size_and_shape_agree_with_dense_samples():
    low = kepler(480.0)
    molniya = kepler(700.0, 39_600.0, inclination_deg=63.4, argument_of_perigee_deg=270.0)
    stationary = kepler(35_786.0, inclination_deg=0.1)
    for pair in itertools.permutations([low, molniya, stationary], 2):
        assert agrees(pair, LinkLimits(42_000.0, max_pointing_deg=84.0), days=1.0, step_s=2.0) > 1


def test_satellites_that_dip_below_the_grazing_height_have_no_link_there():
    pair = [
        kepler(480.0, 620.0, argument_of_perigee_deg=40.0),
        kepler(470.0, 640.0, argument_of_perigee_deg=55.0, mean_anomaly_deg=-20.0),
    ]
    limits = LinkLimits(None, 540.0)
    assert agrees(pair, limits, days=0.5) > 5
    lower = [pair[0], kepler(400.0)]
    assert agrees(lower, limits, days=0.2) == 0


def test_a_meeting_of_a_hundredth_of_a_second_is_found():
    span = Span(EPOCH, DAY_S)
    tracks = [track(e, span) for e in CROSSING]
    coarse = range_km(*tracks, np.arange(0.0, DAY_S, 10.0))
    lows = 1 + np.flatnonzero((coarse[1:-1] < coarse[:-2]) & (coarse[1:-1] < coarse[2:]))
    for low in lows:
        t_s, width = 10.0 * low, 10.0
        for _ in range(9):
            near = np.linspace(t_s - width, t_s + width, 41)
            t_s, width = near[np.argmin(range_km(*tracks, near))], width / 8.0
        later = range_km(*tracks, t_s + np.array([-5e-3, 5e-3]))
        # Beyond each other's horizon no limit on range opens a window.
        windows = find_crosslinks(tracks, LinkLimits(later.max()), end_s=DAY_S).of(0, 1)
        inside = (windows[:, 0] <= t_s) & (t_s <= windows[:, 1])
        assert inside.any() == can_talk(CROSSING, span, LinkLimits(None), np.array([t_s]))[0]
        if inside.any():
            assert np.diff(windows[inside])[0, 0] == pytest.approx(1e-2, rel=0.2)


@pytest.mark.parametrize(("spare_km", "linked"), [(40.0, True), (-40.0, False)])
def test_in_one_plane_the_half_angle_decides_for_good(spare_km, linked):
    # Two satellites on one circle a phase angle apart: the middle of their line is at r cos(phi/2).
    radius_km = EQUATOR_KM + 700.0
    phase = 2.0 * math.acos((EQUATOR_KM + 100.0 + spare_km) / radius_km)
    span = Span(EPOCH, 2.0 * DAY_S)
    pair = [kepler(700.0, mean_anomaly_deg=a) for a in (0.0, math.degrees(phase))]
    tracks = [track(e, span) for e in pair]
    links = find_crosslinks(tracks, LinkLimits(None), end_s=span.duration_s)
    assert len(links) == (1 if linked else 0)
    if linked:
        assert links.of(0, 1).tolist() == [[0.0, span.duration_s]]
        assert links.cut.all()
    far = range_km(*tracks, np.linspace(0.0, span.duration_s, 500))
    assert np.allclose(far, 2.0 * radius_km * math.sin(phase / 2.0), rtol=5e-3)


def test_satellites_against_each_other_meet_twice_a_revolution():
    # The angle between them grows at twice the mean motion: they see each other while it is below
    # 2 acos(blocking radius / r), of a half turn.
    span = Span(EPOCH, DAY_S)
    pair = [kepler(800.0, inclination_deg=0.0), kepler(800.0, inclination_deg=179.9)]
    links = find_crosslinks([track(e, span) for e in pair], LinkLimits(None), end_s=span.duration_s)
    angle = 2.0 * math.acos((EQUATOR_KM + 100.0) / (EQUATOR_KM + 800.0))
    share = (links.end_s - links.start_s).sum() / span.duration_s
    assert share == pytest.approx(angle / math.pi, rel=0.02)
    turns = span.duration_s / (pair[0].period_min * 60.0)
    assert abs(len(links) - 2.0 * turns) <= 1.5


def random_orbits(*inclinations_deg):
    return st.builds(
        kepler,
        st.floats(300.0, 1_200.0),
        st.floats(1_200.0, 3_000.0),
        inclination_deg=st.floats(*inclinations_deg),
        raan_deg=st.floats(0.0, 360.0),
        argument_of_perigee_deg=st.floats(0.0, 360.0),
        mean_anomaly_deg=st.floats(0.0, 360.0),
    )


# Planes apart keep the rates high: where they vanish, edges are as good as SGP4's last digits.
FLAT, STEEP = random_orbits(0.0, 60.0), random_orbits(80.0, 150.0)


def random_limits():
    return st.builds(
        LinkLimits,
        st.none() | st.floats(200.0, 9_000.0),
        st.floats(0.0, 1_500.0),
        st.none() | st.floats(1.0, 90.0),
    )


@settings(max_examples=60, deadline=None)
@given(FLAT, STEEP, random_limits())
def test_any_two_orbits_agree_with_dense_samples(flat, steep, limits):
    agrees([flat, steep], limits, days=0.2, step_s=4.0)


@settings(max_examples=20, deadline=None)
@given(FLAT, STEEP, random_limits(), st.data())
def test_order_is_nothing_and_tighter_limits_never_add_time(flat, steep, limits, data):
    end_s = 0.5 * DAY_S
    pair = [track(e, Span(EPOCH, end_s)) for e in (flat, steep)]
    links = find_crosslinks(pair, limits, end_s=end_s)
    swapped = find_crosslinks(pair[::-1], limits, end_s=end_s)
    assert (links.first < links.second).all() and (swapped.first < swapped.second).all()
    assert links.of(0, 1) == pytest.approx(swapped.of(1, 0), abs=1e-6)
    assert (links.cut == swapped.cut).all()
    share = data.draw(st.floats(0.3, 1.0))
    tighter = data.draw(
        st.sampled_from(
            [
                replace(limits, max_range_km=share * (limits.max_range_km or 9_000.0)),
                replace(limits, grazing_height_km=limits.grazing_height_km + 200.0),
                replace(limits, max_pointing_deg=share * (limits.max_pointing_deg or 90.0)),
            ]
        )
    )
    for start, end in find_crosslinks(pair, tighter, end_s=end_s).of(0, 1):
        around = links.of(0, 1)
        assert ((around[:, 0] <= start + 1e-6) & (around[:, 1] >= end - 1e-6)).any()


def test_a_search_of_a_stretch_cuts_the_windows_of_the_whole():
    span = Span(EPOCH, DAY_S)
    tracks = [track(e, span) for e in CROSSING]
    whole = find_crosslinks(tracks, LinkLimits(None), end_s=span.duration_s)
    middle = 0.5 * (whole.start_s[3] + whole.end_s[3])
    later = find_crosslinks(tracks, LinkLimits(None), start_s=middle, end_s=whole.start_s[6])
    assert later.of(0, 1) == pytest.approx(
        np.array([[middle, whole.end_s[3]], *whole.of(0, 1)[4:6]]), abs=1e-6
    )
    assert later.cut.tolist() == [[True, False], [False, False], [False, False]]


def test_an_outage_ends_the_windows_of_its_pairs():
    span = Span(EPOCH, 10 * DAY_S)
    falling = kepler(140.0, 150.0, bstar=1e-2)
    pair = [track(falling, span), track(kepler(600.0), span)]
    links = find_crosslinks(pair, LinkLimits(None, 0.0), end_s=span.duration_s)
    down_s = pair[0].end_s
    assert len(links) and down_s < 5 * DAY_S
    assert links.end_s.max() <= down_s
    assert (links.cut[:, 1] == (links.end_s == down_s)).all()
    never = Track(np.array([0.0]), np.zeros((1, 18)))
    assert len(find_crosslinks([never, pair[1]], LinkLimits(None), end_s=span.duration_s)) == 0


def test_satellites_either_side_of_a_pole_see_each_other_over_it():
    # The line between them clears the ellipsoid by 102 and 119 km at the poles, but the sphere of
    # the equator's radius by 80 and 98 km: a sphere would block every link.
    radius_km = EQUATOR_KM + 700.0
    phase = 2.0 * math.acos((EQUATOR_KM - 21.385 + 110.0) / radius_km)
    span = Span(EPOCH, DAY_S)
    pair = [
        kepler(700.0, inclination_deg=90.0, mean_anomaly_deg=math.degrees(a)) for a in (0.0, phase)
    ]
    limits = LinkLimits(None, 100.0)
    assert agrees(pair, limits, days=1.0) > 20
    links = find_crosslinks([track(e, span) for e in pair], limits, end_s=span.duration_s)
    middle_s = 0.5 * (links.start_s + links.end_s)[1:-1]
    first_m, second_m = (teme_positions(e, span, middle_s)[1] for e in pair)
    middle = 0.5 * (first_m + second_m)
    latitude = np.degrees(np.arcsin(np.abs(middle[:, 2]) / np.linalg.norm(middle, axis=1)))
    assert (latitude > 60.0).all()
    assert (np.linalg.norm(middle, axis=1) < (EQUATOR_KM + 100.0) * 1e3).all()


def test_the_raised_ellipsoid_is_the_surface_of_one_height_to_a_seventh_of_a_metre():
    elements = [kepler(700.0), kepler(800.0, inclination_deg=60.0, raan_deg=70.0)]
    span = Span(EPOCH, DAY_S)
    for height_km, most_m in ((100.0, 0.14), (400.0, 0.54)):
        links = find_crosslinks(
            [track(e, span) for e in elements], LinkLimits(None, height_km), end_s=DAY_S
        )
        first_m, second_m = (teme_positions(e, span, links.start_s[1:])[1] for e in elements)
        graze_m = brute.least_height_m(first_m, second_m) - height_km * 1e3
        assert len(graze_m) > 15
        assert (-most_m <= graze_m).all() and (graze_m <= 0.01).all()


def test_close_companions_are_searched_like_any_pair():
    # A kilometre apart on one orbit, and no distance at all: the angle of the link turns fast.
    span = Span(EPOCH, 0.5 * DAY_S)
    near = [kepler(500.0), kepler(500.0, raan_deg=0.005, mean_anomaly_deg=0.005)]
    assert agrees(near, LinkLimits(1.0, max_pointing_deg=0.02), days=0.5) > 5
    same = [track(near[0], span)] * 2
    links = find_crosslinks(same, LinkLimits(1.0, max_pointing_deg=20.0), end_s=span.duration_s)
    assert links.of(0, 1).tolist() == [[0.0, span.duration_s]]
    dipping = [track(kepler(480.0, 620.0), span)] * 2
    links = find_crosslinks(dipping, LinkLimits(None, 540.0), end_s=span.duration_s)
    inner = 0.5 * (links.start_s + links.end_s)
    height = brute.height_m(satellite_positions(dipping[0], inner)) / 1e3
    assert len(links) > 6 and (height > 540.0).all()


def test_all_pairs_come_sorted_by_start_whatever_the_threads():
    span = Span(EPOCH, DAY_S)
    walker = builders.walker(
        "w",
        EPOCH,
        builders.WalkerPattern(total=6, planes=3, phasing=1),
        altitude_km=550.0,
        inclination_deg=70.0,
    )
    tracks = [track(e, span) for e in walker]
    limits = LinkLimits(4_000.0)
    links = find_crosslinks(tracks, limits, end_s=span.duration_s, threads=2)
    rows = list(zip(links.start_s, links.first, links.second, strict=True))
    assert rows == sorted(rows)
    for first, second in itertools.combinations(range(6), 2):
        alone = find_crosslinks([tracks[first], tracks[second]], limits, end_s=span.duration_s)
        assert np.array_equal(links.of(second, first), alone.of(0, 1))
    again = find_crosslinks(tracks, limits, end_s=span.duration_s, threads=1)
    assert np.array_equal(links.start_s, again.start_s)


def test_shells_too_far_apart_have_no_window():
    span = Span(EPOCH, DAY_S)
    tracks = [track(kepler(height), span) for height in (500.0, 20_000.0)]
    assert len(find_crosslinks(tracks, LinkLimits(19_000.0), end_s=DAY_S)) == 0
    assert len(find_crosslinks(tracks, LinkLimits(20_500.0), end_s=DAY_S)) > 0
    assert len(find_crosslinks([], LinkLimits(None), end_s=DAY_S)) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_range_km", 0.0),
        ("grazing_height_km", -1.0),
        ("max_pointing_deg", 91.0),
        ("max_range_km", math.nan),
    ],
)
def test_limits_that_mean_nothing_are_refused(field, value):
    with pytest.raises(InputError, match=f"{field} is .*allowed"):
        replace(LinkLimits(1_000.0), **{field: value})
