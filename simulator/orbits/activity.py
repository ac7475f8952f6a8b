"""Solar and geomagnetic activity over time, which air density follows; days since 2000-01-01."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib import resources

import numpy as np

from simulator import catalog
from simulator.arrays import FloatArray, IntArray
from simulator.units import DAY_S

OBSERVED = "observed"
CYCLE_MONTHS = 132  # eleven years: the mean length of a solar cycle
_ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)
_COMPLETE_CYCLES = ("cycle_20", "cycle_21", "cycle_22", "cycle_23", "cycle_24")


def days_of(instant: datetime) -> float:
    """Return an instant as days since 2000-01-01, UTC."""
    return (instant - _ORIGIN).total_seconds() / DAY_S


@dataclass(frozen=True, eq=False)
class Activity:
    """Monthly means (M,) of F10.7 and Ap from a first month on; one value holds for ever.

    Months are numbered from year 0. Between their middles means are linear; after the last month
    the last eleven years repeat. `observed_until` is the first month that is not observed.
    """

    name: str
    first_month: int
    f107: FloatArray
    ap: FloatArray
    observed_until: int | None = None

    def at(self, days: float) -> tuple[float, float]:
        """Return F10.7 and Ap at an instant, days since 2000-01-01."""
        if len(self.f107) == 1:
            return float(self.f107[0]), float(self.ap[0])
        place = 24_000 + days / (365.25 / 12.0) - 0.5 - self.first_month
        last = len(self.f107) - 1
        repeated = min(CYCLE_MONTHS, last)
        if place > last:
            place = last - repeated + (place - last) % repeated
        low = min(max(int(place), 0), last - 1)
        share = min(max(place - low, 0.0), 1.0)
        return _between(self.f107, low, share), _between(self.ap, low, share)


def _between(values: FloatArray, low: int, share: float) -> float:
    # As numbers of Python's own, in a third of the time.
    first, second = values.item(low), values.item(low + 1)
    return float(first + share * (second - first))


def activity_of(name: str) -> Activity:
    """Return an activity of the catalogue by id; raises InputError for one that is not there."""
    entry = catalog.get("activity", name)
    if "f107" in entry.values:
        f107, ap = (np.array([entry.values[key]], dtype=float) for key in ("f107", "ap"))
        return Activity(name, 0, f107, ap)
    observed = _observed()
    if name == OBSERVED:
        return observed
    return _with_cycle(observed, name)


def past_cycles() -> tuple[str, ...]:
    """Return the ids of the solar cycles that were observed whole."""
    return _COMPLETE_CYCLES


def month_number(month: str) -> int:
    """Return the number of a month such as 2026-11, from year 0."""
    return 12 * int(month[:4]) + int(month[5:7]) - 1


@cache
def _observed() -> Activity:
    text = resources.files("simulator.catalog").joinpath("activity.csv").read_text("utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    f107, ap = (np.array([float(row[key]) for row in rows]) for key in ("f107", "ap"))
    first = month_number(rows[0]["month"])
    count = sum(row["kind"] == "observed" for row in rows)
    return Activity(OBSERVED, first, f107, ap, first + count)


def _with_cycle(observed: Activity, name: str) -> Activity:
    """Return the observations, and for the months not observed those of a past solar cycle.

    The cycle is laid on so that its minimum is that of the cycle going on, and begins again at its
    end.
    """
    begins = [_month_of(cycle, "first_month") for cycle in (name, "cycle_25")]
    length = _month_of(name, "last_month") - begins[0] + 1
    known = observed.observed_until or 0
    months: IntArray = np.arange(known, known + 12 * 110) - begins[1]
    source = begins[0] - observed.first_month + months % length
    kept = known - observed.first_month
    f107, ap = (np.append(v[:kept], v[source]) for v in (observed.f107, observed.ap))
    return replace(observed, name=name, f107=f107, ap=ap)


def _month_of(cycle: str, field: str) -> int:
    return month_number(str(catalog.get("activity", cycle).values[field]))
