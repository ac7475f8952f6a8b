"""All windows of many sites, batch by batch: neighbours together, the whole span at once.

Of each batch all windows are found, reduced and dropped, so memory follows the size of a batch and
not the number of windows, and every reduction is exact. Seconds since the span's start.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import Any, Generic, TypeVar

import numpy as np

from simulator.access import Overflights, Watch, Windows, closest_looks, no_windows, overflights
from simulator.arrays import FloatArray, Int32Array, IntArray
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
from simulator.orbits import Track, ephemeris, track
from simulator.units import MINUTES_PER_DAY
from simulator.workers import Threads, Workers

Reduced = TypeVar("Reduced")
# Windows of a batch, which memory follows.
_WINDOWS_A_BATCH = 2_000_000
# How finely the windows to expect are reckoned by latitude.
_LATITUDES = 361
# Longer spans are searched in stretches, cut windows joined again.
_LONGEST_DAYS = 400.0
# What a path takes in memory, kept small or as a track, and what those of a process may together.
_EPHEMERIS_BYTES_A_DAY = 50_000.0
_TRACK_BYTES_A_DAY = 180_000.0
_PATH_BYTES = 2.0e9


@dataclass(frozen=True, eq=False)
class SiteBatch:
    """All windows of some sites over the whole span.

    `sites` (n,) are the sites' numbers in the survey, `find_looks` finds the best look of each
    window, where it is known how.
    """

    sites: IntArray
    ordered: OrderedWindows
    span_s: float
    find_looks: Callable[[OrderedWindows], FloatArray] | None = None

    @cached_property
    def best_s(self) -> FloatArray:
        """The instant (W,) of the finest ground sample in each window; found when asked for."""
        if self.find_looks is None:
            raise ValueError("windows that were not searched for have no known best look")
        return self.find_looks(self.ordered)

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
    pickled where they are elsewhere. The result does not depend on them. The paths of the
    satellites, 18 MB a low satellite and year, are kept by each process while they take 2 GB
    together, else made anew for each batch. Stretches bound the length of a path.
    """
    if not len(places):
        return
    search = _Search(tuple(watches), span, sun, stretch_days, places.least_radius_m)
    parts = _batches(places, watches, span.days)
    items = [(part, places.position_m[part], places.normal[part]) for part in parts]
    yield from (workers or Threads()).map(_BatchTask(search, reduce), items)


def _windows_a_day(watch: Watch, latitude_rad: FloatArray) -> FloatArray:
    """Return about how often a satellite sees places (N,) at geocentric latitudes, dark or not.

    Each revolution passes within reach of a place if the place lies as close to the plane of the
    orbit, under which the Earth turns evenly.
    """
    elements, view = watch.elements, watch.view
    altitude_km = max(0.5 * (elements.perigee_km + elements.apogee_km), 100.0)
    reach_deg = central_angle_at_elevation_deg(
        max(view.min_elevation_deg, 0.0), altitude_km=altitude_km
    )
    most_deg = view.max_off_nadir_deg if watch.strip is None else watch.strip.reach_deg
    if most_deg is not None:
        cone_deg = central_angle_at_off_nadir_deg(most_deg, altitude_km=altitude_km)
        reach_deg = np.minimum(reach_deg, cone_deg)
    # The sine of the angle from the plane is across + along * cos(hour angle).
    reach, inclination = math.sin(math.radians(float(reach_deg))), elements.satellite.inclo
    across = math.cos(inclination) * np.sin(latitude_rad)
    along = np.maximum(math.sin(inclination) * np.cos(latitude_rad), 1e-9)
    nearer, farther = (
        np.arccos(np.clip((edge - across) / along, -1.0, 1.0)) for edge in (reach, -reach)
    )
    return np.asarray(MINUTES_PER_DAY / elements.period_min * (farther - nearer) / math.pi)


