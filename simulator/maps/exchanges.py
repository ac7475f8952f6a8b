"""What equals a network: a figure against the number of satellites, relays and Mbit/s.

The network's own value is a line across; where a curve first reaches it, its number stands.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from simulator import text
from simulator.maps import page
from simulator.maps.page import FOOT_IN, WIDTH_IN
from simulator.maps.sweepdata import Scale, capitalised, scale_of, words_of
from simulator.maps.sweepmarks import mark_style
from simulator.report import percent
from simulator.results import Answered

_RATE, _RELAYS = "Mbit/s", "relays"
_LEFT_IN, _RIGHT_IN, _GAP_IN, _HIGH_IN, _UNDER_IN = 0.8, 0.3, 0.3, 3.2, 0.62
# Of the width of the page, what a panel of satellites takes beside one of relays or of rates.
_TIMES_THE_LEAST = 65.0
# A gain below so much of the figure is none.
_NOTHING = 1e-6
_SHARES = {"satellites": 2.6, _RELAYS: 1.0, _RATE: 1.5}
_NETWORK_STYLE: dict[str, Any] = {"color": page.BLUE, "lw": 1.8, "ls": "--"}
_BASELINE_STYLE: dict[str, Any] = {"color": page.BASELINE_COLOUR, "lw": 1.4, "ls": ":"}


def drawings(answered: Answered) -> dict[str, Callable[[bool], Figure]]:
    """Return a drawing for each figure in which the network is any better than the baseline.

    Names are those of the figures.
    """
    figures = answered.tables["figures"]
    size = figures[["baseline", "network"]].abs().max(axis=1)
    names = figures["figure"][figures["gain"] > _NOTHING * size]
    return {str(name): partial(_of_answer, answered, str(name)) for name in names}


def _of_answer(answered: Answered, figure: str, titled: bool) -> Figure:
    tables, asked = answered.tables, answered.asked
    draws = int(asked["draws"])
    ranges = f"Ranges hold {percent(asked['interval'])} of {draws} draws. " if draws else ""
    return draw_exchange(
        tables["points"],
        tables["rates"],
        tables["figures"],
        figure,
        network=str(asked["network"]),
        baseline=str(asked["baseline"]),
        title=answered.title,
        foot=f"{ranges}{page.foot_of(answered)}",
        titled=titled,
    )


def draw_exchange(
    points: pd.DataFrame,
    smallest: pd.DataFrame,
    networks: pd.DataFrame,
    figure: str,
    *,
    network: str,
    baseline: str,
    title: str,
    foot: str,
    titled: bool = True,
) -> Figure:
    """Draw a figure at every number of satellites, relays or Mbit/s that was tried.

    `points` has a row a `means`, `number` and figure (`value`, `low`, `high`), `smallest` one a
    means and figure (`number`, NaN for never), `networks` one a figure (`baseline`, `network` and
    their ranges). `title` is of the scenario, `foot` what the figure rests on.
    """
    own = points[points["figure"] == figure]
    found = smallest[smallest["figure"] == figure].set_index("means")["number"]
    ends = networks[networks["figure"] == figure].iloc[0]
    parts = _panels(own)
    scale = scale_of(figure, np.append(own["value"].to_numpy(), ends["baseline"]))
    with page.styled():
        drawing = page.blank(
            _heading(found, figure, network),
            title,
            foot,
            body_in=_HIGH_IN + 0.7 + _UNDER_IN + FOOT_IN,
            note=f"more satellites, relays or Mbit/s with {baseline}"
            + ("; pale: the range over draws" if own["low"].notna().any() else ""),
            titled=titled,
        )
        _draw_panels(drawing, parts, found, ends, scale, figure)
        _draw_legend(drawing, parts, network, baseline)
    return drawing


def _panels(own: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the rows of each panel: of all patterns of satellites, of relays, of rates."""
    kind = own["means"].map(_kind)
    return {name: own[kind == name] for name in _SHARES if (kind == name).any()}


def _heading(found: pd.Series, figure: str, network: str) -> str:
    """Return what equals the network in a heading, of patterns of satellites the smallest."""
    least: dict[str, float] = {}
    for means, number in found.items():
        kind = _kind(str(means))
        least[kind] = float(np.fmin(least.get(kind, math.nan), number))
    amounts = [_words(kind, number) for kind, number in least.items() if math.isfinite(number)]
    if not amounts:
        return f"{words_of(figure)}: nothing tried equals {network}"
    joined = " or ".join(filter(None, [", ".join(amounts[:-1]), amounts[-1]]))
    alone = len(amounts) == 1 and amounts[0].startswith("1 ")
    return f"{words_of(figure)}: {joined} equal{'s' if alone else ''} {network}"


def _words(kind: str, number: float) -> str:
    count = _amount(kind, number)
    return f"{count} {kind.removesuffix('s') if count == '1' and kind != _RATE else kind}"


def _kind(means: str) -> str:
    return means if means in (_RATE, _RELAYS) else "satellites"


def _amount(means: str, number: float) -> str:
    return text.number(number) if means == _RATE else f"{number:.0f}"


