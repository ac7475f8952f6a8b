"""What of a figure is chance: its spread over draws of what nobody knows.

A draw is a row of a sweep's table. A ratio to the baseline is formed draw by draw before its
spread is taken, so that what both share, the same orbit and the same pictures, falls out.

Or it is a span put together anew from its own blocks (`block_bootstrap`): what another span of the
same length would have shown, had it been made of the same kind of days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from simulator import intervals
from simulator.errors import InputError, nearest_hint
from simulator.revisit import RULES, RevisitRule

FloatArray = NDArray[np.float64]
Statistic = Literal["revisit_mean", "response_mean", "covered_share"]
Resampling = Literal["moving", "stationary"]

_STATISTICS: tuple[Statistic, ...] = ("revisit_mean", "response_mean", "covered_share")
_ROOM = 10_000_000


def spread(
    table: pd.DataFrame,
    figures: Sequence[str],
    *,
    networks: Sequence[str],
    baseline: str,
    share: float = 0.9,
) -> pd.DataFrame:
    """Return median and interval over draws of figures and of their ratios to the baseline's.

    One row for each figure and network (the index); low and high enclose `share` of the draws,
    half of the rest on each side, by linear interpolation between draws. Draws that failed or
    lack a figure count in none; `draws` tells how many did. A ratio over a figure of zero is no
    number. Raises InputError for a figure or network that the table lacks.
    """
    done = table[table["status"] == "done"] if "status" in table else table
    rows = {
        (figure, network): _row(
            _column(done, figure, network), _column(done, figure, baseline), share
        )
        for figure in figures
        for network in networks
    }
    index = pd.MultiIndex.from_tuples(list(rows), names=["figure", "network"])
    return pd.DataFrame(list(rows.values()), index=index)


def _column(table: pd.DataFrame, figure: str, network: str) -> np.ndarray:
    name = f"{figure}[{network}]"
    if name not in table:
        raise InputError(f"'{name}' is not in the table{nearest_hint(name, list(table.columns))}")
    return table[name].to_numpy(dtype=np.float64)


def _row(values: np.ndarray, base: np.ndarray, share: float) -> dict[str, float]:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = values / base
    low, middle, high = _quantiles(values, share)
    ratio_low, ratio_middle, ratio_high = _quantiles(ratios, share)
    return {
        "median": middle,
        "low": low,
        "high": high,
        "ratio_median": ratio_middle,
        "ratio_low": ratio_low,
        "ratio_high": ratio_high,
        "draws": int(np.isfinite(values).sum()),
    }


def _quantiles(values: np.ndarray, share: float) -> tuple[float, float, float]:
    some = values[np.isfinite(values)]
    if not len(some):
        return np.nan, np.nan, np.nan
    tail = (1.0 - share) / 2.0
    low, middle, high = np.quantile(some, [tail, 0.5, 1.0 - tail])
    return float(low), float(middle), float(high)


@dataclass(frozen=True, eq=False)
class Blocks:
    """Sums over each block (B,) of a span, for each site (P, B): all that ratios of sums need.

    A gap counts whole in the block that holds its middle, so that the sums of all blocks are those
    of the span; `gaps`, `gap_sum_s` are of the gaps of the rule, `squares_s2` and `time_s` (gaps
    and cover) of all. `covered_s` is cut at the blocks' edges.
    """

    length_s: FloatArray
    gaps: FloatArray
    gap_sum_s: FloatArray
    squares_s2: FloatArray
    time_s: FloatArray
    covered_s: FloatArray


def blocks(
    merged: tuple[NDArray[Any], FloatArray, FloatArray],
    edges_s: ArrayLike,
    *,
    rule: RevisitRule = "stk",
) -> Blocks:
    """Return the sums over blocks with edges (B + 1,), which begin and end with the span.

    `merged` are disjoint windows of sites as `merit.Batch.merged` holds them: row ranges (P + 1,),
    starts, ends. Choose whole repeat cycles for blocks, or whole days, longer than most gaps.
    Raises ValueError for edges that do not ascend.
    """
    edges = np.asarray(edges_s, dtype=np.float64)
    if len(edges) < 2 or not (np.diff(edges) > 0.0).all():
        raise ValueError("edges_s must be two or more ascending times")
    first, begin, finish = merged
    site = np.repeat(np.arange(len(first) - 1), np.diff(first))
    sites = np.arange(len(first) - 1)
    starts = np.concatenate([np.full(len(sites), edges[0]), finish])
    ends = np.concatenate([begin, np.full(len(sites), edges[-1])])
    # Sorted by site, the k-th start and the k-th end belong to one gap.
    starts = starts[np.argsort(np.concatenate([sites, site]), kind="stable")]
    owner = np.sort(np.concatenate([sites, site]), kind="stable")
    ends = ends[np.argsort(np.concatenate([site, sites]), kind="stable")]
    gap = ends - starts
    inner = (starts > edges[0]) & (ends < edges[-1])
    counted = (gap > 0.0) & (inner if rule != "stk" else True)
    middle = np.clip(np.searchsorted(edges, 0.5 * (starts + ends), "right") - 1, 0, len(edges) - 2)
    cover = _cover(site, begin, finish, edges, len(sites))

    def summed(values: FloatArray) -> FloatArray:
        out = np.zeros((len(sites), len(edges) - 1))
        np.add.at(out, (owner, middle), values)
        return out

    return Blocks(
        length_s=np.diff(edges),
        gaps=summed(counted.astype(np.float64)),
        gap_sum_s=summed(np.where(counted, gap, 0.0)),
        squares_s2=summed(gap**2),
        time_s=summed(gap) + cover,
        covered_s=cover,
    )


def site_blocks(windows_s: ArrayLike, edges_s: ArrayLike, *, rule: RevisitRule = "stk") -> Blocks:
    """Return the sums over blocks of one site from its windows (N, 2), which may overlap."""
    if rule not in RULES:
        raise ValueError(f"rule is {rule!r}; it must be one of {', '.join(RULES)}")
    edges = np.asarray(edges_s, dtype=np.float64)
    cover = intervals.clip(intervals.union(windows_s), edges[0], edges[-1])
    return blocks((np.array([0, len(cover)]), cover[:, 0], cover[:, 1]), edges, rule=rule)


def _cover(
    site: NDArray[Any], begin: FloatArray, finish: FloatArray, edges: FloatArray, count: int
) -> FloatArray:
    """Return the time (P, B) in windows, each cut at the edges of the blocks."""
    low = np.searchsorted(edges, begin, side="right") - 1
    number = np.searchsorted(edges, finish, side="left") - low
    row = np.repeat(np.arange(len(site)), number)
    block = low[row] + np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    out = np.zeros((count, len(edges) - 1))
    length = np.minimum(finish[row], edges[block + 1]) - np.maximum(begin[row], edges[block])
    np.add.at(out, (site[row], block), length)
    return out


@dataclass(frozen=True)
class SamplingError:
    """A figure of a span, and where it lay in `share` of its resampled spans; None over nothing."""

    value: float | None
    low: float | None
    high: float | None
    share: float
    draws: int
    blocks: int


def block_bootstrap(
    sums: Blocks,
    statistic: Statistic,
    *,
    seed: int,
    weights: FloatArray | None = None,
    draws: int = 1_000,
    share: float = 0.9,
    length: int = 1,
    resampling: Resampling = "moving",
) -> SamplingError:
    """Return a figure and the interval that chance over a finite span leaves it.

    The span is put together anew from `length` consecutive blocks at a time: overlapping ones
    (`moving`; Kuensch 1989, Annals of Statistics 17), or of geometric length of that mean, the
    span closed to a ring (`stationary`; Politis and Romano 1994, JASA 89). Each draw takes the same
    blocks at all sites, so what the sites share stays shared. With several sites the figure is the
    mean weighed by `weights` (P,) over those that have one. The interval is moved so that the
    median of the draws lies at the figure (Efron and Tibshirani 1993, chapter 10).

    It misses what no block holds: the greatest gap can't be had this way, nor a gap or a drift of
    the orbit longer than a block, nor another season; from fewer than about ten blocks the interval
    comes out too narrow. Raises ValueError for an unknown figure or resampling, for a share not
    between 0 and 1, and for a length not of 1 to B blocks.
    """
    count = len(sums.length_s)
    if statistic not in _STATISTICS:
        raise ValueError(f"statistic is {statistic!r}; it must be one of {', '.join(_STATISTICS)}")
    if resampling not in ("moving", "stationary"):
        raise ValueError(f"resampling is {resampling!r}; it must be moving or stationary")
    if not 0.0 < share < 1.0:
        raise ValueError(f"share is {share}; it must be between 0 and 1")
    if not 1 <= length <= count:
        raise ValueError(f"length is {length}; it must be 1 to {count} blocks")
    area = np.ones(len(sums.gaps)) if weights is None else weights
    value = _ratios(sums, statistic, np.ones((1, count)), area)[0]
    drawn = _drawn(np.random.default_rng(seed), count, draws, length, resampling)
    found = _ratios(sums, statistic, drawn, area)
    low, middle, high = _quantiles(found, share)
    # A mean of ratios over few gaps is biased upwards in the draws: their median is put back.
    low, high = low + value - middle, high + value - middle
    return SamplingError(
        value=_known(value), low=_known(low), high=_known(high),
        share=share, draws=draws, blocks=count,
    )  # fmt: skip


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _drawn(
    random: np.random.Generator, count: int, draws: int, length: int, resampling: Resampling
) -> FloatArray:
    """Return how often each draw (N, B) takes each block."""
    if resampling == "moving":
        runs = -(-count // length)
        starts = random.integers(0, count - length + 1, (draws, runs))
        taken = (starts[:, :, None] + np.arange(length)).reshape(draws, -1)[:, :count]
    else:
        fresh = random.random((draws, count)) < 1.0 / length
        fresh[:, 0] = True
        starts = random.integers(0, count, (draws, count))
        place = np.arange(count)
        since = np.maximum.accumulate(np.where(fresh, place, 0), axis=1)
        taken = (np.take_along_axis(starts, since, axis=1) + place - since) % count
    rows = np.repeat(np.arange(draws), count) * count
    counts = np.bincount(rows + taken.ravel(), minlength=draws * count)
    return counts.reshape(draws, count).astype(np.float64)


def _ratios(
    sums: Blocks, statistic: Statistic, drawn: FloatArray, weights: FloatArray
) -> FloatArray:
    """Return the figure (N,) of each draw; NaN where no site has one."""
    above, below = {
        "revisit_mean": (sums.gap_sum_s, sums.gaps),
        "response_mean": (0.5 * sums.squares_s2, sums.time_s),
        "covered_share": (sums.covered_s, np.broadcast_to(sums.length_s, sums.covered_s.shape)),
    }[statistic]
    out = np.full(len(drawn), np.nan)
    at_once = max(1, _ROOM // len(above))
    for low in range(0, len(drawn), at_once):
        part = drawn[low : low + at_once]
        over = part @ below.T
        some = over > 0.0
        values = np.divide(part @ above.T, over, out=np.zeros_like(over), where=some)
        area = some @ weights
        np.divide(values @ weights, area, out=out[low : low + at_once], where=area > 0.0)
    return out
