import math
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from skyfield.api import load
from skyfield.sgp4lib import theta_GMST1982

from simulator.errors import InputError
from simulator.timescale import EARTH_RATE_RAD_S, Span, elapsed_s, gmst_rad


def test_a_leap_second_inside_a_span_is_counted_and_labelled():
    # IERS Bulletin C 52: a leap second at the end of 2016-12-31.
    span = Span(datetime(2016, 12, 31, 23, 59, 58, tzinfo=UTC), 10.0)
    assert span.iso(1.0) == "2016-12-31T23:59:59.000Z"
    assert span.iso(2.25) == "2016-12-31T23:59:60.250Z"
    assert span.iso(3.0) == "2017-01-01T00:00:00.000Z"
    assert elapsed_s(span.start, datetime(2017, 1, 1, tzinfo=UTC)) == 3.0


def test_seconds_and_utc_are_inverse():
    span = Span(datetime(2016, 12, 30, tzinfo=UTC), 5 * 86_400.0)
    for t_s in (0.0, 1.5, 86_400.0, 172_801.0, 300_000.25):
        assert math.isclose(span.seconds(span.utc(t_s)), t_s, abs_tol=2e-6)


def test_other_offsets_are_turned_into_utc():
    seoul = timezone(timedelta(hours=9))
    span = Span(datetime(2023, 11, 21, 22, 42, 28, tzinfo=seoul), 60.0)
    assert span.iso(0.0) == "2023-11-21T13:42:28.000Z"


def test_iso_rounds_to_the_millisecond_and_carries():
    span = Span(datetime(2023, 12, 31, 23, 59, 59, tzinfo=UTC), 60.0)
    assert span.iso(0.9996) == "2024-01-01T00:00:00.000Z"
    assert span.iso(0.0014) == "2023-12-31T23:59:59.001Z"


@pytest.mark.parametrize("duration_s", [0.0, -5.0, float("nan")])
def test_a_span_must_last(duration_s):
    with pytest.raises(InputError, match="end must be after start"):
        Span(datetime(2023, 1, 1, tzinfo=UTC), duration_s)


def test_a_naive_start_is_refused():
    with pytest.raises(InputError, match="offset"):
        Span(datetime(2023, 1, 1), 10.0)


def test_sidereal_time_agrees_with_skyfield():
    span = Span(datetime(2023, 11, 21, 6, tzinfo=UTC), 400 * 86_400.0)
    ts = load.timescale(builtin=True)
    for day in (0, 17, 200, 399):
        instant = span.start + timedelta(days=day)
        t = ts.from_datetime(instant)
        theta, _ = theta_GMST1982(t.whole, t.ut1_fraction)
        ours = gmst_rad(span, np.array([day * 86_400.0]))[0]
        # Skyfield's splines against daily steps of UT1: microseconds of time.
        assert abs((theta - ours + math.pi) % (2 * math.pi) - math.pi) < 2e-9


def test_sidereal_time_of_a_known_instant():
    # Vallado 2013, example 3-5: 1992-08-20 12:14 UT1, 152.578787810 degrees.
    span = Span(datetime(1992, 8, 20, 12, 14, tzinfo=UTC), 10.0, 0.0)
    assert math.isclose(math.degrees(gmst_rad(span, np.zeros(1))[0]), 152.578787810, abs_tol=1e-7)


def test_sidereal_rate_is_the_slope_of_sidereal_time():
    span = Span(datetime(2023, 1, 1, tzinfo=UTC), 86_400.0, 0.0)
    a, b = gmst_rad(span, np.array([100.0, 1_100.0]))
    assert math.isclose((b - a) / 1_000.0, EARTH_RATE_RAD_S, rel_tol=1e-10)


def test_a_fixed_ut1_is_the_one_used():
    span = Span(datetime(2023, 1, 1, tzinfo=UTC), 86_400.0, 0.25)
    assert math.isclose(span.ut1_minus_utc_start_s, 0.25, abs_tol=1e-9)
    free = Span(datetime(2023, 1, 1, tzinfo=UTC), 86_400.0)
    # IERS Bulletin B: UT1 - UTC was -0.018 s on 2023-01-01.
    assert math.isclose(free.ut1_minus_utc_start_s, -0.018, abs_tol=0.005)
