"""`simulator withdrawal`: what becomes of a network when members leave or join it."""

from __future__ import annotations

from typing import Annotated

import typer

from simulator.cli.answering import Given, NetworkName, answers
from simulator.cli.options import Overrides, ScenarioFile, drawing_processes

EXAMPLE = "withdrawal scenarios/malligyong-1.toml --network dprk+russia --on 2023-09-08"

Baseline = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="What is left without them. [default: the scenario's]"),
]
Members = Annotated[
    list[str] | None,
    typer.Option(
        "--member",
        metavar="NAME",
        help="Who leaves; may be repeated. [default: all that the baseline has not]",
    ),
]
On = Annotated[
    str | None,
    typer.Option(
        "--on",
        metavar="TIME",
        help="When they leave: a date, or a time with its offset. [default: by the members' own "
        "from_utc and until_utc]",
    ),
]


@answers
def command(
    scenario: ScenarioFile,
    network: NetworkName = None,
    baseline: Baseline = None,
    members: Members = None,
    on: On = None,
    overrides: Overrides = None,
) -> Given:
    """Say what becomes of a network when members leave or join it.

    Figures before and after, beside those had all members stayed and those of the baseline, and
    the age of the newest picture through the event, over the scenario's draws.
    """
    if members and on is None:
        raise typer.BadParameter("--member stands without --on, when they leave")

    from simulator import report
    from simulator.scenario import load
    from simulator.worth import answered, withdrawal

    loaded = load(scenario, overrides=overrides or ())
    with drawing_processes(
        loaded.uncertainty.draws, module="simulator.worth.withdrawals"
    ) as workers:
        found = withdrawal(
            loaded,
            network=network,
            baseline=baseline,
            members=members or (),
            on=on,
            workers=workers,
        )
    answer = answered(
        loaded, "withdrawal", found.asked, report.withdrawal_text(found), found.tables
    )
    return Given(answer, "figures")
