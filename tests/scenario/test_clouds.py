"""Clouds of a scenario: grids in every convention, and faults that name file, variable and key."""

import re
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from simulator.errors import InputError
from simulator.scenario import load, loads, to_toml
from simulator.scenario.cloudgrids import digest, read
from tests.made_cloud_keys import clouds_file

TEXT = """
schema_version = 1
title = "t"
targets = ["seoul"]
[span]
start = 2023-11-24T00:00:00Z
days = 2.0
[[satellites]]
name = "A"
downlink_rate_mbps = 2.0
sensor = "malligyong_press"
orbit = {kind = "sun-synchronous", altitude_km = 500.0, ltan_h = 10.5}
[clouds]
"""


def grid_of(path, variable="cloud"):
    return read(str(path), variable, digest(str(path)))


def faults(keys, folder):
    with pytest.raises(InputError) as caught:
        loads(TEXT + keys, origin="made", folder=folder)
    return "\n".join(caught.value.problems)


@pytest.mark.parametrize(
    ("units", "scale"), [("1", 1.0), ("%", 100.0), ("oktas", 8.0), ("tenths", 10.0)]
)
@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("turned", [False, True])
def test_a_grid_reads_the_same_in_every_convention(tmp_path, units, scale, falling, turned):
    lats, lons = np.arange(-89.5, 90.0, 3.0), np.arange(-178.5, 180.0, 3.0)
    if turned:
        lons = np.arange(1.5, 360.0, 3.0)
    cloud = clouds_file(
        tmp_path / "c.nc", lats=lats[::-1] if falling else lats, lons=lons, units=units, scale=scale
    )
    cloud = cloud[:, ::-1] if falling else cloud
    places = [(37.5, 127.0), (-12.0, -130.0), (88.9, 179.9), (0.0, -0.1), (10.0, 0.1)]
    latitude, longitude = np.array(places).T
    found = grid_of(tmp_path / "c.nc").at(latitude, longitude)
    for chances, (lat, lon) in zip(found, places, strict=True):
        row = int(np.argmin(abs(lats - lat)))
        column = int(np.argmin(abs((lons - lon + 180.0) % 360.0 - 180.0)))
        np.testing.assert_allclose(chances[:, 0], 1.0 - cloud[:, row, column], atol=1e-12)


def test_a_part_of_the_earth_is_known_as_far_as_its_cells_reach(tmp_path):
    clouds_file(tmp_path / "c.nc", lats=[35.0, 36.0, 37.0], lons=[126.0, 127.0])
    grid = grid_of(tmp_path / "c.nc")
    known = np.isfinite(
        grid.at(np.array([37.4, 37.6, 36.0, 36.0]), np.array([126.0] * 2 + [127.4, 127.6]))
    )
    assert known.all(axis=(1, 2)).tolist() == [True, False, True, False]


def test_months_may_be_times_in_any_order_and_of_several_years(tmp_path):
    months = [(year, month) for year in (2001, 2002) for month in range(12, 0, -1)]
    days = [np.datetime64(f"{y}-{m:02d}-15") for y, m in months]
    values = [[[0.01 * m + (0.1 if y == 2002 else 0.0)] * 2] * 2 for y, m in months]
    data = xr.Dataset(
        {"clt": (("time", "lat", "lon"), np.array(values), {"units": "1"})},
        coords={
            "time": np.array(days, "datetime64[ns]"),
            "lat": ("lat", [30.0, 40.0], {"units": "degrees_north"}),
            "lon": ("lon", [120.0, 130.0], {"units": "degrees_east"}),
        },
    )
    data.to_netcdf(tmp_path / "t.nc", engine="h5netcdf")
    chances = grid_of(tmp_path / "t.nc", None).at(np.array([31.0]), np.array([121.0]))[0, :, 0]
    np.testing.assert_allclose(chances, [1.0 - 0.01 * m - 0.05 for m in range(1, 13)], atol=1e-12)


def test_missing_values_stay_missing(tmp_path):
    clouds_file(tmp_path / "c.nc")
    with xr.open_dataset(tmp_path / "c.nc") as data:
        changed = data.load()
    changed["cloud"][3, 7, 7] = np.nan
    changed.to_netcdf(tmp_path / "d.nc", engine="h5netcdf")
    found = grid_of(tmp_path / "d.nc").at(np.array([37.5, 36.5]), np.array([127.5, 127.5]))
    assert np.isnan(found[0, 3, 0]) and np.isfinite(found).sum() == 23


