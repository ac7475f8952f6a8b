"""The span of a study: UTC at the boundary, seconds since the start inside.

Inside, time is `t_s`, float64 SI seconds since the start on a continuous scale, so a leap second
within the span shifts nothing. UTC against TAI:

- from 1972 on whole seconds, from the table shipped with Skyfield (IERS Bulletin C);
- from 1960 to 1971 the offset that grew with time and stepped by fractions of a second, for a
  second of UTC was then a little longer than the SI second (USNO, tai-utc.dat);
- before 1960 there was no UTC: it is taken as UT1.

UT1 runs straight between the nodes of its tables, whatever the span: midnights of the table
shipped with Skyfield from 1973 on (IERS finals2000A), of the IERS's series C04 from 1962 to 1972,
half-years from 1955 to 1961 (McCarthy and Babcock 1986, Physics of the Earth and Planetary
Interiors 44); before 1955 TT less UT1 keeps its first value. Beyond the last day it is Skyfield's
extrapolation at midnights. Or a study fixes UT1 - UTC.

Where UT1's rate changes at a node, a track keeps the Earth's mean rate: see `gmst_rad`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from importlib import resources
from typing import overload

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import FloatArray
from simulator.errors import InputError
from simulator.units import DAY_S

TT_MINUS_TAI_S = 32.184
_UNIX_EPOCH_JD = 2_440_587.5
_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MJD_JD = 2_400_000.5
# TAI - UTC from a day on: seconds at a reference day and growth a day (USNO, tai-utc.dat).
_UTC_1960_TO_1971 = (
    (36_934, 1.417_818_0, 37_300, 0.001_296_0),
    (37_300, 1.422_818_0, 37_300, 0.001_296_0),
    (37_512, 1.372_818_0, 37_300, 0.001_296_0),
    (37_665, 1.845_858_0, 37_665, 0.001_123_2),
    (38_334, 1.945_858_0, 37_665, 0.001_123_2),
    (38_395, 3.240_130_0, 38_761, 0.001_296_0),
    (38_486, 3.340_130_0, 38_761, 0.001_296_0),
    (38_639, 3.440_130_0, 38_761, 0.001_296_0),
    (38_761, 3.540_130_0, 38_761, 0.001_296_0),
    (38_820, 3.640_130_0, 38_761, 0.001_296_0),
    (38_942, 3.740_130_0, 38_761, 0.001_296_0),
    (39_004, 3.840_130_0, 38_761, 0.001_296_0),
    (39_126, 4.313_170_0, 39_126, 0.002_592_0),
    (39_887, 4.213_170_0, 39_126, 0.002_592_0),
    (41_317, 10.0, 41_317, 0.0),
)
# TT - UT1, seconds, at Julian dates of each half-year from 1955 (McCarthy and Babcock 1986).
_TT_MINUS_UT1_1955_TO_1961 = (
    (2_435_108.5, 31.07),
    (2_435_291.5, 31.24),
    (2_435_473.5, 31.349),
    (2_435_656.5, 31.516),
    (2_435_839.5, 31.677),
    (2_436_021.5, 31.923),
    (2_436_204.5, 32.166),
    (2_436_386.5, 32.449),
    (2_436_569.5, 32.671),
    (2_436_752.5, 32.919),
    (2_436_934.5, 33.15),
    (2_437_117.5, 33.397),
    (2_437_300.5, 33.584),
    (2_437_482.5, 33.804),
)


@cache
def _iers() -> Mapping[str, FloatArray]:
    """Return the table that Skyfield ships: leap seconds, and TT - UT1 by day."""
    # Of Skyfield's modules the one that reads it; the rest takes far longer to import.
    from skyfield.functions import load_bundled_npy

    return dict(load_bundled_npy("iers.npz"))


@cache
def earth_rotation_known_until() -> datetime:
    """Return the last day of Skyfield's table of UT1; beyond it UT1 is extrapolated."""
    days = _iers()["tt_jd_minus_arange"]
    last_jd = float(days[-1]) + len(days) - 1
    return _UNIX_EPOCH + timedelta(days=int(last_jd - _UNIX_EPOCH_JD))


