"""Ways of moving targets from files: GPX, CSV and GeoJSON, a fault named by row and field."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from simulator.errors import InputError
from simulator.scenario.systems import check_geojson_system
from simulator.scenario.textfiles import MIB, parse_json, read_text
from simulator.scenario.waypoints import MAX_WAYPOINTS, Waypoint, waypoint_faults

_MAX_BYTES = 16 * MIB
_MAX_FAULTS = 20
# Names of columns and properties as people's files have them; capitals do not matter.
_ALIASES: Mapping[str, str] = {
    "lat": "latitude_deg",
    "latitude": "latitude_deg",
    "lon": "longitude_deg",
    "long": "longitude_deg",
    "lng": "longitude_deg",
    "longitude": "longitude_deg",
    "time": "at",
    "timestamp": "at",
    "datetime": "at",
    "time_utc": "at",
    "utc": "at",
    "ele": "height_m",
    "height": "height_m",
}
_PLACE = ("latitude_deg", "longitude_deg")
_NUMBERS = ("latitude_deg", "longitude_deg", "height_m", "stay_h")
# Members in which GeoJSON files hold the times of a line's positions; no standard has one.
_TIMES = ("times", "coordTimes", "time")


class _Point(NamedTuple):
    """A point of a file: where it stands, in words, and its values by our keys."""

    where: str
    values: Mapping[str, Any]


def read_way(
    path: Path, *, start: datetime | None = None, speed_m_s: float | None = None
) -> tuple[Waypoint, ...]:
    """Return the waypoints of a GPX, CSV or GeoJSON file, checked as a way.

    `start` and `speed_m_s` stand for times that the file has not. Raises InputError naming file,
    row and field.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        *most, last = _READERS
        raise InputError(f"{path.name}: a file of a track ends in {', '.join(most)} or {last}")
    points = reader(read_text(path, limit_bytes=_MAX_BYTES), path.name)
    if not 2 <= len(points) <= MAX_WAYPOINTS:
        raise InputError(f"{path.name}: has {len(points):,} points; allowed 2 to {MAX_WAYPOINTS:,}")
    faults: list[str] = []
    way = [_waypoint(point, path.name, faults) for point in points]
    if not faults:
        whole = [point for point in way if point is not None]
        for number, key, sentence in waypoint_faults(whole, start, speed_m_s):
            where = "" if number is None else f"{points[number].where}: "
            faults.append(f"{path.name}: {where}{f'{_called(key)}: ' if key else ''}{sentence}")
    if faults:
        more = [f"{path.name}: {len(faults) - _MAX_FAULTS} more faults"]
        raise InputError([*faults[:_MAX_FAULTS], *(more if len(faults) > _MAX_FAULTS else ())])
    return tuple(point for point in way if point is not None)


def _called(key: str) -> str:
    return "time" if key == "at" else key


def _waypoint(point: _Point, name: str, faults: list[str]) -> Waypoint | None:
    values = {key: _number(value, key) for key, value in point.values.items()}
    try:
        return Waypoint.model_validate(values)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            key = ".".join(_called(str(part)) for part in item["loc"])
            faults.append(f"{name}: {point.where}: {f'{key}: ' if key else ''}{item['msg']}")
    return None


def _number(value: Any, key: str) -> Any:
    if key in _NUMBERS and isinstance(value, str | int) and not isinstance(value, bool):
        try:
            return float(value)
        except ValueError:
            return value
    return value


