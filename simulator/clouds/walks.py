"""Walks through looks in order of time, for the first of them that shows its place.

A walk goes from one look of a place to another, forwards or backwards; a look may be passed over,
as if nobody had looked. All walks take a step at once, so a step is a few operations on arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.clouds.looks import Looks

# What is less likely than this is not followed: a million such walks add up to less than a
# millionth.
NEGLIGIBLE = 1e-12
END = -1


def carried(looks: Looks, state: FloatArray, place: IntArray, gap_s: FloatArray) -> FloatArray:
    """Return the probabilities (M, S) of the states of the sky a time (M,) later, or earlier."""
    gap_s = np.abs(gap_s)
    if looks.persistence_s > 0.0:
        kept = np.exp(-gap_s / looks.persistence_s)
    else:
        kept = np.where(gap_s > 0.0, 0.0, 1.0)
    total = state.sum(axis=1, keepdims=True)
    return np.asarray(kept[:, None] * state + ((1.0 - kept)[:, None] * total) * looks.shares[place])


def first_shown(
    looks: Looks,
    first: IntArray,
    last: IntArray,
    *,
    state: FloatArray | None = None,
    counts: Callable[[IntArray, IntArray], BoolArray] | None = None,
) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    """Yield (walk, look, probability): the look is the first of its walk that shows the place.

    Walks (R,) go from the looks `first` to the looks `last`, both included, backwards where last is
    below first. `state` (R, S) are probabilities of the sky at `first`, which may add up to less
    than 1; without it nothing is known of it. `counts(walk, look)` tells which looks are not passed
    over. Where a walk ends, the look is END and the probability that none of its looks shows the
    place.
    """
    walk, look = np.arange(len(first)), np.asarray(first, dtype=np.int64)
    if state is None:
        state = looks.shares[looks.place[look]]
    step = np.where(last >= first, 1, -1)
    while len(walk):
        shown = looks.shown(look)
        if counts is not None:
            shown &= counts(walk, look)[:, None]
        yield walk, look, np.where(shown, state, 0.0).sum(axis=1)
        state = np.where(shown, 0.0, state)
        rest = state.sum(axis=1)
        on = (look != last[walk]) & (rest > NEGLIGIBLE)
        if not on.all():
            yield walk[~on], np.full(int((~on).sum()), END), rest[~on]
            walk, look, state = walk[on], look[on], state[on]
        ahead = look + step[walk]
        state = carried(looks, state, looks.place[look], looks.at_s[ahead] - looks.at_s[look])
        look = ahead
