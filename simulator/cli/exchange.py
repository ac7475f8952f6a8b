"""`simulator exchange`: how many satellites, relays or Mbit/s equal what a network gives."""

from __future__ import annotations

from typing import Annotated

import typer

from simulator.cli.answering import FewDraws, Figures, Given, answers
from simulator.cli.options import Overrides, ScenarioFile, drawing_processes

EXAMPLE = "exchange scenarios/malligyong-1.toml --network dprk+russia --planes 1 --planes 2"

NetworkName = Annotated[
    str | None,
    typer.Option(
        "--network", metavar="NAME", help="What is to be equalled. [default: the one with the most]"
    ),
]
Baseline = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="What gets more instead. [default: the scenario's]"),
]
Means = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="MEANS",
        help="What there is to be more of: satellites, rate, relays or all; may be repeated. "
        "[default: all]",
    ),
]
Planes = Annotated[
    list[int] | None,
    typer.Option(
        metavar="P",
        min=1,
        help="Planes that satellites are spread over; may be repeated. [default: 1]",
    ),
]
Phasing = Annotated[
    int | None,
    typer.Option(
        metavar="F",
        min=0,
        help="Phase from plane to plane, units of 360 degrees over all satellites. [default: 1]",
    ),
]
NodeRange = Annotated[
    float, typer.Option("--nodes", metavar="DEG", help="Degrees of node that planes spread over.")
]
Most = Annotated[int, typer.Option(metavar="N", min=1, help="The most satellites to try.")]
Like = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="The satellite to have more of. [default: the scenario's first]"
    ),
]
RelayId = Annotated[
    str | None,
    typer.Option(
        "--relay",
        metavar="ID",
        help="A relay of the catalogue to have more of. [default: the first of the scenario's]",
    ),
]
Full = Annotated[bool, typer.Option("--full", help="Show the figures at every number tried.")]


@answers
def command(
    scenario: ScenarioFile,
    network: NetworkName = None,
    baseline: Baseline = None,
    figures: Figures = None,
    means: Means = None,
    planes: Planes = None,
    phasing: Phasing = None,
    node_range_deg: NodeRange = 180.0,
    most: Most = 24,
    like: Like = None,
    relay: RelayId = None,
    draws: FewDraws = 20,
    overrides: Overrides = None,
    full: Full = False,
) -> Given:
    """Say how many satellites, relays or Mbit/s equal what a network gives.

    For each figure: the smallest number with which the baseline alone gives as much, or never, with
    what it comes to then, each over the scenario's draws.
    """
    from simulator import report
    from simulator.scenario import load
    from simulator.worth import MEANS, Pattern, answered, exchange

    loaded = load(scenario, overrides=overrides or ())
    patterns = [
        Pattern(count, None if count == 1 else phasing, node_range_deg) for count in planes or (1,)
    ]
    asked = MEANS if not means or "all" in means else means
    # The scenario itself is one piece of work more than its draws.
    items = min(draws, loaded.uncertainty.draws) + 1
    with drawing_processes(items, module="simulator.worth.exchange_rates") as workers:
        found = exchange(
            loaded,
            network=network,
            baseline=baseline,
            figures=figures or None,
            means=asked,
            patterns=patterns,
            most=most,
            like=like,
            relay=relay,
            draws=draws,
            workers=workers,
        )
    text = report.exchange_text(found, full=full)
    answer = answered(loaded, "exchange", found.asked, text, found.tables)
    return Given(answer, "rates")
