"""Places and stations as people have them in Python, as tables of a scenario.

A place without a name is called by its row. Longitude comes first where x comes first, in shapes;
latitude everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from simulator import catalog
from simulator.errors import InputError, nearest_hint
from simulator.library.kinds import PlacesLike, StationsLike
from simulator.library.plain import plain
from simulator.scenario import Network, Relay, Station, Target, places_in, places_of
from simulator.study import place_of, validated

Place = TypeVar("Place", Target, Station)

_KEYS = ("latitude_deg", "longitude_deg", "height_m")
_LATITUDES = frozenset({"latitude_deg", "latitude", "lat"})
_STATION_KINDS = ("networks", "stations", "relays")
_MOST_PROBLEMS = 20
_ALLOWED = (
    "names of the catalogue, (latitude, longitude[, height]), tables, arrays (N, 2) or (N, 3), "
    "data frames, points, or places by name"
)


@dataclass(frozen=True)
class _Given:
    """A place as it was given: where it stands, and a table of it or what is one already."""

    where: str
    value: Any


def targets_of(places: PlacesLike, argument: str = "places") -> tuple[Target, ...]:
    """Return places as targets of a scenario; raises InputError by argument and row."""
    return _validated(places, Target, argument)


def network_of(stations: StationsLike, min_elevation_deg: float | None) -> Network:
    """Return stations as a network of a scenario, with one least elevation if it is given.

    Raises InputError by argument and row.
    """
    given: Any = stations
    if isinstance(given, str) and given in catalog.entries("networks"):
        return _masked(validated(Network, {"catalog": given}, "stations: "), min_elevation_deg)
    if isinstance(given, Network):
        return _masked(given, min_elevation_deg)
    listed = [given] if isinstance(given, str | Station | Relay) else given
    relays: list[Relay] = []
    if isinstance(listed, Sequence) and not _is_numbers(listed):
        relays = [_relay(each) for each in listed if _is_relay(each)]
        listed = [each for each in listed if not _is_relay(each)]
    stations_alone = () if relays and not listed else _validated(listed, Station, "stations")
    table = {"name": "stations", "stations": stations_alone, "relays": tuple(relays)}
    return _masked(validated(Network, table, "stations: "), min_elevation_deg)


def _is_relay(value: Any) -> bool:
    named = isinstance(value, str) and value in catalog.entries("relays")
    return named or isinstance(value, Relay)


def _relay(value: Any) -> Relay:
    return value if isinstance(value, Relay) else validated(Relay, {"catalog": value}, "stations: ")


def _masked(network: Network, min_elevation_deg: float | None) -> Network:
    if min_elevation_deg is None:
        return network
    stations = tuple(
        validated(Station, station.model_dump() | {"min_elevation_deg": min_elevation_deg}, "")
        for station in network.stations
    )
    return network.model_copy(update={"stations": stations})


def _validated(places: Any, kind: type[Place], argument: str) -> tuple[Place, ...]:
    found: list[Place] = []
    problems: list[str] = []
    for given in _given(places, kind, argument):
        try:
            found.append(_place(given.value, kind, f"{given.where}: "))
        except InputError as error:
            problems += error.problems
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        last: list[str] = [f"{argument}: {more} more faults"] if more > 0 else []
        raise InputError([*problems[:_MOST_PROBLEMS], *last])
    if not found:
        raise InputError(f"{argument}: is empty; at least one place is needed")
    _check_names([each.name for each in found], argument)
    return tuple(found)


def _check_names(names: Sequence[str], argument: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"{argument}: two are called '{name}'; give each a name of its own")
        seen.add(name)


def _place(value: Any, kind: type[Place], subject: str) -> Place:
    if isinstance(value, kind):
        return value
    if isinstance(value, Mapping):
        return validated(kind, plain(value), subject)
    raise InputError(f"{subject}a {type(value).__name__} is no place; allowed: {_ALLOWED}")


def _given(places: Any, kind: type[Place], argument: str) -> Iterator[_Given]:
    """Yield what was given place by place, each as a table with a name where it can be one."""
    if isinstance(places, pd.DataFrame) and not hasattr(places, "crs"):
        yield from _of_frame(places, kind, argument)
    elif hasattr(places, "crs") and hasattr(places, "to_crs"):
        yield from _of_geo_frame(places, kind, argument)
    elif isinstance(places, np.ndarray):
        yield from _of_array(places, argument)
    elif isinstance(places, Mapping):
        yield from _of_mapping(places, kind, argument)
    elif isinstance(places, PathLike):
        yield from _of_file(fspath(places), kind, argument)
    elif isinstance(places, str):
        yield from _of_file(places, kind, argument, or_word=True)
    elif isinstance(places, Sequence) and not _is_numbers(places):
        for number, each in enumerate(places):
            yield from _one(each, kind, f"{argument}: row {number}", str(number))
    else:
        yield from _one(places, kind, argument, "0")


def _is_numbers(value: Any) -> bool:
    return bool(len(value)) and all(
        isinstance(part, int | float | np.integer | np.floating) and not isinstance(part, bool)
        for part in value
    )


def _one(value: Any, kind: type[Place], where: str, name: str) -> Iterator[_Given]:
    """Yield one place, called by its row where it has no name; a MultiPoint gives several."""
    if isinstance(value, str):
        yield _Given(where, _of_word(value, kind, where))
    elif isinstance(value, Mapping):
        yield _Given(where, {"name": name, **_renamed(value)})
    elif hasattr(value, "geom_type"):
        yield from _of_shape(value, where, name)
    elif hasattr(value, "latitude") and hasattr(value, "elevation"):
        at = (value.latitude.degrees, value.longitude.degrees, value.elevation.m)
        yield _Given(where, {"name": name, **dict(zip(_KEYS, map(float, at), strict=True))})
    elif isinstance(value, Sequence | np.ndarray) and len(value) in (2, 3) and _is_numbers(value):
        yield _Given(where, {"name": name, **dict(zip(_KEYS, map(float, value), strict=False))})
    else:
        yield _Given(where, value)


def _of_word(text: str, kind: type[Place], where: str) -> Any:
    """Return a place by its id in the catalogue, or by coordinates, as a table."""
    if text in catalog.entries(kind.catalog_kind):
        return {"catalog": text}
    try:
        at = place_of(text)
    except InputError as error:
        if kind is Station:
            known = [name for table in _STATION_KINDS for name in catalog.entries(table)]
            raise InputError(
                f"{where}: '{text}' is no network, station or relay of the catalogue, and not "
                f"LAT,LON{nearest_hint(text, known)}"
            ) from None
        raise InputError([f"{where}: {problem}" for problem in error.problems]) from None
    latitude_deg, longitude_deg = at.place_deg
    return {
        "name": text.strip(),
        **dict(zip(_KEYS, (latitude_deg, longitude_deg, at.height_m), strict=True)),
    }


def _renamed(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with latitude and longitude by the names that a scenario has for them."""
    short = {"lat": "latitude_deg", "latitude": "latitude_deg", "lon": "longitude_deg",
             "lng": "longitude_deg", "longitude": "longitude_deg"}  # fmt: skip
    return {short.get(str(key), str(key)): value for key, value in table.items()}


