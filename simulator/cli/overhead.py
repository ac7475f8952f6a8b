"""`simulator overhead`: when satellites could look at places, and when none could."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from simulator.cli.options import (
    OF_PLACES,
    Daylight,
    Days,
    Zone,
    refuse_unknown_options,
    told_instant,
)
from simulator.cli.printing import print_bytes, print_text, warn
from simulator.errors import InputError

EXAMPLE = (
    "overhead osan busan --orbits malligyong1_2026_04_10 --sensor malligyong_press "
    "--start 2026-04-11 --days 2 --work 4h"
)
CONTEXT = OF_PLACES


class Form(StrEnum):
    """Ways to write the answer."""

    TEXT = "text"
    CSV = "csv"
    ICS = "ics"
    JSON = "json"


Places = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PLACE",
        help="Targets, stations or sites of the catalogue, by id; LAT,LON[,HEIGHT_M]; or files of "
        "places, CSV or GeoJSON.",
    ),
]
Orbits = Annotated[
    list[str],
    typer.Option(
        metavar="ORBIT",
        help="As `passes` takes one, or a TLE or OMM file, of which all satellites are taken; may "
        "be repeated.",
    ),
]
Tracks = Annotated[
    list[str] | None,
    typer.Option(
        "--track",
        metavar="FILE",
        help="Way of a unit that moves, GPX, CSV (lat, lon, time) or GeoJSON; may be repeated.",
    ),
]
Start = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="First instant, as 2023-11-22T00:00:00Z; a date, which begins at midnight UTC; or "
        "now. [default: the newest epoch of the orbits]",
    ),
]
Sensors = Annotated[
    list[str] | None,
    typer.Option(
        "--sensor",
        metavar="ID",
        help="Sensor of the catalogue that all have, or NAME=ID for the satellite of a name or an "
        "orbit; may be repeated. [default: none known]",
    ),
]
MinElevation = Annotated[
    float | None,
    typer.Option(
        metavar="DEG", help="Least height of a satellite there. [default: the sensor's, or 5]"
    ),
]
MaxOffNadir = Annotated[
    float | None,
    typer.Option(metavar="DEG", help="Greatest off-nadir angle. [default: the sensor's, or none]"),
]
AnyLight = Annotated[
    bool, typer.Option("--any-light", help="Whatever the light, even if the sensor needs it.")
]
MarginOption = Annotated[
    str | None,
    typer.Option(
        "--margin",
        metavar="S[:S]",
        help="How early or late satellites may be, seconds, and seconds a day from the epoch on, "
        "as 5:2; 0: none. [default: by kind of orbit and age]",
    ),
]
WorkOption = Annotated[
    str | None,
    typer.Option("--work", metavar="TIME", help="Find the safest start of work, as 4h or 90min."),
]
Within = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Within so much of the span, as 2d. [default: all of it]"),
]
Pausing = Annotated[
    bool, typer.Option("--pausing", help="The work may stop while somebody may be looking.")
]
FormOption = Annotated[
    Form, typer.Option("--format", metavar="FORM", help="text, csv, ics (a calendar) or json.")
]


def command(
    orbits: Orbits,
    places: Places = None,
    tracks: Tracks = None,
    start: Start = None,
    days: Days = 7.0,
    zone: Zone = None,
    sensors: Sensors = None,
    min_elevation: MinElevation = None,
    max_off_nadir: MaxOffNadir = None,
    daylight: Daylight = False,
    any_light: AnyLight = False,
    margin: MarginOption = None,
    work: WorkOption = None,
    within: Within = None,
    pausing: Pausing = False,
    form: FormOption = Form.TEXT,
) -> None:
    """Say when satellites could look at places, what is quiet between, and when to work.

    Needs no scenario file. Margins for the age of the orbits are counted in.
    """
    refuse_unknown_options(places or ())
    if work is None and (within or pausing):
        raise InputError(f"--{'within' if within else 'pausing'}: stands without --work")
    # After the check of options: a wrong one is answered without these imports.
    from simulator import report
    from simulator.numbastart import begin_without_linear_algebra
    from simulator.text import hours_of
    from simulator.watched import LookConditions, Work, margin_given, overhead

    begin_without_linear_algebra()
    start = told_instant(start)
    within_days = hours_of("within", within) / 24.0 if within else None
    found = overhead(
        places or (),
        orbits,
        start=start,
        days=days,
        sensors=sensors or (),
        margin=margin_given(margin) if margin else None,
        conditions=LookConditions(min_elevation, max_off_nadir, daylight, any_light),
        tracks=tracks or (),
        time_zone=zone,
        work=Work(hours_of("work", work), within_days, pausing) if work else None,
    )
    facts = found.facts()
    if form is Form.ICS:
        print_bytes(report.overhead_calendar(facts))
    elif form is Form.JSON:
        print_text(report.json_text(facts))
    else:
        print_text(report.overhead_csv(facts) if form is Form.CSV else report.overhead_text(facts))
    warn(found.warnings)
