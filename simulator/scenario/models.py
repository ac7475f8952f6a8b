"""What a scenario is made of, as validated tables; every quantity has its unit in its name.

Where a catalogue id may stand for a table, the table is built from the entry on validation and
keeps the id in `catalog`, so that nothing downstream has to look anything up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from simulator.errors import nearest_hint
from simulator.scenario.networks import Network
from simulator.scenario.orbits import MAX_WALKER_TOTAL, Orbit
from simulator.scenario.places import Region, Target
from simulator.scenario.sweeps import SweepTable
from simulator.scenario.table import NOTE, CatalogTable, Table, from_id, item_names, name_faults
from simulator.scenario.units import Elevation, Instant, Line, Name, Note, Rate
from simulator.scenario.words import Where, fault, shown

SCHEMA_VERSION = 1
MAX_SPAN_DAYS = 3_660
MAX_SATELLITES = 5_000
DAY_S = 86_400.0


class Span(Table):
    """The stretch of time studied, [start, end)."""

    start: Instant = Field(description="First instant, with offset.")
    days: float | None = Field(
        default=None, gt=0.0, le=MAX_SPAN_DAYS, description="Length, days; give it or end."
    )
    end: Instant | None = Field(
        default=None, description="Last instant, with offset; give it or days."
    )
    ut1_minus_utc_s: float | None = Field(
        default=None,
        ge=-60.0,
        le=60.0,
        description="UT1 less UTC, seconds, for the whole span; default: from the table.",
    )

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        if (raw.get("days") is None) == (raw.get("end") is None):
            yield (), "give exactly one of days and end"

    @field_validator("days")
    @classmethod
    def _some_time(cls, days: float | None) -> float | None:
        if days is not None and days * DAY_S < 1.0:
            raise fault(f"{days:g} is under a second; allowed one second to {MAX_SPAN_DAYS} days")
        return days

    @field_validator("end")
    @classmethod
    def _after_start(cls, end: datetime | None, info: ValidationInfo) -> datetime | None:
        start = info.data.get("start")
        if end is None or start is None:
            return end
        if end < start + timedelta(seconds=1):
            raise fault(f"{shown(end)} is not after start = {shown(start)}")
        if end - start > timedelta(days=MAX_SPAN_DAYS):
            raise fault(
                f"{shown(end)} is {(end - start).days} days after start; allowed up to "
                f"{MAX_SPAN_DAYS} days"
            )
        return end


class Sensor(CatalogTable):
    """What a satellite sees with, and how large a picture is."""

    catalog_kind: ClassVar[str] = "sensors"

    kind: Literal["optical", "radar"] = Field(description="Optical or radar.")
    gsd_m: float = Field(
        ge=0.001, le=10_000.0, description="Ground sample distance at nadir, metres."
    )
    reference_altitude_km: float = Field(
        ge=100.0, le=100_000.0, description="Height at which gsd_m and swath_km hold, km."
    )
    swath_km: float = Field(ge=0.001, le=10_000.0, description="Swath at nadir, km.")
    min_off_nadir_deg: float = Field(
        default=0.0, ge=0.0, lt=90.0, description="Least off-nadir angle, degrees."
    )
    max_off_nadir_deg: float = Field(
        gt=0.0, le=90.0, description="Greatest off-nadir angle, degrees (half-angle)."
    )
    min_elevation_deg: Elevation = Field(
        default=5.0, description="Least elevation of the satellite at the target, degrees."
    )
    min_sun_elevation_deg: float | None = Field(
        default=None,
        ge=-90.0,
        le=90.0,
        description="Least elevation of the Sun at the target, degrees; optical 10, radar none.",
    )
    satellite_lighting: Literal["any", "sunlit", "not-umbra"] = Field(
        default="any", description="Light the satellite needs: any, sunlit (no shadow), not-umbra."
    )
    max_gsd_m: float | None = Field(
        default=None, gt=0.0, description="Greatest sample distance on the ground, metres."
    )
    picture_length_km: float | None = Field(
        default=None,
        ge=0.001,
        le=50_000.0,
        description="Length of a picture, km; default swath_km.",
    )
    bits_per_pixel: int | None = Field(
        default=None, ge=1, le=64, description="Bits a pixel and band; default 10."
    )
    compression: float | None = Field(
        default=None, ge=1.0, le=1_000.0, description="Compression ratio; default 4."
    )
    bands: int | None = Field(
        default=None, ge=1, le=1_000, description="Spectral bands; default 1."
    )
    picture_mbit: float | None = Field(
        default=None, ge=1e-6, le=1e9, description="Size of a picture, Mbit, if not to be computed."
    )

    _PICTURE_KEYS: ClassVar = ("picture_length_km", "bits_per_pixel", "compression", "bands")

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        given = [key for key in cls._PICTURE_KEYS if raw.get(key) is not None]
        if raw.get("picture_mbit") is not None and given:
            yield ("picture_mbit",), f"stands beside {given[0]}, which it replaces; keep one"

    @classmethod
    def filled(cls, raw: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Return the sensor with defaults of its kind, its picture described in one way only."""
        filled = super().filled(raw, info)
        if any(raw.get(key) is not None for key in cls._PICTURE_KEYS):
            filled["picture_mbit"] = raw.get("picture_mbit")
        if raw.get("picture_mbit") is not None:
            filled |= {key: raw.get(key) for key in cls._PICTURE_KEYS}
        if filled.get("kind") == "optical":
            filled.setdefault("min_sun_elevation_deg", 10.0)
        if filled.get("picture_mbit") is None:
            defaults = {"bits_per_pixel": 10, "compression": 4.0, "bands": 1}
            filled = {"picture_length_km": filled.get("swath_km"), **defaults, **filled}
        return filled

    @field_validator("max_off_nadir_deg")
    @classmethod
    def _above_least(cls, most: float, info: ValidationInfo) -> float:
        least = info.data.get("min_off_nadir_deg")
        if least is not None and most <= least:
            raise fault(f"{most:g} is not above min_off_nadir_deg = {least:g}")
        return most

    @property
    def picture_bits(self) -> float:
        """Size of one picture as stored and sent, bits."""
        if self.picture_mbit is not None:
            return self.picture_mbit * 1e6
        length_km = self.picture_length_km or self.swath_km
        pixels = self.swath_km * 1e3 * length_km * 1e3 / self.gsd_m**2
        depth = (self.bits_per_pixel or 10) * (self.bands or 1)
        return pixels * depth / (self.compression or 4.0)


