"""Figures of merit of many sites: how long, how often, how soon, how late, how many at once.

Sites are taken batch by batch, neighbours together; of each batch all windows of the whole span are
found, reduced and dropped. So every figure is exact, percentiles among them, and memory follows the
size of a batch, not the number of windows.

Definitions follow STK's figures of merit where it has one, and say where they don't:

- Accesses are counted and timed before merging: two satellites at once are two. A *gap* is a time
  with no access by any satellite, an end gap is measured to the span's edge.
- The revisit's statistics take the gaps of the rule (`simulator.revisit`). Number of gaps,
  time-average gap, response and age take all gaps under every rule.
- Response is the time to the next access, age the time since the last one ended; both are 0 inside
  an access. `open_ends` says what to do with the time after the last access, where the response is
  unknown, and before the first, where the age is: "measured" takes the span's edge for an access (a
  lower bound), which makes both figures alike; "left out" leaves that time out.
- A day's figures are over whole UTC days of the span; accesses count in each day they reach into.

NaN marks a statistic of nothing. Seconds since the span's start.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator import geometry, intervals, meritkernel, sensors
from simulator.access import BoolArray, Sites, Windows, sites_at
from simulator.coverage import Watch
from simulator.ephemeris import Track, track
from simulator.revisit import RULES, RevisitRule
from simulator.timescale import DAY_S, FloatArray, Span
from simulator.workers import Threads, Workers

Counts = NDArray[np.int64]
OpenEnds = Literal["measured", "left out"]
Reduced = TypeVar("Reduced")
Lengths = tuple[float, float]

_WINDOWS_A_BATCH = 1_500_000
_MOST_WINDOWS_A_BATCH = 6_000_000
_BATCH_VISITS = 1_000.0
_LONGEST_DAYS = 400.0
_TRACK_BYTES_A_DAY = 180_000.0
_TRACK_BYTES = 2.0e9
_MOST_INSTANTS = 100_000
# Areas are summed as whole numbers of this part of all, so that a sum of many knows zero and all.
_WHOLE = 2.0**52
_ANY: Lengths = (0.0, math.inf)


@dataclass(frozen=True)
class Options:
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
    - `gaps` in all, within `gap_between_s`; the two end gaps; `separated_pairs`.
    - `revisit_*` by the rule. `revisit_percentile_s`: what Q % of the gaps don't exceed, by nearest
      rank. `revisit_time_percentile_s`: least R such that access and gaps up to R fill Q % of the
      time (for `tatc` and `interior`, of the time from first to last access);
      `revisit_gap_percentile_s` the same of the time in gaps.
    - `time_average_gap_s`: sum of squared gaps over the span. `response_*`, `age_*`: mean,
      greatest, least value not exceeded in Q % of the time, and in Q % of the time outside access.
    - `assets`: satellites that ever see the site, most and least at once; `fold_s`: time seen by at
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
    response_mean_s: FloatArray
    response_max_s: FloatArray
    age_mean_s: FloatArray
    age_max_s: FloatArray
    separated_pairs: FloatArray
    assets: FloatArray
    assets_most: FloatArray
    assets_least: FloatArray
    first_access_s: FloatArray
    revisit_percentile_s: FloatArray
    revisit_time_percentile_s: FloatArray
    revisit_gap_percentile_s: FloatArray
    response_percentile_s: FloatArray
    response_gap_percentile_s: FloatArray
    age_percentile_s: FloatArray
    age_gap_percentile_s: FloatArray
    access_percentile_s: FloatArray
    fold_s: FloatArray
    local_hours: NDArray[np.int32]
    span_s: float

    def of(self, site: int) -> SiteFigures:
        """Return the figures of one site alone, each (1,)."""
        names = [field.name for field in fields(self) if field.name != "span_s"]
        return replace(self, **{name: getattr(self, name)[site : site + 1] for name in names})

    @property
    def covered_percent(self) -> FloatArray:
        return np.asarray(100.0 * self.covered_s / self.span_s)

    @property
    def covered_s_per_day(self) -> FloatArray:
        return np.asarray(self.covered_s / (self.span_s / DAY_S))

    @property
    def accesses_per_day(self) -> FloatArray:
        return np.asarray(self.accesses / (self.span_s / DAY_S))

    @property
    def assets_mean(self) -> FloatArray:
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
    relative_edge_response: float = sensors.ASSUMED_RELATIVE_EDGE_RESPONSE,
    signal_to_noise: float = sensors.ASSUMED_SIGNAL_TO_NOISE,
) -> float:
    """Return the bound of `View.tilted_sample_per_m` under which a look reaches a NIIRS level.

    The level falls by 3.32 for each tenfold of range / sin(elevation)^(1/4) (GIQE-5, NGA 2015), so
    the looks that reach it are those below one value of it. Raises ValueError for a level that is
    not above 0 and at most 9.
    """
    if not 0.0 < min_niirs <= 9.0:
        raise ValueError(f"min_niirs is {min_niirs}; it must be above 0 and at most 9")
    # Where the scale's ends do not clip it, the level of one sample tells that of all.
    tried_m = 10.0 ** np.arange(-8.0, 9.0)
    levels = sensors.niirs_giqe5(
        tried_m, relative_edge_response=relative_edge_response, signal_to_noise=signal_to_noise
    )
    inside = int(np.argmax((levels > 0.0) & (levels < 9.0)))
    largest_m = float(tried_m[inside] * 10.0 ** ((levels[inside] - min_niirs) / 3.32))
    return gsd_nadir_m / (reference_altitude_km * 1e3 * largest_m)


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


@dataclass(frozen=True, eq=False)
class Batch:
    """All windows of some sites over the whole span.

    `sites` (n,) are the sites' numbers in the survey. `ordered` and `merged` as the compiled
    reductions take them: row ranges (n + 1,) of each site, starts, ends; the satellite as well.
    """

    sites: Counts
    ordered: meritkernel.Ordered
    span_s: float

    @cached_property
    def merged(self) -> meritkernel.Merged:
        first, begin, finish, _ = self.ordered
        return meritkernel.merged(first, begin, finish)


def _ordered(found: Sequence[Sequence[Windows]], count: int) -> meritkernel.Ordered:
    """Put windows by satellite and stretch of time in order, those cut between stretches whole."""
    lengths = [sum(len(part) for part in parts) for parts in found]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    site, begin, finish, goes_on = [], [], [], []
    for parts in found:
        later = [np.full(len(p), n > 0) & p.cut[:, 0] for n, p in enumerate(parts)]
        order: slice | Counts = slice(None)
        if len(parts) > 1:
            order = np.argsort(np.concatenate([p.site for p in parts]), kind="stable")
        site.append(np.concatenate([p.site for p in parts])[order])
        begin.append(np.concatenate([p.start_s for p in parts])[order])
        finish.append(np.concatenate([p.end_s for p in parts])[order])
        goes_on.append(np.concatenate(later)[order])
    return meritkernel.ordered(
        count,
        offsets,
        np.concatenate(site),
        np.concatenate(begin),
        np.concatenate(finish),
        np.concatenate(goes_on),
    )


def _longer(windows: meritkernel.Ordered, least_s: FloatArray) -> meritkernel.Ordered:
    """Return the windows that last at least as long as those of their satellite (S,) must."""
    first, begin, finish, owner = windows
    if not least_s.any():
        return windows
    keep = finish - begin >= least_s[owner]
    return np.append(0, np.cumsum(keep))[first], begin[keep], finish[keep], owner[keep]


def stream(
    watches: Sequence[Watch],
    places: Sites,
    span: Span,
    reduce: Callable[[Batch], Reduced],
    *,
    sun: Track | None = None,
    workers: Workers | None = None,
    stretch_days: float = _LONGEST_DAYS,
) -> Iterator[Reduced]:
    """Find all windows batch by batch and yield what `reduce` makes of each, in order.

    `workers` (default: threads, one a core) search and reduce; `reduce` runs there, and can be
    pickled where they are elsewhere. The result does not depend on them. Tracks, 65 MB a low
    satellite and year, are kept by each process while they take 2 GB together, else made anew for
    each batch. Stretches bound the length of a track.
    """
    search = _Search(tuple(watches), span, sun, stretch_days)
    parts = _batches(places, span.days * np.array([_windows_a_day(w) for w in watches]))
    items = [(part, places.position_m[part], places.normal[part]) for part in parts]
    yield from (workers or Threads()).map(_Task(search, reduce), items)


def _windows_a_day(watch: Watch) -> float:
    """Return about how often a satellite sees a place at the equator, dark or not."""
    elements, view = watch.elements, watch.view
    altitude_km = max(0.5 * (elements.perigee_km + elements.apogee_km), 100.0)
    reach_deg = geometry.central_angle_at_elevation_deg(
        max(view.min_elevation_deg, 0.0), altitude_km=altitude_km
    )
    most_deg = view.max_off_nadir_deg if watch.strip is None else watch.strip.reach_deg
    if most_deg is not None:
        cone_deg = geometry.central_angle_at_off_nadir_deg(most_deg, altitude_km=altitude_km)
        reach_deg = np.minimum(reach_deg, cone_deg)
    # Twice a revolution the track crosses the equator, and sees as far to either side.
    crossings = 2.0 * 1_440.0 / elements.period_min
    return float(crossings * 2.0 * reach_deg / 360.0)


def _batches(places: Sites, windows: FloatArray) -> list[Counts]:
    """Return the sites (n,) of each batch: neighbours by latitude, alike in expected windows.

    `windows` are those a place at the equator has of each satellite. Each batch goes through all
    the tracks, so the longer they are the larger it is.
    """
    sine = places.position_m[places.order, 2] / np.linalg.norm(
        places.position_m[places.order], axis=1
    )
    # A place near the pole of the orbits sees a satellite more often, up to once a revolution.
    load = np.minimum(1.0 / np.sqrt(np.maximum(1.0 - sine**2, 1e-6)), 5.0)
    upto = np.cumsum(load) * max(float(windows.sum()), 1e-3)
    room = _WINDOWS_A_BATCH * max(1.0, float(windows.sum()) / _BATCH_VISITS)
    count = np.ceil(upto[-1] / min(room, _MOST_WINDOWS_A_BATCH))
    count = int(np.clip(count, min(16, len(places) / 500), None))
    edges = np.searchsorted(upto, np.linspace(0.0, upto[-1], max(1, count) + 1)[1:-1])
    return [part for part in np.split(places.order, edges) if len(part)]


@dataclass(frozen=True, eq=False)
class _Search:
    """The windows of any batch of sites; the tracks are shared within a process."""

    watches: tuple[Watch, ...]
    span: Span
    sun: Track | None
    stretch_days: float

    @cached_property
    def edges_s(self) -> FloatArray:
        stretches = max(1, math.ceil(self.span.days / self.stretch_days))
        return np.linspace(0.0, self.span.duration_s, stretches + 1)

    @cached_property
    def tracks(self) -> list[list[Track]] | None:
        if len(self.watches) * self.span.days * _TRACK_BYTES_A_DAY > _TRACK_BYTES:
            return None
        return [
            [self._track(watch, a, b) for a, b in pairwise(self.edges_s)] for watch in self.watches
        ]

    def __getstate__(self) -> dict[str, Any]:
        """Leave the tracks behind: whoever unpickles this makes them faster than they travel."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def _track(self, watch: Watch, start_s: float, end_s: float) -> Track:
        return track(watch.elements, self.span, start_s=start_s, end_s=end_s)

    def batch(self, chosen: Counts, here: Sites) -> Batch:
        found = [
            [self._found(n, i, here) for i in range(len(self.edges_s) - 1)]
            for n in range(len(self.watches))
        ]
        least_s = np.array([0.0 if w.strip else w.view.min_duration_s for w in self.watches])
        ordered = _longer(_ordered(found, len(chosen)), least_s)
        return Batch(chosen, ordered, self.span.duration_s)

    def _found(self, number: int, stretch: int, here: Sites) -> Windows:
        # How long a window lasts is known when its parts in all stretches are one.
        asked = self.watches[number]
        watch = replace(asked, view=replace(asked.view, min_duration_s=0.0))
        start_s, end_s = float(self.edges_s[stretch]), float(self.edges_s[stretch + 1])
        kept = self.tracks
        path = kept[number][stretch] if kept else self._track(watch, start_s, end_s)
        return watch.accesses(path, here, start_s=start_s, end_s=end_s, sun=self.sun)


