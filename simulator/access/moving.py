"""Accesses to a site that moves, by the same search and the same proof as to one that stands.

On each leg of its way the site stands still in axes that turn with the leg (`earth.Movement`). A
satellite's path, brought into those axes node by node with all of its derivatives, is a path like
any other, and the bounds on its curvature hold the motion of the site. What the quintics between
its nodes err by in turning axes is bounded, and steps are split until it is an angle of
`_ERROR_RAD` at the Earth's centre at most: under a millimetre in low orbit, as much as the path
itself errs by. Metres, seconds, radians.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from simulator import ragged
from simulator.access import conditions, cuts
from simulator.access.search import View, flown, further_conditions, in_light, refined
from simulator.access.windows import Windows, joined, longer, no_windows, within
from simulator.arrays import FloatArray, IntArray, cross
from simulator.earth import Movement, sites_at, turned
from simulator.orbits import Pieces, Track, positions, sign_changes, states, step_bounds, velocities

_ERROR_RAD = 1e-10
# A node of the path this near to the end of a piece is left out.
_NEAR_S = 1e-5
# Between values at both ends of a step a quintic through value, rate and bend errs by this share of
# the sixth derivative times the sixth power of the step (de Boor 2001, A Practical Guide to
# Splines: (1/2)^6 / 6!).
_HERMITE = 1.0 / 46_080.0
_BINOMIAL = (6.0, 15.0, 20.0, 15.0, 6.0, 1.0)
# What the site's own path about the Earth's centre adds, an ellipsoid being no sphere.
_BULGE_M = 4e7
# No site climbs faster.
_CLIMB_M_S = 1e3


class Beside:
    """A body's path in axes in which a moving site stands still, over spans of time, leg by leg.

    `track` holds pieces of the path one after another, each in the axes of its leg, with a node at
    either end; `sites` has the site once a piece, and `pieces` a window a piece, cut from span
    `owner` (P,). A search over them is one of as many sites, each in its own part of the track.
    """

    def __init__(self, path: Track, moved: Movement, spans_s: FloatArray) -> None:
        self.owner, leg, ends_s = _of_legs(moved, spans_s)
        piece, times_s = _nodes(path.time_s, ends_s)
        piece, times_s = _split(path, moved.rate_rad_s[leg], piece, times_s)
        self.track = Track(times_s, _turned(path, moved, times_s, leg[piece]))
        begin = moved.state(moved.time_s[leg], leg)
        self.sites = sites_at(begin[:, :3], begin[:, 9:12])
        number = np.arange(len(leg), dtype=np.int32)
        cut = np.ones((len(leg), 2), np.bool_)
        self.pieces = Windows(number, ends_s[:, 0].copy(), ends_s[:, 1].copy(), cut)

    def refined(self, kind: int, limit: float, windows: Windows) -> Windows:
        """Cut windows of pieces to where one more condition holds."""
        return refined(kind, limit, self.track, self.sites, windows)


def _of_legs(moved: Movement, spans_s: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Return span (P,), leg (P,) and both ends (P, 2) of the pieces in which spans meet legs."""
    first = moved.leg_at(spans_s[:, 0])
    last = np.searchsorted(moved.time_s, spans_s[:, 1], side="left")
    owner, leg = ragged.ranges(first, last - first)
    start_s = np.maximum(spans_s[owner, 0], moved.time_s[leg])
    end_s = np.minimum(spans_s[owner, 1], moved.time_s[leg + 1])
    keep = end_s > start_s
    return owner[keep], leg[keep], np.column_stack([start_s, end_s])[keep]


