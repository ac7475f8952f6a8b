"""The best choice of pictures, for small cases, to hold the greedy one of `tasking` against.

Each opportunity may be taken at one of a few instants: those of a grid over its access, its best
look, and the instant the greedy choice gave it, so that the best choice is never below it. One
mixed-integer program a satellite, as limits bind each satellite alone: x_v is 1 where candidate v
is taken, and

    sum of x_v over an opportunity                                       <= 1
    x_v + sum of x_u over another opportunity's u that conflict with v   <= 1
    sum of x_v over a revolution                                         <= pictures it may have.

The second says as much as a row for each pair, since only one u can be taken, and is tighter for
the solver. Weights are the priorities: two pictures of priority 2 outweigh one of 3, where the
greedy choice, which serves priorities in turn, prefers the one. Of choices of equal weight the one
of finest ground sample: the least total of what each picture gives away, 1 less the finest sample
among its opportunity's candidates over its own.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator import ragged
from simulator.access import satellite_positions
from simulator.arrays import AnyIntArray, BoolArray, FloatArray, IntArray
from simulator.earth import Sites
from simulator.errors import InputError
from simulator.imaging.tasking import (
    Limits,
    Opportunities,
    Tasks,
    lines_of_sight,
    middles_s,
    task,
    tasks_at,
)
from simulator.orbits import Track, revolutions_s

GRID_S = 5.0
MOST_CANDIDATES = 5_000
# The greedy choice is feasible to rounding only.
_ROUNDING_S = 1e-6


@dataclass(frozen=True, eq=False)
class _Candidates:
    """Instants at which opportunities of one satellite may be taken, all (V,); line (V, 3).

    `loss` is what a candidate's ground sample gives away, 0 for the finest of its opportunity to 1.
    """

    owner: IntArray
    at_s: FloatArray
    weight: FloatArray
    loss: FloatArray
    line: FloatArray

    def __len__(self) -> int:
        return len(self.at_s)


def task_exact(
    opportunities: Opportunities,
    limits: Sequence[Limits],
    priority: AnyIntArray,
    tracks: Sequence[Track],
    places: Sites,
    *,
    grid_s: float = GRID_S,
) -> Tasks:
    """Return the pictures of greatest total priority, and of those the finest ground sample.

    Arguments and ValueError as for `task`, whose rules hold; best over the candidates `grid_s`
    apart, not over all instants. Raises InputError without scipy, or for a satellite with more
    than MOST_CANDIDATES.
    """
    greedy = task(opportunities, limits, priority, tracks, places)
    at_s = np.full(len(opportunities), np.nan)
    at_s[greedy.opportunity] = greedy.at_s
    for number, limit in enumerate(limits):
        rows = np.flatnonzero(opportunities.satellite == number)
        if len(rows) and not limit.none:
            instants = _instants(opportunities, rows, limit, at_s[rows], grid_s)
            candidates = _candidates(
                opportunities, rows, instants, priority, tracks[number], places
            )
            at_s[rows] = np.nan
            chosen = _solved(candidates, limit, tracks[number])
            at_s[candidates.owner[chosen]] = candidates.at_s[chosen]
    return tasks_at(opportunities, at_s)


def _instants(
    opportunities: Opportunities, rows: IntArray, limit: Limits, greedy_s: FloatArray, grid_s: float
) -> list[FloatArray]:
    """Return the candidate instants of each opportunity of one satellite."""
    low, high, best = middles_s(opportunities, rows, limit)
    if np.sum((high - low) / grid_s + 3.0) > MOST_CANDIDATES:
        raise InputError(
            f"{len(rows)} accesses of a satellite every {grid_s:g} s make over "
            f"{MOST_CANDIDATES:,} candidates: too many for the exact choice of pictures"
        )
    return [
        # The greedy instant among them: the best is then never below the greedy choice.
        np.unique([*np.arange(a, b, grid_s), b, c, *([] if np.isnan(g) else [g])])
        for a, b, c, g in zip(low, high, best, greedy_s, strict=True)
    ]


def _candidates(
    opportunities: Opportunities,
    rows: IntArray,
    instants: list[FloatArray],
    priority: AnyIntArray,
    track: Track,
    places: Sites,
) -> _Candidates:
    counts = np.array([len(part) for part in instants])
    owner = np.repeat(rows, counts)
    at_s, target = np.concatenate(instants), opportunities.target[owner]
    position = places.position_m[target]
    line = satellite_positions(track, at_s) - position
    sine = np.einsum("ij,ij->i", line, places.normal[target])
    # One over the sample: sqrt(sin(elevation)) / distance, nothing from under the horizon.
    fine = np.sqrt(np.maximum(sine, 0.0) / np.linalg.norm(line, axis=1) ** 3)
    finest = np.repeat(np.maximum.reduceat(fine, ragged.starts(counts)), counts)
    return _Candidates(
        owner,
        at_s,
        np.asarray(priority[target], dtype=np.float64),
        1.0 - np.divide(fine, finest, out=np.zeros_like(fine), where=finest > 0.0),
        lines_of_sight(track, position, at_s),
    )


def _conflicts(candidates: _Candidates, limit: Limits) -> BoolArray:
    """Return (V, V) whether two candidates cannot both be taken, however many lie between."""
    # The chord, not the dot product, keeps the digits of small turns.
    chord = np.linalg.norm(candidates.line[:, None] - candidates.line[None], axis=2)
    turn_s = 2.0 * np.arcsin(np.minimum(1.0, 0.5 * chord)) / limit.slew_rate_rad_s
    apart_s = np.abs(candidates.at_s[:, None] - candidates.at_s[None])
    return np.asarray(apart_s < limit.idle_s + turn_s - _ROUNDING_S)


def _solved(candidates: _Candidates, limit: Limits, track: Track) -> BoolArray:
    """Return which candidates (V,) of one satellite to take."""
    rows, most = _rows(candidates, limit, track)
    # No total of losses outweighs a unit of priority.
    unit = len(np.unique(candidates.owner)) + 1.0
    return _solution(candidates.loss - unit * candidates.weight, rows, most) > 0.5


def _rows(candidates: _Candidates, limit: Limits, track: Track) -> tuple[FloatArray, FloatArray]:
    """Return the rows (R, V) of the program and what each may come to at most (R,)."""
    owners, group = np.unique(candidates.owner, return_inverse=True)
    members_of = np.asarray(group[None] == np.arange(len(owners))[:, None], dtype=np.float64)
    conflicts = _conflicts(candidates, limit)
    parts = [members_of]
    for number, members in enumerate(members_of.astype(bool)):
        # A row for each candidate of another opportunity that any of these is in the way of.
        rivals = np.flatnonzero((group != number) & conflicts[:, members].any(axis=1))
        rows = np.where(members, conflicts[rivals], False).astype(np.float64)
        rows[np.arange(len(rivals)), rivals] = 1.0
        parts.append(rows)
    most = [np.ones(sum(len(part) for part in parts))]
    allowed = limit.most_a_revolution
    if allowed is not None:
        nodes = revolutions_s(track, float(candidates.at_s.max()))
        revolution = np.searchsorted(nodes, candidates.at_s, side="right")
        parts.append((revolution[None] == np.unique(revolution)[:, None]).astype(np.float64))
        most.append(np.full(len(parts[-1]), float(allowed)))
    return np.vstack(parts), np.concatenate(most)


def _solution(cost: FloatArray, rows: FloatArray, most: FloatArray) -> FloatArray:
    """Return the 0 or 1 of each candidate at least cost."""
    try:
        optimize: Any = importlib.import_module("scipy.optimize")
        sparse: Any = importlib.import_module("scipy.sparse")
    except ImportError:
        raise InputError(
            "the exact choice of pictures needs scipy: install simulator[sweep]"
        ) from None
    # No gap between the answer and its bound: the optimum is to be proved.
    answer = optimize.milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=optimize.Bounds(0.0, 1.0),
        constraints=optimize.LinearConstraint(sparse.csr_array(rows), -np.inf, most),
        options={"mip_rel_gap": 0.0},
    )
    if not answer.success:
        raise RuntimeError(f"the exact choice of pictures has no answer: {answer.message}")
    return np.asarray(np.round(answer.x), dtype=np.float64)
