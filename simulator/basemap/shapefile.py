"""The bundled shapefiles, read whole into shapes.

The format: ESRI 1998, ESRI Shapefile Technical Description. Only what the bundled files hold is
read: lines (type 3), surfaces (type 5), and tables of texts.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from simulator.arrays import BoolArray, FloatArray, IntArray

_HEAD_BYTES = 100
_SURFACES = 5
# Of a table: where its fields are described, and where in a description the length stands.
_HEAD_DBF, _LENGTH = 32, 16


def read(path: Path, within: tuple[float, float, float, float]) -> list[shapely.Geometry]:
    """Return the shapes of a file, longitude and latitude in degrees, in its order.

    Those beside a box are left out: west, south, east and north, with an east past 180 degrees, or
    a west past -180, where it crosses the antimeridian.
    """
    data = path.read_bytes()
    # The index has for each record its place and its length, in words of two bytes.
    index = np.frombuffer(path.with_suffix(".shx").read_bytes(), ">i4", offset=_HEAD_BYTES)
    at = 2 * index.reshape(-1, 2)[:, 0].astype(np.int64)
    parts, points, owner = _records(data, at[_touching(data, at, within)])
    if not len(parts):
        return []
    part = np.repeat(np.arange(len(parts)), parts)
    if int.from_bytes(data[32:36], "little") == _SURFACES:
        return _surfaces(shapely.linearrings(points, indices=part), owner)
    lines = shapely.linestrings(points, indices=part)
    several = np.bincount(owner) > 1
    joined = shapely.multilinestrings(lines[several[owner]], indices=_ranks(owner[several[owner]]))
    shapes = np.empty(len(several), dtype=object)
    shapes[several] = joined
    shapes[~several] = lines[~several[owner]]
    return list(shapes)


def classes(path: Path) -> list[str]:
    """Return the first field of the table beside a file, a text for each shape."""
    data = path.with_suffix(".dbf").read_bytes()
    return _texts(data, 1, data[_HEAD_DBF + _LENGTH])


def field(path: Path, name: str) -> list[str]:
    """Return a field of the table beside a file, a text for each shape."""
    data = path.with_suffix(".dbf").read_bytes()
    # Each field is described in 32 bytes: its name, then, at byte 16, its length.
    at, begin = _HEAD_DBF, 1
    while data[at : at + 11].split(b"\0")[0].decode("ascii") != name:
        begin += data[at + _LENGTH]
        at += 32
    return _texts(data, begin, data[at + _LENGTH])


def _texts(data: bytes, begin: int, length: int) -> list[str]:
    """Return a field of every record of a table, from a byte of the record on."""
    count = int.from_bytes(data[4:8], "little")
    head, width = (int.from_bytes(data[at : at + 2], "little") for at in (8, 10))
    starts = (head + number * width + begin for number in range(count))
    return [data[at : at + length].decode("utf-8").strip(" \0") for at in starts]


def _touching(data: bytes, at: IntArray, within: tuple[float, float, float, float]) -> BoolArray:
    """Return which records have boxes that touch a box, by the places where they begin."""
    octets = np.frombuffer(data, np.uint8)[(at + 12)[:, None] + np.arange(32)]
    west, south, east, north = octets.copy().view("<f8").T
    touching = (south <= within[3]) & (north >= within[1])
    # By how far east of the one's western edge the other's begins, whichever it is.
    east_of = (west - within[0]) % 360.0 <= within[2] - within[0]
    west_of = (within[0] - west) % 360.0 <= east - west
    return np.asarray(touching & (east_of | west_of))


def _records(data: bytes, at: IntArray) -> tuple[IntArray, FloatArray, IntArray]:
    """Return how many points each line has, the points of all, and whose shape each line is."""
    sizes = [np.empty(0, dtype=np.int32)]
    points = [np.empty((0, 2))]
    owner: list[int] = []
    for number, start in enumerate(at.tolist()):
        # Past the record's own head, its type and its box.
        parts, count = np.frombuffer(data, "<i4", 2, start + 44).tolist()
        firsts = np.frombuffer(data, "<i4", parts, start + 52)
        sizes.append(np.diff(firsts, append=count))
        points.append(np.frombuffer(data, "<f8", 2 * count, start + 52 + 4 * parts).reshape(-1, 2))
        owner += [number] * parts
    return np.concatenate(sizes), np.concatenate(points), np.array(owner, dtype=np.int64)


def _surfaces(rings: np.ndarray, owner: IntArray) -> list[shapely.Geometry]:
    """Return a surface for each owner; outlines run clockwise, holes the other way round."""
    hole = shapely.is_ccw(rings)
    shapes: list[shapely.Geometry] = []
    ends = np.flatnonzero(np.diff(owner)) + 1
    for of_one, holes in zip(np.split(rings, ends), np.split(hole, ends), strict=True):
        outlines = shapely.polygons(of_one[~holes])
        inner = shapely.polygons(of_one[holes])
        if len(outlines) == 1:
            shapes.append(shapely.Polygon(of_one[~holes][0], list(of_one[holes])))
            continue
        within = [[i for i in inner if outline.contains(i)] for outline in outlines]
        shapes.append(
            shapely.MultiPolygon(
                [
                    shapely.Polygon(outline.exterior, [i.exterior for i in holes])
                    for outline, holes in zip(outlines, within, strict=True)
                ]
            )
        )
    return shapes


def _ranks(owner: IntArray) -> IntArray:
    """Return the place of each owner among those there are."""
    return np.unique(owner, return_inverse=True)[1]
