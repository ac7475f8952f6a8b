"""Coordinate systems that files of outlines name: taken to WGS84 degrees east of Greenwich.

A `.prj` holds well-known text: OGC 01-009 (WKT 1), ESRI's form of it, or ISO 19162 (WKT 2). A
geographic system is taken with its prime meridian and angular unit; its datum is taken for WGS84.
Old GeoJSON (of 2008) may name a system in a member `crs`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.errors import InputError
from simulator.scenario.words import shown

MAX_DEPTH = 32

_TOKEN = re.compile(
    r'"(?P<text>(?:[^"]|"")*)"|(?P<word>[A-Za-z_]\w*)|'
    r"(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?P<mark>[\[\]()])"
)
_GEOGRAPHIC = ("GEOGCS", "GEOGCRS", "GEOGRAPHICCRS", "GEODCRS", "GEODETICCRS", "BASEGEOGCRS")
_COMPOUND = ("COMPD_CS", "COMPOUNDCRS", "BOUNDCRS", "SOURCECRS")
_PROJECTED = ("PROJCS", "PROJCRS", "PROJECTEDCRS")
_UNITS = ("UNIT", "ANGLEUNIT")
_MERIDIANS = ("PRIMEM", "PRIMEMERIDIAN")
_ELLIPSOIDS = ("SPHEROID", "ELLIPSOID")
_WGS84 = (6_378_137.0, 298.257223563)

# Degrees east of Greenwich (EPSG Geodetic Parameter Dataset, prime meridians 8901 to 8914).
_KNOWN_MERIDIANS = {
    "greenwich": 0.0,
    "lisbon": -9.131906111111,
    "paris": 2.337229166667,
    "bogota": -74.080916666667,
    "madrid": -3.687938888889,
    "rome": 12.452333333333,
    "bern": 7.439583333333,
    "jakarta": 106.807719444444,
    "ferro": -17.666666666667,
    "brussels": 4.367975,
    "stockholm": 18.058277777778,
    "athens": 23.7163375,
    "oslo": 10.722916666667,
}
_KNOWN_UNITS = {"degree": 1.0, "grad": 0.9, "gon": 0.9, "radian": math.degrees(1.0)}


@dataclass(frozen=True)
class System:
    """A geographic system: degrees its unit is of, its prime meridian, what to tell its reader."""

    unit_deg: float = 1.0
    meridian_deg: float = 0.0
    notes: tuple[str, ...] = ()

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return a position as degrees east of Greenwich and degrees north."""
        return longitude * self.unit_deg + self.meridian_deg, latitude * self.unit_deg


@dataclass
class _Node:
    """A keyword of well-known text with what stands in its brackets."""

    keyword: str
    texts: list[str] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    nodes: list[_Node] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.texts[0] if self.texts else ""

    def inside(self, *keywords: str) -> _Node | None:
        """Return the first node directly inside that has one of the keywords."""
        return next((node for node in self.nodes if node.keyword in keywords), None)

    def anywhere(self, *keywords: str) -> Iterator[_Node]:
        """Yield every node inside, however deep, that has one of the keywords."""
        for node in self.nodes:
            if node.keyword in keywords:
                yield node
            yield from node.anywhere(*keywords)


def projection_file(text: str) -> System:
    """Return the system of a `.prj`; of a blank one, WGS84 degrees. Raises InputError."""
    if not text.strip():
        return System()
    node = _horizontal(_tree(text))
    # Metres taken for degrees would lie nowhere, or worse, somewhere.
    if node.keyword in _PROJECTED:
        raise InputError(
            f"is projected ({shown(node.name)}), says its .prj; give longitudes and latitudes, "
            "such as EPSG:4326"
        )
    if node.keyword not in _GEOGRAPHIC or _cartesian(node):
        raise InputError(
            f"is in a system that is not geographic ({node.keyword} {shown(node.name)}), says its "
            ".prj; give longitudes and latitudes, such as EPSG:4326"
        )
    for axis in node.anywhere("AXIS"):
        if (way := axis.inside("WEST", "SOUTH")) is not None:
            raise InputError(
                f"counts angles to the {way.keyword.lower()} (axis {shown(axis.name)}), says its "
                ".prj; give degrees east and north, such as EPSG:4326"
            )
    unit_name, unit_deg = _unit(node)
    meridian_deg = _meridian(node, unit_name, unit_deg)
    return System(unit_deg, meridian_deg, tuple(_datum_notes(node)))


def _tree(text: str) -> _Node:
    """Return the outermost keyword of a well-known text."""
    root = _Node("")
    path, last = [root], root
    for token in _TOKEN.finditer(text):
        if token["word"]:
            last = _Node(token["word"].upper())
            path[-1].nodes.append(last)
        elif token["mark"] in ("[", "("):
            path.append(last)
            if len(path) > MAX_DEPTH:
                raise InputError(f"has a .prj nested deeper than {MAX_DEPTH} levels")
        elif token["mark"]:
            path.pop()
            if not path:
                break
        elif token["number"]:
            path[-1].numbers.append(float(token["number"]))
        elif path[-1] is not root:
            path[-1].texts.append(token["text"].replace('""', '"'))
    if len(path) != 1 or not root.nodes or text.lstrip()[:1] in ("{", '"'):
        raise InputError("has a .prj that is no whole well-known text (WKT)")
    return root.nodes[0]


