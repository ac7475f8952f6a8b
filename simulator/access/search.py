"""Access: the maximal intervals in which a satellite can see a site, every condition counted.

One kernel serves stations, targets and grids (`scan` says how it searches and
what it proves). A `View` names the conditions; windows of the tightest geometric one are found
first and cut down by the others one at a time, so every edge is a root and none a sample. Far-side
points of an off-nadir cone never count: the horizon always limits. Inside: metres, seconds,
radians.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simulator.access import (
    conditions,
    cuts,
    footprint,
    scan,
    sight_scan,
    window_rows,
)
from simulator.access.windows import Windows, longer, no_windows, within
from simulator.arrays import BoolArray, FloatArray, Int32Array, IntArray
from simulator.earth import Sites, sites_at, sphere_of_ellipsoid
from simulator.orbits import Track, positions
from simulator.workers import Threads

# The kernel widens footprints by 0.2 deg for the ellipsoid; a condition this far from binding on
# the sphere can't bind on the ellipsoid.
_MARGIN_RAD = 0.0036
_STEPS_A_TASK = 8_000


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
    windows, and in its gaps there are none. `sun` is needed for a sun condition; `allowed` (N, 2)
    are sorted windows, such as those of a sunlit satellite, that every access is cut to. The result
    does not depend on `threads` (default: one a core).
    """
    if len(track.time_s) < 2 or not len(places):
        return no_windows()
    end_s = min(end_s, track.end_s)
    if end_s <= start_s:
        return no_windows()
    kind, limit = _primary(track, places, view)
    windows = _scan(kind, limit, track, places, start_s, end_s, threads)
    for further, bound in further_conditions(track, places, view, kind):
        windows = refined(further, bound, track, places, windows)
    windows = in_light(flown(windows, track), view, places, sun)
    if allowed is not None:
        windows = within(windows, allowed)
    return longer(windows, view.min_duration_s)


def flown(windows: Windows, track: Track) -> Windows:
    """Cut windows to the times in which a path is anywhere: in its gaps nothing is found."""
    return windows if track.flown_s is None else within(windows, track.flown_s)


def in_light(windows: Windows, view: View, places: Sites, sun: Track | None) -> Windows:
    """Cut windows to the sun's elevations at the sites that a view asks for."""
    if view.min_sun_elevation_deg is None and view.max_sun_elevation_deg is None:
        return windows
    if sun is None:
        raise ValueError("a sun condition needs the sun's track")
    if view.min_sun_elevation_deg is not None:
        sine = math.sin(math.radians(view.min_sun_elevation_deg))
        # The sun is a body like any other: seen from the site, its parallax included.
        windows = refined(conditions.ELEVATION, sine, sun, places, windows)
    if view.max_sun_elevation_deg is not None:
        # At most so high is at least so low seen upside down.
        sine = math.sin(math.radians(view.max_sun_elevation_deg))
        windows = refined(conditions.ELEVATION, -sine, sun, places, windows, -places.normal)
    return windows


def leads(view: View) -> tuple[tuple[int, float], tuple[int, float] | None]:
    """Return what may lead the search of a view, (kind, limit) each: its elevation, its cone."""
    elevation = (conditions.ELEVATION, math.sin(math.radians(view.min_elevation_deg)))
    if view.max_off_nadir_deg is None:
        return elevation, None
    return elevation, (conditions.OFF_NADIR, math.cos(math.radians(view.max_off_nadir_deg)))


def cone_leads(max_off_nadir_deg: float, ratio: float) -> bool:
    """Return whether a cone leads, ratio being the greatest radius of the path to a site's least.

    Near the limb the cone's near and far side meet: the horizon leads the search there.
    """
    eta = math.radians(max_off_nadir_deg) + _MARGIN_RAD
    return eta < 0.5 * math.pi and ratio * math.sin(eta) < 0.95


def _primary(track: Track, places: Sites, view: View) -> tuple[int, float]:
    """Return the geometric condition whose footprint is the smaller, and its limit."""
    elevation, cone = leads(view)
    if cone is None or view.max_off_nadir_deg is None:
        return elevation
    ratio = track.greatest_radius_m / places.least_radius_m
    return cone if cone_leads(view.max_off_nadir_deg, ratio) else elevation


