"""The work to be done: satellites, points, span and constraint, as plain values and as JSON.

Both environments import this module, so it needs nothing beyond the standard library.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

SECONDS_PER_DAY = 86400.0
START_UTC = datetime(2024, 3, 1, tzinfo=UTC)
WARM_UP_SHIFT_DAYS = 30.0

# Mean elements of a sun-synchronous orbit 500 km above 6378.135 km, without drag.
SUN_SYNCHRONOUS_TLE = (
    "1 99999U 24001A   24061.00000000  .00000000  00000-0  00000+0 0    18",
    "2 99999  97.4000 200.0000 0010000  90.0000   0.0000 15.21937835    14",
)

Tle = tuple[str, str]
Point = tuple[float, float, float]
Window = tuple[int, int, float, float]
"""Satellite index, point index, start and end in seconds since the work's start."""


@dataclass(frozen=True, kw_only=True)
class Constraint:
    """What must hold for a satellite to have access to a point.

    An off-nadir limit always implies that the point is not behind the horizon.
    """

    min_elevation_deg: float = 0.0
    max_off_nadir_deg: float | None = None
    min_sun_elevation_deg: float | None = None
    satellite_sunlit: bool = False


@dataclass(frozen=True, kw_only=True)
class Model:
    """What decides where an exact edge lies; each peer states its own.

    `ut1_minus_utc_s` is a table of (seconds since start, UT1-UTC), linear in between.
    """

    gravity: Literal["wgs72", "wgs72old", "wgs84"] = "wgs72"
    nadir: Literal["geodetic", "geocentric"] = "geodetic"
    ut1_minus_utc_s: tuple[tuple[float, float], ...] = ((0.0, 0.0),)


@dataclass(frozen=True, kw_only=True)
class Work:
    """One search: every window of every satellite over every point.

    `points` are geodetic latitude and longitude in degrees and height in metres (WGS84).
    """

    name: str
    tles: tuple[Tle, ...]
    start_utc: str
    days: float
    points: tuple[Point, ...]
    constraint: Constraint
    wanted: Literal["windows", "culminations", "statistics"] = "windows"
    ut1_minus_utc_s: float = 0.0

    @property
    def start(self) -> datetime:
        """Start of the span, aware, UTC."""
        return datetime.fromisoformat(self.start_utc)

    @property
    def end(self) -> datetime:
        """End of the span, aware, UTC."""
        return self.start + timedelta(days=self.days)

    @property
    def duration_s(self) -> float:
        """Length of the span in seconds."""
        return self.days * SECONDS_PER_DAY

    @property
    def point_days(self) -> float:
        """Satellites times points times days."""
        return len(self.tles) * len(self.points) * self.days


def warm_up(work: Work) -> Work:
    """Return a small work of the same kind in another month, to load code without results."""
    start = work.start - timedelta(days=WARM_UP_SHIFT_DAYS)
    return replace(work, start_utc=start.isoformat(), days=0.25, points=work.points[:2])


def thinning_step(work: Work, *, points: int) -> int:
    """Return the step that leaves `points` of the work's points at most."""
    return max(1, math.ceil(len(work.points) / points))


def thinned(work: Work, *, points: int) -> Work:
    """Return the work on evenly chosen points of it, `points` at most."""
    return replace(work, points=work.points[:: thinning_step(work, points=points)])


def spread_points(count: int) -> tuple[Point, ...]:
    """Return a Fibonacci lattice over the globe, each point for an equal area, 0 to 1500 m high."""
    golden_angle_deg = 180.0 * (3.0 - math.sqrt(5.0))
    return tuple(
        (
            math.degrees(math.asin(1.0 - (2.0 * i + 1.0) / count)),
            (i * golden_angle_deg + 180.0) % 360.0 - 180.0,
            500.0 * (i % 4),
        )
        for i in range(count)
    )


def grid_points(
    *, south_deg: float, west_deg: float, step_deg: float, rows: int, columns: int
) -> tuple[Point, ...]:
    """Return the cell centres of a latitude and longitude grid at height 0, row by row."""
    return tuple(
        (south_deg + (row + 0.5) * step_deg, west_deg + (column + 0.5) * step_deg, 0.0)
        for row in range(rows)
        for column in range(columns)
    )


def write_work(work: Work, path: Path) -> None:
    """Write the work as JSON."""
    path.write_text(json.dumps(asdict(work)), encoding="utf-8")


def read_work(path: Path) -> Work:
    """Read a work written by `write_work`."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["tles"] = tuple((first, second) for first, second in raw["tles"])
    raw["points"] = tuple((lat, lon, height) for lat, lon, height in raw["points"])
    raw["constraint"] = Constraint(**raw["constraint"])
    return Work(**raw)


def model_from_json(raw: dict[str, Any]) -> Model:
    """Return the model a peer wrote into its answer."""
    table = tuple((float(t), float(value)) for t, value in raw["ut1_minus_utc_s"])
    return Model(gravity=raw["gravity"], nadir=raw["nadir"], ut1_minus_utc_s=table)