def _horizontal(node: _Node) -> _Node:
    """Return the part of a compound or bound system that longitudes and latitudes are of."""
    for _ in range(MAX_DEPTH):
        inner = node.nodes[0] if node.keyword in _COMPOUND and node.nodes else None
        if inner is None:
            break
        node = inner
    return node


def _cartesian(node: _Node) -> bool:
    system = node.inside("CS")
    kind = system.nodes[0].keyword if system is not None and system.nodes else ""
    return kind not in ("", "ELLIPSOIDAL")


def _unit(node: _Node) -> tuple[str, float]:
    """Return name and size in degrees of the unit of a geographic system's angles."""
    own = node.inside(*_UNITS)
    axes = [axis for axis in node.nodes if axis.keyword == "AXIS"]
    units = [own] if own is not None else [u for axis in axes if (u := axis.inside(*_UNITS))]
    sizes = {_unit_deg(unit) for unit in units}
    if len(sizes) > 1:
        raise InputError(f"has axes in several units ({shown(node.name)}), says its .prj")
    return (units[0].name, sizes.pop()) if units else ("degree", 1.0)


def _unit_deg(unit: _Node) -> float:
    """Return how many degrees a unit is of; degrees by any number of digits are degrees."""
    name = unit.name.lower()
    if unit.numbers:
        size = math.degrees(unit.numbers[0])
    else:
        size = next(
            (deg for unit_name, deg in _KNOWN_UNITS.items() if name.startswith(unit_name)), math.nan
        )
    # Files write pi/180 with as many digits as their program had at hand.
    near = next((s for s in _KNOWN_UNITS.values() if abs(size - s) < 1e-8 * s), None)
    # Such a unit writes 30.15 for 30 degrees 15 minutes: no factor turns it.
    if "sexagesimal" in name or not 0.0 < size < 100.0:
        raise InputError(
            f"gives angles in the unit {shown(unit.name)}, says its .prj; give degrees"
        )
    return size if near is None else near


def _meridian(node: _Node, unit_name: str, unit_deg: float) -> float:
    """Return the longitude of the prime meridian, degrees east of Greenwich.

    WKT 1 has it in the unit of the system, but ESRI and GDAL write it in degrees: where the two
    differ, a known meridian's name decides.
    """
    prime = node.inside(*_MERIDIANS)
    if prime is None:
        datum = node.inside("DATUM", "GEODETICDATUM", "ENSEMBLE")
        prime = datum.inside(*_MERIDIANS) if datum is not None else None
    if prime is None or not prime.numbers or prime.numbers[0] == 0.0:
        return 0.0
    value, own = prime.numbers[0], prime.inside(*_UNITS)
    readings = [value, value * unit_deg] if own is None else [value * _unit_deg(own)]
    named_deg = _KNOWN_MERIDIANS.get(prime.name.lower().replace("_", " ").split(" ")[0])
    if named_deg is not None:
        readings = [reading for reading in readings if abs(reading - named_deg) < 0.01]
    alike = readings and max(readings) - min(readings) < 1e-9
    if not alike or abs(readings[0]) > 180.0:
        raise InputError(
            f"counts from the prime meridian {shown(prime.name)} ({value:g}) in the unit "
            f"{shown(unit_name)}, says its .prj, and which angle that is cannot be known; give "
            "degrees east of Greenwich, such as EPSG:4326"
        )
    return readings[0]


def _datum_notes(node: _Node) -> Iterator[str]:
    """Yield a note where the datum has another ellipsoid than WGS84."""
    datum = node.inside("DATUM", "GEODETICDATUM")
    body = next(node.anywhere(*_ELLIPSOIDS), None)
    if body is None or len(body.numbers) < 2:
        return
    # GRS80 and WGS84 differ by a tenth of a millimetre: the same for a map.
    axis_off = abs(body.numbers[0] - _WGS84[0])
    if axis_off > 1.0 or abs(body.numbers[1] - _WGS84[1]) > 1e-3:
        name = datum.name if datum is not None and datum.name else node.name
        yield f"its datum {shown(name)} is taken for WGS84, which is up to about 1 km off"


def check_geojson_system(holder: Mapping[str, Any]) -> None:
    """Refuse an object of old GeoJSON whose `crs` names another system than WGS84 degrees."""
    system = holder.get("crs")
    if system is None:
        return
    # Old files name the system in several ways, some without properties.
    named = system.get("properties", system) if isinstance(system, Mapping) else system
    if isinstance(named, Mapping):
        named = next((named[key] for key in ("name", "href", "code") if key in named), named)
    words = named if isinstance(named, str) else json.dumps(named)
    if isinstance(system, Mapping) and system.get("type") == "EPSG":
        words = f"EPSG:{words}"
    if not _is_wgs84(words):
        raise InputError(
            f"is in another system than WGS84 longitude and latitude, says its crs: {shown(words)}"
        )


def _is_wgs84(name: str) -> bool:
    """Return whether a name of a system is that of WGS84 longitude and latitude."""
    code = name.strip().upper().rstrip("/")
    parts = [part for part in re.split(r"[:/#]+", code) if part]
    if not parts:
        return False
    # CRS84 is WGS84 with longitude first, the order of GeoJSON (RFC 7946, section 4).
    if parts[-1] in ("CRS84", "CRS84H"):
        return True
    plain = re.sub(r"[\s_-]", "", code)
    return plain in ("WGS84", "WGS1984") or ("EPSG" in parts and parts[-1] in ("4326", "4979"))
