"""Maps of how old the newest picture at headquarters is, or how long a request for one waits.

A panel a network, on one scale.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from simulator import text
from simulator.errors import InputError
from simulator.maps import classes, page, regionmaps
from simulator.maps.classes import ColourScale
from simulator.maps.frames import Frame
from simulator.maps.page import FOOT_IN, WIDTH_IN, Choice
from simulator.maps.regionmaps import RegionCells
from simulator.maps.sheet import Sheet
from simulator.report import others_words, percent, values_headline
from simulator.results import Results, labels_of
from simulator.units import HOUR_S

_LEFT_IN, _RIGHT_IN, _BETWEEN_IN = 0.62, 0.25, 0.22
_LINE_IN = 0.17
_LONGITUDES_IN = 0.3
# Below the panels: longitude labels, colour bar with its label, source line.
_UNDER_IN = FOOT_IN + 0.95
_MOST_HIGH_IN = 5.4
_PANELS_HIGH_IN = 7.5
_LEAST_HIGH_IN = 1.5
# More than in other cell maps: one scale serves networks that lie far apart.
_MOST_STEPS = 12
_CHARACTERS_AN_INCH = 13.0
# Below half a second a difference is that of rounding.
_ALIKE_H = 0.5 / HOUR_S
_ALIKE_COLOUR = "#FFFFFF"


@dataclass(frozen=True, eq=False)
class Panel:
    """One map: its title, and a value for each cell, NaN where there is none.

    `alike` are the cells, if any, whose value is no difference, which have no class of colour.
    """

    title: str
    values: np.ndarray
    alike: np.ndarray | None = None

    @property
    def classed(self) -> np.ndarray:
        """Return the values that have a class of colour, NaN for all others."""
        return self.values if self.alike is None else np.where(self.alike, np.nan, self.values)


@dataclass(frozen=True)
class NetworkTime:
    """A time of cells by network: its variable in a grid, and the words of its maps."""

    variable: str
    word: str
    lead: str
    after: str
    never: str
    contents: str
    note: str
    less: str
    more: str
    compared: str
    alike: str
    grey: str
    nothing: str


AGE = NetworkTime(
    variable="cell_age_mean_h",
    word="age",
    lead="the newest picture at headquarters is on average",
    after=" old",
    never="no picture reaches headquarters",
    contents="mean age of the newest picture at headquarters",
    note="each access a picture that has the network to itself",
    less="younger",
    more="older",
    compared="the newest picture at headquarters is",
    alike="as old",
    grey="no picture at headquarters",
    nothing="no picture is at headquarters",
)
RESPONSE = NetworkTime(
    variable="cell_response_mean_h",
    word="response",
    lead="from a request to its picture at headquarters it takes",
    after="",
    never="no request is answered",
    contents="mean time from request to picture at headquarters",
    note="answered requests; each picture has the network to itself",
    less="sooner",
    more="later",
    compared="a request is answered",
    alike="as soon",
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
    cells, times_h = _times(results, choice, time)
    unit, hours = classes.unit_of_times(list(times_h.values()))
    call = labels_of(results).network
    panels = [
        _time_panel(cells, call(name), times / hours, hours) for name, times in times_h.items()
    ]
    # Reversed, so that the bright cells are those whose pictures are fresh or soon there.
    scale = classes.colour_scale(
        np.stack([panel.values for panel in panels]), "viridis_r", _MOST_STEPS
    )
    return _page(
        results,
        choice,
        cells,
        panels,
        heading=_heading(cells, times_h, time, call),
        note=f"{time.contents}; {time.note}",
        scale=scale,
        label=_label(f"mean {time.word}", scale, unit),
        hours=hours,
        grey=time.grey,
        nothing=time.nothing,
    )


def _heading(
    cells: RegionCells,
    times_h: dict[str, np.ndarray],
    time: NetworkTime,
    call: Callable[[str], str],
) -> str:
    """Return the mean time by network in a heading."""
    means = {name: cells.mean(times) for name, times in times_h.items()}
    return values_headline(
        {name: math.nan if mean is None else mean for name, mean in means.items()},
        f"{cells.title}: {time.lead}",
        never=f"{cells.title}: {time.never}",
        after=time.after,
        call=call,
    )


def _differences(results: Results, choice: Choice, time: NetworkTime) -> Figure:
    cells, times_h = _times(results, choice, time)
    base_h = times_h.pop(results.baseline, None)
    gains_h = {} if base_h is None else {name: base_h - times for name, times in times_h.items()}
    unit, hours = classes.unit_of_times(list(gains_h.values()))
    call = labels_of(results).network
    panels = [
        _gain_panel(cells, call(name), gain / hours, hours, time) for name, gain in gains_h.items()
    ]
    # Without another network the page still shows the region, and says why it is empty.
    empty = Panel("", np.where(cells.inside, 0.0, np.nan))
    base = text.shortened(labels_of(results).short_network(results.baseline), 30)
    scale = classes.gain_scale([panel.classed for panel in panels], _MOST_STEPS)
    signs = "" if scale is None or scale.bounds[0] >= 0.0 else f"; below 0: {time.more}"
    label = _label(f"{time.less} than with {base}{signs}", scale, unit)
    return _page(
        results,
        choice,
        cells,
        panels or [empty],
        heading=_gain_heading(cells, gains_h, time, base, call),
        note=f"{time.contents}: with {base} minus with the other network",
        scale=scale,
        label=label,
        hours=hours,
        grey=f"{time.grey} with one of the two",
        nothing=_nothing_compared(panels),
    )


def _gain_heading(
    cells: RegionCells,
    gains_h: dict[str, np.ndarray],
    time: NetworkTime,
    base: str,
    call: Callable[[str], str],
) -> str:
    """Return by how much others are younger or sooner, those that read alike together."""
    alike: dict[str, list[str]] = {}
    for name, gain in gains_h.items():
        alike.setdefault(_gain_words(cells.mean(gain), time), []).append(name)
    parts = [
        f"{words} with {others_words(names, len(gains_h), call)}" for words, names in alike.items()
    ]
    if not parts:
        return f"{cells.title}: {time.contents}"
    found = f"{cells.title}: {time.compared} {'; '.join(parts)}"
    if len(parts) > 1:
        return found
    return f"{found} {'as' if time.alike in alike else 'than'} with {base}"


def _nothing_compared(panels: Sequence[Panel]) -> str:
    """Return why a page of differences shows none."""
    if not panels:
        return "no other network to compare with"
    some = any(np.isfinite(panel.values).any() for panel in panels)
    return "no difference in any cell" if some else "no cell to compare"


def _label(words: str, scale: ColourScale | None, unit: str) -> str:
    """Return the label of a bar: with its unit, where its bounds do not have one each."""
    return words if scale is not None and not scale.even else f"{words}, {unit}"


def _times(
    results: Results, choice: Choice, time: NetworkTime
) -> tuple[RegionCells, dict[str, np.ndarray]]:
    """Return a region's cells and the time in hours by network, the baseline first."""
    cells = regionmaps.region_cells(results, choice)
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


