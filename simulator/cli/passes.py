"""`simulator passes`: the overpasses of a satellite over places, without a scenario file."""

from __future__ import annotations

from typing import Annotated

import typer

from simulator.cli.options import (
    OF_PLACES,
    AsCsv,
    AsJson,
    Daylight,
    Days,
    Zone,
    refuse_unknown_options,
    told_instant,
)
from simulator.cli.printing import print_bytes, print_text, warn

EXAMPLE = "passes malligyong1_nov23 osan busan --days 3 --daylight"
CONTEXT = OF_PLACES

Orbit = Annotated[
    str,
    typer.Argument(
        metavar="ORBIT",
        help="A launch or element set of the catalogue, by id; a TLE or OMM file; "
        "sso:ALTITUDE_KM:LTAN_H, as sso:500:10.5; or "
        "kepler:PERIGEExAPOGEE:INCLINATION[:RAAN], as kepler:493x512:97.4.",
    ),
]
Places = Annotated[
    list[str],
    typer.Argument(
        metavar="PLACE...",
        help="Targets, stations or sites of the catalogue, by id; or LAT,LON[,HEIGHT_M].",
    ),
]
Start = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="First instant, as 2023-11-22T00:00:00Z; a date, which begins at midnight UTC; or "
        "now. [default: the orbit's epoch]",
    ),
]
MinElevation = Annotated[
    float, typer.Option(metavar="DEG", help="Least height of the satellite at the place.")
]
MaxOffNadir = Annotated[
    float | None,
    typer.Option(metavar="DEG", help="Only while the place is within this angle of nadir."),
]
MaxSun = Annotated[
    float | None,
    typer.Option(
        metavar="DEG", help="Only while the sun is at most so high there, as -12 by night."
    ),
]
MinCulmination = Annotated[
    float | None,
    typer.Option(metavar="DEG", help="Only overpasses whose top is at least so high."),
]
SatelliteName = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Which satellite of a file that holds several."),
]

AsIcs = Annotated[bool, typer.Option("--ics", help="Print a calendar (iCalendar), and only that.")]


def command(
    orbit: Orbit,
    places: Places,
    start: Start = None,
    days: Days = 1.0,
    min_elevation: MinElevation = 5.0,
    max_off_nadir: MaxOffNadir = None,
    daylight: Daylight = False,
    max_sun: MaxSun = None,
    min_culmination: MinCulmination = None,
    satellite: SatelliteName = None,
    zone: Zone = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
    as_ics: AsIcs = False,
) -> None:
    """List when a satellite passes over places.

    Needs no scenario file.
    """
    if as_csv + as_json + as_ics > 1:
        raise typer.BadParameter("choose one of --csv, --json and --ics")
    refuse_unknown_options(places)
    # After the check of options: a wrong one is answered without these imports.
    from simulator import report
    from simulator.numbastart import begin_compiling

    # Before anything else imports Numba.
    begin_compiling()
    from simulator.study import look_up

    start = told_instant(start)
    found = [
        look_up(
            orbit,
            place,
            satellite=satellite,
            start=start,
            days=days,
            min_elevation_deg=min_elevation,
            max_off_nadir_deg=max_off_nadir,
            daylight=daylight,
            max_sun_elevation_deg=max_sun,
            min_culmination_deg=min_culmination,
            time_zone=zone,
        )
        for place in places
    ]
    facts = [overpasses.facts() for overpasses in found]
    if as_ics:
        print_bytes(report.overpasses_calendar(facts))
    elif as_json:
        print_text(report.json_text(facts if len(facts) > 1 else facts[0]))
    else:
        print_text(report.overpasses_csv(facts) if as_csv else report.overpasses_text(facts))
    warn(list(dict.fromkeys(message for overpasses in found for message in overpasses.warnings)))
