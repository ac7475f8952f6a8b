"""Figures of merit of many sites: how long, how often, how soon, how late, how many at once.

Sites are taken batch by batch, neighbours together; of each batch all windows of the whole span are
found, reduced and dropped. So every figure is exact, percentiles among them, and memory follows the
size of a batch, not the number of windows.

Definitions follow the figures of merit of STK (its Help, Coverage, "Figure of Merit Types": number
of accesses and of gaps, coverage time, access duration, revisit, time-average gap, response time,
age of data, N-asset coverage, access separation) where it has one, and say where they don't:

- Accesses are counted and timed before merging: two satellites at once are two. A *gap* is a time
  with no access by any satellite, an end gap is measured to the span's edge.
- The revisit's statistics take the gaps of the rule (`simulator.revisit.gaps`). Number of gaps,
  time-average gap, wait and age of data take all gaps under every rule.
- Response is the time to the next access, age the time since the last one ended; both are 0 inside
  an access. `open_ends` says what to do with the time after the last access, where the wait is
  unknown, and before the first, where the age is: "measured" takes the span's edge for an access (a
  lower bound), which makes both figures alike; "left out" leaves that time out.
- A day's figures are over whole UTC days of the span; accesses count in each day they reach into.

NaN marks a statistic of nothing. Seconds since the span's start.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.access import Watch
from simulator.arrays import FloatArray, IntArray
from simulator.earth import Sites, Span
from simulator.orbits import Track
from simulator.revisit.batches import SiteBatch, stream
from simulator.revisit.region_times import (
    MOST_INSTANTS,
    Presence,
    RegionTimes,
    presence,
    whole_weights,
)
from simulator.revisit.searching import Bounds
from simulator.revisit.site_figures import (
    FigureOptions,
    SiteFigures,
    batch_tables,
    empty_tables,
    figures_of,
    local_day_s,
    put_tables,
    whole_days_s,
)
from simulator.revisit.site_kernel import FigureTables
from simulator.workers import Workers


@dataclass(frozen=True, eq=False)
class Survey:
    """Figures of every site, and of all of them together over time."""

    sites: SiteFigures
    times: RegionTimes


@dataclass(frozen=True, eq=False)
class SurveyReduction:
    """The reduction of a batch to its figures and to its part of all in time.

    `finer`, if given, are bounds on each satellite's sample, as `SiteBatch.finer` has them.
    """

    options: FigureOptions
    satellites: int
    weights: IntArray
    local_s: FloatArray
    days_s: FloatArray
    instants: int
    finer: Bounds | None = None

    def __call__(self, batch: SiteBatch) -> tuple[IntArray, FigureTables, Presence]:
        """Return the sites of a batch with what it comes to."""
        if self.finer is not None:
            batch = batch.finer(self.finer)
        sites = batch.sites
        tables = batch_tables(
            batch, self.options, self.local_s[sites], self.days_s, self.satellites
        )
        return sites, tables, presence(batch, self.weights[sites], self.instants)


class SurveyGatherer:
    """A `Survey` gathered batch by batch: `take` what `reduce` makes of each, in any order.

    Of looks alone that keep bounds on the sample, where `finer` has them as `SiteBatch.finer` does.
    """

    def __init__(
        self,
        places: Sites,
        span: Span,
        satellites: int,
        *,
        weights_km2: FloatArray | None = None,
        options: FigureOptions,
        step_s: float = 60.0,
        finer: Bounds | None = None,
    ) -> None:
        instants = min(MOST_INSTANTS, math.ceil(span.duration_s / step_s))
        self.reduce = SurveyReduction(
            options,
            satellites,
            whole_weights(np.ones(len(places)) if weights_km2 is None else weights_km2),
            local_day_s(places, span),
            whole_days_s(span),
            instants,
            finer,
        )
        self._span_s = span.duration_s
        # Of no sites yet: none is ever seen, and all are always.
        self._tables = empty_tables(len(places), options)
        self._present = Presence(
            np.zeros(instants + 1, np.int64), np.empty((0, 2)), np.array([[0.0, span.duration_s]])
        )

    def take(self, part: tuple[IntArray, FigureTables, Presence]) -> None:
        """Add the figures and the part in time of one batch."""
        sites, tables, present = part
        put_tables(self._tables, sites, tables)
        self._present = self._present.joined(present)

    def result(self) -> Survey:
        """Return the survey of all batches together."""
        figures = figures_of(self._tables, self._span_s)
        times = self._present.times(figures.covered_s, self.reduce.weights, self._span_s)
        return Survey(figures, times)


def survey(
    watches: Sequence[Watch],
    places: Sites,
    span: Span,
    *,
    weights_km2: FloatArray | None = None,
    options: FigureOptions | None = None,
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
        options=options or FigureOptions(),
        step_s=step_s,
    )
    for part in stream(watches, places, span, gathered.reduce, sun=sun, workers=workers):
        gathered.take(part)
    return gathered.result()
