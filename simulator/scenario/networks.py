"""Ground networks of a scenario: stations and relays that serve headquarters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from simulator import catalog, zones
from simulator.errors import nearest_hint
from simulator.scenario.hosts import Host
from simulator.scenario.links import Band, CrosslinkTable, Receiver, Receivers
from simulator.scenario.places import swap_faults
from simulator.scenario.table import CatalogTable, faults_at, from_id, name_faults
from simulator.scenario.units import (
    Elevation,
    Height,
    Instant,
    Latitude,
    Longitude,
    Name,
    Rate,
    TimeZone,
)
from simulator.scenario.words import Where, fault, shown
from simulator.units import DAY_S, HOUR_S

Role = Literal["command", "downlink"]
BOTH_ROLES: tuple[Role, ...] = ("command", "downlink")
MAX_MEMBERS = 1_000

_Hour = Annotated[float, Field(ge=0.0, le=24.0)]


class _Member(CatalogTable):
    name: Name = Field(description="Name, unlike any other member's of the network.")
    roles: tuple[Role, ...] = Field(
        default=BOTH_ROLES, description="What it does for the network: command, downlink, or both."
    )
    max_rate_mbps: Rate | None = Field(
        default=None, description="Greatest rate it receives, Mbit/s; absent: the satellite's."
    )
    acquisition_s: float = Field(
        default=0.0, ge=0.0, le=HOUR_S, description="Time at the start of a contact without data."
    )
    forwarding_delay_s: float = Field(
        default=0.0, ge=0.0, le=604_800.0, description="From here to headquarters, seconds."
    )

    min_contact_s: float = Field(
        default=0.0,
        ge=0.0,
        le=DAY_S,
        description="Least length of a contact, seconds, by what of it lies within the span; a "
        "shorter one is none.",
    )

    availability: float = Field(
        default=1.0,
        gt=0.0,
        le=1.0,
        description="Share of its contacts that the host grants, drawn by the scenario's seed.",
    )
    receivers: Receivers = Field(
        default=(), description="What it receives with, one a band; absent: any band."
    )
    hours_utc: tuple[tuple[_Hour, _Hour], ...] | None = Field(
        default=None,
        description="Hours [from, to] of the day, UTC, at which it works; from above to runs over "
        "midnight; absent: all.",
    )
    from_utc: Instant | None = Field(
        default=None,
        description="When it begins to work for the network; absent: it did before the span.",
    )
    until_utc: Instant | None = Field(
        default=None,
        description="When it ends to work for the network, as when a host withdraws; absent: not "
        "within the span.",
    )

    def receives(self, band: Band) -> bool:
        """Whether it can receive a band."""
        return not self.receivers or self.receiver(band) is not None

    def receiver(self, band: Band) -> Receiver | None:
        """Return its receiver of a band; None also where it has no receiver tables."""
        return next((r for r in self.receivers if r.band == band), None)

    @field_validator("roles")
    @classmethod
    def _some_role(cls, roles: tuple[Role, ...]) -> tuple[Role, ...]:
        if not roles or len(set(roles)) < len(roles):
            raise fault(f"{list(roles)} must name command, downlink, or both, once each")
        return roles

    @field_validator("hours_utc")
    @classmethod
    def _sound_hours(
        cls, hours: tuple[tuple[float, float], ...] | None
    ) -> tuple[tuple[float, float], ...] | None:
        if hours == ():
            raise fault("is empty; leave it out, or give at least one [from, to]")
        problems: list[tuple[Where, str]] = [
            ((index,), f"[{start:g}, {end:g}] has no length; all day is [0, 24]")
            for index, (start, end) in enumerate(hours or ())
            if start == end or (start, end) == (24.0, 0.0)
        ]
        if problems:
            raise faults_at(problems, hours)
        return hours

    @field_validator("until_utc")
    @classmethod
    def _ends_later(cls, until: datetime | None, info: ValidationInfo) -> datetime | None:
        begins = info.data.get("from_utc")
        if until is not None and begins is not None and until <= begins:
            raise fault(f"{shown(until)} is not after from_utc, {shown(begins)}")
        return until


class Station(_Member):
    """A ground station."""

    catalog_kind: ClassVar[str] = "stations"

    latitude_deg: Latitude = Field(description="Geodetic latitude, degrees.")
    longitude_deg: Longitude = Field(description="Longitude, degrees east.")
    height_m: Height = Field(default=0.0, description="Height over the ellipsoid, metres.")
    min_elevation_deg: Elevation = Field(
        default=5.0, description="Least elevation of a satellite in contact, degrees."
    )
    min_culmination_deg: Elevation | None = Field(
        default=None,
        description="Least elevation that a pass must reach, degrees, to be used, from "
        "min_elevation_deg up, by what of it lies within the span; absent: every pass is.",
    )
    horizon_mask_deg: (
        tuple[tuple[Annotated[float, Field(ge=0.0, le=360.0)], Elevation], ...] | None
    ) = Field(
        default=None,
        description="Points [azimuth, elevation], degrees, of the skyline, by rising azimuth; one "
        "at 360 repeats that at 0; min_elevation_deg holds besides.",
    )
    horizon_mask_kind: Literal["steps", "straight"] | None = Field(
        default=None,
        description="How the skyline goes between its points: steps (each elevation holds from its "
        "azimuth to the next) or straight (in straight lines of azimuth and elevation, closed over "
        "north); default straight where a point at 360 closes it, else steps.",
    )
    antennas: int | None = Field(
        default=None,
        ge=1,
        le=1_000,
        description="How many satellites it serves at once; absent: any number.",
    )

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from swap_faults(raw)
        if raw.get("horizon_mask_kind") is not None and raw.get("horizon_mask_deg") is None:
            yield ("horizon_mask_kind",), "stands without horizon_mask_deg, the points it is about"

    @classmethod
    def filled(cls, raw: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Return the station with the kind of its skyline stated where it has one."""
        filled = super().filled(raw, info)
        mask = filled.get("horizon_mask_deg")
        if isinstance(mask, Sequence) and mask and filled.get("horizon_mask_kind") is None:
            closed = isinstance(mask[-1], Sequence) and tuple(mask[-1][:1]) == (360.0,)
            filled["horizon_mask_kind"] = "straight" if closed else "steps"
        return filled

    @field_validator("horizon_mask_deg")
    @classmethod
    def _rising_azimuths(
        cls, mask: tuple[tuple[float, float], ...] | None
    ) -> tuple[tuple[float, float], ...] | None:
        if mask == ():
            raise fault("is empty; leave it out, or give at least one [azimuth, elevation]")
        azimuths = [azimuth for azimuth, _ in mask or ()]
        if any(later <= earlier for earlier, later in pairwise(azimuths)):
            raise fault("has azimuths out of order; each must be above the one before")
        if mask and (azimuths[0], azimuths[-1]) == (0.0, 360.0) and mask[0][1] != mask[-1][1]:
            raise fault(
                f"has {mask[-1][1]:g} at azimuth 360 and {mask[0][1]:g} at 0, which are one; "
                "give both the same elevation, or leave out 360"
            )
        return mask


