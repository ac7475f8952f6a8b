"""The conditions of a look: functions of track and site, their slopes, bounds on their curvature.

Units: metres, seconds, radians, Earth-fixed axes. A condition is a function f(t), true where
f >= 0; each kind has a number, and a limit of its own form (beside the number below). `condition`
gives f and its rate from the state of a body, `curvature` a bound on |f''| over a step of its
track, on which every proof of `roots` rests. All functions are compiled into their callers.
"""

from __future__ import annotations

import math

from simulator.compiled import compiled
from simulator.orbits import Floats, Rows, Six, Triple, bend_at, slope_at, value_at

Seven = tuple[float, float, float, float, float, float, float]
ELEVATION = 0  # limit = sine of the least elevation
OFF_NADIR = 1  # limit = cosine of the largest off-nadir angle
NOT_OFF_NADIR = 2  # limit = cosine of the least off-nadir angle
GROUND_SAMPLE = 3  # limit = (nadir sample / (reference altitude * largest sample))^2, 1/m^2
HALF_SPACE = 4  # site normal is any vector; limit = least projection of (body - site) on it
TILTED_SAMPLE = 5  # limit = (nadir sample / (reference altitude * largest tilted sample))^4, 1/m^4
# The rest can only cut windows, not lead a search; these two need the body's acceleration.
SIDE = 6  # site right (limit 1) or left (-1) of the plane through body, velocity and origin
AHEAD = 7  # site ahead of the plane through the body square to its velocity; no limit
# A sector of azimuth, under 180 degrees wide, over which the skyline of a site goes in a straight
# line; windows are cut to it before. The body is in axes north, east, up of the site, limit =
# azimuth in the middle. For a site stand: least distance of the body, two zeros, height of the
# skyline in the middle, its slope, the least cosine of the elevations searched.
SKYLINE = 8
EARTH_SPIN = 7.2922e-5  # rad/s, rounded up


@compiled(inline=True)
def condition(
    kind: int,
    limit: float,
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    nx: float,
    ny: float,
    nz: float,
    mx: float,
    my: float,
    mz: float,
    px: float,
    py: float,
    pz: float,
    qx: float,
    qy: float,
    qz: float,
) -> Triple:
    """Return (f, f', distance) for body state, sub-point normal n, its rate m, site p, normal q.

    For SIDE and AHEAD n is the body's acceleration.
    """
    if kind == SKYLINE:
        # f = elevation - height of the skyline at this azimuth, linear in azimuth
        flat2 = x * x + y * y
        flat = math.sqrt(flat2)
        rho2 = flat2 + z * z
        off = math.atan2(y, x) - limit
        off -= 2.0 * math.pi * math.floor(off / (2.0 * math.pi) + 0.5)
        turn = (x * vy - y * vx) / flat2
        rise = (flat * vz - z * (x * vx + y * vy) / flat) / rho2
        return math.atan2(z, flat) - qx - qy * off, rise - qy * turn, math.sqrt(rho2)
    ex = x - px
    ey = y - py
    ez = z - pz
    if kind == HALF_SPACE:
        return ex * qx + ey * qy + ez * qz - limit, vx * qx + vy * qy + vz * qz, 1.0
    rho = math.sqrt(ex * ex + ey * ey + ez * ez)
    ev = ex * vx + ey * vy + ez * vz
    if kind == ELEVATION:
        f = ex * qx + ey * qy + ez * qz - limit * rho
        df = vx * qx + vy * qy + vz * qz - limit * ev / rho
        return f, df, rho
    if kind == GROUND_SAMPLE:
        f = ex * qx + ey * qy + ez * qz - limit * rho * rho * rho
        df = vx * qx + vy * qy + vz * qz - 3.0 * limit * rho * ev
        return f, df, rho
    if kind == TILTED_SAMPLE:
        # sample / sin(elevation)^(1/4) <= largest, to the fourth power and times the range.
        cubed = limit * rho * rho * rho
        f = ex * qx + ey * qy + ez * qz - cubed * rho * rho
        df = vx * qx + vy * qy + vz * qz - 5.0 * cubed * ev
        return f, df, rho
    if kind == SIDE:
        f = px * (vy * z - vz * y) + py * (vz * x - vx * z) + pz * (vx * y - vy * x)
        df = px * (ny * z - nz * y) + py * (nz * x - nx * z) + pz * (nx * y - ny * x)
        return limit * f, limit * df, rho
    if kind == AHEAD:
        df = -(vx * vx + vy * vy + vz * vz + ex * nx + ey * ny + ez * nz)
        return -ev, df, rho
    f = ex * nx + ey * ny + ez * nz - limit * rho
    df = vx * nx + vy * ny + vz * nz + ex * mx + ey * my + ez * mz - limit * ev / rho
    if kind == NOT_OFF_NADIR:
        return -f, -df, rho
    return f, df, rho


@compiled(inline=True)
def norm(state: Floats, i: int) -> float:
    return math.sqrt(state[i] ** 2 + state[i + 1] ** 2 + state[i + 2] ** 2)


