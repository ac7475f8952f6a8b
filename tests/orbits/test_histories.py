"""Several element sets of one satellite, flown in turn."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import numpy as np
import pytest

from simulator import loads, run
from simulator.access import search
from simulator.access.crosslinks import LinkLimits, find_crosslinks
from simulator.earth import site_index
from simulator.earth.ellipsoid import ecef_to_geodetic
from simulator.earth.time import Span
from simulator.errors import InputError
from simulator.orbits import builders, histories
from simulator.orbits import elements as orbits
from simulator.orbits.tracks import JUMP_S, teme_positions, track
from simulator.scenario import to_toml
from simulator.study.overpasses import find_overpasses, look_up, orbit_of, place_of
from tests import made

# One orbit, its mean anomaly and node carried on from epoch to epoch.
HISTORY = """1 90101U 26001A   26313.50000000  .00000500  00000-0  24000-4 0  9995
2 90101  97.4100 119.3290 0012000  75.0000 310.4000 15.24000000   105
1 90101U 26001A   26315.50000000  .00000500  00000-0  24000-4 0  9997
2 90101  97.4100 121.3000 0012000  75.0000 285.2000 15.24000000   106
1 90101U 26001A   26319.25000000  .00000500  00000-0  24000-4 0  9993
2 90101  97.4100 124.9960 0012000  75.0000 104.7000 15.24000000   105
"""
# SGP4 (WGS72), ERFA's GMST82, WGS84: a dense scan and bisection by another program, seconds after
# 2026-11-12T00:00Z, over 39 N 125 E from 5 degrees up, the second set alone, UT1 - UTC -0.0677 s.
WINDOWS_S = [
    (26958.936, 27267.319), (32480.156, 33010.966), (70623.906, 71154.093), (76381.152, 76664.769),
    (117582.780, 118126.951), (123358.554, 123505.853), (155757.142, 156246.118),
    (161403.451, 161835.443),
]  # fmt: skip
NOVEMBER_12 = "2026-11-12T00:00:00Z"


@pytest.fixture
def history(tmp_path):
    file = tmp_path / "history.tle"
    file.write_text(HISTORY)
    return str(file)


def element_set(number):
    lines = HISTORY.splitlines()[2 * number : 2 * number + 2]
    return orbits.from_tle("KITE", (lines[0], lines[1]))


def apart_s(elements):
    """Return how far the windows of elements are from the other program's, seconds."""
    start = datetime(2026, 11, 12, tzinfo=UTC)
    span = Span(start, 2 * 86_400.0, ut1_minus_utc_s=-0.0677)
    overpasses = find_overpasses(elements, place_of("39,125"), span).table
    return np.abs(overpasses[["rise_s", "set_s"]].to_numpy() - WINDOWS_S).max()


def test_the_nearest_epoch_is_flown_where_none_is_inside(history):
    overpasses = look_up(history, "39,125", satellite="90101", start=NOVEMBER_12, days=2.0)
    assert apart_s(overpasses.elements) < 1e-3
    [said] = overpasses.warnings
    assert "of 3 element sets that of 2026-11-11T12:00Z is flown throughout" in said


@pytest.mark.parametrize("name", ["1 KITE", "2 FASTRUNNER", "0 KITE"])
def test_the_windows_of_a_named_set_are_those_of_the_set(tmp_path, name):
    file = tmp_path / "named.txt"
    file.write_text("\r\n".join([name, *HISTORY.splitlines()[2:4]]))
    overpasses = look_up(str(file), "39,125", start=NOVEMBER_12, days=2.0)
    assert apart_s(overpasses.elements) < 1e-3
    assert overpasses.warnings == ()


def test_a_catalogue_number_of_nine_digits_flies_the_same(tmp_path):
    file = tmp_path / "bigid.json"
    file.write_text(
        '[{"OBJECT_NAME": "KITE 9", "EPOCH": "2026-11-11T12:00:00.000000", "MEAN_MOTION": 15.24, '
        '"ECCENTRICITY": 0.0012, "INCLINATION": 97.41, "RA_OF_ASC_NODE": 121.3, '
        '"ARG_OF_PERICENTER": 75.0, "MEAN_ANOMALY": 285.2, "EPHEMERIS_TYPE": 0, '
        '"NORAD_CAT_ID": 799500417, "BSTAR": 2.4e-05}]'
    )
    for satellite in (None, "799500417", "KITE 9"):
        overpasses = look_up(str(file), "39,125", satellite=satellite, start=NOVEMBER_12, days=2.0)
        assert apart_s(overpasses.elements) < 1e-3
    # What the file is called does not matter.
    text = file.rename(tmp_path / "gp.txt")
    assert orbit_of(str(text)).epoch == overpasses.elements.epoch


