"""Which unknown decides, drawn: first-order and total indices, a panel a figure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulator import glossary
from simulator.maps import page
from simulator.maps.page import BLUE, FOOT_IN, GREY, wrapped
from simulator.maps.panels import Panels
from simulator.report import percent, sensitivity_headline, told_quantities
from simulator.results import Answered

_NAMES_IN, _GAP_IN = 1.55, 0.2
_SHORT = {"latency_mean_h": "latency", "response_mean_h": "response", "age_mean_h": "age"}


def drawings(answered: Answered) -> dict[str, Callable[[bool], Figure]]:
    """Return the drawing of an answer about unknowns, by its name."""
    told = told_quantities(answered.tables["figures"], str(answered.asked["baseline"]))

    def drawn(titled: bool) -> Figure:
        interval = percent(float(answered.asked["interval"]))
        foot = f"{answered.days:g} days; {answered.asked['draws']:,} draws; lines hold {interval}"
        return draw_indices(
            answered.tables["indices"],
            told,
            heading=sensitivity_headline(answered.tables["indices"], *told[0]),
            title=answered.title,
            foot=f"{foot} of resamples of the design's rows. {answered.source_line}",
            titled=titled,
        )

    return {"unknowns": drawn} if told else {}


def draw_indices(
    indices: pd.DataFrame,
    told: list[tuple[str, str, str]],
    *,
    heading: str = "Which unknown decides",
    title: str = "",
    foot: str = "",
    titled: bool = True,
) -> Figure:
    """Return a drawing of Sobol indices, a panel each of some (figure, network, quantity).

    `indices` has a row a figure, network, quantity and `unknown`: `first` and `total` with
    `*_low` and `*_high`. Unknowns are in one order in all panels: by their greatest total.
    """
    names = _in_order(indices, told)
    panels = Panels(len(told), max(len(names), 3), _NAMES_IN, _GAP_IN)
    with page.styled():
        drawing = page.blank(
            heading,
            title,
            foot,
            body_in=panels.total_in + FOOT_IN + 0.1,
            note="full bars: the share of the variance that knowing it would settle; outlined: "
            "with others",
            titled=titled,
        )
        for panel, key in zip(panels.on(drawing, above_foot_in=0.45), told, strict=True):
            axes = panel.axes
            _draw(axes, _of(indices, key), names)
            axes.set_title(wrapped(_heading(key), 34, lines=2), loc="left", fontsize=8.0)
            axes.set_yticks(range(len(names)))
            axes.set_yticklabels([wrapped(n, 22, lines=1) for n in names] if panel.is_left else [])
            if panel.is_lowest:
                axes.set_xlabel("share of the variance, %", loc="left")
    return drawing


def _of(indices: pd.DataFrame, key: tuple[str, str, str]) -> pd.DataFrame:
    figure, network, quantity = key
    own = indices[
        (indices["figure"] == figure)
        & (indices["network"] == network)
        & (indices["quantity"] == quantity)
    ]
    return own.set_index("unknown")


def _in_order(indices: pd.DataFrame, told: list[tuple[str, str, str]]) -> list[str]:
    totals = pd.concat([_of(indices, key)["total"].fillna(0.0) for key in told], axis=1)
    return [str(name) for name in totals.max(axis=1).sort_values(ascending=False).index]


def _heading(key: tuple[str, str, str]) -> str:
    figure, network, quantity = key
    label = _SHORT.get(figure, glossary.full_label(figure))
    if network == "targets":
        return page.capitalised(f"{label}, of targets")
    return page.capitalised(
        f"{label}, ratio with {network}" if quantity == "ratio" else f"{label}, {network}"
    )


def _draw(axes: Axes, rows: pd.DataFrame, names: list[str]) -> None:
    own = rows.reindex(names)
    at = np.arange(len(names))
    first, total = (100.0 * own[name].to_numpy(float).clip(0.0) for name in ("first", "total"))
    axes.barh(at, total, 0.62, color="none", edgecolor=BLUE, lw=0.9)
    axes.barh(at, np.minimum(first, total), 0.62, color=BLUE, alpha=0.75)
    low, high = (100.0 * own[f"total_{end}"].to_numpy(float).clip(0.0) for end in ("low", "high"))
    axes.hlines(at, low, high, color=GREY, lw=1.1)
    axes.set_xlim(0.0, 100.0)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#DDDDDD", lw=0.6)
    axes.set_axisbelow(True)
