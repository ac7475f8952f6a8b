"""Accesses, quiet times and contacts as a calendar, read back by a library and by plain lines."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from icalendar import Calendar

from simulator import Results
from simulator.errors import InputError
from simulator.export import Choices, export, format_of


def exported(results: Results, place: Path, **choices: tuple[str, ...]) -> bytes:
    return export(results, format_of("ics", None), place, Choices(**choices)).read_bytes()


def plain(data: bytes) -> list[dict[str, str]]:
    """Return the properties of each event, by plain lines."""
    text = data.decode("utf-8")
    assert text.count("\r\n") == text.count("\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    blocks = text.replace("\r\n ", "").split("BEGIN:VEVENT\r\n")[1:]
    lines = [block.split("END:VEVENT")[0].split("\r\n") for block in blocks]
    return [dict(line.split(":", 1) for line in event if line) for event in lines]


def instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def test_accesses_and_quiet_times_fill_the_span_of_each_target(
    results: Results, tmp_path: Path
) -> None:
    data = exported(results, tmp_path / "x.ics")
    events = plain(data)
    assert len(list(Calendar.from_ical(data).walk("VEVENT"))) == len(events)
    assert len({event["UID"] for event in events}) == len(events)
    accesses = [event for event in events if event["CATEGORIES"] == "ACCESS"]
    assert len(accesses) == len(results.accesses)
    for event, begin, end in zip(
        accesses, results.accesses["start_utc"], results.accesses["end_utc"], strict=True
    ):
        assert 0 <= (begin - instant(event["DTSTART"])).total_seconds() < 1.0
        assert 0 <= (instant(event["DTEND"]) - end).total_seconds() < 1.0
    for target in results.targets["target"]:
        own = [event for event in events if event["SUMMARY"].startswith(f"{target}: ")]
        edges = sorted((instant(event["DTSTART"]), instant(event["DTEND"])) for event in own)
        assert (edges[0][0], edges[-1][1]) == (
            datetime(2023, 11, 24, tzinfo=UTC),
            datetime(2023, 11, 25, tzinfo=UTC),
        )
        assert all(0 <= (b[0] - a[1]).total_seconds() <= 2 for a, b in pairwise(edges))


def test_contacts_are_those_of_the_networks_and_satellites_chosen(
    results: Results, tmp_path: Path
) -> None:
    data = exported(
        results,
        tmp_path / "x.ics",
        networks=("dprk",),
        satellites=("Second & last",),
        tables=("contacts",),
    )
    table = results.contacts
    stands = table[(table["network"] == "dprk") & (table["satellite"] == "Second & last")]
    events = list(Calendar.from_ical(data).walk("VEVENT"))
    assert [str(event["SUMMARY"]) for event in events] == [
        f"dprk: Second & last over {station}" for station in stands["station"]
    ]
    assert all(event["GEO"].latitude > 38.0 for event in events)


def test_a_network_brings_its_contacts_beside_accesses(results: Results, tmp_path: Path) -> None:
    kinds = {e["CATEGORIES"] for e in plain(exported(results, tmp_path / "x", networks=("dprk",)))}
    assert kinds == {"ACCESS", "QUIET", "CONTACT"}


def test_quiet_is_when_no_chosen_satellite_looks(results: Results, tmp_path: Path) -> None:
    chosen = {"satellites": ("Second & last",), "tables": ("quiet",)}
    events = plain(exported(results, tmp_path / "x.ics", **chosen))
    assert len(events) == len(results.targets)  # It has no access: each is quiet all day.


def test_a_kind_that_is_none_is_named(results: Results, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'quiet'"):
        exported(results, tmp_path / "x.ics", tables=("quite",))
