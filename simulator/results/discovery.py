"""What the grid of a region says of itself as a whole, for who searches among many files.

Global attributes by the Attribute Convention for Data Discovery, ACDD 1.3, beside our own. Who made
the data and when is the user's to say: there are no creator, publisher and date in them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from simulator.arrays import FloatArray
from simulator.earth import Span
from simulator.results import tables
from simulator.results.grids import GridValues, values_of
from simulator.results.summary import FORMAT, SCHEMA_VERSION
from simulator.units import DAY_S, HOUR_S, MINUTE_S

if TYPE_CHECKING:
    import xarray as xr

_ABOUT = (
    "How often, how soon and how long satellites see the places of a region, and how late and how "
    "old their pictures are at headquarters, simulated from a scenario; nothing here is an "
    "observation."
)
_KEYWORDS = (
    "Earth observation, satellite, coverage, revisit time, access, ground station network, "
    "response time, age of information, simulation"
)
_LICENSE = (
    "The terms of these data are for who ran the scenario to state; the program that made them is "
    "under the MIT license."
)


class _Described(Protocol):
    """What grids are part of: the results of a run, or an answer."""

    @property
    def title(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def start(self) -> datetime: ...
    @property
    def days(self) -> float: ...
    @property
    def source_line(self) -> str: ...
    @property
    def scenario_toml(self) -> str: ...
    @property
    def provenance(self) -> Mapping[str, Any]: ...
    @property
    def grids(self) -> Mapping[str, xr.Dataset]: ...


def grid_attributes(results: _Described, region: str) -> dict[str, Any]:
    """Return the global attributes of a region's grid."""
    span = Span(results.start, results.days * DAY_S)
    attributes = {
        "title": f"{results.title}: {region}" if results.title else region,
        "summary": " ".join(filter(None, [results.question, _ABOUT])),
        "keywords": _KEYWORDS,
        "source": results.source_line,
        "history": f"{FORMAT}, schema version {SCHEMA_VERSION}",
        "processing_level": "simulated",
        "comment": str(results.provenance.get("caution", "")),
        "license": _LICENSE,
        **_where(values_of(results.grids, region)),
        "time_coverage_start": tables.iso(span.start),
        "time_coverage_end": tables.iso(span.utc(span.duration_s)),
        "time_coverage_duration": iso_duration(span.duration_s),
        "region": region,
        "span_start": tables.iso(results.start),
        "span_days": results.days,
        "scenario_sha256": hashlib.sha256(results.scenario_toml.encode("utf-8")).hexdigest(),
    }
    ut1_minus_utc_s = results.provenance.get("ut1_minus_utc_s")
    if ut1_minus_utc_s is not None:
        attributes["ut1_minus_utc_s"] = float(ut1_minus_utc_s)
    return {name: value for name, value in attributes.items() if value != ""}


def _where(grid: GridValues) -> dict[str, Any]:
    """Return the extent of a grid, by the centres of its cells."""
    latitudes_deg = np.asarray(grid.values("lat"), dtype=np.float64)
    west_deg, east_deg = ends_deg(np.asarray(grid.values("lon"), dtype=np.float64))
    return {
        "geospatial_lat_min": float(latitudes_deg.min()),
        "geospatial_lat_max": float(latitudes_deg.max()),
        "geospatial_lat_units": "degrees_north",
        "geospatial_lon_min": west_deg,
        "geospatial_lon_max": east_deg,
        "geospatial_lon_units": "degrees_east",
    }


def ends_deg(longitudes_deg: FloatArray) -> tuple[float, float]:
    """Return the westernmost and the easternmost longitude, -180 to 180.

    The first is the greater one where they lie on both sides of the antimeridian (ACDD 1.3).
    """
    around_deg = np.unique((longitudes_deg + 180.0) % 360.0 - 180.0)
    # What lies between two neighbours and is empty; the last of them is across the antimeridian.
    empty_deg = np.diff(np.append(around_deg, around_deg[0] + 360.0))
    widest = int(np.argmax(empty_deg[::-1]))
    last = len(around_deg) - 1 - widest
    return float(around_deg[(last + 1) % len(around_deg)]), float(around_deg[last])


def iso_duration(seconds: float) -> str:
    """Return a length of time by ISO 8601, such as P30D or P1DT6H30M."""
    whole = round(seconds)
    days, rest = divmod(whole, int(DAY_S))
    hours, rest = divmod(rest, int(HOUR_S))
    minutes, rest = divmod(rest, int(MINUTE_S))
    clock = "".join(
        f"{count}{letter}" for count, letter in ((hours, "H"), (minutes, "M"), (rest, "S")) if count
    )
    return "P" + (f"{days}D" if days or not clock else "") + (f"T{clock}" if clock else "")
