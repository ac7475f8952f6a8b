"""What another span of the same length would have shown: a span put together anew from its blocks.

A draw takes blocks of days of the span, several in a row at a time: overlapping runs of a fixed
length (moving blocks; Kuensch 1989, Annals of Statistics 17). It takes the same blocks at all
sites, so what the sites share stays shared.

An access or a gap counts whole in the block that holds its middle, cover is cut at the edges; so
the sums of all blocks are those of the span, and a draw is a sum of blocks, each as often as drawn.
A figure of a draw is that of `simulator.coverage.surveys` with `open_ends` measured, made of such
sums, the span being as long as what was drawn of the site; percentiles are exact, each gap counting
as often as its block. A site that is never seen is never seen in any draw. Over sites the figure is
their mean by weight over those that have it.

What no block holds is missed: a greatest or least value is that of the blocks drawn, and the share
seen at least once can't grow, so these have no interval; nor is a gap or a drift of the orbit
longer than a run, nor another season. A percentile near the greatest of few gaps is little better
than it. From fewer than about ten runs the interval comes out too narrow. Seconds since the span's
start.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from simulator.arrays import FloatArray, IntArray
from simulator.coverage import Batch, Options, Ordered
from simulator.uncertainty import kernel
from simulator.units import DAY_S


@dataclass(frozen=True, eq=False)
class Draws:
    """Which blocks each draw takes: edges (B + 1,) of the blocks, and `times` (B + 1, 1 + N).

    Column 0 takes each block once: the span itself. The last row, ones, is of no block.
    """

    edges_s: FloatArray
    times: FloatArray

    @property
    def length_s(self) -> FloatArray:
        """Return how long the blocks of each draw (1 + N,) are together."""
        return np.asarray(np.diff(self.edges_s) @ self.times[:-1])

    def block_of(self, instant_s: FloatArray) -> IntArray:
        """Return the block that holds each instant; those beyond the span lie in the nearest."""
        place = np.searchsorted(self.edges_s, instant_s, side="right") - 1
        return np.clip(place, 0, len(self.edges_s) - 2)

    def by_block(self, instant_s: FloatArray, values: FloatArray | None = None) -> FloatArray:
        """Return the sums (B,) of values, or the numbers, of what happens at instants."""
        return np.bincount(self.block_of(instant_s), values, len(self.edges_s) - 1).astype(float)

    def cover_s(self, windows_s: FloatArray) -> FloatArray:
        """Return the time (B,) in disjoint windows (N, 2), each cut at the edges of the blocks."""
        rows = windows_s[np.argsort(windows_s[:, 0], kind="stable")]
        # What has begun by each edge, less what of the last of it lies beyond.
        upto = np.searchsorted(rows[:, 0], self.edges_s, side="right")
        begun_s = np.append(0.0, np.cumsum(rows[:, 1] - rows[:, 0]))[upto]
        end_s = np.append(-np.inf, rows[:, 1])[upto]
        return np.diff(begun_s - np.maximum(end_s - self.edges_s, 0.0))


def draws(edges_s: ArrayLike, *, seed: int, number: int, length: int) -> Draws:
    """Return `number` draws of blocks, `length` in a row at a time, by a seed.

    Raises ValueError for edges that do not ascend, a length not of 1 to B blocks.
    """
    edges = np.asarray(edges_s, dtype=np.float64)
    if len(edges) < 2 or not (np.diff(edges) > 0.0).all():
        raise ValueError("edges_s must be two or more ascending times")
    count = len(edges) - 1
    if not 1 <= length <= count:
        raise ValueError(f"length is {length}; it must be 1 to {count} blocks")
    random = np.random.default_rng(seed)
    runs = -(-count // length)
    starts = random.integers(0, count - length + 1, (number, runs))
    taken = (starts[:, :, None] + np.arange(length)).reshape(number, -1)[:, :count]
    rows = np.repeat(np.arange(number), count) * count
    times = np.ones((count + 1, 1 + number))
    drawn = np.bincount(rows + taken.ravel(), minlength=number * count)
    times[:count, 1:] = drawn.reshape(number, count).T
    return Draws(edges, times)


def day_edges_s(span_s: float) -> FloatArray:
    """Return the edges of days from the span's start; what is left over is a block of its own."""
    return np.append(np.arange(0.0, span_s, DAY_S), span_s)


