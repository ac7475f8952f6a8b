"""Cell maps of a region: how often, how soon and with what gaps each part of it is seen."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from simulator import glossary
from simulator.errors import InputError
from simulator.maps import classes, page, regionmaps
from simulator.maps.frames import Frame
from simulator.maps.page import FOOT_IN, WIDTH_IN, Choice
from simulator.maps.regionmaps import RegionCells
from simulator.report import percent, region_headline
from simulator.results import Results
from simulator.text import duration, number, wrapped
from simulator.units import DAY_S

# Below a region's map: longitude labels, colour bar with its label, source line.
_UNDER_IN = FOOT_IN + 0.95
_LEFT_IN = 0.75
_MOST_STEPS = 8
# How much farther than the last change of a curve its axis goes.
_BEYOND = 1.15
_FINE_ENOUGH = 20.0
_CLEAR = "revisit_mean_clear_h"
_WAIT = glossary.drawn_names("drawn_wait", "h")


def coverage(results: Results, choice: Choice) -> Figure:
    """Draw accesses a day in each cell, and the share of the region seen against time."""
    cells = regionmaps.region_cells(results, choice)
    seen = percent(float(cells.grid["accumulated_fraction"][-1]))
    found = region_headline(results, cells.name, cells.title)
    return _map_with_curve(
        results,
        choice,
        cells,
        heading=found or f"{seen} of {cells.title} could be looked at",
        summary=f"how often and how soon it could be looked at; {seen} of its area at least once",
        values=np.where(cells.seen, cells.grid["accesses_per_day"].to_numpy(), np.nan),
        label="accesses per day",
        colours="viridis",
        curve=partial(
            _draw_accumulation, days=results.days, half_h=_half_seen_h(results, cells.name)
        ),
    )


def _half_seen_h(results: Results, region: str) -> float:
    """Return after how many hours half of a region is seen, as the tables have it, else NaN."""
    if "seen_half_h" not in results.regions:
        return math.nan
    rows = results.regions[results.regions["region"] == region]
    return float(rows["seen_half_h"].iloc[0]) if len(rows) else math.nan


def revisit_mean(results: Results, choice: Choice) -> Figure:
    """Draw the mean gap between accesses in each cell, and how much of the area has it."""
    return _revisit(results, choice, "revisit_mean_h", "mean")


def has_clear(results: Results) -> bool:
    """Return whether a run has figures of cells that count clouds."""
    return any(_CLEAR in grid for grid in results.grids.values())


def revisit_clear(results: Results, choice: Choice) -> Figure:
    """Draw the mean gap between cloud-free accesses in each cell, and how much area has it."""
    cells = regionmaps.region_cells(results, choice)
    if _CLEAR not in cells.grid:
        raise InputError(
            f"region: {cells.name} has no chance of a clear sky; give the scenario [clouds] with a "
            "number or a grid, or the region its key clear, and run the scenario again"
        )
    return _revisit(results, choice, _CLEAR, "mean cloud-free")


def revisit_max(results: Results, choice: Choice) -> Figure:
    """Draw the longest gap between accesses in each cell, and how much of the area has it."""
    return _revisit(results, choice, "revisit_max_h", "longest")


def _revisit(results: Results, choice: Choice, column: str, which: str) -> Figure:
    cells = regionmaps.region_cells(results, choice)
    times_h = cells.grid[column].to_numpy().astype(float)
    unit, hours = classes.unit_of_times([times_h[cells.inside]])
    return _map_with_curve(
        results,
        choice,
        cells,
        heading=_gap_heading(cells, times_h, which),
        summary=f"{which} gap between accesses; {_mean_words(cells, times_h)}",
        values=np.where(cells.seen, times_h / hours, np.nan),
        label=f"{which} gap between accesses, {unit}",
        # Reversed, so that in every drawing the bright cells are those seen often.
        colours="viridis_r",
        curve=partial(_draw_gap_shares, unit=unit, hours=hours),
        hours=hours,
    )


def has_draws(results: Results) -> bool:
    """Return whether a run has figures of cells over draws of what nobody knows."""
    return any(_WAIT[0] in grid for grid in results.grids.values())


def wait_median(results: Results, choice: Choice) -> Figure:
    """Draw the median over draws of the wait for an access in each cell, and its range by area."""
    cells = _drawn_cells(results, choice)
    median, low, high = (cells.grid[name].to_numpy().astype(float) for name in _WAIT)
    unit, hours = classes.unit_of_times([median[cells.inside]])
    middle = cells.mean(median)
    # Said only where there is a median: in no draw is any cell seen where there is none.
    found = (
        f"A place in {cells.title} waits {duration(middle)} in the median draw" if middle else ""
    )
    return _map_with_curve(
        results,
        choice,
        cells,
        heading=found or f"{cells.title}: wait for an access over draws",
        summary="mean wait for an access, median over draws of what nobody knows",
        values=np.where(cells.seen, median / hours, np.nan),
        label=f"mean wait for access, median over draws, {unit}",
        colours="viridis_r",
        curve=partial(_draw_three_shares, others=(low / hours, high / hours), unit=unit),
        hours=hours,
    )


def wait_range(results: Results, choice: Choice) -> Figure:
    """Draw how far apart the ends of the wait's range over draws are in each cell."""
    cells = _drawn_cells(results, choice)
    _, low, high = (cells.grid[name].to_numpy().astype(float) for name in _WAIT)
    apart_h = high - low
    unit, hours = classes.unit_of_times([apart_h[cells.inside]])
    middle = cells.mean(apart_h)
    found = ""
    if middle is not None:
        found = f"What nobody knows moves the wait for an access by {duration(middle)}"
    return _map_with_curve(
        results,
        choice,
        cells,
        heading=found or f"{cells.title}: range of the wait for an access over draws",
        summary="upper less lower end of the mean wait's range over draws of what nobody knows",
        values=np.where(cells.seen, apart_h / hours, np.nan),
        label=f"range of the mean wait over draws, {unit}",
        colours="viridis_r",
        curve=partial(_draw_gap_shares, unit=unit, hours=hours, what="range"),
        hours=hours,
    )


