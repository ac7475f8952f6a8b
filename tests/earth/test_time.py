import math
import warnings
from datetime import UTC, datetime, timedelta, timezone

import erfa
import numpy as np
import pytest
from skyfield.api import load
from skyfield.sgp4lib import theta_GMST1982

from simulator.access.search import satellite_positions
from simulator.earth.time import (
    EARTH_RATE_RAD_S,
    Span,
    elapsed_s,
    gmst_rad,
    tai_minus_utc_s,
    utc_jd,
)
from simulator.errors import InputError
from simulator.orbits import elements
from simulator.orbits.tracks import track
from simulator.units import DAY_S
from tests.reference import brute


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


@pytest.mark.parametrize(
    "start",
    [
        datetime(2023, 12, 31, 23, 59, 58, 999_600, tzinfo=UTC),
        datetime(2016, 12, 31, 12, tzinfo=UTC),  # a leap second follows
        datetime(1963, 3, 4, 5, 6, 7, 891_234, tzinfo=UTC),  # seconds of UTC were longer
        datetime(1957, 10, 4, 19, 28, 34, tzinfo=UTC),
    ],
)
def test_many_instants_are_written_as_each_by_itself(start):
    span = Span(start, 10 * DAY_S)
    random = np.random.default_rng(7)
    times_s = np.concatenate(
        [[0.0, 0.0005, 0.0015, 43_200.5], np.round(random.uniform(0.0, 10 * DAY_S, 2_000), 3)]
    )
    assert span.isos(times_s) == [span.iso(float(t_s)) for t_s in times_s]
    assert span.isos(np.empty(0)) == []


@pytest.mark.parametrize("duration_s", [0.0, -5.0, float("nan")])
def test_a_span_must_last(duration_s):
    with pytest.raises(InputError, match="end must be after start"):
        Span(datetime(2023, 1, 1, tzinfo=UTC), duration_s)


def test_a_naive_start_is_refused():
    with pytest.raises(InputError, match="offset"):
        Span(datetime(2023, 1, 1), 10.0)


@pytest.mark.parametrize("hour", [0, 6, 12, 23])
def test_sidereal_time_agrees_with_skyfield_whatever_hour_a_span_begins(hour):
    # Nodes at the span's own noon differ from the table's midnights by 0.1 ms of UT1: 7e-9.
    span = Span(datetime(2023, 11, 21, hour, tzinfo=UTC), 400 * DAY_S)
    ts = load.timescale(builtin=True)
    t_s = np.random.default_rng(hour).uniform(0.0, span.duration_s, 300)
    t = ts.tt_jd(*span.tt_jd(t_s))
    theta, _ = theta_GMST1982(t.whole, t.ut1_fraction)
    apart = (theta - gmst_rad(span, t_s) + math.pi) % (2.0 * math.pi) - math.pi
    assert np.abs(apart).max() < 3e-11


def test_ut1_at_an_instant_does_not_depend_on_the_span_around_it():
    instant = datetime(2024, 3, 7, 17, 20, tzinfo=UTC)
    angles = []
    for start in (datetime(2024, 3, 7, tzinfo=UTC), datetime(2024, 3, 1, 12, 34, 56, tzinfo=UTC)):
        span = Span(start, 20 * DAY_S)
        angles.append(gmst_rad(span, np.array([span.seconds(instant)]))[0])
    assert abs(angles[0] - angles[1]) < 3e-11


@pytest.mark.parametrize(
    ("day", "ut1_minus_utc_s"),
    [
        ("1962-01-01", 0.032_633_8),
        ("1963-11-01", -0.028_398_9),
        ("1965-07-01", 0.011_001_4),
        ("1966-01-01", -0.047_265_6),
        ("1968-02-01", -0.001_422_5),
        ("1970-01-01", 0.003_453_7),
        ("1971-12-31", -0.153_359_0),
        ("1972-01-01", -0.045_485_9),
        ("1972-07-01", 0.362_195_6),
        ("1973-01-01", 0.810_594_4),
        ("2017-01-01", 0.591_3),
    ],
)
def test_ut1_is_that_of_the_iers(day, ut1_minus_utc_s):
    # IERS EOP 20 C04; the last from Bulletin B 348.
    span = Span(datetime.fromisoformat(day).replace(tzinfo=UTC), DAY_S)
    assert math.isclose(span.ut1_minus_utc_start_s, ut1_minus_utc_s, abs_tol=1e-4)


