"""Orbits given as element sets, two-line or OMM: in the scenario, in a file, in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, ValidationError, ValidationInfo, field_validator

from simulator.errors import InputError
from simulator.scenario import elementsets, omm, tle
from simulator.scenario.decay import DecayTable
from simulator.scenario.table import NOTE, CatalogTable, ScenarioTable, faults_at
from simulator.scenario.textfiles import MIB, read_text
from simulator.scenario.units import Angle, Drag, Inclination, Instant, Name, Note
from simulator.scenario.words import Where, fault

MAX_ELEMENTS_FILE_BYTES = 32 * MIB
MAX_FAULTS = 20
BSTAR = "SGP4 drag term B*, 1/Earth radii."
ARGUMENT_OF_PERIGEE = "Argument of perigee, degrees."
MEAN_ANOMALY = "Mean anomaly at the epoch, degrees."
RAAN = "Right ascension of the ascending node (TEME), degrees."
INCLINATION = "Inclination, degrees."


class OrbitTable(ScenarioTable):
    """What every kind of orbit has."""

    kind: str = Field(description="Which way the orbit is named.")
    reentry_height_km: float = Field(
        default=100.0,
        ge=0.0,
        le=300.0,
        description="Height over the ellipsoid at which the satellite has re-entered, km: "
        "everything ends at the first instant it is that low.",
    )
    note: Note = Field(default="", description=NOTE)

    # Whether its satellites are numbered, NAME-1 and on, as those of a constellation.
    several: ClassVar[bool] = False

    @classmethod
    def raw_count(cls, raw: Mapping[str, Any]) -> int | None:
        """Return how many satellites a raw table of several makes; None where it does not say."""
        return None

    def count(self) -> int:
        """Return how many satellites the orbit makes."""
        return 1


class PropagatedOrbit(OrbitTable):
    """What every orbit has that is propagated from elements."""

    decay: DecayTable | None = Field(
        default=None,
        description="How it decays over months and years; without it drag is SGP4's own, by bstar.",
    )


class _FiledOrbit(PropagatedOrbit):
    """An orbit that may be read from a file; once read, the file is only named in the note."""

    satellite: str | int | None = Field(
        default=None,
        description="Name or catalogue number of the satellite to take; needed if the file has "
        "several.",
    )
    file: str | None = Field(
        default=None,
        description="File of element sets, relative to the scenario's folder. Of several epochs of "
        "a satellite each is flown from the middle between it and the one before to the middle "
        "to the next; if none is inside the span, the nearest to its middle.",
    )
    content_key: ClassVar[str]

    @classmethod
    def content(cls, sets: Sequence[elementsets.ElementSet]) -> Any:
        """Return what replaces the file: sets of one satellite. Raises InputError if damaged."""
        raise NotImplementedError

    @classmethod
    def read_sets(cls, text: str) -> tuple[elementsets.ElementSet, ...]:
        """Return the element sets of a file's text."""
        raise NotImplementedError

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        inline = [key for key in ("catalog", cls.content_key) if raw.get(key) is not None]
        if (raw.get("file") is None) != bool(inline):
            yield (), f"give exactly one of file and {cls.content_key}"
        if raw.get("satellite") is not None and inline:
            yield ("satellite",), "chooses from a file, and there is none"

    @classmethod
    def filled(cls, raw: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Return the orbit with its file replaced by what is in it."""
        filled = super().filled(raw, info)
        file, satellite = raw.get("file"), raw.get("satellite")
        if filled.get(cls.content_key) is not None or not isinstance(file, str):
            return filled
        try:
            content = cls._read(file, satellite, info)
        except InputError:
            return filled  # said by the check of the key, beside the table's other faults
        own_keys = {key: value for key, value in filled.items() if key not in ("file", "satellite")}
        return {"note": f"read from {file}", **own_keys, cls.content_key: content}

    @field_validator("file")
    @classmethod
    def _readable(cls, file: str | None, info: ValidationInfo) -> str | None:
        if file is not None and "satellite" in info.data:
            try:
                cls._read(file, info.data["satellite"], info)
            except InputError as error:
                whole_file: Where = ()
                raise faults_at([(whole_file, p) for p in error.problems], file) from None
        return file

    @classmethod
    def _read(cls, file: str, satellite: str | int | None, info: ValidationInfo) -> Any:
        folder = (info.context or {}).get("folder", Path())
        text = read_text(folder / file, limit_bytes=MAX_ELEMENTS_FILE_BYTES)
        try:
            return cls.content(elementsets.choose(cls.read_sets(text), satellite))
        except InputError as error:
            raise InputError([f"{file}: {problem}" for problem in error.problems]) from None


class TleOrbit(_FiledOrbit, CatalogTable):
    """A two-line element set: in the scenario, a file or the catalogue."""

    catalog_kind: ClassVar[str] = "elements"
    not_from_catalog: ClassVar[frozenset[str]] = frozenset({"kind", "file", "satellite", "note"})
    content_key: ClassVar[str] = "lines"

    kind: Literal["tle"] = Field(description="Two-line element set.")
    lines: tuple[str, ...] | None = Field(
        default=None,
        description="The two lines, 69 columns each, or those of several epochs; give them or a "
        "file.",
    )

    @classmethod
    def read_sets(cls, text: str) -> tuple[elementsets.ElementSet, ...]:
        sets = tle.read_sets(text)
        if not sets and omm.is_message(text):
            raise InputError("holds orbit mean-elements messages; read it with kind = 'omm'")
        return sets

    @classmethod
    def content(cls, sets: Sequence[elementsets.ElementSet]) -> tuple[str, ...]:
        if faults := tle.faults_of_sets([element_set.lines for element_set in sets]):
            raise InputError(faults)
        return tuple(line for element_set in sets for line in element_set.lines)

    @field_validator("lines")
    @classmethod
    def _sound(cls, lines: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if lines is None:
            return None
        lines = tuple(line.rstrip(" \t\r\n") for line in lines)
        sets = [lines[n : n + 2] for n in range(0, len(lines), 2)]
        if faults := tle.faults_of_sets(sets or [()]):
            whole_list: Where = ()
            raise faults_at([(whole_list, problem) for problem in faults], lines)
        return lines


class MeanElements(ScenarioTable):
    """SGP4 mean elements, as an orbit mean-elements message (CCSDS OMM) gives them."""

    name: Name | None = Field(default=None, description="Name of the satellite in the message.")
    catalogue_number: int | None = Field(
        default=None, ge=0, le=999_999_999, description="NORAD catalogue number."
    )
    epoch: Instant = Field(description="Instant of the elements, with offset.")
    mean_motion_rev_per_day: float = Field(
        ge=elementsets.MIN_MEAN_MOTION_REV_PER_DAY,
        le=elementsets.MAX_MEAN_MOTION_REV_PER_DAY,
        description="Mean motion (Kozai), revolutions a day.",
    )
    eccentricity: float = Field(ge=0.0, lt=1.0, description="Eccentricity.")
    inclination_deg: Inclination = Field(description=INCLINATION)
    raan_deg: Angle = Field(description=RAAN)
    argument_of_perigee_deg: Angle = Field(description=ARGUMENT_OF_PERIGEE)
    mean_anomaly_deg: Angle = Field(description=MEAN_ANOMALY)
    bstar: Drag = Field(default=0.0, description=BSTAR)
    mean_motion_dot_rev_per_day2: float = Field(
        default=0.0, description="Half the first derivative of mean motion; SGP4 ignores it."
    )
    mean_motion_ddot_rev_per_day3: float = Field(
        default=0.0, description="A sixth of the second derivative; SGP4 ignores it."
    )

    @field_validator("eccentricity")
    @classmethod
    def _above_surface(cls, eccentricity: float, info: ValidationInfo) -> float:
        mean_motion = info.data.get("mean_motion_rev_per_day")
        if mean_motion and (why := elementsets.mean_motion_fault(mean_motion, eccentricity)):
            raise fault(why)
        return eccentricity


def _several(value: Any) -> Any:
    """Return one table of elements as a list of one."""
    return (value,) if isinstance(value, Mapping | MeanElements) else value


class OmmOrbit(_FiledOrbit):
    """An orbit mean-elements message: a file, or its elements as a table."""

    content_key: ClassVar[str] = "elements"

    kind: Literal["omm"] = Field(description="Orbit mean-elements message (CCSDS OMM).")
    elements: (
        Annotated[
            tuple[MeanElements, ...],
            Field(min_length=1),
            BeforeValidator(
                _several, json_schema_input_type=MeanElements | tuple[MeanElements, ...]
            ),
        ]
        | None
    ) = Field(
        default=None,
        description="The message's mean elements, or those of several epochs; give them or a file.",
    )

    @classmethod
    def read_sets(cls, text: str) -> tuple[elementsets.ElementSet, ...]:
        return omm.read_sets(text)

    @classmethod
    def content(cls, sets: Sequence[elementsets.ElementSet]) -> tuple[MeanElements, ...]:
        faults: list[str] = []
        read: list[MeanElements] = []
        for number, element_set in enumerate(sets, 1):
            at = f"message {number}: " if len(sets) > 1 else ""
            try:
                read.append(_mean_elements(element_set.fields or {}))
            except InputError as error:
                faults += [at + problem for problem in error.problems]
        if faults:
            raise InputError(faults[:MAX_FAULTS])
        return tuple(read)


def _mean_elements(fields: Mapping[str, str]) -> MeanElements:
    # A fault names the field as the message has it, not the key it becomes.
    fields_by_key = {key: field for field, key in omm.NUMBERS.items()}
    fields_by_key |= {"name": "OBJECT_NAME", "epoch": "EPOCH", "catalogue_number": "NORAD_CAT_ID"}
    try:
        return MeanElements.model_validate(omm.mean_elements(fields))
    except ValidationError as error:
        raise InputError(
            [
                f"{fields_by_key.get(str(e['loc'][0]), e['loc'][0])} {e['msg']}"
                for e in error.errors()
            ]
        ) from None
