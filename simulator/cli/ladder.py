"""`simulator ladder`: what each step of a scenario adds, or what each camera would tell."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.answering import Given, answers
from simulator.cli.options import Overrides, ScenarioFile, drawing_processes
from simulator.errors import InputError

if TYPE_CHECKING:
    from simulator.scenario import Scenario

EXAMPLE = "ladder scenarios/cooperation.toml --figure latency_mean_h --figure age_mean_h"

NetworkName = Annotated[
    str | None,
    typer.Option(
        "--network",
        metavar="NAME",
        help="The network looked at on every rung. [default: that of each step]",
    ),
]
Figures = Annotated[
    list[str] | None,
    typer.Option("--figure", metavar="NAME", help="A figure; may be repeated. [default: nine]"),
]
Orders = Annotated[
    int,
    typer.Option(
        metavar="N",
        min=4,
        help="Orders of steps to sample where trying every set of them would cost more.",
    ),
]
Full = Annotated[
    bool, typer.Option("--full", help="Print every figure with its ranges, and the sources.")
]
Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME",
        help="With --sensors: the sensors, catalogue ids. [default: the scenario's cameras, else "
        "eleven]",
        show_default=False,
    ),
]
Sensors = Annotated[
    bool,
    typer.Option(
        "--sensors",
        help="Climb a ladder of cameras on the scenario's orbits instead, and say what each tells "
        "of each object.",
    ),
]
Objects = Annotated[
    list[str] | None,
    typer.Option(
        "--object",
        metavar="NAME",
        help="With --sensors: an object, such as launcher; may be repeated. [default: all]",
    ),
]


@answers
def command(
    scenario: ScenarioFile,
    names: Names = None,
    network: NetworkName = None,
    figures: Figures = None,
    orders: Orders = 60,
    sensors: Sensors = False,
    objects: Objects = None,
    overrides: Overrides = None,
    full: Full = False,
) -> Given:
    """Say what each step of a scenario adds to the one before.

    The scenario's [[steps]] are taken one after another, with the same draws on every rung: what
    each adds to every figure, which is the first that matters, and what the order hides. With
    --sensors cameras take the place of steps: what each would detect, classify and identify from
    the scenario's orbits, and how often.
    """
    from simulator import report
    from simulator.scenario import load
    from simulator.worth import answered, ladder

    _refuse_mixed(sensors=sensors, of_sensors=(names, objects), of_steps=(network, figures))
    loaded = load(scenario, overrides=overrides or ())
    if sensors:
        return _of_sensors(loaded, names or (), objects or (), full=full)
    # Sets of steps are worked out side by side whether there are draws or not.
    with drawing_processes(os.cpu_count() or 1, module="simulator.worth.ladders") as workers:
        found = ladder(
            loaded, network=network, figures=figures or None, orders=orders, workers=workers
        )
    text = report.ladder_text(found, full=full)
    answer = answered(loaded, "ladder", found.asked, text, found.tables, others=found.scenarios)
    return Given(answer, "values")


def _refuse_mixed(
    *, sensors: bool, of_sensors: tuple[object, ...], of_steps: tuple[object, ...]
) -> None:
    """Refuse what belongs to the other ladder; raises InputError."""
    if not sensors and any(of_sensors):
        raise InputError("names of sensors and --object stand without --sensors; add it")
    if sensors and any(of_steps):
        raise InputError("--network and --figure are of a ladder of steps; leave out --sensors")


def _of_sensors(
    loaded: Scenario, names: Sequence[str], objects: Sequence[str], *, full: bool
) -> Given:
    from simulator import report
    from simulator.worth import answered, sensor_ladder

    found = sensor_ladder(loaded, sensors=names, objects=objects)
    text = report.sensor_ladder_text(found, full=full)
    answer = answered(loaded, "cameras", found.asked, text, found.tables, others=found.scenarios)
    return Given(answer, "tasks")
