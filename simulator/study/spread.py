"""How far figures depend on what nobody knows: the study over draws of it.

Nobody outside knows where on its orbit a satellite was, which contacts a host would grant, nor
anything else that a scenario gives as a distribution. Every network is given the same draw
(`draws`), so that a ratio is formed within it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from simulator import uncertainty
from simulator.scenario import Scenario
from simulator.study import networks
from simulator.study.access_tables import gap_figures
from simulator.study.deciding import deciding_table
from simulator.study.draws import drawn_studies
from simulator.study.events import find_events
from simulator.workers import Threads


class Spread(NamedTuple):
    """The spread over draws of figures of networks and targets, and which unknown makes it."""

    of_networks: pd.DataFrame
    of_targets: pd.DataFrame
    by_unknown: pd.DataFrame


class _Draw(NamedTuple):
    """Figures of a draw: a row a network, and by name the targets' (T,)."""

    networks: list[dict[str, float]]
    targets: dict[str, np.ndarray]


def spread(scenario: Scenario, *, workers: int | None = None) -> Spread:
    """Return the spread of the figures of networks and targets over the scenario's draws.

    Columns as in `results.columns`; empty without draws. `scenario` is resolved. The result does
    not depend on `workers`, threads (default: one a core).
    """
    draws = scenario.uncertainty.draws
    if not draws:
        return Spread(pd.DataFrame(), pd.DataFrame(), pd.DataFrame())
    study_of = drawn_studies(scenario)

    def draw(number: int) -> _Draw:
        study = study_of(number)
        events = find_events(study, for_tables=False)
        found = _Draw(networks.all_figures(study, events), gap_figures(study, events.accesses))
        study.release()
        return found

    drawn = list(Threads(workers).map(draw, range(draws)))
    return Spread(
        _of_networks(scenario, [each.networks for each in drawn]),
        _of_targets(scenario, [each.targets for each in drawn]),
        deciding_table(scenario, [each.networks for each in drawn]),
    )


def _of_networks(scenario: Scenario, drawn: list[list[dict[str, float]]]) -> pd.DataFrame:
    names = [network.name for network in scenario.networks]
    if not names:
        return pd.DataFrame()
    table = pd.DataFrame(
        [
            {
                f"{figure}[{name}]": value
                for name, figures in zip(names, of_all, strict=True)
                for figure, value in figures.items()
            }
            for of_all in drawn
        ]
    )
    figures = list(dict.fromkeys(figure for of_all in drawn for figure in of_all[0]))
    ranges = uncertainty.spread(
        table,
        figures,
        networks=names,
        baseline=scenario.baseline or names[0],
        share=scenario.uncertainty.share,
    )
    return ranges.reset_index()


def _of_targets(scenario: Scenario, drawn: list[dict[str, np.ndarray]]) -> pd.DataFrame:
    names = [target.name for target in scenario.targets]
    if not names:
        return pd.DataFrame()
    stacked = {figure: np.stack([each[figure] for each in drawn]) for figure in drawn[0]}
    by_place = {
        name: {figure: values[:, number] for figure, values in stacked.items()}
        for number, name in enumerate(names)
    }
    table = uncertainty.place_spread(by_place, scenario.uncertainty.share)
    return table.rename(columns={"place": "target"})
