"""Keys of clouds: other values for them, and a grid of cloud by month in a file."""

import numpy as np
import xarray as xr

from simulator.scenario import Clouds, Region, Target

GRID = {"clear": None, "grid": "clouds.nc", "variable": "cloud"}
OF_CLOUDS = {
    (Clouds, "clear"): {"clear": 0.4},
    (Clouds, "grid"): GRID,
    (Clouds, "variable"): {**GRID, "variable": "thin"},
    (Clouds, "grid_sha256"): {**GRID, "variable": "thin"},
    (Target, "sunshine"): {"sunshine": "busan"},
    (Target, "clear"): {"clear": 0.9},
    (Region, "clear"): {"clear": 0.8},
}


def clouds_file(path, *, lats=None, lons=None, units="1", scale=1.0, hours=None, names=None):
    """Write a grid of two variables of cloud and return what is in the first: (12, Y, X).

    Cloud varies with month, row and column. `names` are those of month, latitude and longitude.
    """
    month, lat, lon = names or ("month", "lat", "lon")
    lats = np.arange(30.5, 45.0) if lats is None else np.asarray(lats, float)
    lons = np.arange(120.5, 140.0) if lons is None else np.asarray(lons, float)
    m, y, x = np.meshgrid(np.arange(12), np.arange(len(lats)), np.arange(len(lons)), indexing="ij")
    cloud = 0.3 + 0.03 * m + 0.005 * (y % 30) + 0.003 * (x % 30)
    dims, values = (month, lat, lon), cloud
    coords = {month: np.arange(1, 13), lat: lats, lon: lons}
    if hours is not None:
        dims = (month, "hour", lat, lon)
        values = cloud[:, None] - 0.01 * np.arange(len(hours))[None, :, None, None]
        coords["hour"] = hours
    data = xr.Dataset(
        {
            "cloud": (dims, values * scale, {"units": units}),
            "thin": ((lat, lon), 0.5 * cloud[0], {"units": "1"}),
        },
        coords=coords,
    )
    data["thin"] = data["cloud"] * 0.5
    data["thin"].attrs["units"] = units
    data[lat].attrs["units"] = "degrees_north"
    data[lon].attrs["units"] = "degrees_east"
    data.to_netcdf(path, engine="h5netcdf")
    return cloud
