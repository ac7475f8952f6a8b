"""`simulator ladder`: what each step of a scenario adds, and what its order hides."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.options import AsCsv, AsJson, Overrides, ScenarioFile, refuse_csv_and_json
from simulator.cli.printing import print_text

if TYPE_CHECKING:
    from simulator.processes import ProcessPool

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


def command(
    scenario: ScenarioFile,
    network: NetworkName = None,
    figures: Figures = None,
    orders: Orders = 60,
    overrides: Overrides = None,
    full: Full = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Say what each step of a scenario adds to the one before.

    The scenario's [[steps]] are taken one after another, with the same draws on every rung: what
    each adds to every figure, which is the first that matters, and what the order hides.
    """
    refuse_csv_and_json(as_csv, as_json)

    from simulator import report
    from simulator.scenario import load
    from simulator.worth import ladder

    loaded = load(scenario, overrides=overrides or ())
    with _working() as workers:
        found = ladder(
            loaded, network=network, figures=figures or None, orders=orders, workers=workers
        )
    if as_csv:
        print_text(report.ladder_csv(found))
    elif as_json:
        print_text(report.json_text(report.ladder_facts(found)))
    else:
        print_text(report.ladder_text(found, full=full))


def _working() -> AbstractContextManager[ProcessPool | None]:
    """Return processes, one a core, that import what they need meanwhile."""
    from simulator.processes import ProcessPool

    count = os.cpu_count() or 1
    return nullcontext() if count < 2 else ProcessPool(count, module="simulator.worth.ladders")
