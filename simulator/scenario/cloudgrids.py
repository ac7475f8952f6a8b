"""A grid of cloud by month, in NetCDF by the CF conventions, as the chance of a clear sky.

What is read: a variable of the cloud fraction over a latitude, a longitude, twelve months (numbers,
or times of which each month is averaged) and, if it has one, an hour of the day. Units 1, percent,
tenths or oktas. Missing values stay missing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from simulator.errors import InputError, nearest_hint

if TYPE_CHECKING:
    import xarray as xr

    from simulator.arrays import FloatArray

_MONTHS = 12
_MAX_BYTES = 2_000_000_000
# Divisors into a fraction, by the words of a unit.
_UNITS = {
    "1": 1.0,
    "": 1.0,
    "fraction": 1.0,
    "%": 100.0,
    "percent": 100.0,
    "okta": 8.0,
    "oktas": 8.0,
    "tenths": 10.0,
}
_Axis = Literal["latitude", "longitude", "month", "hour"]
_AXIS_UNITS = {
    "latitude": r"degrees?_?(north|n)",
    "longitude": r"degrees?_?(east|e)",
    "hour": r"h|hours?(_of_day)?",
}
_AXIS_NAMES = {
    "latitude": ("latitude", "lat", "y"),
    "longitude": ("longitude", "lon", "long", "x"),
    "month": ("month", "months", "month_of_year", "time"),
    "hour": ("hour", "hour_of_day", "hours", "time_of_day"),
}


@dataclass(frozen=True, eq=False)
class CloudGrid:
    """The chance of a clear sky (12, H, Y, X), NaN where missing, on cells about their middles.

    Latitudes (Y,) rise; longitudes (X,) rise from the first on, for less than a turn; hours (H,)
    of the day are UTC, or local mean solar time where `is_local`.
    """

    clear: FloatArray
    latitude_deg: FloatArray
    longitude_deg: FloatArray
    hour: FloatArray
    is_local: bool

    def at(self, latitude_deg: FloatArray, longitude_deg: FloatArray) -> FloatArray:
        """Return the chances (P, 12, H) of the cells in which places lie; NaN beyond the grid."""
        import numpy as np

        latitude, longitude = np.asarray(latitude_deg), np.asarray(longitude_deg)
        row, in_rows = _nearest(self.latitude_deg, latitude, _step(self.latitude_deg))
        # A turn later once more: the last cell may be the neighbour of the first.
        middles, step = self.longitude_deg, _step(self.longitude_deg)
        west = middles[0] - 0.5 * step
        turned = west + (longitude - west) % 360.0
        column, in_columns = _nearest(np.append(middles, middles[0] + 360.0), turned, step)
        chances = np.moveaxis(self.clear[:, :, row, column % len(middles)], 2, 0)
        inside = in_rows & in_columns
        return np.where(inside[:, None, None], chances, np.nan)


def _step(middles: FloatArray) -> float:
    """Return the greatest step from one cell to the next."""
    return float((middles[1:] - middles[:-1]).max()) if len(middles) > 1 else 1.0


def _nearest(middles: FloatArray, at: FloatArray, step: float) -> tuple[Any, Any]:
    """Return the nearest of rising middles for each value, and whether its cell reaches so far."""
    import numpy as np

    nearest = np.searchsorted(0.5 * (middles[1:] + middles[:-1]), at)
    return nearest, np.abs(middles[nearest] - at) <= 0.5 * step + 1e-9


def digest(path: str) -> str:
    """Return the SHA-256 of a file; InputError where it cannot be read."""
    file = Path(path)
    try:
        status = file.stat()
        if not file.is_file():
            raise InputError(f"{path} is no file")
        if status.st_size > _MAX_BYTES:
            raise InputError(f"{path} is larger than {_MAX_BYTES:,} bytes")
        return _digest(path, status.st_mtime_ns, status.st_size)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


@lru_cache(maxsize=8)
def _digest(path: str, _changed_ns: int, _size: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=4)
def read(path: str, variable: str | None, _sha256: str) -> CloudGrid:
    """Return the grid of a file; InputError, naming file and variable, for what it cannot be."""
    import xarray as xr

    try:
        # Months may be counted in units that no calendar has: only those of times are decoded.
        opened = xr.open_dataset(path, decode_times=False)
    except Exception as error:
        raise InputError(f"{path} is no NetCDF file that can be read: {_reason(error)}") from None
    with opened as data:
        try:
            return _grid(data, variable)
        except InputError as error:
            raise InputError([f"{path}: {problem}" for problem in error.problems]) from None
        except Exception as error:
            raise InputError(f"{path} is damaged: {_reason(error)}") from None


def _grid(data: xr.Dataset, name: str | None) -> CloudGrid:
    import numpy as np

    name = _chosen(data, name)
    cloud = data[name]
    axes = {axis: _dimension(data, cloud, axis) for axis in _AXIS_NAMES}
    missing = [axis for axis in ("latitude", "longitude", "month") if axes[axis] is None]
    if missing:
        dims = ", ".join(map(str, cloud.dims)) or "none"
        raise InputError(f"variable '{name}' has no {' and no '.join(missing)}; it has: {dims}")
    known = [axes[axis] for axis in _AXIS_NAMES if axes[axis] is not None]
    odd = [str(dim) for dim in cloud.dims if dim not in known and cloud.sizes[dim] > 1]
    if odd:
        raise InputError(f"variable '{name}' runs over '{odd[0]}' too, which says nothing here")
    cloud = cloud.squeeze([dim for dim in cloud.dims if dim not in known])
    hour = axes["hour"]
    cloud = cloud.expand_dims("hour of day") if hour is None else cloud
    order = [axes["month"], hour or "hour of day", axes["latitude"], axes["longitude"]]
    values = np.asarray(cloud.transpose(*order).values, np.float64)
    values = _by_month(data, str(axes["month"]), values)
    clear = 1.0 - _fractions(name, str(cloud.attrs.get("units", "")), values)
    latitude, rows = _rising(data, axes["latitude"], -90.0, 90.0)
    longitude, columns = _rising(data, axes["longitude"], -360.0, 360.0)
    if longitude[-1] - longitude[0] >= 360.0:
        raise InputError(f"'{axes['longitude']}' goes round more than once")
    hours, is_local = _hours(data, hour)
    return CloudGrid(clear[:, :, rows][:, :, :, columns], latitude, longitude, hours, is_local)


def _chosen(data: xr.Dataset, name: str | None) -> str:
    """Return the name of the variable, the only one there can be if none is given."""
    names = [str(each) for each in data.data_vars]
    if name is not None:
        if name not in names:
            raise InputError(f"has no variable '{name}'{nearest_hint(name, names)}")
        return name
    fit = [
        each
        for each in names
        if all(_dimension(data, data[each], axis) for axis in ("latitude", "longitude", "month"))
    ]
    if len(fit) != 1:
        found = "none" if not fit else ", ".join(fit)
        raise InputError(
            f"has not one variable over latitude, longitude and month but {found}; name one by "
            "clouds.variable"
        )
    return fit[0]


def _dimension(data: xr.Dataset, cloud: xr.DataArray, axis: str) -> Hashable | None:
    """Return the dimension of a variable that is an axis, by its attributes or its name."""
    for dim in cloud.dims:
        attributes = data[dim].attrs if dim in data.coords else {}
        units = str(attributes.get("units", "")).lower()
        if str(attributes.get("standard_name", "")).lower() == axis:
            return dim
        if axis in _AXIS_UNITS and re.fullmatch(_AXIS_UNITS[axis], units):
            return dim
    for dim in cloud.dims:
        if str(dim).lower() in _AXIS_NAMES[axis]:
            return dim
    return None


def _by_month(data: xr.Dataset, dim: str, values: FloatArray) -> FloatArray:
    """Return values (N, ...) as means of the twelve months (12, ...)."""
    import numpy as np

    if dim not in data.coords and values.shape[0] == _MONTHS:
        return values
    months = _months(data, dim) if dim in data.coords else np.zeros(0)
    if len(months) != values.shape[0] or set(months.tolist()) != set(range(1, _MONTHS + 1)):
        raise InputError(f"'{dim}' does not have all twelve months, as numbers 1 to 12 or as times")
    if len(months) == _MONTHS:
        return np.asarray(values[np.argsort(months)])
    with np.errstate(invalid="ignore"):
        return np.stack([_mean(values[months == month]) for month in range(1, _MONTHS + 1)])


def _mean(values: FloatArray) -> FloatArray:
    """Return the mean over the first axis of what is not missing; NaN where all is."""
    import numpy as np

    some = np.isfinite(values).sum(axis=0)
    return np.asarray(np.where(some > 0, np.nansum(values, axis=0) / np.maximum(some, 1), np.nan))


def _months(data: xr.Dataset, dim: str) -> Any:
    import numpy as np
    import xarray as xr

    coordinate = data[dim]
    if " since " in str(coordinate.attrs.get("units", "")):
        units = str(coordinate.attrs["units"])
        if units.startswith("month"):
            begin = re.search(r"since\s+\d+-(\d+)", units)
            if begin is None:
                raise InputError(f"'{dim}' has units that say no month: {units}")
            return (np.floor(coordinate.values).astype(int) + int(begin[1]) - 1) % _MONTHS + 1
        decoded = xr.decode_cf(coordinate.to_dataset(name="at").reset_coords(drop=True))
        times = decoded[dim] if dim in decoded.coords else decoded["at"]
        return np.asarray(times.dt.month.values)
    return np.asarray(coordinate.values).astype(int)


def _fractions(name: str, units: str, values: FloatArray) -> FloatArray:
    """Return values as fractions from 0 to 1, missing ones as NaN."""
    import numpy as np

    unit = units.strip().lower()
    if unit not in _UNITS:
        raise InputError(
            f"variable '{name}' is in '{units}'; allowed 1, percent, tenths or oktas of cloud"
        )
    fraction = values / _UNITS[unit]
    present = fraction[np.isfinite(fraction)]
    if not len(present):
        raise InputError(f"variable '{name}' has no value at all")
    low, high = float(present.min()), float(present.max())
    if low < -1e-6 or high > 1.0 + 1e-6:
        raise InputError(
            f"variable '{name}' goes from {low * _UNITS[unit]:g} to {high * _UNITS[unit]:g} in "
            f"units of '{units or 1}'; a fraction of cloud is from 0 to {_UNITS[unit]:g}"
        )
    return np.clip(np.where(np.isfinite(fraction), fraction, np.nan), 0.0, 1.0)


def _rising(data: xr.Dataset, dim: Any, low: float, high: float) -> tuple[FloatArray, Any]:
    """Return a coordinate in rising order, and the order."""
    import numpy as np

    if dim not in data.coords:
        raise InputError(f"'{dim}' has no coordinate: no place can be found on it")
    values = np.asarray(data[dim].values, np.float64)
    if values.ndim != 1 or not np.all(np.isfinite(values)):
        raise InputError(f"'{dim}' is no list of numbers")
    order = np.argsort(values, kind="stable")
    steps = np.diff(values)
    if not (np.all(steps > 0.0) or np.all(steps < 0.0)):
        raise InputError(f"'{dim}' neither rises nor falls throughout")
    values = values[order]
    if values[0] < low or values[-1] > high:
        raise InputError(
            f"'{dim}' goes from {values[0]:g} to {values[-1]:g}; allowed {low:g} to {high:g}"
        )
    return values, order


def _hours(data: xr.Dataset, dim: Hashable | None) -> tuple[FloatArray, bool]:
    """Return the hours of the day, rising, and whether they are of local time."""
    import numpy as np

    if dim is None:
        return np.zeros(1), False
    if dim not in data.coords:
        raise InputError(f"'{dim}' has no coordinate: hours of the day are not known")
    hours = np.asarray(data[dim].values, np.float64)
    if not np.all(np.diff(hours) > 0.0) or hours[0] < 0.0 or hours[-1] >= 24.0:
        raise InputError(f"'{dim}' is no rising list of hours from 0 to below 24")
    words = " ".join(str(data[dim].attrs.get(key, "")) for key in ("long_name", "comment", "units"))
    return hours, "local" in words.lower()
