"""Positions of low, nearly circular orbits beside the package that has SGP4's reference code."""

from dataclasses import replace

import numpy as np
import pytest
from sgp4.api import WGS72OLD, WGS84, Satrec

from simulator.earth.time import Span
from simulator.orbits import near_circular
from simulator.orbits.elements import KeplerElements, keplerian
from simulator.orbits.propagation import rounding_m, sgp4_states, teme_positions
from simulator.units import DAY_S
from tests.made_orbits import EPOCH, kepler

# The package leaves Kepler's equation 1e-12 short of its solution.
KEPLER_M = 1e-5


@pytest.fixture
def random():
    return np.random.default_rng(7)


def a_low_orbit(random):
    perigee_km = random.uniform(160.0, 1_200.0)
    # From circles to the greatest eccentricity; around it orbits of both kinds.
    apogee_km = perigee_km + random.choice([0.0, 5.0, 1_600.0]) * random.uniform()
    orbit = KeplerElements(
        perigee_km, apogee_km, random.choice([0.0, 98.0, 180.0, random.uniform(0.0, 180.0)]),
        *random.uniform(0.0, 360.0, 3), bstar=random.choice([-1e-4, 0.0, 1e-5, 1e-4]),
    )  # fmt: skip
    return keplerian("low", EPOCH, orbit)


def difference_m(elements, span, t_s):
    codes, position = teme_positions(elements, span, t_s)
    there, truth, _ = sgp4_states(elements, span, t_s)
    np.testing.assert_array_equal(codes, there)
    return np.abs(position - truth)[there == 0].max(initial=0.0)


@pytest.mark.parametrize("days", [1.0, 30.0, 1_500.0])
def test_positions_are_those_of_the_package_to_the_rounding_of_both(days, random):
    span, own = Span(EPOCH, days * DAY_S), 0
    t_s = np.sort(random.uniform(-span.duration_s, span.duration_s, 400))
    for _ in range(60):
        elements = a_low_orbit(random)
        own += len(near_circular.constants(elements.satellite)) > 0
        assert difference_m(elements, span, t_s) < KEPLER_M + rounding_m(elements, span)
    assert own > 40


def test_a_satellite_keeps_the_gravity_of_its_record():
    for gravity in (WGS72OLD, WGS84):
        elements, span = kepler(500.0, 510.0, 97.4), Span(EPOCH, 30 * DAY_S)
        old, record = elements.satellite, Satrec()
        record.sgp4init(
            gravity, "i", 1, old.jdsatepoch - 2_433_281.5, 1e-4, 0.0, 0.0,
            old.ecco, old.argpo, old.inclo, old.mo, old.no_kozai, old.nodeo,
        )  # fmt: skip
        other, t_s = replace(elements, satellite=record), np.arange(0.0, 30 * DAY_S, 977.0)
        assert len(near_circular.constants(record))
        assert difference_m(other, span, t_s) < KEPLER_M + rounding_m(other, span)
        moved = teme_positions(other, span, t_s)[1] - teme_positions(elements, span, t_s)[1]
        assert np.abs(moved).max() > 1.0


@pytest.mark.parametrize("bstar", [1e-3, 1e-2, -1e-2, 1.0])
def test_where_the_package_reports_an_error_so_does_each_instant(bstar, random):
    elements, span = kepler(180.0, 200.0, bstar=bstar), Span(EPOCH, 400 * DAY_S)
    t_s = np.arange(0.0, 400 * DAY_S, 5_000.0)
    codes, position = teme_positions(elements, span, t_s)
    there, truth, _ = sgp4_states(elements, span, t_s)
    assert there.any()
    np.testing.assert_array_equal(codes, there)
    good = there == 0
    assert np.abs(position - truth)[good][:3].max() < 1e-5
    # Each instant comes out as it does alone.
    for number in random.integers(0, len(t_s), 20):
        alone = teme_positions(elements, span, t_s[number : number + 1])
        assert alone[0][0] == codes[number]
        np.testing.assert_array_equal(alone[1][0], position[number])


def test_orbits_of_other_kinds_are_left_to_the_package():
    t_s, span = np.arange(0.0, 5 * DAY_S, 3_001.0), Span(EPOCH, 5 * DAY_S)
    for elements in (kepler(600.0, 39_700.0), kepler(300.0, 5_000.0), kepler(8_000.0, 8_100.0)):
        assert not len(near_circular.constants(elements.satellite))
        np.testing.assert_array_equal(
            teme_positions(elements, span, t_s)[1], sgp4_states(elements, span, t_s)[1]
        )
