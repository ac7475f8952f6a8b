"""Walks through looks in order of time, for the first of them that shows its place.

A walk goes along a path from one look of a place to another, forwards or backwards; a look may be
passed over, as if nobody had looked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from simulator.arrays import FloatArray, IntArray
from simulator.clouds.looks import Looks
from simulator.compiled import compiled

# What is less likely than this is not followed: a million such walks add up to less than a
# millionth.
NEGLIGIBLE = 1e-12
END = -1

# Steps of walks that are given at a time, so that many walks need little memory.
_STEPS = 1 << 18


def carried(looks: Looks, state: FloatArray, place: IntArray, gap_s: FloatArray) -> FloatArray:
    """Return the probabilities (M, S) of the states of the sky a time (M,) later, or earlier."""
    total = state.sum(axis=1, keepdims=True)
    return np.asarray(_faded(state, looks.kept(gap_s)[:, None], total, looks.shares[place]))


def first_shown(
    looks: Looks,
    first: IntArray,
    last: IntArray,
    *,
    path: IntArray | None = None,
    state: FloatArray | None = None,
    counting: tuple[FloatArray, FloatArray] | None = None,
) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    """Yield (walk, look, probability): the look is the first of its walk that shows the place.

    Walks (R,) go from the places `first` to the places `last` of a path (M,) of looks, both
    included, backwards where last is below first; without a path, from look to look. `state` (R, S)
    are probabilities of the sky at `first`, which may add up to less than 1; without it nothing is
    known of it. `counting` has an instant (N,) of each look and one (R,) of each walk: looks of a
    later instant than the walk's are passed over. Where a walk ends, the look is END and the
    probability that none of its looks shows the place. Walks are whole in what is yielded, each in
    the order of its steps.
    """
    if not len(first):
        return
    path = np.arange(len(looks)) if path is None else path
    first, last = np.asarray(first, dtype=np.int64), np.asarray(last, dtype=np.int64)
    if state is None:
        state = looks.shares[looks.place[path[first]]]
    of_look, of_walk = counting or (np.zeros(len(looks)), np.zeros(len(first)))
    most = np.abs(last - first) + 2
    room = min(int(most.sum()), max(_STEPS, int(most.max())))
    kept = looks.kept(np.diff(looks.at_s[path]))
    begin = 0
    while begin < len(first):
        begin, walk, look, chance = _walked(
            path,
            kept,
            looks.level,
            looks.place,
            looks.shares,
            first,
            last,
            state,
            of_look,
            of_walk,
            begin,
            room,
        )
        yield walk, look, chance


def _faded(state: Any, kept: Any, total: Any, share: Any) -> Any:
    """Return the probability of a state of the sky later: of the same level, or of one drawn anew.

    `total` is that of all states before, `share` that of the state whenever nothing is known.
    Numbers in compiled code, else arrays.
    """
    return kept * state + (1.0 - kept) * total * share


_faded_number = compiled(_faded)


@compiled
def _walked(
    path: IntArray,
    kept: FloatArray,
    level: IntArray,
    place: IntArray,
    shares: FloatArray,
    first: IntArray,
    last: IntArray,
    state: FloatArray,
    of_look: FloatArray,
    of_walk: FloatArray,
    begin: int,
    room: int,
) -> tuple[int, IntArray, IntArray, FloatArray]:
    """Return the steps of walks from `begin` on, as many walks as have room, and the next walk.

    `kept` (M - 1,) is what `Looks.kept` gives from each look of the path to the next.
    """
    walks, looks, chances = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)
    states, used = shares.shape[1], 0
    sky = np.empty(states)
    for walk in range(begin, first.shape[0]):
        if used + abs(last[walk] - first[walk]) + 2 > room:
            break
        step = 1 if last[walk] >= first[walk] else -1
        for number in range(states):
            sky[number] = state[walk, number]
        on, at = True, first[walk]
        while on:
            look = path[at]
            shown = level[look] if of_look[look] <= of_walk[walk] else 0
            chance, rest = 0.0, 0.0
            for number in range(states):
                if number < shown:
                    chance += sky[number]
                    sky[number] = 0.0
                rest += sky[number]
            walks[used], looks[used], chances[used] = walk, look, chance
            used += 1
            on = at != last[walk] and rest > NEGLIGIBLE
            if on:
                at += step
                stays = kept[min(at, at - step)]
                for number in range(states):
                    sky[number] = _faded_number(
                        sky[number], stays, rest, shares[place[look], number]
                    )
        walks[used], looks[used], chances[used] = walk, END, rest
        used += 1
        begin = walk + 1
    return begin, walks[:used], looks[:used], chances[:used]
