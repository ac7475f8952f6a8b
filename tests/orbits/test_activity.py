"""Solar activity over time, by the table of the catalogue."""

from datetime import UTC, datetime

import numpy as np
import pytest

from simulator import catalog
from simulator.errors import InputError
from simulator.orbits.activity import activity_of, days_of, month_number, past_cycles


def on(year, month, day=15):
    return days_of(datetime(year, month, day, tzinfo=UTC))


def yearly(name, year):
    return np.mean([activity_of(name).at(on(year, month)) for month in range(1, 13)], axis=0)


# Yearly means of F10.7 and Ap, from the same daily file by another program.
@pytest.mark.parametrize(
    ("year", "f107", "ap"),
    [(2016, 89, 10.5), (2018, 70, 6.9), (2019, 70, 6.1), (2022, 125, 10.1), (2023, 160, 10.8),
     (2024, 191, 11.7)],
)  # fmt: skip
def test_observed_years_are_those_published(year, f107, ap):
    assert yearly("observed", year) == pytest.approx((f107, ap), abs=1.1)


def test_after_its_last_month_the_last_eleven_years_repeat():
    observed = activity_of("observed")
    assert observed.at(on(2050, 3)) == pytest.approx(observed.at(on(2039, 3)), rel=0.02)
    assert observed.at(on(1950, 1)) == observed.at(on(1957, 10, 1))


@pytest.mark.parametrize("name", past_cycles())
def test_a_past_cycle_stands_only_where_nothing_was_observed(name):
    then, observed = activity_of(name), activity_of("observed")
    assert then.at(on(2024, 6)) == observed.at(on(2024, 6))
    # Its months as many months after its minimum as those are after December 2019.
    begin = month_number(str(catalog.get("activity", name).values["first_month"]))
    since = month_number("2027-05") - month_number("2019-12")
    year, month = divmod(begin + since, 12)
    assert then.at(on(2027, 5)) == pytest.approx(observed.at(on(year, month + 1)), rel=0.06)


def test_low_mean_and_high_are_those_of_the_complete_cycles():
    observed = activity_of("observed")
    first, last = (month_number(m) - observed.first_month for m in ("1964-10", "2019-11"))
    flux, storm = observed.f107[first : last + 1], observed.ap[first : last + 1]
    for name, expected in (
        ("low", np.quantile(flux, 0.1)), ("mean", flux.mean()), ("high", np.quantile(flux, 0.9)),
    ):  # fmt: skip
        f107, ap = activity_of(name).at(0.0)
        assert f107 == pytest.approx(expected, abs=0.06)
        nearest = np.argsort(np.abs(flux - expected))[:60]
        mean = storm.mean() if name == "mean" else storm[nearest].mean()
        assert ap == pytest.approx(mean, abs=0.06)


def test_an_activity_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="did you mean 'observed'"):
        activity_of("observd")
