"""Satellite tracks: SGP4 on few nodes, Chebyshev polynomials between, Earth-fixed steps out.

SGP4 costs far more than interpolation, so each stretch of about a revolution is sampled at 25
Chebyshev-Lobatto nodes (the polynomial through them errs by under `FIT_TOLERANCE_M`, checked
against SGP4 itself) and evaluated with its derivatives at the steps of the access kernel. There a
quintic Hermite polynomial joins the steps (`segments`). Inside this module: metres, seconds,
radians.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.polynomial import chebyshev, polynomial

from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.earth import EARTH_RATE_RAD_S, Span
from simulator.orbits.elements import Elements
from simulator.orbits.propagation import Outage as Outage
from simulator.orbits.propagation import ending, outage_at, rounding_m, usable
from simulator.orbits.propagation import teme_positions as teme_positions
from simulator.orbits.segments import (
    DEGREE,
    FIT_TOLERANCE_M,
    Segments,
    coefficients,
    lobatto,
    steps_a_segment,
    with_normals,
)
from simulator.orbits.tabulated import EPHEMERIS_ENDS, TabulatedElements, gaps_between
from simulator.orbits.tabulated_segments import bridged, stretch_segments
from simulator.units import MINUTE_S

_MOST_SEGMENTS_A_REVOLUTION = 256
# Over a change of elements the path jumps: one step of this length holds the jump.
JUMP_S = 1e-5
_LEAST_STEP_S = 1e-3
SEGMENTS_AT_ONCE = 2_048
_EQUATORIAL_M = 1_000.0
# Power coefficients on [0, 1] of the quintic with given value, rate and bend at 0 and at 1.
_QUINTIC = np.array(
    [
        [[1, 0, 0, -10, 15, -6], [0, 1, 0, -6, 8, -3], [0, 0, 0.5, -1.5, 1.5, -0.5]],
        [[0, 0, 0, 10, -15, 6], [0, 0, 0, -4, 7, -3], [0, 0, 0, 0.5, -1, 0.5]],
    ]
)


@dataclass(frozen=True)
class Track:
    """A body's path in the Earth-fixed frame on increasing nodes.

    `time_s` (K,), seconds since the span's start; `state` (K, 18), metres and seconds: position,
    velocity, acceleration, then the outward ellipsoid normal below the body and its first and
    second derivative. `outage` tells why a track ends before it was asked to. A track of parts of a
    path has `runs` (R, 2), the first and the last node of each: there is nothing between them. In
    its `gaps` (G, 2), seconds, it has nodes that stand still, and the body is nowhere: no search
    finds anything there.
    """

    time_s: FloatArray
    state: FloatArray
    outage: Outage | None = None
    runs: IntArray | None = None
    gaps: FloatArray | None = None

    @property
    def end_s(self) -> float:
        return float(self.time_s[-1])

    @cached_property
    def greatest_radius_m(self) -> float:
        """The greatest distance of a node from the Earth's centre."""
        place_m = self.state[:, :3]
        return float(np.sqrt(np.einsum("ij,ij->i", place_m, place_m).max()))

    @property
    def flown_s(self) -> FloatArray | None:
        """Times (F, 2), sorted, outside of which the body is nowhere; None: it has no gaps."""
        if self.gaps is None:
            return None
        begins, ends = np.append(-np.inf, self.gaps[:, 1]), np.append(self.gaps[:, 0], np.inf)
        return np.stack([begins, ends], axis=1)

    def has(self, at_s: FloatArray) -> BoolArray:
        """Return whether the body is anywhere at instants (N,)."""
        there = (at_s >= self.time_s[0]) & (at_s <= self.end_s)
        for begin_s, end_s in () if self.gaps is None else self.gaps.tolist():
            # At either end of a gap there is a state.
            there &= (at_s <= begin_s) | (at_s >= end_s)
        return np.asarray(there)


def _period_s(elements: Elements) -> float:
    return float(2.0 * np.pi / elements.satellite.no_kozai * MINUTE_S)


