"""`simulator worth`: what each station, relay and crosslink of a network is worth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.answering import FewDraws, Figures, Given, NetworkName, answers
from simulator.cli.options import Overrides, ScenarioFile, drawing_processes

if TYPE_CHECKING:
    from simulator.results import Answered

EXAMPLE = "worth scenarios/malligyong-1.toml --network dprk+russia --figure latency_mean_h"

Baseline = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="What they are added to. [default: the scenario's]"),
]
Reach = Annotated[
    float,
    typer.Option(metavar="SHARE", help="Share of the whole gain that a set of members must bring."),
]
Orders = Annotated[
    int,
    typer.Option(
        metavar="N", min=4, help="Orders of joining to sample; a tenth where pictures queue."
    ),
]
Region = Annotated[
    str | None,
    typer.Option(
        "--siting",
        metavar="REGION",
        help="Say instead what one more station would add to the baseline at each cell of a "
        "region of the scenario.",
    ),
]
Full = Annotated[bool, typer.Option("--full", help="Name every member, not the first few.")]


@answers
def command(
    scenario: ScenarioFile,
    network: NetworkName = None,
    baseline: Baseline = None,
    figures: Figures = None,
    reach: Reach = 0.95,
    orders: Orders = 200,
    draws: FewDraws = 20,
    region: Region = None,
    overrides: Overrides = None,
    full: Full = False,
) -> Given:
    """Say what each member of a network is worth beyond its baseline.

    For each figure: what a station, relay or crosslink adds alone, what its loss costs, its Shapley
    value, the smallest set that brings nearly all of the gain, each over the scenario's draws.
    """
    if region is not None:
        if network is not None or full:
            raise typer.BadParameter("--siting stands without --network and --full")
        return Given(_siting(scenario, overrides or (), region, baseline, figures), "cells")
    if not 0.0 < reach <= 1.0:
        raise typer.BadParameter(f"--reach is {reach:g}; it must be above 0 and at most 1")

    from simulator import report
    from simulator.scenario import load
    from simulator.worth import answered, worth

    loaded = load(scenario, overrides=overrides or ())
    count = min(draws, loaded.uncertainty.draws)
    with drawing_processes(count, module="simulator.worth.worths") as workers:
        found = worth(
            loaded,
            network=network,
            baseline=baseline,
            figures=figures or None,
            reach=reach,
            orders=orders,
            loaded_orders=max(orders // 10, 4),
            draws=draws,
            workers=workers,
        )
    text = report.worth_text(found, full=full)
    answer = answered(loaded, "worth", found.asked, text, found.tables)
    return Given(answer, "members")


def _siting(
    scenario: Path,
    overrides: Sequence[str],
    region: str,
    baseline: str | None,
    figures: Sequence[str] | None,
) -> Answered:
    from simulator import report
    from simulator.scenario import load
    from simulator.worth import FIGURES, answered, chosen_figures, siting

    chosen = chosen_figures(figures) if figures else FIGURES
    loaded = load(scenario, overrides=overrides)
    found = siting(loaded, region, baseline=baseline)
    text = report.siting_text(found, chosen)
    grids = {found.region: found.grid()}
    asked = {**found.asked, "figures": list(chosen)}
    return answered(loaded, "siting", asked, text, found.tables, grids)
