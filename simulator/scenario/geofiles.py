"""Outlines of regions from GeoJSON files, shapefiles and the countries of the base map."""

from __future__ import annotations

import io
import json
import math
import re
import struct
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from typing import Any

from simulator.errors import InputError, nearest_hint
from simulator.scenario import outlines
from simulator.scenario.outlines import Outline
from simulator.scenario.textfiles import MIB, read_text
from simulator.scenario.words import shown

MAX_FILE_BYTES = 32 * MIB
# A resolved scenario holds them all, and has to stay a file that loads.
MAX_VERTICES = 20_000
_DIGITS = 7  # a centimetre
_POLYGONS = ("Polygon", "MultiPolygon")
_COUNTRY_NAMES = ("NAME", "NAME_EN", "NAME_LONG", "ADMIN")
_COUNTRY_CODES = ("ADM0_A3", "ISO_A3_EH")


@dataclass(frozen=True)
class Rings:
    """The rings of a region, (longitude, latitude) in degrees."""

    outlines: tuple[Outline, ...]
    holes: tuple[Outline, ...] = ()


Feature = tuple[Mapping[str, Any], Mapping[str, Any]]  # properties and geometry, as in GeoJSON


def read_geojson(path: Path, feature: str | int | None = None) -> Rings:
    """Return the polygons of a GeoJSON file (RFC 7946), those of one feature if it is named.

    A feature is named by the value of any of its properties. Edges are great circles here; the
    standard has them straight in longitude and latitude, 0.2 km away over 100 km at 45 degrees.
    Raises InputError.
    """
    text = read_text(path, limit_bytes=MAX_FILE_BYTES)
    with _named(path):
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError(f"is not JSON: {error}") from None
        if not isinstance(document, dict):
            raise InputError("holds JSON that is no object, so no GeoJSON")
        _check_system(document.get("crs"))
        return _chosen(_json_features(document), feature)


def read_shapefile(path: Path, feature: str | int | None = None) -> Rings:
    """Return the polygons of a shapefile, those of one record if it is named, as in GeoJSON.

    Attributes are read from the `.dbf` beside it, the system from the `.prj`; both may be absent.
    Raises InputError.
    """
    projection = path.with_suffix(".prj")
    with _named(path):
        if projection.exists():
            words = read_text(projection, limit_bytes=MIB).lstrip()
            if not words.startswith(("GEOGCS", "GEOGCRS")):
                raise InputError("is projected, says its .prj; give longitudes and latitudes")
        return _chosen(_shapefile_features(path), feature)


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
    wanted, names = _folded(name), set[str]()
    for properties, geometry in _shapefile_features(path):
        called = [str(properties[key]) for key in (*_COUNTRY_NAMES, *_COUNTRY_CODES)]
        if wanted in map(_folded, called) and wanted != "-99":
            return _rings(_polygons(geometry))
        names.update(called[: len(_COUNTRY_NAMES)])
    raise InputError(f"{name!r} is no country of the base map{nearest_hint(name, names)}")


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def _check_system(system: object) -> None:
    if system is not None and not re.search(r"CRS84|EPSG:+4326", json.dumps(system)):
        raise InputError("is in another system than WGS84 longitude and latitude, says its crs")


def _json_features(document: Mapping[str, Any]) -> Iterator[Feature]:
    kind = document.get("type")
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise InputError("is a FeatureCollection without a list of features")
        for feature in features:
            yield from _json_features(feature if isinstance(feature, dict) else {})
    elif kind == "Feature":
        properties, geometry = document.get("properties"), document.get("geometry")
        if geometry is not None:
            yield (
                properties if isinstance(properties, dict) else {},
                geometry if isinstance(geometry, dict) else {},
            )
    else:
        yield {}, document