def _of_shape(shape: Any, where: str, name: str) -> Iterator[_Given]:
    if shape is None or shape.geom_type not in ("Point", "MultiPoint") or shape.is_empty:
        held = "nothing" if shape is None or shape.is_empty else f"a {shape.geom_type}"
        raise InputError(
            f"{where}: holds {held}; a place is a Point (longitude, latitude), and a polygon a "
            "region of coverage"
        )
    points = [shape] if shape.geom_type == "Point" else list(shape.geoms)
    for number, point in enumerate(points):
        at = {"longitude_deg": float(point.x), "latitude_deg": float(point.y)}
        at |= {"height_m": float(point.z)} if point.has_z else {}
        own = name if len(points) == 1 else f"{name}.{number}"
        yield _Given(where, {"name": own, **at})


def _of_array(array: Any, argument: str) -> Iterator[_Given]:
    rows = np.atleast_2d(array)
    if rows.ndim != 2 or rows.shape[1] not in (2, 3) or rows.dtype.kind not in "iuf":
        raise InputError(
            f"{argument}: an array {array.shape} of {array.dtype}; allowed (N, 2) or (N, 3) "
            "numbers, latitude_deg, longitude_deg, height_m"
        )
    for number, row in enumerate(rows.tolist()):
        at = dict(zip(_KEYS, map(float, row), strict=False))
        yield _Given(f"{argument}: row {number}", {"name": str(number), **at})