def _drawn_cells(results: Results, choice: Choice) -> RegionCells:
    """Return the cells of a region of which there are draws; raises InputError where none are."""
    cells = regionmaps.region_cells(results, choice)
    if _WAIT[0] not in cells.grid:
        raise InputError(
            f"region: {cells.name} was searched in no draw; set uncertainty.region_draws, and run "
            "the scenario again"
        )
    # Seen in some draw: what the span of the run itself shows is another draw's.
    waits = cells.grid[_WAIT[0]].to_numpy()
    seen = cells.inside & np.isfinite(waits)
    return replace(cells, seen=seen, never=cells.inside & ~seen)


def _draw_three_shares(
    axes: Axes,
    cells: RegionCells,
    values: np.ndarray,
    *,
    others: tuple[np.ndarray, np.ndarray],
    unit: str,
) -> str:
    """Draw the share of the area with a wait or less: in the median draw, and at both ends."""
    end = 0.0
    for waits, style in ((others[0], "--"), (values, "-"), (others[1], ":")):
        known = cells.inside & np.isfinite(waits)
        order = np.argsort(waits[known], kind="stable")
        share = np.cumsum(cells.area_km2[known][order]) / cells.area_km2[cells.inside].sum()
        axes.step(waits[known][order], share, where="post", color=page.BLUE, lw=1.6, ls=style)
        end = max(end, float(waits[known].max(initial=0.0)))
    axes.set_xlim(0.0, end or 1.0)
    axes.set_xlabel(unit)
    return "Area with this wait or less: median, and ends of the range (dashed, dotted)"


