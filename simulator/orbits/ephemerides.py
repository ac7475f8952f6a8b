"""Paths kept small: the samples of a track instead of its states, which are made where needed.

The states of a low satellite take 65 MB a year, the samples they are made of a fifth of that. A
search over places close together needs few of the states: those above them. So a path is cut into
pieces of a few steps, each known by a cap on the sky that holds it, and `Ephemeris.track_of` makes
the states of those chosen, the same to the last bit as `track` does. Metres, seconds, radians.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import ragged
from simulator.arrays import FloatArray, Int32Array, IntArray
from simulator.earth import Span
from simulator.orbits.elements import Elements
from simulator.orbits.propagation import ending
from simulator.orbits.segments import Segments
from simulator.orbits.tracks import SEGMENTS_AT_ONCE, Track, sampled, track

# Few steps in a piece make the pieces many, many make them wide: both cost.
_STEPS_A_PIECE = 4
# Far above rounding, far below a footprint.
_MARGIN_RAD = 1e-4


@dataclass(frozen=True, eq=False)
class Caps:
    """Of each of M pieces: a direction (3, M), the angle (M,) about it, the greatest radius (M,).

    All of a piece lies within them, seen from the Earth's centre.
    """

    direction: FloatArray
    angle_rad: FloatArray
    radius_m: FloatArray


@dataclass(frozen=True, eq=False)
class Ephemeris:
    """The path of a satellite by pieces of a few steps.

    Piece i is `count[i]` steps of segment `segment[i]` from step `begin[i]` on, or, where a path is
    no row of whole segments, of the nodes of the track itself.
    """

    span: Span
    source: Segments | Track
    segment: Int32Array
    begin: Int32Array
    count: Int32Array

    def __len__(self) -> int:
        return len(self.count)

    def track_of(self, pieces: IntArray) -> Track:
        """Return the parts of the track that pieces (N,), in order, hold."""
        follows = np.diff(pieces, append=-1) == 1
        # The last node of a piece is the first of the next: it is made once.
        count = self.count[pieces].astype(np.int64) + ~follows
        last = np.cumsum(count)[~follows] - 1
        runs = np.column_stack([np.concatenate([[0], last[:-1] + 1])[: len(last)], last])
        segment, begin = (
            numbers[pieces].astype(np.int64) for numbers in (self.segment, self.begin)
        )
        if isinstance(self.source, Segments):
            return Track(*self.source.states_of(self.span, segment, begin, count), runs=runs)
        _, node = ragged.ranges(begin, count)
        return Track(
            self.source.time_s[node], self.source.state[node], runs=runs, gaps=self.source.gaps
        )


def ephemeris(
    elements: Elements, span: Span, *, start_s: float, end_s: float
) -> tuple[Ephemeris, Caps]:
    """Return the path of a satellite over at least [start_s, end_s), as `track` flies it.

    Beside it the caps of its pieces, which memory need not keep.
    """
    segments = None
    is_whole_path = not (elements.changes or elements.is_tabulated)
    if is_whole_path and ending(elements, span, start_s, end_s) is None:
        whole_span_s = (-np.inf, np.inf)
        segments, _, is_whole = sampled(elements, span, (max(start_s, 0.0), end_s), whole_span_s)
        segments = segments if is_whole else None
    if segments is None:
        return _of_track(span, track(elements, span, start_s=start_s, end_s=end_s))
    pieces = -(-segments.steps // _STEPS_A_PIECE)
    segment, number = ragged.ranges(0, pieces)
    begin = _STEPS_A_PIECE * number
    count = np.minimum(segments.steps[segment] - begin, _STEPS_A_PIECE)
    caps = []
    for low in range(0, len(segments), SEGMENTS_AT_ONCE):
        block = segments.between(low, low + SEGMENTS_AT_ONCE)
        own = count[(segment >= low) & (segment < low + len(block))]
        caps.append(_caps(*block.states(span), own))
    joined = Caps(
        np.concatenate([part.direction for part in caps], axis=1),
        np.concatenate([part.angle_rad for part in caps]),
        np.concatenate([part.radius_m for part in caps]),
    )
    return _by_pieces(span, segments, segment, begin, count), joined


def _by_pieces(
    span: Span, source: Segments | Track, segment: IntArray, begin: IntArray, count: IntArray
) -> Ephemeris:
    return Ephemeris(span, source, *(part.astype(np.int32) for part in (segment, begin, count)))


def _of_track(span: Span, path: Track) -> tuple[Ephemeris, Caps]:
    """Return a track by pieces: one of several element sets, or one that ends within the span."""
    steps = len(path.time_s) - 1
    begin = np.arange(0, steps, _STEPS_A_PIECE)
    count = np.minimum(steps - begin, _STEPS_A_PIECE)
    caps = _caps(path.time_s, path.state, count)
    return _by_pieces(span, path, np.zeros_like(begin), begin, count), caps


def _caps(time_s: FloatArray, state: FloatArray, count: IntArray) -> Caps:
    """Return the caps of pieces that follow each other, of `count` (M,) steps each."""
    if not len(count):
        return Caps(np.empty((3, 0)), np.empty(0), np.empty(0))
    first = np.cumsum(count) - count
    radius = np.linalg.norm(state[:, :3], axis=1)
    unit = state[:, :3] / radius[:, None]
    begin, end = unit[first], unit[first + count]
    centre = begin + end
    # Of opposite ends any direction will do: the angle about it is measured.
    centre = np.where(np.abs(centre).max(axis=1)[:, None] > 1e-6, centre, begin)
    centre /= np.linalg.norm(centre, axis=1)[:, None]
    cosines = np.einsum("ij,ij->i", unit[:-1], np.repeat(centre, count, axis=0))
    least = np.minimum(np.minimum.reduceat(cosines, first), np.einsum("ij,ij->i", end, centre))
    angle = np.arccos(np.clip(least, -1.0, 1.0))
    swing = np.arccos(np.clip(np.einsum("ij,ij->i", unit[:-1], unit[1:]), -1.0, 1.0))
    # Between its nodes a path strays less from the straight line than a tenth of the step.
    angle += 0.1 * np.maximum.reduceat(swing, first) + _MARGIN_RAD
    far = np.maximum.reduceat(_greatest_radius_m(time_s, state, radius), first)
    return Caps(np.ascontiguousarray(centre.T), angle, far)


def _greatest_radius_m(time_s: FloatArray, state: FloatArray, radius: FloatArray) -> FloatArray:
    """Return the greatest radius of each step: no chord sags by more than a h^2 / 8."""
    speed2 = np.einsum("ij,ij->i", state[:, 3:6], state[:, 3:6])
    pull = np.linalg.norm(state[:, 6:9], axis=1)
    least, most = np.minimum(radius[:-1], radius[1:]), np.maximum(radius[:-1], radius[1:])
    speed2, pull = np.maximum(speed2[:-1], speed2[1:]), np.maximum(pull[:-1], pull[1:])
    return np.asarray(most + (1.02 * pull + 1.0404 * speed2 / least) * np.diff(time_s) ** 2 / 8.0)
