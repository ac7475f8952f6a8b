"""What members of a network are worth, drawn: what each adds alone, and its Shapley value."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulator.maps import page
from simulator.maps.page import BLUE, FOOT_IN, GREY, VERMILLION, WIDTH_IN, place, wrapped
from simulator.maps.sweepdata import Scale, scale_of, words_of
from simulator.report import percent
from simulator.results import Answered

_MOST_MEMBERS = 14
# Of the best: what adds so much of it is as good.
_ALIKE = 0.99
_ROW_IN, _LEFT_IN, _GAP_IN = 0.26, 1.75, 0.35
_LOADS = {
    "idle": "each picture has the network to itself",
    "loaded": "pictures share the network",
}


def drawings(answered: Answered) -> dict[str, Callable[[bool], Figure]]:
    """Return a drawing for each figure in which members gain anything, under load where there is.

    Names are those of the figures.
    """
    figures = answered.tables["figures"]
    gaining = figures[figures["gain"] > 0.0]
    loads = {}
    for row in gaining.to_dict(orient="records"):
        # Under load comes after idle in the table: it is what a run of the scenario has.
        loads[row["figure"]] = row["load"]
    return {name: partial(_drawing, answered, name, load) for name, load in loads.items()}


def _drawing(answered: Answered, figure: str, load: str, titled: bool) -> Figure:
    """Draw the members that add the most alone, with ranges, and their Shapley values."""
    members, every = answered.tables["members"], answered.tables["figures"]
    own = members[(members["figure"] == figure) & (members["load"] == load)]
    whole = every[(every["figure"] == figure) & (every["load"] == load)].iloc[0]
    rows = own.sort_values(["alone", "shapley"], ascending=False, kind="stable")
    rows = rows.head(_MOST_MEMBERS)
    body_in = _ROW_IN * max(len(rows), 3)
    left = len(own) - len(rows)
    foot = f"{_asked(answered)}. {answered.source_line}"
    drawing = page.blank(
        _heading(answered, figure, rows, whole),
        answered.title,
        foot,
        body_in=FOOT_IN + 0.62 + body_in + 0.3,
        note=_LOADS[load] + (f"; {left} members that add less are left out" if left else ""),
        titled=titled,
    )
    scale = scale_of(figure, np.append(rows["alone"], whole["gain"]))
    width = (WIDTH_IN - _LEFT_IN - _GAP_IN - 0.3) / 2
    for number, (quantity, title, colour) in enumerate(
        (("alone", "added alone (dashed: by all)", BLUE), ("shapley", "Shapley value", VERMILLION))
    ):
        axes = place(
            drawing,
            _LEFT_IN + number * (width + _GAP_IN),
            FOOT_IN + 0.62,
            width,
            body_in,
        )
        axes.set_title(title, loc="left", fontweight="bold")
        _draw_bars(axes, rows, quantity, scale, colour)
        whole_gain = float(scale(whole["gain"]))
        if number == 0:
            axes.axvline(whole_gain, color=GREY, lw=1.0, ls="--")
            axes.set_yticks(range(len(rows)), [wrapped(n, 22, lines=1) for n in rows["member"]])
        else:
            axes.set_yticks([])
        axes.set_xlabel(f"gain, {scale.label.rpartition(', ')[2]}", loc="left")
    return drawing


def _draw_bars(axes: Axes, rows: pd.DataFrame, quantity: str, scale: Scale, colour: str) -> None:
    """Draw a bar a member, with its range over draws where there are draws."""
    place_of = np.arange(len(rows))
    axes.barh(place_of, scale(rows[quantity]), 0.62, color=colour, alpha=0.75)
    if f"{quantity}_low" in rows and rows[f"{quantity}_low"].notna().any():
        low, high = scale(rows[f"{quantity}_low"]), scale(rows[f"{quantity}_high"])
        axes.hlines(place_of, low, high, color="#222222", lw=1.1)
    axes.axvline(0.0, color="#444444", lw=0.8)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#DDDDDD", lw=0.6)
    axes.set_axisbelow(True)


def _heading(answered: Answered, figure: str, rows: pd.DataFrame, whole: pd.Series) -> str:
    """Return the best member, or how many are as good, and what it adds of what all add."""
    best = rows.iloc[0]
    alike = int((rows["alone"] >= _ALIKE * best["alone"]).sum())
    who = f"{best['member']} alone" if alike == 1 else f"any one of {alike} members alone"
    part = min(float(best["alone"] / whole["gain"]), 1.0)
    return (
        f"{who} brings {percent(part)} of what {answered.asked['network']} gains over "
        f"{answered.asked['baseline']} in the {words_of(figure)}"
    )


def _asked(answered: Answered) -> str:
    draws = int(answered.asked.get("draws", 0))
    if not draws:
        return f"{answered.days:g} days"
    part = percent(float(answered.asked["interval"]))
    what = answered.asked["drawn"]
    return f"{answered.days:g} days; lines hold {part} of {draws} draws of {what}"