@dataclass(frozen=True, eq=False)
class Sums:
    """Of G groups of sites: weighted sums by block, weighted figures of draws and their weights.

    Layouts as `blockkernel.resample` fills them. Sums of disjoint sites add.
    """

    linear: FloatArray
    values: FloatArray
    weights: FloatArray

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.linear + other.linear, self.values + other.values, self.weights + other.weights
        )


@dataclass(frozen=True, eq=False)
class Resampling:
    """A reduction of batches of sites to `Sums`; the sums of all batches add.

    Weights and groups (P,) are those of all sites of the survey; `options.open_ends` is not asked.
    """

    draws: Draws
    options: Options
    stay_s: FloatArray
    weights: FloatArray
    groups: IntArray
    number: int

    def __call__(self, batch: Batch) -> Sums:
        """Return the sums of one batch."""
        options, times = self.options, self.draws.times
        tiles = kernel.tiled(times)
        rows = len(kernel.RATIOS) + len(self.stay_s)
        rows += len(kernel.PERCENTILES) * len(options.percents)
        out = Sums(
            np.zeros((self.number, len(kernel.LINEAR) + options.folds, len(times))),
            np.zeros((self.number, len(tiles), rows, tiles.shape[2])),
            np.zeros((self.number, len(tiles), rows, tiles.shape[2])),
        )
        kernel.resample(
            batch.ordered,
            batch.merged,
            batch.span_s,
            self.draws.edges_s,
            tiles,
            options.rule != "stk",
            np.array(options.separation_s, dtype=np.float64),
            np.array(options.percents, dtype=np.float64),
            self.stay_s,
            self.weights[batch.sites],
            self.groups[batch.sites],
            out.linear,
            out.values,
            out.weights,
        )
        return out

    def drawn(self, sums: Sums) -> dict[str, FloatArray]:
        """Return the figures (G + 1, 1 + N) of all sites and of each group, by draw.

        Named as those of `merit.SiteFigures`; percentiles, folds and `imaged_share` have an axis
        more at the end, by percent, number of satellites and stay. NaN where no site has one.
        """
        linear, values, weights = (
            np.concatenate([part.sum(axis=0, keepdims=True), part])
            for part in (sums.linear, sums.values, sums.weights)
        )
        mean: FloatArray = np.full(values.shape, np.nan)
        np.divide(values, weights, out=mean, where=weights > 0.0)
        # Tiles in a row, without the draws of nothing that fill the last one.
        mean = np.moveaxis(mean, 1, 2).reshape(*mean.shape[::2], -1)
        mean = mean[..., : self.draws.times.shape[1]]
        by_group = np.asarray(np.bincount(self.groups, self.weights, self.number))
        area = np.concatenate([by_group.sum(keepdims=True), by_group])
        span_s = float(self.draws.edges_s[-1])
        scale = span_s / self.draws.length_s
        # IntArray and times are told for the span's length, whatever length was drawn.
        whole = (linear[..., :-1] @ self.draws.times[:-1]) * scale + linear[..., -1:]
        # A band may hold no cell.
        with np.errstate(invalid="ignore"):
            whole = whole / area[:, None, None]
        sites = dict(zip(kernel.LINEAR, np.moveaxis(whole, 1, 0), strict=False))
        days = span_s / DAY_S
        found = {
            "accesses_per_day": sites["accesses"] / days,
            "covered_s_per_day": sites["covered_s"] / days,
            "gaps": sites["gaps"],
            "assets_mean": sites["access_sum_s"] / span_s,
            "separated_pairs": sites["separated_pairs"],
            "fold_percent": 100.0 * np.moveaxis(whole[:, len(kernel.LINEAR) :], 1, -1) / span_s,
        }
        for row, name in enumerate(kernel.RATIOS):
            found[name] = mean[:, row]
        row, quantiles = len(kernel.RATIOS), len(self.options.percents)
        for name in kernel.PERCENTILES:
            found[name] = np.moveaxis(mean[:, row : row + quantiles], 1, -1)
            row += quantiles
        found["imaged_share"] = np.moveaxis(mean[:, row:], 1, -1)
        # Both ends of the span are taken for accesses, so waiting and ageing are alike.
        found["response_mean_s"] = found["age_mean_s"] = 0.5 * found["time_average_gap_s"]
        found["age_percentile_s"] = found["response_percentile_s"]
        found["age_gap_percentile_s"] = found["response_gap_percentile_s"]
        return found


