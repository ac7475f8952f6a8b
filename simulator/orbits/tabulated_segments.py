"""The path of a table of states as samples of segments, like those of an orbit that is propagated.

Stretch by stretch of the table, so that its path has no node where the table has nothing. The grid
of a stretch depends on the table alone. Seconds since the span's start.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.polynomial import chebyshev

from simulator.arrays import FloatArray, IntArray
from simulator.earth import Span
from simulator.orbits.propagation import rounding_m, teme_positions
from simulator.orbits.segments import (
    DEGREE,
    FIT_TOLERANCE_M,
    Segments,
    coefficients,
    lobatto,
    steps_a_segment,
    with_normals,
)
from simulator.orbits.tabulated import MEETING_S, TabulatedElements
from simulator.units import MINUTE_S

# Segments of a stretch that are looked at to tell whether all are short enough.
_LOOKED_AT = 12
_KINKS_M = 1.0
_OVER_THE_POLE = np.array([0.0, 0.0, 7e6, *[0.0] * 6, 0.0, 0.0, 1.0, *[0.0] * 6])


def stretch_segments(
    elements: TabulatedElements, span: Span, asked_s: tuple[float, float]
) -> Segments | None:
    """Return the segments of the one stretch of a table that meet the time asked for."""
    ((begin_s, end_s),) = elements.segment_times_s(span).tolist()
    count = _count(elements, span, begin_s, end_s)
    length_s = (end_s - begin_s) / count
    first = min(max(int(np.floor((asked_s[0] - begin_s) / length_s)), 0), count)
    last = min(max(int(np.ceil((asked_s[1] - begin_s) / length_s)), 0), count)
    if last <= first:
        return None
    at_s = _samples_s(np.arange(first, last), begin_s, length_s)
    _, place = teme_positions(elements, span, at_s.ravel())
    samples = with_normals(place.reshape(last - first, DEGREE + 1, 3))
    series = coefficients(samples, rounding_m(elements, span))
    steps = steps_a_segment(series, length_s, MINUTE_S * elements.period_min)
    return Segments(samples, series, steps, begin_s, first, length_s)


def _samples_s(number: IntArray, begin_s: float, length_s: float) -> FloatArray:
    """Return the instants (S, degree + 1) of the samples of segments by number."""
    nodes, _ = lobatto()
    at_s = begin_s + (number[:, None] + 0.5 * (nodes + 1.0)) * length_s
    # The end of a segment is the beginning of the next, to the last bit.
    at_s[:, 0] = begin_s + number * length_s
    at_s[:, -1] = begin_s + (number + 1) * length_s
    return at_s


def _count(elements: TabulatedElements, span: Span, begin_s: float, end_s: float) -> int:
    """Return into how many segments a stretch is cut, so that samples say what is between them.

    What is left where shorter ones are no better are the kinks where the polynomials of the table
    meet, as large as its interpolation errs: none is shorter than two of its steps.
    """
    _, fit = lobatto()
    check = np.linspace(-0.99, 0.99, 33)
    matrix = chebyshev.chebvander(check, DEGREE) @ fit
    tolerance_m = max(FIT_TOLERANCE_M, rounding_m(elements, span))
    step_s = max(float(np.diff(s.time_s).max(initial=1e-3)) for s in elements.segments)
    count = max(1, int(np.ceil((end_s - begin_s) / (MINUTE_S * elements.period_min))))
    worst_m: list[float] = []
    while True:
        length_s = (end_s - begin_s) / count
        number = np.unique(np.linspace(0, count - 1, min(count, _LOOKED_AT)).astype(np.int64))
        at_s = _samples_s(number, begin_s, length_s)
        check_s = begin_s + (number[:, None] + 0.5 * (check + 1.0)) * length_s
        _, samples = teme_positions(elements, span, at_s.ravel())
        _, truth = teme_positions(elements, span, check_s.ravel())
        fitted = matrix @ samples.reshape(len(number), DEGREE + 1, 3)
        worst_m.append(float(np.abs(fitted.reshape(-1, 3) - truth).max()))
        if worst_m[-1] < tolerance_m or length_s <= 2.0 * step_s:
            return count
        if len(worst_m) > 2 and 4.0 * worst_m[-1] > worst_m[-3] and worst_m[-3] < _KINKS_M:
            return count // 4
        count *= 2


def bridged(
    parts: Sequence[tuple[FloatArray, FloatArray]], asked_s: tuple[float, float], jump_s: float
) -> tuple[FloatArray, FloatArray]:
    """Return times and states of parts of a path, joined by nodes that stand still between them.

    They stand where the part before ends, or the first begins, and jump to the next at its very
    beginning. Without a part they stand over the pole.
    """
    if not parts:
        return np.array(asked_s), np.repeat(_still(_OVER_THE_POLE)[None], 2, axis=0)
    times, states = list[FloatArray](), list[FloatArray]()

    def stand(begin_s: float, end_s: float, state: FloatArray) -> None:
        at_s = np.array([begin_s, end_s] if end_s > begin_s else [begin_s])
        times.append(at_s)
        states.append(np.repeat(_still(state)[None], len(at_s), axis=0))

    begin_s = parts[0][0][0]
    if begin_s > asked_s[0]:
        stand(asked_s[0], begin_s - jump_s, parts[0][1][0])
    for number, (time_s, state) in enumerate(parts):
        if number and time_s[0] - times[-1][-1] > MEETING_S:
            stand(times[-1][-1] + jump_s, time_s[0] - jump_s, states[-1][-1])
        times.append(time_s)
        states.append(state)
    if asked_s[1] - times[-1][-1] > MEETING_S:
        stand(times[-1][-1] + jump_s, asked_s[1], states[-1][-1])
    return np.concatenate(times), np.concatenate(states)


def _still(state: FloatArray) -> FloatArray:
    """Return a state (18,) at the place of another, without any motion."""
    still = np.zeros(18)
    still[:3], still[9:12] = state[:3], state[9:12]
    return still
