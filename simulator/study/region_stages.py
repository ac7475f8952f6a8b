"""The stages of a study that look at regions: figures of cells, stays, days, sampling.

Each says by its key what part of the scenario it depends on, as those of `stages` do. Seconds
since the span's start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from simulator import uncertainty
from simulator.access import HeldStrip, View, Watch, crossings
from simulator.arrays import BoolArray, FloatArray
from simulator.coverage import (
    FigureOptions,
    RegionTimes,
    SiteBatch,
    SiteFigures,
    StayGatherer,
    Stays,
    Survey,
    SurveyGatherer,
    latitude_bands,
    local_day_s,
    site_batch,
    stream,
    survey,
)
from simulator.coverage import target_stays as stays_of_target
from simulator.earth import EARTH_MEAN_RADIUS_KM, Cells, Sites, cells_of, sites
from simulator.errors import InputError
from simulator.imaging import Agility, DailyShare, daily_share, swath_half_angle_deg
from simulator.scenario import Counting, Look, Region, Satellite, Sensor
from simulator.study import keys
from simulator.study.case import Study, view_of
from simulator.study.event_stages import Accesses
from simulator.study.store import Value, kept
from simulator.uncertainty import (
    BlockResamples,
    BootstrapGatherer,
    BootstrapIntervals,
    Resampling,
    bootstrap_intervals,
    day_edges_s,
)
from simulator.units import HOUR_S, MINUTE_S

_MOST_FOLDS = 4
_TARGETS_AT_ONCE = 64
# A region of more cells is resampled from about so many of them: the days drawn are the same.
_MOST_RESAMPLED = 5_000


@dataclass(frozen=True, eq=False)
class RegionFigures:
    """The cells of a region, their figures in the order of `cells.sites()`, and all in time."""

    cells: Cells
    figures: SiteFigures
    times: RegionTimes


@dataclass(frozen=True, eq=False)
class RegionFindings:
    """The figures of a region, how stays fare in it, and what chance leaves of both.

    `sampling` has a row for the region and for each further one of `bands`. In a large region it is
    of some of the cells, evenly spread: its ends are to be reckoned from its own values. None where
    the span is too short to be resampled.
    """

    figures: RegionFigures
    stays: Stays
    sampling: BootstrapIntervals | None


@dataclass(frozen=True, eq=False)
class _Stage:
    """What is wanted of a region: the key it is kept by, what gathers it, how it is kept."""

    key: str
    gatherer: Callable[[], Any]
    packed: Callable[[Any], Value]


@dataclass(frozen=True, eq=False)
class _Together:
    """Several reductions of a batch as one."""

    parts: tuple[Callable[[SiteBatch], Any], ...]

    def __call__(self, batch: SiteBatch) -> tuple[Any, ...]:
        return tuple(part(batch) for part in self.parts)


def region(study: Study, table: Region) -> RegionFigures:
    """Return the figures of a region's cells."""
    cells = _cells(table)
    (value,) = _gathered(study, table, cells, [_figures_stage(study, table, cells)])
    return _figures(cells, value)


def region_findings(study: Study, table: Region) -> RegionFindings:
    """Return the figures of a region's cells, their stays and sampling errors, of one search."""
    cells = _cells(table)
    drawn = draws(study)
    stages = [_figures_stage(study, table, cells), _stays_stage(study, table, cells)]
    if drawn is not None:
        stages.append(_sampling_stage(study, table, cells, drawn))
    figures, stays, *sampling = _gathered(study, table, cells, stages)
    return RegionFindings(
        _figures(cells, figures), Stays(**stays), _intervals(sampling[0]) if sampling else None
    )


def _cells(table: Region) -> Cells:
    cells = cells_of(table.surface, kind=table.cells, resolution_km=table.resolution_km)
    if not len(cells):
        raise InputError(
            f"region '{table.name}' holds no cell centre; make resolution_km smaller than "
            f"{table.resolution_km:g}"
        )
    return cells


