"""The start of a piece of work at which the least of it may be seen.

Looks (N,) come at start_s to end_s as given, each earlier or later by a time that is uniform within
its margin: what is said of one start is then a function of the start that changes its slope, or
jumps, only where an edge of a look meets an end of the work. The least of it lies at such an edge,
so that trying all of them is exact. Half-open intervals: work that ends as a look begins is not
seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import intervals
from simulator.arrays import FloatArray

# Two starts whose looks or seconds differ by less are alike; rounding, not chance.
_ALIKE = 1e-9


@dataclass(frozen=True)
class WorkStart:
    """One start of a piece of work, and what may be seen of it.

    `looks_expected` is the mean number of looks at it, at most; `seen_s` how long they last as
    given; `pauses` and `end_s` are of work that stops while a look may be. `room_s` is how long
    after the end no look may be.
    """

    start_s: float
    end_s: float
    looks_expected: float
    seen_s: float
    pauses: int
    room_s: float


def safest_starts(
    looks_s: FloatArray,
    margin_s: FloatArray,
    work_s: float,
    *,
    begin_s: float,
    end_s: float,
    most: int = 2,
) -> list[WorkStart]:
    """Return the starts of uninterrupted work with the fewest expected looks, the best first.

    `looks_s` (N, 2) are looks, `margin_s` (N,) how early or late each may be. The work lies within
    begin_s and end_s. Of starts with as many looks that with the shortest time seen is taken, then
    the earliest; each further one is the best that shares no instant with those before. Empty where
    the work does not fit.
    """
    found: list[WorkStart] = []
    room = np.array([[begin_s, end_s]])
    while len(found) < most:
        fitting = room[room[:, 1] - room[:, 0] >= work_s]
        if not len(fitting):
            break
        tried = np.concatenate(
            [_candidates(looks_s, margin_s, work_s, low, high - work_s) for low, high in fitting]
        )
        looks = looks_expected(looks_s, margin_s, tried, work_s)
        seen_s = _seen_s(looks_s, tried, work_s)
        fewest = looks <= looks.min() + _ALIKE
        shortest = fewest & (seen_s <= seen_s[fewest].min() + _ALIKE)
        best = int(np.flatnonzero(shortest)[tried[shortest].argmin()])
        at_s = float(tried[best])
        done_s = at_s + work_s
        found.append(
            WorkStart(
                at_s,
                done_s,
                float(looks[best]),
                float(seen_s[best]),
                0,
                _room_s(_widened(looks_s, margin_s), done_s, end_s),
            )
        )
        room = intervals.complement(
            intervals.union(*(np.array([[one.start_s, one.end_s]]) for one in found)),
            begin_s,
            end_s,
        )
    return found


def looks_expected(
    looks_s: FloatArray, margin_s: FloatArray, starts_s: FloatArray, work_s: float
) -> FloatArray:
    """Return the mean number of looks (T,) at work from each of some starts (T,)."""
    total = np.zeros(len(starts_s))
    for (look, over), margin in zip(looks_s.tolist(), margin_s.tolist(), strict=True):
        # It is at the work if it comes after `over - start` early and before `end - look` late.
        low, high = starts_s - over, starts_s + work_s - look
        if margin > 0.0:
            share = (high.clip(-margin, margin) - low.clip(-margin, margin)) / (2.0 * margin)
        else:
            share = ((low < -_ALIKE) & (high > _ALIKE)).astype(np.float64)
        total += share
    return total


def safest_pausing(
    looks_s: FloatArray,
    margin_s: FloatArray,
    work_s: float,
    *,
    begin_s: float,
    end_s: float,
    most: int = 2,
) -> list[WorkStart]:
    """Return the starts of work that stops while any look may be, fewest pauses first.

    Of starts with as many pauses that which is done the sooner after it began is taken, then the
    earliest. Empty where less time than the work takes is quiet.
    """
    found: list[WorkStart] = []
    may_be_seen = _widened(looks_s, margin_s)
    room = np.array([[begin_s, end_s]])
    while len(found) < most:
        tried = [one for low, high in room for one in _pausing(may_be_seen, work_s, low, high)]
        if not tried:
            break
        found.append(min(tried, key=lambda one: (one.pauses, round(one.end_s - one.start_s, 6))))
        taken = intervals.union(*(np.array([[one.start_s, one.end_s]]) for one in found))
        room = intervals.complement(taken, begin_s, end_s)
    return found


def _pausing(seen: FloatArray, work_s: float, begin_s: float, end_s: float) -> list[WorkStart]:
    """Return the starts within two instants at the beginning of each quiet time.

    A later one in the same quiet time is done later by as much, or by a look more.
    """
    quiet = intervals.complement(seen, begin_s, end_s)
    # Quiet time from the first on, at the end and the start of each.
    until = np.cumsum(quiet[:, 1] - quiet[:, 0])
    since = until - (quiet[:, 1] - quiet[:, 0])
    last = np.searchsorted(until, since + work_s - _ALIKE, side="left")
    found = []
    for number in np.flatnonzero(last < len(quiet)).tolist():
        end = int(last[number])
        done_s = float(quiet[end, 0] + since[number] + work_s - since[end])
        room_s = _room_s(seen, done_s, end_s)
        found.append(WorkStart(float(quiet[number, 0]), done_s, 0.0, 0.0, end - number, room_s))
    return found


def _widened(looks_s: FloatArray, margin_s: FloatArray) -> FloatArray:
    """Return the times at which any look may be."""
    return intervals.union(np.stack([looks_s[:, 0] - margin_s, looks_s[:, 1] + margin_s], axis=1))


def _candidates(
    looks_s: FloatArray, margin_s: FloatArray, work_s: float, low: float, high: float
) -> FloatArray:
    """Return all starts from low to high at which the number of looks or seconds may bend."""
    start, end = looks_s.T
    edges = [
        np.array([low, high]),
        *(end + sign * margin_s for sign in (-1.0, 0.0, 1.0)),
        *(start - work_s + sign * margin_s for sign in (-1.0, 0.0, 1.0)),
        start,
        end - work_s,
    ]
    tried = np.unique(np.concatenate(edges))
    return tried[(tried >= low) & (tried <= high)]


def _seen_s(looks_s: FloatArray, starts_s: FloatArray, work_s: float) -> FloatArray:
    """Return how long looks as given last within work from each of some starts (T,)."""
    seen = intervals.union(looks_s)
    if not len(seen):
        return np.zeros(len(starts_s))
    # Time seen up to an instant: a sum over whole looks, and the part of one.
    knots = seen.ravel()
    lengths = np.cumsum(seen[:, 1] - seen[:, 0])
    total = np.column_stack([np.concatenate([[0.0], lengths[:-1]]), lengths]).ravel()
    upto = np.interp(np.concatenate([starts_s, starts_s + work_s]), knots, total)
    return np.asarray(upto[len(starts_s) :] - upto[: len(starts_s)])


def _room_s(seen: FloatArray, done_s: float, end_s: float) -> float:
    """Return how long it is from an instant to the next time at which a look may be."""
    ahead = seen[seen[:, 1] > done_s]
    return float(max(0.0, (ahead[0, 0] if len(ahead) else end_s) - done_s))
