"""How often places are seen at a level of interpretability (NIIRS) or better.

A level only narrows the windows in which a place is seen: those of a region are cut down in the one
search of its windows, those of targets in their accesses. Nothing is searched for a level.
"""

from __future__ import annotations

import numpy as np

from simulator.access import Windows, longer
from simulator.earth import Cells, Sites
from simulator.imaging import giqe5_terms
from simulator.revisit import (
    Bounds,
    SiteBatch,
    SiteFigures,
    SurveyGatherer,
    site_batch,
    tilted_sample_per_m,
)
from simulator.scenario import Region, Sensor
from simulator.study.case import Study, watches
from simulator.study.clear_looks import ClearGatherer, ClearLooks, ClearReduction
from simulator.study.counting import counting_options
from simulator.study.events import Accesses
from simulator.study.skies import sky_of_region, sky_of_targets, weatherproof
from simulator.study.target_windows import finer_windows


def levels_asked(study: Study) -> tuple[float, ...]:
    """Return the levels that are asked of; none where every sensor is a radar, which has none."""
    any_level = any(flight.table.sensor.has_niirs for flight in study.flights)
    return study.scenario.counting.niirs_levels if any_level else ()


def level_gatherers(study: Study, cells: Cells) -> dict[float, SurveyGatherer]:
    """Return for each level what gathers the figures of cells from all their windows."""
    return {
        niirs: _gatherer(study, cells.sites(), level_bounds(study, niirs))
        for niirs in levels_asked(study)
    }


def clear_level_gatherers(study: Study, table: Region, cells: Cells) -> dict[float, ClearGatherer]:
    """Return for each level what gathers what clouds leave of its looks; none without clouds."""
    levels = levels_asked(study)
    sky = sky_of_region(study, table, cells) if levels else None
    if sky is None:
        return {}
    through = weatherproof(study)
    return {
        niirs: ClearGatherer(len(cells), sky, through, level_bounds(study, niirs))
        for niirs in levels
    }


def level_bounds(study: Study, niirs: float) -> Bounds:
    """Return the bound on each satellite's sample at a level; None for a radar, which has none."""
    return [_bound(flight.table.sensor, niirs) for flight in study.flights]


def target_levels(
    study: Study, accesses: Accesses
) -> dict[float, tuple[SiteFigures, ClearLooks | None]]:
    """Return for each level the figures of the targets, in their order, and those under clouds."""
    if not study.scenario.targets:
        return {}
    # How often they are seen depends on their accesses alone.
    places, sky = study.whereabouts.places, sky_of_targets(study)
    figures = {}
    for niirs in levels_asked(study):
        gatherer = _gatherer(study, places)
        looks = _finer_looks(study, accesses, niirs)
        gatherer.take(gatherer.reduce(looks))
        clear = None if sky is None else ClearReduction(sky, weatherproof(study))(looks)
        figures[niirs] = (
            gatherer.result().sites,
            None if clear is None else ClearLooks(*clear[1]),
        )
    return figures


def _gatherer(study: Study, places: Sites, finer: Bounds | None = None) -> SurveyGatherer:
    options = counting_options(study)
    return SurveyGatherer(places, study.span, len(study.flights), options=options, finer=finer)


def _bound(sensor: Sensor, niirs: float) -> float | None:
    if not sensor.has_niirs:
        return None
    return tilted_sample_per_m(
        niirs,
        gsd_nadir_m=sensor.gsd_m,
        reference_altitude_km=sensor.reference_altitude_km,
        **giqe5_terms(sensor),
    )


def _finer_looks(study: Study, accesses: Accesses, niirs: float) -> SiteBatch:
    """Return what of the accesses to targets is at a level or better."""
    columns, bounds = accesses.columns, level_bounds(study, niirs)
    parts = []
    for number, (watch, bound) in enumerate(zip(watches(study), bounds, strict=True)):
        if bound is None:
            continue
        own = np.flatnonzero(columns["satellite"] == number)
        own = own[np.lexsort((columns["start_s"][own], columns["target"][own]))]
        cut = np.stack([columns["cut_start"][own], columns["cut_end"][own]], axis=1)
        site = columns["target"][own].astype(np.int32)
        windows = Windows(site, columns["start_s"][own], columns["end_s"][own], cut)
        finer = finer_windows(study, number, watch, windows, bound)
        parts.append((number, longer(finer, watch.view.min_duration_s)))
    return site_batch(
        np.concatenate([part.site for _, part in parts]).astype(np.int64),
        np.concatenate([np.full(len(part), number) for number, part in parts]),
        np.concatenate([part.start_s for _, part in parts]),
        np.concatenate([part.end_s for _, part in parts]),
        sites=len(study.scenario.targets),
        span_s=study.span.duration_s,
    )