def _shapefile_features(path: Path) -> Iterator[Feature]:
    import shapefile

    attributes = path.with_suffix(".dbf")
    parts = {"shp": _read_bytes(path)}
    if attributes.exists():
        parts["dbf"] = _read_bytes(attributes)
    try:
        with warnings.catch_warnings():
            # It only warns of a header at odds with the file.
            warnings.simplefilter("error")
            reader = shapefile.Reader(**parts, encoding="utf-8", encodingErrors="replace")
        records = reader.iterRecords() if "dbf" in parts else repeat(None)
        for shape, record in zip(reader.iterShapes(), records, strict=False):
            if shape.shapeType != shapefile.NULL:
                yield {} if record is None else record.as_dict(), shape.__geo_interface__
    except InputError:
        raise
    except (
        shapefile.ShapefileException,
        struct.error,
        Warning,
        ValueError,
        LookupError,
        OSError,
    ) as error:
        raise InputError(f"is no sound shapefile: {error}") from None


def _read_bytes(path: Path) -> io.BytesIO:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"{path.suffix} cannot be read: {why}") from None
    if len(raw) > MAX_FILE_BYTES:
        raise InputError(f"{path.suffix} is larger than the {MAX_FILE_BYTES // MIB} MiB allowed")
    return io.BytesIO(raw)


def _chosen(features: Iterable[Feature], wanted: str | int | None) -> Rings:
    found: list[list[Any]] = []
    names: set[str] = set()
    for properties, geometry in features:
        values = [str(v).strip() for v in properties.values() if isinstance(v, str | int | float)]
        if wanted is None or str(wanted).casefold() in (value.casefold() for value in values):
            found += _polygons(geometry)
        elif len(names) < 10_000:
            names.update(v for v in properties.values() if isinstance(v, str) and len(v) < 80)
    if not found and wanted is not None:
        raise InputError(f"holds no feature {wanted!r}{nearest_hint(str(wanted), names)}")
    rings = _rings(found)
    problems = [
        f"ring {number} {problem}"
        for number, ring in enumerate((*rings.outlines, *rings.holes), start=1)
        for problem in outlines.outline_faults(ring)
    ]
    if problems:
        raise InputError(problems)
    return rings


def _polygons(geometry: Mapping[str, Any]) -> list[list[Any]]:
    """Return the polygons of a geometry, each its rings, the outer one first."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in _POLYGONS:
        raise InputError(f"holds {kind or 'no geometry'}; allowed {' and '.join(_POLYGONS)}")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list | tuple) or not all(
        isinstance(rings, list | tuple) and rings for rings in polygons
    ):
        raise InputError(f"holds a {kind} whose coordinates are no rings")
    return [list(rings) for rings in polygons]


def _rings(polygons: list[list[Any]]) -> Rings:
    if not polygons:
        raise InputError("holds no polygon")
    count = sum(len(ring) for rings in polygons for ring in rings if isinstance(ring, list | tuple))
    if count > MAX_VERTICES:
        raise InputError(f"has {count:,} vertices; allowed {MAX_VERTICES:,}: simplify it first")
    return Rings(
        tuple(_ring(rings[0]) for rings in polygons),
        tuple(_ring(hole) for rings in polygons for hole in rings[1:]),
    )


def _ring(raw: Any) -> Outline:
    """Return a ring rounded to a centimetre, without its closing vertex or a place twice in a row.

    Heights are left out.
    """
    if not isinstance(raw, list | tuple):
        raise InputError("holds a ring that is no list of positions")
    ring: list[tuple[float, float]] = []
    for place in raw:
        vertex = _vertex(place)
        if not ring or vertex != ring[-1]:
            ring.append(vertex)
    while len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    return tuple(ring)


def _vertex(place: Any) -> tuple[float, float]:
    pair = place[:2] if isinstance(place, list | tuple) else ()
    if len(pair) != 2 or any(isinstance(x, bool) or not isinstance(x, int | float) for x in pair):
        raise InputError(f"holds {shown(place)}, which is no position [longitude, latitude]")
    try:
        longitude, latitude = (round(float(x), _DIGITS) for x in pair)
    except OverflowError:
        longitude, latitude = math.inf, math.inf
    if not (math.isfinite(latitude) and -180.0 <= longitude <= 360.0):
        raise InputError(
            f"holds position [{longitude:g}, {latitude:g}]; allowed longitudes are -180 to 360, "
            "in degrees"
        )
    return longitude, latitude
