"""Cell maps of a region: how often, how soon and with what gaps each part of it is seen."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from simulator.maps import page, regionmaps
from simulator.maps.page import FOOT_IN, TITLE_IN, WIDTH_IN, Choice
from simulator.maps.regionmaps import Frame, RegionCells
from simulator.results import Results
from simulator.text import duration
from simulator.units import DAY_S, HOUR_S

# Below a region's map: longitude labels, colour bar with its label, source line.
_UNDER_IN = FOOT_IN + 0.95
_LEFT_IN = 0.75
_MOST_STEPS = 8


def coverage(results: Results, choice: Choice) -> Figure:
    """Draw accesses a day in each cell, and the share of the region seen against time."""
    cells = regionmaps.region_cells(results, choice.region)
    share = float(cells.grid["accumulated_fraction"][-1])
    return _map_with_curve(
        results,
        cells,
        heading=f"{cells.title}: how often and how soon it is seen",
        summary=f"{share:.0%} of its area seen at least once",
        values=np.where(cells.seen, cells.grid["accesses_per_day"].to_numpy(), np.nan),
        label="accesses per day",
        colours="viridis",
        curve=_draw_accumulation,
    )


def revisit_mean(results: Results, choice: Choice) -> Figure:
    """Draw the mean gap between accesses in each cell, and how much of the area has it."""
    return _revisit(results, choice, "revisit_mean_s", "Mean")


def revisit_max(results: Results, choice: Choice) -> Figure:
    """Draw the longest gap between accesses in each cell, and how much of the area has it."""
    return _revisit(results, choice, "revisit_max_s", "Longest")


def _revisit(results: Results, choice: Choice, column: str, which: str) -> Figure:
    cells = regionmaps.region_cells(results, choice.region)
    hours = cells.grid[column].to_numpy() / HOUR_S
    return _map_with_curve(
        results,
        cells,
        heading=f"{cells.title}: {which.lower()} gap between accesses",
        summary=_mean_words(cells, hours),
        values=np.where(cells.seen, hours, np.nan),
        label=f"{which.lower()} gap between accesses, hours",
        # Reversed, so that in every drawing the bright cells are those seen often.
        colours="viridis_r",
        curve=_draw_gap_shares,
    )


def _mean_words(cells: RegionCells, hours: np.ndarray) -> str:
    """Return the mean of a gap as the tables have it: over every cell that has one, seen or not."""
    if not cells.seen.any():
        return "no cell was seen"
    mean_h = cells.mean(hours)
    if mean_h is None:
        return "no cell has a gap that counts"
    known = cells.inside & np.isfinite(hours)
    unseen = ", as the span's length where never seen" if (known & cells.never).any() else ""
    return f"{duration(mean_h)} on average over {cells.share(known):.0%} of its area{unseen}"


def _map_with_curve(
    results: Results,
    cells: RegionCells,
    *,
    heading: str,
    summary: str,
    values: np.ndarray,
    label: str,
    colours: str,
    curve: Callable[[Axes, RegionCells, np.ndarray], str],
) -> Figure:
    """Draw a cell map and its curve: beside it if the region is high, below it if it is wide."""
    frame = regionmaps.region_frame(cells, most_wide_in=4.1, most_high_in=5.4)
    below_in = 0.0
    if frame.height_in < 2.6:
        frame = regionmaps.region_frame(cells, most_wide_in=6.9, most_high_in=4.0)
        below_in = 2.2
    bottom_in = _UNDER_IN + below_in
    drawing = page.page(
        results, heading, height_in=TITLE_IN + frame.height_in + bottom_in, note=summary
    )
    _draw_cell_map(drawing, cells, frame, bottom_in, values, label=label, colours=colours)
    start_in = _LEFT_IN + frame.width_in + 0.85
    box = (start_in, bottom_in, WIDTH_IN - start_in - 0.3, frame.height_in - 0.3)
    if below_in:
        box = (_LEFT_IN, FOOT_IN + 0.45, 6.9, below_in - 0.7)
    axes = page.place(drawing, *box)
    axes.grid(color="#DDDDDD", lw=0.6)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_ylim(0.0, 1.03)
    title = curve(axes, cells, values)
    axes.set_title(textwrap.fill(title, int(15.0 * box[2])), loc="left")
    return drawing


def _draw_accumulation(axes: Axes, cells: RegionCells, values: np.ndarray) -> str:
    days = cells.grid["time_s"].to_numpy() / DAY_S
    axes.plot(days, cells.grid["accumulated_fraction"].to_numpy(), color=page.BLUE, lw=2.0)
    axes.set_xlim(0.0, float(days[-1]))
    axes.set_xlabel("days since the start")
    return "Area seen at least once"


def _draw_gap_shares(axes: Axes, cells: RegionCells, hours: np.ndarray) -> str:
    known = np.isfinite(hours)
    order = np.argsort(hours[known], kind="stable")
    gaps = np.append(0.0, hours[known][order])
    areas = np.append(0.0, cells.area_km2[known][order])
    end = max(1.08 * float(gaps[-1]), 1.0)
    share = np.cumsum(areas) / cells.area_km2[cells.inside].sum()
    line: dict[str, Any] = {"color": page.BLUE, "lw": 2.0}
    axes.step(np.append(gaps, end), np.append(share, share[-1]), where="post", **line)
    axes.set_xlim(0.0, end)
    axes.set_xlabel("hours")
    return "Area with this gap or less"


def _draw_cell_map(
    drawing: Figure,
    cells: RegionCells,
    frame: Frame,
    bottom_in: float,
    values: np.ndarray,
    *,
    label: str,
    colours: str,
) -> None:
    """Draw one value a cell on the region's map, with its colour bar and legend below."""
    sheet = regionmaps.region_sheet(drawing, cells, frame, _LEFT_IN, bottom_in)
    regionmaps.draw_grey(sheet, cells, cells.never)
    norm = regionmaps.colour_steps(values, colours, _MOST_STEPS)
    if norm is not None:
        style: dict[str, Any] = {"antialiased": False, "rasterized": True, "zorder": 2}
        scale = cells.layout.paint(sheet, values, cmap=colours, norm=norm, **style)
        bar = page.place(drawing, _LEFT_IN, bottom_in - 0.5, min(frame.width_in, 3.6), 0.14)
        drawing.colorbar(scale, cax=bar, orientation="horizontal", label=label)
    else:
        page.say_nothing(sheet.axes, "no cell of the region was seen")
    unseen = f"never seen ({cells.share(cells.never):.0%} of area)" if cells.never.any() else None
    regionmaps.draw_legend(drawing, cells, frame, bottom_in - 0.5, grey=unseen)