def _gap_heading(cells: RegionCells, hours: np.ndarray, which: str) -> str:
    """Return the gap of a region in a heading: its mean over the area, or its longest anywhere."""
    mean_h = cells.mean(hours) if cells.seen.any() else None
    if mean_h is None:
        return f"{cells.title}: {which} gap between accesses"
    if which == "mean":
        return f"A place in {cells.title} could be looked at every {duration(mean_h)} on average"
    if which == "mean cloud-free":
        return f"A place in {cells.title} is cloud-free every {duration(mean_h)} on average"
    longest_h = float(hours[cells.seen & np.isfinite(hours)].max(initial=0.0))
    return f"A place in {cells.title} goes unseen for up to {duration(longest_h)}"


def _mean_words(cells: RegionCells, hours: np.ndarray) -> str:
    """Return the mean of a gap as the tables have it: over every cell that has one, seen or not."""
    if not cells.seen.any():
        return "no cell was seen"
    mean_h = cells.mean(hours)
    if mean_h is None:
        return "no cell has a gap that counts"
    known = cells.inside & np.isfinite(hours)
    unseen = ", as the span's length where never seen" if (known & cells.never).any() else ""
    return f"{duration(mean_h)} on average over {percent(cells.share(known))} of its area{unseen}"


def _map_with_curve(
    results: Results,
    choice: Choice,
    cells: RegionCells,
    *,
    heading: str,
    summary: str,
    values: np.ndarray,
    label: str,
    colours: str,
    curve: Callable[[Axes, RegionCells, np.ndarray], str],
    hours: float = math.nan,
) -> Figure:
    """Draw a cell map and its curve: beside it if the region is high, below it if it is wide."""
    frame = regionmaps.region_frame(cells, choice, most_wide_in=4.1, most_high_in=5.4)
    below_in = 0.0
    if frame.height_in < 2.6:
        frame = regionmaps.region_frame(cells, choice, most_wide_in=6.9, most_high_in=4.0)
        below_in = 2.2
    bottom_in = _UNDER_IN + below_in
    body_in = frame.height_in + bottom_in
    drawing = page.page(
        results, choice, heading, body_in=body_in, note=summary, remark=frame.coast_remark
    )
    _draw_cell_map(
        drawing, cells, frame, bottom_in, values, label=label, colours=colours, hours=hours
    )
    start_in = _LEFT_IN + frame.width_in + 0.85
    box = (start_in, bottom_in, WIDTH_IN - start_in - 0.3, frame.height_in - 0.3)
    if below_in:
        box = (_LEFT_IN, FOOT_IN + 0.45, 6.9, below_in - 0.7)
    axes = page.place(drawing, *box)
    axes.grid(color="#DDDDDD", lw=0.6)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.set_ylim(0.0, 1.0)
    title = curve(axes, cells, values)
    axes.set_title("\n".join(wrapped(title, int(15.0 * box[2]))), loc="left")
    return drawing


def _draw_accumulation(
    axes: Axes, cells: RegionCells, values: np.ndarray, *, days: float, half_h: float
) -> str:
    time_d = cells.grid["time_s"].to_numpy() / DAY_S
    share = cells.grid["accumulated_fraction"].to_numpy()
    # Where nothing more is seen the curve only goes on: there the axis ends.
    last = float(time_d[np.argmax(share >= share[-1])]) if share[-1] > 0.0 else math.inf
    end = min(float(time_d[-1]), _BEYOND * last)
    _draw_curve(axes, time_d, share, end)
    cut = f"; no more in {days:g}" if end < time_d[-1] else ""
    axes.set_xlabel(f"days since the start{cut}")
    if not math.isnan(half_h):
        # The curve has few instants: its own step is marked, and named by the time itself.
        at = float(time_d[np.argmax(share >= 0.5)])
        _name_point(axes, at, 0.5, f"half within {duration(half_h)}")
    # Instants that are few tell the last change only roughly.
    if last > _FINE_ENOUGH * float(time_d[1]) and end < time_d[-1]:
        words = f"{percent(float(share[-1]))} within {duration(24.0 * last)}"
        _name_point(axes, last, float(share[-1]), words)
    return "Area seen at least once"


