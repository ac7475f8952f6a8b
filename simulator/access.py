"""Access: the maximal intervals in which a satellite can see a site, every condition counted.

One kernel serves stations, targets and grids (`simulator.kernel` says how it searches and what it
proves). A `View` names the conditions; windows of the tightest geometric one are found first and
cut down by the others one at a time, so every edge is a root and none a sample. Far-side points
of an off-nadir cone never count: the horizon always limits. Inside: metres, seconds, radians.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator import kernel, pairkernel
from simulator.ephemeris import Track
from simulator.geometry import ellipsoid_normal, geodetic_to_ecef, sphere_of_ellipsoid
from simulator.timescale import FloatArray

IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

# The kernel widens footprints by 0.2 deg for the ellipsoid; a condition this far from binding on
# the sphere can't bind on the ellipsoid.
_MARGIN_RAD = 0.0036
_STEPS_A_TASK = 8_000
# A skyline that rises above this hides what is higher: 100 m about the zenith of a low satellite.
_HIGHEST_SLOPE_DEG = 89.99


@dataclass(frozen=True)
class Sites:
    """Places on the ground, indexed for the kernel.

    `position_m`, `normal` (P, 3) in the order given; `rows` (P, 9), `longitudes` (P,) and `bands`
    (B + 1,) in the order `order` (P,): by latitude band, then longitude.
    """

    position_m: FloatArray
    normal: FloatArray
    order: NDArray[np.int64]
    rows: FloatArray
    longitudes: FloatArray
    bands: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.position_m)

    @property
    def band_rad(self) -> float:
        return math.pi / (len(self.bands) - 1)

    @property
    def least_radius_m(self) -> float:
        return float(np.linalg.norm(self.position_m, axis=1).min())


def sites(latitude_deg: ArrayLike, longitude_deg: ArrayLike, height_m: ArrayLike = 0.0) -> Sites:
    """Return sites from WGS84 geodetic coordinates, each (P,) or one for all."""
    position = np.atleast_2d(geodetic_to_ecef(latitude_deg, longitude_deg, height_m))
    normal = np.broadcast_to(
        np.atleast_2d(ellipsoid_normal(latitude_deg, longitude_deg)), position.shape
    )
    return sites_at(position, normal)


def sites_at(position_m: FloatArray, normal: FloatArray) -> Sites:
    """Return sites from Earth-fixed positions and upward normals, (P, 3) each."""
    unit = position_m / np.linalg.norm(position_m, axis=1)[:, None]
    latitude = np.arcsin(np.clip(unit[:, 2], -1.0, 1.0))
    longitude = np.arctan2(unit[:, 1], unit[:, 0])
    count = int(np.clip(math.sqrt(len(unit)) * 0.7, 12, 180))
    band = np.clip(((latitude + 0.5 * math.pi) / (math.pi / count)).astype(np.int64), 0, count - 1)
    order = np.lexsort((longitude, band))
    bands = np.searchsorted(band[order], np.arange(count + 1)).astype(np.int64)
    rows = np.concatenate([position_m, normal, unit], axis=1)[order]
    return Sites(
        np.ascontiguousarray(position_m),
        np.ascontiguousarray(normal),
        order,
        np.ascontiguousarray(rows),
        np.ascontiguousarray(longitude[order]),
        bands,
    )


@dataclass(frozen=True)
class View:
    """What must hold for a site to be seen. None leaves a condition out.

    `min_elevation_deg` is at the site, at least 0 for an off-nadir view unless a negative mask is
    wanted. `ground_sample_per_m` bounds the ground sample (`sensors.gsd_m`): the sample at nadir
    over the product of reference altitude and largest sample allowed, 1/m. `tilted_sample_per_m`
    does the same for the sample in the image's plane over sin(elevation)^(1/4), on which
    interpretability depends (`sensors.niirs_giqe5`). `side` of the plane through satellite, its
    velocity over ground and the Earth's centre. Windows shorter than `min_duration_s`, by what of
    them the search holds, are left out.
    """

    min_elevation_deg: float = 0.0
    max_off_nadir_deg: float | None = None
    min_off_nadir_deg: float = 0.0
    min_sun_elevation_deg: float | None = None
    max_sun_elevation_deg: float | None = None
    ground_sample_per_m: float | None = None
    tilted_sample_per_m: float | None = None
    side: Literal["left", "right"] | None = None
    min_duration_s: float = 0.0


@dataclass(frozen=True, eq=False)
class Windows:
    """Half-open windows [start_s, end_s) of many sites, sorted by site then start.

    All (W,); `cut` (W, 2) tells which windows the search's own start and end cut off.
    """

    site: IntArray
    start_s: FloatArray
    end_s: FloatArray
    cut: BoolArray

    def __len__(self) -> int:
        return len(self.site)

    @property
    def duration_s(self) -> FloatArray:
        return self.end_s - self.start_s

    def of(self, site: int) -> FloatArray:
        """Return the windows (N, 2) of one site."""
        low, high = np.searchsorted(self.site, [site, site + 1])
        return np.stack([self.start_s[low:high], self.end_s[low:high]], axis=1)

    def kept(self, chosen: BoolArray) -> Windows:
        return Windows(
            self.site[chosen], self.start_s[chosen], self.end_s[chosen], self.cut[chosen]
        )


def no_windows() -> Windows:
    empty = np.empty(0)
    return Windows(np.empty(0, np.int32), empty, empty.copy(), np.empty((0, 2), np.bool_))


def find_accesses(
    track: Track,
    places: Sites,
    view: View,
    *,
    start_s: float,
    end_s: float,
    sun: Track | None = None,
    allowed: FloatArray | None = None,
    threads: int | None = None,
) -> Windows:
    """Return every window in [start_s, end_s) in which all conditions of `view` hold.

    `track` must cover the search from its start; where it ends early (an outage) so do the
    windows. `sun` is needed for a sun condition; `allowed` (N, 2) are sorted windows, such as
    those of a sunlit satellite, that every access is cut to. The result does not depend on
    `threads` (default: one a core).
    """
    end_s = min(end_s, track.end_s)
    if len(track.time_s) < 2 or end_s <= start_s or not len(places):
        return no_windows()
    kind, limit = _primary(track, places, view)
    found = _scan(kind, limit, track, places, start_s, end_s, threads)
    for other, bound in _secondary(track, places, view, kind):
        found = _refined(other, bound, track, places, found)
    found = _in_light(found, view, places, sun)
    if allowed is not None:
        found = within(found, allowed)
    return longer(found, view.min_duration_s)


def _in_light(found: Windows, view: View, places: Sites, sun: Track | None) -> Windows:
    """Cut windows to the sun's elevations at the sites that a view asks for."""
    if view.min_sun_elevation_deg is None and view.max_sun_elevation_deg is None:
        return found
    if sun is None:
        raise ValueError("a sun condition needs the sun's track")
    if view.min_sun_elevation_deg is not None:
        sine = math.sin(math.radians(view.min_sun_elevation_deg))
        # The sun is a body like any other: seen from the site, its parallax included.
        found = _refined(kernel.ELEVATION, sine, sun, places, found)
    if view.max_sun_elevation_deg is not None:
        # At most so high is at least so low seen upside down.
        sine = math.sin(math.radians(view.max_sun_elevation_deg))
        found = _refined(kernel.ELEVATION, -sine, sun, places, found, -places.normal)
    return found


