"""What a look of a sensor shows, and whether it is good enough for what a target needs."""

import numpy as np
import pytest

from simulator.imaging import (
    giqe5_terms,
    good_enough,
    gsd_along_m,
    gsd_m,
    look_gsd_m,
    look_niirs,
    niirs_giqe5,
    radar_resolution_m,
)
from simulator.scenario import Need, Sensor

ELEVATION_DEG = np.array([90.0, 75.0, 60.0, 45.0, 30.0, 10.0, 0.0, -5.0])
RANGE_KM = np.array([500.0, 515.0, 570.0, 680.0, 910.0, 1_700.0, 2_600.0, 3_000.0])
LOOKS = {"slant_range_km": RANGE_KM, "elevation_deg": ELEVATION_DEG}


def sensor(**keys):
    own = {"reference_altitude_km": 500.0, "swath_km": 20.0, "max_off_nadir_deg": 40.0}
    return Sensor.model_validate({"kind": "optical", "gsd_m": 1.0, **own, **keys})


def radar(**keys):
    return sensor(kind="radar", min_off_nadir_deg=15.0, **keys)


def test_an_optical_look_without_terms_of_its_own_is_that_of_the_assumed_ones_to_the_bit():
    image_m = gsd_along_m(gsd_nadir_m=1.0, reference_altitude_km=500.0, slant_range_km=RANGE_KM)
    expected = niirs_giqe5(image_m, elevation_deg=ELEVATION_DEG)
    np.testing.assert_array_equal(look_niirs(sensor(), **LOOKS), expected)
    np.testing.assert_array_equal(
        look_gsd_m(sensor(), **LOOKS),
        gsd_m(
            gsd_nadir_m=1.0,
            reference_altitude_km=500.0,
            slant_range_km=RANGE_KM,
            incidence_deg=90.0 - ELEVATION_DEG,
        ),
    )
    assert giqe5_terms(sensor()) == {"relative_edge_response": 0.35, "signal_to_noise": 50.0}


@pytest.mark.parametrize(("edge", "noise"), [(0.2, 20.0), (0.35, 50.0), (0.51, 100.0), (0.9, 10.0)])
def test_the_terms_of_a_sensor_are_those_of_the_equation(edge, noise):
    # GIQE-5 written out (NGA 2015), in inches, with the common logarithm.
    own = sensor(relative_edge_response=edge, signal_to_noise=noise)
    inches = RANGE_KM[:6] / 500.0 / 0.0254 / np.sin(np.radians(ELEVATION_DEG[:6])) ** 0.25
    level = 9.57 - 3.32 * np.log10(inches)
    level += 3.32 * (1.0 - np.exp(-1.9 / noise)) * np.log10(edge)
    level += -2.0 * np.log10(edge) ** 4 - 1.8 / noise
    found = look_niirs(own, **LOOKS)
    np.testing.assert_allclose(found[:6], np.clip(level, 0.0, 9.0), rtol=1e-12)
    assert np.isnan(found[6:]).all()


def test_what_quickbird_was_rated_by_its_maker_lies_within_half_a_level_of_the_assumed_terms():
    # Predicted NIIRS in the metadata of four images, by ground sample distance: Kim et al. 2008,
    # International Archives of Photogrammetry XXXVII B1, table 1.
    sample_m = np.array([0.6994, 0.6797, 0.7509, 0.7661])
    rated = np.array([4.3, 4.4, 4.5, 4.5])
    assert np.abs(niirs_giqe5(sample_m) - rated).max() < 0.5


def test_a_radar_is_finest_on_the_ground_far_from_nadir_and_takes_no_notice_of_range():
    assert radar_resolution_m(along_m=1.0, slant_m=1.0, incidence_deg=90.0 - 1e-9) == (
        pytest.approx(1.0)
    )
    # Across the track half a metre becomes a whole one at 30 degrees; their mean is the root of 2.
    assert radar_resolution_m(along_m=2.0, slant_m=0.5, incidence_deg=30.0) == (
        pytest.approx(np.sqrt(2.0))
    )
    found = look_gsd_m(radar(slant_resolution_m=0.5), **LOOKS)
    incidence = np.radians(90.0 - ELEVATION_DEG[1:6])
    np.testing.assert_allclose(found[1:6], np.sqrt(0.5 / np.sin(incidence)), rtol=1e-14)
    assert (np.diff(found[1:6]) < 0.0).all()
    assert np.isnan(found[[0, 6, 7]]).all()
    again = look_gsd_m(
        radar(slant_resolution_m=0.5), slant_range_km=9.0 * RANGE_KM, elevation_deg=ELEVATION_DEG
    )
    np.testing.assert_array_equal(found, again)
    assert np.isnan(look_niirs(radar(slant_resolution_m=0.5), **LOOKS)).all()


def test_what_kompsat5_is_said_to_resolve_across_its_track_follows_from_the_incidence():
    # SI Imaging Services 2015, white paper on KOMPSAT-5: in its mode of one metre along the track
    # it resolves 1 to 2.7 m across it; its incidence is 20 to 45 or more degrees.
    across_m = (
        radar_resolution_m(along_m=1.0, slant_m=0.92, incidence_deg=np.array([20.0, 55.0, 65.0]))
        ** 2
    )
    assert across_m[0] == pytest.approx(2.7, abs=0.02)
    assert across_m[2] == pytest.approx(1.0, abs=0.02)


def test_a_radar_without_a_slant_resolution_is_scaled_with_range_as_before():
    np.testing.assert_array_equal(look_gsd_m(radar(), **LOOKS), look_gsd_m(sensor(), **LOOKS))


def test_a_look_is_good_enough_by_its_level_or_by_a_radars_resolution():
    need = Need(niirs=4.0, radar_resolution_m=0.9)
    optical = good_enough(sensor(gsd_m=0.6), need, **LOOKS)
    np.testing.assert_array_equal(optical, look_niirs(sensor(gsd_m=0.6), **LOOKS) >= 4.0)
    # Fine at nadir, too coarse near the horizon.
    assert optical[0] and not optical[4]
    found = good_enough(radar(slant_resolution_m=0.5), need, **LOOKS)
    # The other way round, and nothing at nadir or from under the horizon.
    assert found.tolist() == [False, False, False, True, True, True, False, False]
    assert found.dtype == optical.dtype == np.bool_


def test_any_look_is_good_enough_for_no_need_and_none_for_a_need_of_the_other_kind():
    assert good_enough(sensor(), None, **LOOKS).all()
    assert not good_enough(sensor(), Need(radar_resolution_m=99.0), **LOOKS).any()
    assert not good_enough(radar(), Need(niirs=0.1), **LOOKS).any()
    assert good_enough(sensor(), None, slant_range_km=[], elevation_deg=[]).shape == (0,)


def test_a_better_camera_or_an_easier_need_never_suffices_for_less():
    needs = [Need.model_validate({"catalog": f"{t}-tank"}) for t in ("detect", "classify")]
    needs += [Need.model_validate({"catalog": "identify-tank"})]
    for own in (sensor(gsd_m=0.3), radar(slant_resolution_m=0.25, gsd_m=0.25)):
        easy, harder, hardest = (good_enough(own, need, **LOOKS) for need in needs)
        assert (easy >= harder).all() and (harder >= hardest).all() and easy.any()
    coarse = good_enough(sensor(gsd_m=0.9), needs[0], **LOOKS)
    assert (good_enough(sensor(gsd_m=0.45), needs[0], **LOOKS) >= coarse).all()