def test_sets_of_sgp4_xp_are_refused_by_name(tmp_path):
    file = tmp_path / "xp.tle"
    file.write_text(
        "1 90101U 26001A   26315.50000000  .00000500  00000-0  21000-1 4  9995\n"
        "2 90101  97.4100 121.3000 0012000  75.0000 285.2000 15.24000000   106\n"
    )
    with pytest.raises(InputError, match=r"column 63 says ephemeris type 4 \(SGP4-XP\)"):
        orbit_of(str(file))


def test_without_a_start_the_newest_epoch_is_flown(history):
    assert orbit_of(history).epoch == datetime(2026, 11, 15, 6, tzinfo=UTC)
    overpasses = look_up(history, "39,125", days=1.0)
    assert overpasses.span.start == overpasses.elements.epoch


def test_sets_are_flown_from_middle_to_middle():
    sets = [element_set(2), element_set(0), element_set(1)]
    start = datetime(2026, 11, 9, tzinfo=UTC)
    flown = orbits.in_turn(sets, start, start + timedelta(days=10))
    assert flown.epoch == element_set(0).epoch
    assert [(at, elements.epoch) for at, elements in flown.changes] == [
        (datetime(2026, 11, 10, 12, tzinfo=UTC), element_set(1).epoch),
        (datetime(2026, 11, 13, 9, tzinfo=UTC), element_set(2).epoch),
    ]
    late = orbits.in_turn(sets, datetime(2026, 11, 11, tzinfo=UTC), start + timedelta(days=4))
    assert (late.epoch, late.changes) == (element_set(1).epoch, ())
    assert orbits.element_age_days(flown, Span(start, 10 * 86_400.0)) == pytest.approx(3.75)


@pytest.mark.parametrize(("shift_deg", "least_joined"), [(0.1, 11), (60.0, 0), (180.0, 0)])
def test_windows_are_those_of_each_piece_joined_over_the_change(shift_deg, least_joined):
    start = datetime(2026, 11, 12, tzinfo=UTC)
    span = Span(start, 2 * 86_400.0)
    # Two changes, forwards and back, by kilometres or to the other side of the Earth.
    moved = orbits.advanced(element_set(1), shift_deg)
    changes = ((span.utc(50_000.0), moved), (span.utc(90_000.5), element_set(1)))
    flown = replace(element_set(1), changes=changes, sets=3)
    # Places about the track, so that windows are open over each change.
    rng, below = np.random.default_rng(4), track(flown, span)
    at_s = np.repeat([jump.at_s for jump in histories.jumps(flown, span)], 50)
    latitude, longitude, _ = ecef_to_geodetic(search.satellite_positions(below, at_s))
    places = site_index.sites(
        np.clip(latitude + rng.uniform(-20.0, 20.0, 100), -90.0, 90.0),
        longitude + rng.uniform(-20.0, 20.0, 100),
    )
    view = search.View(min_elevation_deg=5.0)

    def windows_of(elements, begin_s, end_s):
        path = track(elements, span, start_s=begin_s, end_s=end_s)
        return search.find_accesses(path, places, view, start_s=begin_s, end_s=end_s)

    whole = windows_of(flown, 0.0, span.duration_s)
    pieces = [(e, max(0.0, a), min(span.duration_s, b)) for e, a, b in flown.pieces(span)]
    parts = [windows_of(*piece) for piece in pieces]
    joined = 0
    for site in range(100):
        expected: list[list[float]] = []
        for windows in (part.of(site) for part in parts):
            for begin, end in windows.tolist():
                if expected and begin - expected[-1][1] < 2 * JUMP_S:
                    expected[-1][1] = end
                    joined += 1
                else:
                    expected.append([begin, end])
        computed = whole.of(site)
        assert computed.shape == np.reshape(expected, (-1, 2)).shape
        assert np.abs(computed - np.reshape(expected, (-1, 2))).max(initial=0.0) < 1e-4
    assert joined >= least_joined