def longer(found: Windows, least_s: float) -> Windows:
    """Return the windows that last at least so long."""
    return found.kept(found.duration_s >= least_s) if least_s > 0.0 else found


def _greatest_radius_m(track: Track) -> float:
    return float(np.sqrt(np.einsum("ij,ij->i", track.state[:, :3], track.state[:, :3]).max()))


def _primary(track: Track, places: Sites, view: View) -> tuple[int, float]:
    """Return the geometric condition whose footprint is the smaller, and its limit."""
    elevation = (kernel.ELEVATION, math.sin(math.radians(view.min_elevation_deg)))
    if view.max_off_nadir_deg is None:
        return elevation
    eta = math.radians(view.max_off_nadir_deg)
    ratio = _greatest_radius_m(track) / places.least_radius_m
    # Near the limb the cone's near and far side meet: the horizon leads the search there.
    if eta + _MARGIN_RAD < 0.5 * math.pi and ratio * math.sin(eta + _MARGIN_RAD) < 0.95:
        return kernel.OFF_NADIR, math.cos(eta)
    return elevation


def _secondary(track: Track, places: Sites, view: View, primary: int) -> list[tuple[int, float]]:
    """Return the geometric conditions still to apply, as (kind, limit)."""
    rest = []
    radius = _greatest_radius_m(track)
    if primary == kernel.OFF_NADIR and view.max_off_nadir_deg is not None:
        eta = math.radians(view.max_off_nadir_deg) + _MARGIN_RAD
        sine = radius / places.least_radius_m * math.sin(eta)
        implied = math.acos(sine) if sine < 1.0 else -math.pi
        if implied < math.radians(view.min_elevation_deg) + _MARGIN_RAD:
            rest.append((kernel.ELEVATION, math.sin(math.radians(view.min_elevation_deg))))
    elif view.max_off_nadir_deg is not None and view.max_off_nadir_deg < 90.0:
        rest.append((kernel.OFF_NADIR, math.cos(math.radians(view.max_off_nadir_deg))))
    if view.min_off_nadir_deg > 0.0:
        rest.append((kernel.NOT_OFF_NADIR, math.cos(math.radians(view.min_off_nadir_deg))))
    if view.ground_sample_per_m is not None:
        rest.append((kernel.GROUND_SAMPLE, view.ground_sample_per_m**2))
    if view.tilted_sample_per_m is not None:
        rest.append((kernel.TILTED_SAMPLE, view.tilted_sample_per_m**4))
    if view.side is not None:
        rest.append((kernel.SIDE, 1.0 if view.side == "right" else -1.0))
    return rest