_MOST = {"fold_percent": 100.0, "imaged_share": 1.0}


@dataclass(frozen=True, eq=False)
class Intervals:
    """Where figures of groups lie over draws, by name, (G + 1,) or (G + 1, Q).

    `value` is the figure of the span, from which `low` and `high` are reckoned.
    """

    value: Mapping[str, FloatArray]
    low: Mapping[str, FloatArray]
    high: Mapping[str, FloatArray]


def intervals_of(drawn: Mapping[str, FloatArray], share: float) -> Intervals:
    """Return the interval of each figure (G, 1 + N) or (G, 1 + N, Q), as `interval` has it."""
    value, low, high = {}, {}, {}
    for name, values in drawn.items():
        ends = np.apply_along_axis(interval, 1, values, share, most=_MOST.get(name, math.inf))
        value[name], low[name], high[name] = values[:, 0], ends[:, 0], ends[:, 1]
    return Intervals(value, low, high)


class IntervalGatherer:
    """`Intervals` put together batch by batch: `take` what `reduce` makes of each, in order."""

    def __init__(self, reduce: Resampling, share: float) -> None:
        self.reduce = reduce
        self._share = share
        self._sums: Sums | None = None

    def take(self, part: Sums) -> None:
        self._sums = part if self._sums is None else self._sums + part

    def result(self) -> Intervals:
        """Return the intervals of all batches taken; raises ValueError without any."""
        if self._sums is None:
            raise ValueError("no batch was taken")
        return intervals_of(self.reduce.drawn(self._sums), self._share)


def interval(drawn: FloatArray, share: float, *, most: float = math.inf) -> tuple[float, float]:
    """Return the ends between which `share` of the draws lie, moved so their median is the figure.

    `drawn` (1 + N,): the figure of the span, then of each draw. A mean of ratios over few gaps is
    biased in the draws, hence the move (Efron and Tibshirani 1993, chapter 10); figures lie between
    0 and `most`. Where the move would end at nothing, which no draw came to, the lower end is in
    proportion instead. NaN for both if the figure, or that of every draw, is none. Raises
    ValueError for a share not between 0 and 1.
    """
    if not 0.0 < share < 1.0:
        raise ValueError(f"share is {share}; it must be between 0 and 1")
    value, some = drawn[0], drawn[1:][~np.isnan(drawn[1:])]
    if np.isnan(value) or not len(some):
        return math.nan, math.nan
    tail = 0.5 * (1.0 - share)
    low, middle, high = np.quantile(some, [tail, 0.5, 1.0 - tail])
    ends = np.clip([low + value - middle, high + value - middle], 0.0, most)
    if ends[0] <= 0.0 < some.min():
        ends[0] = value * low / middle
    # A figure at the bound itself may lie beyond it by rounding.
    return min(float(ends[0]), float(value)), max(float(ends[1]), float(value))


def ranks(
    drawn: Draws, instant_s: FloatArray, values: FloatArray, percents: Sequence[float]
) -> FloatArray:
    """Return nearest-rank percentiles (Q, 1 + N) of values (P,) that happen at instants.

    NaN for a draw that holds none.
    """
    order = np.argsort(values, kind="stable")
    out = np.empty((len(percents), drawn.times.shape[1]))
    kernel.ranks(
        values[order],
        drawn.block_of(instant_s)[order],
        drawn.times,
        np.array(percents, dtype=np.float64),
        out,
    )
    return out


def site_batch(
    site: IntArray,
    satellite: IntArray,
    start_s: FloatArray,
    end_s: FloatArray,
    *,
    sites: int,
    span_s: float,
) -> Batch:
    """Return windows (W,) of any sites and satellites, within the span, as one batch."""
    order = np.lexsort((start_s, site))
    first = np.searchsorted(site[order], np.arange(sites + 1)).astype(np.int64)
    ordered: Ordered = (
        first,
        start_s[order],
        end_s[order],
        satellite[order].astype(np.int32),
    )
    return Batch(np.arange(sites), ordered, span_s)
