"""Tasking: which accesses become pictures, and when in the access each is taken.

Without limits every access becomes one picture at its best look, that of finest ground sample.
A camera that must turn from target to target, settle, expose and rest takes fewer, and some of
them aside of their best look.

Between two pictures the camera turns by the angle between the two lines of sight, each at the
middle of its own collection, in axes that do not turn with the Earth; how it rolls about the line
is free. Collections of c seconds with their middles at t1 <= t2 fit one after the other if

    t2 - t1 >= c + settling + angle / slew rate.

Only neighbours in time need comparing. Where 1 and 2 fit, and 2 and 3, add the two lines: angles
between directions obey the triangle inequality, so t3 - t1 is at least c + settling over what 1
and 3 need. A picture put between two others thus fits all if it fits both.

The choice is greedy: by priority, then by start of the access; what is taken stays where it is.
`task_exact` in `simulator.imaging.tasking_optimum` says for small cases how much that gives away.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from simulator import ragged
from simulator.access import satellite_positions
from simulator.arrays import AnyIntArray, BoolArray, FloatArray, IntArray
from simulator.compiled import compiled
from simulator.earth import EARTH_RATE_RAD_S, Movement, Sites
from simulator.orbits import Track, positions, revolutions_s

# An instant is sought in steps that provably pass over none; only a stretch of feasible time
# shorter than this may be missed.
SCAN_S = 0.1
ROOT_S = 1e-6
# A whole number of pictures must not be lost to rounding.
_WHOLE = 1.0 + 1e-9
_LEAST_RANGE_M = 1e4


@dataclass(frozen=True, eq=False)
class Opportunities:
    """Accesses of many satellites, all (A,): numbers of satellite and target, and instants."""

    satellite: AnyIntArray
    target: AnyIntArray
    start_s: FloatArray
    end_s: FloatArray
    best_s: FloatArray

    def __len__(self) -> int:
        return len(self.start_s)


@dataclass(frozen=True)
class Limits:
    """What the camera of one satellite can do; None or inf: no limit.

    A picture is collected over [at - collection_s / 2, at + collection_s / 2]. `bits_per_orbit` is
    the recorder's size: no more pictures in one revolution than it holds.
    """

    slew_rate_deg_s: float | None = None
    settling_s: float = 0.0
    collection_s: float = 0.0
    pictures_per_orbit: int | None = None
    imaging_s_per_orbit: float | None = None
    bits_per_orbit: float = math.inf
    picture_bits: float = 0.0

    @property
    def slew_rate_rad_s(self) -> float:
        """Return the slew rate in radians a second, inf without a limit."""
        return math.inf if self.slew_rate_deg_s is None else math.radians(self.slew_rate_deg_s)

    @property
    def idle_s(self) -> float:
        """Return the least time between the middles of two pictures of one line of sight."""
        return self.collection_s + self.settling_s

    @property
    def most_a_revolution(self) -> int | None:
        """Return how many pictures a revolution may have; None: any number."""
        most = [math.inf if self.pictures_per_orbit is None else self.pictures_per_orbit]
        if self.imaging_s_per_orbit is not None and self.collection_s > 0.0:
            most.append(_WHOLE * self.imaging_s_per_orbit / self.collection_s)
        if self.picture_bits > 0.0:
            most.append(_WHOLE * self.bits_per_orbit / self.picture_bits)
        return None if math.isinf(min(most)) else math.floor(min(most))

    @property
    def none(self) -> bool:
        """Return whether every access can become a picture at its best look."""
        free = self.slew_rate_deg_s is None and self.idle_s == 0.0
        return free and self.most_a_revolution is None


@dataclass(frozen=True, eq=False)
class Tasks:
    """The pictures taken, in order of at_s, satellite and target.

    `opportunity` (P,) is the row of each in the opportunities, `at_s` (P,) the middle of its
    collection; `left_out` (A,) tells which opportunities became no picture.
    """

    opportunity: IntArray
    at_s: FloatArray
    left_out: BoolArray

    def __len__(self) -> int:
        return len(self.at_s)


def task(
    opportunities: Opportunities,
    limits: Sequence[Limits],
    priority: AnyIntArray,
    tracks: Sequence[Track],
    places: Sites,
    movements: Mapping[int, Movement] = MappingProxyType({}),
) -> Tasks:
    """Return the pictures that each satellite takes within its limits.

    Targets that move have their way in `movements`, by number; their place is then not looked at.

    `limits` and `tracks` are one a satellite, `priority` (T,) and `places` one a target.
    Opportunities are served by priority, high first, then by start. Each gets its best look if
    that fits beside the pictures taken already, else the instant of its access nearest the best
    look, on the side of finer ground sample, at which it fits; else it is left out. The nearest is
    the best of a side where the ground sample grows away from the best look, as it does in all
    accesses but those of hours to a high satellite.

    A collection lies inside its access; of one that lasts longer than the access only the middle
    does. A picture counts in the revolution, node to node, of its middle; those cut by the ends of
    the track have the whole allowance. Raises ValueError for columns of unlike length, a satellite
    or target out of range, a slew rate that is not positive.
    """
    check(opportunities, limits, priority, tracks, places)
    spots = _spots(places, movements)
    at_s = np.array(opportunities.best_s, dtype=np.float64)
    for number, limit in enumerate(limits):
        rows = np.flatnonzero(opportunities.satellite == number)
        if len(rows) and not limit.none:
            rank = -np.asarray(priority, dtype=np.int64)[opportunities.target[rows]]
            target, start = opportunities.target[rows], opportunities.start_s[rows]
            rows = rows[np.lexsort((target, start, rank))]
            at_s[rows] = _served_s(opportunities, rows, limit, tracks[number], spots)
    return tasks_at(opportunities, at_s)


def tasks_at(opportunities: Opportunities, at_s: FloatArray) -> Tasks:
    """Return tasks from the instant (A,) of each opportunity, NaN for one left out."""
    left_out = np.isnan(at_s)
    # NaN sorts last, so those left out come after all pictures.
    order = np.lexsort((opportunities.target, opportunities.satellite, at_s))
    rows = order[~left_out[order]]
    return Tasks(rows.astype(np.int64), at_s[rows], left_out)


def middles_s(
    opportunities: Opportunities, rows: IntArray, limit: Limits
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the least, greatest and best middle of a collection (N,) in opportunities' rows."""
    start, end = opportunities.start_s[rows], opportunities.end_s[rows]
    # A collection longer than its access can't lie inside it: then its middle does.
    margin = np.where(end - start >= limit.collection_s, 0.5 * limit.collection_s, 0.0)
    low, high = start + margin, np.maximum(start + margin, end - margin)
    return low, high, np.clip(opportunities.best_s[rows], low, high)


