"""Cells on a map: the surface of some of them is that of all their boxes, wherever they lie."""

import numpy as np
import pytest
import shapely

from simulator.maps.layouts import Boxes


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("west_deg", [-30.0, 170.0])
def test_the_surface_of_some_boxes_is_the_union_of_each(share, west_deg):
    x = west_deg + np.cumsum(np.full(19, 1.1)) * 0.7
    # Grids of any order: latitudes may fall from row to row, and end at a pole.
    y = np.linspace(90.0, 71.3, 13)
    chosen = np.random.default_rng(3).random((12, 18)) < share
    surface = Boxes(x, y).surface(chosen)
    rows, columns = np.nonzero(chosen)
    each = [shapely.box(x[c], y[r], x[c + 1], y[r + 1]) for r, c in zip(rows, columns, strict=True)]
    expected = shapely.intersection(shapely.union_all(each), shapely.box(-180, -90, 180, 90))
    assert shapely.is_valid(surface)
    assert surface.normalize() == expected.normalize()
