"""Figures of a finished run that are not maps: its timeline, its latency, its networks."""

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
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    MaxNLocator,
    PercentFormatter,
)
from numpy.typing import ArrayLike

from simulator import intervals, text, zones
from simulator.errors import InputError
from simulator.maps.page import (
    BASELINE_COLOUR,
    BLACK,
    FOOT_IN,
    GREY,
    TITLE_IN,
    WIDTH_IN,
    Choice,
    network_names,
    network_style,
    page,
    place,
    say_nothing,
    wrapped,
)
from simulator.results import Results
from simulator.units import DAY_S, HOUR_S

ACCESS_COLOUR = "#8A8A8A"
_PICTURE: dict[str, Any] = {"ls": "", "marker": "o", "ms": 4.0, "mfc": "white", "mec": BLACK}
_LATENCY_COLUMNS = ("latency_median_h", "latency_p90_h")
_SECOND_H = 1.0 / HOUR_S
_LATENCY_MARKS_H = (
    *(n / HOUR_S for n in (1, 2, 5, 10, 30)),
    *(n / 60.0 for n in (1, 2, 5, 10, 30)),
    *(1.0, 2.0, 4.0, 8.0, 24.0, 48.0, 96.0, 192.0, 384.0, 768.0, 1_536.0, 3_072.0, 6_144.0),
)
# Units in hours, and how many of each the next has.
_UNITS_H = (("seconds", _SECOND_H), ("minutes", 1.0 / 60.0), ("hours", 1.0))
_OF_NEXT = {"seconds": 60.0, "minutes": 60.0, "hours": 48.0}
_LABEL_IN = 0.48


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
    height = TITLE_IN + 0.55 + rows_in + 0.85 + FOOT_IN
    contents = "Pictures, contacts and deliveries" if stations else "Accesses and pictures"
    drawing = page(
        results,
        f"{contents} on {day.begin:%d %B %Y}",
        height_in=height,
        note="counts are of the time shown",
    )
    left = 1.75
    axes = place(drawing, left, FOOT_IN + 0.85, WIDTH_IN - left - 1.5, rows_in)
    names = [name or "all satellites" for name in satellites] + stations
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


def latency(results: Results, choice: Choice) -> Figure:
    """Draw, by network, the share of pictures taken that is delivered within a time."""
    picture_count = len(results.pictures)
    names = network_names(results)
    # Beyond six networks the page grows, so that the names beside the curves keep their places.
    height_in = 3.9 + _LABEL_IN * max(0, len(names) - 6)
    drawing = page(
        results,
        "How soon pictures reach headquarters, by ground network",
        height_in=height_in + TITLE_IN + FOOT_IN + 0.65,
        note=f"{picture_count} pictures taken, those never delivered included",
    )
    axes = place(drawing, 0.75, FOOT_IN + 0.55, 4.55, height_in)
    axes.set_ylabel("share of pictures taken that are delivered")
    axes.set_ylim(0.0, 1.0)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.grid(color="#DDDDDD", lw=0.6)
    waits = {name: _latencies_h(results, name) for name in names}
    if picture_count == 0 or all(len(wait) == 0 for wait in waits.values()):
        _set_plain_time_axis(axes, 24.0)
        say_nothing(axes, f"no picture was {'delivered' if picture_count else 'taken'}")
        return drawing
    low, high = _set_latency_axis(axes, np.concatenate(list(waits.values())))
    styles = network_style(results)
    for rank, (name, wait) in enumerate(waits.items(), start=1):
        # From edge to edge of the axes, so that every curve begins at 0 and ends level.
        edges = np.concatenate([[low], wait, [high]]).clip(low, high)
        share = np.append(np.arange(len(wait) + 1), len(wait)) / picture_count
        # Ever thinner lines, so that curves which coincide are all seen.
        width = 1.6 + min(2.4, 5.4 / len(waits)) * (len(waits) - rank)
        line = axes.step(edges, share, where="post", lw=width, **styles[name], clip_on=False)
        line[0].set_solid_capstyle("butt")
    _label_curve_ends(axes, waits, picture_count, styles, _LABEL_IN / height_in)
    return drawing