def _time_panel(cells: RegionCells, name: str, times: np.ndarray, hours: float) -> Panel:
    mean = cells.mean(times)
    summary = "never" if mean is None else f"mean {text.duration(mean * hours)}"
    return Panel(f"{name}\n{summary}{_missing(cells, times)}", times)


def _gain_panel(
    cells: RegionCells, name: str, gain: np.ndarray, hours: float, time: NetworkTime
) -> Panel:
    mean = cells.mean(gain)
    words = _gain_words(None if mean is None else mean * hours, time)
    alike = np.abs(gain) * hours < _ALIKE_H
    return Panel(f"{name}\n{words}{_missing(cells, gain)}", gain, alike)


def _gain_words(mean_h: float | None, time: NetworkTime) -> str:
    """Return in words by how much a mean is less than the baseline's."""
    if mean_h is None:
        return "never with both"
    if abs(mean_h) < _ALIKE_H:
        return time.alike
    way = time.less if mean_h > 0.0 else time.more
    return f"{text.duration(abs(mean_h))} {way}"


def _missing(cells: RegionCells, values: np.ndarray) -> str:
    """Return in words what share of the area has no value, if it is not all or nothing."""
    unknown = cells.inside & ~np.isfinite(values)
    if not unknown.any() or np.array_equal(unknown, cells.inside):
        return ""
    return f", none for {percent(cells.share(unknown))}"


