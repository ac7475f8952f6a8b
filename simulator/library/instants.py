"""Instants as people have them in Python, as aware datetimes in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from simulator.earth import TT_MINUS_TAI_S, tai_minus_utc_s
from simulator.errors import InputError
from simulator.library.kinds import TimeLike, TimesLike
from simulator.scenario import SpanTable
from simulator.study import validated
from simulator.units import DAY_S

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIX_EPOCH_JD = 2_440_587.5


def span_given(start: TimeLike, days: float | None, end: TimeLike | None) -> SpanTable:
    """Return a stretch of time as a scenario's span; a day long where no length is given.

    Raises InputError naming the argument.
    """
    table: dict[str, Any] = {"start": instant_of(start, "start")}
    if end is not None:
        table["end"] = instant_of(end, "end")
    if days is not None or end is None:
        table["days"] = 1.0 if days is None else days
    return validated(SpanTable, table, "")


def instant_of(value: TimeLike, argument: str) -> datetime:
    """Return one instant; raises InputError, which names the argument."""
    found = instants_of(value, argument)
    if len(found) != 1:
        raise InputError(f"{argument}: holds {len(found)} instants; one is needed")
    return found[0]


def instants_of(value: TimeLike | TimesLike, argument: str) -> list[datetime]:
    """Return instants, in the order given, to the microsecond; raises InputError by argument."""
    given: Any = value
    if hasattr(given, "tt_fraction") and hasattr(given, "whole"):
        return _of_skyfield(given)
    if isinstance(given, str | datetime | np.datetime64) or not isinstance(given, Iterable):
        return [_one(given, argument)]
    several = list(given)
    if len(several) == 1:
        return [_one(several[0], argument)]
    return [_one(each, f"{argument}: row {number}") for number, each in enumerate(several)]


def _one(value: Any, where: str) -> datetime:
    if value is pd.NaT or (isinstance(value, np.datetime64) and np.isnat(value)):
        raise InputError(f"{where}: is no time (NaT)")
    if isinstance(value, np.datetime64):
        # It knows no zone, and is UTC by definition here.
        plain = value.astype("datetime64[us]").item()
        if not isinstance(plain, datetime):
            raise InputError(f"{where}: {value} is out of the years that a time can be in")
        value = plain.replace(tzinfo=UTC)
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime(warn=False)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    if isinstance(value, str) and _DATE.fullmatch(value):
        value = f"{value}T00:00:00Z"
    if hasattr(value, "tt_fraction"):
        return instant_of(value, where)
    table = {"start": value, "days": 1.0}
    try:
        return validated(SpanTable, table, "").start
    except InputError as error:
        said = [problem.removeprefix("start: ") for problem in error.problems]
        raise InputError([f"{where}: {problem}" for problem in said]) from None


def _of_skyfield(time: Any) -> list[datetime]:
    """Return the UTC of Skyfield's times, from their Terrestrial Time."""
    found = []
    for whole, fraction in zip(np.atleast_1d(time.whole), np.atleast_1d(time.tt_fraction),
                               strict=True):  # fmt: skip
        tai_s = (float(whole) - _UNIX_EPOCH_JD + float(fraction)) * DAY_S - TT_MINUS_TAI_S
        # The offset belongs to UTC: twice, so that it is that of the instant itself.
        offset_s = tai_minus_utc_s(_UNIX_EPOCH_JD + tai_s / DAY_S)
        offset_s = tai_minus_utc_s(_UNIX_EPOCH_JD + (tai_s - offset_s) / DAY_S)
        days = float(whole) - _UNIX_EPOCH_JD
        rest_s = float(fraction) * DAY_S - TT_MINUS_TAI_S - offset_s
        found.append(_UNIX_EPOCH + timedelta(days=days) + timedelta(seconds=rest_s))
    return found
