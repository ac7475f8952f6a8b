"""Figures straight from a sweep: lines, heat maps, small multiples, trade-off fronts, intervals.

A key of the sweep may be named by its end alone, `total` for `satellites.0.orbit.total`, as long as
no other varied key ends alike. A figure is a column of a run's tables, such as `age_mean_h`; it is
a network's, a target's or a region's. Times are shown in the unit that reads best. What varies
besides what is drawing is averaged, and a pale band spans its extremes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from simulator.maps import page
from simulator.maps.page import FOOT_IN, WIDTH_IN
from simulator.maps.sweepdata import (
    ANY_SUBJECT,
    Joined,
    Scale,
    Subject,
    Swept,
    called,
    capitalised,
    cells_of,
    dimension,
    grouped,
    grouping,
    joined,
    key_label,
    non_dominated,
    note_of,
    paired_rows,
    rows_of,
    scale_of,
    value_words,
    varied_key,
    words_of,
)
from simulator.maps.sweepheadings import (
    cells_heading,
    front_heading,
    intervals_heading,
    line_heading,
)
from simulator.maps.sweepmarks import (
    PANEL_COLUMNS,
    cells_height_in,
    draw_bar,
    draw_cells,
    draw_front,
    draw_intervals,
    draw_lines,
    even_colours,
    label_axes,
    label_points,
    name_lines,
    panel_axes,
    panels_of_cells,
    panels_of_lines,
)

__all__ = [
    "Joined",
    "Subject",
    "Swept",
    "heat_map",
    "intervals",
    "joined",
    "line",
    "non_dominated",
    "save",
    "small_multiples",
    "trade_off",
]

save = page.save

_SOURCE = "SGP4 (WGS72), WGS84"


def line(
    sweep: Swept,
    figure: str,
    *,
    x: str,
    by: str | None = None,
    subject: Subject = ANY_SUBJECT,
    title: str | None = None,
    titled: bool = True,
) -> Figure:
    """Draw a figure against a varied key, one line for each value of `by`.

    `by` is another varied key, or "network", "target" or "region"; by default the networks that
    the figure is given for. Raises InputError for an unknown key, figure or name.
    """
    rows = rows_of(sweep, figure, subject)
    key, by = varied_key(sweep, x), grouping(sweep, rows, by)
    scale = scale_of(figure, rows["value"])
    with page.styled():
        groups = grouped(rows, by)
        heading, note = _headed(
            title,
            line_heading(figure, key, groups, by),
            f"{words_of(figure)} against {words_of(key)}",
            note_of(rows, {key, by}),
        )
        drawing = _blank(sweep, heading, 4.4 + FOOT_IN, note, titled=titled)
        width_in = 5.4 if len(groups) > 1 else WIDTH_IN - 1.2
        axes = page.place(drawing, 0.8, FOOT_IN + 0.6, width_in, 3.6)
        draw_lines(axes, groups, key, scale)
        label_axes(axes, key_label(key), scale.label)
        if len(groups) > 1:
            name_lines(drawing, groups, by, 0.8 + width_in + 0.1)
    return drawing


def heat_map(
    sweep: Swept,
    figure: str,
    *,
    x: str,
    y: str,
    subject: Subject = ANY_SUBJECT,
    title: str | None = None,
    titled: bool = True,
) -> Figure:
    """Draw a figure as coloured cells over two varied keys, the numbers written in.

    Of several networks, targets or regions not named, the mean is shown. Raises InputError.
    """
    rows = rows_of(sweep, figure, subject)
    across, up = varied_key(sweep, x), varied_key(sweep, y)
    cells = cells_of(rows, across, up)
    scale = scale_of(figure, rows["value"])
    with page.styled():
        heading, note = _headed(
            title,
            cells_heading(figure, [("", rows)], across, up),
            f"{words_of(figure)} by {words_of(across)} and {words_of(up)}",
            note_of(rows, {across, up}, meaned=True),
        )
        high_in = cells_height_in(cells)
        drawing = _blank(sweep, heading, high_in + 1.0 + FOOT_IN, note, titled=titled)
        axes = page.place(drawing, 0.9, FOOT_IN + 0.65, 5.7, high_in)
        norm = even_colours(scale(cells.to_numpy()))
        draw_cells(axes, cells, scale, norm, figure)
        label_axes(axes, key_label(across), key_label(up))
        bar = page.place(drawing, 6.8, FOOT_IN + 0.65, 0.16, high_in)
        draw_bar(drawing, bar, norm, figure, scale.label)
    return drawing


def small_multiples(
    sweep: Swept,
    figure: str,
    *,
    x: str,
    panel: str,
    y: str | None = None,
    by: str | None = None,
    subject: Subject = ANY_SUBJECT,
    title: str | None = None,
    titled: bool = True,
) -> Figure:
    """Draw one small panel for each value of `panel`, all to the same scale.

    `panel` is a varied key, or "network", "target" or "region". With `y` the panels are heat maps
    of both keys, else lines against `x`, one for each value of `by`. Raises InputError.
    """
    rows = rows_of(sweep, figure, subject)
    panel_key, across = dimension(sweep, rows, panel), varied_key(sweep, x)
    up = None if y is None else varied_key(sweep, y)
    scale = scale_of(figure, rows["value"])
    parts = grouped(rows, panel_key)
    besides = {panel_key, across, up}
    by = None if up else grouping(sweep, rows, by, panel_key=panel_key)
    with page.styled():
        beside = up or by
        if beside is None:
            found = line_heading(figure, across, parts, panel_key)
        else:
            found = cells_heading(figure, parts, across, beside, panel_key)
        heading, note = _headed(
            title,
            found,
            f"{words_of(figure)}, by {words_of(panel_key)}",
            note_of(rows, besides | {by}, meaned=up is not None),
        )
        tall = math.ceil(len(parts) / PANEL_COLUMNS)
        # Lines are named in a row above the panels.
        above_in = 0.75 if by is not None else 0.45
        drawing = _blank(
            sweep,
            heading,
            2.45 * tall + above_in + FOOT_IN,
            note,
            titled=titled,
        )
        panels = panel_axes(drawing, len(parts), tall)
        if up is not None:
            panels_of_cells(drawing, panels, parts, across, up, scale, figure)
        else:
            panels_of_lines(drawing, panels, parts, rows, by, across, scale)
        for number, (axes, (value, _)) in enumerate(zip(panels, parts, strict=True)):
            axes.set_title(value_words(panel_key, value), loc="left", fontweight="bold")
            left, lowest = number % PANEL_COLUMNS == 0, number + PANEL_COLUMNS >= len(parts)
            vertical = key_label(up) if up else capitalised(scale.label)
            label_axes(axes, key_label(across) if lowest else "", vertical if left else "")
            if up and not left:
                axes.tick_params(labelleft=False)
            axes.yaxis.label.set_fontsize(8.0 if len(vertical) < 34 else 6.8)
    return drawing


def trade_off(
    sweep: Swept,
    x_figure: str,
    y_figure: str,
    *,
    subject: Subject = ANY_SUBJECT,
    label: str | None = None,
    more_is_better: Sequence[str] = (),
    title: str | None = None,
) -> Figure:
    """Draw every point of a sweep by two figures, and mark the front that no point beats.

    Either may be a varied key, such as the number of satellites. Each network has its own front.
    `label` is a varied key written beside the points of the front; `more_is_better` names the
    figures that should be large. Raises InputError.
    """
    rows = paired_rows(sweep, x_figure, y_figure, subject)
    across, up = scale_of(x_figure, rows["x"]), scale_of(y_figure, rows["y"])
    groups = grouped(rows, "of")
    with page.styled():
        more = x_figure in more_is_better, y_figure in more_is_better
        fronts = [
            non_dominated(part["x"], part["y"], more_x=more[0], more_y=more[1])
            for _, part in groups
        ]
        name, first = groups[0] if groups else ("", rows)
        found = front_heading(x_figure, y_figure, first, fronts[0], name) if groups else ""
        drawn = f"{words_of(y_figure)} against {words_of(x_figure)}: the trade-off"
        heading = title or found or drawn
        note = "joined: the front, points that no other beats in both"
        drawing = _blank(sweep, heading, 4.4 + FOOT_IN, note)
        axes = page.place(drawing, 0.8, FOOT_IN + 0.6, 5.4, 3.6)
        for number, ((_, part), best) in enumerate(zip(groups, fronts, strict=True)):
            x, y = across(part["x"]), up(part["y"])
            draw_front(axes, x, y, best, number, wide=len(groups) - number)
            if label is not None and number == 0:
                label_points(axes, x, y, best, part[varied_key(sweep, label)])
        label_axes(axes, capitalised(across.label), capitalised(up.label))
        name_lines(drawing, groups, "of", 6.3)
        if label is not None:
            words = f"number beside a point:\n{words_of(varied_key(sweep, label))}"
            drawing.text(6.36 / WIDTH_IN, 0.3, words, fontsize=8.5, color=page.GREY)
    return drawing


def intervals(
    spread: pd.DataFrame,
    *,
    sweep: Swept,
    ratio: bool = False,
    title: str | None = None,
    note: str = "",
) -> Figure:
    """Draw median and interval of figures by network, from `uncertainty.spread`.

    With `ratio`, those of the figures over the baseline's instead of the figures themselves.
    """
    columns = [f"{'ratio_' if ratio else ''}{end}" for end in ("low", "median", "high")]
    ids = list(dict.fromkeys(spread.index.get_level_values("network")))
    names = list(called(sweep, "network", ids).values())
    figures = list(dict.fromkeys(spread.index.get_level_values("figure")))
    with page.styled():
        medians = spread.loc[figures[0]].loc[ids, columns[1]].to_numpy(dtype=np.float64)
        heading, note = _headed(
            title,
            intervals_heading(figures[0], names, medians.tolist(), ratio=ratio),
            "ratios to the baseline" if ratio else "figures and their spread",
            note,
        )
        tall, row_in = math.ceil(len(figures) / 2), 0.3 * max(len(names), 2)
        drawing = _blank(sweep, heading, tall * (row_in + 0.85) + FOOT_IN + 0.1, note)
        for number, figure in enumerate(figures):
            high = tall - 1 - number // 2
            left_in = 1.5 + (number % 2) * 3.3
            axes = page.place(
                drawing, left_in, FOOT_IN + 0.5 + high * (row_in + 0.85), 1.75, row_in
            )
            values = spread.loc[figure].loc[ids, columns].to_numpy(dtype=np.float64)
            scale = Scale("times the baseline") if ratio else scale_of(figure, values)
            draw_intervals(axes, scale(values))
            axes.set_title(capitalised(words_of(figure)), loc="left", x=-0.02)
            axes.set_xlabel(scale.label.rpartition(", ")[2])
            labels = [page.wrapped(name, 20) for name in names] if number % 2 == 0 else []
            axes.set_yticks(range(len(names)), labels or [""] * len(names))
    return drawing


def _headed(title: str | None, found: str, drawn: str, note: str) -> tuple[str, str]:
    """Return the heading of a drawing, and the note below it, which says what is drawn.

    A heading that is given counts, else what is found, else what is drawn.
    """
    if title is not None or not found:
        return title or drawn, note
    return found, "; ".join(part for part in (drawn, note) if part)


def _blank(
    sweep: Swept, heading: str, body_in: float, note: str, *, titled: bool = True
) -> page.Page:
    finished = int((sweep.table["status"] == "done").sum())
    failed = len(sweep.table) - finished
    counted = f"{finished} runs" + (f", {failed} more failed" if failed else "")
    foot = f"Sweep, {counted}. {_SOURCE}"
    return page.blank(heading, sweep.title, foot, body_in=body_in, note=note, titled=titled)
