"""Region figures: what has no value is counted, and the parts of a region add up to it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from simulator.access.watch import accumulated_fraction
from simulator.revisit import areas

VALUES = np.array([1.0, np.nan, 3.0, 5.0])
WEIGHTS = np.array([1.0, 4.0, 2.0, 1.0])


def test_a_mean_tells_the_share_of_area_it_is_taken_over():
    area_mean = areas.area_mean(VALUES, WEIGHTS)
    assert (area_mean.mean, area_mean.area_share, area_mean.cells, area_mean.cells_without) == (
        3.0,
        0.5,
        3,
        1,
    )
    assert areas.area_mean(np.full(4, np.nan), WEIGHTS) == areas.AreaMean(None, 0.0, 0, 4)


@pytest.mark.parametrize(
    ("relation", "share"),
    [
        ("at least", 3 / 8),
        ("at most", 3 / 8),
        ("greater", 1 / 8),
        ("less", 1 / 8),
        ("equal", 2 / 8),
    ],
)
def test_a_cell_without_a_value_satisfies_nothing(relation, share):
    satisfied = areas.satisfied(VALUES, WEIGHTS, relation=relation, threshold=3.0)
    assert satisfied == areas.Satisfied(share=share, share_without=0.5)


def test_an_unknown_relation_is_refused():
    with pytest.raises(ValueError, match="relation is 'above'"):
        areas.satisfied(VALUES, WEIGHTS, relation="above", threshold=3.0)


def test_the_worst_cell_and_where_it_is():
    latitude, longitude = np.array([10.0, 20.0, 30.0, 40.0]), np.array([1.0, 2.0, 3.0, 4.0])
    where = {"latitude_deg": latitude, "longitude_deg": longitude}
    assert areas.extreme(VALUES, WEIGHTS, **where) == areas.Extreme(5.0, 3, 40.0, 4.0, 0.5)
    assert areas.extreme(VALUES, WEIGHTS, greatest=False, **where).cell == 0
    assert areas.extreme(np.full(4, np.nan), WEIGHTS, **where) is None
    few = np.array([np.nan, 7.0, np.nan, np.nan])
    assert areas.extreme(few, np.array([1.0, 2.0, 3.0, 4.0]), **where).share_without == 0.8


@given(
    hnp.arrays(float, 30, elements=st.floats(0.0, 1e6) | st.just(math.nan)),
    hnp.arrays(float, 30, elements=st.floats(-90.0, 90.0)),
)
def test_bands_of_latitude_add_up_to_the_region(values, latitude):
    weights = np.linspace(1.0, 2.0, 30)
    bands = areas.latitude_bands(latitude, [-90.0, -30.0, 0.0, 45.0, 90.0])
    assert (np.sum(list(bands.values()), axis=0) == 1).all()
    table = areas.area_table({"revisit_mean_s": values}, weights, bands)
    whole = areas.area_mean(values, weights)
    area = table["area_km2"] * table["area_share"]
    assert table["area_km2"].sum() == pytest.approx(weights.sum())
    assert table["cells_without"].sum() == whole.cells_without
    assert np.nansum(table["mean"] * area) == pytest.approx((whole.mean or 0.0) * np.nansum(area))


def test_time_to_a_share_is_where_the_accumulated_share_reaches_it():
    first = np.array([5.0, np.nan, 1.0, 9.0])
    time_s = areas.time_to_share_s(first, np.array([1.0, 1.0, 6.0, 2.0]), [0.5, 0.61, 0.9, 0.99])
    assert time_s[:3].tolist() == [1.0, 5.0, 9.0] and math.isnan(time_s[3])
    share = accumulated_fraction(first, np.array([1.0, 1.0, 6.0, 2.0]), time_s[:3])
    assert share.tolist() == pytest.approx([0.6, 0.7, 0.9])


def test_a_row_has_the_least_and_the_greatest_of_its_cells():
    groups = {"all": np.ones(4, bool), "last": np.arange(4) > 1, "none": np.zeros(4, bool)}
    table = areas.area_table({"figure": VALUES}, WEIGHTS, groups).droplevel("figure")
    assert table["min"].tolist()[:2] == [1.0, 3.0] and table["max"].tolist()[:2] == [5.0, 5.0]
    assert table["mean"].tolist()[:2] == [3.0, pytest.approx(11.0 / 3.0)]
    assert table["cells"].tolist() == [4, 2, 0] and table["cells_without"].tolist() == [1, 0, 0]
    assert table.loc["none", ["mean", "min", "max"]].isna().all()
