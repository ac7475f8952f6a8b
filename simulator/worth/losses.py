"""The worst members to lose: which sets of a size take the most of the gain with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from simulator.arrays import BoolArray, FloatArray
from simulator.worth.games import in_lots

# Sets of members (N, M) to their gains (N,).
Gain = Callable[[BoolArray], FloatArray]


@dataclass(frozen=True)
class Loss:
    """The members whose loss costs the whole network the most, of all sets of their size.

    `is_proven` where every set of the size was tried; else no exchange of one member costs more.
    """

    members: tuple[int, ...]
    cost: float
    is_proven: bool


def worst_losses(
    gain: Gain, members: int, *, most_lost: int = 5, most_sets: int = 20_000
) -> list[Loss]:
    """Return the worst loss of one member, of two, and so on up to `most_lost`.

    Sizes of more than `most_sets` sets are searched from the worst loss of one fewer: the member
    whose loss costs the most besides, then exchanges of one for another while one costs more.
    """
    whole = float(gain(np.ones((1, members), dtype=np.bool_))[0])
    found: list[Loss] = []
    for size in range(1, min(most_lost, members) + 1):
        if comb(members, size) <= most_sets:
            sets = list(combinations(range(members), size))
            costs = _costs(gain, members, whole, sets)
            worst = int(np.argmax(costs))
            found.append(Loss(sets[worst], float(costs[worst]), True))
        else:
            found.append(_exchanged(gain, members, whole, found[-1].members if found else ()))
    return found


def _exchanged(gain: Gain, members: int, whole: float, begin: Sequence[int]) -> Loss:
    """Return a loss of one member more than `begin` that no exchange of one member worsens."""
    lost, cost = tuple(begin), -np.inf
    sets = [tuple(sorted((*begin, other))) for other in range(members) if other not in begin]
    while True:
        costs = _costs(gain, members, whole, sets)
        worst = int(np.argmax(costs))
        if not costs[worst] > cost:
            return Loss(lost, float(cost), False)
        lost, cost = sets[worst], float(costs[worst])
        sets = list(_exchanges(lost, members))


def _exchanges(lost: Sequence[int], members: int) -> Iterator[tuple[int, ...]]:
    for out in lost:
        for other in range(members):
            if other not in lost:
                yield tuple(sorted((*(member for member in lost if member != out), other)))


def _costs(gain: Gain, members: int, whole: float, sets: Sequence[Sequence[int]]) -> FloatArray:
    """Return what the loss of each set costs (N,), 0 for what rounding makes of nothing."""
    left = np.ones((len(sets), members), dtype=np.bool_)
    for row, lost in enumerate(sets):
        left[row, list(lost)] = False
    costs = whole - in_lots(gain, left)
    return np.where(np.abs(costs) <= 1e-9 * abs(whole), 0.0, costs)
