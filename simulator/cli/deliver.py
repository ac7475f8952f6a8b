"""`simulator deliver`: pictures over a contact plan of a file, by the planner of runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.options import AsCsv, AsJson, instant_of, refuse_csv_and_json
from simulator.cli.printing import print_text

EXAMPLE = "deliver plan.ionrc --pictures pictures.csv --satellite 101 --headquarters 1"

PlanFile = Annotated[
    Path,
    typer.Argument(metavar="PLAN", help="Contact plan of ION (text), HDTN (JSON) or simulator."),
]
Pictures = Annotated[
    Path,
    typer.Option(
        metavar="FILE",
        help="CSV file with the columns satellite, taken_utc or taken_s, size_bits or size_mbit; "
        "or the folder of a run.",
    ),
]
Satellites = Annotated[
    list[int] | None,
    typer.Option("--satellite", metavar="NODE", help="This node takes pictures; may be repeated."),
]
Headquarters = Annotated[
    list[int] | None,
    typer.Option(
        "--headquarters", metavar="NODE", help="Pictures are to go here; may be repeated."
    ),
]
Start = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="When the plan is loaded, if its seconds count from then: a time with its offset, "
        "or a date, from midnight UTC on.",
    ),
]


def command(
    plan_file: PlanFile,
    pictures: Pictures,
    satellites: Satellites = None,
    headquarters: Headquarters = None,
    start: Start = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Say when pictures are at headquarters over a contact plan, of any program."""
    refuse_csv_and_json(as_csv, as_json)
    from simulator import report
    from simulator.plans import PlanRoles, read_pictures, read_plan, send

    roles = PlanRoles(tuple(satellites or ()), tuple(headquarters or ()))
    plan = read_plan(plan_file, roles, start=instant_of("--start", start))
    sent = send(plan, read_pictures(pictures, plan))
    if as_csv:
        print_text(report.sent_csv(sent))
    elif as_json:
        print_text(report.json_text(report.sent_facts(sent)))
    else:
        print_text(report.sent_text(sent))
