"""The rungs of a scenario's ladder of cameras: sensors flown in turn in place of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from simulator.scenario.satellites import Sensor
from simulator.scenario.table import ScenarioTable, from_id, known_entry
from simulator.scenario.units import Name


class Camera(ScenarioTable):
    """One rung: a sensor, and what it is called."""

    name: Name = Field(description="Name, unlike any other camera's.")
    sensor: Annotated[
        Sensor, BeforeValidator(from_id(Sensor), json_schema_input_type=str | Sensor)
    ] = Field(description="Sensor: a table, or a catalogue id.")

    def catalog_entries(self) -> Iterator[tuple[str, str]]:
        # A run flies none of them: the ladder does, and counts them as its rungs'.
        yield from ()


def camera_of_id(value: Any) -> Any:
    """Return a bare catalogue id as the camera that it names; anything else as it is."""
    if not isinstance(value, str):
        return value
    return {"name": value, "sensor": known_entry(Sensor.catalog_kind, value)}
