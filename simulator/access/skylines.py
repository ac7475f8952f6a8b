"""Windows cut to the skyline of a site: least elevations by azimuth, in steps or straight lines.

Degrees outside, radians inside. Sectors are bounded by half-spaces through the vertical, the slope
of a straight line by its own condition, so every edge is a root with the proof of `roots`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from simulator.access import conditions, cuts
from simulator.access.search import elevated, refined
from simulator.access.windows import Windows, joined
from simulator.arrays import FloatArray
from simulator.earth import Sites
from simulator.orbits import Track

# A skyline that rises above this hides what is higher: 100 m about the zenith of a low satellite.
_HIGHEST_SLOPE_DEG = 89.99


def masked(
    track: Track,
    places: Sites,
    windows: Windows,
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
    at_site, elsewhere = windows.kept(windows.site == site), windows.kept(windows.site != site)
    rows = dict(sorted((azimuth % 360.0, elevation) for azimuth, elevation in mask_deg))
    corners = [*rows.items(), (next(iter(rows)) + 360.0, next(iter(rows.values())))]
    pieces: list[Windows] = []
    for (west, low), (east, high) in pairwise(corners):
        for part in _narrow(west, east, low, high if straight else low):
            inside = at_site
            for azimuth in (part.west_deg + 90.0, part.east_deg - 90.0):
                vector = np.tile(_horizontal(places.normal[site], azimuth), (len(places), 1))
                inside = refined(conditions.HALF_SPACE, 0.0, track, places, inside, vector)
            pieces += _above(track, places, inside, site, part)
    return joined([elsewhere, *pieces])


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
    track: Track, places: Sites, windows: Windows, site: int, part: _Sector
) -> tuple[Windows, ...]:
    """Return the windows of one site, in a sector, above its skyline: disjoint parts of them.

    The bound on how fast a look turns in azimuth holds away from the zenith only; above the highest
    point of the skyline no azimuth is asked for, and the slope decides below that.
    """
    least_deg, most_deg = sorted((part.west_height_deg, part.east_height_deg))
    over = elevated(track, places, windows, min_elevation_deg=least_deg)
    if least_deg == most_deg or not len(over):
        return (over,)
    top_deg = min(most_deg, _HIGHEST_SLOPE_DEG)
    sine = math.sin(math.radians(top_deg))
    below = refined(conditions.ELEVATION, -sine, track, places, over, -places.normal)
    sloping = _above_slope(track, places, below, site, part, top_deg)
    if most_deg > top_deg:
        return (sloping,)
    return sloping, elevated(track, places, over, min_elevation_deg=most_deg)


def _above_slope(
    track: Track, places: Sites, windows: Windows, site: int, part: _Sector, top_deg: float
) -> Windows:
    if not len(windows):
        return windows
    local, nearest_m = _seen_from(track, places.position_m[site], places.normal[site], windows)
    width = math.radians(part.east_deg - part.west_deg)
    west, east = math.radians(part.west_height_deg), math.radians(part.east_height_deg)
    steepest = max(abs(min(west, east)), math.radians(top_deg))
    # A hair lower, as the edges of windows are roots found to a bound.
    cosine = 0.99 * math.cos(steepest)
    row = [nearest_m, 0.0, 0.0, 0.5 * (west + east), (east - west) / width, cosine]
    middle = math.radians(0.5 * (part.west_deg + part.east_deg))
    # The one site of this search stands in row 0.
    site_row = np.zeros(len(windows), np.int32)
    cut = cuts.refine(
        conditions.SKYLINE,
        middle,
        local.time_s,
        local.state,
        np.array([row]),
        site_row,
        windows.start_s,
        windows.end_s,
        windows.cut,
    )
    return Windows(np.full(len(cut[0]), site, np.int32), *cut[1:])


def _seen_from(
    track: Track, position_m: FloatArray, normal: FloatArray, windows: Windows
) -> tuple[Track, float]:
    """Return a track in axes north, east, up of a place, and a bound below on its distance.

    Only the nodes about the windows; turning axes turns the polynomials between nodes with them.
    """
    last = len(track.time_s) - 1
    first = np.searchsorted(track.time_s, windows.start_s, side="right") - 1
    until = np.searchsorted(track.time_s, windows.end_s, side="left")
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
