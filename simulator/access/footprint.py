"""Which sites a step of a track may reach, compiled.

Units: metres, radians. A step looks at the sites in a cap about its middle alone, so that the cost
follows the number of windows, not sites times steps. Sites lie in tiles: those that several steps
may touch are chosen at once, from them those of a step, from them its sites.
ELEVATION and OFF_NADIR alone lead a search: they have a footprint.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.access.conditions import ELEVATION, condition, dot, length, vectors
from simulator.compiled import compiled
from simulator.orbits import Booleans, Floats, Integers, Triple

Quadruple = tuple[float, float, float, float]

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


@compiled(inline=True)
def _seen_for_sure(kind: int, limit: float, r: float, greatest_radius: float) -> float:
    """Return the angle at the Earth's centre within which a body at radius r sees every site.

    Sphere of the greatest site radius, angles narrowed as they are widened above; negative: none.
    """
    if kind == ELEVATION:
        e = math.asin(limit) + _NORMAL_RAD
        return math.acos(min(1.0, greatest_radius / r * math.cos(e))) - e
    eta = math.acos(limit) - _NORMAL_RAD
    return math.asin(min(1.0, r / greatest_radius * math.sin(eta))) - eta


@compiled
def reaches(kind: int, limit: float, radius: Floats, least_radius: float) -> Floats:
    """Return the angle (M,) that bounds the sites a body at each radius (M,) can reach."""
    out = np.empty(radius.shape[0])
    for i in range(radius.shape[0]):
        out[i] = _footprint(kind, limit, radius[i], least_radius)
    return out


@compiled
def inside_at(
    kind: int, limit: float, node: Floats, sites: Floats, units: Floats, least_radius: float
) -> Booleans:
    """Return for each site (P,), given by rows, whether the condition holds at one node."""
    out = np.zeros(units.shape[1], dtype=np.bool_)
    x, v, _a, n, m, _b = vectors(node)
    r = length(x)
    reach = math.cos(min(math.pi, _footprint(kind, limit, r, least_radius) + 1e-4))
    for i in range(units.shape[1]):
        # Beyond the horizon the far side of a cone would count.
        if x[0] * units[0, i] + x[1] * units[1, i] + x[2] * units[2, i] < reach * r:
            continue
        p = (sites[i, 0], sites[i, 1], sites[i, 2])
        q = (sites[i, 3], sites[i, 4], sites[i, 5])
        f, _df, _rho = condition(kind, limit, x, v, n, m, p, q)
        out[i] = f >= 0.0
    return out


@compiled
def directions(time_s: Floats, state: Floats, first: int, count: int, out: Floats) -> Triple:
    """Fill out (6, > count) with unit vectors of each step from the first on, and of the last end.

    To the middle of the step, then to its beginning. Returns least and greatest radius over the
    steps, and the greatest angle from a middle to an end of its step.
    """
    near, far, cosine = math.inf, 0.0, 1.0
    x0, v0, a0, _n0, _m0, _b0 = vectors(state[first])
    r0 = length(x0)
    out[3, 0], out[4, 0], out[5, 0] = x0[0] / r0, x0[1] / r0, x0[2] / r0
    for j in range(count):
        x1, v1, a1, _n1, _m1, _b1 = vectors(state[first + j + 1])
        r1 = length(x1)
        h = time_s[first + j + 1] - time_s[first + j]
        begin, end = (out[3, j], out[4, j], out[5, j]), (x1[0] / r1, x1[1] / r1, x1[2] / r1)
        out[3, j + 1], out[4, j + 1], out[5, j + 1] = end
        cx, cy, cz = begin[0] + end[0], begin[1] + end[1], begin[2] + end[2]
        w = 1.0 / math.sqrt(cx * cx + cy * cy + cz * cz)
        out[0, j], out[1, j], out[2, j] = cx * w, cy * w, cz * w
        cosine = min(cosine, dot((cx, cy, cz), begin) * w)
        # As in `step_bounds`.
        least = min(r0, r1)
        fast2, pull2 = max(dot(v0, v0), dot(v1, v1)), max(dot(a0, a0), dot(a1, a1))
        sag = (1.02 * math.sqrt(pull2) + 1.0404 * fast2 / least) * h * h / 8.0
        near, far = min(near, least - sag), max(far, max(r0, r1) + sag)
        v0, a0, r0 = v1, a1, r1
    return near, far, math.acos(min(1.0, cosine))


@compiled
def caps(
    kind: int,
    limit: float,
    near: float,
    far: float,
    swing: float,
    least_radius: float,
    greatest_radius: float,
) -> Quadruple:
    """Return within which caps of a step lie the sites of which its search has to know.

    As the angle of a cap about the middle of the step, beyond which it sees no site throughout;
    the cosine of that; the cosine of caps about its beginning, middle and end: it sees none
    throughout that is in none of them; and the cosine of caps about its ends: it sees every site
    throughout that is in both, 2 where there is none. near and far are the radii within which the
    step runs, swing is the angle from its middle to its ends. Between them the path strays from the
    great circle by less than a twentieth of that.
    """
    seen = _footprint(kind, limit, far, least_radius) + 0.05 * swing + 1e-4
    reach = min(math.pi, seen + swing)
    # Where the path comes nearest to a site inside the step, it does so at a right angle, at most
    # half the swing away from one of the three: cosines multiply.
    cos_seen = math.cos(min(math.pi, seen))
    cos_seen = min(cos_seen, cos_seen * math.cos(0.55 * swing))
    # A cap below a right angle holds the great circle between any two of its points.
    sure = min(_seen_for_sure(kind, limit, near, greatest_radius), 1.5) - 0.05 * swing - 1e-4
    return reach, math.cos(reach), cos_seen, math.cos(sure) if sure > 0.0 else 2.0


@compiled
def tiles_in(centre: Triple, reach: float, caps_of: Floats, out: Integers) -> int:
    """Fill out (T,) with the tiles that a cap about a direction may touch; return how many.

    reach is the angle of the cap; caps_of (5, T) are those of `SiteTiles`.
    """
    cx, cy, cz = centre
    cosine, sine = math.cos(reach), math.sin(reach)
    count = 0
    for i in range(caps_of.shape[1]):
        # Written before it is known to count: no branch to mispredict.
        out[count] = i
        towards = cx * caps_of[0, i] + cy * caps_of[1, i] + cz * caps_of[2, i]
        # The cosine of the sum of both angles, of which one of more than pi holds everything.
        both = cosine * caps_of[3, i] - sine * caps_of[4, i]
        whole = sine * caps_of[3, i] + cosine * caps_of[4, i] <= 0.0
        count += 1 if (towards >= both) | whole else 0
    return count
