"""The answer to a wish: candidate orbits, cheapest first, each proven by a full run."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simulator.design.proofs import COLUMNS, Candidate, cycle_words, proven
from simulator.design.searches import Outcome, search_height
from simulator.design.skies import Places, Sky
from simulator.design.wishes import Wish
from simulator.errors import InputError
from simulator.scenario import MU_WGS72_KM3_S2, RADIUS_WGS72_KM, Scenario

_SIDEREAL_DAY_S = 86_164.1
# How far a height of two-body motion may be from one flown over the ellipsoid, km.
_MARGIN_KM = 40.0
_PROBE_KM = 500.0


@dataclass(frozen=True, eq=False)
class Designed:
    """What would do as wished, and where it was looked for.

    - `candidates`: a row an orbit that a full run has proven, cheapest first;
    - `searched`: a row a height, inclination and kind of pattern: the fewest satellites that do,
      or how near it came; how many patterns were tried, and how many left out after the first
      days;
    - `scenario` is the best's, or of what came nearest where nothing does; `toml` the file of it.
    """

    wish: Wish
    places: tuple[str, ...]
    days: float
    start_utc: str
    light_deg: float | None
    off_nadir_deg: float
    candidates: pd.DataFrame
    searched: pd.DataFrame
    scenario: Scenario
    toml: str
    unproven: int

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked, as JSON can hold it."""
        wish = self.wish
        return {
            "see": list(wish.targets),
            "every_h": wish.every_h,
            "revisit": wish.measure,
            "sensor": wish.sensor,
            "min_sun_elevation_deg": self.light_deg,
            "max_off_nadir_deg": self.off_nadir_deg,
            "heights_km": list(wish.heights_km),
            "height_step_km": wish.height_step_km,
            "cycle_days": wish.cycle_days,
            "inclination": (
                wish.inclination if isinstance(wish.inclination, str) else list(wish.inclination)
            ),
            "node_step_h": wish.node_step_h,
            "patterns": list(wish.patterns),
            "most": wish.most,
            "places": list(self.places),
            "start_utc": self.start_utc,
            "span_days": self.days,
            "unproven": self.unproven,
            "toml": self.toml,
        }

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {"candidates": self.candidates, "searched": self.searched}


def design(wish: Wish, *, most_listed: int = 5) -> Designed:
    """Return candidate orbits and numbers of satellites for a wish, cheapest first.

    Cheapest is fewest satellites, then fewest planes, then the shortest revisit (to a tenth of an
    hour), then a track that repeats, then the highest sun at the looks. Of each height,
    inclination and kind of pattern the best is listed, up to `most_listed`, each proven by a full
    run. Raises InputError for a wish that cannot be read.
    """
    if not 1 <= most_listed <= 50:
        raise InputError(f"list: {most_listed} is out of range; allowed 1 to 50")
    probe = wish.scenario(
        {"kind": "in-plane", "total": 1, "height_km": _PROBE_KM, "ltan_h": 12.0}
    ).resolve()
    places = Places(probe)
    outcomes = [
        outcome for sky in _skies(wish, places) for outcome in search_height(wish, places, sky)
    ]
    candidates, unproven = _proven(wish, outcomes, most_listed)
    best = candidates[0] if candidates else _nearest(wish, outcomes)
    return Designed(
        wish,
        places.names,
        places.span.days,
        places.span.iso(0.0),
        places.view.min_sun_elevation_deg,
        float(places.view.max_off_nadir_deg or 90.0),
        pd.DataFrame([each.row(n) for n, each in enumerate(candidates, 1)], columns=COLUMNS),
        pd.DataFrame([_searched(outcome) for outcome in outcomes]),
        best.scenario,
        best.toml,
        unproven,
    )


def _skies(wish: Wish, places: Places) -> Iterator[Sky]:
    """Yield all heights and inclinations tried, one after the other."""
    for inclination_deg in wish.inclinations(places.latitude_deg.tolist()):
        for height_km in wish.heights:
            yield Sky(wish, places, {"height_km": height_km}, inclination_deg)
        if "plane" not in wish.patterns:
            continue
        for revolutions, cycle_days in _cycles(wish):
            size = {"revolutions": revolutions, "cycle_days": cycle_days}
            sky = Sky(wish, places, size, inclination_deg)
            if wish.heights_km[0] <= sky.height_km <= wish.heights_km[1]:
                yield sky


def _cycles(wish: Wish) -> Iterator[tuple[int, int]]:
    """Yield the cycles, revolutions and days, that may be flown within the heights."""
    low, high = wish.heights_km
    for cycle_days in range(1, wish.cycle_days + 1):
        for revolutions in range(11 * cycle_days, math.floor(16.5 * cycle_days) + 1):
            if math.gcd(revolutions, cycle_days) > 1:
                continue
            mean_motion = 2.0 * math.pi * revolutions / cycle_days / _SIDEREAL_DAY_S
            height_km = float(np.cbrt(MU_WGS72_KM3_S2 / mean_motion**2)) - RADIUS_WGS72_KM
            if low - _MARGIN_KM <= height_km <= high + _MARGIN_KM:
                yield revolutions, cycle_days


def _proven(
    wish: Wish, outcomes: Sequence[Outcome], most_listed: int
) -> tuple[list[Candidate], int]:
    """Return the best of each outcome that a run proves, and how many it did not."""
    ordered = sorted((o for o in outcomes if o.best), key=lambda outcome: outcome.best[0].rank)
    found, unproven = list[Candidate](), 0
    for outcome in ordered:
        if len(found) == most_listed:
            break
        # The next best of a height stands in where a run refuses the first.
        for each in outcome.best[:3]:
            candidate = proven(wish, each)
            if candidate.holds:
                found.append(candidate)
                break
            unproven += 1
    return found, unproven


def _nearest(wish: Wish, outcomes: Sequence[Outcome]) -> Candidate:
    """Return what came nearest where nothing does."""
    near = [outcome.nearest for outcome in outcomes if outcome.nearest is not None]
    if not near:
        near = [outcome.best[0] for outcome in outcomes if outcome.best]
    if not near:
        raise InputError("nothing was tried: allow a pattern and a satellite more")
    return Candidate.of(wish, min(near, key=lambda found: found.value_h))


def _searched(outcome: Outcome) -> dict[str, Any]:
    sky = outcome.sky
    return {
        "pattern": outcome.kind,
        "height_km": sky.height_km,
        "inclination_deg": sky.elements.inclination_deg,
        "cycle": cycle_words(sky.size),
        "fewest": float("nan") if outcome.fewest is None else float(outcome.fewest),
        "tried": outcome.tried,
        "left_out": outcome.cut,
        "nearest_h": outcome.nearest_h if math.isfinite(outcome.nearest_h) else float("nan"),
        "nearest_satellites": outcome.nearest_total,
        "nearest_is_bound": outcome.bounded,
    }
