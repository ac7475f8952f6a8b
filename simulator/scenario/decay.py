"""How an orbit decays, as a scenario says it: drag, solar activity, and what is done about it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from simulator.errors import InputError
from simulator.scenario.table import NOTE, ScenarioTable, known_entry
from simulator.scenario.textfiles import MIB, read_text
from simulator.scenario.units import Instant, Note
from simulator.scenario.words import Where, fault, shown

OBSERVED = "observed"
MAX_MONTHS = 2_400
MAX_ACTIVITY_FILE_BYTES = MIB
_MONTH = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])")
_COLUMNS = ("month", "f107", "ap")
_RANGES = {"f107": (50.0, 500.0), "ap": (0.0, 400.0)}


def _several(value: Any) -> Any:
    """Return one number as a list of one."""
    return (value,) if isinstance(value, int | float) and not isinstance(value, bool) else value


_Flux = Annotated[float, Field(ge=_RANGES["f107"][0], le=_RANGES["f107"][1])]
_Index = Annotated[float, Field(ge=_RANGES["ap"][0], le=_RANGES["ap"][1])]


class DecayTable(ScenarioTable):
    """Drag, solar activity and station-keeping of an orbit over months and years.

    The orbit is then flown as a history of element sets: heights fall, its plane turns at another
    rate, its inclination drifts by the Sun's gravity.
    """

    activity: str | None = Field(
        default=None,
        description="Solar activity, an entry of the catalogue: `observed` by month and then "
        "predicted; `low`, `mean` or `high` for ever; `cycle_20` to `cycle_24`, observed and then "
        "as in that solar cycle. Default: observed, unless f107 and ap are given.",
    )
    activity_file: str | None = Field(
        default=None,
        description="File of activity of your own, relative to the scenario's folder: CSV with "
        "the columns month (as 2026-01), f107 and ap, a row a month.",
    )
    first_month: str | None = Field(
        default=None, description="First month of f107 and ap, as 2026-01, where they are several."
    )
    f107: (
        Annotated[
            tuple[_Flux, ...],
            Field(min_length=1, max_length=MAX_MONTHS),
            BeforeValidator(_several, json_schema_input_type=_Flux | tuple[_Flux, ...]),
        ]
        | None
    ) = Field(
        default=None,
        description="Activity of your own: solar flux at 10.7 cm, 1e-22 W/(m2 Hz), one value for "
        "ever or one a month; after the last the last eleven years repeat. With ap.",
    )
    ap: (
        Annotated[
            tuple[_Index, ...],
            Field(min_length=1, max_length=MAX_MONTHS),
            BeforeValidator(_several, json_schema_input_type=_Index | tuple[_Index, ...]),
        ]
        | None
    ) = Field(default=None, description="Index Ap of geomagnetic activity, as many values as f107.")
    mass_kg: float | None = Field(
        default=None, gt=0.0, le=1e6, description="Mass, kg; with area_m2."
    )
    area_m2: float | None = Field(
        default=None, gt=0.0, le=1e5, description="Mean area across the flight, m2; with mass_kg."
    )
    drag_coefficient: float = Field(
        default=2.2, ge=1.0, le=4.0, description="Drag coefficient, with mass_kg and area_m2."
    )
    ballistic_m2_kg: float | None = Field(
        default=None,
        ge=1e-5,
        le=10.0,
        description="Drag coefficient times area over mass, m2/kg, in place of mass_kg and "
        "area_m2. Without any of them drag is the orbit's bstar: that with which it loses height "
        "as fast at its epoch.",
    )
    ballistic_spread: float = Field(
        default=0.2,
        ge=0.0,
        le=0.9,
        description="Share by which drag may be more or less, for the spread of lifetimes.",
    )
    raise_below_km: float | None = Field(
        default=None,
        ge=150.0,
        le=100_000.0,
        description="Mean height, semi-major axis less 6378.135 km, at which the satellite raises "
        "its orbit; default: never.",
    )
    raise_to_km: float | None = Field(
        default=None,
        ge=150.0,
        le=100_000.0,
        description="Mean height to which it raises; default: the orbit's own at its epoch.",
    )
    raise_until: Instant | None = Field(
        default=None, description="Instant from which it raises no more, as for want of fuel."
    )
    keeps_inclination: bool = Field(
        default=False, description="Whether inclination is kept as it is at the epoch."
    )
    set_every_days: float = Field(
        default=10.0,
        ge=0.5,
        le=30.0,
        description="Time from one element set to the next, days; sooner where it falls fast.",
    )
    note: Note = Field(default="", description=NOTE)

    def catalog_entries(self) -> Iterator[tuple[str, str]]:
        """Yield the entry of the catalogue that the activity is, unless it is given."""
        if self.f107 is None:
            yield "activity", self.activity or OBSERVED

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        given = {key for key, value in raw.items() if value is not None}
        if len(given & {"mass_kg", "area_m2"}) == 1:
            yield (), "give both mass_kg and area_m2, or neither"
        if "ballistic_m2_kg" in given and given & {"mass_kg", "area_m2"}:
            yield ("ballistic_m2_kg",), "stands in place of mass_kg and area_m2; give one of both"
        for key in ("raise_to_km", "raise_until"):
            if key in given and "raise_below_km" not in given:
                yield (key,), "goes with raise_below_km, without which nothing is raised"
        yield from _activity_faults(raw, given)

    @classmethod
    def filled(cls, raw: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Return the table with its file replaced by what is in it."""
        file = raw.get("activity_file")
        if not isinstance(file, str) or raw.get("f107") is not None:
            return dict(raw)
        try:
            read = _read(file, info)
        except InputError:
            return dict(raw)  # said by the check of the key
        own = {key: value for key, value in raw.items() if key != "activity_file"}
        return {"note": f"activity read from {file}", **own, **read}

    @field_validator("activity")
    @classmethod
    def _known_activity(cls, activity: str | None) -> str | None:
        return activity and known_entry("activity", activity)

    @field_validator("activity_file")
    @classmethod
    def _readable(cls, file: str | None, info: ValidationInfo) -> str | None:
        if file is not None:
            try:
                _read(file, info)
            except InputError as error:
                raise fault("; ".join(error.problems)) from None
        return file

    @field_validator("first_month")
    @classmethod
    def _a_month(cls, month: str | None) -> str | None:
        if month is not None and not _MONTH.fullmatch(month):
            raise fault(f"{shown(month)} is not a month such as 2026-01")
        return month

    @field_validator("raise_to_km")
    @classmethod
    def _upwards(cls, to_km: float | None, info: ValidationInfo) -> float | None:
        below_km = info.data.get("raise_below_km")
        if to_km is not None and below_km is not None and to_km <= below_km:
            raise fault(f"{to_km:g} is not above raise_below_km = {below_km:g}")
        return to_km


