"""Hours of a day as they are asked for: a range of clock times, which may run over midnight."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from simulator.errors import InputError
from simulator.text import clock
from simulator.units import MINUTES_PER_DAY

_CLOCK = r"(\d{1,2}):(\d{2})"
_RANGE = re.compile(rf"{_CLOCK}\s*[-:]\s*{_CLOCK}")
_MINUTES_PER_HOUR = 60.0


@dataclass(frozen=True)
class ClockRange:
    """Clock times from `from_min` to `to_min`, minutes after midnight, the latter never earlier.

    A range over midnight ends beyond 1,440 minutes.
    """

    from_min: float
    to_min: float

    @property
    def words(self) -> str:
        """The range as people read it, as 07:00 to 12:00."""
        return f"{clock(self.from_min / 60.0)} to {clock(self.to_min / 60.0)}"

    def every(self, step_min: float) -> tuple[float, ...]:
        """Return the minutes from the first by steps up to the last."""
        count = math.floor((self.to_min - self.from_min) / step_min + 1e-9) + 1
        return tuple(self.from_min + step_min * number for number in range(count))

    def spread(self, count: int) -> tuple[float, ...]:
        """Return so many minutes, evenly from the first to the last."""
        if count == 1 or self.to_min == self.from_min:
            return (self.from_min,)
        step = (self.to_min - self.from_min) / (count - 1)
        return tuple(self.from_min + step * number for number in range(count))

    def moved(self, minutes: float) -> ClockRange:
        """Return the range so much later, begun on the same day."""
        begin = (self.from_min + minutes) % MINUTES_PER_DAY
        return ClockRange(begin, begin + self.to_min - self.from_min)


def clock_range(text: str, *, what: str) -> ClockRange:
    """Return the range that a text such as 07:00-12:00 or 00:00:23:59 names.

    Raises InputError, which calls the text `what`.
    """
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise InputError(
            f"{what}: '{text}' is no range of hours; write one as 07:00-12:00, or 22:00-03:00 over "
            "midnight"
        )
    numbers = [int(number) for number in match.groups()]
    ends = []
    for hours, minutes in (numbers[:2], numbers[2:]):
        if minutes > 59 or hours > 24 or hours * 60 + minutes > MINUTES_PER_DAY:
            raise InputError(
                f"{what}: '{hours:02d}:{minutes:02d}' is no time of a day; allowed 00:00 to 24:00"
            )
        ends.append(hours * _MINUTES_PER_HOUR + minutes)
    begin, end = ends
    return ClockRange(begin, end if end >= begin else end + MINUTES_PER_DAY)
