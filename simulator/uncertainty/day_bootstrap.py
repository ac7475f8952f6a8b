"""Moving block bootstrap over the days of a span: what other days like them would have shown.

A resample strings together blocks, each a run of consecutive days of the span, drawn uniformly with
replacement from all such runs (they overlap) until the span is filled; the last block is cut there.
This is the moving block bootstrap (Kuensch 1989, Annals of Statistics 17, after Efron 1979, Annals
of Statistics 7, who draws single observations): the day is the observation, and days within a block
keep their dependence. Every site is resampled by the same days, so what sites share stays shared.

A resample is known by how often it takes each day. An access or a gap counts whole in the day that
holds its middle, cover is cut at the edges of days; so the sums of all days are those of the span,
and a sum over a resample is one over days, each as often as taken. A figure of a resample is as
`simulator.revisit.surveys` has it with `open_ends` measured, over the time that the
site's own gaps and cover fill in it; percentiles are exact, each gap counting as often as its day.
A site that is never seen is never seen in any resample. Over sites the figure is their mean by
weight over those that have it.

What no day holds is missed: a greatest or least value is that of the days taken, and the share seen
at least once can't grow, so these have no interval; nor is a gap or a drift of the orbit longer
than a block, nor another season. A percentile near the greatest of few gaps is little better than
it. From fewer than about ten blocks the interval comes out too narrow. Seconds since the span's
start.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from simulator.arrays import FloatArray, IntArray
from simulator.compiled import is_kept
from simulator.revisit import FigureOptions, SiteBatch
from simulator.uncertainty.kernel import (
    PERCENTILES,
    Linear,
    Ratio,
    ResampleRules,
    Sums,
    rank_percentiles,
    resample,
)
from simulator.uncertainty.tile_percentiles import TILE, tiled
from simulator.units import DAY_S

# The greatest value that a figure can have, where it is not infinity.
_GREATEST = {"fold_percent": 100.0, "imaged_share": 1.0}


@dataclass(frozen=True, eq=False)
class BlockResamples:
    """How often each resample takes each day: `edges_s` (D + 1,) and `counts` (D + 1, 1 + N).

    Column 0 takes each day once: it is the span itself. The last row, ones, belongs to no day.
    """

    edges_s: FloatArray
    counts: FloatArray

    @property
    def length_s(self) -> FloatArray:
        """Return how long the days of each resample (1 + N,) are together."""
        return np.asarray(np.diff(self.edges_s) @ self.counts[:-1])

    def day_of(self, instant_s: FloatArray) -> IntArray:
        """Return the day that holds each instant; those beyond the span lie in the nearest."""
        day = np.searchsorted(self.edges_s, instant_s, side="right") - 1
        return np.clip(day, 0, len(self.edges_s) - 2)

    def by_day(self, instant_s: FloatArray, values: FloatArray | None = None) -> FloatArray:
        """Return the sums (D,) of values, or the numbers, of what happens at instants."""
        return np.bincount(self.day_of(instant_s), values, len(self.edges_s) - 1).astype(float)

    def cover_s(self, windows_s: FloatArray) -> FloatArray:
        """Return the time (D,) in disjoint windows (N, 2), each cut at the edges of the days."""
        rows = windows_s[np.argsort(windows_s[:, 0], kind="stable")]
        # Windows are disjoint, so only the last one begun can reach beyond an edge: what has begun
        # by the edge, less what of that window lies beyond, is the cover up to it.
        begun = np.searchsorted(rows[:, 0], self.edges_s, side="right")
        begun_s = np.append(0.0, np.cumsum(rows[:, 1] - rows[:, 0]))[begun]
        end_s = np.append(-np.inf, rows[:, 1])[begun]
        return np.diff(begun_s - np.maximum(end_s - self.edges_s, 0.0))


def block_resamples(
    edges_s: ArrayLike, *, seed: int, number: int, block_days: int
) -> BlockResamples:
    """Return `number` resamples of days in blocks of `block_days` in a row, by a seed.

    Raises ValueError for edges that do not ascend, a block not of 1 to D days.
    """
    edges = np.asarray(edges_s, dtype=np.float64)
    if len(edges) < 2 or not (np.diff(edges) > 0.0).all():
        raise ValueError("edges_s must be two or more ascending times")
    days = len(edges) - 1
    if not 1 <= block_days <= days:
        raise ValueError(f"block_days is {block_days}; it must be 1 to {days} days")
    random = np.random.default_rng(seed)
    blocks = math.ceil(days / block_days)
    # Every run of consecutive days is as likely a block as any other (Kuensch 1989).
    first = random.integers(0, days - block_days + 1, (number, blocks))
    day = (first[:, :, None] + np.arange(block_days)).reshape(number, -1)[:, :days]
    # One bincount for all resamples: resample n has the numbers from n D on.
    flat = (np.arange(number)[:, None] * days + day).ravel()
    counts = np.ones((days + 1, 1 + number))
    counts[:days, 1:] = np.bincount(flat, minlength=number * days).reshape(number, days).T
    return BlockResamples(edges, counts)


def day_edges_s(span_s: float) -> FloatArray:
    """Return the edges of days from the span's start; what is left over is a day of its own."""
    return np.append(np.arange(0.0, span_s, DAY_S), span_s)


