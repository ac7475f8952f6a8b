from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import geometry, sensors

SENSOR = {"gsd_nadir_m": 3.0, "reference_altitude_km": 500.0}


def test_at_nadir_from_the_reference_altitude_the_sample_distance_is_the_sensors_own() -> None:
    assert sensors.gsd_m(**SENSOR, slant_range_km=500.0, incidence_deg=0.0) == pytest.approx(3.0)


def test_sample_distance_grows_with_range_and_tilt() -> None:
    along = sensors.gsd_along_m(**SENSOR, slant_range_km=1_000.0)
    across = sensors.gsd_across_m(**SENSOR, slant_range_km=1_000.0, incidence_deg=60.0)
    mean = sensors.gsd_m(**SENSOR, slant_range_km=1_000.0, incidence_deg=60.0)
    assert along == pytest.approx(6.0)
    assert across == pytest.approx(12.0)
    assert mean == pytest.approx(np.sqrt(6.0 * 12.0))


@given(first=st.floats(0.0, 84.0), step=st.floats(0.1, 5.0))
def test_a_lower_look_is_never_sharper(first: float, step: float) -> None:
    elevation = np.array([90.0 - first, 90.0 - first - step])
    reach = geometry.slant_range_km(elevation, altitude_km=500.0)
    incidence = geometry.incidence_deg(elevation)
    gsd = sensors.gsd_m(**SENSOR, slant_range_km=reach, incidence_deg=incidence)
    assert gsd[1] > gsd[0]
    image = sensors.gsd_along_m(**SENSOR, slant_range_km=reach)
    niirs = sensors.niirs_giqe5(image, elevation_deg=elevation)
    assert niirs[1] < niirs[0] or niirs[1] == 0.0


def test_giqe5_reproduces_its_reference_case() -> None:
    # GIQE-5 paper, NGA, 16 September 2015, as pyBSM 0.16.1 states it: 20.8 inches, relative edge
    # response 0.35, signal to noise 50, seen from above, is NIIRS 5.
    level = sensors.niirs_giqe5(
        0.52832, elevation_deg=90.0, relative_edge_response=0.35, signal_to_noise=50.0
    )
    assert level == pytest.approx(5.0, abs=0.02)
    assert sensors.niirs_giqe5(0.52832) == level


def test_halving_the_sample_distance_gains_one_level() -> None:
    # 3.32 log10(2) = 0.9994.
    coarse, fine = sensors.niirs_giqe5(np.array([2.0, 1.0]))
    assert fine - coarse == pytest.approx(1.0, abs=1e-3)


def test_giqe5_stays_on_the_scale() -> None:
    np.testing.assert_array_equal(sensors.niirs_giqe5(np.array([1_000.0, 0.001])), [0.0, 9.0])


# NIIRS table of the FAS Intelligence Resource Program, one value inside each band and the bounds.
@pytest.mark.parametrize(
    ("level", "distances_m"),
    [
        (1, [20.0, 9.01]),
        (2, [9.0, 4.51]),
        (3, [4.5, 3.0]),
        (4, [2.5, 1.21]),
        (5, [1.2, 0.76]),
        (6, [0.75, 0.41]),
        (7, [0.40, 0.21]),
        (8, [0.20, 0.10]),
        (9, [0.0999, 0.05]),
    ],
)
def test_the_niirs_table_is_read_by_band(level: int, distances_m: list[float]) -> None:
    np.testing.assert_array_equal(sensors.niirs_from_table(distances_m), level)


def test_johnson_pixels_scale_with_the_sample_distance() -> None:
    assert sensors.smallest_object_m(3.0, "detection") == pytest.approx(6.0)
    assert sensors.smallest_object_m(0.5, "identification") == pytest.approx(6.4)


# Facts table, diffraction check: 0.55 um from 500 km.
@pytest.mark.parametrize(("aperture", "gsd"), [(1.0, 0.34), (0.35, 0.96), (0.09, 3.7)])
def test_diffraction_limit_of_an_aperture(aperture: float, gsd: float) -> None:
    found = sensors.diffraction_gsd_m(altitude_km=500.0, aperture_m=aperture)
    assert found == pytest.approx(gsd, rel=0.02)


@given(swath=st.floats(1.0, 2_000.0), altitude=st.floats(200.0, 1_500.0))
def test_the_half_angle_of_a_swath_covers_that_swath_at_nadir(
    swath: float, altitude: float
) -> None:
    half = sensors.swath_half_angle_deg(swath_km=swath, reference_altitude_km=altitude)
    found = sensors.swath_on_ground_km(altitude_km=altitude, off_nadir_deg=0.0, half_angle_deg=half)
    assert found == pytest.approx(swath, rel=1e-9)


def test_a_swath_widens_away_from_nadir_as_range_and_tilt_ask() -> None:
    half = sensors.swath_half_angle_deg(swath_km=24.0, reference_altitude_km=500.0)
    wide = sensors.swath_on_ground_km(altitude_km=500.0, off_nadir_deg=30.0, half_angle_deg=half)
    # To first order the width is that of nadir times range / altitude / cos(incidence).
    elevation = geometry.elevation_at_off_nadir_deg(30.0, altitude_km=500.0)
    reach = geometry.slant_range_km(elevation, altitude_km=500.0)
    assert wide == pytest.approx(24.0 * reach / 500.0 / np.sin(np.radians(elevation)), rel=2e-3)


def test_a_swath_at_the_limb_ends_at_the_horizon() -> None:
    half_deg = 5.0
    limb = float(geometry.earth_angular_radius_deg(500.0))
    cut = sensors.swath_on_ground_km(altitude_km=500.0, off_nadir_deg=limb, half_angle_deg=half_deg)
    horizon = geometry.central_angle_at_elevation_deg(0.0, altitude_km=500.0)
    inner = geometry.central_angle_at_off_nadir_deg(limb - half_deg, altitude_km=500.0)
    assert cut == pytest.approx(6_371.0088 * np.radians(horizon - inner), rel=1e-6)


def test_a_swath_over_nadir_joins_its_two_sides() -> None:
    both = sensors.swath_on_ground_km(altitude_km=500.0, off_nadir_deg=2.0, half_angle_deg=3.0)
    side = {"altitude_km": 500.0}
    expected = geometry.swath_width_km(5.0, **side) / 2 + geometry.swath_width_km(1.0, **side) / 2
    assert both == pytest.approx(expected)


def test_picture_size_counts_pixels_bits_bands_and_compression() -> None:
    # 24 km x 24 km at 3 m is 8,000 x 8,000 pixels.
    plain = sensors.picture_bits(swath_km=24.0, length_km=24.0, gsd_m=3.0)
    packed = sensors.picture_bits(
        swath_km=24.0, length_km=24.0, gsd_m=3.0, bits_per_pixel=12, bands=3, compression=4
    )
    assert plain == pytest.approx(640e6)
    assert packed == pytest.approx(64e6 * 12 * 3 / 4)