@dataclass(frozen=True, eq=False)
class _Task(Generic[Reduced]):
    """What is done with the numbers, positions and normals of a batch of sites."""

    search: _Search
    reduce: Callable[[Batch], Reduced]

    def __call__(self, item: tuple[Counts, FloatArray, FloatArray]) -> Reduced:
        chosen, position_m, normal = item
        return self.reduce(self.search.batch(chosen, sites_at(position_m, normal)))


@dataclass(frozen=True, eq=False)
class Survey:
    """Figures of every site, and of all of them together over time."""

    sites: SiteFigures
    times: RegionTimes


@dataclass(frozen=True, eq=False)
class SurveyReduction:
    """The reduction of a batch to its figures and to its part of all in time."""

    options: Options
    satellites: int
    weights: Counts
    local_s: FloatArray
    days_s: FloatArray
    instants: int

    def __call__(self, batch: Batch) -> tuple[Counts, _Tables, _Presence]:
        """Return the sites of a batch with what it comes to."""
        chosen = batch.sites
        tables = _tables(batch, self.options, self.local_s[chosen], self.days_s, self.satellites)
        return chosen, tables, _presence(batch, self.weights[chosen], self.instants)


class SurveyGatherer:
    """A `Survey` put together batch by batch: `take` what `reduce` makes of each, in any order."""

    def __init__(
        self,
        places: Sites,
        span: Span,
        satellites: int,
        *,
        weights_km2: FloatArray | None = None,
        options: Options,
        step_s: float = 60.0,
    ) -> None:
        instants = min(_MOST_INSTANTS, math.ceil(span.duration_s / step_s))
        self.reduce = SurveyReduction(
            options,
            satellites,
            _whole_weights(np.ones(len(places)) if weights_km2 is None else weights_km2),
            local_day_s(places, span),
            whole_days_s(span),
            instants,
        )
        self._span_s = span.duration_s
        self._tables = _Tables.empty(len(places), options)
        self._present = _Presence(
            np.zeros(instants + 1, np.int64), np.empty((0, 2)), np.array([[0.0, span.duration_s]])
        )

    def take(self, part: tuple[Counts, _Tables, _Presence]) -> None:
        sites, tables, present = part
        self._tables.take(sites, tables)
        self._present = self._present.joined(present)

    def result(self) -> Survey:
        """Return the survey of all batches taken."""
        figures = self._tables.figures(self._span_s)
        times = self._present.times(figures.covered_s, self.reduce.weights, self._span_s)
        return Survey(figures, times)


