"""A table of overpasses as text and as CSV, made from its plain values."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from simulator.report.scenario_listings import elements_lines
from simulator.report.texttable import aligned, paragraph
from simulator.text import days_words
from simulator.units import MINUTE_S

COLUMNS = (
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
    ("rise, UTC", "highest", "set", "min", "elev.", "azimuth", "", "", "off-", "range", "sun", ""),
    ("", "", "", "", "deg", "rise", "high", "set", "nadir", "km", "deg", "lit"),
)


def overpasses_text(facts: Mapping[str, Any]) -> str:
    """Return a table of overpasses as text: what was asked, then a line an overpass."""
    rows = [_row(row) for row in facts["overpasses"]]
    parts = [_heading(facts)]
    if rows:
        parts += [aligned([*_HEADINGS, *rows], right=range(3, 12)), _key(facts)]
    else:
        parts.append("No overpass.")
    return "\n\n".join(parts) + "\n"


def _heading(facts: Mapping[str, Any]) -> str:
    orbit, place, span = facts["orbit"], facts["place"], facts["span"]
    first, second = elements_lines(orbit)
    lines = [
        f"Orbit: {orbit['name']}, {first}; {second}",
        f"Place: {place['name']}, latitude {place['latitude_deg']:.4f}, longitude "
        f"{place['longitude_deg']:.4f}, {place['height_m']:.0f} m",
        f"Span:  {span['start']:%Y-%m-%d %H:%M:%S} UTC, {days_words(span['days'])}; overpasses: "
        f"{len(facts['overpasses'])}",
        f"Asked: {_conditions(facts['conditions'])}",
        f"Model: {facts['model']}",
    ]
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


def _row(row: Mapping[str, Any]) -> tuple[str, ...]:
    # Cut, not parsed: a time inside a leap second has a label no datetime can hold.
    day, rise = row["rise_utc"][:10], row["rise_utc"][11:19]
    return (
        f"{day} {rise}{'<' if row['cut_start'] else ''}",
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


def _key(facts: Mapping[str, Any]) -> str:
    words = (
        "Rise and set: where the conditions begin and end to hold. Off-nadir (least), range, the "
        "sun's elevation at the place, and whether the satellite is lit are of the highest point; "
        "azimuth from north through east."
    )
    rows = facts["overpasses"]
    # Marks are explained only where one stands in the table.
    if any(row["cut_start"] or row["cut_end"] for row in rows):
        words += " < and >: cut by the start or end of the span."
    return paragraph(words)


def overpasses_csv(facts: Mapping[str, Any]) -> str:
    """Return a table of overpasses as CSV, its header named as the keys of the JSON."""
    out = io.StringIO()
    # Plain newlines on every system: the same overpasses are the same bytes.
    writer = csv.DictWriter(out, fieldnames=COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in facts["overpasses"]:
        writer.writerow({key: _cell(value) for key, value in row.items()})
    return out.getvalue()


def _cell(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
