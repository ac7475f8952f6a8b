"""Circles and strips on the globe, cut where a map is cut."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.earth.ellipsoid import circle
from simulator.maps import globe


@given(
    centre_deg=st.floats(-180.0, 180.0),
    latitude_deg=st.floats(-85.0, 85.0),
    longitude_deg=st.floats(-180.0, 180.0),
    radius_km=st.floats(100.0, 3_000.0),
)
@example(centre_deg=0.0, latitude_deg=73.0, longitude_deg=0.0, radius_km=1_892.0)
def test_a_circle_keeps_its_area_wherever_the_map_is_cut(
    centre_deg: float, latitude_deg: float, longitude_deg: float, radius_km: float
) -> None:
    latitude, longitude = circle(latitude_deg, longitude_deg, radius_km=radius_km)
    surface = globe.ring(longitude[:-1], latitude[:-1])
    turned = globe.turn(surface, centre_deg)
    assert turned.geom_type in ("Polygon", "MultiPolygon")
    assert turned.area == pytest.approx(surface.area, rel=1e-4, abs=1e-2)
    assert np.all(np.abs(turned.bounds) <= 180.0)


def test_a_circle_around_a_pole_holds_the_pole() -> None:
    latitude, longitude = circle(80.0, 30.0, radius_km=2_000.0)
    cap = globe.turn(globe.ring(longitude[:-1], latitude[:-1]), 0.0)
    # 2,000 km are 17.99 degrees: the circle reaches 62.0 N on its side and 82.0 N past the pole.
    assert cap.contains(shapely.Point(-150.0, 82.2))
    assert not cap.contains(shapely.Point(-150.0, 81.8))
    assert cap.contains(shapely.Point(100.0, 89.9))


def test_the_strip_of_a_radar_leaves_out_what_is_under_its_track() -> None:
    track = globe.track_vectors(np.linspace(170.0, 190.0, 6), np.zeros(6))
    strip = globe.turn(globe.strip(track, inner_deg=1.0, outer_deg=3.0), 180.0)
    assert strip.contains(shapely.Point(0.0, 2.0))
    assert strip.contains(shapely.Point(0.0, -2.0))
    assert not strip.intersects(shapely.LineString([(-9.0, 0.9), (9.0, 0.9)]))
    # Two bands of 2 degrees along 20 degrees of equator; the cosine of 2 degrees is 0.9994.
    assert strip.area == pytest.approx(2 * 2.0 * 20.0, rel=1e-3)


def test_a_strip_is_as_wide_at_each_point_as_the_height_there_gives() -> None:
    track = globe.track_vectors(np.linspace(0.0, 60.0, 61), np.zeros(61), pieces=1)
    wide = np.linspace(2.0, 50.0, 61)
    strip = globe.turn(globe.strip(track, inner_deg=0.0, outer_deg=wide), 0.0)
    for at in (5, 30, 55):
        assert strip.contains(shapely.Point(at, wide[at] - 1.0))
        assert not strip.contains(shapely.Point(at, wide[at] + 1.0))
        assert not strip.contains(shapely.Point(at, -wide[at] - 1.0))
