"""A table of overpasses over one place or several, as text and as CSV, made from plain values."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from simulator import zones
from simulator.report.scenario_listings import elements_lines
from simulator.report.texttable import aligned, paragraph
from simulator.text import days_words, duration, shortened
from simulator.units import HOUR_S, MINUTE_S

COLUMNS = (
    "place",
    "rise_local",
    "rise_utc",
    "culmination_utc",
    "set_utc",
    "duration_s",
    "cut_start",
    "cut_end",
    "max_elevation_deg",
    "azimuth_rise_deg",
    "azimuth_culmination_deg",
    "azimuth_set_deg",
    "off_nadir_deg",
    "slant_range_km",
    "sun_elevation_deg",
    "sunlit",
)
_HEADINGS = (
    ("rise, UTC", "local", "highest", "set", "min", "elev.", "azim.", "", "", "off-", "range"),
    ("", "time", "", "", "", "deg", "rise", "high", "set", "nadir", "km"),
)
_SUN_HEADINGS = (("sun", ""), ("deg", "lit"))
_NAME_WIDTH = 14
Facts = Mapping[str, Any]


def overpasses_text(facts: Sequence[Facts]) -> str:
    """Return overpasses over one place or several as text: what was asked, then a line each.

    `facts` has the plain values of each place, of one orbit and span.
    """
    rows = _rows(facts)
    parts = [_heading(facts, rows)]
    if rows:
        lines: list[tuple[str, ...]] = [
            head + sun for head, sun in zip(_HEADINGS, _SUN_HEADINGS, strict=True)
        ]
        lines += [_line(row) for _, row in rows]
        if len(facts) > 1:
            # The place has the room of the instant of the highest point and of the range.
            names = ["", "place", *(shortened(place, _NAME_WIDTH) for place, _ in rows)]
            lines = [
                (name, *line[:2], *line[3:10], *line[11:])
                for name, line in zip(names, lines, strict=True)
            ]
        numbers = range(4, len(lines[0]) - 1)
        parts += [aligned(lines, right=numbers), _key([row for _, row in rows])]
    else:
        parts.append("No overpass.")
    return "\n\n".join(parts) + "\n"


def _rows(facts: Sequence[Facts]) -> list[tuple[str, Facts]]:
    """Return (place, overpass) of all places in the order in which the satellite rises."""
    rows = [(one["place"]["id"], row) for one in facts for row in one["overpasses"]]
    return sorted(rows, key=lambda row: row[1]["rise_utc"])


def _heading(facts: Sequence[Facts], rows: Sequence[tuple[str, Facts]]) -> str:
    orbit, span = facts[0]["orbit"], facts[0]["span"]
    first, second = elements_lines(orbit)
    end = span["start"] + timedelta(days=span["days"])
    lines = [f"Orbit: {orbit['name']}, {first}; {second}"]
    for one in facts:
        place, clock = one["place"], zones.words(one["time_zone"], span["start"], end)
        called = (
            place["name"] if place["id"] == place["name"] else f"{place['name']} ({place['id']})"
        )
        lines.append(
            f"Place: {called}, latitude {place['latitude_deg']:.4f}, longitude "
            f"{place['longitude_deg']:.4f}, {place['height_m']:.0f} m; local time {clock}"
        )
    lines.append(
        f"Span:  {span['start']:%Y-%m-%d %H:%M:%S} UTC, {days_words(span['days'])}; overpasses: "
        f"{len(rows)}"
    )
    if rows:
        place, row = rows[0]
        wait_s = (datetime.fromisoformat(row["rise_utc"]) - span["start"]).total_seconds()
        lines.append(f"First: over {place} {duration(wait_s / HOUR_S)} after the start")
    lines += [f"Asked: {_conditions(facts[0]['conditions'])}", f"Model: {facts[0]['model']}"]
    return "\n".join(paragraph(line, rest="       ") for line in lines)


def _conditions(conditions: Mapping[str, Any]) -> str:
    words = [f"satellite at least {conditions['min_elevation_deg']:g} deg high"]
    if conditions["max_off_nadir_deg"] is not None:
        words.append(f"off-nadir up to {conditions['max_off_nadir_deg']:g} deg")
    if conditions["min_sun_elevation_deg"] is not None:
        words.append(f"sun at least {conditions['min_sun_elevation_deg']:g} deg high")
    if conditions["max_sun_elevation_deg"] is not None:
        words.append(f"sun at most {conditions['max_sun_elevation_deg']:g} deg high")
    if conditions["min_culmination_deg"] is not None:
        words.append(f"{conditions['min_culmination_deg']:g} deg or higher at the top")
    return ", ".join(words)


def _line(row: Facts) -> tuple[str, ...]:
    # Cut, not parsed: a time inside a leap second has a label no datetime can hold.
    day, rise = row["rise_utc"][:10], row["rise_utc"][11:19]
    local = row["rise_local"]
    return (
        f"{day} {rise}{'<' if row['cut_start'] else ''}",
        f"{local[11:16]}{'*' if _is_other_day(row) else ''}",
        row["culmination_utc"][11:19],
        f"{row['set_utc'][11:19]}{'>' if row['cut_end'] else ''}",
        f"{row['duration_s'] / MINUTE_S:.1f}",
        f"{row['max_elevation_deg']:.1f}",
        f"{row['azimuth_rise_deg']:.0f}",
        f"{row['azimuth_culmination_deg']:.0f}",
        f"{row['azimuth_set_deg']:.0f}",
        f"{row['off_nadir_deg']:.1f}",
        f"{row['slant_range_km']:.0f}",
        f"{row['sun_elevation_deg']:.0f}",
        "yes" if row["sunlit"] else "no",
    )


def _is_other_day(row: Facts) -> bool:
    return bool(row["rise_local"][:10] != row["rise_utc"][:10])


def _key(rows: Sequence[Facts]) -> str:
    words = (
        "Rise and set: where the conditions begin and end to hold. Off-nadir (least), range, the "
        "sun's elevation at the place, and whether the satellite is lit are of the highest point; "
        "azimuth from north through east."
    )
    # Marks are explained only where one stands in the table.
    if any(row["cut_start"] or row["cut_end"] for row in rows):
        words += " < and >: cut by the start or end of the span."
    if any(_is_other_day(row) for row in rows):
        words += " *: on another day than by UTC."
    return paragraph(words)


def overpasses_csv(facts: Sequence[Facts]) -> str:
    """Return overpasses over one place or several as CSV, its header named as the keys of JSON."""
    out = io.StringIO()
    # Plain newlines on every system: the same overpasses are the same bytes.
    writer = csv.DictWriter(out, fieldnames=COLUMNS, lineterminator="\n")
    writer.writeheader()
    for place, row in _rows(facts):
        writer.writerow({"place": place, **{key: _cell(value) for key, value in row.items()}})
    return out.getvalue()


def _cell(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
