"""`simulator schema`: the JSON Schema of a scenario file, or its keys as a page."""

from __future__ import annotations

from typing import Annotated

import typer

from simulator.cli.printing import print_text

EXAMPLE = "schema > scenario.schema.json"

Keys = Annotated[bool, typer.Option("--keys", help="All keys as tables in Markdown instead.")]


def command(keys: Keys = False) -> None:
    """Print the JSON Schema of a scenario file, for editors that complete and check it."""
    from simulator import report
    from simulator.scenario import json_schema

    print_text(report.keys_markdown() if keys else report.json_text(json_schema()))
