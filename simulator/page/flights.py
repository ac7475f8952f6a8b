"""Where the satellites and the sun are over the whole span, close enough for a map.

The tables of a run keep the first day of the ground tracks alone; the rest is flown again from the
scenario that the results carry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simulator import intervals, orbits, study
from simulator.access import Watch, satellite_positions
from simulator.arrays import FloatArray
from simulator.earth import Span, ecef_to_geodetic, ellipsoid_normal, geodetic_to_ecef, reach_deg
from simulator.errors import InputError
from simulator.page import looks
from simulator.page.packed import finely_packed, packed
from simulator.results import Results
from simulator.scenario import loads
from simulator.units import DAY_S

# A curve through six places so far apart errs by some ten metres in low orbit.
STEP_S = 240.0
# More places than this, of all satellites, and the page shows the first part of the span only.
_MOST_PLACES = 80_000
SUN_STEP_S = 3_600.0
_LIGHT_STEP_S = 600.0
_TURN_STEP, _HALF_TURN_STEP = 360.0 / 65_534.0, 180.0 / 65_534.0
_REACH_STEP = 0.01


@dataclass(frozen=True, eq=False)
class GroundTrack:
    """Ground track of a satellite: degrees and kilometres every `STEP_S` from the start.

    `watch` says what must hold for it to see a place; None where that is not known.
    """

    name: str
    latitude_deg: FloatArray
    longitude_deg: FloatArray
    altitude_km: FloatArray
    watch: Watch | None = None

    def reach_deg(self, sensor: Mapping[Any, Any]) -> tuple[FloatArray, FloatArray]:
        """Return how near and how far the sensor can be pointed, angles at the Earth's centre."""
        if "max_off_nadir_deg" not in sensor or not len(self.altitude_km):
            return np.zeros_like(self.altitude_km), np.zeros_like(self.altitude_km)
        return reach_deg(
            altitude_km=self.altitude_km,
            min_off_nadir_deg=sensor["min_off_nadir_deg"],
            max_off_nadir_deg=sensor["max_off_nadir_deg"],
            min_elevation_deg=sensor["min_elevation_deg"],
        )


def flights(results: Results) -> list[GroundTrack]:
    """Return the flight of every satellite, as long as a page can carry."""
    try:
        return list(_flown(results))
    except InputError:
        # Results made by hand have a scenario that flies nothing; their own table is shown.
        return list(_of_table(results))


def span_of(results: Results) -> Span:
    """Return the span of a run with the rotation of the Earth it was flown with."""
    told = results.provenance
    fixed = told.get("ut1_minus_utc_from") == "scenario"
    return Span(
        results.start,
        results.days * DAY_S,
        float(told["ut1_minus_utc_s"]) if fixed else None,
    )


