"""Radio links of a scenario: transmitters of satellites, receivers on the ground, crosslinks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_args

from pydantic import AfterValidator, Field

from simulator.scenario.table import ScenarioTable, faults_at
from simulator.scenario.units import Rate
from simulator.scenario.words import Where, shown
from simulator.units import HOUR_S

Band = Literal["UHF", "S", "C", "X", "Ku", "Ka"]
BANDS: tuple[Band, ...] = get_args(Band)


class _BandTable(ScenarioTable):
    """One end of a link in one band, with its part of a link budget or without."""

    band: Band = Field(description="Band: UHF, S, C, X, Ku or Ka.")

    budget_keys: ClassVar[tuple[str, ...]]

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        absent = [key for key in cls.budget_keys if raw.get(key) is None]
        if 0 < len(absent) < len(cls.budget_keys):
            present = next(key for key in cls.budget_keys if key not in absent)
            yield (), f"has {present} without {_listed(absent)}; a link budget needs all of them"

    @property
    def has_budget(self) -> bool:
        """Whether the rate of a link may be computed with this end of it."""
        return getattr(self, self.budget_keys[0]) is not None


_End = TypeVar("_End", bound=_BandTable)


class Transmitter(_BandTable):
    """What a satellite sends pictures with in one band: at a fixed rate, or by a link budget."""

    budget_keys: ClassVar = (
        "power_w",
        "antenna_gain_dbi",
        "frequency_ghz",
        "required_eb_n0_db",
    )

    rate_mbps: Rate = Field(description="Rate, Mbit/s; with a link budget the greatest.")
    power_w: float | None = Field(
        default=None, gt=0.0, le=10_000.0, description="Transmitted power, W; for a link budget."
    )
    antenna_gain_dbi: float | None = Field(
        default=None,
        ge=-30.0,
        le=80.0,
        description="Gain of the satellite's antenna, dBi; for a link budget.",
    )
    frequency_ghz: float | None = Field(
        default=None, ge=0.1, le=50.0, description="Frequency, GHz; for a link budget."
    )
    required_eb_n0_db: float | None = Field(
        default=None,
        ge=-2.0,
        le=40.0,
        description="Energy a bit over noise density the receiver needs, dB; for a link budget.",
    )
    losses_db: float = Field(
        default=0.0,
        ge=0.0,
        le=60.0,
        description="Pointing, polarisation, atmosphere, implementation, dB.",
    )
    margin_db: float = Field(default=3.0, ge=0.0, le=30.0, description="Margin kept, dB.")

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from super().raw_faults(raw)
        if any(raw.get(key) is not None for key in cls.budget_keys):
            return
        # A table written out holds the defaults too: only another value is a budget begun.
        for key in ("losses_db", "margin_db"):
            if raw.get(key) not in (None, cls.model_fields[key].default):
                yield (key,), f"goes with a link budget: {_listed(cls.budget_keys)}"


class Receiver(_BandTable):
    """What a station or relay receives one band with."""

    budget_keys: ClassVar = ("antenna_gain_dbi", "noise_temperature_k")

    antenna_gain_dbi: float | None = Field(
        default=None, ge=-30.0, le=100.0, description="Gain of the antenna, dBi; for a link budget."
    )
    noise_temperature_k: float | None = Field(
        default=None,
        ge=1.0,
        le=10_000.0,
        description="Noise temperature of the system, K; for a link budget.",
    )


class CrosslinkTable(ScenarioTable):
    """Links between the satellites of a scenario that one network may use."""

    rate_mbps: Rate = Field(description="Rate, Mbit/s.")
    max_range_km: float | None = Field(
        default=None, gt=0.0, le=100_000.0, description="Greatest length, km; absent: no limit."
    )
    grazing_height_km: float = Field(
        default=100.0,
        ge=0.0,
        le=2_000.0,
        description="Least height of the link over the ellipsoid, km.",
    )
    max_pointing_deg: float | None = Field(
        default=None,
        gt=0.0,
        le=90.0,
        description="Greatest angle of the link above or below the plane normal to the line to the "
        "Earth's centre, at either satellite, degrees; absent: no limit.",
    )
    acquisition_s: float = Field(
        default=0.0, ge=0.0, le=HOUR_S, description="Time at the start of a link without data."
    )
    terminals: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description="Links a satellite keeps at once; absent: any number.",
    )


def _one_a_band(ends: tuple[_End, ...]) -> tuple[_End, ...]:
    first: dict[str, int] = {}
    problems: list[tuple[Where, str]] = []
    for index, end in enumerate(ends):
        if first.setdefault(end.band, index) != index:
            sentence = f"{shown(end.band)} is already the band of item {first[end.band]}"
            problems.append(((index, "band"), sentence))
    if problems:
        raise faults_at(problems, ends)
    return ends


def _listed(keys: Sequence[str]) -> str:
    *most, last = keys
    return f"{', '.join(most)} and {last}" if most else last


Transmitters = Annotated[
    tuple[Transmitter, ...], Field(max_length=len(BANDS)), AfterValidator(_one_a_band)
]
Receivers = Annotated[
    tuple[Receiver, ...], Field(max_length=len(BANDS)), AfterValidator(_one_a_band)
]
