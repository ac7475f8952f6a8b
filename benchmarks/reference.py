"""The exact windows of a model, found slowly: the yardstick for every engine.

SGP4 from the `sgp4` package, TEME to ITRS by one rotation about the pole through Greenwich
mean sidereal time (IAU 1982; Aoki et al. 1982, Astron. Astrophys. 105, 359) on the model's
UT1, WGS84 ellipsoid, no polar motion, no refraction. The constraint is evaluated every second
wherever the satellite can be above the horizon; extrema between the samples are refined, and
each edge is bisected on SGP4 itself to below a microsecond. Nothing is interpolated and nothing
is shared with the engines that it judges.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sgp4.api import WGS72, WGS72OLD, WGS84, Satrec

from benchmarks.works import (
    EARTH_MU_M3_S2,
    EARTH_RATE_RAD_S,
    SECONDS_PER_DAY,
    CircularOrbit,
    Constraint,
    Model,
    Window,
    Work,
    circular_orbit,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WGS84_RADIUS_KM = 6378.137
WGS84_FLATTENING = 1.0 / 298.257223563
WGS84_E2 = WGS84_FLATTENING * (2.0 - WGS84_FLATTENING)
POLAR_RADIUS_KM = WGS84_RADIUS_KM * (1.0 - WGS84_FLATTENING)
J2000_JD = 2451545.0
UNIX_EPOCH_JD = 2440587.5
DAYS_PER_CENTURY = 36525.0

SAMPLE_S = 1.0
BLOCK_SAMPLES = 20
CHUNK_BLOCKS = 1080
PAIRS_AT_ONCE = 40_000
MARGIN_S = 2.0
BISECTIONS = 24
# Geocentric and geodetic verticals differ by up to 0.193 degrees at the points.
TILT_ALLOWANCE_DEG = 0.3
GRAVITY = {"wgs72": WGS72, "wgs72old": WGS72OLD, "wgs84": WGS84}


@dataclass(frozen=True)
class Ground:
    """Points on the ellipsoid: ITRS positions in km and geodetic up, each (N, 3)."""

    position_km: Floats
    up: Floats


class Track:
    """One satellite in the Earth-fixed frame of a model, as a function of seconds since start."""

    def __init__(self, work: Work, satellite: int, model: Model) -> None:
        first, second = work.tles[satellite]
        self._satrec = Satrec.twoline2rv(first, second, GRAVITY[model.gravity])
        start_jd = work.start.timestamp() / SECONDS_PER_DAY + UNIX_EPOCH_JD
        self._midnight_jd = math.floor(start_jd - 0.5) + 0.5
        self._start_fraction = (
            work.start.hour * 3600.0 + work.start.minute * 60.0 + work.start.second
        ) / SECONDS_PER_DAY
        table = np.array(model.ut1_minus_utc_s, dtype=np.float64)
        self._ut1_at_s, self._ut1_minus_utc_s = table[:, 0], table[:, 1]
        self._nadir = model.nadir
        circular = model.orbit == "circular"
        self._circle = circular_orbit((first, second), work.start) if circular else None

    def position_km(self, t_s: Floats) -> Floats:
        """Return ITRS positions, (T, 3)."""
        if self._circle is not None:
            return _on_circle_km(self._circle, t_s)
        day_fraction = self._start_fraction + t_s / SECONDS_PER_DAY
        error, teme_km, _ = self._satrec.sgp4_array(
            np.full_like(day_fraction, self._midnight_jd), day_fraction
        )
        if np.any(error):
            raise ValueError(f"SGP4 error {int(error.max())} inside the span")
        ut1_s = np.interp(t_s, self._ut1_at_s, self._ut1_minus_utc_s)
        angle = greenwich_angle_rad(self._midnight_jd, day_fraction + ut1_s / SECONDS_PER_DAY)
        cosine, sine = np.cos(angle), np.sin(angle)
        return np.column_stack(
            (
                cosine * teme_km[:, 0] + sine * teme_km[:, 1],
                cosine * teme_km[:, 1] - sine * teme_km[:, 0],
                teme_km[:, 2],
            )
        )

    def nadir(self, position_km: Floats) -> Floats:
        """Return unit vectors to the model's nadir, (T, 3)."""
        if self._nadir == "geocentric":
            down: Floats = -position_km / np.linalg.norm(position_km, axis=1)[:, None]
            return down
        return -ellipsoid_normal(position_km)


