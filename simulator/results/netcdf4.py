"""A labelled dataset as the bytes of a NetCDF-4 file, and back: the same gives the same bytes.

NetCDF-4 is HDF5 with names for dimensions: each dimension is a dimension scale, a variable's own or
one without values, and each variable has the scales of its dimensions attached. xarray writes and
reads the same through a layer that looks all of it up again for each variable, which takes ten
times as long.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from simulator.memory import size_text

if TYPE_CHECKING:
    import xarray as xr

# What the NetCDF library calls a dimension without a variable of its own, and its length.
_NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable.{:10}"
_DIMENSION_NUMBER, _DIMENSIONS = "_Netcdf4Dimid", "_Netcdf4Coordinates"
_TEXT = h5py.string_dtype()
# Attributes by which HDF5 and the NetCDF library tell dimensions, of no use to who reads values.
_OF_FORMAT = frozenset(
    ("CLASS", "NAME", "REFERENCE_LIST", "DIMENSION_LIST", "DIMENSION_LABELS", "_NCProperties")
) | {_DIMENSION_NUMBER, _DIMENSIONS}


@dataclass(eq=False)
class FileVariable:
    """A variable of a file: its dimensions, values and attributes, and how they are written."""

    dims: tuple[str, ...]
    data: np.ndarray[Any, Any]
    attrs: dict[str, Any] = field(default_factory=dict)
    encoding: dict[str, Any] = field(default_factory=dict)


def netcdf_bytes(dataset: xr.Dataset) -> bytes:
    """Return a dataset as a NetCDF-4 file, its variables encoded by the CF conventions.

    Of a variable's own `encoding` it follows zlib, complevel and shuffle, and what xarray makes of
    it in encoding by these conventions, such as `_FillValue` and `coordinates`.
    """
    from xarray import conventions

    variables, attributes = conventions.encode_dataset_coordinates(dataset)
    variables, attributes = conventions.cf_encoder(variables, attributes)
    return _file(variables, attributes)


def file_bytes(
    variables: Mapping[str, FileVariable],
    attributes: Mapping[str, Any],
    *,
    coordinates: Collection[str],
) -> bytes:
    """Return numbers, truths and texts as `netcdf_bytes` writes a dataset of them.

    Of encoding by the CF conventions it knows `_FillValue` and `coordinates`, as all our grids need
    it; whoever writes a grid then need not import xarray. Raises ValueError for other values.
    """
    named = _coordinates_named(variables, coordinates)
    encoded = {
        name: _encoded(name, variable, named.get(name, "")) for name, variable in variables.items()
    }
    # Coordinates that no variable names are named by the file, as xarray has it.
    mentioned = {
        word for each in encoded.values() for word in each.attrs.get("coordinates", "").split()
    }
    alone = sorted(_beside_axes(variables, coordinates) - mentioned)
    return _file(encoded, {**attributes, **({"coordinates": " ".join(alone)} if alone else {})})


def _beside_axes(variables: Mapping[str, FileVariable], coordinates: Collection[str]) -> set[str]:
    """Return the coordinates that are no axes."""
    axes = {dimension for variable in variables.values() for dimension in variable.dims}
    return {name for name in coordinates if name not in axes}


def _coordinates_named(
    variables: Mapping[str, FileVariable], coordinates: Collection[str]
) -> dict[str, str]:
    """Return the coordinates of each variable, but axes, as its attribute names them."""
    beside = sorted(_beside_axes(variables, coordinates))
    return {
        name: " ".join(other for other in beside if {*variables[other].dims} <= {*variable.dims})
        for name, variable in variables.items()
        if name not in beside and name not in variable.dims
    }


def _encoded(name: str, variable: FileVariable, coordinates: str) -> FileVariable:
    """Return a variable by the CF conventions, NaN where a number is missing."""
    values, attributes = variable.data, dict(variable.attrs)
    if values.dtype.kind not in "biufOU":
        raise ValueError(f"{name}: values of {values.dtype} are none of a grid's")
    coordinates = variable.encoding.get("coordinates") or coordinates
    if coordinates:
        attributes["coordinates"] = coordinates
    if values.dtype.kind == "f" and "_FillValue" not in variable.encoding:
        attributes["_FillValue"] = values.dtype.type(np.nan)
    if values.dtype.kind == "b":
        values, attributes["dtype"] = values.astype(np.int8), "bool"
    return FileVariable(variable.dims, values, attributes, variable.encoding)


def _file(variables: Mapping[Any, Any], attributes: Mapping[Any, Any]) -> bytes:
    """Return encoded variables as a file."""
    # In memory: nothing is on the disk under this name.
    with h5py.File("dataset.nc", "w", driver="core", backing_store=False, track_order=True) as file:
        _set_attributes(file, {**attributes, "_NCProperties": np.bytes_(_properties())})
        _write(file, variables)
        file.flush()
        image: bytes = file.id.get_file_image()
    return image


def read_netcdf(data: bytes, *, most_bytes: float) -> xr.Dataset:
    """Return the dataset of a NetCDF-4 file without groups, decoded by the CF conventions.

    Times stay numbers. Raises ValueError where its values take more bytes than are allowed, and
    whatever h5py raises for bytes that are no such file.
    """
    import xarray as xr
    from xarray import conventions

    with h5py.File(io.BytesIO(data), "r") as file:
        made = {name: held for name, held in file.items() if not _is_dimension_alone(held)}
        size_bytes = sum(float(held.nbytes) for held in made.values())
        if size_bytes > most_bytes:
            raise ValueError(f"it unpacks to {size_text(size_bytes)}")
        variables = {
            name: xr.Variable(_dimensions(name, held), _values(held), dict(_attributes(held)))
            for name, held in made.items()
        }
        attributes = dict(_attributes(file))
    decoded, kept, named = conventions.decode_cf_variables(
        variables, attributes, decode_times=False, decode_timedelta=False
    )
    places = {name for name, held in decoded.items() if name in named or held.dims == (name,)}
    values = {name: held for name, held in decoded.items() if name not in places}
    coordinates = {name: held for name, held in decoded.items() if name in places}
    return xr.Dataset(values, coordinates, kept).load()


def _is_dimension_alone(held: h5py.Dataset) -> bool:
    if not h5py.h5ds.is_scale(held.id):
        return False
    called: bytes = h5py.h5ds.get_scale_name(held.id)
    return called.startswith(_NO_VARIABLE.removesuffix("{:10}").encode())


def _dimensions(name: str, held: h5py.Dataset) -> tuple[str, ...]:
    """Return the names of the dimensions of a variable: its own, or of the scales attached."""
    if h5py.h5ds.is_scale(held.id):
        return (name,)
    scales = held.attrs["DIMENSION_LIST"] if held.ndim else ()
    paths = (h5py.h5r.get_name(scale, held.id) for (scale,) in scales)
    return tuple(path.decode().removeprefix("/") for path in paths)


def _values(held: h5py.Dataset) -> np.ndarray[Any, Any]:
    if h5py.check_string_dtype(held.dtype):
        return np.asarray(held.asstr()[()]).astype(str)
    return np.asarray(held[()])


def _attributes(of: h5py.Dataset | h5py.File) -> Iterator[tuple[str, Any]]:
    """Yield attributes but those of the format itself; a list of one is a number."""
    for name in of.attrs:
        if name not in _OF_FORMAT:
            value = of.attrs[name]
            is_one = isinstance(value, np.ndarray) and value.size == 1
            yield name, value.ravel()[0] if is_one else value


def _properties() -> str:
    return f"version=2,hdf5={h5py.version.hdf5_version},h5py={h5py.version.version}"


def _write(file: h5py.File, variables: Mapping[Any, xr.Variable | FileVariable]) -> None:
    """Write variables and the dimensions that they are on."""
    sizes: dict[Any, int] = {}
    for variable in variables.values():
        sizes |= zip(variable.dims, variable.data.shape, strict=True)
    number = {name: n for n, name in enumerate(sizes)}
    for name, size in sizes.items():
        if name not in variables:
            scale = _made(file, str(name), (size,), np.dtype(">f4"))
            scale.make_scale(_NO_VARIABLE.format(size))
            _set_attributes(scale, {_DIMENSION_NUMBER: np.int32(number[name])})
    for name, variable in variables.items():
        made = _variable(file, str(name), variable)
        on = np.array([number[dimension] for dimension in variable.dims], dtype=np.int32)
        if name in sizes:
            made.make_scale(str(name))
        if variable.dims:
            first = number[name] if name in sizes else on[0]
            _set_attributes(made, {_DIMENSIONS: on, _DIMENSION_NUMBER: np.int32(first)})
    # At last, when all scales are there.
    for name, variable in variables.items():
        if name not in sizes:
            for axis, dimension in enumerate(variable.dims):
                h5py.h5ds.attach_scale(file[str(name)].id, file[str(dimension)].id, axis)


def _variable(file: h5py.File, name: str, variable: xr.Variable | FileVariable) -> h5py.Dataset:
    values, encoding = np.asarray(variable.data), variable.encoding
    attributes = dict(variable.attrs)
    fill = attributes.pop("_FillValue", None)
    if values.dtype.kind in "OU":
        values = values.astype(_TEXT)
    options: dict[str, Any] = {"fillvalue": fill}
    if values.ndim and encoding.get("zlib"):
        options |= {"compression": "gzip", "compression_opts": encoding["complevel"]}
        options["shuffle"] = encoding.get("shuffle", False)
    made = _made(file, name, values.shape, values.dtype, data=values, **options)
    if fill is not None:
        _set_attributes(made, {"_FillValue": values.dtype.type(fill)})
    _set_attributes(made, attributes)
    return made


def _made(
    file: h5py.File, name: str, shape: tuple[int, ...], dtype: np.dtype[Any], **options: Any
) -> h5py.Dataset:
    # A dimension of no length is one that may grow, as the NetCDF library has it.
    if 0 in shape:
        options |= {"maxshape": tuple(size or None for size in shape), "chunks": True}
    return file.create_dataset(name, shape, dtype=dtype, track_order=True, **options)


def _set_attributes(of: h5py.Dataset | h5py.File, attributes: Mapping[Any, Any]) -> None:
    """Set attributes; a number is a list of one, as the NetCDF library writes it."""
    for name, value in attributes.items():
        if isinstance(value, str):
            values = np.array(value, dtype=_TEXT)
        else:
            is_single = isinstance(value, np.bytes_) or name == _DIMENSION_NUMBER
            values = np.asarray(value) if is_single else np.atleast_1d(value)
        # Its own interface to attributes looks for one that is there, and writes beside it.
        kind = h5py.h5t.py_create(values.dtype, logical=True)
        made = h5py.h5a.create(of.id, str(name).encode(), kind, _space(values.shape))
        made.write(values, mtype=h5py.h5t.py_create(values.dtype))


def _space(shape: tuple[int, ...]) -> h5py.h5s.SpaceID:
    return h5py.h5s.create_simple(shape) if shape else h5py.h5s.create(h5py.h5s.SCALAR)
