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
    row, look = ragged.ranges(first, count)
    if among is not None:
        row, look = row[among], look[among]
    chosen = np.bincount(row, minlength=len(first))
    some = np.flatnonzero(chosen)
    begin = ragged.starts(chosen)[some]
    shown = np.zeros(len(first))
    for walk, each, chance in first_shown(looks, begin, begin + chosen[some] - 1, path=look):
        shown += np.bincount(some[walk], np.where(each == END, 0.0, chance), len(first))
    return shown
