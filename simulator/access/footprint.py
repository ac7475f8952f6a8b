"""Which sites a step of a track may reach, compiled.

Units: metres, radians. Sites are culled on two levels: latitude bands that the step's swept
footprint touches, then the longitude interval inside each band by binary search. A step then looks
at the sites in its footprint alone, so the cost follows the number of windows, not sites times
steps. ELEVATION and OFF_NADIR alone lead a search: they have a footprint.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.access.conditions import ELEVATION, condition, dot, length, vectors
from simulator.compiled import compiled
from simulator.orbits import Booleans, Floats, Integers, Pair, Triple

# The site's normal and the satellite's nadir are those of the ellipsoid, up to 0.192 degrees from
# the radius: angles are widened by this before the sphere is asked.
_NORMAL_RAD = 0.0036


@compiled(inline=True)
def _footprint(kind: int, limit: float, r: float, least_radius: float) -> float:
    """Return the angle at the Earth's centre that bounds the sites a body at radius r can reach.

    Sphere of the least site radius, angles widened by 0.2 deg for the ellipsoid's normal
    (Wertz and Larson 1999, section 5.2).
    """
    if kind == ELEVATION:
        e = math.asin(limit) - _NORMAL_RAD
        return math.acos(min(1.0, least_radius / r * math.cos(e))) - e
    eta = math.acos(limit) + _NORMAL_RAD
    sine = r / least_radius * math.sin(eta)
    if eta < 0.5 * math.pi and sine < 1.0:
        return math.asin(sine) - eta
    # The cone holds the whole disc of the Earth: the horizon bounds it.
    return math.acos(min(1.0, least_radius / r))


@compiled
def inside_at(kind: int, limit: float, row: Floats, sites: Floats, least_radius: float) -> Booleans:
    """Return for each site (P,) whether the condition holds at one node of the track."""
    out = np.zeros(sites.shape[0], dtype=np.bool_)
    x, v, _a, n, m, _b = vectors(row)
    r = length(x)
    reach = math.cos(min(math.pi, _footprint(kind, limit, r, least_radius) + 1e-4))
    for i in range(sites.shape[0]):
        s = sites[i]
        # Beyond the horizon the far side of a cone would count.
        if dot(x, (s[6], s[7], s[8])) < reach * r:
            continue
        p, q = (s[0], s[1], s[2]), (s[3], s[4], s[5])
        f, _df, _rho = condition(kind, limit, x, v, n, m, p, q)
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


@compiled(inline=True)
def _half_width(
    centre: Triple, cos_lat: float, cos_reach: float, widest: float, south: float, north: float
) -> float:
    """Return half the longitudes of a cap in the latitudes of a band, by the spherical cosine rule.

    A cap is widest where a meridian touches it, at the latitude `widest`; in a band elsewhere it is
    widest at the edge nearest to that.
    """
    at = min(north, max(south, widest))
    cosine = (cos_reach - math.sin(at) * centre[2]) / (math.cos(at) * cos_lat)
    return math.acos(min(1.0, cosine)) + 1e-6 if cosine > -1.0 else math.pi


@compiled(inline=True)
def _between(
    longitudes: Floats, lo: int, hi: int, lon: float, half: float
) -> tuple[int, int, int, int]:
    """Return which of the sites lo..hi-1 of a band lie within half of a longitude, as two ranges.

    The second is empty unless the interval passes over 180 degrees.
    """
    if half >= math.pi:
        return lo, hi, hi, hi
    turn = 2.0 * math.pi
    west = lon - half
    east = lon + half
    if west < -math.pi:
        first = _first_at_least(longitudes, lo, hi, west + turn)
        return first, hi, lo, _first_at_least(longitudes, lo, hi, east)
    first = _first_at_least(longitudes, lo, hi, west)
    if east > math.pi:
        return first, hi, lo, _first_at_least(longitudes, lo, hi, east - turn)
    return first, _first_at_least(longitudes, first, hi, east), hi, hi


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
    """Fill out (P,) with the sites that a step's swept footprint may touch; return how many.

    The footprint sweeps within a cap about the middle of the step, as wide as the footprint at the
    farthest of the step and half the way between its ends.
    """
    half_pi = 0.5 * math.pi
    r0 = length(vectors(s0)[0])
    r1 = length(vectors(s1)[0])
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
    first = max(0, int((lat - reach + half_pi) / band_rad))
    last = min(bands.shape[0] - 2, int((lat + reach + half_pi) / band_rad))
    # A cap over a pole holds all longitudes of some bands, and has no widest latitude.
    over_pole = lat + reach >= half_pi or lat - reach <= -half_pi
    widest = 0.0 if over_pole else math.asin(cz / cos_reach)
    count = 0
    for j in range(first, last + 1):
        lo, hi = bands[j], bands[j + 1]
        if lo == hi:
            continue
        south = j * band_rad - half_pi
        half = math.pi
        if not over_pole:
            half = _half_width((cx, cy, cz), cos_lat, cos_reach, widest, south, south + band_rad)
        a0, a1, b0, b1 = _between(longitudes, lo, hi, lon, half)
        for piece in range(2):
            for i in range(a0 if piece == 0 else b0, a1 if piece == 0 else b1):
                # Written before it is known to count: no branch to mispredict.
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
        x0, v0, _a0, _n0, _m0, _b0 = vectors(state[k])
        x1, v1, _a1, _n1, _m1, _b1 = vectors(state[k + 1])
        near = min(length(x0), length(x1))
        fast = max(length(v0), length(v1))
        far = max(far, length(x0), length(x1))
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