def _segment_s(elements: Elements, span: Span, low_s: float, high_s: float) -> float:
    """Return the longest binary share of a revolution that 25 samples interpolate well enough.

    Looked at where the stretch begins and where it ends. No share does better than rounding.
    """
    period = _period_s(elements)
    nodes, fit = lobatto()
    check = np.linspace(-0.99, 0.99, 33)
    matrix = chebyshev.chebvander(check, DEGREE) @ fit
    tolerance_m = max(FIT_TOLERANCE_M, rounding_m(elements, span))
    places = 0.5 * (np.concatenate([nodes, check]) + 1.0)
    origins_s = np.array([low_s, max(low_s, high_s - period)])[:, None, None]
    share = 1
    while share < _MOST_SEGMENTS_A_REVOLUTION:
        length = period / share
        # All instants at once (2, share, P), for many SGP4 positions take little longer than few.
        t_s = origins_s + (np.arange(share) * length)[:, None] + length * places
        codes, position_m = teme_positions(elements, span, t_s.ravel())
        known = usable(codes, position_m).reshape(2, -1).all(axis=1)
        position_m = position_m.reshape(2, share, -1, 3)
        with np.errstate(invalid="ignore"):
            fitted = matrix @ position_m[:, :, : DEGREE + 1]
            apart = np.abs(fitted - position_m[:, :, DEGREE + 1 :]).max(axis=(1, 2, 3))
        if np.where(known, apart, 0.0).max() < tolerance_m:
            return length
        share *= 2
    return period / share


def _fitted(
    elements: Elements, span: Span, position_m: FloatArray, first: int, length_s: float
) -> Segments:
    """Return whole segments from their samples (S * degree + 1, 3), the first with its number."""
    count = (len(position_m) - 1) // DEGREE
    full = with_normals(position_m)
    samples = full[np.arange(count)[:, None] * DEGREE + np.arange(DEGREE + 1)]
    return _of_samples(elements, span, samples, (0.0, first, length_s))


def _of_samples(
    elements: Elements, span: Span, samples: FloatArray, begin_s: tuple[float, int, float]
) -> Segments:
    """Return segments of samples (S, degree + 1, 6); origin, first number and length as there."""
    series = coefficients(samples, rounding_m(elements, span))
    steps = steps_a_segment(series, begin_s[2], _period_s(elements))
    return Segments(samples, series, steps, *begin_s)


def _states(span: Span, segments: Segments) -> tuple[FloatArray, FloatArray]:
    """Return times and states of segments.

    Block by block, so that a long span takes little more memory than its states.
    """
    count = len(segments)
    if count <= SEGMENTS_AT_ONCE:
        return segments.states(span)
    offsets = np.concatenate([[0], np.cumsum(segments.steps)])
    time_s, state = np.empty(offsets[-1] + 1), np.empty((offsets[-1] + 1, 18))
    for low in range(0, count, SEGMENTS_AT_ONCE):
        part = segments.between(low, low + SEGMENTS_AT_ONCE).states(span)
        # The last node is the first of the next block, which writes it anew.
        rows = slice(offsets[low], offsets[low] + len(part[0]))
        time_s[rows], state[rows] = part
    return time_s, state


def track(
    elements: Elements, span: Span, *, start_s: float = 0.0, end_s: float | None = None
) -> Track:
    """Return the track of a satellite over at least [start_s, end_s), 0 <= start_s.

    Nodes lie on a grid that depends on elements and span alone, so tracks of neighbouring
    stretches agree where they meet. Where the elements change the path jumps, within `JUMP_S`
    after the change. Re-entry and SGP4 errors end the track: see `Track.outage`.
    """
    until = span.duration_s if end_s is None else end_s
    if isinstance(elements, TabulatedElements):
        return _tabulated(elements, span, (max(start_s, 0.0), until))
    parts: list[tuple[FloatArray, FloatArray]] = []
    outage = None
    for piece, low_s, high_s in elements.pieces(span):
        if low_s >= until:
            break
        outage = ending(piece, span, max(low_s, 0.0), min(high_s, until))
        last_s = high_s if outage is None else outage.time_s
        if last_s > start_s:
            after_s = low_s + JUMP_S if parts else low_s
            parts.append(_piece(piece, span, (max(start_s, 0.0), until), (after_s, last_s)))
        if outage is not None:
            break
    parts = [(time_s, state) for time_s, state in parts if len(time_s)]
    if not parts:
        return _nothing(elements, span, start_s, outage)
    if len(parts) == 1:
        return Track(*parts[0], outage)
    time_s, state = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return Track(time_s, state, outage)


