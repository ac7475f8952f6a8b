"""Orbits that tests fly: by perigee, apogee and inclination, from one epoch."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from simulator.orbits import elements, from_scenario
from tests import made

EPOCH = datetime(2023, 11, 21, tzinfo=UTC)


def kepler(
    perigee_km: float, apogee_km: float, inclination_deg: float = 63.4, **more: Any
) -> elements.Elements:
    """Return an orbit with its perigee in the south, where nothing else is asked for."""
    shape = {"argument_of_perigee_deg": 270.0, **more}
    return elements.keplerian(
        "k", EPOCH, elements.KeplerElements(perigee_km, apogee_km, inclination_deg, **shape)
    )


def satellites_of(**orbit: Any) -> list[elements.Elements]:
    """Return the satellites, named s, of an orbit by its keys, from the equinox of March 2024."""
    text = made.text(start="2024-03-20", satellite={"name": "s", "orbit": orbit})
    return [each for each, _ in from_scenario(made.scenario(text))]