def survey(
    watches: Sequence[Watch],
    places: Sites,
    span: Span,
    *,
    weights_km2: FloatArray | None = None,
    options: Options | None = None,
    step_s: float = 60.0,
    sun: Track | None = None,
    workers: Workers | None = None,
) -> Survey:
    """Return all figures of all sites over the span, found and reduced batch by batch.

    `weights_km2` (P,), areas, default to equal ones. Instants of the region's share are `step_s`
    apart, or as far apart as makes them 100,000.
    """
    gathered = SurveyGatherer(
        places,
        span,
        len(watches),
        weights_km2=weights_km2,
        options=options or Options(),
        step_s=step_s,
    )
    for part in stream(watches, places, span, gathered.reduce, sun=sun, workers=workers):
        gathered.take(part)
    return gathered.result()


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


@dataclass(frozen=True, eq=False)
class _Tables:
    """What the compiled reduction fills."""

    table: FloatArray
    percentiles: FloatArray
    access_percentiles: FloatArray
    folds: FloatArray
    hours: NDArray[np.int32]

    @classmethod
    def empty(cls, count: int, options: Options) -> _Tables:
        return cls(
            np.empty((count, len(meritkernel.COLUMNS))),
            np.empty((count, len(meritkernel.PERCENTILES), len(options.percents))),
            np.empty((count, len(options.access_percents))),
            np.zeros((count, options.folds)),
            np.zeros((count, 24), np.int32),
        )

    def take(self, sites: Counts, part: _Tables) -> None:
        for field in fields(self):
            getattr(self, field.name)[sites] = getattr(part, field.name)

    def figures(self, span_s: float) -> SiteFigures:
        columns = {name: self.table[:, n] for n, name in enumerate(meritkernel.COLUMNS)}
        planes = {name: self.percentiles[:, n] for n, name in enumerate(meritkernel.PERCENTILES)}
        return SiteFigures(
            **columns,
            **planes,
            access_percentile_s=self.access_percentiles,
            fold_s=self.folds,
            local_hours=self.hours,
            span_s=span_s,
        )


