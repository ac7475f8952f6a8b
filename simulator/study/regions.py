"""What a study finds of regions: figures of cells, stays, ages, levels, what chance leaves of them.

All of a region comes of one search of its windows, batch by batch; what the store holds already is
not gathered again. Each stage says by its key what part of the scenario it depends on. Seconds
since the span's start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from simulator.arrays import BoolArray
from simulator.earth import Cells, cells_of
from simulator.errors import InputError
from simulator.revisit import (
    RegionTimes,
    SiteBatch,
    SiteFigures,
    StayGatherer,
    Stays,
    Survey,
    SurveyGatherer,
    latitude_bands,
    stream,
)
from simulator.scenario import Region
from simulator.study import keys
from simulator.study.case import Study, watches
from simulator.study.clear_cells import ClearTimes, ClearTimesGatherer
from simulator.study.clear_looks import ClearGatherer, ClearLooks
from simulator.study.counting import counting_options, stay_lengths_s
from simulator.study.levels import clear_level_gatherers, level_gatherers
from simulator.study.sampling import as_value, block_resamples, intervals_from
from simulator.study.skies import sky_of_region, weatherproof
from simulator.study.store import Value, kept, put
from simulator.timeliness import CellTimes, CellTimesGatherer, Service
from simulator.uncertainty import BlockResamples, BootstrapGatherer, BootstrapIntervals, Resampling

# A region of more cells is resampled from about so many of them: the days drawn are the same.
_MOST_RESAMPLED = 5_000


@dataclass(frozen=True, eq=False)
class RegionFigures:
    """The cells of a region, their figures in the order of `cells.sites()`, and all in time.

    `clear` is what clouds leave of the figures; None where no chance of a clear sky is known.
    """

    cells: Cells
    figures: SiteFigures
    times: RegionTimes
    clear: ClearLooks | None = None


@dataclass(frozen=True, eq=False)
class RegionFindings:
    """The figures of a region, how stays fare in it, and what chance leaves of both.

    `sampling` has a row for the region and for each further one of `bands`. In a large region it is
    of some of the cells, evenly spread: its ends are to be reckoned from its own values. None where
    the span is too short to be resampled. `cell_times` are ages and responses by network,
    `levels` the figures of looks at each level of interpretability asked of, or better, and
    `clear_levels` and `clear_times` what clouds leave of the two.
    """

    figures: RegionFigures
    stays: Stays
    sampling: BootstrapIntervals | None
    cell_times: Mapping[str, CellTimes]
    levels: Mapping[float, SiteFigures]
    clear_levels: Mapping[float, ClearLooks]
    clear_times: Mapping[str, ClearTimes]


@dataclass(frozen=True, eq=False)
class RegionStage:
    """What is wanted of a region: the key it is kept by, what gathers it, how it is kept."""

    key: str
    gatherer: Callable[[], Any]
    packed: Callable[[Any], Value]


@dataclass(frozen=True, eq=False)
class _Together:
    """Several reductions of a batch as one: a class, so that it travels to other processes."""

    parts: tuple[Callable[[SiteBatch], Any], ...]

    def __call__(self, batch: SiteBatch) -> tuple[Any, ...]:
        return tuple(part(batch) for part in self.parts)


def region_figures(study: Study, table: Region) -> RegionFigures:
    """Return the figures of a region's cells."""
    cells = _cells(table)
    stages = [_figures_stage(study, table, cells), *_clear_stages(study, table, cells)]
    value, *clear = _gathered(study, table, cells, stages)
    return _figures(cells, value, clear)


