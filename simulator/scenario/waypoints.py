"""The waypoints of a target that moves, with times, or with a start and a speed for all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from simulator.scenario.table import ScenarioTable
from simulator.scenario.units import Instant, Latitude, Longitude
from simulator.scenario.words import shown

MAX_WAYPOINTS = 10_000
# Faster than any aircraft; the proof of the search holds far beyond.
MAX_SPEED_M_S = 1_000.0
_MAX_STAY_H = 8_784.0  # a leap year
_HOW_TIMED = "give every waypoint its time, or none of them and start and speed_m_s"


class Waypoint(ScenarioTable):
    """A place on the way of a target that moves."""

    latitude_deg: Latitude = Field(description="Geodetic latitude, degrees.")
    longitude_deg: Longitude = Field(description="Longitude, degrees east.")
    at: Instant | None = Field(
        default=None,
        description="When it is there, with offset; absent in all: by start and speed_m_s.",
    )
    height_m: Annotated[float, Field(ge=-500.0, le=20_000.0)] | None = Field(
        default=None,
        description="Height over the ellipsoid, metres; default: the target's. It changes evenly "
        "from one waypoint to the next.",
    )
    stay_h: Annotated[float, Field(ge=0.0, le=_MAX_STAY_H)] | None = Field(
        default=None,
        description="How long it stays there before it goes on, hours; with speed_m_s alone: where "
        "waypoints have times, the place is given twice.",
    )


def waypoint_faults(
    way: Sequence[Waypoint], start: datetime | None, speed_m_s: float | None
) -> Iterator[tuple[int | None, str, str]]:
    """Yield (waypoint or None, key, sentence) of each fault of a way; the key may be empty."""
    timed = [point.at is not None for point in way]
    if not all(timed) and (any(timed) or start is None or speed_m_s is None):
        absent = timed.index(False) if any(timed) else None
        yield absent, "at" if any(timed) else "", f"has no time; {_HOW_TIMED}"
        return
    if all(timed) and (start is not None or speed_m_s is not None):
        yield None, "", f"has times, and start or speed_m_s beside them; {_HOW_TIMED}"
        return
    yield from _timed_faults(way) if all(timed) else _still_faults(way)
    lengths_m = _lengths_m(way)
    for number, length_m in enumerate(lengths_m, 1):
        before, after = way[number - 1].at, way[number].at
        if math.isnan(length_m):
            yield number, "", "is the antipode of the waypoint before: no great circle is shortest"
        elif before is not None and after is not None and after > before:
            step_s = (after - before).total_seconds()
            if length_m > MAX_SPEED_M_S * step_s:
                yield (
                    number,
                    "",
                    f"is {length_m / 1e3:,.1f} km from the waypoint before and {step_s:,.0f} s "
                    f"after it, {length_m / step_s:,.0f} m/s; allowed up to {MAX_SPEED_M_S:,.0f}",
                )


def _timed_faults(way: Sequence[Waypoint]) -> Iterator[tuple[int | None, str, str]]:
    for number, point in enumerate(way):
        if point.stay_h is not None:
            yield number, "stay_h", "goes with speed_m_s; with times give the place twice"
        before = way[number - 1].at if number else None
        if point.at is not None and before is not None and point.at <= before:
            yield number, "at", f"{shown(point.at)} is not after the one before, {shown(before)}"


def _still_faults(way: Sequence[Waypoint]) -> Iterator[tuple[int | None, str, str]]:
    for number in range(1, len(way)):
        one, other = way[number - 1], way[number]
        same = (one.latitude_deg, one.longitude_deg) == (other.latitude_deg, other.longitude_deg)
        if same:
            yield number, "", "is where the waypoint before is; to stay there give that one stay_h"


def _lengths_m(way: Sequence[Waypoint]) -> list[float]:
    """Return the way from each waypoint to the next, NaN to an antipode."""
    from simulator.earth import leg_lengths_m

    places = [[p.latitude_deg, p.longitude_deg, p.height_m or 0.0] for p in way]
    try:
        return list(leg_lengths_m(*zip(*places, strict=True)).tolist())
    except ValueError:
        pass
    lengths = []
    for pair in pairwise(places):
        try:
            lengths.append(float(leg_lengths_m(*zip(*pair, strict=True))[0]))
        except ValueError:
            lengths.append(math.nan)
    return lengths
