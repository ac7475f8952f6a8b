"""Maps of how old the newest picture at headquarters is, or how long a request for one waits.

A panel a network, on one scale.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, Colormap, ListedColormap
from matplotlib.figure import Figure

from simulator import text
from simulator.errors import InputError
from simulator.maps import page, regionmaps
from simulator.maps.page import FOOT_IN, TITLE_IN, WIDTH_IN, Choice
from simulator.maps.regionmaps import Frame, RegionCells
from simulator.maps.sheet import Sheet
from simulator.results import Results
from simulator.units import DAY_S, HOUR_S

_LEFT_IN, _RIGHT_IN, _BETWEEN_IN = 0.62, 0.25, 0.22
_LINE_IN = 0.17
_LONGITUDES_IN = 0.3
# Below the panels: longitude labels, colour bar with its label, source line.
_UNDER_IN = FOOT_IN + 0.95
_MOST_HIGH_IN = 5.4
_PANELS_HIGH_IN = 7.5
_LEAST_HIGH_IN = 1.5
# Times of more than this are read in days.
_MOST_HOURS = 96.0
# More than in other cell maps: one scale serves networks that lie far apart.
_MOST_STEPS = 12
_CHARACTERS_AN_INCH = 13.0


@dataclass(frozen=True, eq=False)
class Panel:
    """One map: its title, and a value for each cell, NaN where there is none."""

    title: str
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class ColourScale:
    """Colours of values, and what they mean."""

    norm: BoundaryNorm
    colours: Colormap
    label: str


@dataclass(frozen=True)
class NetworkTime:
    """A time of cells by network: its variable in a grid, and the words of its maps."""

    variable: str
    word: str
    heading: str
    compared: str
    note: str
    less: str
    more: str
    alike: str
    grey: str
    nothing: str


AGE = NetworkTime(
    variable="cell_age_mean_s",
    word="age",
    heading="mean age of the newest picture at headquarters",
    compared="newest picture at headquarters",
    note="each access a picture that has the network to itself",
    less="younger",
    more="older",
    alike="as old as with the baseline",
    grey="no picture at headquarters",
    nothing="no picture is at headquarters",
)
RESPONSE = NetworkTime(
    variable="cell_response_mean_s",
    word="response",
    heading="mean time from a request to its picture at headquarters",
    compared="request to picture at headquarters",
    note="each access a picture that has the network to itself; answered requests",
    less="sooner",
    more="later",
    alike="as soon as with the baseline",
    grey="no request answered",
    nothing="no request is answered",
)


def has_maps(results: Results, time: NetworkTime) -> bool:
    """Return whether every region of a run has the time by network."""
    return bool(results.grids) and all(time.variable in g for g in results.grids.values())


def has_differences(results: Results, time: NetworkTime) -> bool:
    """Return whether every region has the time with the baseline and with another network."""
    if not has_maps(results, time):
        return False
    named = [grid["network"].to_numpy().astype(str).tolist() for grid in results.grids.values()]
    return all(results.baseline in names and len(names) > 1 for names in named)


def age(results: Results, choice: Choice) -> Figure:
    """Draw the mean age of the newest picture of each cell at headquarters, by network."""
    return _maps(results, choice, AGE)


def age_difference(results: Results, choice: Choice) -> Figure:
    """Draw by how much the newest picture of each cell is younger than with the baseline."""
    return _differences(results, choice, AGE)


def response(results: Results, choice: Choice) -> Figure:
    """Draw the mean time from a request for each cell to its picture at headquarters."""
    return _maps(results, choice, RESPONSE)


def response_difference(results: Results, choice: Choice) -> Figure:
    """Draw by how much sooner than with the baseline a request for each cell is answered."""
    return _differences(results, choice, RESPONSE)


def _maps(results: Results, choice: Choice, time: NetworkTime) -> Figure:
    cells, times_s = _times(results, choice, time)
    unit, seconds = _unit(list(times_s.values()))
    panels = [_time_panel(cells, name, times / seconds, unit) for name, times in times_s.items()]
    return _page(
        results,
        cells,
        panels,
        heading=f"{cells.title}: {time.heading}",
        note=time.note,
        scale=_time_scale([panel.values for panel in panels], f"mean {time.word}, {unit}"),
        grey=time.grey,
        nothing=time.nothing,
    )


def _differences(results: Results, choice: Choice, time: NetworkTime) -> Figure:
    cells, times_s = _times(results, choice, time)
    base_s = times_s.pop(results.baseline, None)
    gains_s = {} if base_s is None else {name: base_s - times for name, times in times_s.items()}
    unit, seconds = _unit(list(gains_s.values()))
    panels = [
        _gain_panel(cells, name, gain / seconds, seconds, time) for name, gain in gains_s.items()
    ]
    # Without another network the page still shows the region, and says why it is empty.
    empty = Panel("", np.where(cells.inside, 0.0, np.nan))
    label = f"{unit} {time.less} than with {results.baseline} (negative: {time.more})"
    return _page(
        results,
        cells,
        panels or [empty],
        heading=f"{cells.title}: {time.compared}, compared with {results.baseline}",
        note=f"mean {time.word} with {results.baseline} less mean {time.word} with the other "
        "network",
        scale=_gain_scale([panel.values for panel in panels], textwrap.fill(label, 50)),
        grey=f"{time.grey} with one of the two",
        nothing="no cell to compare" if panels else "no other network to compare with",
    )


def _times(
    results: Results, choice: Choice, time: NetworkTime
) -> tuple[RegionCells, dict[str, np.ndarray]]:
    """Return a region's cells and the time in seconds by network, the baseline first."""
    cells = regionmaps.region_cells(results, choice.region)
    if time.variable not in cells.grid:
        raise InputError(
            f"region: '{cells.name}' has no {time.word} by network; run the scenario again"
        )
    names = cells.grid["network"].to_numpy().astype(str).tolist()
    values = cells.grid[time.variable].to_numpy().astype(float)
    by_name = dict(zip(names, values, strict=True))
    # A stable sort: the others stay in the order of the run.
    names.sort(key=lambda name: name != results.baseline)
    return cells, {name: np.where(cells.inside, by_name[name], np.nan) for name in names}


