"""The timeline of a day: accesses and pictures by satellite, contacts by network."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter
from numpy.typing import ArrayLike

from simulator import intervals, zones
from simulator.errors import InputError
from simulator.maps import page
from simulator.maps.page import (
    BASELINE_COLOUR,
    BLACK,
    FOOT_IN,
    WIDTH_IN,
    Choice,
    network_names,
    network_style,
    place,
    say_nothing,
    wrapped,
)
from simulator.report import others_words
from simulator.results import Results, labels_of
from simulator.units import DAY_S, HOUR_S

ACCESS_COLOUR = "#8A8A8A"
_PICTURE: dict[str, Any] = {"ls": "", "marker": "o", "ms": 4.0, "mfc": "white", "mec": BLACK}


@dataclass(frozen=True)
class Day:
    """The part of a run that the timeline shows, at most a day."""

    begin: datetime
    begin_s: float
    end_s: float

    @property
    def length_h(self) -> float:
        """Return its length in hours."""
        return (self.end_s - self.begin_s) / HOUR_S

    def hours(self, seconds: ArrayLike) -> np.ndarray:
        """Return hours of the day for seconds of the run."""
        return (np.asarray(seconds, dtype=np.float64) - self.begin_s) / HOUR_S

    def of(self, table: pd.DataFrame, column: str) -> pd.DataFrame:
        """Return the rows whose instant lies in the day."""
        return table[(table[column] >= self.begin_s) & (table[column] < self.end_s)]

    def windows(self, table: pd.DataFrame) -> np.ndarray:
        """Return start and end in seconds of the windows that touch the day, cut to it."""
        rows = table[["start_s", "end_s"]].to_numpy(dtype=np.float64)
        return intervals.clip(rows, self.begin_s, self.end_s)


def timeline(results: Results, choice: Choice) -> Figure:
    """Draw one day: accesses and pictures by satellite, contacts and deliveries by network."""
    day = _day_shown(results, choice.day)
    satellites, stations = _satellite_rows(results), network_names(results)
    rows_in = 0.5 * max(len(satellites) + len(stations), 2)
    body_in = 0.55 + rows_in + 0.85 + FOOT_IN
    contents = "pictures, contacts and deliveries" if stations else "accesses and pictures"
    drawing = page.page(
        results,
        choice,
        _heading(results, day, stations),
        body_in=body_in,
        note=f"{contents}; counts are of the time shown",
    )
    left = 1.85
    axes = place(drawing, left, FOOT_IN + 0.85, WIDTH_IN - left - 1.5, rows_in)
    call = labels_of(results).network
    names = [name or "all satellites" for name in satellites] + [call(n) for n in stations]
    _draw_day_axes(axes, results, names, day)
    axes.axhline(len(satellites) - 0.5, color="#444444", lw=0.8)
    for row, name in enumerate(satellites):
        _draw_accesses(axes, results, name, row, day)
    styles = network_style(results)
    for row, name in enumerate(stations, start=len(satellites)):
        _draw_contacts(axes, results, name, row, day, _pale(styles[name]["color"]))
    if not len(day.windows(results.accesses)) and not len(day.windows(results.contacts)):
        say_nothing(axes, f"no access{' and no contact' if stations else ''} in this time")
    _draw_timeline_legend(drawing, networks=bool(stations))
    return drawing


def _heading(results: Results, day: Day, networks: Sequence[str]) -> str:
    """Return what was taken in the day, and how much of it delivered before its end."""
    date_words = f"{day.begin.day} {day.begin:%B %Y}"
    taken = day.of(results.pictures, "taken_s")
    if not len(taken):
        count = _count(len(day.windows(results.accesses)), "access", "accesses")
        return f"{count} and no picture on {date_words}"
    begin = f"{_count(len(taken), 'picture', 'pictures')} taken on {date_words}"
    rows = results.deliveries
    rows = day.of(rows[rows["status"] == "delivered"], "delivered_s")
    of_day = rows[rows["picture"].isin(taken["picture"])]
    alike: dict[int, list[str]] = {}
    for name in networks:
        alike.setdefault(int((of_day["network"] == name).sum()), []).append(name)
    if not alike:
        return begin
    if len(alike) == 1:
        how = " with every network" if len(networks) > 1 else ""
        return f"{begin}, {_of_all(next(iter(alike)), len(taken))} delivered that day{how}"
    call = labels_of(results).network
    (first, baseline_like), *further = alike.items()
    # The baseline is named by itself, however many do as well.
    base = call(baseline_like[0])
    more = f" and {len(baseline_like) - 1} more" if len(baseline_like) > 1 else ""
    parts = [f"{_of_all(first, len(taken))} delivered that day with {base}{more}"]
    for delivered, names in further:
        others = others_words(names, len(networks) - 1, call)
        parts.append(f"{_of_all(delivered, len(taken))} with {others}")
    return ", ".join([begin, *parts])


def _of_all(count: int, whole: int) -> str:
    return "all" if count == whole else "none" if count == 0 else f"{count:,}"


def _day_shown(results: Results, chosen: date | None) -> Day:
    """Return the day asked for, else the first full one with pictures, or all of a shorter run.

    Of a run without a picture in a full day it is the first full one.
    """
    start = results.start.astimezone(UTC)
    length = timedelta(days=results.days)
    begin = datetime.combine(chosen or start.date(), time(), tzinfo=UTC)
    if chosen is not None and not start - timedelta(days=1) < begin < start + length:
        last = (start + length).date()
        raise InputError(f"day: {chosen} is outside the run, {start.date()} to {last}")
    if chosen is None and begin < start:
        begin += timedelta(days=1)
    if chosen is None:
        begin += timedelta(days=_first_pictured(results, begin - start, length))
    end = begin + timedelta(days=1)
    if chosen is None and end > start + length:
        begin, end = start, min(start + length, start + timedelta(days=1))
    return Day(begin, (begin - start).total_seconds(), (end - start).total_seconds())


def _first_pictured(results: Results, first: timedelta, length: timedelta) -> int:
    """Return how many days after the first full one the first full day with pictures is."""
    days = (results.pictures["taken_s"].to_numpy(dtype=float) - first.total_seconds()) / DAY_S
    full = (length - first) // timedelta(days=1)
    pictured = days[(days >= 0.0) & (days < full)]
    return int(pictured.min()) if len(pictured) else 0


def _satellite_rows(results: Results) -> list[str]:
    names = list(dict.fromkeys(results.satellites["satellite"]))
    # More rows than this and no single one can be read; one row without a name then has all.
    return names if len(names) <= 8 else [""]


def _draw_windows(axes: Axes, windows_s: np.ndarray, row: int, day: Day, colour: str) -> None:
    # Merged, because bars laid over one another would darken.
    start, end = day.hours(intervals.union(windows_s)).T
    bars = list(zip(start, end - start, strict=True))
    axes.broken_barh(bars, (row - 0.3, 0.6), color=colour, lw=1.0)


def _write_counts(axes: Axes, row: int, words: str) -> None:
    axes.text(1.015, row, words, transform=axes.get_yaxis_transform(), va="center", fontsize=8)


def _draw_accesses(axes: Axes, results: Results, name: str, row: int, day: Day) -> None:
    accesses, pictures = results.accesses, results.pictures
    if name:
        accesses = accesses[accesses["satellite"] == name]
        pictures = pictures[pictures["satellite"] == name]
    windows, pictures = day.windows(accesses), day.of(pictures, "taken_s")
    _draw_windows(axes, windows, row, day, ACCESS_COLOUR)
    axes.plot(day.hours(pictures["taken_s"]), np.full(len(pictures), row), **_PICTURE)
    counts = (
        _count(len(windows), "access", "accesses"),
        _count(len(pictures), "picture", "pictures"),
    )
    _write_counts(axes, row, "\n".join(counts))


def _draw_contacts(
    axes: Axes, results: Results, name: str, row: int, day: Day, colour: str
) -> None:
    contacts = results.contacts[results.contacts["network"] == name]
    # Stations that hear the same satellite at once make one contact of the network.
    by_satellite = [
        intervals.union(day.windows(rows)) for _, rows in contacts.groupby("satellite", sort=False)
    ]
    deliveries = results.deliveries[results.deliveries["network"] == name]
    deliveries = day.of(deliveries[deliveries["status"] == "delivered"], "delivered_s")
    _draw_windows(axes, intervals.union(*by_satellite), row, day, colour)
    axes.vlines(day.hours(deliveries["delivered_s"]), row - 0.42, row + 0.42, color=BLACK, lw=1.3)
    hours = sum(intervals.total_s(windows) for windows in by_satellite) / HOUR_S
    contact = f"{60.0 * hours:.0f} min" if 60.0 * hours < 999.5 else f"{hours:,.0f} h"
    count = _count(sum(map(len, by_satellite)), "contact", "contacts")
    if hours >= day.length_h * max(len(results.satellites), 1) - 1e-6:
        count = "unbroken"
    _write_counts(axes, row, f"{count}, {contact}\n{len(deliveries)} delivered")


def _pale(colour: str) -> str:
    """Return a colour mixed with as much white, so that black ticks stand out on it."""
    red, green, blue = to_rgb(colour)
    return to_hex(((1.0 + red) / 2.0, (1.0 + green) / 2.0, (1.0 + blue) / 2.0))


def _count(number: int, singular: str, plural: str) -> str:
    return f"{number} {singular if number == 1 else plural}"


def _draw_day_axes(axes: Axes, results: Results, names: Sequence[str], day: Day) -> None:
    """Set up rows with names, hours in UTC below and in the run's own zone above."""
    first = day.begin.hour + day.begin.minute / 60.0 + day.begin.second / HOUR_S
    step = 3.0 if day.length_h > 12.0 else 1.0
    ticks = np.arange(math.ceil(first / step) * step, first + day.length_h + 1e-6, step) - first
    axes.set_ylim(max(len(names), 2) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), [wrapped(name, 24) for name in names])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#DDDDDD", lw=0.6)
    axes.set_axisbelow(True)
    for side, zone, label in _clocks(axes, results, day):
        side.set_xlim(0.0, day.length_h)
        side.xaxis.set_major_locator(FixedLocator(list(ticks)))
        side.xaxis.set_major_formatter(FuncFormatter(_clock(day.begin, zone)))
        side.set_xlabel(label)