def _nodes(time_s: FloatArray, ends_s: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the piece (K,) and the instant (K,) of each node: a piece's ends and what is between.

    A node of the path beside an end is left out, so that no step is too short to divide by.
    """
    first = np.searchsorted(time_s, ends_s[:, 0] + _NEAR_S, side="right")
    last = np.searchsorted(time_s, ends_s[:, 1] - _NEAR_S, side="left")
    inner = np.maximum(last - first, 0)
    piece, place = ragged.ranges(0, inner + 2)
    times_s = time_s[np.clip(first[piece] + place - 1, 0, len(time_s) - 1)]
    times_s = np.where(place == 0, ends_s[piece, 0], times_s)
    return piece, np.where(place == inner[piece] + 1, ends_s[piece, 1], times_s)


def _states(path: Track, times_s: FloatArray) -> FloatArray:
    """Return the states (K, 18) of a path, those of its own nodes as they are."""
    node = np.minimum(np.searchsorted(path.time_s, times_s), len(path.time_s) - 1)
    out = path.state[node]
    between = path.time_s[node] != times_s
    out[between] = states(path, times_s[between])
    return np.asarray(out)


def _split(
    path: Track, rate: FloatArray, piece: IntArray, times_s: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Return the nodes with as many more as keep the error of each step within `_ERROR_RAD`."""
    while True:
        step = np.flatnonzero(piece[1:] == piece[:-1])
        length_s = times_s[step + 1] - times_s[step]
        body = _states(path, times_s)
        error = _error_rad(body[step], body[step + 1], length_s, rate[piece[step]])
        wide = step[error > _ERROR_RAD]
        if not len(wide):
            return piece, times_s
        middle_s = times_s[wide] + 0.5 * (times_s[wide + 1] - times_s[wide])
        times_s = np.insert(times_s, wide + 1, middle_s)
        piece = np.insert(piece, wide + 1, piece[wide])


def _error_rad(
    begin: FloatArray, end: FloatArray, length_s: FloatArray, rate: FloatArray
) -> FloatArray:
    """Return a bound (S,) on what the quintics of steps err by in axes turning at `rate` (S,).

    Turned axes mix the derivatives: the sixth is at most the sum over k of binomial(6, k) rate^k
    times the derivative of order 6 - k, of which that of order six is zero before the turn.
    """
    h, turn = length_s[:, None], rate[:, None]
    w = h[:, None]
    # Each (S, 2, 3): of place and normal.
    x0, v0, a0 = begin.reshape(-1, 2, 3, 3).transpose(2, 0, 1, 3)
    x1, v1, a1 = end.reshape(-1, 2, 3, 3).transpose(2, 0, 1, 3)
    size_m = np.minimum(*(np.linalg.norm(x[:, 0], axis=1) for x in (x0, x1)))
    # What value, rate and bend at the end differ by from those of a parabola.
    d, e, f = x1 - x0 - w * (v0 + 0.5 * w * a0), v1 - v0 - w * a0, a1 - a0
    fifth = _longest((720.0 * d / w - 360.0 * e + 60.0 * w * f) / w**4)
    fourth = _longest((-360.0 * d / w + 168.0 * e - 24.0 * w * f) / w**3) + h * fifth
    third = _longest((60.0 * d / w - 24.0 * e + 3.0 * w * f) / w**2) + h * fourth
    bend = _longest(a0) + h * third
    speed = _longest(v0) + h * bend
    place = _longest(x0) + h * speed
    place[:, 0] += _BULGE_M
    orders = (fifth, fourth, third, bend, speed, place)
    sixth = sum(
        factor * turn ** (k + 1) * order
        for k, (factor, order) in enumerate(zip(_BINOMIAL, orders, strict=True))
    )
    error = _HERMITE * h**6 * sixth
    return np.asarray(np.maximum(error[:, 0] / size_m, error[:, 1]))


def _longest(vector: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.norm(vector, axis=2))


def _turned(path: Track, moved: Movement, times_s: FloatArray, leg: IntArray) -> FloatArray:
    """Return states (N, 18) of a path in the axes of legs (N,), shifted to where each begins."""
    body = _states(path, times_s)
    place = moved.state(times_s, leg)
    begin = moved.state(moved.time_s[leg], leg)
    axis, angle = moved.axis[leg], -moved.rate_rad_s[leg] * (times_s - moved.time_s[leg])
    spin = axis * moved.rate_rad_s[leg][:, None]
    relative = body[:, :9] - place[:, :9]
    out = np.empty_like(body)
    for base, motion in ((0, relative), (9, body[:, 9:])):
        x, v, a = motion[:, :3], motion[:, 3:6], motion[:, 6:9]
        # Rates in turning axes: less spin x vector, twice for the bend.
        carried = cross(spin, x)
        rate = v - carried
        bend = a - 2.0 * cross(spin, v) + cross(spin, carried)
        for k, vector in enumerate((x, rate, bend)):
            out[:, base + 3 * k : base + 3 * k + 3] = turned(vector, axis, angle)
    out[:, :3] += begin[:, :3]
    return out


def find_moving_accesses(
    track: Track,
    moved: Movement,
    view: View,
    *,
    start_s: float,
    end_s: float,
    sun: Track | None = None,
    allowed: FloatArray | None = None,
) -> Windows:
    """Return every window in [start_s, end_s) in which all conditions of `view` hold.

    As `find_accesses`, of one moving site, which is site 0; where it is nowhere, it is not seen.
    An access that ends as the site's own way does is not cut: there is no more of it.
    """
    path_end_s = min(end_s, track.end_s)
    begin_s, until_s = max(start_s, moved.begin_s), min(path_end_s, moved.end_s)
    if len(track.time_s) < 2 or until_s <= begin_s:
        return no_windows()
    elevation = math.sin(math.radians(view.min_elevation_deg))
    spans_s = _in_sight(track, moved, elevation, begin_s, until_s)
    if not len(spans_s):
        return no_windows()
    beside = Beside(track, moved, spans_s)
    windows = beside.refined(conditions.ELEVATION, elevation, beside.pieces)
    for kind, limit in further_conditions(beside.track, beside.sites, view, conditions.ELEVATION):
        if kind == conditions.SIDE:
            windows = _to_side(limit, track, moved, windows)
        else:
            windows = beside.refined(kind, limit, windows)
    windows = _in_light(view, sun, moved, windows)
    cut = np.stack([windows.start_s <= start_s, windows.end_s >= path_end_s], axis=1)
    windows = flown(replace(windows, cut=cut), track)
    if allowed is not None:
        windows = within(windows, allowed)
    return longer(windows, view.min_duration_s)


def _in_sight(
    track: Track, moved: Movement, limit: float, begin_s: float, until_s: float
) -> FloatArray:
    """Return spans (N, 2) outside of which the site can't see the satellite high enough.

    (sine of the elevation - limit) * distance changes by no more than the speed of the one past
    the other, and the turn of the site's normal: steps are left out by its values at both ends.
    """
    last = len(track.time_s) - 1
    first = max(0, int(np.searchsorted(track.time_s, begin_s, side="right")) - 1)
    until = min(last, int(np.searchsorted(track.time_s, until_s, side="left")))
    t_s = track.time_s[first : until + 1]
    at_s = np.clip(t_s, begin_s, until_s)
    place = moved.state(at_s)
    line = track.state[first : until + 1, :3] - place[:, :3]
    distance = np.linalg.norm(line, axis=1)
    height = np.einsum("ij,ij->i", line, place[:, 9:12]) - limit * distance
    step_s = np.diff(t_s)
    bounds = np.asarray(step_bounds(t_s, np.ascontiguousarray(track.state[first : until + 1]))[0])
    turn = moved.rate_rad_s.max()
    passing = bounds[:, 1] + conditions.HIGHEST_SITE_M * turn + _CLIMB_M_S
    change = (1.0 + abs(limit)) * passing + (bounds[:, 0] + conditions.HIGHEST_SITE_M) * turn
    most = 0.5 * (height[:-1] + height[1:] + change * step_s)
    steps = np.maximum(most, np.maximum(height[:-1], height[1:])) >= 0.0
    edges = np.flatnonzero(np.diff(steps, prepend=False, append=False))
    spans_s = np.clip(t_s[edges], begin_s, until_s).reshape(-1, 2)
    return np.asarray(spans_s[spans_s[:, 1] > spans_s[:, 0]])


def _in_light(view: View, sun: Track | None, moved: Movement, windows: Windows) -> Windows:
    """Return the windows of pieces as those of one site, cut to the sun's elevations there."""
    whole = _of_one_site(windows)
    if not len(whole) or (
        view.min_sun_elevation_deg is None and view.max_sun_elevation_deg is None
    ):
        return whole
    if sun is None:
        raise ValueError("a sun condition needs the sun's track")
    spans_s = np.column_stack([whole.start_s, whole.end_s])
    beside = Beside(sun, moved, spans_s)
    return _of_one_site(in_light(beside.pieces, view, beside.sites, beside.track))


def _of_one_site(windows: Windows) -> Windows:
    """Return the windows of all legs as those of site 0, made one where legs meet."""
    if not len(windows):
        return windows
    return joined([replace(windows, site=np.zeros_like(windows.site))])


def _to_side(side: float, track: Track, moved: Movement, windows: Windows) -> Windows:
    """Cut windows to where the site is right (1) or left (-1) of the plane of the motion.

    The plane holds the Earth's centre, which moves beside a moving site: by branch and bound on the
    rate of the triple product of site, velocity and place.
    """
    if not len(windows):
        return windows

    def offset(t_s: FloatArray) -> FloatArray:
        at_s = np.ascontiguousarray(t_s)
        body = np.asarray(positions(track.time_s, track.state, at_s))[:, :3]
        velocity = np.asarray(velocities(track.time_s, track.state, at_s))
        place = moved.state(at_s)[:, :3]
        return np.asarray(side * np.einsum("ij,ij->i", place, cross(velocity, body)))

    most = np.asarray(step_bounds(track.time_s, track.state)[0]).max(axis=0)
    speed_m_s = conditions.HIGHEST_SITE_M * moved.rate_rad_s.max() + _CLIMB_M_S
    rate = speed_m_s * most[1] * most[0] + conditions.HIGHEST_SITE_M * most[2] * most[0]
    left_s, right_s = windows.start_s, windows.end_s
    ends = (offset(left_s), offset(right_s))
    pieces = Pieces(left_s, right_s, *ends, np.full(len(left_s), rate))
    return _kept_between(windows, sign_changes(offset, pieces), offset)


def _kept_between(
    windows: Windows, changes_s: FloatArray, function: Callable[[FloatArray], FloatArray]
) -> Windows:
    """Return the parts of windows between changes of sign in which the function is positive."""
    low = np.searchsorted(changes_s, windows.start_s, side="right")
    high = np.searchsorted(changes_s, windows.end_s, side="left")
    owner, part = ragged.ranges(0, high - low + 1)
    before, after = low[owner] + part - 1, low[owner] + part
    padded = np.concatenate([[-np.inf], changes_s, [np.inf]])
    start_s = np.maximum(windows.start_s[owner], padded[before + 1])
    end_s = np.minimum(windows.end_s[owner], padded[after + 1])
    start_s = np.where(part == 0, windows.start_s[owner], start_s)
    end_s = np.where(part == (high - low)[owner], windows.end_s[owner], end_s)
    inside = function(0.5 * (start_s + end_s)) >= 0.0
    keep = inside & (end_s > start_s)
    cut = np.zeros((int(keep.sum()), 2), np.bool_)
    return Windows(windows.site[owner][keep], start_s[keep], end_s[keep], cut)


def closest_moving_looks(
    track: Track, moved: Movement, windows: Windows, *, by_elevation: bool
) -> FloatArray:
    """Return the instant (W,) in each window of greatest elevation, or of finest ground sample.

    As `closest_looks`, of one moving site.
    """
    if not len(windows):
        return np.empty(0)
    beside = Beside(track, moved, np.column_stack([windows.start_s, windows.end_s]))
    owner, pieces = beside.owner, beside.pieces
    rows = np.concatenate([beside.sites.position_m, beside.sites.normal], axis=1)
    kind = conditions.ELEVATION if by_elevation else conditions.GROUND_SAMPLE
    at_s = np.asarray(
        cuts.peak(
            kind,
            beside.track.time_s,
            beside.track.state,
            np.ascontiguousarray(rows),
            pieces.site,
            pieces.start_s,
            pieces.end_s,
        )
    )
    body = np.asarray(positions(track.time_s, track.state, np.ascontiguousarray(at_s)))[:, :3]
    place = moved.state(at_s)
    line = body - place[:, :3]
    distance = np.linalg.norm(line, axis=1)
    merit = np.einsum("ij,ij->i", line, place[:, 9:12]) / distance ** (1 if by_elevation else 3)
    # The greatest of each window's pieces comes last.
    order = np.lexsort((merit, owner))
    return np.asarray(at_s[order][np.append(np.diff(owner[order]) > 0, True)])


def finer_moving(
    track: Track, moved: Movement, windows: Windows, tilted_sample_per_m: float
) -> Windows:
    """Return what of the accesses to a moving site keeps a bound as `View.tilted_sample_per_m`."""
    if not len(windows):
        return windows
    beside = Beside(track, moved, np.column_stack([windows.start_s, windows.end_s]))
    finer = beside.refined(conditions.TILTED_SAMPLE, tilted_sample_per_m**4, beside.pieces)
    whole = _of_one_site(finer)
    # An edge is the search's where it was one before.
    first = np.searchsorted(windows.start_s, whole.start_s, side="right") - 1
    cut = np.column_stack(
        [
            windows.cut[first, 0] & (whole.start_s <= windows.start_s[first]),
            windows.cut[first, 1] & (whole.end_s >= windows.end_s[first]),
        ]
    )
    return replace(whole, cut=cut)
