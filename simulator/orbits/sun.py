"""The sun as a track in the Earth-fixed frame, and a satellite's passages through Earth's shadow.

The apparent sun comes from ERFA's series for the Earth's orbit (`epv00`), with annual aberration
and light time, precession and nutation IAU 2006/2000A; nothing is downloaded. Its place is that
seen from the Earth's centre, in metres, so that a line from any site or satellite to it has its
parallax; from a site it lies within 0.0002 deg of a JPL ephemeris (diurnal aberration, 0.0001 deg,
is left out). Units: metres, seconds, radians inside.

A satellite's shadow is that of the WGS84 ellipsoid in the light of a disc: in penumbra where any
point of the sun's disc lies behind the Earth, in umbra where all do. No air bends or dims light.
"""

from __future__ import annotations

from functools import lru_cache

import erfa
import numpy as np

from simulator.arrays import BoolArray, FloatArray, cross
from simulator.earth import EARTH_RATE_RAD_S, Span, sphere_of_ellipsoid
from simulator.orbits.bounds import step_bounds
from simulator.orbits.crossings import Pieces, sign_changes
from simulator.orbits.polynomials import earth_fixed, positions
from simulator.orbits.tracks import Track
from simulator.units import DAY_S, HOUR_S

AU_M = 149_597_870_700.0  # IAU 2012 Resolution B2
SUN_RADIUS_M = 6.957e8  # IAU 2015 Resolution B3
_LIGHT_AU_S = 499.004_783_836
_SPEED_OF_LIGHT_AU_DAY = DAY_S / _LIGHT_AU_S
_NODE_S = 6.0 * HOUR_S
_AT_ONCE = 50_000
STEP_S = 1_200.0
# Bound on the rate at which the sun's direction turns in Earth-fixed axes, rad/s: a day's turn and
# a satellite's own motion of up to 20 km/s.
_SUN_TURN_RAD_S = 7.4e-5


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
    to_equator = erfa.pnm06a(day, tt)
    true_equator = np.einsum("nij,nj->ni", to_equator, seen)
    # With the matrix at hand, for gst06a would work out the nutation a second time.
    sidereal = erfa.gst06(ut1_day, ut1, day, tt, to_equator) - EARTH_RATE_RAD_S * t_s
    cos, sin = np.cos(sidereal), np.sin(sidereal)
    x, y, z = true_equator.T
    turned: FloatArray = np.stack([cos * x + sin * y, cos * y - sin * x, z], axis=1)
    return np.asarray(turned * distance[:, None])


@lru_cache(maxsize=16)
def _nodes(span: Span) -> tuple[FloatArray, FloatArray]:
    """Return instants (N,) and the apparent sun (N, 3) at them, to be read only.

    Of a span that many studies share, as those of draws and of points of a sweep, once.
    """
    nodes_s = np.arange(-2.0 * _NODE_S, span.duration_s + 3.0 * _NODE_S, _NODE_S)
    nodes = _apparent(span, nodes_s)
    for each in (nodes_s, nodes):
        each.setflags(write=False)
    return nodes_s, nodes


def sun_track(span: Span) -> Track:
    """Return the place of the apparent sun, metres from the Earth's centre, over the span.

    The track's normals stay zero.
    """
    nodes_s, nodes = _nodes(span)
    t_s = np.arange(0.0, span.duration_s + STEP_S, STEP_S)
    value, rate, bend = (
        np.concatenate([order * AU_M, np.zeros_like(order)], axis=1)
        for order in _cubic(nodes, nodes_s[0], t_s)
    )
    angle = EARTH_RATE_RAD_S * t_s
    return Track(t_s, np.asarray(earth_fixed(value, rate, bend, angle, EARTH_RATE_RAD_S)))


def _cubic(
    nodes: FloatArray, first_s: float, t_s: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return value, first and second derivative of the quintic Lagrange polynomial at t_s."""
    base = np.clip(((t_s - first_s) / _NODE_S).astype(int), 2, len(nodes) - 4)
    x = (t_s - first_s) / _NODE_S - base
    # The quintic through the six nodes around each instant, in powers of the step from a node.
    places = np.arange(-2.0, 4.0)
    fit = np.linalg.inv(np.vander(places, 6, increasing=True))
    powers = np.vander(x, 6, increasing=True)
    order = np.arange(6.0)
    slopes = np.zeros_like(powers)
    slopes[:, 1:] = powers[:, :-1] * order[1:]
    bends = np.zeros_like(powers)
    bends[:, 2:] = powers[:, :-2] * (order[2:] * order[1:-1])
    around = nodes[base[:, None] + np.arange(-2, 4)]
    orders = [
        np.einsum("nk,nkj->nj", basis @ fit, around) / _NODE_S**n
        for n, basis in enumerate((powers, slopes, bends))
    ]
    return orders[0], orders[1], orders[2]


def sun_positions(sun: Track, t_s: FloatArray) -> FloatArray:
    """Return the apparent sun's place (N, 3) in the Earth-fixed frame at t_s (N,), metres."""
    return np.asarray(positions(sun.time_s, sun.state, np.ascontiguousarray(t_s)))[:, :3]


def sun_elevation_deg(
    sun: Track, position_m: FloatArray, normals: FloatArray, t_s: FloatArray
) -> FloatArray:
    """Return the elevation of the sun's centre over sites at t_s (N,), degrees; no refraction.

    The sites have Earth-fixed positions and normals (N, 3), or (3,) for all.
    """
    line = sun_positions(sun, t_s) - position_m
    sine = np.sum(line * normals, axis=1) / np.linalg.norm(line, axis=1)
    return np.asarray(np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0))))