def networks(results: Results, choice: Choice) -> Figure:
    """Draw the networks beside each other: contact time, latency, age of the newest picture."""
    names, styles = network_names(results), network_style(results)
    bars_in = 0.62 * max(len(names), 2)
    drawing = page(
        results,
        "What each ground network gives",
        height_in=TITLE_IN + 0.35 + bars_in + 0.6 + FOOT_IN,
        note=f"in brackets: ratio to the baseline, {results.baseline}" if names else "no network",
    )
    added = ", satellites added" if len(results.satellites) > 1 else ""
    panels = (
        ("Contact time", "minutes per day", added, ("contact_minutes_per_day",)),
        ("Delivery latency", "hours", ": median; pale: 90 %", _LATENCY_COLUMNS),
        ("Age of the newest picture", "hours", ", mean over time", ("age_mean_h",)),
    )
    left, gap = 1.5, 0.3
    width = (WIDTH_IN - left - 0.25 - 2 * gap) / 3
    table = results.networks.drop_duplicates("network").set_index("network")
    for number, (title, unit, more, columns) in enumerate(panels):
        values = table.loc[names, list(columns)].to_numpy(dtype=float)
        in_hour = 1.0
        # By all networks together: bars beside each other need one unit.
        if unit == "hours" and np.nanmax(np.append(values, 0.0)) < 2.0:
            unit, in_hour = "minutes", 60.0
        axes = place(drawing, left + number * (width + gap), FOOT_IN + 0.6, width, bars_in)
        axes.set_title(title, loc="left", fontweight="bold")
        axes.set_xlabel(unit + more)
        shown = _bar_number if unit.endswith("day") else _bar_time(in_hour)
        _draw_bars(axes, in_hour * values, [styles[name]["color"] for name in names], shown)
        axes.set_yticks(range(len(names)), [wrapped(n, 20) for n in names] if number == 0 else [])
    return drawing


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
    anchor = (0.5, (FOOT_IN - 0.04) / drawing.get_figheight())
    handles = handles if networks else handles[:2]
    drawing.legend(handles=handles, loc="lower center", ncols=4, bbox_to_anchor=anchor)


def _latencies_h(results: Results, network: str) -> np.ndarray:
    rows = results.deliveries
    rows = rows[(rows["network"] == network) & (rows["status"] == "delivered")]
    return np.sort(rows["latency_s"].to_numpy(dtype=float)) / HOUR_S


def _set_latency_axis(axes: Axes, wait_h: np.ndarray) -> tuple[float, float]:
    """Set a time axis on which both the soonest and the latest deliveries can be told apart.

    Returns its limits in hours, between which all deliveries lie.
    """
    soonest, longest = float(wait_h.min()), max(float(wait_h.max()) * 1.02, _SECOND_H)
    if longest / max(float(np.quantile(wait_h, 0.1)), _SECOND_H) < 30.0:
        _set_plain_time_axis(axes, longest)
        return 0.0, longest
    low = 0.8 * soonest
    if soonest >= _SECOND_H:
        axes.set_xscale("log")
        axes.set_xlabel("time from picture to headquarters (logarithmic)")
    else:
        # No logarithm reaches down to nothing: the first second is drawn plainly.
        low = 0.0
        axes.set_xscale("symlog", linthresh=_SECOND_H, linscale=0.3)
        axes.set_xlabel("time from picture to headquarters (logarithmic from 1 s on)")
    marks = [m for m in (0.0, *_LATENCY_MARKS_H) if low <= m <= longest]
    axes.xaxis.set_major_locator(FixedLocator(marks[:: math.ceil(len(marks) / 8)]))
    axes.xaxis.set_minor_locator(FixedLocator([]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda h, _: _duration(h)))
    axes.set_xlim(low, longest)
    return low, longest


