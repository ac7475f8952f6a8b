"""`simulator explain`: what a column, a figure or a scenario key means."""

from __future__ import annotations

from typing import Annotated

import typer

from simulator.cli.printing import print_text

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

    print_text(report.explain_text(name) if name else report.figures_markdown())
