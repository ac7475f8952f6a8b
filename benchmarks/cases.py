"""Which works are measured, by whom, and on how many of their points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from sgp4.api import WGS72, Satrec
from sgp4.exporter import export_tle

from benchmarks.works import (
    SECONDS_PER_DAY,
    START_UTC,
    SUN_SYNCHRONOUS_TLE,
    Constraint,
    Point,
    Tle,
    Work,
    grid_points,
    spread_points,
)

EARTH_MU_KM3_S2 = 398600.8
EARTH_RADIUS_KM = 6378.135
SGP4_EPOCH_JD = 2433281.5
START_JD = START_UTC.timestamp() / SECONDS_PER_DAY + 2440587.5

OURS = "ours"


@dataclass(frozen=True, kw_only=True)
class Peer:
    """One engine in one configuration; `notes` says how its model differs from the common one."""

    name: str
    module: str
    variant: str = ""
    notes: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One table: a work, and the engines that do it with the points that each is given.

    `check_points` limits the points on which windows are compared, None for all of them;
    0 when the reference does not know the constraint.
    """

    title: str
    work: Work
    engines: dict[str, int]
    check_points: int | None = None


PEERS = (
    Peer(name=OURS, module="ours", notes="UT1-UTC fixed at 0."),
    Peer(
        name="TAT-C",
        module="tatc",
        notes="Skyfield's own UT1. Elevations by `compute_access_periods`, one point at a time; "
        "off-nadir angles by `collect_observations`, all points at once.",
    ),
    Peer(
        name="lox-space, IAU_EARTH",
        module="lox_space",
        variant="IAU_EARTH",
        notes="Stations in the frame of its documentation, which knows neither precession nor "
        "nutation: up to 10 km off; compared with the common model all the same. UT1 = UTC.",
    ),
    Peer(
        name="lox-space, PEF",
        module="lox_space",
        variant="PEF",
        notes="Stations in the pseudo-Earth-fixed frame: the common model. UT1 = UTC.",
    ),
    Peer(
        name="brahe",
        module="brahe",
        notes="SGP4 with WGS84's constants; off-nadir from the geocentric nadir, with the horizon "
        "added as a second constraint, without which windows through the Earth come back; "
        "UT1-UTC and polar motion set to 0. Default 60 s step.",
    ),
    Peer(
        name="spacelab",
        module="spacelab",
        notes="Circular orbits in a plane that stays, under an Earth that turns evenly: no SGP4, "
        "no flattening, no drag. Compared with the exact windows of that orbit, not of the element "
        "set's. Off-nadir from the geocentric nadir. Default tolerance of 1 ms.",
    ),
    Peer(name="Skyfield", module="skyfield", notes="Its own UT1 from the table it ships."),
    Peer(
        name="orbit-predictor",
        module="orbit_predictor",
        notes="SGP4 with WGS84's constants, UT1 = UTC. Default tolerance of 1 s.",
    ),
    Peer(
        name="pyorbital",
        module="pyorbital",
        notes="Its own SGP4 with the constants of 1980, UT1 = UTC. Samples every minute; a pass "
        "under way at the start is not reported.",
    ),
)


def quick_cases() -> list[Case]:
    """Return what ends within about ten minutes."""
    few, many = spread_points(100), spread_points(10_000)
    elevation = Constraint(min_elevation_deg=10.0)
    off_nadir = Constraint(max_off_nadir_deg=45.0)
    everyone = {peer.name: 100 for peer in PEERS}
    return [
        Case(
            title="elevation of 10° or more, 100 points, 30 days",
            work=_work("elevation-100", elevation, few, 30.0),
            engines=everyone | {"pyorbital": 10},
        ),
        Case(
            title="off-nadir angle of 45° or less, 100 points, 30 days",
            work=_work("off-nadir-100", off_nadir, few, 30.0),
            engines={OURS: 100, "TAT-C": 100, "brahe": 100, "spacelab": 100},
        ),
        Case(
            title="elevation of 10° or more, 10,000 points, 7 days",
            work=_work("elevation-10000", elevation, many, 7.0),
            engines={
                OURS: 10_000,
                "Skyfield": 1000,
                "lox-space, IAU_EARTH": 1000,
                "brahe": 1000,
                "spacelab": 1000,
            },
            check_points=1000,
        ),
        Case(
            title="off-nadir angle of 45° or less, 10,000 points, 7 days",
            work=_work("off-nadir-10000", off_nadir, many, 7.0),
            engines={OURS: 10_000, "TAT-C": 10_000, "brahe": 1000, "spacelab": 1000},
            check_points=1000,
        ),
    ]


