import dataclasses
import math
from datetime import UTC, datetime
from itertools import pairwise

import healpix as hp
import numpy as np
import pytest
import shapely
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.collections import PolyCollection

from simulator import catalog, maps, scenario
from simulator.earth import Span, cells, surfaces
from simulator.maps import cellmaps, regionmaps
from simulator.results import netcdf
from simulator.scenario import geofiles
from tests.made_run import DAYS, laid_out, made_run
from tests.made_surveys import plane_grid

KINDS = ["lat-lon", "healpix"]
GLOBE = surfaces.plane_surface([[(-180, -90), (180, -90), (180, 90), (-180, 90)]])
SQUARE = [(126.0, 34.0), (130.0, 34.5), (130.5, 38.0), (125.5, 38.5)]
ARCTIC = [(0.0, 80.0), (90.0, 70.0), (180.0, 85.0), (270.0, 75.0)]
PACIFIC = [(170.0, 10.0), (-170.0, 12.0), (-160.0, 40.0), (175.0, 35.0)]


def box(west, south, east, north):
    return surfaces.plane_surface([[(west, south), (east, south), (east, north), (west, north)]])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("resolution_km", [1_000.0, 333.0])
def test_cells_of_the_globe_add_up_to_the_ellipsoid(kind, resolution_km):
    region_cells = cells.cells_of(GLOBE, kind=kind, resolution_km=resolution_km)
    # Area of the WGS84 ellipsoid: Moritz 2000 gives 510,065,622 km2 for GRS80, the same to 1e-9.
    assert region_cells.area_km2.sum() == pytest.approx(510_065_622.0, rel=2e-9)
    assert cells.area_error(region_cells, GLOBE) == pytest.approx(0.0, abs=1e-12)
    assert len(region_cells.sites()) == len(region_cells)


@pytest.mark.parametrize("nside", [1, 2, 3, 7, 20])
def test_healpix_centres_are_those_of_the_definition_on_authalic_latitudes(nside):
    resolution = math.sqrt(surfaces.EARTH_AREA_KM2 / 12.0) / nside + 1e-6
    healpix = cells.healpix_cells(GLOBE, resolution_km=resolution)
    assert healpix.nside == nside
    assert np.array_equal(healpix.pixel, np.arange(12 * nside**2))
    height, azimuth = [], []
    # Gorski et al. 2005, equations 4 to 9, ring by ring.
    for ring in range(1, 4 * nside):
        polar = min(ring, 4 * nside - ring)
        if polar < nside:
            z = (1.0 - polar**2 / (3.0 * nside**2)) * (1.0 if ring < nside else -1.0)
            longitude = [90.0 / polar * (j - 0.5) for j in range(1, 4 * polar + 1)]
        else:
            z = 4.0 / 3.0 - 2.0 * ring / (3.0 * nside)
            shift = (ring - nside + 1) % 2
            longitude = [90.0 / nside * (j - shift / 2.0) for j in range(1, 4 * nside + 1)]
        height += [z] * len(longitude)
        azimuth += longitude
    sine = surfaces.authalic_sine(np.sin(np.radians(healpix.latitude_deg)))
    np.testing.assert_allclose(sine, height, atol=1e-12)
    # Every other ring of the belt starts on the prime meridian, by the definition at 90 / nside.
    turned = np.sort(np.mod(np.array(azimuth), 360.0)[np.argsort(-np.array(height), kind="stable")])
    np.testing.assert_allclose(np.sort(np.mod(healpix.longitude_deg, 360.0)), turned, atol=1e-9)


@pytest.mark.parametrize("nside", [1, 2, 3, 4, 5, 16, 33])
@pytest.mark.parametrize(
    "bounds",
    [
        (100, 10, 150, 60),
        (170, -80, 200, -20),
        (-20, 70, 10, 90),
        (0, -5, 360, 5),
        (350, 20, 365, 22),
    ],
)
def test_no_cell_of_a_box_is_missed(nside, bounds):
    surface = box(*bounds)
    resolution = math.sqrt(surfaces.EARTH_AREA_KM2 / 12.0) / nside + 1e-9
    longitude, latitude = hp.pix2ang(nside, np.arange(12 * nside**2), lonlat=True)
    latitude = surfaces.geodetic_latitude_deg(np.sin(np.radians(latitude)))
    expected = np.flatnonzero(surface.contains(latitude, longitude))
    healpix = cells.healpix_cells(surface, resolution_km=resolution)
    assert healpix.nside == nside
    assert np.array_equal(healpix.pixel, expected)


@given(st.floats(1.0, 1_000.0))
def test_healpix_cells_are_as_large_as_asked_or_a_step_smaller(resolution_km):
    nside = cells.divisions(resolution_km)
    side = math.sqrt(surfaces.EARTH_AREA_KM2 / 12.0)
    assert side / nside <= resolution_km
    assert nside == 1 or side / (nside - 1) > resolution_km


