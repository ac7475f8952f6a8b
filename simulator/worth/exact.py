"""Games whose Shapley values are exact: means of the least, or the greatest, of the members' own.

A picture that has the network to itself arrives when the first of the members delivers it (sent
whole through one member and the baseline), a satellite can be commanded by the first that sees it,
and the newest picture at headquarters is the newest that any has brought. Seconds since the span's
start; tables by member (M + 1, ...) begin with the baseline alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator import intervals
from simulator.arrays import FloatArray
from simulator.timeliness import CommandWait
from simulator.units import HOUR_S
from simulator.worth.games import GreatestGame
from simulator.worth.picture_figures import Served


def latency_game(served: Served, arrival_s: FloatArray) -> GreatestGame:
    """Return what members gain of the mean latency, hours, from arrivals (M + 1, P)."""
    arrival_s = arrival_s[:, served.delivered]
    count = arrival_s.shape[1]
    gain_s = np.maximum(arrival_s[0] - arrival_s[1:], 0.0)
    return GreatestGame(gain_s, np.full(count, 1.0 / (max(count, 1) * HOUR_S)))


def within_game(served: Served, arrival_s: FloatArray) -> GreatestGame:
    """Return what members gain of the share of all pictures delivered within an hour."""
    count = len(served.taken_s)
    soon = (arrival_s - served.taken_s <= HOUR_S).astype(np.float64)
    return GreatestGame(
        np.maximum(soon[1:] - soon[0], 0.0), np.full(count, 1.0 / max(count, 1))
    ).condensed()


def age_game(served: Served, arrival_s: FloatArray) -> GreatestGame:
    """Return what members gain of the mean age of the newest picture, hours, all targets pooled."""
    gains, weights = [np.empty((len(arrival_s) - 1, 0))], [np.empty(0)]
    for rows in served.of_targets:
        arrived_s = np.minimum(arrival_s[:, rows], served.span_s)
        first_s = float(arrived_s[0].min(initial=served.span_s))
        edges_s = np.unique(np.clip(np.append(arrived_s, served.span_s), first_s, None))
        taken_s, since_s = served.taken_s[rows], edges_s[:-1]
        newest_s = np.array([_newest(taken_s, own_s, since_s) for own_s in arrived_s])
        gains.append(np.maximum(newest_s[1:] - newest_s[0], 0.0))
        weights.append(np.diff(edges_s))
    weight_s = np.concatenate(weights)
    total_s = float(weight_s.sum()) or 1.0
    return GreatestGame(np.concatenate(gains, axis=1), weight_s / (total_s * HOUR_S)).condensed()


def _newest(taken_s: FloatArray, arrival_s: FloatArray, instant_s: FloatArray) -> FloatArray:
    """Return when the newest picture that has arrived by each instant was taken, -inf: none."""
    order = np.argsort(arrival_s, kind="stable")
    newest_s = np.append(-np.inf, np.maximum.accumulate(taken_s[order]))
    return np.asarray(newest_s[np.searchsorted(arrival_s[order], instant_s, side="right")])


def command_game(windows_s: Sequence[FloatArray], span_s: float) -> tuple[float, GreatestGame]:
    """Return the baseline's mean wait for a command window, hours, and what members gain of it.

    Windows (N, 2), sorted and disjoint, are the baseline's and those of each member. Over instants
    up to the end of the baseline's last within the span; NaN, and no gain, where it has none.
    """
    rows_s = [intervals.clip(rows, 0.0, span_s) for rows in windows_s]
    if not len(rows_s[0]):
        return np.nan, GreatestGame(np.empty((len(rows_s) - 1, 0)), np.empty(0))
    last_s = float(rows_s[0][-1, 1])
    inner_s = np.clip(np.concatenate([rows.ravel() for rows in rows_s]), 0.0, last_s)
    edges_s = np.unique(np.append(inner_s, 0.0))
    # Between edges a wait is 0 or falls by a second each second: its mean is that at the middle.
    middle_s = 0.5 * (edges_s[:-1] + edges_s[1:])
    waits_s = np.array([CommandWait(rows).at(middle_s) for rows in rows_s])
    weight = np.diff(edges_s) / (last_s * HOUR_S)
    gain_s = np.maximum(waits_s[0] - waits_s[1:], 0.0)
    return float(waits_s[0] @ weight), GreatestGame(gain_s, weight).condensed()
