"""What rockets bring to an orbit: figures by number of satellites, a line a class."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulator.maps import page
from simulator.maps.page import FOOT_IN, WIDTH_IN, place
from simulator.report import options_headline
from simulator.results import Answered

_PANELS = (
    ("revisit_mean_h", "revisit, mean, hours"),
    ("response_mean_h", "request to picture, mean, hours"),
    ("age_mean_h", "age of the newest, mean, hours"),
)
_COLOURS = (
    *(page.BLUE, page.VERMILLION, page.GREEN, page.ORANGE, page.PURPLE, page.SKY, page.BLACK),
    page.GREY,
)
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
_HEIGHT_IN, _ROW_IN = 2.7, 0.2


def drawings(answered: Answered) -> dict[str, Callable[[bool], Figure]]:
    """Return the drawing of options, if any rocket carries any satellite."""
    if not len(answered.tables["figures"]):
        return {}
    return {"launch-options": partial(_options, answered)}


def _options(answered: Answered, titled: bool) -> Figure:
    figures = answered.tables["figures"]
    classes = list(dict.fromkeys(figures["class"]))
    networks = list(dict.fromkeys(figures["network"]))
    legend_in = _ROW_IN * -(-len(classes) // 3)
    drawing = page.blank(
        options_headline(answered.tables["rockets"], answered.tables["carried"]),
        answered.title,
        f"{answered.days:g} days, {answered.asked['targets']} places. {answered.source_line}",
        body_in=FOOT_IN + 0.75 + legend_in + _HEIGHT_IN,
        note=f"line: with {networks[0]}" + (f"; dashed: {networks[-1]}" if networks[1:] else ""),
        titled=titled,
    )
    wide_in = (WIDTH_IN - 0.3) / len(_PANELS)
    for number, (name, words) in enumerate(_PANELS):
        bottom_in = FOOT_IN + 0.6 + legend_in
        axes = place(drawing, 0.65 + number * wide_in, bottom_in, wide_in - 0.6, _HEIGHT_IN)
        _lines(axes, figures, name, classes, (networks[0], networks[-1]))
        axes.set_ylabel(words)
        axes.set_xlabel("satellites")
    handles, labels = axes.get_legend_handles_labels()
    height = page.height_of(drawing, FOOT_IN + 0.02)
    drawing.legend(handles, labels, loc="lower center", bbox_to_anchor=(0.5, height), ncols=3)
    return drawing


def _lines(
    axes: Axes, figures: pd.DataFrame, name: str, classes: list[str], ends: tuple[str, str]
) -> None:
    """Draw a figure over the number of satellites, by class, with the first and last network."""
    for place_of, identifier in enumerate(classes):
        style: dict[str, Any] = {"color": _COLOURS[place_of % len(_COLOURS)], "lw": 1.4}
        for network, line in dict(zip(ends[::-1], ("--", "-"), strict=True)).items():
            own = figures[(figures["class"] == identifier) & (figures["network"] == network)]
            label = identifier if network == ends[0] else None
            mark = _MARKS[place_of % len(_MARKS)]
            axes.plot(own["number"], own[name], ls=line, marker=mark, ms=4.5, label=label, **style)
    most = int(figures["number"].max())
    axes.set_xticks(range(1, most + 1))
    axes.set_xlim(0.7, most + 0.3)
    axes.set_ylim(0.0, None)
    axes.grid(color="#DDDDDD", lw=0.6)