@dataclass(frozen=True, eq=False)
class Resampling:
    """A reduction of batches of sites to `Sums`; the sums of all batches add.

    Weights and groups (P,) are those of all sites of the survey; `options.open_ends` is not read.
    """

    resamples: BlockResamples
    options: FigureOptions
    stay_s: FloatArray
    weights: FloatArray
    groups: IntArray
    group_count: int

    def __call__(self, batch: SiteBatch) -> Sums:
        """Return the sums of one batch."""
        options, counts = self.options, self.resamples.counts
        tiles = tiled(counts)
        rows = len(Ratio) + len(PERCENTILES) * len(options.percents) + len(self.stay_s)
        sums = Sums(
            np.zeros((self.group_count, len(Linear) + options.folds, len(counts))),
            np.zeros((self.group_count, len(tiles), rows, TILE)),
            np.zeros((self.group_count, len(tiles), rows, TILE)),
        )
        least_s, most_s = options.separation_s
        rules = ResampleRules(
            span_s=batch.span_s,
            edges_s=self.resamples.edges_s,
            counts=tiles,
            interior=options.rule != "stk",
            separation_s=(float(least_s), float(most_s)),
            percents=np.array(options.percents, dtype=np.float64),
            stay_s=self.stay_s,
        )
        weights, groups = self.weights[batch.sites], self.groups[batch.sites]
        resample(batch.ordered, batch.merged, rules, weights, groups, sums)
        return sums

    def figures(self, sums: Sums) -> dict[str, FloatArray]:
        """Return the figures (G + 1, 1 + N) of all sites and of each group, by resample.

        Named as those of `coverage.SiteFigures`; percentiles, folds and `imaged_share` have an axis
        more at the end, by percent, number of satellites and stay. NaN where no site has one.
        """
        linear, values, weights = (
            np.concatenate([part.sum(axis=0, keepdims=True), part])
            for part in (sums.linear, sums.values, sums.weights)
        )
        return self._linear_figures(linear) | self._mean_figures(values, weights)

    def _linear_figures(self, linear: FloatArray) -> dict[str, FloatArray]:
        """Return the figures that are sums over days, from sums (G + 1, columns, D + 1)."""
        by_group = np.asarray(np.bincount(self.groups, self.weights, self.group_count))
        area = np.concatenate([by_group.sum(keepdims=True), by_group])
        span_s = float(self.resamples.edges_s[-1])
        # Days may be of unlike length, so a resample may be longer or shorter than the span.
        scale = span_s / self.resamples.length_s
        whole = (linear[..., :-1] @ self.resamples.counts[:-1]) * scale + linear[..., -1:]
        # A band may hold no cell.
        with np.errstate(invalid="ignore"):
            whole = whole / area[:, None, None]
        days = span_s / DAY_S
        return {
            "accesses_per_day": whole[:, Linear.ACCESSES] / days,
            "covered_s_per_day": whole[:, Linear.COVERED_S] / days,
            "gaps": whole[:, Linear.GAPS],
            "satellites_at_once_mean": whole[:, Linear.ACCESS_SUM_S] / span_s,
            "pairs": whole[:, Linear.PAIRS],
            "fold_percent": 100.0 * np.moveaxis(whole[:, len(Linear) :], 1, -1) / span_s,
        }

    def _mean_figures(self, values: FloatArray, weights: FloatArray) -> dict[str, FloatArray]:
        """Return the figures that are means over sites, from (G + 1, tiles, rows, tile)."""
        mean: FloatArray = np.full(values.shape, np.nan)
        np.divide(values, weights, out=mean, where=weights > 0.0)
        # Tiles in a row, without the empty resamples that fill the last one.
        mean = np.moveaxis(mean, 1, 2).reshape(*mean.shape[::2], -1)
        mean = mean[..., : self.resamples.counts.shape[1]]
        figures = {row.name.lower(): mean[:, row] for row in Ratio}
        row, quantiles = len(Ratio), len(self.options.percents)
        for name in PERCENTILES:
            figures[name] = np.moveaxis(mean[:, row : row + quantiles], 1, -1)
            row += quantiles
        figures["imaged_share"] = np.moveaxis(mean[:, row:], 1, -1)
        # Both ends of the span are taken for accesses, so wait and age of data are alike.
        figures["wait_mean_s"] = figures["age_of_data_mean_s"] = 0.5 * figures["time_average_gap_s"]
        figures["age_of_data_percentile_s"] = figures["wait_percentile_s"]
        figures["age_of_data_gap_percentile_s"] = figures["wait_gap_percentile_s"]
        return figures


