"""What a rocket lifts to a height: from published points, and between them by a stated rule.

Between two points of what a rocket can do the payload is linear in height: by the rocket equation
it bends by less than 1 % between 500 and 820 km. Lower down it lifts at least as much as higher up,
so what it lifted is a floor for every lower orbit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simulator import catalog
from simulator.catalog import CONFIDENCES, Entry

# Heights so near are one: the published ones are rounded, or those of perigee and apogee.
ALIKE_KM = 20.0


@dataclass(frozen=True)
class Payload:
    """What a rocket lifts: at least `low_kg`, at most `high_kg` (NaN: not known).

    `how` says from what, `confidence` is that of the least sure point used.
    """

    low_kg: float
    high_kg: float
    how: str
    confidence: str


def payload_to(vehicle: str, altitude_km: float) -> Payload | None:
    """Return what a rocket of the catalogue lifts to a sun-synchronous orbit; None: not known."""
    points = [e for e in catalog.entries("payloads").values() if e.values["vehicle"] == vehicle]
    able = _able([e for e in points if e.values["basis"] == "capacity"], altitude_km)
    flown = [
        entry
        for entry in points
        if entry.values["basis"] == "flown" and _height(entry) >= altitude_km - ALIKE_KM
    ]
    floor = max(flown, key=lambda entry: _kg(entry, "low"), default=None)
    if floor is None:
        return able
    floor_kg = _kg(floor, "low")
    if able is None or floor_kg > able.low_kg:
        words = f"{floor_kg:,.0f} kg flown to {_height(floor):.0f} km, a floor"
        high_kg = np.nan if able is None else max(able.high_kg, floor_kg)
        return Payload(floor_kg, high_kg, words, _confidence([floor]))
    return able


def _able(points: Sequence[Entry], altitude_km: float) -> Payload | None:
    """Return what a rocket is said to be able to lift to a height."""
    points = sorted(points, key=_height)
    for entry in points:
        if abs(_height(entry) - altitude_km) <= ALIKE_KM:
            words = f"as to {_height(entry):.0f} km"
            return Payload(_kg(entry, "low"), _kg(entry, "high"), words, _confidence([entry]))
    for lower, upper in pairwise(points):
        if _height(lower) < altitude_km < _height(upper):
            part = (altitude_km - _height(lower)) / (_height(upper) - _height(lower))
            low_kg, high_kg = (
                (1.0 - part) * _kg(lower, end) + part * _kg(upper, end) for end in ("low", "high")
            )
            words = f"between {_height(lower):.0f} and {_height(upper):.0f} km, linear in height"
            return Payload(low_kg, high_kg, words, _confidence([lower, upper]))
    if points and altitude_km < _height(points[0]):
        first = points[0]
        words = f"{_kg(first, 'low'):,.0f} kg to {_height(first):.0f} km, a floor lower down"
        return Payload(_kg(first, "low"), np.nan, words, _confidence([first]))
    return None


def _height(entry: Entry) -> float:
    return float(str(entry.values["altitude_km"]))


def _kg(entry: Entry, end: str) -> float:
    return float(str(entry.values[f"payload_kg_{end}"]))


def _confidence(entries: Sequence[Entry]) -> str:
    fields = ("payload_kg_low", "altitude_km")
    used = [entry.provenance[field].confidence for entry in entries for field in fields]
    return max(used, key=CONFIDENCES.index)
