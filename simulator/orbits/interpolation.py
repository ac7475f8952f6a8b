"""Polynomials through neighbouring states of a table: Lagrange's and Hermite's, by Newton's form.

Between two states the polynomial goes through so many on either side, fewer on one side at the ends
of the table (CCSDS 502.0-B-3, section 5.2.4.7; Press et al. 2007, Numerical Recipes, section 3.2).
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import FloatArray
from simulator.scenario import StateSegment


def interpolated(segment: StateSegment, at_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return places and velocities (N, 3), metres and m/s, at instants (N,) in a segment's time.

    Beyond its states the last polynomial goes on.
    """
    time_s, points = segment.time_s, segment.points
    before = np.clip(np.searchsorted(time_s, at_s, side="right") - 1, 0, len(time_s) - 1)
    first = np.clip(before - (points - 1) // 2, 0, len(time_s) - points)
    windows, owner = np.unique(first, return_inverse=True)
    rows = windows[:, None] + np.arange(points)
    middle_s = time_s[rows[:, points // 2]]
    step_s = np.maximum((time_s[rows[:, -1]] - time_s[rows[:, 0]]) / max(points - 1, 1), 1e-9)
    nodes = (time_s[rows] - middle_s[:, None]) / step_s[:, None]
    place = segment.state[rows, :3]
    if segment.by_velocity:
        nodes, powers = _by_velocity(nodes, place, segment.state[rows, 3:] * step_s[:, None, None])
    else:
        powers = _divided(nodes, place.copy(), 1)
    x = (at_s - middle_s[owner]) / step_s[owner]
    value, slope = _value_and_slope(nodes[owner], powers[owner], x)
    return value, slope / step_s[owner][:, None]


def _divided(nodes: FloatArray, column: FloatArray, first: int) -> FloatArray:
    """Return Newton's coefficients (W, N, 3) of values at nodes (W, N), from an order on."""
    for order in range(first, nodes.shape[1]):
        apart = (nodes[:, order:] - nodes[:, :-order])[:, :, None]
        column[:, order:] = (column[:, order:] - column[:, order - 1 : -1]) / apart
    return column


def _by_velocity(
    nodes: FloatArray, place: FloatArray, velocity: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return each node twice, and the coefficients of the polynomial with those velocities too."""
    twice = np.repeat(nodes, 2, axis=1)
    column = np.repeat(place, 2, axis=1)
    # Of a node and itself the divided difference is the rate there.
    first = np.empty_like(column[:, 1:])
    first[:, 0::2] = velocity
    apart = (nodes[:, 1:] - nodes[:, :-1])[:, :, None]
    first[:, 1::2] = (place[:, 1:] - place[:, :-1]) / apart
    column[:, 1:] = first
    return twice, _divided(twice, column, 2)


def _value_and_slope(
    nodes: FloatArray, powers: FloatArray, x: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return values and slopes (N, 3) of Newton polynomials at x (N,), by Horner's rule."""
    value, slope = powers[:, -1], np.zeros_like(powers[:, -1])
    for order in range(nodes.shape[1] - 2, -1, -1):
        away = (x - nodes[:, order])[:, None]
        slope = slope * away + value
        value = value * away + powers[:, order]
    return value, slope