def full_cases() -> list[Case]:
    """Return the quick cases with every point for everyone, and ours at full size."""
    everything = [
        Case(
            title=case.title,
            work=case.work,
            engines=dict.fromkeys(case.engines, len(case.work.points)),
            check_points=None,
        )
        for case in quick_cases()
    ]
    return everything + full_size_cases()


def full_size_cases() -> list[Case]:
    """Return the works that only our engine is asked to do."""
    off_nadir = Constraint(max_off_nadir_deg=45.0)
    daylight = Constraint(max_off_nadir_deg=45.0, min_sun_elevation_deg=10.0, satellite_sunlit=True)
    globe = spread_points(10_000)
    region = grid_points(south_deg=30.0, west_deg=120.0, step_deg=0.2, rows=100, columns=100)
    north_east_asia = grid_points(
        south_deg=20.0, west_deg=100.0, step_deg=0.1, rows=400, columns=500
    )
    walker = walker_tles(total=24, planes=6, phasing=1, altitude_km=550.0, inclination_deg=53.0)
    five = walker_tles(total=5, planes=5, phasing=0, altitude_km=500.0, inclination_deg=97.4)
    works = {
        "A: 1 satellite, 365 days, 10,000 points, off-nadir ≤ 45°, statistics": (
            _work("A", off_nadir, globe, 365.0, wanted="statistics"),
            20,
        ),
        "B: as A, with the sun 10° up at the target and the satellite sunlit": (
            _work("B", daylight, globe, 365.0, wanted="statistics"),
            0,
        ),
        "C: 24 satellites, 30 days, 10,000 points of a region, elevation ≥ 10°, statistics": (
            _work(
                "C",
                Constraint(min_elevation_deg=10.0),
                region,
                30.0,
                tles=walker,
                wanted="statistics",
            ),
            10,
        ),
        "D: 1 satellite, 30 days, 30 stations, elevation ≥ 5°, culminations": (
            _work(
                "D",
                Constraint(min_elevation_deg=5.0),
                spread_points(30),
                30.0,
                wanted="culminations",
            ),
            30,
        ),
        "E: 5 satellites, 30 days, 200,000 points of a region, off-nadir ≤ 45°, statistics": (
            _work("E", off_nadir, north_east_asia, 30.0, tles=five, wanted="statistics"),
            20,
        ),
    }
    return [
        Case(title=title, work=work, engines={OURS: len(work.points)}, check_points=check_points)
        for title, (work, check_points) in works.items()
    ]


def walker_tles(
    *, total: int, planes: int, phasing: int, altitude_km: float, inclination_deg: float
) -> tuple[Tle, ...]:
    """Return a Walker delta pattern of nearly circular orbits as element sets at the start."""
    per_plane = total // planes
    return tuple(
        element_set(
            number=plane * per_plane + slot + 1,
            altitude_km=altitude_km,
            inclination_deg=inclination_deg,
            raan_deg=360.0 * plane / planes,
            anomaly_deg=(360.0 * slot / per_plane + 360.0 * phasing * plane / total) % 360.0,
        )
        for plane in range(planes)
        for slot in range(per_plane)
    )


def element_set(
    *,
    number: int,
    altitude_km: float,
    inclination_deg: float,
    raan_deg: float,
    anomaly_deg: float,
    eccentricity: float = 1e-4,
) -> Tle:
    """Return the two lines of mean elements at the start; `altitude_km` is of the mean radius."""
    satrec = Satrec()
    semi_major_axis_km = EARTH_RADIUS_KM + altitude_km
    satrec.sgp4init(
        WGS72,
        "i",
        90000 + number,
        START_JD - SGP4_EPOCH_JD,
        0.0,
        0.0,
        0.0,
        eccentricity,
        0.0,
        math.radians(inclination_deg),
        math.radians(anomaly_deg),
        math.sqrt(EARTH_MU_KM3_S2 / semi_major_axis_km**3) * 60.0,
        math.radians(raan_deg),
    )
    satrec.classification, satrec.intldesg = "U", "24001A"
    satrec.ephtype, satrec.elnum, satrec.revnum = 0, 1, 1
    first, second = export_tle(satrec)
    return first, second


def _work(
    name: str,
    constraint: Constraint,
    points: tuple[Point, ...],
    days: float,
    *,
    tles: tuple[Tle, ...] = (SUN_SYNCHRONOUS_TLE,),
    wanted: Literal["windows", "culminations", "statistics"] = "windows",
) -> Work:
    return Work(
        name=name,
        tles=tles,
        start_utc=START_UTC.isoformat(),
        days=days,
        points=points,
        constraint=constraint,
        wanted=wanted,
    )
