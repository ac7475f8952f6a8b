"""All tables of a run by name, each made of what the stages found.

A new table is its function, its line here and its columns in `results`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from simulator.study.access_tables import access_table, picture_table, target_columns, way_table
from simulator.study.actionable import actionable_table
from simulator.study.case import Study
from simulator.study.columns import Columns
from simulator.study.element_sets import element_set_table
from simulator.study.events import Events
from simulator.study.level_table import level_table
from simulator.study.network_tables import (
    age_table,
    contact_table,
    crosslink_table,
    delivery_table,
    network_columns,
    station_table,
)
from simulator.study.networks import NetworkOutcome
from simulator.study.region_tables import (
    coverage_table,
    interval_table,
    region_columns,
    region_network_table,
    threshold_table,
)
from simulator.study.regions import RegionFigures, RegionFindings
from simulator.study.sampling import network_sampling_table, target_sampling
from simulator.study.satellite_tables import height_range_km, satellite_table, track_table
from simulator.study.stays import hour_table, place_stays, stay_table
from simulator.study.strips import strip_edge_table, strip_shares, strip_table
from simulator.uncertainty import BootstrapIntervals


@dataclass(frozen=True, eq=False)
class Findings:
    """What the stages of a run found; regions by name."""

    events: Events
    outcomes: Sequence[NetworkOutcome]
    regions: Mapping[str, RegionFindings]

    @property
    def region_figures(self) -> dict[str, RegionFigures]:
        return {name: region.figures for name, region in self.regions.items()}


def place_columns(
    study: Study,
    events: Events,
    regions: Mapping[str, RegionFigures],
    sampling: Callable[[], Sequence[BootstrapIntervals | None]],
) -> dict[str, Columns]:
    """Return the columns of the tables of targets and regions, which sweeps read as well.

    `sampling` gives the intervals of the targets' figures, where these are not kept.
    """
    return {
        "targets": target_columns(study, events.accesses, sampling),
        "regions": region_columns(study, regions),
    }


def tables(study: Study, findings: Findings) -> dict[str, pd.DataFrame]:
    """Return the tables of a run by name, but for the spread, which is of many runs."""
    events, outcomes, figures = findings.events, findings.outcomes, findings.region_figures
    sampling = target_sampling(study, events.accesses)
    tracks = track_table(study)
    network_figures = [outcome.figures for outcome in outcomes]
    of_figures = {
        "networks": network_columns(study.scenario, network_figures),
        **place_columns(study, events, figures, lambda: sampling),
    }
    return {
        "satellites": satellite_table(study, events.accesses, events.pictures, tracks),
        "element_sets": element_set_table(study),
        "stations": station_table(study, height_range_km(tracks)),
        "tracks": tracks,
        "accesses": access_table(study, events.accesses),
        "pictures": picture_table(study, events.pictures),
        "ways": way_table(study),
        **{name: pd.DataFrame(columns) for name, columns in of_figures.items()},
        "contacts": _joined(contact_table(study, o.network.name, o.offer) for o in outcomes),
        "crosslinks": _joined(crosslink_table(study, outcome) for outcome in outcomes),
        "deliveries": _joined(
            delivery_table(study, outcome, events.pictures) for outcome in outcomes
        ),
        "ages": _joined(age_table(study, outcome, events.pictures) for outcome in outcomes),
        "actionable": actionable_table(
            study,
            events.accesses,
            events.pictures,
            {o.network.name: o.deliveries.delivered_s for o in outcomes},
        ),
        "sampling": network_sampling_table(study, outcomes, events.pictures),
        "levels": level_table(study, events.accesses, findings.regions),
        **_stay_tables(study, findings, sampling),
        **_strip_tables(study, figures),
        **_region_tables(study, findings),
    }


def _stay_tables(
    study: Study, findings: Findings, sampling: Sequence[BootstrapIntervals | None]
) -> dict[str, pd.DataFrame]:
    places = place_stays(study, findings.events.accesses, findings.regions, sampling)
    return {
        "stays": _joined(stay_table(place) for place in places),
        "hours": _joined(hour_table(place) for place in places),
    }


def _strip_tables(study: Study, regions: Mapping[str, RegionFigures]) -> dict[str, pd.DataFrame]:
    shares_of = strip_shares(study, regions).items()
    return {
        "strips": _joined(strip_table(study, name, shares) for name, shares in shares_of),
        "strip_edges": _joined(strip_edge_table(study, name, shares) for name, shares in shares_of),
    }


def _region_tables(study: Study, findings: Findings) -> dict[str, pd.DataFrame]:
    scenario, regions, figures = study.scenario, findings.regions, findings.region_figures
    return {
        "coverage": _joined(
            coverage_table(name, region.figures, region.sampling, scenario.counting)
            for name, region in regions.items()
        ),
        "coverage_intervals": _joined(
            interval_table(name, region) for name, region in figures.items()
        ),
        "thresholds": _joined(
            threshold_table(table.name, figures[table.name], table.thresholds)
            for table in scenario.regions
        ),
        "region_networks": _joined(
            region_network_table(
                name,
                region.figures.cells.weights_km2,
                region.cell_times,
                baseline=scenario.baseline,
                span_s=study.span.duration_s,
                clear_of=region.clear_times,
            )
            for name, region in regions.items()
        ),
    }


def _joined(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    frames = list(parts)
    return pd.concat(frames) if frames else pd.DataFrame()
