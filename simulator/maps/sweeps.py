"""Figures straight from a sweep: lines, heat maps, small multiples, trade-off fronts, intervals.

A key of the sweep may be named by its end alone, `total` for `satellites.0.orbit.total`, as long as
no other varied key ends alike. A figure is a column of a run's tables, such as `age_mean_h`; it is
a network's, a target's or a region's. Times are shown in the unit that reads best. What varies
besides what is drawn is averaged, and a pale band spans its extremes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from simulator.arrays import BoolArray, FloatArray
from simulator.maps import page
from simulator.maps.page import FOOT_IN, TITLE_IN, WIDTH_IN
from simulator.maps.sweepdata import (
    Joined,
    Scale,
    Swept,
    capitalised,
    cells_of,
    dimension,
    grouped,
    grouping,
    joined,
    key_label,
    non_dominated,
    note_of,
    number_words,
    paired_rows,
    positions_of,
    rows_of,
    scale_of,
    unit_of,
    value_words,
    varied_key,
    words_of,
)

__all__ = [
    "Joined",
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

_COLOURS = (page.VERMILLION, page.BLUE, page.GREEN, page.PURPLE, page.ORANGE, page.SKY, page.BLACK)
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_LINES = ("-", "--", "-.", ":")
_SOURCE = "SGP4 (WGS72), WGS84"
_CELL_IN = (0.78, 0.42)
_MOST_CELLS_WRITTEN = 120
_PANEL_COLUMNS = 3


def line(
    sweep: Swept,
    figure: str,
    *,
    x: str,
    by: str | None = None,
    network: str | None = None,
    target: str | None = None,
    region: str | None = None,
    title: str | None = None,
) -> Figure:
    """Draw a figure against a varied key, one line for each value of `by`.

    `by` is another varied key, or "network", "target" or "region"; by default the networks that
    the figure is given for. Raises InputError for an unknown key, figure or name.
    """
    rows = rows_of(sweep, figure, network=network, target=target, region=region)
    key, by = varied_key(sweep, x), grouping(sweep, rows, by)
    scale = scale_of(figure, rows["value"])
    with page.styled():
        heading = title or f"{capitalised(words_of(figure))} against {words_of(key)}"
        groups = grouped(rows, by)
        drawn = _blank(sweep, heading, 4.4 + TITLE_IN + FOOT_IN, note_of(rows, {key, by}))
        width_in = 5.4 if len(groups) > 1 else WIDTH_IN - 1.2
        axes = page.place(drawn, 0.8, FOOT_IN + 0.6, width_in, 3.6)
        _draw_lines(axes, groups, key, scale)
        _label_axes(axes, key_label(key), scale.label)
        if len(groups) > 1:
            _name_lines(drawn, groups, by, 0.8 + width_in + 0.1)
    return drawn


def heat_map(
    sweep: Swept,
    figure: str,
    *,
    x: str,
    y: str,
    network: str | None = None,
    target: str | None = None,
    region: str | None = None,
    title: str | None = None,
) -> Figure:
    """Draw a figure as coloured cells over two varied keys, the numbers written in.

    Of several networks, targets or regions not named, the mean is shown. Raises InputError.
    """
    rows = rows_of(sweep, figure, network=network, target=target, region=region)
    across, up = varied_key(sweep, x), varied_key(sweep, y)
    cells = cells_of(rows, across, up)
    scale = scale_of(figure, rows["value"])
    with page.styled():
        heading = (
            title or f"{capitalised(words_of(figure))} by {words_of(across)} and {words_of(up)}"
        )
        note = note_of(rows, {across, up}, meaned=True)
        high_in = _cells_height_in(cells)
        drawn = _blank(sweep, heading, high_in + 1.15 + TITLE_IN + FOOT_IN, note)
        axes = page.place(drawn, 0.9, FOOT_IN + 0.65, 5.7, high_in)
        norm = _norm(scale(cells.to_numpy()))
        _draw_cells(axes, cells, scale, norm, figure)
        _label_axes(axes, key_label(across), key_label(up))
        bar = page.place(drawn, 6.8, FOOT_IN + 0.65, 0.16, high_in)
        _draw_bar(drawn, bar, norm, figure, scale.label)
    return drawn


def small_multiples(
    sweep: Swept,
    figure: str,
    *,
    x: str,
    panel: str,
    y: str | None = None,
    by: str | None = None,
    network: str | None = None,
    target: str | None = None,
    region: str | None = None,
    title: str | None = None,
) -> Figure:
    """Draw one small panel for each value of `panel`, all to the same scale.

    `panel` is a varied key, or "network", "target" or "region". With `y` the panels are heat maps
    of both keys, else lines against `x`, one for each value of `by`. Raises InputError.
    """
    rows = rows_of(sweep, figure, network=network, target=target, region=region)
    panel_key, across = dimension(sweep, rows, panel), varied_key(sweep, x)
    up = None if y is None else varied_key(sweep, y)
    scale = scale_of(figure, rows["value"])
    parts = grouped(rows, panel_key)
    besides = {panel_key, across, up}
    by = None if up else grouping(sweep, rows, by, taken=panel_key)
    with page.styled():
        heading = title or f"{capitalised(words_of(figure))}, by {words_of(panel_key)}"
        tall = math.ceil(len(parts) / _PANEL_COLUMNS)
        drawn = _blank(
            sweep,
            heading,
            2.45 * tall + 0.75 + TITLE_IN + FOOT_IN,
            note_of(rows, besides | {by}, meaned=up is not None),
        )
        panels = _panel_axes(drawn, len(parts), tall)
        if up is not None:
            _panels_of_cells(drawn, panels, parts, across, up, scale, figure)
        else:
            _panels_of_lines(drawn, panels, parts, rows, by, across, scale)
        for number, (axes, (value, _)) in enumerate(zip(panels, parts, strict=True)):
            axes.set_title(value_words(panel_key, value), loc="left", fontweight="bold")
            left, lowest = number % _PANEL_COLUMNS == 0, number + _PANEL_COLUMNS >= len(parts)
            vertical = key_label(up) if up else capitalised(scale.label)
            _label_axes(axes, key_label(across) if lowest else "", vertical if left else "")
            axes.yaxis.label.set_fontsize(8.0 if len(vertical) < 34 else 6.8)
    return drawn


def trade_off(
    sweep: Swept,
    x_figure: str,
    y_figure: str,
    *,
    network: str | None = None,
    target: str | None = None,
    region: str | None = None,
    label: str | None = None,
    more_is_better: Sequence[str] = (),
    title: str | None = None,
) -> Figure:
    """Draw every point of a sweep by two figures, and mark the front that no point beats.

    Either may be a varied key, such as the number of satellites. Each network has its own front.
    `label` is a varied key written beside the points of the front; `more_is_better` names the
    figures that should be large. Raises InputError.
    """
    rows = paired_rows(sweep, x_figure, y_figure, network=network, target=target, region=region)
    across, up = scale_of(x_figure, rows["x"]), scale_of(y_figure, rows["y"])
    groups = grouped(rows, "of")
    with page.styled():
        heading = (
            title
            or f"{capitalised(words_of(y_figure))} against {words_of(x_figure)}: the trade-off"
        )
        note = "joined: the front, points that no other beats in both"
        drawn = _blank(sweep, heading, 4.4 + TITLE_IN + FOOT_IN, note)
        axes = page.place(drawn, 0.8, FOOT_IN + 0.6, 5.4, 3.6)
        for number, (_, part) in enumerate(groups):
            x, y = across(part["x"]), up(part["y"])
            best = non_dominated(
                x, y, more_x=x_figure in more_is_better, more_y=y_figure in more_is_better
            )
            _draw_front(axes, x, y, best, number, wide=len(groups) - number)
            if label is not None and number == 0:
                _label_points(axes, x, y, best, part[varied_key(sweep, label)])
        _label_axes(axes, capitalised(across.label), capitalised(up.label))
        _name_lines(drawn, groups, "of", 6.3)
        if label is not None:
            words = f"number beside a point:\n{words_of(varied_key(sweep, label))}"
            drawn.text(6.36 / WIDTH_IN, 0.3, words, fontsize=8.5, color=page.GREY)
    return drawn


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
    names = list(dict.fromkeys(spread.index.get_level_values("network")))
    figures = list(dict.fromkeys(spread.index.get_level_values("figure")))
    with page.styled():
        heading = title or ("Ratio to the baseline" if ratio else "Figures and their spread")
        tall, row_in = math.ceil(len(figures) / 2), 0.3 * max(len(names), 2)
        drawn = _blank(sweep, heading, tall * (row_in + 0.85) + TITLE_IN + FOOT_IN + 0.1, note)
        for number, figure in enumerate(figures):
            high = tall - 1 - number // 2
            left_in = 1.5 + (number % 2) * 3.3
            axes = page.place(drawn, left_in, FOOT_IN + 0.5 + high * (row_in + 0.85), 2.4, row_in)
            values = spread.loc[figure].loc[names, columns].to_numpy(dtype=np.float64)
            scale = Scale("times the baseline") if ratio else scale_of(figure, values)
            _draw_intervals(axes, scale(values))
            axes.set_title(capitalised(words_of(figure)), loc="left", x=-0.02)
            axes.set_xlabel(scale.label.rpartition(", ")[2])
            labels = [page.wrapped(name, 20) for name in names] if number % 2 == 0 else []
            axes.set_yticks(range(len(names)), labels or [""] * len(names))
    return drawn


def _blank(sweep: Swept, heading: str, height_in: float, note: str) -> page.Page:
    done = int((sweep.table["status"] == "done").sum())
    failed = len(sweep.table) - done
    counted = f"{done} runs" + (f", {failed} more failed" if failed else "")
    foot = f"Sweep, {counted}. {_SOURCE}"
    return page.blank(heading, sweep.title, foot, height_in=height_in, note=note)


def _draw_lines(
    axes: Axes, groups: Sequence[tuple[Any, pd.DataFrame]], key: str, scale: Scale
) -> None:
    names: list[str] = []
    for number, (_, part) in enumerate(groups):
        places, names = positions_of(part[key])
        values = pd.Series(scale(part["value"])).groupby(places).agg(["mean", "min", "max"])
        style = _style(number)
        if len(part) > len(values):
            band = values[["min", "max"]].to_numpy().T
            axes.fill_between(values.index, *band, color=style["color"], alpha=0.15, lw=0)
        # Ever thinner, so that lines which coincide are all seen.
        width = 1.6 + 0.7 * (min(len(groups), 5) - min(number, 4) - 1)
        axes.plot(values.index, values["mean"], lw=width, ms=4.5 + width, **style)
    shown = np.unique(axes.lines[0].get_xdata()) if axes.lines else np.empty(0)
    if not names and len(shown) <= 8 and len(groups):
        axes.set_xticks(shown, [number_words(float(value)) for value in shown])
    if names:
        axes.set_xticks(range(len(names)), [page.wrapped(name, 16) for name in names])
    axes.set_ylim(bottom=0.0)
    axes.grid(color="#DDDDDD", lw=0.6)
    axes.set_axisbelow(True)


def _style(number: int) -> dict[str, Any]:
    return {
        "color": _COLOURS[number % len(_COLOURS)],
        "marker": _MARKERS[number % len(_MARKERS)],
        "ls": _LINES[number // len(_COLOURS) % len(_LINES)],
    }


def _name_lines(
    drawn: Figure, groups: Sequence[tuple[Any, pd.DataFrame]], by: str | None, left_in: float
) -> None:
    handles = [Line2D([], [], lw=1.8, **_style(number)) for number in range(len(groups))]
    if by == "of" or by is None:
        labels, head = [page.wrapped(str(value), 18) for value, _ in groups], None
    else:
        labels = [number_words(v) for v, _ in groups]
        head = page.wrapped(key_label(by), 22)
    at = (left_in / WIDTH_IN, 1.0 - (TITLE_IN + 0.1) / drawn.get_figheight())
    drawn.legend(handles, labels, title=head, loc="upper left", bbox_to_anchor=at)


def _name_lines_in_a_row(
    drawn: Figure, groups: Sequence[tuple[Any, pd.DataFrame]], by: str
) -> None:
    handles = [Line2D([], [], lw=1.8, **_style(number)) for number in range(len(groups))]
    labels = [value_words(by, value) for value, _ in groups]
    at = (0.1 / WIDTH_IN, 1.0 - 0.56 / drawn.get_figheight())
    drawn.legend(handles, labels, loc="upper left", bbox_to_anchor=at, ncols=min(len(groups), 5))


def _label_axes(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(capitalised(y))


def _norm(values: FloatArray) -> Normalize:
    some = values[np.isfinite(values)]
    low, high = (float(some.min()), float(some.max())) if len(some) else (0.0, 1.0)
    return Normalize(low, high if high > low else low + 1.0)


def _cells_height_in(cells: pd.DataFrame) -> float:
    return min(max(_CELL_IN[1] * len(cells), 1.6), 5.0)


def _palette(figure: str) -> Any:
    # Light is good everywhere: waiting little, or seeing often.
    often = unit_of(figure) in ("per day", "minutes per day")
    return colormaps["viridis" if often else "viridis_r"]


def _draw_cells(
    axes: Axes, cells: pd.DataFrame, scale: Scale, norm: Normalize, figure: str
) -> None:
    values, palette = scale(cells.to_numpy()), _palette(figure)
    axes.set_facecolor("#E4E4E4")
    axes.pcolormesh(np.ma.masked_invalid(values), cmap=palette, norm=norm, ec="white", lw=0.6)
    for at, names, put in (
        (0.5, cells.columns, axes.set_xticks),
        (0.5, cells.index, axes.set_yticks),
    ):
        words = [number_words(n) for n in names]
        step = max(1, math.ceil(len(words) / 14))
        put([at + number for number in range(0, len(words), step)], words[::step])
    axes.tick_params(length=0)
    width_in = axes.get_position().width * WIDTH_IN / max(values.shape[1], 1)
    if values.size > _MOST_CELLS_WRITTEN or width_in < 0.28:
        return
    top = float(np.nanmax(np.append(np.abs(values), 0.0)))
    decimals = 0 if top >= 99.95 else 1 if top >= 9.995 else 2
    for (row, column), value in np.ndenumerate(values):
        red, green, blue, _ = palette(norm(value))
        dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
        axes.text(
            column + 0.5,
            row + 0.5,
            "-" if math.isnan(value) else f"{value:.{decimals}f}",
            ha="center",
            va="center",
            fontsize=8.0 if width_in > 0.4 else 6.5,
            color="white" if dark and not math.isnan(value) else "black",
        )


def _draw_bar(drawn: Figure, axes: Axes, norm: Normalize, figure: str, label: str) -> None:
    from matplotlib.cm import ScalarMappable

    bar = drawn.colorbar(ScalarMappable(norm, _palette(figure)), cax=axes)
    bar.outline.set_visible(False)
    bar.set_label(capitalised(label), fontsize=8.5 if len(label) < 36 else 7.0)
    bar.locator = MaxNLocator(5)
    bar.update_ticks()


def _panel_axes(drawn: Figure, count: int, tall: int) -> list[Axes]:
    return [
        page.place(
            drawn,
            0.72 + (number % _PANEL_COLUMNS) * 2.2,
            FOOT_IN + 0.6 + (tall - 1 - number // _PANEL_COLUMNS) * 2.45,
            1.9,
            1.85,
        )
        for number in range(count)
    ]


def _panels_of_cells(
    drawn: Figure,
    panels: Sequence[Axes],
    parts: Sequence[tuple[Any, pd.DataFrame]],
    across: str,
    up: str,
    scale: Scale,
    figure: str,
) -> None:
    tables = [cells_of(part, across, up) for _, part in parts]
    norm = _norm(scale(np.concatenate([table.to_numpy().ravel() for table in tables])))
    for axes, table in zip(panels, tables, strict=True):
        _draw_cells(axes, table, scale, norm, figure)
    bar = page.place(drawn, 7.25, FOOT_IN + 0.6, 0.13, 1.85)
    _draw_bar(drawn, bar, norm, figure, scale.label)


def _panels_of_lines(
    drawn: Figure,
    panels: Sequence[Axes],
    parts: Sequence[tuple[Any, pd.DataFrame]],
    rows: pd.DataFrame,
    by: str | None,
    across: str,
    scale: Scale,
) -> None:
    top = 1.05 * float(np.nanmax(np.append(scale(rows["value"]), 0.0))) or 1.0
    for axes, (_, part) in zip(panels, parts, strict=True):
        groups = grouped(part, by)
        _draw_lines(axes, groups, across, scale)
        axes.set_ylim(0.0, top)
    if by is not None:
        _name_lines_in_a_row(drawn, grouped(rows, by), by)


def _draw_front(
    axes: Axes,
    x: FloatArray,
    y: FloatArray,
    best: BoolArray,
    number: int,
    *,
    wide: int,
) -> None:
    style = _style(number)
    colour, marker = style["color"], style["marker"]
    axes.plot(x[~best], y[~best], ls="", marker=marker, ms=4.0, mfc="white", mec=colour, alpha=0.7)
    order = np.argsort(x[best], kind="stable")
    # Ever thinner, so that fronts which coincide are all seen.
    axes.plot(x[best][order], y[best][order], lw=0.8 + 1.1 * wide, ms=4.0 + 2.0 * wide, **style)
    axes.set_ylim(bottom=0.0)
    axes.grid(color="#DDDDDD", lw=0.6)
    axes.set_axisbelow(True)
    if np.array_equal(x, np.round(x)):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _label_points(
    axes: Axes,
    x: FloatArray,
    y: FloatArray,
    best: BoolArray,
    values: pd.Series,
) -> None:
    for at_x, at_y, value in zip(x[best], y[best], values[best], strict=True):
        axes.annotate(
            number_words(value),
            (at_x, at_y),
            (5, 5),
            textcoords="offset points",
            fontsize=8,
        )


def _draw_intervals(axes: Axes, values: FloatArray) -> None:
    for row, (low, middle, high) in enumerate(values):
        colour = _COLOURS[row % len(_COLOURS)]
        axes.plot([low, high], [row, row], lw=4.5, color=colour, alpha=0.45, solid_capstyle="butt")
        axes.plot([middle], [row], ls="", marker=_MARKERS[row % len(_MARKERS)], ms=6, color=colour)
        least, mid, most = (
            f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"
            for value in (low, middle, high)
        )
        words = f" {mid}" if least == most else f" {mid} ({least} to {most})"
        axes.annotate(
            words, (high, row), (5, 0), textcoords="offset points", va="center", fontsize=7.5
        )
    axes.set_ylim(len(values) - 0.5, -0.5)
    axes.set_xlim(0.0, 1.8 * float(np.nanmax(np.append(values, 0.0))) or 1.0)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#DDDDDD", lw=0.6)
    axes.xaxis.set_major_locator(MaxNLocator(4))
