"""The conditions of a look: functions of track and site, their slopes, bounds on their curvature.

Units: metres, seconds, radians, Earth-fixed axes. A condition is a function f(t), true where
f >= 0; each kind has a number, and a limit of its own form (beside the number below). `condition`
gives f and its rate from the state of a body, `curvature` bounds on f'' over a step of its track,
on which every proof of `roots` rests. All functions are compiled into their callers.

The forms have no quotient and no angle where they can do without: cosines times distances are
polynomials of the track but for the distance itself, cheap to differentiate and to bound.
"""

from __future__ import annotations

import math

from simulator.compiled import compiled
from simulator.orbits import Floats, Pair, Rows, Six, Triple, bends_at, slopes_at, values_at

Seven = tuple[float, float, float, float, float, float, float]
Vectors = tuple[Triple, Triple, Triple, Triple, Triple, Triple]
ELEVATION = 0  # limit = sine of the least elevation
OFF_NADIR = 1  # limit = cosine of the largest off-nadir angle
# The rest can only cut windows, not lead a search.
NOT_OFF_NADIR = 2  # limit = cosine of the least off-nadir angle
GROUND_SAMPLE = 3  # limit = (nadir sample / (reference altitude * largest sample))^2, 1/m^2
HALF_SPACE = 4  # site normal is any vector; limit = least projection of (body - site) on it
TILTED_SAMPLE = 5  # limit = (nadir sample / (reference altitude * largest tilted sample))^4, 1/m^4
# These two need the body's acceleration.
SIDE = 6  # site right (limit 1) or left (-1) of the plane through body, velocity and origin
AHEAD = 7  # site ahead of the plane through the body square to its velocity; no limit
# A sector of azimuth, under 180 degrees wide, over which the skyline of a site goes in a straight
# line; windows are cut to it before. The body is in axes north, east, up of the site, limit =
# azimuth in the middle. For a site stand: least distance of the body, two zeros, height of the
# skyline in the middle, its slope, the least cosine of the elevations searched.
SKYLINE = 8
EARTH_SPIN = 7.2922e-5  # rad/s, rounded up
# No site stands higher than 20 km above the equator's radius, metres.
HIGHEST_SITE_M = 6.398e6


@compiled(inline=True)
def dot(a: Triple, b: Triple) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@compiled(inline=True)
def less(a: Triple, b: Triple) -> Triple:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


@compiled(inline=True)
def length(a: Triple) -> float:
    return math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2])


@compiled(inline=True)
def vectors(node: Floats) -> Vectors:
    """Return the six vectors of a node: position, velocity, acceleration, normal, rate, bend.

    All at once, by one function of one version: the compiler drops what a caller leaves, whereas a
    function of an index would be compiled anew for each number that it is called with.
    """
    return (
        (node[0], node[1], node[2]),
        (node[3], node[4], node[5]),
        (node[6], node[7], node[8]),
        (node[9], node[10], node[11]),
        (node[12], node[13], node[14]),
        (node[15], node[16], node[17]),
    )


@compiled(inline=True)
def condition(
    kind: int,
    limit: float,
    x: Triple,
    v: Triple,
    n: Triple,
    m: Triple,
    p: Triple,
    q: Triple,
) -> Triple:
    """Return (f, f', distance) for body x, velocity v, sub-point normal n, its rate m, site p, q.

    q is the site's normal; for SIDE and AHEAD n is the body's acceleration.
    """
    if kind == SKYLINE:
        return _above_skyline(limit, x, v, q)
    e = less(x, p)
    if kind == HALF_SPACE:
        return dot(e, q) - limit, dot(v, q), 1.0
    rho = math.sqrt(dot(e, e))
    ev = dot(e, v)
    if kind == ELEVATION:
        # (sine of the elevation - limit) * rho; rho' = e . v / rho
        return dot(e, q) - limit * rho, dot(v, q) - limit * ev / rho, rho
    if kind == GROUND_SAMPLE:
        # sample^2 goes as rho^2 / sine of the elevation
        return dot(e, q) - limit * rho * rho * rho, dot(v, q) - 3.0 * limit * rho * ev, rho
    if kind == TILTED_SAMPLE:
        # sample / sin(elevation)^(1/4) <= largest, to the fourth power and times the range
        cubed = limit * rho * rho * rho
        return dot(e, q) - cubed * rho * rho, dot(v, q) - 5.0 * cubed * ev, rho
    if kind == SIDE:
        # site . (velocity x body): positive to the right of the motion
        return limit * dot(p, _cross(v, x)), limit * dot(p, _cross(n, x)), rho
    if kind == AHEAD:
        return -ev, -(dot(v, v) + e[0] * n[0] + e[1] * n[1] + e[2] * n[2]), rho
    # (cosine of the off-nadir angle - limit) * rho, both seen from the site: e . n, not -e . -n
    f = dot(e, n) - limit * rho
    df = dot(v, n) + e[0] * m[0] + e[1] * m[1] + e[2] * m[2] - limit * ev / rho
    if kind == NOT_OFF_NADIR:
        return -f, -df, rho
    return f, df, rho


