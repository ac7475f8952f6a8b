"""A launch of several satellites while they spread over their plane, and after: stage by stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pandas as pd

from simulator.errors import InputError
from simulator.launches.carriers import OPTION_FIGURES
from simulator.orbits import from_scenario, spread_plan
from simulator.scenario import PlaneSpreadOrbit, Satellite, Scenario, SpanTable
from simulator.study import Study
from simulator.workers import Threads, Workers
from simulator.worth import network_rows

MOST_PARTS = 24
_LEAST_DAYS = 1.0


@dataclass(frozen=True, eq=False)
class SpreadStages:
    """What a spread gives as it goes on: stages of the same length, the last when it is done.

    - `places`: a row a satellite: `place_deg` ahead of the first, `drift_height_km` by how much
      higher it drifts, `node_deg` how far east its node ends.
    - `stages`: a row a stage and network: `begin_utc`, `done_share` of the way at its middle, and
      OPTION_FIGURES.
    """

    satellite: str
    days: float
    parts: int
    places: pd.DataFrame
    stages: pd.DataFrame

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked, as JSON can hold it."""
        return {"satellite": self.satellite, "spread_days": self.days, "parts": self.parts}

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {"places": self.places, "stages": self.stages}


def spread_stages(
    scenario: Scenario, *, parts: int = 4, workers: Workers | None = None
) -> SpreadStages:
    """Return what the first spread of a scenario gives in so many equal parts of it, and after.

    The scenario's span is of no matter: a stage begins with its part of the spread. `workers` do
    the stages (default: threads). Raises InputError for a scenario without a spread, and for one
    too short for its parts.
    """
    if not 1 <= parts <= MOST_PARTS:
        raise InputError(f"parts: {parts}; allowed 1 to {MOST_PARTS}")
    scenario = scenario.resolve().model_copy(update={"regions": ()})
    for what, given in (("target", scenario.targets), ("network", scenario.networks)):
        if not given:
            raise InputError(f"the scenario has no {what}: stages are told by their pictures")
    table, orbit = _spread_of(scenario)
    plan = spread_plan(table.name, orbit)
    length = plan.days / parts
    if length < _LEAST_DAYS:
        raise InputError(
            f"parts: {parts} of {plan.days:.1f} days are shorter than a day; allowed up to "
            f"{max(1, int(plan.days))}"
        )
    insertion = from_scenario(scenario)[0][0].epoch
    begins = [insertion + timedelta(days=length * number) for number in range(parts + 1)]
    rows = (workers or Threads()).map(partial(_rows, scenario, length), begins)
    done = [(number + 0.5) / parts for number in range(parts)] + [1.0]
    stages = [
        {"stage": number, "begin_utc": f"{begin:%Y-%m-%dT%H:%M:%SZ}", "done_share": share, **row}
        for number, (begin, share, found) in enumerate(zip(begins, done, rows, strict=True), 1)
        for row in found
    ]
    places = [
        {
            "satellite": place.name,
            "place_deg": place.place_deg,
            "drift_height_km": place.height_km,
            "node_deg": place.node_deg,
        }
        for place in plan.places
    ]
    return SpreadStages(table.name, plan.days, parts, pd.DataFrame(places), pd.DataFrame(stages))


def _spread_of(scenario: Scenario) -> tuple[Satellite, PlaneSpreadOrbit]:
    for table in scenario.satellites:
        if isinstance(table.orbit, PlaneSpreadOrbit):
            return table, table.orbit
    raise InputError("no satellite of the scenario has an orbit of kind plane-spread")


def _rows(scenario: Scenario, days: float, begin: datetime) -> Sequence[dict[str, Any]]:
    """Return the figures of a stage by network; a function of its own, for processes."""
    span = SpanTable(start=begin, days=days)
    return network_rows(Study(scenario.model_copy(update={"span": span})), OPTION_FIGURES)
