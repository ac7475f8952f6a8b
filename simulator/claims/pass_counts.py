"""How many passes a day come over a place, and how high a pass must rise for what was said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from simulator import zones
from simulator.arrays import FloatArray, IntArray
from simulator.claims.checks import LocalTimesCheck, PassesADayCheck, PassesByDayCheck
from simulator.claims.verdicts import CONFIRMED, NEEDS, REFUTED, Finding, Quantity
from simulator.study import clock_of, look_up, place_of
from simulator.text import clock

# What is counted is the culmination, whatever of a pass is over the horizon.
_HORIZON_DEG = 0.0


def check_passes_by_day(check: PassesByDayCheck) -> Finding:
    """Return whether so many passes come day by day, and from which culmination on."""
    clocks = check.time_zone or clock_of(check.place, place_of(check.place))
    zone = zones.zone(clocks)
    days = [check.first_day + timedelta(days=n) for n in range(len(check.passes_by_day) + 1)]
    edges = [datetime(day.year, day.month, day.day, tzinfo=zone) for day in days]
    found = look_up(
        check.orbit,
        check.place,
        start=edges[0].isoformat(),
        days=(edges[-1] - edges[0]) / timedelta(days=1),
        min_elevation_deg=_HORIZON_DEG,
        changes=check.changes,
    )
    tops_deg = np.asarray(found.columns["max_elevation_deg"], dtype=np.float64)
    at = found.culminations()
    day = np.array([sum(instant >= edge for edge in edges) - 1 for instant in at], dtype=np.int64)
    said = np.array(check.passes_by_day)
    # What comes to its top as the last day ends is of the next.
    tops_deg, day = tops_deg[day < len(said)], day[day < len(said)]
    low_deg, high_deg = _levels(tops_deg, day, said)
    counted = np.bincount(day[tops_deg >= check.min_culmination_deg], minlength=len(said))
    quantities = [
        Quantity(f"passes on {days[n]}, said {said[n]}", float(counted[n]), "passes")
        for n in range(len(said))
    ]
    where = f"of passes that rise to {check.min_culmination_deg:g} degrees, days of {clocks}"
    counts = ", ".join(map(str, counted.tolist()))
    if math.isnan(low_deg):
        sentence = f"{counts} a day {where}, and no other least height gives what was said"
        return Finding(REFUTED, sentence, tuple(quantities))
    quantities.append(Quantity("culmination needed", low_deg, "deg", low_deg, high_deg))
    span = f"{low_deg:.1f} to {high_deg:.1f} degrees"
    if np.array_equal(counted, said):
        return Finding(
            CONFIRMED, f"{counts} a day {where}; so for any height of {span}", tuple(quantities)
        )
    return Finding(
        NEEDS, f"Needs passes to be counted from {span} on, days of {clocks}", tuple(quantities)
    )


def _levels(tops_deg: FloatArray, day: IntArray, said: IntArray) -> tuple[float, float]:
    """Return the culminations from which on the passes of each day are as many as said.

    They are an interval: of each day it ends at the culmination of the last pass that counts and
    begins at that of the first that does not.
    """
    low_deg, high_deg = _HORIZON_DEG, 90.0
    for number, count in enumerate(said.tolist()):
        own = np.sort(tops_deg[day == number])[::-1]
        if len(own) < count:
            return math.nan, math.nan
        high_deg = min(high_deg, float(own[count - 1]) if count else 90.0)
        low_deg = max(low_deg, float(own[count]) if count < len(own) else _HORIZON_DEG)
    return (low_deg, high_deg) if low_deg < high_deg else (math.nan, math.nan)


def check_passes_a_day(check: PassesADayCheck) -> Finding:
    """Return whether so many passes a day come, from each of some orbits."""
    quantities, counted, levels = [], list[float](), list[tuple[float, float]]()
    for orbit in check.orbits:
        found = look_up(
            orbit,
            check.target,
            start=check.start.isoformat(),
            days=check.days,
            min_elevation_deg=_HORIZON_DEG,
        ).columns
        tops_deg = np.sort(np.asarray(found["max_elevation_deg"], dtype=np.float64))[::-1]
        counted.append(float(np.sum(tops_deg >= check.min_culmination_deg)) / check.days)
        levels.append(_rate_levels(tops_deg, check))
        low_deg, high_deg = levels[-1]
        quantities += [
            Quantity(f"{orbit}: passes a day", counted[-1], "passes/day"),
            Quantity(f"{orbit}: culmination needed", low_deg, "deg", low_deg, high_deg),
        ]
    return _rated(check, counted, levels, tuple(quantities))


def _rated(
    check: PassesADayCheck,
    counted: Sequence[float],
    levels: Sequence[tuple[float, float]],
    quantities: tuple[Quantity, ...],
) -> Finding:
    rates = _span(min(counted), max(counted))
    where = f"of passes that rise to {check.min_culmination_deg:g} degrees"
    if all(check.passes_low <= rate <= check.passes_high for rate in counted):
        return Finding(CONFIRMED, f"{rates} a day {where}", quantities)
    known = [pair for pair in levels if not math.isnan(pair[0])]
    if not known:
        return Finding(
            REFUTED,
            f"{rates} a day {where}, and no other least culmination gives what was said",
            quantities,
        )
    span = _span(min(low for low, _ in known), max(high for _, high in known))
    sentence = f"Needs passes to be counted from {span} degrees on; {rates} a day {where}"
    return Finding(NEEDS, sentence, quantities)


def _rate_levels(tops_deg: FloatArray, check: PassesADayCheck) -> tuple[float, float]:
    """Return between which culminations passes are as often as said; `tops_deg` descend."""
    most = math.floor(check.passes_high * check.days + 1e-9)
    fewest = math.ceil(check.passes_low * check.days - 1e-9)
    if len(tops_deg) < fewest or most < fewest:
        return math.nan, math.nan
    low_deg = float(tops_deg[most]) if most < len(tops_deg) else _HORIZON_DEG
    return low_deg, float(tops_deg[fewest - 1]) if fewest else 90.0


def _span(low: float, high: float) -> str:
    ends = f"{low:.1f}", f"{high:.1f}"
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def check_local_times(check: LocalTimesCheck) -> Finding:
    """Return whether passes come about the local times said, each the nearest to one of them."""
    word, place = check.place, place_of(check.place)
    found = look_up(
        check.orbit,
        word,
        start=None if check.start is None else check.start.isoformat(),
        days=check.days,
        min_elevation_deg=check.min_culmination_deg,
        changes=check.changes,
    )
    name = check.time_zone or clock_of(word, place)
    zone = zones.zone(name)
    clocks = [at.astimezone(zone) for at in found.culminations()]
    hours = np.array([at.hour + at.minute / 60.0 + at.second / 3600.0 for at in clocks])
    said = np.array(check.local_times_h)
    each_h = (hours[:, None] - said + 12.0) % 24.0 - 12.0
    nearest = np.argmin(np.abs(each_h), axis=1)
    quantities, medians = [], []
    for number, hour in enumerate(said.tolist()):
        own = each_h[nearest == number, number]
        middle, low, high = (
            (hour + float(np.median(own)), hour + own.min(), hour + own.max())
            if len(own)
            else (math.nan, math.nan, math.nan)
        )
        medians.append(middle)
        quantities.append(
            Quantity(f"local time, said {clock(hour)}", middle, "h", float(low), float(high))
        )
    quantities.append(Quantity("local time of the node", found.elements.ltan_h, "h"))
    off_h = np.abs(np.array(medians) - said)
    words = ", ".join("no pass" if math.isnan(h) else clock(h) for h in medians)
    sentence = (
        f"Passes that rise to {check.min_culmination_deg:g} degrees come at {words}, medians; "
        f"the node is at {clock(found.elements.ltan_h)} local time; clocks of {name}"
    )
    if np.isnan(off_h).any():
        return Finding(REFUTED, sentence, tuple(quantities))
    farthest = float(off_h.max())
    quantities.append(Quantity("allowance needed", farthest, "h"))
    if farthest <= check.within_h:
        return Finding(CONFIRMED, f"{sentence}; allowed {check.within_h:g} h", tuple(quantities))
    needs = f"Needs an allowance of {farthest:.1f} h (assumed {check.within_h:g})"
    return Finding(NEEDS, f"{needs}: {sentence[0].lower()}{sentence[1:]}", tuple(quantities))
