"""What stays in the open for a while and is gone again: is it imaged, how soon, when is it safe.

Something appears at a uniformly random instant t and stays for D; it is imaged if an access is
open at any time of [t, t + D). Only stays that lie within the span count, so t is uniform over
[0, T - D] and no end gap needs a guess: with gaps g, those at both ends included,

    P(D) = 1 - sum of max(0, g - D) / (T - D),

exact, a ratio of two functions piecewise linear in D. D = 0 is a glimpse: the share of time in
access. All windows are those of `access`, so any condition of a `View`, a level of interpretability
among them, carries over. Seconds since the span's start; (P,) sites, (D,) stays. ValueError for a
stay below 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from simulator import intervals
from simulator.arrays import FloatArray, IntArray
from simulator.earth import Sites, Span
from simulator.revisit.batches import SiteBatch
from simulator.revisit.site_figures import local_day_s
from simulator.revisit.stay_kernel import StayTables, reduce_stays
from simulator.revisit.window_order import MergedWindows
from simulator.units import DAY_S


@dataclass(frozen=True, eq=False)
class Stays:
    """How stays of lengths `stay_s` (D,) fare at each site, and over the region.

    `imaged_share` (P, D) and `open_mean_s` (P, D), the mean time from appearing until imaged or
    gone; NaN for a stay as long as the span. `longest_unseen_s` (P,); `safe_s` (P, 24): the longest
    unseen stretch that begins in each hour of the day, 0 for an hour always seen (a stretch cut by
    the span's end is measured to it). Over the area: `mean_share` (D,), `mean_open_s` (D,), and by
    the hour of appearing `hour_share` (D, 24), NaN for an hour in which no stay can begin.
    """

    stay_s: FloatArray
    imaged_share: FloatArray
    open_mean_s: FloatArray
    longest_unseen_s: FloatArray
    safe_s: FloatArray
    mean_share: FloatArray
    mean_open_s: FloatArray
    hour_share: FloatArray


def imaged_share(windows_s: ArrayLike, span_s: float, stay_s: ArrayLike) -> FloatArray:
    """Return P(D) of one target's windows (N, 2) over `[0, span_s)` for stays (D,).

    NaN for a stay that is not shorter than the span. O((N + D) log N).
    """
    cover = intervals.clip(intervals.union(windows_s), 0.0, span_s)
    gaps = np.sort(np.diff(intervals.complement(cover, 0.0, span_s)).ravel())
    stay = _lengths(stay_s)
    # Only gaps longer than the stay miss it: their sum, less the stay once for each of them.
    place = np.searchsorted(gaps, stay, side="right")
    longer_s = np.concatenate([np.cumsum(gaps[::-1])[::-1], [0.0]])[place]
    missed = longer_s - stay * (len(gaps) - place)
    free = span_s - stay
    share = np.full(stay.shape, np.nan)
    np.divide(free - missed, free, out=share, where=free > 0.0)
    return np.asarray(np.clip(share, 0.0, 1.0))


def target_stays(
    windows_s: ArrayLike, span_s: float, stay_s: ArrayLike, *, clock_s: float = 0.0
) -> Stays:
    """Return the stays at one target from its windows (N, 2), which may overlap.

    `clock_s` is the time of day at the span's start, seconds, UTC or local.
    """
    cover = intervals.clip(intervals.union(windows_s), 0.0, span_s)
    first = np.array([0, len(cover)])
    merged = MergedWindows(
        first, np.ascontiguousarray(cover[:, 0]), np.ascontiguousarray(cover[:, 1])
    )
    stay = _lengths(stay_s)
    part = _reduced(merged, span_s, stay, np.array([clock_s]), np.ones(1))
    return _stays([part], [np.arange(1)], stay, np.ones(1))


@dataclass(frozen=True, eq=False)
class StayReduction:
    """The reduction of a batch to how stays fare at its sites."""

    stay_s: FloatArray
    clock_s: FloatArray
    weights: FloatArray

    def __call__(self, batch: SiteBatch) -> tuple[IntArray, StayTables]:
        """Return the sites of a batch with what it comes to."""
        sites = batch.sites
        clock_s, weights = self.clock_s[sites], self.weights[sites]
        return sites, _reduced(batch.merged, batch.span_s, self.stay_s, clock_s, weights)


class StayGatherer:
    """`Stays` gathered batch by batch: `take` what `reduce` makes of each, in any order."""

    def __init__(
        self,
        places: Sites,
        span: Span,
        stay_s: ArrayLike,
        *,
        weights_km2: FloatArray | None = None,
    ) -> None:
        weights = np.ones(len(places)) if weights_km2 is None else weights_km2
        self.reduce = StayReduction(_lengths(stay_s), local_day_s(places, span), weights)
        self._parts: list[tuple[IntArray, StayTables]] = []

    def take(self, part: tuple[IntArray, StayTables]) -> None:
        """Add the tables of one batch."""
        self._parts.append(part)

    def result(self) -> Stays:
        """Return the stays of all batches together."""
        sites, parts = zip(*self._parts, strict=True)
        return _stays(parts, sites, self.reduce.stay_s, self.reduce.weights)


@dataclass(frozen=True)
class Relocating:
    """Something that stays for `stay_s`, moves unseen for `moving_s`, stays elsewhere, and so on.

    `imaged_share` is the chance of one stay; `time_to_image_s` the mean time from first appearing
    until imaged, None if it never is; `day_share` the chance of being imaged within a day.
    """

    stay_s: float
    moving_s: float
    imaged_share: float
    time_to_image_s: float | None
    day_share: float


def relocating(
    imaged_share: float, open_mean_s: float, *, stay_s: float, moving_s: float = 0.0
) -> Relocating:
    """Return how soon a target that keeps relocating is imaged, its stays being independent.

    Each stay is taken to be at a fresh random spot and instant: the area means of `Stays`. Then the
    number of stays until one is imaged is geometric, and by Wald's identity (1944) the open time
    until then is the mean of one stay over its chance. Neighbouring spots are in fact missed
    together, which makes a streak of misses likelier than here. A day holds a broken number of
    stays. Raises ValueError for a stay of no length.
    """
    if not stay_s > 0.0:
        raise ValueError(f"stay_s is {stay_s}; it must be above 0")
    number = DAY_S / (stay_s + moving_s)
    share = imaged_share
    return Relocating(
        stay_s=stay_s,
        moving_s=moving_s,
        imaged_share=share,
        time_to_image_s=(open_mean_s + moving_s * (1.0 - share)) / share if share > 0.0 else None,
        day_share=1.0 - (1.0 - share) ** number,
    )


def _lengths(stay_s: ArrayLike) -> FloatArray:
    lengths = np.atleast_1d(np.asarray(stay_s, dtype=np.float64))
    if not (lengths >= 0.0).all():
        raise ValueError(f"stay_s is {lengths.min()}; it must be at least 0")
    return lengths


def _reduced(
    merged: MergedWindows,
    span_s: float,
    stay_s: FloatArray,
    clock_s: FloatArray,
    weights: FloatArray,
) -> StayTables:
    sites, lengths = len(clock_s), len(stay_s)
    tables = StayTables(
        imaged_share=np.empty((sites, lengths)),
        open_mean_s=np.empty((sites, lengths)),
        longest_unseen_s=np.zeros(sites),
        safe_s=np.zeros((sites, 24)),
        hours=np.zeros((lengths, 24)),
        hour_weights=np.zeros((lengths, 24)),
    )
    reduce_stays(merged, span_s, stay_s, clock_s % DAY_S, weights, tables)
    return tables


def _stays(
    parts: Sequence[StayTables], sites: Sequence[IntArray], stay_s: FloatArray, weights: FloatArray
) -> Stays:
    # Batches come in the order of neighbours; figures go out in the order of the sites.
    order = np.argsort(np.concatenate(sites))
    imaged = np.concatenate([part.imaged_share for part in parts])[order]
    open_s = np.concatenate([part.open_mean_s for part in parts])[order]
    hours = np.sum([part.hours for part in parts], axis=0)
    hour_weights = np.sum([part.hour_weights for part in parts], axis=0)
    hour_share = np.full(hours.shape, np.nan)
    np.divide(hours, hour_weights, out=hour_share, where=hour_weights > 0.0)
    share = weights / weights.sum()
    return Stays(
        stay_s=stay_s,
        imaged_share=imaged,
        open_mean_s=open_s,
        longest_unseen_s=np.concatenate([part.longest_unseen_s for part in parts])[order],
        safe_s=np.concatenate([part.safe_s for part in parts])[order],
        mean_share=share @ imaged,
        mean_open_s=share @ open_s,
        hour_share=hour_share,
    )
