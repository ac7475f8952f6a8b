"""Grids with figures by network: written as CF has labels, read back with names for coordinates."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import h5netcdf
import numpy as np
import pytest
import xarray as xr

from simulator.earth import Span
from simulator.results import netcdf

SPAN = Span(datetime(2023, 8, 24, tzinfo=UTC), 86_400.0)
RESPONSE = ("mean", "max", "unknown", "command", "collection", "delivery")
NAMES = ["dprk", "dprk+russia", "조선+로씨야", ""]


def grid(names: list[str], *, cells: bool = False) -> xr.Dataset:
    random = np.random.default_rng(1)
    plane = ("cell",) if cells else ("lat", "lon")
    shape = (12,) if cells else (4, 3)
    ages = random.random((len(names), *shape)) * 24.0
    ages[..., 0] = np.nan
    where: dict[str, Any] = {"lat": np.linspace(36.0, 39.0, 4), "lon": [125.0, 126.0, 127.0]}
    if cells:
        places = np.arange(12.0)
        where = {"lat": ("cell", places), "lon": ("cell", places), "cell": np.arange(12)}
    return xr.Dataset(
        {
            "cell_area_km2": (plane, np.full(shape, 2_500.0)),
            "accesses": (plane, random.integers(0, 9, shape)),
            "cell_age_mean_h": (("network", *plane), ages),
            "cell_age_max_h": (("network", *plane), 2.0 * ages),
            "cell_age_unknown_h": (("network", *plane), 0.5 * ages),
            **{f"cell_response_{part}_h": (("network", *plane), ages) for part in RESPONSE},
            "accumulated_fraction": (("time_s",), np.array([0.0, 0.5, 1.0])),
        },
        coords={**where, "time_s": [0.0, 43_200.0, 86_400.0], "network": names},
    )


def encoded(dataset: xr.Dataset) -> bytes:
    return netcdf.encode(dataset, span=SPAN, attributes={"title": "빠른"})


@pytest.mark.parametrize("cells", [False, True], ids=["lat-lon", "cells"])
@pytest.mark.parametrize("count", [1, 4])
def test_figures_by_network_are_read_back_with_their_names(count: int, cells: bool) -> None:
    whole = grid(NAMES[:count], cells=cells)
    back = netcdf.decode(encoded(whole))
    xr.testing.assert_identical(back.drop_attrs(), whole)
    assert back["network"].to_numpy().tolist() == NAMES[:count]
    assert back["cell_age_mean_h"].dims[0] == "network"
    assert back.sel(network="dprk")["cell_age_mean_h"].equals(
        whole["cell_age_mean_h"][0].drop_attrs()
    )


def test_the_same_grid_gives_the_same_bytes_and_so_does_one_read_back() -> None:
    first = encoded(grid(NAMES))
    assert encoded(grid(NAMES)) == first
    assert encoded(netcdf.decode(first)) == first


def test_names_are_labels_and_not_a_coordinate_of_numbers() -> None:
    with h5netcdf.File(io.BytesIO(encoded(grid(NAMES))), "r") as file:
        assert "network" in file.dimensions
        # CF 6.1: a dimension of names has an auxiliary coordinate, named by what it labels.
        assert "network" not in file.variables
        label = file.variables["network_name"]
        assert label.dimensions == ("network",)
        assert label.attrs["long_name"] == "network"
        assert file.variables["cell_age_mean_h"].attrs["coordinates"] == "network_name span"
        assert file.variables["cell_age_mean_h"].attrs["grid_mapping"] == "crs"
        assert file.variables["cell_age_mean_h"].attrs["units"] == "h"
        assert file.variables["accesses"].attrs["coordinates"] == "span"
        assert "coordinates" not in file.variables["cell_area_km2"].attrs
        for name in ("cell_age_mean_h", "cell_age_max_h", "cell_age_unknown_h"):
            assert file.variables[name].dimensions == ("network", "lat", "lon")
            assert "long_name" in file.variables[name].attrs


def test_every_part_of_the_response_says_what_it_is_and_by_which_rule() -> None:
    with h5netcdf.File(io.BytesIO(encoded(grid(NAMES))), "r") as file:
        for part in RESPONSE:
            attributes = file.variables[f"cell_response_{part}_h"].attrs
            assert {"long_name", "units", "cell_methods", "comment"} <= set(attributes)
            assert "commanded through the network" in attributes["comment"]


def test_a_grid_without_networks_has_neither_dimension_nor_label() -> None:
    plain = grid(NAMES).drop_dims("network")
    data = encoded(plain)
    xr.testing.assert_identical(netcdf.decode(data).drop_attrs(), plain)
    with h5netcdf.File(io.BytesIO(data), "r") as file:
        assert not {"network", "network_name"} & {*file.dimensions, *file.variables}


def test_a_name_that_hdf5_would_cut_short_is_kept_whole() -> None:
    back = netcdf.decode(encoded(grid(["a\0b"])))
    assert back["network"].to_numpy().tolist() == ["a\N{REPLACEMENT CHARACTER}b"]
