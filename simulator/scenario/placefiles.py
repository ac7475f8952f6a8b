"""Places in files and data frames: a CSV or GeoJSON file stands for the list of what it holds.

In a scenario, `targets = ["places.csv"]` and `stations = ["pgscc", "dishes.geojson"]` are replaced
by a table for each row or point, before anything is validated; a fault names the line and the
column.
"""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import ValidationError

from simulator.errors import InputError, nearest_hint
from simulator.scenario.networks import Station
from simulator.scenario.places import Target
from simulator.scenario.systems import check_geojson_system
from simulator.scenario.textfiles import MIB, parse_json, read_text
from simulator.scenario.words import Where, cut, shown

if TYPE_CHECKING:
    import pandas as pd

MAX_FILE_BYTES = 8 * MIB
MAX_PLACES = 10_000
MAX_FAULTS = 20
Place = TypeVar("Place", Target, Station)

# Other names by which tables of places have the same columns; capitals do not matter.
_ALIASES: Mapping[str, str] = {
    "id": "name",
    "lat": "latitude_deg",
    "latitude": "latitude_deg",
    "lon": "longitude_deg",
    "long": "longitude_deg",
    "lng": "longitude_deg",
    "longitude": "longitude_deg",
    "title": "name",
}
_REQUIRED = ("name", "latitude_deg", "longitude_deg")
_NUMBERS = {"number": float, "integer": int}
# Keys that are tables, or that stand for others: no cell holds them.
_NO_COLUMNS = frozenset({"catalog", "track", "opening"})


class _Row(NamedTuple):
    """A row of a file: where it stands, in words, and its cells by the key that they are of."""

    where: str
    cells: Mapping[str, Any]


class _Table(NamedTuple):
    """What a file holds, and its name in front of what is wrong with it, empty for a data frame."""

    lead: str
    columns: Sequence[str]
    rows: Sequence[_Row]


def expand(document: MutableMapping[str, Any], folder: Path) -> list[tuple[Where, str]]:
    """Replace files named among targets and stations by what they hold, in place.

    Returns a fault for each file that cannot be taken, with its place in the document. `folder` is
    where the scenario is, by which the files' names are meant.
    """
    faults: list[tuple[Where, str]] = []
    lists: list[tuple[Where, MutableMapping[str, Any], str, type[Target] | type[Station]]] = [
        ((), document, "targets", Target)
    ]
    networks = document.get("networks")
    for number, network in enumerate(networks if isinstance(networks, list) else ()):
        if isinstance(network, dict):
            lists.append((("networks", number), network, "stations", Station))
    for where, table, key, kind in lists:
        if isinstance(items := table.get(key), list):
            table[key] = list(_expanded(items, (*where, key), folder, kind, faults))
    return faults


def _expanded(
    items: Sequence[Any],
    where: Where,
    folder: Path,
    kind: type[Target] | type[Station],
    faults: list[tuple[Where, str]],
) -> Iterator[Any]:
    for number, item in enumerate(items):
        suffix = Path(item).suffix.lower() if isinstance(item, str) else ""
        reader = _READERS.get(suffix)
        if suffix in _UNREAD:
            *most, last = _READERS
            kinds = f"{', '.join(most)} or {last}"
            hint = "; a way of one target is its track" if suffix == ".gpx" else "; save it so"
            faults.append(((*where, number), f"{item}: a file of places ends in {kinds}{hint}"))
            continue
        if reader is None:
            yield item
            continue
        try:
            yield from _checked(reader(folder / item), kind)
        except InputError as error:
            faults += [((*where, number), problem) for problem in error.problems]


def places_of(frame: pd.DataFrame, kind: type[Place]) -> tuple[Place, ...]:
    """Return the places of a data frame, a row each: `kind` is Target or Station.

    Columns are the keys of such a table; name, latitude_deg and longitude_deg (or lat and lon) must
    be there. Raises InputError naming row and column.
    """
    columns = [_key(str(name)) for name in frame.columns]
    rows = [
        _Row(f"row {number}", dict(zip(columns, values, strict=True)))
        for number, values in enumerate(frame.itertuples(index=False, name=None))
    ]
    return tuple(kind.model_validate(table) for table in _checked(_Table("", columns, rows), kind))


def places_in(path: Path, kind: type[Place]) -> tuple[Place, ...] | None:
    """Return the places of a file, as a scenario would take them; None: by its name it is none.

    Raises InputError naming file, line and column.
    """
    suffix = path.suffix.lower()
    if suffix not in _READERS and suffix not in _UNREAD:
        return None
    faults: list[tuple[Where, str]] = []
    tables = list(_expanded([path.name], (), path.parent, kind, faults))
    if faults:
        raise InputError([text for _, text in faults])
    return tuple(kind.model_validate(table) for table in tables)


def _read_csv(path: Path) -> _Table:
    text = read_text(path, limit_bytes=MAX_FILE_BYTES)
    heading, _, _ = text.partition("\n")
    separator = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    columns: list[str] | None = None
    rows = []
    for where, cells in _lines(reader, path):
        if columns is None:
            columns = [_key(name) for name in cells]
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            raise InputError(
                f"{path.name}: {where}: has {len(cells)} columns; the heading has {len(columns)}"
            )
        rows.append(_Row(where, dict(zip(columns, map(str.strip, cells), strict=True))))
    return _Table(f"{path.name}: ", columns or [], rows)


