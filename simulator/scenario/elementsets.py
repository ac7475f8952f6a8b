"""Element sets as files hold them, one satellite each, and the limits any of them must keep."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulator.errors import InputError, nearest_hint
from simulator.scenario.words import shown
from simulator.units import DAY_S

# SGP4's own gravity model, WGS72 (Hoots and Roehrich, Spacetrack Report No. 3).
MU_WGS72_KM3_S2 = 398_600.8
RADIUS_WGS72_KM = 6378.135
# From beyond the Moon's distance down to the surface.
MIN_MEAN_MOTION_REV_PER_DAY = 0.03
MAX_MEAN_MOTION_REV_PER_DAY = 17.2
# What orbit theory a set's elements are of; the coding of CCSDS 502.0-B-3, section 4.2.4. Sets are
# given out as type 0, whatever their theory once was.
_SGP4_TYPES = (" ", "0", "2")


@dataclass(frozen=True)
class ElementSet:
    """One satellite's elements as found in a file: two lines, or an OMM's fields.

    `epoch` tells sets of one satellite apart, in whatever form the file writes it.
    """

    name: str
    number: str
    epoch: str = ""
    lines: tuple[str, ...] = ()
    fields: Mapping[str, str] | None = None


def perigee_altitude_km(mean_motion_rev_per_day: float, eccentricity: float) -> float:
    """Return the height of perigee over the WGS72 equator, by Kepler's third law."""
    n_rad_s = mean_motion_rev_per_day * 2.0 * math.pi / DAY_S
    semi_major_axis_km = math.cbrt(MU_WGS72_KM3_S2 / n_rad_s**2)
    return semi_major_axis_km * (1.0 - eccentricity) - RADIUS_WGS72_KM


def mean_motion_fault(mean_motion_rev_per_day: float, eccentricity: float) -> str:
    """Return why no satellite can fly so, or an empty text."""
    n = mean_motion_rev_per_day
    if not MIN_MEAN_MOTION_REV_PER_DAY <= n <= MAX_MEAN_MOTION_REV_PER_DAY:
        return f"mean motion {n:g} revolutions a day; allowed 0.03 to 17.2"
    perigee_km = perigee_altitude_km(n, eccentricity)
    if perigee_km < 0.0:
        return (
            f"perigee at {perigee_km:.0f} km, below the surface "
            f"(mean motion {n:g}, eccentricity {eccentricity})"
        )
    return ""


def ephemeris_type_fault(code: str) -> str:
    """Return why elements of a type other than SGP4's can't be flown, or an empty text."""
    if code in _SGP4_TYPES:
        return ""
    named = {"1": " (SGP)", "3": " (SDP4 or PPT3)", "4": " (SGP4-XP)", "6": " (numerical)"}
    return (
        f"ephemeris type {code}{named.get(code, '')}, whose elements and drag term are not "
        "SGP4's; allowed 0 or 2"
    )


def choose(sets: Sequence[ElementSet], satellite: str | int | None) -> tuple[ElementSet, ...]:
    """Return the sets of the satellite of a name or catalogue number, or of the only one there is.

    Of several sets of one epoch the last is taken: it was written later. Raises InputError if
    there is none, or sets of more than one satellite.
    """
    if not sets:
        raise InputError("holds no element set")
    chosen = list(sets) if satellite is None else [s for s in sets if _is_called(s, satellite)]
    names = sorted({s.name or s.number for s in sets})
    if not chosen:
        hint = nearest_hint(
            str(satellite)[:80], [name[:80] for name in names if name.isprintable()]
        )
        raise InputError(f"holds no satellite {shown(satellite)}{hint}")
    numbers = sorted({_identity(s) for s in chosen})
    if len(numbers) > 1:
        if satellite is None:
            raise InputError(
                f"holds {len(chosen)} element sets of {len(numbers)} satellites; choose one by "
                f"satellite = {_few(names)}"
            )
        raise InputError(
            f"holds {len(numbers)} satellites called {shown(satellite)}; choose one by its "
            f"catalogue number: {_few(numbers)}"
        )
    return tuple({s.epoch: s for s in chosen}.values())


def by_satellite(sets: Sequence[ElementSet]) -> dict[str, tuple[ElementSet, ...]]:
    """Return the sets of each satellite by its number, or name if it has none, in file order.

    Of several sets of one epoch the last is taken.
    """
    found: dict[str, dict[str, ElementSet]] = {}
    for one in sets:
        found.setdefault(_identity(one), {})[one.epoch] = one
    return {number: tuple(own.values()) for number, own in found.items()}


def _few(names: Iterable[str]) -> str:
    chosen = list(names)
    return ", ".join(map(shown, chosen[:5])) + (", ..." if len(chosen) > 5 else "")


def _identity(chosen: ElementSet) -> str:
    """Return what tells one satellite from another: its number if it has one."""
    number = catalogue_number(chosen.number)
    return str(number) if number is not None else chosen.number or chosen.name


def catalogue_number(number: str) -> int | None:
    """Return a catalogue number of digits or alpha-5, None for anything else."""
    from sgp4.alpha5 import from_alpha5

    if not re.fullmatch(r"[A-HJ-NP-Z]\d{4}|\d{1,9}", number, re.ASCII):
        return None
    return from_alpha5(number) if number[0].isalpha() else int(number)


def _is_called(chosen: ElementSet, satellite: str | int) -> bool:
    # TOML may give a catalogue number as a number or as text.
    name_or_number = str(satellite).strip()
    if name_or_number.casefold() == chosen.name.casefold() or name_or_number == chosen.number:
        return True
    number = catalogue_number(name_or_number)
    return number is not None and number == catalogue_number(chosen.number)
