"""Satellites by tables of states: the windows of their orbit, none where there are no states."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from simulator import intervals
from simulator.access import (
    LinkLimits,
    View,
    find_accesses,
    find_crosslinks,
    line_of_sight,
    overflights,
    satellite_positions,
)
from simulator.arrays import FloatArray
from simulator.earth import Span, sites
from simulator.errors import InputError
from simulator.orbits import Elements, advanced, ephemeris, notes, track
from simulator.orbits.osculating import matched, tabulated
from simulator.orbits.propagation import teme_states
from simulator.scenario.ephemeris_messages import segments_of
from tests.made_ephemerides import LOW, START, message, segment, states
from tests.made_orbits import kepler

SPAN = Span(START, 86_400.0)
COUNT = 1_441
PLACES = sites([37.5, -33.9, 78.0, 0.0], [127.0, 151.0, 15.0, -60.0], [0.0] * 4)
VIEW = View(min_elevation_deg=5.0)
ITRF = states(LOW, "ITRF2000", COUNT)
# With gaps before, between and after, and two segments that meet.
FLOWN_S = np.array([[600.0, 30_000.0], [36_000.0, 80_000.0]])
CUT = message(
    segment(ITRF, first=10, last=300),
    segment(ITRF, first=300, last=500),
    segment(
        ITRF,
        first=590,
        last=1_380,
        extra=[
            "USEABLE_START_TIME = 2023-11-21T10:00:00",
            "USEABLE_STOP_TIME = 2023-11-21T22:13:20",
        ],
    ),
)


def flown(text: str) -> Elements:
    ((name, segments),) = segments_of(text).items()
    return tabulated(name, segments)


def _windows(path_of: Elements, span: Span = SPAN) -> FloatArray:
    found = find_accesses(track(path_of, span), PLACES, VIEW, start_s=0.0, end_s=span.duration_s)
    return np.column_stack([found.site, found.start_s, found.end_s])


@pytest.mark.parametrize("frame", ["TEME", "ITRF-97", "GCRF", "EME2000", "TOD"])
def test_states_of_another_program_fly_as_the_orbit_they_are_of(frame: str) -> None:
    made = flown(message(segment(states(LOW, frame, COUNT), frame=frame)))
    at_s = np.linspace(0.0, 86_399.0, 20_001)
    apart = satellite_positions(track(made, SPAN), at_s)
    apart = np.linalg.norm(apart - satellite_positions(track(LOW, SPAN), at_s), axis=1)
    # Skyfield's nutation is that of 2000A, this one's of 2006/2000A: some millimetres.
    assert apart.max() < 0.05
    windows, truth = _windows(made), _windows(LOW)
    assert len(windows) == len(truth) > 20
    assert np.abs(windows - truth).max() < 1e-4


@pytest.mark.parametrize("method", ["LAGRANGE", "HERMITE"])
def test_a_coarse_table_is_as_good_as_its_degree(method: str) -> None:
    coarse = states(LOW, "GCRF", 289, 300.0)
    rule = [f"INTERPOLATION = {method}", "INTERPOLATION_DEGREE = 11"]
    made = flown(message(segment(coarse, frame="GCRF", extra=rule, step_s=300.0)))
    at_s = np.linspace(3_600.0, 80_000.0, 5_001)
    apart = satellite_positions(track(made, SPAN), at_s)
    apart = np.linalg.norm(apart - satellite_positions(track(LOW, SPAN), at_s), axis=1)
    # SGP4's velocities are not quite the rates of its places: that is in Hermite's polynomials.
    assert apart.max() < {"LAGRANGE": 0.05, "HERMITE": 10.0}[method]


@pytest.mark.parametrize("scale", ["TAI", "GPS", "TT"])
def test_another_time_scale_is_the_same_flight(scale: str) -> None:
    plain = flown(message(segment(ITRF, last=100)))
    other = flown(message(segment(ITRF, last=100, scale=scale)))
    assert other.epoch == plain.epoch == START
    at_s = np.linspace(0.0, 6_000.0, 101)
    _, there, _ = teme_states(other, SPAN, at_s)
    _, here, _ = teme_states(plain, SPAN, at_s)
    assert np.abs(there - here).max() < 0.01


def test_gaps_cut_windows_exactly() -> None:
    made = flown(CUT)
    path = track(made, SPAN)
    assert path.outage is not None and path.outage.meaning == "end of the ephemeris"
    assert path.end_s == pytest.approx(80_000.0, abs=1e-6)
    assert path.gaps == pytest.approx(np.array([[-np.inf, 600.0], [30_000.0, 36_000.0]]), abs=1e-6)
    truth = _windows(LOW)
    expected = [
        (site, *window)
        for site in range(len(PLACES))
        for window in intervals.intersect(truth[truth[:, 0] == site, 1:], FLOWN_S).tolist()
    ]
    windows = _windows(made)
    assert len(expected) < len(truth) and len(windows) == len(expected)
    assert np.abs(windows - np.array(expected)).max() < 1e-4
    assert path.has(np.array([0.0, 600.0, 30_000.0, 30_001.0, 36_000.0])).tolist() == [
        False,
        True,
        True,
        False,
        True,
    ]
    edges = set(FLOWN_S.ravel()) & {float(value) for row in expected for value in row[1:]}
    assert edges <= {float(value) for value in windows[:, 1:].ravel()}


def test_links_to_relays_and_other_satellites_keep_to_the_states() -> None:
    path, whole = track(flown(CUT), SPAN), track(LOW, SPAN)
    end_s, relay = SPAN.duration_s, np.array([[0.0, 42_164e3, 0.0]])
    limits = {"grazing_height_m": 1e5, "max_gimbal_deg": None, "start_s": 0.0, "end_s": end_s}
    seen, truth = (line_of_sight(each, relay, **limits).of(0) for each in (path, whole))
    expected = intervals.intersect(truth, FLOWN_S)
    assert len(seen) == len(expected) and np.abs(seen - expected).max() < 1e-3
    other = track(kepler(700.0, 700.0, 63.0, raan_deg=80.0), SPAN)
    pairs = (
        find_crosslinks([each, other], LinkLimits(None), end_s=end_s) for each in (path, whole)
    )
    linked, truth = (found.of(0, 1) for found in pairs)
    expected = intervals.intersect(truth, FLOWN_S)
    assert len(linked) == len(expected) and np.abs(linked - expected).max() < 1e-3


@pytest.mark.parametrize(
    ("low_s", "high_s"), [(0.0, 86_400.0), (300.0, 29_000.0), (31_000.0, 35_000.0), (35e3, 85e3)]
)
def test_parts_of_the_span_have_the_windows_of_the_whole(low_s: float, high_s: float) -> None:
    made, whole = flown(CUT), _windows(flown(CUT))
    path = track(made, SPAN, start_s=low_s, end_s=high_s)
    found = find_accesses(path, PLACES, VIEW, start_s=low_s, end_s=high_s)
    small, caps = ephemeris(made, SPAN, start_s=low_s, end_s=high_s)
    over = overflights(small, caps, VIEW, least_radius_m=PLACES.least_radius_m).over(PLACES)
    again = find_accesses(over, PLACES, VIEW, start_s=low_s, end_s=high_s)
    ends = np.array([[low_s, high_s]])
    for site in range(len(PLACES)):
        expected = intervals.intersect(whole[whole[:, 0] == site, 1:], ends)
        assert found.of(site) == pytest.approx(expected, abs=1e-6)
        assert again.of(site) == pytest.approx(expected, abs=1e-6)


def test_a_run_is_told_of_the_gaps_and_their_share() -> None:
    (note,) = notes(flown(CUT), SPAN)
    assert "00:00:00.000Z to 2023-11-21T00:10:00.000Z" in note
    assert "7.6% of the span" in note
    assert not list(notes(flown(message(segment(ITRF))), SPAN))


def test_a_manoeuvre_between_segments_that_meet_is_no_gap() -> None:
    raised = states(kepler(490.0, 530.0, 97.4), "ITRF2000", COUNT)
    made = flown(message(segment(ITRF, last=500), segment(raised, first=500)))
    path = track(made, SPAN)
    assert path.gaps is None
    before, after = satellite_positions(path, np.array([29_999.0, 30_001.0]))
    truth = satellite_positions(track(LOW, SPAN), np.array([29_999.0]))[0]
    assert np.linalg.norm(before - truth) < 0.01
    assert np.linalg.norm(after - before) > 20e3


def test_a_satellite_that_comes_down_ends_there() -> None:
    falling = kepler(70.0, 400.0, 97.4)
    made = flown(message(segment(states(falling, "ITRF2000", 200))))
    ends = [track(each, SPAN).outage for each in (falling, made)]
    assert ends[0] is not None and ends[1] is not None
    assert ends[1].meaning == ends[0].meaning
    assert ends[1].time_s == pytest.approx(ends[0].time_s, abs=1e-3)


def test_what_orbit_it_is_is_told_from_its_first_state() -> None:
    made = flown(message(segment(states(LOW, "GCRF", 20), frame="GCRF")))
    for name in ("perigee_km", "apogee_km", "inclination_deg", "raan_deg", "period_min", "ltan_h"):
        # SGP4's velocities are not quite the rates of its places: 0.02 m/s, 0.1 km of the apogee.
        assert getattr(made, name) == pytest.approx(getattr(LOW, name), abs=0.15), name


@pytest.mark.parametrize(
    "orbit",
    [
        kepler(480.0, 480.0, 0.001),
        kepler(35_786.0, 35_786.0, 0.05),
        kepler(600.0, 39_700.0, 63.4),
        kepler(20_180.0, 20_190.0, 55.0),
        kepler(700.0, 900.0, 142.0),
    ],
)
def test_elements_of_any_orbit_are_found_again(orbit: Elements) -> None:
    _, place, velocity = teme_states(orbit, SPAN, np.array([5_000.0]))
    span = Span(SPAN.utc(5_000.0), 1.0)
    found = matched("x", span.start, place[0], velocity[0], origin="states")
    _, again, _ = teme_states(found, span, np.zeros(1))
    assert np.linalg.norm(again - place) < 1.0
    assert found.period_min == pytest.approx(orbit.period_min, rel=2e-4)


def test_a_way_that_leaves_the_earth_is_no_orbit() -> None:
    with pytest.raises(InputError, match="no orbit about the Earth"):
        matched("x", START, np.array([7e6, 0.0, 0.0]), np.array([0.0, 12e3, 0.0]), origin="states")


def test_it_can_be_moved_along_its_path_but_not_turned() -> None:
    made = flown(message(segment(ITRF)))
    ahead = advanced(made, 10.0)
    at_s, later_s = np.array([1_000.0]), np.array([1_000.0 + made.period_min * 60.0 / 36.0])
    assert teme_states(ahead, SPAN, at_s)[1] == pytest.approx(teme_states(made, SPAN, later_s)[1])
    with pytest.raises(InputError, match="has the plane it has"):
        advanced(made, 0.0, node_deg=5.0)


def test_it_travels_to_another_process() -> None:
    made = flown(CUT)
    again = pickle.loads(pickle.dumps(made))
    assert np.array_equal(track(again, SPAN).state, track(made, SPAN).state)


def test_a_span_beside_the_states_is_refused_with_both(tmp_path: Path) -> None:
    from simulator.orbits import from_scenario
    from tests import made

    (tmp_path / "s.oem").write_text(CUT)
    satellite = {"orbit": {"kind": "ephemeris", "file": "s.oem"}}
    scenario = made.scenario(made.text(start="2024-03-20", satellite=satellite), folder=tmp_path)
    with pytest.raises(InputError, match=r"from 2023-11-21T00:10:00Z to .* 2024-03-20T00:00:00Z"):
        from_scenario(scenario)
