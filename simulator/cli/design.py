"""`simulator design`: which orbits, and how many satellites, would do what is wished."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from simulator.cli.answering import Given, answers

EXAMPLE = "design --see seoul --every 24h --light 10 --height 450:650"

See = Annotated[
    list[str],
    typer.Option(
        "--see",
        metavar="PLACE",
        help="A target of the catalogue, by id, or LAT,LON; may be repeated.",
    ),
]
Every = Annotated[
    str, typer.Option(metavar="TIME", help="How often at least, as 24h, 90min or 3d.")
]
Revisit = Annotated[
    Literal["max", "mean"],
    typer.Option(help="Whether --every is the longest gap between two accesses, or their mean."),
]
Light = Annotated[
    float | None,
    typer.Option(metavar="DEG", help="Least height of the sun there. [default: the sensor's]"),
]
SensorId = Annotated[str, typer.Option(metavar="ID", help="Sensor of the catalogue.")]
FieldOfRegard = Annotated[
    float | None,
    typer.Option(metavar="DEG", help="Greatest off-nadir angle. [default: the sensor's]"),
]
Heights = Annotated[
    str, typer.Option("--height", metavar="KM:KM", help="Mean heights as flown, least and most.")
]
HeightStep = Annotated[float, typer.Option(metavar="KM", help="From one height to the next.")]
Cycle = Annotated[
    int,
    typer.Option(metavar="DAYS", help="Try tracks that repeat within so many days, too; 0: none."),
]
Inclination = Annotated[
    str,
    typer.Option(metavar="WHICH", help="sun-synchronous, free, or degrees as 60 or 40:70."),
]
NodeStep = Annotated[
    float, typer.Option(metavar="H", help="From one local time of the node to the next, hours.")
]
Patterns = Annotated[
    list[str] | None,
    typer.Option(
        "--pattern", metavar="KIND", help="plane or walker; may be repeated. [default: both]"
    ),
]
Most = Annotated[int, typer.Option(metavar="N", help="Most satellites.")]
Listed = Annotated[int, typer.Option("--list", metavar="N", help="Most candidates listed.")]
Start = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="First instant, a date or a time with its offset. [default: the darkest month there]",
    ),
]
Days = Annotated[float, typer.Option(metavar="N", help="How many days.")]


@answers
def command(
    see: See,
    every: Every,
    revisit: Revisit = "max",
    light: Light = None,
    sensor: SensorId = "malligyong_press",
    field_of_regard: FieldOfRegard = None,
    height: Heights = "450:650",
    height_step: HeightStep = 25.0,
    cycle: Cycle = 3,
    inclination: Inclination = "sun-synchronous",
    node_step: NodeStep = 1.0,
    pattern: Patterns = None,
    most: Most = 12,
    listed: Listed = 5,
    start: Start = None,
    days: Days = 30.0,
) -> Given:
    """Say which orbits, and how many satellites, would see places as often as wished.

    Cheapest first, each proven by a full run. Needs no scenario file, and prints the best's.
    """
    from simulator.design import PATTERNS, Wish, design, range_of
    from simulator.text import hours_of

    wish = Wish(
        targets=tuple(see),
        every_h=hours_of("every", every),
        measure=revisit,
        sensor=sensor,
        light_deg=light,
        off_nadir_deg=field_of_regard,
        heights_km=range_of("height", height),
        height_step_km=height_step,
        cycle_days=cycle,
        inclination=(
            range_of("inclination", inclination) if inclination[:1].isdigit() else inclination
        ),
        node_step_h=node_step,
        patterns=tuple(pattern or PATTERNS),
        most=most,
        start=start,
        days=days,
    )
    from simulator import report
    from simulator.worth import answered

    found = design(wish, most_listed=listed)
    answer = answered(
        found.scenario, "design", found.asked, report.design_text(found), found.tables
    )
    return Given(answer, "candidates")
