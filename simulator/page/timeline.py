"""The timeline: what happens over the whole span, drawn side by side for all its days.

The page shows a day of it at a time, 1,440 units wide: a minute each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from simulator import intervals, zones
from simulator.arrays import FloatArray
from simulator.page import events, flights
from simulator.page.labels import Labels, network_names
from simulator.results import Results
from simulator.units import DAY_S, MINUTE_S

DAY_WIDTH = 1_440
_ROW, _NETWORK_ROW, _TOP = 22, 30, 26
_MOST_TARGETS = 24
# Shorter than this a bar would not be seen.
_LEAST = 1.5


@dataclass(frozen=True)
class Row:
    """A row: what it is of, how far down it lies, and the data of its paths."""

    name: str
    y: int
    height: int
    dark: str = ""
    bars: str = ""
    ticks: str = ""
    marks: str = ""
    colour: int = -1


@dataclass(frozen=True)
class Timeline:
    """The drawing of all days: its rows, the hours above and below, and its height."""

    rows: list[Row]
    height: int
    hours: list[tuple[int, str, str]]
    days: list[dict[str, Any]]
    first_day: int
    zone: str


def timeline(results: Results, labels: Labels) -> Timeline:
    """Return the timeline of a run."""
    rows = list(_rows(results, labels))
    height = max((row.y + row.height for row in rows), default=_TOP) + _TOP
    end = results.start + timedelta(days=results.days)
    days = _days(results)
    return Timeline(
        rows=rows,
        height=height,
        hours=list(_hours(results)),
        days=days,
        first_day=_first_day(results, len(days)),
        zone=zones.words(results.time_zone, results.start, end),
    )


def _rows(results: Results, labels: Labels) -> Iterator[Row]:
    y = _TOP
    for name, dark, bars, marks in _place_rows(results, labels):
        yield Row(name, y, _ROW, _boxes(dark, y, _ROW), _bars(bars, y, _ROW), "", _dots(marks, y))
        y += _ROW
    for number, name in enumerate(network_names(results)):
        delivered = _delivered_s(results, name)
        windows = events.network_windows(results, name)
        yield Row(
            labels.short_network(name),
            y,
            _NETWORK_ROW,
            bars=_bars(windows, y, _NETWORK_ROW),
            ticks=_ticks(delivered, y),
            colour=number,
        )
        y += _NETWORK_ROW


def _place_rows(
    results: Results, labels: Labels
) -> Iterator[tuple[str, FloatArray, FloatArray, FloatArray]]:
    """Yield a row a target, or a row a satellite where the targets are many."""
    table, pictures = results.targets, results.pictures
    if len(table) and len(table) <= _MOST_TARGETS:
        dark = flights.dark_windows(
            results,
            table["latitude_deg"].to_numpy(dtype=float),
            table["longitude_deg"].to_numpy(dtype=float),
        )
        moves = table["moves"] if "moves" in table else np.zeros(len(table), dtype=bool)
        # Of one that moves no night is drawn: it has no one place.
        dark = [np.empty((0, 2)) if m else night for m, night in zip(moves, dark, strict=True)]
        for name, night in zip(table["target"], dark, strict=True):
            seen = results.accesses[results.accesses["target"] == name]
            taken = pictures[pictures["target"] == name]["taken_s"].to_numpy(dtype=float)
            yield labels.target(str(name)), night, _merged(seen), taken
        return
    for name in events.satellite_names(results):
        seen = results.accesses[results.accesses["satellite"] == name]
        taken = pictures[pictures["satellite"] == name]["taken_s"].to_numpy(dtype=float)
        yield str(name), np.empty((0, 2)), _merged(seen), taken


def _merged(rows: Any) -> FloatArray:
    return intervals.union(rows[["start_s", "end_s"]].to_numpy(dtype=float))


def _delivered_s(results: Results, network: str) -> FloatArray:
    rows = results.deliveries
    rows = rows[(rows["network"] == network) & (rows["status"] == "delivered")]
    return np.sort(rows["delivered_s"].to_numpy(dtype=float))


def _x(seconds: FloatArray) -> FloatArray:
    return np.round(seconds / MINUTE_S, 1)


def _boxes(windows_s: FloatArray, y: int, height: int) -> str:
    return "".join(
        f"M{start:g} {y}h{end - start:g}v{height}h{start - end:g}z"
        for start, end in _x(windows_s).tolist()
    )


def _bars(windows_s: FloatArray, y: int, height: int) -> str:
    """Return bars as lines along the middle of a row."""
    middle = y + height / 2.0
    starts, ends = _x(windows_s).T
    wide = np.maximum(ends - starts, _LEAST)
    return "".join(
        f"M{x:g} {middle:g}h{w:g}"
        for x, w in zip(starts.tolist(), wide.round(1).tolist(), strict=True)
    )


def _ticks(instants_s: FloatArray, y: int) -> str:
    return "".join(f"M{x:g} {y + 3}v{_NETWORK_ROW - 6}" for x in _x(instants_s).tolist())


def _dots(instants_s: FloatArray, y: int) -> str:
    # A line of no length with round ends is a dot.
    return "".join(f"M{x:g} {y + _ROW / 2:g}h0" for x in _x(instants_s).tolist())


def _hours(results: Results) -> Iterator[tuple[int, str, str]]:
    """Yield place, UTC and local time of every third hour of the span."""
    zone = zones.zone(results.time_zone)
    start = results.start
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    for step in range(int(results.days * 8) + 9):
        instant = midnight + timedelta(hours=3 * step)
        seconds = (instant - start).total_seconds()
        if 0.0 <= seconds <= results.days * DAY_S:
            local = instant.astimezone(zone)
            yield round(seconds / MINUTE_S), f"{instant:%H:%M}", f"{local:%H:%M}"


def _days(results: Results) -> list[dict[str, Any]]:
    """Return the days of the span: each begins at midnight UTC, the first with the span."""
    start, end_s = results.start, results.days * DAY_S
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    days = []
    for number in range(int(results.days) + 2):
        day = midnight + timedelta(days=number)
        low = (day - start).total_seconds()
        if low < end_s and low + DAY_S > 0.0:
            days.append({"name": _day_name(day), "start": round(low)})
    return days


def _day_name(day: datetime) -> str:
    return f"{day.day} {day:%B %Y}"


def _first_day(results: Results, count: int) -> int:
    """Return the first day with a picture, or the first of all."""
    if not len(results.pictures):
        return 0
    start = results.start
    into_s = (start - start.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
    return min(int((float(results.pictures["taken_s"].min()) + into_s) // DAY_S), count - 1)


def offsets(results: Results) -> list[list[int]]:
    """Return by how many minutes local clocks are ahead of UTC, each from a second on."""
    found: list[list[int]] = []
    for hour in range(int(results.days * 24) + 1):
        offset = zones.offset_at(results.time_zone, results.start + timedelta(hours=hour))
        minutes = round(offset.total_seconds() / MINUTE_S)
        if not found or found[-1][1] != minutes:
            found.append([hour * 3_600, minutes])
    return found
