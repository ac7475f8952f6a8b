"""What happens when: accesses, pictures, contacts and deliveries, to the second."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from simulator import intervals
from simulator.arrays import FloatArray
from simulator.page.labels import network_names
from simulator.results import Results

_LOST = -2
_WAITING = -1


def accesses(results: Results) -> list[list[Any]]:
    """Return target, satellite, start, end and best instant (seconds) of each access, in order."""
    table = results.accesses.sort_values(["start_s", "end_s"], kind="stable")
    target, satellite = _numbered(results.targets["target"]), _numbered(satellite_names(results))
    return [
        [target[str(row[0])], satellite[str(row[1])], *map(round, row[2:])]
        for row in table[["target", "satellite", "start_s", "end_s", "best_s"]].itertuples(
            index=False, name=None
        )
    ]


def satellite_names(results: Results) -> list[str]:
    """Return the satellites of a run, in order."""
    return list(dict.fromkeys(results.satellites["satellite"]))


def _numbered(names: Any) -> dict[str, int]:
    return {str(name): number for number, name in enumerate(names)}


def pictures(results: Results) -> list[list[int]]:
    """Return target, satellite, instant taken, and when delivered with each network.

    Seconds; -1 for a picture still on board at the end, -2 for one lost.
    """
    table = results.pictures.sort_values("taken_s", kind="stable")
    target, satellite = _numbered(results.targets["target"]), _numbered(satellite_names(results))
    names = network_names(results)
    delivered = np.empty((len(table), len(names)), dtype=np.int64)
    for number, name in enumerate(names):
        delivered[:, number] = _delivered(results, name, table["picture"])
    rows = table[["target", "satellite", "taken_s"]].itertuples(index=False, name=None)
    return [
        [target[str(row[0])], satellite[str(row[1])], round(row[2]), *instants]
        for row, instants in zip(rows, delivered.tolist(), strict=True)
    ]


def _delivered(results: Results, network: str, order: pd.Series[Any]) -> FloatArray:
    rows = results.deliveries[results.deliveries["network"] == network].drop_duplicates("picture")
    table = rows.set_index("picture").reindex(order)
    otherwise = np.where(table["status"] == "lost", float(_LOST), float(_WAITING))
    delivered_s = table["delivered_s"].to_numpy(dtype=float)
    return np.where(np.isfinite(delivered_s), np.rint(delivered_s), otherwise)


def contacts(results: Results, stations: list[dict[str, Any]]) -> list[list[Any]]:
    """Return station, satellite, networks as bits, and its contacts with them.

    Each contact is the seconds from the start of the one before and its length: the same contact
    of several networks stands here once.
    """
    table = results.contacts
    names = network_names(results)
    bit = {name: 1 << number for number, name in enumerate(names)}
    number = {station["id"]: n for n, station in enumerate(stations)}
    satellite = _numbered(satellite_names(results))
    masks: dict[tuple[int, int, int, int], int] = defaultdict(int)
    for network, craft, station, start_s, end_s in table[
        ["network", "satellite", "station", "start_s", "end_s"]
    ].itertuples(index=False, name=None):
        if station in number and network in bit:
            window = (number[station], satellite[craft], round(start_s), round(end_s))
            masks[window] |= bit[network]
    listed: dict[tuple[int, int, int], list[tuple[int, int]]] = defaultdict(list)
    for (station, craft, start, end), mask in masks.items():
        listed[station, craft, mask].append((start, end))
    return [[*key, _steps(sorted(windows))] for key, windows in sorted(listed.items())]


def _steps(windows: list[tuple[int, int]]) -> list[int]:
    steps, before = [], 0
    for start, end in windows:
        steps += [start - before, end - start]
        before = start
    return steps


def network_windows(results: Results, network: str) -> FloatArray:
    """Return when any satellite is in contact with a network, windows (N, 2)."""
    rows = results.contacts[results.contacts["network"] == network]
    return intervals.union(rows[["start_s", "end_s"]].to_numpy(dtype=float))
