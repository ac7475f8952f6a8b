"""What the members of a network are worth, in one scenario and over its draws, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from simulator.errors import InputError, nearest_hint
from simulator.scenario import Scenario
from simulator.study import Study, drawn_studies
from simulator.workers import Threads, Workers
from simulator.worth.answers import IDLE, LOADED, Answer, Draw, FoundSets, Question
from simulator.worth.times import coalition, compared_networks
from simulator.worth.valuing import FIGURES
from simulator.worth.worth_tables import Tables

ORDERS, LOADED_ORDERS = 200, 20
DRAWS = 20


@dataclass(frozen=True, eq=False)
class Worth:
    """What the members of a network add to its baseline.

    `load` in the tables is "idle", each picture with the network to itself, or "loaded", all of
    them sharing it. Gains are in the unit of the figure, positive where better.

    - `figures`: a row a figure and load: `baseline`, `whole`, `gain` and its range over draws.
    - `members`: a row a figure, load and member: what it adds `alone`, the `loss` without it, its
      `shapley` value, the standard `error` of that, 0 where it `is_exact`; ranges `*_low` and
      `*_high` over draws and `first_share`, the share of draws in which its Shapley value is the
      greatest.
    - `losses`: the worst losses of one to five members: `lost`, the `members`, their `cost`, and
      whether it `is_proven` that no others cost more.
    - `sets`: the smallest sets that reach `reach` of the gain: `size`, `is_proven`, the
      `members` of each, its `share`, how many `alike` are within a per cent of the best, and the
      share of draws in which each set reaches as much, those first that do so the most often.
    """

    network: str
    baseline: str
    reach: float
    draws: int
    drawn: str
    interval: float
    figures: pd.DataFrame
    members: pd.DataFrame
    sets: pd.DataFrame
    losses: pd.DataFrame

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked, as JSON can hold it."""
        return {
            "network": self.network,
            "baseline": self.baseline,
            "reach": self.reach,
            "draws": self.draws,
            "drawn": self.drawn,
            "interval": self.interval,
        }

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {name: getattr(self, name) for name in ("figures", "sets", "losses", "members")}


def worth(
    scenario: Scenario,
    *,
    network: str | None = None,
    baseline: str | None = None,
    figures: Sequence[str] | None = None,
    reach: float = 0.95,
    orders: int = ORDERS,
    loaded_orders: int = LOADED_ORDERS,
    draws: int = DRAWS,
    workers: Workers | None = None,
) -> Worth:
    """Return what each member of a network adds to a baseline, figure by figure.

    `network` is the one with the most members unless named, `baseline` the scenario's; `figures`
    are some of `FIGURES`, all unless named. Shapley values that are not exact are sampled over
    `orders`, under load over `loaded_orders`. Of the scenario's draws there are `draws` at the
    most, for each takes as long as many of a run; `workers` do them (default: threads). Raises
    InputError for names that are not there and a network without anything of its own.
    """
    scenario = scenario.resolve().with_draws(draws)
    question = Question(
        coalition(*compared_networks(scenario, network, baseline)),
        chosen_figures(figures),
        reach,
        {IDLE: orders, LOADED: loaded_orders},
    )
    of = question.of
    narrowed = scenario.model_copy(update={"networks": (of.baseline, of.whole), "regions": ()})
    own = Answer.of(Study(narrowed), question)
    pair = scenario.model_copy(
        update={"networks": compared_networks(scenario, network, baseline), "regions": ()}
    )
    draw = partial(_drawn, pair, question, {key: each.sets for key, each in own.sets.items()})
    count, share = scenario.uncertainty.draws, scenario.uncertainty.share
    drawn = list((workers or Threads()).map(draw, range(count)))
    tables = Tables(own, drawn, question, share)
    return Worth(
        of.whole.name,
        of.baseline.name,
        reach,
        count,
        scenario.drawn_words,
        share,
        pd.DataFrame(list(tables.figures())),
        pd.DataFrame(list(tables.members())),
        pd.DataFrame(list(tables.sets())),
        pd.DataFrame(list(tables.losses())),
    )


def _drawn(scenario: Scenario, question: Question, sets: FoundSets, number: int) -> Draw:
    """Return a draw of the scenario; a function of its own, so that processes can be given it."""
    study = drawn_studies(scenario, then=_with_members)(number)
    # As drawn: masks and delays of the members are among what nobody knows.
    return Draw.of(study, replace(question, of=coalition(*study.scenario.networks)), sets)


def _with_members(scenario: Scenario) -> Scenario:
    """Return a scenario of two networks, the second as the first with what it has beyond it."""
    of = coalition(*scenario.networks)
    return scenario.model_copy(update={"networks": (of.baseline, of.whole)})


def chosen_figures(figures: Sequence[str] | None) -> tuple[str, ...]:
    """Return figures by name in the order of `FIGURES`, all for None; raises InputError."""
    for name in figures or ():
        if name not in FIGURES:
            raise InputError(
                f"'{name}' is no figure that worth knows; they are {', '.join(FIGURES)}"
                f"{nearest_hint(name, FIGURES)}"
            )
    return tuple(name for name in FIGURES if figures is None or name in figures)
