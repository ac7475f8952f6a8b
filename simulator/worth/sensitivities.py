"""Which unknown decides: Sobol indices of figures, and what each one's publication would settle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from simulator import glossary
from simulator.arrays import FloatArray
from simulator.errors import InputError, nearest_hint
from simulator.scenario import Scenario
from simulator.study import RATIO, VALUE, ends_of, quantities, unknowns_of
from simulator.uncertainty import Indices, comparable, is_logarithmic, sobol_indices
from simulator.workers import Threads, Workers
from simulator.worth.sobol_design import has_luck, points, row_figures

ROWS = 512
TARGETS = "targets"
LUCK = "luck of grants and requests"
_HALVES = (("low half of the seeds", 0.0, 0.5), ("high half of the seeds", 0.5, 1.0))
# Figures of networks, and means over targets, that are asked for unless others are.
NETWORK_FIGURES = (
    "latency_mean_h",
    "latency_p90_h",
    "response_mean_h",
    "age_mean_h",
    "contact_minutes_per_day",
    "longest_silence_h",
    "pictures_delivered",
)
TARGET_FIGURES = ("accesses_per_day", "revisit_mean_h", "revisit_max_h", "wait_mean_h")


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How much of what figures vary by each unknown makes.

    - `figures`: a row a figure, network (or "targets": the mean over all) and quantity, its value
      or its ratio to the baseline's: median and range over the draws A and B, how many of those
      have it, and how many rows of the design do.
    - `indices`: a row for each of those and each unknown: `first`, the share of the variance that
      its publication would settle, and `total`, the share that would stay were all others known,
      with ranges; where the figure is least and greatest over the unknown's odds, and its mean
      there.
    """

    rows: int
    draws: int
    baseline: str
    interval: float
    unknowns: tuple[str, ...]
    figures: pd.DataFrame
    indices: pd.DataFrame

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked, as JSON can hold it."""
        return {
            "rows": self.rows,
            "draws": self.draws,
            "baseline": self.baseline,
            "interval": self.interval,
            "unknowns": list(self.unknowns),
        }

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {"figures": self.figures, "indices": self.indices}


def sensitivity(
    scenario: Scenario,
    *,
    figures: Sequence[str] | None = None,
    rows: int = ROWS,
    workers: Workers | None = None,
) -> Sensitivity:
    """Return which of a scenario's unknowns its figures depend on.

    `rows` is a power of two; there are two more draws a row than unknowns. `figures` are some of
    `NETWORK_FIGURES` and `TARGET_FIGURES`, all unless named. The phase is an unknown unless
    `uncertainty.phase` is false, and so is the seed where anything hangs on it. `workers` do the
    rows (default: threads); the result does not depend on them. Raises InputError for a scenario
    without unknowns, for names that are not there, and for rows that are no power of two.
    """
    scenario = scenario.resolve()
    chosen = _chosen(figures)
    if rows < 4 or rows & (rows - 1):
        raise InputError(f"rows are {rows}; a Sobol sequence needs a power of two, such as {ROWS}")
    if not scenario.targets:
        raise InputError("the scenario has no target: figures are of pictures of targets")
    luck, known = has_luck(scenario), unknowns_of(scenario)
    names = (*known.names, *((LUCK,) if luck else ()))
    groups = (*known.groups, *((_HALVES,) if luck else ()))
    if not scenario.unknowns:
        raise InputError(
            "the scenario has no unknowns: write a distribution in place of a number, such as "
            "altitude_km = { normal = [500, 10] }, or a table [[unknowns]]"
        )
    narrowed = scenario.model_copy(update={"regions": ()})
    shares = points(rows, len(names), scenario.seed)
    work = partial(row_figures, narrowed, chosen, luck)
    found = np.array(list((workers or Threads()).map(work, list(shares))))
    tables = _Tables(scenario, chosen, names, groups, shares, found)
    return Sensitivity(
        rows,
        rows * (len(names) + 2),
        tables.baseline,
        scenario.uncertainty.share,
        names,
        pd.DataFrame(list(tables.figures())),
        pd.DataFrame(list(tables.indices())),
    )


def _chosen(figures: Sequence[str] | None) -> tuple[str, ...]:
    known = (*NETWORK_FIGURES, *TARGET_FIGURES)
    for name in figures or ():
        if name not in known:
            raise InputError(
                f"'{name}' is no figure that unknowns are asked of; they are {', '.join(known)}"
                f"{nearest_hint(name, known)}"
            )
    return tuple(name for name in known if name in (figures or known))


@dataclass(frozen=True, eq=False)
class _Tables:
    """The rows of the tables, from shares (N, 2, U) and figures (N, U + 2, P, F) of all draws."""

    scenario: Scenario
    names: tuple[str, ...]
    unknowns: tuple[str, ...]
    groups: tuple[tuple[tuple[str, float, float], ...], ...]
    shares: FloatArray
    found: FloatArray

    @property
    def baseline(self) -> str:
        """The network that the others are compared with."""
        return self.scenario.baseline or ""

    def _quantities(self) -> Iterator[tuple[dict[str, str], FloatArray]]:
        """Yield of what a quantity is, and its values (N, U + 2)."""
        networks = [network.name for network in self.scenario.networks]
        base = networks.index(self.baseline) if self.baseline in networks else 0
        count, draws = self.found.shape[:2]
        for number, figure in enumerate(self.names):
            if figure in TARGET_FIGURES:
                told = {"network": TARGETS, "figure": figure, "quantity": VALUE}
                yield told, self.found[:, :, -1, number]
                continue
            values = self.found[:, :, :-1, number].reshape(count * draws, -1)
            for place, network in enumerate(networks):
                for quantity, own in quantities(values, place, base):
                    told = {"network": network, "figure": figure, "quantity": quantity}
                    yield told, own.reshape(count, draws)

    def figures(self) -> Iterator[dict[str, Any]]:
        """Yield what each quantity is over the draws A and B, which are independent."""
        tail = (1.0 - self.scenario.uncertainty.share) / 2.0
        for told, values in self._quantities():
            drawn = values[:, :2][np.isfinite(values[:, :2])]
            low, median, high = (
                np.quantile(drawn, [tail, 0.5, 1.0 - tail]) if len(drawn) else [np.nan] * 3
            )
            whole = int(np.isfinite(values).all(axis=1).sum())
            yield {
                **told,
                "median": float(median),
                "low": float(low),
                "high": float(high),
                "draws": len(drawn),
                "whole_rows": whole,
            }

    def indices(self) -> Iterator[dict[str, Any]]:
        """Yield the indices of each quantity and unknown."""
        for told, values in self._quantities():
            unit, is_ratio = glossary.unit(told["figure"]), told["quantity"] == RATIO
            compared = comparable(values, unit, is_ratio=is_ratio)
            found = sobol_indices(
                compared[:, 0],
                compared[:, 1],
                compared[:, 2:].T,
                share=self.scenario.uncertainty.share,
                seed=self.scenario.seed,
            )
            is_log = is_logarithmic(unit, is_ratio=is_ratio)
            for number, unknown in enumerate(self.unknowns):
                ends = ends_of(
                    self.shares[:, :, number].ravel(),
                    compared[:, :2].ravel(),
                    self.groups[number],
                    is_log=is_log,
                )
                yield {**told, "unknown": unknown, **_cells(found, number), **ends}


def _cells(found: Indices, number: int) -> dict[str, float]:
    return {
        "first": float(found.first[number]),
        "first_low": float(found.first_range[number, 0]),
        "first_high": float(found.first_range[number, 1]),
        "total": float(found.total[number]),
        "total_low": float(found.total_range[number, 0]),
        "total_high": float(found.total_range[number, 1]),
    }
