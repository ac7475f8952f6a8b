"""The map of a region: its cells, its frame on the page, its base map and its legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
import shapely
import xarray as xr
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from shapely.geometry.base import BaseGeometry

from simulator import basemap
from simulator.errors import InputError, nearest_hint
from simulator.maps import globe, page
from simulator.maps import sheet as sheets
from simulator.maps.layouts import Layout, layout
from simulator.maps.page import WIDTH_IN
from simulator.maps.projections import PLATE_CARREE, Conic, Polar, Projection
from simulator.maps.sheet import Sheet
from simulator.results import Results

NEVER_COLOUR = "#D4D4D4"


@dataclass(frozen=True)
class RegionCells:
    """One region's cells, longitudes counted from its own centre.

    `seen`, `never` (bool) and `area_km2` have the shape of the figures, (lat, lon) or (cell,);
    cells outside the region are in neither.
    """

    name: str
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

    @property
    def title(self) -> str:
        """Return what the region is called above a map: as in the scenario."""
        return f"Region {self.name}"

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


def region_cells(results: Results, region: str | None) -> RegionCells:
    """Return the cells of a region of a run, of the first without a name.

    Raises InputError for a run without a grid, an unknown region, and a region without a cell.
    """
    if not results.grids:
        raise InputError("region: this run has no grid; add a [[regions]] table to the scenario")
    name = next(iter(results.grids)) if region is None else region
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
    centre_deg, places = layout(grid, inside)
    return RegionCells(
        name=name,
        centre_deg=centre_deg,
        layout=places,
        seen=seen,
        never=inside & ~seen,
        area_km2=grid["cell_area_km2"].to_numpy().astype(float),
        grid=grid,
    )


def region_projection(bounds_deg: tuple[float, float, float, float]) -> Projection:
    """Return a projection that shows a region undistorted: west, south, east, north in degrees.

    Conic between the tropics and the polar circles, stereographic about the nearer pole beyond
    them, plain longitude and latitude for what is equatorial or wide.
    """
    west, south, east, north = bounds_deg
    middle, height = (south + north) / 2.0, north - south
    if abs(middle) > 66.0:
        return Polar(float(np.copysign(1.0, middle)))
    if abs(middle) > 20.0 and east - west < 60.0 and height < 50.0:
        # A sixth of the height inside its edges keeps the scale nearly true in all of a region
        # (Snyder, 1987, Map Projections, chapter 15, after Deetz and Adams).
        return Conic(middle, (south + height / 6.0, north - height / 6.0))
    return PLATE_CARREE


@dataclass(frozen=True)
class Frame:
    """What a region's map shows, in map units, and how large it stands on the page, in inches."""

    projection: Projection
    centre_deg: float
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    width_in: float
    height_in: float

    def window(self) -> BaseGeometry:
        """Return the box of longitudes, counted from the centre, and latitudes that is shown."""
        x, y = np.meshgrid(np.linspace(*self.x_limits, 41), np.linspace(*self.y_limits, 41))
        longitude, latitude = self.projection.unproject(x, y)
        known = np.isfinite(longitude)
        longitude, latitude = longitude[known], latitude[known]
        # The samples miss a pole or an edge by up to one step of theirs.
        margin = 3.0
        west, east = longitude.min() - margin, longitude.max() + margin
        if east - west > 180.0:
            west, east = -180.0, 180.0
        box = shapely.box(west, latitude.min() - margin, east, latitude.max() + margin)
        return shapely.intersection(globe.WORLD, box)


def region_frame(cells: RegionCells, *, most_wide_in: float, most_high_in: float) -> Frame:
    """Return the largest frame of the region's own shape that fits a place on the page."""
    west, south, east, north = cells.bounds_deg()
    projection = region_projection((west, south, east, north))
    grid = np.meshgrid(np.linspace(west, east, 61), np.linspace(south, north, 61))
    x, y = projection.project(*grid)
    # Edges bow on a conic map: the limits are those of a grid of points, not of the corners.
    margin = 0.04 * max(np.ptp(x), np.ptp(y))
    x_limits, y_limits = (
        _widened(values, margin, most)
        for values, most in zip((x, y), projection.limits, strict=True)
    )
    aspect = (y_limits[1] - y_limits[0]) / (x_limits[1] - x_limits[0])
    width = min(most_wide_in, most_high_in / aspect)
    return Frame(projection, cells.centre_deg, x_limits, y_limits, width, width * aspect)


