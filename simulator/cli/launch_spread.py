"""`simulator spread`: satellites of one launch while they spread over their plane, and after."""

from __future__ import annotations

from typing import Annotated

import typer

from simulator.cli.answering import AnswerFolder, Replace, give, refuse_early
from simulator.cli.options import AsCsv, AsJson, Overrides, ScenarioFile

EXAMPLE = "spread scenarios/one-rocket.toml --parts 3"

Parts = Annotated[
    int, typer.Option("--parts", metavar="N", help="Into how many stages the spread is cut.")
]


def command(
    scenario: ScenarioFile,
    parts: Parts = 4,
    overrides: Overrides = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
    out: AnswerFolder = None,
    force: Replace = False,
) -> None:
    """Say what satellites of one launch see while they spread over their plane, and after.

    For a scenario with an orbit of kind plane-spread: how long it takes, how each satellite gets to
    its place, and revisit, response and age by stage and network.
    """
    refuse_early(as_csv=as_csv, as_json=as_json, out=out, force=force)

    from simulator import report
    from simulator.launches import spread_stages
    from simulator.scenario import load
    from simulator.worth import answered

    loaded = load(scenario, overrides=overrides or ())
    found = spread_stages(loaded, parts=parts)
    answer = answered(loaded, "spread", found.asked, report.stages_text(found), found.tables)
    give(answer, "stages", as_csv=as_csv, as_json=as_json, out=out, force=force)
