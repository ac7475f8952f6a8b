"""Zones of clocks: an IANA name or an offset from UTC, and how people read them."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from simulator.errors import InputError, nearest_hint
from simulator.units import MINUTE_S

_OFFSET = re.compile(r"UTC(?:([+-])(\d{1,2})(?::(\d{2}))?)?")
_MOST = timedelta(hours=14)


def zone(name: str) -> tzinfo:
    """Return the zone of an IANA name, such as Asia/Taipei, or of an offset, such as UTC+05:30.

    Raises InputError for anything else, naming the nearest zone.
    """
    if match := _OFFSET.fullmatch(name):
        sign, hours, minutes = match.groups(default="0")
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        if int(minutes) < 60 and offset <= _MOST:
            return timezone(-offset if sign == "-" else offset)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            f"'{name}' is no time zone; allowed an IANA name, such as Asia/Taipei, or an offset "
            f"up to 14 hours, such as UTC+05:30{nearest_hint(name, available_timezones())}"
        ) from None


def of_country(code: str, latitude_deg: float, longitude_deg: float) -> str | None:
    """Return the zone of a place in a country (ISO 3166, two letters); None for no such country.

    Of several zones of a country it is the one whose principal place is nearest, as the time zone
    database lists them (zone.tab).
    """
    listed = _principal_places().get(code, ())
    here = _direction(latitude_deg, longitude_deg)
    nearest = max(
        listed,
        key=lambda place: sum(a * b for a, b in zip(place[1], here, strict=True)),
        default=None,
    )
    return None if nearest is None else nearest[0]


@cache
def _principal_places() -> dict[str, list[tuple[str, tuple[float, float, float]]]]:
    """Return (zone, direction of its principal place) of each zone of a country, by its code."""
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    found: dict[str, list[tuple[str, tuple[float, float, float]]]] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            code, position, name, *_ = line.split("\t")
            latitude, longitude = re.findall(r"[-+]\d+", position)
            direction = _direction(_angle_deg(latitude), _angle_deg(longitude))
            found.setdefault(code, []).append((name, direction))
    return found


def _angle_deg(text: str) -> float:
    """Return degrees of ISO 6709: a sign, degrees, minutes and perhaps seconds in one number."""
    digits = text[1:]
    # Latitudes have two digits of degrees, longitudes three: an odd length is a longitude's.
    whole = 2 + len(digits) % 2
    degrees, minutes, seconds = digits[:whole], digits[whole : whole + 2], digits[whole + 2 :]
    size = int(degrees) + int(minutes) / 60.0 + int(seconds or 0) / 3600.0
    return -size if text[0] == "-" else size


def _direction(latitude_deg: float, longitude_deg: float) -> tuple[float, float, float]:
    latitude, longitude = math.radians(latitude_deg), math.radians(longitude_deg)
    across = math.cos(latitude)
    return across * math.cos(longitude), across * math.sin(longitude), math.sin(latitude)


def by_longitude(longitude_deg: float) -> str:
    """Return the whole hour from UTC that is nearest to the mean sun's time at a longitude."""
    hours = round(((longitude_deg + 180.0) % 360.0 - 180.0) / 15.0)
    return f"UTC{hours:+03d}:00" if hours else "UTC"


def offset_words(offset: timedelta) -> str:
    """Return an offset as people write it: UTC+9, UTC-3:30, UTC."""
    minutes = round(offset.total_seconds() / MINUTE_S)
    hours, odd_minutes = divmod(abs(minutes), 60)
    if not minutes:
        return "UTC"
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (
        f":{odd_minutes:02d}" if odd_minutes else ""
    )


def words(name: str, begin: datetime, end: datetime) -> str:
    """Return a zone with its offset between two instants: "Asia/Taipei, UTC+8", "UTC-5"."""
    offsets = [offset_words(offset_at(name, instant)) for instant in (begin, end)]
    offset = offsets[0] if offsets[0] == offsets[1] else " to ".join(offsets)
    return offset if _OFFSET.fullmatch(name) else f"{name}, {offset}"


def offset_at(name: str, instant: datetime) -> timedelta:
    """Return by how much the clocks of a zone are ahead of UTC at an instant."""
    return instant.astimezone(UTC).astimezone(zone(name)).utcoffset() or timedelta()