def _widened(values: np.ndarray, margin: float, most: tuple[float, float]) -> tuple[float, float]:
    return max(float(values.min()) - margin, most[0]), min(float(values.max()) + margin, most[1])


def region_sheet(
    drawing: Figure,
    cells: RegionCells,
    frame: Frame,
    left_in: float,
    bottom_in: float,
    *,
    labels: tuple[bool, bool] = (True, True),
) -> Sheet:
    """Return the base map of a region at a place on the page.

    `labels` are whether the lines of the grid are named at the left, and whether at the foot.
    """
    place = (left_in, bottom_in, frame.width_in, frame.height_in)
    axes = page.place(drawing, *place)
    sheet = Sheet.of_a_part(
        axes, frame.projection, cells.centre_deg, frame.x_limits, frame.y_limits
    )
    # The finer coast is lost on a map of the world, and takes seconds to draw there.
    scale = "110m" if of_the_world(cells) else "50m"
    sheet.base(scale, window=frame.window(), demarcation=demarcation_shown(cells, frame))
    sheet.gridlines(*_grid_steps(cells.bounds_deg()), labels=labels)
    return sheet


def of_the_world(cells: RegionCells) -> bool:
    """Return whether a region is a good part of the Earth."""
    return bool(cells.area_km2[cells.inside].sum() > 3e7)


def demarcation_shown(cells: RegionCells, frame: Frame) -> bool:
    """Return whether the inter-Korean line is drawn apart: where a map is not of the world."""
    if of_the_world(cells):
        return False
    line = shapely.GeometryCollection(list(basemap.dmz("50m")))
    return not globe.turn(line, cells.centre_deg, frame.window()).is_empty


def draw_grey(sheet: Sheet, cells: RegionCells, mask: np.ndarray) -> None:
    """Fill the cells of a mask, those without a value, with a pale grey."""
    area = cells.layout.surface(mask)
    sheet.turned_shape(area, facecolor=NEVER_COLOUR, ec="none", zorder=2)


def draw_legend(
    drawing: Figure, cells: RegionCells, frame: Frame, top_in: float, *, grey: str | None
) -> None:
    """Name the grey cells, if there are any, and the inter-Korean line, where the map has it."""
    handles: list[Any] = []
    if grey is not None:
        handles.append(Patch(label=grey, fc=NEVER_COLOUR, ec="none"))
    if demarcation_shown(cells, frame):
        line: dict[str, Any] = {"color": sheets.DMZ_COLOUR, "lw": 1.8, "ls": sheets.DMZ_DASH}
        handles.append(Line2D([], [], label="Military Demarcation Line (DMZ)", **line))
    if handles:
        place = (1.0 - 0.2 / WIDTH_IN, top_in / drawing.get_figheight())
        drawing.legend(handles=handles, loc="upper right", bbox_to_anchor=place, borderaxespad=0.0)


def colour_steps(values: np.ndarray, colours: str, most_steps: int) -> BoundaryNorm | None:
    """Return the bounds between the colours of values at round numbers; None without any value."""
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    low, high = float(known.min()), float(known.max())
    if high - low <= 1e-3 * high:
        # One value everywhere: a scale around it, or the ticks would differ by rounding only.
        low, high = 0.5 * low, 1.5 * high if high > 0.0 else 1.0
    return BoundaryNorm(round_steps(low, high, most_steps), matplotlib.colormaps[colours].N)


def round_steps(low: float, high: float, most_steps: int) -> np.ndarray:
    """Return evenly spaced round numbers from below one value to above another."""
    locator = MaxNLocator(most_steps, steps=[1, 2, 2.5, 5, 10])
    return np.asarray(locator.tick_values(low, high))


def _grid_steps(bounds_deg: tuple[float, float, float, float]) -> tuple[float, float]:
    """Return spacings of meridians and parallels that give about five of each."""
    west, south, east, north = bounds_deg
    # Each divides 90, so that the equator is always among the parallels.
    steps = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0)
    across = next((s for s in steps if s * 5.0 >= east - west), 60.0)
    return across, next((s for s in steps if s * 6.0 >= north - south), 30.0)
