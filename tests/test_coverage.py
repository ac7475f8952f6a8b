import math
from datetime import UTC, datetime

import numpy as np
import pytest

from simulator import coverage, orbits
from simulator.access import View, Windows, find_accesses
from simulator.ephemeris import track
from simulator.geometry import cap_area_share, central_angle_at_off_nadir_deg
from simulator.revisit import gap_statistics
from simulator.timescale import Span

WORLD = [[(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0)]]
EPOCH = datetime(2023, 11, 21, tzinfo=UTC)


def windows(rows):
    table = np.array(rows, dtype=float).reshape(-1, 3)
    return Windows(
        table[:, 0].astype(np.int32),
        table[:, 1],
        table[:, 2],
        np.zeros((len(table), 2), dtype=bool),
    )


def test_cells_of_the_globe_add_up_to_its_area():
    cells = coverage.grid(WORLD, resolution_km=400.0)
    sphere = 4.0 * math.pi * coverage.AUTHALIC_RADIUS_KM**2
    assert math.isclose(cells.weights_km2.sum(), sphere, rel_tol=1e-12)


def test_a_cell_counts_by_its_centre():
    cells = coverage.grid([[(0, 0), (10, 0), (0, 10)]], resolution_km=111.2)
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
            coverage.grid([[(0, 0), (30, 0), (0, 30)]], resolution_km=r).weights_km2.sum() / exact
            - 1.0
        )
        for r in (200.0, 25.0)
    ]
    assert errors[1] < 2e-3
    assert errors[1] < errors[0] + 1e-3


def test_a_region_over_the_antimeridian_has_the_area_of_one_beside_it():
    here = coverage.grid([[(170, 10), (195, 10), (195, 30), (170, 30)]], resolution_km=100.0)
    there = coverage.grid([[(10, 10), (35, 10), (35, 30), (10, 30)]], resolution_km=100.0)
    assert math.isclose(here.weights_km2.sum(), there.weights_km2.sum(), rel_tol=1e-12)


@pytest.mark.parametrize("rule", ["stk", "interior"])
def test_cell_figures_are_those_of_the_gap_statistics(rule):
    rng = np.random.default_rng(11)
    rows, span = [], 10_000.0
    for site in range(30):
        starts = np.sort(rng.uniform(0, span, rng.integers(0, 12)))
        rows += [(site, s, min(span, s + rng.uniform(1, 900))) for s in starts]
    one, two = windows(rows[::2]), windows(rows[1::2])
    figures = coverage.cell_figures([one, two], 30, span, rule=rule)
    for site in range(30):
        mine = np.array([(s, e) for w, s, e in rows if w == site]).reshape(-1, 2)
        wanted = gap_statistics(mine, span, rule=rule)
        assert figures.accesses[site] == wanted.accesses
        assert math.isclose(figures.covered_s[site], wanted.covered_s, abs_tol=1e-6)
        assert math.isclose(figures.response_mean_s[site], wanted.mean_response_s, rel_tol=1e-9)
        for got, value in (
            (figures.revisit_mean_s[site], wanted.mean_s),
            (figures.revisit_max_s[site], wanted.max_s),
        ):
            assert (value is None and np.isnan(got)) or math.isclose(got, value, rel_tol=1e-9)


def test_accesses_and_gaps_fill_the_span():
    figures = coverage.cell_figures([windows([(0, 10, 20), (0, 15, 40)])], 2, 100.0)
    assert figures.covered_s.tolist() == [30.0, 0.0]
    assert figures.revisit_max_s.tolist() == [60.0, 100.0]
    assert np.isnan(figures.first_access_s[1])


def test_accumulated_share_is_weighed_by_area():
    first = np.array([5.0, np.nan, 1.0])
    share = coverage.accumulated_fraction(first, np.array([1.0, 2.0, 1.0]), np.array([0, 1, 5, 9]))
    assert share.tolist() == [0.0, 0.25, 0.5, 0.5]


def test_share_of_the_earth_seen_at_once_is_that_of_a_cap():
    # One instant of an off-nadir cone against the spherical cap of Wertz and Larson.
    orbit = orbits.keplerian("c", EPOCH, perigee_km=700, apogee_km=700, inclination_deg=60.0)
    span = Span(EPOCH, 10.0)
    cells = coverage.grid(WORLD, resolution_km=60.0)
    found = find_accesses(
        track(orbit, span),
        cells.sites(),
        View(max_off_nadir_deg=45.0),
        start_s=0.0,
        end_s=0.001,
    )
    seen = cells.weights_km2[np.unique(found.site)].sum() / cells.weights_km2.sum()
    cap = cap_area_share(central_angle_at_off_nadir_deg(45.0, altitude_km=700.0))
    assert math.isclose(seen, cap, rel_tol=0.03)
