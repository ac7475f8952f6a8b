"""Parts of the Earth's surface bounded by rings: what lies inside them, and how large they are.

An edge is the shorter great circle between its ends, geodetic coordinates being taken as places
on a sphere; it stays within 50 m of the geodesic over 500 km, about 1 km over 3,000. A ring of
nothing but meridians and parallels keeps both as its edges. Where straight edges are asked for,
longitude and latitude change evenly along every edge (RFC 7946, 3.1.1): what lies inside is then
decided by the line itself, to the rounding of its coordinates, and no edge is cut into pieces; the
area is its integral by a quadrature that errs by less than 1e-12 of it. Areas are those of the
WGS84 ellipsoid. Vertices are (longitude, latitude) in degrees, the last joined to the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator import ragged
from simulator.arrays import BoolArray, FloatArray, IntArray, cross
from simulator.earth.ellipsoid import (
    EARTH_MEAN_RADIUS_KM,
    WGS84_ECCENTRICITY_SQUARED,
    WGS84_SEMI_MAJOR_AXIS_M,
    ellipsoid_normal,
)
from simulator.errors import InputError

Vertex = tuple[float, float]

_E2 = WGS84_ECCENTRICITY_SQUARED
_E = float(np.sqrt(_E2))
_POLE_Q = 1.0 + (1.0 - _E2) * float(np.arctanh(_E)) / _E
# Radius of the sphere that has the ellipsoid's area (Snyder 1987, equation 3-13).
AUTHALIC_RADIUS_KM = WGS84_SEMI_MAJOR_AXIS_M / 1e3 * float(np.sqrt(_POLE_Q / 2.0))
EARTH_AREA_KM2 = 4.0 * float(np.pi) * AUTHALIC_RADIUS_KM**2

_NODES, _WEIGHTS = (x / 2.0 for x in np.polynomial.legendre.leggauss(16))
_NODES = _NODES + 0.5
_PAIRS_AT_ONCE = 1_000_000
_PLACES_AT_ONCE = 500_000


def authalic_sine(sine_latitude: ArrayLike) -> FloatArray:
    """Return the sine of the authalic latitude from the sine of the geodetic one.

    It is proportional to the area between a parallel and the equator of the ellipsoid.
    Snyder 1987, Map Projections: A Working Manual, equations 3-11 and 3-12.
    """
    x = np.asarray(sine_latitude, dtype=np.float64)
    q = (1.0 - _E2) * (x / (1.0 - _E2 * x**2) + np.arctanh(_E * x) / _E)
    return np.asarray(q / _POLE_Q)


def geodetic_latitude_deg(authalic_sine_of: ArrayLike) -> FloatArray:
    """Return geodetic latitudes from the sines of authalic ones, exact to rounding."""
    target_sine = np.asarray(authalic_sine_of, dtype=np.float64)
    x = target_sine
    # Newton on the sine, where the slope stays near one; each round squares an error of 0.4 %.
    for _ in range(4):
        slope = 2.0 * (1.0 - _E2) / _POLE_Q / (1.0 - _E2 * x**2) ** 2
        x = x - (authalic_sine(x) - target_sine) / slope
    return np.degrees(np.arcsin(np.clip(x, -1.0, 1.0)))


@dataclass(frozen=True, eq=False)
class _Edges:
    """Edges of rings from west to east, all (E,), none along a meridian.

    Longitudes 0 to 360. A `bowed` edge is a great circle, any other is straight in longitude and
    latitude. `gain` is what a way north gains of outlines, less holes, by crossing back over it.
    """

    west_deg: FloatArray
    east_deg: FloatArray
    west_latitude_deg: FloatArray
    east_latitude_deg: FloatArray
    bowed: BoolArray
    gain: NDArray[np.int8]

    @property
    def width_deg(self) -> FloatArray:
        """Extent in longitude, above 0, up to 360 degrees."""
        width = self.east_deg - self.west_deg
        return np.where(width > 0.0, width, width + 360.0)

    def chosen(self, rows: BoolArray) -> _Edges:
        """Return some of the edges."""
        return _Edges(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass(frozen=True, eq=False)
class _Ring:
    """One ring with its inner side settled: the smaller one, or that of a drawn box."""

    edges: _Edges
    first_deg: float
    hole: bool
    holds_north_pole: bool
    holds_south_pole: bool
    area_km2: float
    length_km: float
    south_deg: float
    north_deg: float


class Surface:
    """Every place that more outlines than holes hold."""

    def __init__(self, rings: Sequence[_Ring]) -> None:
        self._rings = tuple(rings)
        parts = [ring.edges for ring in rings]
        names = _Edges.__dataclass_fields__
        self._edges = _Edges(*(np.concatenate([getattr(p, n) for p in parts]) for n in names))
        self._at_north_pole = sum(
            (-1 if ring.hole else 1) for ring in rings if ring.holds_north_pole
        )

    @property
    def area_km2(self) -> float:
        """Area on the ellipsoid; wrong where outlines overlap or a hole reaches outside."""
        return sum(-ring.area_km2 if ring.hole else ring.area_km2 for ring in self._rings)

    @property
    def perimeter_km(self) -> float:
        """Length of all rings, about; a seam between two outlines counts twice."""
        return sum(ring.length_km for ring in self._rings)

    @cached_property
    def bounds_deg(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the least box around; east may exceed 180.

        The longitudes are those as which the first vertex was written.
        """
        outlines = [ring for ring in self._rings if not ring.hole]
        south = min(-90.0 if r.holds_south_pole else r.south_deg for r in outlines)
        north = max(90.0 if r.holds_north_pole else r.north_deg for r in outlines)
        first = outlines[0].first_deg
        if any(ring.holds_north_pole or ring.holds_south_pole for ring in outlines):
            return first, south, first + 360.0, north
        west, east = _least_arc(*(_joined(outlines, name) for name in ("west_deg", "east_deg")))
        if east - west >= 360.0:
            return first, south, first + 360.0, north
        turn = 360.0 * float(np.floor((first - west + 1e-9) / 360.0))
        return west + turn, south, east + turn, north

    def contains(self, latitude_deg: ArrayLike, longitude_deg: ArrayLike) -> BoolArray:
        """Return which places lie inside; one on a line between two surfaces, in one of them."""
        return self.counts(latitude_deg, longitude_deg) > 0

    def counts(self, latitude_deg: ArrayLike, longitude_deg: ArrayLike) -> IntArray:
        """Return how many outlines hold each place, less how many holes.

        A place is followed north to the pole, and the edges crossed are counted by direction.
        """
        places = np.broadcast_arrays(latitude_deg, longitude_deg)
        latitude, longitude = (np.ravel(x).astype(np.float64) for x in places)
        counts = np.empty(len(latitude), dtype=np.int64)
        for start in range(0, len(counts), _PLACES_AT_ONCE):
            part = slice(start, start + _PLACES_AT_ONCE)
            counts[part] = self._counted(latitude[part], _turned(longitude[part]))
        return counts.reshape(places[0].shape)

    def _counted(self, latitude: FloatArray, turned: FloatArray) -> IntArray:
        order = np.argsort(turned, kind="stable")
        latitude, turned = latitude[order], turned[order]
        # What holds the pole, plus what each crossing on the way back south from it gains.
        counts = np.full(len(order), float(self._at_north_pole))
        for bowed in (True, False):
            edges = self._edges.chosen(self._edges.bowed == bowed)
            below = _below_bowed if bowed else _below_straight
            for edge, place in _meetings(edges, turned):
                gains = edges.gain[edge] * below(edges, edge, latitude[place], turned[place])
                counts += np.bincount(place, weights=gains, minlength=len(counts))
        in_order = np.empty(len(order), dtype=np.int64)
        in_order[order] = np.rint(counts).astype(np.int64)
        return in_order


