"""Places of a scenario: targets to look at, regions to study on a grid."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, ValidationInfo, field_validator

from simulator import catalog
from simulator.scenario import outlines
from simulator.scenario.table import NOTE, CatalogTable, Table, faults_at, known_entry
from simulator.scenario.units import Height, Latitude, Line, Longitude, Name, Note
from simulator.scenario.words import Where, fault

MAX_GRID_CELLS = 5_000_000


class Target(CatalogTable):
    """A place to look at."""

    catalog_kind: ClassVar[str] = "targets"

    name: Name = Field(description="Name, unlike any other target's.")
    latitude_deg: Latitude = Field(description="Geodetic latitude, degrees.")
    longitude_deg: Longitude = Field(description="Longitude, degrees east.")
    height_m: Height = Field(default=0.0, description="Height over the ellipsoid, metres.")
    country: Line | None = Field(default=None, description="Country, for the tables.")

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from swap_faults(raw)


def swap_faults(raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
    """Yield a hint where only the other order of latitude and longitude would be valid."""
    latitude, longitude = raw.get("latitude_deg"), raw.get("longitude_deg")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return
    if 90.0 < abs(latitude) <= 360.0 and abs(longitude) <= 90.0:
        yield ("longitude_deg",), "latitude_deg and longitude_deg look swapped"


class Bounds(Table):
    """A box of longitude and latitude; it crosses the antimeridian if east is below west."""

    west: float = Field(ge=-180.0, le=360.0, description="Western edge, degrees east.")
    south: float = Field(ge=-90.0, le=90.0, description="Southern edge, degrees.")
    east: float = Field(ge=-180.0, le=360.0, description="Eastern edge, degrees east.")
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
        east = self.west + self.width_deg
        return (
            (self.west, self.south),
            (east, self.south),
            (east, self.north),
            (self.west, self.north),
        )


_VertexIn = tuple[
    Annotated[float, Field(ge=-180.0, le=360.0)], Annotated[float, Field(ge=-360.0, le=360.0)]
]
_OutlineIn = tuple[_VertexIn, ...]


class Region(Table):
    """An area of interest, studied on a grid."""

    name: Name = Field(description="Name, unlike any other region's.")
    catalog: str | None = Field(
        default=None, description="Catalogue entry (id) with the outline; or give one below."
    )
    bounds_deg: Bounds | None = Field(default=None, description="Box west, south, east, north.")
    polygon_deg: _OutlineIn | None = Field(
        default=None,
        description="Vertices [longitude, latitude], degrees; no edge crosses another. An edge of "
        "more than 180 degrees of longitude goes the short way, over the antimeridian.",
    )
    polygons_deg: tuple[_OutlineIn, ...] | None = Field(
        default=None, description="Several outlines, each as polygon_deg."
    )
    resolution_km: float = Field(ge=1.0, le=1_000.0, description="Size of a grid cell, km.")
    note: Note = Field(default="", description=NOTE)

    _OUTLINE_KEYS: ClassVar = ("catalog", "bounds_deg", "polygon_deg", "polygons_deg")

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        given = [key for key in cls._OUTLINE_KEYS if raw.get(key) is not None]
        if len(given) != 1:
            said = " and ".join(given) or "none"
            yield (), f"has {said}; give exactly one of {', '.join(cls._OUTLINE_KEYS)}"

    @field_validator("catalog")
    @classmethod
    def _known(cls, entry_id: str | None) -> str | None:
        return entry_id if entry_id is None else known_entry("regions", entry_id)

    @field_validator("polygon_deg")
    @classmethod
    def _sound_outline(cls, outline: _OutlineIn | None) -> _OutlineIn | None:
        _check_outlines([((), outline)] if outline is not None else [])
        return outline

    @field_validator("polygons_deg")
    @classmethod
    def _sound_outlines(cls, rings: tuple[_OutlineIn, ...] | None) -> tuple[_OutlineIn, ...] | None:
        if rings == ():
            raise fault("is empty; at least one outline is needed")
        _check_outlines(((n,), outline) for n, outline in enumerate(rings or ()))
        return rings

    @field_validator("resolution_km")
    @classmethod
    def _lawful_grid(cls, resolution_km: float, info: ValidationInfo) -> float:
        rings = _outlines_of(info.data)
        if not rings:
            return resolution_km
        cells = outlines.grid_cells([vertex for ring in rings for vertex in ring], resolution_km)
        if cells > MAX_GRID_CELLS:
            least = resolution_km * math.sqrt(cells / MAX_GRID_CELLS)
            raise fault(
                f"{resolution_km:g} makes a grid of about {cells:.2g} cells; allowed up to "
                f"{MAX_GRID_CELLS:,} cells, which is {math.ceil(least)} km here"
            )
        return resolution_km

    @property
    def outlines_deg(self) -> tuple[outlines.Outline, ...]:
        """Outlines of (longitude, latitude), degrees, without jumps at the antimeridian."""
        return _outlines_of(dict(self))

    def resolved(self, start: datetime) -> Self:
        """Return the region with the catalogue's outlines written out."""
        if self.catalog is None:
            return self
        values = {**dict(self), "catalog": None, **region_outline(self.catalog)}
        return type(self).model_validate(values)

    def catalog_entries(self) -> Iterator[tuple[str, str]]:
        if self.catalog is not None:
            yield "regions", self.catalog


def _check_outlines(found: Iterable[tuple[Where, _OutlineIn]]) -> None:
    problems = [
        (where, problem) for where, outline in found for problem in outlines.outline_faults(outline)
    ]
    if problems:
        raise faults_at(problems, None)


def region_outline(entry_id: str) -> dict[str, Any]:
    """Return the one outline key a catalogue region has, with its value."""
    values = catalog.get("regions", entry_id).values
    return {
        key: values[key] for key in ("bounds_deg", "polygon_deg", "polygons_deg") if key in values
    }


def _outlines_of(values: Mapping[str, Any]) -> tuple[outlines.Outline, ...]:
    if values.get("catalog") is not None:
        values = region_outline(values["catalog"])
    if values.get("bounds_deg") is not None:
        bounds = values["bounds_deg"]
        return (Bounds.model_validate(bounds).outline_deg,)
    rings = values.get("polygons_deg") or [values.get("polygon_deg")]
    return outlines.side_by_side([outlines.continuous(ring) for ring in rings if ring])
