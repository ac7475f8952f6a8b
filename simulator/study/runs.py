"""One study from scenario to results: `run` reads as the table of contents.

Every network sees the same orbits, accesses and pictures, so a difference between two networks is
the network alone. `figures` gives the numbers alone, for sweeps. Seconds since the span's start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from simulator.earth import earth_rotation_known_until
from simulator.orbits import element_age_days, notes
from simulator.results import Results
from simulator.scenario import OmmOrbit, Scenario, TleOrbit, to_toml
from simulator.study import (
    event_stages,
    network_sampling,
    network_stage,
    region_stages,
    region_tables,
)
from simulator.study.case import Flight, Study
from simulator.study.event_stages import Accesses
from simulator.study.network_stage import Outcome
from simulator.study.provenance import provenance
from simulator.study.spread import network_figures, spread
from simulator.study.store import Store
from simulator.study.tables import (
    access_table,
    age_table,
    contact_table,
    crosslink_table,
    delivery_table,
    grid,
    height_range_km,
    joined,
    level_table,
    network_table,
    picture_table,
    region_rows,
    satellite_names,
    satellite_row,
    station_table,
    stay_tables,
    target_table,
    track_table,
)
from simulator.timeliness import CellTimes
from simulator.workers import Workers

STALE_ELEMENTS_DAYS = 30.0
Progress = Callable[[str], None]


def _quiet(_: str) -> None:
    return None


def run(
    scenario: Scenario,
    *,
    progress: Progress = _quiet,
    store: Store | None = None,
    workers: Workers | None = None,
) -> Results:
    """Return the results of a scenario. `progress` is told the name of each stage as it begins.

    With a `store`, stages that depend on nothing changed since are taken from it. `workers`
    (default: threads, one a core) search the regions; the results do not depend on them. Raises
    InputError for an orbit that can't be flown.
    """
    progress("orbits")
    study = Study(scenario.resolve(), store, workers=workers)
    resolved, span = study.scenario, study.span
    progress("accesses")
    accesses = event_stages.accesses(study)
    taken = event_stages.pictures(study, accesses)
    progress("contacts")
    contacts = event_stages.contacts(study)
    progress("delivery")
    found = [
        network_stage.outcome(study, network, contacts, taken) for network in resolved.networks
    ]
    progress("regions")
    looked = {table.name: region_stages.region_findings(study, table) for table in resolved.regions}
    regions = {name: one.figures for name, one in looked.items()}
    progress("ages")
    times = _cell_times(study, found, regions)
    if resolved.uncertainty.draws:
        progress("spread")
    drawn = spread(resolved)
    progress("tables")
    chance = region_stages.target_sampling(study, accesses)
    stays, by_hour = stay_tables(study, accesses, looked, chance)
    rules, names = resolved.counting, satellite_names(study)
    half_angles_deg = [region_stages.held_strip(f.table).half_angle_deg for f in study.flights]
    imaged = {
        table.name: region_stages.daily_shares(study, regions[table.name].cells)
        for table in resolved.regions
        if table.strips
    }
    tracks = track_table(study)
    grids = {name: grid(seen, study, times.get(name, {})) for name, seen in regions.items()}
    return Results(
        scenario_toml=to_toml(resolved),
        title=resolved.title,
        question=resolved.question,
        start=span.start,
        days=span.days,
        baseline=resolved.baseline or "",
        source_line=_source_line(study.flights),
        satellites=pd.DataFrame(
            [
                satellite_row(flight, outage, height_range_km(tracks, flight.name))
                for flight, outage in zip(study.flights, accesses.outages, strict=True)
            ]
        ),
        stations=station_table(study, height_range_km(tracks)),
        tracks=tracks,
        accesses=access_table(study, accesses),
        contacts=joined([contact_table(study, o) for o in found]),
        crosslinks=joined([crosslink_table(study, o) for o in found]),
        pictures=picture_table(study, taken),
        deliveries=joined([delivery_table(study, o, taken) for o in found]),
        ages=joined([age_table(study, o, taken) for o in found]),
        spread=drawn,
        sampling=network_sampling.networks_table(study, found, taken),
        networks=network_table(resolved, [o.figures for o in found]),
        targets=target_table(study, accesses, chance),
        regions=pd.DataFrame(region_rows(study, regions)),
        strips=joined(
            [region_tables.strips_table(name, names, found) for name, found in imaged.items()]
        ),
        strip_edges=joined(
            [
                region_tables.strip_edges_table(name, names, study.tracks, half_angles_deg, found)
                for name, found in imaged.items()
            ]
        ),
        coverage=joined(
            [
                region_tables.coverage_table(name, one.figures, one.sampling, rules)
                for name, one in looked.items()
            ]
        ),
        coverage_intervals=joined(
            [region_tables.intervals_table(name, seen) for name, seen in regions.items()]
        ),
        thresholds=joined(
            [
                region_tables.thresholds_table(table.name, regions[table.name], table.thresholds)
                for table in resolved.regions
            ]
        ),
        region_networks=joined(
            [
                region_tables.networks_table(
                    name,
                    seen.cells.weights_km2,
                    times.get(name, {}),
                    baseline=resolved.baseline,
                    span_s=span.duration_s,
                )
                for name, seen in regions.items()
            ]
        ),
        stays=stays,
        levels=level_table(study, regions),
        hours=by_hour,
        grids=grids,
        provenance=provenance(scenario, resolved, span),
        warnings=_warnings(study, accesses),
    )


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of a study without its tables of events.

    `networks` and `targets` as in Results; `regions` has a row a region: region, cells, area_km2,
    seen_fraction, accesses_per_day, revisit_mean_h, revisit_max_h, means weighed by area over the
    cells that have the figure.
    """

    networks: pd.DataFrame
    targets: pd.DataFrame
    regions: pd.DataFrame
    warnings: tuple[str, ...]


