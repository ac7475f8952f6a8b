"""The chance that at least one of some looks shows its place."""

from __future__ import annotations

import numpy as np

from simulator import ragged
from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.clouds.looks import Looks
from simulator.clouds.walks import END, first_shown


def chance_shown(
    looks: Looks, first: IntArray, count: IntArray, among: BoolArray | None = None
) -> FloatArray:
    """Return the probability (R,) that one of the looks of each of R sets shows its place.

    A set is `count` looks of one place from `first` on, those of them that `among` says, which has
    all sets one behind another (`ragged.ranges`); 0 for an empty set.
    """
    shown = np.zeros(len(first))
    some = np.flatnonzero(count > 0)
    if not len(some):
        return shown
    begin, size = np.asarray(first)[some], np.asarray(count)[some]
    offset = ragged.starts(count)[some]

    def counts(walk: IntArray, look: IntArray) -> BoolArray:
        if among is None:
            return np.ones(len(walk), dtype=np.bool_)
        return np.asarray(among[offset[walk] + look - begin[walk]])

    for walk, look, chance in first_shown(looks, begin, begin + size - 1, counts=counts):
        shown[some[walk]] += np.where(look == END, 0.0, chance)
    return shown
