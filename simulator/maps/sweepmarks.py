"""What drawings of sweeps are made of: lines, cells of colour, fronts and intervals, with names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from simulator.arrays import BoolArray, FloatArray
from simulator.maps import page
from simulator.maps.page import FOOT_IN, WIDTH_IN
from simulator.maps.sweepdata import (
    Scale,
    capitalised,
    cells_of,
    grouped,
    key_label,
    number_words,
    positions_of,
    unit_of,
    value_words,
)

_COLOURS = (page.VERMILLION, page.BLUE, page.GREEN, page.PURPLE, page.ORANGE, page.SKY, page.BLACK)
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_LINES = ("-", "--", "-.", ":")
_CELL_IN = (0.78, 0.42)
_MOST_CELLS_WRITTEN = 120
PANEL_COLUMNS = 3


def draw_lines(
    axes: Axes, groups: Sequence[tuple[Any, pd.DataFrame]], key: str, scale: Scale
) -> None:
    """Draw a line a group against a key; a pale band spans the points of the same value."""
    names: list[str] = []
    for number, (_, part) in enumerate(groups):
        places, names = positions_of(part[key])
        values = pd.Series(scale(part["value"])).groupby(places).agg(["mean", "min", "max"])
        style = mark_style(number)
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


def mark_style(number: int) -> dict[str, Any]:
    """Return colour, marker and dash of one line among many: no two alike before all are used."""
    return {
        "color": _COLOURS[number % len(_COLOURS)],
        "marker": _MARKERS[number % len(_MARKERS)],
        "ls": _LINES[number // len(_COLOURS) % len(_LINES)],
    }


def name_lines(
    drawing: Figure, groups: Sequence[tuple[Any, pd.DataFrame]], by: str | None, left_in: float
) -> None:
    """Name the lines in a legend beside the axes, `left_in` inches from the left of the page."""
    handles = [Line2D([], [], lw=1.8, **mark_style(number)) for number in range(len(groups))]
    if by == "of" or by is None:
        labels, head = [page.wrapped(str(value), 18) for value, _ in groups], None
    else:
        labels = [number_words(v) for v, _ in groups]
        head = page.wrapped(key_label(by), 22)
    anchor = (left_in / WIDTH_IN, page.below_head(drawing, 0.1))
    drawing.legend(handles, labels, title=head, loc="upper left", bbox_to_anchor=anchor)


def name_lines_in_a_row(
    drawing: Figure, groups: Sequence[tuple[Any, pd.DataFrame]], by: str
) -> None:
    """Name the lines in a legend above panels."""
    handles = [Line2D([], [], lw=1.8, **mark_style(number)) for number in range(len(groups))]
    labels = [value_words(by, value) for value, _ in groups]
    anchor = (0.1 / WIDTH_IN, page.below_head(drawing, -0.1))
    drawing.legend(
        handles, labels, loc="upper left", bbox_to_anchor=anchor, ncols=min(len(groups), 5)
    )


def label_axes(axes: Axes, x: str, y: str) -> None:
    """Write the labels of both axes, without one where it is empty."""
    axes.set_xlabel(x)
    axes.set_ylabel(capitalised(y))


def even_colours(values: FloatArray) -> Normalize:
    """Return the range of colours from the least to the greatest of values."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    return Normalize(low, high if high > low else low + 1.0)


def cells_height_in(cells: pd.DataFrame) -> float:
    """Return how high a heat map stands on the page, inches."""
    return min(max(_CELL_IN[1] * len(cells), 1.6), 5.0)


def _palette(figure: str) -> Any:
    # Light is good everywhere: waiting little, or seeing often.
    often = unit_of(figure) in ("per day", "minutes per day")
    return colormaps["viridis" if often else "viridis_r"]


def draw_cells(axes: Axes, cells: pd.DataFrame, scale: Scale, norm: Normalize, figure: str) -> None:
    """Draw a table of values as coloured cells, the numbers written in where they have room."""
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


