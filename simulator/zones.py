"""Zones of clocks: an IANA name or an offset from UTC, and how people read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
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
