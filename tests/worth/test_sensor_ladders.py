"""A ladder of cameras against a count by hand of each camera's own run."""

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from simulator import catalog
from simulator.errors import InputError
from simulator.report import sensor_ladder_text
from simulator.scenario import loads
from simulator.study import run
from simulator.worth import ladder_objects, sensor_ladder
from tests import made
from tests.made_cameras import CLOUDS, TEXT

CAMERAS = ["malligyong_salvaged_5m", "ref_1m", "ref_kondor_fka"]
TASKS = ["detect", "classify", "identify"]


@cache
def small():
    return made.scenario(TEXT)


@cache
def found():
    return sensor_ladder(small())


@cache
def looks(sensor):
    """Return the rows of accesses of a run of the scenario with a sensor in its file."""
    alone = run(made.scenario(TEXT, f'satellites.0.sensor="{sensor}"'))
    return alone.accesses.to_dict(orient="records")


def tells(sensor, need, look):
    """Return whether a look is good enough, by the equations written out for one look."""
    camera, asked = catalog.get("sensors", sensor).values, catalog.get("needs", need).values
    if camera["kind"] == "radar":
        across_m = camera["slant_resolution_m"] / math.sin(math.radians(look["incidence_deg"]))
        return math.sqrt(camera["gsd_m"] * across_m) <= asked["radar_resolution_m"]
    image_m = camera["gsd_m"] * look["slant_range_km"] / camera["reference_altitude_km"]
    tilted = image_m / 0.0254 / math.sin(math.radians(look["elevation_deg"])) ** 0.25
    edge, noise = camera.get("relative_edge_response", 0.35), camera.get("signal_to_noise", 50.0)
    level = 9.57 - 3.32 * math.log10(tilted)
    level += 3.32 * (1.0 - math.exp(-1.9 / noise)) * math.log10(edge)
    level -= 2.0 * math.log10(edge) ** 4 + 1.8 / noise
    return level >= asked["niirs"]


@pytest.mark.parametrize("sensor", CAMERAS)
def test_each_rung_counts_the_accesses_of_a_run_with_its_sensor(sensor):
    rows, times = looks(sensor), 9.0 * 4
    assert len(rows) > 3
    (rung,) = found().rungs.loc[found().rungs["sensor"] == sensor].to_dict(orient="records")
    assert rung["accesses_per_day"] == pytest.approx(len(rows) / times)
    assert rung["best_gsd_m"] == pytest.approx(min(row["gsd_m"] for row in rows))
    own = found().tasks.loc[found().tasks["sensor"] == sensor].to_dict(orient="records")
    assert [row["needs"] for row in own] == list(catalog.entries("needs"))
    for row in own:
        good = sum(tells(sensor, row["needs"], look) for look in rows)
        assert row["accesses_per_day"] == pytest.approx(good / times), row["needs"]
        assert row["good_share"] == pytest.approx(good / len(rows))
        pixel_m = catalog.get("needs", row["needs"]).values["pixel_gsd_m"]
        by_pixels = sum(look["gsd_m"] <= pixel_m for look in rows)
        assert row["pixels_share"] == pytest.approx(by_pixels / len(rows))


def test_the_rungs_tell_different_things():
    told = found().tasks.set_index(["sensor", "needs"])["accesses_per_day"]
    assert told["malligyong_salvaged_5m", "detect-carrier"] > 0.0
    assert told["malligyong_salvaged_5m", "classify-carrier"] == 0.0
    assert told["ref_1m", "classify-carrier"] > 0.0
    assert 0.0 < told["ref_kondor_fka", "detect-launcher"] < told["ref_kondor_fka", "detect-tank"]


def test_a_task_that_asks_for_more_is_never_met_oftener():
    for _, rows in found().tasks.groupby(["sensor", "object"], sort=False):
        assert rows["task"].tolist() == TASKS
        assert rows["accesses_per_day"].is_monotonic_decreasing


def test_what_a_target_needs_is_counted_at_that_target_alone():
    rows = found().targets.to_dict(orient="records")
    assert [(row["sensor"], row["target"]) for row in rows] == [(s, "silo") for s in CAMERAS]
    for row in rows:
        at_it = [look for look in looks(row["sensor"]) if look["target"] == "silo"]
        good = sum(tells(row["sensor"], "detect-launcher", look) for look in at_it)
        assert row["accesses_per_day"] == pytest.approx(good / 9.0)
    assert rows[1]["accesses_per_day"] > 0.0


def test_without_clouds_rates_under_them_are_absent():
    assert found().rungs["accesses_clear_per_day"].isna().all()
    assert found().tasks["accesses_clear_per_day"].isna().all()
    assert found().targets["accesses_clear_per_day"].isna().all()


