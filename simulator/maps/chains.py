"""How far the way to a picture that can be acted on is open: by its links, and by the stay."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    MaxNLocator,
    NullLocator,
    PercentFormatter,
)

from simulator import glossary
from simulator.maps import page
from simulator.maps.page import (
    FOOT_IN,
    GREY,
    WIDTH_IN,
    Choice,
    network_names,
    network_style,
    place,
    say_nothing,
    wrapped,
)
from simulator.report import (
    actionable_headline,
    at_usual_stay,
    chain_links,
    of_all_targets,
    percent,
    usual_stay_h,
)
from simulator.results import Results, labels_of

_LEFT_IN, _BETWEEN_IN, _BARS_IN, _BAR_IN = 0.7, 2.35, 2.2, 0.32
_LEAST_IN = 2.6


def actionable(results: Results, choice: Choice) -> Figure:
    """Draw the chance of acting in time against the stay, and link by link for the usual one."""
    if not len(results.actionable):
        return _empty(results, choice)
    links, names = chain_links(results), network_names(results)
    bars = _bars(results, links, names)
    high_in = max(_LEAST_IN, _BAR_IN * len(bars))
    drawing = page.page(
        results,
        choice,
        actionable_headline(results),
        body_in=high_in + FOOT_IN + 0.85,
        note="chance, mean of targets; appears at a random instant; a bar holds all links above it",
    )
    wide_in = WIDTH_IN - _LEFT_IN - _BETWEEN_IN - _BARS_IN - 0.45
    _draw_curves(place(drawing, _LEFT_IN, FOOT_IN + 0.55, wide_in, high_in), results, names)
    left_in = _LEFT_IN + wide_in + _BETWEEN_IN
    axes = place(drawing, left_in, FOOT_IN + 0.55, _BARS_IN, high_in)
    _draw_bars(axes, bars, usual_stay_h(results))
    return drawing


def _empty(results: Results, choice: Choice) -> Figure:
    drawing = page.page(
        results, choice, actionable_headline(results), body_in=_LEAST_IN + FOOT_IN, note="no target"
    )
    axes = place(drawing, _LEFT_IN, FOOT_IN, WIDTH_IN - 2.0 * _LEFT_IN, _LEAST_IN)
    axes.set_axis_off()
    say_nothing(axes, "no target at which anything could stay, or no network")
    return drawing


def _bars(
    results: Results, links: tuple[str, ...], names: list[str]
) -> list[tuple[str, float, str]]:
    """Return label, chance and colour of each bar: links of all networks, then of each."""
    own = at_usual_stay(results)
    bars = [(_words(name), float(own[name].mean()), GREY) for name in links]
    styles, call = network_style(results), labels_of(results).network
    for name in names:
        chance = float(own.loc[own["network"] == name, "actionable_share"].mean())
        bars.append((f"acted on, {call(name)}", chance, str(styles[name]["color"])))
    return bars


def _words(name: str) -> str:
    term = glossary.term(name)
    return term.words if term else name


def _draw_curves(axes: Axes, results: Results, names: list[str]) -> None:
    table, styles = of_all_targets(results.actionable), network_style(results)
    looked_at = table.groupby("stay_h")["looked_at_share"].mean()
    axes.plot(looked_at.index, looked_at, color=GREY, lw=1.2, ls="--")
    for rank, name in enumerate(names):
        own = table[table["network"] == name].groupby("stay_h")["actionable_share"].mean()
        # Ever thinner lines, so that curves which coincide are all seen.
        width = 1.4 + 1.2 * (len(names) - 1 - rank)
        look: dict[str, Any] = {"marker": "o", "ms": 2.5, "lw": width, **styles[name]}
        axes.plot(own.index, own, **look)
    axes.set_title("by stay; dashed: could be looked at", loc="left", fontweight="bold")
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(np.unique(table["stay_h"]).tolist()))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at_h, _: f"{at_h:g}"))
    axes.set_xlabel("hours for which it stays in the open", loc="left")
    axes.set_ylim(0.0, max(0.05, 1.06 * float(looked_at.max())))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %", decimals=0))
    axes.grid(color="#DDDDDD", lw=0.6)


def _draw_bars(axes: Axes, bars: list[tuple[str, float, str]], usual_h: float) -> None:
    at, chances = np.arange(len(bars)), np.array([chance for _, chance, _ in bars])
    axes.barh(at, chances, height=0.62, color=[colour for _, _, colour in bars])
    for row, chance in zip(at.tolist(), chances.tolist(), strict=True):
        words = "" if np.isnan(chance) else f" {percent(chance)}"
        axes.text(0.0 if np.isnan(chance) else chance, row, words, va="center", fontsize=8.0)
    axes.set_title(f"for {usual_h:g} h", loc="left", fontweight="bold")
    axes.set_yticks(at, [wrapped(label, 30, lines=2) for label, _, _ in bars])
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.set_xlim(0.0, 1.25 * max(0.01, float(np.nanmax(np.append(chances, 0.0)))))
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
