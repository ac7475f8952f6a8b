"""Numbers as people read them: figures, times, shares and ratios at reading precision."""

from __future__ import annotations

import math
import re
import textwrap
import unicodedata
from datetime import UTC, datetime
from typing import Any

from simulator.errors import InputError
from simulator.units import HOUR_S

# Code points that no text may hold (Unicode, noncharacters).
_BESIDE, _TOGETHER = "\uffff", "\ufffe"
# The blank between a number and its unit.
_NUMBER_AND_UNIT = re.compile(r"(?<=\d) (?=(?:%|d|h|min|s|km|m)(?![\w/]))")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(min|h|d)")
_UNIT_H = {"min": 1.0 / 60.0, "h": 1.0, "d": 24.0}
ABSENT = "-"
NONE = "none"


def number(value: float) -> str:
    """Return a number with three significant digits, more before the point, "-" for NaN."""
    if math.isnan(value):
        return ABSENT
    if value == 0.0:
        return "0"
    # Of the rounded number: 9.996 has as many digits as 10.
    places = max(0, 2 - math.floor(math.log10(abs(float(f"{value:.2e}")))))
    return f"{value:,.{places}f}" if places <= 6 else f"{value:.2e}"


def duration(hours: float) -> str:
    """Return a length of time in the unit that suits: "40 s", "3.5 min", "1.18 h", "2.1 d"."""
    if math.isnan(hours):
        return ABSENT
    seconds, minutes = round(hours * HOUR_S), hours * 60.0
    if seconds < 60:
        return f"{seconds} s"
    if round(minutes, 1) < 10.0:
        return f"{minutes:.1f} min"
    if round(minutes) < 60:
        return f"{minutes:.0f} min"
    if round(hours, 2) < 10.0:
        return f"{max(hours, 1.0):.2f} h"
    if round(hours, 1) < 24.0:
        return f"{hours:.1f} h"
    return f"{hours / 24.0:,.1f} d"


def hours_of(name: str, text: str) -> float:
    """Return hours from a length of time such as 24h, 90min or 3d.

    Raises InputError, which calls it by its name.
    """
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise InputError(f"{name}: '{text}' is no length of time such as 24h, 90min or 3d")
    return float(match[1]) * _UNIT_H[match[2]]


def days_words(days: float) -> str:
    """Return a number of days in words, as "1 day" or "2.5 days"."""
    return f"{days:g} day{'' if days == 1.0 else 's'}"


def share(part: float) -> str:
    """Return a share of one as a percentage."""
    return ABSENT if math.isnan(part) else f"{100.0 * part:.1f} %"


def ratio(value: float, base: float) -> str:
    """Return how many times the base a value is, "x6.5", or which part of it, "÷13".

    Two significant digits, three below 1.1; "none" for nothing beside something; empty where there
    is no such number, as beside nothing.
    """
    if not (value >= 0.0 and base > 0.0 and math.isfinite(value) and math.isfinite(base)):
        return ""
    times = value / base
    if times == 0.0:
        return NONE
    sign, factor = ("x", times) if times >= 1.0 else ("÷", 1.0 / times)
    text = _few_digits(factor)
    return f"x{text}" if text == "1.00" else sign + text


def _few_digits(factor: float) -> str:
    if round(factor, 2) < 1.1:
        return f"{factor:.2f}"
    if round(factor, 1) < 10.0:
        return f"{factor:.1f}"
    places = math.floor(math.log10(factor)) - 1
    return f"{round(factor, -places):,.0f}"


def clock(hours: float, *, wraps: bool = True) -> str:
    """Return a time of day from its hours, as 15:10; midnight is 00:00, or stays 24:00."""
    minutes = round(hours * 60.0)
    minutes = minutes % 1_440 if wraps else minutes
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def minute_utc(instant: datetime) -> str:
    """Return an aware instant to the minute, as "2023-11-21 13:42", in UTC."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def folded(name: str, letters: int, *, lines: int | None = None, at_hyphens: bool = True) -> str:
    """Return a name in lines, broken at blanks and at the plus signs of a network's name.

    What does not go into so many lines is left out, with an ellipsis.
    """
    parts = wrapped(
        name.replace("+", "+ "),
        letters,
        max_lines=lines,
        placeholder="…",
        break_on_hyphens=at_hyphens,
    )
    return "\n".join(parts).replace("+ ", "+")


def wrapped(text: str, columns: int, **options: Any) -> list[str]:
    """Return a text in lines of so many columns of a terminal; options as for textwrap.

    A number and its unit stay on one line.
    """
    counted = text
    if not text.isascii():
        # Textwrap counts letters: a wide one gets another beside it, which is taken out again.
        counted = "".join(letter + _BESIDE if width(letter) == 2 else letter for letter in text)
    counted = _NUMBER_AND_UNIT.sub(_TOGETHER, counted)
    for room in (columns, max(1, columns - 1)):
        lines = textwrap.wrap(counted, room, **options)
        found = [line.replace(_BESIDE, "").replace(_TOGETHER, " ") for line in lines]
        # A word without blanks may be cut within a pair: the line is then a column too wide.
        if all(width(line) <= columns for line in found):
            break
    return found


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for a wide East Asian character."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    marks = sum(unicodedata.combining(letter) > 0 for letter in text)
    return len(text) + wide - marks


def shortened(text: str, columns: int) -> str:
    """Return a text cut to a width in columns, an ellipsis for what is left out."""
    if width(text) <= columns:
        return text
    kept = text
    while width(kept) > columns - 1:
        kept = kept[:-1]
    return kept + "…"


def drawn_words(*, phase: bool, unknowns: int) -> str:
    """Return what draws are of: the orbit's phase, unknowns of a scenario by number, or both."""
    more = "" if not unknowns else f"{unknowns} {'more ' if phase else ''}unknown"
    if unknowns > 1:
        more += "s"
    return " and ".join(filter(None, ["the orbit's phase" if phase else "", more])) or "the seed"