@compiled(inline=True)
def _above_skyline(limit: float, x: Triple, v: Triple, q: Triple) -> Triple:
    """Return SKYLINE: elevation less the height of the skyline at this azimuth, linear in azimuth.

    x and v are in the site's axes north, east, up; q holds height in the middle, slope, cosine.
    """
    flat2 = x[0] * x[0] + x[1] * x[1]
    flat = math.sqrt(flat2)
    rho2 = flat2 + x[2] * x[2]
    off = math.atan2(x[1], x[0]) - limit
    # Whole turns are taken off, so that the middle of the sector may lie near 360 degrees.
    off -= 2.0 * math.pi * math.floor(off / (2.0 * math.pi) + 0.5)
    turn = (x[0] * v[1] - x[1] * v[0]) / flat2
    rise = (flat * v[2] - x[2] * (x[0] * v[0] + x[1] * v[1]) / flat) / rho2
    return math.atan2(x[2], flat) - q[0] - q[1] * off, rise - q[1] * turn, math.sqrt(rho2)


@compiled(inline=True)
def _cross(a: Triple, b: Triple) -> Triple:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


@compiled(inline=True)
def step_bounds(s0: Floats, s1: Floats, h: float) -> Seven:
    """Return bounds over a step from the states at its ends.

    |v|, |a|, |n'|, |n''|, least and greatest |r|, |a . n + 2 v . n'|. What a step's ends bound
    grows by under a hundredth between them: steps are short beside the times on which an orbit
    turns, as the error bound on their polynomials demands. Two hundredths are added.
    """
    x0, v0, a0, n0, m0, b0 = vectors(s0)
    x1, v1, a1, n1, m1, b1 = vectors(s1)
    v = 1.02 * math.sqrt(max(dot(v0, v0), dot(v1, v1)))
    a = 1.02 * math.sqrt(max(dot(a0, a0), dot(a1, a1)))
    r0 = length(x0)
    r1 = length(x1)
    # |r|'' is at most a + v^2 / |r|; the chord errs by that times h^2 / 8, either way.
    sag = (a + v * v / min(r0, r1)) * h * h / 8.0
    turn0 = dot(a0, n0) + 2.0 * dot(v0, m0)
    turn1 = dot(a1, n1) + 2.0 * dot(v1, m1)
    return (
        v,
        a,
        1.02 * math.sqrt(max(dot(m0, m0), dot(m1, m1))),
        1.02 * math.sqrt(max(dot(b0, b0), dot(b1, b1))),
        min(r0, r1) - sag,
        max(r0, r1) + sag,
        # A sum of either sign may pass through zero: what is added goes by the size of a term.
        max(abs(turn0), abs(turn1)) + 0.02 * a,
    )


@compiled(inline=True)
def _jerk_bound(bounds: Seven) -> float:
    """Return a bound on the rate of the acceleration over a step, from those of `step_bounds`.

    A body in free fall has |x'''| <= 2 |x''| |x'| / |x| in inertial axes; 1.05 times that covers
    the Earth's flattening. Turning axes add the terms of `EARTH_SPIN`.
    """
    w = EARTH_SPIN
    v, a, near, far = bounds[0], bounds[1], bounds[4], bounds[5]
    fall = a + 2.0 * w * v + w * w * far
    inertial = 2.1 * fall * (v + w * far) / near
    return inertial + w * (3.0 * a + w * (3.0 * v + w * far))


