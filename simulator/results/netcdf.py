"""The grid of a region as a NetCDF file that follows the CF conventions, version 1.11."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import numpy as np
import xarray as xr

from simulator import geometry

CONVENTIONS = "CF-1.11"
GRID_MAPPING = "crs"

_CELL = "area: point"
_COORDINATES: MappingProxyType[str, dict[str, Any]] = MappingProxyType(
    {
        "lat": {
            "standard_name": "latitude",
            "long_name": "geodetic latitude of the cell centre",
            "units": "degrees_north",
            "axis": "Y",
        },
        "lon": {
            "standard_name": "longitude",
            "long_name": "longitude of the cell centre",
            "units": "degrees_east",
            "axis": "X",
        },
    }
)

# CF has no standard names for accesses or revisit: `long_name` alone says what they are.
_VARIABLES: MappingProxyType[str, dict[str, Any]] = MappingProxyType(
    {
        "cell_area_km2": {
            "standard_name": "cell_area",
            "long_name": "area of the cell",
            "units": "km2",
        },
        "in_region": {
            "long_name": "whether the cell centre lies in the region",
            "units": "1",
            "flag_values": np.array([0, 1], dtype=np.int8),
            "flag_meanings": "outside inside",
        },
        "accesses": {
            "long_name": "accesses in the span, those of several satellites not merged",
            "units": "1",
            "cell_methods": f"{_CELL} time: sum",
        },
        "accesses_per_day": {
            "long_name": "accesses over the days of the span",
            "units": "day-1",
            "cell_methods": f"{_CELL} time: mean",
        },
        "covered_s": {
            "long_name": "time in access of one satellite or more",
            "units": "s",
            "cell_methods": f"{_CELL} time: sum",
        },
        "revisit_mean_s": {
            "long_name": "mean of the gaps between accesses that the revisit rule counts",
            "units": "s",
            "cell_methods": f"{_CELL} time: mean (comment: over gaps)",
        },
        "revisit_max_s": {
            "long_name": "longest of the gaps that the revisit rule counts",
            "units": "s",
            "cell_methods": f"{_CELL} time: maximum (comment: over gaps)",
        },
        "first_access_s": {
            "long_name": "start of the first access, seconds after the start of the span",
            "units": "s",
            "cell_methods": f"{_CELL} time: minimum",
        },
        "accumulated_fraction": {
            "long_name": "area-weighted share of the region seen at least once by then",
            "units": "1",
            "cell_methods": "area: mean",
        },
    }
)


def file_names(regions: Iterable[str]) -> dict[str, str]:
    """Return the file name of each region's grid: ASCII, lower case, short, no two alike."""
    files: dict[str, str] = {}
    for region in regions:
        plain = unicodedata.normalize("NFKD", region).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")[:60] or "region"
        name, number = f"grid-{stem}.nc", 2
        while name in files.values():
            name, number = f"grid-{stem}-{number}.nc", number + 1
        files[region] = name
    return files


def encode(grid: xr.Dataset, *, start: datetime, attributes: Mapping[str, Any]) -> bytes:
    """Return a grid on (lat, lon), and (time) where it has one, as NetCDF-4; no time stamp in it.

    `attributes` become global attributes, beside the conventions.
    """
    described = grid.copy()
    described.attrs = {"Conventions": CONVENTIONS} | {
        name: _attribute(value) for name, value in attributes.items()
    }
    described[GRID_MAPPING] = xr.DataArray(np.int32(0), attrs=_grid_mapping())
    for name, variable in described.variables.items():
        if name != GRID_MAPPING:
            variable.attrs = _attributes(str(name), variable, start)
            variable.encoding = _encoding(variable, is_coordinate=name in grid.coords)
    return bytes(described.to_netcdf(engine="h5netcdf"))


def decode(data: bytes) -> xr.Dataset:
    """Return the grid that `encode` wrote, its values in memory.

    Raises ValueError for bytes that are no such file.
    """
    try:
        with xr.open_dataset(
            io.BytesIO(data), engine="h5netcdf", decode_times=False, decode_timedelta=False
        ) as opened:
            return opened.load().drop_vars(GRID_MAPPING)
    except OSError as fault:
        raise ValueError(f"it is not NetCDF-4: {fault}") from fault


def _grid_mapping() -> dict[str, Any]:
    return {
        "long_name": "WGS84",
        "grid_mapping_name": "latitude_longitude",
        "semi_major_axis": geometry.WGS84_SEMI_MAJOR_AXIS_M,
        "inverse_flattening": 1.0 / geometry.WGS84_FLATTENING,
        "longitude_of_prime_meridian": 0.0,
    }


def _attributes(name: str, variable: xr.Variable, start: datetime) -> dict[str, Any]:
    if name == "time_s":
        return _time(start)
    if name in _COORDINATES:
        return dict(_COORDINATES[name])
    known = dict(_VARIABLES.get(name, variable.attrs))
    if {"lat", "lon"} <= set(variable.dims):
        known["grid_mapping"] = GRID_MAPPING
    return known


def _time(start: datetime) -> dict[str, Any]:
    utc = start.astimezone(UTC)
    return {
        "standard_name": "time",
        "long_name": "time of the sample, in SI seconds after the start of the span",
        "units": f"seconds since {utc:%Y-%m-%d %H:%M:%S}.{utc.microsecond:06d}",
        "calendar": "standard",
    }


def _encoding(variable: xr.Variable, *, is_coordinate: bool) -> dict[str, Any]:
    encoding: dict[str, Any] = {}
    if variable.ndim and variable.size:
        encoding |= {"zlib": True, "complevel": 4, "shuffle": True}
    if is_coordinate:
        # CF 2.5.1: a coordinate has no missing values, so no mark for them either.
        encoding["_FillValue"] = None
    return encoding


def _attribute(value: Any) -> Any:
    # HDF5 ends a text at a NUL.
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value