class Relay(_Member):
    """A geostationary relay: a bent pipe to headquarters."""

    catalog_kind: ClassVar[str] = "relays"

    longitude_deg: Longitude = Field(description="Longitude of its place, degrees east.")
    grazing_height_km: float = Field(
        default=100.0,
        ge=0.0,
        le=2_000.0,
        description="Least height of the link over the ellipsoid, km.",
    )
    max_gimbal_deg: float | None = Field(
        default=None,
        gt=0.0,
        le=180.0,
        description="Greatest angle of the relay's antenna from nadir, degrees; absent: no limit.",
    )
    max_users: int | None = Field(
        default=None,
        ge=1,
        le=1_000,
        description="How many satellites it serves at once; absent: any number.",
    )


class Headquarters(CatalogTable):
    """Where the pictures must go."""

    catalog_kind: ClassVar[str] = "stations"

    name: Name = Field(description="Name of the place.")
    latitude_deg: Latitude = Field(description="Geodetic latitude, degrees.")
    longitude_deg: Longitude = Field(description="Longitude, degrees east.")
    time_zone: TimeZone | None = Field(
        default=None,
        description="Zone of its clocks: an IANA name, such as Asia/Taipei, or an offset, such as "
        "UTC+08:00; absent: of a station of the catalogue that of its country, else the whole hour "
        "nearest to its longitude.",
    )

    @classmethod
    def catalog_values(cls, entry_id: str) -> dict[str, Any]:
        """Return a catalogue station's values, with the zone of its country where it has none."""
        values = super().catalog_values(entry_id)
        country = catalog.get(cls.catalog_kind, entry_id).values.get("country")
        if values.get("time_zone") is None and country is not None:
            place_deg = float(values["latitude_deg"]), float(values["longitude_deg"])
            values["time_zone"] = zones.of_country(str(country), *place_deg)
        return values

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from swap_faults(raw)


