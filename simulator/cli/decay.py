"""`simulator decay`: how an orbit ages over years, how long it lasts, and what is seen of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.answering import Given, answers
from simulator.cli.options import Overrides
from simulator.errors import InputError

EXAMPLE = "decay malligyong1_2024_06_07 --years 5 --raise-below 495 --raise-to 503"

Orbit = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO|ORBIT",
        help="Scenario file (TOML) one of whose orbits decays; or an orbit: a launch or element "
        "set of the catalogue, by id; a TLE or OMM file; sso:ALTITUDE_KM:LTAN_H; or "
        "kepler:PERIGEExAPOGEE:INCLINATION[:RAAN].",
    ),
]
Years = Annotated[float, typer.Option(metavar="N", help="How many years from the orbit's epoch.")]
SatelliteName = Annotated[
    str | None,
    typer.Option(
        "--satellite",
        metavar="NAME",
        help="Which satellite. [default: the first whose orbit decays]",
    ),
]
TargetNames = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        metavar="NAME",
        help="Target of the catalogue to be seen, with an orbit; may be repeated. [default: seoul]",
    ),
]
Start = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Epoch of an orbit that has none, as 2024-06-07."),
]
Activity = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="observed, low, mean, high, or cycle_20 to cycle_24."),
]
Ballistic = Annotated[
    float | None, typer.Option(metavar="M2/KG", help="Drag coefficient times area over mass.")
]
Mass = Annotated[float | None, typer.Option(metavar="KG", help="Mass, with --area.")]
Area = Annotated[float | None, typer.Option(metavar="M2", help="Area across the flight.")]
RaiseBelow = Annotated[
    float | None, typer.Option(metavar="KM", help="Mean height at which it raises itself.")
]
RaiseTo = Annotated[float | None, typer.Option(metavar="KM", help="Mean height it raises to.")]
KeepInclination = Annotated[
    bool, typer.Option("--keep-inclination", help="Keep the inclination as it is at the epoch.")
]


@answers
def command(
    orbit: Orbit,
    years: Years = 5.0,
    satellite: SatelliteName = None,
    targets: TargetNames = None,
    start: Start = None,
    activity: Activity = None,
    ballistic: Ballistic = None,
    mass: Mass = None,
    area: Area = None,
    raise_below: RaiseBelow = None,
    raise_to: RaiseTo = None,
    keep_inclination: KeepInclination = False,
    overrides: Overrides = None,
) -> Given:
    """Say how an orbit ages over years, how long it lasts, and what is seen of it by season.

    Drag is that of the orbit's table decay, of the options, or of its B*.
    """
    is_scenario = Path(orbit).suffix.lower() == ".toml"
    if is_scenario and (targets or start):
        raise typer.BadParameter("--target and --start stand with an orbit, not with a scenario")
    if overrides and not is_scenario:
        raise typer.BadParameter("--set stands with a scenario, whose keys it overrides")

    from simulator import report
    from simulator.scenario import load
    from simulator.worth import answered
    from simulator.years import orbit_years, scenario_of_orbit, with_decay

    if is_scenario:
        loaded = load(Path(orbit), overrides=overrides or ())
    else:
        loaded = scenario_of_orbit(
            orbit, start=_instant(start), satellite=satellite, targets=targets or ()
        )
        satellite = None
    keys = {
        "activity": activity,
        "ballistic_m2_kg": ballistic,
        "mass_kg": mass,
        "area_m2": area,
        "raise_below_km": raise_below,
        "raise_to_km": raise_to,
        "keeps_inclination": True if keep_inclination else None,
    }
    loaded = with_decay(loaded, keys, satellite, always=not is_scenario)
    found = orbit_years(loaded, satellite=satellite, years=years)
    answer = answered(found.scenario, "decay", found.asked, report.decay_text(found), found.tables)
    return Given(answer, "seasons")


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"start: '{text}' is not a date or time such as 2024-06-07") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None and len(text) == 10 else _aware(at)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise InputError(
            f"start: {at.isoformat()} has no offset from UTC; write Z after it for UTC"
        )
    return at.astimezone(UTC)
