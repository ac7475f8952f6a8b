"""The way of a target that moves: its waypoints, a file of them, and how it lies in a span.

Between waypoints it follows a great circle of geodetic coordinates (`earth.Movement`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from simulator.errors import InputError
from simulator.scenario.table import NOTE, ScenarioTable, faults_at
from simulator.scenario.units import Instant, Note
from simulator.scenario.wayfiles import read_way
from simulator.scenario.waypoints import MAX_SPEED_M_S, MAX_WAYPOINTS, Waypoint, waypoint_faults
from simulator.scenario.words import Where, fault
from simulator.units import HOUR_S

if TYPE_CHECKING:
    from simulator.earth import Movement, Span


class Way(ScenarioTable):
    """The way of a target that moves: waypoints, or a file of them."""

    start: Instant | None = Field(
        default=None,
        description="When it is at its first waypoint, with offset, where waypoints have no times.",
    )
    speed_m_s: Annotated[float, Field(gt=0.0, le=MAX_SPEED_M_S)] | None = Field(
        default=None,
        description="Its speed over ground, m/s, where waypoints have no times.",
    )
    waypoints: tuple[Waypoint, ...] | None = Field(
        default=None,
        max_length=MAX_WAYPOINTS,
        description="Waypoints in order: tables. Between two it follows the great circle of "
        "geodetic coordinates; two at one place are a stay.",
    )
    file: str | None = Field(
        default=None,
        description="File of waypoints in their place, relative to the scenario's folder: GPX (one "
        "trk or rte), CSV (columns lat, lon, time) or GeoJSON (a LineString with a property times, "
        "or Points with a property time each).",
    )
    beyond: Literal["gone", "stays"] = Field(
        default="gone",
        description="Where it is before its first waypoint and after its last: gone, so that it "
        "cannot be seen, or it stays there.",
    )
    note: Note = Field(default="", description=NOTE)

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        present = [key for key in ("waypoints", "file") if raw.get(key) is not None]
        if len(present) != 1:
            yield (), f"has {' and '.join(present) or 'none'}; give one of waypoints and file"

    @classmethod
    def filled(cls, raw: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Return the way with its file replaced by the waypoints in it."""
        file = raw.get("file")
        if not isinstance(file, str) or raw.get("waypoints") is not None:
            return dict(raw)
        try:
            waypoints = _read(file, raw, info)
        except InputError:
            return dict(raw)  # said by the check of the key, beside the table's other faults
        table = {key: value for key, value in raw.items() if key != "file"}
        return {"note": f"Waypoints from {file}.", **table, "waypoints": waypoints}

    @field_validator("waypoints")
    @classmethod
    def _sound(
        cls, waypoints: tuple[Waypoint, ...] | None, info: ValidationInfo
    ) -> tuple[Waypoint, ...] | None:
        # Absent where one of them is faulty itself: one fault then, not two.
        if waypoints is None or not {"start", "speed_m_s"} <= info.data.keys():
            return waypoints
        if len(waypoints) < 2:
            raise fault(f"has {len(waypoints)}; a way has two waypoints or more")
        found = waypoint_faults(waypoints, info.data["start"], info.data["speed_m_s"])
        problems: list[tuple[Where, str]] = [
            ((*(() if number is None else (number,)), *((key,) if key else ())), sentence)
            for number, key, sentence in found
        ]
        if problems:
            raise faults_at(problems, waypoints)
        return waypoints

    @field_validator("file")
    @classmethod
    def _readable(cls, file: str | None, info: ValidationInfo) -> str | None:
        if file is not None and info.data.get("waypoints") is None:
            try:
                _read(file, info.data, info)
            except InputError as error:
                whole: Where = ()
                raise faults_at([(whole, problem) for problem in error.problems], file) from None
        return file

    def in_span(self, span: Span, *, height_m: float = 0.0) -> Movement:
        """Return how it lies in a span; `height_m` is that of waypoints that give none.

        A leg at a speed lasts as long as its length on the ellipsoid takes; the speed within it is
        even to 0.6 percent.
        """
        from simulator.earth import movement

        points = self.waypoints or ()
        places = [
            (p.latitude_deg, p.longitude_deg, height_m if p.height_m is None else p.height_m)
            for p in points
        ]
        if self.start is None or self.speed_m_s is None:
            times_s = [span.seconds(p.at) for p in points if p.at is not None]
        else:
            start_s = span.seconds(self.start)
            times_s, places = _at_speed(points, places, start_s, self.speed_m_s)
        moved = movement(times_s, *zip(*places, strict=True))
        return moved.staying(0.0, span.duration_s) if self.beyond == "stays" else moved


def _read(file: str, way: Mapping[str, Any], info: ValidationInfo) -> tuple[Waypoint, ...]:
    start, speed_m_s = way.get("start"), way.get("speed_m_s")
    return read_way(
        (info.context or {}).get("folder", Path()) / file,
        start=start if isinstance(start, datetime) else None,
        speed_m_s=speed_m_s if isinstance(speed_m_s, float) else None,
    )


_Place = tuple[float, float, float]


def _at_speed(
    points: Sequence[Waypoint], places: Sequence[_Place], start_s: float, speed_m_s: float
) -> tuple[list[float], list[_Place]]:
    """Return times and places of a way at a speed, a place where it stays twice."""
    from simulator.earth import leg_lengths_m

    legs_s = leg_lengths_m(*zip(*places, strict=True)) / speed_m_s
    times_s, stops = [start_s], [places[0]]
    for number, point in enumerate(points):
        if number:
            times_s.append(times_s[-1] + float(legs_s[number - 1]))
            stops.append(places[number])
        if point.stay_h:
            times_s.append(times_s[-1] + point.stay_h * HOUR_S)
            stops.append(places[number])
    return times_s, stops


def _table_of(value: Any) -> Any:
    """Return the table that a way written short, as a file or a list, stands for."""
    if isinstance(value, str):
        return {"file": value}
    return {"waypoints": value} if isinstance(value, tuple | list) else value


AnyWay = Annotated[
    Way | None,
    BeforeValidator(_table_of, json_schema_input_type=str | tuple[Waypoint, ...] | Way | None),
]


def without_place(target: Mapping[str, Any]) -> dict[str, Any]:
    """Return a target's table; one that moves has no latitude and longitude of its own."""
    if target.get("track") is None:
        return dict(target)
    return {"latitude_deg": None, "longitude_deg": None, **target}


def place_faults(target: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
    """Yield what a target that moves has of a place that stands still, or the other way round."""
    moves = target.get("track") is not None
    for key in ("catalog", "latitude_deg", "longitude_deg"):
        if moves and target.get(key) is not None:
            yield (key,), "is of a place that stands still; leave it out, or track"
        elif not moves and key != "catalog" and key in target and target[key] is None:
            yield (key,), "is missing; only a target with a track has none"
