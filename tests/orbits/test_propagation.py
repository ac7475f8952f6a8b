"""Where positions end: each end is found again by looking at every second."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from simulator.earth.ellipsoid import ecef_to_geodetic
from simulator.earth.time import Span
from simulator.orbits.propagation import Outage, ending, rounding_m, teme_positions
from simulator.units import DAY_S
from tests.made_orbits import EPOCH, kepler


def heights_m(elements, span, t_s):
    return ecef_to_geodetic(teme_positions(elements, span, t_s)[1])[2]


@pytest.mark.parametrize(
    ("elements", "height_km"),
    [
        (kepler(170.0, 180.0, bstar=1e-3), 100.0),
        (kepler(170.0, 180.0, 5.0, bstar=1e-3), 150.0),
        (kepler(150.0, 4_000.0, bstar=5e-3, mean_anomaly_deg=90.0), 185.0),
        (kepler(140.0, 20_000.0, mean_anomaly_deg=90.0), 170.0),
        (kepler(160.0, 35_786.0, 27.0, mean_anomaly_deg=90.0), 160.0),
    ],
)
def test_the_end_is_the_first_second_below_the_limit(elements, height_km):
    elements, span = replace(elements, reentry_height_km=height_km), Span(EPOCH, 4 * DAY_S)
    outage = ending(elements, span, 0.0, span.duration_s)
    t_s = np.arange(0.0, span.duration_s)
    below = np.flatnonzero(heights_m(elements, span, t_s) <= height_km * 1e3)
    assert len(below)
    assert t_s[below[0]] - 1.0 < outage.time_s <= t_s[below[0]]
    before, after = heights_m(elements, span, outage.time_s + np.array([-1e-4, 1e-4]))
    assert before > height_km * 1e3 > after


def test_a_dip_between_samples_is_found():
    # A hundred metres below the limit for under a minute, at perigee of the first revolution.
    elements, span = kepler(150.0, 20_000.0, mean_anomaly_deg=180.0), Span(EPOCH, 0.4 * DAY_S)
    t_s = np.arange(0.0, span.duration_s)
    heights = heights_m(elements, span, t_s)
    least = int(np.argmin(heights))
    low = replace(elements, reentry_height_km=(heights[least] + 100.0) / 1e3)
    assert abs(ending(low, span, 0.0, span.duration_s).time_s - t_s[least]) < 30.0
    high = replace(elements, reentry_height_km=(heights[least] - 100.0) / 1e3)
    assert ending(high, span, 0.0, span.duration_s) is None


def test_an_orbit_that_stays_up_has_no_end():
    for elements in (kepler(300.0, 310.0), kepler(150.0, 160.0), kepler(600.0, 39_700.0)):
        assert ending(elements, Span(EPOCH, 5 * DAY_S), 0.0, 5 * DAY_S) is None


def test_an_end_at_the_very_beginning_is_that_instant():
    elements = replace(kepler(150.0, 160.0), reentry_height_km=250.0)
    outage = ending(elements, Span(EPOCH, DAY_S), 0.0, DAY_S)
    assert (outage.time_s, outage.code) == (0.0, 0)


def test_sgp4_errors_keep_their_code():
    elements = replace(kepler(140.0, 150.0, bstar=1e-2), reentry_height_km=0.0)
    outage = ending(elements, Span(EPOCH + timedelta(days=200), DAY_S), 0.0, DAY_S)
    assert outage.code > 0
    assert f"(SGP4 error {outage.code})" in outage.cause
    assert Outage(0.0, 0, "re-entry").cause == "re-entry"


def test_rounding_is_some_units_in_the_last_place_of_the_way_flown():
    elements = kepler(500.0, 500.0)
    # 7.6 km/s over 2,800 days are 1.84e9 km; a unit in the last place is 2.2e-16 of that.
    at = rounding_m(elements, Span(EPOCH + timedelta(days=2_799), DAY_S))
    assert at == pytest.approx(4.0 * 2.22e-16 * 7_612.0 * 2_800 * DAY_S, rel=0.01)
    assert rounding_m(elements, Span(EPOCH, 10.0)) < 1e-6


def test_time_is_rounded_once():
    # Alike to the last bit where whole days since the epoch and the rest go to SGP4 apart.
    elements = kepler(500.0, 500.0)
    satellite = elements.satellite
    days, rest_s = 2_900.0, 12_345.678901
    _, plain, _ = satellite.sgp4(
        satellite.jdsatepoch + days, satellite.jdsatepochF + rest_s / DAY_S
    )
    span = Span(EPOCH, 3_000 * DAY_S)
    _, ours = teme_positions(elements, span, np.array([days * DAY_S + rest_s]))
    assert np.abs(ours[0] - np.array(plain) * 1e3).max() < 1e-3
