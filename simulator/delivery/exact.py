"""The best schedule of a small plan, on a grid of steps, by integer programming.

In each step a satellite sends over at most one contact, a link serves at most as many satellites
as it has antennas, and a picture is sent after it is taken. Chosen are the pictures admitted and
what is sent when, so that first the fewest pictures fail to be home, weighed by priority, and then
the sum of arrivals is least. Acquisition between satellites and crosslinks are left out.

More never hurts here: a station, a contact, rate, room or an antenna more takes no schedule away,
so neither the weight of the pictures not home, nor, where that is the same, the sum of arrivals
gets worse. Planning picture by picture, as `deliver` does, has no such property (its docstring),
though each picture gets the best that those before it left. That more can worsen a greedy plan
has long been known of machine schedules (Graham 1969, SIAM Journal on Applied Mathematics 17).
"""

from __future__ import annotations

import importlib
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.delivery.beam import Ints
from simulator.delivery.tables import DELIVERED, WAITING, Antennas, Pictures, Plan
from simulator.errors import InputError
from simulator.intervals import Floats

MOST_VARIABLES = 20_000


@dataclass(frozen=True)
class Best:
    """The best schedule: `status` and `delivered_s` (P,), inf unless delivered.

    `not_home` is the weight of the pictures that are not, `arrivals_s` the sum over those that are.
    """

    status: Ints
    delivered_s: Floats
    not_home: float
    arrivals_s: float


def best(
    plan: Plan,
    pictures: Pictures,
    *,
    recorder_bits: npt.ArrayLike,
    span_s: float,
    step_s: float,
    antennas: Antennas | None = None,
) -> Best:
    """Return the best schedule on steps of `step_s`; a picture is home at the end of a step.

    Contacts count in the steps they fill, pictures from the first step after they are taken. With
    instants, delays and sending times on the grid the answer is the best of all; else a bound from
    above. Raises InputError where the program has too many variables, and without scipy.
    """
    grid = _Grid(plan, pictures, span_s, step_s)
    if grid.count > MOST_VARIABLES:
        raise InputError(
            f"{grid.count:,} variables; allowed {MOST_VARIABLES:,}: fewer pictures, or longer steps"
        )
    capacity_bits = np.asarray(recorder_bits, dtype=np.float64)
    rows = [
        *_one_beam(grid, plan),
        *_antenna_rows(grid, plan, antennas),
        *_home_rows(grid, plan, pictures),
        *_recorder_rows(grid, plan, pictures, capacity_bits),
    ]
    home = _solved(grid, rows, _weights(pictures))
    delivered_s = np.where(home >= 0, home * step_s, np.inf)
    away = home < 0
    return Best(
        np.where(away, WAITING, DELIVERED),
        delivered_s,
        float(_weights(pictures)[away].sum()),
        float(delivered_s[~away].sum()),
    )


class _Grid:
    """Variables: who sends what in each step, by what step each picture is home."""

    def __init__(self, plan: Plan, pictures: Pictures, span_s: float, step_s: float) -> None:
        self.step_s = step_s
        self.steps = math.floor(span_s / step_s + 1e-9)
        self.first = np.ceil(pictures.taken_s / step_s - 1e-9).astype(int)
        opens = np.ceil(plan.start_s / step_s - 1e-9).astype(int)
        closes = np.floor(np.minimum(plan.end_s, span_s) / step_s + 1e-9).astype(int)
        # a variable for each picture, contact of its satellite, and step
        self.sends = [
            (picture, contact, step)
            for picture in range(len(pictures.taken_s))
            for contact in np.flatnonzero(plan.satellite == pictures.satellite[picture]).tolist()
            for step in range(max(opens[contact], self.first[picture]), closes[contact])
        ]
        self.pictures = len(pictures.taken_s)
        self.home_at = len(self.sends)
        self.admitted = self.home_at + self.pictures * (self.steps + 1)
        self.count = self.admitted + self.pictures

    def home(self, picture: int, step: int) -> int:
        """Return the variable that tells whether a picture is home at the end of a step."""
        return self.home_at + picture * (self.steps + 1) + step


Row = tuple[dict[int, float], float]  # coefficients by variable, and what they may sum to at most


def _weights(pictures: Pictures) -> Floats:
    if pictures.priority is None:
        return np.ones(len(pictures.taken_s))
    return np.asarray(pictures.priority, dtype=np.float64)