def test_how_far_the_path_jumps_is_told():
    start = datetime(2026, 11, 9, tzinfo=UTC)
    span = Span(start, 10 * 86_400.0)
    flown = orbits.in_turn(
        [element_set(0), element_set(1), element_set(2)], start, start + timedelta(days=10)
    )
    jumps = histories.jumps(flown, span)
    for jump, pair in zip(
        jumps, ((element_set(0), element_set(1)), (element_set(1), element_set(2))), strict=True
    ):
        a, b = (teme_positions(e, span, np.array([jump.at_s]))[1][0] for e in pair)
        assert jump.apart_km == pytest.approx(np.linalg.norm(a - b) / 1e3)
    [said] = histories.notes(flown, span)
    assert said.startswith("3 of 3 element sets are flown in turn")
    assert f"{jumps[0].words} at 2026-11-10T12:00:00.000Z" in said
    many = replace(flown, changes=tuple((span.utc(600.0 * n), element_set(1)) for n in range(1, 9)))
    assert "and 3 more of up to 0.0 km" in next(histories.notes(many, span))
    assert list(histories.notes(element_set(0), span)) == []
    # An instant at which one of both has no position is passed over.
    gone = orbits.keplerian(
        "gone",
        start,
        orbits.KeplerElements(perigee_km=140.0, apogee_km=150.0, inclination_deg=97.0, bstar=0.1),
    )
    lost = replace(flown, changes=((span.utc(8 * 86_400.0), gone),))
    assert next(histories.notes(lost, span)).endswith("to the next")


def test_draws_of_the_phase_move_all_sets_alike():
    flown = orbits.in_turn(
        [element_set(0), element_set(1)],
        datetime(2026, 11, 9, tzinfo=UTC),
        datetime(2026, 11, 12, tzinfo=UTC),
    )
    moved = orbits.advanced(flown, 90.0)
    for a, b in ((flown, moved), (flown.changes[0][1], moved.changes[0][1])):
        assert (b.mean_anomaly_deg - a.mean_anomaly_deg) % 360.0 == pytest.approx(90.0)
        assert b.raan_deg == a.raan_deg
    turned = orbits.advanced(flown, 0.0, node_deg=300.0)
    for a, b in ((flown, turned), (flown.changes[0][1], turned.changes[0][1])):
        assert (b.raan_deg - a.raan_deg) % 360.0 == pytest.approx(300.0)
        assert b.mean_anomaly_deg == pytest.approx(a.mean_anomaly_deg)


SCENARIO = made.text(
    start="2026-11-09",
    days=8.0,
    targets=[{"name": "T", "latitude_deg": 39.0, "longitude_deg": 125.0}],
    networks=None,
    satellite={
        "name": "KITE",
        "downlink_rate_mbps": 10.0,
        "sensor": {
            "kind": "radar",
            "gsd_m": 1.0,
            "reference_altitude_km": 500.0,
            "swath_km": 20.0,
            "max_off_nadir_deg": 70.0,
        },
    },
)


def flown_by(orbit, folder):
    """The scenario with an orbit that a TOML table between braces holds."""
    return made.scenario(SCENARIO, f"satellites.0.orbit={{{orbit}}}", folder=folder)


def test_a_run_says_which_sets_it_flew_and_its_scenario_flies_them_again(tmp_path, history):
    orbit = 'kind = "tle", file = "history.tle", satellite = 90101'
    scenario = flown_by(orbit, tmp_path)
    results = run(scenario)
    assert any("3 of 3 element sets are flown in turn" in said for said in results.warnings)
    again = loads(results.scenario_toml, origin="x", folder=tmp_path / "elsewhere")
    assert to_toml(again.resolve()) == results.scenario_toml
    assert run(again).accesses.equals(results.accesses)


