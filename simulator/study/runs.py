"""One study from scenario to results: `run` reads as the table of contents.

Every network sees the same orbits, accesses and pictures, so a difference between two networks is
the network alone. `figures` gives the numbers alone, for sweeps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from simulator.results import Grids, Results
from simulator.scenario import Scenario, to_toml
from simulator.study import networks
from simulator.study.case import Study
from simulator.study.columns import Columns
from simulator.study.draws import at_its_draw
from simulator.study.events import Events, find_events
from simulator.study.grids import region_grid
from simulator.study.network_tables import network_columns
from simulator.study.provenance import provenance_of, source_line
from simulator.study.region_spread import region_spreads
from simulator.study.regions import region_figures, region_findings
from simulator.study.sampling import target_sampling
from simulator.study.spread import drawn_figures, spread
from simulator.study.store import Store
from simulator.study.tables import Findings, place_columns, tables
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
        grids=Grids(
            {name: grid.with_more(maps_over_draws.get(name, {})) for name, grid in grids.items()}
        ),
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


@dataclass(frozen=True, eq=False)
class BegunFigures:
    """A study of which the figures of networks alone are yet to be found."""

    study: Study
    events: Events
    of_places: Mapping[str, Columns]


def begun_figures(scenario: Scenario, *, store: Store | None = None) -> BegunFigures:
    """Return the study of a scenario with its events, and the figures of targets and regions.

    Raises as `run` does.
    """
    study = Study(at_its_draw(scenario.resolve()), store)
    events = find_events(study, for_tables=False)
    regions = {table.name: region_figures(study, table) for table in study.scenario.regions}
    sampling = partial(target_sampling, study, events.accesses)
    return BegunFigures(study, events, place_columns(study, events, regions, sampling))


def finished_figures(begun: Sequence[BegunFigures]) -> list[RunFigures]:
    """Return the figures of studies that were begun.

    The networks of those that take the same pictures are reckoned in one go, which takes far less
    time; the figures of each study are those that it has alone, to the last bit.
    """
    of_networks = networks.figures_of_studies([(each.study, each.events) for each in begun])
    return [
        RunFigures(
            {"networks": network_columns(each.study.scenario, own), **each.of_places},
            warnings=tuple(warnings(each.study, each.events.accesses)),
        )
        for each, own in zip(begun, of_networks, strict=True)
    ]


def figures(scenario: Scenario, *, store: Store | None = None) -> RunFigures:
    """Return the figures of a scenario alone; raises as `run` does."""
    return finished_figures([begun_figures(scenario, store=store)])[0]
