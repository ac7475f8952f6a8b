"""When somebody asks for a picture: one table for each `kind`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from simulator.scenario.table import ScenarioTable, known_kind, tag_of_kind

MAX_INTERVAL_H = 8_784.0  # a leap year


class AlwaysRequests(ScenarioTable):
    """A request at every instant: figures are means over the span."""

    kind: Literal["always"] = Field(description="A request at every instant.")


class EveryRequests(ScenarioTable):
    """Requests at even intervals."""

    kind: Literal["every"] = Field(description="Requests at even intervals.")
    every_h: float = Field(
        gt=0.0, le=MAX_INTERVAL_H, description="From one request to the next, hours."
    )
    first_h: float = Field(
        default=0.0, ge=0.0, le=MAX_INTERVAL_H, description="First request after the start, hours."
    )


class PoissonRequests(ScenarioTable):
    """Requests at random instants, drawn by the scenario's seed."""

    kind: Literal["poisson"] = Field(
        description="Requests at random instants, drawn by the scenario's seed."
    )
    per_day: float = Field(gt=0.0, le=10_000.0, description="Mean number of requests a day.")


_BY_KIND: Mapping[str, type[ScenarioTable]] = {
    "always": AlwaysRequests,
    "every": EveryRequests,
    "poisson": PoissonRequests,
}

Requests = Annotated[
    Annotated[AlwaysRequests, Tag("\0AlwaysRequests")]
    | Annotated[EveryRequests, Tag("\0EveryRequests")]
    | Annotated[PoissonRequests, Tag("\0PoissonRequests")],
    Discriminator(tag_of_kind(_BY_KIND)),
    BeforeValidator(known_kind(_BY_KIND, "requests")),
]