def surface(
    outlines_deg: Iterable[Sequence[Vertex]],
    holes_deg: Iterable[Sequence[Vertex]] = (),
    *,
    straight: bool = False,
) -> Surface:
    """Return the surface of outlines less holes, each the smaller side of its ring.

    Edges are great circles or, with `straight`, straight in longitude and latitude. A ring of
    straight edges, or of meridians and parallels, that does not go round the Earth is what it
    holds, however large. An edge goes the short way, but for one of 360 degrees along a parallel,
    which is all of it. Raises InputError for a great circle between opposite places, and for a
    ring that goes round the Earth more than once.
    """
    rings = [(ring, False) for ring in outlines_deg] + [(ring, True) for ring in holes_deg]
    return Surface([_ring_of(ring, hole=hole, straight=straight) for ring, hole in rings])


def plane_surface(
    outlines_deg: Iterable[Sequence[Vertex]],
    holes_deg: Iterable[Sequence[Vertex]] = (),
    *,
    straight_holes: bool = False,
) -> Surface:
    """Return the surface of outlines whose edges are straight in longitude and latitude.

    Their longitudes are taken as written: they run on past 180 degrees and nothing goes the short
    way. Holes are as in `surface`, straight if asked for.
    """
    rings = []
    for vertices in outlines_deg:
        longitude, latitude = np.array(vertices, dtype=np.float64).T
        step = np.roll(longitude, -1) - longitude
        rings.append(_ring(longitude, latitude, step, drawn=True, hole=False))
    holes = [_ring_of(ring, hole=True, straight=straight_holes) for ring in holes_deg]
    return Surface(rings + holes)


