"""How often one place is seen: statistics of the gaps between its access windows.

A gap is a maximal time of the span in which no window is open; windows that overlap are
merged first. The leading gap begins at the span's start, the trailing gap ends at its end.

Which gaps make the revisit is the rule:

- `stk`: all of them, an end gap measured to the span's edge. Without any access the one gap
  is the span itself, and the place is flagged as never seen. (STK, figure of merit "Revisit
  Time" with end gaps included.)
- `tatc`: the start of a merged access less the end of the one before; both end gaps dropped.
  `samples` counts merged accesses, the first of which has no revisit. (TAT-C,
  `reduce_observations`.)
- `interior`: the gaps of `tatc`, with `samples` counting the gaps themselves.

A place always in view, from the span's start to its end, has no gap under any rule, and that is
known and not left open: its revisit is 0 throughout, over 0 gaps. (TAT-C itself has none there.)

The time-average gap and the mean wait for an access are means over all instants of the span, so
they take every gap, under every rule.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from simulator import intervals
from simulator.arrays import FloatArray

RevisitRule = Literal["stk", "tatc", "interior"]
RULES: tuple[RevisitRule, ...] = ("stk", "tatc", "interior")


def nearest_rank(sorted_values: FloatArray, percent: float) -> float | None:
    """Return the smallest value that at least `percent` % of the values do not exceed.

    The nearest-rank percentile (Hyndman and Fan, 1996, definition 1): 90 % of 100 values is
    the 90th. NumPy's `inverted_cdf` means the same, but its 7th percentile of 100 values is
    the 8th by rounding. Values ascend; of none the answer is None. Raises ValueError for a
    `percent` outside 0..100.
    """
    if not 0 <= percent <= 100:
        raise ValueError(f"percent is {percent}; it must be between 0 and 100")
    if len(sorted_values) == 0:
        return None
    rank = math.ceil(percent * len(sorted_values) / 100)
    return float(sorted_values[max(rank, 1) - 1])


@dataclass(frozen=True)
class GapStatistics:
    """Gap statistics of one place over one span; None where there is nothing to count.

    A place always in view has 0 for all of them.
    `accesses` counts windows before merging, as STK does: two satellites at once are two.
    `time_average_gap_s` is the sum of g²/T over all gaps g of
    the span T, `mean_wait_s` half of it: the expected wait of a request at a uniformly
    random instant for the next access, zero inside one, taking the span's end for an access.
    A place never seen has T and T/2: bounds from below, to be read with `never_seen`.
    """

    rule: RevisitRule
    span_s: float
    accesses: int
    covered_s: float
    never_seen: bool
    samples: int
    mean_s: float | None
    max_s: float | None
    min_s: float | None
    time_average_gap_s: float
    mean_wait_s: float
    gaps_s: FloatArray = field(repr=False, compare=False)

    @property
    def std_s(self) -> float | None:
        """The population's standard deviation of the rule's gaps."""
        if self.max_s is None:
            return None
        return float(np.std(self.gaps_s)) if len(self.gaps_s) else 0.0

    def percentile_s(self, percent: float) -> float | None:
        """Return the gap that `percent` % of the rule's gaps do not exceed, by nearest rank.

        STK's "num percent below": 90 % of 100 gaps is the 90th, shortest first. 0 for a place
        always in view.
        """
        gap_s = nearest_rank(self.gaps_s, percent)
        return 0.0 if gap_s is None and self.max_s == 0.0 else gap_s


def gap_statistics(
    windows_s: npt.ArrayLike, span_s: float, *, rule: RevisitRule = "stk"
) -> GapStatistics:
    """Return the gap statistics of one place's access windows over `[0, span_s)`.

    Windows of shape (N, 2) may overlap and need no order; what lies outside the span is cut
    off. Raises ValueError for an unknown rule or a span that is not positive.
    """
    if rule not in RULES:
        raise ValueError(f"rule is {rule!r}; it must be one of {', '.join(RULES)}")
    if not 0 < span_s < math.inf:
        raise ValueError(f"span_s is {span_s}; it must be positive and finite")
    accesses_s = intervals.clip(intervals.as_rows(windows_s), 0.0, span_s)
    merged_s = intervals.union(accesses_s)
    all_gaps_s = intervals.complement(merged_s, 0.0, span_s)
    lengths_s = _sorted_lengths_s(all_gaps_s)
    gaps_s = lengths_s if rule == "stk" else _sorted_lengths_s(_interior(all_gaps_s, span_s))
    # Always in view: one revisit of 0 stands for the gaps that there are none of.
    values_s = np.zeros(1) if len(merged_s) and not len(all_gaps_s) else gaps_s
    known = len(values_s) > 0
    time_average_gap_s = float(np.sum(lengths_s**2)) / span_s
    return GapStatistics(
        rule=rule,
        span_s=span_s,
        accesses=len(accesses_s),
        covered_s=intervals.total_s(merged_s),
        never_seen=len(merged_s) == 0,
        samples=len(merged_s) if rule == "tatc" else len(gaps_s),
        mean_s=float(np.mean(values_s)) if known else None,
        max_s=float(values_s[-1]) if known else None,
        min_s=float(values_s[0]) if known else None,
        time_average_gap_s=time_average_gap_s,
        mean_wait_s=time_average_gap_s / 2,
        gaps_s=gaps_s,
    )


def _interior(gaps_s: FloatArray, span_s: float) -> FloatArray:
    """Return the gaps between two accesses: those that touch neither end of the span."""
    return gaps_s[(gaps_s[:, 0] > 0.0) & (gaps_s[:, 1] < span_s)]


def _sorted_lengths_s(gaps_s: FloatArray) -> FloatArray:
    """Return the lengths of the gaps, shortest first."""
    return np.sort(gaps_s[:, 1] - gaps_s[:, 0])