def test_a_scenario_notes_its_file_and_refuses_another(tmp_path):
    clouds_file(tmp_path / "c.nc")
    (tmp_path / "s.toml").write_text(TEXT + 'grid = "c.nc"\nvariable = "cloud"\n')
    scenario = load(tmp_path / "s.toml")
    assert scenario.clouds.grid == str(tmp_path / "c.nc")
    again = to_toml(scenario.resolve())
    elsewhere = loads(again, origin="results", folder=Path("/"))
    assert elsewhere.clouds == scenario.clouds
    clouds_file(tmp_path / "c.nc", lats=np.arange(10.0, 50.0))
    with pytest.raises(InputError, match=r"grid_sha256: .*c\.nc is another file"):
        loads(again, origin="results", folder=Path("/"))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ('clear = "sunshin"', "clouds.clear: 'sunshin' is not 'sunshine'.*did you mean 'sunshine'"),
        ("clear = 1.2", "clouds.clear: 1.2 is not 'sunshine', a number from 0 to 1 or twelve"),
        ("clear = [0.1, 0.2]", "clouds.clear: a list of 2 is not"),
        ('clear = 0.2\ngrid = "c.nc"', "clouds.clear: stands beside grid"),
        ('variable = "cloud"', "clouds.variable: is of a grid, and there is none"),
        ("persistence_h = -1.0", "clouds.persistence_h: -1.0 is below 0"),
        ('grid = "none.nc"', r"clouds.grid: .*none\.nc cannot be read: No such file"),
        ('grid = "c.nc"\nvariable = "clod"', r"c\.nc: has no variable 'clod'; did you mean"),
        ('grid = "c.nc"', r"c\.nc: has not one variable .* but cloud, thin"),
        ('grid = "text.nc"', r"text\.nc is no NetCDF file"),
        (
            'grid = "kelvin.nc"\nvariable = "cloud"',
            "variable 'cloud' is in 'K'; allowed 1, percent",
        ),
        ('grid = "wide.nc"\nvariable = "cloud"', "variable 'cloud' goes from 30 to .* of '1'"),
        ('grid = "flat.nc"\nvariable = "cloud"', "variable 'cloud' has no month; it has: z, lat"),
        ('grid = "short.nc"\nvariable = "cloud"', "'month' does not have all twelve months"),
        ('grid = "bent.nc"\nvariable = "cloud"', "'lat' neither rises nor falls throughout"),
    ],
)
def test_faults_name_the_key_the_file_and_the_variable(tmp_path, keys, words):
    clouds_file(tmp_path / "c.nc")
    (tmp_path / "text.nc").write_text("no grid at all")
    clouds_file(tmp_path / "kelvin.nc", units="K")
    clouds_file(tmp_path / "wide.nc", scale=100.0)
    clouds_file(tmp_path / "flat.nc", names=("z", "lat", "lon"))
    clouds_file(tmp_path / "bent.nc", lats=[30.0, 32.0, 31.0])
    with xr.open_dataset(tmp_path / "c.nc") as data:
        data.isel(month=slice(0, 11)).to_netcdf(tmp_path / "short.nc", engine="h5netcdf")
    said = faults(keys, tmp_path)
    assert re.search(words, said), said


def test_a_row_of_the_sunshine_that_is_none_is_named():
    text = TEXT.replace('["seoul"]', '[{catalog = "seoul", sunshine = "seol"}]')
    with pytest.raises(InputError, match="'seol' is not among the sunshine; did you mean 'seoul'"):
        loads(text, origin="made", folder=Path("."))


def test_sunshine_becomes_numbers_where_clouds_ask_for_it():
    asked = loads(TEXT, origin="made", folder=Path("."))
    assert asked.targets[0].sunshine == "seoul" and asked.clouds.from_sunshine
    by_month = asked.resolve().targets[0].sunshine
    assert len(by_month) == 12 and 0.2 < min(by_month) < max(by_month) < 0.7
    plain = loads(TEXT.replace("[clouds]", ""), origin="made", folder=Path("."))
    assert plain.resolve().targets[0].sunshine is None
    assert ("sunshine", "seoul") in list(asked.catalog_entries())
    assert ("sunshine", "seoul") not in list(plain.catalog_entries())
