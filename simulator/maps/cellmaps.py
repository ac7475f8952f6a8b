"""Cell maps of a region: how often, how soon and with what gaps each part of it is seen."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cartopy.crs as ccrs
import matplotlib
import numpy as np
import shapely
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, PercentFormatter
from shapely.geometry.base import BaseGeometry

from simulator import basemap
from simulator.errors import InputError, nearest_hint
from simulator.maps import page
from simulator.maps import sheet as globe
from simulator.maps.layouts import Layout, layout
from simulator.maps.page import FOOT_IN, TITLE_IN, WIDTH_IN, Choice, Mappable
from simulator.maps.sheet import Sheet
from simulator.text import duration
from simulator.units import DAY_S, HOUR_S

NEVER_COLOUR = "#BDBDBD"

# Below a region's map: longitude labels, colour bar with its label, source line.
_UNDER_IN = FOOT_IN + 0.95
_LEFT_IN = 0.75


@dataclass(frozen=True)
class Cells:
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


def region_cells(results: Mappable, region: str | None) -> Cells:
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
    return Cells(
        name=name,
        centre_deg=centre_deg,
        layout=places,
        seen=seen,
        never=inside & ~seen,
        area_km2=grid["cell_area_km2"].to_numpy().astype(float),
        grid=grid,
    )


def region_projection(
    bounds_deg: tuple[float, float, float, float], centre_deg: float
) -> ccrs.Projection:
    """Return a projection that shows a region undistorted: west, south, east, north in degrees.

    Conic between the tropics and the polar circles, stereographic about the nearer pole beyond
    them, plain longitude and latitude for what is equatorial or wide.
    """
    west, south, east, north = bounds_deg
    middle, height = (south + north) / 2.0, north - south
    if abs(middle) > 66.0:
        pole = np.copysign(90.0, middle)
        return ccrs.Stereographic(central_latitude=pole, central_longitude=centre_deg)
    if abs(middle) > 20.0 and east - west < 60.0 and height < 50.0:
        return ccrs.LambertConformal(
            central_longitude=centre_deg,
            central_latitude=middle,
            standard_parallels=(south + height / 6.0, north - height / 6.0),
            cutoff=-30.0 if middle > 0.0 else 30.0,
        )
    return ccrs.PlateCarree(central_longitude=centre_deg)


@dataclass(frozen=True)
class Frame:
    """Where on the page a region's map goes, in map units and inches."""

    projection: ccrs.Projection
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    width_in: float
    height_in: float


def region_frame(cells: Cells, *, most_wide_in: float, most_high_in: float) -> Frame:
    """Return the largest frame of the region's own shape that fits a place on the page."""
    west, south, east, north = cells.bounds_deg()
    projection = region_projection((west, south, east, north), cells.centre_deg)
    grid = np.meshgrid(np.linspace(west, east, 61), np.linspace(south, north, 61))
    x, y = globe.map_xy(projection, cells.centre_deg, *grid)
    margin = 0.04 * max(np.ptp(x), np.ptp(y))
    x_limits = _widened(x, margin, projection.x_limits)
    y_limits = _widened(y, margin, projection.y_limits)
    aspect = (y_limits[1] - y_limits[0]) / (x_limits[1] - x_limits[0])
    width = min(most_wide_in, most_high_in / aspect)
    return Frame(projection, x_limits, y_limits, width, width * aspect)


def _widened(values: np.ndarray, margin: float, most: tuple[float, float]) -> tuple[float, float]:
    return max(float(values.min()) - margin, most[0]), min(float(values.max()) + margin, most[1])


def _window(frame: Frame, centre_deg: float) -> BaseGeometry:
    """Return the box of longitudes, counted from the centre, and latitudes that a frame shows."""
    flat = ccrs.PlateCarree(central_longitude=centre_deg)
    x, y = np.meshgrid(np.linspace(*frame.x_limits, 41), np.linspace(*frame.y_limits, 41))
    points = flat.transform_points(frame.projection, x, y)
    longitude, latitude = points[np.isfinite(points).all(axis=-1)][:, :2].T
    # The samples miss a pole or an edge by up to one step of theirs.
    margin = 3.0
    west, east = longitude.min() - margin, longitude.max() + margin
    if east - west > 180.0:
        west, east = -180.0, 180.0
    box = shapely.box(west, latitude.min() - margin, east, latitude.max() + margin)
    return shapely.intersection(globe.WORLD, box)


