"""One study's answer to what members are worth: values, sets that are enough, worst losses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from simulator.arrays import BoolArray, FloatArray
from simulator.study import Study, find_events
from simulator.worth.games import Remembered, SmallestSets, smallest_sets
from simulator.worth.losses import Loss, worst_losses
from simulator.worth.picture_figures import PICTURE_FIGURES
from simulator.worth.times import Coalition
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
# Sets tried before a bound is stated; each costs a delivery where pictures share the network.
_MOST_SETS = {IDLE: 20_000, LOADED: 600}
# Shares of the whole gain that rounding may make of none.
_ROUNDING = 1e-9

# A figure and a load.
Key = tuple[str, str]
FoundSets = Mapping[Key, tuple[tuple[int, ...], ...]]


@dataclass(frozen=True, eq=False)
class Question:
    """Whose members, in which figures, what share of the gain a set is to reach, and by load how
    many orders of joining are sampled.
    """

    of: Coalition
    figures: tuple[str, ...]
    reach: float
    orders: Mapping[str, int]

    @property
    def members(self) -> int:
        """How many members there are."""
        return len(self.of.names)

    def asked(self) -> Iterator[Key]:
        """Yield every figure and load that is asked for."""
        for figure in self.figures:
            yield figure, IDLE
            if figure in PICTURE_FIGURES:
                yield figure, LOADED


@dataclass(frozen=True, eq=False)
class _Games:
    """The games of one study: with the network to itself, and sharing it."""

    idle: IdleGame
    sampled: Remembered
    loaded: Remembered

    @classmethod
    def of(cls, study: Study, of: Coalition) -> _Games:
        offered, idle = valued(study, find_events(study, for_tables=False), of)
        # One evaluation of a set serves all figures that are asked for it.
        return cls(idle, Remembered(idle.sampled_gains), loaded_figures(idle, offered))

    def values(self, question: Question, seed: int) -> dict[str, Values]:
        orders, members = question.orders, question.members
        values = {IDLE: idle_values(self.idle, orders=orders[IDLE], seed=seed)}
        # Deliveries take the longest: they are left out where no figure is made of them.
        if any(load == LOADED for _, load in question.asked()):
            values[LOADED] = loaded_values(self.loaded, members, orders=orders[LOADED], seed=seed)
        return values

    def gain(self, figure: str, load: str, sets: BoolArray) -> FloatArray:
        """Return what sets (N, M) gain in a figure (N,)."""
        number = FIGURES.index(figure)
        if load == IDLE and number in self.idle.exact:
            return self.idle.exact[number](sets)
        if load == IDLE:
            return np.asarray(self.sampled(sets)[:, number])
        none = np.zeros((1, sets.shape[1]), dtype=np.bool_)
        values = self.loaded(np.concatenate([none, sets]))[:, number]
        return np.asarray(GAIN_SIGN[number] * (values[1:] - values[0]))


@dataclass(frozen=True, eq=False)
class Answer:
    """The scenario itself: values by load; smallest sets and worst losses by figure and load."""

    values: dict[str, Values]
    sets: dict[Key, SmallestSets]
    losses: dict[Key, list[Loss]]

    @classmethod
    def of(cls, study: Study, question: Question) -> Answer:
        """Return the answer of one study."""
        games = _Games.of(study, question.of)
        sets, losses = {}, {}
        for figure, load in question.asked():
            gain, most = partial(games.gain, figure, load), _MOST_SETS[load]
            found = smallest_sets(gain, question.members, question.reach, most_sets=most)
            if found is not None:
                sets[figure, load] = found
                losses[figure, load] = worst_losses(gain, question.members, most_sets=most)
        return cls(games.values(question, study.scenario.seed), sets, losses)


@dataclass(frozen=True, eq=False)
class Draw:
    """One draw: values by load, and whether each of the sets found reaches as much there."""

    values: dict[str, Values]
    reaches: dict[Key, list[bool]]

    @classmethod
    def of(cls, study: Study, question: Question, sets: FoundSets) -> Draw:
        """Return what a draw's study makes of members, and of sets found in the scenario itself."""
        games, count = _Games.of(study, question.of), question.members
        reaches = {}
        for (figure, load), found in sets.items():
            rows = np.array([[m in members for m in range(count)] for members in found])
            whole = games.gain(figure, load, np.ones((1, count), dtype=np.bool_))[0]
            gains = games.gain(figure, load, rows)
            reaches[figure, load] = (gains >= (question.reach - _ROUNDING) * whole).tolist()
        return cls(games.values(question, study.scenario.seed), reaches)
