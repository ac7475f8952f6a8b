"""What a row of the glossary holds, and what the end of a name stands for: unit, decimals."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

# An instant is a number of seconds after the start of the span, a datetime stands for itself.
Kind = Literal["text", "flag", "count", "number", "instant", "datetime"]
Better = Literal["", "less", "more"]
# How the values of a region's cells become one of the region, weighed by area.
Reduction = Literal["", "mean", "greatest"]

# (end of a name, its unit, decimals kept in a file); the first that fits counts.
_SUFFIXES = (
    ("_minutes_per_day", "min/day", 3),
    ("_gbit_per_day", "Gbit/day", 4),
    ("_per_day", "1/day", 4),
    ("_min_per_orbit", "min/orbit", 4),
    ("_per_orbit", "1/orbit", 4),
    ("_deg_s", "degrees/s", 5),
    ("_deg", "degrees", 5),
    ("_dbi", "dBi", 3),
    ("_db", "dB", 3),
    ("_ghz", "GHz", 6),
    ("_bits", "bit", 0),
    ("_bps", "bit/s", 0),
    ("_mbps", "Mbit/s", 6),
    ("_mbit", "Mbit", 6),
    ("_gbit", "Gbit", 6),
    ("_m2_kg", "m2/kg", 6),
    ("_years", "years", 2),
    ("_km2", "km2", 3),
    ("_km", "km", 3),
    ("_days", "days", 6),
    # The least of a count, not a time in minutes.
    ("_at_once_min", "", 6),
    ("accesses_day_min", "", 6),
    ("_minutes_day_max", "min", 4),
    ("_minutes_day_std", "min", 4),
    ("_min", "min", 4),
    ("_h", "h", 4),
    ("_m", "m", 3),
    ("_s", "s", 3),
    ("_w", "W", 6),
    ("_k", "K", 6),
    ("niirs", "", 2),
)
_OTHERWISE = ("", "", 6)
_SECONDS = {"h": 3_600.0, "min": 60.0}
_UNIT_WORDS = {
    "h": "hours",
    "1/day": "per day",
    "min/day": "minutes per day",
    "1/orbit": "per orbit",
    "min/orbit": "minutes per orbit",
    "degrees/s": "degrees per second",
    "km2": "km²",
}
_CF_UNITS = {
    "1/day": "day-1",
    "min/day": "min day-1",
    "1/orbit": "1",
    "min/orbit": "min",
    "degrees": "degree",
    "": "1",
}


@lru_cache(maxsize=4_096)
def _suffix(name: str) -> tuple[str, str, int]:
    return next((row for row in _SUFFIXES if name.endswith(row[0])), _OTHERWISE)


def unit(name: str) -> str:
    """Return the unit that the end of a name stands for, empty for a number without one."""
    return _suffix(name)[1]


def unit_words(name: str) -> str:
    """Return that unit as a legend or an axis has it."""
    return _UNIT_WORDS.get(unit(name), unit(name))


def cf_unit(name: str) -> str:
    """Return that unit as UDUNITS writes it, "1" for a number without one."""
    return _CF_UNITS.get(unit(name), unit(name))


def decimals(name: str) -> int:
    """Return how many decimals of such a number are kept in a file."""
    return _suffix(name)[2]


def in_seconds(name: str) -> tuple[str, float]:
    """Return the name a figure has in seconds, and how many of them its unit is; 1 for no time."""
    ending, ends_in = _suffix(name)[0], unit(name)
    if ending in ("_h", "_min") and ends_in in _SECONDS:
        return f"{name.removesuffix(ending)}_s", _SECONDS[ends_in]
    return name, _SECONDS.get(ends_in.partition("/")[0], 1.0)


def stem(name: str) -> str:
    """Return a name without its unit, as words."""
    ending = _suffix(name)[0]
    plain = name.removesuffix(ending) if ending.startswith("_") else name
    return plain.replace("_", " ").strip() or name


@dataclass(frozen=True)
class Gridded:
    """How a figure of cells stands in the grid of a region, by the CF conventions.

    Its variable has the name of its column, and so its unit. `methods` are its cell methods (CF
    7.3), in which `span` is the whole span of the study; `flags` the meanings of 0 and 1 for a
    variable of flags.
    """

    methods: str = ""
    comment: str = ""
    standard_name: str = ""
    flags: str = ""


@dataclass(frozen=True)
class Term:
    """A row of the glossary: one quantity, text or flag, whatever it stands in.

    - `name`: that of its column; ends in its unit. `{}` in it stands for a number.
    - `meaning`: what it is, in one sentence without a full stop.
    - `over`: what it is taken over, as "network", "target", "region", "cell", "access".
    - `better`: which way is better, empty where neither is.
    - `words`: what a legend or an axis calls it, without its unit.
    - `label`: what a line of the report calls it; `section`: the block of lines it stands in;
      `subject`: what the label is said of, for a line outside that block.
    - `heading`: what a column of the report calls it, in lines.
    - `rule`: "gaps" if the scenario's revisit rule decides it, "all gaps" if it is made of all.
    - `definition`: the longer definition (`definitions`) that holds for it.
    - `reduced`: how the values of cells become one of their region.
    - `grid`: how it stands in the grid of a region, if it does.
    - `swept`: whether a sweep keeps it, if it is taken over a network, a target or a region.
    """

    name: str
    meaning: str
    over: tuple[str, ...]
    kind: Kind = "number"
    better: Better = ""
    words: str = ""
    label: str = ""
    subject: str = ""
    section: str = ""
    heading: str = ""
    rule: Literal["", "gaps", "all gaps"] = ""
    definition: str = ""
    reduced: Reduction = ""
    grid: Gridded | None = None
    swept: bool = True

    @property
    def unit(self) -> str:
        """Return its unit, empty for what has none."""
        return unit(self.name) if self.kind in ("number", "instant") else ""

    @property
    def full_label(self) -> str:
        """Return the label of a line that stands in no block; its name where it has none."""
        return f"{self.subject}, {self.label}" if self.subject else self.label or self.name

    @property
    def is_figure(self) -> bool:
        """Return whether it is a number that a study works out and a sweep may keep."""
        return self.kind in ("number", "count", "instant") and self.swept

    @property
    def compared(self) -> bool:
        """Return whether a report sets it beside the baseline's; shares stand for themselves."""
        return bool(self.better) and not self.name.endswith("_share")

    def matched(self, name: str) -> Term | None:
        """Return the term for a name, the number in it filled in; None if it is not this one's."""
        if "{}" not in self.name:
            return self if name == self.name else None
        count = _fitted(self.name, name)
        return self._filled(count) if count else None

    def matched_variable(self, variable: str) -> Term | None:
        """Return the same for the name of a variable of a grid."""
        if self.grid is None:
            return None
        return self.matched(re.sub(r"(?<=\d)_(?=\d)", ".", variable))

    def _filled(self, count: str) -> Term:
        return replace(self, name=self.name.format(count), meaning=self.meaning.format(count))


def variable_name(name: str) -> str:
    """Return what the variable of a grid is called: as the column, without a point (CF 2.3)."""
    return name.replace(".", "_")


def _fitted(pattern: str, name: str) -> str:
    """Return the number in a name that fits a pattern, empty if it does not."""
    before, after = pattern.split("{}")
    match = re.fullmatch(rf"{re.escape(before)}([\d.e+-]+){re.escape(after)}", name)
    return match[1] if match else ""
