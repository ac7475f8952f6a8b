"""Crosslinks: when two satellites can talk to each other.

Both ends move, so `simulator.access.pair_scan` searches each pair over the nodes of both tracks,
with the promise of the access search: every window is found by proof and its edges are roots.
Seconds since the span's start.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from simulator.access import pair_conditions, pair_scan
from simulator.access.windows import Windows, within
from simulator.arrays import BoolArray, FloatArray, Int32Array
from simulator.earth import sphere_of_ellipsoid
from simulator.errors import InputError
from simulator.orbits import Track, step_bounds
from simulator.workers import Threads

_PairWindows = tuple[FloatArray, BoolArray]


@dataclass(frozen=True)
class LinkLimits:
    """What must hold for two satellites to talk; None leaves a condition out.

    The straight line between them passes clear of the ellipsoid raised by `grazing_height_km`.
    `max_pointing_deg` bounds, at either satellite, the angle between the link and the plane normal
    to its geocentric radius (the horizontal of an orbit's own axes). Raises InputError.
    """

    max_range_km: float | None
    grazing_height_km: float = 100.0
    max_pointing_deg: float | None = None

    def __post_init__(self) -> None:
        _between("max_range_km", self.max_range_km, 0.0, math.inf)
        _between("max_pointing_deg", self.max_pointing_deg, 0.0, 90.0)
        if not 0.0 <= self.grazing_height_km < math.inf:
            raise InputError(f"grazing_height_km is {self.grazing_height_km:g}; allowed: 0 or more")


def _between(field: str, value: float | None, above: float, upto: float) -> None:
    if value is not None and not above < value <= upto:
        most = "" if math.isinf(upto) else f", at most {upto:g}"
        raise InputError(f"{field} is {value:g}; allowed: above {above:g}{most}")


@dataclass(frozen=True, eq=False)
class CrosslinkWindows:
    """Half-open windows [start_s, end_s) of pairs of satellites, sorted by start, first, second.

    All (C,); `first` < `second` number the satellites in the order given. `cut` (C, 2) tells which
    windows the search's start and end cut off; an outage of either satellite is an end too.
    """

    first: Int32Array
    second: Int32Array
    start_s: FloatArray
    end_s: FloatArray
    cut: BoolArray

    def __len__(self) -> int:
        return len(self.first)

    def of(self, first: int, second: int) -> FloatArray:
        """Return the windows (N, 2) of a pair, in either order."""
        rows = (self.first == min(first, second)) & (self.second == max(first, second))
        return np.stack([self.start_s[rows], self.end_s[rows]], axis=1)


@dataclass(frozen=True)
class _Satellite:
    """A track, what its steps bound (K - 1, 4), and squares of least and greatest radius."""

    time_s: FloatArray
    state: FloatArray
    steps: FloatArray
    least_m2: float
    greatest_m2: float
    flown_s: FloatArray | None


@dataclass(frozen=True)
class _Body:
    """A satellite in Earth-fixed axes, and in axes scaled so that what blocks it is a sphere."""

    plain: _Satellite
    scaled: _Satellite


def find_crosslinks(
    tracks: Sequence[Track],
    limits: LinkLimits,
    *,
    start_s: float = 0.0,
    end_s: float,
    threads: int | None = None,
) -> CrosslinkWindows:
    """Return every window in [start_s, end_s) in which two satellites can talk, for all pairs.

    Tracks must cover the search from its start; where one ends early (an outage) so do the windows
    of its pairs, and in its gaps there are none. The result does not depend on `threads` (default:
    one a core).
    """
    radius_m, scale = sphere_of_ellipsoid(limits.grazing_height_km * 1e3)
    bodies = [_Body(_measured(track, np.ones(3)), _measured(track, scale)) for track in tracks]
    pairs = list(combinations(range(len(tracks)), 2))

    def task(pair: tuple[int, int]) -> _PairWindows:
        first, second = bodies[pair[0]], bodies[pair[1]]
        return _of_pair(first, second, limits, radius_m, start_s, end_s)

    return _joined(pairs, list(Threads(threads).map(task, pairs)))


def _measured(track: Track, scale: FloatArray) -> _Satellite:
    state = np.ascontiguousarray(track.state[:, :9] * np.tile(scale, 3))
    steps, least, greatest = step_bounds(track.time_s, state)
    return _Satellite(track.time_s, state, steps, least, greatest, track.flown_s)


def _of_pair(
    first: _Body, second: _Body, limits: LinkLimits, radius_m: float, start_s: float, end_s: float
) -> _PairWindows:
    """Return the windows of one pair: those of range and pointing, cut to those of sight."""
    none = np.empty((0, 2)), np.empty((0, 2), np.bool_)
    start_s = max(start_s, float(first.plain.time_s[0]), float(second.plain.time_s[0]))
    end_s = min(end_s, float(first.plain.time_s[-1]), float(second.plain.time_s[-1]))
    if min(len(first.plain.steps), len(second.plain.steps)) < 1 or end_s <= start_s:
        return none
    if min(first.scaled.greatest_m2, second.scaled.greatest_m2) < radius_m**2:
        return none
    conditions = _conditions(first.plain, second.plain, limits)
    if conditions is None:
        return none
    window, cut = np.array([[start_s, end_s]]), np.ones((1, 2), np.bool_)
    if conditions:
        window, cut = _holding(first.plain, second.plain, conditions, start_s, end_s)
    sight = [(pair_conditions.SIGHT, radius_m**2)]
    parts = [_holding(first.scaled, second.scaled, sight, *map(float, w)) for w in window]
    found = (
        np.concatenate([none[0], *(inner for inner, _ in parts)]),
        # What a window of range or pointing ends is no cut of the search's.
        np.concatenate([none[1], *(c & outer for (_, c), outer in zip(parts, cut, strict=True))]),
    )
    for body in (first.plain, second.plain):
        found = _flown(found, body.flown_s)
    return found


def _flown(found: _PairWindows, flown_s: FloatArray | None) -> _PairWindows:
    """Cut the windows of a pair to the times in which one of both is anywhere."""
    if flown_s is None:
        return found
    (begin_s, end_s), cut = found[0].T, found[1]
    pair = np.zeros(len(begin_s), np.int32)
    windows = within(Windows(pair, begin_s.copy(), end_s.copy(), cut), flown_s)
    return np.stack([windows.start_s, windows.end_s], axis=1), windows.cut


def _holding(
    first: _Satellite,
    second: _Satellite,
    conditions: Sequence[tuple[int, float]],
    start_s: float,
    end_s: float,
) -> _PairWindows:
    window, cut = pair_scan.windows(
        pair_scan.Path(first.time_s, first.state, first.steps),
        pair_scan.Path(second.time_s, second.state, second.steps),
        np.array([kind for kind, _ in conditions]), np.array([limit for _, limit in conditions]),
        start_s, end_s,
    )  # fmt: skip
    return np.asarray(window), np.asarray(cut)


def _conditions(
    first: _Satellite, second: _Satellite, limits: LinkLimits
) -> list[tuple[int, float]] | None:
    """Return kinds and limits of range and pointing; None if two shells exclude all links."""
    chosen = []
    if limits.max_range_km is not None:
        longest_m = limits.max_range_km * 1e3
        low, high = sorted((first, second), key=lambda body: body.least_m2)
        if math.sqrt(max(0.0, high.least_m2)) - math.sqrt(low.greatest_m2) > longest_m:
            return None
        chosen.append((pair_conditions.RANGE, longest_m**2))
    if limits.max_pointing_deg is not None and limits.max_pointing_deg < 90.0:
        sine2 = math.sin(math.radians(limits.max_pointing_deg)) ** 2
        chosen += [(pair_conditions.LEVEL_FIRST, sine2), (pair_conditions.LEVEL_SECOND, sine2)]
    return chosen


def _joined(pairs: Sequence[tuple[int, int]], parts: Sequence[_PairWindows]) -> CrosslinkWindows:
    counts = [len(window) for window, _ in parts]
    owner = np.repeat(np.array(pairs, np.int32).reshape(-1, 2), counts, axis=0)
    window = np.concatenate([np.empty((0, 2)), *(w for w, _ in parts)])
    cut = np.concatenate([np.empty((0, 2), np.bool_), *(c for _, c in parts)])
    order = np.lexsort((owner[:, 1], owner[:, 0], window[:, 0]))
    return CrosslinkWindows(
        owner[order, 0], owner[order, 1], window[order, 0], window[order, 1], cut[order]
    )