def _one_beam(grid: _Grid, plan: Plan) -> list[Row]:
    busy: dict[tuple[int, int], dict[int, float]] = {}
    for variable, (_, contact, step) in enumerate(grid.sends):
        busy.setdefault((int(plan.satellite[contact]), step), {})[variable] = 1.0
    return [(row, 1.0) for row in busy.values()]


def _antenna_rows(grid: _Grid, plan: Plan, antennas: Antennas | None) -> list[Row]:
    if antennas is None:
        return []
    busy: dict[tuple[int, int], dict[int, float]] = {}
    for variable, (_, contact, step) in enumerate(grid.sends):
        busy.setdefault((int(plan.link[contact]), step), {})[variable] = 1.0
    return [
        (row, float(antennas.count[link]))
        for (link, _), row in busy.items()
        if np.isfinite(antennas.count[link])
    ]


def _home_rows(grid: _Grid, plan: Plan, pictures: Pictures) -> list[Row]:
    """A picture is home by a step if enough bits left in time; once home it stays so."""
    rows: list[Row] = []
    mine: list[list[tuple[int, float, float]]] = [[] for _ in range(grid.pictures)]
    for variable, (picture, contact, step) in enumerate(grid.sends):
        due_s = (step + 1) * grid.step_s + float(plan.delay_s[contact])
        mine[picture].append((variable, due_s, float(plan.rate_bps[contact]) * grid.step_s))
    for picture in range(grid.pictures):
        size = float(pictures.size_bits[picture])
        for step in range(grid.steps + 1):
            at_s = step * grid.step_s + 1e-9
            row = {v: -bits / size for v, due_s, bits in mine[picture] if due_s <= at_s}
            row[grid.home(picture, step)] = 1.0
            rows.append((row, 1e-9))
            if step:
                rows.append(
                    ({grid.home(picture, step - 1): 1.0, grid.home(picture, step): -1.0}, 0.0)
                )
        rows.append(({grid.home(picture, grid.steps): 1.0, grid.admitted + picture: -1.0}, 0.0))
        rows += [({v: 1.0, grid.admitted + picture: -1.0}, 0.0) for v, _, _ in mine[picture]]
    return rows


def _recorder_rows(grid: _Grid, plan: Plan, pictures: Pictures, capacity_bits: Floats) -> list[Row]:
    """What a satellite has taken and not yet sent fits, at the first step of each picture."""
    rows: list[Row] = []
    for picture in range(grid.pictures):
        satellite = int(pictures.satellite[picture])
        capacity = float(capacity_bits[satellite])
        if not math.isfinite(capacity):
            continue
        now = grid.first[picture]
        row: dict[int, float] = {}
        for other in np.flatnonzero(pictures.satellite == satellite).tolist():
            if grid.first[other] <= now:
                row[grid.admitted + other] = float(pictures.size_bits[other]) / capacity
        for variable, (other, contact, step) in enumerate(grid.sends):
            if pictures.satellite[other] == satellite and step < now:
                row[variable] = -float(plan.rate_bps[contact]) * grid.step_s / capacity
        rows.append((row, 1.0 + 1e-9))
    return rows


def _solved(grid: _Grid, rows: list[Row], weights: Floats) -> Ints:
    """Return the step at whose end each picture is home, -1 if none."""
    try:
        optimize: Any = importlib.import_module("scipy.optimize")
        sparse: Any = importlib.import_module("scipy.sparse")
    except ImportError:
        raise InputError("the exact method needs scipy: install simulator[sweep]") from None
    entries = [
        (n, variable, value) for n, (row, _) in enumerate(rows) for variable, value in row.items()
    ]
    at, variable, value = zip(*entries, strict=True) if entries else ((), (), ())
    matrix = sparse.csr_array((value, (at, variable)), shape=(len(rows), grid.count))
    # Each step a picture is not home costs its length; one never home costs more than all of them.
    cost = np.zeros(grid.count)
    never = float(grid.pictures * (grid.steps + 1))
    for picture in range(grid.pictures):
        for step in range(grid.steps + 1):
            cost[grid.home(picture, step)] = -1.0
        cost[grid.home(picture, grid.steps)] -= never * weights[picture]
    found = optimize.milp(
        cost,
        constraints=optimize.LinearConstraint(matrix, -np.inf, [bound for _, bound in rows]),
        integrality=np.ones(grid.count),
        bounds=optimize.Bounds(0.0, 1.0),
    )
    table = np.round(found.x[grid.home_at : grid.admitted]).reshape(grid.pictures, grid.steps + 1)
    home = table.astype(bool)
    return np.where(home.any(axis=1), np.argmax(home, axis=1), -1).astype(np.int64)
