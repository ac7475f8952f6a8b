"""The keys by which several satellites of one launch spread over their plane by drift."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from simulator.scenario.table import ScenarioTable
from simulator.scenario.words import Where, fault

MAX_SPREAD_TOTAL = 100


class SpreadKeys(ScenarioTable):
    """How many satellites, how far apart, and how fast they get there."""

    total: int = Field(
        ge=2, le=MAX_SPREAD_TOTAL, description="Number of satellites of the one launch."
    )
    separation_deg: float | None = Field(
        default=None,
        gt=0.0,
        le=180.0,
        description="Angle along the orbit between neighbours in the end, degrees; default: evenly "
        "round the orbit, 360/total.",
    )
    drift_km: float | None = Field(
        default=None,
        ge=0.1,
        le=100.0,
        description="Height by which the satellite that goes farthest is let off lower or higher "
        "while it drifts, km; give it or drift_days.",
    )
    drift_days: float | None = Field(
        default=None,
        ge=0.5,
        le=3_650.0,
        description="Days from the insertion until all are at their places; give it or drift_km.",
    )

    @classmethod
    def spread_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        """Yield what is wrong with the way in which the speed is given."""
        if (raw.get("drift_km") is None) == (raw.get("drift_days") is None):
            yield (), "give exactly one of drift_km and drift_days"

    @field_validator("separation_deg")
    @classmethod
    def _goes_round_once(cls, apart_deg: float | None, info: ValidationInfo) -> float | None:
        total = info.data.get("total")
        if apart_deg is not None and total is not None and apart_deg * total > 360.0 + 1e-9:
            raise fault(
                f"{apart_deg:g} puts {total} satellites more than once round the orbit; allowed up "
                f"to {360.0 / total:g}"
            )
        return apart_deg
