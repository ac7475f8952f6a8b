"""The map of what one more station would add at each cell of a region, the best places named."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from simulator import glossary, text
from simulator.maps import classes, frames, page, regionmaps
from simulator.maps.classes import ColourScale
from simulator.maps.layouts import layout
from simulator.maps.naming import Named, name_points
from simulator.maps.page import FOOT_IN, WIDTH_IN, Choice
from simulator.maps.regionmaps import RegionCells
from simulator.maps.sheet import Sheet
from simulator.report import shown
from simulator.results import Answered

_LEFT_IN, _UNDER_IN = 0.75, FOOT_IN + 0.95
_WIDE_IN, _HIGH_IN = WIDTH_IN - _LEFT_IN - 0.3, 5.6
_MOST_STEPS = 8
_SEA = "at sea"
_MOST_BEST = 8
_NO_GAIN_COLOUR = "#FFFFFF"
# Of the greatest gain: less is no gain that a reader could tell from none.
_NOTHING = 1e-6
_BEST: dict[str, Any] = {"marker": "*", "mfc": "#F0E442", "mec": page.BLACK, "mew": 0.8}
_STATION: dict[str, Any] = {
    "marker": "^",
    "mfc": page.BASELINE_COLOUR,
    "mec": "white",
    "mew": 0.6,
}


def drawings(answered: Answered) -> dict[str, Callable[[bool], Figure]]:
    """Return a map for each figure in which one more station gains anything anywhere.

    Of those asked for by name, else of all. Names are those of the figures.
    """
    cells = answered.tables["cells"]
    asked = answered.asked.get("figures", answered.tables["baseline_figures"]["figure"])
    names = [str(name) for name in asked if (cells[name] > 0.0).any()]
    return {name: partial(_of_answer, answered, name) for name in names}


def _of_answer(answered: Answered, figure: str, titled: bool) -> Figure:
    region, baseline = str(answered.asked["region"]), str(answered.asked["baseline"])
    own = answered.tables["baseline_figures"].set_index("figure")["value"]
    cells = answered.tables["cells"]
    # Of cells as good the first, as in the answer's text.
    best = cells[cells[figure] > 0.0].sort_values(figure, ascending=False, kind="stable")
    return draw_siting(
        answered.grids[region],
        figure,
        best.drop_duplicates("country").head(_MOST_BEST),
        _stations(answered, baseline),
        region=region,
        baseline=baseline,
        with_baseline=float(own[figure]),
        title=answered.title,
        foot=page.foot_of(answered),
        choice=Choice(titled=titled),
    )


def _stations(answered: Answered, network: str) -> pd.DataFrame:
    """Return the stations of a network of the answer's scenario."""
    networks = tomllib.loads(answered.scenario_toml)["networks"]
    own = next(table for table in networks if table["name"] == network)
    columns = ("name", "latitude_deg", "longitude_deg")
    rows = [[station[column] for column in columns] for station in own.get("stations", ())]
    return pd.DataFrame(rows, columns=["station", *columns[1:]])


def draw_siting(
    grid: xr.Dataset,
    figure: str,
    best: pd.DataFrame,
    stations: pd.DataFrame,
    *,
    region: str,
    baseline: str,
    with_baseline: float,
    title: str,
    foot: str,
    choice: Choice | None = None,
) -> Figure:
    """Draw the gain in a figure by cell: `gain_` and its name in the grid, positive where better.

    `best` has a row a country, the best first: `country` (empty at sea), `latitude_deg`,
    `longitude_deg`, and the gain under the figure's name; `stations` are those of the baseline
    (`station`, `latitude_deg`, `longitude_deg`), of which `with_baseline` is the figure. `title`
    is of the scenario, `foot` what the map rests on.
    """
    chosen = choice or Choice()
    cells = _cells(grid, region, chosen, f"gain_{figure}")
    gains = cells.grid[f"gain_{figure}"].to_numpy().astype(float)
    factor, label, write = _unit(figure, gains)
    frame = regionmaps.region_frame(cells, chosen, most_wide_in=_WIDE_IN, most_high_in=_HIGH_IN)
    with page.styled():
        drawing = page.blank(
            _heading(figure, best, baseline),
            title,
            foot,
            body_in=frame.height_in + _UNDER_IN + 0.1,
            note=f"{_amount(figure, with_baseline)} with {baseline} alone; what one more station "
            "in each cell adds, pictures sharing the network",
            titled=chosen.titled,
        )
        sheet = regionmaps.part_sheet(drawing, frame, _LEFT_IN, _UNDER_IN)
        scale, without = _draw_gains(sheet, cells, gains * factor)
        _draw_places(sheet, figure, best, stations)
        if scale is None:
            page.say_nothing(sheet.axes, "one more station gains nothing anywhere here")
        else:
            classes.draw_bar(
                drawing,
                scale,
                _LEFT_IN,
                _UNDER_IN - 0.5,
                label if scale.even else label.rpartition(", ")[0],
                write=write,
                most_wide_in=frame.width_in,
            )
        regionmaps.draw_legend(
            drawing,
            frame,
            _UNDER_IN - 0.36,
            grey="no such figure" if cells.never.any() else None,
            pale=("no gain", _NO_GAIN_COLOUR) if without.any() else None,
            more=_handles(best, stations, baseline),
        )
    return drawing


