"""When a target shows itself: one table for each `kind`. At other times it cannot be seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator

from simulator.scenario.table import ScenarioTable, faults_at, known_kind, tag_of_kind
from simulator.scenario.units import Instant, TimeZone
from simulator.scenario.words import Where, fault, shown

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAX_STRETCHES = 10_000
_MAX_H = 8_784.0  # a leap year
_HourOfDay = Annotated[float, Field(ge=0.0, le=24.0)]


class HoursOpen(ScenarioTable):
    """In the open at hours of the day."""

    kind: Literal["hours"] = Field(description="In the open at hours of the day.")
    hours: tuple[tuple[_HourOfDay, _HourOfDay], ...] = Field(
        max_length=24,
        description="Hours [from, to] of the day; from above to runs over midnight.",
    )
    time_zone: TimeZone = Field(
        default="UTC",
        description="Whose clock the hours are of: an IANA name, such as Asia/Pyongyang, or an "
        "offset, such as UTC+09:00.",
    )
    weekdays: tuple[Weekday, ...] | None = Field(
        default=None,
        description="Days on which the hours begin, by that clock: mon, tue, wed, thu, fri, sat, "
        "sun; absent: all.",
    )

    @field_validator("hours")
    @classmethod
    def _some_length(
        cls, hours: tuple[tuple[float, float], ...]
    ) -> tuple[tuple[float, float], ...]:
        if not hours:
            raise fault("is empty; give at least one [from, to]")
        problems: list[tuple[Where, str]] = [
            ((number,), f"[{begin:g}, {end:g}] has no length; all day is [0, 24]")
            for number, (begin, end) in enumerate(hours)
            if begin == end or (begin, end) == (24.0, 0.0)
        ]
        if problems:
            raise faults_at(problems, hours)
        return hours

    @field_validator("weekdays")
    @classmethod
    def _once_each(cls, weekdays: tuple[Weekday, ...] | None) -> tuple[Weekday, ...] | None:
        if weekdays is not None and (not weekdays or len(set(weekdays)) < len(weekdays)):
            raise fault(f"{list(weekdays)} must name one day or more, once each")
        return weekdays


class ListedOpen(ScenarioTable):
    """In the open in listed stretches of time."""

    kind: Literal["listed"] = Field(description="In the open in listed stretches of time.")
    intervals: tuple[tuple[Instant, Instant], ...] = Field(
        max_length=MAX_STRETCHES,
        description="Stretches [from, to], with offset.",
    )

    @field_validator("intervals")
    @classmethod
    def _rising(
        cls, intervals: tuple[tuple[datetime, datetime], ...]
    ) -> tuple[tuple[datetime, datetime], ...]:
        if not intervals:
            raise fault("is empty; give at least one [from, to]")
        problems: list[tuple[Where, str]] = [
            ((number,), f"ends at {shown(end)}, which is not after {shown(begin)}")
            for number, (begin, end) in enumerate(intervals)
            if end <= begin
        ]
        if problems:
            raise faults_at(problems, intervals)
        return intervals


class RandomOpen(ScenarioTable):
    """In the open now and then: for a fixed time, after being hidden for a random one."""

    kind: Literal["random"] = Field(
        description="In the open for shown_h, hidden for random times of hidden_h on average, "
        "drawn by the scenario's seed; in another draw others."
    )
    shown_h: float = Field(ge=0.05, le=_MAX_H, description="How long it stays in the open, hours.")
    hidden_h: float = Field(
        ge=0.05,
        le=_MAX_H,
        description="How long it hides on average, hours, whenever it has hidden itself.",
    )


_BY_KIND: Mapping[str, type[ScenarioTable]] = {
    "hours": HoursOpen,
    "listed": ListedOpen,
    "random": RandomOpen,
}

Opening = Annotated[
    Annotated[HoursOpen, Tag("\0HoursOpen")]
    | Annotated[ListedOpen, Tag("\0ListedOpen")]
    | Annotated[RandomOpen, Tag("\0RandomOpen")],
    Discriminator(tag_of_kind(_BY_KIND)),
    BeforeValidator(known_kind(_BY_KIND, "opening")),
]
