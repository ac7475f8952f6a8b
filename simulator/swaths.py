"""What one overpass images: the strip below a satellite that looks square to its path.

A line sensor sees the plane square to the velocity over ground (for a radar, that of no Doppler
shift). *Roll* is the angle in that plane from nadir, or from the direction in it nearest to nadir
where the satellite climbs or sinks, positive to the right of the motion. A place is imaged as
the plane sweeps over it, forwards where it is nearest or backwards where it is farthest, if the
roll to it lies within the strip. Edges are true intersections with the ellipsoid. Seconds since the
span's start; the attitude is held, whatever turning the Earth and steering in yaw would ask.
"""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator import kernel
from simulator.access import (
    BoolArray,
    IntArray,
    Sites,
    View,
    Windows,
    broadside,
    find_accesses,
    sites_at,
)
from simulator.compiled import compiled
from simulator.ephemeris import Track
from simulator.geometry import (
    WGS84_SEMI_MAJOR_AXIS_M,
    WGS84_SEMI_MINOR_AXIS_M,
    ecef_to_geodetic,
)
from simulator.timescale import DAY_S, FloatArray
from simulator.workers import Threads

_MARGIN_DEG = 0.1
_WIDEST_CONE_DEG = 89.0
_HORIZON = View()
# Scales the ellipsoid to a sphere.
_SQUASH = np.array([1.0, 1.0, WGS84_SEMI_MAJOR_AXIS_M / WGS84_SEMI_MINOR_AXIS_M])
_SITE_DAYS_A_BATCH = 200_000.0


