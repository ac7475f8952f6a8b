"""Stretches of a satellite's path as Chebyshev samples, and the states at the steps between them.

Each segment, about a revolution long, is sampled at 25 Chebyshev-Lobatto nodes, and evaluated with
its derivatives at steps that quintic Hermite polynomials join, their error held below
`STEP_TOLERANCE_M` by the length of the steps. Inside this module: metres, seconds, radians.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import comb
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from simulator import ragged
from simulator.arrays import FloatArray, IntArray
from simulator.earth import EARTH_RATE_RAD_S, Span, gmst_rad, normals_below
from simulator.orbits import polynomials
from simulator.orbits.propagation import LEAST_RADIUS_M

STEP_TOLERANCE_M = 5e-4
FIT_TOLERANCE_M = 5e-4
DEGREE = 24
_STEPS_A_REVOLUTION = 80
# Share of the bound on rounding that is left in a coefficient of 25 samples.
_AVERAGED = 0.05


@dataclass(frozen=True, eq=False)
class Segments:
    """A path as S segments end to end, each `length_s` long, of `steps` (S,) steps.

    `samples`, at the nodes, and coefficients `series` are (S, degree + 1, 6): positions and the
    normals below them, before both turn with the Earth. Number 0 would begin at `origin_s`, the
    number of the first is `first`.
    """

    samples: FloatArray
    series: FloatArray
    steps: IntArray
    origin_s: float
    first: int
    length_s: float

    def __len__(self) -> int:
        return len(self.steps)

    def between(self, low: int, high: int) -> Segments:
        """Return the segments low to high - 1, numbers kept."""
        part = slice(low, high)
        return Segments(
            self.samples[part],
            self.series[part],
            self.steps[part],
            self.origin_s,
            self.first + low,
            self.length_s,
        )

    def states(self, span: Span) -> tuple[FloatArray, FloatArray]:
        """Return times (K,) and states (K, 18) at all steps: each node once, the last end too."""
        nodes = self.steps.copy()
        nodes[-1] += 1
        return self.states_of(span, np.arange(len(self)), np.zeros_like(nodes), nodes)

    def states_of(
        self, span: Span, segment: IntArray, begin: IntArray, count: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return times and states of pieces (N,), each `count` nodes of a segment from `begin` on.

        One rotation about the pole by GMST on UT1 (Vallado 2013, section 3.7); polar motion left
        out.
        """
        owner, node = ragged.ranges(begin, count)
        number, steps = segment[owner], self.steps[segment[owner]]
        # The end of a segment is where the next one begins, to the last bit.
        at_end = node == steps
        t_s = (self.first + number + at_end) * self.length_s
        t_s += np.where(at_end, 0, node) / steps * self.length_s
        t_s += self.origin_s
        angle, state = gmst_rad(span, t_s), np.empty((len(t_s), 18))
        row = np.cumsum(count) - count
        scale = (2.0 / self.length_s) ** np.repeat(np.arange(3), 2)[:, None]
        pieces = np.column_stack([segment, begin, begin + count, row])
        for steps_each in np.unique(self.steps[segment]).tolist():
            halves, middle = halves_of(steps_each)
            polynomials.segment_states(
                self.samples, self.series, scale * halves, middle, steps_each,
                pieces[self.steps[segment] == steps_each], angle, EARTH_RATE_RAD_S, state,
            )  # fmt: skip
        return t_s, state


@cache
def lobatto() -> tuple[FloatArray, FloatArray]:
    """Return the nodes on [-1, 1] and the matrix from samples to Chebyshev coefficients."""
    nodes = -np.cos(np.pi * np.arange(DEGREE + 1) / DEGREE)
    fit: FloatArray = np.asarray(np.linalg.inv(chebyshev.chebvander(nodes, DEGREE)), dtype=float)
    return np.asarray(nodes, dtype=float), fit


