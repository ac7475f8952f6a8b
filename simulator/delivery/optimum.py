"""The best schedule of a small plan, on a grid of steps, by mixed-integer programming.

A step is shared out in fractions: the fractions of a satellite over all contacts are at most one,
those of a link at most its antennas. Such fractions can always be flown in turns within the step,
no satellite on two contacts at once (open shop with preemption: Gonzalez and Sahni 1976, Journal
of the ACM 23). Bits count as delivered at the end of their step, plus the delay. Chosen are the
pictures admitted and what is sent when, so that first the fewest pictures stay undelivered,
weighed by priority, and then the sum of arrivals of those delivered is least. Acquisition between
satellites, crosslinks, real time and limits of the transmitter are left out.

More never hurts here: a station, a contact, rate, room or an antenna more takes no schedule away
(on a faster contact the same bits take a smaller fraction), so neither the weight of undelivered
pictures, nor, where that is the same, the sum of arrivals gets worse. Planning picture by picture,
as `deliver` does, has no such property (its docstring), though each picture gets the best that
those before it left. That more can worsen a schedule made from a list has long been known of
machines (Graham 1969, SIAM Journal on Applied Mathematics 17).
"""

from __future__ import annotations

import importlib
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.arrays import FloatArray, IntArray
from simulator.delivery.tables import DELIVERED, WAITING, Antennas, Pictures, Plan
from simulator.errors import InputError

MOST_VARIABLES = 20_000


@dataclass(frozen=True)
class BestSchedule:
    """The best schedule: `status` and `delivered_s` (P,), inf unless delivered.

    A picture that is not delivered is WAITING: whether it was admitted makes no difference.
    `undelivered_weight` is the weight of those pictures, `arrivals_s` the sum over the others.
    """

    status: IntArray
    delivered_s: FloatArray
    undelivered_weight: float
    arrivals_s: float


def best(
    plan: Plan,
    pictures: Pictures,
    *,
    recorder_bits: npt.ArrayLike,
    span_s: float,
    step_s: float,
    antennas: Antennas | None = None,
) -> BestSchedule:
    """Return the best schedule on steps of `step_s`; a picture arrives at the end of a step.

    A picture weighs its priority, 1 if none is given. Contacts count in the steps they fill.
    Pictures fill the recorder from the step in which they are taken, and are sent from the next.
    With instants and delays on the grid no schedule is better, arrivals counted at the end of their
    step; else the answer can be flown, and a finer grid may better it. Raises InputError where
    the program has too many variables and without scipy, ValueError for a priority below 1.
    """
    weights = np.ones(len(pictures.taken_s)) if pictures.priority is None else pictures.priority
    if np.any(weights < 1):
        raise ValueError("a priority is below 1")
    grid = _Grid(plan, pictures, span_s, step_s)
    if grid.count > MOST_VARIABLES:
        raise InputError(
            f"{grid.count:,} variables; allowed {MOST_VARIABLES:,}: fewer pictures, or longer steps"
        )
    rows = [
        *_shared_rows(grid, plan, antennas),
        *_sent_rows(grid),
        *_delivered_rows(grid, plan),
        *_recorder_rows(grid, pictures, np.asarray(recorder_bits, dtype=np.float64)),
    ]
    step = _solved(grid, rows, np.asarray(weights, dtype=np.float64))
    delivered = step >= 0
    delivered_s = np.where(delivered, step * step_s, np.inf)
    return BestSchedule(
        status=np.where(delivered, DELIVERED, WAITING),
        delivered_s=delivered_s,
        undelivered_weight=float(np.sum(weights[~delivered])),
        arrivals_s=float(np.sum(delivered_s[delivered])),
    )


class _Grid:
    """The variables of the program, numbered one kind after another.

    First, for each of `sends`, the fraction of a step that it takes; then, for each picture and
    step, whether the picture is delivered by its end; last, whether each picture is admitted.
    `sends` has (picture, contact, step), `share` the part of the picture that a whole step sends.
    """

    def __init__(self, plan: Plan, pictures: Pictures, span_s: float, step_s: float) -> None:
        self.step_s = step_s
        self.steps = math.floor(span_s / step_s + 1e-9)
        self.held_from = np.floor(pictures.taken_s / step_s + 1e-9).astype(int)
        first = np.ceil(pictures.taken_s / step_s - 1e-9).astype(int)
        opens = np.ceil(plan.start_s / step_s - 1e-9).astype(int)
        closes = np.floor(np.minimum(plan.end_s, span_s) / step_s + 1e-9).astype(int)
        self.sends = [
            (picture, contact, step)
            for picture in range(len(pictures.taken_s))
            for contact in np.flatnonzero(plan.satellite == pictures.satellite[picture]).tolist()
            for step in range(max(opens[contact], first[picture]), closes[contact])
        ]
        self.share = [
            float(plan.rate_bps[contact] * step_s / pictures.size_bits[picture])
            for picture, contact, _ in self.sends
        ]
        self.pictures = len(pictures.taken_s)
        self.first_delivered = len(self.sends)
        self.admitted = self.first_delivered + self.pictures * (self.steps + 1)
        self.count = self.admitted + self.pictures

    def delivered(self, picture: int, step: int) -> int:
        """Return the variable for a picture being delivered by the end of a step."""
        return self.first_delivered + picture * (self.steps + 1) + step


Row = tuple[dict[int, float], float]  # coefficients by variable, and what they may sum to at most


