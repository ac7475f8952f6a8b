"""The tables of satellites and of their ground tracks; columns as `results` defines them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simulator.access import satellite_positions
from simulator.arrays import FloatArray
from simulator.earth import EARTH_MEAN_RADIUS_KM, Span, ecef_to_geodetic, reach_deg
from simulator.imaging import gsd_along_m
from simulator.orbits import Outage, Track, from_earth_fixed, states, track
from simulator.revisit import gap_statistics
from simulator.scenario import Satellite
from simulator.study.case import Flight, Study, hours
from simulator.study.events import Accesses, PictureList
from simulator.units import DAY_S, HOUR_S

# 4 degrees along the orbit: fine enough for a line on a map.
_TRACK_STEP_S = 60.0


def track_table(study: Study) -> pd.DataFrame:
    """Return where satellites are above the ground, every minute of the first day."""
    parts = []
    for flight in study.flights:
        # A track of its own: the study's runs over the whole span, and may have been let go.
        path = track(flight.elements, study.span, end_s=min(DAY_S, study.span.duration_s))
        if len(path.time_s) < 2:
            continue
        end_s = min(DAY_S, study.span.duration_s, path.end_s)
        time_s = np.arange(0.0, end_s, _TRACK_STEP_S)
        parts.append(track_rows(flight.name, path, time_s[path.has(time_s)]))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def track_rows(satellite: str, path: Track, time_s: FloatArray) -> pd.DataFrame:
    """Return where a satellite is above the ground at instants (N,) on its path, a row each."""
    latitude, longitude, height_m = ecef_to_geodetic(satellite_positions(path, time_s))
    return pd.DataFrame(
        {
            "satellite": satellite,
            "time_s": time_s,
            "latitude_deg": latitude,
            "longitude_deg": longitude,
            "altitude_km": height_m / 1e3,
        }
    )


def state_columns(span: Span, path: Track, time_s: FloatArray) -> dict[str, FloatArray]:
    """Return position and velocity at instants (N,) on a path, by column.

    `itrf` are axes fixed to the Earth, without polar motion; `gcrs` the celestial ones of IAU
    2006/2000A. Velocities are relative to their axes.
    """
    state = states(path, time_s)
    place, velocity = state[:, :3], state[:, 3:6]
    celestial = from_earth_fixed("gcrf", span, time_s, place, velocity)
    columns = {}
    for axes, (where, moving) in (("itrf", (place, velocity)), ("gcrs", celestial)):
        for number, axis in enumerate("xyz"):
            columns[f"{axis}_{axes}_km"] = where[:, number] / 1e3
        for number, axis in enumerate("xyz"):
            columns[f"v{axis}_{axes}_km_s"] = moving[:, number] / 1e3
    return columns


def height_range_km(tracks: pd.DataFrame, satellite: str | None = None) -> FloatArray:
    """Return the least and the greatest height (2,) of one satellite, or of any; NaN for none."""
    if not len(tracks):
        return np.full(2, np.nan)
    heights = tracks["altitude_km"]
    if satellite is not None:
        heights = heights[tracks["satellite"] == satellite]
    return np.array([heights.min(), heights.max()], dtype=np.float64)


def satellite_table(
    study: Study, accesses: Accesses, pictures: PictureList, tracks: pd.DataFrame
) -> pd.DataFrame:
    """Return a row a satellite: orbit, reach of its sensor, what it sees, picture and rate."""
    return pd.DataFrame(
        [
            {
                **_satellite_row(flight, outage, height_range_km(tracks, flight.name)),
                **(_seen_row(study, accesses, number) if study.scenario.targets else {}),
                "pictures_taken": int((pictures.satellite == number).sum()),
            }
            for number, (flight, outage) in enumerate(
                zip(study.flights, accesses.outages, strict=True)
            )
        ]
    )


def _seen_row(study: Study, accesses: Accesses, satellite: int) -> dict[str, float]:
    """Return how often targets are seen by one satellite alone, means over all targets."""
    columns, span_s = accesses.columns, study.span.duration_s
    own = columns["satellite"] == satellite
    target = columns["target"][own]
    windows_s = np.stack([columns["start_s"][own], columns["end_s"][own]], axis=1)
    rule, count = study.scenario.counting.revisit_rule, len(study.scenario.targets)
    gaps = [
        gap_statistics(windows_s[target == number], span_s, rule=rule) for number in range(count)
    ]
    # Without a gap, as under a rule that leaves the ends out, a target has no revisit.
    means_h = [hours(each.mean_s) for each in gaps if each.mean_s is not None]
    longest_h = [hours(each.max_s) for each in gaps if each.max_s is not None]
    return {
        "targets_seen": sum(not each.never_seen for each in gaps),
        "target_accesses_per_day": int(own.sum()) / count / study.span.days,
        "target_revisit_mean_h": float(np.mean(means_h)) if means_h else np.nan,
        "target_revisit_max_h": max(longest_h, default=np.nan),
        "target_wait_mean_h": float(np.mean([each.mean_wait_s for each in gaps])) / HOUR_S,
        "best_gsd_m": np.fmin.reduce(columns["gsd_m"][own], initial=np.nan),
        "best_niirs": np.fmax.reduce(columns["niirs"][own], initial=np.nan),
    }


def _satellite_row(flight: Flight, outage: Outage | None, heights_km: FloatArray) -> dict[str, Any]:
    elements, sensor = flight.elements, flight.table.sensor
    # The field of regard is widest where the satellite is highest: it has two ends.
    _, reach = reach_deg(
        altitude_km=heights_km,
        min_off_nadir_deg=sensor.min_off_nadir_deg,
        max_off_nadir_deg=sensor.max_off_nadir_deg,
        min_elevation_deg=sensor.min_elevation_deg,
    )
    reach_km = np.radians(reach) * EARTH_MEAN_RADIUS_KM
    gsd_m = gsd_along_m(
        gsd_nadir_m=sensor.gsd_m,
        reference_altitude_km=sensor.reference_altitude_km,
        slant_range_km=heights_km,
    )
    return {
        "satellite": flight.name,
        "orbit": elements.origin,
        "hypothetical": elements.hypothetical,
        "epoch_utc": elements.epoch,
        # Two-body heights of the mean motion, about which the true height swings by some 20 km.
        "altitude_km": 0.5 * (elements.perigee_km + elements.apogee_km),
        "perigee_km": elements.perigee_km,
        "apogee_km": elements.apogee_km,
        "inclination_deg": elements.inclination_deg,
        "raan_deg": elements.raan_deg,
        "argument_of_perigee_deg": elements.argument_of_perigee_deg,
        "mean_anomaly_deg": elements.mean_anomaly_deg,
        "period_min": elements.period_min,
        "ltan_h": elements.ltan_h,
        "min_off_nadir_deg": sensor.min_off_nadir_deg,
        "max_off_nadir_deg": sensor.max_off_nadir_deg,
        "min_elevation_deg": sensor.min_elevation_deg,
        "field_of_regard_min_km": float(reach_km[0]),
        "field_of_regard_max_km": float(reach_km[1]),
        "nadir_gsd_min_m": float(gsd_m[0]),
        "nadir_gsd_max_m": float(gsd_m[1]),
        "picture_mbit": sensor.picture_bits / 1e6,
        "downlink_rate_mbps": _greatest_rate_mbps(flight.table),
        "decayed_s": np.nan if outage is None else outage.time_s,
    }


def _greatest_rate_mbps(table: Satellite) -> float:
    if table.downlink_rate_mbps is not None:
        return table.downlink_rate_mbps
    return max(transmitter.rate_mbps for transmitter in table.transmitters)
