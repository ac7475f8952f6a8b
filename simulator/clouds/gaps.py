"""How often places are seen under a sky that clouds over: the gaps between looks that show them.

A look is an access of a place, from its start to its end; the sky is that of its start. Which looks
show the place is chance, so a gap has a probability: that of two looks with nothing between them
that shows it. The figures are those of `coverage.gaps` under the rule `stk`, with the end gaps,
expected over all skies; a place always in view has none here, since no look lasts for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.clouds.looks import Looks
from simulator.clouds.walks import END, NEGLIGIBLE, carried, first_shown

# Gaps tried at a time in the search for a quantile of the longest.
_TRIED = 32


@dataclass(frozen=True, eq=False)
class ClearFigures:
    """What is left of the accesses of places (P,) under their skies, expected values.

    `accesses` is the number of looks that show the place; `revisit_mean_s` the mean length of all
    gaps of all skies; `wait_mean_s` the mean wait, of a request at a uniformly random instant, for
    the next look that shows it, the span's end taken for one; `unseen` the probability that none
    shows it.
    """

    accesses: FloatArray
    revisit_mean_s: FloatArray
    wait_mean_s: FloatArray
    unseen: FloatArray


def clear_figures(looks: Looks, end_s: FloatArray, span_s: float) -> ClearFigures:
    """Return the figures of places under clouds; `end_s` (N,) are the ends of the looks.

    Looks may overlap; `at_s` are their starts. All are in [0, span_s].
    """
    places = len(looks.shares)
    number, total_s, squares_s2, unseen = (np.zeros(places) for _ in range(4))
    for place, gap_s, chance, is_never in _gaps(looks, end_s, span_s):
        # A gap of no length, between looks that touch or overlap, is none.
        number += np.bincount(place, np.where(gap_s > 0.0, chance, 0.0), places)
        total_s += np.bincount(place, gap_s * chance, places)
        squares_s2 += np.bincount(place, gap_s * gap_s * chance, places)
        unseen += np.bincount(place, np.where(is_never, chance, 0.0), places)
    accesses = np.bincount(looks.place, looks.chance, places).astype(np.float64)
    with np.errstate(invalid="ignore"):
        return ClearFigures(accesses, total_s / number, squares_s2 / (2.0 * span_s), unseen)


def longest_gap_s(looks: Looks, end_s: FloatArray, span_s: float, share: float) -> FloatArray:
    """Return for each place (P,) the gap that the longest one exceeds under no more skies.

    The least length of which the probability that no gap is longer reaches `share`, above 0, up to
    1: 0.5 gives the median over skies of the longest gap. Looks as `clear_figures` has them.
    """
    rows = looks.rows(len(looks.shares))
    longest = np.full(len(looks.shares), span_s)
    for place in range(len(rows) - 1):
        own = slice(int(rows[place]), int(rows[place + 1]))
        if own.start == own.stop:
            continue
        lengths_s = _lengths_s(looks.at_s[own], end_s[own], span_s)
        low, high = -1, len(lengths_s) - 1
        while high - low > 1:
            tried = np.unique(np.linspace(low + 1, high - 1, _TRIED).astype(np.int64))
            held = _none_longer(looks, own, end_s, span_s, lengths_s[tried]) >= share
            enough = int(np.argmax(held)) if held.any() else len(tried)
            high = int(tried[enough]) if enough < len(tried) else high
            low = int(tried[enough - 1]) if enough else low
        longest[place] = lengths_s[high]
    return longest


def _gaps(
    looks: Looks, end_s: FloatArray, span_s: float
) -> Iterator[tuple[IntArray, FloatArray, FloatArray, BoolArray]]:
    """Yield place, length, probability and "is the whole span" of gaps, many at a time."""
    places = len(looks.shares)
    rows = looks.rows(places)
    seen = np.flatnonzero(np.diff(rows))
    empty = np.flatnonzero(np.diff(rows) == 0)
    yield empty, np.full(len(empty), span_s), np.ones(len(empty)), np.ones(len(empty), np.bool_)
    # Before the first look that shows the place.
    for walk, look, chance in first_shown(looks, rows[seen], rows[seen + 1] - 1):
        if not len(walk):
            continue
        never = look == END
        length_s = np.where(never, span_s, looks.at_s[look])
        yield seen[walk], length_s, chance, never
    # After each look, up to the next that shows the place.
    first = np.arange(len(looks))
    state = _after(looks, end_s, first)
    likely = state.sum(axis=1) > NEGLIGIBLE
    first, state = first[likely], state[likely]
    last = rows[looks.place[first] + 1] - 1
    alone = first == last
    yield (
        looks.place[first[alone]],
        np.maximum(span_s - end_s[first[alone]], 0.0),
        state[alone].sum(axis=1),
        np.zeros(int(alone.sum()), np.bool_),
    )
    first, state, last = first[~alone], state[~alone], last[~alone]
    gap_s = looks.at_s[first + 1] - looks.at_s[first]
    state = carried(looks, state, looks.place[first], gap_s)
    # What ends before the look the walk began at shows nothing after it.
    outlasting = -end_s, -end_s[first]
    for walk, look, chance in first_shown(looks, first + 1, last, state=state, counting=outlasting):
        begun_s = end_s[first[walk]]
        until_s = np.where(look == END, span_s, looks.at_s[look])
        yield (
            looks.place[first[walk]],
            np.maximum(until_s - begun_s, 0.0),
            chance,
            np.zeros(len(walk), np.bool_),
        )


def _after(looks: Looks, end_s: FloatArray, first: IntArray) -> FloatArray:
    """Return probabilities (N, S): a look shows the place, and no earlier one outlasts it."""
    state = np.where(looks.shown(first), looks.shares[looks.place[first]], 0.0)
    rows = looks.rows(len(looks.shares))
    # The earliest look of the place that ends after this one begins; few overlap, if any.
    begins = rows[looks.place]
    latest_s = np.full(len(first), -np.inf)
    for place in range(len(rows) - 1):
        own = slice(int(rows[place]), int(rows[place + 1]))
        latest_s[own] = np.maximum.accumulate(end_s[own])
    before = np.where(first > begins, first - 1, first)
    hidden = np.flatnonzero((first > begins) & (latest_s[before] > end_s))
    for number in hidden.tolist():
        state[number] = _outlasted(looks, end_s, int(begins[number]), number)
    return state


def _outlasted(looks: Looks, end_s: FloatArray, begin: int, number: int) -> FloatArray:
    """Return `_after` of one look, of which earlier ones of its place may last longer."""
    longer = begin + np.flatnonzero(end_s[begin:number] > end_s[number])
    path = np.append(longer, number)
    place = looks.place[path[:1]]
    state = looks.shares[place]
    wait_s = np.diff(looks.at_s[path], prepend=looks.at_s[path[0]])
    for step, look in enumerate(path.tolist()):
        state = carried(looks, state, place, wait_s[step : step + 1])
        shown = looks.shown(np.array([look]))
        state = np.where(shown if look == number else ~shown, state, 0.0)
    return np.asarray(state[0])


def _lengths_s(start_s: FloatArray, end_s: FloatArray, span_s: float) -> FloatArray:
    """Return all lengths that a gap of one place may have, ascending."""
    after = np.append(start_s, span_s)[:, None] - np.insert(end_s, 0, 0.0)[None, :]
    return np.unique(np.append(after[after > 0.0], 0.0))


def _none_longer(
    looks: Looks, own: slice, end_s: FloatArray, span_s: float, most_s: FloatArray
) -> FloatArray:
    """Return the probability (X,) that no gap of one place is longer than each of (X,) lengths."""
    first, last = own.start, own.stop
    place = looks.place[first : first + 1]
    tried = len(most_s)
    # Of each look that may have shown the place last, and of the span's start (the first row): the
    # probability (X, S) of the sky, if no gap so far is too long, and when that look ends.
    state = np.broadcast_to(looks.shares[place], (1, tried, looks.shares.shape[1])).copy()
    ends_s = np.zeros(1)
    now_s = looks.at_s[first]
    for look in range(first, last):
        flat = state.reshape(-1, state.shape[2])
        wait_s = np.full(len(flat), looks.at_s[look] - now_s)
        at = np.broadcast_to(place, len(flat))
        state = carried(looks, flat, np.asarray(at), wait_s).reshape(state.shape)
        now_s = looks.at_s[look]
        shown = looks.shown(np.array([look]))[0]
        longer = ends_s <= end_s[look]
        gap_s = now_s - ends_s
        held = longer[:, None] & (gap_s[:, None] <= most_s)
        next_state = np.where(held[:, :, None] & shown, state, 0.0).sum(axis=0)
        state = np.where(longer[:, None, None] & shown, 0.0, state)
        # What has been dark for longer than any length tried counts no more.
        alive = (gap_s <= most_s[-1]) & (state.sum(axis=(1, 2)) > NEGLIGIBLE)
        state = np.concatenate([state[alive], next_state[None]])
        ends_s = np.append(ends_s[alive], end_s[look])
    held = (span_s - ends_s)[:, None] <= most_s
    return np.asarray(np.where(held, state.sum(axis=2), 0.0).sum(axis=0))
