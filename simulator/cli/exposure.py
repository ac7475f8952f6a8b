"""`simulator exposure`: what a plan at a target risks, over what nobody knows of a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.answering import FewDraws, Given, answers
from simulator.cli.options import Overrides, ScenarioFile, drawing_processes

EXAMPLE = (
    "exposure scenarios/malligyong-1.toml --target osan --start 2023-08-26T00:00:00Z --hours 12"
)

TargetName = Annotated[
    str, typer.Option("--target", metavar="NAME", help="Target of the scenario, by name.")
]
Starts = Annotated[
    list[str] | None,
    typer.Option(
        "--start",
        metavar="TIME",
        help="When the plan begins, as 2023-11-24T00:00:00Z, or a date; may be repeated.",
    ),
]
Hours = Annotated[
    list[float] | None,
    typer.Option(metavar="H", help="How many hours it lasts: once, or once for each --start."),
]
PlanFile = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="FILE",
        help="CSV file of the plan instead, with the columns start and end, or start and hours.",
    ),
]
Useful = Annotated[
    float,
    typer.Option(metavar="H", help="A picture counts if it is home so long after the plan."),
]


@answers
def command(
    scenario: ScenarioFile,
    target: TargetName,
    starts: Starts = None,
    hours: Hours = None,
    plan_file: PlanFile = None,
    useful_h: Useful = 0.0,
    draws: FewDraws = 10_000,
    overrides: Overrides = None,
) -> Given:
    """Say what a plan at a target risks: a look, a picture, and that home in time.

    By network, over the scenario's draws.
    """
    if plan_file is not None and (starts or hours):
        raise typer.BadParameter("--plan stands beside --start and --hours; choose one")

    from simulator import report
    from simulator.scenario import load
    from simulator.watched import exposure, plan_in, plan_of
    from simulator.worth import answered

    plan = plan_of(starts or (), hours or ()) if plan_file is None else plan_in(plan_file)
    loaded = load(scenario, overrides=overrides or ())
    count = min(draws, loaded.uncertainty.draws)
    with drawing_processes(count, module="simulator.watched.exposures") as workers:
        found = exposure(loaded, target, plan, useful_h=useful_h, draws=draws, workers=workers)
    answer = answered(loaded, "exposure", found.asked, report.exposure_text(found), found.tables)
    return Given(answer, "figures")