def _batches(places: Sites, watches: Sequence[Watch], days: float) -> list[IntArray]:
    """Return the sites (n,) of each batch: close together, and alike in expected windows.

    The closer together the sites of a batch, the less of each satellite's path is over them.
    """
    unit = places.position_m / np.linalg.norm(places.position_m, axis=1)[:, None]
    grid = np.radians(np.linspace(-90.0, 90.0, _LATITUDES))
    a_day = np.zeros(_LATITUDES)
    for watch in watches:
        a_day += _windows_a_day(watch, grid)
    load = np.interp(np.arcsin(np.clip(unit[:, 2], -1.0, 1.0)), grid, days * a_day)
    # Where nothing passes there is still the place itself.
    load = np.maximum(load, 1.0)
    count = math.ceil(load.sum() / _WINDOWS_A_BATCH)
    return _halved(places.order, unit, load, max(1, int(max(count, min(16, len(places) / 500)))))


def _halved(chosen: IntArray, unit: FloatArray, load: FloatArray, count: int) -> list[IntArray]:
    """Return the sites chosen as `count` batches of about the same load, cut where they are widest.

    `unit` (P, 3) and `load` (P,) are of all sites.
    """
    if count < 2 or len(chosen) < 2:
        return [chosen] if len(chosen) else []
    axis = int(np.argmax(np.ptp(unit[chosen], axis=0)))
    ordered = chosen[np.argsort(unit[chosen, axis], kind="stable")]
    upto = np.cumsum(load[ordered])
    cut = int(np.searchsorted(upto, upto[-1] * (count // 2) / count))
    return [
        *_halved(ordered[:cut], unit, load, count // 2),
        *_halved(ordered[cut:], unit, load, count - count // 2),
    ]


@dataclass(frozen=True, eq=False)
class _Search:
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

    def batch(self, numbers: IntArray, sites: Sites) -> SiteBatch:
        """Return all windows of sites, given their numbers in the survey."""
        windows = [
            [self._windows(n, i, sites) for i in range(len(self.edges_s) - 1)]
            for n in range(len(self.watches))
        ]
        least_s = np.array([0.0 if w.strip else w.view.min_duration_s for w in self.watches])
        ordered = _longer(_ordered(windows or [[no_windows()]], len(numbers)), least_s)
        return SiteBatch(numbers, ordered, self.span.duration_s, partial(self._best_s, sites))

    def _best_s(self, sites: Sites, ordered: OrderedWindows) -> FloatArray:
        """Return the instant (W,) of the best look in each of the windows of a batch."""
        best_s = np.empty(len(ordered.start_s))
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
                best_s[own] = _looks(
                    self._over(satellite, stretch, sites), sites, site, ordered, own
                )
            across = rows[finish > begin]
            if len(across):
                from_s, until_s = ordered.start_s[across].min(), ordered.end_s[across].max()
                elements = self.watches[satellite].elements
                path = track(elements, self.span, start_s=float(from_s), end_s=float(until_s))
                best_s[across] = _looks(path, sites, site, ordered, across)
        return best_s

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


def _looks(
    path: Track, sites: Sites, site: Int32Array, ordered: OrderedWindows, rows: IntArray
) -> FloatArray:
    """Return the instant of the best look in some windows (N,), each of its site."""
    start_s, end_s = ordered.start_s[rows], ordered.end_s[rows]
    windows = Windows(site[rows], start_s, end_s, np.zeros((len(rows), 2), dtype=np.bool_))
    return closest_looks(path, sites, windows, by_elevation=False)


def _path_bytes(watch: Watch, days: float) -> float:
    return days * (_EPHEMERIS_BYTES_A_DAY if watch.strip is None else _TRACK_BYTES_A_DAY)


@dataclass(frozen=True, eq=False)
class _BatchTask(Generic[Reduced]):
    """What is done with the numbers, positions and normals of a batch of sites."""

    search: _Search
    reduce: Callable[[SiteBatch], Reduced]

    def __call__(self, item: tuple[IntArray, FloatArray, FloatArray]) -> Reduced:
        numbers, position_m, normal = item
        return self.reduce(self.search.batch(numbers, sites_at(position_m, normal)))
