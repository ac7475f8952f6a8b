"""What the members of a network are worth, in one scenario and over its draws, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from simulator.arrays import BoolArray, FloatArray
from simulator.errors import InputError, nearest_hint
from simulator.scenario import Network, Scenario
from simulator.study import Study, drawn_studies, find_events
from simulator.workers import Threads, Workers
from simulator.worth.games import SmallestSets, smallest_sets
from simulator.worth.losses import Loss, worst_losses
from simulator.worth.picture_figures import PICTURE_FIGURES
from simulator.worth.times import Coalition, coalition
from simulator.worth.valuing import (
    FIGURES,
    GAIN_SIGN,
    IdleGame,
    Values,
    idle_values,
    loaded_figures,
    loaded_values,
    valued,
)

IDLE, LOADED = "idle", "loaded"
ORDERS, LOADED_ORDERS = 200, 20
# Sets tried before a bound is stated; each costs a delivery where pictures share the network.
_MOST_SETS = {IDLE: 20_000, LOADED: 600}
# Shares of the whole gain that rounding may make of none.
_ROUNDING = 1e-9
_QUANTITIES = ("alone", "loss", "shapley")


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
    interval: float
    figures: pd.DataFrame
    members: pd.DataFrame
    sets: pd.DataFrame
    losses: pd.DataFrame


def worth(
    scenario: Scenario,
    *,
    network: str | None = None,
    baseline: str | None = None,
    figures: Sequence[str] | None = None,
    reach: float = 0.95,
    orders: int = ORDERS,
    loaded_orders: int = LOADED_ORDERS,
    workers: Workers | None = None,
) -> Worth:
    """Return what each member of a network adds to a baseline, figure by figure.

    `network` is the one with the most members unless named, `baseline` the scenario's; `figures`
    are some of `FIGURES`, all unless named. Shapley values that are not exact are sampled over
    `orders`, under load over `loaded_orders`. `workers` do the draws (default: threads).
    Raises InputError for names that are not there and a network without anything of its own.
    """
    of = _coalition(scenario, network, baseline)
    chosen, workers = _chosen_figures(figures), workers or Threads()
    narrowed = scenario.model_copy(update={"networks": (of.baseline, of.whole), "regions": ()})
    own = _Valued.of(Study(narrowed), of, chosen, reach, (orders, loaded_orders))
    sets = {key: found.sets for key, found in own.sets.items()}
    draw = partial(_drawn, narrowed, of, chosen, sets, (orders, loaded_orders), reach)
    draws, share = scenario.uncertainty.draws, scenario.uncertainty.share
    drawn = list(workers.map(draw, range(draws)))
    tables = _Tables(own, drawn, chosen, of, share)
    return Worth(
        of.whole.name,
        of.baseline.name,
        reach,
        draws,
        share,
        pd.DataFrame(list(tables.figures())),
        pd.DataFrame(list(tables.members())),
        pd.DataFrame(list(tables.sets())),
        pd.DataFrame(list(tables.losses())),
    )


def _coalition(scenario: Scenario, network: str | None, baseline: str | None) -> Coalition:
    if len(scenario.networks) < 2:
        raise InputError(
            f"the scenario has {len(scenario.networks)} networks; worth compares one with a "
            "baseline: name two or more in networks"
        )
    first = _named(scenario, baseline or scenario.baseline or scenario.networks[0].name)
    if network is not None:
        return coalition(first, _named(scenario, network))
    others = [n for n in scenario.networks if n.name != first.name]
    return coalition(first, max(others, key=lambda n: len(n.stations) + len(n.relays)))


def _named(scenario: Scenario, name: str) -> Network:
    names = [network.name for network in scenario.networks]
    if name not in names:
        raise InputError(
            f"'{name}' is no network of the scenario; it has {', '.join(names)}"
            f"{nearest_hint(name, names)}"
        )
    return scenario.networks[names.index(name)]


def _chosen_figures(figures: Sequence[str] | None) -> tuple[str, ...]:
    for name in figures or ():
        if name not in FIGURES:
            raise InputError(
                f"'{name}' is no figure that worth knows; they are {', '.join(FIGURES)}"
                f"{nearest_hint(name, FIGURES)}"
            )
    return tuple(name for name in FIGURES if figures is None or name in figures)


_Key = tuple[str, str]  # a figure and a load


@dataclass(frozen=True, eq=False)
class _Games:
    """The two games of one study: with the network to itself, and sharing it."""

    idle: IdleGame
    loaded: Any

    @classmethod
    def of(cls, study: Study, of: Coalition) -> _Games:
        offered, idle = valued(study, find_events(study, for_tables=False), of)
        return cls(idle, loaded_figures(idle, offered))

    def values(self, orders: tuple[int, int], seed: int) -> dict[str, Values]:
        count = len(self.idle.coalition.names)
        return {
            IDLE: idle_values(self.idle, orders=orders[0], seed=seed),
            LOADED: loaded_values(self.loaded, count, orders=orders[1], seed=seed),
        }

    def gain(self, figure: str, load: str, sets: BoolArray) -> FloatArray:
        """Return what sets (N, M) gain in a figure (N,)."""
        number = FIGURES.index(figure)
        if load == IDLE:
            return self.idle.gain(number, sets)
        none = np.zeros((1, sets.shape[1]), dtype=np.bool_)
        values = self.loaded(np.concatenate([none, sets]))[:, number]
        return np.asarray(GAIN_SIGN[number] * (values[1:] - values[0]))


def _keys(figures: Sequence[str]) -> Iterator[_Key]:
    for figure in figures:
        yield figure, IDLE
        if figure in PICTURE_FIGURES:
            yield figure, LOADED


@dataclass(frozen=True, eq=False)
class _Valued:
    """The scenario itself: values by load; smallest sets and worst losses by figure and load."""

    values: dict[str, Values]
    sets: dict[_Key, SmallestSets]
    losses: dict[_Key, list[Loss]]

    @classmethod
    def of(
        cls,
        study: Study,
        of: Coalition,
        figures: Sequence[str],
        reach: float,
        orders: tuple[int, int],
    ) -> _Valued:
        games = _Games.of(study, of)
        values = games.values(orders, study.scenario.seed)
        sets, losses = {}, {}
        for figure, load in _keys(figures):
            gain = partial(games.gain, figure, load)
            found = smallest_sets(gain, len(of.names), reach, most_sets=_MOST_SETS[load])
            if found is not None:
                sets[figure, load] = found
                losses[figure, load] = worst_losses(gain, len(of.names), most_sets=_MOST_SETS[load])
        return cls(values, sets, losses)


@dataclass(frozen=True, eq=False)
class _Draw:
    """One draw: values by load, and whether each of the sets found reaches as much there."""

    values: dict[str, Values]
    reaches: dict[_Key, list[bool]]

    @classmethod
    def of(
        cls,
        study: Study,
        of: Coalition,
        figures: Sequence[str],
        sets: dict[_Key, tuple[tuple[int, ...], ...]],
        orders: tuple[int, int],
        reach: float,
    ) -> _Draw:
        games, count = _Games.of(study, of), len(of.names)
        reaches = {}
        for (figure, load), found in sets.items():
            rows = np.array([[m in members for m in range(count)] for members in found])
            whole = games.gain(figure, load, np.ones((1, count), dtype=np.bool_))[0]
            gains = games.gain(figure, load, rows)
            reaches[figure, load] = (gains >= (reach - _ROUNDING) * whole).tolist()
        return cls(games.values(orders, study.scenario.seed), reaches)


def _drawn(
    scenario: Scenario,
    of: Coalition,
    figures: Sequence[str],
    sets: dict[_Key, tuple[tuple[int, ...], ...]],
    orders: tuple[int, int],
    reach: float,
    number: int,
) -> _Draw:
    return _Draw.of(drawn_studies(scenario)(number), of, figures, sets, orders, reach)


@dataclass(frozen=True, eq=False)
class _Tables:
    """The rows of the tables of `Worth`."""

    own: _Valued
    drawn: list[_Draw]
    chosen: tuple[str, ...]
    of: Coalition
    share: float

    def figures(self) -> Iterator[dict[str, Any]]:
        """Yield a row a figure and load."""
        for figure, load in _keys(self.chosen):
            number, values = FIGURES.index(figure), self.own.values[load]
            gains = [draw.values[load].gain[number] for draw in self.drawn]
            low, high = _range(np.array(gains), self.share)
            yield {
                "figure": figure,
                "load": load,
                "baseline": values.baseline[number],
                "whole": values.whole[number],
                "gain": values.gain[number],
                "gain_low": low,
                "gain_high": high,
            }

    def members(self) -> Iterator[dict[str, Any]]:
        """Yield a row a figure, load and member, the greatest Shapley value first."""
        for figure, load in _keys(self.chosen):
            number, values = FIGURES.index(figure), self.own.values[load]
            drawn = [draw.values[load] for draw in self.drawn]
            tables = {
                name: np.array([getattr(v, name)[:, number] for v in drawn]).reshape(
                    len(drawn), len(self.of.names)
                )
                for name in _QUANTITIES
            }
            firsts = _first_shares(tables["shapley"])
            for member in np.argsort(-values.shapley[:, number], kind="stable").tolist():
                row: dict[str, Any] = {
                    "figure": figure,
                    "load": load,
                    "member": self.of.names[member],
                }
                for name in _QUANTITIES:
                    low, high = _range(tables[name][:, member], self.share)
                    row |= {
                        name: getattr(values, name)[member, number],
                        f"{name}_low": low,
                        f"{name}_high": high,
                    }
                yield row | {
                    "error": values.error[member, number],
                    "is_exact": bool(values.is_exact[number]),
                    "first_share": firsts[member],
                }

    def sets(self) -> Iterator[dict[str, Any]]:
        """Yield a row a set that reaches the share, by figure and load."""
        for (figure, load), found in self.own.sets.items():
            reaches = np.array([draw.reaches[figure, load] for draw in self.drawn])
            held = reaches.mean(axis=0) if len(reaches) else np.full(len(found.sets), np.nan)
            # Of sets as good here, those that are good whatever the phase come first.
            places = sorted(range(len(found.sets)), key=lambda place: -np.nan_to_num(held[place]))
            for place in places:
                yield {
                    "figure": figure,
                    "load": load,
                    "size": found.size,
                    "is_proven": found.is_proven,
                    "least_size": found.least_size,
                    "members": ", ".join(self.of.names[member] for member in found.sets[place]),
                    "share": found.shares[place],
                    "alike": found.alike,
                    "reaching_draws_share": held[place],
                }

    def losses(self) -> Iterator[dict[str, Any]]:
        """Yield a row a number of members lost, by figure and load."""
        for (figure, load), found in self.own.losses.items():
            for loss in found:
                yield {
                    "figure": figure,
                    "load": load,
                    "lost": len(loss.members),
                    "members": ", ".join(self.of.names[member] for member in loss.members),
                    "cost": loss.cost,
                    "is_proven": loss.is_proven,
                }


def _range(values: FloatArray, share: float) -> tuple[float, float]:
    """Return low and high of draws, half of what is left on each side; NaN without draws."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return np.nan, np.nan
    low, high = np.quantile(finite, [(1.0 - share) / 2.0, (1.0 + share) / 2.0])
    return float(low), float(high)


def _first_shares(values: FloatArray) -> FloatArray:
    """Return the share of draws (D, M) in which each member's value is the greatest; ties share."""
    if not len(values):
        return np.full(values.shape[1], np.nan)
    best = values.max(axis=1, keepdims=True)
    firsts = (values >= best - _ROUNDING * np.abs(best)) & (best > 0.0)
    return np.asarray((firsts / np.maximum(firsts.sum(axis=1, keepdims=True), 1)).mean(axis=0))