class Satellite(Table):
    """One satellite, or one constellation if its orbit is a Walker pattern."""

    name: Name = Field(description="Name, unlike any other satellite's.")
    sensor: Annotated[
        Sensor, BeforeValidator(from_id(Sensor), json_schema_input_type=str | Sensor)
    ] = Field(description="Sensor: a table, or a catalogue id.")
    downlink_rate_mbps: Rate = Field(description="Rate to the ground, Mbit/s.")
    recorder_gbit: float | None = Field(
        default=None,
        ge=0.0,
        le=1e9,
        description="Size of the recorder, Gbit; absent: unlimited.",
    )
    orbit: Orbit = Field(description="Orbit: a table told by its kind.")
    note: Note = Field(default="", description=NOTE)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the satellites flown: its own, or NAME-1 to NAME-total of a constellation."""
        if self.orbit.kind in ("walker-delta", "walker-star"):
            return tuple(f"{self.name}-{n}" for n in range(1, self.orbit.count() + 1))
        return (self.name,)


class Figures(Table):
    """How figures are counted."""

    revisit_rule: Literal["stk", "tatc", "interior"] = Field(
        default="stk",
        description="Gaps that count: stk (both end gaps too), tatc, interior (between accesses).",
    )


def _flown_names(item: Any) -> tuple[str, ...]:
    """Return the names of the satellites a raw table makes: several for a Walker orbit."""
    orbit = item.get("orbit") if isinstance(item, Mapping) else None
    if not isinstance(orbit, Mapping) or not str(orbit.get("kind")).startswith("walker-"):
        return item_names(item)
    total = orbit.get("total")
    if not isinstance(total, int) or not 0 < total <= MAX_WALKER_TOTAL:
        return item_names(item)
    return tuple(f"{name}-{n}" for name in item_names(item) for n in range(1, total + 1))


class Scenario(Table):
    """One study: what flies, what it looks at, who listens, and for how long."""

    schema_version: int = Field(
        ge=SCHEMA_VERSION, le=SCHEMA_VERSION, description="Version of this file's form: 1."
    )
    title: Line = Field(description="What the study is called.")
    question: Note = Field(default="", description="The question the study answers.")
    note: Note = Field(default="", description=NOTE)
    span: Span = Field(description="The stretch of time studied.")
    satellites: tuple[Satellite, ...] = Field(
        max_length=1_000, description="Satellites and constellations; at least one."
    )
    targets: tuple[
        Annotated[Target, BeforeValidator(from_id(Target), json_schema_input_type=str | Target)],
        ...,
    ] = Field(
        default=(), max_length=10_000, description="Places to look at: tables or catalogue ids."
    )
    regions: tuple[Region, ...] = Field(
        default=(), validate_default=True, max_length=100, description="Areas studied on a grid."
    )
    networks: tuple[
        Annotated[Network, BeforeValidator(from_id(Network), json_schema_input_type=str | Network)],
        ...,
    ] = Field(default=(), max_length=100, description="Ground networks: tables or catalogue ids.")
    baseline: Name | None = Field(
        default=None,
        description="Name of the network the others are compared with; default: the first.",
    )
    figures: Figures = Field(
        default_factory=Figures, description="How figures are counted: a table."
    )
    sweep: SweepTable | None = Field(
        default=None, description="What a sweep of the scenario varies: a table."
    )

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from name_faults(raw, "satellites", names_of=_flown_names)
        for key in ("targets", "regions", "networks"):
            yield from name_faults(raw, key)

    @field_validator("satellites")
    @classmethod
    def _some_satellite(cls, satellites: tuple[Satellite, ...]) -> tuple[Satellite, ...]:
        count = sum(satellite.orbit.count() for satellite in satellites)
        if not 0 < count <= MAX_SATELLITES:
            raise fault(f"make {count} satellites; allowed 1 to {MAX_SATELLITES}")
        return satellites

    @field_validator("regions")
    @classmethod
    def _something_to_see(
        cls, regions: tuple[Region, ...], info: ValidationInfo
    ) -> tuple[Region, ...]:
        if not regions and info.data.get("targets") == ():
            raise fault("no region and no target: nothing to look at; give at least one")
        return regions

    @field_validator("baseline")
    @classmethod
    def _is_network(cls, baseline: str | None, info: ValidationInfo) -> str | None:
        if baseline is None or "networks" not in info.data:
            return baseline
        names = [network.name for network in info.data["networks"]]
        if baseline not in names:
            raise fault(
                f"{shown(baseline)} is no network of this scenario{nearest_hint(baseline, names)}"
            )
        return baseline

    def resolve(self) -> Scenario:
        """Return the same scenario with nothing left to the catalogue or to a default.

        Catalogue names become tables; only a launch keeps its id, beside all its figures.
        """
        first = self.networks[0].name if self.networks else None
        scenario = self.resolved(self.span.start)
        return scenario.model_copy(update={"baseline": self.baseline or first})