def _draw_gap_shares(
    axes: Axes,
    cells: RegionCells,
    values: np.ndarray,
    *,
    unit: str,
    hours: float,
    what: str = "gap",
) -> str:
    known = np.isfinite(values)
    order = np.argsort(values[known], kind="stable")
    gaps = np.append(0.0, values[known][order])
    areas = np.append(0.0, cells.area_km2[known][order])
    share = np.cumsum(areas) / cells.area_km2[cells.inside].sum()
    # A line of its own after the last step, so that it is seen to stay level.
    end = _BEYOND * float(gaps[-1]) or 1.0
    _draw_curve(axes, np.append(gaps, end), np.append(share, share[-1]), end)
    if share[-1] >= 0.5:
        half = float(gaps[np.argmax(share >= 0.5)])
        _name_point(axes, half, 0.5, f"half: {duration(half * hours)}\nor less")
    axes.set_xlabel(unit)
    return f"Area with this {what} or less"


def _draw_curve(axes: Axes, x: np.ndarray, share: np.ndarray, end: float) -> None:
    # Of places always in view every gap is 0: an axis needs a length all the same.
    end = end if end > 0.0 else 1.0
    inside = x <= end
    # To the very end of the axis, level from the last value on.
    x, share = np.append(x[inside], end), np.append(share[inside], share[inside][-1])
    axes.step(x, share, where="post", color=page.BLUE, lw=2.0, clip_on=False)
    axes.set_xlim(0.0, end)


def _name_point(axes: Axes, x: float, share: float, words: str) -> None:
    """Mark a point of a curve, and say what it is on the side that has room."""
    style: dict[str, Any] = {"marker": "o", "ms": 4.5, "color": page.BLUE, "clip_on": False}
    axes.plot([x], [share], zorder=5, **style)
    # Below a rising curve on its right, above it on its left, and always below the title.
    right = x < 0.55 * axes.get_xlim()[1]
    below = right or share > 0.9
    axes.annotate(
        words,
        (x, share),
        (7.0 if right else -7.0, -4.0 if below else 4.0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="top" if below else "bottom",
        fontsize=8.5,
        color=page.BLUE,
        bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 0.8},
    )


def _draw_cell_map(
    drawing: Figure,
    cells: RegionCells,
    frame: Frame,
    bottom_in: float,
    values: np.ndarray,
    *,
    label: str,
    colours: str,
    hours: float,
) -> None:
    """Draw one value a cell on the region's map, with its colour bar and legend below."""
    sheet = regionmaps.part_sheet(drawing, frame, _LEFT_IN, bottom_in)
    regionmaps.draw_grey(sheet, cells, cells.never)
    scale = classes.colour_scale(values, colours, _MOST_STEPS)
    if scale is not None:
        style: dict[str, Any] = {"antialiased": False, "rasterized": True, "zorder": 2}
        cells.layout.paint(sheet, values, cmap=scale.colours, norm=scale.norm, **style)
        # Times of all lengths on one bar are written each in the unit that suits.
        timed = not scale.even and not math.isnan(hours)
        classes.draw_bar(
            drawing,
            scale,
            _LEFT_IN,
            bottom_in - 0.5,
            label.rpartition(", ")[0] if timed else label,
            write=(lambda value: duration(value * hours)) if timed else number,
            most_wide_in=frame.width_in,
        )
    else:
        page.say_nothing(sheet.axes, "no cell of the region was seen")
    share = percent(cells.share(cells.never))
    unseen = f"never seen ({share} of area)" if cells.never.any() else None
    regionmaps.draw_legend(drawing, frame, bottom_in - 0.5, grey=unseen)
