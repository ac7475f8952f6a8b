"""Shapes as RFC 7946 wants them, anywhere on the globe: about poles and over the antimeridian."""

from __future__ import annotations

import math

import antimeridian
import numpy as np
import pytest
import shapely
import xarray as xr
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from simulator.earth import EARTH_MEAN_RADIUS_KM, circle, geodetic_to_ecef
from simulator.export.cell_layers import box_edges
from simulator.export.outlines import cut_line, cut_surface, line_parts
from simulator.maps import globe


def area_sr(shape: BaseGeometry) -> float:
    """Return the area on the unit sphere of a shape whose sides are straight on a plain map."""
    total = 0.0
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            x, y = np.radians(np.array(ring.coords)).T
            rise, middle = np.diff(y), 0.5 * (y[1:] + y[:-1])
            # The mean sine of latitude over a side, exactly.
            mean = np.sin(middle) * np.sinc(rise / (2.0 * np.pi))
            total -= float((mean * np.diff(x)).sum())
    return total


@settings(max_examples=60, deadline=None)
@example(90.0, 0.0, 10.0)
@example(78.2, 15.4, 20.0)
@example(-72.0, 179.9, 18.0)
@example(0.0, 180.0, 30.0)
@example(0.0, -180.0, 60.0)
@given(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0), st.floats(0.5, 65.0))
def test_a_circle_keeps_its_area_wherever_it_lies(
    latitude_deg: float, longitude_deg: float, radius_deg: float
) -> None:
    radius_km = math.radians(radius_deg) * EARTH_MEAN_RADIUS_KM
    latitude, longitude = circle(latitude_deg, longitude_deg, radius_km=radius_km, points=721)
    shape = cut_surface([globe.ring(longitude[:-1], latitude[:-1])])
    west, south, east, north = shape.bounds
    assert shape.is_valid and west >= -180.0 and south >= -90.0 and east <= 180.0 and north <= 90.0
    for polygon in shapely.get_parts(shape):
        assert polygon.exterior.is_ccw and not any(hole.is_ccw for hole in polygon.interiors)
    # Sides straight on the map make it a little greater or smaller than the cap.
    true_sr = 2.0 * math.pi * (1.0 - math.cos(math.radians(radius_deg)))
    assert area_sr(shape) == pytest.approx(true_sr, rel=4e-3)


@pytest.mark.parametrize(
    ("latitude_deg", "longitude_deg"), [(10.0, 178.0), (78.2, 15.4), (-72.0, 170.0), (40.0, 20.0)]
)
def test_circles_are_cut_as_another_library_cuts_them(
    latitude_deg: float, longitude_deg: float
) -> None:
    latitude, longitude = circle(latitude_deg, longitude_deg, radius_km=2_000.0)
    shape = cut_surface([globe.ring(longitude[:-1], latitude[:-1])])
    # The ring runs clockwise, which that library takes, about the north pole, for the rest.
    corners = np.column_stack([longitude, latitude])[::-1]
    other = antimeridian.fix_polygon(shapely.Polygon(corners), great_circle=False)
    apart = shapely.symmetric_difference(shape, shapely.make_valid(other))
    assert apart.area < 1e-4 * shape.area


def test_a_line_is_cut_where_it_crosses_the_antimeridian() -> None:
    line = cut_line(np.array([[170.0, 0.0], [-170.0, 10.0], [-150.0, 20.0], [170.0, 60.0]]))
    assert [list(part.coords) for part in line.geoms] == [
        [(170.0, 0.0), (180.0, 5.0)],
        [(-180.0, 5.0), (-170.0, 10.0), (-150.0, 20.0), (-180.0, 50.0)],
        [(180.0, 50.0), (170.0, 60.0)],
    ]


def test_a_line_is_cut_as_another_library_cuts_it() -> None:
    longitude = globe.turned_longitude(np.linspace(-100.0, -1500.0, 200), 0.0)
    points = np.column_stack([longitude, 60.0 * np.sin(np.arange(200) / 9.0)])
    other = antimeridian.fix_line_string(shapely.LineString(points), great_circle=False)
    ours = cut_line(points)
    assert len(ours.geoms) == len(other.geoms) == 5
    for mine, theirs in zip(ours.geoms, other.geoms, strict=True):
        assert mine.equals_exact(theirs, 1e-6)


def test_a_line_that_touches_or_starts_at_the_antimeridian_leaves_no_point() -> None:
    assert len(line_parts(np.array([[180.0, 0.0], [170.0, 5.0]]))) == 1
    assert len(line_parts(np.array([[170.0, 0.0], [180.0, 5.0]]))) == 1
    # The third coordinate is cut with the others.
    parts = line_parts(np.array([[175.0, 0.0, 500.0], [-175.0, 0.0, 600.0]]))
    assert [part.tolist() for part in parts] == [
        [[175.0, 0.0, 500.0], [180.0, 0.0, 550.0]],
        [[-180.0, 0.0, 550.0], [-175.0, 0.0, 600.0]],
    ]


@settings(max_examples=15, deadline=None)
@given(st.floats(0.0, 90.0), st.floats(-180.0, 180.0), st.floats(1.0, 15.0))
def test_a_field_of_regard_keeps_its_area_wherever_it_lies(
    inclination_deg: float, node_deg: float, half_width_deg: float
) -> None:
    # A third of a great circle, twice so many degrees wide: a zone less its ends.
    along = np.radians(np.linspace(0.0, 120.0, 41))
    tilt, node = np.radians([inclination_deg, node_deg])
    x, y = np.cos(along), np.sin(along) * np.cos(tilt)
    points = np.column_stack(
        [
            x * np.cos(node) - y * np.sin(node),
            x * np.sin(node) + y * np.cos(node),
            np.sin(along) * np.sin(tilt),
        ]
    )
    outer = np.full(41, np.radians(half_width_deg) * EARTH_MEAN_RADIUS_KM)
    shape = cut_surface([globe.field_of_regard(points, 0.0 * outer, outer)])
    west, south, east, north = shape.bounds
    assert shape.is_valid and west >= -180.0 and south >= -90.0 and east <= 180.0 and north <= 90.0
    zone_sr = 2.0 * math.sin(math.radians(half_width_deg)) * math.radians(120.0)
    # Within two degrees of a pole, sides straight on the map are far from great circles.
    assert area_sr(shape) == pytest.approx(zone_sr, rel=1e-2, abs=3e-3)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 3), (3, 1), (2, 2)])
def test_cells_of_a_lone_row_or_column_have_their_area(rows: int, columns: int) -> None:
    # A degree high and two wide, about 60 degrees north.
    sides = (
        geodetic_to_ecef([59.5, 60.5], [0.0, 0.0]) / 1e3,
        geodetic_to_ecef([60.0, 60.0], [-1.0, 1.0]) / 1e3,
    )
    high_km, wide_km = (float(np.linalg.norm(side[1] - side[0])) for side in sides)
    latitude = 60.0 + np.arange(rows) - rows // 2
    area = high_km * wide_km * np.cos(np.radians(latitude))[:, None] * np.ones(columns) / 0.5
    grid = xr.Dataset(
        {"cell_area_km2": (("lat", "lon"), area)},
        {"lat": latitude, "lon": 180.0 + 2.0 * np.arange(columns)},
    )
    west, south, east, north = box_edges(grid)
    # A cell alone both ways is taken for a square, which it nearly is.
    near = 2e-3 if (rows, columns) != (1, 1) else 1e-2
    assert east - west == pytest.approx(2.0, rel=near)
    assert north - south == pytest.approx(1.0, rel=near)
