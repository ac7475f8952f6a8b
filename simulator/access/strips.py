"""What one overpass images: the strip below a satellite that looks square to its path.

A line sensor sees the plane square to the velocity over ground (for a radar, that of no Doppler
shift). *Roll* is the angle in that plane from nadir, or from the direction in it nearest to nadir
where the satellite climbs or sinks, positive to the right of the motion. A place is imaged as
the plane sweeps over it, forwards where it is nearest or backwards where it is farthest, if the
roll to it lies within the strip. Edges are true intersections with the ellipsoid. Seconds since the
span's start; the attitude is held, whatever turning the Earth and steering in yaw would ask.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from simulator.access.search import View, broadside, find_accesses
from simulator.access.windows import Windows
from simulator.arrays import BoolArray, FloatArray, Int32Array, IntArray, cross
from simulator.earth import (
    WGS84_SEMI_MAJOR_AXIS_M,
    WGS84_SEMI_MINOR_AXIS_M,
    Sites,
    ecef_to_geodetic,
    sites_at,
)
from simulator.orbits import Track, positions, velocities
from simulator.units import DAY_S
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
    state = positions(track.time_s, track.state, at)
    velocity = velocities(track.time_s, track.state, at)
    forward = velocity / np.linalg.norm(velocity, axis=1)[:, None]
    up = state[:, 3:]
    right = cross(forward, up)
    right /= np.linalg.norm(right, axis=1)[:, None]
    return state[:, :3], cross(forward, right), right


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

    site: Int32Array
    at_s: FloatArray
    roll_deg: FloatArray

    def __len__(self) -> int:
        return len(self.site)

    def kept(self, chosen: BoolArray | IntArray) -> Crossings:
        """Return those chosen, by a mask or in the order of their numbers."""
        return Crossings(self.site[chosen], self.at_s[chosen], self.roll_deg[chosen])

    def within(self, *, roll_deg: float, half_angle_deg: float) -> Crossings:
        """Return those that a strip of a held roll images."""
        return self.kept(np.abs(self.roll_deg - roll_deg) <= half_angle_deg)

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


@dataclass(frozen=True, eq=False)
class Light:
    """What settles when a satellite may look: the Sun's track, and the times it is allowed.

    `sun` is needed for a condition on the Sun over the sites; `allowed` (N, 2) are sorted windows
    in seconds, such as those of a sunlit satellite. Without either any time will do.
    """

    sun: Track | None = None
    allowed: FloatArray | None = None


_ANY_LIGHT = Light()


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
    light: Light = _ANY_LIGHT,
    threads: int | None = None,
) -> Crossings:
    """Return every crossing in [start_s, end_s) at a roll of at most `max_roll_deg` to either side.

    The conditions of `view` must hold at it, but for its cone, its side and its least duration, and
    `light` allow it.

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

    def search(chosen: IntArray) -> Crossings:
        batch = sites_at(places.position_m[chosen], places.normal[chosen])
        windows = find_accesses(
            track,
            batch,
            wide,
            start_s=start_s,
            end_s=end_s,
            sun=light.sun,
            allowed=light.allowed,
            threads=1,
        )
        site, at_s = broadside(track, batch, windows)
        roll_deg = _roll_deg(track, batch.position_m[site], at_s)
        events = Crossings(chosen[site].astype(np.int32), at_s, roll_deg)
        return events.kept((np.abs(roll_deg) <= max_roll_deg) & (at_s < end_s))

    count = 1 + int(len(places) * (end_s - start_s) / DAY_S / _SITE_DAYS_A_BATCH)
    batches = [part for part in np.array_split(places.order, count) if len(part)]
    parts = list(Threads(threads).map(search, batches))
    site = np.concatenate([part.site for part in parts])
    at_s = np.concatenate([part.at_s for part in parts])
    roll_deg = np.concatenate([part.roll_deg for part in parts])
    return Crossings(site, at_s, roll_deg).kept(np.argsort(site, kind="stable"))


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
    light: Light = _ANY_LIGHT,
    threads: int | None = None,
) -> Windows:
    """Return the instants in [start_s, end_s) at which a held strip images sites.

    Accesses of no length, sorted as those of `access.find_accesses`; of `view` all holds but the
    cone, the side and the least duration.
    """
    events = crossings(
        track,
        places,
        max_roll_deg=strip.reach_deg,
        start_s=start_s,
        end_s=end_s,
        view=view,
        light=light,
        threads=threads,
    )
    imaged = events.within(roll_deg=strip.roll_deg, half_angle_deg=strip.half_angle_deg)
    return imaged.windows(end_s)