def _draw_panels(
    drawing: Figure,
    parts: dict[str, pd.DataFrame],
    found: pd.Series,
    ends: pd.Series,
    scale: Scale,
    figure: str,
) -> None:
    """Draw the panels side by side on one vertical axis."""
    room_in = WIDTH_IN - _LEFT_IN - _RIGHT_IN - _GAP_IN * (len(parts) - 1)
    share_in = room_in / sum(_SHARES[name] for name in parts)
    left_in, bottom_in = _LEFT_IN, FOOT_IN + _UNDER_IN
    top = _top(parts, ends, scale, figure)
    number = 0
    for place, (name, rows) in enumerate(parts.items()):
        width_in = _SHARES[name] * share_in
        axes = page.place(drawing, left_in, bottom_in, width_in, _HIGH_IN)
        left_in += width_in + _GAP_IN
        for level, style in (("baseline", _BASELINE_STYLE), ("network", _NETWORK_STYLE)):
            _draw_level(axes, ends, level, scale, style)
        for means, line in rows.groupby("means", sort=False):
            kept = line[line["number"] <= _end(line, float(found[means]), str(means))]
            _draw_line(axes, kept, float(found[means]), str(means), scale, mark_style(2 + number))
            number += 1
        axes.set_ylim(0.0, top)
        axes.grid(color="#DDDDDD", lw=0.6)
        axes.set_axisbelow(True)
        _draw_axis(axes, name, rows, float(found.get(name, math.nan)))
        if place == 0:
            axes.set_ylabel(capitalised(scale.label))
        else:
            axes.tick_params(axis="y", labelleft=False)


def _top(parts: dict[str, pd.DataFrame], ends: pd.Series, scale: Scale, figure: str) -> float:
    """Return where the vertical axis ends: above all that is drawn."""
    ranges = [rows[["value", "low", "high"]].to_numpy().ravel() for rows in parts.values()]
    own = [ends[f"{name}{end}"] for name in ("baseline", "network") for end in ("", "_high")]
    known = np.concatenate([*ranges, np.array(own, dtype=np.float64)])
    greatest = float(np.nanmax(scale(known), initial=0.0))
    # What could be sent grows with the rate without end: there the rest would not be seen.
    if figure == "offered_gbit_per_day" and _RATE in parts:
        rest = [rows["value"].max() for name, rows in parts.items() if name != _RATE]
        greatest = 1.5 * float(scale(max([*rest, ends["network"], ends["baseline"]])))
    return 1.08 * greatest or 1.0


def _draw_level(
    axes: Axes, ends: pd.Series, name: str, scale: Scale, style: dict[str, Any]
) -> None:
    """Draw the value of a network as it is, with its range, across the panel."""
    value, low, high = (float(scale(ends[f"{name}{end}"])) for end in ("", "_low", "_high"))
    axes.axhline(value, zorder=3, **style)
    if math.isfinite(low):
        axes.axhspan(low, high, color=style["color"], alpha=0.12, lw=0, zorder=1)


def _draw_line(
    axes: Axes,
    rows: pd.DataFrame,
    smallest: float,
    means: str,
    scale: Scale,
    style: dict[str, Any],
) -> None:
    """Draw what one means comes to, number by number, and mark the smallest that is enough."""
    number, value = rows["number"].to_numpy(), scale(rows["value"])
    low, high = scale(rows["low"]), scale(rows["high"])
    known = np.isfinite(low)
    axes.fill_between(
        number[known], low[known], high[known], color=style["color"], alpha=0.15, lw=0
    )
    marks = {"ms": 0.0} if means == _RATE else {"ms": 4.0}
    axes.plot(number, value, lw=1.6, zorder=4, **(style | marks))
    if not math.isfinite(smallest):
        return
    at = float(value[np.flatnonzero(number == smallest)[0]])
    ring: dict[str, Any] = {"mfc": "none", "mec": page.BLACK, "mew": 1.2, "zorder": 6}
    axes.plot([smallest], [at], ls="", marker="o", ms=9.0, **ring)
    axes.annotate(
        _amount(means, smallest),
        (smallest, at),
        (7, 5),
        textcoords="offset points",
        fontsize=8.5,
        fontweight="bold",
        zorder=7,
    )


def _draw_axis(axes: Axes, name: str, rows: pd.DataFrame, smallest: float) -> None:
    """Draw the axis along which there is ever more."""
    if name != _RATE:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8 if name != _RELAYS else 4))
        axes.set_xlabel("satellites" if name != _RELAYS else "relays added")
        return
    axes.set_xscale("log")
    axes.set_xlim(0.85 * float(rows["number"].min()), _end(rows, smallest, name))
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=8))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("Mbit/s of each link")


def _end(rows: pd.DataFrame, smallest: float, means: str) -> float:
    """Return the greatest number drawn: beyond, of rates, only one without limit was tried."""
    if means != _RATE:
        return math.inf
    return float(np.fmax(_TIMES_THE_LEAST * rows["number"].min(), 2.0 * smallest))


def _draw_legend(
    drawing: Figure, parts: dict[str, pd.DataFrame], network: str, baseline: str
) -> None:
    """Name lines above the panels."""
    handles = [Line2D([], [], **_NETWORK_STYLE), Line2D([], [], **_BASELINE_STYLE)]
    labels = [text.shortened(f"{name}, as it is", 30) for name in (network, baseline)]
    number = 0
    for rows in parts.values():
        for means in dict.fromkeys(rows["means"]):
            style = mark_style(2 + number)
            handles.append(
                Line2D([], [], lw=1.6, **(style | ({"marker": ""} if means == _RATE else {})))
            )
            labels.append(str(means))
            number += 1
    anchor = (0.1 / WIDTH_IN, page.below_head(drawing, -0.05))
    drawing.legend(handles, labels, loc="upper left", bbox_to_anchor=anchor, ncols=4)
