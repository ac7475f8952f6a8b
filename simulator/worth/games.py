"""What members add to a whole: games, their Shapley values, and the smallest sets.

A game gives each set of members a value, 0 to none of them. Sets are rows of truth values (N, M).
Where the value is a sum of greatest gains, over its members, of pictures or instants, the Shapley
value is exact by sorting, and adding to a larger set never gains more, which bounds the search for
the smallest set. The values of other games are sampled over orders of joining.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb
from typing import NamedTuple

import numpy as np

from simulator.arrays import BoolArray, FloatArray, IntArray

# Sets of members (N, M) to their values (N, F): of F figures at once.
Game = Callable[[BoolArray], FloatArray]

# Sets are handed to a game in lots, so that memory stays small.
_LOT = 512
# Of the whole gain: what rounding may add to it or take away.
_ROUNDING = 1e-9
# Pairs of members beyond which not every one is asked for.
_MOST_PAIRS = 1_000
# So few members have no more than 256 sets: every one is asked for, and nothing is sampled.
MOST_EXACT = 8


@dataclass(frozen=True, eq=False)
class GreatestGame:
    """A game whose value is the sum over cases of weight times the greatest gain of the members.

    `gain` (M, T), none below 0, is what each member alone gains in each case, `weight` (T,).
    """

    gain: FloatArray
    weight: FloatArray

    def __call__(self, sets: BoolArray) -> FloatArray:
        """Return the value of sets (N, M), shape (N,)."""
        return greatest(self.gain, sets) @ self.weight

    def shapley(self) -> FloatArray:
        """Return the Shapley value (M,) of each member, exact.

        In one case this is the airport game: who gains the k-th least shares what it gains more
        than the one before with all who gain as much or more (Littlechild and Owen 1973, A simple
        expression for the Shapley value in a special case, Management Science 20, equation 4).
        """
        members = len(self.gain)
        if not members:
            return np.empty(0)
        order = np.argsort(self.gain, axis=0, kind="stable")
        rising = np.take_along_axis(self.gain, order, axis=0)
        steps = np.diff(rising, axis=0, prepend=0.0)
        sharers = members - np.arange(members, dtype=np.float64)[:, np.newaxis]
        shares = np.cumsum(steps / sharers, axis=0) * self.weight
        return np.bincount(order.ravel(), shares.ravel(), members).astype(np.float64)

    def condensed(self) -> GreatestGame:
        """Return the same game without cases in which nobody gains."""
        used = (self.weight > 0.0) & (self.gain > 0.0).any(axis=0)
        return GreatestGame(self.gain[:, used], self.weight[used])


def greatest(gain: FloatArray, sets: BoolArray) -> FloatArray:
    """Return for sets (N, M) the greatest gain of their members in each case, (N, T)."""
    out = np.zeros((len(sets), gain.shape[1]))
    for member, own in enumerate(gain):
        rows = sets[:, member]
        out[rows] = np.maximum(out[rows], own)
    return out


def in_lots(game: Game, sets: BoolArray) -> FloatArray:
    """Return the values (N, F) of many sets (N, M), lot by lot."""
    lots = [game(sets[first : first + _LOT]) for first in range(0, max(len(sets), 1), _LOT)]
    return np.concatenate(lots)


def orders_of_joining(members: int, count: int, seed: int) -> IntArray:
    """Return orders (count, members) drawn by a seed, each followed by its reverse.

    What an order leaves to chance its reverse makes good in part: the mean of both varies less.
    """
    draw = np.random.default_rng([seed, members])
    half = [draw.permutation(members) for _ in range((count + 1) // 2)]
    rows = [row for order in half for row in (order, order[::-1])][:count]
    return np.array(rows, dtype=np.int64).reshape(len(rows), members)


class Remembered:
    """A game that remembers the values (F,) of the sets it was asked for."""

    def __init__(self, game: Game) -> None:
        self._game = game
        self._values: dict[bytes, FloatArray] = {}

    def __call__(self, sets: BoolArray) -> FloatArray:
        """Return the values (N, F) of sets (N, M)."""
        keys = [row.tobytes() for row in sets]
        new = {key: row for row, key in enumerate(keys) if key not in self._values}
        if new:
            values = self._game(sets[list(new.values())])
            self._values.update(zip(new, values, strict=True))
        return np.array([self._values[key] for key in keys])


class SampledShapley(NamedTuple):
    """Shapley values (M, F) of a game's figures, and the standard error of each (M, F)."""

    value: FloatArray
    error: FloatArray