def _gathered(study: Study, table: Region, cells: Cells, stages: Sequence[_Stage]) -> list[Value]:
    """Return what stages come to: kept, or found together in one search of the windows."""
    found = [kept(study.store, stage.key) for stage in stages]
    missing = [stage for stage, value in zip(stages, found, strict=True) if value is None]
    gatherers = [stage.gatherer() for stage in missing]
    if missing:
        reduce = _Together(tuple(gatherer.reduce for gatherer in gatherers))
        seen_by = watches(study.part(_stage_of("regions", table)), table.look)
        for parts in stream(
            seen_by,
            cells.sites(),
            study.span,
            reduce,
            sun=study.sun,
            workers=study.workers,
        ):
            for gatherer, part in zip(gatherers, parts, strict=True):
                gatherer.take(part)
    fresh = {}
    for stage, gatherer in zip(missing, gatherers, strict=True):
        fresh[stage.key] = stage.packed(gatherer.result())
        if study.store is not None:
            study.store.put(stage.key, fresh[stage.key])
    return [
        fresh[stage.key] if value is None else value
        for stage, value in zip(stages, found, strict=True)
    ]


def _stage_of(name: Literal["regions", "stays", "sampling"], table: Region) -> keys.Stage:
    """Return the stage of a region's look: strips depend on more of a satellite."""
    of_strips: dict[str, keys.Stage] = {
        "regions": "regions of strips",
        "stays": "stays of strips",
        "sampling": "sampling of strips",
    }
    return of_strips[name] if table.look == "swath" else name


def _figures_stage(study: Study, table: Region, cells: Cells) -> _Stage:
    stage = _stage_of("regions", table)
    rules, satellites = study.part(stage).scenario.counting, len(study.flights)

    def packed(found: Survey) -> Value:
        parts = {"site": vars(found.sites), "time": vars(found.times)}
        return {
            f"{kind} {name}": np.asarray(item)
            for kind, part in parts.items()
            for name, item in part.items()
        }

    return _Stage(
        study.key(stage, table),
        lambda: SurveyGatherer(
            cells.sites(),
            study.span,
            satellites,
            weights_km2=cells.weights_km2,
            options=_options(rules, satellites),
        ),
        packed,
    )


def _figures(cells: Cells, value: Value) -> RegionFigures:
    return RegionFigures(
        cells,
        SiteFigures(**_part(value, "site ", SiteFigures)),
        RegionTimes(**_part(value, "time ", RegionTimes)),
    )


def _stays_stage(study: Study, table: Region, cells: Cells) -> _Stage:
    stage = _stage_of("stays", table)
    stay_s = _stay_s(study.part(stage))
    return _Stage(
        study.key(stage, table),
        lambda: StayGatherer(cells.sites(), study.span, stay_s, weights_km2=cells.weights_km2),
        vars,
    )


