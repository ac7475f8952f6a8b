"""`simulator schema`: the JSON Schema of a scenario file."""

from __future__ import annotations

from simulator.cli.printing import print_text

EXAMPLE = "schema > scenario.schema.json"


def command() -> None:
    """Print the JSON Schema of a scenario file."""
    from simulator import report
    from simulator.scenario import json_schema

    print_text(report.json_text(json_schema()))
