"""How much of a region is seen, how often, how soon: figures over a grid of cells.

The cells are those of `simulator.cells`. Seconds since the span's start.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator import cells, kernel
from simulator.access import Sites, View, Windows, find_accesses
from simulator.cells import Grid
from simulator.ephemeris import Track, track
from simulator.orbits import Elements
from simulator.regions import AUTHALIC_RADIUS_KM
from simulator.revisit import RevisitRule
from simulator.swaths import HeldStrip, strip_accesses
from simulator.timescale import FloatArray, Span
from simulator.workers import Threads

__all__ = [
    "AUTHALIC_RADIUS_KM",
    "CellFigures",
    "Grid",
    "Reduction",
    "Watch",
    "accumulated_fraction",
    "cell_figures",
    "grid",
    "survey",
]

_WINDOWS_A_STRETCH = 1_500_000
_LONGEST_DAYS = 60.0


def grid(outlines_deg: Sequence[Sequence[tuple[float, float]]], *, resolution_km: float) -> Grid:
    """Return the cells of a region: rings of (longitude, latitude) without jumps, joined.

    Longitudes may exceed 180; edges are straight in longitude and latitude.
    """
    return cells.plane_grid(outlines_deg, resolution_km=resolution_km)


@dataclass(frozen=True, eq=False)
class CellFigures:
    """Figures of each cell or site, all (P,); NaN marks a statistic of nothing.

    `revisit_mean_s` and `revisit_max_s` follow the rule asked for; `response_mean_s` is the sum of
    squared gaps over twice the span; `first_access_s` is NaN for a cell never seen. `fold_s`
    (P, F) is the time seen by at least 1..F satellites at once.
    """

    accesses: NDArray[np.int64]
    covered_s: FloatArray
    revisit_mean_s: FloatArray
    revisit_max_s: FloatArray
    response_mean_s: FloatArray
    first_access_s: FloatArray
    fold_s: FloatArray


class Reduction:
    """Running figures of `count` sites, fed with windows one stretch of time after another.

    What it holds does not grow with the number of windows.
    """

    def __init__(self, count: int, span_s: float, *, rule: RevisitRule, folds: int = 1) -> None:
        self._span_s = span_s
        self._interior = rule != "stk"
        self._figures = np.zeros((count, 8))
        self._figures[:, 5] = -1.0
        self._folds = np.zeros((count, folds))

    def add(self, found: Sequence[Windows], *, first: bool) -> None:
        """Add the windows of every satellite in the next stretch; `first` for the span's own start.

        A window cut by the start of a later stretch goes on from the stretch before.
        """
        offsets = np.concatenate([[0], np.cumsum([len(w) for w in found])]).astype(np.int64)
        kernel.absorb(
            self._figures,
            self._folds,
            offsets,
            np.concatenate([w.site for w in found]),
            np.concatenate([w.start_s for w in found]),
            np.concatenate([w.end_s for w in found]),
            np.concatenate([first | ~w.cut[:, 0] for w in found]),
            self._interior,
        )

    def figures(self) -> CellFigures:
        """Return the figures once the last stretch is in."""
        table = self._figures.copy()
        kernel.close(table, self._span_s, self._interior)
        some = table[:, 2] > 0.0
        nothing = np.full(len(table), np.nan)
        return CellFigures(
            accesses=table[:, 0].astype(np.int64),
            covered_s=table[:, 1],
            revisit_mean_s=np.divide(table[:, 3], table[:, 2], out=nothing, where=some),
            revisit_max_s=np.where(some, table[:, 4], np.nan),
            response_mean_s=table[:, 6] / (2.0 * self._span_s),
            first_access_s=np.where(table[:, 5] >= 0.0, table[:, 5], np.nan),
            fold_s=self._folds.copy(),
        )


@dataclass(frozen=True, eq=False)
class Watch:
    """One satellite as a survey needs it: elements, view, and times it may look at all.

    With a `strip` what counts is that the strip sweeps over a site, at an instant; of the view all
    holds but the cone and the side.
    """

    elements: Elements
    view: View
    allowed: FloatArray | None = None
    strip: HeldStrip | None = None

    def accesses(
        self, path: Track, places: Sites, *, start_s: float, end_s: float, sun: Track | None
    ) -> Windows:
        """Return the accesses to sites in [start_s, end_s), searched in this thread alone."""
        when: dict[str, Any] = {"start_s": start_s, "end_s": end_s, "threads": 1}
        light: dict[str, Any] = {"sun": sun, "allowed": self.allowed}
        if self.strip is None:
            return find_accesses(path, places, self.view, **when, **light)
        return strip_accesses(path, places, self.strip, self.view, **when, **light)


def survey(
    watches: Sequence[Watch],
    places: Sites,
    span: Span,
    *,
    sun: Track | None = None,
    rule: RevisitRule = "stk",
    folds: int = 1,
    workers: int | None = None,
) -> CellFigures:
    """Return the figures of all sites over the span without ever holding all windows.

    Stretches of the span and satellites are searched by `workers` threads (default: one a core)
    and taken up in order, so the figures do not depend on their number.
    """
    threads = workers or os.cpu_count() or 1
    edges_s = _stretches(span, len(places) * len(watches), threads)
    tasks = [(watch, a, b) for a, b in pairwise(edges_s) for watch in watches]
    reduction = Reduction(len(places), span.duration_s, rule=rule, folds=folds)

    def search(task: tuple[Watch, float, float]) -> Windows:
        watch, start_s, end_s = task
        path = track(watch.elements, span, start_s=start_s, end_s=end_s)
        return watch.accesses(path, places, start_s=start_s, end_s=end_s, sun=sun)

    together: list[Windows] = []
    for number, found in enumerate(Threads(threads).map(search, tasks)):
        together.append(found)
        if len(together) == len(watches):
            reduction.add(together, first=number < len(watches))
            together = []
    return reduction.figures()


def _stretches(span: Span, pairs: int, threads: int) -> FloatArray:
    """Return the edges of stretches short enough that their windows fit in tens of megabytes."""
    # A low satellite sees a place about twice a day by a wide cone, near a pole fifteen times.
    days = _WINDOWS_A_STRETCH / (4.0 * max(pairs, 1))
    most = max(1.0, span.days / (4 * threads))
    count = int(np.ceil(span.days / np.clip(days * threads, 0.125, min(most, _LONGEST_DAYS))))
    return np.linspace(0.0, span.duration_s, count + 1)


def cell_figures(
    found: Sequence[Windows], count: int, span_s: float, *, rule: RevisitRule = "stk"
) -> CellFigures:
    """Return figures of `count` sites from all windows of all satellites at once."""
    reduction = Reduction(count, span_s, rule=rule, folds=1)
    reduction.add(found, first=True)
    return reduction.figures()


def accumulated_fraction(
    first_access_s: FloatArray, weights: FloatArray, time_s: FloatArray
) -> FloatArray:
    """Return the share of area seen at least once by each time (N,)."""
    order = np.argsort(first_access_s)
    seen = ~np.isnan(first_access_s)
    reached = np.concatenate([[0.0], np.cumsum(np.where(seen, weights, 0.0)[order])])
    known = first_access_s[order][: int(seen.sum())]
    return np.asarray(reached[np.searchsorted(known, time_s, side="right")] / weights.sum())