@dataclass(frozen=True, eq=False)
class BootstrapIntervals:
    """Bootstrap intervals of figures of groups, by name, (G + 1,) or (G + 1, Q).

    `value` is the figure of the span, from which `low` and `high` are reckoned.
    """

    value: Mapping[str, FloatArray]
    low: Mapping[str, FloatArray]
    high: Mapping[str, FloatArray]


def bootstrap_intervals(figures: Mapping[str, FloatArray], share: float) -> BootstrapIntervals:
    """Return the interval of each figure (G, 1 + N) or (G, 1 + N, Q), by `bootstrap_interval`."""
    value, low, high = {}, {}, {}
    for name, values in figures.items():
        rows = np.moveaxis(values, 1, -1)
        ends = _interval_ends(
            rows.reshape(-1, rows.shape[-1]), share, most=_GREATEST.get(name, math.inf)
        ).reshape(*rows.shape[:-1], 2)
        value[name], low[name], high[name] = values[:, 0], ends[..., 0], ends[..., 1]
    return BootstrapIntervals(value, low, high)


class BootstrapGatherer:
    """`BootstrapIntervals` batch by batch: `take` what `reduce` makes of each, in order."""

    def __init__(self, reduce: Resampling, share: float) -> None:
        self.reduce = reduce
        self._share = share
        self._sums: Sums | None = None

    def take(self, part: Sums) -> None:
        """Add the sums of one batch."""
        self._sums = part if self._sums is None else self._sums.joined(part)

    def result(self) -> BootstrapIntervals:
        """Return the intervals of all batches together; raises ValueError without any."""
        if self._sums is None:
            raise ValueError("no batch was taken")
        return bootstrap_intervals(self.reduce.figures(self._sums), self._share)


def bootstrap_interval(
    values: FloatArray, share: float, *, most: float = math.inf
) -> tuple[float, float]:
    """Return the percentile interval of a figure, freed of the resamples' median bias.

    `values` (1 + N,): the figure of the span, then of each resample. `share` of the resamples lie
    between the percentiles (Efron and Tibshirani 1993, chapter 13). A mean of ratios over few
    gaps is biased in resamples, hence both ends are moved by what the resamples' median is off the
    figure (ibid., chapter 10, with the median for the mean). Figures lie between 0 and `most`.
    Where the move would end at 0, which no resample came to, the lower end is in proportion
    instead. NaN for both if the figure, or that of every resample, is none. Raises ValueError for a
    share not between 0 and 1.
    """
    low, high = _interval_ends(values[np.newaxis], share, most=most)[0].tolist()
    return low, high


def _interval_ends(values: FloatArray, share: float, *, most: float) -> FloatArray:
    """Return the intervals (K, 2) of figures (K, 1 + N), as `bootstrap_interval` says."""
    if not 0.0 < share < 1.0:
        raise ValueError(f"share is {share}; it must be between 0 and 1")
    tail = 0.5 * (1.0 - share)
    value, resampled = values[:, 0], np.sort(values[:, 1:], axis=1)
    # Resamples without the figure come last. Rows with as many of the others are taken together.
    found = np.where(np.isnan(value), 0, (~np.isnan(resampled)).sum(axis=1))
    ends = np.full((len(values), 2), np.nan)
    for count in set(found.tolist()) - {0}:
        rows = np.flatnonzero(found == count)
        of_span, with_it = value[rows], resampled[rows, :count]
        low, median, high = np.quantile(with_it, [tail, 0.5, 1.0 - tail], axis=1)
        moved = np.clip([low + of_span - median, high + of_span - median], 0.0, most)
        in_proportion = (moved[0] <= 0.0) & (with_it[:, 0] > 0.0)
        np.divide(of_span * low, median, out=moved[0], where=in_proportion)
        # A figure at the bound itself may lie beyond it by rounding.
        ends[rows, 0] = np.minimum(moved[0], of_span)
        ends[rows, 1] = np.maximum(moved[1], of_span)
    return ends


def resampled_percentiles(
    resamples: BlockResamples,
    instant_s: FloatArray,
    values: FloatArray,
    percents: Sequence[float],
) -> FloatArray:
    """Return nearest-rank percentiles (Q, 1 + N) of values (P,) that happen at instants.

    NaN for a resample that holds none.
    """
    order = np.argsort(values, kind="stable")
    percentiles = np.empty((len(percents), resamples.counts.shape[1]))
    rank_percentiles(
        values[order],
        resamples.day_of(instant_s)[order],
        resamples.counts,
        np.array(percents, dtype=np.float64),
        percentiles,
    )
    return percentiles


def bootstrap_is_kept() -> bool:
    """Tell whether the machine code of the bootstrap is kept, so that a run need not compile it."""
    return is_kept(resample)
