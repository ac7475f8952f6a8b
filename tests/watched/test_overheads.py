"""Looks at places and what is quiet: the same search as overpasses, and shifts that are tried."""

from pathlib import Path

import numpy as np
import pytest

from simulator import catalog, intervals
from simulator.access import View, find_accesses
from simulator.earth import sites
from simulator.errors import InputError
from simulator.orbits import advanced, sun_track, track
from simulator.study import look_up, run
from simulator.watched import LookConditions, Work, margin_given, overhead
from tests import made

ORBITS = ("malligyong1_2026_04_10", "kms4_2023_04_01")
START = "2026-04-11T06:00:00Z"
SET = "malligyong1_2026_04_10"


def lines_of(identifier):
    return "\n".join(catalog.get("elements", identifier).values["lines"])


@pytest.fixture(scope="module")
def seen():
    """Return a place seen by two satellites of different age, one of them with a camera."""
    sensors = [f"{SET}=malligyong_press"]
    orbits = [SET, "sso:480:13.2"]
    return overhead(
        ["osan", "33.5,126.5"], orbits, start=START, days=4.0, sensors=sensors, work=Work(3.0)
    )


@pytest.mark.parametrize("conditions", [{}, {"max_off_nadir_deg": 35.0, "daylight": True}])
def test_looks_are_the_overpasses_of_each_satellite_and_place(conditions):
    orbits = [SET, "malligyong1_nov23"]
    found = overhead(
        ["osan", "busan"],
        orbits,
        start=START,
        days=3.0,
        margin=margin_given("0"),
        conditions=LookConditions(**conditions),
    )
    number = 0
    for place, word in enumerate(("osan", "busan")):
        for satellite, orbit in enumerate(orbits):
            passes = look_up(orbit, word, start=START, days=3.0, **conditions).columns
            rows = (found.looks.place == place) & (found.looks.satellite == satellite)
            columns = {name: column[rows] for name, column in found.looks.columns.items()}
            assert columns["start_s"] == pytest.approx(passes["rise_s"], abs=1e-6)
            assert columns["end_s"] == pytest.approx(passes["set_s"], abs=1e-6)
            assert columns["elevation_deg"] == pytest.approx(passes["max_elevation_deg"], abs=0.01)
            assert columns["sure"].all()
            assert (columns["sunlit"] == passes["sunlit"]).all()
            number += rows.sum()
    assert number == len(found.looks) >= 8


def test_quiet_is_what_no_look_may_take_and_nothing_else(seen):
    span_s = seen.span.duration_s
    columns = seen.looks.columns
    for place in (0, 1, None):
        may_be, quiet = seen.seen_s(place), seen.quiet_s(place)
        assert intervals.total_s(may_be) + intervals.total_s(quiet) == pytest.approx(span_s)
        assert not len(intervals.intersect(may_be, quiet))
        rows = seen.rows(place)
        for first, last in zip(columns["first_s"][rows], columns["last_s"][rows], strict=True):
            assert not len(intervals.intersect(quiet, np.array([[first, last]])))
    both = intervals.union(seen.seen_s(0), seen.seen_s(1))
    assert seen.seen_s(None) == pytest.approx(both)


def test_no_satellite_within_its_margin_looks_in_a_quiet_time():
    # A launch, minutes early or late after days: passes come and go with it.
    found = overhead(
        ["osan", "-20,30", "66,25"],
        ["malligyong1_nov23"],
        start="2023-11-24",
        days=4.0,
        conditions=LookConditions(max_off_nadir_deg=30.0, daylight=True),
        margin=margin_given("240"),
    )
    (watcher,) = found.watchers
    span, view = found.span, watcher.view
    places = sites(*np.array([[37.09, -20.0, 66.0], [127.03, 30.0, 25.0], [0.0, 0.0, 0.0]]))
    sun = sun_track(span)
    looked = 0
    for late_s in np.linspace(-240.0, 240.0, 13):
        turned = advanced(watcher.elements, -360.0 * late_s / watcher.elements.period_min / 60.0)
        windows = find_accesses(
            track(turned, span), places, view, start_s=0.0, end_s=span.duration_s, sun=sun
        )
        for place in range(3):
            overlap = intervals.intersect(found.quiet_s(place), windows.of(place))
            # Curves of the ground track and what of the sun moves meanwhile.
            assert intervals.total_s(overlap) < 2.0, (late_s, place)
            looked += len(windows.of(place))
    doubtful = ~found.looks.columns["sure"]
    assert looked > 30
    assert 0 < doubtful.sum() < len(found.looks)


