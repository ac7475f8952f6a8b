"""Events as a calendar file (iCalendar, RFC 5545), in UTC.

The same events give the same bytes: an event's UID is a digest of what it is of.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple


class CalendarEvent(NamedTuple):
    """An event from `begin` to `end`, aware datetimes in whole seconds.

    `kind` is its category, `of` tells it from others of its kind and times, a `busy` one is shown
    as time taken; `geo` is latitude and longitude, degrees.
    """

    kind: str
    begin: datetime
    end: datetime
    summary: str
    description: str
    of: tuple[str, ...]
    busy: bool = False
    location: str = ""
    geo: tuple[float, float] | None = None


def calendar_bytes(events: Iterable[CalendarEvent], *, stamp: datetime, name: str) -> bytes:
    """Return a calendar of the events that last, made at `stamp` by the part `name` of us."""
    # Imported here: nothing else needs it, and it takes its time.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//simulator//{name}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for event in events:
        if event.end > event.begin:
            calendar.add_component(_component(event, stamp))
    return bytes(calendar.to_ical())


def _component(event: CalendarEvent, stamp: datetime) -> Any:
    from icalendar import Event

    made = Event()
    of = [event.kind, *event.of, event.begin.isoformat(), event.end.isoformat()]
    digest = hashlib.sha256(json.dumps(of).encode()).hexdigest()
    made.add("uid", f"{digest[:32]}@simulator")
    made.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    made.add("dtstart", event.begin)
    made.add("dtend", event.end)
    made.add("summary", event.summary)
    made.add("description", event.description)
    made.add("categories", [event.kind.upper()])
    made.add("transp", "OPAQUE" if event.busy else "TRANSPARENT")
    if event.location:
        made.add("location", event.location)
    if event.geo is not None:
        made.add("geo", event.geo)
    return made