def test_grid_cells_weigh_as_much_as_their_zone_of_the_ellipsoid():
    grid = cells.grid(box(10.0, 0.0, 40.0, 90.0), resolution_km=100.0)
    step = 90.0 / len(grid.latitude_deg)
    latitude = np.radians(np.linspace(0.0, 90.0, 1_000 * len(grid.latitude_deg) + 1))
    # The element of area, by the radii of curvature: Snyder 1987, equations 4-18 and 4-20.
    e2, a = 0.00669437999014, 6378.137
    element = a**2 * (1 - e2) * np.cos(latitude) / (1 - e2 * np.sin(latitude) ** 2) ** 2
    middle = 0.5 * (element[1:] + element[:-1]).reshape(-1, 1_000).sum(axis=1) * latitude[1]
    width = np.radians(30.0) / len(grid.longitude_deg)
    np.testing.assert_allclose(grid.cell_area_km2[:, 0], middle * width, rtol=1e-6)
    # On a sphere of the same area they would differ, by this much at the ends.
    edges = np.radians([0.0, step, 90.0 - step, 90.0])
    sphere = surfaces.AUTHALIC_RADIUS_KM**2 * np.diff(np.sin(edges))[[0, 2]] * width
    share = grid.cell_area_km2[[0, -1], 0] / sphere - 1.0
    np.testing.assert_allclose(share, [-0.0045, 0.0090], atol=1e-4)


def test_a_grid_in_the_plane_is_what_the_plane_holds():
    outline = [(110.0, 20.0), (150.0, 25.0), (140.0, 50.0), (125.0, 30.0), (112.0, 48.0)]
    grid = plane_grid([outline], resolution_km=80.0)
    x, y = np.meshgrid(grid.longitude_deg, grid.latitude_deg)
    assert np.array_equal(grid.inside, shapely.contains_xy(shapely.Polygon(outline), x, y))


@pytest.mark.parametrize("identifier", catalog.entries("regions"))
def test_the_grid_of_a_catalogue_region_starts_at_its_outermost_vertices(identifier):
    region = scenario.Region(name="x", catalog=identifier, resolution_km=50.0)
    corners = np.array([vertex for ring in region.outlines_deg for vertex in ring])
    west, south, east, north = region.surface.bounds_deg
    assert (west, east) == (corners[:, 0].min(), corners[:, 0].max())
    assert south == corners[:, 1].min()
    # An edge between two northern vertices bows beyond them, as its great circle does, but for
    # outlines of nothing but meridians and parallels.
    if all(surfaces.along_axes(ring) for ring in region.outlines_deg):
        assert north == corners[:, 1].max()
    else:
        assert north == pytest.approx(northernmost_deg(region.outlines_deg), abs=1e-6)


def northernmost_deg(rings):
    """Return the greatest latitude on the great circles of outlines, from many points of each."""
    highest = -90.0
    for ring in rings:
        for start, end in pairwise((*ring, ring[0])):
            longitude, latitude = np.radians(np.array([start, end], dtype=float)).T
            ends = np.stack(
                [
                    np.cos(latitude) * np.cos(longitude),
                    np.cos(latitude) * np.sin(longitude),
                    np.sin(latitude),
                ]
            )
            share = np.linspace(0.0, 1.0, 20_001)
            points = ends[:, :1] * (1.0 - share) + ends[:, 1:] * share
            sine = points[2] / np.linalg.norm(points, axis=0)
            highest = max(highest, float(np.degrees(np.arcsin(sine.max()))))
    return highest


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ring", [SQUARE, ARCTIC, PACIFIC])
def test_a_quarter_turn_of_the_earth_keeps_the_cells(kind, ring):
    unturned, turned = (
        cells.cells_of(
            surfaces.surface([[((x + turn + 180.0) % 360.0 - 180.0, y) for x, y in ring]]),
            kind=kind,
            resolution_km=60.0,
        )
        for turn in (0.0, 90.0)
    )
    order = np.lexsort((np.mod(turned.longitude_deg - 90.0, 360.0).round(6), turned.latitude_deg))
    plain = np.lexsort((np.mod(unturned.longitude_deg, 360.0).round(6), unturned.latitude_deg))
    np.testing.assert_allclose(turned.latitude_deg[order], unturned.latitude_deg[plain], atol=1e-9)
    np.testing.assert_allclose(turned.area_km2[order], unturned.area_km2[plain], rtol=1e-9)