def _lines(reader: Any, path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield (where it stands, its cells) of each row that a reader of CSV finds in a file."""
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise InputError(f"{path.name}: line {reader.line_num}: {error}") from None
        if cells is None:
            return
        yield f"line {reader.line_num}", cells


def _read_geojson(path: Path) -> _Table:
    text = read_text(path, limit_bytes=MAX_FILE_BYTES)
    try:
        document = parse_json(text)
        check_geojson_system(document if isinstance(document, dict) else {})
    except InputError as error:
        raise InputError(f"{path.name}: {error.problems[0]}") from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise InputError(f"{path.name}: is no FeatureCollection of points (GeoJSON, RFC 7946)")
    rows = [_point(feature, f"feature {number}", path) for number, feature in enumerate(features)]
    return _Table(f"{path.name}: ", _REQUIRED, rows)


def _point(feature: Any, where: str, path: Path) -> _Row:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    position = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind != "Point" or not isinstance(position, list) or len(position) < 2:
        raise InputError(
            f"{path.name}: {where}: holds {kind or 'no geometry'}; allowed is Point "
            "[longitude, latitude]"
        )
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    # Files of maps bring many properties: those that are no key of ours are passed over.
    known = {*Target.model_fields, *Station.model_fields} - _NO_COLUMNS
    own = {_key(name): value for name, value in properties.items() if _key(name) in known}
    return _Row(where, {**own, "longitude_deg": position[0], "latitude_deg": position[1]})


_READERS: Mapping[str, Callable[[Path], _Table]] = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".geojson": _read_geojson,
    ".json": _read_geojson,
}


# Columns of tables that people have are many: only a slip of the pen is taken for one of ours.
_LIKENESS = 0.7
_SHORT = {"latitude_deg": " (or lat)", "longitude_deg": " (or lon)"}
# Tables and maps as people have them, which are meant as files and not as ids.
_UNREAD = frozenset({".xlsx", ".xls", ".ods", ".txt", ".kml", ".kmz", ".gpx", ".shp", ".parquet"})


def _key(column: str) -> str:
    folded = column.strip().casefold()
    return _ALIASES.get(folded, folded)


def _checked(file: _Table, kind: type[Target] | type[Station]) -> list[dict[str, Any]]:
    """Return each row as a table of a scenario; raises InputError with all faults."""
    _check_columns(file, kind)
    if not 0 < len(file.rows) <= MAX_PLACES:
        raise InputError(f"{file.lead}has {len(file.rows):,} places; allowed 1 to {MAX_PLACES:,}")
    faults: list[str] = []
    properties = kind.model_json_schema()["properties"]
    tables = [_table(row, kind, properties, file.lead, faults) for row in file.rows]
    if faults:
        more = [f"{file.lead}{len(faults) - MAX_FAULTS} more faults"]
        raise InputError([*faults[:MAX_FAULTS], *(more if len(faults) > MAX_FAULTS else ())])
    return tables


def _check_columns(file: _Table, kind: type[Target] | type[Station]) -> None:
    allowed = set(kind.model_fields) - _NO_COLUMNS
    count = Counter(file.columns)
    if not allowed & count.keys():
        first = f"'{cut(', '.join(file.columns), 60)}' is no heading" if count else "is empty"
        raise InputError(
            f"{file.lead}{first}; the first line names the columns: name, latitude_deg and "
            "longitude_deg (or name, lat, lon), and others that a place has, such as note"
        )
    problems = [
        f"column '{cut(name, 60)}' is unknown{_column_hint(name, allowed)}"
        for name in sorted(count.keys() - allowed)
    ]
    problems += [
        f"column {name}{_SHORT.get(name, '')} is missing" for name in _REQUIRED if name not in count
    ]
    problems += [f"column {name} is there twice" for name, times in count.items() if times > 1]
    if problems:
        raise InputError([f"{file.lead}{problem}" for problem in problems])


def _column_hint(name: str, allowed: set[str]) -> str:
    """Return which column was meant, or else what to do about one that is none of ours."""
    hint = nearest_hint(name, allowed, likeness=_LIKENESS)
    return hint if "did you mean" in hint else f"; leave it out{hint}"


def _table(
    row: _Row,
    kind: type[Target] | type[Station],
    properties: Mapping[str, Any],
    lead: str,
    faults: list[str],
) -> dict[str, Any]:
    """Return a row as a table of a scenario; note its faults."""
    table = {
        key: _value(cell, properties.get(key, {}))
        for key, cell in row.cells.items()
        if key in kind.model_fields and not _is_blank(cell)
    }
    table.setdefault("note", f"From {lead.removesuffix(': ') or 'a data frame'}, {row.where}.")
    try:
        kind.model_validate(table)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            column = ".".join(map(str, item["loc"]))
            faults.append(f"{lead}{row.where}: {f'{column}: ' if column else ''}{item['msg']}")
    return table


def _is_blank(cell: Any) -> bool:
    return cell is None or cell == "" or (isinstance(cell, float) and math.isnan(cell))


def _value(cell: Any, schema: Mapping[str, Any]) -> Any:
    """Return a cell as its key's type has it; as it is where it cannot be, to be refused."""
    types = {
        option.get("type") for option in (schema, *schema.get("anyOf", ())) if option.get("type")
    }
    if "array" in types and isinstance(cell, str):
        return tuple(word.strip() for word in cell.replace(";", ",").split(",") if word.strip())
    if isinstance(cell, str):
        for name, number in _NUMBERS.items():
            if name in types:
                return _number(cell, number)
        return cell
    if "string" in types and not isinstance(cell, bool) and isinstance(cell, int | float):
        return shown(cell)
    if "number" in types and isinstance(cell, int) and not isinstance(cell, bool):
        return float(cell)
    return cell.item() if hasattr(cell, "item") else cell


def _number(cell: str, number: type[float] | type[int]) -> Any:
    try:
        return number(cell)
    except ValueError:
        return cell
