"""The contact plan of a network of a run, as JSON of HDTN."""

from __future__ import annotations

from pathlib import Path

from simulator.export.choices import Choices
from simulator.export.plan_choice import chosen_plan
from simulator.plans import hdtn_bytes
from simulator.results import Results


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write the plan of the chosen network."""
    place.write_bytes(hdtn_bytes(chosen_plan(results, choices)))