def lines_of_sight(track: Track, position_m: FloatArray, at_s: FloatArray) -> FloatArray:
    """Return unit vectors (N, 3) from the satellite at at_s to Earth-fixed places (N, 3).

    In axes that stand still and agree with the Earth-fixed ones at zero: one turn about the pole.
    """
    line = position_m - satellite_positions(track, at_s)
    line /= np.linalg.norm(line, axis=1)[:, None]
    cos, sin = np.cos(EARTH_RATE_RAD_S * at_s), np.sin(EARTH_RATE_RAD_S * at_s)
    x, y, z = line.T
    return np.stack([cos * x - sin * y, sin * x + cos * y, z], axis=1)


def check(
    opportunities: Opportunities,
    limits: Sequence[Limits],
    priority: AnyIntArray,
    tracks: Sequence[Track],
    places: Sites,
) -> None:
    """Raise ValueError for what tasking does not define."""
    columns = {name: len(column) for name, column in vars(opportunities).items()}
    if len(set(columns.values())) > 1:
        raise ValueError(f"the columns have lengths {columns}; they must be equal")
    if len(limits) != len(tracks) or len(priority) != len(places):
        raise ValueError(
            f"{len(limits)} limits for {len(tracks)} tracks, {len(priority)} priorities for "
            f"{len(places)} places; they must be as many"
        )
    counts = {"satellite": len(limits), "target": len(priority)}
    for name, count in counts.items():
        numbers = getattr(opportunities, name)
        if len(numbers) and not 0 <= numbers.min() <= numbers.max() < count:
            raise ValueError(f"a {name} is not in 0..{count - 1}")
    if any(limit.slew_rate_deg_s is not None and limit.slew_rate_deg_s <= 0.0 for limit in limits):
        raise ValueError("a slew_rate_deg_s is not positive")


def _served_s(
    opportunities: Opportunities, rows: IntArray, limit: Limits, track: Track, spots: _Spots
) -> FloatArray:
    """Return the instant (N,) of each of one satellite's opportunities, in order of service."""
    low, high, best = middles_s(opportunities, rows, limit)
    target = opportunities.target[rows].astype(np.int64)
    most, nodes = limit.most_a_revolution, np.empty(0)
    if most is not None:
        nodes = revolutions_s(track, float(opportunities.end_s[rows].max()))
    rate = limit.slew_rate_rad_s
    camera = _Camera(
        track.time_s,
        track.state,
        limit.idle_s,
        rate,
        # The slack changes by the time itself and by the turn that goes on meanwhile.
        1.0 + _turn_rate_bound_rad_s(track, spots, target) / rate,
        nodes,
        len(rows) if most is None else min(most, len(rows)),
        spots,
    )
    return np.asarray(_serve(camera, target, low, high, best))


