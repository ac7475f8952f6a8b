"""All windows of many sites, batch by batch: neighbours together, the whole span at once.

Of each batch all windows are found, reduced and dropped, so memory follows the size of a batch and
not the number of windows, and every reduction is exact. Seconds since the span's start.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Generic, TypeVar

import numpy as np

from simulator.access import Watch
from simulator.arrays import FloatArray, IntArray
from simulator.earth import (
    Sites,
    Span,
    central_angle_at_elevation_deg,
    central_angle_at_off_nadir_deg,
    sites_at,
)
from simulator.orbits import Track
from simulator.revisit.searching import Bounds, RegionSearch
from simulator.revisit.window_order import MergedWindows, OrderedWindows, merge_windows
from simulator.units import MINUTES_PER_DAY
from simulator.workers import Threads, Workers

Reduced = TypeVar("Reduced")
# Windows of a batch, which memory follows.
_WINDOWS_A_BATCH = 2_000_000
# How finely the windows to expect are reckoned by latitude.
_LATITUDES = 361
# Longer spans are searched in stretches, cut windows joined again.
_LONGEST_DAYS = 400.0


@dataclass(frozen=True, eq=False)
class SiteBatch:
    """All windows of some sites over the whole span.

    `sites` (n,) are the sites' numbers in the survey. `find_looks` finds the best look of each
    window, and `find_finer` what of them keeps bounds on the sample, where it is known how.
    """

    sites: IntArray
    ordered: OrderedWindows
    span_s: float
    find_looks: Callable[[OrderedWindows], FloatArray] | None = None
    find_finer: Callable[[OrderedWindows, Bounds], OrderedWindows] | None = None

    @cached_property
    def best_s(self) -> FloatArray:
        """The instant (W,) of the finest ground sample in each window; found when asked for."""
        if self.find_looks is None:
            raise ValueError("windows that were not searched for have no known best look")
        return self.find_looks(self.ordered)

    def finer(self, tilted_sample_per_m: Bounds) -> SiteBatch:
        """Return the looks alone that keep the bound on each satellite's sample.

        Bounds as `View.tilted_sample_per_m` has them; None lets no look of a satellite count.
        """
        if self.find_finer is None:
            raise ValueError("windows that were not searched for have no known samples")
        return replace(self, ordered=self.find_finer(self.ordered, tilted_sample_per_m))

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
    search = RegionSearch(tuple(watches), span, sun, stretch_days, places.least_radius_m)
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
class _BatchTask(Generic[Reduced]):
    """What is done with the numbers, positions and normals of a batch of sites."""

    search: RegionSearch
    reduce: Callable[[SiteBatch], Reduced]

    def __call__(self, item: tuple[IntArray, FloatArray, FloatArray]) -> Reduced:
        numbers, position_m, normal = item
        return self.reduce(self.batch(numbers, sites_at(position_m, normal)))

    def batch(self, numbers: IntArray, sites: Sites) -> SiteBatch:
        """Return all windows of sites, given their numbers in the survey."""
        search = self.search
        return SiteBatch(
            numbers,
            search.windows(sites),
            search.span.duration_s,
            partial(search.best_s, sites),
            partial(search.finer, sites),
        )