def test_the_cells_of_two_parts_are_those_of_the_whole():
    country = geofiles.country("Russia")
    halves = country.outlines[::2], country.outlines[1::2]
    pixels = [
        cells.healpix_cells(surfaces.surface(outlines, country.holes), resolution_km=70.0).pixel
        for outlines in (country.outlines, *halves)
    ]
    assert np.array_equal(np.sort(np.concatenate(pixels[1:])), pixels[0])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["Japan", "South Africa", "Fiji"])
def test_the_area_is_met_as_cells_shrink(kind, name):
    rings = geofiles.country(name)
    surface = surfaces.surface(rings.outlines, rings.holes)
    size = math.sqrt(surface.area_km2)
    errors, most = [], []
    for parts in (10.0, 40.0, 160.0):
        region_cells = cells.cells_of(surface, kind=kind, resolution_km=max(1.0, size / parts))
        errors.append(abs(cells.area_error(region_cells, surface)))
        most.append(cells.outline_error(region_cells, surface))
    assert all(error < bound for error, bound in zip(errors, most, strict=True))
    assert errors[2] < 0.004
    assert errors[2] < errors[0]
    assert most[0] > 2.0 * most[1] > 4.0 * most[2]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("resolution_km", [60.0, 25.0])
def test_what_whole_cells_count_wrongly_stays_below_the_stated_bound(kind, resolution_km):
    surface = surfaces.surface([SQUARE])
    region_cells = cells.cells_of(surface, kind=kind, resolution_km=resolution_km)
    random = np.random.default_rng(4)
    latitude = np.degrees(np.arcsin(random.uniform(0.54, 0.64, 200_000)))
    longitude = random.uniform(124.5, 131.5, 200_000)
    if kind == "healpix":
        sine = surfaces.authalic_sine(np.sin(np.radians(latitude)))
        pixel = hp.ang2pix(region_cells.nside, longitude, np.degrees(np.arcsin(sine)), lonlat=True)
        counted = np.isin(pixel, region_cells.pixel)
    else:
        grid = region_cells.grid
        steps = [axis[1] - axis[0] for axis in (grid.latitude_deg, grid.longitude_deg)]
        row, column = (
            np.floor((place - axis[0]) / step + 0.5).astype(int)
            for place, axis, step in zip(
                (latitude, longitude), (grid.latitude_deg, grid.longitude_deg), steps, strict=True
            )
        )
        known = (row >= 0) & (row < grid.inside.shape[0])
        known &= (column >= 0) & (column < grid.inside.shape[1])
        counted = np.zeros(len(row), dtype=bool)
        counted[known] = grid.inside[row[known], column[known]]
    inside = surface.contains(latitude, longitude)
    wrong = (counted != inside).sum() / inside.sum()
    assert wrong < cells.outline_error(region_cells, surface)
    assert wrong > 0.2 * cells.outline_error(region_cells, surface)


def test_the_area_error_is_unknown_where_outlines_overlap():
    shifted = [(x + 2.0, y + 1.0) for x, y in SQUARE]
    both = surfaces.surface([SQUARE, shifted])
    assert math.isnan(cells.area_error(cells.grid_cells(both, resolution_km=30.0), both))


@pytest.mark.parametrize("nside", [1, 2, 5, 16])
def test_outlines_of_healpix_cells_hold_their_centres_and_tile_the_globe(nside):
    healpix = cells.healpix_cells(
        GLOBE, resolution_km=math.sqrt(surfaces.EARTH_AREA_KM2 / 12.0) / nside + 1e-6
    )
    outlines = cells.corners_deg(nside, healpix.pixel)
    assert np.ptp(outlines[..., 0], axis=1).max() <= 180.0
    polygons = shapely.polygons(outlines)
    centre = outlines[..., 0].mean(axis=1)
    longitude = healpix.longitude_deg + 360.0 * np.round((centre - healpix.longitude_deg) / 360.0)
    assert shapely.contains_xy(polygons, longitude, healpix.latitude_deg).all()
    # On the plane of longitude and latitude they fill the strip of the globe without overlap.
    assert shapely.area(polygons).sum() == pytest.approx(360.0 * 180.0, rel=1e-9)
    # In the belt edges are straight on the equal-area plane: there areas are exact.
    belt = np.abs(outlines[..., 1]).max(axis=1) < 41.0
    plane = outlines.copy()
    plane[..., 1] = surfaces.authalic_sine(np.sin(np.radians(plane[..., 1])))
    areas = np.radians(shapely.area(shapely.polygons(plane))) * surfaces.AUTHALIC_RADIUS_KM**2
    np.testing.assert_allclose(areas[belt], healpix.area_km2[belt], rtol=1e-8)


def test_a_region_smaller_than_a_cell_may_have_none():
    tiny = surfaces.surface([[(127.0, 37.0), (127.01, 37.0), (127.0, 37.01)]])
    assert len(cells.healpix_cells(tiny, resolution_km=500.0)) == 0