def _unit(values_s: Sequence[np.ndarray]) -> tuple[str, float]:
    """Return the unit in which to read values, and the seconds it has."""
    greatest = max((float(np.nanmax(np.abs(v), initial=0.0)) for v in values_s), default=0.0)
    if greatest > _MOST_HOURS * HOUR_S:
        return "days", DAY_S
    return "hours", HOUR_S


def _time_panel(cells: RegionCells, name: str, times: np.ndarray, unit: str) -> Panel:
    mean = cells.mean(times)
    summary = "never" if mean is None else f"mean {mean:.3g} {unit[0]}"
    return Panel(f"{name}\n{summary}{_missing(cells, times)}", times)


def _gain_panel(
    cells: RegionCells, name: str, gain: np.ndarray, seconds: float, time: NetworkTime
) -> Panel:
    mean = cells.mean(gain)
    if mean is None:
        summary = "never with both"
    else:
        hours = abs(mean) * seconds / HOUR_S
        summary = f"{text.duration(hours)} {time.less if mean >= 0.0 else time.more}"
        # Below half a second the difference is that of rounding.
        if hours * HOUR_S < 0.5:
            summary = time.alike
    return Panel(f"{name}\n{summary}{_missing(cells, gain)}", gain)


def _missing(cells: RegionCells, values: np.ndarray) -> str:
    """Return in words what share of the area has no value, if it is not all or nothing."""
    unknown = cells.inside & ~np.isfinite(values)
    if not unknown.any() or np.array_equal(unknown, cells.inside):
        return ""
    return f", none for {cells.share(unknown):.0%}"


def _time_scale(values: Sequence[np.ndarray], label: str) -> ColourScale | None:
    # Reversed, so that the bright cells are those whose pictures are fresh or soon there.
    norm = regionmaps.colour_steps(np.stack(values), "viridis_r", _MOST_STEPS)
    return None if norm is None else ColourScale(norm, matplotlib.colormaps["viridis_r"], label)


def _gain_scale(values: Sequence[np.ndarray], label: str) -> ColourScale | None:
    """Return the colours of differences: the same shades on both sides of zero."""
    # Zero is always on the scale: it is what gains and losses are measured from.
    known = np.concatenate([np.zeros(1), *(v[np.isfinite(v)] for v in values)])
    if len(known) == 1:
        return None
    low, high = float(known.min()), float(known.max())
    # No step could be told from the next on so narrow a scale.
    if high - low < 1e-3:
        low, high = -1.0, 1.0
    ticks = regionmaps.round_steps(low, high, _MOST_STEPS)
    middles = 0.5 * (ticks[1:] + ticks[:-1]) / np.abs(ticks).max()
    # Next to zero a shade already, or the map beneath would seem to show through.
    shades = 0.5 + 0.5 * np.sign(middles) * (0.1 + 0.9 * np.abs(middles))
    colours = ListedColormap(matplotlib.colormaps["RdBu"](shades))
    return ColourScale(BoundaryNorm(ticks, colours.N), colours, label)


