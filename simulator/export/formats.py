"""The formats that results are written in: one row each, and the module that writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from simulator.errors import InputError, nearest_hint
from simulator.export.choices import Choices
from simulator.results import Results

# Writes results into a new file.
Writer = Callable[[Results, Choices, Path], None]


@dataclass(frozen=True)
class Format:
    """A form that other programs read.

    `module` of this room has the function `write_file`. `takes` names the choices that the format
    makes use of. Of a format `per_satellite` a file holds one satellite, of one `per_table` one
    table; several stand in a folder.
    `extra` is the extra of this package without which it cannot be written, "" for none.
    """

    name: str
    suffix: str
    module: str
    what: str
    takes: tuple[str, ...] = ()
    per_satellite: bool = False
    per_table: bool = False
    extra: str = ""

    def writer(self) -> Writer:
        """Return the function that writes it.

        Raises InputError, with the command that installs it, where a package is missing.
        """
        try:
            writer: Writer = import_module(f"simulator.export.{self.module}").write_file
        except ModuleNotFoundError as missing:
            if not self.extra:
                raise
            raise InputError(
                f"format {self.name}: needs the package {missing.name}: pip install "
                f"'.[{self.extra}]' in a clone of this repository"
            ) from missing
        return writer


# Which part of a run goes on a map, over which stretch.
_ON_A_MAP = ("satellites", "networks", "region", "figure", "tables", "start", "hours", "step_s")

_ROWS = (
    Format(
        "csv",
        ".csv",
        "long_table",
        "one long table of every value: table, row, subject, column, unit, value",
        ("tables",),
    ),
    Format(
        "parquet",
        ".parquet",
        "parquet_tables",
        "the tables for data frames, typed, a file each: pandas, polars, DuckDB, R",
        ("tables",),
        per_table=True,
        extra="parquet",
    ),
    Format(
        "xlsx",
        ".xlsx",
        "workbook",
        "the tables for a spreadsheet, a sheet each, the answer and its sources first",
        ("tables",),
        extra="xlsx",
    ),
    Format(
        "ics",
        ".ics",
        "events_calendar",
        "accesses, quiet times and contacts for a calendar",
        ("satellites", "networks", "tables"),
    ),
    Format(
        "kml",
        ".kml",
        "kml",
        "Google Earth: places, tracks, satellites that move, accesses, cells by one figure",
        _ON_A_MAP,
    ),
    Format("kmz", ".kmz", "kmz", "Google Earth: what kml has, packed", _ON_A_MAP),
    Format(
        "czml",
        ".czml",
        "czml",
        "Cesium: satellites with their fields of regard, accesses and contacts as they happen",
        ("satellites", "networks", "region", "start", "hours", "step_s"),
    ),
    Format(
        "geojson",
        ".geojson",
        "geojson",
        "maps: places, circles, tracks, fields of regard, strips and cells with all their figures",
        _ON_A_MAP,
    ),
    Format(
        "geopackage",
        ".gpkg",
        "geopackage",
        "QGIS and other geographic programs: what geojson has and more, a layer each",
        _ON_A_MAP,
        extra="gis",
    ),
    Format(
        "geoparquet",
        ".geoparquet",
        "geoparquet",
        "data frames with shapes: one such layer, cells if none is named",
        _ON_A_MAP,
        extra="parquet",
    ),
    Format(
        "geotiff",
        ".tif",
        "geotiff",
        "rasters: one figure of the cells of a region, a band a network if it differs by network",
        ("networks", "region", "figure"),
        extra="gis",
    ),
    Format(
        "oem",
        ".oem",
        "ephemeris_message",
        "states at a step as an orbit ephemeris message (CCSDS OEM), for flight dynamics",
        ("satellites", "start", "hours", "step_s", "frame"),
        per_satellite=True,
    ),
    Format(
        "omm",
        ".omm",
        "elements_kvn",
        "mean elements as orbit mean-elements messages (CCSDS OMM) in KVN",
        ("satellites",),
    ),
    Format("omm-xml", ".omm.xml", "elements_xml", "the same in XML", ("satellites",)),
    Format(
        "omm-json",
        ".omm.json",
        "elements_json",
        "the same in JSON, as catalogues give them out",
        ("satellites",),
    ),
    Format(
        "tle",
        ".tle",
        "two_lines",
        "mean elements as two lines with a name, rounded by up to about a kilometre",
        ("satellites",),
    ),
    Format(
        "ephemeris",
        ".ephemeris.csv",
        "ephemeris_table",
        "a table of states at a step: Earth-fixed and celestial, place below, light",
        ("satellites", "start", "hours", "step_s"),
    ),
    Format(
        "geometry",
        ".geometry.csv",
        "geometry_table",
        "a table of angles and range at a step through each access and contact",
        ("satellites", "networks", "start", "hours", "step_s"),
    ),
    Format(
        "ion",
        ".ionrc",
        "ion_plan",
        "the contact plan of a network for ION, the delay-tolerant network",
        ("networks",),
    ),
    Format(
        "hdtn",
        ".hdtn.json",
        "hdtn_plan",
        "the contact plan of a network for HDTN, the delay-tolerant network",
        ("networks",),
    ),
    Format(
        "plan",
        ".plan.json",
        "json_plan",
        "the contact plan of a network in full, read by simulator deliver",
        ("networks",),
    ),
)
FORMATS = MappingProxyType({row.name: row for row in _ROWS})


def format_of(name: str | None, place: Path | None) -> Format:
    """Return a format by its name, or by the suffix of the file that is to be written.

    Raises InputError for a name and a suffix that no format has, and if neither is given.
    """
    if name is not None:
        if name.lower() not in FORMATS:
            raise InputError(f"format: '{name}' is not known{nearest_hint(name, FORMATS)}")
        return FORMATS[name.lower()]
    if place is None:
        raise InputError(f"format: say which; allowed: {', '.join(FORMATS)}")
    fitting = list(_ending_like(place))
    if not fitting:
        raise InputError(f"{place}: no format ends so; name one of {', '.join(FORMATS)}")
    if len(fitting) > 1:
        names = ", ".join(row.name for row in fitting)
        raise InputError(f"{place}: several formats end so; name one of {names}")
    return fitting[0]


def _ending_like(place: Path) -> Iterator[Format]:
    """Yield the formats whose suffix the name ends with, those of the longest such suffix."""
    fitting = [row for row in _ROWS if place.name.lower().endswith(row.suffix)]
    longest = max((len(row.suffix) for row in fitting), default=0)
    return (row for row in fitting if len(row.suffix) == longest)
