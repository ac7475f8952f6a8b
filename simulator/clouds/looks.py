"""Looks at places under a sky that is clear now and cloudy then.

The sky over a place has a level, uniform from 0 to 1. It is drawn anew at instants that come at
random, on average once in the persistence time, and stays in between; a look shows the place if the
level is below the chance of a clear sky at that instant. So each look alone has its chance, and two
looks a time t apart have the same level with the probability exp(-t / persistence): the correlation
of a clear sky falls off in that way (a random telegraph; Gringorten, 1966, for weather). With a
persistence of 0 every look is independent of every other.

Between the distinct chances of a place the level makes no difference, so a few states say all of
it, and every probability below is exact: a sum over states, and no sampling.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Looks:
    """Looks (N,), by place and then by instant.

    In state s of (S,) a look shows its place if s < `level`: 0 is a look that never does, S one
    that always does. `shares` (P, S) are the probabilities of the states over each place.
    """

    place: IntArray
    at_s: FloatArray
    level: IntArray
    shares: FloatArray
    persistence_s: float

    def __len__(self) -> int:
        return len(self.at_s)

    @property
    def chance(self) -> FloatArray:
        """Return the probability (N,) that each look shows its place."""
        below = np.cumsum(self.shares, axis=1)
        upto = np.concatenate([np.zeros((len(below), 1)), below], axis=1)
        return np.asarray(upto[self.place, self.level])

    def kept(self, gap_s: FloatArray) -> FloatArray:
        """Return the probability (M,) that the level stays the same over times (M,)."""
        if self.persistence_s > 0.0:
            return np.asarray(np.exp(-np.abs(gap_s) / self.persistence_s))
        return np.where(gap_s != 0.0, 0.0, 1.0)

    def shown(self, look: IntArray) -> BoolArray:
        """Return in which states (M, S) looks (M,) show their places."""
        states = np.arange(self.shares.shape[1])
        return np.asarray(states < self.level[look][:, None])

    def repeated(self, times: int) -> Looks:
        """Return the looks so many times over, each time at places of their own, numbered on."""
        places = len(self.shares) * np.arange(times)
        return Looks(
            (self.place + places[:, None]).ravel(),
            np.tile(self.at_s, times),
            np.tile(self.level, times),
            np.tile(self.shares, (times, 1)),
            self.persistence_s,
        )

    def rows(self, places: int) -> IntArray:
        """Return where the looks of each place begin and the last ends: (places + 1,)."""
        return np.searchsorted(self.place, np.arange(places + 1))


def looks_under(
    place: IntArray,
    at_s: FloatArray,
    clear: FloatArray,
    *,
    persistence_s: float,
    places: int,
    weatherproof: BoolArray | None = None,
    useful: BoolArray | None = None,
) -> Looks:
    """Return looks (N,), sorted by place and then by instant, under the sky of their places.

    `clear` is the chance of a clear sky at each look, 0 to 1; a weatherproof look (a radar's) shows
    the place whatever the sky, one that is not `useful` never does. Raises ValueError for looks out
    of order, a chance outside 0 to 1 or a persistence below 0.
    """
    if np.any(np.diff(place) < 0) or np.any((np.diff(at_s) < 0) & (np.diff(place) == 0)):
        raise ValueError("looks must be sorted by place and then by instant")
    if not np.all((clear >= 0.0) & (clear <= 1.0)):
        raise ValueError("a chance of a clear sky must be from 0 to 1")
    if not persistence_s >= 0.0:
        raise ValueError(f"persistence_s is {persistence_s}; it must be at least 0")
    number = len(place)
    # The distinct chances of each place, ascending, numbered from 1.
    order = np.lexsort((clear, place))
    new_place = np.diff(place[order], prepend=-1) != 0
    rank = np.cumsum(new_place | (np.diff(clear[order], prepend=-1.0) != 0.0))
    within = rank - rank[new_place][np.cumsum(new_place) - 1] + 1
    level = np.empty(number, dtype=np.int64)
    level[order] = within
    states = int(level.max(initial=0)) + 1
    edges = np.full((places, states + 1), np.nan)
    edges[:, 0], edges[:, -1] = 0.0, 1.0
    edges[place, level] = clear
    # States that a place has no use for have no share.
    shares = np.diff(np.fmax.accumulate(edges, axis=1), axis=1)
    if weatherproof is not None:
        level[weatherproof] = states
    if useful is not None:
        level[~useful] = 0
    return Looks(np.asarray(place, np.int64), at_s, level, shares, persistence_s)
