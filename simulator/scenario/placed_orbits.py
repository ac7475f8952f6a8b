"""What orbits by their own elements have in common, and how their size and plane are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Self

from pydantic import Field

from simulator.scenario import elementsets
from simulator.scenario.elements import BSTAR, INCLINATION, MEAN_ANOMALY, RAAN, PropagatedOrbit
from simulator.scenario.units import Altitude, Angle, Drag, Inclination, Instant
from simulator.scenario.words import Where, fault

MIN_PERIGEE_KM = 100.0
# Above this no inclination turns the node of a circular orbit with the Sun (J2 only).
MAX_SUN_SYNCHRONOUS_KM = 5_960.0

EPOCH = "Instant of the elements, with offset; default: the start of the span."
ALTITUDE = "Mean height: semi-major axis less 6378.135 km."
HEIGHT = (
    "Mean height over the ellipsoid as flown, averaged over the first day, km; give it in place "
    "of altitude_km, which is of the mean elements."
)


SIZE_WAYS = (frozenset({"altitude_km"}), frozenset({"height_km"}))


class PlacedOrbit(PropagatedOrbit):
    """An orbit whose satellite has a place on it at an epoch, the span's start by default."""

    epoch: Instant | None = Field(default=None, description=EPOCH)
    mean_anomaly_deg: Angle = Field(default=0.0, description=MEAN_ANOMALY)
    bstar: Drag = Field(default=0.0, description=BSTAR)

    def resolved(self, start: datetime) -> Self:
        """Return the same orbit with its epoch filled in."""
        return self if self.epoch else self.model_copy(update={"epoch": start})


class PlaneOrbit(PlacedOrbit):
    """An orbit whose plane is given by inclination and node, or turns with the mean Sun."""

    inclination_deg: Inclination | None = Field(
        default=None,
        description=INCLINATION + " Give it, or ltan_h or ltdn_h for a Sun-synchronous plane.",
    )
    raan_deg: Angle | None = Field(default=None, description=RAAN + " Default 0.")
    ltan_h: float | None = Field(
        default=None, ge=0.0, lt=24.0, description="Local mean time of the ascending node, hours."
    )
    ltdn_h: float | None = Field(
        default=None, ge=0.0, lt=24.0, description="Local mean time of the descending node, hours."
    )

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        ways = cls.plane_keys()
        if sum(raw.get(key) is not None for key in ways) != 1:
            yield (), f"give exactly one of {', '.join(ways[:-1])} and {ways[-1]}"
        elif raw.get("raan_deg") is not None and any(
            raw.get(key) is not None for key in ("ltan_h", "ltdn_h")
        ):
            yield ("raan_deg",), "stands beside the local time of the node, which gives it"

    @classmethod
    def plane_keys(cls) -> tuple[str, ...]:
        """Return the keys of which exactly one gives the inclination."""
        return ("inclination_deg", "ltan_h", "ltdn_h")

    @property
    def ascending_h(self) -> float | None:
        """Local mean time of the ascending node of a Sun-synchronous plane, hours."""
        if self.ltan_h is not None:
            return self.ltan_h
        # The descending node is half a turn, twelve hours, from the ascending one.
        return None if self.ltdn_h is None else (self.ltdn_h + 12.0) % 24.0


class SizedOrbit(PlaneOrbit):
    """An orbit on such a plane, by mean altitude or by its height as flown."""

    altitude_km: Altitude | None = Field(
        default=None, description=ALTITUDE + " Give it or height_km."
    )
    height_km: Altitude | None = Field(default=None, description=HEIGHT)

    # Ways of giving the size: the keys of exactly one of them must be there.
    size_ways: ClassVar[tuple[frozenset[str], ...]] = SIZE_WAYS

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from size_faults(raw, cls.size_ways)
        yield from super().raw_faults(raw)


def size_faults(
    raw: Mapping[str, Any], ways: Sequence[frozenset[str]] = SIZE_WAYS
) -> Iterator[tuple[Where, str]]:
    """Yield a fault unless the size is given in exactly one of several ways."""
    present = {key for way in ways for key in way if raw.get(key) is not None}
    if present not in ways:
        named = [" with ".join(sorted(way, reverse=True)) for way in ways]
        yield (), f"give exactly one of {', '.join(named[:-1])} and {named[-1]}"


def above_air(altitude_km: float | None, eccentricity: float) -> float:
    """Return an eccentricity whose perigee is above the air, else raise a fault."""
    if altitude_km is None:
        return eccentricity
    axis_km = altitude_km + elementsets.RADIUS_WGS72_KM
    perigee_km = axis_km * (1.0 - eccentricity) - elementsets.RADIUS_WGS72_KM
    if perigee_km < MIN_PERIGEE_KM - 1e-6:
        most = 1.0 - (MIN_PERIGEE_KM + elementsets.RADIUS_WGS72_KM) / axis_km
        raise fault(
            f"{eccentricity:g} puts the perigee at {perigee_km:.0f} km; allowed 0 to {most:.4f} "
            f"at altitude_km = {altitude_km:g}, perigee above {MIN_PERIGEE_KM:g} km"
        )
    return eccentricity
