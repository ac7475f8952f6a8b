"""The grid of a region as a NetCDF file that follows the CF conventions, version 1.11.

What differs by network has a dimension `network`, whose coordinate is the names. CF keeps a
dimension's own coordinate for numbers in order: in the file the names are labels, `network_name`.
The file has the span of the study as a scalar coordinate `span`, so that a figure can say that it
is a mean or a sum over it (CF 7.3).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator import glossary
from simulator.earth import WGS84_FLATTENING, WGS84_SEMI_MAJOR_AXIS_M, Span
from simulator.memory import available_bytes
from simulator.results.coordinates import GRID_MAPPING, PLACES, SPAN, TIMES
from simulator.results.grids import GridValues
from simulator.results.netcdf4 import FileVariable, file_bytes, read_netcdf

if TYPE_CHECKING:
    import xarray as xr

_MOST_PACKED = 1_032
NETWORK = "network"
CELL = "cell"

_NETWORK_NAME = "network_name"


def file_names(regions: Iterable[str]) -> dict[str, str]:
    """Return the file name of each region's grid: ASCII, lower case, short, no two alike."""
    files: dict[str, str] = {}
    for region in regions:
        # Some file systems ignore capitals, some programs fail beyond ASCII: neither is used.
        plain = unicodedata.normalize("NFKD", region).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")[:60] or "region"
        name, number = f"grid-{stem}.nc", 2
        while name in files.values():
            name, number = f"grid-{stem}-{number}.nc", number + 1
        files[region] = name
    return files


def encode(grid: GridValues | xr.Dataset, *, span: Span, attributes: Mapping[str, Any]) -> bytes:
    """Return a grid on (lat, lon), and (time) where it has one, as NetCDF-4; no time stamp in it.

    Variables may have a dimension `network` besides, with names for coordinates. `attributes`
    become global attributes, beside the conventions.
    """
    values = grid if isinstance(grid, GridValues) else GridValues.of(grid)
    labelled = _with_labels(values)
    return file_bytes(
        _told(labelled, span), _global(span, attributes), coordinates=labelled.coordinates
    )


def described_grid(grid: xr.Dataset, span: Span, attributes: Mapping[str, Any]) -> xr.Dataset:
    """Return a grid with the attributes and coordinates that its file has by the conventions."""
    labelled = _with_labels(GridValues.of(grid))
    told = _told(labelled, span)
    described = grid.drop_vars(NETWORK, errors="ignore").assign_attrs(_global(span, attributes))
    missing = {name: (one.dims, one.data) for name, one in told.items() if name not in described}
    places = {name: missing.pop(name) for name in labelled.coordinates & missing.keys()}
    described = described.assign_coords(places).assign(missing)
    for name, variable in described.variables.items():
        variable.attrs, variable.encoding = told[str(name)].attrs, told[str(name)].encoding
    return described


def _global(span: Span, attributes: Mapping[str, Any]) -> dict[str, Any]:
    # CF 1.12 names the calendar that counts leap seconds, as ours does; other spans need it not.
    conventions = f"CF-1.{12 if _has_leap_second(span) else 11}, ACDD-1.3"
    return {"Conventions": conventions} | {
        name: _attribute(value) for name, value in attributes.items()
    }


def _told(grid: GridValues, span: Span) -> dict[str, FileVariable]:
    """Return the variables of a grid as its file has them, and those that only files have."""
    told = {}
    for name, (dims, values, *attributes) in grid.variables.items():
        variable = FileVariable(tuple(dims), np.asarray(values), *map(dict, attributes))
        variable.attrs = _attributes(name, variable, span)
        variable.encoding = _encoding(variable, is_coordinate=name in grid.coordinates)
        if f"{SPAN}: " in variable.attrs.get("cell_methods", ""):
            labels = [_NETWORK_NAME] if NETWORK in variable.dims else []
            # Said for these alone: as a coordinate of ours it would be one of every variable.
            variable.encoding["coordinates"] = " ".join([*labels, *_places(grid), SPAN])
        told[name] = variable
    # CF 5.6: a variable without meaning of its own, whose attributes are the ellipsoid.
    told[GRID_MAPPING] = FileVariable((), np.asarray(np.int32(0)), _grid_mapping())
    # A scalar has no edges of its own that checkers of CF would know; its extent is in words.
    middle_s = np.asarray(0.5 * span.duration_s)
    told[SPAN] = FileVariable((), middle_s, _time(SPAN, span), {"_FillValue": None})
    return told


def _places(grid: GridValues) -> list[str]:
    """Return the coordinates of a list of cells; on axes of their own they need no naming."""
    return [name for name in ("lat", "lon") if tuple(grid.variables[name][0]) != (name,)]


def _has_leap_second(span: Span) -> bool:
    by_clock_s = (span.utc(span.duration_s) - span.start).total_seconds()
    return abs(by_clock_s - span.duration_s) > 1e-4


