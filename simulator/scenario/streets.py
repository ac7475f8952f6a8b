"""Streets of coverage: how many polar satellites always see all that is above a latitude.

A street is the band on both sides of a plane's track that its satellites, evenly spaced, cover
without a break. On a sphere; angles in degrees unless the name says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from simulator.earth import central_angle_at_elevation_deg

MOST_FOLD = 4
MOST_IN_STREETS = 1_000
# What a sum of angles may miss by rounding, radians.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Streets:
    """Polar planes of evenly spaced satellites: node from plane to plane, and phase, degrees."""

    planes: int
    satellites_per_plane: int
    node_step_deg: float
    phase_step_deg: float

    @property
    def total(self) -> int:
        """How many satellites there are."""
        return self.planes * self.satellites_per_plane


def street_half_width_rad(radius_rad: float, satellites: int, fold: int = 1) -> float:
    """Return the half-width of the band that so many satellites cover `fold` times; 0 for none.

    `radius_rad` is the Earth central angle that one satellite covers. Lueders 1961, ARS Journal
    31, for one fold; Rider 1985, Journal of the Astronautical Sciences 33, for several.
    """
    spread = fold * math.pi / satellites
    if spread >= 0.5 * math.pi or math.cos(spread) <= math.cos(radius_rad):
        return 0.0
    return math.acos(math.cos(radius_rad) / math.cos(spread))


@lru_cache(maxsize=256)
def streets(
    altitude_km: float,
    min_elevation_deg: float,
    above_latitude_deg: float = 0.0,
    fold: int = 1,
    satellites_per_plane: int | None = None,
) -> Streets | None:
    """Return the pattern with the fewest satellites, then the fewest planes; None beyond the most.

    It sees each place above a latitude, north and south, from at least `fold` satellites at any
    time, on a sphere. Of two ways the one with fewer satellites:

    - neighbouring planes phased so that a satellite of one is abreast of the gap of the other
      (one fold): (p - 1)(theta + c) + 2 c >= pi cos(latitude), with theta the radius that one
      satellite covers and c the half-width of its street (Beste 1978, IEEE Transactions on
      Aerospace and Electronic Systems 14);
    - streets side by side whatever their phase: p streets cover a parallel k times if
      2 p asin(sin c / cos(latitude)) >= k pi (Rider 1985), j-fold streets then j k times.
    """
    radius_rad = math.radians(
        float(central_angle_at_elevation_deg(min_elevation_deg, altitude_km=altitude_km))
    )
    found = _patterns(radius_rad, math.radians(above_latitude_deg), fold, satellites_per_plane)
    return min(found, key=lambda each: (each.total, each.planes), default=None)


def _patterns(
    radius_rad: float, latitude_rad: float, fold: int, satellites_per_plane: int | None
) -> Iterator[Streets]:
    least = MOST_IN_STREETS
    for satellites in (
        range(1, MOST_IN_STREETS + 1) if satellites_per_plane is None else (satellites_per_plane,)
    ):
        if satellites > least:
            return
        for each in _with(satellites, radius_rad, latitude_rad, fold):
            if each.total <= least:
                least = each.total
                yield each


def _with(satellites: int, radius_rad: float, latitude_rad: float, fold: int) -> Iterator[Streets]:
    """Yield the patterns of planes of so many satellites each."""
    half_step_deg = 180.0 / satellites
    for in_plane in (each for each in range(1, fold + 1) if fold % each == 0):
        width = street_half_width_rad(radius_rad, satellites, in_plane)
        if width <= 0.0:
            continue
        reach = math.sin(width) / max(math.cos(latitude_rad), 1e-12)
        across = 2.0 * math.asin(min(1.0, reach))
        planes = math.ceil((fold // in_plane) * math.pi / across - _ROUNDING)
        yield Streets(planes, satellites, 180.0 / planes, half_step_deg)
    width = street_half_width_rad(radius_rad, satellites)
    if fold == 1 and width > 0.0:
        pair = radius_rad + width
        needed = (math.pi * math.cos(latitude_rad) - 2.0 * width) / pair
        planes = max(1, math.ceil(needed - _ROUNDING) + 1)
        # What the streets have to spare is shared out: between planes that fly side by side, and
        # where the last meets the first, which flies the other way there.
        step_deg = 180.0 * pair / ((planes - 1) * pair + 2.0 * width)
        yield Streets(planes, satellites, step_deg, half_step_deg)
