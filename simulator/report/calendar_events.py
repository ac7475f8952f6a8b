"""Looks, quiet times, starts of work and overpasses as a calendar, in UTC.

An overpass is rounded outwards to whole seconds. A look is as wide as its margin makes it, and
rounded outwards; quiet times are rounded inwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from simulator.report.calendar_files import CalendarEvent, calendar_bytes
from simulator.text import duration, number
from simulator.units import HOUR_S

Facts = Mapping[str, Any]


def overhead_calendar(facts: Facts) -> bytes:
    """Return a calendar: an event a look, which is busy, and a quiet time, which is free."""
    return calendar_bytes(_events(facts), stamp=facts["span"]["start"], name="overhead")


def overpasses_calendar(facts: Sequence[Facts]) -> bytes:
    """Return a calendar: an event an overpass over each place, of one orbit and span."""
    stamp = facts[0]["span"]["start"]
    return calendar_bytes(_overpasses(facts), stamp=stamp, name="passes")


def _overpasses(facts: Sequence[Facts]) -> Iterator[CalendarEvent]:
    for one in facts:
        place, name = one["place"], one["orbit"]["name"]
        for row in one["overpasses"]:
            words = [
                f"highest at {row['culmination_utc'][11:19]} UTC",
                f"{row['max_elevation_deg']:.1f} deg high",
                f"azimuth {row['azimuth_rise_deg']:.0f} to {row['azimuth_set_deg']:.0f} deg",
                f"sun {row['sun_elevation_deg']:.0f} deg high",
                f"satellite {'lit' if row['sunlit'] else 'in shadow'}",
            ]
            yield CalendarEvent(
                "pass",
                _instant(row["rise_utc"]),
                _instant(row["set_utc"], up=True),
                f"{place['id']}: {name} passes",
                ", ".join(words),
                of=(place["id"], name),
                busy=True,
                location=place["name"],
                geo=(place["latitude_deg"], place["longitude_deg"]),
            )


def _events(facts: Facts) -> Iterator[CalendarEvent]:
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
        yield _event(
            "work",
            _instant(start["start_utc"]),
            _instant(start["end_utc"], up=True),
            f"{start['place']}: {duration(work['hours'])} of work, choice {start['rank']}",
            f"{start['looks_expected']:.2f} looks expected at most, {start['pauses']} pauses",
            by_word.get(start["place"]),
            str(start["rank"]),
        )


def _look_event(place: Facts, look: Facts) -> CalendarEvent:
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
    return _event(
        "look",
        _instant(look["first_utc"]),
        _instant(look["last_utc"], up=True),
        f"{place['id']}: {look['satellite']} could look{doubt}",
        ", ".join(words),
        place,
        look["satellite"],
    )


def _quiet_event(summary: str, quiet: Facts, place: Facts | None) -> CalendarEvent:
    return _event(
        "quiet",
        _instant(quiet["start_utc"], up=True),
        _instant(quiet["end_utc"]),
        summary,
        f"no look for {duration(quiet['duration_s'] / HOUR_S)}, margins of all satellites included",
        place,
    )


def _event(
    kind: str,
    begin: datetime,
    end: datetime,
    summary: str,
    description: str,
    place: Facts | None,
    by: str = "",
) -> CalendarEvent:
    return CalendarEvent(
        kind,
        begin,
        end,
        summary,
        description,
        of=("all" if place is None else place["id"], by),
        busy=kind == "look",
        location="" if place is None else place["name"],
        geo=None
        if place is None or place["moves"]
        else (place["latitude_deg"], place["longitude_deg"]),
    )


def _instant(text: str, *, up: bool = False) -> datetime:
    """Return an instant to the whole second, down or up; within a leap second, the next minute."""
    minute = datetime.fromisoformat(f"{text[:16]}:00+00:00")
    seconds = float(text[17:-1])
    whole = int(seconds) + (1 if up and seconds > int(seconds) else 0)
    return minute + timedelta(seconds=whole)