def coverage(results: Mappable, choice: Choice) -> Figure:
    """Draw accesses a day in each cell, and the share of the region seen against time."""
    cells = region_cells(results, choice.region)
    share = float(cells.grid["accumulated_fraction"][-1])
    return _map_with_curve(
        results,
        cells,
        heading=f"{cells.title}: how often and how soon it is seen",
        found=f"{share:.0%} of its area seen at least once",
        values=np.where(cells.seen, cells.grid["accesses_per_day"].to_numpy(), np.nan),
        label="accesses per day",
        colours="viridis",
        curve=_draw_accumulation,
    )


def revisit_mean(results: Mappable, choice: Choice) -> Figure:
    """Draw the mean gap between accesses in each cell, and how much of the area has it."""
    return _revisit(results, choice, "revisit_mean_s", "Mean")


def revisit_max(results: Mappable, choice: Choice) -> Figure:
    """Draw the longest gap between accesses in each cell, and how much of the area has it."""
    return _revisit(results, choice, "revisit_max_s", "Longest")


def _revisit(results: Mappable, choice: Choice, column: str, which: str) -> Figure:
    cells = region_cells(results, choice.region)
    hours = cells.grid[column].to_numpy() / HOUR_S
    return _map_with_curve(
        results,
        cells,
        heading=f"{cells.title}: {which.lower()} gap between accesses",
        found=_mean_words(cells, hours),
        values=np.where(cells.seen, hours, np.nan),
        label=f"{which.lower()} gap between accesses, hours",
        # Reversed, so that in every figure the bright cells are those seen often.
        colours="viridis_r",
        curve=_draw_gap_shares,
    )


def _mean_words(cells: Cells, hours: np.ndarray) -> str:
    """Return the mean of a gap as the tables have it: over every cell that has one, seen or not."""
    if not cells.seen.any():
        return "no cell was seen"
    known = cells.inside & np.isfinite(hours)
    if not known.any():
        return "no cell has a gap that counts"
    middle = duration(float(np.average(hours[known], weights=cells.area_km2[known])))
    unseen = ", as the span's length where never seen" if (known & cells.never).any() else ""
    return f"{middle} on average over {cells.share(known):.0%} of its area{unseen}"


def _map_with_curve(
    results: Mappable,
    cells: Cells,
    *,
    heading: str,
    found: str,
    values: np.ndarray,
    label: str,
    colours: str,
    curve: Callable[[Axes, Cells, np.ndarray], str],
) -> Figure:
    """Draw a cell map and its curve: beside it if the region is high, below it if it is wide."""
    frame = region_frame(cells, most_wide_in=4.1, most_high_in=5.4)
    below_in = 0.0
    if frame.height_in < 2.6:
        frame = region_frame(cells, most_wide_in=6.9, most_high_in=4.0)
        below_in = 2.2
    bottom_in = _UNDER_IN + below_in
    figure = page.page(
        results, heading, height_in=TITLE_IN + frame.height_in + bottom_in, note=found
    )
    _draw_cell_map(figure, cells, frame, bottom_in, values, label=label, colours=colours)
    start_in = _LEFT_IN + frame.width_in + 0.85
    box = (start_in, bottom_in, WIDTH_IN - start_in - 0.3, frame.height_in - 0.3)
    if below_in:
        box = (_LEFT_IN, FOOT_IN + 0.45, 6.9, below_in - 0.7)
    axes = page.place(figure, *box)
    axes.grid(color="#DDDDDD", lw=0.6)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_ylim(0.0, 1.03)
    title = curve(axes, cells, values)
    axes.set_title(textwrap.fill(title, int(15.0 * box[2])), loc="left")
    return figure


def _draw_accumulation(axes: Axes, cells: Cells, values: np.ndarray) -> str:
    days = cells.grid["time_s"].to_numpy() / DAY_S
    axes.plot(days, cells.grid["accumulated_fraction"].to_numpy(), color=page.BLUE, lw=2.0)
    axes.set_xlim(0.0, float(days[-1]))
    axes.set_xlabel("days since the start")
    return "Area seen at least once"