def test_looks_are_as_wide_as_their_margins(seen):
    columns = seen.looks.columns
    wider = columns["start_s"] - columns["first_s"]
    of_set = seen.looks.satellite == 0
    assert columns["margin_s"][of_set] == pytest.approx(1.0 + 2.0 * columns["age_days"][of_set])
    assert (wider[of_set] >= columns["margin_s"][of_set] - 1e-6).all()
    # A few seconds of the Earth's turn move the edges by less than that.
    assert wider[of_set] == pytest.approx(columns["margin_s"][of_set], abs=3.0)
    assert wider[~of_set] == pytest.approx(0.0, abs=1e-9)


def test_a_sensor_says_how_well_and_whether_by_day(seen):
    columns, camera = seen.looks.columns, seen.looks.satellite == 0
    assert (columns["sun_elevation_deg"][camera] > 9.9).all()
    assert (columns["off_nadir_deg"][camera] <= 30.0).all()
    assert (columns["gsd_m"][camera] > 2.9).all()
    assert np.isfinite(columns["niirs"][camera]).all()
    assert np.isnan(columns["gsd_m"][~camera]).all()
    assert (columns["sun_elevation_deg"][~camera] < 0.0).any()


def test_looks_are_told_as_accesses_of_a_scenario_are():
    toml = made.text(
        targets=["osan"],
        start="2026-04-11",
        days=4.0,
        satellite={"orbit": {"kind": "tle", "catalog": SET}},
    )
    accesses = run(made.scenario(toml))["accesses"]
    found = overhead(
        ["osan"], [SET], start="2026-04-11", days=4.0, sensors=["malligyong_press"]
    ).looks
    assert len(accesses) == len(found) > 0
    for name in ("start_s", "end_s", "best_s", "off_nadir_deg", "gsd_m", "niirs"):
        assert found.columns[name] == pytest.approx(accesses[name].to_numpy(), abs=1e-6), name


def test_a_unit_that_stays_is_a_place_and_one_that_moves_is_seen_as_a_target_of_its_way(
    tmp_path: Path,
):
    head, end = "lat,lon,time\n", "2026-04-14T00:00:00Z"
    (tmp_path / "still.csv").write_text(
        f"{head}37.09,127.03,2026-04-11T00:00:00Z\n37.09,127.03,{end}\n"
    )
    way = f"{head}35.1,129.1,2026-04-11T12:00:00Z\n30,135,{end}\n"
    (tmp_path / "ship.csv").write_text(way)
    tracks = [str(tmp_path / name) for name in ("still.csv", "ship.csv")]
    found = overhead(
        ["osan"],
        [SET],
        start="2026-04-11",
        days=3.0,
        tracks=tracks,
        sensors=["malligyong_press"],
        conditions=LookConditions(max_off_nadir_deg=50.0, any_light=True),
    )
    columns = found.looks.columns
    osan, still, ship = (found.rows(number) for number in range(3))
    assert [place.word for place in found.places] == ["osan", "still", "ship"]
    assert len(osan) > 1
    for name in ("start_s", "end_s", "off_nadir_deg", "first_s", "last_s"):
        assert columns[name][still] == pytest.approx(columns[name][osan], abs=1e-3), name
    sensor = {
        "catalog": "malligyong_press",
        "max_off_nadir_deg": 50.0,
        "min_sun_elevation_deg": -90.0,
    }
    toml = made.text(
        targets=[{"name": "ship", "track": "ship.csv"}],
        start="2026-04-11",
        days=3.0,
        satellite={"orbit": {"kind": "tle", "catalog": SET}, "sensor": sensor},
    )
    accesses = run(made.scenario(toml, folder=tmp_path))["accesses"]
    assert len(accesses) == len(ship) > 0
    assert columns["start_s"][ship] == pytest.approx(accesses["start_s"].to_numpy(), abs=1e-3)
    assert any("before and after it is nowhere" in line for line in found.warnings)
    (moving,) = [place for place in found.facts()["places"] if place["id"] == "ship"]
    assert moving["moves"] and moving["latitude_deg"] is None
    assert 30.0 < moving["looks"][0]["latitude_deg"] < 35.1