def along_axes(vertices: Sequence[Vertex]) -> bool:
    """Return whether a ring runs along meridians and parallels only."""
    longitude, latitude = np.array(vertices, dtype=np.float64).T
    along_parallel = np.roll(latitude, -1) == latitude
    return bool(np.all(along_parallel | (_short_steps_deg(longitude, latitude) == 0.0)))


def _short_steps_deg(longitude: FloatArray, latitude: FloatArray) -> FloatArray:
    """Return the steps of a ring in longitude by the short way; a whole parallel stays whole."""
    step = np.roll(longitude, -1) - longitude
    whole = (np.abs(step) == 360.0) & (np.roll(latitude, -1) == latitude)
    return np.where(whole, step, step - 360.0 * np.round(step / 360.0))


def traced(vertices: Sequence[Vertex], *, step_deg: float = 1.0) -> list[Vertex]:
    """Return a ring with places put in along its edges, no farther apart than a step."""
    if along_axes(vertices):
        return list(vertices)
    longitude, latitude = np.array([*vertices, vertices[0]], dtype=np.float64).T
    normal = ellipsoid_normal(latitude, longitude)
    arc = _angle(normal[:-1], normal[1:])
    pieces = np.ceil(np.degrees(arc) / step_deg)
    pieces[(np.abs(np.diff(longitude)) == 360.0) & (np.diff(latitude) == 0.0)] = 1.0
    ring: list[Vertex] = []
    for number, vertex in enumerate(vertices):
        ring.append(vertex)
        if pieces[number] > 1.0:
            share = np.arange(1.0, pieces[number]) / pieces[number]
            between = _between(normal[number], normal[number + 1], arc[number], share[:, None])
            east = np.degrees(np.arctan2(between[:, 1], between[:, 0]))
            north = np.degrees(np.arctan2(between[:, 2], np.hypot(*between[:, :2].T)))
            ring += zip(east.tolist(), north.tolist(), strict=True)
    return ring


def _ring_of(vertices: Sequence[Vertex], *, hole: bool, straight: bool) -> _Ring:
    ring = list(vertices)
    while len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    longitude, latitude = np.array(ring, dtype=np.float64).T
    step = _short_steps_deg(longitude, latitude)
    return _ring(longitude, latitude, step, drawn=straight or along_axes(ring), hole=hole)