def _tabulated(elements: TabulatedElements, span: Span, asked_s: tuple[float, float]) -> Track:
    """Return the track of a table of states, segment by segment; it stands still between them."""
    parts: list[tuple[FloatArray, FloatArray]] = []
    flown_s: list[tuple[float, float]] = []
    outage, end_s = None, -np.inf
    for piece in elements.by_segment():
        ((low_s, high_s),) = piece.segment_times_s(span).tolist()
        if low_s >= asked_s[1]:
            flown_s.append((low_s, high_s))
            break
        if high_s <= 0.0:
            continue
        outage = ending(piece, span, max(low_s, 0.0), min(high_s, asked_s[1]))
        stop_s = high_s if outage is None else outage.time_s
        if stop_s > asked_s[0]:
            segments = stretch_segments(piece, span, asked_s)
            begin_s = max(low_s, end_s + JUMP_S)
            if segments is not None:
                parts.append(_cut(*_states(span, segments), begin_s, stop_s))
        flown_s.append((low_s, stop_s))
        end_s = stop_s
        if outage is not None:
            break
    else:
        last_s = float(elements.segment_times_s(span)[-1, 1])
        outage = Outage(last_s, 0, EPHEMERIS_ENDS) if last_s < asked_s[1] else None
    parts = [part for part in parts if len(part[0]) > 1]
    if not parts and outage is not None and outage.time_s <= asked_s[0]:
        return _nothing(elements, span, asked_s[0], outage)
    until_s = asked_s[1] if outage is None else min(asked_s[1], outage.time_s)
    time_s, state = bridged(parts, (asked_s[0], until_s), JUMP_S)
    return Track(time_s, state, outage, gaps=gaps_between(flown_s))


def sampled(
    elements: Elements, span: Span, asked_s: tuple[float, float], flown_s: tuple[float, float]
) -> tuple[Segments | None, float, bool]:
    """Return whole segments of one element set over the time asked for, within that flown.

    None where there is no whole one; further the instant at which they end, and whether they reach
    the end of what is asked for.
    """
    low_s, high_s = max(0.0, flown_s[0]), min(span.duration_s, flown_s[1])
    length = _segment_s(elements, span, low_s, high_s)
    start_s, stop_s = max(asked_s[0], low_s), min(asked_s[1], flown_s[1])
    first = int(np.floor(start_s / length))
    count = max(1, int(np.ceil((stop_s - first * length) / length)))
    nodes, _ = lobatto()
    grid = np.arange(first, first + count)[:, None] * length + 0.5 * length * (nodes[:-1] + 1.0)
    t_s = np.append(grid.ravel(), (first + count) * length)
    codes, position = teme_positions(elements, span, t_s)
    good = usable(codes, position)
    if not good.all():
        count = max(0, int(np.argmin(good)) - 1) // DEGREE
    segments = None
    if count:
        segments = _fitted(elements, span, position[: count * DEGREE + 1], first, length)
    return segments, (first + count) * length, bool(good.all())


