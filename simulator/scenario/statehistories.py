"""States of a satellite over time as an ephemeris message gives them, checked and in SI units.

A segment is a stretch of states of one frame to be interpolated by one rule, good between two
instants. Time counts in SI seconds from the segment's first state, whatever scale the file has.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from simulator.arrays import FloatArray
from simulator.errors import InputError, nearest_hint
from simulator.scenario.elementsets import MU_WGS72_KM3_S2
from simulator.scenario.ephemeris_times import (
    TAI_MINUS_S,
    clock_of,
    seconds_between,
    utc_after,
    utc_of,
)
from simulator.scenario.words import shown

DEFAULT_DEGREES: Mapping[str, int] = {"LAGRANGE": 11, "HERMITE": 7}
MOST_DEGREE = 27
MAX_FAULTS = 20
_LEAST_RADIUS_KM, _GREATEST_RADIUS_KM = 6_378.0, 500_000.0
_GREATEST_SPEED_KM_S = 20.0
# Frames as messages name them, by the names used here; polar motion is left out everywhere.
_FRAMES: Mapping[str, str] = {
    "TEME": "teme",
    "EME2000": "eme2000",
    "J2000": "eme2000",
    "GCRF": "gcrf",
    "ICRF": "gcrf",
    "TOD": "tod",
    "TOD_EARTH": "tod",
    "TDR": "earth-fixed",
    "GRC": "earth-fixed",
    "WGS84": "earth-fixed",
    "WGS-84": "earth-fixed",
}
_TERRESTRIAL = re.compile(r"ITRF([- _]?\d{2,4})?|ITRS", re.ASCII)
_CELESTIAL = re.compile(r"ICRF[- _]?\d{0,4}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d{1,3}))?", re.ASCII)
_COLUMNS = ("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT")
_NEEDED = ("OBJECT_NAME", "OBJECT_ID", "CENTER_NAME", "REF_FRAME", "TIME_SYSTEM")
_SPAN = ("START_TIME", "STOP_TIME")
_USEABLE = ("USEABLE_START_TIME", "USEABLE_STOP_TIME")
KEYS = frozenset({*_NEEDED, *_SPAN, *_USEABLE, "INTERPOLATION", "INTERPOLATION_DEGREE"}) | {
    "REF_FRAME_EPOCH"
}


class Field(NamedTuple):
    """A value of a message and where it stands, in words, such as `line 12`."""

    where: str
    text: str


class StateRow(NamedTuple):
    """A state as the message has it: where it stands, its epoch, and its numbers, km and km/s."""

    where: str
    epoch: str
    numbers: Sequence[str]


@dataclass(frozen=True, eq=False)
class StateSegment:
    """States (N, 6), metres and m/s, at `time_s` (N,), seconds from `epoch`, UTC.

    `frame` is earth-fixed, teme, gcrf, eme2000 or tod. A polynomial through `points` neighbouring
    states holds between two of them, by place and velocity (`by_velocity`) or by place alone. It is
    good from `usable_s[0]` to `usable_s[1]`; `rounding_m` is how far its numbers are rounded.
    """

    object_name: str
    object_id: str
    frame: str
    epoch: datetime
    time_s: FloatArray
    state: FloatArray
    usable_s: tuple[float, float]
    by_velocity: bool
    points: int
    rounding_m: float

    @property
    def begin(self) -> datetime:
        """The first instant for which it is good, UTC, to the microsecond."""
        return utc_after(self.epoch, self.usable_s[0])

    @property
    def end(self) -> datetime:
        """The last instant for which it is good, UTC, to the microsecond."""
        return utc_after(self.epoch, self.usable_s[1])


def segment_of(fields: Mapping[str, Field], rows: Sequence[StateRow], at: str) -> StateSegment:
    """Return a segment of the fields of its metadata and its rows; `at` says where it begins.

    Raises InputError naming line and field of each fault.
    """
    faults: list[str] = [f"{at}: {key} is missing" for key in _NEEDED + _SPAN if key not in fields]
    frame, scale = _frame(fields, faults), _scale(fields, faults)
    by_velocity, points = _rule(fields, len(rows), faults)
    if not rows:
        faults.append(f"{at}: the segment has no states")
    if faults or frame is None or scale is None:
        raise InputError(faults[:MAX_FAULTS])
    state, rounding_km = _numbers(rows, faults)
    clocks = [clock_of(row.epoch, row.where, "EPOCH", faults) for row in rows]
    bounds = {
        key: clock_of(fields[key].text, fields[key].where, key, faults)
        for key in (*_SPAN, *_USEABLE)
        if key in fields
    }
    if faults:
        raise InputError(faults[:MAX_FAULTS])
    first = clocks[0]
    assert first is not None
    time_s = seconds_between([clock for clock in clocks if clock], first, scale)
    for row in np.flatnonzero(np.diff(time_s) <= 0.0)[:MAX_FAULTS].tolist():
        faults.append(
            f"{rows[row + 1].where}: EPOCH is {shown(rows[row + 1].epoch)}, not after that before "
            f"it, {shown(rows[row].epoch)}"
        )
    bound_s = {
        key: float(seconds_between([clock], first, scale)[0])
        for key, clock in bounds.items()
        if clock
    }
    if not faults:
        faults += _strays(time_s, state, rows)
    usable_s = _usable(bound_s, time_s, fields, rows, faults)
    if faults:
        raise InputError(faults[:MAX_FAULTS])
    step_s = float(np.diff(time_s).max()) if len(time_s) > 1 else 1.0
    speed_part = 0.25 * step_s * rounding_km[1] if by_velocity else 0.0
    return StateSegment(
        fields["OBJECT_NAME"].text,
        fields["OBJECT_ID"].text,
        frame,
        utc_of(first, scale),
        time_s,
        state * 1e3,
        usable_s,
        by_velocity,
        points,
        1e3 * (rounding_km[0] + speed_part),
    )


def _frame(fields: Mapping[str, Field], faults: list[str]) -> str | None:
    """Return the frame by the names used here."""
    centre = fields.get("CENTER_NAME")
    if centre is not None and centre.text.upper() != "EARTH":
        faults.append(
            f"{centre.where}: CENTER_NAME is {shown(centre.text)}; only EARTH is understood"
        )
    named = fields.get("REF_FRAME")
    if named is None:
        return None
    name = named.text.upper()
    if _TERRESTRIAL.fullmatch(name):
        return "earth-fixed"
    if _CELESTIAL.fullmatch(name):
        return "gcrf"
    if name not in _FRAMES:
        allowed = ("ITRF-97", "ITRF2000", *_FRAMES)
        faults.append(
            f"{named.where}: REF_FRAME is {shown(named.text)}; allowed ITRF and its years, TEME, "
            f"EME2000, J2000, GCRF, ICRF, TOD, TDR, GRC, WGS84{nearest_hint(name, allowed)}"
        )
        return None
    epoch = fields.get("REF_FRAME_EPOCH")
    if epoch is not None:
        faults.append(
            f"{epoch.where}: REF_FRAME_EPOCH is {shown(epoch.text)}; {name} is taken as of date, "
            "and a frame frozen at an epoch is not understood"
        )
    return _FRAMES[name]


def _scale(fields: Mapping[str, Field], faults: list[str]) -> str | None:
    named = fields.get("TIME_SYSTEM")
    if named is None:
        return None
    name = named.text.upper()
    if name == "UTC" or name in TAI_MINUS_S:
        return name
    faults.append(f"{named.where}: TIME_SYSTEM is {shown(named.text)}; allowed UTC, TAI, GPS, TT")
    return None


def _rule(fields: Mapping[str, Field], states: int, faults: list[str]) -> tuple[bool, int]:
    """Return whether velocities count in interpolation, and how many states it goes through."""
    named, asked = fields.get("INTERPOLATION"), fields.get("INTERPOLATION_DEGREE")
    method = "LAGRANGE" if named is None else named.text.upper()
    if method not in ("HERMITE", "LAGRANGE"):
        assert named is not None
        faults.append(
            f"{named.where}: INTERPOLATION is {shown(named.text)}; allowed HERMITE or LAGRANGE"
        )
        return True, 1
    by_velocity = method == "HERMITE"
    degree = DEFAULT_DEGREES[method]
    if asked is not None:
        if not re.fullmatch(r"\d{1,2}", asked.text, re.ASCII) or not (
            1 <= int(asked.text) <= MOST_DEGREE
        ):
            faults.append(
                f"{asked.where}: INTERPOLATION_DEGREE is {shown(asked.text)}; allowed 1 to "
                f"{MOST_DEGREE}"
            )
            return by_velocity, 1
        degree = int(asked.text)
    points = (degree + 2) // 2 if by_velocity else degree + 1
    least = points if asked is not None else 2
    if 0 < states < least:
        where = named or asked or fields.get("OBJECT_NAME") or Field("", "")
        faults.append(
            f"{where.where}: {method} of degree {degree} goes through {least} states, and the "
            f"segment has {states}"
        )
    return by_velocity, min(points, max(states, 1))


def _numbers(rows: Sequence[StateRow], faults: list[str]) -> tuple[FloatArray, tuple[float, float]]:
    """Return states (N, 6), km and km/s, and the unit in the last place of places and velocities.

    The coarsest unit that any of the first rows has.
    """
    state = np.empty((len(rows), 6))
    for number, row in enumerate(rows):
        if len(faults) >= MAX_FAULTS:
            break
        try:
            # Python would read 1_000 as a number, which no message has.
            if "_" in "".join(row.numbers):
                raise ValueError
            state[number] = [float(text) for text in row.numbers[:6]]
        except ValueError:
            for key, text in zip(_COLUMNS, row.numbers, strict=False):
                if not _NUMBER.fullmatch(text):
                    faults.append(f"{row.where}: {key} is {shown(text)}; a number is expected")
    if faults:
        return state, (0.0, 0.0)
    for number in np.flatnonzero(~np.isfinite(state).all(axis=1))[:MAX_FAULTS].tolist():
        faults.append(f"{rows[number].where}: a state is not a finite number")
    radius, speed = (np.linalg.norm(state[:, part], axis=1) for part in (slice(3), slice(3, 6)))
    far = (radius < _LEAST_RADIUS_KM) | (radius > _GREATEST_RADIUS_KM)
    for number in np.flatnonzero(far)[:MAX_FAULTS].tolist():
        faults.append(
            f"{rows[number].where}: X, Y, Z are {radius[number]:g} km from the Earth's centre; "
            f"allowed {_LEAST_RADIUS_KM:g} to {_GREATEST_RADIUS_KM:g}"
        )
    for number in np.flatnonzero(speed > _GREATEST_SPEED_KM_S)[:MAX_FAULTS].tolist():
        faults.append(
            f"{rows[number].where}: X_DOT, Y_DOT, Z_DOT are {speed[number]:g} km/s; allowed up to "
            f"{_GREATEST_SPEED_KM_S:g}"
        )
    sample = rows[:: max(1, len(rows) // 64)]
    places = max((_unit(text) for row in sample for text in row.numbers[:3]), default=0.0)
    speeds = max((_unit(text) for row in sample for text in row.numbers[3:6]), default=0.0)
    return state, (places, speeds)


def _strays(time_s: FloatArray, state: FloatArray, rows: Sequence[StateRow]) -> Iterator[str]:
    """Yield the states that those before them do not lead to, places and velocities in km.

    The mean of both velocities leads as far as a twelfth of the third derivative of the way times
    the cube of the step (the trapezoidal rule's error); four times that is allowed, for any axes,
    and what a burn of half a kilometre a second within the step would do.
    """
    step_s = np.diff(time_s)[:, None]
    led = state[:-1, :3] + 0.5 * step_s * (state[:-1, 3:] + state[1:, 3:])
    apart = np.linalg.norm(state[1:, :3] - led, axis=1)
    radius = np.linalg.norm(state[:, :3], axis=1)
    nearest = np.minimum(radius[:-1], radius[1:])
    third = MU_WGS72_KM3_S2 / nearest**3 * np.sqrt(2.0 * MU_WGS72_KM3_S2 / nearest)
    allowed = step_s[:, 0] ** 3 / 3.0 * third + 0.25 * step_s[:, 0] + 1.0
    for number in np.flatnonzero(apart > allowed)[:MAX_FAULTS].tolist():
        yield (
            f"{rows[number + 1].where}: X, Y, Z are {apart[number]:.3g} km from where the state "
            f"before leads; allowed {allowed[number]:.3g}: a place, a velocity, an epoch or the "
            "frame of one of them is not right"
        )


def _unit(text: str) -> float:
    """Return the unit in the last place of a number as it is written; 0 of a whole one."""
    match = _NUMBER.fullmatch(text)
    if match is None or (not match[1] and not match[2]):
        return 0.0
    return float(10.0 ** min(int(match[3] or 0) - len(match[1] or match[2]), 9))


def _usable(
    bound_s: Mapping[str, float],
    time_s: FloatArray,
    fields: Mapping[str, Field],
    rows: Sequence[StateRow],
    faults: list[str],
) -> tuple[float, float]:
    """Return the first and the last instant for which a segment is good, seconds."""
    start_s, stop_s = bound_s["START_TIME"], bound_s["STOP_TIME"]
    if stop_s < start_s:
        faults.append(f"{fields['STOP_TIME'].where}: STOP_TIME is before START_TIME")
    near_s = 1e-3
    outside = np.flatnonzero((time_s < start_s - near_s) | (time_s > stop_s + near_s))
    for number in outside[:3].tolist():
        faults.append(
            f"{rows[number].where}: EPOCH is {shown(rows[number].epoch)}, outside START_TIME to "
            "STOP_TIME"
        )
    begin_s, end_s = (
        bound_s.get(key, other) for key, other in zip(_USEABLE, (start_s, stop_s), strict=True)
    )
    for key, value_s in zip(_USEABLE, (begin_s, end_s), strict=True):
        if key in bound_s and not start_s - near_s <= value_s <= stop_s + near_s:
            faults.append(f"{fields[key].where}: {key} is outside START_TIME to STOP_TIME")
    begin_s, end_s = max(begin_s, 0.0), min(end_s, float(time_s[-1]))
    if not faults and end_s <= begin_s:
        where = next((fields[key].where for key in _USEABLE if key in fields), rows[0].where)
        faults.append(f"{where}: the segment is good for no time: its states end as they begin")
    return begin_s, end_s


def in_order(segments: Sequence[StateSegment]) -> Iterator[str]:
    """Yield what is wrong with the order of the segments of a satellite; nothing if they follow."""
    for number, (before, after) in enumerate(pairwise(segments), 2):
        overlap_s = (before.end - after.begin).total_seconds()
        if overlap_s > 1e-6 and math.isfinite(overlap_s):
            yield (
                f"segment {number} is good from {after.begin:%Y-%m-%dT%H:%M:%S.%fZ}, before that "
                f"ahead of it ends, {before.end:%Y-%m-%dT%H:%M:%S.%fZ}; USEABLE times of one "
                "satellite must not overlap"
            )
