"""The shapes of the map come from the package, under cartopy's own calls too."""

from __future__ import annotations

import hashlib
from typing import Any

import cartopy
import cartopy.crs as ccrs
import pytest
import shapely
from cartopy.io import shapereader
from matplotlib.figure import Figure

from simulator import basemap
from simulator.errors import InputError
from tests.made_run import laid_out


def stock_map(scale: str) -> None:
    figure = Figure(figsize=(2.0, 1.0))
    axes: Any = figure.add_subplot(projection=ccrs.PlateCarree())
    axes.coastlines(scale)
    laid_out(figure)


def test_cartopys_own_calls_draw_from_the_bundled_layers() -> None:
    before = dict(cartopy.config["downloaders"]), cartopy.config["pre_existing_data_dir"]
    with basemap.use_bundled_basemap():
        stock_map("110m")
    assert before == (
        dict(cartopy.config["downloaders"]),
        cartopy.config["pre_existing_data_dir"],
    )


def test_a_layer_that_is_not_bundled_is_refused_and_never_downloaded() -> None:
    message = "ne_10m_coastline is not in the package; bundled scales: 110m, 50m"
    with basemap.use_bundled_basemap(), pytest.raises(InputError, match=message):
        stock_map("10m")
    with pytest.raises(InputError, match=message):
        basemap.layer_path("coastline", "10m")
    with pytest.raises(InputError, match="'coastlines' is not in the package; did you mean"):
        basemap.layer_path("coastlines", "50m")


def test_bundled_shapes_are_the_publishers_bytes() -> None:
    # SHA-256 of Natural Earth 5.1.1, equal in two independent copies.
    land = basemap.layer_path("land", "50m").read_bytes()
    lines = basemap.layer_path("admin_0_boundary_lines_land", "110m").read_bytes()
    assert hashlib.sha256(land).hexdigest().startswith("140d1419f7ace66bf0ea8ceb068cab54")
    assert hashlib.sha256(lines).hexdigest().startswith("d19f784f92626816c064f878571f61bc")


@pytest.mark.parametrize("scale", basemap.SCALES)
def test_the_inter_korean_line_is_told_apart_from_the_borders(scale: str) -> None:
    line = shapely.union_all(basemap.dmz(scale))
    west, south, east, north = line.bounds
    assert 126.0 < west < 127.0 < 128.0 < east < 129.0
    assert 37.5 < south < north < 39.0
    assert not shapely.union_all(basemap.borders(scale)).intersects(line.buffer(-0.01).buffer(0.2))


@pytest.mark.parametrize("layer", basemap.LAYERS)
@pytest.mark.parametrize("scale", basemap.SCALES)
def test_shapes_are_those_that_another_reader_finds(layer: str, scale: str) -> None:
    if layer == "admin_0_countries" and scale != basemap.COUNTRIES_SCALE:
        return
    reader = shapereader.BasicReader(basemap.layer_path(layer, scale))
    others = [record.geometry for record in reader.records()]
    shapes = basemap.shapes(layer, scale)
    assert len(shapes) == len(others)
    for shape, other in zip(shapes, others, strict=True):
        assert shape.normalize().equals_exact(other.normalize(), 0.0)


@pytest.mark.parametrize("box", [(124.0, 33.0, 131.0, 43.0), (170.0, -25.0, 190.0, 60.0)])
def test_within_a_box_no_shape_is_missed_and_few_others_come(
    box: tuple[float, float, float, float],
) -> None:
    west, south, east, north = box
    inside = shapely.union_all([shapely.box(west + t, south, east + t, north) for t in (-360, 0)])
    touching = [s for s in basemap.shapes("land", "50m") if s.intersects(inside)]
    chosen = basemap.shapes("land", "50m", within=box)
    assert set(map(shapely.to_wkb, touching)) <= set(map(shapely.to_wkb, chosen))
    assert len(chosen) < 0.4 * len(basemap.shapes("land", "50m"))
    for turn in (-360.0, 360.0):
        turned = (west + turn, south, east + turn, north)
        assert basemap.shapes("land", "50m", within=turned) == chosen