def shapley(game: Game, orders: IntArray) -> SampledShapley:
    """Return the Shapley values of a game of few members exactly, of one of many by sampling.

    `orders` (K, M) are those sampled where there are more than `MOST_EXACT` members.
    """
    members = orders.shape[1]
    if members > MOST_EXACT:
        return sampled_shapley(game, orders)
    value = shapley_by_all_sets(game, members)
    return SampledShapley(value, np.zeros(value.shape))


def shapley_by_all_sets(game: Game, members: int) -> FloatArray:
    """Return the Shapley values (M, F) by their definition (Shapley 1953, equation 13)."""
    number = np.arange(2**members)
    sets = (number[:, np.newaxis] >> np.arange(members) & 1).astype(np.bool_)
    values, size = in_lots(game, sets), sets.sum(axis=1)
    # What joins a set of a size does so in this share of all orders.
    share = np.array([1.0 / (members * comb(members - 1, n)) for n in range(members)])
    out = np.empty((members, values.shape[1]))
    for member in range(members):
        without = number[~sets[:, member]]
        added = values[without | 1 << member] - values[without]
        out[member] = share[size[without]] @ added
    return out


def sampled_shapley(game: Game, orders: IntArray) -> SampledShapley:
    """Return the mean over orders of joining of what each member adds to those before it.

    Where links stand in for each other, who joins first takes nearly all, and orders drawn at
    random say mostly who that was. So what members add to nobody, to one other and to all others is
    computed, every set of it, and only what they add to sets between is the mean over `orders`
    (K, M): sampling by strata of size (Castro, Gomez, Molina and Tejada 2017, Improving polynomial
    estimation of the Shapley value by stratified random sampling, section 3). What rounding by
    chance leaves of the whole gain is shared alike, so that the values add up to it. The error is
    that of pairs of an order and its reverse; 0 where nothing is sampled, NaN of fewer than two.
    """
    count, members = orders.shape
    known = _known_strata(game, members)
    added, place = _added(game, orders)
    between = (place >= len(known.first)) & (place < members - 1)
    sampled = np.where(between[:, :, np.newaxis], added, 0.0)
    value = (sum(known.first) + known.last) / members + sampled.mean(axis=0)
    value += (known.whole - value.sum(axis=0)) / members
    if not between.any():
        return SampledShapley(value, np.zeros(value.shape))
    # The values as shared out: what an order adds in all is part of what is left to share.
    sampled -= sampled.mean(axis=1, keepdims=True)
    pairs = sampled[: count - count % 2].reshape(-1, 2, *value.shape).mean(axis=1)
    error = np.full(value.shape, np.nan)
    if len(pairs) > 1:
        error = pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs))
    return SampledShapley(value, error)


def shapley_over_orders(game: Game, orders: IntArray) -> SampledShapley:
    """Return the mean over orders of joining (K, M) of what each member adds to those before it.

    Nothing is known beforehand of sets of any size, so that who adds nothing anywhere has nothing,
    with no error, and the values add up to the whole gain order by order.
    """
    added, _ = _added(game, orders)
    error = np.full(added.shape[1:], np.nan)
    pairs = added[: len(orders) - len(orders) % 2].reshape(-1, 2, *error.shape).mean(axis=1)
    if len(pairs) > 1:
        error = pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs))
    return SampledShapley(added.mean(axis=0), error)


class _KnownStrata(NamedTuple):
    """What each member adds (M, F) to sets of no, one, ... others, in the mean, and to all."""

    first: list[FloatArray]
    last: FloatArray
    whole: FloatArray


def _known_strata(game: Game, members: int) -> _KnownStrata:
    each = np.eye(members, dtype=np.bool_)
    whole = in_lots(game, np.ones((1, members), dtype=np.bool_))[0]
    alone = in_lots(game, each)
    if members == 1:
        return _KnownStrata([alone], np.zeros_like(alone), whole)
    last = whole - in_lots(game, ~each)
    if members == 2:
        return _KnownStrata([alone], last, whole)
    one, other = np.triu_indices(members, k=1)
    if len(one) > _MOST_PAIRS:
        return _KnownStrata([alone], last, whole)
    together = in_lots(game, each[one] | each[other])
    second = np.zeros_like(alone)
    np.add.at(second, one, together - alone[other])
    np.add.at(second, other, together - alone[one])
    # Of three, what a member adds to two others is what it adds to all others.
    return _KnownStrata([alone, second / (members - 1)], last, whole)


