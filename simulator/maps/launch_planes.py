"""What the hour of a launch decides: plane, light, accesses and revisit over local clocks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator

from simulator.arrays import FloatArray
from simulator.maps import page
from simulator.maps.page import (
    BLUE,
    FOOT_IN,
    GREEN,
    GREY,
    ORANGE,
    SKY,
    VERMILLION,
    WIDTH_IN,
    place,
)
from simulator.report import launch_headline
from simulator.results import Answered
from simulator.text import clock

_PANEL_IN, _GAP_IN = 1.4, 0.32


def drawings(answered: Answered) -> dict[str, Callable[[bool], Figure]]:
    """Return the drawing of a launch over its hours, if there are several."""
    if len(answered.tables["hours"]) < 2:
        return {}
    return {"launch-hours": partial(_hours, answered)}


def _hours(answered: Answered, titled: bool) -> Figure:
    hours, flown = answered.tables["hours"], answered.tables["flown"]
    panels = (_node, _sun, _accesses, _revisit)
    total = len(panels) * (_PANEL_IN + _GAP_IN)
    drawing = page.blank(
        launch_headline(hours),
        answered.title,
        _foot(answered),
        body_in=FOOT_IN + 0.4 + total,
        note=_note(answered),
        titled=titled,
    )
    at_h = _clocks_h(hours)
    for number, panel in enumerate(panels):
        bottom = FOOT_IN + 0.45 + (len(panels) - 1 - number) * (_PANEL_IN + _GAP_IN)
        axes = place(drawing, 0.85, bottom, WIDTH_IN - 1.15, _PANEL_IN)
        panel(axes, at_h, hours, answered)
        _mark(axes, at_h, answered, float(_clocks_h(flown)[0]))
        axes.tick_params(labelbottom=number == len(panels) - 1)
    axes.set_xlabel("lift-off, local time")
    return drawing


def _foot(answered: Answered) -> str:
    asked = answered.asked
    what = f"{answered.days:g} days, sensor {asked['sensor']}, {asked['time_zone']}"
    return f"{what}. {answered.source_line}"


def _note(answered: Answered) -> str:
    window = answered.asked["window_from_h"]
    shaded = "" if window is None else f"; shaded: {answered.asked['window_words']}"
    return f"dashed: the launch's own lift-off{shaded}"


def _clocks_h(table: pd.DataFrame) -> FloatArray:
    """Return local lift-offs in hours (N,), along the clock: midnight in between is 24."""
    parts = [str(each).split(":") for each in table["liftoff_local"]]
    return np.unwrap(np.array([int(h) + int(m) / 60.0 for h, m in parts]), period=24.0)


def _mark(axes: Axes, at_h: FloatArray, answered: Answered, own_h: float) -> None:
    """Mark the launch's own hour and the window, and lay out the axis of hours."""
    first, last = float(at_h[0]), float(at_h[-1])
    for turn in (-24.0, 0.0, 24.0):
        if first <= own_h + turn <= last:
            axes.axvline(own_h + turn, color=GREY, lw=1.0, ls="--")
        begin, end = (answered.asked[f"window_{edge}_h"] for edge in ("from", "to"))
        if begin is not None and begin + turn < last and end + turn > first:
            edges = (max(begin + turn, first), min(end + turn, last))
            axes.axvspan(*edges, color=SKY, alpha=0.18, lw=0)
    axes.set_xlim(first, last)
    step = 3.0 if last - first > 12.0 else 1.0 if last - first > 3.0 else 0.25
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda hour, _: clock(hour)))
    axes.grid(color="#DDDDDD", lw=0.6)


def _legend(axes: Axes) -> None:
    """Name the lines above their panel, where none of them runs."""
    above: dict[str, Any] = {"loc": "lower right", "bbox_to_anchor": (1.0, 0.98)}
    axes.legend(ncols=3, fontsize=7.5, borderaxespad=0.0, **above)


def _node(axes: Axes, at_h: FloatArray, hours: pd.DataFrame, answered: Answered) -> None:
    ltan_h = hours["ltan_h"].to_numpy()
    # A line from 23 to 0 o'clock would cross the whole panel.
    jumps = np.flatnonzero(np.abs(np.diff(ltan_h)) > 12.0) + 1
    for part_h, part in zip(np.split(at_h, jumps), np.split(ltan_h, jumps), strict=True):
        axes.plot(part_h, part, color=BLUE, lw=1.6)
    axes.set_ylim(0.0, 24.0)
    axes.yaxis.set_major_locator(MultipleLocator(6.0))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda hour, _: clock(hour, wraps=False)))
    axes.set_ylabel("ascending\nnode, LTAN")


def _sun(axes: Axes, at_h: FloatArray, hours: pd.DataFrame, answered: Answered) -> None:
    for way, colour in (("northbound", ORANGE), ("southbound", GREEN)):
        axes.plot(at_h, hours[f"sun_{way}_deg"], color=colour, lw=1.6, label=f"{way} looks")
    least = answered.asked["least_sun_deg"]
    if least is not None:
        axes.axhline(least, color=VERMILLION, lw=1.0, label=f"needed: {least:g} degrees")
    axes.set_ylim(-92.0, 92.0)
    axes.yaxis.set_major_locator(MultipleLocator(45.0))
    axes.set_ylabel("sun at looks,\ndegrees")
    _legend(axes)


def _accesses(axes: Axes, at_h: FloatArray, hours: pd.DataFrame, answered: Answered) -> None:
    axes.plot(at_h, hours["looks_per_day"], color=GREY, lw=1.2, ls=":", label="whatever the light")
    axes.plot(at_h, hours["accesses_per_day"], color=BLUE, lw=1.8, label="in light")
    axes.set_ylim(0.0, 1.1 * float(hours["looks_per_day"].max() or 1.0))
    axes.set_ylabel("accesses a day,\nmean of places")
    _legend(axes)


def _revisit(axes: Axes, at_h: FloatArray, hours: pd.DataFrame, answered: Answered) -> None:
    for name, colour, words in (
        ("revisit_mean_h", BLUE, "mean of places"),
        ("revisit_max_h", VERMILLION, "longest of any"),
    ):
        axes.plot(at_h, hours[name] / 24.0, color=colour, lw=1.6, label=words)
    axes.set_ylim(0.0, None)
    axes.set_ylabel("revisit,\ndays")
    _legend(axes)
