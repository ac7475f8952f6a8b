"""The stages of a study that look at regions: figures of cells, stays, days, sampling.

Each says by its key what part of the scenario it depends on, as those of `stages` do. Seconds
since the span's start.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from simulator import access, coverage, merit, moving, sensors, swaths
from simulator.cells import Cells, cells_of
from simulator.errors import InputError
from simulator.geometry import EARTH_MEAN_RADIUS_KM
from simulator.merit import RegionTimes, SiteFigures
from simulator.scenario import Figures, Look, Region, Satellite
from simulator.stages import HOUR_S, Accesses, Study, view_of
from simulator.store import Value, kept, key_of
from simulator.timescale import DAY_S, FloatArray, Span
from simulator.uncertainty import Blocks, blocks

_MOST_FOLDS = 4


@dataclass(frozen=True, eq=False)
class RegionFigures:
    """The cells of a region, their figures in the order of `cells.sites()`, and all in time."""

    cells: Cells
    figures: SiteFigures
    times: RegionTimes


def region(study: Study, table: Region) -> RegionFigures:
    """Return the figures of a region's cells."""
    cells = cells_of(table.surface, kind=table.cells, resolution_km=table.resolution_km)
    rules = study.scenario.figures
    if not len(cells):
        raise InputError(
            f"region '{table.name}' holds no cell centre; make resolution_km smaller than "
            f"{table.resolution_km:g}"
        )
    key = key_of("regions", [*_region_key(study, table), rules.model_dump(mode="json")])
    value = kept(study.store, key)
    if value is None:
        found = merit.survey(
            watches(study, table.look),
            cells.sites(),
            study.span,
            weights_km2=cells.weights_km2,
            options=_options(rules, len(study.flights)),
            sun=study.sun,
            workers=study.workers,
        )
        value = {f"site {name}": np.asarray(item) for name, item in vars(found.sites).items()}
        value |= {f"time {name}": np.asarray(item) for name, item in vars(found.times).items()}
        if study.store is not None:
            study.store.put(key, value)
    return RegionFigures(
        cells,
        SiteFigures(**_part(value, "site ", SiteFigures)),
        RegionTimes(**_part(value, "time ", RegionTimes)),
    )