def _set_plain_time_axis(axes: Axes, longest_h: float) -> None:
    """Set an axis that begins at zero, in the unit that reads best, with three ticks at least."""
    unit, hours = next(
        ((name, hours) for name, hours in _UNITS_H if longest_h < 2.0 * hours * _OF_NEXT[name]),
        ("days", 24.0),
    )
    steps = MaxNLocator(6, steps=[1, 2, 3, 5, 6, 10], min_n_ticks=3)
    ticks = [t for t in steps.tick_values(0.0, longest_h / hours) if t * hours <= longest_h]
    axes.xaxis.set_major_locator(FixedLocator([t * hours for t in ticks]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda h, _: f"{h / hours:.4g}"))
    axes.set_xlabel(f"{unit} from picture to headquarters")
    axes.set_xlim(0.0, longest_h)


def _duration(hours: float) -> str:
    if hours < 1.0 / 60.0:
        return f"{hours * HOUR_S:.0f} s"
    if hours < 0.99:
        return f"{hours * 60.0:.0f} min"
    return f"{round(hours, 1):g} h" if hours < 47.0 else f"{round(hours / 24.0, 1):g} d"


def _label_curve_ends(
    axes: Axes,
    waits: dict[str, np.ndarray],
    picture_count: int,
    styles: dict[str, dict[str, Any]],
    spacing: float,
) -> None:
    """Name each curve at its right end, moved apart where two ends are close."""
    names = sorted(waits, key=lambda name: (len(waits[name]), -float(waits[name].sum())))
    shares = [len(waits[name]) / picture_count for name in names]
    for name, share, height in zip(names, shares, _spread(shares, spacing), strict=True):
        axes.text(
            1.03,
            height,
            f"{wrapped(name, 30)}\n{share:.0%} delivered, "
            f"{_half_within(waits[name], picture_count)}",
            transform=axes.transAxes,
            va="center",
            color=styles[name]["color"],
            fontsize=8.5,
            fontweight="bold",
        )


def _spread(places: Sequence[float], spacing: float) -> list[float]:
    """Return rising places moved apart to at least a spacing, none above the top."""
    # Upwards each is pushed off the one below; downwards, what then stands above the top is pushed
    # back, and pushes those below it.
    raised: list[float] = []
    for end in places:
        raised.append(max(end, raised[-1] + spacing if raised else 0.0))
    ceiling = 1.0
    lowered: list[float] = []
    for end in reversed(raised):
        lowered.append(min(end, ceiling))
        ceiling = lowered[-1] - spacing
    return lowered[::-1]


def _half_within(wait_h: np.ndarray, picture_count: int) -> str:
    """Return in words when half of all pictures taken had been delivered."""
    half = math.ceil(picture_count / 2)
    return f"half within {text.duration(wait_h[half - 1])}" if len(wait_h) >= half else "half never"


def _bar_number(value: float) -> str:
    return f"{value:,.0f}" if value >= 999.5 else f"{value:.3g}"


def _bar_time(in_hour: float) -> Callable[[float], str]:
    """Return what writes a time given in a unit of which an hour has so many."""
    return lambda value: text.duration(value / in_hour)


def _draw_bars(
    axes: Axes, values: np.ndarray, colours: Sequence[str], shown: Callable[[float], str]
) -> None:
    """Draw one row of bars a network, the first of them the baseline; values are (N, bars)."""
    thickness = 0.7 / values.shape[1]
    for row, number in np.ndindex(*values.shape):
        value, reference = float(values[row, number]), float(values[0, number])
        position = row + (number - (values.shape[1] - 1) / 2) * thickness
        if math.isnan(value):
            words = "" if number else " nothing delivered"
            axes.text(0.0, row, words, va="center", fontsize=8, color=GREY)
            continue
        axes.barh(position, value, thickness * 0.9, color=colours[row], alpha=1.0 - 0.5 * number)
        words = f" {shown(value)}"
        if row > 0 and reference > 0.0:
            words += f" ({text.ratio(value, reference)})"
        axes.text(value, position, words, va="center", fontsize=8)
    longest = np.nanmax(np.append(values, 0.0)) or 1.0
    axes.set_xlim(0.0, longest * 1.9)
    axes.xaxis.set_major_locator(MaxNLocator(4, min_n_ticks=3))
    axes.set_ylim(max(len(values), 2) - 0.45, -0.55)
    axes.tick_params(axis="y", length=0)