def _tables(
    batch: Batch, options: Options, local_s: FloatArray, days_s: FloatArray, satellites: int
) -> _Tables:
    out = _Tables.empty(len(batch.sites), options)
    meritkernel.figures(
        batch.ordered,
        batch.merged,
        batch.span_s,
        satellites,
        {"stk": 0, "interior": 1, "tatc": 2}[options.rule],
        options.open_ends == "left out",
        local_s,
        days_s,
        np.array(options.percents, dtype=np.float64),
        np.array(options.access_percents, dtype=np.float64),
        np.array(options.separation_s, dtype=np.float64),
        np.array(options.access_between_s, dtype=np.float64),
        np.array(options.gap_between_s, dtype=np.float64),
        out.table,
        out.percentiles,
        out.access_percentiles,
        out.folds,
        out.hours,
    )
    return out


def _whole_weights(weights: FloatArray) -> Counts:
    return np.asarray(np.round(weights / weights.sum() * _WHOLE), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class _Presence:
    """A batch seen as one: change of weight at instants; where any site is seen, and where all."""

    change: Counts
    some_s: FloatArray
    full_s: FloatArray

    def joined(self, other: _Presence) -> _Presence:
        return _Presence(
            self.change + other.change,
            intervals.union(self.some_s, other.some_s),
            intervals.intersect(self.full_s, other.full_s),
        )

    def times(self, covered_s: FloatArray, weight: Counts, span_s: float) -> RegionTimes:
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


def _presence(batch: Batch, weight: Counts, instants: int) -> _Presence:
    change = np.zeros(instants + 1, np.int64)
    meritkernel.presence(batch.merged, weight, batch.span_s / instants, change)
    some_s = meritkernel.seen_by_any(batch.merged)
    return _Presence(change, some_s, meritkernel.seen_by_all(batch.merged, batch.span_s))