def _on_circle_km(orbit: CircularOrbit, t_s: Floats) -> Floats:
    """Return positions, (T, 3), above an evenly turning Earth."""
    angle = orbit.phase_rad + math.sqrt(EARTH_MU_M3_S2 / orbit.radius_m**3) * t_s
    node = orbit.node_rad - EARTH_RATE_RAD_S * t_s
    along, across = np.cos(angle), np.sin(angle) * math.cos(orbit.inclination_rad)
    return (orbit.radius_m / 1000.0) * np.column_stack(
        (
            along * np.cos(node) - across * np.sin(node),
            along * np.sin(node) + across * np.cos(node),
            np.sin(angle) * math.sin(orbit.inclination_rad),
        )
    )


def greenwich_angle_rad(midnight_jd: float, ut1_day: Floats) -> Floats:
    """Return Greenwich mean sidereal time (Aoki et al. 1982, eq. 14), whole days kept apart."""
    whole_days = midnight_jd - J2000_JD
    century = (whole_days + ut1_day) / DAYS_PER_CENTURY
    slow_s = (8640184.812866 + (0.093104 - 6.2e-6 * century) * century) * century
    turn_s = SECONDS_PER_DAY * ((whole_days % 1.0) + ut1_day % 1.0)
    seconds = (67310.54841 + slow_s + turn_s) % SECONDS_PER_DAY
    angle: Floats = seconds * (2.0 * np.pi / SECONDS_PER_DAY)
    return angle


def ellipsoid_normal(position_km: Floats) -> Floats:
    """Return the outward WGS84 normal through each position, (T, 3), by fixed-point iteration."""
    across = np.hypot(position_km[:, 0], position_km[:, 1])
    z = position_km[:, 2]
    latitude = np.arctan2(z, across * (1.0 - WGS84_E2))
    for _ in range(8):
        sine = np.sin(latitude)
        prime_vertical = WGS84_RADIUS_KM / np.sqrt(1.0 - WGS84_E2 * sine**2)
        latitude = np.arctan2(z + WGS84_E2 * prime_vertical * sine, across)
    level = np.cos(latitude) / across
    return np.column_stack((position_km[:, 0] * level, position_km[:, 1] * level, np.sin(latitude)))


def ground(work: Work) -> Ground:
    """Return the work's points in the Earth-fixed frame."""
    latitude, longitude, height_m = np.array(work.points, dtype=np.float64).T
    latitude, longitude = np.radians(latitude), np.radians(longitude)
    up = np.column_stack(
        (
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        )
    )
    prime_vertical = WGS84_RADIUS_KM / np.sqrt(1.0 - WGS84_E2 * np.sin(latitude) ** 2)
    height_km = height_m / 1000.0
    scale = np.column_stack(
        (
            prime_vertical + height_km,
            prime_vertical + height_km,
            prime_vertical * (1.0 - WGS84_E2) + height_km,
        )
    )
    return Ground(position_km=up * scale, up=up)


def excess(
    constraint: Constraint,
    satellite_km: Floats,
    nadir: Floats,
    point_km: Floats,
    up: Floats,
) -> Floats:
    """Return a length in km that is positive while the constraint holds, by pairs, (..., 3)."""
    sight = satellite_km - point_km
    range_km = np.sqrt(np.einsum("...i,...i->...", sight, sight))
    height_km = np.einsum("...i,...i->...", up, sight)
    over: Floats = height_km - math.sin(math.radians(constraint.min_elevation_deg)) * range_km
    if constraint.max_off_nadir_deg is None:
        return over
    down_km = -np.einsum("...i,...i->...", nadir, sight)
    inside: Floats = down_km - math.cos(math.radians(constraint.max_off_nadir_deg)) * range_km
    both: Floats = np.minimum(over, inside)
    return both


@dataclass(frozen=True)
class Brackets:
    """Times with one crossing in between: `rising` where the constraint begins to hold."""

    point: Ints
    low_s: Floats
    high_s: Floats
    rising: npt.NDArray[np.bool_]


