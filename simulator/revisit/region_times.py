"""When none, a part and all of a region is in access, from the windows of all its sites.

Weights are whole shares of the area, so that all of a region is all of it whatever the order of
the sum. Seconds since the span's start.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import intervals
from simulator.arrays import FloatArray, IntArray
from simulator.revisit.batches import SiteBatch
from simulator.revisit.region_kernel import add_presence, seen_by_all, seen_by_any

MOST_INSTANTS = 100_000
# Areas are summed as whole numbers of this part of all, so that a sum of many knows zero and all.
# Integers up to 2^53 are exact as floats, too.
_WHOLE = 2.0**52


@dataclass(frozen=True, eq=False)
class RegionTimes:
    """What a region as a whole shows over time.

    `seen_share` (N,) is the share of area in access at the instants `time_s` (N,), its own mean
    over the span exactly `mean_share`. `none_s` and `full_s` (M, 2) are the intervals, exact for
    the cells' centres, in which no cell is seen and in which every one is; the rest is partial.
    """

    time_s: FloatArray
    seen_share: FloatArray
    mean_share: float
    none_s: FloatArray
    full_s: FloatArray
    span_s: float

    @property
    def partial_s(self) -> FloatArray:
        """Return the intervals (M, 2) in which some cells are seen, but not all."""
        return intervals.complement(intervals.union(self.none_s, self.full_s), 0.0, self.span_s)

    @property
    def best(self) -> tuple[float, float]:
        """Return the greatest share at the instants, and the first instant that has it."""
        index = int(np.argmax(self.seen_share))
        return float(self.seen_share[index]), float(self.time_s[index])


def whole_weights(weights: FloatArray) -> IntArray:
    """Return weights (P,) as whole numbers of which 2^52 make all of the area."""
    return np.asarray(np.round(weights / weights.sum() * _WHOLE), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Presence:
    """A batch seen as one: change of weight at instants; where any site is seen, and where all."""

    change: IntArray
    some_s: FloatArray
    full_s: FloatArray

    def joined(self, other: Presence) -> Presence:
        """Return two batches seen as one."""
        return Presence(
            self.change + other.change,
            intervals.union(self.some_s, other.some_s),
            intervals.intersect(self.full_s, other.full_s),
        )

    def times(self, covered_s: FloatArray, weight: IntArray, span_s: float) -> RegionTimes:
        """Return what all sites (P,), covered for so long, show over time."""
        instants = len(self.change) - 1
        total = int(weight.sum())
        return RegionTimes(
            time_s=np.asarray(np.arange(instants) * (span_s / instants), np.float64),
            seen_share=np.cumsum(self.change[:-1]) / total,
            mean_share=float(covered_s @ (weight / total)) / span_s,
            none_s=intervals.complement(self.some_s, 0.0, span_s),
            full_s=self.full_s,
            span_s=span_s,
        )


def presence(batch: SiteBatch, weight: IntArray, instants: int) -> Presence:
    """Return when a batch is in access, by whole weights, at instants of a regular grid."""
    change = np.zeros(instants + 1, np.int64)
    add_presence(batch.merged, weight, batch.span_s / instants, change)
    return Presence(change, seen_by_any(batch.merged), seen_by_all(batch.merged, batch.span_s))
