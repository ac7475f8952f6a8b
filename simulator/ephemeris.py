"""Satellite tracks: SGP4 on few nodes, Chebyshev polynomials between, Earth-fixed steps out.

SGP4 costs far more than interpolation, so each stretch of about a revolution is sampled at 25
Chebyshev-Lobatto nodes (the polynomial through them errs by under `FIT_TOLERANCE_M`, checked
against SGP4 itself) and evaluated with its derivatives at the steps of the access kernel. There a
quintic Hermite polynomial joins the steps, its error held below `STEP_TOLERANCE_M` by the length
of the steps. Inside this module: metres, seconds, radians.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import comb

import numpy as np
from numpy.polynomial import chebyshev, polynomial
from numpy.typing import NDArray

from simulator import kernel
from simulator.geometry import ecef_to_geodetic
from simulator.orbits import Elements
from simulator.timescale import EARTH_RATE_RAD_S, FloatArray, Span, gmst_rad

FIT_TOLERANCE_M = 5e-4
STEP_TOLERANCE_M = 5e-4
_DEGREE = 24
_MOST_SEGMENTS_A_REVOLUTION = 256
_STEPS_A_REVOLUTION = 80
_LEAST_RADIUS_M = 6.378e6
_GREATEST_RADIUS_M = 5.0e8
_EQUATORIAL_M = 1_000.0
# Power coefficients on [0, 1] of the quintic with given value, rate and bend at 0 and at 1.
_QUINTIC = np.array(
    [
        [[1, 0, 0, -10, 15, -6], [0, 1, 0, -6, 8, -3], [0, 0, 0.5, -1.5, 1.5, -0.5]],
        [[0, 0, 0, 10, -15, 6], [0, 0, 0, -4, 7, -3], [0, 0, 0, 0.5, -1, 0.5]],
    ]
)

SGP4_MEANING = {
    1: "mean eccentricity out of range",
    2: "mean motion not positive",
    3: "perturbed eccentricity out of range",
    4: "semilatus rectum negative",
    5: "satellite below the surface",
    6: "satellite decayed",
}


@dataclass(frozen=True)
class Outage:
    """SGP4 has no position from `time_s` on; `code` is its own, 0 for a radius out of reason."""

    time_s: float
    code: int
    meaning: str


@dataclass(frozen=True)
class Track:
    """A body's path in the Earth-fixed frame on increasing nodes.

    `time_s` (K,), seconds since the span's start; `state` (K, 18), metres and seconds: position,
    velocity, acceleration, then the outward ellipsoid normal below the body and its first and
    second derivative. `outage` tells why a track ends before it was asked to.
    """

    time_s: FloatArray
    state: FloatArray
    outage: Outage | None = None

    @property
    def end_s(self) -> float:
        return float(self.time_s[-1])


def teme_positions(
    elements: Elements, span: Span, t_s: FloatArray
) -> tuple[NDArray[np.uint8], FloatArray]:
    """Return SGP4's error codes (N,) and TEME positions (N, 3), metres, at t_s (N,)."""
    satellite = elements.satellite
    since_epoch_s = -span.seconds(elements.epoch)
    fraction = satellite.jdsatepochF + (t_s + since_epoch_s) / 86_400.0
    codes, position_km, _ = satellite.sgp4_array(
        np.full(t_s.shape, satellite.jdsatepoch), np.ascontiguousarray(fraction)
    )
    return codes, np.asarray(position_km * 1e3)


def _usable(codes: NDArray[np.uint8], position_m: FloatArray) -> NDArray[np.bool_]:
    radius = np.sqrt(np.einsum("ij,ij->i", position_m, position_m))
    with np.errstate(invalid="ignore"):
        near = (radius >= _LEAST_RADIUS_M) & (radius <= _GREATEST_RADIUS_M)
    return np.asarray((codes == 0) & near)


def _outage(elements: Elements, span: Span, good_s: float, bad_s: float) -> Outage:
    """Bisect for the instant SGP4 stops giving positions, to a millisecond."""
    while bad_s - good_s > 1e-3:
        middle = 0.5 * (good_s + bad_s)
        if _usable(*teme_positions(elements, span, np.array([middle])))[0]:
            good_s = middle
        else:
            bad_s = middle
    code = int(teme_positions(elements, span, np.array([bad_s]))[0][0])
    meaning = SGP4_MEANING.get(code, "radius below the Earth's surface or beyond all orbits")
    return Outage(good_s, code, meaning)


@cache
def _lobatto() -> tuple[FloatArray, FloatArray]:
    """Return the nodes on [-1, 1] and the matrix from samples to Chebyshev coefficients."""
    nodes = -np.cos(np.pi * np.arange(_DEGREE + 1) / _DEGREE)
    fit: FloatArray = np.asarray(np.linalg.inv(chebyshev.chebvander(nodes, _DEGREE)), dtype=float)
    return np.asarray(nodes, dtype=float), fit


