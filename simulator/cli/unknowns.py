"""`simulator unknowns`: which of what nobody knows decides a scenario's figures."""

from __future__ import annotations

from typing import Annotated

import typer

from simulator.cli.answering import Figures, Given, answers
from simulator.cli.options import Overrides, ScenarioFile, drawing_processes

EXAMPLE = "unknowns scenarios/malligyong-1.toml --rows 64 --figure latency_mean_h"

Rows = Annotated[
    int,
    typer.Option(
        "--rows",
        metavar="N",
        min=4,
        help="Rows of the design, a power of two; each takes two draws more than there are "
        "unknowns.",
    ),
]
Full = Annotated[bool, typer.Option("--full", help="Show every figure of every network.")]


@answers
def command(
    scenario: ScenarioFile,
    figures: Figures = None,
    rows: Rows = 512,
    overrides: Overrides = None,
    full: Full = False,
) -> Given:
    """Say which unknown decides: what each one's publication would settle of every figure.

    Sobol indices of figures and of their ratios to the baseline's, with ranges, over the
    distributions of the scenario, the phase of the orbit and whatever hangs on the seed.
    """
    if rows & (rows - 1):
        raise typer.BadParameter(f"--rows is {rows}; it must be a power of two, such as 256 or 512")

    from simulator import report
    from simulator.scenario import load
    from simulator.worth import answered, sensitivity

    loaded = load(scenario, overrides=overrides or ())
    with drawing_processes(rows, module="simulator.worth.sensitivities") as workers:
        found = sensitivity(loaded, figures=figures or None, rows=rows, workers=workers)
    text = report.sensitivity_text(found, full=full)
    answer = answered(loaded, "unknowns", found.asked, text, found.tables)
    return Given(answer, "indices")