def test_ut1_never_strays_from_utc_by_more_than_nine_tenths():
    for month in range(240):
        start = datetime(1955 + month // 12, 1 + month % 12, 3, 8, tzinfo=UTC)
        off_s = Span(start, DAY_S).ut1_minus_utc_start_s
        # Kept to a tenth of a second of UT2, which differs by 0.03 s, until 1971.
        assert abs(off_s) < (0.9 if start.year > 1971 else 0.16)
        if start.year < 1960:
            assert abs(off_s) < 2e-6


def test_a_span_tells_where_its_ut1_comes_from():
    start = datetime(1960, 1, 1, tzinfo=UTC)
    assert Span(start, DAY_S).ut1_minus_utc_from == "table"
    assert Span(start, DAY_S, 0.1).ut1_minus_utc_from == "scenario"
    before = Span(start - timedelta(days=1), DAY_S)
    assert before.ut1_minus_utc_from == "UTC taken as UT1 before 1960"


def test_utc_before_1972_is_that_of_erfa():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", erfa.ErfaWarning)
        for day in range(0, 4_500, 3):
            instant = datetime(1960, 1, 1, 7, tzinfo=UTC) + timedelta(days=day)
            expected_s = float(erfa.dat(instant.year, instant.month, instant.day, 7.0 / 24.0))
            assert math.isclose(tai_minus_utc_s(sum(utc_jd(instant))), expected_s, abs_tol=1e-9)


def test_seconds_of_the_sixties_were_longer_and_stepped():
    start = datetime(1965, 8, 31, tzinfo=UTC)
    # 1.296 ms a day, and 0.1 s put in at the end of August 1965.
    assert math.isclose(
        elapsed_s(start, start + timedelta(days=1)), DAY_S + 0.101_296, abs_tol=1e-9
    )
    span = Span(start, 2 * DAY_S)
    assert span.iso(DAY_S + 0.051_296) == "1965-08-31T23:59:60.050Z"
    assert span.iso(DAY_S + 0.101_296) == "1965-09-01T00:00:00.000Z"
    # 0.05 s left out at the end of July 1961.
    span = Span(datetime(1961, 7, 31, tzinfo=UTC), 2 * DAY_S)
    assert span.iso(DAY_S - 0.05) == "1961-07-31T23:59:59.949Z"
    assert span.iso(DAY_S - 0.04) == "1961-08-01T00:00:00.009Z"


@pytest.mark.parametrize("year", [1957, 1959, 1961, 1964, 1967, 1971])
def test_seconds_and_utc_are_inverse_before_1972(year):
    span = Span(datetime(year, 6, 30, 21, tzinfo=UTC), 400 * DAY_S)
    for t_s in np.random.default_rng(year).uniform(0.0, span.duration_s, 50):
        assert math.isclose(span.seconds(span.utc(t_s)), t_s, abs_tol=3e-6)


@pytest.mark.parametrize(
    ("height_km", "most_m"), [(400.0, 2.5e-4), (35_786.0, 2e-2)], ids=["low", "geostationary"]
)
@pytest.mark.parametrize("start", ["1964-12-30T17:00Z", "1972-12-30T05:00Z", "2024-06-30T07:00Z"])
def test_a_track_passes_the_nodes_of_ut1_unharmed(start, height_km, most_m):
    # The drift of UT1 changes at midnights; in 1972 it was fastest.
    span = Span(datetime.fromisoformat(start), 4 * DAY_S)
    orbit = elements.keplerian(
        "k",
        span.start,
        elements.KeplerElements(perigee_km=height_km, apogee_km=height_km, inclination_deg=30.0),
    )
    t_s = np.linspace(0.0, span.duration_s, 20_001)
    apart = satellite_positions(track(orbit, span), t_s) - brute.earth_fixed(orbit, span, t_s)
    assert np.linalg.norm(apart, axis=1).max() < most_m


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
