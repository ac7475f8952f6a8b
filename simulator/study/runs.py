"""One study from scenario to results: `run` reads as the table of contents.

Every network sees the same orbits, accesses and pictures, so a difference between two networks is
the network alone. `figures` gives the numbers alone, for sweeps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd

from simulator.results import Results
from simulator.scenario import Scenario, to_toml
from simulator.study import networks
from simulator.study.case import Study
from simulator.study.columns import Columns
from simulator.study.draws import at_its_draw
from simulator.study.events import find_events
from simulator.study.grids import region_grid
from simulator.study.provenance import provenance_of, source_line
from simulator.study.region_spread import region_spreads
from simulator.study.regions import region_figures, region_findings
from simulator.study.sampling import target_sampling
from simulator.study.spread import drawn_figures, spread
from simulator.study.store import Store
from simulator.study.tables import Findings, figure_columns, tables
from simulator.study.warnings import warnings
from simulator.workers import Workers

Progress = Callable[[str], None]


def _quiet(_: str) -> None:
    return None


def run(
    scenario: Scenario,
    *,
    progress: Progress = _quiet,
    store: Store | None = None,
    workers: Workers | None = None,
    draw_workers: Workers | None = None,
) -> Results:
    """Return the results of a scenario. `progress` is given the name of each stage as it begins.

    With a `store`, stages that depend on nothing changed since are taken from it. `workers`
    (default: threads, one a core) search the regions, `draw_workers` study the draws, processes
    from the beginning on; the results do not depend on them. Raises InputError for an orbit that
    can't be flown.
    """
    progress("orbits")
    study = Study(at_its_draw(scenario.resolve()), store, workers=workers)
    drawn = drawn_figures(study.scenario, draw_workers)
    events = find_events(study, progress)
    progress("delivery")
    outcomes = networks.outcomes(study, events)
    progress("regions")
    services = networks.services(study, outcomes)
    regions = {
        table.name: region_findings(study, table, services) for table in study.scenario.regions
    }
    progress("tables")
    of_events = tables(study, Findings(events, outcomes, regions))
    grids = {name: region_grid(study, region) for name, region in regions.items()}
    provenance = provenance_of(scenario, study)
    if study.scenario.uncertainty.draws:
        progress("spread")
    over_draws = spread(study.scenario, drawn)
    maps_over_draws = region_spreads(study.scenario)
    return Results(
        scenario_toml=to_toml(study.scenario),
        title=study.scenario.title,
        question=study.scenario.question,
        start=study.span.start,
        days=study.span.days,
        baseline=study.scenario.baseline or "",
        source_line=source_line(study),
        **of_events,
        spread=over_draws.of_networks,
        target_spread=over_draws.of_targets,
        unknowns=over_draws.by_unknown,
        grids={name: grid.merge(maps_over_draws.get(name, {})) for name, grid in grids.items()},
        provenance=provenance,
        warnings=warnings(study, events.accesses),
    )


@dataclass(frozen=True, eq=False)
class RunFigures:
    """The figures of a study without its tables of events, by kind: networks, targets, regions.

    `columns` has the columns of each kind; as tables, `networks` and `targets` are as in Results,
    and `regions` has a row a region: region, cells, area_km2, seen_fraction, accesses_per_day,
    revisit_mean_h, revisit_max_h, means weighed by area over the cells that have the figure.
    """

    columns: Mapping[str, Columns]
    warnings: tuple[str, ...]

    @property
    def networks(self) -> pd.DataFrame:
        return pd.DataFrame(self.columns["networks"])

    @property
    def targets(self) -> pd.DataFrame:
        return pd.DataFrame(self.columns["targets"])

    @property
    def regions(self) -> pd.DataFrame:
        return pd.DataFrame(self.columns["regions"])


def figures(scenario: Scenario, *, store: Store | None = None) -> RunFigures:
    """Return the figures of a scenario alone; raises as `run` does."""
    study = Study(at_its_draw(scenario.resolve()), store)
    events = find_events(study, for_tables=False)
    network_figures = networks.all_figures(study, events)
    regions = {table.name: region_figures(study, table) for table in study.scenario.regions}
    sampling = partial(target_sampling, study, events.accesses)
    return RunFigures(
        figure_columns(study, events, network_figures, regions, sampling),
        warnings=tuple(warnings(study, events.accesses)),
    )
