"""`simulator launch`: what each hour of a launch's lift-off gives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.answering import Given, answers
from simulator.cli.options import Overrides
from simulator.errors import InputError

EXAMPLE = "launch kms3_2 --hours 05:00-14:00 --step 30"

Launch = Annotated[str, typer.Argument(metavar="LAUNCH", help="A launch of the catalogue, by id.")]
Hours = Annotated[
    str | None,
    typer.Option(
        metavar="FROM-TO",
        help="Lift-offs, local clocks at the site, as 00:00-23:59. [default: the whole day]",
    ),
]
Step = Annotated[float, typer.Option(metavar="MIN", help="Minutes from one lift-off to the next.")]
Window = Annotated[
    str | None,
    typer.Option(
        metavar="FROM-TO",
        help="Hours over which median and range are told, local clocks. [default: those notified, "
        "where the catalogue has them]",
    ),
]
ScenarioOption = Annotated[
    Path | None,
    typer.Option(
        "--scenario",
        metavar="FILE",
        help="Scenario that gives targets, span and sensor. [default: 14 places in South Korea, "
        "Japan and Guam, the sensor assumed for Malligyong-1]",
    ),
]
Days = Annotated[
    float | None, typer.Option(metavar="N", help="How many days. [default: 30, or the scenario's]")
]


@answers
def command(
    launch: Launch,
    hours: Hours = None,
    step: Step = 60.0,
    window: Window = None,
    scenario: ScenarioOption = None,
    days: Days = None,
    overrides: Overrides = None,
) -> Given:
    """Say what each hour of a launch's lift-off gives: its plane, light, accesses and revisit.

    The hour of the lift-off sets the plane. A notified window is told as a distribution.
    """
    if scenario is None and overrides:
        raise typer.BadParameter("--set stands without --scenario, whose keys it overrides")
    if days is not None and not 0.0 < days <= 3_650.0:
        raise InputError(f"days: {days:g}; allowed above 0 to 3650")

    from simulator import report
    from simulator.launches import launch_hours, scenario_of_launch
    from simulator.scenario import load
    from simulator.worth import answered

    if scenario is None:
        loaded = scenario_of_launch(launch, days=days or 30.0)
    else:
        more = [f"span.days={days!r}"] if days is not None else []
        loaded = load(scenario, overrides=[*(overrides or ()), *more])
    found = launch_hours(loaded, launch, hours=hours, step_min=step, window=window)
    text = report.launch_text(found)
    answer = answered(found.scenario, "launch", found.asked, text, found.tables)
    return Given(answer, "hours")
