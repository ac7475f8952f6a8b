"""How an orbit ages: height with its range, the local time of its node, and what is seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulator.arrays import FloatArray
from simulator.maps import page
from simulator.maps.page import BLUE, FOOT_IN, GREEN, GREY, ORANGE, WIDTH_IN, place
from simulator.report import decay_headline
from simulator.results import Answered
from simulator.text import clock

_Panel = Callable[[Axes, FloatArray, pd.DataFrame], None]
_PANEL_IN, _GAP_IN = 1.5, 0.3
_DAYS_A_YEAR = 365.25


def drawings(answered: Answered) -> dict[str, Callable[[bool], Figure]]:
    """Return the drawing of an ageing orbit, if it lasts for more than one set of elements."""
    if len(answered.tables["heights"]) < 2:
        return {}
    return {"ageing": partial(_ageing, answered)}


def _ageing(answered: Answered, titled: bool) -> Figure:
    heights, seasons = answered.tables["heights"], answered.tables["seasons"]
    panels: list[_Panel] = [partial(_height, answered), _node]
    if seasons["target_accesses_per_day"].notna().any():
        panels.append(partial(_seen, seasons))
    drawing = page.blank(
        decay_headline(answered.tables["lifetimes"], answered.asked),
        answered.title,
        _foot(answered),
        body_in=FOOT_IN + 0.15 + len(panels) * (_PANEL_IN + _GAP_IN),
        note=_note(answered),
        titled=titled,
    )
    at_years = _years_of(heights["at_utc"])
    for number, panel in enumerate(panels):
        bottom = FOOT_IN + 0.3 + (len(panels) - 1 - number) * (_PANEL_IN + _GAP_IN)
        axes = place(drawing, 0.85, bottom, WIDTH_IN - 1.15, _PANEL_IN)
        panel(axes, at_years, heights)
        axes.set_xlim(at_years[0], at_years[-1])
        axes.grid(color="#DDDDDD", lw=0.6)
        axes.tick_params(labelbottom=number == len(panels) - 1)
        axes.xaxis.set_major_locator(MaxNLocator(9, steps=[1, 2, 2.5, 5, 10]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:g}"))
    return drawing


def _foot(answered: Answered) -> str:
    asked = answered.asked
    return (
        f"Drag {asked['ballistic_m2_kg']:.4f} m2/kg, activity {asked['activity']}. "
        f"{answered.source_line}"
    )


def _note(answered: Answered) -> str:
    asked = answered.asked
    if asked["is_kept"]:
        return "raised where a step goes up; dashed: perigee and apogee"
    spread = 100.0 * asked["ballistic_spread"]
    return (
        f"band: past solar cycles in place of the predicted one, drag {spread:.0f} % less and more"
    )


def _years_of(texts: pd.Series) -> FloatArray:
    """Return instants (N,) as years with their fraction."""
    found = []
    for text in texts:
        at = datetime.fromisoformat(str(text)).astimezone(UTC)
        begin = datetime(at.year, 1, 1, tzinfo=UTC)
        found.append(at.year + (at - begin).total_seconds() / 86_400.0 / _DAYS_A_YEAR)
    return np.array(found)


def _height(answered: Answered, axes: Axes, at: FloatArray, heights: pd.DataFrame) -> None:
    low, high = heights["altitude_low_km"], heights["altitude_high_km"]
    if low.notna().any():
        axes.fill_between(at, low, high, color=BLUE, alpha=0.16, lw=0)
    for name in ("perigee_km", "apogee_km"):
        axes.plot(at, heights[name], color=GREY, lw=0.8, ls="--")
    axes.plot(at, heights["altitude_km"], color=BLUE, lw=1.6)
    if not answered.asked["is_kept"]:
        axes.set_ylim(max(0.0, float(np.nanmin(low)) - 10.0) if low.notna().any() else None, None)
    axes.set_ylabel("height, km")


def _node(axes: Axes, at: FloatArray, heights: pd.DataFrame) -> None:
    along_h = np.unwrap(heights["ltan_h"].to_numpy(), period=24.0)
    axes.plot(at, along_h, color=ORANGE, lw=1.6)
    if np.ptp(along_h) < 0.25:
        middle = float(along_h.mean())
        axes.set_ylim(middle - 0.25, middle + 0.25)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda hour, _: clock(hour % 24.0)))
    axes.set_ylabel("ascending\nnode, LTAN")


def _seen(seasons: pd.DataFrame, axes: Axes, at: FloatArray, heights: pd.DataFrame) -> None:
    begins = _years_of(seasons["begin_utc"].map(lambda text: f"{text}T00:00:00+00:00"))
    ends = begins + seasons["days"].to_numpy() / _DAYS_A_YEAR
    edges = np.append(begins, ends[-1])
    for name, colour, label in (
        ("target_accesses_per_day", BLUE, "all"),
        ("target_daylight_accesses_per_day", GREEN, "by daylight"),
    ):
        axes.stairs(seasons[name], edges, color=colour, lw=1.6, label=label, baseline=None)
    axes.set_ylim(0.0, None)
    axes.set_ylabel("accesses of\na target a day")
    axes.legend(
        ncols=2, fontsize=7.5, borderaxespad=0.0, loc="lower right", bbox_to_anchor=(1.0, 0.98)
    )
