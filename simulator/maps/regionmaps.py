"""The map of a region: its cells, its frame on the page, its base map and its legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from simulator import basemap
from simulator.errors import InputError, nearest_hint
from simulator.maps import frames, globe, page
from simulator.maps import sheet as sheets
from simulator.maps.frames import Frame
from simulator.maps.layouts import Layout, layout
from simulator.maps.page import WIDTH_IN, Choice
from simulator.maps.sheet import Sheet
from simulator.results import Results, labels_of

NEVER_COLOUR = "#D4D4D4"
# A map wider than this is one of a good part of the world.
_LARGE_DEG = 90.0


@dataclass(frozen=True)
class RegionCells:
    """One region's cells, longitudes counted from the centre of its map; `title` is its name.

    `seen`, `never` (bool) and `area_km2` have the shape of the figures, (lat, lon) or (cell,);
    cells outside the region are in neither.
    """

    name: str
    title: str
    centre_deg: float
    layout: Layout
    seen: np.ndarray
    never: np.ndarray
    area_km2: np.ndarray
    grid: xr.Dataset

    @property
    def inside(self) -> np.ndarray:
        """Return which cells belong to the region."""
        return np.asarray(self.seen | self.never)

    def bounds_deg(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north edge of the cells that belong to the region."""
        return self.layout.bounds_deg(self.inside)

    def share(self, mask: np.ndarray) -> float:
        """Return the part of the region's area that the cells of a mask have."""
        return float(self.area_km2[mask].sum() / self.area_km2[self.inside].sum())

    def mean(self, values: np.ndarray) -> float | None:
        """Return the mean over the area inside that has a value; None where none has."""
        known = self.inside & np.isfinite(values)
        if not known.any():
            return None
        return float(np.average(values[known], weights=self.area_km2[known]))


def region_cells(results: Results, choice: Choice) -> RegionCells:
    """Return the cells of the region chosen of a run, of the first without a name.

    Raises InputError for a run without a grid, an unknown region, and a region without a cell.
    """
    if not results.grids:
        raise InputError("region: this run has no grid; add a [[regions]] table to the scenario")
    name = next(iter(results.grids)) if choice.region is None else choice.region
    if name not in results.grids:
        hint = nearest_hint(name, results.grids)
        raise InputError(f"region: '{name}' is not a region of this run{hint}")
    grid = results.grids[name]
    inside = np.ones(grid["accesses"].shape, dtype=bool)
    if "in_region" in grid:
        inside = grid["in_region"].to_numpy().astype(bool)
    if not inside.any():
        raise InputError(f"region: '{name}' has no cell; make its resolution_km smaller")
    seen = inside & (grid["accesses"].to_numpy() > 0)
    extent = frames.turned_extent(choice)
    centre_deg, places = layout(grid, inside, None if extent is None else extent[0])
    return RegionCells(
        name=name,
        title=_title(results, name),
        centre_deg=centre_deg,
        layout=places,
        seen=seen,
        never=inside & ~seen,
        area_km2=grid["cell_area_km2"].to_numpy().astype(float),
        grid=grid,
    )


def region_frame(
    cells: RegionCells, choice: Choice, *, most_wide_in: float, most_high_in: float
) -> Frame:
    """Return the largest frame of what is shown of a region that fits a place on the page."""
    extent = frames.turned_extent(choice)
    bounds_deg = cells.bounds_deg() if extent is None else extent[1]
    return frames.frame_of(
        bounds_deg,
        cells.centre_deg,
        frames.projection_of(choice, bounds_deg),
        most_wide_in=most_wide_in,
        most_high_in=most_high_in,
    )


def _title(results: Results, name: str) -> str:
    """Return what a region is called: by its name, or, without one, as in the scenario."""
    called = labels_of(results).region(name)
    return called if called != name else f"region {name}"


def part_sheet(
    drawing: Figure,
    frame: Frame,
    left_in: float,
    bottom_in: float,
    *,
    labels: tuple[bool, bool] = (True, True),
) -> Sheet:
    """Return the base map of a part of the Earth at a place on the page.

    `labels` are whether the lines of the grid are named at the left, and whether at the foot.
    """
    axes = page.place(drawing, left_in, bottom_in, frame.width_in, frame.height_in)
    limits = frame.x_limits, frame.y_limits
    sheet = Sheet.of_a_part(axes, frame.projection, frame.centre_deg, *limits, frame.window())
    sheet.base(frame.scale, demarcation=demarcation_shown(frame))
    sheet.gridlines(*grid_steps(frame.bounds_deg), labels=labels)
    return sheet


# A map asks once for its base and once for its legend, and maps of one region have one frame.
@lru_cache(maxsize=32)
def demarcation_shown(frame: Frame) -> bool:
    """Return whether the inter-Korean line is drawn apart: on a map that is not of the world."""
    west, _, east, _ = frame.bounds_deg
    if frame.scale == "110m" or east - west > _LARGE_DEG:
        return False
    # The window is a little wider than what is seen.
    line = shapely.GeometryCollection(list(basemap.dmz("50m")))
    x, y = frame.projection.project(
        *shapely.get_coordinates(globe.turn(line, frame.centre_deg, frame.window())).T
    )
    inside = (x > frame.x_limits[0]) & (x < frame.x_limits[1])
    return bool((inside & (y > frame.y_limits[0]) & (y < frame.y_limits[1])).any())


def draw_grey(sheet: Sheet, cells: RegionCells, mask: np.ndarray) -> None:
    """Fill the cells of a mask, those without a value, with a pale grey."""
    area = cells.layout.surface(mask)
    sheet.turned_shape(area, facecolor=NEVER_COLOUR, ec="none", zorder=2)


def draw_legend(
    drawing: Figure,
    frame: Frame,
    top_in: float,
    *,
    grey: str | None,
    pale: tuple[str, str] | None = None,
    more: Sequence[Any] = (),
) -> None:
    """Name the grey cells, if there are any, and the inter-Korean line, where the map has it.

    `pale` names other cells that have no class of colour, with their own; `more` are further marks.
    """
    handles: list[Any] = [*more]
    if pale is not None:
        handles.append(Patch(label=pale[0], fc=pale[1], ec="#999999", lw=0.6))
    if grey is not None:
        handles.append(Patch(label=grey, fc=NEVER_COLOUR, ec="none"))
    if demarcation_shown(frame):
        line: dict[str, Any] = {"color": sheets.DMZ_COLOUR, "lw": 1.8, "ls": sheets.DMZ_DASH}
        handles.append(Line2D([], [], label="Military Demarcation Line (DMZ)", **line))
    if handles:
        place = (1.0 - 0.2 / WIDTH_IN, page.height_of(drawing, top_in))
        drawing.legend(handles=handles, loc="upper right", bbox_to_anchor=place, borderaxespad=0.0)


def grid_steps(bounds_deg: frames.Bounds) -> tuple[float, float]:
    """Return spacings of meridians and parallels that give about five of each."""
    west, south, east, north = bounds_deg
    # Each divides 90, so that the equator is always among the parallels.
    steps = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0)
    across = next((s for s in steps if s * 5.0 >= east - west), 60.0)
    return across, next((s for s in steps if s * 6.0 >= north - south), 30.0)
