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
# Of circular orbits, as spacelab takes them.
EARTH_MU_M3_S2 = 3.986004418e14
EARTH_RATE_RAD_S = 7.292115146706979e-5

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

    `ut1_minus_utc_s` is a table of (seconds since start, UT1-UTC), linear in between. With the
    orbit `circular` the satellite flies a `CircularOrbit`, and neither gravity nor UT1 counts.
    """

    orbit: Literal["sgp4", "circular"] = "sgp4"

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


@dataclass(frozen=True, kw_only=True)
class CircularOrbit:
    """A circle flown evenly above an Earth that turns at `EARTH_RATE_RAD_S`.

    At the start of a work: node east of Greenwich, angle from the node to the satellite.
    """

    radius_m: float
    inclination_rad: float
    node_rad: float
    phase_rad: float


def circular_orbit(tle: Tle, start: datetime) -> CircularOrbit:
    """Return the circle of the size, plane and phase that mean elements have at the start."""
    year, day = int(tle[0][18:20]), float(tle[0][20:32])
    epoch = datetime(2000 + year, 1, 1, tzinfo=UTC) + timedelta(days=day - 1.0)
    inclination, node, perigee, anomaly = (
        math.radians(float(tle[1][a:b])) for a, b in ((8, 16), (17, 25), (34, 42), (43, 51))
    )
    rate_rad_s = float(tle[1][52:63]) * 2.0 * math.pi / SECONDS_PER_DAY
    # Greenwich mean sidereal time (Aoki et al. 1982), UT1 = UTC.
    days = (start - datetime(2000, 1, 1, 12, tzinfo=UTC)) / timedelta(days=1)
    century = days / 36525.0
    slow_s = (8640184.812866 + (0.093104 - 6.2e-6 * century) * century) * century
    turns = (67310.54841 + slow_s) / SECONDS_PER_DAY + days
    return CircularOrbit(
        radius_m=(EARTH_MU_M3_S2 / rate_rad_s**2) ** (1.0 / 3.0),
        inclination_rad=inclination,
        node_rad=(node - 2.0 * math.pi * turns) % (2.0 * math.pi),
        phase_rad=(perigee + anomaly + rate_rad_s * (start - epoch).total_seconds())
        % (2.0 * math.pi),
    )


def ground_point(latitude_deg: float, longitude_deg: float, height_m: float) -> tuple[Point, Point]:
    """Return a point's position on the WGS84 ellipsoid, metres, and its vertical, Earth-fixed."""
    latitude, longitude = math.radians(latitude_deg), math.radians(longitude_deg)
    flattening = 1.0 / 298.257223563
    e2 = flattening * (2.0 - flattening)
    up = (
        math.cos(latitude) * math.cos(longitude),
        math.cos(latitude) * math.sin(longitude),
        math.sin(latitude),
    )
    across = 6378137.0 / math.sqrt(1.0 - e2 * up[2] ** 2)
    along = across * (1.0 - e2)
    scale = (across + height_m, across + height_m, along + height_m)
    return (up[0] * scale[0], up[1] * scale[1], up[2] * scale[2]), up


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
    return Model(
        orbit=raw["orbit"], gravity=raw["gravity"], nadir=raw["nadir"], ut1_minus_utc_s=table
    )