def _sampling_stage(study: Study, table: Region, cells: Cells, drawn: BlockResamples) -> _Stage:
    stage = _stage_of("sampling", table)
    part = study.part(stage)
    rules, asked = part.scenario.counting, part.scenario.uncertainty
    # Every cell lies in one band, or all in the region that is none.
    groups = np.zeros(len(cells), dtype=np.int64)
    parts = list(bands(cells).values())[1:]
    for number, chosen in enumerate(parts):
        groups[chosen] = number
    places = cells.sites()
    drawn_of = places.order[:: -(-len(cells) // _MOST_RESAMPLED)]
    weights = np.zeros(len(cells))
    weights[drawn_of] = cells.weights_km2[drawn_of]
    return _Stage(
        study.key(stage, table),
        lambda: BootstrapGatherer(
            Resampling(
                drawn,
                _options(rules, len(study.flights)),
                _stay_s(part),
                weights,
                groups,
                max(len(parts), 1),
            ),
            asked.share,
        ),
        lambda found: {
            f"{end} {name}": values
            for end, part in vars(found).items()
            for name, values in part.items()
        },
    )


def _intervals(value: Value) -> BootstrapIntervals:
    return BootstrapIntervals(
        *(
            {name.removeprefix(end): item for name, item in value.items() if name.startswith(end)}
            for end in ("value ", "low ", "high ")
        )
    )


def bands(cells: Cells) -> dict[str, BoolArray]:
    """Return the whole region, and bands of 5 or 10 degrees if it reaches over more than one."""
    south, north = cells.latitude_deg.min(), cells.latitude_deg.max()
    step = 5.0 if north - south <= 60.0 else 10.0
    edges = np.arange(np.floor(south / step), np.ceil(north / step) + 0.5) * step
    whole = {"all": np.ones(len(cells), dtype=bool)}
    return whole | (latitude_bands(cells.latitude_deg, edges) if len(edges) > 2 else {})


def _stay_s(study: Study) -> FloatArray:
    return np.array(study.scenario.counting.stays_h) * HOUR_S


def draws(study: Study) -> BlockResamples | None:
    """Return the draws of days of a scenario; None where it has none, or under two runs of days."""
    asked, edges_s = study.scenario.uncertainty, day_edges_s(study.span.duration_s)
    if not asked.resamples or len(edges_s) - 1 < 2 * asked.block_days:
        return None
    return uncertainty.block_resamples(
        edges_s, seed=study.scenario.seed, number=asked.resamples, block_days=asked.block_days
    )


def target_sampling(study: Study, found: Accesses) -> list[BootstrapIntervals | None]:
    """Return the intervals of each target's figures; None where the span is too short."""
    targets, drawn = len(study.scenario.targets), draws(study)
    if drawn is None or not targets:
        return [None] * targets
    key = study.key("chances")
    value = kept(study.store, key)
    if value is None:
        part = study.part("chances")
        every = [
            one
            for first in range(0, targets, _TARGETS_AT_ONCE)
            for one in _target_intervals(
                part, found, drawn, range(first, min(first + _TARGETS_AT_ONCE, targets))
            )
        ]
        value = {
            f"{end} {name}": np.concatenate([getattr(one, end)[name] for one in every])
            for end, part in vars(every[0]).items()
            for name in part
        }
        if study.store is not None:
            study.store.put(key, value)
    return [
        _intervals({name: values[number : number + 1] for name, values in value.items()})
        for number in range(targets)
    ]


def _target_intervals(
    study: Study, found: Accesses, drawn: BlockResamples, targets: range
) -> Iterator[BootstrapIntervals]:
    target, columns = found.columns["target"], found.columns
    mine = (target >= targets.start) & (target < targets.stop)
    batch = site_batch(
        target[mine] - targets.start,
        columns["satellite"][mine],
        columns["start_s"][mine],
        columns["end_s"][mine],
        sites=len(targets),
        span_s=study.span.duration_s,
    )
    reduce = Resampling(
        drawn,
        _options(study.scenario.counting, len(study.flights)),
        _stay_s(study),
        np.ones(len(targets)),
        np.arange(len(targets)),
        len(targets),
    )
    gathered = bootstrap_intervals(reduce.figures(reduce(batch)), study.scenario.uncertainty.share)
    for number in range(1, len(targets) + 1):
        yield BootstrapIntervals(
            *(
                {name: values[number : number + 1] for name, values in end.items()}
                for end in (gathered.value, gathered.low, gathered.high)
            )
        )


def target_stays(study: Study, found: Accesses, target: int) -> tuple[Stays, FloatArray]:
    """Return how stays at a target fare, and its accesses (1, 24) by local mean solar hour."""
    mine = found.columns["target"] == target
    start_s, end_s = found.columns["start_s"][mine], found.columns["end_s"][mine]
    table = study.scenario.targets[target]
    place = sites(table.latitude_deg, table.longitude_deg, table.height_m)
    clock_s = float(local_day_s(place, study.span)[0])
    stays = stays_of_target(
        np.stack([start_s, end_s], axis=1),
        study.span.duration_s,
        _stay_s(study),
        clock_s=clock_s,
    )
    hour = ((0.5 * (start_s + end_s) + clock_s) // HOUR_S).astype(np.int64) % 24
    return stays, np.bincount(hour, minlength=24).astype(np.float64)[None]


def daily_shares(study: Study, cells: Cells) -> list[DailyShare]:
    """Return for each satellite the share of a region's area that it images in a day."""
    places, weights = cells.sites(), cells.weights_km2
    return [
        _daily_share(study, number, places, weights, cells.size_km)
        for number in range(len(study.flights))
    ]


def _daily_share(
    study: Study, number: int, places: Sites, weights: FloatArray, size_km: float
) -> DailyShare:
    flight, path = study.flights[number], study.tracks[number]
    sensor, minutes = flight.table.sensor, flight.table.max_imaging_min_per_orbit
    found = crossings(
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
    period_s = MINUTE_S * flight.elements.period_min
    agility = Agility(
        half_angle_deg=held_strip(flight.table).half_angle_deg,
        max_roll_deg=sensor.max_off_nadir_deg,
        period_s=period_s,
        duty_s=np.inf if minutes is None else MINUTE_S * minutes,
        slew_rate_deg_s=np.inf if rate is None else rate,
        settling_s=flight.table.settling_s,
    )
    # The sub-satellite point crosses a cell in its size over the speed along the ground.
    cell_s = size_km / (2.0 * np.pi * EARTH_MEAN_RADIUS_KM / period_s)
    return daily_share(found.taken(allowed), weights, study.span.duration_s, agility, cell_s=cell_s)


def _part(value: Value, prefix: str, kind: type[SiteFigures] | type[RegionTimes]) -> dict[str, Any]:
    """Return the fields of a kind out of a stored value, numbers as numbers."""
    items = {name: value[f"{prefix}{name}"] for name in kind.__dataclass_fields__}
    return {name: item if item.ndim else float(item) for name, item in items.items()}


def watches(study: Study, look: Look = "field-of-regard") -> list[Watch]:
    """Return what a survey needs of each satellite."""
    return [
        Watch(
            flight.elements,
            view_of(flight.table.sensor),
            light,
            held_strip(flight.table) if look == "swath" else None,
        )
        for flight, light in zip(study.flights, study.lit, strict=True)
    ]


def held_strip(table: Satellite) -> HeldStrip:
    """Return what a satellite images without pointing."""
    sensor = table.sensor
    half_angle_deg = swath_half_angle_deg(
        swath_km=sensor.swath_km, reference_altitude_km=sensor.reference_altitude_km
    )
    return HeldStrip(table.strip_roll_deg, float(half_angle_deg))


def has_levels(study: Study) -> bool:
    """Return whether any look has a level of interpretability: those of a radar have none."""
    return any(flight.table.sensor.kind == "optical" for flight in study.flights)


def level_figures(
    study: Study, places: Sites, niirs: float, look: Look = "field-of-regard"
) -> SiteFigures:
    """Return the figures of places counting only looks of a level of interpretability or better.

    Those of a radar have none and never count.
    """
    found = survey(
        [
            replace(watch, view=_at_level(flight.table.sensor, niirs))
            for watch, flight in zip(watches(study, look), study.flights, strict=True)
            if flight.table.sensor.kind == "optical"
        ],
        places,
        study.span,
        options=_options(study.scenario.counting, len(study.flights)),
        sun=study.sun,
        workers=study.workers,
    )
    return found.sites


def _at_level(sensor: Sensor, niirs: float) -> View:
    least = max(niirs, sensor.min_niirs or 0.0)
    return view_of(sensor.model_copy(update={"min_niirs": least}))


def _options(rules: Counting, satellites: int) -> FigureOptions:
    return FigureOptions(
        rule=rules.revisit_rule,
        percents=rules.percents,
        access_percents=rules.access_percents,
        folds=min(satellites, _MOST_FOLDS),
        separation_s=_between_s(rules.pair_gap_min, MINUTE_S),
        access_between_s=_between_s(rules.access_between_min, MINUTE_S),
        gap_between_s=_between_s(rules.gap_between_h, HOUR_S),
    )


def _between_s(bounds: tuple[float, float] | None, unit_s: float) -> tuple[float, float]:
    """Return bounds in seconds; any length where there are none."""
    return (0.0, np.inf) if bounds is None else (unit_s * bounds[0], unit_s * bounds[1])
