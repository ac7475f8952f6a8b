"""The orbit of a satellite as a scenario names it: one table for each `kind`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    field_validator,
)

from simulator.scenario.designed_orbits import (
    FrozenOrbit,
    InPlaneOrbit,
    RepeatOrbit,
    StreetsOrbit,
)
from simulator.scenario.elements import (
    ARGUMENT_OF_PERIGEE,
    BSTAR,
    INCLINATION,
    RAAN,
    OmmOrbit,
    OrbitTable,
    PropagatedOrbit,
    TleOrbit,
)
from simulator.scenario.ephemeris_orbits import EphemerisOrbit
from simulator.scenario.placed_orbits import (
    ALTITUDE,
    HEIGHT,
    MAX_SUN_SYNCHRONOUS_KM,
    MIN_PERIGEE_KM,
    PlacedOrbit,
    above_air,
    size_faults,
)
from simulator.scenario.spreads import SpreadKeys
from simulator.scenario.table import FromCatalog, known_entry, known_kind, tag_of_kind
from simulator.scenario.units import (
    Altitude,
    Angle,
    Drag,
    Inclination,
    Instant,
    Latitude,
    Longitude,
)
from simulator.scenario.words import Where, fault
from simulator.units import DAY_S

MAX_WALKER_TOTAL = 1_000

PERIGEE = "Height of perigee over 6378.135 km, km."
APOGEE = "Height of apogee over 6378.135 km, km."


class LaunchOrbit(PropagatedOrbit, FromCatalog):
    """The orbit a launch reached or aimed for; every figure may be overridden."""

    catalog_kind: ClassVar[str] = "launches"
    catalog_key: ClassVar[str] = "launch"
    not_from_catalog: ClassVar[frozenset[str]] = frozenset({"kind", "note"})

    kind: Literal["launch"] = Field(description="Orbit reached by a launch of the catalogue.")
    launch: str = Field(description="Catalogue id of the launch.")
    liftoff: Instant = Field(description="Lift-off, with offset; default: the launch's.")
    time_of_flight_s: float = Field(
        ge=0.0, le=DAY_S, description="Lift-off to insertion, seconds; default: the launch's."
    )
    insertion_latitude_deg: Latitude = Field(
        description="Geodetic latitude below the insertion, degrees; default: the launch's."
    )
    insertion_longitude_deg: Longitude = Field(
        description="Longitude below the insertion, degrees east; default: the launch's."
    )
    direction: Literal["ascending", "descending"] = Field(
        description="Heading at insertion: north (ascending) or south; default: the launch's."
    )
    inclination_deg: Inclination = Field(description=INCLINATION + " Default: the launch's.")
    perigee_km: Altitude = Field(description=PERIGEE + " Default: the launch's.")
    apogee_km: Altitude = Field(description=APOGEE + " Default: the launch's.")
    argument_of_perigee_deg: Angle | None = Field(
        default=None,
        description=ARGUMENT_OF_PERIGEE + " Default: the launch's, else perigee at the insertion.",
    )
    bstar: Drag = Field(default=0.0, description=BSTAR)

    @field_validator("launch")
    @classmethod
    def _known_launch(cls, launch: str) -> str:
        return known_entry("launches", launch)

    @field_validator("apogee_km")
    @classmethod
    def _over_perigee(cls, apogee_km: float, info: ValidationInfo) -> float:
        return _over(info.data.get("perigee_km"), apogee_km)

    @field_validator("inclination_deg")
    @classmethod
    def _reaches_insertion(cls, inclination_deg: float, info: ValidationInfo) -> float:
        # A great circle inclined by i reaches latitudes up to i, or 180 - i if it runs westward.
        latitude = abs(info.data.get("insertion_latitude_deg", 0.0))
        if latitude > min(inclination_deg, 180.0 - inclination_deg):
            raise fault(
                f"{inclination_deg:g} keeps the orbit below the insertion at latitude "
                f"{latitude:g}; allowed {latitude:g} to {180.0 - latitude:g}"
            )
        return inclination_deg


class PlaneSpreadOrbit(LaunchOrbit, SpreadKeys):
    """Several satellites of one launch, spread over its plane by drift, named NAME-1 to NAME-total.

    They are let off a little lower or higher, drift ahead or behind, and are brought to the orbit's
    height at their places.
    """

    several: ClassVar[bool] = True

    kind: Literal["plane-spread"] = Field(  # type: ignore[assignment]
        description="Satellites of one launch that spread over its plane by drift."
    )

    @classmethod
    def raw_count(cls, raw: Mapping[str, Any]) -> int | None:
        return raw.get("total")

    def count(self) -> int:
        return self.total

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from super().raw_faults(raw)
        yield from cls.spread_faults(raw)


class KeplerianOrbit(PlacedOrbit):
    """Mean Keplerian elements, by mean altitude or by perigee and apogee."""

    kind: Literal["keplerian"] = Field(description="Mean Keplerian elements.")
    altitude_km: Altitude | None = Field(
        default=None, description=ALTITUDE + " Give it, or perigee_km and apogee_km."
    )
    eccentricity: float | None = Field(
        default=None, ge=0.0, lt=1.0, description="Eccentricity, with altitude_km; default 0."
    )
    perigee_km: Altitude | None = Field(default=None, description=PERIGEE)
    apogee_km: Altitude | None = Field(default=None, description=APOGEE)
    inclination_deg: Inclination = Field(description=INCLINATION)
    raan_deg: Angle = Field(default=0.0, description=RAAN)
    argument_of_perigee_deg: Angle = Field(default=0.0, description=ARGUMENT_OF_PERIGEE)

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        by_altitude, by_perigee = ("altitude_km",), ("perigee_km", "apogee_km")
        present = {key for key in (*by_altitude, *by_perigee) if raw.get(key) is not None}
        # Exactly one way: two that disagree would leave open which one holds.
        if present not in ({*by_altitude}, {*by_perigee}):
            yield (), "give either altitude_km or both perigee_km and apogee_km"
        if "altitude_km" not in present and raw.get("eccentricity") is not None:
            yield ("eccentricity",), "goes with altitude_km; perigee_km and apogee_km imply it"

    @classmethod
    def filled(cls, raw: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Return the orbit, circular if altitude_km comes without eccentricity."""
        circular = {"eccentricity": 0.0} if raw.get("altitude_km") is not None else {}
        # Not a default of the key: with perigee and apogee it must stay absent.
        return {**circular, **raw}

    @field_validator("eccentricity")
    @classmethod
    def _above_air(cls, eccentricity: float | None, info: ValidationInfo) -> float | None:
        return eccentricity and above_air(info.data.get("altitude_km"), eccentricity)

    @field_validator("apogee_km")
    @classmethod
    def _over_perigee(cls, apogee_km: float | None, info: ValidationInfo) -> float | None:
        return apogee_km and _over(info.data.get("perigee_km"), apogee_km)