def joined(parts: list[Brackets]) -> Brackets:
    """Return all brackets as one, none being allowed."""
    return Brackets(
        point=np.concatenate([np.empty(0, np.int64), *(part.point for part in parts)]),
        low_s=np.concatenate([np.empty(0), *(part.low_s for part in parts)]),
        high_s=np.concatenate([np.empty(0), *(part.high_s for part in parts)]),
        rising=np.concatenate([np.empty(0, np.bool_), *(part.rising for part in parts)]),
    )


class Scan:
    """The search for one satellite."""

    def __init__(self, work: Work, satellite: int, model: Model) -> None:
        self._work = work
        self._track = Track(work, satellite, model)
        self._ground = ground(work)
        radius_km = np.linalg.norm(self._ground.position_km, axis=1)
        self._direction = self._ground.position_km / radius_km[:, None]
        self._lowest_km = min(POLAR_RADIUS_KM, float(radius_km.min()))

    def windows(self) -> list[tuple[int, float, float]]:
        """Return (point, start, end) in seconds, clipped to the span, by point and time."""
        brackets = joined(list(self._brackets()))
        return self._paired(brackets, self._bisected(brackets))

    def excess_at(self, t_s: Floats, point: Ints) -> Floats:
        """Return the constraint's excess at each time for the point beside it."""
        satellite_km = self._track.position_km(t_s)
        return excess(
            self._work.constraint,
            satellite_km,
            self._track.nadir(satellite_km),
            self._ground.position_km[point],
            self._ground.up[point],
        )

    def _brackets(self) -> Iterator[Brackets]:
        blocks = math.ceil((self._work.duration_s + 2.0 * MARGIN_S) / (BLOCK_SAMPLES * SAMPLE_S))
        for first in range(0, blocks, CHUNK_BLOCKS):
            yield from self._chunk(first, min(CHUNK_BLOCKS, blocks - first))

    def _chunk(self, first_block: int, blocks: int) -> Iterator[Brackets]:
        # One sample more at each side, so that an extremum at a block's end has neighbours.
        first = first_block * BLOCK_SAMPLES - 1
        samples = np.arange(first, first + blocks * BLOCK_SAMPLES + 3, dtype=np.float64)
        t_s: Floats = samples * SAMPLE_S - MARGIN_S
        satellite_km = self._track.position_km(t_s)
        nadir = self._track.nadir(satellite_km)
        block, point = self._within_sight(satellite_km[1:-1])
        offsets = np.arange(BLOCK_SAMPLES + 3)
        for i in range(0, len(block), PAIRS_AT_ONCE):
            points = point[i : i + PAIRS_AT_ONCE]
            index = block[i : i + PAIRS_AT_ONCE, None] * BLOCK_SAMPLES + offsets
            values = excess(
                self._work.constraint,
                satellite_km[index],
                nadir[index],
                self._ground.position_km[points, None],
                self._ground.up[points, None],
            )
            yield _sign_changes(t_s[index], values, points)
            yield self._hidden(t_s[index], values, points)

    def _within_sight(self, satellite_km: Floats) -> tuple[Ints, Ints]:
        """Return the blocks and points between which the satellite may be above the mask."""
        radius_km = np.linalg.norm(satellite_km, axis=1)
        direction = satellite_km / radius_km[:, None]
        step = np.linalg.norm(np.diff(direction, axis=0), axis=1).max()
        mask = math.radians(max(self._work.constraint.min_elevation_deg, 0.0) - TILT_ALLOWANCE_DEG)
        reach = math.acos(self._lowest_km / float(radius_km.max()) * math.cos(mask)) - mask
        bound = math.cos(min(reach + BLOCK_SAMPLES * float(step), math.pi))
        near = direction[::BLOCK_SAMPLES] @ self._direction.T >= bound
        block, point = np.nonzero(near[:-1] | near[1:])
        return block, point

    def _hidden(self, t_s: Floats, values: Floats, point: Ints) -> Brackets:
        """Return the brackets round extrema that cross zero between samples of one sign."""
        return joined([self._peaks(t_s, sign * values, point, sign) for sign in (1.0, -1.0)])

    def _peaks(self, t_s: Floats, values: Floats, point: Ints, sign: float) -> Brackets:
        before, middle, after = values[:, :-3], values[:, 1:-2], values[:, 2:-1]
        # A peak can rise above its sample by no more than the larger step beside it.
        reach = np.maximum(middle - before, middle - after)
        pair, k = np.nonzero(
            (middle < 0.0) & (middle >= before) & (middle > after) & (middle + reach >= 0.0)
        )
        low_s, high_s = t_s[pair, k], t_s[pair, k + 2]
        points = point[pair]
        top_s, top = golden_maximum(
            lambda t, chosen: sign * self.excess_at(t, points[chosen]), low_s, high_s
        )
        keep = top >= 0.0
        points, low_s, high_s, top_s = points[keep], low_s[keep], high_s[keep], top_s[keep]
        rising = np.full(len(points), sign > 0.0)
        return Brackets(
            point=np.concatenate((points, points)),
            low_s=np.concatenate((low_s, top_s)),
            high_s=np.concatenate((top_s, high_s)),
            rising=np.concatenate((rising, ~rising)),
        )

    def _bisected(self, brackets: Brackets) -> Floats:
        low_s, high_s = brackets.low_s.copy(), brackets.high_s.copy()
        for _ in range(BISECTIONS if len(low_s) else 0):
            middle_s = 0.5 * (low_s + high_s)
            holds = self.excess_at(middle_s, brackets.point) >= 0.0
            later = holds != brackets.rising
            low_s = np.where(later, middle_s, low_s)
            high_s = np.where(later, high_s, middle_s)
        return 0.5 * (low_s + high_s)

    def _paired(self, brackets: Brackets, edge_s: Floats) -> list[tuple[int, float, float]]:
        count, end_s = len(self._work.points), self._work.duration_s
        order = np.lexsort((edge_s, brackets.point))
        first = self.excess_at(np.full(count, -MARGIN_S), np.arange(count)) >= 0.0
        opened: list[float | None] = [-MARGIN_S if inside else None for inside in first]
        windows: list[tuple[int, float, float]] = []
        for i in order:
            p, t = int(brackets.point[i]), float(edge_s[i])
            start = opened[p]
            if brackets.rising[i] == (start is not None):
                raise ValueError(f"edges of point {p} do not alternate at {t} s")
            if start is not None:
                windows.append((p, start, t))
            opened[p] = t if start is None else None
        windows += [(p, start, end_s + 1.0) for p, start in enumerate(opened) if start is not None]
        clipped = [(p, max(a, 0.0), min(b, end_s)) for p, a, b in windows]
        return sorted((p, a, b) for p, a, b in clipped if b > a)