def _ring(
    longitude: FloatArray, latitude: FloatArray, step: FloatArray, *, drawn: bool, hole: bool
) -> _Ring:
    """Return a ring; `drawn` if its edges are straight in longitude and latitude."""
    start, end = latitude.copy(), np.roll(latitude, -1)
    over_pole = ~np.full(len(step), drawn) & (np.abs(step) == 180.0)
    if np.any(over_pole & (start + end == 0.0)):
        raise InputError("an edge joins two opposite places; put a vertex between them")
    # Both halves of an edge over a pole are meridians; between them it turns on the pole.
    pole = np.where(over_pole, np.copysign(90.0, start + end), 0.0)
    start, end = np.where(over_pole, pole, start), np.where(over_pole, pole, end)
    at_pole = (np.abs(start) == 90.0) & (start == end)
    bowed = ~(at_pole | (np.abs(step) == 360.0)) & (not drawn)
    sides = _Sides(longitude, step, start, end, bowed)
    turns = round(float(step.sum()) / 360.0)
    if abs(turns) > 1:
        raise InputError(f"a ring goes {abs(turns)} times round the Earth")
    # The area on the ring's left, from the integral of the authalic sine over longitude (Green's
    # theorem). What comes out negative was written clockwise: on its left is all but the inside.
    north_on_left, area = turns > 0, 2.0 * np.pi * abs(turns) - float(sides.integral().sum())
    if turns == 0 and area < 0.0:
        north_on_left, area = True, area + 4.0 * np.pi
    both_poles = turns == 0 and north_on_left
    # A ring has two sides: the inner one is the smaller, or that of the drawn box without poles.
    wrong = both_poles if drawn and turns == 0 else area > 2.0 * np.pi * (1.0 + 1e-12)
    north = north_on_left != wrong
    return _Ring(
        edges=sides.edges(-1 if wrong != hole else 1),
        first_deg=float(longitude[0]),
        hole=hole,
        holds_north_pole=north,
        holds_south_pole=north if turns == 0 else not north,
        area_km2=(4.0 * np.pi - area if wrong else area) * AUTHALIC_RADIUS_KM**2,
        length_km=float(sides.length().sum()) * EARTH_MEAN_RADIUS_KM,
        south_deg=float(np.minimum(latitude, sides.summit_deg(-1.0)).min()),
        north_deg=float(np.maximum(latitude, sides.summit_deg(1.0)).max()),
    )