def _axes(track: Track, t_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return position (N, 3), metres, and the unit vectors down and right in the plane of look."""
    at = np.ascontiguousarray(t_s, dtype=np.float64)
    state = kernel.positions(track.time_s, track.state, at)
    velocity = kernel.velocities(track.time_s, track.state, at)
    forward = velocity / np.linalg.norm(velocity, axis=1)[:, None]
    up = state[:, 3:]
    right = np.cross(forward, up)
    right /= np.linalg.norm(right, axis=1)[:, None]
    return state[:, :3], np.cross(forward, right), right


def _lean_rad(track: Track, start_s: float, end_s: float) -> float:
    """Bound the angle by which nadir leans out of the plane of look in [start_s, end_s].

    Proved: between the nodes it grows by no more than velocity and nadir turn in half a step.
    """
    first = max(0, int(np.searchsorted(track.time_s, start_s, side="right")) - 1)
    last = max(first + 2, int(np.searchsorted(track.time_s, end_s, side="left")) + 1)
    state, half_s = track.state[first:last], 0.5 * np.diff(track.time_s[first:last])
    velocity, up = state[:, 3:6], state[:, 9:12]
    speed = np.linalg.norm(velocity, axis=1)
    climb = np.abs(np.einsum("ij,ij->i", velocity, up)) / np.maximum(speed, 1e-9)
    lean = _over_steps(np.arcsin(np.minimum(climb, 1.0)))
    # The kernel bounds what grows between nodes by the same hundredths.
    pull = 1.02 * _over_steps(np.linalg.norm(state[:, 6:9], axis=1))
    turn = 1.02 * _over_steps(np.linalg.norm(state[:, 12:15], axis=1))
    slowest = -_over_steps(-speed) - pull * half_s
    with np.errstate(divide="ignore"):
        grown = lean + half_s * (pull / np.maximum(slowest, 0.0) + turn)
    return float(np.minimum(grown, 0.5 * np.pi).max())


def _over_steps(values: FloatArray) -> FloatArray:
    """Return the greater of the values at both ends of each step."""
    return np.maximum(values[:-1], values[1:])


def look_points_m(track: Track, t_s: ArrayLike, roll_deg: ArrayLike) -> FloatArray:
    """Return where the ellipsoid is first met at rolls, Earth-fixed metres (N, 3).

    t_s (N,); roll_deg one for all or (N,). NaN where the line misses the Earth. The nearer root of
    the quadratic on the ellipsoid scaled to a sphere.
    """
    t = np.atleast_1d(np.asarray(t_s, dtype=np.float64))
    position, down, right = _axes(track, t)
    roll = np.radians(np.broadcast_to(np.asarray(roll_deg, dtype=np.float64), t.shape))[:, None]
    line = np.cos(roll) * down + np.sin(roll) * right
    origin, along = position * _SQUASH, line * _SQUASH
    a = np.einsum("ij,ij->i", along, along)
    b = np.einsum("ij,ij->i", origin, along)
    c = np.einsum("ij,ij->i", origin, origin) - WGS84_SEMI_MAJOR_AXIS_M**2
    under = b * b - a * c
    root = np.sqrt(np.where(under >= 0.0, under, np.nan))
    return np.asarray(position + (c / (root - b))[:, None] * line)


def strip_edges(
    track: Track, t_s: ArrayLike, *, roll_deg: float, half_angle_deg: float
) -> tuple[FloatArray, FloatArray]:
    """Return the left and the right edge of a strip, each (N, 2): latitude, longitude in degrees.

    NaN where an edge looks past the Earth.
    """
    edges = []
    for angle in (roll_deg - half_angle_deg, roll_deg + half_angle_deg):
        latitude, longitude, _ = ecef_to_geodetic(look_points_m(track, t_s, angle))
        edges.append(np.column_stack([latitude, longitude]))
    return edges[0], edges[1]


@dataclass(frozen=True, eq=False)
class Crossings:
    """Instants (E,) at which the plane of look sweeps over sites, and the roll to them.

    Sorted by site, then time.
    """

    site: IntArray
    at_s: FloatArray
    roll_deg: FloatArray

    def __len__(self) -> int:
        return len(self.site)

    def taken(self, chosen: BoolArray | NDArray[np.int64]) -> Crossings:
        """Return those chosen, by a mask or in the order of their numbers."""
        return Crossings(self.site[chosen], self.at_s[chosen], self.roll_deg[chosen])

    def within(self, *, roll_deg: float, half_angle_deg: float) -> Crossings:
        """Return those that a strip of a held roll images."""
        return self.taken(np.abs(self.roll_deg - roll_deg) <= half_angle_deg)

    def windows(self, span_s: float, *, dwell_s: float = 0.0) -> Windows:
        """Return the crossings as accesses of `dwell_s` about each, 0 for events of no length.

        Accesses of one site that then overlap or touch are one.
        """
        start = np.maximum(self.at_s - 0.5 * dwell_s, 0.0)
        end = np.minimum(self.at_s + 0.5 * dwell_s, span_s)
        again = (self.site[1:] == self.site[:-1]) & (start[1:] <= end[:-1])
        opens = np.concatenate([[True], ~again])[: len(self)]
        closes = np.concatenate([~again, [True]])[: len(self)]
        whole = np.zeros((int(opens.sum()), 2), dtype=np.bool_)
        return Windows(self.site[opens], start[opens], end[closes], whole)


def no_crossings() -> Crossings:
    return Crossings(np.empty(0, np.int32), np.empty(0), np.empty(0))


def crossings(
    track: Track,
    places: Sites,
    *,
    max_roll_deg: float,
    start_s: float,
    end_s: float,
    view: View = _HORIZON,
    sun: Track | None = None,
    allowed: FloatArray | None = None,
    threads: int | None = None,
) -> Crossings:
    """Return every crossing in [start_s, end_s) at a roll of at most `max_roll_deg` to either side.

    The conditions of `view` must hold at it, but for its cone, its side and its least duration;
    `sun` and `allowed` as in `access.find_accesses`.

    Exact: the roots of (site - satellite) . velocity over ground, found by proof within the windows
    of a cone that holds the plane of look. Where the plane sweeps backwards, as below the apogee of
    a tall orbit, a place is crossed forwards, backwards and again: each counts. `track` must cover
    the search from its start; where it ends early so do the crossings. The result does not depend
    on `threads` (default: one a core).
    """
    end_s = min(end_s, track.end_s)
    if len(track.time_s) < 2 or end_s <= start_s or not len(places):
        return no_crossings()
    # A line in the plane has cos(off-nadir) = cos(roll) cos(lean): a right spherical triangle.
    cosine = math.cos(math.radians(max_roll_deg)) * math.cos(_lean_rad(track, start_s, end_s))
    reach_deg = math.degrees(math.acos(cosine)) + _MARGIN_DEG
    wide = replace(
        view,
        max_off_nadir_deg=reach_deg if reach_deg < _WIDEST_CONE_DEG else None,
        min_off_nadir_deg=0.0,
        side=None,
        min_duration_s=0.0,
    )

    def search(chosen: NDArray[np.int64]) -> Crossings:
        here = sites_at(places.position_m[chosen], places.normal[chosen])
        found = find_accesses(
            track, here, wide, start_s=start_s, end_s=end_s, sun=sun, allowed=allowed, threads=1
        )
        site, at_s = broadside(track, here, found)
        roll_deg = _roll_deg(track, here.position_m[site], at_s)
        events = Crossings(chosen[site].astype(np.int32), at_s, roll_deg)
        return events.taken((np.abs(roll_deg) <= max_roll_deg) & (at_s < end_s))

    count = 1 + int(len(places) * (end_s - start_s) / DAY_S / _SITE_DAYS_A_BATCH)
    batches = [part for part in np.array_split(places.order, count) if len(part)]
    parts = list(Threads(threads).map(search, batches))
    site = np.concatenate([part.site for part in parts])
    at_s = np.concatenate([part.at_s for part in parts])
    roll_deg = np.concatenate([part.roll_deg for part in parts])
    return Crossings(site, at_s, roll_deg).taken(np.argsort(site, kind="stable"))


def _roll_deg(track: Track, place_m: FloatArray, at_s: FloatArray) -> FloatArray:
    """Return the roll (E,) to places (E, 3) at instants (E,)."""
    position, down, right = _axes(track, at_s)
    line = place_m - position
    across = np.einsum("ij,ij->i", line, right)
    depth = np.einsum("ij,ij->i", line, down)
    return np.asarray(np.degrees(np.arctan2(across, depth)))


@dataclass(frozen=True)
class HeldStrip:
    """What a satellite images without pointing: all within an angle of the roll it holds."""

    roll_deg: float
    half_angle_deg: float

    @property
    def reach_deg(self) -> float:
        """The greatest roll to either side at which anything is imaged."""
        return abs(self.roll_deg) + self.half_angle_deg


def strip_accesses(
    track: Track,
    places: Sites,
    strip: HeldStrip,
    view: View,
    *,
    start_s: float,
    end_s: float,
    sun: Track | None = None,
    allowed: FloatArray | None = None,
    threads: int | None = None,
) -> Windows:
    """Return the instants in [start_s, end_s) at which a held strip images sites.

    Accesses of no length, sorted as those of `access.find_accesses`, whose arguments these are; of
    `view` all holds but the cone, the side and the least duration.
    """
    found = crossings(
        track,
        places,
        max_roll_deg=strip.reach_deg,
        start_s=start_s,
        end_s=end_s,
        view=view,
        sun=sun,
        allowed=allowed,
        threads=threads,
    )
    met = found.within(roll_deg=strip.roll_deg, half_angle_deg=strip.half_angle_deg)
    return met.windows(end_s)


@dataclass(frozen=True)
class Strip:
    """Imaging in [start_s, end_s] with the roll held."""

    start_s: float
    end_s: float
    roll_deg: float


@dataclass(frozen=True, eq=False)
class DailyShare:
    """Shares of a region's area by day of the span (D,), 24 h each from its start, whole days only.

    `imaged` by the `strips`, in order of time; `reachable` with no limit but roll: the most that
    any plan could.
    """

    imaged: FloatArray
    reachable: FloatArray
    strips: tuple[Strip, ...]

    @property
    def mean(self) -> float | None:
        return float(self.imaged.mean()) if len(self.imaged) else None


@dataclass(frozen=True)
class Agility:
    """What a satellite can do in an overpass.

    A strip sees `half_angle_deg` to each side of its roll. At most `duty_s` of imaging begin in a
    revolution; revolutions are of `period_s`, the first from the span's start. Between two strips
    it turns at `slew_rate_deg_s` and settles.
    """

    half_angle_deg: float
    max_roll_deg: float
    period_s: float
    duty_s: float = math.inf
    slew_rate_deg_s: float = math.inf
    settling_s: float = 0.0

    def turn_s(self, from_deg: float, to_deg: float) -> float:
        """Return the time between the end of one strip and the start of the next."""
        return abs(from_deg - to_deg) / self.slew_rate_deg_s + self.settling_s

    def rolls_deg(self) -> FloatArray:
        """Return the rolls (N,) a plan tries, a quarter of a strip apart or less."""
        steps = max(1, math.ceil(2.0 * self.max_roll_deg / (0.5 * self.half_angle_deg)))
        return np.linspace(-self.max_roll_deg, self.max_roll_deg, steps + 1)


def daily_share(
    found: Crossings, weights: FloatArray, span_s: float, agility: Agility, *, cell_s: float
) -> DailyShare:
    """Return how much of a region one satellite images in a day, its strips chosen greedily.

    A cell counts once a day, by its centre: in the day, 24 h from the span's start, in which the
    plane of look crosses it, whichever day its strip began in. Overpasses are planned whole, one
    after another: the strip that adds most area to the days it lies in is taken, the next best that
    the turns and the duty still allow, and so on until none adds any. Strips begin and end half of
    `cell_s`, the sweep over a cell, outside their cells' centres, but not outside the span.
    Crossings after the last whole day count for nothing. What the strips image is exact; a plan
    that looks ahead may do better, but never better than `reachable`.
    """
    days, cells = int(span_s // DAY_S), len(weights)
    ranked = found.taken(np.argsort(found.at_s, kind="stable"))
    ranked = ranked.taken(ranked.at_s < days * DAY_S)
    if not len(ranked):
        return DailyShare(np.zeros(days), np.zeros(days), ())
    # An item is a cell on a day.
    items, item = np.unique(
        (ranked.at_s // DAY_S).astype(np.int64) * cells + ranked.site, return_inverse=True
    )
    area = weights[items % cells]
    plan = _Plan(area, agility, cell_s, span_s)
    for first, last in _overpasses(ranked.at_s, agility.period_s):
        plan.extend(ranked.at_s[first:last], ranked.roll_deg[first:last], item[first:last])

    def share(chosen: BoolArray) -> FloatArray:
        day = items[chosen] // cells
        return np.asarray(np.bincount(day, area[chosen], minlength=days) / weights.sum())

    return DailyShare(share(plan.done), share(np.ones_like(plan.done)), tuple(plan.strips))


def _starts(label: BoolArray | NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first row of each stretch of equal labels (N,)."""
    return np.append(0, np.flatnonzero(label[1:] != label[:-1]) + 1)


def _overpasses(at_s: FloatArray, period_s: float) -> NDArray[np.int64]:
    """Return rows (N, 2) that part instants where a quarter of a revolution goes by without any."""
    begins = _starts(np.append(0, np.cumsum(np.diff(at_s) > 0.25 * period_s)))
    return np.column_stack([begins, np.append(begins[1:], len(at_s))])


class _Plan:
    """Strips so far, in order of time; the items (I,) they image; imaging time by revolution."""

    def __init__(self, area: FloatArray, agility: Agility, cell_s: float, span_s: float) -> None:
        self.strips: list[Strip] = []
        self.done = np.zeros(len(area), dtype=np.bool_)
        self._area, self._agility, self._half_s, self._span_s = area, agility, 0.5 * cell_s, span_s
        self._rolls_deg = agility.rolls_deg()
        self._spent_s = np.zeros(1 + int(span_s // agility.period_s))
        self._held = np.zeros(len(area), dtype=np.int64)

    def extend(self, at_s: FloatArray, roll_deg: FloatArray, item: NDArray[np.int64]) -> None:
        """Add the strips of one overpass, from its crossings (E,) in order of time."""
        agility, reach_deg = self._agility, self._agility.max_roll_deg
        begin_s = np.maximum(at_s - self._half_s, 0.0)
        # Only the last strips of the overpasses before can still be turned from.
        mine: list[Strip] = []
        longest_s = agility.turn_s(-reach_deg, reach_deg)
        while self.strips and self.strips[-1].end_s > begin_s[0] - longest_s:
            mine.insert(0, self.strips.pop())
        turn = (begin_s // agility.period_s).astype(np.int64)
        if math.isinf(agility.duty_s):
            turn[:] = turn[0]
        blocks = np.append(_starts(turn), len(turn))
        shape = len(self._rolls_deg), len(blocks) - 1
        best = np.full((*shape, 3), np.inf)
        while True:
            rows = np.array([(s.start_s, s.end_s, s.roll_deg) for s in mine]).reshape(-1, 3)
            left_s = agility.duty_s - 2.0 * self._half_s - self._spent_s[turn[blocks[:-1]]]
            number = _next_strip(
                at_s, roll_deg, item, self._area, self.done, self._held, self._rolls_deg, blocks,
                left_s, rows, best, agility.half_angle_deg, agility.slew_rate_deg_s,
                agility.settling_s, self._half_s,
            )  # fmt: skip
            gain, start_s, end_s = best.reshape(-1, 3)[number]
            if gain <= 0.0:
                self.strips += mine
                return
            roll = float(self._rolls_deg[number // shape[1]])
            strip = Strip(max(float(start_s), 0.0), min(float(end_s), self._span_s), roll)
            seen = (at_s >= strip.start_s) & (at_s <= strip.end_s)
            seen &= np.abs(roll_deg - roll) <= agility.half_angle_deg
            self.done[item[seen]] = True
            spent_s = strip.end_s - strip.start_s
            self._spent_s[int(strip.start_s // agility.period_s)] += spent_s
            bisect.insort(mine, strip, key=lambda one: one.start_s)


@compiled
def _next_strip(
    at_s: FloatArray,
    roll_deg: FloatArray,
    item: NDArray[np.int64],
    area: FloatArray,
    done: BoolArray,
    held: NDArray[np.int64],
    rolls_deg: FloatArray,
    blocks: NDArray[np.int64],
    left_s: FloatArray,
    strips: FloatArray,
    best: FloatArray,
    half_angle_deg: float,
    slew_rate_deg_s: float,
    settling_s: float,
    half_s: float,
) -> int:
    """Return the number of the row of `best` that adds most, the first of equals.

    best (R, B, 3): area added, start, end of the best strip of each roll and block, blocks[b] to
    blocks[b + 1] the crossings that it may begin at. Rows from before the last strip was planned
    are bounds, for a strip only takes from what the others add, so few need be found again
    (Minoux 1978).
    """
    fresh = np.zeros(best.shape[:2], dtype=np.bool_)
    while True:
        number = int(np.argmax(best[:, :, 0]))
        r, b = divmod(number, best.shape[1])
        if fresh[r, b]:
            return number
        fresh[r, b] = True
        best[r, b, 0], best[r, b, 1], best[r, b, 2] = _best_strip(
            at_s, roll_deg, item, area, done, held, rolls_deg[r], blocks[b], blocks[b + 1],
            left_s[b], strips, half_angle_deg, slew_rate_deg_s, settling_s, half_s,
        )  # fmt: skip


@compiled
def _best_strip(
    at_s: FloatArray,
    roll_deg: FloatArray,
    item: NDArray[np.int64],
    area: FloatArray,
    done: BoolArray,
    held: NDArray[np.int64],
    roll: float,
    begin: int,
    stop: int,
    left_s: float,
    strips: FloatArray,
    half_angle_deg: float,
    slew_rate_deg_s: float,
    settling_s: float,
    half_s: float,
) -> tuple[float, float, float]:
    """Return (area added, start, end) of the strip at a roll that adds most; the first of equals.

    It begins at a crossing from `begin` to `stop` and ends at one at most left_s later. Crossings
    (E,) are in order of time, strips (S, 3) so far too: start, end, roll. held (I,) is working
    memory, all 0: how often the strip in hand holds each item, which counts once.
    """
    best = (0.0, 0.0, 0.0)
    if left_s < 0.0:
        return best
    until = np.searchsorted(at_s, at_s[stop - 1] + left_s, side="right")
    near = np.empty(until - begin, dtype=np.int64)
    count = starts = 0
    for i in range(begin, until):
        near[count] = i
        count += abs(roll_deg[i] - roll) <= half_angle_deg and not done[item[i]]
        if i < stop:
            starts = count
    low, last = -np.inf, 0
    for gap in range(len(strips) + 1):
        high, turn_s = np.inf, 0.0
        if gap < len(strips):
            turn_s = abs(strips[gap, 2] - roll) / slew_rate_deg_s + settling_s
            high = strips[gap, 0] - turn_s
        first = last
        while first < count and at_s[near[first]] < low + half_s:
            first += 1
        last = first
        while last < count and at_s[near[last]] < high - half_s:
            last += 1
        # The strip in hand holds those from i up to `end`.
        end, gain = first, 0.0
        for i in range(first, min(last, starts)):
            while end < last and at_s[near[end]] <= at_s[near[i]] + left_s:
                held[item[near[end]]] += 1
                gain += area[item[near[end]]] if held[item[near[end]]] == 1 else 0.0
                end += 1
            if gain > best[0]:
                best = (gain, at_s[near[i]] - half_s, at_s[near[end - 1]] + half_s)
            held[item[near[i]]] -= 1
            gain -= area[item[near[i]]] if held[item[near[i]]] == 0 else 0.0
        for i in range(first, end):
            held[item[near[i]]] = 0
        if gap < len(strips):
            low = max(low, strips[gap, 1] + turn_s)
    return best
