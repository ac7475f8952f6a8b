"""Regions as people have them in Python, as a region of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from typing import Any

from simulator import catalog
from simulator.errors import InputError, nearest_hint
from simulator.library.kinds import RegionLike
from simulator.library.located import in_degrees
from simulator.library.plain import plain
from simulator.scenario import Region
from simulator.study import validated

_BOX = ("west", "south", "east", "north")
_FILES = {".geojson": "geojson", ".json": "geojson", ".shp": "shapefile"}


def region_of(region: RegionLike, resolution_km: float, cells: str) -> Region:
    """Return a region of a scenario with its cells; raises InputError naming the argument.

    The edges of shapes are straight in longitude and latitude, as shapes of a plane are.
    """
    given: Any = region
    if isinstance(given, Region):
        table: dict[str, Any] = {key: getattr(given, key) for key in given.model_fields_set}
    elif isinstance(given, Mapping):
        table = {"name": "region", **plain(given)}
    else:
        table = {"name": "region", **_outline(given)}
    table = {"resolution_km": resolution_km, "cells": cells, **table}
    return validated(Region, table, "region: ")


def _outline(given: Any) -> dict[str, Any]:
    if isinstance(given, str | PathLike):
        return _of_word(fspath(given))
    if hasattr(given, "crs") and hasattr(given, "to_crs"):
        return _of_shapes(list(in_degrees(given, "region").geometry))
    if hasattr(given, "geom_type"):
        return _of_shapes([given])
    if isinstance(given, Sequence) and len(given) == len(_BOX):
        return {"bounds_deg": dict(zip(_BOX, plain(given), strict=True))}
    raise InputError(
        f"region: a {type(given).__name__} is no region; allowed: a name of the catalogue, a file, "
        "(west, south, east, north), a table, a Polygon, or a GeoDataFrame of polygons"
    )


def _of_word(text: str) -> dict[str, Any]:
    suffix = text[text.rfind(".") :].lower() if "." in text else ""
    if suffix in _FILES:
        return {_FILES[suffix]: text}
    known = catalog.entries("regions")
    if text not in known:
        raise InputError(f"region: '{text}' is no region of the catalogue, and no file"
                         f"{nearest_hint(text, known)}")  # fmt: skip
    return {"name": text, "catalog": text}


def _of_shapes(shapes: Sequence[Any]) -> dict[str, Any]:
    rings: list[Any] = []
    holes: list[Any] = []
    for number, shape in enumerate(shapes):
        kind = "nothing" if shape is None or shape.is_empty else shape.geom_type
        if kind not in ("Polygon", "MultiPolygon"):
            raise InputError(
                f"region: row {number}: holds {kind}; allowed are Polygon and MultiPolygon"
            )
        for polygon in [shape] if kind == "Polygon" else shape.geoms:
            rings.append(_ring(polygon.exterior))
            holes += map(_ring, polygon.interiors)
    return {"polygons_deg": tuple(rings), "holes_deg": tuple(holes) or None, "edges": "straight"}


def _ring(line: Any) -> tuple[tuple[float, float], ...]:
    # Without the vertex that closes it, and without heights.
    return tuple((float(x), float(y)) for x, y, *_ in line.coords)[:-1]
