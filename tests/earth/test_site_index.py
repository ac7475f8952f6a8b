"""Sites lie in tiles, whose caps hold them; normals below a body are those of its ground point."""

import numpy as np
import pytest

from simulator.earth import ecef_to_geodetic, ellipsoid_normal, known_sites, normals_below, sites

RNG = np.random.default_rng(11)


@pytest.mark.parametrize(
    ("south", "north", "west", "east", "count"),
    [
        (-90.0, 90.0, -180.0, 180.0, 3_000),
        (33.0, 43.0, 124.0, 132.0, 2_000),
        (-20.0, 20.0, 170.0, 190.0, 500),
        (89.0, 90.0, -180.0, 180.0, 200),
        (39.0, 39.0, 125.7, 125.7, 1),
        (10.0, 10.0, 20.0, 20.0, 40),
    ],
)
def test_every_site_lies_once_in_the_tiles_and_within_its_cap(south, north, west, east, count):
    longitude = (RNG.uniform(west, east, count) + 180.0) % 360.0 - 180.0
    ground = sites(RNG.uniform(south, north, count), longitude)
    tiles = ground.tiles
    assert sorted(tiles.order) == list(range(count))
    np.testing.assert_array_equal(tiles.rows[:, :3], ground.position_m[tiles.order])
    assert tiles.first[0] == 0 and tiles.first[-1] == count and (np.diff(tiles.first) > 0).all()
    tile = np.repeat(np.arange(len(tiles.first) - 1), np.diff(tiles.first))
    cosine = np.einsum("ij,ij->j", tiles.units, tiles.caps[:3, tile])
    assert (cosine >= tiles.caps[3, tile]).all()
    # In one order in memory, however few there are: a kernel is compiled for each order.
    arrays = (tiles.order, tiles.rows, tiles.units, tiles.first, tiles.caps)
    assert all(array.flags.c_contiguous for array in arrays)


def test_sites_spread_over_the_globe_lie_in_small_tiles():
    z = RNG.uniform(-1.0, 1.0, 10_000)
    tiles = sites(np.degrees(np.arcsin(z)), RNG.uniform(-180.0, 180.0, len(z))).tiles
    assert 300 < len(tiles.first) < 1_000
    assert np.degrees(np.median(np.arccos(tiles.caps[3]))) < 7.0


def test_normals_below_a_body_are_those_of_its_ground_point():
    direction = RNG.normal(size=(2_000, 3))
    direction[:3] = [[0, 0, 1], [0, 0, -1], [1, 0, 0]]
    direction /= np.linalg.norm(direction, axis=1)[:, None]
    position_m = direction * RNG.uniform(6.45e6, 6e7, 2_000)[:, None]
    latitude, longitude, _height = ecef_to_geodetic(position_m)
    below = ellipsoid_normal(latitude, longitude)
    np.testing.assert_allclose(normals_below(position_m), below, atol=3e-16 * 10)


@pytest.mark.parametrize("count", [0, 3, 10_001])
def test_known_sites_are_those_of_the_coordinates_and_remembered_if_few(count):
    coordinates = RNG.uniform(-80.0, 80.0, (count, 3))
    known, made = known_sites(coordinates), sites(*coordinates.T)
    assert len(known) == count
    np.testing.assert_array_equal(known.position_m, made.position_m)
    np.testing.assert_array_equal(known.normal, made.normal)
    assert (known_sites(coordinates.copy()) is known) == (count <= 10_000)
    assert known_sites(coordinates + 1.0) is not known or not count
