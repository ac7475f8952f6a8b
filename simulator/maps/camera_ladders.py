"""What each camera of a ladder tells of each object: a square a camera and object."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from simulator.maps import page
from simulator.maps.page import FOOT_IN, WIDTH_IN, wrapped
from simulator.report import MARKS, CameraMarks, sensor_ladder_headline
from simulator.results import Answered

# From nothing to the most: light to dark, so that they differ in grey, too.
_NOTHING = "#F2F2F2"
_SHADES = {"detect": "#C6DBEF", "classify": "#6BAED6", "identify": "#08519C"}
_LETTERS = {"detect": "black", "classify": "black", "identify": "white"}
_WORDS = {"detect": "detected", "classify": "classified", "identify": "identified"}
_NAMES_IN, _ROW_IN, _ABOVE_IN, _LEGEND_IN = 1.45, 0.29, 0.3, 0.34


def drawings(answered: Answered) -> dict[str, Callable[[bool], Figure]]:
    """Return the drawing of a ladder of cameras, by its name."""
    return {"cameras": partial(_draw, answered)}


def _draw(answered: Answered, titled: bool) -> Figure:
    rungs, tasks = answered.tables["rungs"], answered.tables["tasks"]
    marks = CameraMarks(rungs, tasks, clouds=bool(answered.asked["clouds"]))
    high_in = _ROW_IN * len(marks.rungs)
    drawing = page.blank(
        sensor_ladder_headline(rungs, tasks),
        answered.title,
        f"{answered.days:g} days, {answered.asked['targets']} targets. {answered.source_line}",
        body_in=FOOT_IN + _LEGEND_IN + high_in + _ABOVE_IN,
        note=f"numbers: accesses a day and target that tell as much, {marks.sky}",
        titled=titled,
    )
    bottom_in = FOOT_IN + _LEGEND_IN
    wide_in = WIDTH_IN - _NAMES_IN - 0.15
    axes = page.place(drawing, _NAMES_IN, bottom_in, wide_in, high_in)
    _squares(axes, marks)
    _legend(drawing)
    return drawing


def _squares(axes: Axes, marks: CameraMarks) -> None:
    """Fill a square a camera and object by the most that is told, and write how often."""
    for row, rung in enumerate(marks.rungs):
        for column, name in enumerate(marks.objects):
            task = marks.mark(rung["sensor"], name)
            shade = _SHADES.get(task, _NOTHING)
            square = Rectangle((column - 0.5, row - 0.5), 1.0, 1.0, fc=shade, ec="white", lw=1.5)
            axes.add_patch(square)
            if task:
                words = f"{MARKS[task]}  {marks.rate(rung['sensor'], name):.2f}"
                style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8.0}
                axes.text(column, row, words, color=_LETTERS[task], **style)
    axes.set_xlim(-0.5, len(marks.objects) - 0.5)
    axes.set_ylim(len(marks.rungs) - 0.5, -0.5)
    axes.set_xticks(range(len(marks.objects)), marks.objects)
    axes.xaxis.tick_top()
    names = [wrapped(str(rung["called"]), 24, lines=1) for rung in marks.rungs]
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0, top=False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _legend(drawing: Figure) -> None:
    handles = [Patch(fc=_SHADES[task], label=f"{MARKS[task]}: {_WORDS[task]}") for task in MARKS]
    handles.append(Patch(fc=_NOTHING, label="not detected"))
    height = page.height_of(drawing, FOOT_IN + 0.03)
    drawing.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, height), ncols=4)
