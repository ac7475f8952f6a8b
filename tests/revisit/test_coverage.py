import math
from datetime import UTC, datetime

import numpy as np

from simulator.access import watch
from simulator.access.search import View, find_accesses
from simulator.earth.ellipsoid import central_angle_at_off_nadir_deg
from simulator.earth.surfaces import AUTHALIC_RADIUS_KM
from simulator.earth.time import Span
from simulator.orbits import elements
from simulator.orbits.tracks import track
from tests.made_surveys import plane_grid
from tests.reference.sphere import cap_area_share

WORLD = [[(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0)]]
EPOCH = datetime(2023, 11, 21, tzinfo=UTC)


def test_cells_of_the_globe_add_up_to_its_area():
    cells = plane_grid(WORLD, resolution_km=400.0)
    sphere = 4.0 * math.pi * AUTHALIC_RADIUS_KM**2
    assert math.isclose(cells.weights_km2.sum(), sphere, rel_tol=1e-12)


def test_a_cell_counts_by_its_centre():
    cells = plane_grid([[(0, 0), (10, 0), (0, 10)]], resolution_km=111.2)
    latitude, longitude = np.meshgrid(cells.latitude_deg, cells.longitude_deg, indexing="ij")
    assert np.array_equal(cells.inside, longitude + latitude < 10.0)


def test_a_polygons_area_is_met_as_cells_shrink():
    # A triangle from the equator to 30 N, its slope straight in longitude and latitude: the
    # integral of (30 - latitude) times the element of area, Snyder 1987, equations 4-18 and 4-20.
    e2, a, latitude = 0.00669437999014, 6378.137, np.radians(np.linspace(0.0, 30.0, 10_001))
    element = a**2 * (1 - e2) * np.cos(latitude) / (1 - e2 * np.sin(latitude) ** 2) ** 2
    exact = np.trapezoid((latitude[-1] - latitude) * element, latitude)
    errors = [
        abs(
            plane_grid([[(0, 0), (30, 0), (0, 30)]], resolution_km=r).weights_km2.sum() / exact
            - 1.0
        )
        for r in (200.0, 25.0)
    ]
    assert errors[1] < 2e-3
    assert errors[1] < errors[0] + 1e-3


def test_a_region_over_the_antimeridian_has_the_area_of_one_beside_it():
    across = plane_grid([[(170, 10), (195, 10), (195, 30), (170, 30)]], resolution_km=100.0)
    beside = plane_grid([[(10, 10), (35, 10), (35, 30), (10, 30)]], resolution_km=100.0)
    assert math.isclose(across.weights_km2.sum(), beside.weights_km2.sum(), rel_tol=1e-12)


def test_accumulated_share_is_weighed_by_area():
    first = np.array([5.0, np.nan, 1.0])
    share = watch.accumulated_fraction(first, np.array([1.0, 2.0, 1.0]), np.array([0, 1, 5, 9]))
    assert share.tolist() == [0.0, 0.25, 0.5, 0.5]


def test_share_of_the_earth_seen_at_once_is_that_of_a_cap():
    # One instant of an off-nadir cone against the spherical cap of Wertz and Larson.
    orbit = elements.keplerian(
        "c",
        EPOCH,
        elements.KeplerElements(perigee_km=700, apogee_km=700, inclination_deg=60.0),
    )
    span = Span(EPOCH, 10.0)
    cells = plane_grid(WORLD, resolution_km=60.0)
    windows = find_accesses(
        track(orbit, span),
        cells.sites(),
        View(max_off_nadir_deg=45.0),
        start_s=0.0,
        end_s=0.001,
    )
    share = cells.weights_km2[np.unique(windows.site)].sum() / cells.weights_km2.sum()
    cap = cap_area_share(central_angle_at_off_nadir_deg(45.0, altitude_km=700.0))
    assert math.isclose(share, cap, rel_tol=0.03)
