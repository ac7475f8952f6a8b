"""A satellite of a scenario: what it sees with, sends with, and how it flies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from simulator.scenario.links import Transmitters
from simulator.scenario.orbits import MAX_WALKER_TOTAL, Orbit, raw_count
from simulator.scenario.table import NOTE, CatalogTable, ScenarioTable, from_id, item_names
from simulator.scenario.units import Elevation, Name, Note, Rate
from simulator.scenario.words import Where, fault
from simulator.units import DAY_S, HOUR_S


class SensorKind(NamedTuple):
    """What a kind of sensor asks of a look, and what may be said of its pictures."""

    needs_daylight: bool
    has_niirs: bool


# A further kind is its row here and in the choices of `Sensor.kind`.
SENSOR_KINDS: Mapping[str, SensorKind] = {
    "optical": SensorKind(needs_daylight=True, has_niirs=True),
    "radar": SensorKind(needs_daylight=False, has_niirs=False),
}
_DAYLIGHT_DEG = 10.0


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
    max_sun_elevation_deg: float | None = Field(
        default=None,
        ge=-90.0,
        le=90.0,
        description="Greatest elevation of the Sun at the target, degrees, as for lights at night; "
        "absent: no limit, and none of the least unless given.",
    )
    min_access_s: float = Field(
        default=0.0,
        ge=0.0,
        le=DAY_S,
        description="Least length of an access, seconds, by what of it lies within the span; a "
        "shorter one is none. Where a held strip sweeps over a place is an instant, and counts.",
    )
    satellite_lighting: Literal["any", "sunlit", "not-umbra"] = Field(
        default="any", description="Light the satellite needs: any, sunlit (no shadow), not-umbra."
    )
    max_gsd_m: float | None = Field(
        default=None, gt=0.0, description="Greatest sample distance on the ground, metres."
    )
    side: Literal["left", "right"] | None = Field(
        default=None, description="Side of the track it looks to: left, right; absent: both."
    )
    min_niirs: float | None = Field(
        default=None,
        gt=0.0,
        le=9.0,
        description="Least interpretability of a look, NIIRS as GIQE-5 predicts it.",
    )
    relative_edge_response: float | None = Field(
        default=None,
        gt=0.0,
        le=2.0,
        description="Relative edge response of an optical sensor, a term of GIQE-5: how much of "
        "an edge is crossed within a pixel; of two axes the cube root of the greater times the "
        "square of the smaller; default 0.35 (assumed).",
    )
    signal_to_noise: float | None = Field(
        default=None,
        gt=0.0,
        le=100_000.0,
        description="Signal to noise of an optical sensor, a term of GIQE-5; default 50 (assumed).",
    )
    slant_resolution_m: float | None = Field(
        default=None,
        ge=0.001,
        le=10_000.0,
        description="Resolution of a radar along its line of sight, metres; on the ground it is "
        "that by the sine of the incidence, and gsd_m is its resolution along the track, "
        "whatever the range. Absent: gsd_m grows with range as that of an optical sensor.",
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

    collection_s: float = Field(
        default=0.0,
        ge=0.0,
        le=HOUR_S,
        description="Time a picture takes, seconds, centred on its best look; it is taken when "
        "that is over.",
    )

    _PICTURE_KEYS: ClassVar = ("picture_length_km", "bits_per_pixel", "compression", "bands")

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        described = [key for key in cls._PICTURE_KEYS if raw.get(key) is not None]
        if raw.get("picture_mbit") is not None and described:
            yield ("picture_mbit",), f"stands beside {described[0]}, which it replaces; keep one"

    @classmethod
    def filled(cls, raw: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Return the sensor with defaults of its kind, its picture described in one way only."""
        filled = super().filled(raw, info)
        # What the file says itself wins over what the catalogue entry says in the other way.
        if any(raw.get(key) is not None for key in cls._PICTURE_KEYS):
            filled["picture_mbit"] = raw.get("picture_mbit")
        if raw.get("picture_mbit") is not None:
            filled |= {key: raw.get(key) for key in cls._PICTURE_KEYS}
        kind = SENSOR_KINDS.get(str(filled.get("kind")))
        if kind and kind.needs_daylight and filled.get("max_sun_elevation_deg") is None:
            filled.setdefault("min_sun_elevation_deg", _DAYLIGHT_DEG)
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

    @field_validator("max_sun_elevation_deg")
    @classmethod
    def _above_least_sun(cls, most: float | None, info: ValidationInfo) -> float | None:
        least = info.data.get("min_sun_elevation_deg")
        if most is not None and least is not None and most <= least:
            raise fault(f"{most:g} is not above min_sun_elevation_deg = {least:g}")
        return most

    @field_validator("min_niirs")
    @classmethod
    def _of_optical_looks(cls, least: float | None, info: ValidationInfo) -> float | None:
        kind = info.data.get("kind")
        if least is not None and kind and not SENSOR_KINDS[kind].has_niirs:
            raise fault(
                f"{least:g} is asked of a {kind}, whose looks have no NIIRS: GIQE-5 predicts that "
                "of optical ones; give max_gsd_m"
            )
        return least

    @field_validator("relative_edge_response", "signal_to_noise")
    @classmethod
    def _term_of_optical(cls, value: float | None, info: ValidationInfo) -> float | None:
        kind = info.data.get("kind")
        if value is not None and kind and not SENSOR_KINDS[kind].has_niirs:
            raise fault(f"{value:g} is a term of GIQE-5, which is of optical looks, not a {kind}'s")
        return value

    @field_validator("slant_resolution_m")
    @classmethod
    def _of_a_radar(cls, value: float | None, info: ValidationInfo) -> float | None:
        kind = info.data.get("kind")
        if value is not None and kind and SENSOR_KINDS[kind].has_niirs:
            raise fault(f"{value:g} is of a radar; the sensor is {kind}: gsd_m says what it tells")
        if value is not None and info.data.get("max_gsd_m") is not None:
            raise fault(
                f"{value:g} stands beside max_gsd_m, which bounds range: on the ground a radar is "
                "finest far from nadir; bound it by min_off_nadir_deg"
            )
        return value

    @property
    def has_niirs(self) -> bool:
        """Whether GIQE-5 predicts an interpretability of its pictures, as of optical ones."""
        return SENSOR_KINDS[self.kind].has_niirs

    @property
    def picture_bits(self) -> float:
        """Size of one picture as stored and sent, bits."""
        if self.picture_mbit is not None:
            return self.picture_mbit * 1e6
        length_km = self.picture_length_km or self.swath_km
        pixels = self.swath_km * 1e3 * length_km * 1e3 / self.gsd_m**2
        depth = (self.bits_per_pixel or 10) * (self.bands or 1)
        return pixels * depth / (self.compression or 4.0)


