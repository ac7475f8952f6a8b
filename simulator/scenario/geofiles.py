"""Outlines of regions from GeoJSON files, shapefiles and the countries of the base map."""

from __future__ import annotations

import math
import unicodedata
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from simulator.errors import InputError, nearest_hint
from simulator.scenario import outlines, shapefiles
from simulator.scenario.outlines import Outline
from simulator.scenario.shapefiles import Feature
from simulator.scenario.systems import System, check_geojson_system, projection_file
from simulator.scenario.textfiles import MAX_DEPTH, MIB, parse_json, read_bytes, read_text
from simulator.scenario.words import shown

# Read into memory, the worst JSON of this size takes under a gigabyte.
MAX_FILE_BYTES = 32 * MIB
# A resolved scenario holds them all, and has to stay a file that loads.
MAX_VERTICES = 20_000
LEAST_LONGITUDE, GREATEST_LONGITUDE = -360.0, 360.0
_DIGITS = 7  # a centimetre
_POLYGONS = ("Polygon", "MultiPolygon")
_OTHERS = ("Point", "MultiPoint", "LineString", "MultiLineString")
_NOTHING = "feature without geometry"
_COUNTRY_NAMES = ("NAME", "NAME_EN", "NAME_LONG", "ADMIN")
_COUNTRY_CODES = ("ADM0_A3", "ISO_A3_EH")


@dataclass(frozen=True)
class Rings:
    """The rings of a region, (longitude, latitude) in degrees, and what to tell its reader."""

    outlines: tuple[Outline, ...]
    holes: tuple[Outline, ...] = ()
    notes: tuple[str, ...] = ()


def read_geojson(path: Path, feature: str | int | None = None, *, straight: bool = False) -> Rings:
    """Return the polygons of a GeoJSON file (RFC 7946), those of one feature if it is named.

    A feature is named by the value of any of its properties. What is no polygon is passed over,
    and the notes say so. Edges, by which the rings are checked, are great circles or, with
    `straight`, straight in longitude and latitude as the standard has them (3.1.1), 0.2 km away
    over 100 km at 45 degrees. Raises InputError.
    """
    text = read_text(path, limit_bytes=MAX_FILE_BYTES)
    with _named(path):
        document = parse_json(text)
        if not isinstance(document, dict):
            raise InputError("holds JSON that is no object, so no GeoJSON")
        passed_over = Counter[str]()
        return _chosen(_json_features(document), feature, passed_over, System(), straight)


