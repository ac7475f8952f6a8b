"""How early or late a satellite may be, by the age of its elements.

What age does to an orbit is along its track: it comes early or late, and the Earth below has turned
a little less or more by then. A margin is a number of seconds at the epoch and a rate for each day
from it, forwards or backwards.

Element sets: 1 s at the epoch, for their 1 km or so (Vallado & Crawford, 2008, "SGP4 orbit
determination", AIAA 2008-6770), and 2 s a day, 15 km. The rate is an estimate from the catalogue's
own sets: each set flown to the epoch of another of the same satellite, up to 32 days apart, is 0 to
43 s off, within the margin in all pairs but those of the set of 6 June 2024, after which the
satellite was raised: they are 37 s a day off. No margin holds after a manoeuvre.

A launch: 60 s at insertion (assumed; the first pass of Malligyong-1 over Pyongyang was within that)
and, since heights are published to a kilometre, what half of one does to the period: by Kepler's
third law 3/2 (0.5 km / a) of a day each day, 9 s at 500 km. An orbit that a formula names is itself
and has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simulator.arrays import FloatArray
from simulator.earth import Span
from simulator.errors import InputError
from simulator.orbits import Elements
from simulator.units import DAY_S

Grade = Literal["estimated", "assumed", "given", "none"]
SETS_EPOCH_S, SETS_DAILY_S = 1.0, 2.0
LAUNCH_EPOCH_S, HEIGHT_ROUNDING_KM = 60.0, 0.5
_MOST_S = DAY_S
_MARGIN = re.compile(r"(\d+(?:\.\d*)?)(?::(\d+(?:\.\d*)?))?")
_SOURCES = {
    "tle": "from the catalogue's own element sets; no manoeuvre",
    "launch": "60 s at insertion, heights published to a kilometre; no manoeuvre",
}


@dataclass(frozen=True)
class Margin:
    """Seconds early or late at the epoch, and for each day from it; and where they are from."""

    at_epoch_s: float
    per_day_s: float
    grade: Grade
    source: str

    def seconds(self, age_days: FloatArray) -> FloatArray:
        """Return the margins (N,) at ages (N,) in days."""
        return np.asarray(self.at_epoch_s + self.per_day_s * age_days)


def margin_of(elements: Elements, kind: str) -> Margin:
    """Return the margin of an orbit of a kind, as a scenario names kinds."""
    if kind in ("tle", "omm"):
        return Margin(SETS_EPOCH_S, SETS_DAILY_S, "estimated", _SOURCES["tle"])
    if kind == "launch":
        # Kepler's third law: dT / T = 3/2 da / a.
        rate_s = 1.5 * HEIGHT_ROUNDING_KM / elements.semi_major_axis_km * DAY_S
        return Margin(LAUNCH_EPOCH_S, rate_s, "assumed", _SOURCES["launch"])
    if kind == "ephemeris":
        return Margin(0.0, 0.0, "none", "an ephemeris is taken as it is")
    return Margin(0.0, 0.0, "none", "an orbit named by a formula is taken as it is")


def margin_given(text: str) -> Margin:
    """Return a margin as users write it: seconds, or seconds at the epoch and a day, as 5:2.

    Raises InputError.
    """
    match = _MARGIN.fullmatch(text.strip())
    if match is None:
        raise InputError(
            f"margin: '{text}' is no number of seconds, such as 30, or of seconds at the epoch and "
            "for each day from it, such as 5:2"
        )
    at_epoch_s, per_day_s = float(match[1]), float(match[2] or 0.0)
    if max(at_epoch_s, per_day_s) > _MOST_S:
        raise InputError(f"margin: '{text}' is over a day; allowed 0 to {_MOST_S:g} seconds")
    return Margin(at_epoch_s, per_day_s, "given", "as given")


def ages_days(elements: Elements, span: Span, at_s: FloatArray) -> FloatArray:
    """Return how far instants (N,) are from the epoch of the set that is flown then, days.

    A table of states has no age.
    """
    found = np.zeros(len(at_s))
    if elements.is_tabulated:
        return found
    for piece, from_s, to_s in elements.pieces(span):
        rows = (at_s >= from_s) & (at_s < to_s)
        found[rows] = np.abs(at_s[rows] - span.seconds(piece.epoch)) / DAY_S
    return found