def test_a_run_ends_at_reentry_and_says_when(tmp_path):
    orbit = (
        'kind = "keplerian", perigee_km = 170, apogee_km = 180, inclination_deg = 97, bstar = 1e-3'
    )
    ends = {}
    for more in ("", ", reentry_height_km = 120"):
        scenario = flown_by(orbit + more, tmp_path)
        results = run(scenario)
        [decayed_s] = results.satellites["decayed_s"]
        height = 120 if more else 100
        assert any(
            f"re-entry, {height} km over the ellipsoid at 2026-11-10T" in said
            for said in results.warnings
        )
        assert results.accesses["end_s"].max() <= decayed_s
        ends[height] = decayed_s
    assert ends[120] < ends[100]


@pytest.mark.parametrize(
    ("orbit", "words"),
    [
        ('kind = "keplerian", altitude_km = 500, inclination_deg = 97, reentry_height_km = 301',
         "reentry_height_km: 301 is above 300; allowed 0 to 300"),
        ('kind = "tle", file = "missing.tle"', "cannot be read"),
        ('kind = "omm", elements = []', "elements"),
        ('kind = "tle", file = "gp.json"', "gp.json: holds orbit mean-elements messages; read it"),
        ('kind = "tle", lines = []', "an element set has two lines, here are 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_flown_is_said(tmp_path, orbit, words):
    (tmp_path / "gp.json").write_text('[{"OBJECT_NAME": "KITE"}]')
    with pytest.raises(InputError) as caught:
        flown_by(orbit, tmp_path)
    assert words in str(caught.value)


def test_messages_of_several_epochs_are_flown_in_turn_and_written_again(tmp_path):
    message = {
        "OBJECT_NAME": "KITE", "NORAD_CAT_ID": 799500417, "MEAN_MOTION": 15.24,
        "ECCENTRICITY": 0.0012, "INCLINATION": 97.41, "RA_OF_ASC_NODE": 121.3,
        "ARG_OF_PERICENTER": 75.0, "MEAN_ANOMALY": 285.2, "BSTAR": 2.4e-5,
    }  # fmt: skip
    days = ("2026-11-11T12:00:00", "2026-11-10T00:00:00.000", "2026-11-11T12:00:00.000000")
    text = json.dumps([{**message, "EPOCH": day} for day in days])
    (tmp_path / "gp.json").write_text(text)
    orbit = 'kind = "omm", file = "gp.json"'
    scenario = flown_by(orbit, tmp_path).resolve()
    again = loads(to_toml(scenario), origin="x", folder=tmp_path / "elsewhere")
    assert again == scenario
    ((flown, _),) = builders.from_scenario(scenario)
    assert flown.epoch == datetime(2026, 11, 10, tzinfo=UTC)
    [(at, later)] = flown.changes
    assert at == datetime(2026, 11, 10, 18, tzinfo=UTC)
    assert later.epoch == datetime(2026, 11, 11, 12, tzinfo=UTC)


def test_crosslinks_are_those_of_each_piece_joined_over_the_change():
    start = datetime(2026, 11, 12, tzinfo=UTC)
    span, at_s = Span(start, 86_400.0), 40_000.0
    before, after = element_set(1), orbits.advanced(element_set(1), 2.0)
    partners = [orbits.advanced(element_set(0), phase) for phase in range(0, 360, 20)]
    limits = LinkLimits(None, 100.0, None)

    def links_of(first, begin_s, end_s):
        paths = [track(e, span, start_s=begin_s, end_s=end_s) for e in (first, *partners)]
        return find_crosslinks(paths, limits, start_s=begin_s, end_s=end_s)

    flown = replace(before, changes=((span.utc(at_s), after),), sets=2)
    whole = links_of(flown, 0.0, span.duration_s)
    halves = links_of(before, 0.0, at_s), links_of(after, at_s, span.duration_s)
    joined = 0
    for first, second in combinations(range(len(partners) + 1), 2):
        early, late = (half.of(first, second).tolist() for half in halves)
        if early and late and late[0][0] - early[-1][1] < 2 * JUMP_S:
            late[0][0] = early.pop()[0]
            joined += 1
        expected = np.reshape(early + late, (-1, 2))
        computed = whole.of(first, second)
        assert computed.shape == expected.shape
        assert np.abs(computed - expected).max(initial=0.0) < 1e-4
    assert joined > 10
