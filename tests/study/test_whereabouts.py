"""When targets show themselves: by the clock, listed, and at random by the seed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from simulator import intervals
from simulator.earth import Span
from simulator.errors import InputError
from simulator.scenario import HoursOpen, RandomOpen, loads
from simulator.study.case import Study
from simulator.study.events import accesses
from simulator.study.runs import run
from simulator.study.skies import sky_of_targets
from simulator.study.store import MemoryStore
from simulator.study.whereabouts import open_windows
from tests.made_cloud_keys import clouds_file

START = datetime(2024, 3, 8, 6, tzinfo=UTC)
SPAN = Span(START, 6 * 86_400.0)
TEXT = """
schema_version = 1
title = "small"
networks = ["dprk"]
seed = 5
[span]
start = 2023-11-22T00:00:00Z
days = 20.0
[uncertainty]
resamples = 0
[[satellites]]
name = "M"
sensor = {catalog = "malligyong_press", min_sun_elevation_deg = -90.0, max_off_nadir_deg = 50.0}
downlink_rate_mbps = 2.0
[satellites.orbit]
kind = "sun-synchronous"
altitude_km = 500.0
ltan_h = 10.5
"""
PLACE = "latitude_deg = 38.0, longitude_deg = 127.0"


def scenario(*targets, **overrides):
    text = ", ".join(f"{{ {target} }}" for target in targets)
    lines = [f"targets = [{text}]", *(f"{key} = {value}" for key, value in overrides.items())]
    return loads(TEXT, origin="x", folder=Path("."), overrides=lines).resolve()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Seoul", "America/New_York", "UTC-03:30"])
@pytest.mark.parametrize("days", [None, ("mon", "sun"), ("fri",)])
def test_hours_are_those_of_the_clock_on_the_wall(zone, days):
    """Every ten minutes of a week in which New York loses an hour, on the Sunday."""
    hours = ((1.5, 9.0), (22.0, 3.0))
    opening = HoursOpen(kind="hours", hours=hours, time_zone=zone, weekdays=days)
    windows = open_windows(opening, SPAN)
    offset = timedelta(hours=-3.5) if zone.startswith("UTC-") else None
    for at_s in np.arange(300.0, SPAN.duration_s, 600.0):
        instant = START + timedelta(seconds=at_s)
        wall = instant + offset if offset is not None else instant.astimezone(ZoneInfo(zone))
        hour = wall.hour + wall.minute / 60.0

        def named(day):
            return days is None or ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day] in days

        today, yesterday = named(wall.weekday()), named((wall.weekday() - 1) % 7)
        expected = (today and (1.5 <= hour < 9.0 or hour >= 22.0)) or (yesterday and hour < 3.0)
        assert ((windows[:, 0] <= at_s) & (at_s < windows[:, 1])).any() == expected, wall


def test_accesses_are_what_openings_leave_of_those_of_a_place():
    always = Study(scenario(f'name = "always", {PLACE}'))
    found = accesses(always).columns
    middles_s = 0.5 * (found["start_s"] + found["end_s"])[[2, 9]]
    begin, end = (always.span.utc(float(at_s)).isoformat() for at_s in middles_s)
    listed = f"[[{begin}, {end}], [2023-12-02T00:00:00Z, 2023-12-09T00:00:00Z]]"
    openings = {
        "listed": f'{{ kind = "listed", intervals = {listed} }}',
        "hours": '{ kind = "hours", hours = [[9.0, 13.5]], time_zone = "Asia/Seoul" }',
        "random": '{ kind = "random", shown_h = 7.0, hidden_h = 3.0 }',
    }
    targets = [f'name = "{k}", {PLACE}, opening = {v}' for k, v in openings.items()]
    study = Study(scenario(f'name = "always", {PLACE}', *targets))
    columns = accesses(study).columns

    def of(number):
        own = columns["target"] == number
        return np.stack([columns["start_s"][own], columns["end_s"][own]], axis=1)

    assert len(of(0)) > 20
    cut_short = 0
    for number in (1, 2, 3):
        expected = intervals.intersect(of(0), study.whereabouts.shown_s[number])
        assert 0 < len(expected) < len(of(0))
        assert of(number) == pytest.approx(expected, abs=1e-6)
        cut_short += (~np.isin(of(number), of(0))).sum()
    assert cut_short, "no opening falls into an access"
    inside = columns["best_s"] >= columns["start_s"]
    assert (inside & (columns["best_s"] <= columns["end_s"])).all()


def test_what_an_opening_leaves_of_an_access_counts_if_it_lasts_long_enough():
    always = Study(scenario(f'name = "always", {PLACE}'))
    found = accesses(always).columns
    start_s, end_s = found["start_s"][0], found["end_s"][0]
    begin = always.span.utc(float(end_s) - 20.0).isoformat()
    opening = f'{{ kind = "listed", intervals = [[{begin}, 2023-12-11T00:00:00Z]] }}'
    for least_s, counts in ((0.0, True), (25.0, False)):
        study = Study(
            scenario(
                f'name = "late", {PLACE}, opening = {opening}',
                **{"satellites.0.sensor.min_access_s": least_s},
            )
        )
        first_s = accesses(study).columns["start_s"][0]
        assert (first_s < end_s) == counts
        assert first_s > start_s


def shown_s(seed, name="x", shown_h=6.0, hidden_h=18.0, days=3_000):
    opening = f'{{ kind = "random", shown_h = {shown_h}, hidden_h = {hidden_h} }}'
    target = f'name = "{name}", {PLACE}, opening = {opening}'
    return Study(scenario(target, seed=seed, **{"span.days": days})).whereabouts.shown_s[0]


def test_random_stays_have_the_lengths_and_the_share_asked_for():
    windows = shown_s(1)
    # Instants are kept to a microsecond.
    assert windows[:, 1] - windows[:, 0] == pytest.approx(np.full(len(windows), 21_600.0), abs=1e-5)
    hidden_h = (windows[1:, 0] - windows[:-1, 1]) / 3_600.0
    assert hidden_h.mean() == pytest.approx(18.0, rel=4.0 / np.sqrt(len(hidden_h)))
    # Exponential: as wide as long, without memory.
    assert hidden_h.std() == pytest.approx(hidden_h.mean(), rel=0.1)
    assert (hidden_h > 36.0).mean() == pytest.approx(np.exp(-2.0), abs=0.03)


def test_random_stays_begin_as_if_they_had_gone_on_for_ever():
    firsts = np.array([shown_s(seed, days=2)[0] for seed in range(400)])
    assert (firsts[:, 0] <= 0.0).mean() == pytest.approx(0.25, abs=0.07)
    begun = firsts[firsts[:, 0] <= 0.0, 0]
    assert begun.mean() / 3_600.0 == pytest.approx(-3.0, abs=0.6)
    assert firsts[firsts[:, 0] > 0.0, 0].mean() / 3_600.0 == pytest.approx(18.0, abs=3.0)


def test_random_stays_are_repeated_by_seed_and_name_and_differ_by_both():
    assert np.array_equal(shown_s(1), shown_s(1))
    assert not np.array_equal(shown_s(1)[:50], shown_s(2)[:50])
    assert not np.array_equal(shown_s(1)[:50], shown_s(1, name="y")[:50])


def test_another_draw_shows_itself_at_other_times_and_none_is_kept_for_another():
    target = f'name = "x", {PLACE}, opening = {{ kind = "random", shown_h = 7.0, hidden_h = 9.0 }}'
    store = MemoryStore()
    found = [
        accesses(Study(scenario(target, seed=seed), store)).columns["start_s"] for seed in (1, 2, 1)
    ]
    assert np.array_equal(found[0], found[2]) and not np.array_equal(found[0], found[1])


def test_results_keep_the_opening_as_it_was_given():
    target = f'name = "x", {PLACE}, opening = {{ kind = "random", shown_h = 7.0, hidden_h = 9.0 }}'
    assert 'kind = "random"' in run(scenario(target)).scenario_toml


WAY = """track = { start = 2023-11-22T00:00:00Z, speed_m_s = 11.0, waypoints = [
    { latitude_deg = 36.0, longitude_deg = 122.0 }, { latitude_deg = 30.0, longitude_deg = 128.0 },
    { latitude_deg = 36.0, longitude_deg = 136.0 } ] }""".replace("\n", " ")


def test_what_stands_still_as_a_moving_target_gives_the_figures_of_a_place():
    still = """track = { beyond = "stays", waypoints = [
        { latitude_deg = 38.0, longitude_deg = 127.0, at = 2023-11-23T00:00:00Z },
        { latitude_deg = 38.0, longitude_deg = 127.0, at = 2023-11-30T00:00:00Z } ] }"""
    more = {"satellites.0.slew_rate_deg_s": 0.5, "counting.niirs_levels": "[2.0]"}
    one = run(scenario(f'name = "x", {PLACE}', **more))
    other = run(scenario(f'name = "x", {" ".join(still.split())}', **more))
    for name in ("accesses", "pictures", "ages", "deliveries", "levels", "stays", "networks"):
        before, after = one[name], other[name]
        numbers = before.select_dtypes("number").columns
        assert len(before) == len(after) > 0, name
        difference = (before[numbers] - after[numbers]).abs().max().max()
        assert not difference > 1e-4, (name, difference)
    figures = ["accesses_per_day", "revisit_mean_h", "best_gsd_m", "latitude_deg"]
    assert other.targets[figures].iloc[0].to_list() == pytest.approx(
        one.targets[figures].iloc[0].to_list(), rel=1e-6
    )
    assert bool(other.targets["moves"].iloc[0]) and not len(other.hours)


def test_places_of_moving_targets_stand_beside_their_accesses_and_in_a_table():
    results = run(scenario(f'name = "ship", {WAY}', f'name = "still", {PLACE}'))
    table, way = results.accesses, results.ways
    ship = table[table["target"] == "ship"]
    assert len(ship) > 2 and ship["latitude_deg"].std() > 0.5
    assert (table[table["target"] == "still"]["latitude_deg"] == 38.0).all()
    for row in ship.itertuples():
        latitude = np.interp(row.best_s, way["time_s"], way["latitude_deg"])
        assert row.latitude_deg == pytest.approx(latitude, abs=0.02)
    assert set(results.stays["place"]) == {"ship", "still"}
    home = results.deliveries[results.deliveries["status"] == "delivered"]
    ship, still = (home[home["target"] == name] for name in ("ship", "still"))
    # At 11 m/s for as long as the picture takes: straight, but for the one turn of its way.
    assert ship["moved_km"].to_numpy() == pytest.approx(11e-3 * ship["latency_s"], rel=0.01)
    assert (still["moved_km"] == 0.0).all() and len(ship) and len(still)
    assert set(results.hours["place"]) == {"still"}


@pytest.mark.parametrize(
    ("opening", "said"),
    [
        ('{ kind = "sometimes" }', "'sometimes' is no kind of opening"),
        ('{ kind = "hours", hours = [[3.0, 3.0]] }', "has no length; all day is"),
        ('{ kind = "hours", hours = [] }', "is empty; give at least one"),
        ('{ kind = "hours", hours = [[1.0, 2.0]], weekdays = ["mon", "mon"] }', "once each"),
        ('{ kind = "hours", hours = [[1.0, 2.0]], time_zone = "Asia/Soul" }', "Asia/Seoul"),
        (
            '{ kind = "listed", intervals = [[2023-11-23T01:00:00Z, 2023-11-23T00:00:00Z]] }',
            "is not after 2023-11-23T01:00:00Z",
        ),
        ('{ kind = "random", shown_h = 0.0, hidden_h = 1.0 }', "below 0.05"),
    ],
)
def test_what_is_wrong_with_an_opening_is_said(opening, said):
    with pytest.raises(InputError, match=said):
        scenario(f'name = "x", {PLACE}, opening = {opening}')


def test_a_random_opening_is_drawn_before_it_is_looked_up():
    with pytest.raises(ValueError, match="drawn before"):
        open_windows(RandomOpen(kind="random", shown_h=1.0, hidden_h=1.0), SPAN)


def test_random_stays_of_years_are_more_than_a_file_may_list():
    windows = shown_s(1, shown_h=0.05, hidden_h=0.05, days=200)
    assert len(windows) == pytest.approx(48_000, rel=0.02)


def test_a_grid_of_clouds_is_refused_for_what_moves_unless_it_has_a_chance_of_its_own(tmp_path):
    clouds_file(tmp_path / "clouds.nc")
    text, still = (
        TEXT + '[clouds]\ngrid = "clouds.nc"\nvariable = "cloud"\n',
        f'{{ name = "still", {PLACE} }}',
    )
    for own, refused in (("", True), (", clear = 0.4", False)):
        targets = f'targets = [{still}, {{ name = "ship", {WAY}{own} }}]'
        study = Study(loads(text, origin="x", folder=tmp_path, overrides=[targets]).resolve())
        if refused:
            with pytest.raises(InputError, match=r"target 'ship' moves.*its own chance"):
                sky_of_targets(study)
        else:
            sky = sky_of_targets(study)
            assert (sky.chance(np.array([1, 1]), np.array([0.0, 9e5])) == 0.4).all()
