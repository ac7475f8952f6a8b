"""The sun as a track in the Earth-fixed frame, and a satellite's passages through Earth's shadow.

The apparent sun comes from ERFA's series for the Earth's orbit (`epv00`), with annual aberration
and light time, precession and nutation IAU 2006/2000A; within 0.001 deg of a JPL ephemeris, and
nothing is downloaded. Units: metres, seconds, radians inside.
"""

from __future__ import annotations

from collections.abc import Callable

import erfa
import numpy as np

from simulator.ephemeris import Track
from simulator.geometry import WGS84_SEMI_MAJOR_AXIS_M
from simulator.kernel import positions
from simulator.timescale import DAY_S, EARTH_RATE_RAD_S, FloatArray, Span

AU_M = 149_597_870_700.0  # IAU 2012 Resolution B2
SUN_RADIUS_M = 6.957e8  # IAU 2015 Resolution B3
_LIGHT_AU_S = 499.004_783_836
_SPEED_OF_LIGHT_AU_DAY = DAY_S / _LIGHT_AU_S
_NODE_S = 6.0 * 3_600.0
STEP_S = 1_200.0


def _apparent(span: Span, t_s: FloatArray) -> FloatArray:
    """Return the apparent sun (N, 3), AU, axes of the true equator that turn with the Earth's rate.

    The x axis is the Greenwich meridian at t_s taken back by the Earth's uniform rotation since
    the span's start, so what is left moves smoothly by a degree a day.
    """
    day, tt = span.tt_jd(t_s)
    ut1_day, ut1 = span.ut1_jd(t_s)
    helio, bary = erfa.epv00(day, tt)
    earth = helio["p"]
    distance = np.linalg.norm(earth, axis=-1)
    # The sun's own motion about the barycentre in the eight minutes of light time, 5e-8 rad, is
    # left out.
    direction = -earth / distance[:, None]
    velocity = bary["v"] / _SPEED_OF_LIGHT_AU_DAY
    lorentz = np.sqrt(1.0 - np.einsum("ij,ij->i", velocity, velocity))
    seen = erfa.ab(direction, velocity, distance, lorentz)
    true_equator = np.einsum("nij,nj->ni", erfa.pnm06a(day, tt), seen)
    sidereal = erfa.gst06a(ut1_day, ut1, day, tt) - EARTH_RATE_RAD_S * t_s
    cos, sin = np.cos(sidereal), np.sin(sidereal)
    x, y, z = true_equator.T
    turned: FloatArray = np.stack([cos * x + sin * y, cos * y - sin * x, z], axis=1)
    return np.asarray(turned * distance[:, None])


def sun_track(span: Span) -> Track:
    """Return the direction of the apparent sun as a track of unit vectors over the span.

    Column 9 holds the distance in AU, the rest stays zero.
    """
    nodes_s = np.arange(-2.0 * _NODE_S, span.duration_s + 3.0 * _NODE_S, _NODE_S)
    nodes = _apparent(span, nodes_s)
    t_s = np.arange(0.0, span.duration_s + STEP_S, STEP_S)
    value, rate, bend = _cubic(nodes, nodes_s[0], t_s)
    distance = np.linalg.norm(value, axis=1)[:, None]
    unit = value / distance
    rate = rate / distance
    bend = bend / distance
    # The distance changes by under 2e-9 of itself a second: unit vectors only bend sideways.
    rate -= unit * np.einsum("ij,ij->i", rate, unit)[:, None]
    bend -= unit * (np.einsum("ij,ij->i", bend, unit) + np.einsum("ij,ij->i", rate, rate)).reshape(
        -1, 1
    )
    state = np.zeros((len(t_s), 18))
    angle, w = EARTH_RATE_RAD_S * t_s, EARTH_RATE_RAD_S
    cos, sin = np.cos(angle), np.sin(angle)

    def turned(v: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        return cos * v[:, 0] + sin * v[:, 1], cos * v[:, 1] - sin * v[:, 0], v[:, 2]

    (x, y, z), (vx, vy, vz), (ax, ay, az) = turned(unit), turned(rate), turned(bend)
    state[:, 0:3] = np.stack([x, y, z], axis=1)
    state[:, 3:6] = np.stack([vx + w * y, vy - w * x, vz], axis=1)
    state[:, 6:9] = np.stack(
        [ax + 2.0 * w * vy - w**2 * x, ay - 2.0 * w * vx - w**2 * y, az], axis=1
    )
    state[:, 9] = distance[:, 0]
    return Track(t_s, state)


def _cubic(
    nodes: FloatArray, first_s: float, t_s: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return value, first and second derivative of the quintic Lagrange polynomial at t_s."""
    base = np.clip(((t_s - first_s) / _NODE_S).astype(int), 2, len(nodes) - 4)
    x = (t_s - first_s) / _NODE_S - base
    places = np.arange(-2.0, 4.0)
    fit = np.linalg.inv(np.vander(places, 6, increasing=True))
    powers = np.vander(x, 6, increasing=True)
    order = np.arange(6.0)
    slopes = np.zeros_like(powers)
    slopes[:, 1:] = powers[:, :-1] * order[1:]
    bends = np.zeros_like(powers)
    bends[:, 2:] = powers[:, :-2] * (order[2:] * order[1:-1])
    around = nodes[base[:, None] + np.arange(-2, 4)]
    out = [
        np.einsum("nk,nkj->nj", basis @ fit, around) / _NODE_S**n
        for n, basis in enumerate((powers, slopes, bends))
    ]
    return out[0], out[1], out[2]


def sun_directions(sun: Track, t_s: FloatArray) -> FloatArray:
    """Return the sun's unit vector (N, 3) in the Earth-fixed frame at t_s (N,)."""
    return np.asarray(positions(sun.time_s, sun.state, np.ascontiguousarray(t_s)))[:, :3]


def sun_elevation_deg(sun: Track, normals: FloatArray, t_s: FloatArray) -> FloatArray:
    """Return the elevation of the sun's centre over sites of normal (N, 3) at t_s (N,), degrees.

    No refraction, no parallax (0.0024 deg at most).
    """
    sine = np.einsum("ij,ij->i", sun_directions(sun, t_s), normals)
    return np.asarray(np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0))))


