"""How clouds are counted: where the chance of a clear sky comes from, and how long a sky lasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from simulator import catalog
from simulator.errors import InputError, nearest_hint
from simulator.scenario import cloudgrids
from simulator.scenario.table import NOTE, ScenarioTable, faults_at, known_entry
from simulator.scenario.units import Note
from simulator.scenario.words import Where, fault, shown

MONTHS = 12

Chance = Annotated[float, Field(ge=0.0, le=1.0)]
_Months = Annotated[tuple[Chance, ...], Field(min_length=MONTHS, max_length=MONTHS)]


def _is_chance(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0.0 <= value <= 1.0  # type: ignore[operator]


def _one_of(*allowed: str, text: bool = False, number: bool = True) -> BeforeValidator:
    """Return a check that a value has one of several forms, which words one fault for all."""

    def check(value: Any) -> Any:
        by_month = isinstance(value, tuple) and len(value) == MONTHS and all(map(_is_chance, value))
        if value is None or by_month or (number and _is_chance(value)):
            return value
        if isinstance(value, str) and (text or value in allowed):
            return value
        given = f"a list of {len(value)}" if isinstance(value, tuple) else shown(value)
        words = [f"'{each}'" for each in allowed if not text] + ["a row of the sunshine"] * text
        words += ["a number from 0 to 1"] * number
        hint = nearest_hint(value, allowed) if isinstance(value, str) and allowed else ""
        likely = hint if "did you mean" in hint else ""
        raise fault(
            f"{given} is not {', '.join(words)} or twelve numbers from 0 to 1, by month{likely}"
        )

    return BeforeValidator(check)


# Of one form or another: a check before those of the forms says it in one fault.
OwnChance = Annotated[Chance | _Months | None, _one_of()]
AnySunshine = Annotated[str | _Months | None, _one_of(text=True, number=False)]
_AnyChance = Annotated[Literal["sunshine"] | Chance | _Months | None, _one_of("sunshine")]


class Clouds(ScenarioTable):
    """The chance of a clear sky, and the time for which a sky lasts."""

    clear: _AnyChance = Field(
        default=None,
        description='Chance of a clear sky: "sunshine" (of each target, by the catalogue), a '
        "number, or twelve by month; default: sunshine, without a grid.",
    )
    sunshine_share: Chance = Field(
        default=0.75,
        description="Share of the sunshine, as a fraction of the possible, that is a sky clear "
        "enough for a picture; 1: all of it (assumed within 0.65 to 0.85).",
    )
    persistence_h: float = Field(
        default=24.0,
        ge=0.0,
        le=8_784.0,
        description="Mean time for which the sky over a place stays as it is, hours: two looks a "
        "time t apart are as alike as exp(-t / this); 0: each look has a sky of its own.",
    )
    grid: str | None = Field(
        default=None,
        description="NetCDF file (CF) of the cloud fraction by month, relative to the scenario's "
        "folder, from which every place has its chance.",
    )
    variable: str | None = Field(
        default=None,
        description="Name of the cloud fraction in that file; default: the only one by month.",
    )
    grid_sha256: str | None = Field(
        default=None,
        pattern="^[0-9a-f]{64}$",
        description="Digest of that file, which a results folder notes; another file is refused.",
    )
    note: Note = Field(default="", description=NOTE)

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        if raw.get("grid") is not None and raw.get("clear") is not None:
            yield ("clear",), "stands beside grid; give one of both"
        for key in ("variable", "grid_sha256"):
            if raw.get(key) is not None and raw.get("grid") is None:
                yield (key,), "is of a grid, and there is none"

    @classmethod
    def filled(cls, raw: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Return the table with the whole path of its grid, and the digest of that file."""
        grid = raw.get("grid")
        if not isinstance(grid, str):
            return {**raw, "clear": raw.get("clear", "sunshine")}
        path = str(((info.context or {}).get("folder", Path()) / grid).resolve())
        table = {**raw, "grid": path}
        if raw.get("grid_sha256") is None:
            try:
                table["grid_sha256"] = cloudgrids.digest(path)
            except InputError:
                return table  # said by the check of the key
        return table

    @field_validator("grid_sha256")
    @classmethod
    def _of_the_file(cls, noted: str | None, info: ValidationInfo) -> str | None:
        path = info.data.get("grid")
        if noted is None or path is None:
            return noted
        try:
            found = cloudgrids.digest(path)
            cloudgrids.read(path, info.data.get("variable"), found)
        except InputError as error:
            whole: Where = ()
            raise faults_at([(whole, problem) for problem in error.problems], noted) from None
        if found != noted:
            raise fault(f"{path} is another file than when this was noted")
        return noted

    @field_validator("grid")
    @classmethod
    def _readable(cls, path: str | None) -> str | None:
        if path is not None:
            try:
                cloudgrids.digest(path)
            except InputError as error:
                raise fault(error.problems[0]) from None
        return path

    @property
    def from_sunshine(self) -> bool:
        """Whether the chances are those of the sunshine."""
        return self.clear == "sunshine"

    @property
    def cloud_grid(self) -> cloudgrids.CloudGrid | None:
        """The grid, read when first asked for."""
        if self.grid is None or self.grid_sha256 is None:
            return None
        return cloudgrids.read(self.grid, self.variable, self.grid_sha256)


def sunshine_fractions(entry_id: str) -> tuple[float, ...]:
    """Return the sunshine of a row of the catalogue as fractions of the possible, by month."""
    values = catalog.get("sunshine", entry_id).values
    hours, possible = values["sunshine_h"], values["possible_h"]
    assert isinstance(hours, tuple) and isinstance(possible, tuple)
    return tuple(round(h / p, 4) for h, p in zip(hours, possible, strict=True))


def checked_sunshine(value: str | tuple[float, ...] | None) -> str | tuple[float, ...] | None:
    """Return a row's id, or fractions by month, as they are; a fault for an id there is not."""
    return known_entry("sunshine", value) if isinstance(value, str) else value
