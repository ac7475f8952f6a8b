"""What a statement can be checked by: a closed list of kinds, each a table of what it is given.

A key of a check may also stand in the statement's own table, where it is what was said; in the
check it is what the check assumes. `CHECKS` has every kind by its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from simulator.claims.check_tables import (
    ORBIT,
    PLACE,
    SAID_TO,
    WITHIN,
    Day,
    Days,
    Degrees,
    ElementsId,
    Hours,
    Instants,
    Km,
    Mbps,
    Metres,
    NeedId,
    NetworkId,
    Orbit,
    OrbitCheck,
    Place,
    PlacedCheck,
    Seconds,
    SensorId,
    aware,
    order_faults,
)
from simulator.scenario import Instant, ScenarioTable, TimeZone, Where

_LONGEST = timedelta(days=60)


class PassCheck(PlacedCheck):
    """The satellite passes a place at the instants said."""

    kind: Literal["pass"]
    begin: Instants | None = Field(default=None, description="When passes were said to begin.")
    instant: Instants | None = Field(
        default=None, description="When the satellite was said to be closest."
    )
    end: Instants | None = Field(default=None, description="When passes were said to end.")
    elevation_deg: Degrees = Field(
        default=0.0, description="Elevation at which a pass begins and ends, degrees."
    )
    within_s: Seconds = Field(default=60.0, description=WITHIN)
    said_to_s: Seconds = Field(default=0.0, description=SAID_TO)

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from super().raw_faults(raw)
        if all(raw.get(key) is None for key in ("begin", "instant", "end")):
            yield ("instant",), "is missing: give begin, instant or end"


class PicturedCheck(OrbitCheck):
    """Places could be pictured at an instant, or between two."""

    kind: Literal["pictured"]
    targets: tuple[Place, ...] = Field(default=(), max_length=50, description="Places, several.")
    target: Place | None = Field(default=None, description=PLACE)
    instant: Instant | None = Field(default=None, description="When it was said to be taken.")
    begin: Instant | None = Field(default=None, description="Or from when on.")
    end: Instant | None = Field(default=None, description="And until when.")
    sensor: SensorId = Field(
        default="malligyong_press", description="Sensor of the catalogue that is assumed."
    )
    within_s: Seconds = Field(default=60.0, description=WITHIN)
    said_to_s: Seconds = Field(default=0.0, description=SAID_TO)

    @property
    def places(self) -> tuple[str, ...]:
        """All places."""
        return self.targets or ((self.target,) if self.target else ())

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from super().raw_faults(raw)
        if not raw.get("targets") and raw.get("target") is None:
            yield ("target",), "is missing: give target or targets"
        if raw.get("instant") is None and (raw.get("begin") is None or raw.get("end") is None):
            yield ("instant",), "is missing: give instant, or begin and end"
        yield from order_faults(raw, "begin", "end")


class OneOrbitCheck(OrbitCheck):
    """Instants of several statements are those of one orbit; says how residuals grow."""

    kind: Literal["one-orbit"]
    of: tuple[str, ...] = Field(
        min_length=4, max_length=100, description="Ids of statements with a target and an instant."
    )
    fit_on: int = Field(
        default=3, ge=2, le=10, description="How many of them an orbit is fitted on, at first."
    )
    within_s: Seconds = Field(default=60.0, description=WITHIN)


class PassesByDayCheck(PlacedCheck):
    """So many passes come on each of some days, by the clocks of the place."""

    kind: Literal["passes-by-day"]
    first_day: Day = Field(description="The first of the days, by the clocks of the place.")
    passes_by_day: tuple[Annotated[int, Field(ge=0, le=100)], ...] = Field(
        max_length=60, description="How many passes were said, day by day."
    )
    min_culmination_deg: Degrees = Field(
        default=10.0, description="How high a pass must rise to be counted, degrees."
    )
    time_zone: TimeZone | None = Field(
        default=None, description="Zone of the clocks. Default: the place's."
    )

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from super().raw_faults(raw)
        if raw.get("passes_by_day") == ():
            yield ("passes_by_day",), "is empty; give how many passes were said, day by day"


class LocalTimesCheck(PlacedCheck):
    """Passes come about some local times."""

    kind: Literal["local-times"]
    local_times_h: tuple[Annotated[float, Field(ge=0.0, lt=24.0)], ...] = Field(
        min_length=1, max_length=24, description="Hours said, on the clocks of the place."
    )
    within_h: Annotated[float, Field(ge=0.0, le=12.0)] = Field(
        default=1.0, description="How far the median of the passes nearest to each may be."
    )
    start: Instant | None = Field(default=None, description="From when on. Default: the epoch.")
    days: Days = Field(default=10.0, description="Over how many days.")
    min_culmination_deg: Degrees = Field(
        default=30.0, description="How high a pass must be to be counted, degrees."
    )
    time_zone: TimeZone | None = Field(
        default=None, description="Zone of the clocks. Default: the place's."
    )


class PassesADayCheck(ScenarioTable):
    """So many passes a day, on average, from any of some orbits."""

    kind: Literal["passes-a-day"]
    orbits: tuple[Orbit, ...] = Field(min_length=1, max_length=20, description="Orbits, any of.")
    target: Place = Field(description=PLACE)
    passes_low: float = Field(ge=0.0, le=100.0, description="Fewest passes a day said.")
    passes_high: float = Field(ge=0.0, le=100.0, description="Most passes a day said.")
    start: Instant = Field(description="From when on passes are counted.")
    days: Days = Field(default=10.0, description="Over how many days.")
    min_culmination_deg: Degrees = Field(
        default=10.0, description="How high a pass must rise to be counted, degrees."
    )

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        low, high = raw.get("passes_low"), raw.get("passes_high")
        if isinstance(low, int | float) and isinstance(high, int | float) and high < low:
            yield ("passes_high",), f"{high:g} is below passes_low, {low:g}"


class HomeBeforeCheck(OrbitCheck):
    """A picture taken at an instant could be at headquarters before another."""

    kind: Literal["home-before"]
    instant: Instant | None = Field(default=None, description="When it was taken.")
    end: Instant | None = Field(
        default=None, description="When the last of it was taken: used where no instant is given."
    )
    home_by: Instant = Field(description="By when it was said to be received or shown.")
    network: NetworkId = Field(default="dprk", description="Network that brings it home.")
    others: tuple[NetworkId, ...] = Field(
        default=(), max_length=10, description="Networks that are tried beside it."
    )
    sensor: SensorId = Field(
        default="malligyong_press", description="Sensor of the catalogue, whose picture it is."
    )
    strip_km: float | None = Field(
        default=None, gt=0.0, le=20_000.0, description="Length of a strip in place of a picture."
    )
    rate_mbps: Mbps = Field(default=2.0, description="Downlink rate assumed, Mbit/s.")

    @property
    def taken(self) -> datetime:
        """When the last of the picture was taken."""
        taken = self.instant or self.end
        assert taken is not None
        return taken

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from super().raw_faults(raw)
        first = "instant" if raw.get("instant") is not None else "end"
        if raw.get(first) is None:
            yield ("instant",), "is missing: give instant or end"
        yield from order_faults(raw, first, "home_by")
        taken, home_by = aware(raw.get(first)), aware(raw.get("home_by"))
        if taken is not None and home_by is not None and home_by - taken > _LONGEST:
            yield ("home_by",), f"is more than {_LONGEST.days} days after the picture"


class PicturesADayCheck(OrbitCheck):
    """So many pictures a day could be sent home."""

    kind: Literal["pictures-a-day"]
    pictures_per_day: int = Field(ge=1, le=10_000_000, description="How many were said.")
    start: Instant = Field(description="From when on contacts are counted.")
    days: Days = Field(default=10.0, description="Over how many days.")
    network: NetworkId = Field(default="dprk", description="Network that brings them home.")
    sensor: SensorId = Field(
        default="malligyong_press", description="Sensor of the catalogue, whose pictures they are."
    )
    rate_mbps: Mbps = Field(default=2.0, description="Downlink rate assumed, Mbit/s.")


class ElementSetsCheck(ScenarioTable):
    """Published element sets show heights and local times of the node as said."""

    kind: Literal["element-sets"]
    sets: tuple[ElementsId, ...] = Field(
        min_length=1, max_length=100, description="Element sets of the catalogue, in time order."
    )
    mean_height_km_low: Km | None = Field(default=None, description="Least mean height said.")
    mean_height_km_high: Km | None = Field(default=None, description="Greatest mean height said.")
    mean_height_before_km: Km | None = Field(default=None, description="That of the first set.")
    mean_height_after_km: Km | None = Field(default=None, description="That of the last set.")
    ltan_first_h: float | None = Field(
        default=None, ge=0.0, lt=24.0, description="Local time of the node in the first set, h."
    )
    ltan_last_h: float | None = Field(
        default=None, ge=0.0, lt=24.0, description="Local time of the node in the last set, h."
    )
    within_km: float = Field(default=0.1, ge=0.0, le=100.0, description="How far heights may be.")
    within_min: float = Field(
        default=1.0, ge=0.0, le=720.0, description="How far local times may be, minutes."
    )

    SAID: ClassVar[tuple[str, ...]] = (
        *("mean_height_km_low", "mean_height_km_high", "mean_height_before_km"),
        *("mean_height_after_km", "ltan_first_h", "ltan_last_h"),
    )

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        if all(raw.get(key) is None for key in cls.SAID):
            yield (), f"says nothing to check; give one of {', '.join(cls.SAID)}"


class RaisedCheck(OrbitCheck):
    """An orbit was raised, in so many manoeuvres on some days, commanded by a network."""

    kind: Literal["raised"]
    manoeuvres: int = Field(ge=1, le=1_000, description="How many manoeuvres were said.")
    first_day: Day = Field(description="The first day, UTC.")
    last_day: Day = Field(description="The last day, UTC.")
    perigee_before_km: Km = Field(description="Height of perigee before, km.")
    perigee_after_km: Km = Field(description="Height of perigee after, km.")
    mean_height_gain_km: Km = Field(description="By how much the mean height rose, km.")
    mean_height_after_km: Km = Field(description="The mean height after, km.")
    network: NetworkId = Field(default="dprk", description="Network that commands.")

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from super().raw_faults(raw)
        first, last = raw.get("first_day"), raw.get("last_day")
        if type(first) is date and type(last) is date and not 0 <= (last - first).days <= 366:
            yield ("last_day",), f"{last} is not 0 to 366 days after first_day"


class ResolutionCheck(ScenarioTable):
    """A ground sample distance suffices for some tasks, or more is needed for them."""

    kind: Literal["resolution"]
    gsd_m: Metres = Field(description="Ground sample distance said, at nadir, metres.")
    says: Literal["suffices", "is needed"] = Field(
        description="Whether it was said to suffice, or that no coarser one does."
    )
    needs: tuple[NeedId, ...] = Field(
        min_length=1, max_length=100, description="Needs of the catalogue, such as detect-carrier."
    )


class OpticsCheck(OrbitCheck):
    """A camera of some lens resolves so much from an orbit."""

    kind: Literal["optics"]
    gsd_m: Metres = Field(description="Ground sample distance said, metres.")
    pixel_um_low: float = Field(default=4.0, gt=0.0, le=100.0, description="Smallest pixel, µm.")
    pixel_um_high: float = Field(default=6.5, gt=0.0, le=100.0, description="Largest pixel, µm.")
    focal_length_mm: float = Field(
        gt=0.0, le=100_000.0, description="Longest focal length assumed, mm."
    )
    wavelength_um: float = Field(default=0.55, gt=0.1, le=20.0, description="Light, µm.")

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from super().raw_faults(raw)
        low, high = (
            raw.get(key, cls.model_fields[key].default) for key in ("pixel_um_low", "pixel_um_high")
        )
        if isinstance(low, int | float) and isinstance(high, int | float) and high < low:
            yield ("pixel_um_high",), f"{high:g} is below pixel_um_low, {low:g}"


class FleetRow(ScenarioTable):
    """Satellites of one kind of a fleet, evenly over their planes."""

    orbit: Orbit = Field(description=ORBIT + " Of the first satellite.")
    satellites: int = Field(default=1, ge=1, le=48, description="How many.")
    planes: int = Field(default=1, ge=1, le=48, description="In how many planes, evenly over 360.")
    sensor: SensorId = Field(description="Sensor of the catalogue.")

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        satellites, planes = raw.get("satellites", 1), raw.get("planes", 1)
        whole = isinstance(satellites, int) and isinstance(planes, int) and planes > 0
        if whole and satellites % planes:
            yield ("planes",), f"{planes} does not divide {satellites} satellites"


class RevisitCheck(ScenarioTable):
    """A fleet sees a place every so many hours."""

    kind: Literal["revisit"]
    fleet: tuple[FleetRow, ...] = Field(max_length=20, description="The satellites.")
    target: Place = Field(description=PLACE)
    revisit_h: Hours = Field(description="How often was said, hours.")
    measure: Literal["mean", "max"] = Field(
        default="mean", description="Whether that is the mean time between looks, or the longest."
    )
    search: Literal["field-of-regard", "satellites"] = Field(
        default="field-of-regard", description="What is sought if it is more often than that."
    )
    start: Instant = Field(description="From when on looks are counted.")
    days: Annotated[float, Field(gt=0.0, le=60.0)] = Field(
        default=10.0, description="Over how many days."
    )

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        if raw.get("fleet") == ():
            yield ("fleet",), "is empty; give one satellite at least"


class UncheckableCheck(ScenarioTable):
    """What no orbit, link or camera decides."""

    kind: Literal["none"]
    why: str = Field(min_length=1, max_length=400, description="Why, in a sentence.")


CHECKS: Mapping[str, type[ScenarioTable]] = {
    "pass": PassCheck,
    "pictured": PicturedCheck,
    "one-orbit": OneOrbitCheck,
    "passes-by-day": PassesByDayCheck,
    "passes-a-day": PassesADayCheck,
    "local-times": LocalTimesCheck,
    "home-before": HomeBeforeCheck,
    "pictures-a-day": PicturesADayCheck,
    "element-sets": ElementSetsCheck,
    "raised": RaisedCheck,
    "resolution": ResolutionCheck,
    "optics": OpticsCheck,
    "revisit": RevisitCheck,
    "none": UncheckableCheck,
}