class SunSynchronousOrbit(PlacedOrbit):
    """An orbit whose node turns with the mean Sun, named by its local time."""

    kind: Literal["sun-synchronous"] = Field(description="Node turning with the mean Sun.")
    altitude_km: float | None = Field(
        default=None,
        ge=MIN_PERIGEE_KM,
        le=MAX_SUN_SYNCHRONOUS_KM,
        description=ALTITUDE + " Give it or height_km.",
    )
    height_km: float | None = Field(
        default=None, ge=MIN_PERIGEE_KM, le=MAX_SUN_SYNCHRONOUS_KM, description=HEIGHT
    )
    eccentricity: float = Field(default=0.0, ge=0.0, lt=1.0, description="Eccentricity.")
    ltan_h: float | None = Field(
        default=None, ge=0.0, lt=24.0, description="Local mean time of the ascending node, hours."
    )
    ltdn_h: float | None = Field(
        default=None, ge=0.0, lt=24.0, description="Local mean time of the descending node, hours."
    )
    argument_of_perigee_deg: Angle = Field(default=0.0, description=ARGUMENT_OF_PERIGEE)

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from size_faults(raw)
        if (raw.get("ltan_h") is None) == (raw.get("ltdn_h") is None):
            yield (), "give exactly one of ltan_h and ltdn_h"

    @field_validator("eccentricity")
    @classmethod
    def _above_air(cls, eccentricity: float, info: ValidationInfo) -> float:
        return above_air(info.data.get("altitude_km"), eccentricity)


