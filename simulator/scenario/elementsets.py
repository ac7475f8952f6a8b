"""Element sets as files hold them, one satellite each, and the limits any of them must keep."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulator.errors import InputError, nearest_hint

# SGP4's own gravity model, WGS72 (Hoots and Roehrich, Spacetrack Report No. 3).
MU_WGS72_KM3_S2 = 398_600.8
RADIUS_WGS72_KM = 6378.135
# From beyond the Moon's distance down to the surface.
MIN_MEAN_MOTION_REV_PER_DAY = 0.03
MAX_MEAN_MOTION_REV_PER_DAY = 17.2
DAY_S = 86_400.0


@dataclass(frozen=True)
class ElementSet:
    """One satellite's elements as found in a file: two lines, or an OMM's fields."""

    name: str
    number: str
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


def choose(sets: Sequence[ElementSet], satellite: str | int | None) -> ElementSet:
    """Return the one set of a name or catalogue number, or the only one there is.

    Raises InputError if there is none, or more than one.
    """
    found = list(sets) if satellite is None else [s for s in sets if _is_called(s, satellite)]
    if len(found) == 1:
        return found[0]
    names = sorted({s.name or s.number for s in sets})
    if not sets:
        raise InputError("holds no element set")
    if not found:
        raise InputError(f"holds no satellite {satellite!r}{nearest_hint(str(satellite), names)}")
    if satellite is None:
        raise InputError(f"holds {len(sets)} element sets; choose one by satellite = {_few(names)}")
    raise InputError(f"holds {len(found)} element sets of satellite {satellite!r}; keep one")


def _few(names: Iterable[str]) -> str:
    shown = [repr(name) for name in names]
    return ", ".join(shown[:5]) + (", ..." if len(shown) > 5 else "")


def _is_called(found: ElementSet, satellite: str | int) -> bool:
    from sgp4.alpha5 import from_alpha5

    wanted = str(satellite).strip()
    if wanted.casefold() == found.name.casefold() or wanted == found.number:
        return True
    if not re.fullmatch(r"[A-HJ-NP-Z]?\d+", found.number, re.ASCII):
        return False
    number = found.number
    catalogue_number = from_alpha5(number) if number[0].isalpha() else int(number)
    return wanted.isdecimal() and int(wanted) == catalogue_number
