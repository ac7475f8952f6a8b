"""Figures of merit of each site, reduced from the windows of a batch.

`surveys` has the definitions. Seconds since the span's start; hours of the day are local mean solar
time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Literal

import numpy as np

from simulator.arrays import BoolArray, FloatArray, Int32Array, IntArray
from simulator.earth import Sites, Span
from simulator.imaging import ASSUMED_RELATIVE_EDGE_RESPONSE, ASSUMED_SIGNAL_TO_NOISE, niirs_giqe5
from simulator.revisit.batches import SiteBatch
from simulator.revisit.figure_rules import FIGURE_ROW, FigureRules
from simulator.revisit.gap_kernel import GapPercentile
from simulator.revisit.gaps import RULES, RevisitRule
from simulator.revisit.site_kernel import FigureTables, fill_figures
from simulator.units import DAY_S

OpenEnds = Literal["measured", "left out"]
Lengths = tuple[float, float]
_ANY: Lengths = (0.0, math.inf)


@dataclass(frozen=True)
class FigureOptions:
    """What to compute, and by which rules.

    `percents` of every percentile, `access_percents` of the length of the access now;
    `separation_s` bounds the gap between two accesses that make a pair (stereo, coherent);
    `access_between_s` and `gap_between_s` bound the lengths of those counted; `folds` numbers of
    satellites at once. Raises ValueError for an unknown rule or a percent outside 0 to 100.
    """

    rule: RevisitRule = "stk"
    open_ends: OpenEnds = "measured"
    percents: tuple[float, ...] = (50.0, 90.0, 95.0)
    access_percents: tuple[float, ...] = ()
    folds: int = 1
    separation_s: Lengths = _ANY
    access_between_s: Lengths = _ANY
    gap_between_s: Lengths = _ANY

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise ValueError(f"rule is {self.rule!r}; it must be one of {', '.join(RULES)}")
        if self.open_ends not in ("measured", "left out"):
            raise ValueError(f"open_ends is {self.open_ends!r}; it must be measured or left out")
        for percent in (*self.percents, *self.access_percents):
            if not 0.0 <= percent <= 100.0:
                raise ValueError(f"a percent is {percent}; it must be between 0 and 100")


@dataclass(frozen=True, eq=False)
class SiteFigures:
    """Figures of each site, (P,) each; (P, Q) by percent, (P, F) by fold, (P, 24) by hour.

    - `covered_s`, and its least, greatest and standard deviation over whole UTC days.
    - `accesses` in all, within `access_between_s`, least and greatest of a whole day; sum (also the
      time-integral of the number of satellites), mean, least, greatest, deviation of their lengths;
      `access_percentile_s`: the greatest L such that in Q % of the span the access now is L or
      longer, 0 where there are fewer accesses. `merged_accesses` counts merged ones.
    - `gaps` in all, within `gap_between_s`; the two end gaps; `pairs`.
    - `revisit_*` by the rule. `revisit_percentile_s`: what Q % of the gaps don't exceed, by nearest
      rank. `revisit_time_percentile_s`: least R such that access and gaps up to R fill Q % of the
      time (for `tatc` and `interior`, of the time from first to last access);
      `revisit_gap_percentile_s` the same of the time in gaps.
    - `time_average_gap_s`: sum of squared gaps over the span. `wait_*`, `age_of_data_*`: mean,
      greatest, least value not exceeded in Q % of the time, and in Q % of the time outside access.
    - `satellites_seen`: how many ever see it; `satellites_at_once_*`; `fold_s`: time seen by at
      least 1..F at once.
    - `local_hours`: accesses by the local mean solar hour of their middle.
    """

    covered_s: FloatArray
    covered_day_min_s: FloatArray
    covered_day_max_s: FloatArray
    covered_day_std_s: FloatArray
    accesses: FloatArray
    accesses_day_min: FloatArray
    accesses_day_max: FloatArray
    accesses_between: FloatArray
    access_sum_s: FloatArray
    access_mean_s: FloatArray
    access_min_s: FloatArray
    access_max_s: FloatArray
    access_std_s: FloatArray
    merged_accesses: FloatArray
    gaps: FloatArray
    gaps_between: FloatArray
    leading_gap_s: FloatArray
    trailing_gap_s: FloatArray
    revisit_samples: FloatArray
    revisit_mean_s: FloatArray
    revisit_min_s: FloatArray
    revisit_max_s: FloatArray
    revisit_std_s: FloatArray
    time_average_gap_s: FloatArray
    wait_mean_s: FloatArray
    wait_max_s: FloatArray
    age_of_data_mean_s: FloatArray
    age_of_data_max_s: FloatArray
    pairs: FloatArray
    satellites_seen: FloatArray
    satellites_at_once_max: FloatArray
    satellites_at_once_min: FloatArray
    first_access_s: FloatArray
    revisit_percentile_s: FloatArray
    revisit_time_percentile_s: FloatArray
    revisit_gap_percentile_s: FloatArray
    wait_percentile_s: FloatArray
    wait_gap_percentile_s: FloatArray
    age_of_data_percentile_s: FloatArray
    age_of_data_gap_percentile_s: FloatArray
    access_percentile_s: FloatArray
    fold_s: FloatArray
    local_hours: Int32Array
    span_s: float

    def of(self, site: int) -> SiteFigures:
        """Return the figures of one site alone, each (1,)."""
        names = [field.name for field in fields(self) if field.name != "span_s"]
        return replace(self, **{name: getattr(self, name)[site : site + 1] for name in names})

    @property
    def covered_s_per_day(self) -> FloatArray:
        return np.asarray(self.covered_s / (self.span_s / DAY_S))

    @property
    def accesses_per_day(self) -> FloatArray:
        return np.asarray(self.accesses / (self.span_s / DAY_S))

    @property
    def satellites_at_once_mean(self) -> FloatArray:
        """N-asset coverage: the time mean of the number of satellites that see the site."""
        return np.asarray(self.access_sum_s / self.span_s)

    @property
    def fold_percent(self) -> FloatArray:
        """N-asset coverage: percent of the time (P, F) seen by at least 1..F satellites."""
        return np.asarray(100.0 * self.fold_s / self.span_s)

    @property
    def ever_seen(self) -> BoolArray:
        """Simple coverage: which sites are seen at all."""
        return np.asarray(self.accesses > 0.0)


def tilted_sample_per_m(
    min_niirs: float,
    *,
    gsd_nadir_m: float,
    reference_altitude_km: float,
    relative_edge_response: float = ASSUMED_RELATIVE_EDGE_RESPONSE,
    signal_to_noise: float = ASSUMED_SIGNAL_TO_NOISE,
) -> float:
    """Return the bound of `View.tilted_sample_per_m` under which a look reaches a NIIRS level.

    The level falls by 3.32 for each tenfold of range / sin(elevation)^(1/4) (GIQE-5, NGA 2015), so
    the looks that reach it are those below one value of it. Raises ValueError for a level that is
    not above 0 and at most 9.
    """
    if not 0.0 < min_niirs <= 9.0:
        raise ValueError(f"min_niirs is {min_niirs}; it must be above 0 and at most 9")
    # Where the scale's ends do not clip it, the level of one sample tells that of all.
    sample_m = 10.0 ** np.arange(-8.0, 9.0)
    levels = niirs_giqe5(
        sample_m, relative_edge_response=relative_edge_response, signal_to_noise=signal_to_noise
    )
    inside = int(np.argmax((levels > 0.0) & (levels < 9.0)))
    largest_m = float(sample_m[inside] * 10.0 ** ((levels[inside] - min_niirs) / 3.32))
    return gsd_nadir_m / (reference_altitude_km * 1e3 * largest_m)


def local_day_s(places: Sites, span: Span) -> FloatArray:
    """Return the seconds (P,) of the local mean solar day at the span's start.

    UTC stands for UT1, and a leap second within the span shifts no clock: under a second each.
    """
    start = span.start
    utc_s = (start - start.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
    longitude = np.arctan2(places.position_m[:, 1], places.position_m[:, 0])
    return np.asarray(utc_s + longitude / (2.0 * np.pi) * DAY_S)


def whole_days_s(span: Span) -> FloatArray:
    """Return the midnights (D + 1,) between which the span holds D whole UTC days."""
    midnight = span.start.replace(hour=0, minute=0, second=0, microsecond=0)
    if midnight < span.start:
        midnight += timedelta(days=1)
    days = int(span.days) + 1
    edges = np.array([span.seconds(midnight + timedelta(days=n)) for n in range(days + 1)])
    return np.ascontiguousarray(edges[edges <= span.duration_s])


def empty_tables(count: int, options: FigureOptions) -> FigureTables:
    """Return tables of `count` sites for `add_figures` to fill; NaN marks a figure of nothing."""
    rows = np.empty(count, FIGURE_ROW)
    for name in FIGURE_ROW.names or ():
        rows[name] = np.nan
    return FigureTables(
        rows,
        np.empty((count, len(GapPercentile), len(options.percents))),
        np.empty((count, len(options.access_percents))),
        np.zeros((count, options.folds)),
        np.zeros((count, 24), np.int32),
    )


def batch_tables(
    batch: SiteBatch,
    options: FigureOptions,
    local_s: FloatArray,
    days_s: FloatArray,
    satellites: int,
) -> FigureTables:
    """Return the figures of the sites of a batch.

    local_s (P,) as `local_day_s` has them, days_s as `whole_days_s`.
    """
    rules = FigureRules(
        span_s=batch.span_s,
        interior=options.rule != "stk",
        counts_accesses=options.rule == "tatc",
        left_out=options.open_ends == "left out",
        percents=np.array(options.percents, dtype=np.float64),
        access_percents=np.array(options.access_percents, dtype=np.float64),
        separation_s=_bounds(options.separation_s),
        access_between_s=_bounds(options.access_between_s),
        gap_between_s=_bounds(options.gap_between_s),
    )
    tables = empty_tables(len(batch.sites), options)
    fill_figures(batch.ordered, batch.merged, satellites, rules, local_s, days_s, tables)
    return tables


def put_tables(tables: FigureTables, sites: IntArray, part: FigureTables) -> None:
    """Put the tables of a batch in the places (n,) of its sites."""
    for whole, rows in zip(tables, part, strict=True):
        whole[sites] = rows


def figures_of(tables: FigureTables, span_s: float) -> SiteFigures:
    """Return the figures that tables hold."""
    return SiteFigures(
        **{name: tables.rows[name] for name in FIGURE_ROW.names or ()},
        **{plane.name.lower(): tables.percentiles[:, plane] for plane in GapPercentile},
        access_percentile_s=tables.access_percentiles,
        fold_s=tables.folds_s,
        local_hours=tables.hours,
        span_s=span_s,
    )


def _bounds(lengths: Lengths) -> Lengths:
    """Return bounds as floats, for which alone the reduction is compiled."""
    return float(lengths[0]), float(lengths[1])