@dataclass(frozen=True, eq=False)
class _Sides:
    """The edges of a ring in its own order, all (E,): where from, step in longitude, latitudes."""

    longitude_deg: FloatArray
    step_deg: FloatArray
    start_deg: FloatArray
    end_deg: FloatArray
    bowed: BoolArray

    @cached_property
    def _ends(self) -> tuple[FloatArray, FloatArray]:
        """Both ends as unit vectors (E, 3), longitudes counted from the start."""
        start = ellipsoid_normal(self.start_deg, np.zeros(len(self.step_deg)))
        return start, ellipsoid_normal(self.end_deg, self.step_deg)

    @cached_property
    def _arc(self) -> FloatArray:
        """The angle (E,) between both ends."""
        return _angle(*self._ends)

    @cached_property
    def _normal(self) -> FloatArray:
        """The axes (E, 3) of the great circles; of an edge without length, nothing."""
        across = cross(*self._ends)
        length = np.sqrt(_dot(across, across))[:, None]
        return np.asarray(np.divide(across, length, out=np.zeros_like(across), where=length > 0.0))

    def _by_kind(
        self, bowed: Callable[[], FloatArray], straight: Callable[[], FloatArray]
    ) -> FloatArray:
        """Return for each edge what its kind has; a kind of which there is none is left alone."""
        if self.bowed.all():
            return bowed()
        return np.where(self.bowed, bowed(), straight()) if self.bowed.any() else straight()

    def integral(self) -> FloatArray:
        """Return for each edge the integral of the authalic latitude's sine over longitude."""
        return self._by_kind(self._bowed_integral, self._straight_integral)

    def _straight_integral(self) -> FloatArray:
        latitude = self.start_deg[:, None] + np.outer(self.end_deg - self.start_deg, _NODES)
        values = authalic_sine(np.sin(np.radians(latitude)))
        return np.asarray(np.radians(self.step_deg) * (values @ _WEIGHTS))

    def _bowed_integral(self) -> FloatArray:
        """Return the exact integral on the sphere with the small rest by quadrature.

        Spherical excess below an arc: Todhunter and Leathem 1901, Spherical Trigonometry,
        article 103. Along an arc d longitude = n_z / cos^2(latitude) d arc, so the rest is smooth.
        """
        t, u = (np.tan(np.radians(x) / 2.0) for x in (self.start_deg, self.end_deg))
        half = np.tan(np.radians(np.where(self.bowed, self.step_deg, 0.0)) / 2.0)
        sphere = 2.0 * np.arctan2(half * (t + u), 1.0 + t * u)
        south, north = (end[:, 2:] for end in self._ends)
        sine = _between(south, north, self._arc[:, None], _NODES)
        room = np.maximum(1.0 - sine**2, 1e-9)
        flattening = ((authalic_sine(sine) - sine) / room) @ _WEIGHTS
        return np.asarray(sphere + self._normal[:, 2] * self._arc * flattening)

    def length(self) -> FloatArray:
        """Return the length of each edge on the unit sphere."""
        return self._by_kind(lambda: self._arc, self._straight_length)

    def _straight_length(self) -> FloatArray:
        rise = self.end_deg - self.start_deg
        latitude = np.radians(self.start_deg[:, None] + np.outer(rise, _NODES))
        across = np.radians(self.step_deg)[:, None] * np.cos(latitude)
        return np.asarray(np.hypot(across, np.radians(rise)[:, None]) @ _WEIGHTS)

    def summit_deg(self, pole: float) -> FloatArray:
        """Return the latitude farthest towards a pole, 1 or -1, that each edge reaches."""
        ends = np.asarray(pole * np.maximum(pole * self.start_deg, pole * self.end_deg))
        return self._by_kind(lambda: self._bowed_summit_deg(pole, ends), lambda: ends)

    def _bowed_summit_deg(self, pole: float, ends_deg: FloatArray) -> FloatArray:
        start, end = self._ends
        normal = self._normal
        # A great circle's summit is the pole projected on its plane; it counts if on the edge.
        summit = pole * (np.array([0.0, 0.0, 1.0]) - normal[:, 2:] * normal)
        within = (_dot(cross(start, summit), normal) > 0.0) & (
            _dot(cross(summit, end), normal) > 0.0
        )
        top = pole * np.degrees(np.arccos(np.clip(np.abs(normal[:, 2]), 0.0, 1.0)))
        return np.where(within, top, ends_deg)

    def edges(self, side: int) -> _Edges:
        """Return the edges from west to east; `side` is 1 if what counts is on the ring's left."""
        east_longitude = np.roll(self.longitude_deg, -1)
        eastward = self.step_deg > 0.0

        def sorted_ends(start: FloatArray, end: FloatArray) -> tuple[FloatArray, FloatArray]:
            return np.where(eastward, start, end), np.where(eastward, end, start)

        west, east = sorted_ends(_turned(self.longitude_deg), _turned(east_longitude))
        low, high = sorted_ends(self.start_deg, self.end_deg)
        gain = np.where(eastward, -side, side).astype(np.int8)
        all_edges = _Edges(west, east, low, high, self.bowed, gain)
        return all_edges.chosen((west != east) | (np.abs(self.step_deg) == 360.0))


def _turned(longitude_deg: FloatArray) -> FloatArray:
    turned = np.mod(longitude_deg, 360.0)
    return np.where(turned == 360.0, 0.0, turned)  # what rounding makes of a tiny negative one