def draw_bar(drawing: Figure, axes: Axes, norm: Normalize, figure: str, label: str) -> None:
    """Draw the bar that says what the colours of cells mean."""
    bar = drawing.colorbar(ScalarMappable(norm, _palette(figure)), cax=axes)
    bar.outline.set_visible(False)
    bar.set_label(capitalised(label), fontsize=8.5 if len(label) < 36 else 7.0)
    bar.locator = MaxNLocator(5)
    bar.update_ticks()


def panel_axes(drawing: Figure, count: int, tall: int) -> list[Axes]:
    """Return the axes of panels, row by row from the top."""
    return [
        page.place(
            drawing,
            0.72 + (number % PANEL_COLUMNS) * 2.2,
            FOOT_IN + 0.6 + (tall - 1 - number // PANEL_COLUMNS) * 2.45,
            1.9,
            1.85,
        )
        for number in range(count)
    ]


def panels_of_cells(
    drawing: Figure,
    panels: Sequence[Axes],
    parts: Sequence[tuple[Any, pd.DataFrame]],
    across: str,
    up: str,
    scale: Scale,
    figure: str,
) -> None:
    """Draw a heat map in each panel, in the same colours, with one bar."""
    tables = [cells_of(part, across, up) for _, part in parts]
    norm = even_colours(scale(np.concatenate([table.to_numpy().ravel() for table in tables])))
    for axes, table in zip(panels, tables, strict=True):
        draw_cells(axes, table, scale, norm, figure)
    # Beside the panels, of which a lone row may hold fewer.
    bar_in = 0.65 + min(len(panels), PANEL_COLUMNS) * 2.2
    bar = page.place(drawing, bar_in, FOOT_IN + 0.6, 0.13, 1.85)
    draw_bar(drawing, bar, norm, figure, scale.label)


def panels_of_lines(
    drawing: Figure,
    panels: Sequence[Axes],
    parts: Sequence[tuple[Any, pd.DataFrame]],
    rows: pd.DataFrame,
    by: str | None,
    across: str,
    scale: Scale,
) -> None:
    """Draw lines in each panel, on the same vertical axis, with one legend."""
    top = 1.05 * float(np.nanmax(np.append(scale(rows["value"]), 0.0))) or 1.0
    for axes, (_, part) in zip(panels, parts, strict=True):
        groups = grouped(part, by)
        draw_lines(axes, groups, across, scale)
        axes.set_ylim(0.0, top)
    if by is not None:
        name_lines_in_a_row(drawing, grouped(rows, by), by)


def draw_front(
    axes: Axes,
    x: FloatArray,
    y: FloatArray,
    best: BoolArray,
    number: int,
    *,
    wide: int,
) -> None:
    """Draw the points of one group, and join those of its front."""
    style = mark_style(number)
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


def label_points(
    axes: Axes,
    x: FloatArray,
    y: FloatArray,
    best: BoolArray,
    values: pd.Series,
) -> None:
    """Write a value beside each point of a front."""
    for at_x, at_y, value in zip(x[best], y[best], values[best], strict=True):
        axes.annotate(
            number_words(value),
            (at_x, at_y),
            (5, 5),
            textcoords="offset points",
            fontsize=8,
        )


def draw_intervals(axes: Axes, values: FloatArray) -> None:
    """Draw a bar from low to high and a mark in the middle, (N, 3), a row each."""
    for row, (low, middle, high) in enumerate(values):
        colour = _COLOURS[row % len(_COLOURS)]
        axes.plot([low, high], [row, row], lw=4.5, color=colour, alpha=0.45, solid_capstyle="butt")
        marker = _MARKERS[row % len(_MARKERS)]
        axes.plot([middle], [row], ls="", marker=marker, ms=6, color=colour, clip_on=False)
        least, mid, most = (
            f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"
            for value in (low, middle, high)
        )
        words = f" {mid}" if least == most else f" {mid} ({least} to {most})"
        axes.annotate(
            words,
            (high, row),
            (5, 0),
            textcoords="offset points",
            va="center",
            fontsize=7.5,
            annotation_clip=False,
        )
    axes.set_ylim(len(values) - 0.5, -0.5)
    axes.set_xlim(0.0, float(np.nanmax(np.append(values, 0.0))) or 1.0)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#DDDDDD", lw=0.6)
    axes.xaxis.set_major_locator(MaxNLocator(4))
