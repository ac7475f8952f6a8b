"""Which sites a step of a track may reach, compiled.

Units: metres, radians. Sites are culled on two levels: latitude bands that the step's swept
footprint touches, then the longitude interval inside each band by binary search. A step then looks
at the sites in its footprint alone, so the cost follows the number of windows, not sites times
steps.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.access.conditions import (
    ELEVATION,
    OFF_NADIR,
    condition,
    norm,
)
from simulator.compiled import compiled
from simulator.orbits import Booleans, Floats, Integers, Pair


@compiled(inline=True)
def _footprint(kind: int, limit: float, r: float, least_radius: float) -> float:
    """Return the angle at the Earth's centre that bounds the sites a body at radius r can reach.

    Sphere of the least site radius, angles widened by 0.2 deg for the ellipsoid's normal
    (Wertz and Larson 1999, section 5.2).
    """
    if kind == ELEVATION:
        e = math.asin(limit) - 0.0036
        return math.acos(min(1.0, least_radius / r * math.cos(e))) - e
    if kind == OFF_NADIR:
        eta = math.acos(limit) + 0.0036
        sine = r / least_radius * math.sin(eta)
        if eta < 0.5 * math.pi and sine < 1.0:
            return math.asin(sine) - eta
        return math.acos(min(1.0, least_radius / r))
    return math.pi


@compiled
def inside_at(kind: int, limit: float, row: Floats, sites: Floats, least_radius: float) -> Booleans:
    """Return for each site (P,) whether the condition holds at one node of the track."""
    out = np.zeros(sites.shape[0], dtype=np.bool_)
    r = norm(row, 0)
    reach = math.cos(min(math.pi, _footprint(kind, limit, r, least_radius) + 1e-4))
    for i in range(sites.shape[0]):
        s = sites[i]
        if kind <= OFF_NADIR and row[0] * s[6] + row[1] * s[7] + row[2] * s[8] < reach * r:
            continue
        f, _df, _rho = condition(
            kind, limit, row[0], row[1], row[2], row[3], row[4], row[5],
            row[9], row[10], row[11], row[12], row[13], row[14],
            s[0], s[1], s[2], s[3], s[4], s[5],
        )  # fmt: skip
        out[i] = f >= 0.0
    return out


@compiled(inline=True)
def _first_at_least(values: Floats, lo: int, hi: int, x: float) -> int:
    while lo < hi:
        mid = (lo + hi) >> 1
        if values[mid] < x:
            lo = mid + 1
        else:
            hi = mid
    return lo


@compiled
def candidates(
    kind: int,
    limit: float,
    s0: Floats,
    s1: Floats,
    farthest: float,
    sites: Floats,
    longitudes: Floats,
    bands: Integers,
    band_rad: float,
    least_radius: float,
    out: Integers,
) -> int:
    """Fill out (P,) with the sites that a step's swept footprint may touch; return how many."""
    n_bands = bands.shape[0] - 1
    half_pi = 0.5 * math.pi
    r0 = norm(s0, 0)
    r1 = norm(s1, 0)
    cx = s0[0] / r0 + s1[0] / r1
    cy = s0[1] / r0 + s1[1] / r1
    cz = s0[2] / r0 + s1[2] / r1
    w = 1.0 / math.sqrt(cx * cx + cy * cy + cz * cz)
    cx *= w
    cy *= w
    cz *= w
    swing = math.acos(min(1.0, (cx * s0[0] + cy * s0[1] + cz * s0[2]) / r0))
    reach = _footprint(kind, limit, farthest, least_radius) + 1.05 * swing + 1e-4
    reach = min(reach, math.pi)
    cos_reach = math.cos(reach)
    lat = math.asin(min(1.0, max(-1.0, cz)))
    lon = math.atan2(cy, cx)
    cos_lat = math.cos(lat)
    j0 = max(0, int((lat - reach + half_pi) / band_rad))
    j1 = min(n_bands - 1, int((lat + reach + half_pi) / band_rad))
    over_pole = lat + reach >= half_pi or lat - reach <= -half_pi
    widest = 0.0
    if not over_pole:
        widest = math.asin(cz / cos_reach)
    count = 0
    for j in range(j0, j1 + 1):
        lo = bands[j]
        hi = bands[j + 1]
        if lo == hi:
            continue
        south = j * band_rad - half_pi
        north = south + band_rad
        half = math.pi
        if not over_pole:
            at = min(north, max(south, widest))
            cosine = (cos_reach - math.sin(at) * cz) / (math.cos(at) * cos_lat)
            if cosine > -1.0:
                half = math.acos(min(1.0, cosine)) + 1e-6
        pieces = 1
        a0 = lo
        a1 = hi
        e0 = lo
        e1 = lo
        if half < math.pi:
            west = lon - half
            east = lon + half
            if west < -math.pi:
                a0 = _first_at_least(longitudes, lo, hi, west + 2.0 * math.pi)
                e1 = _first_at_least(longitudes, lo, hi, east)
                pieces = 2
            elif east > math.pi:
                a0 = _first_at_least(longitudes, lo, hi, west)
                e1 = _first_at_least(longitudes, lo, hi, east - 2.0 * math.pi)
                pieces = 2
            else:
                a0 = _first_at_least(longitudes, lo, hi, west)
                a1 = _first_at_least(longitudes, a0, hi, east)
        for piece in range(pieces):
            start = a0 if piece == 0 else e0
            stop = a1 if piece == 0 else e1
            for i in range(start, stop):
                out[count] = i
                cosine = cx * sites[i, 6] + cy * sites[i, 7] + cz * sites[i, 8]
                count += 1 if cosine >= cos_reach else 0
    return count


@compiled
def belt(
    kind: int,
    limit: float,
    time_s: Floats,
    state: Floats,
    first: int,
    last: int,
    bands: Integers,
    band_rad: float,
    least_radius: float,
) -> Pair:
    """Return the sines of the latitudes between which a step's end may reach any site."""
    low = 0
    high = bands.shape[0] - 1
    while low < high and bands[low] == bands[low + 1]:
        low += 1
    while high > low and bands[high] == bands[high - 1]:
        high -= 1
    far = 0.0
    swing = 0.0
    for k in range(first, last):
        near = min(norm(state[k], 0), norm(state[k + 1], 0))
        fast = max(norm(state[k], 3), norm(state[k + 1], 3))
        far = max(far, norm(state[k], 0), norm(state[k + 1], 0))
        swing = max(swing, (time_s[k + 1] - time_s[k]) * fast / near)
    # A step's path strays from its ends by less than it is long.
    reach = _footprint(kind, limit, 1.01 * max(far, least_radius), least_radius)
    reach += 1.1 * swing + 1e-3
    half_pi = 0.5 * math.pi
    south = low * band_rad - half_pi - reach
    north = high * band_rad - half_pi + reach
    return (
        math.sin(south) if south > -half_pi else -2.0,
        math.sin(north) if north < half_pi else 2.0,
    )