def decode(data: bytes) -> xr.Dataset:
    """Return the grid that `encode` wrote, its values in memory.

    Raises ValueError for bytes that are no such file, or that unpack to more than there is memory.
    """
    try:
        # What one byte of a file can hold at most, packed as ours are (deflate's own limit).
        most_bytes = min(available_bytes(), _MOST_PACKED * len(data))
        grid = _with_networks(read_netcdf(data, most_bytes=most_bytes).drop_vars(GRID_MAPPING))
    except (ValueError, MemoryError):
        raise
    except Exception as fault:  # whatever the readers of HDF5 end in on a damaged file
        raise ValueError(f"it is not NetCDF-4 as we write it: {fault}") from fault
    for name, variable in grid.variables.items():
        if variable.dtype.kind == "f" and np.isinf(variable.to_numpy()).any():
            raise ValueError(f"{name} holds an infinite value")
    return grid


def _with_labels(grid: GridValues) -> GridValues:
    """Return a grid in which the names of the networks are labels."""
    if NETWORK not in grid.coordinates:
        return grid
    # As objects they become texts of any length; as fixed ones HDF5 would cut or pad.
    names = np.array([_attribute(str(name)) for name in grid.values(NETWORK)], dtype=object)
    others = {name: told for name, told in grid.variables.items() if name != NETWORK}
    coordinates = grid.coordinates - {NETWORK} | {_NETWORK_NAME}
    return GridValues({**others, _NETWORK_NAME: ((NETWORK,), names)}, coordinates)


def _with_networks(grid: xr.Dataset) -> xr.Dataset:
    """Return a grid as it was: labels of networks their coordinate again, and no span."""
    grid = grid.drop_vars(SPAN, errors="ignore")
    if _NETWORK_NAME not in grid.coords:
        return grid
    names = grid[_NETWORK_NAME].to_numpy().astype(str)
    return grid.drop_vars(_NETWORK_NAME).assign_coords({NETWORK: names})


def _grid_mapping() -> dict[str, Any]:
    return {
        "long_name": "WGS84",
        "grid_mapping_name": "latitude_longitude",
        "semi_major_axis": WGS84_SEMI_MAJOR_AXIS_M,
        "inverse_flattening": 1.0 / WGS84_FLATTENING,
        "longitude_of_prime_meridian": 0.0,
        # By these names geographic programs know the datum, and not the ellipsoid alone.
        "geographic_crs_name": "WGS 84",
        "horizontal_datum_name": "WGS_1984",
        "reference_ellipsoid_name": "WGS 84",
        "prime_meridian_name": "Greenwich",
    }


def _attributes(name: str, variable: FileVariable, span: Span) -> dict[str, Any]:
    if name in TIMES:
        return _time(name, span)
    if name in PLACES:
        # CF 5: only a coordinate along its own dimension is an axis; of a list of cells none is.
        on_axis = variable.dims == (name,)
        return {k: v for k, v in PLACES[name].items() if on_axis or k != "axis"}
    known = _of_term(name) or dict(variable.attrs)
    known.setdefault("coverage_content_type", "modelResult")
    if {"lat", "lon"} <= set(variable.dims) or CELL in variable.dims:
        known["grid_mapping"] = GRID_MAPPING
    return known


def _of_term(name: str) -> dict[str, Any]:
    """Return what the glossary says of a variable, empty for one that it has not.

    CF has no standard names for accesses or revisit: `long_name` alone says what they are.
    """
    term = glossary.of_variable(name)
    if term is None or term.grid is None:
        return {}
    grid, attributes = term.grid, {"standard_name": term.grid.standard_name}
    attributes["long_name"] = term.meaning
    if term.kind != "text":
        attributes["units"] = glossary.cf_unit(name)
    described: dict[str, Any] = {key: text for key, text in attributes.items() if text}
    if grid.flags:
        described |= {"flag_values": np.array([0, 1], dtype=np.int8), "flag_meanings": grid.flags}
    if grid.methods:
        described["cell_methods"] = grid.methods
    if grid.comment:
        described["comment"] = grid.comment
    return described


def _time(name: str, span: Span) -> dict[str, Any]:
    # CF 1.12, 4.4.3: `standard` never counts leap seconds, so that of our times, which are SI
    # seconds, it is true only where there is none; `utc` counts them.
    calendar = {"calendar": "standard", "units_metadata": "leap_seconds: utc"}
    if _has_leap_second(span):
        calendar = {"calendar": "utc"}
    return {
        "standard_name": "time",
        "long_name": TIMES[name],
        "units": f"seconds since {span.start:%Y-%m-%d %H:%M:%S}.{span.start.microsecond:06d}",
        "coverage_content_type": "coordinate",
        **calendar,
    }


def _encoding(variable: FileVariable, *, is_coordinate: bool) -> dict[str, Any]:
    encoding: dict[str, Any] = {}
    # A filter does nothing for texts, which HDF5 keeps elsewhere in the file.
    if variable.data.ndim and variable.data.size and variable.data.dtype != object:
        encoding |= {"zlib": True, "complevel": 4, "shuffle": True}
    if is_coordinate:
        # CF 2.5.1: a coordinate has no missing values, so no mark for them either.
        encoding["_FillValue"] = None
    return encoding


def _attribute(value: Any) -> Any:
    # HDF5 ends a text at a NUL.
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value