def utc_jd(instant: datetime) -> tuple[float, float]:
    """Return the UTC Julian date of an aware datetime as (midnight, fraction of day)."""
    if instant.tzinfo is None:
        raise InputError(f"{instant.isoformat()}: a time needs an offset, such as Z")
    since = instant.astimezone(UTC) - _UNIX_EPOCH
    return _UNIX_EPOCH_JD + since.days, (since.seconds + since.microseconds * 1e-6) / DAY_S


@cache
def _utc_rows() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return UTC Julian dates from which on TAI - UTC is how much, s, and its growth a day."""
    rows = []
    for jd, tt_ut1_s in _TT_MINUS_UT1_1955_TO_1961:
        if jd <= _UTC_1960_TO_1971[0][0] + _MJD_JD:
            rows.append((jd, tt_ut1_s - TT_MINUS_TAI_S))
    begins, offset = np.array(rows).T
    # The last of them is UTC's first day, whose row follows.
    growth = np.append(0.0, np.diff(offset) / np.diff(begins))
    begins, offset = np.append(0.0, begins[:-1]), np.append(offset[0], offset[:-1])
    later = np.array(_UTC_1960_TO_1971)
    leap_jd, leap_s = _iers()["leap_dates"], _iers()["leap_offsets"]
    return (
        np.concatenate([begins, later[:, 0] + _MJD_JD, leap_jd]),
        np.concatenate([offset, later[:, 1] + (later[:, 0] - later[:, 2]) * later[:, 3], leap_s]),
        np.concatenate([growth, later[:, 3], np.zeros(len(leap_s))]),
    )


def tai_minus_utc_s(jd_utc: float) -> float:
    """Return TAI - UTC, seconds, at a UTC Julian date; before 1960 UTC is taken as UT1."""
    return float(_tai_minus_utc_s(np.float64(jd_utc)))


def _tai_minus_utc_s(jd_utc: FloatArray | np.float64) -> FloatArray:
    """Return TAI - UTC, seconds, at UTC Julian dates of any shape."""
    begins, offset, growth = _utc_rows()
    index = np.searchsorted(begins, jd_utc, side="right") - 1
    return np.asarray(offset[index] + growth[index] * (jd_utc - begins[index]))


@cache
def _tt_minus_ut1() -> tuple[FloatArray, FloatArray]:
    """Return the nodes of TT - UT1: TT Julian dates and seconds, to the last day tabulated."""
    early = np.array(_TT_MINUS_UT1_1955_TO_1961)
    text = resources.files("simulator.earth").joinpath("ut1-1962-1972.txt").read_text("ascii")
    months = [line.split()[1:] for line in text.splitlines() if not line.startswith("#")]
    ut1_utc_s = np.array([int(value) for month in months for value in month]) * 1e-4
    utc = 2_437_665.5 + np.arange(len(ut1_utc_s), dtype=np.float64)
    tt_utc_s = TT_MINUS_TAI_S + _tai_minus_utc_s(utc)
    table = _iers()
    late = table["tt_jd_minus_arange"] + np.arange(len(table["tt_jd_minus_arange"]))
    return (
        np.concatenate([early[:, 0], utc + tt_utc_s / DAY_S, late]),
        np.concatenate([early[:, 1], tt_utc_s - ut1_utc_s, table["delta_t_1e7"] / 1e7]),
    )


def _extrapolated_s(tt_jd: FloatArray) -> FloatArray:
    """Return Skyfield's extrapolation of TT - UT1, seconds, at TT Julian dates."""
    from skyfield.api import load

    return np.asarray(load.timescale(builtin=True).tt_jd(tt_jd).delta_t)


def elapsed_s(earlier: datetime, later: datetime) -> float:
    """Return SI seconds between two aware datetimes, leap seconds counted."""
    plain = (later - earlier).total_seconds()  # of UTC, whose days have 86,400 before 1972 too
    return plain + tai_minus_utc_s(sum(utc_jd(later))) - tai_minus_utc_s(sum(utc_jd(earlier)))


