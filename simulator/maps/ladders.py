"""Values rung by rung, a panel a figure: what each step changes, with its range over draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from simulator import glossary
from simulator.arrays import FloatArray
from simulator.maps import page
from simulator.maps.page import BLUE, FOOT_IN, GREY, capitalised, wrapped
from simulator.maps.panels import Panels
from simulator.report import ladder_headline, percent, shown
from simulator.results import Answered
from simulator.units import HOUR_S

_NAMES_IN, _GAP_IN = 2.25, 0.16
# Beyond this ratio the small values of a figure cannot be told apart on a plain axis.
_LOGARITHMIC = 30.0
_MOST_TICKS = 4
# Times at which a logarithmic axis has a mark, hours; other quantities have one a decade.
_MARKS_H = (
    *(n / HOUR_S for n in (1.0, 5.0, 30.0)),
    *(n / 60.0 for n in (2.0, 10.0)),
    *(1.0, 4.0, 24.0, 96.0, 480.0, 2_400.0),
)
_UNITS_H = (1.0 / HOUR_S, 1.0 / 60.0, 1.0, 24.0)


def drawings(answered: Answered) -> dict[str, Callable[[bool], Figure]]:
    """Return the drawing of a ladder's answer, by its name."""

    def drawn(titled: bool) -> Figure:
        return draw_ladder(
            answered.tables["values"],
            heading=ladder_headline(answered.tables["figures"]),
            title=answered.title,
            foot=f"{_asked(answered)}. {answered.source_line}",
            titled=titled,
        )

    return {"rungs": drawn}


def _asked(answered: Answered) -> str:
    draws = int(answered.asked.get("draws", 0))
    if not draws:
        return f"{answered.days:g} days"
    part = percent(float(answered.asked["interval"]))
    return f"{answered.days:g} days; bars hold {part} of {draws} draws of {answered.asked['drawn']}"


def draw_ladder(
    values: pd.DataFrame,
    *,
    heading: str = "What each step adds",
    title: str = "",
    foot: str = "",
    titled: bool = True,
) -> Figure:
    """Return a drawing of figures at each rung of a ladder, a panel a figure.

    `values` has a row a figure and rung: `figure` (a name of the glossary), `rung`, `step` (what
    the rung is called), `value`, `value_low` and `value_high` (its range, NaN for none), and
    `matters`, whether it differs from the rung before. Rungs are in the order of their rows.
    """
    figures = list(dict.fromkeys(values["figure"]))
    steps = list(dict.fromkeys(values["step"]))
    panels = Panels(len(figures), max(len(steps), 2), _NAMES_IN, _GAP_IN)
    with page.styled():
        drawing = page.blank(
            heading,
            title,
            foot,
            body_in=panels.total_in + FOOT_IN - 0.2,
            note="bars: range over draws; full marks: differs from the rung above beyond it",
            titled=titled,
        )
        for panel, name in zip(panels.on(drawing, above_foot_in=0.2), figures, strict=True):
            _draw(panel.axes, values.loc[values["figure"] == name], str(name))
            _name_steps(panel.axes, steps if panel.is_left else [], len(steps))
    return drawing


def _name_steps(axes: Axes, steps: Sequence[str], count: int) -> None:
    names = [wrapped(f"{n} {step}" if n else step, 34, lines=1) for n, step in enumerate(steps)]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(count - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)


def _draw(axes: Axes, rows: pd.DataFrame, figure: str) -> None:
    """Draw the values of one figure down the rungs, each with its range and its number."""
    text, at = shown(figure), np.arange(len(rows))
    value, low, high = (
        rows[name].to_numpy(dtype=np.float64) for name in ("value", "value_low", "value_high")
    )
    low, high = np.where(np.isnan(low), value, low), np.where(np.isnan(high), value, high)
    _set_axis(axes, np.concatenate([value, low, high]), figure)
    axes.set_title(wrapped(capitalised(_words(figure)), 28, lines=2), loc="left", fontsize=8.0)
    known = np.isfinite(value)
    axes.plot(value[known], at[known], color=GREY, lw=0.8, alpha=0.5)
    axes.hlines(at, low, high, color=BLUE, lw=5.0, alpha=0.3)
    matters = rows["matters"].to_numpy(dtype=np.bool_)
    for chosen, face in ((matters, BLUE), (~matters, "white")):
        axes.plot(value[chosen], at[chosen], ls="", marker="o", ms=4.5, mfc=face, mec=BLUE)
    ends = np.fmax(high, value)
    for place, end, number in zip(at, ends, value, strict=True):
        words = text(float(number)) if np.isfinite(number) else "none"
        x, side = (end, (5, 0)) if np.isfinite(end) else (axes.get_xlim()[0], (2, 0))
        axes.annotate(
            words,
            (x, place),
            side,
            textcoords="offset points",
            va="center",
            fontsize=7.0,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
        )


def _words(figure: str) -> str:
    """Return what a figure is called, with its unit where its numbers have none."""
    term = glossary.term(figure)
    words = (term and (term.words or term.full_label)) or glossary.stem(figure)
    unit = glossary.unit_words(figure)
    return words if not unit or glossary.unit(figure) == "h" else f"{words}, {unit}"


def _set_axis(axes: Axes, values: FloatArray, figure: str) -> None:
    """Set an axis on which small and great values can be told apart, with room for numbers."""
    known = values[np.isfinite(values)]
    least, most = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color="#E4E4E4", lw=0.6)
    axes.set_axisbelow(True)
    in_hours = glossary.unit(figure) == "h"
    if 0.0 < _LOGARITHMIC * least < most:
        axes.set_xscale("log")
        axes.set_xlim(least / 1.6, most * (most / least) ** 0.45)
        marks = _MARKS_H if in_hours else tuple(10.0**n for n in range(-9, 13))
        ticks = [mark for mark in marks if least <= mark <= most]
        ticks = ticks[:: -(-len(ticks) // _MOST_TICKS)]
    else:
        most = most or 1.0
        axes.set_xlim(0.0, 1.5 * most)
        unit = max((u for u in _UNITS_H if u <= most), default=1.0) if in_hours else 1.0
        steps = MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]).tick_values(0.0, most / unit)
        ticks = [unit * float(step) for step in steps if unit * step <= most * (1.0 + 1e-9)]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    text = shown(figure)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _plain(text(value))))
    axes.tick_params(axis="x", labelsize=7.0, colors=GREY)


def _plain(text: str) -> str:
    """Return a number without the decimals that say nothing: "1 h" for "1.00 h"."""
    number, _, unit = text.partition(" ")
    if number == "0":
        return number
    number = number.rstrip("0").rstrip(".") if "." in number else number
    return " ".join(filter(None, [number, unit]))
