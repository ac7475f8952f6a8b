"""All windows of many sites, batch by batch: neighbours together, the whole span at once.

Of each batch all windows are found, reduced and dropped, so memory follows the size of a batch and
not the number of windows, and every reduction is exact. Seconds since the span's start.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Generic, TypeVar

import numpy as np

from simulator.access import Watch, Windows
from simulator.arrays import FloatArray, IntArray
from simulator.coverage.window_order import (
    MergedWindows,
    OrderedWindows,
    merge_windows,
    order_windows,
)
from simulator.earth import (
    Sites,
    Span,
    central_angle_at_elevation_deg,
    central_angle_at_off_nadir_deg,
    sites_at,
)
from simulator.orbits import Track, track
from simulator.units import MINUTES_PER_DAY
from simulator.workers import Threads, Workers

Reduced = TypeVar("Reduced")
# Windows of a batch, which memory follows, and how many at most in a long span.
_WINDOWS_A_BATCH = 1_500_000
_MOST_WINDOWS_A_BATCH = 6_000_000
# Batches grow with the span where a place has more windows than this: each goes through all tracks.
_BATCH_VISITS = 1_000.0
# Longer spans are searched in stretches, cut windows joined again.
_LONGEST_DAYS = 400.0
# What a track takes in memory, and what the tracks of a process may take together.
_TRACK_BYTES_A_DAY = 180_000.0
_TRACK_BYTES = 2.0e9


@dataclass(frozen=True, eq=False)
class SiteBatch:
    """All windows of some sites over the whole span.

    `sites` (n,) are the sites' numbers in the survey.
    """

    sites: IntArray
    ordered: OrderedWindows
    span_s: float

    @cached_property
    def merged(self) -> MergedWindows:
        """The windows of all satellites together, overlapping and touching ones made one."""
        return merge_windows(self.ordered.first, self.ordered.start_s, self.ordered.end_s)


def site_batch(
    site: IntArray,
    satellite: IntArray,
    start_s: FloatArray,
    end_s: FloatArray,
    *,
    sites: int,
    span_s: float,
) -> SiteBatch:
    """Return windows (W,) of any sites and satellites, within the span, as one batch."""
    order = np.lexsort((start_s, site))
    first = np.searchsorted(site[order], np.arange(sites + 1)).astype(np.int64)
    ordered = OrderedWindows(first, start_s[order], end_s[order], satellite[order].astype(np.int32))
    return SiteBatch(np.arange(sites), ordered, span_s)


def _ordered(windows: Sequence[Sequence[Windows]], count: int) -> OrderedWindows:
    """Put windows by satellite and stretch of time in order, those cut between stretches whole."""
    lengths = [sum(len(part) for part in parts) for parts in windows]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    site, start_s, end_s, continues = [], [], [], []
    for parts in windows:
        later = [np.full(len(p), n > 0) & p.cut[:, 0] for n, p in enumerate(parts)]
        order: slice | IntArray = slice(None)
        if len(parts) > 1:
            # Stable, so that the windows of a site stay in order of time.
            order = np.argsort(np.concatenate([p.site for p in parts]), kind="stable")
        site.append(np.concatenate([p.site for p in parts])[order])
        start_s.append(np.concatenate([p.start_s for p in parts])[order])
        end_s.append(np.concatenate([p.end_s for p in parts])[order])
        continues.append(np.concatenate(later)[order])
    return order_windows(
        count,
        offsets,
        np.concatenate(site),
        np.concatenate(start_s),
        np.concatenate(end_s),
        np.concatenate(continues),
    )


def _longer(windows: OrderedWindows, least_s: FloatArray) -> OrderedWindows:
    """Return the windows that last at least as long as those of their satellite (S,) must."""
    if not least_s.any():
        return windows
    keep = windows.end_s - windows.start_s >= least_s[windows.satellite]
    return OrderedWindows(
        np.append(0, np.cumsum(keep))[windows.first],
        windows.start_s[keep],
        windows.end_s[keep],
        windows.satellite[keep],
    )


def stream(
    watches: Sequence[Watch],
    places: Sites,
    span: Span,
    reduce: Callable[[SiteBatch], Reduced],
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
    yield from (workers or Threads()).map(_BatchTask(search, reduce), items)


def _windows_a_day(watch: Watch) -> float:
    """Return about how often a satellite sees a place at the equator, dark or not."""
    elements, view = watch.elements, watch.view
    altitude_km = max(0.5 * (elements.perigee_km + elements.apogee_km), 100.0)
    reach_deg = central_angle_at_elevation_deg(
        max(view.min_elevation_deg, 0.0), altitude_km=altitude_km
    )
    most_deg = view.max_off_nadir_deg if watch.strip is None else watch.strip.reach_deg
    if most_deg is not None:
        cone_deg = central_angle_at_off_nadir_deg(most_deg, altitude_km=altitude_km)
        reach_deg = np.minimum(reach_deg, cone_deg)
    # Twice a revolution the track crosses the equator, and sees as far to either side.
    crossings = 2.0 * MINUTES_PER_DAY / elements.period_min
    return float(crossings * 2.0 * reach_deg / 360.0)


def _batches(places: Sites, windows: FloatArray) -> list[IntArray]:
    """Return the sites (n,) of each batch: neighbours by latitude, alike in expected windows.

    `windows` are those a place at the equator has of each satellite. Each batch goes through all
    the tracks, so the longer they are the larger it is.
    """
    # Sine of geocentric latitude.
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

    def batch(self, numbers: IntArray, sites: Sites) -> SiteBatch:
        """Return all windows of sites, given their numbers in the survey."""
        windows = [
            [self._windows(n, i, sites) for i in range(len(self.edges_s) - 1)]
            for n in range(len(self.watches))
        ]
        least_s = np.array([0.0 if w.strip else w.view.min_duration_s for w in self.watches])
        ordered = _longer(_ordered(windows, len(numbers)), least_s)
        return SiteBatch(numbers, ordered, self.span.duration_s)

    def _windows(self, satellite: int, stretch: int, sites: Sites) -> Windows:
        # How long a window lasts is known only when its parts in all stretches are joined.
        watch = self.watches[satellite]
        watch = replace(watch, view=replace(watch.view, min_duration_s=0.0))
        start_s, end_s = float(self.edges_s[stretch]), float(self.edges_s[stretch + 1])
        tracks = self.tracks
        path = tracks[satellite][stretch] if tracks else self._track(watch, start_s, end_s)
        return watch.accesses(path, sites, start_s=start_s, end_s=end_s, sun=self.sun)


@dataclass(frozen=True, eq=False)
class _BatchTask(Generic[Reduced]):
    """What is done with the numbers, positions and normals of a batch of sites."""

    search: _Search
    reduce: Callable[[SiteBatch], Reduced]

    def __call__(self, item: tuple[IntArray, FloatArray, FloatArray]) -> Reduced:
        numbers, position_m, normal = item
        return self.reduce(self.search.batch(numbers, sites_at(position_m, normal)))
