"""Map of the strips that satellites image of a region, coloured by the day they were imaged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from simulator.errors import InputError
from simulator.maps import globe, page, regionmaps
from simulator.maps.page import FOOT_IN, Choice
from simulator.results import Results
from simulator.units import DAY_S

DAYS_SHOWN = 7
_LEFT_IN, _UNDER_IN = 0.75, FOOT_IN + 0.35
_EDGES = [f"{side}_{axis}_deg" for side in ("left", "right") for axis in ("longitude", "latitude")]


def strips(results: Results, choice: Choice) -> Figure:
    """Draw the strips imaged of a region in its first days with any, or on one day."""
    cells = regionmaps.region_cells(results, replace(choice, region=_region(results, choice)))
    table = results.strip_edges
    if len(table):
        table = table[table["region"] == cells.name]
    day = (table["time_s"] // DAY_S).astype(int)
    days = _days_shown(results, choice, np.unique(day))
    frame = regionmaps.region_frame(cells, choice, most_wide_in=4.9, most_high_in=5.4)
    count = table[day.isin(days)].groupby(["satellite", "strip"]).ngroups
    drawing = page.page(
        results,
        choice,
        f"{cells.title}: {count} strip{'' if count == 1 else 's'} imaged in "
        f"{len(days)} {'day' if len(days) == 1 else 'days'}",
        body_in=frame.height_in + _UNDER_IN,
        note="strips imaged, true to scale",
        remark=frame.coast_remark,
    )
    sheet = regionmaps.part_sheet(drawing, frame, _LEFT_IN, _UNDER_IN)
    sheet.turned_shape(
        cells.layout.surface(cells.inside), facecolor="#00000012", ec="none", zorder=1
    )
    colours = matplotlib.colormaps["viridis"](np.linspace(0.0, 0.92, max(len(days), 2)))
    handles = []
    for number, colour in zip(days, colours, strict=False):
        for _, strip in table[day == number].groupby(["satellite", "strip"], sort=False):
            for shape in globe.between(strip[_EDGES].to_numpy()):
                sheet.shape(shape, fc=colour, ec=colour, lw=0.6, zorder=3)
        date = (results.start + timedelta(days=int(number))).date()
        handles.append(Patch(fc=colour, label=f"day {number + 1}: {date.day} {date:%b %Y}"))
    if not handles:
        page.say_nothing(sheet.axes, "no strip was imaged")
    drawing.legend(
        handles=handles,
        title="24 h from the start, UTC" if len(days) > 1 else None,
        loc="upper left",
        bbox_to_anchor=(
            (_LEFT_IN + frame.width_in + 0.15) / page.WIDTH_IN,
            page.below_head(drawing),
        ),
    )
    return drawing


def has_strips(results: Results) -> bool:
    """Return whether any strip was imaged of any region."""
    return bool(results.grids) and len(results.strip_edges) > 0


def _region(results: Results, choice: Choice) -> str | None:
    """Return the region to draw: the one chosen, or the first with strips."""
    if choice.region is not None or not has_strips(results):
        return choice.region
    return str(results.strip_edges["region"].iloc[0])


def _days_shown(results: Results, choice: Choice, imaged: np.ndarray) -> list[int]:
    if choice.day is None:
        first = int(imaged[0]) if len(imaged) else 0
        return [n for n in range(first, first + DAYS_SHOWN) if len(imaged) and n < results.days]
    number = (choice.day - results.start.date()).days
    if not 0 <= number < results.days:
        raise InputError(f"day: {choice.day} lies outside the run")
    return [number] if number in imaged else []
