"""What satellites of one launch see while they spread over their plane: figures by time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import numpy as np
from matplotlib.figure import Figure

from simulator.maps import page
from simulator.maps.page import BASELINE_COLOUR, BLUE, FOOT_IN, GREEN, GREY, WIDTH_IN, place
from simulator.report import stages_headline
from simulator.results import Answered

_PANELS = (
    ("revisit_mean_h", "revisit, mean, hours"),
    ("response_mean_h", "request to picture, mean, hours"),
    ("age_mean_h", "age of the newest, mean, hours"),
)
_COLOURS = (BASELINE_COLOUR, BLUE, GREEN, page.PURPLE, page.ORANGE, page.SKY)
_STYLES = ("-", "--", ":")
_HEIGHT_IN = 2.6


def drawings(answered: Answered) -> dict[str, Callable[[bool], Figure]]:
    """Return the drawing of a spread."""
    return {"spread": partial(_spread, answered)}


def _spread(answered: Answered, titled: bool) -> Figure:
    stages = answered.tables["stages"]
    networks = list(dict.fromkeys(stages["network"]))
    length = float(answered.asked["spread_days"]) / int(answered.asked["parts"])
    drawing = page.blank(
        stages_headline(stages),
        answered.title,
        f"Stages of {length:.1f} days. {answered.source_line}",
        body_in=FOOT_IN + 0.8 + _HEIGHT_IN,
        note="by stage; grey: all satellites are at their places",
        titled=titled,
    )
    wide_in = (WIDTH_IN - 0.3) / len(_PANELS)
    edges = np.arange(int(answered.asked["parts"]) + 2) * length
    for number, (name, words) in enumerate(_PANELS):
        left_in = 0.65 + number * wide_in
        axes = place(drawing, left_in, FOOT_IN + 0.7, wide_in - 0.6, _HEIGHT_IN)
        for turn, network in enumerate(networks):
            own = stages[stages["network"] == network]
            style = {"color": _COLOURS[turn % len(_COLOURS)], "ls": _STYLES[turn % len(_STYLES)]}
            axes.stairs(own[name], edges, baseline=None, lw=1.8, label=network, **style)
        axes.axvspan(edges[-2], edges[-1], color=GREY, alpha=0.15, lw=0)
        axes.set_xlim(0.0, edges[-1])
        axes.set_ylim(0.0, None)
        axes.set_xlabel(f"days from {_date(answered)}")
        axes.set_ylabel(words)
        axes.grid(color="#DDDDDD", lw=0.6)
    handles, labels = axes.get_legend_handles_labels()
    height = page.height_of(drawing, FOOT_IN - 0.02)
    drawing.legend(handles, labels, loc="lower center", bbox_to_anchor=(0.5, height), ncols=4)
    return drawing


def _date(answered: Answered) -> str:
    begin = datetime.fromisoformat(str(answered.tables["stages"]["begin_utc"].iloc[0]))
    nearest = begin + timedelta(minutes=30)
    return f"{nearest.day} {nearest:%b %Y}"