def _scan(
    kind: int,
    limit: float,
    track: Track,
    places: Sites,
    start_s: float,
    end_s: float,
    threads: int | None,
) -> Windows:
    first = max(0, int(np.searchsorted(track.time_s, start_s, side="right")) - 1)
    last = min(len(track.time_s) - 1, int(np.searchsorted(track.time_s, end_s, side="left")))
    tasks = 1 + (last - first) // _STEPS_A_TASK
    workers = min(threads or os.cpu_count() or 1, tasks)
    edges = np.linspace(first, last, tasks + 1).astype(int)
    least = places.least_radius_m

    def task(index: int) -> tuple[IntArray, FloatArray]:
        return _sign_changes(
            kind, limit, track, places, int(edges[index]), int(edges[index + 1]), least
        )

    if workers == 1:
        parts = [task(index) for index in range(tasks)]
    else:
        pool = ThreadPoolExecutor(workers)
        try:
            parts = list(pool.map(task, range(tasks)))
        finally:
            # An interrupt waits for the tasks under way alone, each a fraction of a second.
            pool.shutdown(cancel_futures=True)
    inside = np.empty(len(places), dtype=np.bool_)
    inside[places.order] = kernel.inside_at(kind, limit, track.state[first], places.rows, least)
    times, firsts = kernel.by_site(
        places.order, np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
    )
    found = Windows(*kernel.pair(times, firsts, inside, float(track.time_s[first]), end_s))
    if track.time_s[first] < start_s:
        found = within(found, np.array([[start_s, end_s]]), cuts=True)
    return found


