"""What a ladder of cameras says: verdicts object by object, marks, rates."""

import re

import pytest

from simulator.report import CameraMarks, sensor_ladder_headline, sensor_ladder_text
from simulator.worth import SensorLadder, sensor_ladder
from tests import made
from tests.made_cameras import CLOUDS, TEXT, answered


@pytest.fixture(scope="module")
def ladder() -> SensorLadder:
    return sensor_ladder(made.scenario(TEXT))


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_text_begins_with_what_became_of_both_judgements(ladder: SensorLadder) -> None:
    text = words(sensor_ladder_text(ladder))
    assert text.startswith(
        "That what was salvaged is of little military value (South Korea's military, July 2023), "
        "taken for as salvaged (5 m), holds for aircraft, launcher, tank, convoy and barracks, "
        "which no access shows; it holds in part for carrier, destroyer and runway, seen to be "
        "there and no more. That any working satellite is worth having is true of carrier, "
        "destroyer and runway, every"
    )
    assert "days for each place, without regard to clouds; the first that shows more is" in text
    assert "By night and through clouds, Kondor radar looks" in text


def test_of_another_camera_it_is_said_that_the_judgement_was_not_of_it() -> None:
    other = sensor_ladder(made.scenario(TEXT), sensors=["ref_1m"])
    text = words(sensor_ladder_text(other))
    assert text.startswith(
        "That a camera is of little military value (said by South Korea's military in July 2023 of "
        "the one that was salvaged), said of "
    )
    assert "taken for" not in text


def test_lines_are_short_and_nothing_absent_is_a_number(ladder: SensorLadder) -> None:
    for full in (False, True):
        text = sensor_ladder_text(ladder, full=full)
        assert max(map(len, text.splitlines())) <= 100
        assert "nan" not in text and "None" not in text
    assert "Launcher." in sensor_ladder_text(ladder, full=True)
    assert "Launcher." not in sensor_ladder_text(ladder)
    assert "Good enough, per day" in sensor_ladder_text(ladder)


def test_a_sky_of_which_nothing_is_known_is_named_for_cameras_alone() -> None:
    place = {"name": "here", "latitude_deg": 37.0, "longitude_deg": 127.0}
    scenario = made.scenario(made.text(targets=[place], clouds={"clear": "sunshine"}))
    said = "Nothing is known of the sky over here, taken as always clear."
    camera, radar = (sensor_ladder(scenario, sensors=[name]) for name in ("ref_1m", "ref_iceye"))
    assert said in words(sensor_ladder_text(camera))
    assert said not in words(sensor_ladder_text(radar))


def test_a_mark_is_the_most_that_any_access_tells() -> None:
    made_up = answered()
    marks = CameraMarks(made_up.tables["rungs"], made_up.tables["tasks"], clouds=False)
    told = [[marks.mark(f"s{n}", name) for name in marks.objects] for n in range(3)]
    assert told == [
        ["detect", "", ""],
        ["classify", "detect", ""],
        ["identify", "classify", "detect"],
    ]
    assert [marks.rate("s1", name) for name in marks.objects] == [1.5, 1.5, 0.0]
    assert marks.first("tank", "detect") == "camera 2"
    assert marks.first("tank", "identify") == ""


def test_with_clouds_rates_are_of_clear_skies() -> None:
    made_up = answered()
    marks = CameraMarks(made_up.tables["rungs"], made_up.tables["tasks"], clouds=True)
    assert marks.rate("s1", "carrier") == 1.25
    assert marks.access_rate("s1", "carrier") == 1.5
    assert marks.sky == "with a clear sky"


def test_with_clouds_both_rates_stand_side_by_side() -> None:
    cloudy = sensor_ladder(made.scenario(TEXT + CLOUDS))
    text = sensor_ladder_text(cloudy)
    assert "cloud-free" in text
    said = re.search(
        r"every ([\d.]+) days for each place, every ([\d.]+) days with a clear sky", words(text)
    )
    assert said is not None
    # A look in November shows its place with a chance of 0.4.
    assert float(said[1]) / float(said[2]) == pytest.approx(0.4, abs=0.02)
    assert "without regard to clouds" not in text


def test_a_ladder_of_radars_alone_has_no_verdict_on_cameras() -> None:
    radars = sensor_ladder(made.scenario(TEXT), sensors=["ref_kondor_fka", "ref_iceye"])
    text = sensor_ladder_text(radars)
    assert "little military value" not in text
    assert text.lstrip().startswith("Camera")
    headline = sensor_ladder_headline(radars.rungs, radars.tasks)
    assert headline == "What each radar tells of each object"


def test_the_headline_is_of_the_camera_that_was_salvaged(ladder: SensorLadder) -> None:
    assert sensor_ladder_headline(ladder.rungs, ladder.tasks) == (
        "as salvaged (5 m): carrier, destroyer and runway detected, 5 of 8 objects not"
    )
