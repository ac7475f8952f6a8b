"""The contact plan of a network of a run, as commands of ION."""

from __future__ import annotations

from pathlib import Path

from simulator.export.choices import Choices
from simulator.export.plan_choice import chosen_plan
from simulator.plans import ion_text
from simulator.results import Results


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write the plan of the chosen network."""
    place.write_bytes(ion_text(chosen_plan(results, choices)).encode("utf-8"))