def region_findings(
    study: Study, table: Region, services: Mapping[str, Service] | None = None
) -> RegionFindings:
    """Return the figures of a region's cells, stays, sampling errors, ages, levels, of one search.

    `services` are what each network does for pictures and requests. Every access of every cell is a
    picture of its own, with the network to itself.
    """
    cells, stages = stages_of_region(study, table)
    collection_s = [flight.table.sensor.collection_s for flight in study.flights]
    times = CellTimesGatherer(len(cells), services, collection_s) if services else None
    levels, clear_levels = level_gatherers(study, cells), clear_level_gatherers(study, table, cells)
    sky = sky_of_region(study, table, cells)
    clear_times = (
        ClearTimesGatherer(len(cells), services, collection_s, sky, weatherproof(study))
        if services and sky is not None
        else None
    )
    of_networks = [each for each in (times, clear_times) if each is not None]
    further: list[Any] = [*levels.values(), *clear_levels.values(), *of_networks]
    of_clear = _clear_stages(study, table, cells)
    values = _gathered(study, table, cells, [*stages, *of_clear], further)
    clear = [values.pop() for _ in of_clear]
    figures, stays, *sampling = values
    return RegionFindings(
        _figures(cells, figures, clear),
        Stays(**stays),
        intervals_from(sampling[0]) if sampling else None,
        {} if times is None else times.result(),
        {niirs: gatherer.result().sites for niirs, gatherer in levels.items()},
        {niirs: gatherer.result() for niirs, gatherer in clear_levels.items()},
        {} if clear_times is None else clear_times.result(),
    )


def stages_of_region(study: Study, table: Region) -> tuple[Cells, list[RegionStage]]:
    """Return the cells of a region and the stages of its findings; two where days are too few."""
    cells = _cells(table)
    resamples = block_resamples(study)
    stages = [_figures_stage(study, table, cells), _stays_stage(study, table, cells)]
    if resamples is not None:
        stages.append(_sampling_stage(study, table, cells, resamples))
    return cells, stages


def bands(cells: Cells) -> dict[str, BoolArray]:
    """Return the whole region, and bands of 5 or 10 degrees if it reaches over more than one."""
    south, north = cells.latitude_deg.min(), cells.latitude_deg.max()
    # Few enough bands to read in a table, and edges at round latitudes, the same for all regions.
    step = 5.0 if north - south <= 60.0 else 10.0
    edges = np.arange(np.floor(south / step), np.ceil(north / step) + 0.5) * step
    whole = {"all": np.ones(len(cells), dtype=bool)}
    return whole | (latitude_bands(cells.latitude_deg, edges) if len(edges) > 2 else {})


def _cells(table: Region) -> Cells:
    cells = cells_of(table.surface, kind=table.cells, resolution_km=table.resolution_km)
    if not len(cells):
        raise InputError(
            f"region '{table.name}' holds no cell centre; make resolution_km smaller than "
            f"{table.resolution_km:g}"
        )
    return cells


def _gathered(
    study: Study,
    table: Region,
    cells: Cells,
    stages: Sequence[RegionStage],
    further: Sequence[Any] = (),
) -> list[Value]:
    """Return what stages come to: kept, or gathered together in one search of the windows.

    `further` gatherers, of what is not kept, take part in the same search.
    """
    values = [kept(study.store, stage.key) for stage in stages]
    # One search serves all that are missing: the windows are what takes time.
    missing = [stage for stage, value in zip(stages, values, strict=True) if value is None]
    gatherers = [stage.gatherer() for stage in missing]
    every = [*gatherers, *further]
    if every:
        batches = stream(
            watches(study.part(_stage_of("regions", table)), table.look),
            cells.sites(),
            study.span,
            _Together(tuple(gatherer.reduce for gatherer in every)),
            sun=study.sun,
            workers=study.workers,
        )
        for parts in batches:
            for gatherer, part in zip(every, parts, strict=True):
                gatherer.take(part)
    # Keys by stage: what was kept before the search is not made again.
    fresh = {}
    for stage, gatherer in zip(missing, gatherers, strict=True):
        fresh[stage.key] = stage.packed(gatherer.result())
        put(study.store, stage.key, fresh[stage.key])
    return [
        fresh[stage.key] if value is None else value
        for stage, value in zip(stages, values, strict=True)
    ]