def _flown(results: Results) -> Iterator[GroundTrack]:
    case = study.Study(loads(results.scenario_toml, origin="scenario.toml", folder=Path()))
    span = span_of(results)
    watches = study.watches(case, "swath")
    end_s = min(span.duration_s, STEP_S * (_MOST_PLACES // max(len(watches), 1)))
    for watch in watches:
        # One step more, so that the last instant lies between two places.
        path = orbits.track(watch.elements, span, end_s=min(end_s + STEP_S, span.duration_s))
        # A curve through places has no gaps: a satellite that has some is left out of the map.
        if len(path.time_s) < 2 or path.gaps is not None:
            continue
        time_s = np.arange(0.0, path.end_s, STEP_S)
        latitude, longitude, height_m = ecef_to_geodetic(satellite_positions(path, time_s))
        yield GroundTrack(watch.elements.name, latitude, longitude, height_m / 1e3, watch)


def _of_table(results: Results) -> Iterator[GroundTrack]:
    for name, track in results.tracks.groupby("satellite", sort=False):
        time_s = track["time_s"].to_numpy(dtype=float)
        latitude, longitude, altitude = (
            track[column].to_numpy(dtype=float)
            for column in ("latitude_deg", "longitude_deg", "altitude_km")
        )
        kept = np.isclose(time_s % STEP_S, 0.0)
        yield GroundTrack(str(name), latitude[kept], longitude[kept], altitude[kept])


def packed_flight(flight: GroundTrack, sensor: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a flight as the page's script reads it."""
    inner, outer = flight.reach_deg(sensor)
    low, high = (float(f(flight.altitude_km)) for f in (np.min, np.max)) if len(inner) else (0, 0)
    step = max((high - low) / 65_534.0, 1e-6)
    return {
        "name": flight.name,
        "lon": finely_packed(flight.longitude_deg % 360.0, 0.0, 360.0),
        "lat": finely_packed(flight.latitude_deg, -90.0, 90.0),
        "alt": packed(flight.altitude_km, low, step),
        "altLow": low,
        "altStep": step,
        "reach": packed(outer, 0.0, _REACH_STEP),
        "inner": packed(inner, 0.0, _REACH_STEP) if inner.any() else "",
        "look": None if flight.watch is None else looks.conditions(flight.watch),
    }


def packed_sun(results: Results) -> dict[str, str]:
    """Return where the sun is overhead, every `SUN_STEP_S` and a little past the end."""
    span = span_of(results)
    # A curve needs places on both sides, however short the span.
    end_s = span.duration_s + 5.0 * SUN_STEP_S
    sun = orbits.sun_track(Span(span.start, end_s, span.ut1_minus_utc_s))
    time_s = np.arange(0.0, end_s, SUN_STEP_S)
    latitude, longitude, _ = ecef_to_geodetic(satellite_positions(sun, time_s))
    return {
        "lon": finely_packed(longitude % 360.0, 0.0, 360.0),
        "lat": finely_packed(latitude, -90.0, 90.0),
    }


def packed_strips(results: Results) -> list[dict[str, Any]]:
    """Return the strips that satellites image: region, start, and their outlines once round."""
    return [
        {
            "region": str(region),
            "start": round(float(rows["time_s"].min())),
            "lon": packed(_round(rows, "longitude_deg") % 360.0, 0.0, _TURN_STEP),
            "lat": packed(_round(rows, "latitude_deg"), -90.0, _HALF_TURN_STEP),
        }
        for (region, _, _), rows in results.strip_edges.groupby(
            ["region", "satellite", "strip"], sort=False
        )
    ]


def _round(rows: Any, coordinate: str) -> FloatArray:
    left, right = (rows[f"{side}_{coordinate}"].to_numpy(dtype=float) for side in ("left", "right"))
    return np.concatenate([left, right[::-1]])


def dark_windows(
    results: Results, latitude_deg: FloatArray, longitude_deg: FloatArray
) -> list[FloatArray]:
    """Return when the centre of the sun is below the horizon of each place, windows (N, 2).

    Good to a few seconds; no refraction, as in the conditions of the sensors.
    """
    span = span_of(results)
    sun = orbits.sun_track(span)
    time_s = np.append(np.arange(0.0, span.duration_s, _LIGHT_STEP_S), span.duration_s)
    positions = geodetic_to_ecef(latitude_deg, longitude_deg)
    normals = ellipsoid_normal(latitude_deg, longitude_deg)
    return [
        _below(time_s, orbits.sun_elevation_deg(sun, position, normal, time_s))
        for position, normal in zip(positions, normals, strict=True)
    ]


def _below(time_s: FloatArray, value: FloatArray) -> FloatArray:
    """Return when a quantity, straight between its samples, is below zero."""
    sign_changes = np.flatnonzero((value[:-1] < 0.0) != (value[1:] < 0.0))
    before, after = value[sign_changes], value[sign_changes + 1]
    share = before / (before - after)
    steps_s = np.diff(time_s)[sign_changes]
    edges_s = np.concatenate([time_s[:1], time_s[sign_changes] + share * steps_s, time_s[-1:]])
    windows = np.column_stack([edges_s[:-1], edges_s[1:]])
    return intervals.union(windows[0 if value[0] < 0.0 else 1 :: 2])
