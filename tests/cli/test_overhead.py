"""`simulator overhead`: its forms, its words, and what it refuses."""

import csv
import io
import json

import pytest

from tests.made_calls import call, good

SET = "malligyong1_2026_04_10"
WORDS = (
    *("overhead", "osan", "busan", "--orbits", SET, "--sensor", "malligyong_press"),
    *("--start", "2026-04-11", "--days", "3"),
)


@pytest.fixture(scope="module")
def facts():
    return json.loads(good(call(*WORDS, "--work", "4h", "--format", "json")))


def test_every_form_says_the_same(facts):
    rows = list(csv.DictReader(io.StringIO(good(call(*WORDS, "--work", "4h", "--format", "csv")))))
    looks = [look for place in facts["places"] for look in place["looks"]]
    assert sorted(row["start_utc"] for row in rows if row["what"] == "look") == sorted(
        look["start_utc"] for look in looks
    )
    assert {row["what"] for row in rows} == {"look", "quiet", "work"}
    text = good(call(*WORDS, "--work", "4h"))
    assert all(look["start_utc"][11:19] in text for look in looks)
    calendar = call(*WORDS, "--work", "4h", "--format", "ics").stdout_bytes
    assert calendar.startswith(b"BEGIN:VCALENDAR\r\n")
    assert all(look["first_utc"][11:17].replace(":", "").encode() in calendar for look in looks)
    assert looks


def test_the_text_says_what_is_meant_and_how_sure_it_is():
    text = " ".join(good(call(*WORDS, "--work", "4h", "--within", "2d")).split())
    assert "2.45 to 8.45 s early or late" in text
    assert "1 s at the epoch and 2 s a day from it (estimated" in text
    assert "off-nadir up to 30 deg, sun at least 10 deg high" in text
    assert "The safest start of 4 h of uninterrupted work within 2 days" in text
    assert "clouds are not counted, nor whether a picture is taken" in text
    assert max(map(len, good(call(*WORDS, "--work", "4h")).splitlines())) <= 100


def test_work_that_may_pause_is_told_with_its_pauses():
    words = ("overhead", "osan", "--orbits", SET, "--start", "2026-04-11", "--days", "1")
    text = " ".join(good(call(*words, "--work", "20h", "--pausing")).split())
    assert "interruptible work within 1 day" in text
    assert "pauses takes" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--within", "2d"), "--within: stands without --work"),
        (("--pausing",), "--pausing: stands without --work"),
        (("--work", "long"), "work: 'long' is no length of time"),
        (("--margin", "soon"), "margin: 'soon'"),
        (("--tz", "Asia/Seul"), "did you mean 'Asia/Seoul'"),
    ],
)
def test_what_is_wrong_is_answered_in_a_line(words, message):
    wrong = call(*WORDS, *words)
    assert wrong.exit_code == 1
    assert message in wrong.stderr


def test_a_wrong_option_is_no_place():
    wrong = call(*WORDS, "--dayss", "3")
    assert wrong.exit_code == 2
    assert "No such option: --dayss" in wrong.stderr