def _turn_rate_bound_rad_s(track: Track, spots: _Spots, target: IntArray) -> float:
    """Return a bound on how fast lines of sight to the places turn in axes that stand still."""
    radius = np.sqrt(np.einsum("ij,ij->i", track.state[:, :3], track.state[:, :3]).min())
    speed = np.sqrt(np.einsum("ij,ij->i", track.state[:, 3:6], track.state[:, 3:6]).max())
    farthest_m = np.linalg.norm(spots.rows[target, :3], axis=1).max()
    if len(spots.way_s):
        farthest_m = max(farthest_m, np.linalg.norm(spots.way[:, :3], axis=1).max())
        speed += np.linalg.norm(spots.way[:, 3:6], axis=1).max()
    # A line turns fastest at the greatest speed across it and the least range along it.
    range_m = radius - farthest_m
    # Two hundredths are for what lies between the nodes, as in the kernel's bounds.
    return float(1.02 * speed / max(0.98 * range_m, _LEAST_RANGE_M) + EARTH_RATE_RAD_S)


class _Spots(NamedTuple):
    """Where targets are: position and normal of each (T, 6), and the tracks of those that move.

    Those of target i are the nodes first[i]..first[i + 1] of `way_s` and `way`; none: it stands.
    """

    rows: FloatArray
    first: IntArray
    way_s: FloatArray
    way: FloatArray


def _spots(places: Sites, movements: Mapping[int, Movement]) -> _Spots:
    """Return the places, and the tracks of those targets that move, one behind another."""
    count = np.zeros(len(places), dtype=np.int64)
    times, states = [np.empty(0)], [np.empty((0, 18))]
    for number in sorted(movements):
        time_s, state = movements[number].nodes()
        count[number] = len(time_s)
        times.append(time_s)
        states.append(state)
    rows = np.ascontiguousarray(np.concatenate([places.position_m, places.normal], axis=1))
    first = np.append(ragged.starts(count), count.sum())
    return _Spots(rows, first, np.concatenate(times), np.concatenate(states))


class _Camera(NamedTuple):
    """Track and limits of a satellite; `steepest` bounds the slope of the slack (`_slack_s`)."""

    time_s: FloatArray
    state: FloatArray
    idle_s: float
    rate_rad_s: float
    steepest: float
    nodes_s: FloatArray
    most: int
    spots: _Spots


class _Schedule(NamedTuple):
    """Pictures taken so far: instants in order and the row of each in `line`.

    `size` (1,) counts all, `held` those of each revolution.
    """

    at_s: FloatArray
    row: IntArray
    line: FloatArray
    size: IntArray
    held: IntArray


@compiled
def _look(camera: _Camera, target: int, at_s: float) -> tuple[float, float, float, float]:
    """Return the line of sight as `lines_of_sight` does, and how fine the ground sample is.

    The last goes as one over the square of the sample of
    `quality.gsd_m`: sin(elevation) / distance^2, below zero for a look from under the horizon.
    """
    state = positions(camera.time_s, camera.state, np.full(1, at_s))[0]
    place = camera.spots.rows[target]
    low, high = camera.spots.first[target], camera.spots.first[target + 1]
    if high > low:
        way_s, way = camera.spots.way_s[low:high], camera.spots.way[low:high]
        place = positions(way_s, way, np.full(1, at_s))[0]
    x = place[0] - state[0]
    y = place[1] - state[1]
    z = place[2] - state[2]
    # The line runs down from the satellite and the normal up, hence the sign; of the inverse cube,
    # one makes the line a unit vector and two are the square of the distance.
    inverse = 1.0 / math.sqrt(x * x + y * y + z * z)
    fine = -(x * place[3] + y * place[4] + z * place[5]) * inverse**3
    cos = math.cos(EARTH_RATE_RAD_S * at_s) * inverse
    sin = math.sin(EARTH_RATE_RAD_S * at_s) * inverse
    return cos * x - sin * y, sin * x + cos * y, z * inverse, fine


@compiled
def _turn_s(camera: _Camera, x: float, y: float, z: float, line: FloatArray) -> float:
    """Return the time of the turn between two lines; the chord keeps the digits of small ones."""
    chord = math.sqrt((x - line[0]) ** 2 + (y - line[1]) ** 2 + (z - line[2]) ** 2)
    return 2.0 * math.asin(min(1.0, 0.5 * chord)) / camera.rate_rad_s


@compiled
def _slack_s(camera: _Camera, schedule: _Schedule, target: int, at_s: float) -> float:
    """Return the time to spare between a picture at at_s and its neighbours; negative: no room.

    Below zero it is continuous, and its slope is at most one and the turn of the line of sight in
    slew time: where the neighbour changes, at a picture taken, that picture is the one in the way,
    again by the triangle inequality.
    """
    x, y, z, _ = _look(camera, target, at_s)
    count = schedule.size[0]
    k = np.searchsorted(schedule.at_s[:count], at_s, side="right")
    slack = math.inf
    if k > 0:
        turn = _turn_s(camera, x, y, z, schedule.line[schedule.row[k - 1]])
        slack = at_s - schedule.at_s[k - 1] - camera.idle_s - turn
    if k < count:
        turn = _turn_s(camera, x, y, z, schedule.line[schedule.row[k]])
        slack = min(slack, schedule.at_s[k] - at_s - camera.idle_s - turn)
    return slack


