"""Kinds of value a scenario key can take: texts, instants, and quantities with their ranges."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from simulator import zones
from simulator.errors import InputError
from simulator.scenario.words import OFFSET_EXAMPLE, fault, shown

FIRST_YEAR, LAST_YEAR = 1957, 2100


def _plain_text(text: str) -> str:
    if text != text.strip():
        raise fault(f"{shown(text)} has blanks around it; remove them")
    if not text.isprintable():
        odd = next(c for c in text if not c.isprintable())
        raise fault(f"{shown(text)} holds U+{ord(odd):04X}; allowed are printable characters")
    return text


def _long_text(text: str) -> str:
    for line in text.replace("\t", " ").split("\n"):
        _plain_text(line.strip())
    return text


def instant(value: Any) -> datetime:
    if isinstance(value, str):
        value = _parsed_instant(value)
    if not isinstance(value, datetime):
        hint = f"; write {value}T00:00:00Z" if isinstance(value, date) else ""
        raise fault(f"{shown(value)} is not a time with an offset, such as {OFFSET_EXAMPLE}{hint}")
    if value.tzinfo is None:
        raise fault(f"{shown(value)} has no offset from UTC; write {shown(value)}Z if it is UTC")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise fault(
            f"{shown(value)} is in the year {value.year}; allowed {FIRST_YEAR} to {LAST_YEAR}"
        )
    return value.astimezone(UTC)


def _parsed_instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        leap = "; a leap second has no label here, take the second before or after"
        hint = leap if ":60" in text else ""
        raise fault(f"{shown(text)} is not a time such as {OFFSET_EXAMPLE}{hint}") from None


def _turn(angle_deg: float) -> float:
    turned = angle_deg % 360.0
    return 0.0 if turned == 360.0 else turned  # what rounding makes of a tiny negative angle


def _longitude(longitude_deg: float) -> float:
    return longitude_deg - 360.0 if longitude_deg >= 180.0 else longitude_deg


def _time_zone(name: str) -> str:
    try:
        zones.zone(name)
    except InputError as error:
        raise fault(error.problems[0]) from None
    return name


TimeZone = Annotated[str, Field(max_length=80), AfterValidator(_time_zone)]
Name = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_plain_text)]
Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain_text)]
Note = Annotated[str, Field(max_length=4000), AfterValidator(_long_text)]
Instant = Annotated[datetime, BeforeValidator(instant)]
Latitude = Annotated[float, Field(ge=-90.0, le=90.0)]
Longitude = Annotated[float, Field(ge=-180.0, le=360.0), AfterValidator(_longitude)]
Angle = Annotated[float, Field(ge=-360.0, le=360.0), AfterValidator(_turn)]
Inclination = Annotated[float, Field(ge=0.0, le=180.0)]
Altitude = Annotated[float, Field(ge=100.0, le=100_000.0)]
Elevation = Annotated[float, Field(ge=-5.0, le=90.0)]
Height = Annotated[float, Field(ge=-500.0, le=9_000.0)]
Rate = Annotated[float, Field(ge=1e-6, le=100_000.0)]
Drag = Annotated[float, Field(ge=-1.0, le=1.0)]
