"""How much of a difference between networks is chance: the study over draws of the unknown.

Nobody outside knows where on its orbit a satellite was, nor which contacts a host would grant.
Every network is given the same draw (`draws`), so that a ratio is formed within it.
"""

from __future__ import annotations

import pandas as pd

from simulator import uncertainty
from simulator.scenario import Scenario
from simulator.study import networks
from simulator.study.draws import drawn_studies
from simulator.study.events import find_events
from simulator.workers import Threads


def spread(scenario: Scenario, *, workers: int | None = None) -> pd.DataFrame:
    """Return the spread of each figure of each network, and of its ratio to the baseline's.

    Columns as in `results.columns`; empty without draws or networks. `scenario` is resolved, with
    `uncertainty.draws` draws. The result does not depend on `workers`, threads (default: one a
    core).
    """
    draws, names = scenario.uncertainty.draws, [network.name for network in scenario.networks]
    if not draws or not names:
        return pd.DataFrame()
    study_of = drawn_studies(scenario)

    def draw(number: int) -> dict[str, float]:
        study = study_of(number)
        figures_of = networks.all_figures(study, find_events(study, for_tables=False))
        return {
            f"{figure}[{name}]": value
            for name, figures in zip(names, figures_of, strict=True)
            for figure, value in figures.items()
        }

    table = pd.DataFrame(list(Threads(workers).map(draw, range(draws))))
    # Columns are figure[network]; those of the first network name the figures.
    mark = f"[{names[0]}]"
    figures = [name.removesuffix(mark) for name in map(str, table.columns) if name.endswith(mark)]
    ranges = uncertainty.spread(
        table,
        figures,
        networks=names,
        baseline=scenario.baseline or names[0],
        share=scenario.uncertainty.share,
    )
    return ranges.reset_index()
