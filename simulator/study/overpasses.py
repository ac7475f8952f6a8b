"""Overpasses without a scenario: when an orbit, named in one word, passes over a place.

An overpass is an access: it rises and sets where the first condition begins and the last ends to
hold, be that the least elevation, the off-nadir cone, daylight or night. Seconds since the span's
start.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from pydantic import BaseModel, ValidationError

from simulator import catalog, scenario
from simulator.access import View, Windows, closest_looks, find_accesses, satellite_positions
from simulator.arrays import FloatArray
from simulator.earth import LookAngles, Sites, Span, look_angles, off_nadir_deg, sites
from simulator.errors import InputError, nearest_hint
from simulator.network import culminating
from simulator.orbits import (
    Elements,
    Track,
    element_age_days,
    from_scenario,
    notes,
    shadow_windows,
    sun_elevation_deg,
    sun_track,
    track,
)
from simulator.scenario import Target, is_message
from simulator.study.runs import STALE_ELEMENTS_DAYS
from simulator.units import DAY_S

SCHEMA_VERSION = 1
DAYLIGHT_SUN_ELEVATION_DEG = 10.0

_COORDINATE_KEYS = ("latitude_deg", "longitude_deg", "height_m")
_PLACE_KINDS = ("targets", "stations", "sites")
_OMM_SUFFIXES = frozenset({".json", ".xml", ".csv", ".kvn"})
_NUMBER = r"[+-]?\d+(?:\.\d*)?"
_BEGIN_BYTES = 4_096
_SUN_SYNCHRONOUS = re.compile(rf"sso:({_NUMBER}):({_NUMBER})")
_KEPLERIAN = re.compile(rf"kepler:({_NUMBER})x({_NUMBER}):({_NUMBER})(?::({_NUMBER}))?")
_COORDINATES = re.compile(rf"\s*({_NUMBER})\s*,\s*({_NUMBER})\s*(?:,\s*({_NUMBER})\s*)?")
_DECIMALS = {"s": 3, "deg": 4, "km": 3}

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, eq=False, repr=False)
class Overpasses:
    """The overpasses of one orbit over one place, and the conditions they were searched with.

    `table` has a row an overpass: rise_s, culmination_s, set_s, duration_s; cut_start and cut_end
    tell that the span's own ends cut it; max_elevation_deg, off_nadir_deg, slant_range_km,
    sun_elevation_deg (at the place) and sunlit (the satellite is out of any shadow) hold at the
    culmination; azimuth_rise_deg, azimuth_culmination_deg and azimuth_set_deg run from north
    through east. `warnings` are sentences for the user; `min_culmination_deg` is one condition more
    than those of `view`.
    """

    elements: Elements
    place: Target
    span: Span
    view: View
    table: pd.DataFrame
    warnings: tuple[str, ...]
    min_culmination_deg: float | None = None

    def __repr__(self) -> str:
        return f"{self._heading()}\n{self._brief().to_string(index=False)}"

    def _repr_html_(self) -> str:
        brief = self._brief().to_html(index=False, border=0)
        return f"<p>{html.escape(self._heading())}</p>\n{brief}"

    def _heading(self) -> str:
        ends = (self.span.iso(0.0), self.span.iso(self.span.duration_s))
        begin, end = (at[:16].replace("T", " ") for at in ends)
        counted = f"{len(self.table)} overpass{'es' if len(self.table) != 1 else ''}"
        return f"{self.elements.name} over {self.place.name}, {begin} to {end} UTC: {counted}"

    def _brief(self) -> pd.DataFrame:
        times = {
            name.removesuffix("_s") + " (UTC)": [
                self.span.iso(at_s)[:19].replace("T", " ") for at_s in self.table[name]
            ]
            for name in ("rise_s", "culmination_s", "set_s")
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
        return [begin + timedelta(seconds=float(at_s)) for at_s in self.table["culmination_s"]]

    def facts(self) -> dict[str, Any]:
        """Return everything as plain values: instants as UTC, numbers rounded to their worth."""
        return {
            "schema_version": SCHEMA_VERSION,
            "orbit": self.elements.facts(),
            "place": self.place.model_dump(
                include={"name", "latitude_deg", "longitude_deg", "height_m"}
            ),
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
            "model": "SGP4 (WGS72), WGS84 ellipsoid, no refraction, no polar motion",
            "overpasses": [
                dict(_written(str(key), value, self.span) for key, value in row.items())
                for row in self.table.to_dict(orient="records")
            ],
            "warnings": list(self.warnings),
        }


def _written(key: str, value: Any, span: Span) -> tuple[str, Any]:
    if key in ("rise_s", "culmination_s", "set_s"):
        return key.removesuffix("_s") + "_utc", span.iso(value)
    if isinstance(value, bool):
        return key, value
    # Adding zero turns -0.0 into 0.0.
    return key, round(value, _DECIMALS[key.rpartition("_")[2]]) + 0.0


def look_up(
    orbit: str,
    place: str,
    *,
    satellite: str | None = None,
    start: str | None = None,
    days: float = 1.0,
    min_elevation_deg: float = 5.0,
    max_off_nadir_deg: float | None = None,
    daylight: bool = False,
    max_sun_elevation_deg: float | None = None,
    min_culmination_deg: float | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Overpasses:
    """Return the overpasses of an orbit over a place, both named as in `orbit_of` and `place_of`.

    `start` is an ISO time with offset, by default the orbit's epoch; `daylight` asks for a sun 10
    degrees high at the place, `max_sun_elevation_deg` for one at most so high, as by night;
    `min_culmination_deg` for overpasses that get so high; `changes` as in `orbit_of`. Raises
    InputError.
    """
    asked = None if start is None else _span_table(start, days)
    elements = orbit_of(
        orbit,
        start=None if asked is None else asked.start,
        days=days,
        satellite=satellite,
        changes=changes,
    )
    table = asked or _span_table(elements.epoch, days)
    return find_overpasses(
        elements,
        place_of(place),
        Span(table.start, (table.days or 0.0) * DAY_S),
        min_elevation_deg=min_elevation_deg,
        max_off_nadir_deg=max_off_nadir_deg,
        min_sun_elevation_deg=DAYLIGHT_SUN_ELEVATION_DEG if daylight else None,
        max_sun_elevation_deg=max_sun_elevation_deg,
        min_culmination_deg=min_culmination_deg,
    )


def _span_table(start: str | datetime, days: float) -> scenario.SpanTable:
    return _checked(scenario.SpanTable, {"start": start, "days": days}, "")


def _checked(model: type[_Model], values: Mapping[str, Any], said_of: str) -> _Model:
    try:
        return model.model_validate(values, context={"folder": Path()})
    except ValidationError as error:
        faults = error.errors(include_url=False)
        paths = (".".join(map(str, fault["loc"])) for fault in faults)
        lines = zip(paths, faults, strict=True)
        raise InputError([f"{said_of}{path}: {fault['msg']}" for path, fault in lines]) from None


def orbit_of(
    text: str,
    *,
    start: datetime | None = None,
    days: float | None = None,
    satellite: str | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Elements:
    """Return the elements of an orbit named in one word.

    That is a launch or an element set of the catalogue, by id; a TLE or OMM file; a
    sun-synchronous orbit `sso:ALTITUDE_KM:LTAN_H`; or mean elements
    `kepler:PERIGEE_KMxAPOGEE_KM:INCLINATION_DEG[:RAAN_DEG]`. The last two are of the epoch
    `start`. `satellite` chooses from a file of several; of several epochs those are flown that suit
    the `days` from the start, without a start the newest. `changes` replaces keys of the orbit as a
    scenario would write it, such as `insertion_latitude_deg` of a launch. Raises InputError.
    """
    name, table = _orbit_table(text, start, satellite)
    table |= changes or {}
    model = _MODELS[table["kind"]]
    orbit = _checked(model, table, f"orbit '{text}': ")
    # Of a scenario, no more than this is asked; nothing in it is left to validate.
    carrier = scenario.Scenario.model_construct(
        span=scenario.SpanTable.model_construct(start=start, days=days),
        satellites=(scenario.Satellite.model_construct(name=name, orbit=orbit),),
    )
    ((elements, _),) = from_scenario(carrier)
    return elements


_MODELS: Mapping[str, type[BaseModel]] = {
    "launch": scenario.LaunchOrbit,
    "tle": scenario.TleOrbit,
    "omm": scenario.OmmOrbit,
    "sun-synchronous": scenario.SunSynchronousOrbit,
    "keplerian": scenario.KeplerianOrbit,
}


def _orbit_table(
    text: str, start: datetime | None, satellite: str | None
) -> tuple[str, dict[str, Any]]:
    """Return the name of an orbit and the table a scenario would hold of it."""
    if text.partition(":")[0] in ("sso", "kepler"):
        if start is None:
            raise InputError(
                f"orbit '{text}' has no epoch of its own; give a start, such as "
                "2023-11-22T00:00:00Z"
            )
        return text, {**_formula(text), "epoch": start}
    if text in catalog.entries("launches"):
        return _flown(text), {"kind": "launch", "launch": text}
    if text in catalog.entries("elements"):
        return catalog.get("elements", text).name, {"kind": "tle", "catalog": text}
    path = Path(text)
    if not (path.is_file() or path.suffix or len(path.parts) > 1):
        known = (*catalog.entries("launches"), *catalog.entries("elements"))
        raise InputError(
            f"orbit '{text}' is no launch or element set of the catalogue, and no file"
            f"{nearest_hint(text, known)}"
        )
    kind = "omm" if _is_omm(path) else "tle"
    return satellite or path.name, {"kind": kind, "file": text, "satellite": satellite}


def _is_omm(path: Path) -> bool:
    """Return whether a file holds messages rather than two-line sets, by its name or beginning."""
    if path.suffix.lower() in _OMM_SUFFIXES:
        return True
    try:
        with path.open("rb") as stream:
            begin = stream.read(_BEGIN_BYTES)
    except OSError:
        return False  # said by what reads it in full
    return is_message(begin.decode("utf-8-sig", errors="replace"))


def _flown(launch: str) -> str:
    """Return the name of a launch of which enough is known to fly its orbit."""
    entry = catalog.get("launches", launch)
    fields = scenario.LaunchOrbit.model_fields.items()
    needed = [name for name, field in fields if field.is_required() and name != "launch"]
    missing = [name for name in needed if name not in entry.values]
    if missing:
        raise InputError(
            f"orbit '{launch}': the catalogue has no orbit of this launch; missing are "
            f"{', '.join(missing)}"
        )
    return entry.name


def _formula(text: str) -> dict[str, Any]:
    if found := _SUN_SYNCHRONOUS.fullmatch(text):
        altitude_km, ltan_h = map(float, found.groups())
        return {"kind": "sun-synchronous", "altitude_km": altitude_km, "ltan_h": ltan_h}
    if found := _KEPLERIAN.fullmatch(text):
        keys = ("perigee_km", "apogee_km", "inclination_deg", "raan_deg")
        return {"kind": "keplerian"} | {
            key: float(value) for key, value in zip(keys, found.groups(), strict=True) if value
        }
    form = (
        "sso:ALTITUDE_KM:LTAN_H, such as sso:500:10.5"
        if text.startswith("sso")
        else "kepler:PERIGEE_KMxAPOGEE_KM:INCLINATION_DEG[:RAAN_DEG], such as kepler:493x512:97.4"
    )
    raise InputError(f"orbit '{text}' is not of the form {form}")


def place_of(text: str) -> Target:
    """Return a place: a target, station or site of the catalogue, or `LAT,LON[,HEIGHT_M]`.

    Raises InputError.
    """
    said_of = f"place '{text}': "
    if found := _COORDINATES.fullmatch(text):
        given = zip(_COORDINATE_KEYS, found.groups(), strict=True)
        numbers = {key: float(value) for key, value in given if value is not None}
        return _checked(Target, {"name": text.strip(), **numbers}, said_of)
    for kind in _PLACE_KINDS:
        entry = catalog.entries(kind).get(text)
        if entry is not None:
            known = {key: entry.values[key] for key in _COORDINATE_KEYS if key in entry.values}
            return _checked(Target, {"name": entry.name, **known}, said_of)
    names = [identifier for kind in _PLACE_KINDS for identifier in catalog.entries(kind)]
    raise InputError(
        f"place '{text}' is no target, station or site of the catalogue, and not LAT,LON such as "
        f"39.04,125.71{nearest_hint(text, names)}"
    )


def find_overpasses(
    elements: Elements,
    place: Target,
    span: Span,
    *,
    min_elevation_deg: float = 5.0,
    max_off_nadir_deg: float | None = None,
    min_sun_elevation_deg: float | None = None,
    max_sun_elevation_deg: float | None = None,
    min_culmination_deg: float | None = None,
) -> Overpasses:
    """Return the overpasses of a satellite over a place in a span, in time order.

    Of those that get `min_culmination_deg` high, by what of them the other conditions and the span
    leave, all above `min_elevation_deg` counts.

    Raises InputError for a limit out of its range.
    """
    view = View(
        min_elevation_deg=_within("min_elevation_deg", min_elevation_deg, -5.0, 90.0),
        max_off_nadir_deg=_within("max_off_nadir_deg", max_off_nadir_deg, 0.0, 90.0),
        min_sun_elevation_deg=_within("min_sun_elevation_deg", min_sun_elevation_deg, -90.0, 90.0),
        max_sun_elevation_deg=_within("max_sun_elevation_deg", max_sun_elevation_deg, -90.0, 90.0),
    )
    least_deg = _within("min_culmination_deg", min_culmination_deg, -5.0, 90.0)
    path = track(elements, span)
    sun_path = sun_track(span)
    spot = sites(place.latitude_deg, place.longitude_deg, place.height_m)
    found = find_accesses(path, spot, view, start_s=0.0, end_s=span.duration_s, sun=sun_path)
    found = culminating(path, spot, found, [least_deg])
    table = _table(found, place, spot, path, sun_path, span)
    return Overpasses(
        elements, place, span, view, table, _warnings(elements, path, span), least_deg
    )


_Maybe = TypeVar("_Maybe", bound=float | None)


def _within(name: str, value: _Maybe, least: float, most: float) -> _Maybe:
    # Put so that NaN is refused too.
    if value is not None and not least <= value <= most:
        raise InputError(f"{name}: {value:g} is out of range; allowed {least:g} to {most:g}")
    return value


def _table(
    found: Windows,
    place: Target,
    spot: Sites,
    path: Track,
    sun_path: Track,
    span: Span,
) -> pd.DataFrame:
    at_s = closest_looks(path, spot, found, by_elevation=True)
    top_m = satellite_positions(path, at_s)
    top = _looks(top_m, place)
    ends = [_looks(satellite_positions(path, t), place) for t in (found.start_s, found.end_s)]
    columns: dict[str, Any] = {
        "rise_s": found.start_s,
        "culmination_s": at_s,
        "set_s": found.end_s,
        "duration_s": found.duration_s,
        "cut_start": found.cut[:, 0],
        "cut_end": found.cut[:, 1],
        "max_elevation_deg": top.elevation_deg,
        "azimuth_rise_deg": ends[0].azimuth_deg,
        "azimuth_culmination_deg": top.azimuth_deg,
        "azimuth_set_deg": ends[1].azimuth_deg,
        "off_nadir_deg": off_nadir_deg(top_m, spot.position_m[found.site]),
        "slant_range_km": top.slant_range_km,
        "sun_elevation_deg": sun_elevation_deg(
            sun_path, spot.position_m[found.site], spot.normal[found.site], at_s
        ),
        "sunlit": _sunlit(path, sun_path, at_s, span),
    }
    return pd.DataFrame(columns)


def _looks(satellite_m: FloatArray, place: Target) -> LookAngles:
    return look_angles(
        satellite_m,
        latitude_deg=place.latitude_deg,
        longitude_deg=place.longitude_deg,
        height_m=place.height_m,
    )


def _sunlit(path: Track, sun_path: Track, at_s: FloatArray, span: Span) -> np.ndarray:
    if not len(at_s):
        return np.empty(0, dtype=np.bool_)
    dark = shadow_windows(path, sun_path, span.duration_s, umbra=False)
    # Between an entry and its exit, one entry more than exits lies behind.
    entered = np.searchsorted(dark[:, 0], at_s, side="right")
    left = np.searchsorted(dark[:, 1], at_s, side="right")
    return np.asarray(entered == left)


def _warnings(elements: Elements, path: Track, span: Span) -> tuple[str, ...]:
    out = []
    if path.outage is not None and path.outage.time_s < span.duration_s:
        out.append(
            f"{elements.name}: {path.outage.cause} at {span.iso(path.outage.time_s)}; "
            "nothing is computed from then on"
        )
    out += [f"{elements.name}: {note}" for note in notes(elements, span)]
    age_days = element_age_days(elements, span)
    if age_days > STALE_ELEMENTS_DAYS and not elements.hypothetical:
        out.append(
            f"{elements.name}: the elements are up to {age_days:.0f} days from the instants "
            "computed; SGP4's error grows by a kilometre and more a day"
        )
    return tuple(out)