def _draw_gap_shares(axes: Axes, cells: Cells, hours: np.ndarray) -> str:
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
    figure: Figure,
    cells: Cells,
    frame: Frame,
    bottom_in: float,
    values: np.ndarray,
    *,
    label: str,
    colours: str,
) -> None:
    """Draw one value a cell on the region's map, with its colour bar and legend below."""
    sheet, window = region_sheet(figure, cells, frame, _LEFT_IN, bottom_in)
    _draw_never_seen(sheet, cells)
    if np.isfinite(values).any():
        scale = _paint(sheet, cells, values, colours)
        bar = page.place(figure, _LEFT_IN, bottom_in - 0.5, min(frame.width_in, 3.6), 0.14)
        figure.colorbar(scale, cax=bar, orientation="horizontal", label=label)
    else:
        page.say_nothing(sheet.axes, "no cell of the region was seen")
    _draw_legend(figure, cells, window, bottom_in - 0.5)


def region_sheet(
    figure: Figure, cells: Cells, frame: Frame, left_in: float, bottom_in: float
) -> tuple[Sheet, BaseGeometry]:
    """Return the base map of a region at a place on the page, and the window it shows."""
    place = (left_in, bottom_in, frame.width_in, frame.height_in)
    axes = page.place(figure, *place, projection=frame.projection)
    axes.set_xlim(frame.x_limits)
    axes.set_ylim(frame.y_limits)
    sheet = Sheet(axes, cells.centre_deg)
    window = _window(frame, cells.centre_deg)
    draw_base(sheet, cells, window)
    sheet.gridlines(*_grid_steps(cells.bounds_deg()))
    return sheet, window


def draw_base(sheet: Sheet, cells: Cells, window: BaseGeometry) -> None:
    """Draw the base map below a region's cells."""
    # The finer coast is lost on a map of the world, and takes seconds to draw there.
    scale = "110m" if of_the_world(cells) else "50m"
    sheet.base(scale, window=window, demarcation=demarcation_shown(cells, window))


def of_the_world(cells: Cells) -> bool:
    """Return whether a region is a good part of the Earth."""
    return bool(cells.area_km2[cells.inside].sum() > 3e7)


def demarcation_shown(cells: Cells, window: BaseGeometry) -> bool:
    """Return whether the inter-Korean line is drawn apart: where a map is not of the world."""
    line = shapely.GeometryCollection(list(basemap.dmz("50m")))
    return not of_the_world(cells) and not globe.turn(line, cells.centre_deg, window).is_empty


def _paint(sheet: Sheet, cells: Cells, values: np.ndarray, colours: str) -> ScalarMappable:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if high - low <= 1e-3 * high:
        # One value everywhere: a scale around it, or the ticks would differ by rounding only.
        low, high = 0.5 * low, 1.5 * high if high > 0.0 else 1.0
    ticks = MaxNLocator(8, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    norm = BoundaryNorm(ticks, matplotlib.colormaps[colours].N)
    return cells.layout.paint(
        sheet, values, cmap=colours, norm=norm, antialiased=False, rasterized=True, zorder=2
    )


def _draw_never_seen(sheet: Sheet, cells: Cells) -> None:
    area = cells.layout.surface(cells.never)
    sheet.turned_shape(area, facecolor=NEVER_COLOUR, ec="#6E6E6E", lw=0.0, hatch="////", zorder=2)


def _draw_legend(figure: Figure, cells: Cells, window: BaseGeometry, top_in: float) -> None:
    """Name the hatched cells and the inter-Korean line, where the map has them."""
    handles: list[Any] = []
    if cells.never.any():
        words = f"never seen ({cells.share(cells.never):.0%} of area)"
        handles.append(Patch(fc=NEVER_COLOUR, ec="#6E6E6E", hatch="////", lw=0.0, label=words))
    if demarcation_shown(cells, window):
        words = "Military Demarcation Line (DMZ)"
        handles.append(
            Line2D([], [], color=globe.DMZ_COLOUR, lw=1.8, ls=globe.DMZ_DASH, label=words)
        )
    if handles:
        place = (1.0 - 0.2 / WIDTH_IN, top_in / figure.get_figheight())
        figure.legend(handles=handles, loc="upper right", bbox_to_anchor=place, borderaxespad=0.0)


def _grid_steps(bounds_deg: tuple[float, float, float, float]) -> tuple[float, float]:
    """Return spacings of meridians and parallels that give about five of each."""
    west, south, east, north = bounds_deg
    # Each divides 90, so that the equator is always among the parallels.
    steps = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0)
    across = next((s for s in steps if s * 5.0 >= east - west), 60.0)
    return across, next((s for s in steps if s * 6.0 >= north - south), 30.0)
