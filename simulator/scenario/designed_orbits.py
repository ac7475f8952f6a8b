"""Orbits by what they are to do: repeat their track, stay frozen, share a plane, leave no gap."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from simulator.scenario.elements import RAAN
from simulator.scenario.placed_orbits import (
    ALTITUDE,
    HEIGHT,
    MIN_PERIGEE_KM,
    SIZE_WAYS,
    PlacedOrbit,
    PlaneOrbit,
    SizedOrbit,
    above_air,
)
from simulator.scenario.streets import MOST_FOLD, MOST_IN_STREETS, Streets, streets
from simulator.scenario.units import Altitude, Angle, Longitude
from simulator.scenario.words import Where

MAX_IN_PLANE = 1_000
MAX_CYCLE_DAYS = 400
# SGP4 flies orbits of 225 minutes and more by another theory, in which Sun and Moon move both the
# track and the perigee.
MAX_FROZEN_KM = 5_890.0
LEAST_REVOLUTIONS_A_DAY, MOST_REVOLUTIONS_A_DAY = 6.5, 16.5
_CYCLE_REVOLUTIONS = int(MAX_CYCLE_DAYS * MOST_REVOLUTIONS_A_DAY)

REVOLUTIONS = "Revolutions in a cycle of the ground track."
CYCLE_DAYS = (
    "Days in a cycle of the ground track, which closes after them without drag: nodal days, of "
    "24 h in a Sun-synchronous orbit."
)


def _of_cycle(revolutions: Any, days: Any) -> Iterator[tuple[Where, str]]:
    """Yield the faults of a cycle of whole numbers."""
    if not all(isinstance(n, int) and n > 0 for n in (revolutions, days)):
        return
    a_day = revolutions / days
    if not LEAST_REVOLUTIONS_A_DAY <= a_day <= MOST_REVOLUTIONS_A_DAY:
        yield (
            ("revolutions",),
            f"{revolutions} in {days} days are {a_day:.4g} a day; allowed "
            f"{LEAST_REVOLUTIONS_A_DAY:g} to {MOST_REVOLUTIONS_A_DAY:g} a day",
        )
    if (common := math.gcd(revolutions, days)) > 1:
        yield (
            ("revolutions",),
            f"{revolutions} in {days} days is the cycle of {revolutions // common} in "
            f"{days // common}; give that",
        )


class RepeatOrbit(PlaneOrbit):
    """A circular orbit whose ground track closes after a cycle, as SGP4 flies it."""

    kind: Literal["repeat-ground-track"] = Field(
        description="Ground track that closes after a cycle of revolutions and days."
    )
    revolutions: int = Field(ge=1, le=_CYCLE_REVOLUTIONS, description=REVOLUTIONS)
    cycle_days: int = Field(ge=1, le=MAX_CYCLE_DAYS, description=CYCLE_DAYS)
    track_longitude_deg: Longitude | None = Field(
        default=None,
        description="Longitude of one of the track's ascending nodes, degrees east, in place of "
        "mean_anomaly_deg.",
    )

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from super().raw_faults(raw)
        yield from _of_cycle(raw.get("revolutions"), raw.get("cycle_days"))
        # Zero is what an orbit is written out with.
        if raw.get("track_longitude_deg") is not None and raw.get("mean_anomaly_deg"):
            yield ("track_longitude_deg",), "stands beside mean_anomaly_deg, which it gives"


class FrozenOrbit(SizedOrbit):
    """An orbit whose eccentricity and argument of perigee stay, as SGP4 flies it."""

    kind: Literal["frozen"] = Field(
        description="Eccentricity and argument of perigee that stay where they are."
    )
    perigee_over: Literal["north", "south"] | None = Field(
        default=None,
        description="Hemisphere of the perigee, with eccentricity: north, or south, the default.",
    )
    altitude_km: float | None = Field(
        default=None,
        ge=MIN_PERIGEE_KM,
        le=MAX_FROZEN_KM,
        description=ALTITUDE + " Give it or height_km.",
    )
    height_km: float | None = Field(
        default=None, ge=MIN_PERIGEE_KM, le=MAX_FROZEN_KM, description=HEIGHT
    )

    eccentricity: float | None = Field(
        default=None,
        ge=0.01,
        lt=1.0,
        description="Eccentricity of an orbit at the critical inclination, in place of a plane's "
        "inclination; absent: nearly circular, with the eccentricity that stays.",
    )

    @classmethod
    def plane_keys(cls) -> tuple[str, ...]:
        return (*super().plane_keys(), "eccentricity")

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from super().raw_faults(raw)
        eccentric = raw.get("eccentricity") is not None
        if not eccentric and raw.get("perigee_over") is not None:
            yield (
                ("perigee_over",),
                "goes with eccentricity; a nearly circular frozen orbit has its perigee in the "
                "north",
            )
        if eccentric and raw.get("height_km") is not None:
            yield ("height_km",), "is of nearly circular orbits; give altitude_km with eccentricity"

    @field_validator("eccentricity")
    @classmethod
    def _above_air(cls, eccentricity: float | None, info: ValidationInfo) -> float | None:
        return eccentricity and above_air(info.data.get("altitude_km"), eccentricity)


class InPlaneOrbit(SizedOrbit):
    """Several satellites in one plane, evenly spaced or at given angles, named NAME-1 and on."""

    several: ClassVar[bool] = True
    size_ways: ClassVar[tuple[frozenset[str], ...]] = (
        *SIZE_WAYS,
        frozenset({"revolutions", "cycle_days"}),
    )

    kind: Literal["in-plane"] = Field(description="Several satellites in one circular orbit.")
    total: int | None = Field(
        default=None,
        ge=1,
        le=MAX_IN_PLANE,
        description="Number of satellites, evenly spaced; give it or angles_deg.",
    )
    angles_deg: tuple[Annotated[float, Field(ge=-360.0, le=360.0)], ...] | None = Field(
        default=None,
        min_length=1,
        max_length=MAX_IN_PLANE,
        description="How far each satellite is ahead of mean_anomaly_deg, degrees.",
    )
    revolutions: int | None = Field(
        default=None,
        ge=1,
        le=_CYCLE_REVOLUTIONS,
        description=REVOLUTIONS + " With cycle_days in place of altitude_km.",
    )
    cycle_days: int | None = Field(default=None, ge=1, le=MAX_CYCLE_DAYS, description=CYCLE_DAYS)

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from super().raw_faults(raw)
        yield from _of_cycle(raw.get("revolutions"), raw.get("cycle_days"))
        if (raw.get("total") is None) == (raw.get("angles_deg") is None):
            yield (), "give exactly one of total and angles_deg"

    @classmethod
    def raw_count(cls, raw: Mapping[str, Any]) -> int | None:
        angles = raw.get("angles_deg")
        return raw.get("total") if angles is None else len(angles)

    def count(self) -> int:
        return len(self.offsets_deg)

    @property
    def offsets_deg(self) -> tuple[float, ...]:
        """How far each satellite is ahead of the orbit's mean anomaly, degrees."""
        if self.angles_deg is not None:
            return self.angles_deg
        total = self.total or 1
        return tuple(360.0 * number / total for number in range(total))


