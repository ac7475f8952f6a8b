"""What each step of a scenario's ladder adds, in order and whatever the order, over its draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from simulator.arrays import BoolArray, FloatArray
from simulator.errors import InputError, nearest_hint
from simulator.scenario import Rung, Rungs, Scenario
from simulator.study import MemoryStore, Study, drawn_studies
from simulator.workers import Threads, Workers
from simulator.worth.games import (
    MOST_EXACT,
    SampledShapley,
    orders_of_joining,
    shapley_by_all_sets,
    shapley_over_orders,
)
from simulator.worth.ladder_tables import Climb, LadderTables
from simulator.worth.rung_figures import (
    MORE_FIGURES,
    RUNG_FIGURES,
    TARGET_FIGURES,
    figures_of,
    looked_at,
)

STEP_ORDERS = 60
# So many sets are done by one worker with what they have in common: neighbours share satellites.
_LOT = 32


@dataclass(frozen=True, eq=False)
class Ladder:
    """What the steps of a ladder add, figure by figure. Rung 0 is the scenario before any step.

    - `rungs`: a row a rung: `rung`, `step`, its `date`, `confidence`, `source` and `note`, the
      `network` looked at, and `needs`: the steps without which it would be without effect.
    - `values`: a row a figure and rung: its `value` and, over draws, `value_low` and `value_high`;
      from rung 1 on the `change` from the rung before with the range of the same (paired) draws,
      whether it `matters`, the step's `shapley` value, the mean change over all orders of steps,
      with its standard `error`, 0 where it `is_exact`.
    - `figures`: a row a figure: `first` and `last` value, the whole `change` and its range, the
      `first_step` that matters, the step of the `greatest_change`, that of the `greatest_shapley`.

    `scenarios` are those of the rungs. Changes are in the unit of the figure, below 0 where it
    falls, whichever is better.
    """

    draws: int
    drawn: str
    interval: float
    rungs: pd.DataFrame
    values: pd.DataFrame
    figures: pd.DataFrame
    scenarios: tuple[Scenario, ...] = ()

    @property
    def asked(self) -> dict[str, Any]:
        """What it is over besides the scenario, as JSON can hold it."""
        return {"draws": self.draws, "drawn": self.drawn, "interval": self.interval}

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {name: getattr(self, name) for name in ("rungs", "figures", "values")}


def ladder(
    scenario: Scenario,
    *,
    network: str | None = None,
    figures: Sequence[str] | None = None,
    orders: int = STEP_ORDERS,
    workers: Workers | None = None,
) -> Ladder:
    """Return what each step of a scenario adds to the figures of the rung before it.

    Every rung is looked at through its own network, or through the one named. `figures` are some
    of `RUNG_FIGURES` and `MORE_FIGURES`: the former unless named, without networks those of
    targets. Shapley values of up to eight steps are exact, those of more sampled over `orders`,
    unless every set of steps costs no more. `workers` do draws and sets (default: threads). Raises
    InputError for a scenario without steps or targets, and for names that are not there.
    """
    chosen = _chosen(figures)
    if not scenario.targets:
        raise InputError("the scenario has no target: a ladder compares pictures of targets")
    rungs = Rungs(scenario)
    count = len(rungs.steps)
    steps = tuple(range(count))
    order = [rungs.after(steps[:number]) for number in range(count + 1)]
    _refuse_unknown(network, order, rungs)
    if figures is None and all(rung.network is None for rung in order):
        chosen = TARGET_FIGURES
    doing = workers or Threads()
    game = _Game(rungs, network, chosen, doing)
    values = game.values(np.tri(count + 1, count, -1, dtype=np.bool_))
    draws = scenario.uncertainty.draws
    scenarios = [looked_at(rung, network) for rung in order]
    drawn = list(doing.map(partial(_drawn, scenarios, chosen), range(draws)))
    climb = Climb(
        rungs.steps,
        tuple(network or rung.network or "" for rung in order),
        tuple(_needed(rungs, number) for number in steps),
        chosen,
        values,
        np.array(drawn).reshape(draws, *values.shape),
        _shares(game, count, orders, scenario.seed),
        _is_exact(count, orders),
        scenario.uncertainty.share,
    )
    tables = LadderTables(climb)
    return Ladder(
        draws,
        scenario.drawn_words,
        climb.share,
        pd.DataFrame(list(tables.rungs())),
        pd.DataFrame(list(tables.values())),
        pd.DataFrame(list(tables.figures())),
        tuple(rung.scenario for rung in order),
    )


def _chosen(figures: Sequence[str] | None) -> tuple[str, ...]:
    """Return figures by name, in the order of the ladder's; raises InputError for others."""
    known = (*RUNG_FIGURES, *MORE_FIGURES)
    for name in figures or ():
        if name not in known:
            raise InputError(
                f"'{name}' is no figure that a ladder knows; they are {', '.join(known)}"
                f"{nearest_hint(name, known)}"
            )
    return tuple(name for name in known if name in (figures or RUNG_FIGURES))