def _shadow_margin(satellite: Track, sun: Track, t_s: FloatArray, *, umbra: bool) -> FloatArray:
    """Return metres outside the shadow cone (negative inside), at t_s (N,).

    Conical shadow of a sphere of the equator's radius (Montenbruck and Gill 2000, section 3.4.2).
    """
    place = np.asarray(positions(satellite.time_s, satellite.state, t_s))[:, :3]
    at_sun = np.asarray(positions(sun.time_s, sun.state, t_s))
    direction = at_sun[:, :3]
    distance = at_sun[:, 3] * AU_M
    along = np.einsum("ij,ij->i", place, direction)
    across = np.linalg.norm(place - along[:, None] * direction, axis=1)
    sign = -1.0 if umbra else 1.0
    sine = (SUN_RADIUS_M + sign * WGS84_SEMI_MAJOR_AXIS_M) / distance
    cosine = np.sqrt(1.0 - sine**2)
    cone = WGS84_SEMI_MAJOR_AXIS_M / cosine - sign * along * sine / cosine
    # On the day side the cone does not count; there the margin is the distance to the terminator.
    return np.asarray(np.where(along >= 0.0, across - cone + along * 2.0 + 1.0e7, across - cone))


def shadow_windows(satellite: Track, sun: Track, end_s: float, *, umbra: bool) -> FloatArray:
    """Return windows (N, 2), seconds, in which the satellite is in umbra, or in any shadow.

    Edges to a millisecond. A shadow passage shorter than the step of the track is found by the
    minimum of the margin between nodes.
    """
    t_s = satellite.time_s[satellite.time_s < end_s]
    t_s = np.append(t_s, min(end_s, satellite.end_s))
    t_s = np.unique(np.concatenate([t_s, 0.5 * (t_s[1:] + t_s[:-1])]))

    def margin(at_s: FloatArray) -> FloatArray:
        return _shadow_margin(satellite, sun, np.ascontiguousarray(at_s), umbra=umbra)

    values = margin(t_s)
    t_s, values = _with_minima(t_s, values, margin)
    inside = values < 0.0
    change = np.flatnonzero(inside[1:] != inside[:-1])
    low, high = t_s[change].copy(), t_s[change + 1].copy()
    entering = inside[change + 1]
    while len(low) and float((high - low).max()) > 1e-4:
        middle = 0.5 * (low + high)
        beyond = (margin(middle) < 0.0) == entering
        high, low = np.where(beyond, middle, high), np.where(beyond, low, middle)
    edges = 0.5 * (low + high)
    starts = list(edges[entering])
    ends = list(edges[~entering])
    if inside[0]:
        starts.insert(0, float(t_s[0]))
    if inside[-1]:
        ends.append(float(t_s[-1]))
    return np.array([starts, ends], dtype=np.float64).T.reshape(-1, 2)


def _with_minima(
    t_s: FloatArray, values: FloatArray, margin: Callable[[FloatArray], FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Add the vertex of the parabola through each small local minimum of the margin."""
    middle = np.flatnonzero(
        (values[1:-1] > 0.0) & (values[1:-1] <= values[:-2]) & (values[1:-1] <= values[2:])
    )
    middle = middle[values[middle + 1] < 1.0e6] + 1
    if not len(middle):
        return t_s, values
    left, centre, right = t_s[middle - 1], t_s[middle], t_s[middle + 1]
    for _ in range(40):
        a = centre - 0.382 * (centre - left)
        b = centre + 0.382 * (right - centre)
        fa, fc, fb = margin(a), margin(centre), margin(b)
        go_left, go_right = (fa < fc) & (fa <= fb), (fb < fc) & (fb < fa)
        stay = ~(go_left | go_right)
        right = np.where(go_left, centre, np.where(stay, b, right))
        left = np.where(go_right, centre, np.where(stay, a, left))
        centre = np.where(go_left, a, np.where(go_right, b, centre))
    low = margin(centre)
    all_s = np.concatenate([t_s, centre])
    order = np.argsort(all_s, kind="stable")
    return all_s[order], np.concatenate([values, low])[order]
