"""NetCDF-4 files as this program writes them, against the same dataset as xarray writes it."""

import io
from typing import Any

import h5py
import numpy as np
import pytest
import xarray as xr

from simulator.results import netcdf_bytes

PACKED = {"zlib": True, "complevel": 4, "shuffle": True}


def dataset() -> xr.Dataset:
    """Return one of every kind: on axes and labels, packed and plain, texts, truths and scalars."""
    made = xr.Dataset(
        {
            "seen": (("lat", "lon"), np.arange(6.0).reshape(2, 3), {"units": "h"}),
            "never": (("network", "lat"), np.full((2, 2), np.nan)),
            "reached": ("lon", np.array([True, False, True]), {"long_name": "whether"}),
            "count": ("time", np.arange(4, dtype=np.int32)),
            "flags": ("time", np.zeros(4, np.int8), {"flag_values": np.array([0, 1], np.int8)}),
            "crs": ((), np.int32(0), {"inverse_flattening": 298.25, "datum": "WGS 84"}),
        },
        coords={
            "lat": ("lat", [10.0, 20.0], {"units": "degrees_north"}),
            "lon": [1, 2, 3],
            "place": ("time", ["Seoul", "부산", "", "Guam"]),
            "label": ("network", np.array(["a", "b and c"], dtype=object)),
            "span": 0.5,
        },
        attrs={"title": "부산", "days": 3, "shares": [0.1, 0.9]},
    )
    made["seen"].encoding = dict(PACKED)
    made["seen"].attrs["cell_methods"] = "span: mean"
    made["never"].encoding = PACKED | {"coordinates": "label span"}
    made["lat"].encoding = {"_FillValue": None}
    return made


def hidden(data: bytes) -> dict[str, Any]:
    """Return what the NetCDF library reads of a file besides values: by variable."""
    with h5py.File(io.BytesIO(data)) as file:
        return {
            name: (
                made.shape,
                made.maxshape,
                made.dtype,
                made.chunks,
                (made.compression, made.compression_opts, made.shuffle),
                made.is_scale and made.attrs["NAME"],
                [[scale.name for scale in axis.values()] for axis in made.dims],
                made.attrs.get("_Netcdf4Dimid"),
                np.asarray(made.attrs.get("_Netcdf4Coordinates", ())).tolist(),
            )
            for name, made in file.items()
        }


@pytest.mark.parametrize("decode_cf", [True, False])
def test_a_file_is_read_as_that_of_xarray(decode_cf: bool) -> None:
    ours, theirs = (
        xr.load_dataset(io.BytesIO(data), engine="h5netcdf", decode_cf=decode_cf)
        for data in (netcdf_bytes(dataset()), bytes(dataset().to_netcdf(engine="h5netcdf")))
    )
    xr.testing.assert_identical(ours, theirs)
    assert list(ours.variables) == list(theirs.variables)
    for name, variable in ours.variables.items():
        assert list(variable.attrs) == list(theirs[name].attrs)
        assert variable.dtype == theirs[name].dtype


def test_a_file_has_the_scales_and_filters_of_that_of_xarray() -> None:
    theirs = hidden(bytes(dataset().to_netcdf(engine="h5netcdf")))
    ours = hidden(netcdf_bytes(dataset()))
    assert list(ours) == list(theirs)
    for name, of_variable in ours.items():
        assert of_variable == theirs[name], name


def test_the_same_dataset_gives_the_same_bytes() -> None:
    assert netcdf_bytes(dataset()) == netcdf_bytes(dataset())


def test_a_dimension_of_no_length_is_read_back() -> None:
    empty = xr.Dataset({"age": (("network", "time"), np.zeros((0, 3)))})
    empty["age"].encoding = dict(PACKED)
    again = xr.load_dataset(io.BytesIO(netcdf_bytes(empty)), engine="h5netcdf")
    xr.testing.assert_identical(again, empty)
