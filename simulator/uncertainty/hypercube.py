"""Shares at which unknowns are drawn: as even as their number allows, whatever the unknown."""

from __future__ import annotations

import numpy as np

from simulator.arrays import FloatArray


def phase_shares(draws: int, seed: int) -> FloatArray:
    """Return (draws,) shares of a turn: evenly spaced, all of them turned by one random share."""
    offset = float(np.random.default_rng(seed).random())
    return np.asarray((np.arange(draws) + offset) / max(draws, 1))


def latin_hypercube(draws: int, unknowns: int, seed: int) -> FloatArray:
    """Return (draws, unknowns) shares, 0 to 1, of which each unknown has one in every stratum.

    Strata are `draws` equal parts of 0 to 1, in a random order of its own for each unknown (McKay,
    Beckman & Conover 1979, Technometrics 21, section 2). A mean over the draws is at worst as sure
    as over one independent draw less (Owen 1997, SIAM Journal on Numerical Analysis 34).
    """
    columns = [_strata(draws, np.random.default_rng([seed, n + 1])) for n in range(unknowns)]
    return np.stack(columns, axis=1) if columns else np.empty((draws, 0))


def _strata(draws: int, random: np.random.Generator) -> FloatArray:
    return np.asarray((random.permutation(draws) + random.random(draws)) / max(draws, 1))