def further_conditions(
    track: Track, places: Sites, view: View, primary: int
) -> list[tuple[int, float]]:
    """Return the geometric conditions still to apply, as (kind, limit)."""
    secondary = []
    if primary == conditions.OFF_NADIR and view.max_off_nadir_deg is not None:
        eta = math.radians(view.max_off_nadir_deg) + _MARGIN_RAD
        sine = track.greatest_radius_m / places.least_radius_m * math.sin(eta)
        implied = math.acos(sine) if sine < 1.0 else -math.pi
        if implied < math.radians(view.min_elevation_deg) + _MARGIN_RAD:
            secondary.append((conditions.ELEVATION, math.sin(math.radians(view.min_elevation_deg))))
    elif view.max_off_nadir_deg is not None and view.max_off_nadir_deg < 90.0:
        secondary.append((conditions.OFF_NADIR, math.cos(math.radians(view.max_off_nadir_deg))))
    if view.min_off_nadir_deg > 0.0:
        secondary.append((conditions.NOT_OFF_NADIR, math.cos(math.radians(view.min_off_nadir_deg))))
    if view.ground_sample_per_m is not None:
        secondary.append((conditions.GROUND_SAMPLE, view.ground_sample_per_m**2))
    if view.tilted_sample_per_m is not None:
        secondary.append((conditions.TILTED_SAMPLE, view.tilted_sample_per_m**4))
    if view.side is not None:
        secondary.append((conditions.SIDE, 1.0 if view.side == "right" else -1.0))
    return secondary


def _scan(
    kind: int,
    limit: float,
    track: Track,
    places: Sites,
    start_s: float,
    end_s: float,
    threads: int | None,
) -> Windows:
    first, last = _steps_within(track, start_s, end_s)
    tasks = 1 + (last - first) // _STEPS_A_TASK
    edges = np.linspace(first, last, tasks + 1).astype(int)
    radii = places.radii_m

    def task(index: int) -> tuple[Int32Array, FloatArray]:
        return _sign_changes(
            kind, limit, track, places, int(edges[index]), int(edges[index + 1]), radii
        )

    parts = list(Threads(threads).map(task, range(tasks)))
    inside = np.empty(len(places), dtype=np.bool_)
    tiles = places.tiles
    inside[tiles.order] = footprint.inside_at(
        kind, limit, track.state[first], tiles.rows, tiles.units, float(radii[0])
    )
    site, time_s = parts[0] if tasks == 1 else map(np.concatenate, zip(*parts, strict=True))
    return _from_changes(track, (first, start_s, end_s), tiles.order, site, time_s, inside)


def _steps_within(track: Track, start_s: float, end_s: float) -> tuple[int, int]:
    """Return the first of the steps that hold [start_s, end_s), and the one behind the last."""
    first = max(0, int(np.searchsorted(track.time_s, start_s, side="right")) - 1)
    last = min(len(track.time_s) - 1, int(np.searchsorted(track.time_s, end_s, side="left")))
    return first, last


def _from_changes(
    track: Track,
    search: tuple[int, float, float],
    places: IntArray,
    site: Int32Array,
    time_s: FloatArray,
    inside: BoolArray,
) -> Windows:
    """Return windows of sign changes of sites, which stand for `places`, and what holds at first.

    A search is its first step, its start and its end.
    """
    first, start_s, end_s = search
    times, firsts = window_rows.by_site(places, site, time_s)
    windows = Windows(
        *window_rows.from_changes(times, firsts, inside, float(track.time_s[first]), end_s)
    )
    if track.time_s[first] < start_s:
        windows = within(windows, np.array([[start_s, end_s]]), cuts=True)
    return windows