def _dot(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(np.sum(a * b, axis=-1))


def _angle(a: FloatArray, b: FloatArray) -> FloatArray:
    across = cross(a, b)
    return np.asarray(np.arctan2(np.sqrt(_dot(across, across)), _dot(a, b)))


def _between(a: FloatArray, b: FloatArray, arc: FloatArray, part: FloatArray) -> FloatArray:
    """Return components of unit vectors at a part of the way, `arc` long, from a to b.

    Along the great circle; shapes are broadcast.
    """
    # Spherical linear interpolation (Shoemake 1985, SIGGRAPH 19(3)); straight on a tiny arc.
    whole = np.sin(arc)
    near, far = np.sin((1.0 - part) * arc), np.sin(part * arc)
    plain = (1.0 - part) * a + part * b
    return np.where(whole > 1e-12, (near * a + far * b) / np.where(whole > 0, whole, 1.0), plain)


def _joined(rings: Iterable[_Ring], name: str) -> FloatArray:
    return np.concatenate([getattr(ring.edges, name) for ring in rings])


def _least_arc(west_deg: FloatArray, east_deg: FloatArray) -> tuple[float, float]:
    """Return the ends of the least arc of longitude that covers all these arcs, in order."""
    order = np.argsort(west_deg)
    west, east = west_deg[order], east_deg[order]
    reach = np.where(east > west, east, east + 360.0)
    reach = np.maximum.accumulate(np.maximum(reach, reach.max() - 360.0))
    # The least arc that covers all is the whole circle without the widest gap between them.
    gaps = np.append(west[1:], west[0] + 360.0) - reach
    widest = int(np.argmax(gaps))
    if gaps[widest] <= 1e-9:
        return 0.0, 360.0
    if widest == len(west) - 1:
        return float(west[0]), float(reach[-1])
    return float(west[widest + 1]), float(reach[widest]) + 360.0


def _meetings(edges: _Edges, turned_deg: FloatArray) -> Iterable[tuple[IntArray, IntArray]]:
    """Yield pairs of an edge and a place whose longitude it spans, western end included.

    The longitudes of the places ascend.
    """
    first = np.searchsorted(turned_deg, edges.west_deg)
    last = np.searchsorted(turned_deg, edges.east_deg)
    # An edge over the prime meridian spans two runs of places: to 360 degrees and from 0 on.
    numbers = np.arange(len(first))
    round_zero = edges.west_deg >= edges.east_deg
    edge = np.concatenate([numbers, numbers[round_zero]])
    start = np.concatenate([first, np.zeros(int(round_zero.sum()), dtype=np.int64)])
    end = np.concatenate([np.where(round_zero, len(turned_deg), last), last[round_zero]])
    count = end - start
    bunch = np.cumsum(count) // _PAIRS_AT_ONCE
    for number in np.unique(bunch):
        rows = np.flatnonzero(bunch == number)
        row, place = ragged.ranges(start[rows], count[rows])
        yield edge[rows][row], place


def _into_deg(edges: _Edges, edge: IntArray, turned_deg: FloatArray) -> FloatArray:
    into = turned_deg - edges.west_deg[edge]
    return np.where(into < 0.0, into + 360.0, into)


def _below_bowed(
    edges: _Edges, edge: IntArray, latitude_deg: FloatArray, turned_deg: FloatArray
) -> BoolArray:
    """Return which places lie south of the latitude their great circle has at their longitude."""
    # Latitude of the great circle at a longitude `into` the edge: tan(lat) sin(width) =
    # tan(low) sin(width - into) + tan(high) sin(into), here multiplied by all three cosines, so
    # that nothing divides by zero at a pole.
    low, high = np.radians(edges.west_latitude_deg), np.radians(edges.east_latitude_deg)
    width = np.radians(edges.width_deg)
    span = (np.cos(low) * np.cos(high) * np.sin(width))[edge]
    rise_low = (np.sin(low) * np.cos(high))[edge]
    rise_high = (np.cos(low) * np.sin(high))[edge]
    into = np.radians(_into_deg(edges, edge, turned_deg))
    latitude = np.radians(latitude_deg)
    line = rise_low * np.sin(width[edge] - into) + rise_high * np.sin(into)
    return np.asarray(np.sin(latitude) * span < np.cos(latitude) * line)


def _below_straight(
    edges: _Edges, edge: IntArray, latitude_deg: FloatArray, turned_deg: FloatArray
) -> BoolArray:
    """Return which places lie south of their edge, straight in longitude and latitude."""
    slope = (edges.east_latitude_deg - edges.west_latitude_deg) / edges.width_deg
    line = edges.west_latitude_deg[edge] + slope[edge] * _into_deg(edges, edge, turned_deg)
    # Nothing is north of a pole, and a box that reaches it holds it.
    return np.asarray((latitude_deg < line) | (line >= 90.0))