def _stage_of(
    name: Literal["regions", "stays", "sampling", "clear regions"], table: Region
) -> keys.Stage:
    """Return the stage of a region's look: strips depend on more of a satellite."""
    of_strips: dict[str, keys.Stage] = {
        "regions": "regions of strips",
        "stays": "stays of strips",
        "sampling": "sampling of strips",
        "clear regions": "clear regions of strips",
    }
    return of_strips[name] if table.look == "swath" else name


def _figures_stage(study: Study, table: Region, cells: Cells) -> RegionStage:
    stage = _stage_of("regions", table)
    options = counting_options(study.part(stage))

    def packed(survey: Survey) -> Value:
        parts = {"site": vars(survey.sites), "time": vars(survey.times)}
        return {
            f"{kind} {name}": np.asarray(item)
            for kind, part in parts.items()
            for name, item in part.items()
        }

    return RegionStage(
        study.key(stage, table),
        # Made only where nothing is kept: a gatherer takes the memory of all cells.
        lambda: SurveyGatherer(
            cells.sites(),
            study.span,
            len(study.flights),
            weights_km2=cells.weights_km2,
            options=options,
        ),
        packed,
    )


def _clear_stages(study: Study, table: Region, cells: Cells) -> list[RegionStage]:
    """Return the stage of what clouds leave of a region's looks; none without a chance of any."""
    stage = _stage_of("clear regions", table)
    part = study.part(stage)
    sky = sky_of_region(part, table, cells)
    if sky is None:
        return []
    through = weatherproof(part)
    return [
        RegionStage(study.key(stage, table), lambda: ClearGatherer(len(cells), sky, through), vars)
    ]


def _figures(cells: Cells, value: Value, clear: Sequence[Value]) -> RegionFigures:
    return RegionFigures(
        cells,
        SiteFigures(**_part(value, "site ", SiteFigures)),
        RegionTimes(**_part(value, "time ", RegionTimes)),
        ClearLooks(**clear[0]) if clear else None,
    )


def _part(value: Value, prefix: str, kind: type[SiteFigures] | type[RegionTimes]) -> dict[str, Any]:
    """Return the fields of a kind out of a stored value, numbers as numbers."""
    # A store keeps arrays alone: a number comes back as an array without axes.
    items = {name: value[f"{prefix}{name}"] for name in kind.__dataclass_fields__}
    return {name: item if item.ndim else float(item) for name, item in items.items()}


def _stays_stage(study: Study, table: Region, cells: Cells) -> RegionStage:
    stage = _stage_of("stays", table)
    stay_s = stay_lengths_s(study.part(stage))
    return RegionStage(
        study.key(stage, table),
        lambda: StayGatherer(cells.sites(), study.span, stay_s, weights_km2=cells.weights_km2),
        vars,
    )


def _sampling_stage(
    study: Study, table: Region, cells: Cells, resamples: BlockResamples
) -> RegionStage:
    stage = _stage_of("sampling", table)
    part = study.part(stage)
    # Every cell lies in one band, or all in the region that is none.
    groups = np.zeros(len(cells), dtype=np.int64)
    cells_of_bands = list(bands(cells).values())[1:]
    for number, within in enumerate(cells_of_bands):
        groups[within] = number
    # Every n-th cell along the sites' order, which keeps neighbours together: evenly spread.
    resampled = cells.sites().order[:: -(-len(cells) // _MOST_RESAMPLED)]
    weights = np.zeros(len(cells))
    weights[resampled] = cells.weights_km2[resampled]
    return RegionStage(
        study.key(stage, table),
        lambda: BootstrapGatherer(
            Resampling(
                resamples,
                counting_options(part),
                stay_lengths_s(part),
                weights,
                groups,
                max(len(cells_of_bands), 1),
            ),
            part.scenario.uncertainty.share,
        ),
        as_value,
    )
