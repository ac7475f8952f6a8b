from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.earth import ellipsoid
from simulator.imaging import quality
from tests.reference.sphere import swath_on_ground_km

SENSOR = {"gsd_nadir_m": 3.0, "reference_altitude_km": 500.0}


def test_at_nadir_from_the_reference_altitude_the_sample_distance_is_the_sensors_own() -> None:
    assert quality.gsd_m(**SENSOR, slant_range_km=500.0, incidence_deg=0.0) == pytest.approx(3.0)


def test_sample_distance_grows_with_range_and_tilt() -> None:
    along = quality.gsd_along_m(**SENSOR, slant_range_km=1_000.0)
    mean = quality.gsd_m(**SENSOR, slant_range_km=1_000.0, incidence_deg=60.0)
    assert along == pytest.approx(6.0)
    # In the plane of look the ground stretches a sample by 1 / cos(60 degrees), to 12 m.
    assert mean == pytest.approx(np.sqrt(6.0 * 12.0))


@given(first=st.floats(0.0, 84.0), step=st.floats(0.1, 5.0))
def test_a_lower_look_is_never_sharper(first: float, step: float) -> None:
    elevation = np.array([90.0 - first, 90.0 - first - step])
    reach = ellipsoid.slant_range_km(elevation, altitude_km=500.0)
    gsd = quality.gsd_m(**SENSOR, slant_range_km=reach, incidence_deg=90.0 - elevation)
    assert gsd[1] > gsd[0]
    image = quality.gsd_along_m(**SENSOR, slant_range_km=reach)
    niirs = quality.niirs_giqe5(image, elevation_deg=elevation)
    assert niirs[1] < niirs[0] or niirs[1] == 0.0


def test_giqe5_reproduces_its_reference_case() -> None:
    # GIQE-5 paper, NGA, 16 September 2015, as pyBSM 0.16.1 states it: 20.8 inches, relative edge
    # response 0.35, signal to noise 50, seen from above, is NIIRS 5.
    level = quality.niirs_giqe5(
        0.52832, elevation_deg=90.0, relative_edge_response=0.35, signal_to_noise=50.0
    )
    assert level == pytest.approx(5.0, abs=0.02)
    assert quality.niirs_giqe5(0.52832) == level


def test_halving_the_sample_distance_gains_one_level() -> None:
    # 3.32 log10(2) = 0.9994.
    coarse, fine = quality.niirs_giqe5(np.array([2.0, 1.0]))
    assert fine - coarse == pytest.approx(1.0, abs=1e-3)


def test_giqe5_stays_on_the_scale() -> None:
    np.testing.assert_array_equal(quality.niirs_giqe5(np.array([1_000.0, 0.001])), [0.0, 9.0])


@given(swath=st.floats(1.0, 2_000.0), altitude=st.floats(200.0, 1_500.0))
def test_the_half_angle_of_a_swath_covers_that_swath_at_nadir(
    swath: float, altitude: float
) -> None:
    half = quality.swath_half_angle_deg(swath_km=swath, reference_altitude_km=altitude)
    swath_km = swath_on_ground_km(altitude_km=altitude, off_nadir_deg=0.0, half_angle_deg=half)
    assert swath_km == pytest.approx(swath, rel=1e-9)