def test_the_work_of_all_places_is_safe_at_each(seen):
    (best, *_) = seen.safest(None)
    assert best.looks_expected == 0.0
    work = np.array([[best.start_s, best.end_s]])
    for place in (0, 1):
        assert not len(intervals.intersect(seen.seen_s(place), work))


def test_a_file_of_many_satellites_is_each_of_them(tmp_path: Path):
    other = catalog.get("elements", "luch5a_2024_07_05").values["lines"]
    text = f"MALLIGYONG-1\n{lines_of(SET)}\nLUCH 5A\n" + "\n".join(other) + "\n"
    (tmp_path / "two.tle").write_text(text)
    both = overhead(["osan"], [str(tmp_path / "two.tle")], start=START, days=1.0)
    assert [watcher.name for watcher in both.watchers] == ["MALLIGYONG-1", "LUCH 5A"]
    alone = overhead(["osan"], [SET], start=START, days=1.0)
    rows = both.looks.satellite == 0
    assert both.looks.columns["start_s"][rows] == pytest.approx(alone.looks.columns["start_s"])


def test_a_file_of_places_is_each_of_them(tmp_path: Path):
    (tmp_path / "places.csv").write_text("name,lat,lon,country\nA,37.09,127.03,KR\nB,-20,30,\n")
    found = overhead([str(tmp_path / "places.csv"), "osan"], [SET], start=START, days=1.0)
    assert [p.word for p in found.places] == ["A", "B", "osan"]
    assert [p.time_zone for p in found.places] == ["Asia/Seoul", "UTC+02:00", "Asia/Seoul"]
    at_a, at_osan = (found.looks.columns["start_s"][found.rows(n)] for n in (0, 2))
    assert at_a == pytest.approx(at_osan, abs=1e-3)


def test_without_a_start_it_begins_at_the_newest_epoch():
    found = overhead(["osan"], ["kms4_2023_04_01", SET], days=1.0)
    assert found.span.start.isoformat().startswith("2026-04-10T06:34:40.96")
    assert any("radius below" in line or "decay" in line for line in found.warnings)


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        (["osann"], {}, "did you mean 'osan'"),
        (["osan", "osan"], {}, "place 'osan' is named twice"),
        (["osan"], {"time_zone": "Asia/Seul"}, "did you mean 'Asia/Seoul'"),
        (["osan"], {"sensors": ["malligyong_pres"]}, "did you mean 'malligyong_press'"),
        (["osan"], {"sensors": ["nobody=ref_1m"]}, "no satellite 'nobody'"),
        (["osan"], {"sensors": ["ref_1m", "ref_3m"]}, "one is given for all already"),
        (["osan"], {"work": Work(30.0)}, "30 hours do not fit the 1 days"),
        (["osan"], {"work": Work(3.0, 2.0)}, "within: 2 days; only 1 days are looked at"),
        ([], {}, "no place and no track is given"),
        (["osan"], {"days": 4e9}, "days"),
    ],
)
def test_what_is_wrong_is_said(words, options, message):
    with pytest.raises(InputError, match=message):
        overhead(words, [SET], **{"start": START, "days": 1.0, **options})


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("empty.tle", "", "holds no element set"),
        ("empty.csv", "", "is empty"),
        ("damaged.tle", lines_of(SET).replace("58400", "58401", 1), "checksum"),
    ],
)
def test_empty_and_damaged_files_are_named(tmp_path: Path, name, text, message):
    (tmp_path / name).write_text(text)
    places, orbits = ["osan"], [SET]
    (places if name.endswith("csv") else orbits)[0] = str(tmp_path / name)
    with pytest.raises(InputError, match=message) as fault:
        overhead(places, orbits, start=START, days=1.0)
    assert name in str(fault.value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Work(0.0), "allowed above 0"),
        (lambda: Work(10.0, 0.25), "must fit"),
        (lambda: LookConditions(max_off_nadir_deg=91.0), "allowed 0 to 90"),
        (lambda: LookConditions(daylight=True, any_light=True), "choose one"),
    ],
)
def test_impossible_wishes_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_a_view_without_a_sensor_is_that_of_overpasses():
    assert LookConditions().view(None) == View(min_elevation_deg=5.0)
