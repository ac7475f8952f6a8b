"""The times of a plan: one interval or several, from options or from a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from simulator import intervals
from simulator.arrays import FloatArray
from simulator.earth import Span
from simulator.errors import InputError, nearest_hint
from simulator.scenario import MIB, read_text
from simulator.text import minute_utc

MOST_INTERVALS = 1_000
_COLUMNS = ("start", "end", "hours")
_MAX_PLAN_BYTES = MIB
_MOST_HOURS = 1e6


@dataclass(frozen=True)
class TimePlan:
    """The intervals [start, end) of a plan, apart and in order. Raises InputError."""

    times: tuple[tuple[datetime, datetime], ...]

    def __post_init__(self) -> None:
        if not 0 < len(self.times) <= MOST_INTERVALS:
            raise InputError(f"plan: {len(self.times)} intervals; allowed 1 to {MOST_INTERVALS:,}")
        for begin, end in self.times:
            if end <= begin:
                raise InputError(
                    f"plan: an interval ends {minute_utc(end)} UTC, not after its start "
                    f"{minute_utc(begin)} UTC"
                )

    @property
    def hours(self) -> float:
        """How long all intervals are together."""
        lengths = self.within(Span(self.times[0][0], 1.0))
        return intervals.total_s(lengths) / 3_600.0

    def within(self, span: Span) -> FloatArray:
        """Return the intervals (N, 2) in seconds since the start of a span, merged."""
        rows = [(span.seconds(begin), span.seconds(end)) for begin, end in self.times]
        return intervals.union(np.array(rows))

    @property
    def words(self) -> str:
        """The plan in words."""
        begin = min(start for start, _ in self.times)
        end = max(end for _, end in self.times)
        count = len(self.times)
        parts = "" if count == 1 else f" in {count} intervals"
        return f"{minute_utc(begin)} to {minute_utc(end)} UTC, {self.hours:g} h{parts}"


def plan_of(starts: Sequence[str], hours: Sequence[float]) -> TimePlan:
    """Return the plan of starts and of the hours that each lasts; one length may hold for all.

    Raises InputError.
    """
    if not starts or not hours:
        missing = "start" if hours else "hours"
        raise InputError(f"plan: no {missing} is given; give --start and --hours, or --plan FILE")
    if len(hours) not in (1, len(starts)):
        raise InputError(
            f"plan: {len(starts)} starts and {len(hours)} lengths; give one length, or one a start"
        )
    lengths = [*hours] * len(starts) if len(hours) == 1 else hours
    begins = [_instant("start", start) for start in starts]
    return TimePlan(
        tuple(
            (begin, _later("hours", begin, length))
            for begin, length in zip(begins, lengths, strict=True)
        )
    )


def plan_in(path: Path) -> TimePlan:
    """Return the plan of a CSV file with the columns start and end, or start and hours.

    Raises InputError naming file, line and column.
    """
    rows = list(csv.reader(io.StringIO(read_text(path, limit_bytes=_MAX_PLAN_BYTES), newline="")))
    named = [cell.strip().casefold() for cell in rows[0]] if rows else []
    for name in named:
        if name not in _COLUMNS:
            raise InputError(
                f"{path.name}: column '{name}' is unknown{nearest_hint(name, _COLUMNS)}"
            )
    if sorted(named) not in (["end", "start"], ["hours", "start"]):
        raise InputError(
            f"{path.name}: its first line names the columns start and end, or start and hours"
        )
    times = []
    for number, cells in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        where = f"{path.name}: line {number}"
        if len(cells) != len(named):
            raise InputError(f"{where}: has {len(cells)} columns; the heading has {len(named)}")
        row = dict(zip(named, map(str.strip, cells), strict=True))
        begin = _instant(f"{where}: start", row["start"])
        if "end" in row:
            times.append((begin, _instant(f"{where}: end", row["end"])))
        else:
            times.append((begin, _later(f"{where}: hours", begin, _number(where, row["hours"]))))
    if not times:
        raise InputError(f"{path.name}: holds no interval")
    return TimePlan(tuple(times))


def _number(where: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{where}: hours: '{text}' is no number") from None


def _later(name: str, begin: datetime, hours: float) -> datetime:
    if not 0.0 < hours <= _MOST_HOURS:
        raise InputError(f"{name}: {hours:g}; allowed above 0")
    return begin + timedelta(hours=hours)


def _instant(name: str, text: str) -> datetime:
    """Return an instant with its offset; a date begins at midnight UTC."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{name}: '{text}' is no instant such as 2023-11-24T00:00:00Z, and no date"
        ) from None
    if instant.tzinfo is None:
        if len(text) > len("2023-11-24"):
            raise InputError(f"{name}: {text} has no offset from UTC; write {text}Z if it is UTC")
        instant = instant.replace(tzinfo=UTC)
    return instant.astimezone(UTC)
