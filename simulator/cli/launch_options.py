"""`simulator options`: which rocket brings what to the orbit of a scenario, and what that sees."""

from __future__ import annotations

from typing import Annotated

import typer

from simulator.cli.answering import Given, answers
from simulator.cli.options import Overrides, ScenarioFile

EXAMPLE = "options scenarios/malligyong-1.toml --vehicle chollima1 --vehicle soyuz21a_fregat"

Vehicles = Annotated[
    list[str] | None,
    typer.Option(
        "--vehicle",
        metavar="ID",
        help="A rocket of the catalogue; may be repeated. [default: all that fly and of which a "
        "payload is known]",
    ),
]
Classes = Annotated[
    list[str] | None,
    typer.Option(
        "--class",
        metavar="ID",
        help="A sensor of the catalogue that has its satellite's mass; may be repeated. [default: "
        "seven from 117 to 1,100 kg]",
    ),
]
Most = Annotated[
    int, typer.Option("--most", metavar="N", help="The most satellites that figures are told of.")
]


@answers
def command(
    scenario: ScenarioFile,
    vehicles: Vehicles = None,
    classes: Classes = None,
    most: Most = 4,
    overrides: Overrides = None,
) -> Given:
    """Say which rocket, from where, brings how many satellites to a scenario's orbit.

    What each lifts there, along which corridor, how many satellites of real classes that is, and
    how often, how soon and how fresh these see the scenario's targets, by network.
    """
    from simulator import report
    from simulator.launches import launch_options
    from simulator.scenario import load
    from simulator.worth import answered

    loaded = load(scenario, overrides=overrides or ())
    found = launch_options(loaded, vehicles=vehicles, classes=classes, most=most)
    text = report.options_text(found)
    answer = answered(loaded, "options", found.asked, text, found.tables)
    return Given(answer, "figures")
