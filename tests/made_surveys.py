"""The product's reductions of windows that a test gives or finds itself, all sites at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from simulator.access.watch import Watch
from simulator.access.windows import Windows
from simulator.earth import cells, surfaces
from simulator.earth.site_index import Sites
from simulator.earth.time import Span
from simulator.revisit import batches, site_figures, surveys
from simulator.revisit.stays import StayGatherer, Stays


def plane_grid(outlines_deg: Any, *, resolution_km: float) -> cells.Grid:
    """Return the grid of outlines whose edges are straight in longitude and latitude."""
    return cells.grid(surfaces.plane_surface(outlines_deg), resolution_km=resolution_km)


def batch_of(windows: Sequence[Windows], count: int, span_s: float) -> batches.SiteBatch:
    """Return all windows of all satellites as one batch of sites."""
    return batches.site_batch(
        np.concatenate([part.site for part in windows]).astype(np.int64),
        np.repeat(np.arange(len(windows)), [len(part) for part in windows]),
        np.concatenate([part.start_s for part in windows]),
        np.concatenate([part.end_s for part in windows]),
        sites=count,
        span_s=span_s,
    )


def survey_of(
    windows: Sequence[Windows],
    places: Sites,
    span: Span,
    *,
    options: site_figures.FigureOptions | None = None,
    **more: Any,
) -> surveys.Survey:
    """Return the figures that windows come to, at each place and of all places over time."""
    gathered = surveys.SurveyGatherer(
        places, span, len(windows), options=options or site_figures.FigureOptions(), **more
    )
    gathered.take(gathered.reduce(batch_of(windows, len(places), span.duration_s)))
    return gathered.result()


def stays(
    watches: Sequence[Watch],
    places: Sites,
    span: Span,
    stay_s: Any,
    *,
    weights_km2: Any,
    **more: Any,
) -> Stays:
    """Return the stays at all places, windows found and reduced batch by batch."""
    gathered = StayGatherer(places, span, stay_s, weights_km2=weights_km2)
    for part in batches.stream(watches, places, span, gathered.reduce, **more):
        gathered.take(part)
    return gathered.result()


def stays_of(
    windows: Sequence[Windows], places: Sites, span: Span, stay_s: Any, *, weights_km2: Any
) -> Stays:
    """Return the stays at all places from windows."""
    gathered = StayGatherer(places, span, stay_s, weights_km2=weights_km2)
    gathered.take(gathered.reduce(batch_of(windows, len(places), span.duration_s)))
    return gathered.result()


class TatcMeans(NamedTuple):
    """Samples, mean access and mean revisit of places together, None over nothing."""

    samples: int
    access_mean_s: float | None
    revisit_mean_s: float | None


def tatc_means(merged_accesses: Any, covered_s: Any, revisit_mean_s: Any) -> TatcMeans:
    """Return the means of places as TAT-C forms those of a cell.

    Samples are merged accesses. The mean access is arithmetic, the mean revisit harmonic, over
    the places that have one; both are weighed by samples.
    """
    samples = float(merged_accesses.sum())
    revisited = revisit_mean_s > 0.0
    weight = merged_accesses[revisited]
    return TatcMeans(
        int(samples),
        # The mean merged access of a place times its samples is the time it is covered.
        float(covered_s.sum()) / samples if samples else None,
        float(weight.sum() / (weight / revisit_mean_s[revisited]).sum())
        if revisited.any()
        else None,
    )