def test_under_clouds_each_look_counts_by_its_chance_and_a_radars_whole():
    read = made.scenario(TEXT + CLOUDS)
    cloudy = sensor_ladder(read)
    assert cloudy.clouds and not found().clouds
    by_name = cloudy.rungs.set_index("sensor")
    radar = by_name.loc["ref_kondor_fka"]
    assert radar["accesses_clear_per_day"] == radar["accesses_per_day"] > 0.0
    alone = run(made.scenario(TEXT + CLOUDS, 'satellites.0.sensor="ref_1m"'))
    expected = alone.targets["accesses_clear_per_day"].mean()
    assert by_name.loc["ref_1m", "accesses_clear_per_day"] == pytest.approx(expected)
    # November's chance by hand, of those looks alone that suffice.
    good = sum(tells("ref_1m", "identify-aircraft", look) for look in looks("ref_1m"))
    tasks = cloudy.tasks.set_index(["sensor", "needs"])["accesses_clear_per_day"]
    assert tasks["ref_1m", "identify-aircraft"] == pytest.approx(0.4 * good / (9.0 * 4))
    np.testing.assert_array_equal(cloudy.tasks["good_share"], found().tasks["good_share"])


def test_sensors_are_those_named_else_the_scenarios_own_else_eleven():
    assert found().sensors == tuple(CAMERAS)
    named = sensor_ladder(small(), sensors=["ref_3m"], objects=["tank"])
    assert (named.sensors, named.objects_asked) == (("ref_3m",), ("tank",))
    assert len(named.tasks) == 3
    plain = sensor_ladder(made.scenario(made.SMALL), objects=["tank"])
    assert len(plain.sensors) == 11 and len(plain.targets) == 0
    assert "targets" not in plain.tables


def test_a_camera_of_ones_own_is_called_by_its_name():
    own = '{ name = "mine", sensor = { catalog = "ref_1m", gsd_m = 2.0 } }'
    read = made.scenario(TEXT, f'cameras=["ref_1m", {own}]')
    rungs = sensor_ladder(read).rungs
    assert rungs["sensor"].tolist() == ["ref_1m", "mine"]
    assert rungs["called"].tolist() == ["KOMPSAT-2 (1 m)", "mine"]
    assert rungs["confidence"].tolist() == ["published", ""]
    assert rungs["best_gsd_m"][1] == pytest.approx(2.0 * rungs["best_gsd_m"][0])


def test_a_sensor_that_sees_nothing_has_no_statistics():
    never = made.scenario(made.text(days=0.01, networks=None, targets=["andersen"]))
    rungs = sensor_ladder(never, sensors=["ref_3m"])
    (row,) = rungs.rungs.to_dict(orient="records")
    assert row["accesses_per_day"] == 0.0
    assert all(np.isnan(row[name]) for name in ("best_gsd_m", "median_gsd_m", "best_niirs"))
    assert rungs.tasks["good_share"].isna().all()
    text = sensor_ladder_text(rungs, full=True)
    assert "has no access to any target" in text and "nan" not in text


def test_plain_runs_take_no_notice_of_cameras():
    read = small()
    assert ("sensors", "ref_kondor_fka") not in set(read.catalog_entries())
    again = loads(TEXT.replace("ref_1m", "ref_3m"), origin="other", folder=Path())
    assert run(again).accesses.equals(run(read).accesses)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"sensors": ["ref_kompsat9"]}, "'ref_kompsat9' is not among the sensors"),
        (
            {"sensors": ["malligyong_salvaged"]},
            "sensor 'malligyong_salvaged' cannot be flown: the catalogue has no gsd_m",
        ),
        ({"objects": ["launchr"]}, "did you mean 'launcher'?"),
    ],
)
def test_faults_name_what_there_is(asked, message):
    with pytest.raises(InputError) as caught:
        sensor_ladder(small(), **asked)
    assert message in caught.value.problems[0]


def test_faults_of_the_scenarios_own_list_name_the_camera():
    for cameras, message in (
        ('["ref_1m", "ref_1m"]', "cameras.1: 'ref_1m' is already the name of cameras.0"),
        ('["ref_1mm"]', "cameras.0: 'ref_1mm' is not among the sensors; did you mean 'ref_1m'?"),
        ('["malligyong_salvaged"]', "cameras.0.sensor.gsd_m"),
    ):
        with pytest.raises(InputError) as caught:
            made.scenario(TEXT, f"cameras={cameras}")
        assert message in "\n".join(caught.value.problems)


def test_the_objects_of_a_ladder_are_those_of_the_catalogue():
    assert list(ladder_objects()) == [
        *("carrier", "destroyer", "aircraft", "launcher"),
        *("tank", "convoy", "runway", "barracks"),
    ]
    assert all(list(tasks) == TASKS for tasks in ladder_objects().values())