def _of_frame(frame: pd.DataFrame, kind: type[Place], argument: str) -> Iterator[_Given]:
    folded = {str(name).strip().casefold() for name in frame.columns}
    if not folded & {"name", "id", "title"}:
        frame = frame.assign(name=[str(label) for label in frame.index])
    try:
        found = places_of(frame, kind)
    except InputError as error:
        raise InputError([f"{argument}: {problem}" for problem in error.problems]) from None
    for number, place in enumerate(found):
        yield _Given(f"{argument}: row {number}", place)


def _of_geo_frame(frame: Any, kind: type[Place], argument: str) -> Iterator[_Given]:
    frame = in_degrees(frame, argument)
    columns = {str(name).casefold(): name for name in getattr(frame, "columns", ())}
    known = (set(kind.model_fields) & columns.keys()) - {"catalog", "track", "opening"}
    own_name = next((columns[key] for key in ("name", "id", "title") if key in columns), None)
    for number, (label, shape) in enumerate(zip(frame.index, frame.geometry, strict=True)):
        where = f"{argument}: row {number}"
        keys = {key: frame[columns[key]].iloc[number] for key in known}
        keys = {key: cell for key, cell in keys.items() if not pd.isna(cell)}
        name = str(label if own_name is None else frame[own_name].iloc[number])
        for given in _of_shape(shape, where, name):
            yield _Given(where, {**keys, **given.value})


def in_degrees(frame: Any, argument: str) -> Any:
    """Return a geographic frame in longitude and latitude on WGS84 (EPSG:4326).

    Raises InputError for one that does not say what its coordinates are.
    """
    if frame.crs is None:
        raise InputError(
            f"{argument}: the frame has no crs, so its coordinates may be anything; "
            "set_crs('EPSG:4326') if they are degrees"
        )
    return frame.to_crs("EPSG:4326")


def _of_mapping(places: Mapping[Any, Any], kind: type[Place], argument: str) -> Iterator[_Given]:
    latitudes = [places[key] for key in places if str(key).casefold() in _LATITUDES]
    if "catalog" in places or (latitudes and np.ndim(latitudes[0]) == 0):
        yield from _one(places, kind, argument, "0")
        return
    if latitudes:
        try:
            frame = pd.DataFrame(dict(places))
        except ValueError as error:
            raise InputError(f"{argument}: {error}") from None
        yield from _of_frame(frame, kind, argument)
        return
    for name, value in places.items():
        where = f"{argument}: '{name}'"
        for given in _one(value, kind, where, str(name)):
            is_table = isinstance(given.value, Mapping)
            yield _Given(where, {**given.value, "name": str(name)} if is_table else given.value)


def _of_file(
    text: str, kind: type[Place], argument: str, *, or_word: bool = False
) -> Iterator[_Given]:
    try:
        found = places_in(Path(text), kind)
    except InputError as error:
        raise InputError([f"{argument}: {problem}" for problem in error.problems]) from None
    if found is not None:
        yield from (_Given(argument, place) for place in found)
    elif or_word:
        yield from _one(text, kind, argument, "0")
    else:
        raise InputError(
            f"{argument}: {text}: a file of places ends in .csv, .tsv, .geojson or .json"
        )
