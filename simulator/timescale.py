"""The span of a study: UTC at the boundary, seconds since the start inside.

Inside, time is `t_s`, float64 SI seconds since the start on a continuous scale, so a leap second
within the span shifts nothing. Leap seconds and UT1 come from the table shipped with Skyfield,
unless the study fixes UT1 - UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.errors import InputError

FloatArray = NDArray[np.float64]

DAY_S = 86_400.0
TT_MINUS_TAI_S = 32.184
_UNIX_EPOCH_JD = 2_440_587.5
_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def _timescale() -> Any:
    from skyfield.api import load

    return load.timescale(builtin=True)


@cache
def earth_rotation_known_until() -> datetime:
    """Return the last day of Skyfield's table of UT1; beyond it UT1 is extrapolated."""
    from skyfield.functions import load_bundled_npy

    days = load_bundled_npy("iers.npz")["tt_jd_minus_arange"]
    last_jd = float(days[-1]) + len(days) - 1
    return _UNIX_EPOCH + timedelta(days=int(last_jd - _UNIX_EPOCH_JD))


def utc_jd(instant: datetime) -> tuple[float, float]:
    """Return the UTC Julian date of an aware datetime as (midnight, fraction of day)."""
    if instant.tzinfo is None:
        raise InputError(f"{instant.isoformat()}: a time needs an offset, such as Z")
    since = instant.astimezone(UTC) - _UNIX_EPOCH
    return _UNIX_EPOCH_JD + since.days, (since.seconds + since.microseconds * 1e-6) / DAY_S


def tai_minus_utc_s(jd_utc: float) -> float:
    """Return TAI - UTC, seconds, at a UTC Julian date (IERS Bulletin C through Skyfield).

    10 s before 1972, when UTC began to keep whole seconds.
    """
    ts = _timescale()
    index = int(np.searchsorted(ts.leap_dates, jd_utc, side="right"))
    return float(ts.leap_offsets[index - 1]) if index else 10.0


def elapsed_s(earlier: datetime, later: datetime) -> float:
    """Return SI seconds between two aware datetimes, leap seconds counted."""
    plain = (later - earlier).total_seconds()
    return plain + tai_minus_utc_s(sum(utc_jd(later))) - tai_minus_utc_s(sum(utc_jd(earlier)))


@dataclass(frozen=True)
class Span:
    """A stretch of time [start, start + duration_s) and its Earth rotation.

    `ut1_minus_utc_s` fixes UT1 - UTC for the whole span; None takes the table.
    Raises InputError for a naive start or a duration that is not positive.
    """

    start: datetime
    duration_s: float
    ut1_minus_utc_s: float | None = None

    def __post_init__(self) -> None:
        if self.start.tzinfo is None:
            raise InputError(f"span.start: {self.start.isoformat()} needs an offset, such as Z")
        if not self.duration_s > 0:
            raise InputError(f"span: a length of {self.duration_s} s; end must be after start")
        object.__setattr__(self, "start", self.start.astimezone(UTC))

    @property
    def days(self) -> float:
        return self.duration_s / DAY_S

    @cached_property
    def _start_jd(self) -> tuple[float, float]:
        return utc_jd(self.start)

    @cached_property
    def _start_tai_utc_s(self) -> float:
        return tai_minus_utc_s(sum(self._start_jd))

    @cached_property
    def _leaps(self) -> tuple[tuple[float, float], ...]:
        """(instant the new offset begins, TAI - UTC from then on) for leaps inside the span."""
        ts, (day, fraction) = _timescale(), self._start_jd
        found = []
        for jd in ts.leap_dates:
            offset = tai_minus_utc_s(float(jd))
            t_s = (float(jd) - day) * DAY_S - fraction * DAY_S + offset - self._start_tai_utc_s
            t_s = round(t_s, 6)
            if 0.0 < t_s <= self.duration_s:
                found.append((t_s, offset))
        return tuple(found)

    @cached_property
    def _delta_t_nodes(self) -> tuple[FloatArray, FloatArray]:
        """Times, s, and TT - UT1, s, at daily nodes over the span and a day to each side."""
        t_s = np.arange(-DAY_S, self.duration_s + 2.0 * DAY_S, DAY_S)
        if self.ut1_minus_utc_s is not None:
            fixed = TT_MINUS_TAI_S + self._start_tai_utc_s - self.ut1_minus_utc_s
            return t_s, np.full_like(t_s, fixed)
        day, fraction = self.tt_jd(t_s)
        return t_s, np.asarray(_timescale().tt_jd(day + fraction).delta_t, dtype=np.float64)

    def tt_jd(self, t_s: FloatArray) -> tuple[float, FloatArray]:
        """Return Terrestrial Time as (Julian day, fractions), t_s of any shape."""
        day, fraction = self._start_jd
        offset_s = self._start_tai_utc_s + TT_MINUS_TAI_S
        return day, fraction + (np.asarray(t_s, dtype=np.float64) + offset_s) / DAY_S

    def ut1_jd(self, t_s: FloatArray) -> tuple[float, FloatArray]:
        """Return UT1 as (Julian day, fractions), t_s of any shape."""
        day, fraction = self.tt_jd(t_s)
        nodes_s, delta_t_s = self._delta_t_nodes
        return day, fraction - np.interp(t_s, nodes_s, delta_t_s) / DAY_S

    @property
    def ut1_minus_utc_start_s(self) -> float:
        """UT1 - UTC at the start, seconds: the value recorded with a result."""
        delta_t_s = float(np.interp(0.0, *self._delta_t_nodes))
        return TT_MINUS_TAI_S + self._start_tai_utc_s - delta_t_s

    def seconds(self, instant: datetime) -> float:
        """Return t_s of an aware datetime, which may lie outside the span."""
        return elapsed_s(self.start, instant)

    def utc(self, t_s: float) -> datetime:
        """Return the UTC datetime of t_s; within a leap second, its last microsecond before."""
        shift = self._start_tai_utc_s
        for begins_s, offset in self._leaps:
            if begins_s <= t_s:
                t_s, shift = t_s - (offset - shift), offset
            elif begins_s - 1.0 <= t_s:
                t_s = begins_s - 1.0 - 1e-6
        return self.start + timedelta(seconds=t_s)

    def iso(self, t_s: float) -> str:
        """Return t_s as `YYYY-MM-DDThh:mm:ss.sssZ`, rounded to the millisecond."""
        rounded = round(t_s, 3)
        for begins_s, _ in self._leaps:
            if begins_s - 1.0 <= rounded < begins_s:
                before = self.utc(begins_s - 1.5)
                return f"{before:%Y-%m-%dT%H:%M}:{60 + rounded - begins_s + 1.0:06.3f}Z"
        instant = self.utc(rounded) + timedelta(microseconds=500)
        return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


def gmst_rad(span: Span, t_s: FloatArray) -> FloatArray:
    """Return Greenwich mean sidereal time, radians, IAU 1982 (Aoki et al. 1982), on UT1."""
    day, fraction = span.ut1_jd(t_s)
    centuries = (day - 2_451_545.0 + fraction) / 36_525.0
    seconds = 67_310.54841 + centuries * (
        8_640_184.812866 + centuries * (0.093104 - 6.2e-6 * centuries)
    )
    turns = (day % 1.0 + fraction % 1.0 + seconds / DAY_S) % 1.0
    return np.asarray(2.0 * np.pi * turns)


# Rate of GMST on UT1, radians a second; its secular change is below 1e-15 of it a century.
EARTH_RATE_RAD_S = 2.0 * np.pi / DAY_S * (1.0 + 8_640_184.812866 / (DAY_S * 36_525.0))