def _shared_rows(grid: _Grid, plan: Plan, antennas: Antennas | None) -> list[Row]:
    """One beam a satellite, and the antennas of each link."""
    beam: dict[tuple[int, int], dict[int, float]] = {}
    link: dict[tuple[int, int], dict[int, float]] = {}
    for variable, (_, contact, step) in enumerate(grid.sends):
        beam.setdefault((int(plan.satellite[contact]), step), {})[variable] = 1.0
        link.setdefault((int(plan.link[contact]), step), {})[variable] = 1.0
    rows = [(row, 1.0) for row in beam.values()]
    if antennas is not None:
        # A part of an antenna serves nobody.
        rows += [
            (row, float(np.floor(antennas.count[number])))
            for (number, _), row in link.items()
            if np.isfinite(antennas.count[number])
        ]
    return rows


def _sent_rows(grid: _Grid) -> list[Row]:
    """Only what is admitted is sent, and once: bits sent twice would make room for others."""
    rows: list[Row] = [({grid.admitted + n: -1.0}, 0.0) for n in range(grid.pictures)]
    for variable, (picture, _, _) in enumerate(grid.sends):
        rows[picture][0][variable] = grid.share[variable]
    return rows


def _delivered_rows(grid: _Grid, plan: Plan) -> list[Row]:
    """A picture is delivered by a step if all of it left in time; once delivered it stays so."""
    due = [
        (step + 1) + math.ceil(float(plan.delay_s[contact]) / grid.step_s - 1e-9)
        for _, contact, step in grid.sends
    ]
    rows: list[Row] = []
    for picture in range(grid.pictures):
        own = [v for v, (sent, _, _) in enumerate(grid.sends) if sent == picture]
        for step in range(grid.steps + 1):
            row = {v: -grid.share[v] for v in own if due[v] <= step}
            rows.append(({**row, grid.delivered(picture, step): 1.0}, 0.0))
            if step:
                stays = {
                    grid.delivered(picture, step - 1): 1.0,
                    grid.delivered(picture, step): -1.0,
                }
                rows.append((stays, 0.0))
    return rows


def _recorder_rows(grid: _Grid, pictures: Pictures, capacity_bits: FloatArray) -> list[Row]:
    """What a satellite has taken and not yet sent fits, whenever a picture is taken."""
    rows: list[Row] = []
    for picture in range(grid.pictures):
        satellite, now = pictures.satellite[picture], grid.held_from[picture]
        held = (pictures.satellite == satellite) & (grid.held_from <= now)
        # In units of the largest picture, so that coefficients are near one.
        largest = float(pictures.size_bits[held].max())
        room = float(capacity_bits[satellite]) / largest
        if not math.isfinite(room):
            continue
        size = pictures.size_bits / largest
        row = {grid.admitted + n: float(size[n]) for n in np.flatnonzero(held).tolist()}
        for variable, (sent, _, step) in enumerate(grid.sends):
            if held[sent] and step < now:
                row[variable] = -grid.share[variable] * float(size[sent])
        rows.append((row, room * (1.0 + 1e-9)))
    return rows


def _solved(grid: _Grid, rows: list[Row], weights: FloatArray) -> IntArray:
    """Return the step at whose end each picture is delivered, -1 if none.

    Solved twice: for the least weight undelivered, then, held to that, for the least arrivals.
    """
    if not grid.pictures:
        return np.empty(0, dtype=np.int64)
    counts, arrivals = np.zeros(grid.count), np.zeros(grid.count)
    for picture in range(grid.pictures):
        ever = grid.delivered(picture, grid.steps)
        counts[ever] = -weights[picture]
        # Of a picture that is delivered, one for each step in which it was not yet.
        arrivals[grid.delivered(picture, 0) : ever] = -1.0
        arrivals[ever] = grid.steps
    weight = round(float(counts @ _minimum(grid, rows, counts)))
    kept = {int(n): float(counts[n]) for n in np.flatnonzero(counts)}
    # Weights are whole numbers: half a unit of room is none, and spares the solver an equality.
    variables = _minimum(grid, [*rows, (kept, weight + 0.5)], arrivals)
    table = np.round(variables[grid.first_delivered : grid.admitted]).reshape(
        grid.pictures, grid.steps + 1
    )
    return np.where(table.any(axis=1), np.argmax(table, axis=1), -1).astype(np.int64)


def _minimum(grid: _Grid, rows: list[Row], cost: FloatArray) -> FloatArray:
    """Return the variables of least cost, to the end: a gap would spoil the order of schedules."""
    try:
        optimize: Any = importlib.import_module("scipy.optimize")
        sparse: Any = importlib.import_module("scipy.sparse")
    except ImportError:
        raise InputError("the exact method needs scipy: install simulator[sweep]") from None
    entries = [(n, v, value) for n, (row, _) in enumerate(rows) for v, value in row.items()]
    at, variable, value = zip(*entries, strict=True)
    whole = np.ones(grid.count)
    whole[: grid.first_delivered] = 0.0
    solution = optimize.milp(
        cost,
        constraints=optimize.LinearConstraint(
            sparse.csr_array((value, (at, variable)), shape=(len(rows), grid.count)),
            -np.inf,
            [bound for _, bound in rows],
        ),
        integrality=whole,
        bounds=optimize.Bounds(0.0, 1.0),
        options={"mip_rel_gap": 0.0},
    )
    if solution.x is None:
        raise RuntimeError(f"the exact method found no schedule: {solution.message}")
    return np.asarray(solution.x, dtype=np.float64)
