"""The compiled access kernel: every instant at which a look condition changes sign.

Units: metres, seconds, radians, Earth-fixed axes. A *track* is `time_s` (K,) and `state` (K, 18):
position, velocity and acceleration of a body, then its sub-point's outward ellipsoid normal with
first and second derivative. Between two nodes a track is the quintic Hermite polynomial through
both ends' value, velocity and acceleration; that polynomial is the model, and edges are its roots.

A condition is a function f(t) of track and site, true where f >= 0. Its roots are found by proof,
not by sampling: |f''| <= m over a step gives two parabolas above f, and a step is dismissed only
where their lower envelope stays below zero. Otherwise it is split and searched again (branch and
bound; Ratz and Csendes 1995 describe the method). A window is missed only if it is shorter than
`SHORTEST_S` and tangent to the limit.

Sites are culled on two levels: latitude bands that the step's swept footprint touches, then the
longitude interval inside each band by binary search. A step then looks at the sites in its
footprint alone, so the cost follows the number of windows, not sites times steps.

The sites in a step's footprint share its polynomial and differ in six numbers each, so they go
through in batches of lanes, an array for each quantity: one loop evaluates both ends of the step
and its envelope, a second takes each bracket of a sign change through a fixed recipe (cubic guess,
one or two true evaluations, bound on the error, proof of no second root). Neither loop branches,
so both compile to vector instructions; lanes that the recipe leaves unproved go one by one through
the general search. Three things keep them vector loops: what they call takes numbers and tuples,
never arrays, whose reference counts may stay in the loop; every quantity lies at a constant offset
in one array; and the kind of condition is a constant.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import compiled

Floats = NDArray[np.float64]
Integers = NDArray[Any]
Booleans = NDArray[np.bool_]
Pair = tuple[float, float]
Triple = tuple[float, float, float]
Six = tuple[float, float, float, float, float, float]
Seven = tuple[float, float, float, float, float, float, float]
Rows = tuple[Six, Six, Six, Six, Six, Six]
WindowArrays = tuple[Integers, Floats, Floats, Booleans]

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
SHORTEST_S = 1e-5
ROOT_BOUND_S = 1e-4  # proved; edges found err by far less
_STACK = 512

# Rows of the batches, each _ROOM lanes long: a site, a bracket, and what comes of them.
_VECTOR = 8
_BATCH = 64
_ROOM = 2 * _BATCH
_PX, _PY, _PZ, _QX, _QY, _QZ = (row * _ROOM for row in range(6))
_M, _A, _FA, _DA, _B, _FB, _DB = (row * _ROOM for row in range(6, 13))
_KEY, _TAU = 13 * _ROOM, 14 * _ROOM
_ROWS = 15
_CROSSED = 1.0
_OPEN = 2.0


@compiled(inline=True)
def _coefficients(state0: Floats, state1: Floats, h: float, out: Floats) -> None:
    """Fill out (36,): six power coefficients in u = tau / h of each of six Hermite components."""
    for i in range(6):
        j = 6 * i
        base = i if i < 3 else i + 6
        x0 = state0[base]
        x1 = state1[base]
        v0 = state0[base + 3] * h
        v1 = state1[base + 3] * h
        a0 = state0[base + 6] * h * h
        a1 = state1[base + 6] * h * h
        d = x1 - x0
        out[j] = x0
        out[j + 1] = v0
        out[j + 2] = 0.5 * a0
        out[j + 3] = 10.0 * d - 6.0 * v0 - 4.0 * v1 - 1.5 * a0 + 0.5 * a1
        out[j + 4] = -15.0 * d + 8.0 * v0 + 7.0 * v1 + 1.5 * a0 - a1
        out[j + 5] = 6.0 * d - 3.0 * (v0 + v1) - 0.5 * a0 + 0.5 * a1


@compiled(inline=True)
def _rows(c: Floats) -> Rows:
    """Return coefficients (36,) as a row for each component: loops keep tuples in registers."""
    return (
        (c[0], c[1], c[2], c[3], c[4], c[5]),
        (c[6], c[7], c[8], c[9], c[10], c[11]),
        (c[12], c[13], c[14], c[15], c[16], c[17]),
        (c[18], c[19], c[20], c[21], c[22], c[23]),
        (c[24], c[25], c[26], c[27], c[28], c[29]),
        (c[30], c[31], c[32], c[33], c[34], c[35]),
    )


@compiled(inline=True)
def _value(p: Six, u: float) -> float:
    return p[0] + u * (p[1] + u * (p[2] + u * (p[3] + u * (p[4] + u * p[5]))))


@compiled(inline=True)
def _slope(p: Six, u: float) -> float:
    return p[1] + u * (2.0 * p[2] + u * (3.0 * p[3] + u * (4.0 * p[4] + u * 5.0 * p[5])))


@compiled(inline=True)
def _bend(p: Six, u: float) -> float:
    return 2.0 * p[2] + u * (6.0 * p[3] + u * (12.0 * p[4] + u * 20.0 * p[5]))


@compiled(inline=True)
def _condition(
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
def _norm(state: Floats, i: int) -> float:
    return math.sqrt(state[i] ** 2 + state[i + 1] ** 2 + state[i + 2] ** 2)


@compiled(inline=True)
def _step_bounds(s0: Floats, s1: Floats, h: float, out: Floats) -> None:
    """Fill out (7,) with bounds over a step.

    |v|, |a|, |n'|, |n''|, least and greatest |r|, |a . n + 2 v . n'|. What a step's ends bound
    grows by under a hundredth between them: steps are short beside the times on which an orbit
    turns, as the error bound on their polynomials demands.
    """
    for j, i in enumerate((3, 6, 12, 15)):
        out[j] = 1.02 * max(_norm(s0, i), _norm(s1, i))
    r0 = _norm(s0, 0)
    r1 = _norm(s1, 0)
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
def _curvature(kind: int, limit: float, bounds: Seven, near: float, far: float) -> float:
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
def _skyline_curvature(row: Floats, bounds: Seven, near: float) -> float:
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
def _nearest(s0: Triple, chord: Triple, chord2: float, sag: float, s: Triple) -> float:
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
def _at(kind: int, limit: float, c: Rows, h: float, tau: float, s: Six | Floats) -> Triple:
    """Return (f, f', distance) at tau seconds into the step with coefficients c."""
    u = tau / h
    w = 1.0 / h
    nx = ny = nz = mx = my = mz = 0.0
    if kind in (OFF_NADIR, NOT_OFF_NADIR):
        nx = _value(c[3], u)
        ny = _value(c[4], u)
        nz = _value(c[5], u)
        mx = _slope(c[3], u) * w
        my = _slope(c[4], u) * w
        mz = _slope(c[5], u) * w
    elif kind in (SIDE, AHEAD):
        nx = _bend(c[0], u) * w * w
        ny = _bend(c[1], u) * w * w
        nz = _bend(c[2], u) * w * w
    return _condition(
        kind,
        limit,
        _value(c[0], u),
        _value(c[1], u),
        _value(c[2], u),
        _slope(c[0], u) * w,
        _slope(c[1], u) * w,
        _slope(c[2], u) * w,
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


@compiled(inline=True)
def _envelope(fa: float, da: float, fb: float, db: float, w: float, m: float) -> Pair:
    """Return (place, height) where the two parabolas above f meet, f of one sign at both ends.

    f <= fa + da t + m t^2 / 2 and f <= fb - db (w - t) + m (w - t)^2 / 2.
    """
    slope = da - db + m * w
    met = slope > 0.0
    t = (fb - db * w + 0.5 * m * w * w - fa) / slope
    t = t if t > 0.0 else 0.0
    t = t if t < w else w
    height = fa + da * t + 0.5 * m * t * t
    higher = fa if fa > fb else fb
    return t if met else 0.5 * w, height if met else higher


@compiled
def _root(
    kind: int,
    limit: float,
    c: Floats,
    h: float,
    s: Floats,
    m: float,
    a: float,
    fa: float,
    da: float,
    b: float,
    fb: float,
    db: float,
) -> Pair:
    """Return (root, f' there) of f in [a, b], fa and fb of unlike sign: guarded Newton.

    The first guess is the root of the cubic through both ends' values and slopes; its bend also
    corrects the last step (Halley), which the bound on f'' does not rely on.
    """
    w = b - a
    inv = 1.0 / w
    c2 = (3.0 * (fb - fa) * inv - 2.0 * da - db) * inv
    c3 = (2.0 * (fa - fb) * inv + da + db) * inv * inv
    x = w * fa / (fa - fb)
    for _ in range(2):
        g = fa + x * (da + x * (c2 + x * c3))
        dg = da + x * (2.0 * c2 + 3.0 * x * c3)
        if dg == 0.0:
            break
        x = min(w, max(0.0, x - g / dg))
    lo = a
    hi = b
    rising = fb > fa
    tau = a + x
    df = 0.0
    for _ in range(80):
        f, df, _rho = _at(kind, limit, _rows(c), h, tau, s)
        if (f >= 0.0) == rising:
            hi = tau
        else:
            lo = tau
        new = 0.5 * (lo + hi)
        if df != 0.0:
            step = -f / df
            if lo <= tau + step <= hi:
                new = tau + step
                # Newton's error after this step is at most m step^2 / (2 |f'|).
                if m * step * step < 2.0 * ROOT_BOUND_S * abs(df):
                    bend = 2.0 * c2 + 6.0 * c3 * (tau - a)
                    new = min(hi, max(lo, new - 0.5 * bend / df * step * step))
                    df += bend * step
                    tau = new
                    break
        tau = new
        if hi - lo < 1e-9:
            break
    return tau, df


@compiled(inline=True)
def push(
    stack: Floats, top: int, a: float, fa: float, da: float, b: float, fb: float, db: float
) -> int:
    stack[top, 0] = a
    stack[top, 1] = fa
    stack[top, 2] = da
    stack[top, 3] = b
    stack[top, 4] = fb
    stack[top, 5] = db
    return top + 1


@compiled
def _search(
    kind: int,
    limit: float,
    c: Floats,
    h: float,
    s: Floats,
    m: float,
    a: float,
    fa: float,
    da: float,
    b: float,
    fb: float,
    db: float,
    stack: Floats,
    roots: Floats,
) -> int:
    """Fill roots (rows of time, sign) with all sign changes of f in [a, b]; return how many.

    sign is +1 where f becomes true, -1 where it ceases. Rows come in order of time.
    """
    count = 0
    top = push(stack, 0, a, fa, da, b, fb, db)
    while top > 0 and count + 4 < roots.shape[0]:
        top -= 1
        a, fa, da = stack[top, 0], stack[top, 1], stack[top, 2]
        b, fb, db = stack[top, 3], stack[top, 4], stack[top, 5]
        w = b - a
        if (fa >= 0.0) != (fb >= 0.0):
            r, dr = _root(kind, limit, c, h, s, m, a, fa, da, b, fb, db)
            g = 1.0 if fb >= 0.0 else -1.0
            roots[count, 0] = r
            roots[count, 1] = g
            count += 1
            # |f| grows from the root at its slope: no other root within twice this distance.
            clear = max(max(0.0, g * dr) / m, SHORTEST_S)
            if r + clear < b:
                _t, height = _envelope(0.0, -g * dr, -g * fb, -g * db, b - r, m)
                if height >= 0.0:
                    f, df, _rho = _at(kind, limit, _rows(c), h, r + clear, s)
                    if (f >= 0.0) != (g > 0.0):
                        roots[count, 0] = r + clear
                        roots[count, 1] = -g
                        count += 1
                    top = push(stack, top, r + clear, f, df, b, fb, db)
            if r - clear > a:
                _t, height = _envelope(g * fa, g * da, 0.0, g * dr, r - a, m)
                if height >= 0.0:
                    f, df, _rho = _at(kind, limit, _rows(c), h, r - clear, s)
                    if (f >= 0.0) == (g > 0.0):
                        roots[count, 0] = r - clear
                        roots[count, 1] = -g
                        count += 1
                    top = push(stack, top, a, fa, da, r - clear, f, df)
            continue
        g = -1.0 if fa >= 0.0 else 1.0
        t, height = _envelope(g * fa, g * da, g * fb, g * db, w, m)
        if height < 0.0 or w < SHORTEST_S:
            continue
        if g * da > 0.0 and g * db < 0.0:
            t = w * da / (da - db)
        t = min(0.9 * w, max(0.1 * w, t))
        f, df, _rho = _at(kind, limit, _rows(c), h, a + t, s)
        top = push(stack, top, a + t, f, df, b, fb, db)
        top = push(stack, top, a, fa, da, a + t, f, df)
    for i in range(1, count):
        j = i
        while j > 0 and roots[j - 1, 0] > roots[j, 0]:
            roots[j - 1, 0], roots[j, 0] = roots[j, 0], roots[j - 1, 0]
            roots[j - 1, 1], roots[j, 1] = roots[j, 1], roots[j - 1, 1]
            j -= 1
    return count


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
    r = _norm(row, 0)
    reach = math.cos(min(math.pi, _footprint(kind, limit, r, least_radius) + 1e-4))
    for i in range(sites.shape[0]):
        s = sites[i]
        if kind <= OFF_NADIR and row[0] * s[6] + row[1] * s[7] + row[2] * s[8] < reach * r:
            continue
        f, _df, _rho = _condition(
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
def _candidates(
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
    r0 = _norm(s0, 0)
    r1 = _norm(s1, 0)
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
def _belt(
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
        near = min(_norm(state[k], 0), _norm(state[k + 1], 0))
        fast = max(_norm(state[k], 3), _norm(state[k + 1], 3))
        far = max(far, _norm(state[k], 0), _norm(state[k + 1], 0))
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


@compiled(inline=True)
def _classify(
    kind: int,
    limit: float,
    s0: Floats,
    s1: Floats,
    h: float,
    bounds: Floats,
    chord: Floats,
    lanes: int,
    w: Floats,
) -> None:
    """Evaluate both ends of a step for each lane and set what it needs as its key.

    The key is _CROSSED for unlike signs, _OPEN where the envelope leaves a window possible, or 0.
    """
    chord2 = chord[0] ** 2 + chord[1] ** 2 + chord[2] ** 2
    sag = bounds[1] * h * h / 8.0
    stray = 0.5 * bounds[0] * h
    from0 = (s0[0], s0[1], s0[2])
    along = (chord[0], chord[1], chord[2])
    rates = (bounds[0], bounds[1], bounds[2], bounds[3], bounds[4], bounds[5], bounds[6])
    for j in range(lanes):
        p = (w[_PX + j], w[_PY + j], w[_PZ + j])
        q = (w[_QX + j], w[_QY + j], w[_QZ + j])
        f0, d0, rho0 = _condition(
            kind, limit, s0[0], s0[1], s0[2], s0[3], s0[4], s0[5],
            s0[9], s0[10], s0[11], s0[12], s0[13], s0[14],
            p[0], p[1], p[2], q[0], q[1], q[2],
        )  # fmt: skip
        f1, d1, rho1 = _condition(
            kind, limit, s1[0], s1[1], s1[2], s1[3], s1[4], s1[5],
            s1[9], s1[10], s1[11], s1[12], s1[13], s1[14],
            p[0], p[1], p[2], q[0], q[1], q[2],
        )  # fmt: skip
        near = _nearest(from0, along, chord2, sag, p)
        m = _curvature(kind, limit, rates, near, max(rho0, rho1) + stray)
        g = -1.0 if f0 >= 0.0 else 1.0
        t, height = _envelope(g * f0, g * d0, g * f1, g * d1, h, m)
        w[_FA + j] = f0
        w[_DA + j] = d0
        w[_FB + j] = f1
        w[_DB + j] = d1
        w[_M + j] = m
        w[_TAU + j] = t
        w[_KEY + j] = _CROSSED if (f0 >= 0.0) != (f1 >= 0.0) else (_OPEN if height >= 0.0 else 0.0)


@compiled(inline=True)
def _newton(
    kind: int,
    limit: float,
    rows: Rows,
    h: float,
    s: Six,
    a: float,
    b: float,
    c2: float,
    c3: float,
    tau: float,
) -> tuple[float, float, float, float]:
    """Return (better root, Newton's step, f', bend at tau) from tau in [a, b].

    The bend of the cubic with coefficients c2 and c3 corrects the step (Halley).
    """
    f, df, _rho = _at(kind, limit, rows, h, tau, s)
    inv = 1.0 / df
    step = -f * inv
    bend = 2.0 * c2 + 6.0 * c3 * (tau - a)
    r = tau + step - 0.5 * bend * inv * step * step
    r = min(b if step > 0.0 else tau, max(tau if step > 0.0 else a, r))
    return r, step, df, bend


@compiled(inline=True)
def _settle(
    kind: int, rounds: int, limit: float, c: Floats, h: float, lanes: int, w: Floats
) -> None:
    """Find the root in each lane's bracket and prove that it is the only one.

    Same steps as `_root`, rounds of them at most 2. The key is the direction of the sign change,
    or 0 where nothing is proved.
    """
    rows = _rows(c)
    for j in range(lanes):
        s = (w[_PX + j], w[_PY + j], w[_PZ + j], w[_QX + j], w[_QY + j], w[_QZ + j])
        a = w[_A + j]
        b = w[_B + j]
        fa = w[_FA + j]
        da = w[_DA + j]
        fb = w[_FB + j]
        db = w[_DB + j]
        m = w[_M + j]
        width = b - a
        inv = 1.0 / width
        c2 = (3.0 * (fb - fa) * inv - 2.0 * da - db) * inv
        c3 = (2.0 * (fa - fb) * inv + da + db) * inv * inv
        x = width * fa / (fa - fb)
        for _ in range(2):
            cubic = fa + x * (da + x * (c2 + x * c3))
            slope = da + x * (2.0 * c2 + 3.0 * x * c3)
            x = min(width, max(0.0, x - cubic / slope))
        tau = a + x
        r, step, df, bend = _newton(kind, limit, rows, h, s, a, b, c2, c3, tau)
        if rounds == 2:
            tau = r
            r, step, df, bend = _newton(kind, limit, rows, h, s, a, b, c2, c3, tau)
        g = 1.0 if fb >= 0.0 else -1.0
        sure = (g * df > 0.0) & (tau + step >= a) & (tau + step <= b)
        # Newton's error after this step is at most m step^2 / (2 |f'|).
        sure &= m * step * step < 2.0 * ROOT_BOUND_S * abs(df)
        dr = df + bend * step
        _t, left = _envelope(g * fa, g * da, 0.0, g * dr, r - a, m)
        _t, right = _envelope(0.0, -g * dr, -g * fb, -g * db, b - r, m)
        w[_TAU + j] = r
        w[_KEY + j] = g if sure & (left < 0.0) & (right < 0.0) else 0.0


@compiled
def _classified(
    kind: int,
    limit: float,
    s0: Floats,
    s1: Floats,
    h: float,
    bounds: Floats,
    chord: Floats,
    lanes: int,
    w: Floats,
) -> None:
    """`_classify` compiled for each kind that leads a search, as a vector loop must be."""
    if kind == ELEVATION:
        _classify(ELEVATION, limit, s0, s1, h, bounds, chord, lanes, w)
    elif kind == OFF_NADIR:
        _classify(OFF_NADIR, limit, s0, s1, h, bounds, chord, lanes, w)
    else:
        _classify(kind, limit, s0, s1, h, bounds, chord, lanes, w)


@compiled
def _settled(kind: int, limit: float, c: Floats, h: float, lanes: int, w: Floats) -> None:
    """`_settle` compiled for each kind that leads a search, as a vector loop must be."""
    if kind == ELEVATION:
        _settle(ELEVATION, 1, limit, c, h, lanes, w)
    elif kind == OFF_NADIR:
        _settle(OFF_NADIR, 2, limit, c, h, lanes, w)
    else:
        _settle(kind, 2, limit, c, h, lanes, w)


@compiled(inline=True)
def _place(w: Floats, j: int, s: Floats) -> None:
    """Give lane j the site s."""
    w[_PX + j] = s[0]
    w[_PY + j] = s[1]
    w[_PZ + j] = s[2]
    w[_QX + j] = s[3]
    w[_QY + j] = s[4]
    w[_QZ + j] = s[5]


@compiled(inline=True)
def _bracket(
    w: Floats, j: int, m: float, a: float, fa: float, da: float, b: float, fb: float, db: float
) -> None:
    """Give lane j a bracket [a, b] of one sign change."""
    w[_M + j] = m
    w[_A + j] = a
    w[_FA + j] = fa
    w[_DA + j] = da
    w[_B + j] = b
    w[_FB + j] = fb
    w[_DB + j] = db


@compiled(inline=True)
def _filled(w: Floats, n: int) -> int:
    """Repeat the last of n lanes up to a whole number of vectors; return the lanes then in use."""
    lanes = (n + _VECTOR - 1) // _VECTOR * _VECTOR
    for j in range(n, lanes):
        for row in range(0, _KEY, _ROOM):
            w[row + j] = w[row + n - 1]
    return lanes


@compiled
def scan(
    kind: int,
    limit: float,
    time_s: Floats,
    state: Floats,
    first: int,
    last: int,
    sites: Floats,
    longitudes: Floats,
    bands: Integers,
    band_rad: float,
    least_radius: float,
    site_out: Integers,
    time_out: Floats,
    used: int,
) -> tuple[int, int]:
    """Write the sign changes in steps first..last-1 from row `used`; return (next step, used).

    A change is its site and its instant, the latter negative where the condition ceases.
    sites (P, 9): position, normal, unit direction, sorted by band then longitude; bands (B + 1,):
    where each latitude band of height band_rad starts. The next step is below `last` where the
    output arrays are full: grow them and go on from there.
    """
    stack = np.empty((_STACK, 6))
    roots = np.empty((64, 2))
    c = np.empty(36)
    b = np.empty(7)
    chord = np.empty(3)
    near = np.empty(sites.shape[0], dtype=np.int64)
    ends = np.zeros(_ROWS * _ROOM)
    edges = np.zeros(_ROWS * _ROOM)
    owner = np.empty(_ROOM, dtype=np.int64)
    south, north = _belt(kind, limit, time_s, state, first, last, bands, band_rad, least_radius)
    sine1 = state[first, 2] / _norm(state[first], 0)
    for k in range(first, last):
        mark = used
        s0 = state[k]
        s1 = state[k + 1]
        sine0 = sine1
        sine1 = s1[2] / _norm(s1, 0)
        if (sine0 < south and sine1 < south) or (sine0 > north and sine1 > north):
            continue
        h = time_s[k + 1] - time_s[k]
        _step_bounds(s0, s1, h, b)
        for i in range(3):
            chord[i] = s1[i] - s0[i]
        count = _candidates(
            kind, limit, s0, s1, b[5], sites, longitudes, bands, band_rad, least_radius, near
        )
        if count == 0:
            continue
        _coefficients(s0, s1, h, c)
        for base in range(0, count, _BATCH):
            n = min(_BATCH, count - base)
            for j in range(n):
                _place(ends, j, sites[near[base + j]])
            _classified(kind, limit, s0, s1, h, b, chord, _filled(ends, n), ends)
            n_edges = 0
            for j in range(n):
                key = ends[_KEY + j]
                if key == 0.0:
                    continue
                i = near[base + j]
                s = sites[i]
                m = ends[_M + j]
                f0, d0 = ends[_FA + j], ends[_DA + j]
                f1, d1 = ends[_FB + j], ends[_DB + j]
                if key == _CROSSED:
                    owner[n_edges] = i
                    _place(edges, n_edges, s)
                    _bracket(edges, n_edges, m, 0.0, f0, d0, h, f1, d1)
                    n_edges += 1
                    continue
                # One look inside settles most steps that the envelope leaves open.
                g = -1.0 if f0 >= 0.0 else 1.0
                t = ends[_TAU + j]
                if g * d0 > 0.0 and g * d1 < 0.0:
                    t = h * d0 / (d0 - d1)
                f, df, _rho = _at(kind, limit, _rows(c), h, t, s)
                if (f >= 0.0) != (f0 >= 0.0):
                    for half in range(2):
                        owner[n_edges] = i
                        _place(edges, n_edges, s)
                        if half == 0:
                            _bracket(edges, n_edges, m, 0.0, f0, d0, t, f, df)
                        else:
                            _bracket(edges, n_edges, m, t, f, df, h, f1, d1)
                        n_edges += 1
                    continue
                _t, left = _envelope(g * f0, g * d0, g * f, g * df, t, m)
                _t, right = _envelope(g * f, g * df, g * f1, g * d1, h - t, m)
                if left < 0.0 and right < 0.0:
                    continue
                found = _search(kind, limit, c, h, s, m, 0.0, f0, d0, h, f1, d1, stack, roots)
                if used + found > time_out.shape[0]:
                    return k, mark
                used = _write(site_out, time_out, used, i, time_s[k], found, roots)
            if n_edges == 0:
                continue
            _settled(kind, limit, c, h, _filled(edges, n_edges), edges)
            for j in range(n_edges):
                key = edges[_KEY + j]
                found = 1
                if key == 0.0:
                    found = _search(
                        kind, limit, c, h, sites[owner[j]], edges[_M + j],
                        edges[_A + j], edges[_FA + j], edges[_DA + j],
                        edges[_B + j], edges[_FB + j], edges[_DB + j], stack, roots,
                    )  # fmt: skip
                else:
                    roots[0, 0] = edges[_TAU + j]
                    roots[0, 1] = key
                if used + found > time_out.shape[0]:
                    return k, mark
                used = _write(site_out, time_out, used, owner[j], time_s[k], found, roots)
    return last, used


@compiled(inline=True)
def _write(
    site_out: Integers,
    time_out: Floats,
    used: int,
    site: int,
    start_s: float,
    found: int,
    roots: Floats,
) -> int:
    """Write the roots of one site from row `used` on; return the next row."""
    for n in range(found):
        site_out[used] = site
        time_out[used] = math.copysign(start_s + roots[n, 0], roots[n, 1])
        used += 1
    return used


@compiled
def by_site(places: Integers, sites: Integers, times: Floats) -> tuple[Floats, Integers]:
    """Return the instants of sign changes grouped by site, and where each site's begin.

    places (P,) holds the row that each of the kernel's sites shall have. Changes of one site keep
    their order; a counting sort.
    """
    n_sites = places.shape[0]
    first = np.zeros(n_sites + 1, dtype=np.int64)
    for i in range(sites.shape[0]):
        first[places[sites[i]] + 1] += 1
    for i in range(n_sites):
        first[i + 1] += first[i]
    cursor = first[:-1].copy()
    out = np.empty(sites.shape[0])
    for i in range(sites.shape[0]):
        row = places[sites[i]]
        out[cursor[row]] = times[i]
        cursor[row] += 1
    return out, first


@compiled
def pair(
    times: Floats, first: Integers, inside: Booleans, start_s: float, end_s: float
) -> WindowArrays:
    """Turn sign changes grouped by site into windows sorted by site then time.

    inside (P,): whether the condition holds at start_s. Returns site (W,), start_s (W,),
    end_s (W,), cut (W, 2): cut by the start, by the end.
    """
    n_sites = first.shape[0] - 1
    total = times.shape[0] // 2 + 2 * n_sites + 1
    site = np.empty(total, dtype=np.int32)
    begin = np.empty(total)
    finish = np.empty(total)
    cut = np.zeros((total, 2), dtype=np.bool_)
    w = 0
    for s in range(n_sites):
        is_open = inside[s]
        opened = start_s
        from_start = is_open
        for j in range(first[s], first[s + 1]):
            t = abs(times[j])
            if t >= end_s:
                break
            if math.copysign(1.0, times[j]) > 0.0:
                if not is_open:
                    is_open = True
                    opened = t
                    from_start = False
            elif is_open:
                is_open = False
                if t > opened:
                    site[w] = s
                    begin[w] = opened
                    finish[w] = t
                    cut[w, 0] = from_start
                    w += 1
        if is_open and end_s > opened:
            site[w] = s
            begin[w] = opened
            finish[w] = end_s
            cut[w, 0] = from_start
            cut[w, 1] = True
            w += 1
    return site[:w], begin[:w], finish[:w], cut[:w]


@compiled
def refine(
    kind: int,
    limit: float,
    time_s: Floats,
    state: Floats,
    places: Floats,
    site: Integers,
    begin: Floats,
    finish: Floats,
    cut: Booleans,
) -> WindowArrays:
    """Cut windows (W,) down to where one more condition holds; each may split or vanish.

    places (P, >= 6) holds position and vector of each site, or what SKYLINE has for them. Returns
    arrays as `pair` does.
    """
    stack = np.empty((_STACK, 6))
    roots = np.empty((64, 2))
    c = np.empty(36)
    b = np.empty(7)
    n = site.shape[0]
    room = n + 2 * roots.shape[0]
    site_out = np.empty(room, dtype=np.int32)
    begin_out = np.empty(room)
    finish_out = np.empty(room)
    cut_out = np.zeros((room, 2), dtype=np.bool_)
    w = 0
    last_step = time_s.shape[0] - 2
    for i in range(n):
        s = places[site[i]]
        k = np.searchsorted(time_s, begin[i], side="right") - 1
        k = min(max(k, 0), last_step)
        t = begin[i]
        h = time_s[k + 1] - time_s[k]
        _coefficients(state[k], state[k + 1], h, c)
        fa, da, rho_a = _at(kind, limit, _rows(c), h, t - time_s[k], s)
        is_open = fa >= 0.0
        opened = t
        from_start = cut[i, 0]
        while t < finish[i]:
            # A step ends fewer windows than roots has rows; one more may end after the last.
            if w + roots.shape[0] + 1 >= room:
                room *= 2
                site_out = _grown(site_out, room)
                begin_out = _grown(begin_out, room)
                finish_out = _grown(finish_out, room)
                wider = np.zeros((room, 2), dtype=np.bool_)
                wider[:w] = cut_out[:w]
                cut_out = wider
            until = min(time_s[k + 1], finish[i])
            if k == last_step:
                until = finish[i]
            fb, db, rho_b = _at(kind, limit, _rows(c), h, until - time_s[k], s)
            _step_bounds(state[k], state[k + 1], h, b)
            stray = 0.5 * b[0] * (until - t)
            rates = (b[0], b[1], b[2], b[3], b[4], b[5], b[6])
            near = min(rho_a, rho_b) - stray
            if kind == SKYLINE:
                m = _skyline_curvature(s, rates, near)
            else:
                m = _curvature(kind, limit, rates, near, max(rho_a, rho_b) + stray)
            found = _search(
                kind, limit, c, h, s, m,
                t - time_s[k], fa, da, until - time_s[k], fb, db, stack, roots,
            )  # fmt: skip
            for r in range(found):
                at = time_s[k] + roots[r, 0]
                if roots[r, 1] > 0.0:
                    if not is_open:
                        is_open = True
                        opened = at
                        from_start = False
                elif is_open:
                    is_open = False
                    if at > opened:
                        site_out[w] = site[i]
                        begin_out[w] = opened
                        finish_out[w] = at
                        cut_out[w, 0] = from_start
                        w += 1
            t = until
            fa, da, rho_a = fb, db, rho_b
            if k == last_step:
                break
            k += 1
            if t < finish[i]:
                h = time_s[k + 1] - time_s[k]
                _coefficients(state[k], state[k + 1], h, c)
        if is_open and finish[i] > opened:
            site_out[w] = site[i]
            begin_out[w] = opened
            finish_out[w] = finish[i]
            cut_out[w, 0] = from_start
            cut_out[w, 1] = cut[i, 1]
            w += 1
    return site_out[:w], begin_out[:w], finish_out[:w], cut_out[:w]


@compiled
def _grown(values: Any, room: int) -> Any:
    out = np.empty(room, dtype=values.dtype)
    out[: values.shape[0]] = values
    return out


@compiled(inline=True)
def _ratio(kind: int, c: Floats, h: float, tau: float, s: Floats) -> Pair:
    """Return the limit that a condition would just meet, and its rate times a positive number."""
    f, df, rho = _at(kind, 0.0, _rows(c), h, tau, s)
    _f, df1, _rho = _at(kind, 1.0, _rows(c), h, tau, s)
    ratio = f / (rho * rho * rho) if kind == GROUND_SAMPLE else f / rho
    return ratio, df + ratio * (df1 - df)


@compiled
def peak(
    kind: int,
    time_s: Floats,
    state: Floats,
    places: Floats,
    site: Integers,
    begin: Floats,
    finish: Floats,
) -> Floats:
    """Return the instant (W,) in each window of the greatest elevation or finest ground sample.

    kind is ELEVATION or GROUND_SAMPLE. Several maxima in a window: the greatest. The ground sample
    goes as (distance^2 / sine of the elevation)^(1/2), so that of looks at elevation 0 or below,
    which have none, any above comes first.
    """
    c = np.empty(36)
    n = site.shape[0]
    out = np.empty(n)
    last_step = time_s.shape[0] - 2
    for i in range(n):
        s = places[site[i]]
        k = np.searchsorted(time_s, begin[i], side="right") - 1
        k = min(max(k, 0), last_step)
        t = begin[i]
        best = -np.inf
        while True:
            h = time_s[k + 1] - time_s[k]
            until = min(time_s[k + 1], finish[i])
            if k == last_step:
                until = finish[i]
            _coefficients(state[k], state[k + 1], h, c)
            lo = t - time_s[k]
            hi = until - time_s[k]
            for part in range(4):
                x0 = lo + 0.25 * part * (hi - lo)
                x1 = lo + 0.25 * (part + 1) * (hi - lo)
                r0, d0 = _ratio(kind, c, h, x0, s)
                r1, d1 = _ratio(kind, c, h, x1, s)
                if r0 > best:
                    best = r0
                    out[i] = time_s[k] + x0
                if r1 > best:
                    best = r1
                    out[i] = time_s[k] + x1
                if d0 > 0.0 and d1 < 0.0:
                    for _ in range(50):
                        x = x0 + (x1 - x0) * min(0.9, max(0.1, d0 / (d0 - d1)))
                        r, d = _ratio(kind, c, h, x, s)
                        if d > 0.0:
                            x0, d0 = x, d
                        else:
                            x1, d1 = x, d
                        if x1 - x0 < 1e-6 or d == 0.0:
                            break
                    if r > best:
                        best = r
                        out[i] = time_s[k] + x
            t = until
            if t >= finish[i] or k == last_step:
                break
            k += 1
    return out


@compiled(inline=True)
def _step_of(time_s: Floats, state: Floats, t: float, c: Floats) -> Pair:
    """Fill c with the coefficients of the step an instant lies in; return its share and length."""
    k = int(np.searchsorted(time_s, t, side="right")) - 1
    k = min(max(k, 0), time_s.shape[0] - 2)
    h = time_s[k + 1] - time_s[k]
    _coefficients(state[k], state[k + 1], h, c)
    return (t - time_s[k]) / h, h


@compiled
def positions(time_s: Floats, state: Floats, at: Floats) -> Floats:
    """Return position and sub-point normal (N, 6) of the track at instants at (N,)."""
    c = np.empty(36)
    out = np.empty((at.shape[0], 6))
    for i in range(at.shape[0]):
        u, _h = _step_of(time_s, state, at[i], c)
        rows = _rows(c)
        for j in range(6):
            out[i, j] = _value(rows[j], u)
    return out


@compiled
def velocities(time_s: Floats, state: Floats, at: Floats) -> Floats:
    """Return the velocity (N, 3) of the track at instants at (N,)."""
    c = np.empty(36)
    out = np.empty((at.shape[0], 3))
    for i in range(at.shape[0]):
        u, h = _step_of(time_s, state, at[i], c)
        rows = _rows(c)
        for j in range(3):
            out[i, j] = _slope(rows[j], u) / h
    return out


@compiled
def earth_fixed(value: Floats, rate: Floats, bend: Floats, angle: Floats, spin: float) -> Floats:
    """Turn (N, 6) inertial values and derivatives about the pole by angle (N,), as (N, 18).

    The two vectors of a row turn alike; spin is the rate of the angle (Vallado 2013, section 3.7).
    """
    n = value.shape[0]
    out = np.empty((n, 18))
    for i in range(n):
        cos = math.cos(angle[i])
        sin = math.sin(angle[i])
        for j in (0, 3):
            x = cos * value[i, j] + sin * value[i, j + 1]
            y = cos * value[i, j + 1] - sin * value[i, j]
            vx = cos * rate[i, j] + sin * rate[i, j + 1]
            vy = cos * rate[i, j + 1] - sin * rate[i, j]
            ax = cos * bend[i, j] + sin * bend[i, j + 1]
            ay = cos * bend[i, j + 1] - sin * bend[i, j]
            k = 3 * j
            out[i, k] = x
            out[i, k + 1] = y
            out[i, k + 2] = value[i, j + 2]
            out[i, k + 3] = vx + spin * y
            out[i, k + 4] = vy - spin * x
            out[i, k + 5] = rate[i, j + 2]
            out[i, k + 6] = ax + 2.0 * spin * vy - spin * spin * x
            out[i, k + 7] = ay - 2.0 * spin * vx - spin * spin * y
            out[i, k + 8] = bend[i, j + 2]
    return out
