"""Looks, quiet times and starts of work as a calendar (iCalendar, RFC 5545), in UTC.

The same answer gives the same bytes: an event's UID is a digest of what it is of, and its stamp the
start of the span. A look is as wide as its margin makes it, and rounded outwards to whole seconds;
quiet times are rounded inwards.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from simulator.text import duration, number
from simulator.units import HOUR_S

Facts = Mapping[str, Any]


class _Event(NamedTuple):
    kind: str
    begin: datetime
    end: datetime
    summary: str
    description: str
    place: Facts | None
    by: str = ""


def overhead_calendar(facts: Facts) -> bytes:
    """Return a calendar: an event a look, which is busy, and a quiet time, which is free."""
    # Imported here: nothing else needs it, and it takes its time.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//simulator//overhead//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for event in _events(facts):
        if event.end > event.begin:
            calendar.add_component(_component(event, facts["span"]["start"]))
    return bytes(calendar.to_ical())


def _component(event: _Event, stamp: datetime) -> Any:
    from icalendar import Event

    made, place = Event(), event.place
    word = "all" if place is None else place["id"]
    of = [event.kind, word, event.by, event.begin.isoformat(), event.end.isoformat()]
    digest = hashlib.sha256(json.dumps(of).encode()).hexdigest()
    made.add("uid", f"{digest[:32]}@simulator")
    made.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    made.add("dtstart", event.begin)
    made.add("dtend", event.end)
    made.add("summary", event.summary)
    made.add("description", event.description)
    made.add("categories", [event.kind.upper()])
    made.add("transp", "OPAQUE" if event.kind == "look" else "TRANSPARENT")
    if place is not None:
        made.add("location", place["name"])
        if not place["moves"]:
            made.add("geo", (place["latitude_deg"], place["longitude_deg"]))
    return made


def _events(facts: Facts) -> Iterator[_Event]:
    by_word = {place["id"]: place for place in facts["places"]}
    for place in facts["places"]:
        for look in place["looks"]:
            yield _look_event(place, look)
        for quiet in place["quiet"]:
            yield _quiet_event(f"{place['id']}: quiet", quiet, place)
    if facts["all_places"]:
        for quiet in facts["all_places"]["quiet"]:
            yield _quiet_event("all places: quiet", quiet, None)
    work = facts["work"]
    for start in () if work is None else work["starts"]:
        yield _Event(
            "work",
            _instant(start["start_utc"]),
            _instant(start["end_utc"], up=True),
            f"{start['place']}: {duration(work['hours'])} of work, choice {start['rank']}",
            f"{start['looks_expected']:.2f} looks expected at most, {start['pauses']} pauses",
            by_word.get(start["place"]),
            str(start["rank"]),
        )


def _look_event(place: Facts, look: Facts) -> _Event:
    words = [
        f"off-nadir {look['off_nadir_deg']:.1f} deg",
        f"elevation {look['elevation_deg']:.1f} deg",
        f"range {look['slant_range_km']:.0f} km",
        *([f"ground sample {number(look['gsd_m'])} m"] if look["gsd_m"] is not None else []),
        *([f"NIIRS {look['niirs']:.1f}"] if look["niirs"] is not None else []),
        f"sun {look['sun_elevation_deg']:.0f} deg high",
        f"satellite {'lit' if look['sunlit'] else 'in shadow'}",
        *(
            [f"at {look['latitude_deg']:.2f}, {look['longitude_deg']:.2f} deg"]
            if place["moves"]
            else []
        ),
        f"from {look['start_utc'][11:19]} to {look['end_utc'][11:19]} UTC, "
        f"{look['margin_s']:.0f} s early or late",
    ]
    doubt = "" if look["sure"] else " (may not come)"
    return _Event(
        "look",
        _instant(look["first_utc"]),
        _instant(look["last_utc"], up=True),
        f"{place['id']}: {look['satellite']} could look{doubt}",
        ", ".join(words),
        place,
        look["satellite"],
    )


def _quiet_event(summary: str, quiet: Facts, place: Facts | None) -> _Event:
    return _Event(
        "quiet",
        _instant(quiet["start_utc"], up=True),
        _instant(quiet["end_utc"]),
        summary,
        f"no look for {duration(quiet['duration_s'] / HOUR_S)}, margins of all satellites included",
        place,
    )


def _instant(text: str, *, up: bool = False) -> datetime:
    """Return an instant to the whole second, down or up; within a leap second, the next minute."""
    minute = datetime.fromisoformat(f"{text[:16]}:00+00:00")
    seconds = float(text[17:-1])
    whole = int(seconds) + (1 if up and seconds > int(seconds) else 0)
    return minute + timedelta(seconds=whole)
