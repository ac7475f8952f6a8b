"""Layers of regions: their cells with every figure, and the strips imaged of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
import xarray as xr
from shapely.geometry.base import BaseGeometry

from simulator import earth, glossary
from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.earth import WGS84_FLATTENING, WGS84_SEMI_MAJOR_AXIS_M
from simulator.errors import InputError, nearest_hint
from simulator.export.choices import Choices
from simulator.export.outlines import DECIMALS, cut_surface
from simulator.maps import globe
from simulator.results import Results

if TYPE_CHECKING:
    from simulator.export.layers import LayerSource

Rows = tuple[pd.DataFrame, list[BaseGeometry]]
PIXEL = "healpix_index"
_EDGES = [f"{side}_{axis}_deg" for side in ("left", "right") for axis in ("longitude", "latitude")]
_ALWAYS = ("cell_area_km2",)


def regions_of(results: Results, choices: Choices) -> dict[str, xr.Dataset]:
    """Return the grids of the region chosen, of all if none is; InputError for no such region."""
    if choices.region is None:
        return dict(results.grids)
    if choices.region not in results.grids:
        hint = nearest_hint(choices.region, results.grids)
        raise InputError(f"region: '{choices.region}' is not a region of this run{hint}")
    return {choices.region: results.grids[choices.region]}


def inside(grid: xr.Dataset) -> BoolArray:
    """Return which cells of a grid are in its region."""
    if "in_region" in grid:
        return np.asarray(grid["in_region"].to_numpy().astype(bool))
    return np.ones(grid["cell_area_km2"].shape, dtype=bool)


def figures(grid: xr.Dataset, *, by_network: bool) -> tuple[str, ...]:
    """Return the figures of the cells of a grid: those by network, or those without one."""
    dims = grid["cell_area_km2"].dims
    wanted = ("network", *dims) if by_network else dims
    return tuple(
        str(name)
        for name, variable in grid.data_vars.items()
        if variable.dims == wanted and name != "in_region"
    )


def check_figure(results: Results, choices: Choices) -> bool:
    """Return whether the figure chosen is one by network; InputError for no such figure."""
    known: dict[str, bool] = {}
    for grid in regions_of(results, choices).values():
        for by_network in (False, True):
            known |= dict.fromkeys(figures(grid, by_network=by_network), by_network)
    name = choices.figure or ""
    if name not in known:
        raise InputError(f"figure: '{name}' is no figure of these cells{nearest_hint(name, known)}")
    return known[name]


def with_figure(results: Results, choices: Choices, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return layers with that of cells which has the figure chosen."""
    layer = "cell_networks" if check_figure(results, choices) else "cells"
    return tuple(layer if name == "cells" else name for name in names)


def cells(source: LayerSource) -> Rows:
    """Return every cell of the regions with its figures, NaN for one without."""
    parts, shapes = [], []
    for region, grid in regions_of(source.results, source.choices).items():
        chosen = inside(grid)
        names = _chosen(source, figures(grid, by_network=False))
        columns = {name: grid[name].to_numpy()[chosen] for name in names}
        parts.append(_cell_columns(region, grid, chosen).assign(**_rounded(columns)))
        shapes += outlines(grid, chosen)
    return (pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()), shapes


def cell_networks(source: LayerSource) -> Rows:
    """Return every cell of the regions with its figures by network, a row a network."""
    parts, shapes = [], []
    for region, grid in regions_of(source.results, source.choices).items():
        names = _chosen(source, figures(grid, by_network=True))
        if "network" not in grid.coords or set(names) <= set(_ALWAYS):
            continue
        chosen = inside(grid)
        plain, outline = _cell_columns(region, grid, chosen), outlines(grid, chosen)
        plain["cell_area_km2"] = np.round(grid["cell_area_km2"].to_numpy()[chosen], 3)
        for number, network in enumerate(grid["network"].to_numpy().astype(str)):
            if network not in source.networks:
                continue
            part = plain.copy()
            part.insert(1, "network", network)
            columns = {name: grid[name].to_numpy()[number][chosen] for name in names}
            parts.append(part.assign(**_rounded(columns)))
            shapes += outline
    return (pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()), shapes


def strips(source: LayerSource) -> Rows:
    """Return the strips that satellites image of the regions within the stretch."""
    table = source.results.strip_edges
    if not len(table):
        return pd.DataFrame(), []
    table = source.within(table, "time_s", "time_s")
    table = table[table["region"].isin(regions_of(source.results, source.choices))]
    rows, shapes = [], []
    for (region, satellite, strip), part in table.groupby(
        ["region", "satellite", "strip"], sort=False
    ):
        first, last = part.iloc[0], part.iloc[-1]
        rows.append(
            {
                "region": region,
                "satellite": satellite,
                "strip": strip,
                "start_s": first["time_s"],
                "start_utc": first["time_utc"],
                "end_s": last["time_s"],
                "end_utc": last["time_utc"],
                "roll_deg": first["roll_deg"],
            }
        )
        shapes.append(cut_surface(globe.between(part[_EDGES].to_numpy(float))))
    return pd.DataFrame(rows), shapes