def figures(scenario: Scenario, *, store: Store | None = None) -> Figures:
    """Return the figures of a scenario alone; raises as `run` does."""
    study = Study(scenario.resolve(), store)
    accesses = event_stages.accesses(study)
    rows = network_figures(study, accesses)
    regions = {table.name: region_stages.region(study, table) for table in study.scenario.regions}
    return Figures(
        networks=network_table(study.scenario, rows),
        targets=target_table(study, accesses, region_stages.target_sampling(study, accesses)),
        regions=pd.DataFrame(region_rows(study, regions)),
        warnings=tuple(_warnings(study, accesses)),
    )


def _cell_times(
    study: Study, found: Sequence[Outcome], regions: Mapping[str, region_stages.RegionFigures]
) -> dict[str, dict[str, CellTimes]]:
    """Return ages and responses of the cells of each region by network; none without both."""
    if not (found and regions):
        return {}
    services = {one.network.name: network_stage.service(study, one.offer) for one in found}
    return {
        table.name: network_stage.cell_times(study, regions[table.name].cells, services, table.look)
        for table in study.scenario.regions
    }


def _source_line(flights: Sequence[Flight]) -> str:
    assumed = sum(f.elements.hypothetical for f in flights)
    sets = sum(isinstance(f.table.orbit, TleOrbit | OmmOrbit) for f in flights)
    noun = "orbit" if len(flights) == 1 else "orbits"
    origin = "element sets" if sets == len(flights) else "public figures"
    orbit = f"{noun} from {origin}"
    if assumed == len(flights):
        orbit = f"hypothetical {orbit}"
    elif assumed:
        orbit = f"{assumed} of {len(flights)} orbits hypothetical"
    return f"SGP4 (WGS72), WGS84; {orbit}; map: Natural Earth"


def _warnings(study: Study, accesses: Accesses) -> list[str]:
    out, span = [], study.span
    for flight, outage in zip(study.flights, accesses.outages, strict=True):
        if outage is not None:
            share = 1.0 - outage.time_s / span.duration_s
            out.append(
                f"satellite '{flight.name}': {outage.cause} at {span.iso(outage.time_s)}; "
                f"no ephemeris for the last {share:.1%} of the span"
            )
        out += [f"satellite '{flight.name}': {n}" for n in notes(flight.elements, span)]
        age = element_age_days(flight.elements, span)
        if age > STALE_ELEMENTS_DAYS and isinstance(flight.table.orbit, TleOrbit | OmmOrbit):
            out.append(
                f"satellite '{flight.name}': elements are up to {age:.0f} days from the instants "
                "computed; SGP4's error grows by a kilometre and more a day"
            )
    known = earth_rotation_known_until()
    if study.scenario.span.ut1_minus_utc_s is None and span.utc(span.duration_s) > known:
        out.append(
            f"the table of Earth rotation ends on {known:%Y-%m-%d}; UT1 is extrapolated beyond, "
            "0.46 km at the equator for a second it is off; span.ut1_minus_utc_s fixes it"
        )
    seen = set(accesses.columns["target"].tolist())
    for number, target in enumerate(study.scenario.targets):
        if number not in seen:
            out.append(f"target '{target.name}' is never seen; its revisit is the span's length")
    return out
