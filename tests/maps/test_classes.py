"""Classes of colour use the whole bar, and say what they mean."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.maps import classes

FEW_FAR_OUT = np.concatenate([np.linspace(4.0, 5.0, 980), np.linspace(6.0, 14.0, 20)])


def shares(values, bounds):
    return np.histogram(values, bounds)[0] / len(values)


def test_classes_are_as_wide_as_each_other_where_values_are_spread():
    scale = classes.colour_scale(np.linspace(0.0, 10.0, 500), "viridis", 8)
    assert scale.even
    assert np.ptp(np.diff(scale.bounds)) < 1e-9


@pytest.mark.parametrize(
    "values",
    [
        FEW_FAR_OUT,
        np.random.default_rng(1).lognormal(0.0, 1.5, 5_000),
        np.concatenate([np.full(700, 4.0), np.full(250, 5.0), np.linspace(6.0, 13.0, 50)]),
    ],
    ids=["few far out", "skewed", "two values and a tail"],
)
def test_a_few_values_far_out_leave_the_bar_to_the_others(values):
    scale = classes.colour_scale(values, "viridis", 8)
    even = classes.round_steps(values.min(), values.max(), 8)
    assert not scale.even
    assert scale.bounds[0] <= values.min() and values.max() <= scale.bounds[-1]

    def used(bounds):
        return int((shares(values, bounds) >= 0.01).sum()) / (len(bounds) - 1)

    assert used(scale.bounds) > 0.6 or shares(values, scale.bounds).max() < 0.9
    assert shares(values, scale.bounds).max() <= shares(values, even).max()


def test_a_few_values_are_a_class_each_and_named_by_themselves():
    scale = classes.colour_scale(np.array([0.4, 0.6, 0.6, 0.4, 0.8]), "viridis", 8)
    assert scale.values == pytest.approx([0.4, 0.6, 0.8])
    colours = scale.norm(np.array([0.4, 0.6, 0.8]))
    assert len(set(colours.tolist())) == 3
    assert classes.colour_scale(np.linspace(0.4, 0.8, 40), "viridis", 8).values is None


@given(
    st.lists(st.floats(-50.0, 50.0), min_size=1, max_size=60),
    st.sampled_from([1.0, 1e-3, 1e3]),
)
def test_bounds_rise_hold_every_difference_and_have_zero_among_them(values, unit):
    known = unit * np.array(values)
    scale = classes.gain_scale([known], 12)
    assert (np.diff(scale.bounds) > 0.0).all()
    assert scale.bounds[0] <= known.min() + 1e-6 * unit
    assert scale.bounds[-1] >= known.max() - 1e-6 * unit
    assert 0.0 in scale.bounds
    # Red below zero, blue above.
    for value in (scale.bounds[0], scale.bounds[-1]):
        red, _, blue, _ = scale.colours(scale.norm(np.nextafter(value, 0.0)))
        assert (blue - red) * value >= 0.0


def test_differences_of_about_the_same_size_have_about_the_same_shade():
    scale = classes.gain_scale([np.full(50, 5.6), np.full(50, 7.4)], 12)
    assert scale.even
    near, far = (np.array(scale.colours(scale.norm(gain))) for gain in (5.6, 7.4))
    assert np.abs(near - far).max() < 0.35
    skewed = np.concatenate([np.full(95, 0.1), np.linspace(0.2, 12.0, 5)])
    assert not classes.gain_scale([skewed], 12).even


def test_times_are_read_in_the_unit_that_suits_the_greatest():
    units = [classes.unit_of_times([np.array([np.nan, h])])[0] for h in (0.2, 2.5, 111.0)]
    assert units == ["minutes", "hours", "days"]
    assert classes.unit_of_times([]) == ("hours", 1.0)
