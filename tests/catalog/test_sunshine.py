"""The sunshine of the catalogue: twelve months, no more than possible, near what it is for."""

import math

import pytest

from simulator import catalog
from simulator.catalog import Entry
from simulator.earth import EARTH_MEAN_RADIUS_KM

# No farther does a target take the sky of a row.
NEAR_KM = 60.0


def months(entry: Entry, field: str) -> tuple[float, ...]:
    value = entry.values[field]
    assert isinstance(value, tuple)
    return value


def rows() -> list[Entry]:
    return list(catalog.entries("sunshine").values())


def apart_km(first: Entry, second: Entry) -> float:
    a, b, c, d = (
        math.radians(float(str(entry.values[field])))
        for entry in (first, second)
        for field in ("latitude_deg", "longitude_deg")
    )
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * EARTH_MEAN_RADIUS_KM * math.asin(math.sqrt(half))


def test_every_row_has_twelve_months_with_no_more_sunshine_than_possible() -> None:
    assert len(rows()) == 40
    for entry in rows():
        fields = [name for name in entry.values if "_h" in name]
        possible = months(entry, "possible_h")
        for field in fields:
            assert len(months(entry, field)) == 12, (entry, field)
            shares = [h / p for h, p in zip(months(entry, field), possible, strict=True)]
            assert all(0.05 < share <= 1.0 for share in shares), (entry, field)


def daylight_h(latitude: float, day: float) -> float:
    """Return the time with the sun above -0.833 degrees; declination by Spencer, 1971."""
    angle = 2 * math.pi * day / 365.25
    declination = (
        0.006918
        - 0.399912 * math.cos(angle)
        + 0.070257 * math.sin(angle)
        - 0.006758 * math.cos(2 * angle)
        + 0.000907 * math.sin(2 * angle)
    )
    low = math.sin(math.radians(-0.833)) - math.sin(latitude) * math.sin(declination)
    return 24 / math.pi * math.acos(low / (math.cos(latitude) * math.cos(declination)))


def test_possible_hours_are_those_of_the_latitude() -> None:
    days_of = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    for entry in rows():
        latitude = math.radians(float(str(entry.values["latitude_deg"])))
        day = 0
        for days, hours in zip(days_of, months(entry, "possible_h"), strict=True):
            summed = sum(daylight_h(latitude, day + n) for n in range(days))
            day += days
            summed *= 28.25 / 28 if days == 28 else 1.0
            assert hours == pytest.approx(summed, rel=0.02), entry


def test_bounds_lie_on_both_sides_of_what_to_reckon_with() -> None:
    bounded = [entry for entry in rows() if "sunshine_h_low" in entry.values]
    assert [entry.id for entry in bounded] == ["pyongyang", "haeju", "wonsan", "sinuiju"]
    for entry in bounded:
        middle = months(entry, "sunshine_h")
        assert all(low < m for low, m in zip(months(entry, "sunshine_h_low"), middle, strict=True))
    pyongyang = catalog.get("sunshine", "pyongyang")
    ends = zip(
        months(pyongyang, "sunshine_h_low"), months(pyongyang, "sunshine_h_high"), strict=True
    )
    for middle, (low, high) in zip(months(pyongyang, "sunshine_h"), ends, strict=True):
        assert middle == pytest.approx((low + high) / 2, abs=0.06)


def test_a_place_takes_the_sky_of_a_row_nearby_alone() -> None:
    for target in catalog.entries("targets").values():
        nearest_km = min(apart_km(target, row) for row in rows())
        if "sunshine" not in target.values:
            assert nearest_km > NEAR_KM, target
            continue
        row = catalog.get("sunshine", str(target.values["sunshine"]))
        assert apart_km(target, row) <= NEAR_KM, target


def test_published_percents_of_hachinohe_are_those_of_its_row() -> None:
    # Printed beside the hours by the Japan Meteorological Agency, 1961 to 1990.
    printed = (46, 46, 49, 49, 48, 39, 37, 41, 40, 48, 45, 44)
    entry = catalog.get("sunshine", "hachinohe")
    for percent, hours, possible in zip(
        printed, months(entry, "sunshine_h"), months(entry, "possible_h"), strict=True
    ):
        assert 100 * hours / possible == pytest.approx(percent, abs=1.0)