def _added(game: Game, orders: IntArray) -> tuple[FloatArray, IntArray]:
    """Return what each member adds in each order (K, M, F), and its place there (K, M)."""
    count, members = orders.shape
    joined = np.zeros((count, members + 1, members), dtype=np.bool_)
    for place in range(members):
        joined[:, place + 1] = joined[:, place]
        joined[np.arange(count), place + 1, orders[:, place]] = True
    values = in_lots(game, joined.reshape(-1, members)).reshape(count, members + 1, -1)
    added = np.empty((count, members, values.shape[2]))
    np.put_along_axis(added, orders[:, :, np.newaxis], np.diff(values, axis=1), axis=1)
    return added, np.argsort(orders, axis=1)


@dataclass(frozen=True, eq=False)
class SmallestSets:
    """The smallest sets of members that reach a share of the whole gain.

    `sets` hold members, the best first, each with its share of the whole gain in `shares`: those
    of the size within a per cent of the best, no more than asked for; `alike` counts them all, as
    far as they were counted. `least_size` is the size below which no set reaches the share: where
    it is the size of the sets, they are proven smallest.
    """

    sets: tuple[tuple[int, ...], ...]
    shares: tuple[float, ...]
    alike: int
    least_size: int

    @property
    def size(self) -> int:
        """The size of the sets."""
        return len(self.sets[0]) if self.sets else 0

    @property
    def is_proven(self) -> bool:
        """Whether no smaller set reaches the share."""
        return self.least_size == self.size


def smallest_sets(
    game: Callable[[BoolArray], FloatArray],
    members: int,
    share: float,
    *,
    most_sets: int = 20_000,
    shown: int = 12,
) -> SmallestSets | None:
    """Return the smallest sets that reach `share` of the whole gain of a game (N, M) to (N,).

    Every set of a size is tried before any larger one, as long as no more than `most_sets` are
    tried; beyond that the set found by adding, each time, the member that gains the most. Returns
    None where the whole gains nothing.
    """
    whole = float(game(np.ones((1, members), dtype=np.bool_))[0])
    if not whole > 0.0:
        return None
    needed = (share - _ROUNDING) * whole
    greedy = _greedy(game, members, needed)
    tried = 0
    for size in range(1, len(greedy) + 1):
        sets = _sets_of_size(members, size, most_sets - tried)
        if sets is None:
            value = float(game(_rows([greedy], members))[0])
            return SmallestSets((greedy,), (value / whole,), 1, size)
        tried += len(sets)
        values = np.concatenate(
            [game(sets[first : first + _LOT]) for first in range(0, len(sets), _LOT)]
        )
        if values.max() >= needed:
            return _best(sets, values, whole, needed, shown)
    raise AssertionError("the set found by adding reaches the share")


def _best(
    sets: BoolArray, values: FloatArray, whole: float, needed: float, shown: int
) -> SmallestSets:
    """Return the sets of one size that reach what is needed, within a per cent of the best."""
    good = np.flatnonzero((values >= needed) & (values >= values.max() - 0.01 * whole))
    # Of equals, the members named first come first, whatever the platform's sort.
    best = good[np.argsort(-np.round(values[good] / whole, 9), kind="stable")][:shown]
    found = tuple(tuple(np.flatnonzero(sets[row]).tolist()) for row in best)
    shares = tuple(float(values[row] / whole) for row in best)
    return SmallestSets(found, shares, len(good), len(found[0]))


def _greedy(
    game: Callable[[BoolArray], FloatArray], members: int, needed: float
) -> tuple[int, ...]:
    chosen: list[int] = []
    while len(chosen) < members:
        left = [member for member in range(members) if member not in chosen]
        values = game(_rows([(*chosen, member) for member in left], members))
        chosen.append(left[int(np.argmax(values))])
        if values.max() >= needed:
            break
    return tuple(sorted(chosen))


def _sets_of_size(members: int, size: int, most: int) -> BoolArray | None:
    """Return every set of a size, None where there are more than `most`."""
    chosen = list(islice(combinations(range(members), size), max(most, 0) + 1))
    return None if len(chosen) > most else _rows(chosen, members)


def _rows(sets: Sequence[Sequence[int]], members: int) -> BoolArray:
    """Return sets of one size, given by their members, as rows of truth values."""
    rows = np.zeros((len(sets), members), dtype=np.bool_)
    chosen = np.array(sets, dtype=np.int64).reshape(len(sets), -1)
    rows[np.arange(len(sets))[:, np.newaxis], chosen] = True
    return rows