def target_stays(study: Study, found: Accesses, target: int) -> tuple[moving.Stays, FloatArray]:
    """Return how stays at a target fare, and its accesses (1, 24) by local mean solar hour."""
    mine = found.columns["target"] == target
    start_s, end_s = found.columns["start_s"][mine], found.columns["end_s"][mine]
    table = study.scenario.targets[target]
    place = access.sites(table.latitude_deg, table.longitude_deg, table.height_m)
    clock_s = float(merit.local_day_s(place, study.span)[0])
    stays = moving.target_stays(
        np.stack([start_s, end_s], axis=1),
        study.span.duration_s,
        np.array(study.scenario.figures.stays_h) * HOUR_S,
        clock_s=clock_s,
    )
    hour = ((0.5 * (start_s + end_s) + clock_s) // HOUR_S).astype(np.int64) % 24
    return stays, np.bincount(hour, minlength=24).astype(np.float64)[None]


def region_stays(study: Study, table: Region, cells: Cells) -> moving.Stays:
    """Return how things that stay in the open for a while fare in a region's cells."""
    key = key_of("stays", [*_region_key(study, table), study.scenario.figures.stays_h])
    value = kept(study.store, key)
    if value is None:
        found = moving.stays(
            watches(study, table.look),
            cells.sites(),
            study.span,
            np.array(study.scenario.figures.stays_h) * HOUR_S,
            weights_km2=cells.weights_km2,
            sun=study.sun,
            workers=study.workers,
        )
        value = vars(found)
        if study.store is not None:
            study.store.put(key, value)
    return moving.Stays(**value)


def region_blocks(study: Study, cells: Cells, look: Look) -> Blocks:
    """Return the sums by day of a region's cells, from which sampling errors are drawn."""
    edges_s = day_edges_s(study.span)
    rule = study.scenario.figures.revisit_rule
    sums = {
        name: np.zeros((len(cells), len(edges_s) - 1))
        for name in Blocks.__dataclass_fields__
        if name != "length_s"
    }

    def reduce(batch: merit.Batch) -> tuple[Any, Blocks]:
        return batch.sites, blocks(batch.merged, edges_s, rule=rule)

    for chosen, part in merit.stream(
        watches(study, look),
        cells.sites(),
        study.span,
        reduce,
        sun=study.sun,
        workers=study.workers,
    ):
        for name, column in sums.items():
            column[chosen] = getattr(part, name)
    return Blocks(length_s=np.diff(edges_s), **sums)


def day_edges_s(span: Span) -> FloatArray:
    """Return the edges of days from the span's start; what is left over is a block of its own."""
    edges_s = np.arange(0.0, span.duration_s, DAY_S)
    return np.append(edges_s, span.duration_s)


def daily_shares(study: Study, cells: Cells) -> list[swaths.DailyShare]:
    """Return for each satellite the share of a region's area that it images in a day."""
    places, weights = cells.sites(), cells.weights_km2
    return [
        _daily_share(study, number, places, weights, cells.size_km)
        for number in range(len(study.flights))
    ]


def _daily_share(
    study: Study, number: int, places: access.Sites, weights: FloatArray, size_km: float
) -> swaths.DailyShare:
    flight, path = study.flights[number], study.tracks[number]
    sensor, minutes = flight.table.sensor, flight.table.max_imaging_min_per_orbit
    found = swaths.crossings(
        path,
        places,
        max_roll_deg=sensor.max_off_nadir_deg,
        start_s=0.0,
        end_s=min(study.span.duration_s, path.end_s),
        view=view_of(sensor),
        sun=study.sun,
        allowed=study.lit[number],
    )
    allowed = np.abs(found.roll_deg) >= sensor.min_off_nadir_deg
    if sensor.side is not None:
        allowed &= (found.roll_deg > 0.0) == (sensor.side == "right")
    rate = flight.table.slew_rate_deg_s
    period_s = 60.0 * flight.elements.period_min
    agility = swaths.Agility(
        half_angle_deg=held_strip(flight.table).half_angle_deg,
        max_roll_deg=sensor.max_off_nadir_deg,
        period_s=period_s,
        duty_s=np.inf if minutes is None else 60.0 * minutes,
        slew_rate_deg_s=np.inf if rate is None else rate,
        settling_s=flight.table.settling_s,
    )
    # The sub-satellite point crosses a cell in its size over the speed along the ground.
    cell_s = size_km / (2.0 * np.pi * EARTH_MEAN_RADIUS_KM / period_s)
    return swaths.daily_share(
        found.taken(allowed), weights, study.span.duration_s, agility, cell_s=cell_s
    )


def _part(value: Value, prefix: str, kind: type[SiteFigures] | type[RegionTimes]) -> dict[str, Any]:
    """Return the fields of a kind out of a stored value, numbers as numbers."""
    items = {name: value[f"{prefix}{name}"] for name in kind.__dataclass_fields__}
    return {name: item if item.ndim else float(item) for name, item in items.items()}


def watches(study: Study, look: Look = "field-of-regard") -> list[coverage.Watch]:
    """Return what a survey needs of each satellite."""
    return [
        coverage.Watch(
            flight.elements,
            view_of(flight.table.sensor),
            light,
            held_strip(flight.table) if look == "swath" else None,
        )
        for flight, light in zip(study.flights, study.lit, strict=True)
    ]


def held_strip(table: Satellite) -> swaths.HeldStrip:
    """Return what a satellite images without pointing."""
    sensor = table.sensor
    half_angle_deg = sensors.swath_half_angle_deg(
        swath_km=sensor.swath_km, reference_altitude_km=sensor.reference_altitude_km
    )
    return swaths.HeldStrip(table.strip_roll_deg, float(half_angle_deg))


def _region_key(study: Study, table: Region) -> list[Any]:
    """Return what the accesses to a region's cells depend on."""
    swath = table.look == "swath"
    strips = [vars(held_strip(flown)) for flown in study.scenario.satellites] if swath else []
    outline = table.model_dump(mode="json", exclude={"name", "note", "strips", "thresholds"})
    return [study.orbit_key, study.view_key, strips, outline]


def level_figures(
    study: Study, places: access.Sites, niirs: float, look: Look = "field-of-regard"
) -> SiteFigures:
    """Return the figures of places counting only looks of a level of interpretability or better."""
    sensors_at = [
        table.sensor.model_copy(update={"min_niirs": max(niirs, table.sensor.min_niirs or 0.0)})
        for table in (flight.table for flight in study.flights)
    ]
    found = merit.survey(
        [
            replace(watch, view=view_of(sensor))
            for watch, sensor in zip(watches(study, look), sensors_at, strict=True)
        ],
        places,
        study.span,
        options=_options(study.scenario.figures, len(study.flights)),
        sun=study.sun,
        workers=study.workers,
    )
    return found.sites


def _options(rules: Figures, satellites: int) -> merit.Options:
    pair_min = rules.pair_gap_min
    return merit.Options(
        rule=rules.revisit_rule,
        percents=rules.percents,
        folds=min(satellites, _MOST_FOLDS),
        separation_s=(0.0, np.inf) if pair_min is None else (60 * pair_min[0], 60 * pair_min[1]),
    )
