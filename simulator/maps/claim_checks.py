"""What was found of published statements, drawn: residuals of instants, and rates that are needed.

Residuals are how late a satellite is beside the instants that were said, with what a linear and a
quadratic fit make of them; rates are those by which pictures could be home when it was said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from simulator.arrays import FloatArray
from simulator.maps import page
from simulator.maps.page import BLUE, FOOT_IN, GREY, ORANGE, SKY, VERMILLION, WIDTH_IN, place
from simulator.report import rates_headline, residuals_headline
from simulator.results import Answered
from simulator.text import number

RESIDUALS, RATES = "claim-residuals", "claim-rates"
_PLOT_IN, _ROW_IN, _NAMES_IN = 3.3, 0.24, 2.0
_WITHIN_S = 60.0
_FOOT = "SGP4 (WGS72), WGS84 ellipsoid"
_NEEDED = "rate needed, "
_PREFIXES = ("pictured_", "first_overpass_")
_LABELS: tuple[tuple[int, int], ...] = ((0, 9), (0, -15))


def drawings(answered: Answered) -> dict[str, Callable[[bool], Figure]]:
    """Return the drawings of statements that have something to show."""
    found: dict[str, Callable[[bool], Figure]] = {}
    residuals, numbers = answered.tables["residuals"], answered.tables["numbers"]
    if len(residuals):
        found[RESIDUALS] = lambda titled: draw_residuals(
            residuals, title=answered.title, foot=_FOOT, titled=titled
        )
    if len(_rates(numbers)) > 1:
        found[RATES] = lambda titled: draw_rates(
            numbers, title=answered.title, foot=_FOOT, titled=titled
        )
    return found


def draw_residuals(
    residuals: pd.DataFrame, *, title: str = "", foot: str = _FOOT, titled: bool = True
) -> Figure:
    """Return how late the satellite is beside instants that were said, over days from the epoch.

    `residuals` is the table of that name of statements checked; of several checks the one with the
    most instants is drawn.
    """
    own = max((rows for _, rows in residuals.groupby(["claim", "check"], sort=False)), key=len)
    with page.styled():
        drawing = page.blank(
            residuals_headline(own),
            title,
            foot,
            body_in=FOOT_IN + 0.6 + _PLOT_IN,
            note="each mark is an instant that was said; shaded: within a minute",
            titled=titled,
        )
        _plot(place(drawing, 0.75, FOOT_IN + 0.5, WIDTH_IN - 1.0, _PLOT_IN), own)
    return drawing


def _plot(axes: Axes, own: pd.DataFrame) -> None:
    days, late_s, unchanged_s = (
        own[name].to_numpy(np.float64) for name in ("after_days", "late_s", "own_late_s")
    )
    axes.axhspan(-_WITHIN_S, _WITHIN_S, color=SKY, alpha=0.15, lw=0)
    axes.axhline(0.0, color=GREY, lw=0.8)
    _fits(axes, days, late_s)
    axes.plot(days, late_s, "o", color=BLUE, ms=5.0, label="orbit as checked")
    if not np.isnan(unchanged_s).all():
        words = "orbit as in the catalogue"
        axes.plot(days, unchanged_s, "o", color=ORANGE, mfc="none", ms=5.0, label=words)
    for turn, (name, at, late) in enumerate(zip(own["of"], days, late_s, strict=True)):
        style: dict[str, Any] = {"ha": "center", "fontsize": 6.8, "textcoords": "offset points"}
        axes.annotate(_called(str(name)), (at, late), xytext=_LABELS[turn % 2], **style)
    axes.set_xlim(0.0, 1.06 * float(days.max()))
    low, high = min(0.0, float(np.nanmin([late_s, unchanged_s]))), float(late_s.max())
    axes.set_ylim(low - 12.0, max(high, _WITHIN_S) + 14.0)
    axes.set_xlabel("days after the epoch of the orbit")
    axes.set_ylabel("closest approach after\nthe instant said, s")
    axes.grid(color="#DDDDDD", lw=0.6)
    axes.legend(loc="upper left", fontsize=7.5, ncols=2)


def _fits(axes: Axes, days: FloatArray, late_s: FloatArray) -> None:
    at = np.linspace(0.0, 1.06 * float(days.max()), 200)
    for degree, style, words in ((1, "--", "linear fit: height"), (2, "-", "quadratic fit: drag")):
        if len(days) > degree + 1:
            fit = np.polyval(np.polyfit(days, late_s, degree), at)
            axes.plot(at, fit, style, color=BLUE, lw=1.0, alpha=0.8, label=words)


def _called(name: str) -> str:
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name.replace("_", " ")


def draw_rates(
    numbers: pd.DataFrame, *, title: str = "", foot: str = _FOOT, titled: bool = True
) -> Figure:
    """Return which downlink rate would have a picture home when it was said, by statement.

    `numbers` is the table of that name of statements checked. A line leads to the rate that
    suffices where stations receive down to the horizon.
    """
    rates = _rates(numbers)
    with page.styled():
        drawing = page.blank(
            rates_headline(rates),
            title,
            foot,
            body_in=FOOT_IN + 0.6 + _ROW_IN * len(rates),
            note="line: where stations receive down to the horizon; dashed: the rate assumed",
            titled=titled,
        )
        size_in = (WIDTH_IN - _NAMES_IN - 0.3, _ROW_IN * len(rates))
        _bars(place(drawing, _NAMES_IN, FOOT_IN + 0.5, *size_in), rates)
    return drawing


def _rates(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the rates needed of the first network of each check, with the rate assumed."""
    rows = []
    home = numbers[numbers["kind"] == "home-before"]
    for (claim, _), own in home.groupby(["claim", "check"], sort=False):
        (needed, *_) = own[own["quantity"].str.startswith(_NEEDED)].to_dict(orient="records")
        assumed = own["quantity"].str.extract(r"^home after, at ([\d.e+-]+) Mbit/s$")[0].dropna()
        rows.append(
            {
                "claim": claim,
                "network": needed["quantity"].removeprefix(_NEEDED),
                "rate_mbps": needed["value"],
                "horizon_mbps": needed["low"],
                "assumed_mbps": float(assumed.iloc[0]),
            }
        )
    columns = ["claim", "network", "rate_mbps", "horizon_mbps", "assumed_mbps"]
    return pd.DataFrame(rows, columns=columns)