@compiled(inline=True)
def step_bounds(s0: Floats, s1: Floats, h: float, out: Floats) -> None:
    """Fill out (7,) with bounds over a step.

    |v|, |a|, |n'|, |n''|, least and greatest |r|, |a . n + 2 v . n'|. What a step's ends bound
    grows by under a hundredth between them: steps are short beside the times on which an orbit
    turns, as the error bound on their polynomials demands.
    """
    for j, i in enumerate((3, 6, 12, 15)):
        out[j] = 1.02 * max(norm(s0, i), norm(s1, i))
    r0 = norm(s0, 0)
    r1 = norm(s1, 0)
    sag = (out[1] + out[0] * out[0] / min(r0, r1)) * h * h / 8.0
    out[4] = min(r0, r1) - sag
    out[5] = max(r0, r1) + sag
    turn0 = 0.0
    turn1 = 0.0
    for i in range(3):
        turn0 += s0[6 + i] * s0[9 + i] + 2.0 * s0[3 + i] * s0[12 + i]
        turn1 += s1[6 + i] * s1[9 + i] + 2.0 * s1[3 + i] * s1[12 + i]
    out[6] = max(abs(turn0), abs(turn1)) + 0.02 * out[1]


@compiled(inline=True)
def _jerk(bounds: Seven) -> float:
    """Return a bound on the rate of the acceleration over a step, from those of `_step_bounds`.

    A body in free fall has |x'''| <= 2 |x''| |x'| / |x| in inertial axes; 1.05 times that covers
    the Earth's flattening. Turning axes add the terms of `EARTH_SPIN`.
    """
    w = EARTH_SPIN
    v, a, near, far = bounds[0], bounds[1], bounds[4], bounds[5]
    fall = a + 2.0 * w * v + w * w * far
    inertial = 2.1 * fall * (v + w * far) / near
    return inertial + w * (3.0 * a + w * (3.0 * v + w * far))


@compiled(inline=True)
def curvature(kind: int, limit: float, bounds: Seven, near: float, far: float) -> float:
    """Return m with |f''| <= m over a step, from least and greatest distance of body and site."""
    v = bounds[0]
    a = bounds[1]
    if kind == HALF_SPACE:
        return a
    # No site stands higher than 20 km above the equator's radius.
    near = max(near, bounds[4] - 6.398e6, 1e3)
    if kind == ELEVATION:
        return a + abs(limit) * (v * v / near + a)
    if kind == GROUND_SAMPLE:
        return a + 3.0 * limit * (far * (v * v + far * a) + far * v * v)
    if kind == TILTED_SAMPLE:
        return a + limit * far * far * far * (20.0 * v * v + 5.0 * far * a)
    if kind == SIDE:
        return 6.398e6 * (_jerk(bounds) * bounds[5] + a * v)
    if kind == AHEAD:
        return 3.0 * v * a + far * _jerk(bounds)
    return bounds[6] + far * bounds[3] + abs(limit) * (v * v / near + a)


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
    turn = bounds[1] / h + (v / h) ** 2
    curved: float = bounds[1] / r + (v / r) ** 2 * (1.0 + 1.0 / row[5]) + abs(row[4]) * turn
    return curved


@compiled(inline=True)
def nearest(s0: Triple, chord: Triple, chord2: float, sag: float, s: Triple) -> float:
    """Return a lower bound on the distance of a site from the path of a step.

    The path strays from its chord by at most the sag.
    """
    ex = s0[0] - s[0]
    ey = s0[1] - s[1]
    ez = s0[2] - s[2]
    t = -(ex * chord[0] + ey * chord[1] + ez * chord[2]) / chord2
    t = min(1.0, max(0.0, t))
    ex += t * chord[0]
    ey += t * chord[1]
    ez += t * chord[2]
    return math.sqrt(ex * ex + ey * ey + ez * ez) - sag


@compiled(inline=True)
def condition_at(kind: int, limit: float, c: Rows, h: float, tau: float, s: Six | Floats) -> Triple:
    """Return (f, f', distance) at tau seconds into the step with coefficients c."""
    u = tau / h
    w = 1.0 / h
    nx = ny = nz = mx = my = mz = 0.0
    if kind in (OFF_NADIR, NOT_OFF_NADIR):
        nx = value_at(c[3], u)
        ny = value_at(c[4], u)
        nz = value_at(c[5], u)
        mx = slope_at(c[3], u) * w
        my = slope_at(c[4], u) * w
        mz = slope_at(c[5], u) * w
    elif kind in (SIDE, AHEAD):
        nx = bend_at(c[0], u) * w * w
        ny = bend_at(c[1], u) * w * w
        nz = bend_at(c[2], u) * w * w
    return condition(
        kind,
        limit,
        value_at(c[0], u),
        value_at(c[1], u),
        value_at(c[2], u),
        slope_at(c[0], u) * w,
        slope_at(c[1], u) * w,
        slope_at(c[2], u) * w,
        nx,
        ny,
        nz,
        mx,
        my,
        mz,
        s[0],
        s[1],
        s[2],
        s[3],
        s[4],
        s[5],
    )
