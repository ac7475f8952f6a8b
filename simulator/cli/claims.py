"""`simulator claims`: published statements, and what is computed of each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.answering import Given, answers

EXAMPLE = "claims pictured_rome guam_received"

Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME", help="Statements, by id; a single one is told in full. [default: all]"
    ),
]
ClaimsFile = Annotated[
    Path | None,
    typer.Option(
        "--file",
        metavar="FILE",
        help="Your own statements (TOML, of the form of the catalogue's). [default: the "
        "catalogue's]",
    ),
]


@answers
def command(names: Names = None, file: ClaimsFile = None) -> Given:
    """Say of published statements whether they can be true, and what they would need.

    Each is confirmed, possible, needs something, refuted, or not checkable.
    """
    from simulator import report
    from simulator.claims import check_claims, scenario_of_claims
    from simulator.numbastart import begin_without_linear_algebra
    from simulator.worth import answered

    begin_without_linear_algebra()
    found = check_claims(names or (), file=file)
    scenario = scenario_of_claims([each.claim for each in found.checked])
    asked = {"names": list(names or ()), "origin": found.origin}
    answer = answered(scenario, "claims", asked, report.claims_text(found), found.tables)
    return Given(answer, "verdicts" if len(found.checked) != 1 else "numbers")