def _bars(axes: Axes, rates: pd.DataFrame) -> None:
    at = np.arange(len(rates))
    rate, horizon, assumed = (
        rates[f"{name}_mbps"].to_numpy(np.float64) for name in ("rate", "horizon", "assumed")
    )
    enough = rate <= assumed
    for chosen, colour in ((enough, BLUE), (~enough, VERMILLION)):
        axes.plot(rate[chosen], at[chosen], "o", color=colour, ms=5.0)
        axes.hlines(at[chosen], horizon[chosen], rate[chosen], color=colour, lw=1.2)
        alone = chosen & np.isnan(rate)
        axes.plot(horizon[alone], at[alone], "|", color=colour, ms=9.0)
    for n, (value, least) in enumerate(zip(rate, horizon, strict=True)):
        words = number(value) if value == value else f"{number(least)}, horizon only"
        where = value if value == value else least
        if where == where:
            style: dict[str, Any] = {"va": "center", "fontsize": 7.0, "textcoords": "offset points"}
            axes.annotate(words, (where, n), xytext=(6, 0), **style)
    for value in np.unique(assumed):
        axes.axvline(value, color=GREY, lw=1.0, ls="--")
    ends = np.concatenate([rate, horizon, assumed])
    axes.set_xscale("log")
    axes.set_xlim(float(np.nanmin(ends)) / 1.6, float(np.nanmax(ends)) * 4.0)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("downlink rate needed, Mbit/s")
    axes.set_yticks(at, [page.wrapped(str(name), 26, lines=1) for name in rates["claim"]])
    axes.set_ylim(len(rates) - 0.4, -0.6)
    axes.grid(axis="x", color="#DDDDDD", lw=0.6)
