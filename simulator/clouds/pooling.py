"""What quantities come to over all instants and all skies: means, percentiles, shares left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.arrays import FloatArray
from simulator.clouds.ages import SkyPieces


def pooled_pieces(parts: Sequence[SkyPieces]) -> SkyPieces:
    """Return the pieces of several quantities of the same places (P,) as one."""
    return SkyPieces(
        np.concatenate([part.place for part in parts]),
        np.concatenate([part.length_s for part in parts]),
        np.concatenate([part.low_s for part in parts]),
        np.concatenate([part.high_s for part in parts]),
        np.concatenate([part.chance for part in parts]),
        np.sum([part.undefined_s for part in parts], axis=0),
    )


def means_s(pieces: SkyPieces) -> FloatArray:
    """Return the mean of each place (P,) over the time on which it is defined; NaN without any."""
    places = len(pieces.undefined_s)
    weight_s = pieces.length_s * pieces.chance
    middle_s = 0.5 * (pieces.low_s + pieces.high_s)
    total = np.bincount(pieces.place, weight_s * middle_s, places)
    time_s = np.bincount(pieces.place, weight_s, places)
    out = np.full(places, np.nan)
    np.divide(total, time_s, out=out, where=time_s > 0.0)
    return out


def mean_s(pieces: SkyPieces) -> float:
    """Return the mean over the defined time of all places; NaN without any."""
    weight_s = pieces.length_s * pieces.chance
    if not weight_s.sum() > 0.0:
        return np.nan
    return float(np.average(0.5 * (pieces.low_s + pieces.high_s), weights=weight_s))


def percentile_s(pieces: SkyPieces, percent: float) -> float:
    """Return the least value not exceeded in `percent` % of the defined time; NaN without any."""
    weight_s = pieces.length_s * pieces.chance
    if not weight_s.sum() > 0.0:
        return np.nan
    ends_s = np.concatenate([pieces.low_s, pieces.high_s])
    values_s, place = np.unique(ends_s, return_inverse=True)
    low, high = place[: len(pieces.low_s)], place[len(pieces.low_s) :]
    flat = low == high
    count = len(values_s)
    stay_s = np.bincount(low[flat], weight_s[flat], count)
    # Sloping pieces over each value, by their chances: time spent per second of value.
    over = np.bincount(low[~flat], pieces.chance[~flat], count)
    over -= np.bincount(high[~flat], pieces.chance[~flat], count)
    passing_s = np.cumsum(over)[:-1] * np.diff(values_s)
    below_s = np.concatenate([[0.0], np.cumsum(passing_s + stay_s[:-1])])
    upto_s = below_s + stay_s
    target_s = percent / 100.0 * upto_s[-1]
    index = int(np.searchsorted(upto_s, target_s))
    index = min(index, count - 1)
    if index == 0 or below_s[index] < target_s:
        return float(values_s[index])
    # Between two corner values the time spent grows evenly.
    start_s, rise_s = upto_s[index - 1], below_s[index] - upto_s[index - 1]
    step_s = values_s[index] - values_s[index - 1]
    return float(values_s[index - 1] + step_s * (target_s - start_s) / rise_s)
