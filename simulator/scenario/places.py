"""Places of a scenario: targets to look at, regions to study cell by cell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from simulator import catalog
from simulator.errors import InputError
from simulator.scenario import geofiles, outlines
from simulator.scenario.clouds import AnySunshine, OwnChance, checked_sunshine
from simulator.scenario.needs import Need
from simulator.scenario.openings import Opening
from simulator.scenario.requests import Requests
from simulator.scenario.table import (
    NOTE,
    CatalogTable,
    ScenarioTable,
    faults_at,
    from_id,
    known_entry,
)
from simulator.scenario.thresholds import Threshold
from simulator.scenario.units import Height, Latitude, Line, Longitude, Name, Note
from simulator.scenario.ways import AnyWay, place_faults, without_place
from simulator.scenario.words import Where, fault

if TYPE_CHECKING:
    from simulator.earth import Surface

MAX_GRID_CELLS = 5_000_000

Look = Literal["field-of-regard", "swath"]
Edges = Literal["great-circle", "straight"]

# A region has exactly one of these; the first ones are drawn with meridians and parallels.
_BOX_KEYS = ("bounds_deg", "latitude_band_deg", "globe")
_FILE_KEYS = ("geojson", "shapefile")
OUTLINE_KEYS = ("catalog", *_BOX_KEYS, "polygon_deg", "polygons_deg", *_FILE_KEYS, "country")


class Target(CatalogTable):
    """A place to look at."""

    catalog_kind: ClassVar[str] = "targets"

    name: Name = Field(description="Name, unlike any other target's.")
    latitude_deg: Latitude | None = Field(
        description="Geodetic latitude, degrees; one that moves has a track instead."
    )
    longitude_deg: Longitude | None = Field(
        description="Longitude, degrees east; one that moves has a track instead."
    )
    height_m: Height = Field(default=0.0, description="Height over the ellipsoid, metres.")
    country: Line | None = Field(
        default=None,
        description="Country, for the tables; a code (ISO 3166), such as KR, sets the clock too.",
    )
    priority: int = Field(default=1, ge=1, le=100, description="The higher is served first.")
    requests: Requests | None = Field(
        default=None,
        description="When somebody asks for a picture of it: a table with its kind; default: "
        "the scenario's.",
    )
    needs: Annotated[
        Need | None, BeforeValidator(from_id(Need), json_schema_input_type=str | Need | None)
    ] = Field(
        default=None,
        description="How good a look at it must be, such as classify-launcher: a catalogue id, or "
        "a table of your own; absent: any look is good enough.",
    )
    sunshine: AnySunshine = Field(
        default=None,
        description="Row of the catalogue's sunshine (id) whose sky it has, or its sunshine as "
        "twelve fractions of the possible, by month.",
    )
    clear: OwnChance = Field(
        default=None,
        description="Its own chance of a clear sky, a number or twelve by month, whatever clouds "
        "says; nothing without clouds.",
    )
    track: AnyWay = Field(
        default=None,
        description="The way of one that moves: a file's name, a list of waypoints, or a table.",
    )
    opening: Opening | None = Field(
        default=None,
        description="When it shows itself, a table with its kind: at other times it cannot be "
        "seen; absent: always.",
    )
    stay_h: float | None = Field(
        default=None,
        gt=0.0,
        le=8_784.0,
        description="Time for which what is looked for there stays in the open, hours; default: "
        "that of counting.",
    )

    @field_validator("sunshine")
    @classmethod
    def _is_a_row(cls, sunshine: AnySunshine) -> AnySunshine:
        return checked_sunshine(sunshine)

    @property
    def place_deg(self) -> tuple[float, float]:
        """Latitude and longitude; raises InputError for a target that moves."""
        if self.latitude_deg is None or self.longitude_deg is None:
            raise InputError(f"target '{self.name}' moves; what stands still is needed here")
        return self.latitude_deg, self.longitude_deg

    @classmethod
    def filled(cls, raw: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Return the target as its catalogue entry has it; one that moves has no place."""
        return without_place(super().filled(raw, info))

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from swap_faults(raw)
        yield from place_faults(raw)


