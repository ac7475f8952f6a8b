"""When a satellite sees each target, standing or moving, while it shows itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from simulator.access import (
    View,
    Watch,
    Windows,
    closest_looks,
    closest_moving_looks,
    find_accesses,
    find_moving_accesses,
    finer_moving,
    joined,
    longer,
    satellite_positions,
)
from simulator.arrays import FloatArray
from simulator.earth import look_angles, off_nadir_deg
from simulator.imaging import look_gsd_m, look_niirs
from simulator.orbits import Track, sun_elevation_deg
from simulator.scenario import Sensor
from simulator.study.case import Study, view_of
from simulator.study.whereabouts import Whereabouts


def target_windows(study: Study, number: int) -> tuple[Windows, FloatArray]:
    """Return the accesses of a satellite to all targets, sites by number, and the best of each."""
    return windows_of_targets(
        study.tracks[number],
        study.whereabouts,
        view_of(study.flights[number].table.sensor),
        end_s=study.span.duration_s,
        sun=study.sun,
        allowed=study.lit[number],
        threads=study.threads,
    )


def windows_of_targets(
    path: Track,
    where: Whereabouts,
    view: View,
    *,
    end_s: float,
    sun: Track,
    allowed: FloatArray | None,
    threads: int | None = None,
) -> tuple[Windows, FloatArray]:
    """Return the accesses of a path to targets up to an instant, and the best of each.

    The best look is that of finest ground sample: in an eccentric orbit not the highest elevation.
    """
    # An access is as long as the target shows itself: what is too short is left out after that.
    whole = replace(view, min_duration_s=0.0) if where.shown_s else view
    when: dict[str, Any] = {"start_s": 0.0, "end_s": end_s, "sun": sun, "allowed": allowed}
    parts, best = [], []
    # Without any target, too, it is what a search of nothing finds.
    if len(where.fixed) or not where.movements:
        places = where.fixed_places
        windows = find_accesses(path, places, whole, threads=threads, **when)
        windows = replace(windows, site=where.fixed[windows.site].astype(np.int32))
        parts.append(longer(where.shown(windows), view.min_duration_s))
        own = replace(parts[0], site=np.searchsorted(where.fixed, parts[0].site).astype(np.int32))
        best.append(closest_looks(path, places, own, by_elevation=False))
    for target, moved in where.movements.items():
        windows = find_moving_accesses(path, moved, whole, **when)
        windows = replace(windows, site=np.full_like(windows.site, target))
        parts.append(longer(where.shown(windows), view.min_duration_s))
        best.append(closest_moving_looks(path, moved, parts[-1], by_elevation=False))
    if len(parts) == 1:
        return parts[0], best[0]
    order = np.lexsort(
        (np.concatenate([p.start_s for p in parts]), np.concatenate([p.site for p in parts]))
    )
    return _appended(parts).kept(order), np.concatenate(best)[order]


def window_columns(windows: Windows, best_s: FloatArray) -> dict[str, Any]:
    """Return windows over targets and the best instant of each as columns (W,)."""
    return {
        "start_s": windows.start_s,
        "end_s": windows.end_s,
        "cut_start": windows.cut[:, 0],
        "cut_end": windows.cut[:, 1],
        "best_s": best_s,
    }


def look_columns(
    path: Track,
    where: Whereabouts,
    windows: Windows,
    best_s: FloatArray,
    *,
    sun: Track,
    sensor: Sensor | None,
) -> dict[str, Any]:
    """Return windows of a path over targets, and the look at the best of each; columns (W,).

    Ground sample and interpretability are NaN without a sensor.
    """
    target = windows.site.astype(np.int64)
    places, satellite_m = where.sites_at(target, best_s), satellite_positions(path, best_s)
    latitude, longitude, height = where.geodetic(target, best_s).T
    angles = look_angles(
        satellite_m, latitude_deg=latitude, longitude_deg=longitude, height_m=height
    )
    looks: dict[str, Any] = {
        "slant_range_km": angles.slant_range_km,
        "elevation_deg": angles.elevation_deg,
    }
    unknown = np.full(len(windows), np.nan)
    return {
        **window_columns(windows, best_s),
        "off_nadir_deg": off_nadir_deg(satellite_m, places.position_m),
        "incidence_deg": 90.0 - angles.elevation_deg,
        **looks,
        "gsd_m": unknown if sensor is None else look_gsd_m(sensor, **looks),
        "niirs": unknown if sensor is None else look_niirs(sensor, **looks),
        "sun_elevation_deg": sun_elevation_deg(sun, places.position_m, places.normal, best_s),
    }


def _appended(parts: list[Windows]) -> Windows:
    """Return windows of several searches one behind another, those that touch apart."""
    return Windows(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("site", "start_s", "end_s", "cut")
        )
    )


def finer_windows(
    study: Study, number: int, watch: Watch, windows: Windows, tilted_sample_per_m: float
) -> Windows:
    """Return what of accesses to targets, sites by number, keeps a bound on the tilted sample."""
    path, where = study.tracks[number], study.whereabouts
    moving = np.isin(windows.site, list(where.movements))
    finer = [watch.finer(path, where.places, windows.kept(~moving), tilted_sample_per_m)]
    own = watch.view.tilted_sample_per_m
    for target, moved in where.movements.items():
        rows = windows.kept(windows.site == target)
        if own is None or own < tilted_sample_per_m:
            rows = finer_moving(path, moved, rows, tilted_sample_per_m)
        finer.append(replace(rows, site=np.full_like(rows.site, target)))
    return joined(finer) if len(finer) > 1 else finer[0]
