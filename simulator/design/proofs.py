"""A candidate as a scenario of its own, flown in a full run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulator.design.patterns import DELTA, PLANE
from simulator.design.searches import Found, local_time_h
from simulator.design.wishes import Wish, file_text
from simulator.orbits import advanced
from simulator.scenario import Scenario
from simulator.study import run
from simulator.text import clock

# Of a candidate as a row.
COLUMNS = (
    "rank",
    "pattern",
    "satellites",
    "planes",
    "phasing",
    "height_km",
    "altitude_km",
    "inclination_deg",
    "node",
    "cycle",
    "revisit_max_h",
    "revisit_mean_h",
    "accesses_per_day",
    "least_sun_deg",
)


@dataclass(frozen=True, eq=False)
class Candidate:
    """Satellites that may do, the scenario that flies them, and what a run of it says.

    `revisit_max_h`, `revisit_mean_h` and `accesses_per_day` are of the target that is worst off.
    """

    wish: Wish
    found: Found
    scenario: Scenario
    toml: str
    revisit_max_h: float = float("nan")
    revisit_mean_h: float = float("nan")
    accesses_per_day: float = float("nan")

    @classmethod
    def of(cls, wish: Wish, found: Found) -> Candidate:
        """Return a candidate that has not been flown."""
        document = wish.document()
        document["title"] = title_of(found)
        document["question"] = f"{_question(wish, found)}?"
        satellite = document["satellites"][0]
        satellite["orbit"] = orbit_table(found)
        document["satellites"] = [satellite]
        text = file_text(document)
        return cls(wish, found, wish.loaded(text), text)

    @property
    def holds(self) -> bool:
        """Whether the run does what is wished."""
        value_h = self.revisit_max_h if self.wish.measure == "max" else self.revisit_mean_h
        return value_h <= self.wish.every_h

    def row(self, rank: int) -> dict[str, Any]:
        """Return the candidate as a row of a table."""
        found, elements = self.found, self.found.sky.elements
        together = found.together
        return {
            "rank": rank,
            "pattern": "repeating track" if found.sky.repeats else together.kind,
            "satellites": together.total,
            "planes": together.planes,
            "phasing": together.phasing,
            "height_km": found.sky.height_km,
            "altitude_km": 0.5 * (elements.perigee_km + elements.apogee_km),
            "inclination_deg": elements.inclination_deg,
            "node": node_words(found),
            "cycle": cycle_words(found.sky.size),
            "revisit_max_h": self.revisit_max_h,
            "revisit_mean_h": self.revisit_mean_h,
            "accesses_per_day": self.accesses_per_day,
            "least_sun_deg": found.sun_deg,
        }


def proven(wish: Wish, found: Found) -> Candidate:
    """Return a candidate with what a full run of its scenario says."""
    candidate = Candidate.of(wish, found)
    targets = run(candidate.scenario)["targets"]
    return replace(
        candidate,
        revisit_max_h=float(targets["revisit_max_h"].max()),
        revisit_mean_h=float(targets["revisit_mean_h"].max()),
        accesses_per_day=float(targets["accesses_per_day"].min()),
    )


def title_of(found: Found) -> str:
    """Return what a candidate is called: how many satellites, where."""
    total, planes = found.together.total, found.together.planes
    satellites = f"{total} satellite{'s' if total > 1 else ''}"
    where = f" in {planes} planes" if planes > 1 else ""
    return f"{satellites}{where} at {found.sky.height_km:.0f} km"


def node_words(found: Found) -> str:
    """Return where the first plane's node is: its local time, by day, or right ascension."""
    if found.sky.inclination_deg is not None:
        return f"node at {found.base[0]:g} deg"
    at_h = local_time_h(found.base)
    if 6.0 <= at_h < 18.0:
        return f"ascending {clock(at_h)}"
    return f"descending {clock((at_h + 12.0) % 24.0)}"


def cycle_words(size: Mapping[str, Any]) -> str:
    """Return the cycle of a repeating track, in words; empty for another size."""
    if "revolutions" not in size:
        return ""
    days = size["cycle_days"]
    return f"{size['revolutions']} in {days} day{'s' if days > 1 else ''}"


def orbit_table(found: Found) -> dict[str, Any]:
    """Return the orbit of a candidate as a scenario holds it."""
    sky, together = found.sky, found.together
    phase = {"mean_anomaly_deg": round(found.base[1], 4)} if found.base[1] else {}
    if together.kind != PLANE:
        first = advanced(sky.elements, found.base[1], node_deg=found.base[0])
        return {
            "kind": "walker-delta" if together.kind == DELTA else "walker-star",
            "total": together.total,
            "planes": together.planes,
            "phasing": together.phasing,
            "altitude_km": round(0.5 * (first.perigee_km + first.apogee_km), 4),
            "inclination_deg": round(first.inclination_deg, 6),
            "raan_deg": round(first.raan_deg, 4),
            **phase,
        }
    plane = _plane(found)
    if together.total > 1 or (sky.inclination_deg is not None and not sky.repeats):
        return {"kind": "in-plane", "total": together.total, **sky.size, **plane, **phase}
    kind = "repeat-ground-track" if sky.repeats else "sun-synchronous"
    return {"kind": kind, **sky.size, **plane, **phase}


def _plane(found: Found) -> dict[str, Any]:
    if found.sky.inclination_deg is not None:
        raan = {"raan_deg": round(found.base[0], 4)} if found.base[0] else {}
        return {"inclination_deg": found.sky.inclination_deg, **raan}
    at_h = local_time_h(found.base)
    if 6.0 <= at_h < 18.0:
        return {"ltan_h": round(at_h, 6)}
    return {"ltdn_h": round((at_h + 12.0) % 24.0, 6)}


def _question(wish: Wish, found: Found) -> str:
    names = found.sky.places.names
    who = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    mean = " on average" if wish.measure == "mean" else ""
    every = f"{wish.every_h:g} h"
    return f"{'Is' if len(names) == 1 else 'Are'} {who} seen every {every}{mean}"