def swap_faults(raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
    """Yield a hint where only the other order of latitude and longitude would be valid."""
    latitude, longitude = raw.get("latitude_deg"), raw.get("longitude_deg")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return
    # Only where swapping mends it: any other value has another fault.
    if 90.0 < abs(latitude) <= 360.0 and abs(longitude) <= 90.0:
        yield ("longitude_deg",), "latitude_deg and longitude_deg look swapped"


class Bounds(ScenarioTable):
    """A box of longitude and latitude; it crosses the antimeridian if east is below west."""

    west: float = Field(ge=-360.0, le=360.0, description="Western edge, degrees east.")
    south: float = Field(ge=-90.0, le=90.0, description="Southern edge, degrees.")
    east: float = Field(ge=-360.0, le=360.0, description="Eastern edge, degrees east.")
    north: float = Field(ge=-90.0, le=90.0, description="Northern edge, degrees.")

    @field_validator("east")
    @classmethod
    def _some_width(cls, east: float, info: ValidationInfo) -> float:
        west = info.data.get("west", math.nan)
        if east - west > 360.0 or (east - west in (0.0, -360.0)):
            raise fault(f"{east:g} from west = {west:g}: a box is above 0, up to 360 degrees wide")
        return east

    @field_validator("north")
    @classmethod
    def _above_south(cls, north: float, info: ValidationInfo) -> float:
        south = info.data.get("south")
        if south is not None and north <= south:
            raise fault(f"{north:g} is not above south = {south:g}")
        return north

    @property
    def width_deg(self) -> float:
        """Width of the box in longitude, above 0, up to 360 degrees."""
        return (self.east - self.west) % 360.0 or 360.0

    @property
    def outline_deg(self) -> outlines.Outline:
        """Corners (longitude, latitude), longitudes running on past 180 if need be."""
        # As outlines of vertices are turned, so that a box and its four corners are the same.
        [(west, _)] = outlines.turned([(self.west, self.south)])
        east = west + self.width_deg
        return ((west, self.south), (east, self.south), (east, self.north), (west, self.north))


_LongitudeIn = Field(ge=geofiles.LEAST_LONGITUDE, le=geofiles.GREATEST_LONGITUDE)
_VertexIn = tuple[Annotated[float, _LongitudeIn], Annotated[float, Field(ge=-360.0, le=360.0)]]
_OutlineIn = tuple[_VertexIn, ...]


class Region(ScenarioTable):
    """An area of interest, studied cell by cell."""

    name: Name = Field(description="Name, unlike any other region's.")
    edges: Edges = Field(
        default="great-circle",
        description="What an outline follows from one vertex to the next: the great circle, or a "
        "line straight in longitude and latitude, as GeoJSON has it (RFC 7946). Boxes, bands and "
        "outlines of nothing but meridians and parallels keep them either way.",
    )
    catalog: str | None = Field(
        default=None, description="Catalogue entry (id) with the outline; or give one below."
    )
    bounds_deg: Bounds | None = Field(default=None, description="Box west, south, east, north.")
    latitude_band_deg: tuple[Latitude, Latitude] | None = Field(
        default=None, description="Band all round the Earth: [south, north], degrees."
    )
    globe: Literal[True] | None = Field(default=None, description="true: the whole Earth.")
    polygon_deg: _OutlineIn | None = Field(
        default=None,
        description="Vertices [longitude, latitude], degrees; no edge crosses another. Longitudes "
        "may run on beyond 180 or -180. An edge goes the short way, by edges as a great circle or "
        "straight. The smaller side is meant.",
    )
    polygons_deg: tuple[_OutlineIn, ...] | None = Field(
        default=None, description="Several outlines, each as polygon_deg."
    )
    feature: str | int | None = Field(
        default=None,
        description="Value of any property of the features to take from the file; default: all.",
    )
    geojson: str | None = Field(
        default=None,
        description="GeoJSON file of polygons, holes and all, relative to the scenario's folder.",
    )
    shapefile: str | None = Field(
        default=None, description="Shapefile (.shp) of polygons, relative to the scenario's folder."
    )
    country: Line | None = Field(
        default=None, description="Country, English name or three letters (Natural Earth 1:50m)."
    )
    holes_deg: tuple[_OutlineIn, ...] | None = Field(
        default=None, description="Outlines left out of the area, each as polygon_deg."
    )
    cells: Literal["lat-lon", "healpix"] = Field(
        default="lat-lon",
        description="Cells: lat-lon (equal in angle, a grid) or healpix (equal in area).",
    )
    resolution_km: float = Field(ge=1.0, le=1_000.0, description="Size of a cell, km.")
    look: Look = Field(
        default="field-of-regard",
        description="What counts as an access of a cell: that a satellite could be pointed at it "
        "(field-of-regard), or that the strip which it images with its roll held sweeps over it "
        "(swath).",
    )
    strips: bool = Field(
        default=False,
        description="Whether to report the share of the area that each satellite images in a day, "
        "strip by strip.",
    )
    thresholds: tuple[Threshold, ...] = Field(
        default=(), max_length=50, description="Conditions of which the share of area is reported."
    )
    clear: OwnChance = Field(
        default=None,
        description="Its own chance of a clear sky, a number or twelve by month, whatever clouds "
        "says; nothing without clouds.",
    )
    note: Note = Field(default="", description=NOTE)

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        present = [key for key in OUTLINE_KEYS if raw.get(key) is not None]
        if len(present) != 1:
            listed = " and ".join(present) or "none"
            yield (), f"has {listed}; give exactly one of {', '.join(OUTLINE_KEYS)}"
        if raw.get("feature") is not None and not set(present) & set(_FILE_KEYS):
            yield ("feature",), "chooses from a file, and there is none"

    @classmethod
    def filled(cls, raw: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Return the region with its file replaced by the outlines in it."""
        file_key = next((key for key in _FILE_KEYS if isinstance(raw.get(key), str)), None)
        if file_key is None or raw.get("polygons_deg") is not None:
            return dict(raw)
        try:
            rings = _read_file(file_key, raw[file_key], raw, info)
        except InputError:
            return dict(raw)  # said by the check of the key, beside the table's other faults
        table = {key: value for key, value in raw.items() if key not in (file_key, "feature")}
        # Holes of the file and of the table are cut out alike.
        own = raw.get("holes_deg") or ()
        holes = (*rings.holes, *own) if isinstance(own, tuple) else own
        origin = "; ".join((f"read from {raw[file_key]}", *rings.notes))
        note = {"note": origin}
        if rings.notes and isinstance(own_note := raw.get("note"), str) and own_note:
            note = {"note": f"{own_note} ({origin})"}
        table = {"note": origin, **table, **(note if rings.notes else {})}
        return {**table, "polygons_deg": rings.outlines, "holes_deg": holes or None}

    @field_validator("geojson", "shapefile")
    @classmethod
    def _readable(cls, file: str | None, info: ValidationInfo) -> str | None:
        if file is None:
            return None
        try:
            _read_file(str(info.field_name), file, info.data, info)
        except InputError as error:
            whole_file: Where = ()
            raise faults_at([(whole_file, problem) for problem in error.problems], file) from None
        return file

    @field_validator("country")
    @classmethod
    def _on_the_map(cls, name: str | None) -> str | None:
        try:
            if name is not None:
                geofiles.country(name)
        except InputError as error:
            raise fault(error.problems[0]) from None
        return name

    @field_validator("latitude_band_deg")
    @classmethod
    def _some_height(cls, band: tuple[float, float] | None) -> tuple[float, float] | None:
        if band is not None and band[1] <= band[0]:
            raise fault(f"[{band[0]:g}, {band[1]:g}] has its north not above its south")
        return band

    @field_validator("catalog")
    @classmethod
    def _is_in_catalogue(cls, entry_id: str | None) -> str | None:
        return entry_id if entry_id is None else known_entry("regions", entry_id)

    @field_validator("polygon_deg")
    @classmethod
    def _sound_outline(cls, outline: _OutlineIn | None, info: ValidationInfo) -> _OutlineIn | None:
        # As written, before it is turned: faults name the vertices the user gave.
        _check_outlines([((), outline)] if outline is not None else [], info)
        return None if outline is None else outlines.turned(outline)

    @field_validator("polygons_deg", "holes_deg")
    @classmethod
    def _sound_outlines(
        cls, rings: tuple[_OutlineIn, ...] | None, info: ValidationInfo
    ) -> tuple[_OutlineIn, ...] | None:
        if rings == ():
            raise fault("is empty; at least one outline is needed")
        _check_outlines((((n,), outline) for n, outline in enumerate(rings or ())), info)
        return None if rings is None else tuple(map(outlines.turned, rings))

    @field_validator("resolution_km")
    @classmethod
    def _lawful_grid(cls, resolution_km: float, info: ValidationInfo) -> float:
        rings = _outlines_of(info.data)
        if not rings:
            return resolution_km
        cells = outlines.grid_cells([vertex for ring in rings for vertex in ring], resolution_km)
        if cells > MAX_GRID_CELLS:
            # Cells go by the square of their size.
            least = resolution_km * math.sqrt(cells / MAX_GRID_CELLS)
            raise fault(
                f"{resolution_km:g} makes a grid of about {cells:.2g} cells; allowed up to "
                f"{MAX_GRID_CELLS:,} cells, which is {math.ceil(least)} km here"
            )
        return resolution_km

    @property
    def outlines_deg(self) -> tuple[outlines.Outline, ...]:
        """Outlines of (longitude, latitude), degrees, without jumps at the antimeridian.

        Their holes are not among them.
        """
        return _outlines_of(dict(self))

    @property
    def surface(self) -> Surface:
        """The part of the Earth's surface meant."""
        from simulator import earth
        from simulator.earth import plane_surface

        values = _written_out(dict(self))
        holes, straight = values.get("holes_deg") or (), self.edges == "straight"
        if any(values.get(key) is not None for key in _BOX_KEYS):
            return plane_surface(_outlines_of(values), holes, straight_holes=straight)
        rings = values.get("polygons_deg") or [values["polygon_deg"]]
        return earth.surface(rings, holes, straight=straight)

    @property
    def area_km2(self) -> float | None:
        """Area on the ellipsoid; None where outlines overlap, or a hole reaches outside them."""
        values = _written_out(dict(self))
        holes, straight = values.get("holes_deg") or (), self.edges == "straight"
        rings = values.get("polygons_deg") or [values.get("polygon_deg") or _outlines_of(values)[0]]
        # A single outline was checked already; the overlay of many is the dear part.
        several = len(rings) + len(holes) > 1
        overlap = several and outlines.overlap(rings, holes, straight=straight)
        return None if overlap else self.surface.area_km2

    @property
    def edges_text(self) -> str:
        """What the outlines follow from vertex to vertex, in words for the reader."""
        return edges_words(_written_out(dict(self)))

    def resolved(self, start: datetime) -> Self:
        """Return the region with the outlines of the catalogue or of a country written out."""
        if self.catalog is None and self.country is None:
            return self
        values = _written_out(dict(self))
        if self.country is not None:
            # The name of the country is gone once its outline is written out.
            values["note"] = self.note or f"country {self.country}, from Natural Earth"
        return type(self).model_validate(values)

    def catalog_entries(self) -> Iterator[tuple[str, str]]:
        if self.catalog is not None:
            yield "regions", self.catalog


def edges_words(region: Mapping[str, Any]) -> str:
    """Return what the outlines of a region follow; it has nothing left to the catalogue."""
    from simulator.earth import along_axes

    rings = [*(region.get("polygons_deg") or ()), region.get("polygon_deg")]
    rings += region.get("holes_deg") or ()
    if all(along_axes(ring) for ring in rings if ring is not None):
        return "meridians and parallels"
    straight = region.get("edges") == "straight"
    return "straight in longitude and latitude" if straight else "great circles"


def _check_outlines(placed: Iterable[tuple[Where, _OutlineIn]], info: ValidationInfo) -> None:
    straight = info.data.get("edges") == "straight"
    problems = [
        (where, problem)
        for where, outline in placed
        for problem in outlines.outline_faults(outline, straight=straight)
    ]
    if problems:
        raise faults_at(problems, None)


def region_outline(entry_id: str) -> dict[str, Any]:
    """Return the one outline key a catalogue region has, with its value, and its holes."""
    values = catalog.get("regions", entry_id).values
    keys = (*_BOX_KEYS, "polygon_deg", "polygons_deg", "holes_deg")
    return {key: values[key] for key in keys if key in values}


def _written_out(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a region's values with the outlines its catalogue entry or country stands for."""
    shapes: dict[str, Any] = {}
    if values.get("catalog") is not None:
        shapes = region_outline(values["catalog"])
    elif values.get("country") is not None:
        rings = geofiles.country(values["country"])
        shapes = {"polygons_deg": rings.outlines, "holes_deg": rings.holes}
    holes = (*(shapes.get("holes_deg") or ()), *(values.get("holes_deg") or ()))
    named = {"catalog": None, "country": None}
    return {**values, **named, **shapes, "holes_deg": holes or None}


def _outlines_of(values: Mapping[str, Any]) -> tuple[outlines.Outline, ...]:
    values = _written_out(values)
    if values.get("bounds_deg") is not None:
        return (Bounds.model_validate(values["bounds_deg"]).outline_deg,)
    band = (-90.0, 90.0) if values.get("globe") else values.get("latitude_band_deg")
    if band is not None:
        return (Bounds(west=-180.0, south=band[0], east=180.0, north=band[1]).outline_deg,)
    # Longitudes run on over the antimeridian, then every outline is turned to lie beside the first.
    rings = values.get("polygons_deg") or [values.get("polygon_deg")]
    return outlines.side_by_side([outlines.continuous(ring) for ring in rings if ring])


def _read_file(
    key: str, file: str, region: Mapping[str, Any], info: ValidationInfo
) -> geofiles.Rings:
    path, feature = (info.context or {}).get("folder", Path()) / file, region.get("feature")
    read = geofiles.read_geojson if key == "geojson" else geofiles.read_shapefile
    named = isinstance(feature, str | int) and not isinstance(feature, bool)
    straight = region.get("edges") == "straight"
    return read(path, feature if named else None, straight=straight)