def _sign_changes(t_s: Floats, values: Floats, point: Ints) -> Brackets:
    holds = values[:, 1:-1] >= 0.0
    pair, k = np.nonzero(holds[:, :-1] != holds[:, 1:])
    return Brackets(
        point=point[pair],
        low_s=t_s[pair, k + 1],
        high_s=t_s[pair, k + 2],
        rising=holds[pair, k + 1],
    )


def golden_maximum(
    function: Callable[[Floats, Ints], Floats], low_s: Floats, high_s: Floats
) -> tuple[Floats, Floats]:
    """Return where and how high `function(t, index)` peaks in each interval, to about 1e-7 s."""
    if not len(low_s):
        return low_s, low_s
    ratio, index = (math.sqrt(5.0) - 1.0) / 2.0, np.arange(len(low_s))
    low_s, high_s = low_s.copy(), high_s.copy()
    for _ in range(36):
        left_s = high_s - ratio * (high_s - low_s)
        right_s = low_s + ratio * (high_s - low_s)
        go_left = function(left_s, index) >= function(right_s, index)
        high_s = np.where(go_left, right_s, high_s)
        low_s = np.where(go_left, low_s, left_s)
    top_s = 0.5 * (low_s + high_s)
    return top_s, function(top_s, index)


def exact_windows(work: Work, model: Model) -> list[Window]:
    """Return every window of the work under the model, by satellite, point and time.

    Knows elevation and off-nadir limits; raises ValueError for constraints on the sun.
    """
    constraint = work.constraint
    if constraint.min_sun_elevation_deg is not None or constraint.satellite_sunlit:
        raise ValueError("the reference does not know the sun")
    return [
        (satellite, point, start_s, end_s)
        for satellite in range(len(work.tles))
        for point, start_s, end_s in Scan(work, satellite, model).windows()
    ]
