from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import zones
from simulator.errors import InputError

NOON = datetime(2024, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("UTC", 0.0),
        ("UTC+9", 9.0),
        ("UTC+08:30", 8.5),
        ("UTC-03:30", -3.5),
        ("UTC+14:00", 14.0),
        ("Asia/Taipei", 8.0),
        ("Asia/Kathmandu", 5.75),
        ("America/New_York", -4.0),
    ],
)
def test_a_zone_is_a_name_or_an_offset(name: str, hours: float) -> None:
    assert zones.offset_at(name, NOON) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "name",
    ["", "KST", "UTC+14:30", "UTC+9:60", "UTC9", "asia", "Asia", "../etc", "/etc", "Mars/X", "\0"],
)
def test_anything_else_is_refused_with_what_is_allowed(name: str) -> None:
    with pytest.raises(InputError, match="is no time zone; allowed an IANA name"):
        zones.zone(name)


def test_the_nearest_name_is_told() -> None:
    with pytest.raises(InputError, match="did you mean 'Asia/Taipei'"):
        zones.zone("Asia/Taipeh")


def test_clocks_follow_the_law_of_their_day() -> None:
    # North Korea set its clocks half an hour back on 15 August 2015, forward on 5 May 2018.
    clocks = [
        zones.words("Asia/Pyongyang", instant, instant)
        for instant in (
            datetime(2012, 12, 12, tzinfo=UTC),
            datetime(2016, 2, 7, tzinfo=UTC),
            datetime(2023, 11, 21, tzinfo=UTC),
        )
    ]
    assert clocks == [f"Asia/Pyongyang, UTC+{offset}" for offset in ("9", "8:30", "9")]


@given(st.floats(-180.0, 360.0))
def test_the_hour_by_longitude_is_within_half_an_hour_of_the_mean_sun(longitude_deg: float) -> None:
    name = zones.by_longitude(longitude_deg)
    hours = zones.offset_at(name, NOON) / timedelta(hours=1)
    off = (longitude_deg / 15.0 - hours + 12.0) % 24.0 - 12.0
    assert abs(off) <= 0.5 + 1e-9
    assert zones.zone(name) is not None


@given(st.integers(-14 * 60, 14 * 60))
def test_words_of_an_offset_read_back(minutes: int) -> None:
    words = zones.offset_words(timedelta(minutes=minutes))
    assert zones.offset_at(words, NOON) == timedelta(minutes=minutes)


def test_the_names_are_those_of_the_time_zone_database() -> None:
    assert zones.zone("Europe/Berlin") == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("code", "latitude_deg", "longitude_deg", "name"),
    [
        ("KR", 37.1, 127.0, "Asia/Seoul"),
        ("RU", 62.0, 129.7, "Asia/Yakutsk"),
        ("RU", 54.7, 20.5, "Europe/Kaliningrad"),
        ("US", 32.7, -117.2, "America/Los_Angeles"),
        ("AU", -31.95, 115.86, "Australia/Perth"),
    ],
)
def test_the_zone_of_a_country_is_that_of_its_nearest_principal_place(
    code, latitude_deg, longitude_deg, name
):
    assert zones.of_country(code, latitude_deg, longitude_deg) == name
    assert zones.zone(name)


def test_no_country_has_no_zone():
    assert zones.of_country("XX", 0.0, 0.0) is None