def read_shapefile(
    path: Path, feature: str | int | None = None, *, straight: bool = False
) -> Rings:
    """Return the polygons of a shapefile, those of one record if it is named, as in GeoJSON.

    Attributes are read from the `.dbf` beside it, their code page from the `.cpg`, prime meridian
    and unit from the `.prj`; all may be absent, their capitals do not matter. Raises InputError.
    """
    projection = shapefiles.companion(path, ".prj")
    with _named(path):
        words = b"" if projection is None else read_bytes(projection, limit_bytes=MIB)
        # Names in it may be in any code page; what counts is ASCII.
        system = projection_file(words.decode("utf-8-sig", errors="replace"))
        passed_over = Counter[str]()
        features = shapefiles.features(
            path,
            passed_over,
            limit_bytes=MAX_FILE_BYTES,
            encoding="latin-1" if feature is None else None,  # then no attribute is looked at
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _chosen(features, feature, passed_over, system, straight)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Put the file's name before what is wrong with it."""
    try:
        yield
    except InputError as error:
        raise InputError([f"{path.name}: {problem}" for problem in error.problems]) from None


@lru_cache
def country(name: str) -> Rings:
    """Return the outline of a country of the base map, Natural Earth 1:50 million.

    It is named in English, or by its three letters. Raises InputError naming the nearest.
    """
    from simulator import basemap

    path = basemap.layer_path("admin_0_countries", basemap.COUNTRIES_SCALE)
    folded_name, names = _folded(name), set[str]()
    for properties, geometry in shapefiles.features(path, Counter(), limit_bytes=MAX_FILE_BYTES):
        called = [str(properties[key]) for key in (*_COUNTRY_NAMES, *_COUNTRY_CODES)]
        # Natural Earth writes -99 where a country has no code.
        if folded_name in map(_folded, called) and folded_name != "-99":
            return _rings(_polygons(geometry, Counter()), System().place)
        names.update(called[: len(_COUNTRY_NAMES)])
    raise InputError(f"{name!r} is no country of the base map{nearest_hint(name, names)}")


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def _json_features(document: Mapping[str, Any], *, depth: int = 0) -> Iterator[Feature]:
    kind = document.get("type")
    check_geojson_system(document)
    if depth > MAX_DEPTH:
        raise InputError(f"holds collections nested deeper than {MAX_DEPTH} levels")
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise InputError("is a FeatureCollection without a list of features")
        for feature in features:
            # What is no object becomes an empty one, and is refused as one of no type.
            inner = feature if isinstance(feature, dict) else {}
            yield from _json_features(inner, depth=depth + 1)
    elif kind == "Feature":
        properties, geometry = document.get("properties"), document.get("geometry")
        yield (
            properties if isinstance(properties, dict) else {},
            geometry if isinstance(geometry, dict) else {} if geometry is not None else _NONE,
        )
    else:
        yield {}, document


_NONE: Mapping[str, Any] = {"type": None, "coordinates": ()}


def _chosen(
    features: Iterable[Feature],
    feature: str | int | None,
    passed_over: Counter[str],
    system: System,
    straight: bool,
) -> Rings:
    """Return the rings of all features, or of those with `feature` for a property."""
    polygons: list[list[Any]] = []
    names: set[str] = set()
    is_named = False
    for properties, geometry in features:
        values = [str(v).strip() for v in properties.values() if isinstance(v, str | int | float)]
        if feature is None or _alike(str(feature)) in map(_alike, values):
            is_named = True
            polygons += _polygons(geometry, passed_over)
        elif len(names) < 10_000:  # for the hint; a file may have millions
            names.update(v for v in properties.values() if isinstance(v, str) and len(v) < 80)
    if feature is not None and not is_named:
        raise InputError(f"holds no feature {shown(feature)}{nearest_hint(str(feature), names)}")
    if not polygons and (kinds := [kind for kind in passed_over if kind != _NOTHING]):
        where = "" if feature is None else f" as feature {shown(feature)}"
        raise InputError(f"holds {', '.join(kinds)}{where}; allowed {' and '.join(_POLYGONS)}")
    return _sound(_rings(polygons, system.place), passed_over, system, straight)


def _sound(rings: Rings, passed_over: Counter[str], system: System, straight: bool) -> Rings:
    """Return checked rings with their notes, those beyond 180 degrees west turned east."""
    problems = [
        f"ring {number} {problem}"
        for number, ring in enumerate((*rings.outlines, *rings.holes), start=1)
        for problem in outlines.outline_faults(ring, straight=straight)
    ]
    if problems:
        raise InputError(problems)
    counts = [f"{count:,} {kind}{'s' * (count > 1)}" for kind, count in passed_over.items()]
    notes = [f"passed over as no polygon: {', '.join(counts)}"] if counts else []
    if straight and any(map(_goes_the_short_way, (*rings.outlines, *rings.holes))):
        notes.append("edges wider than 180 degrees go the short way, over the antimeridian")
    return Rings(
        tuple(map(outlines.turned, rings.outlines)),
        tuple(map(outlines.turned, rings.holes)),
        (*notes, *system.notes),
    )


def _goes_the_short_way(ring: Outline) -> bool:
    """Return whether an edge is written wider than 180 degrees, other than all round a parallel."""
    return any(
        abs(east - west) > 180.0 and not (abs(east - west) == 360.0 and start == end)
        for (west, start), (east, end) in zip(ring, (*ring[1:], ring[0]), strict=True)
    )


def _alike(text: str) -> str:
    """Return a text as it is compared: letters composed, capitals ignored."""
    return unicodedata.normalize("NFC", text.strip()).casefold()


def _polygons(
    geometry: Mapping[str, Any], passed_over: Counter[str], *, depth: int = 0
) -> list[list[Any]]:
    """Return the polygons of a geometry, each its rings, the outer one first; count the others."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    check_geojson_system(geometry)
    if geometry is _NONE or kind in _OTHERS:
        passed_over[_NOTHING if geometry is _NONE else str(kind)] += 1
        return []
    if kind == "GeometryCollection":
        members = geometry.get("geometries")
        if not isinstance(members, list) or depth > MAX_DEPTH:
            raise InputError("holds a GeometryCollection whose geometries are no list of them")
        inner = [member if isinstance(member, dict) else {} for member in members]
        return [p for member in inner for p in _polygons(member, passed_over, depth=depth + 1)]
    if kind not in _POLYGONS:
        kind_text = shown(kind) if not isinstance(kind, str) else shown(kind).strip("'")
        raise InputError(
            f"holds {kind_text if kind else 'no geometry'}; allowed {' and '.join(_POLYGONS)}"
        )
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list | tuple) or not all(
        isinstance(rings, list | tuple) and rings for rings in polygons
    ):
        raise InputError(f"holds a {kind} whose coordinates are no rings")
    return [list(rings) for rings in polygons]


Place = Callable[[float, float], tuple[float, float]]


def _rings(polygons: list[list[Any]], place: Place) -> Rings:
    if not polygons:
        raise InputError("holds no polygon")
    count = sum(len(ring) for rings in polygons for ring in rings if isinstance(ring, list | tuple))
    if count > MAX_VERTICES:
        raise InputError(f"has {count:,} vertices; allowed {MAX_VERTICES:,}: simplify it first")
    return Rings(
        tuple(_ring(rings[0], place) for rings in polygons),
        tuple(_ring(hole, place) for rings in polygons for hole in rings[1:]),
    )


def _ring(raw: Any, place: Place) -> Outline:
    """Return a ring rounded to a centimetre, without its closing vertex or a place twice in a row.

    Heights are left out.
    """
    if not isinstance(raw, list | tuple):
        raise InputError("holds a ring that is no list of positions")
    ring: list[tuple[float, float]] = []
    for position in raw:
        vertex = _vertex(position, place)
        if not ring or vertex != ring[-1]:
            ring.append(vertex)
    while len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    return tuple(ring)


def _vertex(position: Any, place: Place) -> tuple[float, float]:
    pair = position[:2] if isinstance(position, list | tuple) else ()
    if len(pair) != 2 or any(isinstance(x, bool) or not isinstance(x, int | float) for x in pair):
        raise InputError(f"holds {shown(position)}, which is no position [longitude, latitude]")
    longitude, latitude = (round(float(x), _DIGITS) for x in place(float(pair[0]), float(pair[1])))
    in_range = LEAST_LONGITUDE <= longitude <= GREATEST_LONGITUDE
    if not (math.isfinite(latitude) and in_range):
        raise InputError(
            f"holds position [{longitude:g}, {latitude:g}]; allowed longitudes are "
            f"{LEAST_LONGITUDE:g} to {GREATEST_LONGITUDE:g}, in degrees"
        )
    return longitude, latitude