@dataclass(frozen=True)
class _Stretch:
    """From an instant on UTC has a new offset or rate, seconds.

    `label_s` is the instant by UTC's own clock since the span's start, `step_s` the time put in
    just before it (a leap second; below zero: left out), `growth` of TAI - UTC a second of UTC.
    """

    begins_s: float
    label_s: float
    step_s: float
    growth: float

    @overload
    def label_at(self, t_s: float) -> float: ...
    @overload
    def label_at(self, t_s: FloatArray) -> FloatArray: ...
    def label_at(self, t_s: float | FloatArray) -> float | FloatArray:
        return self.label_s + (t_s - self.begins_s) / (1.0 + self.growth)


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
    def _stretches(self) -> tuple[_Stretch, ...]:
        """UTC's stretches that the span touches, the first from its start on."""
        begins, offset, growth = _utc_rows()
        day, fraction = self._start_jd
        first = int(np.searchsorted(begins, day + fraction, side="right")) - 1
        stretches = [_Stretch(0.0, 0.0, 0.0, growth[first] / DAY_S)]
        for i in range(first + 1, len(begins)):
            # On labels a day has 86,400 s; in t_s it is longer by what TAI - UTC has grown by then.
            label_s = (begins[i] - day) * DAY_S - fraction * DAY_S
            t_s = round(float(label_s + offset[i] - self._start_tai_utc_s), 7)
            if t_s > self.duration_s:
                break
            before = offset[i - 1] + growth[i - 1] * (begins[i] - begins[i - 1])
            step_s = round(float(offset[i] - before), 7)
            stretches.append(_Stretch(t_s, float(label_s), step_s, growth[i] / DAY_S))
        return tuple(stretches)

    @cached_property
    def _delta_t_nodes(self) -> tuple[FloatArray, FloatArray]:
        """Times, s, and TT - UT1, s, at the nodes over the span and two days to each side."""
        first_s, last_s = -2.0 * DAY_S, self.duration_s + 2.0 * DAY_S
        if self.ut1_minus_utc_s is not None:
            fixed = TT_MINUS_TAI_S + self._start_tai_utc_s - self.ut1_minus_utc_s
            return np.array([first_s, last_s]), np.full(2, fixed)
        node_jd, delta_t_s = _tt_minus_ut1()
        day, fraction = self.tt_jd(np.array([first_s, last_s]))
        beyond = float(np.ceil(day + fraction[1] - node_jd[-1]))
        if beyond > 0.0:
            later = node_jd[-1] + np.arange(1.0, beyond + 1.0)
            node_jd = np.append(node_jd, later)
            delta_t_s = np.append(delta_t_s, _extrapolated_s(later))
        low, high = np.searchsorted(node_jd, day + fraction)
        near = slice(max(0, low - 1), high + 1)
        offset_s = self._start_tai_utc_s + TT_MINUS_TAI_S
        nodes_s = (node_jd[near] - day - self._start_jd[1]) * DAY_S - offset_s
        return nodes_s, np.asarray(delta_t_s[near], dtype=np.float64)

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
        """UT1 - UTC at the start, seconds, to the microsecond: recorded with a result."""
        delta_t_s = float(np.interp(0.0, *self._delta_t_nodes))
        return round(TT_MINUS_TAI_S + self._start_tai_utc_s - delta_t_s, 6) + 0.0

    @property
    def ut1_minus_utc_from(self) -> str:
        """Where UT1 - UTC comes from: scenario, table, or that UTC is taken as UT1."""
        if self.ut1_minus_utc_s is not None:
            return "scenario"
        first_jd = _UTC_1960_TO_1971[0][0] + _MJD_JD
        return "table" if sum(self._start_jd) >= first_jd else "UTC taken as UT1 before 1960"

    def seconds(self, instant: datetime) -> float:
        """Return t_s of an aware datetime, which may lie outside the span."""
        return elapsed_s(self.start, instant)

    def utc(self, t_s: float) -> datetime:
        """Return the UTC datetime of t_s; within a leap second, its last microsecond before."""
        current = self._stretches[0]
        for stretch in self._stretches[1:]:
            if stretch.begins_s <= t_s:
                current = stretch
            elif stretch.begins_s - stretch.step_s <= t_s:
                return self.start + timedelta(seconds=stretch.label_s - 1e-6)
        return self.start + timedelta(seconds=current.label_at(t_s))

    def iso(self, t_s: float) -> str:
        """Return t_s as `YYYY-MM-DDThh:mm:ss.sssZ`, rounded to the millisecond."""
        rounded = round(t_s, 3)
        for stretch in self._stretches[1:]:
            into_s = round(t_s - stretch.begins_s + stretch.step_s, 3)
            if 0.0 <= into_s < stretch.step_s:
                before = self.start + timedelta(seconds=stretch.label_s - 0.5)
                return f"{before:%Y-%m-%dT%H:%M}:{60.0 + into_s:06.3f}Z"
        instant = self.utc(rounded) + timedelta(microseconds=500)
        return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"

    def isos(self, times_s: FloatArray) -> list[str]:
        """Return `iso` of each of many times (N,), far faster than one by one."""
        if len(self._stretches) > 1:
            return [self.iso(t_s) for t_s in times_s.tolist()]
        rounded_s = np.round(times_s, 3)
        # Times that are whole milliseconds already stay what they are; others one by one, exactly.
        odd = rounded_s != times_s
        rounded_s[odd] = [round(t_s, 3) for t_s in times_s[odd].tolist()]
        instants = self._milliseconds(rounded_s)
        return list(np.datetime_as_string(instants, unit="ms", timezone="UTC").tolist())

    def datetimes(self, times_s: FloatArray) -> NDArray[np.datetime64]:
        """Return times (N,) as UTC datetimes, rounded to the millisecond; NaT for NaN.

        Within a leap second, which no datetime can name, it is the last millisecond before.
        """
        found = np.full(len(times_s), np.datetime64("NaT"), dtype="datetime64[ms]")
        known = ~np.isnan(times_s)
        if len(self._stretches) > 1:
            texts = map(self.iso, times_s[known].tolist())
            plain = [f"{t[:17]}59.999" if t[17:19] == "60" else t[:-1] for t in texts]
            found[known] = np.array(plain, dtype="datetime64[ms]")
        else:
            found[known] = self._milliseconds(np.round(times_s[known], 3))
        return found

    def _milliseconds(self, rounded_s: FloatArray) -> NDArray[np.datetime64]:
        """Return times of a span that UTC does not change in, already whole milliseconds."""
        # As timedelta takes a number of seconds: whole ones exactly, the rest to a microsecond.
        part_s, whole_s = np.modf(self._stretches[0].label_at(rounded_s))
        since_us = np.rint(part_s * 1e6).astype(np.int64) + whole_s.astype(np.int64) * 1_000_000
        start_us = (self.start - _UNIX_EPOCH) // timedelta(microseconds=1)
        return ((start_us + since_us + 500) // 1000).astype("datetime64[ms]")


def gmst_rad(span: Span, t_s: FloatArray) -> FloatArray:
    """Return Greenwich mean sidereal time, radians, IAU 1982 (Aoki et al. 1982), on UT1.

    Its rate is `EARTH_RATE_RAD_S` but for UT1's own drift, 4.4 ms a day at most, which changes at
    a node of the table by 0.7 ms a day at most. A track takes the angle at its steps and the mean
    rate in between: that moves a satellite by 0.1 mm in low orbit, where steps last a minute, and
    by 15 mm in geostationary orbit, where they last twenty: 5 microseconds (tests).
    """
    day, fraction = span.ut1_jd(t_s)
    centuries = (day - 2_451_545.0 + fraction) / 36_525.0
    seconds = 67_310.54841 + centuries * (
        8_640_184.812866 + centuries * (0.093104 - 6.2e-6 * centuries)
    )
    # Whole days turn nothing: taken off before they cost digits.
    turns = day % 1.0 + (fraction - np.floor(fraction)) + seconds / DAY_S
    return np.asarray(2.0 * np.pi * (turns - np.floor(turns)))


# Rate of GMST on UT1, radians a second; its secular change is below 1e-15 of it a century.
EARTH_RATE_RAD_S = 2.0 * np.pi / DAY_S * (1.0 + 8_640_184.812866 / (DAY_S * 36_525.0))
