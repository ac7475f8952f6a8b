"""The search of many sites' windows, satellite by satellite, and what is made of windows found.

Long spans are searched in stretches of time, and windows cut between them joined again. Best looks
and finer looks are found within windows that are known: nothing is searched twice. Seconds since
the span's start.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from simulator.access import Overflights, Watch, Windows, closest_looks, no_windows, overflights
from simulator.arrays import FloatArray, Int32Array, IntArray
from simulator.earth import Sites, Span
from simulator.orbits import Track, ephemeris, track
from simulator.revisit.window_order import OrderedWindows, order_windows

# What a path takes in memory, kept small or as a track, and what those of a process may together.
_EPHEMERIS_BYTES_A_DAY = 50_000.0
_TRACK_BYTES_A_DAY = 180_000.0
_PATH_BYTES = 2.0e9
# Of each satellite the bound on its sample, as `View.tilted_sample_per_m` has it; None: no look.
Bounds = Sequence[float | None]


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


@dataclass(frozen=True, eq=False)
class RegionSearch:
    """The windows of any batch of sites; the paths are shared within a process."""

    watches: tuple[Watch, ...]
    span: Span
    sun: Track | None
    stretch_days: float
    least_radius_m: float

    @cached_property
    def edges_s(self) -> FloatArray:
        stretches = max(1, math.ceil(self.span.days / self.stretch_days))
        return np.linspace(0.0, self.span.duration_s, stretches + 1)

    @cached_property
    def paths(self) -> list[list[Overflights | Track]] | None:
        if sum(_path_bytes(watch, self.span.days) for watch in self.watches) > _PATH_BYTES:
            return None
        return [
            [self._path(watch, a, b) for a, b in pairwise(self.edges_s)] for watch in self.watches
        ]

    def __getstate__(self) -> dict[str, Any]:
        """Leave the paths behind: whoever unpickles this makes them faster than they travel."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def _path(self, watch: Watch, start_s: float, end_s: float) -> Overflights | Track:
        # The plane that a strip sweeps is bounded over the whole track.
        if watch.strip is not None:
            return track(watch.elements, self.span, start_s=start_s, end_s=end_s)
        path, caps = ephemeris(watch.elements, self.span, start_s=start_s, end_s=end_s)
        return overflights(path, caps, watch.view, least_radius_m=self.least_radius_m)

    def windows(self, sites: Sites) -> OrderedWindows:
        """Return all windows of sites, in order."""
        windows = [
            [self._windows(n, i, sites) for i in range(len(self.edges_s) - 1)]
            for n in range(len(self.watches))
        ]
        return self._longer(_ordered(windows or [[no_windows()]], len(sites)))

    def best_s(self, sites: Sites, ordered: OrderedWindows) -> FloatArray:
        """Return the instant (W,) of the best look in each of the windows of sites."""
        best_s = np.empty(len(ordered.start_s))
        for _satellite, path, rows, windows in self._tracks(sites, ordered):
            best_s[rows] = closest_looks(path, sites, windows, by_elevation=False)
        return best_s

    def finer(
        self, sites: Sites, ordered: OrderedWindows, tilted_sample_per_m: Bounds
    ) -> OrderedWindows:
        """Return what of the windows of sites keeps the bound on each satellite's sample."""
        parts: list[list[Windows]] = [[] for _ in self.watches]
        for satellite, path, _rows, windows in self._tracks(sites, ordered):
            bound = tilted_sample_per_m[satellite]
            if bound is not None:
                finer = self.watches[satellite].finer(path, sites, windows, bound)
                parts[satellite].append(finer)
        found = [[_by_site(part or [no_windows()])] for part in parts]
        return self._longer(_ordered(found, len(sites)))

    def _tracks(
        self, sites: Sites, ordered: OrderedWindows
    ) -> Iterator[tuple[int, Track, IntArray, Windows]]:
        """Yield satellite, a track over some of its windows, their rows, and them, till all were.

        The windows of a satellite come sorted by site, then start, in each part that is yielded.
        """
        site = np.repeat(np.arange(len(sites)), np.diff(ordered.first)).astype(np.int32)
        by_satellite = np.argsort(ordered.satellite, kind="stable")
        ends = np.searchsorted(ordered.satellite[by_satellite], np.arange(len(self.watches) + 1))
        edges_s = self.edges_s
        for satellite, (low, high) in enumerate(pairwise(ends.tolist())):
            rows = by_satellite[low:high]
            # Nearly always a window lies within a stretch of time; the others need a track across.
            last = len(edges_s) - 2
            begin = np.searchsorted(edges_s, ordered.start_s[rows], side="right") - 1
            finish = np.searchsorted(edges_s, ordered.end_s[rows], side="left") - 1
            begin, finish = np.clip(begin, 0, last), np.clip(finish, 0, last)
            for stretch in np.unique(begin).tolist():
                own = rows[(begin == stretch) & (finish <= stretch)]
                path = self._over(satellite, stretch, sites)
                yield satellite, path, own, _of_rows(ordered, site, own)
            across = rows[finish > begin]
            if len(across):
                from_s, until_s = ordered.start_s[across].min(), ordered.end_s[across].max()
                elements = self.watches[satellite].elements
                path = track(elements, self.span, start_s=float(from_s), end_s=float(until_s))
                yield satellite, path, across, _of_rows(ordered, site, across)

    def _windows(self, satellite: int, stretch: int, sites: Sites) -> Windows:
        # How long a window lasts is known only when its parts in all stretches are joined.
        watch = self.watches[satellite]
        watch = replace(watch, view=replace(watch.view, min_duration_s=0.0))
        start_s, end_s = float(self.edges_s[stretch]), float(self.edges_s[stretch + 1])
        over = self._over(satellite, stretch, sites)
        return watch.accesses(over, sites, start_s=start_s, end_s=end_s, sun=self.sun)

    def _over(self, satellite: int, stretch: int, sites: Sites) -> Track:
        """Return at least the parts of a satellite's track from which it may see the sites."""
        start_s, end_s = float(self.edges_s[stretch]), float(self.edges_s[stretch + 1])
        paths, watch = self.paths, self.watches[satellite]
        path = paths[satellite][stretch] if paths else self._path(watch, start_s, end_s)
        return path.over(sites) if isinstance(path, Overflights) else path

    def _longer(self, windows: OrderedWindows) -> OrderedWindows:
        """Return the windows that last at least as long as those of their satellite must."""
        least_s = np.array([0.0 if w.strip else w.view.min_duration_s for w in self.watches])
        if not least_s.any():
            return windows
        keep = windows.end_s - windows.start_s >= least_s[windows.satellite]
        return OrderedWindows(
            np.append(0, np.cumsum(keep))[windows.first],
            windows.start_s[keep],
            windows.end_s[keep],
            windows.satellite[keep],
        )


def _path_bytes(watch: Watch, days: float) -> float:
    return days * (_EPHEMERIS_BYTES_A_DAY if watch.strip is None else _TRACK_BYTES_A_DAY)


def _of_rows(ordered: OrderedWindows, site: Int32Array, rows: IntArray) -> Windows:
    """Return windows in order by their rows (N,), each of its site."""
    uncut = np.zeros((len(rows), 2), dtype=np.bool_)
    return Windows(site[rows], ordered.start_s[rows], ordered.end_s[rows], uncut)


def _by_site(parts: Sequence[Windows]) -> Windows:
    """Return the windows of several parts of a path, sorted by site, then start."""
    if len(parts) == 1:
        return parts[0]
    names = [field.name for field in fields(Windows)]
    whole = Windows(**{n: np.concatenate([getattr(p, n) for p in parts]) for n in names})
    return whole.kept(np.lexsort((whole.start_s, whole.site)))
