"""How long pictures and answers take and how old the newest picture is, of each network.

Latency is that of the pictures delivered; response and age are over all instants, rebuilt from the
tables by the same exact sawtooths that gave the figures of the networks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator import timeliness
from simulator.arrays import FloatArray
from simulator.page.labels import Labels, network_names
from simulator.results import Results
from simulator.timeliness import Sawtooth
from simulator.units import DAY_S, HOUR_S

# How far a mean rebuilt from rounded tables may lie from the one in the table of networks.
_ALIKE_H = 2e-3


@dataclass(frozen=True, eq=False)
class Shares:
    """What the curves of a network are drawn from.

    `latency_s` is of each picture delivered, rising, `taken` counts all pictures; None for a
    sawtooth that cannot be rebuilt.
    """

    network: str
    taken: int
    latency_s: FloatArray
    response: Sawtooth | None
    age: Sawtooth | None


def shares_of(results: Results, labels: Labels) -> list[Shares]:
    """Return what the curves of each network are drawn from, networks by their names."""
    return [
        Shares(
            labels.network(name),
            len(results.pictures),
            _latencies_s(results, name),
            _responses(results, name),
            _ages(results, name),
        )
        for name in network_names(results)
    ]


def _latencies_s(results: Results, network: str) -> FloatArray:
    rows = results.deliveries
    rows = rows[(rows["network"] == network) & (rows["status"] == "delivered")]
    return np.sort(rows["latency_s"].to_numpy(dtype=float))


def _ages(results: Results, network: str) -> Sawtooth | None:
    """Return the age of the newest picture of all targets over the span, None for none.

    Rebuilt from the tables; None, too, where it would not agree with the figure of the network.
    """
    span_s = results.days * DAY_S
    teeth = [
        timeliness.age_of_information(taken_s, delivered_s, span_s)
        for taken_s, delivered_s, _ in _by_target(results, network)
    ]
    return _agreeing(results, network, "age_mean_h", teeth)


def _responses(results: Results, network: str) -> Sawtooth | None:
    """Return the response to requests at any instant for all targets, None as for `_ages`."""
    span_s = results.days * DAY_S
    teeth = [
        timeliness.system_response(latest_s, delivered_s, span_s)
        for _, delivered_s, latest_s in _by_target(results, network)
    ]
    return _agreeing(results, network, "response_mean_h", teeth)


def _agreeing(
    results: Results, network: str, figure: str, teeth: Sequence[Sawtooth]
) -> Sawtooth | None:
    pooled = timeliness.pooled(teeth)
    told = float(results.networks.set_index("network")[figure].get(network, math.nan))
    # Requests of the scenario's own instants, for one, are not those at any instant.
    if pooled.mean_s is None or not abs(pooled.mean_s / HOUR_S - told) <= _ALIKE_H:
        return None
    return pooled


def _by_target(
    results: Results, network: str
) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """Yield a target's pictures: taken, delivered (inf: never), latest command (-inf: none)."""
    rows = results.deliveries[results.deliveries["network"] == network]
    taken_s = rows["taken_s"].to_numpy(dtype=float)
    delivered_s = rows["delivered_s"].fillna(np.inf).to_numpy(dtype=float)
    latest_s = _latest_commands_s(results, network, rows, taken_s)
    for target in results.targets["target"]:
        chosen = (rows["target"] == target).to_numpy()
        yield taken_s[chosen], delivered_s[chosen], latest_s[chosen]


def _latest_commands_s(
    results: Results, network: str, rows: pd.DataFrame, taken_s: FloatArray
) -> FloatArray:
    table = results.contacts
    table = table[(table["network"] == network) & table["command"].astype(bool)]
    wait_s = table["acquisition_s"].to_numpy(dtype=float) if "acquisition_s" in table else 0.0
    begin_s = table["start_s"] + np.where(table["cut_start"].astype(bool), 0.0, wait_s)
    latest_s = np.full(len(rows), -np.inf)
    for satellite in rows["satellite"].unique():
        of_satellite = table["satellite"] == satellite
        windows = np.column_stack([begin_s[of_satellite], table["end_s"][of_satellite]])
        chosen = (rows["satellite"] == satellite).to_numpy()
        latest_s[chosen] = timeliness.latest_command_s(taken_s[chosen], windows, 0.0)
    return latest_s