@cache
def halves_of(steps: int) -> tuple[FloatArray, FloatArray]:
    """Return the even and odd halves of matrices to the nodes up to a segment's middle.

    Halves (steps // 2 + 1, 6, 12): even and odd about the middle, of values, then of the first and
    of the second derivative; and the row (steps // 2 + 1,) of the sample in the middle, which is
    even. Values come from samples, derivatives from Chebyshev coefficients.
    """
    x = np.linspace(-1.0, 1.0, steps + 1)[: steps // 2 + 1]
    identity = np.eye(DEGREE + 1)
    value = chebyshev.chebvander(x, DEGREE) @ lobatto()[1]
    rate, bend = (
        chebyshev.chebvander(x, DEGREE - order) @ chebyshev.chebder(identity, order, axis=0)
        for order in (1, 2)
    )
    half = DEGREE // 2
    before, after = value[:, :half], value[:, :half:-1]
    halves = [
        *(0.5 * (before + after), 0.5 * (before - after)),
        *(rate[:, 1::2], rate[:, 2::2]),
        *(bend[:, 2::2], bend[:, 1::2]),
    ]
    return np.ascontiguousarray(np.stack(halves, axis=1)), value[:, half].copy()


def coefficients(samples: FloatArray, noise_m: float) -> FloatArray:
    """Return the Chebyshev coefficients (S, degree + 1, 6) of segments' positions and normals.

    A row's end that stays below the rounding of its samples is left out: derivatives take the
    coefficient of degree k by up to k^12, and would make steps short where samples are noise.
    """
    series = lobatto()[1] @ samples
    least = noise_m * _AVERAGED * np.repeat([1.0, 1.0 / LEAST_RADIUS_M], 3)
    significant = np.abs(series) > least
    # From the highest degree down: all below a significant coefficient are kept.
    significant = np.logical_or.accumulate(significant[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(np.where(significant, series, 0.0))


def with_normals(position_m: FloatArray) -> FloatArray:
    """Return (..., 6): position and the ellipsoid's outward normal below it; both turn alike."""
    return np.concatenate([position_m, normals_below(position_m)], axis=-1)


def steps_a_segment(series: FloatArray, length_s: float, period_s: float) -> IntArray:
    """Return for each segment (S,) a power-of-two number of steps from the quintic's error.

    `series` (S, degree + 1, 6) are the segments' coefficients.

    Quintic Hermite interpolation errs by at most h^6 |x^(6)| / 46080 (Stoer and Bulirsch 2002,
    section 2.1.5).
    """
    largest = np.abs(_sixth_derivative(series[..., :3], length_s)).max(axis=(1, 2))
    largest = np.maximum(largest, np.finfo(float).tiny)
    step = (STEP_TOLERANCE_M * 46_080.0 / largest) ** (1.0 / 6.0)
    step = np.minimum(step, period_s / _STEPS_A_REVOLUTION)
    exponent = np.ceil(np.log2(length_s / step))
    fine: IntArray = np.maximum(1, 2 ** np.maximum(exponent, 0.0)).astype(np.int64)
    # Near-circular orbits need no powers of two: all segments alike share one step length.
    most = int(np.ceil(length_s / step.min()))
    if most < fine.min():
        return np.full(len(fine), most)
    return fine


def _sixth_derivative(series_m: FloatArray, length_s: float) -> NDArray[np.complex128]:
    """Return the sixth derivative (S, 9, 2) of segments with coefficients (S, N, 3), Earth-fixed.

    At nine instants: of x + iy and of z, metres and seconds. By Leibniz' rule for the product of
    x + iy and exp(-iwt), but for that factor itself, which is of length one.
    """
    scaled = [matrix * (2 / length_s) ** order for order, matrix in enumerate(_derivatives())]
    turns = [comb(6, order) * (-1j * EARTH_RATE_RAD_S) ** (6 - order) for order in range(7)]
    turning = np.tensordot(turns, scaled, axes=1)
    plane = series_m[..., 0] + 1j * series_m[..., 1]
    return np.stack([_product(plane, turning), _product(series_m[..., 2], scaled[6])], axis=-1)


@cache
def _derivatives() -> list[FloatArray]:
    """Return matrices (9, degree + 1) from coefficients to derivatives of orders 0 to 6."""
    x, identity = np.linspace(-1.0, 1.0, 9), np.eye(DEGREE + 1)
    return [
        chebyshev.chebvander(x, DEGREE - order) @ chebyshev.chebder(identity, order, axis=0)
        for order in range(7)
    ]


def _product(rows: NDArray[Any], matrix: NDArray[Any]) -> NDArray[Any]:
    """Return rows (S, N) times the transpose of a matrix (R, N), as (S, R).

    By a plain sum: a linear algebra library would wake all cores for it, which takes longer than
    the product while other threads are at work on them.
    """
    product: NDArray[Any] = np.einsum("sn,rn->sr", rows, matrix, optimize=False)
    return product