class Satellite(ScenarioTable):
    """One satellite, or one constellation if its orbit is a pattern of several."""

    name: Name = Field(description="Name, unlike any other satellite's.")
    sensor: Annotated[
        Sensor, BeforeValidator(from_id(Sensor), json_schema_input_type=str | Sensor)
    ] = Field(description="Sensor: a table, or a catalogue id.")
    downlink_rate_mbps: Rate | None = Field(
        default=None,
        description="Rate to the ground, Mbit/s, in whatever band; give it or transmitters.",
    )
    transmitters: Transmitters = Field(
        default=(), description="Transmitters, one a band; give them or downlink_rate_mbps."
    )
    recorder_gbit: float | None = Field(
        default=None,
        ge=0.0,
        le=1e9,
        description="Size of the recorder, Gbit; absent: unlimited.",
    )
    collection: Literal["store-and-forward", "real-time"] = Field(
        default="store-and-forward",
        description="store-and-forward, or real-time: no recorder; a picture is sent while a "
        "contact is open as it is taken, or lost.",
    )
    image_while_downlinking: bool = Field(
        default=True, description="Whether it can take a picture while it sends another."
    )
    max_pictures_per_orbit: int | None = Field(
        default=None, ge=1, le=100_000, description="Most pictures an orbit; absent: no limit."
    )
    max_imaging_min_per_orbit: float | None = Field(
        default=None, gt=0.0, description="Most time imaging an orbit, minutes; absent: no limit."
    )
    max_downlink_min_per_orbit: float | None = Field(
        default=None, gt=0.0, description="Most time sending an orbit, minutes; absent: no limit."
    )
    slew_rate_deg_s: float | None = Field(
        default=None,
        gt=0.0,
        le=90.0,
        description="Rate it turns at from one target to the next, degrees a second; absent: "
        "no limit.",
    )
    settling_s: float = Field(
        default=0.0, ge=0.0, le=HOUR_S, description="Time to settle after a turn, seconds."
    )
    held_roll_deg: float | None = Field(
        default=None,
        ge=-89.0,
        le=89.0,
        description="Roll held where a region's look is swath, degrees, positive to the right of "
        "the motion; default: nadir, or the middle of what the sensor reaches on its side.",
    )
    orbit: Orbit = Field(description="Orbit: a table with its kind.")
    note: Note = Field(default="", description=NOTE)

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        # An empty list is what a satellite of one rate is written out with.
        if (raw.get("downlink_rate_mbps") is None) == (raw.get("transmitters") in (None, ())):
            yield (), "give exactly one of downlink_rate_mbps and transmitters"
        if raw.get("collection") != "real-time":
            return
        if raw.get("recorder_gbit") is not None:
            yield ("recorder_gbit",), "stands beside collection = 'real-time': without a recorder"
        if raw.get("image_while_downlinking") is False:
            yield (
                ("image_while_downlinking",),
                "false leaves no picture with collection = 'real-time', which sends each as taken; "
                "allowed true",
            )

    @property
    def real_time(self) -> bool:
        """Whether a picture is sent as it is taken or lost, for want of a recorder."""
        return self.collection == "real-time"

    @property
    def strip_roll_deg(self) -> float:
        """Roll at which a strip is imaged without pointing, degrees, positive to the right."""
        if self.held_roll_deg is not None:
            return self.held_roll_deg
        sensor = self.sensor
        if sensor.min_off_nadir_deg == 0.0 and sensor.side is None:
            return 0.0
        middle = 0.5 * (sensor.min_off_nadir_deg + sensor.max_off_nadir_deg)
        return -middle if sensor.side == "left" else middle

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the satellites flown: its own, or NAME-1 to NAME-total of a constellation."""
        if self.orbit.several:
            return tuple(f"{self.name}-{n}" for n in range(1, self.orbit.count() + 1))
        return (self.name,)


def flown_names(item: Any) -> tuple[str, ...]:
    """Return the names of the satellites a raw table makes: several for a constellation."""
    total = raw_count(item.get("orbit")) if isinstance(item, Mapping) else None
    if not isinstance(total, int) or not 0 < total <= MAX_WALKER_TOTAL:
        return item_names(item)
    return tuple(f"{name}-{n}" for name in item_names(item) for n in range(1, total + 1))
