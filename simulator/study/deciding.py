"""Which unknown moves a figure most, as far as the draws of a run tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from simulator import glossary
from simulator.arrays import FloatArray
from simulator.scenario import Scenario
from simulator.study.draws import Unknowns, shares_of, unknowns_of
from simulator.uncertainty import comparable, explained, is_logarithmic, means_between

# Figures of networks of which it is told what moves them.
DECIDED = (
    "contact_minutes_per_day",
    "longest_silence_h",
    "latency_mean_h",
    "latency_p90_h",
    "response_mean_h",
    "response_mean_clear_h",
    "age_mean_h",
    "pictures_delivered",
)
VALUE, RATIO = "value", "ratio"


def deciding_table(
    scenario: Scenario, drawn: Sequence[Sequence[Mapping[str, float]]]
) -> pd.DataFrame:
    """Return how much of each figure's variance over draws each unknown explains.

    `drawn` are the figures of every network, draw by draw. A row a network, figure, quantity (its
    value, or its ratio to the baseline's) and unknown; empty where only one thing is drawn.
    """
    unknowns = unknowns_of(scenario)
    names = [network.name for network in scenario.networks]
    if len(unknowns.names) < 2 or not names:
        return pd.DataFrame()
    shares = shares_of(scenario)
    base = names.index(scenario.baseline) if scenario.baseline in names else 0
    rows: list[dict[str, object]] = []
    for figure in (name for name in DECIDED if name in drawn[0][0]):
        values = np.array(
            [[of_network.get(figure, np.nan) for of_network in each] for each in drawn], float
        )
        for number, name in enumerate(names):
            for quantity, own in quantities(values, number, base):
                told = {"network": name, "figure": figure, "quantity": quantity}
                rows += ({**told, **row} for row in _rows(figure, quantity, own, shares, unknowns))
    return pd.DataFrame(rows)


def quantities(values: FloatArray, number: int, base: int) -> Iterator[tuple[str, FloatArray]]:
    """Yield a network's value in draws (D, networks), and its ratio to that of the baseline."""
    yield VALUE, values[:, number]
    if number != base:
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = values[:, number] / values[:, base]
        yield RATIO, np.where(np.isfinite(ratios), ratios, np.nan)


def _rows(
    figure: str, quantity: str, values: FloatArray, shares: FloatArray, unknowns: Unknowns
) -> Iterator[dict[str, object]]:
    unit, is_ratio = glossary.unit(figure), quantity == RATIO
    compared = comparable(values, unit, is_ratio=is_ratio)
    parts = explained(shares, compared)
    for number, name in enumerate(unknowns.names):
        row: dict[str, object] = {"unknown": name, "explained_share": float(parts[number])}
        moved = ends_of(
            shares[:, number],
            compared,
            unknowns.groups[number],
            is_log=is_logarithmic(unit, is_ratio=is_ratio),
        )
        yield {**row, **moved}


def ends_of(
    shares: FloatArray,
    compared: FloatArray,
    groups: Sequence[tuple[str, float, float]],
    *,
    is_log: bool,
) -> dict[str, object]:
    """Return where over the odds of an unknown a figure is least and greatest on average.

    Of figures compared as logarithms the average is the geometric mean.
    """
    means = means_between(shares, compared, [(low, high) for _, low, high in groups])
    if not np.isfinite(means).any():
        return {"lowest_at": "", "lowest": np.nan, "highest_at": "", "highest": np.nan}
    least, most = int(np.nanargmin(means)), int(np.nanargmax(means))
    ends = np.exp(means[[least, most]]) if is_log else means[[least, most]]
    return {
        "lowest_at": groups[least][0],
        "lowest": float(ends[0]),
        "highest_at": groups[most][0],
        "highest": float(ends[1]),
    }
