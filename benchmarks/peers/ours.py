"""Our own engine: `simulator.access`, and `simulator.revisit.survey` for statistics."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.peers.protocol import Adapter, main
from benchmarks.works import Model, Window, Work
from simulator import intervals
from simulator.access import View, Watch, Windows, closest_looks, find_accesses
from simulator.earth import Span, sites
from simulator.orbits import Elements, Track, from_tle, shadow_windows, sun_track, track
from simulator.revisit import FigureOptions, SiteFigures, survey


def prepare(work: Work, variant: str) -> Work:
    """Return the work as it is: element sets, nodes and search are all timed."""
    return work


@dataclass(frozen=True)
class Answer:
    """Windows of each satellite, or figures of each point, and the time of each stage."""

    accesses: list[Windows]
    figures: SiteFigures | None
    seconds: dict[str, float]


def search(work: Work) -> Answer:
    """Find what the work wants: windows, windows with culminations, or statistics alone."""
    began_s = time.perf_counter()
    span = Span(work.start, work.duration_s, work.ut1_minus_utc_s)
    latitude, longitude, height = np.array(work.points).T
    places = sites(latitude, longitude, height)
    elements = [from_tle(str(n), lines) for n, lines in enumerate(work.tles)]
    limits = work.constraint
    view = View(
        min_elevation_deg=limits.min_elevation_deg,
        max_off_nadir_deg=limits.max_off_nadir_deg,
        min_sun_elevation_deg=limits.min_sun_elevation_deg,
    )
    sun_path = sun_track(span) if limits.min_sun_elevation_deg is not None else None
    lit = [_lit(e, span, sun_path) if limits.satellite_sunlit else None for e in elements]
    if work.wanted == "statistics":
        watches = [Watch(e, view, light) for e, light in zip(elements, lit, strict=True)]
        options = FigureOptions(folds=len(watches))
        figures = survey(watches, places, span, options=options, sun=sun_path).sites
        return Answer([], figures, {"all_s": time.perf_counter() - began_s})
    tracks = [track(e, span) for e in elements]
    nodes_s = time.perf_counter() - began_s
    accesses = [
        find_accesses(
            t, places, view, start_s=0.0, end_s=span.duration_s, sun=sun_path, allowed=light
        )
        for t, light in zip(tracks, lit, strict=True)
    ]
    if work.wanted == "culminations":
        for t, part in zip(tracks, accesses, strict=True):
            closest_looks(t, places, part, by_elevation=True)
    seconds = {"nodes_s": nodes_s, "search_s": time.perf_counter() - began_s - nodes_s}
    return Answer(accesses, None, seconds)


def _lit(elements: Elements, span: Span, sun_path: Track | None) -> Any:
    path = sun_path or sun_track(span)
    dark = shadow_windows(track(elements, span), path, span.duration_s, umbra=False)
    return intervals.complement(dark, 0.0, span.duration_s)


def windows(work: Work, raw: Answer) -> list[Window]:
    """Return (satellite, point, start_s, end_s) of every window; none for statistics."""
    return [
        (satellite, int(p), float(a), float(b))
        for satellite, part in enumerate(raw.accesses)
        for p, a, b in zip(part.site, part.start_s, part.end_s, strict=True)
    ]


def extras(work: Work, raw: Answer) -> Mapping[str, Any]:
    """Return `window_count`, and under `figures` what the report shows: seconds per stage."""
    count = sum(len(part) for part in raw.accesses)
    if raw.figures is not None:
        count = int(raw.figures.accesses.sum())
    return {
        "window_count": count,
        "figures": {name: round(value, 4) for name, value in raw.seconds.items()},
    }


def model(work: Work, variant: str) -> Model:
    """Return the common model with UT1-UTC as the work fixes it."""
    return Model(ut1_minus_utc_s=((0.0, work.ut1_minus_utc_s),))


if __name__ == "__main__":
    main(
        Adapter(
            distribution="simulator",
            prepare=prepare,
            search=search,
            windows=windows,
            model=model,
            extras=extras,
        )
    )
