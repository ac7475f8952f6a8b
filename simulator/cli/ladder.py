"""`simulator ladder`: what each step of a scenario adds, and what its order hides."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from simulator.cli.answering import Given, answers
from simulator.cli.options import Overrides, ScenarioFile, drawing_processes

EXAMPLE = "ladder scenarios/cooperation.toml --figure latency_mean_h --figure age_mean_h"

NetworkName = Annotated[
    str | None,
    typer.Option(
        "--network",
        metavar="NAME",
        help="The network looked at on every rung. [default: that of each step]",
    ),
]
Figures = Annotated[
    list[str] | None,
    typer.Option("--figure", metavar="NAME", help="A figure; may be repeated. [default: nine]"),
]
Orders = Annotated[
    int,
    typer.Option(
        metavar="N",
        min=4,
        help="Orders of steps to sample where trying every set of them would cost more.",
    ),
]
Full = Annotated[
    bool, typer.Option("--full", help="Print every figure with its ranges, and the sources.")
]


@answers
def command(
    scenario: ScenarioFile,
    network: NetworkName = None,
    figures: Figures = None,
    orders: Orders = 60,
    overrides: Overrides = None,
    full: Full = False,
) -> Given:
    """Say what each step of a scenario adds to the one before.

    The scenario's [[steps]] are taken one after another, with the same draws on every rung: what
    each adds to every figure, which is the first that matters, and what the order hides.
    """
    from simulator import report
    from simulator.scenario import load
    from simulator.worth import answered, ladder

    loaded = load(scenario, overrides=overrides or ())
    # Sets of steps are worked out side by side whether there are draws or not.
    with drawing_processes(os.cpu_count() or 1, module="simulator.worth.ladders") as workers:
        found = ladder(
            loaded, network=network, figures=figures or None, orders=orders, workers=workers
        )
    text = report.ladder_text(found, full=full)
    answer = answered(loaded, "ladder", found.asked, text, found.tables, others=found.scenarios)
    return Given(answer, "values")
