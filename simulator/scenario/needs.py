"""What a target asks of a look: how good it must be for what shows itself there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pydantic import Field

from simulator.scenario.table import CatalogTable
from simulator.scenario.words import Where


class Need(CatalogTable):
    """How good a look must be, as to classify a launcher: of an optical one, and of a radar's."""

    catalog_kind: ClassVar[str] = "needs"

    niirs: float | None = Field(
        default=None,
        gt=0.0,
        le=9.0,
        description="Least interpretability of an optical look, NIIRS as GIQE-5 predicts it; "
        "absent: none is good enough.",
    )
    radar_resolution_m: float | None = Field(
        default=None,
        gt=0.0,
        le=10_000.0,
        description="Coarsest resolution on the ground of a radar's look, metres (its gsd_m); "
        "absent: none is good enough.",
    )

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        if all(raw.get(key) is None for key in ("catalog", "niirs", "radar_resolution_m")):
            yield (), "asks for nothing; give niirs, radar_resolution_m or both"
