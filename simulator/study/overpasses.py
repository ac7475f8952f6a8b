"""Overpasses without a scenario: when an orbit, named in one word, passes over a place.

An overpass is an access: it rises and sets where the first condition begins and the last ends to
hold, be that the least elevation, the off-nadir cone, daylight or night. Seconds since the span's
start.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import numpy as np

from simulator import scenario, zones
from simulator.access import View, Windows, closest_looks, find_accesses, satellite_positions
from simulator.arrays import BoolArray, FloatArray
from simulator.earth import LookAngles, Span, look_angles, off_nadir_deg, sites
from simulator.errors import InputError
from simulator.network import culminating
from simulator.orbits import (
    Elements,
    Track,
    notes,
    sun_elevation_deg,
    sun_track,
    sunlit_at,
    track,
)
from simulator.scenario import Target
from simulator.study.named_orbits import clock_of, orbit_of, place_of, validated
from simulator.study.warnings import stale_elements
from simulator.units import DAY_S

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
DAYLIGHT_SUN_ELEVATION_DEG = 10.0
LEAST_ELEVATION_DEG = 5.0

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANTS = ("rise_s", "culmination_s", "set_s")
_DECIMALS = {"s": 3, "deg": 4, "km": 3}


@dataclass(frozen=True, eq=False, repr=False)
class Overpasses:
    """The overpasses of one orbit over one place, and the conditions they were searched with.

    `columns`, of which `table` is made, have a value an overpass: rise_s, culmination_s, set_s,
    duration_s; cut_start and cut_end tell that the span's own ends cut it; max_elevation_deg,
    off_nadir_deg, slant_range_km, sun_elevation_deg (at the place) and sunlit (the satellite is out
    of any shadow) hold at the culmination; azimuth_rise_deg, azimuth_culmination_deg and
    azimuth_set_deg run from north through east. `warnings` are sentences for the user;
    `min_culmination_deg` is one condition more than those of `view`; `time_zone` is that of the
    local times in `facts`, `place_id` the word by which the place was asked for.
    """

    elements: Elements
    place: Target
    span: Span
    view: View
    columns: Mapping[str, FloatArray | BoolArray]
    warnings: tuple[str, ...]
    min_culmination_deg: float | None = None
    time_zone: str = "UTC"
    place_id: str = ""

    @cached_property
    def table(self) -> pd.DataFrame:
        """The overpasses as a data frame; beside each instant `x_s` its datetime, `x_utc`."""
        # Imported here: a list that is printed has no use for it, and need not wait for it.
        import pandas as pd

        found: dict[str, pd.Series] = {}
        for name, values in self.columns.items():
            found[name] = pd.Series(values)
            if name in _INSTANTS:
                plain = pd.Series(self.span.datetimes(np.asarray(values, dtype=np.float64)))
                found[name.removesuffix("_s") + "_utc"] = plain.dt.tz_localize("UTC")
        return pd.DataFrame(found)

    def __repr__(self) -> str:
        return f"{self._heading()}\n{self._brief().to_string(index=False)}"

    def _repr_html_(self) -> str:
        brief = self._brief().to_html(index=False, border=0)
        return f"<p>{html.escape(self._heading())}</p>\n{brief}"

    def _heading(self) -> str:
        ends = (self.span.iso(0.0), self.span.iso(self.span.duration_s))
        begin, end = (at[:16].replace("T", " ") for at in ends)
        count = len(self.columns["rise_s"])
        counted = f"{count} overpass{'es' if count != 1 else ''}"
        return f"{self.elements.name} over {self.place.name}, {begin} to {end} UTC: {counted}"

    def _brief(self) -> pd.DataFrame:
        import pandas as pd

        times = {
            name.removesuffix("_s") + " (UTC)": [
                self.span.iso(at_s)[:19].replace("T", " ") for at_s in self.table[name]
            ]
            for name in _INSTANTS
        }
        angles = {
            "elevation (deg)": "max_elevation_deg",
            "off-nadir (deg)": "off_nadir_deg",
            "sun (deg)": "sun_elevation_deg",
        }
        return pd.DataFrame(times | {k: self.table[v].round(1) for k, v in angles.items()})

    def culminations(self) -> list[datetime]:
        """Return the instants of closest approach, UTC."""
        begin = self.span.start.astimezone(UTC)
        return [begin + timedelta(seconds=at_s) for at_s in self.columns["culmination_s"].tolist()]

    @property
    def _propagation(self) -> str:
        return "interpolated states" if self.elements.is_tabulated else "SGP4 (WGS72)"

    def facts(self) -> dict[str, Any]:
        """Return everything as plain values: instants as UTC, numbers rounded to their worth."""
        rows = zip(*(values.tolist() for values in self.columns.values()), strict=True)
        zone = zones.zone(self.time_zone)
        begin = self.span.start.astimezone(UTC)
        local = [
            (begin + timedelta(seconds=at_s)).astimezone(zone).isoformat(timespec="seconds")
            for at_s in self.columns["rise_s"].tolist()
        ]
        return {
            "schema_version": SCHEMA_VERSION,
            "orbit": self.elements.facts(),
            "place": {
                "id": self.place_id or self.place.name,
                **self.place.model_dump(
                    include={"name", "latitude_deg", "longitude_deg", "height_m"}
                ),
            },
            "span": {
                "start": self.span.start,
                "days": self.span.days,
                "ut1_minus_utc_s": round(self.span.ut1_minus_utc_start_s, 6),
            },
            "conditions": {
                "min_elevation_deg": self.view.min_elevation_deg,
                "max_off_nadir_deg": self.view.max_off_nadir_deg,
                "min_sun_elevation_deg": self.view.min_sun_elevation_deg,
                "max_sun_elevation_deg": self.view.max_sun_elevation_deg,
                "min_culmination_deg": self.min_culmination_deg,
            },
            "model": f"{self._propagation}, WGS84 ellipsoid, no refraction, no polar motion",
            "time_zone": self.time_zone,
            "overpasses": [
                {"rise_local": at, **dict(map(partial(_written, self.span), self.columns, row))}
                for at, row in zip(local, rows, strict=True)
            ],
            "warnings": list(self.warnings),
        }


def _written(span: Span, key: str, value: Any) -> tuple[str, Any]:
    if key in _INSTANTS:
        return key.removesuffix("_s") + "_utc", span.iso(value)
    if isinstance(value, bool):
        return key, value
    # Adding zero turns -0.0 into 0.0.
    return key, round(value, _DECIMALS[key.rpartition("_")[2]]) + 0.0


class OverpassConditions(TypedDict, total=False):
    """Conditions of an overpass; what is left out or None is none, but for the least elevation.

    The elevation of the satellite, 5 degrees at least by default; its off-nadir angle to the
    place; the elevation of the sun at the place; the elevation that is reached at the culmination.
    """

    min_elevation_deg: float
    max_off_nadir_deg: float | None
    min_sun_elevation_deg: float | None
    max_sun_elevation_deg: float | None
    min_culmination_deg: float | None


def look_up(
    orbit: str,
    place: str,
    *,
    satellite: str | None = None,
    start: str | None = None,
    days: float = 1.0,
    daylight: bool = False,
    time_zone: str | None = None,
    changes: Mapping[str, Any] | None = None,
    **conditions: Unpack[OverpassConditions],
) -> Overpasses:
    """Return the overpasses of an orbit over a place, both named as in `orbit_of` and `place_of`.

    `start` is an ISO time with offset, or a date, which begins at midnight UTC, by default the
    orbit's epoch; `daylight` asks for a sun 10 degrees high at the place; `time_zone` is whose
    local times are given beside UTC, by default that of the place; `changes` as in `orbit_of`.
    Raises InputError.
    """
    if time_zone is not None:
        zones.zone(time_zone)
    searched = None if start is None else span_table(start, days)
    elements = orbit_of(
        orbit,
        start=None if searched is None else searched.start,
        days=days,
        satellite=satellite,
        changes=changes,
    )
    table = searched or span_table(elements.epoch, days)
    if daylight:
        conditions["min_sun_elevation_deg"] = DAYLIGHT_SUN_ELEVATION_DEG
    span = Span(table.start, (table.days or 0.0) * DAY_S)
    seen_from = place_of(place)
    found = find_overpasses(elements, seen_from, span, **conditions)
    return replace(found, place_id=place, time_zone=time_zone or clock_of(place, seen_from))


def span_table(start: str | datetime, days: float) -> scenario.SpanTable:
    """Return a start, of which a date begins at midnight UTC, and days as a scenario's span.

    Raises InputError.
    """
    if isinstance(start, str) and _DATE.fullmatch(start):
        start = f"{start}T00:00:00Z"
    return validated(scenario.SpanTable, {"start": start, "days": days}, "")


def find_overpasses(
    elements: Elements, place: Target, span: Span, **conditions: Unpack[OverpassConditions]
) -> Overpasses:
    """Return the overpasses of a satellite over a place in a span, in time order.

    Of those that get `min_culmination_deg` high, by what of them the other conditions and the span
    leave, all above `min_elevation_deg` counts.

    Raises InputError for a limit out of its range.
    """
    least_deg = conditions.get("min_elevation_deg", LEAST_ELEVATION_DEG)
    view = View(
        min_elevation_deg=_within("min_elevation_deg", least_deg, -5.0, 90.0),
        max_off_nadir_deg=_limit(conditions, "max_off_nadir_deg", 0.0),
        min_sun_elevation_deg=_limit(conditions, "min_sun_elevation_deg", -90.0),
        max_sun_elevation_deg=_limit(conditions, "max_sun_elevation_deg", -90.0),
    )
    culmination_deg = _limit(conditions, "min_culmination_deg", -5.0)
    path, sun_path = track(elements, span), sun_track(span)
    site = sites(*place.place_deg, place.height_m)
    windows = find_accesses(path, site, view, start_s=0.0, end_s=span.duration_s, sun=sun_path)
    windows = culminating(path, site, windows, [culmination_deg])
    columns = _columns(windows, place, path, sun_path)
    warnings = _warnings(elements, path, span)
    return Overpasses(elements, place, span, view, columns, warnings, culmination_deg)


def _limit(conditions: Mapping[str, Any], name: str, least: float) -> float | None:
    value = conditions.get(name)
    return None if value is None else _within(name, value, least, 90.0)


def _within(name: str, value: float, least: float, most: float) -> float:
    # Put so that NaN, of which every comparison is false, is refused too.
    if not least <= value <= most:
        raise InputError(f"{name}: {value:g} is out of range; allowed {least:g} to {most:g}")
    return value


def _columns(
    windows: Windows, place: Target, path: Track, sun_path: Track
) -> dict[str, FloatArray | BoolArray]:
    site = sites(*place.place_deg, place.height_m)
    culmination_s = closest_looks(path, site, windows, by_elevation=True)
    satellite_m = satellite_positions(path, culmination_s)
    rise, culmination, set_ = (
        _looks(satellite_positions(path, at_s), place)
        for at_s in (windows.start_s, culmination_s, windows.end_s)
    )
    place_m, normal = site.position_m[windows.site], site.normal[windows.site]
    return {
        "rise_s": windows.start_s,
        "culmination_s": culmination_s,
        "set_s": windows.end_s,
        "duration_s": windows.duration_s,
        "cut_start": windows.cut[:, 0],
        "cut_end": windows.cut[:, 1],
        "max_elevation_deg": culmination.elevation_deg,
        "azimuth_rise_deg": rise.azimuth_deg,
        "azimuth_culmination_deg": culmination.azimuth_deg,
        "azimuth_set_deg": set_.azimuth_deg,
        "off_nadir_deg": off_nadir_deg(satellite_m, place_m),
        "slant_range_km": culmination.slant_range_km,
        "sun_elevation_deg": sun_elevation_deg(sun_path, place_m, normal, culmination_s),
        "sunlit": sunlit_at(path, sun_path, culmination_s),
    }


def _looks(satellite_m: FloatArray, place: Target) -> LookAngles:
    latitude_deg, longitude_deg = place.place_deg
    return look_angles(
        satellite_m,
        latitude_deg=latitude_deg,
        longitude_deg=longitude_deg,
        height_m=place.height_m,
    )


def _warnings(elements: Elements, path: Track, span: Span) -> tuple[str, ...]:
    label, sentences = elements.name, []
    if path.outage is not None and path.outage.time_s < span.duration_s:
        sentences.append(
            f"{label}: {path.outage.cause} at {span.iso(path.outage.time_s)}; "
            "nothing is computed from then on"
        )
    sentences += [f"{label}: {note}" for note in notes(elements, span)]
    if not elements.hypothetical:
        sentences += stale_elements(label, elements, span)
    return tuple(sentences)
