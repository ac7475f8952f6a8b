"""`simulator spread`: satellites of one launch while they spread over their plane, and after."""

from __future__ import annotations

from typing import Annotated

import typer

from simulator.cli.answering import Given, answers
from simulator.cli.options import Overrides, ScenarioFile

EXAMPLE = "spread scenarios/one-rocket.toml --parts 3"

Parts = Annotated[
    int, typer.Option("--parts", metavar="N", help="Into how many stages the spread is cut.")
]


@answers
def command(
    scenario: ScenarioFile,
    parts: Parts = 4,
    overrides: Overrides = None,
) -> Given:
    """Say what satellites of one launch see while they spread over their plane, and after.

    For a scenario with an orbit of kind plane-spread: how long it takes, how each satellite gets to
    its place, and revisit, response and age by stage and network.
    """
    from simulator import report
    from simulator.launches import spread_stages
    from simulator.scenario import load
    from simulator.worth import answered

    loaded = load(scenario, overrides=overrides or ())
    found = spread_stages(loaded, parts=parts)
    answer = answered(loaded, "spread", found.asked, report.stages_text(found), found.tables)
    return Given(answer, "stages")
