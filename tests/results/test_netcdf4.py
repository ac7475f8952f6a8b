"""NetCDF-4 files as this program writes and reads them, against what xarray writes and reads."""

import io
from typing import Any

import h5py
import numpy as np
import pytest
import xarray as xr

from simulator.results import GridValues, netcdf4, netcdf_bytes

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


@pytest.mark.parametrize("written_by_xarray", [False, True])
def test_a_file_is_read_as_xarray_reads_it(written_by_xarray: bool) -> None:
    data = netcdf_bytes(dataset())
    if written_by_xarray:
        data = bytes(dataset().to_netcdf(engine="h5netcdf"))
    ours = netcdf4.read_netcdf(data, most_bytes=1e4)
    theirs = xr.load_dataset(io.BytesIO(data), engine="h5netcdf")
    xr.testing.assert_identical(ours, theirs)
    assert list(ours.variables) == list(theirs.variables)
    assert list(ours.attrs) == list(theirs.attrs)
    for name, variable in ours.variables.items():
        kept = {key: np.asarray(value).dtype for key, value in variable.attrs.items()}
        assert list(kept.items()) == [
            (key, np.asarray(value).dtype) for key, value in theirs[name].attrs.items()
        ]
        assert variable.dtype == theirs[name].dtype


def test_a_file_of_more_than_is_allowed_is_not_unpacked() -> None:
    with pytest.raises(ValueError, match="it unpacks to "):
        netcdf4.read_netcdf(netcdf_bytes(dataset()), most_bytes=100.0)


def test_a_file_has_the_scales_and_filters_of_that_of_xarray() -> None:
    theirs = hidden(bytes(dataset().to_netcdf(engine="h5netcdf")))
    ours = hidden(netcdf_bytes(dataset()))
    assert list(ours) == list(theirs)
    for name, of_variable in ours.items():
        assert of_variable == theirs[name], name


def test_the_same_dataset_gives_the_same_bytes() -> None:
    assert netcdf_bytes(dataset()) == netcdf_bytes(dataset())


def of_cells() -> xr.Dataset:
    """Return one whose coordinates are no axes, two of them named by no variable."""
    made = dataset().drop_vars("seen").rename(lat="cell", lon="place_number")
    made = made.assign_coords(lat=("cell", [1.0, 2.0]), lon=("cell", np.array([3, 4], np.float32)))
    return made.assign_coords(lone=("pair", [True, False]))


@pytest.mark.parametrize("made", [dataset, of_cells])
def test_values_are_written_as_a_dataset_of_them_to_the_byte(made: Any) -> None:
    whole = made()
    whole["never"].encoding = dict(PACKED)
    values = GridValues.of(whole)
    variables = {
        name: netcdf4.FileVariable(*told, encoding=dict(whole[name].encoding))
        for name, told in values.variables.items()
    }
    data = netcdf4.file_bytes(variables, whole.attrs, coordinates=values.coordinates)
    assert data == netcdf_bytes(whole)


def test_values_that_no_grid_holds_are_refused() -> None:
    days = netcdf4.FileVariable(("day",), np.array(["2024-01-01"], "datetime64[D]"))
    with pytest.raises(ValueError, match="day: values of datetime64"):
        netcdf4.file_bytes({"day": days}, {}, coordinates=())


def test_a_dimension_of_no_length_is_read_back() -> None:
    empty = xr.Dataset({"age": (("network", "time"), np.zeros((0, 3)))})
    empty["age"].encoding = dict(PACKED)
    data = netcdf_bytes(empty)
    xr.testing.assert_identical(xr.load_dataset(io.BytesIO(data), engine="h5netcdf"), empty)
    xr.testing.assert_identical(netcdf4.read_netcdf(data, most_bytes=100.0), empty)