def _refuse_unknown(network: str | None, order: Sequence[Rung], rungs: Rungs) -> None:
    for number, rung in enumerate(order):
        names = [each.name for each in rung.scenario.networks]
        if network is not None and network not in names:
            at = f"after step '{rungs.steps[number - 1].name}'" if number else "before any step"
            raise InputError(
                f"'{network}' is no network {at}; there {'is' if len(names) == 1 else 'are'} "
                f"{', '.join(names) or 'none'}{nearest_hint(network, names)}"
            )


def _shares(game: _Game, steps: int, orders: int, seed: int) -> SampledShapley:
    if _is_exact(steps, orders):
        exact = shapley_by_all_sets(game.changes, steps)
        return SampledShapley(exact, np.zeros(exact.shape))
    return shapley_over_orders(game.changes, orders_of_joining(steps, orders, seed))


def _is_exact(steps: int, orders: int) -> bool:
    """Whether every set of steps is tried: it costs no more than the orders would."""
    return steps <= MOST_EXACT or 2**steps <= orders * steps


def _drawn(scenarios: Sequence[Scenario], figures: Sequence[str], number: int) -> FloatArray:
    """Return the figures (R, F) of all rungs in one draw; processes can be given it."""
    # What two rungs have in common is found once.
    store = MemoryStore()
    return np.array([figures_of(drawn_studies(each, store)(number), figures) for each in scenarios])


def _needed(rungs: Rungs, number: int) -> tuple[int, ...]:
    """Return the steps before one of which that one needs any, none where it stands alone."""
    if not rungs.after([number]).idle:
        return ()
    before = range(number)
    one = [other for other in before if number not in rungs.after([other, number]).idle]
    return tuple(one or before)


def _values(figures: Sequence[str], scenarios: Sequence[Scenario]) -> FloatArray:
    """Return the figures (N, F) of scenarios; processes can be given it."""
    store = MemoryStore()
    return np.array([figures_of(Study(each, store), figures) for each in scenarios])


class _Game:
    """The figures of any set of steps, and what they change from the rung before any step."""

    def __init__(
        self, rungs: Rungs, network: str | None, figures: Sequence[str], workers: Workers
    ) -> None:
        self._rungs = rungs
        self._network = network
        self._figures = figures
        self._workers = workers
        self._found: dict[tuple[int, ...], FloatArray] = {}

    def changes(self, sets: BoolArray) -> FloatArray:
        """Return what sets of steps (N, M) change of the figures before any step (N, F)."""
        none = np.zeros((1, sets.shape[1]), dtype=np.bool_)
        values = self.values(np.concatenate([none, sets]))
        return np.asarray(values[1:] - values[0])

    def values(self, sets: BoolArray) -> FloatArray:
        """Return the figures (N, F) of sets of steps (N, M)."""
        taken = []
        new: dict[tuple[int, ...], Scenario] = {}
        for row in sets:
            chosen = np.flatnonzero(row).tolist()
            rung = self._rungs.after(chosen)
            # Steps without effect leave the set without them.
            taken.append(tuple(number for number in chosen if number not in rung.idle))
            if taken[-1] not in self._found and taken[-1] not in new:
                new[taken[-1]] = looked_at(rung, self._network)
        scenarios = list(new.values())
        lots = [scenarios[first : first + _LOT] for first in range(0, len(new), _LOT)]
        found = self._workers.map(partial(_values, self._figures), lots)
        self._found.update(zip(new, (row for lot in found for row in lot), strict=True))
        return np.array([self._found[each] for each in taken])
