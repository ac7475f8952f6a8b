"""A launch over the hours of its lift-off: planes, light and accesses by hour, and windows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest

from simulator import catalog
from simulator.errors import InputError
from simulator.launches import LaunchHours, clock_range, launch_hours, scenario_of_launch
from simulator.study import drawn_studies, look_up, run
from tests.made import scenario, text


@cache
def asked(launch: str, **more: object) -> LaunchHours:
    days = float(str(more.pop("days", 4.0)))
    return launch_hours(scenario_of_launch(launch, days=days), launch, **more)  # type: ignore[arg-type]


# Local lift-off and local mean time of the node, as worked out before for each launch of the
# catalogue (of November 2023 from the flight's own point; from the shared one it is 10:03).
KNOWN = {
    "kms3": ("07:38", "18:57"),
    "kms3_2": ("09:49", "20:59"),
    "kms4": ("09:00", "20:48"),
    "malligyong1_may23": ("06:27", "17:47"),
    "malligyong1_aug23": ("03:50", "15:10"),
    "malligyong1_nov23": ("22:42", "10:00"),
}


@pytest.mark.parametrize("launch", KNOWN)
def test_a_launch_sets_its_node_as_known(launch: str) -> None:
    flown = asked(launch, hours="10:00-10:00", window="10:00-10:00").flown
    assert (flown["liftoff_local"][0], flown["ltan"][0]) == KNOWN[launch]


def test_the_shared_point_gave_the_node_of_november_2023_at_three_past_ten() -> None:
    made = scenario_of_launch("malligyong1_nov23", days=1.0)
    (table,) = made.satellites
    point = {"insertion_latitude_deg": 18.0, "insertion_longitude_deg": 124.5}
    orbit = table.orbit.model_copy(update=point)
    moved = made.model_copy(update={"satellites": (table.model_copy(update={"orbit": orbit}),)})
    found = launch_hours(moved, "malligyong1_nov23", hours="22:42-22:44", step_min=2.0)
    assert found.flown["ltan"][0] == "10:03"
    assert list(found.hours["ltan"]) == ["10:02", "10:04"]


def test_an_hour_later_turns_the_node_an_hour() -> None:
    hours = asked("malligyong1_aug23", step_min=360.0).hours
    assert list(hours["liftoff_local"]) == ["00:00", "06:00", "12:00", "18:00"]
    steps = np.diff(np.unwrap(hours["ltan_h"], period=24.0))
    assert steps == pytest.approx(6.0, abs=0.01)


def test_the_node_stands_where_a_star_clock_has_it() -> None:
    # Apart from the program's own time: the node's right ascension less that of the mean sun by
    # Skyfield's sidereal time, for which the mean sun stands opposite to midnight at longitude 0.
    from skyfield.api import load

    found = asked("malligyong1_nov23", hours="06:00-06:00")
    liftoff = datetime.fromisoformat(found.hours["liftoff_utc"][0])
    elements = look_up(
        "malligyong1_nov23", "pgscc", start="2023-11-22", changes={"liftoff": liftoff}
    ).elements
    at = load.timescale(builtin=True).from_datetime(elements.epoch)
    utc_h = elements.epoch.hour + elements.epoch.minute / 60.0 + elements.epoch.second / 3_600.0
    mean_sun_h = at.gmst - utc_h + 12.0
    ltan_h = (elements.raan_deg / 15.0 - mean_sun_h + 12.0) % 24.0
    assert found.hours["ltan_h"][0] == pytest.approx(ltan_h, abs=0.01)


def test_figures_of_an_hour_are_those_of_a_run() -> None:
    found = asked("malligyong1_nov23", hours="22:00-22:00")
    made = scenario_of_launch("malligyong1_nov23", days=4.0)
    liftoff = datetime.fromisoformat(found.hours["liftoff_utc"][0])
    assert liftoff == datetime(2023, 11, 21, 13, tzinfo=UTC)
    (table,) = made.satellites
    later = table.model_copy(update={"orbit": table.orbit.model_copy(update={"liftoff": liftoff})})
    results = run(made.model_copy(update={"satellites": (later,)}))
    row, satellite = found.hours.iloc[0], results["satellites"].iloc[0]
    assert row["accesses_per_day"] == pytest.approx(satellite["target_accesses_per_day"])
    assert row["targets_seen"] == satellite["targets_seen"]
    assert row["revisit_mean_h"] == pytest.approx(satellite["target_revisit_mean_h"])
    assert row["revisit_max_h"] == pytest.approx(satellite["target_revisit_max_h"])
    assert row["ltan_h"] == pytest.approx(satellite["ltan_h"])


def test_light_by_hour_is_that_of_the_passes_of_the_place() -> None:
    found = launch_hours(
        scenario(text(targets=["osan"], days=6.0)), "malligyong1_nov23", hours="22:42-22:42"
    )
    liftoff = datetime.fromisoformat(found.hours["liftoff_utc"][0])
    passes = look_up(
        "malligyong1_nov23",
        "osan",
        start="2023-11-22",
        days=6.0,
        max_off_nadir_deg=30.0,
        changes={"liftoff": liftoff},
    ).table
    row = found.hours.iloc[0]
    assert row["looks_per_day"] == pytest.approx(len(passes) / 6.0)
    assert row["lit_share"] == pytest.approx((passes["sun_elevation_deg"] >= 10.0).mean())
    # At ten in the morning it flies north, at night south (facts of the launch).
    north = passes["azimuth_set_deg"].between(270.0, 360.0) | passes["azimuth_set_deg"].lt(90.0)
    for name, own in (("northbound", north), ("southbound", ~north)):
        expected = passes["sun_elevation_deg"][own].median()
        assert row[f"sun_{name}_deg"] == pytest.approx(expected, abs=0.1)
    assert row["sun_northbound_deg"] > 10.0 > row["sun_southbound_deg"]


def test_a_dawn_dusk_plane_has_no_light_in_december() -> None:
    found = asked("malligyong1_nov23", hours="06:27-06:27", days=6.0)
    assert found.hours["targets_seen"][0] == 0
    assert found.hours["revisit_max_h"][0] == pytest.approx(6.0 * 24.0)


def test_a_window_is_a_distribution_over_its_minutes() -> None:
    found = asked("kms3_2", hours="09:00-09:00")
    assert found.window_words == "the window notified, 07:00 to 12:00"
    ltan = found.window.set_index("figure").loc["ltan_h"]
    # Five hours of lift-off are five hours of node, the middle at 09:30.
    assert ltan["high"] - ltan["low"] == pytest.approx(5.0, abs=0.01)
    assert ltan["median"] == pytest.approx(found.flown["ltan_h"][0] - 19.77 / 60.0, abs=0.01)
    rows = found.window.set_index("figure")
    assert (rows["low"] <= rows["median"]).all() and (rows["median"] <= rows["high"]).all()


def test_a_window_over_midnight_has_no_jump() -> None:
    # Over noon, local, the node goes from 23 to 1 o'clock.
    found = asked("malligyong1_nov23", hours="09:00-09:00", window="12:00-14:00", days=1.0)
    ltan = found.window.set_index("figure").loc["ltan_h"]
    assert ltan["low"] == pytest.approx(23.3, abs=0.1)
    assert ltan["high"] == pytest.approx(25.3, abs=0.1)
    over = asked("malligyong1_nov23", hours="23:00-01:00", step_min=60.0, days=1.0).hours
    assert list(over["liftoff_local"]) == ["23:00", "00:00", "01:00"]
    begin, end = (datetime.fromisoformat(each) for each in over["liftoff_utc"].iloc[[0, -1]])
    assert end - begin == timedelta(hours=2)


def test_hours_of_pyongyang_in_2016_are_half_an_hour_behind_japan() -> None:
    hours = asked("kms4", hours="09:00-09:00").hours
    assert hours["liftoff_utc"][0] == "2016-02-07T00:30:00Z"
    assert catalog.get("launches", "kms4").values["liftoff"] == datetime(
        2016, 2, 7, 0, 30, tzinfo=UTC
    )


def test_a_radar_sees_at_any_hour_alike() -> None:
    made = text(targets=["osan"], satellite={"sensor": "ref_kondor_fka"}, days=6.0)
    hours = launch_hours(scenario(made), "malligyong1_nov23", step_min=720.0).hours
    assert list(hours["lit_share"]) == [1.0, 1.0]
    assert hours["accesses_per_day"].equals(hours["looks_per_day"])


@pytest.mark.parametrize(
    ("asking", "message"),
    [
        ({"hours": "25:00-26:00"}, "hours: '25:00' is no time of a day"),
        ({"hours": "soon"}, "hours: 'soon' is no range of hours; write one as 07:00-12:00"),
        ({"window": "7-12"}, "window: '7-12' is no range"),
        ({"step_min": 0.5}, "step: 0.5 minutes; allowed 1 to 1440"),
    ],
)
def test_faults_name_what_is_allowed(asking: dict[str, object], message: str) -> None:
    made = scenario_of_launch("malligyong1_nov23", days=1.0)
    with pytest.raises(InputError, match=message):
        launch_hours(made, "malligyong1_nov23", **asking)  # type: ignore[arg-type]


def test_a_launch_without_an_orbit_or_name_is_refused() -> None:
    with pytest.raises(InputError, match="no orbit of this launch; missing are"):
        scenario_of_launch("malligyong11_may24")
    with pytest.raises(InputError, match="did you mean 'kms4'"):
        scenario_of_launch("kms44")
    with pytest.raises(InputError, match="no target"):
        launch_hours(scenario(text(targets=[])), "kms4")


def test_both_ways_to_write_a_range_are_one() -> None:
    assert clock_range("07:00-12:00", what="w") == clock_range("07:00:12:00", what="w")
    assert clock_range("22:00-03:00", what="w").every(60.0)[-1] == 27.0 * 60.0


def test_the_scatter_of_the_catalogue_is_one_that_a_scenario_can_draw() -> None:
    # A degree of longitude turns the node by four minutes of local time.
    values = catalog.get("launches", "malligyong1_aug23").values
    point = {
        f"insertion_{axis}_deg": {
            "normal": [values[f"insertion_{axis}_deg"], values[f"{axis}_sd_deg"]]
        }
        for axis in ("latitude", "longitude")
    }
    orbit = {"kind": "launch", "launch": "malligyong1_aug23", **point}
    made = scenario(text(start="2023-08-24", satellite={"orbit": orbit}), "uncertainty.draws=60")
    drawn = drawn_studies(made.resolve())
    nodes_min = [60.0 * drawn(number).flights[0].elements.ltan_h for number in range(60)]
    assert np.std(nodes_min) == pytest.approx(4.0 * float(str(values["longitude_sd_deg"])), rel=0.1)
    assert np.median(nodes_min) == pytest.approx(15.0 * 60.0 + 10.0, abs=2.0)