class Network(CatalogTable):
    """A named set of stations and relays, and of links between satellites, for headquarters."""

    catalog_kind: ClassVar[str] = "networks"

    name: Name = Field(description="Name, unlike any other network's.")
    headquarters: (
        Annotated[
            Headquarters,
            BeforeValidator(from_id(Headquarters), json_schema_input_type=str | Headquarters),
        ]
        | None
    ) = Field(
        default=None,
        description="Where pictures count as delivered: a table, or the catalogue id of a station. "
        "It sets the clock and the centre of figures, and no number.",
    )
    stations: tuple[
        Annotated[Station, BeforeValidator(from_id(Station), json_schema_input_type=str | Station)],
        ...,
    ] = Field(
        default=(), max_length=MAX_MEMBERS, description="Ground stations: tables or catalogue ids."
    )
    relays: tuple[
        Annotated[Relay, BeforeValidator(from_id(Relay), json_schema_input_type=str | Relay)], ...
    ] = Field(
        default=(),
        validate_default=True,
        max_length=MAX_MEMBERS,
        description="Relay satellites: tables or catalogue ids.",
    )
    crosslinks: CrosslinkTable | None = Field(
        default=None,
        description="Links between the satellites, of which any may carry another's pictures: a "
        "table; absent: none.",
    )

    host: Host | None = Field(
        default=None,
        description="What who runs some of its members does to the guest: a table; absent: "
        "nothing.",
    )

    def without_budget(self, band: Band) -> tuple[str, ...]:
        """Return the names of members that receive a band, but lack what a link budget needs."""
        return tuple(
            member.name
            for member in (*self.stations, *self.relays)
            if "downlink" in member.roles
            and member.receives(band)
            and not ((receiver := member.receiver(band)) and receiver.has_budget)
        )

    @classmethod
    def catalog_values(cls, entry_id: str) -> dict[str, Any]:
        """Return a catalogue network's members, each with what the network sets differently."""
        values = super().catalog_values(entry_id)
        entry = catalog.get("networks", entry_id)
        overrides = entry.values.get("overrides", {})
        own = overrides if isinstance(overrides, Mapping) else {}
        for key in ("stations", "relays"):
            ids = values.get(key, ())
            values[key] = tuple({"catalog": member, **own.get(member, {})} for member in ids)
        return values

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from name_faults(raw, "stations", "relays")

    @field_validator("host")
    @classmethod
    def _runs_members(cls, host: Host | None, info: ValidationInfo) -> Host | None:
        if host is None or host.members is None or "relays" not in info.data:
            return host
        names = [member.name for member in (*info.data.get("stations", ()), *info.data["relays"])]
        strangers = [
            (("members", number), f"{shown(name)} is no member{nearest_hint(name, names)}")
            for number, name in enumerate(host.members)
            if name not in names
        ]
        if strangers:
            raise faults_at(strangers, host)
        return host

    @field_validator("relays")
    @classmethod
    def _some_downlink(cls, relays: tuple[Relay, ...], info: ValidationInfo) -> tuple[Relay, ...]:
        members = (*info.data.get("stations", ()), *relays)
        if "stations" in info.data and not any("downlink" in m.roles for m in members):
            raise fault("no relay and no station has the role downlink; a network needs one")
        return relays