def _words(figure: str) -> str:
    term = glossary.term(figure)
    return glossary.stem(figure) if term is None else term.words or term.full_label


def _cells(grid: xr.Dataset, region: str, choice: Choice, variable: str) -> RegionCells:
    """Return the cells of the grid, those without a gain as never seen."""
    inside = grid["in_region"].to_numpy().astype(bool)
    known = inside & np.isfinite(grid[variable].to_numpy().astype(float))
    extent = frames.turned_extent(choice)
    centre_deg, places = layout(grid, inside, None if extent is None else extent[0])
    return RegionCells(
        name=region,
        title=region,
        centre_deg=centre_deg,
        layout=places,
        seen=known,
        never=inside & ~known,
        area_km2=grid["cell_area_km2"].to_numpy().astype(float),
        grid=grid,
    )


def _unit(figure: str, gains: np.ndarray) -> tuple[float, str, Callable[[float], str]]:
    """Return the factor into the unit in which gains are read, the bar's label, and its words."""
    if glossary.unit(figure) == "h":
        unit, hours = classes.unit_of_times([gains])
        return 1.0 / hours, f"gain, {unit}", lambda value: text.duration(value * hours)
    if figure.endswith("_share"):
        return 100.0, "gain, per cent of all pictures", "{:g} %".format
    return 1.0, f"gain, {glossary.unit_words(figure)}", text.number


def _heading(figure: str, best: pd.DataFrame, baseline: str) -> str:
    words = _words(figure)
    if not len(best):
        return f"One more station here adds nothing to the {words} of {baseline}"
    first = best.iloc[0]
    where = f"in {first['country']}" if first["country"] else _SEA
    amount, term = _amount(figure, first[figure]), glossary.term(figure)
    if term is not None and term.better == "less":
        return f"One more station {where} takes up to {amount} off the {words}"
    return f"{words}: one more station {where} adds up to {amount}"


def _amount(figure: str, value: float) -> str:
    """Return a value of a figure with its unit."""
    written = shown(figure)(value)
    own_unit = glossary.unit(figure) == "h" or figure.endswith("_share")
    return written if own_unit else f"{written} {glossary.unit_words(figure)}".strip()


def _draw_gains(
    sheet: Sheet, cells: RegionCells, gains: np.ndarray
) -> tuple[ColourScale | None, np.ndarray]:
    """Fill cells with the colours of their gains; return the scale, and who gains nothing."""
    regionmaps.draw_grey(sheet, cells, cells.never)
    greatest = float(np.nanmax(np.abs(gains[cells.seen]), initial=0.0))
    without = cells.seen & (np.abs(np.nan_to_num(gains)) <= _NOTHING * greatest)
    if without.any():
        area = cells.layout.surface(without)
        sheet.turned_shape(area, facecolor=_NO_GAIN_COLOUR, ec="none", zorder=2)
    classed = np.where(cells.seen & ~without, gains, np.nan)
    if np.nanmin(classed, initial=0.0) < 0.0:
        scale = classes.gain_scale([classed], _MOST_STEPS)
    else:
        scale = classes.colour_scale(classed, "viridis", _MOST_STEPS)
    if scale is not None:
        style: dict[str, Any] = {"antialiased": False, "rasterized": True, "zorder": 2}
        cells.layout.paint(sheet, classed, cmap=scale.colours, norm=scale.norm, **style)
    return scale, without


def _draw_places(sheet: Sheet, figure: str, best: pd.DataFrame, stations: pd.DataFrame) -> None:
    """Mark the stations of the baseline and the best place of each country, those with its name."""
    own = stations[sheet.shows(stations["longitude_deg"], stations["latitude_deg"])]
    sheet.mark(own["longitude_deg"], own["latitude_deg"], ms=6.0, zorder=10, **_STATION)
    kept_clear = [
        Named(row["longitude_deg"], row["latitude_deg"], "")
        for row in own.to_dict(orient="records")
    ]
    sheet.mark(best["longitude_deg"], best["latitude_deg"], ms=9.0, zorder=11, **_BEST)
    named = [
        Named(
            row["longitude_deg"],
            row["latitude_deg"],
            f"{row['country'] or _SEA}: {_amount(figure, row[figure])}",
        )
        for row in best.to_dict(orient="records")
    ]
    name_points(sheet, [*named, *kept_clear])


def _handles(best: pd.DataFrame, stations: pd.DataFrame, baseline: str) -> list[Any]:
    handles = []
    if len(stations):
        label = f"station of {text.shortened(baseline, 28)}"
        handles.append(Line2D([], [], ls="", ms=6.0, label=label, **_STATION))
    if len(best):
        label = "best place of a country, its gain"
        handles.append(Line2D([], [], ls="", ms=9.0, label=label, **_BEST))
    return handles