@compiled
def _full(camera: _Camera, schedule: _Schedule, at_s: float) -> bool:
    revolution = np.searchsorted(camera.nodes_s, at_s, side="right")
    return bool(schedule.held[revolution] >= camera.most)


@compiled
def _beyond(camera: _Camera, at_s: float, sense: float) -> float:
    """Return the nearest instant of the revolution after, or before, that of at_s."""
    revolution = np.searchsorted(camera.nodes_s, at_s, side="right")
    if sense > 0.0:
        last = revolution == camera.nodes_s.shape[0]
        return math.inf if last else camera.nodes_s[revolution]
    return -math.inf if revolution == 0 else np.nextafter(camera.nodes_s[revolution - 1], -math.inf)


@compiled
def _nearest(
    camera: _Camera, schedule: _Schedule, target: int, from_s: float, edge_s: float
) -> float:
    """Return the first instant from from_s towards edge_s at which a picture fits; NaN: none.

    Where the slack is -d, none fits within d / steepest: that far is gone at a bound.
    """
    sense = 1.0 if edge_s > from_s else -1.0
    at = from_s
    # The last instant known not to fit, then the first known to fit.
    unfit = from_s
    while True:
        if _full(camera, schedule, at):
            at = _beyond(camera, at, sense)
            unfit = at
            if (at - edge_s) * sense > 0.0:
                return math.nan
            continue
        slack = _slack_s(camera, schedule, target, at)
        if slack >= 0.0:
            break
        if at == edge_s:
            return math.nan
        # The bound itself does not fit either, or fits only just: go a step beyond it, so that a
        # slack that closes slowly takes no endless number of ever shorter steps.
        unfit = at - sense * slack / camera.steepest
        at = unfit + sense * SCAN_S
        if (at - edge_s) * sense > 0.0:
            at = edge_s
    # Halve towards the edge of what fits, and keep the end that does.
    while abs(at - unfit) > ROOT_S:
        middle = 0.5 * (at + unfit)
        free = not _full(camera, schedule, middle)
        if free and _slack_s(camera, schedule, target, middle) >= 0.0:
            at = middle
        else:
            unfit = middle
    return at


@compiled
def _fitting(
    camera: _Camera,
    schedule: _Schedule,
    target: int,
    low_s: float,
    high_s: float,
    best_s: float,
) -> float:
    """Return the best look if it fits, else the better of the nearest to either side; NaN: none."""
    if not _full(camera, schedule, best_s) and _slack_s(camera, schedule, target, best_s) >= 0.0:
        return best_s
    before = _nearest(camera, schedule, target, best_s, low_s) if low_s < best_s else math.nan
    after = _nearest(camera, schedule, target, best_s, high_s) if high_s > best_s else math.nan
    if math.isnan(before) or math.isnan(after):
        return after if math.isnan(before) else before
    finer = _look(camera, target, before)[3] >= _look(camera, target, after)[3]
    return before if finer else after


@compiled
def _serve(
    camera: _Camera,
    target: IntArray,
    low_s: FloatArray,
    high_s: FloatArray,
    best_s: FloatArray,
) -> FloatArray:
    """Return the instant (N,) given to each opportunity in turn, NaN for none."""
    n = target.shape[0]
    schedule = _Schedule(
        np.empty(n),
        np.empty(n, dtype=np.int64),
        np.empty((n, 3)),
        np.zeros(1, dtype=np.int64),
        np.zeros(camera.nodes_s.shape[0] + 1, dtype=np.int64),
    )
    out = np.full(n, math.nan)
    for i in range(n):
        at = _fitting(camera, schedule, target[i], low_s[i], high_s[i], best_s[i])
        if math.isnan(at):
            continue
        out[i] = at
        x, y, z, _ = _look(camera, target[i], at)
        schedule.line[i, 0], schedule.line[i, 1], schedule.line[i, 2] = x, y, z
        count = schedule.size[0]
        k = np.searchsorted(schedule.at_s[:count], at, side="right")
        # Insert into the order of instants; a revolution's worth of pictures, so moving is cheap.
        for j in range(count, k, -1):
            schedule.at_s[j] = schedule.at_s[j - 1]
            schedule.row[j] = schedule.row[j - 1]
        schedule.at_s[k] = at
        schedule.row[k] = i
        schedule.size[0] += 1
        schedule.held[np.searchsorted(camera.nodes_s, at, side="right")] += 1
    return out
