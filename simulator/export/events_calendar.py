"""Accesses, quiet times and contacts of a run as a calendar (iCalendar), in UTC.

Accesses and contacts are rounded outwards to whole seconds, quiet times inwards. The same results
give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from simulator import intervals
from simulator.earth import Span
from simulator.export.choices import Choices, chosen, networks_of, satellites_of
from simulator.report import CalendarEvent, calendar_bytes
from simulator.results import Results, labels_of
from simulator.text import duration
from simulator.units import DAY_S, HOUR_S

KINDS = ("accesses", "quiet", "contacts")


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write the chosen kinds of events.

    Accesses and quiet times if none is chosen, and the contacts of the networks that are. Quiet
    times are those in which none of the chosen satellites is in access.
    """
    place.write_bytes(calendar_bytes(_events(results, choices), stamp=results.start, name="export"))


def _events(results: Results, choices: Choices) -> Iterator[CalendarEvent]:
    satellites = satellites_of(results, choices)
    usual = KINDS if choices.networks else KINDS[:2]
    kinds = chosen("table", choices.tables or usual, KINDS)
    if "accesses" in kinds:
        yield from _accesses(results, satellites)
    if "quiet" in kinds:
        yield from _quiet(results, satellites)
    if "contacts" in kinds:
        yield from _contacts(results, satellites, networks_of(results, choices))


def _accesses(results: Results, satellites: tuple[str, ...]) -> Iterator[CalendarEvent]:
    places = _places(results)
    table = results.accesses
    for row in table[table["satellite"].isin(satellites)].to_dict(orient="records"):
        place = places[row["target"]]
        words = [
            f"off-nadir {row['off_nadir_deg']:.1f} deg",
            f"elevation {row['elevation_deg']:.1f} deg",
            f"range {row['slant_range_km']:.0f} km",
            *([f"ground sample {row['gsd_m']:.2f} m"] if row["gsd_m"] == row["gsd_m"] else []),
            *([f"NIIRS {row['niirs']:.1f}"] if row["niirs"] == row["niirs"] else []),
            f"sun {row['sun_elevation_deg']:.0f} deg high",
        ]
        yield CalendarEvent(
            "access",
            *_outwards(row),
            f"{row['target']}: {row['satellite']}",
            f"best look at {row['best_utc']:%H:%M:%S} UTC: {', '.join(words)}",
            of=(row["target"], row["satellite"]),
            busy=True,
            location=place["name"],
            geo=place["geo"],
        )


def _quiet(results: Results, satellites: tuple[str, ...]) -> Iterator[CalendarEvent]:
    span = Span(results.start, results.days * DAY_S)
    table = results.accesses[results.accesses["satellite"].isin(satellites)]
    for target, place in _places(results).items():
        rows = table[table["target"] == target]
        windows_s = intervals.union(rows[["start_s", "end_s"]].to_numpy(np.float64))
        free_s = intervals.complement(windows_s, 0.0, span.duration_s)
        instants = span.datetimes(free_s.ravel()).reshape(-1, 2).astype(object).tolist()
        for (start_s, end_s), (begin, end) in zip(free_s.tolist(), instants, strict=True):
            yield CalendarEvent(
                "quiet",
                _whole(begin.replace(tzinfo=UTC), up=True),
                _whole(end.replace(tzinfo=UTC)),
                f"{target}: quiet",
                f"no access for {duration((end_s - start_s) / HOUR_S)}",
                of=(target,),
                location=place["name"],
                geo=place["geo"],
            )


def _contacts(
    results: Results, satellites: tuple[str, ...], networks: tuple[str, ...]
) -> Iterator[CalendarEvent]:
    labels, stations, table = labels_of(results), results.stations, results.contacts
    where = {
        (row["network"], row["station"]): (row["latitude_deg"], row["longitude_deg"])
        for row in stations[stations["kind"] == "station"].to_dict(orient="records")
    }
    table = table[table["satellite"].isin(satellites) & table["network"].isin(networks)]
    for row in table.to_dict(orient="records"):
        roles = [role for role in ("command", "downlink") if row[role]]
        top = row["max_elevation_deg"]
        words = [
            " and ".join(roles),
            *([f"{row['rate_bps'] / 1e6:g} Mbit/s"] if row["downlink"] else []),
            *([f"highest elevation {top:.1f} deg"] if top == top else []),
        ]
        yield CalendarEvent(
            "contact",
            *_outwards(row),
            f"{row['network']}: {row['satellite']} over {row['station']}",
            ", ".join(words),
            of=(row["network"], row["station"], row["satellite"]),
            location=labels.station(row["station"]),
            geo=where.get((row["network"], row["station"])),
        )


def _places(results: Results) -> dict[str, dict[str, Any]]:
    """Return the name that people know each target by, and where it is unless it moves."""
    labels = labels_of(results)
    return {
        row["target"]: {
            "name": labels.target(row["target"]),
            "geo": None if row.get("moves") else (row["latitude_deg"], row["longitude_deg"]),
        }
        for row in results.targets.to_dict(orient="records")
    }


def _outwards(row: Mapping[Any, Any]) -> tuple[datetime, datetime]:
    return _whole(row["start_utc"].to_pydatetime()), _whole(row["end_utc"].to_pydatetime(), up=True)


def _whole(instant: datetime, *, up: bool = False) -> datetime:
    """Return an instant to the whole second, down or up."""
    whole = instant.replace(microsecond=0)
    return whole + timedelta(seconds=1) if up and whole < instant else whole