def _page(
    results: Results,
    choice: Choice,
    cells: RegionCells,
    panels: Sequence[Panel],
    *,
    heading: str,
    note: str,
    scale: ColourScale | None,
    label: str,
    hours: float,
    grey: str,
    nothing: str,
) -> Figure:
    """Draw panels row by row with their one colour bar, and the legend, below."""
    columns, frame = _arranged(cells, choice, len(panels))
    room = int(frame.width_in * _CHARACTERS_AN_INCH)
    titles = [_folded(panel.title, room) for panel in panels]
    head_in = 0.1 + _LINE_IN * max(title.count("\n") + 1 for title in titles)
    rows = math.ceil(len(panels) / columns)
    row_in = head_in + frame.height_in
    body_in = rows * row_in + _UNDER_IN
    drawing = page.page(
        results, choice, heading, body_in=body_in, note=note, remark=frame.coast_remark
    )
    for number, (panel, title) in enumerate(zip(panels, titles, strict=True)):
        row, column = divmod(number, columns)
        left_in = _LEFT_IN + column * (frame.width_in + _BETWEEN_IN)
        bottom_in = body_in - (row + 1) * row_in
        labels = (column == 0, number + columns >= len(panels))
        sheet = regionmaps.part_sheet(drawing, frame, left_in, bottom_in, labels=labels)
        _draw_values(sheet, cells, panel, scale)
        sheet.axes.set_title(title, loc="left", fontsize=9.5, linespacing=1.15)
        if scale is None:
            page.say_nothing(sheet.axes, nothing)
    top_in = _UNDER_IN - _LONGITUDES_IN - 0.14
    if scale is not None:
        classes.draw_bar(
            drawing, scale, _LEFT_IN, top_in, label, write=lambda value: _duration(value * hours)
        )
    lacking = any(not np.isfinite(panel.values[cells.inside]).all() for panel in panels)
    alike = any(panel.alike is not None and panel.alike.any() for panel in panels)
    regionmaps.draw_legend(
        drawing,
        frame,
        top_in + 0.14,
        grey=grey if lacking else None,
        pale=("no difference", _ALIKE_COLOUR) if alike else None,
    )
    return drawing


def _arranged(cells: RegionCells, choice: Choice, count: int) -> tuple[int, Frame]:
    """Return in how many columns panels go, and the frame of each: large on a page not too high."""

    def frame(columns: int) -> Frame:
        rows = math.ceil(count / columns)
        wide_in = WIDTH_IN - _LEFT_IN - _RIGHT_IN - (columns - 1) * _BETWEEN_IN
        high_in = min(_MOST_HIGH_IN, _PANELS_HIGH_IN / rows)
        return regionmaps.region_frame(
            cells, choice, most_wide_in=wide_in / columns, most_high_in=high_in
        )

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


def _duration(hours: float) -> str:
    """Return a difference of times with its sign."""
    return f"{'-' if hours < 0.0 else ''}{text.duration(abs(hours))}"


def _folded(title: str, room: int) -> str:
    """Return a title whose lines are no longer than fits over a panel."""
    return "\n".join(page.wrapped(line, max(room, 12)) for line in title.split("\n"))


def _draw_values(sheet: Sheet, cells: RegionCells, panel: Panel, scale: ColourScale | None) -> None:
    """Fill the cells of one panel with the colours of their values, and grey out those without."""
    regionmaps.draw_grey(sheet, cells, cells.inside & ~np.isfinite(panel.values))
    if panel.alike is not None and panel.alike.any():
        area = cells.layout.surface(panel.alike)
        sheet.turned_shape(area, facecolor=_ALIKE_COLOUR, ec="none", zorder=2)
    if scale is not None and np.isfinite(panel.classed).any():
        style: dict[str, Any] = {"cmap": scale.colours, "norm": scale.norm, "zorder": 2}
        cells.layout.paint(sheet, panel.classed, antialiased=False, rasterized=True, **style)
