"""`simulator explain`: what a column, a figure or a scenario key means."""

from __future__ import annotations

from typing import Annotated

import typer

from simulator.cli.application import COMMANDS
from simulator.cli.printing import print_text
from simulator.errors import InputError

EXAMPLE = "explain wait_mean_h"

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME",
        help="A column, a figure, a table, a variable or a scenario key. [default: a list of all "
        "figures]",
    ),
]


def command(name: Name = None) -> None:
    """Say what a column, a figure, a table or a scenario key means."""
    from simulator import report

    try:
        print_text(report.explain_text(name) if name else report.figures_markdown())
    except InputError as unknown:
        if name in COMMANDS:
            raise InputError(f"'{name}' is a command: simulator {name} --help") from unknown
        raise