class StreetsOrbit(PlacedOrbit):
    """Polar planes whose streets of coverage leave no gap, named NAME-1 and on, plane by plane."""

    several: ClassVar[bool] = True

    kind: Literal["streets-of-coverage"] = Field(
        description="As few polar satellites as always see all places above a latitude."
    )
    altitude_km: Altitude = Field(description=ALTITUDE)
    min_elevation_deg: float = Field(
        ge=0.0, le=85.0, description="Elevation at which a satellite is seen at least, degrees."
    )
    above_latitude_deg: float = Field(
        default=0.0,
        ge=0.0,
        le=89.0,
        description="Latitude, north and south, from which to the pole all places are seen.",
    )
    fold: int = Field(
        default=1,
        ge=1,
        le=MOST_FOLD,
        description="How many satellites each place sees at any time, at least.",
    )
    raan_deg: Angle = Field(default=0.0, description=RAAN + " Of the first plane.")
    satellites_per_plane: int | None = Field(
        default=None,
        ge=1,
        le=MOST_IN_STREETS,
        description="Satellites in each plane; absent: as many as make the fewest in all.",
    )

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        asked = _streets_asked(raw)
        if asked is None or streets(*asked) is not None:
            return
        alone = raw.get("satellites_per_plane") is not None
        where: Where = ("satellites_per_plane",) if alone else ()
        held = f"planes of {raw['satellites_per_plane']}" if alone else "any planes"
        yield (
            where,
            f"{held} would take more than {MOST_IN_STREETS:,} satellites; give a higher "
            "altitude_km, a lower min_elevation_deg"
            + (", or another satellites_per_plane" if alone else ""),
        )

    @classmethod
    def raw_count(cls, raw: Mapping[str, Any]) -> int | None:
        asked = _streets_asked(raw)
        pattern = streets(*asked) if asked else None
        return pattern.total if pattern else None

    def count(self) -> int:
        return self.pattern.total

    @property
    def pattern(self) -> Streets:
        """The planes and their satellites."""
        found = streets(
            self.altitude_km,
            self.min_elevation_deg,
            self.above_latitude_deg,
            self.fold,
            self.satellites_per_plane,
        )
        if found is None:
            raise ValueError("no streets cover so much")
        return found


def _streets_asked(raw: Mapping[str, Any]) -> tuple[float, float, float, int, int | None] | None:
    """Return what a raw table asks of streets; None where a key is missing or out of range."""
    altitude, elevation = raw.get("altitude_km"), raw.get("min_elevation_deg")
    latitude, fold = raw.get("above_latitude_deg", 0.0), raw.get("fold", 1)
    each = raw.get("satellites_per_plane")
    numbers = [(altitude, 100.0, 1e5), (elevation, 0.0, 85.0), (latitude, 0.0, 89.0)]
    for value, low, high in numbers:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        if not low <= value <= high:
            return None
    whole = [(fold, MOST_FOLD), (1 if each is None else each, MOST_IN_STREETS)]
    if any(isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= top for n, top in whole):
        return None
    return float(altitude), float(elevation), float(latitude), fold, each  # type: ignore[arg-type]
