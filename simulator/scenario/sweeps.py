"""The scenario's own sweep: which of its keys vary, and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from simulator.scenario.table import ScenarioTable
from simulator.scenario.words import Where

MAX_AXES = 32


class SweepTable(ScenarioTable):
    """What a sweep of the scenario varies; a plain run takes no notice of it."""

    vary: dict[str, tuple[Any, ...] | str] = Field(
        default_factory=dict,
        max_length=MAX_AXES,
        description='Keys that vary: "path" = a list, "start:stop:count", or "start:stop" where '
        "the mode is sample.",
    )
    mode: Literal["grid", "zip", "sample"] = Field(
        default="grid", description="Every combination, side by side, or sampled."
    )
    sample: int | None = Field(
        default=None, ge=1, description="How many points are sampled, with mode sample."
    )
    method: Literal["sobol", "latin", "random"] = Field(
        default="sobol", description="How points are sampled."
    )
    seed: int = Field(default=0, ge=0, le=2**32 - 1, description="Seed of the sample.")

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        if (raw.get("mode") == "sample") != (raw.get("sample") is not None):
            yield ("sample",), 'stands with mode = "sample", and that with it'
