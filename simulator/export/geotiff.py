"""A figure of the cells of a region as a GeoTIFF, optimised for the cloud (COG)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
import xarray as xr
from rasterio.transform import from_origin

from simulator import earth, glossary
from simulator.arrays import FloatArray
from simulator.errors import InputError
from simulator.export.cell_layers import PIXEL, box_edges, check_figure, inside, regions_of
from simulator.export.choices import Choices, networks_of
from simulator.export.headings import heading
from simulator.results import Results

_USUAL = "revisit_mean_h"
# Of a HEALPix cell's width: no cell falls between pixels, and edges are true to half of this.
_PIXELS_A_CELL = 4
_MOST_PIXELS = 100_000_000


@dataclass(frozen=True, eq=False)
class Raster:
    """Bands (B, Y, X) from the north on, NaN where there is no value; degrees on WGS84."""

    bands: FloatArray
    west_deg: float
    north_deg: float
    width_deg: float
    height_deg: float
    how: str


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write one figure of one region: a band, or a band a network for a figure by network.

    float32, north up, NaN for no value. A plain grid is written cell by cell; of equal-area cells
    each pixel takes the cell it lies in. Raises InputError for a run without a grid, an unknown
    region or figure, and a region too large.
    """
    regions = regions_of(results, choices)
    if not regions:
        raise InputError("region: this run has no grid; add a [[regions]] table to the scenario")
    name, grid = next(iter(regions.items()))
    figure = choices.figure or _USUAL
    asked = Choices(region=name, figure=figure)
    bands = [""]
    values = grid[figure].to_numpy() if not check_figure(results, asked) else None
    if values is None:
        bands = list(networks_of(results, choices))
        values = grid[figure].sel(network=bands).to_numpy()
    raster = _raster(grid, values.reshape(len(bands), *grid["cell_area_km2"].shape).astype(float))
    _write(raster, place, figure, bands, {**heading(results), "region": name})


def _raster(grid: xr.Dataset, values: FloatArray) -> Raster:
    chosen = inside(grid)
    values = np.where(chosen, values, np.nan)
    if PIXEL in grid.coords:
        return _resampled(grid, values)
    west, south, east, north = box_edges(grid)
    upright = values
    if south[0] > south[-1] or (len(south) == 1 and north[0] < south[0]):
        south, north = north, south
    else:
        upright = values[:, ::-1]
    low, high = float(min(south.min(), north.min())), float(max(south.max(), north.max()))
    return Raster(
        upright,
        float(west[0]),
        high,
        float(east[-1] - west[0]) / len(west),
        (high - low) / len(south),
        "a pixel is a cell",
    )


def _resampled(grid: xr.Dataset, values: FloatArray) -> Raster:
    """Return equal-area cells on pixels, each of the cell that its centre lies in."""
    nside, known = int(grid[PIXEL].attrs["nside"]), grid[PIXEL].to_numpy()
    corners = earth.corners_deg(nside, known)
    south, north = float(corners[..., 1].min()), float(corners[..., 1].max())
    # The width of a square of a cell's area: the sphere has 12 nside^2 of them.
    size = float(np.degrees(np.sqrt(np.pi / 3.0) / nside)) / _PIXELS_A_CELL
    west, east = _extent(corners[..., 0])
    rows, columns = int(np.ceil((north - south) / size)), int(np.ceil((east - west) / size))
    if rows * columns > _MOST_PIXELS:
        raise InputError(f"region: {rows * columns:,} pixels; allowed {_MOST_PIXELS:,}")
    latitude = np.clip(north - (np.arange(rows) + 0.5) * size, -90.0, 90.0)
    longitude = np.asarray(west + (np.arange(columns) + 0.5) * size, dtype=np.float64)
    order = np.argsort(known)
    bands = np.full((len(values), rows, columns), np.nan)
    for row, at in enumerate(latitude):
        pixel = earth.pixels_at(nside, np.full(columns, at), longitude)
        place = np.clip(np.searchsorted(known, pixel, sorter=order), 0, len(known) - 1)
        cell = order[place]
        found = known[cell] == pixel
        bands[:, row, found] = values[:, cell[found]]
    how = f"a pixel of {size:.6g} degrees has the value of the HEALPix cell that its centre lies in"
    return Raster(bands, west, north, size, size, how)


def _extent(longitude_deg: FloatArray) -> tuple[float, float]:
    """Return the west and east edge of outlines (P, C): of the least arc that holds them."""
    middle = np.sort((longitude_deg.mean(axis=1) + 180.0) % 360.0 - 180.0)
    half = float(np.ptp(longitude_deg, axis=1).max()) / 2.0
    gaps = np.diff(np.append(middle, middle[0] + 360.0))
    widest = int(np.argmax(gaps))
    if gaps[widest] <= 2.0 * half:
        return -180.0, 180.0
    west = float(middle[(widest + 1) % len(middle)])
    return west - half, west + 360.0 - float(gaps[widest]) + half


def _write(
    raster: Raster, place: Path, figure: str, bands: list[str], tags: dict[str, str]
) -> None:
    term = glossary.of_variable(figure)
    meaning = term.meaning if term else figure
    _, rows, columns = raster.bands.shape
    profile = {
        "driver": "COG",
        "dtype": "float32",
        "count": len(bands),
        "height": rows,
        "width": columns,
        "crs": "EPSG:4326",
        "nodata": float("nan"),
        "compress": "DEFLATE",
        "overview_resampling": "NEAREST",
    }
    corner = from_origin(raster.west_deg, raster.north_deg, raster.width_deg, raster.height_deg)
    with rasterio.open(place, "w", transform=corner, **profile) as file:
        file.write(raster.bands.astype(np.float32))
        file.update_tags(**tags, figure=figure, meaning=meaning, resampling=raster.how)
        for number, network in enumerate(bands, start=1):
            file.set_band_description(number, f"{figure} {network}".strip())
            file.set_band_unit(number, glossary.unit(figure))