def _piece(
    elements: Elements, span: Span, asked_s: tuple[float, float], flown_s: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    """Return times and states of one element set over the time asked for, within that flown.

    What is asked for is covered by whole segments, what is flown is kept to exactly.
    """
    segments, until_s, is_whole = sampled(elements, span, asked_s, flown_s)
    time_s, state = np.empty(0), np.empty((0, 18))
    if segments is not None:
        time_s, state = _states(span, segments)
    if not is_whole:
        start_s, stop_s = max(asked_s[0], flown_s[0], 0.0), min(asked_s[1], flown_s[1])
        tail = _tail(elements, span, max(start_s, until_s), stop_s)
        keep = len(tail[0]) > 0 and len(time_s) > 0
        # Where both meet the longer piece has the better derivatives.
        time_s = np.concatenate([time_s, tail[0][keep:]])
        state = np.concatenate([state, tail[1][keep:]])
    return _cut(time_s, state, *flown_s)


def _cut(
    time_s: FloatArray, state: FloatArray, low_s: float, high_s: float
) -> tuple[FloatArray, FloatArray]:
    """Return the part of a path within [low_s, high_s]; new ends lie on its own polynomials."""
    if len(time_s) < 2 or (low_s <= time_s[0] and time_s[-1] <= high_s):
        return time_s, state
    ends_s = np.clip([low_s, high_s], time_s[0], time_s[-1])
    kept = (time_s > ends_s[0] + _LEAST_STEP_S) & (time_s < ends_s[1] - _LEAST_STEP_S)
    begin, end = (_state_at(time_s, state, float(at_s)) for at_s in ends_s)
    return (
        np.concatenate([ends_s[:1], time_s[kept], ends_s[1:]]),
        np.concatenate([begin[None], state[kept], end[None]]),
    )


def _state_at(time_s: FloatArray, state: FloatArray, at_s: float) -> FloatArray:
    """Return the state (18,) on the quintics of a path at an instant within it."""
    return np.asarray(_states_at(time_s, state, np.array([at_s]))[0])


def states(path: Track, at_s: FloatArray) -> FloatArray:
    """Return the states (N, 18) of a track at instants (N,) within it, on its own quintics."""
    return _states_at(path.time_s, path.state, at_s)


def _states_at(time_s: FloatArray, state: FloatArray, at_s: FloatArray) -> FloatArray:
    step = np.clip(np.searchsorted(time_s, at_s, side="right") - 1, 0, len(time_s) - 2)
    length = time_s[step + 1] - time_s[step]
    scale = length[:, None, None, None] ** np.arange(3)[:, None]
    # Position and normal: value, rate and bend of three components each.
    begin, end = (state[k].reshape(-1, 2, 3, 3) * scale for k in (step, step + 1))
    power = np.einsum("ngoc,op->pngc", begin, _QUINTIC[0]) + np.einsum(
        "ngoc,op->pngc", end, _QUINTIC[1]
    )
    share = ((at_s - time_s[step]) / length)[:, None, None]
    orders = [
        polynomial.polyval(share, polynomial.polyder(power, m), tensor=False) for m in range(3)
    ]
    return np.asarray((np.stack(orders, axis=2) / scale).reshape(-1, 18))


def revolutions_s(track: Track, end_s: float) -> FloatArray:
    """Return the instants (N,) up to end_s at which the body crosses the equator northwards.

    Exact on the track's own polynomials. A body that never leaves the equator by
    `_EQUATORIAL_M` has no node: its revolutions count from its direction at the track's start.
    """
    last = int(np.searchsorted(track.time_s, end_s, side="right")) + 1
    time_s, state = track.time_s[:last], track.state[:last]
    if len(time_s) < 2:
        return np.empty(0)
    height = state[:, 2]
    if np.abs(height).max() < _EQUATORIAL_M:
        instants_s = _turns_s(time_s, state)
    else:
        step = np.flatnonzero((height[:-1] < 0.0) & (height[1:] >= 0.0))
        instants_s = _risings_s(time_s, state[:, 2:9:3], step)
    return instants_s[instants_s <= end_s]


def _turns_s(time_s: FloatArray, state: FloatArray) -> FloatArray:
    """Return the ends of whole turns about the pole, in inertial axes; straight between nodes."""
    angle = np.unwrap(np.arctan2(state[:, 1], state[:, 0]) + EARTH_RATE_RAD_S * time_s)
    turned = (angle - angle[0]) / (2.0 * np.pi)
    whole = np.arange(1.0, np.floor(np.abs(turned[-1])) + 1.0)
    return np.asarray(np.interp(whole, np.abs(turned), time_s))


def _risings_s(time_s: FloatArray, column: FloatArray, step: IntArray) -> FloatArray:
    """Return the roots of one coordinate in steps (N,) over which it turns from below to above.

    `column` (K, 3) holds its value, rate and acceleration at the nodes. Newton's method, or
    bisection where that leaves the bracket.
    """
    length = time_s[step + 1] - time_s[step]
    scale = np.stack([np.ones_like(length), length, length**2], axis=1)
    begin, end = column[step] * scale, column[step + 1] * scale
    # The quintic of value, rate and acceleration at both ends, as in the kernel.
    power = (begin @ _QUINTIC[0] + end @ _QUINTIC[1]).T
    low, high = np.zeros(len(step)), np.ones(len(step))
    share = begin[:, 0] / np.where(begin[:, 0] == end[:, 0], 1.0, begin[:, 0] - end[:, 0])
    for _ in range(60):
        value = polynomial.polyval(share, power, tensor=False)
        low, high = np.where(value < 0.0, share, low), np.where(value < 0.0, high, share)
        slope = polynomial.polyval(share, polynomial.polyder(power), tensor=False)
        with np.errstate(divide="ignore", invalid="ignore"):
            better = share - value / slope
        inside = (better >= low) & (better <= high)
        moved, share = share, np.where(inside, better, 0.5 * (low + high))
        if not len(share) or np.abs(share - moved).max() < 1e-14:
            break
    return np.asarray(time_s[step] + share * length)


def _tail(
    elements: Elements, span: Span, start_s: float, end_s: float
) -> tuple[FloatArray, FloatArray]:
    """Return times and states between the last whole segment and the end of all positions."""
    length = end_s - start_s
    nodes, _ = lobatto()
    t_s = start_s + 0.5 * length * (nodes + 1.0)
    codes, position = teme_positions(elements, span, t_s)
    if length < 1e-2 or not usable(codes, position)[:-1].all():
        return np.empty(0), np.empty((0, 18))
    if not usable(codes, position)[-1]:
        # The very instant at which positions end has none: stop a microsecond short of it.
        return _tail(elements, span, start_s, end_s - 1e-6)
    samples = with_normals(position)[None]
    return _of_samples(elements, span, samples, (start_s, 0, length)).states(span)


def _nothing(elements: Elements, span: Span, at_s: float, outage: Outage | None) -> Track:
    cause = outage_at(elements, span, at_s) if outage is None else outage
    return Track(np.array([at_s]), np.zeros((1, 18)), cause)
