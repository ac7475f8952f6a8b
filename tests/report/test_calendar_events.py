"""The calendar of looks and quiet times, read back by a library and by a naive parser."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from icalendar import Calendar

from simulator import report
from simulator.watched import Work, overhead

SET = "malligyong1_2026_04_10"


@pytest.fixture(scope="module")
def facts():
    return overhead(["osan", "busan"], [SET], start="2026-04-11", days=2.0, work=Work(3.0)).facts()


def naive_events(data):
    """Yield the properties of each event of a calendar, by plain lines."""
    text = data.decode("utf-8")
    assert text.count("\r\n") == text.count("\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    for block in text.replace("\r\n ", "").split("BEGIN:VEVENT\r\n")[1:]:
        lines = block.split("END:VEVENT")[0].split("\r\n")
        yield dict(line.split(":", 1) for line in lines if line)


def instant(text):
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def test_a_calendar_reads_back_as_what_it_was_made_of(facts):
    data = report.overhead_calendar(facts)
    events = list(Calendar.from_ical(data).walk("VEVENT"))
    naive = list(naive_events(data))
    looks = sum(len(place["looks"]) for place in facts["places"])
    quiet = sum(len(group["quiet"]) for group in (*facts["places"], facts["all_places"]))
    assert len(events) == len(naive) == looks + quiet + len(facts["work"]["starts"])
    for event, plain in zip(events, naive, strict=True):
        assert event["DTSTART"].dt == instant(plain["DTSTART"])
        assert event["DTEND"].dt == instant(plain["DTEND"])
        assert event["DTSTAMP"].dt == facts["span"]["start"]
        assert str(event["SUMMARY"]) == plain["SUMMARY"].replace("\\,", ",")
        assert str(event["UID"]) == plain["UID"]
    assert len({plain["UID"] for plain in naive}) == len(naive)


def test_looks_and_quiet_times_of_a_place_share_no_time_and_leave_out_seconds(facts):
    busy, free = [], []
    for event in naive_events(report.overhead_calendar(facts)):
        if event["SUMMARY"].startswith("osan: ") and event["CATEGORIES"] != "WORK":
            rows = busy if event["TRANSP"] == "OPAQUE" else free
            rows.append((instant(event["DTSTART"]), instant(event["DTEND"])))
    assert len(busy) == len(facts["places"][0]["looks"])
    rows = sorted(busy + free)
    assert all(before[1] <= after[0] for before, after in pairwise(rows))
    assert all((after[0] - before[1]).total_seconds() <= 1.0 for before, after in pairwise(rows))


def test_the_same_answer_gives_the_same_bytes(facts):
    assert report.overhead_calendar(facts) == report.overhead_calendar(facts)


def test_overpasses_are_events_from_rise_to_set():
    from simulator.study import look_up

    facts = [
        look_up(SET, place, start="2026-04-11", days=1.0).facts() for place in ("osan", "busan")
    ]
    data = report.overpasses_calendar(facts)
    rows = [row for one in facts for row in one["overpasses"]]
    events = list(Calendar.from_ical(data).walk("VEVENT"))
    assert len(events) == len(rows) > 4
    for event, row in zip(events, rows, strict=True):
        rise, down = (datetime.fromisoformat(row[key]) for key in ("rise_utc", "set_utc"))
        assert 0.0 <= (rise - event["DTSTART"].dt).total_seconds() < 1.0
        assert 0.0 <= (event["DTEND"].dt - down).total_seconds() < 1.0
        assert f"{row['max_elevation_deg']:.1f} deg high" in event["DESCRIPTION"]