@compiled(inline=True)
def curvature(kind: int, limit: float, bounds: Seven, near: float, far: float) -> Pair:
    """Return (up, down) with -down <= f'' <= up over a step, from least and greatest distance.

    Each line is f of `condition` differentiated twice, every factor replaced by its bound: |rho'|
    <= v, -a <= rho'' <= v^2 / rho + a, |e . q| <= rho, |q| = 1. A distance bends upwards by far the
    more, so that what falls with it bends downwards by far the more.
    """
    v = bounds[0]
    a = bounds[1]
    if kind == HALF_SPACE:
        return a, a
    # Nothing in orbit comes within a kilometre of a site, and the quotient needs some distance.
    near = max(near, bounds[4] - HIGHEST_SITE_M, 1e3)
    either = 0.0
    if kind == GROUND_SAMPLE:
        either = a + 3.0 * limit * (far * (v * v + far * a) + far * v * v)
    elif kind == TILTED_SAMPLE:
        either = a + limit * far * far * far * (20.0 * v * v + 5.0 * far * a)
    elif kind == SIDE:
        either = HIGHEST_SITE_M * (_jerk_bound(bounds) * bounds[5] + a * v)
    elif kind == AHEAD:
        either = 3.0 * v * a + far * _jerk_bound(bounds)
    if either > 0.0:
        return either, either
    flat = a if kind == ELEVATION else bounds[6] + far * bounds[3]
    return falling(flat, limit if kind != NOT_OFF_NADIR else -limit, v * v / near, a)


@compiled(inline=True)
def falling(flat: float, limit: float, swing: float, a: float) -> Pair:
    """Return (up, down) of g - limit * rho, |g''| <= flat and -a <= rho'' <= swing + a."""
    fall = limit * (swing + a)
    rise = limit * a
    # Below zero the limit turns the bounds about.
    up = flat + (rise if limit > 0.0 else -fall)
    return up, flat + (fall if limit > 0.0 else -rise)


@compiled(inline=True)
def skyline_curvature(row: Floats, bounds: Seven, near: float) -> float:
    """Return m with |f''| <= m of SKYLINE while the body stays within the elevations of its row.

    In spherical coordinates, with r the distance, h = r cos(elevation) and v, a bounds on speed and
    acceleration: |azimuth''| <= a / h + (v / h)^2, as 2 |sin cos| <= 1, and |elevation''| <= a / r
    + (v / r)^2 + (v / r)^2 tan(elevation). Towards the zenith the azimuth turns ever faster: the
    row's elevations end below it.
    """
    v = bounds[0]
    r = max(near, row[0])
    h = r * row[5]
    turn = bounds[1] / h + (v / h) * (v / h)
    steep = (v / r) * (v / r) * (1.0 + 1.0 / row[5])
    curved: float = bounds[1] / r + steep + abs(row[4]) * turn
    return curved


@compiled(inline=True)
def nearest(e: Triple, chord: Triple, inverse: float, sag: float) -> float:
    """Return a lower bound on the distance of a site from the path of a step.

    The path starts at e from the site and strays from its chord by at most the sag; inverse is one
    over the chord's length squared.
    """
    t = -(e[0] * chord[0] + e[1] * chord[1] + e[2] * chord[2]) * inverse
    t = min(1.0, max(0.0, t))
    ex = e[0] + t * chord[0]
    ey = e[1] + t * chord[1]
    ez = e[2] + t * chord[2]
    return math.sqrt(ex * ex + ey * ey + ez * ez) - sag


@compiled(inline=True)
def condition_at(kind: int, limit: float, c: Rows, h: float, tau: float, s: Six | Floats) -> Triple:
    """Return (f, f', distance) at tau seconds into the step with coefficients c; s: position, q."""
    u = tau / h
    w = 1.0 / h
    n = (0.0, 0.0, 0.0)
    m = (0.0, 0.0, 0.0)
    if kind in (OFF_NADIR, NOT_OFF_NADIR):
        n = values_at(c[3], c[4], c[5], u)
        m = slopes_at(c[3], c[4], c[5], u, w)
    elif kind in (SIDE, AHEAD):
        n = bends_at(c[0], c[1], c[2], u, w)
    x = values_at(c[0], c[1], c[2], u)
    v = slopes_at(c[0], c[1], c[2], u, w)
    return condition(kind, limit, x, v, n, m, (s[0], s[1], s[2]), (s[3], s[4], s[5]))