def _chosen(source: LayerSource, names: tuple[str, ...]) -> tuple[str, ...]:
    figure = source.choices.figure
    if figure is None:
        return names
    check_figure(source.results, source.choices)
    return tuple(name for name in names if name in (*_ALWAYS, figure))


def _rounded(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {
        name: np.round(values.astype(float), glossary.decimals(name))
        for name, values in columns.items()
    }


def _cell_columns(region: str, grid: xr.Dataset, chosen: BoolArray) -> pd.DataFrame:
    """Return region, number and centre of the chosen cells."""
    latitude, longitude = (grid[name].to_numpy().astype(float) for name in ("lat", "lon"))
    number: IntArray = np.flatnonzero(chosen)
    if PIXEL in grid.coords:
        number = grid[PIXEL].to_numpy()[chosen]
        latitude, longitude = latitude[chosen], longitude[chosen]
    else:
        rows, columns = np.nonzero(chosen)
        latitude, longitude = latitude[rows], longitude[columns]
    return pd.DataFrame(
        {
            "region": region,
            "cell": number.astype(np.int64),
            "latitude_deg": np.round(latitude, 5),
            "longitude_deg": np.round(globe.turned_longitude(longitude, 0.0), 5),
        }
    )


def outlines(grid: xr.Dataset, chosen: BoolArray) -> list[BaseGeometry]:
    """Return the outline of each chosen cell; sides are straight in longitude and latitude."""
    if PIXEL in grid.coords:
        nside = int(grid[PIXEL].attrs["nside"])
        corners = earth.corners_deg(nside, grid[PIXEL].to_numpy()[chosen])
        return _cut(corners)
    west, south, east, north = box_edges(grid)
    rows, columns = np.nonzero(chosen)
    x0, x1, y0, y1 = west[columns], east[columns], south[rows], north[rows]
    x, y = np.stack([x0, x1, x1, x0], axis=1), np.stack([y0, y0, y1, y1], axis=1)
    return _cut(np.stack([x, y], axis=-1))


def box_edges(grid: xr.Dataset) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return west (X,), south (Y,), east (X,) and north (Y,) edges of the cells of a plain grid.

    Longitudes run on past 180 degrees where the grid crosses the antimeridian.
    """
    longitude = np.unwrap(grid["lon"].to_numpy().astype(float), period=360.0)
    latitude = grid["lat"].to_numpy().astype(float)
    x = globe.cell_edges(longitude, across=latitude)
    y = globe.cell_edges(latitude, across=longitude)
    if 1 in (len(longitude), len(latitude)):
        high, wide = _lone_size_deg(grid, latitude, longitude)
        x = longitude + wide * np.array([-0.5, 0.5]) if len(longitude) == 1 else x
        y = latitude + high * np.array([-0.5, 0.5]) if len(latitude) == 1 else y
    y = y.clip(-90.0, 90.0)
    return x[:-1], y[:-1], x[1:], y[1:]


def _lone_size_deg(
    grid: xr.Dataset, latitude_deg: FloatArray, longitude_deg: FloatArray
) -> tuple[float, float]:
    """Return height and width of the cells of a lone row or column, by their area.

    A cell that is alone both ways is as high as wide on the ground.
    """
    middle = len(latitude_deg) // 2
    area_km2 = float(grid["cell_area_km2"].to_numpy()[middle, 0])
    # Radii of curvature of the ellipsoid, along the meridian and across it.
    squared = WGS84_FLATTENING * (2.0 - WGS84_FLATTENING)
    lean = np.radians(latitude_deg[middle])
    root = np.sqrt(1.0 - squared * np.sin(lean) ** 2)
    across_km = np.radians(WGS84_SEMI_MAJOR_AXIS_M / 1e3 / root)
    along_km = across_km * (1.0 - squared) / root**2
    ground_km2 = float(along_km * across_km * np.cos(lean))
    if len(latitude_deg) > 1:
        high = abs(float(latitude_deg[1] - latitude_deg[0]))
    elif len(longitude_deg) > 1:
        high = area_km2 / ground_km2 / abs(float(longitude_deg[1] - longitude_deg[0]))
    else:
        high = float(np.sqrt(area_km2) / along_km)
    return high, area_km2 / ground_km2 / high


def _cut(corners_deg: FloatArray) -> list[BaseGeometry]:
    """Return surfaces with corners (N, C, 2), each turned onto the map or cut at its edge."""
    x = corners_deg[..., 0]
    x = x - 360.0 * np.floor((x.mean(axis=1, keepdims=True) + 180.0) / 360.0)
    turned = np.stack([x, corners_deg[..., 1]], axis=-1)
    whole = (np.abs(x) <= 180.0).all(axis=1)
    plain = shapely.remove_repeated_points(shapely.polygons(np.round(turned, DECIMALS)))
    good = whole & shapely.is_valid(plain) & shapely.is_ccw(shapely.get_exterior_ring(plain))
    return [
        shape if fits else cut_surface([shapely.Polygon(corners)])
        for shape, fits, corners in zip(plain, good, turned, strict=True)
    ]