def _page(
    results: Results,
    cells: RegionCells,
    panels: Sequence[Panel],
    *,
    heading: str,
    note: str,
    scale: ColourScale | None,
    grey: str,
    nothing: str,
) -> Figure:
    """Draw panels row by row with their one colour bar, and the legend, below."""
    columns, frame = _arranged(cells, len(panels))
    room = int(frame.width_in * _CHARACTERS_AN_INCH)
    titles = [_folded(panel.title, room) for panel in panels]
    head_in = 0.1 + _LINE_IN * max(title.count("\n") + 1 for title in titles)
    rows = math.ceil(len(panels) / columns)
    row_in = head_in + frame.height_in
    height_in = TITLE_IN + rows * row_in + _UNDER_IN
    drawing = page.page(results, heading, height_in=height_in, note=note)
    for number, (panel, title) in enumerate(zip(panels, titles, strict=True)):
        row, column = divmod(number, columns)
        left_in = _LEFT_IN + column * (frame.width_in + _BETWEEN_IN)
        bottom_in = height_in - TITLE_IN - (row + 1) * row_in
        labels = (column == 0, number + columns >= len(panels))
        sheet = regionmaps.region_sheet(drawing, cells, frame, left_in, bottom_in, labels=labels)
        _draw_values(sheet, cells, panel.values, scale)
        sheet.axes.set_title(title, loc="left", fontsize=9.5, linespacing=1.15)
        if scale is None:
            page.say_nothing(sheet.axes, nothing)
    top_in = _UNDER_IN - _LONGITUDES_IN - 0.14
    if scale is not None:
        bar = page.place(drawing, _LEFT_IN, top_in, 3.6, 0.14)
        painted = ScalarMappable(scale.norm, scale.colours)
        drawing.colorbar(painted, cax=bar, orientation="horizontal", label=scale.label)
    lacking = any(not np.isfinite(panel.values[cells.inside]).all() for panel in panels)
    regionmaps.draw_legend(drawing, cells, frame, top_in + 0.14, grey=grey if lacking else None)
    return drawing


def _arranged(cells: RegionCells, count: int) -> tuple[int, Frame]:
    """Return in how many columns panels go, and the frame of each: large on a page not too high."""

    def frame(columns: int) -> Frame:
        rows = math.ceil(count / columns)
        wide_in = WIDTH_IN - _LEFT_IN - _RIGHT_IN - (columns - 1) * _BETWEEN_IN
        high_in = min(_MOST_HIGH_IN, _PANELS_HIGH_IN / rows)
        return regionmaps.region_frame(cells, most_wide_in=wide_in / columns, most_high_in=high_in)

    def worth(columns: int) -> float:
        panel = frame(columns)
        return panel.width_in * math.sqrt(panel.height_in / math.ceil(count / columns))

    # What is compared stands side by side, as long as it can be read there.
    beside = 2 if count == 4 else min(count, 3)
    if frame(beside).height_in >= _LEAST_HIGH_IN:
        return beside, frame(beside)
    # Counted down, so that of two that serve alike the wider page is taken.
    columns = max(range(min(count, 4), 0, -1), key=worth)
    return columns, frame(columns)


def _folded(title: str, room: int) -> str:
    """Return a title whose lines are no longer than fits over a panel."""
    return "\n".join(page.wrapped(line, max(room, 12)) for line in title.split("\n"))


def _draw_values(
    sheet: Sheet, cells: RegionCells, values: np.ndarray, scale: ColourScale | None
) -> None:
    """Fill the cells of one panel with the colours of their values, and grey out those without."""
    known = np.isfinite(values)
    regionmaps.draw_grey(sheet, cells, cells.inside & ~known)
    if scale is not None and known.any():
        style: dict[str, Any] = {"cmap": scale.colours, "norm": scale.norm, "zorder": 2}
        cells.layout.paint(sheet, values, antialiased=False, rasterized=True, **style)
