"""Pictures that arrive in time: what shows itself for a while is seen, sent home and acted on.

Something appears at a uniformly random instant t and stays for D. It is caught in time if a picture
of it, taken from t on, shows it and is at hand by t + D. As of stays in `revisit`, only those that
lie within the span count, so t is uniform over [0, T - D]. What shows the place is a matter of the
sky and of how good the look is, and `Looks` says it; the chance is over all t and all skies, exact.
"""

from __future__ import annotations

import numpy as np

from simulator import ragged
from simulator.arrays import FloatArray, IntArray
from simulator.clouds import Looks, chance_shown


def caught_share(
    looks: Looks, at_hand_s: FloatArray, stay_s: FloatArray, span_s: float
) -> FloatArray:
    """Return the chance (P,) that a stay at each place is caught in time.

    `at_hand_s` (N,) is when each look's picture can be acted on, no earlier than the look, inf:
    never; `stay_s` (P,) are the lengths of the stays. NaN for a stay not shorter than the span.
    Raises ValueError for a stay below 0.
    """
    if np.any(stay_s < 0.0):
        raise ValueError("a stay must be at least 0 long")
    last_s = span_s - stay_s
    place, from_s, to_s = _stretches(looks, at_hand_s, stay_s, last_s)
    middle_s = 0.5 * (from_s + to_s)
    chance = _caught(looks, at_hand_s, place, middle_s, stay_s[place])
    caught_s = np.bincount(place, chance * (to_s - from_s), len(stay_s))
    share = np.full(len(stay_s), np.nan)
    np.divide(caught_s, last_s, out=share, where=last_s > 0.0)
    return np.asarray(np.minimum(share, 1.0))


def caught_chance(
    looks: Looks, at_hand_s: FloatArray, place: IntArray, begin_s: FloatArray, end_s: FloatArray
) -> FloatArray:
    """Return the chance (R,) that each of some stays, at a place from begin to end, is caught."""
    return _caught(looks, at_hand_s, place, begin_s, end_s - begin_s)


def _stretches(
    looks: Looks, at_hand_s: FloatArray, stay_s: FloatArray, last_s: FloatArray
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return place, begin and end of all stretches of t within which the looks that count are one.

    They change where a look is taken, and where its picture is at hand just in time.
    """
    places = np.arange(len(stay_s))
    of_looks = looks.place
    place = np.concatenate([places, places, of_looks, of_looks])
    edge_s = np.concatenate(
        [np.zeros(len(places)), last_s, looks.at_s, at_hand_s - stay_s[of_looks]]
    )
    inside = (edge_s >= 0.0) & (edge_s <= last_s[place])
    place, edge_s = place[inside], edge_s[inside]
    order = np.lexsort((edge_s, place))
    place, edge_s = place[order], edge_s[order]
    some = (place[1:] == place[:-1]) & (edge_s[1:] > edge_s[:-1])
    return place[1:][some], edge_s[:-1][some], edge_s[1:][some]


def _caught(
    looks: Looks,
    at_hand_s: FloatArray,
    place: IntArray,
    begin_s: FloatArray,
    stay_s: FloatArray,
) -> FloatArray:
    """Return the chance (R,) that stays at places from `begin_s` (R,) on are caught in time."""
    until_s = begin_s + stay_s
    first = ragged.search(looks.place, looks.at_s, place, begin_s)
    last = ragged.search(looks.place, looks.at_s, place, until_s, right=True)
    row, look = ragged.ranges(first, last - first)
    in_time = at_hand_s[look] <= until_s[row]
    return chance_shown(looks, first, last - first, in_time)
