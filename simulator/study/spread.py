"""How far figures depend on what nobody knows: the study over draws of it.

Nobody outside knows where on its orbit a satellite was, which contacts a host would grant, nor
anything else that a scenario gives as a distribution. Every network is given the same draw
(`draws`), so that a ratio is formed within it.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from simulator import uncertainty
from simulator.arrays import FloatArray
from simulator.scenario import Scenario
from simulator.study import networks
from simulator.study.access_tables import gap_figures
from simulator.study.case import Study
from simulator.study.deciding import deciding_table
from simulator.study.draws import drawn_studies
from simulator.study.events import find_events
from simulator.workers import Threads, Workers

# Draws that a worker is given at once: some tenths of a second.
_AT_ONCE = 4


class Spread(NamedTuple):
    """The spread over draws of figures of networks and targets, and which unknown makes it."""

    of_networks: pd.DataFrame
    of_targets: pd.DataFrame
    by_unknown: pd.DataFrame


class DrawFigures(NamedTuple):
    """Figures of a draw: a row a network, and by name the targets' (T,)."""

    networks: list[dict[str, float]]
    targets: dict[str, FloatArray]


def drawn_figures(scenario: Scenario, workers: Workers | None = None) -> Iterator[DrawFigures]:
    """Return the figures of each of a scenario's draws, in their order.

    `scenario` is resolved. `workers` (default: threads, one a core) that are processes begin at
    once; the figures do not depend on them. Raises InputError, as they come, for what was drawn
    and does not go together.
    """
    draws = scenario.uncertainty.draws
    parts = [range(low, min(low + _AT_ONCE, draws)) for low in range(0, draws, _AT_ONCE)]
    found = (workers or Threads()).map(partial(_figures_of, pickle.dumps(scenario)), parts)
    return (figures for part in found for figures in part)


def _figures_of(pickled: bytes, numbers: Sequence[int]) -> list[DrawFigures]:
    """Return the figures of some draws of a scenario."""
    study_of = _studies_of(pickled)
    return [_of_draw(study_of(number)) for number in numbers]


# What draws have in common is made once in a process.
@lru_cache(maxsize=1)
def _studies_of(pickled: bytes) -> Callable[[int], Study]:
    return drawn_studies(pickle.loads(pickled))


def _of_draw(study: Study) -> DrawFigures:
    events = find_events(study, for_tables=False, with_looks=False)
    figures = networks.all_figures(study, events), gap_figures(study, events.accesses)
    study.release()
    return DrawFigures(*figures)


def spread(scenario: Scenario, drawn: Iterable[DrawFigures]) -> Spread:
    """Return the spread of the figures of networks and targets over the scenario's draws.

    `scenario` is resolved, `drawn` as `drawn_figures` has them. Columns as in `results.columns`;
    empty without draws.
    """
    found = list(drawn)
    if not found:
        return Spread(pd.DataFrame(), pd.DataFrame(), pd.DataFrame())
    return Spread(
        _of_networks(scenario, [each.networks for each in found]),
        _of_targets(scenario, [each.targets for each in found]),
        deciding_table(scenario, [each.networks for each in found]),
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


def _of_targets(scenario: Scenario, drawn: list[dict[str, FloatArray]]) -> pd.DataFrame:
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
