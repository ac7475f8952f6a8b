"""Outlines of regions: made continuous on the longitude-latitude plane, checked, measured.

Vertices are (longitude, latitude) in degrees, the order of GeoJSON. What an edge is between its
ends, `simulator.earth.surfaces` says; one longer than 180 degrees of longitude goes the short way,
over the antimeridian.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise

Vertex = tuple[float, float]
Outline = tuple[Vertex, ...]

KM_PER_DEG = 111.195  # of a sphere with the Earth's mean radius, 6371.0 km


def continuous(vertices: Sequence[Vertex]) -> Outline:
    """Return the outline without jumps at the antimeridian, longitudes running on past 180.

    The closing vertex, if repeated, is dropped. An outline that goes once round the Earth is
    closed over the pole on its side of the equator.
    """
    ring = _open(vertices)
    if not ring:
        return ()
    run = [ring[0]]
    for (west, before), (east, latitude) in pairwise([*ring, ring[0]]):
        # A step of exactly 360 degrees along a parallel is all of it, and meant as written.
        whole = abs(east - west) == 360.0 and latitude == before
        step = east - west if whole else _short_way(east - west)
        run.append((run[-1][0] + step, latitude))
    *open_ring, closing = run
    if math.isclose(closing[0], open_ring[0][0], abs_tol=1e-9):
        return tuple(open_ring)
    # The mean latitude tells on which side of the equator the outline runs.
    pole = math.copysign(90.0, sum(latitude for _, latitude in open_ring))
    return (*run, (closing[0], pole), (open_ring[0][0], pole))


def _open(vertices: Sequence[Vertex]) -> list[Vertex]:
    ring = list(vertices)
    while len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    return ring


def side_by_side(rings: Sequence[Outline]) -> tuple[Outline, ...]:
    """Return continuous outlines, each turned by whole circles to lie nearest the first."""
    out: list[Outline] = []
    for ring in rings:
        middle = _middle_deg(ring)
        # By whole circles only, so that an outline stays in its place on the Earth.
        turn = 360.0 * round(((_middle_deg(out[0]) if out else middle) - middle) / 360.0)
        out.append(tuple((longitude + turn, latitude) for longitude, latitude in ring))
    return tuple(out)


def _middle_deg(ring: Outline) -> float:
    longitudes = [longitude for longitude, _ in ring]
    return 0.5 * (min(longitudes) + max(longitudes))


def _short_way(step_deg: float) -> float:
    return step_deg - 360.0 * round(step_deg / 360.0)


def turned(vertices: Sequence[Vertex]) -> Outline:
    """Return an outline that reaches beyond 180 degrees west turned, as a whole, to the east.

    One that also reaches beyond Greenwich is kept as it is written: it would end beyond 360.
    """
    longitudes = [longitude for longitude, _ in vertices]
    if not longitudes or min(longitudes) >= -180.0 or max(longitudes) > 0.0:
        return tuple(vertices)
    # Rounding keeps a coordinate the number that was written, to less than a micrometre.
    return tuple((round(longitude + 360.0, 12), latitude) for longitude, latitude in vertices)


def outline_faults(vertices: Sequence[Vertex], *, straight: bool = False) -> list[str]:
    """Return why the vertices bound no region, or nothing: too few, no area, crossing itself.

    Edges are great circles, or straight in longitude and latitude.
    """
    from simulator.earth import along_axes, traced

    if any(abs(latitude) > 90.0 for _, latitude in vertices):
        return [_latitude_fault(vertices)]
    if len(set(vertices)) < 3:
        return [f"has {len(set(vertices))} different vertices; at least 3 are needed"]
    ring = _open(vertices)
    if straight:
        return _shape_faults(continuous(ring), continuous(ring))
    if not along_axes(ring) and (fault := _opposite_fault(ring)):
        return [fault]
    return _shape_faults(continuous(ring), continuous(traced(ring)))


def _opposite_fault(ring: Sequence[Vertex]) -> str:
    for start, end in pairwise([*ring, ring[0]]):
        if abs(end[0] - start[0]) == 180.0 and start[1] == -end[1]:
            return (
                f"has an edge from [{start[0]:g}, {start[1]:g}] to the opposite place "
                f"[{end[0]:g}, {end[1]:g}]; put a vertex between them"
            )
    return ""


def _latitude_fault(vertices: Sequence[Vertex]) -> str:
    number, (longitude, latitude) = next(
        (n, vertex) for n, vertex in enumerate(vertices) if abs(vertex[1]) > 90.0
    )
    fault = f"vertex {number} [{longitude:g}, {latitude:g}] has latitude {latitude:g}"
    # Every longitude could then be a latitude.
    swapped = all(abs(longitude) <= 90.0 for longitude, _ in vertices)
    hint = "; they look swapped" if swapped else ""
    return f"{fault}; allowed -90 to 90, vertices are [longitude, latitude]{hint}"


def _shape_faults(corners: Sequence[Vertex], line: Sequence[Vertex]) -> list[str]:
    """Return the faults of an outline followed along its edges as a line."""
    from shapely import Polygon
    from shapely.validation import explain_validity

    # Of the hull: vertices on one line have none, however they are ordered.
    if Polygon(corners).convex_hull.area < 1e-12:
        return ["has no area: its vertices lie on one line"]
    if Polygon(line).is_valid:
        return []
    # The place is named by the corners where it can be: that is what the user wrote.
    crossings = (explain_validity(Polygon(ring)) for ring in (corners, line))
    place = next(filter(None, (re.search(r"\[(\S+) (\S+)\]", words) for words in crossings)), None)
    where = f" at [{float(place[1]):g}, {float(place[2]):g}]" if place else ""
    return [f"crosses or touches itself{where}; list the vertices in order along the outline"]


def overlap(
    rings: Sequence[Sequence[Vertex]], holes: Sequence[Sequence[Vertex]], *, straight: bool = False
) -> bool:
    """Return whether a place is held twice, or is in a hole of nothing: then areas don't add.

    An island in a lake is none of these. What is below a millionth of the area is passed over.
    """
    from shapely import LinearRing, polygonize, unary_union

    from simulator.earth import surface, traced

    closed = [_open(ring) for ring in (*rings, *holes)]
    lines = [continuous(ring if straight else traced(ring)) for ring in closed]
    drawn = unary_union([LinearRing(line) for line in side_by_side(lines)])
    faces = list(polygonize([drawn]).geoms)
    least = 1e-6 * sum(face.area for face in faces)
    # Slivers come of rounding where two outlines share a border.
    inner = [face.representative_point() for face in faces if face.area > least]
    held = surface(closed[: len(rings)], closed[len(rings) :], straight=straight).counts(
        [place.y for place in inner], [place.x for place in inner]
    )
    return bool(((held < 0) | (held > 1)).any())


def grid_cells(ring: Sequence[Vertex], resolution_km: float) -> float:
    """Return about how many cells of a given size cover the box around an outline."""
    longitudes, latitudes = zip(*ring, strict=True)
    south, north = min(latitudes), max(latitudes)
    # Parallels are longest there, so the count of cells errs to the large side.
    nearest_equator = 0.0 if south <= 0.0 <= north else min(abs(south), abs(north))
    width_km = (max(longitudes) - min(longitudes)) * KM_PER_DEG
    width_km *= math.cos(math.radians(nearest_equator))
    height_km = (north - south) * KM_PER_DEG
    return float(max(width_km / resolution_km, 1.0) * max(height_km / resolution_km, 1.0))