def _own(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file has of our keys, under their names; blanks are nothing."""
    named = {_ALIASES.get(key.strip().casefold(), key): value for key, value in values.items()}
    known = Waypoint.model_fields
    return {k: v for k, v in named.items() if k in known and v is not None and v != ""}


def _read_csv(text: str, name: str) -> list[_Point]:
    separator = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise InputError(f"{name}: line {reader.line_num}: {error}") from None
    rows = [(line, row) for line, row in rows if any(row)]
    heading = rows[0][1] if rows else []
    keys = [_ALIASES.get(cell.casefold(), cell.casefold()) for cell in heading]
    problems = [
        f"{name}: column {key.removesuffix('_deg')} is missing" for key in _PLACE if key not in keys
    ]
    problems += [
        f"{name}: column {key} is there twice, as {' and '.join(_both(heading, keys, key))}"
        for key in Waypoint.model_fields
        if keys.count(key) > 1
    ]
    problems += [
        f"{name}: line {line}: has {len(row)} columns; the heading has {len(heading)}"
        for line, row in rows[1:]
        if len(row) != len(heading)
    ]
    if problems:
        raise InputError(problems[:_MAX_FAULTS])
    return [
        _Point(f"line {line}", _own(dict(zip(keys, row, strict=True)))) for line, row in rows[1:]
    ]


def _both(heading: Sequence[str], keys: Sequence[str], key: str) -> list[str]:
    return [cell for cell, own in zip(heading, keys, strict=True) if own == key]


def _read_gpx(text: str, name: str) -> list[_Point]:
    from xml.etree import ElementTree

    # As with messages in XML: what no track has a use for could name other files, or grow.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InputError(f"{name}: holds an XML document type, which a track has no use for")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise InputError(f"{name}: is not XML: {error}") from None
    kinds = {"trk": "trkpt", "rte": "rtept"}
    tracks = [(child, kinds[_tag(child)]) for child in root if _tag(child) in kinds]
    if len(tracks) != 1:
        raise InputError(
            f"{name}: holds {len(tracks)} tracks and routes (trk, rte); allowed is one: the way of "
            "one target"
        )
    track, kind = tracks[0]
    points = [element for element in track.iter() if _tag(element) == kind]
    return [
        _Point(
            f"{kind} {number}",
            _own(
                {**element.attrib, **{_tag(child): (child.text or "").strip() for child in element}}
            ),
        )
        for number, element in enumerate(points, 1)
    ]


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _read_geojson(text: str, name: str) -> list[_Point]:
    try:
        document = parse_json(text)
        check_geojson_system(document if isinstance(document, dict) else {})
    except InputError as error:
        raise InputError(f"{name}: {error.problems[0]}") from None
    features = list(_features(document))
    kinds = [_member(_member(feature, "geometry"), "type") for feature in features]
    if kinds == ["LineString"]:
        return _of_line(features[0], name)
    if kinds and all(kind == "Point" for kind in kinds):
        return [_of_point(feature, n, name) for n, feature in enumerate(features)]
    raise InputError(
        f"{name}: holds {', '.join(sorted({str(kind) for kind in kinds})) or 'no feature'}; "
        "allowed is one LineString, with a property times, or Points, each with a property time"
    )


def _features(document: Any) -> Iterator[Any]:
    if _member(document, "type") == "FeatureCollection":
        features = _member(document, "features")
        yield from features if isinstance(features, list) else ()
    elif _member(document, "type") == "Feature":
        yield document
    else:
        yield {"geometry": document, "properties": {}}


def _member(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _of_line(feature: Mapping[str, Any], name: str) -> list[_Point]:
    positions = _member(feature["geometry"], "coordinates")
    if not isinstance(positions, list):
        raise InputError(f"{name}: the LineString has no list of coordinates")
    properties = _member(feature, "properties")
    inner = _member(properties, "coordinateProperties")
    held = [_member(table, key) for table in (properties, inner) for key in _TIMES]
    times = next((times for times in held if isinstance(times, list)), None)
    if times is not None and len(times) != len(positions):
        raise InputError(f"{name}: has {len(times)} times for {len(positions)} positions")
    return [
        _Point(
            f"position {number}",
            {
                **_of_position(position, f"position {number}", name),
                **({} if times is None else {"at": times[number]}),
            },
        )
        for number, position in enumerate(positions)
    ]


def _of_point(feature: Mapping[str, Any], number: int, name: str) -> _Point:
    where = f"feature {number}"
    position = _of_position(_member(feature["geometry"], "coordinates"), where, name)
    properties = _member(feature, "properties")
    own = _own(properties) if isinstance(properties, dict) else {}
    return _Point(where, {**own, **position})


def _of_position(position: Any, where: str, name: str) -> dict[str, Any]:
    if not isinstance(position, list) or len(position) < 2:
        raise InputError(f"{name}: {where}: is no position [longitude, latitude]")
    place = {"longitude_deg": position[0], "latitude_deg": position[1]}
    return place if len(position) < 3 else {**place, "height_m": position[2]}


_READERS = {
    ".gpx": _read_gpx,
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".geojson": _read_geojson,
    ".json": _read_geojson,
}