def _sign_changes(
    kind: int, limit: float, track: Track, places: Sites, first: int, last: int, radii: FloatArray
) -> tuple[Int32Array, FloatArray]:
    """Return site and signed instant of the sign changes in a stretch of steps."""
    # Memory that is not written takes none.
    room = max(1 << 12, (last - first) * max(1, len(places) // 100))
    whole = np.array([[0, len(track.time_s) - 1]])
    runs = whole if track.runs is None else track.runs
    site, time = np.empty(room, np.int32), np.empty(room)
    used, step = 0, first
    while True:
        step, used = scan.scan(
            kind,
            limit,
            track.time_s,
            track.state,
            step,
            last,
            places.tiles.rows,
            places.tiles.units,
            places.tiles.first,
            places.tiles.caps,
            radii,
            runs,
            site,
            time,
            used,
        )
        if step >= last:
            return site[:used], time[:used]
        room *= 2
        site = np.concatenate([site[:used], np.empty(room - used, np.int32)])
        time = np.concatenate([time[:used], np.empty(room - used)])


def refined(
    kind: int,
    limit: float,
    track: Track,
    places: Sites,
    windows: Windows,
    vectors: FloatArray | None = None,
) -> Windows:
    if not len(windows):
        return windows
    second = places.normal if vectors is None else vectors
    rows = np.ascontiguousarray(np.concatenate([places.position_m, second], axis=1))
    return Windows(
        *cuts.refine(
            kind,
            limit,
            track.time_s,
            track.state,
            rows,
            windows.site,
            windows.start_s,
            windows.end_s,
            windows.cut,
        )
    )


def elevated(track: Track, places: Sites, windows: Windows, *, min_elevation_deg: float) -> Windows:
    """Cut windows to where the satellite stands at least so high."""
    sine = math.sin(math.radians(min_elevation_deg))
    return refined(conditions.ELEVATION, sine, track, places, windows)


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
    the angle at the relay between the Earth's centre and the satellite.
    """
    start_s, end_s = max(start_s, float(track.time_s[0])), min(end_s, track.end_s)
    if len(track.time_s) < 2 or end_s <= start_s or not len(relay_m):
        return no_windows()
    radius_m, scale = sphere_of_ellipsoid(grazing_height_m)
    first, last = _steps_within(track, start_s, end_s)
    relay, time_s, inside = sight_scan.sights(
        track.time_s, track.state, scale, relay_m * scale, radius_m**2, first, last
    )
    search = (first, start_s, end_s)
    windows = _from_changes(track, search, np.arange(len(relay_m)), relay, time_s, inside)
    if max_gimbal_deg is not None:
        # From the relay, "up" is the Earth's centre: the gimbal limit is an elevation.
        inward = -relay_m / np.linalg.norm(relay_m, axis=1)[:, None]
        sine = math.cos(math.radians(max_gimbal_deg))
        windows = refined(conditions.ELEVATION, sine, track, sites_at(relay_m, inward), windows)
    return flown(windows, track)


def closest_looks(
    track: Track, places: Sites, windows: Windows, *, by_elevation: bool
) -> FloatArray:
    """Return the instant (W,) in each window of greatest elevation, or of finest ground sample.

    The ground sample is that of `sensors.gsd_m`: it grows as distance / sin(elevation)^(1/2). A
    look at elevation 0 or below has none, and is taken only in a window that holds no other.
    """
    kind = conditions.ELEVATION if by_elevation else conditions.GROUND_SAMPLE
    rows = np.ascontiguousarray(np.concatenate([places.position_m, places.normal], axis=1))
    return np.asarray(
        cuts.peak(
            kind, track.time_s, track.state, rows, windows.site, windows.start_s, windows.end_s
        )
    )


def broadside(track: Track, places: Sites, windows: Windows) -> tuple[Int32Array, FloatArray]:
    """Return site and instant (E,) of each sweep of the plane square to the velocity over a site.

    Every one inside the windows, forwards or backwards, sorted by site, then time.
    """
    # With all ends called cut, those that a search for time ahead leaves uncut are roots.
    every = Windows(windows.site, windows.start_s, windows.end_s, np.ones_like(windows.cut))
    ahead = refined(conditions.AHEAD, 0.0, track, places, every)
    opens, closes = ~ahead.cut[:, 0], ~ahead.cut[:, 1]
    site = np.concatenate([ahead.site[opens], ahead.site[closes]])
    at_s = np.concatenate([ahead.start_s[opens], ahead.end_s[closes]])
    order = np.lexsort((at_s, site))
    return site[order], at_s[order]


def satellite_positions(track: Track, t_s: FloatArray) -> FloatArray:
    """Return Earth-fixed positions (N, 3), metres, of the track at t_s (N,)."""
    return np.asarray(positions(track.time_s, track.state, np.ascontiguousarray(t_s)))[:, :3]
