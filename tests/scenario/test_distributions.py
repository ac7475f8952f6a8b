"""Distributions: shares of odds against scipy's inverse distribution functions, ends, bounds."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from simulator.scenario.distributions import Distribution, is_distribution

SHARES = np.linspace(0.005, 0.995, 100)


def made(**values):
    return Distribution.model_validate(values)


@pytest.mark.parametrize(
    ("values", "law", "of"),
    [
        ({"normal": (500, 10)}, "norm", (500, 10)),
        ({"normal": (5.0, 4.0), "least": 0.0, "most": 6.0}, "truncnorm", (-1.25, 0.25, 5.0, 4.0)),
        ({"uniform": (2.0, 5.0)}, "uniform", (2.0, 3.0)),
        ({"triangular": (1.0, 2.0, 6.0)}, "triang", (0.2, 1.0, 5.0)),
        ({"triangular": (0.0, 0.0, 1.0)}, "triang", (0.0, 0.0, 1.0)),
        ({"lognormal": (2.0, 3.0)}, "lognorm", (np.log(3.0), 0.0, 2.0)),
    ],
)
def test_a_share_of_the_odds_lies_below_the_value_at_it(values, law, of):
    reference = getattr(scipy.stats, law)(*of)
    drawn = [made(**values).at(float(share)) for share in SHARES]
    # A normal without bounds ends at five deviations, which moves nothing by more than this.
    assert drawn == pytest.approx(reference.ppf(SHARES), rel=1e-4, abs=1e-4)


def test_a_lognormal_keeps_within_its_bounds():
    bounded = made(lognormal=(2.0, 3.0), least=1.0, most=4.0)
    assert bounded.at(0.0) == pytest.approx(1.0)
    assert bounded.at(1.0) == pytest.approx(4.0)


def test_what_is_opposite_is_low_where_the_others_are_high():
    assert made(uniform=(0.0, 10.0), opposite=True).at(0.1) == pytest.approx(9.0)
    at = datetime(2023, 8, 24, tzinfo=UTC)
    backward = made(uniform=(at, at + timedelta(hours=10)), opposite=True)
    assert backward.at(0.1) == at + timedelta(hours=9)


def test_a_choice_falls_to_each_by_its_weight():
    choice = made(choice=("a", "b", "c"), weights=(1.0, 0.0, 3.0))
    drawn = [choice.at((n + 0.5) / 100) for n in range(100)]
    assert {value: drawn.count(value) for value in "abc"} == {"a": 25, "b": 0, "c": 75}
    assert choice.at(1.0) == "c"
    assert choice.edges() == ((0.0, 0.25), (0.25, 1.0))


def test_whole_numbers_are_as_likely_each():
    dice = made(uniform=(1, 6))
    drawn = [dice.whole_at((n + 0.5) / 600) for n in range(600)]
    assert [drawn.count(eye) for eye in range(1, 7)] == [100] * 6
    assert dice.whole_at(1.0) == 6


def test_instants_are_drawn_as_instants():
    first, last = datetime(2023, 8, 24, tzinfo=UTC), datetime(2023, 8, 31, tzinfo=UTC)
    assert made(uniform=(first, last)).at(0.5) == datetime(2023, 8, 27, 12, tzinfo=UTC)
    late = made(normal=("2023-08-24T09:00:00+09:00", 60.0), least=first)
    assert first <= late.at(0.0) < late.at(0.5) < late.at(1.0)
    assert late.at(0.5) - first == timedelta(
        seconds=round(float(scipy.stats.halfnorm(scale=60).ppf(0.5)), 3)
    )


@given(
    st.sampled_from(
        [
            {"normal": (3.0, 2.0)},
            {"uniform": (1.0, 4.0)},
            {"triangular": (1.0, 3.0, 4.0)},
            {"lognormal": (2.0, 1.5)},
        ]
    ),
    st.floats(0.0, 1.0),
    st.floats(0.0, 1.0),
)
def test_values_rise_with_the_share_and_keep_within_a_keys_range(values, one, other):
    drawn = made(**values).within(0.5, 5.0)
    low, high = sorted((one, other))
    assert 0.5 <= drawn.at(low) <= drawn.at(high) <= 5.0


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({}, "give exactly one of normal, uniform, triangular, lognormal, choice"),
        ({"normal": (1.0, 1.0), "uniform": (1.0, 2.0)}, "give exactly one of"),
        ({"uniform": (2.0, 1.0)}, "must rise"),
        ({"triangular": (1.0, 3.0, 2.0)}, "must rise"),
        ({"uniform": (datetime(2023, 8, 24, tzinfo=UTC), 2.0)}, "numbers and instants"),
        ({"uniform": ("soon", 2.0)}, "'soon' is not a time"),
        ({"uniform": (True, 2.0)}, "neither a number nor an instant"),
        ({"normal": (1.0, 0.0)}, "0"),
        ({"lognormal": (1.0, 1.0)}, "1"),
        ({"choice": (1.0, 2.0), "weights": (1.0,)}, "1 for 2 values of choice"),
        ({"choice": (1.0, 2.0), "weights": (0.0, 0.0)}, "are all 0"),
        ({"weights": (1.0,), "uniform": (1.0, 2.0)}, "stands without choice"),
        ({"uniform": (1.0, 2.0), "least": 1.5}, "goes with normal and lognormal"),
        ({"normal": (1.0, 1.0), "least": 2.0, "most": 1.0}, "is not above least"),
        ({"nomal": (1.0, 1.0)}, "did you mean 'normal'"),
    ],
)
def test_a_faulty_distribution_is_refused_with_what_is_allowed(values, fault):
    with pytest.raises(ValidationError, match=fault):
        made(**values)


def test_a_table_with_the_name_of_a_family_is_a_distribution_and_another_is_none():
    assert is_distribution({"normal": [1.0, 2.0]})
    assert not is_distribution({"kind": "poisson", "per_day": 2.0})
    assert not is_distribution([1.0, 2.0])