def _activity_faults(raw: Mapping[str, Any], given: set[str]) -> Iterator[tuple[Where, str]]:
    own = given & {"f107", "ap"}
    if "activity_file" in given and own:
        yield ("activity_file",), "stands in place of f107 and ap; give one of both"
    if len(own) == 1:
        yield (), "give both f107 and ap, or neither"
    if (own or "activity_file" in given) and "activity" in given:
        yield ("activity",), "stands in place of activity of your own; give one of both"
    if len(own) == 2:
        counts = [len(_several(raw[key])) for key in ("f107", "ap") if _is_list(raw[key])]
        if len(counts) == 2 and counts[0] != counts[1]:
            yield ("ap",), f"has {counts[1]} values and f107 {counts[0]}; give as many"
        elif counts and counts[0] > 1 and "first_month" not in given:
            yield ("first_month",), "is missing: from which month on f107 and ap are"
    if "first_month" in given and not own:
        yield ("first_month",), "goes with f107 and ap"


def _is_list(value: Any) -> bool:
    return isinstance(_several(value), tuple | list)


def _read(file: str, info: ValidationInfo) -> dict[str, Any]:
    """Return the activity of a file as keys of the table. Raises InputError."""
    folder = (info.context or {}).get("folder", Path())
    text = read_text(folder / file, limit_bytes=MAX_ACTIVITY_FILE_BYTES)
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    if not rows or not set(_COLUMNS) <= rows[0].keys():
        raise InputError(f"{file}: needs a row a month with the columns {', '.join(_COLUMNS)}")
    if len(rows) > MAX_MONTHS:
        raise InputError(f"{file}: has {len(rows)} months; allowed up to {MAX_MONTHS}")
    expected = None
    for number, row in enumerate(rows, start=2):
        month = row["month"] or ""
        if not _MONTH.fullmatch(month):
            raise InputError(f"{file}: row {number}: {shown(month)} is not a month such as 2026-01")
        count = 12 * int(month[:4]) + int(month[5:])
        if expected is not None and count != expected:
            raise InputError(f"{file}: row {number}: {month} does not follow the month before")
        expected = count + 1
    values = {key: tuple(_number(file, n, row, key) for n, row in enumerate(rows, start=2))
              for key in ("f107", "ap")}  # fmt: skip
    return {"first_month": rows[0]["month"], **values}


def _number(file: str, number: int, row: Mapping[str, str | None], key: str) -> float:
    least, most = _RANGES[key]
    try:
        value = float(row[key] or "")
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise InputError(
            f"{file}: row {number}: {key} is {shown(row[key] or '')}; allowed {least:g} to {most:g}"
        )
    return value
