"""Regions as cells: where each lies, and the figures that colour it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr

from simulator import earth, report
from simulator.arrays import BoolArray, FloatArray
from simulator.maps import globe
from simulator.page.labels import Labels, network_names
from simulator.page.packed import finely_packed, packed
from simulator.page.projection import World
from simulator.results import Results

_PIXEL = "healpix_index"
# The page's figures of cells, each with what colours a target in the same picture, if anything.
_ALL = {
    "accesses_per_day": "accesses_per_day",
    "revisit_mean_h": "revisit_mean_h",
    "revisit_max_h": "revisit_max_h",
    "wait_mean_h": "wait_mean_h",
    "accesses_clear_per_day": "accesses_clear_per_day",
    "revisit_mean_clear_h": "revisit_mean_clear_h",
    "wait_mean_clear_h": "wait_mean_clear_h",
    "cell_age_mean_h": "age_mean_h",
    "cell_response_mean_h": "",
    "cell_response_delivery_h": "",
}
# Of so many cells that all figures would fill the page.
_OF_MANY = ("accesses_per_day", "revisit_mean_h", "cell_age_mean_h", "cell_response_mean_h")
MANY_CELLS = 20_000
# HEALPix corners lie up to a quarter turn past the far meridian.
CORNER_LOW, CORNER_STEP = -270.0, 540.0 / 65_534.0
CORNER_LATITUDE_STEP = 180.0 / 65_534.0


def inside(grid: xr.Dataset) -> BoolArray:
    """Return which cells of a grid are in its region."""
    return np.asarray(grid["in_region"].to_numpy().astype(bool))


def regions(results: Results, world: World, labels: Labels) -> list[dict[str, Any]]:
    """Return every region: its name and where its cells lie, as the page's script reads it."""
    tables = report.scenario_tables(results).get("regions", [])
    swath = {str(table.get("name")) for table in tables if table.get("look") == "swath"}
    return [
        {"id": name, "name": labels.region(name), "swath": name in swath, **_lie(grid, world)}
        for name, grid in results.grids.items()
    ]


def _lie(grid: xr.Dataset, world: World) -> dict[str, Any]:
    if _PIXEL in grid.coords:
        return _tiles(grid, world)
    longitude = np.unwrap(grid["lon"].to_numpy().astype(float), period=360.0)
    latitude = grid["lat"].to_numpy().astype(float)
    x, y = (
        globe.cell_edges(longitude, across=latitude),
        globe.cell_edges(latitude, across=longitude).clip(-90.0, 90.0),
    )
    # Each column on its own side of the far meridian.
    shift = globe.turned_longitude(longitude, world.centre_deg) - longitude
    return {
        "west": np.round(x[:-1] + shift, 4).tolist(),
        "east": np.round(x[1:] + shift, 4).tolist(),
        "one": np.round(y[:-1], 4).tolist(),
        "other": np.round(y[1:], 4).tolist(),
        "inside": _runs(inside(grid).ravel()),
    }


def _tiles(grid: xr.Dataset, world: World) -> dict[str, Any]:
    chosen = inside(grid)
    corners = earth.corners_deg(int(grid[_PIXEL].attrs["nside"]), grid[_PIXEL].to_numpy()[chosen])
    middle = corners[..., 0].mean(axis=1)
    corners[..., 0] += (globe.turned_longitude(middle, world.centre_deg) - middle)[:, None]
    longitude, latitude = places_deg(grid)
    # The southern and the northern corner stand twice, which only a pole needs.
    return {
        "lon": finely_packed(longitude % 360.0, 0.0, 360.0),
        "lat": finely_packed(latitude, -90.0, 90.0),
        "cornerLon": packed(corners[..., 0], CORNER_LOW, CORNER_STEP),
        "cornerLat": packed(corners[..., 1], -90.0, CORNER_LATITUDE_STEP),
        "corners": corners.shape[1],
    }


def _runs(chosen: BoolArray) -> list[int]:
    """Return how many cells are outside, then inside, then outside, ..."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], chosen]).astype(np.int8)))
    lengths: list[int] = np.diff(np.concatenate([[0], edges, [len(chosen)]])).tolist()
    return lengths


def cell_count(results: Results) -> int:
    """Return how many cells all regions of a run have."""
    return sum(int(inside(grid).sum()) for grid in results.grids.values())


def places_deg(grid: xr.Dataset) -> tuple[FloatArray, FloatArray]:
    """Return longitude and latitude of the centres of a region's cells."""
    chosen = inside(grid)
    latitude, longitude = (grid[name].to_numpy().astype(float) for name in ("lat", "lon"))
    if _PIXEL in grid.coords:
        return longitude[chosen], latitude[chosen]
    rows, columns = np.nonzero(chosen)
    return longitude[columns], latitude[rows]


def figure_names(results: Results) -> tuple[str, ...]:
    """Return the figures of cells that a page carries."""
    return _OF_MANY if cell_count(results) > MANY_CELLS else tuple(_ALL)


def of_targets(name: str) -> str:
    """Return the figure of targets that goes with one of cells, empty for none."""
    return _ALL.get(name, "")


def values(results: Results, name: str) -> Iterator[tuple[str | None, dict[str, FloatArray]]]:
    """Yield network (None for all alike) and the values of each region's cells, in `name`'s unit.

    Cells without a value, such as those never seen, have NaN.
    """
    grids = {region: grid for region, grid in results.grids.items() if name in grid}
    if not grids:
        return
    if not any("network" in grid[name].dims for grid in grids.values()):
        yield None, {region: _of_seen(grid, grid[name]) for region, grid in grids.items()}
        return
    for network in network_names(results):
        named = {
            region: grid[name].to_numpy()[place]
            for region, grid in grids.items()
            for place in np.flatnonzero(grid["network"].to_numpy().astype(str) == network)
        }
        yield (
            network,
            {
                region: array.astype(float)[inside(results.grids[region])]
                for region, array in named.items()
            },
        )


def _of_seen(grid: xr.Dataset, variable: xr.DataArray) -> FloatArray:
    numbers = variable.to_numpy().astype(float)
    # A cell never seen has the span's length for a gap: it is shown as never seen.
    seen = grid["accesses"].to_numpy() > 0 if "accesses" in grid else np.isfinite(numbers)
    return np.where(seen, numbers, np.nan)[inside(grid)]
