"""The figures of a rung: how often and how well its targets are seen, how soon pictures are home.

They are those of a run of the rung's scenario. Figures of targets are means over all targets with
equal weight, of looks over those that are seen at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulator.arrays import FloatArray
from simulator.revisit import gap_statistics
from simulator.scenario import Rung, Scenario
from simulator.study import Events, Study, all_figures, find_events
from simulator.units import HOUR_S

TARGET_FIGURES = ("accesses_per_day", "best_gsd_m", "best_niirs")
NETWORK_FIGURES = (
    "latency_mean_h",
    "latency_p90_h",
    "response_mean_h",
    "age_mean_h",
    "offered_gbit_per_day",
    "delivered_within_1h_share",
)
# Known too, and worked out where they are asked for by name.
MORE_FIGURES = (
    "latency_median_h",
    "latency_max_h",
    "response_p90_h",
    "age_p90_h",
    "next_command_mean_h",
    "longest_silence_h",
    "contact_minutes_per_day",
    "used_gbit_per_day",
    "pictures_taken",
    "pictures_delivered",
)
RUNG_FIGURES = (*TARGET_FIGURES, *NETWORK_FIGURES)


def looked_at(rung: Rung, network: str | None = None) -> Scenario:
    """Return the resolved scenario of a rung with nothing but the network looked at.

    That is the rung's own unless it is named.
    """
    name = network or rung.network
    # Resolved as a whole: whose members a host's are is said beside the baseline.
    resolved = rung.scenario.resolve()
    networks = tuple(each for each in resolved.networks if each.name == name)
    return resolved.model_copy(update={"networks": networks, "regions": ()})


def figures_of(study: Study, names: Sequence[str]) -> FloatArray:
    """Return the figures (F,) of a study of one network, or none; NaN for what there is not."""
    events = find_events(study, for_tables=False)
    found = _target_figures(study, events)
    if study.scenario.networks:
        found |= all_figures(study, events)[0]
    return np.array([found.get(name, np.nan) for name in names], dtype=np.float64)


def network_rows(study: Study, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return a row a network of a study: its name, and figures by name, NaN for what there is not.

    Beside those of a rung it knows `revisit_mean_h`, the mean over targets.
    """
    events = find_events(study, for_tables=False)
    of_targets = _target_figures(study, events)
    rows = zip(study.scenario.networks, all_figures(study, events), strict=True)
    return [
        {"network": network.name}
        | {name: (of_targets | found).get(name, float("nan")) for name in names}
        for network, found in rows
    ]


def _target_figures(study: Study, events: Events) -> dict[str, float]:
    columns, span = events.accesses.columns, study.span
    windows_s = np.stack([columns["start_s"], columns["end_s"]], axis=1)
    rule = study.scenario.counting.revisit_rule
    accesses, gsd_m, niirs, revisits_h = [], [], [], []
    for number in range(len(study.scenario.targets)):
        own = columns["target"] == number
        gaps = gap_statistics(windows_s[own], span.duration_s, rule=rule)
        accesses.append(gaps.accesses / span.days)
        revisits_h.append(np.nan if gaps.mean_s is None else gaps.mean_s / HOUR_S)
        # Looks without a value, as from under the horizon, hide none that has one.
        gsd_m.append(np.fmin.reduce(columns["gsd_m"][own], initial=np.nan))
        niirs.append(np.fmax.reduce(columns["niirs"][own], initial=np.nan))
    return {
        "accesses_per_day": _mean(accesses),
        "best_gsd_m": _mean(gsd_m),
        "best_niirs": _mean(niirs),
        "revisit_mean_h": _mean(revisits_h),
    }


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")
