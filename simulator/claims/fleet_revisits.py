"""How often a fleet sees a place, and which field of regard, or how many satellites, it takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from simulator.access import View, find_accesses
from simulator.arrays import FloatArray
from simulator.claims.bounds import least
from simulator.claims.checks import FleetRow, RevisitCheck
from simulator.claims.timed_passes import sensor_of
from simulator.claims.verdicts import CONFIRMED, NEEDS, POSSIBLE, REFUTED, Finding, Quantity
from simulator.earth import Sites, Span, sites
from simulator.orbits import Elements, Track, advanced, sun_track, track
from simulator.revisit import gap_statistics
from simulator.study import orbit_of, place_of, view_of
from simulator.text import days_words, duration
from simulator.units import DAY_S, HOUR_S

_MOST_SATELLITES = 48
# A look farther from nadir than this grazes the ground from any low orbit.
_WIDEST_DEG = 65.0
_SURELY_TOO_FEW = 0.9


class _Gaps(NamedTuple):
    mean_h: float
    max_h: float

    def of(self, measure: str) -> float:
        return self.mean_h if measure == "mean" else self.max_h


@dataclass(frozen=True, eq=False)
class _Sky:
    """A fleet over a place: its tracks and views, and what all searches share."""

    site: Sites
    span: Span
    sun: Track
    paths: tuple[Track, ...]
    views: tuple[View, ...]

    def gaps(self, widest_deg: float | None = None) -> _Gaps:
        """Return the gaps between looks, every field of regard being `widest_deg` if given."""
        windows = [self._windows(n, widest_deg) for n in range(len(self.paths))]
        found = gap_statistics(np.concatenate(windows), self.span.duration_s)
        never = found.mean_s is None or found.max_s is None or found.never_seen
        if never:
            return _Gaps(math.inf, math.inf)
        assert found.mean_s is not None and found.max_s is not None
        return _Gaps(found.mean_s / HOUR_S, found.max_s / HOUR_S)

    def _windows(self, number: int, widest_deg: float | None) -> FloatArray:
        view = self.views[number]
        if widest_deg is not None:
            near_deg = min(view.min_off_nadir_deg or 0.0, widest_deg)
            view = replace(view, max_off_nadir_deg=widest_deg, min_off_nadir_deg=near_deg)
        found = find_accesses(
            self.paths[number],
            self.site,
            view,
            start_s=0.0,
            end_s=self.span.duration_s,
            sun=self.sun,
        )
        return np.stack([found.start_s, found.end_s], axis=1)


def check_revisit(check: RevisitCheck) -> Finding:
    """Return whether a fleet sees a place as often as said, and what that takes."""
    sky = _sky(check, check.fleet)
    gaps = sky.gaps()
    total = sum(row.satellites for row in check.fleet)
    quantities = [
        Quantity("time between looks, mean", _finite(gaps.mean_h), "h"),
        Quantity("time between looks, longest", _finite(gaps.max_h), "h"),
    ]
    words = _words(total, gaps, check.days)
    if gaps.of(check.measure) <= check.revisit_h:
        verdict = CONFIRMED if max(gaps) <= check.revisit_h else POSSIBLE
        which = "the longest" if verdict == CONFIRMED else f"the {check.measure}"
        sentence = f"{words}: by {which}, as was said"
        return Finding(verdict, sentence, tuple(quantities))
    if check.search == "satellites":
        fewest = _fewest(check, sky, gaps.mean_h)
        if fewest is not None:
            quantities.append(Quantity("satellites needed", float(fewest), "satellites"))
            return Finding(NEEDS, f"Needs {fewest} satellites; {words}", tuple(quantities))
        sentence = f"{words}; {_MOST_SATELLITES} satellites do not do it either"
        return Finding(REFUTED, sentence, tuple(quantities))
    return _by_regard(check, sky, words, quantities)


def _by_regard(check: RevisitCheck, sky: _Sky, words: str, quantities: list[Quantity]) -> Finding:
    """Return what a wider field of regard makes of it."""
    widest_deg = least(
        lambda deg: sky.gaps(deg).of(check.measure) <= check.revisit_h,
        1.0,
        _WIDEST_DEG,
        within=0.05,
    )
    if math.isnan(widest_deg):
        best = sky.gaps(_WIDEST_DEG)
        quantities.append(
            Quantity(
                f"{check.measure} with {_WIDEST_DEG:g} degrees",
                _finite(best.of(check.measure)),
                "h",
            )
        )
        if math.isinf(best.mean_h):
            return Finding(REFUTED, words, tuple(quantities))
        sentence = (
            f"{words}; {duration(best.of(check.measure))} even if all looked {_WIDEST_DEG:g} "
            "degrees to each side"
        )
        return Finding(REFUTED, sentence, tuple(quantities))
    quantities.append(Quantity("field of regard needed", widest_deg, "deg"))
    sentence = f"Needs a field of regard of {widest_deg:.1f} degrees; {words}"
    return Finding(NEEDS, sentence, tuple(quantities))


def _finite(value: float) -> float:
    return value if math.isfinite(value) else math.nan


def _words(total: int, gaps: _Gaps, days: float) -> str:
    fleet = f"{total} satellite{'' if total == 1 else 's'}"
    if math.isinf(gaps.mean_h):
        return f"{fleet}: no look in {days_words(days)}"
    return (
        f"{fleet}: {duration(gaps.mean_h)} between looks on average, {duration(gaps.max_h)} at the "
        "longest"
    )


def _fewest(check: RevisitCheck, sky: _Sky, mean_h: float) -> int | None:
    """Return how many satellites it takes, the first row of the fleet being as many as needed.

    `sky` is of the fleet as it is and `mean_h` its mean gap. Looks are about as many as satellites,
    so that numbers far below what the last fleet's mean gap asks for are not tried.
    """
    first, *others = check.fleet
    rest = sum(row.satellites for row in others)

    def asked(count: int, mean_h: float) -> int:
        if math.isinf(mean_h):
            return 0
        satellites = _SURELY_TOO_FEW * mean_h / check.revisit_h * (count + rest) - rest
        return min(math.floor(satellites), _MOST_SATELLITES)

    least_count = asked(first.satellites, mean_h)
    for count in range(first.satellites + 1, _MOST_SATELLITES + 1):
        if count < least_count or count % first.planes:
            continue
        row = first.model_copy(update={"satellites": count})
        gaps = _sky(check, (row, *others), sky.sun).gaps()
        if gaps.of(check.measure) <= check.revisit_h:
            return count + rest
        least_count = asked(count, gaps.mean_h)
    return None


def _sky(check: RevisitCheck, fleet: Sequence[FleetRow], sun: Track | None = None) -> _Sky:
    span = Span(check.start, check.days * DAY_S)
    place = place_of(check.target)
    flown = [(each, row) for row in fleet for each in _satellites(row, check)]
    views = {row.sensor: view_of(sensor_of(row.sensor)) for row in fleet}
    return _Sky(
        sites(*place.place_deg, place.height_m),
        span,
        sun or sun_track(span),
        tuple(track(each, span) for each, _ in flown),
        tuple(views[row.sensor] for _, row in flown),
    )


def _satellites(row: FleetRow, check: RevisitCheck) -> list[Elements]:
    """Return satellites evenly over planes, those of the next plane further on (Walker, F = 1)."""
    base = orbit_of(row.orbit, start=check.start, days=check.days)
    each = row.satellites // row.planes
    return [
        advanced(
            base,
            360.0 * place / each + 360.0 * plane / row.satellites,
            node_deg=360.0 * plane / row.planes,
        )
        for plane in range(row.planes)
        for place in range(each)
    ]
