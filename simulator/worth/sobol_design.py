"""The draws of a sensitivity analysis: rows of two draws, and all that lie between the two.

A row has a draw A, a draw B, and for each unknown A with that unknown alone from B (Saltelli et al.
2010, Computer Physics Communications 181, section 3). Both are of one Sobol sequence: two of their
own would have the same structure, and their indices would be wrong.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from simulator.arrays import FloatArray
from simulator.errors import InputError
from simulator.scenario import Network, PoissonRequests, Scenario
from simulator.study import MemoryStore, all_figures, find_events, gap_figures, studies_at

# How many seeds a share of the luck of grants and requests is spread over.
_SEEDS = 1 << 16


def points(rows: int, unknowns: int, seed: int) -> FloatArray:
    """Return the shares (rows, 2, unknowns) of draws A and B; `rows` is a power of two.

    Raises InputError where scipy is not installed.
    """
    try:
        qmc: Any = importlib.import_module("scipy.stats.qmc")
    except ImportError:
        raise InputError("Sobol sequences need scipy: install simulator[sweep]") from None
    sequence = qmc.Sobol(2 * unknowns, rng=np.random.default_rng(seed))
    return np.asarray(sequence.random(rows)).reshape(rows, 2, unknowns)


def has_luck(scenario: Scenario) -> bool:
    """Whether any figure depends on the seed: grants, hosts' habits or Poisson requests."""
    requests = (scenario.requests, *(target.requests for target in scenario.targets))
    return any(isinstance(each, PoissonRequests) for each in requests) or any(
        _is_drawn(network) for network in scenario.networks
    )


def _is_drawn(network: Network) -> bool:
    host = network.host
    habits = host is not None and (host.dropped_share > 0.0 or host.first_use_share > 0.0)
    return habits or any(m.availability < 1.0 for m in (*network.stations, *network.relays))


def row_figures(
    scenario: Scenario, names: Sequence[str], luck: bool, shares: FloatArray
) -> FloatArray:
    """Return the figures (U + 2, P, F) of a row of shares (2, U): draws A, B, and those between.

    `names` are the figures F; the last unknown is luck, if it is one. Places P are the networks in
    turn, then the mean of all targets. A function of its own, so that processes can be given it.
    """
    a, b = shares
    drawn = [a, b, *(np.where(np.arange(len(a)) == n, b, a) for n in range(len(a)))]
    # What a row's draws have in common is found once.
    study_at = studies_at(scenario, MemoryStore())
    rows = []
    for own in drawn:
        seed = scenario.seed + (int(own[-1] * _SEEDS) if luck else 0)
        study = study_at((own[:-1] if luck else own).tolist(), seed)
        events = find_events(study, for_tables=False)
        of_networks = all_figures(study, events)
        of_targets = {
            name: float(np.nanmean(values)) if np.isfinite(values).any() else np.nan
            for name, values in gap_figures(study, events.accesses).items()
        }
        rows.append(
            [[found.get(name, np.nan) for name in names] for found in (*of_networks, of_targets)]
        )
    return np.array(rows, dtype=np.float64)