def _clocks(axes: Axes, results: Results, day: Day) -> Iterator[tuple[Axes, tzinfo, str]]:
    """Yield the axis below with UTC, and one above with the run's own zone where it is another."""
    yield axes, UTC, "UTC"
    end = day.begin + timedelta(hours=day.length_h)
    label = zones.words(results.time_zone, day.begin, end)
    if label == "UTC":
        return
    if results.time_zone_from.startswith("longitude"):
        label = f"{label}, by the {results.time_zone_from}"
    above = axes.twiny()
    above.spines["top"].set_visible(True)
    yield above, zones.zone(results.time_zone), label


def _clock(begin: datetime, zone: tzinfo) -> Callable[[float, int | None], str]:
    """Return what writes the time of day in a zone, and its day if it is not that of `begin`."""

    def label(hour: float, _: int | None) -> str:
        instant = (begin + timedelta(seconds=round(hour * HOUR_S))).astimezone(zone)
        days = (instant.date() - begin.date()).days
        return f"{instant:%H:%M}" + (f"\n{days:+d} d" if days else "")

    return label


def _draw_timeline_legend(drawing: Figure, *, networks: bool) -> None:
    handles = [
        Patch(color=ACCESS_COLOUR, label="access to a target"),
        Line2D([], [], **_PICTURE, label="picture taken"),
        Patch(color=_pale(BASELINE_COLOUR), label="contact (colour by network)"),
        Line2D([], [], ls="", marker="|", ms=11, mew=1.3, color=BLACK, label="picture delivered"),
    ]
    anchor = (0.5, page.height_of(drawing, FOOT_IN - 0.04))
    handles = handles if networks else handles[:2]
    drawing.legend(handles=handles, loc="lower center", ncols=4, bbox_to_anchor=anchor)