@settings(deadline=None, max_examples=30)
@given(
    st.floats(-180.0, 180.0),
    st.floats(-89.0, 80.0),
    st.floats(1.0, 359.0),
    st.floats(0.5, 9.0),
    st.sampled_from(KINDS),
)
def test_all_cells_lie_in_their_box(west, south, width, height, kind):
    surface = box(west, south, west + width, south + height)
    region_cells = cells.cells_of(surface, kind=kind, resolution_km=200.0)
    assert np.all(
        (region_cells.latitude_deg >= south) & (region_cells.latitude_deg <= south + height)
    )
    inward = np.mod(region_cells.longitude_deg - west, 360.0)
    assert np.all((inward <= width + 1e-9) | (inward >= 360.0 - 1e-9))


def healpix_run(surface, resolution_km):
    """A made-up run whose region is studied on HEALPix cells, its south never seen."""
    healpix = cells.healpix_cells(surface, resolution_km=resolution_km)
    low, high = healpix.latitude_deg.min(), healpix.latitude_deg.max()
    count = np.floor(8.0 * (healpix.latitude_deg - low) / (high - low))
    gap_h = DAYS * 24.0 / (count + 1.0)
    time_s = np.linspace(0.0, DAYS * 86_400.0, 97)
    cell = ("cell",)
    grid = xr.Dataset(
        {
            **healpix.variables(),
            "accesses": (cell, count),
            "accesses_per_day": (cell, count / DAYS),
            "revisit_mean_h": (cell, gap_h),
            "revisit_max_h": (cell, 1.7 * gap_h),
            "accumulated_fraction": (("time_s",), np.linspace(0.0, 0.9, 97)),
        },
        coords={
            **healpix.coordinates(),
            "time_s": (("time_s",), time_s),
        },
    )
    return dataclasses.replace(made_run(), grids={"r": grid}), healpix, count


@pytest.mark.parametrize(
    ("surface", "width_deg", "centre_deg"),
    [
        (box(124.0, 33.0, 131.0, 43.0), 7.0, 127.5),
        (box(170.0, -25.0, 190.0, -10.0), 20.0, 180.0),
        (GLOBE, 360.0, 0.0),
    ],
    ids=["korea", "fiji", "globe"],
)
def test_healpix_cells_are_drawn_as_they_lie(surface, width_deg, centre_deg):
    run, healpix, count = healpix_run(surface, width_deg * 2.0)
    drawn = regionmaps.region_cells(run, maps.Choice())
    assert abs((drawn.centre_deg - centre_deg + 180.0) % 360.0 - 180.0) < 1.0
    west, south, east, north = drawn.bounds_deg()
    assert east - west == pytest.approx(width_deg, abs=0.06 * width_deg)
    assert south < healpix.latitude_deg.min() < healpix.latitude_deg.max() < north
    figure = laid_out(cellmaps.coverage(run, maps.Choice()))
    [painted] = [c for c in figure.axes[0].collections if isinstance(c, PolyCollection)]
    covered = int((count > 0).sum())
    assert covered <= len(painted.get_paths()) <= 1.3 * covered
    assert drawn.share(drawn.never) == pytest.approx((count == 0).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_a_dataset_of_cells_comes_back_from_its_file_and_is_drawn(kind):
    region_cells = cells.cells_of(surfaces.surface([SQUARE]), kind=kind, resolution_km=60.0)
    values = np.arange(float(len(region_cells)))
    grid = xr.Dataset(
        {**region_cells.variables(), "accesses": (region_cells.dims, region_cells.spread(values))},
        coords=region_cells.coordinates(),
    )
    start = datetime(2023, 8, 24, tzinfo=UTC)
    back = netcdf.decode(netcdf.encode(grid, span=Span(start, 86_400.0), attributes={}))
    assert back["accesses"].dims == region_cells.dims
    xr.testing.assert_identical(back.drop_attrs(), grid.drop_attrs())
    total = float(back["cell_area_km2"].where(back["in_region"]).sum())
    assert total == pytest.approx(region_cells.area_km2.sum())
    run = dataclasses.replace(made_run(), grids={"r": back})
    drawn = regionmaps.region_cells(run, maps.Choice())
    assert drawn.seen.sum() == len(region_cells) - 1
    assert drawn.layout.surface(drawn.seen).area > 0.0


@pytest.mark.slow
@pytest.mark.parametrize("surface", [box(-180, 65, 180, 90), GLOBE, surfaces.surface([PACIFIC])])
def test_healpix_maps_draw_everywhere(surface, tmp_path):
    run, _, _ = healpix_run(surface, 400.0)
    for name in ("coverage", "revisit-mean", "revisit-max"):
        assert maps.draw(run, name, tmp_path / f"{name}.png", dpi=60).stat().st_size > 10_000