def _sign_changes(
    kind: int, limit: float, track: Track, places: Sites, first: int, last: int, least: float
) -> tuple[IntArray, FloatArray]:
    """Return site and signed instant of the sign changes in a stretch of steps."""
    room = max(1 << 12, (last - first) * max(1, len(places) // 400))
    site, time = np.empty(room, np.int32), np.empty(room)
    used, step = 0, first
    while True:
        step, used = kernel.scan(
            kind,
            limit,
            track.time_s,
            track.state,
            step,
            last,
            places.rows,
            places.longitudes,
            places.bands,
            places.band_rad,
            least,
            site,
            time,
            used,
        )
        if step >= last:
            return site[:used], time[:used]
        room *= 2
        site = np.concatenate([site[:used], np.empty(room - used, np.int32)])
        time = np.concatenate([time[:used], np.empty(room - used)])


def _refined(
    kind: int,
    limit: float,
    track: Track,
    places: Sites,
    found: Windows,
    vectors: FloatArray | None = None,
) -> Windows:
    if not len(found):
        return found
    second = places.normal if vectors is None else vectors
    rows = np.ascontiguousarray(np.concatenate([places.position_m, second], axis=1))
    return Windows(
        *kernel.refine(
            kind,
            limit,
            track.time_s,
            track.state,
            rows,
            found.site,
            found.start_s,
            found.end_s,
            found.cut,
        )
    )


def within(found: Windows, allowed: FloatArray, *, cuts: bool = False) -> Windows:
    """Cut windows to sorted disjoint intervals `allowed` (N, 2).

    `cuts` marks what the intervals cut as cut by the search's ends.
    """
    if not len(found):
        return found
    if not len(allowed):
        return no_windows()
    first = np.searchsorted(allowed[:, 1], found.start_s, side="right")
    last = np.searchsorted(allowed[:, 0], found.end_s, side="left")
    counts = np.maximum(last - first, 0)
    owner = np.repeat(np.arange(len(found)), counts)
    place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    piece = allowed[np.repeat(first, counts) + place]
    start = np.maximum(found.start_s[owner], piece[:, 0])
    end = np.minimum(found.end_s[owner], piece[:, 1])
    at_start = start == found.start_s[owner]
    at_end = end == found.end_s[owner]
    cut = np.stack(
        [
            np.where(at_start, found.cut[owner, 0], cuts),
            np.where(at_end, found.cut[owner, 1], cuts),
        ],
        axis=1,
    )
    keep = end > start
    return Windows(found.site[owner][keep], start[keep], end[keep], cut[keep])


def elevated(track: Track, places: Sites, found: Windows, *, min_elevation_deg: float) -> Windows:
    """Cut windows to where the satellite stands at least so high."""
    sine = math.sin(math.radians(min_elevation_deg))
    return _refined(kernel.ELEVATION, sine, track, places, found)


def masked(
    track: Track,
    places: Sites,
    found: Windows,
    *,
    site: int,
    mask_deg: Sequence[tuple[float, float]],
    straight: bool = False,
) -> Windows:
    """Cut the windows of one site to a horizon mask: rows (azimuth, least elevation), degrees.

    Each row's elevation holds from its azimuth clockwise to the next row's or, where the mask runs
    `straight`, the least elevation goes in a straight line of azimuth from each row to the next;
    the mask is closed, and a row at 360 is one at 0. Exact: a sector is the meeting of two
    half-spaces through the vertical.
    """
    mine, rest = found.kept(found.site == site), found.kept(found.site != site)
    rows = dict(sorted((azimuth % 360.0, elevation) for azimuth, elevation in mask_deg))
    corners = [*rows.items(), (next(iter(rows)) + 360.0, next(iter(rows.values())))]
    pieces: list[Windows] = []
    for (west, low), (east, high) in pairwise(corners):
        for part in _narrow(west, east, low, high if straight else low):
            inside = mine
            for azimuth in (part.west_deg + 90.0, part.east_deg - 90.0):
                vector = np.tile(_horizontal(places.normal[site], azimuth), (len(places), 1))
                inside = _refined(kernel.HALF_SPACE, 0.0, track, places, inside, vector)
            pieces += _above(track, places, inside, site, part)
    return joined([rest, *pieces])


@dataclass(frozen=True)
class _Sector:
    """Azimuths under 180 degrees wide, over which a skyline goes straight from low to high."""

    west_deg: float
    east_deg: float
    west_height_deg: float
    east_height_deg: float


def _narrow(west: float, east: float, low: float, high: float) -> list[_Sector]:
    """Split a sector into parts no wider than 170 degrees, where two half-spaces bound it."""
    parts = max(1, math.ceil((east - west) / 170.0))
    azimuth, height = np.linspace(west, east, parts + 1), np.linspace(low, high, parts + 1)
    return [
        _Sector(float(azimuth[i]), float(azimuth[i + 1]), float(height[i]), float(height[i + 1]))
        for i in range(parts)
    ]


def _above(
    track: Track, places: Sites, found: Windows, site: int, part: _Sector
) -> tuple[Windows, ...]:
    """Return the windows of one site, in a sector, above its skyline: disjoint parts of them.

    The bound on how fast a look turns in azimuth holds away from the zenith only; above the highest
    point of the skyline no azimuth is asked for, and the slope decides below that.
    """
    least_deg, most_deg = sorted((part.west_height_deg, part.east_height_deg))
    over = elevated(track, places, found, min_elevation_deg=least_deg)
    if least_deg == most_deg or not len(over):
        return (over,)
    top_deg = min(most_deg, _HIGHEST_SLOPE_DEG)
    sine = math.sin(math.radians(top_deg))
    below = _refined(kernel.ELEVATION, -sine, track, places, over, -places.normal)
    sloping = _above_slope(track, places, below, site, part, top_deg)
    if most_deg > top_deg:
        return (sloping,)
    return sloping, elevated(track, places, over, min_elevation_deg=most_deg)


def _above_slope(
    track: Track, places: Sites, found: Windows, site: int, part: _Sector, top_deg: float
) -> Windows:
    if not len(found):
        return found
    local, nearest_m = _seen_from(track, places.position_m[site], places.normal[site], found)
    width = math.radians(part.east_deg - part.west_deg)
    west, east = math.radians(part.west_height_deg), math.radians(part.east_height_deg)
    steepest = max(abs(min(west, east)), math.radians(top_deg))
    # A hair lower, as the edges of windows are roots found to a bound.
    cosine = 0.99 * math.cos(steepest)
    row = [nearest_m, 0.0, 0.0, 0.5 * (west + east), (east - west) / width, cosine]
    middle = math.radians(0.5 * (part.west_deg + part.east_deg))
    one = Windows(np.zeros(len(found), np.int32), found.start_s, found.end_s, found.cut)
    cut = kernel.refine(
        kernel.SKYLINE,
        middle,
        local.time_s,
        local.state,
        np.array([row]),
        one.site,
        one.start_s,
        one.end_s,
        one.cut,
    )
    return Windows(np.full(len(cut[0]), site, np.int32), *cut[1:])


def _seen_from(
    track: Track, position_m: FloatArray, normal: FloatArray, found: Windows
) -> tuple[Track, float]:
    """Return a track in axes north, east, up of a place, and a bound below on its distance.

    Only the nodes about the windows; turning axes turns the polynomials between nodes with them.
    """
    last = len(track.time_s) - 1
    first = np.searchsorted(track.time_s, found.start_s, side="right") - 1
    until = np.searchsorted(track.time_s, found.end_s, side="left")
    near = np.zeros(last + 2, dtype=np.int64)
    np.add.at(near, np.clip(first, 0, last), 1)
    np.add.at(near, np.clip(until, 0, last) + 1, -1)
    nodes = np.flatnonzero(np.cumsum(near)[:-1])
    axes = np.stack([_horizontal(normal, 0.0), _horizontal(normal, 90.0), normal])
    state = track.state[nodes].reshape(len(nodes), 6, 3).copy()
    step_s = np.diff(track.time_s[nodes])[np.diff(nodes) == 1].max(initial=0.0)
    # Between nodes a body sinks below the lower by less than it can fall and the sphere curves;
    # speed and pull grow there by under two hundredths, as in the kernel's bounds.
    radius = np.linalg.norm(state[:, 0], axis=1).min()
    fast = 1.02 * np.linalg.norm(state[:, 1], axis=1).max()
    pull = 1.02 * np.linalg.norm(state[:, 2], axis=1).max()
    sag = (pull + fast**2 / radius) * step_s**2 / 8.0
    nearest_m = max(float(radius - sag - np.linalg.norm(position_m)), 1e3)
    state[:, 0] -= position_m
    local = np.ascontiguousarray((state @ axes.T).reshape(len(nodes), 18))
    return replace(track, time_s=np.ascontiguousarray(track.time_s[nodes]), state=local), nearest_m


def _horizontal(normal: FloatArray, azimuth_deg: float) -> FloatArray:
    """Return the horizontal unit vector towards an azimuth at a site of the given normal."""
    east = np.array([-normal[1], normal[0], 0.0])
    length = float(np.linalg.norm(east))
    east = east / length if length > 1e-12 else np.array([0.0, 1.0, 0.0])
    north = np.cross(normal, east)
    azimuth = math.radians(azimuth_deg)
    return np.asarray(math.cos(azimuth) * north + math.sin(azimuth) * east)


def joined(parts: Sequence[Windows]) -> Windows:
    """Return all windows of several results, those of one site that touch made one."""
    site = np.concatenate([p.site for p in parts])
    start = np.concatenate([p.start_s for p in parts])
    end = np.concatenate([p.end_s for p in parts])
    cut = np.concatenate([p.cut for p in parts])
    order = np.lexsort((start, site))
    out: list[tuple[int, float, float, bool, bool]] = []
    for i in order:
        row = (int(site[i]), float(start[i]), float(end[i]), bool(cut[i, 0]), bool(cut[i, 1]))
        # Edges of neighbouring sectors are one root found twice.
        if out and out[-1][0] == row[0] and row[1] <= out[-1][2] + 1e-6:
            old = out[-1]
            later = row if row[2] > old[2] else old
            out[-1] = (old[0], old[1], later[2], old[3], later[4])
        else:
            out.append(row)
    if not out:
        return no_windows()
    table = np.array([r[:3] for r in out])
    return Windows(
        table[:, 0].astype(np.int32),
        table[:, 1],
        table[:, 2],
        np.array([r[3:] for r in out], dtype=np.bool_),
    )


def line_of_sight(
    track: Track,
    relay_m: FloatArray,
    *,
    grazing_height_m: float,
    max_gimbal_deg: float | None,
    start_s: float,
    end_s: float,
) -> Windows:
    """Return windows in which the satellite sees relays (P, 3), fixed to the Earth.

    The line must pass clear of the ellipsoid raised by `grazing_height_m`; `max_gimbal_deg` bounds
    the angle at the relay between the Earth's centre and the satellite. Found as crosslinks are,
    with a second satellite that stands still.
    """
    start_s, end_s = max(start_s, float(track.time_s[0])), min(end_s, track.end_s)
    if len(track.time_s) < 2 or end_s <= start_s or not len(relay_m):
        return no_windows()
    radius_m, scale = sphere_of_ellipsoid(grazing_height_m)
    state = track.state[:, :9] * np.tile(scale, 3)
    steps = pairkernel.step_bounds(track.time_s, state)[0]
    ends_s = np.array([start_s, end_s])
    parts = []
    for number, relay in enumerate(relay_m * scale):
        still = np.tile(np.append(relay, np.zeros(6)), (2, 1))
        window, cut = pairkernel.windows(
            track.time_s, state, steps, ends_s, still, pairkernel.step_bounds(ends_s, still)[0],
            np.array([pairkernel.SIGHT]), np.array([radius_m**2]), start_s, end_s,
        )  # fmt: skip
        site = np.full(len(window), number, np.int32)
        parts.append(Windows(site, window[:, 0].copy(), window[:, 1].copy(), cut))
    found = joined(parts)
    if max_gimbal_deg is not None:
        # From the relay, "up" is the Earth's centre: the gimbal limit is an elevation.
        inward = -relay_m / np.linalg.norm(relay_m, axis=1)[:, None]
        sine = math.cos(math.radians(max_gimbal_deg))
        found = _refined(kernel.ELEVATION, sine, track, sites_at(relay_m, inward), found)
    return found


def closest_looks(track: Track, places: Sites, found: Windows, *, by_elevation: bool) -> FloatArray:
    """Return the instant (W,) in each window of greatest elevation, or of finest ground sample.

    The ground sample is that of `sensors.gsd_m`: it grows as distance / sin(elevation)^(1/2). A
    look at elevation 0 or below has none, and is taken only in a window that holds no other.
    """
    kind = kernel.ELEVATION if by_elevation else kernel.GROUND_SAMPLE
    rows = np.ascontiguousarray(np.concatenate([places.position_m, places.normal], axis=1))
    return np.asarray(
        kernel.peak(kind, track.time_s, track.state, rows, found.site, found.start_s, found.end_s)
    )


def broadside(track: Track, places: Sites, found: Windows) -> tuple[IntArray, FloatArray]:
    """Return site and instant (E,) of each sweep of the plane square to the velocity over a site.

    Every one inside the windows, forwards or backwards, sorted by site, then time.
    """
    # With all ends called cut, those that a search for time ahead leaves uncut are roots.
    every = Windows(found.site, found.start_s, found.end_s, np.ones_like(found.cut))
    ahead = _refined(kernel.AHEAD, 0.0, track, places, every)
    opens, closes = ~ahead.cut[:, 0], ~ahead.cut[:, 1]
    site = np.concatenate([ahead.site[opens], ahead.site[closes]])
    at_s = np.concatenate([ahead.start_s[opens], ahead.end_s[closes]])
    order = np.lexsort((at_s, site))
    return site[order], at_s[order]


def satellite_positions(track: Track, t_s: FloatArray) -> FloatArray:
    """Return Earth-fixed positions (N, 3), metres, of the track at t_s (N,)."""
    return np.asarray(kernel.positions(track.time_s, track.state, np.ascontiguousarray(t_s)))[:, :3]