def shadow_windows(satellite: Track, sun: Track, end_s: float, *, umbra: bool) -> FloatArray:
    """Return windows (N, 2), seconds, in which the satellite is in umbra, or in any shadow.

    Every passage longer than `SHORTEST_S` is found, its edges to a microsecond: the clearance of
    the light changes at a bounded rate, and a stretch is passed over only where the clearances at
    both its ends are together more than it can change in between.
    """
    last = int(np.searchsorted(satellite.time_s, end_s, side="left"))
    t_s = np.append(satellite.time_s[:last], min(end_s, satellite.end_s))
    t_s = t_s[np.append(True, np.diff(t_s) > 0.0)]
    if len(t_s) < 2:
        return np.empty((0, 2))
    steps, _, _ = step_bounds(satellite.time_s, satellite.state)
    # The scale of axes adds under 1.02 to lengths and turns.
    change_m_s = 1.02 * (steps[:, 1] + _SUN_TURN_RAD_S * steps[:, 0])[: len(t_s) - 1]

    def clearance(at_s: FloatArray) -> FloatArray:
        return _clearances_m(satellite, sun, at_s, umbra=umbra)

    values = clearance(t_s)
    pieces = Pieces(t_s[:-1], t_s[1:], values[:-1], values[1:], change_m_s)
    edges = sign_changes(clearance, pieces)
    if values[0] < 0.0:
        edges = np.append(t_s[0], edges)
    if values[-1] < 0.0:
        edges = np.append(edges, t_s[-1])
    return edges.reshape(-1, 2)


def sunlit_at(satellite: Track, sun: Track, t_s: FloatArray) -> BoolArray:
    """Return whether the satellite is out of any shadow at t_s (N,)."""
    return _clearances_m(satellite, sun, t_s, umbra=False) >= 0.0


def _clearances_m(satellite: Track, sun: Track, t_s: FloatArray, *, umbra: bool) -> FloatArray:
    """Return how far (N,) the light that reaches a satellite at t_s clears the Earth, metres."""
    parts = []
    # Part by part: what is worked out on the way takes a hundred times the room.
    for part_s in np.array_split(t_s, 1 + len(t_s) // _AT_ONCE):
        place = np.asarray(positions(satellite.time_s, satellite.state, part_s))[:, :3]
        parts.append(_clearance_m(place, sun_positions(sun, part_s), umbra=umbra))
    return np.concatenate(parts)


def _clearance_m(place: FloatArray, sun: FloatArray, *, umbra: bool) -> FloatArray:
    """Return how far (N,) one ray from the sun's rim to the satellite clears the Earth, metres.

    place, sun (N, 3) are Earth-fixed. The ray is that of the rim which the Earth hides last (umbra)
    or first; the clearance is below zero where it is hidden. It counts in axes scaled so that the
    ellipsoid is a sphere of the equator's radius. There a direction `light` from the satellite at
    `scaled` is hidden where scaled . light + tangent |light| < 0, tangent being the distance of
    the horizon: convex in the direction, so extreme on the rim. Where on the rim the gradient at
    the disc's centre tells: at the rim it points elsewhere by under 0.001 of an angle (for the
    flattening is 0.003 and the disc small), and the clearance errs by the square of that: under a
    millimetre in low orbit, 3 mm in geostationary orbit, 3 m as far out as the Moon.
    """
    radius, scale = sphere_of_ellipsoid()
    line = sun - place
    distance = np.linalg.norm(line, axis=1)[:, None]
    centre = line / distance
    rim = SUN_RADIUS_M / np.sqrt(distance**2 - SUN_RADIUS_M**2)
    scaled = place * scale
    tangent = np.sqrt(np.maximum(np.sum(scaled**2, axis=1) - radius**2, 0.0))[:, None]
    light = centre * scale
    light /= np.linalg.norm(light, axis=1)[:, None]
    # Gradient of scaled . light + tangent |light| by the unscaled direction, then its part along
    # the disc.
    gradient = scale * (scaled + tangent * light)
    gradient -= centre * np.sum(gradient * centre, axis=1)[:, None]
    outward = gradient / np.maximum(np.linalg.norm(gradient, axis=1), 1e-9)[:, None]
    light = (centre + (rim if umbra else -rim) * outward) * scale
    light /= np.linalg.norm(light, axis=1)[:, None]
    nearest = np.where(
        np.sum(scaled * light, axis=1) < 0.0,
        np.linalg.norm(cross(scaled, light), axis=1),
        np.linalg.norm(scaled, axis=1),
    )
    return np.asarray(nearest - radius)
