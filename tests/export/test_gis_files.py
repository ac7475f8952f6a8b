"""GeoPackage, GeoParquet and GeoTIFF of a run, read back by geographic libraries."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyarrow.parquet
import pyogrio
import pytest
import rasterio
import xarray as xr

from simulator import earth
from simulator.errors import InputError
from simulator.export import Choices, export, format_of
from simulator.export.geotiff import write_file as write_tiff
from simulator.results import Results


def written(results: Results, name: str, place: Path, **choices: object) -> Path:
    return export(results, format_of(name, None), place, Choices(**choices), force=True)  # type: ignore[arg-type]


def test_a_geopackage_has_a_layer_each_with_the_columns_of_the_tables(
    results: Results, tmp_path: Path
) -> None:
    place = written(results, "geopackage", tmp_path / "day.gpkg", hours=2.0)
    layers = {name for name, _ in pyogrio.list_layers(place)}
    assert {"targets", "stations", "tracks", "cells", "cell_networks", "contacts"} <= layers
    cells = geopandas.read_file(place, layer="cells")
    assert cells.crs.to_epsg() == 4326 and cells.is_valid.all()
    grid = results.grids["korea"]
    there = grid["revisit_mean_h"].to_numpy()[grid["in_region"].to_numpy()]
    own = cells[cells["region"] == "korea"]
    assert np.allclose(own["revisit_mean_h"], there, equal_nan=True, atol=1e-4)
    # By another's projection of equal area, the cells have the area they say.
    area_km2 = cells.to_crs("EPSG:6933").area / 1e6
    assert np.allclose(area_km2, cells["cell_area_km2"], rtol=2e-3)
    tracks = geopandas.read_file(place, layer="tracks")
    assert tracks["start_utc"][0] == pd.Timestamp("2023-11-24T00:00:00Z")
    assert "Second & last" in set(tracks["satellite"])


def test_a_geopackage_has_the_same_bytes_and_leaves_no_setting_behind(
    results: Results, tmp_path: Path
) -> None:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    for name in ("a", "b"):
        written(results, "geopackage", tmp_path / f"{name}.gpkg", tables=("targets", "cells"))
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == before


def test_a_geopackage_may_have_any_ending(results: Results, tmp_path: Path) -> None:
    places = [tmp_path / name for name in ("a.gpkg", "b.anything")]
    for place in places:
        written(results, "geopackage", place, tables=("targets", "stations"))
    assert places[0].read_bytes() == places[1].read_bytes()
    assert sorted(tmp_path.iterdir()) == places


def test_geoparquet_is_read_with_its_shapes_and_times(results: Results, tmp_path: Path) -> None:
    place = written(results, "geoparquet", tmp_path / "day.geoparquet")
    cells = geopandas.read_parquet(place)
    assert cells.crs.to_string() == "OGC:CRS84" and cells.is_valid.all()
    assert len(cells) == sum(int(g["in_region"].sum()) for g in results.grids.values())
    geo = json.loads(pyarrow.parquet.read_schema(place).metadata[b"geo"])
    assert geo["version"] == "1.1.0" and geo["primary_column"] == "geometry"
    assert geo["columns"]["geometry"]["geometry_types"] == ["MultiPolygon", "Polygon"]
    assert np.allclose(geo["columns"]["geometry"]["bbox"], cells.total_bounds)
    place = written(results, "geoparquet", tmp_path / "day.geoparquet", tables=("accesses",))
    accesses = geopandas.read_parquet(place)
    assert accesses["start_utc"].tolist() == results.accesses["start_utc"].tolist()
    with pytest.raises(InputError, match="a file holds one layer"):
        written(results, "geoparquet", place, tables=("targets", "cells"))


@pytest.mark.parametrize("region", ["korea", "date line"])
def test_a_geotiff_has_the_value_of_every_cell_where_it_lies(
    results: Results, tmp_path: Path, region: str
) -> None:
    place = written(results, "geotiff", tmp_path / "x.tif", region=region, figure="wait_mean_h")
    grid = results.grids[region]
    with rasterio.open(place) as file:
        assert (file.driver, file.dtypes, file.crs.to_epsg()) == ("GTiff", ("float32",), 4326)
        assert file.transform.e < 0.0 and np.isnan(file.nodata)
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.tags()["figure"] == "wait_mean_h" and file.units == ("h",)
        assert file.tags()["caution"] == results.provenance["caution"]
        y, x = np.meshgrid(grid["lat"], grid["lon"], indexing="ij")
        found = [value[0] for value in file.sample(zip(x.ravel(), y.ravel(), strict=True))]
    wanted = np.where(grid["in_region"], grid["wait_mean_h"], np.nan).ravel()
    assert np.allclose(found, wanted, equal_nan=True, rtol=1e-6)


def test_a_geotiff_has_a_band_for_each_network(results: Results, tmp_path: Path) -> None:
    figure, networks = "cell_age_mean_h", ("dprk", "dprk+russia+relay")
    place = written(results, "geotiff", tmp_path / "x.tif", figure=figure, networks=networks)
    with rasterio.open(place) as file:
        assert file.descriptions == tuple(f"{figure} {name}" for name in networks)
        bands = file.read()[:, ::-1]
    wanted = results.grids["korea"][figure].sel(network=list(networks)).to_numpy()
    assert np.allclose(bands, wanted, equal_nan=True, rtol=1e-6)


def test_the_pixels_of_a_geotiff_take_the_equal_area_cell_they_lie_in(
    results: Results, tmp_path: Path
) -> None:
    nside = 24
    number = np.arange(12 * nside**2)
    corners = earth.corners_deg(nside, number)
    # About the date line, and up to the pole.
    near = (corners[..., 1].max(axis=1) > 45.0) & (np.cos(np.radians(corners[:, 3, 0])) < -0.9)
    chosen = number[near | (corners[..., 1].max(axis=1) > 89.9)]
    attributes = {"nside": nside, "indexing_scheme": "ring"}
    grid = xr.Dataset(
        {
            "revisit_mean_h": ("cell", chosen.astype(float)),
            "cell_area_km2": ("cell", np.ones(len(chosen))),
        },
        {
            "healpix_index": ("cell", chosen, attributes),
            "lat": ("cell", corners[chosen, :, 1].mean(axis=1)),
            "lon": ("cell", corners[chosen, :, 0].mean(axis=1)),
        },
    )
    made = type(results).__new__(type(results))
    for name, value in vars(results).items():
        object.__setattr__(made, name, {"tiles": grid} if name == "grids" else value)
    write_tiff(made, Choices(), tmp_path / "x.tif")
    with rasterio.open(tmp_path / "x.tif") as file:
        assert "0.610753 degrees" in file.tags()["resampling"]
        values, place = file.read(1), file.transform
        rows, columns = np.nonzero(np.isfinite(values))
        longitude, latitude = rasterio.transform.xy(place, rows, columns)
    assert np.array_equal(
        values[rows, columns],
        earth.pixels_at(nside, np.array(latitude), np.array(longitude)).astype(float),
    )
    assert set(np.unique(values[rows, columns])) == set(chosen.astype(float))
    # As much ground as the cells have: all of one area.
    ground = np.cos(np.radians(latitude)).sum() * np.radians(place.a) * np.radians(-place.e)
    assert ground == pytest.approx(len(chosen) * 4.0 * np.pi / len(number), rel=0.01)


def test_the_grid_of_a_run_opens_in_place(results: Results, folder: Path) -> None:
    with rasterio.open(f"netcdf:{folder}/grid-korea.nc:revisit_mean_h") as file:
        assert file.crs.to_epsg() == 4326 and file.transform.e < 0.0
        there = results.grids["korea"]["revisit_mean_h"].to_numpy()[::-1]
        assert np.allclose(file.read(1, masked=True).filled(np.nan), there, equal_nan=True)