class WalkerOrbit(PlacedOrbit):
    """A Walker constellation i: total/planes/phasing, named NAME-1 to NAME-total."""

    kind: Literal["walker-delta", "walker-star"] = Field(
        description="Planes spread over 360 degrees of node (delta) or 180 (star)."
    )
    total: int = Field(ge=1, le=MAX_WALKER_TOTAL, description="Number of satellites.")
    planes: int = Field(ge=1, le=MAX_WALKER_TOTAL, description="Number of planes; divides total.")
    phasing: int = Field(
        ge=0, lt=MAX_WALKER_TOTAL, description="Phase between planes, units of 360/total degrees."
    )
    altitude_km: Altitude = Field(description=ALTITUDE)
    inclination_deg: Inclination = Field(description=INCLINATION)
    raan_deg: Angle = Field(default=0.0, description=RAAN + " Of the first plane.")

    several: ClassVar[bool] = True

    @classmethod
    def raw_count(cls, raw: Mapping[str, Any]) -> int | None:
        return raw.get("total")

    def count(self) -> int:
        return self.total

    @field_validator("planes")
    @classmethod
    def _divides(cls, planes: int, info: ValidationInfo) -> int:
        total = info.data.get("total")
        if total is not None and total % planes:
            divisors = [str(n) for n in range(1, total + 1) if total % n == 0]
            raise fault(f"{planes} does not divide total = {total}; allowed {', '.join(divisors)}")
        return planes

    @field_validator("phasing")
    @classmethod
    def _below_planes(cls, phasing: int, info: ValidationInfo) -> int:
        planes = info.data.get("planes")
        if planes is not None and phasing >= planes:
            raise fault(f"{phasing} is not below planes = {planes}; allowed 0 to {planes - 1}")
        return phasing


def _over(perigee_km: float | None, apogee_km: float) -> float:
    if perigee_km is not None and apogee_km < perigee_km:
        raise fault(f"{apogee_km:g} is below perigee_km = {perigee_km:g}")
    return apogee_km


def raw_count(raw: Any) -> int | None:
    """Return how many numbered satellites a raw table of an orbit makes; None for one, named.

    The table may have been made already.
    """
    if isinstance(raw, OrbitTable):
        return raw.count() if raw.several else None
    table = _BY_KIND.get(str(raw.get("kind"))) if isinstance(raw, Mapping) else None
    return table.raw_count(raw) if table else None


_BY_KIND: Mapping[str, type[OrbitTable]] = {
    "launch": LaunchOrbit,
    "plane-spread": PlaneSpreadOrbit,
    "keplerian": KeplerianOrbit,
    "sun-synchronous": SunSynchronousOrbit,
    "walker-delta": WalkerOrbit,
    "walker-star": WalkerOrbit,
    "repeat-ground-track": RepeatOrbit,
    "frozen": FrozenOrbit,
    "in-plane": InPlaneOrbit,
    "streets-of-coverage": StreetsOrbit,
    "tle": TleOrbit,
    "omm": OmmOrbit,
    "ephemeris": EphemerisOrbit,
}

Orbit = Annotated[
    Annotated[LaunchOrbit, Tag("\0LaunchOrbit")]
    | Annotated[PlaneSpreadOrbit, Tag("\0PlaneSpreadOrbit")]
    | Annotated[KeplerianOrbit, Tag("\0KeplerianOrbit")]
    | Annotated[SunSynchronousOrbit, Tag("\0SunSynchronousOrbit")]
    | Annotated[WalkerOrbit, Tag("\0WalkerOrbit")]
    | Annotated[RepeatOrbit, Tag("\0RepeatOrbit")]
    | Annotated[FrozenOrbit, Tag("\0FrozenOrbit")]
    | Annotated[InPlaneOrbit, Tag("\0InPlaneOrbit")]
    | Annotated[StreetsOrbit, Tag("\0StreetsOrbit")]
    | Annotated[TleOrbit, Tag("\0TleOrbit")]
    | Annotated[OmmOrbit, Tag("\0OmmOrbit")]
    | Annotated[EphemerisOrbit, Tag("\0EphemerisOrbit")],
    Discriminator(tag_of_kind(_BY_KIND)),
    BeforeValidator(known_kind(_BY_KIND, "orbit")),
]
