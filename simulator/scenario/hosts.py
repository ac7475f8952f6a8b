"""What the host of stations does to its guest: it delays, leaves out, and takes pictures first."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from simulator.scenario.table import ScenarioTable
from simulator.scenario.units import Name

MAX_DELAY_H = 168.0

_Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Host(ScenarioTable):
    """Who runs some members of a network for another, and what it keeps from it."""

    members: tuple[Name, ...] | None = Field(
        default=None,
        max_length=1_000,
        description="Names of the stations and relays that it runs; absent: those that the "
        "scenario's baseline has not.",
    )
    delay_h: float = Field(
        default=0.0,
        ge=0.0,
        le=MAX_DELAY_H,
        description="How long it holds each picture that comes through its members, hours.",
    )
    dropped_targets: tuple[Name, ...] = Field(
        default=(),
        max_length=10_000,
        description="Names of targets whose pictures it does not pass on.",
    )
    dropped_share: _Share = Field(
        default=0.0,
        description="Share of the other targets whose pictures it does not pass on either, drawn "
        "by the scenario's seed.",
    )
    first_use_share: _Share = Field(
        default=0.0,
        description="Share of the satellites' revolutions in which it takes the pictures for "
        "itself, drawn by the scenario's seed.",
    )
