"""How more satellites like one are spread: over planes, and in each plane evenly in phase."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import isfinite

from simulator.errors import InputError
from simulator.orbits import advanced
from simulator.study import Flight


@dataclass(frozen=True)
class Slot:
    """A place in a pattern: how far its node and its phase are from the satellite's, degrees."""

    node_deg: Fraction
    phase_deg: Fraction

    def flown(self, like: Flight) -> Flight:
        """Return a satellite like another at this place, named after it.

        The same place has the same name in every pattern, so that what hosts grant it is the same.
        """
        node_deg, phase_deg = float(self.node_deg), float(self.phase_deg)
        elements = advanced(like.elements, phase_deg, node_deg=node_deg)
        turned = f" node +{node_deg:g}" if node_deg else ""
        ahead = f" phase +{phase_deg:g}" if phase_deg else ""
        return Flight(replace(elements, name=f"{like.name}{turned}{ahead}"), like.table)


@dataclass(frozen=True)
class Pattern:
    """A Walker pattern around one satellite, which is the first of it (Walker 1984).

    Nodes are spread over `node_range_deg`, 180 as of his star, which suits orbits over the poles,
    or 360 as of his delta; satellites of one plane evenly in phase; `phasing` (0 to planes - 1; by
    default 1 where there are several planes) is the phase from plane to plane in units of 360
    degrees over their total. Raises InputError for a pattern that is none.
    """

    planes: int = 1
    phasing: int | None = None
    node_range_deg: float = 180.0

    def __post_init__(self) -> None:
        if self.planes < 1:
            raise InputError(f"planes is {self.planes}; it must be 1 or more")
        if self.phasing is not None and not 0 <= self.phasing < self.planes:
            raise InputError(
                f"phasing is {self.phasing}; with {self.planes} planes it must be 0 to "
                f"{self.planes - 1}"
            )
        if not (isfinite(self.node_range_deg) and 0.0 < self.node_range_deg <= 360.0):
            raise InputError(
                f"nodes are spread over {self.node_range_deg:g} degrees; it must be above 0 and at "
                "most 360"
            )

    @property
    def name(self) -> str:
        """What its satellites are called in tables."""
        return f"satellites in {self.planes} plane{'s' if self.planes > 1 else ''}"

    def numbers(self, most: int) -> range:
        """Return the numbers of satellites up to the most that planes of as many each can have."""
        return range(self.planes, most + 1, self.planes)

    def slots(self, total: int) -> tuple[Slot, ...]:
        """Return the places of so many satellites, plane by plane."""
        a_plane, phasing = total // self.planes, self.phasing
        between = Fraction(min(1, self.planes - 1) if phasing is None else phasing, total)
        return tuple(
            Slot(
                Fraction(self.node_range_deg) * plane / self.planes,
                360 * ((Fraction(place, a_plane) + plane * between) % 1),
            )
            for plane in range(self.planes)
            for place in range(a_plane)
        )