@cache
def _evaluation(steps: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return matrices (steps + 1, degree + 1): samples to values, first and second derivative."""
    _, fit = _lobatto()
    x = np.linspace(-1.0, 1.0, steps + 1)
    identity = np.eye(_DEGREE + 1)
    out = []
    for order in range(3):
        derived = chebyshev.chebder(identity, order, axis=0) if order else identity
        out.append(chebyshev.chebvander(x, derived.shape[0] - 1) @ derived @ fit)
    # The ends are samples: stretches that meet there agree to the last bit.
    out[0][0] = identity[0]
    out[0][-1] = identity[-1]
    return out[0], out[1], out[2]


def _with_normals(position_m: FloatArray) -> FloatArray:
    """Return (..., 6): position and the ellipsoid's outward normal below it; both turn alike."""
    x, y, z = position_m[..., 0], position_m[..., 1], position_m[..., 2]
    axis_distance = np.hypot(x, y)
    latitude = np.radians(ecef_to_geodetic(position_m)[0])
    scale = np.cos(latitude) / np.maximum(axis_distance, 1e-9)
    return np.stack([x, y, z, x * scale, y * scale, np.sin(latitude)], axis=-1)


def _period_s(elements: Elements) -> float:
    return float(2.0 * np.pi / elements.satellite.no_kozai * 60.0)


def _segment_s(elements: Elements, span: Span, end_s: float) -> float:
    """Return the longest binary share of a revolution that 25 samples interpolate well enough."""
    period = _period_s(elements)
    nodes, fit = _lobatto()
    check = np.linspace(-0.99, 0.99, 33)
    matrix = chebyshev.chebvander(check, _DEGREE) @ fit
    share = 1
    while share < _MOST_SEGMENTS_A_REVOLUTION:
        length = period / share
        starts = np.arange(share) * length
        worst = 0.0
        for origin in (0.0, max(0.0, end_s - period)):
            t_s = origin + starts[:, None] + 0.5 * length * (nodes + 1.0)
            codes, samples = teme_positions(elements, span, t_s.ravel())
            check_s = origin + starts[:, None] + 0.5 * length * (check + 1.0)
            more, truth = teme_positions(elements, span, check_s.ravel())
            if not (_usable(codes, samples).all() and _usable(more, truth).all()):
                continue
            fitted = matrix @ samples.reshape(share, _DEGREE + 1, 3)
            worst = max(worst, float(np.abs(fitted.reshape(-1, 3) - truth).max()))
        if worst < FIT_TOLERANCE_M:
            return length
        share *= 2
    return period / share


def _steps_a_segment(samples: FloatArray, length_s: float, period_s: float) -> NDArray[np.int64]:
    """Return for each segment (S,) a power-of-two number of steps from the quintic's error.

    Quintic Hermite interpolation errs by at most h^6 |x^(6)| / 46080 (Stoer and Bulirsch 2002,
    section 2.1.5).
    """
    largest = np.abs(_sixth_derivative(samples[..., :3], length_s)).max(axis=(1, 2))
    step = (STEP_TOLERANCE_M * 46_080.0 / largest) ** (1.0 / 6.0)
    step = np.minimum(step, period_s / _STEPS_A_REVOLUTION)
    exponent = np.ceil(np.log2(length_s / step))
    fine: NDArray[np.int64] = np.maximum(1, 2 ** np.maximum(exponent, 0.0)).astype(np.int64)
    # Near-circular orbits need no powers of two: all segments alike share one step length.
    most = int(np.ceil(length_s / step.min()))
    if most < fine.min():
        return np.full(len(fine), most)
    return fine


def _sixth_derivative(position_m: FloatArray, length_s: float) -> NDArray[np.complex128]:
    """Return the sixth derivative (S, 9, 2) of segments' samples (S, N, 3), turning with the Earth.

    At nine instants: of x + iy and of z, metres and seconds. By Leibniz' rule for the product of
    x + iy and exp(-iwt), but for that factor itself, which is of length one.
    """
    _, fit = _lobatto()
    plane = position_m[..., 0] + 1j * position_m[..., 1]
    x = np.linspace(-1.0, 1.0, 9)
    turned = np.zeros((len(position_m), len(x)), dtype=np.complex128)
    for order in range(7):
        derived = chebyshev.chebder(np.eye(_DEGREE + 1), order, axis=0)
        matrix = chebyshev.chebvander(x, _DEGREE - order) @ derived @ fit * (2 / length_s) ** order
        turned += comb(6, order) * (-1j * EARTH_RATE_RAD_S) ** (6 - order) * (plane @ matrix.T)
    along_axis = position_m[..., 2] @ matrix.T
    return np.stack([turned, along_axis], axis=-1)


def _rotated(span: Span, t_s: FloatArray, inertial: list[FloatArray]) -> FloatArray:
    """Turn values and derivatives (N, 6) from TEME to the Earth-fixed frame, as (N, 18).

    One rotation about the pole by GMST on UT1 (Vallado 2013, section 3.7); polar motion left out.
    """
    value, rate, bend = inertial
    angle = gmst_rad(span, t_s)
    return np.asarray(kernel.earth_fixed(value, rate, bend, angle, EARTH_RATE_RAD_S))


def _evaluated(
    samples: FloatArray, steps: NDArray[np.int64], first: int, length_s: float
) -> tuple[FloatArray, list[FloatArray]]:
    """Evaluate segments (S, degree + 1, 6) at their steps; each node once, the last end too."""
    counts = steps.copy()
    offsets = np.concatenate([[0], np.cumsum(counts)])
    t_s = np.empty(offsets[-1] + 1)
    values = [np.empty((offsets[-1] + 1, 6)) for _ in range(3)]
    for count in np.unique(steps):
        chosen = np.flatnonzero(steps == count)
        matrices = _evaluation(int(count))
        rows = (offsets[chosen][:, None] + np.arange(count)).ravel()
        local = np.arange(count) / count
        t_s[rows] = ((first + chosen)[:, None] * length_s + local * length_s).ravel()
        for order, matrix in enumerate(matrices):
            scale = (2.0 / length_s) ** order
            values[order][rows] = (matrix[:-1] @ samples[chosen]).reshape(-1, 6) * scale
            if chosen[-1] == len(steps) - 1:
                values[order][-1] = matrix[-1] @ samples[-1] * scale
    t_s[-1] = (first + len(steps)) * length_s
    return t_s, values


def track(
    elements: Elements, span: Span, *, start_s: float = 0.0, end_s: float | None = None
) -> Track:
    """Return the track of a satellite over at least [start_s, end_s), 0 <= start_s.

    Nodes lie on a grid that depends on elements and span alone, so tracks of neighbouring
    stretches agree where they meet. SGP4 errors end the track: see `Track.outage`.
    """
    until = span.duration_s if end_s is None else end_s
    length = _segment_s(elements, span, span.duration_s)
    first = int(np.floor(start_s / length))
    count = max(1, int(np.ceil((until - first * length) / length)))
    nodes, _ = _lobatto()
    grid = np.arange(first, first + count)[:, None] * length + 0.5 * length * (nodes[:-1] + 1.0)
    t_s = np.append(grid.ravel(), (first + count) * length)
    codes, position = teme_positions(elements, span, t_s)
    usable = _usable(codes, position)
    outage = None
    if not usable.all():
        bad = int(np.argmin(usable))
        if bad == 0:
            return _nothing(elements, span, t_s[0])
        outage = _outage(elements, span, float(t_s[bad - 1]), float(t_s[bad]))
        count = int((outage.time_s - first * length) // length)
        position = position[: count * _DEGREE + 1]
    full = _with_normals(position)
    index = np.arange(count)[:, None] * _DEGREE + np.arange(_DEGREE + 1)
    parts = []
    if count:
        samples = full[index]
        steps = _steps_a_segment(samples, length, _period_s(elements))
        times, values = _evaluated(samples, steps, first, length)
        parts.append((times, _rotated(span, times, values)))
    if outage is not None:
        last = _tail(elements, span, (first + count) * length, outage.time_s)
        if last is not None:
            parts = [(t[:-1], s[:-1]) for t, s in parts] + [last]
    if not parts:
        return _nothing(elements, span, float(t_s[0]))
    return Track(
        np.concatenate([t for t, _ in parts]), np.concatenate([s for _, s in parts]), outage
    )


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
        found = _turns_s(time_s, state)
    else:
        step = np.flatnonzero((height[:-1] < 0.0) & (height[1:] >= 0.0))
        found = _risings_s(time_s, state[:, 2:9:3], step)
    return found[found <= end_s]


def _turns_s(time_s: FloatArray, state: FloatArray) -> FloatArray:
    """Return the ends of whole turns about the pole, in inertial axes; straight between nodes."""
    angle = np.unwrap(np.arctan2(state[:, 1], state[:, 0]) + EARTH_RATE_RAD_S * time_s)
    turned = (angle - angle[0]) / (2.0 * np.pi)
    whole = np.arange(1.0, np.floor(np.abs(turned[-1])) + 1.0)
    return np.asarray(np.interp(whole, np.abs(turned), time_s))


def _risings_s(time_s: FloatArray, column: FloatArray, step: NDArray[np.int64]) -> FloatArray:
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
) -> tuple[FloatArray, FloatArray] | None:
    """Return the piece between the last whole segment and an outage."""
    length = end_s - start_s
    if length < 1e-2:
        return None
    nodes, _ = _lobatto()
    t_s = start_s + 0.5 * length * (nodes + 1.0)
    codes, position = teme_positions(elements, span, t_s)
    if not _usable(codes, position).all():
        return None
    samples = _with_normals(position)[None]
    steps = _steps_a_segment(samples, length, _period_s(elements))
    times, values = _evaluated(samples, steps, 0, length)
    times = times + start_s
    return times, _rotated(span, times, values)


def _nothing(elements: Elements, span: Span, at_s: float) -> Track:
    code = int(teme_positions(elements, span, np.array([at_s]))[0][0])
    meaning = SGP4_MEANING.get(code, "radius below the Earth's surface or beyond all orbits")
    return Track(np.array([at_s]), np.zeros((1, 18)), Outage(at_s, code, meaning))
