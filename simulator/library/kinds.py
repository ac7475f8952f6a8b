"""What the functions of the library take: kinds of instants, orbits, places, regions, conditions.

They are told apart by what they have, not by whose they are, so that no package is needed for a
kind that is not given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from os import PathLike
from typing import Any, Literal, Protocol, TypeAlias, TypedDict

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulator.orbits import Elements
from simulator.scenario import Network, Region, Relay, Sensor, Station, Target


class SkyfieldTime(Protocol):
    """An instant, or many, as Skyfield has them: `skyfield.timelib.Time`."""

    @property
    def whole(self) -> Any: ...
    @property
    def tt_fraction(self) -> Any: ...


class SgpRecord(Protocol):
    """What SGP4 flies: `sgp4.api.Satrec`, initialised with any of its models of gravity."""

    jdsatepoch: Any
    no_kozai: Any

    def sgp4(self, jd: float, fr: float, /) -> Any: ...


class SkyfieldSatellite(Protocol):
    """A satellite of Skyfield: `skyfield.api.EarthSatellite`."""

    model: Any
    name: Any


class GeoFrame(Protocol):
    """A table or a column of shapes with a coordinate system, as geopandas has them."""

    @property
    def crs(self) -> Any: ...
    @property
    def geometry(self) -> Any: ...
    def to_crs(self, crs: Any, /) -> Any: ...


class Shape(Protocol):
    """A shape of shapely, in degrees: x is the longitude, y the geodetic latitude."""

    @property
    def geom_type(self) -> str: ...
    @property
    def is_empty(self) -> bool: ...


class SkyfieldPlace(Protocol):
    """A place as `skyfield.api.wgs84.latlon` gives it."""

    latitude: Any
    longitude: Any
    elevation: Any


TimeLike: TypeAlias = datetime | date | str | np.datetime64 | SkyfieldTime
"""An aware datetime (a pandas Timestamp is one), ISO text with an offset, a date, as text too
(midnight UTC), a numpy datetime64 (taken as UTC, for it knows no zone), or a Time of Skyfield."""

TimesLike: TypeAlias = (
    "Sequence[datetime | date | str | np.datetime64] | npt.NDArray[np.datetime64] | "
    "pd.DatetimeIndex | pd.Series[Any] | SkyfieldTime"
)
"""Many of the same: a list, an array of datetime64 (UTC), an aware index or column of pandas, a
Time of Skyfield."""

OrbitLike: TypeAlias = (
    str
    | PathLike[str]
    | tuple[str, str]
    | Mapping[str, Any]
    | SgpRecord
    | SkyfieldSatellite
    | Elements
)
"""One orbit: a launch or element set of the catalogue, `sso:ALTITUDE_KM:LTAN_H` or
`kepler:PERIGEE_KMxAPOGEE_KM:INCLINATION_DEG[:RAAN_DEG]`, a file of TLEs, OMMs or an OEM, the text
of the first two, two lines, the keys of an orbit in a scenario, a Satrec, an EarthSatellite of
Skyfield, or Elements."""

OrbitsLike: TypeAlias = OrbitLike | Sequence[OrbitLike] | Mapping[str, OrbitLike]
"""One orbit, a list of them, or orbits by the names their satellites are to have."""

Coordinates: TypeAlias = tuple[float, float] | tuple[float, float, float]
"""Geodetic latitude and longitude, degrees, and height over the ellipsoid, metres."""

PlaceLike: TypeAlias = str | Coordinates | Mapping[str, Any] | Shape | SkyfieldPlace | Target
"""One place: a target, station or site of the catalogue, `LAT,LON[,HEIGHT_M]`, coordinates, the
keys of a target in a scenario, a shapely Point, or a place of Skyfield."""

PlacesLike: TypeAlias = (
    PlaceLike
    | Sequence[PlaceLike]
    | Mapping[str, PlaceLike]
    | npt.NDArray[np.floating[Any]]
    | pd.DataFrame
    | GeoFrame
    | PathLike[str]
)
"""One place, a list of them, places by name, an array (N, 2) or (N, 3) of latitude, longitude and
height, a data frame with latitude_deg and longitude_deg (or lat and lon), a GeoDataFrame of points,
or a file of places, .csv or .geojson."""

Box: TypeAlias = tuple[float, float, float, float]
"""West, south, east and north, degrees; it crosses the antimeridian if east is below west."""

RegionLike: TypeAlias = str | Box | Mapping[str, Any] | Shape | GeoFrame | Region
"""One region: one of the catalogue, a box, the keys of a region in a scenario, a shapely Polygon or
MultiPolygon, or a GeoDataFrame of them."""

StationsLike: TypeAlias = PlacesLike | Sequence[PlaceLike | Station | Relay] | Station | Network
"""Ground stations: a network of the catalogue, stations or relays of it by name, the keys of
stations in a scenario, or any places."""

ColumnsLike: TypeAlias = pd.DataFrame | Mapping[str, Any] | npt.NDArray[np.void]
"""A table: a data frame, arrays by the name of the column, or a structured array."""

SensorLike: TypeAlias = str | Mapping[str, Any] | Sensor
"""A sensor of the catalogue, or the keys of a sensor in a scenario."""


class Conditions(TypedDict, total=False):
    """What a look must fulfil, by the keys of a scenario's sensor; None: no such limit.

    The elevation of the satellite at the place, 5 degrees at least unless said otherwise; the angle
    off nadir to the place; the elevation of the Sun at the place, which `daylight` asks to be 10
    degrees at least; the side of the track; the length of the access within the span; the light in
    which the satellite stands.
    """

    min_elevation_deg: float
    max_off_nadir_deg: float | None
    min_off_nadir_deg: float
    min_sun_elevation_deg: float | None
    max_sun_elevation_deg: float | None
    daylight: bool
    side: Literal["left", "right"] | None
    min_access_s: float
    satellite_lighting: Literal["any", "sunlit", "not-umbra"]


class PassConditions(TypedDict, total=False):
    """What a pass must fulfil; None: no such limit.

    As `Conditions` has it, and the elevation that is reached at the culmination.
    """

    min_elevation_deg: float
    max_off_nadir_deg: float | None
    min_sun_elevation_deg: float | None
    max_sun_elevation_deg: float | None
    min_culmination_deg: float | None
    daylight: bool
