"""Numbers drawn by a seed and by names: the same on every machine, and in every network."""

from __future__ import annotations

import hashlib
import json

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import FloatArray, IntArray


def sequence_key(*words: str | int) -> int:
    """Return 64 bits that stand for words and a seed, the same on every machine."""
    return int.from_bytes(hashlib.sha256(json.dumps(words).encode()).digest()[:8], "big")


def uniform(key: NDArray[np.uint64], place: IntArray) -> FloatArray:
    """Return the number on [0, 1) that stands at a place, from 0, in the sequence of a key.

    SplitMix64: Steele, Lea & Flood 2014, Fast splittable pseudorandom number generators, OOPSLA.
    """
    # The constants are those of the paper; 53 bits of the result fill a float64.
    state = key + np.uint64(0x9E3779B97F4A7C15) * (place.astype(np.uint64) + np.uint64(1))
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state = state ^ (state >> np.uint64(31))
    return np.asarray((state >> np.uint64(11)) * 2.0**-53)
