"""Instants of an ephemeris message, in its own time scale, as UTC and as seconds.

UTC, TAI, GPS and TT are understood; leap seconds count in what lies between two instants.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from simulator.arrays import FloatArray
from simulator.earth import tai_minus_utc_s, utc_jd
from simulator.scenario.words import shown
from simulator.units import DAY_S

# TAI less the scale, seconds; UTC is what it is by its table.
TAI_MINUS_S: Mapping[str, float] = {"TAI": 0.0, "GPS": 19.0, "TT": -32.184, "TDT": -32.184}
_UNIX = datetime(1970, 1, 1, tzinfo=UTC)
_UNIX_JD = 2_440_587.5
_EPOCH = re.compile(
    r"(\d{4}-\d{2}-\d{2}|\d{4}-\d{3})T(\d{2}):(\d{2}):(\d{2})(\.\d{0,18})?Z?", re.ASCII
)


class Clock(NamedTuple):
    """An instant of a file: day number from 1970, whole second of that day, and the fraction."""

    day: int
    second: int
    fraction: float


def utc_after(epoch: datetime, seconds: float) -> datetime:
    """Return the UTC instant so many SI seconds after another."""
    guess = epoch + timedelta(seconds=seconds)
    late_s = tai_minus_utc_s(sum(utc_jd(guess))) - tai_minus_utc_s(sum(utc_jd(epoch)))
    return guess - timedelta(seconds=late_s)


@lru_cache(maxsize=4096)
def _day(text: str) -> int:
    """Return the day number from 1970 of a date, or of a year and its day; ValueError for none."""
    form = "%Y-%j" if len(text) == 8 else "%Y-%m-%d"
    found = datetime.strptime(text, form).replace(tzinfo=UTC)
    if f"{found:{form}}" != text:
        raise ValueError(text)
    return (found - _UNIX).days


def clock_of(text: str, where: str, key: str, faults: list[str]) -> Clock | None:
    """Return an instant as its file tells it; None, and a fault more, for what is none."""
    match = _EPOCH.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        hour, minute, second = int(match[2]), int(match[3]), int(match[4])
        leap = second == 60 and (hour, minute) == (23, 59)
        if hour > 23 or minute > 59 or (second > 59 and not leap):
            raise ValueError
        return Clock(
            _day(match[1]), 3_600 * hour + 60 * minute + second, float(f"0{match[5] or '.0'}")
        )
    except ValueError:
        faults.append(
            f"{where}: {key} is {shown(text)}; a time such as 2024-06-01T12:00:00.000 is expected"
        )
        return None


def seconds_between(clocks: Sequence[Clock], first: Clock, scale: str) -> FloatArray:
    """Return SI seconds (N,) from a first instant, leap seconds counted."""
    day = np.array([clock.day for clock in clocks])
    second = np.array([clock.second for clock in clocks])
    fraction = np.array([clock.fraction for clock in clocks])
    whole = (day - first.day) * int(DAY_S) + (second - first.second)
    if scale == "UTC":
        days = np.unique(day)
        late = np.array([_tai_minus_utc_s(int(each)) for each in days])
        fraction = fraction + late[np.searchsorted(days, day)] - _tai_minus_utc_s(first.day)
    return np.asarray(whole + (fraction - first.fraction), dtype=np.float64)


def _tai_minus_utc_s(day: int) -> float:
    return tai_minus_utc_s(_UNIX_JD + day)


def utc_of(clock: Clock, scale: str) -> datetime:
    """Return an instant as UTC, to the microsecond."""
    told = _UNIX + timedelta(days=clock.day, seconds=clock.second)
    told += timedelta(microseconds=round(clock.fraction * 1e6))
    if scale == "UTC":
        return told
    tai = told + timedelta(seconds=TAI_MINUS_S[scale])
    # The second time with the offset of the instant itself.
    for _ in range(2):
        told = tai - timedelta(seconds=tai_minus_utc_s(sum(utc_jd(told))))
    return told
